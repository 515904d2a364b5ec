"""A project in a team: one file to give, one to take in, and what two people wrote otherwise."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.base import Activity, announced, button, labelled, wrapped
from rfm_helpers.activities.data.file_field import FileField
from rfm_helpers.activities.project.book import ProjectBook
from rfm_helpers.activities.project.overview import FOLDER
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.documents.text import made, write_bytes
from rfm_helpers.documents.workbook import set_aside
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.questions.answers import MAX_FILE, MAX_QUESTION, AnswerStore, answers_folder
from rfm_helpers.questions.project import EXERCISE, text_of
from rfm_helpers.questions.project_parts import OTHERS, merged
from rfm_helpers.questions.project_words import answer_text, question_name

SHARED = "projet_a_partager.json"
NOTHING = "Votre projet est encore vide : écrivez-en une partie, puis partagez-la."
EXPORTED = "Votre projet est dans « {name} » (dossier « {folder} ») : envoyez-le à votre équipe."
NOT_ONE = (
    "« {name} » n’est pas un projet de ce cours : demandez le fichier « {shared} » que le carnet "
    "de votre équipe a écrit."
)
NEWER = (
    "« {name} » vient d’une version plus récente du cours : mettez le cours à jour, puis "
    "ajoutez-le de nouveau."
)
MERGED = "Le projet de « {name} » a rejoint le vôtre : rien de ce que vous aviez écrit n’a changé."
OTHER_CUSTOMERS = (
    " Il étudie d’autres clients (« {terrain} ») : relisez les chiffres qu’il apporte."
)
SAME = "Tout ce que contient « {name} » est déjà dans votre projet."
TWO = "{count}, où votre équipe avait écrit autre chose. Chaque version est gardée :"
SWAPPED = "La version de votre équipe a pris la place de la vôtre, qui est gardée à côté."


class ProjectTeam(Activity):
    """One file out, one file in; where two people answered otherwise, both texts and a choice."""

    purpose = "travailler à plusieurs"

    def __init__(self, book: ProjectBook) -> None:
        super().__init__()
        self.book = book
        self.export_button = button("Écrire le fichier à partager")
        self.upload = FileField(
            accept=".json",
            description="Ajouter un fichier de l’équipe",
            tooltip="Choisir le fichier qu’un autre membre de l’équipe a écrit",
        )
        self.undo = Undo(self)
        self.other = w.Dropdown(
            options={}, description=french("Question :"), **labelled(width="40em", max_width="99%")
        )
        self.swap_button = button("Prendre la version de l’équipe")
        self.versions_area = w.HTML()
        self.both = w.VBox([self.versions_area, wrapped(self.other, self.swap_button)])
        self.show(
            wrapped(self.export_button, self.upload),
            self.message_area,
            self.undo.widget,
            self.both,
        )
        self.export_button.on_click(self.guarded(self.export))
        self.swap_button.on_click(self.guarded(self.swap))
        self.react([self.upload], self._take_upload)
        self.react([self.other], self.hear)

    @property
    def value(self) -> list[str]:
        """The questions that two people answered otherwise."""
        return list(self._others())

    def export(self) -> None:
        """Write the project as one file, beside its deck, and say where it is."""
        answers = self.book.answers
        if not answers:
            raise CourseError(NOTHING)
        folder = made((self.book.folder or answers_folder()) / FOLDER)
        path = folder / SHARED
        set_aside(path)
        write_bytes(path, AnswerStore(EXERCISE, self.book.folder).path.read_bytes())
        where = "/".join(folder.parts[-3:])
        self.tell(EXPORTED.format(name=SHARED, folder=where), warning=False)

    def _take_upload(self) -> None:
        if self.upload.value:
            chosen: dict[str, Any] = self.upload.value[0]
            with self.asleep():
                self.upload.value = ()
            self.take(Path(chosen["name"]).name, bytes(chosen["content"]))

    def take(self, name: str, content: bytes) -> None:
        """Merge another's project into this one; « Annuler » takes it out again."""
        theirs = shared_answers(name, content)
        mine = self.book.answers
        both = merged(mine, theirs)
        if both == mine:
            self.tell(SAME.format(name=as_written(name)), warning=False)
            return
        said = MERGED.format(name=as_written(name))
        here, there = (text_of(one, "projet/terrain") for one in (mine, theirs))
        if here and there and here != there:
            said += OTHER_CUSTOMERS.format(terrain=as_written(there))
        self.book.take(both, said, self.undo)

    # --- two versions -----------------------------------------------------------------------

    def _others(self) -> dict[str, list[Any]]:
        """The other answers that are kept, by question."""
        return {
            question.removeprefix(f"{OTHERS}/"): value
            for question, value in self.book.answers.items()
            if question.startswith(f"{OTHERS}/") and isinstance(value, list) and value
        }

    def swap(self) -> None:
        """Put the team's answer in the place of mine, which is kept in its stead."""
        question = self.other.value
        theirs = self._others().get(question)
        if not theirs:
            return
        mine = self.book.answers.get(question)
        kept = [*theirs[1:], *([] if mine in (None, "", [], {}) else [mine])]
        self.book.take({question: theirs[0], f"{OTHERS}/{question}": kept}, SWAPPED, self.undo)

    def hear(self) -> None:
        """Show where two versions are, and both of the one chosen."""
        others = self._others()
        self.both.layout.display = "" if others else "none"
        answers = self.book.answers
        options = [(question_name(question, answers), question) for question in others]
        if [*self.other.options] != options:
            with self.asleep():
                chosen, self.other.options = self.other.value, options
                self.other.value = chosen if chosen in others else next(iter(others), None)
        question = self.other.value
        if not question:
            return
        count = several(len(others), "question")
        mine, theirs = self.book.answers.get(question), others[question]
        rows = [("Vous", mine), *(("L’équipe", one) for one in theirs)]
        shown = "".join(_version(who, what) for who, what in rows)
        self.versions_area.value = announced(f"<p>{french(TWO.format(count=count))}</p>{shown}")

    def fallback(self) -> dict[str, str]:
        """What can be done here."""
        return {"text/html": f"<p>{french('Écrire un fichier à partager, ou en ajouter un.')}</p>"}


