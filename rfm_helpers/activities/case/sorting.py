"""Sorting sentences among a few answers: a diagnosis, or claims to check."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import bullets, button, labelled
from rfm_helpers.activities.cards import AnswerCard, Deck
from rfm_helpers.catalog.drills import Drill, DrillChoice, DrillItem, load_drill
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import answer_panel


class SortingCard(AnswerCard):
    """One sentence on the screen: its answer and what is said of it."""

    def __init__(
        self, item: DrillItem, choices: tuple[DrillChoice, ...], label: str, rank: int
    ) -> None:
        super().__init__()
        self._rank, self._title = rank, w.HTML()
        self.show_item(item)
        self._labels = {choice.id: choice.label for choice in choices}
        self.field = w.Dropdown(
            options={"(à choisir)": "", **{choice.label: choice.id for choice in choices}},
            value="",
            description=french(f"{label} :"),
            tooltip=f"{label}, phrase {rank}",
            **labelled(width="40em", max_width="100%"),
        )
        self.widget = w.VBox([self._title, self.field, self.feedback])

    def show_item(self, item: DrillItem) -> None:
        """Put a sentence on the card; what was verified of the one before is forgotten."""
        self.item, self.verified = item, False
        self._title.value = (
            f'<p style="max-width:46em;margin:12px 0 2px"><strong>{self._rank}.</strong> '
            f"{escape(item.text)}</p>"
        )

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The list of answers."""
        return (self.field,)

    @property
    def answer(self) -> str:
        """The answer chosen; empty when there is none."""
        return str(self.field.value)

    def put(self, answer: Any) -> None:
        """Show an answer given earlier; one that is no longer offered is left out."""
        self.field.value = answer if answer in self.item.feedback else ""

    @property
    def outcome(self) -> Outcome:
        """What became of the answer, once verified."""
        if not self.verified or not self.answer:
            return Outcome.NOT_STARTED
        return Outcome.SUCCESS if self.answer in self.item.right else Outcome.REVIEW

    def verdict(self) -> str:
        """What the answer is worth."""
        title = f"« {self._labels[self.answer]} »"
        return answer_panel(self.outcome, title, self.item.feedback[self.answer])


class Sorter(Deck[SortingCard]):
    """Sentences sorted one by one; each answer gets its own feedback, once all are verified."""

    def __init__(self, drill: Drill) -> None:
        super().__init__(
            {
                item.id: SortingCard(item, drill.choices, drill.label, rank)
                for rank, item in enumerate(drill.items, 1)
            }
        )
        self.purpose = drill.purpose
        self.cards = self.deck
        self.check_button = button("Vérifier", "Vérifier les réponses données", main=True)
        self.checks(self.check_button, self.verify)
        self.lay_out()

    def lay_out(self) -> None:
        """Show the sentences, the button and the summary."""
        self.show(*self.widgets, self.check_button, self.summary_area, self.message_area)

    def verify(self) -> None:
        """Judge the answers given so far; the others stay open."""
        for card in self.deck.values():
            card.verified = bool(card.answer)
        self.refresh()

    @property
    def summary(self) -> str:
        """How far the learner is: « Réponses vérifiées : 4 sur 9. À revoir : 1. »."""
        outcomes = list(self.results.values())
        return french(
            f"Réponses vérifiées : {len(outcomes)} sur {len(self.deck)}. "
            f"À revoir : {outcomes.count(Outcome.REVIEW)}."
        )

    @property
    def results(self) -> dict[str, Outcome]:
        """The outcomes of the answers verified so far."""
        return {name: card.outcome for name, card in self.judged.items()}

    def fallback(self) -> dict[str, str]:
        """The sentences as a list, to read before running the cell."""
        return {"text/html": bullets((card.item.text for card in self.deck.values()), "ol")}


def sort_sentences(drill: str, *, key: str = "") -> Sorter:
    """Sort the sentences of a drill of the course, each under one of a few answers.

    Args:
        drill: its name, that of its file ("05_diagnostic").
        key: where to keep the answers ("05_marc_morel/diagnostic"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> sort_sentences("05_diagnostic").value["silence"]
    ''
    """
    return Sorter(load_drill(drill)).kept(key)
