"""Every question of every exercise: right answers, other right ones, typical wrong ones.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import ROOT

from rfm_helpers.questions import Outcome, Question, exercise

DATA = ROOT / "data" / "orsenne"
RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR


@cache
def question(question_id: str) -> Question:
    number = next(n for n in CASES if question_id in CASES[n])
    asked = exercise(f"{number}_exercices")
    return next(one.question for one in asked if one.question.id == question_id)


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


# --- all together --------------------------------------------------------------------------------

CASES = {"02": lesson_02()}
QUESTIONS = [(number, question_id) for number in CASES for question_id in CASES[number]]


def answers(number: str, question_id: str, outcome: Outcome) -> list[tuple[Any, str]]:
    """The answers that must get an outcome, each with a part of what is said then."""
    cases = CASES[number][question_id].get(outcome, [])
    if isinstance(cases, dict):
        return list(cases.items())
    return [case if isinstance(case, tuple) else (case, "") for case in cases]


def test_every_question_of_every_exercise_is_tried():
    from rfm_helpers.questions.exercise import exercise_names

    asked = [(name[:2], one.question.id) for name in exercise_names() for one in exercise(name)]
    assert asked == QUESTIONS


@pytest.mark.parametrize(("number", "question_id"), QUESTIONS)
def test_right_answers_succeed_in_any_writing(number, question_id):
    tried = answers(number, question_id, RIGHT)
    assert len(tried) >= 3
    for value, _ in tried:
        result = question(question_id).verifier(value)
        assert (result.outcome, result.points) == (RIGHT, 1), (value, result)


@pytest.mark.parametrize(("number", "question_id"), QUESTIONS)
def test_typical_wrong_answers_get_their_own_question(number, question_id):
    tried = answers(number, question_id, REVIEW)
    assert len(tried) >= 3
    for value, part in tried:
        result = question(question_id).verifier(value)
        assert result.outcome is REVIEW, (value, result)
        assert part in result.message, (value, result)


@pytest.mark.parametrize(("number", "question_id"), QUESTIONS)
def test_an_answer_that_cannot_be_read_says_what_to_write(number, question_id):
    unreadable = [value for value, _ in answers(number, question_id, ERROR)]
    for value in [*unreadable, object()]:
        assert question(question_id).verifier(value).outcome is ERROR


@pytest.mark.parametrize(("number", "question_id"), QUESTIONS)
def test_an_untouched_question_is_an_invitation(number, question_id):
    for nothing in (None, ..., "", []):
        assert question(question_id).verifier(nothing).outcome is Outcome.NOT_STARTED
