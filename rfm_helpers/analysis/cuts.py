"""Where quantile scores change: found by sorting in memory, by counting elsewhere.

Where rows are spread, no machine holds or sorts all the customers. Each pass over the table counts
the customers up to some values, for all cuts at once, and keeps for each cut the narrowest interval
that holds it. What is bisected are integers, the places of numbers among all floats: days, orders,
cents and mean baskets all end on the exact value, in sixteen passes at most, six or seven mostly.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from rfm_helpers.tables.engines import as_number, one_row

#: Each pass cuts an interval into this many.
PARTS = 16


def quantile_cuts(
    table: nw.LazyFrame[Any],
    columns: Mapping[str, str],
    facts: Mapping[str, Any],
    levels: int,
) -> dict[str, list[float]]:
    """The values that part the scores of each dimension.

    Args:
        table: one row per customer.
        columns: dimension ("R", "F", "M") → its column, of finite numbers.
        facts: `rows`, how many customers there are, and the bounds of each dimension
            (`min_R`, `max_R`…).
        levels: the number of scores; no more than there are customers.

    Returns:
        Dimension → `levels - 1` values, from the lowest score: a customer has one point, and one
        more for each value that is beaten (recency below it, frequency or amount above it).

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"recence": [10, 300, 20, 5]}))
        >>> quantile_cuts(table, {"R": "recence"}, {"rows": 4, "min_R": 5, "max_R": 300}, 4)
        {'R': [300.0, 20.0, 10.0]}
    """
    customers = facts["rows"]
    searches: dict[str, list[_Search]] = {}
    for score, column in columns.items():
        low, high = place_of(facts[f"min_{score}"]) - 1, place_of(facts[f"max_{score}"])
        ranks = _ranks(score, customers, levels)
        searches[score] = [_Search(column, rank, low, high) for rank in ranks]
    while left := [one for group in searches.values() for one in group if not one.found]:
        asked = {name: ask for one in left for name, ask in one.questions().items()}
        answers = one_row(table.select(*(ask.alias(name) for name, ask in asked.items())))
        for one in left:
            one.narrow(answers)
    return {score: [value_at(one.high) for one in group] for score, group in searches.items()}


def cuts_in_memory(
    table: nw.DataFrame[Any], columns: Mapping[str, str], levels: int
) -> dict[str, list[float]]:
    """What `quantile_cuts` finds, of a table whose rows are at hand.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.DataFrame({"recence": [10, 300, 20, 5]}))
        >>> cuts_in_memory(table, {"R": "recence"}, 4)
        {'R': [300, 20, 10]}
    """
    cuts: dict[str, list[float]] = {}
    for score, column in columns.items():
        places = [rank - 1 for rank in _ranks(score, len(table), levels)]
        cuts[score] = np.partition(table[column].to_numpy(), places)[places].tolist()
    return cuts


def _ranks(score: str, customers: int, levels: int) -> list[int]:
    """The rank, from 1 for the smallest value, of each cut, that of the lowest score first."""
    worse = [-(-step * customers // levels) for step in range(1, levels)]
    return [customers + 1 - rank for rank in worse] if score == "R" else worse


@dataclass
class _Search:
    """The value of a rank (from 1, the smallest), at a place above `low` and at most `high`."""

    column: str
    rank: int
    low: int
    high: int

    @property
    def found(self) -> bool:
        return self.high - self.low <= 1

    def questions(self) -> dict[str, nw.Expr]:
        """How many values stand up to each probe, and the ends of those in the interval."""
        value = nw.col(self.column).cast(nw.Float64)
        above, up_to = value > value_at(self.low), value <= value_at(self.high)
        counts = {
            self._name(probe): as_number(value <= value_at(probe)).sum() for probe in self._probes()
        }
        return counts | {
            self._name("first", self.low): nw.when(above).then(value).min(),
            self._name("last", self.high): nw.when(up_to).then(value).max(),
        }

    def narrow(self, answers: Mapping[str, Any]) -> None:
        """Keep the part of the interval that holds the rank."""
        probes = self._probes()
        short = [probe for probe in probes if answers[self._name(probe)] < self.rank]
        first = place_of(answers[self._name("first", self.low)])
        last = place_of(answers[self._name("last", self.high)])
        self.low, self.high = (
            max(*short, first - 1, self.low),
            min(*(probe for probe in probes if probe not in short), last, self.high),
        )

    def _probes(self) -> list[int]:
        width = self.high - self.low
        return sorted({self.low + width * part // PARTS for part in range(1, PARTS)} - {self.low})

    def _name(self, *what: object) -> str:
        return "_".join(map(str, (self.column, *what)))


def place_of(value: float) -> int:
    """The place of a number among all floats, from 0 for zero.

    >>> place_of(0.0), place_of(1.0) - place_of(0.5) == 2**52, place_of(-2.0) == -place_of(2.0)
    (0, True, True)
    """
    (bits,) = struct.unpack("<q", struct.pack("<d", abs(value)))
    return int(-bits if value < 0 else bits)


def value_at(place: int) -> float:
    """The number at a place among all floats.

    >>> value_at(place_of(117.5)), value_at(-place_of(0.3))
    (117.5, -0.3)
    """
    (size,) = struct.unpack("<d", struct.pack("<q", abs(place)))
    return float(-size if place < 0 else size)
