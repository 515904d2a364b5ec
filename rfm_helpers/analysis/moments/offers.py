"""An offer to some groups, under a cost, an assumption and an envelope: write, wait, test, stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.moments.alerts import stop_rule
from rfm_helpers.analysis.orders import Day
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_rows
from rfm_helpers.tables.engines import to_pandas


def companion_sales(
    orders: Any,
    pairs: Sequence[tuple[str, str]],
    as_of: Day,
    *,
    item: str = "produit",
    horizon_days: int = 365,
) -> pd.DataFrame:
    """Of those who had bought one product and not its companion, who bought that on their own?

    It is what comes anyway: an offer of the companion can only claim what it adds to it.

    Args:
        orders: order lines: `client_id`, `date_achat`, `montant`, `marge` and the item.
        pairs: products and their companions.
        as_of: the day at which one has the first and not the second.
        item: column of what is bought.
        horizon_days: days in which the companion is looked for.

    Returns:
        One row per pair, in their order: `si`, `alors`, `clients`, `acheteurs` (int), `part`,
        `bas`, `haut` (0–1), `marge` (euros: the mean of a companion sold).

    Raises:
        CourseError: missing column, a product that nobody has bought by that day.

    Source: source 001 (cross-selling).

    Example:
        >>> days = pd.to_datetime(["2024-05-01", "2024-06-01", "2025-02-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABA"), "date_achat": days, "montant": 9.0,
        ...                       "marge": 4.0, "produit": ["sac", "sac", "portefeuille"]})
        >>> found = companion_sales(lines, [("sac", "portefeuille")], "2024-12-31")
        >>> found[["clients", "acheteurs"]].values.tolist()
        [[2, 1]]
    """
    lines = to_pandas(orders)
    needed = ["client_id", "date_achat", "montant", "marge", item]
    require_columns(lines.columns, needed, remedy=CHECK_NAMES)
    day = pd.Timestamp(as_day(as_of))
    bought = lines[lines["montant"] > 0].assign(
        jours=(pd.to_datetime(lines["date_achat"]) - day).dt.days
    )
    rows = [_companions(bought, item, *pair, horizon_days) for pair in pairs]
    return shares_with_intervals(pd.DataFrame(rows), "acheteurs", "clients")


def _companions(
    bought: pd.DataFrame, item: str, first: str, second: str, horizon: int
) -> dict[str, Any]:
    """One pair: who could buy the companion, and who did."""
    companion = bought[bought[item] == second]
    before = companion["jours"] <= 0
    have = set(bought.loc[(bought[item] == first) & (bought["jours"] <= 0), "client_id"])
    could = have - set(companion.loc[before, "client_id"])
    if not could:
        raise CourseError(
            f"Personne n’a « {first} » sans « {second} » à cette date : vérifiez les noms et le "
            "jour."
        )
    did = companion.loc[companion["jours"].between(1, horizon), "client_id"]
    return {
        "si": first,
        "alors": second,
        "clients": len(could),
        "acheteurs": len(could & set(did)),
        "marge": companion["marge"].mean(),
    }


def plan_offers(
    groups: pd.DataFrame, *, cost: float, uplift_share: float, budget: float
) -> pd.DataFrame:
    """Write, wait, test or stop: what an assumption and an envelope make of each group.

    A group pays by `stop_rule`. Those that pay are served in the order of their gain per customer,
    each whole, as long as the envelope lasts; from the first that it cannot serve on, they wait.

    Args:
        groups: one row per group: `groupe`, `clients` (to whom one may write), `part`, `haut` (0–1:
            who buys anyway), `marge` (euros that one purchase brings).
        cost: euros per customer.
        uplift_share: what the offer is assumed to add, as a share of what comes anyway.
        budget: euros of the envelope.

    Returns:
        The groups with what `stop_rule` adds, `depense` (euros, if one writes to all of the group),
        and a `decision` that may also be « attendre » (it pays, and the envelope is used up).

    Raises:
        CourseError: missing column, no group, a negative envelope, or as `stop_rule`.

    Example:
        >>> groups = pd.DataFrame({"groupe": ["A", "B", "C"], "clients": [100, 100, 100],
        ...     "part": [0.3, 0.2, 0.01], "haut": [0.4, 0.3, 0.02], "marge": 400.0})
        >>> plan_offers(groups, cost=5, uplift_share=0.2, budget=600)["decision"].tolist()
        ['continuer', 'attendre', 'arrêter']
    """
    require_columns(groups.columns, ["groupe", "clients", "part", "haut", "marge"])
    require_rows(groups)
    if budget < 0:
        raise CourseError("L’enveloppe est en euros, 0 ou plus.")
    judged = [
        stop_rule(groups.loc[[row]], cost, groups.loc[row, "marge"], uplift_share=uplift_share)
        for row in groups.index
    ]
    table = pd.concat(judged).assign(depense=groups["clients"] * cost)
    paying = table[table["decision"] == "continuer"]
    paying = paying.sort_values("gain_par_client", ascending=False, kind="stable")
    late = paying.index[paying["depense"].cumsum() > budget]
    table.loc[late, "decision"] = "attendre"
    return table
