"""The revision cards without a front end, on days that the test chooses."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from support.lessons import plain
from support.page import Page

from rfm_helpers.activities.base import WIDGET_VIEW
from rfm_helpers.activities.revision import ANKI, APART, RevisionCards, revision_cards
from rfm_helpers.catalog.revision import load_revision
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.answers import AnswerStore, answers_folder

DAY = dt.date(2026, 12, 1)
LESSON = "02_donnees"
FIRST = [card.id for card in load_revision()["00_bienvenue"].cards]
IN_LESSON = [card.id for card in load_revision()[LESSON].cards]
TOTAL = sum(len(lesson.cards) for lesson in load_revision().values())


class Clock:
    """The learner's clock."""

    def __init__(self) -> None:
        self.day = DAY

    def __call__(self) -> dt.date:
        return self.day

    def wait(self, days: int) -> None:
        self.day += dt.timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(clock: Clock, lesson: str = "") -> RevisionCards:
    return revision_cards(lesson, today=clock)


def press_enter(cards: RevisionCards) -> None:
    """What the field sends when Enter is pressed in it."""
    cards.key._handle_custom_msg({"event": "submit"}, [])


def answer(cards: RevisionCards, key: str) -> str:
    """Turn the card over, press a key, and say which card it was."""
    asked = cards.card.id
    press_enter(cards)
    cards.key.value = key
    return asked


def shown(cards: RevisionCards) -> str:
    return Page(cards.card_area.value).text


def visible(cards: RevisionCards) -> list[str]:
    buttons = (cards.show_button, cards.missed_button, cards.known_button)
    return [one.description for one in buttons if one.layout.display != "none"]


# --- by keyboard ---------------------------------------------------------------------------------


def test_enter_shows_the_answer_and_a_digit_rates_it(clock: Clock) -> None:
    cards = opened(clock)
    first = cards.card
    assert first.id == FIRST[0]
    assert plain(first.front) in shown(cards)
    assert plain(first.back) not in shown(cards)
    assert visible(cards) == ["Voir la réponse"]
    press_enter(cards)
    assert plain(first.back) in shown(cards)
    assert plain(first.section) in shown(cards)
    assert visible(cards) == ["1 · À revoir", "2 · Je savais"]
    cards.key.value = "2"
    assert cards.value == {first.id: 1}
    assert (cards.card.id, cards.key.value) == (FIRST[1], "")
    assert visible(cards) == ["Voir la réponse"]


def test_a_key_that_is_none_is_explained_and_rates_nothing(clock: Clock) -> None:
    cards = opened(clock)
    answer(cards, "x")
    assert "Tapez 1" in cards.message
    assert (cards.value, cards.key.value) == ({}, "")
    cards.key.value = "21"
    assert (cards.value, cards.message) == ({FIRST[0]: 0}, "")


def test_a_digit_before_the_answer_rates_nothing(clock: Clock) -> None:
    cards = opened(clock)
    cards.key.value = "2"
    assert (cards.value, cards.key.value, cards.message) == ({}, "", "")


def test_the_mouse_does_the_same(clock: Clock) -> None:
    cards = opened(clock)
    cards.show_button.click()
    cards.missed_button.click()
    cards.show_button.click()
    cards.known_button.click()
    assert cards.value == {FIRST[0]: 0, FIRST[1]: 1}


# --- which card comes ----------------------------------------------------------------------------


def test_a_card_that_was_missed_comes_back_after_others_the_same_day(clock: Clock) -> None:
    cards = opened(clock)
    missed = answer(cards, "1")
    asked = [answer(cards, "2") for _ in range(APART + 1)]
    assert missed not in asked[:APART]
    assert asked[APART] == missed


def test_the_last_card_that_is_missed_is_asked_again(clock: Clock) -> None:
    cards = opened(clock, LESSON)
    for _ in IN_LESSON[:-1]:
        answer(cards, "2")
    assert answer(cards, "1") == IN_LESSON[-1]
    assert cards.card.id == IN_LESSON[-1]


def test_due_cards_come_before_new_ones_and_known_ones_later(clock: Clock) -> None:
    cards = opened(clock)
    for key in ("2", "2", "1", "2"):
        answer(cards, key)
    clock.wait(1)
    again = opened(clock)
    assert again.card.id == FIRST[2]
    assert [answer(again, "2") for _ in range(4)] == [FIRST[2], FIRST[0], FIRST[1], FIRST[3]]
    assert again.card.id not in FIRST
    clock.wait(2)
    assert opened(clock).card.id == FIRST[2]
    clock.wait(1)
    assert opened(clock).card.id == FIRST[2]


def test_a_page_left_open_overnight_follows_the_clock(clock: Clock) -> None:
    cards = opened(clock, LESSON)
    for _ in IN_LESSON:
        answer(cards, "2")
    assert cards.card is None
    clock.wait(1)
    cards.lesson.value = ""
    cards.lesson.value = LESSON
    assert cards.card.id == IN_LESSON[0]


