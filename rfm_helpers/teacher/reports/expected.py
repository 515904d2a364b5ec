"""What was right on each student's own data: for marking texts, and for appeals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers.catalog.assignments import Sheet
from rfm_helpers.documents.workbook import (
    MARK,
    WARNING,
    fit_heights,
    put,
    put_headings,
    save_book,
)
from rfm_helpers.french.words import french
from rfm_helpers.questions.model import Outcome
from rfm_helpers.teacher.results import TABLE, Graded, Mark

_SIZE = french(TABLE.format(""))

COLUMNS = {
    "Étudiant": 18.0,
    "Nom": 28.0,
    "Question": 34.0,
    "Sa réponse": 40.0,
    "Attendu sur ses données": 48.0,
    "Points": 9.0,
    "Barème": 9.0,
}


def expected_lines(sheet: Sheet, graded: Graded) -> str:
    """The right answers on a student's data, one question a line, for whoever marks his texts.

    Of a large table nothing but its size is known: it is left out.
    """
    titles = {question.id: question.title for question in sheet.questions}
    told = {mark.question: mark.expected.replace("\n", " | ") for mark in graded.marks}
    return "\n".join(
        f"{titles[name]} : {text}"
        for name, text in told.items()
        if text and not text.startswith(_SIZE)
    )


def write_expected(path: Path, sheet: Sheet, results: Iterable[Graded]) -> None:
    """Write attendus.xlsx: a row per student and automatic question that has one right answer.

    Raises:
        CourseError: the file cannot be written.
    """
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "Attendus"
    put_headings(page, list(COLUMNS), list(COLUMNS.values()))
    titles = {question.id: question.title for question in sheet.questions}
    rows = [(graded, mark) for graded in results for mark in graded.marks if mark.expected]
    for row, (graded, mark) in enumerate(rows, start=2):
        _fill(page, row, graded, mark, titles[mark.question])
    fit_heights(page, 2)
    page.freeze_panes = "D2"
    page.auto_filter.ref = page.dimensions
    save_book(book, path)


def _fill(page: Worksheet, row: int, graded: Graded, mark: Mark, title: str) -> None:
    student = graded.student
    texts: Sequence[str] = (student.id, student.full_name, title, mark.shown, mark.expected)
    for place, text in enumerate(texts, start=1):
        put(page, row, place, text)
    for place, points in enumerate((mark.points, mark.points_max), start=len(texts) + 1):
        put(page, row, place, points).number_format = MARK
    if mark.outcome in (Outcome.REVIEW, Outcome.ERROR):
        page.cell(row, 4).fill = WARNING
