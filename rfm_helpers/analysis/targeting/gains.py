"""Lists judged on a later period: gains chart, chance, perfection, and how sure the gap is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.campaign.account import Campaign, break_even
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.intervals import bootstrap_band
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import several
from rfm_helpers.tables.columns import require_columns, require_rows

CHANCE, PERFECT = "Hasard", "Perfection"
OUTCOME = ("rachat", "chiffre_affaires_futur")
#: What a letter may do, by the name of each assumption: orders added where a customer orders with
#: a chance p, for each response that it is given.
EFFECTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "La lettre ne décide personne": lambda p: 0.0 * p,
    "Elle décide une part de ceux qui ne viendraient pas": lambda p: 1 - p,
    "Elle fait commander une fois de plus une part de ceux qui viennent": lambda p: p,
}
_DRAWS = 300
_LATER_FIRST = "donnez la table de target_table, avec les notes de chaque méthode."


def gains_chart(
    table: pd.DataFrame, scores: Mapping[str, str], *, points: int = 20
) -> pd.DataFrame:
    """The gains chart: of the buyers and of the euros to come, how many does each list reach?

    Customers are ranked by each score, the best first; those of equal score count for their mean,
    so that no tie is broken by chance. The interval (95 %) of the first method comes from the same
    draws of customers as that of `compare_lists`. It ranks who **will buy**, not whom a message
    **makes** buy: where messages cause nothing, the best list brings nothing more than no letter.

    Args:
        table: customers with their scores and what they did afterwards (`rachat`,
            `chiffre_affaires_futur`), on a period that no method has seen.
        scores: the name shown of each method → its column; more is better.
        points: how many points each curve has.

    Returns:
        One row per method (with « Hasard » and « Perfection ») and point: `methode`,
        `part_clients`, `part_acheteurs`, `part_ca` (0–1; the revenue may exceed 1 on the way, where
        returns follow), and for the first method alone `acheteurs_bas`, `acheteurs_haut`, `ca_bas`,
        `ca_haut`.

    Raises:
        CourseError: missing column, nobody who bought.

    Example:
        >>> table = pd.DataFrame({"note": [3, 2, 1, 0], "rachat": [True, False, True, False],
        ...                       "chiffre_affaires_futur": [80.0, 0, 20, 0]})
        >>> chart = gains_chart(table, {"Note": "note"}, points=2)
        >>> chart[chart["part_clients"] == 0.5][["methode", "part_ca"]].values.tolist()
        [['Note', 0.8], ['Hasard', 0.5], ['Perfection', 1.0]]
    """
    _check(table, scores)
    buyers, euros = (table[name].to_numpy(dtype=float) for name in OUTCOME)
    shares = np.arange(points + 1) / points
    ranks = _ranks_of(table, scores)
    curves = {name: (_curve(one, buyers), _curve(one, euros)) for name, one in ranks.items()}
    curves[PERFECT] = (_curve(_ranks(buyers), buyers), _curve(_ranks(euros), euros))
    parts = [
        pd.DataFrame(
            {
                "methode": name,
                "part_clients": shares,
                "part_acheteurs": reached(shares),
                "part_ca": earned(shares),
            }
        )
        for name, (reached, earned) in curves.items()
    ]
    first = next(iter(ranks.values()))
    low, high = _band(first, buyers, shares)
    ca_low, ca_high = _band(first, euros, shares)
    parts[0] = parts[0].assign(
        acheteurs_bas=low, acheteurs_haut=high, ca_bas=ca_low, ca_haut=ca_high
    )
    return pd.concat(parts, ignore_index=True)


def compare_lists(
    table: pd.DataFrame, scores: Mapping[str, str], size: int = 500, *, against: str | None = None
) -> pd.DataFrame:
    """Lists of one size, judged on what happened, each with its gap to one of them.

    The intervals (95 %) come from drawing the customers again (bootstrap), all lists on the same
    draws: a gap whose interval holds 0 does not tell two methods apart.

    Args:
        table, scores: as for `gains_chart`.
        size: how many letters.
        against: the method to which the others are compared; default: the first.

    Returns:
        One row per method, « Hasard » and « Perfection » included: `methode`, `acheteurs` (expected
        among the letters), `part_acheteurs`, `acheteurs_bas`, `acheteurs_haut`, `part_ca`,
        `ca_bas`, `ca_haut` (0–1), `ecart_acheteurs`, `ecart_bas`, `ecart_haut` (0–1: part of the
        buyers, less that of `against`), `se_distingue` (bool).

    Raises:
        CourseError: missing column, nobody who bought, an impossible size, an unknown method.

    Example:
        >>> table = pd.DataFrame({"note": [3, 2, 1, 0], "rachat": [True, False, True, False],
        ...                       "chiffre_affaires_futur": [80.0, 0, 20, 0]})
        >>> compare_lists(table, {"Note": "note"}, 2)[["methode", "acheteurs"]].values.tolist()
        [['Note', 1.0], ['Hasard', 1.0], ['Perfection', 2.0]]
    """
    _check(table, scores)
    reference = against or next(iter(scores))
    if reference not in scores:
        raise CourseError(
            f"« {reference} » n’est pas une des méthodes : choisissez parmi {', '.join(scores)}."
        )
    _check_size(size, len(table))
    share = size / len(table)
    buyers, euros = (table[name].to_numpy(dtype=float) for name in OUTCOME)
    ranks = _ranks_of(table, scores)
    names = [*ranks, PERFECT]
    by_buyers, by_euros = ([*ranks.values(), _ranks(gained)] for gained in (buyers, euros))

    def judged(rows: np.ndarray) -> np.ndarray:
        reached = _all_captured(by_buyers, buyers, rows, share)
        earned = _all_captured(by_euros, euros, rows, share)
        return np.column_stack([reached, earned, reached - reached[names.index(reference)]])

    found, ends = judged(np.arange(len(table))), bootstrap_band(judged, len(table), draws=_DRAWS)
    rows = [
        (name, reached * buyers.sum(), reached, low[0], high[0], earned, low[1], high[1],
         gap, low[2], high[2], not low[2] <= 0 <= high[2])
        for name, (reached, earned, gap), low, high in zip(names, found, *ends, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["methode", "acheteurs", "part_acheteurs", "acheteurs_bas", "acheteurs_haut",
                 "part_ca", "ca_bas", "ca_haut", "ecart_acheteurs", "ecart_bas", "ecart_haut",
                 "se_distingue"],
    )  # fmt: skip


def letters_account(
    table: pd.DataFrame, scores: Mapping[str, str], size: int, *, cost: float, margin_rate: float
) -> pd.DataFrame:
    """What each list brings without a letter, and what the letters would have to add to pay.

    A list that ranks well who **will** buy is full of customers who come anyway: their orders are
    no effect of the letter. What pays is the orders that it adds; how many it takes is the
    `break_even` of the campaign, on the mean order of the list.

    Args:
        table, scores, size: as for `compare_lists` (« Perfection » left out: it needs the future).
        cost: euros per letter.
        margin_rate: margin ÷ revenue (0–1).

    Returns:
        One row per method, « Hasard » included: `methode`, `cout` (euros), `viendraient` (customers
        who buy in any case), `part_viendraient` (0–1), `marge_sans_lettre` (euros), `panier`
        (euros: mean order of those who buy), `hausse_a_atteindre` (0–1: more orders per letter;
        missing where none suffices).

    Raises:
        CourseError: as `compare_lists` and `Campaign`.

    Example:
        >>> table = pd.DataFrame({"note": [3, 2, 1, 0], "rachat": [True, False, True, False],
        ...     "commandes_futures": [1, 0, 1, 0], "chiffre_affaires_futur": [80.0, 0, 20, 0]})
        >>> found = letters_account(table, {"Note": "note"}, 2, cost=4, margin_rate=0.5)
        >>> found[["methode", "panier", "hausse_a_atteindre"]].values.tolist()
        [['Note', 80.0, 0.1], ['Hasard', 50.0, 0.16]]
    """
    _check(table, scores)
    require_columns(table.columns, ["commandes_futures"], remedy=_LATER_FIRST)
    _check_size(size, len(table))
    gained = {name: _values(table, name) for name in (*OUTCOME, "commandes_futures")}
    rows = []
    for name, ranks in _ranks_of(table, scores).items():
        buyers, revenue, placed = (
            _captured(ranks, one, size / len(table)) * one.sum() for one in gained.values()
        )
        basket = revenue / placed if placed else 0.0
        needed = break_even(Campaign(size, 0.0, max(basket, 0.0), margin_rate, cost * size)).value
        rows.append(
            (name, cost * size, buyers, buyers / size, revenue * margin_rate, basket, needed)
        )
    return pd.DataFrame(
        rows,
        columns=["methode", "cout", "viendraient", "part_viendraient", "marge_sans_lettre",
                 "panier", "hausse_a_atteindre"],
    )  # fmt: skip


def letters_effect(
    table: pd.DataFrame,
    scores: Mapping[str, str],
    size: int,
    *,
    effect: str,
    rate: float,
    cost: float,
    margin: float,
    chance: str = "chance",
) -> pd.DataFrame:
    """What the letters of each list would add, under an assumption that no file can check.

    Who will order is in the file; whom a letter makes order is not: only a control group tells.
    The same lists, under three assumptions, do not come in the same order.

    Args:
        table, scores, size: as for `compare_lists`.
        effect: one of `EFFECTS`.
        rate: the part of those whom the assumption names that a letter decides (0–1).
        cost: euros per letter.
        margin: euros per order added.
        chance: column with the chance of an order without a letter (0–1).

    Returns:
        One row per method, « Hasard » included: `methode`, `viendraient` (customers who ordered
        without a letter), `ajoutees` (orders), `marge_ajoutee`, `cout`, `gain_net` (euros).

    Raises:
        CourseError: as `compare_lists`; an unknown assumption, a rate out of 0–1.

    Example:
        >>> table = pd.DataFrame({"note": [3, 2, 1, 0], "rachat": [True, False, True, False],
        ...     "chiffre_affaires_futur": [80.0, 0, 20, 0], "chance": [0.8, 0.6, 0.4, 0.2]})
        >>> for effect in EFFECTS:
        ...     found = letters_effect(table, {"Note": "note"}, 2, effect=effect, rate=0.1,
        ...                            cost=4, margin=100)
        ...     found["gain_net"].round(2).tolist()
        [-8.0, -8.0]
        [-2.0, 2.0]
        [6.0, 2.0]
    """
    _check(table, scores)
    require_columns(table.columns, [chance], remedy=_LATER_FIRST)
    _check_size(size, len(table))
    if effect not in EFFECTS or not 0 <= rate <= 1:
        raise CourseError(
            f"Choisissez une hypothèse parmi : {' ; '.join(EFFECTS)} ; et une part de 0 à 1."
        )
    buyers, added = _values(table, "rachat"), rate * EFFECTS[effect](_values(table, chance))
    found = pd.DataFrame(
        [
            (name, *(_reached(ranks, one, size) for one in (buyers, added)))
            for name, ranks in _ranks_of(table, scores).items()
        ],
        columns=["methode", "viendraient", "ajoutees"],
    )
    found = found.assign(marge_ajoutee=margin * found["ajoutees"], cout=cost * size)
    return found.assign(gain_net=found["marge_ajoutee"] - found["cout"])


def target_list(
    table: pd.DataFrame,
    score: str,
    size: int,
    channel: str,
    *,
    on: dt.date | str,
    people: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The list that one may write to: the best by a score of those whom `contact_list` lets stay.

    Args:
        table: customers with `client_id` and the score.
        score: column of the score; more is better (ties: the customer's id).
        size: how many to write to.
        channel, on, people, complaints, contacts: as for `contact_list`.

    Returns:
        The list, best first (shorter than `size` where too few may be contacted), and those whom
        the score alone would have put among the `size` first, with their `motif`.

    Raises:
        CourseError: missing column, a size below 1, or as `contact_list`.

    Example:
        >>> table = pd.DataFrame({"client_id": list("ABC"), "note": [3, 2, 1]})
        >>> people = table.assign(consentement=["non", "oui", "oui"])
        >>> chosen, left = target_list(table, "note", 2, "e-mail", on="2026-06-01", people=people)
        >>> chosen["client_id"].tolist(), left["client_id"].tolist()
        (['B', 'C'], ['A'])
    """
    require_columns(table.columns, ["client_id", score], remedy=_LATER_FIRST)
    if size < 1:
        raise CourseError("Une liste compte au moins un client : écrivez 1 ou plus.")
    ranked = table.sort_values([score, "client_id"], ascending=[False, True], ignore_index=True)
    stay, leave = contact_list(
        ranked, channel, on=on, people=people, complaints=complaints, contacts=contacts
    )
    wanted = leave[leave.index < size]
    return stay.head(size).reset_index(drop=True), wanted.reset_index(drop=True)


