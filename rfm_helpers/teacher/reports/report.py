"""The teacher's report: how the class did, what each question tells, what deserves a look."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path

from rfm_helpers.catalog.assignments import TOTAL, Sheet, SheetQuestion
from rfm_helpers.documents.page import render
from rfm_helpers.documents.text import clean, decimal, write_bytes
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import several
from rfm_helpers.questions.model import SYMBOLS, Outcome, plain
from rfm_helpers.teacher.classroom.roster import safe_name
from rfm_helpers.teacher.reports.gradebook import (
    WAYS,
    is_marked,
    points_left,
    question_points,
    signed,
)
from rfm_helpers.teacher.reports.similarity import similar_texts
from rfm_helpers.teacher.results import Graded, Mark, Status, Student

FEWEST = 10
BIN = 2.0
MOST_MISTAKES = 5
SLOWEST = 5
#: An answer shared by more students than this is rather a mistake that many make.
MOST_SHARING = 3
FEWEST_DIGITS, FEWEST_LETTERS = 4, 15

_NUMBERS = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*")


def write_report(
    path: Path, sheet: Sheet, results: Sequence[Graded], undated: Sequence[Graded] = ()
) -> None:
    """Write rapport.html, which links to the pages of ``retours/`` beside it.

    Marks, success and discrimination are those of the students for whom there was something to
    mark. ``undated`` are those whose lateness is not known. Similar texts and same wrong values
    are hints to look at, which the page says.

    Raises:
        CourseError: a file that cannot be written.
    """
    marked = [graded for graded in results if is_marked(graded)]
    content = render(
        "report.html",
        sheet=sheet,
        students=len(results),
        marked=len(marked),
        left=sum(points_left(sheet, graded) > 0 for graded in marked),
        summary=_summary(marked),
        bars=_distribution(marked),
        statuses=Counter(graded.status for graded in results).most_common(),
        questions=[
            _question(rank, question, marked) for rank, question in enumerate(sheet.questions, 1)
        ],
        to_look_at=[graded for graded in results if _needs_a_look(graded)],
        adjusted=[graded for graded in results if graded.adjustments],
        signed=signed,
        undated=undated,
        same_values=same_values(sheet, marked),
        similar=similar_texts(sheet, marked),
        times=_times(results),
        link=lambda student: f"retours/{safe_name(student.id)}.html",
        fewest=FEWEST,
    )
    write_bytes(path, content)


# --- marks and questions -------------------------------------------------------------------------


def _summary(marked: Sequence[Graded]) -> list[tuple[str, str]]:
    if not marked:
        return []
    totals = [graded.total for graded in marked]
    return [
        ("Moyenne", decimal(statistics.fmean(totals))),
        ("Médiane", decimal(statistics.median(totals))),
        ("Écart type", decimal(statistics.pstdev(totals))),
        ("De", f"{decimal(min(totals))} à {decimal(max(totals))}"),
    ]


def _distribution(marked: Sequence[Graded]) -> list[tuple[str, int, float]]:
    """Marks by steps of two points: label, students, share of the longest bar."""
    last = int(TOTAL / BIN) - 1
    counts = Counter(min(int(graded.total // BIN), last) for graded in marked)
    longest = max(counts.values(), default=1)
    return [
        (
            f"{decimal(step * BIN)} à {decimal((step + 1) * BIN)}",
            counts[step],
            counts[step] / longest,
        )
        for step in range(last + 1)
    ]


@dataclass(frozen=True)
class QuestionReport:
    """What the class made of one question."""

    title: str
    way: str
    average: str
    success: float | None
    outcomes: tuple[str, ...]
    discrimination: str
    mistakes: tuple[tuple[str, int], ...]


def _question(rank: int, question: SheetQuestion, marked: Sequence[Graded]) -> QuestionReport:
    scored = [
        (points, graded)
        for graded in marked
        if (points := question_points(question, graded)) is not None
    ]
    mean = statistics.fmean(points for points, _ in scored) if scored else None
    marks = [mark for graded in marked for mark in graded.marks if mark.question == question.id]
    counts = Counter(mark.outcome for mark in marks)
    return QuestionReport(
        title=f"{rank}. {question.title}",
        way=WAYS[question.mode],
        average="à noter" if mean is None else f"{decimal(mean)} sur {decimal(question.points)}",
        success=None if mean is None else mean / question.points,
        outcomes=tuple(
            f"{SYMBOLS[outcome]} {outcome} : {counts[outcome]}"
            for outcome in Outcome
            if counts[outcome]
        ),
        discrimination=discrimination(
            [points for points, _ in scored],
            [graded.total - points for points, graded in scored],
        ),
        mistakes=tuple(_mistakes(marks)),
    )


def discrimination(points: Sequence[float], rest: Sequence[float]) -> str:
    """The correlation of a question's points with the rest of the mark, or why there is none.

    >>> discrimination([0, 1] * 5, [2, 9] * 5)
    '1,00'
    >>> discrimination([1] * 12, range(12))
    'tous ont les mêmes points'
    """
    if len(points) < FEWEST:
        return "effectif trop petit"
    try:
        return number(statistics.correlation(points, rest), 2)
    except statistics.StatisticsError:
        return "tous ont les mêmes points"


def _mistakes(marks: Iterable[Mark]) -> Iterator[tuple[str, int]]:
    """The messages that answers to look at again got, the numbers in them aside, and how often."""
    groups: dict[str, list[str]] = defaultdict(list)
    for mark in marks:
        if mark.outcome in (Outcome.REVIEW, Outcome.ERROR):
            message = plain(clean(mark.message))
            groups[_NUMBERS.sub("…", message)].append(message)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    for general, messages in ranked[:MOST_MISTAKES]:
        yield messages[0] if len(set(messages)) == 1 else general, len(messages)


# --- what deserves a look ------------------------------------------------------------------------


def _needs_a_look(graded: Graded) -> bool:
    return graded.status is not Status.GRADED or bool(graded.notices)


@dataclass(frozen=True)
class SameValue:
    """A wrong answer that two or three students share."""

    question: str
    shown: str
    students: tuple[tuple[Student, Outcome], ...]


def same_values(sheet: Sheet, results: Iterable[Graded]) -> list[SameValue]:
    """Answers shared by two or three students, wrong for one of them at least.

    Each student has data of his own: the right answer of one is seldom that of another. Tables,
    choices and short numbers, which agree by chance, are left out, and so is what many share, or
    what two wrong answers owe to a typical mistake (the same message, numbers aside, that others
    got with other values).
    """
    questions = {
        question.id: question
        for question in sheet.questions
        if question.mode != "free" and question.answer in ("number", "text")
    }
    groups: dict[tuple[str, str], list[tuple[Student, Mark]]] = defaultdict(list)
    messages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for graded in results:
        for mark in graded.marks:
            asked = questions.get(mark.question)
            if asked and _is_distinctive(mark.shown, asked):
                groups[mark.question, _compact(mark.shown)].append((graded.student, mark))
                messages[mark.question, _general(mark)].add(_compact(mark.shown))
    found = []
    for (question, _), shared in groups.items():
        wrong = [mark for _, mark in shared if mark.outcome is not Outcome.SUCCESS]
        typical = len(wrong) == len(shared) and all(
            len(messages[question, _general(mark)]) > 1 for mark in wrong
        )
        if 2 <= len(shared) <= MOST_SHARING and wrong and not typical:
            found.append(
                SameValue(
                    questions[question].title,
                    shared[0][1].shown,
                    tuple((student, mark.outcome) for student, mark in shared),
                )
            )
    return found


def _general(mark: Mark) -> str:
    return _NUMBERS.sub("…", mark.message)


def _compact(shown: str) -> str:
    return "".join(shown.split()).casefold()


def _is_distinctive(shown: str, question: SheetQuestion) -> bool:
    if question.answer == "text":
        return len(shown) >= FEWEST_LETTERS
    return len(re.sub(r"\D", "", shown).strip("0")) >= FEWEST_DIGITS


# --- times ---------------------------------------------------------------------------------------


def _times(results: Sequence[Graded]) -> dict[str, object] | None:
    run = [graded for graded in results if graded.seconds > 0]
    if not run:
        return None
    slowest = sorted(run, key=lambda graded: -graded.seconds)[:SLOWEST]
    return {
        "median": _seconds(statistics.median(graded.seconds for graded in run)),
        "total": _seconds(fsum(graded.seconds for graded in run)),
        "memory": several(round(max(graded.peak_mb for graded in run)), "Mo", "Mo"),
        "slowest": [(graded, _seconds(graded.seconds)) for graded in slowest],
    }


def _seconds(seconds: float) -> str:
    if seconds >= 120:
        return several(round(seconds / 60), "minute")
    return f"{number(seconds, 1)} s"
