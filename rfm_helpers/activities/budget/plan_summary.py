"""The learner's plan on one screen, step by step, beside the example of the slides."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.activities.budget.own_actions import learner_budget
from rfm_helpers.analysis.budget.case import case_budget
from rfm_helpers.analysis.budget.plan import Budget, roll_up
from rfm_helpers.analysis.strategy.forms import objective_text, target_name
from rfm_helpers.analysis.strategy.targets import LESSON_5
from rfm_helpers.catalog import load_case
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions.plan import EXAMPLE, WHOLE, LearnerPlan, load_plan

NOTHING = "–"
EMPTY = "Votre plan est encore vide : les leçons partent de l’exemple"
CAPTION = "Votre plan, et l’exemple des diapositives à côté"


def plan_summary() -> Any:
    """Show the learner's plan, from target to campaign, beside the example.

    Returns:
        A table: each step, what the plan says of it, what the example does, where to change it.

    >>> "Votre plan est encore vide" in plan_summary()._repr_html_().replace("\\u00a0", " ")
    True
    """
    plan = load_plan()
    rows = [
        ("Cible", target_name(plan.statement.target), str(LESSON_5), "leçon 5"),
        ("Objectif", objective_text(plan.statement.objective), _example_aim(), "leçon 5"),
        ("Moyens", _listed(plan.statement.means), _listed(_example().statement.means), "leçon 5"),
        ("Actions", _actions(plan), several(len(_example().actions), "action"), "leçon 6"),
        ("Coûts, HT", _costs(plan), _total(case_budget(load_case())), "leçon 6"),
        ("Retour", _campaign(plan), "La soirée privée, 12 points de hausse", "leçon 7"),
    ]
    table = pd.DataFrame(rows, columns=["Étape", "Votre plan", "L’exemple", "Se change en"])
    table["Votre plan"] = table["Votre plan"].replace("", NOTHING)
    empty = (table["Votre plan"] == NOTHING).all()
    return show_table(table.map(french), EMPTY if empty else CAPTION, rows=len(table))


def _example() -> Any:
    return load_case().strategy


def _example_aim() -> str:
    return objective_text(load_case().measurable)


def _listed(texts: tuple[str, ...]) -> str:
    return " ; ".join(text.rstrip(". ") for text in texts)


def _actions(plan: LearnerPlan) -> str:
    return _listed(tuple(one.title for one in plan.actions))


def _costs(plan: LearnerPlan) -> str:
    costed = [one for one in plan.actions if one.costed]
    return _total(learner_budget(costed)) if costed else ""


def _total(budget: Budget) -> str:
    total = float(roll_up(budget)["cout_ht"].iloc[0])
    sourced = (budget.lines["source"] != "").mean()
    count = several(len(budget.lines), "ligne")
    return f"{euros(total, 2)}, {count}, dont {percent(sourced)} avec une source"


def _campaign(plan: LearnerPlan) -> str:
    """Which campaign the learner looked at last in lesson 7."""
    names = {one.id: one.title for one in plan.actions}
    names |= {WHOLE: "Le plan entier", EXAMPLE: "L’exemple, avec vos valeurs"}
    if plan.campaign == EXAMPLE and not plan.inputs.get(EXAMPLE):
        return ""
    changed = "" if not plan.inputs.get(plan.campaign) else ", avec vos hypothèses"
    name = names.get(plan.campaign, "")
    return name if plan.campaign == EXAMPLE else f"{name}{changed}" if name else ""
