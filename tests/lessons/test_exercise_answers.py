"""Every question of every exercise: right answers, other right ones, typical wrong ones.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from support.contacts import staying
from support.course import ROOT
from support.lessons import plain

from rfm_helpers import answer_question
from rfm_helpers.catalog.open_questions import load_open_question
from rfm_helpers.questions import Outcome, Question, exercise
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.exercise import as_kept, exercise_names
from rfm_helpers.questions.lessons import lesson_10 as questions_of_the_spring

DATA = ROOT / "data" / "orsenne"
DAY = dt.date(2025, 12, 31)
GRID = ROOT / "rfm_helpers" / "catalog" / "grids" / "onze.yaml"
RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR
#: What was right before the question took its present form.
BEFORE = "avant"


def letters(right: str) -> list[object]:
    """A choice in the ways in which it may be given."""
    return [right, right.upper(), [right]]


def french(value: float, unit: str = "€") -> str:
    return f"{value:,.2f} {unit}".replace(",", "\u202f").replace(".", ",")


# --- 02: one store's year ------------------------------------------------------------------------

STORE = "Lyon Bellecour"


@cache
def truth() -> pd.DataFrame:
    """The raw export with what each line should have said; the six tests of C-TEST are aside."""
    raw = pd.read_csv(DATA / "export_brut.csv", sep=";", encoding="cp1252", dtype=str)
    return pd.read_csv(DATA / "export_brut_verite.csv").assign(store=raw["Boutique"])


def store_lines(store: str = STORE) -> pd.DataFrame:
    lines = truth()
    return lines[lines["store"] == store]


def kept(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[lines["issue"] == "garder"]


def alive(lines: pd.DataFrame) -> int:
    totals = kept(lines).groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    return int((totals > 0).sum())


def half_year(last: str) -> pd.DataFrame:
    rows = []
    for store in truth()["store"].unique():
        lines = store_lines(store)
        lines = lines[lines["date_lue"] <= last]
        total = kept(lines)["montant"].sum()
        rows.append({"Boutique": store, "commandes": alive(lines), "montant": total})
    return pd.DataFrame(rows)


def lesson_02() -> dict[str, Any]:
    lines = store_lines()
    clean = kept(lines)
    total, orders = clean["montant"].sum(), alive(lines)
    sold = clean.loc[clean["montant"] > 0, "montant"].sum()
    everywhere = truth()[truth()["store"].isin(truth()["store"].unique())]
    aside, all_aside = len(lines) - len(clean), len(everywhere) - len(kept(everywhere))
    assert aside / len(lines) < 0.03 < all_aside / len(lines)
    numbers = clean["commande_id"].nunique()
    assert clean["client_id"].nunique() < orders < 540 < numbers < len(clean)
    assert 428234.2 < total < 507_000 < sold < 2 * sold - total
    table = half_year("2025-06-30")
    return {
        "lignes_mises_de_cote": {
            BEFORE: aside,
            RIGHT: letters("b"),
            REVIEW: {"a": "toute la maison", "c": "vraie vente", "d": "deux fois"},
            ERROR: ["beaucoup", 15],
        },
        "commandes_qui_comptent": {
            BEFORE: orders,
            RIGHT: letters("c"),
            REVIEW: {"a": "lignes au lieu", "b": "rendues", "d": "plusieurs fois"},
            ERROR: ["e", "b, c", 535],
        },
        "chiffre_affaires_net": {
            BEFORE: total,
            RIGHT: letters("d"),
            REVIEW: {"a": "déduit les retours", "b": "s’ajoutent", "c": "ne sait pas lire"},
            ERROR: ["507 000 €", total],
        },
        "panier_moyen_boutique": {
            RIGHT: [total / orders, french(total / orders), round(total / orders)],
            REVIEW: {total / len(clean): "lignes", total: "sans moyenne",
                     total / clean["commande_id"].nunique(): "rendues",
                     total / clean["client_id"].nunique(): "par client"},
        },
        "premier_semestre": {
            BEFORE: table,
            RIGHT: ["30/06/2025", "2025-06-30", "le 30 juin 2025", dt.date(2025, 6, 30)],
            REVIEW: {"31/12/2025": "année entière", "29/06/2025": "lui-même",
                     "1er juillet 2025": "juillet", "01/01/2025": "premier jour",
                     "31/03/2025": "dernier jour"},
            ERROR: ["juin", "31/06/2025", 2025, table],
        },
    }  # fmt: skip


# --- 03: the house on 30 June 2025 ---------------------------------------------------------------


@cache
def orders() -> pd.DataFrame:
    return pd.read_csv(DATA / "commandes.csv", parse_dates=["date_achat"])


def measures(day: str) -> pd.DataFrame:
    """Recency, frequency and amount at a day, with plain pandas."""
    lines = orders()[orders()["date_achat"] <= day]
    per_order = lines.groupby(["client_id", "commande_id"], as_index=False).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    alive = per_order[per_order["total"].round(2) > 0].groupby("client_id")
    table = alive.agg(last=("day", "max"), frequence=("day", "size"))
    table["recence"] = (pd.Timestamp(day) - table["last"]).dt.days
    table["montant_total"] = lines.groupby("client_id")["montant"].sum().round(2)
    return table


@cache
def scores(day: str, levels: int = 4) -> pd.DataFrame:
    """Quantile scores by counting, customer by customer value, who does strictly worse."""
    table = measures(day)
    good = {"R": -table["recence"], "F": table["frequence"], "M": table["montant_total"]}
    for name, values in good.items():
        worse = values.rank(method="min").astype(int) - 1
        table[name] = 1 + levels * worse // len(table)
    table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return table


@cache
def same_windows(levels: int = 4, months: int = 24) -> dict[str, pd.DataFrame]:
    """Both dates on windows of so many months, scored by who of the last one does worse."""
    tables = {day: in_window(day, months) for day in ("2024-12-31", "2025-12-31")}
    last = tables["2025-12-31"]
    for table in tables.values():
        for name, column, sign in SCORED:
            everyone, own = sign * last[column].to_numpy(), sign * table[column].to_numpy()
            worse = (everyone[None, :] < own[:, None]).sum(axis=1)
            table[name] = (1 + levels * worse // len(last)).clip(max=levels)
        table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return tables


SCORED = (("R", "recence", -1), ("F", "frequence", 1), ("M", "montant_total", 1))


def in_window(day: str, months: int) -> pd.DataFrame:
    """The measures of a window: whole orders, each on the day of its first line."""
    start = pd.Timestamp(day) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    lines = orders()[orders()["date_achat"] <= day]
    per_order = lines.groupby(["client_id", "commande_id"], as_index=False).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    per_order = per_order[per_order["day"] >= start]
    alive = per_order[per_order["total"].round(2) > 0].groupby("client_id")
    table = alive.agg(last=("day", "max"), frequence=("day", "size"))
    table["recence"] = (pd.Timestamp(day) - table["last"]).dt.days
    table["montant_total"] = per_order.groupby("client_id")["total"].sum().round(2)
    return table


def came_back(table: pd.DataFrame, days: int) -> pd.Series:
    """Who of a table of the end of 2024 ordered within so many days."""
    everyone = measures("2024-12-31").index
    return pd.Series(bought_again("2024-12-31", days), index=everyone)[table.index]


def bought_again(day: str, days: int) -> pd.Series:
    start, end = pd.Timestamp(day), pd.Timestamp(day) + pd.Timedelta(days=days)
    later = orders()[orders()["date_achat"].between(start + pd.Timedelta(days=1), end)]
    totals = later.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    return measures(day).index.isin(totals[totals > 0].reset_index()["client_id"])


def sizes(edges: list[int]) -> pd.DataFrame:
    table = measures("2025-12-31")
    marks = {
        "R": 4 - sum((table["recence"] > edge).astype(int) for edge in edges),
        "F": 1 + sum((table["frequence"] >= edge).astype(int) for edge in (2, 4, 6)),
        "M": 1 + sum((table["montant_total"] >= edge).astype(int) for edge in (500, 2000, 5000)),
    }
    counts = [values.value_counts().rename("clients") for values in marks.values()]
    table = pd.concat(counts, keys=list(marks), names=["dimension", "score"])
    return table.reset_index().sort_values(["dimension", "score"], ignore_index=True)


def lesson_03() -> dict[str, Any]:
    june, autumn = scores("2025-06-30"), scores("2025-12-31")
    again = pd.Series(bought_again("2025-06-30", 180), index=june.index)
    before = scores("2024-12-31")
    earlier = pd.Series(bought_again("2024-12-31", 180), index=before.index)

    def times(came: pd.Series, score: pd.Series) -> float:
        return float(came[score == 4].mean() / came[score == 1].mean())

    assert times(again, june["R"]) > 10
    assert round(times(earlier, before["R"])) == 7
    assert round(times(again, june["F"])) == round(times(again, june["M"])) == 3
    return {
        "recence_apres_retour": {
            RIGHT: [192, "192 jours", np.int32(192), 192.0],
            REVIEW: {91: "un achat ou un retour", 107: "mois de mars", 376: "fin de l’année",
                     455: "première", -192: "quel sens", 12: "quelle commande"},
        },
        "frequence_apres_retour": {
            RIGHT: [4, "4", "4 commandes"],
            REVIEW: {8: "lignes", 6: "articles", 5: "ne reste rien", 3: "numéros"},
        },
        "code_au_30_juin": {
            RIGHT: [june.loc["C-1339", "code"], 332, " 3 3 2 ", "3-3-2"],
            REVIEW: {scores("2025-06-30", 5).loc["C-1339", "code"]: "niveaux",
                     autumn.loc["C-1339", "code"]: "quelle date", "443": "quelle date",
                     "232": "élevé ou faible", "111": "ceux de la question"},
            ERROR: [33.2, True],
        },
        "seuils_de_recence": {
            BEFORE: sizes([60, 180, 365]),
            RIGHT: ["60, 180, 365", [60, 180, 365], "365 ; 180 et 60", ("60", "180", "365")],
            REVIEW: {"59, 179, 364": "égale à la borne", "60, 180, 360": "une année",
                     "30, 90, 200": "ceux de la cellule", "2, 6, 12": "des mois",
                     "60, 180": "manque", "60, 120, 365": "chaque durée"},
            ERROR: ["deux mois", 60, sizes([60, 180, 365])],
        },
        "rachat_des_r4": {
            BEFORE: 100 * again[june["R"] == 4].mean(),
            RIGHT: letters("a"),
            REVIEW: {"b": "quelle date", "c": "bonne mesure", "d": "parle de nos messages"},
            ERROR: ["e", 58.4],
        },
    }  # fmt: skip


# --- 04: an evening in Lyon ----------------------------------------------------------------------


def named(table: pd.DataFrame) -> pd.DataFrame:
    """The segment of each customer, from the grid's own file."""
    names = {
        code: segment["name"]
        for segment in yaml.safe_load(GRID.read_text(encoding="utf-8"))["segments"]
        for pattern in segment["codes"]
        for code in table["code"].unique()
        if fnmatchcase(code, str(pattern))
    }
    return table.assign(segment=table["code"].map(names))


