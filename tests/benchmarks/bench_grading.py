"""Grading a class against nbgrader's autograde and feedback, in one run: python bench_grading.py.

Both grade the same notebooks of the same students, on two cores. nbgrader runs each notebook once,
without isolation, one after the other, and marks it with one assertion per question, which takes
no time; ``rfm-cours`` runs each in bubblewrap, on the student's data and on hidden ones, and
judges every answer. A third contender leaves out the hidden run. Everything is counted from the
command to the last page of feedback: wall time, and processor time of all processes, which a busy
machine changes less. ``bench_grading.py 30 3`` grades a class of 30 in three interleaved rounds.
``bench_grading.py 30 1 300`` then grades one of 300, without nbgrader, and compares its cost per
student. On Linux.

nbgrader gets a virtual environment of its own (``.venv-nbgrader``), since its extensions would
show in the course's JupyterLab; its kernels are those of the course.
"""

from __future__ import annotations

import csv
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from nbformat import NotebookNode, v4, write  # noqa: E402
from support.classroom import DEVOIR, KEY, blank, filled, handed, lay, right_values, solutions  # noqa: E402
from support.devoir_1 import variant  # noqa: E402

from rfm_helpers.teacher.assignments.variants import write_data  # noqa: E402
from rfm_helpers.teacher.classroom.notebooks import DATA, cell_name  # noqa: E402

PEER = "nbgrader==0.9.6"
PEER_FOLDER = ROOT / ".venv-nbgrader"
CLASS, WORKERS = 30, 2
#: How many times nbgrader's wall time.
TARGETS = {"une exécution": 4.0, "deux exécutions": 2.8}
PR_SET_CHILD_SUBREAPER = 36
#: Grades as the command does, but for the hidden run.
ONE_RUN = """
import sys
from rfm_helpers.teacher import cli
from rfm_helpers.teacher.marking import batch
batch.is_empty = lambda value: True
cli.main()
"""
BOTH_RUNS = "from rfm_helpers.teacher import cli; cli.main()"


def students(count: int) -> list[str]:
    return [f"etudiant{rank:03d}" for rank in range(count)]


class Cost(NamedTuple):
    """Seconds on the clock and of processor, and the memory of a worker at most (MB)."""

    wall: float
    processor: float
    memory: int = 0


def timed(command: Iterable[object], **options: object) -> Cost:
    """What a command takes, with all the processes that it starts, even those that outlive it."""
    start, before = time.perf_counter(), processor_seconds()
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)  # type: ignore[call-overload]
    wall = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return Cost(wall, processor_seconds() - before)


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# --- rfm-cours ------------------------------------------------------------------------------------


def prepare_ours(folder: Path, count: int) -> None:
    deposits = {
        student: handed(filled(student, solutions()), student, right_values(student))
        for student in students(count)
    }
    lay(folder / "rendus", deposits)
    (folder / "cle.txt").write_text(KEY, encoding="utf-8")


def grade_ours(folder: Path, program: str) -> Cost:
    """What grading takes; every mark must be full."""
    results = folder / "resultats"
    shutil.rmtree(results, ignore_errors=True)
    words = ["corriger", folder / "rendus", "--devoir", DEVOIR, "--sortie", results]
    words += ["--cle", folder / "cle.txt", "--processus", WORKERS]
    cost = timed([sys.executable, "-c", program, *words], cwd=ROOT)
    if program == BOTH_RUNS:
        text = (results / "notes.csv").read_text(encoding="utf-8-sig")
        notes = {row["note"] for row in csv.DictReader(text.splitlines(), delimiter=";")}
        assert notes == {"17"}, notes
    steps = map(json.loads, (results / "journal.jsonl").read_text("utf-8").splitlines())
    return cost._replace(memory=max(step.get("memoire_mo", 0) for step in steps))


# --- nbgrader -------------------------------------------------------------------------------------


