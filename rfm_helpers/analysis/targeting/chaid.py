"""CHAID: merges what does not differ, tests, splits several ways, stops early."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.targeting.features import CRITERIA
from rfm_helpers.analysis.targeting.trees import (
    Branch,
    Node,
    TargetTree,
    check_learning,
    is_number,
)
from rfm_helpers.errors import CourseError

ALPHA = 0.05
_Groups = list[list[int]]


@dataclass(frozen=True)
class Split:
    """The best split of one criterion: its branches, chi-square, and p-value once adjusted."""

    column: str
    branches: tuple[Branch, ...]
    chi_square: float
    p_value: float


def fit_chaid(
    table: pd.DataFrame,
    columns: Sequence[str] = CRITERIA,
    target: str = "rachat",
    *,
    alpha: float = ALPHA,
    min_leaf: int = 50,
    depth: int = 3,
    bins: int = 10,
) -> TargetTree:
    """Learn a CHAID tree of who responds.

    CHAID (G. V. Kass, « An exploratory technique for investigating large quantities of categorical
    data », Applied Statistics 29, 1980). A number is first cut in `bins` slices of as many
    customers. For each criterion, the two classes that differ least (neighbours, for a number) are
    merged while chance alone could make them differ (chi-square, above `alpha`). The criterion
    whose groups have the smallest p-value splits the customers, in as many branches as groups, and
    so on; where none goes below `alpha`, the tree stops.

    The p-value is multiplied by the number of ways in which the classes could have been merged
    (Kass's Bonferroni multiplier), and by the number of criteria tried: on data mixed at random, a
    tree of one leaf comes out at least 95 times in 100. Without it, chance would nearly always find
    a split: the package `CHAID` (5.5.1), which multiplies by neither, split 93 of 100 tables of
    pure noise (600 rows, five criteria). That is why the tree is grown here.

    Args:
        table: what `target_table` gives: the criteria and the outcome.
        columns: the criteria.
        target: column of the outcome (bool).
        alpha: the risk accepted at each split (between 0 and 1).
        min_leaf: the fewest customers in a leaf.
        depth: the most splits one below the other.
        bins: slices in which a number is cut.

    Returns:
        The tree.

    Raises:
        CourseError: missing column or value, an outcome that does not vary, an impossible setting.

    Source: source 001.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> tree = fit_chaid(table, ["recence"])
        >>> [node.customers for node in tree.nodes]
        [400, 200, 200]
    """
    check_learning(table, columns, target)
    if not 0 < alpha < 1 or min_leaf < 1 or depth < 0 or bins < 2:
        raise CourseError(
            "Un réglage de CHAID ne convient pas : alpha entre 0 et 1, feuilles d’un client au "
            "moins, deux tranches au moins."
        )
    nodes: list[Node] = []

    def grow(rows: pd.DataFrame, parent: int | None, branch: Branch | None, level: int) -> None:
        own = len(nodes)
        nodes.append(Node(own, parent, branch, len(rows), int(rows[target].sum()), level))
        if level >= depth or rows[target].nunique() < 2:
            return
        best = min(
            criterion_splits(rows, columns, target, alpha, min_leaf, bins),
            key=lambda split: (split.p_value, -split.chi_square),
            default=None,
        )
        if best is not None and best.p_value <= alpha:
            for side in best.branches:
                grow(rows[side.holds(rows)], own, side, level + 1)

    grow(table, None, None, 0)
    return TargetTree("CHAID", tuple(nodes))


def criteria_effects(
    table: pd.DataFrame,
    columns: Sequence[str] = CRITERIA,
    target: str = "rachat",
    *,
    alpha: float = ALPHA,
    min_leaf: int = 50,
) -> pd.DataFrame:
    """Does a criterion say anything of who responds? The first step of CHAID, one by one.

    A criterion without effect need not be worked out (source 001): one whose p-value stays above
    `alpha` can be dropped, as far as these customers tell.

    Args:
        table, columns, target, alpha, min_leaf: as for `fit_chaid`.

    Returns:
        One row per criterion, the smallest p-value first: `critere`, `groupes` (int: 1 where all
        classes were merged), `p_valeur` (0–1, adjusted), `effet` (bool), `phrase` (French).

    Raises:
        CourseError: as `fit_chaid`.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "age": [30, 40] * 200,
        ...                       "rachat": [True] * 200 + [False] * 200})
        >>> criteria_effects(table, ["age", "recence"])[["critere", "groupes", "effet"]].values
        array([['recence', 2, True],
               ['age', 1, False]], dtype=object)
    """
    check_learning(table, columns, target)
    found = {one.column: one for one in criterion_splits(table, columns, target, alpha, min_leaf)}
    rows = []
    for column in columns:
        split = found.get(column)
        p_value = split.p_value if split else 1.0
        groups = " ; ".join(branch.text for branch in split.branches) if split else "un seul groupe"
        rows.append(
            (column, len(split.branches) if split else 1, p_value, p_value <= alpha, groups)
        )
    table = pd.DataFrame(rows, columns=["critere", "groupes", "p_valeur", "effet", "phrase"])
    return table.sort_values("p_valeur", ignore_index=True, kind="stable")


def criterion_splits(
    rows: pd.DataFrame,
    columns: Sequence[str],
    target: str,
    alpha: float = ALPHA,
    min_leaf: int = 50,
    bins: int = 10,
) -> Iterator[Split]:
    """The best split of each criterion that leaves two groups or more.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> [split.branches[0].high for split in criterion_splits(table, ["recence"], "rachat")]
        [199.0]
    """
    outcome = rows[target].to_numpy(dtype=bool)
    for column in columns:
        ordered = is_number(rows[column])
        classes, names = _classes(rows[column], ordered, bins)
        sides = (np.bincount(classes[side], minlength=len(names)) for side in (outcome, ~outcome))
        counts = [list(pair) for pair in zip(*(side.tolist() for side in sides), strict=True)]
        groups, table = _merged(counts, ordered, alpha, min_leaf)
        if len(groups) < 2:
            continue
        chi_square, p_value = chi_square_test(table)
        tries = _ways(len(names), len(groups), ordered) * len(columns)
        branches = _branches(column, groups, names, ordered)
        yield Split(column, branches, chi_square, min(1.0, p_value * tries))


def chi_square_test(table: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Pearson's chi-square of a table of counts, and its p-value.

    >>> chi_square, p_value = chi_square_test([[30, 70], [50, 50]])
    >>> round(chi_square, 3), round(p_value, 4)
    (8.333, 0.0039)
    """
    from scipy.special import chdtrc

    rows, columns = (
        [sum(row) for row in table],
        [sum(column) for column in zip(*table, strict=True)],
    )
    if not (all(rows) and all(columns)):
        return 0.0, 1.0
    chi_square, total = 0.0, sum(rows)
    # Counts are few and tests many: numpy would take ten times as long.
    for row, height in zip(table, rows, strict=True):
        for count, width in zip(row, columns, strict=True):
            expected = height * width / total
            chi_square += (count - expected) ** 2 / expected
    return chi_square, float(chdtrc((len(rows) - 1) * (len(columns) - 1), chi_square))


