"""The form of a bet, driven without a front end."""

from __future__ import annotations

import asyncio

import pytest

from rfm_helpers.activities.bets import BetForm, bet
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.bet_panels import bet_balance, bet_result

NUMBER, CHOICE, ORDER = (f"03_calcul_rfm/{name}" for name in ("mediane", "un_mois", "rachat"))


def fill(form: BetForm, *values: str) -> None:
    for field, value in zip(form.fields, values, strict=True):
        field.value = value


def said(form: BetForm) -> str:
    return f"{form.state_area.value} {form.message}"


@pytest.mark.parametrize(
    ("key", "values", "expected", "words"),
    [
        (NUMBER, ["300 jours"], 300, "Pari noté\u00a0: 300\u00a0jours"),
        (CHOICE, ["aucun"], "aucun", "Pari noté\u00a0: Aucun"),
        (ORDER, ["r", "f", "m"], ("r", "f", "m"), "Pari noté\u00a0: R, puis F, puis M"),
    ],
)
def test_a_bet_is_taken_kept_and_found_again(key, values, expected, words) -> None:
    form = bet(key)
    assert form.value is None and "Pas encore parié" in said(form)
    fill(form, *values)
    assert form.value == expected and words in said(form)
    again = bet(key)
    assert again.value == expected and words in said(again)


def test_what_was_just_typed_counts_in_a_cell_run_at_once() -> None:
    async def type_and_run() -> str:
        form = bet(NUMBER)
        for text in ("3", "30", "300"):
            form.fields[0].set_state({"value": text})
        return bet_result(NUMBER, 305).mine

    assert asyncio.run(type_and_run()) == "300\u00a0jours"


def test_an_order_is_a_bet_once_every_rank_is_taken_by_another() -> None:
    form = bet(ORDER)
    for values, done in (
        (("r", "", ""), False),
        (("r", "r", "m"), False),
        (("r", "m", "f"), True),
    ):
        fill(form, *values)
        assert (form.value is not None) == done
        assert ("Pari noté" in said(form)) == done


def test_an_order_half_made_is_found_again_as_it_was_left() -> None:
    form = bet(ORDER)
    fill(form, "r", "f", "")
    again = bet(ORDER)
    assert [field.label for field in again.fields] == ["R", "F", "à choisir"]
    assert again.value is None


def test_what_is_no_number_is_explained_and_leaves_no_bet() -> None:
    form = bet(NUMBER)
    fill(form, "beaucoup")
    assert "ne se lit pas comme un nombre" in form.message and "Pas encore parié" in said(form)
    assert bet_result(NUMBER, 305).mine == "Pas encore parié."


def test_a_change_after_the_result_is_said_on_the_form_that_stayed_open() -> None:
    form = bet(NUMBER)
    fill(form, "200")
    bet_result(NUMBER, 305)
    fill(form, "305")
    assert "le premier compte" in said(form) and "Recommencer" in said(form)
    assert form.fields[0].value == "305"
    assert AnswerStore("03_calcul_rfm").get("paris/mediane/seen") == ["200"]


def test_starting_again_reopens_the_bet() -> None:
    form = bet(NUMBER)
    bet_result(NUMBER, 305)
    fill(form, "305")
    assert "ne compte pas" in said(form)
    form.keeper.restart_button.click()
    form.keeper.yes_button.click()
    fill(form, "290")
    assert "Pari noté" in said(form)
    assert bet_result(NUMBER, 305).mine == "290\u00a0jours"
    assert "290\u00a0jours" in repr(bet_balance("03_calcul_rfm"))


def test_the_stored_form_asks_and_does_not_answer() -> None:
    html = bet(CHOICE)._repr_mimebundle_()["text/html"]
    assert "Pariez." in html and "Presque tous" in html and "pour parier" in html
