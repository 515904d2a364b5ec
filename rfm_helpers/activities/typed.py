"""Fields that are typed in: the kernel knows their text before they are left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import ipywidgets as w
from traitlets import Bool, CUnicode

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french
from rfm_helpers.inputs import parse_number


def hear_in_order() -> None:
    """Have the kernel hear all widgets in one thread, in the order in which the page speaks.

    Left alone, ipykernel (7.4) hears each widget in the thread that spoke to it last: a press
    overtakes the text typed before it. An ipykernel without that choice is not changed.
    """
    if comm := sys.modules.get("ipykernel.comm.comm"):
        comm.BaseComm._reply_subshell_for = None  # type: ignore[attr-defined]


hear_in_order()


class Typed(w.DOMWidget):  # type: ignore[misc]
    """What a field that is typed in has beyond the others: the page sends its text at each key."""

    continuous_update = Bool(True).tag(sync=True)
    #: Whether the value being taken in comes from the keyboard, and not from Python.
    being_typed = False

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in what the page sends."""
        self.being_typed = True
        try:
            super().set_state(sync_data)
        finally:
            self.being_typed = False

    def on_enter(self, act: Callable[[object], None]) -> None:
        """Have the Enter key call `act` (the page says it of a text of one line)."""

        def hear(_: object, content: dict[str, Any], __: object) -> None:
            if content.get("event") == "submit":
                act(content)

        self.on_msg(hear)


class TypedText(Typed, w.Text):  # type: ignore[misc]
    """A line of text."""


class TypedArea(Typed, w.Textarea):  # type: ignore[misc]
    """A text of several lines."""


class _Written(CUnicode):  # type: ignore[type-arg]
    """A text, or a number as it is written: 15.0 is « 15 », 12.5 is « 12,5 »."""

    def validate(self, field: w.Widget, value: object) -> str:
        if isinstance(value, float):
            value = str(value).removesuffix(".0").replace(".", ",")
        text: str = super().validate(field, value)
        return text


class NumberField(TypedText):
    """A number as people write it (« 1 500 », « 12,5 »), which `read` gives or refuses."""

    value = _Written().tag(sync=True)

    def __init__(
        self, label: str, lowest: float, highest: float, *, whole: bool = False, **options: Any
    ) -> None:
        super().__init__(description=french(f"{label} :"), **options)
        self.label, self.lowest, self.highest, self.whole = label, lowest, highest, whole

    def read(self) -> float:
        """The number on the screen, 0 when nothing is written; an integer where that is wanted.

        Raises:
            CourseError: no number, one out of the bounds, or no whole one.
        """
        value = parse_number(self.value, unit="%") if self.value.strip() else 0.0
        if self.lowest <= value <= self.highest and not (self.whole and value % 1):
            return int(value) if self.whole else value
        kind = "un nombre entier" if self.whole else "un nombre"
        ends = f"{number(self.lowest)} à {number(self.highest)}"
        raise CourseError(
            f"{self.label} – écrivez {kind} de {ends} : {self.value} ne convient pas."
        )


class TypedInt(Typed, w.BoundedIntText):  # type: ignore[misc]
    """A whole number between two ends, with arrows."""


class TypedFloat(Typed, w.BoundedFloatText):  # type: ignore[misc]
    """A number between two ends, with arrows."""
