"""A learner's answers, kept on disk as soon as the kernel has them.

One JSON file per exercise, ``exercises/reponses/<exercise>.json`` (``RFM_REPONSES`` names another
folder). Beside it stand the version before the last change (``…-precedent.json``), the copies made
before starting again (``…-copie-<date>.json``), and damaged files (``…-abime-<date>.json``). Where
the file comes from a newer course, it is left alone, and answers go to ``…-format-1.json``.

A file is replaced only by a complete one, under a lock, so that a process may be killed at any
moment. When several notebooks write, the newest answer to each question wins. Answers to questions
that came from another lesson (`rfm_helpers.questions.moved`) are taken from its file, once.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import french
from rfm_helpers.questions.moved import former_places, moved_questions

FOLDER_VARIABLE = "RFM_REPONSES"
FORMAT = 1
MAX_QUESTION = 200
MAX_ANSWER = 200_000
MAX_FILE = 5_000_000
LOCK_SECONDS = 3.0
#: Seconds to wait for another program (often an antivirus) to let go of a file, under Windows.
PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
#: The entry that holds the questions already taken from another lesson's file.
TAKEN = "/taken"

NOT_SAVED = (
    "Vos réponses ne sont pas enregistrées, car {reason} : gardez ce notebook ouvert, {remedy}, "
    "puis modifiez une réponse."
)
NEWER = (
    "Le fichier « {name} » vient d’une version plus récente du cours : mettez le cours à jour pour "
    "retrouver vos réponses (les nouvelles sont gardées dans « {own} »)."
)
COME_BACK = "vos réponses sont revenues, sauf peut-être la dernière, à vérifier"
DAMAGED = "Le fichier de vos réponses était abîmé : il est gardé sous le nom « {name} », et {rest}."
TOO_LONG = (
    "Cette réponse est trop longue pour être enregistrée ({size} caractères, {limit} au plus) : "
    "raccourcissez-la."
)
TOO_MUCH = (
    "Vos réponses à cet exercice prennent trop de place pour être enregistrées : raccourcissez les "
    "plus longues."
)

T = TypeVar("T")


class _DamagedError(ValueError):
    """The content of a file is not what this module writes."""


class _NewerError(Exception):
    """The content of a file is that of a newer course."""


@dataclass(frozen=True)
class _Entry:
    """An answer, as JSON types, and the moment it was given."""

    value: Any
    saved: dt.datetime


def answers_folder() -> Path:
    """The folder of the answers; it may not exist yet.

    The environment variable ``RFM_REPONSES`` names it; else it is ``exercises/reponses`` in the
    folder of the course, the one that holds the data: where the package is, or the current folder
    or one above it.

    >>> answers_folder().is_absolute()
    True
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named).absolute()
    here = Path.cwd()
    places = (Path(__file__).resolve().parents[2], here, *here.parents)
    course = next((place for place in places if (place / "data" / "orsenne").is_dir()), here)
    return course / "exercises" / "reponses"


