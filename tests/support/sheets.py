"""What a learner does in a table, said to the kernel as the page says it."""

from __future__ import annotations

from itertools import count
from typing import Any

from rfm_helpers.activities.sheets.sheet import Sheet

_NEW = count(1)
Row = dict[str, Any]


def send(sheet: Sheet, rows: list[Row], *, did: str = "") -> None:
    """Send all rows; `did` is "pasted" or "travelled"."""
    sheet.set_state({"value": rows} | ({did: getattr(sheet, did) + 1} if did else {}))


def new_row(sheet: Sheet, **cells: Any) -> Row:
    return {"id": f"{sheet.of}/n{next(_NEW)}", "cells": sheet.blank | cells}


def write(row: Row, name: str, text: Any) -> Row:
    """A row once the page has written in one of its cells."""
    written = dict.fromkeys([*row.get("written", []), name])
    return {"id": row["id"], "cells": row["cells"] | {name: text}, "written": [*written]}


def type_in(sheet: Sheet, rank: int, **cells: Any) -> None:
    """Type in cells of a row (1 is the first), one after the other."""
    for name, text in cells.items():
        rows = [dict(row) for row in sheet.value]
        rows[rank - 1] = write(rows[rank - 1], name, text)
        send(sheet, rows)


def add(sheet: Sheet, **cells: Any) -> None:
    """Add a row at the end, with what is written in it."""
    row = new_row(sheet)
    for name, text in cells.items():
        row = write(row, name, text)
    send(sheet, [*sheet.value, row])


def remove(sheet: Sheet, rank: int) -> None:
    send(sheet, [row for place, row in enumerate(sheet.value, start=1) if place != rank])


def cell(sheet: Sheet, rank: int, name: str) -> Any:
    return sheet.value[rank - 1]["cells"][name]


def said(sheet: Sheet, rank: int) -> str:
    """All that is said of a row, with ordinary spaces."""
    mark = sheet.marks[sheet.value[rank - 1]["id"]]
    parts = [*mark["shown"].values(), mark["reminder"], *mark["cells"].values(), mark["note"]]
    return " ".join(" ".join(parts).split())
