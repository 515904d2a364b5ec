"""A student's side of an assignment: answers taken without a verdict, and the file to hand in."""

from __future__ import annotations

import json
import os
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat import v4

from rfm_helpers import CourseError, answer_field, assignment, hand_in
from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.assignment import ANSWER_TYPE, STUDENT, Assignment
from rfm_helpers.questions.chosen import (
    MOST_TYPED,
    TYPED,
    clean_choices,
    quantities,
    read_typed,
)
from rfm_helpers.questions.hand_in import missing_parts, write_hand_in

DEVOIR = "devoir_1_rfm"
PARAMETERS = {
    "DATE_REFERENCE": "2025-10-31", "NIVEAUX": 4, "GRILLE": "onze", "BOUTIQUE": "Nice Masséna",
    "CLIENT": "C-12345", "COMMANDES": 2, "SILENCE": 90, "SEGMENT": "Champions",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, with the notebook saved in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    save_notebook(tmp_path / f"{DEVOIR}.ipynb")
    return tmp_path


def save_notebook(path: Path, student: str = "e1") -> None:
    notebook = v4.new_notebook(metadata={"rfm": {"devoir": DEVOIR, "etudiant": student}})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def devoir(student: str = "e1") -> Assignment:
    return assignment(DEVOIR, etudiant=student, **PARAMETERS)


def question(work: Assignment, mode: str, answer: str) -> object:
    return next(q for q in work if (q.sheet.mode, q.sheet.answer) == (mode, answer))


def test_an_answer_is_received_and_not_judged(folder: Path) -> None:
    asked = question(devoir(), "code", "table")
    columns = list(asked.sheet.columns)
    wrong = pd.DataFrame([[0] * len(columns)], columns=columns)
    receipt = asked.rendre(wrong)
    assert receipt.state == "reçue" and "1\xa0ligne" in receipt.message
    assert receipt._repr_mimebundle_()[ANSWER_TYPE]["value"]["tableau"]["columns"] == columns
    assert asked.is_answered


def test_nothing_is_an_invitation_and_what_cannot_be_read_is_said(folder: Path) -> None:
    asked = question(devoir(), "code", "table")
    assert asked.rendre(None).state == "pas encore commencé"
    for wrong in (pd.DataFrame({"x": [1]}), 3, object(), pd.DataFrame({"x": range(6000)})):
        receipt = asked.rendre(wrong)
        assert receipt.state == "à reprendre" and receipt.value is None
    assert not asked.is_answered


def test_statements_show_the_variant_in_french(folder: Path) -> None:
    assert "31 octobre 2025" in next(iter(devoir())).statement


def test_a_field_keeps_what_is_typed_and_says_what_cannot_be_read(folder: Path) -> None:
    field = answer_field(question(devoir(), "value", "number"))
    assert field.value is None
    field.fields[0].value = "douze"
    assert "ne se lit pas" in field.message
    field.fields[0].value = "1 234,50 €"
    assert field.message == ""
    again = answer_field(question(devoir(), "value", "number"))
    assert again.value == "1 234,50 €"


def test_the_answers_file_says_whose_it_is(folder: Path) -> None:
    devoir("e1")
    assert AnswerStore(DEVOIR).get(STUDENT) == "e1"
    with pytest.raises(CourseError, match="e1"):
        devoir("e2")


def test_the_example_writes_nothing_by_itself(folder: Path) -> None:
    assert AnswerStore(DEVOIR).path.exists() is False
    devoir("")
    assert AnswerStore(DEVOIR).path.exists() is False


def test_what_is_missing_is_listed_then_handed_in_anyway(folder: Path) -> None:
    work = devoir()
    button = hand_in(work)
    button.hand_button.click()
    assert len(missing_parts(work)) >= len(work.questions)
    assert "sans réponse" in button.list_area.value and button.value == ""
    button.anyway_button.click()
    with zipfile.ZipFile(folder / button.value) as archive:
        assert sorted(archive.namelist()) == [f"{DEVOIR}.ipynb", f"reponses/{DEVOIR}.json"]


def test_a_complete_work_is_handed_in_at_once(folder: Path) -> None:
    work = devoir()
    samples = {"table": None, "number": "12", "text": "C-1", "choice": "a", "choices": ["a"],
               "essay": "Un texte.", "form": {"x": "1"}}  # fmt: skip
    for asked in work:
        value = samples[asked.sheet.answer]
        if asked.sheet.answer == "table":
            columns = list(asked.sheet.columns)
            asked.rendre(pd.DataFrame([[1] * len(columns)], columns=columns))
        else:
            work.store.set(asked.id, value)
    later = work.store.saved_at.timestamp() + 5
    os.utime(folder / f"{DEVOIR}.ipynb", (later, later))
    assert missing_parts(work) == []
    button = hand_in(work)
    button.hand_button.click()
    assert button.value == f"rendu_{DEVOIR}_e1.zip" and "téléchargez" in button.message


def test_a_notebook_that_was_not_saved_since_is_said(folder: Path) -> None:
    work = devoir()
    os.utime(folder / f"{DEVOIR}.ipynb", (0, 0))
    assert "Ctrl" in missing_parts(work)[-1]


def test_a_renamed_notebook_is_found_and_several_are_told_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = devoir()
    (folder / f"{DEVOIR}.ipynb").rename(folder / "Mon devoir.ipynb")
    assert write_hand_in(work).exists()
    save_notebook(folder / "copie.ipynb")
    with pytest.raises(CourseError, match="Plusieurs carnets"):
        write_hand_in(work)
    monkeypatch.setenv("JPY_SESSION_NAME", "exercises/devoirs/copie.ipynb")
    assert write_hand_in(work).exists()


def test_without_a_notebook_the_way_out_is_said(folder: Path) -> None:
    (folder / f"{DEVOIR}.ipynb").unlink()
    button = hand_in(devoir())
    button.hand_button.click()
    assert "enregistrez-le" in button.message and button.value == ""


def test_an_odd_student_id_gives_a_plain_file_name(folder: Path) -> None:
    save_notebook(folder / f"{DEVOIR}.ipynb", "../Zoé/é" * 30)
    path = write_hand_in(devoir("../Zoé/é" * 30))
    assert path.parent == folder and len(path.name) < 100


# --- in the order in which people work: every cell is run, then the fields are filled -------------


def test_a_field_filled_after_the_button_was_shown_is_seen_by_it(folder: Path) -> None:
    work = devoir()
    asked = question(work, "value", "number")
    field, button = answer_field(asked), hand_in(work)
    button.hand_button.click()
    assert asked.title in unescape(button.list_area.value)
    field.fields[0].value = "12"
    button.hand_button.click()
    assert asked.title not in unescape(button.list_area.value)
    field.fields[0].value = ""
    button.hand_button.click()
    assert asked.title in unescape(button.list_area.value)


def test_an_answer_given_after_the_notebook_was_saved_is_said(folder: Path) -> None:
    work = devoir()
    field = answer_field(question(work, "value", "number"))
    later = work.store.saved_at.timestamp() + 5
    os.utime(folder / f"{DEVOIR}.ipynb", (later, later))
    assert "Ctrl" not in missing_parts(work)[-1]
    os.utime(folder / f"{DEVOIR}.ipynb", (0, 0))
    field.fields[0].value = "12"
    assert "Ctrl" in missing_parts(work)[-1]


def test_the_list_of_what_is_missing_goes_once_the_file_is_written(folder: Path) -> None:
    button = hand_in(devoir())
    button.hand_button.click()
    assert button.list_area.value
    button.anyway_button.click()
    assert button.list_area.value == ""
    assert "Votre travail est dans le fichier" in button.message


# --- a calculation whose quantities are chosen in lists -------------------------------------------


def dated(work: Assignment) -> Any:
    """What the first question gives with the date chosen, as its notebook has it."""
    columns = list(work.questions[0].sheet.columns)
    return work.questions[0].calculer(
        lambda date: pd.DataFrame([[date] * len(columns)], columns=columns),
        date={"devoir": "2025-10-31", "fin_annee": None},
    )


def test_a_choice_is_kept_and_the_next_cell_computes_with_it(folder: Path) -> None:
    work = devoir()
    field = answer_field(work.questions[0])
    assert field.value is None and dated(work) is None
    assert "choisissez" in work.questions[0].rendre(None).message
    (part,) = field.parts
    part.list.value = "devoir"
    assert "exécutez" in field.message and part.line.layout.display == "none"
    assert "choix sont faits" in missing_parts(work)[0] and "sans" in missing_parts(work)[1]
    table = dated(work)
    assert set(table.loc[0]) == {"2025-10-31"}
    assert work.questions[0].rendre(table).state == "reçue"
    again = answer_field(devoir().questions[0])
    assert again.value == {"date": "devoir"} and again.parts[0].list.value == "devoir"


def test_what_is_typed_in_the_place_of_a_quantity_is_read(folder: Path) -> None:
    work = devoir()
    field = answer_field(work.questions[0])
    part = field.parts[0]
    part.list.value = TYPED
    assert part.line.layout.display == "flex" and field.value is None
    part.line.value = "30 septembre 2025"
    assert set(dated(work).loc[0]) == {"2025-09-30"}
    assert answer_field(devoir().questions[0]).parts[0].line.value == "30 septembre 2025"
    part.line.value = "bientôt"
    assert "ne se lit pas comme une date" in field.message.replace("\xa0", " ")


def test_after_an_error_an_old_answer_is_no_answer(folder: Path) -> None:
    work = devoir()
    asked = work.questions[0]
    field = answer_field(asked)
    field.parts[0].list.value = "devoir"
    asked.rendre(dated(work))
    assert asked.is_answered
    for choice, part in (("fin_annee", "fin de l’année"), (TYPED, "date")):
        field.parts[0].list.value = choice
        field.parts[0].line.value = "bientôt"
        given = dated(work)
        receipt = asked.rendre(given)
        assert given is None and receipt.state == "à reprendre" and part in receipt.message
        assert not asked.is_answered
    assert asked.calculer(len, None, date={"devoir": 1, "fin_annee": 1}) is None


HOSTILE_CHOICES: list[Any] = [
    3, "devoir", ["devoir"], {"date": {"devoir": 1}}, {"date": "tarot"}, {"date": ["devoir"]},
    {"date": "="}, {"date": "=   "}, {"date": ""}, {"autre": "devoir"}, None,
]  # fmt: skip


@pytest.mark.parametrize("kept", HOSTILE_CHOICES)
def test_a_strange_choice_is_no_choice(kept: Any) -> None:
    assert clean_choices(load_sheet(DEVOIR).questions[0], kept) == {}


def test_a_choice_is_short_and_only_of_the_question() -> None:
    sheet = load_sheet(DEVOIR)
    kept = {"date": "=" + "9" * 10_000, "niveaux": "cinq"}
    assert clean_choices(sheet.questions[0], kept) == {"date": "=" + "9" * MOST_TYPED}
    assert clean_choices(sheet.question("segments"), {"grille": "=onze"}) == {}


def test_a_number_that_is_typed_is_read_in_its_unit() -> None:
    parts = {
        part.id: part for part in load_sheet("devoir_2_strategie_budget").question("compte").parts
    }
    assert read_typed(parts["hausse"], "12,5 %") == read_typed(parts["hausse"], "12,5") == 0.125
    assert read_typed(parts["cout"], "1\u202f234,50 €") == 1234.5
    for part, text in (
        ("clients", "beaucoup"),
        ("clients", "-5"),
        ("cout", "1e300"),
        ("taux", "101"),
    ):
        with pytest.raises(CourseError):
            read_typed(parts[part], text)


def test_what_a_tool_refuses_is_said_without_code(folder: Path) -> None:
    work = devoir()
    answer_field(work.questions[0]).parts[0].list.value = "devoir"

    def refuse(date: str) -> None:
        raise CourseError("La grille « x » attend 4 niveaux : relancez score_rfm(table, levels=4).")

    given = work.questions[0].calculer(refuse, date={"devoir": "2025-10-31", "fin_annee": ""})
    receipt = work.questions[0].rendre(given)
    assert receipt.state == "à reprendre" and "attend 4 niveaux" in receipt.message
    assert "score_rfm" not in receipt.message and "changez un choix" in receipt.message


def test_a_notebook_names_every_quantity_of_the_sheet() -> None:
    with pytest.raises(ValueError, match="lignes"):
        quantities(load_sheet(DEVOIR).questions[0], {}, {"date": {"devoir": 1}})


def test_a_cell_that_fails_leaves_nothing_of_before_to_hand_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    shell.user_ns["q1"] = devoir().questions[0]
    columns = list(load_sheet(DEVOIR).questions[0].columns)
    table = f"pd.DataFrame([[0] * {len(columns)}], columns={columns})"

    def state(*cells: str) -> str:
        for cell in cells:
            shell.run_cell(cell, store_history=True, silent=False)
        return shell.run_cell("q1.rendre(lignes)", store_history=True).result.state

    assert state(f"import pandas as pd\nlignes, journal = {table}, 1") == "reçue"
    for mistake in ("montan", "(", "1 / 0"):
        assert state(f"lignes, journal = {mistake}") == "à reprendre"
        assert shell.user_ns["journal"] is None
        assert state("autre = 1 / 0", "lignes, journal = None, None") == "pas encore commencé"
        assert state(f"lignes, journal = {table}, 1") == "reçue"
    assert devoir().questions[0].is_answered
