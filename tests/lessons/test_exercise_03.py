"""The answers to exercise 3: the house on 30 June 2025.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.by_hand import bought_again, measures, scores
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters

from rfm_helpers.questions import exercise


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


@cache
def answers() -> dict[str, Any]:
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    june = scores("2025-06-30")
    again = pd.Series(bought_again("2025-06-30", 180), index=june.index)
    rates = [f"{100 * again[june['R'] == score].mean():.1f}".replace(".", ",") for score in (4, 1)]
    size = sizes([60, 180, 365]).query("dimension == 'R' and score == 4")["clients"].item()
    return [
        june.loc["C-1339", "code"],
        f"R 4 en compte {size}",
        f"{rates[0]} % des R 4",
        f"{rates[1]} % des R 1",
        "192 jours",
        "quatre commandes",
    ]


class TestAnswers(ExerciseAnswers):
    name = "03_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)


@pytest.mark.parametrize(
    ("edges", "points"),
    [("60, 180, 365", 1), ("60, 180, 300", 0.67), ("60, 120, 300", 0.33), ("30, 90, 200", 0)],
)
def test_the_credit_for_thresholds_follows_those_that_are_right(edges, points):
    *_, asked, _ = exercise("03_exercices")
    result = asked.verifier(edges)
    assert (result.points, result.points_max) == (points, 1)
