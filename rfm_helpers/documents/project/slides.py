"""The slides of a deck: titles, texts, tables and charts that PowerPoint goes on editing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from rfm_helpers import palette
from rfm_helpers.documents.project.colors import apart_from, beside_white, brand_color, text_on
from rfm_helpers.documents.project.fit import (
    LINE,
    fitted,
    label_sides,
    line_count,
    most_lines,
    shortened,
    text_width,
)
from rfm_helpers.documents.text import clean
from rfm_helpers.documents.workbook import rgb
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french

FONT, LANGUAGE = "Arial", "fr-FR"
WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 42.0
PERCENT, EUROS = '[$-40C]0" %"', '[$-40C]#,##0" €";"−"#,##0" €"'
#: What stands beside a bar: a share below one per cent is not 0 %.
_BESIDE = {PERCENT: f'[<1]"< 1 %";{PERCENT}'}
#: The padding of a cell: left and right, top and bottom.
_SIDE, _EDGE = 6.0, 3.0
_CELL_SIZES = (18, 16, 14, 12, 11, 10)
_TITLE_ONLY = 5


@dataclass(frozen=True)
class Box:
    """A place on a slide (points)."""

    left: float
    top: float
    width: float
    height: float

    def parted(self, share: float, gap: float = 24.0) -> tuple[Box, Box]:
        """The left part and the right one.

        >>> [part.width for part in Box(0, 0, 124, 50).parted(0.5)]
        [50.0, 50.0]
        """
        left = (self.width - gap) * share
        right = Box(self.left + left + gap, self.top, self.width - left - gap, self.height)
        return Box(self.left, self.top, left, self.height), right

    @property
    def emu(self) -> tuple[Any, Any, Any, Any]:
        """Left, top, width and height as python-pptx takes them."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


BAND = Box(0, 0, WIDTH, 84)
TITLE = Box(MARGIN, 12, WIDTH - 2 * MARGIN, 60)
MESSAGE = Box(MARGIN, 96, WIDTH - 2 * MARGIN, 52)
BODY = Box(MARGIN, 160, WIDTH - 2 * MARGIN, 330)
FOOT = Box(MARGIN, 504, WIDTH - 2 * MARGIN, 24)


class Deck:
    """A deck in a brand's colour; each slide has a title, its message, and what is put on it."""

    def __init__(self, brand: str, color: str, *, title: str, authors: str) -> None:
        """Begin an empty deck."""
        self._deck = Presentation()
        self._deck.slide_width, self._deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
        self.brand, self.color = clean(brand), brand_color(color)
        facts = self._deck.core_properties
        facts.title, facts.author = clean(title)[:255], clean(authors)[:255]
        facts.language = LANGUAGE

    def add(self, title: str, message: str, notes: str) -> Slide:
        """Add a slide with its title, its message and the notes of who speaks."""
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[_TITLE_ONLY])
        slide.notes_slide.notes_text_frame.text = clean(notes)
        return Slide(slide, self, title, message, len(self._deck.slides))

    @property
    def content(self) -> bytes:
        """The deck as a PPTX file."""
        target = BytesIO()
        self._deck.save(target)
        return target.getvalue()


