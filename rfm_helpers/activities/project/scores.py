"""Step 1 of a project: how the scores are made and why, the segments, what they say."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import announced, step, wrapped
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Part, area, choice, line
from rfm_helpers.analysis.project.facts import GRIDS, METHODS, Scored, segment_rows
from rfm_helpers.analysis.segments import segment_profile
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import as_day, parse_number
from rfm_helpers.plots.segments import plot_segments
from rfm_helpers.plots.tables import show_table

SEGMENTS = "rfm/segments"
COLUMNS = ["segment", "clients", "part_clients", "chiffre_affaires", "part_ca", "panier_moyen"]
WAITING = (
    "Ces segments suivent les réglages du cours là où vous n’avez rien choisi : ils entreront dans "
    "votre projet quand les quatre réglages seront les vôtres."
)


class ProjectScores(Part):
    """Four settings, their reasons → the segments, live → their reading."""

    purpose = "choisir vos réglages et lire vos segments"
    steps = ("rfm",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        self.date = line("Date de référence :", "31/12/2025", "18em")
        self.months = line("Fenêtre, en mois :", "24", "15em")
        self.levels = choice("Niveaux :", {str(n): str(n) for n in GRIDS}, "15em")
        self.method = choice("Méthode :", {name: name for name in METHODS}, "18em")
        self.why = area(
            "Pourquoi cette date, cette fenêtre, ces niveaux, cette méthode ?",
            "le rythme d’achat de la marque ; ce qu’un autre réglage changerait",
        )
        self.reading = area(
            "Ce que ces segments vous apprennent :", "un chiffre, puis ce qu’il dit"
        )
        self.fields = {
            "rfm/date": self.date, "rfm/mois": self.months, "rfm/niveaux": self.levels,
            "rfm/methode": self.method, "rfm/pourquoi": self.why, "rfm/lecture": self.reading,
        }  # fmt: skip
        self.settings = (self.date, self.months, self.levels, self.method)
        self.rows: list[dict[str, Any]] = []
        self._shown: object = None
        self.segments_area = w.HTML()
        self.show(
            wrapped(*self.settings),
            self.why,
            self.message_area,
            step("Vos segments"),
            self.segments_area,
            self.reading,
            self.remarks_area,
        )
        self.react(self.settings, self._set)
        self.react([self.why, self.reading], lambda: None)

    def state(self) -> dict[str, Any]:
        """The fields, and the segments once all four settings are chosen."""
        return {**super().state(), SEGMENTS: [dict(row) for row in self.rows]}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the settings again; the segments are those that were kept."""
        super().restore({name: answers[name] for name in self.fields})
        kept = answers[SEGMENTS]
        self.rows = [dict(row) for row in kept] if isinstance(kept, list) else []
        self._shown = None

    def _set(self) -> None:
        """Take the segments of other settings in; what cannot be read, or scored, is said."""
        self.rows = []
        if self.date.value.strip():
            as_day(self.date.value.strip())
        if self.months.value.strip():
            parse_number(self.months.value)
        if self.chosen:
            self.rows = segment_rows(self.book.scored.customers)

    @property
    def chosen(self) -> bool:
        """Whether all four settings are the authors' own."""
        return all(str(field.value).strip() for field in self.settings)

    def hear(self) -> None:
        """Show the segments of the customers and settings chosen, which may have changed."""
        super().hear()
        try:
            scored = self.book.scored
        except CourseError as error:
            self._forget(str(error))
            return
        if scored is self._shown:
            return
        if self.chosen and (self._shown is not None or not self.rows):  # other customers
            self.rows = segment_rows(scored.customers)
        self._shown = scored
        self.segments_area.value = announced(self._segments_html(scored))
        self._save(outermost=True)

    def _forget(self, why: str) -> None:
        """Show no segments, for they would be those of other customers."""
        if self._shown is not None:
            self.rows, self._shown = [], None
            self._save(outermost=True)
        self.segments_area.value = announced(f"<p>{escape(french(why))}</p>")

    def _segments_html(self, scored: Scored) -> str:
        profile = segment_profile(scored.customers)
        held = profile[profile["clients"] > 0]
        note = "" if self.chosen else f"<p>{french(WAITING)}</p>"
        caption = french(f"{scored.terrain.name} : {several(len(scored.customers), 'client')}")
        table = show_table(held[COLUMNS], caption, rows=len(held))
        figure = plot_segments(held)._repr_mimebundle_()["text/html"]
        return f"{note}{figure}{table._repr_html_()}"

    def fallback(self) -> dict[str, str]:
        """The segments on the screen, or what is asked here."""
        shown = self.segments_area.value
        return {"text/html": shown} if shown else super().fallback()


def project_scores(book: ProjectBook) -> ProjectScores:
    """Choose how the scores are made, say why, and read the segments.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity: `rows` are the segments, once the four settings are chosen.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_scores(final_project()).rows
    []
    """
    return book.keep("scores", ProjectScores(book))
