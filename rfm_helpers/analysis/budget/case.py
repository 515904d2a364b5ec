"""The budget of Marc Morel's case: as its table stands, and as its lines tell it."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from rfm_helpers.analysis.budget.cents import half_up, to_cents
from rfm_helpers.analysis.budget.lines import cost_lines, line_costs, line_row
from rfm_helpers.analysis.budget.plan import (
    Budget,
    cost_per_customer,
    make_budget,
    plan_budget,
)
from rfm_helpers.catalog import Case, Plan, load_case
from rfm_helpers.catalog.costs import load_costing
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number

#: The rate that the prices of the house's pieces hold.
_VAT = Decimal("0.2")


def case_budget(case: Case, discount_users: int = 1) -> Budget:
    """The budget table of a case, in the plan of its strategy; actions left out have no line.

    Args:
        case: see `rfm_helpers.catalog.load_case`.
        discount_users: how many customers use what the table counts for one (the discount).

    Returns:
        A budget whose lines have neither source nor date nor VAT, since the table gives none.

    Raises:
        CourseError: if that is none of them, or more than are invited.

    Example:
        >>> from rfm_helpers.catalog import load_case
        >>> case_budget(load_case(), discount_users=20).lines["quantite"].tolist()
        [1.0, 20.0, 1.0, 1.0]
    """
    invited = _most_users(case)
    if discount_users not in range(1, invited + 1):
        raise CourseError(
            f"La remise s’adresse à {invited} invités : donnez le nombre de ceux qui "
            f"l’utilisent, un nombre entier de 1 à {invited}."
        )
    bare = plan_budget(Plan(title=case.title, strategies=(case.strategy,)))
    titles = {action.id: action.title for action in case.strategy.actions}
    counted = {
        titles[row.action]: (row, discount_users if row.up_to else 1) for row in case.table.rows
    }
    lines = [
        {
            "action": action,
            "libelle": row.label,
            "quantite": quantity,
            "unite": "client" if row.up_to else "forfait",
            "cout_unitaire": row.amount,
            "taxe": case.table.tax,
            "taux_tva": 0,
        }
        for action, (row, quantity) in counted.items()
    ]
    who = {action: row.who for action, (row, _) in counted.items()}
    count = {action: row.customers * quantity for action, (row, quantity) in counted.items()}
    actions = bare.actions.assign(
        qui=bare.actions["action"].map(who), beneficiaires=bare.actions["action"].map(count)
    )
    return make_budget(case.title, actions, pd.DataFrame(lines))


def _most_users(case: Case) -> int:
    return max(row.up_to or 1 for row in case.table.rows)


def case_readings(case: Case) -> pd.DataFrame:
    """The totals that a case's budget table can be read as.

    Args:
        case: see `rfm_helpers.catalog.load_case`.

    Returns:
        Three rows: `lecture` (French), `montant` (euros), `calcul` (the terms added).

    Example:
        >>> from rfm_helpers.catalog import load_case
        >>> case_readings(load_case())["montant"].tolist()
        [17800.0, 23500.0, 1500.0]
    """
    users = _most_users(case)
    name = case.profile.name.split()[0]
    plain, full = case_budget(case), case_budget(case, users)
    terms = {
        "Le tableau tel quel": line_costs(plain.lines)["cout_ht"],
        f"Les {users} invités utilisent la remise": line_costs(full.lines)["cout_ht"],
        f"Par client comme {name}": cost_per_customer(plain)["cout_par_client"].dropna(),
    }
    return pd.DataFrame(
        {
            "lecture": list(terms),
            "montant": [float(to_cents(amounts.sum()) / 100) for amounts in terms.values()],
            "calcul": [" + ".join(number(amount) for amount in v) for v in terms.values()],
        }
    )


def case_discounts(case: Case) -> pd.DataFrame:
    """The discount of a case's budget table, and what it would be on the customer's own purchases.

    The table counts without VAT; the prices of the purchases hold it, and are brought to the same.

    Args:
        case: see `rfm_helpers.catalog.load_case`.

    Returns:
        Two rows: `lecture` (French), `panier` and `remise` (euros without VAT).

    Example:
        >>> from rfm_helpers.catalog import load_case
        >>> case_discounts(load_case())[["panier", "remise"]].values.tolist()
        [[2000.0, 300.0], [1958.33, 293.75]]
    """
    amount, rate = next((r.amount, r.rate) for r in case.table.rows if r.rate is not None)
    pieces = [purchase.amount for purchase in case.purchases if purchase.in_source]
    mean = sum(pieces, Decimal(0)) / len(pieces) / (1 + _VAT)
    name = case.profile.name.split()[0]
    return pd.DataFrame(
        {
            "lecture": ["Ce que le tableau suppose", f"Les {len(pieces)} pièces de {name}"],
            "panier": [float(amount / rate), half_up(mean * 100) / 100],
            "remise": [float(amount), half_up(mean * rate * 100) / 100],
        }
    )


def example_costs(invited: int = 20, present: int = 15) -> pd.DataFrame:
    """The cost lines of the private event, as the course assumes them.

    The unit costs are assumptions, without source or date, to be replaced by researched prices.

    Args:
        invited: guests invited.
        present: guests who come.

    Returns:
        Cost lines (see `rfm_helpers.analysis.budget.lines.cost_lines`).

    Raises:
        CourseError: nobody comes, or more guests than were invited.

    Example:
        >>> example_costs(20, 15)["quantite"].head(3).tolist()
        [20.0, 5.0, 15.0]
    """
    costing = load_costing()
    title = load_case().action(costing.example_action).title
    return cost_lines([line_row(title, line) for line in costing.example_lines(invited, present)])


def detail_actions(budget: Budget, lines: pd.DataFrame) -> Budget:
    """The budget in which these lines stand for all the costs of the actions that they name.

    Args:
        budget: see `rfm_helpers.analysis.budget.plan.make_budget`.
        lines: cost lines (see `rfm_helpers.analysis.budget.lines.cost_lines`).

    Returns:
        A new budget; the lines of other actions and the beneficiaries are unchanged.

    Raises:
        CourseError: a line is refused, or its action is not in the plan.

    Example:
        >>> from rfm_helpers.analysis.budget.case import case_budget
        >>> from rfm_helpers.analysis.budget.plan import roll_up
        >>> detailed = detail_actions(case_budget(load_case()), example_costs())
        >>> float(roll_up(detailed)["cout_ht"].max())
        21450.0
    """
    new = cost_lines(lines)
    kept = budget.lines[~budget.lines["action"].isin(new["action"])]
    return make_budget(budget.plan, budget.actions, pd.concat([kept, new], ignore_index=True))
