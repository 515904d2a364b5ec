"""Free texts alike are found, whatever hides it, and in a time that grows with their words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.graded import SHEET, essay, graded
from support.page import Page

from rfm_helpers.teacher.reports.report import write_report
from rfm_helpers.teacher.reports.similarity import MOST_WRITERS, SimilarTexts, pairs, similar_texts


def alike(*texts: str) -> list[SimilarTexts]:
    results = [graded(f"e{i}", texts={"conseil": text}) for i, text in enumerate(texts)]
    return similar_texts(SHEET, results)


def test_similar_texts_are_found_and_others_not(tmp_path: Path) -> None:
    source = essay(1)
    half = " ".join([*source.split()[:70], *essay(2).split()[:50]])
    texts = [source, half, essay(3), essay(4), "", "Trop court.", "Trop court."]
    results = [graded(f"e{i}", texts={"conseil": text}) for i, text in enumerate(texts)]
    (found,) = similar_texts(SHEET, results)
    assert [student.id for student in found.students] == ["e0", "e1"]
    assert found.share == pytest.approx(67 / 117, abs=0.02)
    assert found.passage == " ".join(source.split()[:25]) + " …"
    path = tmp_path / "rapport.html"
    write_report(path, SHEET, results)
    assert "Textes proches" in Page(path.read_text(encoding="utf-8")).text


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: "\u200b".join(text),
        lambda text: text.replace("d", "d\u00ad"),
        lambda text: text.replace("é", "e\u0301").upper(),
        lambda text: text.replace("é", "е"),
        lambda text: text.replace("i", "і"),
        lambda text: "".join(letter + "\u0336" for letter in text),
        lambda text: text.replace(" ", ", \n"),
        lambda text: text.translate({ord("e"): 0xFF45, ord("d"): 0xFF44}),
    ],
    ids=["zero width", "soft hyphen", "capitals", "accent", "cyrillic", "struck", "ends", "wide"],
)
def test_a_disguised_copy_is_found(disguise: Callable[[str], str]) -> None:
    source = essay(1)
    (found,) = alike(source, disguise(source))
    assert found.share == 1


def test_a_copy_by_the_whole_class_is_found() -> None:
    source = essay(1)
    found = alike(*[source] * 300)
    assert len(found) == 30 and all(pair.share == 1 for pair in found)
    assert {pair.students[0].id for pair in found} == {"e0"}


def test_pairs_of_one_passage_grow_with_its_writers() -> None:
    assert len(list(pairs(range(MOST_WRITERS)))) == 45
    assert len(list(pairs(range(300)))) == 299
