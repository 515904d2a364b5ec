"""Fields that are typed in: the kernel knows their text before they are left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
from traitlets import Bool

from rfm_helpers.activities.messages import hear_in_order, lose_nothing

hear_in_order()
lose_nothing()


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
