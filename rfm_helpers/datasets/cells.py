"""What one cell says: identifiers, dates and amounts, however they were written.

Each function reads a whole column and takes each distinct cell apart once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.french.numbers import LOCALE

_NOTHING = ["", "-", "--", "—", "?", "#n/a", "n/a", "na", "n.a.", "<na>", "nan", "nat"]
_UNKNOWN = ["nc", "n.c.", "none", "null", "nul", "inconnu", "inconnue", "non renseigné", "vide"]
BLANKS = frozenset([*_NOTHING, *_UNKNOWN])
MISSING, UNREADABLE = "manquante", "illisible"
EXCEL_NUMBER, IN_WORDS = "en numéro Excel", "en toutes lettres"
EXCEL_EPOCH = pd.Timestamp("1899-12-30")
EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
LAST_SHORT_YEAR = 69  # two-digit years: 69 is 2069, 70 is 1970, as in POSIX
LARGEST_WHOLE = 10  # digits: rfm_table takes amounts up to a billion euros

_TIME = (
    r"(?:[T ,]+(?:à )?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<mark>)(?P<month>\d{2})(?P<day>\d{2})" + _TIME)
_YEAR_LAST = re.compile(
    r"(?P<left>\d{1,2})(?P<mark>[-/. ])(?P<right>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _TIME
)
_WORDED = re.compile(
    r"(?P<day>\d{1,2})(?:er)?[ -](?P<name>[^\W\d_]+)\.?[ -](?P<year>\d{4})" + _TIME
)
_NUMBER = re.compile(r"(?P<number>\d{5})(?:[.,](?P<fraction>\d+))?")
_DATE_TEXTS = ("writing", "mark", "half", "zone")
_DATE_NUMBERS = ("year", "month", "day", "left", "right", "hour", "minute", "second", "number")

_CURRENCY = re.compile(r"€|\beur(?:os?)?\b")
_FOREIGN = re.compile(r"[$£¥]|\b(?:usd|gbp|chf|jpy)\b")
_SIGN = re.compile(
    r"(?P<bracket>\()?(?P<before>-)? ?\+?(?P<digits>\d[\d., ]*|[.,]\d+)"
    r"(?P<after>-)?(?(bracket)\))"
)
_PLAIN = re.compile(r"(?P<whole>\d*)(?:(?P<mark>[.,])(?P<decimals>\d*))?")
_GROUPED = re.compile(
    r"(?P<whole>\d{1,3}(?P<group>[ .,])\d{3}(?:(?P=group)\d{3})*)"
    r"(?:(?P<mark>(?!(?P=group))[.,])(?P<decimals>\d*))?"
)


def read_ids(cells: pd.Series) -> pd.Series:
    """Identifiers as text, without spaces at either end; a blank or « N/A » is missing.

    >>> read_ids(pd.Series([" C-1 ", "N/A", 12.0])).tolist()
    ['C-1', nan, '12']
    """
    return each(cells, lambda cell: None if is_blank(cell) else cell_text(cell)).astype("str")


def is_blank(cell: object) -> bool:
    """Whether a cell says nothing.

    >>> is_blank(" n/a "), is_blank("0")
    (True, False)
    """
    return cell_text(cell).casefold() in BLANKS


def cell_text(cell: object) -> str:
    """A cell as text, with single spaces; a whole number shows no decimals.

    >>> cell_text("  1\\u202f250  €"), cell_text(12.0)
    ('1 250 €', '12')
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def read_dates(cells: pd.Series, timezone: str) -> pd.DataFrame:
    """Dates, however written; a zoned time is converted to `timezone`.

    Day and month are read in that order, unless a date can only be read the other way, or unless
    every date of the column that settles the matter (same mark between the numbers) is month
    first. Dates with points (« 03.04.2025 ») are day first everywhere they are in use.

    Args:
        cells: text, datetimes (naive or zoned), or a mix of text, numbers and dates.
        timezone: zone of the trade.

    Returns:
        DataFrame on the index of `cells`: `instant` (datetime64, naive local time, missing if no
        such date), `writing` (text: how it was written, `"manquante"` or `"illisible"`), booleans
        `ambiguous` (day and month could be exchanged), `day_only` and `month_only` (one order
        alone possible), `month_first` (read so), `zoned`, `shifted` (conversion changed the day).

    Example:
        >>> read_dates(pd.Series(["31/12/2025", "2025-12-31T23:30:00Z"]), "Europe/Paris")["instant"]
        0   2025-12-31 00:00:00
        1   2026-01-01 00:30:00
        Name: instant, dtype: datetime64[us]
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return _typed_dates(cells, timezone)
    places, distinct = _distinct(cells)
    parts = pd.DataFrame([_take_date_apart(cell_text(cell)) for cell in distinct])
    types = dict.fromkeys(_DATE_TEXTS, "str") | dict.fromkeys(_DATE_NUMBERS, "float64")
    parts = parts.reindex(columns=list(types)).astype(types)
    return _instants(_order_days_and_months(parts), timezone).take(places).set_axis(cells.index)


def _typed_dates(cells: pd.Series, timezone: str) -> pd.DataFrame:
    zoned = isinstance(cells.dtype, pd.DatetimeTZDtype)
    written = cells.dt.tz_localize(None) if zoned else cells
    local = cells.dt.tz_convert(timezone).dt.tz_localize(None) if zoned else cells
    read = pd.DataFrame({"instant": local.astype("datetime64[us]")})
    read["writing"] = cells.isna().map({True: MISSING, False: "date"})
    for flag in ("ambiguous", "day_only", "month_only", "month_first"):
        read[flag] = False
    read["zoned"] = zoned & cells.notna()
    read["shifted"] = read["zoned"] & (written.dt.normalize() != local.dt.normalize())
    return read


def _take_date_apart(text: str) -> dict[str, Any]:
    if text.casefold() in BLANKS:
        return {"writing": MISSING}
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        mark = found["mark"]
        return {**found.groupdict(), "writing": f"au format aaaa{mark}mm{mark}jj", "mark": None}
    if found := _YEAR_LAST.fullmatch(text):
        year = found["year"]
        return {**found.groupdict(), "year": _full_year(year), "writing": "a" * len(year)}
    if (found := _WORDED.fullmatch(text)) and (month := _months().get(found["name"].casefold())):
        return {**found.groupdict(), "writing": IN_WORDS, "month": month}
    if (found := _NUMBER.fullmatch(text)) and _is_excel_day(int(found["number"])):
        return {"writing": EXCEL_NUMBER, "number": float(text.replace(",", "."))}
    return {"writing": UNREADABLE}


def _is_excel_day(number: int) -> bool:
    return EXCEL_DAYS[0] <= number <= EXCEL_DAYS[1]


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) <= LAST_SHORT_YEAR else 1900)


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names

    return {
        name.rstrip(".").casefold(): month
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=LOCALE).items()
    }


def _order_days_and_months(parts: pd.DataFrame) -> pd.DataFrame:
    left, right = parts["left"], parts["right"]
    parts["day_only"] = (left > 12) & (right <= 12)
    parts["month_only"] = (left <= 12) & (right > 12)
    parts["ambiguous"] = (left <= 12) & (right <= 12) & (left != right) & (parts["mark"] != ".")
    proofs = parts.groupby(parts["mark"].fillna(""))[["day_only", "month_only"]].transform("any")
    is_month_file = proofs["month_only"] & ~proofs["day_only"]
    parts["month_first"] = parts["month_only"] | (parts["ambiguous"] & is_month_file)
    numeric = left.notna()
    parts.loc[numeric, "day"] = left.where(~parts["month_first"], right)
    parts.loc[numeric, "month"] = right.where(~parts["month_first"], left)
    mark = parts.loc[numeric, "mark"]
    order = parts.loc[numeric, "month_first"].map({True: ("mm", "jj"), False: ("jj", "mm")})
    parts.loc[numeric, "writing"] = (
        "au format " + order.str[0] + mark + order.str[1] + mark + parts["writing"]
    )
    return parts


def _instants(parts: pd.DataFrame, timezone: str) -> pd.DataFrame:
    clock = parts[["hour", "minute", "second"]].fillna(0)
    half = parts["half"].str.upper()
    clock["hour"] += 12 * ((half == "PM") & (clock["hour"] < 12))
    clock["hour"] -= 12 * ((half == "AM") & (clock["hour"] == 12))
    days = pd.to_datetime(parts[["year", "month", "day"]], errors="coerce").astype("datetime64[us]")
    real = (clock["hour"] < 24) & (clock["minute"] < 60) & (clock["second"] < 60)
    seconds = clock["hour"] * 3600 + clock["minute"] * 60 + clock["second"]
    written = (days + pd.to_timedelta(seconds, unit="s")).where(real)
    serial = pd.to_timedelta((parts["number"] * 86_400).round(), unit="s")
    written = written.fillna(EXCEL_EPOCH + serial)
    zoned = parts["zone"].notna() & written.notna()
    universal = written - parts["zone"].map(_offset, na_action="ignore").astype("timedelta64[us]")
    local = universal.dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
    instant = written.where(~zoned, local).astype("datetime64[us]")
    return parts[["writing", "ambiguous", "day_only", "month_only", "month_first"]].assign(
        instant=instant,
        zoned=zoned,
        shifted=zoned & (instant.dt.normalize() != written.dt.normalize()),
    )


def _offset(zone: str) -> dt.timedelta:
    if zone in ("Z", "UTC", "GMT"):
        return dt.timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size


def read_amounts(cells: pd.Series) -> pd.DataFrame:
    """Amounts, however written, as whole cents rounded half away from zero.

    A mark followed by exactly three digits (« 1.250 ») separates thousands, unless the column
    uses that mark for decimals elsewhere, and never for thousands. Spaces and apostrophes may
    separate thousands; a minus may stand before or after; brackets mean a negative amount.

    Args:
        cells: text, numbers, or a mix. Numbers are read to the millionth.

    Returns:
        DataFrame on the index of `cells`: `cents` (Int64, missing if unreadable), and booleans
        `blank`, `comma` (decimal comma), `spaced_out` and `grouped` (thousands separated by
        a space, by a mark), `unsure` (the case of « 1.250 »), `finer` (parts of a cent were
        rounded), `euro_sign`, `foreign` (another currency's sign).

    Example:
        >>> read_amounts(pd.Series(["1 250,50 €", "(3,005)", 12.5, "offert"]))["cents"].tolist()
        [125050, -301, 1250, <NA>]
    """
    places, distinct = _distinct(cells)
    amounts = [_Amount.of(cell) for cell in distinct]
    as_decimals = {a.mark for a in amounts if a.mark} - {a.group for a in amounts if not a.unsure}
    settled = [a.with_decimals() if a.unsure and a.group in as_decimals else a for a in amounts]
    read = pd.DataFrame(
        {
            "cents": pd.array([a.cents for a in settled], dtype="Int64"),
            "blank": [a.blank for a in settled],
            "comma": [a.mark == "," for a in settled],
            "spaced_out": [a.group == " " for a in settled],
            "grouped": [a.group in ",." and a.group != "" for a in settled],
            "unsure": [a.unsure for a in settled],
            "finer": [a.finer for a in settled],
            "euro_sign": [a.euro_sign for a in settled],
            "foreign": [a.foreign for a in settled],
        }
    )
    return read.take(places).set_axis(cells.index)


@dataclass(frozen=True)
class _Amount:
    """One amount, taken apart; ``whole`` is empty if unreadable, ``mark`` the mark as written."""

    blank: bool = False
    whole: str = ""
    decimals: str = ""
    group: str = ""
    mark: str = ""
    negative: bool = False
    unsure: bool = False
    euro_sign: bool = False
    foreign: bool = False

    @classmethod
    def of(cls, cell: object) -> _Amount:
        """Take a cell apart; three digits after a single mark are first taken for thousands."""
        if is_blank(cell):
            return cls(blank=True)
        is_number = isinstance(cell, int | float | np.number)
        text = f"{cell:.6f}" if is_number else _FOREIGN.sub("", cell_text(cell).casefold())
        bare = _CURRENCY.sub("", text).strip()
        sign = _SIGN.fullmatch(bare.replace("−", "-").replace("'", " ").replace("’", " "))
        digits = sign["digits"].strip() if sign else ""
        number = _GROUPED.fullmatch(digits)
        if number is None or (number["group"] in ".," and digits.startswith("0")):
            number = _PLAIN.fullmatch(digits)
        if sign is None or number is None:
            return cls()
        parts = {name: value or "" for name, value in number.groupdict(default="").items()}
        group = parts.get("group", "")
        return cls(
            whole=re.sub(r"\D", "", parts["whole"]) or "0",
            decimals=parts["decimals"],
            group=group,
            mark="" if is_number else parts["mark"],
            negative=bool(sign["before"] or sign["after"] or sign["bracket"]),
            unsure=group in tuple(".,") and len(digits) <= 7 and not parts["mark"],
            euro_sign=bare != text,
            foreign=not is_number and text != cell_text(cell).casefold(),
        )

    def with_decimals(self) -> _Amount:
        """The same, its three digits read as decimals."""
        return replace(
            self, whole=self.whole[:-3], decimals=self.whole[-3:], mark=self.group, group=""
        )

    @property
    def cents(self) -> int | None:
        """Whole cents, rounded half away from zero; None if there is no readable number."""
        if not self.whole or len(self.whole) > LARGEST_WHOLE:
            return None
        digits = self.decimals.ljust(3, "0")
        size = int(self.whole) * 100 + int(digits[:2]) + (digits[2] >= "5")
        return -size if self.negative else size

    @property
    def finer(self) -> bool:
        """Whether the amount holds parts of a cent."""
        return self.decimals[2:].strip("0") != ""


def _distinct(cells: pd.Series) -> tuple[Any, list[Any]]:
    places, distinct = pd.factorize(cells.astype(object).where(cells.notna(), ""))
    return places, list(distinct)


def each(cells: pd.Series, function: Callable[[Any], Any]) -> pd.Series:
    """Apply a function once to each distinct cell (an empty cell is `""`).

    >>> each(pd.Series([" a ", None]), cell_text).tolist()
    ['a', '']
    """
    places, distinct = _distinct(cells)
    results = pd.Series([function(cell) for cell in distinct], dtype=object)
    return results.take(places).set_axis(cells.index)
