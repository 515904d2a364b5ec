"""The buttons that help with a question of an exercise."""

from __future__ import annotations

import pytest

from rfm_helpers import exercise, help_buttons
from rfm_helpers.questions.exercise import exercise_names

ASKED = [asked for name in exercise_names() for asked in exercise(name)]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.question.id)
def test_hints_come_one_by_one_then_the_solution_and_stay(asked):
    hints, worked = asked.question.hints, asked.question.worked
    activity = help_buttons(asked)
    assert activity.notes_area.value == ""
    for rank, _ in enumerate(hints, 1):
        activity.hint_button.click()
        assert activity.value == list(hints[:rank])
        assert activity.message == ""
    activity.hint_button.click()
    assert activity.value == list(hints)
    assert "pas d’autre indice" in activity.message
    activity.solution_button.click()
    activity.solution_button.click()
    activity.hint_button.click()
    assert activity.value == [*hints, worked]
    assert activity.notes_area.value.count("border-left") == len(hints) + 1


def test_a_solution_asked_for_first_leaves_the_hints_to_come():
    activity = help_buttons(ASKED[0])
    activity.solution_button.click()
    activity.hint_button.click()
    assert activity.value == [ASKED[0].question.worked, ASKED[0].question.hints[0]]


def test_a_stored_notebook_says_what_the_cell_gives_and_gives_nothing_away():
    activity = help_buttons(ASKED[0])
    activity.hint_button.click()
    stored = activity._repr_mimebundle_()
    assert stored["text/plain"].startswith("Exécutez cette cellule")
    assert "Indice" in stored["text/html"] and "Solution" in stored["text/html"]
    assert ASKED[0].question.hints[0] not in stored["text/html"]
