"""Lines in their places: a line never moves, for another notebook may have it; its rank may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rfm_helpers.activities.sheets.sheet import Sheet
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.budget.typed_lines import BLANK, INSTEAD, is_blank

Line = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What the page did to the rows that it had; ``ids`` are those of the rows it has now."""

    added: Mapping[str, Line]
    edited: Mapping[str, Line]
    removed: tuple[str, ...]
    ids: tuple[str, ...]
    moved: bool


@dataclass(frozen=True)
class Past:
    """What a place held, at which rank (1 is the first), and whether its line is gone."""

    place: int
    rank: int
    line: Line | None
    gone: bool


class LinePlaces:
    """The lines of one list: what each place holds, and the order in which they are shown.

    >>> lines = LinePlaces("soiree", 3)
    >>> change = lines.change([{"id": "soiree/n1", "cells": {"libelle": "Salle"}}])
    >>> lines.apply(change)
    [Past(place=0, rank=1, line=None, gone=False)]
    >>> lines.typed
    [{'libelle': 'Salle'}]
    """

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.lines: list[Line | None] = [None] * most
        self.order: list[int] = []
        self._ids: dict[str, int] = {}
        self._names = {place: f"{name}/{place + 1}" for place in range(most)}
        self._seen: dict[str, Line] = {}

    @property
    def ranked(self) -> list[int]:
        """The places of the lines, in the order shown."""
        known = [place for place in self.order if self.lines[place] is not None]
        others = [p for p, line in enumerate(self.lines) if line is not None and p not in known]
        return known + others

    @property
    def typed(self) -> list[Line]:
        """The lines, in the order shown."""
        return [line for place in self.ranked if (line := self.lines[place]) is not None]

    @property
    def kept_order(self) -> list[int]:
        """The order to keep, places counted from 1; none when it is that of the places."""
        ranked = self.ranked
        return [] if ranked == sorted(ranked) else [place + 1 for place in ranked]

    def put(self, lines: Iterable[Line | None], order: object = None) -> None:
        """Hold these lines, one for each place, in an order kept earlier."""
        self.lines = [None if line is None else BLANK | line for line in lines]
        kept = order if isinstance(order, list) else []
        self.order = [p for p in range(len(self.lines)) if p + 1 in kept]
        self.order.sort(key=lambda place: kept.index(place + 1))

    def show(self, sheet: Sheet) -> None:
        """Have a table show the lines."""
        self._seen = {self._names[place]: self.lines[place] or {} for place in self.ranked}
        self._ids |= {name: place for place, name in self._names.items()}
        sheet.put(self._seen, self.name)

    # --- what the page does ---------------------------------------------------------------------

    def change(self, rows: Iterable[Mapping[str, Any]]) -> Change | None:
        """What the page did to the rows shown; None for rows of another list."""
        rows = list(rows)
        if not all(row["id"].startswith(f"{self.name}/") for row in rows):
            return None
        seen = self._seen
        found = {row["id"]: _written(row, seen.get(row["id"])) for row in rows}
        self._seen = found
        return Change(
            added={name: line for name, line in found.items() if name not in seen},
            edited={n: line for n, line in found.items() if n in seen and seen[n] != line},
            removed=tuple(name for name in seen if name not in found),
            ids=tuple(found),
            moved=[n for n in found if n in seen] != [n for n in seen if n in found],
        )

    def apply(self, change: Change) -> list[Past]:
        """Take in a change; lines for which there is no room are left out.

        Returns:
            What the places that changed held before.
        """
        ranks = {place: rank for rank, place in enumerate(self.ranked, start=1)}
        past = []
        for name in change.removed:
            past.append(self._set(self._ids[name], None, ranks))
        for name, line in change.edited.items():
            past.append(self._set(self._ids[name], line, ranks))
        for name, line in change.added.items():
            if (place := self._room(self._ids.get(name))) is not None:
                self._ids[name], self._names[place] = place, name
                past.append(self._set(place, line, ranks))
        self._follow(change)
        return past

    def _follow(self, change: Change) -> None:
        """Rank the lines as the page does; lines that it does not know of stay where they are."""
        page = [self._ids[name] for name in change.ids if name in self._ids]
        new = {self._ids[name] for name in change.added if name in self._ids}
        if change.moved:
            self.order = page
        order = [place for place in self.ranked if place not in new]
        for rank in range(len(page) - 1, -1, -1):
            if page[rank] in new:
                below = order.index(page[rank + 1]) if rank + 1 < len(page) else len(order)
                order.insert(below, page[rank])
        self.order = order

    def put_back(self, past: Iterable[Past]) -> bool:
        """Hold again what places held; False, and no change, where there is no room."""
        gone = [one for one in past if one.gone]
        if len(gone) > self.lines.count(None):
            return False
        order = self.ranked
        for one in past:
            place = one.place
            if one.gone:
                room = self._room(place)
                place = place if room is None else room
                order.insert(one.rank - 1, place)
            self.lines[place] = one.line
        self.order = order
        return True

    def _set(self, place: int, line: Line | None, ranks: Mapping[int, int]) -> Past:
        before, self.lines[place] = self.lines[place], line
        return Past(place, ranks.get(place, len(ranks) + 1), before, gone=line is None)

    def _room(self, wanted: int | None) -> int | None:
        """A free place: the one wanted, else after the last line, else the first one."""
        if wanted is not None and self.lines[wanted] is None:
            return wanted
        taken = [place for place, line in enumerate(self.lines) if line is not None]
        after = taken[-1] + 1 if taken else 0
        if after < len(self.lines):
            return after
        return self.lines.index(None) if None in self.lines else None


def offer_back(undo: Undo, sheet: Sheet, past: Iterable[Past], back: Callable[[], None]) -> None:
    """Offer to bring back lines that are gone and cells that a block replaced.

    Nothing is offered any more once the learner goes back and forth in the table itself.
    """
    pasted = sheet.counts("pasted")
    if sheet.counts("travelled"):
        undo.forget()
        return
    lost = [one for one in past if one.line is not None and not is_blank(one.line)]
    gone = [one for one in lost if one.gone]
    if gone:
        undo.offer(removed(gone[0].rank, gone[0].line or {}), back)
    elif pasted and lost:
        undo.offer("Le bloc collé a remplacé ce qui était écrit là.", back)


def removed(rank: int, typed: Mapping[str, Any]) -> str:
    """What is said of a line that was taken away.

    >>> removed(2, {"libelle": "Salle"})
    'Ligne 2 retirée : « Salle ».'
    """
    return f"Ligne {rank} retirée : « {str(typed['libelle']).strip() or INSTEAD['libelle']} »."


def _written(row: Mapping[str, Any], seen: Line | None) -> Line:
    """A row as it is now: the cells written in it, where it names them, the others as last seen."""
    cells = dict(row["cells"])
    names = row.get("written")
    return cells if seen is None or not names else seen | {name: cells[name] for name in names}
