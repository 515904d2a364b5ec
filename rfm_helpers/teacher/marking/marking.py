"""From a student's answers to marks: each question against what its data and earlier steps give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rfm_helpers.catalog.assignments import Sheet, SheetQuestion
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.checks import NumberCheck, TableCheck, TextCheck
from rfm_helpers.questions.chosen import types_a_number
from rfm_helpers.questions.exercise import FRAME, from_kept
from rfm_helpers.questions.model import Check, Outcome, Verdict, is_empty, plain
from rfm_helpers.teacher.assignments.checks import PARTIAL
from rfm_helpers.teacher.assignments.variants import Given, Kit, Variant
from rfm_helpers.teacher.marking.shown import shown
from rfm_helpers.teacher.results import TABLE, Mark

if TYPE_CHECKING:
    import pandas as pd

NOT_STARTED = "Pas de réponse à cette question."
STRANGE = "Cette réponse n’a pas pu être lue : donnez-la sous la forme que demande la question."
STOPPED = (
    "Votre cellule s’est arrêtée sur une erreur ({name}) avant de donner une réponse : "
    "exécutez-la de haut en bas sur un noyau redémarré, puis corrigez-la."
)
TOLD = "Votre cellule s’est arrêtée avant de donner une réponse : {message}"
ONLY_OWN = (
    "Votre cellule convient à vos données, mais pas à d’autres : une valeur y est-elle écrite à la "
    "main, au lieu d’être calculée ?"
)
TYPED = (
    "Vos nombres conviennent à vos données, mais vous en avez écrit un à la main : choisissez dans "
    "la liste la grandeur dont il vient."
)
NOTHING_CAME = (
    "Vos choix dans les listes n’ont rien donné : exécutez la cellule qui les suit, lisez ce "
    "qu’elle dit, puis choisissez autrement."
)
SMALL_TABLE = 12


@dataclass(frozen=True)
class Answers:
    """What one run, and the answers file, gave: JSON values by question. It is a `Given`.

    ``choices`` are those by which the run had to answer, by question.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def table(self, question: str) -> pd.DataFrame | None:
        """The table given to a question; None when there is none that can be used."""
        value = self.values.get(question)
        if not isinstance(value, dict) or FRAME not in value:
            return None
        try:
            table: pd.DataFrame = from_kept(value)
        except Exception:
            return None
        return table

    def value(self, question: str) -> Any:
        """The answer given to a question as plain Python; None when there is none."""
        value = self.values.get(question)
        return None if is_empty(value) else value

    def without(self, questions: Collection[str]) -> Answers:
        """The same answers, but for those to some questions."""
        return Answers({key: v for key, v in self.values.items() if key not in questions})


class _Ran(NamedTuple):
    """A variant, what was answered on it, and those answers from which others may follow."""

    variant: Variant
    answers: Answers
    steps: Answers


NOTHING = Answers()


def mark_all(
    sheet: Sheet, kit: Kit, own: tuple[Variant, Answers], hidden: tuple[Variant, Answers]
) -> tuple[Mark, ...]:
    """The marks of the automatic questions, in the sheet's order.

    Args:
        sheet: the assignment.
        kit: its checks.
        own: the student's variant, with the answers file and what the run on it gave.
        hidden: the hidden variant, with what the run on it gave.

    Returns:
        One mark per question that is not ``free``. A ``code`` question earns the lower share of
        the two runs; where a number was typed in the place of a quantity, it is a value, judged on
        the student's own data only, and earns half of the points at most. Each answer is judged
        against the true reference and against what follows from the student's earlier answers;
        the better verdict counts, so that a wrong step is graded once. Nothing follows from a
        step that gave the same on both variants: it was written by hand, perhaps from a
        neighbour's, and not computed.
    """
    code = [question.id for question in sheet.questions if question.mode == "code"]
    by_hand = {one for one in code if own[1].value(one) == hidden[1].value(one)}
    runs = tuple(_Ran(variant, found, found.without(by_hand)) for variant, found in (own, hidden))
    return tuple(
        _mark(question, kit.CHECKS[question.id], *runs)
        for question in sheet.questions
        if question.mode != "free"
    )


def unmarked(sheet: Sheet) -> tuple[Mark, ...]:
    """The marks of a student of whom nothing could be graded."""
    return tuple(
        Mark(q.id, Outcome.NOT_STARTED, french(NOT_STARTED), 0.0, q.points, q.section)
        for q in sheet.questions
        if q.mode != "free"
    )


