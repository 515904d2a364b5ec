"""Step 4 of a project, continued: the envelope, totals by strategy, the return and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import (
    announced,
    button,
    heading,
    labelled,
    status_lines,
    step,
    wrapped,
)
from rfm_helpers.activities.campaign.explorer import account_html
from rfm_helpers.activities.campaign.inputs import INPUTS, factor, number_field
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import Part
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.project.facts import campaign_start, counts_by_post
from rfm_helpers.documents.project.wording import return_text
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions.plan import RETURN, WHOLE

ENVELOPE, INPUTS_TYPED, RANGES = f"{RETURN}/enveloppe", f"{RETURN}/{WHOLE}", f"{RETURN}/fourchettes"
#: By field of a campaign: what is typed where an empty field means something.
_HINTS = {"cost": "vide : le total", "discount": "vide : 0", "baseline": "vide : 0"}
NO_ACTION = "Aucune action chiffrée : le total de chaque stratégie s’affichera ici."
MISSING = "Le ROI demande les clients touchés, la hausse, le panier et le taux de marque."
TAKEN = "Les chiffres de vos données ont remplacé les vôtres : {names}."
#: The levels of a budget that are shown.
_LEVELS = ("plan", "stratégie", "sous-stratégie")


class ProjectReturn(Part):
    """The inputs of the campaign, each between two ends → totals, ROI, interval, account."""

    purpose = "calculer le total et le retour"
    steps = ("budget",)

    def __init__(self, book: ProjectBook) -> None:
        super().__init__(book)
        self.envelope = NumberField(
            "Enveloppe accordée (€ HT)", 0, 1e9, value="", **labelled(width="26em", max_width="99%")
        )
        self.inputs = {name: _empty(name) for name in INPUTS}
        ends = ("au plus bas", "au plus haut")
        self.ends = {name: tuple(_end(name, one) for one in ends) for name in INPUTS}
        self.fields = {"enveloppe": self.envelope, **self.inputs}
        self.data_button = button("Partir des clients de mes stratégies")
        self.undo = Undo(self)
        self.totals_area, self.result_area = w.HTML(), w.HTML()
        self._lay_out()
        both = [end for pair in self.ends.values() for end in pair]
        self.numbers = [self.envelope, *self.inputs.values(), *both]
        self.react(self.numbers, self._check)
        self.data_button.on_click(self.guarded(self.take_data))

    def _lay_out(self) -> None:
        widths = ("15em", "10em", "9em", "9em")
        heads = ("", "Le plus probable", "Au plus bas", "Au plus haut")
        rows = [[_cell(heading(head, "0"), wide) for head, wide in zip(heads, widths, strict=True)]]
        for name, field in self.inputs.items():
            rows.append([_cell(INPUTS[name][0], widths[0]), field, *self.ends[name]])
        self.show(
            step("Le total, par stratégie"),
            self.envelope,
            self.totals_area,
            step("Le retour attendu, et son intervalle"),
            wrapped(self.data_button, self.undo.widget),
            w.VBox([_row(row) for row in rows], layout=w.Layout(overflow="auto")),
            self.message_area,
            self.result_area,
            self.remarks_area,
        )

    # --- what is kept -----------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """The envelope, the inputs typed and their ends."""
        inputs = {name: field.value for name, field in self.inputs.items() if field.value}
        ends = {name: [low.value, high.value] for name, (low, high) in self.ends.items()}
        ranges = {name: pair for name, pair in ends.items() if any(pair)}
        return {ENVELOPE: self.envelope.value, INPUTS_TYPED: inputs, RANGES: ranges}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these numbers again."""
        self.envelope.value = str(answers[ENVELOPE])
        self._put_inputs(dict(answers[INPUTS_TYPED]))
        for name, pair in self.ends.items():
            for field, text in zip(pair, dict(answers[RANGES]).get(name, ["", ""]), strict=True):
                field.value = str(text)

    def _put_inputs(self, texts: Mapping[str, Any]) -> None:
        for name, field in self.inputs.items():
            field.value = str(texts.get(name, ""))

    # --- what the learner does --------------------------------------------------------------

    def take_data(self) -> None:
        """Put what the data say of the customers aimed at; « Annuler » puts back what was there."""
        scored = self.book.scored
        segments = [one.segment for one in self.book.project.strategies if one.segment]
        counts = counts_by_post(scored.customers, scored.facts, segments)
        found = campaign_start(scored.orders, scored.customers, scored.facts, counts)
        before = {name: field.value for name, field in self.inputs.items()}
        texts = {name: _text(name, value) for name, value in found.items()}
        with self.asleep():
            self._put_inputs(before | texts)
        names = ", ".join(INPUTS[name][0].partition(" (")[0].lower() for name in found)
        self.undo.offer(TAKEN.format(names=names), lambda: self._put_back(before))

    def _put_back(self, texts: Mapping[str, str]) -> None:
        with self.asleep():
            self._put_inputs(texts)

    def _check(self) -> None:
        """Say which numbers cannot be read."""
        for field in self.numbers:
            if field.value.strip():
                field.read()

    # --- screen -----------------------------------------------------------------------------

    def hear(self) -> None:
        """Show the totals and the return of the project as it is now."""
        super().hear()
        self.totals_area.value = announced(self._totals())
        self.result_area.value = self._result()

    def _totals(self) -> str:
        project = self.book.project
        if not project.actions:
            return f"<p>{french(NO_ACTION)}</p>"
        table = roll_up(project.budget)
        shown = table[table["niveau"].isin(_LEVELS)]
        columns = ["niveau", "strategie", "sous_strategie", "cout_ht", "cout_ttc"]
        caption = french(f"{several(len(project.actions), 'action')}, total par stratégie")
        return show_table(shown[columns], caption, rows=len(shown))._repr_html_()

    def _result(self) -> str:
        project = self.book.project
        campaign = project.costed_campaign
        if campaign is None:
            return f"<p>{french(MISSING)}</p>"
        lines = status_lines(escape(french(said)) for said in return_text(project).splitlines())
        return lines + account_html(campaign)


def _empty(name: str) -> NumberField:
    field = number_field(name)
    field.value, field.description = "", french(f"{INPUTS[name][0]}, le plus probable")
    field.add_class("rfm-named")
    field.placeholder = french(_HINTS.get(name, ""))
    field.layout.width = "10em"
    return field


def _end(name: str, end: str) -> NumberField:
    field = _empty(name)
    field.label = f"{INPUTS[name][0]}, {end}"
    field.description = french(field.label)
    field.placeholder, field.layout.width = "", "9em"
    return field


def _row(cells: Sequence[w.Widget]) -> w.HBox:
    return w.HBox(cells, layout=w.Layout(align_items="center"))


def _cell(text: str, width: str) -> w.HTML:
    return w.HTML(text, layout=w.Layout(width=width))


def _text(name: str, value: float) -> str:
    """An input as it is typed: a share in per cent."""
    shown = value * factor(name)
    return " ".join(number(shown, 0 if name in ("reached", "basket") else 1).split())


def project_return(book: ProjectBook) -> ProjectReturn:
    """Add the actions up by strategy, and see what the project brings back.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_return(final_project()).value["retour/fourchettes"]
    {}
    """
    return book.keep("return", ProjectReturn(book))
