"""From one amount to cost lines: the worked example of lesson 6, and lines put into a budget."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.analysis.budget import LINE_FIELDS, Budget, cost_lines, make_budget
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.costing import load_costing


def example_costs(invited: int = 20, present: int = 15) -> pd.DataFrame:
    """The cost lines of the private event, as the course assumes them.

    The unit costs are assumptions, without source or date, to be replaced by researched prices.

    Args:
        invited: guests invited.
        present: guests who come.

    Returns:
        Cost lines (see `rfm_helpers.analysis.budget.cost_lines`).

    Raises:
        CourseError: nobody comes, or more guests than were invited.

    >>> example_costs(20, 15)["quantite"].head(3).tolist()
    [20.0, 5.0, 15.0]
    """
    costing = load_costing()
    title = load_case().action(costing.example_action).title
    return cost_lines(
        [
            {"action": title} | {column: getattr(line, f) for column, f in LINE_FIELDS.items()}
            for line in costing.example_lines(invited, present)
        ]
    )


def detail_actions(budget: Budget, lines: pd.DataFrame) -> Budget:
    """The budget in which these lines stand for all the costs of the actions that they name.

    Args:
        budget: see `rfm_helpers.analysis.budget.make_budget`.
        lines: cost lines (see `rfm_helpers.analysis.budget.cost_lines`).

    Returns:
        A new budget; the lines of other actions and the beneficiaries are unchanged.

    Raises:
        CourseError: a line is refused, or its action is not in the plan.

    >>> from rfm_helpers.analysis.budget import case_budget, roll_up
    >>> float(roll_up(detail_actions(case_budget(load_case()), example_costs()))["cout_ht"].max())
    21450.0
    """
    new = cost_lines(lines)
    kept = budget.lines[~budget.lines["action"].isin(new["action"])]
    return make_budget(budget.plan, budget.actions, pd.concat([kept, new], ignore_index=True))
