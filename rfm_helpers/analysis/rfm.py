"""The RFM table: recency, frequency and monetary value of each customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.day_lines import DayLines, checked_lines
from rfm_helpers.analysis.orders import (
    CLEAN_FIRST,
    KEPT_BESIDE,
    Day,
    reference_day,
)
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.amounts import euros_of
from rfm_helpers.tables.columns import (
    OrderColumns,
    check_one_role_each,
    check_zone,
    refuse_taken,
)
from rfm_helpers.tables.engines import as_number

RESULTS = ("recence", "frequence", "montant_total", "panier_moyen")
WORKING = (
    *("__cents", "__bought", "__fit", "__n", "__back", "__rows"),
    *KEPT_BESIDE,
)


@one_door(CLEAN_FIRST)
def rfm_table(
    orders: IntoFrameT,
    *,
    customer: str = "client_id",
    order: str | None = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    start: Day | None = None,
    as_of: Day | None = None,
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """Recency, frequency and monetary value of each customer.

    Definitions (source 002: total spent, number of purchases over a fixed period, time since the
    last purchase):

    - an *order* is one purchase occasion: the lines that share a customer and an order id. Its day
      is that of its first purchase line. An order whose lines net to zero or less is no order for
      recency and frequency, and a customer left with no order is not in the table;
    - *recency*: whole days from the last order to `as_of`;
    - *frequency*: number of distinct orders in the period;
    - *monetary*: sum of all lines of the period, returns (negative lines) included;
    - *mean basket*: monetary ÷ frequency, not rounded;
    - amounts are read to the millionth of a euro, rounded to the cent line by line, half away from
      zero, and summed as integers, so that equal totals tie on every engine;
    - days are local calendar days: a zoned time is converted to `timezone` first.

    Args:
        orders: a pandas, Polars (eager or lazy), PyArrow, DuckDB, Ibis or Spark table, one row
            per order line. Lazy tables are computed in their engine, where the result stays.
        customer: column of the customers (text or integer).
        order: column of the orders (text or integer); None if the file has no order numbers: what
            a customer buys on one day is then one order.
        date: column of the dates (date or datetime, naive or zoned).
        amount: column of the amounts (number, euros).
        start: first day of the period, included; default: the first of the file.
        as_of: reference date; default: the day after the last line of the file.
        timezone: zone in which a zoned time becomes a day.

    Returns:
        A table of the kind given, one row per customer, sorted by customer: `customer`,
        `recence` (int64, days), `frequence` (int64, orders), `montant_total` and
        `panier_moyen` (float64, euros).

    Raises:
        CourseError: if a column is missing or of the wrong type, a value is missing or infinite, an
            amount exceeds 1e9, a date stands before year 1 or after year 9999, the table is empty,
            a line is dated after `as_of`, or no order is left.

    Example:
        >>> import pandas as pd
        >>> lines = pd.DataFrame({
        ...     "client_id": ["A", "A", "B"],
        ...     "commande_id": ["1", "1", "2"],
        ...     "date_achat": pd.to_datetime(["2025-12-01", "2025-12-01", "2025-12-30"]),
        ...     "montant": [100.0, 50.0, 20.0],
        ... })
        >>> rfm_table(lines)
          client_id  recence  frequence  montant_total  panier_moyen
        0         A       30          1          150.0         150.0
        1         B        1          1           20.0          20.0
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    check_roles(columns)
    lines, give_back = checked_lines(orders, columns, start)
    reference = reference_day(lines.last, as_of)
    if lines.last > reference:
        raise CourseError(
            f"La colonne « {as_written(date)} » va jusqu'au {long_date(lines.last)}, après la "
            "date de référence "
            f"({long_date(reference)}) : choisissez une date de référence plus tardive, ou coupez "
            f'd\'abord le fichier avec orders_until(commandes, "{reference}").'
        )
    return give_back(rfm_at(lines, reference))


