"""A figure that a widget redraws at each move of a slider: its artists are made once."""

from __future__ import annotations

import pandas as pd
from matplotlib.image import AxesImage
from matplotlib.text import Text

from rfm_helpers.french import numbers
from rfm_helpers.french.words import several
from rfm_helpers.plots.heatmaps import label_rf, rf_grid
from rfm_helpers.plots.style import (
    SEQUENTIAL,
    CourseFigure,
    bare,
    course_style,
    need_columns,
    text_color_on,
)

_Cells = dict[tuple[int, int], Text]


class ScoreFigure:
    """Customers per recency × frequency cell.

    >>> figure = ScoreFigure()
    >>> figure.update(pd.DataFrame({"R": [2, 1], "F": [2, 1]}), levels=2)[:4]
    b'\\x89PNG'
    >>> figure.alternative
    'Grille récence × fréquence de 2\\xa0clients sur 2 niveaux.'
    """

    def __init__(self) -> None:
        self.alternative = ""
        self._built: dict[int, tuple[CourseFigure, AxesImage, _Cells]] = {}

    def update(self, scored: pd.DataFrame, levels: int) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            scored: one row per customer with the scores `R` and `F` (int).
            levels: number of levels of these scores.

        Raises:
            CourseError: if the table is empty or lacks a column.
        """
        need_columns(scored, ["R", "F"], "la table des scores")
        if levels not in self._built:
            self._built[levels] = _build(levels)
        figure, image, cells = self._built[levels]
        counts = rf_grid(scored, "clients", levels)
        image.set_data(counts)
        image.set_clim(0, counts.max())
        colors = image.to_rgba(counts)
        for cell, text in cells.items():
            text.set(text=numbers.number(counts[cell]), color=text_color_on(colors[cell]))
        self.alternative = figure.alternative = (
            f"Grille récence × fréquence de {several(len(scored), 'client')} sur {levels} niveaux."
        )
        return figure.png_of_moving([image, *cells.values()])


def _build(levels: int) -> tuple[CourseFigure, AxesImage, _Cells]:
    with course_style():
        figure = CourseFigure(figsize=(6.5, 4.6), dpi=100, alternative="")
        axes = figure.subplots()
        figure.subplots_adjust(left=0.14, right=0.98, top=0.91, bottom=0.14)
        blank = [[0.0] * levels] * levels
        image = axes.imshow(blank, cmap=SEQUENTIAL, origin="lower", aspect="auto")
        cells = {
            (row, column): axes.text(column, row, "", ha="center", va="center")
            for row in range(levels)
            for column in range(levels)
        }
        label_rf(axes, levels)
        axes.set(title="Clients", xlabel="Score de fréquence", ylabel="Score de récence")
        bare(axes)
    return figure, image, cells
