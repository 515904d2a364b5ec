"""The life of a verdict: asked for, shown, gone when the answer changes, kept, restored.

A `Card` lives it once. A `Deck` is an activity of many cards, each with a verdict of its own; a
`Judged` activity is one card by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced
from rfm_helpers.questions import Outcome, Result

VERIFIED = "verified"


class Card:
    """An answer on the screen, and what is said of it once that is asked for.

    A subclass names the `inputs` that make the answer and gives its `verdict`.
    """

    #: What asks for this card's verdict; without a button, something else does.
    check_button: Any = None

    def __init__(self, check_button: w.Button | None = None) -> None:
        super().__init__()
        self.check_button = check_button
        self.verified = False
        self.feedback = w.HTML()

    @property
    def inputs(self) -> Iterable[w.Widget]:
        """The fields whose change takes the verdict away."""
        raise NotImplementedError

    def verdict(self) -> str:
        """What the answer is worth, as HTML; empty when there is nothing to say of it."""
        raise NotImplementedError

    def verify(self) -> None:
        """Judge the answer on the screen and show the feedback."""
        self.verified = True
        self.refresh()

    def forget(self) -> None:
        """Take the feedback away: it is about another answer than the one on the screen."""
        self.verified = False
        self.refresh()

    def unsay(self) -> None:
        """Take the verdict away while another answer is typed; the rest follows."""
        self.verified = False
        self.feedback.value = ""

    def refresh(self) -> None:
        """Show the verdict if it was asked for."""
        html = self.verdict() if self.verified else ""
        self.feedback.value = announced(html) if html else ""

    def live_in(self, activity: Activity, then: Callable[[], None] | None = None) -> None:
        """Have the card follow its fields and its button; `then` is called after each turn."""

        def turn(act: Callable[[], None]) -> None:
            act()
            if then is not None:
                then()

        activity.react(self.inputs, partial(turn, self.forget), first=self.unsay)
        if self.check_button is not None:
            activity.checks(self.check_button, partial(turn, self.verify), self.inputs)


class AnswerCard(Card):
    """One card of a deck: its widget, and its answer as JSON types."""

    widget: w.Widget

    @property
    def answer(self) -> Any:
        """The answer on the screen."""
        raise NotImplementedError

    def put(self, answer: Any) -> None:
        """Show an answer given earlier; what is no longer offered is left out."""
        raise NotImplementedError


C = TypeVar("C", bound=AnswerCard)


class Deck(Activity, Generic[C]):
    """Cards by name, each with its own verdict, and a line that says how far the learner is."""

    def __init__(self, deck: Mapping[str, C]) -> None:
        super().__init__()
        self.deck = dict(deck)
        self.summary_area = w.HTML()
        for card in self.deck.values():
            card.live_in(self, self.summarise)
        self.refresh()

    @property
    def widgets(self) -> list[w.Widget]:
        """The cards as they follow one another."""
        return [card.widget for card in self.deck.values()]

    @property
    def judged(self) -> dict[str, C]:
        """The cards verified so far."""
        return {name: card for name, card in self.deck.items() if card.verified}

    @property
    def summary(self) -> str:
        """How far the learner is, in words."""
        raise NotImplementedError

    def summary_html(self) -> str:
        """What the summary area shows."""
        return f"<strong>{self.summary}</strong>"

    def summarise(self) -> None:
        """Show how far the learner is."""
        self.summary_area.value = announced(self.summary_html())

    def refresh(self) -> None:
        """Show the feedback of what was verified, and how far the learner is."""
        for card in self.deck.values():
            card.refresh()
        self.summarise()

    @property
    def value(self) -> dict[str, Any]:
        """The answers on the screen, by the name of their card."""
        return {name: card.answer for name, card in self.deck.items()}

    def state(self) -> dict[str, Any]:
        """Each answer, and whether it was verified."""
        return {name: [card.answer, card.verified] for name, card in self.deck.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these answers again, with the feedback of those that were verified.

        An answer of which something is no longer offered has lost its verdict.
        """
        for name, card in self.deck.items():
            answer, verified = answers[name]
            card.put(answer)
            card.verified = verified is True and card.answer == answer
        self.refresh()


class Judged(Card, Activity):
    """An activity with one verdict, on all that is on its screen."""

    def state(self) -> dict[str, Any]:
        """The fields, and whether they were verified."""
        return super().state() | {VERIFIED: self.verified}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these fields again, with the feedback if they were verified."""
        self.verified = answers[VERIFIED] is True
        super().restore(answers)


class Graded(Judged):
    """An activity whose verdict is a `Result`, with the section of the lesson to reread."""

    question_id: str

    def __init__(self, check_button: w.Button, section: str) -> None:
        super().__init__(check_button)
        self._section = section
        self.result: Result | None = None

    def judge(self) -> tuple[Outcome, str]:
        """The outcome of what is on the screen, and why."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the verdict if it was asked for."""
        self.result = None
        super().refresh()

    def verdict(self) -> str:
        """The result, as a panel."""
        outcome, message = self.judge()
        self.result = Result(
            question_id=self.question_id,
            outcome=outcome,
            message=message,
            points=float(outcome is Outcome.SUCCESS),
            points_max=1,
            section=self._section,
        )
        return self.result._repr_html_()
