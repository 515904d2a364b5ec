"""Numbers, euros and dates as a French reader writes them (Babel, locale ``fr``)."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

LOCALE = "fr_FR"
MINUS = "\u2212"


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _signed(text: str) -> str:
    """The minus sign as prose has it (Babel writes a hyphen); what rounds to nothing has none."""
    return text.replace("-", MINUS if any(mark in "123456789" for mark in text) else "")


def number(value: float, decimals: int = 0) -> str:
    """A number with French separators.

    >>> number(69659) == "69\\u202f659"
    True
    >>> number(-2.5, 1), number(-0.3)
    ('−2,5', '0')
    """
    return _signed(format_decimal(value, format=_pattern(decimals), locale=LOCALE))


def euros(value: float, decimals: int = 0) -> str:
    """An amount in euros.

    >>> euros(1500) == "1\\u202f500\\u00a0€"
    True
    """
    pattern = _pattern(decimals) + "\u00a0¤"
    return _signed(
        format_currency(value, "EUR", format=pattern, locale=LOCALE, currency_digits=False)
    )


def decimals_of(value: float) -> int:
    """How many decimals a typed value has; beyond two, two.

    >>> decimals_of(12), decimals_of(12.5), decimals_of(100 * 0.29), decimals_of(1 / 3)
    (0, 1, 0, 2)
    """
    return next((places for places in (0, 1) if round(value, 6) == round(value, places)), 2)


def percent(share: float, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage.

    >>> percent(0.153, 1) == "15,3\\u00a0%"
    True
    """
    pattern = _pattern(decimals) + "\u00a0%"
    return _signed(format_percent(share, format=pattern, locale=LOCALE))


def points(gap: float) -> str:
    """A difference between two shares (0–1) in percentage points, singular below two.

    >>> points(0.018) == "1,8\\u00a0point", points(-0.125) == "−12,5\\u00a0points"
    (True, True)
    """
    return f"{number(100 * gap, 1)}\u00a0{'point' if abs(round(100 * gap, 1)) < 2 else 'points'}"


def long_date(day: dt.date) -> str:
    """A date in words.

    >>> long_date(dt.date(2025, 12, 31)), long_date(dt.date(2026, 1, 1))
    ('31 décembre 2025', '1er janvier 2026')
    """
    pattern = "'1er' MMMM y" if day.day == 1 else "d MMMM y"
    return format_date(day, format=pattern, locale=LOCALE)
