"""The quality explorer and the form for one's own file, driven without a front end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from support.layouts import AS_OF, EXPECTED, written

from rfm_helpers.activities import quality_explorer
from rfm_helpers.activities.base import WIDGET_VIEW
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog.profiles import load_profiles
from rfm_helpers.datasets import COURSE_DATE, clean_orders, load_raw_export
from rfm_helpers.errors import CourseError

PNG = b"\x89PNG"


# --- quality explorer ----------------------------------------------------------------------------


COLUMNS = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}


@pytest.fixture
def explorer():
    return quality_explorer(load_raw_export(), **COLUMNS)


def reason_count(explorer, reason):
    return int((explorer.log.set_aside["motif_mise_de_cote"] == reason).sum())


def test_it_starts_as_the_course_cleans(explorer):
    expected, log = clean_orders(load_raw_export(), **COLUMNS, as_of=dt.date(2025, 12, 31))
    assert explorer.orders.equals(expected)
    assert explorer.log.summary == log.summary
    assert explorer.value == {
        "as_of": "2025-12-31",
        "timezone": "Europe/Paris",
        "test_customers": ("TEST",),
    }


def test_an_earlier_reference_date_sets_more_lines_aside_and_redraws(explorer):
    before, picture = len(explorer.log.set_aside), explorer.png
    explorer.as_of.value = dt.date(2025, 9, 30)
    assert len(explorer.log.set_aside) > before
    assert explorer.orders["date_achat"].max().date() <= dt.date(2025, 9, 30)
    assert explorer.png != picture
    assert explorer.message == ""


def test_without_a_reference_date_nothing_is_too_late(explorer):
    assert reason_count(explorer, "date après la date de référence") > 0
    explorer.as_of.value = ""
    assert reason_count(explorer, "date après la date de référence") == 0


def test_in_universal_time_no_day_changes(explorer):
    assert explorer.facts["Jours changés par le fuseau"] != "0"
    explorer.timezone.value = "UTC"
    assert explorer.facts["Jours changés par le fuseau"] == "0"


def test_settings_taken_back_show_the_same_again(explorer):
    facts, picture = explorer.facts, explorer.png
    explorer.timezone.value = "UTC"
    assert (explorer.facts, explorer.png) != (facts, picture)
    explorer.timezone.value = "Europe/Paris"
    assert (explorer.facts, explorer.png) == (facts, picture)


def test_the_test_customer_comes_first_when_kept(explorer):
    assert "C-TEST" not in explorer.facts["Premier client"]
    explorer.test_customer.value = ()
    assert explorer.facts["Premier client"].startswith("C-TEST")


def test_the_table_sets_the_start_beside_the_settings(explorer):
    start = explorer.facts["Chiffre d’affaires"]
    explorer.test_customer.value = ()
    assert start in explorer.facts_area.value
    assert explorer.facts["Chiffre d’affaires"] in explorer.facts_area.value


def test_a_stored_notebook_shows_the_picture(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/html"].startswith(explorer.figure_area.value)
    assert bundle["text/plain"].startswith("Exécutez cette cellule")
    assert WIDGET_VIEW in bundle


def test_a_missing_column_is_said_in_french():
    with pytest.raises(CourseError, match="montant"):
        quality_explorer(load_raw_export(), **{**COLUMNS, "amount": "montant"})


# --- own file ------------------------------------------------------------------------------------


def file_of(path: Path) -> tuple[dict[str, object]]:
    return ({"name": path.name, "content": memoryview(path.read_bytes())},)


@pytest.fixture
def sales(tmp_path) -> Path:
    path = tmp_path / "ventes été.csv"
    path.write_bytes(
        "Code client;Facture;Date d'achat;Total TTC\n"
        "A;1;31/12/2024;1 200,50 €\nA;1;31/12/2024;1 200,50 €\nÉ;2;15/01/2025;80\n".encode("cp1252")
    )
    return path


def test_without_a_file_the_lesson_goes_on_with_the_raw_export():
    form = own_file_form()
    assert form.value is None
    assert "export brut" in form.message
    names = {
        "customer": "N° client",
        "order": "N° commande",
        "date": "Date",
        "amount": "Montant TTC",
    }
    expected, log = clean_orders(load_raw_export(), **names, as_of=COURSE_DATE)
    pd.testing.assert_frame_equal(form.orders, expected)
    assert form.log.summary == log.summary
    assert "export brut" in form.source


@pytest.mark.parametrize("way", ["upload", "path"])
def test_a_file_is_read_its_columns_guessed_and_its_orders_cleaned(sales, way):
    form = own_file_form()
    if way == "upload":
        form.upload.value = file_of(sales)
    else:
        form.path.value = str(sales)
    assert form.value == {
        "customer": "Code client",
        "order": "Facture",
        "date": "Date d'achat",
        "amount": "Total TTC",
    }
    assert form.columns_box.layout.display == "flex"
    with pytest.raises(CourseError, match="Préparer les données"):
        _ = form.orders
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [1200.5, 80]
    assert form.log.lines_in == 3
    assert "ligne en double" in form.log_area.value
    assert form.source == "votre fichier"


def test_lines_after_the_reference_date_are_set_aside(sales):
    form = own_file_form()
    form.path.value = str(sales)
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [1200.5, 80]
    for typed in ("31/12/2024", "2024-12-31", "31 déc. 24"):
        form.as_of.value = typed
        assert form.log_area.value == ""
        form.clean_button.click()
        assert form.orders["montant"].tolist() == [1200.5]
        assert "date après la date de référence" in form.log_area.value


def test_a_reference_date_that_is_none_is_explained_and_prepares_nothing(sales):
    form = own_file_form()
    form.path.value = str(sales)
    form.clean_button.click()
    form.as_of.value = "31/02/2024"
    form.clean_button.click()
    assert "pas dans le calendrier" in form.message
    assert form.log_area.value == ""
    with pytest.raises(CourseError, match="pas encore préparé"):
        _ = form.orders


def test_changing_a_column_asks_to_prepare_again(sales):
    form = own_file_form()
    form.path.value = str(sales)
    form.clean_button.click()
    form.columns["order"].value = "Code client"
    assert form.log_area.value == ""
    form.clean_button.click()
    assert "Code client" in form.message
    assert "le client" in form.message
    with pytest.raises(CourseError):
        _ = form.orders


def test_the_last_file_chosen_is_the_one_read(sales, tmp_path):
    other = tmp_path / "autre.csv"
    other.write_text("client,commande,date,montant\nZ,9,2025-01-01,5\n", encoding="utf-8")
    form = own_file_form()
    form.upload.value = file_of(sales)
    form.path.value = str(other)
    assert (form.upload.value, len(form.raw)) == ((), 1)
    form.upload.value = file_of(sales)
    assert (form.path.value, len(form.raw)) == ("", 3)


def test_the_sheets_of_a_workbook_are_told_and_chosen(tmp_path):
    path = tmp_path / "ventes.xlsx"
    titles = ["client", "commande", "date", "montant"]
    with pd.ExcelWriter(path) as book:
        for place, sheet in enumerate(["2024", "2025"]):
            row = ["Z", place, dt.date(2025, 1, 1), 5.0]
            pd.DataFrame([row], columns=titles).to_excel(book, sheet_name=sheet, index=False)
    form = own_file_form()
    form.path.value = str(path)
    assert "feuille lue" in form.message and "2025" in form.message
    assert len(form.raw) == 1
    for sheets in ("toutes", "2024 ; 2025"):
        form.sheet.value = sheets
        form.read_button.click()
        assert len(form.raw) == 2
    form.clean_button.click()
    assert form.log.lines_out == 2
    again = own_file_form()
    again.restore(form.state())
    assert again.sheet.value == "2024 ; 2025" and len(again.orders) == 2
    form.sheet.value = "Avril"
    form.read_button.click()
    assert "Avril" in form.message


@pytest.mark.parametrize("name", ["absent.csv", "", "vide.csv"])
def test_a_file_that_cannot_be_read_is_explained_in_the_form(tmp_path, name):
    (tmp_path / "vide.csv").write_text("")
    form = own_file_form()
    if name:
        form.path.value = str(tmp_path / name)
    else:
        form.read_button.click()
    assert form.message
    assert form.value is None
    form.clean_button.click()
    assert "choisissez-en un" in form.message


def test_a_chosen_separator_and_encoding_are_used(tmp_path):
    path = tmp_path / "tab.csv"
    path.write_bytes("client\tcommande\tdate\tmontant, €\nÉ\t1\t2025-01-01\t5\n".encode("cp1252"))
    form = own_file_form()
    form.separator.value, form.encoding.value = "\t", "cp1252"
    form.path.value = str(path)
    assert form.value["amount"] == "montant, €"
    form.encoding.value = "utf-8"
    form.read_button.click()
    assert "utf-8" in form.message.lower()


# --- the consent in one's own file ----------------------------------------------------------------


@pytest.fixture
def form(tmp_path, monkeypatch):
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path))
    sales = tmp_path / "ventes.csv"
    sales.write_text(
        "client,commande,date,montant,optin\nA,1,2025-01-01,5,oui\nB,2,2025-02-01,6,non\n"
    )
    made = own_file_form(key="02_essai/fichier")
    made.path.value = str(sales)
    return made


def test_the_form_asks_for_whom_the_consent_was_given(form):
    form.clean_button.click()
    assert form.people is None
    assert "ne dit pas qui accepte d’être contacté" in form.log_area.value
    form.consent.column.value = "optin"
    assert form.people is None, "a column alone does not say for which channel"
    form.consent.channels["e-mail"].value = True
    form.clean_button.click()
    assert "ne dit pas qui accepte" not in form.log_area.value
    stay, _ = contact_list(form.people, "e-mail", on="2026-01-05", people=form.people)
    assert stay["client_id"].tolist() == ["A"]
    with pytest.raises(CourseError, match="consentement_telephone"):
        contact_list(form.people, "téléphone", on="2026-01-05", people=form.people)


def test_the_form_finds_the_consent_again(form):
    form.consent.column.value = "optin"
    form.consent.channels["SMS"].value = True
    form.clean_button.click()
    again = own_file_form(key="02_essai/fichier")
    assert again.consent.value == {"column": "optin", "channels": ["SMS"]}
    pd.testing.assert_frame_equal(again.people, form.people)


def test_without_a_file_nobody_s_consent_is_known():
    assert own_file_form().people is None


# What lines seem to say


def test_the_form_settles_by_its_fields_what_it_has_fields_for(tmp_path):
    text = "client_id;commande_id;date_achat;montant;email\n"
    text += "".join(f"A{n};{n};0{n}/01/2025;10;a@ex.fr\n" for n in range(1, 7))
    text += "B;8;01/02/2052;9;b@ex.fr\n"
    (tmp_path / "boutique.csv").write_text(text, encoding="utf-8")
    form = own_file_form()
    form.path.value = str(tmp_path / "boutique.csv")
    form.clean_button.click()
    table = " ".join(form.meaning.table.value.split())
    assert f"écrivez au-dessus {dt.date.today():%d/%m/%Y} comme date de référence" in table
    assert "choisissez au-dessus la colonne « email » pour les clients" in table
    assert "customer=" not in table and "as_of=" not in table


SHOP = (
    "client_id;commande_id;date_achat;prix;Qté;Statut\n"
    "A;1;02/01/2025;10;2;Payé\nB;2;13/01/2025;30;1;Annulé\nC;3;14/01/2025;9;1;Payé\n"
)


def boxes(form):
    return {box.description: box for box in form.meaning.boxes.children[1:]}


def test_a_remedy_is_ticked_taken_back_and_kept(tmp_path):
    (tmp_path / "boutique.csv").write_text(SHOP, encoding="utf-8")
    form = own_file_form()
    form.path.value = str(tmp_path / "boutique.csv")
    form.columns["amount"].value = "prix"
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [10, 30, 9]
    table = " ".join(form.meaning.table.value.split())
    assert "cochez au-dessous « multiplier par « Qté » »" in table and "status=" not in table
    quantity = next(iter(boxes(form).values()))
    quantity.value = True
    assert form.orders["montant"].tolist() == [20, 30, 9]
    next(box for name, box in boxes(form).items() if "Payé" in name).value = True
    assert form.orders["montant"].tolist() == [20, 9]
    again = own_file_form()
    again.restore(form.state())
    assert again.orders["montant"].tolist() == [20, 9]
    assert [box.value for box in boxes(again).values()] == [True, True]
    next(iter(boxes(again).values())).value = False
    assert again.orders["montant"].tolist() == [10, 9]


def test_identifiers_written_in_several_ways_are_made_one_on_request(tmp_path):
    (tmp_path / "boutique.csv").write_text(SHOP.replace("C;3", "a;3"), encoding="utf-8")
    form = own_file_form()
    form.path.value = str(tmp_path / "boutique.csv")
    form.columns["amount"].value = "prix"
    form.clean_button.click()
    assert form.orders["client_id"].nunique() == 3
    next(box for name, box in boxes(form).items() if "qu’un client" in name).value = True
    assert form.orders["client_id"].nunique() == 2
    assert "telles qu’elles seront lues" in form.preview_area.value


def test_a_file_without_order_numbers_is_prepared(tmp_path):
    path = tmp_path / "caisse.csv"
    path.write_text("client;date;montant\nA;02/01/2025;10\nA;02/01/2025;5\n", encoding="utf-8")
    form = own_file_form()
    form.path.value = str(path)
    form.columns["order"].value = ""
    form.columns["customer"].value, form.columns["date"].value = "client", "date"
    form.columns["amount"].value = "montant"
    form.clean_button.click()
    assert form.orders["commande_id"].nunique() == 1
    assert "pas de numéro de commande" in form.log_area.value


# What is proposed


@pytest.fixture(scope="module")
def one_form():
    """One form for many files: each is read anew."""
    return own_file_form()


@pytest.mark.parametrize("name", ["shopify", "odoo_prices", "stripe", "cdnow"])
def test_a_known_layout_is_proposed_with_its_choices(one_form, tmp_path, name):
    one_form.path.value = str(written(tmp_path, name))
    assert load_profiles()[name].name in one_form.message
    assert all("Proposée" in one_form.question.whys[role].value for role in ("customer", "amount"))
    assert "telles qu’elles seront lues" in one_form.preview_area.value
    assert one_form.log_area.value == ""
    one_form.clean_button.click()
    table = rfm_table(one_form.orders, as_of=AS_OF[name])
    found = sorted(zip(table["recence"], table["frequence"], table["montant_total"], strict=True))
    assert found == sorted(EXPECTED.values())


def test_a_choice_of_the_layout_is_seen_and_taken_back_before_anything_is_prepared(tmp_path):
    form = own_file_form()
    form.path.value = str(written(tmp_path, "prestashop"))
    assert "statut non retenu" in form.preview_area.value
    (status,) = boxes(form).values()
    assert status.value and "Livré" in status.description
    status.value = False
    assert "statut non retenu" not in form.preview_area.value
    assert form.log_area.value == ""
    form.clean_button.click()
    assert form.log.lines_out == 5
    again = own_file_form()
    again.restore(form.state())
    assert again.log.lines_out == 5, "what was taken back stays so"


def test_the_choices_of_one_file_are_not_those_of_the_next(tmp_path, sales):
    form = own_file_form()
    form.path.value = str(written(tmp_path, "prestashop"))
    form.path.value = str(sales)
    assert form.meaning.value == []
    form.clean_button.click()
    assert form.log.lines_in == 3


def test_what_lacks_customers_is_said_in_the_form(tmp_path):
    form = own_file_form()
    form.path.value = str(written(tmp_path, "sumup"))
    assert "ne dit pas qui achète" in form.message and form.message.startswith("Fichier texte")
    assert form.value == {}, "its column « Account » is the merchant's own"


def test_a_column_is_proposed_only_if_its_cells_say_so_too(tmp_path):
    path = tmp_path / "carnet.csv"
    path.write_text(
        "Date;Client;Commande;Montant\npapier;A;1;sur devis\ncarton;B;2;offert\n", encoding="utf-8"
    )
    form = own_file_form()
    form.path.value = str(path)
    assert form.value == {"customer": "Client", "order": "Commande"}
    assert "telles qu’elles sont écrites" in form.preview_area.value
    assert "ne la désigne" in form.question.whys["date"].value
    form.clean_button.click()
    assert "pour la date d’achat ni pour le montant" in form.message
    form.columns["date"].value = "Date"
    assert "ne se lit pas comme une date" in form.question.whys["date"].value


def test_why_a_column_is_proposed_is_said(tmp_path):
    path = tmp_path / "ventes.csv"
    path.write_text(
        "Acheteur;N° de ticket;Le jour;Payé\nA;1;31/12/2023;12,50\nB;2;05/03/2025;1 250,00\n",
        encoding="utf-8",
    )
    form = own_file_form()
    form.path.value = str(path)
    whys = {role: why.value.replace("\u00a0", " ") for role, why in form.question.whys.items()}
    assert "annonce une date, et elle contient des dates, de 2023 à 2025" in whys["date"]
    assert "de 12,50 à 1\u202f250,00" in whys["amount"]
    assert "2 valeurs différentes, sur 2 lignes" in whys["customer"]
    for cell in ("5 mars 2025", "gardée"):
        assert cell in form.preview_area.value.replace("\u00a0", " ")
    form.columns["customer"].value = "N° de ticket"
    form.columns["order"].value = "Acheteur"
    assert "Cette colonne contient" in form.question.whys["customer"].value
