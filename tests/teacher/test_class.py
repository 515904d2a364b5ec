"""Whole classes, killed and graded on: the gradebook is the known one, and nothing stays behind.

`make test` grades the class that ships with the course; `make soak`, two hundred students.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from support.programs import requires
from support.school import ODD, School, generated_school, grade, practice_school, rows

pytestmark = requires("bwrap")


class Killed(NamedTuple):
    """A class graded by a command that was killed so often, and the same not killed.

    ``once`` holds three students alone where the class is small.
    """

    school: School
    results: Path
    once: Path


@pytest.fixture(scope="module", params=[0, pytest.param(200, marks=pytest.mark.soak)],
                ids=["practice", "two hundred"])  # fmt: skip
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder, size = tmp_path_factory.mktemp("ecole"), request.param
    if size:
        school = generated_school(folder / "classe", size, size * ODD // 100)
    else:
        school = practice_school(folder / "classe")
    kills = 20 if size else 2
    moments = random.Random(size).sample(range(len(school.expected) * 3 // 4), kills)
    once, results = folder / "une_fois", folder / "resultats"
    options = {} if size else {"seconds": 5, "processes": 1}
    grade(school, results, moments, **options)
    grade(school if size else three_of(school), once, **options)
    return Killed(school, results, once)


def three_of(school: School) -> School:
    """The same deposits, with a list of three, one of whom has a notebook to run."""
    path = school.folder / "liste.csv"
    titles, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([titles, lines[1], lines[9], lines[10]]), encoding="utf-8")
    return school


def test_the_gradebook_is_the_known_one(killed: Killed) -> None:
    found = rows(killed.results)
    assert list(found) == list(killed.school.expected)
    for student, (status, mark) in killed.school.expected.items():
        row = found[student]
        assert row["statut"] == status, student
        note = float(row["note"].replace(",", ".")) if row["note"] else None
        assert note == pytest.approx(mark, abs=0.02), student


def test_marks_and_pages_are_those_of_a_run_that_was_not_killed(killed: Killed) -> None:
    once, again = rows(killed.once), rows(killed.results)
    assert len(once) >= 3
    for student, row in once.items():
        assert again[student] == row
    pages = sorted((killed.once / "retours").glob("*.html"))
    assert len(pages) == len(once)
    for page in pages:
        assert (killed.results / "retours" / page.name).read_bytes() == page.read_bytes()


def test_what_was_done_is_not_done_again(killed: Killed) -> None:
    lines = (killed.results / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    done = [step["etudiant"] for step in map(json.loads, lines) if step["etape"] == "corrigé"]
    begun = sum('"début"' in line for line in lines)
    assert len(set(done)) <= len(done) < len(set(done)) + 2 * begun


def test_nothing_is_left_behind(killed: Killed) -> None:
    kept = {"rendus.zip", "liste.csv", "cle_du_cours.txt", "resultats", "LISEZ-MOI.txt"}
    assert {path.name for path in killed.school.folder.iterdir()} <= kept
    left = [path for path in killed.results.rglob("*") if path.suffix in (".partial", ".en-cours")]
    assert not left


@pytest.fixture
def busy() -> Iterator[None]:
    """Four processes that compute for each processor."""
    with ExitStack() as stack:
        for _ in range(4 * (os.cpu_count() or 1)):
            words = [sys.executable, "-c", "while True: pass"]
            stack.callback(stack.enter_context(subprocess.Popen(words)).kill)
        yield


@pytest.mark.soak
def test_a_busy_machine_changes_no_status(busy: None, tmp_path: Path) -> None:
    school = generated_school(tmp_path / "classe", 60, 30)
    grade(school, tmp_path / "resultats")
    found = rows(tmp_path / "resultats")
    statuses = {student: status for student, (status, _) in school.expected.items()}
    assert {student: row["statut"] for student, row in found.items()} == statuses
