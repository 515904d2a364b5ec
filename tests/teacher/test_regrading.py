"""Grading again: an appeal, late work, another list, a course that changed. Nothing is lost."""

from __future__ import annotations

import csv
import json
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest
from support.classroom import DEVOIR, KEY, answers_file, right_values

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher import cli
from rfm_helpers.teacher.classroom import handed_out
from rfm_helpers.teacher.reports import publishing
from rfm_helpers.teacher.reports.hand_marks import COLUMNS, MARKS

OTHER = "devoir_2_strategie_budget"
KEY_FILE = Path("cle_du_cours.txt")
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command, in a folder where e1 and e2 handed in their fields, and e3 nothing."""

    def run(*words: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["rfm-cours", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        assert left.value.code == code, said
        return f"{said.out}{said.err}".replace("\xa0", " ")

    monkeypatch.chdir(tmp_path)
    KEY_FILE.write_text(KEY, encoding="utf-8")
    Path("liste.csv").write_text("etudiant;participant\ne1;11\ne2;12\ne3;13\n", encoding="utf-8")
    for student in ("e1", "e2"):
        hand_in(student, right_values(student) | {"conseil": "Rappeler les fidèles."})
    return run


def hand_in(student: str, values: dict[str, object]) -> None:
    place = Path("rendus", student, f"{DEVOIR}.json")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(answers_file(student, values))


def graded(run: Run, *words: object, code: int = 0, rendus: str = "rendus") -> str:
    options = ["--devoir", DEVOIR, "--sortie", "resultats"]
    return run("corriger", rendus, *options, *words, code=code)


def notes(name: str = "notes.csv") -> dict[str, str]:
    """The mark of each student, or of each of Moodle's participants."""
    student, note, separator = {
        "notes.csv": ("etudiant", "note", ";"),
        "moodle.csv": ("Identifiant", "Note", ","),
    }[name]
    text = Path("resultats", name).read_text(encoding="utf-8-sig")
    return {
        row[student]: row[note] for row in csv.DictReader(text.splitlines(), delimiter=separator)
    }


def mark_by_hand(points: float) -> None:
    path = Path("resultats/a_noter.xlsx")
    book = openpyxl.load_workbook(path)
    places = {name: place for place, name in enumerate(COLUMNS, start=1)}
    for row in range(2, book[MARKS].max_row + 1):
        if book[MARKS].cell(row, places["etudiant"]).value != "e3":
            book[MARKS].cell(row, places["points"]).value = points
    book.save(path)


def everything() -> dict[str, bytes]:
    files = Path("resultats").rglob("*")
    return {path.name: path.read_bytes() for path in files if path.suffix in (".csv", ".json")}


LIST = ("--liste", "liste.csv")


def test_an_appeal_leaves_the_others_as_they_were(run: Run) -> None:
    graded(run, *LIST)
    mark_by_hand(0.5)
    run("finaliser", "resultats")
    before, moodle = notes(), notes("moodle.csv")
    assert float(before["e1"].replace(",", ".")) > 2 and before["e3"] == ""
    Path("rendus/e1").rename("appel")
    Path("recours").mkdir()
    Path("appel").rename("recours/e1")
    for words in (LIST, ()):
        graded(run, *words, rendus="recours")
        assert notes() == before and notes("moodle.csv") == moodle


def test_what_a_hand_added_to_the_workbook_is_kept(run: Run) -> None:
    graded(run, *LIST)
    path = Path("resultats/a_noter.xlsx")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Mes calculs")["A1"] = "à moi"
    book[MARKS].cell(2, len(COLUMNS) + 1).value = "relire"
    book.save(path)
    assert "a_noter-copie-" not in run("finaliser", "resultats")
    assert "gardé sous « a_noter-copie-" in graded(run, *LIST)
    (copy,) = Path("resultats").glob("a_noter-copie-*.xlsx")
    kept = openpyxl.load_workbook(copy)
    assert kept["Mes calculs"]["A1"].value == "à moi"
    assert kept[MARKS].cell(2, len(COLUMNS) + 1).value == "relire"
    assert "-copie-" not in graded(run, *LIST)


def test_late_work_takes_its_row(run: Run) -> None:
    graded(run, *LIST)
    before = notes()
    hand_in("e3", {})
    Path("retard").mkdir()
    Path("rendus/e3").rename("retard/e3")
    graded(run, *LIST, rendus="retard")
    assert notes() == before | {"e3": notes()["e3"]}


