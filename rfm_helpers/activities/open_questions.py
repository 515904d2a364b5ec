"""The open question that ends an exercise: a text, criteria to tick, a possible answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.answer_boxes import ChoicesBox, WritingBox
from rfm_helpers.activities.base import Activity, announced, bullets, button, step
from rfm_helpers.catalog.open_questions import OpenQuestion, load_open_question
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions.exercise import OPEN, OPEN_PART, OPEN_TEXT, UNWRITTEN
from rfm_helpers.questions.model import panel, plain

TICKED, COMPARED = "criteres", "exemple"
YOURS_FIRST = "Écrivez d’abord votre réponse : la comparaison ne vaut qu’après."


class WrittenAnswer(Activity):
    """A text that nobody judges: the learner ticks what is in it, then reads another answer."""

    purpose = "écrire votre réponse"

    def __init__(self, question: OpenQuestion) -> None:
        super().__init__()
        self.question = question
        self.writing = WritingBox()
        self.criteria = ChoicesBox({one.id: one.text for one in question.criteria})
        self.compared = False
        self.state_area, self.model_area = w.HTML(), w.HTML()
        self.compare_button = button("Comparer à une réponse possible")
        self.compare_button.on_click(self.guarded(self.compare))
        self.react([*self.writing.fields, *self.criteria.fields], self.refresh)
        self.refresh()
        self.show(
            w.HTML(panel(question.title, question.statement)),
            *self.writing.fields,
            step("Relisez-vous : cochez ce qui y est"),
            *self.criteria.fields,
            self.state_area,
            self.compare_button,
            self.model_area,
            self.message_area,
        )

    @property
    def value(self) -> str | None:
        """The text; None as long as there is none."""
        return self.writing.answer

    def compare(self) -> None:
        """Show a possible answer, once the learner has written one."""
        if self.value is None:
            raise CourseError(YOURS_FIRST)
        self.compared = True
        self.refresh()

    def state(self) -> dict[str, Any]:
        """The text as typed, what was ticked, and whether the other answer was asked for."""
        ticked = self.criteria.answer
        return {OPEN_TEXT: self.writing.answer, TICKED: ticked, COMPARED: self.compared}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these again."""
        self.writing.put(answers[OPEN_TEXT])
        self.criteria.put(answers[TICKED])
        self.compared = answers[COMPARED] is True
        self.refresh()

    def refresh(self) -> None:
        """Say how far the learner is; show the other answer if it was asked for."""
        shown = self.compared and self.value is not None
        self.state_area.value = announced(f"<p>{french(self._said)}</p>")
        model = panel("Une réponse possible", self.question.model)
        self.model_area.value = announced(model) if shown else ""

    @property
    def _said(self) -> str:
        if self.value is None:
            return f"{OPEN} : {UNWRITTEN}"
        ticked = len(self.criteria.answer or [])
        return f"{OPEN} : {ticked} sur {len(self.question.criteria)} critères cochés"

    def fallback(self) -> dict[str, str]:
        """The question and the criteria, to read before running the cell."""
        criteria = bullets(plain(one.text) for one in self.question.criteria)
        return {"text/html": panel(self.question.title, self.question.statement) + criteria}


def open_question(name: str, folder: Path | None = None) -> WrittenAnswer:
    """The open question that ends an exercise ("01_exercices"), kept as typed and never judged.

    Args:
        name: the exercise.
        folder: where the answers stand, if not with those of the lessons.

    Returns:
        The activity: `value` is the text, None as long as there is none.

    Raises:
        CourseError: that exercise has no open question.

    >>> open_question("01_exercices").value is None
    True
    """
    return WrittenAnswer(load_open_question(name)).kept(f"{name}/{OPEN_PART}", folder)
