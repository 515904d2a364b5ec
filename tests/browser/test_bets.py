"""A bet in the browser, found again and counted."""

from __future__ import annotations

from playwright.sync_api import Page
from support.browser import KERNEL_STATUS, POLLING, RANK, RESTART, SMALL, open_lesson, settle
from support.lessons import plain
from support.programs import requires

pytestmark = requires("chromium")

LESSON = "00_bienvenue"
KEY = f"{LESSON}/champions"
TOOLS = "La boîte à outils est ouverte."
#: How to run the cell of a rank.
RUN = """rank => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = rank;
    return window.jupyterapp.commands.execute('notebook:run-cell').then(() => {});
}"""


def run(page: Page, *codes: str) -> None:
    """Run the cells that hold some code."""
    for code in codes:
        page.evaluate(RUN, page.evaluate(RANK, code))
        page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)


def test_a_bet_is_found_again_and_counted(page: Page, lab: str) -> None:
    page.set_viewport_size(SMALL)
    panel = open_lesson(page, lab, f"{LESSON}.ipynb")
    run(page, TOOLS, f'bet("{KEY}")')
    form = panel.locator(".rfm-activity")
    form.locator("input").fill("20")
    form.locator("input").press("Tab")
    form.get_by_text("Pari noté").wait_for()
    settle(page)
    run(page, f'bet_result("{KEY}"')
    result = panel.locator(".jp-OutputArea", has_text="Proche : 45 % au-dessous.")
    assert "20 € sur 100 Le résultat 36,6 € sur 100" in plain(result.inner_text())

    page.evaluate(RESTART)
    run(page, TOOLS, f'bet("{KEY}")', "bet_balance(")
    form.get_by_text("Le résultat est connu").wait_for()
    assert form.locator("input").input_value() == "20"
    balance = panel.locator(".jp-OutputArea", has_text="Dans cette leçon")
    row = "Le poids des Champions 20 € sur 100 36,6 € sur 100 Proche : 45 % au-dessous."
    assert row in plain(balance.inner_text())
    assert "1 pari, 1 proche." in plain(balance.inner_text())
