"""The count of a lesson's minutes, and the places that announce them."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from support.course import NOTEBOOKS, load_tool
from support.lessons import prose

from rfm_helpers.catalog.lessons import Lesson, load_lessons

duration = load_tool("duration")

#: How far from its count a lesson may announce itself.
TOLERANCE = 0.15
TABLE, PAUSED = "<table></table>", '<p class="rfm-paused">En pause.</p>'
LESSONS = [lesson for lesson in load_lessons() if lesson.minutes is not None]


def minutes(source: str, html: str = "") -> float:
    """What a lesson of one cell of code is counted."""
    outputs = [new_output("execute_result", data={"text/html": html})] if html else []
    (section,) = duration.sections(new_notebook(cells=[new_code_cell(source, outputs=outputs)]))
    return section.minutes


@pytest.mark.parametrize(
    ("source", "html", "expected"),
    [
        ("1 + 1", "", 0),
        ("show_table(profil)", TABLE, 0.5),
        ("plot_grid('onze')", '<img alt="La grille">', 0.5),
        ('code = "524"  # ← changez cette valeur', TABLE, 1.5),
        ('bet("01_strategie/meme_f")', f"{TABLE}{PAUSED}", 0.5),
        ('quiz("03_calcul_rfm")', f"<ol></ol>{PAUSED}", 7 * 0.75),
        ('score_explorer(commandes, key="03_calcul_rfm/scores")', f"{TABLE}{PAUSED}", 4),
        ('strategy_builder(clients, key="01_strategie/brouillon")', f"{TABLE}{PAUSED}", 8),
    ],
)
def test_a_cell_counts_for_what_it_asks(source: str, html: str, expected: float) -> None:
    assert minutes(source, html) == expected


def test_prose_is_counted_by_section_printed_words_included() -> None:
    printed = new_output("stream", text="mot " * 75)
    cells = [
        new_markdown_cell("mot " * 150 + "\n\n## Un titre\n" + "mot " * 298),
        new_code_cell("print()", outputs=[printed]),
        new_markdown_cell("### Plus bas\n" + "mot " * 148),
    ]
    first, second = duration.sections(new_notebook(cells=cells))
    assert (first.title, first.minutes) == ("", 1)
    assert (second.title, second.minutes) == ("Un titre", pytest.approx(3.5))


each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)


@each_lesson
def test_a_lesson_takes_the_time_that_it_announces(lesson: Lesson) -> None:
    assert lesson.minutes is not None
    counted = duration.count(NOTEBOOKS / f"{lesson.id}.ipynb")
    assert abs(counted - lesson.minutes) <= TOLERANCE * lesson.minutes, f"{counted:.0f} min"


@each_lesson
def test_the_map_of_the_course_announces_the_same(lesson: Lesson) -> None:
    rows = re.findall(r"\| (\d+)\. [^|]*\|[^|]*\| (\d+) min \|", prose("00_bienvenue"))
    assert (str(int(lesson.id[:2])), str(lesson.minutes)) in rows


def test_every_lesson_announces_its_minutes() -> None:
    assert [lesson.id for lesson in load_lessons() if lesson.minutes is None] == []
