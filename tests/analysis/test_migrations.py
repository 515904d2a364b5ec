"""Migrations in customers and in euros, counted another way; a projection, judged and fooled."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from rfm_helpers.analysis.migrations.history import (
    NOT_YET,
    judge_projection,
    project_segments,
    segment_changes,
    segment_history,
    transition_shares,
)
from rfm_helpers.analysis.migrations.moves import (
    ABSENT,
    KINDS,
    migration_matrix,
    migration_shares,
    revenue_bridge,
    segment_moves,
)
from rfm_helpers.analysis.windows import compare_dates, window_orders
from rfm_helpers.datasets import load_complaints, load_orders
from rfm_helpers.errors import CourseError

YEARS = ("2024-12-31", "2025-12-31")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def moves(orders: pd.DataFrame) -> pd.DataFrame:
    return segment_moves(orders, *YEARS)


@pytest.fixture(scope="module")
def quarters(orders: pd.DataFrame) -> pd.DataFrame:
    days = [day.date() for day in pd.date_range("2023-12-31", "2025-12-31", freq="QE")]
    return segment_history(orders, days)


def staying(moves: pd.DataFrame) -> tuple[float, float]:
    """The shares of those known first who keep their segment, and who are lost."""
    known = moves[moves["avant"] != ABSENT]
    return (known["avant"] == known["apres"]).mean(), (known["apres"] == ABSENT).mean()


# --- in customers and in euros -------------------------------------------------------------------


def test_the_bridge_is_the_difference_of_the_two_years_to_the_cent(
    orders: pd.DataFrame, moves: pd.DataFrame
) -> None:
    cents = []
    for day in YEARS:
        kept = window_orders(orders, day, 12)
        bought = kept.groupby("client_id")["montant"].sum()
        net = kept.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
        active = set(net[net > 0].index.get_level_values(0))
        cents.append(sum(round(100 * total) for who, total in bought.items() if who in active))
    bridge = revenue_bridge(moves).set_index("mouvement")
    assert round(100 * bridge.loc["Total", "ecart"]) == cents[1] - cents[0]
    assert bridge.loc[list(KINDS), "ecart"].sum() == pytest.approx(bridge.loc["Total", "ecart"])
    assert bridge.loc["Total", "clients"] == len(moves)
    assert bridge.loc["Stables", "ecart"] == 0


def test_each_kind_of_movement_by_hand(orders: pd.DataFrame, moves: pd.DataFrame) -> None:
    year: dict[tuple[str, str], int] = {}
    net: dict[tuple[str, str], float] = {}
    for row in orders.itertuples():
        key = row.client_id, row.commande_id
        net[key] = net.get(key, 0.0) + row.montant
        if row.montant > 0:
            year.setdefault(key, row.date_achat.year)
    years: dict[str, set[int]] = {}
    for (customer, order), total in net.items():
        if total > 0.004:
            years.setdefault(customer, set()).add(year[customer, order])
    kinds = {"Nouveaux": {2025}, "Revenus": {2023, 2025}}
    for row in moves.itertuples():
        mine = years.get(row.client_id, set())
        if row.mouvement in kinds:
            assert mine == kinds[row.mouvement]
        elif row.mouvement == "Perdus":
            assert 2025 not in mine
        else:
            assert {2024, 2025} <= mine


def test_the_matrix_in_its_three_units(moves: pd.DataFrame) -> None:
    counts = migration_matrix(moves).set_index("avant")
    parts = migration_matrix(moves, "parts").set_index("avant")
    euros = migration_matrix(moves, "euros").set_index("avant")
    assert counts.to_numpy().sum() == len(moves)
    assert parts.sum(axis=1).tolist() == pytest.approx([1.0] * len(parts))
    assert euros.to_numpy().sum() == pytest.approx(moves["ecart"].sum(), abs=0.01)
    one = moves[(moves["avant"] == "Champions") & (moves["apres"] == ABSENT)]
    assert counts.loc["Champions", ABSENT] == len(one)
    assert euros.loc["Champions", ABSENT] == pytest.approx(-one["ca_avant"].sum())


def test_who_had_a_bad_welcome_is_lost(moves: pd.DataFrame) -> None:
    complaints = load_complaints()
    bad = complaints[
        (complaints["boutique_id"] == "B-01")
        & (complaints["motif"] == "Accueil en boutique")
        & complaints["date_reclamation"].between("2024-04-01", "2024-10-15")
    ]
    known = moves[moves["avant"] != ABSENT]
    touched = known["client_id"].isin(bad["client_id"])
    lost = known["apres"] == ABSENT
    assert touched.sum() > 60
    assert lost[touched].mean() > 0.8 > 0.65 > lost[~touched].mean()


def test_segments_say_where_customers_go_and_mixed_ones_do_not(moves: pd.DataFrame) -> None:
    assert migration_shares(moves)["au_dela_du_hasard"].mean() > 0.2
    random = np.random.default_rng(5)
    known = moves[moves["avant"] != ABSENT]
    mixed = [
        migration_shares(known.assign(avant=random.permutation(known["avant"])))[
            "au_dela_du_hasard"
        ].mean()
        for _ in range(100)
    ]
    assert np.mean(mixed) <= 0.05


# --- two ways of being fooled --------------------------------------------------------------------


def test_periods_that_overlap_look_steady(orders: pd.DataFrame, moves: pd.DataFrame) -> None:
    overlapping = segment_moves(orders, "2025-11-30", "2025-12-31", overlap=True)
    same, lost = staying(moves)
    fake_same, fake_lost = staying(overlapping)
    assert fake_same > 0.5 > 0.1 > same
    assert fake_lost < 0.1 < 0.5 < lost
    with pytest.raises(CourseError, match="partagent"):
        segment_moves(orders, "2025-11-30", "2025-12-31")


def test_bounds_worked_out_anew_fix_the_sizes_of_groups(orders: pd.DataFrame) -> None:
    """Everybody's spending doubled: with new bounds, nobody moves."""
    richer = orders.assign(
        montant=orders["montant"].where(orders["date_achat"].dt.year < 2025, 2 * orders["montant"])
    )
    shares = {}
    for bounds in ("first", "each"):
        scored = compare_dates(richer, YEARS, 12, bounds=bounds)
        best = scored[scored["date"] == YEARS[1]]["M"] == 4
        shares[bounds] = best.mean()
    assert shares["each"] == pytest.approx(0.25, abs=0.01)
    assert shares["first"] > 0.4


