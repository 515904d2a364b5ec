"""The section that an activity sends its learner back to is one of a lesson that shows it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from support.lessons import build, headings

from rfm_helpers import activities

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
