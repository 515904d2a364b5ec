"""Checks of what is written in a field and is neither a number nor a word: a date, a list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written
from rfm_helpers.inputs import as_day
from rfm_helpers.questions.model import Kind, Outcome, Verdict

#: What people write between the elements of a list.
_BETWEEN = re.compile(r"(?:[\s,;/]+|\bet\b)+")


# --- dates ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateMistake:
    """A typical wrong day (ISO text), and what to ask about it."""

    day: str
    message: str


@dataclass(frozen=True)
class DateCheck:
    """A day, as people write it: "30/06/2025", "30 juin 2025", "2025-06-30".

    >>> check = DateCheck("2025-06-30", mistakes=(DateMistake("2025-12-31", "Toute l’année ?"),))
    >>> check("30 juin 2025").outcome.value, check("31/12/2025").message
    ('réussi', 'Toute l’année ?')
    """

    answer: str
    success: str = "C’est bien la date attendue."
    mistakes: tuple[DateMistake, ...] = ()
    otherwise: str = "Cette date est-elle celle que la question demande ?"

    @property
    def kind(self) -> Kind:
        """A date."""
        return Kind.DATE

    def __call__(self, value: object) -> Verdict:
        """The verdict on one day."""
        if not isinstance(value, str | dt.date):
            raise CourseError("Une date est attendue : écrivez par exemple 31/12/2025.")
        day = as_day(value).isoformat()
        if day == self.answer:
            return Verdict(Outcome.SUCCESS, self.success, 1.0)
        said = {mistake.day: mistake.message for mistake in self.mistakes}
        return Verdict(Outcome.REVIEW, said.get(day, self.otherwise))


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListMistake:
    """A typical wrong list, and what to ask about it."""

    elements: Collection[str]
    message: str


@dataclass(frozen=True)
class ListCheck:
    """A list of codes, numbers or ids in any order: "C-0360, C-0362", "60 et 180".

    Capitals do not matter; `pattern` is what one element looks like, and `example` a list of such.
    The share of points is that of the right elements, over the longer of the two lists.

    >>> check = ListCheck(("244", "344"), pattern="[1-5]{3}", example="111, 112")
    >>> check("344 et 244").outcome.value, check("244").share, check("244, 111").share
    ('réussi', 0.5, 0.5)
    """

    answers: Collection[str]
    pattern: str
    example: str
    success: str = "C’est bien la liste attendue."
    mistakes: tuple[ListMistake, ...] = ()
    otherwise: str = "Lesquels de ces éléments avez-vous vérifiés un par un ?"

    @property
    def kind(self) -> Kind:
        """A list."""
        return Kind.LIST

    def __call__(self, value: object) -> Verdict:
        """The verdict on one list."""
        given, right = self._read(value), {one.upper() for one in self.answers}
        if given == right:
            return Verdict(Outcome.SUCCESS, self.success, 1.0)
        share = len(given & right) / max(len(given), len(right))
        return Verdict(Outcome.REVIEW, self._why(given, right), share)

    def _why(self, given: set[str], right: set[str]) -> str:
        for mistake in self.mistakes:
            if given == {one.upper() for one in mistake.elements}:
                return mistake.message
        if given < right:
            return "Bon début : qui manque encore à cette liste ?"
        return self.otherwise

    def _read(self, value: object) -> set[str]:
        elements = _BETWEEN.split(value.strip()) if isinstance(value, str) else value
        if not isinstance(elements, list | tuple | set | frozenset):
            raise CourseError(f"Une liste est attendue : écrivez par exemple {self.example}.")
        given = {str(one).strip(): str(one).strip().upper() for one in elements}
        given.pop("", None)
        unread = [one for one, read in given.items() if not re.fullmatch(self.pattern, read)]
        if unread:
            raise CourseError(
                f"« {as_written(unread[0])} » ne se lit pas ici : écrivez par exemple "
                f"{self.example}."
            )
        return set(given.values())
