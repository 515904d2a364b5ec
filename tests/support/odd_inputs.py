"""Tables as files and bases hold them, and what each is to give on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest

from rfm_helpers import (
    assign_segments,
    compare_dates,
    orders_until,
    rfm_table,
    score_rfm,
    segment_profile,
    window_orders,
)
from rfm_helpers.analysis.migrations.history import (
    segment_changes,
    segment_history,
    transition_shares,
)
from rfm_helpers.analysis.migrations.moves import (
    ABSENT,
    migration_matrix,
    migration_shares,
    revenue_bridge,
    segment_moves,
)
from rfm_helpers.analysis.orders import last_day
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import OrderColumns

#: Opens an Arrow table in an engine.
Open = Callable[[pa.Table], Any]
#: What a table is, the table, what is asked of it, and the rows that pandas gives of the plain one.
Case = tuple[str, pa.Table, Callable[[Any], Any], list[Any]]
NAMES = ("client_id", "commande_id", "date_achat", "montant")
DATES = ("2023-12-31", "2024-12-31")
#: How days are kept: in what unit, and in what zone.
TIMES = {
    "to the second": ("s", None),
    "to the microsecond": ("us", None),
    "in Paris": ("us", "Europe/Paris"),
    "in UTC": ("ms", "UTC"),
    "in New York": ("ns", "America/New_York"),
    "beside UTC": ("s", "Etc/GMT-2"),
}


def lines() -> pd.DataFrame:
    """Two years of orders of thirteen customers."""
    days = [dt.date(2023, 1, 1) + dt.timedelta(days=i * 37 % 725) for i in range(40)]
    days[-1] = dt.date(2024, 12, 30)
    return pd.DataFrame({
        "client_id": [f"C{i * 7 % 13:02d}" for i in range(40)],
        "commande_id": range(40),
        "date_achat": pd.to_datetime(days).astype("datetime64[us]"),
        "montant": [10 + i % 13 * 7.005 for i in range(40)],
    })  # fmt: skip


def table(frame: pd.DataFrame, **other: Any) -> pa.Table:
    """A frame in Arrow, some of its columns replaced or added."""
    found = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    for name, column in other.items():
        place = found.schema.get_field_index(name)
        column = column if isinstance(column, pa.ChunkedArray) else pa.array(column)
        if place < 0:
            found = found.append_column(name, column)
        else:
            found = found.set_column(place, name, column)
    return found


def late(unit: str, zone: str | None) -> pa.Array:
    """The days of `lines`, at the last moment of each in Paris."""
    moments = lines()["date_achat"] + pd.Timedelta("23:59:59")
    if zone:
        moments = moments.dt.tz_localize("Europe/Paris").dt.tz_convert(zone)
    return pa.array(moments.dt.as_unit(unit))


def orders_kept(cut: Callable[..., Any], *asked: Any, **roles: str) -> Callable[[Any], list[int]]:
    """The orders that a cut leaves, whatever kind their days are of."""
    order = roles.get("order", "commande_id")
    return lambda opened: sorted(in_arrow(cut(opened, *asked, **roles))[order].to_pylist())


def in_arrow(result: Any) -> pa.Table:
    return nw.from_native(result).lazy().collect("pyarrow").to_native()


def rows(result: Any) -> list[tuple[Any, ...]]:
    """The rows of a result, sorted, or what else it is."""
    if isinstance(result, list):
        return result
    if isinstance(result, pd.DataFrame):
        result = pa.Table.from_pandas(result, preserve_index=False)
    found = in_arrow(result).to_pylist()
    return sorted((tuple(map(_without_zone, row.values())) for row in found), key=repr)


def _without_zone(value: Any) -> Any:
    """A moment as Spark gives it, in UTC, without its zone; any other value as it is."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


class OddTables:
    """What holds of odd tables on every engine: a class to inherit.

    The fixture `opened` opens an Arrow table in the engine.
    """

    def test_days_are_local_however_they_are_kept(self, opened: Open) -> None:
        assert_alike(opened, kinds_of_days())

    def test_columns_may_have_the_names_of_files(self, opened: Open) -> None:
        assert_alike(opened, odd_names())

    def test_results_may_come_back_as_other_kinds(self, opened: Open) -> None:
        assert_alike(opened, kept_tables())

    def test_refusals(self, opened: Open) -> None:
        """Each table that cannot be counted is refused by its sentence."""
        for odd, use, said in refused():
            with pytest.raises(CourseError, match=said):
                use(opened(odd))


def assert_alike(open_: Open, cases: Sequence[Case]) -> None:
    """Each odd table, in an engine, gives what is expected."""
    for name, odd, use, expected in cases:
        assert rows(use(open_(odd))) == expected, name


@cache
def kinds_of_days() -> list[Case]:
    """Lines whose days are kept in every way, cut and counted."""
    days = {name: late(*how) for name, how in TIMES.items()}
    days["as days"] = pa.array(lines()["date_achat"]).cast(pa.date32())
    uses = [rfm_table, orders_kept(orders_until, "2024-06-30"),
            orders_kept(window_orders, "2024-12-31", 12)]  # fmt: skip
    return [
        (name, table(lines(), date_achat=kept), use, expected)
        for use, expected in ((use, rows(use(lines()))) for use in uses)
        for name, kept in days.items()
    ]


