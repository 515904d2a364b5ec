"""From codes to segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import narwhals as nw
import pandas as pd

from rfm_helpers.analysis.segments._codes import scores_of
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.tables.columns import NO_CUSTOMER, SCORE_FIRST, require_columns
from rfm_helpers.tables.engines import collect, from_native, to_pandas

#: One more than the codes of ten levels: in a table that holds as many, something else is read.
_TOO_MANY = 10**3 + 1


@overload
def assign_segments(
    scored: pd.DataFrame, grid: str | Grid = ..., *, code: str = ...
) -> pd.DataFrame: ...
@overload
def assign_segments(scored: Any, grid: str | Grid = ..., *, code: str = ...) -> Any: ...
@one_door(SCORE_FIRST)
def assign_segments(scored: Any, grid: str | Grid = "onze", *, code: str = "code_rfm") -> Any:
    """Name the segment of each customer.

    The grid declares its number of levels, and scores of another number of levels are refused:
    the same digits would not mean the same customers. The number of levels of `scored` is the one
    that `score_rfm` left in `scored.attrs["rfm_levels"]`, which pandas keeps when a frame is
    copied, filtered or sorted. Where it is lost (a merge, a file, another engine), it is the
    highest score in the table: safe, since a whole table practically always has its best score on
    one of the three dimensions, and a part of one is refused rather than misnamed.

    Args:
        scored: one row per customer, as `score_rfm` gives it, in a table of any engine.
        grid: name of a grid of the catalog (`GRID_NAMES`) or a grid.
        code: column of the codes (text, "244").

    Returns:
        The table with the text column `segment` added (replaced if it was there): a pandas copy
        of a table in memory; a lazy table (Polars lazy, DuckDB, Ibis, Spark) stays in its engine.

    Raises:
        CourseError: no code column, no customer, another number of levels, a code that is not in
            the grid.

    Source: the eleven segments and their 64 four-level codes, source 002.

    Example:
        >>> scored = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["444", "111"]})
        >>> assign_segments(scored)["segment"].tolist()
        ['Champions', 'Perdus']
    """
    opened, names = from_native(scored, "la table des clients"), resolve_grid(grid)
    require_columns(opened.collect_schema().names(), [code], remedy=SCORE_FIRST)
    if isinstance(opened, nw.LazyFrame):
        _check_codes(_codes_in(opened, code), None, names)
        segment = segment_of(_written(opened, code), names)
        return opened.with_columns(segment=segment).to_native()
    frame = to_pandas(scored)
    written = frame[code]
    if pd.api.types.is_float_dtype(written.dtype):
        written = written.astype("Int64")
    places, codes = pd.factorize(written.astype("string"), use_na_sentinel=False)
    _check_codes(list(codes), frame.attrs.get("rfm_levels"), names)
    segments = pd.array([names.by_code[one] for one in codes], dtype="str")
    return frame.assign(segment=segments.take(places))


def _codes_in(table: nw.LazyFrame[Any], code: str) -> list[Any]:
    """The different codes of a lazy table, of which there are few."""
    written = table.select(_written(table, code).alias("code"))
    groups = written.group_by("code").agg(nw.len().alias("clients")).head(_TOO_MANY)
    return sorted(collect(groups, "polars")["code"].to_list(), key=str)


def _written(table: nw.LazyFrame[Any], code: str) -> nw.Expr:
    """Codes as texts: a file or a merge may have made them numbers (244.0)."""
    value = nw.col(code)
    if table.collect_schema()[code].is_float():
        value = value.cast(nw.Int64)
    return value.cast(nw.String)


def segment_of(code: nw.Expr, grid: Grid) -> nw.Expr:
    """The segment that a grid gives to a code; missing where it gives none."""
    segment = nw.lit(None, dtype=nw.String)
    for name in grid.names:
        known = code.is_in(list(grid.codes_of(name)))
        segment = nw.when(known).then(nw.lit(name)).otherwise(segment)
    return segment


def _check_codes(codes: Sequence[Any], declared: int | None, grid: Grid) -> None:
    if not codes:
        raise CourseError(NO_CUSTOMER)
    _check_levels(codes, declared, grid)
    for code in codes:
        if code not in grid.by_code:
            raise CourseError(
                f"Le code « {'vide' if pd.isna(code) else code} » n’est pas dans la grille "
                f"« {grid.id} » : relancez score_rfm(table, levels={grid.levels})."
            )


def _check_levels(codes: Sequence[Any], declared: int | None, grid: Grid) -> None:
    levels = declared or _highest_score(codes)
    if levels is None or levels == grid.levels:
        return
    seen = f"sont sur {levels} niveaux" if declared else f"ont {levels} pour plus haut score"
    raise CourseError(
        f"La grille « {grid.id} » attend des scores sur {grid.levels} niveaux et "
        f"ceux de la table {seen} : relancez score_rfm(table, levels={grid.levels}) sur tous "
        "les clients, puis nommez les segments."
    )


def _highest_score(codes: Sequence[Any]) -> int | None:
    """The highest score in the codes; None when one of them is no code at all."""
    try:
        return max(score for code in codes if not pd.isna(code) for score in scores_of(code))
    except ValueError:
        return None
