"""The answers to exercise 10: three hundred letters for a spring.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DATA, DAY, french, orders
from support.exercise_answers import ERROR, REVIEW, RIGHT, ExerciseAnswers, letters

from rfm_helpers.questions.lessons import lesson_10 as questions_of_the_spring


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


@cache
def answers() -> dict[str, Any]:
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    assert round(questions_of_the_spring.spring().lists["acheteurs"]["RFM"]) == 205
    return ["205 acheteurs", "517 clients", "2 %"]


class TestAnswers(ExerciseAnswers):
    name = "10_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)


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
