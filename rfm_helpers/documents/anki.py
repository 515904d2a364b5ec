"""The revision cards as a package for Anki (APKG): a deck for each lesson."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from html import escape
from pathlib import Path

import genanki

from rfm_helpers.catalog.revision import LessonCards, RevisionCard, load_revision
from rfm_helpers.documents.text import clean, ending_with, write_bytes

COURSE = "Cours RFM"
_FRONT = '<div class="lesson">{{Leçon}}</div>{{Question}}'
_BACK = '{{FrontSide}}<hr id="answer">{{Réponse}}'
_STYLE = """.card { font: 20px/1.5 sans-serif; max-width: 34em; margin: 1em auto; }
.lesson { font-size: 14px; opacity: .7; margin-bottom: 1em; }"""


def write_anki(path: str | Path, lessons: dict[str, LessonCards] | None = None) -> Path:
    """Write the revision cards for Anki; importing a newer file updates the cards of an older one.

    Ids come from those of the cards and lessons, which never change: what a learner reviewed in
    Anki stays.

    Args:
        path: the file, which ends with ``.apkg``; one that exists is replaced.
        lessons: the cards by lesson; by default those of the course.

    Returns:
        The file.

    Raises:
        CourseError: another ending, or a file that cannot be written.

    >>> write_anki(Path(tempfile.mkdtemp()) / "cartes.apkg").name
    'cartes.apkg'
    """
    path = ending_with(path, ".apkg")
    cards = load_revision() if lessons is None else lessons
    decks = [_deck(name, lesson) for name, lesson in cards.items()]
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        genanki.Package(decks).write_to_file(str(draft))
        write_bytes(path, draft.read_bytes())
    return path


def _stable(name: str) -> int:
    """The same number, of the size that Anki takes, for the same name, always."""
    return int(sha256(f"cours-rfm/{name}".encode()).hexdigest()[:7], 16) + 2**30


def _deck(name: str, lesson: LessonCards) -> genanki.Deck:
    title = f"{int(name[:2])}. {lesson.title}"
    deck = genanki.Deck(_stable(name), f"{COURSE}::{name[:2]} {_titled(lesson.title)}")
    for card in lesson.cards:
        deck.add_note(_note(card, title))
    return deck


def _titled(title: str) -> str:
    """A title without what parts the levels of Anki's decks."""
    return title.replace("::", " ")


def _note(card: RevisionCard, lesson: str) -> genanki.Note:
    texts = (card.front, card.back, lesson)
    fields = [escape(clean(text)).replace("\n", "<br>") for text in texts]
    return genanki.Note(_model(), fields, guid=genanki.guid_for("cours-rfm", card.id))


def _model() -> genanki.Model:
    return genanki.Model(
        _stable("carte"),
        COURSE,
        fields=[{"name": name} for name in ("Question", "Réponse", "Leçon")],
        templates=[{"name": "Carte", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
