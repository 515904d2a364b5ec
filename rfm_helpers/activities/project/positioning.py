"""The positioning map of a project: two axes, and where its brands stand on them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import ipywidgets as w

from rfm_helpers.activities.base import Activity, button, labelled, wrapped
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.analysis.project.model import MAP_END, Project
from rfm_helpers.documents.project.report import map_picture
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.project import COMPETITORS, EXERCISE, MAP, places_of, read_project

AXES = {f"{MAP}/x": "De gauche à droite", f"{MAP}/y": "De bas en haut"}
HINTS = {f"{MAP}/x": "Prix", f"{MAP}/y": "Services après l’achat"}
WAITING = "Nommez les deux axes, et placez votre marque et un concurrent au moins."
NO_NAME = "Donnez d’abord un nom à votre marque et à vos concurrents, puis relisez vos marques."


class BrandMap(Activity):
    """Two axes to name, and for each brand of the project its place on them, from 0 to 10."""

    purpose = "placer vos marques"

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder
        self.axes = {
            name: TypedText(
                description=french(f"{label} :"), placeholder=HINTS[name], **labelled(width="30em")
            )
            for name, label in AXES.items()
        }
        self.places = ["marque", *places_of(COMPETITORS)]
        self.coordinates = {f"{place}/{axis}": _end(axis) for place in self.places for axis in "xy"}
        self.names = {place: w.HTML(layout=w.Layout(width="14em")) for place in self.places}
        self.rows = {place: self._row(place) for place in self.places}
        self.map_area = w.HTML()
        self.read_button = button("Relire mes marques")
        self.read_button.on_click(self.guarded(self.refresh))
        self.react(self.kept_fields.values(), self.refresh)
        self.show(
            *self.axes.values(),
            *self.rows.values(),
            self.message_area,
            self.map_area,
            self.read_button,
        )
        self.refresh()

    def _row(self, place: str) -> w.Box:
        fields = (self.coordinates[f"{place}/{axis}"] for axis in "xy")
        return wrapped(self.names[place], *fields)

    @property
    def kept_fields(self) -> Mapping[str, w.Widget]:
        """The axes, and the place of each brand, by question."""
        return {**self.axes, **self.coordinates}

    @property
    def project(self) -> Project:
        """The project as the disk has it, with the map on the screen."""
        return read_project(AnswerStore(EXERCISE, self._folder).answers | self.state())

    @property
    def value(self) -> dict[str, tuple[float, float]]:
        """The brands on the map, and where they stand."""
        return {one.name: one.place for one in self.project.placed if one.place}

    def refresh(self) -> None:
        """Show the brands that have a name, and the map; a number off the map is refused."""
        project, answers = self.project, AnswerStore(EXERCISE, self._folder).answers
        for place in self.places:
            name = str(answers.get(f"{place}/nom") or "").strip()
            self.names[place].value = f"<strong>{escape(name)}</strong>"
            self.rows[place].layout.display = "flex" if name else "none"
        said = WAITING if project.brand.name or project.competitors else NO_NAME
        self.map_area.value = map_picture(project) or f"<p>{french(said)}</p>"
        for field in self.coordinates.values():
            field.read()

    def hear(self) -> None:
        """Show the brands that another part of the project names."""
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """What is asked here."""
        return {"text/html": f"<p>{french(WAITING)}</p>"}


def _end(axis: str) -> NumberField:
    label = {"x": "de gauche à droite", "y": "de bas en haut"}[axis]
    return NumberField(
        label.capitalize(), 0, MAP_END, value="", placeholder="0 à 10", **labelled(width="16em")
    )


def place_brands(folder: Path | None = None) -> BrandMap:
    """Place the brands of the final project on a map of two axes.

    Args:
        folder: where the answers are; by default that of the learner.

    Returns:
        The activity: `value` is where each brand stands, once the map has two.

    >>> import tempfile
    >>> place_brands(Path(tempfile.mkdtemp())).value
    {}
    """
    return BrandMap(folder).kept(EXERCISE, folder)
