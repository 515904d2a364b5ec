"""Two dates on equal windows with the same bounds; the benchmark, worked out another way."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.course import ROOT

from rfm_helpers.analysis.campaign.uplift import compare_groups, people_needed
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import (
    Benchmark,
    benchmark,
    benchmarks,
    judge_aim,
    purchase_cycle,
)
from rfm_helpers.analysis.windows import compare_dates, describe_groups, window_orders
from rfm_helpers.datasets import dataset_columns, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.engines import to_pandas

ENDS = {2024: dt.date(2024, 12, 31), 2025: dt.date(2025, 12, 31)}
RULE = "R <= 2 and F in [3, 4] and M >= 4"


# --- the same, from the file, in plain Python ----------------------------------------------------


class Bought(NamedTuple):
    """A customer in a window: days since the last order, orders, cents."""

    recency: int
    orders: int
    cents: int


def lines() -> list[dict[str, str]]:
    with (ROOT / "data" / "orsenne" / "commandes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orders_of(rows: list[dict[str, str]], end: dt.date) -> dict[str, list[tuple[dt.date, int]]]:
    """By customer, the day and the cents of each order known at a date."""
    days: dict[tuple[str, str], dt.date] = {}
    cents: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        day, amount = dt.date.fromisoformat(row["date_achat"][:10]), Decimal(row["montant"])
        if day > end:
            continue
        key = row["client_id"], row["commande_id"]
        cents[key] += int(amount * 100)
        if amount > 0:
            days[key] = min(day, days.get(key, day))
    found: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
    for (customer, _), day in ((key, days[key]) for key in days):
        found[customer].append((day, cents[customer, _]))
    return found


def window(rows: list[dict[str, str]], year: int) -> dict[str, Bought]:
    """Everyone who ordered in the two years that end with a year."""
    end, start = ENDS[year], dt.date(year - 1, 1, 1)
    table = {}
    for customer, known in orders_of(rows, end).items():
        inside = [(day, cents) for day, cents in known if day >= start]
        kept = [day for day, cents in inside if cents > 0]
        if kept:
            spent = sum(cents for _, cents in inside)
            table[customer] = Bought((end - max(kept)).days, len(kept), spent)
    return table


def score(value: float, everyone: list[float], levels: int = 5) -> int:
    return min(1 + levels * sum(one < value for one in everyone) // len(everyone), levels)


def in_target(one: Bought, reference: list[Bought]) -> bool:
    r = score(-one.recency, [-other.recency for other in reference])
    f = score(one.orders, [other.orders for other in reference])
    m = score(one.cents, [other.cents for other in reference])
    return r <= 2 and f in (3, 4) and m >= 4


@pytest.fixture(scope="module")
def by_hand() -> dict[str, object]:
    rows = lines()
    then, now = window(rows, 2024), window(rows, 2025)
    reference = list(now.values())
    before = {name: one for name, one in then.items() if in_target(one, reference)}
    today = {name: one for name, one in now.items() if in_target(one, reference)}
    later = orders_of(rows, ENDS[2025])
    came = [
        name for name in before if any(day > ENDS[2024] and cents > 0 for day, cents in later[name])
    ]
    return {"before": before, "today": today, "came": came}


def test_the_benchmark_of_the_course_is_that_of_the_file(by_hand) -> None:
    found = compare_dates(load_orders(), list(ENDS.values()), levels=5).query(RULE)
    assert len(by_hand["before"]) == 100 and len(by_hand["today"]) == 158
    for day, group in ((ENDS[2024], "before"), (ENDS[2025], "today")):
        rows = found[found["date"] == pd.Timestamp(day)]
        assert set(rows["client_id"]) == set(by_hand[group])
    traits = describe_groups(found)
    assert traits["recence_mediane"].tolist() == [
        median(one.recency for one in by_hand[group].values()) for group in ("before", "today")
    ]
    assert benchmark(found) == Benchmark(len(by_hand["came"]), 100) == Benchmark(30, 100)


def test_the_interval_is_where_a_share_is_one_and_ninety_six_deviations_away() -> None:
    found = Benchmark(30, 100)
    for bound in (found.low, found.high):
        deviation = math.sqrt(bound * (1 - bound) / 100)
        assert abs(found.share - bound) / deviation == pytest.approx(1.96, abs=0.001)
    assert found.low < found.share < found.high


def test_nobody_and_everybody_have_an_interval_too() -> None:
    assert Benchmark(0, 10).low == pytest.approx(0) and Benchmark(0, 10).high > 0.2
    assert Benchmark(10, 10).high == pytest.approx(1) and Benchmark(10, 10).low < 0.8
    for wrong in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(CourseError, match="repère compte"):
            Benchmark(*wrong)


# --- windows -------------------------------------------------------------------------------------


def orders(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["client_id", "commande_id", "date_achat", "montant"])
    return table.assign(date_achat=pd.to_datetime(table["date_achat"]))


HOUSE = orders(
    ("A", "1", "2023-01-02", 100),
    ("A", "1", "2024-02-01", -100),  # the return of a purchase older than the last window
    ("A", "2", "2024-06-01", 40),
    ("B", "3", "2023-06-01", 80),
    ("B", "4", "2024-07-01", 60),
    ("B", "4", "2024-07-20", -20),  # a return of its own window
    ("C", "5", "2023-03-01", 30),
    ("D", "6", "2024-12-31", 10),
)


def test_a_return_leaves_the_window_with_its_purchase() -> None:
    kept = window_orders(HOUSE, "2024-12-31", months=12)
    assert kept["commande_id"].tolist() == ["2", "4", "4", "6"]
    both = compare_dates(HOUSE, ["2023-12-31", "2024-12-31"], months=12, levels=2)
    last = both[both["date"] == "2024-12-31"].set_index("client_id")
    assert last["montant_total"].to_dict() == {"A": 40, "B": 40, "D": 10}
    assert last["retours_anciens"].to_dict() == {"A": -100, "B": 0, "D": 0}
    assert (both["montant_total"] > 0).all()
    assert describe_groups(both)["retours_anciens"].tolist() == [0, -100]


@pytest.mark.parametrize("engine", [pl.from_pandas, pl.LazyFrame, pa.Table.from_pandas])
def test_windows_stay_in_their_engine(engine) -> None:
    opened, dates = engine(HOUSE), ["2023-12-31", "2024-12-31"]
    found = compare_dates(opened, dates, months=12, levels=2)
    kept = window_orders(opened, "2024-12-31", months=12)
    assert type(found) is type(kept) is type(opened)
    expected = compare_dates(HOUSE, dates, months=12, levels=2)
    there = to_pandas(found).astype({"rachat": "boolean"})
    pd.testing.assert_frame_equal(there, expected, check_dtype=False)
    assert to_pandas(kept)["commande_id"].tolist() == ["2", "4", "4", "6"]


def test_a_window_keeps_the_index_of_its_lines() -> None:
    shuffled = HOUSE.iloc[[7, 1, 5, 2, 0, 6, 3, 4]].assign(note=[[1]] * 8)
    kept = window_orders(shuffled, "2024-12-31", months=12)
    pd.testing.assert_frame_equal(
        kept, shuffled.loc[[7, 5, 2, 4]][lambda t: t["commande_id"] > "1"]
    )


def test_a_cut_in_the_middle_of_the_file_gives_no_negative_total() -> None:
    raw = rfm_table(load_orders(), start="2024-01-01", as_of="2025-12-31")
    found = compare_dates(load_orders(), ENDS.values())
    assert raw["montant_total"].min() < 0 <= found["montant_total"].min()


def test_the_last_window_is_scored_as_any_table() -> None:
    lines = load_orders()
    for levels in (4, 5, 10):
        found = compare_dates(lines, list(ENDS.values()), levels=levels)
        assert found.attrs["rfm_levels"] == levels
        last = found[found["date"] == "2025-12-31"]
        alone = score_rfm(rfm_table(window_orders(lines, "2025-12-31")), levels=levels)
        assert last["code_rfm"].tolist() == alone["code_rfm"].tolist()
    assert "segment" in assign_segments(compare_dates(lines, list(ENDS.values())))


def test_equal_values_score_alike_at_both_dates() -> None:
    found = compare_dates(load_orders(), list(ENDS.values()), levels=5)
    for measure, one in (("recence", "R"), ("frequence", "F"), ("montant_total", "M")):
        scores = found.groupby(measure)[one].nunique()
        assert (scores == 1).all() and found[one].between(1, 5).all()
    shared = found.groupby("frequence")["date"].nunique()
    assert (shared == 2).sum() > 10


def test_what_came_later_is_known_where_the_file_covers_it() -> None:
    found = compare_dates(load_orders(), list(ENDS.values()), horizon_days=181)
    then, now = (found[found["date"] == pd.Timestamp(day)] for day in ENDS.values())
    assert now["rachat"].isna().all() and then["rachat"].notna().all()
    later = later_orders(load_orders(), "2024-12-31", 181).set_index("client_id")["rachat"]
    assert then["rachat"].tolist() == later[then["client_id"]].tolist()


def test_other_names_and_a_zone() -> None:
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey")
    found = compare_dates(lines, ["2017-06-30", "2017-12-31"], months=6, horizon_days=30, **names)
    assert found.groupby("date").size().gt(2000).all()
    assert 0.5 < benchmark(found).share < 1


@pytest.mark.parametrize(
    ("dates", "months", "said"),
    [
        (["2024-12-31"], 12, "au moins deux dates"),
        (["2023-12-31", "2024-12-31"], 24, "La fenêtre commence le 1er janvier 2022"),
        (["2023-12-31", "2024-12-31"], 0, "au moins 1"),
        (["2023-12-31", "bientôt"], 12, "bientôt"),
    ],
)
def test_windows_that_cannot_be_compared_are_refused(dates, months, said) -> None:
    with pytest.raises(CourseError) as caught:
        compare_dates(HOUSE, dates, months=months, levels=2)
    assert said in str(caught.value).replace("\u00a0", " ")


def test_nothing_given_is_changed() -> None:
    before = HOUSE.copy()
    found = compare_dates(HOUSE, ["2023-12-31", "2024-12-31"], months=12, levels=2)
    pd.testing.assert_frame_equal(HOUSE, before)
    kept = found.copy()
    describe_groups(found), benchmark(found), benchmarks(found, "date")
    pd.testing.assert_frame_equal(found, kept)


# --- judging an aim ------------------------------------------------------------------------------


def test_each_aim_has_its_place() -> None:
    known, best = Benchmark(30, 100), Benchmark(108, 126)
    places = {aim: judge_aim(known, aim, best).place for aim in (0.12, 0.2, 0.35, 0.42, 0.8, 0.99)}
    assert list(places.values()) == [
        "below", "below", "inside", "above", "as the best", "as the best",
    ]  # fmt: skip
    assert judge_aim(known, 0.8).place == "above"
    assert "123 clients sollicités" in str(judge_aim(known, 0.42, best)).replace("\u00a0", " ")


def test_a_benchmark_needs_somebody() -> None:
    table = pd.DataFrame({"rachat": pd.array([None], dtype="boolean"), "segment": "x"})
    with pytest.raises(CourseError, match="date passée"):
        benchmark(table)
    assert benchmarks(table).empty
    with pytest.raises(CourseError, match="rachat"):
        benchmark(table[["segment"]])


def test_the_benchmarks_of_groups_are_theirs() -> None:
    both = assign_segments(compare_dates(load_orders(), list(ENDS.values())))
    table = benchmarks(both).set_index("segment")
    assert table["part_revenus"].is_monotonic_decreasing
    for segment, row in table.iterrows():
        one = benchmark(both[both["segment"] == segment])
        assert (row["revenus"], row["clients"]) == (one.returned, one.customers)
        assert (row["bas"], row["haut"]) == (one.low, one.high)


# --- how many people -----------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "aim"), [(0.30, 0.42), (0.30, 0.35), (0.5, 0.25), (0.0, 0.1)])
def test_fewer_people_would_not_tell_the_difference(share: float, aim: float) -> None:
    size = people_needed(share, aim)
    assert size == people_needed(aim, share)
    high, low = max(share, aim), min(share, aim)
    larger, smaller = 2 * size, size // 2
    assert compare_groups(round(high * larger), larger, round(low * larger), larger).low > 0
    assert compare_groups(round(high * smaller), smaller, round(low * smaller), smaller).low <= 0


def test_the_size_is_the_first_that_leaves_zero_out() -> None:
    size = people_needed(0.3, 0.4)
    exact = 10 * (size // 10 + 1)
    assert compare_groups(4 * exact // 10, exact, 3 * exact // 10, exact).low > 0
    short = exact - 10
    assert compare_groups(4 * short // 10, short, 3 * short // 10, short).low <= 0


def test_a_size_needs_two_shares() -> None:
    for wrong in ((0.3, 0.3), (-0.1, 0.3), (0.3, 1.2)):
        with pytest.raises(CourseError, match="deux parts différentes"):
            people_needed(*wrong)


# --- the rhythm of a trade -----------------------------------------------------------------------


def test_the_purchase_cycle_of_the_house() -> None:
    days = defaultdict(list)
    for customer, known in orders_of(lines(), ENDS[2025]).items():
        days[customer] = sorted(day for day, _ in known)
    gaps = [(b - a).days for known in days.values() for a, b in pairwise(known)]
    cycle = purchase_cycle(load_orders())
    assert sum(gap < cycle for gap in gaps) <= 0.75 * len(gaps) <= sum(gap <= cycle for gap in gaps)
    with pytest.raises(CourseError, match="deux fois"):
        purchase_cycle(orders(("A", "1", "2025-01-01", 10), ("B", "2", "2025-01-02", 10)))
