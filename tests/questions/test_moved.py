"""Answers to questions that went to another lesson: found there, once, and left where they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rfm_helpers.activities.campaign.control_group import control_group
from rfm_helpers.catalog.bets import load_bets
from rfm_helpers.catalog.lessons import load_lessons
from rfm_helpers.questions import exercise, load_quiz
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.bet_panels import bet_balance
from rfm_helpers.questions.bets import ANSWER, PART, SEEN
from rfm_helpers.questions.moved import MOVED, former_places, moved_questions

OLD, NEW = "07_rentabilite", "08_mesurer"
BEFORE = {
    "temoin/reached": 420,
    "retour/cout": 1400,
    "paris/rentable/answer": "incertain",
    "paris/rentable/seen": ["incertain"],
    "paris/marge/answer": "700",
    "quiz/partage": "b",
    "quiz/partage.verified": True,
    "quiz/prix_remise": "150",
}
THEIRS = {
    "temoin/reached",
    "paris/rentable/answer",
    "paris/rentable/seen",
    "quiz/partage",
    "quiz/partage.verified",
}


@pytest.fixture
def folder(answers_folder: Path) -> Path:
    AnswerStore(OLD, answers_folder).update(BEFORE)
    return answers_folder


def shown(folder: Path, name: str = NEW) -> dict[str, object]:
    """The answers that a learner finds again, the line that remembers the move aside."""
    answers = AnswerStore(name, folder).answers
    return {question: value for question, value in answers.items() if question[0] != "/"}


def on_disk(folder: Path, name: str = NEW) -> dict[str, object]:
    data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return {question: entry["value"] for question, entry in data["answers"].items()}


def test_answers_follow_their_questions_and_the_old_file_stays_as_it_is(folder: Path) -> None:
    before = (folder / f"{OLD}.json").read_bytes()
    assert shown(folder) == {question: BEFORE[question] for question in THEIRS}
    assert shown(folder).items() <= on_disk(folder).items()
    assert (folder / f"{OLD}.json").read_bytes() == before
    assert AnswerStore(OLD, folder).answers == BEFORE


def test_an_answer_given_in_the_new_place_is_not_replaced(answers_folder: Path) -> None:
    AnswerStore(NEW, answers_folder).update({"temoin/reached": 84, "essai": 1})
    AnswerStore(OLD, answers_folder).update(BEFORE)
    found = shown(answers_folder)
    assert found == {one: BEFORE[one] for one in THEIRS} | {"temoin/reached": 84, "essai": 1}
    assert AnswerStore(OLD, answers_folder).answers == BEFORE


def test_what_was_started_again_does_not_come_back(folder: Path) -> None:
    store = AnswerStore(NEW, folder)
    copy = store.restart(["temoin/reached"])
    assert copy is not None and json.loads(copy.read_text("utf-8"))["answers"]["temoin/reached"]
    assert set(shown(folder)) == THEIRS - {"temoin/reached"}
    store.restart()
    assert shown(folder) == {}


def test_an_answer_that_comes_to_the_old_file_later_is_found_too(folder: Path) -> None:
    assert "quiz/temoin" not in shown(folder)
    AnswerStore(OLD, folder).set("quiz/temoin", ["a", "b"])
    assert shown(folder)["quiz/temoin"] == ["a", "b"]


def test_without_an_old_file_nothing_is_written(answers_folder: Path) -> None:
    assert AnswerStore(NEW, answers_folder).answers == {}
    assert list(answers_folder.glob("*.json")) == []


def test_a_damaged_old_file_takes_nothing_from_the_new_one(answers_folder: Path) -> None:
    AnswerStore(NEW, answers_folder).set("temoin/reached", 84)
    (answers_folder / f"{OLD}.json").write_text("{", encoding="utf-8")
    assert shown(answers_folder) == {"temoin/reached": 84}


def test_a_bet_that_moved_counts_in_its_new_lesson(folder: Path) -> None:
    kept = {one.bet.id: one for one in bet_balance(NEW).here}
    assert kept["rentable"].answer == "incertain" and kept["meme_code"].answer is None


def test_an_activity_shows_what_it_held_in_the_other_lesson(answers_folder: Path) -> None:
    control_group((21, 50, 15, 50), key=f"{OLD}/temoin").fields["control"].value = "777"
    again = control_group((21, 50, 15, 50), key=f"{NEW}/temoin")
    assert int(again.fields["control"].read()) == 777


def test_an_exercise_keeps_its_best_answer(answers_folder: Path) -> None:
    tried = {"conclusion_du_temoin": "a", "conclusion_du_temoin.meilleur": "d"}
    AnswerStore("07_exercices", answers_folder).update(tried)
    asked = {one.question.id: one for one in exercise("08_exercices")}["conclusion_du_temoin"]
    assert (asked.last.points, asked.best.points) == (0, 1)


# --- the table ------------------------------------------------------------------------------------


def questions_of(name: str) -> set[str]:
    """What a lesson, an exercise or the plan keeps today, by the beginning of the names."""
    if name.endswith("_exercices"):
        return {one.question.id for one in exercise(name)}
    keys = {key for lesson in load_lessons() for key in lesson.activities}
    parts = {part for place, part in (key.split("/", 1) for key in keys) if place == name}
    if name == "mon_plan":
        return parts
    bets = {f"{PART}/{bet.id}" for bet in load_bets(name)}
    parts -= {bet.id for bet in load_bets(name)}
    return bets | parts | {f"quiz/{one.id}" for one in load_quiz(name).questions}


@pytest.mark.parametrize(("name", "old"), [(name, old) for name in MOVED for old in MOVED[name]])
def test_what_moved_is_in_its_new_place_and_no_longer_in_the_old_one(name: str, old: str) -> None:
    moved = MOVED[name][old]
    assert old in former_places(name)
    assert set(moved) <= questions_of(name)
    assert not set(moved) & questions_of(old)
    assert moved_questions(name, old, [f"{PART}/meme_code/{SEEN}", f"{moved[0]}x", ANSWER]) == (
        [f"{PART}/meme_code/{SEEN}"] if name == NEW else []
    )