def lyon(table: pd.DataFrame) -> pd.DataFrame:
    people = pd.read_csv(DATA / "clients.csv").set_index("client_id")
    table = table.join(people)
    return table[table["region"] == "Lyon et sa région"]


def profile(table: pd.DataFrame) -> pd.DataFrame:
    groups = table.groupby("segment")["montant_total"]
    return groups.agg(clients="size", chiffre_affaires="sum").reset_index()


def lyon_alone() -> pd.DataFrame:
    table = lyon(measures("2025-12-31"))
    good = {"R": -table["recence"], "F": table["frequence"], "M": table["montant_total"]}
    marks = [1 + 4 * (v.rank(method="min").astype(int) - 1) // len(table) for v in good.values()]
    codes = [f"{r}{f}{m}" for r, f, m in zip(*marks, strict=True)]
    return named(table.assign(code=codes))


def lesson_04() -> dict[str, Any]:
    house = named(scores("2025-12-31"))
    here = lyon(house)
    good = profile(here)
    money, people = here["montant_total"], here["segment"]
    assert (people == "Champions").sum() != (lyon_alone()["segment"] == "Champions").sum()
    weights = money.groupby(people).sum() / money.sum()
    invited = here[people.isin(["Champions", "Fidèles"])]
    assert weights["Champions"] < 2 / 3 <= weights[["Champions", "Fidèles"]].sum()
    assert len(invited) / len(here) < 2 / 3
    agreed = invited[invited["consentement"] == "oui"]
    stay = invited.loc[staying(invited.index, DAY)]
    assert len(stay) < 60 < min(len(agreed), len(invited), len(staying(here.index, DAY)))
    return {
        "profil_de_la_region": {
            BEFORE: good,
            RIGHT: letters("c"),
            REVIEW: {"a": "voisins", "b": "autant de Champions", "d": "que les clients"},
            ERROR: ["toute la maison", good],
        },
        "part_des_champions": {
            BEFORE: 100 * weights["Champions"],
            RIGHT: letters("b"),
            REVIEW: {"a": "un tiers", "c": "bonne région", "d": "ou en euros"},
            ERROR: [34.8, "e"],
        },
        "invitations_par_message": {
            BEFORE: len(stay),
            RIGHT: letters("d"),
            REVIEW: {"a": "Tous peuvent", "b": "consentement suffit", "c": "deux segments"},
            ERROR: [len(stay), "a, d"],
        },
        "apres_un_achat": {
            RIGHT: ["Champions", "champions", " CHAMPIONS "],
            REVIEW: {"Besoin d'attention": "avant l’achat", "Fidèles potentiels": "que la récence",
                     "À ne pas perdre": "comme elle est", "Perdus": "dernière phrase"},
            ERROR: ["Champion", "444", 444],
        },
        "progres_qui_reculent": {
            RIGHT: ["b, d", ["d", "b"], {"B", "D"}, "D;B"],
            REVIEW: {"a": "rang", "a, b, c, d": "légende", "b": "au moins une autre",
                     "c, d": "rang"},
            ERROR: ["e", "311"],
        },
    }  # fmt: skip


# --- 05: Marc's double ---------------------------------------------------------------------------


def lesson_05() -> dict[str, Any]:
    five, four = scores("2025-12-31", 5), scores("2025-12-31", 4)
    r, f, m = five["R"], five["F"], five["M"]
    target = five[(r <= 2) & (f >= 3) & (m == 5)]
    codes = [table.loc["C-0362", "code"] for table in (five, four, scores("2025-12-31", 3))]
    assert [
        fnmatchcase(code, like)
        for code, like in zip(codes, ("[12][45][45]", "[12]3[45]", "[12]33"), strict=True)
    ] == [True] * 3
    assert len(target) == 79 and round(((r <= 2) & (f >= 3) & (m >= 4)).sum() / 80) == 2
    assert 4.5 < ((r >= 4) & (f >= 3) & (m == 5)).sum() / 80 < 5
    assert max(((r == 2) & (f >= 3) & (m == 5)).sum(), ((r <= 2) & (f == 3) & (m == 5)).sum()) <= 60
    past, today = same_windows(5).values()
    again = came_back(past, 365)
    rule = (past["R"] <= 2) & (past["F"] >= 3) & (past["M"] == 5)
    alone = 100 * again[rule].mean()
    low, high = wilson(again[rule].sum(), rule.sum())
    assert low > 0.20 and alone < 45 < 100 * high
    kept = today[(today["R"] <= 2) & (today["F"] >= 3) & (today["M"] == 5)]
    basket = kept["montant_total"].sum() / kept["frequence"].sum()
    stake = len(kept) * 0.1 * basket
    assert basket < 15_000 < stake < 20_000 and 10 * stake > 10 * 15_000
    assert 4 < 0.1 * kept["montant_total"].sum() / 15_000 < 5 < 0.5 * 10 * stake / 15_000 < 6
    assert "C-0362" not in set(pd.read_csv(DATA / "reclamations.csv")["client_id"])
    contacts = pd.read_csv(DATA / "contacts.csv").query("client_id == 'C-0362'")
    assert contacts.loc[contacts["desabonnement"] == 1, "date_contact"].tolist() == ["2025-12-05"]
    his = orders()[orders()["client_id"] == "C-0362"]
    assert not his["remise"].any()
    assert his["date_achat"].max() == pd.Timestamp("2024-07-30")
    return {
        "code_du_double": {
            BEFORE: five.loc["C-0362", "code"],
            RIGHT: letters("d"),
            REVIEW: {"a": "long silence", "b": "combien de niveaux", "c": "changé"},
            ERROR: [244, "244"],
        },
        "cause_du_silence": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "désabonné", "b": "plaint", "d": "remise"},
            ERROR: ["e", "a, c"],
        },
        "cible_des_gros_montants": {
            BEFORE: len(target),
            RIGHT: letters("b"),
            REVIEW: {"a": "silencieux", "c": "valoir 4", "d": "s’arrête-t-il à 3"},
            ERROR: [len(target), "b, c"],
        },
        "retour_sans_nous": {
            BEFORE: alone,
            RIGHT: letters("b"),
            REVIEW: {"a": "avant 45", "c": "ont commandé en 2025", "d": "plus bas"},
            ERROR: [alone, "45 %"],
        },
        "enjeu_de_la_cible": {
            BEFORE: stake,
            RIGHT: letters("c"),
            REVIEW: {"a": "Toute la cible", "b": "tout ce que ces clients", "d": "un seul client"},
            ERROR: [stake, "15 000 €"],
        },
    }  # fmt: skip


