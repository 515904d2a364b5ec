"""What passes between the page and the kernel: all of it, and in order."""

from __future__ import annotations

import sys


def hear_in_order() -> None:
    """Have the kernel hear all widgets in one thread, in the order in which the page speaks.

    Left alone, ipykernel (7.4) hears each widget in the thread that spoke to it last: a press
    overtakes the text typed before it. An ipykernel without that choice is not changed.
    """
    if comm := sys.modules.get("ipykernel.comm.comm"):
        comm.BaseComm._reply_subshell_for = None  # type: ignore[attr-defined]


def lose_nothing() -> None:
    """Have the kernel keep what it says until it is read, however slow the reader is.

    Left alone, its socket keeps 1,000 messages and drops the others without a word: a field that
    does not appear, or that forgets what was typed in it, a cell that never ends. An activity of
    many fields says more than that at once.
    """
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    if thread := getattr(kernel, "iopub_thread", None):
        thread.schedule(lambda: setattr(thread.socket, "sndhwm", 0))
