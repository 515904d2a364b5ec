"""A question, the four outcomes of an answer, and the result that a learner reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Protocol
from urllib.parse import quote

from rfm_helpers import palette
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french


class Outcome(StrEnum):
    """What became of an answer; the value is the label that the learner reads."""

    SUCCESS = "réussi"
    REVIEW = "à revoir"
    ERROR = "erreur"
    NOT_STARTED = "pas encore commencé"


class Kind(StrEnum):
    """What the learner is asked to give."""

    SINGLE = "un choix"
    MULTIPLE = "plusieurs choix"
    NUMBER = "un nombre"
    TABLE = "un tableau"
    TEXT = "un mot"
    DATE = "une date"
    LIST = "une liste"


@dataclass(frozen=True)
class Verdict:
    """What a check says of an answer: the outcome, the message, the share of points (0 to 1)."""

    outcome: Outcome
    message: str
    share: float = 0.0


class Check(Protocol):
    """Judges an answer that is not empty."""

    @property
    def kind(self) -> Kind:
        """What the learner is asked to give."""

    def __call__(self, value: object) -> Verdict:
        """The verdict on one answer.

        Raises:
            CourseError: the answer cannot be read.
        """


SYMBOLS = {
    Outcome.SUCCESS: "✓",
    Outcome.REVIEW: "↻",
    Outcome.ERROR: "⚠",
    Outcome.NOT_STARTED: "○",
}
COLORS = {
    Outcome.SUCCESS: palette.SUCCESS,
    Outcome.REVIEW: palette.REVIEW,
    Outcome.ERROR: palette.ERROR,
    Outcome.NOT_STARTED: palette.QUIET,
}
#: A word or some between two asterisks, which are no multiplication.
STRESS = re.compile(r"(?<![\w*])\*(?![\s*])([^*`\n]+)(?<!\s)\*(?![\w*])")
INVITATION = "À vous : donnez une réponse, puis vérifiez-la."


def _spaced(text: str) -> str:
    """The text as French typography asks, code left as it is."""
    return re.sub(r"`[^`]*`|[^`]+", lambda m: m[0] if m[0][0] == "`" else french(m[0]), text)


def rich(text: str) -> str:
    """Plain text with ``**bold**``, ``*stress*`` and ``` `code` ``` as HTML; the rest is escaped.

    >>> rich("**R** < `4`, *donc* 2*3*4")
    '<strong>R</strong> &lt; <code>4</code>, <em>donc</em> 2*3*4'
    """
    safe = escape(_spaced(text), quote=False)
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    safe = STRESS.sub(r"<em>\1</em>", safe)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)


def plain(text: str) -> str:
    """The same text without its marks.

    >>> plain("**R** et `F`, *donc*")
    'R et F, donc'
    """
    bare = re.sub(r"\*\*(.+?)\*\*|`([^`]+)`", lambda m: m[1] or m[2], _spaced(text))
    return STRESS.sub(r"\1", bare)


def reread(section: str, lesson: str = "") -> str:
    """« À relire », as HTML: the section of a lesson, by default of this notebook, as a link.

    >>> reread("Du CRM à la CDP", "04_segmentation")[:61]
    'À relire\xa0: <a href="../notebooks/04_segmentation.ipynb#Du-CRM'
    """
    title = french(section)
    notebook = f"../notebooks/{lesson}.ipynb" if lesson else ""
    address = f"{notebook}#{quote(title.replace(' ', '-'))}"
    said = escape(french(f"« {title} »"))
    link = f'<a href="{address}" style="color:inherit;text-decoration:underline">{said}</a>'
    return f"{french('À relire :')} {link}."


def panel(title: str, text: str, color: str = palette.QUIET, more: str = "") -> str:
    """A titled message as HTML; `text` may hold several paragraphs (one a line) and marks.

    `more` is a last paragraph, as HTML.
    """
    lines = [rich(line) for line in text.splitlines() if line.strip()] + [more] * bool(more)
    paragraphs = "".join(f'<p style="margin:4px 0 0">{line}</p>' for line in lines)
    return (
        f'<div style="border-left:4px solid {color};padding:6px 12px;margin:4px 0;'
        f'background:{palette.PAPER};color:{palette.TEXT};line-height:1.45;max-width:46em">'
        f'<strong style="color:{color}">{rich(title)}</strong>{paragraphs}</div>'
    )


def outcome_panel(outcome: Outcome, title: str, text: str) -> str:
    """A message as HTML that shows what became of one part of an answer, in words and colour."""
    heading = f"{SYMBOLS[outcome]} {outcome[0].upper()}{outcome[1:]} – {title}"
    return panel(heading, text, COLORS[outcome])


def answer_panel(outcome: Outcome, answer: str, text: str) -> str:
    """The same for an answer that was chosen: it is the answer that is judged, not its subject.

    >>> "✓ Bien vu\u00a0: non" in answer_panel(Outcome.SUCCESS, "non, rien n’est clair", "")
    True
    """
    heading = {
        Outcome.SUCCESS: f"{SYMBOLS[outcome]} Bien vu : {answer}",
        Outcome.REVIEW: f"{SYMBOLS[outcome]} À revoir : {answer} ?",
    }
    if outcome in heading:
        return panel(heading[outcome], text, COLORS[outcome])
    return outcome_panel(outcome, answer, text)


@dataclass(frozen=True)
class Note:
    """A hint or a solution, shown as a panel in a notebook."""

    title: str
    text: str

    def __repr__(self) -> str:
        return f"{self.title}\n{plain(self.text)}"

    def _repr_html_(self) -> str:
        return panel(self.title, self.text)


@dataclass(frozen=True)
class Result:
    """The outcome of one answer, with its message and its points."""

    question_id: str
    outcome: Outcome
    message: str
    points: float
    points_max: float
    section: str = ""
    lesson: str = ""

    @property
    def title(self) -> str:
        """The outcome in words, with the points when something was answered."""
        label = f"{SYMBOLS[self.outcome]} {self.outcome[0].upper()}{self.outcome[1:]}"
        if self.outcome in (Outcome.ERROR, Outcome.NOT_STARTED):
            return label
        return f"{label} ({_points(self.points)} sur {self.points_max:g})"

    @property
    def text(self) -> str:
        """The message, with the section to reread when the answer is not there yet."""
        if self._sends_back:
            return f"{self.message}\nÀ relire : « {french(self.section)} »."
        return self.message

    @property
    def _sends_back(self) -> bool:
        return bool(self.section) and self.outcome is Outcome.REVIEW

    def __repr__(self) -> str:
        return f"{self.title}\n{plain(self.text)}"

    def _repr_html_(self) -> str:
        more = reread(self.section, self.lesson) if self._sends_back else ""
        return panel(self.title, self.message, COLORS[self.outcome], more)


def _points(points: float) -> str:
    text = number(points, 0 if float(points).is_integer() else 2)
    return f"{text} point{'s' if points >= 2 else ''}"


def is_empty(value: object) -> bool:
    """Whether nothing has been answered yet: None, ``...``, a blank text, an empty choice."""
    if value is None or value is ...:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, set, frozenset, dict)) and not value


@dataclass(frozen=True)
class Question:
    """One question: what is asked, how an answer is judged, and what helps.

    `check` holds the right answer and the typical mistakes; the kind of the question is that of
    its check, so that a new kind of question is a new check. A question without a `worked`
    solution (an assignment) does not give one. `section` is a heading of `lesson`, or, without one,
    of the notebook that asks. Where a question took another kind, `former` judges
    the answers that were kept before.

    >>> from rfm_helpers.questions import NumberCheck
    >>> q = Question("panier", "Quel est le panier moyen, en euros ?", NumberCheck(2350))
    >>> q.verifier("2 350 €").outcome.value
    'réussi'
    >>> q.verifier(None)
    ○ Pas encore commencé
    À vous\u00a0: donnez une réponse, puis vérifiez-la.
    """

    id: str
    statement: str
    check: Check
    points: float = 1.0
    hints: tuple[str, ...] = ()
    worked: str = ""
    section: str = ""
    former: Check | None = None
    lesson: str = ""

    @property
    def kind(self) -> Kind:
        """What the learner is asked to give."""
        return self.check.kind

    def verifier(self, valeur: object = None) -> Result:
        """Judge an answer. Never raises for an answer that cannot be read: the result says so."""
        if is_empty(valeur):
            verdict = Verdict(Outcome.NOT_STARTED, INVITATION)
        else:
            try:
                verdict = self.check(valeur)
            except CourseError as error:
                verdict = Verdict(Outcome.ERROR, str(error))
        points = round(self.points * verdict.share, 2)
        return Result(
            question_id=self.id,
            outcome=verdict.outcome,
            message=verdict.message,
            points=points,
            points_max=self.points,
            section=self.section,
            lesson=self.lesson,
        )

    def indice(self, rang: int = 1) -> Note:
        """The hint of that rank, the first one unless told; the last one beyond the end."""
        if not self.hints:
            where = f" : « {self.section} »" if self.section else ""
            return Note("Indice", f"Pas d’indice pour cette question ; relisez la leçon{where}.")
        rank = min(max(rang, 1), len(self.hints))
        title = "Indice" if len(self.hints) == 1 else f"Indice {rank} sur {len(self.hints)}"
        return Note(title, self.hints[rank - 1])

    def solution(self) -> Note:
        """The worked solution, when the question has one to show."""
        return Note("Solution", self.worked or "Votre enseignant donnera la solution.")

    def __repr__(self) -> str:
        return french(f"Question « {self.id} » ({self.kind})\n") + plain(self.statement)

    def _repr_html_(self) -> str:
        return panel(f"Question ({_points(self.points)})", self.statement)
