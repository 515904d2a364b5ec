"""Step 4 of a project: its actions, what each aims at, their cost lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import heading, wrapped
from rfm_helpers.activities.budget.views import CostResearch
from rfm_helpers.activities.budget.workshop import CostWorkshop
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Remarked, choice
from rfm_helpers.catalog import Statement, Target, load_grid
from rfm_helpers.catalog.contact_law import CHANNELS
from rfm_helpers.french.words import french
from rfm_helpers.questions.plan import COSTS
from rfm_helpers.questions.project import EXERCISE, SCORES

AIMS = ("segment", "score", "canal")


class ProjectCosts(Remarked, CostWorkshop):
    """The cost workshop on the means of the project's strategies, with what each action aims at."""

    steps = ("budget",)
    where = "à l’étape 3"

    def __init__(self, book: ProjectBook) -> None:
        self.book = book
        self.aims: dict[str, dict[str, str]] = {}
        super().__init__("", _means(book))

    def _build_fields(self, action: str) -> None:
        super()._build_fields(action)
        self.aim_fields = {
            "segment": choice("Segment visé :", {n: n for n in load_grid("onze").names}, "22em"),
            "score": choice("Score à faire monter :", {s: s for s in SCORES}, "19em"),
            "canal": choice("Canal :", {c: c for c in CHANNELS}, "16em"),
        }

    def _lay_out(self) -> None:
        super()._lay_out()
        aims = wrapped(*self.aim_fields.values())
        said = w.HTML(heading(french("Ce que cette action vise"), "6px 0 0"))
        self.aims_box = w.VBox([said, aims])
        places = list(self.editor.children)
        places.insert(places.index(self.sheet), self.aims_box)
        self.editor.children = tuple(places)
        self.show(self.editor, self.message_area, self.remarks_area)

    def _wire(self) -> None:
        super()._wire()
        self.react(self.aim_fields.values(), lambda: None, first=self._keep_aims)

    def _keep_aims(self) -> None:
        if self.action.value:
            self.aims[self.action.value] = {
                name: field.value for name, field in self.aim_fields.items()
            }

    def _take_out(self, name: str) -> Callable[[], None]:
        back, aims = super()._take_out(name), self.aims.pop(name, {})

        def both() -> None:
            back()
            self.aims[name] = aims

        return both

    def refresh(self) -> None:
        """Show what the action chosen aims at, and its lines."""
        aims = self.aims.get(self.action.value, {})
        with self.asleep():
            for name, field in self.aim_fields.items():
                put(field, aims.get(name, ""))
        self.aims_box.layout.display = "" if self.action.value else "none"
        super().refresh()

    def hear(self) -> None:
        """Offer the means that the strategies have now, and show what is to be looked at."""
        super().hear()
        self._offer_segments()
        self.own.offer(_means(self.book))
        self.own.refresh(self.action.value)

    def _offer_segments(self) -> None:
        """Let an action aim at the eleven segments, and at what a strategy aims at besides."""
        held = [one.segment for one in self.book.project.strategies]
        held += [aims.get("segment", "") for aims in self.aims.values()]
        names = dict.fromkeys([*load_grid("onze").names, *filter(None, held)])
        options = {"(à choisir)": "", **{name: name for name in names}}
        field = self.aim_fields["segment"]
        if options != field.options:
            with self.asleep():
                kept, field.options = field.value, options
                field.value = kept

    def state(self) -> dict[str, Any]:
        """What the workshop keeps, and what each action aims at."""
        aims = {
            f"{place}/{name}": self.aims.get(place, {}).get(name, "")
            for place in self.people
            for name in AIMS
        }
        return super().state() | aims

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these actions again."""
        self.aims = {
            place: {name: str(answers[f"{place}/{name}"] or "") for name in AIMS}
            for place in self.people
        }
        self._offer_segments()
        super().restore(answers)


class ProjectSources(CostResearch):
    """The source of each price; the files of the project are written elsewhere."""

    def __init__(self, workshop: CostWorkshop) -> None:
        super().__init__(workshop)
        self.export_button.layout.display = "none"


def _means(book: ProjectBook) -> Statement:
    """The means of all the strategies, as one statement."""
    strategies = book.project.strategies
    means = (text for one in strategies for text in one.statement.means)
    names = ", ".join(one.segment for one in strategies if one.segment)
    return Statement(target=Target(segment=names), means=tuple(means))


def project_costs(book: ProjectBook) -> ProjectCosts:
    """Name the actions of the project, say what each aims at, and list its costs.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity, as `list_costs`.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_costs(final_project()).value
    {}
    """
    return book.keep("costs", ProjectCosts(book), f"{EXERCISE}/{COSTS}")


def project_sources(costs: ProjectCosts) -> ProjectSources:
    """Note where each price comes from, its date and how far it is to be trusted.

    Args:
        costs: the output of `project_costs`; it keeps what is noted.

    Returns:
        The activity, as `research_costs`.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_sources(project_costs(final_project())).results
    (0, 0)
    """
    return ProjectSources(costs)