# --- 06: a morning at the workshop ---------------------------------------------------------------


def guests() -> list[str]:
    here = lyon(named(scores("2025-12-31")))
    return staying(here[here["segment"] == "Fidèles potentiels"].index, DAY)


def invited() -> int:
    return len(guests())


def lesson_06() -> dict[str, Any]:
    cards = 2.5 * invited()
    total = 400 + 300 + cards + 360 + 900
    with_tax = 480 + 330 + 1.2 * cards + 360 + 1080
    year = total - 600
    assert 480 * 0.8 < 390 and 480 / 1.2 < 410 < 480 / 1.1
    assert 2_000 + 15_000 + 500 + 12 * 300 == 21_000 + 100
    return {
        "artisan_ht": {
            BEFORE: 400,
            RIGHT: letters("a"),
            REVIEW: {"b": "à un prix TTC", "c": "taux de TVA", "d": "retirer"},
            ERROR: [400, "400 €"],
        },
        "total_ht": {
            RIGHT: [total, french(total), str(round(total))],
            REVIEW: {480 + 330 + cards + 360 + 900: "HT et des prix TTC", with_tax: "total TTC",
                     year: "étalés", 480 + 13.2 + 2.5 + 30 + 900: "quantités", 1: "toutes lignes"},
        },
        "cout_par_present": {
            RIGHT: [year / 25, french(year / 25), round(year / 25, 1)],
            REVIEW: {year / invited(): "invités", year / 6: "acheteurs", total / 25: "en entier",
                     total / invited(): "quelle année", year: "sans le diviser", 1: "par qui"},
        },
        "prix_a_chercher": {
            RIGHT: ["b, c", ["c", "b"], {"B", "C"}],
            REVIEW: {"b": "au moins une autre", "a": "manque", "b, c, e": "Établis", "d": "manque"},
            ERROR: ["f", "Invitations"],
        },
        "tableau_de_marc": {
            BEFORE: 21_100,
            RIGHT: letters("c"),
            REVIEW: {"a": "Combien de remises", "b": "déjà dans", "d": "Tous les invités"},
            ERROR: [21_100, "21 100 €"],
        },
    }  # fmt: skip


