"""Odd files, each read right, or refused with a sentence that works."""

import io
import tarfile
import zipfile

import numpy as np
import pandas as pd
import polars as pl
import pytest
from support.own_files import NAMES, book, cleaned, plain, refused, remarks, write

from rfm_helpers.catalog.line_meanings import load_line_meanings
from rfm_helpers.datasets import clean_orders, read_orders
from rfm_helpers.datasets.cells import read_amounts, read_dates
from rfm_helpers.datasets.meaning.kinds import is_not_bought
from rfm_helpers.errors import CourseError

HEADER = "Client;Commande;Jour;Montant\n"
TWO = "A;1;31/12/2025;12,50\nB;2;30/12/2025;9,90\n"
FOUR = list(NAMES.values())


def lines(**columns):
    usual = {"Client": ["A", "B", "A"], "Commande": ["1", "2", "3"]}
    usual |= {"Jour": ["29/12/2025", "30/12/2025", "31/12/2025"], "Montant": ["10", "20", "30"]}
    return pd.DataFrame(usual | columns)


# Dates and amounts


@pytest.mark.parametrize(
    "text",
    [
        *("mer. 05/03/2025", "mercredi 05/03/2025 14:00", "le 05/03/2025", "'05/03/2025"),
        *("05 / 03 / 2025", "5. 3. 2025", "Wed 5-3-2025", "05032025", "20250305"),
        *("05/03/2025 14h", "5 mars 2025 à 9 h 30", "05/03/2025 14H05", "5 mars 2025, 23:30"),
        *("05/03/2025 14:05:22 CET", "Wed Mar 5 10:00:00 2025", "Wed Mar 05 10:00:00 CET 2025"),
        *(
            "2025-03-05 23:30 GMT+1",
            "2025-03-04 23:30:00 UTC",
            "2025-03-05T23:30+01:00[Europe/Paris]",
        ),
        *("Mar 5, 2025 11:30:12 AM PST", "1741132800", "1741132800000", "1741132800.25"),
    ],
)
def test_the_same_day_however_it_is_written(text):
    assert (
        read_dates(pd.Series([text]), "Europe/Paris")["instant"][0].date().isoformat()
        == "2025-03-05"
    )


@pytest.mark.parametrize(
    "text", ["20251301", "20250230", "9999-12-31T23:59:59Z", "15-jui-25", "mars 2025"]
)
def test_no_day_is_made_up(text):
    assert read_dates(pd.Series([text, "31/12/2025"]), "Europe/Paris")[
        "instant"
    ].isna().tolist() == [True, False]


def test_a_year_of_two_digits_may_come_first():
    days = pd.date_range("2023-01-01", "2025-12-31", freq="9D")
    for form in ("%y-%m-%d", "%d-%m-%y"):
        read = read_dates(pd.Series(days.strftime(form)), "Europe/Paris")
        assert (read["instant"].dt.normalize() == days).all()
    few = read_dates(pd.Series(["15-03-01", "16-03-25"]), "Europe/Paris")
    assert few["instant"].dt.year.tolist() == [2001, 2025]


def test_amounts_of_other_currencies_and_of_accountants():
    cells = ["- € 12,50", "1,25E-01", "120 kr", "zł 12", "\\N", "S/O", "1,25E+03", "1 a"]
    read = read_amounts(pd.Series(cells))
    assert read["cents"].tolist() == [-1250, 13, 12000, 1200, pd.NA, pd.NA, 125000, pd.NA]
    assert read["blank"].tolist() == [False] * 4 + [True, True, False, False]


# Text files


@pytest.mark.parametrize(
    "content",
    [
        "sep= ;\n" + HEADER + TWO,
        "sep=\\t\n" + (HEADER + TWO).replace(";", "\t"),
        (HEADER + TWO).replace(";", "~"),
        (HEADER + TWO).replace(";", "^"),
        "ï»¿" + HEADER + TWO,
        "\n".join(
            ";".join(f"'{cell}'" for cell in row.split(";")) for row in (HEADER + TWO).split()
        ),
        HEADER + TWO.replace("A;", '"A";') + ";;;\n",
    ],
)
def test_two_orders_however_they_are_cut(tmp_path, content):
    frame, log = cleaned(write(tmp_path, content))
    assert frame[FOUR].to_numpy().tolist()[:2] == [row.split(";") for row in TWO.split()]
    assert log.lines_out == 2


