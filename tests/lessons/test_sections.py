"""The section that an activity sends its learner back to is one of a lesson that shows it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from support.course import NOTEBOOKS
from support.lessons import build, headings

from rfm_helpers import activities
from rfm_helpers.catalog.quizzes import QUIZZES
from rfm_helpers.catalog.revision import load_revision
from rfm_helpers.questions import load_quiz
from rfm_helpers.questions.exercise import exercise, exercise_names
from rfm_helpers.questions.model import reread

#: The name of each section of a lesson in its address, as JupyterLab makes it of the title.
ADDRESSES = {
    path.stem: {
        title.replace(" ", "-")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
        for title in re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)
    }
    for path in NOTEBOOKS.glob("[0-9]*.ipynb")
}
LESSONS = {path.stem: path.read_text(encoding="utf-8") for path in build.lesson_files()}
MAKERS = {
    name: make
    for name in activities.__all__
    if inspect.isfunction(make := getattr(activities, name))
    and "section" in inspect.signature(make).parameters
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_section_to_reread_is_a_heading(make: Callable[..., Any]) -> None:
    section = inspect.signature(make).parameters["section"].default
    shown_by = [name for name, source in LESSONS.items() if f"{make.__name__}(" in source]
    assert shown_by
    for name in shown_by:
        assert section in headings(name)


def sent_back() -> Iterator[tuple[str, str]]:
    """The sections that quizzes, exercises and revision cards name, each with its lesson."""
    for path in QUIZZES.glob("*.yaml"):
        yield from ((one.section, one.lesson) for one in load_quiz(path.stem).questions)
    for name in exercise_names():
        yield from ((one.question.section, one.question.lesson) for one in exercise(name))
    for lesson, cards in load_revision().items():
        yield from ((card.section, lesson) for card in cards.cards if card.section)


def test_what_to_read_again_is_a_link_to_it() -> None:
    for section, lesson in sent_back():
        (address,) = re.findall(r'href="\.\./notebooks/([^"]+)"', reread(section, lesson))
        notebook, _, name = address.partition(".ipynb#")
        assert unquote(name) in ADDRESSES[notebook], (section, lesson)
