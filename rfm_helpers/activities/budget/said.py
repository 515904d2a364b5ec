"""What is said of a list of costs: its totals, and what it may lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from rfm_helpers.activities.budget.own_actions import begun, people_counted
from rfm_helpers.analysis.budget.plan import Budget, cost_per_customer, roll_up
from rfm_helpers.analysis.budget.typed_lines import counted_anyway, line_state
from rfm_helpers.catalog.costs import doubt_about, load_costing, missing_families
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome

HINTS = 3
NO_LINE = "Aucune ligne : écrivez un libellé, une quantité et un coût unitaire."
COMPLETE = (
    "Aucune famille de coûts ne manque à notre liste. La vôtre va peut-être plus loin : qu’est-ce "
    "qu’une directrice demanderait encore ?"
)
SOME_MISSING = (
    "Il manque peut-être quelque chose : une ligne ne compte que pour une famille. Si une ligne y "
    "répond déjà, passez."
)


def totals_text(title: str, lines: Sequence[Mapping[str, Any]], budget: Budget, people: str) -> str:
    """The totals of an action as HTML.

    Args:
        title: of the action.
        lines: those of the action, as typed.
        budget: the learner's.
        people: how many benefit, as typed.
    """
    costs, shares = roll_up(budget), cost_per_customer(budget)
    row = costs[costs["action"] == title].iloc[0]
    text = f"<strong>Total : {euros(row['cout_ht'], 2)} HT</strong>"
    text += f", {euros(row['cout_ttc'], 2)} TTC"
    if row["cout_annee_ht"] != row["cout_ht"]:
        text += f" ; la première année, {euros(row['cout_annee_ht'], 2)} HT"
    each = shares[shares["action"] == title].iloc[0]
    if pd.notna(each["cout_par_client"]):
        who = str(each["qui"]).removesuffix("s") or "bénéficiaire"
        text += f". Soit {euros(each['cout_par_client'], 2)} HT par {who}"
    text += counted_anyway(sum(bool(line_state(typed).remarks) for typed in begun(lines)))
    reason = people_counted(people)[1]
    return french(f"{text}.") + (f" {escape(reason)}" if reason else "")


def judge_costs(action: str, lines: Iterable[Mapping[str, Any]]) -> tuple[Outcome, str]:
    """The verdict on the list of costs of an action: which kinds may be missing, what is doubtful.

    >>> judge_costs("soiree_privee", [])[0] is Outcome.NOT_STARTED
    True
    """
    costs = {str(typed["libelle"]): line_state(typed).cost for typed in begun(lines)}
    if not any(label.strip() for label in costs):
        return Outcome.NOT_STARTED, french(NO_LINE)
    families = load_costing().families(action)
    missing = missing_families(families, list(costs))
    asked = {label: doubt_about(label, cost) for label, cost in costs.items()}
    doubts = [f"« {label} » : {question}" for label, question in asked.items() if question]
    if not missing and not doubts:
        return Outcome.SUCCESS, french(COMPLETE)
    count = f"Familles de coûts trouvées : {len(families) - len(missing)} sur {len(families)}."
    hints = [f"- {family.question}" for family in missing[:HINTS]]
    parts = [count, *doubts, *([SOME_MISSING, *hints] if hints else [])]
    return Outcome.REVIEW, french("\n".join(parts))
