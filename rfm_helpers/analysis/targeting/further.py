"""Further methods and how far they hold: k-means, logistic regression, trees drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.targeting.trees import (
    LABELS,
    TargetTree,
    check_learning,
    is_number,
    predict_rates,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import require_columns, require_rows

MEASURES = ("recence", "frequence", "montant_total")


# --- k-means -------------------------------------------------------------------------------------


def kmeans_groups(
    table: pd.DataFrame, groups: int = 5, *, columns: Sequence[str] = MEASURES, start: int = 0
) -> pd.Series[int]:
    """The group of each customer by k-means, as the web teaches it: standardised R, F and M.

    k-means always gives as many groups as it is asked for, whether there are any or not.

    Args:
        table: one row per customer, as `rfm_table` gives it.
        groups: how many groups, 2 or more.
        columns: the measures.
        start: the start drawn (one single start, as a learner would run it).

    Returns:
        A number from 0 per row; the numbers mean nothing and change with the start.

    Raises:
        CourseError: missing column, fewer than two groups, more groups than customers.

    Example:
        >>> table = pd.DataFrame({"recence": [1, 2, 900, 901], "frequence": [9, 9, 1, 1],
        ...                       "montant_total": [90.0, 91, 5, 6]})
        >>> found = kmeans_groups(table, 2)
        >>> [int((found == one).sum()) for one in (0, 1)]
        [2, 2]
    """
    from sklearn.cluster import KMeans

    require_columns(table.columns, columns, remedy="donnez la table de rfm_table.")
    if not 2 <= groups <= len(table):
        raise CourseError(f"{groups} groupes : choisissez de 2 au nombre de clients.")
    data = table[list(columns)].to_numpy(dtype=float)
    spread = data.std(axis=0)
    data = (data - data.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    labels = KMeans(groups, n_init=1, random_state=start).fit_predict(data)
    return pd.Series(labels, index=table.index)


def kmeans_stability(
    table: pd.DataFrame,
    groups: int = 5,
    *,
    columns: Sequence[str] = MEASURES,
    starts: int = 8,
    segments: str | None = None,
) -> pd.DataFrame:
    """Do the groups hold when what should not matter changes?

    Agreement is the adjusted Rand index (Hubert and Arabie, 1985): 1 if two partitions are the
    same, 0 on average if chance made one.

    Args:
        table, groups, columns: as for `kmeans_groups`.
        starts: how many starts and samples (four customers in five) are compared, two by two.
        segments: a column of `table` to compare with, such as `"segment"`.

    Returns:
        One row per trial (« autre départ », « autre échantillon », « segments »): `essai`, `accord`
        (mean), `accord_min` (0–1, rarely below 0).

    Raises:
        CourseError: as `kmeans_groups`; fewer than two starts.

    Example:
        >>> table = pd.DataFrame({"recence": [1, 2, 3, 900, 901, 902] * 5, "frequence": 1,
        ...                       "montant_total": 10.0})
        >>> kmeans_stability(table, 2, starts=3)["accord"].tolist()
        [1.0, 1.0]
    """
    from sklearn.metrics import adjusted_rand_score

    if starts < 2:
        raise CourseError("Une comparaison demande deux départs au moins : écrivez 2 ou plus.")
    labels = [kmeans_groups(table, groups, columns=columns, start=one) for one in range(starts)]
    random = np.random.default_rng(0)
    samples = []
    for _ in range(starts):
        rows = np.sort(random.permutation(len(table))[: int(0.8 * len(table))])
        samples.append(kmeans_groups(table.iloc[rows], groups, columns=columns))
    trials = {
        "autre départ": [adjusted_rand_score(a, b) for a, b in combinations(labels, 2)],
        "autre échantillon": [_shared_agreement(a, b) for a, b in combinations(samples, 2)],
    }
    if segments is not None:
        require_columns(table.columns, [segments])
        trials["segments"] = [adjusted_rand_score(table[segments], one) for one in labels]
    rows_ = [(name, float(np.mean(found)), float(min(found))) for name, found in trials.items()]
    return pd.DataFrame(rows_, columns=["essai", "accord", "accord_min"])


def _shared_agreement(one: pd.Series[int], other: pd.Series[int]) -> float:
    from sklearn.metrics import adjusted_rand_score

    both = one.index.intersection(other.index)
    return float(adjusted_rand_score(one[both], other[both]))


# --- logistic regression and calibration ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """A logistic regression: its criteria and how it turns them into numbers."""

    columns: tuple[str, ...]
    encoded: tuple[str, ...]
    pipeline: Any

    def predict(self, table: pd.DataFrame) -> pd.Series[float]:
        """The chance of a response for each customer (0–1)."""
        data = _dummies(table, self.columns).reindex(columns=list(self.encoded), fill_value=0.0)
        return pd.Series(self.pipeline.predict_proba(data.to_numpy())[:, 1], index=table.index)


def fit_logistic(
    table: pd.DataFrame, columns: Sequence[str] = MEASURES, target: str = "rachat"
) -> LogisticModel:
    """Learn the chance of a response by logistic regression.

    Numbers are taken as ln(1 + value), then standardised; names become yes/no columns. The penalty
    is scikit-learn's default (ridge, C = 1).

    Args:
        table: customers with the criteria (numbers of 0 or more) and the outcome.
        columns: the criteria.
        target: column of the outcome (bool).

    Returns:
        The model, whose `predict` gives chances.

    Raises:
        CourseError: missing column or value, an outcome that does not vary.

    Example:
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> chances = fit_logistic(table, ["recence"]).predict(table)
        >>> bool(chances[0] > 0.9 > 0.1 > chances[399])
        True
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    check_learning(table, columns, target)
    data = _dummies(table, columns)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    pipeline.fit(data.to_numpy(), table[target].astype(int))
    return LogisticModel(tuple(columns), tuple(data.columns), pipeline)


