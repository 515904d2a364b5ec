"""Every question of every exercise: right answers, other right ones, typical wrong ones.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import yaml
from support.contacts import staying
from support.course import ROOT

from rfm_helpers.questions import Outcome, Question, exercise
from rfm_helpers.questions.exercise import exercise_names

DATA = ROOT / "data" / "orsenne"
DAY = dt.date(2025, 12, 31)
GRID = ROOT / "rfm_helpers" / "catalog" / "grids" / "onze.yaml"
RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR


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
    aside = len(lines) - len(clean)
    year = half_year("2025-12-31")
    table = half_year("2025-06-30")
    return {
        "lignes_mises_de_cote": {
            RIGHT: [aside, str(aside), np.int64(aside), f"{aside} lignes".split()[0]],
            REVIEW: {137: "toutes boutiques", len(lines): "avant le journal", 5: "motifs",
                     len(clean): "gardées", 13: "cette boutique"},
            ERROR: ["beaucoup"],
        },
        "commandes_qui_comptent": {
            RIGHT: [orders, f"{orders} commandes", float(orders)],
            REVIEW: {len(clean): "lignes au lieu", clean["commande_id"].nunique(): "rendues",
                     len(lines): "sans le journal", clean["client_id"].nunique(): "clients"},
        },
        "chiffre_affaires_net": {
            RIGHT: [total, french(total), round(total), Decimal(f"{total:.2f}")],
            REVIEW: {sold: "déduit les retours", 2 * sold - total: "s’ajoutent",
                     428234.2: "ne sait pas lire", sold - total: "seuls retours"},
        },
        "panier_moyen_boutique": {
            RIGHT: [total / orders, french(total / orders), round(total / orders)],
            REVIEW: {total / len(clean): "lignes", total: "sans moyenne",
                     total / clean["commande_id"].nunique(): "rendues",
                     total / clean["client_id"].nunique(): "par client"},
        },
        "premier_semestre": {
            RIGHT: [table, table.sample(frac=1, random_state=1), table.set_index("Boutique"),
                    pl.from_pandas(table), table.astype({"commandes": "int16"}).round(1)],
            REVIEW: [(year, "année entière"), (half_year("2025-06-29"), "lui-même"),
                     (half_year("2025-07-01"), "juillet"), (table.head(3), "il en manque"),
                     (table.assign(commandes=1), "commandes")],
            ERROR: ["2025-06-30"],
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
    quarters = [autumn[name].value_counts().rename("clients") for name in "RFM"]
    quantiles = pd.concat(quarters, keys=list("RFM"), names=["dimension", "score"]).reset_index()
    good = sizes([60, 180, 365])
    again = pd.Series(bought_again("2025-06-30", 180), index=june.index)
    rate = 100 * again[june["R"] == 4].mean()
    before = scores("2024-12-31")
    earlier = pd.Series(bought_again("2024-12-31", 180), index=before.index)
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
            RIGHT: [good, good.iloc[::-1], good.set_index(["dimension", "score"]),
                    good.astype(object), pl.from_pandas(good)],
            REVIEW: [(quantiles, "quantiles"), (sizes([59, 179, 364]), "égale à la borne"),
                     (sizes([60, 180, 360]), "une année"),
                     (pd.concat([good, good.assign(score=5)]), "niveaux"),
                     (sizes([60, 120, 365]), "clients")],
            ERROR: [[60, 180, 365]],
        },
        "rachat_des_r4": {
            RIGHT: [rate, rate / 100, french(rate, "%"), round(rate)],
            REVIEW: {100 * again[june["R"] == 1].mean(): "1 ou 4",
                     100 * again[june["F"] == 4].mean(): "R ou F",
                     100 * again[june["M"] == 4].mean(): "R ou M",
                     100 * earlier[before["R"] == 4].mean(): "quelle date", 99: "meilleur score"},
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
    share = 100 * money[people == "Champions"].sum() / money.sum()
    invited = here[people.isin(["Champions", "Fidèles"])]
    agreed = invited[invited["consentement"] == "oui"]
    stay = invited.loc[staying(invited.index, DAY)]
    counts = stay["segment"].value_counts()
    return {
        "profil_de_la_region": {
            RIGHT: [good, good.iloc[::-1], good.set_index("segment"), pl.from_pandas(good),
                    good.assign(autre=1).round(0)],
            REVIEW: [(profile(lyon_alone()), "voisins"), (profile(house), "que les clients"),
                     (good.replace("Perdus", "Partis"), "grille"), (good.head(4), "il en manque"),
                     (good.drop(columns="chiffre_affaires"), "`chiffre_affaires`")],
            ERROR: ["toute la maison", good["clients"]],
        },
        "part_des_champions": {
            RIGHT: [share, share / 100, french(share, "%"), round(share)],
            REVIEW: {100 * (people == "Champions").mean(): "ou des euros", 36.6: "toute la maison",
                     100 * money[invited.index].sum() / money.sum(): "ajouté", 50: "ligne"},
        },
        "invitations_par_message": {
            RIGHT: [len(stay), f"{len(stay)} clients", float(len(stay))],
            REVIEW: {len(invited): "Tous peuvent", len(invited) - len(stay): "qui sortent",
                     counts["Champions"]: "les Fidèles", counts["Fidèles"]: "les Champions",
                     len(agreed): "consentement suffit", 1: "additionné",
                     len(staying(here.index, DAY)): "deux segments"},
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
    past, today = same_windows(5).values()
    again = came_back(past, 365)
    rule = (past["R"] <= 2) & (past["F"] >= 3) & (past["M"] == 5)
    lesson = (past["R"] <= 2) & past["F"].isin([3, 4]) & (past["M"] >= 4)
    alone = 100 * again[rule].mean()
    short = same_windows(5, 12)["2024-12-31"]
    short = short[(short["R"] <= 2) & (short["F"] >= 3) & (short["M"] == 5)]
    kept = today[(today["R"] <= 2) & (today["F"] >= 3) & (today["M"] == 5)]
    basket = kept["montant_total"].sum() / kept["frequence"].sum()
    stake = len(kept) * 0.1 * basket
    assert "C-0362" not in set(pd.read_csv(DATA / "reclamations.csv")["client_id"])
    contacts = pd.read_csv(DATA / "contacts.csv").query("client_id == 'C-0362'")
    assert contacts.loc[contacts["desabonnement"] == 1, "date_contact"].tolist() == ["2025-12-05"]
    his = orders()[orders()["client_id"] == "C-0362"]
    assert not his["remise"].any()
    assert his["date_achat"].max() == pd.Timestamp("2024-07-30")
    return {
        "code_du_double": {
            RIGHT: [five.loc["C-0362", "code"], 244, "2-4-4", " 244 "],
            REVIEW: {four.loc["C-0362", "code"]: "niveaux", "444": "long silence",
                     scores("2025-12-31", 3).loc["C-0362", "code"]: "changé", "555": "ligne"},
            ERROR: [2.44],
        },
        "cause_du_silence": {
            RIGHT: ["c", "C", ["c"]],
            REVIEW: {"a": "désabonné", "b": "plaint", "d": "remise"},
            ERROR: ["e", "a, c"],
        },
        "cible_des_gros_montants": {
            RIGHT: [len(target), f"{len(target)} clients", float(len(target))],
            REVIEW: {int(((r <= 2) & (f >= 3) & (m >= 4)).sum()): "valoir 4",
                     int(((r <= 2) & (f == 3) & (m == 5)).sum()): "s’arrête-t-il",
                     int(((r == 2) & (f >= 3) & (m == 5)).sum()): "R 1 de côté",
                     int(((r >= 4) & (f >= 3) & (m == 5)).sum()): "silencieux",
                     int(((r <= 2) | (f >= 3) | (m == 5)).sum()): "« et »"},
        },
        "retour_sans_nous": {
            RIGHT: [alone, alone / 100, french(alone, "%"), round(alone, 1)],
            REVIEW: {100 - alone: "ne sont pas revenus", 100 * again.mean(): "toute la base",
                     100 * came_back(short, 365).mean(): "Combien de mois",
                     100 * again[lesson].mean(): "de la leçon", 99: "celles de la question"},
        },
        "enjeu_de_la_cible": {
            RIGHT: [stake, french(stake), round(stake), round(stake, -2)],
            REVIEW: {10 * stake: "Toute la cible", basket: "un seul client",
                     0.1 * kept["montant_total"].sum(): "tout ce que ces clients", 1: "diffère"},
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
    return {
        "artisan_ht": {
            RIGHT: [400, "400 €", 400.0, "400,00 euros"],
            REVIEW: {384: "retirer", 480: "ou TTC", 576: "déjà dans", 80: "TVA seule",
                     436.36: "taux", 100: "divise"},
        },
        "total_ht": {
            RIGHT: [total, french(total), str(round(total))],
            REVIEW: {480 + 330 + cards + 360 + 900: "HT et des prix TTC", with_tax: "total TTC",
                     year: "étalés", 480 + 13.2 + 2.5 + 30 + 900: "quantités", 1: "colonne"},
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
            RIGHT: [21_100, "21 100 €", french(21_100), 21_100.0],
            REVIEW: {21_400: "déjà dans", 17_800: "Combien de remises", 23_500: "Tous",
                     3_600: "remise seule", 1_500: "un seul client", 5: "combien d’euros"},
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
                     100 * (gained / rate / cost - 1): "chiffre d’affaires", 3: "décimal"},
        },
        "cout_supportable": {
            RIGHT: [gained, french(gained), round(gained)],
            REVIEW: {gained / invited(): "d’un invité", gained / rate: "avec la marge",
                     3 * gained: "la réponse", cost - gained: "perd aujourd’hui",
                     cost: "hausse est-elle"},
        },
        "prix_de_la_remise": {
            RIGHT: [extra, extra / 100, french(extra, "%"), round(extra)],
            REVIEW: {10: "elle-même", 10 / small: "une fois la remise", 100 + extra: "nombre total",
                     100 * 0.1 / (watches - 0.1): "cette catégorie",
                     100 * 0.15 / (small - 0.15): "celle de la question", 77: "et la catégorie"},
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
                     100 * (gained / rate / cost - 1): "chiffre d’affaires", 3: "décimal"},
        },
        "conclusion_du_temoin": {
            RIGHT: ["d", "D", ["d"]],
            REVIEW: {"a": "sans elle", "b": "zéro", "c": "prouvé"},
            ERROR: ["a, d", "e"],
        },
        "taille_du_temoin": {
            RIGHT: [size, float(size), french(size, "clients")],
            REVIEW: {2 * size: "pour les deux", smallest_groups(0.23, 0.10): "réponse visée",
                     smallest_groups(0.30, 0.42): "celles d’ici", invited(): "Une matinée",
                     50: "celles de la question"},
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


def lesson_09() -> dict[str, Any]:
    table = points_of_two_years()
    before, after = ten_best(table, np.inf), ten_best(table, 10)
    (lost,), (won,) = set(before) - set(after), set(after) - set(before)
    ranks = table.assign(points=table["notes"] + table["bonus"].clip(upper=10))["points"]
    top = table[(4 * (ranks.rank(method="min").astype(int) - 1) // len(ranks)) == 3]
    assert 0.18 < len(top) / len(table) < 0.22 and top["marge"].sum() / table["marge"].sum() > 2 / 3
    low, mean, high = referrals(6, "parrainage")
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
            RIGHT: [low, french(low), round(low)],
            REVIEW: {mean: "d’une moyenne", high: "le haut", 12345: "la durée",
                     referrals(12, "parrainage")[0]: "combien de mois",
                     referrals(6, "promotion")[0]: "bon canal"},
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
    year = came_back(past, 365)
    then = last_twelve_months("2024-12-31", past)
    now = last_twelve_months("2025-12-31", today)
    alone = last_twelve_months("2024-12-31", named(scores("2024-12-31")))
    leaving = then["À ne pas perdre"]
    ever = past.loc[past["segment"] == "À ne pas perdre", "montant_total"].sum()
    whole = then[["Besoin d’attention", "Bientôt dormants", "À risque", "À ne pas perdre"]].sum()
    return {
        "levier_des_prometteurs": {
            RIGHT: ["b", "B", ["b"]],
            REVIEW: {"a": "dernière fois", "c": "peu nombreux", "d": "trois scores"},
            ERROR: ["F", "a, b"],
        },
        "enjeu_des_prometteurs": {
            RIGHT: [stake, french(stake), round(stake), round(stake, -2)],
            REVIEW: {stake / 1.5: "supposée", len(them) * basket: "Tous les clients",
                     spent: "déjà dépensé", spent * 0.15: "leurs dépenses",
                     basket: "un panier", 1: "lequel"},
        },
        "repere_des_prometteurs": {
            RIGHT: [share["Prometteurs"], share["Prometteurs"] / 100,
                    french(share["Prometteurs"], "%"), round(share["Prometteurs"])],
            REVIEW: {100 * year[past["segment"] == "Prometteurs"].mean(): "combien de jours",
                     100 - share["Prometteurs"]: "ne sont pas", 100 * again.mean(): "toute la base",
                     share["Nouveaux clients"]: "bon segment", 1: "durée"},
        },
        "risque_fin_2024": {
            RIGHT: [leaving, french(leaving), round(leaving)],
            REVIEW: {now["À ne pas perdre"]: "quelle date", ever: "douze mois", whole: "total",
                     alone["À ne pas perdre"]: "bornes",
                     then["Besoin d’attention"]: "bon segment", 1: "date et le segment"},
        },
        "enonce_a_garder": {
            RIGHT: ["d", "D", {"d"}],
            REVIEW: {"a": "à quelle date", "b": "valeur de départ", "c": "aussi souvent"},
            ERROR: ["e", "b, d"],
        },
    }  # fmt: skip


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
            value, part = pair if isinstance(pair, tuple) else (pair, "")
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


@pytest.mark.parametrize(
    ("edges", "points"),
    [([60, 180, 365], 1), ([60, 180, 300], 0.5), ([60, 120, 300], 0.25), ([30, 90, 200], 0)],
)
def test_the_credit_for_thresholds_follows_those_that_are_right(edges, points):
    """What the notebook gives beforehand, F and M, earns nothing."""
    *_, asked, _ = exercise("03_exercices")
    result = asked.verifier(sizes(edges))
    assert (result.points, result.points_max) == (points, 1)