CheckMaker = Callable[[Variant, Given], Check]


def _mark(
    question: SheetQuestion,
    make_check: CheckMaker,
    own: _Ran,
    hidden: _Ran,
) -> Mark:
    reference = _reference(make_check, own.variant)
    verdict = _verdict(question, make_check, own, reference)
    if types_a_number(question, own.answers.choices.get(question.id, {})):
        verdict = _as_typed(verdict)
    elif question.mode == "code" and verdict.share > 0:
        elsewhere = _verdict(question, make_check, hidden, _reference(make_check, hidden.variant))
        if elsewhere.share < verdict.share:
            message = ONLY_OWN if verdict.share == 1 else verdict.message
            verdict = Verdict(Outcome.REVIEW, message, elsewhere.share)
    return Mark(
        question=question.id,
        outcome=verdict.outcome,
        message=plain(verdict.message),
        points=round(question.points * verdict.share, 2),
        points_max=question.points,
        section=question.section,
        shown=shown(own.answers.values.get(question.id), question.form),
        expected=_expected(reference),
    )


def _as_typed(verdict: Verdict) -> Verdict:
    """What an answer is worth of which a number was typed by hand."""
    if verdict.share <= PARTIAL:
        return verdict
    message = TYPED if verdict.share == 1 else verdict.message
    return Verdict(Outcome.REVIEW, message, PARTIAL)


def _reference(make_check: CheckMaker, variant: Variant) -> Callable[[], Check]:
    """Makes the check of the right answer to a variant, once."""
    return cache(lambda: make_check(variant, NOTHING))


def _verdict(
    question: SheetQuestion, make_check: CheckMaker, ran: _Ran, reference: Callable[[], Check]
) -> Verdict:
    answer = ran.answers.value(question.id)
    if is_empty(answer):
        return _without_answer(question, ran.answers)
    if isinstance(answer, dict) and FRAME in answer:
        answer = ran.answers.table(question.id)
    verdict = _judged(reference, answer)
    if verdict.share == 1:
        return verdict
    followed = _judged(lambda: make_check(ran.variant, ran.steps), answer)
    return max(followed, verdict, key=lambda verdict: verdict.share)


def _expected(reference: Callable[[], Check]) -> str:
    """The right answer of a variant; empty where there is not one alone, as for a form."""
    try:
        return expected(reference())
    except Exception:
        return ""


def expected(check: Check) -> str:
    """What a check takes for right, in a few words; a small table is written out.

    >>> expected(NumberCheck(12.5, unit="points")), expected(TextCheck(("C-0042", "0042")))
    ('12,50 points', 'C-0042')
    """
    match check:
        case NumberCheck():
            return french(f"{_amount(check.answer)} {check.unit}".strip())
        case TextCheck():
            return next(iter(check.answers), "")
        case TableCheck() if len(check.expected) <= SMALL_TABLE:
            return "\n".join(_row(row) for row in check.expected.to_dict("records"))
        case TableCheck():
            return french(TABLE.format(several(len(check.expected), "ligne")))
    return ""


def _row(row: Mapping[Any, Any]) -> str:
    first, *rest = map(_amount, row.values())
    return french(f"{first} : {' ; '.join(rest)}")


def _amount(value: Any) -> str:
    if isinstance(value, str):
        return value
    return number(value, 0 if float(value).is_integer() else 2)


def _without_answer(question: SheetQuestion, answers: Answers) -> Verdict:
    if question.id in answers.errors:
        name, message = answers.errors[question.id]
        if name == CourseError.__name__:
            return Verdict(Outcome.ERROR, TOLD.format(message=message))
        return Verdict(Outcome.ERROR, STOPPED.format(name=name))
    if len(answers.choices.get(question.id, {})) == len(question.parts) > 0:
        return Verdict(Outcome.ERROR, NOTHING_CAME)
    return Verdict(Outcome.NOT_STARTED, NOT_STARTED)


def _judged(make: Callable[[], Check], answer: Any) -> Verdict:
    """The verdict of a check; whatever a strange answer breaks is an answer that cannot be read."""
    try:
        return make()(answer)
    except CourseError as error:
        return Verdict(Outcome.ERROR, str(error))
    except Exception:
        return Verdict(Outcome.ERROR, STRANGE)
