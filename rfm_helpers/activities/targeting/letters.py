"""Five hundred letters: who will order is one thing, whom a letter makes order is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import button, labelled
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.targeting.compared import ComparedChoice
from rfm_helpers.analysis.targeting.gains import CHANCE, EFFECTS, letters_effect
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.tables import show_table

NOBODY = "à personne"
_ASSUMED = (
    "Une hypothèse, pas une mesure : la maison n’a tiré aucun témoin au sort. Changez-la, et "
    "regardez si votre liste reste la meilleure."
)


class LetterChooser(ComparedChoice):
    """A list, what a letter does and how often → orders added, cost, and the other lists."""

    purpose = "choisir à qui envoyer les lettres"

    def __init__(
        self,
        table: pd.DataFrame,
        scores: Mapping[str, str],
        size: int,
        cost: float,
        margin: float,
    ) -> None:
        super().__init__()
        self._table, self._scores = table, dict(scores)
        self._size, self._cost, self._margin = size, cost, margin
        wide = labelled(width="36em", max_width="100%")
        self.choice = w.Dropdown(
            options=[*self._scores, CHANCE, NOBODY], description=french("J’écris :"), **wide
        )
        self.effect = w.Dropdown(
            options=list(EFFECTS),
            description=french("Je suppose :"),
            **labelled(width="46em", max_width="100%"),
        )
        self.rate = NumberField(
            "Part décidée (%)", 0, 100, value=3, step=0.5, **labelled(width="18em")
        )
        self.compare_button = button("Comparer aux autres listes", main=True)
        self.draw()
        self.show(self.choice, self.effect, self.rate, self.result_area, self.compare_button,
                  self.compared_area, self.message_area)  # fmt: skip
        self.react([self.choice, self.effect, self.rate], self.change)
        self.checks(self.compare_button, self.compare, [self.rate])

    @property
    def table(self) -> pd.DataFrame:
        """What each list adds under the assumption on the screen; no letter adds nothing."""
        found = letters_effect(
            self._table,
            self._scores,
            self._size,
            effect=self.effect.value,
            rate=self.rate.read() / 100,
            cost=self._cost,
            margin=self._margin,
        )
        nobody = dict.fromkeys(found.columns[1:], 0.0) | {"methode": NOBODY}
        return pd.concat([found, pd.DataFrame([nobody])], ignore_index=True)

    @property
    def value(self) -> dict[str, Any]:
        """The list, the orders that its letters add, and its net gain (euros)."""
        row = self.table.set_index("methode").loc[self.choice.value]
        return {
            "choice": self.choice.value,
            "added": float(row["ajoutees"]),
            "net_gain": float(row["gain_net"]),
        }

    @property
    def sentences(self) -> list[str]:
        """What the letters of the list add, and what they cost."""
        row = self.table.set_index("methode").loc[self.choice.value]
        if self.choice.value == NOBODY:
            return ["Aucune lettre, aucun coût : les acheteurs de l’année viennent quand même."]
        return [
            f"Sur {several(self._size, 'lettre')}, {number(row['viendraient'])} vont à des clients "
            "qui ont commandé sans lettre.",
            f"Sous votre hypothèse, elles ajoutent {number(row['ajoutees'], 1)} commandes, soit "
            f"{euros(row['marge_ajoutee'])} de marge, pour {euros(row['cout'])}. "
            f"Gain net : {euros(row['gain_net'])}.",
        ]

    def comparison(self) -> str:
        """The other lists under the same assumption."""
        table = self.table.sort_values("gain_net", ascending=False, kind="stable")
        shown = show_table(
            table[["methode", "viendraient", "ajoutees", "gain_net"]].round(
                {"viendraient": 0, "ajoutees": 1}
            ),
            "Les mêmes lettres, liste par liste",
            headings={"methode": "J’écris à", "viendraient": "Ont commandé sans lettre",
                      "ajoutees": "Commandes ajoutées (supposées)", "gain_net": "Gain net"},
            formats={"gain_net": "whole_euros"},
        )  # fmt: skip
        return shown._repr_html_() + sentence_lines([_ASSUMED])

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The list, the assumption and its rate."""
        return {"choice": self.choice, "effect": self.effect, "rate": self.rate}


def send_letters(
    table: pd.DataFrame,
    scores: Mapping[str, str],
    *,
    size: int = 500,
    cost: float = 4,
    margin: float,
    key: str = "",
) -> LetterChooser:
    """Choose whom to write to, under an assumption on what a letter does.

    Args:
        table: customers of a later period, with the scores, `chance` (of an order without a
            letter, 0–1) and what they did (`rachat`, `chiffre_affaires_futur`).
        scores: the name shown of each list → its column; more is better.
        size: how many letters there are.
        cost: euros per letter.
        margin: euros per order added.
        key: where to keep the choice ("10_ciblage/lettres"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the list, the orders added and the net gain.

    Raises:
        CourseError: as `letters_effect`.

    >>> table = pd.DataFrame({"note": [3, 2], "rachat": [True, False], "chance": [0.8, 0.2],
    ...                       "chiffre_affaires_futur": [80.0, 0]})
    >>> send_letters(table, {"Note": "note"}, size=1, margin=100).value["net_gain"]
    -4.0
    """
    if cost < 0 or margin < 0:
        raise CourseError("Un coût et une marge ne sont pas négatifs : écrivez 0 ou plus.")
    return LetterChooser(table, scores, size, cost, margin).kept(key)
