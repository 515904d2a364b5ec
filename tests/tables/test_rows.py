"""The rows that hold a value, and what a learner reads when none does."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers import (
    COURSE_DATE,
    assign_segments,
    load_customers,
    load_orders,
    rfm_table,
    rows_where,
    score_rfm,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.rows import find_customer, unknown_customer


def refusal(table: pd.DataFrame, column: str, value: object) -> str:
    """What is said of a value that no row holds, with plain spaces."""
    with pytest.raises(CourseError) as caught:
        rows_where(table, column, value)
    return re.sub("\u00a0", " ", str(caught.value))


@pytest.fixture(scope="module")
def clients() -> pd.DataFrame:
    scores = score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE))
    return assign_segments(scores).merge(load_customers()[["client_id", "region"]])


@given(st.lists(st.sampled_from("abc")), st.sampled_from("abc"))
def test_the_rows_are_those_that_hold_the_value(values: list[str], wanted: str) -> None:
    table = pd.DataFrame({"x": pd.Series(values, dtype="object"), "rank": range(len(values))})
    expected = [rank for rank, value in enumerate(values) if value == wanted]
    if expected:
        assert rows_where(table, "x", wanted)["rank"].tolist() == expected
    else:
        refusal(table, "x", wanted)


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        ("segment", "Champion", "Champions"),
        ("segment", "a risque", "À risque"),
        ("segment", "Fidele", "Fidèles"),
        ("segment", "fideles potentiels", "Fidèles potentiels"),
        ("segment", "À ne pas  perdre", "À ne pas perdre"),
        ("region", "Lyon", "Lyon et sa région"),
        ("client_id", "c-0360", "C-0360"),
        ("client_id", "C-0360 ", "C-0360"),
    ],
)
def test_the_value_that_was_meant_is_named(
    clients: pd.DataFrame, column: str, written: object, meant: str
) -> None:
    said = refusal(clients, column, written)
    assert said.endswith(f"vouliez-vous écrire « {meant} » ?")
    assert f"« {column} » vaut « {written} »" in said


def test_an_apostrophe_may_be_straight(clients: pd.DataFrame) -> None:
    found = rows_where(clients, "segment", "Besoin d'attention")
    assert set(found["segment"]) == {"Besoin d’attention"}


def test_a_number_may_be_written_as_text_and_text_as_a_number() -> None:
    table = pd.DataFrame({"code": ["524", "521"], "an": [2024, 2025]})
    assert rows_where(table, "code", 524).index.tolist() == [0]
    assert rows_where(table, "an", "2025").index.tolist() == [1]


def test_several_values_are_refused(clients: pd.DataFrame) -> None:
    for several in (("Dormants", "À risque"), ["Dormants"]):
        assert refusal(clients, "segment", several).startswith("Une seule valeur")


def test_few_values_are_listed_and_many_are_not(clients: pd.DataFrame) -> None:
    said = refusal(clients, "segment", "zzz")
    assert all(f"« {name} »" in said for name in clients["segment"].unique())
    assert said.endswith(".")
    first = clients["client_id"].iloc[0]
    said = refusal(clients, "client_id", "C-9999")
    assert said.endswith(f"vérifiez cette valeur ; « {first} », par exemple, s’y trouve.")


def test_a_table_without_rows_or_values_says_to_run_again() -> None:
    for values in ([], [None]):
        table = pd.DataFrame({"x": pd.Series(values, dtype="object")})
        assert refusal(table, "x", "a").startswith("La colonne « x » est vide")


def test_a_column_that_is_not_there_is_left_to_the_hints(clients: pd.DataFrame) -> None:
    with pytest.raises(KeyError):
        rows_where(clients, "segmant", "Champions")


# --- customers -----------------------------------------------------------------------------------

IDS = ["C-0360", "C-2258", "C-0001", "A-0007", "B-0007"]


@pytest.mark.parametrize(
    "typed", ["C-2258", "c-2258", " C-2258 ", "c2258", "C 2258", "C–2258", "2258", "C-02258", 2258]
)
def test_a_customer_however_the_id_is_written(typed):
    assert find_customer(IDS, typed) == "C-2258"


@pytest.mark.parametrize("typed", ["", "C", "7", "C-9999", "D-2258", "C-22", "Sophie"])
def test_no_customer_or_several_is_none(typed):
    assert find_customer(IDS, typed) is None


def test_an_id_that_is_a_number_and_one_that_another_looks_like():
    assert find_customer([1, 2, 3], " 2 ") == 2
    assert find_customer(["01", "1"], "1") == "1"
    assert find_customer(["01", "1"], "001") is None


def test_an_unknown_customer_is_told_how_an_id_is_written():
    assert "(un exemple\u00a0: «\u00a0C-0360\u00a0»)" in str(unknown_customer("Sophie", IDS))