class Slide:
    """A slide on which texts, tables and charts are put."""

    def __init__(self, slide: Any, deck: Deck, title: str, message: str, rank: int) -> None:
        """Draw what every slide has: the band, its title and message, the foot."""
        self._slide, self._deck = slide, deck
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *BAND.emu)
        band.fill.solid()
        band.fill.fore_color.rgb = _color(deck.color)
        band.line.fill.background()
        band.shadow.inherit = False
        _describe(band, "Bandeau", "")
        slide.shapes._spTree.insert(2, band._element)  # behind the title
        self._title(title)
        self.text(MESSAGE, message, sizes=(20, 18, 16, 14), name="Message", bold=True)
        self.text(FOOT, f"{rank}  ·  {deck.brand}", sizes=(11,), name="Pied de page", soft=True)

    def _title(self, title: str) -> None:
        shape = self._slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = TITLE.emu
        text, size = fitted(french(clean(title)), TITLE.width, TITLE.height, (32, 28, 24, 20))
        _fill(shape.text_frame, text, size, text_on(self._deck.color), bold=True)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE

    def text(
        self,
        box: Box,
        text: str,
        *,
        sizes: Sequence[int] = (24, 20, 18, 16, 14, 12),
        name: str = "Texte",
        bold: bool = False,
        soft: bool = False,
    ) -> None:
        """Put a text in a box, as large as it fits; what does not is cut, and says so."""
        if not text.strip():
            return
        shape = self._slide.shapes.add_textbox(*box.emu)
        shape.name = name
        kept, size = fitted(french(clean(text)), box.width, box.height, sizes)
        _fill(shape.text_frame, kept, size, palette.SOFT_TEXT if soft else palette.TEXT, bold=bold)

    def listed(self, box: Box, heading: str, text: str) -> None:
        """Put a heading and the text that it announces."""
        top = Box(box.left, box.top, box.width, 28)
        self.text(top, heading, sizes=(16,), name=heading, bold=True)
        below = Box(box.left, box.top + 30, box.width, box.height - 30)
        self.text(below, text, sizes=(18, 16, 14, 12), name=f"{heading}, texte")

    def table(
        self,
        box: Box,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        numbers: int = 0,
        alternative: str,
    ) -> None:
        """Put a table in a box; cells too long for it are cut, and say so.

        Args:
            box: its place.
            headings: one for each column.
            rows: the texts of the cells.
            widths: of the columns, in shares of the box.
            numbers: how many columns, from the right, hold numbers.
            alternative: what the table shows, in a sentence.
        """
        texts = [[french(clean(cell)) for cell in row] for row in (headings, *rows)]
        columns = [box.width * share / sum(widths) for share in widths]
        size, heights, texts = _fitted_table(texts, columns, box.height)
        frame = self._slide.shapes.add_table(len(texts), len(columns), *box.emu)
        _describe(frame, "Tableau", alternative)
        for column, width in zip(frame.table.columns, columns, strict=True):
            column.width = Pt(width)
        for place, (row, height) in enumerate(zip(texts, heights, strict=True)):
            frame.table.rows[place].height = Pt(height)
            for rank, cell in enumerate(row):
                right = rank >= len(columns) - numbers
                self._cell(frame.table.cell(place, rank), cell, size, place, right=right)

    def _cell(self, cell: Any, text: str, size: int, row: int, *, right: bool) -> None:
        cell.margin_left = cell.margin_right = Pt(_SIDE)
        cell.margin_top = cell.margin_bottom = Pt(_EDGE)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        back = (palette.PALE, palette.WHITE)[row % 2] if row else self._deck.color
        cell.fill.solid()
        cell.fill.fore_color.rgb = _color(back)
        _fill(cell.text_frame, text, size, text_on(back), bold=row == 0, margins=False)
        for paragraph in cell.text_frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT

    def bars(
        self,
        box: Box,
        categories: Sequence[str],
        series: Mapping[str, Sequence[float]],
        *,
        unit: str,
        alternative: str,
    ) -> None:
        """Put a chart of horizontal bars, the first category on top, each with its value.

        Args:
            box: its place.
            categories: what each bar is about.
            series: one or two rows of values, by name.
            unit: `PERCENT` or `EUROS`.
            alternative: what the chart shows, in a sentence.
        """
        data: Any = CategoryChartData(number_format=unit)
        data.categories = [shortened(clean(name), 0.6 * box.width, 1, 11) for name in categories]
        for name, values in series.items():
            data.add_series(french(name), values)
        frame = self._slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box.emu, data)
        _describe(frame, "Graphique", alternative)
        shown = [0.0, *(value for values in series.values() for value in values)]
        room = 0.4 * (max(shown) - min(shown)) if min(shown) < 0 else 0.0  # for what a bar says
        frame.chart.value_axis.minimum_scale = min(shown) - room
        own = beside_white(self._deck.color)
        _style_chart(frame.chart, unit, (own, apart_from(own)))

    def map(
        self,
        box: Box,
        places: Mapping[str, tuple[float, float]],
        axes: tuple[str, str],
        most: float,
    ) -> None:
        """Put a map of brands in a box: a point each, beside its name; the first is ours.

        Args:
            box: its place.
            places: of each brand, from 0 to `most` on either axis.
            axes: what each shows, from left to right and from bottom to top.
            most: where both axes end.
        """
        data: Any = XyChartData(number_format="0")
        for name, place in places.items():
            data.add_series(shortened(clean(name), 0.35 * box.width, 1, 12)).add_data_point(*place)
        frame = self._slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box.emu, data)
        told = (f"{name} : {number(x, 1)} et {number(y, 1)}" for name, (x, y) in places.items())
        ends = f"{axes[0]} puis {axes[1]}, de 0 à {number(most)}"
        _describe(frame, "Carte", f"Carte de positionnement ({ends}). {' ; '.join(told)}.")
        colors = (beside_white(self._deck.color), *[palette.SOFT_TEXT] * (len(places) - 1))
        _style_map(frame.chart, axes, most, colors, label_sides([*places.values()], most))


