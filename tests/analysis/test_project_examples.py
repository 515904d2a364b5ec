"""The two example projects: their figures, read again from the files by another way, and flaws."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from typing import Any

import pandas as pd
import pytest

from rfm_helpers.analysis.project.checks import checked
from rfm_helpers.analysis.project.facts import (
    Scored,
    project_customers,
    project_facts,
    score_project,
)
from rfm_helpers.analysis.project.model import HOUSE, Project
from rfm_helpers.analysis.project.progress import Facts, progress, step_states
from rfm_helpers.analysis.project.terrain import COURSE_TERRAINS
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import load_grid
from rfm_helpers.catalog.project_examples import load_project_example, project_example_names
from rfm_helpers.datasets import load_complaints, load_contacts, load_customers, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.project import read_project

DAY, FIRST = pd.Timestamp("2025-12-31"), pd.Timestamp("2023-12-31")
YEAR_AGO = DAY - pd.Timedelta(365, "D")
GOOD, BAD = load_project_example("abouti"), load_project_example("a_corriger")
AIMED = ("Champions", "Fidèles", "À ne pas perdre", "À risque")


def spaced(text: object) -> str:
    """A text with ordinary spaces."""
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def project(name: str, **changes: Any) -> Project:
    named = {one.replace("__", "/"): value for one, value in changes.items()}
    return read_project(load_project_example(name).answers | named)


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """The order lines that count, each with the day of its order."""
    read = pd.read_csv("data/orsenne/commandes.csv", parse_dates=["date_achat"])
    orders = read.groupby("commande_id")
    read["jour"] = orders["date_achat"].transform("min")
    return read[(orders["montant"].transform("sum") > 0)]


def score(values: list[float], value: float) -> int:
    """1 + the quarters of the values that are strictly below."""
    return min(4, 1 + 4 * bisect_left(values, value) // len(values))


@pytest.fixture(scope="module")
def customers(lines: pd.DataFrame) -> pd.DataFrame:
    """Each customer's segment, by hand."""
    window = lines[lines["jour"] > FIRST]
    grouped = window.groupby("client_id")
    table = pd.DataFrame(
        {
            "R": -(DAY - grouped["jour"].max()).dt.days,
            "F": grouped["commande_id"].nunique(),
            "M": grouped["montant"].sum().round(2),
        }
    )
    table = table[table["M"] > 0]
    names = load_grid("onze").by_code
    ordered = {name: sorted(table[name]) for name in "RFM"}
    codes = ["".join(str(score(ordered[n], row[n])) for n in "RFM") for _, row in table.iterrows()]
    return table.assign(segment=[names[code] for code in codes])


@pytest.fixture(scope="module")
def facts() -> Facts:
    orders, day = load_orders(), DAY.date()
    found = project_customers(orders, as_of=day, months=24)
    return project_facts(
        orders, found, as_of=day, months=24, people=load_customers(),
        complaints=load_complaints(), contacts=load_contacts(),
    )  # fmt: skip


def test_the_segments_of_the_good_project_are_those_of_the_data(customers: pd.DataFrame) -> None:
    told = project("abouti").segments.set_index("segment")
    found = customers.groupby("segment")["M"].agg(["count", "sum"])
    assert set(told.index) == set(found.index)
    for name, row in found.iterrows():
        assert told.loc[name, "clients"] == row["count"], name
        assert told.loc[name, "chiffre_affaires"] == pytest.approx(row["sum"], abs=0.01)
        assert told.loc[name, "part_clients"] == pytest.approx(
            row["count"] / len(customers), abs=1e-6
        )
        share = row["sum"] / customers["M"].sum()
        assert told.loc[name, "part_ca"] == pytest.approx(share, abs=1e-6)


def test_what_the_good_project_writes_of_its_segments_is_true(
    customers: pd.DataFrame, lines: pd.DataFrame
) -> None:
    texts = spaced(" ".join(map(str, GOOD.answers.values())))
    by = customers.groupby("segment")
    both = customers[customers["segment"].isin(AIMED[:2])]
    assert (round(100 * len(both) / len(customers)), len(customers)) == (21, 2493)
    assert round(100 * both["M"].sum() / customers["M"].sum()) == 59
    assert (-by["R"].median()["À ne pas perdre"], -by["R"].median()["À risque"]) == (347, 550)
    assert by["M"].sum()["À ne pas perdre"] / customers["M"].sum() == pytest.approx(0.145, abs=5e-4)
    assert customers["F"].median() == 2
    basket = by["M"].sum()["Champions"] / by["F"].sum()["Champions"]
    assert round(basket) == 1511
    days = lines[lines["jour"] > FIRST].drop_duplicates("commande_id").sort_values("jour")
    gaps = days.groupby("client_id")["jour"].diff().dropna().dt.days
    assert (gaps < 180).mean() >= 0.9
    for said in (
        "21 %",
        "59 %",
        "347 jours",
        "550 jours",
        "14,5 %",
        "1 511 €",
        "moins de six mois",
    ):
        assert said in texts, said


