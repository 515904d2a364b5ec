"""How sure a mean or a share is: the two intervals that tables of customers need."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.campaign.uplift import wilson

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
Interval = tuple[float, float]


def share_interval(count: float, total: int) -> Interval:
    """Wilson's interval at 95 % of a share (`wilson`); missing where nobody is counted.

    >>> tuple(round(end, 2) for end in share_interval(30, 100))
    (0.22, 0.4)
    """
    return wilson(count, total, Z) if total else (np.nan, np.nan)


def mean_interval(values: Any) -> Interval:
    """The interval at 95 % of a mean: the mean, less and plus 1.96 standard errors.

    It holds for some thirty values and more; amounts that a few customers carry need a hundred.
    Missing below two values.

    >>> tuple(round(end, 1) for end in mean_interval([90.0, 100.0, 110.0]))
    (88.7, 111.3)
    """
    numbers = np.asarray(values, dtype=float)
    if len(numbers) < 2:
        return np.nan, np.nan
    half = Z * numbers.std(ddof=1) / np.sqrt(len(numbers))
    return float(numbers.mean() - half), float(numbers.mean() + half)


def shares_with_intervals(table: pd.DataFrame, count: str, total: str) -> pd.DataFrame:
    """A table with the share `count` ÷ `total` of each row (`part`) and its ends (`bas`, `haut`).

    >>> table = pd.DataFrame({"revenus": [30], "clients": [100]})
    >>> shares_with_intervals(table, "revenus", "clients")[["part", "bas", "haut"]].round(2)
       part   bas  haut
    0   0.3  0.22   0.4
    """
    pairs = zip(table[count], table[total], strict=True)
    ends = [share_interval(one, int(of)) for one, of in pairs]
    return table.assign(
        part=table[count] / table[total].where(table[total] > 0),
        bas=[low for low, _ in ends],
        haut=[high for _, high in ends],
    )


def bootstrap_interval(
    statistic: Callable[[np.ndarray], float], size: int, *, draws: int = 500, seed: int = 2025
) -> Interval:
    """The interval at 95 % of a statistic of customers, by drawing the customers again.

    Args:
        statistic: of the places (0 to `size` − 1) of customers drawn with replacement.
        size: how many customers there are.
        draws: samples drawn.
        seed: the same seed gives the same samples.

    Example:
        >>> spent = np.arange(100.0)
        >>> low, high = bootstrap_interval(lambda drawn: spent[drawn].mean(), 100)
        >>> low < 49.5 < high
        True
    """
    low, high = bootstrap_band(lambda drawn: np.array(statistic(drawn)), size, draws, seed)
    return float(low), float(high)


def bootstrap_band(
    statistic: Callable[[np.ndarray], np.ndarray], size: int, draws: int = 500, seed: int = 2025
) -> np.ndarray:
    """The same, of as many statistics at once: an array of the low ends and one of the high ends.

    >>> spent = np.arange(100.0)
    >>> bootstrap_band(lambda drawn: np.quantile(spent[drawn], [0.25, 0.75]), 100).shape
    (2, 2)
    """
    random = np.random.default_rng(seed)
    found = [statistic(random.integers(0, size, size)) for _ in range(draws)]
    ends = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    return np.asarray(np.nanquantile(found, ends, axis=0))