def test_a_strangers_copy_takes_no_earlier_mark(run: Run) -> None:
    graded(run, *LIST)
    before = notes()
    Path("rendus/e1").rename("rendus/Jean Bon_99_assignsubmission_file_")
    graded(run, *LIST)
    assert notes() == before
    report = Path("resultats/rapport.html").read_text(encoding="utf-8").replace("\xa0", " ")
    assert "« e1 » ne se trouve que dans le dépôt d’un autre" in report
    assert "Jean Bon;99;e1" in Path("resultats/identites.csv").read_text(encoding="utf-8-sig")


def test_one_student_alone_is_graded(run: Run) -> None:
    graded(run, *LIST)
    before = notes()
    hand_in("e1", {})
    hand_in("e2", {})
    graded(run, *LIST, "--etudiant", "e2")
    assert notes()["e1"] == before["e1"] and notes()["e2"] != before["e2"]
    said = graded(run, *LIST, "--etudiant", "e9", code=1)
    assert "« e9 » n’est ni dans la liste" in said


@pytest.mark.parametrize(
    ("change", "words", "part"),
    [
        (lambda: None, ["--devoir", OTHER], f"contient les résultats de « {DEVOIR} »"),
        (
            lambda: Path("liste.csv").write_text("etudiant\ne2\ne3\n", encoding="utf-8"),
            ["--devoir", DEVOIR],
            "n’a plus « e1 », dont la note serait perdue",
        ),
    ],
    ids=["another assignment", "a list without a marked student"],
)
def test_what_would_lose_a_result_is_refused_before_anything_runs(
    run: Run, change: Callable[[], object], words: list[str], part: str
) -> None:
    graded(run, *LIST)
    before = everything()
    change()
    said = run("corriger", "rendus", *LIST, *words, "--sortie", "resultats", code=1)
    assert part in said
    assert everything() == before


def test_results_are_all_written_or_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    graded(run, *LIST)
    before = everything()

    def fails(*_: object) -> None:
        raise CourseError("Le rapport ne s’écrit pas : libérez de la place.")

    monkeypatch.setattr(publishing, "write_report", fails)
    hand_in("e1", {})
    graded(run, *LIST, code=1)
    left = {name: data for name, data in everything().items() if name in before}
    states = {path.name for path in Path("resultats/etat").glob("*")}
    assert {n: d for n, d in left.items() if n not in states} == {
        n: d for n, d in before.items() if n not in states
    }


def test_a_course_that_changed_since_the_hand_out_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("distribuer", *LIST, "--devoir", DEVOIR, "--sortie", "a_distribuer")
    noted = json.loads(Path("cle_du_cours_variantes.json").read_text(encoding="utf-8"))
    assert set(noted[DEVOIR]["variantes"]) == {"e1", "e2", "e3"}
    graded(run, *LIST)
    before = everything()
    for name in ("digest", "cells_digest"):
        with monkeypatch.context() as patch:
            patch.setattr(handed_out, name, lambda _: "another")
            said = graded(run, *LIST, code=1)
        assert "Le cours a changé depuis la distribution (3 étudiants" in said
        assert version("rfm-helpers") in said
        assert everything() == before


def test_the_key_never_goes_out_with_the_assignments(run: Run) -> None:
    Path("a_distribuer").mkdir()
    where = ("--sortie", "a_distribuer", "--cle", "a_distribuer/cle.txt")
    said = run("distribuer", *LIST, "--devoir", DEVOIR, *where, code=1)
    assert "serait distribuée" in said and not Path("a_distribuer/cle.txt").exists()


def test_grading_says_which_key_and_what_no_isolation_means(run: Run) -> None:
    said = graded(run, *LIST, "--isolation", "aucune")
    assert str(KEY_FILE.absolute()) in said
    assert "s’exécute avec vos droits" in said


def test_moodle_gets_each_page_under_its_participants_name(run: Run) -> None:
    text = "etudiant;nom;prenom;participant\ne1;Le_Goff;Awa;11\ne2;../X;Léo;12\ne3;;;\n"
    Path("liste.csv").write_text(text, encoding="utf-8")
    graded(run, *LIST)
    with zipfile.ZipFile("resultats/retours_moodle.zip") as archive:
        names = archive.namelist()
        page = archive.read(names[0])
    assert page == Path("resultats/retours/e1.html").read_bytes()
    fields = [name.split("_", 3) for name in names]
    assert [(field[1], field[2]) for field in fields] == [
        ("11", "assignfeedback"), ("12", "assignfeedback")
    ]  # fmt: skip
    assert [name for name in names if ".." in name.split("/")] == []


def test_each_student_has_a_zip_of_his_own(run: Run) -> None:
    run("distribuer", *LIST, "--devoir", DEVOIR, "--sortie", "a_distribuer")
    with zipfile.ZipFile(f"a_distribuer/e1_{DEVOIR}.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    folder = Path("a_distribuer/e1")
    assert inside == {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
