"""The same rule at several dates: windows of equal length, scored with the same bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from rfm_helpers.analysis.orders import ORDERS, Day, last_day, orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_code
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, OrderColumns, require_columns
from rfm_helpers.tables.engines import to_pandas

MEASURES = {"R": "recence", "F": "frequence", "M": "montant_total"}
#: A file may begin some days after the window: a house that opens late in the week lacks nothing.
SLACK = dt.timedelta(days=7)
#: What to do with a table that `compare_dates` did not give.
COMPARE_FIRST = "donnez la table de compare_dates(commandes, dates)."
_ONE_DAY = dt.timedelta(days=1)
Bounds = Literal["last", "first", "each"]


def window_orders(
    orders: Any,
    as_of: Day,
    months: int = 24,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """The order lines of the months that end at a date, whole orders only.

    An order belongs to the day of its first purchase line: the return of a purchase older than the
    window is left out with it, or it would lower the total of a customer whose purchase is not
    counted.

    Args:
        orders: order lines (pandas, Polars, Arrow or DuckDB).
        as_of: last day of the window.
        months: length of the window.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        The lines kept, their columns unchanged.

    Raises:
        CourseError: missing column, an impossible date, a file that begins after the window does.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": list("AAB"), "commande_id": list("112"), "montant": [90.0, -90, 50],
        ...     "date_achat": pd.to_datetime(["2024-12-20", "2025-01-05", "2025-06-30"]),
        ... })
        >>> window_orders(lines, "2025-12-31", months=12)["client_id"].tolist()
        ['B']
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    return _cut(to_pandas(orders), as_of, months, columns)[0]


