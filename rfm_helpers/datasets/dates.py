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
IN_SECONDS = "en secondes depuis 1970"
EXCEL_EPOCH = pd.Timestamp("1899-12-30")
EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
EPOCH_DAYS = 25_569  # 1 January 1970, as Excel counts
LAST_SHORT_YEAR = 69  # two-digit years: 69 is 2069, 70 is 1970, as in POSIX
FEWEST, YEARS = 10, 20  # dates that tell their year first: at least so many, and so many years less

#: Hours by which zones that are written in letters are ahead.
_ZONES = {
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1},
    **{"CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5},
    **{"MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
_ZONE = rf"(?P<zone>(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|{'|'.join(_ZONES)})"
_CLOCK = r"(?P<hour>\d{1,2}) ?[:hH] ?(?P<minute>\d{2})?(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_TIME = (
    rf"(?:[T ,]+(?:\S{{1,2}} )?{_CLOCK})?"
    rf"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*{_ZONE}?(?: ?[(\[][^)\]]*[)\]])?"
)
_MARK, _AGAIN = r"(?P<mark>[-/. ])", r"(?P<again>[-/. ])"
_YEAR_FIRST = rf"(?P<year>\d{{4}}){_MARK}(?P<month>\d{{1,2}}){_AGAIN}(?P<day>\d{{1,2}})"
_YEAR_LAST = rf"(?P<left>\d{{1,2}}){_MARK}(?P<right>\d{{1,2}}){_AGAIN}(?P<year>\d{{4}}|\d{{2}})"
_DAY_OR_MONTH = "0[1-9]|[12][0-9]|3[01]"
#: How a date may start, and how it goes on. Of eight digits, no real date can be read both ways.
_IN_DIGITS = (
    (r"^\d{4}[-/.]", _YEAR_FIRST),
    (
        r"^\d{4}(?:19|20)\d\d",
        rf"(?P<left>{_DAY_OR_MONTH})(?P<mark>)(?P<right>{_DAY_OR_MONTH})(?P<again>)(?P<year>\d{{4}})",
    ),
    (r"^\d{8}", r"(?P<year>\d{4})(?P<mark>)(?P<month>\d{2})(?P<again>)(?P<day>\d{2})"),
    (r"^\d{1,2}[-/. ]", _YEAR_LAST),
)
#: What may stand before a date or around its marks: an apostrophe, the day of the week, spaces.
_BEFORE = (
    r"^'?(?:le )?(?:(?i:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
)
_SPACED_MARKS = r"^(\d{1,4}) ?([-/.]) ?(\d{1,2}) ?([-/.]) ?(\d{1,4})"
_WEEKDAY = r"(?:le )?(?:(?P<weekday>[^\W\d_]{3,9})\.?,? )?(?:le )?"
_DAY_THEN_MONTH = re.compile(
    _WEEKDAY + r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?(?:[ ./-]| of )(?P<name>[^\W\d_]{3,9})\.?"
    r"[ ,./-]+(?P<year>\d{4}|\d{2})" + _TIME
)
_MONTH_THEN_DAY = re.compile(
    _WEEKDAY + r"(?P<name>[^\W\d_]{3,9})\.?[ -](?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -]"
    r"(?P<year>\d{4})" + _TIME
)
_TIME_THEN_YEAR = re.compile(
    rf"{_WEEKDAY}(?P<name>[^\W\d_]{{3,9}}) (?P<day>\d{{1,2}}) {_CLOCK}(?: {_ZONE})? "
    r"(?P<year>\d{4})"
)
_NUMBER = re.compile(r"(?P<number>\d{5})(?:[.,](?P<fraction>\d+))?")
_SECONDS = re.compile(r"(?P<seconds>1\d{9})(?:\d{3}|[.,]\d+)?")
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
    pieces, rest = _all_in_digits(cells, np.arange(len(cells)))
    tidy = cells[rest].str.replace(_BEFORE, "").str.replace(_SPACED_MARKS, "$1$2$3$4$5")
    more, rest = _all_in_digits(tidy, rest) if len(rest) else ([], rest)
    others = [{"place": at, **_one(cells[at], blanks)} for at in rest.tolist()]
    pieces += [*more, pl.DataFrame(others, schema=_SCHEMA)]
    return pl.concat(pieces).sort("place").drop("place")


def _all_in_digits(texts: pl.Series, places: np.ndarray) -> tuple[list[pl.DataFrame], np.ndarray]:
    """The parts of those that are dates in digits; the places of the others."""
    pieces, rest = [], np.arange(len(texts))
    for start, pattern in _IN_DIGITS:
        likely = rest[np.asarray(texts[rest].str.contains(start), dtype=bool)]
        groups = texts[likely].str.extract_groups(f"^(?:{pattern}{_TIME})$").struct.unnest()
        found = groups.with_columns(place=likely).filter(pl.col("mark") == pl.col("again"))
        rest = np.delete(rest, np.searchsorted(rest, found["place"].to_numpy()))
        pieces.append(_in_digits(found.with_columns(place=places[found["place"].to_numpy()])))
    return pieces, places[rest]


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
    for pattern in (_DAY_THEN_MONTH, _MONTH_THEN_DAY, _TIME_THEN_YEAR):
        found = pattern.fullmatch(text)
        month = _month(found["name"]) if found else None
        if found and month and (not found["weekday"] or _is_weekday(found["weekday"])):
            told = found.groupdict()
            clock = ("day", "hour", "minute", "second")
            parts = {name: float(told[name]) for name in clock if told[name]}
            zone = {"half": told.get("half"), "zone": told["zone"]}
            year = float(_full_year(told["year"]))
            return {**parts, **zone, "year": year, "month": float(month), "writing": IN_WORDS}
    if (found := _NUMBER.fullmatch(text)) and _is_excel_day(int(found["number"])):
        return {"writing": EXCEL_NUMBER, "number": float(text.replace(",", "."))}
    if found := _SECONDS.fullmatch(text):
        day = EPOCH_DAYS + int(found["seconds"]) / 86_400
        return {"writing": IN_SECONDS, "number": day, "zone": "UTC"}
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
    if (parts["writing"] == "aa").any():
        parts = _years_first(parts)
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


def _years_first(parts: pl.DataFrame) -> pl.DataFrame:
    """Dates such as « 25-03-05 », where the whole column shows that the year comes first.

    It does if the first numbers are years close to one another, and the last ones days.
    """
    left, right, year = pl.col("left"), pl.col("right"), pl.col("year")
    last = year % 100
    span = [(one.max() - one.min()).over("mark") for one in (year, left)]
    short = left.is_not_null() & (pl.col("writing") == "aa")
    days = (short & right.is_between(1, 12) & last.is_between(1, 31)).all().over("mark")
    first = short & days & (pl.len().over("mark") >= FEWEST) & (span[0] > span[1] + YEARS)
    told = {"year": 2000 + left, "month": right, "day": last}
    told["writing"] = pl.format("au format aa{}mm{}jj", "mark", "mark")
    changed = parts.with_columns(
        pl.when(first).then(value).otherwise(name).alias(name) for name, value in told.items()
    )
    nothing = pl.lit(None, pl.Float64)
    read = parts.select(first).to_series()
    return changed.with_columns(
        pl.when(read).then(nothing).otherwise(name).alias(name) for name in ("left", "right")
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
        local = local_times(universal.dt.tz_localize("UTC"), timezone)
    instant = written.where(~zoned, local).astype("datetime64[us]")
    return parts[["writing", "ambiguous", "day_only", "month_only", "month_first"]].assign(
        instant=instant,
        zoned=zoned,
        shifted=zoned & (instant.dt.normalize() != written.dt.normalize()),
    )


def local_times(instants: pd.Series, timezone: str) -> pd.Series:
    """Zoned moments as a clock of another zone shows them; none at the ends of the calendar.

    >>> local_times(pd.Series(pd.to_datetime(["2025-12-31 23:30+00:00"])), "Europe/Paris")[0]
    Timestamp('2026-01-01 00:30:00')
    """
    known = instants.where(instants.dt.year.between(2, 9998))
    local: pd.Series = known.dt.tz_convert(timezone).dt.tz_localize(None)
    return local


def _offset(zone: str) -> dt.timedelta:
    if zone in _ZONES:
        return dt.timedelta(hours=_ZONES[zone])
    sign, digits = zone.strip("UTCGM")[0], re.sub(r"\D", "", zone)
    hours, minutes = digits[:-2] or digits, digits[-2:] if len(digits) > 2 else 0
    size = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size
