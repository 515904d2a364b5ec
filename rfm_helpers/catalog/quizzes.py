"""Quizzes as content (``quizzes/``): their questions, with a choice or a number to give."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Text, load_yaml
from rfm_helpers.errors import CourseError

QUIZZES = CATALOG / "quizzes"


class QuizChoice(CatalogModel):
    """One choice, and what to say to a learner who takes it."""

    text: Text
    explanation: Text
    right: bool = False


class QuizMistake(CatalogModel):
    """A typical wrong number, a value or an interval, and what to ask about it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    message: Text

    @model_validator(mode="after")
    def _value_or_interval(self) -> Self:
        interval = self.low is not None and self.high is not None
        if (self.value is None) != interval:
            raise ValueError("une erreur typique a soit « value », soit « low » et « high »")
        return self


class QuizNumber(CatalogModel):
    """The number that a question asks for, and what to say of any other."""

    answer: float
    tolerance: float = Field(ge=0)
    unit: str = ""
    success: Text
    mistakes: tuple[QuizMistake, ...] = ()
    otherwise: Text


class QuizQuestion(CatalogModel):
    """One question: it offers choices, several of them right if ``multiple``, or asks a number."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: float = Field(default=1, gt=0)
    statement: Text
    choices: tuple[QuizChoice, ...] = Field(default=(), max_length=8)
    multiple: bool = False
    number: QuizNumber | None = None
    hint: Text
    section: Text
    solution: Text

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.choices) == (self.number is not None):
            raise ValueError("une question a soit des « choices », soit un « number »")
        right = sum(choice.right for choice in self.choices)
        if self.choices and (right == 0 or len(self.choices) == 1):
            raise ValueError("il faut au moins deux choix, dont un « right: true »")
        if right > 1 and not self.multiple:
            raise ValueError("plusieurs choix sont justes : ajoutez « multiple: true »")
        return self


class QuizSheet(CatalogModel):
    """A quiz: its title and its questions."""

    title: Text
    questions: tuple[QuizQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        ids = [question.id for question in self.questions]
        repeated = next((i for i in ids if ids.count(i) > 1), None)
        if repeated is not None:
            raise ValueError(f"l’identifiant « {repeated} » sert à deux questions")
        return self


def load_quiz_sheet(name: str | Path) -> QuizSheet:
    """A quiz of the course, or one's own.

    Args:
        name: ``"03_calcul_rfm"``, or the path of a YAML file of the same form.

    Raises:
        CourseError: unknown name, or a file that `load_yaml` refuses.

    >>> len(load_quiz_sheet("03_calcul_rfm").questions)
    7
    """
    if Path(name).suffix in {".yaml", ".yml"}:
        return load_yaml(name, QuizSheet)
    path = QUIZZES / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(f"« {file.stem} »" for file in sorted(QUIZZES.glob("*.yaml")))
        raise CourseError(f"Le quiz « {name} » n’existe pas : choisissez parmi {known}.")
    return load_yaml(path, QuizSheet)
