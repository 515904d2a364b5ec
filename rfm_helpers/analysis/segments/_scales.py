"""How a score depends on a value: the two methods for which "one step more" has an exact answer.

A value is turned into its *worth*, a number of steps that grows as the customer does better:
minus the days of recency, the orders, the cents. What is reached by whole steps then reads the
same in the three dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


class Scale(Protocol):
    """From a worth to a score, and back."""

    def score(self, worth: float) -> int:
        """The score of a customer worth that much."""

    def worth_for_more_than(self, score: int) -> int | None:
        """The least whole worth that scores more than `score`; None if there is none."""


@dataclass(frozen=True)
class QuantileScale:
    """Score = 1 + floor(levels × customers strictly worse ÷ customers).

    The customer's own value never counts as worse than itself, so only the others matter: a score
    above s needs at least ceil(s × customers ÷ levels) others strictly worse.

    Attributes:
        others: worths of the other customers, ascending.

    Example:
        >>> scale = QuantileScale(np.array([1.0, 1.0, 1.0]), levels=4)
        >>> scale.score(1), scale.worth_for_more_than(1), scale.score(2)
        (1, 2, 4)
    """

    others: Floats
    levels: int

    def score(self, worth: float) -> int:
        """See `Scale`."""
        worse = int(np.searchsorted(self.others, worth, side="left"))
        return 1 + self.levels * worse // (len(self.others) + 1)

    def worth_for_more_than(self, score: int) -> int | None:
        """See `Scale`."""
        needed = -(-score * (len(self.others) + 1) // self.levels)
        if needed > len(self.others):
            return None
        return math.floor(float(self.others[needed - 1])) + 1


@dataclass(frozen=True)
class ThresholdScale:
    """Score = 1 + bounds reached; a value equal to a bound has reached it.

    Attributes:
        bounds: the worth that opens each score above 1, ascending.

    Example:
        >>> scale = ThresholdScale(np.array([2.0, 4.0, 8.0]), levels=4)
        >>> scale.score(4), scale.worth_for_more_than(3), scale.worth_for_more_than(4)
        (3, 8, None)
    """

    bounds: Floats
    levels: int

    def score(self, worth: float) -> int:
        """See `Scale`."""
        return 1 + int(np.searchsorted(self.bounds, worth, side="right"))

    def worth_for_more_than(self, score: int) -> int | None:
        """See `Scale`."""
        return None if score == self.levels else math.ceil(float(self.bounds[score - 1]))


UNITS = {"R": "jours", "F": "commandes", "M": "euros"}
_STEPS = {"R": -1, "F": 1, "M": 100}


@dataclass(frozen=True)
class Case:
    """One customer on one dimension.

    Attributes:
        dimension: "R", "F" or "M".
        column: the column of its values.
        worth: the customer's worth.
        scale: from worths to scores, the other customers unchanged.
    """

    dimension: str
    column: str
    worth: float
    scale: Scale

    @property
    def unit(self) -> str:
        """The French unit of the values."""
        return UNITS[self.dimension]

    @property
    def score(self) -> int:
        """The customer's score."""
        return self.scale.score(self.worth)

    @property
    def target(self) -> int | None:
        """The least worth with a better score; none if it takes a recency below 0."""
        worth = self.scale.worth_for_more_than(self.score)
        return None if worth is None or (self.dimension == "R" and worth > 0) else worth

    def value(self, worth: float) -> float:
        """A worth in the unit of the values."""
        return worth / _STEPS[self.dimension] + 0.0

    def effort(self, worth: float) -> float:
        """What parts the customer from a worth, in the unit of the values."""
        return (worth - self.worth) / abs(_STEPS[self.dimension])


def worths_of(values: pd.Series[float] | Sequence[float], dimension: str) -> Floats:
    """Values as worths. Cents are cut at the millionth, beyond which floats are noise.

    >>> worths_of([19.99, 1175.0], "M").tolist(), worths_of([3], "R").tolist()
    ([1999.0, 117500.0], [-3.0])
    """
    return np.round(np.asarray(values, dtype=float) * _STEPS[dimension], 6)


def cases_of(
    frame: pd.DataFrame,
    row: int,
    columns: Mapping[str, str],
    bounds: Mapping[str, Sequence[float]] | None,
    levels: int,
) -> list[Case]:
    """The customer of a row on each dimension; quantile scales unless `bounds` are given."""
    cases = []
    for dimension, column in columns.items():
        worths = worths_of(frame[column], dimension)
        scale: Scale
        if bounds is None:
            scale = QuantileScale(np.sort(np.delete(worths, row)), levels)
        else:
            scale = ThresholdScale(np.sort(worths_of(bounds[dimension], dimension)), levels)
        cases.append(Case(dimension, column, float(worths[row]), scale))
    return cases
