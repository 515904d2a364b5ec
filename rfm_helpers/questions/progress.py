"""How far a learner is in the course, from the answers that were kept."""

from __future__ import annotations

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
            return "○ pas encore commencée"
        return "✓ faite" if all(done == total for done, total in counts) else "◐ commencée"


@dataclass(frozen=True)
class CourseProgress:
    """The progress of each lesson, as a table."""

    lessons: tuple[LessonProgress, ...]

    def __repr__(self) -> str:
        lines = (
            f"{rank}. {one.lesson.title} : {one.state}" for rank, one in enumerate(self.lessons)
        )
        return french("\n".join(lines))

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col" style="text-align:left">{text}</th>' for text in TITLES)
        rows = "".join(_row(rank, one) for rank, one in enumerate(self.lessons))
        caption = '<caption style="text-align:left"><strong>Où vous en êtes</strong></caption>'
        return french(
            f'<table lang="fr" style="color:{palette.TEXT};background:{palette.PAPER}">{caption}'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _row(rank: int, one: LessonProgress) -> str:
    cells = [_said(count) for count in (one.activities, one.bets, one.quizzes, one.exercise)]
    title = f'<a href="{one.lesson.id}.ipynb">{rank}. {escape(plain(one.lesson.title))}</a>'
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
