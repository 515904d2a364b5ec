"""The sheets of the eleven segments and their actions (``segments.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import (
    Field,
    model_validator,
)

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml, refusal

Move = Literal["R", "F", "M", "écoute", "conformité"]
Channel = Literal[
    "e-mail",
    "SMS",
    "courrier",
    "téléphone",
    "boutique",
    "site",
    "réseaux sociaux",
    "événement",
    "service client",
    "enquête",
    "données",
]


class Action(CatalogModel):
    """A recommended action: what it moves, by which channel, whether it suits a luxury house."""

    text: Text
    moves: tuple[Move, ...] = Field(min_length=1)
    channel: Channel
    luxury: bool
    luxury_note: Text | None = None

    @model_validator(mode="after")
    def _note_when_unsuited(self) -> Self:
        if not self.luxury and self.luxury_note is None:
            raise refusal(
                "luxury_note",
                "une action qui ne convient pas au luxe (« luxury: false ») "
                "doit dire pourquoi dans « luxury_note »",
            )
        return self


class SegmentSheet(CatalogModel):
    """What is known and advised about one of the eleven segments."""

    id: Identifier
    name: Text
    situation: Text
    stance: Text
    actions: tuple[Action, ...] = Field(min_length=1)


class SegmentSheets(CatalogModel):
    """The file of the segment sheets."""

    source: Text
    segments: tuple[SegmentSheet, ...] = Field(min_length=1)


@cache
def load_segments() -> tuple[SegmentSheet, ...]:
    """The sheets of the eleven segments with their 84 actions, in the order of source 002.

    >>> [len(sheet.actions) for sheet in load_segments()]
    [8, 8, 8, 8, 7, 7, 8, 9, 8, 7, 6]
    """
    return load_yaml(CATALOG / "segments.yaml", SegmentSheets).segments