def _dummies(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    numbers = [column for column in columns if is_number(table[column])]
    names = [column for column in columns if column not in numbers]
    data = {column: np.log1p(table[column].astype(float).clip(lower=0)) for column in numbers}
    for column in names:
        values = table[column].astype(str)
        data |= {
            f"{column}={one}": (values == one).astype(float) for one in sorted(values.unique())
        }
    return pd.DataFrame(data, index=table.index)


def calibration(
    predicted: pd.Series[float], observed: pd.Series[bool], bands: int = 10
) -> pd.DataFrame:
    """Of those said to have such a chance, how many responded?

    Args:
        predicted: the chance of each customer (0–1).
        observed: what he did, on the same index.
        bands: into how many bands of as many customers the chances are cut; fewer chances than
            that stand each alone.

    Returns:
        One row per band: `predit` (mean chance, 0–1), `clients`, `repondants` (int), `part`, `bas`,
        `haut` (0–1), `juste` (bool: the chance stands in the interval; so do 95 in 100 bands of a
        model that is right).

    Raises:
        CourseError: nobody, or fewer than one band.

    Example:
        >>> chances, answers = pd.Series([0.1] * 50 + [0.9] * 50), pd.Series([False, True] * 50)
        >>> calibration(chances, answers, 2)[["predit", "part", "juste"]].round(1).values.tolist()
        [[0.1, 0.5, False], [0.9, 0.5, False]]
    """
    require_rows(predicted.to_frame())
    if bands < 1:
        raise CourseError("Il faut une tranche au moins : écrivez 1 ou plus.")
    few = predicted.nunique() <= bands
    band = predicted if few else pd.qcut(predicted, bands, labels=False, duplicates="drop")
    frame = pd.DataFrame({"predit": predicted, "observe": observed.astype(int)})
    table = frame.groupby(band).agg(
        predit=("predit", "mean"), clients=("observe", "size"), repondants=("observe", "sum")
    )
    table = shares_with_intervals(table.reset_index(drop=True), "repondants", "clients")
    return table.assign(juste=table["predit"].between(table["bas"], table["haut"]))


# --- trees drawn again ---------------------------------------------------------------------------


def tree_stability(
    fit: Callable[[pd.DataFrame], TargetTree],
    table: pd.DataFrame,
    later: pd.DataFrame,
    *,
    size: int = 500,
    draws: int = 20,
) -> pd.DataFrame:
    """The same tree learned on customers drawn again: does it ask the same questions?

    Args:
        fit: learns a tree from a table (`fit_cart`, `fit_chaid`, or one with settings).
        table: the customers with whom it is learned.
        later: customers among whom each tree chooses a list.
        size: customers in that list (ties: the order of `later`).
        draws: samples drawn with replacement.

    Returns:
        One row per sample: `tirage`, `premier_critere` (that of the first split, as sentences name
        it; empty if there is none), `feuilles` (int), `liste_en_commun` (0–1: share of the list of
        the tree of all customers that this one chooses too).

    Raises:
        CourseError: as the tree.

    Example:
        >>> from rfm_helpers.analysis.targeting.cart import fit_cart
        >>> table = pd.DataFrame({"recence": range(400), "rachat": [True] * 200 + [False] * 200})
        >>> found = tree_stability(lambda one: fit_cart(one, ["recence"]), table, table,
        ...                        size=200, draws=2)
        >>> found["premier_critere"].tolist()
        ['la récence', 'la récence']
    """
    random = np.random.default_rng(0)
    whole = _chosen(fit(table), later, size)
    rows = []
    for draw in range(draws):
        sample = table.iloc[random.integers(0, len(table), len(table))].reset_index(drop=True)
        tree = fit(sample)
        leaves = sum(not tree.children(node) for node in tree.nodes)
        common = len(whole & _chosen(tree, later, size)) / len(whole)
        first = next(iter(tree.columns), "")
        rows.append((draw + 1, LABELS.get(first, (first, ""))[0], leaves, common))
    return pd.DataFrame(rows, columns=["tirage", "premier_critere", "feuilles", "liste_en_commun"])


def _chosen(tree: TargetTree, table: pd.DataFrame, size: int) -> set[Any]:
    rates = predict_rates(tree, table)
    return set(rates.sort_values(ascending=False, kind="stable").index[:size])
