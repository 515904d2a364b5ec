"""Step 3 of a project: a strategy for each main segment, a sub-strategy for each score it moves."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import announced, boxed, button, status_lines, step, wrapped
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Part, area, line
from rfm_helpers.activities.strategy.statement_form import StatementForm
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.strategy.forms import FIELDS, NAMES, statement_sentence
from rfm_helpers.analysis.strategy.targets import INDICATORS, measure_target
from rfm_helpers.catalog import Target, load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.questions.project import SCORES, STRATEGIES, places_of

PLACES = places_of(STRATEGIES)
FULL = f"{len(PLACES)} stratégies suffisent : retirez-en une d’abord."
TO_CHOOSE = "Choisissez un segment : sa stratégie s’écrira ici."
REMOVED = "Stratégie retirée : « {name} »."
_PARTS = {
    "R": "Pour faire monter R (revenir plus tôt) :",
    "F": "Pour faire monter F (venir plus souvent) :",
    "M": "Pour faire monter M (dépenser davantage) :",
}


class ProjectStrategies(Part):
    """The strategy of the segment chosen; those of the others wait in their places."""

    purpose = "écrire vos stratégies"
    steps = ("strategies",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        self.form = StatementForm(load_grid("onze").names)
        self.segment = self.form.segment
        self.title = line("Nom de la stratégie :", "une formule que l’on retient", "40em")
        self.why = area("Pourquoi cette stratégie ?", "ce que les données et la marque en disent")
        self.subs = {score: area(label, "", 2) for score, label in _PARTS.items()}
        self.written = {
            **{name: one for name, one in self.form.fields.items() if name != "segment"},
            "titre": self.title, "pourquoi": self.why, **self.subs,
        }  # fmt: skip
        self.typed: dict[str, dict[str, str]] = {place: {} for place in PLACES}
        self.fields = {"segment": self.segment, **self.written}
        self.undo = Undo(self)
        self.remove_button = button("Retirer cette stratégie")
        self.facts_area, self.sentence_area, self.list_area = w.HTML(), w.HTML(), w.HTML()
        self._lay_out()
        self.react([self.segment], self._open)
        self.react(self.written.values(), self._write, first=self._note)
        self.remove_button.on_click(self.guarded(self.remove))
        self._open()

    def _lay_out(self) -> None:
        form = self.form
        self.editor = w.VBox(
            [
                self.title,
                form.problem,
                form.indicator,
                self.facts_area,
                form.unit_area,
                wrapped(form.start, form.anyway, form.goal, form.by),
                form.means,
                self.why,
                step("Ses sous-stratégies, une par score à faire monter"),
                *self.subs.values(),
                self.message_area,
                self.sentence_area,
                self.remove_button,
            ]
        )
        self.show(self.list_area, self.segment, self.undo.widget, self.editor, self.remarks_area)

    # --- places -----------------------------------------------------------------------------

    @property
    def place(self) -> str | None:
        """The place of the strategy on the screen, or a free one; None without a segment."""
        segment = self.segment.value
        if not segment:
            return None
        held = {place: typed.get("segment", "") for place, typed in self.typed.items()}
        found = [place for place, name in held.items() if name == segment]
        free = [place for place, typed in self.typed.items() if not any(typed.values())]
        return next(iter([*found, *free]), None)

    def _note(self) -> None:
        """Keep what is typed, at each key."""
        place = self.place
        if place is None:
            return
        texts = {name: str(field.value) for name, field in self.written.items()}
        self.typed[place] = {"segment": self.segment.value, **texts} if any(texts.values()) else {}

    def _open(self) -> None:
        """Show the strategy of the segment chosen."""
        place = self.place
        typed = self.typed[place] if place else {}
        with self.asleep():
            for name, field in self.written.items():
                field.value = typed.get(name, "")
        self.editor.layout.display = "" if self.segment.value else "none"
        self._write()

    def remove(self) -> None:
        """Take the strategy on the screen away; « Annuler » brings it back."""
        place, segment = self.place, self.segment.value
        if place is None or not self.typed[place]:
            return
        before, self.typed[place] = self.typed[place], {}
        self._open()

        def back() -> None:
            self.typed[place] = before
            with self.asleep():
                self.segment.value = segment
            self._open()

        self.undo.offer(REMOVED.format(name=before.get("titre") or segment), back)

    # --- what is kept -----------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Each strategy in its place, field by field."""
        names = (*FIELDS, "titre", "pourquoi", *SCORES)
        return {f"{p}/{name}": self.typed[p].get(name, "") for p in PLACES for name in names}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these strategies again, first that of the segment on the screen."""
        self.typed = {place: {} for place in PLACES}
        for question, value in answers.items():
            place, _, name = question.rpartition("/")
            if isinstance(value, str) and value:
                self.typed[place][name] = value
        held = [one["segment"] for one in self.typed.values() if one.get("segment")]
        known = load_grid("onze").names
        chosen = self.segment.value
        self.segment.options = {"(à choisir)": "", **{n: n for n in dict.fromkeys([*known, *held])}}
        self.segment.value = chosen or next(iter(held), "")
        self._open()

    # --- screen -----------------------------------------------------------------------------

    def _write(self) -> None:
        self.form.show_unit()
        self.hear()
        self.form.check()
        if self.segment.value and self.place is None:
            raise CourseError(FULL)

    def hear(self) -> None:
        """Show the strategies begun, what the data say of this one, and its sentence."""
        super().hear()
        self.list_area.value = announced(f"<p>{escape(french(self._begun()))}</p>")
        segment = self.segment.value
        if not segment:
            self.facts_area.value = self.sentence_area.value = ""
            return
        self.facts_area.value = status_lines(escape(french(said)) for said in self._said(segment))
        self.sentence_area.value = boxed(escape(statement_sentence(self.form.read())))

    def _begun(self) -> str:
        names = [one["segment"] for one in self.typed.values() if one.get("segment")]
        return f"Stratégies commencées : {', '.join(names)}." if names else TO_CHOOSE

    def _said(self, segment: str) -> list[str]:
        """What the data say of a segment: its weight, its indicator today, what comes anyway."""
        try:
            customers = self.book.scored.customers
        except CourseError as error:
            return [str(error)]
        of_it = customers[customers["segment"] == segment]
        if of_it.empty:
            return ["Aucun de vos clients n’est dans ce segment : visez-en un autre."]
        share = of_it["montant_total"].sum() / customers["montant_total"].sum()
        people = several(len(of_it), "client")
        said = [f"Dans vos données : {people}, {percent(share, 1)} du chiffre d’affaires."]
        name = self.form.indicator.value
        if name:
            now = measure_target(customers, Target(segment=segment), name)
            said.append(f"Aujourd’hui, {NAMES[name]} : {INDICATORS[name].show(now)}.")
        known = self.book.scored.facts.benchmarks.get(segment)
        return [*said, *([f"{known}"] if known else []), *self._signed(segment)]

    def _signed(self, segment: str) -> list[str]:
        """How many of the list signed in lesson 11 are in a segment."""
        signed, table = self.book.project.listed, self.book.signed
        if signed is None or table.empty:
            return []
        here, letters = table.loc[table["segment"] == segment, ["clients", "courriers"]].sum()
        return [
            f"De votre liste signée, « {as_written(signed.name)} » : {several(here, 'nom')} sur "
            f"{number(table['clients'].sum())}, dont {number(letters)} à qui l’on peut écrire."
        ]


def project_strategies(book: ProjectBook) -> ProjectStrategies:
    """Write a strategy for each main segment, with the sub-strategies of the scores it moves.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity: `typed` holds the strategies by place.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> any(project_strategies(final_project()).typed.values())
    False
    """
    return book.keep("strategies", ProjectStrategies(book))
