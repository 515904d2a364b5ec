"""Reading a file of orders as it comes, text or workbook: every cell as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rfm_helpers.datasets.files import open_file
from rfm_helpers.datasets.profiles import completed, known_layout
from rfm_helpers.datasets.remarks import READING
from rfm_helpers.datasets.texts import read_text
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.columns import OrderColumns, check_columns, refuse_twice

UNREAD = "enregistrez le fichier au format « CSV UTF-8 », puis donnez ce nouveau fichier."
Sheets = str | Sequence[str] | None


@one_door(UNREAD)
def read_orders(
    path: str | Path,
    *,
    customer: str = "client_id",
    order: str | None = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    separator: str | None = None,
    encoding: str | None = None,
    sheet: Sheets = None,
) -> pd.DataFrame:
    """Read a learner's own file of order lines, without interpreting its cells.

    The frame is meant for `clean_orders`: nothing is repaired or dropped here, except lines that
    are wholly blank. What is to know of the file itself (where its table starts, its sheets, its
    encoding…) is in the log that `clean_orders` gives; `frame.attrs["lecture"]` says it in short.

    Args:
        path: a text file (CSV…), a workbook, or an archive (.zip, .gz) that holds one.
        customer, order, date, amount: names of the four columns that must be there; `order=None`
            if the file has no order numbers. Where you say nothing and the file has the layout of a
            known shop, its own names are taken, and `attrs["lecture"]` says which.
        separator, encoding, sheet: see `read_lines`.

    Returns:
        DataFrame of text cells; see `read_lines`.

    Raises:
        CourseError: whatever `read_lines` raises; if one of these columns is missing or two are
            the same.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "ventes.csv"
        >>> _ = path.write_text("client;commande;jour;montant\\nA;1;31/12/2025;12,50\\n")
        >>> read_orders(path, customer="client", order="commande", date="jour")
          client commande        jour montant
        0      A        1  31/12/2025   12,50
    """
    roles = {"customer": customer, "order": order, "date": date, "amount": amount}
    names = [name for name in roles.values() if name is not None]
    frame = read_lines(path, columns=names, separator=separator, encoding=encoding, sheet=sheet)
    layout = known_layout(frame, roles)
    if layout:
        said = f"Mise en page reconnue : {layout.report}"
        frame.attrs[READING] = frame.attrs[READING].saying(said)
    columns = OrderColumns(**completed(frame, roles, layout))
    check_columns(frame.columns, columns.roles)
    return frame


@one_door(UNREAD)
def read_lines(
    path: str | Path,
    *,
    columns: Sequence[str] = (),
    separator: str | None = None,
    encoding: str | None = None,
    sheet: Sheets = None,
) -> pd.DataFrame:
    """Read a table from a file as it is written, before its columns are known.

    The titles are looked for: lines above them are passed over, titles on two rows are joined, and
    a table without titles gets `colonne_1`, `colonne_2`… A title repeated further down, or a
    line of totals, stays a line: `clean_orders` sets it aside.

    Args:
        path: a text file (CSV…), a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), or an archive
            (.zip, .gz) that holds one.
        columns: names that the titles should hold; they only help to find titles, separator and
            sheet.
        separator: of a text file; when not given, the one announced (`sep=;`), else the one of
            `; , tab |` under which the titles hold most of `columns` (then most columns).
        encoding: of a text file; when not given: a byte-order mark or the zeros of UTF-16 decide,
            else each line that is no valid UTF-8 (chance makes that all but sure) is read as
            cp1252, as French Excel writes. (Statistical detectors were tried: on a file of a few
            lines they take cp1252 for others.)
        sheet: of a workbook: a name, a list of names, or `"all"` for all that have the same titles
            as the first; several are stacked. When not given, the first one that has `columns`,
            else the first that looks like a table of lines.

    Returns:
        DataFrame of text cells, blank cells as `""`, columns in the order of the file. From a
        workbook, dates become ISO text, numbers keep their value, and a formula's error is its sign
        (`#REF!`). `attrs["lecture"]` says how the file was read.

    Raises:
        CourseError: if the file is missing, locked, empty, protected, damaged, no table, in another
            encoding, if a line has too many cells or two columns share a name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "ventes.csv"
        >>> _ = path.write_text("client,montant\\nA,12.50\\n")
        >>> read_lines(path)
          client montant
        0      A   12.50
        >>> print(read_lines(path).attrs["lecture"])
        Fichier texte, cellules séparées par des virgules.
    """
    from rfm_helpers.datasets.workbooks import is_workbook, read_workbook

    file = open_file(path)
    if is_workbook(file):
        frame, reading = read_workbook(file, sheet, columns)
    else:
        frame, reading = read_text(file, encoding, separator, columns)
    refuse_twice(frame.columns)
    if frame.empty:
        raise CourseError(
            f"Le fichier « {as_written(file.name)} » n'a qu'une ligne de titres : "
            "exportez-le de nouveau avec ses commandes."
        )
    frame.attrs[READING] = reading
    return frame