@cache
def odd_names() -> list[Case]:
    """Columns with the names that files have."""
    expected = [rows(use(lines())) for use in _uses(NAMES)]
    return [
        (names[0], table(lines()).rename_columns(list(names)), use, found)
        for names in (("Client É", "n° d'achat", "select", 'prix "net"'),
                      ("rows", "count", "first_0", "group"))
        for use, found in zip(_uses(names), expected, strict=True)
    ]  # fmt: skip


def _uses(names: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    roles = dict(zip(("customer", "order", "date", "amount"), names, strict=True))
    return [
        lambda opened: score_rfm(rfm_table(opened, **roles), customer=names[0]),
        orders_kept(window_orders, "2024-12-31", 12, **roles),
        lambda opened: compare_dates(opened, DATES, 12, horizon_days=30, **roles),
    ]


@cache
def kept_tables() -> list[Case]:
    """Results that were kept elsewhere, and came back as other kinds."""
    scored = score_rfm(rfm_table(lines()))
    floats = table(scored, code_rfm=[float(code) for code in scored["code_rfm"]])
    history = segment_history(lines(), ["2023-12-31", "2024-06-30", "2024-12-31"])
    return [("codes as numbers", floats, _segments, _segments(scored))] + [
        (str(kind), table(history, date=table(history)["date"].cast(kind)), use, rows(use(history)))
        for kind in (pa.date32(), pa.timestamp("s"), pa.timestamp("ns"))
        for use in (transition_shares, _alerts)
    ]


def _segments(scored: Any) -> list[Any]:
    named = in_arrow(assign_segments(scored)).select(["client_id", "segment"])
    return sorted(map(tuple, named.to_pandas().to_numpy()))


def _alerts(history: Any) -> list[Any]:
    changes = in_arrow(segment_changes(history)).drop_columns("date")
    return sorted(map(tuple, changes.to_pandas().to_numpy()))


def refused() -> Iterator[tuple[pa.Table, Callable[[Any], Any], str]]:
    """Tables, what is asked of them, and a part of the sentence that refuses."""
    known, blank = table(lines()), pa.array(lines()["client_id"].replace("C00", " "))
    yield table(lines(), client_id=blank.dictionary_encode()), rfm_table, "vides"
    yield table(lines(), date_achat=[None, *lines()["date_achat"][1:]]), cut, "1 valeur.s. manq"
    yield table(lines(), date_achat=lines()["date_achat"].astype(str)), cut, "pas des dates"
    yield from refused_days()
    yield known, lambda opened: rfm_table(opened, as_of="2023-06-01"), "après la date de réf"
    yield known, lambda opened: rfm_table(opened, start="2030-01-01"), "aucune ligne"
    yield known, lambda opened: window_orders(opened, "2024-12-31", 600), "commence le"
    yield table(lines(), __day=range(40)), cut, "porte le nom"
    dated = known.rename_columns(["date", "commande_id", "jour", "montant"])
    yield dated, _by_date, "porte le nom"
    cents = known.rename_columns([*NAMES[:3], "__cents"])
    yield cents, lambda opened: rfm_table(opened, amount="__cents"), "porte le nom"
    yield from refused_customers()
    yield from refused_moves()


def refused_days() -> Iterator[tuple[pa.Table, Callable[[Any], Any], str]]:
    """A line dated before year 1, then one after year 9999."""
    seconds = pa.array(lines()["date_achat"].dt.as_unit("s")).cast(pa.int64())[1:].to_pylist()
    for years in (-2100, 9000):
        moments = pa.array([int(years * 365.25 * 86_400), *seconds]).cast(pa.timestamp("s"))
        for use in READINGS:
            yield table(lines(), date_achat=moments), use, "avant l’an"


def cut(opened: Any) -> Any:
    return orders_until(opened, "2024-06-30")


def _window(opened: Any) -> Any:
    return window_orders(opened, "2024-12-31", 12)


def _compared(opened: Any) -> Any:
    return compare_dates(opened, DATES, 12, horizon_days=30)


def _last(opened: Any) -> Any:
    return last_day(opened, OrderColumns())


#: The calls that look at every day of a table of order lines.
READINGS = (cut, _window, rfm_table, _compared, _last)


def _by_date(opened: Any) -> Any:
    return compare_dates(opened, DATES, 12, horizon_days=30, customer="date", date="jour")


def refused_customers() -> Iterator[tuple[pa.Table, Callable[[Any], Any], str]]:
    """Tables of customers that cannot be described."""
    named = assign_segments(score_rfm(rfm_table(lines())))
    amounts = named["montant_total"].tolist()
    for wrong in (float("nan"), float("inf"), 1e14, None):
        yield table(named, montant_total=[wrong, *amounts[1:]]), segment_profile, "«.montant_total"
    yield table(named, recence=["a"] * len(named)), segment_profile, "pas des nombres"


def refused_moves() -> Iterator[tuple[pa.Table, Callable[[Any], Any], str]]:
    """Movements and histories that are none."""
    moves = segment_moves(lines(), *DATES)
    gaps = moves["ecart"].tolist()
    for use in (migration_matrix, revenue_bridge):
        yield table(moves, ecart=[float("nan"), *gaps[1:]]), use, "1 valeur.s. manquante"
        yield table(moves, ecart=["a"] * len(moves)), use, "pas des nombres"
    yield table(moves, avant=[ABSENT] * len(moves)), migration_shares, "au moins un client"
    history = segment_history(lines(), DATES)
    yield table(history, date=history["date"].astype(str)), segment_changes, "pas des dates"
