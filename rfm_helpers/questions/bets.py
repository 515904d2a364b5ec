"""Bets: how a bet is read, how far from the data it is, whether it counts.

A bet counts as it stood when its result was first shown: ``answer`` is what the form holds,
``seen`` is None until then, then ``[bet]``, or ``[]`` when there was none. Both are kept with the
answers of the lesson, as ``paris/<bet>/answer`` and ``paris/<bet>/seen``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rfm_helpers.catalog.bets import Bet, BetNumber
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import french, tied
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.model import plain

Answer = float | str | tuple[str, ...]
PART = "paris"
ANSWER, SEEN = "answer", "seen"
CHANGED = "Vous avez changé ce pari après le résultat ({answer}) : le premier compte."
LATE = "Ce pari ({answer}) est venu après le résultat : il ne compte pas."


class Closeness(StrEnum):
    """How close a bet came; the value is the word that the learner reads."""

    RIGHT = "juste"
    NEAR = "proche"
    FAR = "loin"


PLURALS = {Closeness.RIGHT: "justes", Closeness.NEAR: "proches", Closeness.FAR: "loin"}


# --- a bet and the truth --------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How close a bet came; ``error`` is signed, a share of the truth (None without a number)."""

    closeness: Closeness
    error: float | None = None

    @property
    def text(self) -> str:
        """The score as a short sentence."""
        if self.closeness is Closeness.RIGHT:
            return "Juste."
        if self.error is None:
            near = self.closeness is Closeness.NEAR
            words = (
                "Proche : deux voisins à échanger." if near else "Les données disent autre chose."
            )
        elif self.error > 1:
            words = f"Loin : {number(1 + self.error, 1)} fois le résultat."
        else:
            side = "au-dessus" if self.error > 0 else "au-dessous"
            words = f"{self.closeness.capitalize()} : {percent(abs(self.error))} {side}."
        return french(words)


def read_bet(bet: Bet, raw: Any) -> Answer | None:
    """The bet that a form holds, from JSON types; None when there is none.

    Raises:
        CourseError: a text that is no number, or a number that makes no sense.

    >>> from rfm_helpers.catalog.bets import load_bet
    >>> read_bet(load_bet("03_calcul_rfm/mediane"), "300 jours")
    300.0
    """
    ids = {choice.id for choice in bet.choices}
    if bet.number is not None:
        return _read_number(raw, bet.number)
    if bet.ordered:
        known = isinstance(raw, list) and all(isinstance(one, str) for one in raw)
        return tuple(raw) if known and set(raw) == ids and len(raw) == len(ids) else None
    return raw if isinstance(raw, str) and raw in ids else None


def _read_number(raw: Any, scale: BetNumber) -> float | None:
    """The number of a text, with or without its unit; « 37 % » is 37."""
    text = raw.replace(scale.unit, "").strip() if isinstance(raw, str) else ""
    if not text:
        return None
    value = parse_number(text, unit="%")
    if value < 0 or value > (scale.most or value):
        raise CourseError(f"Ce pari ne peut pas être {text} : écrivez {_range(scale)}.")
    return value


def _range(scale: BetNumber) -> str:
    return f"un nombre de 0 à {number(scale.most)}" if scale.most else "un nombre positif"


def truth_of(bet: Bet) -> Answer:
    """What the data of the course say, as the catalog has it."""
    if bet.number is not None:
        return bet.number.truth
    return bet.truth if bet.ordered else bet.truth[0]


def read_truth(bet: Bet, found: Any) -> Answer:
    """What a cell has found: a number, the text or the interval of a choice, texts in order.

    Raises:
        CourseError: it is none of the choices.
    """
    if bet.number is not None:
        return float(found)
    if bet.ordered:
        return tuple(_choice_id(bet, one) for one in found)
    return _choice_id(bet, found)


def _choice_id(bet: Bet, found: Any) -> str:
    for choice in bet.choices:
        if isinstance(found, str):
            matches = found in (choice.text, choice.id)
        else:
            matches = choice.low is not None and choice.high is not None
            matches = matches and choice.low <= found < choice.high
        if matches:
            return choice.id
    raise CourseError(
        f"« {found} » n’est aucune des réponses du pari « {bet.title} » : remettez dans la "
        "cellule les valeurs de la leçon."
    )


def shown(bet: Bet, answer: Answer) -> str:
    """A bet, or the truth, as the learner reads it.

    >>> from rfm_helpers.catalog.bets import load_bet
    >>> shown(load_bet("03_calcul_rfm/mediane"), 300.0)
    '300\\xa0jours'
    """
    if bet.number is not None and isinstance(answer, float):
        unit = bet.number.one if abs(answer) < 2 and bet.number.one else bet.number.unit
        whole = answer.is_integer()
        return tied(number(answer, 0 if whole else max(bet.number.decimals, 1)), unit)
    names = {choice.id: plain(choice.text) for choice in bet.choices}
    ids = answer if isinstance(answer, tuple) else (str(answer),)
    return ", puis ".join(names[one] for one in ids)


def score_bet(bet: Bet, answer: Answer) -> Score:
    """How close a bet came to the truth.

    >>> from rfm_helpers.catalog.bets import load_bet
    >>> mediane = load_bet("03_calcul_rfm/mediane")
    >>> score_bet(mediane, 305.0).text, score_bet(mediane, 200.0).text
    ('Juste.', 'Proche\\xa0: 34\\xa0% au-dessous.')
    """
    truth = truth_of(bet)
    if bet.number is not None and isinstance(answer, float):
        error = (answer - bet.number.truth) / bet.number.truth
        scale = {bet.number.right: Closeness.RIGHT, bet.number.near: Closeness.NEAR}
        # What a computer's binary numbers add must not put a bet on the other side of a limit.
        close = (word for limit, word in scale.items() if abs(error) <= limit + 1e-9)
        return Score(next(close, Closeness.FAR), error)
    if answer == truth:
        return Score(Closeness.RIGHT)
    swapped = isinstance(answer, tuple) and isinstance(truth, tuple) and _one_swap(answer, truth)
    return Score(Closeness.NEAR if swapped else Closeness.FAR)


def _one_swap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two neighbours change places from one order to the other."""
    wrong = [rank for rank, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1


# --- what is kept ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeptBet:
    """A bet as an answers file has it.

    ``answer`` is the one that counts, None when there is none; ``later`` is what the form held
    once the result was known, if it is not the same.
    """

    bet: Bet
    answer: Answer | None
    later: Answer | None = None
    revealed: bool = False

    @property
    def score(self) -> Score | None:
        """How close it came."""
        return None if self.answer is None else score_bet(self.bet, self.answer)

    @property
    def notice(self) -> str:
        """What is said of a bet that came, or changed, after the result."""
        if self.later is None:
            return ""
        sentence = LATE if self.answer is None else CHANGED
        return french(sentence.format(answer=shown(self.bet, self.later)))


def kept_bet(bet: Bet, answers: Mapping[str, Any]) -> KeptBet:
    """A bet among the answers of its lesson, whatever they hold."""
    prefix = f"{PART}/{bet.id}/"
    now = _readable(bet, answers.get(prefix + ANSWER))
    seen = answers.get(prefix + SEEN)
    if not isinstance(seen, list):
        return KeptBet(bet, now)
    first = _readable(bet, seen[0]) if seen else None
    return KeptBet(bet, first, now if now != first else None, revealed=True)


def _readable(bet: Bet, raw: Any) -> Answer | None:
    try:
        return read_bet(bet, raw)
    except CourseError:
        return None