# --- 07: what the morning brings back ------------------------------------------------------------


def promising() -> pd.DataFrame:
    house = named(scores("2025-12-31"))
    return house[house["segment"] == "Fidèles potentiels"]


def per_order(them: pd.DataFrame) -> tuple[float, float]:
    """What an order of some customers leaves, and what they pay for it (euros)."""
    lines = orders()[orders()["client_id"].isin(them.index)]
    return tuple(lines[["marge", "montant"]].sum() / them["frequence"].sum())


def morning_cost() -> tuple[float, float, float]:
    """The cost of the morning: paid at once, with its VAT, with its benches over three years."""
    cost = 1960 + 2.5 * invited()
    return cost, 2250 + 3 * invited(), cost - 900 + 300


def lesson_07() -> dict[str, Any]:
    them = promising()
    margin, paid = per_order(them)
    rate = margin / (paid / 1.2)
    cost, with_tax, year = morning_cost()
    needed = 100 * cost / (invited() * margin)
    gained = invited() * 0.2 * margin
    hoped, claimed = 100 * (gained / cost - 1), 100 * (3 * gained / cost - 1)
    catalogue = pd.read_csv(DATA / "produits.csv").set_index("produit_id")["categorie"]
    sold = orders().groupby(orders()["produit_id"].map(catalogue))[["marge", "montant"]].sum()
    rates = 1.2 * sold["marge"] / sold["montant"]
    small, watches = rates["Petite maroquinerie"], rates["Horlogerie"]
    extra = 100 * 0.1 / (small - 0.1)
    given = invited() * 0.6 * paid / 1.2 * 0.1
    assert 10 / small < 20 < extra < 30 < min(10 / (watches - 0.1), 15 / (small - 0.15))
    assert 8 < invited() * needed / 100 <= 9
    assert gained - given < cost and 1.05 * gained < cost and gained < cost - 150
    assert gained > year
    return {
        "marge_par_commande": {
            RIGHT: [margin, french(margin), round(margin)],
            REVIEW: {paid * rate: "prix TTC", paid / 1.2: "ou une marge", paid: "panier TTC",
                     margin * them["frequence"].mean(): "d’un client", 1: "multiplié"},
        },
        "seuil_de_la_matinee": {
            RIGHT: [needed, needed / 100, french(needed, "%"), french(needed, "points"),
                    round(needed, 1)],
            REVIEW: {100 * year / (invited() * margin): "étalé les établis",
                     100 * with_tax / (invited() * margin): "ou TTC",
                     100 * cost / (25 * margin): "présents", 99: "ceux de la question",
                     100 * with_tax / (25 * margin): "coût et les invités",
                     100 * cost / (invited() * paid / 1.2): "avec la marge"},
        },
        "roi_espere": {
            RIGHT: [hoped, hoped / 100, french(hoped, "%"), round(hoped)],
            REVIEW: {claimed: "la réponse", -hoped: "signe", 100 * gained / cost: "retiré le coût",
                     100 * (gained / rate / cost - 1): "chiffre d’affaires", 3: "0.05 pour 5"},
        },
        "cout_supportable": {
            RIGHT: [gained, french(gained), round(gained)],
            REVIEW: {gained / invited(): "d’un invité", gained / rate: "avec la marge",
                     3 * gained: "la réponse", cost - gained: "perd aujourd’hui",
                     cost: "hausse est-elle"},
        },
        "prix_de_la_remise": {
            BEFORE: extra,
            RIGHT: letters("c"),
            REVIEW: {"a": "au prix, ou à la marge", "b": "une fois la remise",
                     "d": "cette catégorie"},
            ERROR: [extra, "22 %"],
        },
        "levier_de_la_matinee": {
            RIGHT: ["d", "D", ["d"]],
            REVIEW: {"a": "refuserait", "b": "positif", "c": "même de peu"},
            ERROR: ["a, d", "e"],
        },
    }  # fmt: skip


# --- 08: and without the morning? ----------------------------------------------------------------


def wilson(count: float, size: int) -> tuple[float, float]:
    z, share = 1.959964, count / size
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    around = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    return middle - around, middle + around


def lowest_gap(one: float, other: float, size: int) -> float:
    """The lower end of the difference of two shares, by Newcombe's method."""
    (low, _), (_, high) = wilson(one, size), wilson(other, size)
    a, b = one / size, other / size
    return float(a - b - np.sqrt((a - low) ** 2 + (high - b) ** 2))


def smallest_groups(share: float, aim: float) -> int:
    low, high = sorted((share, aim))
    return next(n for n in range(2, 2000) if lowest_gap(high * n, low * n, n) > 0)


def best_spending(reactions: dict[str, float], reachable: bool) -> dict[str, float]:
    """What to spend on each segment until the last euro brings back just one (first order: 100)."""
    house = named(scores("2025-12-31"))
    rate = orders()["marge"].sum() / orders()["montant"].sum()
    spent = {}
    for segment, share in reactions.items():
        them = house[house["segment"] == segment]
        if reachable:
            them = them.loc[staying(them.index, DAY)]
        margin = rate * them["montant_total"].sum() / them["frequence"].sum()
        spent[segment] = 100 * share * len(them) * np.log(margin / 100)
    return spent


