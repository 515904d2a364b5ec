"""Known layouts, each tried on the small invented file of `support.layouts`."""

from __future__ import annotations

import pandas as pd
import pytest
from support.layouts import AS_OF, EXPECTED, FILES, USABLE, written

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog.profiles import load_profiles
from rfm_helpers.datasets import clean_orders, load_raw_export, read_lines, read_orders
from rfm_helpers.datasets.profiles import USUAL, layout_of
from rfm_helpers.errors import CourseError


def test_each_layout_is_tried():
    assert set(FILES) == set(load_profiles())


@pytest.mark.parametrize("name", USABLE)
def test_a_file_in_a_known_layout_gives_the_table(tmp_path, name):
    raw = read_orders(written(tmp_path, name))
    profile = load_profiles()[name]
    assert profile.name in raw.attrs["lecture"]
    clean, log = clean_orders(raw)
    told = log.table.set_index("defaut").loc["mise en page reconnue", "traitement"]
    assert profile.name in told and "customer=…" in told
    table = rfm_table(clean, as_of=AS_OF[name]).set_index("client_id")
    found = {
        client: (row["recence"], row["frequence"], row["montant_total"])
        for client, row in table.iterrows()
    }
    people = {"ana": "00001", "bob": "00002"} if name == "cdnow" else {"ana": "ana", "bob": "bob"}
    assert found == {people[who]: measures for who, measures in EXPECTED.items()}
    assert len(clean) + len(log.set_aside) == len(raw)


@pytest.mark.parametrize("name", sorted(set(FILES) - set(USABLE)))
def test_a_layout_that_cannot_serve_says_what_to_do(tmp_path, name):
    with pytest.raises(CourseError) as caught:
        read_orders(written(tmp_path, name))
    message = str(caught.value)
    assert load_profiles()[name].name in message and message.endswith(".")
    columns = read_lines(written(tmp_path, name)).columns[:4]
    read = read_orders(written(tmp_path, name), **dict(zip(USUAL, columns, strict=False)))
    assert len(read) == 1, "columns that the reader names are taken"


def test_what_the_reader_says_wins(tmp_path):
    raw = read_orders(written(tmp_path, "shopify"))
    clean, _ = clean_orders(raw, status={})
    assert sorted(clean["montant"]) == [20, 20, 50, 99]
    clean, _ = clean_orders(raw, amount="Lineitem price")
    assert sorted(clean["montant"]) == [10, 20, 20, 30], "the line's own amount, on each line"
    clean, _ = clean_orders(raw, customer="Lineitem name", fill_down=False, amount_of="line")
    assert clean["client_id"].tolist() == ["Sac", "Sac", "Sac"]
    retail = read_orders(written(tmp_path, "uci_online_retail_2"))
    assert clean_orders(retail, quantity="")[0]["montant"].tolist() == [2.5, 2.5, 2.5]
    stripe = read_orders(written(tmp_path, "stripe"))
    days = clean_orders(stripe, stamps="Europe/Paris")[0]["date_achat"]
    assert pd.Timestamp(2025, 3, 31) in days.tolist()


def test_where_all_is_said_no_layout_is_gone_by(tmp_path):
    raw = read_lines(written(tmp_path, "shopify"))
    names = {"customer": "Email", "order": "Name", "date": "Created at", "amount": "Total"}
    clean, log = clean_orders(raw, **names)
    assert sorted(clean["montant"]) == [20, 20, 50, 99]
    assert "mise en page reconnue" not in log.table["defaut"].tolist()


def test_titles_are_known_by_their_words(tmp_path):
    path = tmp_path / "export.csv"
    text = FILES["uci_online_retail_2"].replace("Customer ID", "customer_id").strip()
    path.write_text(text.replace("StockCode", "stock_code"), encoding="utf-8")
    clean, _ = clean_orders(read_orders(path))
    assert clean["client_id"].tolist() == ["ana", "ana", "bob"]


def test_several_candidates_are_said(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "Order Reference,Order Date,Customer,Total,Order Lines/Quantity,Order Lines/Unit Price\n"
        "S1,2025-03-02,ana,50.00,1,30.00\nS1,,,,2,10.00\n",
        encoding="utf-8",
    )
    said = read_orders(path).attrs["lecture"]
    assert "« Odoo, commandes » conviendrait aussi" in said.replace("\u00a0", " ")


def test_a_status_that_no_one_listed_is_judged_by_its_words(tmp_path):
    path = written(tmp_path, "prestashop")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("Livré", "Retiré en boutique").replace(
            "Erreur de paiement", "Annulée, fraude"
        ),
        encoding="utf-8",
    )
    assert sorted(clean_orders(read_orders(path))[0]["montant"]) == [20, 20, 50]


def test_other_files_are_in_no_known_layout(tmp_path):
    assert layout_of(load_raw_export()) is None
    with_numbers = pd.DataFrame(columns=["customer_id", "order_date", "revenue", "order_id"])
    assert layout_of(with_numbers) is None, "order numbers would be lost"
    columns = [f"colonne_{i}" for i in range(1, 5)]
    other = pd.DataFrame([["1", "Sac", "2025", "50.00"]], columns=columns)
    assert layout_of(other) is None


def test_a_day_alone_has_no_hour_to_convert():
    raw = pd.DataFrame({"id": ["1"], "Created (UTC)": ["2025-03-31"], "Amount": ["5"],
                        "Amount Refunded": ["0"], "Currency": ["eur"], "Status": ["Paid"],
                        "Customer Email": ["ana"]})  # fmt: skip
    assert clean_orders(raw)[0]["date_achat"].tolist() == [pd.Timestamp(2025, 3, 31)]


@pytest.mark.parametrize("profile", load_profiles().values(), ids=list(load_profiles()))
def test_a_layout_never_stands_in_the_way_of_the_course_s_names(profile):
    assert not {*profile.columns} & {*USUAL.values()}
    assert not profile.needs or profile.needs.endswith(".")
    assert not profile.caution or profile.caution.endswith(".")
