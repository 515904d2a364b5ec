"""The quality explorer, without a front end."""

from __future__ import annotations

import datetime as dt

import pytest

from rfm_helpers.activities import quality_explorer
from rfm_helpers.activities.base import WIDGET_VIEW
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