def _cut(
    lines: pd.DataFrame, as_of: Day, months: int, columns: OrderColumns
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines of the window, and those it leaves out though they are dated in it."""
    customer, order, date, amount, timezone = columns
    require_columns(lines.columns, columns.names, ORDERS, CHECK_NAMES)
    start = window_start(as_of, months)
    known = orders_until(lines, as_of, date=date, timezone=timezone)
    days = days_of(known[date], timezone)
    check_cover(None if days.empty else days.min().date(), start)
    bought = days.where(known[amount] > 0)
    first = bought.groupby([known[customer], known[order]]).transform("min")
    inside = days >= pd.Timestamp(start)
    older = inside & (first < pd.Timestamp(start))
    return known[inside & ~older], known[older]


def window_start(as_of: Day, months: int) -> dt.date:
    """The first day of the window of some months that ends on `as_of`.

    >>> window_start("2025-12-31", 12)
    datetime.date(2025, 1, 1)
    """
    if months < 1:
        raise CourseError(f"Une fenêtre de {months} mois est vide : donnez au moins 1.")
    return (pd.Timestamp(as_day(as_of) + _ONE_DAY) - pd.DateOffset(months=months)).date()


def days_of(dates: pd.Series[Any], timezone: str = "Europe/Paris") -> pd.Series[Any]:
    """The local calendar day of each date, as a timestamp at midnight.

    >>> str(days_of(pd.Series(pd.to_datetime(["2025-12-31T23:30Z"])))[0].date())
    '2026-01-01'
    """
    moments = pd.to_datetime(dates)
    if isinstance(moments.dtype, pd.DatetimeTZDtype):
        moments = moments.dt.tz_convert(timezone).dt.tz_localize(None)
    return moments.dt.normalize()


def check_cover(first: dt.date | None, start: dt.date) -> None:
    """Refuse a window that starts before the lines do, whose first day is given (none: empty).

    >>> check_cover(dt.date(2025, 1, 3), dt.date(2025, 1, 1))
    """
    if first is None or first > start + SLACK:
        begins = f"commence le {long_date(first)}" if first else "est vide"
        raise CourseError(
            f"La fenêtre commence le {long_date(start)}, et le fichier {begins} : comparez des "
            "fenêtres plus courtes, ou des dates plus tardives."
        )


def compare_dates(
    orders: Any,
    dates: Sequence[Day],
    months: int = 24,
    *,
    levels: int = 4,
    bounds: Bounds = "last",
    horizon_days: int = 365,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """The customers at several dates, on windows of equal length, scored with the same bounds.

    A finished table no longer knows its window, so this function cuts the windows itself
    (`window_orders`). The bounds are those of one date, the last unless said: a customer of another
    one scores 1 + floor(levels × customers of that window who do strictly worse ÷ these customers),
    at most `levels`. So one rule selects the same sort of customers at every date.

    Args:
        orders: order lines (pandas, Polars, Arrow or DuckDB).
        dates: the reference dates, two at least.
        months: length of each window.
        levels: 2 to 10.
        bounds: the date whose bounds all have: "last" or "first"; "each" gives every date its own,
            which fixes the sizes of groups and hides what moved.
        horizon_days: days after each date in which a later order is looked for.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        One row per date and customer, in the order of dates: `date`, the columns of `rfm_table`,
        `R`, `F`, `M`, `code_rfm`, `retours_anciens` (euros, at most 0: returns of purchases older
        than the window, left out of it) and `rachat` (whether the customer ordered within the
        horizon; missing where the file does not cover it). `assign_segments` takes it.

    Raises:
        CourseError: fewer than two dates, or as `window_orders`, `rfm_table`.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": list("ABAC"), "commande_id": list("1234"), "montant": 10.0,
        ...     "date_achat": ["2024-01-02", "2024-11-01", "2025-01-03", "2025-12-30"],
        ... }).astype({"date_achat": "datetime64[ns]"})
        >>> found = compare_dates(lines, ["2024-12-31", "2025-12-31"], months=12, levels=2)
        >>> found[["client_id", "recence", "R", "rachat"]].values.tolist()
        [['A', 364, 1, True], ['B', 60, 2, False], ['A', 362, 1, <NA>], ['C', 1, 2, <NA>]]
    """
    if len(dates) < 2:
        raise CourseError("Une comparaison demande au moins deux dates : ajoutez-en une.")
    lines = to_pandas(orders)
    columns = OrderColumns(customer, order, date, amount, timezone)
    tables = [_at(lines, day, months, horizon_days, columns) for day in sorted(map(as_day, dates))]
    reference = {"last": [tables[-1]] * len(tables), "first": [tables[0]] * len(tables)}
    bounded = zip(tables, reference.get(bounds, tables), strict=True)
    scored = pd.concat([_scored(one, by, levels) for one, by in bounded], ignore_index=True)
    scored.attrs["rfm_levels"] = levels
    return scored


def _at(
    lines: pd.DataFrame, day: dt.date, months: int, horizon_days: int, columns: OrderColumns
) -> pd.DataFrame:
    """The customers of one window, with the returns left out of it and what they did later."""
    kept, older = _cut(lines, day, months, columns)
    found = rfm_table(kept, as_of=day, **columns._asdict())
    customers = found[columns.customer]
    returned = older.groupby(columns.customer)[columns.amount].sum()
    found["retours_anciens"] = customers.map(returned).fillna(0.0).astype(float)
    found["rachat"] = pd.array([pd.NA] * len(found), dtype="boolean")
    if day + horizon_days * _ONE_DAY <= last_day(lines, columns) + _ONE_DAY:
        later = later_orders(lines, day, horizon_days, **columns._asdict())
        back = later.set_index(columns.customer)["rachat"]
        found["rachat"] = customers.map(back).astype("boolean")
    found.insert(0, "date", pd.Timestamp(day))
    return found


def _scored(table: pd.DataFrame, reference: pd.DataFrame, levels: int) -> pd.DataFrame:
    scores = {
        score: quantile_score(table[column], reference[column], levels, turned=score == "R")
        for score, column in MEASURES.items()
    }
    return nw.from_native(table.assign(**scores)).with_columns(rfm_code(levels)).to_native()


def quantile_score(
    values: pd.Series[Any], reference: pd.Series[Any], levels: int, *, turned: bool = False
) -> pd.Series[Any]:
    """The quantile score of values among those of a reference; `turned` where less is better.

    >>> quantile_score(pd.Series([5, 25, 99]), pd.Series([10, 20, 30, 40]), 4).tolist()
    [1, 3, 4]
    """
    sign = -1 if turned else 1
    ranked = np.sort(sign * reference.to_numpy())
    worse = np.searchsorted(ranked, sign * values.to_numpy(), side="left")
    scores = np.minimum(1 + levels * worse // len(ranked), levels)
    return pd.Series(scores, values.index, dtype="int64")


def describe_groups(customers: pd.DataFrame, by: str = "date") -> pd.DataFrame:
    """The size and the traits of groups of customers, side by side.

    Args:
        customers: the table of `compare_dates`, cut to a rule; or any table with the columns of
            `rfm_table` and a column that names the groups.
        by: column of the groups.

    Returns:
        One row per group: `by`, `clients` (int), `recence_mediane` (days), `part_actifs` (0–1:
        ordered within a year), `commandes` (least and most, as text), `panier_moyen` (euros, per
        order); and, from the table of `compare_dates`, `retours_anciens` (euros left out).

    Raises:
        CourseError: missing column.

    Example:
        >>> table = pd.DataFrame({"date": ["a", "a", "b"], "recence": [10, 400, 30],
        ...                       "frequence": [1, 3, 2], "montant_total": [50.0, 150.0, 80.0]})
        >>> describe_groups(table).values.tolist()
        [['a', 2, 205.0, 0.5, '1 à 3', 50.0], ['b', 1, 30.0, 1.0, '2', 40.0]]
    """
    require_columns(customers.columns, [by, *MEASURES.values()], remedy=COMPARE_FIRST)
    return pd.DataFrame([{by: name} | _traits(group) for name, group in customers.groupby(by)])


def _traits(group: pd.DataFrame) -> dict[Any, Any]:
    least, most = group["frequence"].min(), group["frequence"].max()
    traits = {
        "clients": len(group),
        "recence_mediane": float(group["recence"].median()),
        "part_actifs": float((group["recence"] < 365).mean()),
        "commandes": str(least) if least == most else f"{least} à {most}",
        "panier_moyen": float(group["montant_total"].sum() / group["frequence"].sum()),
    }
    if "retours_anciens" in group:
        traits["retours_anciens"] = float(group["retours_anciens"].sum())
    return traits
