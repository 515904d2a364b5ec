"""The forms of a graded notebook: a strategy's statement, the cost lines of an action.

What is typed is kept as it is, and not judged: a form only says what cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, boxed, button, wrapped
from rfm_helpers.activities.budget.rows import CostRow
from rfm_helpers.activities.budget.typed_lines import BLANK, counted_anyway, line_state, removed
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.strategy.statement_form import StatementForm
from rfm_helpers.activities.undoing import Undo
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
        self.rows = [self._new_row(rank) for rank in range(1, MOST_LINES + 1)]
        self.shown = FIRST_LINES
        self.list_area = w.VBox(layout=w.Layout(width="100%"))
        self.add_button = button("Ajouter une ligne")
        self.add_button.on_click(self.guarded(self.add))
        self.total_area = w.HTML()
        self.undo = Undo(self)
        self.refresh()
        self.show(
            w.HTML(panel(question.title, question.statement)),
            self.list_area,
            self.undo.widget,
            self.add_button,
            self.total_area,
            self.message_area,
        )

    def _new_row(self, rank: int) -> CostRow:
        row = CostRow(rank, ASKED)
        row.put(BLANK)
        self.react(row.fields.values(), self.refresh)
        row.remove_button.on_click(self.guarded(lambda: self.remove(rank)))
        return row

    @property
    def typed(self) -> list[dict[str, Any]]:
        """The lines on the screen in which something was typed."""
        return [line for line in self._on_screen if line != BLANK]

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

    def add(self) -> None:
        """Show one more empty line."""
        if self.shown == MOST_LINES:
            raise CourseError(TOO_MANY)
        self.shown += 1
        self.refresh()
        self.rows[self.shown - 1].fields["libelle"].focus()

    def remove(self, rank: int) -> None:
        """Take a line away (1 is the first); « Annuler » brings it back."""
        lines = self._on_screen
        line = lines.pop(rank - 1)
        self._fill(lines, self.shown - 1)
        if line != BLANK:
            self.undo.offer(removed(rank, line), lambda: self._put_back(rank, line))
        self.add_button.focus()

    def _put_back(self, rank: int, line: dict[str, Any]) -> None:
        """Show a line again at its rank, an empty one left out if there is no room."""
        lines = self._on_screen
        if len(lines) == MOST_LINES:
            if BLANK not in lines:
                raise CourseError(TOO_MANY)
            lines.remove(BLANK)
        lines.insert(rank - 1, line)
        self._fill(lines, len(lines))

    @property
    def _on_screen(self) -> list[dict[str, Any]]:
        """The lines on the screen, empty ones too."""
        return [row.typed for row in self.rows[: self.shown]]

    def _fill(self, lines: list[dict[str, Any]], shown: int = FIRST_LINES) -> None:
        """Show these lines, and empty ones up to `shown`."""
        with self.asleep():
            for place, row in enumerate(self.rows):
                row.put(lines[place] if place < len(lines) else BLANK)
        self.shown = min(max(len(lines), shown, 1), MOST_LINES)
        self.refresh()

    def refresh(self) -> None:
        """Show the lines, what is to be mended in each, and their total."""
        rows = self.rows[: self.shown]
        self.list_area.children = [row.widget for row in rows]
        for row in rows:
            row.show()
        states = [line_state(row.typed) for row in rows]
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
