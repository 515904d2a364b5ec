"""Choosing actions for a segment of a luxury house: three that suit it and move what is low."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from statistics import mean
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import bullets, button, labelled
from rfm_helpers.activities.cards import Graded
from rfm_helpers.activities.keeping import put
from rfm_helpers.catalog import Action, load_grid, load_segments
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome

WANTED = 3
SCORES = {"R": "la récence", "F": "la fréquence", "M": "le montant"}


class ActionChooser(Graded):
    """A segment and its actions, without their labels → three choices and what they are worth."""

    purpose = "choisir trois actions"
    question_id = "actions"

    def __init__(self, segment: str, section: str) -> None:
        super().__init__(button("Vérifier", main=True), section)
        self._sheets = {sheet.name: sheet for sheet in load_segments()}
        load_grid("onze").segment(segment)
        self.segment = w.Dropdown(
            options=list(load_grid("onze").names),
            value=segment,
            description=french("Segment :"),
            **labelled(width="20em"),
        )
        self.situation = w.HTML()
        self.boxes: tuple[w.Checkbox, ...] = ()
        #: What was ticked for each segment, found again when the learner comes back to it.
        self._ticked: dict[str, list[str]] = {}
        self._list = w.VBox()
        self.show(
            self.segment, self.situation, self._list, self.check_button, self.feedback,
            self.message_area,
        )  # fmt: skip
        self._propose()
        self.react([self.segment], self._propose)
        self.checks(self.check_button, self.verify)

    def _propose(self) -> None:
        """Show the segment's situation and its actions, ticked as they were left."""
        sheet = self._sheets[self.segment.value]
        self.situation.value = f"<p>{escape(sheet.situation)}</p>"
        self.boxes = tuple(
            w.Checkbox(
                value=action.text in self._ticked.get(sheet.name, ()),
                description=action.text,
                indent=False,
                layout=w.Layout(width="100%"),
            )
            for action in sheet.actions
        )
        self._list.children = self.boxes
        self.react(self.inputs, self._tick)
        self.forget()

    def _tick(self) -> None:
        """Remember what is ticked for this segment."""
        self._ticked[self.segment.value] = [action.text for action in self.chosen]
        self.forget()

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The boxes of the segment shown."""
        return self.boxes

    @property
    def chosen(self) -> tuple[Action, ...]:
        """The actions ticked."""
        actions = self._sheets[self.segment.value].actions
        return tuple(a for a, box in zip(actions, self.boxes, strict=True) if box.value)

    @property
    def value(self) -> dict[str, str | list[str]]:
        """The segment and the texts of the actions ticked."""
        return {"segment": self.segment.value, "actions": [a.text for a in self.chosen]}

    def state(self) -> dict[str, Any]:
        """The segment with the actions ticked, and whether they were verified."""
        ticked = [box.description for box in self.boxes if box.value]
        verified = self.verified
        return {"choice": {"segment": self.segment.value, "actions": ticked, "verified": verified}}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Tick the actions again, as far as the segment still has them."""
        choice = answers["choice"] if isinstance(answers["choice"], dict) else {}
        put(self.segment, choice.get("segment"))
        self._ticked = {}
        self._propose()
        actions = self._sheets[self.segment.value].actions
        for action, box in zip(actions, self.boxes, strict=True):
            box.value = action.text in (choice.get("actions") or [])
        self._ticked[self.segment.value] = [action.text for action in self.chosen]
        if choice.get("verified") is True:
            self.verify()

    @property
    def levers(self) -> list[str]:
        """The scores that the segment's codes have lowest, within half a point on average."""
        codes = load_grid("onze").codes_of(self.segment.value)
        means = {name: mean(int(code[i]) for code in codes) for i, name in enumerate(SCORES)}
        return [name for name, value in means.items() if value <= min(means.values()) + 0.5]

    def judge(self) -> tuple[Outcome, str]:
        """The verdict on the actions ticked."""
        actions, levers = self.chosen, self.levers
        if not actions:
            return Outcome.NOT_STARTED, f"Cochez {WANTED} actions, puis vérifiez."
        if len(actions) != WANTED:
            return Outcome.REVIEW, (
                f"Avez-vous compté vos actions ? Il en faut {WANTED}, vous en avez {len(actions)}."
            )
        unsuited = [action for action in actions if not action.luxury]
        if unsuited:
            listed = "".join(f"\n- « {a.text} » {a.luxury_note}" for a in unsuited)
            return Outcome.REVIEW, (f"Une maison de luxe ferait-elle cela ? Relisez :{listed}")
        if not any(lever in action.moves for action in actions for lever in levers):
            return Outcome.REVIEW, (
                f"Où ce segment a-t-il le plus à gagner ? Ses codes sont au plus bas en "
                f"{_listed(levers)} : aucune de vos actions n’agit sur "
                f"{_listed([SCORES[lever] for lever in levers])}."
            )
        return Outcome.SUCCESS, self._praise()

    def _praise(self) -> str:
        moved = [name for name in SCORES if any(name in a.moves for a in self.chosen)]
        channels = ", ".join(dict.fromkeys(a.channel for a in self.chosen))
        listens = any("écoute" in a.moves for a in self.chosen)
        moves = f" et agissent sur {_listed(moved)}" if moved else ""
        return (
            f"Trois actions qui conviennent à une maison de luxe{moves}. "
            f"Canaux : {channels}. "
            + (
                "L’une d’elles écoute le client avant de lui vendre."
                if listens
                else "Aucune n’écoute le client : que pourriez-vous lui demander ?"
            )
        )

    def fallback(self) -> dict[str, str]:
        """The actions to choose from, as a list."""
        return {
            "text/html": f"<p><strong>{escape(self.segment.value)}</strong></p>"
            f"{self.situation.value}{bullets(box.description for box in self.boxes)}"
        }


def _listed(names: list[str]) -> str:
    """Names as a French list.

    >>> _listed(["R"]), _listed(["R", "F", "M"])
    ('R', 'R, F et M')
    """
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def action_chooser(
    segment: str = "À ne pas perdre", *, section: str = "Que faire lundi ?", key: str = ""
) -> ActionChooser:
    """Choose three actions of a segment that suit a luxury house.

    The choice succeeds when the three suit a luxury house and one of them at least moves a score
    that the segment's codes have low.

    Args:
        segment: the segment shown first.
        section: the section of the lesson to reread.
        key: where to keep the choice ("04_segmentation/actions"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the segment and the actions ticked, `result` the last verdict.

    Raises:
        CourseError: no such segment.

    >>> action_chooser().levers
    ['R']
    """
    return ActionChooser(segment, section).kept(key)
