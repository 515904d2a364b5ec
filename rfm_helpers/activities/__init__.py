"""Activities: what a learner does with the mouse or the keyboard inside a lesson."""

from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.quiz import QuizActivity, quiz

__all__ = ["Activity", "QuizActivity", "quiz"]
