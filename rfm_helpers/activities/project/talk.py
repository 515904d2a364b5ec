"""Steps 5 and 6 of a project: the message of each slide, then what is said over it."""

from __future__ import annotations

from html import escape

import ipywidgets as w

from rfm_helpers.activities.base import announced, heading, labelled, ruled, wrapped
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Part, area
from rfm_helpers.analysis.project.progress import MOST_MINUTES, slide_minutes
from rfm_helpers.catalog.project import Slide, load_final_project
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french
from rfm_helpers.questions.project import TALK

_LONGEST = 10


class ProjectStructure(Part):
    """The message of each slide, in the order of the brief."""

    purpose = "donner son message à chaque diapositive"
    steps = ("structure",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        slides = load_final_project().slides
        self.fields = {
            f"{TALK}/{slide.id}/message": area(
                _named(rank, slide), "ce que l’on doit en retenir", 1
            )
            for rank, slide in enumerate(slides, start=1)
        }
        self.show(*self.fields.values(), self.message_area, self.remarks_area)
        self.react(self.fields.values(), lambda: None)


class ProjectTalk(Part):
    """What is said over each slide, and for how long."""

    purpose = "écrire votre exposé"
    steps = ("oral",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        slides = load_final_project().slides
        self.notes = {slide.id: area("Ce que vous direz :", "", 2) for slide in slides}
        self.minutes = {slide.id: _minutes(slide) for slide in slides}
        self.fields = {
            f"{TALK}/{name}/{kind}": field
            for kind, fields in (("notes", self.notes), ("minutes", self.minutes))
            for name, field in fields.items()
        }
        self.messages = {slide.id: w.HTML() for slide in slides}
        self.total_area = w.HTML()
        self.show(
            self.total_area,
            self.message_area,
            *(self._slide(rank, slide) for rank, slide in enumerate(slides, start=1)),
            self.remarks_area,
        )
        self.react(self.fields.values(), self._check)

    def _slide(self, rank: int, slide: Slide) -> w.VBox:
        title = w.HTML(heading(_named(rank, slide), "4px 0 0"))
        fields = wrapped(self.notes[slide.id], self.minutes[slide.id])
        return ruled(title, self.messages[slide.id], fields)

    def _check(self) -> None:
        """Say which minutes cannot be read."""
        for field in self.minutes.values():
            if field.value.strip():
                field.read()

    def hear(self) -> None:
        """Show the message of each slide, and how long the talk lasts."""
        super().hear()
        project = self.book.project
        for name, shown in self.messages.items():
            message = project.talk[name].message if name in project.talk else ""
            shown.value = f"<em>{escape(message)}</em>" if message else ""
        total = sum(slide_minutes(project, name) for name in self.minutes)
        over = " : c’est trop" if total > MOST_MINUTES else ""
        shown = number(total, 0 if total % 1 == 0 else 1)
        said = f"Votre exposé : {shown} minutes, sur dix au plus{over}."
        self.total_area.value = announced(f"<p>{french(said)}</p>")


def _named(rank: int, slide: Slide) -> str:
    return french(f"{rank}. {slide.part} : {slide.title}")


def _minutes(slide: Slide) -> NumberField:
    hint = number(slide.minutes, 0 if slide.minutes % 1 == 0 else 1)
    return NumberField("Minutes", 0, _LONGEST, value="", placeholder=hint, **labelled(width="10em"))


def project_structure(book: ProjectBook) -> ProjectStructure:
    """Give each slide of the deck its message.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> len(project_structure(final_project()).value)
    10
    """
    return book.keep("structure", ProjectStructure(book))


def project_talk(book: ProjectBook) -> ProjectTalk:
    """Write what is said over each slide, and for how many minutes.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> len(project_talk(final_project()).value)
    20
    """
    return book.keep("talk", ProjectTalk(book))
