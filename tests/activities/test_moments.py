"""Nine customers, offers under an envelope, the case of Marc and a signature: judged and kept."""

from __future__ import annotations

import pandas as pd
import pytest

from rfm_helpers.activities.case.sorting import sort_sentences
from rfm_helpers.activities.moments.actions import NONE, choose_next_actions
from rfm_helpers.activities.moments.offers import judge_offers
from rfm_helpers.activities.moments.signature import CHOOSE, SAY_WHY, sign_list
from rfm_helpers.analysis.moments.leaving import left_and_complained
from rfm_helpers.analysis.moments.lists import compare_name_lists
from rfm_helpers.analysis.moments.offers import companion_sales, plan_offers
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments.types import customer_features
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_referrals,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.places import load_places

LISTS = {"Par valeur": ["A", "B"], "Par arbre": ["B", "C"], "Par alerte": ["D"]}
ASKED = dict.fromkeys(LISTS, "et alors ?")


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    orders = load_orders()
    return customer_features(
        rfm_table(orders, as_of=COURSE_DATE),
        orders,
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of=COURSE_DATE,
    )


@pytest.fixture
def groups() -> pd.DataFrame:
    return pd.DataFrame(
        {"groupe": ["90 à 179 jours", "180 jours et plus", "Autres"], "clients": [100, 100, 50],
         "part": [0.3, 0.2, 0.01], "haut": [0.4, 0.3, 0.02], "marge": 400.0}
    )  # fmt: skip


# --- nine customers ------------------------------------------------------------------------------


def test_the_most_urgent_type_decides_and_the_others_are_asked_about(features) -> None:
    activity = choose_next_actions(features, load_customers(), ["C-0390", "C-1072"])
    several, none = activity.deck.values()
    several.field.value, none.field.value = "meilleurs_clients", NONE
    activity.verify()
    assert activity.results == {"c_0390": Outcome.REVIEW, "c_1072": Outcome.SUCCESS}
    assert "passe avant" in several.feedback.value
    several.field.value = "clients_mecontents"
    activity.verify()
    assert activity.results["c_0390"] is Outcome.SUCCESS
    assert french("Coût supposé de ces actions : 25 €") in activity.summary
    none.field.value = "nouveaux_clients"
    activity.verify()
    assert "180 jours au plus" in none.feedback.value


# --- offers --------------------------------------------------------------------------------------


def test_the_envelope_serves_first_who_gains_most(groups) -> None:
    plan = plan_offers(groups.iloc[::-1], cost=5, uplift_share=0.2, budget=999)
    assert plan["decision"].tolist() == ["arrêter", "attendre", "continuer"]
    assert plan_offers(groups, cost=5, uplift_share=0.2, budget=1000)["decision"].tolist() == [
        "continuer",
        "continuer",
        "arrêter",
    ]
    with pytest.raises(CourseError, match="enveloppe"):
        plan_offers(groups, cost=5, uplift_share=0.2, budget=-1)


def test_an_offer_is_judged_under_its_assumptions_and_kept(groups) -> None:
    key = "11_essai/offre"
    activity = judge_offers(groups, cost=5, uplift=20, budget=999, key=key)
    answers = ["continuer", "attendre", "arreter"]
    for card, answer in zip(activity.deck.values(), answers, strict=True):
        card.field.value = answer
    activity.verify()
    assert set(activity.results.values()) == {Outcome.SUCCESS}
    assert french("Vos lettres coûtent 500 €, pour une enveloppe de 999 €.") in activity.summary
    activity.fields["budget"].value = "1000"
    assert activity.results == {}
    activity.verify()
    assert list(activity.results.values()).count(Outcome.REVIEW) == 1
    again = judge_offers(groups, cost=5, uplift=20, budget=999, key=key)
    assert again.fields["budget"].value == "1000" and again.value == activity.value


def test_who_buys_the_companion_on_his_own() -> None:
    days = pd.to_datetime(["2024-05-01", "2024-06-01", "2024-07-01", "2025-02-01", "2024-06-01"])
    lines = pd.DataFrame(
        {"client_id": list("ABCAB"), "date_achat": days, "montant": 9.0, "marge": 4.0,
         "produit": ["sac", "sac", "sac", "portefeuille", "portefeuille"]}
    )  # fmt: skip
    found = companion_sales(lines, [("sac", "portefeuille")], "2024-12-31").iloc[0]
    assert (found["clients"], found["acheteurs"], found["marge"]) == (2, 1, 4.0)  # B has both
    with pytest.raises(CourseError, match="vérifiez"):
        companion_sales(lines, [("montre", "bracelet")], "2024-12-31")


def test_a_store_without_visits_is_refused() -> None:
    with pytest.raises(CourseError, match="Aucune visite"):
        left_and_complained(load_orders(), load_complaints(), "B-99", "2024-04-01", "2024-09-30")


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["11_marc", "11_partants", "11_attentes"])
def test_every_right_answer_of_a_drill_is_right(name: str) -> None:
    activity = sort_sentences(name)
    for item in load_drill(name).items:
        activity.deck[item.id].field.value = item.right[0]
    activity.verify()
    assert set(activity.results.values()) == {Outcome.SUCCESS}


# --- the signature -------------------------------------------------------------------------------


def test_lists_side_by_side() -> None:
    table = compare_name_lists(LISTS, {"B", "D"}).set_index("liste")
    assert table.loc["Par valeur"].tolist() == [2, 1, 2, 1, 0, 1]
    assert table["seuls"].tolist() == [1, 1, 1]
    with pytest.raises(CourseError, match="un nom dans chacune"):
        compare_name_lists({"x": []}, set())


def test_a_signature_needs_a_list_and_a_reason_and_is_kept() -> None:
    key = "11_essai/signature"
    activity = sign_list(LISTS, {"B", "D"}, ASKED, key=key)
    activity.check_button.click()
    assert CHOOSE in activity.message and activity.value is None
    activity.choice.value = "Par arbre"
    activity.check_button.click()
    assert SAY_WHY in activity.message
    activity.reason.value = "Ils achèteront."
    activity.check_button.click()
    signed = {"list": "Par arbre", "reason": "Ils achèteront.", "customers": ["B", "C"]}
    assert activity.value == signed
    assert "1" in activity.feedback.value and "et alors" in activity.feedback.value
    assert load_places(key=key) == ["B", "C"]
    assert sign_list(LISTS, {"B", "D"}, ASKED, key=key).value == signed
    activity.choice.value = "Par alerte"
    assert activity.value is None and activity.feedback.value == ""


def test_the_list_by_tree_is_found_again() -> None:
    assert load_places(key="10_ciblage/arbre") is None
    AnswerStore("10_ciblage").set("arbre/liste", ["A", "B"])
    assert load_places(key="10_ciblage/arbre") == ["A", "B"]
