"""The quality explorer and the form of one’s own file, without a front end."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from rfm_helpers.activities import own_file_form, quality_explorer
from rfm_helpers.activities.base import WIDGET_VIEW
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.datasets import clean_orders, load_raw_export
from rfm_helpers.errors import CourseError

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
    assert bundle["image/png"] == explorer.png
    assert bundle["text/plain"].startswith("Exécutez cette cellule")
    assert WIDGET_VIEW in bundle


def test_a_missing_column_is_said_in_french():
    with pytest.raises(CourseError, match="montant"):
        quality_explorer(load_raw_export(), **{**COLUMNS, "amount": "montant"})


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
