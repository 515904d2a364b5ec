"""rfm_table, orders_until and the scores, against plain Python and on every engine."""

import datetime as dt
import math
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.same_numbers import FIRST, METHODS, SameNumbers, lines_frame

from rfm_helpers.analysis.day_lines import checked_lines
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_index, score_cuts, score_rfm
from rfm_helpers.analysis.versions import compare_scores, moves, robustness
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import OrderColumns


def cents_of(amount):
    return int((Decimal(repr(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def plain_table(rows, as_of):
    """RFM without data frames: the definitions of DESIGN section 3, one loop each."""
    orders = defaultdict(list)
    for customer, order, day, amount in rows:
        orders[customer, order].append((day, cents_of(amount)))
    totals, days = defaultdict(int), defaultdict(list)
    for (customer, _), lines in orders.items():
        net = sum(cents for _, cents in lines)
        totals[customer] += net
        if net > 0:
            days[customer].append(min(day for day, cents in lines if cents > 0))
    return {
        customer: (
            (as_of - max(found)).days,
            len(found),
            totals[customer] / 100,
            totals[customer] / (len(found) * 100),
        )
        for customer, found in days.items()
    }


def plain_quantile(values, levels, low_is_best):
    worse = [
        sum((other > value) if low_is_best else (other < value) for other in values)
        for value in values
    ]
    return [1 + math.floor(levels * count / len(values)) for count in worse]


def plain_equal_size(values, ids, levels, low_is_best):
    ranked = sorted(
        range(len(values)), key=lambda i: (-values[i] if low_is_best else values[i], ids[i])
    )
    small, larger = divmod(len(values), levels)
    scores = {}
    start = 0
    for group in range(levels):
        size = small + (group < larger)
        for i in ranked[start : start + size]:
            scores[i] = group + 1
        start += size
    return [scores[i] for i in range(len(values))]


amounts = st.integers(-20_000_000, 60_000_000).map(lambda n: n / 10_000)
half_cents = st.integers(-2_000, 6_000).map(lambda n: n / 1_000)
order_rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D", "É", "f"]),
        st.sampled_from(["1", "2", "3", "4", "5"]),
        st.integers(0, 400).map(lambda n: FIRST + dt.timedelta(days=n)),
        st.one_of(amounts, half_cents, st.just(0.0)),
    ),
    min_size=1,
    max_size=40,
).filter(lambda rows: any(row[3] > 0 for row in rows))

values = st.lists(st.integers(0, 12), min_size=2, max_size=40).filter(lambda v: len(set(v)) > 1)


def table_of(recency, frequency, monetary):
    return pd.DataFrame(
        {
            "client_id": [f"C{i:03d}" for i in range(len(recency))],
            "recence": recency,
            "frequence": frequency,
            "montant_total": [float(value) for value in monetary],
        }
    )


@st.composite
def tables(draw):
    n = draw(st.integers(2, 30))
    column = st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(lambda v: len(set(v)) > 1)
    return table_of(draw(column), draw(column), draw(column))


def computed_as(size):
    """Pandas tables computed as those of this size are, whatever theirs."""
    rows = 0 if size == "large" else 10**9
    return mock.patch("rfm_helpers.tables.engines.MOST_ROWS_IN_ARROW", rows)


def result_or_refusal(lines, start):
    try:
        return rfm_table(lines, start=start).to_dict("list")
    except CourseError as error:
        return str(error)


class TestTable:
    @pytest.mark.parametrize("size", ["small", "large"])
    @given(rows=order_rows)
    @settings(max_examples=100)
    def test_equals_plain_python(self, size, rows):
        as_of = FIRST + dt.timedelta(days=500)
        expected = plain_table(rows, as_of)
        with computed_as(size):
            got = rfm_table(lines_frame(rows), as_of=as_of)
        assert {row[0]: tuple(row[1:]) for row in got.itertuples(index=False)} == expected

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["A", "B", None, " "]),
                st.sampled_from([*"112", None]),
                st.sampled_from([FIRST, FIRST + dt.timedelta(days=9), None]),
                st.sampled_from([5.0, 7.005, -5.0, None, math.inf, 2e9]),
            ),
            max_size=9,
        ),
        st.sampled_from([None, FIRST, FIRST + dt.timedelta(days=9), FIRST + dt.timedelta(days=99)]),
    )
    @settings(max_examples=200)
    def test_a_large_table_is_read_and_refused_as_a_small_one(self, rows, start):
        with computed_as("small"):
            small = result_or_refusal(lines_frame(rows), start)
        with computed_as("large"):
            large = result_or_refusal(lines_frame(rows), start)
        assert large == small

    @given(order_rows, st.randoms())
    @settings(max_examples=50)
    def test_row_order_changes_nothing(self, rows, random):
        shuffled = random.sample(rows, len(rows))
        as_of = FIRST + dt.timedelta(days=500)
        pd.testing.assert_frame_equal(
            rfm_table(lines_frame(rows), as_of=as_of), rfm_table(lines_frame(shuffled), as_of=as_of)
        )

    def test_an_order_of_several_lines_counts_once(self):
        rows = [("A", "1", FIRST, 10), ("A", "1", FIRST, 20), ("A", "2", FIRST, 5)]
        assert rfm_table(lines_frame(rows))["frequence"].item() == 2

    @pytest.mark.parametrize("second", ["2", "1"])
    def test_lines_of_an_order_need_not_be_neighbours(self, second):
        """Where every order stands in one place, nothing is grouped; else it must be."""
        rows = [("A", "1", FIRST, 10), ("B", "3", FIRST, 5), ("A", second, FIRST, 2)]
        table = pl.from_pandas(lines_frame(rows))
        lines, _ = checked_lines(table, OrderColumns())
        assert lines.whole is (second == "2")
        found = rfm_table(table).row(0, named=True)
        assert (found["frequence"], found["montant_total"]) == (int(second), 12)

    def test_a_return_lowers_the_amount_and_is_no_purchase(self):
        rows = [("A", "1", FIRST, 100), ("A", "2", FIRST + dt.timedelta(days=30), -40)]
        got = rfm_table(lines_frame(rows), as_of="2023-02-10").iloc[0]
        assert (got["recence"], got["frequence"], got["montant_total"]) == (40, 1, 60)

    def test_a_fully_returned_order_is_no_order_and_its_customer_leaves_the_table(self):
        rows = [("A", "1", FIRST, 100), ("A", "1", FIRST, -100), ("B", "2", FIRST, 5)]
        assert rfm_table(lines_frame(rows))["client_id"].tolist() == ["B"]

    def test_default_reference_is_the_day_after_the_last_line(self):
        rows = [("A", "1", dt.date(2025, 12, 30), 10)]
        assert rfm_table(lines_frame(rows))["recence"].item() == 1

    def test_start_cuts_the_period(self):
        rows = [("A", "1", dt.date(2024, 1, 1), 10), ("A", "2", dt.date(2025, 1, 1), 7)]
        got = rfm_table(lines_frame(rows), start="2025-01-01").iloc[0]
        assert (got["frequence"], got["montant_total"]) == (1, 7)

    def test_half_cents_round_away_from_zero(self):
        rows = [("A", "1", FIRST, 1.005), ("B", "2", FIRST, 0.125), ("C", "3", FIRST, 2.675)]
        assert rfm_table(lines_frame(rows))["montant_total"].tolist() == [1.01, 0.13, 2.68]

    def test_equal_totals_tie_exactly(self):
        rows = [("A", str(i), FIRST, 0.1) for i in range(3)] + [("B", "x", FIRST, 0.3)]
        assert rfm_table(lines_frame(rows))["montant_total"].nunique() == 1

    def test_a_zoned_time_is_a_local_day(self):
        frame = lines_frame([("A", "1", FIRST, 10)])
        frame["date_achat"] = pd.to_datetime(["2025-03-31 23:30"]).tz_localize("UTC")
        assert rfm_table(frame, as_of="2025-04-02")["recence"].item() == 1
        assert rfm_table(frame, as_of="2025-04-02", timezone="UTC")["recence"].item() == 2

    def test_input_is_not_touched(self):
        frame = lines_frame([("A", "1", FIRST, 10)])
        copy = frame.copy()
        rfm_table(frame)
        pd.testing.assert_frame_equal(frame, copy)

    def test_other_names(self):
        frame = lines_frame([("A", "1", FIRST, 10)])
        frame.columns = ["household", "basket", "when", "sales"]
        got = rfm_table(frame, customer="household", order="basket", date="when", amount="sales")
        assert got.columns.tolist() == [
            "household",
            "recence",
            "frequence",
            "montant_total",
            "panier_moyen",
        ]


