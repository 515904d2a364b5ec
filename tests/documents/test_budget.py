"""A budget as a workbook: what is written, what comes back, what a spreadsheet computes."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pandas.testing import assert_frame_equal
from support.programs import requires

from rfm_helpers.analysis.budget.case import case_budget
from rfm_helpers.analysis.budget.lines import line_costs, share_line
from rfm_helpers.analysis.budget.plan import Budget, make_budget, roll_up
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.plans import one_line
from rfm_helpers.documents.budget import (
    BUDGET_HEADINGS,
    LINE_HEADINGS,
    SPARE_ROWS,
    read_budget,
    write_budget,
)
from rfm_helpers.documents.workbook import LINE_HEIGHT
from rfm_helpers.errors import CourseError

CASE = load_case()
DANGEROUS = ["=1+1", "+33 1 00 00 00 00", "-10 %", "@SUM(A1)", '=HYPERLINK("https://x.fr")', "'a"]


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    with pytest.raises(CourseError) as caught:
        yield
    sentence = str(caught.value).replace("\u00a0", " ")
    assert re.search(pattern, sentence), sentence


def assert_same(one: Budget, other: Budget) -> None:
    assert one.plan == other.plan
    assert_frame_equal(one.actions, other.actions)
    assert_frame_equal(one.lines, other.lines)


def headings(sheet: Worksheet, row: int) -> list[str]:
    return [cell.value for cell in sheet[row]]


# --- round trip ----------------------------------------------------------------------------------

CELLS = st.sampled_from(["", *DANGEROUS, "_x0041_", "5", "1e3", "vrai", "a\u00a0: b"]) | st.text(
    max_size=20
)
NAMES = CELLS.map(lambda text: "n" + text) | st.sampled_from(DANGEROUS)


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    names = draw(
        st.lists(
            NAMES, min_size=1, max_size=5, unique_by=lambda name: str(one_line(name)).casefold()
        )
    )
    actions = pd.DataFrame(
        [
            {
                "strategie": draw(NAMES),
                "sous_strategie": draw(NAMES),
                "action": name,
                "qui": draw(st.sampled_from(["", "invités", "présents"])),
                "beneficiaires": draw(st.none() | st.integers(1, 10_000)),
            }
            for name in names
        ]
    )
    parts = draw(st.integers(1, 4))
    lines = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "action": st.sampled_from(names),
                    "libelle": NAMES,
                    "quantite": st.integers(0, 10**8).map(lambda n: n / 1000),
                    "unite": CELLS,
                    "cout_unitaire": st.integers(0, 10**8).map(lambda n: n / 100),
                    "taxe": st.sampled_from(["HT", "TTC"]),
                    "taux_tva": st.sampled_from([0, 0.021, 0.055, 0.1, 0.2]),
                    "source": CELLS,
                    "date_source": st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
                    "fiabilite": st.sampled_from(["", "élevée", "moyenne", "faible"]),
                    "annees": st.integers(1, 30),
                    "part": st.integers(1, parts),
                    "parts": st.just(parts),
                }
            ),
            max_size=6,
        )
    )
    return make_budget(draw(CELLS), actions, pd.DataFrame(lines))


@given(budgets())
@settings(max_examples=25)
def test_a_round_trip_loses_nothing(budget: Budget) -> None:
    with TemporaryDirectory() as folder:
        path = write_budget(budget, Path(folder) / "budget.xlsx")
        assert_same(read_budget(path), budget)


def test_a_second_writing_replaces_the_first(tmp_path: Path) -> None:
    path = write_budget(case_budget(CASE), tmp_path / "budget.xlsx")
    write_budget(case_budget(CASE, discount_users=20), path)
    assert_same(read_budget(path), case_budget(CASE, discount_users=20))


# --- what is written -----------------------------------------------------------------------------


def dangerous_budget() -> Budget:
    actions = pd.DataFrame(
        {"strategie": "=S", "sous_strategie": "@P", "action": DANGEROUS, "qui": "invités"}
    )
    lines = [
        {
            "action": text,
            "libelle": text,
            "quantite": 1,
            "unite": text,
            "cout_unitaire": 10,
            "taxe": "HT",
            "source": text,
        }
        for text in DANGEROUS
    ]
    return make_budget("=plan", actions, pd.DataFrame(lines))


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    budget = dangerous_budget()
    book = load_workbook(write_budget(budget, tmp_path / "budget.xlsx"))
    texts = 0
    for sheet, typed, first in [("Lignes", 13, 2), ("Budget", 4, 1)]:
        for row in book[sheet].iter_rows(min_row=first, max_col=typed):
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                if isinstance(cell.value, str) and cell.value[0] in "=+-@":
                    assert cell.quotePrefix, cell.coordinate
                    texts += 1
    assert texts > 3 * len(DANGEROUS)


def test_sheets_and_headings_are_french_and_totals_are_formulas(tmp_path: Path) -> None:
    budget = case_budget(CASE)
    book = load_workbook(write_budget(budget, tmp_path / "budget.xlsx"))
    assert book.sheetnames == ["Budget", "Lignes"]
    summary, lines = book["Budget"], book["Lignes"]
    assert headings(summary, 4) == list(BUDGET_HEADINGS)
    assert headings(lines, 1)[: len(LINE_HEADINGS)] == list(LINE_HEADINGS.values())
    for row in range(5, 5 + len(roll_up(budget))):
        for column in "EFG":
            assert summary[f"{column}{row}"].data_type == "f"
    for row in range(2, 2 + len(budget.lines) + SPARE_ROWS):
        for column in "NOPQR":
            assert lines[f"{column}{row}"].data_type == "f"


def test_a_text_has_the_height_that_it_takes_and_dates_are_french(tmp_path: Path) -> None:
    budget = case_budget(CASE)
    lines = budget.lines.assign(
        source=[3 * "Devis Devis Devis ", "", "", ""], date_source="2025-11-03"
    )
    budget = make_budget(budget.plan, budget.actions, lines)
    sheet = load_workbook(write_budget(budget, tmp_path / "budget.xlsx"))["Lignes"]
    assert sheet.row_dimensions[2].height == 3 * LINE_HEIGHT
    assert sheet["I2"].number_format.endswith("dd/mm/yyyy")
    for cell in sheet[1]:
        width = sheet.column_dimensions[cell.column_letter].width
        assert max(map(len, cell.value.split())) < width
        assert cell.alignment.wrap_text


# --- what a spreadsheet computes -----------------------------------------------------------------


def converted(path: Path, folder: Path, kind: str) -> Path:
    """The folder with what LibreOffice makes of a workbook."""
    profile = (folder / "profil").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore",
         "--convert-to", kind, "--outdir", str(folder / "calcul"), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return folder / "calcul"


def recalculated(path: Path, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two sheets with the values that LibreOffice computes."""
    out = converted(path, folder, "xlsx:Calc MS Excel 2007 XML")
    book = load_workbook(out / path.name, data_only=True)
    tables = []
    for sheet, head in [("Budget", 4), ("Lignes", 1)]:
        rows = list(book[sheet].iter_rows(min_row=head + 1, values_only=True))
        tables.append(pd.DataFrame(rows, columns=headings(book[sheet], head)))
    return tables[0], tables[1]


