"""What was handed in: a folder, or Moodle's zip, read without trusting a name or a size in it."""

from __future__ import annotations

import json
import re
import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
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
from rfm_helpers.teacher.results import Aside

LARGEST_FILE = 20_000_000
#: In all, zips counted beside what they hold.
LARGEST_DEPOSIT = 60_000_000
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
#: How the files that « Rendre mon travail » writes begin.
HANDED_IN = "rendu_"
#: What systems leave beside the works, in small letters.
NOT_WORK = {"__macosx", ".ipynb_checkpoints", "__pycache__", "thumbs.db", "desktop.ini", "icon\r"}
MARKED_UTF_8 = 0x800


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


class Deposits:
    """Every deposit in order of name, read from the disk when its turn comes.

    Only one is held at a time, and it may be gone through again.
    """

    def __init__(self, files: Iterable[tuple[str, Source]]) -> None:
        groups: dict[tuple[str, str], list[tuple[str, Source]]] = defaultdict(list)
        self._folders = set()
        for name, source in files:
            key, place, is_folder = _depositor(name)
            groups[key].append((place, source))
            self._folders |= {key} if is_folder else set()
        self._groups = {key: groups[key] for key in sorted(groups)}

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[Deposit]:
        for key, files in self._groups.items():
            yield replace(_deposit(*key, files), is_folder=key in self._folders)


def read_deposits(path: Path) -> Deposits:
    """The deposits of a folder (one folder or file each), or of a zip.

    Nothing is written to the disk; symbolic links, names that climb out, files that are too large
    or of a type that is not read are left out, and the deposit says so.

    Raises:
        CourseError: there is no such folder, nothing in it, or the file is no zip.
    """
    is_folder = path.is_dir()
    files = [*(_folder_files(path) if is_folder else _class_archive(path))]
    found = Deposits(_without_root(files, fewest=2 if is_folder else 1))
    if not found:
        raise CourseError(
            f"« {path.name} » ne contient aucun travail : donnez le dossier des rendus, ou le zip "
            "que Moodle a préparé."
        )
    return found


def _class_archive(path: Path) -> Iterator[tuple[str, Source]]:
    try:
        with path.open("rb") as file:
            is_zip = zipfile.is_zipfile(file)
    except OSError as error:
        raise CourseError(
            f"« {path} » ne peut pas être lu : donnez le dossier des rendus, ou le zip que Moodle "
            "a préparé."
        ) from error
    if not is_zip:
        raise CourseError(
            f"« {path.name} » n’est pas une archive zip, ou elle est abîmée : téléchargez-la de "
            "nouveau, ou donnez le dossier des rendus."
        )
    try:
        return _members(zipfile.ZipFile(path), MOST_FILES * 100)
    except Exception as error:  # zipfile raises many kinds of errors on what is damaged
        raise CourseError(
            f"L’archive « {path.name} » est abîmée : téléchargez-la de nouveau depuis Moodle."
        ) from error


def _without_root(files: Sequence[tuple[str, Source]], fewest: int) -> Sequence[tuple[str, Source]]:
    """The same files, without the one folder that holds the deposits of all.

    A file of a type that is not read may lie in it beside the deposits.

    Args:
        files: names, and what reads them.
        fewest: how many deposits it holds at least: a folder of one may be the student's own.
    """
    read = [name for name, _ in files if name.lower().endswith(READ)] or [name for name, _ in files]
    parts = [name.split("/") for name in read]
    roots, within = {one[0] for one in parts}, {one[1] for one in parts if len(one) > 1}
    beside = [one[-1] for one in parts if len(one) < 3]
    hold_all = all(map(MOODLE.match, beside)) or (
        len(beside) > 1 and all(name.startswith(HANDED_IN) for name in beside)
    )
    if len(roots) != 1 or len(within) < fewest or not hold_all or MOODLE.match(roots.pop()):
        return files
    return [(name.partition("/")[2] or name, source) for name, source in files]


BROKEN = "est abîmé"
TOO_MANY = "dépasse le nombre de fichiers admis"
UNKNOWN = "n’est pas d’un type que le cours lit"
TOO_LARGE = "est trop gros"
NEST = 3


class _Refused(str):
    """Why a file was left out, in the place of its content."""


Content = bytes | _Refused
#: What reads a file, of not more than so many bytes.
Source = Callable[[int], Content]


def _folder_files(folder: Path) -> Iterator[tuple[str, Source]]:
    for path in sorted(folder.rglob("*")):
        name = _tidy(path.relative_to(folder).as_posix())
        if _is_work(name) and (path.is_symlink() or not path.is_dir()):
            yield name, partial(_file_content, folder, path)


def _file_content(folder: Path, path: Path, most: int) -> Content:
    within = (path, *path.parents)[: len(path.relative_to(folder).parts)]
    if any(one.is_symlink() for one in within):
        return _Refused("est un lien")
    if not path.is_file():
        return _Refused("n’est pas un fichier ordinaire")
    if not path.name.lower().endswith(READ):
        return b""
    if path.stat().st_size > most:
        return _Refused(TOO_LARGE)
    try:
        return path.read_bytes()
    except OSError:
        return _Refused("ne s’ouvre pas")


