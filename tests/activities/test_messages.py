"""What the kernel says of its activities reaches a reader that comes late."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty

from jupyter_client.manager import start_new_kernel

WIDGETS = 2000
CODE = f"""
import ipywidgets
import rfm_helpers.activities.base
several = [ipywidgets.HTML("a line of text" * 20) for _ in range({WIDGETS})]
"""


def test_a_slow_reader_gets_every_message() -> None:
    manager, client = start_new_kernel()
    try:
        client.execute(CODE)
        assert client.get_shell_msg(timeout=600)["content"]["status"] == "ok"
        opened = 0
        with suppress(Empty):
            while opened < 3 * WIDGETS:
                opened += client.get_iopub_msg(timeout=20)["msg_type"] == "comm_open"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert opened == 3 * WIDGETS  # a text, its layout and its style
