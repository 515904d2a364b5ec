"""Each lesson as it opens, read by axe-core in JupyterLab's light and dark themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from support.axe import violations
from support.browser import LESSONS, open_lesson, settle
from support.programs import requires

pytestmark = requires("chromium")

SET_THEME = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_stored_lesson_can_be_read_by_everyone(page: Page, lab: str, lesson: str) -> None:
    open_lesson(page, lab, lesson)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(SET_THEME, theme)
        settle(page, 300)
        assert violations(page) == [], theme
