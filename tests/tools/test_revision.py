"""The revision page, the line that leads to it from each lesson, and the glossary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell
from support.course import NOTEBOOKS, load_tool
from support.lessons import build, plain, prose

from rfm_helpers.catalog.revision import RevisionCard, load_revision
from rfm_helpers.questions.revision import DELAYS, LEARNT

lab = load_tool("lab")
revision = load_tool("revision")

LESSONS = [path for path in build.lesson_files() if path.stem != "revision"]
TERMS = {card.term: card for lesson in load_revision().values() for card in lesson.cards}


def cards_of(lesson: str) -> list[RevisionCard]:
    return list(load_revision()[lesson].cards)


@pytest.mark.parametrize("source", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_ends_with_the_way_to_its_cards(source: Path) -> None:
    *_, last = build.read_lesson(source).cells
    assert "(revision.ipynb)" in last.source and "(glossaire.md)" in last.source
    assert f"{len(cards_of(source.stem))} cartes" in plain(last.source)


def test_what_has_no_cards_has_no_such_line() -> None:
    cells = [new_code_cell("revision_cards()")]
    assert [*revision.with_line(cells, "revision")] == cells


def test_the_page_says_when_a_card_comes_back() -> None:
    _, first, *others, last = DELAYS
    days = ", ".join(str(days) for days in others)
    assert f"{first} jour, puis {days} et {last}" in prose("revision")
    assert LEARNT == 3
    assert "Sue trois fois de suite, elle est comptée comme **apprise**" in prose("revision")


# --- the glossary --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    text = (NOTEBOOKS / "glossaire.md").read_text(encoding="utf-8")
    return [re.split(r" ?\| ?", line)[1:-1] for line in text.splitlines() if line[:3] == "| *"]


def test_the_glossary_is_that_of_the_cards() -> None:
    written = {path.stem for path in build.lesson_files()}
    text = (NOTEBOOKS / "glossaire.md").read_text(encoding="utf-8")
    assert text == revision.glossary(written)


def test_each_term_has_its_definition_and_its_lesson(rows: list[list[str]]) -> None:
    found = {term.strip("*"): definition for term, definition, _ in rows}
    assert found == {term: card.back for term, card in TERMS.items() if term}
    assert all("leçon" in lesson for _, _, lesson in rows)


def test_the_terms_are_in_alphabetical_order(rows: list[list[str]]) -> None:
    terms = [term.strip("*") for term, _, _ in rows]
    some = ["amis de clients", "analyse d’affinités", "analyse du panier", "attrition (taux d’)"]
    some += ["bénéficiaires", "CART", "CHAID", "élagage", "enveloppe", "HT, TTC", "récence (R)"]
    assert [term for term in terms if term in some] == some


def test_the_glossary_leads_to_lessons_that_are_there(rows: list[list[str]]) -> None:
    links = {link for *_, lesson in rows for link in re.findall(r"\((.+)\)", lesson)}
    defining = [path.stem for path in LESSONS if any(one.term for one in cards_of(path.stem))]
    assert links == {f"{stem}.ipynb" for stem in defining}


def test_the_glossary_opens_as_a_page(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    (path,) = tmp_path.rglob("default_setting_overrides.json")
    settings = json.loads(path.read_text(encoding="utf-8"))
    manager = settings["@jupyterlab/docmanager-extension:plugin"]
    assert manager == {"defaultViewers": {"markdown": "Markdown Preview"}}
