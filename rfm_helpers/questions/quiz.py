"""Quizzes: lists of questions, made of what ``catalog/quizzes`` holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rfm_helpers.catalog.lessons import lesson_of
from rfm_helpers.catalog.quizzes import QuizMistake, QuizNumber, QuizQuestion, load_quiz_sheet
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.model import Check, Question


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson, in order."""

    id: str
    title: str
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question of that id.

        Raises:
            CourseError: the quiz has no such question.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        known = ", ".join(question.id for question in self.questions)
        raise CourseError(f"La question « {question_id} » n’existe pas : choisissez parmi {known}.")


@cache
def load_quiz(name: str | Path) -> Quiz:
    """The quiz of a lesson ("03_calcul_rfm"), or one's own (the path of a YAML file).

    Raises:
        CourseError: no quiz of that name, or a file that does not hold a quiz (file, line and
            reason are given).

    >>> len(load_quiz("03_calcul_rfm").questions) >= 6
    True
    """
    sheet = load_quiz_sheet(name)
    quiz = Path(name).stem
    lesson = lesson_of(quiz)
    return Quiz(quiz, sheet.title, tuple(_question(one, lesson) for one in sheet.questions))


def _question(content: QuizQuestion, lesson: str) -> Question:
    return Question(
        id=content.id,
        statement=content.statement,
        check=_check(content),
        points=content.points,
        hints=(content.hint,),
        worked=content.solution,
        section=content.section,
        lesson=lesson,
    )


def _check(content: QuizQuestion) -> Check:
    if content.number is not None:
        return _number_check(content.number)
    choices = tuple(Choice(c.text, c.explanation, c.right) for c in content.choices)
    return ChoiceCheck(choices, content.multiple)


def _number_check(content: QuizNumber) -> NumberCheck:
    return NumberCheck(
        content.answer,
        tolerance=content.tolerance,
        unit=content.unit,
        success=content.success,
        mistakes=tuple(map(_mistake, content.mistakes)),
        otherwise=content.otherwise,
    )


def _mistake(content: QuizMistake) -> Mistake:
    if content.value is not None:
        return Mistake(content.value, content.message)
    assert content.low is not None and content.high is not None
    return Mistake((content.low, content.high), content.message)
