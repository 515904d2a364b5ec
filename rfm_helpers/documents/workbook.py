"""Workbooks (XLSX): cells that stay texts, the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers import palette
from rfm_helpers.documents.text import clean, cut, neutral, write_bytes, zipped
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import missing_column

Value = str | float | dt.datetime | None
Row = tuple[Any, ...]


def rgb(color: str) -> str:
    """A colour as a workbook writes it.

    >>> rgb("#b9cbe0")
    'B9CBE0'
    """
    return color.removeprefix("#").upper()


def filled(color: str) -> PatternFill:
    """The filling of a cell with one colour."""
    return PatternFill("solid", fgColor=rgb(color))


GRAY = filled(palette.GRAY_CELL)
INPUT = filled(palette.INPUT_CELL)
WARNING = filled(palette.WARNING_CELL)
MARK = "0.00"
FONT = "Calibri"
#: The height of a line of text, in points; the share of a column that letters fill, bold ones too;
#: the highest row that a spreadsheet admits.
LINE_HEIGHT, FILLED, HIGHEST = 15, 0.85, 409

#: What a workbook may hold, in bytes once unpacked, and how many columns and rows of it are read.
LARGEST_BOOK, MOST_COLUMNS, MOST_ROWS = 50_000_000, 100, 50_000
MOST_QUOTED = 40

_HEAD = filled(palette.HEAD)
RULE = Border(bottom=Side("thin", color=rgb(palette.SOFT)))
_SHEETS = "xl/worksheets/"
#: A formula without a value, but for one whose value is an empty text.
_UNCALCULATED = re.compile(
    rb'<c (?![^<>]*t="str")[^<>]*+>\s*+<f(?:\s[^<>]*)?(?:/>|>[^<]*+</f>)'
    rb"\s*+(?:<v\s*+/>|<v>\s*+</v>)?\s*+</c>"
)
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
COPY = "-copie-"
#: When the course says that a workbook was written, so that the same content is the same bytes.
UNDATED = b"1980-01-01T00:00:00Z</dcterms:modified>"


def write(sheet: Worksheet, row: int, place: int, value: Value) -> Cell:
    """Write a value; a text stays a text, whatever its first character."""
    cell = sheet.cell(row, place)
    if isinstance(value, str) and value:
        text = cut(clean(value))
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = neutral(text) != text
    elif value not in (None, ""):
        cell.value = value
    return cell


def put(sheet: Worksheet, row: int, place: int, value: Value) -> Cell:
    """Write a value on a ruled row, a text on the left and anything else in the middle."""
    cell = write(sheet, row, place, value)
    cell.border = RULE
    side = "left" if isinstance(value, str) else "center"
    cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True)
    return cell


def write_headings(
    sheet: Worksheet, row: int, headings: Sequence[str], widths: Sequence[float]
) -> None:
    """Write a row of headings, and give columns their widths."""
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        cell = write(sheet, row, place, heading)
        cell.font = Font(name=FONT, bold=True, color=rgb(palette.WHITE))
        cell.fill = _HEAD
        cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width


def put_headings(sheet: Worksheet, headings: Sequence[str], widths: Sequence[float]) -> None:
    """Write the first row, ruled, and have it printed on each page."""
    write_headings(sheet, 1, headings, widths)
    for cell in sheet[1]:
        cell.border = RULE
    lay_out_pages(sheet, 1)


def lay_out_pages(sheet: Worksheet, heading_row: int, *, one_page: bool = False) -> None:
    """Have a sheet printed on landscape A4, as wide as a page, its headings on each page."""
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.page_setup.fitToHeight = int(one_page)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def fit_heights(sheet: Worksheet, first: int) -> None:
    """Give rows the height of their texts, for not every spreadsheet does it by itself."""
    for cells in sheet.iter_rows(min_row=first):
        lines = max(map(_lines, cells))
        if lines > 1:
            sheet.row_dimensions[cells[0].row].height = min(HIGHEST, LINE_HEIGHT * lines)


def height_of(sheet: Worksheet) -> float:
    """The height of all rows that hold something (points)."""
    rows = range(1, sheet.max_row + 1)
    return sum(sheet.row_dimensions[row].height or LINE_HEIGHT for row in rows)


def _lines(cell: Cell) -> int:
    """How many lines a text takes in its column."""
    if cell.data_type != "s":
        return 1
    return lines_of(str(cell.value), cell.parent.column_dimensions[cell.column_letter].width)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width.

    >>> lines_of("a b\\nc", 20), lines_of("", 20)
    (2, 1)
    """
    return sum(len(wrap(part, max(1, int(width * FILLED)))) or 1 for part in text.split("\n"))


