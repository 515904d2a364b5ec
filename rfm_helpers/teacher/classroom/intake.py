"""What was handed in: a folder, or Moodle's zip, read without trusting a name or a size in it."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from rfm_helpers.documents.text import one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.assignment import STUDENT
from rfm_helpers.teacher.apart import Budget, UnfinishedError, apart
from rfm_helpers.teacher.classroom.notebooks import ANSWER, LOCKED, METADATA, source_of
from rfm_helpers.teacher.plain_json import plain, text_of, writable

LARGEST_FILE = 20_000_000
LARGEST_DEPOSIT = 40_000_000
LARGEST_CLASS = 2_000_000_000
MOST_FILES = 500
MOST_CELLS = 2000
MOST_ANSWERS = 1000
MOST_NOTICES = 20
#: What a notebook's metadata say of it: the assignment, the student and the proof.
WHOSE = ("devoir", "etudiant", "jeton")
READING = Budget(seconds=20, memory_mb=1500)
UNREAD = "Ce travail n’a pas pu être lu, car {reason} : ouvrez-le vous-même, ou faites-le rendre."
#: A notebook's name, also as a browser or Windows may end it.
NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json")
#: Only these are read; another file only shows that something was handed in.
READ = (*NOTEBOOKS, ".json", ".zip")
#: How Moodle names what a participant handed in.
MOODLE = re.compile(r"^(?P<name>.*?)_(?P<participant>\d+)_assignsubmission_[a-z]+_?(?P<rest>.*)$")
NOT_WORK = {"__MACOSX", ".ipynb_checkpoints", "__pycache__"}


@dataclass(frozen=True)
class Deposit:
    """The files of one depositor, by name, and what could not be taken from it."""

    name: str
    participant: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    is_folder: bool = False

    @property
    def depositor(self) -> str:
        """Moodle's number, or the folder; empty for a loose file, of which one may hand in two."""
        return self.participant or (self.name if self.is_folder else "")


@dataclass(frozen=True)
class Work:
    """A notebook of a deposit, with the answers file that goes with it (both untrusted).

    ``notebook`` is None when no notebook could be read; ``assignment``, ``student`` and ``token``
    are what its metadata say, empty when they say nothing.
    """

    deposit: Deposit
    notebook: dict[str, Any] | None = None
    file: str = ""
    assignment: str = ""
    student: str = ""
    token: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    answered_at: str = ""

    @property
    def signed_answers(self) -> str:
        """The student whose the answers file says that it is."""
        owner = self.answers.get(STUDENT)
        return owner if isinstance(owner, str) else ""


def read_deposits(path: Path) -> list[Deposit]:
    """Every deposit of a folder (one folder or file each), or of a zip, in order of name.

    Nothing is written to the disk; symbolic links, names that climb out, files that are too large
    or of a type that is not read are left out, and the deposit says so.

    Raises:
        CourseError: there is no such folder, nothing in it, or the file is no zip.
    """
    files = _folder_files(path) if path.is_dir() else _class_archive(path)
    found = _grouped(files)
    if not found:
        raise CourseError(
            f"« {path.name} » ne contient aucun travail : donnez le dossier des rendus, ou le zip "
            "que Moodle a préparé."
        )
    return found


def _class_archive(path: Path) -> list[tuple[str, Content]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"« {path} » ne peut pas être lu : donnez le dossier des rendus, ou le zip que Moodle "
            "a préparé."
        ) from error
    if not zipfile.is_zipfile(BytesIO(content)):
        raise CourseError(
            f"« {path.name} » n’est pas une archive zip, ou elle est abîmée : téléchargez-la de "
            "nouveau, ou donnez le dossier des rendus."
        )
    files = list(_zip_files(content, LARGEST_CLASS, MOST_FILES * 100))
    if files == [(DAMAGED, _Refused(BROKEN))]:
        raise CourseError(
            f"L’archive « {path.name} » est abîmée : téléchargez-la de nouveau depuis Moodle."
        )
    return _without_root(files)


def _without_root(files: Iterable[tuple[str, Content]]) -> list[tuple[str, Content]]:
    """The same files, without the one folder that holds the folders of all."""
    listed = list(files)
    roots = {name.partition("/")[0] for name, _ in listed}
    if len(roots) == 1 and all(name.count("/") >= 2 for name, _ in listed):
        return [(name.partition("/")[2], content) for name, content in listed]
    return listed


DAMAGED, BROKEN = "archive", "est abîmé"
TOO_MANY = "dépasse le nombre de fichiers admis"
UNKNOWN = "n’est pas d’un type que le cours lit"
NEST = 3


