"""The customers of several windows, scored with the bounds of one, in the engine of the lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import narwhals as nw

from rfm_helpers.analysis.cuts import quantile_cuts
from rfm_helpers.analysis.orders import check_types, check_values, local_days
from rfm_helpers.analysis.rfm import rfm_at
from rfm_helpers.analysis.scores import check_table, rfm_code, score_by_edges
from rfm_helpers.analysis.segments.assign import segment_of
from rfm_helpers.analysis.windows import MEASURES, Bounds, check_cover, window_start
from rfm_helpers.catalog import Grid
from rfm_helpers.tables.columns import OrderColumns
from rfm_helpers.tables.engines import collect, describe

COLUMNS = OrderColumns()


def checked_lines(source: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Order lines dated by local days, once their types and values are checked."""
    check_types(source.collect_schema(), COLUMNS)
    lines = local_days(source, COLUMNS)
    check_values(lines, COLUMNS)
    return lines


def segmented_windows(
    lines: nw.LazyFrame[Any], days: Sequence[dt.date], months: int, grid: Grid, bounds: Bounds
) -> list[nw.LazyFrame[Any]]:
    """The customers of the window that ends on each day, as `compare_dates` has them, named.

    Args:
        lines: what `checked_lines` gives.
        days: the days, in order.
        months: the length of each window.
        grid: the grid that names the segments.
        bounds: whose bounds the scores have: the first day's, the last's or each its own.

    Returns:
        A table per day: the columns of `rfm_table`, `R`, `F`, `M`, `code_rfm` and `segment`.

    Raises:
        CourseError: a window that the lines do not cover, or that holds no customer.
    """
    first_line = describe(lines, {}, first=nw.col(COLUMNS.date).min())["first"]
    tables = []
    for day in days:
        start = window_start(day, months)
        check_cover(first_line, start)
        known = lines.filter(nw.col(COLUMNS.date) <= nw.lit(day))
        tables.append(settled(rfm_at(known, COLUMNS, day, start)))
    checked = [(table, check_table(table, MEASURES)) for table in tables]
    chosen = {"first": checked[:1], "last": checked[-1:]}.get(bounds, checked)
    cuts = [quantile_cuts(table, MEASURES, facts, grid.levels) for table, facts in chosen]
    return [
        score_by_edges(table, MEASURES, edges, reached=False)
        .with_columns(rfm_code(grid.levels))
        .with_columns(segment_of("code_rfm", grid).alias("segment"))
        for table, edges in zip(tables, cuts * (len(tables) // len(cuts)), strict=True)
    ]


def settled(table: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """A table read several times: worked out once in memory, left to its engine elsewhere."""
    return collect(table, "polars").lazy() if table.implementation.is_polars() else table
