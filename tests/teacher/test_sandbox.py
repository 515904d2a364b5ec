"""Strangers' notebooks in the sandbox: what comes back, what they cannot reach or break."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest
from support import devoir_1
from support.classroom import filled, solutions
from support.course import ROOT
from support.programs import requires

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.assignments.variants import data_files
from rfm_helpers.teacher.plain_json import plain
from rfm_helpers.teacher.sandbox import bubblewrap, watching
from rfm_helpers.teacher.sandbox.pool import Ending, Job, Limits, Pool, Run
from rfm_helpers.teacher.sandbox.untrusted import answers_of, error_of, parse

pytestmark = requires("bwrap")

LIMITS = Limits(seconds=40, memory_mb=700, processes=60, output_mb=2, disk_mb=20)
TOOLS = """
from IPython.display import display
def give(question, value):
    display({"application/vnd.rfm-cours.answer+json": {"question": question, "value": value}},
            raw=True)
def attempt(action):
    try:
        return action()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
"""
QUIET = "give('answer', 42)"
#: What ends only when it is ended, and limits that do not end it: a test that waits for it fails
#: by never ending itself.
SLEEP = "import time; time.sleep(1e6)"
FOREVER = Limits(seconds=1e6)
#: Seconds after which what is waited for will not come, on the busiest machine.
BACKSTOP = 300


def notebook(*sources: str, locked: bool = True) -> str:
    """A notebook of cells named c0 (the tools), c1, c2…, each of which may give answers."""
    cells = [
        nbformat.v4.new_code_cell(
            textwrap.dedent(source),
            id=f"c{rank}",
            metadata={"rfm": {"locked": f"c{rank}"}} if locked else {},
        )
        for rank, source in enumerate((TOOLS, *sources))
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def job(*sources: str, id: str = "job", **options: Any) -> Job:
    return Job(id, notebook(*sources), **options)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, limits=LIMITS) as pool:
        yield pool


def run_one(pool: Pool, *sources: str, **options: Any) -> Run:
    """Run one job between two others, which must be none the worse for it."""
    jobs = [job(QUIET, id="before"), job(*sources, **options), job(QUIET, id="after")]
    runs = {run.job: run for run in pool.run(jobs)}
    assert set(runs) == {"before", "job", "after"}
    for neighbour in ("before", "after"):
        assert (runs[neighbour].ending, runs[neighbour].answers) == (Ending.DONE, {"answer": 42})
    return runs["job"]


# --- what comes back ----------------------------------------------------------------------------


def test_answers_errors_and_measures_of_a_run_come_back(pool: Pool) -> None:
    run = run_one(pool, "1 / 0", "give('q1', {'a': [1, 2.5, None, 'é']})", "give('q2', True)")
    assert run.ending is Ending.DONE
    assert run.answers == {"q1": {"a": [1, 2.5, None, "é"]}, "q2": True}
    assert run.errors == {"c1": ("ZeroDivisionError", "division by zero")}
    assert run.seconds > 0
    assert 50 < run.peak_mb < LIMITS.memory_mb


def test_only_locked_cells_give_answers(pool: Pool) -> None:
    (run,) = pool.run([Job("job", notebook("give('q1', 1)", "1 / 0", locked=False))])
    assert (run.ending, run.answers) == (Ending.DONE, {})
    assert run.errors == {"c2": ("ZeroDivisionError", "division by zero")}


def test_parameters_and_files_are_given_to_the_notebook(pool: Pool) -> None:
    files = {"donnees/commandes.csv": b"a\n1\n"}
    source = (
        "import pathlib; give('a', [NIVEAUX, pathlib.Path('donnees/commandes.csv').read_text()])"
    )
    assert run_one(pool, source, files=files, parameters={"NIVEAUX": 5}).answers == {
        "a": [5, "a\n1\n"]
    }


def test_a_file_outside_of_the_folder_is_not_written(pool: Pool) -> None:
    run = run_one(pool, QUIET, files={"../../tmp/evil": b""})
    assert run.ending is Ending.CRASHED
    assert "outside" in run.errors[""][1]


def test_the_course_works_in_a_forked_kernel(pool: Pool) -> None:
    source = """
    import matplotlib.pyplot as plt
    from rfm_helpers import load_orders, rfm_table, score_rfm
    scores = score_rfm(rfm_table(load_orders()))
    figure, axes = plt.subplots(); axes.hist(scores["R"]); figure.savefig("figure.png")
    give("customers", len(scores))
    """
    runs = list(pool.run(job(source, id=str(rank)) for rank in range(12)))
    assert {run.ending for run in runs} == {Ending.DONE}
    assert len({run.answers["customers"] for run in runs}) == 1
    assert runs[0].answers["customers"] > 2000


def test_what_widgets_would_tell_a_page_is_not_sent(pool: Pool) -> None:
    source = "import ipywidgets; kept = [ipywidgets.Text('x' * 10**5) for _ in range(40)]"
    (run,) = pool.run([job(source, "give('widgets', len(kept))")])
    assert (run.ending, run.answers) == (Ending.DONE, {"widgets": 40})


def test_a_graded_run_loads_only_what_the_sandbox_has_loaded_for_all(pool: Pool) -> None:
    student = devoir_1.CLASS[0]
    cells = filled(student, solutions()).cells
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    first, last = "import sys; known = set(sys.modules)", "sorted({*sys.modules} - known)"
    given = devoir_1.variant(student)
    files = {f"donnees/{name}": content for name, content in data_files(given).items()}
    (run,) = pool.run([job(first, *sources, f"give('new', {last})", files=files)])
    assert (run.ending, run.errors) == (Ending.DONE, {})
    assert run.answers["new"] == []


def test_jobs_are_taken_as_they_are_needed(pool: Pool) -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for rank in range(20):
            taken += 1
            yield job(QUIET, id=str(rank))

    runs = pool.run(jobs())
    next(runs)
    assert taken <= 6
    assert sum(1 for _ in runs) == 19


def test_what_draws_without_a_seed_draws_the_same_again(pool: Pool) -> None:
    source = "import random, numpy; give('a', [random.random(), numpy.random.rand()])"
    drawn = [random.Random(0).random(), np.random.RandomState(0).rand()]
    for run in pool.run(job(source, id=str(rank)) for rank in range(4)):
        assert run.answers == {"a": drawn}


# --- what a job cannot reach --------------------------------------------------------------------

LOOK = """
import glob, os, pathlib, socket
def names(folder):
    return attempt(lambda: sorted(os.listdir(folder)))
