"""What comes out of a sandbox: lines of JSON that anybody may have written."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from rfm_helpers.teacher.plain_json import plain, text_of

MAX_BYTES = 20_000_000


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
        """The next line; None at the end or when there is too much.

        Raises:
            queue.Empty: no line came in so many seconds.
        """
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


def answers_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in a cell's record that are plain JSON and not deep."""
    given = record.get("answers")
    found: dict[str, Any] = {}
    for question, value in given.items() if isinstance(given, dict) else ():
        with suppress(ValueError):
            found[text_of(question)] = plain(value)
    return found


def error_of(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and message of the error in a record, as short texts."""
    match record.get("error"):
        case [str(name), str(message)]:
            return text_of(name), text_of(message)
    return None