def test_a_longer_window_gives_what_the_good_project_says_of_it() -> None:
    found = project_customers(load_orders(), as_of=DAY.date(), months=36)
    assert (len(found), (found["segment"] == "Champions").sum()) == (3036, 259)
    assert "3 036 clients au lieu de 2 493, et 259 Champions au lieu de 190" in spaced(
        GOOD.answers["rfm/pourquoi"]
    )


def test_what_comes_anyway_is_that_of_the_year_before(facts: Facts) -> None:
    told = {one.segment: one.statement.objective for one in project("abouti").strategies}
    for name in AIMED[1:]:
        assert told[name].anyway_value == round(facts.benchmarks[name].share, 2), name
    fidel = facts.benchmarks["Fidèles"]
    assert (round(fidel.low, 2), round(fidel.high, 2)) == (0.60, 0.71)
    assert round(facts.benchmarks["Champions"].share, 2) == 0.86
    assert round(facts.benchmarks["Perdus"].share, 2) == 0.04


def test_where_the_objectives_start_is_in_the_data(customers: pd.DataFrame) -> None:
    told = {one.segment: one.statement.objective for one in project("abouti").strategies}
    active = customers["R"] > -365
    for name in AIMED[1:]:
        share = active[customers["segment"] == name].mean()
        assert told[name].from_value == round(share, 2), name


def test_the_return_of_the_good_project_rests_on_the_data(
    customers: pd.DataFrame, lines: pd.DataFrame
) -> None:
    good = project("abouti")
    campaign = good.costed_campaign
    assert campaign is not None
    counts = {one.segment: one.count for one in good.actions}
    assert campaign.reached == sum(filter(None, counts.values())) == 460
    window = lines[lines["jour"] > FIRST].merge(
        customers[["segment"]], left_on="client_id", right_index=True
    )
    by = window.groupby("segment")
    baskets = by["montant"].sum() / 1.2 / by["commande_id"].nunique()
    rates = by["marge"].sum() / (by["montant"].sum() / 1.2)
    weights = pd.Series(counts)
    sales = (baskets * weights).dropna()
    assert campaign.basket == pytest.approx(sales.sum() / weights.sum(), abs=5)
    margin = (sales * rates).dropna().sum() / sales.sum()
    assert campaign.margin_rate == pytest.approx(margin, abs=0.005)


def test_the_orders_that_would_come_anyway_are_those_of_the_year_before(
    lines: pd.DataFrame,
) -> None:
    year = lines[lines["jour"] > YEAR_AGO].groupby("client_id")["commande_id"].nunique()
    past = assign_segments(compare_dates(load_orders(), [YEAR_AGO.date(), DAY.date()], months=24))
    past = past[past["rachat"].notna()]
    orders = past["client_id"].map(year).fillna(0).groupby(past["segment"]).mean()
    counts = pd.Series({one.segment: one.count for one in project("abouti").actions})
    campaign = project("abouti").campaign
    assert campaign is not None
    mean = (orders * counts).dropna().sum() / counts.sum()
    assert campaign.baseline == pytest.approx(mean, abs=0.02)


def test_nothing_is_left_to_say_of_the_good_project(facts: Facts) -> None:
    assert progress(project("abouti"), facts) == []
    assert set(step_states([]).values()) == {"fait"}


@pytest.mark.parametrize("flaw", [one for one in BAD.flaws if one.said], ids=lambda one: one.id)
def test_a_machine_finds_the_flaws_that_it_can(flaw: Any, facts: Facts) -> None:
    remarks = [one for one in progress(project("a_corriger"), facts) if one.step == flaw.step]
    assert any(spaced(flaw.said) in spaced(one) for one in remarks), flaw.said


def test_every_remark_on_the_flawed_project_is_one_of_its_flaws(facts: Facts) -> None:
    told = [spaced(one.said) for one in BAD.flaws if one.said]
    for remark in progress(project("a_corriger"), facts):
        text = spaced(remark)
        assert any(said in text for said in told) or "n’a pas d’intervalle" in text, text


