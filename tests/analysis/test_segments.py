"""Segments: naming, audit, explanation, profile, customer types."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import product

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import (
    assign_segments,
    audit_grid,
    customer_features,
    customer_type_counts,
    customer_types,
    explain_segment,
    segment_profile,
)
from rfm_helpers.catalog import Grid, load_customer_types, load_grid
from rfm_helpers.catalog.grids import GRID_NAMES, GridSegment
from rfm_helpers.errors import CourseError


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    """A `CourseError` whose message, with ordinary spaces, holds the pattern."""
    with pytest.raises(CourseError) as caught:
        yield
    assert re.search(pattern, plain(str(caught.value))), str(caught.value)


COLUMNS = {"R": "recence", "F": "frequence", "M": "montant_total"}
STEP = {"R": -1, "F": 1, "M": 0.01}


def customers(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    """A table of customers from (days, orders, cents)."""
    recency, frequency, cents = (list(column) for column in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "client_id": [f"C-{i:03}" for i in range(len(rows))],
            "recence": recency,
            "frequence": frequency,
            "montant_total": [amount / 100 for amount in cents],
            "panier_moyen": [
                amount / orders / 100 for amount, orders in zip(cents, frequency, strict=True)
            ],
        }
    )


SPREAD = customers([(i * 7 % 97 + 1, i * 5 % 11 + 1, i * 3989 % 90_000 + 100) for i in range(60)])
SPREAD_ROWS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(1, 40).map(lambda c: c * 37)),
    min_size=6,
    max_size=30,
).filter(lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True)))


# --- assign_segments ----------------------------------------------------------------------------


def test_assign_names_every_code_of_the_grid() -> None:
    codes = ["".join(map(str, scores)) for scores in product(range(1, 5), repeat=3)]
    named = assign_segments(pd.DataFrame({"code_rfm": codes}))
    grid = load_grid("onze")
    assert named["segment"].tolist() == [grid.segment_of(code) for code in codes]
    assert set(named["segment"]) == set(grid.names)


def test_assign_keeps_rows_and_columns_and_mutates_nothing() -> None:
    scored = score_rfm(SPREAD).sample(frac=1, random_state=1)
    before = scored.copy()
    named = assign_segments(scored)
    assert_frame_equal(scored, before)
    assert_frame_equal(named.drop(columns="segment"), scored)


def test_assign_replaces_an_earlier_segment() -> None:
    scored = score_rfm(SPREAD, levels=5)
    twice = assign_segments(assign_segments(scored, "cinq_niveaux"), "vip")
    assert_frame_equal(twice, assign_segments(scored, "vip"))


@pytest.mark.parametrize(
    ("levels", "grid", "needed"), [(5, "onze", 4), (4, "vip", 5), (3, "onze", 4), (10, "vip", 5)]
)
@pytest.mark.parametrize("attributes", [True, False])
def test_another_number_of_levels_is_refused(
    levels: int, grid: str, needed: int, attributes: bool
) -> None:
    scored = score_rfm(SPREAD, levels=levels)
    if not attributes:
        scored.attrs.clear()
    with refused(f"attend.*score_rfm\\(table, levels={needed}\\)"):
        assign_segments(scored, grid)


def test_a_filtered_table_is_judged_by_the_levels_it_was_scored_on() -> None:
    scored = score_rfm(SPREAD, levels=5)
    low = scored[scored[["R", "F", "M"]].max(axis=1) < 5]
    assert len(assign_segments(low, "vip")) == len(low) > 0
    with refused("levels=4"):
        assign_segments(low, "onze")


def test_levels_lost_in_a_merge_are_read_in_the_scores() -> None:
    names = SPREAD[["client_id"]].assign(prenom="Camille")
    merged = names.merge(score_rfm(SPREAD), on="client_id")
    assert "rfm_levels" not in merged.attrs
    assert "segment" in assign_segments(merged)
    with refused("ont 4 pour plus haut score"):
        assign_segments(merged, "vip")


def test_polars_and_codes_read_back_as_numbers_are_accepted() -> None:
    scored = score_rfm(SPREAD)
    expected = assign_segments(scored)["segment"].tolist()
    assert assign_segments(pl.from_pandas(scored))["segment"].tolist() == expected
    as_numbers = scored.assign(code_rfm=scored["code_rfm"].astype(int))
    assert assign_segments(as_numbers)["segment"].tolist() == expected


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"client_id": ["A"]}), "« code_rfm » manque.*score_rfm"),
        (pd.DataFrame({"code_rfm": pd.Series([], dtype=str)}), "vide"),
        (pd.DataFrame({"code_rfm": ["444", "44"]}), "« 44 »"),
        (pd.DataFrame({"code_rfm": ["444", "abc"]}), "« abc »"),
        (pd.DataFrame({"code_rfm": ["444", "404"]}), "« 404 »"),
        (pd.DataFrame({"code_rfm": ["444", None]}), "« vide »"),
        ([1, 2], "list"),
    ],
)
def test_bad_tables_are_refused_in_french(frame: object, message: str) -> None:
    with refused(message):
        assign_segments(frame)


def test_unknown_grid_is_refused() -> None:
    with refused("douze"):
        assign_segments(score_rfm(SPREAD), "douze")


# --- audit_grid ---------------------------------------------------------------------------------


def test_audit_of_the_eleven_finds_the_known_inversions() -> None:
    found = audit_grid("onze").inversions
    pairs = set(zip(found["code"], found["code_meilleur"], found["dimension"], strict=True))
    assert {("313", "314", "M"), ("211", "221", "F"), ("342", "442", "R")} <= pairs
    row = found[found["code"].eq("342")].iloc[0]
    assert (row["segment"], row["segment_obtenu"]) == ("Fidèles", "Fidèles potentiels")


@pytest.mark.parametrize("name", GRID_NAMES)
def test_inversions_are_those_of_every_ordered_pair(name: str) -> None:
    """Independent count: all pairs of codes at distance one, ranks read from the grid."""
    grid = load_grid(name)
    rank = {code: s.rank for s in grid.segments for code in s.codes}
    expected = {
        (low, high)
        for low in rank
        for high in rank
        if sum(map(int, high)) == sum(map(int, low)) + 1
        and all(a <= b for a, b in zip(low, high, strict=True))
        and rank[high] > rank[low]
    }
    found = audit_grid(grid).inversions
    assert set(zip(found["code"], found["code_meilleur"], strict=True)) == expected
    assert len(found) == len(expected)


def test_audit_of_five_levels_finds_no_inversion_and_says_so() -> None:
    report = audit_grid("cinq_niveaux")
    assert report.inversions.empty
    assert list(report.inversions.columns) == [
        "code", "segment", "code_meilleur", "segment_obtenu", "dimension",
    ]  # fmt: skip
    assert "ne donne jamais" in repr(report)


def test_audit_coverage_counts_each_code_once() -> None:
    report = audit_grid("vip")
    assert len(report.coverage) == 125
    assert report.coverage["fois"].eq(1).all()
    assert report.segments["codes"].sum() == 125
    assert "clients" not in report.coverage


def test_audit_sees_a_code_held_twice_and_one_held_by_none() -> None:
    def segment(name: str, rank: int, codes: tuple[str, ...]) -> GridSegment:
        return GridSegment(id=name, name=name, rank=rank, color="#000000", codes=codes)

    faulty = Grid.model_construct(
        id="fausse", title="", levels=2, source="",
        segments=(segment("a", 1, ("222", "111")), segment("b", 2, ("111", "112", "121", "211"))),
    )  # fmt: skip
    times = audit_grid(faulty).coverage.set_index("code")["fois"].to_dict()
    assert times == {"111": 2, "112": 1, "121": 1, "122": 0, "211": 1, "212": 0, "221": 0, "222": 1}
    assert "4 codes sur 8" in audit_grid(faulty).sentences[0]


def test_audit_counts_customers_by_code_and_segment() -> None:
    scored = score_rfm(SPREAD)
    report = audit_grid("onze", scored)
    assert report.coverage["clients"].sum() == report.segments["clients"].sum() == len(SPREAD)
    absent = report.coverage.loc[report.coverage["clients"].eq(0), "code"]
    assert set(absent).isdisjoint(scored["code_rfm"])
    assert str(len(absent)) in report.sentences[1]
    assert tuple(report.segments["segment"]) == load_grid("onze").names


# --- explain_segment ----------------------------------------------------------------------------


def rescored(
    table: pd.DataFrame, changes: dict[str, float], customer_id: str, **settings: object
) -> pd.Series:
    """The customer's row once `changes` are put in and the whole table is scored again."""
    changed = table.astype(dict.fromkeys(COLUMNS.values(), float))
    for column, value in changes.items():
        changed.loc[changed["client_id"].eq(customer_id), column] = value
    scored = score_rfm(changed, **settings)  # type: ignore[arg-type]
    return scored[scored["client_id"].eq(customer_id)].iloc[0]


