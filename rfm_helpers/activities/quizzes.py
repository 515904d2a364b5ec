"""The self-check quiz at the end of a lesson."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.answer_boxes import answer_box
from rfm_helpers.activities.base import button, heading, wrapped
from rfm_helpers.activities.cards import AnswerCard, Deck
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome, Question, Quiz, Result
from rfm_helpers.questions.model import rich
from rfm_helpers.questions.quiz import load_quiz

Answer = str | list[str] | None
VERIFIED = ".verified"


class QuestionCard(AnswerCard):
    """One question on the screen: its statement, its fields, its hint, its feedback."""

    def __init__(self, question: Question, rank: int, total: int) -> None:
        super().__init__(button("Vérifier", french(f"Vérifier : question {rank}"), main=True))
        self.question = question
        self.result: Result | None = None
        self.box = answer_box(question.check)
        self.fields = self.box.fields
        self.hint_button = button("Indice", french(f"Indice : question {rank}"))
        self.hint = w.HTML()
        points = f" · {question.points:g} points" if question.points >= 2 else ""
        title = w.HTML(
            f'<div style="margin-top:14px"><strong>Question {rank} sur {total}{points}</strong>'
            f'<div style="max-width:46em">{rich(question.statement)}</div></div>'
        )
        buttons = wrapped(self.check_button, self.hint_button)
        self.widget = w.VBox([title, *self.fields, buttons, self.hint, self.feedback])

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The fields of the answer."""
        return self.fields

    @property
    def answer(self) -> Answer:
        """The answer on the screen: a letter, letters, a text, or None when there is none."""
        answer: Answer = self.box.answer
        return answer

    def put(self, answer: Any) -> None:
        """Show an answer given earlier; one that the question no longer offers is left out."""
        self.clear()
        self.box.put(answer)

    def verdict(self) -> str:
        """The result, as a panel."""
        self.result = self.question.verifier(self.answer)
        return self.result._repr_html_()

    def refresh(self) -> None:
        """Show the result if it was asked for."""
        self.result = None
        super().refresh()

    def show_hint(self) -> None:
        """Show the hint."""
        self.hint.value = self.question.indice()._repr_html_()

    def clear(self) -> None:
        """Take answer, hint and feedback away."""
        self.box.put(None)
        self.hint.value = ""
        self.forget()


class QuizActivity(Deck[QuestionCard]):
    """All the questions of a quiz, checked one by one; nothing is chosen beforehand."""

    purpose = "répondre au quiz"

    def __init__(self, quiz: Quiz) -> None:
        self.quiz = quiz
        total = len(quiz.questions)
        super().__init__(
            {
                question.id: QuestionCard(question, rank, total)
                for rank, question in enumerate(quiz.questions, 1)
            }
        )
        self.cards = tuple(self.deck.values())
        for card in self.cards:
            card.hint_button.on_click(self.guarded(card.show_hint))
        self.show(
            w.HTML(heading(quiz.title, "4px 0")),
            *self.widgets,
            w.HTML('<hr style="margin:12px 0 4px">'),
            self.summary_area,
            self.message_area,
        )

    @property
    def results(self) -> dict[str, Result]:
        """The results of the questions verified so far, by question id."""
        return {name: card.result for name, card in self.judged.items() if card.result}

    @property
    def summary(self) -> str:
        """How far the learner is: « 3 sur 6 réussies, 2 à revoir, 1 pas encore commencée »."""
        counts = dict.fromkeys(Outcome, 0)
        unchecked = 0
        for card in self.deck.values():
            if card.result is not None:
                counts[card.result.outcome] += 1
            elif card.answer is None:
                counts[Outcome.NOT_STARTED] += 1
            else:
                unchecked += 1
        done, todo = counts[Outcome.SUCCESS], counts[Outcome.NOT_STARTED]
        parts = [f"{done} sur {len(self.deck)} {'réussies' if done >= 2 else 'réussie'}"]
        if counts[Outcome.REVIEW]:
            parts.append(f"{counts[Outcome.REVIEW]} à revoir")
        if counts[Outcome.ERROR]:
            parts.append(f"{counts[Outcome.ERROR]} à corriger")
        if unchecked:
            parts.append(f"{unchecked} à vérifier")
        if todo:
            parts.append(f"{todo} pas encore {'commencées' if todo >= 2 else 'commencée'}")
        return ", ".join(parts)

    def state(self) -> dict[str, Any]:
        """The answers, and which ones were verified."""
        verified = {name + VERIFIED: card.verified for name, card in self.deck.items()}
        return self.value | verified

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the answers, with the feedback of those that were verified."""
        for name, card in self.deck.items():
            card.put(answers[name])
            card.verified = answers[name + VERIFIED] is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The questions as a list, to read before running the cell."""
        items = "".join(f"<li>{rich(q.statement)}</li>" for q in self.quiz.questions)
        return {"text/html": f"{heading(self.quiz.title, '4px 0')}<ol>{items}</ol>"}


def quiz(name: str | Path) -> QuizActivity:
    """The self-check quiz of a lesson ("03_calcul_rfm"), or one's own YAML file.

    Each question is verified on its own, as often as one likes; the answers are kept, not marked.

    Args:
        name: the quiz ("03_calcul_rfm"), or the path of a YAML file.

    Returns:
        The activity: `value` holds the answers, `results` what became of those verified.

    Raises:
        CourseError: no quiz of that name, or a file that does not hold a quiz.

    >>> activity = quiz("03_calcul_rfm")
    >>> activity.value["sens_de_la_recence"] is None
    True
    """
    found = load_quiz(name)
    exercise = re.sub(r"[^A-Za-z0-9_]", "_", found.id)
    return QuizActivity(found).kept(f"{exercise}/quiz")
