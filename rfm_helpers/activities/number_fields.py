"""Number fields that never change what was typed: out of its bounds, a number is refused in words.

The bounded fields of ipywidgets put 10 where 11 was typed, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ipywidgets as w

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french


class NumberField(w.FloatText):  # type: ignore[misc]
    """A number with a lowest and a highest value; `read` gives it, or refuses it."""

    def __init__(
        self, label: str, lowest: float, highest: float, *, whole: bool = False, **style: object
    ) -> None:
        super().__init__(description=french(f"{label} :"), **{"step": 1, **style})
        self.label, self.lowest, self.highest, self.whole = label, lowest, highest, whole

    def read(self) -> float:
        """The number on the screen, an integer where that is wanted.

        Raises:
            CourseError: a number out of the bounds, or no whole one.
        """
        value: float = self.value
        if self.lowest <= value <= self.highest and not (self.whole and value % 1):
            return int(value) if self.whole else value
        kind = "un nombre entier" if self.whole else "un nombre"
        raise CourseError(
            f"{self.label} – écrivez {kind} de {_shown(self.lowest)} à {_shown(self.highest)} : "
            f"{_shown(value)} ne convient pas."
        )


@contextmanager
def cleared_if_refused(*areas: w.HTML) -> Iterator[None]:
    """Empty these areas when what they were to show is refused: an old result is no answer."""
    try:
        yield
    except CourseError:
        for area in areas:
            area.value = ""
        raise


def _shown(value: float) -> str:
    """A number without useless decimals.

    >>> _shown(2.5), _shown(11.0)
    ('2,5', '11')
    """
    decimals = next((d for d in (0, 1, 2) if round(value, d) == value), 3)
    return number(value, decimals)
