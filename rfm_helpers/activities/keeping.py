"""Keeping what a learner does in an activity: restore it, save each change, start again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any, Protocol

import ipywidgets as w
from traitlets import TraitError

from rfm_helpers import palette
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import AnswerStore

#: What an activity may raise for answers of another shape.
UNFIT = (ArithmeticError, AttributeError, LookupError, TraitError, TypeError, ValueError)
ASK = "Effacer ce que vous avez fait ici et recommencer ? Une copie sera gardée."
UNKNOWN = (
    "Une partie de ce que vous aviez fait ici vient d’une autre version de cette activité et ne "
    "peut pas y revenir : c’est gardé dans « {name} », et le reste est là."
)
RESTARTED = "Vous recommencez. Ce que vous aviez fait est gardé dans « {name} »."


class Keepable(Protocol):
    """What a keeper needs of an activity."""

    def state(self) -> dict[str, Any]:
        """What there is to keep, by question."""

    def put_back(self, answers: Mapping[str, Any]) -> None:
        """Show these answers; nothing is saved meanwhile."""

    def guarded(self, act: Callable[[], None]) -> Callable[[object], None]:
        """A callback that shows the errors of `act`."""


class Keeper:
    """Saves an activity's state by question, and has a widget that tells when it did."""

    def __init__(self, activity: Keepable, key: str, folder: Path | None = None) -> None:
        """Restore what was kept under a key: an exercise, or "exercise/part of it"."""
        exercise, _, part = key.partition("/")
        self._activity = activity
        self.prefix = f"{part}/" if part else ""
        self.store = AnswerStore(exercise, folder)
        #: What else is called once something was saved.
        self.listeners: list[Callable[[], None]] = []
        self._start = activity.state()
        known = self._kept(self._start)
        self.restored = bool(known)
        self._build()
        self._report(self.store.saved_text if known else "")
        self._last = activity.state()
        if known:
            self._restore(known)

    def _kept(self, questions: Iterable[str]) -> dict[str, Any]:
        """What the store has of some questions."""
        kept = {question: self.store.get(self.prefix + question, self) for question in questions}
        return {question: answer for question, answer in kept.items() if answer is not self}

    def _restore(self, known: dict[str, Any]) -> None:
        """Show what was kept; a copy is made of what does not come back."""
        self._put_back(self._start, known)
        self._last = shown = self._activity.state()
        lost = [question for question, answer in known.items() if _lost(answer, shown[question])]
        if lost and self._set_aside(lost, UNKNOWN, warning=True):
            self._last = shown | {question: self._start[question] for question in lost}
            self._save()

    def _put_back(self, base: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
        """Show these answers over others, but for those that the activity does not take.

        Returns:
            What is shown.
        """
        try:
            self._activity.put_back(base | answers)
        except UNFIT:
            if len(answers) < 2:
                self._activity.put_back(base)
                return base
            half = len(answers) // 2
            for part in (list(answers.items())[:half], list(answers.items())[half:]):
                base = self._put_back(base, dict(part))
            return base
        return base | answers

    def _build(self) -> None:
        self.area = w.HTML()
        self.restart_button = _button("Recommencer")
        self.yes_button = _button("Oui, recommencer", "danger")
        self.no_button = _button("Non, tout garder")
        self._question = w.VBox(
            [
                w.HTML(f'<div role="status">{french(ASK)}</div>'),
                w.HBox([self.yes_button, self.no_button]),
            ]
        )
        self._question.layout.display = "none"
        self.restart_button.on_click(lambda _: self._ask(True))
        self.no_button.on_click(lambda _: self._ask(False))
        self.yes_button.on_click(self._activity.guarded(self._restart))
        self.widget = w.VBox([self.area, self.restart_button, self._question])

    def _ask(self, asking: bool) -> None:
        """Ask to confirm, or stop asking; the keyboard goes where the next answer is."""
        self._question.layout.display = "flex" if asking else "none"
        (self.no_button if asking else self.restart_button).focus()

    @property
    def asking(self) -> bool:
        """Whether the learner is asked to confirm."""
        return bool(self._question.layout.display == "flex")

    @property
    def text(self) -> str:
        """What the learner reads about the saving."""
        return self._text

    def save(self) -> None:
        """Save the questions whose answer changed, and say when."""
        if self._save():
            self._report(self.store.saved_text)
            for listener in self.listeners:
                listener()

    def _save(self) -> bool:
        """Save the questions whose answer changed; whether there were any, and they could be."""
        state = self._activity.state()
        changes = {
            self.prefix + question: answer
            for question, answer in state.items()
            if question not in self._last or self._last[question] != answer
        }
        if not changes:
            return False
        self._last = state
        try:
            self.store.update(changes)
        except CourseError as error:
            self._tell(str(error), warning=True)
            return False
        return True

    def catch_up(self, questions: Iterable[str]) -> None:
        """Show what another notebook has answered to some questions since the last change here."""
        self.store.reload()
        found = self._kept(questions)
        if any(self._last[question] != answer for question, answer in found.items()):
            self._put_back(self._last, found)
            self._last = self._activity.state()

    def _restart(self) -> None:
        """Go back to the start, once a copy of what is left behind is made."""
        if self._set_aside(self._start, RESTARTED):
            self._activity.put_back(self._start)
            self._last = self._activity.state()
        self._ask(False)

    def _set_aside(self, questions: Iterable[str], sentence: str, *, warning: bool = False) -> bool:
        """Forget the answers to some questions, once a copy is made; whether that could be done."""
        try:
            copy = self.store.restart(self.prefix + question for question in questions)
        except CourseError as error:
            self._tell(str(error), warning=True)
            return False
        self._tell(sentence.format(name=copy.name) if copy else "", warning=warning)
        return True

    def _report(self, saved: str) -> None:
        message = self.store.message
        self._tell(f"{message} {saved}".strip(), warning=bool(message))

    def _tell(self, text: str, *, warning: bool = False) -> None:
        self._text = text = french(text)
        color = palette.ERROR if warning else palette.SUCCESS
        mark, role = ("⚠", "status") if warning else ("✓", "note")
        self.area.value = (
            f'<div role="{role}" style="color:{color}">{mark} {escape(text)}</div>' if text else ""
        )


def _lost(kept: Any, shown: Any) -> bool:
    """Whether something that was typed or chosen is no longer in an answer.

    >>> _lost(["R", "P"], ["R"]), _lost({"prix": 12.5, "lieu": " Nice "}, ["nice", "12,5"])
    (True, False)
    """
    return not set(_leaves(kept)) <= set(_leaves(shown))


def _leaves(answer: Any) -> Iterator[str]:
    """The texts and numbers that an answer holds, written in one way; a tick is none."""
    if isinstance(answer, Mapping):
        for one in answer.values():
            yield from _leaves(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from _leaves(one)
    elif answer is not None and not isinstance(answer, bool):
        text = str(answer).strip().casefold()
        if text:
            yield text.replace(",", ".").removesuffix(".0")


def _button(text: str, style: str = "") -> w.Button:
    layout = w.Layout(width="auto", align_self="flex-start")
    return w.Button(description=text, button_style=style, layout=layout)


def as_json(value: Any) -> Any:
    """The value of a field as JSON types: a date as ISO text, a tuple as a list."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def put(field: w.Widget, value: Any) -> None:
    """Give a field the value it had; one that it no longer takes leaves it as it is."""
    options = getattr(field, "options", None)
    if options is not None:
        choices = options.values() if isinstance(options, Mapping) else options
        wanted = value or ""
        value = next((one for one in choices if (as_json(one) or "") == wanted), field.value)
    with suppress(TraitError):
        field.value = value
