"""The working lines of cleaning: what each cell says, and what speaks against a line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from rfm_helpers.datasets import cells as read
from rfm_helpers.datasets.dates import MISSING, UNREADABLE
from rfm_helpers.datasets.defects import SET_ASIDE
from rfm_helpers.tables.columns import OrderColumns

_TOTAL = re.compile(r"(?:grand |sous[- ]?|sub-?)?tota(?:l|ux)(?: g[ée]n[ée]ral)?\b.{0,40}", re.I)
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
        others: the other columns, their text without stray spaces.
    """

    table: pd.DataFrame
    customers: list[str]
    orders: list[str]
    ways: list[str]
    others: Mapping[str, read.Column]


def read_raw(
    raw: pd.DataFrame,
    columns: OrderColumns,
    as_of: dt.date | None,
    test_words: Sequence[str],
    merged: bool,
) -> Lines:
    """Read all cells of a file of order lines.

    Args:
        raw: the lines.
        columns: how they are read.
        as_of, test_words: see `clean_orders`.
        merged: whether customer ids that differ only in writing are one customer.
    """
    dates, date_facts = read.distinct_dates(raw[columns.date], columns.timezone)
    amounts, amount_facts = read.distinct_amounts(raw[columns.amount])
    clients, orders = read.distinct(raw[columns.customer]), read.distinct(raw[columns.order])
    customer, customers, names = _ids(clients, merged)
    order, order_texts, _ = _ids(orders)
    way, ways = pd.factorize(date_facts["writing"])
    facts = date_facts.assign(
        way=way,
        day=date_facts["instant"].dt.normalize(),
        no_date=date_facts["writing"] == MISSING,
        unreadable_date=date_facts["writing"] == UNREADABLE,
    )
    facts["impossible_date"] = facts["day"].isna() & ~facts["no_date"] & ~facts["unreadable_date"]
    facts["future"] = False if as_of is None else facts["day"] > pd.Timestamp(as_of)
    cents = amount_facts["cents"]
    amount_facts["unreadable_amount"] = cents.isna() & ~amount_facts["blank"]
    found = {
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
    found |= {"no_customer": customer < 0, "no_order": order < 0}
    found |= _on_customers(clients, names, customers, customer, test_words, merged)
    four = {columns.customer: clients, columns.order: orders}
    four |= {columns.date: dates, columns.amount: amounts}
    rest = [name for name in map(str, raw) if name not in columns.names]
    others = {name: _trimmed(read.distinct(raw[name])) for name in rest}
    found["error"] = _any(four.values(), read.is_error)
    found["spaced"] = _any([clients, orders], _is_spaced)
    found["heading"] = _headings(four)
    found["total"] = found["no_date"] & _totals([clients, orders, *others.values()], found)
    found["rest"] = _numbered(others, len(raw))
    table = pd.DataFrame(found)
    table["copy"] = _copies(table)
    table["reason"] = _reasons(table)
    return Lines(table, customers, order_texts, list(ways), others)


def _ids(
    column: read.Column, merge: bool = False
) -> tuple[np.ndarray, list[str], list[str | None]]:
    """For each line the place of its identifier among the distinct ones; these; each cell's own."""
    names = [read.identifier(cell) for cell in column.cells]
    kept = names
    if merge:
        first = {read.spelling(name): name for name in sorted(filter(None, names), reverse=True)}
        kept = [first[read.spelling(name)] if name else None for name in names]
    codes, texts = pd.factorize(np.array(kept, dtype=object))
    return column.take(codes), list(texts), names


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
    writings = (
        pd.Series(list(names), dtype=object).groupby(codes).transform("nunique").to_numpy() > 1
    )
    spelled = column.take(writings & (codes >= 0))
    nothing = np.zeros(len(places), dtype=bool)
    return {
        "spelling": column.take(codes),
        "name": column.take(pd.factorize(np.array(names, dtype=object))[0]),
        "spelled": nothing if merged else spelled,
        "merged": spelled if merged else nothing,
        "shortened": column.take([bool(name and read.is_power(name)) for name in names]),
        "test": np.append(_are_tests(customers, test_words), False)[places],
    }


def _are_tests(clients: Sequence[str], words: Sequence[str]) -> np.ndarray:
    wanted = {word.casefold() for word in words}
    return np.array(
        [bool(wanted & set(re.findall(r"[^\W\d_]+", client.casefold()))) for client in clients],
        dtype=bool,
    )


def _any(columns: Any, says: Callable[[Any], bool]) -> Any:
    """The lines where the cell of one of these columns says so."""
    flags = [column.take([says(cell) for cell in column.cells]) for column in columns]
    return np.any(flags, axis=0)


def _is_spaced(cell: object) -> bool:
    return isinstance(cell, str) and cell != read.cell_text(cell) and not read.is_blank(cell)


def _headings(columns: Mapping[str, read.Column]) -> Any:
    """The lines that repeat the titles."""
    same = [
        column.take([read.cell_text(cell) == str(name).strip() for cell in column.cells])
        for name, column in columns.items()
    ]
    return np.all(same, axis=0)


def _totals(columns: Sequence[read.Column], found: Mapping[str, np.ndarray]) -> Any:
    """The lines that call themselves totals, asked where a date is missing."""
    if not found["no_date"].any():
        return found["no_date"]
    return _any(
        columns,
        lambda cell: isinstance(cell, str) and bool(_TOTAL.fullmatch(read.cell_text(cell))),
    )


def _trimmed(column: read.Column) -> read.Column:
    texts = [read.cell_text(cell) if isinstance(cell, str) else cell for cell in column.cells]
    return column if texts == column.cells else column._replace(cells=texts, trimmed=True)


def _numbered(others: Mapping[str, read.Column], size: int) -> np.ndarray:
    """The same number for lines that agree in all these columns."""
    if not others:
        return np.zeros(size, dtype="uint64")
    codes = {
        str(at): column.take(pd.factorize(np.array([*column.cells, None], dtype=object))[0][:-1])
        for at, column in enumerate(others.values())
    }
    return np.asarray(pl.DataFrame(codes).hash_rows())


def _copies(table: pd.DataFrame) -> np.ndarray:
    """The lines that say the same as one before, among those that nothing speaks against."""
    table["copy"] = False
    sound = np.flatnonzero(_reasons(table) < 0)
    said = table[["rest", "customer", "instant", "cents", "order"]]
    copies = np.zeros(len(table), dtype=bool)
    copies[sound[repeated(said, sound)]] = True
    return copies


def repeated(table: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Whether each of these rows says the same as one of them before.

    >>> repeated(pd.DataFrame({"a": [1, 2, 1]}), np.array([0, 1, 2])).tolist()
    [False, False, True]
    """
    hashes = pl.DataFrame({name: table[name].to_numpy()[rows] for name in table}).hash_rows()
    return np.asarray(~hashes.is_first_distinct())


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
    names = ["customer", "order", "day", "cents", "rest", "foreign", "tax", "spelling", "name"]
    kept = table.loc[table["reason"].to_numpy() < 0, names]
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
    bought = kept[kept["cents"].to_numpy() > 0]
    said = bought[["customer", "day", "cents", "rest"]]
    hashes = pl.DataFrame({name: said[name].to_numpy() for name in said}).hash_rows()
    later = ~hashes.is_first_distinct()
    alike = bought[hashes.is_in(hashes.filter(later).unique().implode()).to_numpy()]
    orders = alike["order"].groupby(
        [alike["customer"], alike["day"], alike["cents"], alike["rest"]]
    )
    return orders.transform("min") < orders.transform("max")
