"""Cells as people, tills and spreadsheets write them."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.own_files import plain, remarks

from rfm_helpers.datasets import clean_orders
from rfm_helpers.datasets.amounts import (
    PLAIN_AMOUNT,
    amount_facts,
    plain_amount_facts,
    read_amount,
)
from rfm_helpers.datasets.cells import cell_text, distinct, read_amounts, read_dates, spelling
from rfm_helpers.errors import CourseError


def cents(*cells, dtype=object):
    return read_amounts(pd.Series(list(cells), dtype=dtype))["cents"].tolist()


def lines(ids, amounts=None):
    size = len(ids)
    return pd.DataFrame(
        {
            "client_id": ids,
            "commande_id": [str(place) for place in range(size)],
            "date_achat": ["31/12/2025"] * size,
            "montant": amounts or ["5"] * size,
        }
    )


# Amounts


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("49,-", 4900),
        ("49.–", 4900),
        ("49,—", 4900),
        ("49,--", 4900),
        ("49,- €", 4900),
        ("CHF 49.-", 4900),
        ("1'249.–", 124900),
        ("-49,-", -4900),
        ("12€50", 1250),
        ("12 € 50", 1250),
        ("1 012€50", 101250),
        ("-12€50", -1250),
        ("12 euros 50", 1250),
        ("12$50", 1250),
        (" -   € ", 0),
        ("- €", 0),
        ("€ -", 0),
        ("–\u00a0€", 0),
        ("- CHF", 0),
        ("12,50 CHF", 1250),
        ("12 500 FCFA", 1250000),
        ("F CFA 500", 50000),
        ("12,50 € TTC", 1250),
        ("12,50 HT", 1250),
        ("TTC : 12,50", None),
        ("12,50 USD", 1250),
        ("US$ 12.50", 1250),
        ("12,50 MAD", 1250),
        ("12,50 Dhs", 1250),
        ("₹ 12.50", 1250),
        ("1,25E+03", 125000),
        ("1.25e3", 125000),
        ("-1E+02", -10000),
        ("1,2345E+02", 12345),
        ("1,25E+99", None),
        ("(12,50 €)", -1250),
        ("€-12,50", -1250),
        ("12,50 €-", -1250),
        ("12€5", None),
        ("12€505", None),
        ("49,-50", None),
        ("3 x 12,50", None),
        ("12,50/13,50", None),
        ("50 %", None),
    ],
)
def test_amounts_of_tills_and_spreadsheets(cell, expected):
    assert cents(cell) == [pd.NA if expected is None else expected]


@pytest.mark.parametrize("dash", "-−–—‐‑‒―﹣－⁻")
def test_every_minus_sign_is_a_minus(dash):
    assert cents(f"{dash}12,50", f"{dash} 12,50 €", f"12,50{dash}") == [-1250] * 3
    assert read_amounts(pd.Series([dash, f"{dash}{dash}"]))["cents"].isna().all()


@pytest.mark.parametrize(
    "number",
    [
        12.5,
        Decimal("12.500"),
        Decimal("12.5"),
        Fraction(25, 2),
        np.float32(12.5),
        np.float64(12.5),
    ],
)
def test_a_typed_number_is_never_in_doubt(number):
    read = read_amounts(pd.Series([number, "3,5"], dtype=object))
    assert read["cents"].tolist() == [1250, 350]
    assert not read["unsure"].any()


def test_typed_thousands_stay_thousands_beside_texts():
    assert cents(1250, Decimal(1250), np.int32(1250), "1.250", "3,5") == [125000] * 4 + [350]
    decimals = pd.Series(
        pd.array([Decimal("12.500"), None], dtype=pd.ArrowDtype(pa.decimal128(9, 3)))
    )
    assert read_amounts(decimals)["cents"].tolist() == [1250, pd.NA]


@pytest.mark.parametrize("cell", [True, float("inf"), Decimal("NaN"), 1e300, [12], {"a": 1}, 1j])
def test_what_is_no_number_is_no_amount(cell):
    assert read_amounts(pd.Series([cell, "5"], dtype=object))["cents"].tolist() == [pd.NA, 500]


@settings(deadline=None)
@given(st.decimals(-(10**6), 10**6, places=2), st.sampled_from([" ", "\u202f", "'", "."]))
def test_any_amount_written_in_french_is_read(value, group):
    text = f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", group)
    assert cents(text, "1,5")[0] == int(value * 100)


def test_words_around_amounts_are_in_the_log():
    raw = lines(list("ABCD"), ["12,50 € TTC", "12 FCFA", "1,25E+03", "3"])
    found = remarks(clean_orders(raw)[1])
    assert found["mention HT ou TTC"].startswith("1 |")
    assert found["autre devise que l’euro"].startswith("1 |")
    assert found["montant en puissance de dix"].startswith("1 |")


# Dates


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("vendredi 15 août 2025", "2025-08-15"),
        ("ven. 15 août 2025", "2025-08-15"),
        ("Ven 15 aout 2025", "2025-08-15"),
        ("vendredi, 15 août 2025", "2025-08-15"),
        ("le 15 août 2025", "2025-08-15"),
        ("VENDREDI 15 AOÛT 2025", "2025-08-15"),
        ("15-août-25", "2025-08-15"),
        ("15-aout-25", "2025-08-15"),
        ("15-sept.-25", "2025-09-15"),
        ("15 sept. 25", "2025-09-15"),
        ("15/févr./2025", "2025-02-15"),
        ("15-fevr-2025", "2025-02-15"),
        ("1er décembre 2025", "2025-12-01"),
        ("mar. 4 mars 2025", "2025-03-04"),
        ("31 décembre 2025 à 18h05", "2025-12-31"),
        ("Dec 31, 2025", "2025-12-31"),
        ("December 31, 2025", "2025-12-31"),
        ("December 31st, 2025 11:30 PM", "2025-12-31"),
        ("Wednesday, December 31, 2025", "2025-12-31"),
        ("15-AUG-25", "2025-08-15"),
        ("15-Aug-2025 10:00:00", "2025-08-15"),
        ("31 Dec 2025", "2025-12-31"),
        ("3rd of May 2025", "2025-05-03"),
        ("Fri, 15 Aug 2025 23:30:00 +0000", "2025-08-16"),
        ("Aug 5, 2025, 9:05:00 AM", "2025-08-05"),
        ("2025-08-15T10:00:00.000+02:00", "2025-08-15"),
        ("15-avr.-70", "1970-04-15"),
    ],
)
def test_dates_in_words_are_read(cell, day):
    read = read_dates(pd.Series([cell]), "Europe/Paris")
    assert read["instant"].dt.strftime("%Y-%m-%d").tolist() == [day]


@pytest.mark.parametrize(
    "cell",
    [
        "15 jui 2025",
        "xxx 15 août 2025",
        "15 ao 2025",
        "août 2025",
        "31 août",
        "15 août 202",
        "25:30",
    ],
)
def test_what_could_be_two_months_or_none_is_unreadable(cell):
    assert read_dates(pd.Series([cell]), "Europe/Paris")["writing"].tolist() == ["illisible"]


@pytest.mark.parametrize("cell", ["31 février 2025", "Feb 30, 2025", "32-août-25"])
def test_days_in_words_that_do_not_exist_are_impossible(cell):
    read = read_dates(pd.Series([cell]), "Europe/Paris")
    assert read["writing"].tolist() == ["en toutes lettres"] and read["instant"].isna().all()


@settings(max_examples=20, deadline=None)
@given(st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)), st.booleans())
def test_any_date_of_french_excel_is_read(day, plainly):
    from babel.dates import format_date

    patterns = ["EEEE d MMMM y", "E d MMM y", "d-MMM-yy", "d MMMM y", "dd/MM/y", "y-MM-dd"]
    texts = [format_date(day, pattern, locale="fr") for pattern in patterns]
    if plainly:
        texts = [text.replace("é", "e").replace("û", "u").upper() for text in texts]
    read = read_dates(pd.Series(texts), "Europe/Paris")
    assert read["instant"].dt.date.tolist() == [day] * len(texts)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_zoned_stamps_of_arrow_are_read_like_those_of_pandas(unit):
    stamps = pd.Series(pd.to_datetime(["2025-12-31T23:30Z", None])).dt.as_unit(unit)
    arrow = stamps.astype(pd.ArrowDtype(pa.timestamp(unit, tz="UTC")))
    expected = read_dates(stamps, "Europe/Paris")
    pd.testing.assert_frame_equal(read_dates(arrow, "Europe/Paris"), expected)
    assert expected["shifted"].tolist() == [True, False]


# Identities


@pytest.mark.parametrize(
    "ids",
    [
        ["Marie@ex.fr", "marie@ex.fr"],
        ["00123", "123"],
        ["17850.0", "17850"],
        ["17850,0", "17850"],
        ["C-01A", "c-01a"],
        ["Éloïse", "ELOISE"],
    ],
)
def test_identifiers_that_differ_only_in_writing_are_counted_and_kept(ids):
    raw = lines([ids[0], ids[1], ids[0], "autre"])
    clean, log = clean_orders(raw)
    assert clean["client_id"].nunique() == 3
    found = remarks(log)["identifiants qui ne diffèrent que par l’écriture"]
    assert found.startswith("3 |") and 'spellings="merged"' in found
    assert f"« {ids[0]} »" in found and f"« {ids[1]} »" in found and "autre" not in found
    merged, log = clean_orders(raw, spellings="merged")
    assert merged["client_id"].nunique() == 2
    assert remarks(log)["identifiants réunis"].startswith("3 |")
    again, _ = clean_orders(raw.iloc[::-1], spellings="merged")
    assert set(again["client_id"]) == set(merged["client_id"])


@pytest.mark.parametrize("ids", [["0", "00"], ["A1", "A01"], ["1.5", "1.50"], ["12", "1 2"]])
def test_identifiers_that_may_well_be_two_are_not_compared(ids):
    assert spelling(ids[0]) == spelling(ids[1]) or len({spelling(one) for one in ids}) == 2


def test_identifiers_in_powers_of_ten_are_counted():
    raw = lines(["1,23E+11", "1.5e+12", "E+3", "A"])
    found = remarks(clean_orders(raw)[1])["identifiant en puissance de dix"]
    assert found.startswith("2 |") and "« 1,23E+11 »" in found


def test_an_unknown_choice_of_spellings_is_explained():
    with pytest.raises(CourseError) as caught:
        clean_orders(lines(["A"]), spellings="oui")
    assert '"merged"' in plain(str(caught.value))


@given(st.lists(st.from_regex(PLAIN_AMOUNT, fullmatch=True), min_size=1))
def test_plain_amounts_are_read_as_any_other(texts):
    expected = amount_facts([read_amount(text) for text in texts])
    assert plain_amount_facts(pl.Series(texts)).equals(expected)


@given(st.lists(st.text("a0 \t\n\x0b\x1c\x1f\x85\xa0\u2009\u200b\u202f\u3000"), min_size=1))
def test_distinct_texts_have_single_spaces(texts):
    column = distinct(pd.Series(texts, dtype="str"))
    assert column.texts.to_list() == list(map(cell_text, dict.fromkeys(texts)))
    assert column.take(column.cells).tolist() == texts
