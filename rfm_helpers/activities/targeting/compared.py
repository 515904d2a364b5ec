"""A choice under assumptions, then, once asked for, the other choices under the same ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import cleared_if_refused


class ComparedChoice(Activity):
    """What a choice gives, and a comparison that goes away as soon as a field is changed."""

    compared = False

    def __init__(self) -> None:
        super().__init__()
        self.result_area, self.compared_area = w.HTML(), w.HTML()

    @property
    @abstractmethod
    def sentences(self) -> list[str]:
        """What follows from the fields."""

    @abstractmethod
    def comparison(self) -> str:
        """The other choices under the same assumptions, as HTML."""

    def compare(self) -> None:
        """Show the other choices under the same assumptions."""
        self.compared = True
        self.refresh()

    def change(self) -> None:
        """Show what follows from a field that was changed."""
        self.compared = False
        self.refresh()

    def refresh(self) -> None:
        """Show what follows from the fields."""
        with cleared_if_refused(self.result_area, self.compared_area):
            self.draw()

    def draw(self) -> None:
        """Show the sentences, and the comparison if it was asked for."""
        self.result_area.value = sentence_lines(self.sentences)
        self.compared_area.value = announced(self.comparison()) if self.compared else ""

    def state(self) -> dict[str, Any]:
        """The fields, and whether the choices were compared."""
        return super().state() | {"compared": self.compared}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show this choice again, compared if it was."""
        self.compared = answers["compared"] is True
        super().restore(answers)

    def fallback(self) -> dict[str, str]:
        """What the first choice gives."""
        return {"text/html": self.result_area.value}
