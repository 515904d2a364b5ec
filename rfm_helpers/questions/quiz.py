"""Quizzes: lists of questions kept as YAML files, one per lesson."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from rfm_helpers import catalog
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.model import Check, Question

Text = Annotated[str, Field(min_length=1)]
QUIZZES = Path(catalog.__file__).parent / "quizzes"


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson, in order."""

    id: str
    title: str
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question of that id (`CourseError` when there is none)."""
        for question in self.questions:
            if question.id == question_id:
                return question
        known = ", ".join(question.id for question in self.questions)
        raise CourseError(f"La question « {question_id} » n’existe pas : choisissez parmi {known}.")


class _ChoiceEntry(catalog.CatalogModel):
    text: Text
    explanation: Text
    right: bool = False


class _MistakeEntry(catalog.CatalogModel):
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

    def build(self) -> Mistake:
        if self.value is not None:
            return Mistake(self.value, self.message)
        assert self.low is not None and self.high is not None
        return Mistake((self.low, self.high), self.message)


class _NumberEntry(catalog.CatalogModel):
    answer: float
    tolerance: float = Field(ge=0)
    unit: str = ""
    success: Text
    mistakes: tuple[_MistakeEntry, ...] = ()
    otherwise: Text


class _QuestionEntry(catalog.CatalogModel):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: float = Field(default=1, gt=0)
    statement: Text
    choices: tuple[_ChoiceEntry, ...] = Field(default=(), max_length=8)
    multiple: bool = False
    number: _NumberEntry | None = None
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

    def build(self) -> Question:
        return Question(
            id=self.id,
            statement=self.statement,
            check=self._check(),
            points=self.points,
            hints=(self.hint,),
            worked=self.solution,
            section=self.section,
        )

    def _check(self) -> Check:
        if self.number is None:
            choices = tuple(Choice(c.text, c.explanation, c.right) for c in self.choices)
            return ChoiceCheck(choices, self.multiple)
        entry = self.number
        return NumberCheck(
            entry.answer,
            tolerance=entry.tolerance,
            unit=entry.unit,
            success=entry.success,
            mistakes=tuple(mistake.build() for mistake in entry.mistakes),
            otherwise=entry.otherwise,
        )


class _QuizFile(catalog.CatalogModel):
    title: Text
    questions: tuple[_QuestionEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        ids = [question.id for question in self.questions]
        repeated = next((i for i in ids if ids.count(i) > 1), None)
        if repeated is not None:
            raise ValueError(f"l’identifiant « {repeated} » sert à deux questions")
        return self


@cache
def load_quiz(name: str | Path) -> Quiz:
    """The quiz of a lesson ("03_calcul_rfm"), or one's own (the path of a YAML file).

    Raises:
        CourseError: no quiz of that name, or a file that does not hold a quiz (file, line and
            reason are given).

    >>> len(load_quiz("03_calcul_rfm").questions) >= 6
    True
    """
    path = Path(name) if Path(name).suffix in {".yaml", ".yml"} else QUIZZES / f"{name}.yaml"
    if path.parent == QUIZZES and not path.exists():
        known = ", ".join(f"« {file.stem} »" for file in sorted(QUIZZES.glob("*.yaml")))
        raise CourseError(f"Le quiz « {name} » n’existe pas : choisissez parmi {known}.")
    entry = catalog.load_yaml(path, _QuizFile)
    return Quiz(path.stem, entry.title, tuple(question.build() for question in entry.questions))
