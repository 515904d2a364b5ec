"""JSON that anybody may have written, made safe to use: short, shallow, writable."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

MAX_DEPTH = 12
MAX_TEXT = 500
#: A longer text is cut here: whoever shows it cuts it shorter, and says so.
MAX_LETTERS = 30_000
#: Values in one answer: the largest table that an assignment asks for holds some sixty thousand.
MAX_PARTS = 400_000


def plain(value: Any) -> Any:
    """The same JSON value, with texts that can be written and numbers that a float can hold.

    Raises:
        ValueError: it is nested more than `MAX_DEPTH` times, or holds more than `MAX_PARTS` values.

    Example:
        >>> plain({"a": ["\\ud800", 10**400, 1.5]})
        {'a': ['?', None, 1.5]}
    """
    return _plain(value, MAX_DEPTH, count(1))


def _plain(value: Any, depth: int, parts: Iterator[int]) -> Any:
    if depth < 0 or next(parts) > MAX_PARTS:
        raise ValueError("too deep or too large")
    match value:
        case dict():
            return {_cut(name): _plain(part, depth - 1, parts) for name, part in value.items()}
        case list():
            return [_plain(part, depth - 1, parts) for part in value]
        case str():
            return _cut(value)
        case int() | float() if not abs(value) <= sys.float_info.max:
            return None
    return value


def _cut(text: str) -> str:
    return writable(text[:MAX_LETTERS])


def text_of(value: Any) -> str:
    """A short text from a value that should be one."""
    return writable(str(value)[:MAX_TEXT])


def writable(text: str) -> str:
    """A text without lone surrogates, which no file can hold.

    >>> writable("a\\ud83d")
    'a?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
