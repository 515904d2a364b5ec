"""What the processes of a sandbox take, seen from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil

MIB = 2**20
PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
GROWTH = 1.1
#: Between two readings of memory, how many times as long as one of them takes: for who may be above
#: the limit, and for who is surely below and grows.
REST, LONG_REST = 20, 200
#: What a socket between two processes may hold in the kernel, where nobody counts it, in MiB.
SOCKET_MB = 0.4
#: When the machine has less memory left than this, in MiB, a job that took its share is ended.
LEAST_LEFT_MB = 256


@dataclass(frozen=True)
class Usage:
    """What all processes take together.

    Threads; memory, in MiB; seconds of processor; seconds during which none of them computed, nor
    could have on a machine less busy.
    """

    tasks: int
    memory_mb: float
    seconds: float
    idle_seconds: float


class _Clock:
    """The processor time of processes that come and go, and the time in which nothing is done.

    A process that has ended counts as much as was seen of it, or as its parent says, whichever is
    more. Nothing is done when nobody is ready to run and no time was used since the last look: a
    process that waits for a processor is not idle.
    """

    def __init__(self) -> None:
        self._own: dict[Any, float] = {}
        self._seconds = self.idle_seconds = 0.0
        self._looked = time.monotonic()

    def look(self, own: Mapping[Any, float], with_ended: float, is_ready: bool) -> float:
        """Seconds of processor so far.

        Args:
            own: seconds of each process that is there.
            with_ended: seconds of these and of the children that they have waited for.
            is_ready: whether one of them runs, or waits for a processor or a disk.
        """
        self._own.update(own)
        seconds = max(self._seconds, sum(self._own.values()), with_ended)
        now = time.monotonic()
        if not is_ready and seconds == self._seconds:
            self.idle_seconds += now - self._looked
        self._seconds, self._looked = seconds, now
        return seconds


class SandboxWatch:
    """The processes of a sandbox on Linux, which all descend from one.

    Forked processes share most of their memory. Their proportional shares (Pss) add up to what
    they take, but reading them costs milliseconds each, and much more while they fork: they are
    read only once no more processes appear. Below the limit, they are read now and then when
    resident sizes have grown, which count shared memory several times and are never less. Above
    it they are read as soon as these have grown, and often even if they have not: a process that
    writes on shared pages takes more without growing.
    """

    def __init__(self, root: int, memory_mb: float) -> None:
        self._root = root
        self._limit = memory_mb
        self._idle: dict[int, float] = {}
        self._idle_sockets = 0
        self._left_mb = 0.0
        self._clock = _Clock()
        self._processes = 0
        self._resident = 0.0
        self._memory = 0.0
        self._read_until = self._reading = 0.0

    def measure(self) -> Usage:
        """What the processes take now; below the limit, memory is as it was last read."""
        pids = _descendants(self._root)
        stats = [stat for pid in pids if (stat := _stat(pid))]
        resident = sum(stat.memory_mb for stat in stats)
        settled = len(pids) <= self._processes
        self._processes = len(pids)
        if settled and self._is_due(resident):
            start = time.monotonic()
            self._resident = resident
            self._memory = sum(map(_proportional, pids))
            self._read_until = time.monotonic()
            self._reading = self._read_until - start
        seconds = self._seconds(stats)
        memory = self._memory + self._uncounted(pids)
        return Usage(sum(stat.tasks for stat in stats), memory, seconds, self._clock.idle_seconds)

    def _is_due(self, resident: float) -> bool:
        """Whether memory is to be read again."""
        has_grown = resident > GROWTH * self._resident
        rested = time.monotonic() - self._read_until
        if resident > self._limit:
            return has_grown or rested >= REST * self._reading
        return has_grown and rested >= LONG_REST * self._reading

    def _seconds(self, stats: Sequence[_Stat]) -> float:
        """The job's seconds of processor; of processes that stay between jobs, what they add."""
        job = [stat for stat in stats if stat.pid not in self._idle]
        stay = [stat for stat in stats if stat.pid in self._idle]
        added = {stat.key: stat.seconds - self._idle[stat.pid] for stat in stay}
        return self._clock.look(
            {stat.key: stat.seconds for stat in job} | added,
            sum(stat.with_ended for stat in job) + sum(added.values()),
            any(stat.is_ready for stat in stats),
        )

    def _uncounted(self, pids: Sequence[int]) -> float:
        """What no process is charged with, in MiB: sockets, or all of it once memory runs out."""
        sockets = (_sockets(pids[-1]) - self._idle_sockets) * SOCKET_MB
        left = psutil.virtual_memory().available / MIB
        return max(sockets, self._left_mb - left if left < LEAST_LEFT_MB else 0.0)

    def be_idle(self) -> None:
        """Forget the last job, and take note of the processes that stay when there is none."""
        stats = [stat for pid in _descendants(self._root) if (stat := _stat(pid))]
        self._idle = {stat.pid: stat.seconds for stat in stats}
        self._idle_sockets = _sockets(stats[-1].pid) if stats else 0
        self._left_mb = psutil.virtual_memory().available / MIB
        self._clock = _Clock()
        self._processes, self._resident, self._memory, self._reading = 0, 0.0, 0.0, 0.0

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
        for task in (PROC / str(pid) / "task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


class _Stat(NamedTuple):
    """A process: its number and start, threads, resident MiB, seconds of processor."""

    pid: int
    start: int
    tasks: int
    memory_mb: float
    seconds: float
    with_ended: float
    is_ready: bool

    @property
    def key(self) -> tuple[int, int]:
        """What no other process has, even one that got the same number later."""
        return self.pid, self.start


def _stat(pid: int) -> _Stat | None:
    """What the system says of a process; None when it has ended."""
    with suppress(OSError):
        state, *texts = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        fields = [int(text) for text in texts]
        own, ended = sum(fields[10:12]) / TICKS, sum(fields[12:14]) / TICKS
        memory = fields[20] * PAGE / MIB
        return _Stat(pid, fields[18], fields[16], memory, own, own + ended, state in "RD")
    return None


def _sockets(pid: int) -> int:
    """How many sockets between processes there are where that one runs."""
    with suppress(OSError):
        return (PROC / str(pid) / "net" / "unix").read_text().count("\n")
    return 0


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
        self._clock = _Clock()

    def measure(self) -> Usage:
        """What the processes take now, memory that they share counted in each."""
        tasks, memory, is_ready = 0, 0.0, False
        seconds: dict[Any, float] = {}
        with suppress(psutil.Error):
            self._seen.update(self._root.children(recursive=True))
        for process in self._seen:
            with suppress(psutil.Error):
                tasks += process.num_threads()
                memory += process.memory_info().rss / MIB
                times = process.cpu_times()
                seconds[process] = times.user + times.system
                is_ready = is_ready or process.status() == psutil.STATUS_RUNNING
        total = self._clock.look(seconds, sum(seconds.values()), is_ready)
        return Usage(tasks, memory, total, self._clock.idle_seconds)

    def kill(self) -> None:
        """End the processes, and those that they have started since."""
        self.measure()
        for process in self._seen:
            with suppress(psutil.Error):
                process.kill()
