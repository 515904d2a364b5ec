"""Does the past predict? What customers scored at one date did later, and how many go on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.orders import last_day, orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import SCORES
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import several
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    SCORE_FIRST,
    OrderColumns,
    require_columns,
    require_one_row_each,
    require_rows,
)
from rfm_helpers.tables.engines import to_pandas

LATER = ("commandes_futures", "chiffre_affaires_futur", "rachat")
_ONE_DAY = dt.timedelta(days=1)


def later_orders(
    orders: Any,
    as_of: dt.date | str,
    horizon_days: int = 365,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """Tell what each customer known at a date bought in the days that followed.

    Orders, days and amounts are those of `rfm_table`. The days that follow run from the day after
    `as_of` to `as_of` + `horizon_days`, and the file must cover them: they may not go beyond its
    own reference date, the day after its last order.

    Args:
        orders: order lines (pandas, Polars, Arrow or DuckDB).
        as_of: the reference date, on which customers are known; its own orders belong to the past.
        horizon_days: length of the later period, in days.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        One row per customer with an order up to `as_of`, sorted by customer: the customer column,
        `commandes_futures` (int), `chiffre_affaires_futur` (euros, returns deducted; 0 for those
        who placed no order), `rachat` (bool: at least one later order).

    Raises:
        CourseError: missing column, an impossible date, a horizon below one day, no order up to
            `as_of`, a later period that the file does not cover.

    Example:
        >>> orders = pd.DataFrame({
        ...     "client_id": ["A", "B", "A"], "commande_id": ["1", "2", "3"],
        ...     "date_achat": pd.to_datetime(["2024-01-10", "2024-02-10", "2024-12-30"]),
        ...     "montant": [100.0, 80.0, 50.0],
        ... })
        >>> later_orders(orders, "2024-06-30", horizon_days=184)
          client_id  commandes_futures  chiffre_affaires_futur  rachat
        0         A                  1                    50.0    True
        1         B                  0                     0.0   False
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    lines, day = to_pandas(orders), as_day(as_of)
    require_columns(lines.columns, columns.names, remedy=CHECK_NAMES)
    end = day + horizon_days * _ONE_DAY
    past = orders_until(lines, day, date=date, timezone=timezone)
    check_horizon(last_day(lines, columns), day, horizon_days)
    followed = orders_until(lines, end, date=date, timezone=timezone)
    if len(followed) == len(past):
        raise nothing_later(day, horizon_days)
    known = rfm_table(past, as_of=day, **columns._asdict())[[customer]]
    later = rfm_table(followed, start=day + _ONE_DAY, as_of=end, **columns._asdict())
    table = known.merge(later, on=customer, how="left").fillna({"frequence": 0})
    count = table["frequence"].astype("int64")
    return table[[customer]].assign(
        commandes_futures=count,
        chiffre_affaires_futur=table["montant_total"].fillna(0.0),
        rachat=count > 0,
    )


def repeat_by_score(
    scored: Any, later: pd.DataFrame, *, customer: str = "client_id"
) -> pd.DataFrame:
    """Compare what customers did afterwards with the scores they had.

    Args:
        scored: customers scored at a date (`R`, `F`, `M`).
        later: what they did after the same date, from `later_orders`.
        customer: column of the customers, in both.

    Returns:
        One row per dimension ("R", "F", "M") and score that somebody has: `dimension`, `score`,
        `clients` (int), `taux_rachat` (0–1: share with a later order),
        `chiffre_affaires_futur_moyen` (euros per customer, those who did not return included).

    Raises:
        CourseError: missing column, or a customer that `later` does not know.

    Example:
        >>> scored = pd.DataFrame({"client_id": list("AB"), "R": [2, 1], "F": [1, 1], "M": [2, 1]})
        >>> later = pd.DataFrame({
        ...     "client_id": list("AB"), "commandes_futures": [1, 0],
        ...     "chiffre_affaires_futur": [50.0, 0.0], "rachat": [True, False],
        ... })
        >>> repeat_by_score(scored, later).head(3)
          dimension  score  clients  taux_rachat  chiffre_affaires_futur_moyen
        0         R      1        1          0.0                           0.0
        1         R      2        1          1.0                          50.0
        2         F      1        2          0.5                          25.0
    """
    both = _join(scored, later, SCORES, customer)
    parts = [
        both.groupby(dimension)
        .agg(
            clients=(customer, "size"),
            taux_rachat=("rachat", "mean"),
            chiffre_affaires_futur_moyen=("chiffre_affaires_futur", "mean"),
        )
        .rename_axis("score")
        .reset_index()
        .assign(dimension=dimension)
        for dimension in SCORES
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["dimension", "score", "clients", "taux_rachat", "chiffre_affaires_futur_moyen"]]


