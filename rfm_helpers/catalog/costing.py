"""Lesson 6: facts to argue with, the costs that each action calls for, a worked example."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.loading import CATALOG, load_yaml
from rfm_helpers.catalog.models import CatalogModel, Identifier, Text
from rfm_helpers.catalog.strategies import CostLine
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import plain_words


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


class Words(CatalogModel):
    """Beginnings of words (without accents) by which a label is recognised, and a question."""

    words: tuple[Text, ...] = Field(min_length=1)
    question: Text


class CostFamily(Words):
    """A kind of cost that an action calls for."""

    id: Identifier


class ActionCosts(CatalogModel):
    """The kinds of cost of one action."""

    action: Identifier
    families: tuple[CostFamily, ...] = Field(min_length=1)


class ExampleLine(CostLine):
    """A line of the worked example, for one guest invited, one present, or the whole evening."""

    per: Literal["invité", "présent", "soirée"]


class Costing(CatalogModel):
    """The costs that each action calls for, what is no cost, and the worked example's lines.

    ``vague`` are sources that nobody could go back to.
    """

    source: Text
    traps: tuple[Words, ...]
    vague: tuple[Text, ...]
    actions: tuple[ActionCosts, ...] = Field(min_length=1)
    example_action: Identifier
    example: tuple[ExampleLine, ...] = Field(min_length=1)

    def families(self, action_id: str) -> tuple[CostFamily, ...]:
        """The kinds of cost of an action.

        >>> len(load_costing().families("soiree_privee"))
        7
        """
        return next(one.families for one in self.actions if one.action == action_id)

    def example_lines(self, invited: int, present: int) -> tuple[CostLine, ...]:
        """The worked example's lines for so many guests.

        >>> [float(line.quantity) for line in load_costing().example_lines(20, 15)][:3]
        [20.0, 5.0, 15.0]

        Raises:
            CourseError: more guests present than invited, or none.
        """
        if not 1 <= present <= invited:
            raise CourseError(
                f"On ne peut pas compter {present} présents pour {invited} invités : "
                "écrivez au moins un présent, et autant d’invités au moins."
            )
        counts = {"invité": invited, "présent": present, "soirée": 1}
        return tuple(
            CostLine(
                **line.model_dump(exclude={"per", "quantity"}),
                quantity=line.quantity * Decimal(counts[line.per]),
            )
            for line in self.example
        )


def missing_families(
    families: Iterable[CostFamily], labels: Iterable[str]
) -> tuple[CostFamily, ...]:
    """The kinds of cost that no label names.

    >>> found = missing_families(load_costing().families("soiree_privee"), ["Traiteur", "Salle"])
    >>> len(found)
    5
    """
    text = " ; ".join(plain_words(label) for label in labels)
    return tuple(
        family
        for family in families
        if not any(re.search(rf"\b{re.escape(word)}", text) for word in family.words)
    )


def trap_of(label: str) -> str:
    """The question about a label that is no cost; empty for any other.

    >>> trap_of("Traiteur")
    ''
    """
    text = plain_words(label)
    article = r"^(?:les? |la |une? |des )?"
    traps = load_costing().traps
    return next(
        (
            trap.question
            for trap in traps
            if any(re.search(article + re.escape(word), text) for word in trap.words)
        ),
        "",
    )


def is_vague(source: str) -> bool:
    """Whether nobody could find a price again with this source alone.

    >>> is_vague("Internet"), is_vague("Devis du traiteur, no 12")
    (True, False)
    """
    text = plain_words(source).strip(" .")
    return bool(text) and (len(text) < 4 or text in load_costing().vague)


@cache
def load_choice() -> ChoiceDrill:
    """The facts and arguments of lesson 6's first activity.

    >>> [fact.id for fact in load_choice().facts if fact.need]
    ['plainte', 'boutique', 'retours']
    """
    return load_yaml(CATALOG / "drills" / "06_choix.yaml", ChoiceDrill)


@cache
def load_costing() -> Costing:
    """The kinds of cost of lesson 6.

    >>> len(load_costing().actions)
    8
    """
    return load_yaml(CATALOG / "drills" / "06_couts.yaml", Costing)