def shared_answers(name: str, content: bytes) -> dict[str, Any]:
    """The answers of a project that somebody else wrote.

    Args:
        name: of the file.
        content: of the file.

    Raises:
        CourseError: it is no project, or one of a newer course.

    >>> try:
    ...     shared_answers("notes.json", b"{}")
    ... except CourseError as error:
    ...     print(SHARED in str(error))
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        store = AnswerStore(EXERCISE, Path(folder))
        if len(content) <= MAX_FILE:
            write_bytes(store.path, content)
        read = AnswerStore(EXERCISE, Path(folder))
    if read.path != store.path:
        raise CourseError(NEWER.format(name=as_written(name)))
    answers = read.answers
    longest = max(map(len, answers), default=MAX_QUESTION)
    if longest + len(f"{OTHERS}/") > MAX_QUESTION or "" in answers:
        raise CourseError(NOT_ONE.format(name=as_written(name), shared=SHARED))
    return answers


def _version(who: str, what: object) -> str:
    lines = escape(answer_text(what)).replace("\n", "<br>")
    return (
        f'<div style="border-left:4px solid {palette.SOFT};padding:2px 12px;margin:4px 0;'
        f'max-width:46em"><strong>{who}</strong><br>{lines}</div>'
    )


def project_team(book: ProjectBook) -> ProjectTeam:
    """Share the project as one file, and merge that of somebody else: neither part is lost.

    Args:
        book: the output of `final_project`.

    Returns:
        The activity: `value` names the questions that two people answered otherwise.

    >>> from rfm_helpers.activities.project.book import final_project
    >>> project_team(final_project()).value
    []
    """
    return book.keep("team", ProjectTeam(book), key="")