def has(path):
    return attempt(lambda: pathlib.Path(path).exists())
"""


def test_a_job_sees_neither_the_machine_nor_the_teacher(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_CLE", "la-cle-du-cours")
    with Pool(1, limits=LIMITS) as fresh:
        (run,) = fresh.run(
            [
                job(
                    LOOK,
                    f"""
                    give("repository", has({str(ROOT / "README.md")!r}))
                    give("home", has({str(Path.home() / ".bashrc")!r}))
                    give("environment", dict(os.environ))
                    give("passwords", has("/etc/shadow"))
                    give("truth", [name for name in names(os.environ["RFM_DONNEES"] + "/orsenne")
                                   if "verite" in name])
                    import importlib.util, rfm_helpers
                    give("package", rfm_helpers.__file__)
                    give("teacher", importlib.util.find_spec("rfm_helpers.teacher") is not None)
                    give("ids", list(os.getresuid() + os.getresgid()) + os.getgroups())
                    give("processes", len(glob.glob("/proc/[0-9]*")))
                    give("first", attempt(lambda: open("/proc/1/environ").read()))
                    give("pipes", attempt(lambda: os.listdir("/proc/1/fd")))
                    give("own", [os.readlink(link) for link in glob.glob("/proc/self/fd/*")
                                 if os.path.islink(link)])
                    """,
                )
            ]
        )
    seen = run.answers
    assert (seen["repository"], seen["home"], seen["passwords"]) == (False, False, False)
    assert "la-cle-du-cours" not in json.dumps(seen)
    assert set(seen["environment"]) & set(os.environ) <= {
        *("HOME", "USER", "PATH", "LANG", "PYTHONPATH", "MPLBACKEND", "PYTHONHASHSEED"),
        *("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"),
        *("PYTHONDONTWRITEBYTECODE", "RFM_DONNEES", "PAGER", "GIT_PAGER", "TERM", "CLICOLOR"),
        *("PWD", "FORCE_COLOR", "CLICOLOR_FORCE", "PYDEVD_USE_FRAME_EVAL", "LC_CTYPE"),
        *("_RJEM_MALLOC_CONF", "ARROW_DEFAULT_MEMORY_POOL", "SPARK_LOCAL_IP"),
        "PYARROW_IGNORE_TIMEZONE",
    }
    assert seen["truth"] == [] and seen["package"].startswith("/cours/modules/")
    assert seen["teacher"] is False
    assert 0 not in seen["ids"]
    assert seen["processes"] == 2
    assert seen["first"].startswith("PermissionError")
    assert seen["pipes"].startswith("PermissionError")
    assert not any(name.startswith("pipe:") and name == "0" for name in seen["own"])


def test_a_job_cannot_make_the_truth_of_the_data_again(pool: Pool) -> None:
    """The generator, which knows what is planted in each line, is nowhere in the sandbox."""
    source = """
    import importlib, pathlib, pkgutil, sys, rfm_helpers
    house = "rfm_helpers.teacher.house"
    give("import", attempt(lambda: importlib.import_module(house).generate()))
    give("named", [each.name for each in pkgutil.walk_packages(rfm_helpers.__path__, "rfm_helpers.")
                   if {"generator", "house", "raw_export"} & set(each.name.split("."))])
    give("files", [str(path) for root in sys.path + ["/cours", "/home"]
                   for path in pathlib.Path(root).rglob("*")
                   if path.name in ("raw_export.py", "phenomena.py") or "verite" in path.name])
    give("read", attempt(lambda: rfm_helpers.load_raw_export().columns.tolist()))
    """
    seen = run_one(pool, source).answers
    assert seen["import"].startswith("ModuleNotFoundError")
    assert (seen["named"], seen["files"]) == ([], [])
    assert "date_lue" not in seen["read"] and "Montant TTC" in seen["read"]


def test_no_network(pool: Pool) -> None:
    source = """
    import socket
    give("out", attempt(lambda: socket.create_connection(("192.0.2.1", 80), timeout=2)))
    give("name", attempt(lambda: socket.getaddrinfo("example.org", 80)))
    give("interfaces", [name for _, name in socket.if_nameindex()])
    """
    seen = run_one(pool, source).answers
    assert "Network is unreachable" in seen["out"] or "PermissionError" in seen["out"]
    assert seen["name"].startswith("gaierror")
    assert set(seen["interfaces"]) <= {"lo"}


def test_jobs_cannot_see_each_other() -> None:
    leave = """
    import os, pathlib, subprocess, time
    for folder in ("/tmp", "/dev/shm", os.environ["HOME"], "."):
        pathlib.Path(folder, "trace").write_text("secret-de-alice")
    for folder in ("/", "/dev", "/cours", "/cours/data", "/usr", "/home"):
        give("w" + folder, attempt(lambda: pathlib.Path(folder, "trace").write_text("x")))
    subprocess.Popen(["sleep", "60"], start_new_session=True)
    """
    look = """
    import glob, os, pathlib, re
    give("files", [name for place in ("/", "/tmp", "/dev", "/dev/shm", "/cours",
                                      os.environ["HOME"], ".")
                   for name in os.listdir(place) if "trace" in name])
    give("processes", [pathlib.Path(name).read_text() for name in glob.glob("/proc/[0-9]*/comm")])
    def memory():
        needle = re.compile(rb"secret[-]de[-]alice")
        with open("/proc/self/mem", "rb", 0) as held:
            for line in open("/proc/self/maps"):
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" in line and "/" not in line and end - start < 2**28:
                    held.seek(start)
                    yield from needle.findall(held.read(end - start))
    give("memory", attempt(lambda: sum(1 for _ in memory())))
    """
    with Pool(1, limits=LIMITS) as pool:
        first, second = pool.run([job(leave, id="alice"), job(look, id="bob")])
    assert (first.ending, second.ending) == (Ending.DONE, Ending.DONE)
    assert all("Error" in str(value) for value in first.answers.values()), first.answers
    assert second.answers["files"] == []
    assert not any("sleep" in name for name in second.answers["processes"])
    assert second.answers["memory"] == 0


def test_a_job_can_get_no_rights(pool: Pool) -> None:
    source = """
    import ctypes, os, pathlib
    libc = ctypes.CDLL(None, use_errno=True)
    status = pathlib.Path("/proc/self/status").read_text()
    give("capabilities", [line.split()[1] for line in status.splitlines()
                          if line.startswith(("CapPrm", "CapEff", "CapBnd", "CapInh"))])
    give("no_new", "NoNewPrivs:\\t1" in status)
    give("namespace", libc.unshare(0x10000000 | 0x20000))
    give("mount", libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None))
    give("umount", libc.umount2(b"/proc", 2))
    give("hidden_memory", libc.memfd_create(b"x", 0))
    give("shared_memory", libc.shmget(0, 4096, 0o1600))
    give("trace", libc.ptrace(16, 1, 0, 0))
    """
    seen = run_one(pool, source).answers
    assert set(seen.pop("capabilities")) == {"0000000000000000"}
    assert seen.pop("no_new") is True
    assert set(seen.values()) == {-1}, seen


# --- what a job cannot break --------------------------------------------------------------------

FIRST = "give('first', 1)"


ENDLESS = {
    "loop": "while True: pass",
    "sleep": "import time; time.sleep(100)",
    "deaf": """
    import signal, time
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        attempt(lambda: signal.signal(number, signal.SIG_IGN))
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
    """,
}


def test_an_endless_cell_times_out_and_earlier_answers_count() -> None:
    cells = [job(FIRST, source, "give('late', 1)", id=name) for name, source in ENDLESS.items()]
    with Pool(1, limits=Limits(seconds=2)) as pool:
        *runs, last = pool.run([*cells, job(QUIET, id="after")])
    assert [run.job for run in runs] == list(ENDLESS)
    for run in runs:
        assert (run.ending, run.answers) == (Ending.TIMEOUT, {"first": 1}), run.job
        assert run.seconds >= 2
        assert (run.idle_seconds > run.seconds / 2) is (run.job != "loop")
    assert (last.ending, last.answers) == (Ending.DONE, {"answer": 42})


@pytest.mark.parametrize(
    "source",
    [
        "held = []\nwhile True: held.append(bytearray(50_000_000) and b'x' * 50_000_000)",
        """
        import os
        held = b"x" * 100_000_000
        for _ in range(12):
            if os.fork() == 0:
                held = bytearray(held)
                import time; time.sleep(60)
        time.sleep(60)
        """,
    ],
    ids=["one process", "several"],
)
def test_a_memory_bomb_is_ended(pool: Pool, source: str) -> None:
    run = run_one(pool, FIRST, source)
    assert (run.ending, run.answers) == (Ending.MEMORY, {"first": 1})
    assert run.peak_mb > LIMITS.memory_mb


@pytest.mark.parametrize(
    "source",
    [
        "import os\nwhile True: attempt(os.fork)",
        "import subprocess\nwhile True: attempt(lambda: subprocess.Popen(['sleep', '60']))",
        """
        import threading, time
        while True: attempt(lambda: threading.Thread(target=time.sleep, args=(60,)).start())
        """,
    ],
    ids=["fork", "subprocess", "threads"],
)
def test_a_fork_bomb_is_ended(pool: Pool, source: str) -> None:
    run = run_one(pool, FIRST, source)
    assert (run.ending, run.answers) == (Ending.CRASHED, {"first": 1})


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(2_000): print('x' * 1_000_000)",
        "while True: print('x' * 80)",
        "import os\nfor _ in range(2_000): os.write(1, b'x' * 1_000_000)",
        "import subprocess; subprocess.run(['head', '-c', '2000000000', '/dev/zero'])",
        "for rank in range(2_000): display({'text/html': 'x' * 1_000_000}, raw=True)",
        "'x' * 30_000_000",
        "give('huge', 'x' * 30_000_000)",
        "raise ValueError('x' * 30_000_000)",
    ],
    ids=["print", "lines", "descriptor", "child", "display", "result", "answer", "error"],
)
def test_two_gigabytes_of_output_are_ended(pool: Pool, source: str) -> None:
    run = run_one(pool, FIRST, source)
    assert (run.ending, run.answers) == (Ending.OUTPUT, {"first": 1})
    assert run.peak_mb < LIMITS.memory_mb


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os\nfor who in (-1, os.getpid()): attempt(lambda: os.kill(who, 9))",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.closerange(0, 512); os._exit(1)",
        "import os; os.execv('/bin/true', ['true'])",
    ],
    ids=["exit", "kill", "kill all", "segfault", "close", "exec"],
)
def test_a_kernel_that_ends_is_a_crash(pool: Pool, source: str) -> None:
    run = run_one(pool, FIRST, source, "give('late', 1)")
    assert (run.ending, run.answers) == (Ending.CRASHED, {"first": 1})


def test_no_signal_of_a_job_reaches_what_runs_it(pool: Pool) -> None:
    source = """
    import os, signal, time
    for process in {1, os.getppid()} - {os.getpid()}:
        for number in set(signal.Signals):
            attempt(lambda: os.kill(process, number))
    time.sleep(0.2)
    give("alive", True)
    """
    run = run_one(pool, source)
    assert (run.ending, run.answers) == (Ending.DONE, {"alive": True})


def test_daemons_end_with_the_job(pool: Pool) -> None:
    source = """
    import os, subprocess
    for _ in range(3):
        subprocess.Popen(["sleep", "54321"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "54321"])
        os._exit(0)
    give("started", True)
    """
    assert run_one(pool, source).answers == {"started": True}
    assert not [p for p in psutil.process_iter(["cmdline"]) if "54321" in (p.info["cmdline"] or [])]


def test_files_are_limited(pool: Pool) -> None:
    source = """
    def write(folder):
        count = 0
        with open(folder + "/big", "wb") as file:
            while count < 60:
                count += file.write(b"x" * 1_000_000) // 1_000_000
    give("files", [attempt(lambda: write(folder)) for folder in ("/tmp", "/dev/shm", ".")])
    """
    run = run_one(pool, source)
    assert run.ending is Ending.DONE
    assert all("OSError" in error for error in run.answers["files"])


def test_deleting_everything_harms_no_one(pool: Pool) -> None:
    command = "rm -rf --no-preserve-root /tmp /dev/shm $HOME /cours . / 2>/dev/null"
    run = run_one(pool, FIRST, f"import subprocess; subprocess.run({command!r}, shell=True)")
    assert run.answers == {"first": 1}


@pytest.mark.parametrize("depth", [50, 500, 50_000])
def test_recursive_json_is_refused(pool: Pool, depth: int) -> None:
    source = f"""
    value = []
    for _ in range({depth}):
        value = [value]
    give("deep", value)
    """
    run = run_one(pool, FIRST, source)
    assert run.ending in (Ending.DONE, Ending.CRASHED)
    assert run.answers == {"first": 1}


def test_overwritten_functions_change_nothing_for_the_next_job(pool: Pool) -> None:
    source = """
    import pandas, rfm_helpers
    rfm_helpers.rfm_table = pandas.DataFrame = None
    """
    runs = list(
        pool.run(
            job(
                source,
                "import pandas, rfm_helpers; give('a', rfm_helpers.rfm_table is pandas.DataFrame)",
                id=str(i),
            )
            for i in range(4)
        )
    )
    assert len(runs) == 4
    assert run_one(
        pool, "import pandas, rfm_helpers; give('a', rfm_helpers.rfm_table is pandas.DataFrame)"
    ).answers == {"a": False}


def test_broken_notebooks_give_a_run(pool: Pool) -> None:
    broken = [Job("a", "{"), Job("b", "[]"), Job("c", '{"cells": 3}'), Job("d", "\ud800")]
    runs = {run.job: run.ending for run in pool.run([*broken, job(QUIET, id="e")])}
    assert runs.pop("e") is Ending.DONE
    assert set(runs.values()) == {Ending.CRASHED} and set(runs) == {"a", "b", "c", "d"}


# --- the pool -----------------------------------------------------------------------------------


def test_no_process_of_a_sandbox_is_root(pool: Pool) -> None:
    started = {p.pid: p for p in psutil.Process().children(recursive=True)}
    list(pool.run([job("import time; time.sleep(0.5)")]))
    for process in started.values():
        if process.is_running() and "bwrap" in process.name():
            assert 0 not in process.uids()


class Clocked:
    """A clock whose looks are told: (moment, seconds of each process, whether one is ready)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        self.clock = watching._Clock()

    def look(self, now: float, own: dict[object, float], ended: float, is_ready: bool) -> float:
        self.now = now
        return self.clock.look(own, sum(own.values()) + ended, is_ready)


