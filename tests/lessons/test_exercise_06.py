"""The answers to exercise 6: a morning at the workshop.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from support.by_hand import french, invited, morning_cost
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


@cache
def answers() -> dict[str, Any]:
    cards = 2.5 * invited()
    total = 400 + 300 + cards + 360 + 900
    with_tax = 480 + 330 + 1.2 * cards + 360 + 1080
    year = total - 600
    mixed = 480 + 330 + cards + 360 + 900
    assert with_tax > 2_350 and 2_100 < mixed < 2_200 and 2_050 < total < 2_100 and year < 1_500
    assert year / invited() < 40 and 58 < year / 25 < 60 and total / 25 > 80 and year / 6 > 200
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
            BEFORE: total,
            RIGHT: letters("b"),
            REVIEW: {"a": "total TTC", "c": "étalés", "d": "HT et des prix TTC"},
            ERROR: [total, "2 062,50 €"],
        },
        "cout_par_present": {
            BEFORE: year / 25,
            RIGHT: letters("d"),
            REVIEW: {"a": "invités", "b": "acheteurs", "c": "en entier"},
            ERROR: [year / 25, "58,50 €"],
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    cost, _, year = morning_cost()
    return [french(cost), french(year), f"{invited()} « Fidèles", french(year / 25)]


class TestAnswers(ExerciseAnswers):
    name = "06_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
