"""Lesson 7: every number it states is the data's."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from support.contacts import staying
from support.course import ROOT
from support.evening import VAT, evening, target_at_two_dates
from support.lessons import assert_says, headings, plain

from rfm_helpers.activities.campaign.discount import SECTION_DISCOUNT
from rfm_helpers.analysis.budget.case import case_budget, detail_actions, example_costs
from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    discount_price,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import benchmark
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import load_case
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_orders,
    load_products,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.numbers import points as in_points
from rfm_helpers.questions import load_quiz

NAME = "07_rentabilite"
says = partial(assert_says, NAME)


def one(value: float) -> str:
    return percent(value, 1)


def points(value: float) -> str:
    return number(100 * value, 1)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def sold(orders) -> pd.DataFrame:
    """Every order line with its product."""
    return orders.merge(load_products(), on="produit_id")


@pytest.fixture(scope="module")
def two_dates(orders) -> pd.DataFrame:
    return target_at_two_dates(orders)


@pytest.fixture(scope="module")
def target(two_dates) -> pd.DataFrame:
    return two_dates[two_dates["date"] == "2025-12-31"]


@pytest.fixture(scope="module")
def event(orders, two_dates) -> Campaign:
    return evening(orders, two_dates)


@pytest.fixture(scope="module")
def watch(sold, event) -> Campaign:
    watches = sold[(sold["categorie"] == "Horlogerie") & (sold["quantite"] > 0)]
    price = watches["montant"].mean() / VAT
    rate = watches["marge"].sum() / (watches["montant"].sum() / VAT)
    return replace(event, basket=price, margin_rate=rate)


@pytest.fixture(scope="module")
def year_before(orders) -> pd.DataFrame:
    """Customers at the end of 2024, with their segment, and whether they ordered in January."""
    both = compare_dates(orders, ["2024-12-31", "2025-12-31"], horizon_days=31)
    return assign_segments(both[both["date"] == "2024-12-31"])


@pytest.fixture(scope="module")
def rates(sold) -> pd.Series:
    totals = sold.groupby("categorie")[["marge", "montant"]].sum()
    return totals["marge"] / (totals["montant"] / VAT)


# --- the frame -----------------------------------------------------------------------------------


def test_every_section_referred_to_is_a_section_of_the_lesson():
    sections = [plain(question.section) for question in load_quiz(NAME).questions]
    assert {*sections, plain(SECTION_DISCOUNT)} <= set(headings(NAME))


def test_the_costs_are_those_of_the_case():
    rows = {row.action: row for row in load_case("marc_morel").table.rows}
    event, vip = rows["soiree_privee"], rows["programme_vip"]
    assert (event.amount, event.customers) == (2000, 20)
    assert (vip.amount, vip.customers) == (15000, 15)
    says(
        "2 000 € pour une soirée privée de vingt invités, 15 000 € pour un programme VIP de quinze"
    )


# --- margin, ROI, break-even ---------------------------------------------------------------------


def test_what_an_order_of_the_target_leaves(event, target):
    assert len(target) == 158
    incl_tax = target["montant_total"].sum() / target["frequence"].sum()
    says(f"sur une commande de {euros(incl_tax)} TTC")
    says(f"{euros(event.basket)} HT, et un taux de marque de {one(event.margin_rate)}")
    says(f"il reste **{euros(event.basket * event.margin_rate)}**")
    bought = event.basket * (1 - event.margin_rate)
    says(f"par le prix d'achat : ici, {one(event.basket * event.margin_rate / bought)}")


def test_response_and_uplift(two_dates):
    found = benchmark(two_dates)
    assert load_case("marc_morel").measurable.to_value == 0.42
    assert round(0.42 - found.share, 3) == 0.12
    says(
        "vise 42 % de clients qui commandent en 2026",
        f"{percent(found.share)} de la même cible ont commandé",
        f"de {100 * found.low:.0f} à {percent(found.high)}",
    )


def test_the_account_of_the_event(event):
    margin = incremental_margin(event)
    says(
        f"{number(20 * 0.12, 1)} commandes de plus",
        f"{euros(2.4 * event.basket)} de chiffre d'affaires",
        f"mais {euros(margin)} de **marge incrémentale**",
        f"**{euros(margin - 2000)}**",
        f"aurait annoncé {euros(0.42 * 20 * event.basket * event.margin_rate)} de marge",
        f"{euros(2.4 * event.basket)} de ventes, et {euros(2000 - margin)} de perte",
    )
    assert 0.42 * 20 * event.basket * event.margin_rate > 2000


def test_roi_and_break_even_of_the_event(event):
    says(f"ROI de **{percent(roi(incremental_margin(event), 2000).value)}**")
    says(f"Le seuil est à **{in_points(break_even(event).value)}**, soit trois commandes")
    assert "soit 3 commandes" in break_even(event).text


@pytest.fixture(scope="module")
def written_to(target) -> list[str]:
    """The customers of the target to whom one may write, and should."""
    found = staying(target["client_id"], COURSE_DATE)
    says(f"ne touche donc que **{len(found)} clients**")
    assert len(found) == 108
    return found


def test_the_plan_with_the_lines_that_lesson_6_found(event, written_to):
    whole = detail_actions(case_budget(load_case("marc_morel")), example_costs(20, 15))
    totals = roll_up(whole)
    columns = ["cout_ht", "cout_annee_ht"]
    whole_evening, evening = totals.loc[totals["action"] == "Soirée privée", columns].iloc[0]
    whole_plan, plan = totals.loc[totals["niveau"] == "plan", columns].iloc[0]
    says(
        f"{euros(whole_evening)} à payer maintenant, {euros(evening)} si les vitrines s'étalent",
        f"Il coûte {euros(whole_plan)}, ou {euros(plan)} vitrines étalées, dont 300 € de remise",
    )
    spread, at_once = (
        break_even(replace(event, cost=cost)).value for cost in (evening, whole_evening)
    )
    says(f"a son seuil à **{in_points(spread)}**, ou à {in_points(at_once)} si tout se paie")
    margin, all_of_them = (
        incremental_margin(replace(event, reached=n)) for n in (len(written_to), 158)
    )
    says(
        f"ne faisaient que {euros(all_of_them)} de marge, et les {len(written_to)} clients que "
        f"l'on peut solliciter n'en font que {euros(margin)} : son ROI est de "
        f"**{percent(roi(margin, plan - 300).value)}**, ou de "
        f"{percent(roi(margin, whole_plan - 300).value)} si tout se paie cette année"
    )


def test_the_guide_says_what_the_list_costs(event, written_to):
    told = plain((ROOT / "docs" / "guide" / "07_rentabilite.md").read_text("utf-8"))
    before, after = (
        percent(roi(incremental_margin(replace(event, reached=n)), 19550).value)
        for n in (158, len(written_to))
    )
    assert plain(f"que {len(written_to)}, et le ROI passe de {before} à {after}") in told
    says(f"Avec les 158, il aurait été de {before}")


def test_the_vip_programme_has_no_break_even_until_it_reaches_many(event, written_to):
    fifteen = replace(event, reached=15, cost=15000)
    assert break_even(fifteen).value is None
    needed = 15000 / (15 * event.basket * event.margin_rate)
    says(f"il faudrait {number(needed, 2)} commande de plus par membre")
    wider = [break_even(replace(fifteen, reached=n)).value for n in (len(written_to), 158)]
    says(
        f"Avec 108 membres, le seuil tombe à {in_points(wider[0])} ; "
        f"avec 158, toute la cible, à {in_points(wider[1])}"
    )


def test_three_ways_to_make_the_event_pay(event, watch):
    says(f"{euros(watch.basket)} HT en moyenne, avec un taux de marque de {one(watch.margin_rate)}")
    basket = 2000 / (2.4 * event.margin_rate)
    says(f"À partir d'un panier de {euros(basket)} HT")
    margin = incremental_margin(event)
    says(f"Le ROI passe à {percent(roi(margin, 1400).value)} : {euros(margin)} de marge")
    gain = roi(incremental_margin(watch), 2000).value
    discounted = replace(watch, discount=0.15)
    says(
        f"le ROI est de {percent(gain)} et le seuil de {in_points(break_even(watch).value)}",
        f"Une remise de 15 % le porte à {in_points(break_even(discounted).value)}",
    )
    assert incremental_margin(discounted) < 2000


# --- discount ------------------------------------------------------------------------------------


def test_the_true_price_of_a_discount(rates):
    extra = {name: discount_price(0.15, rate).value for name, rate in rates.items()}
    says(
        f"demandent **{percent(extra['Horlogerie'])} de commandes en plus**",
        f"pour un sac, {percent(extra['Maroquinerie'])}",
        f"pour un service d'atelier, {percent(extra['Services'])}",
        f"15 % sur une montre, {percent(extra['Horlogerie'])} de commandes en plus",
    )
    watch = rates["Horlogerie"]
    says(f"garde {number(100 * watch, 1)} € ; avec 15 % de remise, {number(100 * watch - 15, 1)} €")


def test_who_would_have_come_anyway(two_dates, year_before, event, written_to):
    past = two_dates.loc[two_dates["date"] == "2024-12-31", "client_id"]
    low = benchmark(year_before[year_before["client_id"].isin(past)])
    high = benchmark(year_before[year_before["segment"] == "Champions"])
    assert low.high < high.low
    says(
        f"{one(low.share)} de la cible (de {100 * low.low:.0f} à {percent(low.high)}), "
        f"{one(high.share)} des Champions (de {100 * high.low:.0f} à {percent(high.high)})"
    )
    target, best = low.share, high.share
    offer = replace(event, cost=0, discount=0.15)
    needed = [break_even(replace(offer, baseline=share)).value for share in (target, best)]
    says(
        f"la remise demande {points(needed[0])} point de hausse",
        f"aux Champions, {points(needed[1])} points",
    )
    both = break_even(replace(offer, cost=2000, baseline=target)).value
    plan = replace(event, reached=len(written_to), cost=19550)
    offered = replace(plan, discount=0.15, baseline=target)
    says(
        f"passer de {points(break_even(event).value)} à **{in_points(both)}**",
        f"son ROI de {percent(roi(incremental_margin(plan), plan.cost).value)} à "
        f"**{percent(roi(incremental_margin(offered), plan.cost).value)}**",
    )


# --- second terrain ------------------------------------------------------------------------------


def test_a_discount_for_those_who_come_every_week():
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey")
    table = rfm_table(lines, **names)
    later = later_orders(lines, "2017-06-30", horizon_days=30, **names)
    monthly = Campaign(
        reached=len(later),
        uplift=0.2,
        basket=table["montant_total"].sum() / table["frequence"].sum(),
        margin_rate=0.25,
        cost=0,
        discount=0.15,
        baseline=later["commandes_futures"].mean(),
    )
    assert break_even(monthly).value is None
    says(f"on vient déjà {number(monthly.baseline, 1)} fois par mois")
    assert not [name for name in lines.columns if "marg" in name or "cost" in name]