def _color(color: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(rgb(color)))


def _describe(shape: Any, name: str, alternative: str) -> None:
    facts = shape._element.xpath(".//p:cNvPr")[0]
    facts.set("name", name)
    facts.set("descr", french(clean(alternative)))


def _fill(
    frame: Any, text: str, size: int, color: str, *, bold: bool = False, margins: bool = True
) -> None:
    """Write paragraphs, in the language and font of the deck."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    if margins:
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for rank, part in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.line_spacing = PP_ALIGN.LEFT, 1.0
        run = paragraph.add_run()
        run.text = part
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
        run.font.color.rgb = _color(color)
        run._r.get_or_add_rPr().set("lang", LANGUAGE)
        paragraph._p.get_or_add_endParaRPr().set("sz", str(100 * size))  # what an empty cell is


def _fitted_table(
    texts: list[list[str]], columns: list[float], height: float
) -> tuple[int, list[float], list[list[str]]]:
    """The size of the font, the rows' heights and the texts with which a table fits in a height."""
    inner = [width - 2 * _SIDE for width in columns]

    def heights(size: int) -> list[float]:
        return [
            max(line_count(cell, width, size) for cell, width in zip(row, inner, strict=True))
            * size * LINE + 2 * _EDGE
            for row in texts
        ]  # fmt: skip

    def no_word_is_parted(size: int) -> bool:
        return all(
            text_width(word, size) <= width
            for row in texts for cell, width in zip(row, inner, strict=True)
            for word in cell.split()
        )  # fmt: skip

    fitting = [size for size in _CELL_SIZES if sum(heights(size)) <= height]
    if fitting:
        size = next((one for one in fitting if no_word_is_parted(one)), fitting[0])
        return size, heights(size), texts
    size = _CELL_SIZES[-1]
    head = heights(size)[0]
    each = (height - head) / (len(texts) - 1)
    lines = most_lines(each - 2 * _EDGE, size)
    cut = [
        [shortened(cell, width, lines, size) for cell, width in zip(row, inner, strict=True)]
        for row in texts[1:]
    ]
    return size, [head, *[each] * len(cut)], [texts[0], *cut]


_SIDES = {
    "right": XL_LABEL_POSITION.RIGHT,
    "left": XL_LABEL_POSITION.LEFT,
    "above": XL_LABEL_POSITION.ABOVE,
    "below": XL_LABEL_POSITION.BELOW,
}


def _style_map(
    chart: Any, axes: tuple[str, str], most: float, colors: Sequence[str], sides: Sequence[str]
) -> None:
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.has_title = chart.has_legend = False
    for axis, title in zip((chart.category_axis, chart.value_axis), axes, strict=True):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, most, most / 2
        axis.has_major_gridlines = True
        axis.major_gridlines.format.line.color.rgb = _color(palette.RULE)
        axis.format.line.color.rgb = _color(palette.RULE)
        axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.has_title = True
        text = shortened(french(clean(title)), 260, 1, 12)
        axis.axis_title.text_frame.text = french(f"{text} : plus →")
        axis.axis_title.text_frame.paragraphs[0].font.size = Pt(12)
    for series, color, side in zip(chart.plots[0].series, colors, sides, strict=True):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 12
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _color(color)
        series.marker.format.line.fill.background()
        labels = series.points[0].data_label
        labels.position, labels.has_text_frame = _SIDES[side], True
        labels.text_frame.text = series.name


def _style_chart(chart: Any, unit: str, colors: Sequence[str]) -> None:
    chart.font.size, chart.font.name = Pt(11), FONT
    chart.has_title = False
    chart.has_legend = len(chart.plots[0].series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.fill.background()
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 40, True
    plot.data_labels.number_format = _BESIDE.get(unit, unit)
    plot.data_labels.number_format_is_linked = False
    plot.data_labels.font.size = Pt(11)
    for series, color in zip(plot.series, colors, strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _color(color)
        series.invert_if_negative = False
