"""Grading a class: each submission restored, run twice in the sandbox, marked; resumable."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.documents.text import made
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions.chosen import CHOICES, clean_choices
from rfm_helpers.questions.model import is_empty
from rfm_helpers.teacher.apart import BROKEN, Budget, Helpers, UnfinishedError, apart
from rfm_helpers.teacher.assignments.variants import (
    Variant,
    data_files,
    load_kit,
    make_variant,
    token,
)
from rfm_helpers.teacher.classroom.attribution import Submission
from rfm_helpers.teacher.classroom.handed_out import DISTRIBUTION, digest
from rfm_helpers.teacher.classroom.notebooks import (
    ANSWERS,
    DATA,
    as_text,
    cells_digest,
    student_notebook,
)
from rfm_helpers.teacher.classroom.restore import Restored, restore
from rfm_helpers.teacher.classroom.roster import safe_name
from rfm_helpers.teacher.marking.marking import Answers, mark_all, unmarked
from rfm_helpers.teacher.results import Aside, Graded, Status
from rfm_helpers.teacher.sandbox.joining import Meeting
from rfm_helpers.teacher.sandbox.pool import Ending, Isolation, Job, Limits, Pool, Run

if TYPE_CHECKING:
    from rfm_helpers.teacher.sandbox.cluster import Cluster

GRADED = TypeAdapter(Graded)
STATES = "etat"
JOURNAL = "journal.jsonl"
LONGEST_TEXT = 20_000
FORMAT = 1

ENDINGS = {
    Ending.DONE: Status.GRADED,
    Ending.TIMEOUT: Status.TIMEOUT,
    Ending.MEMORY: Status.MEMORY,
    Ending.OUTPUT: Status.OUTPUT,
    Ending.CRASHED: Status.CRASHED,
}
MARKING = Budget(seconds=30, memory_mb=2000)
UNMARKED = "La note n’a pas pu être calculée, car {reason} : notez ce travail à la main."
COMPUTED = "Le temps permis a passé en calculs : une boucle ne finit peut-être jamais."
WAITED = "Le temps permis a passé à attendre : une cellule dort, ou attend une saisie."
HIDDEN_FAILED = "Sur d’autres données, le carnet ne va pas à son terme ({status})."


@dataclass(frozen=True)
class Settings:
    """How a class is graded; `isolation` is that of `Pool`.

    With a ``meeting``, jobs run on that cluster, always isolated, as many at once as it takes.
    """

    assignment: str
    key: str
    limits: Limits = field(default_factory=Limits)
    processes: int = 2
    isolation: Isolation = "bwrap"
    meeting: Meeting | None = None


class Journal:
    """What was done and when, one JSON line a step."""

    def __init__(self, folder: Path) -> None:
        self._file = (made(folder) / JOURNAL).open("a", encoding="utf-8")

    def note(self, step: str, **facts: object) -> None:
        """Write a step with its facts."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"quand": now, "etape": step, **facts}, ensure_ascii=False)
        self._file.write(line + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def grade(
    submissions: Sequence[Submission],
    settings: Settings,
    folder: Path,
    *,
    resume: bool = False,
    earlier: Mapping[str, Graded] = MappingProxyType({}),
    done: Callable[[Graded], None] = lambda graded: None,
) -> tuple[Graded, ...]:
    """Grade every submission; each result is on the disk as soon as it is known.

    Args:
        submissions: one per student on the list.
        settings: assignment, key, limits, workers.
        folder: where states and journal are written.
        resume: take a result that is there already, if it is of this very submission.
        earlier: results of an earlier grading by student, kept where nothing new was handed in.
        done: told of each result as it comes.

    Returns:
        One result per submission, in the same order.
    """
    journal = Journal(folder)
    journal.note("début", devoir=settings.assignment, rendus=len(submissions), reprise=resume)
    found: dict[str, Graded] = {}
    waiting = []
    for submission in submissions:
        if _is_nothing_new(submission) and submission.student.id in earlier:
            found[submission.student.id] = _kept(earlier[submission.student.id], submission)
            continue
        known = _load_state(submission, settings, folder) if resume else None
        if known is None and _is_runnable(submission):
            waiting.append(submission)
            continue
        graded = known or _without_run(submission, settings)
        found[submission.student.id] = graded
        _save_state(graded, submission, settings, folder)
        done(graded)
    for graded in _run_all(waiting, settings, folder, journal):
        found[graded.student.id] = graded
        done(graded)
    journal.note("fin", corriges=len(found))
    journal.close()
    return tuple(found[submission.student.id] for submission in submissions)


def _is_nothing_new(submission: Submission) -> bool:
    """Whether nothing came that is surely the student's."""
    return submission.status is Status.MISSING or submission.is_disputed


def _kept(graded: Graded, submission: Submission) -> Graded:
    """An earlier result, with what the list and the deposits say of the student today."""
    now, before = submission.student, graded.student
    student = replace(
        now,
        participant=now.participant or before.participant,
        handed_in=now.handed_in or before.handed_in,
        extension=now.extension or before.extension,
    )
    notices = dict.fromkeys((*graded.notices, *submission.notices))
    aside = dict.fromkeys((*graded.aside, *_aside(submission.notices)))
    return replace(graded, student=student, notices=(*notices,), aside=(*aside,))


def _is_runnable(submission: Submission) -> bool:
    return submission.work is not None and submission.work.notebook is not None


def _run_all(
    waiting: Sequence[Submission], settings: Settings, folder: Path, journal: Journal
) -> Iterator[Graded]:
    if not waiting:
        return
    with (
        Helpers() as helpers,
        _workers(settings, len(waiting)) as (pool, processes),
        ThreadPoolExecutor(processes) as threads,
    ):
        futures = {
            threads.submit(_grade_one, submission, settings, pool, helpers): submission
            for submission in waiting
        }
        try:
            for future in as_completed(futures):
                graded = future.result()
                _save_state(graded, futures[future], settings, folder)
                _note(journal, graded)
                yield graded
        except BaseException:
            pool.stop()
            threads.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _workers(settings: Settings, count: int) -> Iterator[tuple[Pool | Cluster, int]]:
    """Where the jobs of so many submissions run, and how many submissions to see to at once."""
    if settings.meeting is None:
        processes = min(settings.processes, count)
        with Pool(processes, isolation=settings.isolation, limits=settings.limits) as pool:
            yield pool, processes
    else:
        from rfm_helpers.teacher.sandbox.cluster import Cluster

        with Cluster(settings.meeting, settings.limits) as cluster:
            yield cluster, min(cluster.processes, count)


def _note(journal: Journal, graded: Graded) -> None:
    journal.note(
        "corrigé",
        etudiant=graded.student.id,
        statut=graded.status,
        points=graded.automatic,
        secondes=round(graded.seconds, 2),
        memoire_mo=round(graded.peak_mb),
    )


def _variants(submission: Submission, settings: Settings) -> tuple[Variant, Variant]:
    student = submission.variant_of
    own = make_variant(settings.assignment, student, settings.key)
    return own, make_variant(settings.assignment, student, settings.key, hidden=True)


def _grade_one(
    submission: Submission, settings: Settings, pool: Pool | Cluster, helpers: Helpers
) -> Graded:
    """The result of a submission, whatever becomes of it; a sandbox that does not start is told."""
    try:
        return _run_and_mark(submission, settings, pool, helpers)
    except UnfinishedError as error:
        return _by_hand(submission, settings, str(error))
    except CourseError:
        raise
    except Exception as error:
        return _by_hand(submission, settings, BROKEN.format(name=type(error).__name__))


def _by_hand(submission: Submission, settings: Settings, reason: str) -> Graded:
    """The result of a submission that could not be marked."""
    sheet = load_sheet(settings.assignment)
    notice = Aside(french(UNMARKED.format(reason=reason)))
    return Graded(
        submission.student,
        Status.UNMARKED,
        unmarked(sheet),
        texts=_texts(submission, sheet.id),
        notices=(*submission.notices, notice),
        aside=_aside((*submission.notices, notice)),
    )


def _run_and_mark(
    submission: Submission, settings: Settings, pool: Pool | Cluster, helpers: Helpers
) -> Graded:
    work = submission.work
    assert work is not None and work.notebook is not None
    own, hidden = _variants(submission, settings)
    proof = token(settings.assignment, own.student, settings.key)
    restored = helpers.apart(restore, MARKING, student_notebook(own, proof), work.notebook)
    (own_run,) = pool.run([_job(own, restored, work.answers)])
    if any(not is_empty(value) for value in own_run.answers.values()):
        (hidden_run,) = pool.run([_job(hidden, restored, _choices(own.assignment, work.answers))])
    else:
        hidden_run = _no_run(own_run.job)
    runs = (own, own_run), (hidden, hidden_run)
    return helpers.apart(_graded, MARKING, submission, *runs, restored)


def _choices(assignment: str, answers: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a student chose in the lists, and nothing else: all that the hidden run may know."""
    kept = {CHOICES.format(one.id): one for one in load_sheet(assignment).questions if one.parts}
    found = {key: clean_choices(one, answers.get(key)) for key, one in kept.items()}
    return {key: choices for key, choices in found.items() if choices}


def _no_run(job: str) -> Run:
    """What a run gives that was not made, since nothing could come of it."""
    return Run(job, Ending.DONE, answers={}, errors={}, seconds=0.0, peak_mb=0.0)


def _job(variant: Variant, restored: Restored, answers: Mapping[str, Any]) -> Job:
    files = {f"{DATA}/{name}": content for name, content in data_files(variant).items()}
    if answers:
        kept = {key: {"value": value, "saved": _EPOCH} for key, value in answers.items()}
        content = {"format": 1, "exercise": variant.assignment, "answers": kept}
        files[f"{ANSWERS}/{variant.assignment}.json"] = json.dumps(content).encode()
    parameters = {
        "ETUDIANT": variant.student, "DONNEES": DATA, "REPONSES": ANSWERS, **variant.parameters
    }  # fmt: skip
    return Job(variant.student, as_text(restored.notebook), files, parameters)


_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).isoformat()


def _graded(
    submission: Submission,
    own: tuple[Variant, Run],
    hidden: tuple[Variant, Run],
    restored: Restored | None = None,
) -> Graded:
    work = submission.work
    assert work is not None
    sheet = load_sheet(own[0].assignment)
    code = {question.id for question in sheet.questions if question.mode == "code"}
    values = {key: value for key, value in work.answers.items() if key not in code}
    ran = {key: value for key, value in own[1].answers.items() if key in code}
    elsewhere = {key: value for key, value in hidden[1].answers.items() if key in code}
    chosen = _choices(sheet.id, work.answers)
    written = restored.written if restored else frozenset()
    choices = {key: chosen.get(CHOICES.format(key), {}) for key in code - written}
    marks = mark_all(
        sheet,
        load_kit(sheet.id),
        (own[0], Answers(values | ran, own[1].errors, choices)),
        (hidden[0], Answers(elsewhere, hidden[1].errors)),
    )
    repaired = restored.notices if restored else ()
    notices = [*submission.notices, *repaired]
    status = ENDINGS[own[1].ending]
    if hidden[1].ending is not Ending.DONE:
        status = ENDINGS[hidden[1].ending] if status is Status.GRADED else status
        notices.append(french(HIDDEN_FAILED.format(status=ENDINGS[hidden[1].ending])))
    late = next((run for _, run in (own, hidden) if run.ending is Ending.TIMEOUT), None)
    if late:
        is_waiting = late.idle_seconds > late.seconds / 2
        notices.append(french(WAITED if is_waiting else COMPUTED))
    if status is Status.GRADED and repaired:
        status = Status.MODIFIED
    return Graded(
        submission.student,
        status,
        marks,
        texts=_texts(submission, sheet.id),
        notices=tuple(notices),
        aside=_aside(notices),
        seconds=own[1].seconds + hidden[1].seconds,
        peak_mb=max(own[1].peak_mb, hidden[1].peak_mb),
    )


def _without_run(submission: Submission, settings: Settings) -> Graded:
    """The result of a submission that holds nothing to run; typed answers count all the same."""
    sheet = load_sheet(settings.assignment)
    graded = Graded(
        submission.student,
        submission.status,
        unmarked(sheet),
        notices=submission.notices,
        aside=_aside(submission.notices),
    )
    if submission.work is None or not submission.work.answers:
        return graded
    own, hidden = _variants(submission, settings)
    nothing = _no_run(own.student)
    try:
        marked = apart(_graded, MARKING, submission, (own, nothing), (hidden, nothing))
    except UnfinishedError as error:
        return _by_hand(submission, settings, str(error))
    return replace(marked, status=submission.status)


def _aside(notices: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(one) for one in notices if isinstance(one, Aside))


def _texts(submission: Submission, assignment: str) -> dict[str, str]:
    answers = submission.work.answers if submission.work else {}
    texts = {}
    for question in load_sheet(assignment).questions:
        if question.mode == "free":
            value = answers.get(question.id)
            texts[question.id] = value[:LONGEST_TEXT] if isinstance(value, str) else ""
    return texts


# --- what is kept between two runs ---------------------------------------------------------------


def _state_path(submission: Submission, folder: Path) -> Path:
    return folder / STATES / f"{safe_name(submission.student.id)}.json"


def _fingerprint(submission: Submission, settings: Settings) -> str:
    """What a result depends on; another fingerprint means another result."""
    work = submission.work
    parts = [
        FORMAT,
        version(DISTRIBUTION),
        digest(make_variant(settings.assignment, submission.variant_of, settings.key)),
        cells_digest(settings.assignment),
        settings.assignment,
        token(settings.assignment, submission.variant_of, settings.key),
        [settings.limits.seconds, settings.limits.memory_mb],
        submission.status,
        submission.notices,
        work and work.notebook,
        work and dict(work.answers),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _save_state(graded: Graded, submission: Submission, settings: Settings, folder: Path) -> None:
    path = _state_path(submission, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "empreinte": _fingerprint(submission, settings),
        "resultat": GRADED.dump_python(graded, mode="json"),
    }
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)


def _load_state(submission: Submission, settings: Settings, folder: Path) -> Graded | None:
    try:
        state = json.loads(_state_path(submission, folder).read_text(encoding="utf-8"))
        if state["empreinte"] != _fingerprint(submission, settings):
            return None
        return replace(GRADED.validate_python(state["resultat"]), student=submission.student)
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None
