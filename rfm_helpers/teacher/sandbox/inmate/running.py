"""Run one notebook, its parameters set by papermill, and give each cell's answers and error as soon
as it ends.

Part of what runs inside a sandbox (see ``inmate``): only papermill and its kin are imported.
"""

from __future__ import annotations

import base64
import os
import random
import secrets
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import traitlets
import zmq
from ipykernel.iostream import OutStream
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from papermill.parameterize import parameterize_notebook

ANSWER_TYPE = "application/vnd.rfm-cours.answer+json"
MAX_TEXT = 500
MAX_WAITING = 100_000
START_SECONDS = 300
#: Between two attempts to reach a kernel that starts; by default 100, as long as a small job.
RECONNECT_MS = 5
#: No history is kept, and no time is left to others after each cell.
KERNEL_OPTIONS = ("--HistoryManager.enabled=False", "--Kernel._execute_sleep=0")
CHANNELS = ("shell", "iopub", "stdin", "hb", "control")
PYTHON = {"kernel_name": "python3", "language": "python"}

Emit = Callable[..., None]


def run_job(
    job: Mapping[str, Any], kernel: Callable[[CountingSession], Any], max_bytes: int, emit: Emit
) -> None:
    """Run a job's notebook, all cells of it, in a folder of its own below the home folder.

    ``emit`` gets one record per cell, then the ending. More than ``max_bytes`` from the kernel end
    this process at once, so that it never holds more.
    """

    def stop() -> None:
        emit(ending="output")
        os._exit(0)

    try:
        lay_files(Path.home() / "devoir", job["files"])
        notebook = nbformat.reads(job["notebook"], as_version=4)
        run_notebook(notebook, job["parameters"], kernel, Allowance(max_bytes, stop), emit)
    except Exception as error:
        emit(ending="crashed", error=described(type(error).__name__, str(error)))
    else:
        emit(ending="done")


def run_notebook(
    notebook: Any,
    parameters: Mapping[str, Any],
    kernel: Callable[[CountingSession], Any],
    allowance: Allowance,
    emit: Emit,
) -> None:
    """Run the notebook's cells in a new kernel; those that fail do not stop the next ones."""
    key = secrets.token_hex(32).encode()
    manager = kernel(CountingSession(key=key, allowance=allowance))
    try:
        _Notebook(with_parameters(notebook, parameters), manager, emit).execute()
    finally:
        manager.end()


def lay_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write the job's files into ``folder`` and go there.

    Raises:
        ValueError: a file would stand elsewhere.
    """
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ValueError(f"outside of the job's folder: {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    os.chdir(folder)


# --- kernels ------------------------------------------------------------------------------------


class Allowance:
    """Bytes that may still come from a kernel; when there are none left, ``stop`` is called."""

    def __init__(self, left: int, stop: Callable[[], None]) -> None:
        self.left = left
        self._stop = stop

    def take(self, size: int) -> None:
        """Count ``size`` bytes more."""
        self.left -= size
        if self.left < 0:
            self._stop()


class CountingSession(Session):
    """Messages from a kernel, counted before they are read; clones count together."""

    allowance = traitlets.Instance(Allowance)

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Read a message, if it is not one too many."""
        self.allowance.take(sum(len(part) for part in msg_list))
        return super().deserialize(msg_list, content, copy)


class _Client(AsyncKernelClient):
    """A client of a kernel that starts within a fraction of a second."""

    kernel = traitlets.Any()

    def start_channels(self, *_: bool, **__: bool) -> None:
        """Open the channels that running a notebook takes."""
        super().start_channels(stdin=False, hb=False)

    async def is_alive(self) -> bool:
        """Whether the kernel's process has not ended."""
        return bool(await self.kernel.is_alive())

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until both an answer and its notice on the output channel have come."""
        end = time.monotonic() + (timeout or START_SECONDS)
        while time.monotonic() < end and await self.is_alive():
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=0.5)
                await self.get_iopub_msg(timeout=0.1)
                return
        raise RuntimeError("the kernel does not start")


class ForkedKernel:
    """A kernel forked from this process, with all libraries that it has loaded.

    It has none of this process's pipes, and speaks by sockets in the home folder.
    """

    has_kernel = True

    def __init__(self, session: CountingSession) -> None:
        self.session = session
        folder = Path.home() / ".kernel"
        folder.mkdir(mode=0o700)
        self.connection: Any = {
            "transport": "ipc",
            "ip": str(folder / "socket"),
            "key": session.key.decode(),
            "signature_scheme": session.signature_scheme,
            **{f"{channel}_port": rank for rank, channel in enumerate(CHANNELS, start=1)},
        }
        self.process = os.fork()
        if self.process == 0:
            be_kernel(folder / "connection.json", self.connection, session.allowance.left)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def client(self) -> AsyncKernelClient:
        """A new client of the kernel."""
        client = _Client(session=self.session, kernel=self)
        client.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
        client.load_connection_info(self.connection)
        return client

    async def is_alive(self) -> bool:
        """Whether the kernel's process has not ended."""
        try:
            return os.waitpid(self.process, os.WNOHANG) == (0, 0)
        except ChildProcessError:
            return False

    def end(self) -> None:
        """Nothing to do: the end of this process is that of its sandbox."""


