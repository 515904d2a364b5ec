"""The open question that ends an exercise (``open_questions/``): criteria, a possible answer."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.errors import CourseError

OPEN_QUESTIONS = CATALOG / "open_questions"


class Criterion(CatalogModel):
    """What a learner looks for in their own text: a sentence that is true of a good answer."""

    id: Identifier
    text: Text


class OpenQuestion(CatalogModel):
    """What is asked, what to look for in one's answer, and an answer that meets it."""

    title: Text
    statement: Text
    criteria: tuple[Criterion, ...] = Field(min_length=3, max_length=5)
    model: Text


def open_question_names() -> list[str]:
    """The exercises that end with an open question.

    >>> "01_exercices" in open_question_names()
    True
    """
    return sorted(path.stem for path in OPEN_QUESTIONS.glob("*.yaml"))


@cache
def load_open_question(name: str) -> OpenQuestion:
    """The open question of an exercise ("01_exercices").

    Raises:
        CourseError: that exercise has none, or its file does not hold one.

    >>> len(load_open_question("01_exercices").criteria) >= 3
    True
    """
    if name not in open_question_names():
        known = ", ".join(f"« {one} »" for one in open_question_names())
        raise CourseError(
            f"L’exercice « {name} » n’a pas de question ouverte : choisissez parmi {known}."
        )
    return load_yaml(OPEN_QUESTIONS / f"{name}.yaml", OpenQuestion)
