"""The revision cards by keyboard alone, found again after a new kernel; the glossary as a page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect
from support.axe import violations
from support.browser import OPEN, RESTART, open_notebook, outputs_flaws, run_all, settle
from support.lessons import plain
from support.programs import requires

from rfm_helpers.catalog.revision import load_revision

pytestmark = requires("chromium")

FIRST, SECOND, THIRD, *_ = load_revision()["00_bienvenue"].cards


def run(page: Page, panel: Locator) -> Locator:
    """The activity of the revision page, once its cells are run."""
    run_all(page)
    settle(page)
    return panel.locator(".rfm-activity")


def test_cards_are_revised_by_keyboard_alone(page: Page, lab: str) -> None:
    panel = open_notebook(page, lab, "notebooks/revision.ipynb")
    cards = run(page, panel)
    field = cards.locator("input")
    cards.locator("select").focus()
    page.keyboard.press("Tab")
    for card, key in ((FIRST, "2"), (SECOND, "1")):
        expect(cards).to_contain_text(card.front)
        expect(cards).not_to_contain_text(card.back)
        page.keyboard.press("Enter")
        expect(cards).to_contain_text(card.back)
        page.keyboard.press(key)
        expect(cards).not_to_contain_text(card.front)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    expect(cards).to_contain_text(re.compile(r"1 à revoir aujourd’hui, 0\sapprise"))
    expect(cards).to_contain_text(THIRD.front)
    assert violations(page) == []
    assert outputs_flaws(panel) == []
    summary = cards.locator("strong").inner_text()

    page.evaluate(RESTART)
    again = run(page, panel)
    expect(again.locator("strong")).to_have_text(summary)
    expect(again).to_contain_text(SECOND.front)


def test_the_glossary_is_a_page_to_read(page: Page, lab: str) -> None:
    open_notebook(page, lab, "notebooks/revision.ipynb")
    page.evaluate(OPEN, "notebooks/glossaire.md")
    table = page.locator(".jp-MarkdownViewer:visible table")
    expect(table).to_contain_text("taux de marque")
    assert plain(table.locator("th").first.inner_text()) == "Mot"
