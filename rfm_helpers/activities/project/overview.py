"""How far a project is, step by step; and the files that it is handed in as."""

from __future__ import annotations

from html import escape
from pathlib import Path

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, bullets, button
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.part import MARKS, remarks_html
from rfm_helpers.analysis.project.progress import State, step_states
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.documents.project.files import write_files
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import answers_folder

#: The folder of the files, beside the answers.
FOLDER = "projet_final"
_EARLIER = " (celui d’avant est gardé dans « {name} »)"
WRITTEN = "Écrits dans le dossier « {folder} » :"
WHAT = {
    ".pptx": "à ouvrir avec PowerPoint, Impress ou Keynote : graphiques et tableaux s’y modifient",
    ".html": "à ouvrir dans un navigateur, qui l’imprime aussi en PDF",
    ".xlsx": "à ouvrir avec Excel ou LibreOffice : ses totaux sont des formules",
}


class ProjectOverview(Activity):
    """Each step with its state and what is to be looked at: hints, no marks."""

    purpose = "voir où en est votre projet"

    def __init__(self, book: ProjectBook) -> None:
        super().__init__()
        self.book = book
        self.steps_area = w.HTML()
        self.show(self.steps_area)

    @property
    def value(self) -> dict[str, State]:
        """The state of each step."""
        return step_states(self.book.remarks)

    def hear(self) -> None:
        """Show the steps as they are now."""
        states = self.value
        parts = []
        for rank, one in enumerate(load_final_project().steps, start=1):
            mark, color = MARKS[states[one.id]]
            state = f'<span style="color:{color};font-weight:600">{mark} {states[one.id]}</span>'
            found = [remark for remark in self.book.remarks if remark.step == one.id]
            told = remarks_html(found, "") if found else ""
            title = french(f"{rank}. {one.title}")
            parts.append(
                f'<p style="margin:10px 0 0"><strong>{escape(title)}</strong> {state}</p>{told}'
            )
        self.steps_area.value = announced("".join(parts))

    def fallback(self) -> dict[str, str]:
        """The six steps."""
        return {"text/html": bullets((one.title for one in load_final_project().steps), "ol")}


class ProjectFiles(Activity):
    """A button that writes the deck, the report and the budget, and says where they are."""

    purpose = "écrire vos fichiers"

    def __init__(self, book: ProjectBook) -> None:
        super().__init__()
        self.book = book
        self.write_button = button("Écrire ma présentation, mon rapport et mon budget", main=True)
        self.files_area = w.HTML()
        self.written: dict[Path, Path | None] = {}
        self.show(self.write_button, self.message_area, self.files_area)
        self.write_button.on_click(self.guarded(self.write))

    @property
    def value(self) -> list[str]:
        """The names of the files written."""
        return [path.name for path in self.written]

    def write(self) -> None:
        """Write the files of the project as the disk has it now."""
        self.book.changed()
        folder = (self.book.folder or answers_folder()) / FOLDER
        self.written = write_files(self.book.project, folder)
        names = (self._said(path, earlier) for path, earlier in self.written.items())
        where = "/".join(folder.parts[-3:])
        title = escape(french(WRITTEN.format(folder=where)))
        self.files_area.value = announced(f"<p>{title}</p>{bullets(names)}")

    def _said(self, path: Path, earlier: Path | None) -> str:
        before = _EARLIER.format(name=earlier.name) if earlier else ""
        return french(f"{path.name}, {WHAT[path.suffix]}{before}")

    def fallback(self) -> dict[str, str]:
        """What will be written."""
        return {"text/html": bullets(("presentation.pptx", "rapport.html", "budget.xlsx"))}


def project_overview(book: ProjectBook) -> ProjectOverview:
    """Show how far each of the six steps is, and what is thin or contradicts itself.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity: `value` is the state of each step.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_overview(final_project()).value["rfm"]
    'à faire'
    """
    return book.keep("overview", ProjectOverview(book), key="")


def project_files(book: ProjectBook) -> ProjectFiles:
    """Write the deck, the report and the budget of the project.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity: `value` names the files written.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_files(final_project()).value
    []
    """
    return book.keep("files", ProjectFiles(book), key="")
