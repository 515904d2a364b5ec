"""Amounts counted in whole units, so that every engine finds the same sums, and back in euros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import as_written

#: The largest whole number that is counted in.
_MOST = 9e18


def euros_of(table: nw.LazyFrame[Any], cents: nw.Expr, orders: nw.Expr | None = None) -> nw.Expr:
    """Euros from whole cents, in all or for each order: the same to the last bit on every engine.

    By a column, since Polars turns a division by a constant into a product, off by one bit; in a
    database as floats, since PostgreSQL divides integers as decimals.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"cents": [1234], "n": [2]}))
        >>> mean = euros_of(table, nw.col("cents"), nw.col("n"))
        >>> table.select(euros_of(table, nw.col("cents")), mean.alias("mean")).collect().rows()
        [(12.34, 6.17)]
    """
    hundreds = cents * 0 + 100 if orders is None else orders * 100
    return (cents.cast(nw.Float64) if table.implementation.is_ibis() else cents) / hundreds


def is_countable(column: str, units: int) -> nw.Expr:
    """Whether a number is there, finite, and small enough to be counted in cents, say.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"a": [1.5, None, float("nan"), 1e17]}))
        >>> table.select(is_countable("a", 100)).collect()["a"].to_list()
        [True, False, False, False]
    """
    most = _MOST / units
    return nw.col(column).cast(nw.Float64).is_between(-most, most).fill_null(False)


def counted(column: str, units: int) -> nw.Expr:
    """A number of euros in whole cents (100 units) or millionths; 0 where it is not countable.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"a": [1.505, float("inf")]}))
        >>> table.select(counted("a", 100)).collect()["a"].to_list()
        [150, 0]
    """
    value = nw.when(is_countable(column, units)).then(nw.col(column).cast(nw.Float64))
    return (value.otherwise(nw.lit(0.0)) * units).round().cast(nw.Int64)


def require_numbers(frame: nw.LazyFrame[Any], columns: Sequence[str], remedy: str) -> None:
    """Refuse columns that hold no numbers.

    Example:
        >>> import polars as pl
        >>> require_numbers(nw.from_native(pl.LazyFrame({"a": [1.5]})), ["a"], "recommencez.")
    """
    schema = frame.collect_schema()
    for name in columns:
        if not schema[name].is_numeric():
            raise CourseError(
                f"La colonne « {as_written(name)} » ne contient pas des nombres : {remedy}"
            )


def refuse_uncounted(unfit: int, column: str, remedy: str) -> None:
    """Refuse a column of which so many numbers are not countable.

    >>> refuse_uncounted(0, "ecart", "recommencez.")
    """
    if unfit:
        raise CourseError(
            f"La colonne « {as_written(column)} » contient {number(unfit)} valeur(s) manquante(s), "
            f"infinie(s) ou trop grande(s) : {remedy}"
        )