def conversion_steps(counts: Mapping[str, int]) -> pd.DataFrame:
    """How many go from each step to the next: the conversion, one of the article's indicators.

    Args:
        counts: how many reached each step, from the first one on ("Message envoyé": 468…).

    Returns:
        One row per step: `etape`, `nombre` (int), `conversion` (0–1: share of the step before;
        missing for the first, and after a step that nobody reached), `conversion_totale` (0–1:
        share of the first step; missing where that is 0).

    Raises:
        CourseError: a single step, a number that is not a whole one from 0 to that of the step
            before.

    Example:
        >>> conversion_steps({"Message envoyé": 200, "Message ouvert": 80, "Clic": 20})
                    etape  nombre  conversion  conversion_totale
        0  Message envoyé     200         NaN                1.0
        1  Message ouvert      80        0.40                0.4
        2            Clic      20        0.25                0.1
    """
    if len(counts) < 2:
        raise CourseError("Une conversion va d’une étape à la suivante : donnez-en deux au moins.")
    table = pd.DataFrame({"etape": list(counts), "nombre": list(counts.values())})
    before = table["nombre"].shift()
    right = (table["nombre"] >= 0) & (table["nombre"] % 1 == 0) & ~(table["nombre"] > before)
    if not right.all():
        step, count = table[~right].iloc[0]
        raise CourseError(
            f"L’étape « {step} » compte {count} : donnez un nombre entier, de 0 à celui de l’étape "
            "d’avant, et mettez les étapes dans l’ordre."
        )
    table = table.astype({"nombre": "int64"})
    first = table["nombre"].iloc[0]
    return table.assign(
        conversion=table["nombre"] / before.where(before > 0),
        conversion_totale=table["nombre"] / (first or math.nan),
    )


def compare_criteria(
    table: Any,
    later: pd.DataFrame,
    criteria: Sequence[str] = ("montant_total", "panier_moyen"),
    *,
    top: float = 0.2,
    customer: str = "client_id",
) -> pd.DataFrame:
    """Which criterion, known at a date, ranks best what customers spent afterwards?

    By default total against mean: the M of RFM against the A of RFA. Two measures: the correlation
    of ranks (Spearman), and the share of later revenue made by the `top` customers of each
    ranking. Customers tied at the cut count for their mean, so that no tie is broken at random.

    Args:
        table: one row per customer at a date, with the criteria; more must mean better.
        later: what they did after the same date, from `later_orders`.
        criteria: numeric columns of `table`.
        top: share of customers at the top of the ranking (0–1).
        customer: column of the customers, in both.

    Returns:
        One row per criterion: `critere`, `correlation` (−1 to 1; missing if all customers are
        alike), `part_captee` (0–1; `top` is what a ranking at random would capture; missing if
        nobody bought later).

    Raises:
        CourseError: missing column, a customer that `later` does not know, `top` out of range.

    Source: source 001 holds RFA for less precise than RFM; this measures it.

    Example:
        >>> table = pd.DataFrame({
        ...     "client_id": list("ABCDE"), "montant_total": [500.0, 400.0, 300.0, 200.0, 100.0],
        ...     "panier_moyen": [50.0, 100.0, 300.0, 40.0, 100.0],
        ... })
        >>> later = pd.DataFrame({
        ...     "client_id": list("ABCDE"), "commandes_futures": [3, 2, 1, 1, 0],
        ...     "chiffre_affaires_futur": [60.0, 20.0, 15.0, 5.0, 0.0],
        ...     "rachat": [True, True, True, True, False],
        ... })
        >>> compare_criteria(table, later)[["critere", "part_captee"]]
                 critere  part_captee
        0  montant_total         0.60
        1   panier_moyen         0.15
    """
    _check_top(top)
    both = _join(table, later, criteria, customer)
    revenue = both["chiffre_affaires_futur"].to_numpy(dtype=float)
    ranks = both["chiffre_affaires_futur"].rank()
    rows = [
        {
            "critere": criterion,
            "correlation": both[criterion].rank().corr(ranks),
            "part_captee": _captured(_places(both[criterion]), revenue, top),
        }
        for criterion in criteria
    ]
    return pd.DataFrame(rows)


