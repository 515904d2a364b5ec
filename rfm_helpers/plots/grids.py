"""A segment grid as a map: one panel per amount score, one cell per code."""

from __future__ import annotations

from typing import cast

from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import Normal, Stroke

from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.plots.style import CourseFigure, bare, course_style, new_figure, styled

_LARGEST = 5
_PANELS_PER_ROW = 2


@styled
def plot_grid(
    grid: str | Grid = "onze", *, outline: str | tuple[str | int, ...] = ()
) -> CourseFigure:
    """Every code of a grid in the colour of its segment, the best at the top right of each panel.

    Args:
        grid: a grid of at most five levels.
        outline: the code or codes whose cells are outlined.

    Raises:
        CourseError: if the grid has more than five levels, or a code is not in it.

    Example:
        >>> plot_grid("onze", outline=("234",))
        Carte des 64 codes de la grille «\u00a0Les onze segments\u00a0»\u00a0; entouré\u00a0: 234 \
(À ne pas perdre).
    """
    codes = (outline,) if isinstance(outline, str) else outline
    return GridFigure(grid).outlined(*map(str, codes))


class GridFigure:
    """The map of `plot_grid`, drawn once; only the outlines move.

    >>> GridFigure().png("444")[:4]
    b'\\x89PNG'
    """

    def __init__(self, grid: str | Grid = "onze") -> None:
        self._grid = resolve_grid(grid)
        if self._grid.levels > _LARGEST:
            raise CourseError(
                f"La grille « {self._grid.id} » a {self._grid.levels} niveaux : "
                f"la carte se lit jusqu’à {_LARGEST}."
            )
        self._outlines: list[Rectangle] = []
        with course_style():
            self._draw()

    def outlined(self, *codes: str) -> CourseFigure:
        """The figure, with these codes outlined and no other."""
        for old in self._outlines:
            old.remove()
        named = [f"{code} ({self._grid.segment_of(code)})" for code in codes]
        self._outlines = [self._outline(code) for code in codes]
        self._figure.alternative = french(
            f"Carte des {len(self._grid.by_code)} codes de la grille « {self._grid.title} »"
            + (f" ; entouré : {', '.join(named)}." if named else ".")
        )
        return self._figure

    def png(self, *codes: str) -> bytes:
        """The picture with these codes outlined, at the least cost: the cells are drawn once."""
        figure = self.outlined(*codes)
        return figure.png_of_moving(self._outlines)

    @property
    def alternative(self) -> str:
        """What one sees, in a sentence."""
        return self._figure.alternative

    def _draw(self) -> None:
        levels = self._grid.levels
        rows = -(-levels // _PANELS_PER_ROW)
        self._figure = new_figure("", height=1.6 + 0.62 * levels * rows)
        panels = self._figure.subplots(rows, _PANELS_PER_ROW, squeeze=False).flatten().tolist()
        scores = range(1, levels + 1)
        self._panels = {str(score): axes for score, axes in zip(scores, panels, strict=False)}
        for score, axes in self._panels.items():
            axes.set(title=f"M {score}", xlim=(0.5, levels + 0.5), ylim=(0.5, levels + 0.5))
            axes.set_xticks(scores, [f"F {other}" for other in scores])
            axes.set_yticks(scores, [f"R {other}" for other in scores])
            bare(axes)
        for unused in panels[levels:]:
            unused.axis("off")
        for segment in self._grid.segments:
            for code in segment.codes:
                self._cell(code, segment.color, segment.text_color)
        self._figure.legend(
            handles=[Patch(color=color, label=name) for name, color in self._grid.colors.items()],
            loc="outside lower center",
            ncols=3,
        )

    def _cell(self, code: str, color: str, text_color: str) -> None:
        r, f, m = tuple(code)
        axes = self._panels[m]
        corner = (int(f) - 0.48, int(r) - 0.48)
        axes.add_patch(Rectangle(corner, 0.96, 0.96, facecolor=color))
        axes.text(int(f), int(r), code, ha="center", va="center", color=text_color)

    def _outline(self, code: str) -> Rectangle:
        r, f, m = tuple(code)
        corner = (int(f) - 0.48, int(r) - 0.48)
        outline = Rectangle(
            corner, 0.96, 0.96, fill=False, edgecolor="black", linewidth=3.5, zorder=3,
            path_effects=[Stroke(linewidth=7, foreground="white"), Normal()],
        )  # fmt: skip
        return cast(Rectangle, self._panels[m].add_patch(outline))
