"""The gradebook: notes.csv for a spreadsheet in French, notes.xlsx, moodle.csv to import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers.catalog.assignments import TOTAL, MarkingCriterion, Mode, Sheet, SheetQuestion
from rfm_helpers.documents.text import decimal, neutral, one_line, write_bytes
from rfm_helpers.documents.workbook import (
    FONT,
    MARK,
    WARNING,
    fit_heights,
    put,
    put_headings,
    save_book,
)
from rfm_helpers.french.words import french
from rfm_helpers.questions.model import Outcome
from rfm_helpers.teacher.results import Adjustment, Graded, Status

CSV_HEADINGS = ("etudiant", "nom", "prenom", "statut", "note", "note_max", "ajustements")
#: Moodle's own headings in French: it finds its columns by these very words.
MOODLE_HEADINGS = (
    "Identifiant",
    "Nom complet",
    "Adresse de courriel",
    "Statut",
    "Note",
    "Note maximale",
    "La note peut être modifiée",
    "Dernière modification (travail remis)",
    "Dernière modification (note)",
    "Feedback par commentaires",
)
WAYS: Mapping[Mode, str] = {
    "code": "automatique : la cellule est exécutée",
    "value": "automatique : la réponse du champ",
    "free": "par l’enseignant : grille de critères",
}

_NOTHING_MARKED = {
    *(Status.MISSING, Status.UNREADABLE, Status.WRONG, Status.IDENTITY, Status.UNMARKED)
}
_AS_EXPECTED = {Status.GRADED, Status.MODIFIED}


# --- points --------------------------------------------------------------------------------------


def is_marked(graded: Graded) -> bool:
    """Whether there was something to mark: false for « non rendu », « illisible » and such."""
    answered = any(mark.outcome is not Outcome.NOT_STARTED for mark in graded.marks)
    written = any(text.strip() for text in graded.texts.values())
    given = bool(graded.manual or graded.adjustments)
    return graded.status not in _NOTHING_MARKED or answered or written or given


def criteria(sheet: Sheet) -> Iterator[tuple[str, SheetQuestion, MarkingCriterion]]:
    """The criteria of the free questions, each with its key, ``"question/criterion"``."""
    for question in sheet.questions:
        for criterion in question.criteria:
            yield f"{question.id}/{criterion.id}", question, criterion


def question_points(question: SheetQuestion, graded: Graded) -> float | None:
    """The points of a question; None when nothing was marked, or a free text not yet."""
    if not is_marked(graded):
        return None
    if question.mode == "free":
        keys = [f"{question.id}/{criterion.id}" for criterion in question.criteria]
        given = [graded.manual[key] for key in keys if key in graded.manual]
        return round(fsum(given), 2) if given else None
    return next((mark.points for mark in graded.marks if mark.question == question.id), 0.0)


def points_left(sheet: Sheet, graded: Graded) -> float:
    """The points that the teacher has still to give."""
    if not is_marked(graded):
        return 0.0
    keys = criteria(sheet)
    return round(fsum(one.points for key, _, one in keys if key not in graded.manual), 2)


def signed(adjustment: Adjustment) -> str:
    """The points of an adjustment, with their sign.

    >>> signed(Adjustment("Retard", -1.5, "")), signed(Adjustment("Points en plus", 1, ""))
    ('−1,5', '+1')
    """
    return f"{'−' if adjustment.points < 0 else '+'}{decimal(abs(adjustment.points))}"


def lesson_number(question: SheetQuestion) -> int:
    """The lesson to reread, numbered as its file is."""
    return int(question.lesson.partition("_")[0])


# --- files ---------------------------------------------------------------------------------------


def write_csv(path: Path, sheet: Sheet, results: Iterable[Graded]) -> None:
    """Write notes.csv as a French Excel opens it: semicolons, decimal commas, UTF-8 with BOM.

    Columns ``etudiant``, ``nom``, ``prenom``, ``statut``, ``note`` (points so far), ``note_max``,
    ``ajustements`` (what they add to the questions' points), then one per question id, empty as
    long as a free text is not marked. Where nothing was handed in or could be read, ``note`` and
    the questions are empty rather than 0: nothing was marked, and what it is worth is for the
    teacher to say.

    Raises:
        CourseError: a file that cannot be written.
    """
    rows: list[Sequence[str]] = [(*CSV_HEADINGS, *(one.id for one in sheet.questions))]
    for graded in results:
        points = (question_points(question, graded) for question in sheet.questions)
        note = graded.total if is_marked(graded) else None
        student = graded.student
        names = (student.id, student.last_name, student.first_name)
        rows.append(
            (
                *(neutral(one_line(text)) for text in names),
                graded.status.value,
                *(_decimal(value) for value in (note, TOTAL, _adjusted(graded), *points)),
            )
        )
    write_bytes(path, _csv(rows, ";").encode("utf-8-sig"))


def write_xlsx(path: Path, sheet: Sheet, results: Sequence[Graded]) -> None:
    """Write notes.xlsx: a sheet of marks, one row per student, and a sheet of questions.

    Raises:
        CourseError: a file that cannot be written.
    """
    book = Workbook()
    marks, questions = book.active, book.create_sheet("Questions")
    assert isinstance(marks, Worksheet)
    marks.title = "Notes"
    _fill_marks(marks, sheet, results)
    _fill_questions(questions, sheet, results)
    save_book(book, path)


def write_moodle(path: Path, sheet: Sheet, results: Iterable[Graded]) -> None:
    """Write moodle.csv, the grading worksheet that Moodle imports when it is set to French.

    A student whose mark is empty (see `write_csv`) is left as he is by Moodle, which goes by the
    number of participant alone: it skips the row of a student without one.

    Raises:
        CourseError: a file that cannot be written.
    """
    rows = [MOODLE_HEADINGS, *(_moodle_row(sheet, graded) for graded in results)]
    write_bytes(path, _csv(rows, ",").encode("utf-8"))


def _csv(rows: Iterable[Sequence[str]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _decimal(value: float | None) -> str:
    return "" if value is None else decimal(value)


def _adjusted(graded: Graded) -> float | None:
    return graded.adjusted if graded.adjustments else None


def _moodle_row(sheet: Sheet, graded: Graded) -> tuple[str, ...]:
    """One row as Moodle writes it: « Participant123 » without a space, « - » for never."""
    student, marked = graded.student, is_marked(graded)
    return (
        f"Participant{student.participant}" if student.participant else "",
        neutral(one_line(student.full_name)),
        neutral(one_line(student.email)),
        graded.status.value,
        f"{graded.total:.2f}".replace(".", ",") if marked else "",
        f"{TOTAL:.2f}".replace(".", ","),
        "Oui",
        "-",
        "-",
        _comment(sheet, graded) if marked else "",
    )


def _comment(sheet: Sheet, graded: Graded) -> str:
    """The points of each question, for Moodle's comment: nothing in it is the student's."""
    lines = []
    for rank, question in enumerate(sheet.questions, start=1):
        points = question_points(question, graded)
        got = "à noter" if points is None else f"{decimal(points)} sur {decimal(question.points)}"
        lines.append(french(f"{rank}. {question.title} : {got}"))
    lines += [french(f"{signed(one)} : {one.title}") for one in graded.adjustments]
    return "<br>".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in lines)


def _fill_marks(page: Worksheet, sheet: Sheet, results: Sequence[Graded]) -> None:
    titles = [
        f"{rank}. {question.title} (/{decimal(question.points)})"
        for rank, question in enumerate(sheet.questions, start=1)
    ]
    fixed = (
        "Étudiant",
        "Nom",
        "Statut",
        f"Note (/{decimal(TOTAL)})",
        "Reste à noter",
        "Ajustements",
    )
    put_headings(page, [*fixed, *titles], [22, 26, 20, 11, 11, 13, *[16.0] * len(titles)])
    page.row_dimensions[1].height = 62
    for row, graded in enumerate(results, start=2):
        marked = is_marked(graded)
        student = graded.student
        for place, text in enumerate((student.id, student.full_name, graded.status.value), 1):
            put(page, row, place, text)
        if graded.status not in _AS_EXPECTED:
            page.cell(row, 3).fill = WARNING
        points = [question_points(question, graded) for question in sheet.questions]
        sums = (
            graded.total,
            points_left(sheet, graded),
            graded.adjusted if graded.adjustments else None,
        )
        for place, value in enumerate((*(sums if marked else (None,) * 3), *points), start=4):
            put(page, row, place, value).number_format = MARK
        page.cell(row, 4).font = Font(name=FONT, bold=True)
    fit_heights(page, 2)
    page.freeze_panes = "C2"
    page.auto_filter.ref = page.dimensions


def _fill_questions(page: Worksheet, sheet: Sheet, results: Sequence[Graded]) -> None:
    headings = (
        "Question",
        "Titre",
        "Correction",
        "Points",
        "Moyenne",
        "Réussite",
        "Notés",
        "Leçon",
        "À relire",
    )
    put_headings(page, headings, (22, 36, 38, 9, 10, 10, 9, 10, 40))
    for row, question in enumerate(sheet.questions, start=2):
        all_points = (question_points(question, graded) for graded in results)
        points = [value for value in all_points if value is not None]
        mean = fsum(points) / len(points) if points else None
        put(page, row, 1, question.id)
        put(page, row, 2, question.title)
        put(page, row, 3, french(WAYS[question.mode]))
        put(page, row, 4, question.points).number_format = MARK
        put(page, row, 5, mean).number_format = MARK
        put(page, row, 6, None if mean is None else mean / question.points).number_format = "0 %"
        put(page, row, 7, len(points))
        put(page, row, 8, f"Leçon {lesson_number(question)}")
        put(page, row, 9, question.section)
    fit_heights(page, 2)
    page.freeze_panes = "C2"
