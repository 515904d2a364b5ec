"""Lines that may be no purchase: by their status, or by what they name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rfm_helpers.catalog.line_meanings import Words
from rfm_helpers.datasets.cells import BLANKS, Column
from rfm_helpers.datasets.meaning.facts import Facts, Finding, plain, says, tokens

FEW = 12
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


def statuses(facts: Facts) -> list[Finding]:
    """Statuses of orders that were cancelled, refunded, refused, left pending, or tests.

    A line that gives money back is no purchase anyhow.
    """
    found = []
    counted = facts.kept["cents"].to_numpy() > 0
    for name, column in facts.others.items():
        bad = _not_bought(name, column, facts.words)
        flags = facts.flags(column, bad) & counted
        if flags.any():
            kept = [
                text
                for text, dropped in zip(column.texts, bad, strict=True)
                if not dropped and text.casefold() not in BLANKS
            ]
            asked = {"status": {name: kept}}
            found.append(Finding("status", facts.places(flags), name, asked))
    return found


def _not_bought(name: str, column: Column, words: Words) -> list[bool]:
    """Which distinct cells say that a line is no purchase."""
    told = [text for text in column.texts if text.casefold() not in BLANKS]
    if says(name, words.not_bought) and not says(name, [*words.total, *words.status]):
        return _answers(column, told, words)
    if says(name, words.paid) and {plain(text) for text in told} <= {
        *words.affirmed,
        *words.denied,
    }:
        return [plain(text) in words.denied for text in column.texts]
    bad = [is_not_bought(text, words) for text in column.texts]
    known = sum(says(text, (*words.bought, *words.not_bought)) for text in told)
    listed = says(name, words.status) or (0 < len(told) <= FEW and 2 * known >= len(told))
    return bad if listed and len(told) > 0 else [False] * len(bad)


def _answers(column: Column, told: Sequence[str], words: Words) -> list[bool]:
    """The cells of a column « annulée ? », yes or no, or « annulée le », a date."""
    yes = {text for text in told if plain(text) not in words.denied}
    if all(plain(text) in words.affirmed or _DATE.fullmatch(text) for text in yes):
        return [text in yes for text in column.texts]
    return [False] * len(column.texts)


def is_not_bought(text: str, words: Words) -> bool:
    """Whether a status is one of an order that brings nothing.

    >>> from rfm_helpers.catalog.line_meanings import load_line_meanings
    >>> words = load_line_meanings().words
    >>> is_not_bought("wc-cancelled", words), is_not_bought("Partially refunded", words)
    (True, False)
    """
    said = set(tokens(text))
    if said & set(words.still_bought):
        return False
    return bool(said & set(words.not_bought)) or says(text, words.unpaid)


def not_articles(facts: Facts) -> list[Finding]:
    """Shipping, coupons and fees among the articles."""
    found = []
    for name, column in facts.named(facts.words.article):
        told = [_is_no_article(text, facts.words.not_articles) for text in column.texts]
        flags = facts.flags(column, told)
        if flags.any() and not flags.all():
            values = [text for text, one in zip(column.texts, told, strict=True) if one]
            asked = {"without": {name: values}}
            found.append(Finding("not_articles", facts.places(flags), name, asked))
    return found[:1]


def _is_no_article(text: str, words: Sequence[str]) -> bool:
    said = plain(text)
    return said in words or any(said.startswith(f"{word} ") for word in words if len(word) > 5)
