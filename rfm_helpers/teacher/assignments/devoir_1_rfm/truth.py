"""What is right for a variant, and what follows from a student's earlier answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.datasets import clean_orders
from rfm_helpers.datasets.loaders import RAW_COLUMNS as COLUMNS
from rfm_helpers.teacher.assignments.checks import is_own
from rfm_helpers.teacher.assignments.devoir_1_rfm.variant import EXPORT
from rfm_helpers.teacher.assignments.variants import Given, Variant

T = TypeVar("T")


@dataclass(frozen=True)
class Chain:
    """The right answers of a variant, step by step; ``year`` has the lines after the date too."""

    year: pd.DataFrame
    lines: pd.DataFrame
    rfm: pd.DataFrame
    scores: pd.DataFrame
    segments: pd.DataFrame
    profile: pd.DataFrame


@lru_cache(maxsize=8)
def truth(variant: Variant) -> Chain:
    """The right answers of a variant, computed once."""
    given, export = variant.parameters, variant.tables[EXPORT]
    # A copy is dated like its line: cutting after cleaning gives what cleaning up to the day does.
    year, _ = clean_orders(export, **COLUMNS)
    lines = orders_until(year, given["DATE_REFERENCE"])
    rfm = rfm_table(lines, as_of=given["DATE_REFERENCE"])
    scores = score_rfm(rfm, levels=given["NIVEAUX"])
    segments = assign_segments(scores, given["GRILLE"])
    profile = segment_profile(segments, given["GRILLE"])
    return Chain(year, lines, rfm, scores, segments, profile)


def following(
    table: pd.DataFrame | None,
    true: pd.DataFrame,
    follow: Callable[[pd.DataFrame], T],
    right: T | None = None,
) -> tuple[pd.DataFrame, T]:
    """The table from which a student went on, and what follows from it.

    Args:
        table: the student's own, if it was given.
        true: the right one.
        follow: what the next question asks of a table.
        right: what follows from the right one, where that is known already.

    Returns:
        The student's table; the true one when it is another student's or cannot be used.
    """
    if table is not None:
        with suppress(Exception):
            if is_own(table, true):
                return table, follow(table)
    return true, follow(true) if right is None else right


def lines_given(given: Given) -> pd.DataFrame | None:
    """The student's lines, their cells typed again; None when they cannot be used."""
    lines = given.table("lignes")
    if lines is None:
        return None
    with suppress(Exception):
        return lines.assign(
            date_achat=pd.to_datetime(lines["date_achat"]),
            montant=lines["montant"].astype(float),
        )
    return None
