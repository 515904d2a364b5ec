"""Rows of a text file that hold more cells than there are titles, and what that means."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from rfm_helpers.datasets.files import File
from rfm_helpers.datasets.remarks import Remark
from rfm_helpers.datasets.titles import Titles
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, several

_EUROS, _CENTS = re.compile(r"[-+]?\d+"), re.compile(r"\d\d ?€?")
_DECIMALS = re.compile(r"\d\d? ?€?")


class Row(NamedTuple):
    """One row: its line in a text editor, its cells."""

    line: int
    cells: list[str]


def with_row_numbers(titles: Titles, rows: Sequence[Row]) -> tuple[tuple[str, ...], list[Remark]]:
    """The names of the columns; a first column of row numbers may have none (R writes so).

    >>> from rfm_helpers.datasets.titles import find_titles
    >>> rows = [Row(2, ["1", "A", "9"]), Row(3, ["2", "B", "8"])]
    >>> with_row_numbers(find_titles([["client", "montant"]]), rows)[0]
    ('colonne_0', 'client', 'montant')
    """
    size = len(titles.names) + 1
    numbered = bool(rows) and titles.width < size and all(len(row.cells) == size for row in rows)
    start = int(rows[0].cells[0] == "1") if numbered else 0
    counted = [str(place) for place in range(start, len(rows) + start)]
    if not numbered or [row.cells[0] for row in rows] != counted:
        return titles.names, []
    treatment = "Nommée colonne_0 : elle numérote les lignes, et les titres suivants s'appliquent."
    return ("colonne_0", *titles.names), [
        Remark.of("première colonne sans titre", [f"ligne {rows[0].line}"], treatment)
    ]


def check_widths(file: File, rows: Sequence[Row], separator: str, names: int, width: int) -> None:
    """Refuse a row whose cells would fall under the wrong titles, or under none.

    Args:
        file: for the message.
        rows: those under the titles.
        separator: between cells.
        names: how many titles there are.
        width: the same with the blank ones at the end.

    Raises:
        CourseError: naming the row, and what was likely taken for a separator.

    Example:
        >>> check_widths(File("a.csv", b""), [Row(2, ["A", "5"])], ",", 2, 2)
    """
    long = [row for row in rows if len(row.cells) > width]
    alike = len(long) == len(rows) and len({len(row.cells) for row in rows}) == 1
    suspect = separator == "," and (not alike or all(_split_amount(row) for row in long))
    for row in long:
        if any(map(str.strip, row.cells[names:])) or (suspect and _split_amount(row)):
            raise _too_long(file, row, separator, names, _split_amount(row) or _cut(long))
    for row in rows:
        if any(map(str.strip, row.cells[names:])):
            raise _too_long(file, row, separator, names, _split_amount(row) or _cut(long))


def _cut(rows: Sequence[Row]) -> str:
    """The amount of the first row that the separator cuts in two, at the same place in all rows."""
    size = min((len(row.cells) for row in rows), default=0)
    for decimals, place in itertools.product((_CENTS, _DECIMALS), reversed(range(size - 1))):
        pairs = [[cell.strip() for cell in row.cells[place : place + 2]] for row in rows]
        if all(_EUROS.fullmatch(euros) and decimals.fullmatch(cents) for euros, cents in pairs):
            return ",".join(pairs[0])
    return ""


def _split_amount(row: Row) -> str:
    """The amount that the separator cuts in two at the end of a row, if one is likely."""
    filled = [cell.strip() for cell in row.cells]
    while filled and not filled[-1]:
        filled.pop()
    if len(filled) < 2 or not (_EUROS.fullmatch(filled[-2]) and _CENTS.fullmatch(filled[-1])):
        return ""
    return ",".join(filled[-2:])


def _too_long(file: File, row: Row, separator: str, names: int, amount: str) -> CourseError:
    sign = {"\t": "une tabulation", ",": "une virgule"}.get(separator, f"un « {separator} »")
    cause = f"{sign} d'un texte y est prise pour un séparateur"
    remedy = "mettez ce texte entre guillemets, ou exportez avec un autre séparateur."
    if amount and separator == ",":
        cause = (
            f"« {as_written(amount)} » y est coupé par la virgule, qui sépare aussi les cellules"
        )
        remedy = "exportez avec le point-virgule."
    elif separator == ",":
        remedy = "mettez ce texte entre guillemets, ou exportez avec le point-virgule."
    return CourseError(
        f"La ligne {row.line} du fichier « {as_written(file.name)} » compte "
        f"{several(len(row.cells), 'cellule')} pour {several(names, 'titre')} de colonne : "
        f"sans doute {cause} ; {remedy}"
    )
