"""A figure that a widget redraws at each move of a slider: its artists are made once."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.text import Text

from rfm_helpers import formats
from rfm_helpers.plots.heatmaps import label_rf, rf_grid
from rfm_helpers.plots.style import (
    SEQUENTIAL,
    CourseFigure,
    bare,
    course_style,
    need_columns,
    text_color_on,
)
from rfm_helpers.wording import several

_COLUMNS = {"R": 0.42, "F": 0.61, "M": 1.0}
_Cells = dict[tuple[int, int], Text]
_Bounds = dict[tuple[str, int], Text]
_UNITS = {"R": " (jours)", "F": "", "M": " (€)"}


class ScoreFigure:
    """Customers per recency × frequency cell, with the bounds of each score beside the grid.

    >>> scored = pd.DataFrame({"R": [2, 1], "F": [2, 1]})
    >>> cuts = pd.DataFrame({"dimension": ["R"], "score": 1, "de": 9.0, "a": 9.0, "clients": 1})
    >>> figure = ScoreFigure()
    >>> figure.update(scored, cuts, levels=2)[:4]
    b'\\x89PNG'
    >>> figure.alternative
    'Grille récence × fréquence de 2\\xa0clients sur 2 niveaux.'
    """

    _figure: CourseFigure
    _image: AxesImage
    _cells: _Cells
    _bounds: _Bounds

    def __init__(self) -> None:
        self.alternative = ""
        self._built: dict[int, tuple[CourseFigure, AxesImage, _Cells, _Bounds]] = {}

    def update(self, scored: pd.DataFrame, cuts: pd.DataFrame, levels: int | None = None) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Parameters
        ----------
        scored : one row per customer with the scores ``R`` and ``F`` (int).
        cuts : the output of `rfm.score_cuts` for these scores.
        levels : number of levels; default: the highest score of the cuts.

        Raises
        ------
        CourseError
            If a table is empty or lacks a column.
        """
        need_columns(scored, ["R", "F"], "la table des scores")
        need_columns(cuts, ["dimension", "score", "de", "a", "clients"], "la table des bornes")
        size = levels or int(cuts["score"].max())
        if size not in self._built:
            self._build(size)
            self._built[size] = self._figure, self._image, self._cells, self._bounds
        self._figure, self._image, self._cells, self._bounds = self._built[size]
        self._write_grid(scored, size)
        self._write_cuts(cuts)
        self.alternative = self._figure.alternative = (
            f"Grille récence × fréquence de {several(len(scored), 'client')} sur {size} niveaux."
        )
        return self._figure.png_of_moving(
            [self._image, *self._cells.values(), *self._bounds.values()]
        )

    def _build(self, levels: int) -> None:
        with course_style():
            self._figure = CourseFigure(figsize=(9, 5), dpi=100, alternative="")
            grid, table = self._figure.subplots(1, 2, width_ratios=[10, 11])
            self._figure.subplots_adjust(left=0.1, right=0.98, top=0.91, bottom=0.13, wspace=0.08)
            blank = [[0.0] * levels] * levels
            self._image = grid.imshow(blank, cmap=SEQUENTIAL, origin="lower", aspect="auto")
            cells = [(row, column) for row in range(levels) for column in range(levels)]
            self._cells = {
                (row, column): grid.text(column, row, "", ha="center", va="center")
                for row, column in cells
            }
            label_rf(grid, levels)
            grid.set(title="Clients", xlabel="Score de fréquence", ylabel="Score de récence")
            bare(grid)
            table.axis("off")
            table.set_title("Bornes de chaque score")
            self._bounds = {}
            for row in range(levels + 1):
                self._add_table_row(table, row, levels)

    def _add_table_row(self, table: Axes, row: int, levels: int) -> None:
        height, score = 1 - (row + 0.5) / (levels + 1), levels - row + 1
        table.text(0, height, "Score" if row == 0 else str(score), va="center", weight="bold")
        for dimension, place in _COLUMNS.items():
            text = table.text(place, height, "", ha="right", va="center")
            if row == 0:
                text.set(text=f"{dimension}{_UNITS[dimension]}", weight="bold")
            else:
                self._bounds[dimension, score] = text

    def _write_grid(self, scored: pd.DataFrame, levels: int) -> None:
        counts = rf_grid(scored, "clients", levels)
        self._image.set_data(counts)
        self._image.set_clim(0, counts.max())
        colors = self._image.to_rgba(counts)
        for cell, text in self._cells.items():
            text.set(text=formats.number(counts[cell]), color=text_color_on(colors[cell]))

    def _write_cuts(self, cuts: pd.DataFrame) -> None:
        for text in self._bounds.values():
            text.set_text("vide")
        held = cuts[cuts["clients"] > 0]
        places = zip(held["dimension"], held["score"], strict=True)
        for place, bounds in zip(places, cut_ranges(held), strict=True):
            self._bounds[place].set_text(bounds)


def cut_ranges(cuts: pd.DataFrame) -> list[str]:
    """Each row of `rfm.score_cuts` as « 14 à 281 », with the decimals that keep scores apart.

    >>> cuts = pd.DataFrame({"dimension": "M", "de": [14.2, 281.9], "a": [281.6, 900.0]})
    >>> cut_ranges(cuts)
    ['14,2 à 281,6', '281,9 à 900,0']
    """
    decimals = {name: _decimals(rows) for name, rows in cuts.groupby("dimension")}
    columns = (cuts[name].tolist() for name in ("dimension", "de", "a"))
    return [_range(low, high, decimals[name]) for name, low, high in zip(*columns, strict=True)]


def _decimals(cuts: pd.DataFrame) -> int:
    """As few as tell the end of each score from the beginning of the next, two at most."""
    ordered = cuts.sort_values("de")
    pairs = list(zip(ordered["a"].iloc[:-1], ordered["de"].iloc[1:], strict=True))
    apart = [(high, low) for high, low in pairs if high < low]
    return next((d for d in (0, 1) if all(round(a, d) < round(b, d) for a, b in apart)), 2)


def _range(low: float, high: float, decimals: int) -> str:
    first, last = formats.number(low, decimals), formats.number(high, decimals)
    return first if first == last else f"{first} à {last}"
