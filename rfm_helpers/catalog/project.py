"""The final project: its six steps, and the slides of its deck (``project.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml


class Step(CatalogModel):
    """A step of the project."""

    id: Identifier
    title: Text


class Slide(CatalogModel):
    """A slide: the part of the deck it belongs to, its title, its minutes, what it waits for."""

    id: Identifier
    part: Text
    title: Text
    minutes: float = Field(gt=0)
    empty: Text


class FinalProject(CatalogModel):
    """The final project as the brief describes it.

    ``parts`` and ``fields`` are the words for the pieces of a question (``marque/nom``).
    """

    source: Text
    steps: tuple[Step, ...] = Field(min_length=6, max_length=6)
    slides: tuple[Slide, ...] = Field(min_length=1, max_length=10)
    parts: Mapping[str, Text]
    fields: Mapping[str, Text]


@cache
def load_final_project() -> FinalProject:
    """The steps and slides of the final project.

    >>> [step.id for step in load_final_project().steps]
    ['rfm', 'marque', 'strategies', 'budget', 'structure', 'oral']
    """
    return load_yaml(CATALOG / "project.yaml", FinalProject)
