"""What grading says of a student: a status, a mark per question, and what the teacher must see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum

from rfm_helpers.questions.model import Outcome

#: How an answer is shown of which nothing but the number of rows is told.
TABLE = "tableau : {}"


class Aside(str):
    """A notice that the teacher alone reads."""


class Status(StrEnum):
    """What became of a student's submission; the value is the label that the teacher reads."""

    GRADED = "corrigé"
    MODIFIED = "modifié"
    MISSING = "non rendu"
    UNREADABLE = "illisible"
    WRONG = "autre devoir"
    TIMEOUT = "délai dépassé"
    MEMORY = "mémoire dépassée"
    OUTPUT = "sortie trop longue"
    CRASHED = "erreur"
    IDENTITY = "identité à vérifier"
    UNMARKED = "à corriger à la main"


@dataclass(frozen=True)
class Student:
    """A row of the class list; ``participant`` is Moodle's number for the assignment, if known.

    ``handed_in`` is when the work came, by the clock of whoever wrote the list, if it says so;
    ``extension``, the later deadline that this student was granted.
    """

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    participant: str = ""
    handed_in: dt.datetime | None = None
    extension: dt.datetime | None = None

    @property
    def full_name(self) -> str:
        """First and last name, or the id of a student who has neither.

        >>> Student("e1", "Morel", "Marc").full_name, Student("e2").full_name
        ('Marc Morel', 'e2')
        """
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class Mark:
    """The result of one automatic question.

    ``shown`` is the student's answer in a few words, ``expected`` the right one on his own data:
    for the teacher, and never on a page that the student gets.
    """

    question: str
    outcome: Outcome
    message: str
    points: float
    points_max: float
    section: str = ""
    shown: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Adjustment:
    """What changes a mark beside the questions: points more or less, and the teacher's reason."""

    title: str
    points: float
    reason: str


@dataclass(frozen=True)
class Graded:
    """One student's result: one on each row of the list, whatever was handed in.

    ``aside`` are those of the notices that the teacher alone reads, for they speak of others or ask
    him for something.

    ``texts`` holds the free answers by question; ``manual``, the teacher's points by
    ``"question/criterion"``, once given; ``adjustments``, what the teacher or the rule on late
    work adds and takes; ``seconds`` and ``peak_mb`` are those of the runs and play no part in the
    marks.
    """

    student: Student
    status: Status
    marks: tuple[Mark, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    manual: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    seconds: float = 0.0
    peak_mb: float = 0.0
    aside: tuple[str, ...] = ()

    @property
    def automatic(self) -> float:
        """Points of the automatic questions."""
        return round(fsum(mark.points for mark in self.marks), 2)

    @property
    def total(self) -> float:
        """Points so far: automatic ones, those that the teacher gave, and the adjustments."""
        return round(self.automatic + fsum(self.manual.values()) + self.adjusted, 2)

    @property
    def adjusted(self) -> float:
        """What the adjustments add to the mark, or take from it."""
        return round(fsum(one.points for one in self.adjustments), 2)

    @property
    def to_mark(self) -> int:
        """How many of the student's texts the teacher has not marked yet."""
        marked = {name.partition("/")[0] for name in self.manual}
        return sum(bool(text.strip()) for q, text in self.texts.items() if q not in marked)
