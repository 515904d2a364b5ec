"""A list ages: the same rule, the same size, used some months later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import share_interval
from rfm_helpers.analysis.orders import Day, orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_index, score_rfm
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.engines import to_pandas


def list_ageing(
    orders: Any,
    made: Day,
    delays: Sequence[int] = (0, 90, 180, 270),
    *,
    size: int = 500,
    horizon_days: int = 90,
) -> pd.DataFrame:
    """What a list made one day is worth later, beside one made on the day it is used.

    The rule of both is the same: the `size` customers of the highest RFM index (five levels;
    equal ones: the most recent, then the customer's id).

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        made: the day on which the list is made.
        delays: days after which it is used.
        size: customers in a list.
        horizon_days: days after its use in which an order is looked for.

    Returns:
        One row per delay: `delai` (days), `en_commun` (0–1: share of the old list that the new one
        still holds), `ancienne`, `ancienne_bas`, `ancienne_haut`, `neuve`, `neuve_bas`,
        `neuve_haut` (0–1: share of each list who order, with intervals).

    Raises:
        CourseError: a negative delay, a period that the file does not cover.

    Source: source 001 (targeting is not static).

    Example:
        >>> from rfm_helpers.datasets import load_orders
        >>> list_ageing(load_orders(), "2024-12-31", [0])[["en_commun", "ancienne"]].values.tolist()
        [[1.0, 0.352]]
    """
    lines, day = to_pandas(orders), as_day(made)
    if min(delays, default=0) < 0:
        raise CourseError(
            "Une liste ne sert pas avant d’être faite : écrivez des délais de 0 ou plus."
        )
    old = best_customers(lines, day, size)
    rows = []
    for delay in delays:
        used = day + dt.timedelta(days=delay)
        fresh = best_customers(lines, used, size)
        later = later_orders(lines, used, horizon_days)
        back = set(later.loc[later["rachat"], "client_id"])
        row: list[float] = [delay, len(old & fresh) / len(old)]
        for chosen in (old, fresh):
            count = len(chosen & back)
            row += [count / len(chosen), *share_interval(count, len(chosen))]
        rows.append(row)
    return pd.DataFrame(
        rows,
        columns=["delai", "en_commun", "ancienne", "ancienne_bas", "ancienne_haut", "neuve",
                 "neuve_bas", "neuve_haut"],
    ).astype({"delai": "int64"})  # fmt: skip


def best_customers(orders: pd.DataFrame, day: dt.date, size: int) -> set[str]:
    """The customers of the highest RFM index at a day.

    >>> from rfm_helpers.datasets import load_orders
    >>> len(best_customers(load_orders(), dt.date(2024, 12, 31), 40))
    40
    """
    table = rfm_index(score_rfm(rfm_table(orders_until(orders, day), as_of=day), levels=5))
    ranked = table.sort_values(
        ["indice_rfm", "recence", "client_id"], ascending=[False, True, True]
    )
    return set(ranked["client_id"].head(size))