def alike(table: pd.DataFrame, column: str, customer_id: str, value: float) -> bool:
    """With that value put in, all customers would be alike: `score_rfm` refuses to score."""
    others = table.loc[table["client_id"].ne(customer_id), column]
    return bool((others == value).all())


@settings(max_examples=40)
@given(rows=SPREAD_ROWS, levels=st.sampled_from([4, 5]), pick=st.integers(0, 29))
def test_announced_values_move_the_score_and_one_step_less_does_not(
    rows: list[tuple[int, int, int]], levels: int, pick: int
) -> None:
    table = customers(rows)
    customer_id = table["client_id"][pick % len(table)]
    grid = "onze" if levels == 4 else "cinq_niveaux"
    scored = score_rfm(table, levels=levels)
    steps = explain_segment(scored, customer_id, grid).table
    for step in steps.itertuples():
        column = COLUMNS[step.dimension]
        if pd.isna(step.valeur_a_atteindre):
            if step.score < levels:
                # Only recency has a floor: even an order on the reference date is not enough.
                assert step.dimension == "R"
                if not alike(table, column, customer_id, 0):
                    after = rescored(table, {column: 0}, customer_id, levels=levels)
                    assert after["R"] == step.score
            continue
        target = step.valeur_a_atteindre
        assert step.effort == pytest.approx(abs(target - step.valeur))
        assert step.effort > 0
        after = rescored(table, {column: target}, customer_id, levels=levels)
        assert after[step.dimension] == step.nouveau_score > step.score
        assert after["code_rfm"] == step.nouveau_code
        assert load_grid(grid).segment_of(after["code_rfm"]) == step.nouveau_segment
        short = round(target - STEP[step.dimension], 2)
        if not alike(table, column, customer_id, short):
            before = rescored(table, {column: short}, customer_id, levels=levels)
            assert before[step.dimension] == step.score


