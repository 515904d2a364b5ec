"""The log of cleaning: what was found in a file, and what was done of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.datasets.cells import cell_text
from rfm_helpers.datasets.choices import Choices
from rfm_helpers.datasets.dates import EXCEL_NUMBER
from rfm_helpers.datasets.defects import ON_LINES_KEPT, ON_LINES_READ, SET_ASIDE, Rule, date_written
from rfm_helpers.datasets.lines import Lines
from rfm_helpers.datasets.meaning import MEANING_TITLES, Meanings
from rfm_helpers.datasets.remarks import EXAMPLES, Reading, Remark
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.tables.columns import OrderColumns

#: The columns of lines that treatments look at.
TOLD = ("customer", "order", "day_only", "month_only", "month_first", "grouped")
TITLES = {
    "defaut": "Défaut",
    "lignes": "Lignes",
    "mises_de_cote": "Mises de côté",
    "traitement": "Traitement",
    "exemples": "Exemples",
}


@dataclass(frozen=True)
class QualityLog:
    """What `clean_orders` found.

    Attributes:
        table: one row per kind of defect found: `defaut` (text), `lignes` (int), of which
            `mises_de_cote` (int: all of them or none), `traitement` and `exemples` (text, at
            most three lines of the file). A line is set aside for one reason only. How cells are
            written is counted over all lines read; what the orders say (returns, repeated
            purchases…) over the lines kept.
        set_aside: the lines set aside, as they were, with `ligne_fichier` (int, the line of the
            file, its titles being line 1) and `motif_mise_de_cote` (text, a `defaut`).
        lines_in, lines_out: lines read and lines kept; the difference is `len(set_aside)`.
        customers_lost: customers, tests apart, whose every line was set aside.
        meanings: one row per thing that the lines seem to say, of which nothing was changed:
            `constat` (text), `lignes` (int), `effet` (what it changes in R, F or M), `remede`
            (what settles it) and `exemples` (at most three lines of the file).
        advice: for each row of `meanings`, the arguments of `clean_orders` that settle it; none
            where only the file itself does. Both are looked for when they are first asked for.
        period: first and last day of the lines kept, None if there are none.
    """

    table: pd.DataFrame
    set_aside: pd.DataFrame
    lines_in: int
    lines_out: int
    customers_lost: int
    period: tuple[dt.date, dt.date] | None
    _look: Callable[[], Meanings] = field(repr=False, compare=False)

    @cached_property
    def _meanings(self) -> Meanings:
        return self._look()

    @property
    def meanings(self) -> pd.DataFrame:
        """What the lines seem to say."""
        return self._meanings[0]

    @property
    def advice(self) -> Sequence[Mapping[str, Any]]:
        """The arguments that settle it."""
        return self._meanings[1]

    @property
    def summary(self) -> str:
        """The balance in plain French.

        >>> from rfm_helpers.datasets import clean_orders
        >>> raw = pd.DataFrame({"client_id": ["A", ""], "commande_id": ["1", "2"],
        ...                     "date_achat": ["31/12/2025"] * 2, "montant": ["9,5", "9,5"]})
        >>> clean_orders(raw)[1].summary.replace("\\xa0", " ")
        '2 lignes lues = 1 ligne gardée + 1 ligne mise de côté (client manquant : 1). \
Période : du 31 décembre 2025 au 31 décembre 2025.'
        """
        aside = self.table[self.table["mises_de_cote"] > 0]
        reasons = ", ".join(
            f"{name} : {number(count)}"
            for name, count in zip(aside["defaut"], aside["mises_de_cote"], strict=True)
        )
        count = self.lines_in - self.lines_out
        gone = several(count, "ligne mise de côté", "lignes mises de côté")
        kept = several(self.lines_out, "ligne gardée", "lignes gardées")
        read_ = several(self.lines_in, "ligne lue", "lignes lues")
        balance = f"{read_} = {kept} + {gone}{f' ({reasons})' if reasons else ''}."
        if self.customers_lost:
            balance += f" Sans aucune ligne gardée : {several(self.customers_lost, 'client')}."
        if self.period:
            first, last = map(long_date, self.period)
            balance += f" Période : du {first} au {last}."
        return french(balance)

    def __str__(self) -> str:
        return self.summary

    def __repr__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        counts = {name: self.table[name].map(number) for name in ("lignes", "mises_de_cote")}
        shown = self.table.assign(**counts).rename(columns=TITLES)
        with pd.option_context("display.max_colwidth", None):
            table = shown.to_html(index=False, border=0)
            meanings = self.meanings.rename(columns=MEANING_TITLES).to_html(index=False, border=0)
        asked = "" if self.meanings.empty else meanings
        return f"<p>{escape(self.summary)}</p>{table}{asked}"


def log_table(
    raw: pd.DataFrame,
    columns: OrderColumns,
    choices: Choices,
    reading: Reading,
    lines: Lines,
    kept: pd.DataFrame,
) -> pd.DataFrame:
    """One row per kind of defect found: see `QualityLog`.

    Args:
        raw: the lines as they were.
        columns: how they are read.
        choices: what the reader settled of them.
        reading: how their file was read.
        lines, kept: what `read_raw` and `order_facts` say of them.
    """
    shown = {role: raw[name] for role, name in columns.roles.items()}
    shown |= {"name": shown["customer"], "order": shown.get("order", shown["customer"])}
    asked = {"status": [*choices.status], "without": [*choices.without]}
    asked["quantity"] = [choices.quantity] if choices.quantity else []
    shown |= {role: raw[names[0]] for role, names in asked.items() if names}

    def row(
        rule: Rule, table: pd.DataFrame, flags: np.ndarray, aside: bool = False
    ) -> list[object]:
        treatment, count = rule.treatment, np.count_nonzero(flags)
        if not isinstance(treatment, str):
            told = [name for name in TOLD if name in table]
            treatment = treatment(table.loc[flags, told], table)
        cases = [
            f"{reading.where(at)} : {_quoted(cell_text(shown[rule.shown].iloc[at]))}"
            for at in _examples(rule, table, flags)
        ]
        return [rule.name, count, count * aside, french(treatment), french(" ; ".join(cases))]

    found = lines.table
    reason = found["reason"].to_numpy()
    marks = [(rule, found, reason == place, True) for place, rule in enumerate(SET_ASIDE)]
    marks += [(rule, found, flags, False) for rule, flags in _writings(lines)]
    marks += [(rule, found, found[rule.column].to_numpy(), False) for rule in ON_LINES_READ]
    marks += [(rule, kept, kept[rule.column].to_numpy(), False) for rule in ON_LINES_KEPT]
    rows = [row(*mark) for mark in marks if mark[2].any()]
    return pd.DataFrame([*rows, *map(_remarked, reading.remarks)], columns=list(TITLES))


def _examples(rule: Rule, table: pd.DataFrame, flags: np.ndarray) -> list[int]:
    """The first lines marked; where writings are compared, one line for each."""
    if not rule.compared:
        return table.index[np.flatnonzero(flags)[:EXAMPLES]].to_list()
    marked = table.loc[flags, [rule.shown, rule.compared]].drop_duplicates(rule.shown)
    return marked.sort_values(rule.compared, kind="stable").index[:EXAMPLES].to_list()


def _remarked(remark: Remark) -> list[object]:
    cases = french(" ; ".join(remark.examples))
    return [french(remark.name), remark.count, 0, french(remark.treatment), cases]


def _quoted(text: str) -> str:
    return f"« {as_written(text)} »" if text else "vide"


def _writings(lines: Lines) -> list[tuple[Rule, np.ndarray]]:
    """A rule for each way of writing dates but the commonest, which is the file's own."""
    table, ways = lines.table, lines.ways
    plain = (table["day"].notna() & ~table["zoned"]).to_numpy()
    written = table["way"].to_numpy()
    counts = dict(enumerate(np.bincount(written[plain], minlength=len(ways)).tolist()))
    told = sorted((way for way, count in counts.items() if count), key=lambda way: ways[way])
    commonest = max(told, key=lambda way: counts[way], default=None)
    always = set(written[table["month_first"].to_numpy()])
    always |= {way for way in told if ways[way] == EXCEL_NUMBER}
    return [
        (date_written(ways[way]), plain & (written == way))
        for way in told
        if way != commonest or way in always
    ]
