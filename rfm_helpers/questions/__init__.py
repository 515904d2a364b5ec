"""Questions: one definition for the learner's feedback and the teacher's marks."""

from rfm_helpers.questions.assignment import AssignedQuestion, Assignment, assignment
from rfm_helpers.questions.checks import (
    Choice,
    ChoiceCheck,
    Mistake,
    NumberCheck,
    TableCheck,
    TableMistake,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.exercise import Exercise, exercise
from rfm_helpers.questions.model import Kind, Outcome, Question, Result
from rfm_helpers.questions.quiz import Quiz, load_quiz

__all__ = [
    "AssignedQuestion",
    "Assignment",
    "Choice",
    "ChoiceCheck",
    "Exercise",
    "Kind",
    "Mistake",
    "NumberCheck",
    "Outcome",
    "Question",
    "Quiz",
    "Result",
    "TableCheck",
    "TableMistake",
    "TextCheck",
    "TextMistake",
    "assignment",
    "exercise",
    "load_quiz",
]
