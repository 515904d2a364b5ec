"""Several markers: copies of a_noter.xlsx, nameless or not, brought together with what differs."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
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
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.classroom.identities import read_rows, write_rows
from rfm_helpers.teacher.classroom.roster import tidy_id
from rfm_helpers.teacher.reports.hand_marks import TO_MARK, Given, read_given, write_to_mark
from rfm_helpers.teacher.results import Graded, Student

CODES, CODE_COLUMNS = "anonymat.csv", ("code", "etudiant")
NAMELESS = "a_noter_anonyme.xlsx"
DIFFERENCES = "ecarts.xlsx"
_WIDTHS = (18.0, 22.0, 34.0, 34.0)


@dataclass(frozen=True)
class Difference:
    """A criterion whose points differ; ``kept`` is what counts: what is settled, else the mean."""

    graded: Graded
    question: str
    criterion: str
    points: tuple[float | None, ...]
    kept: float


def write_nameless(folder: Path, sheet: Sheet, results: Sequence[Graded]) -> Path:
    """Write the texts to mark under codes instead of names, in the order of the codes.

    The codes stand in ``anonymat.csv``, and stay those that were given first.

    Returns:
        The workbook to give to the markers.

    Raises:
        CourseError: there is such a workbook already, which may hold marks; a file that cannot be
            written.
    """
    path = folder / NAMELESS
    if path.exists():
        raise CourseError(
            f"« {path.name} » existe déjà : donnez-le aux correcteurs, ou effacez-le s’il ne "
            "contient encore aucun point."
        )
    codes = _codes(folder, results)
    nameless = [_under_code(graded, codes) for graded in results]
    write_to_mark(path, sheet, sorted(nameless, key=lambda graded: graded.student.id))
    return path


def _codes(folder: Path, results: Sequence[Graded]) -> dict[str, str]:
    """The code of each student, by id; the new ones are added to the file."""
    codes = {student: code for code, student in _read_codes(folder).items()}
    for graded in results:
        codes.setdefault(graded.student.id, f"copie-{secrets.token_hex(3)}")
    write_rows(folder / CODES, CODE_COLUMNS, ((code, student) for student, code in codes.items()))
    return codes


def _read_codes(folder: Path) -> dict[str, str]:
    rows = [
        tuple(tidy_id((row[column] or "").removeprefix("'")) for column in CODE_COLUMNS)
        for row in read_rows(folder / CODES, CODE_COLUMNS)
    ]
    known = [(code, student) for code, student in rows if code and student]
    for values in zip(*known, strict=True):
        if twice := [one for one, count in Counter(values).items() if count > 1]:
            raise CourseError(
                f"« {twice[0]} » est écrit deux fois dans « {CODES} » : rendez à chaque étudiant "
                "le seul code qu’il avait, sinon ses points iraient à un autre."
            )
    return dict(known)


def _under_code(graded: Graded, codes: Mapping[str, str]) -> Graded:
    return replace(graded, student=Student(codes[graded.student.id]))


def gather(
    folder: Path, sheet: Sheet, results: Sequence[Graded], copies: Sequence[Path]
) -> list[Difference]:
    """What the markers wrote in their copies: the points to write in a_noter.xlsx, and who differs.

    Where they differ, the mean is kept until somebody settles it. What ``a_noter.xlsx`` holds
    already is settled, and stays. The differences, also from what is settled, are written to
    ``ecarts.xlsx``.

    Raises:
        CourseError: a copy that is no such workbook, holds something that is no mark or nothing at
            all, or is given twice; a code that two students have.
    """
    _check_copies(copies)
    codes = {student: code for code, student in _read_codes(folder).items()}
    named = {graded.student.id: graded for graded in results}
    read = [_read_copy(copy, sheet, results, codes) for copy in copies]
    if blank := [copy for copy, given in zip(copies, read, strict=True) if not given]:
        raise CourseError(
            f"« {blank[0].name} » ne contient ni points ni commentaires, dans leurs colonnes : "
            "donnez la copie que le correcteur a remplie, ou réunissez sans elle."
        )
    settled = read_given(folder / TO_MARK, sheet, results)
    given: dict[tuple[str, str], Given] = {}
    found = []
    for student, key in sorted({place for copy in read for place in copy}):
        lines = [copy.get((student, key)) for copy in read]
        kept = _together([line for line in lines if line])
        given[student, key] = kept
        points = tuple(line.points if line else None for line in lines)
        before = settled.get((student, key))
        counts = kept.points if before is None or before.points is None else before.points
        if counts is not None and len({counts, *points} - {None}) > 1:
            question, criterion = _titles(sheet, key)
            found.append(Difference(named[student], question, criterion, points, counts))
    write_to_mark(folder / TO_MARK, sheet, results, given)
    stems = [copy.stem for copy in copies]
    names = [
        copy.stem if stems.count(copy.stem) == 1 else f"{copy.parent.name}/{copy.stem}"
        for copy in copies
    ]
    _write_differences(folder / DIFFERENCES, names, found)
    return found


def _check_copies(copies: Sequence[Path]) -> None:
    """Refuse the copy of one marker given twice: it would count double."""
    known: dict[bytes, Path] = {}
    for copy in copies:
        content = copy.read_bytes() if copy.is_file() else str(copy).encode()
        if content in known:
            raise CourseError(
                f"« {copy.name} » est donnée deux fois (« {known[content].name} ») : donnez une "
                "copie par correcteur."
            )
        known[content] = copy


def _read_copy(
    path: Path, sheet: Sheet, results: Sequence[Graded], codes: Mapping[str, str]
) -> dict[tuple[str, str], Given]:
    """The points of a copy by student and criterion, whether it has names or codes."""
    nameless = [_under_code(graded, codes) for graded in results if graded.student.id in codes]
    ids = {code: student for student, code in codes.items()}
    read = read_given(path, sheet, [*results, *nameless])
    return {(ids.get(student, student), key): line for (student, key), line in read.items()}


def _together(lines: Sequence[Given]) -> Given:
    points = [line.points for line in lines if line.points is not None]
    comments = dict.fromkeys(line.comment for line in lines if line.comment)
    mean = round(fsum(points) / len(points), 2) if points else None
    return Given(mean, " / ".join(comments), lines[0].fingerprint)


def _titles(sheet: Sheet, key: str) -> tuple[str, str]:
    question_id, _, criterion_id = key.partition("/")
    question = sheet.question(question_id)
    criterion = next(one for one in question.criteria if one.id == criterion_id)
    return question.title, criterion.title


def _write_differences(path: Path, markers: Sequence[str], found: Sequence[Difference]) -> None:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "Écarts"
    headings = ("Étudiant", "Nom", "Question", "Critère", *markers, "Retenu")
    put_headings(page, headings, (*_WIDTHS, *[16.0] * len(markers), 10.0))
    for row, one in enumerate(found, start=2):
        student = one.graded.student
        texts = (student.id, student.full_name, one.question, one.criterion)
        for place, value in enumerate((*texts, *one.points, one.kept), start=1):
            put(page, row, place, value)
        for place in range(len(texts) + 1, len(headings) + 1):
            page.cell(row, place).number_format = MARK
        page.cell(row, len(headings)).fill = WARNING
    fit_heights(page, 2)
    page.freeze_panes = "C2"
    save_book(book, path)