@settings(max_examples=25)
@given(rows=SPREAD_ROWS, pick=st.integers(0, 29))
def test_an_order_today_gives_the_code_of_the_rescored_table(
    rows: list[tuple[int, int, int]], pick: int
) -> None:
    table = customers(rows)
    customer_id = table["client_id"][pick % len(table)]
    after = explain_segment(score_rfm(table), customer_id).purchase.iloc[0]
    row = table[table["client_id"].eq(customer_id)].iloc[0]
    assert after["recence"] == 0
    assert after["frequence"] == row["frequence"] + 1
    assert after["montant_total"] == pytest.approx(row["montant_total"] + after["montant_achat"])
    changes = {column: after[column] for column in COLUMNS.values()}
    if not any(alike(table, c, customer_id, v) for c, v in changes.items()):
        assert rescored(table, changes, customer_id)["code_rfm"] == after["code_rfm"]


@settings(max_examples=25)
@given(
    rows=SPREAD_ROWS,
    pick=st.integers(0, 29),
    r=st.lists(st.integers(0, 12), min_size=3, max_size=3, unique=True),
    f=st.lists(st.integers(1, 7), min_size=3, max_size=3, unique=True),
    m=st.lists(st.integers(1, 2000), min_size=3, max_size=3, unique=True),
)
def test_thresholds_are_reached_exactly(
    rows: list[tuple[int, int, int]], pick: int, r: list[int], f: list[int], m: list[int]
) -> None:
    table = customers(rows)
    customer_id = table["client_id"][pick % len(table)]
    thresholds = {"R": sorted(r), "F": sorted(f), "M": [cents / 100 for cents in sorted(m)]}
    chosen = {"method": "thresholds", "thresholds": thresholds}
    scored = score_rfm(table, **chosen)  # type: ignore[arg-type]
    steps = explain_segment(scored, customer_id, **chosen).table  # type: ignore[arg-type]
    for step in steps.itertuples():
        if pd.isna(step.valeur_a_atteindre):
            assert step.score == 4
            continue
        target = step.valeur_a_atteindre
        short = round(target - STEP[step.dimension], 2)
        column = COLUMNS[step.dimension]
        after = rescored(table, {column: target}, customer_id, **chosen)
        before = rescored(table, {column: short}, customer_id, **chosen)
        assert after[step.dimension] == step.nouveau_score == step.score + 1
        assert before[step.dimension] == step.score
        assert target in [float(edge) for edge in thresholds[step.dimension]]


