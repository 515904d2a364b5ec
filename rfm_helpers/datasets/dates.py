"""What dates say, however they were written: the moment, and how it was written."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from rfm_helpers.french.numbers import LOCALE
from rfm_helpers.french.words import plain_words

MISSING, UNREADABLE = "manquante", "illisible"
EXCEL_NUMBER, IN_WORDS = "en numéro Excel", "en toutes lettres"
EXCEL_EPOCH = pd.Timestamp("1899-12-30")
EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
LAST_SHORT_YEAR = 69  # two-digit years: 69 is 2069, 70 is 1970, as in POSIX

_TIME = (
    r"(?:[T ,]+(?:\S{1,2} )?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)?"
    r"(?: \([^)]*\))?"
)
_MARK, _AGAIN = r"(?P<mark>[-/. ])", r"(?P<again>[-/. ])"
_YEAR_FIRST = rf"(?P<year>\d{{4}}){_MARK}(?P<month>\d{{1,2}}){_AGAIN}(?P<day>\d{{1,2}})"
_YEAR_LAST = rf"(?P<left>\d{{1,2}}){_MARK}(?P<right>\d{{1,2}}){_AGAIN}(?P<year>\d{{4}}|\d{{2}})"
#: How a date may start → how it goes on.
_IN_DIGITS = {
    r"^\d{4}[-/.]": _YEAR_FIRST,
    r"^\d{8}": r"(?P<year>\d{4})(?P<mark>)(?P<month>\d{2})(?P<again>)(?P<day>\d{2})",
    r"^\d{1,2}[-/. ]": _YEAR_LAST,
}
_WEEKDAY = r"(?:le )?(?:(?P<weekday>[^\W\d_]{3,9})\.?,? )?(?:le )?"
_DAY_THEN_MONTH = re.compile(
    _WEEKDAY + r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?(?:[ ./-]| of )(?P<name>[^\W\d_]{3,9})\.?"
    r"[ ,./-]+(?P<year>\d{4}|\d{2})" + _TIME
)
_MONTH_THEN_DAY = re.compile(
    _WEEKDAY + r"(?P<name>[^\W\d_]{3,9})\.?[ -](?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -]"
    r"(?P<year>\d{4})" + _TIME
)
_NUMBER = re.compile(r"(?P<number>\d{5})(?:[.,](?P<fraction>\d+))?")
_TEXTS = ("writing", "mark", "half", "zone")
_NUMBERS = ("year", "month", "day", "left", "right", "hour", "minute", "second", "number")


_SCHEMA = {
    "place": pl.Int64,
    **dict.fromkeys(_TEXTS, pl.String),
    **dict.fromkeys(_NUMBERS, pl.Float64),
}


def take_apart(cells: pl.Series, blanks: frozenset[str]) -> pl.DataFrame:
    """The parts of dates, one row per text; `writing` says how each was written.

    >>> take_apart(pl.Series(["15-août-25", "hier"]), frozenset())["writing"].to_list()
    ['en toutes lettres', 'illisible']
    """
    rest = np.arange(len(cells))
    pieces = [pl.DataFrame(schema=_SCHEMA)]
    for start, pattern in _IN_DIGITS.items():
        likely = rest[np.asarray(cells[rest].str.contains(start), dtype=bool)]
        groups = cells[likely].str.extract_groups(f"^(?:{pattern}{_TIME})$").struct.unnest()
        found = groups.with_columns(place=likely).filter(pl.col("mark") == pl.col("again"))
        pieces.append(_in_digits(found))
        rest = np.delete(rest, np.searchsorted(rest, found["place"].to_numpy()))
    others = [{"place": at, **_one(cells[at], blanks)} for at in rest.tolist()]
    pieces.append(pl.DataFrame(others, schema=_SCHEMA))
    return pl.concat(pieces).sort("place").drop("place")


def _in_digits(found: pl.DataFrame) -> pl.DataFrame:
    """The parts of dates in digits, with how each was written."""
    year, short = pl.col("year").cast(pl.Float64), pl.col("year").str.len_chars() == 2
    century = pl.when(year <= LAST_SHORT_YEAR).then(2000.0).otherwise(1900.0)
    facts = {"year": pl.when(short).then(year + century).otherwise(year)}
    if "left" in found.columns:
        facts["writing"] = pl.when(short).then(pl.lit("aa")).otherwise(pl.lit("aaaa"))
    else:
        facts["writing"] = pl.format("au format aaaa{}mm{}jj", "mark", "mark")
        facts["mark"] = pl.lit(None, pl.String)
    known = [pl.col(name) for name in _SCHEMA if name in found.columns and name not in facts]
    missing = [name for name in _SCHEMA if name not in found.columns and name not in facts]
    nothing = {name: pl.lit(None) for name in missing}
    return found.select(*known, **facts, **nothing).select(
        pl.col(name).cast(kind) for name, kind in _SCHEMA.items()
    )


def _one(text: str, blanks: frozenset[str]) -> dict[str, Any]:
    """The parts of a date in words, or of a day's number in Excel."""
    if text.casefold() in blanks:
        return {"writing": MISSING}
    for pattern in (_DAY_THEN_MONTH, _MONTH_THEN_DAY):
        found = pattern.fullmatch(text)
        month = _month(found["name"]) if found else None
        if found and month and (not found["weekday"] or _is_weekday(found["weekday"])):
            clock = ("day", "hour", "minute", "second")
            parts = {name: float(found[name]) for name in clock if found[name]}
            year = _full_year(found["year"])
            zone = {"half": found["half"], "zone": found["zone"]}
            return {
                **parts,
                **zone,
                "year": float(year),
                "month": float(month),
                "writing": IN_WORDS,
            }
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
def _month(name: str) -> int | None:
    """The month that a name or its first letters mean, in French or English, accents or not.

    >>> _month("AOUT"), _month("sept"), _month("Dec"), _month("jui")
    (8, 9, 12, None)
    """
    from babel.dates import get_month_names

    start = plain_words(name)
    months = {
        number
        for locale in (LOCALE, "en")
        for number, month in get_month_names("wide", locale=locale).items()
        if plain_words(month).startswith(start) or start == "sept" == plain_words(month)[:4]
    }
    return months.pop() if len(months) == 1 else None


