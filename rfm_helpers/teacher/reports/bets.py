"""A class's bets on one page: how they spread, and what the data say."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfm_helpers.catalog.bets import Bet, BetNumber, bet_lessons, load_bets
from rfm_helpers.documents.page import render
from rfm_helpers.documents.text import write_bytes
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.bets import (
    PLURALS,
    Answer,
    Closeness,
    kept_bet,
    score_bet,
    shown,
    truth_of,
)
from rfm_helpers.questions.model import plain
from rfm_helpers.teacher.apart import Helpers, UnfinishedError
from rfm_helpers.teacher.classroom.intake import (
    READING,
    Deposit,
    latest_answers,
    read_deposits,
)

#: The drawing of a number's bets, in its own units: columns of dots, and what stands around them.
COLUMNS, DOT, WIDTH, AXIS = 60, 10, 640, 26
#: The axis ends at so many times the truth at most, and at so many at least.
FEWEST_TIMES, MOST_TIMES = 2, 4
MOST_ORDERS = 6


@dataclass(frozen=True)
class ClassBet:
    """A bet, and those of a class that count."""

    bet: Bet
    answers: tuple[Answer, ...]

    @property
    def title(self) -> str:
        """What it is about."""
        return plain(self.bet.title)

    @property
    def statement(self) -> str:
        """What was asked."""
        return plain(self.bet.statement)

    @property
    def truth(self) -> str:
        """What the data say."""
        return shown(self.bet, truth_of(self.bet))

    @property
    def summary(self) -> str:
        """How many were right, near or far, and the number in the middle."""
        scores = [score_bet(self.bet, answer) for answer in self.answers]
        counts = Counter(score.closeness for score in scores)
        words = [several(counts[word], word, PLURALS[word]) for word in Closeness if counts[word]]
        text = f"{several(len(scores), 'pari')} : {', '.join(words)}."
        errors = [score.error for score in scores if score.error is not None]
        if not errors:
            return french(text)
        numbers = [answer for answer in self.answers if isinstance(answer, float)]
        above, below = sum(error > 0 for error in errors), sum(error < 0 for error in errors)
        middle = shown(self.bet, float(round(statistics.median(numbers), 1)))
        return french(f"{text} {above} au-dessus, {below} au-dessous ; au milieu, {middle}.")

    @property
    def bars(self) -> list[tuple[str, int, float, bool]]:
        """Of each choice, or order: its text, how many took it, their share, whether it is true."""
        if self.bet.number is not None:
            return []
        counts = Counter(self.answers)
        truth = truth_of(self.bet)
        known: Iterable[Answer] = (choice.id for choice in self.bet.choices)
        if self.bet.ordered:
            often = [order for order, _ in counts.most_common(MOST_ORDERS)]
            known = often if truth in often else [*often, truth]
        total = max(len(self.answers), 1)
        return [
            (shown(self.bet, one), counts[one], counts[one] / total, one == truth) for one in known
        ]

    @property
    def strip(self) -> dict[str, Any] | None:
        """The dots of a number's bets above their axis; None for another kind."""
        scale = self.bet.number
        values = [answer for answer in self.answers if isinstance(answer, float)]
        return _strip(self.bet, scale, values) if scale is not None and values else None


def _strip(bet: Bet, scale: BetNumber, values: Sequence[float]) -> dict[str, Any]:
    top = min(max(*values, FEWEST_TIMES * scale.truth), MOST_TIMES * scale.truth)

    def place(value: float) -> float:
        return round(WIDTH * min(max(value / top, 0), 1), 1)

    heights: Counter[int] = Counter()
    dots = []
    for value in sorted(values):
        column = min(int(place(value) / WIDTH * COLUMNS), COLUMNS - 1)
        heights[column] += 1
        dots.append(((column + 0.5) * WIDTH / COLUMNS, heights[column]))
    height = DOT * (max(heights.values()) + 1)
    beyond = sum(value > top for value in values)
    return {
        "width": WIDTH,
        "height": height,
        "whole": height + AXIS,
        "radius": DOT * 0.45,
        "dots": [(round(x, 1), height - DOT * (rank - 0.5)) for x, rank in dots],
        "truth": place(scale.truth),
        "close": (place(scale.truth * (1 - scale.right)), place(scale.truth * (1 + scale.right))),
        "top": f"{shown(bet, float(round(top)))}{' et plus' if beyond else ''}",
    }


def bets_that_count(deposit: Deposit, lesson: str) -> dict[str, Answer]:
    """The bets of a deposit, by their id, as they stood when their result was shown.

    Args:
        deposit: what a learner handed in, whatever it holds.
        lesson: the name of the lesson ("03_calcul_rfm").

    >>> bets_that_count(Deposit("awa"), "00_bienvenue")
    {}
    """
    answers = latest_answers(deposit, lesson)
    kept = {bet.id: kept_bet(bet, answers).answer for bet in load_bets(lesson)}
    return {name: answer for name, answer in kept.items() if answer is not None}


def class_bets(lesson: str, learners: Sequence[Mapping[str, Answer]]) -> list[ClassBet]:
    """The bets of a class.

    Args:
        lesson: the name of the lesson.
        learners: the bets of each that count, by their id.

    Returns:
        Each bet of the lesson with what was bet.

    >>> [len(one.answers) for one in class_bets("00_bienvenue", [{}])]
    [0, 0, 0]
    """
    return [
        ClassBet(bet, tuple(one[bet.id] for one in learners if bet.id in one))
        for bet in load_bets(lesson)
    ]


def lesson_named(name: str) -> str:
    """The lesson of a number or a name.

    Raises:
        CourseError: it has no bets.

    >>> lesson_named("3"), lesson_named("03_calcul_rfm")
    ('03_calcul_rfm', '03_calcul_rfm')
    """
    for lesson in bet_lessons():
        if name in (lesson, lesson[:2], str(_rank(lesson))):
            return lesson
    known = ", ".join(str(_rank(lesson)) for lesson in bet_lessons())
    raise CourseError(f"La leçon « {name} » n’a pas de pari : choisissez parmi {known}.")


def _rank(lesson: str) -> int:
    return int(lesson.partition("_")[0])


def write_class_bets(folder: Path, lesson: str, target: Path) -> int:
    """Write the page of a class's bets.

    Args:
        folder: what the learners handed in: a folder, or Moodle's zip.
        lesson: the name of the lesson.
        target: the HTML file to write.

    Returns:
        How many learners have bet.

    Raises:
        CourseError: nothing to read there, no bet in it, or a file that cannot be written.
    """
    with Helpers() as helpers:
        every = [_read(helpers, deposit, lesson) for deposit in read_deposits(folder)]
    bettors = [bets for bets in every if bets]
    if not bettors:
        raise CourseError(
            f"Aucun pari de la leçon {_rank(lesson)} dans « {folder} » : donnez le dossier qui "
            "réunit les réponses de chaque étudiant, un dossier chacun."
        )
    page = render(
        "bets.html", lesson=_rank(lesson), learners=len(bettors), bets=class_bets(lesson, bettors)
    )
    write_bytes(target, page)
    return len(bettors)


def _read(helpers: Helpers, deposit: Deposit, lesson: str) -> dict[str, Answer]:
    """The bets of a deposit that count; none where it takes too long to read."""
    try:
        return helpers.apart(bets_that_count, READING, deposit, lesson)
    except UnfinishedError:
        return {}
