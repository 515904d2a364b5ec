"""What the reader of a file settles of its lines, and what follows for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rfm_helpers.datasets.amounts import Amount
from rfm_helpers.datasets.cells import BLANKS, Column, distinct, distinct_parts, is_total
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.columns import OrderColumns, check_zone, require_columns

Values = Mapping[str, Sequence[str]]
LARGEST_CENTS = 10**12


class Choices(NamedTuple):
    """What `clean_orders` is asked: see there."""

    quantity: str | None = None
    status: Values = MappingProxyType({})
    without: Values = MappingProxyType({})
    fill_down: bool = False
    amount_of: str = "line"
    stamps: str | None = None


#: What each choice does, in words.
DONE = {
    "quantity": "multiplier par « {value} »",
    "amount_of": "compter ce montant une fois par commande",
    "fill_down": "compléter par la ligne au-dessus",
    "order": "compter une commande par client et par jour",
    "spellings": "n’en faire qu’un client",
    "stamps": "lire les heures dans le fuseau « {value} »",
}


def choices_said(asked: Mapping[str, Any]) -> list[str]:
    """What choices do, in words.

    >>> choices_said({"quantity": "Qté", "status": {"État": ["Payé"]}})
    ['multiplier par « Qté »', 'ne garder que « Payé » de la colonne « État »']
    """
    said = []
    for argument, value in asked.items():
        if argument not in ("status", "without"):
            said.append(DONE[argument].format(value=value))
            continue
        verb = "ne garder que" if argument == "status" else "mettre de côté"
        for column, values in value.items():
            listed = ", ".join(f"« {one} »" for one in values) or "les cases vides"
            said.append(f"{verb} {listed} de la colonne « {column} »")
    return said


def merged(asked: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several choices as one: columns and their values are put together, the rest is replaced.

    >>> merged([{"without": {"a": ["x"]}}, {"without": {"a": ["y"]}, "quantity": "q"}])
    {'without': {'a': ['x', 'y']}, 'quantity': 'q'}
    """
    found: dict[str, Any] = {}
    for choice in asked:
        for argument, value in choice.items():
            if argument == "without":
                known = found.get(argument, {})
                value = known | {name: [*known.get(name, []), *new] for name, new in value.items()}
            elif argument == "status":
                value = found.get(argument, {}) | value
            found[argument] = value
    return found


def check_choices(found: pd.Index, columns: OrderColumns, choices: Choices) -> None:
    """Refuse choices that name a column or a value that there is not.

    >>> check_choices(pd.Index(["Statut"]), OrderColumns(), Choices(status={"Statut": ["payé"]}))
    """
    for argument, values in (("status", choices.status), ("without", choices.without)):
        listed = isinstance(values, Mapping) and not any(
            isinstance(kept, str) or not isinstance(kept, Iterable) for kept in values.values()
        )
        if not listed:
            raise CourseError(
                f"{argument} attend des colonnes et leurs valeurs : écrivez par exemple "
                f'{argument}={{"Statut": ["Payé"]}}.'
            )
    asked = [*choices.status, *choices.without, *filter(None, [choices.quantity])]
    require_columns(found, asked, "la table")
    if choices.quantity is not None and choices.quantity in columns.names:
        raise CourseError(
            f"La colonne « {as_written(choices.quantity)} » ne peut être aussi la quantité : "
            "choisissez une autre colonne."
        )
    if choices.stamps is not None:
        check_zone(choices.stamps, "stamps")
    if choices.amount_of not in ("line", "order"):
        raise CourseError(
            f"amount_of ne peut valoir « {as_written(choices.amount_of)} » : écrivez "
            '"line" ou "order".'
        )


# --- lines that continue the one above ----------------------------------------------------------


def blanks(column: Column) -> np.ndarray:
    """The lines whose cell says nothing.

    >>> blanks(distinct(pd.Series(["a", " "]))).tolist()
    [False, True]
    """
    return column.take([text.casefold() in BLANKS for text in column.texts])


def continued(raw: pd.DataFrame, columns: OrderColumns) -> np.ndarray:
    """The lines that continue the order of the line above.

    Their customer, order and date are all blank (and they are no total), or their order number is
    the one above.

    >>> lines = pd.DataFrame({"client_id": ["A", ""], "commande_id": ["1", ""],
    ...                       "date_achat": ["x", ""], "montant": ["5", "7"]})
    >>> continued(lines, OrderColumns()).tolist()
    [False, True]
    """
    if columns.order is None:
        return np.zeros(len(raw), dtype=bool)
    orders = distinct(raw[columns.order])
    nothing = blanks(orders)
    same = ~nothing & (orders.places == np.roll(orders.places, 1))
    alone = nothing.copy()
    for name in (columns.customer, columns.date):
        alone &= blanks(distinct(raw[name]))
    if alone.any():
        alone &= ~_all_blank_or_total(raw, alone)
    found: np.ndarray = same | alone
    found[:1] = False
    return found


