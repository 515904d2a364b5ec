"""The answer of a bet, as a text or a screen may give it away."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from rfm_helpers.catalog.bets import Bet, load_bets
from rfm_helpers.french.numbers import number
from rfm_helpers.questions.bets import shown, truth_of
from support.browser import POLLING, RANK, SMALL
from support.lessons import plain

#: Scroll to the cell of a rank.
SCROLL = """rank => window.jupyterapp.shell.currentWidget.content.widgets[rank].node
    .scrollIntoView({block: 'center'})"""
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


def answers(bet: Bet) -> set[str]:
    """A figure, rounded or not, or the words of a choice.

    One digit alone says nothing: any table has it.
    """
    if bet.number is not None:
        digits = bet.number.decimals
        found = {plain(number(bet.number.truth, some)) for some in range(digits + 1)}
        return {figure for figure in found if len(figure) > 1}
    return {plain(shown(bet, truth_of(bet)))}


def gives_away(bet: Bet, text: str) -> list[str]:
    """The answers that a text holds, as whole words or figures."""
    return [
        one
        for one in sorted(answers(bet))
        if re.search(rf"(?<![\w,]){re.escape(one)}(?!\w|,\d)", plain(text))
    ]


def check_bets_are_hidden(page: Page, lesson: str) -> None:
    """Check that a lesson as it opens shows no answer on the screen where a bet is made."""
    size = page.viewport_size
    assert size
    page.set_viewport_size(SMALL)
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
    page.set_viewport_size(size)