def _members(archive: zipfile.ZipFile, most: int) -> Iterator[tuple[str, Source]]:
    """The files of a zip, in order of name; not more than `most`."""
    named = sorted((_entry_name(entry), rank) for rank, entry in enumerate(archive.infolist()))
    works = [(name, rank) for name, rank in named if not name.endswith("/") and _is_work(name)]
    for name, rank in works[:most]:
        yield _tidy(name), partial(_entry_content, archive, archive.infolist()[rank])
    if len(works) > most:
        yield "…", lambda _: _Refused(TOO_MANY)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of a file in a zip: one that is not marked as UTF-8 may be, or is of Windows."""
    name = entry.filename
    if not entry.flag_bits & MARKED_UTF_8:
        written = name.encode("cp437", "replace")
        try:
            name = written.decode("utf-8")
        except UnicodeDecodeError:
            name = written.decode("cp850")
    return name.replace("\\", "/")


def _entry_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Content:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        return _Refused("a un chemin qui sort du dossier")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _Refused("est un lien")
    if not entry.filename.lower().endswith(READ):
        return b""
    if entry.flag_bits & 0x1:
        return _Refused("est protégé par un mot de passe")
    if entry.file_size > most:
        return _Refused(TOO_LARGE)
    try:
        with archive.open(entry) as file:
            content = file.read(most + 1)
    except NotImplementedError:
        return _Refused("est compressé d’une façon que le cours ne lit pas")
    except Exception:
        return _Refused(BROKEN)
    return content if len(content) <= most else _Refused(TOO_LARGE)


def _tidy(name: str) -> str:
    """A name with plain slashes, and its accents as everyone else writes them.

    >>> _tidy("./e1\\\\a//b.ipynb")
    'e1/a/b.ipynb'
    """
    slashed = unicodedata.normalize("NFC", writable(name)).replace("\\", "/")
    return PurePosixPath(slashed).as_posix()


def _is_work(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not NOT_WORK & {part.casefold() for part in parts}
        and not parts[-1].startswith((".", "~$"))
    )


def _depositor(name: str) -> tuple[tuple[str, str], str, bool]:
    """Name and number of the depositor of a file, its place in the deposit, whether in a folder.

    One deposit per folder at the top, or per prefix of Moodle, or per file at the top.
    """
    top, _, rest = name.partition("/")
    if found := MOODLE.match(top):
        key = one_line(found["name"]), found["participant"]
        return key, rest or found["rest"] or top, bool(rest)
    return (one_line(top if rest else Path(top).stem), ""), rest or top, bool(rest)


def _deposit(name: str, participant: str, files: Sequence[tuple[str, Source]]) -> Deposit:
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


def _unpacked(files: Sequence[tuple[str, Source]]) -> Iterator[tuple[str, Content]]:
    """The files, and in the place of a zip what it holds, all within one allowance."""
    left, count = LARGEST_DEPOSIT, 0
    waiting = [(place, source, NEST) for place, source in reversed(files)]
    while waiting:
        place, source, depth = waiting.pop()
        count += 1
        if count > MOST_FILES:
            yield "…", _Refused(TOO_MANY)
            return
        content = source(min(LARGEST_FILE, left))
        left -= len(content) if isinstance(content, bytes) else 0
        if isinstance(content, bytes) and place.lower().endswith(".zip") and depth:
            inside = _inside(content)
            if inside is None:
                yield place, _Refused(BROKEN)
            else:
                waiting += [(f"{place}/{name}", one, depth - 1) for name, one in inside]
        elif isinstance(content, bytes) and not place.lower().endswith(READ[:-1]):
            yield place, _Refused(UNKNOWN)
        else:
            yield place, content


def _inside(content: bytes) -> list[tuple[str, Source]] | None:
    """The files of a zip, the last first; None when it is damaged."""
    try:
        return [*_members(zipfile.ZipFile(BytesIO(content)), MOST_FILES)][::-1]
    except Exception:  # zipfile raises many kinds of errors on what somebody made up
        return None


# --- what a deposit holds ------------------------------------------------------------------------


def works_of(deposit: Deposit, assignment: str) -> list[Work]:
    """The notebooks of a deposit, each with the answers to this assignment found nearest to it.

    A deposit without a notebook that can be read, or that takes too long to read, gives one work
    without a notebook.
    """
    try:
        works = apart(_works, READING, deposit, assignment)
    except UnfinishedError as error:
        notice = Aside(UNREAD.format(reason=error))
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
    values, moments = {}, [""]
    for question, entry in islice(entries.items(), MOST_ANSWERS):
        with suppress(ValueError, KeyError, TypeError):
            values[text_of(question)] = plain(entry["value"])
            moments.append(text_of(entry["saved"]))
    return values, max(moments)


def latest_answers(deposit: Deposit, exercise: str) -> Mapping[str, Any]:
    """The answers of a deposit to an exercise or a lesson, by question; of several, the newest.

    What it reads is a stranger's: to be called `apart`.
    """
    return _nearest("", _answers(deposit, exercise))[0]


def answers_files(deposit: Deposit, exercise: str) -> dict[str, tuple[dict[str, Any], str]]:
    """The answers and their last moment, by file; none where they take too long to read."""
    try:
        return apart(_answers, READING, deposit, exercise)
    except UnfinishedError:
        return {}


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
