"""Where a table starts among the rows of a file: its titles, and its first line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rfm_helpers.datasets.remarks import Remark
from rfm_helpers.french.words import as_written, french

Rows = Sequence[Sequence[Any]]

SEARCHED = 200  # rows among which the titles are looked for
_DATE = re.compile(r"\D?\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b.*")
_NUMBER = re.compile(r"[-+(€$£ ]*\d[\d\s.,'’]*[€$£ )%-]*")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Titles:
    """The titles of a table.

    Attributes:
        names: one per column, `colonne_3` where there is none.
        first: the row of the titles (of the upper ones, if they take two rows).
        body: the row after them.
        width: cells of the row of titles, blank ones at its end included.
        found: whether the table has titles at all.
    """

    names: tuple[str, ...]
    first: int
    body: int
    width: int
    found: bool = True

    @property
    def two_rows(self) -> bool:
        """Whether the titles take two rows."""
        return self.body - self.first == 2

    def fit(self, wanted: Sequence[str]) -> int:
        """How many of the names wanted are there."""
        return len(set(self.names) & set(wanted))


def find_titles(rows: Rows, wanted: Sequence[str] = ()) -> Titles:
    """Find the titles among the first rows of a file or a sheet.

    The first row that holds all names wanted; else the first one that is about as full as the
    others and holds no dates and few numbers; else there are none.

    Args:
        rows: as they stand, blank ones included.
        wanted: names that the titles should hold.

    Example:
        >>> find_titles([["Ventes 2025"], [], ["Client", "Date"], ["A", "31/12/2025"]]).body
        3
    """
    head = [[text(cell) for cell in row] for row in rows[:SEARCHED]]
    if wanted and (place := _first(head, lambda row: set(wanted) <= set(row))) is not None:
        return _titles(head, place)
    usual = median([_filled(row) for row in head if _filled(row)] or [0])
    full = [place for place, row in enumerate(head) if row and _filled(row) >= 0.75 * usual]
    place = next((place for place in full[:3] if not _is_data(head[place])), None)
    if place is None:
        return _without_titles(head, full[0] if full else 0)
    return _titles(head, place)


def on_titles(titles: Titles, above: Sequence[str]) -> list[Remark]:
    """What the log says of the titles of a table, and of the lines above them.

    >>> on_titles(find_titles([["Client", "Date"], ["A", "31/12/2025"]]), [])
    []
    """
    remarks = []
    if above:
        treatment = "Passée : le tableau commence plus bas."
        remarks.append(Remark.of("ligne au-dessus des titres", above, treatment))
    if titles.two_rows:
        listed = ", ".join(f"« {as_written(name)} »" for name in titles.names)
        remarks.append(Remark("titres sur deux lignes", 2, french(f"Lus ainsi : {listed}.")))
    if not titles.found and titles.names:
        treatment = f"Colonnes nommées de colonne_1 à {titles.names[-1]}, sans rien ôter."
        remarks.append(Remark("tableau sans titres", 0, treatment))
    return remarks


def text(cell: object) -> str:
    """A cell of titles, on one line.

    >>> text(" Montant\\nTTC ")
    'Montant TTC'
    """
    return " ".join(str(cell).split())


def _first(rows: Rows, holds: Any) -> int | None:
    return next((place for place, row in enumerate(rows) if holds(row)), None)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell) for cell in row)


def _is_data(row: Sequence[str]) -> bool:
    """Whether a row holds a date, or mostly numbers (years apart, which may be titles)."""
    if any(_DATE.fullmatch(cell) for cell in row):
        return True
    numbers = sum(bool(_NUMBER.fullmatch(cell)) and not _YEAR.fullmatch(cell) for cell in row)
    return 2 * numbers >= _filled(row)


def _without_titles(head: list[list[str]], first: int) -> Titles:
    width = max((len(_trimmed(row)) for row in head[first:]), default=0)
    return Titles(_named([""] * width), first, first, width, found=False)


def _titles(head: list[list[str]], place: int) -> Titles:
    """The titles of a row, with those of the row above or below where they lack something."""
    row, first, body = _trimmed(head[place]), place, place + 1
    above = _trimmed(head[place - 1]) if place else []
    below = _trimmed(head[body]) if body < len(head) else []
    if _completes(row, below):
        row, body = _joined(row, below), body + 1
    elif _lacks(row) and _filled(above) > 1 and not _is_data(above):
        row, first = _joined(above, row), place - 1
    return Titles(_named(row), first, body, max(len(row), len(head[place])))


def _lacks(row: Sequence[str]) -> bool:
    return "" in row or len(set(row)) < len(row)


def _completes(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the next row names all columns that this one leaves without a title."""
    size = max(len(row), len(below))
    below = [*below, *[""] * (size - len(below))]
    gaps = [column for column in range(size) if column >= len(row) or not row[column]]
    return bool(gaps) and all(below[column] for column in gaps) and not _is_data(below)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Titles of two rows: the lower ones, after the upper ones where they say the same twice."""
    size = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * size][:size], [*lower, *[""] * size][:size]
    for column in range(1, size):
        upper[column] = upper[column] or (upper[column - 1] if lower[column] else "")
    plain = [below or above for above, below in zip(upper, lower, strict=True)]
    pairs = zip(upper, plain, strict=True)
    return [
        f"{above} {name}".strip() if plain.count(name) > 1 and above != name else name
        for above, name in pairs
    ]


def _trimmed(row: Sequence[str]) -> list[str]:
    """A row without the blank cells at its end."""
    size = max((place for place, cell in enumerate(row, start=1) if cell), default=0)
    return list(row[:size])


def _named(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(name or f"colonne_{place}" for place, name in enumerate(row, start=1))
