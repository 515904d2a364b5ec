"""Matching each action of a case with the scores that it moves; several answers can be right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, wrapped
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.drills import load_matching
from rfm_helpers.catalog.plans import PlannedAction, SubStrategy
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

VERIFIED = "verified"
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


class MatchingCard:
    """One action on the screen: its three boxes and what is said of them."""

    def __init__(self, action: PlannedAction) -> None:
        self.action = action
        self.verified = False
        self.boxes = {
            score: w.Checkbox(
                description=label,
                indent=False,
                tooltip=f"{action.title} : {label}",
                layout=w.Layout(width="auto", margin="0 18px 0 0"),
            )
            for score, label in SCORES.items()
        }
        self.check_button = button("Vérifier", main=True)
        self.check_button.tooltip = f"Vérifier : {action.title}"
        self.feedback = w.HTML()
        includes = "".join(f"<li>{escape(text)}</li>" for text in action.includes)
        title = w.HTML(
            f'<div style="max-width:46em;margin:8px 0 0"><strong>{escape(action.title)}</strong>'
            f"<br>{escape(action.text)}{includes and f'<ul>{includes}</ul>'}</div>"
        )
        row = wrapped(*self.boxes.values(), self.check_button)
        self.widget = w.VBox([title, row, self.feedback])

    @property
    def chosen(self) -> list[str]:
        """The scores ticked."""
        return [score for score, box in self.boxes.items() if box.value]

    @property
    def outcome(self) -> Outcome:
        """What became of the answer, once verified."""
        return judge_scores(self.action, self.chosen)[0] if self.verified else Outcome.NOT_STARTED

    def show_feedback(self) -> None:
        """Say what the scores are worth, or take that away when they were not verified."""
        self.feedback.value = ""
        if self.verified:
            outcome, text = judge_scores(self.action, self.chosen)
            panel = outcome_panel(outcome, ", ".join(self.chosen) or "rien de coché", text)
            self.feedback.value = announced(panel)


class ActionMatcher(Activity):
    """The actions of a case by sub-strategy, each to match with one or two scores."""

    purpose = "relier les actions aux scores"

    def __init__(self, parts: tuple[SubStrategy, ...]) -> None:
        super().__init__()
        self._parts = parts
        self.cards = {a.id: MatchingCard(a) for part in parts for a in part.actions}
        self.summary_area = w.HTML()
        for card in self.cards.values():
            self._wire(card)
        self.refresh()
        self.show(*self._rows(), self.summary_area, self.message_area)

    def _rows(self) -> list[w.Widget]:
        rows: list[w.Widget] = []
        for rank, part in enumerate(self._parts, 1):
            heading = f'<h4 style="margin:14px 0 0">{rank}. {escape(part.title)}</h4>'
            rows += [w.HTML(heading), *(self.cards[action.id].widget for action in part.actions)]
        return rows

    def _wire(self, card: MatchingCard) -> None:
        def verify() -> None:
            card.verified = True
            card.show_feedback()
            self._summarise()

        def forget() -> None:
            card.verified = False
            card.show_feedback()
            self._summarise()

        card.check_button.on_click(self.guarded(verify))
        self.react(card.boxes.values(), forget)

    def refresh(self) -> None:
        """Show the feedback of what was verified, and how far the learner is."""
        for card in self.cards.values():
            card.show_feedback()
        self._summarise()

    @property
    def done(self) -> int:
        """How many actions have scores that can be defended."""
        return sum(card.outcome is Outcome.SUCCESS for card in self.cards.values())

    def _summarise(self) -> None:
        table = self._effects_html() if self.done == len(self.cards) else ""
        count = french(f"Actions réussies : {self.done} sur {len(self.cards)}.")
        self.summary_area.value = announced(f"<strong>{count}</strong>{table}")

    def _effects_html(self) -> str:
        """The slides' effect of each sub-strategy beside the scores that the learner chose."""
        rows = "".join(
            f"<tr><td>{escape(part.title)}</td><td>{expected_effects(part)}</td>"
            f"<td>{' ; '.join(', '.join(self.cards[a.id].chosen) for a in part.actions)}</td></tr>"
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
    def value(self) -> dict[str, list[str]]:
        """The scores ticked, by action."""
        return {name: card.chosen for name, card in self.cards.items()}

    @property
    def results(self) -> dict[str, Outcome]:
        """The outcomes of the actions verified so far."""
        return {name: card.outcome for name, card in self.cards.items() if card.verified}

    def state(self) -> dict[str, Any]:
        """The scores of each action, and whether they were verified."""
        return {name: [card.chosen, card.verified] for name, card in self.cards.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Tick the scores again, with the feedback of those that were verified."""
        for name, card in self.cards.items():
            chosen, verified = answers[name]
            for score, box in card.boxes.items():
                box.value = score in chosen
            card.verified = verified is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The sub-strategies and their actions as lists."""
        parts = "".join(
            f"<li><strong>{escape(part.title)}</strong><ul>"
            + "".join(f"<li>{escape(action.text)}</li>" for action in part.actions)
            + "</ul></li>"
            for part in self._parts
        )
        return {"text/html": f"<ol>{parts}</ol><p>Exécutez cette cellule pour {self.purpose}.</p>"}


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
