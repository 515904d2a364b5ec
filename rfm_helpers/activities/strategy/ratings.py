"""Rating strategy statements by the three characteristics of a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, labelled, wrapped
from rfm_helpers.activities.strategy.statement_form import boxed
from rfm_helpers.catalog.statements import (
    RATINGS,
    Criterion,
    StatementDrill,
    StatementToRate,
    load_statements,
)
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

VERIFIED = "verified"
_CHOICES = {"à vous": "", **{rating.capitalize(): rating for rating in RATINGS}}
_INVITATION = "À vous : oui ou non ?"


class RatingCard:
    """One statement on the screen: its three ratings and what is said of each."""

    def __init__(
        self, statement: StatementToRate, criteria: tuple[Criterion, ...], rank: int, total: int
    ) -> None:
        self.statement = statement
        self.verified = False
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
        self.check_button = button("Vérifier", main=True)
        self.check_button.tooltip = f"Vérifier l’énoncé {rank}"
        self.feedback = w.HTML()
        title = w.HTML(
            f'<div style="margin-top:14px"><strong>Énoncé {rank} sur {total}</strong></div>'
            f"{boxed(escape(statement.text))}"
        )
        fields = wrapped(*self.fields.values(), self.check_button)
        self.widget = w.VBox([title, fields, self.feedback])

    @property
    def ratings(self) -> dict[str, str]:
        """The rating of each criterion: "oui", "non", or empty."""
        return {name: field.value for name, field in self.fields.items()}

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each rating, once verified."""
        if not self.verified:
            return {}
        judgements = self.statement.judgements
        return {
            name: Outcome.NOT_STARTED
            if not rating
            else Outcome.SUCCESS
            if rating == judgements[name].answer
            else Outcome.REVIEW
            for name, rating in self.ratings.items()
        }

    def show_feedback(self) -> None:
        """Say what each rating is worth, or take that away when they were not verified."""
        outcomes, judgements = self.outcomes, self.statement.judgements
        panels = []
        for criterion in self._criteria if outcomes else ():
            rating = self.fields[criterion.id].value
            text = judgements[criterion.id].explanation(rating) if rating else _INVITATION
            panels.append(outcome_panel(outcomes[criterion.id], criterion.title, text))
        self.feedback.value = announced("".join(panels)) if panels else ""


class StatementRater(Activity):
    """Statements rated one by one; each rating gets its own explanation."""

    purpose = "noter les énoncés"

    def __init__(self, drill: StatementDrill) -> None:
        super().__init__()
        self._drill = drill
        total = len(drill.statements)
        self.cards = {
            statement.id: RatingCard(statement, drill.criteria, rank, total)
            for rank, statement in enumerate(drill.statements, 1)
        }
        self.summary_area = w.HTML()
        for card in self.cards.values():
            self._wire(card)
        self.refresh()
        questions = "".join(
            f"<li><strong>{escape(c.title)}</strong> : {escape(c.question)}</li>"
            for c in drill.criteria
        )
        self.show(
            w.HTML(french(f"<p>Pour chaque énoncé, trois questions :</p><ul>{questions}</ul>")),
            *(card.widget for card in self.cards.values()),
            self.summary_area,
            self.message_area,
        )

    def _wire(self, card: RatingCard) -> None:
        def verify() -> None:
            card.verified = True
            self._update(card)

        def forget() -> None:
            card.verified = False
            self._update(card)

        card.check_button.on_click(self.guarded(verify))
        self.react(card.fields.values(), forget)

    def _update(self, card: RatingCard) -> None:
        card.show_feedback()
        self._summarise()

    def refresh(self) -> None:
        """Show the feedback of what was verified, and how far the learner is."""
        for card in self.cards.values():
            card.show_feedback()
        self._summarise()

    def _summarise(self) -> None:
        self.summary_area.value = announced(f"<strong>{self.summary}</strong>")

    @property
    def summary(self) -> str:
        """How far the learner is: « Énoncés vérifiés : 4 sur 6. Avis justes : 10 sur 12. »."""
        outcomes = [card.outcomes for card in self.cards.values() if card.verified]
        ratings = [outcome for each in outcomes for outcome in each.values()]
        right = ratings.count(Outcome.SUCCESS)
        done = f"Énoncés vérifiés : {len(outcomes)} sur {len(self.cards)}."
        return french(f"{done} Avis justes : {right} sur {len(ratings)}." if ratings else done)

    @property
    def value(self) -> dict[str, dict[str, str]]:
        """The ratings: statement → criterion → "oui", "non", or empty."""
        return {name: card.ratings for name, card in self.cards.items()}

    @property
    def results(self) -> dict[str, dict[str, Outcome]]:
        """The outcomes of the statements verified so far: statement → criterion → outcome."""
        return {name: card.outcomes for name, card in self.cards.items() if card.verified}

    def state(self) -> dict[str, Any]:
        """The ratings of each statement, and whether they were verified."""
        return {
            name: {**card.ratings, VERIFIED: card.verified} for name, card in self.cards.items()
        }

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these ratings again, with their feedback if they were verified."""
        for name, card in self.cards.items():
            kept = answers[name] if isinstance(answers[name], dict) else {}
            for criterion, field in card.fields.items():
                rating = kept.get(criterion)
                field.value = rating if rating in RATINGS else ""
            card.verified = kept.get(VERIFIED) is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The statements as a list, to read before running the cell."""
        items = "".join(f"<li>{escape(s.text)}</li>" for s in self._drill.statements)
        return {
            "text/html": f"<p><strong>Les énoncés à noter</strong></p><ol>{items}</ol>"
            "<p>Exécutez cette cellule pour noter les énoncés.</p>"
        }


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
