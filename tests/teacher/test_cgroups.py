"""A control group for a sandbox, on a tree of files such as the kernel shows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rfm_helpers.teacher.sandbox import cgroups
from rfm_helpers.teacher.sandbox.bubblewrap import Command

SESSION = "user.slice/user@1000.service/app.slice/terminal.scope"
DELEGATED = "user.slice/user@1000.service/app.slice"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The groups of a session whose user may make others beside his terminal's."""
    root = tmp_path / "cgroup"
    for name in ("", "user.slice", "user.slice/user@1000.service", DELEGATED, SESSION):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cgroup.procs").touch()
        shared = "" if name == SESSION else "cpu memory pids"
        (folder / "cgroup.subtree_control").write_text(shared)
    own = tmp_path / "own"
    own.write_text(f"0::/{SESSION}\n")
    monkeypatch.setattr(cgroups, "ROOT", root)
    monkeypatch.setattr(cgroups, "OWN", own)
    return root


def groups(tree: Path) -> list[Path]:
    return list(tree.rglob("rfm-cours-*"))


def test_a_group_limits_the_memory_of_all_that_enters_it(tree: Path) -> None:
    group = cgroups.make_group(700)
    (folder,) = groups(tree)
    assert group and folder.parent == tree / DELEGATED
    written = {path.name: path.read_text() for path in folder.iterdir()}
    assert written == {
        "memory.max": str(700 * 2**20), "memory.swap.max": "0", "memory.oom.group": "1"
    }  # fmt: skip


def test_the_command_is_in_the_group_before_it_starts(tree: Path) -> None:
    group = cgroups.make_group(700)
    assert group
    source = "import os, sys; print(os.getpid(), sys.argv[1:], os.environ['A'])"
    command = group.starting(Command([sys.executable, "-c", source, "a b", "$x"], {"A": "é"}))
    done = subprocess.run(
        command.arguments, env=command.environment, capture_output=True, text=True, check=True
    )
    (folder,) = groups(tree)
    pid, rest = done.stdout.split(" ", 1)
    assert (folder / "cgroup.procs").read_text().split() == [pid]
    assert rest.strip() == "['a b', '$x'] é"


@pytest.mark.parametrize(
    ("events", "is_exceeded"),
    [("oom 3\noom_kill 0\n", False), ("oom 1\noom_kill 2\noom_group_kill 1\n", True), ("", False)],
)
def test_what_the_kernel_ended_is_seen(tree: Path, events: str, is_exceeded: bool) -> None:
    group = cgroups.make_group(700)
    assert group
    (groups(tree)[0] / "memory.events").write_text(events)
    assert group.is_exceeded is is_exceeded


@pytest.mark.parametrize(
    "files",
    [
        {"own": "4:memory:/docker/abc\n1:name=systemd:/x\n"},
        {"own": ""},
        {"own": "0::/../../elsewhere\n"},
        {f"cgroup/{DELEGATED}/cgroup.procs": None, "cgroup/cgroup.procs": None,
         "cgroup/user.slice/cgroup.procs": None,
         "cgroup/user.slice/user@1000.service/cgroup.procs": None},
    ],
    ids=["version 1", "none", "out of what is shown", "not ours to write"],
)  # fmt: skip
def test_where_there_is_none_nothing_is_made_or_said(
    tree: Path, files: Mapping[str, str | None], capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in files.items():
        path = tree.parent / name
        path.unlink() if text is None else path.write_text(text)
    assert cgroups.make_group(700) is None
    assert not groups(tree) and capfd.readouterr() == ("", "")


def test_groups_of_supervisors_that_were_killed_are_swept(tree: Path) -> None:
    left = tree / DELEGATED / "rfm-cours-4194999-1"
    alive = tree / DELEGATED / f"rfm-cours-{os.getppid()}-1"
    for folder in (left, alive):
        folder.mkdir()
    assert cgroups.make_group(700)
    assert not left.exists() and alive.exists()
