"""Memory of lessons, and what running them costs: pytest -sq bench_memory.py. Nothing is asserted.

`test_kernels` runs each lesson in a kernel alone: its resident memory once its tools are imported,
before the second terrain (of which `files`: libraries, which the kernels of one server share), at
most, at its end, and once the second terrain is left.
`test_class` runs the first terrain of a lesson in the kernels of a small class: what they take
together, for each of them, where the system says it (Linux): what several share counts once.
`test_memory` opens four lessons in the browser one after the other, runs, then closes them: what
the server, the kernels and the page take of their own. `test_opening` tells the seconds from the
click that opens each lesson, alone, to the end of its last cell. Memory is in MiB.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import psutil
from jupyter_client.manager import KernelManager, start_new_kernel
from playwright.sync_api import Page
from support.browser import KERNEL_STATUS, LESSONS, OPEN, POLLING, open_lesson, run_all
from support.course import NOTEBOOKS, load_tool
from support.programs import requires

pytest_plugins = ["browser.conftest"]

build = load_tool("build")

MIB = 2**20
CLASS = 4
KERNELS, SERVER = "ipykernel_launcher", "jupyter"
SECOND_TERRAIN = '"complete_journey"'
#: Run after the last cell: drops what stands of the second terrain.
LEAVE = """
import gc
import pandas
for _name, _value in [*globals().items()]:
    if isinstance(_value, pandas.DataFrame) and len(_value) > 10**5:
        del globals()[_name], _value
_ = gc.collect()
"""
CLOSE = ".jp-mod-current .lm-TabBar-tabCloseIcon"


def descendants(*words: str) -> Iterator[psutil.Process]:
    """The processes below this one whose command has these words."""
    for process in psutil.Process().children(recursive=True):
        try:
            if all(word in " ".join(process.cmdline()) for word in words):
                yield process
        except psutil.Error:
            continue


def memory(*words: str) -> float:
    """What they take of their own, in MiB."""
    return sum(process.memory_full_info().uss for process in descendants(*words)) / MIB


def processor() -> float:
    """The seconds that all of them have computed."""
    return sum(sum(process.cpu_times()[:2]) for process in descendants(""))


@dataclass
class Alone:
    """A lesson run in a kernel of its own: memory at each of its marks."""

    lesson: str
    marks: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Run its cells, then leave the second terrain."""
        notebook = build.read_lesson(build.SOURCES / f"{self.lesson}.py")
        manager, client = start_new_kernel(cwd=str(NOTEBOOKS))
        process = psutil.Process(_pid(manager))
        for cell in notebook.cells:
            if cell.cell_type == "code":
                if SECOND_TERRAIN in cell.source and "orsenne" not in self.marks:
                    self.tell_orsenne(process)
                client.execute_interactive(cell.source, output_hook=lambda _: None)
                if "from rfm_helpers import" in cell.source and "imports" not in self.marks:
                    self.tell("imports", process)
        self.tell("end", process)
        if "orsenne" not in self.marks:
            self.tell_orsenne(process)
        self.marks["peak"] = _peak(process)
        client.execute_interactive(LEAVE, output_hook=lambda _: None)
        self.tell("left", process)
        self.marks["processor"] = sum(process.cpu_times()[:2])
        manager.shutdown_kernel(now=True)

    def tell(self, mark: str, process: psutil.Process) -> None:
        """Keep the resident memory of a moment."""
        self.marks[mark] = process.memory_info().rss / MIB

    def tell_orsenne(self, process: psutil.Process) -> None:
        """The same, with the part of it that is files (where the system says so)."""
        self.tell("orsenne", process)
        self.marks["files"] = getattr(process.memory_info(), "shared", float("nan")) / MIB


def in_a_class(lesson: str, learners: int) -> float:
    """What the kernels of a class take for each learner, the second terrain not yet opened."""
    notebook = build.read_lesson(build.SOURCES / f"{lesson}.py")
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    first = list(takewhile(lambda source: SECOND_TERRAIN not in source, sources))
    started = [start_new_kernel(cwd=str(NOTEBOOKS)) for _ in range(learners)]
    for _, client in started:
        for source in first:
            client.execute_interactive(source, output_hook=lambda _: None)
    processes = [psutil.Process(_pid(manager)) for manager, _ in started]
    taken = sum(process.memory_full_info().pss for process in processes) / MIB
    for manager, _ in started:
        manager.shutdown_kernel(now=True)
    return taken / learners


def _pid(manager: KernelManager) -> int:
    provisioner = manager.provisioner
    assert provisioner is not None
    return provisioner.process.pid  # type: ignore[attr-defined]


def _peak(process: psutil.Process) -> float:
    """The most memory that a process had, where the system counts it (Linux)."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) / 1024 for line in status.split("\n") if "VmHWM" in line)
    except OSError:
        return float("nan")


def test_kernels() -> None:
    marks = ("imports", "orsenne", "files", "peak", "end", "left", "processor")
    print(f"\n{'':22}" + "".join(f"{mark:>10}" for mark in marks))
    for lesson in LESSONS:
        alone = Alone(Path(lesson).stem)
        alone.run()
        print(f"{lesson[:20]:22}" + "".join(f"{alone.marks[mark]:10.0f}" for mark in marks))


def test_class() -> None:
    for lesson in LESSONS:
        taken = in_a_class(Path(lesson).stem, CLASS)
        print(f"{lesson[:20]:22}{taken:10.0f} of each of {CLASS}", flush=True)


@requires("chromium")
def test_memory(page: Page, lab: str) -> None:
    print(f"\n{'':22}{'server':>9}{'kernels':>9}{'page':>9}  MiB")

    def tell(what: str) -> None:
        kernels, renderers = memory(KERNELS), memory("chromium", "--type=renderer")
        server = memory(SERVER) - kernels
        print(f"{what:22}{server:9.0f}{kernels:9.0f}{renderers:9.0f}", flush=True)

    page.goto(lab)
    page.wait_for_selector(".jp-DirListing-item")
    tell("idle")
    open_lesson(page, lab, LESSONS[0])
    for lesson in LESSONS[:4]:
        open_and_run(page, lesson)
        tell(f"{lesson[:2]} run")
    for lesson in reversed(LESSONS[:4]):
        close(page)
        tell(f"{lesson[:2]} closed")


@requires("chromium")
def test_opening(page: Page, lab: str) -> None:
    page.goto(lab)
    page.wait_for_selector(".jp-DirListing-item")
    open_lesson(page, lab, LESSONS[0])
    print(f"\n{'':22}{'seconds':>9}{'processor':>11}")
    for lesson in LESSONS:
        wall, before = time.perf_counter(), processor()
        open_and_run(page, lesson)
        seconds, worked = time.perf_counter() - wall, processor() - before
        print(f"{lesson[:20]:22}{seconds:9.1f}{worked:11.1f}", flush=True)
        close(page)


def open_and_run(page: Page, lesson: str) -> None:
    page.evaluate(OPEN, f"notebooks/{lesson}")
    page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)
    run_all(page)


def close(page: Page) -> None:
    before = len(list(descendants(KERNELS)))
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.locator(CLOSE).click()
    while len(list(descendants(KERNELS))) == before:
        page.wait_for_timeout(POLLING)
