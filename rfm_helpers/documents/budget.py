"""A budget as a workbook (XLSX) whose totals are formulas, and back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers import palette
from rfm_helpers.analysis.budget.lines import cost_lines
from rfm_helpers.analysis.budget.plan import LEVELS, Budget, make_budget, roll_up
from rfm_helpers.documents.text import ending_with
from rfm_helpers.documents.workbook import (
    FONT,
    HIGHEST,
    LINE_HEIGHT,
    MOST_ROWS,
    RULE,
    WARNING,
    filled,
    fit_heights,
    height_of,
    lay_out_pages,
    lines_of,
    write,
    write_headings,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import several
from rfm_helpers.tables.columns import missing_column

LINE_HEADINGS = {
    "action": "Action",
    "libelle": "Libellé",
    "quantite": "Quantité",
    "unite": "Unité",
    "cout_unitaire": "Coût unitaire (€)",
    "taxe": "HT ou TTC",
    "taux_tva": "Taux de TVA",
    "source": "Source",
    "date_source": "Date de la source",
    "fiabilite": "Fiabilité",
    "annees": "Années",
    "part": "Part",
    "parts": "Nombre de parts",
}
_COMPUTED = ("Total HT", "Total TTC", "Coût HT", "Coût TTC", "Coût HT de l’année")
BUDGET_HEADINGS = (
    "Niveau",
    "Stratégie",
    "Sous-stratégie",
    "Action",
    "Coût HT",
    "Coût TTC",
    "Coût HT de l’année",
    "Bénéficiaires",
    "Nombre",
    "Coût HT par bénéficiaire",
)
SPARE_ROWS = 30
#: How many lines are printed on one page, and how high their rows may be (points).
FEW_LINES, TALLEST = 30, 1400
TO_MEND = "À revoir"

#: A format ends with the width of a dash, so that no number touches the text on its right.
_EUROS = "[$-40C]#,##0.00 [$€-40C]_-"
_FORMATS = {
    "cout_unitaire": _EUROS,
    "taux_tva": "[$-40C]0.0 %_-",
    "date_source": "[$-40C]dd/mm/yyyy",
    "quantite": "[$-40C]#,##0.###_-",
}
_CHOICES = {"taxe": ("HT", "TTC"), "fiabilite": ("élevée", "moyenne", "faible")}
_WIDTHS = {
    "action": 22, "libelle": 26, "quantite": 10, "unite": 11, "cout_unitaire": 13, "taxe": 8,
    "taux_tva": 9, "source": 26, "date_source": 12, "fiabilite": 10, "annees": 9, "part": 7,
    "parts": 11, TO_MEND: 40,
}  # fmt: skip
_COST_WIDTH = 13
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="top")
_SHADES = (palette.SOFT, palette.LEVEL, palette.PALE, palette.WHITE)
_LEVEL_FILLS = dict(zip(LEVELS, map(filled, _SHADES), strict=True))
_FIRST = 5


def write_budget(budget: Budget, path: str | Path, *, remarks: Sequence[str] = ()) -> Path:
    """Write a budget as a workbook that a spreadsheet goes on computing.

    Sheet « Budget »: plan, strategies, sub-strategies and actions, their costs as formulas; the
    year looked at is a cell. Sheet « Lignes »: the cost lines, their costs as formulas, and
    `SPARE_ROWS` empty rows whose formulas wait for new lines. Each is printed on one landscape
    page, as long as there are few lines. A text that begins with = + - or @ is written
    as a text, never as a formula. Formulas and `roll_up` agree to the cent.

    Args:
        budget: see `rfm_helpers.analysis.budget.plan.make_budget`.
        path: the file to write; ``.xlsx`` is expected. An earlier file is replaced.
        remarks: what is to be mended in each line of the budget, if anything is; they stand in a
            column « À revoir », and their lines are coloured.

    Returns:
        The path.

    Raises:
        CourseError: another extension, or a folder or file that cannot be written.

    >>> import tempfile
    >>> from rfm_helpers.analysis.budget.case import case_budget
    >>> from rfm_helpers.catalog import load_case
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_budget(case_budget(load_case()), Path(folder) / "budget.xlsx")
    ...     len(read_budget(path).lines)
    4
    """
    path = ending_with(path, ".xlsx")
    book = Workbook()
    summary, lines = book.active, book.create_sheet("Lignes")
    summary.title = "Budget"
    _write_lines(lines, budget, [TO_MEND] if any(remarks) else [])
    _write_remarks(lines, summary, remarks)
    _write_summary(summary, budget, last=len(budget.lines) + 1 + SPARE_ROWS)
    for sheet, head, is_short in (
        (lines, 1, len(budget.lines) <= FEW_LINES),
        (summary, _FIRST - 1, True),
    ):
        fit_heights(sheet, head)
        lay_out_pages(sheet, head, one_page=is_short and height_of(sheet) <= TALLEST)
    try:
        book.save(path)
    except OSError:
        raise CourseError(
            f"Le fichier « {path.name} » ne s’écrit pas : "
            "fermez-le dans Excel, et vérifiez que son dossier existe."
        ) from None
    return path


def read_budget(path: str | Path) -> Budget:
    """Read a budget back from a workbook of `write_budget`, perhaps completed in a spreadsheet.

    Only what was typed is read, a typed formula as the spreadsheet last computed it; costs are
    computed again. Empty rows are skipped.

    Args:
        path: the file.

    Returns:
        The budget: what `write_budget` wrote comes back unchanged.

    Raises:
        CourseError: a file that is missing or no workbook, a sheet or heading that is missing, a
            line or an action that is refused (see `rfm_helpers.analysis.budget.plan.make_budget`).
    """
    path = ending_with(path, ".xlsx")
    try:
        book = load_workbook(path, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError):
        raise CourseError(
            f"Le fichier « {path.name} » ne s’ouvre pas : vérifiez son nom et son dossier, "
            "et qu’il vient bien d’un tableur."
        ) from None
    summary, lines = _sheet(book, "Budget", path), _sheet(book, "Lignes", path)
    typed = _table(lines, 1, LINE_HEADINGS.values(), path)
    typed = typed.rename(columns={heading: name for name, heading in LINE_HEADINGS.items()})
    rows = _table(summary, _FIRST - 1, BUDGET_HEADINGS, path)
    actions = rows[rows["Niveau"] == "action"].rename(
        columns={
            "Stratégie": "strategie",
            "Sous-stratégie": "sous_strategie",
            "Action": "action",
            "Bénéficiaires": "qui",
            "Nombre": "beneficiaires",
        }
    )
    plan = summary["B1"].value
    return make_budget("" if plan is None else str(plan), actions, cost_lines(typed))


# --- writing -------------------------------------------------------------------------------------


def _write_lines(sheet: Worksheet, budget: Budget, last_headings: list[str]) -> None:
    columns = list(LINE_HEADINGS)
    widths = [_WIDTHS.get(name, _COST_WIDTH) for name in [*columns, *_COMPUTED, *last_headings]]
    write_headings(sheet, 1, [*LINE_HEADINGS.values(), *_COMPUTED, *last_headings], widths)
    records = budget.lines.to_dict("records")
    last = len(records) + 1 + SPARE_ROWS
    for row in range(2, last + 1):
        record = records[row - 2] if row - 2 < len(records) else {}
        for place, column in enumerate(columns, start=1):
            cell = _put(sheet, row, place, record.get(column))
            cell.number_format = _FORMATS.get(column, "General")
            cell.alignment = _MIDDLE if column == "date_source" else _TOP
        for place, formula in enumerate(_line_formulas(row), start=len(columns) + 1):
            cell = sheet.cell(row, place, formula)
            cell.number_format, cell.alignment = _EUROS, _TOP
    for column, choices in _CHOICES.items():
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(columns.index(column) + 1)
        rule.add(f"{letter}2:{letter}{last}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "C2"


def _write_remarks(lines: Worksheet, summary: Worksheet, remarks: Sequence[str]) -> None:
    """Mark the lines that are to be mended, and say above the totals that there are some."""
    if not any(remarks):
        return
    for row, remark in enumerate(remarks, start=2):
        if remark:
            _put(lines, row, len(LINE_HEADINGS) + len(_COMPUTED) + 1, remark).alignment = _TOP
            for cell in lines[row]:
                cell.fill = WARNING
    count = several(sum(map(bool, remarks)), "ligne")
    _put(summary, 3, 1, TO_MEND)
    _put(summary, 3, 2, f"{count} (feuille « Lignes », colonne « {TO_MEND} »)")


def _line_formulas(row: int) -> list[str]:
    """The costs of one line; nothing as long as no quantity and no unit cost are typed.

    A tax rate, a number of years or of parts left empty counts as 20 %, 1 and 1.
    """
    rate = f'IF(G{row}="",0.2,G{row})'
    years = f"MAX(K{row},1)"
    part, parts = f"MAX(L{row},1)", f"MAX(M{row},1)"
    total = f"C{row}*E{row}"
    costs = [
        f'ROUND(IF(F{row}="TTC",{total}/(1+{rate}),{total}),2)',
        f'ROUND(IF(F{row}="HT",{total}*(1+{rate}),{total}),2)',
        _portion(f"N{row}", part, parts),
        _portion(f"O{row}", part, parts),
        _portion(f"P{row}", f"MIN(Budget!$B$2,{years})", years, f"MIN(Budget!$B$2-1,{years})"),
    ]
    return [f'=IF(OR(C{row}="",E{row}=""),"",{cost})' for cost in costs]


def _portion(amount: str, part: str, parts: str, before: str | None = None) -> str:
    return f"ROUND({amount}*{part}/{parts},2)-ROUND({amount}*({before or part + '-1'})/{parts},2)"


def _write_summary(sheet: Worksheet, budget: Budget, last: int) -> None:
    _put(sheet, 1, 1, "Plan")
    _put(sheet, 1, 2, budget.plan).alignment = _TOP
    sheet.merge_cells(start_row=1, end_row=1, start_column=2, end_column=len(BUDGET_HEADINGS))
    _put(sheet, 2, 1, "Année étudiée")
    _put(sheet, 2, 2, 1)
    for cell in (sheet["A1"], sheet["A2"]):
        cell.font = Font(name=FONT, bold=True)
    widths = [15, 24, 24, 24, *[15] * (len(BUDGET_HEADINGS) - 4)]
    lines = lines_of(budget.plan, sum(widths[1:]))
    sheet.row_dimensions[1].height = min(HIGHEST, LINE_HEIGHT * lines)
    write_headings(sheet, _FIRST - 1, BUDGET_HEADINGS, widths)
    table = roll_up(budget).merge(
        budget.actions[["action", "qui", "beneficiaires"]], on="action", how="left"
    )
    levels = table["niveau"].tolist()
    for row, record in enumerate(table.to_dict("records"), start=_FIRST):
        _write_names(sheet, row, record)
        for place, column in enumerate(("P", "Q", "R"), start=5):
            formula = _total_formula(levels, row, get_column_letter(place), column, last)
            sheet.cell(row, place, formula).number_format = _EUROS
        _style_row(sheet, row, record["niveau"])
    sheet.freeze_panes = sheet.cell(_FIRST, 2)


def _write_names(sheet: Worksheet, row: int, record: dict[Hashable, Any]) -> None:
    """What a row of the summary is about, and for an action its cost per beneficiary."""
    for place, name in enumerate(("niveau", "strategie", "sous_strategie", "action"), start=1):
        _put(sheet, row, place, record[name])
    _put(sheet, row, 8, record["qui"])
    _put(sheet, row, 9, record["beneficiaires"])
    if record["niveau"] == "action":
        each = sheet.cell(row, 10, f'=IF(N(I{row})=0,"",ROUND(G{row}/I{row},2))')
        each.number_format = _EUROS


def _style_row(sheet: Worksheet, row: int, level: str) -> None:
    for place in range(1, len(BUDGET_HEADINGS) + 1):
        cell = sheet.cell(row, place)
        cell.fill = _LEVEL_FILLS[level]
        cell.font = Font(name=FONT, bold=level != "action")
        cell.border = RULE
        cell.alignment = _TOP


def _total_formula(levels: list[str], row: int, letter: str, source: str, last: int) -> str:
    """What a row adds up: the lines of an action, or the rows of the level just below."""
    level = levels[row - _FIRST]
    if level == "action":
        return (
            f"=ROUND(SUMPRODUCT(--EXACT(Lignes!$A$2:$A${last},$D{row}),"
            f"Lignes!${source}$2:${source}${last}),2)"
        )
    below = LEVELS[LEVELS.index(level) + 1]
    higher = LEVELS[: LEVELS.index(level) + 1]
    cells = []
    for place in range(row + 1, _FIRST + len(levels)):
        if levels[place - _FIRST] in higher:
            break
        if levels[place - _FIRST] == below:
            cells.append(f"{letter}{place}")
    return f"=ROUND({'+'.join(cells)},2)"


def _put(sheet: Worksheet, row: int, place: int, value: Any) -> Cell:
    """Write a value of a table; one that is missing leaves its cell empty."""
    return write(sheet, row, place, None if pd.isna(value) else value)


# --- reading -------------------------------------------------------------------------------------


def _sheet(book: Workbook, name: str, path: Path) -> Worksheet:
    if name not in book.sheetnames:
        raise CourseError(
            f"La feuille « {name} » manque dans « {path.name} » : "
            "partez d’un budget écrit par le cours."
        )
    return book[name]


def _table(sheet: Worksheet, head: int, headings: Iterable[str], path: Path) -> pd.DataFrame:
    """The rows below a line of headings, in any order of columns, without the empty ones."""
    places = {
        str(cell.value).strip(): cell.column for cell in sheet[head] if cell.value is not None
    }
    wanted = list(headings)
    for heading in wanted:
        if heading not in places:
            where = f"la feuille « {sheet.title} » de « {path.name} »"
            raise missing_column(heading, where, f"remettez son titre à la ligne {head}.")
    rows = [
        {heading: _typed(sheet.cell(row, places[heading]).value) for heading in wanted}
        for row in range(head + 1, min(sheet.max_row, MOST_ROWS) + 1)
    ]
    kept = [row for row in rows if any(value is not None for value in row.values())]
    return pd.DataFrame(kept, columns=wanted, dtype="object")


def _typed(value: object) -> object:
    return value.date() if isinstance(value, dt.datetime) else value