class TestEngines(SameNumbers):
    @pytest.fixture(params=["polars", "lazy", "arrow"])
    def table(self, request):
        return {
            "polars": pl.from_pandas,
            "lazy": lambda frame: pl.from_pandas(frame).lazy(),
            "arrow": lambda frame: pl.from_pandas(frame).to_arrow(),
        }[request.param]

    def test_in_pandas_too_a_day_is_one_order(self):
        self.test_without_numbers_a_day_is_one_order(lambda frame: frame)

    @pytest.mark.parametrize("method", METHODS)
    def test_a_large_pandas_table_is_scored_as_a_small_one(self, orders, method):
        small = score_rfm(rfm_table(orders), method=method)
        with computed_as("large"):
            large = score_rfm(rfm_table(orders), method=method)
        pd.testing.assert_frame_equal(large, small)

    @pytest.mark.parametrize("kind", ["category", "object"])
    @pytest.mark.parametrize("size", ["small", "large"])
    def test_pandas_kinds_of_text(self, orders, kind, size):
        other = orders.astype({"client_id": kind, "commande_id": kind})
        with computed_as(size):
            found = rfm_table(other)
        pd.testing.assert_frame_equal(
            found, rfm_table(orders), check_dtype=False, check_categorical=False
        )


class TestScores:
    @given(tables(), st.integers(2, 10))
    @settings(max_examples=150)
    def test_quantile_equals_its_definition(self, table, levels):
        if levels > len(table):
            levels = 2
        got = score_rfm(table, levels=levels)
        for score, column in [("R", "recence"), ("F", "frequence"), ("M", "montant_total")]:
            expected = plain_quantile(table[column].tolist(), levels, score == "R")
            assert got[score].tolist() == expected

    @given(tables(), st.integers(2, 10))
    @settings(max_examples=100)
    def test_equal_size_equals_its_definition(self, table, levels):
        if levels > len(table):
            levels = 2
        got = score_rfm(table, levels=levels, method="equal_size")
        ids = table["client_id"].tolist()
        for score, column in [("R", "recence"), ("F", "frequence"), ("M", "montant_total")]:
            expected = plain_equal_size(table[column].tolist(), ids, levels, score == "R")
            assert got[score].tolist() == expected
        sizes = got["R"].value_counts().reindex(range(1, levels + 1)).tolist()
        assert sizes == sorted(sizes, reverse=True)
        assert max(sizes) - min(sizes) <= 1

    @given(tables())
    @settings(max_examples=60)
    def test_nested_is_quantile_within_groups(self, table):
        got = score_rfm(table, levels=2, method="nested")
        for _, group in got.groupby("R"):
            assert group["F"].tolist() == plain_quantile(group["frequence"].tolist(), 2, False)
        for _, group in got.groupby(["R", "F"]):
            assert group["M"].tolist() == plain_quantile(group["montant_total"].tolist(), 2, False)

    @given(tables(), st.randoms(), st.sampled_from(["quantile", "equal_size", "nested"]))
    @settings(max_examples=60)
    def test_row_order_changes_nothing(self, table, random, method):
        order = random.sample(range(len(table)), len(table))
        shuffled = score_rfm(table.iloc[order], levels=2, method=method)
        expected = score_rfm(table, levels=2, method=method)
        pd.testing.assert_frame_equal(shuffled.sort_values("client_id"), expected)

    def test_a_bound_goes_to_the_better_side(self):
        table = table_of([30, 31, 90], [1, 2, 3], [99.99, 100, 500])
        edges = {"R": [30, 90], "F": [2, 3], "M": [100, 500]}
        got = score_rfm(table, levels=3, method="thresholds", thresholds=edges)
        assert got["code_rfm"].tolist() == ["311", "222", "233"]

    def test_ties_leave_scores_empty(self):
        table = table_of(range(10), [1] * 6 + [2] * 2 + [3] * 2, range(10))
        cuts = score_cuts(score_rfm(table, levels=4)).query("dimension == 'F'")
        assert cuts["clients"].tolist() == [6, 0, 2, 2]
        assert math.isnan(cuts["de"].iloc[1])

    def test_ten_levels_have_readable_codes(self):
        table = table_of(range(10), range(10), range(10))
        assert score_rfm(table, levels=10)["code_rfm"].iloc[0] == "10-1-1"

    def test_other_columns_and_row_order_are_kept(self):
        table = table_of([1, 2], [1, 2], [1, 2]).assign(nom=["Zoé", "Ali"]).iloc[::-1]
        got = score_rfm(table, levels=2)
        assert got["nom"].tolist() == ["Ali", "Zoé"]
        assert got["code_rfm"].tolist() == ["122", "211"]

    @pytest.mark.parametrize(("how", "expected"), [("product", 32), ("sum", 10)])
    def test_index(self, how, expected):
        scored = pd.DataFrame({"R": [2], "F": [4], "M": [4]})
        assert rfm_index(scored, how)["indice_rfm"].item() == expected

    def test_weighted_index(self):
        scored = pd.DataFrame({"R": [2], "F": [4], "M": [4]})
        assert rfm_index(scored, "weighted", (0.5, 0.3, 0.2))["indice_rfm"].item() == 3.0


