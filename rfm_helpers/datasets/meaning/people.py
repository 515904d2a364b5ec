"""Customers that may be several people, and people who may be several customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rfm_helpers.datasets.cells import BLANKS, Column
from rfm_helpers.datasets.meaning.facts import Facts, Finding, plain, says
from rfm_helpers.french.words import plain_words

CROWD, CUSTOMERS = 0.05, 50
MOST = 0.8


def guests(facts: Facts) -> list[Finding]:
    """Buyers without an account, under one identifier."""
    column = facts.lines.cells[facts.columns.customer]
    told = [_is_guest(text, facts.words.guests) for text in column.texts]
    flags = facts.flags(column, told)
    if not flags.any():
        return crowd(facts)
    return [_aside(facts, "guests", column, flags)]


def _is_guest(text: str, words: tuple[str, ...]) -> bool:
    said, box = plain(text), plain(text.partition("@")[0])
    zeros = (said != "" and set(said) == {"0"}) or said == "0 0"
    return said in words or zeros or ("@" in text and box in words)


def crowd(facts: Facts) -> list[Finding]:
    """One identifier that places more than one order in twenty, among fifty customers at least."""
    pairs = facts.kept.drop_duplicates(["customer", "order"])["customer"].value_counts()
    if len(pairs) < CUSTOMERS or pairs.iloc[0] <= CROWD * pairs.sum():
        return []
    flags = (facts.kept["customer"] == pairs.index[0]).to_numpy()
    return [_aside(facts, "crowd", facts.lines.cells[facts.columns.customer], flags)]


def _aside(facts: Facts, kind: str, column: Column, flags: np.ndarray) -> Finding:
    values = column.texts.gather(pd.unique(facts.codes(column)[flags])).to_list()
    asked = {"without": {facts.columns.customer: values}}
    return Finding(kind, facts.places(flags), facts.columns.customer, asked)


def emails(facts: Facts) -> list[Finding]:
    """One e-mail for several customers, or several for one."""
    customer = facts.columns.customer
    own = facts.lines.cells[customer]
    if _are_emails(own):
        found = [
            _several("one_customer", facts, name, _keys(facts, column), _keys(facts, own))
            for name, column in facts.named(facts.words.customer)
            if not _are_emails(column) and _names_ids(name)
        ]
        return [finding for finding in found if finding]
    ids = facts.kept["customer"].to_numpy()
    found = []
    for name, column in facts.others.items():
        if _are_emails(column):
            keys = _keys(facts, column)
            found += [
                _several("one_email", facts, name, keys, ids),
                _several("many_emails", facts, name, ids, keys),
            ]
    return [finding for finding in found if finding]


def _names_ids(name: str) -> bool:
    return says(name, ["id", "no", "n", "numero", "code", "number", "ref", "reference"])


def _are_emails(column: Column) -> bool:
    told = [text for text in column.texts if text.casefold() not in BLANKS]
    return bool(told) and sum("@" in text for text in told) >= MOST * len(told)


def _keys(facts: Facts, column: Column) -> np.ndarray:
    """The same number for cells that say the same, capitals apart; -1 for blank ones."""
    said = [None if text.casefold() in BLANKS else plain_words(text) for text in column.texts]
    codes = pd.factorize(np.array([*said, None], dtype=object))[0][:-1]
    return np.asarray(codes[facts.codes(column)])


def _several(
    kind: str, facts: Facts, name: str, keys: np.ndarray, members: np.ndarray
) -> Finding | None:
    """The lines of keys that have several members; blank ones are left out."""
    known = (keys >= 0) & (members >= 0)
    groups = pd.Series(members[known]).groupby(keys[known])
    flags = np.zeros(len(keys), dtype=bool)
    flags[known] = (groups.transform("min") < groups.transform("max")).to_numpy()
    asked = {"customer": name}
    texts = [text for text in facts.others[name].texts if text.casefold() not in BLANKS]
    if len({*map(plain_words, texts)}) < len(texts):
        asked["spellings"] = "merged"
    return Finding(kind, facts.places(flags), name, asked) if flags.any() else None
