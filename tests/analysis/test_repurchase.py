"""What customers scored at a date did afterwards."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.repurchase import (
    compare_criteria,
    conversion_steps,
    criteria_gaps,
    later_orders,
    repeat_by_score,
)
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.errors import CourseError

FIRST = dt.date(2024, 1, 1)
LINES = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 20),
        st.integers(0, 60),
        st.sampled_from([-2500, 1000, 1999, 40_000]),
    ),
    min_size=1,
    max_size=40,
)


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    """A `CourseError` whose message, with ordinary spaces, holds the pattern."""
    with pytest.raises(CourseError) as caught:
        yield
    assert re.search(pattern, str(caught.value).replace("\u00a0", " ")), str(caught.value)


def orders_of(rows: list[tuple[str, str, dt.date, float]]) -> pd.DataFrame:
    """Order lines from (customer, order, day, euros)."""
    frame = pd.DataFrame(rows, columns=["client_id", "commande_id", "date_achat", "montant"])
    return frame.assign(date_achat=pd.to_datetime(frame["date_achat"]))


def days(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


ORDERS = orders_of(
    [
        ("A", "1", days("2024-01-10"), 100.0),
        ("B", "2", days("2024-02-10"), 80.0),
        ("C", "3", days("2024-03-10"), 60.0),
        ("A", "4", days("2024-06-30"), 10.0),  # on the reference date: past
        ("A", "5", days("2024-07-01"), 20.0),  # the day after: later
        ("A", "5", days("2024-07-01"), 5.0),  # a second line of the same order
        ("A", "6", days("2024-12-31"), 30.0),  # last day of the horizon
        ("A", "7", days("2025-01-01"), 40.0),  # too late
        ("B", "8", days("2024-08-01"), -80.0),  # a return alone is no order
        ("D", "9", days("2024-09-01"), 99.0),  # unknown at the reference date
    ]
)


def test_later_orders_start_the_day_after_and_stop_at_the_horizon() -> None:
    later = later_orders(ORDERS, "2024-06-30", 184)
    assert later.to_dict("list") == {
        "client_id": ["A", "B", "C"],
        "commandes_futures": [2, 0, 0],
        "chiffre_affaires_futur": [55.0, 0.0, 0.0],
        "rachat": [True, False, False],
    }


@settings(max_examples=60)
@given(lines=LINES, cut=st.integers(10, 40), horizon=st.integers(1, 30))
def test_later_orders_agree_with_plain_python(
    lines: list[tuple[str, int, int, int]], cut: int, horizon: int
) -> None:
    """One loop over the orders of each period, in cents."""
    rows = [
        ("A", "start", FIRST, 10.0),
        *(
            (client, f"{client}-{order}-{when}", FIRST + dt.timedelta(when), cents / 100)
            for client, order, when, cents in lines
        ),
        ("B", "next", FIRST + dt.timedelta(cut + 1), 10.0),
        ("B", "end", FIRST + dt.timedelta(80), 10.0),
    ]
    as_of = FIRST + dt.timedelta(cut)
    net: dict[tuple[str, str, dt.date], int] = defaultdict(int)
    for client, order, day, amount in rows:
        net[client, order, day] += round(amount * 100)
    known = {client for (client, _, day), cents in net.items() if day <= as_of and cents > 0}
    window = {
        key: cents
        for key, cents in net.items()
        if as_of < key[2] <= as_of + dt.timedelta(days=horizon)
    }
    later = later_orders(orders_of(rows), as_of, horizon).set_index("client_id")
    assert list(later.index) == sorted(known)
    for client in known:
        own = [cents for (name, _, _), cents in window.items() if name == client]
        bought = sum(cents > 0 for cents in own)
        assert later.loc[client, "commandes_futures"] == bought
        assert later.loc[client, "rachat"] == (bought > 0)
        expected = sum(own) / 100 if bought else 0
        assert later.loc[client, "chiffre_affaires_futur"] == pytest.approx(expected)


def test_the_customers_are_those_of_the_table_at_the_same_date() -> None:
    table = rfm_table(orders_until(ORDERS, "2024-06-30"), as_of="2024-06-30")
    assert later_orders(ORDERS, "2024-06-30", 30)["client_id"].equals(table["client_id"])


def test_other_names_polars_and_zoned_times_are_accepted() -> None:
    """23:30 UTC on 30 June is already 1 July in Paris: later, not past."""
    renamed = ORDERS.rename(
        columns={"client_id": "foyer", "commande_id": "panier", "date_achat": "t", "montant": "v"}
    )
    names = {"customer": "foyer", "order": "panier", "date": "t", "amount": "v"}
    plain = later_orders(ORDERS, "2024-06-30", 184)
    expected = plain.rename(columns={"client_id": "foyer"})
    assert_frame_equal(later_orders(renamed, "2024-06-30", 184, **names), expected)
    polars = later_orders(pl.from_pandas(renamed), "2024-06-30", 184, **names)
    assert_frame_equal(polars, expected, check_dtype=False)
    midnight = renamed["t"].dt.tz_localize("Europe/Paris").dt.tz_convert("UTC")
    zoned = later_orders(renamed.assign(t=midnight), "2024-06-30", 184, **names)
    assert_frame_equal(zoned, expected)


def test_a_period_that_the_file_does_not_cover_is_refused() -> None:
    assert len(later_orders(ORDERS, "2024-06-30", 186)) == 3
    with refused("s’arrête le 1er janvier 2025.*186 jours au plus"):
        later_orders(ORDERS, "2024-06-30", 187)
    with refused("une date plus ancienne"):
        later_orders(ORDERS, "2026-01-01", 10)


@pytest.mark.parametrize(
    ("orders", "as_of", "horizon", "message"),
    [
        (ORDERS, "2024-06-30", 0, "Une durée de 0"),
        (ORDERS, "2024-09-02", 30, "Aucune commande n’est datée des 30 jours"),
        (ORDERS, "30 juin", 30, "30 juin"),
        (ORDERS, "2023-12-31", 30, "aucune ligne"),
        (ORDERS.head(0), "2024-06-30", 30, "vide"),
        (ORDERS.drop(columns="montant"), "2024-06-30", 30, "« montant » manque"),
        (ORDERS.astype({"date_achat": str}), "2024-06-30", 30, "« date_achat »"),
        ({"a": 1}, "2024-06-30", 30, "dict"),
    ],
)
def test_bad_calls_are_refused_in_french(
    orders: object, as_of: str, horizon: int, message: str
) -> None:
    with refused(message):
        later_orders(orders, as_of, horizon)


# --- repeat_by_score ----------------------------------------------------------------------------

IDS = [f"C-{i:02}" for i in range(40)]
TABLE = pd.DataFrame(
    {
        "client_id": IDS,
        "recence": [i * 13 % 41 + 1 for i in range(40)],
        "frequence": [i % 7 + 1 for i in range(40)],
        "montant_total": [float(i * 37 % 53 + 10) for i in range(40)],
        "panier_moyen": [float(i * 29 % 59 + 1) for i in range(40)],
    }
)
LATER = pd.DataFrame(
    {
        "client_id": IDS[::-1],
        "commandes_futures": [i % 3 for i in range(40)],
        "chiffre_affaires_futur": [12.5 * (i % 3) * (i % 5) for i in range(40)],
        "rachat": [i % 3 > 0 for i in range(40)],
    }
)


def test_repeat_by_score_agrees_with_plain_python() -> None:
    scored = score_rfm(TABLE)
    after = LATER.set_index("client_id").to_dict("index")
    result = repeat_by_score(scored, LATER)
    seen = []
    for row in result.itertuples():
        members = scored.loc[scored[row.dimension].eq(row.score), "client_id"]
        outcomes = [after[member] for member in members]
        assert row.clients == len(outcomes) > 0
        assert row.taux_rachat == pytest.approx(sum(o["rachat"] for o in outcomes) / len(outcomes))
        revenue = math.fsum(o["chiffre_affaires_futur"] for o in outcomes)
        assert row.chiffre_affaires_futur_moyen == pytest.approx(revenue / len(outcomes))
        seen.append((row.dimension, row.score))
    assert seen == sorted(seen, key=lambda pair: ("RFM".index(pair[0]), pair[1]))
    assert result.groupby("dimension")["clients"].sum().eq(40).all()


def test_repeat_by_score_needs_the_same_customers() -> None:
    scored = score_rfm(TABLE)
    with refused("« C-03 ».*même date"):
        repeat_by_score(scored, LATER[LATER["client_id"].ne("C-03")])
    with refused("« R » manque.*score_rfm"):
        repeat_by_score(TABLE, LATER)
    with refused("« commandes_futures » manque.*later_orders"):
        repeat_by_score(scored, scored)


# --- compare_criteria ---------------------------------------------------------------------------


def spearman(xs: list[float], ys: list[float]) -> float:
    """Pearson's formula on mean ranks, by hand."""

    def ranks(values: list[float]) -> list[float]:
        return [
            sum(v < value for v in values) + (sum(v == value for v in values) + 1) / 2
            for value in values
        ]

    a, b = ranks(xs), ranks(ys)
    mean = (len(a) + 1) / 2
    product = sum((p - mean) * (q - mean) for p, q in zip(a, b, strict=True))
    return product / math.sqrt(sum((p - mean) ** 2 for p in a) * sum((q - mean) ** 2 for q in b))


