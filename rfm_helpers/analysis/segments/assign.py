"""From codes to segments."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.segments._codes import scores_of
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import SCORE_FIRST, require_columns, require_rows
from rfm_helpers.tables.engines import to_pandas


def assign_segments(
    scored: Any, grid: str | Grid = "onze", *, code: str = "code_rfm"
) -> pd.DataFrame:
    """Name the segment of each customer.

    The grid declares its number of levels, and scores of another number of levels are refused:
    the same digits would not mean the same customers. The number of levels of `scored` is the one
    that `score_rfm` left in `scored.attrs["rfm_levels"]`, which pandas keeps when a frame is
    copied, filtered or sorted. Where it is lost (a merge, a file, another engine), it is the
    highest score in the table: safe, since a whole table practically always has its best score on
    one of the three dimensions, and a part of one is refused rather than misnamed.

    Args:
        scored: one row per customer, as `score_rfm` gives it (pandas; Polars, Arrow and DuckDB
            are converted).
        grid: name of a grid of the catalog (`GRID_NAMES`) or a grid.
        code: column of the codes (text, "244").

    Returns:
        A pandas copy with the text column `segment` added (replaced if it was there).

    Raises:
        CourseError: no code column, no customer, another number of levels, a code that is not in
            the grid.

    Source: the eleven segments and their 64 four-level codes, source 002.

    Example:
        >>> scored = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["444", "111"]})
        >>> assign_segments(scored)["segment"].tolist()
        ['Champions', 'Perdus']
    """
    frame, names = to_pandas(scored), resolve_grid(grid)
    require_columns(frame.columns, [code], remedy=SCORE_FIRST)
    require_rows(frame)
    codes = frame[code].astype("string")
    _check_levels(frame, codes, names)
    segments = codes.map(names.by_code)
    _check_known(codes, segments, names)
    return frame.assign(segment=segments.astype("str"))


def _check_levels(frame: pd.DataFrame, codes: pd.Series[str], grid: Grid) -> None:
    declared = frame.attrs.get("rfm_levels")
    levels = declared or _highest_score(codes)
    if levels is None or levels == grid.levels:
        return
    seen = f"sont sur {levels} niveaux" if declared else f"ont {levels} pour plus haut score"
    raise CourseError(
        f"La grille « {grid.id} » attend des scores sur {grid.levels} niveaux et "
        f"ceux de la table {seen} : relancez score_rfm(table, levels={grid.levels}) sur tous "
        "les clients, puis nommez les segments."
    )


def _highest_score(codes: pd.Series[str]) -> int | None:
    """The highest score in the codes; None when one of them is no code at all."""
    try:
        return max(score for code in codes.dropna().unique() for score in scores_of(code))
    except ValueError:
        return None


def _check_known(codes: pd.Series[str], segments: pd.Series[str], grid: Grid) -> None:
    unknown = codes[segments.isna()]
    if unknown.empty:
        return
    value = unknown.iloc[0]
    raise CourseError(
        f"Le code « {'vide' if pd.isna(value) else value} » n’est pas dans la grille "
        f"« {grid.id} » : relancez score_rfm(table, levels={grid.levels})."
    )