class _Refused(str):
    """Why a file was left out, in the place of its content."""


Content = bytes | _Refused


def _folder_files(folder: Path) -> Iterator[tuple[str, Content]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_work(name) and (path.is_symlink() or not path.is_dir()):
            yield name, _file_content(path)


def _file_content(path: Path) -> Content:
    if path.is_symlink() or any(parent.is_symlink() for parent in path.parents):
        return _Refused("est un lien")
    if not path.is_file():
        return _Refused("n’est pas un fichier ordinaire")
    if not path.name.lower().endswith(READ):
        return b""
    if path.stat().st_size > LARGEST_FILE:
        return _Refused("est trop gros")
    return path.read_bytes()


def _zip_files(content: bytes, limit: int, most: int) -> Iterator[tuple[str, Content]]:
    """The files of a zip; not more than `most`, nor than `limit` bytes in all."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for rank, entry in enumerate(sorted(archive.infolist(), key=lambda e: e.filename)):
                if entry.is_dir() or not _is_work(entry.filename):
                    continue
                if rank >= most:
                    yield "…", _Refused(TOO_MANY)
                    return
                taken = _entry_content(archive, entry, limit)
                limit -= len(taken) if isinstance(taken, bytes) else 0
                yield entry.filename, taken
    except Exception:  # zipfile raises many kinds of errors on what somebody made up
        yield DAMAGED, _Refused(BROKEN)


def _entry_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> Content:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        return _Refused("a un chemin qui sort du dossier")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _Refused("est un lien")
    if not entry.filename.lower().endswith(READ):
        return b""
    if entry.flag_bits & 0x1:
        return _Refused("est protégé par un mot de passe")
    if entry.file_size > min(LARGEST_FILE, limit):
        return _Refused("est trop gros")
    try:
        with archive.open(entry) as file:
            content = file.read(min(LARGEST_FILE, limit) + 1)
    except Exception:
        return _Refused(BROKEN)
    return content if len(content) <= min(LARGEST_FILE, limit) else _Refused("est trop gros")


def _is_work(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and not NOT_WORK & set(parts) and not parts[-1].startswith(("._", ".DS_"))


def _grouped(files: Iterable[tuple[str, Content]]) -> list[Deposit]:
    """One deposit per folder at the top, or per prefix of Moodle, or per file at the top."""
    groups: dict[tuple[str, str], list[tuple[str, Content]]] = defaultdict(list)
    folders = set()
    for written, content in files:
        name = writable(written)
        top, _, rest = name.replace("\\", "/").partition("/")
        if found := MOODLE.match(top):
            key = one_line(found["name"]), found["participant"]
            groups[key].append((rest or found["rest"] or top, content))
        else:
            key = one_line(top if rest else Path(top).stem), ""
            groups[key].append((rest or top, content))
        folders |= {key} if rest else set()
    return [replace(_deposit(*k, groups[k]), is_folder=k in folders) for k in sorted(groups)]


def _deposit(name: str, participant: str, files: list[tuple[str, Content]]) -> Deposit:
    kept: dict[str, bytes] = {}
    notices: list[str] = []
    for place, content in _unpacked(files):
        if isinstance(content, bytes):
            kept[place] = content
        else:
            notices.append(f"Le fichier « {place[-80:]} » {content} : il n’a pas été lu.")
    told = [*dict.fromkeys(notices)]
    if (more := len(told) - MOST_NOTICES) > 0:
        told[MOST_NOTICES:] = [f"{more} autres n’ont pas été lus non plus."]
    return Deposit(name, participant, kept, tuple(told))


def _unpacked(files: list[tuple[str, Content]]) -> Iterator[tuple[str, Content]]:
    """The files, and in the place of a zip what it holds, all within one allowance."""
    left, count = LARGEST_DEPOSIT, 0
    waiting = [(place, content, NEST) for place, content in reversed(files)]
    while waiting:
        place, content, depth = waiting.pop()
        count += 1
        if count > MOST_FILES:
            yield "…", _Refused(TOO_MANY)
            return
        if isinstance(content, bytes) and place.lower().endswith(".zip") and depth:
            inside = list(_zip_files(content, left, MOST_FILES))
            left -= sum(len(inner) for _, inner in inside if isinstance(inner, bytes))
            waiting += [(f"{place}/{name}", inner, depth - 1) for name, inner in reversed(inside)]
        elif isinstance(content, bytes) and not place.lower().endswith(READ[:-1]):
            yield place, _Refused(UNKNOWN)
        else:
            yield place, content


# --- what a deposit holds ------------------------------------------------------------------------


def works_of(deposit: Deposit, assignment: str) -> list[Work]:
    """The notebooks of a deposit, each with the answers to this assignment found nearest to it.

    A deposit without a notebook that can be read, or that takes too long to read, gives one work
    without a notebook.
    """
    try:
        works = apart(_works, READING, deposit, assignment)
    except UnfinishedError as error:
        notice = UNREAD.format(reason=error)
        return [Work(replace(deposit, files={}, notices=(*deposit.notices, notice)))]
    return works


def _works(deposit: Deposit, assignment: str) -> list[Work]:
    answers, read = _answers(deposit, assignment), replace(deposit, files={})
    works = []
    for name, content in deposit.files.items():
        if not name.lower().endswith(NOTEBOOKS):
            continue
        notebook = _notebook(content)
        if notebook is None:
            continue
        assignment_id, student, token = (notebook["metadata"].get(key, "") for key in WHOSE)
        values, moment = _nearest(name, answers)
        works.append(Work(read, notebook, name, assignment_id, student, token, values, moment))
    if works:
        return works
    values, moment = _nearest("", answers)
    return [Work(read, answers=values, answered_at=moment)]


def _notebook(content: bytes) -> dict[str, Any] | None:
    """Its marks and the cells of a notebook, read as nbformat 4; None when it cannot be read.

    One of the present format is not validated: naming what is wrong in a large one takes minutes.
    """
    try:
        notebook: dict[str, Any] = json.loads(content)
        if notebook["nbformat"] != 4:
            notebook = json.loads(json.dumps(nbformat.reads(json.dumps(notebook), as_version=4)))
        cells = notebook["cells"]
        sound = isinstance(notebook["metadata"], dict) and len(cells) <= MOST_CELLS
        sound = sound and all(isinstance(cell.get("metadata", {}), dict) for cell in cells)
        marks = _marks(notebook["metadata"], WHOSE)
        return {"metadata": marks, "cells": [_bare(cell) for cell in cells]} if sound else None
    except Exception:
        return None


def _bare(cell: Mapping[str, Any]) -> dict[str, Any]:
    """What is looked at of a cell: not what it put out, which may be any amount of anything."""
    return {
        "cell_type": "code" if cell.get("cell_type") == "code" else "markdown",
        "id": text_of(cell.get("id", "")),
        "metadata": {METADATA: _marks(cell.get("metadata", {}), (LOCKED, ANSWER))},
        "source": writable(source_of(cell)),
    }


def _marks(metadata: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """What the course wrote in the metadata of a notebook or of a cell, as short texts."""
    marks = metadata.get(METADATA)
    found = {name: marks.get(name) for name in names} if isinstance(marks, dict) else {}
    return {name: text_of(one)[:200] for name, one in found.items() if isinstance(one, str)}


def _answers(deposit: Deposit, assignment: str) -> dict[str, tuple[dict[str, Any], str]]:
    """The answers files of this assignment: values by question, and the moment of the last one."""
    found = {}
    for name, content in deposit.files.items():
        if name.lower().endswith(".json"):
            with suppress(Exception):
                data = json.loads(content)
                if data["exercise"] == assignment:
                    found[name] = _given(data["answers"])
    return found


def _given(entries: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The values of an answers file that can be used, and the moment of the last one."""
    values = {}
    for question, entry in islice(entries.items(), MOST_ANSWERS):
        with suppress(ValueError):
            values[text_of(question)] = plain(entry["value"])
    return values, max((text_of(entry["saved"]) for entry in entries.values()), default="")


def latest_answers(deposit: Deposit, exercise: str) -> Mapping[str, Any]:
    """The answers of a deposit to an exercise or a lesson, by question; of several, the newest."""
    return _nearest("", _answers(deposit, exercise))[0]


def _nearest(
    notebook: str, answers: Mapping[str, tuple[dict[str, Any], str]]
) -> tuple[dict[str, Any], str]:
    """The answers file that shares the longest path with the notebook; of several, the newest."""
    if not answers:
        return {}, ""
    home = PurePosixPath(notebook).parent.parts

    def shared(name: str) -> int:
        parts = PurePosixPath(name).parts
        return sum(1 for depth in range(len(home)) if parts[: depth + 1] == home[: depth + 1])

    best = max(answers, key=lambda name: (shared(name), answers[name][1], name))
    return answers[best]
