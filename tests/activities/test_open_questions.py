"""The open question of an exercise: kept as typed, compared after it is written, never judged."""

from __future__ import annotations

import pytest
from support.widgets import tree

from rfm_helpers import exercise, open_question
from rfm_helpers.activities.open_questions import WrittenAnswer
from rfm_helpers.catalog.open_questions import load_open_question, open_question_names
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import AnswerStore

NAME = "01_exercices"
MINE = "D’abord les clients À ne pas perdre.\n "
JUDGED = ("Réussi", "À revoir", "Erreur", "point sur")


@pytest.fixture
def shown() -> WrittenAnswer:
    return open_question(NAME)


def screen(activity: WrittenAnswer) -> str:
    return " ".join(str(getattr(one, "value", "")) for one in tree(activity.widget))


def last_line(name: str = NAME) -> str:
    return exercise(name).bilan().text.splitlines()[-1]


def test_an_untouched_one_has_not_begun(shown: WrittenAnswer) -> None:
    assert shown.value is None
    assert "pas encore commencé" in screen(shown)
    assert last_line() == "Réponse écrite : ○ pas encore commencé"


def test_the_possible_answer_comes_once_the_learner_s_own_is_written(shown: WrittenAnswer) -> None:
    model = french(load_open_question(NAME).model.splitlines()[0])
    shown.compare_button.click()
    assert "Écrivez d’abord votre réponse" in shown.message and model not in screen(shown)
    shown.writing.area.value = MINE
    assert model not in screen(shown)
    shown.compare_button.click()
    assert shown.message == "" and model in screen(shown)
    shown.writing.area.value = " "
    assert model not in screen(shown)


def test_text_and_ticks_are_found_again_as_they_were_left(shown: WrittenAnswer) -> None:
    shown.writing.area.value = MINE
    shown.criteria.fields[1].value = True
    shown.compare_button.click()
    again = open_question(NAME)
    assert again.value == MINE and again.criteria.answer == ["hypothese"]
    assert again.compared and again.model_area.value
    assert "1 sur 4 critères cochés" in screen(again)
    assert last_line() == "Réponse écrite : ✎ écrite"


def test_a_text_is_never_judged(shown: WrittenAnswer) -> None:
    for text in ("x", MINE, "Faux."):
        shown.writing.area.value = text
        for box in shown.criteria.fields:
            box.value = not box.value
        shown.compare_button.click()
        assert not [word for word in JUDGED if word in screen(shown)]


def test_starting_again_takes_the_text_and_the_other_answer_away(shown: WrittenAnswer) -> None:
    shown.writing.area.value = MINE
    shown.compare_button.click()
    assert shown.keeper is not None
    shown.keeper.restart_button.click()
    shown.keeper.yes_button.click()
    assert shown.value is None and not shown.model_area.value
    assert not AnswerStore(NAME).get("ouverte/texte")


@pytest.mark.parametrize("name", open_question_names())
def test_a_stored_notebook_shows_the_question_and_the_criteria_only(name: str) -> None:
    question = load_open_question(name)
    activity = open_question(name)
    activity.writing.area.value = MINE
    activity.compare_button.click()
    stored = activity._repr_mimebundle_()["text/html"]
    for criterion in question.criteria:
        assert criterion.text.split(",")[0] in stored
    assert question.model.split(".")[0] not in stored and "D’abord les clients" not in stored