def test_quotes_escaped_by_a_backslash_are_quotes(tmp_path):
    header = HEADER.replace("\n", ";Note\n")
    frame, _ = cleaned(write(tmp_path, header + 'A;1;31/12/2025;5;"dit \\"oui\\" ; non"\n'))
    assert frame["Note"].tolist() == ['dit "oui" ; non']
    frame, _ = cleaned(
        write(tmp_path, header + 'A;1;31/12/2025;5;"C:\\ventes\\"\nB;2;31/12/2025;5;\n')
    )
    assert frame["Note"].tolist() == ["C:\\ventes\\", ""]


def test_accents_encoded_twice_are_mended_and_said(tmp_path):
    twice = "Renée;1;31/12/2025;5 €\n".encode().decode("cp1252")
    frame, log = cleaned(write(tmp_path, HEADER + twice + "SÃO;2;31/12/2025;5\n"))
    assert frame["Client"].tolist() == ["Renée", "SÃO"] and log.lines_out == 2
    assert remarks(log)["accents codés deux fois"].startswith("1 |")


@pytest.mark.parametrize(
    "row", ["A,1,12,50,31/12/2025", "A,1,31/12/2025,12,50", "A,12,50,1,31/12/2025"]
)
def test_an_amount_cut_anywhere_is_named(tmp_path, row):
    text = refused(write(tmp_path, f"Client,Commande,Montant,Jour\n{row}\n"))
    assert "« 12,50 » y est coupé" in text and "point-virgule" in text


@pytest.mark.parametrize("start", [0, 1])
def test_rows_may_be_numbered_in_a_column_without_title(tmp_path, start):
    rows = [f"{start + at};{row}" for at, row in enumerate(TWO.split())]
    frame, log = cleaned(write(tmp_path, HEADER + "\n".join(rows)))
    assert frame["Client"].tolist() == ["A", "B"] and log.lines_out == 2


# Archives


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return content.getvalue()


def tarred():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("ventes.csv"))
    return content.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"ventes.csv": HEADER + TWO, "LISEZMOI.txt": "Export du 3 mars."},
        {"dossier/": "", "dossier/ventes": HEADER + TWO},
        {"export.zip": zipped({"ventes.csv": HEADER + TWO})},
    ],
    ids=["note", "no suffix", "zip in zip"],
)
def test_the_table_of_an_archive_is_found(tmp_path, files):
    assert cleaned(write(tmp_path, zipped(files), "ventes.zip"))[1].lines_out == 2


@pytest.mark.parametrize(
    "content",
    [
        zipped({}),
        zipped({"a.json": "[]", "b.json": "[]"}),
        tarred(),
        b"7z\xbc\xaf\x27\x1c" + bytes(99),
    ],
    ids=["empty", "no table", "tar", "7z"],
)
def test_an_archive_that_does_not_open_is_called_one(tmp_path, content):
    text = refused(write(tmp_path, content, "ventes.zip"))
    assert "sortez-en le fichier" in text and "Excel" not in text


# Workbooks


def test_a_title_twice_in_a_workbook_is_refused(tmp_path):
    path = book(tmp_path, {"V": [[*FOUR, "Montant"], ["A", "1", "31/12/2025", 12.5, 1]]})
    assert "« Montant » figure deux fois" in refused(path)


def test_sheets_whose_titles_differ_by_capitals_are_stacked_as_advised(tmp_path):
    line = ["A", "1", "31/12/2025", 12.5]
    sheets = {'L\'été "25"': [FOUR, line], "b": [[name.upper() for name in FOUR], line]}
    path = book(tmp_path, sheets)
    _, log = cleaned(path)
    advice = remarks(log)["feuille non lue"].split("sheet=")[1].split("].")[0] + "]"
    assert len(read_orders(path, **NAMES, sheet=eval(advice))) == 2


# Identifiers