class TestComparisons:
    def test_who_moves_between_two_methods(self):
        table = table_of(range(8), [1, 1, 1, 1, 1, 2, 3, 4], range(8))
        by_rank, by_place = score_rfm(table), score_rfm(table, method="equal_size")
        expected = [
            customer
            for customer, a, b in zip(
                table["client_id"], by_rank["code_rfm"], by_place["code_rfm"], strict=True
            )
            if a != b
        ]
        assert moves(by_rank, by_place)["client_id"].tolist() == expected != []
        report = compare_scores({"a": by_rank, "b": by_place}).iloc[0]
        assert (report["changent"], report["part"]) == (len(expected), len(expected) / 8)

    def test_robustness(self):
        rows = [
            (f"C{i * i % 13}", str(i), FIRST + dt.timedelta(days=i * i % 300), 10 + i % 7)
            for i in range(60)
        ]
        report = robustness(lines_frame(rows), shifts=(30,)).set_index("essai")["changent"]
        assert report["lignes dans l’ordre inverse"] == 0
        assert report["date de référence 30 jours plus tôt"] > 0
        assert report["ex æquo départagés"] > 0
        assert {"3 niveaux au lieu de 4", "5 niveaux au lieu de 4"} <= set(report.index)


GOOD = [("A", "1", FIRST, 10.0), ("B", "2", FIRST, 20.0)]


