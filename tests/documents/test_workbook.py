"""Workbooks that people send back: read whatever stands in them, or refused in a sentence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from rfm_helpers.documents.workbook import MOST_COLUMNS, read_sheets, save_book
from rfm_helpers.errors import CourseError

Change = Callable[[bytes], bytes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = Workbook()
    page = book.active
    page.title = "Notes"
    for row in (("qui", "points"), ("e1", 2), (None, None), ("e2", 1.5)):
        page.append(row)
    book.create_sheet("Vide")
    save_book(book, tmp_path / "notes.xlsx")
    return tmp_path / "notes.xlsx"


ROWS = [("qui", "points"), ("e1", 2), (None, None), ("e2", 1.5)]


def changed(path: Path, part: str, change: Change) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(content) if re.search(part, name) else content)


def first_columns(path: Path) -> list[tuple[object, ...]]:
    return [row[:2] for row in read_sheets(path)["Notes"]]


def test_rows_are_read_by_sheet_up_to_the_last_that_holds_something(path: Path) -> None:
    sheets = read_sheets(path)
    assert first_columns(path) == ROWS and sheets["Vide"] == []
    assert {len(row) for row in sheets["Notes"]} == {MOST_COLUMNS}


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', sheet),
        lambda sheet: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet),
        lambda sheet: sheet.replace(b"<c ", b'<c s="9999" '),
        lambda sheet: sheet.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        lambda sheet: sheet.replace(
            b"</sheetData>", b'<row r="999999999999"><c><v>1</v></c></row></sheetData>'
        ),
        lambda sheet: sheet.replace(
            b"</sheetData>", b"</sheetData><!--" + b"<c " * 300_000 + b"<c>" + b" " * 10**6 + b"-->"
        ),
    ],
    ids=[
        "size too small",
        "size too large",
        "style that is not there",
        "far away",
        "a row of no sheet",
        "cells in a comment",
    ],
)
def test_what_a_program_wrote_amiss_is_read(path: Path, change: Change) -> None:
    changed(path, "sheet1", change)
    assert first_columns(path) == ROWS


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("sheet1", lambda text: text.replace(b"<v>", b"<v>&#xD83D;", 1)),
        ("sheet1", lambda text: text[:300]),
        ("styles", lambda text: text[:300]),
        ("workbook.xml$", lambda text: text[:300]),
        ("sheet1", lambda text: text.replace(b"<v>", b"<v>x", 1)),
        (".", lambda text: text.replace(b"openxmlformats.org/spreadsheetml/2006", b"strict.org")),
    ],
    ids=["half a character", "sheet", "styles", "book", "no number", "nothing that is known"],
)
def test_a_damaged_workbook_is_refused_in_a_sentence(path: Path, part: str, change: Change) -> None:
    changed(path, part, change)
    with pytest.raises(CourseError, match=r"notes\.xlsx.*ne s’ouvre pas"):
        read_sheets(path)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"etudiant;points", None])
def test_what_is_no_workbook_is_refused_in_a_sentence(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(CourseError, match="ne s’ouvre pas comme un classeur"):
        read_sheets(path)


def test_a_workbook_too_large_is_refused_before_it_is_read(path: Path) -> None:
    cells = b"<row>" + b"<c/>" * 15_000_000 + b"</row></sheetData>"
    changed(path, "sheet1", lambda sheet: sheet.replace(b"</sheetData>", cells))
    with pytest.raises(CourseError, match="trop gros"):
        read_sheets(path)


@pytest.mark.parametrize(
    ("cell", "is_read"),
    [
        (b'<c r="B2"><f>1+1</f><v>2</v></c>', True),
        (b'<c r="B2" t="str"><f>""</f><v></v></c>', True),
        (b'<c r="B2"><f>1+1</f><v></v></c>', False),
        (b'<c r="B2"><f>1+1</f><v/></c>', False),
        (b'<c r="B2" s="1"><f t="shared" si="0"/></c>', False),
    ],
)
def test_a_formula_counts_once_a_spreadsheet_has_calculated_it(
    path: Path, cell: bytes, is_read: bool
) -> None:
    changed(path, "sheet1", lambda sheet: re.sub(rb'<c r="B2".*?</c>', cell, sheet))
    if is_read:
        assert first_columns(path)[1][0] == "e1"
        return
    with pytest.raises(CourseError, match=r"Une formule de .*notes\.xlsx"):
        read_sheets(path)


def test_a_formula_that_a_program_wrote_is_not_lost(path: Path) -> None:
    book = load_workbook(path)
    book["Notes"]["B2"] = "=1+1"
    book.save(path)
    with pytest.raises(CourseError, match="enregistrez-le, puis relancez"):
        read_sheets(path)
