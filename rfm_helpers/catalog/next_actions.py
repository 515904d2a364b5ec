"""What to do next with a customer of each type (``next_actions.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Text, load_yaml

Moment = Literal["Recrutement", "Fidélisation", "Développement", "Reconquête"]


class NextAction(CatalogModel):
    """The action that comes next for a type, its moment, and its cost (euros, an assumption)."""

    type: Text
    moment: Moment
    action: Text
    cost: float = Field(ge=0)


class NextActions(CatalogModel):
    """The file of the next actions, the most urgent first."""

    source: Text
    actions: tuple[NextAction, ...] = Field(min_length=1)


@cache
def load_next_actions() -> tuple[NextAction, ...]:
    """The next action of each customer type that the data can tell, the most urgent first.

    >>> load_next_actions()[0].type
    'Clients mécontents'
    """
    return load_yaml(CATALOG / "next_actions.yaml", NextActions).actions