@pytest.fixture(scope="module")
def house() -> Scored:
    return score_project(project("abouti").rfm, COURSE_TERRAINS[HOUSE]())


def test_what_can_be_checked_holds_in_the_good_project(house: Scored) -> None:
    found = checked(project("abouti"), dt.date(2026, 1, 5), house)
    assert [one.holds for one in found] == [True] * 7
    assert checked(project("abouti"), dt.date(2026, 1, 5))[0].holds is None


@pytest.mark.parametrize(
    ("rank", "said"),
    [(0, "3 986 666 € au lieu de 2 792 884 €"), (1, "114,4 %"), (3, "27 177 € HT"), (4, "100 %"),
     (5, "taux de marque de 100 %, et 48 % dans les données"), (5, "0 pour 100 clients, et 316"),
     (6, "« Messages » (sans source)")],
)  # fmt: skip
def test_what_can_be_checked_fails_in_the_flawed_project(
    house: Scored, rank: int, said: str
) -> None:
    found = checked(project("a_corriger"), dt.date(2026, 1, 5), house)[rank]
    assert found.holds is False
    assert said in spaced(found)


@pytest.mark.parametrize(
    ("changes", "rank", "said"),
    [
        ({"rfm__segments": []}, 0, "vide"),
        ({f"strategies__{n}__indicateur": "" for n in range(1, 5)}, 2, "n’a d’indicateur"),
        ({f"couts__mienne_{n}__segment": "" for n in range(1, 5)}, 5, "ne vise un segment"),
        ({"retour__plan": {}}, 4, "ne sont pas toutes là"),
        ({"retour__enveloppe": ""}, 3, "ne donne pas d’enveloppe"),
    ],
)
def test_what_is_missing_is_not_held_against_a_project(
    changes: dict[str, Any], rank: int, said: str, house: Scored
) -> None:
    found = checked(project("abouti", **changes), dt.date(2026, 1, 5), house)[rank]
    assert (found.holds, said in str(found)) == (None, True)


def test_other_differences_are_named(house: Scored) -> None:
    good = project("abouti").segments.to_dict("records")
    swapped = [{**good[0], "clients": 191}, {**good[1], "segment": "Inconnus"}, *good[3:]]
    found = checked(project("abouti", rfm__segments=swapped), dt.date(2026, 1, 5), house)[0]
    text = spaced(found)
    assert "« Champions » : 191 clients au lieu de 190" in text
    assert "« Inconnus » n’a aucun client" in text
    assert "et 1 autre" in text
    typed = {**GOOD.answers["retour/plan"], "cost": "5000"}
    cost = checked(project("abouti", retour__plan=typed), dt.date(2026, 1, 5), house)[4]
    assert cost.holds is False
    late = checked(project("abouti"), dt.date(2025, 11, 1), house)[6]
    assert (late.holds, "date à venir" in str(late)) == (False, True)


@pytest.mark.parametrize(
    ("changes", "rank", "said"),
    [
        ({"strategies__1__depart": "1 600 €"}, 2, "part de 1 600 €, et les données disent 1 511 €"),
        (
            {"strategies__4__sans_nous": "3 %"},
            2,
            "attend 3,0 % sans agir, et les données disent de",
        ),
        ({"retour__plan": {**GOOD.answers["retour/plan"], "basket": "1 200"}}, 5, "panier de 1 20"),
        ({"retour__plan": {**GOOD.answers["retour/plan"], "reached": "1 300"}}, 5, "en ont 1 206"),
    ],
)
def test_an_objective_or_an_input_far_from_the_data_is_named(
    changes: dict[str, Any], rank: int, said: str, house: Scored
) -> None:
    found = checked(project("abouti", **changes), dt.date(2026, 1, 5), house)[rank]
    assert (found.holds, said in spaced(found)) == (False, True)


def test_shares_that_do_not_follow_from_their_rows_are_named_without_the_data() -> None:
    rows = project("abouti").segments.to_dict("records")
    rows[0]["part_ca"], rows[1]["part_ca"] = rows[1]["part_ca"], rows[0]["part_ca"]
    found = checked(project("abouti", rfm__segments=rows), dt.date(2026, 1, 5), "")[1]
    assert found.holds is False
    assert "« Champions » : 25,7 % au lieu de 33,8 %" in spaced(found)


def test_an_example_that_is_not_there_is_refused() -> None:
    assert project_example_names() == ["a_corriger", "abouti"]
    with pytest.raises(CourseError, match="Il n’y a pas de projet"):
        load_project_example("parfait")
