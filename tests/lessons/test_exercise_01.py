"""The answers to exercise 1: a strategy for the promising customers.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import came_back, named, orders, same_windows, scores, whole, wilson
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


def last_twelve_months(day: str, house: pd.DataFrame) -> pd.Series:
    """Revenue of the twelve months up to a day, by segment, of those who placed an order then."""
    start = pd.Timestamp(day) - pd.DateOffset(years=1)
    year = orders()[(orders()["date_achat"] > start) & (orders()["date_achat"] <= day)]
    totals = year.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    active = totals[totals > 0].reset_index()["client_id"].unique()
    spent = year[year["client_id"].isin(active)].groupby("client_id")["montant"].sum()
    return house.assign(spent=spent).groupby("segment")["spent"].sum()


@cache
def answers() -> dict[str, Any]:
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    today = named(same_windows()["2025-12-31"])
    risk = last_twelve_months("2025-12-31", today)["À ne pas perdre"]
    count = (named(same_windows()["2024-12-31"])["segment"] == "Prometteurs").sum()
    share = answers()["repere_des_prometteurs"][BEFORE] / 100
    low, high = (round(100 * one) for one in wilson(share * count, count))
    return [
        f"{whole(risk)} €",
        f"{whole(answers()['enjeu_des_prometteurs'][BEFORE])} €",
        f"{100 * share:.0f} %",
        f"de {low} à {high} %",
        f"mieux que {high} %",
    ]


class TestAnswers(ExerciseAnswers):
    name = "01_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
