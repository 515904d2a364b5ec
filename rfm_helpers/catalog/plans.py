"""What plans are made of: strategies, their statements, actions and cost lines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from rfm_helpers.catalog.base import CatalogModel, Identifier, Text

Score = Literal["R", "F", "M"]
Direction = Literal["hausse", "légère hausse", "maintien"]
Who = Literal["invités", "présents", "utilisateurs"]
Tax = Literal["HT", "TTC"]
Reliability = Literal["élevée", "moyenne", "faible", ""]
_NOT_IN_A_CELL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def one_line(text: object) -> object:
    """A text as one cell can hold it: on one line, no control character, no space at its ends.

    >>> one_line(" Location\\nde la salle ")
    'Location de la salle'
    """
    return _NOT_IN_A_CELL.sub(" ", text).strip(" ") if isinstance(text, str) else text


Cell = Annotated[str, BeforeValidator(one_line), Field(max_length=500)]
Name = Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=200)]
Scores = Annotated[tuple[Score, ...], Field(min_length=1)]


class CostLine(CatalogModel):
    """One cost of an action: quantity × unit cost, in euros.

    ``tax`` says how ``unit_cost`` is written, ``tax_rate`` is the VAT rate (0–1). A set-up cost
    is spread over ``years``. A cost that several actions share is written once for each of them,
    as part 1 of 3, 2 of 3, 3 of 3 (``part``, ``parts``); each line holds the whole quantity and
    unit cost, and bears its part.
    """

    label: Name
    quantity: Decimal = Field(ge=0, le=1_000_000, decimal_places=3)
    unit: Cell = ""
    unit_cost: Decimal = Field(ge=0, le=10_000_000, decimal_places=2)
    tax: Tax
    tax_rate: Decimal = Field(default=Decimal("0.2"), ge=0, le=1, decimal_places=4)
    source: Cell = ""
    source_date: dt.date | None = None
    reliability: Reliability = ""
    years: int = Field(default=1, ge=1, le=30)
    part: int = Field(default=1, ge=1)
    parts: int = Field(default=1, ge=1, le=100)

    @model_validator(mode="after")
    def _part_of_parts(self) -> Self:
        if self.part > self.parts:
            raise ValueError(
                f"la part {self.part} sur {self.parts} n’existe pas, "
                "numérotez les parts de 1 au nombre de parts"
            )
        return self


class Beneficiaries(CatalogModel):
    """Who an action's cost is divided by: people invited, present, or users of what is offered."""

    who: Who
    count: int = Field(ge=1)


class PlannedAction(CatalogModel):
    """An action of a plan, with the scores it aims to move.

    ``may_move`` are scores that one may also defend; ``why`` says how the action would move them.
    """

    id: Identifier
    title: Name
    text: Text
    includes: tuple[Text, ...] = ()
    moves: Scores
    may_move: tuple[Score, ...] = ()
    why: str = ""
    beneficiaries: Beneficiaries | None = None
    lines: tuple[CostLine, ...] = ()


class Effect(CatalogModel):
    """An effect that a sub-strategy as a whole is expected to have on one score."""

    score: Score
    direction: Direction


class SubStrategy(CatalogModel):
    """A part of a strategy: its actions and the effects expected from them together."""

    id: Identifier
    title: Name
    effects: tuple[Effect, ...] = Field(min_length=1)
    effect_text: Text
    actions: tuple[PlannedAction, ...] = Field(min_length=1)


class Objective(CatalogModel):
    """An objective; measurable once indicator, its three values and date are given.

    ``indicator`` is one of `INDICATORS` (`analysis.strategy.targets`); values are in its unit:
    today's, the one that would come anyway, the one aimed at.
    """

    text: str = ""
    indicator: str = ""
    from_value: float | None = None
    anyway_value: float | None = None
    to_value: float | None = None
    by: dt.date | None = None


class Target(CatalogModel):
    """Whom a strategy addresses: the segment of a grid, or the codes matched by shell patterns.

    ``levels`` are those of the codes, where they are not those of the table at hand.
    """

    text: str = ""
    segment: str = ""
    codes: tuple[str, ...] = ()
    levels: int = 0


class Statement(CatalogModel):
    """What a strategy says: problem, objective, target segment, means. Drafts may be incomplete."""

    problem: str = ""
    objective: Objective = Objective()
    target: Target = Target()
    means: tuple[str, ...] = ()


class Strategy(CatalogModel):
    """A strategy: its statement and its sub-strategies."""

    id: Identifier
    title: Name
    statement: Statement
    sub_strategies: tuple[SubStrategy, ...] = Field(min_length=1)

    @property
    def actions(self) -> tuple[PlannedAction, ...]:
        """The actions of all sub-strategies, in order."""
        return tuple(action for part in self.sub_strategies for action in part.actions)


def _check_once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise ValueError(f"{what} « {name} » est écrit deux fois, changez l’un des deux")
        seen.add(name.casefold())


class Plan(CatalogModel):
    """A plan: its strategies. Titles name the rows of its budget, so an action's title is unique.

    Raises:
        ValidationError: two strategies, two sub-strategies of one strategy, or two actions have
            the same title.
    """

    title: Name
    strategies: tuple[Strategy, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _titles_once(self) -> Self:
        _check_once((one.title for one in self.strategies), "le titre de stratégie")
        for strategy in self.strategies:
            parts = (part.title for part in strategy.sub_strategies)
            _check_once(parts, "le titre de sous-stratégie")
        actions = (action.title for one in self.strategies for action in one.actions)
        _check_once(actions, "le titre d’action")
        return self
