"""Bets (``bets/``, a file per lesson): what is asked, the truth, what counts as close."""

from __future__ import annotations

from functools import cache
from typing import Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.errors import CourseError

BETS = CATALOG / "bets"


class BetNumber(CatalogModel):
    """A number to bet on: a bet is right, or near, within these shares of the truth.

    ``one`` is the unit of less than two ("jour"), where it is not ``unit``; ``most`` is the
    greatest number that makes sense, if there is one.
    """

    truth: float = Field(gt=0)
    unit: Text
    one: Text | None = None
    decimals: int = Field(default=0, ge=0, le=2)
    most: float | None = None
    right: float = Field(gt=0)
    near: float = Field(gt=0)

    @model_validator(mode="after")
    def _near_is_wider(self) -> Self:
        if self.near <= self.right:
            raise ValueError("`near` doit être plus grand que `right`")
        return self


class BetChoice(CatalogModel):
    """One of the answers offered; a number of the data in [low, high[ makes it the true one."""

    id: Identifier
    text: Text
    low: float | None = None
    high: float | None = None


class Bet(CatalogModel):
    """A bet on a number, on one of some choices, or on their order (``truth`` names them all).

    ``after`` is what the data say, read once they have spoken.
    """

    id: Identifier
    title: Text
    statement: Text
    number: BetNumber | None = None
    choices: tuple[BetChoice, ...] = ()
    truth: tuple[Identifier, ...] = ()
    after: Text

    @property
    def ordered(self) -> bool:
        """Whether the choices are to be put in order."""
        return len(self.truth) > 1

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.choices) == (self.number is not None):
            raise ValueError("un pari a soit des `choices`, soit un `number`")
        ids = [choice.id for choice in self.choices]
        if len(set(ids)) < len(ids) or len(ids) == 1:
            raise ValueError("il faut au moins deux choix, chacun avec son `id`")
        if self.choices and not self._names_choices(ids):
            raise ValueError("`truth` nomme un des choix, ou tous dans l’ordre")
        return self

    def _names_choices(self, ids: list[str]) -> bool:
        return self.truth[0] in ids if len(self.truth) == 1 else sorted(self.truth) == sorted(ids)


class BetSheet(CatalogModel):
    """The bets of a lesson, in the order in which it makes them."""

    bets: tuple[Bet, ...] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        if len({bet.id for bet in self.bets}) < len(self.bets):
            raise ValueError("deux paris ont le même `id`, changez l’un des deux")
        return self


def bet_lessons() -> list[str]:
    """The lessons that have bets, in the order of their numbers.

    >>> bet_lessons()[0]
    '00_bienvenue'
    """
    return sorted(path.stem for path in BETS.glob("*.yaml"))


@cache
def load_bets(lesson: str) -> tuple[Bet, ...]:
    """The bets of a lesson.

    Args:
        lesson: its name ("03_calcul_rfm").

    Raises:
        CourseError: no bets for such a lesson, or a file that `load_yaml` refuses.

    >>> load_bets("03_calcul_rfm")[0].number.unit
    'jours'
    """
    if lesson not in bet_lessons():
        known = ", ".join(f"« {name} »" for name in bet_lessons())
        raise CourseError(f"La leçon « {lesson} » n’a pas de pari : choisissez parmi {known}.")
    return load_yaml(BETS / f"{lesson}.yaml", BetSheet).bets


def load_bet(key: str) -> Bet:
    """One bet, by the name of its lesson and its own.

    Args:
        key: for instance "03_calcul_rfm/mediane".

    Raises:
        CourseError: no such bet.

    >>> load_bet("03_calcul_rfm/mediane").number.truth
    305.0
    """
    lesson, _, name = key.partition("/")
    for bet in load_bets(lesson):
        if bet.id == name:
            return bet
    known = ", ".join(f"« {bet.id} »" for bet in load_bets(lesson))
    raise CourseError(f"La leçon n’a pas de pari « {name} » : choisissez parmi {known}.")
