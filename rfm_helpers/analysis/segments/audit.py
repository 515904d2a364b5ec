"""Is a grid sound? Coverage, customers, and better scores that give a worse label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rfm_helpers.analysis.scores import SCORES
from rfm_helpers.analysis.segments._codes import code_of, scores_of
from rfm_helpers.analysis.segments.assign import assign_segments
from rfm_helpers.catalog import Grid, all_codes
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.french.words import french


@dataclass(frozen=True, repr=False)
class Audit:
    """What `audit_grid` found; shown as French sentences.

    Attributes:
        coverage: one row per code: `code`, `segment` (empty if none), `fois` (segments that hold
            the code: 1 in a sound grid), and `clients` when customers were given.
        segments: one row per segment, best first: `segment`, `codes` (how many), and `clients`
            when customers were given.
        inversions: one row per pair of neighbouring codes where one point more gives a worse
            segment: `code`, `segment`, `code_meilleur`, `segment_obtenu`, `dimension`.
    """

    coverage: pd.DataFrame
    segments: pd.DataFrame
    inversions: pd.DataFrame

    @property
    def sentences(self) -> tuple[str, ...]:
        """The findings in French, one sentence each."""
        found = [self._coverage_sentence(), self._inversion_sentence()]
        if "clients" in self.segments:
            found.insert(1, self._customer_sentence())
        return tuple(map(french, found))

    def _coverage_sentence(self) -> str:
        once = int(self.coverage["fois"].eq(1).sum())
        return f"{once} codes sur {len(self.coverage)} portent un segment et un seul."

    def _customer_sentence(self) -> str:
        codes = int(self.coverage["clients"].eq(0).sum())
        segments = self.segments.loc[self.segments["clients"].eq(0), "segment"]
        names = ", ".join(f"« {name} »" for name in segments) or "aucun"
        return f"Codes sans aucun client : {codes} ; segments sans client : {names}."

    def _inversion_sentence(self) -> str:
        if self.inversions.empty:
            return "Un point de plus ne donne jamais un segment moins bien classé."
        return (
            f"Dans {len(self.inversions)} cas, un point de plus donne un segment moins bien classé."
        )

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


def audit_grid(grid: str | Grid = "onze", scored: Any = None) -> Audit:
    """Check a segment grid, alone or against customers.

    Two codes are neighbours when they are equal but for a single point, in R, F or M. The pair is
    an inversion when the better code has a segment that the grid ranks lower.

    Args:
        grid: name of a grid of the catalogue, or a grid.
        scored: one row per customer, `code_rfm` on the grid's levels; None for the grid alone.

    Returns:
        An `Audit`.

    Raises:
        CourseError: scores of another number of levels.

    Example:
        >>> report = audit_grid("onze")
        >>> report.inversions.query("code == '211'")["code_meilleur"].tolist()
        ['221']
        >>> audit_grid("cinq_niveaux").inversions.empty
        True
    """
    checked = resolve_grid(grid)
    coverage, segments = _coverage(checked), _segments(checked)
    if scored is not None:
        customers = assign_segments(scored, checked)
        coverage = _with_customers(coverage, "code", customers["code_rfm"].astype("str"))
        segments = _with_customers(segments, "segment", customers["segment"])
    return Audit(coverage, segments, _inversions(checked))


def _coverage(grid: Grid) -> pd.DataFrame:
    held = Counter(code for segment in grid.segments for code in segment.codes)
    table = pd.DataFrame({"code": all_codes(grid.levels)})
    return table.assign(
        segment=table["code"].map(grid.by_code).fillna(""),
        fois=table["code"].map(held).fillna(0).astype("int64"),
    )


def _segments(grid: Grid) -> pd.DataFrame:
    codes = [len(grid.codes_of(name)) for name in grid.names]
    return pd.DataFrame({"segment": grid.names, "codes": codes})


def _with_customers(table: pd.DataFrame, key: str, seen: pd.Series[str]) -> pd.DataFrame:
    return table.assign(clients=table[key].map(seen.value_counts()).fillna(0).astype("int64"))


def _inversions(grid: Grid) -> pd.DataFrame:
    segment_of = {code: segment for segment in grid.segments for code in segment.codes}
    rows = [
        (code, segment_of[code].name, better, segment_of[better].name, dimension)
        for code, better, dimension in _neighbours(sorted(segment_of, key=scores_of), grid.levels)
        if better in segment_of and segment_of[better].rank > segment_of[code].rank
    ]
    columns = ["code", "segment", "code_meilleur", "segment_obtenu", "dimension"]
    return pd.DataFrame(rows, columns=columns)


def _neighbours(codes: list[str], levels: int) -> Iterator[tuple[str, str, str]]:
    """Each code with the codes that hold one point more, and the dimension of that point."""
    for code in codes:
        scores = scores_of(code)
        for place, dimension in enumerate(SCORES):
            if scores[place] < levels:
                raised = [score + (spot == place) for spot, score in enumerate(scores)]
                yield code, code_of(raised, levels), dimension
