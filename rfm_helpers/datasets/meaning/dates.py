"""Dates that may be mistyped: to come, or alone far from the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rfm_helpers.datasets.meaning.facts import Facts, Finding

FEW_LINES, LEAST_REST, YEAR = 0.01, 4, 365


def after_today(facts: Facts) -> list[Finding]:
    """Lines dated after today."""
    flags = (facts.kept["day"] > pd.Timestamp(facts.today)).to_numpy()
    if not flags.any():
        return []
    asked = {"as_of": facts.today.isoformat()}
    return [Finding("after_today", facts.places(flags), facts.columns.date, asked)]


def lone_dates(facts: Facts) -> list[Finding]:
    """A few lines that a long silence parts from all others, at either end of the file."""
    kept = facts.kept[facts.kept["day"] <= pd.Timestamp(facts.today)]
    days = np.sort(kept["day"].to_numpy().astype("datetime64[D]").astype("int64"))
    low, high = _bulk(days)
    numbers = facts.kept["day"].to_numpy().astype("datetime64[D]").astype("int64")
    past = (facts.kept["day"] <= pd.Timestamp(facts.today)).to_numpy()
    flags = past & ((numbers < low) | (numbers > high))
    if not flags.any():
        return []
    column = facts.lines.cells[facts.columns.date]
    values = column.texts.gather(pd.unique(facts.codes(column)[flags])).to_list()
    asked = {"without": {facts.columns.date: values}}
    return [Finding("lone_dates", facts.places(flags), facts.columns.date, asked)]


def _bulk(days: np.ndarray) -> tuple[int, int]:
    """The first and last day of the bulk of a file.

    >>> _bulk(np.array([-30000, 0, 5, 9, 30]))
    (0, 30)
    """
    few = max(1, int(len(days) * FEW_LINES))
    first, last = 0, len(days)
    for end in range(1, min(few, len(days) - LEAST_REST) + 1):
        if _is_parted(days[end] - days[end - 1], days[end:]):
            first = end
        if _is_parted(days[-end] - days[-end - 1], days[:-end]):
            last = len(days) - end
    rest = days[first:last]
    return (int(rest[0]), int(rest[-1])) if len(rest) else (0, 0)


def _is_parted(silence: int, rest: np.ndarray) -> bool:
    """Whether a silence is longer than a year, and than all the rest, few lines apart."""
    trimmed = rest[len(rest) // 50 : len(rest) - len(rest) // 50]
    return bool(silence > max(YEAR, trimmed[-1] - trimmed[0]))
