"""When a revision card comes back: Leitner's boxes.

A card that was known goes one box up and waits longer; one that was missed goes back to the first
box and is asked again the same day. A fitted scheduler such as FSRS shortens the work of those who
have thousands of cards; for some tens of them, a rule that a student can say and check is worth
more than twenty parameters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: The days that a card waits, from the first box to the last.
DELAYS = (0, 1, 3, 7, 15, 30)
#: From this box on a card is learnt: it was known three times in a row, days apart.
LEARNT = 3


@dataclass(frozen=True)
class Place:
    """Where a card stands: its box, and the day on which it is asked again."""

    box: int
    due: dt.date

    @property
    def is_learnt(self) -> bool:
        """Whether the card was known often enough."""
        return self.box >= LEARNT

    def is_due(self, today: dt.date) -> bool:
        """Whether the card is to be asked.

        One that would wait for more than the longest delay was answered under a wrong clock, and
        is due.

        >>> Place(2, dt.date(2026, 12, 4)).is_due(dt.date(2026, 12, 3))
        False
        """
        return not today < self.due <= today + dt.timedelta(days=DELAYS[-1])

    def as_json(self) -> list[int | str]:
        """The place as JSON types.

        >>> Place(2, dt.date(2026, 12, 4)).as_json()
        [2, '2026-12-04']
        """
        return [self.box, self.due.isoformat()]

    @classmethod
    def from_json(cls, kept: Any) -> Place:
        """The place that `as_json` gave.

        Raises:
            ValueError, TypeError: it is not one.

        >>> Place.from_json([2, "2026-12-04"]).box
        2
        """
        box, due = kept
        return cls(range(len(DELAYS)).index(box), dt.date.fromisoformat(due))


def moved(place: Place | None, *, known: bool, today: dt.date) -> Place:
    """Where a card stands once it was answered.

    Args:
        place: where it stood; None when it was never asked.
        known: whether the learner knew the answer.
        today: the day of the answer.

    >>> moved(None, known=True, today=dt.date(2026, 12, 1))
    Place(box=1, due=datetime.date(2026, 12, 2))
    """
    before = 0 if place is None else place.box
    box = min(before + 1, len(DELAYS) - 1) if known else 0
    return Place(box, today + dt.timedelta(days=DELAYS[box]))


def waiting(cards: Iterable[str], places: Mapping[str, Place], today: dt.date) -> list[str]:
    """The cards to ask today: those that are due, the most overdue first, then the new ones.

    Args:
        cards: the cards, in the order in which new ones are to be met.
        places: where those stand that were asked before.
        today: the day.

    >>> waiting(["b", "a"], {"a": Place(1, dt.date(2026, 12, 1))}, dt.date(2026, 12, 1))
    ['a', 'b']
    """
    ids = list(cards)
    due = [card for card in ids if card in places and places[card].is_due(today)]
    return sorted(due, key=lambda card: places[card].due) + [c for c in ids if c not in places]
