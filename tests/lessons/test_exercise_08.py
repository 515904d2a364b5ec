"""The answers to exercise 8: and without the morning.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from support.by_hand import (
    DAY,
    came_back,
    french,
    guests,
    invited,
    lowest_gap,
    morning_cost,
    named,
    orders,
    per_order,
    promising,
    same_windows,
    scores,
)
from support.contacts import staying
from support.course import ROOT
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


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


@cache
def answers() -> dict[str, Any]:
    margin, _ = per_order(promising())
    cost, _, year = morning_cost()
    past = named(same_windows()["2024-12-31"])
    again = came_back(past, 181)
    alone = 100 * again.groupby(past["segment"]).mean()
    uplift = 60 - alone["Fidèles potentiels"]
    gained = invited() * uplift / 100 * margin
    roi = 100 * (gained / cost - 1)
    times = [invited() * share * margin / cost for share in (0.6, (60 - uplift) / 100, 0.2)]
    assert 2.6 < times[0] < 3 and 2 < times[1] < 2.5 and 0.9 < times[2] < 1 and roi < -25
    ratio = 60 / alone["Fidèles potentiels"] - 1
    assert 1.5 < 15 - uplift < 2.5 and 0.275 < ratio < 0.285 and 60 - alone["Champions"] < -18
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
            BEFORE: uplift,
            RIGHT: letters("c"),
            REVIEW: {"a": "ou la hausse", "b": "division", "d": "bon segment"},
            ERROR: [uplift, "13 points"],
        },
        "roi_de_la_matinee": {
            BEFORE: roi,
            RIGHT: letters("d"),
            REVIEW: {"a": "la réponse", "b": "ou le repère", "c": "espérait"},
            ERROR: [roi, "−40 %"],
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    cost, _, year = morning_cost()
    margin, _ = per_order(promising())
    past = named(same_windows()["2024-12-31"])
    alone = came_back(past, 181)[past["segment"] == "Fidèles potentiels"].mean()
    lost = 100 - 100 * invited() * (0.6 - alone) * margin / cost
    lowest = 100 * (lowest_gap(130, 90, 210) * 210 * margin / (5 * year) - 1)
    return [f"{100 * (0.6 - alone):.1f} points".replace(".", ","), f"perd {lost:.0f} %",
            f"de {100 * lowest_gap(130, 90, 210):.1f} à".replace(".", ","), f"−{-lowest:.0f} %",
            f"{answers()['taille_du_temoin'][BEFORE]} invités"]  # fmt: skip


class TestAnswers(ExerciseAnswers):
    name = "08_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)


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
