"""The same class graded by the processes of a cluster, whose lines are encrypted as at a school."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import dask
import pytest
from distributed import LocalCluster, Security
from support.classroom import DEVOIR, KEY, lay, reference_class
from support.programs import requires

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.classroom.attribution import attribute
from rfm_helpers.teacher.classroom.intake import read_deposits
from rfm_helpers.teacher.marking.batch import Settings, grade
from rfm_helpers.teacher.reports.publishing import publish
from rfm_helpers.teacher.results import Graded, Student
from rfm_helpers.teacher.sandbox import bubblewrap, cluster, joining
from rfm_helpers.teacher.sandbox.cluster import Cluster, Sandboxes
from rfm_helpers.teacher.sandbox.joining import COURSE, ROOTS, Meeting, conditions, differences
from rfm_helpers.teacher.sandbox.pool import Limits

MERITS = reference_class()
CLASS = ("champs_seuls", "ecrit_a_la_main")
ELSEWHERE = "192.0.2.1"
HERE = SimpleNamespace(address="tls://ici:1", state=SimpleNamespace(nthreads=1))


@pytest.fixture(scope="session")
def grappe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two processes with a sandbox each, met as the documentation says."""
    key, certificate = (tmp_path_factory.mktemp("tls") / name for name in ("cle.pem", "cert.pem"))
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=grappe"
    command = ["openssl", *words.split(), "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    own = {"cert": str(certificate), "key": str(key)}
    who = {f"{one}.{name}": own[name] for one in ("scheduler", "worker", "client") for name in own}
    tls = {"ca-file": str(certificate), **who}
    with (
        dask.config.set({f"distributed.comm.tls.{name}": value for name, value in tls.items()}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            protocol="tls://",
            security=Security(),
            dashboard_address=None,
        ) as started,
    ):
        yield started


def graded_class(rendus: Path, folder: Path, settings: Settings) -> dict[str, Graded]:
    roster = [Student(name) for name in CLASS]
    submissions = attribute(read_deposits(rendus), roster, DEVOIR, KEY).submissions
    found = grade(submissions, settings, folder)
    publish(folder, DEVOIR, found)
    return {one.student.id: replace(one, seconds=0.0, peak_mb=0.0) for one in found}


@requires("bwrap")
@requires("openssl")
def test_marks_and_pages_are_those_of_this_machine_though_a_computer_is_lost(
    grappe: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Cluster._send
    lost: list[int] = []

    def lose_one(self: Cluster, job):
        """Send the job, and the first time kill the computer that got it."""
        future = send(self, job)
        while not lost:
            busy = {address for address, keys in self._client.processing().items() if keys}
            for nanny in grappe.workers.values():
                if nanny.worker_address in busy and not lost:
                    lost.append(nanny.pid)
                    os.kill(nanny.pid, signal.SIGKILL)
        return future

    monkeypatch.setattr(Cluster, "_send", lose_one)
    rendus = lay(tmp_path / "rendus", {name: MERITS[name].deposit(name) for name in CLASS})
    there, here = tmp_path / "there", tmp_path / "here"
    settings = Settings(DEVOIR, KEY, Limits(seconds=60), processes=1)
    meeting = Meeting(grappe.scheduler_address)
    on_cluster = graded_class(rendus, there, replace(settings, meeting=meeting))
    assert lost
    assert on_cluster == graded_class(rendus, here, settings)
    for name in ("notes.csv", *(f"retours/{student}.html" for student in CLASS)):
        assert (there / name).read_bytes() == (here / name).read_bytes()


@requires("bwrap")
@requires("openssl")
def test_a_computer_that_holds_another_course_refuses(
    grappe: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = conditions() | {"pandas": "0.25.3"}
    monkeypatch.setattr(cluster, "conditions", lambda: expected)
    with (
        pytest.raises(CourseError, match=r"tls://.*pandas .* au lieu de 0\.25\.3"),
        Cluster(Meeting(grappe.scheduler_address), Limits()),
    ):
        pass


# --- what a computer must hold --------------------------------------------------------------------


def set_up(expected: dict[str, str]) -> None:
    """Have sandboxes set up, without a cluster, after the journey that they make in one."""
    sandboxes = pickle.loads(pickle.dumps(Sandboxes("x", Limits(), expected)))
    try:
        sandboxes.setup(HERE).send(None)
    finally:
        sandboxes.teardown(HERE)


def test_a_computer_without_bubblewrap_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda _: None)
    monkeypatch.setattr(bubblewrap.sys, "platform", "linux")
    with pytest.raises(CourseError, match=r"tls://ici:1.* bubblewrap, .* introuvable"):
        set_up(conditions())


def test_what_decides_a_result_is_compared() -> None:
    here = conditions()
    assert {COURSE, "Python", *ROOTS, "pandas", "numpy", "nbclient", "pyarrow"} <= here.keys()
    assert here["pandas"] == sys.modules["pandas"].__version__
    assert differences(here, here) == ""


def test_a_file_of_the_course_that_differs_is_seen_but_not_the_ends_of_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining.rfm_helpers, "__file__", str(tmp_path / "a" / "__init__.py"))
    monkeypatch.setattr(joining, "data_folder", lambda: tmp_path)
    (tmp_path / "a").mkdir()
    found = []
    for content in (b"x = 1\n", b"x = 1\r\n", b"x = 2\n"):
        (tmp_path / "a" / "__init__.py").write_bytes(content)
        found.append(conditions()[COURSE])
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, ""),
        ({"appnope": "1"}, ""),
        ({COURSE: "2"}, "le cours n’y est pas le même"),
        ({"papermill": None}, "papermill y manque"),
        ({"colorama": None}, ""),
        ({"Python": "3.15"}, "Python 3.15 au lieu de 3.11"),
    ],
)
def test_a_difference_is_named(found: dict[str, str | None], said: str) -> None:
    here = {COURSE: "1", "Python": "3.11", "papermill": "2.7.0", "colorama": "0.4"}
    there = {name: value for name, value in (here | found).items() if value is not None}
    assert differences(here, there) == said


# --- lines that others can read -------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("tcp://localhost:8786", "localhost:8786", "127.0.0.1:8786", "tcp://127.8.9.1:1"),
        *("tcp://[::1]:8786", f"tls://{ELSEWHERE}:8786", "tls://grappe.ecole.example:8786"),
        f"tcp://{socket.gethostbyname(socket.gethostname())}:8786",
    ],
)
def test_a_private_line_is_taken(address: str) -> None:
    assert Meeting(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        *(f"tcp://{ELSEWHERE}:8786", f"{ELSEWHERE}:8786", f"ws://{ELSEWHERE}:8786", "tcp://", "x:"),
        *("tcp://localhost.invalid:8786", "tcp://[::2]:1", "tcp://[", f"TCP://{ELSEWHERE}"),
        *("tcp://127.0.0.1@192.0.2.1:8786", f"tls.example://{ELSEWHERE}", "tcp://0.0.0.0:8786"),
    ],
)
def test_a_line_that_others_can_read_is_refused_unless_told(address: str) -> None:
    with pytest.raises(CourseError, match="--sans-tls"):
        Meeting(address)
    assert Meeting(address, allows_plain=True).address == address


def test_the_lines_of_its_computers_count_too() -> None:
    with pytest.raises(CourseError, match="n’est pas chiffrée"):
        Meeting("tcp://127.0.0.1:8786").check(f"tcp://{ELSEWHERE}:40001")
