"""Order lines: what is checked of them before they are counted, and cutting them at a day."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

import narwhals as nw
from narwhals.typing import IntoFrameT

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.engines import (
    collect,
    from_native,
    require_columns,
)

Day = dt.date | str
ORDERS = "la table des commandes"
LARGEST_AMOUNT = 1e9


def orders_until(
    orders: IntoFrameT,
    day: Day,
    *,
    date: str = "date_achat",
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """Cut a file of orders: the lines dated up to and including ``day``.

    Parameters
    ----------
    orders : pandas, Polars or PyArrow table, or DuckDB relation, one row per order line.
    day : last local calendar day kept.
    date : the column of dates; a zoned time is converted to ``timezone`` to find its day.

    Returns
    -------
    The lines kept, with all their columns unchanged, in a table of the kind given.

    Raises
    ------
    CourseError
        If the column is missing or holds no dates.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"date_achat": pd.to_datetime(["2025-06-30", "2025-07-01"])})
    >>> len(orders_until(lines, "2025-06-30"))
    1
    """
    opened = from_native(orders, ORDERS)
    schema = opened.collect_schema()
    require_columns(schema.names(), [date], ORDERS)
    check_date_type(schema, date)
    refuse_missing(count_where(opened.lazy(), missing=nw.col(date).is_null())["missing"], date)
    return cast(
        IntoFrameT, opened.filter(_before(schema[date], date, as_day(day), timezone)).to_native()
    )


def check_date_type(schema: nw.Schema, date: str) -> None:
    """Refuse a column whose type holds no date."""
    if schema[date] not in (nw.Date, nw.Datetime):
        raise CourseError(
            f"La colonne « {date} » ne contient pas des dates : lisez le fichier avec read_orders, "
            "puis passez-le par clean_orders."
        )


def refuse_missing(missing: int, name: str) -> None:
    """Refuse a column with empty cells."""
    if missing:
        raise CourseError(
            f"La colonne « {name} » contient {number(missing)} valeur(s) manquante(s) : passez "
            "d'abord le fichier par clean_orders."
        )


def count_where(lines: nw.LazyFrame[Any], **conditions: nw.Expr) -> dict[str, int]:
    """How many rows there are, and how many meet each condition."""
    sums = [flag.cast(nw.Int64).sum().alias(name) for name, flag in conditions.items()]
    row = one_row(lines.select(nw.len().alias("rows"), *sums))
    return {name: int(value or 0) for name, value in row.items()}


def one_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    """The only row of a frame, as a mapping."""
    return collect(frame, "polars").rows(named=True)[0]


def _before(kind: nw.dtypes.DType, date: str, day: dt.date, timezone: str) -> nw.Expr:
    """The lines dated on ``day`` or earlier."""
    if kind == nw.Date:
        return nw.col(date) <= nw.lit(day)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    if isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        midnight = midnight.replace(tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)
    return nw.col(date) < nw.lit(midnight)
