"""What dates say, however they were written: the moment, and how it was written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

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
    r"(?:[T ,]+(?:(?:à|at) )?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)?"
    r"(?: \([^)]*\))?"
)
_IN_DIGITS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P<again>[-/.])(?P<day>\d{1,2})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<left>\d{1,2})(?P<mark>[-/. ])(?P<right>\d{1,2})(?P<again>[-/. ])(?P<year>\d{4}|\d{2})",
)
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


def take_apart(texts: Sequence[str], blanks: frozenset[str]) -> pd.DataFrame:
    """The parts of dates, one row per text; `writing` says how each was written.

    >>> take_apart(["15-août-25", "hier"], frozenset())["writing"].tolist()
    ['en toutes lettres', 'illisible']
    """
    cells = pl.Series(texts, dtype=pl.String)
    parts = pd.DataFrame(index=range(len(texts)), columns=[*_TEXTS, *_NUMBERS])
    parts = parts.astype(dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_NUMBERS, "float64"))
    left = pd.Series(True, index=parts.index)
    for pattern in _IN_DIGITS:
        found = cells.str.extract_groups(f"^(?:{pattern}{_TIME})$").struct.unnest().to_pandas()
        same = found["year"].notna() & left
        if "again" in found:
            same &= found["mark"] == found["again"]
        _put(parts, found[same])
        left &= ~same
    rest = [{"place": at, **_one(texts[at], blanks)} for at in parts.index[left]]
    if rest:
        _put(parts, pd.DataFrame(rest).set_index("place"))
    return parts


def _put(parts: pd.DataFrame, found: pd.DataFrame) -> None:
    """Add to the parts what a pattern found."""
    if found.empty:
        return
    if "left" in found:
        digits = found["year"].str.len().map({4: "aaaa", 2: "aa"})
        found = found.assign(year=found["year"].map(_full_year), writing=digits)
    elif "writing" not in found:
        mark = found.pop("mark") if "mark" in found else ""
        found = found.assign(writing="au format aaaa" + mark + "mm" + mark + "jj")
    for name in parts.columns.intersection(found.columns):
        values = found[name]
        parts.loc[found.index, str(name)] = (
            values.astype("float64") if name in _NUMBERS else values.astype("str")
        )


def _one(text: str, blanks: frozenset[str]) -> dict[str, Any]:
    """The parts of a date in words, or of a day's number in Excel."""
    if text.casefold() in blanks:
        return {"writing": MISSING}
    for pattern in (_DAY_THEN_MONTH, _MONTH_THEN_DAY):
        found = pattern.fullmatch(text)
        month = _month(found["name"]) if found else None
        if found and month and (not found["weekday"] or _is_weekday(found["weekday"])):
            parts = {name: found[name] for name in ("day", "hour", "minute", "second")}
            year = _full_year(found["year"])
            zone = {"half": found["half"], "zone": found["zone"]}
            return {**parts, **zone, "year": year, "month": month, "writing": IN_WORDS}
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


def order_days_and_months(parts: pd.DataFrame) -> pd.DataFrame:
    """Settle which of two numbers is the day, for each text and by the whole column.

    Args:
        parts: from `take_apart`.
    """
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