def lesson_08() -> dict[str, Any]:
    margin, paid = per_order(promising())
    rate = margin / (paid / 1.2)
    cost, _, year = morning_cost()
    past = named(same_windows()["2024-12-31"])
    again = came_back(past, 181)
    alone = 100 * again.groupby(past["segment"]).mean()
    uplift = 60 - alone["Fidèles potentiels"]
    gained = invited() * uplift / 100 * margin
    roi, claimed = 100 * (gained / cost - 1), 100 * (invited() * 0.6 * margin / cost - 1)
    lowest = lowest_gap(130, 90, 210) * 210 * margin
    assert lowest > 0 and lowest / (5 * year) - 1 < -0.25
    size = smallest_groups(0.23, 0.33)
    assert 3 * invited() < size <= 4 * invited() < 2 * size < 8 * invited()
    assert smallest_groups(0.30, 0.42) <= 3 * invited()
    assert smallest_groups(0.23, 0.10) <= 2 * invited()
    reactions = {"Fidèles potentiels": 0.08, "À ne pas perdre": 0.13}
    spent, everyone = (best_spending(reactions, reachable) for reachable in (True, False))
    left = 9000 - sum(spent.values())
    return {
        "hausse_de_la_matinee": {
            RIGHT: [uplift, uplift / 100, french(uplift, "points"), round(uplift, 1)],
            REVIEW: {60: "ou la hausse", alone["Fidèles potentiels"]: "l’écart", 99: "Quel repère",
                     100 * (60 / alone["Fidèles potentiels"] - 1): "division",
                     60 - alone["Champions"]: "bon segment",
                     60 - 100 * again.mean(): "toute la base"},
        },
        "roi_de_la_matinee": {
            RIGHT: [roi, roi / 100, french(roi, "%"), round(roi)],
            REVIEW: {claimed: "la réponse", -roi: "signe", 100 * gained / cost: "retiré le coût",
                     100 * (gained / rate / cost - 1): "chiffre d’affaires", 3: "0.05 pour 5"},
        },
        "conclusion_du_temoin": {
            RIGHT: ["d", "D", ["d"]],
            REVIEW: {"a": "sans elle", "b": "zéro", "c": "prouvé"},
            ERROR: ["a, d", "e"],
        },
        "taille_du_temoin": {
            BEFORE: size,
            RIGHT: letters("a"),
            REVIEW: {"b": "ou des deux", "c": "celles des « Prometteurs »", "d": "réponse visée"},
            ERROR: [size, "156 clients"],
        },
        "risque_de_la_serie": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "le ROI l’est-il", "b": "bas de l’intervalle", "d": "contient-il zéro"},
            ERROR: ["a, c", "e"],
        },
        "reste_de_l_enveloppe": {
            RIGHT: [left, french(left), round(left)],
            REVIEW: {9000 - left: "ou ce que l’on rend",
                     spent["Fidèles potentiels"]: "un seul segment",
                     spent["À ne pas perdre"]: "un seul segment",
                     9000 - sum(everyone.values()): "ne peut pas écrire",
                     0: "dernier euro", 99: "de la question"},
        },
    }  # fmt: skip


# --- 09: ten places in Lyon ----------------------------------------------------------------------


@cache
def people() -> pd.DataFrame:
    return pd.read_csv(DATA / "clients.csv", parse_dates=["date_recrutement"])


