"""Reading and marking what a stranger wrote: our own code, in a process of its own, on a budget.

The sandbox is for code that students wrote. Here it is their data that is not trusted: it may be
slow to read, too large, or of a shape that nobody foresaw, and must harm no one else's result.
"""

from __future__ import annotations

import gc
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
from typing import Any, ParamSpec, Self, TypeVar

import psutil

FOLDER = "rfm-cours-"
P = ParamSpec("P")
T = TypeVar("T")
_Task = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

MIB = 2**20
#: Wall time, in budgets, after which a process that computes nothing is given up.
PATIENCE = 30
#: Bytes that leave room, in the 104 of a socket's name on macOS, for two names below the place.
LONGEST_PLACE = 50
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


class Helpers:
    """Processes for pieces of work that follow one another; each has its budget, as in `apart`.

    What a process does for the first time is done once. One whose work did not end is ended with
    it, the others with this object: ``with Helpers() as helpers: helpers.apart(len, budget, text)``
    """

    def __init__(self) -> None:
        self._idle: list[_Helper] = []
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._is_over = True
        while self._idle:
            self._idle.pop().end()

    def apart(self, work: Callable[P, T], budget: Budget, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` gives on these arguments, from a process that others wait for in turn.

        Any thread may call it. See the function `apart` for arguments and errors.
        """
        helper = self._free()
        is_done = False
        try:
            is_done, value = helper.do(budget, (work, args, kwargs))
        finally:
            if is_done and not self._is_over:
                self._idle.append(helper)
            else:
                helper.end()
        if not is_done:
            raise UnfinishedError(value)
        return value  # type: ignore[no-any-return]

    def _free(self) -> _Helper:
        while self._idle:
            with suppress(IndexError):
                helper = self._idle.pop()
                if helper.is_there:
                    return helper
                helper.end()
        return _Helper()


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
    with Helpers() as helpers:
        return helpers.apart(work, budget, *args, **kwargs)


def left_by_killed(parent: Path) -> list[Path]:
    """The folders that bear the number of a process of the course which is no longer there."""
    owned = {
        folder: folder.name.removeprefix(FOLDER).partition("-")[0]
        for folder in parent.glob(f"{FOLDER}*")
    }
    return [one for one, pid in owned.items() if pid.isdigit() and not psutil.pid_exists(int(pid))]


def swept_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that ends with this process; those of processes that were killed go first."""
    place = _place_of_sockets()
    for folder in left_by_killed(place):
        shutil.rmtree(folder, ignore_errors=True)
    prefix = f"{FOLDER}{os.getpid()}-"
    return tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True)


def _place_of_sockets() -> Path:
    """The folder of temporary files, unless a socket in it would have too long a name."""
    usual, short = Path(tempfile.gettempdir()), Path("/tmp")
    return short if len(bytes(usual)) > LONGEST_PLACE and short.is_dir() else usual


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


def get_ready() -> None:
    """Have the course loaded for the processes to come, while this one goes on."""
    if _context().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()


class _Helper:
    """A process that does what it is sent, until it is ended or breaks a limit."""

    def __init__(self) -> None:
        context = _context()
        self._connection, theirs = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs,), daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def is_there(self) -> bool:
        """Whether the system has not ended the process meanwhile."""
        return bool(self._process.is_alive())

    def do(self, budget: Budget, task: _Task) -> tuple[bool, Any]:
        """Whether the work was done, and what it gave or why not."""
        try:
            self._connection.send((budget, task))
            if self._connection.poll(PATIENCE * budget.seconds):
                answer: tuple[bool, Any] = self._connection.recv()
                return answer
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode
            if code not in (-signal.SIGKILL, -getattr(signal, "SIGXCPU", 0)):
                return False, BROKEN.format(name=f"code {code}")
        return False, TOO_SLOW

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._connection.close()


# --- in the process itself -----------------------------------------------------------------------


def _serve(connection: Connection) -> None:
    gc.freeze()  # of the course, which stays, nothing is ever looked through for what is unused
    with suppress(EOFError):
        while True:
            budget, task = connection.recv()
            _limit(budget)
            connection.send(_answer(*task))


def _answer(work: Callable[..., object], args: Any, kwargs: Any) -> tuple[bool, object]:
    try:
        return True, work(*args, **kwargs)
    except MemoryError:
        return False, TOO_LARGE
    except Exception as error:
        return False, BROKEN.format(name=type(error).__name__)


def _limit(budget: Budget) -> None:
    """Have the system end this process once it has computed, or taken, more than its budget."""
    with suppress(ImportError):
        import resource

        used = psutil.Process()
        times = used.cpu_times()
        bounds = {
            resource.RLIMIT_CPU: int(times.user + times.system + budget.seconds) + 1,
            resource.RLIMIT_CORE: 0,
        }
        if taken := getattr(used.memory_info(), "data", 0):
            bounds[resource.RLIMIT_DATA] = taken + budget.memory_mb * MIB
        for which, bound in bounds.items():
            resource.setrlimit(which, (bound, resource.getrlimit(which)[1]))
