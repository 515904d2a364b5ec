"""Revision cards (``revision/``, a file per lesson).

A card with a term defines it: its back, read alone, is the entry of the glossary.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml

#: A point of a source document: its number and its rank there, "1.13".
SourcePoint = Annotated[str, Field(pattern=r"^\d+\.\d+$")]


class RevisionCard(CatalogModel):
    """A card: a question on its front, the answer on its back.

    Its id is for ever: what a learner did is kept under it, here and elsewhere.

    ``section`` is a heading of the lesson, empty as long as the lesson is not written; ``sources``
    is empty where no document speaks of it.
    """

    id: Identifier
    sources: tuple[SourcePoint, ...] = ()
    section: str = ""
    term: str = ""
    front: Text
    back: Text


class LessonCards(CatalogModel):
    """The cards of a lesson, in the order in which it teaches them, and the lesson's title."""

    title: Text
    cards: tuple[RevisionCard, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        ids = [card.id for card in self.cards]
        repeated = next((i for i in ids if ids.count(i) > 1), None)
        if repeated is not None:
            raise ValueError(f"l’identifiant « {repeated} » sert à deux cartes")
        return self


@cache
def load_revision() -> dict[str, LessonCards]:
    """The cards of every lesson, by the lesson's name, in the order of the lessons.

    >>> load_revision()["03_calcul_rfm"].cards[0].term
    'récence (R)'
    """
    files = sorted((CATALOG / "revision").glob("*.yaml"))
    return {path.stem: load_yaml(path, LessonCards) for path in files}
