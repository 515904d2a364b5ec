"""What leaves a student's hands is a stranger's data: each gets a row, none harms another's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_helpers.questions.exercise import FRAME, from_kept
from rfm_helpers.teacher.apart import Budget
from rfm_helpers.teacher.classroom import intake
from rfm_helpers.teacher.classroom.attribution import attribute
from rfm_helpers.teacher.classroom.intake import read_deposits
from rfm_helpers.teacher.marking import batch
from rfm_helpers.teacher.marking.batch import Settings, grade
from rfm_helpers.teacher.reports.publishing import publish
from rfm_helpers.teacher.results import Graded, Status, Student

KEY = "une clé de cours assez longue"
DEVOIR_1, DEVOIR_2 = "devoir_1_rfm", "devoir_2_strategie_budget"
SAVED = "2026-01-15T10:00:00+00:00"


def typed(assignment: str, student: str, values: Mapping[str, Any]) -> bytes:
    """An answers file, as whoever wrote it wanted it."""
    entries = {"_etudiant": student, **values}
    kept = {key: {"value": value, "saved": SAVED} for key, value in entries.items()}
    return json.dumps({"format": 1, "exercise": assignment, "answers": kept}).encode()


def graded(folder: Path, assignment: str, class_: Mapping[str, bytes]) -> dict[str, Graded]:
    """The class graded and published: fields alone, so that nothing has to be run."""
    for student, content in class_.items():
        place = folder / "rendus" / student / f"{assignment}.json"
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    roster = [Student(student) for student in class_]
    found = attribute(read_deposits(folder / "rendus"), roster, assignment, KEY)
    results = grade(found.submissions, Settings(assignment, KEY), folder / "resultats")
    publish(folder / "resultats", assignment, results)
    pages = {page.stem for page in (folder / "resultats" / "retours").glob("*.html")}
    assert pages == set(class_)
    return {one.student.id: one for one in results}


LINE = {
    **{"libelle": "Papier", "quantite": "12", "unite": "lettre", "cout_unitaire": "2"},
    **{"taxe": "HT", "taux_tva": "20", "source": "Catalogue", "date_source": "2025-01-01"},
}
BROADCAST = {FRAME: {"data": 0.0, "index": [*range(25_000)], "columns": [*map(str, range(25_000))]}}
MARKS = "e" + "\u0301\u0323" * 80_000
STRANGE: dict[str, Any] = {
    "demi_emoji": {"decision": "Bravo \ud83d !", "enjeu": "\ud83d"},
    "table_diffusee": {"enjeu": BROADCAST, "strategie": BROADCAST, "lettre": BROADCAST},
    "accents": {"enjeu": MARKS, "strategie": {"segment": MARKS, "probleme": MARKS}},
    "trois_mille_lignes": {"lettre": {"lignes": [LINE] * 3000}},
    "profond": {"lettre": [[[[[[[[[[[[[[[[["?"]]]]]]]]]]]]]]]]]},
    "sans_fin": {"strategie": {str(n): n for n in range(30_000)}},
    "nombres": {"enjeu": 10**400, "seuil": float("nan"), "prix_remise": float("inf")},
}


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    files = {student: typed(DEVOIR_2, student, values) for student, values in STRANGE.items()}
    return graded(tmp_path_factory.mktemp("etranges"), DEVOIR_2, files)


@pytest.mark.parametrize("student", STRANGE)
def test_what_is_strange_earns_nothing_and_stops_nothing(
    strange: dict[str, Graded], student: str
) -> None:
    assert strange[student].total == 0
    assert strange[student].status is Status.UNREADABLE


def test_a_text_with_half_a_character_is_read_all_the_same(strange: dict[str, Graded]) -> None:
    assert "Bravo ? !" in strange["demi_emoji"].texts.values()


def never_ends(*_: object) -> None:
    while True:
        pass


def test_who_takes_too_long_to_mark_is_for_the_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_graded", never_ends)
    monkeypatch.setattr(batch, "MARKING", Budget(seconds=1))
    found = graded(tmp_path, DEVOIR_1, {"e1": typed(DEVOIR_1, "e1", {"panier_moyen": "3"})})
    assert found["e1"].status is Status.UNMARKED
    assert "à la main" in found["e1"].notices[-1]
    assert found["e1"].notices[-1] in found["e1"].aside


def test_who_takes_too_long_to_read_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "READING", Budget(seconds=1))
    monkeypatch.setattr(intake, "_works", slow_for_e1)
    files = {student: typed(DEVOIR_1, student, {}) for student in ("e1", "e2")}
    found = graded(tmp_path, DEVOIR_1, files)
    assert {one.status for one in found.values()} == {Status.UNREADABLE}
    assert "n’a pas pu être lu" in found["e1"].notices[0] and not found["e2"].notices[1:]
    assert found["e1"].notices[0] in found["e1"].aside


def slow_for_e1(deposit: intake.Deposit, assignment: str) -> list[intake.Work]:
    """Reading that never ends for one student."""
    while deposit.name == "e1":
        pass
    return [intake.Work(deposit)]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=12,
    )
)
@settings(deadline=None)
def test_a_kept_table_is_rows_of_one_width_or_refused(value: object) -> None:
    for kept in (value, {"columns": value, "data": value}, {"columns": ["a"], "data": value}):
        try:
            table = from_kept({FRAME: kept})
        except (ValueError, TypeError, LookupError, AttributeError):
            continue
        assert table.size == len(kept["columns"]) * len(kept["data"])