LANDSCAPE = (842, 595)


def pages(path: Path) -> list[tuple[int, int]]:
    """The width and the height of each page of a PDF, in points."""
    boxes = re.findall(
        rb"/Type/Page/.*?/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", path.read_bytes(), re.S
    )
    return [(round(float(width)), round(float(height))) for width, height in boxes]


COSTS = {"cout_ht": "Coût HT", "cout_ttc": "Coût TTC", "cout_annee_ht": "Coût HT de l’année"}


def cents(values: pd.Series) -> list[int]:
    return [round(float(value) * 100) for value in values]


def many_lines() -> Budget:
    """Four hundred lines: half cents, shares, spread costs, texts that look like formulas."""
    random = Random(2025)
    names = [*DANGEROUS, "Qui revient ?", "Qui revient x", "a*", "ab", "~a", ">5", "<>"]
    actions = pd.DataFrame(
        {
            "strategie": [f"S{i % 3}" for i in range(len(names))],
            "sous_strategie": [f"P{i % 2}" for i in range(len(names))],
            "action": names,
            "qui": "invités",
            "beneficiaires": [None if i == 4 else i + 1 for i in range(len(names))],
        }
    )
    lines: list[dict[str, Any]] = [
        {
            "action": random.choice(names),
            "libelle": f"Ligne {i}",
            "quantite": random.choice([1, 0.5, 2.5, 3, 0.125, random.randint(0, 5000) / 100]),
            "cout_unitaire": random.choice([0.01, 0.05, 1.01, random.randint(0, 500_000) / 100]),
            "taxe": random.choice(["HT", "TTC"]),
            "taux_tva": random.choice([0, 0.055, 0.1, 0.2]),
            "annees": random.choice([1, 1, 2, 3, 5]),
        }
        for i in range(400)
    ]
    table = pd.DataFrame(lines)
    for i in range(0, 60, 3):
        table = share_line(table, f"Ligne {i}", random.sample(names, random.randint(2, 5)))
    return make_budget("Plan", actions, table)


