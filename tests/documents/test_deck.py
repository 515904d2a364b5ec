"""The deck of a final project: its order, what can be edited, and what LibreOffice draws of it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from support.final_project import ODD, finished, swollen
from support.programs import requires

from rfm_helpers import palette
from rfm_helpers.analysis.project.model import Project
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.documents.project.colors import (
    GRAPHIC,
    apart_from,
    beside_white,
    contrast,
    text_on,
)
from rfm_helpers.documents.project.deck import deck_content, write_deck
from rfm_helpers.documents.project.fit import line_count, shortened, text_width
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.project import read_project

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
DECKS: dict[str, dict[str, Any]] = {
    "trois": finished(3),
    "onze": finished(11),
    "longs": swollen(),
    "sans_etape": finished(3)
    | {"rfm/segments": [], "retour/plan": {}, "marque/couleur": "#ffee00", "carte/y": ""},
    "vide": {},
}  # fmt: skip


@cache
def deck(name: str) -> bytes:
    return deck_content(read_project(DECKS[name]))


def slides_of(name: str) -> Any:
    return Presentation(BytesIO(deck(name))).slides


def all_text(slide: Any) -> str:
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [c.text for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return "\n".join([*texts, *cells])


@pytest.mark.parametrize("name", DECKS)
def test_ten_slides_in_the_order_of_the_brief_each_with_its_minutes(name: str) -> None:
    slides, planned = slides_of(name), load_final_project().slides
    assert len(slides) == len(planned) == 10
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[1:] == [one.title for one in planned][1:]
    for slide, one in zip(slides, planned, strict=True):
        minutes = f"{one.minutes:g}".replace(".", ",")
        assert slide.notes_slide.notes_text_frame.text.startswith(f"{one.part}, {minutes} min")
    assert sum(one.minutes for one in planned) == 10


def test_the_parts_of_the_deck_are_those_of_the_brief() -> None:
    parts = dict.fromkeys(one.part for one in load_final_project().slides)
    assert list(parts) == [
        "Introduction", "Analyse RFM", "Stratégies et sous-stratégies", "Budget et ROI",
        "Conclusion",
    ]  # fmt: skip


def test_charts_and_tables_are_native_and_described() -> None:
    slides = slides_of("trois")
    graphics = [s for slide in slides for s in slide.shapes if s.has_chart or s.has_table]
    assert [shape.has_chart for shape in graphics].count(True) == 4
    for shape in graphics:
        assert len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 20
    (places, shares, costs, account) = (shape.chart for shape in graphics if shape.has_chart)
    assert [(one.name, [*one.iter_values()]) for one in places.plots[0].series] == [
        ("Maison Orsenne", [6]), ("Longchamp", [4]), ("Lancel", [6]),
    ]  # fmt: skip
    assert list(shares.plots[0].categories) == ["Champions", "Fidèles", "Fidèles potentiels"]
    assert list(shares.plots[0].series[0].values) == pytest.approx([30, 22, 13])
    assert list(costs.plots[0].series[0].values) == [3000, 700, 240]
    assert account.plots[0].series[0].values[1] == 3940
    tables = [shape.table for shape in graphics if shape.has_table]
    assert tables[-1].cell(4, 2).text == "3\u202f940\u00a0€"


def test_brands_that_have_no_place_are_compared_in_a_table() -> None:
    (table,) = (shape.table for shape in slides_of("sans_etape")[2].shapes if shape.has_table)
    assert [cell.text for cell in table.rows[0].cells][1:3] == ["Prix", "Accueil"]
    for place in ("", "11", "loin"):
        moved = read_project(finished() | {"marque/x": place, "concurrents/1/y": place})
        assert moved.placed == ()


def test_what_a_slide_cuts_is_whole_in_its_notes() -> None:
    for slide in slides_of("longs"):
        if "suite dans les notes" in all_text(slide):
            assert len(slide.notes_slide.notes_text_frame.text) > 1900
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides_of("longs")]
    answers = DECKS["longs"]
    for rank, question in (
        (0, "projet/auteurs"), (1, "marque/forces"), (2, "concurrents/1/forces"),
        (6, "strategies/7/R"), (7, "couts/mienne_4/titre"),
    ):  # fmt: skip
        assert answers[question].split("\n")[-1][-60:] in notes[rank].replace("\u00a0", " "), (
            question
        )
    reading = slides_of("longs")[5]
    assert DECKS["longs"]["rfm/lecture"][-40:] in reading.notes_slide.notes_text_frame.text.replace(
        "\u00a0", " "
    )


def test_many_strategies_keep_their_figures_and_no_word_is_parted_for_nothing() -> None:
    (table,) = (shape.table for shape in slides_of("longs")[6].shapes if shape.has_table)
    objectives = [row.cells[1].text for row in table.rows][1:]
    assert len(objectives) == 11
    assert all(text.startswith("45,0\u00a0% au 31 décembre 2026") for text in objectives)
    (table,) = (shape.table for shape in slides_of("trois")[2].shapes if shape.has_table)
    cell = table.cell(2, 0)
    size = cell.text_frame.paragraphs[0].runs[0].font.size.pt
    assert text_width("Longchamp", size) <= table.columns[0].width.pt - 12


def test_a_step_without_data_says_what_it_waits_for() -> None:
    empty = {one.id: one.empty for one in load_final_project().slides}
    slides = slides_of("sans_etape")
    assert "tableau des segments" in all_text(slides[4])
    assert "entrées du ROI" in all_text(slides[8])
    assert [bool("À compléter" in all_text(slide)) for slide in slides].count(True) == 2
    assert all("À compléter" in all_text(slide) for slide in slides_of("vide"))
    assert all(
        text.startswith("À compléter : ".replace(" :", "\u00a0:")) for text in empty.values()
    )


@given(colors)
def test_a_brand_colour_is_read_whatever_it_is(color: str) -> None:
    assert contrast(text_on(color), color) >= 4.5
    beside = beside_white(color)
    assert contrast(beside, palette.WHITE) >= GRAPHIC
    assert contrast(apart_from(beside), palette.WHITE) >= GRAPHIC
    assert contrast(apart_from(beside), beside) >= 2  # two bars side by side, each with its value


@given(st.text(max_size=200), st.integers(20, 400), st.integers(1, 4), st.sampled_from([10, 20]))
def test_a_shortened_text_fits(text: str, width: int, lines: int, size: int) -> None:
    kept = shortened(text, width, lines, size)
    assert line_count(kept, width, size) <= max(lines, line_count("…", width, size))
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))


def test_another_ending_or_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"doit finir par \.pptx"):
        write_deck(Project(), tmp_path / "deck.ppt")
    with pytest.raises(CourseError, match="ne s’écrit pas"):
        write_deck(Project(), tmp_path / "absent" / "deck.pptx")


# --- what LibreOffice draws -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decks as PDF, and their words with their places."""
    folder = tmp_path_factory.mktemp("decks")
    paths = [folder / f"{name}.pptx" for name in DECKS]
    for path in paths:
        path.write_bytes(deck(path.stem))
    profile = (folder / "profil").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore",
         "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    for name in DECKS:
        pdf = folder / f"{name}.pdf"
        subprocess.run(["pdftotext", "-bbox", str(pdf), str(pdf.with_suffix(".html"))], check=True)
    return folder


