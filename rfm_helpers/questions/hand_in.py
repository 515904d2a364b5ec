"""Handing in a graded notebook: what is missing, and the one file that holds the work."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import zipfile
from pathlib import Path

from rfm_helpers.errors import CourseError
from rfm_helpers.questions.assignment import AssignedQuestion, Assignment

METADATA = "rfm"
SESSION = "JPY_SESSION_NAME"
NOTEBOOK = "{}.ipynb"
TO_RUN = "les choix sont faits, exécutez les cellules qui suivent"


def notebook_path(assignment: Assignment, folder: Path | None = None) -> Path:
    """The notebook of this assignment: the one that is open, else the one in the folder.

    Raises:
        CourseError: no such notebook, or several of which none is known to be open.
    """
    folder = folder or Path.cwd()
    open_one = folder / Path(os.environ.get(SESSION, "")).name
    found = [path for path in sorted(folder.glob("*.ipynb")) if _is_ours(path, assignment)]
    if open_one in found:
        return open_one
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"« {path.name} »" for path in found)
        raise CourseError(
            f"Plusieurs carnets de ce dossier sont ce devoir ({names}) : gardez celui que vous "
            "rendez et déplacez les autres."
        )
    raise CourseError(
        "Le carnet de ce devoir n’est pas dans ce dossier : ouvrez-le depuis le dossier que votre "
        "enseignant vous a donné, enregistrez-le, puis recommencez."
    )


def _is_ours(path: Path, assignment: Assignment) -> bool:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"][METADATA]
        return bool(
            metadata["devoir"] == assignment.sheet.id
            and metadata.get("etudiant", "") == assignment.student
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def missing_parts(assignment: Assignment) -> list[str]:
    """What the work still lacks, one French line each; nothing when it is complete."""
    missing = [
        f"{question.title} : {_lack(question)}"
        for question in assignment
        if not question.is_answered
    ]
    return [*missing, *_not_saved(assignment)]


def _lack(question: AssignedQuestion) -> str:
    """Why a question has no answer yet."""
    if question.answer:
        return "à reprendre"
    chosen = question.sheet.parts and len(question.choices) == len(question.sheet.parts)
    return TO_RUN if chosen else "sans réponse"


def _not_saved(assignment: Assignment) -> list[str]:
    """A line when the notebook on the disk is older than the last answer there."""
    assignment.store.reload()
    answered = assignment.store.saved_at
    saved = dt.datetime.fromtimestamp(notebook_path(assignment).stat().st_mtime, dt.UTC)
    if answered is None or saved >= answered:
        return []
    return ["Votre carnet n’est pas enregistré depuis votre dernière réponse : faites Ctrl + S."]


def write_hand_in(assignment: Assignment, folder: Path | None = None) -> Path:
    """Write the zip to hand in: the notebook as it was saved, and the answers file.

    Raises:
        CourseError: the notebook cannot be found, the answers are not saved, or the zip cannot be
            written.
    """
    notebook = notebook_path(assignment, folder)
    store = assignment.store
    if not store.is_saved:
        raise CourseError(store.message)
    target = notebook.parent / hand_in_name(assignment)
    partial = target.with_suffix(".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(notebook, NOTEBOOK.format(assignment.sheet.id))
            if store.path.exists():
                archive.write(store.path, f"reponses/{store.exercise}.json")
        partial.replace(target)
    except OSError as error:
        raise CourseError(
            f"Le fichier « {target.name} » ne peut pas être écrit : libérez de la place ou fermez "
            "le programme qui l’a ouvert, puis recommencez."
        ) from error
    return target


def hand_in_name(assignment: Assignment) -> str:
    """The name of the zip: the assignment and the student."""
    student = re.sub(r"[^\w-]+", "_", assignment.student) or "exemple"
    return f"rendu_{assignment.sheet.id}_{student[:60]}.zip"
