"""One row per order: what its lines add up to, and its place in the customer's history."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.orders import ORDERS
from rfm_helpers.analysis.windows import days_of
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import CHECK_NAMES, OrderColumns, require_columns
from rfm_helpers.tables.engines import to_pandas

#: What else of an order is kept where its lines say it, and how its lines are put together.
EXTRA = {"marge": "sum", "remise": "max", "canal": "first", "boutique_id": "first"}


def order_table(
    orders: Any,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """The orders as `rfm_table` counts them: lines put together, orders returned whole left out.

    Args:
        orders: order lines, in a table of any engine, brought to pandas.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        One row per order whose lines net to more than zero, sorted by customer, day and order: the
        columns of customer and order, the day of the first purchase line, the net amount (euros),
        where the lines have them `marge` (euros, net), `remise` (the largest, 0–1), `canal` and
        `boutique_id`; and `rang` (1 for the first order of the file).

    Raises:
        CourseError: missing column, or no order.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": list("AAA"), "commande_id": list("122"), "montant": [90.0, 50, -20],
        ...     "date_achat": pd.to_datetime(["2025-01-05", "2025-03-01", "2025-03-09"]),
        ... })
        >>> order_table(lines)[["commande_id", "montant", "rang"]].values.tolist()
        [['1', 90.0, 1], ['2', 30.0, 2]]
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    lines = to_pandas(orders)
    require_columns(lines.columns, columns.names, ORDERS, CHECK_NAMES)
    bought = days_of(lines[date], timezone).where(lines[amount] > 0)
    how = {amount: "sum", date: "min"} | {k: v for k, v in EXTRA.items() if k in lines}
    found = lines.assign(**{date: bought}).groupby([customer, order], as_index=False).agg(how)
    sums = [name for name in (amount, "marge") if name in found]
    found = found.round(dict.fromkeys(sums, 2))
    found = found[found[amount] > 0].sort_values([customer, date, order], ignore_index=True)
    if found.empty:
        raise CourseError("Aucune commande à regarder : donnez un fichier qui en contient.")
    return found.assign(rang=found.groupby(customer).cumcount() + 1)