def with_marks(notebook: NotebookNode) -> NotebookNode:
    """The notebook with nbgrader's metadata, and an assertion after each answer cell."""
    cells = []
    for cell in notebook.cells:
        name = cell_name(cell)
        answer = name is not None and name[0] == "answer"
        if answer:
            assert name is not None
            cell.metadata["nbgrader"] = marks(name[1], solution=True)
        cells.append(cell)
        if answer:
            assert name is not None
            test = v4.new_code_cell(f"assert {name[1]} is not None", id=f"test-{name[1]}")
            test.metadata["nbgrader"] = marks(f"test-{name[1]}", grade=True)
            cells.append(test)
    notebook.cells = cells
    return notebook


def marks(name: str, *, grade: bool = False, solution: bool = False) -> dict[str, object]:
    return {
        **{"grade": grade, "grade_id": name, "locked": grade, "solution": solution},
        **{"schema_version": 3, "task": False, "cell_type": "code"},
        **({"points": 2} if grade else {}),
    }


def peer_programs() -> Path:
    """The folder of nbgrader's programs, installed at the first time."""
    programs = PEER_FOLDER / "bin"
    if not (programs / "nbgrader").exists():
        venv.create(PEER_FOLDER, with_pip=True)
        timed([programs / "python", "-m", "pip", "install", "--quiet", PEER])
    return programs


def prepare_peer(folder: Path, count: int) -> None:
    source = folder / "source" / DEVOIR
    source.mkdir(parents=True)
    write(with_marks(blank("modele")), source / f"{DEVOIR}.ipynb")
    for student in students(count):
        target = folder / "submitted" / student / DEVOIR
        write_data(variant(student), target / DATA)
        write(with_marks(filled(student, solutions())), target / f"{DEVOIR}.ipynb")
    kernel = folder / "kernels" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": words, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def grade_peer(folder: Path, count: int) -> Cost:
    """What ``autograde`` and ``generate_feedback`` take together."""
    programs = peer_programs()
    places = {"JUPYTER_PATH": folder / "kernels", "PATH": f"{programs}:{os.environ['PATH']}"}
    options = {"cwd": folder, "env": {**os.environ, **{k: str(v) for k, v in places.items()}}}
    for made in ("gradebook.db", "release", "autograded", "feedback"):
        shutil.rmtree(folder / made, ignore_errors=True)
        (folder / made).unlink(missing_ok=True)
    steps = ("generate_assignment", "autograde", "generate_feedback")
    _, *costs = (timed([programs / "nbgrader", step, DEVOIR], **options) for step in steps)
    assert len(list((folder / "feedback").rglob("*.html"))) == count
    return Cost(sum(cost.wall for cost in costs), sum(cost.processor for cost in costs))


# --- report ---------------------------------------------------------------------------------------


def median(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def show(name: str, count: int, cost: Cost, more: str = "") -> None:
    each = f"{cost.wall / count:.2f} s, processor {cost.processor / count:.2f} s a student"
    print(f"{name:<28}{cost.wall:8.1f} s  {each}  {more}", flush=True)


def main(count: int = CLASS, rounds: int = 1, large: int = 0) -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        prepare_ours(folder / "class", count)
        prepare_peer(folder / "peer", count)
        found: dict[str, list[Cost]] = {name: [] for name in (PEER, *TARGETS)}
        for _ in range(rounds):
            found[PEER].append(grade_peer(folder / "peer", count))
            for name, program in zip(TARGETS, (ONE_RUN, BOTH_RUNS), strict=True):
                found[name].append(grade_ours(folder / "class", program))
        peer, *ours = map(median, found.values())
        show(PEER, count, peer, "one run, no isolation")
        for (name, target), cost in zip(TARGETS.items(), ours, strict=True):
            ratios = f"{peer.wall / cost.wall:.1f} x (target {target})"
            ratios += f", processor {peer.processor / cost.processor:.1f} x"
            show(f"rfm-cours, {name}", count, cost, f"{ratios}, {cost.memory:.0f} MB a worker")
        if large:
            prepare_ours(folder / "large", large)
            cost = grade_ours(folder / "large", BOTH_RUNS)
            ratio = (cost.processor / large) / (ours[-1].processor / count)
            more = f"{ratio:.2f} x the processor time of one in {count} (target 1.2)"
            show(f"rfm-cours, {large} students", large, cost, f"{more}, {cost.memory} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
