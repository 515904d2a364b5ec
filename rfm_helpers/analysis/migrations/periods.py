"""The customers of several windows, scored with the bounds of one, in the engine of the lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import narwhals as nw

from rfm_helpers.analysis.day_lines import DayLines
from rfm_helpers.analysis.segments.assign import segment_of
from rfm_helpers.analysis.windows import Bounds, scored_windows
from rfm_helpers.catalog import Grid
from rfm_helpers.tables.columns import OrderColumns

COLUMNS = OrderColumns()


def segmented_windows(
    lines: DayLines, days: Sequence[dt.date], months: int, grid: Grid, bounds: Bounds
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
    named = segment_of(nw.col("code_rfm"), grid).alias("segment")
    windows = scored_windows(lines, days, months, grid.levels, bounds)
    return [window.with_columns(named) for window in windows]
