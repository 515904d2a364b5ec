"""What detectors look at, and what they find."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rfm_helpers.catalog.line_meanings import Words, load_line_meanings
from rfm_helpers.datasets.cells import Column
from rfm_helpers.datasets.choices import Choices, merged
from rfm_helpers.datasets.lines import Lines
from rfm_helpers.french.words import plain_words, quoted
from rfm_helpers.tables.columns import OrderColumns


class Facts(NamedTuple):
    """A cleaned file: its lines as they were, what was asked, and what was read.

    `kept` has the lines kept (`customer`, `order`, `day`, `cents`), by their place in `raw`.
    """

    raw: pd.DataFrame
    columns: OrderColumns
    choices: Choices
    lines: Lines
    kept: pd.DataFrame
    today: dt.date

    @property
    def words(self) -> Words:
        """The words that tell."""
        return load_line_meanings().words

    @property
    def others(self) -> Mapping[str, Column]:
        """The columns that play no role."""
        return self.lines.others

    def named(self, words: Sequence[str]) -> list[tuple[str, Column]]:
        """The columns without a role whose name says one of these words."""
        return [(name, column) for name, column in self.others.items() if says(name, words)]

    def places(self, flags: np.ndarray) -> np.ndarray:
        """The places in the file of the lines kept that are flagged."""
        return np.asarray(self.kept.index.to_numpy()[flags])

    def codes(self, column: Column) -> np.ndarray:
        """For each line kept, the place of its cell in a column."""
        return np.asarray(column.places[self.kept.index.to_numpy()])

    def flags(self, column: Column, told: Sequence[bool]) -> np.ndarray:
        """The lines kept whose cell is one of those told."""
        return np.asarray(np.asarray(told, dtype=bool)[self.codes(column)])

    def code(self, asked: Mapping[str, Any]) -> str:
        """What to write to settle a matter, besides what already was."""
        known = {"status": self.choices.status, "without": self.choices.without}
        both = merged([known, asked])
        return ", ".join(argument(name, both[name]) for name in asked)


class Finding(NamedTuple):
    """One thing that lines seem to say.

    Attributes:
        kind: its key in `line_meanings.yaml`.
        places: the lines concerned, by their place in the file.
        shown: the column whose cells illustrate it.
        asked: the arguments that settle it.
        kept: what is kept then.
    """

    kind: str
    places: np.ndarray
    shown: str
    asked: Mapping[str, Any] = MappingProxyType({})
    kept: str = ""


def tokens(text: str) -> list[str]:
    """The words of a name or a cell, in small letters without accents.

    >>> tokens("UnitPrice"), tokens("wc-cancelled")
    (['unit', 'price'], ['wc', 'cancelled'])
    """
    parted = re.sub(r"(?<=[^\W\dA-Z_])(?=[A-Z])", " ", text).replace("’", "'")
    return re.findall(
        r"-?[^\W_]+(?:'[^\W_]+)?|[€$£]", re.sub(r"(?<=\w)-", " ", plain_words(parted))
    )


def says(text: str, words: Sequence[str]) -> bool:
    """Whether a name or a cell holds one of these words, or groups of words.

    >>> says("Qté commandée", ["qte"]), says("Prixfixe", ["prix"])
    (True, False)
    """
    spoken = f" {' '.join(tokens(text))} "
    return any(f" {word} " in spoken for word in words)


def plain(text: str) -> str:
    """A cell as its words, one space between.

    >>> plain("NOT_LOGGED-IN")
    'not logged in'
    """
    return " ".join(tokens(text))


def argument(name: str, value: Any) -> str:
    """An argument as code that can be copied.

    >>> print(argument("status", {"Statut": ["Payé"]}), argument("order", None))
    status={"Statut": ["Payé"]} order=None
    """
    if not isinstance(value, Mapping):
        return f"{name}={quoted(value) if isinstance(value, str) else value}"
    listed = ", ".join(
        f"{quoted(column)}: [{', '.join(map(quoted, kept))}]" for column, kept in value.items()
    )
    return f"{name}={{{listed}}}"
