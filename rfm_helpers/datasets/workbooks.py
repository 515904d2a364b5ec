"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): which sheets hold the table, and their rows."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from rfm_helpers.datasets.files import File
from rfm_helpers.datasets.formulas import FORMULA, silent_cells
from rfm_helpers.datasets.remarks import Reading, Remark
from rfm_helpers.datasets.titles import Titles, find_titles, on_titles
from rfm_helpers.errors import CourseError, is_panic
from rfm_helpers.french.words import as_written, plain_words, quoted
from rfm_helpers.tables.columns import refuse_twice

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
ZIP_SIGNATURE = b"PK\x03\x04"
ALL_SHEETS = ("all", "toutes")
Sheets = str | Sequence[str] | None


@dataclass(frozen=True)
class Page:
    """One sheet: its rows as they stand, and where its titles are.

    `silent` tells, by row and column from 0, the cells that show no value: the sign of their error,
    or `FORMULA` for one that was never computed. `merged` are the corners of merged cells.
    """

    name: str
    rows: list[list[Any]]
    titles: Titles
    visible: bool
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    silent: dict[tuple[int, int], str] | None = None

    @property
    def places(self) -> list[int]:
        """Its rows under the titles that hold something."""
        return [at for at in range(self.titles.body, len(self.rows)) if _filled(self.rows[at])]


def is_workbook(file: File) -> bool:
    """Whether these bytes are a workbook's.

    >>> is_workbook(File("a.csv", b"client;montant"))
    False
    """
    return file.content.startswith((OLE_SIGNATURE, ZIP_SIGNATURE))


def read_workbook(file: File, sheet: Sheets, wanted: Sequence[str]) -> tuple[pd.DataFrame, Reading]:
    """Read the table of one or several sheets.

    Args:
        file: the bytes of a workbook.
        sheet, wanted: see `read_lines`.

    Returns:
        The table (dates as ISO text, numbers as they are, errors as Excel shows them), and how it
        was read.

    Raises:
        CourseError: if the workbook is protected or damaged, if a sheet is missing, or if the
            sheets to be stacked have other titles.
    """
    pages = _pages(file, wanted)
    chosen = _chosen(pages, sheet, wanted)
    if not any(page.rows for page in chosen):
        raise file.empty()
    frames = [_frame(page) for page in chosen]
    frame = frames[0] if len(frames) == 1 else _stacked(frames)
    places = [np.array(page.places, dtype="int64") + 1 for page in chosen]
    sheets = np.repeat([page.name for page in chosen], [len(rows) for rows in places])
    remarks = [remark for page in chosen for remark in _on_page(page, len(chosen) > 1)]
    reading = Reading(
        _sentence(pages, chosen),
        remarks + _on_sheets(pages, chosen),
        np.concatenate(places),
        sheets=sheets if len(chosen) > 1 else None,
    )
    return frame, reading


# --- sheets -------------------------------------------------------------------------------------


def _pages(file: File, wanted: Sequence[str]) -> list[Page]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(file.content)) as book:
            return [
                _page(file, book, sheet.name, sheet.visible == SheetVisibleEnum.Visible, wanted)
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise _protected(file) from None
    except BaseException as error:
        if not isinstance(error, CalamineError | OSError | ValueError) and not is_panic(error):
            raise
        modern = not file.name.casefold().endswith(".xls")
        if modern and file.content.startswith(OLE_SIGNATURE):
            raise _protected(file) from None
        raise CourseError(
            f"Le classeur « {as_written(file.name)} » est abîmé ou n'est pas un classeur : "
            "ouvrez-le dans Excel et enregistrez-le de nouveau au format .xlsx."
        ) from error


def _page(
    file: File, book: CalamineWorkbook, name: str, visible: bool, wanted: Sequence[str]
) -> Page:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    silent = silent_cells(file.content, name)
    for (row, column), sign in silent.items():
        if sign != FORMULA and row < len(rows) and column < len(rows[row]):
            rows[row][column] = sign
    merged = sheet.merged_cell_ranges or ()
    return Page(name, rows, find_titles(rows, wanted), visible, merged, silent)


def _protected(file: File) -> CourseError:
    return CourseError(
        f"Le classeur « {as_written(file.name)} » est protégé par un mot de passe : ouvrez-le, "
        "ôtez le mot de passe et enregistrez-le au format .xlsx ou CSV."
    )


def _chosen(pages: Sequence[Page], sheet: Sheets, wanted: Sequence[str]) -> list[Page]:
    """The sheets asked for, else the first that holds the table."""
    if sheet is None:
        return [_main(pages, wanted)]
    if isinstance(sheet, str) and sheet.casefold() in ALL_SHEETS and sheet not in _names(pages):
        main = _main(pages, wanted)
        return [page for page in pages if _alike(page, main) and page.visible >= main.visible]
    asked = [sheet] if isinstance(sheet, str) or not isinstance(sheet, Sequence) else sheet
    chosen = [_named(pages, str(name)) for name in asked]
    if not chosen:
        raise CourseError(f"Aucune feuille n'est choisie : choisissez parmi {_listed(pages)}.")
    for page in chosen[1:]:
        if not _alike(page, chosen[0]):
            raise CourseError(
                f"Les feuilles « {as_written(chosen[0].name)} » et « {as_written(page.name)} » "
                "n'ont pas les mêmes titres : lisez-les séparément."
            )
    return chosen


def _main(pages: Sequence[Page], wanted: Sequence[str]) -> Page:
    """The sheet of the table: most of the names wanted, seen, with titles and several columns."""

    def likely(page: Page) -> tuple[int, bool, bool, bool]:
        tabular = len(page.titles.names) > 2 and len(page.rows) > page.titles.body
        return page.titles.fit(wanted), tabular, page.visible, bool(page.rows)

    return max(pages, key=likely, default=Page("", [], find_titles([]), True))


def _named(pages: Sequence[Page], name: str) -> Page:
    for page in pages:
        if page.name.strip().casefold() == name.strip().casefold():
            return page
    raise CourseError(
        f"La feuille « {as_written(name)} » manque : choisissez parmi {_listed(pages)}."
    )


def _alike(page: Page, other: Page) -> bool:
    own, its = ({plain_words(name) for name in one.titles.names} for one in (page, other))
    return own == its and len(page.places) > 0


def _names(pages: Sequence[Page]) -> list[str]:
    return [page.name for page in pages]


def _listed(pages: Sequence[Page]) -> str:
    return ", ".join(f"« {as_written(page.name)} »" for page in pages)


# --- cells --------------------------------------------------------------------------------------


def _filled(row: Sequence[Any]) -> bool:
    return any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in row)


