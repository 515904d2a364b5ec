"""The answers to exercise 2: one store's year.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DATA, whole
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters

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


@cache
def web_sales() -> dict[str, float]:
    """The web store's three months: lines added up, orders placed, orders bought, guests apart."""
    raw = pd.read_csv(DATA / "export_prestashop.csv", sep=";")
    orders = raw.drop_duplicates("id_order")
    bought = orders[orders["etat"].isin(["Livré", "Expédié", "En cours de préparation"])]
    known = bought[bought["is_guest"] == 0]
    tables = {"lines": raw, "placed": orders, "bought": bought, "known": known}
    return {name: table["total_paid_tax_incl"].sum() for name, table in tables.items()}


@cache
def answers() -> dict[str, Any]:
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
    per_line, per_number, per_order = (total / n for n in (len(clean), numbers, orders))
    assert 170 < 935 - per_line < 200 and 0 < 935 - per_number < 10 and 5 < per_order - 935 < 15
    assert total / clean["client_id"].nunique() > 2 * 935
    table = half_year("2025-06-30")
    web = web_sales()
    assert web["known"] < web["bought"] < 700_000 < web["placed"] < 1_000_000 < web["lines"]
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
            BEFORE: total / orders,
            RIGHT: letters("a"),
            REVIEW: {"b": "par client", "c": "rendues", "d": "par les lignes"},
            ERROR: [total / orders, "944 €"],
        },
        "premier_semestre": {
            BEFORE: table,
            RIGHT: ["30/06/2025", "2025-06-30", "le 30 juin 2025", dt.date(2025, 6, 30)],
            REVIEW: {"31/12/2025": "année entière", "29/06/2025": "lui-même",
                     "1er juillet 2025": "juillet", "01/01/2025": "premier jour",
                     "31/03/2025": "dernier jour"},
            ERROR: ["juin", "31/06/2025", 2025, table],
        },
        "ventes_en_ligne": {
            RIGHT: letters("c"),
            REVIEW: {"a": "une fois, ou deux", "b": "jamais payées", "d": "moins payé"},
            ERROR: ["attendre", 663_109],
        },
    }  # fmt: skip


def quoted() -> list[str]:
    """What the model answer says of the data."""
    total = answers()["chiffre_affaires_net"][BEFORE]
    assert answers()["lignes_mises_de_cote"][BEFORE] == 15
    return [
        f"{whole(total)} €",
        "428 234,20 €",
        f"{whole(total - 428234.2)} €",
        f"Quinze lignes sur {len(store_lines())}",
    ]


class TestAnswers(ExerciseAnswers):
    name = "02_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
