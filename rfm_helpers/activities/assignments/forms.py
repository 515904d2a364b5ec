"""The forms of a graded notebook: a strategy's statement, the cost lines of an action.

What is typed is kept as it is, and not judged: a form only says what cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, boxed, wrapped
from rfm_helpers.activities.budget.places import LinePlaces, Past, offer_back
from rfm_helpers.activities.budget.rows import TOTAL, cost_mark, cost_sheet
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.strategy.statement_form import StatementForm
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.budget.typed_lines import BLANK, counted_anyway, line_state
from rfm_helpers.analysis.strategy.forms import statement_sentence
from rfm_helpers.catalog import load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french
from rfm_helpers.questions.assignment import AssignedQuestion
from rfm_helpers.questions.model import panel

LINES = "lignes"
FIRST_LINES, MOST_LINES = 4, 12
TOO_MANY = f"{MOST_LINES} lignes suffisent ici : regroupez-en deux."
#: What the cost lines of an assignment ask.
ASKED = tuple(name for name in BLANK if name != "annees")


class StatementField(Activity):
    """The statement of a strategy; its answer is the texts of its fields, by name."""

    purpose = "écrire votre stratégie"

    def __init__(self, question: AssignedQuestion) -> None:
        super().__init__()
        self.question = question
        self.form = form = StatementForm(load_grid("onze").names)
        self.sentence_area = w.HTML()
        self.react(form.fields.values(), self.refresh)
        self.show(
            w.HTML(panel(question.title, question.statement)),
            form.segment,
            form.problem,
            form.indicator,
            form.unit_area,
            wrapped(form.start, form.anyway, form.goal, form.by),
            form.means,
            self.sentence_area,
            self.message_area,
        )

    @property
    def value(self) -> dict[str, str] | None:
        """What the fields hold, as typed; None as long as they are all empty."""
        texts = self.form.texts
        return texts if any(text.strip() for text in texts.values()) else None

    def state(self) -> dict[str, Any]:
        """The fields under the id of the question."""
        return {self.question.id: self.value}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the texts typed earlier."""
        texts = answers[self.question.id]
        known = texts if isinstance(texts, Mapping) else {}
        for name, field in self.form.fields.items():
            put(field, known.get(name, ""))
        self.refresh()

    def refresh(self) -> None:
        """Show the statement as a sentence; say which fields cannot be read."""
        self.form.show_unit()
        sentence = statement_sentence(self.form.read())
        self.sentence_area.value = boxed(escape(sentence)) if self.value else ""
        self.form.check()


class CostsField(Activity):
    """The cost lines of one action; its answer is a list of lines, as typed."""

    purpose = "chiffrer cette action"

    def __init__(self, question: AssignedQuestion) -> None:
        super().__init__()
        self.question = question
        self.lines = LinePlaces(question.id, MOST_LINES)
        self.sheet = cost_sheet(
            "Vos lignes de coût", [*ASKED, TOTAL], most=MOST_LINES, full=TOO_MANY
        )
        self.total_area = w.HTML()
        self.undo = Undo(self)
        self.react([self.sheet], self._show_total, first=self._take_in)
        self._fill([])
        self.show(
            w.HTML(panel(question.title, question.statement)),
            self.sheet,
            self.undo.widget,
            self.total_area,
            self.message_area,
        )

    @property
    def typed(self) -> list[dict[str, Any]]:
        """The lines on the screen in which something was typed."""
        return [line for line in self.lines.typed if line != BLANK]

    @property
    def value(self) -> dict[str, Any] | None:
        """The lines, as typed; None as long as there is none."""
        return {LINES: self.typed} if self.typed else None

    def state(self) -> dict[str, Any]:
        """The lines under the id of the question."""
        return {self.question.id: self.value}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the lines typed earlier."""
        self.undo.forget()
        kept = answers[self.question.id]
        self._fill(kept[LINES] if kept else [])

    def _fill(self, lines: list[dict[str, Any]]) -> None:
        """Show these lines, and some empty ones below."""
        shown = [*lines, *[BLANK] * (FIRST_LINES - len(lines))][:MOST_LINES]
        self.lines.put([*shown, *[None] * (MOST_LINES - len(shown))])
        self.refresh()

    def _take_in(self) -> None:
        """Keep what was changed in the table; « Annuler » brings back what it replaced at once."""
        if change := self.lines.change(self.sheet.value):
            past = self.lines.apply(change)
            offer_back(self.undo, self.sheet, past, lambda: self._put_back(past))
        with self.asleep():
            self.lines.show(self.sheet)

    def _put_back(self, past: list[Past]) -> None:
        """Show lines again as they were, an empty one left out if there is no room."""
        if not self.lines.put_back(past):
            if BLANK not in self.lines.lines:
                raise CourseError(TOO_MANY)
            self.lines.lines[self.lines.lines.index(BLANK)] = None
            self.lines.put_back(past)
        self.refresh()

    def refresh(self) -> None:
        """Show the lines, what is to be mended in each, and their total."""
        with self.asleep():
            self.lines.show(self.sheet)
        self._show_total()

    def _show_total(self) -> None:
        self.sheet.mark(partial(cost_mark, names=ASKED))
        states = [line_state(line) for line in self.lines.typed]
        text = f"Total des lignes : {euros(sum(state.cost for state in states), 2)} HT"
        text += counted_anyway(sum(bool(state.defects) for state in states))
        self.total_area.value = announced(french(f"<p>{text}.</p>"))


FORMS = {"statement": StatementField, "costs": CostsField}


def assignment_form(question: AssignedQuestion) -> Activity:
    """The form in which a question whose answer is a form is answered.

    Args:
        question: the question; its sheet names the form.

    Returns:
        The activity; `value` is the answer as JSON types, None as long as nothing is typed.
    """
    activity: Activity = FORMS[question.sheet.form](question)
    return activity
