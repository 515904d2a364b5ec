"""What is asserted of the answers to every exercise; the file of each one gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rfm_helpers import answer_question
from rfm_helpers.catalog.open_questions import load_open_question
from rfm_helpers.questions import Outcome, Question, exercise
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.exercise import as_kept
from support.lessons import plain

RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR
#: What was right before the question took its present form.
BEFORE = "avant"


def letters(right: str) -> list[object]:
    """A choice in the ways in which it may be given."""
    return [right, right.upper(), [right]]


class ExerciseAnswers:
    """Every question of one exercise: right answers, other right ones, typical wrong ones."""

    name: str
    #: By question, in their order: what must succeed, be reviewed (with a part of what is said
    #: then), be unreadable, and what was right before.
    answers: Callable[[], dict[str, Any]]
    #: What the model answer says of the data, computed.
    quoted: Callable[[], list[str]]

    def expected(self, outcome: Outcome) -> Iterator[tuple[Question, Any, str]]:
        """The answers that must get an outcome: question, answer, a part of what is said then."""
        questions = {one.question.id: one.question for one in exercise(self.name)}
        assert list(questions) == list(self.answers())
        for question_id, by_outcome in self.answers().items():
            tried = by_outcome.get(outcome, [])
            pairs = tried.items() if isinstance(tried, dict) else tried
            assert outcome is ERROR or len(pairs) >= 3, question_id
            for pair in pairs:
                value, part = pair if isinstance(tried, dict) else (pair, "")
                yield questions[question_id], value, part

    def test_right_answers_succeed_in_any_writing(self):
        for question, value, _ in self.expected(RIGHT):
            result = question.verifier(value)
            assert (result.outcome, result.points) == (RIGHT, 1), (question, value, result)

    def test_typical_wrong_answers_get_their_own_question(self):
        for question, value, part in self.expected(REVIEW):
            result = question.verifier(value)
            assert result.outcome is REVIEW, (question, value, result)
            assert part in result.message, (question, value, result)

    def test_an_answer_that_cannot_be_read_is_no_wrong_answer(self):
        for question, value, _ in self.expected(ERROR):
            assert question.verifier(value).outcome is ERROR, (question, value)

    def test_an_untouched_question_is_an_invitation(self):
        for asked in exercise(self.name):
            for nothing in (None, ..., "", []):
                assert asked.verifier(nothing).outcome is Outcome.NOT_STARTED
            assert asked.verifier(object()).outcome is ERROR

    def test_a_model_answer_quotes_the_data(self):
        model = plain(load_open_question(self.name).model)
        for claim in self.quoted():
            assert plain(claim) in model, claim

    def test_what_was_right_before_a_question_changed_still_counts(self):
        """A file of before is read: its successes are shown and count, the rest is left out."""
        asked = {one.question.id: one for one in exercise(self.name)}
        former = {key: tried[BEFORE] for key, tried in self.answers().items() if BEFORE in tried}
        assert set(former) == {key for key, one in asked.items() if one.question.former}
        for key, value in former.items():
            for kept, outcome in ((value, RIGHT), (-12345, Outcome.NOT_STARTED)):
                store = AnswerStore(self.name)
                store.update(dict.fromkeys((key, f"{key}.meilleur"), as_kept(kept)))
                shown = answer_question({one.question.id: one for one in exercise(self.name)}[key])
                assert shown.asked.best.outcome is outcome, (key, kept)
                assert ("elle reste réussie" in shown.feedback.value) is (outcome is RIGHT)
