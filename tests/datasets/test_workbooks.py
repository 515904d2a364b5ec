"""Workbooks as Excel and others write them: sheets, formulas, errors, merged cells."""

import datetime as dt
import io
import re
import subprocess
import zipfile

import pytest
from support.own_files import NAMES, book, cleaned, plain, refused, remarks
from support.programs import requires

from rfm_helpers.datasets import clean_orders, read_lines, read_orders
from rfm_helpers.errors import CourseError

HEADER = list(NAMES.values())
LINE = ["A", "1", dt.date(2025, 12, 31), 12.5]
OTHER = ["B", "2", dt.date(2025, 12, 30), 9.9]


def rewritten(path, part, change):
    """The same workbook, one of its parts changed as another program would have written it."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, change(body) if re.search(part, name) else body)
    path.write_bytes(content.getvalue())
    return path


# What Excel reads


def test_a_sheet_larger_than_it_says_loses_nothing(tmp_path):
    path = book(tmp_path, {"Ventes": [HEADER, LINE, OTHER]})
    small = b'<dimension ref="A1:B2"'
    frame = read_orders(
        rewritten(path, "sheet1", lambda body: re.sub(rb'<dimension ref="[^"]*"', small, body)),
        **NAMES,
    )
    assert frame.shape == (2, 4) and frame["Montant"].tolist() == [12.5, 9.9]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("styles", rb"<fill>.*?</fill>", b"<fill/>"),
        ("styles", rb'patternType="gray125"', b'patternType="inconnu"'),
        ("sheet1", rb' r="[A-Z]+\d+"', b""),
        (
            "sheet1|workbook.xml$|styles",
            rb"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    ],
    ids=["empty fill", "unknown pattern", "no references", "strict"],
)
def test_workbooks_that_excel_opens_are_read(tmp_path, part, old, new):
    path = book(tmp_path, {"Ventes": [HEADER, LINE, OTHER]})
    frame, log = cleaned(rewritten(path, part, lambda body: re.sub(old, new, body)))
    assert frame["Client"].tolist() == ["A", "B"]
    assert log.lines_out == 2


@requires("soffice")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_old_and_free_formats_are_read(tmp_path, kind):
    path = book(tmp_path, {"Notes": [["Bonjour"]], "Ventes": [HEADER, LINE, OTHER]})
    profile = f"-env:UserInstallation=file://{tmp_path}/profil"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True)
    frame, log = cleaned(path.with_suffix(f".{kind}"))
    assert frame["Jour"].tolist() == ["2025-12-31", "2025-12-30"]
    assert log.lines_out == 2


# Sheets


def test_other_sheets_with_the_same_titles_are_named_and_can_be_stacked(tmp_path):
    turned = [HEADER[::-1], OTHER[::-1], ["?", "hier", "3", "C"]]
    path = book(tmp_path, {"2024": [HEADER, LINE], "Notes": [["Bonjour"]], "2025": turned})
    frame, log = cleaned(path)
    assert frame["Client"].tolist() == ["A"]
    assert 'sheet=["2024", "2025"]' in remarks(log)["feuille non lue"]
    assert plain(frame.attrs["lecture"]) == (
        "Classeur, feuille lue : « 2024 » ; autres feuilles : « Notes », « 2025 »."
    )
    for sheet in ("all", ["2024", "2025"]):
        frame, log = cleaned(path, sheet=sheet)
        assert frame["Client"].tolist() == ["A", "B", "C"]
        assert "« 2025 », ligne 3 : « hier »" in remarks(log)["date illisible"]
        aside = log.set_aside[["feuille", "ligne_fichier"]]
        assert aside.to_numpy().tolist() == [["2025", 3]]
        assert "feuille non lue" not in remarks(log)
    assert read_orders(path, **NAMES, sheet="2025")["Client"].tolist() == ["B", "C"]


@pytest.mark.parametrize("known", [True, False])
def test_a_first_sheet_of_notes_is_passed_over(tmp_path, known):
    notes = [["Export des ventes"], ["Édité le", dt.date(2026, 1, 2)], ["Boutique", "Lyon"]]
    path = book(tmp_path, {"Lisez-moi": notes, "Ventes": [HEADER, LINE]})
    frame = read_lines(path, columns=HEADER if known else ())
    assert frame.columns.tolist() == HEADER
    assert remarks(clean_orders(frame, **NAMES)[1])["autre feuille"].endswith("« Lisez-moi »")


def test_hidden_sheets_are_named(tmp_path):
    def hide(made):
        made["Vieux"].sheet_state = "veryHidden"

    path = book(tmp_path, {"Vieux": [HEADER, LINE], "Ventes": [HEADER, OTHER]}, change=hide)
    frame, log = cleaned(path)
    assert frame["Client"].tolist() == ["B"]
    assert "« Vieux »" in remarks(log)["feuille masquée"]
    assert read_orders(path, **NAMES, sheet="Vieux")["Client"].tolist() == ["A"]


@pytest.mark.parametrize("sheet", ["Avril", ["2024", "Avril"], 3, [], ["Avril"]])
def test_a_sheet_that_is_not_there_is_explained(tmp_path, sheet):
    path = book(tmp_path, {"2024": [HEADER, LINE], "2025": [HEADER, OTHER]})
    assert "choisissez parmi « 2024 », « 2025 »" in refused(path, sheet=sheet)


def test_sheets_with_other_titles_are_not_stacked(tmp_path):
    path = book(tmp_path, {"2024": [HEADER, LINE], "2025": [[*HEADER, "Note"], [*OTHER, "x"]]})
    assert "n’ont pas les mêmes titres" in refused(path, sheet=["2024", "2025"])
    assert len(read_orders(path, **NAMES, sheet="all")) == 1


# Cells


def test_formulas_never_computed_are_counted_with_their_cells(tmp_path):
    path = book(tmp_path, {"V": [HEADER, [*LINE[:3], "=2*3"], OTHER]})
    _, log = cleaned(path)
    assert "1 | Lue vide" in remarks(log)["formule jamais calculée"]
    assert "case D2" in remarks(log)["formule jamais calculée"]
    assert log.set_aside["motif_mise_de_cote"].tolist() == ["montant manquant"]


@pytest.mark.parametrize("sign", ["#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_errors_of_formulas_are_set_aside_as_errors(tmp_path, sign, column):
    def fail(made):
        made["V"].cell(2, column + 1, sign).data_type = "e"

    path = book(tmp_path, {"V": [HEADER, LINE, OTHER]}, change=fail)
    _, log = cleaned(path)
    assert log.set_aside["motif_mise_de_cote"].tolist() == ["erreur d’Excel"]
    assert log.set_aside.iloc[0, column] == sign


@pytest.mark.parametrize("sign", ["#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "########"])
def test_errors_written_in_a_text_file_are_errors_too(tmp_path, sign):
    path = tmp_path / "ventes.csv"
    path.write_text(f"Client;Commande;Jour;Montant\nA;{sign};31/12/2025;5\n")
    assert cleaned(path)[1].set_aside["motif_mise_de_cote"].tolist() == ["erreur d’Excel"]


def test_merged_cells_are_counted_under_the_titles_only(tmp_path):
    def merge(made):
        made["V"].merge_cells("A1:D1")
        made["V"].merge_cells("A3:A4")

    path = book(tmp_path, {"V": [["Ventes"], HEADER, LINE, OTHER]}, change=merge)
    _, log = cleaned(path)
    assert remarks(log)["cellules fusionnées"].startswith("1 |")
    assert "case A3" in remarks(log)["cellules fusionnées"]


def test_lines_of_a_workbook_are_numbered_as_excel_does(tmp_path):
    rows = [["Ventes 2025"], [], HEADER, LINE, [], ["B", "2", "hier", 5]]
    _, log = cleaned(book(tmp_path, {"V": rows}))
    assert log.set_aside["ligne_fichier"].tolist() == [6]
    assert "ligne 6 : « hier »" in remarks(log)["date illisible"]


def test_a_column_without_a_title_is_read_under_a_name(tmp_path):
    path = book(tmp_path, {"V": [HEADER, [*LINE, "note"], OTHER]})
    assert read_orders(path, **NAMES)["colonne_5"].tolist() == ["note", ""]


def test_a_table_that_starts_lower_and_further_right_is_found(tmp_path):
    rows = [[], [], [None, None, *HEADER], [None, None, *LINE]]
    frame, log = cleaned(book(tmp_path, {"V": rows}))
    assert frame[HEADER].to_numpy().tolist() == [["A", "1", "2025-12-31", 12.5]]
    assert log.lines_out == 1


def test_a_workbook_protected_by_a_password_is_explained(tmp_path):
    path = tmp_path / "ventes.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "mot de passe" in refused(path)


def test_a_workbook_without_a_table_is_explained(tmp_path):
    with pytest.raises(CourseError, match="est vide"):
        read_lines(book(tmp_path, {"V": [], "W": []}))
