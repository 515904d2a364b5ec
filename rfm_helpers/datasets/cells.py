"""What cells say: identifiers, dates and amounts, however they were written.

Each function reads a whole column and takes each distinct cell apart once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from rfm_helpers.datasets.amounts import (
    DASHES,
    PLAIN_AMOUNT,
    Amount,
    amount_facts,
    is_number,
    plain_amount_facts,
    read_amount,
    typed_amount,
)
from rfm_helpers.datasets.dates import (
    MISSING,
    instants,
    local_times,
    order_days_and_months,
    take_apart,
)
from rfm_helpers.french.words import plain_words

_NOTHING = ["", "-", "--", "–", "—", "?", "#n/a", "#n/d", "n/a", "na", "n.a.", "<na>", "nan", "nat"]
_UNKNOWN = ["nc", "n.c.", "none", "null", "nul", "inconnu", "inconnue", "non renseigné", "vide"]
_MORE = [
    "\\n",
    "n/d",
    "s/o",
    "sans objet",
    "aucun",
    "aucune",
    "unknown",
    "not set",
    "non communiqué",
]
_IN_BRACKETS = [f"({text})" for text in ("vide", "blank", "none", "null", "not set", "unknown")]
BLANKS = frozenset([*_NOTHING, *_UNKNOWN, *_MORE, *_IN_BRACKETS])
_ERRORS = frozenset(
    [
        *("#ref!", "#valeur!", "#value!", "#nom?", "#name?", "#div/0!", "#nul!", "#null!"),
        *("#nombre!", "#num!", "#calc!", "#champ!", "#field!", "#propagation!", "#spill!"),
        *("#inconnu!", "#unknown!", "#bloqué!", "#blocked!", "#connexion!", "#connect!"),
        *("err:502", "err:508", "err:509", "err:522"),
    ]
)
_TOTAL = re.compile(r"(?:grand |sous[- ]?|sub-?)?(?:total|totaux|totals)\b.{0,40}")
_POWER = re.compile(r"\d[.,]?\d*e\+\d+|\d{15}0+", re.IGNORECASE)
LARGEST_EXACT = 2**53  # beyond, a typed number has lost its last digits
_SPACED = r"[^\S ]|[\x1c-\x1f]|^ | $|  "  # what `str.split` takes for spaces, single ones apart
_NO_TEXT = pl.Series([""])
NOTHING = r"^[^0-9]{0,14}$|^[#Ee]"  # what `identifier` may take for none
#: Signs of which only the look differs: dashes, and an apostrophe that keeps zeros in Excel.
_LOOKS = str.maketrans({**DASHES, "'": "", "’": ""})


class Column(NamedTuple):
    """A column, each distinct cell once.

    `places` says where each line's cell is among `cells`, which are a list unless all of them are
    text; `texts` are these with single spaces.
    """

    places: np.ndarray
    cells: pl.Series | list[Any]
    texts: pl.Series

    def take(self, facts: Any) -> np.ndarray:
        """What is known of each distinct cell, for each line."""
        known = np.asarray(facts)
        if known.dtype.kind in "bi" and not known.any():
            return np.zeros(len(self.places), dtype=known.dtype)
        return np.asarray(known[self.places])

    def told(self, says: Callable[[str], object], likely: str) -> np.ndarray:
        """The distinct texts that say so, asked of those that match a pattern.

        >>> distinct(pd.Series(["A", "total", "A"])).told(is_total, "(?i)tot").tolist()
        [False, True]
        """
        flags = np.zeros(len(self.texts), dtype=bool)
        asked = self.texts.str.contains(likely).arg_true()
        flags[asked.to_numpy()] = [bool(says(text)) for text in self.texts.gather(asked)]
        return flags

    @property
    def said(self) -> pl.Series | list[Any]:
        """The cells, stray spaces apart."""
        if isinstance(self.cells, pl.Series):
            return self.texts
        pairs = zip(self.cells, self.texts, strict=True)
        return [text if isinstance(cell, str) else cell for cell, text in pairs]

    @property
    def spaced(self) -> np.ndarray:
        """The cells with stray spaces around what they say."""
        if isinstance(self.cells, pl.Series):
            return (self.cells != self.texts).to_numpy()
        pairs = zip(self.cells, self.texts, strict=True)
        return np.array([isinstance(cell, str) and cell != text for cell, text in pairs])


def distinct(cells: pd.Series) -> Column:
    """Each distinct cell of a column, a missing one as `""`.

    >>> list(distinct(pd.Series(["b", None, "b"])).cells)
    ['b', '']
    """
    if isinstance(cells.dtype, pd.StringDtype):
        return _distinct_texts(pa.array(cells))
    cells = cells.astype(object).where(cells.notna(), "")
    if not all(map(_is_hashable, cells)):
        cells = cells.map(str)
    places, found = pd.factorize(cells)
    texts = pl.Series(list(map(cell_text, found)), dtype=pl.String)
    return Column(places.astype("int32"), list(found), texts)


def _distinct_texts(cells: pa.Array | pa.ChunkedArray) -> Column:
    coded = cells.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    texts, places = pl.Series(coded.dictionary, dtype=pl.String), coded.indices
    if places.null_count:
        texts, places = pl.concat([texts, _NO_TEXT]), places.fill_null(len(texts))
    return Column(places.to_numpy(), texts, _single_spaced(texts))


def _single_spaced(texts: pl.Series) -> pl.Series:
    spaced = texts.str.contains(_SPACED).arg_true()
    return texts.clone().scatter(spaced, list(map(cell_text, texts.gather(spaced))))


def _is_hashable(cell: object) -> bool:
    try:
        hash(cell)
    except TypeError:
        return False
    return True


def is_blank(cell: object) -> bool:
    """Whether a cell says nothing.

    >>> is_blank(" n/a "), is_blank("0")
    (True, False)
    """
    return cell_text(cell).casefold() in BLANKS


def is_error(text: str) -> bool:
    """Whether a text is an error of Excel, or the # of a column that was too narrow.

    >>> is_error("#VALEUR!"), is_error("#12")
    (True, False)
    """
    if text[:1] not in ("#", "E", "e"):
        return False
    return text.casefold() in _ERRORS or (len(text) > 2 and set(text) == {"#"})


def cell_text(cell: object) -> str:
    """A cell as text, with single spaces; a whole number shows no decimals.

    >>> cell_text("  1\\u202f250  €"), cell_text(12.0)
    ('1 250 €', '12')
    """
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def identifier(text: str) -> str | None:
    """The identifier that a text is, if it is one.

    >>> identifier("C-1"), identifier("#REF!"), identifier("n/a")
    ('C-1', None, None)
    """
    return None if text.casefold() in BLANKS or is_error(text) else text


def spelling(text: str) -> str:
    """What identifiers have in common that differ only in writing: capitals, zeros, dashes…

    >>> {spelling(text) for text in ("Marie@ex.fr", "MARIE@EX.FR ")}, spelling("00123.0")
    ({'marie@ex.fr'}, '123')
    """
    plain = re.sub(r"[.,]0+$", "", plain_words(text).translate(_LOOKS).strip())
    return plain.lstrip("0") or "0" if plain.isdecimal() else plain


def is_total(text: str) -> bool:
    """Whether a text names a total.

    >>> is_total("Total général"), is_total("Totalement")
    (True, False)
    """
    return "tot" in text.casefold() and bool(_TOTAL.fullmatch(plain_words(text)))


def is_power(text: str) -> bool:
    """Whether an identifier is a number that a spreadsheet shortened; it keeps fifteen digits.

    >>> is_power("1,23E+11"), is_power("E-12"), is_power("1234567890123450")
    (True, False, True)
    """
    return bool(_POWER.fullmatch(text))


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
    column, dates = distinct_dates(cells, timezone)
    return dates.take(column.places).set_axis(cells.index)


def distinct_dates(cells: pd.Series, timezone: str) -> tuple[Column, pd.DataFrame]:
    """The same for each distinct cell.

    >>> distinct_dates(pd.Series(["31/12/2025"] * 2), "Europe/Paris")[1]["writing"].tolist()
    ['au format jj/mm/aaaa']
    """
    if isinstance(cells.dtype, pd.ArrowDtype):
        cells = pa.array(cells).to_pandas()
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        places, found = pd.factorize(cells, use_na_sentinel=False)
        column = Column(places, list(found), pl.Series(list(map(str, found)), dtype=pl.String))
        return column, _typed_dates(pd.Series(found), timezone)
    column = distinct(cells)
    parts = order_days_and_months(take_apart(column.texts, BLANKS))
    return column, instants(parts.to_pandas(), timezone)


def _typed_dates(cells: pd.Series, timezone: str) -> pd.DataFrame:
    zoned = isinstance(cells.dtype, pd.DatetimeTZDtype)
    written = cells.dt.tz_localize(None) if zoned else cells
    local = local_times(cells, timezone) if zoned else cells
    read = pd.DataFrame({"instant": local.astype("datetime64[us]")})
    read["writing"] = cells.isna().map({True: MISSING, False: "date"})
    for flag in ("ambiguous", "day_only", "month_only", "month_first"):
        read[flag] = False
    read["zoned"] = zoned & cells.notna()
    read["shifted"] = read["zoned"] & (written.dt.normalize() != local.dt.normalize())
    return read


def read_amounts(cells: pd.Series) -> pd.DataFrame:
    """Amounts, however written, as whole cents rounded half away from zero.

    A mark followed by exactly three digits (« 1.250 ») separates thousands, unless the column
    uses that mark for decimals elsewhere, and never for thousands; a typed number is never in
    doubt. Spaces and apostrophes may separate thousands; a minus (any dash) may stand before or
    after; brackets mean a negative amount; « 49,- » has no cents; « - € » is zero.

    Args:
        cells: text, numbers, or a mix. Numbers are read to the millionth.

    Returns:
        DataFrame on the index of `cells`: `cents` (Int64, missing if unreadable), and booleans
        `blank`, `comma` (decimal comma), `spaced_out` and `grouped` (thousands separated by
        a space, by a mark), `unsure` (the case of « 1.250 »), `finer` (parts of a cent were
        rounded), `euro_sign`, `foreign` (another currency's sign), `tax` (« TTC », « HT »…),
        `power` (« 1,25E+03 »).

    Example:
        >>> read_amounts(pd.Series(["1 250,50 €", "(3,005)", 12.5, "offert"]))["cents"].tolist()
        [125050, -301, 1250, <NA>]
    """
    column, amounts = distinct_amounts(cells)
    cents = pd.array(amounts["cents"].to_list(), dtype="Int64")
    return amounts.to_pandas().assign(cents=cents).take(column.places).set_axis(cells.index)


def distinct_amounts(cells: pd.Series) -> tuple[Column, pl.DataFrame]:
    """The same for each distinct cell.

    >>> distinct_amounts(pd.Series(["5", "5"]))[1]["cents"].to_list()
    [500]
    """
    column = distinct(cells)
    is_plain = np.zeros(len(column.texts), dtype=bool)
    if isinstance(column.cells, pl.Series):
        is_plain = column.texts.str.contains(PLAIN_AMOUNT).to_numpy()
    plain, rest = np.flatnonzero(is_plain), np.flatnonzero(~is_plain)
    texts = column.texts.gather(plain)
    parts = _settled(
        [_amount(column.cells[at], column.texts[at]) for at in rest.tolist()],
        {mark for mark in ".," if texts.str.contains(mark, literal=True).any()},
    )
    facts = pl.concat([amount_facts(parts), plain_amount_facts(texts)])
    return column, facts[np.argsort(np.concatenate([rest, plain]))]


def distinct_parts(column: Column) -> list[Amount]:
    """The amount of each distinct cell, taken apart; one in doubt is read as the others are.

    >>> [part.mark for part in distinct_parts(distinct(pd.Series(["1.250", "2.50"])))]
    ['.', '.']
    """
    return _settled(list(map(_amount, column.cells, column.texts)), set())


def _settled(amounts: list[Amount], marks: set[str]) -> list[Amount]:
    """Amounts in doubt, read as the others are, and as those with these decimal marks."""
    marks |= {a.mark for a in amounts if a.mark}
    as_decimals = marks - {a.group for a in amounts if not a.unsure}
    return [a.with_decimals() if a.unsure and a.group in as_decimals else a for a in amounts]


def _amount(cell: object, text: str) -> Amount:
    if not isinstance(cell, str) and is_number(cell):
        return typed_amount(cell)
    return Amount(blank=True) if text.casefold() in BLANKS else read_amount(text)
