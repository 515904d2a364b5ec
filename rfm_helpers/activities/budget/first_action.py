"""Choosing the action that answers a customer's first need, and the facts that argue for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import bullets, button, labelled
from rfm_helpers.activities.cards import Graded
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.typed import TypedArea
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.drills import load_choice
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome

LEAST = 2
NO_ACTION = "Choisissez une action, cochez vos faits, puis vérifiez."
NO_FACT = "Votre action est choisie. Sur quels faits vous appuyez-vous ? Cochez-en deux au moins."
TOO_FEW = (
    "L’action se défend. Un seul fait convaincrait-il votre directrice ? Cherchez-en un autre."
)
LATER = "Vos faits plaident pour cette action. Répond-elle à ce qui a fait partir Marc ?"
NO_NEED = (
    "L’action se défend, mais vos faits disent seulement qu’il est parti. "
    "Lesquels disent **pourquoi** ?"
)


def judge_choice(action_id: str, facts: Collection[str]) -> tuple[Outcome, str]:
    """The verdict on an action and the facts that a learner argues with.

    It succeeds when the action answers the first need, two facts at least support it, one of them
    says why the customer left, and none is beside the point.

    Args:
        action_id: the action chosen; empty as long as there is none.
        facts: the ids of the facts ticked.

    Returns:
        The outcome, and the sentence that goes with it.

    >>> judge_choice("formation_equipes", ["plainte", "retours"])[0].value
    'réussi'
    """
    if not action_id:
        return Outcome.NOT_STARTED, NO_ACTION
    if not facts:
        return Outcome.NOT_STARTED, NO_FACT
    drill = load_choice()
    argument = drill.argument(action_id)
    cited = [fact for fact in drill.facts if fact.id in facts]
    doubts = [
        f"« {fact.text} » {argument.against.get(fact.id, fact.aside)}"
        for fact in cited
        if fact.id not in argument.supports
    ]
    if not argument.first_need:
        return Outcome.REVIEW, "\n".join([argument.feedback, *(doubts or [LATER])])
    if doubts:
        return Outcome.REVIEW, "\n".join(["L’action se défend. Relisez votre argument.", *doubts])
    if not any(fact.need for fact in cited):
        return Outcome.REVIEW, NO_NEED
    if len(cited) < LEAST:
        return Outcome.REVIEW, TOO_FEW
    return Outcome.SUCCESS, argument.feedback


class ActionChoice(Graded):
    """The actions of a case, its facts to tick, and a verdict on the argument that they make."""

    purpose = "choisir votre action"
    question_id = "choix"

    def __init__(self, section: str) -> None:
        check_button = button("Vérifier", "Vérifier l’action et les faits", main=True)
        super().__init__(check_button, section)
        self._drill = load_choice()
        actions = load_case().strategy.actions
        self.titles = {action.id: action.title for action in actions}
        self.action = w.RadioButtons(
            options={french(f"{one.title} : {_lower(one.text)}"): one.id for one in actions},
            value=None,
            tooltip="L’action qui répond au premier besoin de Marc",
            layout=w.Layout(width="100%"),
        )
        self.boxes = {
            fact.id: w.Checkbox(description=fact.text, indent=False, layout=w.Layout(width="100%"))
            for fact in self._drill.facts
        }
        self.argument = TypedArea(
            description=french("Votre argument, en une phrase (facultatif) :"),
            placeholder="Pour Marc, il faut d’abord… parce que…",
            rows=2,
            **labelled(width="46em", max_width="calc(100% - 4px)"),
        )
        self.argument.add_class("rfm-above")
        self.live_in(self)
        self.react([self.argument], lambda: None)
        self._lay_out()

    def _lay_out(self) -> None:
        self.show(
            w.HTML("<strong>1. L’action</strong>"),
            self.action,
            w.HTML("<strong>2. Les faits qui plaident pour elle</strong>"),
            *self.boxes.values(),
            self.argument,
            self.check_button,
            self.feedback,
            self.message_area,
        )

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The action and the facts; the sentence is not judged."""
        return (self.action, *self.boxes.values())

    def judge(self) -> tuple[Outcome, str]:
        """The verdict on the action and the facts."""
        return judge_choice(self.action.value or "", self.facts)

    @property
    def facts(self) -> list[str]:
        """The facts ticked."""
        return [name for name, box in self.boxes.items() if box.value]

    @property
    def value(self) -> dict[str, Any]:
        """The action (empty as long as there is none), the facts and the sentence."""
        return {
            "action": self.action.value or "",
            "facts": self.facts,
            "argument": self.argument.value,
        }

    def state(self) -> dict[str, Any]:
        """The choice, and whether it was verified."""
        return super().state() | self.value

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the choice again, with its verdict if it was verified."""
        action = answers["action"]
        self.action.value = action if action in self.titles else None
        for name, box in self.boxes.items():
            box.value = name in answers["facts"]
        put(self.argument, answers["argument"])
        super().restore(answers)

    def fallback(self) -> dict[str, str]:
        """The actions and the facts as lists."""
        facts = bullets(fact.text for fact in self._drill.facts)
        return {
            "text/html": f"<p><strong>Les actions</strong></p>{bullets(self.titles.values())}"
            f"<p><strong>Les faits</strong></p>{facts}"
        }


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def choose_action(*, section: str = "Le premier besoin", key: str = "") -> ActionChoice:
    """Choose the action that answers Marc Morel's first need, and argue with the case's facts.

    Args:
        section: the section of the lesson to reread.
        key: where to keep the choice ("06_budgetisation/choix"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the action and the facts, `result` the last verdict.

    >>> choose_action().value["action"]
    ''
    """
    return ActionChoice(section).kept(key)