def test_correlation_and_capture_agree_with_plain_python() -> None:
    result = compare_criteria(TABLE, LATER).set_index("critere")
    after = LATER.set_index("client_id")["chiffre_affaires_futur"]
    revenue = [float(after[customer]) for customer in IDS]
    for criterion in ("montant_total", "panier_moyen"):
        values = TABLE[criterion].tolist()
        assert len(set(values)) == len(values), "no ties, so that the top is a plain sort"
        order = sorted(range(40), key=lambda i: -values[i])
        captured = sum(revenue[i] for i in order[:8]) / sum(revenue)
        assert result.loc[criterion, "correlation"] == pytest.approx(spearman(values, revenue))
        assert result.loc[criterion, "part_captee"] == pytest.approx(captured)


def test_ties_at_the_cut_do_not_depend_on_row_order() -> None:
    table = TABLE.assign(indice=[i % 4 for i in range(40)])
    first = compare_criteria(table, LATER, ["indice"])
    second = compare_criteria(table.sample(frac=1, random_state=5), LATER, ["indice"])
    assert_frame_equal(first, second)
    alike = compare_criteria(table.assign(indice=1), LATER, ["indice"]).iloc[0]
    assert alike["part_captee"] == pytest.approx(0.2)
    assert math.isnan(alike["correlation"])


