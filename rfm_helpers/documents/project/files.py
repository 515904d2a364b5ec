"""All that a final project is handed in as, from what its authors saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rfm_helpers.analysis.project.model import Project
from rfm_helpers.documents.budget import write_budget
from rfm_helpers.documents.project.deck import write_deck
from rfm_helpers.documents.project.report import write_report
from rfm_helpers.documents.text import made
from rfm_helpers.documents.workbook import set_aside

DECK, REPORT, BUDGET = "presentation.pptx", "rapport.html", "budget.xlsx"


def write_files(project: Project, folder: Path) -> dict[Path, Path | None]:
    """Write the deck, the report and, once there is an action, the budget of a project.

    A file that is there already may have been worked on: it stays, under a dated name.

    Args:
        project: the project, at any stage.
        folder: where to write; it is made if need be.

    Returns:
        Each file written, and the earlier one under its new name (None when there was none).

    Raises:
        CourseError: a folder or a file that cannot be written.

    >>> import tempfile
    >>> [path.name for path in write_files(Project(), Path(tempfile.mkdtemp()))]
    ['presentation.pptx', 'rapport.html']
    """
    made(folder)
    writers: dict[str, Callable[[Path], object]] = {
        DECK: lambda path: write_deck(project, path),
        REPORT: lambda path: write_report(project, path),
    }
    if project.actions:
        writers[BUDGET] = lambda path: write_budget(project.budget, path)
    written: dict[Path, Path | None] = {}
    for name, write in writers.items():
        path = folder / name
        written[path] = set_aside(path)
        write(path)
    return written
