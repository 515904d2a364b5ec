"""The answers to exercise 7: what the morning brings back.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DATA, french, invited, morning_cost, orders, per_order, promising, whole
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


@cache
def answers() -> dict[str, Any]:
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
    assert 15 < 250 - margin < 25 and 20 < paid * rate - 250 < 30 and 180 < paid / 1.2 - 250 < 200
    assert margin * them["frequence"].mean() - 250 > 400
    taxed, came, spread = (
        needed * share for share in (with_tax / cost, invited() / 25, year / cost)
    )
    assert 1 < 23 - needed < 1.5 and 2 < taxed - 23 < 2.5 and came > 30 and 7 < 23 - spread < 8
    assert 8 < invited() * needed / 100 <= 9
    assert gained - given < cost and 1.05 * gained < cost and gained < cost - 150
    assert gained > year
    return {
        "marge_par_commande": {
            BEFORE: margin,
            RIGHT: letters("b"),
            REVIEW: {"a": "prix TTC", "c": "ou une marge", "d": "d’un client"},
            ERROR: [margin, "231 €"],
        },
        "seuil_de_la_matinee": {
            BEFORE: needed,
            RIGHT: letters("a"),
            REVIEW: {"b": "ou TTC", "c": "présents", "d": "étalé les établis"},
            ERROR: [needed, "21,8 points"],
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    cost, _, year = morning_cost()
    margin, _ = per_order(promising())
    gained = invited() * 0.2 * margin
    needed = f"{100 * cost / (invited() * margin):.1f}".replace(".", ",")
    return [
        f"perd {100 - 100 * gained / cost:.0f} %",
        f"{needed} pour",
        french(cost),
        f"{whole(gained)} €",
        f"à {100 * gained / year - 100:.0f} %",
    ]


class TestAnswers(ExerciseAnswers):
    name = "07_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
