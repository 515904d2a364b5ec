"""What each lesson has to do (``lessons.yaml``, which the build writes)."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Text, load_yaml

Key = Annotated[str, Field(pattern=r"^(\d\d_[a-z0-9_]+|mon_plan)/[a-z0-9_]+$")]


class Lesson(CatalogModel):
    """A lesson: the keys of its activities and of its bets, the names of its quizzes.

    ``minutes`` are those that it announces, ``questions`` counts those of its exercise.
    """

    id: Annotated[str, Field(pattern=r"^\d\d_[a-z0-9_]+$")]
    title: Text
    minutes: int | None = Field(default=None, gt=0)
    activities: tuple[Key, ...]
    bet_keys: tuple[Key, ...]
    quizzes: tuple[str, ...]
    questions: int = Field(ge=0)

    @property
    def exercise(self) -> str:
        """The name of its exercise."""
        return f"{self.id[:2]}_exercices"


class Lessons(CatalogModel):
    """The lessons, in the order of the course."""

    lessons: tuple[Lesson, ...] = Field(min_length=1)


@cache
def load_lessons() -> tuple[Lesson, ...]:
    """The lessons of the course.

    >>> load_lessons()[0].id
    '00_bienvenue'
    """
    return load_yaml(CATALOG / "lessons.yaml", Lessons).lessons


def lesson_of(name: str) -> str:
    """The lesson that a quiz or an exercise is about; empty where there is none.

    >>> lesson_of("03_a_la_main"), lesson_of("03_exercices"), lesson_of("mon_quiz")
    ('03_calcul_rfm', '03_calcul_rfm', '')
    """
    lessons = load_lessons()
    return next((one.id for one in lessons if name in (*one.quizzes, one.exercise)), "")
