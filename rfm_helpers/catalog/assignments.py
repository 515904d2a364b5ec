"""Assignment sheets (``assignments/``): what each question asks, and how many points it earns.

A sheet is what a student sees; the checks and the reference answers stay with the teacher, in
``rfm_helpers.teacher``.
"""

from __future__ import annotations

from functools import cache
from math import fsum, isclose
from typing import Literal, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.errors import CourseError

ASSIGNMENTS = CATALOG / "assignments"
TOTAL = 20.0

Mode = Literal["code", "value", "free"]
Answer = Literal["table", "number", "choice", "choices", "text", "form", "essay"]
Form = Literal["", "statement", "costs"]

#: The answers that each mode takes: what a cell computes, what a field holds, what is read by hand.
ANSWERS: dict[Mode, tuple[Answer, ...]] = {
    "code": ("table", "number", "text"),
    "value": ("number", "choice", "choices", "text", "form"),
    "free": ("essay",),
}


class MarkingCriterion(CatalogModel):
    """One line of the marking grid of a free text: what is looked at, and its points."""

    id: Identifier
    title: Text
    points: float = Field(gt=0)


class Part(CatalogModel):
    """What is chosen of a calculation: one named quantity, or what is typed in its place.

    ``options`` are the texts of the quantities by their name; the notebook says what each is worth
    on its data. A ``date`` that is typed is the same on all data of a variant, a ``number`` is of
    the student's own.
    """

    id: Identifier
    label: Text
    options: dict[Identifier, Text] = Field(min_length=2)
    typed: Literal["", "date", "number"] = ""
    unit: str = ""


class SheetQuestion(CatalogModel):
    """One question of an assignment.

    ``mode`` says what is graded: ``code``, a cell that is run on the student's data and on data
    never seen; ``value``, what a field holds; ``free``, a text that the teacher marks by the
    ``criteria``. ``statement`` may name parameters of the student's variant between braces.
    ``columns`` are those that an expected table must have; ``parts``, what is to be chosen of the
    calculation that gives it; ``form``, the form to fill; ``section``, a heading of the
    ``lesson``, is what to reread.
    """

    id: Identifier
    title: Text
    points: float = Field(gt=0)
    mode: Mode
    answer: Answer
    statement: Text
    lesson: Text
    section: Text
    unit: str = ""
    columns: tuple[Text, ...] = ()
    parts: tuple[Part, ...] = ()
    choices: tuple[Text, ...] = ()
    form: Form = ""
    criteria: tuple[MarkingCriterion, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.answer not in ANSWERS[self.mode]:
            raise ValueError(f"une question « {self.mode} » n’admet pas « {self.answer} »")
        for name, needed in (
            ("columns", self.answer == "table"),
            ("choices", self.answer in ("choice", "choices")),
            ("form", self.answer == "form"),
            ("criteria", self.mode == "free"),
        ):
            if bool(getattr(self, name)) != needed:
                verb = "demande" if needed else "n’admet pas"
                raise ValueError(f"une question « {self.answer} » {verb} « {name} »")
        if self.parts and self.mode != "code":
            raise ValueError(f"une question « {self.mode} » n’admet pas « parts »")
        if self.criteria and not isclose(fsum(c.points for c in self.criteria), self.points):
            raise ValueError("les points des critères ne font pas ceux de la question")
        return self


class Sheet(CatalogModel):
    """An assignment: its title and its questions, marked out of 20."""

    id: Identifier
    title: Text
    questions: tuple[SheetQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _out_of_twenty(self) -> Self:
        if not isclose(fsum(question.points for question in self.questions), TOTAL):
            raise ValueError(f"les points des questions doivent faire {TOTAL:g}")
        if len({question.id for question in self.questions}) < len(self.questions):
            raise ValueError("deux questions ont le même `id`, changez l’un des deux")
        return self

    def question(self, question_id: str) -> SheetQuestion:
        """The question of that id.

        Raises:
            KeyError: the sheet has no such question.
        """
        return {question.id: question for question in self.questions}[question_id]


def sheet_names() -> list[str]:
    """The assignments there are.

    >>> sheet_names()
    ['devoir_1_rfm', 'devoir_2_strategie_budget']
    """
    return sorted(path.stem for path in ASSIGNMENTS.glob("*.yaml"))


@cache
def load_sheet(name: str) -> Sheet:
    """The sheet of an assignment.

    Raises:
        CourseError: no assignment of that name, or a file that is no sheet.

    >>> load_sheet("devoir_1_rfm").questions[0].mode
    'code'
    """
    if name not in sheet_names():
        known = " ou ".join(f"« {one} »" for one in sheet_names())
        raise CourseError(f"Le devoir « {name} » n’existe pas : choisissez {known}.")
    return load_yaml(ASSIGNMENTS / f"{name}.yaml", Sheet)