def test_the_end_of_the_day_says_when_the_next_card_comes(clock: Clock) -> None:
    cards = opened(clock, LESSON)
    for _ in IN_LESSON:
        answer(cards, "2")
    assert "C’est fini pour aujourd’hui. La prochaine carte revient le 2 décembre 2026." in (
        shown(cards)
    )
    assert visible(cards) == []
    assert cards.key.layout.display == "none"
    press_enter(cards)
    assert not cards.answered


# --- how far the learner is ----------------------------------------------------------------------


def test_the_summary_counts_due_learnt_and_not_begun(clock: Clock) -> None:
    cards = opened(clock)
    assert plain(cards.summary) == (
        f"{TOTAL} cartes : 0 à revoir aujourd’hui, 0 apprise, {TOTAL} pas encore commencées"
    )
    answer(cards, "2")
    answer(cards, "1")
    assert plain(cards.summary) == (
        f"{TOTAL} cartes : 1 à revoir aujourd’hui, 0 apprise, {TOTAL - 2} pas encore commencées"
    )
    assert cards.summary in cards.summary_area.value


def test_a_card_known_on_three_days_is_learnt(clock: Clock) -> None:
    for days in (1, 3, 7):
        answer(opened(clock), "2")
        clock.wait(days)
    cards = opened(clock, "00_bienvenue")
    assert "1 à revoir aujourd’hui, 1 apprise, 3 pas encore commencées" in plain(cards.summary)


def test_a_lesson_has_its_own_cards_and_its_own_count(clock: Clock) -> None:
    cards = opened(clock)
    answer(cards, "1")
    cards.lesson.value = LESSON
    assert cards.card.id == IN_LESSON[0]
    count = len(IN_LESSON)
    assert plain(cards.summary) == (
        f"{count} cartes : 0 à revoir aujourd’hui, 0 apprise, {count} pas encore commencées"
    )
    assert cards.value == {FIRST[0]: 0}


def test_a_lesson_without_cards_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(CourseError, match="choisissez parmi «\u00a000_bienvenue"):
        revision_cards("99_rien")


# --- what is kept --------------------------------------------------------------------------------


def test_the_boxes_come_back_after_a_restart(clock: Clock, answers_folder) -> None:
    cards = opened(clock)
    answer(cards, "2")
    answer(cards, "1")
    kept = json.loads((answers_folder / "revision.json").read_text(encoding="utf-8"))["answers"]
    assert {name: entry["value"] for name, entry in kept.items()} == {
        FIRST[0]: [1, "2026-12-02"],
        FIRST[1]: [0, "2026-12-01"],
    }
    again = opened(clock)
    assert (again.places, again.summary) == (cards.places, cards.summary)
    assert again.keeper.restored


def test_starting_again_forgets_every_box(clock: Clock, answers_folder) -> None:
    cards = opened(clock)
    answer(cards, "2")
    cards.keeper.restart_button.click()
    cards.keeper.yes_button.click()
    assert (cards.value, cards.card.id) == ({}, FIRST[0])
    assert list(answers_folder.glob("revision-copie-*.json"))


def test_a_card_that_is_no_longer_in_the_course_is_left_alone(clock: Clock) -> None:
    AnswerStore("revision").update({"ancienne": [1, "2026-12-01"], FIRST[0]: [2, "2026-12-04"]})
    cards = opened(clock)
    assert cards.value == {FIRST[0]: 2}
    assert AnswerStore("revision").get("ancienne") == [1, "2026-12-01"]


@pytest.mark.parametrize("odd", ["2", 7, [9, "2026-12-01"], [1, "demain"], {"box": 1}])
def test_odd_answers_do_not_keep_the_cards_from_opening(clock: Clock, odd: object) -> None:
    AnswerStore("revision").update({FIRST[0]: odd})
    cards = opened(clock)
    assert cards.value == {}
    assert "ce que vous aviez fait" in cards.keeper.text.casefold()


def test_the_cards_are_written_for_anki_beside_the_answers(clock: Clock) -> None:
    cards = opened(clock)
    cards.anki_button.click()
    assert (answers_folder() / ANKI).read_bytes()[:2] == b"PK"
    said = cards.message.replace("\u00a0", " ")
    assert ANKI in said
    assert "choisissez Importer" in said
    assert str(answers_folder().name) in said


# --- what a notebook stores ----------------------------------------------------------------------


def test_a_stored_notebook_shows_the_cards_of_its_lesson_as_a_list(clock: Clock) -> None:
    bundle = opened(clock, LESSON)._repr_mimebundle_()
    bundle.pop(WIDGET_VIEW)
    page = Page(bundle["text/html"])
    for card in load_revision()[LESSON].cards:
        assert plain(card.front) in page.text
        assert plain(card.back) in page.text
    assert plain(load_revision()["00_bienvenue"].cards[0].front) not in page.text
    assert page.tags.count("table") == 1
    assert Page(opened(clock)._repr_mimebundle_()["text/html"]).tags.count("table") == (
        len(load_revision())
    )


def test_what_was_done_is_not_stored(clock: Clock) -> None:
    before = opened(clock).fallback()
    answer(opened(clock), "2")
    assert opened(clock)._repr_mimebundle_()["text/html"].startswith(before["text/html"])
