"""Drills (``drills/``): findings to sort, actions to match with scores, facts to argue with."""

from __future__ import annotations

from functools import cache
from typing import Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.plans import Score


class DrillChoice(CatalogModel):
    """One of the answers that every item of a drill offers."""

    id: Identifier
    label: Text


class DrillItem(CatalogModel):
    """A sentence to sort: the answers that can be defended, and what to say to each answer."""

    id: Identifier
    text: Text
    right: tuple[Identifier, ...] = Field(min_length=1)
    feedback: dict[Identifier, Text]


class Drill(CatalogModel):
    """Sentences to sort among a few answers; ``rewritten`` is what they become once corrected.

    ``label`` names a learner's answer, ``purpose`` what the activity is for.

    Raises:
        ValidationError: an item has no feedback for one of the answers, defends an answer that
            is not offered, or is written twice.
    """

    source: Text
    label: Text
    purpose: Text
    choices: tuple[DrillChoice, ...] = Field(min_length=2)
    items: tuple[DrillItem, ...] = Field(min_length=1)
    rewritten: Text | None = None

    @model_validator(mode="after")
    def _every_choice_has_feedback(self) -> Self:
        offered = [choice.id for choice in self.choices]
        for item in self.items:
            if list(item.feedback) != offered or not set(item.right) <= set(offered):
                raise ValueError(
                    f"« {item.id} » doit répondre à {', '.join(offered)}, dans cet ordre"
                )
        if len({item.id for item in self.items}) < len(self.items):
            raise ValueError("deux phrases ont le même `id`, changez l’un des deux")
        return self


class MatchingDrill(CatalogModel):
    """By action, what to ask a learner who has it move a score that it does not reach."""

    source: Text
    questions: dict[Identifier, dict[Score, Text]]


@cache
def load_drill(name: str) -> Drill:
    """A drill of the course ("05_diagnostic", "05_lapsus").

    >>> [choice.label for choice in load_drill("05_lapsus").choices]
    ['Cela tient', 'À corriger']
    """
    return load_yaml(CATALOG / "drills" / f"{name}.yaml", Drill)


@cache
def load_matching() -> MatchingDrill:
    """The questions of lesson 5 on the actions of the Marc Morel case.

    >>> sorted(load_matching().questions["remise_15"])
    ['M']
    """
    return load_yaml(CATALOG / "drills" / "05_actions.yaml", MatchingDrill)


class Fact(CatalogModel):
    """A fact of the case; one of the need says why the customer left.

    ``aside`` is asked of a learner who uses it for an action that it says nothing about.
    """

    id: Identifier
    text: Text
    need: bool = False
    aside: Text


class Argument(CatalogModel):
    """What speaks for an action, what speaks against it, and what to say of having chosen it."""

    action: Identifier
    first_need: bool = False
    supports: tuple[Identifier, ...] = ()
    against: dict[Identifier, Text] = Field(default_factory=dict)
    feedback: Text


class ChoiceDrill(CatalogModel):
    """The facts of a case and, for each of its actions, the arguments.

    Raises:
        ValidationError: an argument cites a fact that is not listed.
    """

    source: Text
    facts: tuple[Fact, ...] = Field(min_length=1)
    arguments: tuple[Argument, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_facts(self) -> Self:
        known = {fact.id for fact in self.facts}
        for argument in self.arguments:
            cited = {*argument.supports, *argument.against}
            if not cited <= known:
                raise ValueError(
                    f"« {argument.action} » cite un fait inconnu, choisissez parmi {sorted(known)}"
                )
        return self

    def argument(self, action_id: str) -> Argument:
        """The argument of an action.

        >>> load_choice().argument("formation_equipes").first_need
        True
        """
        return next(one for one in self.arguments if one.action == action_id)


@cache
def load_choice() -> ChoiceDrill:
    """The facts and arguments of lesson 6's first activity.

    >>> [fact.id for fact in load_choice().facts if fact.need]
    ['plainte', 'boutique', 'retours']
    """
    return load_yaml(CATALOG / "drills" / "06_choix.yaml", ChoiceDrill)
