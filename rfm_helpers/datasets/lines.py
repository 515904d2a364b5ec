"""The working lines of cleaning: what each cell says, and what speaks against a line."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from rfm_helpers.datasets import cells as read
from rfm_helpers.datasets.amounts import AMOUNT_FLAGS
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

#: What two purchases share that are alike but for their order number.
PURCHASE = ("customer", "day", "cents", "rest")
_DATE_FLAGS = ("ambiguous", "day_only", "month_only", "month_first", "zoned", "shifted")


class Lines(NamedTuple):
    """The lines of a file, as cleaning sees them.

    Attributes:
        table: one row per line: `customer` and `order` (the places of their texts in `customers`
            and `orders`, -1 if missing), `instant`, `day`, `way` (the place in `ways`), `cents`,
            `rest` (the same number for lines that agree in all but their order and hour), `twin`
            (whether two lines do), a boolean for each rule, `reason` (the place in `SET_ASIDE` of
            the first rule that speaks against the line, -1 if none).
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
    rest = [name for name in map(str, raw) if name not in columns.names]
    ids = [name for name in (columns.customer, columns.order) if name is not None]
    (dates, date_facts), (amounts, amount_facts), others = _apart(raw, columns, [*ids, *rest])
    if choices.stamps is not None:
        date_facts = told_in(date_facts, choices.stamps, columns.timezone)
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
    unreadable = cents.is_null() & ~amount_facts["blank"]
    found: dict[str, Any] = {
        "customer": customer,
        "order": order,
        "cents": amounts.take(cents.fill_null(0)),
        **{
            name: dates.take(facts[name])
            for name in ("instant", "day", "way", "no_date", "unreadable_date", "impossible_date")
        },
        **{name: dates.take(facts[name]) for name in ("future", *_DATE_FLAGS)},
        **{name: amounts.take(amount_facts[name]) for name in AMOUNT_FLAGS},
        "unreadable_amount": amounts.take(unreadable),
    }
    found |= {"no_customer": customer < 0, "by_day": columns.order is None, "filled": filled}
    found["no_order"] = False if columns.order is None else order < 0
    four |= {columns.date: dates, columns.amount: amounts}
    found |= _asked(four | others, columns, choices, found["cents"])
    with ThreadPoolExecutor(1) as pool:
        told = [found[name] for name in PURCHASE[:-1]]
        alike = pool.submit(_alike_lines, others.values(), told)
        found |= _on_customers(clients, names, customers, customer, test_words, merged)
        found["error"] = _any(four.values(), read.is_error, "^[#Ee]")
        found["spaced"] = False
        for name in ids:
            found["spaced"] = found["spaced"] | _is_spaced(four[name])
        found["heading"] = _headings(four)
        found["total"] = _totals([*(four[name] for name in ids), *others.values()], found)
    found["rest"], found["twin"] = alike.result()
    table = pd.DataFrame(found, index=pd.RangeIndex(len(raw)), copy=False)
    table["copy"] = table["total_again"] = False
    table["copy"] = _copies(table)
    if choices.amount_of == "order":
        table["total_again"] = _later_lines(table)
        table["blank"] &= ~table["total_again"]
    table["reason"] = _reasons(table)
    return Lines(table, customers, order_texts, list(ways), others, four)


def _apart(raw: pd.DataFrame, columns: OrderColumns, names: Sequence[str]) -> tuple[Any, Any, Any]:
    """Dates, amounts and the columns named, each distinct cell once, taken side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        dates = pool.submit(read.distinct_dates, raw[columns.date], columns.timezone)
        amounts = pool.submit(read.distinct_amounts, raw[columns.amount])
        others = pool.map(read.distinct, [raw[name] for name in names])
        return dates.result(), amounts.result(), dict(zip(names, others, strict=True))


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


def _ids(column: read.Column, merge: bool = False) -> tuple[np.ndarray, list[str], pl.Series]:
    """For each line the place of its identifier among the distinct ones; these; each cell's own."""
    nothing = column.told(lambda text: read.identifier(text) is None, read.NOTHING)
    names = column.texts.clone().scatter(np.flatnonzero(nothing), None)
    kept = names
    if merge:
        both = pl.DataFrame({"name": names, "spelling": _spellings(names)})
        kept = both.select(pl.col("name").min().over("spelling")).to_series()
    codes, texts = _places(kept)
    return column.take(codes), texts, names


