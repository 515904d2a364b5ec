"""Run notebooks written by strangers, several at a time, each isolated and within limits.

The supervisor's side: a thread per worker starts a sandbox, sends it jobs, watches what they take
and decides how each ended. What comes out of a sandbox is checked and never trusted.
"""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.apart import swept_folder
from rfm_helpers.teacher.plain_json import text_of
from rfm_helpers.teacher.sandbox.bubblewrap import can_nest, command_for, lay_course
from rfm_helpers.teacher.sandbox.cgroups import make_group
from rfm_helpers.teacher.sandbox.untrusted import Lines, answers_of, error_of, parse
from rfm_helpers.teacher.sandbox.watching import GROWTH, SandboxWatch, TreeWatch

Isolation = Literal["bwrap", "aucune"]

TICK = 0.05
START_SECONDS = 600
END_SECONDS = 5
PATIENCE = 20
MAX_ENTRIES = 1000
#: How many folders in memory a job may fill (see `bubblewrap`).
TMPFS = 3
STOPPED = "La correction a été interrompue : relancez-la avec --reprendre pour continuer."


@dataclass(frozen=True)
class Limits:
    """What one job may take: seconds of processor, and as many of doing nothing; memory of all its
    processes, processes and threads, messages from its kernel, files that it writes.

    A busy machine changes nothing to these; `PATIENCE` times the seconds end a job on any clock.
    """

    seconds: float = 120
    memory_mb: int = 1500
    processes: int = 64
    output_mb: int = 10
    disk_mb: int = 200


@dataclass(frozen=True)
class Job:
    """A notebook to run: its JSON, files to lay beside it, papermill's parameters."""

    id: str
    notebook: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Ending(StrEnum):
    """How a run ended, as seen from outside."""

    DONE = "done"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    CRASHED = "crashed"


#: What an inmate may say of how its job ended; the rest is seen from outside.
ENDINGS = {ending.value: ending for ending in (Ending.DONE, Ending.OUTPUT, Ending.CRASHED)}


@dataclass(frozen=True)
class Run:
    """What came of a job; the answers given before it was stopped count.

    ``answers``: question → JSON value, from the locked cells. ``errors``: cell → name and message
    of its error, that of the run itself under an empty name. ``seconds`` are those of a clock,
    ``idle_seconds`` those among them in which the job did nothing. ``peak_mb`` counts the preloaded
    libraries, which all jobs share.
    """

    job: str
    ending: Ending
    answers: Mapping[str, Any]
    errors: Mapping[str, tuple[str, str]]
    seconds: float
    peak_mb: float
    idle_seconds: float = 0.0


class Pool:
    """Workers that run jobs, each in a sandbox.

    ``with Pool(processes=2) as pool: for run in pool.run(jobs): …``

    Raises:
        CourseError: on entering, if this machine cannot isolate jobs; with ``isolation="aucune"``
            nothing is isolated, and jobs can read and destroy what the user can.
    """

    def __init__(
        self,
        processes: int = 2,
        isolation: Isolation = "bwrap",
        limits: Limits = Limits(),
    ) -> None:
        self._processes = processes
        self._isolation = isolation
        self._limits = limits
        self._folder = swept_folder()
        self._tasks: queue.SimpleQueue[tuple[Job, queue.SimpleQueue[Run | Exception]] | None]
        self._tasks = queue.SimpleQueue()
        self._workers: list[threading.Thread] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        course = Path(self._folder.name)
        try:
            lay_course(course)
            kind = self._kind(course)
        except BaseException:
            self._folder.cleanup()
            raise
        for _ in range(self._processes):
            worker = threading.Thread(target=self._work, args=(course, kind), daemon=True)
            worker.start()
            self._workers.append(worker)
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()
        for _ in self._workers:
            self._tasks.put(None)
        for worker in self._workers:
            worker.join()
        self._folder.cleanup()

    def stop(self) -> None:
        """End the jobs under way at once; those that wait, and later ones, are refused."""
        self._stopped.set()

    def run(self, jobs: Iterable[Job]) -> Iterator[Run]:
        """The run of each job, as they end; jobs are taken as workers need them.

        Raises:
            CourseError: if a sandbox does not start, or the pool is stopped.
        """
        results: queue.SimpleQueue[Run | Exception] = queue.SimpleQueue()
        waiting = iter(jobs)
        under_way = 0
        for job in islice(waiting, 2 * self._processes):
            self._tasks.put((job, results))
            under_way += 1
        while under_way:
            result = results.get()
            under_way -= 1
            for job in islice(waiting, 1):
                self._tasks.put((job, results))
                under_way += 1
            if isinstance(result, Exception):
                raise result
            yield result

    def _kind(self, course: Path) -> str:
        if self._isolation == "aucune":
            return "plain"
        return "nested" if can_nest(course, asdict(self._limits)) else "single"

    def _work(self, course: Path, kind: str) -> None:
        try:
            self._serve(course, kind)
        except Exception as error:
            while task := self._tasks.get():
                task[1].put(error)

    def _serve(self, course: Path, kind: str) -> None:
        while True:
            with _Sandbox(course, kind, self._limits, self._stopped) as sandbox:
                while sandbox.is_usable:
                    task = self._tasks.get()
                    if task is None:
                        return
                    job, results = task
                    try:
                        if self._stopped.is_set():
                            raise CourseError(STOPPED)
                        results.put(sandbox.run(job))
                    except CourseError as error:
                        results.put(error)