def test_gaps_are_those_of_compare_criteria_on_each_base() -> None:
    table = TABLE.assign(indice=[i % 4 for i in range(40)])
    gaps = criteria_gaps(table, LATER, "indice", "montant_total", draws=4)
    for seed, gap in enumerate(gaps):
        drawn = table.merge(LATER, on="client_id").sample(frac=1, replace=True, random_state=seed)
        drawn = drawn.assign(client_id=range(40))
        names = ["indice", "montant_total"]
        shares = compare_criteria(drawn[["client_id", *names]], drawn, names)["part_captee"]
        assert gap == pytest.approx(shares[1] - shares[0])
    with refused("top=20"):
        criteria_gaps(TABLE, LATER, "montant_total", "panier_moyen", top=20)


def test_a_perfect_and_a_reversed_ranking() -> None:
    future = [float(i) for i in range(10)]
    table = pd.DataFrame({"client_id": IDS[:10], "oui": future, "non": [-v for v in future]})
    later = LATER.assign(client_id=IDS).head(10).assign(chiffre_affaires_futur=future)
    result = compare_criteria(table, later, ["oui", "non"])
    assert result["correlation"].tolist() == pytest.approx([1, -1])
    assert result["part_captee"].tolist() == pytest.approx([17 / 45, 1 / 45])


def test_nobody_bought_and_bad_shares() -> None:
    nothing = LATER.assign(chiffre_affaires_futur=0.0, rachat=False, commandes_futures=0)
    assert compare_criteria(TABLE, nothing)["part_captee"].isna().all()
    with refused("top=20"):
        compare_criteria(TABLE, LATER, top=20)
    with refused("« indice_rfm » manque"):
        compare_criteria(TABLE, LATER, ["indice_rfm"])


def test_nothing_is_mutated() -> None:
    orders, table, later = ORDERS.copy(), score_rfm(TABLE), LATER.copy()
    kept = table.copy()
    later_orders(orders, "2024-06-30", 30)
    repeat_by_score(table, later)
    compare_criteria(table, later)
    assert_frame_equal(orders, ORDERS)
    assert_frame_equal(table, kept)
    assert_frame_equal(later, LATER)


# --- conversion ----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=6))
def test_conversions_multiply_into_the_total_one(counts: list[int]) -> None:
    counts.sort(reverse=True)
    table = conversion_steps({f"étape {rank}": count for rank, count in enumerate(counts)})
    product = 1.0
    for row, (before, count) in zip(table.iloc[1:].itertuples(), pairwise(counts), strict=True):
        assert row.nombre == count
        if before == 0:
            assert math.isnan(row.conversion)
        else:
            product *= count / before
            assert row.conversion == pytest.approx(count / before)
            assert row.conversion_totale == pytest.approx(product)
    assert table["conversion"].isna().iloc[0]
    assert table["conversion_totale"].isna().all() == (counts[0] == 0)


@pytest.mark.parametrize(
    ("counts", "pattern"),
    [
        ({"envoyé": 3}, "deux au moins"),
        ({}, "deux au moins"),
        ({"envoyé": 3, "ouvert": 4}, "« ouvert » compte 4"),
        ({"envoyé": -1, "ouvert": -2}, "« envoyé » compte -1"),
        ({"envoyé": 3, "ouvert": 0.5}, "« ouvert » compte 0.5"),
        ({"envoyé": 3, "ouvert": math.nan}, "« ouvert » compte nan"),
    ],
)
def test_steps_that_do_not_follow_are_refused(counts: dict[str, int], pattern: str) -> None:
    with refused(pattern):
        conversion_steps(counts)
