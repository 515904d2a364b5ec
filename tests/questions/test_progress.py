"""How far a learner is: counted from the answers kept, for every activity of the lessons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.course import load_tool

from rfm_helpers import bet, course_progress, discount_trap, quiz, rate_strategies
from rfm_helpers.activities.quizzes import QuizActivity
from rfm_helpers.catalog.lessons import load_lessons
from rfm_helpers.catalog.quizzes import load_quiz_sheet
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.exercise import exercise, exercise_names
from rfm_helpers.questions.progress import LessonProgress

build = load_tool("build")


def progress(lesson: str) -> LessonProgress:
    return next(one for one in course_progress().lessons if one.lesson.id == lesson)


def test_the_registry_is_what_the_lessons_hold():
    assert build.REGISTRY.read_text(encoding="utf-8") == build.registry()
    assert [lesson.id for lesson in load_lessons()] == [
        path.stem for path in sorted(build.SOURCES.glob("[0-9]*.py"))
    ]
    for lesson in load_lessons():
        source = (build.SOURCES / f"{lesson.id}.py").read_text(encoding="utf-8")
        assert source.count("key=") == len(lesson.activities)
        assert len(re.findall(r"^quiz\(", source, re.MULTILINE)) == len(lesson.quizzes)
        assert len(re.findall(r"\bbet\(", source)) == len(lesson.bet_keys)
        for key in (*lesson.activities, *lesson.bet_keys):
            assert key.startswith((f"{lesson.id}/", "mon_plan/"))


def test_nothing_is_begun_at_first_and_nothing_is_said_to_be_wrong(answers_folder: Path):
    shown = course_progress()
    assert {one.state for one in shown.lessons} == {"○ pas encore commencée"}
    html = shown._repr_html_()
    assert html.count("pas encore commencée") == len(load_lessons())
    assert not re.search("faux|erreur|✗|↻", html)
    assert not answers_folder.exists()


@pytest.mark.parametrize("lesson", [one for one in load_lessons() if one.activities])
def test_each_activity_counts_once_something_was_kept(lesson):
    for rank, key in enumerate(lesson.activities, 1):
        name, _, part = key.partition("/")
        AnswerStore(name).update({f"{part}/un": None, f"{part}/deux": 3})
        assert progress(lesson.id).activities == (rank, len(lesson.activities))
    assert progress(lesson.id).state == "◐ commencée"


def test_a_bet_is_counted_and_not_asked_for():
    made = bet("00_bienvenue/florence")
    assert progress("00_bienvenue").bets[0] == 0
    made.fields[0].value = "aucun"
    assert progress("00_bienvenue").bets[0] == 1
    assert progress("00_bienvenue").activities == (0, 0)


def test_what_a_learner_does_is_counted(answers_folder: Path):
    activity = rate_strategies(key="01_strategie/notes")
    assert progress("01_strategie").activities[0] == 0
    next(iter(activity.cards.values())).fields["objectif"].value = "non"
    assert progress("01_strategie").activities[0] == 1
    activity.keeper.restart_button.click()
    activity.keeper.yes_button.click()
    assert progress("01_strategie").activities[0] == 0
    discount_trap({"Montres": 0.4}, key="07_rentabilite/remise").bet.value = 150
    assert progress("07_rentabilite").activities[0] == 1


def test_a_sentence_says_how_far_one_is_and_where_to_go_on(answers_folder: Path):
    assert "rien n’est encore commencé" in str(course_progress().summary)
    assert "<a" not in course_progress().summary._repr_html_()
    assert not answers_folder.exists()
    for lesson in load_lessons()[2:0:-1]:
        for key in lesson.activities:
            name, _, part = key.partition("/")
            AnswerStore(name).update({f"{part}/un": 1})
    bet("00_bienvenue/florence").fields[0].value = "aucun"
    lessons = load_lessons()
    for name in lessons[1].quizzes:
        questions = load_quiz_sheet(name).questions
        AnswerStore(name).update({f"quiz/{one.id}.verified": True for one in questions})
    activities = sum(len(one.activities) for one in lessons[1:3])
    said = " ".join(str(course_progress().summary).split())
    assert f": leçons faites, 1 sur {len(lessons)} ; " in said
    assert f" ; activités commencées, {activities} sur " in said
    assert f" ; paris faits, 1 sur {sum(len(one.bet_keys) for one in lessons)}." in said
    assert said.endswith(f"Continuez : « 0. {lessons[0].title} ».")
    assert '<a href="00_bienvenue.ipynb">' in course_progress().summary._repr_html_()


def verify_all(activity: QuizActivity) -> None:
    for card in activity.cards:
        card.check_button.click()


def test_a_lesson_is_done_once_all_of_it_was_verified():
    first, last = (quiz(name) for name in ("00_six_clients", "00_bienvenue"))
    verify_all(first)
    one = progress("00_bienvenue")
    assert one.quizzes == (len(first.cards), len(first.cards) + len(last.cards))
    assert one.state == "◐ commencée"
    verify_all(last)
    assert progress("00_bienvenue").state == "✓ faite"


def test_the_answers_of_an_exercise_are_counted():
    asked = list(exercise("02_exercices"))
    assert progress("02_donnees").exercise == (0, len(asked))
    (right,) = asked[0].question.check.right_letters
    asked[0].verifier(right)
    assert progress("02_donnees").exercise == (1, len(asked))
    named = {one: f"{one.id[:2]}_exercices" for one in load_lessons()}
    for one, name in named.items():
        count = len(exercise(name).questions) if name in exercise_names() else 0
        assert one.questions == count
    without = [one.id for one, name in named.items() if name not in exercise_names()]
    assert without == ["00_bienvenue", "12_projet_final", "13_passage_a_l_echelle"]
