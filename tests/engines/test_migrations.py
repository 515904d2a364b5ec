"""Migrations on every engine: by pandas, and by hand, whatever the lines."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from support.engines import Table, arrow, in_pandas

from rfm_helpers.analysis.migrations.history import (
    project_segments,
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
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.tables.engines import is_shared

Line = tuple[str, int, dt.date, float]
FIRST = dt.date(2023, 1, 1)
YEARS = [(FIRST, dt.date(2023, 12, 31)), (dt.date(2024, 1, 1), dt.date(2024, 12, 31))]
PERIODS = ("2023-12-31", "2024-12-31")
FEW = settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: Two customers of whom each has orders in one year only, and two who have some in both.
KNOWN: list[Line] = [
    ("avant", 6, FIRST, 5.005), ("avant", 7, dt.date(2023, 6, 1), 20.0),
    ("après", 8, dt.date(2024, 2, 1), 20.0), ("A", 9, dt.date(2023, 6, 1), 20.0),
    ("A", 10, dt.date(2024, 6, 1), 20.0), ("B", 11, dt.date(2024, 12, 31), 1.675),
]  # fmt: skip
#: Half-cents, returns and ties, up to three months after the second year.
order_lines = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D", "É", "f"]),
        st.integers(1, 5),
        st.integers(0, 800).map(lambda n: FIRST + dt.timedelta(days=n)),
        st.integers(-2_000, 6_000).map(lambda n: n / 1_000) | st.sampled_from([0.0, 20.0, -20.0]),
    ),
    max_size=30,
).map(lambda drawn: [*drawn, *KNOWN])


def frame_of(lines: list[Line]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=["client_id", "commande_id", "date_achat", "montant"])
    return frame.assign(date_achat=pd.to_datetime(frame["date_achat"]).astype("datetime64[us]"))


# --- by hand -------------------------------------------------------------------------------------


def by_order(lines: list[Line]) -> dict[str, list[list[tuple[dt.date, int]]]]:
    """By customer, the days and cents of the lines of each order."""
    orders: dict[tuple[str, int], list[tuple[dt.date, int]]] = defaultdict(list)
    for customer, order, day, amount in lines:
        cents = (Decimal(repr(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
        orders[customer, order].append((day, int(cents)))
    found: dict[str, list[list[tuple[dt.date, int]]]] = defaultdict(list)
    for (customer, _), order_ in orders.items():
        found[customer].append(order_)
    return found


def first_bought(order: list[tuple[dt.date, int]]) -> dt.date | None:
    return min((day for day, cents in order if cents > 0), default=None)


def spent(orders: list[list[tuple[dt.date, int]]], start: dt.date, end: dt.date) -> int | None:
    """The cents of a customer in a year, but for orders of before; None without an order."""
    sums = []
    for order in orders:
        known = [line for line in order if line[0] <= end]
        bought = first_bought(known)
        if bought is None or bought >= start:
            sums.append(sum(cents for day, cents in known if day >= start))
    return sum(sums) if any(cents > 0 for cents in sums) else None


def movement(before: int | None, after: int | None, known: bool) -> str:
    if after is None:
        return "Perdus"
    if before is None:
        return "Revenus" if known else "Nouveaux"
    return {1: "En hausse", 0: "Stables", -1: "En baisse"}[(after > before) - (after < before)]


def moves_by_hand(lines: list[Line]) -> list[tuple[Any, ...]]:
    """Customer, presence and euros in each year, difference, movement."""
    found = []
    for customer, orders in sorted(by_order(lines).items()):
        before, after = (spent(orders, *year) for year in YEARS)
        whole = [first_bought(one) for one in orders if sum(cents for _, cents in one) > 0]
        known = any(day is not None and day < YEARS[1][0] for day in whole)
        if before is not None or after is not None:
            euros = [(cents or 0) / 100 for cents in (before, after)]
            gap = ((after or 0) - (before or 0)) / 100
            seen = (before is not None, after is not None)
            found.append((customer, *seen, *euros, gap, movement(before, after, known)))
    return found


# --- on engines ----------------------------------------------------------------------------------


def read(result: Any, *keys: str) -> pd.DataFrame:
    return in_pandas(result).sort_values(list(keys), ignore_index=True)


def assert_same_moves(opened: Any, lines: list[Line]) -> None:
    expected = segment_moves(frame_of(lines), *PERIODS)
    present = expected.assign(avant=expected["avant"] != ABSENT, apres=expected["apres"] != ABSENT)
    assert sorted(present.itertuples(index=False, name=None)) == moves_by_hand(lines)
    found = segment_moves(opened, *PERIODS)
    assert type(found) is type(opened)
    assert_frame_equal(read(found, "client_id"), read(expected, "client_id"), check_dtype=False,
                       check_exact=True)  # fmt: skip
    for unit in ("clients", "parts", "euros"):
        assert_frame_equal(migration_matrix(found, unit), migration_matrix(expected, unit))
    assert_frame_equal(migration_shares(found), migration_shares(expected))
    assert_frame_equal(revenue_bridge(found), revenue_bridge(expected))


def assert_same_history(make: Table, lines: list[Line]) -> None:
    opened = make(frame_of(lines))
    days = ["2023-12-31", "2024-06-30", "2024-12-31"]
    expected = segment_history(frame_of(lines), days)
    found = segment_history(opened, days)
    assert type(found) is type(opened)
    keys = ["date", "client_id"]
    assert_frame_equal(read(found, *keys), read(expected, *keys), check_dtype=False)
    kept = make(expected)
    changes = read(segment_changes(kept), *keys)
    assert_frame_equal(changes, read(segment_changes(expected), *keys), check_dtype=False)
    for flow in (transition_shares, project_segments):
        assert_frame_equal(flow(kept), flow(expected), check_dtype=False)


@FEW
@given(order_lines)
def test_same_moves_for_any_lines(table: Table, fetched: list[int], lines: list[Line]) -> None:
    opened = table(frame_of(lines))
    fetched.clear()
    segment_moves(opened, *PERIODS)
    if is_shared(nw.from_native(opened)):
        assert set(fetched) == {1}
    assert_same_moves(opened, lines)


@FEW
@given(order_lines)
def test_same_history_for_any_lines(table: Table, lines: list[Line]) -> None:
    assert_same_history(table, lines)


def test_rows_spread_thin_change_nothing_and_are_not_ranked(spark: Any) -> None:
    """More parts than lines, most lines of one customer."""
    giant = [
        ("géant", 20 + i, FIRST + dt.timedelta(days=12 * i), i * 1005 / 1000) for i in range(60)
    ]
    opened = spark.createDataFrame(frame_of([*KNOWN, *giant])).repartition(200)
    assert_same_moves(opened, [*KNOWN, *giant])
    for compared in (segment_moves(opened, *PERIODS), compare_dates(opened, PERIODS, 12)):
        plan = compared._explain_string(extended=True)
        assert "Aggregate" in plan
        assert not re.search("window|udf|python", plan, re.IGNORECASE)


@pytest.mark.parametrize("make", [arrow, pl.from_pandas], ids=["arrow", "polars"])
@settings(max_examples=12)
@given(order_lines)
def test_the_same_in_memory(make: Table, lines: list[Line]) -> None:
    assert_same_moves(make(frame_of(lines)), lines)
    assert_same_history(make, lines)
