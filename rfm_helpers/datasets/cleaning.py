"""Cleaning a file of orders, with a log of everything that was found, repaired or set aside."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

import pandas as pd

from rfm_helpers.datasets import cells as read
from rfm_helpers.datasets.defects import ON_LINES_KEPT, ON_LINES_READ, SET_ASIDE, Rule, date_written
from rfm_helpers.datasets.reading import check_columns
from rfm_helpers.datasets.schemas import validate
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import OrderColumns

CLIENT, ORDER, DATE, AMOUNT = "client_id", "commande_id", "date_achat", "montant"
LINE, REASON = "ligne_fichier", "motif_mise_de_cote"
TITLES = {
    "defaut": "Défaut",
    "lignes": "Lignes",
    "mises_de_cote": "Mises de côté",
    "traitement": "Traitement",
    "exemples": "Exemples",
}
EXAMPLES = 3


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
    """

    table: pd.DataFrame
    set_aside: pd.DataFrame
    lines_in: int
    lines_out: int
    customers_lost: int

    @property
    def summary(self) -> str:
        """The balance in plain French.

        >>> raw = pd.DataFrame({"client_id": ["A", ""], "commande_id": ["1", "2"],
        ...                     "date_achat": ["31/12/2025"] * 2, "montant": ["9,5", "9,5"]})
        >>> clean_orders(raw)[1].summary.replace("\\xa0", " ")
        '2 lignes lues = 1 ligne gardée + 1 ligne mise de côté (client manquant : 1).'
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
        return f"<p>{escape(self.summary)}</p>{table}"


def clean_orders(
    raw: pd.DataFrame,
    *,
    customer: str = CLIENT,
    order: str = ORDER,
    date: str = DATE,
    amount: str = AMOUNT,
    as_of: dt.date | str | None = None,
    timezone: str = "Europe/Paris",
    test_customers: Sequence[str] = ("TEST",),
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

    Args:
        raw: one row per order line: text cells (`read_orders`, `load_raw_export`), or typed ones.
        customer, order, date, amount: names of the columns in `raw`.
        as_of: reference date: lines dated after it are set aside; default: none are.
        timezone: zone of the trade.
        test_customers: words that mark a test: a customer id is one if its letters, between digits
            and signs, make such a word in any case (« TEST », « C-test01 », not « CONTEST »).

    Returns:
        The clean lines and the log. The lines: `client_id` and `commande_id` (text),
        `date_achat` (datetime64, local calendar day), `montant` (float, euros, exact to the
        cent), then the other columns as they were; index 0, 1, 2…

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
    columns = OrderColumns(customer, order, date, amount, timezone)
    _check_input(raw, columns)
    day = None if as_of is None else as_day(as_of)
    lines = _read_lines(raw.reset_index(drop=True), columns, day, test_customers)
    kept = _with_order_facts(lines[lines[REASON].isna()])
    log = QualityLog(
        table=_log_table(lines, kept),
        set_aside=_set_aside(raw, lines),
        lines_in=len(lines),
        lines_out=len(kept),
        customers_lost=_lost(lines),
    )
    return validate(_clean_lines(raw, columns, kept), "commandes_propres"), log


def _check_input(raw: object, columns: OrderColumns) -> None:
    if not isinstance(raw, pd.DataFrame):
        raise CourseError(
            f"clean_orders attend une table pandas, non un objet de type "
            f"« {type(raw).__name__} » : lisez d'abord votre fichier avec read_orders."
        )
    check_columns(raw.columns, columns.roles)
    if raw.empty:
        raise CourseError(
            "La table ne contient aucune ligne : vérifiez le fichier d'où elle vient."
        )
    taken = [
        name for name in OrderColumns().names if name in raw.columns and name not in columns.names
    ]
    if taken:
        raise CourseError(
            f"La colonne « {taken[0]} » existe déjà, et ce nom est celui d'une colonne du "
            "résultat : renommez-la, ou indiquez que c'est elle qu'il faut lire."
        )
    try:
        ZoneInfo(columns.timezone)
    except (KeyError, ValueError, OSError):
        raise CourseError(
            f"Le fuseau « {columns.timezone} » n'existe pas : écrivez par exemple « Europe/Paris »."
        ) from None


def _read_lines(
    raw: pd.DataFrame,
    columns: OrderColumns,
    as_of: dt.date | None,
    test_customers: Sequence[str],
) -> pd.DataFrame:
    """The working lines: what each cell says, its defects as booleans, and the motive if any."""
    dates = read.read_dates(raw[columns.date], columns.timezone)
    lines = pd.concat([dates, read.read_amounts(raw[columns.amount])], axis=1)
    for role, name in columns.roles.items():
        lines[f"cell_{role}"] = raw[name]
    for role in ("customer", "order"):
        lines[role] = read.read_ids(raw[columns.roles[role]])
        lines[f"no_{role}"] = lines[role].isna()
    lines["spaced"] = _is_spaced(raw[columns.customer]) | _is_spaced(raw[columns.order])
    lines["day"] = lines["instant"].dt.normalize()
    lines["no_date"] = lines["writing"] == read.MISSING
    lines["unreadable_date"] = lines["writing"] == read.UNREADABLE
    lines["impossible_date"] = lines["day"].isna() & ~lines["no_date"] & ~lines["unreadable_date"]
    lines["future"] = False if as_of is None else lines["day"] > pd.Timestamp(as_of)
    lines["unreadable_amount"] = lines["cents"].isna() & ~lines["blank"]
    lines["test"] = _is_test(lines["customer"], test_customers)
    lines["copy"] = False
    sound = _reasons(lines).isna()
    lines["rest"] = _other_columns(raw, columns).pipe(_numbered)
    said = lines.loc[sound, ["rest", "customer", "instant", "cents", "order"]]
    lines["copy"] = said.duplicated().reindex(lines.index, fill_value=False)
    lines[REASON] = _reasons(lines)
    return lines


def _is_spaced(cells: pd.Series) -> pd.Series:
    def spaced(cell: object) -> bool:
        return isinstance(cell, str) and cell != read.cell_text(cell) and not read.is_blank(cell)

    return read.each(cells, spaced).astype(bool)


def _is_test(clients: pd.Series, words: Sequence[str]) -> pd.Series:
    wanted = {word.casefold() for word in words}
    tests = [
        client
        for client in clients.dropna().unique()
        if wanted & set(re.findall(r"[^\W\d_]+", client.casefold()))
    ]
    return clients.isin(tests)


def _other_columns(raw: pd.DataFrame, columns: OrderColumns) -> pd.DataFrame:
    """The columns that are not read, their text without stray spaces."""
    others = raw.drop(columns=columns.names)
    texts = others.select_dtypes(include=["object", "str"]).columns
    for name in texts:
        trimmed = read.each(others[name], _trimmed).where(others[name].notna())
        others[name] = trimmed.astype(others[name].dtype)
    return others


def _trimmed(cell: object) -> object:
    return read.cell_text(cell) if isinstance(cell, str) else cell


def _numbered(others: pd.DataFrame) -> pd.Series:
    """The same number for lines that agree in all these columns."""
    numbers = pd.Series(0, index=others.index)
    for name in others:
        numbers = numbers.groupby([numbers, others[name]], dropna=False, sort=False).ngroup()
    return numbers


def _reasons(lines: pd.DataFrame) -> pd.Series:
    """For each line, the first rule of `SET_ASIDE` that marks it; missing if the line is kept."""
    reasons = pd.Series(None, index=lines.index, dtype="str")
    for rule in reversed(SET_ASIDE):
        reasons = reasons.mask(lines[rule.column], rule.name)
    return reasons


def _with_order_facts(kept: pd.DataFrame) -> pd.DataFrame:
    """Mark what only whole orders and customers show: returns, empty orders, repeats."""
    cents = kept["cents"].astype("int64")
    returned, order = cents < 0, [kept["customer"], kept["order"]]
    void = cents.groupby(order).transform("sum") <= 0
    with_return = returned.groupby(order).transform("any")
    numbers = pd.Series(pd.factorize(kept["order"])[0], index=kept.index)
    alike = numbers.groupby([kept["customer"], kept["day"], cents, kept["rest"]])
    several_orders = alike.transform("min") < alike.transform("max")
    return kept.assign(
        returned=returned,
        free=cents == 0,
        sent_back=void & with_return,
        worth_nothing=void & ~with_return,
        without_order=void.groupby(kept["customer"]).transform("all"),
        repeated=several_orders & (cents > 0),
    )


def _clean_lines(raw: pd.DataFrame, columns: OrderColumns, kept: pd.DataFrame) -> pd.DataFrame:
    others = _other_columns(raw.reset_index(drop=True), columns).loc[kept.index]
    clean = pd.DataFrame(
        {
            CLIENT: kept["customer"],
            ORDER: kept["order"],
            DATE: kept["day"],
            AMOUNT: kept["cents"].astype("float64") / 100,
        }
    )
    return pd.concat([clean, others], axis=1).reset_index(drop=True)


def _set_aside(raw: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    marked = raw.reset_index(drop=True)
    marked[LINE] = marked.index + 2
    marked[REASON] = lines[REASON]
    return marked[lines[REASON].notna()].reset_index(drop=True)


def _lost(lines: pd.DataFrame) -> int:
    kept = lines.loc[lines[REASON].isna(), "customer"].unique()
    return int(lines.loc[~lines["test"] & ~lines["customer"].isin(kept), "customer"].nunique())


def _log_table(lines: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    rows = [_row(rule, lines[lines[REASON] == rule.name], aside=True) for rule in SET_ASIDE]
    rows += [_row(rule, marked) for rule, marked in _writings(lines)]
    rows += [_row(rule, lines) for rule in ON_LINES_READ]
    rows += [_row(rule, kept) for rule in ON_LINES_KEPT]
    return pd.DataFrame([row for row in rows if row], columns=list(TITLES))


def _row(rule: Rule, lines: pd.DataFrame, aside: bool = False) -> dict[str, object]:
    """What the log says of a rule; nothing where it marks no line."""
    if not lines[rule.column].any():
        return {}
    marked = lines[lines[rule.column]]
    shown = marked[f"cell_{rule.shown}"].head(EXAMPLES)
    treatment = rule.treatment
    return {
        "defaut": rule.name,
        "lignes": len(marked),
        "mises_de_cote": len(marked) if aside else 0,
        "traitement": french(treatment if isinstance(treatment, str) else treatment(marked, lines)),
        "exemples": french(
            " ; ".join(
                f"ligne {place + 2} : {_quoted(read.cell_text(cell))}"
                for place, cell in zip(shown.index.to_list(), shown, strict=True)
            )
        ),
    }


def _quoted(text: str) -> str:
    return f"« {text} »" if text else "vide"


def _writings(lines: pd.DataFrame) -> list[tuple[Rule, pd.DataFrame]]:
    """A rule for each way of writing dates but the commonest, which is the file's own."""
    plain = lines["day"].notna() & ~lines["zoned"]
    serial = lines["writing"] == read.EXCEL_NUMBER
    counts = lines.loc[plain, "writing"].value_counts().sort_index()
    ways = set(counts.index) - ({counts.idxmax()} if len(counts) else set())
    ways |= set(lines.loc[lines["month_first"], "writing"]) | set(lines.loc[serial, "writing"])
    return [
        (date_written(way), lines.assign(written_so=plain & (lines["writing"] == way)))
        for way in sorted(ways)
    ]
