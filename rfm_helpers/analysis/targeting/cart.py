"""CART: splits in two by impurity, then prunes (scikit-learn)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
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

SEED = 2025


def fit_cart(
    table: pd.DataFrame,
    columns: Sequence[str] = CRITERIA,
    target: str = "rachat",
    *,
    min_leaf: int = 50,
    prune: bool = True,
) -> TargetTree:
    """Learn a CART tree of who responds.

    CART (Breiman, Friedman, Olshen and Stone, 1984) parts the customers in two, each time by the
    criterion and the bound that leave the purest halves (Gini), as far as `min_leaf` allows; it
    does no significance test. Then it prunes: of the trees obtained by cutting the weakest branches
    one by one, the smallest whose error, measured by cross-validation on five parts, is within one
    standard error of the best. A criterion made of names is asked one name at a time.

    Args:
        table: what `target_table` gives: the criteria and the outcome.
        columns: the criteria.
        target: column of the outcome (bool).
        min_leaf: the fewest customers in a leaf.
        prune: False keeps the tree as it grew; with `min_leaf=1` it learns its data by heart.

    Returns:
        The tree.

    Raises:
        CourseError: missing column or value, an outcome that does not vary, a `min_leaf` below 1.

    Source: source 001, whose card gives CART significance tests; it has none, those are CHAID's.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> tree = fit_cart(table, ["recence"])
        >>> [node.branch.text.replace("\\xa0", " ") for node in tree.nodes[1:]]
        ['la récence est de 199 jours au plus', 'la récence est de plus de 199 jours']
    """
    check_learning(table, columns, target)
    if min_leaf < 1:
        raise CourseError("Une feuille compte au moins un client : écrivez 1 ou plus.")
    data, answers = _encoded(table, columns)
    outcome = table[target].astype(int).to_numpy()
    alpha = _pruning(data, outcome, min_leaf) if prune else 0.0
    model = _grown(data, outcome, min_leaf, alpha)
    return TargetTree("CART", tuple(_nodes(model.tree_, data, outcome, answers, table)))


def pruned_trees(
    table: pd.DataFrame,
    columns: Sequence[str] = CRITERIA,
    target: str = "rachat",
    *,
    leaves: Sequence[int] = (2, 4, 8, 16),
    min_leaf: int = 50,
) -> dict[int, TargetTree]:
    """The trees that CART obtains from a grown one by cutting its weakest branches one by one.

    Args:
        table, columns, target, min_leaf: as for `fit_cart`.
        leaves: the sizes wanted; for each, the largest tree of no more leaves, since one cut may
            take several.

    Returns:
        The trees by their number of leaves, the smallest first; the last is the one that was never
        pruned.

    Raises:
        CourseError: as `fit_cart`.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> list(pruned_trees(table, ["recence"]))
        [2]
    """
    check_learning(table, columns, target)
    data, answers = _encoded(table, columns)
    outcome = table[target].astype(int).to_numpy()
    prices = _prices(_grown(data, outcome, min_leaf), data, outcome)

    def size(price: float) -> int:
        return int(_grown(data, outcome, min_leaf, price).get_n_leaves())

    places = [bisect_left(prices, -wanted, key=lambda price: -size(price)) for wanted in leaves]
    kept = [prices[place] for place in places if place < len(prices)]
    models = [_grown(data, outcome, min_leaf, price) for price in (*kept, 0.0)]
    return {
        int(model.get_n_leaves()): TargetTree(
            "CART", tuple(_nodes(model.tree_, data, outcome, answers, table))
        )
        for model in sorted(models, key=lambda model: model.get_n_leaves())
    }


def _grown(data: np.ndarray, outcome: np.ndarray, min_leaf: int, price: float = 0.0) -> Any:
    """The tree of scikit-learn; the price of a branch prunes it."""
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(min_samples_leaf=min_leaf, ccp_alpha=price, random_state=SEED)
    return model.fit(data, outcome)


def _prices(grown: Any, data: np.ndarray, outcome: np.ndarray) -> Any:
    """The prices at which the branches of a tree fall, from the weakest on."""
    return grown.cost_complexity_pruning_path(data, outcome).ccp_alphas.clip(min=0)


def _encoded(
    table: pd.DataFrame, columns: Sequence[str]
) -> tuple[np.ndarray, list[tuple[str, str | None]]]:
    """The criteria as numbers, and what each number answers: a column, or one of its names."""
    parts: list[np.ndarray] = []
    answers: list[tuple[str, str | None]] = []
    for column in columns:
        if is_number(table[column]):
            parts.append(table[column].to_numpy(dtype=float))
            answers.append((column, None))
            continue
        names = table[column].astype(str)
        for value in sorted(names.unique()):
            parts.append((names == value).to_numpy(dtype=float))
            answers.append((column, value))
    return np.column_stack(parts), answers


def _pruning(data: np.ndarray, outcome: np.ndarray, min_leaf: int) -> float:
    """The price of a branch: the highest whose cross-validated error is near the lowest."""
    from sklearn.model_selection import StratifiedKFold

    def error(alpha: float, learn: np.ndarray, judge: np.ndarray) -> float:
        tree = _grown(data[learn], outcome[learn], min_leaf, alpha)
        gaps = tree.predict_proba(data[judge])[:, 1] - outcome[judge]
        return float((gaps**2).mean())

    prices = _prices(_grown(data, outcome, min_leaf), data, outcome)
    alphas = np.unique(np.quantile(prices, np.linspace(0, 1, 25), method="nearest"))
    folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(data, outcome))
    errors = np.array([[error(alpha, *fold) for fold in folds] for alpha in alphas])
    means = errors.mean(axis=1)
    best = int(means.argmin())
    near = means <= means[best] + errors[best].std(ddof=1) / np.sqrt(len(folds))
    return float(alphas[near].max())


def _nodes(
    tree: Any,
    data: np.ndarray,
    outcome: np.ndarray,
    answers: list[tuple[str, str | None]],
    table: pd.DataFrame,
) -> list[Node]:
    """The nodes of a fitted tree, top first, each before its children."""
    nodes: list[Node] = []

    def visit(place: int, parent: int | None, branch: Branch | None, rows: Any, depth: int) -> None:
        nodes.append(
            Node(len(nodes), parent, branch, int(rows.sum()), int(outcome[rows].sum()), depth)
        )
        own = len(nodes) - 1
        if tree.children_left[place] < 0:
            return
        feature, bound = int(tree.feature[place]), float(tree.threshold[place])
        left = data[:, feature].astype(np.float32) <= bound
        sides = _sides(answers[feature], bound, table)
        for child, side, branch_ in zip(
            (tree.children_left[place], tree.children_right[place]), (left, ~left), sides,
            strict=True,
        ):  # fmt: skip
            visit(int(child), own, branch_, rows & side, depth + 1)

    visit(0, None, None, np.ones(len(outcome), dtype=bool), 0)
    return nodes


def _sides(
    answer: tuple[str, str | None], bound: float, table: pd.DataFrame
) -> tuple[Branch, Branch]:
    """The two sides of a split; a bound between two numbers of the table falls on the lower one."""
    column, value = answer
    if value is not None:
        return Branch(column, values=(value,), others=True), Branch(column, values=(value,))
    known = table[column].to_numpy(dtype=float)
    low = float(known[known.astype(np.float32) <= bound].max())
    return Branch(column, high=low), Branch(column, low=low)
