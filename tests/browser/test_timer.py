"""The timer of the talk on a page, without a kernel: its keys, its times, what is never lost."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support.axe import violations
from support.final_project import finished_project
from support.programs import requires

from rfm_helpers.activities.project.timer import at_start, talk_slides

pytestmark = requires("chromium")

SCRIPT = Path("rfm_helpers/activities/project/timer.js").read_bytes()
SOURCE = f"data:text/javascript;base64,{base64.b64encode(SCRIPT).decode()}"
PAGE = """<!doctype html><html lang="fr"><title>Exposé</title>
<main><h1>Exposé</h1><div id="timer"></div></main>"""
#: Draw the timer over a model that is only on the page; what it would keep is in `window.kept`.
DRAW = """async ([source, traits]) => {
    const listeners = {};
    window.kept = traits;
    const model = {
        get: name => traits[name],
        set: (name, value) => {
            traits[name] = value;
            (listeners[`change:${name}`] ?? []).forEach(one => one());
        },
        on: (name, act) => (listeners[name] ??= []).push(act),
        off: () => {},
        save_changes: () => {},
    };
    const element = document.querySelector('#timer');
    element.replaceChildren();
    (await import(source)).default.render({model, el: element});
}"""
MINUTE, NOW = 60_000, 1_790_000_000_000


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A page whose clock the test moves."""
    page = browser.new_page()
    show_time(page, 0)
    page.set_content(PAGE)
    yield page
    page.close()


def show_time(page: Page, passed: int) -> None:
    """Have the clock of the page say that so many milliseconds have passed."""
    page.clock.set_fixed_time((NOW + passed) / 1000)


def draw(page: Page, **kept: Any) -> None:
    slides = talk_slides(finished_project())
    place = at_start(len(slides)) | kept
    page.evaluate(DRAW, [SOURCE, {"slides": slides, "minutes": 10, "value": place}])


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("window.kept.value")
    return found


def test_a_talk_is_led_by_keyboard_alone(page: Page) -> None:
    draw(page)
    left, title = page.locator(".left"), page.locator(".title")
    expect(left).to_have_text("10:00")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    show_time(page, MINUTE)
    expect(left).to_have_text("9:00")
    expect(page.locator(".said")).to_contain_text("Le temps de cette diapositive est passé")
    page.keyboard.press("ArrowRight")
    expect(title).to_contain_text("2. La marque")
    expect(page.locator(".notes")).to_contain_text("Dire ce que montre")
    show_time(page, 3 * MINUTE // 2)
    page.keyboard.press("Space")
    show_time(page, 7 * MINUTE)
    expect(left).to_have_text("8:30")
    assert kept(page)["spent"][:2] == [MINUTE, MINUTE // 2]
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Démarrer").click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Démarrer")).to_be_focused()
    expect(title).to_contain_text("1. ")
    assert violations(page) == []


def test_a_talk_goes_on_while_nobody_looks(page: Page) -> None:
    draw(page, slide=8, since=NOW - 3 * MINUTE, spent=[MINUTE - 15_000] * 8 + [0, 0])
    expect(page.locator(".left")).to_have_text("1:00")
    show_time(page, 1000)
    expect(page.locator(".said")).to_have_text("Il reste une minute.")
    show_time(page, MINUTE + 31_000)
    expect(page.locator(".left")).to_have_text("−0:31")
    expect(page.locator(".said")).to_contain_text("concluez")
    page.get_by_text("Le temps de chaque diapositive").click()
    expect(page.locator("tr.here td").last).to_have_text("4:31")


def test_what_is_put_to_zero_comes_back(page: Page) -> None:
    draw(page, slide=3, spent=[MINUTE] * 4 + [0] * 6)
    reset = page.get_by_role("button", name="Remettre à zéro")
    reset.click()
    expect(page.locator(".left")).to_have_text("10:00")
    page.get_by_role("button", name="Annuler la remise à zéro").click()
    expect(page.locator(".left")).to_have_text("6:00")
    assert (kept(page)["slide"], kept(page)["spent"]) == (3, [MINUTE] * 4 + [0] * 6)
    reset.click()
    page.get_by_role("button", name="Démarrer").click()
    expect(reset).to_be_visible()
