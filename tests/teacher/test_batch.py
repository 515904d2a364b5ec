"""A class from its deposits to its marks: resuming, what the hidden run gets, known merits.

`make soak` grades all of the known merits; in `make test` some of each kind stand among the
hostile class (test_hostile.py).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.classroom import DEVOIR, KEY, Merit, lay, reference_class
from support.devoir_1 import choices
from support.kernels import NoKernel
from support.programs import requires

from rfm_helpers.questions.chosen import MOST_TYPED
from rfm_helpers.teacher.classroom.attribution import Attribution, attribute
from rfm_helpers.teacher.classroom.intake import read_deposits
from rfm_helpers.teacher.marking import batch
from rfm_helpers.teacher.marking.batch import Settings, grade
from rfm_helpers.teacher.reports.publishing import publish
from rfm_helpers.teacher.results import Graded, Status, Student
from rfm_helpers.teacher.sandbox.pool import Ending, Job, Limits, Run

pytestmark = requires("bwrap")

SETTINGS = Settings(DEVOIR, KEY, Limits(seconds=60))
MERITS = reference_class()


def attributed(rendus: Path, roster: list[Student]) -> Attribution:
    return attribute(read_deposits(rendus), roster, DEVOIR, KEY)


class Published(NamedTuple):
    """A class that was graded, one of whom handed in nothing, and the folders of its files."""

    roster: list[Student]
    rendus: Path
    folder: Path
    results: dict[str, Graded]


@pytest.fixture(scope="module", params=[pytest.param("whole", marks=pytest.mark.soak)])
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("resultats")
    deposits = {student: merit.deposit(student) for student, merit in MERITS.items()}
    rendus = lay(tmp_path_factory.mktemp("rendus"), deposits)
    roster = [Student(name) for name in [*deposits, "absent"]]
    found = grade(attributed(rendus, roster).submissions, SETTINGS, folder)
    publish(folder, DEVOIR, found)
    return Published(roster, rendus, folder, {graded.student.id: graded for graded in found})


def test_the_class_is_large_enough() -> None:
    assert len(MERITS) >= 30


def test_the_marks_are_the_known_ones(published: Published) -> None:
    *present, _ = published.roster
    for student in (one.id for one in present):
        graded = published.results[student]
        found = {mark.question: mark.points for mark in graded.marks}
        assert found == pytest.approx(MERITS[student].expected(student), abs=0.006), student
        assert graded.status is Status.GRADED, student


def test_the_gradebook_has_one_row_each_with_these_marks(published: Published) -> None:
    text = (published.folder / "notes.csv").read_text(encoding="utf-8-sig")
    rows = {row["etudiant"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert list(rows) == [student.id for student in published.roster]
    absent = rows.pop("absent")
    assert absent["statut"] == "non rendu" and absent["note"] == ""
    for student, row in rows.items():
        total = sum(MERITS[student].expected(student).values())
        assert float(row["note"].replace(",", ".")) == pytest.approx(total, abs=0.02)


def graded_in(folder: Path) -> list[str]:
    """The students whose notebooks were run, by the journal."""
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [step["etudiant"] for step in map(json.loads, lines) if step["etape"] == "corrigé"]


def test_only_a_work_that_changed_is_graded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "Pool", NoKernel)
    roster, rendus = [Student("parfait"), Student("rien")], tmp_path / "rendus"

    def graded(**changes: object) -> list[str]:
        deposits = {one.id: MERITS[one.id].deposit(one.id) for one in roster} | changes
        lay(rendus, deposits)  # type: ignore[arg-type]
        (tmp_path / "journal.jsonl").unlink(missing_ok=True)
        grade(attributed(rendus, roster).submissions, SETTINGS, tmp_path, resume=True)
        return graded_in(tmp_path)

    assert sorted(graded()) == ["parfait", "rien"]
    assert graded() == []
    assert graded(rien=MERITS["code_seul"].deposit("rien")) == ["rien"]


def test_the_hidden_run_gets_the_choices_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []

    class Recording(NoKernel):
        """A pool whose runs answer one question."""

        def run(self, asked: Iterable[Job]) -> Iterator[Run]:
            jobs.extend(asked)
            return iter([Run("listes", Ending.DONE, {"rfm": 1}, {}, 1.0, 1.0)])

    monkeypatch.setattr(batch, "Pool", Recording)
    hostile = {"lignes": "x", "scores": {"niveaux": ["cinq"]}, "rfm": {"date": "=" + "1" * 999}}
    merit = Merit(lists=lambda student: hostile)
    lay(tmp_path / "rendus", {"listes": merit.deposit("listes")})
    roster = [Student("listes")]
    grade(attributed(tmp_path / "rendus", roster).submissions, SETTINGS, tmp_path)
    own, hidden = (json.loads(job.files[f"reponses/{DEVOIR}.json"])["answers"] for job in jobs)
    assert "silencieux" in own
    grid = choices("listes")["segments"]
    assert {name: kept["value"] for name, kept in hidden.items()} == {
        "rfm.choix": {"date": "=" + "1" * MOST_TYPED}, "segments.choix": grid, "profil.choix": grid
    }  # fmt: skip
