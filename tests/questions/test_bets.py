"""Bets: how close they come, which of them counts, what the balance says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.page import Page

from rfm_helpers.catalog.bets import Bet, bet_lessons, load_bet, load_bets
from rfm_helpers.errors import CourseError
from rfm_helpers.plots import plot_rf_heatmap, show_table
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.bet_panels import bet_balance, bet_result
from rfm_helpers.questions.bets import (
    Closeness,
    kept_bet,
    read_bet,
    read_truth,
    score_bet,
    shown,
    truth_of,
)

LESSON = "03_calcul_rfm"
NUMBER, CHOICE, ORDER = (load_bet(f"{LESSON}/{name}") for name in ("mediane", "un_mois", "rachat"))
ALL = [bet for lesson in bet_lessons() for bet in load_bets(lesson)]
RANKS = {Closeness.RIGHT: 0, Closeness.NEAR: 1, Closeness.FAR: 2}
each_bet = pytest.mark.parametrize("bet", ALL, ids=lambda bet: bet.id)
factors = st.floats(0.01, 20, allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def bets_on(bet: Bet, factor: float) -> float:
    assert bet.number is not None
    return bet.number.truth * factor


def keep(name: str, raw: Any) -> None:
    AnswerStore(LESSON).set(f"paris/{name}/answer", raw)


# --- scores ---------------------------------------------------------------------------------------


@each_bet
def test_the_truth_is_right(bet: Bet) -> None:
    assert score_bet(bet, truth_of(bet)).closeness is Closeness.RIGHT


@given(factors)
def test_the_side_is_that_of_the_error(factor: float) -> None:
    score = score_bet(NUMBER, bets_on(NUMBER, factor))
    assert score.error == pytest.approx(factor - 1)
    if score.closeness is not Closeness.RIGHT and factor <= 2:
        assert ("au-dessus" in score.text) == (factor > 1)
        assert ("au-dessous" in score.text) == (factor < 1)


@given(factors, factors)
def test_who_is_farther_is_never_closer(one: float, other: float) -> None:
    near, far = sorted((one, other), key=lambda factor: abs(factor - 1))
    ranks = [RANKS[score_bet(NUMBER, bets_on(NUMBER, factor)).closeness] for factor in (near, far)]
    assert ranks[0] <= ranks[1]


@pytest.mark.parametrize(
    ("factor", "word"),
    [
        (1.1, "juste"),
        (0.9, "juste"),
        (1.11, "proche"),
        (0.89, "proche"),
        (1.5, "proche"),
        (0.5, "proche"),
        (1.51, "loin"),
        (0.49, "loin"),
        (0, "loin"),
    ],
)
def test_the_scale_is_that_of_the_catalog(factor: float, word: str) -> None:
    assert NUMBER.number is not None and (NUMBER.number.right, NUMBER.number.near) == (0.1, 0.5)
    assert score_bet(NUMBER, bets_on(NUMBER, factor)).closeness == word


def test_choices_and_orders() -> None:
    assert score_bet(CHOICE, "quelques").closeness is Closeness.FAR
    words = {order: score_bet(ORDER, order).closeness for order in ORDERS}
    assert words == {
        ("r", "m", "f"): "juste",
        ("m", "r", "f"): "proche",
        ("r", "f", "m"): "proche",
        ("f", "m", "r"): "loin",
        ("m", "f", "r"): "loin",
        ("f", "r", "m"): "loin",
    }


ORDERS = [
    ("r", "m", "f"),
    ("m", "r", "f"),
    ("r", "f", "m"),
    ("f", "m", "r"),
    ("m", "f", "r"),
    ("f", "r", "m"),
]


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["305", " 305 jours ", "305,0", "305 %"])
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert read_bet(NUMBER, text) == 305


@pytest.mark.parametrize("text", ["beaucoup", "-3", "1e999", "1 2 mois"])
def test_what_is_no_number_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CourseError) as refused:
        read_bet(NUMBER, text)
    assert str(refused.value).endswith(".") and "écrivez" in str(refused.value)


def test_more_than_a_hundred_in_a_hundred_is_refused() -> None:
    with pytest.raises(CourseError, match="de 0 à 100"):
        read_bet(load_bet(f"{LESSON}/seuils_luxe"), "120")


@pytest.mark.parametrize("raw", [None, "", 12, [], "autre", ["r", "m"], ["r", "r", "m"], {"a": 1}])
def test_what_is_no_bet_is_none(raw: Any) -> None:
    assert read_bet(CHOICE, raw) is None and read_bet(ORDER, raw) is None


def test_a_number_of_the_data_finds_its_choice() -> None:
    assert read_truth(CHOICE, 0) == "aucun" and read_truth(CHOICE, 12) == "quelques"
    assert read_truth(ORDER, ["R", "M", "F"]) == truth_of(ORDER)
    with pytest.raises(CourseError, match="remettez"):
        read_truth(CHOICE, -1)


@given(st.dictionaries(st.sampled_from(["answer", "seen", "autre"]), JSON))
def test_no_answers_file_makes_a_bet_fail(found: dict[str, Any]) -> None:
    for bet in (NUMBER, CHOICE, ORDER):
        kept = kept_bet(bet, {f"paris/{bet.id}/{name}": value for name, value in found.items()})
        for answer in (kept.answer, kept.later):
            assert answer is None or shown(bet, answer)


# --- which counts ---------------------------------------------------------------------------------


def test_a_bet_stands_beside_the_result() -> None:
    keep("mediane", "200")
    result = bet_result(f"{LESSON}/mediane", 305)
    assert result.mine == "200\u00a0jours" and "34\u00a0% au-dessous" in repr(result)
    assert "305\u00a0jours" in repr(result) and NUMBER.after[:20] in repr(result)


def test_nothing_is_needed_to_see_the_result() -> None:
    text = repr(bet_result(f"{LESSON}/mediane", 305))
    assert "Pas encore parié" in text and "305\u00a0jours" in text


def test_a_bet_changed_after_the_result_is_said_and_does_not_count() -> None:
    keep("mediane", "200")
    bet_result(f"{LESSON}/mediane", 305)
    keep("mediane", "305")
    again = bet_result(f"{LESSON}/mediane", 305)
    assert again.mine == "200\u00a0jours" and "le premier compte" in repr(again)
    assert "Juste" not in repr(bet_balance(LESSON))


def test_a_bet_that_comes_after_the_result_does_not_count() -> None:
    bet_result(f"{LESSON}/mediane", 305)
    keep("mediane", "305")
    assert "ne compte pas" in repr(bet_result(f"{LESSON}/mediane", 305))
    assert "aucun pari encore" in repr(bet_balance(LESSON))


def test_another_value_in_the_cell_is_said() -> None:
    keep("un_mois", "aucun")
    text = repr(bet_result(f"{LESSON}/un_mois", 900))
    assert "Vous avez changé la cellule" in text and "porte sur Aucun" in text


def test_the_first_line_of_a_hidden_output_gives_nothing_away() -> None:
    result = bet_result(f"{LESSON}/mediane", 305, "Une table")
    assert result._repr_html_().splitlines()[0] == "Votre pari et le résultat"
    assert bet_balance(LESSON)._repr_html_().splitlines()[0] == "Vos paris"


def test_tables_figures_and_texts_stand_above_the_bet() -> None:
    table = pd.DataFrame({"client_id": ["C-1"], "R": [1], "F": [2], "M": [3]})
    scores = pd.concat([table.assign(client_id=f"C-{n}", R=n, F=n, M=n) for n in range(1, 5)])
    figure = plot_rf_heatmap(scores.reset_index(drop=True), "clients")
    html = bet_result(f"{LESSON}/mediane", 305, show_table(table, "Une table"), figure, "R < 2")
    page = Page(html._repr_html_())
    assert "Une table" in page.text and "R < 2" in page.text and "None" not in page.text
    assert [image["alt"] for image in page.images] == [figure.alternative]


# --- the balance ----------------------------------------------------------------------------------


def test_the_balance_hides_a_result_not_yet_shown() -> None:
    keep("mediane", "200")
    text = repr(bet_balance(LESSON))
    assert "pas encore affiché" in text and "305" not in text


def bet_and_see(key: str, raw: str) -> None:
    lesson, _, name = key.partition("/")
    AnswerStore(lesson).set(f"paris/{name}/answer", raw)
    bet_result(key, truth_of(load_bet(key)))


def test_the_balance_counts_the_lesson_and_those_before_it() -> None:
    bet_and_see("00_bienvenue/champions", "10")
    bet_and_see("01_strategie/une_commande", "10")
    bet_and_see("01_strategie/fideles", "66")
    bet_and_see(f"{LESSON}/mediane", "30")
    bet_and_see(f"{LESSON}/un_mois", "aucun")
    here, so_far = bet_balance(LESSON).sentences
    assert here == "Dans cette leçon\u00a0: 2\u00a0paris, 1\u00a0juste, 1\u00a0loin."
    assert "5\u00a0paris, 2\u00a0justes, 3\u00a0loin" in so_far
    assert "plutôt trop bas (0 au-dessus, 3 au-dessous)" in so_far
    assert "00" not in "".join(bet_balance("00_bienvenue").sentences)


@pytest.mark.parametrize(
    ("guesses", "said"),
    [
        (("80", "99", "900"), "trop haut (3 au-dessus, 0 au-dessous)"),
        (("80", "1", "900"), "trop haut (2 au-dessus, 1 au-dessous)"),
        (("37", "66", "900"), "Trop peu de nombres manqués"),
    ],
)
def test_a_side_is_named_once_three_numbers_were_missed(
    guesses: tuple[str, ...], said: str
) -> None:
    keys = ("00_bienvenue/champions", "01_strategie/fideles", f"{LESSON}/mediane")
    for key, guess in zip(keys, guesses, strict=True):
        bet_and_see(key, guess)
    assert said in bet_balance(LESSON).sentences[1]