def _frame(page: Page) -> pd.DataFrame:
    rows = [page.rows[at] for at in page.places]
    names = page.titles.names
    width = len(rows[0]) if rows else 0
    columns = [_column(rows, at) for at in range(len(names))]
    spare = [at for at in range(len(names), width) if any(row[at] != "" for row in rows)]
    columns += [_column(rows, at) for at in spare]
    titles = [*names, *(f"colonne_{at + 1}" for at in spare)]
    refuse_twice(pd.Index(titles))
    return pd.concat(columns, axis=1).set_axis(pd.Index(titles, dtype="str"), axis=1)


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one under the other, under the titles of the first."""
    known = {plain_words(name): name for name in map(str, frames[0])}

    def title(name: str) -> str:
        return name if name in frames[0] else known.get(plain_words(name), name)

    return pd.concat([frame.rename(columns=title) for frame in frames], ignore_index=True)


def _column(rows: Sequence[Sequence[Any]], at: int) -> pd.Series:
    values = [row[at] if at < len(row) else "" for row in rows]
    kinds = set(map(type, values))
    if kinds <= {str}:
        return pd.Series(values, dtype="str")
    if kinds <= {float}:
        return pd.Series(values, dtype="float64")
    return pd.Series(list(map(_cell, values)), dtype=None if kinds - {dt.date} else "str")


def _cell(value: Any) -> Any:
    if isinstance(value, str | float | int) and not isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


# --- what is to be said -------------------------------------------------------------------------


def _sentence(pages: Sequence[Page], chosen: Sequence[Page]) -> str:
    read = "feuille lue" if len(chosen) == 1 else "feuilles lues, l'une sous l'autre"
    others = [page for page in pages if page not in chosen]
    rest = f" ; autres feuilles : {_listed(others)}" if others else ""
    return f"Classeur, {read} : {_listed(chosen)}{rest}."


def _on_sheets(pages: Sequence[Page], chosen: Sequence[Page]) -> list[Remark]:
    """The sheets that were not read, and those that nobody sees."""
    remarks = []
    for page in pages:
        where, size = (f"feuille « {as_written(page.name)} »",), len(page.places)
        if page not in chosen and _alike(page, chosen[0]):
            names = ", ".join(as_written(quoted(one.name)) for one in [*chosen, page])
            treatment = (
                f"Passée, bien qu'elle ait les mêmes titres : lisez-la avec sheet=[{names}]."
            )
            remarks.append(Remark("feuille non lue", size, treatment, where))
        elif page not in chosen and page.rows:
            remarks.append(Remark("autre feuille", size, "Passée : d'autres titres.", where))
        if not page.visible:
            treatment = "Masquée dans le classeur, " + ("lue." if page in chosen else "et passée.")
            remarks.append(Remark("feuille masquée", size, treatment, where))
    return remarks


def _on_page(page: Page, several: bool) -> list[Remark]:
    body = page.titles.body
    prefix = f"« {as_written(page.name)} », " if several else ""
    above = [
        f"{prefix}ligne {at} : « {as_written(' '.join(str(cell) for cell in row if cell != ''))} »"
        for at, row in enumerate(page.rows[: page.titles.first], start=1)
        if _filled(row)
    ]
    remarks = on_titles(page.titles, above)
    merged = [f"{prefix}{_address(*start)}" for start, _ in page.merged if start[0] >= body]
    if merged:
        treatment = (
            "Seule la première case porte la valeur, les autres sont lues vides : séparez-les."
        )
        remarks.append(Remark.of("cellules fusionnées", merged, treatment))
    silent = page.silent or {}
    never = [f"{prefix}{_address(*at)}" for at, sign in silent.items() if sign == FORMULA]
    if never:
        treatment = "Lue vide : ouvrez le classeur dans Excel et enregistrez-le, pour la calculer."
        remarks.append(Remark.of("formule jamais calculée", never, treatment))
    gaps = [at + 1 for at in range(body, (page.places or [body])[-1]) if not _filled(page.rows[at])]
    if gaps:
        cases = [f"{prefix}ligne {at}" for at in gaps]
        treatment = "Passée ; elle compte dans les numéros de ligne."
        remarks.append(Remark.of("ligne vide", cases, treatment))
    return remarks


def _address(row: int, column: int) -> str:
    """A cell as Excel calls it.

    >>> _address(2, 27)
    'case AB3'
    """
    letters, column = "", column + 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"case {letters}{row + 1}"
