"""What people type: days, read as they are written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.inputs import as_day, parse_number

THE_DAY = dt.date(2025, 11, 3)
#: A year of two digits says one of these.
NEAR = st.dates(dt.date(2000, 1, 1), dt.date(2068, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-03", "3/11/25", "03/11/2025", "03.11.2025", "3-11-2025", "3 11 2025",
        "3 nov. 2025", "le 3 novembre 2025", "Lundi 3 Novembre 2025", "3\u00a0novembre\u00a02025",
        " 3/11/25 ", '"2025-11-03"', "« 3/11/25 »", "2025/11/03", "3nov2025",
        "lun. 3 nov. 2025", "Lun 3/11/25", "2025-11-03 00:00:00", "2025-11-03T14:30",
        "3/11/25 9h05",
    ],
)  # fmt: skip
def test_a_day_as_people_write_it(text):
    assert as_day(text) == as_day(text, month=True) == THE_DAY


@given(NEAR)
def test_every_day_in_every_form(day):
    forms = ("%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d")
    assert {as_day(day.strftime(form)) for form in forms} == {day}
    assert as_day(long_date(day)) == as_day(f"le {long_date(day).upper()}") == day
    assert as_day(long_date(day).split(" ", 1)[1], month=True) == day.replace(day=1)


@pytest.mark.parametrize("text", ["novembre 2025", "nov. 2025", "11/2025", "2025-11", "2025/11"])
def test_a_month_is_enough_where_that_is_said(text):
    assert as_day(text, month=True) == dt.date(2025, 11, 1)
    with pytest.raises(CourseError, match="ajoutez le jour"):
        as_day(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("le 3 novembre", "pas d’année"),
        ("3/11", "pas d’année"),
        ("3/11 9h05", "pas d’année"),
        ("mar. 2025 3", "ne se lit pas"),
        ("nov. 25", "pas d’année"),
        ("12/31/2025", "il n’y a pas de mois 31. Écrivez le jour d’abord, par exemple 31/12/2025"),
        ("31/02/2025", "pas dans le calendrier"),
        ("2025-13-40", "pas dans le calendrier"),
        ("3/11/0000", "pas dans le calendrier"),
        ("novembre 3 2025", "ne se lit pas"),
        ("2025 3 novembre", "ne se lit pas"),
        ("3 jui 2025", "ne se lit pas"),
        ("3/11/202", "ne se lit pas"),
        ("3 novembre 5", "ne se lit pas"),
        ("2025", "ne se lit pas"),
        ("hier", "ne se lit pas"),
        ("", "ne se lit pas"),
    ],
)
def test_what_is_no_day_gets_a_sentence_without_a_quotation_mark_of_code(text, says):
    for month in (False, True):
        with pytest.raises(CourseError, match=says) as caught:
            as_day(text, month=month)
        assert '"' not in str(caught.value)


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_a_sentence(text):
    try:
        assert isinstance(as_day(text), dt.date)
    except CourseError as error:
        assert str(error).endswith(".")


def test_a_number_is_told_how_code_writes_a_day():
    with pytest.raises(CourseError, match='"31/12/2025"'):
        as_day(29 / 6 / 2024)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12€50", 12.5), ("12 € 50", 12.5), ("12 euros 50", 12.5), ("1'500", 1500),
        ("1’500,50 €", 1500.5), ("12 pour cent", 0.12), ("12 EUR", 12), ("euros 12", 12),
        ("12jours", 12), ("1 client", 1), ("-12 %", -0.12),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it(text, expected):
    assert parse_number(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "12€505", "12€5", "3 clients 4", "2 jours 12", "12 clients sur 100", "12 k€", "douze",
        "12-15", "~12", "twelve", "12 TTC", "%", "½", "=12*3", "nan", "3 semaines",
    ],
)  # fmt: skip
def test_two_numbers_or_none_are_no_number(text):
    with pytest.raises(CourseError, match="ne se lit pas comme un nombre"):
        parse_number(text)
