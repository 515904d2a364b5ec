"""A finished project to read: its files, and the correction of one whose flaws are on purpose."""

from __future__ import annotations

from html import escape
from pathlib import Path

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, bullets, button, wrapped
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.catalog.project_examples import Flaw, ProjectExample, load_project_example
from rfm_helpers.documents.project.files import write_files
from rfm_helpers.documents.text import made
from rfm_helpers.french.words import french, several
from rfm_helpers.palette import NOTICE, REVIEW
from rfm_helpers.questions.answers import answers_folder
from rfm_helpers.questions.model import panel
from rfm_helpers.questions.project import read_project

WRITTEN = "Les fichiers sont dans le dossier « {folder} » :"
SEEN_BY = {
    True: "Le panneau d’avancement de votre carnet le voit.",
    False: "Le panneau ne le voit pas : il faut le lire.",
}


class ExampleReader(Activity):
    """An example project: a button writes its files, another one shows the correction."""

    purpose = "ouvrir ce projet"

    def __init__(self, name: str, folder: Path | None = None) -> None:
        super().__init__()
        self.example: ProjectExample = load_project_example(name)
        self._folder = folder or answers_folder()
        self._name = f"projet_{name}"
        self.written: list[Path] = []
        self.write_button = button("Écrire ses fichiers", main=True)
        self.correct_button = button("Lire la correction")
        self.files_area, self.correction_area = w.HTML(), w.HTML()
        self.write_button.on_click(self.guarded(self.write))
        self.correct_button.on_click(self.guarded(self.correct))
        if not self.example.flaws:
            self.correct_button.layout.display = "none"
        self.show(
            w.HTML(self._introduction),
            wrapped(self.write_button, self.correct_button),
            self.message_area,
            self.files_area,
            self.correction_area,
        )

    @property
    def value(self) -> list[str]:
        """The names of the files written."""
        return [path.name for path in self.written]

    def write(self) -> None:
        """Write the deck, the report and the budget of the example, and say where they are."""
        folder = made(self._folder / self._name)
        files = write_files(read_project(self.example.answers), folder)
        self.written = [*files]
        where = french(WRITTEN.format(folder="/".join(folder.parts[-3:])))
        self.files_area.value = announced(f"<p>{escape(where)}</p>{bullets(self.value)}")

    def correct(self) -> None:
        """Show each flaw of the example, why it is one, and what would mend it."""
        self.correction_area.value = announced(correction_html(self.example))

    @property
    def _introduction(self) -> str:
        flaws = len(self.example.flaws)
        count = f"\n{several(flaws, 'défaut')} à trouver." if flaws else ""
        return panel(self.example.title, f"{self.example.intro}{count}")

    def fallback(self) -> dict[str, str]:
        """What the example is."""
        return {"text/html": self._introduction}


def correction_html(example: ProjectExample) -> str:
    """The flaws of an example, step by step, as HTML.

    >>> correction_html(load_project_example("a_corriger")).count("Ce qui le réparerait") > 15
    True
    """
    parts = []
    for step in load_final_project().steps:
        flaws = [one for one in example.flaws if one.step == step.id]
        if flaws:
            parts.append(f'<p style="margin:14px 0 2px"><strong>{escape(step.title)}</strong></p>')
            parts += map(_flaw_html, flaws)
    return "".join(parts)


def _flaw_html(flaw: Flaw) -> str:
    lines = (
        f"Pourquoi c’est un défaut : {flaw.why}",
        f"Ce qui le réparerait : {flaw.mend}",
        SEEN_BY[bool(flaw.said)],
    )
    return panel(flaw.seen, french("\n".join(lines)), NOTICE if flaw.said else REVIEW)


def read_project_example(name: str, folder: Path | None = None) -> ExampleReader:
    """A finished project to read: "abouti", or "a_corriger", whose flaws are on purpose.

    Args:
        name: the example.
        folder: where its files go, in a folder of their own; by default beside the answers.

    Returns:
        The activity: `value` names the files written.

    Raises:
        CourseError: there is no such example.

    >>> read_project_example("abouti").value
    []
    """
    return ExampleReader(name, folder)
