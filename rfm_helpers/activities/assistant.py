"""A strategy written by an AI assistant, checked against the data sentence by sentence."""

from __future__ import annotations

from html import escape

import ipywidgets as w

from rfm_helpers.activities.sorting import Sorter
from rfm_helpers.catalog.drills import Drill, load_drill


class MemoChecker(Sorter):
    """The memo as the assistant wrote it, then each of its claims to judge."""

    def __init__(self, drill: Drill) -> None:
        text = " ".join(escape(item.text) for item in drill.items)
        self._memo = (
            '<div style="border:1px solid #c9ccd1;border-left:4px solid #8a8f98;padding:8px 14px;'
            f'max-width:46em"><strong>La note de l’assistant</strong><br>{text}</div>'
            "<p>Phrase par phrase, qu’en pensez-vous\u00a0?</p>"
        )
        super().__init__(drill, label="Votre verdict", purpose="corriger la note de l’assistant")

    def show(self, *children: w.Widget) -> None:
        """Lay the memo out above its claims."""
        super().show(w.HTML(self._memo), *children)


def correct_assistant(*, key: str = "") -> MemoChecker:
    """Judge each claim of an assistant's memo: right, wrong, or impossible to check.

    Args:
        key: where to keep the verdicts ("07_rentabilite/assistant"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the verdicts, `results` the outcomes of those verified.

    >>> correct_assistant().value["poids"]
    ''
    """
    return MemoChecker(load_drill("07_assistant")).kept(key)
