"""Order lines ready to be counted: in cents, by local day, neighbours put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw
import numpy as np
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.orders import (
    ORDERS,
    Day,
    check_types,
    check_values,
    local_days,
    number_orders,
)
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import OrderColumns
from rfm_helpers.tables.engines import as_number, is_in_memory, open_frame

if TYPE_CHECKING:
    import polars as pl


class DayLines(NamedTuple):
    """What was bought and brought back, by customer, order and day, in the engine of the lines.

    Attributes:
        frame: the columns of customers, orders and dates (local days), `__cents` (integer) and
            `__bought` (1 where a purchase is among them, 0 for returns alone).
        customer, order, date: what these columns are called.
        last: the last day of the lines.
        whole: whether each row is known to be all that there is of an order.
    """

    frame: nw.LazyFrame[Any]
    customer: str
    order: str
    date: str
    last: dt.date
    whole: bool

    def until(self, day: dt.date) -> DayLines:
        """Those dated up to a day, included."""
        return self._replace(frame=self.frame.filter(nw.col(self.date) <= nw.lit(day)))

    def after(self, day: dt.date) -> DayLines:
        """Those dated after a day."""
        return self._replace(frame=self.frame.filter(nw.col(self.date) > nw.lit(day)))


def checked_lines(
    orders: IntoFrameT, columns: OrderColumns, start: Day | None = None
) -> tuple[DayLines, Callable[[nw.LazyFrame[Any]], IntoFrameT]]:
    """Lines ready to be counted, once their types and values are checked.

    Args:
        orders: order lines, in a table of any engine.
        columns: how they are read.
        start: the first day kept; all without it.

    Returns:
        The lines, and the function that gives a result in the kind of table of `orders`.

    Raises:
        CourseError: as `check_types` and `check_values`, or a column that is missing.

    Example:
        >>> import polars as pl
        >>> line = {"client_id": ["A", "A"], "commande_id": [1, 1], "montant": [9.5, -2.0]}
        >>> orders = pl.DataFrame(line | {"date_achat": [dt.date(2025, 1, 5)] * 2})
        >>> lines, give_back = checked_lines(orders, OrderColumns())
        >>> give_back(lines.frame).rows(), lines.whole
        ([('A', 1, datetime.date(2025, 1, 5), 750, 1)], True)
    """
    source, give_back = open_frame(orders, columns.names, ORDERS)
    check_types(source.collect_schema(), columns)
    lines = local_days(source, columns)
    if start is not None:
        lines = lines.filter(nw.col(columns.date) >= nw.lit(as_day(start)))
    if is_in_memory(orders) and lines.implementation.is_polars():
        lines = lines.collect().lazy()
        return _put_together(_counted(lines, columns, check_values(lines, columns))), give_back
    return _counted(lines, columns, check_values(lines, columns)), give_back


def _counted(lines: nw.LazyFrame[Any], columns: OrderColumns, last: dt.date) -> DayLines:
    lines, order = number_orders(lines, columns)
    customer, date = columns.customer, columns.date
    frame = lines.select(customer, order, date, _cents(columns.amount).alias("__cents"))
    frame = frame.with_columns(as_number(nw.col("__cents") > 0).alias("__bought"))
    return DayLines(frame, customer, order, date, last, whole=False)


def _cents(amount: str) -> nw.Expr:
    """Amounts as integers of cents, half away from zero: the same on every engine."""
    euros = nw.col(amount).cast(nw.Float64)
    millionths = (euros.abs() * 1_000_000 + 0.5).floor().cast(nw.Int64)
    cents = (millionths + 5_000) // 10_000
    return nw.when(euros < 0).then(-cents).otherwise(cents)


def _put_together(lines: DayLines) -> DayLines:
    """Work out lines in Polars; neighbours of one order and day, as most are, become one."""
    table: pl.DataFrame = lines.frame.drop("__bought").collect().to_native()
    ids, cents = table.drop("__cents"), table["__cents"].to_numpy()
    run = ids.to_struct().rle_id().to_numpy()
    begins = np.append(True, run[1:] != run[:-1])
    first, ids = np.flatnonzero(begins), ids.filter(begins)
    bought = np.logical_or.reduceat(cents > 0, first)
    joined = ids.with_columns(
        __cents=np.add.reduceat(cents, first), __bought=bought.astype("int64")
    )
    whole = _are_unlike(ids[lines.customer], ids[lines.order])
    return lines._replace(frame=nw.from_native(joined.lazy()), whole=whole)


def _are_unlike(customers: pl.Series, orders: pl.Series) -> bool:
    """Whether no two rows have one order: unlike hashes prove it, alike ones prove nothing."""
    hashes = np.sort((customers.hash(seed=1) + orders.hash(seed=2)).to_numpy())
    return bool((hashes[1:] != hashes[:-1]).all())
