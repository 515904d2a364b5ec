"""Reading and marking what a stranger wrote: our own code, in a process of its own, on a budget.

The sandbox is for code that students wrote. Here it is their data that is not trusted: it may be
slow to read, too large, or of a shape that nobody foresaw, and must harm no one else's result.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import psutil

FOLDER = "rfm-cours-"
P = ParamSpec("P")
T = TypeVar("T")

MIB = 2**20
#: Wall time, in budgets, after which a process that computes nothing is given up.
PATIENCE = 30
#: The command line among them, since each process imports what its program does.
PRELOADED = (
    "rfm_helpers.teacher.cli",
    "rfm_helpers.teacher.classroom.intake",
    "rfm_helpers.teacher.classroom.restore",
    "rfm_helpers.teacher.marking.marking",
    "rfm_helpers.teacher.assignments.devoir_1_rfm.kit",
    "rfm_helpers.teacher.assignments.devoir_2_strategie_budget.kit",
)
TOO_SLOW = "cela demande trop de calcul"
TOO_LARGE = "cela demande trop de mémoire"
BROKEN = "une erreur inattendue est survenue ({name})"


@dataclass(frozen=True)
class Budget:
    """What one piece of work may take: processor seconds, and MiB beside what is loaded."""

    seconds: float = 30
    memory_mb: int = 2000


class UnfinishedError(Exception):
    """The work did not end; the message says why, in French, after « car »."""


def apart(work: Callable[P, T], budget: Budget, *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` gives on these arguments, from a process that ends with it.

    Args:
        work: a function of a module; it, its arguments and its result can be pickled.
        budget: what it may take. Processor time is what counts, so that a busy machine changes
            nothing; where the system does not limit it (Windows), wall time is, generously.
        args: its arguments.
        kwargs: its named arguments.

    Raises:
        UnfinishedError: it raised an error, or took more than its budget.

    >>> apart(len, Budget(), [1, 2, 3])
    3
    """
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_run, args=(sender, budget, work, args, kwargs), daemon=True
    )
    process.start()
    sender.close()
    try:
        is_done, value = _received(receiver, process, budget)
    finally:
        process.kill()
        process.join()
        receiver.close()
    if not is_done:
        raise UnfinishedError(value)
    return value  # type: ignore[no-any-return]


def swept_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that ends with this process; those of processes that were killed go first."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        owner = folder.name.removeprefix(FOLDER).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    prefix = f"{FOLDER}{os.getpid()}-"
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)


@cache
def _socket_folder() -> tempfile.TemporaryDirectory[str]:
    """Where processes meet: one made by multiprocessing itself would outlive a kill."""
    return swept_folder()


@cache
def _context() -> BaseContext:
    """Processes forked from one that has only loaded the course, where the system forks."""
    if "forkserver" not in mp.get_all_start_methods():
        return mp.get_context("spawn")
    mp.current_process()._config["tempdir"] = _socket_folder().name  # type: ignore[attr-defined]
    context = mp.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED])
    return context


def _received(receiver: Connection, process: Any, budget: Budget) -> tuple[bool, Any]:
    try:
        if receiver.poll(PATIENCE * budget.seconds):
            answer: tuple[bool, Any] = receiver.recv()
            return answer
    except EOFError:
        process.join()
        if process.exitcode not in (-signal.SIGKILL, -getattr(signal, "SIGXCPU", 0)):
            return False, BROKEN.format(name=f"code {process.exitcode}")
    return False, TOO_SLOW


# --- in the process itself -----------------------------------------------------------------------


def _run(
    sender: Connection, budget: Budget, work: Callable[..., object], args: Any, kwargs: Any
) -> None:
    _limit(budget)
    try:
        answer = True, work(*args, **kwargs)
    except MemoryError:
        answer = False, TOO_LARGE
    except Exception as error:
        answer = False, BROKEN.format(name=type(error).__name__)
    sender.send(answer)


def _limit(budget: Budget) -> None:
    """Have the system end this process once it has computed, or taken, more than its budget."""
    with suppress(ImportError):
        import resource

        used = psutil.Process()
        times = used.cpu_times()
        seconds = int(times.user + times.system + budget.seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if taken := getattr(used.memory_info(), "data", 0):
            memory = taken + budget.memory_mb * MIB
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
