"""Who stays and who stops: retention and attrition between two periods of equal length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import share_interval, shares_with_intervals
from rfm_helpers.analysis.orders import Day, orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.windows import window_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number, percent
from rfm_helpers.french.words import Said, several
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, OrderColumns, require_columns
from rfm_helpers.tables.engines import to_pandas


@dataclass(frozen=True)
class Rate(Said):
    """A share of customers: how many, of how many, the share (0–1), its interval, its sentence."""

    count: int
    customers: int
    share: float
    low: float
    high: float
    text: str


def retention(orders: Any, as_of: Day, months: int = 12, **names: str) -> Rate:
    """The share of the customers active in one period who are active in the next.

    Active: at least one order (`rfm_table`) in the period. The second period is the `months` that
    end at `as_of`, the first the `months` before it: equal lengths, no customer in neither. Without
    a contract, silence proves no departure: `months` should be no shorter than the purchase cycle
    (`purchase_cycle`).

    Args:
        orders: order lines (pandas, Polars, Arrow or DuckDB).
        as_of: last day of the second period.
        months: length of each period.
        **names: `customer`, `order`, `date`, `amount`, `timezone`: columns, as in `rfm_table`.

    Returns:
        How many stayed, of how many, the share with Wilson's interval at 95 %, and the sentence.

    Raises:
        CourseError: missing column, a file that begins after the first period, nobody active in it.

    Source: source 001, whose card on development says less retention where it means less attrition.

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABA"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> found = retention(lines, "2025-12-31")
        >>> found.count, found.customers, found.share
        (1, 2, 0.5)
    """
    active = active_customers(orders, as_of, months, **names)
    return _rate(active["actif"], "Rétention", as_of, months)


def attrition(orders: Any, as_of: Day, months: int = 12, **names: str) -> Rate:
    """The share of the customers active in one period who are not active in the next.

    It is 1 less the retention, of the same customers; see `retention` for arguments and errors.

    Source: source 001.

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("AAB"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> attrition(lines, "2025-12-31").share
        1.0
    """
    active = active_customers(orders, as_of, months, **names)
    return _rate(~active["actif"], "Attrition", as_of, months)


def active_customers(orders: Any, as_of: Day, months: int = 12, **names: str) -> pd.DataFrame:
    """The customers active in the first of two periods, and whether they are in the second.

    Arguments and errors are those of `retention`.

    Returns:
        One row per customer active in the first period, sorted: the customer column, `actif`
        (bool: also in the second).

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABA"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> active_customers(lines, "2025-12-31").values.tolist()
        [['A', True], ['B', False]]
    """
    columns = OrderColumns(**names)
    lines = to_pandas(orders)
    second = as_day(as_of)
    first = _months_before(second, months)
    before = _active(lines, first, months, columns)
    after = _active(lines, second, months, columns)
    return pd.DataFrame({columns.customer: before, "actif": before.isin(after)})


def retention_by(
    orders: Any,
    groups: pd.DataFrame,
    by: str,
    as_of: Day,
    months: int = 12,
    **names: str,
) -> pd.DataFrame:
    """Retention and attrition of each group of customers, with intervals.

    Args:
        orders, as_of, months, **names: as for `retention`.
        groups: one row per customer with the column `by`, known in the first period.
        by: column of the groups, such as `"canal_recrutement"`.

    Returns:
        One row per group, the best retention first: `by`, `actifs`, `restes` (int), `retention`,
        `bas`, `haut` (0–1), `attrition` (1 less the retention). The intervals of the groups tell
        little of a difference: `compare_groups` gives that one's own.

    Raises:
        CourseError: as `retention`; a column missing in `groups`.

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABA"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> groups = pd.DataFrame({"client_id": list("AB"), "canal": ["x", "y"]})
        >>> retention_by(lines, groups, "canal", "2025-12-31")["retention"].tolist()
        [1.0, 0.0]
    """
    customer = OrderColumns(**names).customer
    require_columns(groups.columns, [customer, by], remedy=CHECK_NAMES)
    active = active_customers(orders, as_of, months, **names).merge(groups, on=customer)
    table = active.groupby(by, as_index=False).agg(
        actifs=("actif", "size"), restes=("actif", "sum")
    )
    table = shares_with_intervals(table, "restes", "actifs").rename(columns={"part": "retention"})
    table["attrition"] = 1 - table["retention"]
    return table.sort_values("retention", ascending=False, ignore_index=True)


def silent_customers(
    orders: Any, as_of: Day, days: int, recruited: Mapping[str, dt.date] | None = None
) -> pd.DataFrame:
    """Attrition as a definition: silent for longer than a number of days, cohort by cohort.

    Without a contract nobody resigns. « Parti » means here: no order for more than `days` days at
    `as_of`. The share depends on that choice (take it from `purchase_cycle`), and on age: somebody
    who came last month cannot have been silent for a year. So it is given by year of the first
    order, and the customers who came too late to be judged are counted apart.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        as_of: the reference date.
        days: the silence beyond which a customer is held to be gone.
        recruited: the day of recruitment of those who came before the file begins, by customer.

    Returns:
        One row per cohort: `cohorte` (year), `clients` (int), `trop_recents` (int: first order less
        than `days` ago), `silencieux` (int), `part`, `bas`, `haut` (0–1: of those who could be).

    Raises:
        CourseError: as `rfm_table`; a number of days below 1.

    Example:
        >>> lines = pd.DataFrame({"client_id": list("AB"), "commande_id": list("12"),
        ...     "date_achat": pd.to_datetime(["2024-01-02", "2025-12-01"]), "montant": 10.0})
        >>> silent_customers(lines, "2025-12-31", 365).iloc[:, :4].values.tolist()
        [[2024, 1, 0, 1], [2025, 1, 1, 0]]
    """
    if days < 1:
        raise CourseError(f"Un silence de {several(days, 'jour')} ne dit rien : donnez au moins 1.")
    day = as_day(as_of)
    lines = orders_until(to_pandas(orders), day)
    table = rfm_table(lines, as_of=day)
    first = lines[lines["montant"] > 0].groupby("client_id")["date_achat"].min()
    known = table["client_id"].map(first)
    if recruited is not None:
        known = table["client_id"].map(pd.to_datetime(pd.Series(recruited))).fillna(known)
    age = (pd.Timestamp(day) - known).dt.days
    table = table.assign(
        cohorte=known.dt.year, recent=age <= days, silent=(age > days) & (table["recence"] > days)
    )
    found = table.groupby("cohorte", as_index=False).agg(
        clients=("client_id", "size"), trop_recents=("recent", "sum"), silencieux=("silent", "sum")
    )
    found["jugeables"] = found["clients"] - found["trop_recents"]
    return shares_with_intervals(found, "silencieux", "jugeables").drop(columns="jugeables")


def _months_before(day: dt.date, months: int) -> dt.date:
    """The last day of the period before the one that ends at a day."""
    after = pd.Timestamp(day) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    return (after - pd.Timedelta(days=1)).date()


def _active(
    lines: pd.DataFrame, as_of: dt.date, months: int, columns: OrderColumns
) -> pd.Series[Any]:
    kept = window_orders(lines, as_of, months, **columns._asdict())
    return rfm_table(kept, as_of=as_of, **columns._asdict())[columns.customer]


def _rate(which: pd.Series[Any], name: str, as_of: Day, months: int) -> Rate:
    count, customers = int(which.sum()), len(which)
    low, high = share_interval(count, customers)
    verb = "ont de nouveau commandé" if name == "Rétention" else "n’ont plus commandé"
    who = several(customers, "client actif", "clients actifs")
    return Rate(
        count,
        customers,
        count / customers,
        low,
        high,
        f"{name} de {percent(count / customers, 1)} : sur {who} pendant {months} mois, "
        f"{number(count)} {verb} pendant les {months} mois suivants, jusqu’au "
        f"{long_date(as_day(as_of))} (intervalle à 95 % : de {percent(low, 1)} à "
        f"{percent(high, 1)}).",
    )
