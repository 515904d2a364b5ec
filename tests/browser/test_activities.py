"""Lessons 0 to 5: read by axe-core in both themes, no bet given away, activities found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page
from support.activities import TEXTS, check_found_again
from support.browser import LESSONS
from support.programs import requires

pytestmark = requires("chromium")


@pytest.fixture
def own_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A learner's own orders, whose path goes where the form of lesson 2 asks for it."""
    path = tmp_path / "mes_ventes.csv"
    lines = ["client;commande;date;montant", "A1;1;2025-03-02;12,50", "B2;2;2025-04-05;80,00"]
    path.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setitem(TEXTS, "donnees/mes_ventes.csv", str(path))


@pytest.mark.usefixtures("own_file")
@pytest.mark.parametrize("lesson", LESSONS[:6])
def test_activities_are_found_again(page: Page, lab: str, lesson: str) -> None:
    check_found_again(page, lab, lesson, reload=lesson == LESSONS[2])
