"""Bets in the browser: no answer on the screen before the cell is run, and one found again."""

from __future__ import annotations

from playwright.sync_api import Page
from support.bets import gives_away
from support.browser import (
    KERNEL_STATUS,
    LESSONS,
    OPEN,
    POLLING,
    RESTART,
    open_lesson,
    settle,
)
from support.lessons import plain
from support.programs import requires

from rfm_helpers.catalog.bets import load_bets

pytestmark = requires("chromium")

SCREEN = {"width": 1366, "height": 768}
LESSON = "00_bienvenue"
KEY = f"{LESSON}/champions"
TOOLS = "La boîte à outils est ouverte."
#: The rank of the cell that holds some code, how to scroll to one, and how to run one.
RANK = """code => window.jupyterapp.shell.currentWidget.content.widgets
    .findIndex(cell => cell.model.sharedModel.getSource().includes(code))"""
SCROLL = """rank => window.jupyterapp.shell.currentWidget.content.widgets[rank].node
    .scrollIntoView({block: 'center'})"""
RUN = """rank => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = rank;
    return window.jupyterapp.commands.execute('notebook:run-cell').then(() => {});
}"""
#: Whether a notebook is on the screen, with all that it hides.
SHOWN = """name => {
    const panel = window.jupyterapp.shell.currentWidget;
    const hides = cell => cell.model.getMetadata('jupyter')?.outputs_hidden;
    const count = panel?.content?.widgets?.filter(hides).length;
    return panel?.context?.path.endsWith(name) && count
        && panel.node.querySelectorAll('.jp-OutputPlaceholder').length === count;
}"""
#: What can be read of the cells on the screen, but one and all code; what its neighbour shows.
SEEN = """rank => window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell, each) => each !== rank)
    .flatMap(cell => [...cell.node.querySelectorAll(
        '.jp-OutputArea-output, .jp-RenderedMarkdown, .jp-OutputPlaceholder')])
    .filter(one => {
        const box = one.getBoundingClientRect();
        return box.height && box.bottom > 0 && box.top < window.innerHeight;
    })
    .map(one => one.innerText).join(' \\n ')"""
PLACEHOLDERS = """() => [...window.jupyterapp.shell.currentWidget.node
    .querySelectorAll('.jp-OutputPlaceholder')].map(one => one.textContent.trim())"""


def test_no_answer_is_on_the_screen_before_the_bet(page: Page, lab: str) -> None:
    page.set_viewport_size(SCREEN)
    open_lesson(page, lab, LESSONS[0])
    for lesson in LESSONS:
        page.evaluate(OPEN, f"notebooks/{lesson}")
        page.wait_for_function(SHOWN, arg=lesson, polling=POLLING)
        name = lesson.removesuffix(".ipynb")
        bets = load_bets(name)
        hidden = page.evaluate(PLACEHOLDERS)
        assert hidden == ["Votre pari et le résultat"] * len(bets) + ["Vos paris"], lesson
        for bet in bets:
            rank = page.evaluate(RANK, f'bet("{name}/{bet.id}")')
            page.evaluate(SCROLL, rank)
            seen = page.evaluate(SEEN, rank)
            assert len(seen) > 100 and gives_away(bet, seen) == [], bet.id


def run(page: Page, *codes: str) -> None:
    """Run the cells that hold some code."""
    for code in codes:
        page.evaluate(RUN, page.evaluate(RANK, code))
        page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)


def test_a_bet_is_found_again_and_counted(page: Page, lab: str) -> None:
    page.set_viewport_size(SCREEN)
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
