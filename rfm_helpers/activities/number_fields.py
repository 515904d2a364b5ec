"""Number fields that never change what was typed: out of its bounds, a number is refused in words.

The bounded fields of ipywidgets put 10 where 11 was typed, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as w
from traitlets import CUnicode

from rfm_helpers.activities.typed import TypedText
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french
from rfm_helpers.inputs import parse_number


class _Written(CUnicode):  # type: ignore[type-arg]
    """A text, or a number as it is written: 15.0 is « 15 », 12.5 is « 12,5 »."""

    def validate(self, field: w.Widget, value: object) -> str:
        if isinstance(value, float):
            value = str(value).removesuffix(".0").replace(".", ",")
        text: str = super().validate(field, value)
        return text


class NumberField(TypedText):
    """A number as people write it (« 1 500 », « 12,5 »), which `read` gives or refuses.

    ``step`` is what a slider tied to the field goes by.
    """

    value = _Written().tag(sync=True)

    def __init__(
        self,
        label: str,
        lowest: float,
        highest: float,
        *,
        whole: bool = False,
        step: float = 1,
        **options: Any,
    ) -> None:
        super().__init__(description=french(f"{label} :"), **{"value": 0, **options})
        self.label, self.lowest, self.highest = label, lowest, highest
        self.whole, self.step = whole, step

    def read(self) -> float:
        """The number on the screen, 0 when nothing is written; an integer where that is wanted.

        Raises:
            CourseError: no number, one out of the bounds, or no whole one.
        """
        value = parse_number(self.value, unit="%") if self.value.strip() else 0.0
        if self.lowest <= value <= self.highest and not (self.whole and value % 1):
            return int(value) if self.whole else value
        kind = "un nombre entier" if self.whole else "un nombre"
        raise CourseError(
            f"{self.label} – écrivez {kind} de {_shown(self.lowest)} à {_shown(self.highest)} : "
            f"{self.value} ne convient pas."
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
