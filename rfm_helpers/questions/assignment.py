"""A graded notebook as its student meets it: questions, answers taken without a verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rfm_helpers import palette
from rfm_helpers.catalog.assignments import Sheet, SheetQuestion, load_sheet
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.answers import FOLDER_VARIABLE, AnswerStore
from rfm_helpers.questions.chosen import BEFORE, CHOICES, clean_choices, otherwise, quantities
from rfm_helpers.questions.exercise import FRAME, as_kept
from rfm_helpers.questions.failed import asks_for_failed, watch_cells
from rfm_helpers.questions.model import is_empty, panel, plain
from rfm_helpers.tables.columns import missing_column

#: What carries an answer out of a graded notebook: ``{"question": id, "value": JSON}``.
ANSWER_TYPE = "application/vnd.rfm-cours.answer+json"
#: Where the answers file tells whose it is.
STUDENT = "_etudiant"
MOST_ROWS = 5_000
TO_CHOOSE = (
    "À vous : choisissez dans les listes de la question, puis exécutez les cellules qui suivent."
)
TO_COMPLETE = "À vous : complétez la cellule du dessus."
TO_MEND = (
    "Une cellule s’est arrêtée sur une erreur, et ce qu’elle donnait avant ne compte plus : "
    "corrigez-la ou videz-la, puis exécutez de nouveau les cellules de la question."
)

RECEIVED, UNREADABLE, NOT_STARTED = "reçue", "à reprendre", "pas encore commencé"
_MARKS = {RECEIVED: "✓", UNREADABLE: "⚠", NOT_STARTED: "○"}
_COLORS = {RECEIVED: palette.NOTICE, UNREADABLE: palette.ERROR, NOT_STARTED: palette.QUIET}


@dataclass(frozen=True)
class Receipt:
    """What became of an answer that was handed over: received or not, never judged."""

    question: str
    state: str
    message: str
    value: Any = None

    @property
    def title(self) -> str:
        """The state in words."""
        label = "Pas encore commencé" if self.state == NOT_STARTED else f"Réponse {self.state}"
        return f"{_MARKS[self.state]} {label}"

    def __repr__(self) -> str:
        return f"{self.title}\n{plain(self.message)}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": panel(self.title, self.message, _COLORS[self.state]),
            ANSWER_TYPE: {"question": self.question, "value": self.value},
        }


class AssignedQuestion:
    """A question of an assignment, as it is asked in a student's notebook."""

    def __init__(self, sheet: SheetQuestion, rank: int, assignment: Assignment) -> None:
        self.sheet = sheet
        self.assignment = assignment
        self.title = f"Question {rank} – {sheet.title} ({_points(sheet.points)})"
        self._defect = ""

    @property
    def id(self) -> str:
        """The identifier of the question in the answers file."""
        return self.sheet.id

    @property
    def statement(self) -> str:
        """What is asked, with the values of this student's variant."""
        return self.sheet.statement.format_map(self.assignment.shown)

    @property
    def answer(self) -> Any:
        """The answer kept, as JSON types; None when there is none."""
        return self.assignment.store.latest(self.id)

    @property
    def is_answered(self) -> bool:
        """Whether something was handed over that could be read."""
        answer = self.answer
        return not is_empty(answer) and self.unreadable(answer) == ""

    @property
    def choices(self) -> dict[str, str]:
        """What was chosen in the lists of this question, by part."""
        return clean_choices(self.sheet, self.assignment.store.latest(CHOICES.format(self.id)))

    def calculer(
        self, outil: Callable[..., Any], *donnees: object, **grandeurs: Mapping[str, Any]
    ) -> Any:
        """Have a tool compute with the quantities chosen; what it refuses, `rendre` tells.

        Args:
            outil: called with `donnees`, then with the quantity chosen for each part.
            donnees: what earlier questions gave; None when they gave nothing.
            grandeurs: what each quantity of each part is worth, None as long as it is not known.

        Returns:
            What the tool gives; None while there is something to choose, to answer or to mend.
        """
        self._defect = ""
        try:
            chosen = quantities(self.sheet, self.choices, grandeurs)
            if chosen is None:
                return None
            if any(one is None for one in donnees):
                raise CourseError(BEFORE)
        except CourseError as error:
            self._defect = str(error)
            return None
        try:
            return outil(*donnees, **chosen)
        except CourseError as error:
            self._defect = french(otherwise(error))
            return None

    def rendre(self, valeur: object = None) -> Receipt:
        """Hand over what was computed: it is kept, and leaves the notebook as data."""
        if is_empty(valeur):
            return self._without_answer()
        try:
            value = as_kept(valeur)
            message = self._described(value)
        except CourseError as error:
            return Receipt(self.id, UNREADABLE, str(error))
        receipt = Receipt(self.id, RECEIVED, message, value)
        try:
            self.assignment.store.set(self.id, value)
        except CourseError as error:
            return replace(receipt, message=f"{message}\n{error}")
        store = self.assignment.store
        return replace(receipt, message=f"{message}\n{store.message or f'{store.saved_text}.'}")

    def _without_answer(self) -> Receipt:
        """What is said when nothing was computed; an earlier answer is no answer any more."""
        if self.answer is not None:
            self.assignment.store.set(self.id, None)
        if self._defect:
            return Receipt(self.id, UNREADABLE, self._defect)
        if asks_for_failed():
            return Receipt(self.id, UNREADABLE, TO_MEND)
        return Receipt(self.id, NOT_STARTED, TO_CHOOSE if self.sheet.parts else TO_COMPLETE)

    def unreadable(self, value: Any) -> str:
        """Why an answer that a field holds cannot be read; empty when it can."""
        try:
            self._described(value)
        except CourseError as error:
            return str(error)
        return ""

    def _described(self, value: Any) -> str:
        """What was received, in words; raises `CourseError` for what cannot be an answer."""
        kind = self.sheet.answer
        if kind == "table":
            return _table_described(value, self.sheet.columns)
        if isinstance(value, dict) and FRAME in value:
            raise CourseError("Un tableau est arrivé là où une seule valeur est attendue.")
        if kind == "number":
            parse_number(value, unit=self.sheet.unit)
            return f"Vous donnez : {value}."
        return "Vous avez répondu à cette question."

    def __repr__(self) -> str:
        return f"{self.title}\n{plain(self.statement)}"

    def _repr_html_(self) -> str:
        return panel(self.title, self.statement)