def test_frozen_bounds_are_those_of_the_date_said(orders: pd.DataFrame) -> None:
    first, last = (compare_dates(orders, YEARS, 12, bounds=which) for which in ("first", "last"))
    for scored, day in ((first, YEARS[0]), (last, YEARS[1])):
        own = scored[scored["date"] == day]
        worse = [(own["montant_total"] < value).sum() for value in own["montant_total"]]
        assert own["M"].tolist() == [1 + 4 * one // len(own) for one in worse]


# --- month after month ---------------------------------------------------------------------------


def test_changes_are_told_at_the_date_they_are_first_seen(orders: pd.DataFrame) -> None:
    days = [day.date() for day in pd.date_range("2024-06-30", "2025-06-30", freq="ME")]
    history = segment_history(orders, days)
    changes = segment_changes(history)
    marc = changes[changes["client_id"] == "C-0360"].sort_values("date")
    assert marc["sens"].tolist() == ["descend"] * len(marc)
    first = marc.iloc[0]
    assert (str(first["date"].date()), first["avant"]) == ("2024-10-31", "Fidèles")
    assert marc.iloc[-1]["apres"] == ABSENT
    states = history.set_index(["date", "client_id"])["etat"]
    for row in changes.sample(100, random_state=2).itertuples():
        assert states[row.date, row.client_id] == row.apres != row.avant
        assert states[row.date - pd.offsets.MonthEnd(1), row.client_id] == row.avant


def test_a_file_where_nobody_buys_alerts_nobody() -> None:
    history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
                            "client_id": list("AABB"), "etat": ["x", "x", "y", "y"]})  # fmt: skip
    assert segment_changes(history).empty


def test_transitions_and_projection_by_hand(quarters: pd.DataFrame) -> None:
    dates = sorted(quarters["date"].unique())
    counts: dict[str, dict[str, int]] = {}
    states = [quarters[quarters["date"] == day].set_index("client_id")["etat"] for day in dates]
    for before, after in pairwise(states):
        for customer, state in after.items():
            row = counts.setdefault(before.get(customer, NOT_YET), {})
            row[state] = row.get(state, 0) + 1
    shares = transition_shares(quarters).set_index("avant")
    for before, row in counts.items():
        total = sum(row.values())
        for after, count in row.items():
            assert shares.loc[before, after] == pytest.approx(count / total)
    projected = project_segments(quarters, 2).set_index("etat")["projete"]
    today = states[-1].value_counts().to_dict()
    for _ in range(2):
        ahead = {state: count / (len(dates) - 1) for state, count in counts[NOT_YET].items()}
        for before, number in today.items():
            total = sum(counts[before].values())
            for after, count in counts[before].items():
                ahead[after] = ahead.get(after, 0.0) + number * count / total
        today = ahead
    assert projected.to_dict() == pytest.approx({one: today.get(one, 0) for one in projected.index})


def test_the_projection_beats_nothing_changes_on_a_chain_that_is_one() -> None:
    random = np.random.default_rng(6)
    chances = {"a": [0.6, 0.3, 0.1], "b": [0.1, 0.6, 0.3], "c": [0.0, 0.2, 0.8]}
    states = np.array(["a"] * 3000)
    rows = []
    for month in pd.date_range("2025-01-31", periods=8, freq="ME"):
        rows.append(pd.DataFrame({"date": month, "client_id": range(3000), "etat": states}))
        states = np.array([random.choice(["a", "b", "c"], p=chances[one]) for one in states])
    judged = judge_projection(pd.concat(rows), 3).set_index("etat").loc["Erreur moyenne"]
    assert judged["projete"] < 0.4 * judged["rien_ne_change"]


def test_the_season_fools_the_projection_of_the_house(quarters: pd.DataFrame) -> None:
    """Overall it wins, by the stock of the silent; segment by segment, last year does better."""
    judged = judge_projection(quarters, 4).set_index("etat")
    mean = judged.loc["Erreur moyenne"]
    assert mean["projete"] < mean["rien_ne_change"]
    active = judged.drop(index=["Erreur moyenne", ABSENT])
    errors = active[["projete", "rien_ne_change"]].sub(active["observe"], axis=0).abs().mean()
    assert errors["rien_ne_change"] < errors["projete"]


def test_refused_histories(orders: pd.DataFrame, quarters: pd.DataFrame) -> None:
    with pytest.raises(CourseError, match="dans l’ordre"):
        segment_moves(orders, "2025-12-31", "2024-12-31")
    with pytest.raises(CourseError, match="parts ou euros"):
        migration_matrix(segment_moves(orders, *YEARS), "pourcents")  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="deux dates"):
        segment_changes(quarters[quarters["date"] == quarters["date"].max()])
    with pytest.raises(CourseError, match="1 ou plus"):
        project_segments(quarters, 0)
    with pytest.raises(CourseError, match="gardez-en deux"):
        judge_projection(quarters, 8)
