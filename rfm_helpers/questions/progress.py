"""How far a learner is in the course, from the answers that were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rfm_helpers import palette
from rfm_helpers.catalog.lessons import Lesson, load_lessons
from rfm_helpers.catalog.quizzes import load_quiz_sheet
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.bets import ANSWER, PART
from rfm_helpers.questions.exercise import BEST
from rfm_helpers.questions.model import plain

VERIFIED = ".verified"
TITLES = (
    "Leçon",
    "Activités",
    "Paris",
    "Quiz : questions vérifiées",
    "Exercices : réponses gardées",
    "État",
)
TO_BEGIN, BEGUN, DONE = "○ pas encore commencée", "◐ commencée", "✓ faite"
NOTHING = "rien n’est encore commencé, cette leçon est la première"


@dataclass(frozen=True)
class LessonProgress:
    """What was begun in a lesson, of what there is: pairs of counts (done, in all)."""

    lesson: Lesson
    activities: tuple[int, int]
    bets: tuple[int, int]
    quizzes: tuple[int, int]
    exercise: tuple[int, int]

    @property
    def state(self) -> str:
        """The lesson in a word; bets, and the exercise that comes after it, are not asked for."""
        counts = (self.activities, self.quizzes)
        if not any(done for done, _ in (*counts, self.bets, self.exercise)):
            return TO_BEGIN
        return DONE if all(done == total for done, total in counts) else BEGUN


@dataclass(frozen=True)
class Summary:
    """The progress in a sentence, with a link to the lesson to go on with."""

    text: str
    lesson: Lesson | None

    def __repr__(self) -> str:
        return french(f"Où vous en êtes : {self.text}.{self._go_on(_numbered)}")

    def _repr_html_(self) -> str:
        return french(f"<strong>Où vous en êtes</strong> : {self.text}.{self._go_on(_link)}")

    def _go_on(self, written: Callable[[Lesson], str]) -> str:
        return f" Continuez : « {written(self.lesson)} »." if self.lesson else ""


@dataclass(frozen=True)
class CourseProgress:
    """The progress of each lesson, as a table."""

    lessons: tuple[LessonProgress, ...]

    @property
    def summary(self) -> Summary:
        """Where the learner is, in a sentence: what the course's JupyterLab shows as it opens."""
        done = sum(one.state == DONE for one in self.lessons)
        counts = (
            f"leçons faites, {_said((done, len(self.lessons)))}",
            f"activités commencées, {_said(_total(one.activities for one in self.lessons))}",
            f"paris faits, {_said(_total(one.bets for one in self.lessons))}",
        )
        begun = any(one.state != TO_BEGIN for one in self.lessons)
        return Summary(" ; ".join(counts) if begun else NOTHING, self._next if begun else None)

    @property
    def _next(self) -> Lesson | None:
        """The lesson to go on with: the first that was begun and is not done, or to begin."""
        states = (BEGUN, TO_BEGIN)
        left = [one for state in states for one in self.lessons if one.state == state]
        return left[0].lesson if left else None

    def __repr__(self) -> str:
        lines = (f"{_numbered(one.lesson)} : {one.state}" for one in self.lessons)
        return french("\n".join(lines))

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col" style="text-align:left">{text}</th>' for text in TITLES)
        rows = "".join(map(_row, self.lessons))
        caption = '<caption style="text-align:left"><strong>Où vous en êtes</strong></caption>'
        return french(
            f'<table lang="fr" style="color:{palette.TEXT};background:{palette.PAPER}">{caption}'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _total(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Pairs of counts, added up.

    >>> _total([(1, 2), (0, 3)])
    (1, 5)
    """
    done, total = zip(*counts, strict=True)
    return sum(done), sum(total)


def _numbered(lesson: Lesson) -> str:
    return f"{int(lesson.id[:2])}. {plain(lesson.title)}"


def _link(lesson: Lesson) -> str:
    return f'<a href="{lesson.id}.ipynb">{escape(_numbered(lesson))}</a>'


def _row(one: LessonProgress) -> str:
    cells = [_said(count) for count in (one.activities, one.bets, one.quizzes, one.exercise)]
    title = _link(one.lesson)
    columns = "".join(f'<td style="text-align:left">{text}</td>' for text in (*cells, one.state))
    return (
        f'<tr><th scope="row" style="text-align:left;font-weight:normal">{title}</th>{columns}</tr>'
    )


def _said(count: tuple[int, int]) -> str:
    """A count of so many; a dash when there is nothing to count.

    >>> _said((2, 7)), _said((0, 0))
    ('2 sur 7', '–')
    """
    done, total = count
    return f"{done} sur {total}" if total else "–"


def course_progress(folder: Path | None = None) -> CourseProgress:
    """How far the learner is in each lesson.

    An activity or a bet counts once something was changed in it; a question of a quiz, once it was
    verified; one of an exercise, once its answer was kept. Nothing is judged here.

    Args:
        folder: where the answers are; by default that of the learner.

    Returns:
        One `LessonProgress` a lesson, in the order of the course.

    >>> import tempfile
    >>> course_progress(Path(tempfile.mkdtemp())).lessons[0].state
    '○ pas encore commencée'
    """
    return CourseProgress(tuple(_progress(lesson, folder) for lesson in load_lessons()))


def _progress(lesson: Lesson, folder: Path | None) -> LessonProgress:
    begun = sum(_is_begun(key, folder) for key in lesson.activities)
    made = sum(_is_made(key, folder) for key in lesson.bet_keys)
    verified = [_verified(name, folder) for name in lesson.quizzes]
    kept = [
        question
        for question in _answers(f"{lesson.id[:2]}_exercices", folder)
        if "/" not in question and not question.endswith(BEST.format(""))
    ]
    return LessonProgress(
        lesson,
        (begun, len(lesson.activities)),
        (made, len(lesson.bet_keys)),
        (sum(done for done, _ in verified), sum(total for _, total in verified)),
        (min(len(kept), lesson.questions), lesson.questions),
    )


def _answers(name: str, folder: Path | None) -> dict[str, Any]:
    return AnswerStore(name, folder).answers


def _is_begun(key: str, folder: Path | None) -> bool:
    name, _, part = key.partition("/")
    return any(question.startswith(f"{part}/") for question in _answers(name, folder))


def _is_made(key: str, folder: Path | None) -> bool:
    """Whether something was bet: a result that was shown without is no bet."""
    name, _, bet = key.partition("/")
    return bool(_answers(name, folder).get(f"{PART}/{bet}/{ANSWER}"))


def _verified(name: str, folder: Path | None) -> tuple[int, int]:
    """How many questions of a quiz were verified, and how many it has."""
    ids = [question.id for question in load_quiz_sheet(name).questions]
    kept = _answers(name, folder)
    return sum(kept.get(f"quiz/{one}{VERIFIED}") is True for one in ids), len(ids)
