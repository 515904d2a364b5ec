"""Hostile and broken submissions, graded by the command line among honest ones of known merit."""

from __future__ import annotations

import csv
import json
import re
import socket
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.classroom import DEVOIR, KEY
from support.course import ROOT
from support.hostile import FORMULA, HONEST, Case, deposit, makers
from support.programs import requires

from rfm_helpers.teacher import cli

pytestmark = requires("bwrap")

SECONDS = 6


# --- the class, as Moodle gives it ----------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """What the command printed, and wrote."""

    code: object
    said: str
    folder: Path
    cases: Mapping[str, Case]
    rows: Mapping[str, dict[str, str]]
    called: bool


def moodle_zip(path: Path, class_cases: Mapping[str, Case]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, case in enumerate(class_cases.values(), start=100):
            name = "".join(case.names)[:30].replace("/", "") or "Nom"
            top = f"{name}_{number}_assignsubmission_file"
            for place, content in case.files.items():
                archive.writestr(f"{top}/{place}", content)
        for number, student in enumerate(["vole", "inconnue"], start=9998):
            for place, content in deposit(student).items():
                archive.writestr(f"Nom_{number}_assignsubmission_file/{place}", content)


def roster_csv(path: Path, class_cases: Mapping[str, Case]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["etudiant", "nom", "prenom", "courriel", "participant"])
        for number, (student, case) in enumerate(class_cases.items(), start=100):
            writer.writerow([student, *case.names, "", number])
        writer.writerow(["absent", "Parti", "Luc", "", 99])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("ecole")
    key, rendus, liste = folder / "cle_du_cours.txt", folder / "rendus.zip", folder / "liste.csv"
    key.write_text(KEY, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        places = [str(path) for path in (rendus, key, liste, folder, ROOT, Path.home() / ".bashrc")]
        made = makers(server.getsockname()[1], places)
        class_cases = {student: make(student) for student, make in made.items()}
        moodle_zip(rendus, class_cases)
        roster_csv(liste, class_cases)
        results = folder / "resultats"
        patch.setenv("RFM_SECRET", "RFM_SECRET")
        words = ["corriger", rendus, "--devoir", DEVOIR, "--sortie", results, "--liste", liste]
        words += ["--cle", key, "--delai", SECONDS, "--memoire", 700]
        patch.setattr(sys, "argv", ["rfm-cours", *map(str, words)])
        patch.setattr(cli, "say", (said := []).append)
        with pytest.raises(SystemExit) as left:
            cli.main()
        server.settimeout(0)
        try:
            server.accept()
            called = True
        except OSError:
            called = False
    text = (results / "notes.csv").read_text(encoding="utf-8-sig")
    rows = {row["etudiant"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
    yield Ran(left.value.code, "\n".join(said), results, class_cases, rows, called)


NAMES = list(makers(0, []))


@pytest.mark.parametrize("student", NAMES)
def test_each_ends_in_its_status_and_mark(student: str, ran: Ran) -> None:
    row, case = ran.rows[student], ran.cases[student]
    found = float(row["note"].replace(",", ".")) if row["note"] else None
    assert row["statut"] == case.status
    assert found == (None if case.mark is None else pytest.approx(case.mark, abs=0.02))


@pytest.mark.parametrize("student", HONEST)
def test_the_points_of_honest_work_are_the_known_ones(student: str, ran: Ran) -> None:
    found = {mark["question"]: mark["points"] for mark in state(ran, student)["marks"]}
    assert found == pytest.approx(dict(ran.cases[student].points), abs=0.006)


def test_everyone_has_one_row_and_a_stranger_is_told(ran: Ran) -> None:
    assert ran.code == 0
    assert len(ran.rows) == len(NAMES) + 1
    assert (ran.rows["absent"]["statut"], ran.rows["absent"]["note"]) == ("non rendu", "")
    assert "inconnue" not in ran.rows
    assert "« inconnue » : aucun étudiant de la liste" in ran.said.replace("\xa0", " ")


def test_nothing_was_reached_outside_of_the_sandbox(ran: Ran) -> None:
    assert not ran.called
    assert {path.name for path in ran.folder.parent.iterdir()} == {
        *("cle_du_cours.txt", "rendus.zip", "liste.csv", "resultats")
    }
    assert not list(ran.folder.rglob("evade*"))


def state(ran: Ran, student: str) -> dict[str, Any]:
    results = json.loads((ran.folder / "resultats.json").read_text(encoding="utf-8"))["resultats"]
    return next(one for one in results if one["student"]["id"] == student)


def test_what_was_left_out_or_put_right_is_said(ran: Ran) -> None:
    for student, case in ran.cases.items():
        notices = " ".join(state(ran, student)["notices"])
        assert case.says in notices
        if case.status == "modifié":
            assert "Cellule(s) du devoir" in notices


def test_every_student_has_a_feedback_page_without_a_script(ran: Ran) -> None:
    pages = list((ran.folder / "retours").glob("*.html"))
    assert len(pages) == len(NAMES) + 1
    for page in [*pages, ran.folder / "rapport.html"]:
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text and "<img src=x" not in text
        assert not re.search(r"\son\w+\s*=\s*[\"']?alert", re.sub(r"&lt;.*?&gt;", "", text))


def test_no_spreadsheet_computes_what_a_student_wrote(ran: Ran) -> None:
    for row in csv.reader((ran.folder / "moodle.csv").read_text("utf-8").splitlines()):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert not any(
        cell.startswith(("=", "+", "@")) for row in ran.rows.values() for cell in row.values()
    )
    for name in ("notes.xlsx", "a_noter.xlsx"):
        book = openpyxl.load_workbook(ran.folder / name)
        cells = [cell for page in book for row in page.iter_rows() for cell in row]
        hostile = [cell for cell in cells if FORMULA in str(cell.value)]
        assert hostile and all(cell.data_type == "s" for cell in hostile)
        assert all("HYPERLINK" not in str(c.value) for c in cells if c.data_type == "f")


def test_the_journal_has_a_line_for_everyone_who_was_run(ran: Ran) -> None:
    lines = (ran.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    steps = [json.loads(line) for line in lines]
    graded = [step["etudiant"] for step in steps if step["etape"] == "corrigé"]
    readable = [n for n, c in ran.cases.items() if c.status not in ("illisible", "autre devoir")]
    assert sorted(graded) == sorted(readable)
