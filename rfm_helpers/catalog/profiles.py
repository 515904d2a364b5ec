"""The layouts of files that shops, tills and published data sets give (``profiles.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import (
    CATALOG,
    CatalogModel,
    Identifier,
    Pattern,
    Text,
    load_yaml,
    refusal,
)


class Statuses(CatalogModel):
    """The column of statuses, if the file has it, and those that are purchases, or are none.

    Words in small letters without accents; a status in neither list is judged by its words.
    """

    column: Text
    kept: tuple[Text, ...]
    dropped: tuple[Text, ...]


class Profile(CatalogModel):
    """One layout.

    Attributes:
        name: the shop, till or data set, and what the file holds.
        columns: the titles that reveal it: all are there, others may be.
        only: whether there are no others.
        pattern: title → what its first cells all look like.
        customer, order, date, amount: the titles of the four roles; without `order`, what a
            customer buys on one day is one order.
        amount_of, quantity, fill_down, stamps: see `clean_orders`.
        status: see there.
        guests: what stands for buyers without an account, in words.
        caution: a sentence on what the layout cannot say.
        needs: of a layout that cannot serve as it is: what to do, the end of a sentence.
    """

    name: Text
    columns: tuple[Text, ...]
    only: bool = False
    pattern: dict[Text, Pattern] = Field(default_factory=dict)
    customer: str = ""
    order: Text | None = None
    date: str = ""
    amount: str = ""
    amount_of: Literal["line", "order"] = "line"
    quantity: Text | None = None
    fill_down: bool = False
    stamps: Text | None = None
    status: Statuses | None = None
    guests: tuple[Text, ...] = ()
    caution: str = ""
    needs: str = ""

    @model_validator(mode="after")
    def _its_roles_are_titles(self) -> Self:
        roles = [self.customer, self.date, self.amount]
        named = [title for title in (*roles, self.order, self.quantity) if title]
        missing = [title for title in (*named, *self.pattern) if title not in self.columns]
        if missing:
            raise refusal("role", f"le titre « {missing[0]} » manque dans `columns`")
        if not self.needs and not all(roles):
            raise refusal("roles", "il faut `customer`, `date` et `amount`, ou `needs`")
        return self


class TitleWords(CatalogModel):
    """What a title says for a role, the likeliest first, and what speaks against it."""

    said: tuple[Text, ...]
    never: tuple[Text, ...]


class Profiles(CatalogModel):
    """The whole file; `words` by role, in the order in which columns are looked for."""

    words: dict[Identifier, TitleWords]
    profiles: dict[Identifier, Profile]


@cache
def _load() -> Profiles:
    return load_yaml(CATALOG / "profiles.yaml", Profiles)


def title_words() -> Mapping[str, TitleWords]:
    """The words of titles, by role.

    >>> "client" in title_words()["customer"].said
    True
    """
    return _load().words


def load_profiles() -> Mapping[str, Profile]:
    """Every layout by its identifier, in the order of the file.

    >>> load_profiles()["shopify"].order
    'Name'
    """
    return _load().profiles