@requires("soffice")
@pytest.mark.parametrize("year", [1, 3])
def test_a_spreadsheet_finds_the_same_totals_at_every_level(tmp_path: Path, year: int) -> None:
    budget = many_lines()
    path = write_budget(budget, tmp_path / "budget.xlsx")
    book = load_workbook(path)
    book["Budget"]["B2"] = year
    book.save(path)
    summary, lines = recalculated(path, tmp_path)
    table, costed = roll_up(budget, year), line_costs(budget.lines, year)
    assert summary["Niveau"].tolist() == table["niveau"].tolist()
    for column, heading in COSTS.items():
        assert cents(summary[heading]) == cents(table[column]), heading
        assert cents(lines[heading][: len(costed)]) == cents(costed[column]), heading
    each = summary.loc[summary["Nombre"].notna(), "Coût HT par bénéficiaire"]
    assert each.notna().all()
    by_year = summary.loc[each.index, "Coût HT de l’année"] / summary.loc[each.index, "Nombre"]
    assert each.astype(float).tolist() == pytest.approx(by_year.tolist(), abs=0.006)
    assert len(each) == budget.actions["beneficiaires"].notna().sum()


@requires("soffice")
def test_a_line_added_in_a_spreadsheet_counts_at_every_level(tmp_path: Path) -> None:
    path = write_budget(case_budget(CASE), tmp_path / "budget.xlsx")
    book = load_workbook(path)
    action = CASE.action("formation_equipes").title
    each = "=2400/2"
    new = [action, "Formateur", 3, "jour", each, "TTC", 0.2, "Devis", dt.date(2025, 11, 3)]
    for place, value in enumerate(new, start=1):
        book["Lignes"].cell(6, place, value)
    book.save(path)
    summary, lines = recalculated(path, tmp_path)
    assert summary.loc[0, "Coût HT"] == 20_800
    assert summary.set_index("Action").loc[action, "Coût HT"] == 3000
    read = read_budget(tmp_path / "calcul" / path.name)
    assert len(read.lines) == 5
    assert read.lines.loc[4, "cout_unitaire"] == 1200
    assert cents(roll_up(read)["cout_ht"]) == cents(summary["Coût HT"])
    assert read.lines.loc[4, "date_source"] == pd.Timestamp("2025-11-03")
    assert lines["Coût HT"].notna().sum() == 5
    assert pages(converted(path, tmp_path, "pdf") / "budget.pdf") == [LANDSCAPE] * 2


# --- refusals ------------------------------------------------------------------------------------


def test_what_is_not_a_budget_is_refused(tmp_path: Path) -> None:
    with refused("doit finir par .xlsx"):
        write_budget(case_budget(CASE), tmp_path / "budget.csv")
    with refused("ne s’écrit pas"):
        write_budget(case_budget(CASE), tmp_path / "absent" / "budget.xlsx")
    with refused("ne s’ouvre pas"):
        read_budget(tmp_path / "absent.xlsx")
    (tmp_path / "texte.xlsx").write_text("bonjour", encoding="utf-8")
    with refused("ne s’ouvre pas"):
        read_budget(tmp_path / "texte.xlsx")


def broken(path: Path, change: Any) -> Path:
    write_budget(case_budget(CASE), path)
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (lambda book: book.remove(book["Lignes"]), "feuille « Lignes » manque"),
        (lambda book: book["Lignes"].delete_cols(6), "colonne « HT ou TTC » manque.*« Lignes »"),
        (lambda book: book["Budget"].delete_cols(4), "colonne « Action » manque.*« Budget »"),
        (lambda book: book["Lignes"].__setitem__("C2", "vingt"), "Ligne de coût 1.*« quantite »"),
        (lambda book: book["Lignes"].__setitem__("F3", None), "Ligne de coût 2.*« taxe » est vide"),
        (lambda book: book["Lignes"].__setitem__("A2", "Inconnue"), "« Inconnue » a une ligne"),
    ],
)
def test_a_workbook_that_was_damaged_names_the_place(
    tmp_path: Path, change: Any, pattern: str
) -> None:
    path = broken(tmp_path / "budget.xlsx", change)
    with refused(pattern):
        read_budget(path)


def test_empty_rows_and_moved_columns_are_no_matter(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Lignes"].insert_rows(3, amount=2)
        book["Lignes"].insert_cols(1)

    path = broken(tmp_path / "budget.xlsx", change)
    assert_same(read_budget(path), case_budget(CASE))
