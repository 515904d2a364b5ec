"""The working lines of cleaning: what each cell says, and what speaks against a line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from rfm_helpers.datasets import cells as read
from rfm_helpers.datasets.choices import (
    Choices,
    fill_blanks,
    listed_values,
    multiply,
    other_values,
)
from rfm_helpers.datasets.dates import MISSING, UNREADABLE
from rfm_helpers.datasets.defects import SET_ASIDE
from rfm_helpers.datasets.stamps import told_in
from rfm_helpers.tables.columns import OrderColumns

_DATE_FLAGS = ("ambiguous", "day_only", "month_only", "month_first", "zoned", "shifted")
_AMOUNT_FLAGS = (
    *("blank", "comma", "spaced_out", "grouped", "unsure"),
    *("finer", "euro_sign", "foreign", "tax", "power"),
)


class Lines(NamedTuple):
    """The lines of a file, as cleaning sees them.

    Attributes:
        table: one row per line: `customer` and `order` (the places of their texts in `customers`
            and `orders`, -1 if missing), `instant`, `day`, `way` (the place in `ways`), `cents`,
            `rest` (the same number for lines that agree in all other columns), a boolean for each
            rule, `reason` (the place in `SET_ASIDE` of the first rule that speaks against the
            line, -1 if none).
        customers, orders: texts.
        ways: how dates are written.
        others: the other columns.
        cells: the columns that play a role, by name.
    """

    table: pd.DataFrame
    customers: list[str]
    orders: list[str]
    ways: list[str]
    others: Mapping[str, read.Column]
    cells: Mapping[str, read.Column]


def read_raw(
    raw: pd.DataFrame,
    columns: OrderColumns,
    as_of: dt.date | None,
    test_words: Sequence[str],
    merged: bool,
    choices: Choices,
) -> Lines:
    """Read all cells of a file of order lines.

    Args:
        raw: the lines.
        columns: how they are read.
        as_of, test_words: see `clean_orders`.
        merged: whether customer ids that differ only in writing are one customer.
        choices: what the reader settles of the lines.
    """
    filled: Any = False
    if choices.fill_down:
        raw, filled = fill_blanks(raw, columns)
    dates, date_facts = read.distinct_dates(raw[columns.date], columns.timezone)
    if choices.stamps is not None:
        date_facts = told_in(date_facts, choices.stamps, columns.timezone)
    amounts, amount_facts = read.distinct_amounts(raw[columns.amount])
    rest = [name for name in map(str, raw) if name not in columns.names]
    ids = [name for name in (columns.customer, columns.order) if name is not None]
    others = read.distinct_columns(raw, [*ids, *rest])
    four = {name: others.pop(name) for name in ids}
    clients = four[columns.customer]
    customer, customers, names = _ids(clients, merged)
    way, ways = pd.factorize(date_facts["writing"])
    facts = date_facts.assign(
        way=way.astype("int16"),
        day=date_facts["instant"].dt.normalize(),
        no_date=date_facts["writing"] == MISSING,
        unreadable_date=date_facts["writing"] == UNREADABLE,
    )
    facts["impossible_date"] = facts["day"].isna() & ~facts["no_date"] & ~facts["unreadable_date"]
    facts["future"] = False if as_of is None else facts["day"] > pd.Timestamp(as_of)
    if columns.order is None:
        order, order_texts = _days(customer, customers, dates.take(facts["day"]))
    else:
        order, order_texts, _ = _ids(four[columns.order])
    cents = amount_facts["cents"]
    amount_facts["unreadable_amount"] = cents.isna() & ~amount_facts["blank"]
    found: dict[str, Any] = {
        "customer": customer,
        "order": order,
        "cents": amounts.take(cents.fillna(0).astype("int64")),
        **{
            name: dates.take(facts[name])
            for name in ("instant", "day", "way", "no_date", "unreadable_date", "impossible_date")
        },
        **{name: dates.take(facts[name]) for name in ("future", *_DATE_FLAGS)},
        **{name: amounts.take(amount_facts[name]) for name in _AMOUNT_FLAGS},
        "unreadable_amount": amounts.take(amount_facts["unreadable_amount"]),
    }
    found |= {"no_customer": customer < 0, "by_day": columns.order is None, "filled": filled}
    found["no_order"] = False if columns.order is None else order < 0
    found |= _on_customers(clients, names, customers, customer, test_words, merged)
    four |= {columns.date: dates, columns.amount: amounts}
    found |= _asked(four | others, columns, choices, found["cents"])
    found["error"] = _any(four.values(), read.is_error)
    found["spaced"] = False
    for name in ids:
        found["spaced"] = found["spaced"] | _is_spaced(four[name])
    found["heading"] = _headings(four)
    found["total"] = _totals([*(four[name] for name in ids), *others.values()], found)
    found["rest"] = _numbered(others, len(raw))
    table = pd.DataFrame(found, index=pd.RangeIndex(len(raw)), copy=False)
    table["copy"] = table["total_again"] = False
    table["copy"] = _copies(table)
    if choices.amount_of == "order":
        table["total_again"] = _later_lines(table)
        table["blank"] &= ~table["total_again"]
    table["reason"] = _reasons(table)
    return Lines(table, customers, order_texts, list(ways), others, four)


def _asked(
    cells: Mapping[str, read.Column], columns: OrderColumns, choices: Choices, cents: np.ndarray
) -> dict[str, Any]:
    """What the reader's choices say of each line."""
    asked = {
        "cents": cents,
        "no_quantity": False,
        "multiplied": choices.quantity is not None,
        "other_status": other_values(cells, choices.status),
        "left_out": listed_values(cells, choices.without),
    }
    if choices.quantity is not None:
        prices, quantities = cells[columns.amount], cells[choices.quantity]
        asked["cents"], asked["no_quantity"] = multiply(prices, quantities)
    return asked


