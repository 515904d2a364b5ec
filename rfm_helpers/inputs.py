"""What people type: days and numbers."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from decimal import Decimal

from rfm_helpers.errors import CourseError

_WRITE_A_DAY = 'écrivez par exemple "2025-12-31" ou "31/12/2025".'


def as_day(value: dt.date | str) -> dt.date:
    """Read a day.

    Args:
        value: a date, or text such as `"2025-12-31"` or `"31/12/2025"`.

    Returns:
        The day, without a time.

    Raises:
        CourseError: if the text is not a date of the calendar.

    Example:
        >>> as_day("31/12/2025")
        datetime.date(2025, 12, 31)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(str(value).strip(), pattern).date()
        except ValueError:
            continue
    if isinstance(value, numbers.Real):
        raise CourseError(f"Une date se met entre guillemets droits : {_WRITE_A_DAY}")
    raise CourseError(f"« {value} » ne se lit pas comme une date : {_WRITE_A_DAY}")


def parse_number(value: object, *, unit: str = "") -> float:
    """A number as people write it: 1500, "1 500,50 €", "15 %".

    Args:
        value: a number, or a text: spaces, a comma or a point, a unit or none.
        unit: the unit wanted; a text in per cent is a share (0.15), unless it is "%".

    Returns:
        The number, finite.

    Raises:
        CourseError: if the value does not read as one number.

    Example:
        >>> parse_number("1\\u202f500,50 €")
        1500.5
        >>> parse_number("15 %"), parse_number("15 %", unit="%")
        (0.15, 15.0)
    """
    if isinstance(value, tuple) and len(value) == 2:
        raise CourseError(
            "Remplacez la virgule par un point (« 0.25 »), ou écrivez le nombre entre guillemets, "
            '"0,25".'
        )
    decimal = " 0,25" if isinstance(value, str) else ', entre guillemets, "0,25"'
    unreadable = CourseError(
        f"« {str(value)[:40]} » ne se lit pas comme un nombre : écrivez par exemple 1500 "
        f"ou{decimal}."
    )
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "size", 1) == 1:
        value = item()
    if isinstance(value, str):
        return _number_in_text(value, unit, unreadable)
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        raise unreadable
    return _finite(float(value), unreadable)


def _number_in_text(text: str, unit: str, unreadable: CourseError) -> float:
    share = "%" in text and unit != "%"
    for mark in ("%", "€", "euros", "euro", "jours", "jour", "clients", "commandes", "points"):
        text = text.replace(mark, "")
    digits = "".join(text.split()).replace("−", "-")
    if "," in digits and "." in digits:
        thousands = "." if digits.rindex(",") > digits.rindex(".") else ","
        digits = digits.replace(thousands, "")
    try:
        value = float(digits.replace(",", "."))
    except ValueError:
        raise unreadable from None
    return _finite(value / 100 if share else value, unreadable)


def _finite(value: float, unreadable: CourseError) -> float:
    if not math.isfinite(value):
        raise unreadable
    return value
