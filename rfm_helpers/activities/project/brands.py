"""Step 2 of a project: the brand, its competitors, and their comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import heading, stacked, step, wrapped
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.color import ColorField
from rfm_helpers.activities.project.part import Part, area, line
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.french.words import french
from rfm_helpers.questions.project import COMPETITORS, places_of

BRAND = "marque"
PLACES = (BRAND, *places_of(COMPETITORS))
#: How many competitors are shown before one of the others holds something.
SHOWN = 3
CRITERIA = 6
#: The question that holds the names of the criteria, in their order.
NAMES = "comparaison/criteres"
_HINTS = ("prix d’un sac", "accueil en boutique", "service après-vente", "", "", "")
_WIDTH, _WIDE = "11.5em", "15em"


class ProjectBrands(Part):
    """A sheet for the brand and each competitor, and a table: criteria by brands."""

    purpose = "présenter la marque et ses concurrents"
    steps = ("marque",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        self.cards = {place: _card(place) for place in PLACES}
        self.color = ColorField()
        self.fields = {
            f"{place}/{name}": field
            for place, card in self.cards.items()
            for name, field in card.items()
        } | {f"{BRAND}/couleur": self.color}
        self.names = [_cell(f"Critère {k + 1}", _HINTS[k], _WIDE) for k in range(CRITERIA)]
        self.notes = {
            place: [_cell(f"Critère {k + 1}, {_called(place)}") for k in range(CRITERIA)]
            for place in PLACES
        }
        self.heads = {place: w.HTML(layout=w.Layout(width=_WIDTH)) for place in PLACES}
        self.columns = {place: w.VBox([self.heads[place], *self.notes[place]]) for place in PLACES}
        self.boxes = {
            place: stacked(w.HTML(heading(_called(place).capitalize(), "0")), *card.values())
            for place, card in self.cards.items()
        }
        self._lay_out()
        typed = [*self.names, *(one for notes in self.notes.values() for one in notes)]
        self.react([*self.fields.values(), *typed], self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        self.boxes[BRAND].layout.flex = "0 0 auto"
        self.boxes[BRAND].children = (*self.cards[BRAND].values(), self.color)
        first = w.VBox([w.HTML(heading("Critère", "0")), *self.names])
        self.show(
            step("La marque"),
            self.boxes[BRAND],
            step("Deux ou trois concurrents"),
            wrapped(*(self.boxes[place] for place in PLACES[1:])),
            step("La comparaison, critère par critère : des faits, et leur source dans la fiche"),
            w.HBox([first, *self.columns.values()], layout=w.Layout(overflow="auto")),
            self.message_area,
            self.remarks_area,
        )

    # --- the notes, by the names of the criteria ------------------------------------------------

    @property
    def axes(self) -> list[str]:
        """Under which name the notes of each criterion are kept: its own, each once."""
        found: list[str] = []
        for rank, field in enumerate(self.names, start=1):
            name = field.value.strip()
            twice = name.casefold() in (one.casefold() for one in found)
            found.append(f"{name} ({rank})" if twice else name or f"Critère {rank}")
        return found

    def state(self) -> dict[str, Any]:
        """The sheets, the names of the criteria, and each brand's notes."""
        notes = {
            f"{place}/notes": {
                axis: field.value
                for axis, field in zip(self.axes, fields, strict=True)
                if field.value
            }
            for place, fields in self.notes.items()
        }
        return {**super().state(), NAMES: [field.value for field in self.names], **notes}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these sheets and notes again; criteria that another file brings find a free row."""
        for field, name in zip(self.names, answers[NAMES], strict=True):
            field.value = name
        kept = {place: dict(answers[f"{place}/notes"]) for place in PLACES}
        self._place({axis for notes in kept.values() for axis in notes})
        axes = self.axes
        for place, fields in self.notes.items():
            for axis, field in zip(axes, fields, strict=True):
                field.value = kept[place].get(axis, "")
        for name, one in self.fields.items():
            put(one, answers[name])
        self.refresh()

    def _place(self, wanted: set[str]) -> None:
        """Give criteria that have no row yet the rows that have no name and no note."""
        new = sorted(wanted - set(self.axes))
        free = [
            field
            for axis, field in zip(self.axes, self.names, strict=True)
            if not field.value.strip() and axis not in wanted
        ]
        for field, axis in zip(free, new, strict=False):
            field.value = axis

    def refresh(self) -> None:
        """Head the columns with the brands' names; show a fourth competitor once it is needed."""
        for rank, (place, card) in enumerate(self.cards.items()):
            name = card["nom"].value.strip() or _called(place)
            self.heads[place].value = heading(name[:1].upper() + name[1:], "0")
            held = [*card.values(), *self.notes[place]]
            before = self.cards[PLACES[max(rank - 1, 0)]]["nom"].value.strip()
            shown = rank <= SHOWN or bool(before) or any(field.value for field in held)
            for one in (self.boxes[place], self.columns[place]):
                one.layout.display = "" if shown else "none"


def _called(place: str) -> str:
    """How a brand is called as long as it has no name.

    >>> _called("concurrents/2")
    'concurrent 2'
    """
    return "votre marque" if place == BRAND else f"concurrent {place.rpartition('/')[2]}"


def _card(place: str) -> dict[str, w.Widget]:
    """The fields of a brand's sheet."""
    width = "46em" if place == BRAND else "20em"
    sheet = "En quelques phrases :"
    return {
        "nom": line("Nom :", width=width if place != BRAND else "24em"),
        "fiche": area(sheet, "ce qu’elle vend, à qui, où ; d’où vous le tenez", 3, width),
        "forces": area("Forces :", "une par ligne", 2, width),
        "faiblesses": area("Faiblesses :", "une par ligne", 2, width),
    }


def _cell(said: str, hint: str = "", width: str = _WIDTH) -> TypedText:
    """A cell of the comparison, which a screen reader calls by its row and column."""
    field = TypedText(
        description=french(said), placeholder=french(hint), layout=w.Layout(width=width)
    )
    field.add_class("rfm-named")
    return field


def project_brands(book: ProjectBook) -> ProjectBrands:
    """Present the brand and its competitors, and compare them.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_brands(final_project()).axes[:2]
    ['Critère 1', 'Critère 2']
    """
    return book.keep("brands", ProjectBrands(book))
