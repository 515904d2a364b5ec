"""The same answers on every lazy engine, and how those that spread their rows find them."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from support.engines import Table, in_ibis, in_pandas

from rfm_helpers import (
    assign_segments,
    compare_dates,
    orders_until,
    rfm_table,
    score_rfm,
    segment_profile,
    window_orders,
)
from rfm_helpers.analysis.cuts import quantile_cuts
from rfm_helpers.analysis.migrations.history import (
    judge_projection,
    segment_changes,
    segment_history,
)
from rfm_helpers.analysis.migrations.moves import (
    KINDS,
    migration_matrix,
    migration_shares,
    revenue_bridge,
    segment_moves,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.engines import is_shared

FIRST = dt.date(2023, 1, 1)
AS_OF = "2024-06-30"
FEW = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])

order_rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D", "É", "f"]),
        st.integers(1, 5),
        st.integers(0, 400).map(lambda n: FIRST + dt.timedelta(days=n)),
        st.integers(-2_000, 6_000).map(lambda n: n / 1_000) | st.just(0.0),
    ),
    max_size=30,
).map(lambda rows: rows + [("A", 6, FIRST, 5.005), ("B", 6, dt.date(2024, 1, 2), 1.675)] + [
    ("f", order, dt.date(2024, 2, 1), 20.0) for order in (7, 8, 9)
])  # fmt: skip


def frame_of(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["client_id", "commande_id", "date_achat", "montant"])
    return frame.assign(date_achat=pd.to_datetime(frame["date_achat"]).astype("datetime64[us]"))


def skewed() -> pd.DataFrame:
    """One customer has nine lines of ten, most others have bought once for the same amount."""
    rows = [("géant", i, FIRST + dt.timedelta(days=i % 500), 1.005 * (i % 7)) for i in range(900)]
    rows += [(f"C{i:02d}", 1000 + i, FIRST + dt.timedelta(days=i * i % 97), 30.0 + (i > 80) * i)
             for i in range(100)]  # fmt: skip
    return frame_of(rows)


def assert_same(found: Any, expected: pd.DataFrame) -> None:
    sorted_ = in_pandas(found).sort_values("client_id", ignore_index=True)
    assert_frame_equal(sorted_, expected, check_dtype=False, check_exact=True)


def assert_same_at_dates(found: Any, expected: pd.DataFrame) -> None:
    sorted_ = in_pandas(found).sort_values(["date", "client_id"], ignore_index=True)
    sorted_ = sorted_.astype({"rachat": "boolean"})
    assert_frame_equal(sorted_, expected, check_dtype=False, check_exact=True)


def by_pandas(lines: pd.DataFrame, levels: int = 4, **options: Any) -> pd.DataFrame:
    return score_rfm(rfm_table(lines, as_of=AS_OF), levels=levels, **options)


@FEW
@given(order_rows, st.sampled_from(["montant_total", "panier_moyen"]), st.integers(2, 3))
def test_same_table_and_scores(
    table: Table, rows: list[tuple[Any, ...]], monetary: str, levels: int
) -> None:
    lines = frame_of(rows)
    found = score_rfm(rfm_table(table(lines), as_of=AS_OF), levels=levels, monetary=monetary)
    assert_same(found, by_pandas(lines, levels, monetary=monetary))


def test_same_segments_and_profile_and_nothing_else_is_fetched(
    table: Table, fetched: list[int]
) -> None:
    lines = skewed()
    expected = assign_segments(by_pandas(lines))
    fetched.clear()
    scored = score_rfm(rfm_table(table(lines), as_of=AS_OF))
    assert set(fetched) == {1}
    named = assign_segments(scored)
    assert type(named) is type(scored)
    profile = segment_profile(named)
    assert max(fetched) <= 64
    assert_same(named, expected)
    assert_frame_equal(profile, segment_profile(expected), check_dtype=False, check_exact=True)


def test_refusals_on_every_engine(table: Table) -> None:
    scored = table(by_pandas(skewed()))
    with pytest.raises(CourseError, match="ont 4 pour plus haut score"):
        assign_segments(scored, "vip")
    named = assign_segments(by_pandas(skewed()))
    with pytest.raises(CourseError, match="«\u00a0C00\u00a0» occupe plusieurs"):
        segment_profile(table(pd.concat([named, named])))
    with pytest.raises(
        CourseError, match=r"Le segment «.Besoin d’attention.» n’est pas dans la grille «.vip"
    ):
        segment_profile(table(named), "vip")


def test_local_days_of_zoned_times(table: Table) -> None:
    lines = skewed()
    late = lines["date_achat"] + pd.Timedelta("22:45:00")
    lines = lines.assign(date_achat=late.dt.tz_localize("UTC"))
    assert_same(rfm_table(table(lines), as_of=AS_OF), rfm_table(lines, as_of=AS_OF))
    day = FIRST + dt.timedelta(days=200)
    assert len(in_pandas(orders_until(table(lines), day))) == len(orders_until(lines, day))


def three_years() -> pd.DataFrame:
    """Orders with returns in later windows, some of purchases older than the window."""
    rows = [("C0", 0, dt.date(2022, 1, 2), 12.345)]
    for i in range(1, 240):
        customer, day = (
            f"C{i * 7 % 113:03d}",
            dt.date(2022, 1, 3) + dt.timedelta(days=i * 37 % 1090),
        )
        rows.append((customer, i, day, 10 + i % 13 * 7.005))
        if i % 5 == 0:
            back = min(day + dt.timedelta(days=40), dt.date(2024, 12, 31))
            rows.append((customer, i, back, -(10 + i % 13 * 7.005) / (1 + i % 2)))
    return frame_of(rows)


def test_same_migrations(table: Table, fetched: list[int]) -> None:
    lines = three_years()
    periods = ("2023-12-31", "2024-12-31")
    expected = segment_moves(lines, *periods)
    opened = table(lines)
    fetched.clear()
    found = segment_moves(opened, *periods)
    if is_shared(nw.from_native(opened)):
        assert set(fetched) == {1}
    assert type(found) is type(opened)
    assert_same(found, expected)
    assert set(expected["mouvement"]) >= set(KINDS) - {"Stables"}
    assert_frame_equal(migration_matrix(found), migration_matrix(expected))
    assert_frame_equal(migration_shares(found), migration_shares(expected))
    assert_frame_equal(revenue_bridge(found), revenue_bridge(expected))


@settings(FEW, max_examples=3)
@given(order_rows, st.integers(2, 3))
def test_same_windows(table: Table, rows: list[tuple[Any, ...]], levels: int) -> None:
    lines, dates = frame_of(rows), ["2023-12-31", AS_OF]
    opened = table(lines)
    kept = window_orders(opened, AS_OF, 12)
    assert type(kept) is type(opened)
    keys = list(lines.columns)
    found, expected = in_pandas(kept), window_orders(lines, AS_OF, 12)
    assert_frame_equal(*(one.sort_values(keys, ignore_index=True) for one in (found, expected)),
                       check_dtype=False)  # fmt: skip
    options: dict[str, Any] = {"months": 12, "horizon_days": 30, "levels": levels}
    expected = compare_dates(lines, dates, **options)
    assert_same_at_dates(compare_dates(opened, dates, **options), expected)


def test_windows_fetch_scalars(table: Table, fetched: list[int]) -> None:
    opened, dates = table(three_years()), ["2023-12-31", "2024-12-31"]
    found = compare_dates(opened, dates, 12, levels=5)
    window_orders(opened, "2024-12-31", 12)
    if is_shared(nw.from_native(opened)):
        assert set(fetched) == {1}
    assert_same_at_dates(found, compare_dates(three_years(), dates, 12, levels=5))


def test_same_history(table: Table) -> None:
    lines, days = three_years(), ["2022-12-31", "2023-06-30", "2023-12-31", "2024-06-30"]
    expected = segment_history(lines, days)
    opened = table(lines)
    found = segment_history(opened, days)
    assert type(found) is type(opened)
    keys = ["date", "client_id"]
    assert_frame_equal(in_pandas(found).sort_values(keys, ignore_index=True), expected,
                       check_dtype=False)  # fmt: skip
    # From here on the history is one that was kept: a lazy one is worked out again at each look.
    kept = table(expected)
    changes = in_pandas(segment_changes(kept)).sort_values(
        keys, ascending=[False, True], ignore_index=True
    )
    assert_frame_equal(changes, segment_changes(expected), check_dtype=False)
    assert_frame_equal(judge_projection(kept, 2), judge_projection(expected, 2))


# --- rows that no machine holds ------------------------------------------------------------------


@pytest.fixture(params=[1, 2000])
def spread(request: pytest.FixtureRequest, spark: Any) -> Any:
    """The lines of `skewed` in one partition, then in more partitions than lines."""
    return spark.createDataFrame(skewed()).repartition(request.param)


def test_partitions_change_nothing(spread: Any) -> None:
    assert_same(score_rfm(rfm_table(spread, as_of=AS_OF)), by_pandas(skewed()))


def test_no_window_nor_python_in_the_plan(spread: Any) -> None:
    named = assign_segments(score_rfm(rfm_table(spread, as_of=AS_OF)))
    plan = named._explain_string(extended=True)
    assert "Aggregate" in plan
    assert not re.search("window|udf|python", plan, re.IGNORECASE)


def test_the_plan_of_a_rank_shows_its_window(spark: Any) -> None:
    ranked = nw.from_native(spark.createDataFrame(by_pandas(skewed()))).with_columns(
        nw.col("recence").rank("min").alias("rang")
    )
    assert re.search("window", ranked.to_native()._explain_string(extended=True), re.IGNORECASE)


@pytest.mark.parametrize("method", ["equal_size", "nested"])
@pytest.mark.parametrize("engine", ["ibis", "spark"])
def test_methods_that_rank_refuse_in_a_sentence(spark: Any, engine: str, method: Any) -> None:
    scored = by_pandas(skewed())
    table = in_ibis(scored) if engine == "ibis" else spark.createDataFrame(scored)
    with pytest.raises(CourseError, match=f"«.{method}.» demande le rang.*quantile.*thresholds"):
        score_rfm(table, method=method)


def test_thresholds_take_one_pass_and_quantiles_few(spark: Any, fetched: list[int]) -> None:
    lines = skewed()
    edges = {"R": [50, 100], "F": [3, 6], "M": [20, 60]}
    options: dict[str, Any] = {"levels": 3, "method": "thresholds", "thresholds": edges}
    expected = by_pandas(lines, **options)
    table = spark.createDataFrame(rfm_table(lines, as_of=AS_OF))
    fetched.clear()
    found = score_rfm(table, **options)
    assert fetched == [1]
    assert_same(found, expected)
    fetched.clear()
    score_rfm(table, levels=10)
    assert set(fetched) == {1} and len(fetched) <= 1 + 16


values = st.floats(-1e9, 1e9) | st.integers(-100, 100).map(lambda n: n / 100)


@given(st.lists(values, min_size=2, max_size=40), st.integers(2, 10))
@settings(max_examples=60)
def test_cuts_are_the_values_of_their_ranks(values: list[float], levels: int) -> None:
    """Counted on Polars, which is quick; sorted in plain Python."""
    levels = min(levels, len(values))
    opened = nw.from_native(pl.LazyFrame({"x": values}))
    facts = {"rows": len(values)} | {
        f"{end}_{score}": pick(values)
        for end, pick in (("min", min), ("max", max))
        for score in "RF"
    }
    found = quantile_cuts(opened, {"R": "x", "F": "x"}, facts, levels)
    ranks = [math.ceil(step * len(values) / levels) for step in range(1, levels)]
    assert found["F"] == [sorted(values)[rank - 1] for rank in ranks]
    assert found["R"] == [sorted(values)[-rank] for rank in ranks]
