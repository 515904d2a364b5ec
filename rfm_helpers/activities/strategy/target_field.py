"""Whom a strategy aims at: a segment, the target of lesson 5, or a rule of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as w
from traitlets import TraitError, Unicode, validate

from rfm_helpers.activities.base import labelled, wrapped
from rfm_helpers.analysis.strategy.targets import LESSON_5, Rule, read_rule
from rfm_helpers.french.words import french

OWN = "une règle à moi"


class TargetField(w.VBox):  # type: ignore[misc]
    """A list of segments and rules, and the bounds of a rule of one's own on five levels.

    ``value`` is the name of a segment or the text of a rule (`read_target` reads both); any other
    text is refused.
    """

    value = Unicode("")

    def __init__(self, segments: Iterable[str]) -> None:
        lesson = french(f"Cible de la leçon 5 : {LESSON_5}")
        known = {"(à choisir)": "", **{name: name for name in segments}, lesson: str(LESSON_5)}
        self._known = set(known.values())
        self.choice = w.Dropdown(
            options=known | {"Une règle à moi…": OWN},
            value="",
            description=french("Cible :"),
            tooltip="Les clients visés : un segment, ou une règle sur les scores",
            **labelled(width="36em", max_width="99%"),
        )
        self.ends = {name: _ends(name, getattr(LESSON_5, name)) for name in "RFM"}
        fields = [field for ends in self.ends.values() for field in ends]
        self.bounds = wrapped(*fields)
        self.bounds.layout.display = "none"
        super().__init__([self.choice, self.bounds])
        self.choice.observe(self._choose, names="value")
        for field in fields:
            field.observe(self._write, names="value")
        self.observe(self._show, names="value")

    @property
    def rule(self) -> Rule:
        """The rule that the bounds write, whichever of two was set higher."""
        R, F, M = (
            (min(low.value, high.value), max(low.value, high.value))
            for low, high in self.ends.values()
        )
        return Rule(LESSON_5.levels, R, F, M)

    @validate("value")
    def _valid(self, proposal: dict[str, Any]) -> str:
        text: str = proposal["value"]
        rule = read_rule(text)
        if text in self._known or (rule and rule.levels == LESSON_5.levels):
            return text
        raise TraitError(f"no target: {text!r}")

    def _choose(self, change: dict[str, Any]) -> None:
        own = change["new"] == OWN
        self.bounds.layout.display = "flex" if own else "none"
        self.value = str(self.rule) if own else change["new"]

    def _write(self, _: object) -> None:
        if self.choice.value == OWN:
            self.value = str(self.rule)

    def _show(self, change: dict[str, Any]) -> None:
        """Show a value that was not chosen here."""
        text = change["new"]
        if text == (str(self.rule) if self.choice.value == OWN else self.choice.value):
            return
        if text in self._known:
            self.choice.value = text
        elif rule := read_rule(text):
            for name, fields in self.ends.items():
                for field, score in zip(fields, getattr(rule, name), strict=True):
                    field.value = score
            self.choice.value = OWN


def _ends(name: str, ends: tuple[int, int]) -> tuple[w.Dropdown, w.Dropdown]:
    """The lowest and the highest of a score."""
    low, high = ends
    return (
        _score(f"{name} de", f"Score {name} le plus bas", low),
        _score("à", f"Score {name} le plus haut", high),
    )


def _score(label: str, tooltip: str, value: int) -> w.Dropdown:
    return w.Dropdown(
        options=list(range(1, LESSON_5.levels + 1)), value=value, tooltip=tooltip,
        description=french(f"{label} :"), **labelled(width="8em"),
    )  # fmt: skip
