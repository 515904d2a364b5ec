"""Sharing an envelope between several uses, and seeing the margin one may expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, button, labelled, stacked, wrapped
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.analysis.campaign.envelope import DIMINISHING, best_split, expected_margin
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.plots.live_campaign import SplitFigure
from rfm_helpers.plots.style import picture

if TYPE_CHECKING:
    import pandas as pd


class EnvelopeSplitter(Activity):
    """One number field per use → spending, expected margin and net gain, on a live figure."""

    purpose = "partager l’enveloppe"

    def __init__(self, uses: pd.DataFrame, envelope: float) -> None:
        if envelope <= 0:
            raise CourseError(
                f"L’enveloppe vaut {euros(envelope)} : donnez un montant plus grand que 0."
            )
        super().__init__()
        self._uses, self._envelope = uses, envelope
        self._best = expected_margin(uses, best_split(uses, envelope))
        self._figure = SplitFigure(uses["poste"])
        self.fields = {
            name: NumberField(
                f"{name} (€)",
                0,
                int(10 * envelope),
                whole=True,
                step=500,
                **labelled(width="auto"),
            )
            for name in uses["poste"]
        }
        self.compare_button = button("Comparer au meilleur partage", main=True)
        self.figure_area, self.result_area, self.best_area = w.HTML(), w.HTML(), w.HTML()
        self._draw()
        self._lay_out()
        self.react(self.fields.values(), self._change)
        self.checks(self.compare_button, self.compare, self.fields.values())

    def _lay_out(self) -> None:
        self.show(
            wrapped(
                stacked(
                    *self.fields.values(), self.compare_button, self.message_area, basis="17em"
                ),
                stacked(self.figure_area, self.result_area, self.best_area, basis="32em", grow=2),
            )
        )

    _compared = False

    @property
    def spending(self) -> dict[str, int]:
        """Euros by use, as the fields say."""
        return {name: int(field.read()) for name, field in self.fields.items()}

    @property
    def table(self) -> pd.DataFrame:
        """What the split on the screen is expected to bring, by use."""
        return expected_margin(self._uses, self.spending)

    @property
    def value(self) -> dict[str, Any]:
        """The spending by use, the expected margin and the net gain (euros)."""
        table = self.table
        return {
            "spending": self.spending,
            "margin": float(table["marge"].sum()),
            "net_gain": float(table["gain_net"].sum()),
        }

    @property
    def left(self) -> float:
        """What is left of the envelope; below 0, too much is spent."""
        return self._envelope - sum(self.spending.values())

    def compare(self) -> None:
        """Set the split against the best one; it takes a split that fits in the envelope."""
        if not any(self.spending.values()):
            raise CourseError(
                "À vous d’abord : écrivez un montant pour un poste au moins, puis comparez."
            )
        self._compared = self.left >= 0
        self.refresh()

    def _change(self) -> None:
        self._compared = False
        self.refresh()

    def refresh(self) -> None:
        """Redraw for the fields on the screen; say it where they spend too much."""
        with cleared_if_refused(self.figure_area, self.result_area, self.best_area):
            self._draw()
        if self.left < 0:
            raise CourseError(
                f"Vous dépensez {euros(-self.left)} de trop : l’enveloppe est de "
                f"{euros(self._envelope)}. Baissez un poste."
            )

    def _draw(self) -> None:
        self.png = self._figure.update(self.table)
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = sentence_lines(self.sentences)
        self.best_area.value = sentence_lines(self.best_sentences) if self._compared else ""

    @property
    def sentences(self) -> list[str]:
        """What is spent, what it is expected to bring, and where the last euro is lost."""
        table, found = self.table, self.value
        poor = table[(table["depense"] > 0) & (table["marge_du_dernier_euro"] < 1)]["poste"]
        lines = [
            f"Dépensé : {euros(sum(self.spending.values()))} sur {euros(self._envelope)}. "
            f"Marge attendue : {euros(found['margin'])}. Gain net : {euros(found['net_gain'])}."
        ]
        if len(poor):
            lines.append(
                f"Le dernier euro dépensé rapporte moins d’un euro : {', '.join(poor)}. "
                "Mieux vaut le garder, ou le mettre ailleurs."
            )
        return lines

    @property
    def best_sentences(self) -> list[str]:
        """The best split, and how far this one is from it."""
        best = self._best
        share = self.value["net_gain"] / best["gain_net"].sum()
        parts = ", ".join(
            f"{name} {euros(amount)}"
            for name, amount in zip(best["poste"], best["depense"], strict=True)
            if round(amount)
        )
        return [
            f"Votre partage atteint {percent(share)} du meilleur gain net possible "
            f"({euros(best['gain_net'].sum())}).",
            f"Le meilleur partage, sous nos hypothèses : {parts}. "
            "Chaque poste y rend autant pour son dernier euro.",
            DIMINISHING,
        ]

    def state(self) -> dict[str, Any]:
        """The spending by use, and whether it was compared."""
        typed = {name: field.value for name, field in self.fields.items()}
        return {**typed, "compared": self._compared}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show this split again, compared if it was."""
        for name, field in self.fields.items():
            field.value = answers[name]
        self._compared = False
        self._compared = answers["compared"] is True and self.left >= 0
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The figure of the split on the screen."""
        return {"text/html": self.figure_area.value}


def split_envelope(uses: pd.DataFrame, envelope: float, *, key: str = "") -> EnvelopeSplitter:
    """Share an envelope between uses and see the margin that one may expect.

    Args:
        uses: one row per use, as `conquest_and_loyalty` or `segment_uses` give.
        envelope: the euros there are (more than 0).
        key: where to keep the split ("07_rentabilite/partage"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the spending, the expected margin and the net gain.

    Raises:
        CourseError: an envelope of 0 or less; as `expected_margin`.

    >>> from rfm_helpers.analysis.campaign.envelope import conquest_and_loyalty
    >>> split_envelope(conquest_and_loyalty(400, 250, 60, 200, 250), 20000).spending
    {'Conquête': 0, 'Fidélisation': 0}
    """
    return EnvelopeSplitter(uses, envelope).kept(key)
