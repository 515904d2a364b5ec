"""Lessons 6 on: read by axe-core in both themes, no bet given away, activities found again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from support.activities import check_found_again
from support.browser import LESSONS
from support.programs import requires

pytestmark = requires("chromium")


@pytest.mark.parametrize("lesson", LESSONS[6:])
def test_later_activities_are_found_again(page: Page, lab: str, lesson: str) -> None:
    check_found_again(page, lab, lesson, reload=lesson == LESSONS[6])
