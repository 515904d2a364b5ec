"""Calendar days, as a learner writes them."""

from __future__ import annotations

import datetime as dt
import numbers

from rfm_helpers.errors import CourseError


def as_day(value: dt.date | str) -> dt.date:
    """Read a day: a date, or text such as ``"2025-12-31"`` or ``"31/12/2025"``.

    Raises
    ------
    CourseError
        If the text is not a date of the calendar.

    Examples
    --------
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
        raise CourseError(
            'Une date se met entre guillemets droits : écrivez par exemple "2025-12-31" ou '
            '"31/12/2025".'
        )
    raise CourseError(
        f"« {value} » ne se lit pas comme une date : "
        'écrivez par exemple "2025-12-31" ou "31/12/2025".'
    )
