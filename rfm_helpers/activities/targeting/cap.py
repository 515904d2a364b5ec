"""Setting the cap of messages: what it spares, and what it would cost if messages sold."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import button, labelled
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.targeting.compared import ComparedChoice
from rfm_helpers.analysis.contacts import CONTACT_DAYS, MOST_CONTACTS
from rfm_helpers.analysis.targeting.pressure import FATIGUE, cap_account, cap_balance
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import several
from rfm_helpers.plots.tables import show_table

HIGHEST = 8
ASSUMED = (
    f"La courbe de réponse est une hypothèse : chaque message déjà reçu en {CONTACT_DAYS} jours "
    f"ôterait {percent(1 - FATIGUE)} de ce qu’un message rapporte. Dans nos fichiers, aucun "
    "message ne fait vendre."
)


class CapSetter(ComparedChoice):
    """A cap and two assumptions → messages, opt-outs and euros, and the other caps."""

    purpose = "fixer le plafond"

    def __init__(self, contacts: pd.DataFrame, margin: float) -> None:
        super().__init__()
        self._account = cap_account(contacts, range(1, HIGHEST + 1))
        self._sent, self._margin = len(contacts), margin
        self.cap = NumberField(
            f"Plafond (messages en {CONTACT_DAYS} jours)",
            1,
            HIGHEST,
            whole=True,
            value=MOST_CONTACTS,
            **labelled(width="28em"),
        )
        self.orders = NumberField(
            "Commandes pour 1 000 premiers messages", 0, 100, value=2, **labelled(width="28em")
        )
        self.lost = NumberField(
            "Ce que coûte un désabonné (€)", 0, 10_000, value=50, **labelled(width="28em")
        )
        self.compare_button = button("Comparer aux autres plafonds", main=True)
        self.draw()
        fields = [self.cap, self.orders, self.lost]
        self.show(*fields, self.result_area, self.compare_button, self.compared_area,
                  self.message_area)  # fmt: skip
        self.react(fields, self.change)
        self.checks(self.compare_button, self.compare, fields)

    @property
    def table(self) -> pd.DataFrame:
        """Each cap under the assumptions on the screen."""
        return cap_balance(
            self._account,
            orders=self.orders.read() / 1000,
            margin=self._margin,
            lost=self.lost.read(),
        )

    @property
    def row(self) -> dict[Hashable, Any]:
        """The row of the cap on the screen."""
        return self.table.to_dict("records")[int(self.cap.read()) - 1]

    @property
    def value(self) -> dict[str, float]:
        """The cap, the opt-outs expected under it, and its balance (euros)."""
        row = self.row
        return {
            "cap": row["plafond"],
            "opt_outs": float(row["desabonnements_attendus"]),
            "balance": float(row["solde"]),
        }

    @property
    def sentences(self) -> list[str]:
        """What the cap spares, and its balance under the assumptions."""
        row = self.row
        return [
            f"De {several(self._sent, 'message')}, {number(row['messages'])} partent ; "
            f"{several(row['clients_epargnes'], 'client')} en reçoivent moins.",
            f"Désabonnements attendus : {number(row['desabonnements_attendus'])}, au lieu de "
            f"{number(row['desabonnements_observes'])} observés sans plafond.",
            f"Sous vos hypothèses : {number(row['commandes'])} commandes, "
            f"{euros(row['marge'])} de marge, {euros(row['pertes'])} d’abonnés perdus. "
            f"Solde : {euros(row['solde'])}.",
            ASSUMED,
        ]

    def comparison(self) -> str:
        """The other caps under the same assumptions."""
        shown = show_table(
            self.table[["plafond", "messages", "desabonnements_attendus", "solde"]].round(),
            "Les autres plafonds, sous les mêmes hypothèses",
            headings={"plafond": "Plafond", "messages": "Messages partis",
                      "desabonnements_attendus": "Désabonnements attendus", "solde": "Solde"},
            formats={"solde": "whole_euros"},
        )  # fmt: skip
        best = int(self.table["solde"].argmax()) + 1
        mine = int(self.cap.read())
        verdict = (
            "Le vôtre est le meilleur."
            if best == mine
            else f"Le meilleur est {best} ; le vôtre, {mine}."
        )
        return shown._repr_html_() + sentence_lines([verdict])

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The cap and the two assumptions."""
        return {"cap": self.cap, "orders": self.orders, "lost": self.lost}


def set_cap(contacts: pd.DataFrame, *, margin: float, key: str = "") -> CapSetter:
    """Set the cap of messages per customer, under assumptions on what a message brings.

    Args:
        contacts: `client_id`, `date_contact`, `desabonnement` (0 or 1).
        margin: euros per order.
        key: where to keep the cap ("10_ciblage/plafond"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the cap, the opt-outs expected and the balance.

    Raises:
        CourseError: as `cap_account` and `cap_balance`.

    >>> contacts = pd.DataFrame({"client_id": list("AAB"), "desabonnement": [0, 1, 0],
    ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-05"])})
    >>> set_cap(contacts, margin=400).value["cap"]
    4
    """
    return CapSetter(contacts, margin).kept(key)