def _days(
    customer: np.ndarray, customers: Sequence[str], days: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """One order for each customer and day: its place for each line, and its name."""
    known = (customer >= 0) & ~pd.isna(days)
    keys = pd.DataFrame({"customer": customer[known], "day": days[known]})
    groups = keys.groupby(["customer", "day"], sort=False)
    order = np.full(len(customer), -1, dtype="int32")
    order[known] = groups.ngroup()
    names = keys.drop_duplicates()
    texts = zip(names["customer"], names["day"].dt.strftime("%Y-%m-%d"), strict=True)
    return order, [f"{customers[place]} {day}" for place, day in texts]


def _later_lines(table: pd.DataFrame) -> np.ndarray:
    """The lines of an order beside the first that tells its total, if nothing else speaks of them.

    Such a line may have no amount of its own.
    """
    rows = np.flatnonzero(_reasons(table.assign(blank=False)) < 0)
    keys = pd.MultiIndex.from_frame(table.iloc[rows][["customer", "order"]])
    empty = table["blank"].to_numpy()[rows]
    first = np.zeros(len(rows), dtype=bool)
    first[~empty] = ~keys[~empty].duplicated()
    later = np.zeros(len(table), dtype=bool)
    later[rows[~first & keys.isin(keys[first])]] = True
    return later


def _ids(
    column: read.Column, merge: bool = False
) -> tuple[np.ndarray, list[str], list[str | None]]:
    """For each line the place of its identifier among the distinct ones; these; each cell's own."""
    names = [read.identifier(text) for text in column.texts]
    kept = names
    if merge:
        first = {read.spelling(name): name for name in sorted(filter(None, names), reverse=True)}
        kept = [first[read.spelling(name)] if name else None for name in names]
    codes, texts = pd.factorize(np.array(kept, dtype=object))
    return column.take(codes.astype("int32")), list(texts), names


def _on_customers(
    column: read.Column,
    names: Sequence[str | None],
    customers: Sequence[str],
    places: np.ndarray,
    test_words: Sequence[str],
    merged: bool,
) -> dict[str, np.ndarray]:
    """What the identifiers of customers show: tests, writings of one another, lost digits."""
    codes, _ = pd.factorize(
        np.array([read.spelling(name) if name else None for name in names], dtype=object)
    )
    own = pd.factorize(np.array(names, dtype=object))[0].astype("int32")
    written = pd.Series(own).groupby(codes).transform("nunique").to_numpy() > 1
    written &= codes >= 0
    nothing = np.zeros(len(places), dtype=bool)
    spelled, tests = column.take(written), _are_tests(customers, test_words)
    return {
        "spelling": column.take(codes.astype("int32") * written),
        "name": column.take(own * written),
        "spelled": nothing if merged else spelled,
        "merged": spelled if merged else nothing,
        "shortened": column.take([bool(name and read.is_power(name)) for name in names]),
        "test": np.append(tests, False)[places] if tests.any() else nothing,
    }


def _are_tests(clients: Sequence[str], words: Sequence[str]) -> np.ndarray:
    wanted = {word.casefold() for word in words}
    return np.array(
        [bool(wanted & set(re.findall(r"[^\W\d_]+", client.casefold()))) for client in clients],
        dtype=bool,
    )


def _any(columns: Iterable[read.Column], says: Callable[[str], bool]) -> Any:
    """The lines where the text of one of these columns says so."""
    flags: Any = False
    for column in columns:
        told = [says(text) for text in column.texts]
        if any(told):
            flags = flags | column.take(told)
    return flags


def _is_spaced(column: read.Column) -> Any:
    """The lines whose cell has stray spaces around what it says."""
    told = [
        isinstance(cell, str) and cell != text and text.casefold() not in read.BLANKS
        for cell, text in zip(column.cells, column.texts, strict=True)
    ]
    return column.take(told) if any(told) else False


def _headings(columns: Mapping[str, read.Column]) -> Any:
    """The lines that repeat the titles."""
    if not all(name.strip() in column.texts for name, column in columns.items()):
        return False
    same = [
        column.take([text == name.strip() for text in column.texts])
        for name, column in columns.items()
    ]
    return np.all(same, axis=0)


def _totals(columns: Sequence[read.Column], found: Mapping[str, np.ndarray]) -> Any:
    """The lines that call themselves totals, asked where a date is missing."""
    if not found["no_date"].any():
        return False
    return found["no_date"] & _any(columns, read.is_total)


def _numbered(others: Mapping[str, read.Column], size: int) -> np.ndarray:
    """The same number for lines that agree in all these columns."""
    if not others:
        return np.zeros(size, dtype="uint64")
    codes = {name: column.take(_alike(column)) for name, column in others.items()}
    return np.asarray(pl.DataFrame(codes).hash_rows())


def _alike(column: read.Column) -> np.ndarray:
    """The same number for cells that say the same, stray spaces apart."""
    said = [
        text if isinstance(cell, str) else cell
        for cell, text in zip(column.cells, column.texts, strict=True)
    ]
    codes = pd.factorize(np.array([*said, None], dtype=object))[0][:-1]
    return codes.astype("int32")


def _copies(table: pd.DataFrame) -> np.ndarray:
    """The lines that say the same as one before, among those that nothing speaks against."""
    sound = np.flatnonzero(_reasons(table) < 0)
    names = ("rest", "customer", "instant", "cents", "order")
    said = {name: table[name].to_numpy()[sound] for name in names}
    copies = np.zeros(len(table), dtype=bool)
    copies[sound] = repeated(said)
    return copies


def repeated(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Whether each line says the same as one before.

    Lines are compared by their hashes, then those that share one by what they say.

    >>> repeated({"a": np.array([1, 2, 1])}).tolist()
    [False, False, True]
    """
    alike = _alike_lines(columns)
    said = pd.DataFrame({name: values[alike] for name, values in columns.items()})
    flags = np.zeros(len(next(iter(columns.values()))), dtype=bool)
    flags[alike[said.duplicated().to_numpy()]] = True
    return flags


def _alike_lines(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """The places of the lines whose hash is another one's too."""
    hashes = pl.DataFrame(dict(columns)).hash_rows().to_numpy()
    ordered = np.sort(hashes)
    shared = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(shared):
        return np.empty(0, dtype="int64")
    nearest = np.minimum(np.searchsorted(shared, hashes), len(shared) - 1)
    return np.flatnonzero(shared[nearest] == hashes)


def _reasons(table: pd.DataFrame) -> np.ndarray:
    """For each line, the place of the first rule of `SET_ASIDE` that marks it; -1 if none."""
    reasons = np.full(len(table), -1, dtype="int8")
    for place, rule in reversed(list(enumerate(SET_ASIDE))):
        flags = table[rule.column].to_numpy()
        if flags.any():
            reasons[flags] = place
    return reasons


def order_facts(table: pd.DataFrame) -> pd.DataFrame:
    """The lines kept, with what only whole orders and customers show.

    Args:
        table: from `read_raw`.

    Returns:
        The lines whose `reason` is -1, with booleans: `returned`, `free`, `sent_back`,
        `worth_nothing`, `without_order`, `repeated`.
    """
    names = ["customer", "order", "day", "cents", "rest", "foreign"]
    sound = table["reason"].to_numpy() < 0
    kept = table[names] if sound.all() else table.loc[sound, names]
    cents = kept["cents"].to_numpy()
    void, with_return = _void_orders(kept[_of(kept["order"], cents <= 0)])
    facts = {
        "returned": cents < 0,
        "free": cents == 0,
        "sent_back": void & with_return,
        "worth_nothing": void & ~with_return,
    }
    marked = kept.assign(**{name: _aligned(flags, kept.index) for name, flags in facts.items()})
    void_lines = marked["sent_back"] | marked["worth_nothing"]
    theirs = void_lines[_of(kept["customer"], void_lines.to_numpy())]
    lost = theirs.groupby(kept["customer"].loc[theirs.index]).transform("all")
    marked["without_order"] = _aligned(lost, kept.index)
    marked["repeated"] = _aligned(_repeats(kept), kept.index)
    return marked


def _of(keys: pd.Series, flags: np.ndarray) -> np.ndarray:
    """All lines of the orders, or customers, that have a line flagged."""
    marked = np.zeros(int(keys.max()) + 2 if len(keys) else 1, dtype=bool)
    marked[keys.to_numpy()[flags]] = True
    return np.asarray(marked[keys.to_numpy()])


def _aligned(flags: Any, index: pd.Index) -> Any:
    return flags.reindex(index, fill_value=False) if isinstance(flags, pd.Series) else flags


def _void_orders(lines: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Orders that net to zero or less, and those among them that hold a return."""
    order = [lines["customer"], lines["order"]]
    void = lines["cents"].groupby(order).transform("sum") <= 0
    return void, (lines["cents"] < 0).groupby(order).transform("any")


def _repeats(kept: pd.DataFrame) -> pd.Series:
    """Purchases that are alike but for their order number."""
    bought = np.flatnonzero(kept["cents"].to_numpy() > 0)
    names = ("customer", "day", "cents", "rest")
    said = {name: kept[name].to_numpy()[bought] for name in names}
    alike = kept.iloc[bought[_alike_lines(said)]]
    orders = alike["order"].groupby([alike[name] for name in names])
    several: pd.Series = orders.transform("min") < orders.transform("max")
    return several