def check_roles(columns: OrderColumns) -> None:
    """Refuse a time zone that does not exist, a column in two roles, or a name of the result.

    >>> check_roles(OrderColumns())
    """
    check_zone(columns.timezone)
    check_one_role_each(columns.roles)
    refuse_taken(columns.names, WORKING)
    refuse_taken([columns.customer], RESULTS)


def _ordinal(day: nw.Expr) -> nw.Expr:
    """The days since the year 1, as `date.toordinal`: no two engines subtract dates alike."""
    past = day.dt.year().cast(nw.Int64) - 1
    leap_days = past // 4 - past // 100 + past // 400
    return (past * 365 + leap_days + day.dt.ordinal_day()).cast(nw.Int64)


def net_orders(lines: DayLines, start: dt.date | None = None) -> nw.LazyFrame[Any]:
    """What the lines of each order add up to, returned orders included.

    Args:
        lines: what `checked_lines` gives.
        start: the first day of a window of whole orders: an order first bought before it is left
            out with its later returns.

    Returns:
        One row per customer and order: both, `__cents` (integer), `__day` (of the first purchase
        line; missing without one, or where the lines net to zero or less) and `__n` (1 for an
        order, 0 for one that nets to zero or less).

    Example:
        >>> import polars as pl
        >>> line = {"client_id": ["A"], "commande_id": [1], "date_achat": [dt.date(2025, 1, 5)]}
        >>> lines, _ = checked_lines(pl.LazyFrame(line | {"montant": [9.5]}), OrderColumns())
        >>> net_orders(lines).collect().rows()
        [('A', 1, 950, datetime.date(2025, 1, 5), 1)]
    """
    cents, day = nw.col("__cents"), nw.col("__day")
    orders = order_sums(lines, start)
    if start is not None:
        orders = orders.filter(day.is_null() | (day >= nw.lit(start)))
    return orders.with_columns(
        nw.when(cents > 0).then(day).alias("__day"), as_number(cents > 0).alias("__n")
    )


def order_sums(lines: DayLines, start: dt.date | None = None) -> nw.LazyFrame[Any]:
    """The cents of each order and the day of its first purchase line, whatever it nets to.

    Args:
        lines: what `checked_lines` gives.
        start: the day from which lines are added up; all without it.

    Returns:
        One row per customer and order: both, `__cents` and `__day` (missing without a purchase).
    """
    cents, day, dated = nw.col("__cents"), nw.col("__day"), nw.col(lines.date)
    inside = cents
    if start is not None:
        inside = nw.when(dated >= nw.lit(start)).then(cents).otherwise(nw.lit(0))
    orders = lines.frame.select(
        lines.customer,
        lines.order,
        inside.alias("__cents"),
        nw.when(nw.col("__bought") > 0).then(dated).alias("__day"),
    )
    if lines.whole:
        return orders
    by_order = orders.group_by(lines.customer, lines.order).agg(cents.sum(), day.min())
    return by_order.with_columns(cents.cast(nw.Int64))


def rfm_at(lines: DayLines, as_of: dt.date, start: dt.date | None = None) -> nw.LazyFrame[Any]:
    """The table of `rfm_table`, from lines that are checked; `start` as in `net_orders`."""
    cents, day = nw.col("__cents"), nw.col("__day")
    per_customer = (
        net_orders(lines, start)
        .group_by(lines.customer)
        .agg(cents.sum(), day.max(), nw.col("__n").sum())
        .with_columns(nw.col("__cents", "__n").cast(nw.Int64))
        .filter(nw.col("__n") > 0)
    )
    return per_customer.select(
        nw.col(lines.customer),
        (as_of.toordinal() - _ordinal(day)).alias("recence"),
        nw.col("__n").alias("frequence"),
        euros_of(per_customer, cents).alias("montant_total"),
        euros_of(per_customer, cents, nw.col("__n")).alias("panier_moyen"),
    ).sort(lines.customer)
