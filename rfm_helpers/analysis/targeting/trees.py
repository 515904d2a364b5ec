"""A tree that targets: its branches as sentences, its leaves as predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import french
from rfm_helpers.tables.columns import require_columns, require_rows

#: What a criterion is called in a sentence, and its unit.
LABELS = {
    "recence": ("la récence", "jours"),
    "frequence": ("la fréquence", "commandes"),
    "montant_total": ("le montant total", "€"),
    "panier_moyen": ("le panier moyen", "€"),
    "anciennete": ("l’ancienneté", "jours"),
    "categories": ("le nombre de catégories achetées", ""),
    "reclamations": ("le nombre de réclamations en un an", ""),
    "contacts_recus": ("le nombre de messages reçus en un an", ""),
    "age": ("l’âge", "ans"),
    "region": ("la région", ""),
    "canal_recrutement": ("le canal de recrutement", ""),
}
TABLE_FIRST = "donnez la table de target_table."


@dataclass(frozen=True)
class Branch:
    """The customers on one side of a split: an interval ]low, high] of a number, or some values.

    Where `others` is set, `values` are those left out.
    """

    column: str
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    others: bool = False

    def holds(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Which rows of a table stand on this side."""
        column = table[self.column]
        if self.values:
            return column.astype(str).isin(self.values) ^ self.others
        held = pd.Series(True, index=table.index)
        if self.low is not None:
            held &= column > self.low
        if self.high is not None:
            held &= column <= self.high
        return held

    @property
    def text(self) -> str:
        """This side in words.

        >>> Branch("recence", low=30, high=90).text.replace("\\xa0", " ")
        'la récence est de plus de 30 et de 90 jours au plus'
        """
        name, unit = LABELS.get(self.column, (f"« {self.column} »", ""))
        if self.values:
            listed = " ou ".join(f"« {value} »" for value in self.values)
            return french(f"{name} {'n’est pas' if self.others else 'est'} {listed}")
        ends = (
            [f"plus de {_shown(self.low, '' if self.high else unit)}"]
            if self.low is not None
            else []
        )
        ends += [f"{_shown(self.high, unit)} au plus"] if self.high is not None else []
        return french(f"{name} est de {' et de '.join(ends)}")

    def within(self, other: Branch) -> Branch:
        """This side of a number, cut further by a later one of the same criterion."""
        lows = [end for end in (self.low, other.low) if end is not None]
        highs = [end for end in (self.high, other.high) if end is not None]
        return Branch(self.column, max(lows, default=None), min(highs, default=None))


def _shown(value: float, unit: str) -> str:
    shown = number(value, 0 if float(value).is_integer() else 2)
    return f"{shown} {unit.removesuffix('s') if abs(value) < 2 else unit}".strip()


@dataclass(frozen=True)
class Node:
    """A group of customers: how it is reached, how many it holds and how many responded."""

    id: int
    parent: int | None
    branch: Branch | None
    customers: int
    responders: int
    depth: int = 0

    @property
    def rate(self) -> float:
        """The share who responded (0–1)."""
        return self.responders / self.customers


@dataclass(frozen=True)
class TargetTree:
    """A tree learned by `method` (« CART », « CHAID »); its first node holds everybody."""

    method: str
    nodes: tuple[Node, ...]

    def children(self, node: Node) -> list[Node]:
        """The nodes into which a node is split; none for a leaf."""
        return [one for one in self.nodes if one.parent == node.id]

    def path(self, node: Node) -> list[Branch]:
        """The branches from the top to a node."""
        steps = []
        while node.branch is not None and node.parent is not None:
            steps.append(node.branch)
            node = self.nodes[node.parent]
        return steps[::-1]

    def sides(self, node: Node) -> list[Branch]:
        """The path to a node, the bounds of each number put together."""
        found: dict[tuple[str, tuple[str, ...]], Branch] = {}
        for branch in self.path(node):
            key = branch.column, branch.values
            found[key] = branch if branch.values or key not in found else found[key].within(branch)
        return list(found.values())

    def node_of(self, table: pd.DataFrame) -> pd.Series[int]:
        """The last node of each row; a value that no branch knows stops above them."""
        require_columns(table.columns, self.columns, remedy=TABLE_FIRST)
        found, rows = np.zeros(len(table), dtype=int), {0: np.arange(len(table))}
        criteria = table[self.columns]
        for node in self.nodes[1:]:
            if node.branch is not None and node.parent is not None:
                above = rows[node.parent]
                rows[node.id] = above[node.branch.holds(criteria.iloc[above]).to_numpy()]
                found[rows[node.id]] = node.id
        return pd.Series(found, index=table.index, dtype=int)

    @property
    def columns(self) -> list[str]:
        """The criteria that the tree looks at, in the order in which it does."""
        return list(dict.fromkeys(node.branch.column for node in self.nodes if node.branch))


def predict_rates(tree: TargetTree, table: pd.DataFrame) -> pd.Series[float]:
    """The rate of the leaf of each customer: the prediction of the tree.

    Args:
        tree: what `fit_cart` or `fit_chaid` gives.
        table: customers, with the criteria of the tree.

    Returns:
        The share (0–1) of those of the same leaf who responded where the tree was learned.

    Raises:
        CourseError: a criterion is missing.

    Example:
        >>> leaf = Branch("recence", high=90), Branch("recence", low=90)
        >>> tree = TargetTree("CART", (Node(0, None, None, 10, 4), Node(1, 0, leaf[0], 5, 3),
        ...                            Node(2, 0, leaf[1], 5, 1)))
        >>> predict_rates(tree, pd.DataFrame({"recence": [10, 200]})).tolist()
        [0.6, 0.2]
    """
    rates = {node.id: node.rate for node in tree.nodes}
    return tree.node_of(table).map(rates).astype(float)


