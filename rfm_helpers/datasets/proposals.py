"""Which column of a file may play a role: one whose title and whose cells both say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from rfm_helpers.catalog.line_meanings import load_line_meanings
from rfm_helpers.catalog.profiles import title_words
from rfm_helpers.datasets.cells import BLANKS, distinct, distinct_dates, distinct_parts, is_blank
from rfm_helpers.datasets.meaning.facts import plain, says
from rfm_helpers.errors import one_door
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french, several

#: The share of the cells that say something, and of these, the share that must fit.
SAMPLE, MOST = 2000, 0.8
UNREAD = "vérifiez la table."
NOTHING = "ne contient rien"
ANNOUNCED = {
    "date": "une date",
    "amount": "un montant",
    "customer": "un client",
    "order": "une commande",
}


class Proposal(NamedTuple):
    """A column for a role, and why."""

    column: str
    why: str


@one_door(UNREAD)
def propose_columns(table: pd.DataFrame) -> dict[str, Proposal]:
    """For each role the column for which title and cells speak, if there is one.

    Args:
        table: the lines, as they were read.

    Returns:
        Role (`date`, `amount`, `customer`, `order`) → proposal; no column has two roles.

    Example:
        >>> table = pd.DataFrame({"N° client": ["A"], "Date": ["31/12/2025"], "Prix": ["sac"]})
        >>> {role: one.column for role, one in propose_columns(table).items()}
        {'date': 'Date', 'customer': 'N° client'}
    """
    places = np.unique(np.linspace(0, len(table) - 1, min(SAMPLE, len(table)), dtype="int64"))
    sample = table.iloc[places]
    found: dict[str, Proposal] = {}
    for role, words in title_words().items():
        taken = {one.column for one in found.values()}
        free = [name for name in map(str, table) if name not in taken]
        named = [name for name in free if not says(name, words.never)]
        for word in words.said:
            fits = [n for n in named if says(n, [word]) and FITS[role](sample[n])]
            if fits:
                best = min(fits, key=lambda name: len(plain(name)))
                why = f"son titre annonce {ANNOUNCED[role]}, et elle {described(table[best], role)}"
                found[role] = Proposal(best, french(why))
                break
    return found


@one_door(UNREAD)
def described(cells: pd.Series, role: str) -> str:
    """What a column holds, for who thinks of giving it a role.

    >>> described(pd.Series(["31/12/2023", "01/02/2025"]), "date")
    'contient des dates, de 2023 à 2025'
    >>> described(pd.Series(["sac", "gants"]), "amount")
    'contient du texte, qui ne se lit pas comme un montant'
    """
    return french(DESCRIBED[role](cells))


# --- what cells say -----------------------------------------------------------------------------


def _shares(cells: pd.Series, fits: Callable[[pd.Series], np.ndarray]) -> float:
    """Of the cells that say something, the share that fits."""
    told = cells[[not is_blank(cell) for cell in cells]]
    return float(fits(told).mean()) if len(told) else 0.0


def _are_dates(cells: pd.Series) -> np.ndarray:
    column, dates = distinct_dates(cells, "UTC")
    return column.take(dates["instant"].notna())


def _are_amounts(cells: pd.Series) -> np.ndarray:
    column = distinct(cells)
    return column.take([part.cents is not None for part in distinct_parts(column)])


def _are_money(cells: pd.Series) -> np.ndarray:
    column = distinct(cells)
    return column.take([len(part.decimals) == 2 for part in distinct_parts(column)])


def _are_days_written(cells: pd.Series) -> np.ndarray:
    """Dates that are no mere numbers, as identifiers are."""
    return np.asarray(_are_dates(cells) & ~_are_amounts(cells))


def _are_ids(cells: pd.Series) -> bool:
    return (
        any(not is_blank(cell) for cell in cells)
        and _shares(cells, _are_days_written) < MOST
        and _shares(cells, _are_money) < MOST
    )


def _are_customers(cells: pd.Series) -> bool:
    words = load_line_meanings().words
    answers = {*words.affirmed, *words.denied}
    told = [text for text in distinct(cells).texts if text.casefold() not in BLANKS]
    return _are_ids(cells) and any(plain(text) not in answers for text in told)


FITS: Mapping[str, Callable[[pd.Series], bool]] = {
    "date": lambda cells: _shares(cells, _are_dates) >= MOST,
    "amount": lambda cells: (
        _shares(cells, _are_amounts) >= MOST and _shares(cells, _are_days_written) < MOST
    ),
    "customer": _are_customers,
    "order": _are_ids,
}


# --- and how it is told -------------------------------------------------------------------------


def _dates_described(cells: pd.Series) -> str:
    dates = distinct_dates(cells, "UTC")[1]
    years = dates["instant"].dropna().dt.year
    if _shares(cells, _are_dates) < MOST:
        return "contient du texte, qui ne se lit pas comme une date"
    first, last = int(years.min()), int(years.max())
    if first == last:
        return f"contient des dates, en {first}"
    return f"contient des dates, de {first} à {last}"


def _amounts_described(cells: pd.Series) -> str:
    cents = [part.cents for part in distinct_parts(distinct(cells)) if part.cents is not None]
    if _shares(cells, _are_amounts) < MOST:
        return "contient du texte, qui ne se lit pas comme un montant"
    low, high = (number(value / 100, 2) for value in (min(cents), max(cents)))
    if low == high:
        return f"contient un seul nombre, {low}"
    return f"contient des nombres, de {low} à {high}"


def _ids_described(cells: pd.Series) -> str:
    texts = [text for text in distinct(cells).texts if text.casefold() not in BLANKS]
    if not texts:
        return NOTHING
    kind = "adresse différente" if all("@" in text for text in texts) else "valeur différente"
    kinds = several(len(texts), kind, kind.replace(" ", "s ") + "s")
    return f"contient {kinds}, sur {several(len(cells), 'ligne')}"


DESCRIBED: Mapping[str, Callable[[pd.Series], str]] = {
    "date": _dates_described,
    "amount": _amounts_described,
    "customer": _ids_described,
    "order": _ids_described,
}
