"""The fast way to read a text file: one whose every line keeps to the rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

QUOTE, NEWLINE, EQUALS = b'"'[0], b"\n"[0], b"="[0]
CHUNK = 1 << 20
BLOCK = 1 << 23  # bytes that Arrow reads at once


class Body(NamedTuple):
    """The rows under the titles, blank ones left out.

    `records` counts the rows of the file from 0, blank ones included; `lines` are the same counted
    in a text editor, from 0 too, where a cell with line breaks takes several.
    """

    frame: pd.DataFrame
    records: np.ndarray
    lines: np.ndarray


def read_regular(content: bytes, separator: str, width: int, skipped: int) -> Body | None:
    """Read the rows under the titles; None if a line breaks a rule: then each needs a look.

    Args:
        content: the whole file, in UTF-8.
        separator: one character.
        width: the most cells that a row may have.
        skipped: lines before the body.

    Example:
        >>> read_regular(b"a;b\\n1;2\\n\\n3;4\\n", ";", 2, 1).lines.tolist()
        [0, 2]
    """
    if len(separator.encode()) != 1 or (b"\r" in content and b"\n" not in content):
        return None
    signs = np.frombuffer(content, dtype="uint8")
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_one_a_line, content, separator, width, skipped)
        quotes = _places(signs, QUOTE) if b'"' in content else np.empty(0, dtype="int64")
        ends, regular = _ends(signs), _are_regular(quotes, signs, separator)
        rows = reading.result()
    if not regular:
        return None
    if rows is None or rows.num_rows != ends - skipped:
        rows = _any(content, separator, width, skipped)
    if rows is None:
        return None
    lines = _starts(signs, quotes, skipped, rows.num_rows, ends)
    if len(lines) != rows.num_rows:
        return None
    blank = _blank(rows)
    records = np.flatnonzero(~blank)
    kept = rows if len(records) == rows.num_rows else rows.filter(pa.array(~blank))
    return Body(_to_pandas(kept), records, lines[records])


def _one_a_line(content: bytes, separator: str, width: int, skipped: int) -> pa.Table | None:
    """The rows, if all have as many cells; the fastest way where each line is one, by Arrow."""
    if b"\r" in content and content.count(b"\r") != content.count(b"\r\n"):
        return None
    start = 0
    for _ in range(skipped):
        start = content.find(b"\n", start) + 1
    names = [str(place) for place in range(width)]
    types = dict.fromkeys(names, pa.large_string())
    try:
        return csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start)),
            csv.ReadOptions(column_names=names, block_size=BLOCK),
            csv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=types, check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None


def _any(content: bytes, separator: str, width: int, skipped: int) -> pa.Table | None:
    """The rows, those that are short filled up, through Polars."""
    try:
        rows = pl.read_csv(
            content,
            has_header=False,
            separator=separator,
            schema={str(place): pl.String for place in range(width)},
            skip_lines=skipped,
        )
    except pl.exceptions.PolarsError:
        return None
    return rows.fill_null("").to_arrow(compat_level=pl.CompatLevel.oldest())


def _are_regular(quotes: np.ndarray, signs: np.ndarray, separator: str) -> bool:
    """Whether quotes stand around cells, or doubled within them, and guard no zeros (`="01"`)."""
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    is_border = np.zeros(256, dtype=bool)
    is_border[list(f'{separator}"\n\r'.encode())] = True
    opened = is_border[signs[np.maximum(opening - 1, 0)]] | (opening == 0)
    closed = is_border[signs[np.minimum(closing + 1, len(signs) - 1)]]
    closed |= closing == len(signs) - 1
    guards = signs[np.minimum(opening + 1, len(signs) - 1)] == EQUALS
    return len(quotes) % 2 == 0 and bool(opened.all() and closed.all() and not guards.any())


def _starts(
    signs: np.ndarray, quotes: np.ndarray, skipped: int, rows: int, ends: int
) -> np.ndarray:
    """The line on which each row starts, counted from 0 after those skipped."""
    if not len(quotes) or ends - skipped == rows:
        return np.arange(rows)
    breaks = _places(signs, NEWLINE)
    outside = np.searchsorted(quotes, breaks) % 2 == 0
    starts = np.concatenate([[0], np.flatnonzero(outside) + 1])
    return (starts[np.searchsorted(starts, skipped) :] - skipped)[:rows]


def _ends(signs: np.ndarray) -> int:
    """How many lines there are."""
    ends = sum(np.count_nonzero(piece == NEWLINE) for piece in _pieces(signs))
    return int(ends + (signs[-1] != NEWLINE))


def _pieces(signs: np.ndarray) -> list[np.ndarray]:
    """Pieces that fit in the processor's memory."""
    return [signs[start : start + CHUNK] for start in range(0, len(signs), CHUNK)]


def _places(signs: np.ndarray, sign: int) -> np.ndarray:
    """Where a sign stands."""
    found = [np.flatnonzero(piece == sign) for piece in _pieces(signs)]
    return np.concatenate([at * CHUNK + places for at, places in enumerate(found)])


def _blank(rows: pa.Table) -> np.ndarray:
    """Rows without a word; those whose first cell starts with a plain sign need no further look."""
    first = rows.column(0)
    likely = np.asarray(pc.or_(pc.less(first, "!"), pc.greater(first, "~")))
    blank = np.zeros(rows.num_rows, dtype=bool)
    if likely.any():
        among = rows.filter(pa.array(likely)).columns
        said = [np.asarray(pc.not_equal(pc.utf8_trim_whitespace(cells), "")) for cells in among]
        blank[likely] = ~np.any(said, axis=0)
    return blank


def _to_pandas(rows: pa.Table) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(rows.column(name), dtype="str") for name in rows.column_names}
    )