class _Sandbox:
    """Processes that run jobs one after the other, until one of them cannot be ended alone."""

    def __init__(self, course: Path, kind: str, limits: Limits, stopped: threading.Event) -> None:
        self._limits = limits
        self._stopped = stopped
        self._is_ready = False
        self.is_usable = True
        self._home = tempfile.TemporaryDirectory(dir=course, ignore_cleanup_errors=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        command = command_for(kind, course, Path(self._home.name), asdict(limits))
        self._group = make_group(GROWTH * limits.memory_mb + TMPFS * limits.disk_mb)
        if self._group:
            command = self._group.starting(command)
        self._process = subprocess.Popen(
            command.arguments,
            env=command.environment,
            cwd=course,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        assert self._process.stdin and self._process.stdout
        self._input = self._process.stdin
        self._lines = Lines(self._process.stdout)
        self._watch: SandboxWatch | TreeWatch
        if kind == "plain":
            self._watch = TreeWatch(self._process.pid)
        else:
            self._watch = SandboxWatch(self._process.pid, limits.memory_mb)
        self._keeps_jobs_apart = kind == "nested"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.kill()
        self._process.wait()
        if self._group:
            self._group.remove()
        with suppress(OSError):
            self._input.close()
        self._errors.close()
        self._home.cleanup()

    def run(self, job: Job) -> Run:
        """Run a job; `is_usable` then tells whether another one can follow.

        Raises:
            CourseError: the sandbox does not start.
        """
        self._wait_until_ready()
        self.is_usable = False
        self._lines.restart()
        if isinstance(self._watch, SandboxWatch):
            self._watch.be_idle()
        threading.Thread(target=self._send, args=(job,), daemon=True).start()
        notes = _Notes(job.id)
        return notes.as_run(self._follow(notes))

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        with suppress(queue.Empty):
            line = self._lines.next(START_SECONDS)
            self._is_ready = line is not None and parse(line).get("ready") is True
        if not self._is_ready:
            self.is_usable = False
            self._errors.seek(0)
            reason = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise CourseError(
                f"L’exécution des travaux ne démarre pas ({' '.join(reason) or 'sans message'}) : "
                "réinstallez le cours, ou diminuez le nombre de processus si la mémoire manque."
            )

    def _send(self, job: Job) -> None:
        files = {name: base64.b64encode(content).decode() for name, content in job.files.items()}
        message = {"notebook": job.notebook, "files": files, "parameters": dict(job.parameters)}
        content = json.dumps(message).encode()
        with suppress(OSError, ValueError):
            self._input.write(len(content).to_bytes(8, "big") + content)
            self._input.flush()

    def _follow(self, notes: _Notes) -> Ending:
        """Take down what the job says until it ends, or takes too much."""
        said = Ending.CRASHED
        next_look = 0.0
        while True:
            if time.monotonic() >= next_look:
                if broken := self._broken_limit(notes):
                    self._take_what_came(notes)
                    self.is_usable = notes.has_started and self._ended_alone(notes)
                    return broken
                next_look = time.monotonic() + TICK
            try:
                line = self._lines.next(max(0.0, next_look - time.monotonic()))
            except queue.Empty:
                continue
            if line is None:
                return self._last_ending(said)
            record = parse(line)
            if record.get("over") is True:
                self.is_usable = True
                return said
            notes.take(record)
            said = ENDINGS.get(str(record.get("ending")), said)

    def _last_ending(self, said: Ending) -> Ending:
        """How a job ended that took its sandbox with it."""
        if self._lines.is_too_long:
            return Ending.OUTPUT
        return Ending.MEMORY if self._group and self._group.is_exceeded else said

    def _take_what_came(self, notes: _Notes) -> None:
        """Take down what the job said before it was looked at, on a machine too busy to read it."""
        with suppress(queue.Empty):
            while line := self._lines.next(0):
                notes.take(parse(line))

    def _ended_alone(self, notes: _Notes) -> bool:
        """End the job and leave the sandbox; false when it does not say that nothing is left."""
        if not (self._keeps_jobs_apart and isinstance(self._watch, SandboxWatch)):
            return False
        self._watch.kill_job()
        deadline = time.monotonic() + END_SECONDS
        with suppress(queue.Empty):
            while line := self._lines.next(max(0.0, deadline - time.monotonic())):
                record = parse(line)
                if record.get("over") is True:
                    return True
                notes.take(record)
        return False

    def _broken_limit(self, notes: _Notes) -> Ending | None:
        usage = self._watch.measure()
        notes.peak_mb = max(notes.peak_mb, usage.memory_mb)
        notes.idle_seconds = usage.idle_seconds
        times = usage.seconds, usage.idle_seconds, notes.seconds / PATIENCE
        if max(times) > self._limits.seconds:
            return Ending.TIMEOUT
        if usage.memory_mb > self._limits.memory_mb:
            return Ending.MEMORY
        if usage.tasks > self._limits.processes or self._stopped.is_set():
            return Ending.CRASHED
        return None


class _Notes:
    """What a job has said so far."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._start = time.monotonic()
        self._answers: dict[str, Any] = {}
        self._errors: dict[str, tuple[str, str]] = {}
        self.peak_mb = self.idle_seconds = 0.0
        self.has_started = False

    @property
    def seconds(self) -> float:
        """Time since the job was sent."""
        return time.monotonic() - self._start

    def take(self, record: Mapping[str, Any]) -> None:
        """Keep the answers and the error of a cell, or the error of the run."""
        self.has_started = self.has_started or record.get("started") is True
        if len(self._errors) < MAX_ENTRIES and (error := error_of(record)):
            self._errors[text_of(record.get("cell", ""))] = error
        for question, value in answers_of(record).items():
            if len(self._answers) < MAX_ENTRIES or question in self._answers:
                self._answers[question] = value

    def as_run(self, ending: Ending) -> Run:
        """The run, now that it has ended."""
        return Run(
            self._job,
            ending,
            self._answers,
            self._errors,
            self.seconds,
            round(self.peak_mb, 1),
            self.idle_seconds,
        )