def criteria_gaps(
    table: Any,
    later: pd.DataFrame,
    first: str,
    second: str,
    *,
    draws: int = 1000,
    top: float = 0.2,
    customer: str = "client_id",
) -> pd.Series[float]:
    """What ranking by a second criterion captures more than by a first, in bases drawn again.

    Args:
        table: one row per customer at a date, with both criteria; more must mean better.
        later: what they did after the same date, from `later_orders`.
        first: a numeric column of `table`.
        second: another.
        draws: how many bases of the same size are drawn from these customers, with replacement.
        top: share of customers at the top of each ranking (0–1).
        customer: column of the customers, in both.

    Returns:
        `part_captee` of `compare_criteria` by the second less by the first (−1 to 1), a value per
        base.

    Raises:
        CourseError: as `compare_criteria`.

    Example:
        >>> table = pd.DataFrame({"client_id": list("ABC"), "oui": [3, 2, 1], "non": [1, 2, 3]})
        >>> later = pd.DataFrame({
        ...     "client_id": list("ABC"), "commandes_futures": [3, 2, 1],
        ...     "chiffre_affaires_futur": [60.0, 20.0, 10.0], "rachat": True,
        ... })
        >>> bool((criteria_gaps(table, later, "oui", "non", draws=5) <= 0).all())
        True
    """
    _check_top(top)
    both = _join(table, later, [first, second], customer)
    revenue = both["chiffre_affaires_futur"].to_numpy(dtype=float)
    places = [_places(both[criterion]) for criterion in (first, second)]
    gaps = []
    for seed in range(draws):
        rows = both.index.to_series().sample(frac=1, replace=True, random_state=seed).to_numpy()
        one, other = (_captured(place[rows], revenue[rows], top) for place in places)
        gaps.append(other - one)
    return pd.Series(gaps, dtype=float)


def _check_top(top: float) -> None:
    if not 0 < top <= 1:
        raise CourseError(f"top={top} n’est pas une part : donnez un nombre entre 0 et 1.")


def _places(criterion: pd.Series[Any]) -> np.ndarray:
    """The place of each value among the different ones, from 0 for the greatest."""
    return (criterion.rank(method="dense", ascending=False) - 1).to_numpy(dtype="int64")


def _captured(places: np.ndarray, revenue: np.ndarray, top: float) -> float:
    """The share of revenue at the top, those tied at the cut counting for their mean."""
    clients, sums = np.bincount(places), np.bincount(places, revenue)
    before = clients.cumsum() - clients
    kept = np.clip(math.ceil(top * len(places)) - before, 0, clients)
    shares = kept / np.maximum(clients, 1)
    return float((shares * sums).sum() / sums.sum()) if sums.sum() else math.nan


def _join(table: Any, later: pd.DataFrame, columns: Sequence[str], customer: str) -> pd.DataFrame:
    frame = to_pandas(table)
    require_columns(frame.columns, [customer, *columns], remedy=SCORE_FIRST)
    require_columns(
        later.columns, [customer, *LATER], remedy="donnez la table que rend later_orders."
    )
    require_rows(frame)
    require_one_row_each(later, customer)
    both = frame[[customer, *columns]].merge(later[[customer, *LATER]], on=customer, how="left")
    unknown = both.loc[both["rachat"].isna(), customer]
    if not unknown.empty:
        raise CourseError(
            f"Le client « {unknown.iloc[0]} » n’est pas dans la table de later_orders"
            " : calculez les scores et la suite à la même date de référence."
        )
    return both.astype({"rachat": bool})


def nothing_later(day: dt.date, horizon_days: int) -> CourseError:
    """What to say where nobody ordered in the days that follow one."""
    return CourseError(
        f"Aucune commande n’est datée des {horizon_days} jours qui suivent le {long_date(day)}"
        " : choisissez une période plus longue."
    )


def check_horizon(last: dt.date, day: dt.date, horizon_days: int) -> None:
    """Refuse a period of no day, or that goes beyond the day after the last line.

    >>> check_horizon(dt.date(2025, 12, 31), dt.date(2025, 6, 30), 185)
    """
    if horizon_days < 1:
        raise CourseError(
            f"Une durée de {several(horizon_days, 'jour')} ne laisse rien à observer : donnez "
            "au moins 1."
        )
    covered = (last - day).days + 1
    if horizon_days > covered:
        remedy = f"{several(covered, 'jour')} au plus, ou " if covered > 0 else ""
        raise CourseError(
            f"Le fichier s’arrête le {long_date(last)} et ne couvre pas les {horizon_days} jours "
            f"qui suivent le {long_date(day)} : choisissez {remedy}une date plus ancienne."
        )