def of_lyon(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the customers of Lyon, of a table by customer."""
    there = people().loc[people()["region"] == "Lyon et sa région", "client_id"]
    return table[table.index.isin(there)]


def points_of_two_years() -> pd.DataFrame:
    """Yearly totals of 2024 and 2025 in Lyon, the points of revenue and margin, and the bonus."""
    table = of_lyon(in_window("2025-12-31", 24)).copy()
    first = orders().groupby("commande_id")["date_achat"].transform("min")
    margins = orders()[first >= "2024-01-01"].groupby("client_id")["marge"].sum()
    table["ca"], table["marge"] = table["montant_total"] / 200, margins[table.index] / 200
    sums = [
        np.select([amount < low, amount < middle, amount <= high], few, most)
        for amount, (low, middle, high), few, most in [
            (table["ca"], (10, 50, 100), (0.5, 2.5, 7.5), 10),
            (table["marge"], (2, 10, 20), (1, 5, 10), 20),
        ]
    ]
    return table.assign(notes=sum(sums), bonus=2 * table["frequence"])


def ten_best(table: pd.DataFrame, cap: float) -> list[str]:
    ranked = table.assign(points=table["notes"] + table["bonus"].clip(upper=cap), who=table.index)
    ranked = ranked.sort_values(["points", "marge", "who"], ascending=[False, False, True])
    return ranked.index[:10].tolist()


def referrals(months: int, channel: str) -> tuple[float, float, float]:
    """The mean margin of a channel's recruits over so many months, and the ends around it."""
    theirs = people()[people()["canal_recrutement"] == channel].set_index("client_id")
    day = theirs["date_recrutement"]
    seen = day[(day >= "2023-01-01") & (day + pd.DateOffset(months=months) <= "2026-01-01")]
    per_order = (
        orders()
        .groupby(["client_id", "commande_id"], as_index=False)
        .agg(day=("date_achat", "min"), total=("montant", "sum"), marge=("marge", "sum"))
    )
    kept_ = per_order[(per_order["total"].round(2) > 0) & per_order["client_id"].isin(seen.index)]
    end = kept_["client_id"].map(seen) + pd.DateOffset(months=months)
    margins = kept_[kept_["day"] < end].groupby("client_id")["marge"].sum()
    found = margins.reindex(seen.index, fill_value=0.0)
    half = 1.959964 * found.std() / np.sqrt(len(found))
    return found.mean() - half, found.mean(), found.mean() + half


def frozen(table: pd.DataFrame, first: pd.DataFrame) -> pd.Series:
    """Segments of a window, scored by who of another one does worse."""
    table = table.copy()
    for name, column, sign in SCORED:
        everyone, own = sign * first[column].to_numpy(), sign * table[column].to_numpy()
        worse = (everyone[None, :] < own[:, None]).sum(axis=1)
        table[name] = (1 + 4 * worse // len(first)).clip(max=4)
    table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return named(table)["segment"]


def gone_from_lyon() -> tuple[pd.Series, pd.Series]:
    """By segment of 2024: euros and customers without an order in 2025."""
    before, after = (of_lyon(in_window(day, 12)) for day in ("2024-12-31", "2025-12-31"))
    segments = frozen(before, before)
    lost = before[~before.index.isin(after.index)]
    return (
        lost.groupby(segments)["montant_total"].sum(),
        lost.groupby(segments)["montant_total"].size(),
    )


def alerts_of_september() -> tuple[int, int]:
    """How many good customers fell in September 2025, and how many came back by themselves."""
    first = in_window("2024-12-31", 12)
    august, september = (frozen(in_window(day, 12), first) for day in ("2025-08-31", "2025-09-30"))
    good = august[august.isin(["Champions", "Fidèles", "Fidèles potentiels"])].index
    fallen = september[september.isin(["À ne pas perdre", "À risque"])].index
    rung = good.intersection(fallen)
    later = pd.Series(bought_again("2025-09-30", 92), index=measures("2025-09-30").index)
    return len(rung), int(later[rung].sum())


def class_of_lyon(number: int) -> pd.DataFrame:
    """The customers of a class of Lyon, 4 the best, the bonus capped at 10."""
    table = points_of_two_years()
    ranks = table.assign(points=table["notes"] + table["bonus"].clip(upper=10))["points"]
    return table[1 + 4 * (ranks.rank(method="min").astype(int) - 1) // len(ranks) == number]


def lesson_09() -> dict[str, Any]:
    table = points_of_two_years()
    before, after = ten_best(table, np.inf), ten_best(table, 10)
    (lost,), (won,) = set(before) - set(after), set(after) - set(before)
    top = class_of_lyon(4)
    assert 0.18 < len(top) / len(table) < 0.22 and top["marge"].sum() / table["marge"].sum() > 2 / 3
    low, mean, _ = referrals(6, "parrainage")
    assert low < 950 < mean and referrals(6, "promotion")[2] < 950
    assert referrals(12, "parrainage")[0] > 950
    later = 420 * 0.35 / (1.12 - 0.35)
    euros_, customers = gone_from_lyon()
    others = euros_.drop("À risque")
    assert customers.drop("À risque").idxmax() in ("Perdus", "Prometteurs")
    rung, back = alerts_of_september()
    assert (rung, back) == (51, 22)
    return {
        "place_perdue_a_lyon": {
            RIGHT: [lost, lost.lower(), lost.replace("-", "")],
            REVIEW: {won: "gagne-t-il", after[-1]: "en est-il sorti", after[0]: "perdu quoi que",
                     before[1]: "absent de la seconde"},
            ERROR: ["C-9999", 12.5],
        },
        "persona_de_lyon": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "trois autres classes", "b": "quelle colonne", "d": "régulièrement"},
            ERROR: ["e", "a, c"],
        },
        "prime_de_parrainage": {
            BEFORE: low,
            RIGHT: letters("a"),
            REVIEW: {"b": "d’une moyenne", "c": "combien de mois", "d": "la ligne du parrainage"},
            ERROR: [low, "e"],
        },
        "prix_d_une_recrue": {
            RIGHT: [420 + later, french(420 + later), round(420 + later)],
            REVIEW: {later: "première marge", later - 180: "le plus haut",
                     420 + 420 * 0.65 / (1.12 - 0.65): "attrition",
                     420 + 420 * 0.35 / 0.65: "euro d’aujourd’hui", 77: "ceux de la régie"},
        },
        "segment_a_surveiller": {
            RIGHT: [others.idxmax(), others.idxmax().upper(), f" {others.idxmax()} "],
            REVIEW: {"À risque": "à part", customers.drop("À risque").idxmax(): "les euros",
                     "Champions": "davantage", "À ne pas perdre": "de Lyon",
                     "Dormants": "grand montant"},
            ERROR: ["VIP", 3.5],
        },
        "effet_des_appels": {
            RIGHT: ["b", "B", {"b"}],
            REVIEW: {"a": "sans appel", "c": "les mêmes", "d": "tous partis"},
            ERROR: ["e", "a, b"],
        },
    }  # fmt: skip


# --- 01: a strategy for the promising customers? -------------------------------------------------


def last_twelve_months(day: str, house: pd.DataFrame) -> pd.Series:
    """Revenue of the twelve months up to a day, by segment, of those who placed an order then."""
    start = pd.Timestamp(day) - pd.DateOffset(years=1)
    year = orders()[(orders()["date_achat"] > start) & (orders()["date_achat"] <= day)]
    totals = year.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    active = totals[totals > 0].reset_index()["client_id"].unique()
    spent = year[year["client_id"].isin(active)].groupby("client_id")["montant"].sum()
    return house.assign(spent=spent).groupby("segment")["spent"].sum()


def lesson_01() -> dict[str, Any]:
    house = named(scores("2025-12-31"))
    past, today = (named(table) for table in same_windows().values())
    them = house[house["segment"] == "Prometteurs"]
    assert them[["R", "F", "M"]].mean().idxmin() == "F"
    spent = them["montant_total"].sum()
    basket = spent / them["frequence"].sum()
    stake = len(them) * 0.15 * basket
    again = came_back(past, 181)
    share = 100 * again.groupby(past["segment"]).mean()
    count = (past["segment"] == "Prometteurs").sum()
    low, high = wilson(share["Prometteurs"] / 100 * count, count)
    assert share["Prometteurs"] / 100 > 0.20 and low < 0.27 < high < 0.35
    year = came_back(past, 365)[past["segment"] == "Prometteurs"].mean()
    assert round(year, 2) == 0.27 and share["Champions"] < 90
    assert stake / 1.5 < 25_000 < stake and len(them) * basket > 5 * 25_000
    then = last_twelve_months("2024-12-31", past)
    now = last_twelve_months("2025-12-31", today)
    leaving = then["À ne pas perdre"]
    risky = ["Besoin d’attention", "Bientôt dormants", "À risque", "À ne pas perdre"]
    assert leaving < now["À ne pas perdre"] and then[risky].sum() > now[risky].sum()
    return {
        "levier_des_prometteurs": {
            RIGHT: ["b", "B", ["b"]],
            REVIEW: {"a": "dernière fois", "c": "peu nombreux", "d": "trois scores"},
            ERROR: ["F", "a, b"],
        },
        "enjeu_des_prometteurs": {
            BEFORE: stake,
            RIGHT: letters("b"),
            REVIEW: {"a": "celle de la cellule", "c": "Tous les clients", "d": "une donnée"},
            ERROR: [stake, "27 000 €"],
        },
        "repere_des_prometteurs": {
            BEFORE: share["Prometteurs"],
            RIGHT: letters("c"),
            REVIEW: {"a": "si nous ne faisions rien", "b": "combien de jours", "d": "Champions"},
            ERROR: [22.6, "35 %"],
        },
        "risque_fin_2024": {
            BEFORE: leaving,
            RIGHT: letters("a"),
            REVIEW: {"b": "bon segment", "c": "changé la date", "d": "mêmes bornes"},
            ERROR: [leaving, "242 962 €"],
        },
        "enonce_a_garder": {
            RIGHT: ["d", "D", {"d"}],
            REVIEW: {"a": "à quelle date", "b": "valeur de départ", "c": "aussi souvent"},
            ERROR: ["e", "b, d"],
        },
    }  # fmt: skip


# --- 10: three hundred letters for a spring ------------------------------------------------------


def spring(day: str) -> pd.DataFrame:
    """Who was known at a day, with recency, and whether they ordered in the 181 days after."""
    lines = orders()
    known = lines[lines["date_achat"] <= day].groupby(["client_id", "commande_id"], as_index=False)
    kept = known.agg(day=("date_achat", "min"), total=("montant", "sum"))
    kept = kept[kept["total"].round(2) > 0]
    last = (pd.Timestamp(day) - kept.groupby("client_id")["day"].max()).dt.days
    end = pd.Timestamp(day) + pd.Timedelta(days=181)
    after = lines[(lines["date_achat"] > day) & (lines["date_achat"] <= end)]
    new = after.groupby("commande_id").agg(client=("client_id", "first"), total=("montant", "sum"))
    before = set(lines.loc[lines["date_achat"] <= day, "commande_id"])
    bought = new[(new["total"].round(2) > 0) & ~new.index.isin(before)]
    return pd.DataFrame({"recence": last, "rachat": last.index.isin(bought["client"])})


def lesson_10() -> dict[str, Any]:
    past, later = spring("2023-12-31"), spring("2024-12-31")
    near = past["recence"] <= 51  # the only question of the pruned tree
    first, rest = past.loc[near, "rachat"].mean(), past.loc[~near, "rachat"].mean()
    expected = 300 * first
    found = 300 * later.loc[later["recence"] <= 51, "rachat"].mean()
    recent = pd.read_csv(DATA / "contacts.csv", parse_dates=["date_contact"])
    age = (pd.Timestamp(DAY) - recent["date_contact"]).dt.days
    counts = recent.loc[age.between(1, 90), "client_id"].value_counts()
    new, old = int((counts >= 3).sum()), int((counts >= 4).sum())
    assert (new, old) == (517, 298)
    return {
        "acheteurs_prevus": {
            RIGHT: [expected, round(expected), french(expected, "clients")],
            REVIEW: {300: "Tous les clients", 300 * past["rachat"].mean(): "tous les clients",
                     300 * rest: "meilleure", found: "ce qui est arrivé", 100 * first: "pour cent",
                     1: "Quelle part"},
        },
        "arbre_du_prestataire": {
            RIGHT: ["b", "B", ["b"]],
            REVIEW: {"a": "quels clients", "c": "au hasard", "d": "tout retenir"},
            ERROR: ["a, b", "e"],
        },
        "liste_a_garder": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "zéro", "b": "ligne CART", "d": "combien d’acheteurs"},
            ERROR: ["a, c", "f"],
        },
        "commandes_a_ajouter": {
            RIGHT: [4, 4.0, "4 commandes"],
            REVIEW: {3: "de moins", 2: "la marge", 205: "grâce à la lettre", 300: "Chaque lettre",
                     50: "coût total"},
        },
        "a_qui_ecrire": {
            RIGHT: ["d", "D", ["d"]],
            REVIEW: {"a": "les décide-t-elle", "b": "Une autre ligne", "c": "gain net"},
            ERROR: ["a, d", "e"],
        },
        "clients_a_laisser": {
            RIGHT: letters("a"),
            REVIEW: {"b": "déjà au plafond", "c": "90 jours", "d": "trois messages"},
            ERROR: [new, "a, b"],
        },
    }  # fmt: skip


