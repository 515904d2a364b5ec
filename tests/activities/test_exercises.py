"""The fields of an exercise, driven without a front end."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as w
import pytest
from support.widgets import tree

from rfm_helpers.activities.answer_boxes import WritingBox, answer_box
from rfm_helpers.activities.exercises import ExerciseQuestion, answer_question
from rfm_helpers.questions import (
    Choice,
    ChoiceCheck,
    DateCheck,
    Exercise,
    ListCheck,
    NumberCheck,
    Outcome,
    Question,
    TextCheck,
)
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.model import Check

NAME = "99_exercices"
ONE = ChoiceCheck((Choice("Inviter", "Sûr ?"), Choice("Attendre", "Oui.", right=True)))
SEVERAL = ChoiceCheck((*ONE.choices, Choice("Écrire", "Oui.", right=True)), multiple=True)
#: Of each kind: what is written when it is right, when it is wrong, and when it cannot be read.
KINDS: dict[str, tuple[Check, object, object, object]] = {
    "choix": (ONE, "b", "a", None),
    "choix_multiple": (SEVERAL, ["b", "c"], ["a"], None),
    "nombre": (NumberCheck(1500.5, unit="€"), "1 500,50 €", "12", "beaucoup"),
    "mot": (TextCheck(("À ne pas perdre",)), "a ne pas perdre", "Perdus", None),
    "date": (DateCheck("2025-06-30"), "30 juin 2025", "31/12/2025", "juin"),
    "liste": (ListCheck(("C-0360", "C-0362"), r"C-\d{4}", "C-0001, C-0002"),
              "C-0362 et c-0360", "C-0360", "Marc"),
}  # fmt: skip

each_kind = pytest.mark.parametrize("name", KINDS)


def exercise() -> Exercise:
    return Exercise(
        NAME,
        tuple(
            Question(name, "Que faire ?", check, hints=("Lisez.", "Comptez."), worked="Comme ceci.")
            for name, (check, *_) in KINDS.items()
        ),
    )


def activity(name: str) -> ExerciseQuestion:
    return answer_question(exercise().questions[list(KINDS).index(name)])


def said(shown: ExerciseQuestion) -> str:
    return str(shown.feedback.value)


@each_kind
def test_an_untouched_question_has_not_begun(name: str, answers_folder: Path) -> None:
    shown = activity(name)
    assert shown.value is None and said(shown) == ""
    shown.check_button.click()
    assert "Pas encore commencé" in said(shown)
    assert not (answers_folder / f"{NAME}.json").exists() or shown.asked.answer is None
    assert exercise().bilan().text.count("pas encore commencé") == len(KINDS)


@each_kind
def test_a_verdict_stands_beside_its_answer_and_goes_with_it(name: str) -> None:
    _, right, wrong, _ = KINDS[name]
    shown = activity(name)
    for answer, outcome in ((wrong, Outcome.REVIEW), (right, Outcome.SUCCESS)):
        shown.box.put(answer)
        assert said(shown) == "" and shown.result is None
        shown.check_button.click()
        assert shown.result is not None and shown.result.outcome is outcome
        assert f"{outcome[0].upper()}{outcome[1:]}" in said(shown)
    assert exercise().bilan().title == f"1 question réussie sur {len(KINDS)}"


@each_kind
def test_an_answer_is_found_again_as_it_was_typed_with_its_verdict(name: str) -> None:
    _, right, *_ = KINDS[name]
    activity(name).box.put(right)
    again = activity(name)
    assert again.value == right and said(again) == ""
    assert again.asked.last.outcome is Outcome.NOT_STARTED
    again.check_button.click()
    assert again.keeper is not None and "Enregistré à" in again.keeper.text
    assert "Réussi" in said(activity(name))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind[3]])
def test_what_cannot_be_read_takes_the_place_of_no_answer(name: str) -> None:
    """The old answer stays the one that counts, and its verdict is not shown beside the new one."""
    _, right, _, unreadable = KINDS[name]
    shown = activity(name)
    shown.box.put(right)
    shown.check_button.click()
    shown.box.put(unreadable)
    shown.check_button.click()
    assert "Erreur" in said(shown) and "Réussi" not in said(shown)
    assert shown.asked.answer == right
    assert activity(name).value == unreadable


@pytest.mark.parametrize("name", ["nombre", "mot", "date", "liste"])
def test_enter_checks(name: str) -> None:
    shown = activity(name)
    (field,) = shown.box.fields
    field.value = KINDS[name][1]
    field._handle_custom_msg({"event": "submit"}, [])
    assert "Réussi" in said(shown)


@pytest.mark.parametrize(
    ("name", "kept", "written"),
    [("choix", "b", "b"), ("choix_multiple", ["b", "c"], ["b", "c"]), ("mot", "Nice", "Nice"),
     ("nombre", 1500.5, "1500,5"), ("nombre", 12, "12"), ("nombre", "1 500,50 €", "1 500,50 €")],
)  # fmt: skip
def test_an_answer_of_an_old_file_is_shown_with_its_verdict(name, kept, written) -> None:
    AnswerStore(NAME).update({name: kept, f"{name}.meilleur": kept})
    shown = activity(name)
    assert shown.value == written
    assert said(shown) != "" and "Erreur" not in said(shown)


def test_starting_again_forgets_the_answer_and_what_it_was_worth() -> None:
    shown = activity("nombre")
    shown.box.put("1500,5")
    shown.check_button.click()
    assert shown.keeper is not None
    shown.keeper.restart_button.click()
    shown.keeper.yes_button.click()
    assert shown.value is None and said(shown) == ""
    assert activity("nombre").value is None
    assert exercise().bilan().title.startswith("0 question")


# --- a question that was of another kind ---------------------------------------------------------


def changed(former: object) -> ExerciseQuestion:
    check = NumberCheck(270, mistakes=())
    question = Question("choix", "Que faire ?", ONE, former=check)
    AnswerStore(NAME).update({"choix": former, "choix.meilleur": former})
    return answer_question(Exercise(NAME, (question,)).questions[0])


def test_a_number_that_was_right_before_the_question_became_a_choice_still_counts() -> None:
    shown = changed("270 clients")
    assert shown.value is None
    assert "elle reste réussie" in said(shown)
    shown.box.put("a")
    shown.check_button.click()
    assert "À revoir" in said(shown)
    assert shown.asked.best.outcome is Outcome.SUCCESS


@pytest.mark.parametrize(
    "former", [12, "beaucoup", ["x"], {"tableau": {"columns": [], "data": []}}]
)
def test_another_number_of_before_leaves_the_choice_to_make(former: object) -> None:
    shown = changed(former)
    assert shown.value is None and said(shown) == ""
    assert shown.asked.best.outcome is Outcome.NOT_STARTED


# --- help ----------------------------------------------------------------------------------------


def test_hints_come_one_by_one_then_the_solution_and_stay() -> None:
    shown = activity("nombre")
    assert shown.help.area.value == ""
    for count in (1, 2, 2):
        shown.help.hint_button.click()
        assert len(shown.help.notes) == count
    assert "pas d’autre indice" in shown.message
    for _ in range(2):
        shown.help.solution_button.click()
    assert [note.text for note in shown.help.notes] == ["Lisez.", "Comptez.", "Comme ceci."]
    assert shown.help.area.value.count("border-left") == 3


def test_a_solution_asked_for_first_leaves_the_hints_to_come() -> None:
    shown = activity("nombre")
    shown.help.solution_button.click()
    shown.help.hint_button.click()
    assert [note.text for note in shown.help.notes] == ["Comme ceci.", "Lisez."]


@each_kind
def test_a_stored_notebook_shows_what_is_asked_and_gives_nothing_away(name: str) -> None:
    shown = activity(name)
    shown.help.hint_button.click()
    shown.box.put(KINDS[name][1])
    stored = shown._repr_mimebundle_()
    assert "Exécutez cette cellule pour répondre" in stored["text/plain"]
    assert "Lisez." not in stored["text/html"] and "2025" not in stored["text/html"]
    assert ("B. Attendre" in stored["text/html"]) == name.startswith("choix")


@each_kind
def test_each_field_says_what_it_is_for(name: str) -> None:
    shown = activity(name)
    fields = [one for one in tree(shown.widget) if isinstance(one, (w.Text, w.Checkbox, w.Button))]
    assert all(field.description for field in fields)


def test_a_text_is_kept_with_its_last_spaces_and_blanks_are_no_answer() -> None:
    box = WritingBox()
    for text, answer in (("", None), (" \n", None), ("Inviter. ", "Inviter. ")):
        box.put(text)
        assert box.answer == answer


@each_kind
def test_a_box_leaves_out_what_is_of_another_kind(name: str) -> None:
    box = answer_box(KINDS[name][0])
    for strange in (None, True, {"tableau": {}}, object()):
        box.put(strange)
        assert box.answer is None
