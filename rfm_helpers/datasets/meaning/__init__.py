"""What the lines of a file seem to say: small detectors, each of which speaks or stays silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from rfm_helpers.catalog.line_meanings import load_line_meanings
from rfm_helpers.datasets.cells import cell_text
from rfm_helpers.datasets.meaning import amounts, dates, kinds, orders, people
from rfm_helpers.datasets.meaning.facts import Facts, Finding
from rfm_helpers.datasets.remarks import EXAMPLES, Reading
from rfm_helpers.french.words import as_written, french

#: The columns of the table, and how they are shown.
MEANING_TITLES = {
    "constat": "Ce que vos lignes semblent dire",
    "lignes": "Lignes",
    "effet": "Ce que cela change",
    "remede": "Ce qui le règle",
    "exemples": "Exemples",
}
#: One row per thing that the lines seem to say, and for each the arguments that settle it.
Meanings = tuple[pd.DataFrame, Sequence[Mapping[str, Any]]]
DETECTORS: Sequence[Callable[[Facts], list[Finding]]] = (
    amounts.same_total,
    amounts.unit_price,
    amounts.currencies,
    orders.continued_lines,
    kinds.statuses,
    kinds.not_articles,
    people.guests,
    people.emails,
    orders.shared_orders,
    orders.long_orders,
    orders.credit_notes,
    dates.after_today,
    dates.lone_dates,
)


def meaning_table(facts: Facts, reading: Reading) -> Meanings:
    """One row per thing that the lines seem to say: see `QualityLog.meanings`, and its remedy.

    Args:
        facts: the file.
        reading: how it was read.
    """
    found = [finding for detector in DETECTORS for finding in detector(facts)]
    rows = [_row(finding, facts, reading) for finding in found]
    advice = tuple(finding.asked for finding in found)
    return pd.DataFrame(rows, columns=list(MEANING_TITLES)), advice


def _row(finding: Finding, facts: Facts, reading: Reading) -> list[object]:
    meaning = load_line_meanings().meanings[finding.kind]
    cells = facts.raw[finding.shown]
    cases = [
        f"{reading.where(place)} : « {as_written(cell_text(cells.iloc[place]))} »"
        for place in finding.places[:EXAMPLES].tolist()
    ]
    told = {
        "column": as_written(facts.columns.amount),
        "code": as_written(facts.code(finding.asked)),
        "kept": as_written(finding.kept),
    }
    texts = [text.format(**told) for text in (meaning.effect, meaning.remedy)]
    return [meaning.name, len(finding.places), *map(french, [*texts, " ; ".join(cases)])]
