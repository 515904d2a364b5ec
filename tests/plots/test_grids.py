"""The map of a segment grid: every code in the colour of its segment, outlines where asked."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.catalog import load_grid
from rfm_helpers.catalog.grids import GRID_NAMES
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.plots import GridFigure, plot_grid
from rfm_helpers.plots.style import contrast


def cells(figure) -> dict[str, tuple[str, str]]:
    """Code → colour of its cell and of its text, as drawn: panel, column and row are the code's."""
    found = {}
    for axes in figure.axes:
        squares = {
            (round(p.get_x() + 0.48), round(p.get_y() + 0.48)): to_hex(p.get_facecolor())
            for p in axes.patches
            if isinstance(p, Rectangle) and p.get_fill()
        }
        for text in axes.texts:
            f, r = (round(place) for place in text.get_position())
            assert text.get_text() == f"{r}{f}{axes.get_title(loc='left')[-1]}"
            found[text.get_text()] = squares[(f, r)], text.get_color()
    return found


def outlines(figure) -> list[tuple[str, int, int]]:
    return [
        (axes.get_title(loc="left"), round(p.get_x() + 0.48), round(p.get_y() + 0.48))
        for axes in figure.axes
        for p in axes.patches
        if isinstance(p, Rectangle) and not p.get_fill()
    ]


@pytest.mark.parametrize("name", GRID_NAMES)
def test_every_code_has_the_colour_of_its_segment(name):
    grid = load_grid(name)
    drawn = cells(plot_grid(name))
    assert drawn.keys() == grid.by_code.keys()
    for code, (background, ink) in drawn.items():
        assert background == grid.colors[grid.segment_of(code)]
        assert contrast(ink, background) >= 4.5


def pixels(png: bytes) -> np.ndarray:
    return imread(BytesIO(png))


def test_a_map_drawn_again_is_the_one_drawn_at_once():
    figure = GridFigure("onze")
    figure.png("111")
    assert np.array_equal(pixels(figure.png("234")), pixels(plot_grid(outline=("234",)).png()))
    assert "234" in figure.alternative and "111" not in figure.alternative


def test_outlines_are_where_asked_and_named():
    figure = plot_grid("onze", outline=("313", "314"))
    assert outlines(figure) == [("M 3", 1, 3), ("M 4", 1, 3)]
    assert outlines(plot_grid("onze", outline=(313, 314))) == outlines(figure)
    assert outlines(plot_grid("onze", outline="313")) == outlines(figure)[:1]
    assert "313 (Prometteurs), 314 (Besoin d’attention)" in figure.alternative
    assert outlines(plot_grid("onze")) == []


def test_the_map_is_reused_and_forgets_its_outline():
    figure = GridFigure()
    first = figure.png("234")
    assert figure.png("444") != first
    assert figure.png("234") == first
    assert "Champions" not in figure.alternative


@pytest.mark.parametrize("name", GRID_NAMES)
def test_texts_are_large_and_nothing_is_clipped(name):
    figure = plot_grid(name, outline=("444",))
    figure.png()
    shown = [text for text in figure.findobj(Text) if text.get_text().strip()]
    assert min(text.get_fontsize() for text in shown) >= 12
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= 0
    assert (drawn.x1, drawn.y1) <= (width, height)


def test_a_code_outside_the_grid_is_refused():
    with pytest.raises(CourseError, match="555"):
        plot_grid("onze", outline=("555",))


def test_a_grid_too_large_for_a_map_is_refused():
    grid = load_grid("onze")
    with pytest.raises(CourseError, match="6 niveaux"):
        plot_grid(grid.model_copy(update={"levels": 6}))


def test_the_map_of_the_explorer_follows_the_scores():
    segmented = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
    explorer = segment_explorer(segmented)
    before = explorer.map_area.value
    explorer.scores["R"].value = 1
    assert explorer.map_area.value != before
    assert "144 (À ne pas perdre)" in explorer.map_area.value