def save_book(book: Workbook, path: Path) -> None:
    """Write a workbook, without the hour of the day.

    Raises:
        CourseError: the file cannot be written.
    """
    dated = BytesIO()
    book.save(dated)
    with ZipFile(dated) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    undated = {n: _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z", part) for n, part in parts.items()}
    write_bytes(path, zipped(undated))


def is_saved_by_hand(path: Path) -> bool:
    """Whether a program other than the course wrote a workbook last: it dates what it saves.

    >>> is_saved_by_hand(Path("nowhere.xlsx"))
    False
    """
    try:
        with ZipFile(path) as archive:
            return UNDATED not in archive.read("docProps/core.xml")
    except FileNotFoundError:
        return False
    except (OSError, KeyError, BadZipFile):
        return True


def dated(path: Path) -> Path:
    """The name under which a copy of a file is kept: it has the day and the time."""
    moment = dt.datetime.now().astimezone()
    return path.with_stem(f"{path.stem}{COPY}{moment:%Y-%m-%d-%Hh%Mm%S}")


def set_aside(path: Path) -> Path | None:
    """Rename a workbook that is about to be replaced: somebody may have worked in it.

    Returns:
        The file under its new name, which has the day and the time; None when there was none.

    Raises:
        CourseError: the file cannot be renamed.
    """
    try:
        return path.replace(dated(path))
    except FileNotFoundError:
        return None
    except OSError:
        raise CourseError(
            f"Le fichier « {path.name} » ne peut pas être remplacé : fermez-le dans Excel."
        ) from None


def read_sheets(path: Path, *, is_typed: bool = False) -> dict[str, list[Row]]:
    """The rows of each sheet by its name, up to the last that holds something, formulas as values.

    What stands far away costs nothing: rows are read one by one, to their hundredth column and
    the fifty thousandth of them.

    Args:
        path: the file.
        is_typed: whether only typed cells are looked at, so that a formula may wait for its result.

    Raises:
        CourseError: no such file, not a workbook, or one that is too large; a formula that no
            spreadsheet has calculated.
    """
    with _one_door(path):
        _check_size(path)
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheets = {page.title: _rows(page) for page in book.worksheets}
        finally:
            book.close()
        if not any(sheets.values()):
            raise ValueError("nothing in it, or nothing that openpyxl can read")
        if not is_typed:
            _check_calculated(path)
    return sheets


@contextmanager
def _one_door(path: Path) -> Iterator[None]:
    try:
        yield
    except CourseError:
        raise
    except Exception:  # openpyxl raises many kinds of errors on what is no workbook
        raise CourseError(
            f"Le fichier « {path.name} » ne s’ouvre pas comme un classeur : vérifiez son nom et "
            "son dossier, et enregistrez-le au format .xlsx."
        ) from None


def _check_size(path: Path) -> None:
    with ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST_BOOK:
        raise CourseError(
            f"Le classeur « {path.name} » est trop gros : recopiez vos saisies dans celui que la "
            "commande a écrit."
        )


def _check_calculated(path: Path) -> None:
    with ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith(_SHEETS)]
    if any(_UNCALCULATED.search(part) for part in parts):
        raise CourseError(
            f"Une formule de « {path.name} » n’a pas encore de résultat : ouvrez le classeur dans "
            "votre tableur, enregistrez-le, puis relancez."
        )


def _rows(page: ReadOnlyWorksheet) -> list[Row]:
    page.reset_dimensions()  # a program may have written another size than the sheet has
    found = page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    rows = list(found)
    while rows and not any(value not in (None, "") for value in rows[-1]):
        rows.pop()
    return rows


def places_of(titles: Row, wanted: Iterable[str], where: str) -> dict[str, int]:
    """Where each wanted column stands on a row of titles.

    Raises:
        CourseError: one of them is missing from ``where``, or there twice.
    """
    found = [cell_text(title) for title in titles]
    for name in wanted:
        if name not in found:
            raise missing_column(name, where, "remettez son titre à la première ligne.")
        if found.count(name) > 1:
            raise CourseError(
                f"La colonne « {name} » est écrite deux fois à la première ligne de {where} : "
                "gardez-en une."
            )
    return {name: found.index(name) for name in wanted}


def cell_text(value: object) -> str:
    """What a cell holds, as a clean text; empty for an empty cell.

    >>> cell_text(None), cell_text(" a "), cell_text(2.0), cell_text(True)
    ('', 'a', '2', 'VRAI')
    """
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else clean(str(value)).strip()


def quoted(value: object) -> str:
    """What a cell holds, as a sentence quotes it: the beginning of a long text.

    >>> quoted("x" * 50) == "x" * 39 + "…"
    True
    """
    text = cell_text(value)
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…"
