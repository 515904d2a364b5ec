import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from rfm_helpers.datasets import clean_orders, load_raw_export, read_lines, read_orders
from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.errors import CourseError

COLUMNS = {"customer": "Client", "order": "Commande", "date": "Jour", "amount": "Montant"}
HEADER = ["Client", "Nom", "Commande", "Jour", "Montant"]
ROWS = [
    ["001", "Éloïse Müller", "A-1", "31/12/2025", "1 250,50 €"],
    ["N/A", "Léger, François", "A-2", "", "12"],
]


def text(separator, rows=ROWS):
    quoted = [[f'"{cell}"' for cell in row] for row in [HEADER, *rows]]
    return "\r\n".join(separator.join(row) for row in quoted) + "\r\n"


def write(tmp_path, content, name="ventes.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def refused(path, **options):
    with pytest.raises(CourseError) as caught:
        read_orders(path, **{**COLUMNS, **options})
    message = str(caught.value)
    assert message.endswith((".", "?")) and "\n" not in message
    return message.replace("\u00a0", " ")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_and_encoding_are_found(tmp_path, separator, encoding):
    path = write(tmp_path, text(separator).encode(encoding))
    frame = read_orders(path, **COLUMNS)
    assert frame.columns.tolist() == HEADER
    assert frame.to_numpy().tolist() == ROWS
    assert set(map(str, frame.dtypes)) == {"str"}


def test_decimal_commas_do_not_pass_for_the_separator(tmp_path):
    content = "Client;Commande;Jour;Montant\nA;1;01/02/2025;1,5\nB;2;01/02/2025;2,5\n"
    frame = read_orders(write(tmp_path, content.encode()), **COLUMNS)
    assert frame["Montant"].tolist() == ["1,5", "2,5"]


def test_given_separator_and_encoding_are_used(tmp_path):
    path = write(tmp_path, text("#").encode("mac_roman"))
    frame = read_orders(path, **COLUMNS, separator="#", encoding="mac_roman")
    assert frame["Nom"].tolist() == ["Éloïse Müller", "Léger, François"]


def test_the_raw_export_reads_like_its_loader():
    frame = read_orders(
        data_folder() / "orsenne" / "export_brut.csv",
        customer="N° client",
        order="N° commande",
        date="Date",
        amount="Montant TTC",
    )
    pd.testing.assert_frame_equal(frame, load_raw_export())


def test_blank_lines_and_trailing_separators_are_no_data(tmp_path):
    content = "Client;Commande;Jour;Montant;;\n\nA;1;01/02/2025;5;;\n;;;;;\nB;2;01/02/2025\n"
    frame = read_orders(write(tmp_path, content.encode()), **COLUMNS)
    assert frame.to_numpy().tolist() == [
        ["A", "1", "01/02/2025", "5"],
        ["B", "2", "01/02/2025", ""],
    ]


def workbook(tmp_path, sheets, name="ventes.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


EXCEL_ROWS = [
    HEADER,
    ["001", "Éloïse", 12, dt.datetime(2025, 12, 31), 1250.5],
    ["002", None, 13, dt.datetime(2025, 12, 30, 18, 5), "9,90"],
    [None, None, None, None, None],
]


def test_excel_dates_become_iso_text_and_numbers_keep_their_value(tmp_path):
    frame = read_orders(workbook(tmp_path, {"F": EXCEL_ROWS}), **COLUMNS)
    assert frame["Jour"].tolist() == ["2025-12-31", "2025-12-30 18:05:00"]
    assert frame["Montant"].tolist() == [1250.5, "9,90"]
    assert frame["Commande"].tolist() == [12, 13]
    assert frame["Client"].tolist() == ["001", "002"]
    clean, log = clean_orders(frame, **COLUMNS)
    assert clean["montant"].tolist() == [1250.5, 9.9]
    assert clean["commande_id"].tolist() == ["12", "13"]
    assert log.lines_out == 2


def test_excel_sheet_with_the_columns_is_found_or_named(tmp_path):
    other = [[*HEADER], ["x", "y", "z", "2025-01-01", 1]]
    path = workbook(tmp_path, {"Notes": [["bonjour"]], "Ventes": EXCEL_ROWS, "Autres": other})
    assert read_orders(path, **COLUMNS)["Client"].tolist() == ["001", "002"]
    assert read_orders(path, **COLUMNS, sheet="Autres")["Client"].tolist() == ["x"]
    assert "« Notes », « Ventes », « Autres »" in refused(path, sheet="Avril")


def test_missing_column_names_the_nearest_and_the_remedy(tmp_path):
    path = write(tmp_path, text(";").encode())
    message = refused(path, amount="montants")
    assert "« montants » manque" in message
    assert "« Client », « Nom », « Commande », « Jour », « Montant »" in message
    assert 'amount="Montant"' in message
    assert 'date="…"' in refused(path, date="zzz")


def test_one_column_cannot_play_two_roles(tmp_path):
    assert "customer et order" in refused(write(tmp_path, text(";").encode()), order="Client")


def test_a_column_named_twice_is_refused(tmp_path):
    content = b"Client;Commande;Jour;Montant;Montant\nA;1;01/02/2025;5;6\n"
    assert "figure deux fois" in refused(write(tmp_path, content))


def test_lines_are_read_before_the_columns_are_known(tmp_path):
    assert read_lines(write(tmp_path, text(";").encode())).columns.tolist() == HEADER
    path = workbook(tmp_path, {"Vide": [], "Ventes": EXCEL_ROWS})
    assert read_lines(path).columns.tolist() == HEADER


def test_missing_file_suggests_a_neighbour(tmp_path):
    write(tmp_path, b"x", "ventes_2025.csv")
    assert "« ventes_2025.csv » ?" in refused(tmp_path / "vente_2025.csv")
    assert "dossier" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\n", b";;;\n;;;\n"])
def test_empty_file_is_explained(tmp_path, content):
    assert "est vide" in refused(write(tmp_path, content))


def test_file_with_titles_only_is_explained(tmp_path):
    assert "ligne de titres" in refused(write(tmp_path, b"Client;Commande;Jour;Montant\n"))
    assert "ligne de titres" in refused(workbook(tmp_path, {"F": [HEADER]}))
    assert "est vide" in refused(workbook(tmp_path, {"F": []}))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 ...", b"<html><table></table></html>", b"\x89PNG\r\n\x1a\n\x00\x00"]
)
def test_what_is_no_table_is_refused(tmp_path, content):
    assert "n’est pas un tableau" in refused(write(tmp_path, content))


def test_damaged_and_protected_workbooks_are_told_apart(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    assert "abîmé" in refused(write(tmp_path, ole, "ventes.xls"))
    assert "mot de passe" in refused(write(tmp_path, ole, "ventes.xlsx"))


def test_damaged_workbooks_are_explained(tmp_path):
    whole = workbook(tmp_path, {"F": EXCEL_ROWS}).read_bytes()
    assert "abîmé" in refused(write(tmp_path, whole[: len(whole) // 2], "coupe.xlsx"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("content.xml", "<x/>")
    assert "abîmé" in refused(write(tmp_path, archive.getvalue(), "autre.xlsx"))
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            body = b"<worksheet" if "sheet1" in name else source.read(name)
            target.writestr(name, body)
    assert "abîmé" in refused(write(tmp_path, broken.getvalue(), "xml.xlsx"))


def test_unquoted_decimal_commas_in_a_comma_file_are_explained(tmp_path):
    content = b"Client,Commande,Jour,Montant\nA,1,01/02/2025,5\nB,2,01/02/2025,12,50\n"
    message = refused(write(tmp_path, content))
    assert "ligne 3" in message and "5 cellules pour 4 titres" in message


def test_unclosed_quote_is_explained(tmp_path):
    content = b'Client;Commande;Jour;Montant\nA;1;"01/02/2025;5\n'
    assert "guillemet" in refused(write(tmp_path, content))


def test_wrong_encoding_and_separator_are_explained(tmp_path):
    path = write(tmp_path, text(";").encode("cp1252"))
    assert "utf-8" in refused(path, encoding="utf-8")
    assert "n’existe pas" in refused(path, encoding="latin-quinze")
    assert "un seul caractère" in refused(path, separator=";;")
