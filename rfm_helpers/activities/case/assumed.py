"""Sorting under assumptions: others make other answers right."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.activities.keeping import put
from rfm_helpers.catalog.drills import Drill, DrillChoice, DrillItem
from rfm_helpers.french.words import french, plain_words

#: By decision: what one decides, why it is right, what to ask if it is not.
Decisions = Mapping[str, tuple[str, str, str]]


class AssumedSorter(Sorter):
    """What is assumed, in fields, and items sorted by the decision that these make right."""

    def __init__(self, fields: Mapping[str, w.Widget]) -> None:
        self.fields = dict(fields)
        super().__init__(self.drill())
        self.react(self.fields.values(), self._judge_anew)

    @abstractmethod
    def drill(self) -> Drill:
        """The items to decide on, and the decisions that the fields make right."""

    def lay_out(self) -> None:
        """Show what is assumed, then the items."""
        self.show(
            *self.fields.values(),
            *self.widgets,
            self.check_button,
            self.summary_area,
            self.message_area,
        )

    def _judge_anew(self) -> None:
        """Take the feedback away: where something else is assumed, other decisions are right."""
        for item in self.drill().items:
            self.cards[item.id].show_item(item)
        self.refresh()

    def state(self) -> dict[str, Any]:
        """Each decision, whether it was verified, and what was assumed."""
        return {name: field.value for name, field in self.fields.items()} | super().state()

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these decisions again, under what was assumed."""
        for name, field in self.fields.items():
            put(field, answers[name])
        self._judge_anew()
        super().restore(answers)


def decision_choices(decisions: Decisions) -> tuple[DrillChoice, ...]:
    """The decisions, as answers to choose from."""
    return tuple(
        DrillChoice(id=as_id(name), label=french(label)) for name, (label, *_) in decisions.items()
    )


def group_item(
    group_id: str, text: str, right: str, decisions: Decisions, **figures: str
) -> DrillItem:
    """A group to decide on, and what is said of each decision with the figures of the group."""
    return DrillItem(
        id=group_id,
        text=french(text),
        right=(as_id(right),),
        feedback={
            as_id(name): french((why if name == right else ask).format(**figures))
            for name, (_, why, ask) in decisions.items()
        },
    )


def as_id(name: str) -> str:
    """A name as an identifier.

    >>> as_id("on ne sait pas"), as_id("Événement")
    ('on_ne_sait_pas', 'evenement')
    """
    return "".join(letter if letter.isalnum() else "_" for letter in plain_words(name))
