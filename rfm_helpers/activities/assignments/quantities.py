"""The lists in which the quantities of a calculation are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, labelled, wrapped
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.catalog.assignments import Part
from rfm_helpers.french.words import french
from rfm_helpers.questions.assignment import AssignedQuestion
from rfm_helpers.questions.chosen import CHOICES, MOST_TYPED, TYPED, clean_choices, read_typed
from rfm_helpers.questions.model import panel

CHOOSE = "choisissez…"
READY = "Choix faits : exécutez les cellules qui suivent (Maj + Entrée)."
TYPE = {"date": "une date que j’écris", "number": "un nombre que j’écris"}
EXAMPLES = {"date": "par exemple 31/12/2025", "number": "un nombre"}


class PartField:
    """The list of one part, and the line of what is typed instead."""

    def __init__(self, part: Part) -> None:
        self.part = part
        options = [(CHOOSE, ""), *((text, name) for name, text in part.options.items())]
        if part.typed:
            options.append((TYPE[part.typed], TYPED))
        self.list = w.Dropdown(
            options=options,
            value="",
            description=french(f"{part.label} :"),
            **labelled(width="36em", max_width="99%"),
        )
        self.line = TypedText(
            description=french(f"{part.label}{f' (en {part.unit})' if part.unit else ''} :"),
            placeholder=EXAMPLES.get(part.typed, ""),
            **labelled(width="24em", max_width="99%"),
        )
        self.show()

    @property
    def choice(self) -> str:
        """The name of the quantity, or what was typed; empty as long as there is neither."""
        if self.list.value != TYPED:
            return str(self.list.value)
        text = self.line.value.strip()[:MOST_TYPED]
        return f"{TYPED}{text}" if text else ""

    def put(self, choice: str) -> None:
        """Show a choice made earlier."""
        typed = choice.startswith(TYPED)
        self.list.value = TYPED if typed else choice
        self.line.value = choice[1:] if typed else ""
        self.show()

    def show(self) -> None:
        """Show the line only where something is to be typed."""
        self.line.layout.display = "flex" if self.list.value == TYPED else "none"

    def read(self) -> None:
        """Raise `CourseError` for a typed text that cannot be read."""
        if self.choice.startswith(TYPED):
            read_typed(self.part, self.choice[1:])


class QuantitiesField(Activity):
    """The lists of one question; the choices are kept, and the cell that follows computes."""

    purpose = "répondre à cette question"

    def __init__(self, question: AssignedQuestion) -> None:
        super().__init__()
        self.question = question
        self.parts = [PartField(part) for part in question.sheet.parts]
        self.react([field for one in self.parts for field in (one.list, one.line)], self._read)
        self.show(
            w.HTML(panel(question.title, question.statement)),
            *(wrapped(one.list, one.line) for one in self.parts),
            self.message_area,
        )

    @property
    def value(self) -> dict[str, str] | None:
        """The choices by part; None as long as there is none."""
        return {one.part.id: one.choice for one in self.parts if one.choice} or None

    def state(self) -> dict[str, Any]:
        """The choices under their name in the answers."""
        return {CHOICES.format(self.question.id): self.value}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show choices made earlier; what is no longer offered is left out."""
        kept = answers[CHOICES.format(self.question.id)]
        known = clean_choices(self.question.sheet, kept)
        for one in self.parts:
            one.put(known.get(one.part.id, ""))

    def _read(self) -> None:
        """Say what cannot be read, and once all is chosen, what to do next."""
        self.tell("")
        for one in self.parts:
            one.show()
            one.read()
        if all(one.choice for one in self.parts):
            self.tell(READY, warning=False)