def _check(table: pd.DataFrame, scores: Mapping[str, str]) -> None:
    require_columns(table.columns, [*scores.values(), *OUTCOME], remedy=_LATER_FIRST)
    require_rows(table)
    if not scores:
        raise CourseError("Aucune méthode à juger : donnez au moins une note.")
    if not table["rachat"].any():
        raise CourseError(
            "Personne n’a commandé dans la période de jugement : choisissez-la plus longue."
        )


def _check_size(size: int, customers: int) -> None:
    if not 1 <= size <= customers:
        raise CourseError(
            f"{several(size, 'lettre')} pour {several(customers, 'client')} : écrivez un nombre "
            "entre 1 et celui des clients."
        )


def _values(table: pd.DataFrame, column: str) -> np.ndarray:
    return table[column].to_numpy(dtype=float)


def _ranks_of(table: pd.DataFrame, scores: Mapping[str, str]) -> dict[str, np.ndarray]:
    ranks = {name: _ranks(_values(table, column)) for name, column in scores.items()}
    return ranks | {CHANCE: np.zeros(len(table), dtype=int)}


def _ranks(note: np.ndarray) -> np.ndarray:
    """The rank of each customer by a note, 0 for the best, the same for equal notes."""
    return np.unique(-note, return_inverse=True)[1]