def test_bounds_between_two_steps_are_reached_by_the_next_whole_one() -> None:
    chosen = {
        "method": "thresholds",
        "thresholds": {"R": [5.5, 30.5, 99.5], "F": [1.5, 2.5, 3.5], "M": [50.001, 80.009, 1e4]},
    }
    table = customers([(50, 1, 6000), (5, 4, 50_000), (300, 2, 1000), (150, 3, 6000)])
    scored = score_rfm(table, **chosen)  # type: ignore[arg-type]
    steps = explain_segment(scored, "C-000", **chosen).table  # type: ignore[arg-type]
    assert steps["valeur_a_atteindre"].tolist() == [30, 2, 80.01]
    assert steps["effort"].tolist() == pytest.approx([20, 1, 20.01])
    for step in steps.itertuples():
        changes = {COLUMNS[step.dimension]: step.valeur_a_atteindre}
        assert rescored(table, changes, "C-000", **chosen)[step.dimension] == step.score + 1


def test_mean_basket_can_be_explained_and_does_not_move_with_an_order_of_that_amount() -> None:
    scored = score_rfm(SPREAD, monetary="panier_moyen")
    found = explain_segment(scored, "C-007", monetary="panier_moyen")
    row = scored[scored["client_id"].eq("C-007")].iloc[0]
    assert found.purchase["panier_moyen"].item() == pytest.approx(row["panier_moyen"])
    assert found.purchase["M"].item() == row["M"]
    assert any(sentence.startswith("Panier moyen") for sentence in found.sentences)
    step = found.table.iloc[2]
    changed = SPREAD.copy()
    changed.loc[changed["client_id"].eq("C-007"), "panier_moyen"] = step["valeur_a_atteindre"]
    again = score_rfm(changed, monetary="panier_moyen")
    assert again.loc[again["client_id"].eq("C-007"), "M"].item() == step["nouveau_score"]


ONE_TIMERS = customers(
    [
        *((10 * (i + 1), 1, 5000 + 1000 * i) for i in range(5)),
        *((60, 2, 9900), (70, 3, 20_000), (80, 8, 90_000)),
    ]
)


def test_sentences_say_what_is_missing_in_plain_french() -> None:
    found = explain_segment(score_rfm(ONE_TIMERS), "C-000")
    text = plain(repr(found))
    assert text.startswith("Le client « C-000 » porte le code 411 : segment « Nouveaux clients ».")
    assert "Récence : 10 jours, score 4 sur 4" in text
    assert "C’est déjà le meilleur score." in text
    # Two orders beat four one-timers, half of the eight customers: straight to score 3.
    assert (
        "Fréquence : 1 commande, score 1 sur 4 (ce score réunit les clients à 1 commande)" in text
    )
    assert "Il manque 1 commande pour le score 3 (des égalités font sauter le score 2)" in text
    assert "Montant : 50 €, score 1 sur 4 (ce score va de 50 à 60 €)." in text
    assert "Il manque 20,01 € pour le score 2 : code 412" in text
    assert found.sentences[-1].startswith("Une commande passée à la date de référence")
    assert "(50 €), donnerait le code 4" in plain(found.sentences[-1])


def test_html_is_a_list_of_escaped_sentences() -> None:
    table = ONE_TIMERS.assign(client_id=["<b>x</b>", *ONE_TIMERS["client_id"][1:]])
    html = explain_segment(score_rfm(table), "<b>x</b>")._repr_html_()
    assert "<b>" not in html
    assert html.count("<li>") == 5


def test_a_better_score_in_a_worse_segment_is_pointed_out() -> None:
    """314 is ranked behind 313: one point of M too many."""
    thresholds = {"R": [10, 100, 200], "F": [2, 3, 4], "M": [50.0, 100.0, 200.0]}
    table = customers([(50, 1, 15_000), (5, 4, 50_000), (300, 2, 1000), (150, 3, 6000)])
    scored = score_rfm(table, method="thresholds", thresholds=thresholds)
    found = explain_segment(scored, "C-000", method="thresholds", thresholds=thresholds)
    assert "classe pourtant derrière « Prometteurs »" in plain(found.sentences[3])
    assert "pourtant" not in found.sentences[1]


