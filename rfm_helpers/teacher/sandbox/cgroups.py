"""A control group of Linux (version 2) for a sandbox, where one may be made; else nothing.

The kernel then counts what no process is charged with (sockets, files in memory), and ends a job
that takes too much between two looks of the supervisor. Where the system gives no such group to an
ordinary user, the supervisor's own looks remain (``watching``).
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from rfm_helpers.teacher.apart import FOLDER, left_by_killed
from rfm_helpers.teacher.sandbox.bubblewrap import MIB, Command

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
_RANKS = count(1)


class Group:
    """A control group below one that may be written, for one sandbox at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def starting(self, command: Command) -> Command:
        """The same command, which enters the group before anything of it is started."""
        enter = f'echo $$ > {shlex.quote(str(self._folder / "cgroup.procs"))}; exec "$@"'
        return replace(command, arguments=["/bin/sh", "-c", enter, "sh", *command.arguments])

    @property
    def is_exceeded(self) -> bool:
        """Whether the kernel ended something for its memory."""
        events = _read(self._folder / "memory.events")
        return re.search(r"^oom_kill [1-9]", events, re.MULTILINE) is not None

    def remove(self) -> None:
        """Remove the group, once its processes have ended."""
        with suppress(OSError):
            self._folder.rmdir()


def make_group(memory_mb: float) -> Group | None:
    """A group whose processes may take so much together; None where the system gives none."""
    parent = _parent()
    if parent is None:
        return None
    for left in left_by_killed(parent):
        Group(left).remove()
    folder = parent / f"{FOLDER}{os.getpid()}-{next(_RANKS)}"
    try:
        folder.mkdir()
        (folder / "memory.max").write_text(str(int(memory_mb * MIB)))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with suppress(OSError):
                (folder / name).write_text(value)
    except OSError:
        Group(folder).remove()
        return None
    return Group(folder)


def _parent() -> Path | None:
    """The nearest group above this process that may be written and shares out memory."""
    lines = _read(OWN).splitlines()
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    if own is None or ".." in Path(own).parts:
        return None
    for folder in (ROOT / own, *(ROOT / own).parents):
        if not folder.is_relative_to(ROOT):
            break
        shared = _read(folder / "cgroup.subtree_control").split()
        if "memory" in shared and os.access(folder / "cgroup.procs", os.W_OK):
            return folder
    return None


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text()
    return ""
