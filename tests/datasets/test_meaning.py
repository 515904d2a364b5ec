"""What lines seem to say: each detector speaks, stays silent on sound files, and advises well."""

import re

import pandas as pd
import pytest

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog.line_meanings import load_line_meanings
from rfm_helpers.datasets import (
    COURSE_DATE,
    clean_orders,
    load_orders,
    load_raw_export,
    read_orders,
)
from rfm_helpers.datasets.choices import fill_blanks
from rfm_helpers.datasets.meaning.kinds import is_not_bought
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import OrderColumns

FOUR = ["client_id", "commande_id", "date_achat", "montant"]
CODE = re.compile(
    r"(?:quantity|amount_of|status|without|fill_down|order|customer|as_of)"
    r'=(?:\{[^}]*\}|"[^"]*"|True|None)'
)
NAMES = {kind: meaning.name for kind, meaning in load_line_meanings().meanings.items()}


def table(text, *columns):
    """Lines « A 1 2025-01-02 10 … », `_` for a blank cell."""
    rows = [line.split() for line in text.strip().splitlines()]
    cells = [[cell.replace("_", " ").strip() for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=[*FOUR, *columns])


def said(log):
    return set(log.meanings["constat"])


def advice(log, kind):
    remedy = log.meanings.set_index("constat").loc[NAMES[kind], "remede"]
    return eval(f"dict({CODE.search(remedy)[0]})")


SOUND = """
A 1 02/01/2025 10,00
A 1 02/01/2025 12,00
B 2 13/01/2025 30,00
B 3 20/02/2025 30,00
C 4 21/03/2025 45,50
C 4 21/03/2025 10,00
"""
# Kind → lines, the columns beside the four, and how many lines speak.
SPEAKING = {
    "same_total": (
        "A 1 02/01/2025 50 sac\nA 1 02/01/2025 50 gants\nB 2 13/01/2025 30 sac\n"
        "B 2 13/01/2025 30 gants\nC 3 14/01/2025 9 sac",
        ["article"],
        4,
    ),
    "unit_price": (
        "A 1 02/01/2025 10 sac 2\nB 2 13/01/2025 10 sac 1\nC 3 14/01/2025 9 gants 1",
        ["article", "Qté"],
        1,
    ),
    "continued": (
        "A 1 02/01/2025 10 sac\n_ _ _ 12 gants\nB 2 13/01/2025 30 sac\n_ _ _ 5 gants",
        ["article"],
        2,
    ),
    "status": (
        "A 1 02/01/2025 10 Payé\nB 2 13/01/2025 30 Annulé\nC 3 14/01/2025 9 En_attente\n"
        "D 4 15/01/2025 9 Remboursé_partiellement",
        ["Statut"],
        2,
    ),
    "currencies": (
        "A 1 02/01/2025 10 EUR\nB 2 13/01/2025 30 USD\nC 3 14/01/2025 9 EUR",
        ["Devise"],
        1,
    ),
    "guests": ("0 1 02/01/2025 10\n0 2 13/01/2025 30\nC 3 14/01/2025 9", [], 2),
    "one_email": (
        "1 1 02/01/2025 10 a@ex.fr\n2 2 13/01/2025 30 A@ex.fr\n3 3 14/01/2025 9 c@ex.fr",
        ["E-mail"],
        2,
    ),
    "many_emails": (
        "1 1 02/01/2025 10 a@ex.fr\n1 2 13/01/2025 30 b@ex.fr\n3 3 14/01/2025 9 c@ex.fr",
        ["E-mail"],
        2,
    ),
    "shared_order": ("A 1 02/01/2025 10\nB 1 02/01/2025 30\nC 3 14/01/2025 9", [], 2),
    "long_order": ("A 1 02/01/2025 10\nA 1 02/06/2025 30\nC 3 14/01/2025 9", [], 2),
    "after_today": ("A 1 02/01/2025 10\nB 2 13/01/2052 30\nC 3 14/01/2025 9", [], 1),
    "lone_dates": (f"{SOUND}D 9 01/01/1970 8,00", [], 1),
    "not_articles": (
        "A 1 02/01/2025 10 Sac\nA 1 02/01/2025 5 Frais_de_port\nB 2 13/01/2025 30 Gants\n"
        "B 2 13/01/2025 -3 Coupon_NOEL",
        ["Article"],
        2,
    ),
    "credit_notes": ("A 1 02/01/2025 10\nA AV-1 13/01/2025 -10\nC 3 14/01/2025 9", [], 1),
}
UNSETTLED = {"credit_notes"}  # only a column or a correction of the file settles it


@pytest.mark.parametrize("kind", SPEAKING)
def test_each_kind_is_said_with_its_lines(kind):
    text, columns, count = SPEAKING[kind]
    raw = table(text, *columns)
    amount = "prix" if kind == "unit_price" else "montant"
    _, log = clean_orders(raw.rename(columns={"montant": amount}), amount=amount)
    row = log.meanings.set_index("constat").loc[NAMES[kind]]
    assert row["lignes"] == count
    assert row["exemples"].count("ligne") == min(count, 3)
    assert re.search(r"\b[RFM]\b", row["effet"])


@pytest.mark.parametrize("kind", sorted(set(SPEAKING) - UNSETTLED))
def test_an_advice_followed_to_the_letter_settles_the_matter(kind):
    text, columns, _ = SPEAKING[kind]
    raw = table(text, *columns)
    names = {"amount": "prix"} if kind == "unit_price" else {}
    raw = raw.rename(columns={"montant": names.get("amount", "montant")})
    _, log = clean_orders(raw, **names)
    _, settled = clean_orders(raw, **names | advice(log, kind))
    assert NAMES[kind] not in said(settled)


def test_sound_files_say_nothing():
    names = {"customer": "N° client", "order": "N° commande"}
    names |= {"date": "Date", "amount": "Montant TTC", "as_of": COURSE_DATE}
    for raw, options in ((load_orders(), {}), (load_raw_export(), names), (table(SOUND), {})):
        assert clean_orders(raw, **options)[1].meanings.empty


@pytest.mark.parametrize(
    ("status", "dropped"),
    [
        *((word, True) for word in ("Annulée", "wc-cancelled", "REFUNDED", "payment_failed")),
        *((word, True) for word in ("voided", "Brouillon", "draft", "on-hold", "pending", "Test")),
        *((word, True) for word in ("Erreur de paiement", "Non payé", "En attente de virement")),
        *(
            (word, False)
            for word in ("Payé", "Livré", "partially_refunded", "Shipped", "Testament")
        ),
        ("En attente de réapprovisionnement (payé)", False),
    ],
)
def test_a_status_brings_an_order_or_not(status, dropped):
    assert is_not_bought(status, load_line_meanings().words) == dropped


@pytest.mark.parametrize(
    "guest", ["guest", "NOT LOGGED IN", "Client de passage", "0.0", "Anonyme", "walk-in"]
)
def test_guests_are_known_by_their_name(guest):
    raw = table(SOUND)
    raw.loc[raw["client_id"] == "A", "client_id"] = guest
    assert NAMES["guests"] in said(clean_orders(raw)[1])


@pytest.mark.parametrize(("name", "cells"), [("Annulée", "oui"), ("Cancelled at", "2025-01-03")])
def test_a_column_that_says_cancelled_settles_with_its_advice(name, cells):
    raw = table(SOUND)
    raw[name] = ["", "", cells, "", "", ""]
    clean, log = clean_orders(raw, **advice(clean_orders(raw)[1], "status"))
    assert len(clean) == 5
    assert log.table["defaut"].tolist().count("statut non retenu") == 1


def test_a_customer_of_very_many_orders_is_asked_about():
    few = [f"C{i} {i} 02/01/2025 {i + 1}" for i in range(60)]
    many = [f"CAISSE {i} 03/01/2025 {i}" for i in range(100, 140)]
    raw = table("\n".join(few + many))
    clean, log = clean_orders(raw, **advice(clean_orders(raw)[1], "crowd"))
    assert len(clean) == 60
    assert log.meanings.empty


def test_an_amount_that_does_not_grow_with_the_quantity_is_a_price():
    lines = [f"C{i} {i} 02/01/2025 {10 + i % 4} art{i % 4} {1 + i % 3}" for i in range(24)]
    raw = table("\n".join(lines), "Produit", "Quantité")
    assert NAMES["unit_price"] in said(clean_orders(raw)[1])
    raw["montant"] = (raw["montant"].astype(int) * raw["Quantité"].astype(int)).astype(str)
    assert NAMES["unit_price"] not in said(clean_orders(raw)[1])


def test_an_identifier_that_was_not_chosen_stays_under_another_name():
    clean, _ = clean_orders(table(SOUND), order=None)
    assert clean["commande_id_fichier"].tolist() == ["1", "1", "2", "3", "4", "4"]
    twice = table(SOUND).assign(commande_id_fichier="x")
    with pytest.raises(CourseError, match="existe déjà"):
        clean_orders(twice, order=None)


def test_lines_without_order_numbers_are_shown_by_their_customer():
    raw = table(SOUND)
    _, log = clean_orders(pd.concat([raw, raw]), order=None)
    shown = log.table.set_index("defaut").loc["ligne en double", "exemples"]
    assert f"«\N{NO-BREAK SPACE}{raw['client_id'][0]}" in shown


def test_e_mails_as_customers_ask_for_their_numbers():
    raw = table("a@ex.fr 1 02/01/2025 10 7\nb@ex.fr 2 13/01/2025 30 7", "id client")
    assert advice(clean_orders(raw)[1], "one_customer") == {"customer": "id client"}


# What was asked


def test_price_times_quantity_is_rounded_by_line():
    raw = table("A 1 02/01/2025 2,1250 3\nB 2 13/01/2025 10,00 -2\nC 3 14/01/2025 9 _", "qte")
    clean, log = clean_orders(raw, quantity="qte")
    assert clean["montant"].tolist() == [6.38, -20.0]
    assert log.set_aside["motif_mise_de_cote"].tolist() == ["quantité manquante ou illisible"]


def test_lines_that_continue_take_their_order_and_totals_do_not():
    raw = table("A 1 02/01/2025 10 sac\n_ _ _ 12 gants\n_ _ _ 22 Total", "article")
    clean, log = clean_orders(raw, fill_down=True)
    assert clean["commande_id"].tolist() == ["1", "1"]
    assert log.lines_in == 3
    assert raw["client_id"].tolist() == ["A", "", ""]


def test_a_status_on_the_first_line_alone_is_filled_down():
    raw = table(
        "A 1 02/01/2025 10 voided\nA 1 02/01/2025 12 _\nB 2 13/01/2025 30 paid\n"
        "B 2 13/01/2025 31 _",
        "Financial Status",
    )
    assert NAMES["continued"] in said(clean_orders(raw)[1])
    clean, _ = clean_orders(raw, fill_down=True, status={"Financial Status": ["paid"]})
    assert clean["montant"].tolist() == [30, 31]


def test_a_repeated_total_counts_once():
    text, columns, _ = SPEAKING["same_total"]
    clean, _ = clean_orders(table(text, *columns), amount_of="order")
    assert clean["montant"].sum() == 89


@pytest.mark.parametrize(
    "asked",
    [
        {"status": {"Statut": ["x"]}},
        {"status": "Statut"},
        {"without": {"article": "x"}},
        {"quantity": "montant"},
        {"amount_of": "article"},
    ],
)
def test_a_choice_that_cannot_be_is_refused(asked):
    with pytest.raises(CourseError):
        clean_orders(table(SOUND), **asked)


def test_the_period_is_said():
    summary = clean_orders(table(SOUND))[1].summary.replace("\u00a0", " ")
    assert summary.endswith("Période : du 2 janvier 2025 au 21 mars 2025.")


def test_filling_leaves_sound_lines_as_they_are():
    raw = table(SOUND)
    filled, touched = fill_blanks(raw, OrderColumns())
    pd.testing.assert_frame_equal(filled, raw)
    assert not touched.any()


# No order numbers


def test_a_file_without_numbers_is_read_cleaned_and_told(tmp_path):
    path = tmp_path / "ventes.csv"
    path.write_text("client_id;date_achat;montant\nA;02/01/2025;10\nA;02/01/2025;5\nB;13/01/2025;3")
    with pytest.raises(CourseError, match="order=None"):
        read_orders(path)
    clean, log = clean_orders(read_orders(path, order=None), order=None)
    assert clean["commande_id"].tolist() == ["A 2025-01-02", "A 2025-01-02", "B 2025-01-13"]
    told = log.table.set_index("defaut").loc["pas de numéro de commande"]
    assert told["lignes"] == 3
    assert rfm_table(clean)["frequence"].tolist() == [1, 1]
