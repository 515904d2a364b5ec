"""Marks: two runs, a wrong step graded once, strange answers, nothing at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from support import devoir_1 as truth
from support import devoir_2

from rfm_helpers.catalog.assignments import Sheet
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions import Mistake, NumberCheck, Outcome, TableCheck
from rfm_helpers.questions.exercise import as_kept
from rfm_helpers.teacher.assignments.variants import Given, Variant, load_kit
from rfm_helpers.teacher.marking.marking import (
    NOTHING_CAME,
    ONLY_OWN,
    TYPED,
    Answers,
    mark_all,
    unmarked,
)
from rfm_helpers.teacher.marking.shown import shown
from rfm_helpers.teacher.results import Mark

COMMON = {"statement": "?", "lesson": "03_calcul_rfm", "section": "Des scores"}
SHEET = Sheet.model_validate(
    {
        "id": "essai",
        "title": "Essai",
        "questions": [
            {"id": "double", "title": "Double", "points": 8, "mode": "code", "answer": "table",
             "columns": ["client_id", "x"],
             "parts": [{"id": "fois", "label": "Fois", "typed": "number",
                        "options": {"deux": "deux", "trois": "trois"}}], **COMMON},
            {"id": "somme", "title": "Somme", "points": 6, "mode": "code", "answer": "number",
             **COMMON},
            {"id": "plus_un", "title": "Plus un", "points": 4, "mode": "value",
             "answer": "number", **COMMON},
            {"id": "avis", "title": "Avis", "points": 2, "mode": "free", "answer": "essay",
             "criteria": [{"id": "clair", "title": "Clair", "points": 2}], **COMMON},
        ],
    }
)  # fmt: skip


def doubled(variant: Variant) -> pd.DataFrame:
    table = variant.tables["t.csv"]
    return table.assign(x=2 * table["x"])


def total(variant: Variant, given: Given) -> float:
    table = given.table("double")
    return float((doubled(variant) if table is None else table)["x"].sum())


def plus_one(variant: Variant, given: Given) -> NumberCheck:
    value = given.value("somme")
    base = total(variant, given) if value is None else float(value)
    return NumberCheck(base + 1, mistakes=(Mistake(base, "Avez-vous ajouté un ?"),))


KIT: Any = SimpleNamespace(
    CHECKS={
        "double": lambda variant, given: TableCheck(doubled(variant), keys=("client_id",)),
        "somme": lambda variant, given: NumberCheck(total(variant, given)),
        "plus_un": plus_one,
    }
)


def variant(values: list[float]) -> Variant:
    table = pd.DataFrame({"client_id": list("abc"), "x": values})
    return Variant("essai", "e1", {}, {"t.csv": table})


OWN, HIDDEN = variant([1.0, 2.0, 3.0]), variant([10.0, 20.0, 30.0])


def right(given: Variant) -> dict[str, Any]:
    table = doubled(given)
    return {"double": as_kept(table), "somme": float(table["x"].sum())}


def marks(
    own: Mapping[str, Any], hidden: Mapping[str, Any], errors: Mapping[str, tuple[str, str]] = {}
) -> dict[str, Mark]:
    given = mark_all(SHEET, KIT, (OWN, Answers(own, errors)), (HIDDEN, Answers(hidden)))
    return {mark.question: mark for mark in given}


def points(own: Mapping[str, Any], hidden: Mapping[str, Any]) -> list[float]:
    return [mark.points for mark in marks(own, hidden).values()]


def test_right_answers_earn_all_and_free_ones_no_automatic_mark() -> None:
    assert points({**right(OWN), "plus_un": "13"}, right(HIDDEN)) == [8, 6, 4]


def test_the_reference_of_a_right_answer_is_made_once_for_each_variant() -> None:
    made: list[Variant] = []

    def check(variant: Variant, given: Given) -> NumberCheck:
        made.append(variant)
        return NumberCheck(total(variant, given))

    kit: Any = SimpleNamespace(CHECKS={**KIT.CHECKS, "somme": check})
    given = mark_all(SHEET, kit, (OWN, Answers(right(OWN))), (HIDDEN, Answers(right(HIDDEN))))
    assert (made, given[1].points, given[1].expected) == ([OWN, HIDDEN], 6, "12")


def test_what_fits_only_the_students_data_earns_the_lower_share() -> None:
    given = marks({**right(OWN), "plus_un": "13"}, right(OWN))
    assert given["double"].points == given["somme"].points == 0
    assert given["double"].outcome is Outcome.REVIEW
    assert given["double"].message.replace("\xa0", " ") == ONLY_OWN
    assert given["plus_un"].points == 4


def chosen(own: Mapping[str, Any], hidden: Mapping[str, Any], choice: str) -> dict[str, Mark]:
    """The marks of one who chose, or typed, what the table is made of."""
    answers = Answers(own, choices={"double": {"fois": choice}})
    given = mark_all(SHEET, KIT, (OWN, answers), (HIDDEN, Answers(hidden)))
    return {mark.question: mark for mark in given}


def test_a_typed_number_is_judged_on_the_students_own_data_for_half() -> None:
    given = chosen(right(OWN), {**right(HIDDEN), "double": as_kept(doubled(OWN))}, "=2")
    assert given["double"].points == 4 and given["somme"].points == 6
    assert given["double"].outcome is Outcome.REVIEW
    assert given["double"].message.replace("\xa0", " ") == TYPED
    part = {"double": as_kept(doubled(OWN).head(1))}
    assert chosen(part, right(HIDDEN), "=2")["double"].points == pytest.approx(8 / 3, abs=0.01)
    copied = {"double": as_kept(doubled(HIDDEN).assign(client_id=list("xyz")))}
    assert chosen(copied, right(HIDDEN), "=2")["double"].points == 0


def test_a_chosen_quantity_is_judged_on_both() -> None:
    assert chosen(right(OWN), right(HIDDEN), "deux")["double"].points == 8
    assert chosen(right(OWN), right(OWN), "deux")["double"].points == 0


def test_choices_from_which_nothing_came_are_said() -> None:
    given = chosen({}, {}, "trois")["double"]
    assert given.outcome is Outcome.ERROR and given.message.replace("\xa0", " ") == NOTHING_CAME


def test_nothing_follows_from_a_table_written_by_hand() -> None:
    neighbours = variant([4.0, 5.0, 7.0])
    copied = {**right(neighbours), "plus_un": "33"}
    assert points(copied, right(neighbours)) == [0, 0, 0]


def test_the_hidden_run_shows_nothing_of_its_data() -> None:
    given = marks(right(OWN), {})
    assert all("10" not in mark.message and "60" not in mark.message for mark in given.values())
    assert given["somme"].points == 0


def test_a_wrong_step_is_graded_once() -> None:
    wrong_own = {"double": as_kept(OWN.tables["t.csv"]), "somme": 6.0, "plus_un": "7"}
    wrong_hidden = {"double": as_kept(HIDDEN.tables["t.csv"]), "somme": 60.0}
    assert points(wrong_own, wrong_hidden) == [0, 6, 4]


def test_a_right_answer_after_a_wrong_step_earns_its_points_too() -> None:
    wrong = {**right(OWN), "double": as_kept(OWN.tables["t.csv"]), "plus_un": "13"}
    assert points(wrong, {**right(HIDDEN), "double": wrong["double"]})[1:] == [6, 4]


def test_a_missing_step_does_not_spoil_the_next() -> None:
    assert points({"somme": 12.0, "plus_un": "13"}, {"somme": 120.0}) == [0, 6, 4]


def test_a_part_of_a_table_earns_a_part_of_the_points() -> None:
    two = as_kept(doubled(OWN).head(2))
    assert points({"double": two}, {"double": as_kept(doubled(HIDDEN).head(2))})[0] == 5.33


def test_a_mistake_of_ones_own_keeps_its_message() -> None:
    part = as_kept(doubled(OWN).head(2))
    (mark, *_) = marks({"double": part}, {"double": as_kept(OWN.tables["t.csv"])}).values()
    assert mark.points == 0 and mark.message.replace("\xa0", " ") != ONLY_OWN


def test_a_mistake_is_named() -> None:
    assert "ajouté un" in marks({**right(OWN), "plus_un": "12"}, right(HIDDEN))["plus_un"].message


def test_nothing_is_not_started_and_an_error_is_said() -> None:
    given = marks({"double": None, "plus_un": "  "}, {}, {"somme": ("NameError", "x")})
    assert given["double"].outcome is given["plus_un"].outcome is Outcome.NOT_STARTED
    assert given["somme"].outcome is Outcome.ERROR and "NameError" in given["somme"].message
    told = marks({}, {}, {"double": ("CourseError", "La colonne « x » manque.")})
    assert "la colonne « x » manque" in told["double"].message.lower().replace("\xa0", " ")
    assert [mark.outcome for mark in unmarked(SHEET)] == [Outcome.NOT_STARTED] * 3


@pytest.mark.parametrize(
    "strange",
    [
        {"tableau": 3}, {"tableau": {"columns": ["x"], "data": [[1, 2]]}}, {"x": {"y": []}},
        {"tableau": {"columns": ["client_id", "client_id"], "data": [["a", "b"]]}},
        {"tableau": {"columns": ["client_id", "x"], "data": [[[1], {"a": 1}]]}},
        [[1]], "1" * 10_000, True, {"tableau": {"columns": [], "data": []}}, "=1+1", "nan", 1e400,
        {"tableau": {"columns": ["client_id", "x"], "data": [["a", "=1"], [None, None]]}},
    ],
)  # fmt: skip
def test_a_strange_answer_earns_nothing_and_breaks_nothing(strange: Any) -> None:
    given = marks(dict.fromkeys(("double", "somme", "plus_un"), strange), right(HIDDEN))
    assert all(mark.points == 0 for mark in given.values())
    assert all(len(mark.shown) <= 200 for mark in given.values())


def test_answers_are_shown_in_a_few_words() -> None:
    assert shown(as_kept(doubled(OWN))).replace("\xa0", " ") == "tableau : 3 lignes"
    costs = {"lignes": [devoir_2.line("Timbres", 40, 1.39), {"libelle": "Encre"}, 3]}
    assert shown(costs, "costs").replace("\xa0", " ") == (
        "Timbres : 40 à 1,39 € HT (Devis de l’imprimeur, no 12, 15/02/2025, élevée)\n"
        "Encre : … à … €"
    )
    written = shown(devoir_2.statement(devoir_2.CLASS[0]), "statement")
    assert "ils se taisent peu à peu" in written and "une soirée privée" in written.lower()
    assert "d’ici au 31 décembre 2026" in written
    for value in (costs, {"probleme": "x", "moyens": 7, "indicateur": "?", "depart": ["a"]}):
        for form in ("", "costs", "statement"):
            assert not re.search(r"[a-z]_[a-z]|probleme|quantite|élément", shown(value, form))
    assert len(shown("mot " * 1000)) == 200


def test_the_right_answers_on_a_students_own_data_go_to_the_teacher() -> None:
    """Computed by the other way of the tests, for two students whose data differ."""
    for student in truth.CLASS[:2]:
        variant = truth.variant(student)
        marks = mark_all(
            truth.SHEET, load_kit(truth.NAME), (variant, Answers()), (variant, Answers())
        )
        told = {mark.question: mark.expected for mark in marks}
        answers = truth.answers(student)
        assert parse_number(told["panier_client"]) == pytest.approx(
            answers["panier_client"], abs=0.006
        )
        assert told["a_appeler"] == answers["a_appeler"]
        assert told["profil"].count("\n") > 3 and variant.parameters["SEGMENT"] in told["profil"]
