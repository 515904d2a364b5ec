"""The fields of a graded notebook, and the button that makes the file to hand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, bullets, button, labelled
from rfm_helpers.activities.typed import TypedArea, TypedText
from rfm_helpers.french.words import french
from rfm_helpers.questions.assignment import AssignedQuestion, Assignment
from rfm_helpers.questions.hand_in import missing_parts, write_hand_in
from rfm_helpers.questions.model import panel, plain

LONGEST_TEXT = 6_000


class AnswerField(Activity):
    """The field of one question: its answer is kept as typed, and is not judged."""

    purpose = "répondre à cette question"

    def __init__(self, question: AssignedQuestion) -> None:
        super().__init__()
        self.question = question
        self.fields = _fields(question)
        self.react(self.fields, self._read)
        self.show(
            w.HTML(panel(question.title, question.statement)), *self.fields, self.message_area
        )

    @property
    def value(self) -> Any:
        """The answer: a text, a choice, a list of choices; None when there is none."""
        return self.state()[self.question.id]

    def state(self) -> dict[str, Any]:
        """The answer under the id of its question."""
        choices = self.question.sheet.choices
        if self.question.sheet.answer == "choices":
            ticked = [c for c, box in zip(choices, self.fields, strict=True) if box.value]
            return {self.question.id: ticked or None}
        if self.question.sheet.answer == "choice":
            index = self.fields[0].index
            return {self.question.id: None if index is None else choices[index]}
        return {self.question.id: self.fields[0].value.strip() or None}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show an answer given earlier; a choice that is no longer offered is left out."""
        answer, choices = answers[self.question.id], self.question.sheet.choices
        if self.question.sheet.answer == "choices":
            for choice, box in zip(choices, self.fields, strict=True):
                box.value = isinstance(answer, list) and choice in answer
        elif self.question.sheet.answer == "choice":
            self.fields[0].index = choices.index(answer) if answer in choices else None
        else:
            self.fields[0].value = answer if isinstance(answer, str) else ""

    def _read(self) -> None:
        answer = self.value
        if answer is not None:
            self.tell(self.question.unreadable(answer))


def _fields(question: AssignedQuestion) -> tuple[w.Widget, ...]:
    sheet, full = question.sheet, w.Layout(width="100%")
    if sheet.answer == "choices":
        return tuple(
            w.Checkbox(description=plain(choice), indent=False, layout=full)
            for choice in sheet.choices
        )
    if sheet.answer == "choice":
        return (w.RadioButtons(options=[plain(c) for c in sheet.choices], index=None, layout=full),)
    if sheet.answer == "essay":
        area = TypedArea(
            description=french("Votre texte :"),
            placeholder="Quelques phrases suffisent.",
            rows=7,
            **labelled(width="46em", max_width="99%"),
        )
        return (area,)
    unit = f" (en {sheet.unit})" if sheet.unit else ""
    return (
        TypedText(
            description=french(f"Votre réponse{unit} :"),
            placeholder="un nombre" if sheet.answer == "number" else "un mot ou un code",
            **labelled(width="26em", max_width="99%"),
        ),
    )


def answer_field(question: AssignedQuestion) -> Activity:
    """The field, the lists or the form in which a question of an assignment is answered.

    Args:
        question: the question, which knows its assignment and where the answers are kept.

    Returns:
        The activity; `value` is the answer as JSON types, None as long as nothing is typed.
    """
    activity: Activity
    if question.sheet.answer == "form":
        from rfm_helpers.activities.assignments.forms import assignment_form

        activity = assignment_form(question)
    elif question.sheet.parts:
        from rfm_helpers.activities.assignments.quantities import QuantitiesField

        activity = QuantitiesField(question)
    else:
        activity = AnswerField(question)
    store = question.assignment.store
    return activity.kept(store.exercise, store.folder)


class HandIn(Activity):
    """« Rendre mon travail »: says what is missing, then writes the one file to hand in."""

    purpose = "rendre votre travail"

    def __init__(self, assignment: Assignment) -> None:
        super().__init__()
        self.assignment = assignment
        self.file: str = ""
        self.hand_button = button("Rendre mon travail", main=True)
        self.anyway_button = button("Rendre quand même")
        self.anyway_button.layout.display = "none"
        self.list_area = w.HTML()
        self.hand_button.on_click(self.guarded(self._check))
        self.anyway_button.on_click(self.guarded(self._write))
        self.show(
            w.HTML(
                "<p>Enregistrez d’abord votre carnet (Ctrl + S ou Cmd + S), puis appuyez sur le "
                "bouton.</p>"
            ),
            self.hand_button,
            self.list_area,
            self.anyway_button,
            self.message_area,
        )

    @property
    def value(self) -> str:
        """The name of the file written; empty until there is one."""
        return self.file

    def _check(self) -> None:
        self.list_area.value = ""
        missing = missing_parts(self.assignment)
        self.anyway_button.layout.display = "flex" if missing else "none"
        if missing:
            self.list_area.value = announced(
                f"<p>{french('Il manque encore :')}</p>{bullets(map(french, missing))}"
                "<p>Complétez, ou rendez votre travail tel quel.</p>"
            )
        else:
            self._write()

    def _write(self) -> None:
        self.list_area.value, self.anyway_button.layout.display = "", "none"
        path = write_hand_in(self.assignment)
        self.file = path.name
        self.tell(
            french(
                f"Votre travail est dans le fichier « {path.name} », à côté de ce carnet : "
                "téléchargez-le (clic droit dans la liste des fichiers), puis déposez-le."
            ),
            warning=False,
        )


def hand_in(assignment: Assignment) -> HandIn:
    """The button that checks the work and writes one zip to hand in.

    Args:
        assignment: the assignment whose answers are handed in.

    Returns:
        The activity; `value` is the name of the zip once it is written.
    """
    return HandIn(assignment)
