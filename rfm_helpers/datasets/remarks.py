"""What reading a file showed: remarks for the log, and the line of the file behind each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.french.words import french

READING = "lecture"  # the attribute of a frame that says how it was read
EXAMPLES = 3


@dataclass(frozen=True)
class Remark:
    """One thing to know of a file: its name, how many lines it concerns, what was done of it."""

    name: str
    count: int
    treatment: str
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, cases: Sequence[str], treatment: str) -> Remark:
        """A remark that counts its cases and shows the first ones."""
        return cls(name, len(cases), french(treatment), tuple(cases[:EXAMPLES]))


class Reading(str):
    """How a file was read, in one French sentence (a text, so that a frame can be saved with it).

    Attributes:
        remarks: what the log has to say of the file itself.
        lines: for each row of the frame, its line in a text editor, or its row in Excel.
        excel: the same as Excel shows a text file, where a cell may hold line breaks.
        sheets: for each row, the sheet that it comes from; None unless several were stacked.
    """

    remarks: tuple[Remark, ...]
    lines: np.ndarray
    excel: np.ndarray
    sheets: np.ndarray | None

    def __new__(
        cls,
        sentence: str,
        remarks: Iterable[Remark] = (),
        lines: Any = (),
        excel: Any = None,
        sheets: np.ndarray | None = None,
    ) -> Reading:
        """Nothing of it changes, so that copies of a frame share it."""
        self = super().__new__(cls, french(sentence))
        self.remarks = tuple(remarks)
        self.lines = np.asarray(lines, dtype="int64")
        self.excel = self.lines if excel is None else np.asarray(excel, dtype="int64")
        self.sheets = sheets
        return self

    def __deepcopy__(self, memo: object) -> Reading:
        return self

    def saying(self, sentence: str = "", remark: Remark | None = None) -> Reading:
        """The same with a sentence more, or a remark for the log, before the others."""
        remarks = [remark, *self.remarks] if remark else self.remarks
        said = f"{self} {sentence}".strip()
        return Reading(said, remarks, self.lines, self.excel, self.sheets)

    def take(self, places: np.ndarray) -> Reading:
        """The same for some rows of the frame."""
        sheets = None if self.sheets is None else self.sheets[places]
        return Reading(self, self.remarks, self.lines[places], self.excel[places], sheets)

    def where(self, place: int) -> str:
        """Where a row stands in the file, in French.

        >>> Reading("", lines=[2, 5], excel=[2, 4]).where(1)
        'ligne 5 (4 dans Excel)'
        """
        line, excel = self.lines[place], self.excel[place]
        text = f"ligne {line}" if line == excel else f"ligne {line} ({excel} dans Excel)"
        return text if self.sheets is None else f"« {self.sheets[place]} », {text}"


def reading_of(frame: pd.DataFrame) -> Reading:
    """How a frame was read; one that no file gave has its titles on line 1.

    A frame that was filtered since keeps the lines of its rows, by its index.

    >>> reading_of(pd.DataFrame({"a": [1, 2]})).lines.tolist()
    [2, 3]
    """
    known = frame.attrs.get(READING)
    counted = Reading("", lines=np.arange(len(frame)) + 2)
    if not isinstance(known, Reading):
        return counted
    if isinstance(frame.index, pd.RangeIndex) and len(frame) == len(known.lines):
        return known
    if not _is_part(frame.index, len(known.lines)):
        return Reading(known, known.remarks, counted.lines)
    return known.take(frame.index.to_numpy())


def _is_part(index: pd.Index, size: int) -> bool:
    """Whether these are labels of rows that a file gave, and not counted anew."""
    if index.dtype.kind != "i" or not index.is_unique or not len(index):
        return False
    counted_anew = isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1
    return index.min() >= 0 and index.max() < size and not counted_anew
