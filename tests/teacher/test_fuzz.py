"""Anything at all handed in: everyone on the list gets one row, and nothing stops the command."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.classroom import zipped

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.assignments.variants import load_kit, make_variant, token
from rfm_helpers.teacher.classroom import intake
from rfm_helpers.teacher.classroom.attribution import attribute
from rfm_helpers.teacher.classroom.intake import read_deposits
from rfm_helpers.teacher.classroom.notebooks import student_notebook
from rfm_helpers.teacher.classroom.restore import restore
from rfm_helpers.teacher.marking.marking import Answers, mark_all
from rfm_helpers.teacher.results import Status, Student

KEY = "une clé de cours assez longue"
DEVOIRS = ("devoir_1_rfm", "devoir_2_strategie_budget")
ROSTER = tuple(
    Student(f"e{rank}", "Morel", "Zoé", participant=str(100 + rank)) for rank in range(3)
)

texts = st.text(max_size=8) | st.sampled_from(["e0", "e1", *DEVOIRS, "\ud83d", "=1+1", "1e999"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


def cells(draw: Any) -> list[Any]:
    kinds = st.fixed_dictionaries(
        {
            "cell_type": st.sampled_from(["code", "markdown", "raw", 3]),
            "source": texts | values,
            "metadata": st.fixed_dictionaries(
                {"rfm": st.dictionaries(st.sampled_from(["answer", "locked"]), texts) | values}
            )
            | values,
            "id": texts | values,
        }
    )
    return draw(st.lists(kinds | values, max_size=4))


@st.composite
def notebooks(draw: Any) -> bytes:
    """JSON that is a notebook more or less, signed more or less."""
    student, devoir = draw(st.sampled_from(["e0", "e1", "e9"])), draw(st.sampled_from(DEVOIRS))
    proof = draw(st.just(token(devoir, student, KEY)) | texts)
    marks = {"devoir": devoir, "etudiant": student, "jeton": proof}
    metadata = draw(st.just({"rfm": marks}) | st.just({"rfm": marks, "x": 1}) | values)
    made = {"nbformat": 4, "nbformat_minor": draw(st.just(5) | values), "metadata": metadata}
    made["cells"] = cells(draw)
    return json.dumps(made).encode()


@st.composite
def answers(draw: Any) -> bytes:
    """JSON that is an answers file more or less."""
    devoir = draw(st.sampled_from(DEVOIRS))
    ids = [question.id for question in load_sheet(devoir).questions]
    kept = st.fixed_dictionaries({"value": values, "saved": texts}) | values
    found = draw(st.dictionaries(st.sampled_from([*ids, "_etudiant"]), kept, max_size=5) | values)
    exercise = draw(st.just(devoir) | values)
    return json.dumps(
        {"format": draw(st.just(1) | values), "exercise": exercise, "answers": found}
    ).encode()


contents = notebooks() | answers() | st.binary(max_size=40)
inner = st.sampled_from(
    ["a.ipynb", "b.ipynb", "reponses/a.json", "../x.ipynb", "r.json", "é\u202e.zip"]
)
archives = st.dictionaries(inner, contents, max_size=3).map(zipped)
damaged = st.tuples(archives, st.integers(0, 60)).map(lambda one: one[0][: -one[1] or None])
names = st.sampled_from(
    [
        *("e0/travail.zip", "e0/a.ipynb", "e1/a.zip", "e1/reponses/r.json", "e2/note.pdf"),
        *("Zoé Morel_101_assignsubmission_file_/a.zip", "X_102_assignsubmission_file_b.ipynb"),
        *("nobody/a.zip", "e0_101_assignsubmission_file_/e1.zip", "a.json"),
        *(r"e0\x\a.ipynb", "./e1//a.zip", "/e2/a.zip", "rendu_devoir_1_rfm_e2 (1).zip"),
    ]
)
classes = st.dictionaries(names, contents | archives | damaged, min_size=1, max_size=6)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the child process that would catch everything."""
    monkeypatch.setattr(intake, "apart", lambda work, budget, *given: work(*given))


@given(classes)
@settings(max_examples=80, deadline=None)
def test_everyone_has_one_row_whatever_is_handed_in(class_: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rendus.zip"
        path.write_bytes(zipped(class_))
        try:
            found = read_deposits(path)
        except CourseError:
            return
        submissions = attribute(found, ROSTER, DEVOIRS[0], KEY).submissions
    assert [one.student.id for one in submissions] == ["e0", "e1", "e2"]
    for one in submissions:
        assert one.status in Status
        if one.work is not None and one.work.notebook is not None:
            notebook = student_notebook(VARIANT, "")
            assert len(restore(notebook, one.work.notebook).notebook.cells) >= LOCKED


VARIANT = make_variant(DEVOIRS[0], "e0", KEY)
HIDDEN = make_variant(DEVOIRS[0], "e0", KEY, hidden=True)
LOCKED = sum(
    "locked" in cell.metadata.get("rfm", {}) for cell in student_notebook(VARIANT, "").cells
)
SHEET = load_sheet(DEVOIRS[0])


@given(st.dictionaries(st.sampled_from([one.id for one in SHEET.questions]), values, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_answer_is_marked(given_answers: dict[str, Any]) -> None:
    own, hidden = (VARIANT, Answers(given_answers, {})), (HIDDEN, Answers(given_answers, {}))
    marks = mark_all(SHEET, load_kit(SHEET.id), own, hidden)
    assert [mark.question for mark in marks] == [
        one.id for one in SHEET.questions if one.mode != "free"
    ]
    assert all(0 <= mark.points <= mark.points_max for mark in marks)
