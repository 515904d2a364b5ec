"""The help of an exercise's question: its hints one by one, then its solution, a button each."""

from __future__ import annotations

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, wrapped
from rfm_helpers.french.words import french
from rfm_helpers.questions.exercise import AskedQuestion
from rfm_helpers.questions.model import Note

LAST = "Il n’y a pas d’autre indice : la solution est à côté."


class HelpButtons(Activity):
    """« Indice » and « Solution »; what was asked for stays on the screen."""

    purpose = "demander un indice, puis la solution"

    def __init__(self, question: AskedQuestion) -> None:
        super().__init__()
        self.question = question
        self.notes: list[Note] = []
        self.hint_button = button("Indice", french(f"Indice : {question.title}"))
        self.solution_button = button("Solution", french(f"Solution : {question.title}"))
        self.notes_area = w.HTML()
        self.hint_button.on_click(self.guarded(self.show_hint))
        self.solution_button.on_click(self.guarded(self.show_solution))
        buttons = wrapped(self.hint_button, self.solution_button)
        self.show(buttons, self.notes_area, self.message_area)

    @property
    def value(self) -> list[str]:
        """The texts of the hints and the solution asked for."""
        return [note.text for note in self.notes]

    def show_hint(self) -> None:
        """Show the next hint; say it when there is no other."""
        hints = [note for note in self.notes if note != self.question.solution()]
        hint = self.question.indice(len(hints) + 1)
        if hint in hints:
            self.tell(LAST, warning=False)
        self._add(hint)

    def show_solution(self) -> None:
        """Show the solution."""
        self._add(self.question.solution())

    def _add(self, note: Note) -> None:
        if note not in self.notes:
            self.notes.append(note)
        self.notes_area.value = announced("".join(note._repr_html_() for note in self.notes))

    def fallback(self) -> dict[str, str]:
        """The two buttons' names, and how they come to life."""
        return {"text/html": "<p><strong>Indice</strong> · <strong>Solution</strong></p>"}


def help_buttons(question: AskedQuestion) -> HelpButtons:
    """The buttons that help with a question of an exercise.

    Args:
        question: one of those that `rfm_helpers.exercise` gives.

    Returns:
        The activity: `value` holds what was asked for so far.

    >>> from rfm_helpers.questions import exercise
    >>> help_buttons(next(iter(exercise("02_exercices")))).value
    []
    """
    return HelpButtons(question)