def test_the_choices_of_the_spring_are_those_of_the_data():
    """What a letter of the exercise stands on: the lists, the margin of an order, the effect."""
    known = questions_of_the_spring.spring()
    lists = known.lists
    assert lists["se_distingue"].loc[["CART", "CHAID", "Par cœur"]].tolist() == [True, False, True]
    assert lists["acheteurs"]["Par cœur"] < lists["acheteurs"]["CART"] < lists["acheteurs"]["RFM"]
    top = known.later.nlargest(300, "indice_rfm")
    basket = top["chiffre_affaires_futur"].sum() / top["commandes_futures"].sum()
    rate = orders()["marge"].sum() / orders()["montant"].sum()
    assert 3 < 1800 / (basket * rate) < 4 and 1 < 1800 / basket < 2
    least = known.later["cart"].min()
    margin = (
        rate * known.later["chiffre_affaires_futur"].sum() / known.later["commandes_futures"].sum()
    )
    assert 300 * 0.02 * (1 - least) * margin > 1800
    for worse in (known.later["cart"].mean(), known.later["cart"].max()):
        assert 300 * 0.02 * (1 - worse) * margin < 1800


# --- all together --------------------------------------------------------------------------------

LESSONS = {
    "01": lesson_01,
    "02": lesson_02,
    "03": lesson_03,
    "04": lesson_04,
    "05": lesson_05,
    "06": lesson_06,
    "07": lesson_07,
    "08": lesson_08,
    "09": lesson_09,
    "10": lesson_10,
}

each_exercise = pytest.mark.parametrize("number", LESSONS)


@cache
def cases(number: str) -> dict[str, Any]:
    return LESSONS[number]()


def answers(number: str, outcome: Outcome) -> Iterator[tuple[Question, Any, str]]:
    """The answers that must get an outcome: question, answer, a part of what is said then."""
    questions = {one.question.id: one.question for one in exercise(f"{number}_exercices")}
    assert list(questions) == list(cases(number))
    for question_id, by_outcome in cases(number).items():
        tried = by_outcome.get(outcome, [])
        pairs = tried.items() if isinstance(tried, dict) else tried
        assert outcome is ERROR or len(pairs) >= 3, question_id
        for pair in pairs:
            value, part = pair if isinstance(tried, dict) else (pair, "")
            yield questions[question_id], value, part


def test_every_exercise_is_tried():
    assert [f"{number}_exercices" for number in LESSONS] == exercise_names()


@each_exercise
def test_right_answers_succeed_in_any_writing(number):
    for question, value, _ in answers(number, RIGHT):
        result = question.verifier(value)
        assert (result.outcome, result.points) == (RIGHT, 1), (question, value, result)


@each_exercise
def test_typical_wrong_answers_get_their_own_question(number):
    for question, value, part in answers(number, REVIEW):
        result = question.verifier(value)
        assert result.outcome is REVIEW, (question, value, result)
        assert part in result.message, (question, value, result)


@each_exercise
def test_an_answer_that_cannot_be_read_is_no_wrong_answer(number):
    for question, value, _ in answers(number, ERROR):
        assert question.verifier(value).outcome is ERROR, (question, value)


def test_the_guests_of_the_morning_are_not_quite_those_of_its_benchmark():
    both = {day: named(table) for day, table in same_windows().items()}
    found = both["2025-12-31"].loc[guests(), "segment"].value_counts()
    told = (ROOT / "sources" / "exercises" / "08_exercices.py").read_text("utf-8")
    told = told.replace("\u00a0", " ")
    assert found["Besoin d’attention"] == 7
    assert f"les {invited()} invités, eux, ont été choisis sur **trois ans** d’achats" in told
    assert f"{found['Fidèles potentiels']} d’entre eux seulement restent" in told
    alone = came_back(both["2024-12-31"], 181).groupby(both["2024-12-31"]["segment"]).mean()
    assert (found * alone).sum() / found.sum() < alone["Fidèles potentiels"] - 0.05


