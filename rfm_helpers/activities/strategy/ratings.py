"""Rating strategy statements by the three characteristics of a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import boxed, bullets, button, labelled, wrapped
from rfm_helpers.activities.cards import VERIFIED, AnswerCard, Deck
from rfm_helpers.catalog.statements import (
    RATINGS,
    Criterion,
    StatementDrill,
    StatementToRate,
    load_statements,
)
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import answer_panel

_CHOICES = {"à vous": "", **{rating.capitalize(): rating for rating in RATINGS}}
_INVITATION = "À vous : oui ou non ?"


class RatingCard(AnswerCard):
    """One statement on the screen: its three ratings and what is said of each."""

    def __init__(
        self, statement: StatementToRate, criteria: tuple[Criterion, ...], rank: int, total: int
    ) -> None:
        super().__init__(button("Vérifier", f"Vérifier l’énoncé {rank}", main=True))
        self.statement = statement
        self._criteria = criteria
        self.fields = {
            criterion.id: w.Dropdown(
                options=_CHOICES,
                value="",
                description=french(f"{criterion.title} ?"),
                tooltip=french(f"Énoncé {rank} : {criterion.title}"),
                **labelled(width="19em"),
            )
            for criterion in criteria
        }
        title = w.HTML(
            f'<div style="margin-top:14px"><strong>Énoncé {rank} sur {total}</strong></div>'
            f"{boxed(escape(statement.text))}"
        )
        fields = wrapped(*self.fields.values(), self.check_button)
        self.widget = w.VBox([title, fields, self.feedback])

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The three ratings."""
        return tuple(self.fields.values())

    @property
    def answer(self) -> dict[str, str]:
        """The rating of each criterion: "oui", "non", or empty."""
        return {name: field.value for name, field in self.fields.items()}

    def put(self, answer: Any) -> None:
        """Show ratings given earlier."""
        kept = answer if isinstance(answer, dict) else {}
        for criterion, field in self.fields.items():
            rating = kept.get(criterion)
            field.value = rating if rating in RATINGS else ""

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each rating, once verified."""
        if not self.verified:
            return {}
        return {name: self._outcome(name, rating) for name, rating in self.answer.items()}

    def _outcome(self, criterion: str, rating: str) -> Outcome:
        if not rating:
            return Outcome.NOT_STARTED
        right = rating == self.statement.judgements[criterion].answer
        return Outcome.SUCCESS if right else Outcome.REVIEW

    def verdict(self) -> str:
        """What each rating is worth."""
        panels = []
        for criterion in self._criteria:
            rating = self.fields[criterion.id].value
            judgement = self.statement.judgements[criterion.id]
            text = judgement.explanation(rating) if rating else _INVITATION
            said = criterion.said(rating) if rating else criterion.title
            panels.append(answer_panel(self.outcomes[criterion.id], said, text))
        return "".join(panels)


class StatementRater(Deck[RatingCard]):
    """Statements rated one by one; each rating gets its own explanation."""

    purpose = "noter les énoncés"

    def __init__(self, drill: StatementDrill) -> None:
        self._drill = drill
        total = len(drill.statements)
        super().__init__(
            {
                statement.id: RatingCard(statement, drill.criteria, rank, total)
                for rank, statement in enumerate(drill.statements, 1)
            }
        )
        self.cards = self.deck
        questions = "".join(
            f"<li><strong>{escape(c.title)}</strong> : {escape(c.question)}</li>"
            for c in drill.criteria
        )
        self.show(
            w.HTML(french(f"<p>Pour chaque énoncé, trois questions :</p><ul>{questions}</ul>")),
            *self.widgets,
            self.summary_area,
            self.message_area,
        )

    @property
    def summary(self) -> str:
        """How far the learner is: « Énoncés vérifiés : 4 sur 6. Avis justes : 10 sur 12. »."""
        outcomes = list(self.results.values())
        ratings = [outcome for each in outcomes for outcome in each.values()]
        right = ratings.count(Outcome.SUCCESS)
        done = f"Énoncés vérifiés : {len(outcomes)} sur {len(self.deck)}."
        return french(f"{done} Avis justes : {right} sur {len(ratings)}." if ratings else done)

    @property
    def results(self) -> dict[str, dict[str, Outcome]]:
        """The outcomes of the statements verified so far: statement → criterion → outcome."""
        return {name: card.outcomes for name, card in self.judged.items()}

    def state(self) -> dict[str, Any]:
        """The ratings of each statement, and whether they were verified."""
        return {name: {**card.answer, VERIFIED: card.verified} for name, card in self.deck.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these ratings again, with their feedback if they were verified."""
        for name, card in self.deck.items():
            card.put(answers[name])
            kept = answers[name] if isinstance(answers[name], dict) else {}
            card.verified = kept.get(VERIFIED) is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The statements as a list, to read before running the cell."""
        statements = bullets((statement.text for statement in self._drill.statements), "ol")
        return {"text/html": f"<p><strong>Les énoncés à noter</strong></p>{statements}"}


def rate_strategies(*, key: str = "") -> StatementRater:
    """Rate the statements of lesson 1 by the three characteristics of a strategy.

    Args:
        key: where to keep the ratings ("01_strategie/notes"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the ratings, `results` the outcomes of those verified.

    >>> rate_strategies().value["maison_preferee"]
    {'objectif': '', 'donnees': '', 'mesure': ''}
    """
    return StatementRater(load_statements()).kept(key)
