"""The same rule at several dates: windows of equal length, scored with the same bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal, cast

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.cuts import quantile_cuts
from rfm_helpers.analysis.day_lines import DayLines, checked_lines
from rfm_helpers.analysis.orders import (
    CLEAN_FIRST,
    DAY,
    ORDERS,
    Day,
    beside_others,
    check_types,
    keep_lines,
    known_day,
    next_day,
    number_orders,
    refuse_undated,
    undated,
    with_days,
)
from rfm_helpers.analysis.repurchase import check_horizon, nothing_later
from rfm_helpers.analysis.rfm import check_roles, net_orders, order_sums, rfm_at
from rfm_helpers.analysis.scores import check_table, rfm_code, score_by_edges
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import as_written
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.amounts import euros_of
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    OrderColumns,
    check_zone,
    refuse_taken,
    require_columns,
)
from rfm_helpers.tables.engines import collect, describe, from_native

MEASURES = {"R": "recence", "F": "frequence", "M": "montant_total"}
#: A file may begin some days after the window: a house that opens late in the week lacks nothing.
SLACK = dt.timedelta(days=7)
#: What to do with a table that `compare_dates` did not give.
COMPARE_FIRST = "donnez la table de compare_dates(commandes, dates)."
#: What `compare_dates` adds to the columns of `rfm_table`.
ADDED = ("date", "retours_anciens", "rachat", "R", "F", "M", "code_rfm")
_ONE_DAY = dt.timedelta(days=1)
Bounds = Literal["last", "first", "each"]


@one_door(CLEAN_FIRST)
def window_orders(
    orders: IntoFrameT,
    as_of: Day,
    months: int = 24,
    *,
    customer: str = "client_id",
    order: str | None = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """The order lines of the months that end at a date, whole orders only.

    An order belongs to the day of its first purchase line: the return of a purchase older than the
    window is left out with it, or it would lower the total of a customer whose purchase is not
    counted.

    Args:
        orders: order lines, in a table of any engine.
        as_of: last day of the window.
        months: length of the window.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        The lines kept, their columns unchanged, in a table of the kind given.

    Raises:
        CourseError: a column that is missing, of the wrong type or named as one of the calculation,
            missing dates, a date before year 1 or after year 9999, months that are no whole number,
            a file that begins after the window.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": list("AAB"), "commande_id": list("112"), "montant": [90.0, -90, 50],
        ...     "date_achat": pd.to_datetime(["2024-12-20", "2025-01-05", "2025-06-30"]),
        ... })
        >>> window_orders(lines, "2025-12-31", months=12)["client_id"].tolist()
        ['B']
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    check_zone(timezone)
    start, end = window_start(as_of, months), as_day(as_of)
    opened = from_native(orders, ORDERS)
    lazy = beside_others(opened, columns.names, CHECK_NAMES)
    check_types(lazy.collect_schema(), columns)
    dated = with_days(lazy, columns)
    return cast(IntoFrameT, keep_lines(opened, *_flagged(dated, columns, start, end)))


def _flagged(
    lines: nw.LazyFrame[Any], columns: OrderColumns, start: dt.date, end: dt.date
) -> tuple[nw.LazyFrame[Any], nw.Expr]:
    """Lines, and the condition that they are of an order of the window, and dated in it."""
    day, first = nw.col(DAY), nw.col("__first")
    lines, order = number_orders(lines, columns._replace(date=DAY))
    known = nw.when(day <= nw.lit(end)).then(known_day(DAY)).min()
    facts = describe(lines, undated(DAY), first=known)
    refuse_undated(facts, columns.date)
    check_cover(facts["first"], start)
    bought = nw.when(nw.col(columns.amount) > 0).then(day)
    lines = lines.with_columns(bought.alias("__first"))
    lines = lines.with_columns(first.min().over(columns.customer, order))
    inside = day.is_between(nw.lit(start), nw.lit(end))
    older = (first < nw.lit(start)).fill_null(False)
    return lines, inside & ~older


def window_start(as_of: Day, months: int) -> dt.date:
    """The first day of the window of some months that ends on `as_of`.

    >>> window_start("2025-12-31", 12)
    datetime.date(2025, 1, 1)
    """
    day = as_day(as_of)
    if isinstance(months, bool) or not isinstance(months, Integral):
        raise CourseError(
            f"La longueur d'une fenêtre ne convient pas ({as_written(repr(months))}) : écrivez un "
            "nombre entier de mois, sans guillemets."
        )
    if months < 1:
        raise CourseError(f"Une fenêtre de {months} mois est vide : donnez au moins 1.")
    if months >= 12 * day.year:
        raise CourseError(f"Une fenêtre de {months} mois commence avant l'an 1 : donnez-en moins.")
    return (pd.Timestamp(next_day(day)) - pd.DateOffset(months=int(months))).date()


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


