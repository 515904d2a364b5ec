"""Which columns are proposed, and why: the title and the cells must both say so."""

from __future__ import annotations

import pandas as pd
import pytest
from support.layouts import written

from rfm_helpers.datasets import load_raw_export, read_lines
from rfm_helpers.datasets.choices import Choices
from rfm_helpers.datasets.preview import lines_as_read
from rfm_helpers.datasets.proposals import described, propose_columns
from rfm_helpers.tables.columns import OrderColumns


def proposed(table):
    return {role: one.column for role, one in propose_columns(table).items()}


#: What is proposed for files of known layouts, were they not known: date, amount, customer, order.
UNKNOWN = {
    "shopify": ("Created at", "Total", "Email", None),
    "woocommerce_items": ("order_date", "order_total", "billing_email", "order_id"),
    "prestashop": ("Date", "Total", "Client", "Référence"),
    "magento": ("Purchase Date", "Grand Total (Base)", "Customer Email", None),
    "odoo_french_lines": (
        "Date de la commande",
        "Lignes de commande/Sous-total",
        "Client",
        "Référence de commande",
    ),
    "amazon": ("purchase-date", "item-price", "buyer-email", "order-id"),
    "square_items": ("Date", "Net Sales", "Customer ID", "Transaction ID"),
    "uci_online_retail": ("InvoiceDate", "UnitPrice", "CustomerID", "InvoiceNo"),
    "superstore": ("Order Date", "Sales", "Customer ID", "Order ID"),
    "cdnow": (None, None, None, None),
    "brevo": (None, None, "EMAIL", None),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_columns_of_shops_are_found_by_title_and_cells(tmp_path, name):
    roles = ("date", "amount", "customer", "order")
    expected = dict(zip(roles, UNKNOWN[name], strict=True))
    found = proposed(read_lines(written(tmp_path, name)))
    assert found == {role: column for role, column in expected.items() if column}


def test_the_raw_export_is_found():
    names = {"customer": "N° client", "order": "N° commande"}
    assert proposed(load_raw_export()) == names | {"date": "Date", "amount": "Montant TTC"}


SOUND = {
    "client": ["A", "B"],
    "commande": ["1", "2"],
    "date": ["31/12/2025", "02/01/2025"],
    "montant": ["12,50", "9,00"],
}


@pytest.mark.parametrize(
    ("role", "cells"),
    [
        ("date", ["papier", "carton"]),
        ("date", ["", ""]),
        ("montant", ["sur devis", "offert"]),
        ("montant", ["31/12/2025", "02/01/2025"]),
        ("client", ["31/12/2025", "02/01/2025"]),
        ("client", ["oui", "non"]),
        ("client", ["12,50", "9,00"]),
        ("client", ["", ""]),
        ("commande", ["12,50", "9,00"]),
        ("commande", ["31/12/2025", "02/01/2025"]),
    ],
)
def test_a_title_alone_proposes_nothing(role, cells):
    assert role in proposed(pd.DataFrame(SOUND)).values()
    assert role not in proposed(pd.DataFrame(SOUND | {role: cells})).values()


@pytest.mark.parametrize(
    "title",
    ["Date de naissance", "Date de livraison", "Remise", "Type de client", "Statut commande"],
)
def test_a_title_that_says_otherwise_is_passed_over(title):
    cells = SOUND["date"] if "Date" in title else SOUND["montant"]
    assert title not in proposed(pd.DataFrame({title: cells})).values()


def test_cells_alone_propose_nothing():
    other = dict(zip(["c1", "c2", "c3", "c4"], SOUND.values(), strict=True))
    assert proposed(pd.DataFrame(other)) == {}


@pytest.mark.parametrize(
    ("role", "cells", "said"),
    [
        ("date", ["31/12/2023", "05/03/2025"], "contient des dates, de 2023 à 2025"),
        ("date", ["31/12/2025", "05/03/2025"], "contient des dates, en 2025"),
        ("date", ["S1", "S2"], "contient du texte, qui ne se lit pas comme une date"),
        ("amount", ["1 250,50 €", "-9"], "contient des nombres, de -9,00 à 1 250,50"),
        ("customer", ["a@ex.fr", "b@ex.fr", "a@ex.fr"], "2 adresses différentes, sur 3 lignes"),
        ("order", ["7", "7"], "contient 1 valeur différente, sur 2 lignes"),
        ("order", ["", ""], "ne contient rien"),
    ],
)
def test_what_a_column_holds_is_said(role, cells, said):
    found = described(pd.Series(cells), role)
    for space in "\u00a0\u202f":
        found = found.replace(space, " ")
    assert said in found.replace("−", "-")


def test_first_lines_are_shown_as_the_whole_file_has_them_read():
    table = pd.DataFrame({
        "client_id": ["A", "B", "", *"CDE"],
        "commande_id": list("123456"),
        "date_achat": ["05/03/2025", "02/31/2025", *["03/04/2025"] * 3, "03/25/2025"],
        "montant": ["1 250,5", "12", "9", "offert", "3,5", "4"],
    })  # fmt: skip
    shown = lines_as_read(table, OrderColumns(), Choices())
    assert shown["date"].tolist() == ["3 mai 2025", "", *["4 mars 2025"] * 3]
    assert [text.replace("\u202f", " ").replace("\u00a0", " ") for text in shown["montant"]] == [
        "1 250,50 €", "12,00 €", "9,00 €", "", "3,50 €",
    ]  # fmt: skip
    assert [text.removeprefix("mise de côté : ") for text in shown["sort"]] == [
        "gardée", "date impossible", "client manquant", "montant illisible", "gardée",
    ]  # fmt: skip


def test_a_total_that_is_told_above_is_shown_as_it_stands_not_at_zero(tmp_path):
    table = read_lines(written(tmp_path, "shopify"))
    roles = OrderColumns("Email", "Name", "Created at", "Total")
    shown = lines_as_read(table, roles, Choices(fill_down=True, amount_of="order"))
    assert shown["montant"][1] == ""
    assert shown["sort"][1] == "mise de côté : total de commande répété"
