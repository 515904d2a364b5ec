"""Forty places under a scale, channels under a cost, sentences of lesson 9: judged and kept."""

from __future__ import annotations

import pandas as pd
import pytest
from support.widgets import tree

from rfm_helpers.activities.case.sorting import sort_sentences
from rfm_helpers.activities.value.places import PlaceChooser, value_places
from rfm_helpers.activities.value.recruits import judge_recruits
from rfm_helpers.analysis.value.points import PointScale, best_places, value_points
from rfm_helpers.analysis.value.recruits import net_of_acquisition, recruit_groups, recruit_value
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import load_customers, load_orders
from rfm_helpers.french.words import plain_words
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.places import load_places

KEY = "09_valeur_client/places"


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return load_customers()


@pytest.fixture(scope="module")
def channels(orders, people) -> pd.DataFrame:
    return recruit_groups(recruit_value(orders, people), "canal_recrutement")


def said(activity: PlaceChooser) -> str:
    return " ".join(activity.sentences).replace("\u00a0", " ")


# --- forty places --------------------------------------------------------------------------------


def test_the_list_follows_the_cap(orders, people) -> None:
    activity = value_places(orders, people)
    assert "mêmes clients" in said(activity) and activity.table_area.value == ""
    activity.fields["cap"].value = "10"
    expected = best_places(value_points(orders, PointScale(unit=100, cap=10)))["client_id"]
    assert activity.value["places"] == expected.tolist()
    assert "9 places sur 40 changent de mains" in said(activity)
    assert "C-0929" in activity.table_area.value and "C-1418" in activity.table_area.value
    assert "7 places sur 40 à égalité" in said(activity)
    assert "587e rang" in said(activity)


def test_every_part_of_the_scale_is_read(orders, people) -> None:
    activity = value_places(orders, people)
    written = {"unit": "50", "revenue": "1 ; 2,5 ; 9", "margin": "3; 4; 5", "bonus": "1,5"}
    for name, text in written.items():
        activity.fields[name].value = text
    assert "CA par an" in activity.table_area.value
    activity.fields["yearly"].value = False
    assert "Marge en trois ans" in activity.table_area.value
    assert "par an" not in activity.table_area.value
    assert activity.scale == PointScale((1, 2.5, 9), margin_bounds=(3, 4, 5), bonus=1.5, unit=50,
                                        yearly=False)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("revenue", "50 ; 10 ; 100", "du plus petit au plus grand"),
        ("margin", "2 ; 10", "autant de points"),
        ("unit", "0", "Une unité vaut"),
        ("cap", "beaucoup", "beaucoup"),
    ],
)
def test_a_scale_that_does_not_stand_is_explained(orders, people, name, text, message) -> None:
    activity = value_places(orders, people)
    activity.fields[name].value = text
    assert message in activity.message
    assert activity.result_area.value == activity.table_area.value == ""
    activity.keep_button.click()
    assert activity.value["kept"] == [] and message in activity.message


def test_the_list_kept_comes_back_in_another_lesson(orders, people) -> None:
    assert load_places() is None
    activity = value_places(orders, people, key=KEY)
    activity.fields["cap"].value = "10"
    activity.keep_button.click()
    assert load_places() == activity.value["places"]
    assert len(load_places() or []) == 40
    activity.fields["cap"].value = ""
    assert "n’est pas celle de l’écran" in activity.kept_area.value
    again = value_places(orders, people, key=KEY)
    assert again.value["kept"] == load_places() == activity.value["kept"]
    assert again.fields["cap"].value == ""


def test_a_list_that_replaces_another_can_be_taken_back(orders, people) -> None:
    activity = value_places(orders, people)
    activity.keep_button.click()
    first = activity.value["kept"]
    activity.fields["cap"].value = "10"
    activity.keep_button.click()
    assert set(activity.value["kept"]) != set(first)
    activity.undo.button.click()
    assert activity.value["kept"] == first


def test_a_list_that_is_none_is_not_read() -> None:
    AnswerStore("09_valeur_client").set("places/liste", "C-0360")
    assert load_places() is None


def test_few_customers_have_no_marc_to_follow(orders, people) -> None:
    few = orders[orders["client_id"] < "C-0100"]
    activity = value_places(few, people, places=5)
    assert "Marc" not in said(activity)
    assert len(activity.value["places"]) == 5


# --- channels under a cost -----------------------------------------------------------------------


@pytest.mark.parametrize("cost", ["900", "1000", "1100", "1 500", "0"])
def test_what_is_right_follows_the_cost(channels, cost: str) -> None:
    activity = judge_recruits(channels)
    activity.cost.value = cost
    net = net_of_acquisition(channels, float(cost.replace(" ", "")))
    for name, verdict in zip(net["canal_recrutement"], net["verdict"], strict=True):
        item = activity.cards[plain_words(name).replace(" ", "_")].item
        assert item.right == (plain_words(verdict).replace(" ", "_"),)
        for choice, text in item.feedback.items():
            assert (choice in item.right) is ("?" not in text)


def test_another_cost_takes_the_verdicts_away_and_is_kept(channels) -> None:
    key = "09_valeur_client/recrues"
    activity = judge_recruits(channels, key=key)
    activity.cards["promotion"].field.value = "on_ne_sait_pas"
    activity.check_button.click()
    assert activity.results == {"promotion": Outcome.SUCCESS}
    activity.cost.value = "1100"
    assert activity.results == {}
    activity.check_button.click()
    assert activity.results == {"promotion": Outcome.REVIEW}
    again = judge_recruits(channels, key=key)
    assert again.cost.value == "1100" and again.results == activity.results


def test_a_cost_that_is_no_number_is_explained(channels) -> None:
    activity = judge_recruits(channels)
    activity.cost.value = "-5"
    assert "Coût supposé" in activity.message


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["09_bareme", "09_persona", "09_messages"])
def test_each_answer_has_its_own_feedback_and_the_wrong_ones_ask(name: str) -> None:
    drill = load_drill(name)
    for item in drill.items:
        assert len(set(item.feedback.values())) == len(drill.choices)
        for choice, text in item.feedback.items():
            assert (choice in item.right) or "?" in text, (item.id, choice)
    answers = {choice for item in drill.items for choice in item.right}
    assert answers == {choice.id for choice in drill.choices}


def test_the_slips_of_the_article_are_to_be_corrected() -> None:
    right = {item.id: item.right for item in load_drill("09_bareme").items}
    slips = {"unite", "borne", "trois_ans", "bonus", "effet"}
    assert {name for name, answer in right.items() if answer == ("corriger",)} == slips


@pytest.mark.parametrize("name", ["09_bareme", "09_persona", "09_messages"])
def test_sorted_sentences_come_back(name: str) -> None:
    activity = sort_sentences(name, key="09_essai/tri")
    first = next(iter(activity.cards.values()))
    first.field.value = first.item.right[0]
    activity.check_button.click()
    again = sort_sentences(name, key="09_essai/tri")
    assert again.results == {first.item.id: Outcome.SUCCESS}


def test_every_field_has_a_french_label(orders, people, channels) -> None:
    for activity in (
        value_places(orders, people),
        judge_recruits(channels),
        sort_sentences("09_persona"),
    ):
        fields = [one for one in tree(activity.widget) if hasattr(one, "value")
                  and hasattr(one, "description") and type(one).__name__ != "HTML"]  # fmt: skip
        assert fields
        for field in fields:
            assert field.description.endswith("\u00a0:")
