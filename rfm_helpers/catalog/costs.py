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
from rfm_helpers.french.words import french, plain_words

LEAST = 1.0
PETTY = "Moins d’un euro en tout : est-ce un ordre de grandeur ?"

#: What a share that begins a label is among the words of the catalog, whatever its figure.
SOME_SHARE = french("15 %")


class Words(CatalogModel):
    """Beginnings of words (without accents) by which a label is recognised, and a question."""

    words: tuple[Text, ...] = Field(min_length=1)
    question: Text


class Trap(Words):
    """What is no cost, but for the labels that have one of the words of ``but``."""

    but: tuple[Text, ...] = ()


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

    ``own`` are the kinds that an action of the learner's own is asked about. ``vague`` are sources
    that nobody could go back to, ``hearsay`` the beginnings of those that are somebody's word;
    ``documents`` are the words that name what can be gone back to, and ``reliable`` those of a
    price that binds whoever wrote it.
    """

    source: Text
    traps: tuple[Trap, ...]
    vague: tuple[Text, ...]
    hearsay: tuple[Text, ...]
    documents: tuple[Text, ...]
    reliable: tuple[Text, ...]
    own: tuple[CostFamily, ...] = Field(min_length=1)
    actions: tuple[ActionCosts, ...] = Field(min_length=1)
    example_action: Identifier
    example: tuple[ExampleLine, ...] = Field(min_length=1)

    def families(self, action_id: str) -> tuple[CostFamily, ...]:
        """The kinds of cost of an action; one that the course does not know has those of any.

        >>> len(load_costing().families("soiree_privee")), len(load_costing().families("mienne_1"))
        (7, 6)
        """
        known = (one.families for one in self.actions if one.action == action_id)
        return next(known, self.own)

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
    """The kinds of cost that no label names, each label paying for one kind at most.

    >>> evening = load_costing().families("soiree_privee")
    >>> len(missing_families(evening, ["Traiteur", "Salle"]))
    5
    >>> len(missing_families(evening, ["Salle, traiteur, fleurs, assurance et cadeaux"]))
    6
    """
    known, texts = tuple(families), [plain_words(label) for label in labels]
    payer: dict[int, int] = {}

    def finds(family: int, tried: set[int]) -> bool:
        """Whether a label can pay for a family, another one moving over if need be."""
        for place, text in enumerate(texts):
            if place not in tried and _names(text, known[family].words):
                tried.add(place)
                if place not in payer or finds(payer[place], tried):
                    payer[place] = family
                    return True
        return False

    return tuple(family for rank, family in enumerate(known) if not finds(rank, set()))


def _names(text: str, words: Iterable[str]) -> bool:
    """Whether a text without accents has a word that begins so."""
    return any(re.search(rf"\b{re.escape(word)}", text) for word in words)


def doubt_about(label: str, cost: float) -> str:
    """What to ask about a line that was costed: is it a cost, and is that its price?

    >>> doubt_about("Traiteur", 900), doubt_about("Traiteur", 0)
    ('', '')
    >>> doubt_about("Tout compris", 0.01)
    'Moins d’un euro en tout : est-ce un ordre de grandeur ?'
    """
    return trap_of(label) or (PETTY if 0 < cost < LEAST else "")


def trap_of(label: str) -> str:
    """The question about a label that is no cost; empty for any other.

    >>> trap_of("Traiteur"), trap_of("Remise des prix"), trap_of("10 % sur le sac")[:12]
    ('', '', 'Qui envoie l')
    """
    text = " ".join(plain_words(label).replace("'", "’").split())
    text = re.sub(r"^[-−]? ?\d[\d.,]* ?%", SOME_SHARE, text)
    article = r"^(?:les? |la |une? |des )?"
    return next(
        (
            trap.question
            for trap in load_costing().traps
            if any(re.search(article + re.escape(word), text) for word in trap.words)
            and not _names(text, trap.but)
        ),
        "",
    )


def is_vague(source: str) -> bool:
    """Whether nobody could find a price again with this source alone.

    >>> is_vague("Internet"), is_vague("mon oncle"), is_vague("Devis du traiteur, no 12")
    (True, True, False)
    """
    text, costing = plain_words(source).strip(" ."), load_costing()
    told = text.startswith(costing.hearsay) and not _names(text, costing.documents)
    return bool(text) and (len(text) < 4 or text in costing.vague or told)


def is_overrated(source: str, reliability: str) -> bool:
    """Whether a source is said to be highly reliable that names no document of the seller's.

    >>> is_overrated("Un article", "élevée"), is_overrated("Devis no 12", "élevée")
    (True, False)
    """
    reliable = _names(plain_words(source), load_costing().reliable)
    return reliability == "élevée" and bool(source.strip()) and not reliable


@cache
def load_costing() -> Costing:
    """The kinds of cost of lesson 6.

    >>> len(load_costing().actions)
    8
    """
    return load_yaml(CATALOG / "costs.yaml", Costing)
