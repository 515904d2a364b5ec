"""The quiz, driven without a front end."""

from __future__ import annotations

import ipywidgets as w
import pytest
from support.widgets import tree

from rfm_helpers.activities.quizzes import quiz
from rfm_helpers.questions import Outcome


def answer(card, letters_or_text: str) -> None:
    if isinstance(card.fields[0], w.Text):
        card.fields[0].value = letters_or_text
    elif isinstance(card.fields[0], w.RadioButtons):
        card.fields[0].index = card.question.check.letters.index(letters_or_text)
    else:
        for letter, box in zip(card.question.check.letters, card.fields, strict=True):
            box.value = letter in letters_or_text


@pytest.mark.parametrize("name", ["02_donnees", "03_calcul_rfm", "04_segmentation"])
def test_nothing_is_chosen_beforehand(name):
    activity = quiz(name)
    assert set(activity.value.values()) == {None}
    total = len(activity.cards)
    assert activity.summary == f"0 sur {total} réussie, {total} pas encore commencées"
    for card in activity.cards:
        card.check_button.click()
    assert {result.outcome for result in activity.results.values()} == {Outcome.NOT_STARTED}


@pytest.mark.parametrize("name", ["02_donnees", "03_calcul_rfm", "04_segmentation"])
def test_the_right_answers_on_the_screen_all_succeed(name):
    activity = quiz(name)
    for card in activity.cards:
        check = card.question.check
        right = getattr(check, "right_letters", None)
        answer(card, "".join(right) if right else f"{check.answer:g}")
        card.check_button.click()
        assert card.result.outcome is Outcome.SUCCESS
    assert activity.summary == f"{len(activity.cards)} sur {len(activity.cards)} réussies"


def test_the_summary_follows_answers_and_feedback_goes_with_its_answer():
    activity = quiz("03_calcul_rfm")
    count = len(activity.cards)
    first, second, third = activity.cards[:3]
    answer(first, "b")
    todo = f"{count - 1} pas encore commencées"
    assert activity.summary == f"0 sur {count} réussie, 1 à vérifier, {todo}"
    first.check_button.click()
    assert "à vérifier" not in activity.summary
    assert "1 à revoir" in activity.summary
    assert "Avez-vous lu la récence" in first.feedback.value
    answer(first, "a")
    assert first.feedback.value == ""
    first.check_button.click()
    answer(second, "beaucoup")
    second.check_button.click()
    answer(third, "a")
    third.check_button.click()
    assert activity.summary == (
        f"1 sur {count} réussie, 1 à revoir, 1 à corriger, {count - 3} pas encore commencées"
    )
    assert activity.value["sens_de_la_recence"] == "a"


def test_hint_and_restart():
    activity = quiz("04_segmentation")
    card = activity.cards[0]
    card.hint_button.click()
    assert "Indice" in card.hint.value
    for each in activity.cards:
        answer(each, "a")
        each.check_button.click()
    activity.keeper.restart_button.click()
    activity.keeper.yes_button.click()
    assert set(activity.value.values()) == {None}
    assert not activity.results
    assert card.hint.value == card.feedback.value == ""
    assert activity.summary.endswith("7 pas encore commencées")


def test_a_quiz_escapes_its_texts(tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_text(
        'title: "<i>t</i>"\nquestions:\n  - id: un\n    statement: "<i>s</i>"\n    choices:\n'
        '      - {text: "<i>c</i>", explanation: "<i>e</i>", right: true}\n'
        '      - {text: "non", explanation: "<i>f</i>"}\n'
        '    hint: "<i>h</i>"\n    section: "<i>x</i>"\n    solution: "<i>y</i>"\n',
        encoding="utf-8",
    )
    activity = quiz(path)
    card = activity.cards[0]
    card.hint_button.click()
    for letter in "ab":
        answer(card, letter)
        card.check_button.click()
        html = [field.value for field in tree(activity.widget) if isinstance(field, w.HTML)]
        assert not any("<i>" in text for text in [*html, activity.fallback()["text/html"]])
