"""a_noter.xlsx: written, marked in a spreadsheet, read back, written again with its marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.graded import HOSTILE, SHEET, graded, missing

from rfm_helpers.documents.workbook import lines_of
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.teacher.reports.expected import write_expected
from rfm_helpers.teacher.reports.hand_marks import (
    COLUMNS,
    FIRST_COMMENTS,
    read_marked,
    write_to_mark,
)
from rfm_helpers.teacher.results import Graded, Status, Student

PLACES = {name: place for place, name in enumerate(COLUMNS, start=1)}
LARGE = french("tableau : 273 lignes")
CLASS = (graded("e1"), graded("e2", texts={"conseil": ""}), missing("e3"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file as it is first written, for `CLASS`."""
    path = tmp_path / "a_noter.xlsx"
    write_to_mark(path, SHEET, CLASS)
    return path


def edit(path: Path, change: Callable[[Worksheet], object]) -> None:
    """Change the sheet of marks as a teacher would in a spreadsheet."""
    book = load_workbook(path)
    change(book["À noter"])
    book.save(path)


def give(path: Path, row: int, points: object, comment: str | None = None) -> None:
    def change(page: Worksheet) -> None:
        page.cell(row, PLACES["points"]).value = points
        page.cell(row, PLACES["commentaire"]).value = comment

    edit(path, change)


def rows(path: Path) -> list[dict[str, Any]]:
    page = load_workbook(path)["À noter"]
    return [
        dict(zip(COLUMNS, values, strict=True))
        for values in page.iter_rows(min_row=2, values_only=True)
    ]


def refused(path: Path, results: Sequence[Graded] = CLASS) -> str:
    with pytest.raises(CourseError) as caught:
        read_marked(path, SHEET, results)
    return str(caught.value).replace("\u00a0", " ")


def test_one_row_per_student_and_criterion(path: Path) -> None:
    found = [(row["etudiant"], row["clé"], row["barème"], row["à savoir"]) for row in rows(path)]
    assert found == [
        ("e1", "conseil/appui", 2.5, None),
        ("e1", "conseil/action", 1.5, None),
        ("e2", "conseil/appui", 2.5, "pas de texte"),
        ("e2", "conseil/action", 1.5, "pas de texte"),
        ("e3", "conseil/appui", 2.5, "non rendu"),
        ("e3", "conseil/action", 1.5, "non rendu"),
    ]
    assert rows(path)[0]["texte"] == "Appeler les clients perdus."


