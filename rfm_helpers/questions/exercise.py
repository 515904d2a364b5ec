"""An exercise: the questions of a lesson, asked one by one, the verified answers kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from rfm_helpers.catalog.lessons import lesson_of
from rfm_helpers.catalog.open_questions import open_question_names
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.checks import table_of
from rfm_helpers.questions.model import (
    INVITATION,
    SYMBOLS,
    Note,
    Outcome,
    Question,
    Result,
    panel,
    plain,
)

JUDGED = (Outcome.SUCCESS, Outcome.REVIEW)
FRAME = "tableau"
#: Where the answer to the open question is kept, which nobody judges.
OPEN_PART, OPEN_TEXT = "ouverte", "texte"
OPEN, WRITTEN, UNWRITTEN = "Réponse écrite", "✎ écrite", "○ pas encore commencé"
MOST_CELLS = 400_000
#: Under which question the best answer is kept, beside the last one.
BEST = "{}.meilleur"
STILL_COUNTS = "Vous aviez déjà réussi cette question : c’est votre meilleur essai qui compte."
LAST_TRY = " (c’est votre meilleur essai ; le dernier est {outcome})"
FORMER = "Vous aviez réussi cette question sous sa forme d’avant : elle reste réussie."


class AskedQuestion:
    """A question at its place in an exercise, as a learner meets it in a notebook."""

    def __init__(self, question: Question, rank: int, total: int, store: AnswerStore) -> None:
        self.question = question
        self.title = f"Question {rank} sur {total}"
        self.store = store

    @property
    def names(self) -> tuple[str, str]:
        """Under which names the last answer and the best one are kept."""
        return self.question.id, BEST.format(self.question.id)

    def verifier(self, valeur: object = None) -> Result:
        """Judge an answer, and keep it once it could be read.

        With no answer yet, the result recalls the one that was kept, if any.
        """
        result = self.question.verifier(valeur)
        if result.outcome in JUDGED:
            return self._kept(result, valeur)
        if result.outcome is Outcome.NOT_STARTED and (shown := _shown(self.answer)):
            return replace(
                result,
                message=f"{result.message}\nLa dernière fois, vous aviez répondu : {shown}.",
            )
        return result

    def _kept(self, result: Result, value: object) -> Result:
        best = self.best
        names = self.names if result.points >= best.points else self.names[:1]
        try:
            self.store.update(dict.fromkeys(names, as_kept(value)))
        except CourseError as error:
            return replace(result, message=f"{result.message}\n{error}")
        said = [result.message, self.store.message]
        if best.outcome is Outcome.SUCCESS is not result.outcome:
            said.append(STILL_COUNTS)
        return replace(result, message="\n".join(filter(None, said)))

    def indice(self, rang: int = 1) -> Note:
        """The hint of that rank; the last one beyond the end."""
        return self.question.indice(rang)

    def solution(self) -> Note:
        """The worked solution."""
        return self.question.solution()

    @property
    def answer(self) -> Any:
        """The last answer that was verified, as JSON types; None when there is none."""
        return self.store.latest(self.question.id)

    @property
    def last(self) -> Result:
        """What the answer kept is worth; not started when there is none."""
        return self.worth(self.answer)

    @property
    def best(self) -> Result:
        """What the best answer kept is worth, the last one of those that are worth as much."""
        best = self.worth(self.store.latest(self.names[1]))
        return max(self.last, best, key=lambda one: one.points)

    def worth(self, answer: Any) -> Result:
        """What an answer is worth, as JSON types; one of another kind counts if it was right."""
        value = from_kept(answer)
        result = self.question.verifier(value)
        if result.outcome is not Outcome.ERROR or self.question.former is None:
            return result
        before = replace(self.question, check=self.question.former).verifier(value)
        if before.outcome is Outcome.SUCCESS:
            return replace(before, message=FORMER)
        return replace(result, outcome=Outcome.NOT_STARTED, message=INVITATION)

    def __repr__(self) -> str:
        return f"{self.title}\n{plain(self.question.statement)}"

    def _repr_html_(self) -> str:
        return panel(self.title, self.question.statement)


class Exercise:
    """The questions of an exercise, in order: `q1, q2 = exercise("02_exercices")`."""

    def __init__(self, name: str, questions: tuple[Question, ...]) -> None:
        self.name = name
        self.store = AnswerStore(name)
        self.questions = tuple(
            AskedQuestion(question, rank, len(questions), self.store)
            for rank, question in enumerate(questions, start=1)
        )

    def __iter__(self) -> Iterator[AskedQuestion]:
        return iter(self.questions)

    def bilan(self) -> Note:
        """Where the learner stands, from the best answers kept: one line per question."""
        tries = [(asked.title, asked.best.outcome, asked.last.outcome) for asked in self.questions]
        done = sum(best is Outcome.SUCCESS for _, best, _ in tries)
        lines = [
            f"{title} : {SYMBOLS[best]} {best}"
            + (LAST_TRY.format(outcome=last) if last is not best else "")
            for title, best, last in tries
        ]
        if self.name in open_question_names():
            lines.append(f"{OPEN} : {WRITTEN if self.written else UNWRITTEN}")
        noun = "questions réussies" if done >= 2 else "question réussie"
        return Note(f"{done} {noun} sur {len(tries)}", "\n".join(lines))

    @property
    def written(self) -> str:
        """What the learner wrote to the open question; empty when nothing is."""
        text = self.store.latest(f"{OPEN_PART}/{OPEN_TEXT}")
        return text.strip() if isinstance(text, str) else ""

    def __repr__(self) -> str:
        return f"Exercice « {self.name} » : {len(self.questions)} questions"


def exercise_names() -> list[str]:
    """The exercises there are: "02_exercices" has its questions in ``lesson_02.py``.

    >>> "02_exercices" in exercise_names()
    True
    """
    files = sorted((Path(__file__).parent / "lessons").glob("lesson_*.py"))
    return [f"{file.stem.removeprefix('lesson_')}_exercices" for file in files]


def exercise(name: str) -> Exercise:
    """The exercise of a lesson, its reference answers computed from the data.

    Raises:
        CourseError: no exercise of that name.

    >>> q1, *others = exercise("02_exercices")
    >>> q1.verifier(None).outcome.value
    'pas encore commencé'
    """
    if name not in exercise_names():
        known = ", ".join(f"« {one} »" for one in exercise_names())
        raise CourseError(f"L’exercice « {name} » n’existe pas : choisissez parmi {known}.")
    module = import_module(f"rfm_helpers.questions.lessons.lesson_{name[:2]}")
    lesson = lesson_of(name)
    return Exercise(name, tuple(replace(one, lesson=lesson) for one in module.questions()))


def as_kept(value: object) -> Any:
    """An answer that could be judged, as JSON types.

    >>> as_kept({"b", "a"}), as_kept(3)
    (['a', 'b'], 3)
    """
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "size", 0) == 1:
        value = item()
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(one) for one in value)
    if hasattr(value, "as_integer_ratio"):
        return float(value)  # type: ignore[arg-type]
    table = table_of(value)
    if any(table.index.names):
        table = table.reset_index()
    dates = table.select_dtypes("datetime")
    days = {str(name): dates[name].dt.strftime("%Y-%m-%d") for name in dates}
    return {FRAME: json.loads(table.assign(**days).to_json(orient="split", index=False))}


def from_kept(answer: Any) -> Any:
    """The answer again, a table as a pandas frame.

    Raises:
        ValueError: a table that `as_kept` did not write: its rows are not all as wide as its
            heading, or it holds more than `MOST_CELLS`.

    >>> from_kept({"tableau": {"columns": ["client_id"], "data": [["c1"]]}})
      client_id
    0        c1
    """
    if not isinstance(answer, dict):
        return answer
    import pandas as pd

    columns, rows = answer[FRAME]["columns"], answer[FRAME]["data"]
    width = len(columns)
    if not all(isinstance(part, list) for part in (columns, rows, *rows)):
        raise ValueError("not a list of rows")
    if any(len(row) != width for row in rows) or width * len(rows) > MOST_CELLS:
        raise ValueError("not a table")
    return pd.DataFrame(rows, columns=columns)


def _shown(answer: Any) -> str:
    """A short answer in words; a table is not shown."""
    if answer is None or isinstance(answer, dict):
        return ""
    return ", ".join(answer) if isinstance(answer, list) else str(answer)
