"""What the processes of a sandbox take, seen from outside."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 2**20
PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
GROWTH = 1.1
#: Between two readings of the same memory, how many times as long as one of them takes.
REST = 20


@dataclass(frozen=True)
class Usage:
    """Threads of all processes together, and the memory that they take, in MiB."""

    tasks: int
    memory_mb: float


class SandboxWatch:
    """The processes of a sandbox on Linux, which all descend from one.

    Forked processes share most of their memory. Their proportional shares (Pss) add up to what
    they take, but reading them costs milliseconds each, and much more while they fork: they are
    read only once no more processes appear, when resident sizes, which count shared memory several
    times, have grown, and now and then while these are above the limit: a process that writes on
    shared pages takes more without growing.
    """

    def __init__(self, root: int, memory_mb: float) -> None:
        self._root = root
        self._limit = memory_mb
        self._idle: set[int] = set()
        self._processes = 0
        self._resident = 0.0
        self._memory = 0.0
        self._next_reading = 0.0

    def measure(self) -> Usage:
        """What the processes take now; below the limit, memory may be up to a tenth more."""
        pids = _descendants(self._root)
        stats = [stat for pid in pids if (stat := _stat(pid))]
        resident = sum(memory for _, memory in stats)
        settled = len(pids) <= self._processes
        self._processes = len(pids)
        start = time.monotonic()
        may_exceed = resident > self._limit and start >= self._next_reading
        if settled and (may_exceed or resident > GROWTH * self._resident):
            self._resident = resident
            self._memory = sum(map(_proportional, pids))
            end = time.monotonic()
            self._next_reading = end + REST * (end - start)
        return Usage(sum(tasks for tasks, _ in stats), self._memory)

    def be_idle(self) -> None:
        """Forget the last job, and take note of the processes that stay when there is none."""
        self._idle = set(_descendants(self._root))
        self._processes, self._resident, self._memory = 0, 0.0, 0.0

    def kill_job(self) -> None:
        """End the first process of a job's own namespaces: the kernel ends the others with it."""
        for pid in _descendants(self._root):
            if pid not in self._idle:
                for first in _children(pid):
                    with suppress(psutil.Error):
                        psutil.Process(first).kill()
                return

    def kill(self) -> None:
        """End the processes: bubblewrap takes all of them with it."""
        with suppress(psutil.Error):
            psutil.Process(self._root).kill()


def _descendants(root: int) -> list[int]:
    found = [root]
    for pid in found:
        found += _children(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for children in PROC.glob(f"{pid}/task/*/children"):
            found += map(int, children.read_text().split())
    return found


def _stat(pid: int) -> tuple[int, float] | None:
    """Threads and resident MiB of a process; None when it has ended."""
    with suppress(OSError):
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return int(fields[17]), int(fields[21]) * PAGE / MIB
    return None


def _proportional(pid: int) -> float:
    """A process's share of the memory in use, in MiB."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


class TreeWatch:
    """A process that nothing isolates, on any system, and those that it started.

    A process once seen is killed at the end even when its parent has ended before.
    """

    def __init__(self, root: int) -> None:
        self._root = psutil.Process(root)
        self._seen = {self._root}

    def measure(self) -> Usage:
        """What the processes take now, memory that they share counted in each."""
        tasks, memory = 0, 0.0
        with suppress(psutil.Error):
            self._seen.update(self._root.children(recursive=True))
        for process in self._seen:
            with suppress(psutil.Error):
                tasks += process.num_threads()
                memory += process.memory_info().rss / MIB
        return Usage(tasks, memory)

    def kill(self) -> None:
        """End the processes, and those that they have started since."""
        self.measure()
        for process in self._seen:
            with suppress(psutil.Error):
                process.kill()