def places(shape: Any) -> tuple[float, float, float, float]:
    left, top = shape.left.pt, shape.top.pt
    return left, top, left + shape.width.pt, top + shape.height.pt


def is_in(word: Any, box: tuple[float, float, float, float], slack: float = 2.5) -> bool:
    left, top, right, bottom = box
    return bool(
        float(word.get("xMin")) >= left - slack and float(word.get("yMin")) >= top - slack
        and float(word.get("xMax")) <= right + slack and float(word.get("yMax")) <= bottom + slack
    )  # fmt: skip


def plain(text: str) -> Counter[str]:
    """The letters of a text: LibreOffice breaks words and reorders those of other writings."""
    return Counter("".join(re.findall("[A-Za-z0-9éèàœ]", text)))


@requires("soffice")
@requires("pdftotext")
@pytest.mark.parametrize("name", DECKS)
def test_nothing_leaves_its_place(drawn: Path, name: str) -> None:
    slides = Presentation(str(drawn / f"{name}.pptx")).slides
    text = (drawn / f"{name}.html").read_text(encoding="utf-8", errors="replace")
    pages = ElementTree.fromstring(re.sub("<!DOCTYPE[^>]*>", "", text)).iter(
        "{http://www.w3.org/1999/xhtml}page"
    )
    for slide, page in zip(slides, pages, strict=True):
        words = list(page)
        shapes = [s for s in slide.shapes if s.name != "Bandeau"]
        for word in words:
            assert any(is_in(word, places(shape)) for shape in shapes), (name, word.text)
        for shape in shapes:
            inside = plain("".join(w.text for w in words if is_in(w, places(shape))))
            if shape.has_text_frame:
                assert inside == plain(shape.text_frame.text), (name, shape.name)
            elif shape.has_table:
                cells = [cell.text for row in shape.table.rows for cell in row.cells]
                assert inside == plain("".join(cells)), (name, shape.name)


@requires("soffice")
@requires("pdftotext")
def test_quotes_and_other_writings_are_drawn(drawn: Path) -> None:
    words = (drawn / "longs.html").read_text(encoding="utf-8", errors="replace")
    assert all(part in words for part in ("été", "l’Œil"))
    assert "שלום" in words or "םולש" in words
    assert "שלום" in ODD
