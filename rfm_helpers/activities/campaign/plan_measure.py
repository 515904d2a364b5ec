"""What a test says of the learner's plan: its groups, what they tell from luck, its return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import announced, labelled
from rfm_helpers.activities.campaign.control_group import ControlGroup
from rfm_helpers.activities.campaign.planned import (
    PlannedCampaign,
    TypedOver,
    house_terms,
    plan_campaigns,
    show_if_several,
    with_inputs,
)
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.uncertainty import measured_roi
from rfm_helpers.analysis.campaign.uplift import Uplift, compare_groups, people_needed
from rfm_helpers.analysis.strategy.targets import SHARE
from rfm_helpers.french.numbers import euros, number, points
from rfm_helpers.french.words import french
from rfm_helpers.plots.live_campaign import UpliftFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.questions.plan import CHOICE, EXAMPLE, LearnerPlan, load_plan

NO_PLAN = (
    "Votre plan n’a pas encore d’action chiffrée (leçon 6) : voici l’exemple, la soirée des "
    "diapositives. Entrez vos groupes : ils sont gardés."
)
AS_HOPED = (
    "La moitié des clients est invitée, l’autre sert de témoin : voici ce qu’ils feraient si la "
    "hausse espérée se réalisait tout juste. Remplacez ces nombres par ceux de votre test."
)


class PlanMeasure(ControlGroup):
    """A campaign of the plan → its test: enough people or not, the uplift, the measured return."""

    purpose = "mesurer votre plan"

    def __init__(
        self, planned: Mapping[str, PlannedCampaign], plan: LearnerPlan, anyway: float
    ) -> None:
        objective, chosen = plan.statement.objective, plan.campaign
        said = objective.anyway_value if objective.indicator == SHARE else None
        self._example = _tested(planned[EXAMPLE].campaign, anyway)
        self._planned = measured_campaigns(plan, planned)
        self._anyway = anyway if said is None else said
        self._over = TypedOver({})
        labels = {one.label: place for place, one in self._planned.items()}
        first = chosen if chosen in self._planned else next(iter(self._planned))
        self.choice = w.Dropdown(
            options=labels, value=first, description=french("Mesurer :"),
            tooltip="La campagne que l’on mesure", **labelled(width="36em", max_width="99%"),
        )  # fmt: skip
        show_if_several(self.choice)
        self.note_area = w.HTML()
        super().__init__((0, 1, 0, 1))
        self._over.fields = self.fields
        self.widget.children = (
            self.widget.children[0],
            self.choice,
            self.note_area,
            *self.widget.children[1:],
        )
        self.react([self.choice], self._take)
        self._take()

    @property
    def campaign(self) -> Campaign:
        """The campaign measured, as lesson 7 left it."""
        return self._planned[self.choice.value].campaign

    def _take(self) -> None:
        """Show the campaign chosen: the groups that one hopes for, and what was typed of them."""
        with self.asleep():
            self._over.fill(self.choice.value, _hoped(self.campaign, self._anyway))
        super().refresh()

    def refresh(self) -> None:
        """Compare again what was typed."""
        self._over.note(self.choice.value)
        super().refresh()

    def _draw(self) -> None:
        typed = self._over.typed[self.choice.value]
        about = NO_PLAN if len(self._planned) == 1 else _about(self.campaign)
        text = about if typed else f"{about} {AS_HOPED}"
        self.note_area.value = announced(f"<p>{escape(french(text))}</p>")
        super()._draw()

    @property
    def sentences(self) -> list[str]:
        """Whether there are people enough, what the groups say, and what the action brings back."""
        return [self._size(), *super().sentences, *self._return()]

    def _size(self) -> str:
        aim = min(1.0, self._anyway + self.campaign.uplift)
        if aim <= self._anyway:
            return "Sans hausse espérée, il n’y a rien à mesurer : revenez à votre objectif."
        needed = people_needed(self._anyway, aim)
        group = int(self.campaign.reached) // 2
        enough = (
            "C’est assez pour conclure, si la hausse est bien là."
            if group >= needed
            else "C’est trop peu : réunissez plusieurs actions, ou cherchez un effet plus grand."
        )
        return (
            f"Pour distinguer {points(aim - self._anyway)} du hasard, il faut au moins "
            f"{number(needed)} invités et autant de témoins ; votre action peut en avoir "
            f"{number(group)} de chaque côté. {enough}"
        )

    def _return(self) -> list[str]:
        campaign, reached = self.campaign, int(self.fields["reached"].read())
        if not (campaign.cost and campaign.reached and reached):
            return []
        cost = campaign.cost * reached / campaign.reached
        found = measured_roi(replace(campaign, reached=reached, cost=cost), self.found)
        return [f"{found} Le coût suit le nombre d’invités : {euros(cost)} pour {number(reached)}."]

    def state(self) -> dict[str, Any]:
        """The campaign chosen, and the groups typed for each."""
        return {CHOICE: self.choice.value} | self._over.state()

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the campaign chosen again, with its groups."""
        self._over.restore(answers)
        if answers[CHOICE] in self._planned:
            self.choice.value = answers[CHOICE]
        self._take()

    def fallback(self) -> dict[str, str]:
        """The figure of the example, for a notebook carries no one's plan away."""
        figure = UpliftFigure()
        png = figure.update(self._example)
        return {"text/html": picture(png, figure.alternative)}


def _about(campaign: Campaign) -> str:
    return (
        f"Ce que dit votre plan : {number(campaign.reached)} clients, {euros(campaign.cost)} HT, "
        f"{points(campaign.uplift)} de hausse espérée."
    )


def _hoped(campaign: Campaign, anyway: float) -> dict[str, float]:
    """The groups of a test in which the uplift hoped for comes about."""
    half = max(1, int(campaign.reached) // 2)
    share = min(1.0, max(0.0, anyway + campaign.uplift))
    return {
        "reached": half,
        "responded": round(share * half),
        "control": half,
        "control_responded": round(anyway * half),
    }


def _tested(campaign: Campaign, anyway: float) -> Uplift:
    counts = {name: int(count) for name, count in _hoped(campaign, anyway).items()}
    return compare_groups(**counts, at_random=True)


def measured_campaigns(
    plan: LearnerPlan, planned: Mapping[str, PlannedCampaign]
) -> dict[str, PlannedCampaign]:
    """The campaigns of the plan with what was typed over their inputs in lesson 7."""
    return {
        place: replace(one, campaign=with_inputs(one.campaign, plan.inputs.get(place, {})))
        for place, one in planned.items()
    }


def plan_measure(
    orders: pd.DataFrame,
    example: Campaign,
    *,
    anyway: float,
    key: str = "",
    **files: pd.DataFrame,
) -> PlanMeasure:
    """Measure the learner's plan with a control group: enough people, uplift, measured return.

    Without a plan it starts from the example and says so.

    Args:
        orders: the house's order lines, with their `marge`.
        example: the course's campaign.
        anyway: the share who would order without us (0–1), where the plan's objective has none.
        key: where to keep the groups ("mon_plan/mesure"); an empty one keeps nothing.
        files: `people`, `complaints` and `contacts`, for the customers who may be contacted.

    Returns:
        The activity: `value` holds the uplift and its interval, `campaign` what is measured.

    >>> spring = Campaign(reached=200, uplift=0.12, basket=1000, margin_rate=0.5, cost=4000)
    >>> round(plan_measure(pd.DataFrame(), spring, anyway=0.3).value["uplift"], 2)
    0.12
    """
    plan = load_plan()
    planned = plan_campaigns(plan, example, house_terms(orders, **files))
    return PlanMeasure(planned, plan, anyway).kept(key)
