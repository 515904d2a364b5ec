"""Workbooks (XLSX): cells that stay texts, the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers import palette
from rfm_helpers.documents.text import clean, cut, neutral, write_bytes, zipped
from rfm_helpers.errors import CourseError

Value = str | float | dt.datetime | None


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
#: The height of a line of text, in points; the share of a column that letters fill, bold ones too.
LINE_HEIGHT, FILLED = 15, 0.85

_HEAD = filled(palette.HEAD)
RULE = Border(bottom=Side("thin", color=rgb(palette.SOFT)))
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


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
            sheet.row_dimensions[cells[0].row].height = LINE_HEIGHT * lines


def _lines(cell: Cell) -> int:
    """How many lines a text takes in its column."""
    if cell.data_type != "s":
        return 1
    width = cell.parent.column_dimensions[cell.column_letter].width
    return len(wrap(str(cell.value), max(1, int(width * FILLED)))) or 1


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


def set_aside(path: Path) -> Path | None:
    """Rename a workbook that is about to be replaced: somebody may have worked in it.

    Returns:
        The file under its new name, which has the day and the time; None when there was none.

    Raises:
        CourseError: the file cannot be renamed.
    """
    moment = dt.datetime.now().astimezone()
    aside = path.with_stem(f"{path.stem}-copie-{moment:%Y-%m-%d-%Hh%Mm%S}")
    try:
        return path.replace(aside)
    except FileNotFoundError:
        return None
    except OSError:
        raise CourseError(
            f"Le fichier « {path.name} » ne peut pas être remplacé : fermez-le dans Excel."
        ) from None


def open_book(path: Path) -> Workbook:
    """Read a workbook, formulas as their last values.

    Raises:
        CourseError: no such file, or not a workbook.
    """
    try:
        return load_workbook(path, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError):
        raise CourseError(
            f"Le fichier « {path.name} » ne s’ouvre pas comme un classeur : vérifiez son nom et "
            "son dossier, et enregistrez-le au format .xlsx."
        ) from None


def cell_text(value: object) -> str:
    """What a cell holds, as a clean text; empty for an empty cell.

    >>> cell_text(None), cell_text(" a "), cell_text(2)
    ('', 'a', '2')
    """
    return "" if value is None else clean(str(value)).strip()
