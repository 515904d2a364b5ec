"""Lesson 12: every number that it states is the data's, and the workbook computes the same."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from support.lessons import assert_says, drill

from rfm_helpers.analysis.campaign.account import (
    break_even,
    campagne,
    campaign_account,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.campaign.uncertainty import simulate_roi
from rfm_helpers.analysis.project.facts import campaign_start, project_customers, project_facts
from rfm_helpers.analysis.project.progress import Facts
from rfm_helpers.analysis.strategy.benchmark import judge_aim, purchase_cycle
from rfm_helpers.analysis.windows import window_orders
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)
from rfm_helpers.french.numbers import number, percent

NAME, AIMED = "12_projet_final", "À ne pas perdre"
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def customers(orders: pd.DataFrame) -> pd.DataFrame:
    return project_customers(orders, as_of=COURSE_DATE, months=24)


@pytest.fixture(scope="module")
def facts(orders: pd.DataFrame, customers: pd.DataFrame) -> Facts:
    files = {"complaints": load_complaints(), "contacts": load_contacts()}
    when = {"as_of": COURSE_DATE, "months": 24}
    return project_facts(orders, customers, people=load_customers(), **when, **files)


def test_the_window_changes_who_is_aimed_at(orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    sizes, silences = {}, {}
    for months in (12, 24, 36):
        found = project_customers(orders, as_of=COURSE_DATE, months=months)
        aimed = found[found["segment"] == AIMED]
        sizes[months], silences[months] = len(aimed), aimed["recence"].median()
    assert (sizes, silences) == ({12: 104, 24: 158, 36: 206}, {12: 142, 24: 347, 36: 545.5})
    says("de 104 à 206 clients", "de 142 à 546 jours", "perdraient un tiers de ceux qui se taisent")
    assert 1 - sizes[12] / sizes[24] == pytest.approx(1 / 3, abs=0.01)
    assert purchase_cycle(orders) == 98
    says("trois fois sur quatre, on recommande dans les 98 jours")
    assert "98 jours" in drill("12_phrases", "rythme")
    aimed = customers[customers["segment"] == AIMED]
    share = aimed["montant_total"].sum() / customers["montant_total"].sum()
    says(
        f"158 clients : {percent(158 / len(customers), 1)} de la base, {percent(share, 1)} du "
        "chiffre d’affaires"
    )


def test_a_window_of_the_whole_file_has_no_year_before(orders: pd.DataFrame) -> None:
    whole = project_customers(orders, as_of=COURSE_DATE, months=36)
    assert project_facts(orders, whole, as_of=COURSE_DATE, months=36).benchmarks == {}


def test_the_aim_and_the_list(facts: Facts) -> None:
    known = facts.benchmarks[AIMED]
    assert (known.returned, known.customers) == (49, 183)
    assert known.range_text.replace("\u00a0", " ") == "de 21 % à 34 %"
    assert judge_aim(known, 0.30).place == "inside"
    assert judge_aim(known, 0.40).place == "above"
    assert "98 clients sollicités" in judge_aim(known, 0.40).text.replace("\u00a0", " ")
    says("Viser 30 % ne dit rien : le repère va de 21 % à 34 %",
         "une centaine de clients sollicités, et autant")  # fmt: skip
    assert facts.reachable[AIMED, "téléphone"] == 98 == 2 * 49


def test_the_return_and_the_discount(
    orders: pd.DataFrame, customers: pd.DataFrame, facts: Facts
) -> None:
    read = campaign_start(window_orders(orders, COURSE_DATE, 24), customers, facts, {AIMED: 98})
    project = campagne(
        clients=98, hausse=0.13, panier=read["basket"], taux_marque=read["margin_rate"],
        cout=98 * 37, de_toute_facon=facts.benchmarks[AIMED].share,
    )  # fmt: skip
    simulated = simulate_roi(project, {"hausse": (0.02, 0.20)})
    value, edge = roi(incremental_margin(project), project.cost).value, break_even(project).value
    assert value is not None and edge is not None
    says(
        f"Un ROI de {percent(value)}", f"de {percent(simulated.low)} à {percent(simulated.high)}",
        f"avec {percent(simulated.loss)} de risque de perdre", f"Le seuil, {number(100 * edge, 1)}",
        "Signez 3 626 € pour 98 appels",
    )  # fmt: skip
    discounted = project.avec(remise=0.15)
    lost = roi(incremental_margin(discounted), discounted.cost).value
    assert lost is not None
    given = campaign_account(discounted).set_index("ligne")["valeur"]
    leak = -given["Remise sur les commandes venues de toute façon"]
    says(
        f"De {percent(value)} à {percent(lost)}", f"{number(leak)} €",
        f"{number(100 * facts.benchmarks[AIMED].share)} clients sur 100",
    )  # fmt: skip
