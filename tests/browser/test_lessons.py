"""Every lesson as a learner meets it: opened in JupyterLab, run from the menu, played with."""

from __future__ import annotations

import re

import pytest
from conftest import requires
from playwright.sync_api import Locator, Page

from browser.conftest import LESSONS, open_lesson, run_all

pytestmark = requires("chromium")

# Words that no French output holds: what pandas, NumPy and Python say by themselves.
ENGLISH = re.compile(
    r"\b(the|and|with|not|warning|count|mean|std|dtype|name|unnamed|rows|columns|true|false|nan|nat"
    r"|none|null|loading|missing|invalid|traceback|\w*error\w*|\w*exception)\b|<NA>",
    re.IGNORECASE,
)
CONTROLS = "input[type=number]:enabled, select:enabled, button:enabled"
BAD_SPACE = re.compile(r"\S [:;?!»]|« ")
PROPER_NAMES = re.compile(r"The Complete Journey")


def english_lines(text: str) -> list[str]:
    """The lines that speak English, proper names apart."""
    return [line for line in text.splitlines() if ENGLISH.search(PROPER_NAMES.sub("", line))]


def badly_spaced(text: str) -> list[str]:
    """The lines where a French sign lacks its non-breaking space."""
    return [line for line in text.splitlines() if BAD_SPACE.search(line)]


def figures(area: Locator) -> list[str]:
    """The address of every picture of an output."""
    return [str(image.get_attribute("src")) for image in area.locator("img").all()]


def move(control: Locator) -> None:
    """Give a number field or a list another value; press a button."""
    kind = control.evaluate("control => control.tagName")
    if kind == "BUTTON":
        control.click()
    elif kind == "SELECT":
        values = control.locator("option").evaluate_all("all => all.map(one => one.value)")
        control.select_option(next(one for one in values if one != control.input_value()))
    else:
        before = control.input_value()
        control.press("ArrowUp")
        if control.input_value() == before:
            control.press("ArrowDown")
        control.press("Tab")


def shown(area: Locator) -> list[str]:
    """What an output shows that a control may change: its pictures, or its text without any."""
    return figures(area) or [area.inner_text()]


def follows(area: Locator) -> bool:
    """Whether one of an output's first controls changes what it shows."""
    before = shown(area)
    for control in area.locator(CONTROLS).all()[:6]:
        move(control)
        for _ in range(50):
            if shown(area) != before:
                return True
            area.page.wait_for_timeout(100)
    return False


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_and_a_figure_follows_a_control(page: Page, lab: str, lesson: str) -> None:
    panel = open_lesson(page, lab, lesson)
    run_all(page)
    outputs = panel.locator(".jp-Cell-outputArea")
    # JupyterLab shows tracebacks and warnings alike as this type.
    failures = outputs.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    assert failures.all_inner_texts() == []
    text = "\n".join(outputs.all_inner_texts())
    assert english_lines(text) == []
    assert badly_spaced(text) == []
    activities = outputs.filter(has=page.locator(".jupyter-widgets"))
    with_figures = activities.filter(has=page.locator("img")).all()
    candidates = with_figures or activities.all()
    assert any(follows(activity) for activity in candidates), "nothing follows a control"
