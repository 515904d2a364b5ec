"""Recruiting: the portrait of the best customers, judged on later recruits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import share_interval
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.targeting.further import fit_logistic
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import Said
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_rows

#: What is known of somebody who has not bought yet.
TRAITS = ("age", "profession", "region")


def best_recruits(recruits: pd.DataFrame, top: float = 0.2) -> pd.DataFrame:
    """Mark the best recruits: those whose months brought most margin.

    Args:
        recruits: what `recruit_value` gives.
        top: the share held to be the best (0–1).

    Returns:
        A copy with `meilleur` (bool); those alike at the bound share the verdict.

    Raises:
        CourseError: missing column, nobody, a share out of range.

    Example:
        >>> recruits = pd.DataFrame({"marge": [10.0, 20, 30, 40, 50]})
        >>> best_recruits(recruits)["meilleur"].tolist()
        [False, False, False, False, True]
    """
    require_columns(recruits.columns, ["marge"], remedy="donnez la table de recruit_value.")
    require_rows(recruits)
    if not 0 < top < 1:
        raise CourseError(f"top={top} n’est pas une part : donnez un nombre entre 0 et 1.")
    rank = recruits["marge"].rank(pct=True, method="min")
    return recruits.assign(meilleur=rank > 1 - top)


def look_alike(
    known: pd.DataFrame, others: pd.DataFrame, traits: Sequence[str] = TRAITS
) -> pd.Series[float]:
    """How much each of some people is like the best customers, by traits known beforehand.

    The chance of being among the best, by logistic regression on the traits (`fit_logistic`). What
    a portrait finds it also leaves out: look at who is never chosen (`over_represented`), and at
    what the law says of sending a list to a third party, before using it.

    Args:
        known: customers with the traits and `meilleur` (bool).
        others: people with the traits.
        traits: columns known before any purchase.

    Returns:
        The likeness (0–1) of each row of `others`.

    Raises:
        CourseError: missing column or value, all the best or none.

    Source: sources 001 and 004.

    Example:
        >>> known = pd.DataFrame({"age": [30] * 50 + [60] * 50,
        ...                       "meilleur": [False] * 50 + [True] * 50})
        >>> likeness = look_alike(known, pd.DataFrame({"age": [30, 60]}), ["age"])
        >>> bool(likeness[1] > likeness[0])
        True
    """
    require_columns(others.columns, traits, remedy=CHECK_NAMES)
    return fit_logistic(known, list(traits), "meilleur").predict(others)


@dataclass(frozen=True)
class LookAlike(Said):
    """A portrait judged on others: the share of the best among those chosen, and among all."""

    chosen: int
    share: float
    low: float
    high: float
    base: float
    text: str


def judge_look_alike(
    likeness: pd.Series[float], best: pd.Series[bool], top: float = 0.2
) -> LookAlike:
    """Do those most alike turn out to be the best, on people the portrait has not seen?

    Args:
        likeness: what `look_alike` gives for later recruits.
        best: whether each became one of the best, on the same index.
        top: the share chosen (0–1).

    Returns:
        How many are chosen (ties: the order of the table), the share of the best among them with
        its interval (95 %), that among all, and a French sentence.

    Raises:
        CourseError: nobody, a share out of range.

    Example:
        >>> found = judge_look_alike(pd.Series([0.9, 0.1] * 50), pd.Series([True, False] * 50), 0.5)
        >>> found.share, found.base
        (1.0, 0.5)
    """
    require_rows(likeness.to_frame())
    if not 0 < top <= 1:
        raise CourseError(f"top={top} n’est pas une part : donnez un nombre entre 0 et 1.")
    size = max(1, round(top * len(likeness)))
    chosen = likeness.sort_values(ascending=False, kind="stable").index[:size]
    count, base = int(best[chosen].sum()), float(best.mean())
    low, high = share_interval(count, size)
    verdict = (
        "le portrait choisit mieux que le hasard"
        if low > base
        else "rien ne le distingue d’un choix au hasard"
    )
    return LookAlike(
        size,
        count / size,
        low,
        high,
        base,
        f"Parmi les {number(size)} plus ressemblants, {percent(count / size)} sont devenus de "
        f"bons clients (intervalle à 95 % : de {percent(low)} à {percent(high)}), contre "
        f"{percent(base)} de tous : {verdict}.",
    )


@dataclass(frozen=True)
class Resemblance(Said):
    """The rank correlation of two sides of pairs, and where chance alone puts it (95 %)."""

    pairs: int
    correlation: float
    chance_low: float
    chance_high: float
    text: str


def referral_resemblance(orders: Any, referrals: pd.DataFrame, *, draws: int = 500) -> Resemblance:
    """Are friends like those who referred them? Their mean baskets, against pairs mixed at random.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        referrals: `parrain_id`, `filleul_id`.
        draws: how many times the pairs are mixed.

    Returns:
        The pairs both of whom bought, the correlation of ranks of their mean baskets (−1 to 1), the
        range (95 %) of that of mixed pairs, and a French sentence.

    Raises:
        CourseError: missing column, fewer than three pairs.

    Example:
        >>> from rfm_helpers.datasets import load_orders, load_referrals
        >>> found = referral_resemblance(load_orders(), load_referrals(), draws=50)
        >>> found.correlation > 0.5 > found.chance_high
        True
    """
    require_columns(
        referrals.columns, ["parrain_id", "filleul_id"], "la table des parrainages", CHECK_NAMES
    )
    basket = order_table(orders).groupby("client_id")["montant"].mean()
    pairs = pd.DataFrame(
        {side: referrals[side].map(basket) for side in ("parrain_id", "filleul_id")}
    )
    ranks = pairs.dropna().rank().to_numpy()
    if len(ranks) < 3:
        raise CourseError("Moins de trois couples ont acheté : attendez d’en avoir davantage.")
    found = float(np.corrcoef(ranks.T)[0, 1])
    random = np.random.default_rng(2025)
    mixed = [np.corrcoef(ranks[:, 0], random.permutation(ranks[:, 1]))[0, 1] for _ in range(draws)]
    low, high = (float(end) for end in np.quantile(mixed, [0.025, 0.975]))
    verdict = "ils se ressemblent" if found > high else "rien ne les distingue de couples mêlés"
    return Resemblance(
        len(ranks),
        found,
        low,
        high,
        f"Sur {number(len(ranks))} couples, la corrélation des paniers est de {number(found, 2)} ; "
        f"mêlés au hasard, elle irait de {number(low, 2)} à {number(high, 2)} : {verdict}.",
    )