def test_who_waits_for_a_processor_is_not_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Clocked(monkeypatch)
    assert told.look(100, {"a": 1.0}, 0, True) == 1
    assert told.look(500, {"a": 1.0}, 0, True) == 1
    assert told.look(900, {"a": 1.5}, 0, False) == 1.5
    assert told.clock.idle_seconds == 0
    told.look(901, {"a": 1.5}, 0, False)
    assert told.clock.idle_seconds == 1


def test_what_ended_processes_took_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Clocked(monkeypatch)
    told.look(1, {"a": 1.0, "b": 5.0}, 0, True)
    assert told.look(2, {"a": 1.0}, 0, True) == 6
    assert told.look(3, {"a": 1.0}, 5.5, True) == 6.5
    assert told.look(4, {"a": 1.0, "c": 2.0}, 0, True) == 8


HIDDEN_LOOPS = {
    "children": """
    import os
    while True:
        if os.fork() == 0:
            sum(range(2_000_000))
            os._exit(0)
        os.wait()
    """,
    "forgotten children": """
    import os, signal
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        if os.fork() == 0:
            sum(range(20_000_000))
            os._exit(0)
        attempt(os.wait)
    """,
}


def test_processor_time_counts_whoever_takes_it() -> None:
    jobs = [job(FIRST, source, id=name) for name, source in HIDDEN_LOOPS.items()]
    with Pool(1, limits=Limits(seconds=2)) as pool:
        runs = list(pool.run(jobs))
    for run in runs:
        assert (run.ending, run.answers) == (Ending.TIMEOUT, {"first": 1}), run.job


