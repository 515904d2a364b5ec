"""What comes out of a sandbox: lines of JSON that anybody may have written, made safe to use."""

from __future__ import annotations

import json
import math
import queue
import threading
from typing import IO, Any

MAX_BYTES = 20_000_000
MAX_DEPTH = 12
MAX_TEXT = 500
MAX_CELLS = 1000


class Lines:
    """The lines that a process writes, read by a thread so that waiting for one has a limit."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._count = 0
        self.is_too_long = False
        threading.Thread(target=self._read, daemon=True).start()

    def restart(self) -> None:
        """Allow `MAX_BYTES` from now on."""
        self._count = 0

    def next(self, seconds: float) -> bytes | None:
        """The next line; None at the end, or when there is too much; `queue.Empty` if it is late."""
        return self._lines.get(timeout=seconds)

    def _read(self) -> None:
        while line := self._stream.readline(MAX_BYTES + 1):
            self._count += len(line)
            if self._count > MAX_BYTES:
                self.is_too_long = True
                break
            self._lines.put(line)
        self._lines.put(None)


def parse(line: bytes) -> dict[str, Any]:
    """The JSON object on a line; an empty one for anything else."""
    try:
        record = json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def answers(record: dict[str, Any]) -> dict[str, Any]:
    """The answers of a cell's record, each of them plain, finite and not deep."""
    given = record.get("answers")
    if not isinstance(given, dict) or len(given) > MAX_CELLS:
        return {}
    found = {}
    for question, value in given.items():
        try:
            found[text(question)] = plain(value)
        except ValueError:
            continue
    return found


def plain(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The same JSON value with texts that can be written and numbers that a float can hold.

    Raises
    ------
    ValueError
        If lists and objects are nested more than ``depth`` times.

    Examples
    --------
    >>> plain({"a": ["\\ud800", 10**400, 1.5]})
    {'a': ['?', None, 1.5]}
    """
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {text(key): plain(part, depth - 1) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part, depth - 1) for part in value]
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int | float) and not _is_finite(value):
        return None
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def text(value: str, limit: int | None = None) -> str:
    """A text without half characters (lone surrogates), which no file can hold."""
    return value[:limit].encode("utf-8", "replace").decode("utf-8")


def error(record: dict[str, Any]) -> tuple[str, str] | None:
    """The name and the message of the error in a record, each of at most `MAX_TEXT` characters."""
    match record.get("error"):
        case [str(name), str(message)]:
            return text(name, MAX_TEXT), text(message, MAX_TEXT)
    return None
