"""The revision cards in Anki: what is imported, and what a newer file changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from rfm_helpers.catalog.revision import load_revision
from rfm_helpers.documents.anki import COURSE, write_anki
from rfm_helpers.errors import CourseError

CARDS = [(name, card) for name, lesson in load_revision().items() for card in lesson.cards]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def bring(collection: Collection, path: Path) -> None:
    options = ImportAnkiPackageOptions(with_scheduling=False, merge_notetypes=True)
    collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=options)
    )


def backs(collection: Collection) -> dict[str, str]:
    notes = [collection.get_note(note) for note in collection.find_notes("")]
    return {unescape(note["Question"]): unescape(note["Réponse"]) for note in notes}


def test_ids_are_those_of_one_card_in_the_whole_course() -> None:
    ids = [card.id for _, card in CARDS]
    assert len(set(ids)) == len(ids)


def test_anki_reads_every_card_in_the_deck_of_its_lesson(
    collection: Collection, tmp_path: Path
) -> None:
    bring(collection, write_anki(tmp_path / "cartes.apkg"))
    assert backs(collection) == {card.front: card.back for _, card in CARDS}
    for name, lesson in load_revision().items():
        found = collection.find_cards(f'"deck:{COURSE}::{name[:2]} *"')
        assert len(found) == len(lesson.cards), name
    card = collection.get_card(collection.find_cards("")[0])
    assert card.note()["Réponse"] in card.answer()


def test_a_newer_file_changes_the_cards_and_keeps_what_was_reviewed(
    collection: Collection, tmp_path: Path
) -> None:
    before = write_anki(tmp_path / "avant.apkg")
    for _ in ("first", "again"):
        bring(collection, before)
    assert collection.card_count() == len(CARDS)
    reviewed = collection.find_cards("")[0]
    collection.sched.set_due_date([reviewed], "12")
    due = collection.get_card(reviewed).due
    lessons = dict(load_revision())
    first, lesson = next(iter(lessons.items()))
    changed = lesson.cards[0].model_copy(update={"back": "Une réponse <neuve> & claire."})
    lessons[first] = lesson.model_copy(update={"cards": (changed, *lesson.cards[1:])})
    after = write_anki(tmp_path / "apres.apkg", lessons)
    _age(collection)
    bring(collection, after)
    assert backs(collection)[changed.front] == "Une réponse <neuve> & claire."
    assert len(backs(collection)) == collection.note_count() == len(CARDS)
    assert collection.get_card(reviewed).due == due


def _age(collection: Collection) -> None:
    """Have the notes of the collection be older than a file written in the same second."""
    collection.db.execute("update notes set mod = ?", int(time.time()) - 60)


def test_another_ending_or_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"doit finir par \.apkg"):
        write_anki(tmp_path / "cartes.zip")
    with pytest.raises(CourseError, match="ne s’écrit pas"):
        write_anki(tmp_path / "absent" / "cartes.apkg")
