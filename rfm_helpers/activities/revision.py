"""Revision cards, asked again when they are due."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import (
    Activity,
    announced,
    boxed,
    button,
    heading,
    labelled,
    wrapped,
)
from rfm_helpers.catalog.revision import LessonCards, RevisionCard, load_revision
from rfm_helpers.documents.text import made
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.answers import answers_folder
from rfm_helpers.questions.model import reread
from rfm_helpers.questions.revision import Place, moved, waiting

EVERY_LESSON = "Toutes les leçons"
MISSED, KNOWN = "1", "2"
#: How many other cards come, if there are any, before one that was just seen.
APART = 4
TO_SHOW = "Entrée montre la réponse :"
TO_RATE = "Tapez 1 (à revoir) ou 2 (je savais) :"
WRONG_KEY = "Tapez 1 si la carte est à revoir, 2 si vous saviez la réponse."
NOT_BEGUN = "pas encore commencée"
DONE = "C’est fini pour aujourd’hui."
ANKI = "cartes_cours_rfm.apkg"
EXPORTED = (
    "« {name} » est dans le dossier {folder} : un paquet par leçon. Dans Anki, ouvrez le menu "
    "Fichier, choisissez Importer, puis ce fichier. Importé de nouveau plus tard, il met vos "
    "cartes à jour sans toucher à votre progression."
)
CELL = "text-align:left;vertical-align:top;padding:4px 12px 4px 0"


class RevisionCards(Activity):
    """One card at a time: its question, its answer once asked for, then known or not.

    `value` holds, for each card asked so far, its box (see `rfm_helpers.questions.revision`).
    """

    purpose = "réviser avec les cartes"

    def __init__(self, lesson: str, today: Callable[[], dt.date]) -> None:
        super().__init__()
        self._today = today
        self._lessons = load_revision()
        each = [(name, card) for name, one in self._lessons.items() for card in one.cards]
        self._cards = {card.id: card for _, card in each}
        self._lesson_of = {card.id: name for name, card in each}
        self._asked_first = lesson
        self.places: dict[str, Place] = {}
        self.card: RevisionCard | None = None
        self.answered = False
        self._recent: deque[str] = deque(maxlen=APART)
        self._build(lesson)
        self._listen()
        self.refresh()

    def _build(self, lesson: str) -> None:
        names = {lesson_label(name, cards): name for name, cards in self._lessons.items()}
        self.lesson = w.Dropdown(
            description=french("Leçon :"),
            options={EVERY_LESSON: "", **names},
            value=lesson,
            **labelled(width="32em", max_width="100%"),
        )
        self.summary_area = w.HTML()
        # As high without its answer as with it: the field stays where it is.
        self.card_area = w.HTML(layout=w.Layout(min_height="10em"))
        self.key = w.Text(**labelled(width="24em", max_width="100%"))
        self.show_button = button("Voir la réponse", main=True)
        self.missed_button = button("1 · À revoir")
        self.known_button = button("2 · Je savais", main=True)
        self.anki_button = button("Emporter les cartes dans Anki")
        keys = wrapped(self.key, self.show_button, self.missed_button, self.known_button)
        self.show(
            self.lesson,
            self.summary_area,
            self.card_area,
            keys,
            self.anki_button,
            self.message_area,
        )

    def _listen(self) -> None:
        self.react([self.lesson], self.refresh)
        self.react([self.key], self._press)
        self.key.on_msg(self._enter)
        self.show_button.on_click(self.guarded(self.show_answer))
        self.missed_button.on_click(self.guarded(lambda: self.rate(known=False)))
        self.known_button.on_click(self.guarded(lambda: self.rate(known=True)))
        self.anki_button.on_click(self.guarded(self.export))

    # --- what the learner does --------------------------------------------------------------

    def show_answer(self) -> None:
        """Turn the card over."""
        self.answered = self.card is not None
        self._draw()
        self.key.focus()

    def rate(self, *, known: bool) -> None:
        """Put the card in its box, and ask the next one."""
        if self.card is None or not self.answered:
            return
        place = self.places.get(self.card.id)
        self.places[self.card.id] = moved(place, known=known, today=self._today())
        self._recent.append(self.card.id)
        self.refresh()
        (self.key if self.card else self.lesson).focus()

    def _enter(self, _: w.Text, content: Mapping[str, Any], __: object) -> None:
        """Show the answer when the field says that Enter was pressed."""
        if content.get("event") == "submit":
            self.guarded(self.show_answer)(None)

    def _press(self) -> None:
        """Rate the card by the last key that was pressed, and empty the field for the next one."""
        pressed = self.key.value.strip()[-1:]
        with self.asleep():
            self.key.value = ""
        if self.answered and pressed in (MISSED, KNOWN):
            self.rate(known=pressed == KNOWN)
        elif self.answered and pressed:
            raise CourseError(WRONG_KEY)

    def export(self) -> None:
        """Write all the cards for Anki beside the answers, and say how to import them."""
        from rfm_helpers.documents.anki import write_anki

        folder = made(answers_folder())
        path = write_anki(folder / ANKI)
        where = "/".join(folder.parts[-2:])
        self.tell(EXPORTED.format(name=path.name, folder=f"« {where} »"), warning=False)

    # --- what is shown ----------------------------------------------------------------------

    @property
    def chosen(self) -> list[str]:
        """The cards of the lesson on the screen, or of all."""
        return [i for i, name in self._lesson_of.items() if self.lesson.value in ("", name)]

    def refresh(self) -> None:
        """Ask the next card."""
        queue = waiting(self.chosen, self.places, self._today())
        rested = [card for card in queue if card not in self._recent] or queue
        self.card = self._cards[rested[0]] if rested else None
        self.answered = False
        self._draw()

    def _draw(self) -> None:
        self.summary_area.value = announced(f"<strong>{escape(self.summary)}</strong>")
        self.card_area.value = announced(
            self._card_html(self.card) if self.card else self._end_html()
        )
        self.key.description = french(TO_RATE if self.answered else TO_SHOW)
        shown = {
            self.key: self.card,
            self.show_button: self.card and not self.answered,
            self.missed_button: self.answered,
            self.known_button: self.answered,
        }
        for widget, visible in shown.items():
            widget.layout.display = None if visible else "none"

    @property
    def summary(self) -> str:
        """« 12 cartes : 3 à revoir aujourd’hui, 1 apprise, 5 pas encore commencées »."""
        today, chosen = self._today(), self.chosen
        places = [self.places[card] for card in chosen if card in self.places]
        due = sum(place.is_due(today) for place in places)
        learnt = several(sum(place.is_learnt for place in places), "apprise")
        new = several(len(chosen) - len(places), NOT_BEGUN, f"{NOT_BEGUN}s")
        return french(
            f"{several(len(chosen), 'carte')} : {due} à revoir aujourd’hui, {learnt}, {new}"
        )

    def _card_html(self, card: RevisionCard) -> str:
        name = self._lesson_of[card.id]
        kind = "À revoir" if card.id in self.places else "Nouvelle carte"
        lesson = lesson_label(name, self._lessons[name])
        where = f'<p style="font-size:0.9em;margin:8px 0 0">{kind} · {escape(lesson)}</p>'
        question = (
            f'<p style="font-size:1.15em;max-width:40em;margin:6px 0">{escape(card.front)}</p>'
        )
        return where + question + (self._answer_html(card) if self.answered else "")

    def _answer_html(self, card: RevisionCard) -> str:
        link = reread(card.section, self._lesson_of[card.id]) if card.section else ""
        where = f'<p style="font-size:0.9em;margin:0">{link}</p>'
        return boxed(escape(card.back)) + (where if link else "")

    def _end_html(self) -> str:
        days = [self.places[card].due for card in self.chosen]
        next_day = f" La prochaine carte revient le {long_date(min(days))}."
        return f"<p>{escape(french(DONE + next_day))}</p>"

    # --- what is kept -----------------------------------------------------------------------

    @property
    def value(self) -> dict[str, int]:
        """The box of each card asked so far."""
        return {card: place.box for card, place in self.places.items()}

    def state(self) -> dict[str, Any]:
        """Where each card stands; None for one not begun."""
        return {i: self.places[i].as_json() if i in self.places else None for i in self._cards}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Put the cards back where they stood, and ask the next one."""
        kept = {card: answers[card] for card in self._cards if answers[card] is not None}
        self.places = {card: Place.from_json(place) for card, place in kept.items()}
        self._recent.clear()
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The cards as a list to read, to print, and to fold between question and answer."""
        lessons = [name for name in self._lessons if self._asked_first in ("", name)]
        tables = "".join(cards_table(name, self._lessons[name]) for name in lessons)
        return {"text/html": tables}


def lesson_label(name: str, lesson: LessonCards) -> str:
    """A lesson as a list names it.

    >>> lesson_label("03_calcul_rfm", load_revision()["03_calcul_rfm"])
    '3. Calculer les scores RFM'
    """
    return f"{int(name[:2])}. {lesson.title}"


def cards_table(name: str, lesson: LessonCards) -> str:
    """The cards of a lesson as an HTML table, questions on the left, answers on the right."""
    rows = "".join(
        f'<tr><td style="{CELL};width:45%">{escape(card.front)}</td>'
        f'<td style="{CELL}">{escape(card.back)}</td></tr>'
        for card in lesson.cards
    )
    head = f'<tr><th style="{CELL}">Question</th><th style="{CELL}">Réponse</th></tr>'
    title = heading(lesson_label(name, lesson), "12px 0 2px")
    return f'{title}<table lang="fr"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def revision_cards(
    lesson: str = "", *, today: Callable[[], dt.date] = dt.date.today, key: str = "revision"
) -> RevisionCards:
    """The revision cards of the course, those that are due first.

    Enter shows the answer; 1 says that the card is to be seen again, 2 that the answer was known.
    Each card waits longer each time it is known (`rfm_helpers.questions.revision.DELAYS`).

    Args:
        lesson: the lesson to begin with ("03_calcul_rfm"); by default, all of them.
        today: what gives the day of the learner's clock.
        key: where the progress is kept; an empty one keeps nothing.

    Returns:
        The activity: `value` holds the box of each card asked so far.

    Raises:
        CourseError: a lesson that has no cards.

    >>> cards = revision_cards(today=lambda: dt.date(2026, 12, 1), key="")
    >>> cards.show_answer()
    >>> cards.rate(known=True)
    >>> cards.value
    {'score': 1}
    """
    known = load_revision()
    if lesson and lesson not in known:
        names = ", ".join(f"« {name} »" for name in known)
        raise CourseError(f"Aucune carte pour « {lesson} » : choisissez parmi {names}.")
    return RevisionCards(lesson, today).kept(key)
