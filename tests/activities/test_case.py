"""The activities of the Marc Morel case, driven without a front end."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import ipywidgets as w
import pandas as pd
import pytest
from pydantic import ValidationError
from support.widgets import tree

from rfm_helpers.activities.base import WIDGET_VIEW, Activity
from rfm_helpers.activities.case.matching import SCORES, judge_scores, match_actions
from rfm_helpers.activities.case.sorting import sort_sentences
from rfm_helpers.activities.strategy.comparison import (
    ASPECTS,
    BOTH,
    MINE,
    NO_DRAFT,
    THEIRS,
    compare_strategies,
)
from rfm_helpers.activities.strategy.same_target import same_target
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.statements import CRITERIA
from rfm_helpers.analysis.strategy.targets import measure_target
from rfm_helpers.catalog import Target, load_case
from rfm_helpers.catalog.drills import Drill, load_drill, load_matching
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore

CASE = load_case("marc_morel")
diagnosis = partial(sort_sentences, "05_diagnostic")
slips = partial(sort_sentences, "05_lapsus")
ACTIONS = {action.id: action for action in CASE.strategy.actions}
DRAFT = {
    "segment": "À ne pas perdre",
    "probleme": "D’anciens bons clients se taisent",
    "indicateur": "part_actifs_12_mois",
    "depart": "10",
    "sans_nous": "28",
    "arrivee": "30",
    "echeance": "31/12/2026",
    "moyens": "Un appel",
}


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    return assign_segments(score_rfm(table)), score_rfm(table, levels=5)


def clicked(activity: Activity, label: str) -> None:
    next(
        x for x in tree(activity.widget) if isinstance(x, w.Button) and x.description == label
    ).click()


def fill(activity: Activity, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        activity.form.fields[name].value = text


#: The drills whose sentences are sorted.
SORTED = [
    "03_solidite", "04_crm_cdp", "05_diagnostic", "05_lapsus", "05_meme_cible", "06_sources",
]  # fmt: skip


# --- what all share ------------------------------------------------------------------------------


def test_stored_notebooks_show_words_and_never_a_box(tables) -> None:
    for activity in (diagnosis(), slips(), match_actions(), compare_strategies(*tables)):
        bundle = activity._repr_mimebundle_()
        assert "VBox" not in json.dumps({k: v for k, v in bundle.items() if k != WIDGET_VIEW})
        assert "Exécutez cette cellule pour " in bundle["text/html"]
        assert activity.message_area in tree(activity.widget)


def test_every_field_has_a_french_label(tables) -> None:
    for activity in (diagnosis(), slips(), match_actions(), compare_strategies(*tables)):
        for field in tree(activity.widget):
            if isinstance(field, w.Dropdown | w.Text | w.Textarea | w.Checkbox | w.Button):
                assert field.description
            if isinstance(field, w.Dropdown | w.Checkbox) or (
                isinstance(field, w.Button) and field.description == "Vérifier"
            ):
                assert field.tooltip or field.description.startswith(("Segment", "Indicateur"))


# --- sorting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SORTED)
def test_each_answer_has_its_own_feedback_and_the_wrong_ones_ask(name: str) -> None:
    drill = load_drill(name)
    for item in drill.items:
        assert len(set(item.feedback.values())) == len(drill.choices)
        for choice, text in item.feedback.items():
            assert (choice in item.right) or "?" in text, (item.id, choice)
    answers = {choice for item in drill.items for choice in item.right}
    assert answers == {choice.id for choice in drill.choices}


def test_the_slips_of_the_case_are_to_be_corrected_and_three_claims_hold() -> None:
    items = {item.id: item.right for item in load_drill("05_lapsus").items}
    slips = {slip.id for slip in CASE.slips} & set(items)
    assert slips >= {"montant_panier", "recurrence", "frequence_moyenne", "total_melange"}
    assert all(items[name] == ("corriger",) for name in slips)
    assert [items[name] for name in set(items) - slips] == [("tient",)] * 3


def test_nothing_is_said_before_verifying_and_an_unanswered_sentence_stays_open() -> None:
    activity = diagnosis()
    activity.cards["silence"].field.value = "fort"
    assert activity.results == {}
    assert activity.cards["silence"].feedback.value == ""
    clicked(activity, "Vérifier")
    assert activity.results == {"silence": Outcome.REVIEW}
    assert "À revoir" in activity.cards["silence"].feedback.value
    assert "1 sur 9" in activity.summary.replace("\u00a0", " ")
    activity.cards["silence"].field.value = "monter"
    assert activity.results == {}
    clicked(activity, "Vérifier")
    assert activity.results == {"silence": Outcome.SUCCESS}


@pytest.mark.parametrize("choice", ["fort", "monter"])
def test_his_frequency_is_a_strength_and_can_still_rise(choice: str) -> None:
    activity = diagnosis()
    activity.cards["frequence"].field.value = choice
    activity.verify()
    assert activity.results["frequence"] is Outcome.SUCCESS


@pytest.mark.parametrize("make", [diagnosis, partial(sort_sentences, "06_sources")])
def test_sorted_sentences_come_back(make) -> None:
    activity = make(key="05_essai/tri")
    first, second = list(activity.cards.values())[:2]
    for card in (first, second):
        card.field.value = card.item.right[0]
    clicked(activity, "Vérifier")
    second.field.value = ""
    again = make(key="05_essai/tri")
    assert again.value == activity.value
    assert again.results == {first.item.id: Outcome.SUCCESS}
    assert again.cards[first.item.id].feedback.value == first.feedback.value


def test_an_answer_that_is_no_longer_offered_is_left_out() -> None:
    AnswerStore("05_essai").set("tri/silence", ["autrefois", True])
    activity = diagnosis(key="05_essai/tri")
    assert activity.value["silence"] == ""
    assert activity.results == {}


def test_a_drill_answers_every_choice() -> None:
    data = load_drill("05_lapsus").model_dump()
    data["items"][0]["feedback"].pop("tient")
    with pytest.raises(ValidationError, match="tient, corriger"):
        Drill.model_validate(data)
    doubled = load_drill("05_lapsus").model_dump()
    doubled["items"] = [doubled["items"][0], doubled["items"][0]]
    with pytest.raises(ValidationError, match="même `id`"):
        Drill.model_validate(doubled)


# --- matching ------------------------------------------------------------------------------------


def test_there_is_a_question_for_each_score_that_an_action_does_not_reach() -> None:
    beyond = {
        name: set(SCORES) - {*action.moves, *action.may_move} for name, action in ACTIONS.items()
    }
    asked = {name: set(scores) for name, scores in load_matching().questions.items()}
    assert asked == {name: scores for name, scores in beyond.items() if scores}


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_several_answers_are_right_for_an_action(name: str) -> None:
    action = ACTIONS[name]
    assert judge_scores(action, [])[0] is Outcome.NOT_STARTED
    assert judge_scores(action, action.moves) == (Outcome.SUCCESS, action.why)
    for score in action.may_move:
        assert judge_scores(action, [action.moves[0], score])[0] is Outcome.SUCCESS
        outcome, text = judge_scores(action, [score])
        assert outcome is Outcome.REVIEW
        assert "?" in text
    outcome, text = judge_scores(action, list(SCORES))
    assert outcome is Outcome.REVIEW
    assert "?" in text


def test_the_effect_of_each_sub_strategy_can_be_answered() -> None:
    for part in CASE.strategy.sub_strategies:
        for effect in part.effects:
            found = [judge_scores(action, {effect.score, *action.moves}) for action in part.actions]
            assert Outcome.SUCCESS in [outcome for outcome, _ in found], (part.id, effect)


def test_the_slides_effects_appear_once_all_actions_are_matched() -> None:
    activity = match_actions(key="05_essai/actions")
    for name, card in activity.cards.items():
        for score in ACTIONS[name].moves:
            card.boxes[score].value = True
        assert "Effet attendu" not in activity.summary_area.value
        card.check_button.click()
    assert activity.done == 8
    assert "M (maintien), F (légère hausse)" in activity.summary_area.value
    again = match_actions(key="05_essai/actions")
    assert (again.value, again.results) == (activity.value, activity.results)
    again.cards["remise_15"].boxes["M"].value = True
    assert "remise_15" not in again.results
    assert "Effet attendu" not in again.summary_area.value
    again.cards["remise_15"].check_button.click()
    assert again.results["remise_15"] is Outcome.REVIEW


# --- comparison ----------------------------------------------------------------------------------


def test_the_slides_objective_is_to_be_reviewed_and_a_complete_one_holds(tables) -> None:
    activity = compare_strategies(*tables)
    assert {outcome for outcome, _ in activity.results[MINE].values()} == {Outcome.NOT_STARTED}
    assert activity.results[THEIRS]["mesurable et réaliste"][0] is Outcome.REVIEW
    target = Target(segment=DRAFT["segment"])
    share = measure_target(tables[0], target, DRAFT["indicateur"])
    fill(activity, DRAFT | {"depart": f"{100 * share:.1f}".replace(".", ",")})
    assert {outcome for outcome, _ in activity.results[MINE].values()} == {Outcome.SUCCESS}
    assert "206" in activity.mine_area.value
    assert "115" in activity.theirs_area.value


def test_each_choice_gets_advice_that_follows_the_verdicts(tables) -> None:
    activity = compare_strategies(*tables)
    measure = CRITERIA[2]
    seen = set()
    for aspect in ASPECTS:
        for choice in (MINE, THEIRS, BOTH):
            activity.choices[aspect].value = choice
            seen.add((aspect, activity.verdicts[aspect][2].value))
    assert len(seen) == 3 * len(ASPECTS)
    activity.choices[measure].value = MINE
    assert "encore vide" in activity.verdicts[measure][2].value
    activity.choices[measure].value = THEIRS
    assert "un point à revoir" in activity.verdicts[measure][2].value


def test_a_number_that_is_none_is_explained(tables) -> None:
    activity = compare_strategies(*tables)
    fill(activity, DRAFT | {"arrivee": "beaucoup"})
    assert "beaucoup" in activity.message
    activity.form.goal.value = "30"
    assert activity.message == ""


def test_the_draft_of_lesson_1_is_taken_up_once(tables) -> None:
    for name, text in DRAFT.items():
        AnswerStore("01_strategie").set(f"brouillon/{name}", text)
    activity = compare_strategies(*tables, key="05_essai/strategie")
    assert activity.form.texts == DRAFT
    activity.form.means.value = "Des excuses"
    activity.why.value = "La mienne répond à la cause."
    again = compare_strategies(*tables, key="05_essai/strategie")
    assert again.form.means.value == "Des excuses"
    assert again.why.value == activity.why.value
    again.draft_button.click()
    assert again.form.texts == DRAFT


def test_answers_of_two_numbers_come_back(tables) -> None:
    old = {name: text for name, text in DRAFT.items() if name != "sans_nous"}
    AnswerStore("05_essai").update({f"strategie/{name}": text for name, text in old.items()})
    activity = compare_strategies(*tables, key="05_essai/strategie")
    assert activity.form.texts == old | {"sans_nous": ""}


def test_without_a_draft_the_fields_are_empty_and_the_button_says_so(tables) -> None:
    activity = compare_strategies(*tables, key="05_essai/strategie")
    assert not any(activity.form.texts.values())
    assert activity.message == ""
    activity.draft_button.click()
    assert activity.message == french(NO_DRAFT)


def test_the_stored_picture_does_not_depend_on_the_draft(tables, tmp_path: Path) -> None:
    before = compare_strategies(*tables, key="05_essai/strategie")._repr_mimebundle_()["text/html"]
    AnswerStore("01_strategie").set("brouillon/probleme", "Un secret")
    after = compare_strategies(*tables, key="05_essai/autre")._repr_mimebundle_()["text/html"]
    assert before == after


# --- is it the same target? ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def groups(tables) -> dict[str, pd.DataFrame]:
    five = tables[1]
    return {"Premier groupe": five[five["R"] <= 2], "Second groupe": five[five["R"] == 5]}


def test_both_tables_stand_above_the_question(groups) -> None:
    activity = same_target(groups)
    shown = activity.widget.children[1].value
    for name, group in groups.items():
        assert name in shown
        assert number(len(group)) in shown
        assert number(group["recence"].median()) in shown
    stored = activity._repr_mimebundle_()["text/html"]
    assert shown in stored and "Exécutez cette cellule" in stored
    assert load_drill("05_meme_cible").rewritten not in stored


def test_the_conclusion_waits_for_every_answer(groups) -> None:
    activity = same_target(groups)
    fields = [card.field for card in activity.cards.values()]
    for field in fields[1:]:
        field.value = "autre"
    activity.verify()
    assert not activity.done and "même durée" not in activity.summary_area.value
    fields[0].value = "pareil"
    activity.verify()
    assert activity.done and "même durée d’historique" in activity.summary_area.value
    fields[0].value = "autre"
    assert "même durée" not in activity.summary_area.value


def test_the_answers_on_the_two_targets_come_back(groups) -> None:
    first = same_target(groups, key="05_essai/meme_cible")
    right = {item.id: item.right[0] for item in load_drill("05_meme_cible").items}
    for name, answer in right.items():
        first.cards[name].field.value = answer
    first.check_button.click()
    again = same_target(groups, key="05_essai/meme_cible")
    assert again.value == right
    assert set(again.results.values()) == {Outcome.SUCCESS} and again.done
    assert "même durée" in again.summary_area.value
    assert "Réussi" not in again._repr_mimebundle_()["text/html"]
