"""notes.csv, notes.xlsx and moodle.csv: columns, French numbers, and texts no sheet computes."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from support.graded import HOSTILE, SHEET, graded, mark, missing
from support.programs import requires

from rfm_helpers.documents.text import decimal
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.reports.gradebook import (
    MOODLE_HEADINGS,
    points_left,
    question_points,
    write_csv,
    write_moodle,
    write_xlsx,
)
from rfm_helpers.teacher.results import Graded, Status, Student

Row = dict[str, str]

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0"]


def csv_rows(path: Path, results: Sequence[Graded]) -> list[Row]:
    write_csv(path, SHEET, results)
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def moodle_rows(path: Path, results: Sequence[Graded]) -> list[Row]:
    write_moodle(path, SHEET, results)
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def test_csv_is_what_a_french_excel_opens(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    write_csv(path, SHEET, [graded(panier=0.25)])
    assert path.read_bytes() == (
        b"\xef\xbb\xbfetudiant;nom;prenom;statut;note;note_max;ajustements;panier;scores;conseil\r\n"
        + "e1;Morel;Marc;corrigé;11,5;20;;1,5;10;\r\n".encode()
    )


def test_nothing_marked_is_empty_and_nothing_right_is_zero(tmp_path: Path) -> None:
    stopped = graded("e2", panier=0, scores=0, status=Status.TIMEOUT, texts={})
    rows = csv_rows(tmp_path / "notes.csv", [missing(), stopped])
    assert [row["note"] for row in rows] == ["", "0"]
    assert [row["panier"] for row in rows] == ["", "0"]
    assert [row["statut"] for row in rows] == ["non rendu", "délai dépassé"]


def test_a_free_question_counts_once_marked(tmp_path: Path) -> None:
    half = graded(manual={"conseil/appui": 1.25})
    whole = graded("e2", manual={"conseil/appui": 2.5, "conseil/action": 0.0})
    rows = csv_rows(tmp_path / "notes.csv", [graded("e0"), half, whole])
    assert [row["conseil"] for row in rows] == ["", "1,25", "2,5"]
    assert [row["note"] for row in rows] == ["16", "17,25", "18,5"]
    assert [points_left(SHEET, one) for one in (graded(), half, whole, missing())] == [4, 1.5, 0, 0]


def test_questions_add_up_to_the_note(tmp_path: Path) -> None:
    one = graded(panier=0.333, scores=0.1, manual={"conseil/appui": 0.7})
    points = [question_points(question, one) or 0 for question in SHEET.questions]
    assert sum(points) == pytest.approx(one.total)


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_are_never_formulas_in_csv(tmp_path: Path, text: str) -> None:
    student = Student(text, text, "", text, "1")
    (row,) = csv_rows(tmp_path / "notes.csv", [graded(who=student)])
    (moodle,) = moodle_rows(tmp_path / "moodle.csv", [graded(who=student)])
    for cell in (row["etudiant"], moodle["Nom complet"], moodle["Adresse de courriel"]):
        assert cell == "'" + text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_are_never_formulas_in_xlsx(tmp_path: Path, text: str) -> None:
    write_xlsx(tmp_path / "notes.xlsx", SHEET, [graded(who=Student(text))])
    cell = load_workbook(tmp_path / "notes.xlsx")["Notes"]["A2"]
    assert cell.data_type == "s" and cell.quotePrefix
    assert cell.value == text.replace("\r", "\n")


def test_xlsx_has_marks_as_numbers_and_one_sheet_of_questions(tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    write_xlsx(path, SHEET, [graded(panier=0.5), missing()])
    book = load_workbook(path)
    assert book.sheetnames == ["Notes", "Questions"]
    rows = list(book["Notes"].iter_rows(values_only=True))
    assert rows[1] == ("e1", "Marc Morel", "corrigé", 13, 4, None, 3, 10, None)
    assert rows[2] == ("e9", "e9", "non rendu", *[None] * 6)
    assert book["Notes"].freeze_panes == "C2"
    first = next(book["Questions"].iter_rows(min_row=2, max_row=2, values_only=True))
    assert first[3:8] == (6, 3, 0.5, 1, "Leçon 3")


def test_strange_names_are_written_and_read_back(tmp_path: Path) -> None:
    names = ["\x00\x1b[31mZoé", "É" * 40_000, "a\ud800b", "\u202eeoZ", HOSTILE, "Zoé\nLi", "李小龙"]
    results = [graded(f"e{i}", who=Student(f"e{i}", name)) for i, name in enumerate(names)]
    path = tmp_path / "notes.xlsx"
    write_xlsx(path, SHEET, results)
    read = [row[0] for row in load_workbook(path)["Notes"]["B2:B8"]]
    assert read[0].value == "��[31mZoé"
    assert read[1].value.endswith("[Texte coupé\u00a0: 40\u202f000 caractères en tout.]")
    assert read[3].value == "�eoZ" and read[4].value == HOSTILE
    assert len(csv_rows(tmp_path / "notes.csv", results)) == len(names)
    assert len(moodle_rows(tmp_path / "moodle.csv", results)) == len(names)


def test_xlsx_does_not_tell_when_it_was_written(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "notes.xlsx", SHEET, [graded()])
    with ZipFile(tmp_path / "notes.xlsx") as archive:
        dates = re.findall(r">(\d{4}-[^<]+)<", archive.read("docProps/core.xml").decode())
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert dates == ["1980-01-01T00:00:00Z"] * 2


def test_moodle_finds_its_columns_and_its_students(tmp_path: Path) -> None:
    (row,) = moodle_rows(tmp_path / "moodle.csv", [graded(panier=0.25)])
    assert tuple(row) == MOODLE_HEADINGS
    assert row["Identifiant"] == "Participant123"
    assert row["Nom complet"] == "Marc Morel"
    assert row["Note"] == "11,50" and row["Note maximale"] == "20,00"
    assert row["Feedback par commentaires"].replace("\u00a0", " ") == (
        "1. Le panier moyen : 1,5 sur 6<br>2. Les scores : 10 sur 10<br>3. Votre conseil : à noter"
    )


def test_moodles_comment_holds_nothing_of_the_students(tmp_path: Path) -> None:
    one = graded(texts={"conseil": HOSTILE}, notices=(HOSTILE,))
    wrong = (mark("panier", 0, message=HOSTILE, shown=HOSTILE), mark("scores"))
    one = Graded(one.student, one.status, wrong, one.texts, one.notices)
    (row,) = moodle_rows(tmp_path / "moodle.csv", [one])
    assert "script" not in row["Feedback par commentaires"]


def test_moodle_leaves_aside_what_was_not_marked_and_who_has_no_number(tmp_path: Path) -> None:
    path = tmp_path / "moodle.csv"
    last = moodle_rows(path, [graded(), missing()])[1]
    assert last["Identifiant"] == last["Note"] == last["Feedback par commentaires"] == ""


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_moodle])
def test_same_results_give_the_same_bytes(
    tmp_path: Path, write: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [graded(), missing()]
    write(tmp_path / "one", SHEET, results)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 1, 1, 1, 1, 0, 1, 0))
    write(tmp_path / "two", SHEET, results)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert not list(tmp_path.glob("*.en-cours"))


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_moodle])
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, write: Callable[..., object]) -> None:
    with pytest.raises(CourseError, match="ne s’écrit pas"):
        write(tmp_path / "non" / "notes", SHEET, [graded()])


def test_points_are_written_with_the_decimals_they_need() -> None:
    assert [decimal(x) for x in (0, 10, 0.1 + 0.2, 12.345)] == ["0", "10", "0,3", "12,35"]


@requires("soffice")
def test_libreoffice_reads_a_formula_as_a_text(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "notes.xlsx", SHEET, [graded(who=Student("=1+1", "Morel"))])
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "notes.xlsx")], check=True, capture_output=True)
    assert (tmp_path / "notes.csv").read_bytes().splitlines()[1].startswith(b"=1+1,Morel,")
