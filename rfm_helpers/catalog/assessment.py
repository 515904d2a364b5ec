"""How a final project is marked: criteria, weights and described levels (``assessment.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import fsum, isclose
from typing import Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml

TOTAL = 20.0


class Level(CatalogModel):
    """A level, and the share of the points that it gives (0–1)."""

    name: Text
    share: float = Field(ge=0, le=1)


class Aspect(CatalogModel):
    """Something looked at, and what is seen at each level, from the lowest."""

    id: Identifier
    title: Text
    seen: tuple[Text, ...]


class AssessmentCriterion(CatalogModel):
    """A criterion of the brief, its points, and what is looked at."""

    id: Identifier
    title: Text
    points: float = Field(gt=0)
    looked: tuple[Aspect, ...] = Field(min_length=1)

    @property
    def each(self) -> float:
        """The points of each thing looked at."""
        return self.points / len(self.looked)


class Assessment(CatalogModel):
    """The grid: levels from the lowest to the highest, criteria out of twenty, comments."""

    source: Text
    levels: tuple[Level, ...] = Field(min_length=2)
    criteria: tuple[AssessmentCriterion, ...] = Field(min_length=1)
    comments: tuple[Text, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not isclose(fsum(one.points for one in self.criteria), TOTAL):
            raise ValueError(f"les points des critères doivent faire {TOTAL:g}")
        aspects = [aspect for one in self.criteria for aspect in one.looked]
        if any(len(aspect.seen) != len(self.levels) for aspect in aspects):
            raise ValueError("chaque ligne a une description par niveau")
        shares = [level.share for level in self.levels]
        if shares != sorted(set(shares)):
            raise ValueError("les niveaux vont du plus bas au plus haut")
        return self

    @property
    def aspects(self) -> tuple[tuple[AssessmentCriterion, Aspect], ...]:
        """What is looked at, each with its criterion, in order."""
        return tuple((one, aspect) for one in self.criteria for aspect in one.looked)

    def marks(self, given: Mapping[str, str]) -> dict[str, float]:
        """The points of each criterion whose aspects all have a level.

        Args:
            given: the name of a level by aspect.

        >>> load_assessment().marks({"structure": "excellent", "support": "excellent",
        ...                          "parole": "excellent", "lignes": "fragile"})
        {'presentation': 4.0}
        """
        shares = {level.name: level.share for level in self.levels}
        return {
            one.id: round(fsum(one.each * shares[given[a.id]] for a in one.looked), 2)
            for one in self.criteria
            if all(given.get(aspect.id) in shares for aspect in one.looked)
        }


@cache
def load_assessment() -> Assessment:
    """The grid of the final project.

    >>> [one.points for one in load_assessment().criteria]
    [5.0, 6.0, 5.0, 4.0]
    """
    return load_yaml(CATALOG / "assessment.yaml", Assessment)