class TestErrors:
    @pytest.mark.parametrize(
        ("change", "column"),
        [
            (lambda f: f.drop(columns="montant"), "montant"),
            (lambda f: f.assign(client_id=[None, "B"]), "client_id"),
            (lambda f: f.assign(client_id=["  ", "B"]), "client_id"),
            (lambda f: f.assign(client_id=[1.0, float("nan")]), "client_id"),
            (lambda f: f.assign(client_id=["A", 3]), "client_id"),
            (lambda f: f.assign(commande_id=["", "2"]), "commande_id"),
            (lambda f: f.assign(date_achat=[pd.NaT, pd.Timestamp("2023-01-01")]), "date_achat"),
            (lambda f: f.assign(date_achat=["2023-01-01", "2023-01-02"]), "date_achat"),
            (lambda f: f.assign(montant=["10", "20"]), "montant"),
            (lambda f: f.assign(montant=[float("nan"), 2.0]), "montant"),
            (lambda f: f.assign(montant=[float("inf"), 2.0]), "montant"),
            (lambda f: f.assign(montant=[2e9, 2.0]), "montant"),
            (lambda f: f.iloc[:0], "aucune ligne"),
            (lambda f: f.assign(montant=-1.0), "commande"),
        ],
    )
    @pytest.mark.parametrize("size", ["small", "large"])
    def test_bad_orders_get_one_french_sentence(self, change, column, size):
        with computed_as(size), pytest.raises(CourseError) as caught:
            rfm_table(change(lines_frame(GOOD)))
        assert column in str(caught.value)
        assert str(caught.value).endswith(".")
        assert "\n" not in str(caught.value)

    def test_an_order_after_the_reference_date(self):
        with pytest.raises(CourseError, match="orders_until"):
            rfm_table(lines_frame(GOOD), as_of="2022-12-31")

    def test_not_a_table(self):
        with pytest.raises(CourseError, match="list"):
            rfm_table([1, 2])
        with pytest.raises(CourseError, match="list"):
            orders_until([1], "2025-01-01")

    def test_missing_dates_are_not_dropped_in_silence(self):
        frame = lines_frame(GOOD).assign(date_achat=[pd.NaT, pd.Timestamp("2023-01-01")])
        with pytest.raises(CourseError, match="date_achat"):
            orders_until(frame, "2025-01-01")

    def test_unreadable_day(self):
        with pytest.raises(CourseError, match="31 juin"):
            orders_until(lines_frame(GOOD), "31 juin")

    @pytest.mark.parametrize(
        ("change", "settings", "word"),
        [
            (lambda t: t, {"levels": 1}, "niveaux"),
            (lambda t: t, {"levels": 11}, "niveaux"),
            (lambda t: t, {"levels": "6"}, "sans guillemets"),
            (lambda t: t, {"levels": 3}, "niveaux"),
            (lambda t: t, {"method": "deciles", "levels": 2}, "deciles"),
            (lambda t: t, {"method": "thresholds", "levels": 2}, "seuils"),
            (lambda t: t.head(1), {"levels": 2}, "client"),
            (lambda t: t.iloc[:0], {"levels": 2}, "vide"),
            (lambda t: t.assign(frequence=1), {"levels": 2}, "frequence"),
            (lambda t: t.assign(montant_total=float("inf")), {"levels": 2}, "montant_total"),
            (lambda t: t.assign(recence="x"), {"levels": 2}, "recence"),
            (lambda t: t.drop(columns="recence"), {"levels": 2}, "recence"),
        ],
    )
    def test_bad_tables_get_one_french_sentence(self, change, settings, word):
        table = table_of([1, 2], [1, 2], [1, 2])
        with pytest.raises(CourseError, match=word):
            score_rfm(change(table), **settings)

    @pytest.mark.parametrize("edges", ["ab", ["1", "2"], 12, [1, "2"]])
    def test_thresholds_that_are_no_numbers(self, edges):
        table = table_of([1, 2], [1, 2], [1, 2])
        settings = {"R": edges, "F": [1, 2], "M": [1, 2]}
        with pytest.raises(CourseError, match=r"Les seuils de R .*sans guillemets"):
            score_rfm(table, levels=3, method="thresholds", thresholds=settings)

    def test_thresholds_out_of_order(self):
        edges = {"R": [90, 30], "F": [2, 3], "M": [100, 500]}
        with pytest.raises(CourseError, match="seuils de R"):
            score_rfm(
                table_of([1, 2], [1, 2], [1, 2]), levels=3, method="thresholds", thresholds=edges
            )