def test_the_spreadsheet_helps_to_mark(path: Path) -> None:
    book = load_workbook(path)
    page = book["À noter"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    points, comments = rules["G2:G7"], rules["H2:H7"]
    assert (points.type, points.formula1, points.formula2) == ("decimal", "0", "$E2")
    assert points.showErrorMessage and not comments.showErrorMessage
    assert comments.formula1 == "Commentaires!$A$2:$A$200"
    assert book["Commentaires"]["A2"].value == FIRST_COMMENTS[0]
    assert page.column_dimensions["J"].hidden and page.freeze_panes == "C2"


def test_marks_come_back_and_totals_follow(path: Path) -> None:
    give(path, 2, 2.25, "Bien appuyé.")
    give(path, 3, "1,5")
    first, second, third = read_marked(path, SHEET, CLASS)
    assert first.manual == {"conseil/appui": 2.25, "conseil/action": 1.5}
    assert first.comments == {"conseil/appui": "Bien appuyé."}
    assert first.total == 16 + 3.75
    assert second.manual == {"conseil/appui": 0, "conseil/action": 0} and second.total == 16
    assert third.manual == {} and third.total == 0


def test_an_empty_cell_is_not_marked_yet(path: Path) -> None:
    give(path, 2, 0)
    assert read_marked(path, SHEET, CLASS)[0].manual == {"conseil/appui": 0}


def test_rows_may_be_sorted_and_columns_moved(path: Path) -> None:
    give(path, 2, 2)
    book = load_workbook(path)
    old = list(book["À noter"].iter_rows(values_only=True))
    moved = Workbook()
    page = moved.active
    assert isinstance(page, Worksheet)
    page.title = "À noter"
    for values in (old[0], *reversed(old[1:])):
        page.append(list(reversed(values)))
    moved.save(path)
    assert read_marked(path, SHEET, CLASS)[0].manual == {"conseil/appui": 2}


@pytest.mark.parametrize(
    "points", [3, 2.51, -1, "beaucoup", "nan", "inf", True, dt.datetime(2026, 5, 1)]
)
def test_points_that_cannot_be_name_the_row(path: Path, points: object) -> None:
    give(path, 2, points)
    said = refused(path)
    assert "La ligne 2 de « a_noter.xlsx »" in said and "« e1 »" in said
    assert "écrivez un nombre entre 0 et 2,5" in said


def test_a_deleted_row_is_named(path: Path) -> None:
    edit(path, lambda page: page.delete_rows(3))
    assert "« e1 », critère « Propose une action », manque" in refused(path)


def test_an_unknown_student_is_named(path: Path) -> None:
    give(path, 2, 1)
    edit(path, lambda page: setattr(page["A2"], "value", "e8"))
    assert "La ligne 2 de « a_noter.xlsx » donne des points à « e8 »" in refused(path)
    with pytest.raises(CourseError, match="e8"):
        write_to_mark(path, SHEET, CLASS)


def test_an_unknown_criterion_is_named(path: Path) -> None:
    give(path, 2, 1)
    edit(path, lambda page: setattr(page["J2"], "value", "conseil/autre"))
    assert "pour « e1 », ne nomme aucun critère" in refused(path)


def test_a_row_pasted_twice_is_named(path: Path) -> None:
    edit(path, lambda page: page.append([cell.value for cell in page[2]]))
    assert "La ligne 8 de « a_noter.xlsx » répète la ligne 2" in refused(path)


def test_a_missing_sheet_or_column_is_named(path: Path) -> None:
    edit(path, lambda page: setattr(page["G1"], "value", "pts"))
    assert "La colonne « points » manque" in refused(path)
    edit(path, lambda page: setattr(page, "title", "Feuille"))
    assert "La feuille « À noter » manque" in refused(path)


@pytest.mark.parametrize("content", [b"", b"bonjour", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_workbook_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "ne s’ouvre pas comme un classeur" in refused(path)
    with pytest.raises(CourseError):
        write_to_mark(path, SHEET, CLASS)
    assert path.read_bytes() == content


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "ne s’ouvre pas" in refused(tmp_path / "a_noter.xlsx")


def test_writing_again_keeps_marks_and_the_teachers_comments(path: Path) -> None:
    give(path, 3, 1.25, "À revoir ensemble.")
    book = load_workbook(path)
    book["Commentaires"]["A12"].value = "Mon commentaire."
    book.save(path)
    more = (graded("e0"), *CLASS)
    write_to_mark(path, SHEET, more)
    kept = {(row["etudiant"], row["clé"]): row for row in rows(path)}
    assert kept["e1", "conseil/action"]["points"] == 1.25
    assert kept["e1", "conseil/action"]["commentaire"] == "À revoir ensemble."
    assert kept["e1", "conseil/action"]["à savoir"] is None
    assert len(kept) == 8
    assert load_workbook(path)["Commentaires"]["A12"].value == "Mon commentaire."
    assert read_marked(path, SHEET, more)[1].manual == {"conseil/action": 1.25}


def test_a_text_changed_since_is_flagged_until_the_teacher_says_so(path: Path) -> None:
    give(path, 2, 2)
    changed = (graded("e1", texts={"conseil": "Autre chose."}), *CLASS[1:])
    for _ in range(2):
        write_to_mark(path, SHEET, changed)
        flags = [row["à savoir"] for row in rows(path)[:2]]
        assert flags == ["texte modifié depuis", None]
        assert rows(path)[0]["points"] == 2 and rows(path)[0]["texte"] == "Autre chose."
    edit(path, lambda page: setattr(page["I2"], "value", None))
    write_to_mark(path, SHEET, changed)
    assert rows(path)[0]["à savoir"] is None
    assert read_marked(path, SHEET, changed)[0].manual == {"conseil/appui": 2}


def test_marks_outlive_work_that_is_no_longer_there(path: Path) -> None:
    give(path, 2, 2)
    gone = (replace(CLASS[0], status=Status.MISSING, marks=(), texts={}), *CLASS[1:])
    write_to_mark(path, SHEET, gone)
    assert rows(path)[0]["points"] == 2 and rows(path)[0]["à savoir"] == "texte modifié depuis"


def test_a_student_who_left_goes_if_nothing_was_given(path: Path) -> None:
    write_to_mark(path, SHEET, CLASS[:2])
    assert {row["etudiant"] for row in rows(path)} == {"e1", "e2"}


def test_hostile_texts_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "a_noter.xlsx"
    texts = ["=1+1", "@x", "\x00\x1b[31m\ud800", HOSTILE, "é" * 60_000, "😀" * 40_000]
    results = [
        graded(f"e{i}", texts={"conseil": text}, who=Student(f"e{i}", text))
        for i, text in enumerate(texts)
    ]
    for _ in range(2):
        write_to_mark(path, SHEET, results)
        page = load_workbook(path)["À noter"]
        cells = [page.cell(2 + 2 * i, PLACES["texte"]) for i in range(len(texts))]
        assert {cell.data_type for cell in cells} == {"s"}
        assert cells[0].value == "=1+1" and cells[0].quotePrefix
        assert cells[3].value == HOSTILE
        assert "Texte coupé" in cells[4].value and "Texte coupé" in cells[5].value
    assert len(read_marked(path, SHEET, results)) == len(results)
    assert not any(row["à savoir"] for row in rows(path))


def test_same_results_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre.xlsx"
    write_to_mark(other, SHEET, CLASS)
    assert other.read_bytes() == path.read_bytes()
    write_to_mark(path, SHEET, CLASS)
    assert other.read_bytes() == path.read_bytes()


def test_what_is_right_stands_beside_each_text_and_no_row_is_clipped(tmp_path: Path) -> None:
    rows = "\n".join(f"Segment {rank} : 12 ; 1 500 ; 125" for rank in range(11))
    one = graded("e1", texts={"conseil": "Un texte."})
    marks = (replace(one.marks[0], expected=rows), replace(one.marks[1], expected=LARGE))
    one = replace(one, marks=marks)
    write_to_mark(tmp_path / "a_noter.xlsx", SHEET, [one])
    page = load_workbook(tmp_path / "a_noter.xlsx")["À noter"]
    figures = page.cell(2, [*COLUMNS].index("ses chiffres") + 1).value
    assert figures.startswith("Le panier moyen") and "tableau" not in figures
    assert figures.count("Segment") == 11
    assert page.row_dimensions[2].height >= 15 * lines_of(figures, COLUMNS["ses chiffres"])
    write_expected(tmp_path / "attendus.xlsx", SHEET, [one])
    page = load_workbook(tmp_path / "attendus.xlsx").active
    assert page.row_dimensions[2].height >= 15 * 11 and page["E3"].value == LARGE