def test_recency_that_nothing_can_improve_is_said() -> None:
    rows = [(0, i + 1, 1000 * i + 100) for i in range(6)] + [(9, 7, 9000), (8, 8, 9900)]
    found = explain_segment(score_rfm(customers(rows)), "C-000")
    step = found.table.iloc[0]
    assert step["score"] < 4
    assert pd.isna(step["nouveau_score"])
    assert "Aucune valeur ne donnerait un meilleur score" in found.sentences[1]


def test_the_explanation_does_not_depend_on_row_order_or_index() -> None:
    scored = score_rfm(SPREAD)
    shuffled = scored.sample(frac=1, random_state=3).set_axis([7] * len(scored), axis=0)
    assert_frame_equal(
        explain_segment(shuffled, "C-013").table, explain_segment(scored, "C-013").table
    )


def test_range_of_a_score_is_that_of_the_customers_who_have_it() -> None:
    scored = score_rfm(SPREAD)
    for step in explain_segment(scored, "C-021").table.itertuples():
        values = scored.loc[scored[step.dimension].eq(step.score), COLUMNS[step.dimension]]
        assert (step.de, step.a) == (values.min(), values.max())
        assert step.de <= step.valeur <= step.a


def test_unknown_customer_is_named_in_the_error() -> None:
    with refused("Le client « C-9999 » n’est pas dans la table :"):
        explain_segment(score_rfm(SPREAD), "C-9999")


def test_misuses_of_explain_are_refused() -> None:
    scored = score_rfm(SPREAD)
    with refused("« recence » manque"):
        explain_segment(scored.drop(columns="recence"), "C-001")
    with refused("« R » manque.*score_rfm"):
        explain_segment(SPREAD, "C-001")
    with refused("levels=5"):
        explain_segment(scored, "C-001", "vip")
    with refused("« nested »"):
        explain_segment(scored, "C-001", method="nested")  # type: ignore[arg-type]
    with refused("3 bornes"):
        explain_segment(scored, "C-001", method="thresholds", thresholds={"R": [1]})
    with refused("plusieurs lignes"):
        explain_segment(pd.concat([scored, scored]), "C-001")


def test_a_part_of_the_table_is_not_explained_wrongly() -> None:
    scored = score_rfm(SPREAD)
    best = scored.sort_values("montant_total").tail(10)
    with refused("table entière"):
        explain_segment(best, best["client_id"].iloc[0])


# --- segment_profile ----------------------------------------------------------------------------


def test_profile_agrees_with_plain_python() -> None:
    segmented = assign_segments(score_rfm(SPREAD))
    groups: dict[str, list[tuple[int, int, Fraction]]] = defaultdict(list)
    for row in segmented.itertuples():
        cents = Fraction(round(row.montant_total * 100), 100)
        groups[row.segment].append((row.recence, row.frequence, cents))
    total = sum(amount for rows in groups.values() for _, _, amount in rows)
    profile = segment_profile(segmented)
    assert tuple(profile["segment"]) == load_grid("onze").names
    for row in profile.itertuples():
        rows = groups.get(row.segment, [])
        revenue = sum((amount for _, _, amount in rows), Fraction(0))
        assert row.clients == len(rows)
        assert row.part_clients == pytest.approx(len(rows) / len(SPREAD))
        assert row.chiffre_affaires == pytest.approx(float(revenue))
        assert row.part_ca == pytest.approx(float(revenue / total))
        if rows:
            days, orders = sorted(r for r, _, _ in rows), [f for _, f, _ in rows]
            median = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
            assert row.panier_moyen == pytest.approx(float(revenue) / sum(orders))
            assert row.recence_mediane == median
            assert row.frequence_moyenne == pytest.approx(sum(orders) / len(orders))