class PromptStream(OutStream):  # type: ignore[misc]
    """Sends what is printed before it fills the memory, for it is counted where it arrives.

    What follows more than ``most`` bytes is dropped: they end the job once they have arrived, and
    on a busy machine the rest would fill the memory first.
    """

    most = 0
    _waiting = _written = 0

    def write(self, string: str) -> int:
        """Write, and send at once what is much."""
        if self._written > self.most:
            return len(string)
        self._written += len(string)
        super().write(string)
        self._waiting += len(string)
        if self._waiting > MAX_WAITING:
            self.flush()
        return len(string)

    def flush(self) -> None:
        """Send what waits; nothing waits at most of the times that a kernel asks for it."""
        if self._waiting:
            self._waiting = 0
            super().flush()  # type: ignore[no-untyped-call]


def be_kernel(file: Path, connection: Mapping[str, Any], max_bytes: int) -> None:
    """Serve as a kernel, and end with it."""
    import json

    from ipykernel.kernelapp import IPKernelApp

    from . import namespaces

    def serve() -> None:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        namespaces.die_with_parent()
        namespaces.set_inspectable(True)
        file.write_text(json.dumps(connection))
        app: Any = IPKernelApp.instance()
        PromptStream.most = max_bytes
        app.outstream_class = f"{__name__}.PromptStream"
        app.initialize(["-f", str(file), *KERNEL_OPTIONS])
        seed_at_first_cell(app.shell)
        show_nothing(app.shell)
        app.start()

    namespaces.run_and_exit(serve)


def seed_at_first_cell(shell: Any) -> None:
    """Have code that draws at random without a seed draw the same at each run.

    Before the first cell, IPython draws a tip each time that a client asks what kernel this is.
    """
    import numpy as np

    def seed(_: object) -> None:
        shell.events.unregister("pre_run_cell", seed)
        random.seed(0)
        np.random.seed(0)

    shell.events.register("pre_run_cell", seed)


def show_nothing(shell: Any) -> None:
    """Have widgets tell nobody of their state, and what cells give be drawn for no one.

    Answers leave by what an object says of itself whole (``_repr_mimebundle_``), which stays.
    """
    from ipywidgets import Widget

    Widget.open = lambda self: None
    Widget.model_id = ""
    Widget.__repr__ = object.__repr__
    shell.display_formatter.active_types = ["text/plain"]


class LaunchedKernel(AsyncKernelManager):
    """An ordinary kernel, started by its kernel specification."""

    def __init__(self, session: Session) -> None:
        super().__init__(kernel_name="python3", session=session)

    def end(self) -> None:
        """Kill the kernel."""
        if self.has_kernel:
            run_sync(self.shutdown_kernel)(now=True)


# --- cells --------------------------------------------------------------------------------------


def with_parameters(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """The notebook with a cell that sets these, after the one tagged ``parameters``."""
    notebook.metadata.setdefault("papermill", {})
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    return parameterize_notebook(notebook, dict(parameters), **PYTHON)


class _Notebook(NotebookClient):
    """Runs every cell, failing ones too, and says at once what each gave."""

    def __init__(self, notebook: Any, manager: Any, emit: Emit) -> None:
        super().__init__(
            notebook,
            km=manager,
            kernel_name=PYTHON["kernel_name"],
            startup_timeout=START_SECONDS,
            allow_errors=True,
            record_timing=False,
            on_cell_executed=lambda cell, **_: emit(**cell_record(cell)),
        )

    def output(self, outs: list[Any], msg: Any, display_id: str | None, cell_index: int) -> Any:
        """Keep an error or an answer; what is drawn or printed was counted, and is let go."""
        if msg["msg_type"] == "error" or ANSWER_TYPE in msg["content"].get("data", {}):
            return super().output(outs, msg, display_id, cell_index)
        return None


def cell_record(cell: Any) -> dict[str, Any]:
    """What a cell that has run gives: its name, its answers if it is locked, its error if any."""
    rfm = cell.metadata.get("rfm", {})
    record: dict[str, Any] = {
        "cell": rfm.get("locked") or rfm.get("answer") or cell.get("id", ""),
        "answers": {},
    }
    for output in cell.outputs:
        if output.output_type == "error":
            record["error"] = described(output.ename, output.evalue)
        answer = output.get("data", {}).get(ANSWER_TYPE) if rfm.get("locked") else None
        if isinstance(answer, dict) and isinstance(answer.get("question"), str):
            record["answers"][answer["question"]] = answer.get("value")
    return record


def described(name: str, value: str) -> tuple[str, str]:
    """An error's name and message, short."""
    return name[:MAX_TEXT], value[:MAX_TEXT]
