"""The questions of an exercise: a field or choices, a verdict beside them, help on two buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.answer_boxes import answer_box, lettered
from rfm_helpers.activities.base import Activity, announced, bullets, button, heading, wrapped
from rfm_helpers.activities.cards import VERIFIED, Judged
from rfm_helpers.french.words import french
from rfm_helpers.questions import ChoiceCheck, Outcome, Result
from rfm_helpers.questions.exercise import AskedQuestion
from rfm_helpers.questions.model import Note, plain

#: Under which name an answer is kept as it is typed, beside the one that was verified.
TYPED = "saisie/{}"
LAST = "Il n’y a pas d’autre indice : la solution est à côté."


class Help:
    """« Indice » and « Solution » of a question; what was asked for stays on the screen."""

    def __init__(self, question: AskedQuestion, activity: Activity) -> None:
        """Make the two buttons; `activity` says when there is no other hint."""
        self.question, self.tell = question, activity.tell
        self.notes: list[Note] = []
        self.hint_button = button("Indice", french(f"Indice : {question.title}"))
        self.solution_button = button("Solution", french(f"Solution : {question.title}"))
        self.area = w.HTML()
        self.hint_button.on_click(activity.guarded(self.show_hint))
        self.solution_button.on_click(activity.guarded(self.show_solution))

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
        self.area.value = announced("".join(note._repr_html_() for note in self.notes))


class ExerciseQuestion(Judged):
    """A question of an exercise: its answer is kept as typed, and judged when that is asked for.

    `value` is the answer on the screen, `result` what became of the one that was verified.
    """

    purpose = "répondre à la question"

    def __init__(self, asked: AskedQuestion) -> None:
        super().__init__(button("Vérifier", french(f"Vérifier : {asked.title}"), main=True))
        self.asked = asked
        self.box = answer_box(asked.question.check)
        self.help = Help(asked, self)
        self.result: Result | None = None
        self.live_in(self)
        self.show(
            w.HTML(self._heading),
            *self.box.fields,
            wrapped(self.check_button, self.help.hint_button, self.help.solution_button),
            self.feedback,
            self.help.area,
            self.message_area,
        )

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The fields of the answer."""
        return self.box.fields

    @property
    def value(self) -> Any:
        """The answer on the screen, as JSON types; None when there is none."""
        return self.box.answer

    def verify(self) -> None:
        """Judge the answer on the screen, and have the exercise keep it if it could be read."""
        self.result = self.asked.verifier(self.value)
        super().verify()

    def verdict(self) -> str:
        """The result, as a panel."""
        if self.result is None:
            self.result = self.asked.worth(self.value)
        return self.result._repr_html_()

    def unsay(self) -> None:
        """Take the verdict away: it is about another answer."""
        self.result = None
        super().unsay()

    def forget(self) -> None:
        """Take the verdict away: it is about another answer than the one on the screen."""
        self.result = None
        super().forget()

    def state(self) -> dict[str, Any]:
        """The answer as typed, whether it was verified, and the answers that were, by name.

        The exercise keeps these itself: they stand here to be forgotten with the rest.
        """
        typed, store = TYPED.format(self.asked.question.id), self.asked.store
        verified = {name: store.get(name) for name in self.asked.names}
        return {typed: self.value, f"{typed}.{VERIFIED}": self.verified, **verified}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the answer typed earlier; without one, the answer that was verified."""
        typed = TYPED.format(self.asked.question.id)
        verified = self.asked.answer
        before = answers[typed] is None and verified is not None
        self.box.put(verified if before else answers[typed])
        self.result = self.asked.worth(verified) if before else None
        self.verified = before or answers[f"{typed}.{VERIFIED}"] is True
        if self.result and self.result.outcome is Outcome.NOT_STARTED:
            self.verified = False
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The choices, or what is to be written, to read before running the cell."""
        check = self.asked.question.check
        if not isinstance(check, ChoiceCheck):
            written = f"<p>{check.kind.capitalize()}, à écrire ici.</p>"
            return {"text/html": self._heading + written}
        return {"text/html": self._heading + bullets(map(plain, lettered(check).values()))}

    @property
    def _heading(self) -> str:
        return heading(french(f"{self.asked.title} : votre réponse"), "4px 0")


def answer_question(question: AskedQuestion) -> ExerciseQuestion:
    """The field, or the choices, in which a question of an exercise is answered.

    Enter or « Vérifier » judges the answer, as often as one likes; each is kept.

    Args:
        question: one of those that `rfm_helpers.exercise` gives.

    Returns:
        The activity: `value` holds the answer on the screen, None as long as there is none.

    >>> from rfm_helpers.questions import exercise
    >>> answer_question(next(iter(exercise("02_exercices")))).value is None
    True
    """
    store = question.store
    return ExerciseQuestion(question).kept(store.exercise, store.folder)