def test_profile_shows_empty_segments_and_shares_sum_to_one() -> None:
    few = score_rfm(SPREAD)
    few = assign_segments(few[few["R"].eq(4)])
    profile = segment_profile(few)
    assert len(profile) == 11
    empty = profile[profile["clients"].eq(0)]
    assert not empty.empty
    assert empty[["part_clients", "chiffre_affaires", "part_ca"]].eq(0).all(axis=None)
    assert empty[["panier_moyen", "recence_mediane"]].isna().all(axis=None)
    assert profile["part_clients"].sum() == pytest.approx(1)
    assert profile["part_ca"].sum() == pytest.approx(1)


def test_profile_refuses_what_it_cannot_read() -> None:
    segmented = assign_segments(score_rfm(SPREAD, levels=5), "vip")
    with refused("grille « onze » : donnez"):
        segment_profile(segmented)
    with refused("« segment » manque.*assign_segments"):
        segment_profile(score_rfm(SPREAD))
    with refused("vide"):
        segment_profile(segmented.head(0), "vip")
    with refused("plusieurs lignes"):
        segment_profile(pd.concat([segmented, segmented]), "vip")


# --- customer types -----------------------------------------------------------------------------

AS_OF = dt.date(2025, 12, 31)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


ORDERS = pd.DataFrame(
    [
        ("A", "1", day("2023-01-10"), 100.0, 40.0),
        ("A", "2", day("2025-12-01"), 300.0, 150.0),
        ("A", "2", day("2025-12-01"), 50.0, 20.25),
        ("A", "3", day("2025-12-05"), -50.0, -20.25),
        ("B", "4", day("2023-06-01"), 80.0, 30.0),
        ("C", "5", day("2025-09-01"), 60.0, 30.0),
        ("D", "6", day("2024-09-01"), 70.0, 10.0),
        ("D", "7", day("2022-01-01"), 90.0, 10.0),
        ("D", "7", day("2022-01-01"), -90.0, -10.0),
        ("E", "8", day("2025-01-15"), 500.0, 250.0),
        ("E", "9", day("2025-02-15"), 500.0, 250.0),
    ],
    columns=["client_id", "commande_id", "date_achat", "montant", "marge"],
)
COMPLAINTS = pd.DataFrame(
    {
        "client_id": ["C", "C", "E", "E"],
        "date_reclamation": pd.to_datetime(
            ["2025-01-01", "2025-12-31", "2024-12-31", "2026-01-01"]
        ),
    }
)
REFERRALS = pd.DataFrame(
    {
        "parrain_id": ["B", "B", "A"],
        "filleul_id": ["C", "D", "B"],
        "date_parrainage": pd.to_datetime(["2025-08-01", "2024-08-01", "2026-01-01"]),
    }
)
CONTACTS = pd.DataFrame(
    {
        "client_id": ["A", "A", "A", "D"],
        "date_contact": pd.to_datetime(["2025-03-01", "2025-06-01", "2023-06-01", "2025-05-01"]),
        "ouvert": [True, False, True, False],
    }
)


def features() -> pd.DataFrame:
    return customer_features(
        rfm_table(ORDERS, as_of=AS_OF),
        ORDERS,
        complaints=COMPLAINTS,
        referrals=REFERRALS,
        contacts=CONTACTS,
        as_of=AS_OF,
    )


def test_features_of_five_customers() -> None:
    table = features().set_index("client_id")
    columns = ["reclamations", "filleuls", "filleul", "contacts_recus", "contacts_ouverts", "marge"]
    assert table[columns].to_dict("index") == {
        "A": dict(zip(columns, (0, 0, False, 2, 1, 190.0), strict=True)),
        "B": dict(zip(columns, (0, 2, False, 0, 0, 30.0), strict=True)),
        "C": dict(zip(columns, (2, 0, True, 0, 0, 30.0), strict=True)),
        "D": dict(zip(columns, (0, 0, True, 1, 0, 10.0), strict=True)),
        "E": dict(zip(columns, (0, 0, False, 0, 0, 500.0), strict=True)),
    }
    # D's order of 2022 nets to zero: it is no order, the first one is that of 2024.
    first = {"A": "2023-01-10", "B": "2023-06-01", "C": "2025-09-01", "D": "2024-09-01"}
    for customer, text in first.items():
        assert table.loc[customer, "anciennete"] == (AS_OF - dt.date.fromisoformat(text)).days
    scored = score_rfm(rfm_table(ORDERS, as_of=AS_OF), levels=5).set_index("client_id")
    assert_frame_equal(table[["R", "F", "M"]], scored[["R", "F", "M"]])


