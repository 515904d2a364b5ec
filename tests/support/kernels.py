"""One kernel for the notebooks of several tests: starting one, and its imports, take seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from rfm_helpers.teacher.sandbox.pool import Ending, Job, Run


@contextmanager
def started_kernel() -> Iterator[KernelManager]:
    """A kernel in the environment of the moment, ended when it is left."""
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel()
    try:
        yield kernel
    finally:
        kernel.shutdown_kernel(now=True)


def run_in(kernel: KernelManager, notebook: NotebookNode, folder: Path, **options: Any) -> None:
    """Run a notebook in a folder that keeps its answers, the kernel's names being forgotten."""
    lines = ("%reset -f", f"%cd -q {folder}", f"%env RFM_REPONSES={folder / 'reponses'}")
    forget = v4.new_code_cell("\n".join(lines))
    for each in (v4.new_notebook(cells=[forget]), notebook):
        NotebookClient(each, km=kernel, **options).execute()


class NoKernel:
    """A pool whose runs give nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> NoKernel:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, jobs: Iterable[Job]) -> Iterator[Run]:
        return (Run(job.id, Ending.DONE, {}, {}, 1.0, 1.0) for job in jobs)
