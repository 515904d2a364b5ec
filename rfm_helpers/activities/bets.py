"""A bet: what the learner expects, written before the data are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, labelled, status_lines
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.catalog.bets import Bet, load_bet
from rfm_helpers.french.words import french
from rfm_helpers.questions.bets import (
    ANSWER,
    PART,
    SEEN,
    Answer,
    KeptBet,
    kept_bet,
    read_bet,
    shown,
)
from rfm_helpers.questions.model import plain, rich

#: The value of a list in which nothing is chosen: ipywidgets shows no option at all for None.
UNCHOSEN = ""
WAITING = "Pas encore parié. La cellule suivante s’exécute aussi sans pari."
MADE = "Pari noté : {answer}. Exécutez la cellule suivante."
KNOWN = "Pari noté : {answer}. Le résultat est connu."
KNOWN_WITHOUT = "Le résultat est connu : un pari fait maintenant ne compte pas."
REOPEN = " Pour parier de nouveau, « Recommencer »."


class BetForm(Activity):
    """A number, a choice or an order, and whether the bet is made; what is typed is kept."""

    purpose = "parier"

    def __init__(self, bet: Bet) -> None:
        super().__init__()
        self.bet = bet
        self.seen: list[Any] | None = None
        self.fields = _fields(bet)
        self.state_area = w.HTML()
        question = w.HTML(f'<div style="max-width:46em">{self._question()}</div>')
        self.show(question, *self.fields, self.state_area, self.message_area)
        self.react(self.fields, self.bet_again, first=self.keep_now)
        self.refresh()

    def _question(self) -> str:
        return f"<strong>Pariez.</strong> {rich(self.bet.statement)}"

    @property
    def raw(self) -> Any:
        """What the fields hold, as JSON types."""
        if self.bet.number is not None:
            return self.fields[0].value.strip() or None
        values = [field.value for field in self.fields]
        return values if self.bet.ordered else values[0]

    @property
    def value(self) -> Answer | None:
        """The bet on the screen; None when there is none yet."""
        return read_bet(self.bet, self.raw)

    @property
    def kept_bet(self) -> KeptBet:
        """The bet on the screen and the one that counts."""
        names = {ANSWER: self.raw, SEEN: self.seen}
        return kept_bet(
            self.bet, {f"{PART}/{self.bet.id}/{name}": one for name, one in names.items()}
        )

    def bet_again(self) -> None:
        """Take a new bet in, and whether its result was shown meanwhile.

        Raises:
            CourseError: what is written is no number.
        """
        if self.keeper is not None:
            self.keeper.catch_up([SEEN])
        self.refresh()
        read_bet(self.bet, self.raw)

    def keep_now(self) -> None:
        """Keep each key: the cell of the result, which reads the disk, may run at once."""
        if self.keeper is not None:
            self.keeper.save()

    def refresh(self) -> None:
        """Say whether the bet is made, and whether it counts."""
        kept = self.kept_bet
        self.state_area.value = status_lines([french(_status(kept))])

    def state(self) -> dict[str, Any]:
        """The fields, and the bet that stood when the result was first shown."""
        return {ANSWER: self.raw, SEEN: self.seen}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show a bet again."""
        seen, raw = answers[SEEN], answers[ANSWER]
        self.seen = seen if isinstance(seen, list) else None
        if self.bet.number is not None:
            self.fields[0].value = raw if isinstance(raw, str) else ""
        else:
            values = raw if isinstance(raw, list) else [raw] * len(self.fields)
            nothing = UNCHOSEN if self.bet.ordered else None
            for field, value in zip(self.fields, values, strict=False):
                known = [one for _, one in field.options]
                field.value = value if value in known else nothing
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The question, to read before running the cell."""
        items = "".join(f"<li>{rich(choice.text)}</li>" for choice in self.bet.choices)
        listed = f"<ul>{items}</ul>" if items else ""
        return {"text/html": f"<p>{self._question()}</p>{listed}"}


def _status(kept: KeptBet) -> str:
    """What is said below the fields."""
    if kept.notice:
        return kept.notice + REOPEN
    if kept.answer is None:
        return KNOWN_WITHOUT + REOPEN if kept.revealed else WAITING
    sentence = KNOWN if kept.revealed else MADE
    return sentence.format(answer=shown(kept.bet, kept.answer))


def _fields(bet: Bet) -> tuple[w.Widget, ...]:
    if bet.number is not None:
        return (_number_field(bet.number.unit),)
    options = [(plain(choice.text), choice.id) for choice in bet.choices]
    if not bet.ordered:
        full = w.Layout(width="100%")
        return (w.RadioButtons(options=options, value=None, layout=full),)
    return tuple(
        w.Dropdown(
            options=[("à choisir", UNCHOSEN), *options],
            description=french(f"{'1er' if rank == 1 else f'{rank}e'} :"),
            **labelled(width="26em", max_width="100%"),
        )
        for rank in range(1, len(options) + 1)
    )


def _number_field(unit: str) -> TypedText:
    text = french(f"Votre pari ({unit}) :")
    return TypedText(
        description=text,
        placeholder="un nombre",
        **labelled(width=f"{14 + len(text) // 2}em", max_width="100%"),
    )


def bet(key: str) -> BetForm:
    """Bet on what the data will say.

    The bet is kept as soon as it is written. `bet_result` shows it beside the result.

    Args:
        key: the bet ("03_calcul_rfm/mediane"), of the catalog.

    Returns:
        The activity: `value` holds the bet, None as long as there is none.

    Raises:
        CourseError: no such bet.

    >>> bet("03_calcul_rfm/mediane").value is None
    True
    """
    lesson, _, name = key.partition("/")
    return BetForm(load_bet(key)).kept(f"{lesson}/{PART}/{name}")