@one_door(CLEAN_FIRST)
def compare_dates(
    orders: IntoFrameT,
    dates: Sequence[Day],
    months: int = 24,
    *,
    levels: int = 4,
    bounds: Bounds = "last",
    horizon_days: int = 365,
    customer: str = "client_id",
    order: str | None = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """The customers at several dates, on windows of equal length, scored with the same bounds.

    A finished table no longer knows its window, so this function cuts the windows itself
    (`window_orders`). The bounds are those of one date, the last unless said: a customer of another
    one scores 1 + floor(levels × customers of that window who do strictly worse ÷ these customers),
    at most `levels`. So one rule selects the same sort of customers at every date.

    Args:
        orders: order lines, in a table of any engine.
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
        In a table of the kind given, one row per date and customer, sorted by both: `date`, the
        columns of `rfm_table`, `retours_anciens` (euros, at most 0: returns of purchases older than
        the window, left out of it), `rachat` (whether the customer ordered within the horizon;
        missing where the file does not cover it), `R`, `F`, `M` and `code_rfm`. `assign_segments`
        takes it.

    Raises:
        CourseError: fewer than two dates, no order within a horizon that the file covers, or as
            `window_orders`, `rfm_table`.

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
    columns, days = (
        OrderColumns(customer, order, date, amount, timezone),
        sorted(map(as_day, dates)),
    )
    check_roles(columns)
    refuse_taken([customer], ADDED)
    lines, give_back = checked_lines(orders, columns)
    windows = scored_windows(lines, days, months, levels, bounds)
    ends = _horizons(lines, days, horizon_days)
    tables = [
        _beside(window, lines, day, window_start(day, months), end)
        for window, day, end in zip(windows, days, ends, strict=True)
    ]
    found = give_back(nw.concat(tables).sort("date", customer))
    if isinstance(found, pd.DataFrame):
        found = found.astype({"rachat": "boolean"})
        found.attrs["rfm_levels"] = levels
    return found


def scored_windows(
    lines: DayLines, days: Sequence[dt.date], months: int, levels: int, bounds: Bounds
) -> list[nw.LazyFrame[Any]]:
    """The customers of the window that ends on each day, scored with the bounds of one.

    Args:
        lines: what `checked_lines` gives.
        days: the days, in order.
        months: the length of each window.
        levels: 2 to 10.
        bounds: whose bounds the scores have: the first day's, the last's or each its own.

    Returns:
        A table per day: the columns of `rfm_table`, `R`, `F`, `M` and `code_rfm`.

    Raises:
        CourseError: a window that the lines do not cover, or that holds no customer.
    """
    first_line = describe(lines.frame, {}, first=nw.col(lines.date).min())["first"]
    tables = []
    for day in days:
        start = window_start(day, months)
        check_cover(first_line, start)
        tables.append(_settled(rfm_at(lines.until(day), day, start)))
    checked = [(table, check_table(table, MEASURES)) for table in tables]
    chosen = {"first": checked[:1], "last": checked[-1:]}.get(bounds, checked)
    cuts = [quantile_cuts(table, MEASURES, facts, levels) for table, facts in chosen]
    return [
        score_by_edges(table, MEASURES, edges, reached=False).with_columns(rfm_code(levels))
        for table, edges in zip(tables, cuts * (len(tables) // len(cuts)), strict=True)
    ]


def _settled(table: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """A table read several times: worked out once in memory, left to its engine elsewhere."""
    return collect(table, "polars").lazy() if table.implementation.is_polars() else table


def _horizons(lines: DayLines, days: Sequence[dt.date], horizon_days: int) -> list[dt.date | None]:
    """The last day in which a later order is looked for; none where the lines do not go so far."""
    covered = {
        day: day + horizon_days * _ONE_DAY
        for day in days
        if horizon_days <= (lines.last - day).days + 1
    }
    later = {
        str(day): nw.col(lines.date).is_between(nw.lit(day + _ONE_DAY), nw.lit(end))
        & (nw.col("__bought") > 0)
        for day, end in covered.items()
    }
    purchases = describe(lines.frame, later)
    for day in covered:
        check_horizon(lines.last, day, horizon_days)
        if not purchases[str(day)]:
            raise nothing_later(day, horizon_days)
    return [covered.get(day) for day in days]


def _beside(
    window: nw.LazyFrame[Any],
    lines: DayLines,
    day: dt.date,
    start: dt.date,
    end: dt.date | None,
) -> nw.LazyFrame[Any]:
    """The customers of a window, with the returns left out of it and whether they came back."""
    customer, cents, back = lines.customer, nw.col("__cents"), nw.col("__back")
    left_out = order_sums(lines.until(day), start).filter(nw.col("__day") < nw.lit(start))
    returned = left_out.group_by(customer).agg(cents.sum())
    window = window.join(returned, on=customer, how="left")
    window = window.with_columns(cents.cast(nw.Int64).fill_null(0))
    came = nw.lit(None).cast(nw.Boolean)
    if end is not None:
        later = net_orders(lines.after(day).until(end)).filter(nw.col("__n") > 0)
        counts = later.group_by(customer).agg(nw.len().alias("__back"))
        window, came = window.join(counts, on=customer, how="left"), ~back.is_null()
    return window.select(
        nw.lit(dt.datetime.combine(day, dt.time())).alias("date"),
        *(customer, "recence", "frequence", "montant_total", "panier_moyen"),
        euros_of(window, cents).alias("retours_anciens"),
        came.alias("rachat"),
        *("R", "F", "M", "code_rfm"),
    )


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
