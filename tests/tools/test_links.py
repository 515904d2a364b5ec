"""Every file that a page of the course links to is there."""

import re
from pathlib import Path

import nbformat
import pytest
from support.course import ROOT

LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#)([^)#\s]+)")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "data").glob("*.md")),
    *sorted((ROOT / "notebooks").glob("*.md")),
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *sorted((ROOT / "exercises").glob("*.ipynb")),
    *sorted((ROOT / "exercises" / "devoirs").glob("*.ipynb")),
]


def text_of(page: Path) -> str:
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    cells = nbformat.read(page, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(text_of(page)) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("number", range(1, 8))
def test_a_lesson_leads_to_its_exercises(number: int) -> None:
    (lesson,) = (ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")
    assert f"../exercises/{number:02d}_exercices.ipynb" in LINK.findall(text_of(lesson))
