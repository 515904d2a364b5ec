"""When revision cards come back, on fixed dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.questions.revision import DELAYS, LEARNT, Place, moved, waiting

DAY = dt.date(2026, 12, 1)
LAST = len(DELAYS) - 1

days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
places = st.builds(Place, st.integers(0, LAST), days)


def in_days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


def test_a_card_always_known_waits_longer_each_time_and_a_month_at_most() -> None:
    place, today, delays = None, DAY, []
    for _ in range(7):
        place = moved(place, known=True, today=today)
        delays.append((place.due - today).days)
        today = place.due
    assert delays == [1, 3, 7, 15, 30, 30, 30]


def test_a_card_is_learnt_once_known_three_times_in_a_row() -> None:
    place, learnt = None, []
    for known in (True, True, False, True, True, True):
        place = moved(place, known=known, today=DAY)
        learnt.append(place.is_learnt)
    assert learnt == [False, False, False, False, False, True]
    assert DELAYS[LEARNT] == 7


@given(st.none() | places, days)
def test_a_card_missed_comes_back_sooner_than_one_known(place: Place | None, day: dt.date) -> None:
    missed, known = (moved(place, known=answer, today=day) for answer in (False, True))
    assert missed.due == day < known.due
    assert missed.is_due(day) and not known.is_due(day)
    assert missed.box < known.box


@given(places, days)
def test_a_place_is_kept_as_json(place: Place, day: dt.date) -> None:
    assert Place.from_json(place.as_json()) == place


@pytest.mark.parametrize(
    "odd", [[], [1], [9, "2026-12-01"], [-1, "2026-12-01"], [1, "demain"], [1, 2], "ab", 3, [{}, 1]]
)
def test_anything_else_is_refused(odd: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        Place.from_json(odd)


def test_a_card_is_due_from_its_day_on() -> None:
    place = Place(2, in_days(3))
    assert [place.is_due(in_days(n)) for n in (0, 2, 3, 4, 400)] == [False, False, True, True, True]


def test_a_clock_that_was_wrong_does_not_hide_a_card_for_years() -> None:
    answered = moved(None, known=True, today=dt.date(2036, 1, 1))
    assert answered.is_due(DAY)


def test_due_cards_come_first_then_new_ones_in_their_order() -> None:
    found = {"b": Place(1, in_days(0)), "c": Place(3, in_days(-9)), "d": Place(1, in_days(1))}
    assert waiting("eabcd", found, DAY) == ["c", "b", "e", "a"]


@given(st.dictionaries(st.sampled_from("abcdefgh"), places), days)
def test_nothing_that_waits_is_lost_or_asked_twice(found: dict[str, Place], day: dt.date) -> None:
    queue = waiting("abcdefgh", found, day)
    assert sorted(queue) == [c for c in "abcdefgh" if c not in found or found[c].is_due(day)]
    news = [card for card in queue if card not in found]
    assert queue[len(queue) - len(news) :] == news == sorted(news)
