"""Strategy statements to rate and to repair, by three characteristics (``statements.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.plans import Score

Rating = Literal["oui", "non"]
RATINGS: tuple[Rating, ...] = ("oui", "non")


class Criterion(CatalogModel):
    """One of the three characteristics of a strategy, with the question that tests it.

    ``oui`` and ``non`` say the two ratings in words.
    """

    id: Identifier
    title: Text
    oui: Text
    non: Text
    question: Text

    def said(self, rating: Rating) -> str:
        """A rating in words.

        >>> load_statements().criteria[0].said("non")
        'non, l’objectif n’est pas clair'
        """
        return self.oui if rating == "oui" else self.non


class Judgement(CatalogModel):
    """Whether a statement has a characteristic, and what to say to each of the two ratings."""

    answer: Rating
    oui: Text
    non: Text

    def explanation(self, rating: Rating) -> str:
        """What to say to a learner who rated so.

        >>> Judgement(answer="non", oui="Pour qui ?", non="Bien vu.").explanation("oui")
        'Pour qui ?'
        """
        return self.oui if rating == "oui" else self.non


class StatementToRate(CatalogModel):
    """A statement, with a judgement for every criterion, by its identifier."""

    id: Identifier
    text: Text
    judgements: dict[str, Judgement]


class StatementToRepair(CatalogModel):
    """A statement too vague to act on, its problem, and what a repair must keep of its meaning.

    The repaired objective moves ``score``, for customers whose median recency (days) is at most
    ``latest``.
    """

    text: Text
    problem: Text
    score: Score
    latest: int = Field(gt=0)
    wrong_score: Text
    not_recent: Text


class StatementDrill(CatalogModel):
    """The file of the statements.

    Raises:
        ValidationError: a statement is not judged by each criterion once, or an identifier is
            written twice.
    """

    source: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    statements: tuple[StatementToRate, ...] = Field(min_length=1)
    repair: StatementToRepair

    @model_validator(mode="after")
    def _judged_by_each_criterion(self) -> Self:
        wanted = [criterion.id for criterion in self.criteria]
        for statement in self.statements:
            if list(statement.judgements) != wanted:
                raise ValueError(
                    f"l’énoncé « {statement.id} » doit être jugé sur {', '.join(wanted)}, "
                    "dans cet ordre"
                )
        ids = [statement.id for statement in self.statements]
        if len(set(ids)) < len(ids):
            raise ValueError("deux énoncés ont le même `id`, changez l’un des deux")
        return self


@cache
def load_statements() -> StatementDrill:
    """The statements of lesson 1, to rate by the three characteristics and to repair.

    >>> [criterion.title for criterion in load_statements().criteria]
    ['Un objectif clair', 'Alignée sur les données', 'Mesurable et réaliste']
    """
    return load_yaml(CATALOG / "statements.yaml", StatementDrill)
