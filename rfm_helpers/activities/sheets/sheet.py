"""A table that is typed in as in a spreadsheet: rows in, rows out, a sentence on a cell.

The page does what a spreadsheet does (paste, undo, reorder…) and sends the rows at each key; the
kernel says what they are worth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Bool, Dict, Int, List, Unicode

from rfm_helpers import palette
from rfm_helpers.activities.typed import Typed
from rfm_helpers.french.words import french

_HERE = Path(__file__).parent


def style_sheet(path: Path) -> str:
    """A style sheet, with the colours of the course for their names (`@TEXT`)."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]{2,})", lambda found: str(getattr(palette, found[1])), text)


@dataclass(frozen=True)
class Choice:
    """What a cell may hold where it is chosen in a list, and how else a pasted text may say it."""

    label: str
    value: Any
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column: what its cells are called and may hold.

    ``width`` is in em; ``hint`` shows in an empty cell; with ``choices`` a cell is a list; what is
    ``shown`` is written by the kernel (`Mark.shown`) and not typed.
    """

    name: str
    label: str
    width: float
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    shown: bool = False


@dataclass(frozen=True)
class Mark:
    """What is said of a row: a sentence by column, and texts by shown column.

    ``missing`` are the columns still to be filled in, of which ``reminder`` speaks once the row is
    left; ``note`` is about the whole row.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    reminder: str = ""
    note: str = ""


class Sheet(Typed, AnyWidget):  # type: ignore[misc]
    """The table. `value` holds its rows: `{"id": …, "cells": {column: what was typed}}`.

    A row written cell by cell since it was shown names the columns in `written`: what its other
    cells hold may be older than what another table of the same rows says.

    The id of a row begins with ``of``, the list that the rows belong to: undoing stops where it
    changes. Rows added on the page have ids of their own.
    """

    _esm = _HERE / "sheet.js"
    _css = style_sheet(_HERE / "sheet.css")
    title = Unicode().tag(sync=True)
    columns = List(Dict()).tag(sync=True)
    value = List(Dict()).tag(sync=True)
    blank = Dict().tag(sync=True)
    marks = Dict().tag(sync=True)
    of = Unicode().tag(sync=True)
    most = Int().tag(sync=True)
    full = Unicode().tag(sync=True)
    fixed = Bool().tag(sync=True)
    #: How often the learner pasted a block, and went back or forward.
    pasted, travelled = Int().tag(sync=True), Int().tag(sync=True)

    def __init__(
        self,
        title: str,
        columns: Iterable[Column],
        blank: Mapping[str, Any],
        *,
        most: int,
        full: str,
        fixed: bool = False,
    ) -> None:
        """Make an empty table.

        Args:
            title: what a screen reader calls it.
            columns: its columns.
            blank: what a new row holds, in other columns too.
            most: how many rows it takes.
            full: what is said of one more.
            fixed: whether rows are neither added, removed nor moved here.
        """
        super().__init__(
            title=french(title),
            columns=[asdict(column) | {"label": french(column.label)} for column in columns],
            blank=dict(blank),
            most=most,
            full=french(full),
            fixed=fixed,
        )
        self.add_class("rfm-sheet")
        self._counted = {"pasted": 0, "travelled": 0}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the cells hold, by column, row by row."""
        return [dict(row["cells"]) for row in self.value]

    def put(self, lines: Mapping[str, Mapping[str, Any]], of: str = "") -> None:
        """Show these rows, by id."""
        rows = [{"id": name, "cells": dict(line)} for name, line in lines.items()]
        shown = [{"id": row["id"], "cells": row["cells"]} for row in self.value]
        if (rows, of) != (shown, self.of):
            with self.hold_sync():
                self.of, self.value = of, rows

    def counts(self, name: str) -> bool:
        """Whether the learner has "pasted" or "travelled" since this was asked last."""
        before, self._counted[name] = self._counted[name], getattr(self, name)
        return self._counted[name] > before

    def mark(self, judge: Callable[[dict[str, Any]], Mark]) -> None:
        """Say of each row what a function finds in its cells."""
        self.marks = {row["id"]: asdict(judge(row["cells"])) for row in self.value}
