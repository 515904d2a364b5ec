"""How much text a box holds, whatever the font of the reader's machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from math import ceil, floor

from rfm_helpers.french.words import french

#: The mean width of a character, of a wide one, and the height of a line, in sizes of the font.
#: They are those of DejaVu Sans, the widest that stands in for a missing font.
_NARROW, _WIDE, LINE = 0.62, 1.4, 1.25
CUT = french("… (suite dans les notes)")


def text_width(text: str, size: float) -> float:
    """How wide a text is on one line (points).

    >>> text_width("abcd", 10)
    24.8
    """
    return size * sum(_WIDE if _is_wide(sign) else _NARROW for sign in text)


@cache
def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0xFFFF or sign in "MWmw%€"


def line_count(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a width (points), words kept whole where they fit.

    >>> line_count("un deux trois", 60, 10), line_count("", 60, 10)
    (2, 1)
    """
    return sum(_paragraph_lines(part, width, size) for part in text.split("\n"))


def _paragraph_lines(text: str, width: float, size: float) -> int:
    lines, used, space = 1, 0.0, text_width(" ", size)
    for word in text.split(" "):
        wide = text_width(word, size)
        if used and used + space + wide > width:
            lines, used = lines + 1, 0.0
        used += wide + (space if used else 0)
        if used > width:
            lines, used = lines + ceil(used / width) - 1, used % width
    return lines


def most_lines(height: float, size: float) -> int:
    """How many lines a height holds (points), one at least.

    >>> most_lines(30, 12)
    2
    """
    return max(1, floor(height / (size * LINE)))


def shortened(text: str, width: float, lines: int, size: float, mark: str = "…") -> str:
    """The text as far as it fits in so many lines, cut between two words and marked.

    >>> shortened("un deux trois", 200, 1, 10)
    'un deux trois'
    """
    if line_count(text, width, size) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = line_count(text[:middle].rstrip() + mark, width, size) <= lines
        low, high = (middle, high) if fits else (low, middle - 1)
    kept = text[:low]
    whole = kept.rpartition(" ")[0] or kept
    return whole.rstrip().rstrip(" ,;:.") + mark


def fitted(text: str, width: float, height: float, sizes: Sequence[int]) -> tuple[str, int]:
    """The text and the largest of some sizes in which a box holds it; cut at the smallest.

    Args:
        text: paragraphs parted by line ends.
        width: of the box (points).
        height: of the box (points).
        sizes: sizes of the font, the largest first (points).

    >>> fitted("Un message", 400, 60, (24, 18))
    ('Un message', 24)
    """
    for size in sizes:
        if line_count(text, width, size) <= most_lines(height, size):
            return text, size
    size = sizes[-1]
    return shortened(text, width, most_lines(height, size), size, CUT), size


def label_sides(places: Sequence[tuple[float, float]], most: float) -> list[str]:
    """On which side of each point its name stands, so that it hides no near point or name.

    >>> label_sides([(2, 5), (9, 5), (3, 5.2)], 10)
    ['above', 'left', 'right']
    """
    sides: list[str] = []
    for rank, (x, y) in enumerate(places):
        near = [
            (other, other_x - x)
            for other, (other_x, other_y) in enumerate(places)
            if other != rank and abs(x - other_x) < 0.4 * most and abs(y - other_y) < 0.08 * most
        ]
        taken = {sides[other] for other, _ in near if other < rank}
        taken |= {"right" if gap > 0 else "left" for _, gap in near}
        first = "left" if x > most / 2 else "right"
        sides.append(next((one for one in (first, "above", "below") if one not in taken), first))
    return sides
