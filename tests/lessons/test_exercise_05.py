"""The answers to exercise 5: Marc's double.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DATA, DAY, came_back, orders, same_windows, scores, wilson
from support.contacts import staying
from support.exercise_answers import BEFORE, ERROR, REVIEW, RIGHT, ExerciseAnswers, letters


@cache
def answers() -> dict[str, Any]:
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


def quoted() -> list[str]:
    """What the model answer says of the data."""
    assert staying(["C-0360", "C-0362"], DAY) == ["C-0360"]
    return [f"code, {answers()['code_du_double'][BEFORE]}", "5 décembre 2025"]


class TestAnswers(ExerciseAnswers):
    name = "05_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
