"""What each action may cost: families of costs, hints, examples (``costs.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Literal

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.plans import CostLine
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import plain_words


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
def load_costing() -> Costing:
    """The kinds of cost of lesson 6.

    >>> len(load_costing().actions)
    8
    """
    return load_yaml(CATALOG / "costs.yaml", Costing)