def _curve(ranks: np.ndarray, gained: np.ndarray) -> Callable[[Any], Any]:
    """The share gained by each share of customers, by rank, those of one in a straight line."""
    sizes, sums = np.bincount(ranks), np.bincount(ranks, weights=gained)
    x = np.concatenate([[0.0], sizes.cumsum() / len(ranks)])
    y = np.concatenate([[0.0], sums.cumsum() / gained.sum()])
    return lambda shares: np.interp(shares, x, y)


def _band(ranks: np.ndarray, gained: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The two ends of a curve, at each share of customers."""

    def drawn(rows: np.ndarray) -> np.ndarray:
        some = gained[rows].sum() != 0
        return _curve(ranks[rows], gained[rows])(shares) if some else np.full(len(shares), np.nan)

    return bootstrap_band(drawn, len(ranks), draws=_DRAWS)


def _captured(ranks: np.ndarray, gained: np.ndarray, share: float) -> float:
    if not gained.sum():
        return np.nan
    return float(_curve(ranks, gained)([share])[0])


def _all_captured(
    lists: Sequence[np.ndarray], gained: np.ndarray, rows: np.ndarray, share: float
) -> np.ndarray:
    """What each list captures, of the customers of some rows."""
    return np.array([_captured(ranks[rows], gained[rows], share) for ranks in lists])


def _reached(ranks: np.ndarray, gained: np.ndarray, size: int) -> float:
    """What the first `size` customers gain, those of equal rank for their mean."""
    total = float(gained.sum())
    return _captured(ranks, gained, size / len(ranks)) * total if total else 0.0
