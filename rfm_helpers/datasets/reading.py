"""Reading a file of orders as it comes: CSV or Excel, every cell as it was written."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import plain_words, several
from rfm_helpers.tables.columns import OrderColumns, missing_column

SEPARATORS = (";", ",", "\t", "|")
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ZIP_SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
TWICE = "figure deux fois : renommez l'une des deux dans le fichier."

Rows = list[list[Any]]


def read_orders(
    path: str | Path,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    separator: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read a learner's own file of order lines, without interpreting its cells.

    The frame is meant for `clean_orders`: nothing is repaired or dropped here, except lines that
    are wholly blank.

    Args:
        path: a CSV (or other delimited text) file, or an Excel workbook (.xlsx, .xlsm).
        customer, order, date, amount: names of the four columns that must be there.
        separator, encoding, sheet: see `read_lines`.

    Returns:
        DataFrame of text cells; see `read_lines`.

    Raises:
        CourseError: whatever `read_lines` raises; if one of the four columns is missing or two are
            the same.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "ventes.csv"
        >>> _ = path.write_text("client;commande;jour;montant\\nA;1;31/12/2025;12,50\\n")
        >>> read_orders(path, customer="client", order="commande", date="jour")
          client commande        jour montant
        0      A        1  31/12/2025   12,50
    """
    wanted = OrderColumns(customer, order, date, amount)
    frame = read_lines(
        path, columns=wanted.names, separator=separator, encoding=encoding, sheet=sheet
    )
    check_columns(frame.columns, wanted.roles)
    return frame