def test_features_ignore_the_index_of_the_table() -> None:
    rfm = rfm_table(ORDERS, as_of=AS_OF).iloc[::-1].set_axis([9] * 5, axis=0)
    others = {"complaints": COMPLAINTS, "referrals": REFERRALS, "contacts": CONTACTS}
    table = customer_features(rfm, ORDERS, as_of="31/12/2025", **others)
    expected = features().iloc[::-1].reset_index(drop=True)
    assert_frame_equal(table, expected)


def test_features_look_at_nothing_after_the_reference_date() -> None:
    past = ORDERS[ORDERS["date_achat"] < "2025-10-01"]
    others = {"complaints": COMPLAINTS, "referrals": REFERRALS, "contacts": CONTACTS}
    rfm = rfm_table(past, as_of="2025-10-01")
    whole = customer_features(rfm, ORDERS, as_of="2025-10-01", **others)
    assert_frame_equal(whole, customer_features(rfm, past, as_of="2025-10-01", **others))


def test_features_name_the_table_that_lacks_a_column() -> None:
    rfm = rfm_table(ORDERS, as_of=AS_OF)
    with refused("« parrain_id » manque.*parrainages"):
        customer_features(
            rfm, ORDERS, complaints=COMPLAINTS, referrals=CONTACTS, contacts=CONTACTS, as_of=AS_OF
        )


def test_types_of_five_customers() -> None:
    found = customer_types(features())
    types = found.groupby("client_id")["type"].agg(set).to_dict()
    assert types["B"] == {"Clients relais (leaders d’opinion)", "Anciens clients"}
    assert {"Nouveaux clients", "Clients mécontents", "Amis de clients"} <= types["C"]
    assert types["D"] == {"Clients inactifs", "Amis de clients"}
    assert types["E"] == {"Meilleurs clients"}
    assert not found.duplicated().any()
    assert "Clients somnambules" not in set(found["type"])


def test_every_rule_is_the_same_in_plain_python() -> None:
    """The rules as a reader of their French text would write them."""
    table = features()
    found = customer_types(table)
    rows = table.to_dict("records")
    deaf = {r["client_id"]: r["contacts_recus"] >= 3 and r["contacts_ouverts"] == 0 for r in rows}
    rules = {
        "Clients relais (leaders d’opinion)": lambda r: r["filleuls"] >= 2 and r["M"] <= 3,
        "Nouveaux clients": lambda r: r["anciennete"] <= 180,
        "Clients inactifs": lambda r: 365 < r["recence"] <= 730 and not deaf[r["client_id"]],
        "Clients mécontents": lambda r: r["reclamations"] > 0 and r["recence"] <= 730,
        "Anciens clients": lambda r: (
            r["recence"] > 730 or (r["recence"] > 365 and deaf[r["client_id"]])
        ),
        "Amis de clients": lambda r: r["filleul"],
    }
    for name, rule in rules.items():
        expected = [r["client_id"] for r in rows if rule(r)]
        assert found.loc[found["type"].eq(name), "client_id"].tolist() == expected, name


def test_counts_show_every_type_and_what_the_data_cannot_tell() -> None:
    table = features()
    counts = customer_type_counts(table)
    assert counts["type"].tolist() == [kind.name for kind in load_customer_types()]
    sleepers = counts[counts["type"].eq("Clients somnambules")].iloc[0]
    assert pd.isna(sleepers["clients"])
    assert sleepers["visible"] == "non"
    assert sleepers["limite"]
    assert counts["clients"].sum() == len(customer_types(table))
    friends = counts[counts["type"].eq("Amis de clients")].iloc[0]
    assert (friends["clients"], friends["part_clients"]) == (2, 0.4)


def test_types_need_the_features() -> None:
    with refused("customer_features"):
        customer_types(rfm_table(ORDERS, as_of=AS_OF))


def test_messages_hold_non_breaking_spaces() -> None:
    with pytest.raises(CourseError) as caught:
        explain_segment(score_rfm(SPREAD), "C-9999")
    sentences = [str(caught.value), *explain_segment(score_rfm(SPREAD), "C-001").sentences]
    for sentence in (*sentences, *audit_grid().sentences):
        assert not re.search(r" [:;?!»%€]|« ", sentence), sentence
