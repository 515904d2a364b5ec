"""« Annuler »: what a button replaced or removed comes back, in every activity by the same way."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button
from rfm_helpers.french.words import french


class Undo:
    """Says what was just replaced or removed, with a button that brings it back.

    What was removed before stays within reach: each press brings one more thing back.
    """

    def __init__(self, activity: Activity) -> None:
        self._past: list[tuple[str, Callable[[], None]]] = []
        self.text_area = w.HTML()
        self.button = button("Annuler")
        self.button.on_click(activity.guarded(self.undo))
        self.widget = w.HBox([self.text_area, self.button])
        self._show()

    def offer(self, said: str, back: Callable[[], None]) -> None:
        """Offer to take something back.

        Args:
            said: what was done, as a French sentence.
            back: what undoes it; one that raises a `CourseError` may be tried again.
        """
        self._past.append((french(said), back))
        self._show()

    def undo(self) -> None:
        """Bring back what was replaced or removed last."""
        for entry in self._past[-1:]:
            entry[1]()
            self._past.remove(entry)
        self._show()

    def forget(self) -> None:
        """Offer nothing: what is on the screen is no longer what was changed."""
        self._past.clear()
        self._show()

    def _show(self) -> None:
        self.text_area.value = announced(escape(self._past[-1][0])) if self._past else ""
        self.widget.layout.display = "flex" if self._past else "none"