def test_memory_that_sockets_hold_is_counted(pool: Pool) -> None:
    source = """
    import os, socket, time
    for _ in range(30):
        if os.fork() == 0:
            held = [socket.socketpair() for _ in range(100)]
            for one, _ in held:
                one.setblocking(False)
                attempt(lambda: [one.send(b"x" * 4096) for _ in range(1000)])
            time.sleep(60)
    time.sleep(60)
    """
    run = run_one(pool, FIRST, source)
    assert (run.ending, run.answers) == (Ending.MEMORY, {"first": 1})


def test_memory_that_nobody_is_charged_with_counts_once_little_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = SimpleNamespace(available=2_000 * watching.MIB)
    monkeypatch.setattr(watching.psutil, "virtual_memory", lambda: left)
    watch = watching.SandboxWatch(os.getpid(), memory_mb=400)
    watch.be_idle()
    watch.measure()  # the memory of processes that have just come is not read yet
    left.available = (watching.LEAST_LEFT_MB + 1) * watching.MIB
    enough = watch.measure().memory_mb
    left.available = (watching.LEAST_LEFT_MB - 1) * watching.MIB
    taken = 2_000 - watching.LEAST_LEFT_MB
    assert watch.measure().memory_mb - enough == pytest.approx(taken, abs=200)


