"""The answer of a bet, as a text may give it away."""

from __future__ import annotations

import re

from rfm_helpers.catalog.bets import Bet
from rfm_helpers.french.numbers import number
from rfm_helpers.questions.bets import shown, truth_of
from support.lessons import plain


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