def test_identifiers_that_lost_digits_or_differ_by_their_look_are_counted():
    _, log = clean_orders(
        lines(Client=[1.2345678901234568e17, "1234567890123450000", 12.0]), **NAMES
    )
    assert remarks(log)["identifiant en puissance de dix"].startswith("2 |")
    for pair in (["C-1", "c‑1"], ["'007", "7"], ["00", "0.0"]):
        _, log = clean_orders(lines(Client=[*pair, "autre"]), **NAMES)
        assert remarks(log)["identifiants qui ne diffèrent que par l’écriture"].startswith("2 |")


def test_one_word_may_mark_tests():
    _, log = clean_orders(lines(Client=["T-1", "E-2", "test 3"]), **NAMES, test_customers="TEST")
    assert log.lines_out == 2


# What lines mean


@pytest.mark.parametrize(
    "status",
    [
        *(
            "Litige",
            "Suspected Fraud",
            "spam",
            "Proforma",
            "Supprimée",
            "KO",
            "À payer",
            "Non réglé",
        ),
        *("Awaiting payment", "Retour", "restocked", "Perdu", "Paiement en cours de paiement"),
    ],
)
def test_more_statuses_that_bring_nothing(status):
    assert is_not_bought(status, load_line_meanings().words)


def test_a_refund_below_zero_is_not_asked_about_and_an_unpaid_order_is():
    kinds = lines(Type=["Vente", "Remboursement", "Vente"], Montant=["10", "-5", "30"])
    assert "status" not in " ".join(clean_orders(kinds, **NAMES)[1].meanings["remede"])
    unpaid = lines(**{"Payé ?": ["Oui", "Non", "Oui"]})
    assert 'status={"Payé ?": ["Oui"]}' in " ".join(
        clean_orders(unpaid, **NAMES)[1].meanings["remede"]
    )


@pytest.mark.parametrize(
    "guest",
    [
        "Vente au comptoir",
        "Passant",
        "guest@guest.com",
        "noemail@shop.fr",
        "Default customer",
        "CLIENT WEB",
    ],
)
def test_more_guests(guest):
    log = clean_orders(lines(Client=[guest, "B", guest]), **NAMES)[1]
    assert "des acheteurs sans compte" in set(log.meanings["constat"])


def test_one_person_per_e_mail_is_one_person_whatever_the_capitals():
    table = lines(Client=["1", "2", "3"], Mail=["a@x.fr", "A@x.fr", "b@x.fr"])
    remedy = clean_orders(table, **NAMES)[1].meanings["remede"][0]
    assert 'customer="Mail", spellings="merged"' in remedy
    clean, _ = clean_orders(table, **NAMES | {"customer": "Mail"}, spellings="merged")
    assert clean["client_id"].nunique() == 2


def test_a_file_whose_order_numbers_are_blank_is_told_what_to_write():
    _, log = clean_orders(lines(Commande=["", "", ""]), **NAMES)
    assert "écrivez order=None" in remarks(log)["numéro de commande manquant"]
    assert clean_orders(lines(), **NAMES | {"order": None})[1].lines_out == 3


# One door


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"timezone": "GMT+1"}, 'timezone="Europe/Paris"'),
        ({"stamps": "UTC+1"}, 'stamps="Europe/Paris"'),
        ({"status": {"Statut": None}}, "status attend des colonnes"),
        ({"without": {"Statut": 3}}, "without attend des colonnes"),
        ({"customer": None}, 'customer="…"'),
    ],
)
def test_what_is_asked_wrongly_is_explained_by_its_own_name(asked, words):
    with pytest.raises(CourseError) as error:
        clean_orders(lines(Statut="Payé"), **NAMES | asked)
    assert words in plain(str(error.value))


def test_a_table_of_another_tool_is_turned_into_pandas():
    with pytest.raises(CourseError, match="to_pandas"):
        clean_orders(pl.DataFrame(lines().to_dict("list")), **NAMES)


def test_one_zoned_date_at_the_end_of_time_does_not_stop_the_file():
    stamps = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00", "31/12/2025"]
    assert clean_orders(lines(Jour=stamps), **NAMES)[1].lines_out == 1
    typed = pd.Series(np.array(["9999-12-31T23:59:59"] * 3, dtype="M8[us]")).dt.tz_localize("UTC")
    assert clean_orders(lines(Jour=typed), **NAMES)[1].lines_out == 0
