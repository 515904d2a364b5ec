"""What people type: days and numbers."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from decimal import Decimal

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import plain_words

MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
)  # fmt: skip
#: What may stand beside a date without being part of it: « le lundi 1er ».
_BESIDE = {"le", "er", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
#: What may stand before a whole date: « mar. 3 nov. 2025 », where « mar. » is no month.
_DAYS = {"lun", "mar", "mer", "jeu", "ven", "sam", "dim"}
#: What may stand around a date: spaces, and quotation marks of any kind.
_AROUND = re.compile(r"""^[\s"'\u00ab\u00bb\u201c\u201d]+|[\s"'\u00ab\u00bb\u201c\u201d]+$""")
#: The time that a table writes after a day.
_TIME_BESIDE = re.compile(r"(?<=\d)[T\s]+\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?$")
_PARTS = re.compile(r"\d+|[a-z]+")
_TIME = re.compile(
    r",?\s*(?:à\s*)?(\d{1,2})\s?[:h]\s?(\d{2})(?::\d{2})?\s*(am|pm)?\s*$", re.IGNORECASE
)
_END_OF_DAY = dt.time(23, 59)
_BETWEEN = re.compile(r"[\s/.,–-]*")
#: « 12 € 50 », « pour cent », the apostrophe of « 1'500 », and the units around a number.
_IN_TWO = re.compile(r"(\d)\s*(?:€|euros?)\s*(\d\d)$", re.IGNORECASE)
_PER_CENT = re.compile("pour ?cent", re.IGNORECASE)
_GROUPS = re.compile(r"(?<=\d)['’](?=\d{3})")
_UNIT = r"(?:%|€|euros?|eur|jours?|clients?|commandes?|points?)"
_UNITS = re.compile(rf"^(?:{_UNIT}\s*)+|(?:\s*{_UNIT})+$", re.IGNORECASE)
_SHAPE = re.compile(r"\d{1,2} (\d{1,2} (\d{2}|\d{4})|\d{4}|\d{1,2})")
#: A year of two digits below this one is of this century (as `time.strptime` has it).
_CENTURY = 69


def as_day(value: dt.date | str, *, month: bool = False, example: str = "31/12/2025") -> dt.date:
    """Read a day as people write it, the day before the month.

    Args:
        value: a date, or a text: `"31/12/2025"`, `"31.12.25"`, `"31 déc. 2025"`,
            `"le 31 décembre 2025"`, `"2025-12-31"`.
        month: whether a month (`"novembre 2025"`, `"11/2025"`) is enough; it is read as its
            first day.
        example: a day that a message offers as an example.

    Returns:
        The day, without a time.

    Raises:
        CourseError: a text that is no date, has no year, or is not in the calendar.

    Example:
        >>> as_day("31/12/2025"), as_day("le 3 nov. 25")
        (datetime.date(2025, 12, 31), datetime.date(2025, 11, 3))
        >>> as_day("novembre 2025", month=True)
        datetime.date(2025, 11, 1)
    """
    if isinstance(value, dt.datetime):
        if value != value:  # pandas' NaT is a datetime, and no day
            raise CourseError(f'La date est vide : écrivez par exemple "{example}".')
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, numbers.Real):
        raise CourseError(
            f'Une date se met entre guillemets droits : écrivez par exemple "{example}".'
        )
    text = _AROUND.sub("", str(value))
    parts = _parts_of_date(_TIME_BESIDE.sub("", text), example)
    if len(parts) == 2 and len(parts[1]) != 4:
        raise CourseError(f"« {text} » n’a pas d’année : écrivez par exemple {example}.")
    if len(parts) == 2 and not month:
        raise CourseError(
            f"« {text} » est un mois entier : ajoutez le jour, par exemple {example}."
        )
    day, rank, year = (int(part) for part in ["1", *parts][-3:])
    return _in_calendar(text, day, rank, year if len(parts[-1]) == 4 else _in_full(year))


def _parts_of_date(text: str, example: str) -> list[str]:
    """The digits of a date: day, month, year; a month without its day, or a day without its year.

    >>> _parts_of_date("le 1er août 2025", ""), _parts_of_date("2025-11", "")
    (['1', '8', '2025'], ['11', '2025'])
    """
    plain = plain_words(text)
    words = [word for word in _PARTS.findall(plain) if word not in _BESIDE]
    if len(words) == 4 and words[0] in _DAYS:
        words = words[1:]
    parts = [word if word.isdigit() else _month_number(word) for word in words]
    if parts and len(parts[0]) == 4:
        parts.reverse()
    shape = " ".join(parts) if _BETWEEN.fullmatch(_PARTS.sub("", plain)) else ""
    misplaced = len(words) == 3 and not (words[0] + words[2]).isdigit()
    if misplaced or not _SHAPE.fullmatch(shape):
        raise CourseError(
            f"« {text[:40]} » ne se lit pas comme une date : écrivez par exemple {example}."
        )
    return parts


def _month_number(word: str) -> str:
    """The number of a month from the beginning of its name; empty for another word.

    >>> _month_number("nov"), _month_number("jui")
    ('11', '')
    """
    found = [rank for rank, name in enumerate(MONTHS, 1) if name.startswith(word)]
    return str(found[0]) if len(found) == 1 and len(word) > 2 else ""


def _in_full(year: int) -> int:
    return year + (2000 if year < _CENTURY else 1900)


def _in_calendar(text: str, day: int, month: int, year: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        pass
    if month > 12 >= day >= 1:
        raise CourseError(
            f"« {text} » : il n’y a pas de mois {month}. Écrivez le jour d’abord, par exemple "
            f"{month:02}/{day:02}/{year}."
        )
    raise CourseError(
        f"« {text} » n’est pas dans le calendrier : vérifiez le jour, le mois et l’année."
    )


def as_moment(value: dt.date | str) -> dt.datetime:
    """Read a day and an hour as people write them.

    Args:
        value: a date, or a text: a day as for `as_day`, then `"23:59"`, `"à 23 h 59"` or
            `"11:59 PM"`; without an hour, it is the end of the day.

    Raises:
        CourseError: a text whose day or hour does not exist.

    Example:
        >>> as_moment("vendredi 28 novembre 2025, 23:41")
        datetime.datetime(2025, 11, 28, 23, 41)
        >>> as_moment("28/11/2025")
        datetime.datetime(2025, 11, 28, 23, 59)
    """
    if isinstance(value, dt.datetime):
        return value
    text = "" if isinstance(value, dt.date) else str(value)
    found = _TIME.search(text)
    if not found:
        return dt.datetime.combine(as_day(value), _END_OF_DAY)
    day = as_day(text[: found.start()])
    half = (found[3] or "").lower()
    hour = int(found[1]) % 12 + 12 * (half == "pm") if half else int(found[1])
    try:
        return dt.datetime.combine(day, dt.time(hour, int(found[2])))
    except ValueError:
        raise CourseError(
            f"« {found[0].strip(', ')} » n’est pas une heure : écrivez par exemple 23:59."
        ) from None


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
    text = _GROUPS.sub("", _PER_CENT.sub("%", _IN_TWO.sub(r"\1,\2", text.strip())))
    share = "%" in text and unit != "%"
    digits = "".join(_UNITS.sub("", text).split()).replace("−", "-")
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