def tree_leaves(tree: TargetTree, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """The leaves of a tree, best first: who they are, and how many respond.

    Args:
        tree: what `fit_cart` or `fit_chaid` gives.
        table: customers of another period with their `rachat`, to judge the leaves; None: those
            with whom the tree was learned.

    Returns:
        One row per leaf: `feuille` (its id), `clients`, `repondants` (int), `part`, `bas`, `haut`
        (0–1, 95 %), `prevu` (0–1: the rate learned), `phrase` (French).

    Raises:
        CourseError: missing column.

    Example:
        >>> leaf = Branch("recence", high=90), Branch("recence", low=90)
        >>> tree = TargetTree("CART", (Node(0, None, None, 10, 4), Node(1, 0, leaf[0], 5, 3),
        ...                            Node(2, 0, leaf[1], 5, 1)))
        >>> tree_leaves(tree)[["feuille", "clients", "part"]].values.tolist()
        [[1.0, 5.0, 0.6], [2.0, 5.0, 0.2]]
    """
    leaves = [node for node in tree.nodes if not tree.children(node)]
    found = pd.DataFrame(
        {
            "feuille": [node.id for node in leaves],
            "clients": [node.customers for node in leaves],
            "repondants": [node.responders for node in leaves],
            "prevu": [node.rate for node in leaves],
            "phrase": [_sentence(tree, node) for node in leaves],
        }
    )
    if table is not None:
        require_columns(table.columns, ["rachat"], remedy=TABLE_FIRST)
        groups = table.groupby(tree.node_of(table))["rachat"].agg(["size", "sum"])
        groups = groups.reindex(found["feuille"], fill_value=0)
        found["clients"], found["repondants"] = groups["size"].to_numpy(), groups["sum"].to_numpy()
    found = shares_with_intervals(found, "repondants", "clients")
    order = ["feuille", "clients", "repondants", "part", "bas", "haut", "prevu", "phrase"]
    return found.sort_values("prevu", ascending=False, ignore_index=True)[order]


def _sentence(tree: TargetTree, node: Node) -> str:
    path = " et ".join(side.text for side in tree.sides(node)) or "tous les clients"
    return french(f"{path[0].upper()}{path[1:]} : {percent(node.rate, 1)} commandent.")


def tree_splits(tree: TargetTree) -> pd.DataFrame:
    """Each split of a tree as a sentence, from the top.

    Args:
        tree: what `fit_cart` or `fit_chaid` gives.

    Returns:
        One row per split: `noeud`, `niveau` (0 at the top), `critere` (the column), `branches`
        (int), `phrase` (French).

    Example:
        >>> leaf = Branch("recence", high=90), Branch("recence", low=90)
        >>> tree = TargetTree("CART", (Node(0, None, None, 10, 4), Node(1, 0, leaf[0], 5, 3),
        ...                            Node(2, 0, leaf[1], 5, 1)))
        >>> tree_splits(tree)["phrase"][0].replace("\\xa0", " ")[19:]
        'la récence est de 90 jours au plus (60 %), ou de plus de 90 jours (20 %).'
    """
    rows = []
    for node in tree.nodes:
        children = tree.children(node)
        if children:
            rows.append((node.id, node.depth, _column(children), len(children),
                         _split_sentence(node, children)))  # fmt: skip
    return pd.DataFrame(rows, columns=["noeud", "niveau", "critere", "branches", "phrase"])


def _column(children: Sequence[Node]) -> str:
    return children[0].branch.column if children[0].branch else ""


def _split_sentence(node: Node, children: Iterable[Node]) -> str:
    sides: list[str] = []
    for child in children:
        text = child.branch.text if child.branch else ""
        if sides:
            text = text.removeprefix(f"{LABELS.get(_column([child]), ('', ''))[0]} est ")
        sides.append(f"{text} ({percent(child.rate)})")
    return french(f"Parmi {number(node.customers)} clients : {', ou '.join(sides)}.")


def check_learning(table: pd.DataFrame, columns: Sequence[str], target: str) -> None:
    """Refuse a table from which no tree can be learned.

    Raises:
        CourseError: missing column, no row, an outcome that all have or nobody, a missing value.

    Example:
        >>> check_learning(pd.DataFrame({"a": [1, 2], "y": [True, False]}), ["a"], "y")
    """
    require_columns(table.columns, [*columns, target], remedy=TABLE_FIRST)
    require_rows(table)
    if table[target].nunique() < 2:
        raise CourseError(
            "Tous les clients ont le même résultat : choisissez une période où certains commandent "
            "et d’autres non."
        )
    for column in columns:
        if table[column].isna().any():
            raise CourseError(
                f"Le critère « {column} » a des valeurs manquantes : complétez-le, ou retirez-le "
                "des critères."
            )


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a criterion is a number (else its values are names).

    >>> is_number(pd.Series([1, 2])), is_number(pd.Series(["a"]))
    (True, False)
    """
    return pd.api.types.is_numeric_dtype(column) and column.dtype != np.bool_
