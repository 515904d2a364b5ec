"""How every figure of the course looks, and how a notebook shows it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec

import pandas as pd
from matplotlib import style as mpl_style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french
from rfm_helpers.palette import EDGE, GRID, HEAD, INK, MIDDLE, PALE, WHITE
from rfm_helpers.tables.columns import require_columns

SEQUENTIAL = LinearSegmentedColormap.from_list("rfm", [PALE, MIDDLE, HEAD])

DIMENSIONS = {"R": "recence", "F": "frequence", "M": "montant_total"}
DIMENSION_NAMES = {"R": "Récence", "F": "Fréquence", "M": "Montant"}

_STYLE = Path(__file__).with_name("course.mplstyle")
_COLORS = {
    "figure.facecolor": WHITE,
    "axes.facecolor": WHITE,
    "savefig.facecolor": WHITE,
    "hatch.color": WHITE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": EDGE,
    "grid.color": GRID,
}
_P = ParamSpec("_P")


@contextmanager
def course_style() -> Iterator[None]:
    """The course's matplotlib settings, whatever the notebook has set; restored afterwards."""
    with mpl_style.context([_STYLE, _COLORS], after_reset=True):
        yield


def picture(png: bytes, alternative: str) -> str:
    """A PNG as HTML, with its alternative text, never wider than its place."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<img alt="{escape(alternative, quote=True)}" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{data}">'
    )


class CourseFigure(Figure):
    """A matplotlib figure with a French sentence that says what one sees.

    A notebook shows the picture, with the sentence as its alternative text: in HTML, the one form
    in which JupyterLab, nbconvert and myst-nb read it. The figure is unknown to pyplot, so that
    it's neither shown twice nor left open.

    >>> CourseFigure(alternative="Trois barres de même hauteur.")
    Trois barres de même hauteur.
    """

    def __init__(self, *args: Any, alternative: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        FigureCanvasAgg(self)
        self.alternative = alternative

    def draw(self, renderer: Any) -> None:
        """Draw with the course's settings, also when someone else asks for the drawing.

        The layout is computed once: each further computation would move it by a hair.
        """
        with course_style():
            super().draw(renderer)
        self.set_layout_engine("none")

    def png(self, *, quickly: bool = False) -> bytes:
        """The picture, the same bytes for the same figure; quickly: in larger bytes, sooner."""
        buffer = BytesIO()
        # ``savefig`` would draw twice, the first time to no avail.
        canvas: Any = FigureCanvasAgg(self)
        saving = {"compress_level": 1} if quickly else None
        canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs=saving)
        FigureCanvasAgg(self)  # in whose stead the pixels, megabytes of them, are let go
        return buffer.getvalue()

    _still: Any = None

    def png_of_moving(self, artists: Iterable[Artist]) -> bytes:
        """What ``png(quickly=True)`` gives, all but these artists being drawn once for all."""
        canvas: Any = FigureCanvasAgg(self)
        moving = list(artists)
        with course_style():
            if self._still is None:
                for artist in moving:
                    artist.set_visible(False)
                canvas.draw()
                # Rounding must not cost the last row of pixels.
                self._still = canvas.copy_from_bbox(self.bbox.padded(1))
                for artist in moving:
                    artist.set_visible(True)
            canvas.restore_region(self._still)
            for artist in moving:
                artist.draw(canvas.get_renderer())
        buffer = BytesIO()
        saving: dict[str, Any] = {"format": "png", "dpi": self.dpi, "metadata": {"Software": None}}
        imsave(buffer, canvas.buffer_rgba(), **saving, pil_kwargs={"compress_level": 1})
        return buffer.getvalue()

    def __str__(self) -> str:
        return self.alternative

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": picture(self.png(), self.alternative),
            "text/plain": self.alternative,
        }


def styled(draw: Callable[_P, CourseFigure]) -> Callable[_P, CourseFigure]:
    """Have a figure function draw with the course's settings."""

    @wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> CourseFigure:
        with course_style():
            return draw(*args, **kwargs)

    return drawn


def new_figure(alternative: str, height: float = 5) -> CourseFigure:
    """An empty figure, nine inches wide at 100 pixels an inch."""
    return CourseFigure(
        figsize=(9, height), dpi=100, layout="constrained", alternative=french(alternative)
    )


def need_columns(table: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse an empty table or one that lacks a column, in a sentence a learner can act on.

    >>> need_columns(pd.DataFrame({"R": []}), ["R"], "la table des scores")
    Traceback (most recent call last):
    ...
    rfm_helpers.errors.CourseError: Rien à montrer, la table des scores est vide\u00a0: relancez \
ce qui la calcule.
    """
    require_columns(table.columns, columns, what)
    if table.empty:
        raise CourseError(f"Rien à montrer, {what} est vide : relancez ce qui la calcule.")


def text_color_on(background: Any) -> str:
    """Black or white, whichever is easier to read on a colour (WCAG relative luminance).

    >>> text_color_on("#123a63"), text_color_on("#f2f6fb")
    ('white', 'black')
    """
    return "white" if contrast("white", background) >= contrast("black", background) else "black"


def contrast(one: Any, other: Any) -> float:
    """WCAG contrast of two colours, from 1 to 21.

    >>> contrast("black", "white")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Any) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def count_axis(axis: Axis, ticks: int = 6) -> None:
    """Whole numbers with French separators along an axis."""
    axis.set_major_locator(MaxNLocator(ticks, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: numbers.number(value)))


def euro_axis(axis: Axis) -> None:
    """Amounts in euros along an axis."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: numbers.euros(value)))


def share_axis(axis: Axis, ticks: int = 6) -> None:
    """Shares between 0 and 1 as percentages along an axis."""
    axis.set_major_locator(MaxNLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: numbers.percent(value)))


def uplift_axis(axis: Axis, decimals: int = 0) -> None:
    """Uplifts (orders more per customer reached) along an axis, in points."""
    axis.set_label_text("Hausse de réponse, en points (pour 100 clients touchés)")
    axis.set_major_formatter(FuncFormatter(lambda value, _: numbers.number(100 * value, decimals)))


def bare(axes: Axes) -> None:
    """Take away the frame and the tick marks, keep the labels."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
