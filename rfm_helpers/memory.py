"""What a kernel has freed goes back to the system: a class shares one server, a laptop has 4 GB."""

from __future__ import annotations

import os
import sys


def spare_memory() -> None:
    """Have Arrow and Polars keep little of what they free, and a notebook nothing after a cell.

    They ask for these settings once, when they are loaded. So a notebook imports this package
    before pandas, which loads Arrow.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:50,muzzy_decay_ms:0")
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        shell.events.register("post_run_cell", give_back)


def give_back(_: object) -> None:
    """Hand to the system what a cell has freed (an IPython event)."""
    if arrow := sys.modules.get("pyarrow"):
        arrow.default_memory_pool().release_unused()
