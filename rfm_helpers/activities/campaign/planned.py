"""The campaigns that the learner's plan makes of its target, its objective and its costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.budget.own_actions import learner_budget
from rfm_helpers.activities.campaign.inputs import INPUTS, factor
from rfm_helpers.analysis.budget.plan import Budget, roll_up
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.target import TargetTerms, target_terms
from rfm_helpers.analysis.strategy.forms import target_name
from rfm_helpers.analysis.strategy.targets import SHARE
from rfm_helpers.catalog import Objective, Target, load_case
from rfm_helpers.datasets import COURSE_DATE
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, points
from rfm_helpers.french.words import french
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.plan import EXAMPLE, OWN_ACTIONS, WHOLE, LearnerPlan

NO_COSTS = (
    "Votre plan n’a pas encore d’action chiffrée (leçon 6) : voici l’exemple, la soirée des "
    "diapositives. Changez ses valeurs : ce sont alors les vôtres, et la leçon 8 les reprend."
)
Terms = Callable[[Target], TargetTerms]


@dataclass(frozen=True)
class PlannedCampaign:
    """A campaign to start from, how it is named, and where its values come from."""

    label: str
    campaign: Campaign
    source: str


def house_terms(orders: pd.DataFrame, **files: Any) -> Terms:
    """What gives the terms of a target in the house's files, at the date of the course.

    Args:
        orders: the order lines.
        files: as `target_terms`: `people`, `complaints`, `contacts`.
    """
    return lambda target: target_terms(orders, target, as_of=COURSE_DATE, **files)


def plan_campaigns(
    plan: LearnerPlan, example: Campaign, terms_of: Terms
) -> dict[str, PlannedCampaign]:
    """The whole plan and each of its actions that has a cost, then the example, by their places.

    Basket and margin rate are those of the plan's target, the uplift is what its objective adds to
    what comes anyway; what the plan does not say is taken from the example, and said so.

    Args:
        plan: the learner's plan.
        example: the course's campaign.
        terms_of: gives the terms of a target.

    >>> from rfm_helpers.questions.plan import read_plan
    >>> example = Campaign(reached=20, uplift=0.12, basket=1443, margin_rate=0.485, cost=2000)
    >>> list(plan_campaigns(read_plan({}), example, lambda target: None))
    ['exemple']
    """
    shown = {EXAMPLE: PlannedCampaign("Exemple : la soirée des diapositives", example, NO_COSTS)}
    costed = [action for action in plan.actions if action.costed]
    if not costed:
        return shown
    terms, sources = _terms(plan.statement.target, example, terms_of)
    uplift, said = _uplift(plan.statement.objective, example)
    budget = learner_budget(costed)
    people = dict(zip(budget.actions["action"], budget.actions["beneficiaires"], strict=True))

    def planned(label: str, reached: float, cost: float) -> PlannedCampaign:
        campaign = Campaign(reached, uplift, terms.basket, terms.margin_rate, cost)
        source = f"{sources} {said} Coût : {euros(cost)} HT, de vos lignes de la leçon 6."
        if terms.customers and reached > terms.reachable:
            source += f" Vous comptez {number(reached)} clients : qui sont les autres ?"
        return PlannedCampaign(french(label), campaign, french(source))

    costs = _costs(budget)
    found = {WHOLE: planned("Mon plan entier", terms.reachable, sum(costs.values()))}
    for action in costed:
        count = people[action.title]
        reached: int = terms.reachable if pd.isna(count) else int(count)
        label = f"{'Mon action' if action.own else 'Action des diapositives'} : {action.title}"
        found[action.id] = planned(label, reached, costs[action.title])
    example_source = "L’exemple des diapositives, pour comparer : il ne suit pas votre plan."
    return found | {EXAMPLE: replace(shown[EXAMPLE], source=example_source)}


def _costs(budget: Budget) -> dict[str, float]:
    table = roll_up(budget)
    actions = table[table["niveau"] == "action"]
    return dict(zip(actions["action"], actions["cout_ht"].astype(float), strict=True))


def _terms(target: Target, example: Campaign, terms_of: Terms) -> tuple[TargetTerms, str]:
    """The terms of the target and where they come from: the example's where there is none."""
    name = target_name(target)
    like = TargetTerms(0, int(example.reached), example.basket, example.margin_rate)
    if not name:
        return like, "Sans cible dans votre plan, panier et taux de marque sont ceux de l’exemple."
    try:
        terms = terms_of(target)
    except CourseError as error:
        return like, f"Panier et taux de marque : ceux de l’exemple. {error}"
    return terms, (
        f"Votre cible, « {name} » : {number(terms.customers)} clients sur deux ans, dont "
        f"{number(terms.reachable)} à qui l’on peut écrire ; panier et taux de marque sont les "
        "leurs."
    )


def _uplift(objective: Objective, example: Campaign) -> tuple[float, str]:
    """What the objective adds to what comes anyway, if it is a share; else the example's uplift."""
    aim, anyway = objective.to_value, objective.anyway_value
    if objective.indicator == SHARE and aim is not None and anyway is not None and aim > anyway:
        return aim - anyway, f"Hausse : {points(aim - anyway)}, votre objectif moins « sans nous »."
    return example.uplift, (
        f"Hausse : {points(example.uplift)}, celle de l’exemple, car votre objectif n’en donne pas."
    )


def places() -> list[str]:
    """The places that a campaign may have, whether the plan has one there or not."""
    return [*OWN_ACTIONS, *(one.id for one in load_case().strategy.actions), WHOLE, EXAMPLE]


def show_if_several(choice: w.Dropdown) -> None:
    """Show a list only where there is something to choose: a plan without costs has none."""
    choice.layout.display = "" if len(choice.options) > 1 else "none"


class TypedOver:
    """Fields that follow the plan until the learner types over them, for each campaign."""

    def __init__(self, fields: Mapping[str, w.Widget]) -> None:
        self.fields = fields
        #: By place of a campaign, what was typed over its fields.
        self.typed: dict[str, dict[str, str]] = {place: {} for place in places()}
        self._followed: dict[str, str] = {}

    def fill(self, place: str, values: Mapping[str, float]) -> None:
        """Put the values of a campaign in the fields, then what was typed over them."""
        for name, field in self.fields.items():
            field.value = values[name]
        self._followed = {name: field.value for name, field in self.fields.items()}
        for name, text in self.typed[place].items():
            if name in self.fields:
                self.fields[name].value = text

    def note(self, place: str) -> None:
        """Remember which fields no longer hold the campaign's values."""
        self.typed[place] = {
            name: field.value
            for name, field in self.fields.items()
            if field.value != self._followed[name]
        }

    def state(self) -> dict[str, Any]:
        """What was typed over each campaign, by place."""
        return {place: dict(typed) for place, typed in self.typed.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Take in what was typed over each campaign."""
        self.typed = {place: dict(answers[place]) for place in self.typed}


def with_inputs(campaign: Campaign, typed: Mapping[str, str]) -> Campaign:
    """A campaign with what the learner typed over its inputs; what cannot be read is left out.

    >>> spring = Campaign(reached=20, uplift=0.12, basket=1443, margin_rate=0.485, cost=2000)
    >>> with_inputs(spring, {"uplift": "8", "cost": "peu"}).uplift
    0.08
    """
    for name in typed.keys() & INPUTS:
        try:
            value = parse_number(typed[name], unit="%") / factor(name)
            campaign = replace(campaign, **{name: value})
        except CourseError:
            continue
    return campaign
