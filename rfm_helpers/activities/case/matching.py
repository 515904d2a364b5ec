"""Matching each action of a case with the scores that it moves; several answers can be right."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import bullets, button, heading, wrapped
from rfm_helpers.activities.cards import AnswerCard, Deck
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.drills import load_matching
from rfm_helpers.catalog.plans import PlannedAction, SubStrategy
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import answer_panel

SCORES = {"R": "R, récence", "F": "F, fréquence", "M": "M, montant"}
MOST = 2
TO_START = "Cochez un ou deux scores, puis vérifiez."
TOO_MANY = (
    "Les trois peuvent bouger un peu. Mais lequel regarderez-vous pour savoir si l’action a "
    "réussi ? Gardez-en deux au plus."
)
NOT_FIRST = (
    "Cela peut venir ensuite. Mais que cherche cette action en premier : faire revenir, "
    "faire revenir souvent, ou faire dépenser plus ?"
)


def judge_scores(action: PlannedAction, chosen: Collection[str]) -> tuple[Outcome, str]:
    """The verdict on the scores that a learner has an action move.

    One or two scores succeed when the action aims at one of them and the others can be defended.

    Args:
        action: an action of the case.
        chosen: the scores ticked: R, F, M.

    Returns:
        The outcome, and the sentence that goes with it.

    >>> judge_scores(load_case().action("soiree_privee"), ["R"])[0].value
    'réussi'
    """
    questions = load_matching().questions.get(action.id, {})
    beyond = [score for score in chosen if score in questions]
    if not chosen:
        return Outcome.NOT_STARTED, TO_START
    if beyond:
        return Outcome.REVIEW, questions[beyond[0]]  # type: ignore[index]
    if len(chosen) > MOST:
        return Outcome.REVIEW, TOO_MANY
    if not set(chosen) & set(action.moves):
        return Outcome.REVIEW, NOT_FIRST
    return Outcome.SUCCESS, action.why


def expected_effects(part: SubStrategy) -> str:
    """The effects of a sub-strategy, as a reader reads them: « M (maintien), F (hausse) »."""
    return ", ".join(f"{effect.score} ({effect.direction})" for effect in part.effects)


class MatchingCard(AnswerCard):
    """One action on the screen: its three boxes and what is said of them."""

    def __init__(self, action: PlannedAction) -> None:
        super().__init__(button("Vérifier", f"Vérifier : {action.title}", main=True))
        self.action = action
        self.boxes = {
            score: w.Checkbox(
                description=label,
                indent=False,
                tooltip=f"{action.title} : {label}",
                layout=w.Layout(width="auto", margin="0 18px 0 0"),
            )
            for score, label in SCORES.items()
        }
        title = w.HTML(
            f'<div style="max-width:46em;margin:8px 0 0"><strong>{escape(action.title)}</strong>'
            f"<br>{escape(action.text)}{bullets(action.includes) if action.includes else ''}</div>"
        )
        row = wrapped(*self.boxes.values(), self.check_button)
        self.widget = w.VBox([title, row, self.feedback])

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The three boxes."""
        return tuple(self.boxes.values())

    @property
    def answer(self) -> list[str]:
        """The scores ticked."""
        return [score for score, box in self.boxes.items() if box.value]

    def put(self, answer: Any) -> None:
        """Tick these scores."""
        for score, box in self.boxes.items():
            box.value = score in answer

    @property
    def outcome(self) -> Outcome:
        """What became of the answer, once verified."""
        return judge_scores(self.action, self.answer)[0] if self.verified else Outcome.NOT_STARTED

    def verdict(self) -> str:
        """What the scores are worth."""
        outcome, text = judge_scores(self.action, self.answer)
        return answer_panel(outcome, ", ".join(self.answer) or "rien de coché", text)


class ActionMatcher(Deck[MatchingCard]):
    """The actions of a case by sub-strategy, each to match with one or two scores."""

    purpose = "relier les actions aux scores"

    def __init__(self, parts: tuple[SubStrategy, ...]) -> None:
        self._parts = parts
        super().__init__({a.id: MatchingCard(a) for part in parts for a in part.actions})
        self.cards = self.deck
        self.show(*self._rows(), self.summary_area, self.message_area)

    def _rows(self) -> list[w.Widget]:
        rows: list[w.Widget] = []
        for rank, part in enumerate(self._parts, 1):
            title = heading(f"{rank}. {part.title}", "14px 0 0")
            rows += [w.HTML(title), *(self.deck[action.id].widget for action in part.actions)]
        return rows

    @property
    def done(self) -> int:
        """How many actions have scores that can be defended."""
        return sum(card.outcome is Outcome.SUCCESS for card in self.deck.values())

    @property
    def summary(self) -> str:
        """How far the learner is: « Actions réussies : 3 sur 8. »."""
        return french(f"Actions réussies : {self.done} sur {len(self.deck)}.")

    def summary_html(self) -> str:
        """How far the learner is and, once all is done, what the slides expect."""
        table = self._effects_html() if self.done == len(self.deck) else ""
        return f"{super().summary_html()}{table}"

    def _effects_html(self) -> str:
        """The slides' effect of each sub-strategy beside the scores that the learner chose."""
        rows = "".join(
            f"<tr><td>{escape(part.title)}</td><td>{expected_effects(part)}</td>"
            f"<td>{' ; '.join(', '.join(self.deck[a.id].answer) for a in part.actions)}</td></tr>"
            for part in self._parts
        )
        heads = "".join(
            f'<th scope="col" style="text-align:left">{head}</th>'
            for head in ("Sous-stratégie", "Effet attendu (diapositives)", "Vos scores, par action")
        )
        text = french(
            "Les diapositives donnent un effet par sous-stratégie, et non par action. "
            "Comparez avec vos réponses : où avez-vous vu plus de scores qu’elles ?"
        )
        return f'<p>{text}</p><table style="border-spacing:12px 2px"><tr>{heads}</tr>{rows}</table>'

    @property
    def results(self) -> dict[str, Outcome]:
        """The outcomes of the actions verified so far."""
        return {name: card.outcome for name, card in self.judged.items()}

    def fallback(self) -> dict[str, str]:
        """The sub-strategies and their actions as lists."""
        parts = "".join(
            f"<li><strong>{escape(part.title)}</strong>"
            f"{bullets(action.text for action in part.actions)}</li>"
            for part in self._parts
        )
        return {"text/html": f"<ol>{parts}</ol>"}


def match_actions(*, key: str = "") -> ActionMatcher:
    """Match the eight actions of the Marc Morel case with the scores that they move.

    Args:
        key: where to keep the scores ("05_marc_morel/actions"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the scores by action, `results` the outcomes of those verified.

    >>> len(match_actions().value)
    8
    """
    return ActionMatcher(load_case("marc_morel").strategy.sub_strategies).kept(key)
