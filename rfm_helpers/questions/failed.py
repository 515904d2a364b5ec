"""What a cell was to give, when it fails: nothing, rather than what it gave before."""

from __future__ import annotations

import re
from typing import Any

#: The names that cells which failed were to give; one leaves when a cell gives it.
FAILED: set[str] = set()
_NAMES = re.compile(r"^(\w+(?:\s*,\s*\w+)*)\s*=(?!=)", re.MULTILINE)


def assigned(code: str) -> set[str]:
    """The names to which the lines of a cell give a value, even of a cell that cannot be read.

    >>> sorted(assigned("# rfm = 1\\nlignes, journal = clean_orders(\\n    as_of=2)\\nlignes == 3"))
    ['journal', 'lignes']
    """
    return {name for names in _NAMES.findall(code) for name in re.split(r"\s*,\s*", names)}


def asks_for_failed() -> bool:
    """Whether the cell that runs now names something that a cell which failed was to give."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    code = shell.user_ns["In"][-1] if shell else ""
    return not FAILED.isdisjoint(re.findall(r"\w+", code))


def watch_cells() -> None:
    """Have a cell of this notebook that fails leave None under its names; nothing elsewhere."""
    from IPython.core.getipython import get_ipython

    if shell := get_ipython():
        shell.events.register("post_run_cell", forget_failed)


def forget_failed(result: Any) -> None:
    """Set the names of a cell that failed to None, those that had a value (an IPython event)."""
    from IPython.core.getipython import get_ipython

    names = assigned(result.info.raw_cell)
    if result.success:
        FAILED.difference_update(names)
        return
    if shell := get_ipython():
        before = names & shell.user_ns.keys()
        FAILED.update(before)
        shell.user_ns.update(dict.fromkeys(before))