def _all_blank_or_total(raw: pd.DataFrame, asked: np.ndarray) -> np.ndarray:
    """Among the lines asked, those that say nothing at all, or call themselves totals."""
    rows = np.flatnonzero(asked)
    texts = [distinct(raw[name].iloc[rows]) for name in raw]
    total = np.any([column.take(list(map(is_total, column.texts))) for column in texts], axis=0)
    flags = np.zeros(len(raw), dtype=bool)
    flags[rows] = total | np.all([blanks(column) for column in texts], axis=0)
    return flags


def order_fields(raw: pd.DataFrame, columns: OrderColumns, lines: np.ndarray) -> list[str]:
    """The columns, the amount apart, that are blank on each of these lines, and on no other.

    >>> lines = pd.DataFrame({"statut": ["payé", ""], "article": ["sac", "gants"]})
    >>> order_fields(lines, OrderColumns(), np.array([False, True]))
    ['statut']
    """
    if not lines.any():
        return []
    following = {
        name: blanks(distinct(raw[name])) for name in map(str, raw) if name != columns.amount
    }
    return [
        name for name, empty in following.items() if empty[lines].all() and not empty[~lines].any()
    ]


def fill_blanks(raw: pd.DataFrame, columns: OrderColumns) -> tuple[pd.DataFrame, np.ndarray]:
    """Give lines that continue an order what its first line says of it.

    Args:
        raw: the lines.
        columns: how they are read.

    Returns:
        The lines, and which ones were filled.

    Example:
        >>> lines = pd.DataFrame({"client_id": ["A", ""], "commande_id": ["1", ""],
        ...                       "date_achat": ["01/02/2025", ""], "montant": ["5", "7"]})
        >>> fill_blanks(lines, OrderColumns())[0]["client_id"].tolist()
        ['A', 'A']
    """
    lines = continued(raw, columns)
    first = np.maximum.accumulate(np.where(lines, 0, np.arange(len(raw))))
    keys = [name for name in (columns.customer, columns.order, columns.date) if name is not None]
    fields = [*keys, *(name for name in order_fields(raw, columns, lines) if name not in keys)]
    filled, touched = {}, np.zeros(len(raw), dtype=bool)
    for name in fields:
        empty = lines & blanks(distinct(raw[name]))
        filled[name] = raw[name].where(~empty, raw[name].iloc[first].set_axis(raw.index))
        touched |= empty
    return raw.assign(**filled), touched


# --- amounts and values -------------------------------------------------------------------------


def multiply(prices: Column, quantities: Column) -> tuple[np.ndarray, np.ndarray]:
    """Price × quantity of each line, in cents, rounded half away from zero.

    Args:
        prices, quantities: the cells.

    Returns:
        The cents of each line, and the lines whose quantity is missing or cannot be read.

    Example:
        >>> pair = distinct(pd.Series(["2,1250"])), distinct(pd.Series(["3"]))
        >>> multiply(*pair)[0].tolist()
        [638]
    """
    price, quantity = (list(map(_exact, distinct_parts(one))) for one in (prices, quantities))
    pairs = prices.places.astype("int64") * len(quantity) + quantities.places
    distinct_pairs, places = np.unique(pairs, return_inverse=True)
    cents = [
        _cents(price[pair // len(quantity)], quantity[pair % len(quantity)])
        for pair in distinct_pairs.tolist()
    ]
    unknown = quantities.take([value is None for value in quantity])
    return np.array(cents, dtype="int64")[places], unknown


def _exact(amount: Amount) -> Decimal | None:
    if amount.cents is None:
        return None
    size = Decimal(f"{amount.whole}.{amount.decimals or '0'}")
    return -size if amount.negative else size


def _cents(price: Decimal | None, quantity: Decimal | None) -> int:
    if price is None or quantity is None:
        return 0
    cents = int((price * quantity * 100).to_integral_value(ROUND_HALF_UP))
    return cents if abs(cents) < LARGEST_CENTS else 0


def other_values(columns: Mapping[str, Column], values: Values) -> np.ndarray:
    """The lines with a value that is not listed for its column; a blank cell says nothing.

    >>> column = distinct(pd.Series(["Payé", "Annulé", ""]))
    >>> other_values({"Statut": column}, {"Statut": ["Payé"]}).tolist()
    [False, True, False]
    """
    return _any_line(
        [
            columns[name].take(
                [
                    text.casefold() not in BLANKS and not _listed(text, kept)
                    for text in columns[name].texts
                ]
            )
            for name, kept in values.items()
        ]
    )


def listed_values(columns: Mapping[str, Column], values: Values) -> np.ndarray:
    """The lines with a value that is listed for its column.

    >>> column = distinct(pd.Series(["Sac", "Port"]))
    >>> listed_values({"Article": column}, {"Article": ["Port"]}).tolist()
    [False, True]
    """
    return _any_line(
        [
            columns[name].take([_listed(text, left) for text in columns[name].texts])
            for name, left in values.items()
        ]
    )


def _listed(text: str, values: Sequence[str]) -> bool:
    return text in {" ".join(str(value).split()) for value in values}


def _any_line(flags: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(np.any(flags, axis=0))
