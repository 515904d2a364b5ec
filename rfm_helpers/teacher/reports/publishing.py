"""The files of a graded class: gradebook, Moodle's worksheet, feedback, report, texts to mark."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rfm_helpers.catalog.assignments import Sheet, load_sheet
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.reports.feedback import write_feedback
from rfm_helpers.teacher.reports.gradebook import write_csv, write_moodle, write_xlsx
from rfm_helpers.teacher.reports.hand_marks import read_marked, write_to_mark
from rfm_helpers.teacher.reports.report import write_report
from rfm_helpers.teacher.results import Graded

RESULTS = "resultats.json"
TO_MARK = "a_noter.xlsx"
FEEDBACK = "retours"
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
    folder.mkdir(parents=True, exist_ok=True)
    content = {"devoir": assignment, "resultats": _RESULTS.dump_python(tuple(results), mode="json")}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / RESULTS).write_text(text + "\n", encoding="utf-8")
    if _has_texts(sheet):
        write_to_mark(folder / TO_MARK, sheet, results)
    return _write_all(folder, sheet, results)


def finalise(folder: Path) -> tuple[Graded, ...]:
    """Write the files again with the marks and comments that the teacher gave.

    Raises:
        CourseError: the folder holds no results, or ``a_noter.xlsx`` something that is no mark.
    """
    assignment, results = _read_results(folder)
    return _write_all(folder, load_sheet(assignment), results)


def _has_texts(sheet: Sheet) -> bool:
    return any(question.mode == "free" for question in sheet.questions)


def _write_all(folder: Path, sheet: Sheet, results: Sequence[Graded]) -> tuple[Graded, ...]:
    marked = tuple(results)
    if _has_texts(sheet):
        marked = read_marked(folder / TO_MARK, sheet, results)
    write_csv(folder / "notes.csv", sheet, marked)
    write_xlsx(folder / "notes.xlsx", sheet, marked)
    write_moodle(folder / "moodle.csv", sheet, marked)
    (folder / FEEDBACK).mkdir(exist_ok=True)
    for graded in marked:
        write_feedback(folder / FEEDBACK, sheet, graded)
    write_report(folder / "rapport.html", sheet, marked)
    return marked


def _read_results(folder: Path) -> tuple[str, tuple[Graded, ...]]:
    try:
        content = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
        return str(content["devoir"]), _RESULTS.validate_python(content["resultats"])
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise CourseError(
            f"Le dossier « {folder} » ne contient pas de résultats : donnez celui que "
            "« rfm-cours corriger » a rempli."
        ) from error
