"""The fields in which a question is answered: a choice, several, a line, a text.

A box holds an answer as JSON types, None as long as there is none. What it is worth is not its
business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.typed import TypedArea, TypedText
from rfm_helpers.french.words import french
from rfm_helpers.questions.checks import ChoiceCheck, NumberCheck
from rfm_helpers.questions.model import Check, Kind, plain

#: What stands in an empty line.
PLACEHOLDERS = {
    Kind.NUMBER: "un nombre",
    Kind.DATE: "une date, comme 31/12/2025",
    Kind.LIST: "séparés par des virgules",
    Kind.TEXT: "un mot ou un code",
}


class AnswerBox:
    """The fields of one answer."""

    fields: tuple[w.Widget, ...]

    @property
    def answer(self) -> Any:
        """The answer on the screen, as JSON types; None when there is none."""
        raise NotImplementedError

    def put(self, answer: Any) -> None:
        """Show an answer given earlier; what is not offered, or of another kind, is left out."""
        raise NotImplementedError


class ChoiceBox(AnswerBox):
    """One choice of several; nothing is chosen beforehand."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        """Offer these choices: what each is answered as, and the text that is read."""
        self.values = tuple(choices)
        texts = [plain(text) for text in choices.values()]
        self.radio = w.RadioButtons(options=texts, index=None, layout=w.Layout(width="100%"))
        self.fields = (self.radio,)

    @property
    def answer(self) -> str | None:
        """What was chosen."""
        return None if self.radio.index is None else self.values[self.radio.index]

    def put(self, answer: Any) -> None:
        """Choose it again."""
        known = isinstance(answer, str) and answer in self.values
        self.radio.index = self.values.index(answer) if known else None


class ChoicesBox(AnswerBox):
    """Several choices to tick."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        """Offer these choices: what each is answered as, and the text that is read."""
        self.values = tuple(choices)
        self.fields = tuple(
            w.Checkbox(description=plain(text), indent=False, layout=w.Layout(width="100%"))
            for text in choices.values()
        )

    @property
    def answer(self) -> list[str] | None:
        """What was ticked."""
        ticked = zip(self.values, self.fields, strict=True)
        return [value for value, box in ticked if box.value] or None

    def put(self, answer: Any) -> None:
        """Tick it again."""
        for value, box in zip(self.values, self.fields, strict=True):
            box.value = isinstance(answer, list) and value in answer


class LineBox(AnswerBox):
    """One line, kept as typed: a number, a word, a date, a list."""

    def __init__(self, kind: Kind, unit: str = "") -> None:
        """Ask for an answer of this kind, a number in this unit."""
        where = f" (en {unit})" if unit else ""
        width = max(20 + len(where) // 2, 13 + len(PLACEHOLDERS[kind]) // 2)
        self.line = TypedText(
            description=french(f"Votre réponse{where} :"),
            placeholder=PLACEHOLDERS[kind],
            **labelled(width=f"{width}em", max_width="99%"),
        )
        self.fields = (self.line,)

    @property
    def answer(self) -> str | None:
        """The text."""
        return self.line.value.strip() or None

    def put(self, answer: Any) -> None:
        """Write it again; a number has a comma."""
        if isinstance(answer, list):
            answer = ", ".join(map(str, answer))
        elif isinstance(answer, int | float) and not isinstance(answer, bool):
            answer = f"{answer:.12g}".replace(".", ",")
        self.line.value = answer if isinstance(answer, str) else ""


class WritingBox(AnswerBox):
    """A text of several sentences, kept as typed."""

    def __init__(self, rows: int = 7) -> None:
        """Ask for a text of about so many lines."""
        self.area = TypedArea(
            description=french("Votre texte :"),
            placeholder="Quelques phrases suffisent.",
            rows=rows,
            **labelled(width="46em", max_width="99%"),
        )
        self.fields = (self.area,)

    @property
    def answer(self) -> str | None:
        """The text, its last spaces too."""
        return self.area.value if self.area.value.strip() else None

    def put(self, answer: Any) -> None:
        """Write it again."""
        self.area.value = answer if isinstance(answer, str) else ""


def lettered(check: ChoiceCheck) -> dict[str, str]:
    """The choices of a check by their letters, each with its letter before it."""
    pairs = zip(check.letters, check.choices, strict=True)
    return {letter: f"{letter.upper()}. {choice.text}" for letter, choice in pairs}


def answer_box(check: Check) -> AnswerBox:
    """The fields in which what a check judges is answered.

    >>> from rfm_helpers.questions import NumberCheck
    >>> answer_box(NumberCheck(12, unit="€")).answer is None
    True
    """
    if isinstance(check, ChoiceCheck):
        return ChoicesBox(lettered(check)) if check.multiple else ChoiceBox(lettered(check))
    unit = check.unit if isinstance(check, NumberCheck) else ""
    return LineBox(check.kind, unit)