def _places(texts: pl.Series) -> tuple[np.ndarray, list[str]]:
    """The place of each text among the distinct ones, -1 for none; these."""
    codes, found = pd.factorize(np.array(texts.to_list(), dtype=object))
    return codes.astype("int32"), found.tolist()


def _spellings(names: pl.Series) -> pl.Series:
    likely = names.str.contains("[^a-z0-9-]|^0").arg_true()
    return names.clone().scatter(likely, list(map(read.spelling, names.gather(likely))))


def _on_customers(
    column: read.Column,
    names: pl.Series,
    customers: Sequence[str],
    places: np.ndarray,
    test_words: Sequence[str],
    merged: bool,
) -> dict[str, np.ndarray]:
    """What the identifiers of customers show: tests, writings of one another, lost digits."""
    both = pl.DataFrame({"name": names, "spelling": _spellings(names)})
    several = pl.col("name").n_unique().over("spelling") > 1
    written = both.select(several & pl.col("name").is_not_null()).to_series().to_numpy()
    nothing = np.zeros(len(places), dtype=bool)
    spelled, tests = column.take(written), _are_tests(customers, test_words)
    return {
        "spelling": column.take(_places(both["spelling"])[0] * written),
        "name": column.take(_places(names)[0] * written),
        "spelled": nothing if merged else spelled,
        "merged": spelled if merged else nothing,
        "shortened": column.take(column.told(read.is_power, r"(?i)e\+|^\d{16}")),
        "test": np.append(tests, False)[places] if tests.any() else nothing,
    }


def _are_tests(clients: Sequence[str], words: Sequence[str]) -> np.ndarray:
    wanted = {str(word).casefold() for word in ([words] if isinstance(words, str) else words)}
    folded = [client.casefold() for client in clients]
    asked = pl.Series([*wanted], dtype=pl.String)
    likely = pl.Series(folded, dtype=pl.String).str.contains_any(asked.implode()).arg_true()
    tests = np.zeros(len(clients), dtype=bool)
    words_of = [set(re.findall(r"[^\W\d_]+", folded[at])) for at in likely]
    tests[likely.to_numpy()] = [bool(wanted & spoken) for spoken in words_of]
    return tests


def _any(columns: Iterable[read.Column], says: Callable[[str], bool], likely: str) -> Any:
    """The lines where the text of one of these columns says so."""
    flags: Any = False
    for column in columns:
        told = column.told(says, likely)
        if told.any():
            flags = flags | column.take(told)
    return flags


def _is_spaced(column: read.Column) -> Any:
    """The lines whose cell has stray spaces around what it says."""
    told = column.spaced
    said = np.flatnonzero(told)
    told[said] = [not read.is_blank(column.texts[at]) for at in said.tolist()]
    return column.take(told) if told.any() else False


def _headings(columns: Mapping[str, read.Column]) -> Any:
    """The lines that repeat the titles."""
    told = [(column, (column.texts == name.strip()).to_numpy()) for name, column in columns.items()]
    if not all(same.any() for _, same in told):
        return False
    return np.all([column.take(same) for column, same in told], axis=0)


def _totals(columns: Sequence[read.Column], found: Mapping[str, np.ndarray]) -> Any:
    """The lines that call themselves totals, asked where a date is missing."""
    if not found["no_date"].any():
        return False
    return found["no_date"] & _any(columns, read.is_total, "(?i)tot")


