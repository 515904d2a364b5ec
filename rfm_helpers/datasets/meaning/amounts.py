"""Amounts that may be something else: totals repeated, unit prices, several currencies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rfm_helpers.datasets.cells import BLANKS, Column, distinct_parts
from rfm_helpers.datasets.meaning.facts import Facts, Finding, plain, says

MOST = 0.8
LEAST = 2


def same_total(facts: Facts) -> list[Finding]:
    """The same amount on every line of nearly each order that has several."""
    if facts.choices.amount_of == "order":
        return []
    bought = facts.kept[facts.kept["cents"] > 0]
    amounts = bought["cents"].groupby([bought["customer"], bought["order"]])
    size, low, high = (amounts.transform(how) for how in ("size", "min", "max"))
    several = size > 1
    same = several & (low == high)
    orders = (1 / size[several]).sum()
    alike = bought.loc[same, "cents"].nunique() >= LEAST
    if not alike or (1 / size[same]).sum() < max(LEAST, MOST * orders) - 1e-9:
        return []
    places = bought.index.to_numpy()[same.to_numpy()]
    return [Finding("same_total", places, facts.columns.amount, {"amount_of": "order"})]


def unit_price(facts: Facts) -> list[Finding]:
    """A quantity beside an amount whose name, or whose values, are those of one article."""
    if facts.choices.quantity is not None:
        return []
    for name, column in facts.named(facts.words.quantity):
        counts = _counts(column)
        flags = facts.flags(column, [count not in (None, 1) for count in counts])
        if flags.any() and (_is_price(facts) or _is_constant(facts, column, counts)):
            asked = {"quantity": name}
            return [Finding("unit_price", facts.places(flags), facts.columns.amount, asked)]
    return []


def _counts(column: Column) -> list[int | None]:
    """The whole number of each distinct cell."""
    cents = [part.cents for part in distinct_parts(column)]
    return [None if one is None or one % 100 else one // 100 for one in cents]


def _is_price(facts: Facts) -> bool:
    name, words = facts.columns.amount, facts.words
    single = says(name, [word for word in words.price if word.startswith(("unit", "pu"))])
    return single or (says(name, words.price) and not says(name, words.total))


def _is_constant(facts: Facts, quantities: Column, counts: list[int | None]) -> bool:
    """Whether an article has the same amount, one bought or several."""
    several = facts.flags(quantities, [bool(count and count > 1) for count in counts])
    one = facts.flags(quantities, [count == 1 for count in counts])
    for _, column in facts.named(facts.words.article):
        codes, cents = facts.codes(column), facts.kept["cents"].to_numpy()
        by_one, by_several = (
            pd.Series(cents[flags]).groupby(codes[flags]).median() for flags in (one, several)
        )
        both = by_one.index.intersection(by_several.index)
        if len(both) > LEAST and (by_one[both] == by_several[both]).mean() >= MOST:
            return True
    return False


def currencies(facts: Facts) -> list[Finding]:
    """A column that holds several currencies."""
    found = []
    for name, column in facts.others.items():
        present = np.bincount(facts.codes(column), minlength=len(column.texts))
        told = {
            place: text
            for place, text in enumerate(column.texts)
            if present[place] and text.casefold() not in BLANKS
        }
        known = [plain(text) in facts.words.currencies for text in told.values()]
        named = says(name, facts.words.currency)
        if len(told) > 1 and (all(known) or (named and any(known))):
            first = max(told, key=lambda place: int(present[place]))
            rest = [text for place, text in told.items() if place != first]
            flags = facts.flags(column, [text in rest for text in column.texts])
            asked = {"without": {name: rest}}
            found.append(Finding("currencies", facts.places(flags), name, asked, told[first]))
    return found
