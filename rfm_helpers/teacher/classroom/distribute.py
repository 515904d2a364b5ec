"""Handing out an assignment: one folder per student, each with a variant of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from rfm_helpers.documents.text import made, write_bytes, zipped
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.assignments.variants import make_variant, token, write_data
from rfm_helpers.teacher.classroom.handed_out import record
from rfm_helpers.teacher.classroom.notebooks import DATA, as_text, student_notebook
from rfm_helpers.teacher.classroom.roster import safe_name
from rfm_helpers.teacher.results import Student

SHORTEST_KEY = 16


def read_key(path: Path) -> str:
    """The course key that a file holds.

    Raises:
        CourseError: there is no such file, or what it holds is too short to be a key.
    """
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(
            f"La clé du cours « {path} » ne peut pas être lue (« {path.absolute()} ») : donnez "
            "avec `--cle` le fichier que « rfm-cours distribuer » a écrit."
        ) from error
    if len(key) < SHORTEST_KEY:
        raise CourseError(
            f"La clé du cours « {path.name} » compte moins de {SHORTEST_KEY} caractères : "
            "supprimez ce fichier, « rfm-cours distribuer » en écrira une autre."
        )
    return key


def read_or_make_key(path: Path) -> str:
    """The course key; a new one is written when the file does not exist yet.

    Raises:
        CourseError: it cannot be written, or read (see `read_key`).
    """
    if not path.exists():
        made(path.parent)
        try:
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
        except OSError:
            raise CourseError(
                f"La clé du cours « {path} » ne s’écrit pas : vérifiez vos droits, ou donnez un "
                "autre fichier à la commande."
            ) from None
    return read_key(path)


def hand_out(
    assignment: str, roster: Sequence[Student], key_file: Path, folder: Path
) -> list[Path]:
    """Distribute with the key of a file, made if there is none, and note beside it what was given.

    Returns:
        The folders written, in the order of the roster.

    Raises:
        CourseError: the key stands in the folder that is handed out, or cannot be read.
    """
    if key_file.absolute().is_relative_to(folder.absolute()):
        raise CourseError(
            f"La clé « {key_file} » serait distribuée avec les devoirs : gardez-la hors du dossier "
            f"« {folder} »."
        )
    key = read_or_make_key(key_file)
    written = distribute(assignment, roster, key, folder)
    names = {path.name for path in written}
    new = [student.id for student in roster if safe_name(student.id) in names]
    record(key_file, assignment, (make_variant(assignment, one, key) for one in new))
    return written


def distribute(assignment: str, roster: Sequence[Student], key: str, folder: Path) -> list[Path]:
    """Write one folder per student, the notebook and the data of his variant, and its zip.

    A student's folder that is there already is left as it is: a list may be completed later.

    Returns:
        The folders written, in the order of the roster.
    """
    targets = {student.id: folder / safe_name(student.id) for student in roster}
    made(folder)
    new = [student for student in roster if not (targets[student.id] / assignment).exists()]
    for student in new:
        _write_one(assignment, student, key, targets[student.id] / assignment)
    return [targets[student.id] for student in new]


def _write_one(assignment: str, student: Student, key: str, target: Path) -> None:
    variant = make_variant(assignment, student.id, key)
    write_data(variant, target / DATA)
    notebook = student_notebook(variant, token(assignment, student.id, key))
    (target / f"{assignment}.ipynb").write_text(as_text(notebook), encoding="utf-8", newline="\n")
    files = {path.relative_to(target.parent).as_posix(): path for path in _files(target)}
    archive = target.parent.with_name(f"{target.parent.name}_{assignment}.zip")
    write_bytes(archive, zipped({name: path.read_bytes() for name, path in files.items()}))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