def _points(points: float) -> str:
    noun = "point" if points < 2 else "points"
    return f"{points:g} {noun}".replace(".", ",")


def _table_described(value: Any, columns: tuple[str, ...]) -> str:
    if not isinstance(value, dict) or FRAME not in value:
        raise CourseError("Une seule valeur est arrivée : donnez le tableau lui-même.")
    given, rows = value[FRAME]["columns"], len(value[FRAME]["data"])
    missing = [column for column in columns if column not in given]
    if missing:
        raise missing_column(missing[0], "votre tableau", "gardez-la, la question l’attend.")
    if rows > MOST_ROWS:
        raise CourseError(
            f"Votre tableau compte {several(rows, 'ligne')} : donnez celui que la question demande."
        )
    return f"Tableau reçu : {several(rows, 'ligne')}."


class Assignment:
    """The questions of an assignment, in order: ``q1, q2 = assignment("devoir_1_rfm", …)``."""

    def __init__(
        self, sheet: Sheet, student: str, folder: Path, parameters: Mapping[str, Any]
    ) -> None:
        self.sheet = sheet
        self.student = student
        self.parameters = dict(parameters)
        self.shown = {name: _shown(value) for name, value in parameters.items()}
        named = os.environ.get(FOLDER_VARIABLE)
        self.store = AnswerStore(sheet.id, Path(named or folder).absolute())
        self._sign()
        self.questions = tuple(
            AssignedQuestion(question, rank, self)
            for rank, question in enumerate(sheet.questions, start=1)
        )

    def _sign(self) -> None:
        """Have the answers file tell whose it is; another student's is left alone."""
        owner = self.store.get(STUDENT)
        if owner not in (None, self.student):
            raise CourseError(
                f"Le dossier « {self.store.folder.name} » contient les réponses de « {owner} », et "
                f"ce devoir est celui de « {self.student} » : remettez-y votre propre fichier, ou "
                "videz ce dossier."
            )
        if self.student and owner is None:
            self.store.set(STUDENT, self.student)

    def __iter__(self) -> Iterator[AssignedQuestion]:
        return iter(self.questions)

    def __repr__(self) -> str:
        whose = f", variante de {self.student}" if self.student else ", exemple"
        return french(f"{self.sheet.title}{whose} : {len(self.questions)} questions")


def _shown(value: Any) -> str:
    """A parameter as a statement writes it: a date in words, a number as French does."""
    import datetime as dt

    from rfm_helpers.french.numbers import long_date, number

    if isinstance(value, str):
        try:
            return long_date(dt.date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, float) and not value.is_integer():
        return number(value, 2)
    return number(value) if isinstance(value, int | float) else str(value)


def assignment(
    devoir: str, *, etudiant: str = "", reponses: str = "reponses", **parametres: Any
) -> Assignment:
    """The assignment of a graded notebook, for one student's variant.

    Args:
        devoir: name of the assignment.
        etudiant: the student's id; empty in the example that the course shows.
        reponses: folder of the answers file (``RFM_REPONSES`` goes before it).
        parametres: the values of the variant that the statements name.

    Raises:
        CourseError: no assignment of that name.
    """
    watch_cells()
    return Assignment(load_sheet(devoir), etudiant, Path(reponses), parametres)
