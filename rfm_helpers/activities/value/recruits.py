"""Channels of recruitment under an assumed cost: which to go on with, which to stop."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.case.assumed import (
    AssumedSorter,
    as_id,
    decision_choices,
    group_item,
)
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.analysis.value.recruits import net_of_acquisition
from rfm_helpers.catalog.drills import Drill, DrillItem
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import several

if TYPE_CHECKING:
    import pandas as pd

COST = "cout"
#: By verdict of `net_of_acquisition`: what one decides, why it is right, what to ask if it is not.
DECISIONS = {
    "rapporte": (
        "Continuer : une recrue paie son coût",
        "Oui : même le bas de l’intervalle ({low}) dépasse le coût supposé.",
        "Le bas de l’intervalle ({low}) dépasse-t-il le coût supposé ?",
    ),
    "coûte": (
        "Arrêter : une recrue ne paie pas son coût",
        "Oui : même le haut de l’intervalle ({high}) reste sous le coût supposé.",
        "Le haut de l’intervalle ({high}) reste-t-il sous le coût supposé ?",
    ),
    "on ne sait pas": (
        "Attendre : on ne sait pas encore",
        "Oui : le coût supposé est dans l’intervalle, de {low} à {high}. Plus de recrues le "
        "resserreraient.",
        "Le coût supposé est-il dans l’intervalle, de {low} à {high} ?",
    ),
}


class RecruitJudge(AssumedSorter):
    """The margin of each group of recruits, and a cost → a decision for each, judged by both."""

    def __init__(self, groups: pd.DataFrame, by: str, cost: float) -> None:
        self._groups, self._by = groups, by
        self.cost = NumberField(
            "Coût supposé d’une recrue (€)", 0, 100_000, value=cost, **labelled(width="24em")
        )
        super().__init__({COST: self.cost})

    def drill(self) -> Drill:
        """The groups to decide on, and the decision that this cost makes right."""
        net = net_of_acquisition(self._groups, float(self.cost.read()), self._by)
        return Drill(
            source="Les recrues de la maison Orsenne ; le coût est une hypothèse.",
            label="Votre décision",
            purpose="juger les canaux",
            choices=decision_choices(DECISIONS),
            items=tuple(self._item(row) for row in net.to_dict("records")),
        )

    def _item(self, row: Mapping[Hashable, Any]) -> DrillItem:
        low, high = euros(row["bas"]), euros(row["haut"])
        name = str(row[self._by])
        text = (
            f"{name.capitalize()} : {several(row['recrues'], 'recrue')}, "
            f"{euros(row['marge_moyenne'])} de marge en douze mois (de {low} à {high})."
        )
        return group_item(as_id(name), text, row["verdict"], DECISIONS, low=low, high=high)


def judge_recruits(
    groups: pd.DataFrame, by: str = "canal_recrutement", *, cost: float = 1000, key: str = ""
) -> RecruitJudge:
    """Decide which groups of recruits to go on with, under a cost that is assumed and varied.

    Args:
        groups: what `recruit_groups` gives.
        by: column of the groups.
        cost: euros per recruit, to start with.
        key: where to keep the cost and the decisions ("09_valeur_client/recrues"); an empty one
            keeps nothing.

    Returns:
        The activity: `value` holds the decisions, `results` the outcomes of those verified.

    Raises:
        CourseError: as `net_of_acquisition`.
    """
    return RecruitJudge(groups, by, cost).kept(key)