@each_exercise
def test_an_untouched_question_is_an_invitation(number):
    for asked in exercise(f"{number}_exercices"):
        for nothing in (None, ..., "", []):
            assert asked.verifier(nothing).outcome is Outcome.NOT_STARTED
        assert asked.verifier(object()).outcome is ERROR


def whole(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def quoted(number: str) -> list[str]:
    """What the model answer of an exercise says of the data, computed here."""
    was = {key: tried.get(BEFORE) for key, tried in cases(number).items()}
    cost, _, year = morning_cost()
    if number == "01":
        today = named(same_windows()["2025-12-31"])
        risk = last_twelve_months("2025-12-31", today)["À ne pas perdre"]
        count = (named(same_windows()["2024-12-31"])["segment"] == "Prometteurs").sum()
        share = was["repere_des_prometteurs"] / 100
        low, high = (round(100 * one) for one in wilson(share * count, count))
        return [
            f"{whole(risk)} €",
            f"{whole(was['enjeu_des_prometteurs'])} €",
            f"{100 * share:.0f} %",
            f"de {low} à {high} %",
            f"mieux que {high} %",
        ]
    if number == "02":
        total = was["chiffre_affaires_net"]
        assert was["lignes_mises_de_cote"] == 15
        return [
            f"{whole(total)} €",
            "428 234,20 €",
            f"{whole(total - 428234.2)} €",
            f"Quinze lignes sur {len(store_lines())}",
        ]
    if number == "03":
        june = scores("2025-06-30")
        again = pd.Series(bought_again("2025-06-30", 180), index=june.index)
        rates = [
            f"{100 * again[june['R'] == score].mean():.1f}".replace(".", ",") for score in (4, 1)
        ]
        size = sizes([60, 180, 365]).query("dimension == 'R' and score == 4")["clients"].item()
        return [
            june.loc["C-1339", "code"],
            f"R 4 en compte {size}",
            f"{rates[0]} % des R 4",
            f"{rates[1]} % des R 1",
            "192 jours",
            "quatre commandes",
        ]
    if number == "04":
        here = lyon(named(scores("2025-12-31")))
        money, segments = here["montant_total"], here["segment"]
        chosen = here[segments.isin(["Champions", "Fidèles"])]
        stay = chosen.loc[staying(chosen.index, DAY), "segment"].value_counts()
        weight = f"{100 * money[chosen.index].sum() / money.sum():.1f}".replace(".", ",")
        assert stay.sum() == 59
        return [
            f"{stay['Champions']} Champions et {stay['Fidèles']} Fidèles",
            f"{weight} %",
            f"sur les {len(chosen)}",
            f"Aux {len(chosen) - stay.sum()} autres",
        ]
    if number == "05":
        assert staying(["C-0360", "C-0362"], DAY) == ["C-0360"]
        return [f"code, {was['code_du_double']}", "5 décembre 2025"]
    if number == "06":
        return [french(cost), french(year), f"{invited()} « Fidèles", french(year / 25)]
    margin, _ = per_order(promising())
    if number == "07":
        gained = invited() * 0.2 * margin
        needed = f"{100 * cost / (invited() * margin):.1f}".replace(".", ",")
        return [
            f"perd {100 - 100 * gained / cost:.0f} %",
            f"{needed} pour",
            french(cost),
            f"{whole(gained)} €",
            f"à {100 * gained / year - 100:.0f} %",
        ]
    if number == "10":
        assert round(questions_of_the_spring.spring().lists["acheteurs"]["RFM"]) == 205
        return ["205 acheteurs", "517 clients", "2 %"]
    if number == "09":
        best, last, everyone = class_of_lyon(4), class_of_lyon(1), points_of_two_years()
        weight = 100 * best["marge"].sum() / everyone["marge"].sum()
        assert last["frequence"].max() == 1
        return [
            f"{len(best)} des {len(everyone)} clients",
            f"{weight:.1f} %".replace(".", ","),
            f"{best['frequence'].mean():.1f} fois".replace(".", ","),
        ]
    past = named(same_windows()["2024-12-31"])
    alone = came_back(past, 181)[past["segment"] == "Fidèles potentiels"].mean()
    lost = 100 - 100 * invited() * (0.6 - alone) * margin / cost
    lowest = 100 * (lowest_gap(130, 90, 210) * 210 * margin / (5 * year) - 1)
    return [f"{100 * (0.6 - alone):.1f} points".replace(".", ","), f"perd {lost:.0f} %",
            f"de {100 * lowest_gap(130, 90, 210):.1f} à".replace(".", ","), f"−{-lowest:.0f} %",
            f"{was['taille_du_temoin']} invités"]  # fmt: skip


@each_exercise
def test_a_model_answer_quotes_the_data(number):
    model = plain(load_open_question(f"{number}_exercices").model)
    for claim in quoted(number):
        assert plain(claim) in model, claim


@each_exercise
def test_what_was_right_before_a_question_changed_still_counts(number):
    """A file of before is read, its successes shown and counted; its other answers are left out."""
    name = f"{number}_exercices"
    asked = {one.question.id: one for one in exercise(name)}
    former = {key: tried[BEFORE] for key, tried in cases(number).items() if BEFORE in tried}
    assert set(former) == {key for key, one in asked.items() if one.question.former}
    for key, value in former.items():
        for kept, outcome in ((value, RIGHT), (-12345, Outcome.NOT_STARTED)):
            store = AnswerStore(name)
            store.update(dict.fromkeys((key, f"{key}.meilleur"), as_kept(kept)))
            shown = answer_question({one.question.id: one for one in exercise(name)}[key])
            assert shown.asked.best.outcome is outcome, (key, kept)
            assert ("elle reste réussie" in shown.feedback.value) is (outcome is RIGHT)


@pytest.mark.parametrize(
    ("edges", "points"),
    [("60, 180, 365", 1), ("60, 180, 300", 0.67), ("60, 120, 300", 0.33), ("30, 90, 200", 0)],
)
def test_the_credit_for_thresholds_follows_those_that_are_right(edges, points):
    *_, asked, _ = exercise("03_exercices")
    result = asked.verifier(edges)
    assert (result.points, result.points_max) == (points, 1)