def _alike_lines(
    others: Iterable[read.Column], facts: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The same number for lines that agree in these facts and all columns; which lines do."""
    said = [*facts, *map(_alike, others)]
    numbers = np.asarray(
        pl.DataFrame({str(at): codes for at, codes in enumerate(said)}).hash_rows()
    )
    return numbers, _have_twins(numbers)


def _alike(column: read.Column) -> np.ndarray:
    """The same number for lines whose cell says the same, stray spaces apart."""
    said = column.said
    if not isinstance(said, pl.Series):
        codes = pd.factorize(np.array([*said, None], dtype=object))[0][:-1]
        return column.take(codes.astype("int32"))
    return column.take(_places(said)[0]) if column.spaced.any() else column.places


def _have_twins(numbers: np.ndarray) -> np.ndarray:
    """The lines whose number is another one's too."""
    ordered = np.sort(numbers)
    shared = pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
    return pl.Series(numbers).is_in(shared.implode()).to_numpy()


def _copies(table: pd.DataFrame) -> np.ndarray:
    """The lines that say the same as one before, among those that nothing speaks against."""
    rows = np.flatnonzero(table["twin"].to_numpy() & (_reasons(table) < 0))
    again = table[["order", "instant", *PURCHASE]].take(rows).duplicated()
    return _placed(again, rows, len(table))


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
    rows = np.flatnonzero(table["reason"].to_numpy() < 0)
    names = [*PURCHASE, "order", "foreign", "twin"]
    kept = pd.DataFrame({name: table[name].to_numpy()[rows] for name in names}, rows, copy=False)
    cents = kept["cents"].to_numpy()
    void, with_return = _void_orders(kept)
    facts = {
        "returned": cents < 0,
        "free": cents == 0,
        "sent_back": void & with_return,
        "worth_nothing": void & ~with_return,
        "without_order": _without_order(kept["customer"].to_numpy(), void),
        "repeated": _repeats(kept),
    }
    return kept.assign(**facts)


def _of(keys: pd.Series, flags: np.ndarray) -> np.ndarray:
    """All lines of the orders, or customers, that have a line flagged."""
    marked = np.zeros(int(keys.max()) + 2 if len(keys) else 1, dtype=bool)
    marked[keys.to_numpy()[flags]] = True
    return np.asarray(marked[keys.to_numpy()])


def _placed(flags: pd.Series, rows: np.ndarray, size: int) -> np.ndarray:
    """What is known of some rows, as flags of all."""
    placed = np.zeros(size, dtype=bool)
    placed[rows] = flags.to_numpy()
    return placed


def _void_orders(kept: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Orders that net to zero or less, and those that hold a return."""
    rows = np.flatnonzero(_of(kept["order"], kept["cents"].to_numpy() <= 0))
    lines = kept[["customer", "order", "cents"]].take(rows)
    order = [lines["customer"], lines["order"]]
    void = lines["cents"].groupby(order).transform("sum") <= 0
    with_return = (lines["cents"] < 0).groupby(order).transform("any")
    return _placed(void, rows, len(kept)), _placed(with_return, rows, len(kept))


def _without_order(customer: np.ndarray, void: np.ndarray) -> np.ndarray:
    """The lines of customers who have nothing but void orders."""
    rows = np.flatnonzero(_of(pd.Series(customer), void))
    lost = pd.Series(void[rows]).groupby(customer[rows]).transform("all")
    return _placed(lost, rows, len(customer))


def _repeats(kept: pd.DataFrame) -> np.ndarray:
    """Purchases that are alike but for their order number."""
    rows = np.flatnonzero(kept["twin"].to_numpy() & (kept["cents"].to_numpy() > 0))
    alike = kept[[*PURCHASE, "order"]].take(rows)
    orders = alike.groupby(list(PURCHASE))["order"]
    return _placed(orders.transform("min") < orders.transform("max"), rows, len(kept))
