"""A strategy written by an AI assistant: judged sentence by sentence, then corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.base import button
from rfm_helpers.activities.cards import Card
from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.typed import TypedArea
from rfm_helpers.catalog.drills import Drill, load_drill
from rfm_helpers.french.words import french, plain_words, several
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

RIGHT = "juste"
NOTE = "note_corrigee"
UNTOUCHED = "Retirez ou réécrivez d’abord une phrase de la note."
LEFT = "Encore {count}, que nos fichiers démentent ou ne peuvent pas vérifier. Lesquelles ?"
LOST = (
    "Vous avez changé ou retiré {count}, que nos fichiers confirment. Était-ce voulu ? "
    "« Recommencer » rend la note de départ, et efface vos verdicts."
)
DONE = (
    "Aucune phrase fausse ou invérifiable n’est restée telle quelle, et ce qui était juste est "
    "toujours là. Ce que vous avez écrit vous-même n’est pas jugé ici : comparez-le à cette "
    "version.\n{model}"
)


class NoteCard(Card):
    """The note to correct: flawed sentences are to go, right ones to stay."""

    def __init__(self, drill: Drill) -> None:
        super().__init__(button("Vérifier ma note", main=True))
        self._drill = drill
        self.memo = " ".join(item.text for item in drill.items)
        self.field = TypedArea(
            value=self.memo,
            description=french("La note, à corriger :"),
            rows=12,
            layout=w.Layout(width="46em", max_width="100%"),
        )
        self.field.add_class("rfm-above")

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The text of the note."""
        return (self.field,)

    def judge(self) -> tuple[Outcome, str]:
        """The verdict on the learner's note."""
        note = _plain(self.field.value)
        if note == _plain(self.memo):
            return Outcome.NOT_STARTED, UNTOUCHED
        stands = [(RIGHT in item.right, _plain(item.text) in note) for item in self._drill.items]
        flawed, missing = stands.count((False, True)), stands.count((True, False))
        if not flawed and not missing:
            return Outcome.SUCCESS, french(DONE.format(model=self._drill.rewritten))
        remarks = [LEFT.format(count=several(flawed, "phrase"))] if flawed else []
        remarks += [LOST.format(count=several(missing, "phrase"))] if missing else []
        return Outcome.REVIEW, french("\n".join(remarks))

    def verdict(self) -> str:
        """What is still to be corrected."""
        outcome, text = self.judge()
        return outcome_panel(outcome, "Votre note", text)


class MemoChecker(Sorter):
    """The memo as the assistant wrote it, each of its claims to judge, then the memo to correct."""

    def __init__(self, drill: Drill) -> None:
        self._correction = correction = NoteCard(drill)
        self.memo, self.note = correction.memo, correction.field
        self.note_button, self.note_feedback = correction.check_button, correction.feedback
        super().__init__(drill)
        correction.live_in(self)

    def lay_out(self) -> None:
        """Show the memo above its claims, and its correction below."""
        memo = (
            f'<div style="border:1px solid {palette.FRAME};border-left:4px solid '
            f'{palette.NEUTRAL};padding:8px 14px;max-width:46em">'
            f"<strong>La note de l’assistant</strong><br>{escape(self.memo)}</div>"
            f"<p>{french('Phrase par phrase, qu’en pensez-vous ?')}</p>"
        )
        self.show(
            w.HTML(memo),
            *self.widgets,
            self.check_button,
            self.summary_area,
            self.message_area,
            self.note,
            self.note_button,
            self.note_feedback,
        )

    def judge_note(self) -> tuple[Outcome, str]:
        """The verdict on the learner's note: flawed sentences gone, right ones kept."""
        return self._correction.judge()

    def state(self) -> dict[str, Any]:
        """The verdicts, and the note with whether it was verified."""
        return super().state() | {NOTE: [self.note.value, self._correction.verified]}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the verdicts and the note again."""
        note, verified = answers[NOTE]
        put(self.note, note)
        self._correction.verified = verified is True
        self._correction.refresh()
        super().restore(answers)


def _plain(text: str) -> str:
    """The letters and digits of a text, which spaces and signs do not change."""
    return re.sub(r"[\W_]", "", plain_words(text))


def correct_assistant(*, key: str = "") -> MemoChecker:
    """Judge each claim of an assistant's memo (right, wrong, impossible to check), then correct it.

    Args:
        key: where to keep the verdicts ("08_mesurer/assistant"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the verdicts, `results` the outcomes of those verified,
        `judge_note` gives that of the corrected memo.

    >>> activity = correct_assistant()
    >>> activity.value["poids"]
    ''
    >>> activity.judge_note()[0].value
    'pas encore commencé'
    """
    return MemoChecker(load_drill("08_assistant")).kept(key)
