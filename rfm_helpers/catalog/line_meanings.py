"""What the lines of a file may mean: words that tell, and what to say (``line_meanings.yaml``)."""

from __future__ import annotations

from functools import cache

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml


class Words(CatalogModel):
    """Words in small letters without accents, French and English."""

    quantity: tuple[Text, ...]
    price: tuple[Text, ...]
    total: tuple[Text, ...]
    status: tuple[Text, ...]
    not_bought: tuple[Text, ...]
    still_bought: tuple[Text, ...]
    bought: tuple[Text, ...]
    paid: tuple[Text, ...]
    unpaid: tuple[Text, ...]
    affirmed: tuple[Text, ...]
    denied: tuple[Text, ...]
    currency: tuple[Text, ...]
    currencies: tuple[Text, ...]
    guests: tuple[Text, ...]
    customer: tuple[Text, ...]
    article: tuple[Text, ...]
    not_articles: tuple[Text, ...]


class Meaning(CatalogModel):
    """What to say of one kind: its name, what it changes in R, F or M, what settles it.

    `remedy` may name `{column}`, `{code}` (what to write) and `{kept}`.
    """

    name: Text
    effect: Text
    remedy: Text


class LineMeanings(CatalogModel):
    """All that the log may ask of lines."""

    words: Words
    meanings: dict[Identifier, Meaning]


@cache
def load_line_meanings() -> LineMeanings:
    """The words and sentences of ``line_meanings.yaml``.

    >>> "guests" in load_line_meanings().meanings
    True
    """
    return load_yaml(CATALOG / "line_meanings.yaml", LineMeanings)