def test_a_pool_that_is_left_ends_everything(tmp_path: Path) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    with Pool(1, limits=FOREVER) as pool:
        runs = pool.run([job(QUIET, id="a"), job(SLEEP)])
        assert next(runs).job == "a"
        del runs
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def test_a_stopped_pool_ends_its_job_and_refuses_the_next() -> None:
    with Pool(1, limits=FOREVER) as pool:
        list(pool.run([job(QUIET)]))
        timer = threading.Timer(1, pool.stop)
        timer.start()
        (run,) = pool.run([job(SLEEP)])
        assert run.ending is Ending.CRASHED
        with pytest.raises(CourseError, match="--reprendre"):
            list(pool.run([job(QUIET)]))


def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    script = tmp_path / "supervise.py"
    script.write_text(
        "import sys\n"
        f"sys.path[:0] = {[str(Path(__file__).parent), str(ROOT / 'tests'), str(ROOT)]!r}\n"
        "from test_sandbox import FOREVER, SLEEP, Pool, job\n"
        "with Pool(1, limits=FOREVER) as pool:\n"
        "    for run in pool.run([job('1', id='a'), job(SLEEP, id='b')]):\n"
        "        print(run.job, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as supervisor:
        backstop = threading.Timer(BACKSTOP, supervisor.kill)
        backstop.start()
        assert supervisor.stdout is not None
        said = supervisor.stdout.readline().strip()
        assert said == b"a", f"the first job did not end: {said!r}"
        children: list[psutil.Process] = []
        while len(children) < 4:
            assert supervisor.poll() is None, f"the second job did not start: {children}"
            children = psutil.Process(supervisor.pid).children(recursive=True)
        backstop.cancel()
        os.kill(supervisor.pid, signal.SIGKILL)
        _, left = psutil.wait_procs(children, BACKSTOP)
        assert not left, f"still there once the supervisor was killed: {left}"
    folders = Path(tempfile.gettempdir())
    assert [*folders.glob(f"rfm-cours-{supervisor.pid}-*")]
    with Pool(1, limits=FOREVER):
        assert not [*folders.glob(f"rfm-cours-{supervisor.pid}-*")]


def test_without_nesting_each_job_gets_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfm_helpers.teacher.sandbox.pool.can_nest", lambda *_: False)
    source = """
    import ctypes, glob, os
    give("unshare", ctypes.CDLL(None).unshare(0x10000000))
    attempt(lambda: os.kill(os.getppid(), 9))
    give("trace", glob.glob("/tmp/trace"))
    open("/tmp/trace", "w").close()
    """
    with Pool(1, limits=LIMITS) as pool:
        runs = list(pool.run([job(source, id="a"), job(source, id="b")]))
    assert [run.ending for run in runs] == [Ending.DONE, Ending.DONE]
    assert all(run.answers == {"unshare": -1, "trace": []} for run in runs)


def test_without_bubblewrap_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(CourseError, match=r"bubblewrap.*--isolation aucune"):
        Pool(1).__enter__()


def test_elsewhere_than_on_linux_a_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CourseError, match=r"WSL2.*--isolation aucune"):
        bubblewrap.can_nest(tmp_path, {"disk_mb": 1})


