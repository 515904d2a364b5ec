"""The files of a graded class: gradebook, Moodle's worksheet, feedback, report, texts to mark."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rfm_helpers.catalog.assignments import Sheet, load_sheet
from rfm_helpers.documents.text import made, write_bytes, zipped
from rfm_helpers.documents.workbook import COPY, dated, is_saved_by_hand
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.reports.adjustments import (
    FILE,
    adjusted,
    read_adjustments,
    undated,
    write_adjustments,
)
from rfm_helpers.teacher.reports.expected import write_expected
from rfm_helpers.teacher.reports.feedback import write_feedback
from rfm_helpers.teacher.reports.gradebook import is_marked, write_csv, write_moodle, write_xlsx
from rfm_helpers.teacher.reports.hand_marks import TO_MARK, read_marked, write_to_mark
from rfm_helpers.teacher.reports.markers import CODES, Difference, gather, write_nameless
from rfm_helpers.teacher.reports.report import write_report
from rfm_helpers.teacher.results import Graded, Student

RESULTS = "resultats.json"
FEEDBACK = "retours"
DRAFT = ".en-cours"
MOODLE_PAGES = "retours_moodle.zip"
_RESULTS = TypeAdapter(tuple[Graded, ...])


def publish(folder: Path, assignment: str, results: Sequence[Graded]) -> tuple[Graded, ...]:
    """Write every file of a class that has just been graded.

    The manual marks of an earlier grading, in ``a_noter.xlsx``, are kept.

    Args:
        folder: where the files are written.
        assignment: name of the assignment.
        results: one result per student, in the list's order.

    Returns:
        The results with the manual marks.

    Raises:
        CourseError: ``a_noter.xlsx`` holds something that is no mark, or a file cannot be written.
    """
    sheet = load_sheet(assignment)
    with all_or_none(made(folder)) as draft:
        content = {
            "devoir": assignment,
            "resultats": _RESULTS.dump_python(tuple(results), mode="json"),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (draft / RESULTS).write_text(text + "\n", encoding="utf-8")
        if _has_texts(sheet):
            write_to_mark(draft / TO_MARK, sheet, results)
        return _write_all(draft, sheet, results)


def finalise(folder: Path) -> tuple[Graded, ...]:
    """Write the files again with the marks and comments that the teacher gave.

    Raises:
        CourseError: the folder holds no results, or ``a_noter.xlsx`` something that is no mark.
    """
    assignment, results = _read_results(folder)
    with all_or_none(folder) as draft:
        return _write_all(draft, load_sheet(assignment), results)


@contextmanager
def all_or_none(folder: Path) -> Iterator[Path]:
    """A folder in which files are written, that take the place of the old ones once all are there.

    Of a workbook that a hand has saved, and that changes, a dated copy is kept: it may hold more
    than what the course reads in it.

    Raises:
        CourseError: another program holds one of the old files; none is replaced then.
    """
    draft = folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    (draft / FEEDBACK).mkdir(parents=True)
    for name in (TO_MARK, FILE, CODES):
        if (folder / name).exists():
            shutil.copyfile(folder / name, draft / name)
    try:
        yield draft
        new = [path.relative_to(draft) for path in sorted(draft.rglob("*")) if path.is_file()]
        for path in new:
            _check_free(folder / path)
        (folder / FEEDBACK).mkdir(exist_ok=True)
        for path in new:
            _keep_copy(folder / path, draft / path)
            (draft / path).replace(folder / path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_free(path: Path) -> None:
    try:
        if path.exists():
            path.open("r+b").close()
    except OSError:
        raise CourseError(
            f"Le fichier « {path.name} » ne peut pas être remplacé : fermez-le dans votre tableur, "
            "puis relancez ; aucun résultat n’a changé."
        ) from None


def _keep_copy(old: Path, new: Path) -> None:
    is_book = old.suffix == ".xlsx" and is_saved_by_hand(old)
    if is_book and old.read_bytes() != new.read_bytes():
        shutil.copyfile(old, dated(old))


def copies_in(folder: Path) -> set[Path]:
    """The dated copies of workbooks that a folder holds."""
    return set(folder.glob(f"*{COPY}*.xlsx"))


def nameless(folder: Path) -> Path:
    """Write a copy of a_noter.xlsx under codes, for markers who are not to know the names.

    Raises:
        CourseError: see `write_nameless`; the folder holds no results.
    """
    assignment, results = _read_results(folder)
    return write_nameless(folder, load_sheet(assignment), results)


def gathered(folder: Path, copies: Sequence[Path]) -> list[Difference]:
    """Bring the markers' copies together in a_noter.xlsx.

    Raises:
        CourseError: see `gather`; the folder holds no results.
    """
    assignment, results = _read_results(folder)
    with all_or_none(folder) as draft:
        return gather(draft, load_sheet(assignment), results, copies)


def earlier_results(folder: Path, assignment: str) -> tuple[Graded, ...]:
    """The results of an earlier grading into the same folder; none when there was none.

    Raises:
        CourseError: they are those of another assignment.
    """
    if not (folder / RESULTS).exists():
        return ()
    graded, results = _read_results(folder)
    if graded != assignment:
        raise CourseError(
            f"Le dossier « {folder} » contient les résultats de « {graded} » : choisissez un autre "
            "dossier avec « --sortie »."
        )
    return results


def with_earlier(
    roster: Sequence[Student], earlier: Sequence[Graded], *, is_list: bool
) -> tuple[Student, ...]:
    """The students to report on: those of the list; without one, also who has a result already.

    Args:
        roster: the students of this grading.
        earlier: the results there are.
        is_list: whether the roster is the teacher's list, which then holds everyone.

    Raises:
        CourseError: the list lacks somebody who has a mark.
    """
    known = {student.id for student in roster}
    if not is_list:
        told = {graded.student.id: graded.student for graded in earlier}
        return tuple({**{student.id: student for student in roster}, **told}.values())
    lost = [one.student.id for one in earlier if one.student.id not in known and is_marked(one)]
    if lost:
        raise CourseError(
            f"La liste n’a plus « {lost[0]} », dont la note serait perdue : remettez cette ligne, "
            "ou choisissez un autre dossier avec « --sortie »."
        )
    return tuple(roster)


def only(
    student_id: str, roster: Sequence[Student], earlier: Sequence[Graded]
) -> tuple[Student, ...]:
    """The roster for grading one student: he, and those who have a result already.

    Raises:
        CourseError: nobody has this id.
    """
    if student_id not in {student.id for student in roster}:
        raise CourseError(
            f"L’étudiant « {student_id} » n’est ni dans la liste ni dans les rendus : vérifiez son "
            "identifiant."
        )
    kept = {graded.student.id for graded in earlier} | {student_id}
    return tuple(student for student in roster if student.id in kept)


def _has_texts(sheet: Sheet) -> bool:
    return any(question.mode == "free" for question in sheet.questions)


def _write_all(folder: Path, sheet: Sheet, results: Sequence[Graded]) -> tuple[Graded, ...]:
    marked = tuple(results)
    if _has_texts(sheet):
        marked = read_marked(folder / TO_MARK, sheet, results)
    write_adjustments(folder / FILE, sheet)
    asked = read_adjustments(folder / FILE, sheet, results)
    marked = adjusted(sheet, marked, asked)
    write_csv(folder / "notes.csv", sheet, marked)
    write_xlsx(folder / "notes.xlsx", sheet, marked)
    write_moodle(folder / "moodle.csv", sheet, marked)
    pages = [write_feedback(folder / FEEDBACK, sheet, graded) for graded in marked]
    write_bytes(folder / MOODLE_PAGES, zipped(for_moodle(marked, pages)))
    write_expected(folder / "attendus.xlsx", sheet, marked)
    write_report(folder / "rapport.html", sheet, marked, undated(marked, asked))
    return marked


def for_moodle(results: Sequence[Graded], pages: Sequence[Path]) -> dict[str, bytes]:
    """The pages under the names by which Moodle gives each to its participant.

    Moodle splits a name at its underscores: there must be none in a student's.
    """
    numbered = [
        (graded.student, page)
        for graded, page in zip(results, pages, strict=True)
        if graded.student.participant
    ]
    return {
        f"{_for_path(one)}_{one.participant}_assignfeedback_file/retour.html": page.read_bytes()
        for one, page in numbered
    }


def _for_path(student: Student) -> str:
    return re.sub(r"[^\w .'-]|_", "-", student.full_name).strip(" .") or "etudiant"


def _read_results(folder: Path) -> tuple[str, tuple[Graded, ...]]:
    try:
        content = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
        return str(content["devoir"]), _RESULTS.validate_python(content["resultats"])
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise CourseError(
            f"Le dossier « {folder} » ne contient pas de résultats : donnez celui que "
            "« rfm-cours corriger » a rempli."
        ) from error
