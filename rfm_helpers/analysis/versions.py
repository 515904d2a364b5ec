"""The same customers scored in several ways: who changes, and how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd

from rfm_helpers.analysis.orders import Day, last_day, orders_until, reference_day
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import SCORES, score_rfm
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import OrderColumns, require_columns

_Trial = tuple[str, int, int, float]


def moves(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    by: str = "code_rfm",
    customer: str = "client_id",
) -> pd.DataFrame:
    """The customers whose label differs between two versions of the same table.

    Args:
        before, after: pandas tables with `customer` and `by` (a code, a score or a segment).
        by: column of the labels.
        customer: column of the customers.

    Returns:
        One row per customer present in both whose label differs, sorted by customer: `customer`,
        `avant`, `apres`.

    Raises:
        CourseError: if a column is missing.

    Example:
        >>> a = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["11", "22"]})
        >>> b = pd.DataFrame({"client_id": ["B", "A"], "code_rfm": ["22", "12"]})
        >>> moves(a, b).values.tolist()
        [['A', '11', '12']]
    """
    both = _side_by_side(before, after, by, customer)
    changed = both[both["avant"] != both["apres"]]
    return changed.sort_values(customer).reset_index(drop=True)


def compare_scores(
    versions: Mapping[str, pd.DataFrame], *, by: str = "code_rfm", customer: str = "client_id"
) -> pd.DataFrame:
    """Compare several ways of scoring the same customers: how many change label.

    Args:
        versions: name shown → pandas table with `customer` and `by`.
        by: column of the labels.
        customer: column of the customers.

    Returns:
        One row per pair of versions: `version_a`, `version_b`, `clients` (customers in both,
        int), `changent` (customers whose label differs, int), `part` (share 0–1).

    Raises:
        CourseError: if a column is missing, or there are fewer than two versions.

    Example:
        >>> a = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["11", "22"]})
        >>> compare_scores({"avant": a, "après": a.assign(code_rfm=["11", "21"])}).values.tolist()
        [['avant', 'après', 2, 1, 0.5]]
    """
    if len(versions) < 2:
        raise CourseError("Une comparaison demande au moins deux versions : ajoutez-en une.")
    rows = []
    for (name_a, a), (name_b, b) in combinations(versions.items(), 2):
        shared = len(_side_by_side(a, b, by, customer))
        changed = len(moves(a, b, by=by, customer=customer))
        rows.append((name_a, name_b, shared, changed, changed / shared if shared else 0.0))
    return pd.DataFrame(rows, columns=["version_a", "version_b", "clients", "changent", "part"])


def robustness(
    orders: pd.DataFrame,
    *,
    levels: int = 4,
    as_of: Day | None = None,
    shifts: Sequence[int] = (7, 30, 90),
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """How far the RFM codes hold when a choice that has nothing to do with customers changes.

    The codes at `as_of` (quantile, `levels` levels) are compared with those obtained

    - at a reference date some days earlier, on the file cut at that date;
    - with ties broken by customer id (`equal_size`);
    - with the lines in the opposite order (nothing may change);
    - with one level fewer and one more: codes of different lengths do not compare, so what is
      compared there is membership of the best group (the best score reached on R, F and M).

    Args:
        orders: pandas table of order lines.
        levels: 2 to 10.
        as_of: reference date; default: the day after the last line.
        shifts: days by which the reference date is brought forward.
        customer, order, date, amount, timezone: as in `rfm_table`.

    Returns:
        One row per trial: `essai` (text), `clients` (customers in both tables, int),
        `changent` (int), `part` (share 0–1).

    Raises:
        CourseError: as `rfm_table` and `score_rfm`.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": list("ABCDE"), "commande_id": list("12345"),
        ...     "date_achat": pd.date_range("2025-01-01", periods=5, freq="30D"),
        ...     "montant": [10.0, 20.0, 30.0, 40.0, 50.0],
        ... })
        >>> lines = pd.concat([lines, lines.head(1).assign(commande_id="6")])
        >>> report = robustness(lines, levels=3, shifts=())
        >>> report["essai"].tolist()[:2]
        ['ex æquo départagés', 'lignes dans l’ordre inverse']
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    table = rfm_table(orders, as_of=as_of, **columns._asdict())
    base = score_rfm(table, levels=levels, customer=customer)
    reference = reference_day(last_day(orders, columns), as_of)
    trials = {
        f"date de référence {days} jours plus tôt": _scored_at(
            reference - dt.timedelta(days=days), orders, columns, levels
        )
        for days in shifts
    }
    trials["ex æquo départagés"] = score_rfm(
        table, levels=levels, method="equal_size", customer=customer
    )
    trials["lignes dans l’ordre inverse"] = _scored_at(
        reference, orders.iloc[::-1], columns, levels
    )
    rows = [_trial(name, base, other, "code_rfm", customer) for name, other in trials.items()]
    rows += _trials_of_levels(table, base, levels, customer)
    return pd.DataFrame(rows, columns=["essai", "clients", "changent", "part"])


def _scored_at(
    day: dt.date, orders: pd.DataFrame, columns: OrderColumns, levels: int
) -> pd.DataFrame:
    past = orders_until(orders, day, date=columns.date, timezone=columns.timezone)
    table = rfm_table(past, as_of=day, **columns._asdict())
    return score_rfm(table, levels=levels, customer=columns.customer)


def _trials_of_levels(
    table: pd.DataFrame, base: pd.DataFrame, levels: int, customer: str
) -> list[_Trial]:
    best, rows = _best_group(base, levels), []
    for other_levels in (levels - 1, levels + 1):
        if 2 <= other_levels <= 10:
            other = score_rfm(table, levels=other_levels, customer=customer)
            name = f"{other_levels} niveaux au lieu de {levels}"
            rows.append(_trial(name, best, _best_group(other, other_levels), "meilleur", customer))
    return rows


def _side_by_side(
    before: pd.DataFrame, after: pd.DataFrame, by: str, customer: str
) -> pd.DataFrame:
    for frame in (before, after):
        require_columns(frame.columns, [customer, by], "la table à comparer")
    first = before[[customer, by]].rename(columns={by: "avant"})
    second = after[[customer, by]].rename(columns={by: "apres"})
    return first.merge(second, on=customer)


def _best_group(scored: pd.DataFrame, levels: int) -> pd.DataFrame:
    return scored.assign(meilleur=(scored[list(SCORES)] == levels).all(axis=1))


def _trial(name: str, base: pd.DataFrame, other: pd.DataFrame, by: str, customer: str) -> _Trial:
    row = compare_scores({"base": base, name: other}, by=by, customer=customer).iloc[0]
    return name, int(row["clients"]), int(row["changent"]), float(row["part"])
