"""A brand's colour, as far as it can be read on and beside white."""

from __future__ import annotations

from rfm_helpers import palette
from rfm_helpers.analysis.project.model import COLOR

#: What the contrast of two colours must be for a chart beside white (WCAG 2.2, 1.4.11).
GRAPHIC = 3.0
#: The same for a text (1.4.3).
READABLE = 4.5


def brand_color(text: str) -> str:
    """The colour that a text writes; the course's where it writes none.

    >>> brand_color("#7a1f3d"), brand_color("rouge") == palette.HEAD
    ('#7a1f3d', True)
    """
    return text.lower() if COLOR.fullmatch(text) else palette.HEAD


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2).

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(color: str) -> str:
    """The colour, white or black, that is read best on a colour.

    >>> text_on("#ffff00"), text_on("#7a1f3d")
    ('#000000', '#ffffff')
    """
    return max(palette.WHITE, palette.BLACK, key=lambda text: contrast(text, color))


def apart_from(color: str) -> str:
    """The gray, light or dark, that is best told from a colour; both are seen on white.

    >>> apart_from("#7a1f3d") == palette.NEUTRAL, apart_from("#8a8f98") == palette.TEXT
    (True, True)
    """
    return max(palette.NEUTRAL, palette.TEXT, key=lambda gray: contrast(gray, color))


def beside_white(color: str, least: float = GRAPHIC) -> str:
    """The colour, darkened until it has that contrast with white.

    >>> beside_white("#7a1f3d")
    '#7a1f3d'
    >>> contrast(beside_white("#ffff00"), "#ffffff") >= GRAPHIC
    True
    """
    while contrast(color, palette.WHITE) < least:
        shares = (int(color[place : place + 2], 16) * 9 // 10 for place in (1, 3, 5))
        color = "#" + "".join(f"{share:02x}" for share in shares)
    return color
