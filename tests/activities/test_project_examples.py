"""The example projects as a learner opens them: their files, and the correction."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from pptx import Presentation
from support.lessons import plain
from support.page import Page

from rfm_helpers.activities.project.examples import SEEN_BY, read_project_example
from rfm_helpers.catalog.project_examples import load_project_example


def test_the_files_of_an_example_are_written_and_named(tmp_path: Path) -> None:
    reader = read_project_example("abouti", tmp_path)
    reader.write_button.click()
    assert reader.value == ["presentation.pptx", "rapport.html", "budget.xlsx"]
    folder = tmp_path / "projet_abouti"
    text = Page(reader.files_area.value).text
    assert "projet_abouti" in text and "budget.xlsx" in text
    slides = Presentation(str(folder / "presentation.pptx")).slides
    texts = [s.text_frame.text for slide in slides for s in slide.shapes if s.has_text_frame]
    assert len(slides) == 10
    assert not any("À compléter" in one or "suite dans les notes" in one for one in texts)
    assert "Visite privée de l’atelier" in (folder / "rapport.html").read_text(encoding="utf-8")
    assert load_workbook(folder / "budget.xlsx").sheetnames
    assert reader.correct_button.layout.display == "none"


def test_the_correction_waits_to_be_asked_for_and_tells_every_flaw() -> None:
    reader = read_project_example("a_corriger")
    flaws = load_project_example("a_corriger").flaws
    shown = reader.fallback()["text/html"]
    assert f"{len(flaws)} défauts à trouver" in plain(shown)
    assert not any(flaw.mend in shown for flaw in flaws)
    assert reader.correction_area.value == ""
    reader.correct_button.click()
    page = plain(Page(reader.correction_area.value).text)
    for flaw in flaws:
        assert all(plain(text) in page for text in (flaw.seen, flaw.why, flaw.mend)), flaw.id
    assert page.count(plain(SEEN_BY[False].replace(" :", "\u00a0:"))) == sum(
        not flaw.said for flaw in flaws
    )
