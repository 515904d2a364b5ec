"""Cleaning a file of orders, with a log of everything that was found, repaired or set aside."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from rfm_helpers.datasets.cells import Column
from rfm_helpers.datasets.choices import Choices, Values, check_choices
from rfm_helpers.datasets.defects import SET_ASIDE
from rfm_helpers.datasets.lines import Lines, order_facts, read_raw
from rfm_helpers.datasets.meaning import Meanings, meaning_table
from rfm_helpers.datasets.meaning.facts import Facts
from rfm_helpers.datasets.profiles import known_layout, settled
from rfm_helpers.datasets.quality_log import QualityLog, log_table
from rfm_helpers.datasets.remarks import Reading, Remark, reading_of
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.words import as_written, french
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import OrderColumns, check_columns, check_names, check_zone

CLIENT, ORDER, DATE, AMOUNT = "client_id", "commande_id", "date_achat", "montant"
#: What a column is called that has the name of identifiers and was not chosen for them.
OTHER_IDS = {CLIENT: f"{CLIENT}_fichier", ORDER: f"{ORDER}_fichier"}
LINE, SHEET, REASON = "ligne_fichier", "feuille", "motif_mise_de_cote"
FEW = 1000  # lines dropped, beyond which those kept are copied
KNOWN = "mise en page reconnue"
UNREAD = "vérifiez la table, ou relisez le fichier avec read_orders."


@one_door(UNREAD)
def clean_orders(
    raw: pd.DataFrame,
    *,
    customer: str = CLIENT,
    order: str | None = ORDER,
    date: str = DATE,
    amount: str = AMOUNT,
    as_of: dt.date | str | None = None,
    timezone: str = "Europe/Paris",
    test_customers: Sequence[str] = ("TEST",),
    spellings: str = "apart",
    quantity: str | None = None,
    status: Values | None = None,
    without: Values | None = None,
    fill_down: bool | None = None,
    amount_of: str | None = None,
    stamps: str | None = None,
) -> tuple[pd.DataFrame, QualityLog]:
    """Turn a raw file of order lines into clean ones, and say what was done.

    Nothing disappears in silence: each line read is either kept or set aside for one reason, the
    first that applies in the order of `SET_ASIDE`. The order of the lines changes neither the
    counts nor the lines kept.

    - Of lines that say the same in every column, the first is kept. Lines that differ in any
      column (order number, article…) are several purchases, and kept.
    - Dates are read day first unless the file proves otherwise; see `read_dates`. A zoned time is
      converted to `timezone` before its day is taken.
    - Amounts are rounded to the cent, half away from zero; see `read_amounts`. No currency is
      converted. Returns (negative amounts) and zero amounts are kept: an order that nets to zero
      or less counts neither for recency nor for frequency (that is `rfm_table`'s rule), and the
      log says which orders and customers that concerns.
    - A file in the layout of a known shop (`catalog/profiles.yaml`) is read as that shop writes it,
      where you leave a column's name unsaid; the log says what was chosen. What you say wins:
      `status={}` keeps all statuses, `quantity=""` multiplies by none.

    Args:
        raw: one row per order line: text cells (`read_orders`, `load_raw_export`), or typed ones.
        customer, order, date, amount: names of the columns in `raw`; `order=None` if there are no
            order numbers: what a customer buys on one day is then one order.
        as_of: reference date: lines dated after it are set aside; default: none are.
        timezone: zone of the trade.
        test_customers: words that mark a test: a customer id is one if its letters, between digits
            and signs, make such a word in any case (« TEST », « C-test01 », not « CONTEST »).
        spellings: of customer ids that differ only in writing (capitals, accents, zeros in front,
            « .0 »): `"apart"` keeps several customers and counts them in the log, `"merged"`
            makes one of them.
        quantity: column of the quantities, if `amount` is the price of one: the amount of a line
            is then price × quantity.
        status: column → values kept, as in `{"Statut": ["Payé", "Livré"]}`: lines of another value
            are set aside; a blank cell says nothing.
        without: column → values set aside, as in `{"Article": ["Frais de port"]}`.
        fill_down: whether lines whose order fields are blank take them from the line above;
            default: no.
        amount_of: what the amount is of: `"line"` (the default), or `"order"` where each line
            repeats the total of its order, which is then counted once.
        stamps: zone in which times that name none were written, if it is not `timezone`; a column
            of days alone stays as it is.

    Returns:
        The clean lines and the log. The lines: `client_id` and `commande_id` (text),
        `date_achat` (datetime64, local calendar day), `montant` (float, euros, exact to the
        cent), then the other columns as they were; index 0, 1, 2… A column named `client_id` or
        `commande_id` that was not chosen as such ends in `_fichier`.

    Raises:
        CourseError: if `raw` is no pandas table or is empty, a column is missing or has a name
            that the result needs, or `as_of` or `timezone` does not exist.

    Example:
        >>> raw = pd.DataFrame({
        ...     "client_id": ["A", "A", "B"], "commande_id": ["1", "1", "2"],
        ...     "date_achat": ["31/12/2025", "31/12/2025", "30/02/2025"],
        ...     "montant": ["1 250,50", "1 250,50", "40"],
        ... })
        >>> clean, log = clean_orders(raw)
        >>> clean
          client_id commande_id date_achat  montant
        0         A           1 2025-12-31   1250.5
        >>> log.table[["defaut", "mises_de_cote"]].head(2)
                    defaut  mises_de_cote
        0  date impossible              1
        1  ligne en double              1
    """
    _check_table(raw)
    roles = {"customer": customer, "order": order, "date": date, "amount": amount}
    asked: dict[str, Any] = {"quantity": quantity, "status": status, "without": without}
    asked |= {"fill_down": fill_down, "amount_of": amount_of, "stamps": stamps}
    layout = known_layout(raw, roles)
    told = settled(raw, roles | asked, layout)
    columns = OrderColumns(**{role: told[role] for role in roles}, timezone=timezone)
    choices = Choices(**{name: told[name] for name in asked})
    _check_input(raw, columns, spellings)
    check_choices(raw.columns, columns, choices)
    day = None if as_of is None else as_day(as_of)
    reading = reading_of(raw)
    if layout:
        reading = reading.saying(remark=Remark(KNOWN, len(raw), french(layout.report)))
    raw = raw.reset_index(drop=True)
    lines = read_raw(raw, columns, day, test_customers, spellings == "merged", choices)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        aside, lost = pool.submit(_set_aside, raw, reading, lines), pool.submit(_lost, lines.table)
        kept = order_facts(lines.table)
        table = pool.submit(log_table, raw, columns, choices, reading, lines, kept)
        clean = _clean_lines(raw, lines, kept)
    facts = Facts(raw, columns, choices, lines, kept, dt.date.today())

    @one_door(UNREAD)
    def look() -> Meanings:
        return meaning_table(facts, reading)

    log = QualityLog(
        table=table.result(),
        set_aside=aside.result(),
        lines_in=len(raw),
        lines_out=len(kept),
        customers_lost=lost.result(),
        period=_period(kept),
        _look=look,
    )
    return clean, log


def _period(kept: pd.DataFrame) -> tuple[dt.date, dt.date] | None:
    days = kept["day"]
    return None if days.empty else (days.min().date(), days.max().date())


def _check_table(raw: object) -> None:
    if hasattr(raw, "to_pandas"):
        code = as_written("table = table.to_pandas()")
        raise CourseError(
            "clean_orders attend une table pandas, et celle-ci vient d'un autre outil : écrivez "
            f"d'abord {code}."
        )
    if not isinstance(raw, pd.DataFrame):
        raise CourseError(
            f"clean_orders attend une table pandas, non un objet de type "
            f"« {as_written(type(raw).__name__)} » : lisez d'abord votre fichier avec read_orders."
        )
    check_names(raw.columns)


def _check_input(raw: pd.DataFrame, columns: OrderColumns, spellings: str) -> None:
    check_columns(raw.columns, columns.roles)
    if raw.empty:
        raise CourseError(
            "La table ne contient aucune ligne : vérifiez le fichier d'où elle vient."
        )
    taken = [
        name
        for name in OrderColumns().names
        if name in raw.columns
        and name not in columns.names
        and OTHER_IDS.get(name, name) in raw.columns
    ]
    if taken:
        raise CourseError(
            f"La colonne « {as_written(taken[0])} » existe déjà, et ce nom est celui d'une colonne "
            "du résultat : renommez-la, ou indiquez que c'est elle qu'il faut lire."
        )
    if spellings not in ("apart", "merged"):
        raise CourseError(
            f'spellings ne peut valoir « {as_written(spellings)} » : écrivez "apart" ou "merged".'
        )
    check_zone(columns.timezone)


def _clean_lines(raw: pd.DataFrame, lines: Lines, kept: pd.DataFrame) -> pd.DataFrame:
    flags = lines.table["reason"].to_numpy() < 0
    others = {OTHER_IDS.get(name, name): name for name in lines.others}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clients = pool.submit(_texts, lines.customers, kept["customer"].to_numpy())
        orders = pool.submit(_texts, lines.orders, kept["order"].to_numpy())
        taken = {
            title: pool.submit(_taken, raw[name], lines.others[name], flags)
            for title, name in others.items()
        }
    clean = {
        CLIENT: clients.result(),
        ORDER: orders.result(),
        DATE: kept["day"].to_numpy(),
        AMOUNT: kept["cents"].to_numpy() / 100,
    }
    clean |= {title: cells.result() for title, cells in taken.items()}
    return pd.DataFrame(clean, copy=False)


def _texts(texts: Sequence[str] | pl.Series, places: np.ndarray) -> pd.Series:
    distinct = pa.array(texts, type=pa.large_string())
    return pd.Series(pd.array(distinct.take(pa.array(places)), dtype="str"))


def _taken(cells: pd.Series, column: Column, kept: np.ndarray) -> Any:
    """The lines kept of another column; its texts without stray spaces."""
    if isinstance(cells.dtype, pd.StringDtype) and not cells.hasnans:
        if column.spaced.any():
            return _texts(column.texts, column.places[kept])
        return cells if kept.all() else _shared(cells, kept)
    if cells.dtype == object or isinstance(cells.dtype, pd.StringDtype):
        texts = pd.Series(list(column.said), dtype=object).take(column.places)
        texts = texts.set_axis(cells.index)
        cells = texts.where(cells.notna(), cells).astype(cells.dtype)
    return cells if kept.all() else cells[kept].reset_index(drop=True)


def _shared(cells: pd.Series, kept: np.ndarray) -> Any:
    """The cells kept of a column of texts; where few are dropped, in the memory of the column."""
    dropped = np.flatnonzero(~kept)
    if len(dropped) > FEW:
        return cells.array[kept]
    whole = pa.chunked_array(pa.array(cells))
    spans = itertools.pairwise([-1, *dropped.tolist(), len(kept)])
    pieces = [whole.slice(start + 1, end - start - 1) for start, end in spans]
    chunks = [chunk for piece in pieces for chunk in piece.chunks if len(chunk)]
    return pd.Series(pa.chunked_array(chunks, type=whole.type), dtype="str")


def _set_aside(raw: pd.DataFrame, reading: Reading, lines: Lines) -> pd.DataFrame:
    reason = lines.table["reason"].to_numpy()
    rows = np.flatnonzero(reason >= 0)
    marked = raw.take(rows).reset_index(drop=True)
    marked.attrs.clear()
    if reading.sheets is not None:
        marked[SHEET] = reading.sheets[rows]
    marked[LINE] = reading.lines[rows]
    names = [SET_ASIDE[place].name for place in reason[rows]]
    marked[REASON] = pd.Series(names, index=marked.index, dtype="str")
    return marked


def _lost(table: pd.DataFrame) -> int:
    """Customers, tests apart, none of whose lines is kept."""
    nobody = (table["test"] | table["heading"] | table["total"]).to_numpy()
    customer, kept = table["customer"].to_numpy(), table["reason"].to_numpy() < 0
    seen = np.unique(customer[~kept & ~nobody & (customer >= 0)])
    size = int(customer.max(initial=-1)) + 1
    return int((np.bincount(customer[kept], minlength=size)[seen] == 0).sum())
