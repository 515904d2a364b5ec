"""The answers to exercise 4: an evening in Lyon.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DAY, lyon, measures, named, scores
from support.contacts import staying
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


def profile(table: pd.DataFrame) -> pd.DataFrame:
    groups = table.groupby("segment")["montant_total"]
    return groups.agg(clients="size", chiffre_affaires="sum").reset_index()


def lyon_alone() -> pd.DataFrame:
    table = lyon(measures("2025-12-31"))
    good = {"R": -table["recence"], "F": table["frequence"], "M": table["montant_total"]}
    marks = [1 + 4 * (v.rank(method="min").astype(int) - 1) // len(table) for v in good.values()]
    codes = [f"{r}{f}{m}" for r, f, m in zip(*marks, strict=True)]
    return named(table.assign(code=codes))


@cache
def answers() -> dict[str, Any]:
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
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


class TestAnswers(ExerciseAnswers):
    name = "04_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