def test_a_refusal_of_the_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/bin/ls")
    with pytest.raises(CourseError, match=r"refuse d’isoler.*ls.*--isolation aucune"):
        Pool(1).__enter__()


def test_without_isolation_limits_hold_and_root_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFM_CLE", "la-cle-du-cours")
    jobs = {
        "good": "import os; give('a', [os.getuid(), N, 'RFM_CLE' in os.environ])",
        "slow": "while True: pass",
    }
    limits = Limits(seconds=6, memory_mb=700, output_mb=2)
    with Pool(2, "aucune", limits) as pool:
        runs = {
            run.job: run
            for run in pool.run(
                job(FIRST, source, id=name, parameters={"N": 3}) for name, source in jobs.items()
            )
        }
    assert (runs["good"].ending, runs["good"].errors) == (Ending.DONE, {})
    user, number, seen = runs["good"].answers["a"]
    assert (user != 0, number, seen) == (True, 3, False)
    assert (runs["slow"].ending, runs["slow"].answers) == (Ending.TIMEOUT, {"first": 1})


# --- what leaves a sandbox ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"\xff", b"[" * 100_000, b"[1]", b"1" * 10_000, b'"x"', b'{"a": 1', b"null"],
)
def test_a_line_that_is_no_object_is_nothing(line: bytes) -> None:
    assert parse(line) == {}


@pytest.mark.parametrize("given", [None, [], 3, {"q": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}])
def test_answers_of_another_shape_are_left_out(given: object) -> None:
    assert answers_of({"answers": given}) == {}


@pytest.mark.parametrize("given", [None, "text", ["one"], ["a", 1], {"a": 1}, [["a"], "b"]])
def test_errors_of_another_shape_are_left_out(given: object) -> None:
    assert error_of({"error": given}) is None


def test_values_are_made_safe_to_write() -> None:
    value = json.loads('{"a": [1e999, -1e999, 1, true, null, "\\ud800é"]}')
    value["b"] = 10**500
    assert plain(value) == {"a": [None, None, 1, True, None, "?é"], "b": None}
    assert error_of({"error": ["\ud800" * 600, "x" * 600]}) == ("?" * 500, "x" * 500)
