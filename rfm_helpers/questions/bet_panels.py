"""A bet beside its result (`bet_result`), and how well one bets (`bet_balance`)."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from rfm_helpers import palette
from rfm_helpers.catalog.bets import bet_lessons, load_bet, load_bets
from rfm_helpers.french.numbers import percent
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.bets import (
    ANSWER,
    PART,
    PLURALS,
    SEEN,
    Answer,
    Closeness,
    KeptBet,
    Score,
    kept_bet,
    read_truth,
    shown,
    truth_of,
)
from rfm_helpers.questions.model import plain, rich

#: Numbers missed on one side, out of so many, before a side is named.
FEWEST_MISSED, ONE_SIDE = 3, 2 / 3

#: JupyterLab shows the first line of a hidden output: it must give nothing away.
BOTH, BALANCE = "Votre pari et le résultat", "Vos paris"
NO_BET = "Pas encore parié."
OTHER_VALUE = (
    "Vous avez changé la cellule, et le résultat avec elle : le pari, lui, porte sur {truth}."
)
COLORS = {
    Closeness.RIGHT: palette.SUCCESS,
    Closeness.NEAR: palette.REVIEW,
    Closeness.FAR: palette.NOTICE,
}


# --- beside the result ----------------------------------------------------------------------------


@dataclass(frozen=True)
class BetResult:
    """A bet beside what the data say, and what to conclude."""

    kept: KeptBet
    found: Answer
    above: tuple[Any, ...] = ()

    @property
    def mine(self) -> str:
        """The learner's bet in words."""
        answer = self.kept.answer
        return NO_BET if answer is None else shown(self.kept.bet, answer)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said below the bet and the result."""
        bet, score = self.kept.bet, self.kept.score
        truth = shown(bet, truth_of(bet))
        moved = french(OTHER_VALUE.format(truth=truth)) if self._found_text != truth else ""
        said = (score.text if score else "", self.kept.notice, moved, bet.after)
        return tuple(sentence for sentence in said if sentence)

    @property
    def _found_text(self) -> str:
        number_ = self.kept.bet.number
        found = self.found
        if number_ is not None and isinstance(found, float):
            found = round(found, number_.decimals)
        return shown(self.kept.bet, found)

    def __repr__(self) -> str:
        pair = french(f"Votre pari : {self.mine}\nLe résultat : {self._found_text}")
        above = map(french, map(str, self.above))
        return "\n".join([BOTH, *above, self.kept.bet.title, pair, *map(plain, self.sentences)])

    def _repr_html_(self) -> str:
        score = self.kept.score
        color = COLORS[score.closeness] if score else palette.QUIET
        pair = _figure("Votre pari", self.mine) + _figure("Le résultat", self._found_text)
        lines = [line for text in self.sentences for line in text.splitlines() if line.strip()]
        said = "".join(f'<p style="margin:4px 0 0">{rich(line)}</p>' for line in lines)
        above = "".join(map(_html, self.above))
        return (
            f"{BOTH}\n{above}"
            f'<div style="border-left:4px solid {color};padding:6px 12px;margin:4px 0;'
            f'background:{palette.PAPER};color:{palette.TEXT};line-height:1.45;max-width:46em">'
            f'<strong style="color:{color}">{rich(self.kept.bet.title)}</strong>'
            f'<div style="display:flex;flex-wrap:wrap;gap:4px 36px">{pair}</div>{said}</div>'
        )


def _html(shown_above: Any) -> str:
    """A table, a figure or a text of the course, as HTML."""
    if isinstance(shown_above, str):
        return f"<p>{escape(french(shown_above))}</p>"
    if hasattr(shown_above, "_repr_mimebundle_"):
        return str(shown_above._repr_mimebundle_()["text/html"])
    return str(shown_above._repr_html_())


def _figure(label: str, text: str) -> str:
    """A labelled text in large letters, as HTML."""
    return (
        f'<div><span style="color:{palette.SOFT_TEXT}">{label}</span><br>'
        f'<span style="font-size:1.35em">{escape(french(text))}</span></div>'
    )


def bet_result(key: str, found: Any, *above: Any) -> BetResult:
    """Show a bet beside what the data say. From then on, the bet is made.

    Args:
        key: the bet ("03_calcul_rfm/mediane").
        found: what the cell has found: a number; for a choice its text, or a number that lies in
            its interval; for an order, the texts in order.
        above: the tables, figures or texts in which the result is read.

    Returns:
        The bet and the result, as a panel.

    Raises:
        CourseError: no such bet, or `found` is none of its answers.

    >>> bet_result("03_calcul_rfm/mediane", 305).mine
    'Pas encore parié.'
    """
    bet, store = load_bet(key), AnswerStore(key.partition("/")[0])
    truth, kept = read_truth(bet, found), kept_bet(bet, store.answers)
    if not kept.revealed:
        raw = store.get(f"{PART}/{bet.id}/{ANSWER}")
        store.set(f"{PART}/{bet.id}/{SEEN}", [] if kept.answer is None else [raw])
    return BetResult(kept, truth, above)


# --- the balance ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class BetBalance:
    """How well one bets: in a lesson, and over the lessons up to it."""

    here: tuple[KeptBet, ...]
    so_far: tuple[KeptBet, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """How well one bets, in words; over the lessons only when another one has bets too."""
        lesson = f"Dans cette leçon : {summary(self.here)}"
        if len(self.so_far) == len(self.here):
            return (french(lesson),)
        return french(lesson), french(f"Depuis le début : {summary(self.so_far)}")

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """Of each bet of the lesson: its title, the bet, the result if it was shown, the score."""
        return [_row(kept) for kept in self.here]

    def __repr__(self) -> str:
        rows = [" | ".join(cell for cell in row if cell) for row in self.rows]
        return "\n".join([BALANCE, *rows, *self.sentences])

    def _repr_html_(self) -> str:
        head = "".join(_cell("th", text) for text in ("Pari", "Vous", "Le résultat", "Écart"))
        body = "".join(
            f"<tr>{''.join(_cell('td', text) for text in row)}</tr>" for row in self.rows
        )
        said = "".join(f'<p style="margin:6px 0">{escape(text)}</p>' for text in self.sentences)
        return (
            f"{BALANCE}\n<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f'<div style="max-width:46em">{said}</div>'
        )


def _row(kept: KeptBet) -> tuple[str, str, str, str]:
    mine = "pas encore parié" if kept.answer is None else shown(kept.bet, kept.answer)
    if not kept.revealed:
        return plain(kept.bet.title), mine, "pas encore affiché", ""
    said = kept.score.text if kept.score else kept.notice
    return plain(kept.bet.title), mine, shown(kept.bet, truth_of(kept.bet)), said


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align:left;vertical-align:top">{escape(text)}</{tag}>'


def summary(bets: Iterable[KeptBet]) -> str:
    """How many bets were right, near or far, how far the one in the middle, and on which side."""
    scores = [kept.score for kept in bets if kept.revealed and kept.score is not None]
    if not scores:
        return "aucun pari encore."
    counts = Counter(score.closeness for score in scores)
    words = [several(counts[word], word, PLURALS[word]) for word in Closeness if counts[word]]
    text = f"{several(len(scores), 'pari')}, {', '.join(words)}."
    errors = [score.error for score in scores if score.error is not None]
    if len(errors) < FEWEST_MISSED:
        return text
    middle = percent(statistics.median(abs(error) for error in errors))
    half = f"Un de vos nombres sur deux est à {middle} du résultat, ou plus près."
    return f"{text} {half} {_side(scores)}"


def _side(scores: Iterable[Score]) -> str:
    """On which side one errs, once enough numbers were missed."""
    missed = [
        score.error
        for score in scores
        if score.error is not None and score.closeness is not Closeness.RIGHT
    ]
    if len(missed) < FEWEST_MISSED:
        return "Trop peu de nombres manqués pour dire de quel côté vous penchez."
    above = sum(error > 0 for error in missed)
    counted = f"{above} au-dessus, {len(missed) - above} au-dessous"
    if above >= ONE_SIDE * len(missed):
        return f"Vous visez plutôt trop haut ({counted})."
    if len(missed) - above >= ONE_SIDE * len(missed):
        return f"Vous visez plutôt trop bas ({counted})."
    return f"Vous ne penchez d’aucun côté ({counted})."


def bet_balance(lesson: str) -> BetBalance:
    """How well one has bet: in a lesson, and over the lessons up to it.

    Args:
        lesson: its name ("03_calcul_rfm").

    Returns:
        The balance, as a table and sentences; only results that were shown count.

    Raises:
        CourseError: the lesson has no bets.

    >>> bet_balance("00_bienvenue").sentences
    ('Dans cette leçon\\xa0: aucun pari encore.',)
    """
    here = _kept_in(lesson)
    before = [name for name in bet_lessons() if name < lesson]
    return BetBalance(here, tuple(kept for name in before for kept in _kept_in(name)) + here)


def _kept_in(lesson: str) -> tuple[KeptBet, ...]:
    bets = load_bets(lesson)
    answers = AnswerStore(lesson).answers
    return tuple(kept_bet(bet, answers) for bet in bets)