@cache
def _is_weekday(name: str) -> bool:
    from babel.dates import get_day_names

    start = plain_words(name)
    return any(
        plain_words(day).startswith(start)
        for locale in (LOCALE, "en")
        for day in get_day_names("wide", locale=locale).values()
    )


def order_days_and_months(parts: pl.DataFrame) -> pl.DataFrame:
    """Settle which of two numbers is the day, for each text and by the whole column.

    Args:
        parts: from `take_apart`.
    """
    left, right, mark = pl.col("left"), pl.col("right"), pl.col("mark")
    proofs = parts.with_columns(
        day_only=(left > 12) & (right <= 12),
        month_only=(left <= 12) & (right > 12),
        ambiguous=(left <= 12) & (right <= 12) & (left != right) & (mark != "."),
    ).with_columns(pl.col(pl.Boolean).fill_null(False))
    is_month_file = (pl.col("month_only").any() & ~pl.col("day_only").any()).over("mark")
    settled = proofs.with_columns(
        month_first=pl.col("month_only") | (pl.col("ambiguous") & is_month_file)
    )
    month_first = pl.when("month_first")
    first = month_first.then(pl.lit("mm")).otherwise(pl.lit("jj"))
    second = month_first.then(pl.lit("jj")).otherwise(pl.lit("mm"))
    in_digits = {
        "day": month_first.then(right).otherwise(left),
        "month": month_first.then(left).otherwise(right),
        "writing": pl.format("au format {}{}{}{}{}", first, mark, second, mark, "writing"),
    }
    numeric = pl.when(left.is_not_null())
    return settled.with_columns(
        numeric.then(value).otherwise(name).alias(name) for name, value in in_digits.items()
    )


def instants(parts: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """The moments that the parts make, in local time.

    Args:
        parts: from `order_days_and_months`.
        timezone: zone of the trade.

    Returns:
        DataFrame with the columns of `read_dates`.
    """
    clock = parts[["hour", "minute", "second"]].fillna(0)
    half = parts["half"].str.upper().str.replace(".", "")
    clock["hour"] += 12 * ((half == "PM") & (clock["hour"] < 12))
    clock["hour"] -= 12 * ((half == "AM") & (clock["hour"] == 12))
    days = pd.to_datetime(parts[["year", "month", "day"]], errors="coerce").astype("datetime64[us]")
    real = (clock["hour"] < 24) & (clock["minute"] < 60) & (clock["second"] < 60)
    seconds = clock["hour"] * 3600 + clock["minute"] * 60 + clock["second"]
    written = (days + pd.to_timedelta(seconds, unit="s")).where(real)
    serial = pd.to_timedelta((parts["number"] * 86_400).round(), unit="s")
    written = written.fillna(EXCEL_EPOCH + serial)
    zoned = parts["zone"].notna() & written.notna()
    local = written
    if zoned.any():
        offset = parts["zone"].map(_offset, na_action="ignore").astype("timedelta64[us]")
        universal = (written - offset).where(zoned)
        local = universal.dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
    instant = written.where(~zoned, local).astype("datetime64[us]")
    return parts[["writing", "ambiguous", "day_only", "month_only", "month_first"]].assign(
        instant=instant,
        zoned=zoned,
        shifted=zoned & (instant.dt.normalize() != written.dt.normalize()),
    )


def _offset(zone: str) -> dt.timedelta:
    digits = re.sub(r"\D", "", zone).ljust(4, "0")
    size = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if "-" in zone else size
