"""The learner's plan, from target to measure: one file of answers that several lessons share.

``exercises/reponses/mon_plan.json`` holds it, as `rfm_helpers.questions.answers` keeps any other
answers: by question, so that parts written in two notebooks merge. Each activity shows and edits
the part under its key, and what files of older courses held is found there too
(`rfm_helpers.questions.moved`):

- ``brouillon/…`` the draft of lesson 1, and ``strategie/…`` the strategy that follows it, as typed
  (`rfm_helpers.analysis.strategy.forms.FIELDS`);
- ``couts/<action>/…`` an action: ``titre`` (of one's own, `OWN_ACTIONS`), ``qui`` benefits and how
  many, its lines ``1``, ``2``… as typed;
- ``retour/choix`` the campaign looked at and ``retour/<action>`` what was typed over its inputs,
  ``mesure/…`` the results of its test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rfm_helpers.analysis.strategy.forms import FIELDS, read_statement, readable_fields
from rfm_helpers.catalog import Statement, load_case
from rfm_helpers.questions.answers import AnswerStore

EXERCISE = "mon_plan"
DRAFT, STRATEGY, COSTS, RETURN = "brouillon", "strategie", "couts", "retour"
#: In ``retour/``: which campaign was chosen, the places of the whole plan and of the example.
CHOICE, WHOLE, EXAMPLE = "choix", "plan", "exemple"
#: The places of the actions that a learner may name.
OWN_ACTIONS = tuple(f"mienne_{rank}" for rank in range(1, 9))
#: What a cost line always holds, whatever was typed.
_CHOSEN = {"taxe", "taux_tva", "fiabilite", "annees"}


@dataclass(frozen=True)
class PlanAction:
    """An action of the plan: who benefits and how many, and its cost lines, all as typed."""

    id: str
    title: str
    who: str = ""
    count: str = ""
    lines: tuple[Mapping[str, Any], ...] = ()

    @property
    def own(self) -> bool:
        """Whether the learner named it; the others are those of the slides."""
        return self.id in OWN_ACTIONS

    @property
    def costed(self) -> bool:
        """Whether something was typed in one of its lines."""
        return any(
            str(value).strip()
            for line in self.lines
            for name, value in line.items()
            if name not in _CHOSEN
        )


@dataclass(frozen=True)
class LearnerPlan:
    """What the learner has written so far; every part may be missing.

    ``fields`` are the texts of the strategy (of the draft, as long as no strategy follows it),
    ``actions`` those that the learner named or costed, the learner's own first, ``campaign`` the
    place of the campaign chosen, ``inputs`` what was typed over each campaign's inputs, by place.
    """

    fields: Mapping[str, str]
    actions: tuple[PlanAction, ...] = ()
    campaign: str = ""
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def statement(self) -> Statement:
        """The strategy, without what cannot be read.

        >>> LearnerPlan({"segment": "Fidèles", "depart": "peu"}).statement.target.segment
        'Fidèles'
        """
        return read_statement(readable_fields(self.fields)[0])

    @property
    def begun(self) -> bool:
        """Whether anything of the strategy was written."""
        return any(text.strip() for text in self.fields.values())


def read_plan(answers: Mapping[str, Any]) -> LearnerPlan:
    """The plan that the answers hold; what has another shape than expected is left out.

    Args:
        answers: values by question, as `AnswerStore.answers` gives them.

    Returns:
        The plan.

    >>> kept = {"brouillon/moyens": "Un appel", "couts/mienne_1/titre": "Un appel"}
    >>> plan = read_plan(kept)
    >>> plan.statement.means, plan.actions[0].title, plan.actions[0].costed
    (('Un appel',), 'Un appel', False)
    """
    strategy, draft = (_texts(answers, part) for part in (STRATEGY, DRAFT))
    titles = {one: _text(answers.get(f"{COSTS}/{one}/titre")) for one in OWN_ACTIONS}
    titles |= {one.id: one.title for one in load_case().strategy.actions}
    places = (*titles, WHOLE, EXAMPLE)
    actions = (_action(answers, one, title) for one, title in titles.items() if title)
    return LearnerPlan(
        strategy if any(strategy.values()) else draft,
        tuple(one for one in actions if one.own or one.costed),
        _text(answers.get(f"{RETURN}/{CHOICE}")),
        {name: changed for name in places if (changed := _changed(answers, name))},
    )


def load_plan(folder: Path | None = None) -> LearnerPlan:
    """The learner's plan, as the disk has it now.

    Args:
        folder: where the answers are; by default that of the learner.

    >>> import tempfile
    >>> load_plan(Path(tempfile.mkdtemp())).begun
    False
    """
    return read_plan(AnswerStore(EXERCISE, folder).answers)


def _texts(answers: Mapping[str, Any], part: str) -> dict[str, str]:
    return {name: _text(answers.get(f"{part}/{name}")) for name in FIELDS}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _action(answers: Mapping[str, Any], name: str, title: str) -> PlanAction:
    prefix = f"{COSTS}/{name}/"
    people = answers.get(f"{prefix}qui")
    who, count = people if isinstance(people, list) and len(people) == 2 else ("", "")
    ranked = {
        int(rank): line
        for question, line in answers.items()
        if question.startswith(prefix) and (rank := question.removeprefix(prefix)).isdecimal()
    }
    lines = tuple(_line(ranked[rank]) for rank in sorted(ranked) if isinstance(ranked[rank], dict))
    return PlanAction(name, title, _text(who), _text(count), lines)


def _line(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if isinstance(value, str | int | float)}


def _changed(answers: Mapping[str, Any], name: str) -> dict[str, str]:
    """What was typed over the campaign of an action, by input."""
    typed = answers.get(f"{RETURN}/{name}")
    texts = typed.items() if isinstance(typed, Mapping) else ()
    return {name: text for name, text in texts if _text(text).strip()}