class AnswerStore:
    """The answers to the questions of one exercise.

    Opening a store restores what was saved. Each change is written before `set` returns; when that
    cannot be done, the answer stays in memory, `message` says why and what to do, and the next
    change tries again. Nothing here raises for a full disk, a read-only folder or a damaged file.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> AnswerStore("02_donnees", folder).set("panier_moyen", 2350.5)
    >>> AnswerStore("02_donnees", folder).get("panier_moyen")
    2350.5
    """

    def __init__(self, exercise: str, folder: Path | None = None) -> None:
        """Open the answers to an exercise (a name of letters, digits and ``_``)."""
        if not re.fullmatch(r"[A-Za-z0-9_]{1,80}", exercise):
            raise ValueError(f"not the name of an exercise: {exercise!r}")
        self.exercise = exercise
        self.folder = folder or answers_folder()
        self.path = self.folder / f"{exercise}.json"
        self.saved_at: dt.datetime | None = None
        self._entries: dict[str, _Entry] = {}
        self._pending: dict[str, _Entry] = {}
        self._problem = self._notice = ""
        self._attempt(self._open)
        for former in former_places(exercise):
            self._attempt(partial(self._take, former))

    # --- what a caller uses -----------------------------------------------------------------

    def latest(self, question: str) -> Any:
        """The answer to a question as the disk has it now, whoever wrote it; None without one."""
        self.reload()
        return self.get(question)

    def get(self, question: str, default: Any = None) -> Any:
        """The answer to a question, as JSON types; `default` when there is none."""
        entry = self._entries.get(question)
        return default if entry is None else _copy(entry.value)

    def set(self, question: str, value: object) -> None:
        """Keep the answer to a question.

        Raises:
            CourseError: the answer is too long.
            TypeError, ValueError: the answer is not made of JSON types (None, bool, finite number,
                text, list, dict with text keys).
        """
        self.update({question: value})

    def update(self, answers: Mapping[str, object]) -> None:
        """Keep several answers at once, or none of them.

        Raises:
            CourseError, TypeError, ValueError: as `set` does.
        """
        now = _now()
        new: dict[str, _Entry] = {}
        for question, value in answers.items():
            known = self._entries.get(question)
            # A clock that was set back does not make a new answer older than the one it replaces.
            after = known.saved + dt.timedelta(microseconds=1) if known else now
            new[_checked_name(question)] = _Entry(_checked(value), max(now, after))
        self._entries |= new
        self._pending |= new
        self._attempt(self._save)

    @property
    def answers(self) -> dict[str, Any]:
        """All the answers, by question."""
        return {question: _copy(entry.value) for question, entry in self._entries.items()}

    @property
    def is_saved(self) -> bool:
        """Whether everything that was set is on disk."""
        return not self._pending

    @property
    def message(self) -> str:
        """One French sentence when something is wrong or was mended; else empty."""
        return french(self._problem or self._notice)

    @property
    def saved_text(self) -> str:
        """« Enregistré à 14:32 », with the day unless it is today; empty when nothing is saved."""
        if self.saved_at is None or not self.is_saved:
            return ""
        moment = self.saved_at.astimezone()
        if moment.date() == _now().astimezone().date():
            return f"Enregistré à {moment:%H:%M}"
        return f"Enregistré le {long_date(moment.date())} à {moment:%H:%M}"

    def reload(self) -> None:
        """Take in what other notebooks have saved since the last change."""
        self._attempt(self._reload)

    def restart(self, questions: Iterable[str] | None = None) -> Path | None:
        """Forget the answers (to some questions, or to all), once a copy of the file is made.

        Returns:
            The copy, or None when there was nothing to forget.

        Raises:
            CourseError: the copy or the new file cannot be written; nothing is forgotten then.
        """
        try:
            with self._locked():
                return self._restart(questions)
        except OSError as error:
            raise CourseError(self._explain(error)) from error

    def _restart(self, questions: Iterable[str] | None) -> Path | None:
        entries = _newest(self._read_entries(), self._pending)
        forgotten = set(entries if questions is None else questions) - {TAKEN}
        left = _without(entries, forgotten)
        if len(left) == len(entries):
            return None
        copy = self._set_aside(self._serialized(entries), "copie")
        self._write(left)
        return copy

    # --- reading ----------------------------------------------------------------------------

    def _attempt(self, act: Callable[[], None]) -> None:
        """Do it; what the disk refuses becomes `message`."""
        try:
            act()
        except CourseError as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = self._explain(error)

    def _open(self) -> None:
        try:
            self._entries = self._parsed(_read(self.path))
        except FileNotFoundError:
            return
        except _NewerError:
            self._step_aside()
            self._open()
            return
        except _DamagedError:
            self._entries = self._earlier()
            with self._locked():
                self._entries = self._read_entries()
        self.saved_at = _last_moment(self._entries)

    def _take(self, place: str) -> None:
        """Take the answers to the questions that moved here, but for those taken or given before.

        What is started again here stays in the file of that place, and is not taken again.
        """
        former = AnswerStore(place, self.folder)
        moved = moved_questions(self.exercise, place, former._entries)
        if not set(moved) - set(self.get(TAKEN, ())):
            return
        known = {*self._entries, *self.get(TAKEN, ())}
        new = {question: former._entries[question] for question in moved if question not in known}
        taken = sorted({*moved, *self.get(TAKEN, ())})
        self._entries |= new | {TAKEN: _Entry(taken, _now())}
        self._pending |= {question: self._entries[question] for question in (*new, TAKEN)}
        self._save()

    def _reload(self) -> None:
        if not self.path.exists():
            return
        with self._locked():
            entries = self._read_entries()
        self.saved_at = _last_moment(entries)
        self._entries = _newest(entries, self._pending)
        if self.is_saved:
            self._problem = ""

    def _read_entries(self) -> dict[str, _Entry]:
        """The answers on disk; without a good file, those in memory (the lock is held)."""
        try:
            content = _read(self.path)
        except FileNotFoundError:
            return self._entries
        try:
            return self._parsed(content)
        except _NewerError:
            self._step_aside()
            return self._read_entries()
        except _DamagedError:
            entries = _newest(self._earlier(), self._entries)
            aside = self._set_aside(content, "abime")
            rest = COME_BACK if entries else "vous repartez sans réponse"
            self._notice = DAMAGED.format(name=aside.name, rest=rest)
            _replace(self.path, self._serialized(entries))
            return entries

    def _earlier(self) -> dict[str, _Entry]:
        """The answers before the last change, as far as they can be read."""
        try:
            return self._parsed(_read(self._beside("precedent")))
        except (OSError, _DamagedError, _NewerError):
            return {}

    def _step_aside(self) -> None:
        """Leave the file of a newer course alone, and keep the answers in one beside it."""
        name = self.path.name
        self.path = self._beside(f"format-{FORMAT}")
        self._notice = NEWER.format(name=name, own=self.path.name)

    def _parsed(self, content: bytes) -> dict[str, _Entry]:
        """The answers that a file holds."""
        try:
            if len(content) > MAX_FILE:
                raise ValueError("too large")
            return dict(_entries_in(content, self.exercise, self.path.stem == self.exercise))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _DamagedError(str(error)) from error

    # --- writing ----------------------------------------------------------------------------

    def _save(self) -> None:
        with self._locked():
            self._write(_newest(self._read_entries(), self._pending))

    def _write(self, entries: dict[str, _Entry]) -> None:
        """Replace the file, the one before it kept; then nothing is pending (the lock is held)."""
        content = self._serialized(entries)
        try:
            before = _read(self.path)
            self._parsed(before)
        except (FileNotFoundError, _DamagedError):
            pass
        except _NewerError:
            self._step_aside()
            self._write(_newest(self._read_entries(), entries))
            return
        else:
            _replace(self._beside("precedent"), before)
        _replace(self.path, content)
        self._entries, self._pending, self._problem = dict(entries), {}, ""
        self.saved_at = _now()

    def _serialized(self, entries: Mapping[str, _Entry]) -> bytes:
        data = {
            "format": FORMAT,
            "exercise": self.exercise,
            "answers": {
                question: {"value": entry.value, "saved": entry.saved.isoformat()}
                for question, entry in entries.items()
            },
        }
        content = _dump(data).encode("utf-8", "surrogatepass")
        if len(content) > MAX_FILE:
            raise CourseError(TOO_MUCH)
        return content

    def _set_aside(self, content: bytes, why: str) -> Path:
        """Write the content under a dated name that no file has yet."""
        stem = f"{why}-{_now().astimezone():%Y-%m-%d-%Hh%Mm%S}"
        rank = 1
        while True:
            path = self._beside(stem if rank == 1 else f"{stem}-{rank}")
            try:
                _write_through(path, content, "xb")
                return path
            except FileExistsError:
                rank += 1

    def _beside(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.stem}-{name}.json")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / f".{self.exercise}.lock", timeout=LOCK_SECONDS):
            yield

    def _explain(self, error: OSError) -> str:
        if isinstance(error, Timeout):
            reason = "un autre notebook est en train de les enregistrer"
            remedy = "fermez l’autre notebook"
        elif error.errno in FULL_DISK:
            reason, remedy = "le disque est plein", "libérez de la place"
        else:
            reason = f"le dossier « {self.folder} » ne peut pas être lu ou écrit"
            remedy = "vérifiez vos droits sur ce dossier"
        return NOT_SAVED.format(reason=reason, remedy=remedy)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _copy(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    return json.loads(_dump(value))


def _checked(value: object) -> Any:
    """A copy of the value, once it is known to be made of JSON types and not too long."""
    text = _dump(value)
    copy = json.loads(text)
    if copy != value:
        raise TypeError(f"not made of JSON types: {value!r}")
    if len(text) > MAX_ANSWER:
        raise CourseError(TOO_LONG.format(size=number(len(text)), limit=number(MAX_ANSWER)))
    return copy


def _checked_name(question: str) -> str:
    if not isinstance(question, str) or not 0 < len(question) <= MAX_QUESTION:
        raise ValueError(f"not the name of a question: {question!r}")
    return question


@lru_cache(maxsize=4)
def _entries_in(content: bytes, exercise: str, may_be_newer: bool) -> Mapping[str, _Entry]:
    """The answers in the content of a file, which is read again more often than it changes.

    Any other content is an error; that of a newer course is told apart where there may be one.
    """
    data = json.loads(content)
    if data["format"] > FORMAT and may_be_newer:
        raise _NewerError
    return _entries_of(data, exercise)


def _entries_of(data: Any, exercise: str) -> dict[str, _Entry]:
    if data["format"] != FORMAT or data["exercise"] != exercise:
        raise ValueError("another format or exercise")
    entries = {
        question: _Entry(_copy(answer["value"]), dt.datetime.fromisoformat(answer["saved"]))
        for question, answer in data["answers"].items()
    }
    if any(entry.saved.tzinfo is None for entry in entries.values()):
        raise ValueError("a time without its zone")
    if any(entry.saved.year == dt.MAXYEAR for entry in entries.values()):
        raise ValueError("a time that nothing can follow")
    return entries


def _newest(*versions: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """For each question the newest answer; of two that are as new, the later version's."""
    merged: dict[str, _Entry] = {}
    for version in versions:
        for question, entry in version.items():
            if question not in merged or entry.saved >= merged[question].saved:
                merged[question] = entry
    return merged


def _last_moment(entries: Mapping[str, _Entry]) -> dt.datetime | None:
    """When the newest answer was given; None without any."""
    return max((entry.saved for entry in entries.values()), default=None)


def _without(entries: Mapping[str, _Entry], questions: Iterable[str]) -> dict[str, _Entry]:
    forgotten = set(questions)
    return {question: entry for question, entry in entries.items() if question not in forgotten}


def _patiently(act: Callable[[], T]) -> T:
    """Do it, again if need be: under Windows a file that another program has open is refused."""
    for pause in PAUSES:
        try:
            return act()
        except PermissionError:
            time.sleep(pause)
    return act()


def _read(path: Path) -> bytes:
    return _patiently(path.read_bytes)


def _replace(path: Path, content: bytes) -> None:
    """Put a complete file in the place of another (the lock is held: no one else does)."""
    partial = path.with_name(f".{path.name}.partial")

    _patiently(lambda: _write_through(partial, content, "wb"))
    _patiently(lambda: partial.replace(path))


def _write_through(path: Path, content: bytes, mode: str) -> None:
    """Write a file and wait until the disk has it."""
    with path.open(mode) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
