"""Cases as content (``cases/``): a customer, a plan, a budget table and its slips."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.plans import Objective, PlannedAction, Score, Scores, Strategy, Tax, Who
from rfm_helpers.errors import CourseError

CASE_NAMES = ("marc_morel",)


class Profile(CatalogModel):
    """Who the customer of a case is."""

    name: Text
    age: int
    profession: Text
    place: Text


class Purchase(CatalogModel):
    """A purchase told in a case (``in_source``), or added by the house's files."""

    product: Text
    amount: Decimal
    in_source: bool


class CaseScores(CatalogModel):
    """The scores of a case's customer on a number of levels, and how to read each."""

    levels: int
    R: int
    F: int
    M: int
    in_source: bool
    reading: dict[Score, Text]

    @property
    def code(self) -> str:
        """The three scores as text.

        >>> load_case("marc_morel").scores[0].code
        '244'
        """
        return f"{self.R}{self.F}{self.M}"


class TableRow(CatalogModel):
    """A row of a case's budget table: the action, the amount, the customers we read behind it.

    ``up_to`` is how many customers could use what the amount offers to ``customers`` of them;
    ``rate`` is the discount (0–1) that the amount stands for, if it is one.
    """

    action: Identifier
    label: Text
    written: Text
    amount: Decimal
    customers: int = Field(ge=1)
    up_to: int | None = None
    rate: Decimal | None = None
    who: Who
    scores: Scores


class BudgetTable(CatalogModel):
    """A case's budget table as it stands, how the course reads it, and the actions left out."""

    rows: tuple[TableRow, ...] = Field(min_length=1)
    reading: Text
    tax: Tax
    tax_note: Text
    left_out: tuple[Identifier, ...]


class Slip(CatalogModel):
    """A slip of the source: what it says, why it misleads, how to put it right."""

    id: Identifier
    title: Text
    said: Text
    why: Text
    instead: Text


class Case(CatalogModel):
    """A customer's case: who he is, how to read his scores, the strategy proposed, its budget."""

    id: Identifier
    title: Text
    source: Text
    customer_id: str
    profile: Profile
    purchases: tuple[Purchase, ...] = Field(min_length=1)
    scores: tuple[CaseScores, ...] = Field(min_length=1)
    strengths: tuple[Text, ...]
    to_improve: tuple[Text, ...]
    strategy: Strategy
    measurable: Objective
    measurable_note: Text
    table: BudgetTable
    slips: tuple[Slip, ...]

    @model_validator(mode="after")
    def _every_action_once(self) -> Self:
        actions = [action.id for action in self.strategy.actions]
        budgeted = [*(row.action for row in self.table.rows), *self.table.left_out]
        if sorted(actions) != sorted(budgeted):
            raise ValueError(
                "chaque action va une fois dans `rows` ou dans `left_out`, "
                f"or on compare {sorted(actions)} et {sorted(budgeted)}"
            )
        return self

    def action(self, action_id: str) -> PlannedAction:
        """The action of that identifier.

        Raises:
            CourseError: the case has no such action.

        >>> load_case().action("soiree_privee").moves
        ('R',)
        """
        for action in self.strategy.actions:
            if action.id == action_id:
                return action
        known = ", ".join(action.id for action in self.strategy.actions)
        raise CourseError(
            f"L’action « {action_id} » n’est pas dans le cas : choisissez parmi {known}."
        )


@cache
def load_case(name: str = "marc_morel") -> Case:
    """A customer's case of the course.

    Args:
        name: ``"marc_morel"``.

    Returns:
        The case; its strategy has four sub-strategies and eight actions.

    Raises:
        CourseError: unknown name.

    >>> [len(part.actions) for part in load_case("marc_morel").strategy.sub_strategies]
    [1, 2, 2, 3]
    """
    if name not in CASE_NAMES:
        raise CourseError(
            f"Le cas « {name} » n’existe pas : choisissez parmi {', '.join(CASE_NAMES)}."
        )
    return load_yaml(CATALOG / "cases" / f"{name}.yaml", Case)
