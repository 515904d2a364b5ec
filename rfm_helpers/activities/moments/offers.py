"""An offer to some groups: whom to write to under a cost, an assumption and an envelope."""

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
from rfm_helpers.analysis.moments.offers import plan_offers
from rfm_helpers.catalog.drills import Drill, DrillItem
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.french.words import french, several

if TYPE_CHECKING:
    import pandas as pd

#: By decision of `plan_offers`: what one decides, why it is right, what to ask if it is not.
DECISIONS = {
    "continuer": (
        "Écrire",
        "Oui : si votre hypothèse tient, chaque lettre laisse {gain} une fois payée, et "
        "l’enveloppe suffit.",
        "Ce groupe paie-t-il sa lettre, et l’enveloppe va-t-elle jusqu’à lui ?",
    ),
    "attendre": (
        "Attendre : l’enveloppe est épuisée",
        "Oui : ce groupe paierait ({gain} par lettre), mais l’enveloppe ne suffit plus, une fois "
        "servis ceux qui rapportent davantage par lettre.",
        "Une fois servis les groupes qui rapportent davantage par lettre, que reste-t-il dans "
        "l’enveloppe ? Et celui-ci paierait-il ?",
    ),
    "à tester": (
        "Tester d’abord, en petit",
        "Oui : au mieux, une lettre laisse {best} ; en moyenne, {gain}. Un petit groupe et un "
        "témoin le diront.",
        "La lettre ne paie-t-elle qu’en haut de l’intervalle ?",
    ),
    "arrêter": (
        "S’arrêter",
        "Oui : même au mieux, la lettre ne rend pas son coût ({best}).",
        "Même en haut de l’intervalle, la lettre reste-t-elle sous son coût ?",
    ),
}


class OfferJudge(AssumedSorter):
    """Groups, a cost, an assumption and an envelope → a decision for each, judged by them."""

    def __init__(self, groups: pd.DataFrame, cost: float, uplift: float, budget: float) -> None:
        self._groups = groups.reset_index(drop=True)
        wide = labelled(width="26em")
        fields = {
            "cost": NumberField("Coût d’une lettre (€)", 0.01, 1000, value=cost, **wide),
            "uplift": NumberField(
                "La lettre ajoute (% de ce qui vient sans elle)", 0, 500, value=uplift, **wide
            ),
            "budget": NumberField("Enveloppe (€)", 0, 1_000_000, value=budget, **wide),
        }
        for field in fields.values():
            field.add_class("rfm-above")
        super().__init__(fields)

    @property
    def plan(self) -> pd.DataFrame:
        """The groups and the decision that the fields make right."""
        field = self.fields
        return plan_offers(
            self._groups,
            cost=float(field["cost"].read()),
            uplift_share=float(field["uplift"].read()) / 100,
            budget=float(field["budget"].read()),
        )

    def drill(self) -> Drill:
        """The groups to decide on, and the decisions that the fields make right."""
        return Drill(
            source="Les clients de la maison Orsenne ; coût, hausse et enveloppe : des hypothèses.",
            label="Votre décision",
            purpose="décider à qui écrire",
            choices=decision_choices(DECISIONS),
            items=tuple(_item(row) for row in self.plan.to_dict("records")),
        )

    @property
    def summary(self) -> str:
        """How far the learner is, and what the letters that he decides to send cost."""
        plan = self.plan
        sent = [
            name
            for name in plan["groupe"]
            if (card := self.deck[_group_id(name)]).verified and card.answer == "continuer"
        ]
        spent = plan.loc[plan["groupe"].isin(sent), "depense"].sum()
        budget = self.fields["budget"].read()
        return f"{super().summary} " + french(
            f"Vos lettres coûtent {euros(spent)}, pour une enveloppe de {euros(budget)}."
        )


def _item(row: Mapping[Hashable, Any]) -> DrillItem:
    """A group, and what is said of each decision."""
    text = (
        f"{row['groupe']} : {several(row['clients'], 'client')} à qui l’on peut écrire. Sans "
        f"lettre, {percent(row['part'], 1)} achètent (au plus {percent(row['haut'], 1)}), pour "
        f"{euros(row['marge'])} de marge. Écrire à tous coûte {euros(row['depense'])}."
    )
    return group_item(
        _group_id(str(row["groupe"])),
        text,
        row["decision"],
        DECISIONS,
        gain=euros(row["gain_par_client"], 2),
        best=euros(row["gain_haut"], 2),
    )


def _group_id(name: str) -> str:
    return f"groupe_{as_id(name)}"


def judge_offers(
    groups: pd.DataFrame,
    *,
    cost: float = 5,
    uplift: float = 25,
    budget: float = 2000,
    key: str = "",
) -> OfferJudge:
    """Decide whom to make an offer to: write, wait, test first, or stop.

    Args:
        groups: as for `plan_offers`.
        cost: euros per letter, to start with.
        uplift: what a letter is assumed to add, in per cent of what comes anyway.
        budget: euros of the envelope.
        key: where to keep the assumptions and decisions ("11_relation_client/reconquete"); an empty
            one keeps nothing.

    Returns:
        The activity: `value` holds the decisions, `results` the outcomes of those verified.

    Raises:
        CourseError: as `plan_offers`.
    """
    return OfferJudge(groups, cost, uplift, budget).kept(key)