def _classes(column: pd.Series[Any], ordered: bool, bins: int) -> tuple[np.ndarray, list[Any]]:
    """The class of each row, from 0, and the name of each: its highest number, or its value."""
    if not ordered:
        classes, found = pd.factorize(column.astype(str), sort=True)
        return classes, found.tolist()
    values = column.to_numpy(dtype=float)
    edges = np.unique(np.quantile(values, np.arange(1, bins + 1) / bins, method="lower"))
    return np.searchsorted(edges, values, side="left"), edges.tolist()


def _merged(
    counts: list[list[int]], ordered: bool, alpha: float, min_leaf: int
) -> tuple[_Groups, list[list[int]]]:
    """The groups left once the classes that chance could part, or too small ones, are merged.

    Their counts come with them.
    """
    groups: _Groups = [[place] for place in range(len(counts))]
    tables = list(counts)
    while len(groups) > 1:
        small = [place for place, one in enumerate(tables) if sum(one) < min_leaf]
        pairs = [
            (one, other)
            for one in range(len(groups))
            for other in range(one + 1, min(one + 2, len(groups)) if ordered else len(groups))
            if not small or one in small or other in small
        ]
        alike = {pair: chi_square_test([tables[pair[0]], tables[pair[1]]])[1] for pair in pairs}
        one, other = max(alike, key=lambda pair: alike[pair])
        if not small and alike[one, other] <= alpha:
            break
        groups[one] = sorted(groups[one] + groups.pop(other))
        tables[one] = [sum(pair) for pair in zip(tables[one], tables.pop(other), strict=True)]
    return groups, tables


def _ways(classes: int, groups: int, ordered: bool) -> float:
    """In how many ways so many classes can be merged into so many groups (Kass, 1980)."""
    if ordered:
        return math.comb(classes - 1, groups - 1)
    ways: float = sum(
        (-1) ** left * (groups - left) ** classes
        / (math.factorial(left) * math.factorial(groups - left))
        for left in range(groups)
    )  # fmt: skip
    return ways


def _branches(column: str, groups: _Groups, names: list[Any], ordered: bool) -> tuple[Branch, ...]:
    if not ordered:
        return tuple(Branch(column, values=tuple(names[one] for one in group)) for group in groups)
    highs = [float(names[group[-1]]) for group in groups[:-1]]
    lows: list[float | None] = [None, *highs]
    ends: list[float | None] = [*highs, None]
    return tuple(Branch(column, low=low, high=high) for low, high in zip(lows, ends, strict=True))
