"""Budgets of plans, rolled up from actions to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from rfm_helpers.analysis.budget.cents import half_up, to_cents
from rfm_helpers.analysis.budget.lines import COSTS, cost_lines, line_cents, line_row
from rfm_helpers.catalog import Plan
from rfm_helpers.catalog.plans import one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import ADD, require_columns

ACTION_COLUMNS = ("strategie", "sous_strategie", "action", "qui", "beneficiaires")
LEVELS = ("plan", "stratégie", "sous-stratégie", "action")


@dataclass(frozen=True, eq=False)
class Budget:
    """A plan's budget: its name, its actions and their cost lines. Made by `make_budget`.

    `actions` holds one row per action, in the order of the plan: `strategie`, `sous_strategie`,
    `action`, `qui` (invités, présents or utilisateurs; empty if not said), `beneficiaires` (Int64,
    missing if not said). `lines` is the output of `cost_lines`.
    """

    plan: str
    actions: pd.DataFrame
    lines: pd.DataFrame


def make_budget(plan: str, actions: pd.DataFrame, lines: pd.DataFrame) -> Budget:
    """Put a budget together, and check that every line belongs to an action.

    Args:
        plan: the plan's name.
        actions: one row per action: `strategie`, `sous_strategie`, `action` (texts, an action
            named once), and if known `qui` and `beneficiaires` (1 or more).
        lines: cost lines (see `cost_lines`).

    Returns:
        The budget, the actions grouped by strategy and sub-strategy.

    Raises:
        CourseError: missing column, an action named twice or not at all, a line of an unknown
            action, and as `cost_lines`.

    Example:
        >>> actions = pd.DataFrame({"strategie": ["S"], "sous_strategie": ["A"], "action": ["Bal"]})
        >>> make_budget("Plan", actions, pd.DataFrame()).actions["beneficiaires"].isna().tolist()
        [True]
    """
    table, checked = _checked_actions(actions), cost_lines(lines)
    unknown = checked.loc[~checked["action"].isin(table["action"]), "action"]
    if not unknown.empty:
        raise CourseError(
            f"L’action « {unknown.iloc[0]} » a une ligne de coût mais n’est pas dans le plan : "
            "ajoutez-la au plan ou corrigez son nom."
        )
    return Budget(str(one_line(plan)), table, checked)


def plan_budget(plan: Plan) -> Budget:
    """The budget of a plan model: its actions and their cost lines.

    >>> from rfm_helpers.catalog import load_case
    >>> budget = plan_budget(Plan(title="Marc", strategies=(load_case().strategy,)))
    >>> len(budget.actions), len(budget.lines)
    (8, 0)
    """
    placed = [
        (strategy.title, part.title, action)
        for strategy in plan.strategies
        for part in strategy.sub_strategies
        for action in part.actions
    ]
    actions = pd.DataFrame(
        [
            {
                "strategie": strategy,
                "sous_strategie": part,
                "action": action.title,
                "qui": action.beneficiaries.who if action.beneficiaries else "",
                "beneficiaires": action.beneficiaries.count if action.beneficiaries else None,
            }
            for strategy, part, action in placed
        ]
    )
    lines = [line_row(action.title, line) for _, _, action in placed for line in action.lines]
    return make_budget(plan.title, actions, pd.DataFrame(lines))


def roll_up(budget: Budget, year: int = 1) -> pd.DataFrame:
    """Add up the costs: action → sub-strategy → strategy → plan.

    Costs are added as integers of cents, so that the totals agree at every level.

    Args:
        budget: see `make_budget`.
        year: the year that `cout_annee_ht` looks at, 1 being the first.

    Returns:
        One row per level, each above those it adds up: `niveau` ("plan", "stratégie",
        "sous-stratégie" or "action"), `strategie`, `sous_strategie`, `action` (empty above their
        level), `cout_ht` (euros without VAT: what an action costs, unless said otherwise),
        `cout_ttc` (with VAT), `cout_annee_ht` (without VAT, the part of the year). An action
        without a line costs 0.

    Raises:
        CourseError: a year below 1.

    Example:
        >>> from rfm_helpers.analysis.budget.case import case_budget
        >>> from rfm_helpers.catalog import load_case
        >>> table = roll_up(case_budget(load_case()))
        >>> table.groupby("niveau", sort=False)["cout_ht"].sum().unique().tolist()
        [17800.0]
    """
    cents = line_cents(budget.lines, year).groupby("action").sum()
    actions = budget.actions[["strategie", "sous_strategie", "action"]].merge(
        cents, left_on="action", right_index=True, how="left"
    )
    actions[[*COSTS]] = actions[[*COSTS]].fillna(0).astype("int64")
    rows = [_total("plan", actions)]
    for strategy, under in actions.groupby("strategie", sort=False):
        rows.append(_total("stratégie", under, strategie=strategy))
        for part, below in under.groupby("sous_strategie", sort=False):
            names = {"strategie": strategy, "sous_strategie": part}
            rows.append(_total("sous-stratégie", below, **names))
            rows += [
                _total("action", below[below["action"] == action], **names, action=action)
                for action in below["action"]
            ]
    table = pd.DataFrame(rows)
    return table.assign(**{column: table[column] / 100 for column in COSTS})


def cost_per_customer(budget: Budget) -> pd.DataFrame:
    """What each action costs per customer who benefits, and who these customers are.

    What lasts weighs on a customer by the part of the first year, as on the year's budget.

    Args:
        budget: see `make_budget`.

    Returns:
        One row per action: `action`, `cout_ht` (euros without VAT, nothing spread), `qui` (invités,
        présents or utilisateurs), `beneficiaires` (Int64), `cout_par_client` (euros of the first
        year, to the cent; missing as long as the beneficiaries are not counted).

    Example:
        >>> from rfm_helpers.analysis.budget.case import case_budget
        >>> from rfm_helpers.catalog import load_case
        >>> costs = cost_per_customer(case_budget(load_case())).dropna()
        >>> dict(zip(costs["action"], costs["cout_par_client"], strict=True))["Programme VIP"]
        1000.0
    """
    table = roll_up(budget)
    costs = table.loc[table["niveau"] == "action", ["action", "cout_ht", "cout_annee_ht"]]
    merged = costs.merge(budget.actions[["action", "qui", "beneficiaires"]], on="action")
    counts = merged["beneficiaires"].tolist()
    each = [
        None if pd.isna(count) else half_up(to_cents(cost) / int(count)) / 100
        for cost, count in zip(merged["cout_annee_ht"], counts, strict=True)
    ]
    merged["cout_par_client"] = pd.Series(each, dtype="float64")
    return merged.drop(columns="cout_annee_ht")


def _total(level: str, actions: pd.DataFrame, **names: object) -> dict[str, object]:
    blank = {"strategie": "", "sous_strategie": "", "action": ""}
    costs = {column: int(actions[column].sum()) for column in COSTS}
    return {"niveau": level, **blank, **names, **costs}


def _checked_actions(actions: pd.DataFrame) -> pd.DataFrame:
    require_columns(actions.columns, ACTION_COLUMNS[:3], "les actions", ADD)
    table = actions.reindex(columns=ACTION_COLUMNS)
    for column in ACTION_COLUMNS[:4]:
        table[column] = table[column].astype("object").fillna("").map(str).map(one_line)
        if column != "qui" and (table[column] == "").any():
            raise CourseError(
                f"La colonne « {column} » a une case vide : donnez un nom à chaque action, "
                "à sa sous-stratégie et à sa stratégie."
            )
    folded = table["action"].str.casefold()
    if folded.duplicated().any():
        raise CourseError(
            f"L’action « {table.loc[folded.duplicated(), 'action'].iloc[0]} » est écrite deux "
            "fois : changez l’un des deux noms."
        )
    table["beneficiaires"] = _counts(table)
    orders = [table[column].map(_first_seen(table[column])) for column in ACTION_COLUMNS[:2]]
    return (
        table.assign(s=orders[0], p=orders[1])
        .sort_values(["s", "p"], kind="stable", ignore_index=True)
        .drop(columns=["s", "p"])
    )


def _first_seen(names: pd.Series[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.unique())}


def _counts(table: pd.DataFrame) -> pd.Series[Any]:
    counts = pd.to_numeric(table["beneficiaires"], errors="coerce")
    wrong = table["beneficiaires"].notna() & ~((counts >= 1) & (counts % 1 == 0))
    if wrong.any():
        first = table.loc[wrong].iloc[0]
        raise CourseError(
            f"L’action « {first['action']} » compte {first['beneficiaires']} bénéficiaires : "
            "écrivez un nombre entier, 1 au moins, ou laissez la case vide."
        )
    return counts.astype("Int64")
