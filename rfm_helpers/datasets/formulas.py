"""Cells of an .xlsx that show no value: errors of a formula, and formulas never computed."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

FORMULA = "formule"
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>]|)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>\s*([^<\s][^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')


def silent_cells(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """The cells without a value of a sheet.

    Args:
        content: a workbook; those of other formats than .xlsx tell nothing.
        sheet: its name.

    Returns:
        (row, column), from 0 → the sign of the error (`"#REF!"`), or `FORMULA`.

    Example:
        >>> silent_cells(b"no workbook", "Feuil1")
        {}
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            body = book.read(_part(book, sheet))
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError):
        return {}
    if b't="e"' not in body and not _FORMULA.search(body):
        return {}
    return _among(body)


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """Where in the archive a sheet is; `KeyError` if nothing tells."""
    main = "xl/workbook.xml"
    ids = {
        element.get("name"): next(value for key, value in element.items() if key.endswith("}id"))
        for element in ElementTree.fromstring(book.read(main)).iter()
        if element.tag.endswith("}sheet")
    }
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    return posixpath.normpath(posixpath.join("/xl", targets[ids[sheet]])).lstrip("/")


def _among(body: bytes) -> dict[tuple[int, int], str]:
    found = {}
    for attributes, inside in _CELL.findall(body):
        place, kind, value = _PLACE.search(attributes), _KIND.search(attributes), None
        if place is None:
            continue
        value = _VALUE.search(inside)
        if kind and kind[1] == b"e":
            sign = value[1].decode("utf-8", "replace") if value else "#N/A"
        elif _FORMULA.search(inside) and value is None and not (kind and kind[1] == b"str"):
            sign = FORMULA
        else:
            continue
        found[int(place[2]) - 1, _column(place[1])] = sign
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
