"""What runs inside a sandbox: load the libraries once, then run one notebook per job.

Jobs come on standard input, each as its length and a JSON object; standard output carries one
JSON object per line: ``ready``, then for each job ``started`` once it is read, one line per cell,
an ``ending``, and ``over`` once nothing of the job is left. The supervisor outside trusts none of
it.

This module, ``running``, ``namespaces`` and ``seccomp`` are copied into the sandbox, where the rest
of `rfm_helpers.teacher` is not.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

MIB = 2**20
SPARE_TASKS = 16
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
    "ipywidgets",
    "pandas",
    "pandera.pandas",
    "pandera.backends.pandas.builtin_checks",
    "pyarrow.acero",
    "pyarrow.compute",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "polars",
    "narwhals.stable.v1",
    "narwhals._namespace",
    "narwhals.group_by",
    "narwhals._arrow.dataframe",
    "narwhals._arrow.group_by",
    "narwhals._arrow.namespace",
    "narwhals._arrow.selectors",
    "narwhals._interchange.dataframe",
    "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.group_by",
    "narwhals._pandas_like.namespace",
    "narwhals._polars.dataframe",
    "narwhals._polars.group_by",
    "pandas.core.methods.to_dict",
    "sqlite3",
    "encodings.cp1252",
    "matplotlib.pyplot",
    "openpyxl",
    "rfm_helpers.activities.assignments.forms",
    "rfm_helpers.activities.assignments.quantities",
    "rfm_helpers.datasets.workbooks",
)
#: A debugger, which each kernel imports where it can.
UNNEEDED = "debugpy"

Limits = Mapping[str, int]


def main(kind: str, limits: Limits) -> None:
    """Serve as ``kind``, within ``limits`` (``memory_mb``, ``processes``, ``output_mb``, …).

    ``nested``: many jobs, each in namespaces of its own. ``single``: one job, for which a sandbox
    was made. ``plain``: one job, no sandbox. ``probe``: say whether ``nested`` is possible.
    """
    sys.modules[UNNEEDED] = None  # type: ignore[assignment]
    if kind == "plain":
        serve_plainly(limits)
    else:
        serve_sandboxed(kind, limits)


def serve_plainly(limits: Limits) -> None:
    """Run one job on any system, with an ordinary kernel."""
    if sys.platform == "linux":
        from .namespaces import die_with_parent

        die_with_parent()
    from .running import LaunchedKernel, run_job

    emit(ready=True)
    limit_resources(limits)
    run_job(read_job(), LaunchedKernel, limits["output_mb"] * MIB, emit)


def serve_sandboxed(kind: str, limits: Limits) -> None:
    """Serve inside of bubblewrap, where every kernel is forked from this process."""
    from . import namespaces

    home = os.environ["HOME"]
    if kind == "probe":
        sys.exit(not namespaces.can_nest(home))
    namespaces.die_with_parent()
    namespaces.set_inspectable(False)
    preload()
    emit(ready=True)
    if kind == "single":
        run_sandboxed(limits)
        return
    while is_job_waiting():
        child = os.fork()
        if child == 0:
            namespaces.run_and_exit(
                lambda: namespaces.enter(home, limits["disk_mb"], lambda: run_sandboxed(limits))
            )
        os.waitpid(child, 0)
        os.write(1, b"\n")  # the job may have been ended in the middle of a line
        emit(over=True)


def preload() -> None:
    """Import what every job needs; nothing here may start a thread that a fork would lose.

    What is unused is looked for once, at the end, and never among what jobs share.
    """
    gc.disable()
    for module in LIBRARIES:
        importlib.import_module(module)
    importlib.import_module(".running", __package__)
    course = importlib.import_module("rfm_helpers")
    for name in course.__all__:
        getattr(course, name)
    warm_up()
    gc.collect()
    gc.freeze()


def warm_up() -> None:
    """Have matplotlib find its fonts, nbformat compile its schema, and the content that assignments
    name be read, before the first job.
    """
    import nbformat
    from matplotlib import pyplot

    from rfm_helpers.catalog.assignments import load_sheet, sheet_names
    from rfm_helpers.catalog.grids import GRID_NAMES, load_grid

    pyplot.figure().canvas.draw()
    pyplot.close("all")
    nbformat.validate(nbformat.v4.new_notebook())
    for sheet in sheet_names():
        load_sheet(sheet)
    for grid in GRID_NAMES:
        load_grid(grid)


def is_job_waiting() -> bool:
    """Wait for a job, and leave it unread: nothing of it must stay in the process that forks the
    next ones. False once the supervisor has closed the pipe.
    """
    waiting = select.poll()
    waiting.register(0, select.POLLIN)
    return bool(waiting.poll()[0][1] & select.POLLIN)


def run_sandboxed(limits: Limits) -> None:
    """Read a job and run it, as a process that only its supervisor can end."""
    from .running import ForkedKernel, run_job
    from .seccomp import refuse_calls

    gc.enable()
    refuse_calls()
    limit_resources(limits, tasks=limits["processes"] + SPARE_TASKS)
    job = read_job()
    emit(started=True)
    run_job(job, ForkedKernel, limits["output_mb"] * MIB, emit)


def limit_resources(limits: Limits, tasks: int | None = None) -> None:
    """Bounds kept by the system for each process, behind those that the supervisor watches.

    The libraries reserve far more addresses than they use, so that memory is bounded loosely.
    """
    with suppress(ImportError):
        import resource

        bounds = {
            resource.RLIMIT_AS: (2 * limits["memory_mb"] + 8192) * MIB,
            resource.RLIMIT_FSIZE: limits["disk_mb"] * MIB,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NOFILE: 256,
        }
        if tasks is not None:
            bounds[resource.RLIMIT_NPROC] = tasks
        for which, bound in bounds.items():
            hard = resource.getrlimit(which)[1]
            lowest = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(which, (lowest, lowest))


def emit(**record: Any) -> None:
    """Send one line to the supervisor."""
    line = json.dumps(record).encode() + b"\n"
    while line:
        line = line[os.write(1, line) :]


def read_job() -> dict[str, Any]:
    """The next job: ``notebook`` (JSON text), ``files`` (name → base64), ``parameters``."""
    job: dict[str, Any] = json.loads(_read(int.from_bytes(_read(8), "big")))
    return job


def _read(size: int) -> bytes:
    parts = []
    while size:
        part = os.read(0, min(size, MIB))
        if not part:
            raise EOFError("the supervisor has closed the pipe")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
