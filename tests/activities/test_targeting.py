"""The activities of lesson 10, driven without a front end."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from support.house import target_table_at
from support.widgets import tree

from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.case.sorting import sort_sentences
from rfm_helpers.activities.targeting.cap import CapSetter, set_cap
from rfm_helpers.activities.targeting.letters import NOBODY, LetterChooser, send_letters
from rfm_helpers.activities.targeting.pruning import TIES, TreePruner, prune_tree
from rfm_helpers.analysis.targeting.chaid import fit_chaid
from rfm_helpers.analysis.targeting.gains import EFFECTS
from rfm_helpers.analysis.targeting.pressure import cap_account, cap_balance
from rfm_helpers.analysis.targeting.trees import TargetTree, predict_rates
from rfm_helpers.datasets import load_contacts, load_customers
from rfm_helpers.errors import CourseError
from rfm_helpers.questions import Outcome

NEVER, NEW, AGAIN = EFFECTS


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    return target_table_at("2024-06-30")


@pytest.fixture(scope="module")
def later() -> pd.DataFrame:
    return target_table_at("2025-06-30")


@pytest.fixture(scope="module")
def today() -> pd.DataFrame:
    people = load_customers()[["client_id", "prenom", "nom"]]
    return target_table_at("2025-12-31", None).merge(people, on="client_id")


@pytest.fixture(scope="module")
def trees(past: pd.DataFrame) -> dict[int, TargetTree]:
    return {6: fit_chaid(past, depth=1), 11: fit_chaid(past)}


@pytest.fixture(scope="module")
def contacts() -> pd.DataFrame:
    return load_contacts()


@pytest.fixture
def makers(trees, past, later, today, contacts) -> dict[str, Callable[[str], Activity]]:
    chance = predict_rates(trees[11], later)
    table = later.assign(chance=chance, moins=-chance)
    lists = {"Les plus sûrs": "chance", "Les moins sûrs": "moins"}
    stay = set(today["client_id"].head(1000))
    return {
        "prune": lambda key: prune_tree(
            trees, past.head(300), later.head(600), today, stay, key=key
        ),
        "letters": lambda key: send_letters(table, lists, margin=400, key=key),
        "cap": lambda key: set_cap(contacts, margin=400, key=key),
        "sheets": lambda key: sort_sentences("10_fiches", key=key),
    }


@pytest.mark.parametrize("name", ["prune", "letters", "cap", "sheets"])
def test_what_was_done_comes_back(name, makers, tmp_path, monkeypatch):
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path))
    first = makers[name]("10_essai/a")
    assert first.message_area in tree(first.widget)
    change(first)
    again = makers[name]("10_essai/a")
    assert again.state() == first.state() != makers[name]("").state()
    assert again.value == first.value


def change(activity: Activity) -> None:
    match activity:
        case TreePruner():
            activity.leaves.value, activity.tie.value = 6, list(TIES)[2]
            activity.judge_button.click()
        case LetterChooser():
            activity.effect.value, activity.rate.value = NEW, "5"
            activity.compare_button.click()
        case CapSetter():
            activity.cap.value = "3"
            activity.compare_button.click()
        case _:
            next(iter(activity.deck.values())).field.value = "corriger"
            activity.check_button.click()


# --- pruning -------------------------------------------------------------------------------------


def test_forty_names_are_the_best_by_the_tree_then_by_what_parts_equals(makers, trees, today):
    activity = makers["prune"]("")
    assert activity.leaves.value == 11  # the whole tree first: there is something to prune
    for leaves in (11, 6):
        activity.leaves.value = leaves
        rated = today.assign(chance=predict_rates(trees[leaves], today))
        for name, (column, rising) in TIES.items():
            activity.tie.value = name
            mine = rated[rated["client_id"].isin(activity.value["customers"])]
            sign = 1 if rising else -1
            ranks = rated.assign(tie=sign * rated[column])[["chance", "tie"]]
            worst = (-mine["chance"], sign * mine[column])
            last = max(zip(*worst, strict=True))
            ahead = sum(pair < last for pair in zip(-ranks["chance"], ranks["tie"], strict=True))
            assert len(mine) == 40 and ahead < 40
    assert activity.state()["liste"] == activity.value["customers"]


def test_pruning_says_who_leaves_and_waits_to_be_judged(makers, today):
    activity = makers["prune"]("")
    whole = set(activity.value["customers"])
    assert "rien n’est encore élagué" in activity.sentences[-1]
    activity.leaves.value = 6
    gone = whole - set(activity.value["customers"])
    named = today[today["client_id"].isin(gone)]
    assert f"{len(gone)}\u00a0noms" in activity.sentences[-1].replace(" ", "\u00a0")
    assert any(name in activity.sentences[-1] for name in named["prenom"] + " " + named["nom"])
    assert activity.judged_area.value == ""
    activity.judge_button.click()
    assert "Un an plus tard" in activity.judged_area.value
    activity.leaves.value = 11
    assert activity.judged_area.value == ""


def test_a_tree_learned_by_heart_is_not_offered_without_trees(past, later, today):
    with pytest.raises(CourseError, match="Aucun arbre"):
        prune_tree({}, past, later, today, ())


# --- letters -------------------------------------------------------------------------------------


def test_the_best_list_depends_on_what_a_letter_does(makers):
    activity = makers["letters"]("")
    best = {}
    for effect in EFFECTS:
        activity.effect.value = effect
        best[effect] = activity.table.set_index("methode")["gain_net"].idxmax()
    assert best == {NEVER: NOBODY, NEW: "Les moins sûrs", AGAIN: "Les plus sûrs"}


def test_lists_are_compared_on_demand_and_no_longer_once_changed(makers):
    activity = makers["letters"]("")
    assert activity.value["net_gain"] == -2000
    activity.compare_button.click()
    assert "Les moins sûrs" in activity.compared_area.value
    assert "hypothèse" in activity.compared_area.value
    activity.choice.value = NOBODY
    assert activity.compared_area.value == "" and activity.value["net_gain"] == 0
    activity.rate.value = "120"
    assert "ne convient pas" in activity.message and activity.result_area.value == ""


# --- cap -----------------------------------------------------------------------------------------


def test_the_cap_is_that_of_the_account(makers, contacts):
    activity = makers["cap"]("")
    activity.cap.value = "3"
    table = cap_balance(cap_account(contacts, [3]), orders=0.002, margin=400, lost=50)
    assert activity.value["balance"] == pytest.approx(table["solde"].iloc[0])
    assert activity.value["opt_outs"] == pytest.approx(table["desabonnements_attendus"].iloc[0])
    assert any("hypothèse" in sentence for sentence in activity.sentences)
    activity.compare_button.click()
    assert "Le vôtre est le meilleur." in activity.compared_area.value
    activity.cap.value = "6"
    activity.compare_button.click()
    assert "le vôtre, 6." in activity.compared_area.value.replace("\u00a0", " ")
    activity.cap.value = "9"
    assert "de 1 à 8" in activity.message.replace("\u00a0", " ")


# --- sheets --------------------------------------------------------------------------------------


def test_a_figure_without_source_leaves_and_a_slip_is_mended():
    activity = sort_sentences("10_fiches")
    chosen = {"frequence": "retirer", "cart_significatif": "corriger", "leaders": "tient"}
    for name, answer in chosen.items():
        activity.cards[name].field.value = answer
    activity.check_button.click()
    assert activity.results == {
        "cart_significatif": Outcome.SUCCESS,
        "frequence": Outcome.SUCCESS,
        "leaders": Outcome.REVIEW,
    }
