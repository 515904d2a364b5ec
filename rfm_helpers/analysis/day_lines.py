"""Order lines ready to be counted: in cents, by local day, neighbours put together."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.orders import (
    ORDERS,
    Day,
    check_types,
    check_values,
    fit_amounts,
    local_days,
    number_orders,
)
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import OrderColumns
from rfm_helpers.tables.engines import as_number, in_polars, open_frame, open_large

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
    first = None if start is None else as_day(start)
    large = open_large(orders, columns.names, ORDERS)
    if large is not None:
        table, give_back = large
        check_types(nw.from_native(table).collect_schema(), columns)
        return _counted_alone(_put_together(table, columns, first), columns), give_back
    source, give_back = open_frame(orders, columns.names, ORDERS)
    check_types(source.collect_schema(), columns)
    lines = local_days(source, columns)
    if first is not None:
        lines = lines.filter(nw.col(columns.date) >= nw.lit(first))
    return _counted(lines, columns, check_values(lines, columns)), give_back


def _counted(lines: nw.LazyFrame[Any], columns: OrderColumns, last: dt.date) -> DayLines:
    lines, order = number_orders(lines, columns)
    customer, date = columns.customer, columns.date
    cents = _cents(nw.col(columns.amount).cast(nw.Float64))
    frame = lines.select(customer, order, date, cents.alias("__cents"))
    frame = frame.with_columns(as_number(nw.col("__cents") > 0).alias("__bought"))
    return DayLines(frame, customer, order, date, last, whole=False)


def _cents(euros: nw.Expr) -> nw.Expr:
    """Amounts as integers of cents, half away from zero: the same on every engine."""
    millionths = (euros.abs() * 1_000_000 + 0.5).floor().cast(nw.Int64)
    cents = (millionths + 5_000) // 10_000
    return nw.when(euros < 0).then(-cents).otherwise(cents)


# --- lines in memory ------------------------------------------------------------------------------


def _put_together(
    table: pa.Table | pl.DataFrame, columns: OrderColumns, first: dt.date | None
) -> pl.DataFrame:
    """Neighbours of one customer, order and day, as most lines are, become one.

    A line that `check_values` is to refuse stays alone; the amount of the others is the largest.
    """
    import polars as pl

    texts = _arrow_texts(table)
    others = [name for name in columns.names if name not in texts]
    known = _worked_out(in_polars(table.select(others)), columns)
    if first is not None:
        kept = known[columns.date] >= first
        known = known.filter(kept)
        texts = {
            name: text.filter(kept.fill_null(False).to_arrow()) for name, text in texts.items()
        }
    keys = known.drop(columns.amount, "__cents", "__fit")
    begins = _begins(keys, texts, known["__fit"].to_numpy())
    cents, euros = known["__cents"].to_numpy(), known[columns.amount].cast(pl.Float64).to_numpy()
    reductions = [(np.add, cents), (np.fmax, euros), (np.logical_or, cents > 0)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reduceat = partial(_reduced, np.flatnonzero(begins))
        sums, most, bought = pool.map(reduceat, reductions)
    return keys.filter(begins).with_columns(
        *(pl.Series(name, text.filter(pa.array(begins))) for name, text in texts.items()),
        pl.Series(columns.amount, most),
        __cents=sums,
        __bought=bought.astype("int8"),
    )


def _reduced(rows: np.ndarray, how: tuple[np.ufunc, np.ndarray]) -> np.ndarray:
    """What the values add up to (or the like) from each of these rows to the next."""
    reduction, values = how
    return reduction.reduceat(values, rows)


def _arrow_texts(table: pa.Table | pl.DataFrame) -> dict[str, pa.ChunkedArray]:
    """The columns of texts that Polars does not hold."""
    if not isinstance(table, pa.Table):
        return {}
    kinds = (pa.string(), pa.large_string())
    return {field.name: table[field.name] for field in table.schema if field.type in kinds}


def _worked_out(table: pl.DataFrame, columns: OrderColumns) -> pl.DataFrame:
    """Local days instead of dates; amounts in cents too, and whether they are fit."""
    fit = fit_amounts(columns.amount).fill_null(False)
    euros = nw.when(fit).then(nw.col(columns.amount).cast(nw.Float64)).otherwise(nw.lit(0.0))
    lines = local_days(nw.from_native(table.lazy()), columns)
    found = lines.select(columns.date, _cents(euros).alias("__cents"), fit.alias("__fit"))
    worked: pl.DataFrame = found.collect().to_native().rechunk()
    return table.drop(columns.date).hstack(worked)


def _begins(
    keys: pl.DataFrame, texts: Mapping[str, pa.ChunkedArray], fit: np.ndarray
) -> np.ndarray:
    """The lines that differ from the one before; one that lacks a value is like no other."""
    begins = ~fit
    begins[1:] |= begins[:-1]
    begins[:1] = True
    before = max(len(keys) - 1, 0)
    for key in keys:
        begins[1:] |= (key.slice(1) != key.slice(0, before)).fill_null(True).to_numpy()
    for text in texts.values():
        differs = pc.not_equal(text.slice(1), text.slice(0, before))
        begins[1:] |= pc.fill_null(differs, True).to_numpy()
    return begins


def _counted_alone(table: pl.DataFrame, columns: OrderColumns) -> DayLines:
    """Lines that were put together, checked."""
    frame = nw.from_native(table.lazy())
    last = check_values(frame, columns)
    frame, order = number_orders(frame, columns)
    customer, date = columns.customer, columns.date
    whole = _are_unlike(table[customer], table[columns.order or date])
    frame = frame.select(customer, order, date, "__cents", "__bought")
    return DayLines(frame, customer, order, date, last, whole)


def _are_unlike(customers: pl.Series, orders: pl.Series) -> bool:
    """Whether no two rows have one order: unlike hashes prove it, alike ones prove nothing."""
    hashes = np.sort((customers.hash(seed=1) + orders.hash(seed=2)).to_numpy())
    return bool((hashes[1:] != hashes[:-1]).all())