def read_lines(
    path: str | Path,
    *,
    columns: Sequence[str] = (),
    separator: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read a table from a file as it is written, before its columns are known.

    Args:
        path: a CSV (or other delimited text) file, or an Excel workbook (.xlsx, .xlsm).
        columns: names that the header should hold; they only help to find separator and sheet.
        separator: of a text file; when not given, the one of `; , tab |` under which the header
            shows most of `columns` (then most columns).
        encoding: of a text file; when not given: a byte-order mark decides, else UTF-8 if the file
            is valid UTF-8 (chance makes that all but impossible), else cp1252, as French Excel
            writes. (Statistical detectors were tried: on a file of a few lines they take cp1252 for
            others.)
        sheet: of a workbook; when not given, the first one that has `columns`, else the first.

    Returns:
        DataFrame of text cells, blank cells as `""`, columns in the order of the file. From a
        workbook, dates become ISO text and numbers keep their value.

    Raises:
        CourseError: if the file is missing, empty, protected, damaged, no table, an old .xls, in
            another encoding, if a line has too many cells or two columns share a name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "ventes.csv"
        >>> _ = path.write_text("client,montant\\nA,12.50\\n")
        >>> read_lines(path)
          client montant
        0      A   12.50
    """
    path = Path(path).expanduser()
    content = _content(path)
    if content.startswith(OLE_SIGNATURE):
        raise CourseError(_ole_message(path))
    if content.startswith(ZIP_SIGNATURE):
        rows = _sheet_rows(path, content, sheet, columns)
    else:
        rows = _text_rows(path, _decoded(path, content, encoding), separator, columns)
    if not rows:
        raise CourseError(_empty_message(path))
    frame = _as_frame(path, rows)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise CourseError(f"La colonne « {twice[0]} » {TWICE}")
    if frame.empty:
        raise CourseError(
            f"Le fichier « {path.name} » n'a qu'une ligne de titres : "
            "exportez-le de nouveau avec ses commandes."
        )
    return frame


def check_columns(found: Iterable[object], roles: dict[str, str]) -> None:
    """Check that each role (keyword argument) has its column, and that no two share one.

    Args:
        found: the columns there are.
        roles: keyword argument → name of the column wanted.

    Raises:
        CourseError: naming the missing column, the columns found, the nearest name and the remedy.

    Example:
        >>> check_columns(["Client", "montant"], {"amount": "montant"})
    """
    names = [str(name) for name in found]
    for role, wanted in roles.items():
        if wanted not in names:
            remedy = _remedy(role, _nearest(wanted, names))
            raise missing_column(wanted, "la table", remedy, names)
        twice = [role for role, name in roles.items() if name == wanted]
        if len(twice) > 1 or names.count(wanted) > 1:
            reason = (
                f"sert à la fois pour {' et '.join(twice)} : choisissez une colonne par rôle."
                if len(twice) > 1
                else TWICE
            )
            raise CourseError(f"La colonne « {wanted} » {reason}")


def _remedy(role: str, near: str | None) -> str:
    if near:
        return f'est-ce « {near} » ? Écrivez alors {role}="{near}".'
    return f'indiquez la vôtre avec {role}="…".'


def _nearest(wanted: str, names: Sequence[str]) -> str | None:
    plain = {_plain(name): name for name in names}
    close = get_close_matches(_plain(wanted), plain, n=1, cutoff=0.5)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return plain_words(name).replace("_", " ").strip()


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise CourseError(f"« {path.name} » est un dossier : ajoutez le nom du fichier à ouvrir.")
    if not path.exists():
        neighbours = [file.name for file in path.parent.glob("*") if file.is_file()]
        near = _nearest(path.name, neighbours)
        remedy = f"voulez-vous dire « {near} » ?" if near else "vérifiez son nom et son dossier."
        raise CourseError(f"Le fichier « {path.name} » est introuvable : {remedy}")
    content = path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n;,"):
        raise CourseError(_empty_message(path))
    return content


def _empty_message(path: Path) -> str:
    return f"Le fichier « {path.name} » est vide : exportez-le de nouveau depuis votre logiciel."


def _ole_message(path: Path) -> str:
    reason = (
        "est un ancien classeur Excel (.xls) : ouvrez-le"
        if path.suffix.lower() == ".xls"
        else "est protégé par un mot de passe, ou d'un ancien format : ouvrez-le, ôtez le mot "
        "de passe"
    )
    return f"Le fichier « {path.name} » {reason} et enregistrez-le au format .xlsx ou CSV."


def _not_a_table(path: Path) -> CourseError:
    return CourseError(
        f"Le fichier « {path.name} » n'est pas un tableau : donnez un fichier CSV ou un "
        "classeur Excel (.xlsx)."
    )


def _decoded(path: Path, content: bytes, encoding: str | None) -> str:
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "")
    candidates = [encoding] if encoding else [marked] if marked else ["utf-8", "cp1252"]
    for candidate in candidates:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise CourseError(
                f"L'encodage « {candidate} » n'existe pas : essayez « utf-8 » ou « cp1252 »."
            ) from None
        if "\x00" in text or text.startswith("%PDF") or text.lstrip()[:1] == "<":
            raise _not_a_table(path)
        return text
    raise CourseError(
        f"Le fichier « {path.name} » ne se lit pas en {' ni en '.join(candidates)} : "
        'enregistrez-le en « CSV UTF-8 », ou donnez son encodage avec encoding="…".'
    )


def _text_rows(path: Path, text: str, separator: str | None, wanted: Sequence[str]) -> Rows:
    header = next((line for line in text.splitlines() if line.strip()), "")
    if separator is None:
        separator = max(SEPARATORS, key=lambda sep: _header_fit(header, sep, wanted))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [[*row] for row in reader if any(cell.strip() for cell in row)]
    except TypeError:
        raise CourseError(
            f"Le séparateur « {separator} » ne convient pas : donnez un seul caractère, "
            'par exemple separator=";".'
        ) from None
    except csv.Error:
        raise CourseError(
            f"Le fichier « {path.name} » a un guillemet mal fermé vers la ligne "
            f"{reader.line_num} : corrigez cette ligne."
        ) from None


def _header_fit(header: str, separator: str, wanted: Sequence[str]) -> tuple[int, int]:
    names = [name.strip() for name in next(csv.reader([header], delimiter=separator))]
    return len(set(names) & set(wanted)), len(names)


def _sheet_rows(path: Path, content: bytes, sheet: str | None, wanted: Sequence[str]) -> Rows:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {page.title: page for page in book.worksheets}
        if sheet is not None and sheet not in sheets:
            listed = ", ".join(f"« {title} »" for title in sheets)
            raise CourseError(f"La feuille « {sheet} » manque : choisissez parmi {listed}.")
        chosen = [sheet] if sheet is not None else list(sheets)
        tables = [_cells(sheets[title].iter_rows(values_only=True)) for title in chosen]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, SyntaxError) as error:
        raise CourseError(
            f"Le classeur « {path.name} » est abîmé ou n'est pas un classeur Excel : "
            "ouvrez-le et enregistrez-le de nouveau au format .xlsx."
        ) from error
    complete = [rows for rows in tables if rows and set(wanted) <= set(map(_title, rows[0]))]
    return (complete or tables)[0]


def _cells(rows: Iterable[tuple[Any, ...]]) -> Rows:
    written = ([_cell(value) for value in row] for row in rows)
    return [row for row in written if any(cell != "" for cell in row)]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _title(cell: Any) -> str:
    return str(cell).strip()


def _as_frame(path: Path, rows: Rows) -> pd.DataFrame:
    titles = [_title(cell) for cell in rows[0]]
    while titles and not titles[-1]:
        titles.pop()
    width = len(titles)
    for line, row in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in row[width:]):
            raise CourseError(
                f"La ligne {line} du fichier « {path.name} » compte "
                f"{several(len(row), 'cellule')} pour {several(width, 'titre')} de colonne : "
                "une virgule y est sans doute prise pour un séparateur ; exportez avec le "
                'point-virgule, ou donnez separator="…".'
            )
    names = [title or f"colonne_{place}" for place, title in enumerate(titles, start=1)]
    body = [[*row[:width], *[""] * (width - len(row))] for row in rows[1:]]
    kind = None if any(not isinstance(cell, str) for row in body for cell in row) else str
    return pd.DataFrame(body, columns=pd.Index(names, dtype=str), dtype=kind)
