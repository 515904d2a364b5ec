"""The graded notebooks as a student meets them: answered, found again, handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser import RESTART, open_notebook, outputs_flaws, run_all
from support.classroom import lay
from support.programs import requires

from rfm_helpers.teacher.classroom.distribute import distribute
from rfm_helpers.teacher.classroom.intake import read_deposits, works_of
from rfm_helpers.teacher.results import Student

pytestmark = requires("chromium")

KEY = "une clé de cours assez longue"
DEVOIRS = ["devoir_1_rfm", "devoir_2_strategie_budget"]
#: What is chosen in the lists of the first question.
CHOSEN = {
    "devoir_1_rfm": ["la date de référence du devoir"],
    "devoir_2_strategie_budget": [
        "toutes, sur trois ans",
        "la date de référence du devoir",
        "4 niveaux",
        "la grille des onze segments (onze)",
    ],
}
#: The activity that a field belongs to.
ACTIVITY = "xpath=ancestor::*[contains(@class, 'rfm-activity')]"
SIZES = ((1400, 900), (1024, 700), (700, 450))
#: Fields, lists, buttons and texts that stand out of their cell on the right.
OUT = """panel => Array.from(panel.querySelectorAll(
        '.rfm-activity input, .rfm-activity select, .rfm-activity textarea, .rfm-activity button'))
    .filter(one => one.offsetParent)
    .filter(one => !one.closest('.rfm-sheet .frame'))  // which scrolls
    .filter(one => one.getBoundingClientRect().right >
        one.closest('.jp-OutputArea-output').getBoundingClientRect().right + 1)
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what one student was given."""
    folder = tmp_path_factory.mktemp("cours")
    for devoir in DEVOIRS:
        distribute(devoir, [Student("e1")], KEY, folder / "exercises")
    return folder


@pytest.mark.parametrize("devoir", DEVOIRS)
def test_a_student_answers_finds_it_again_and_hands_in(
    page: Page, lab: str, devoir: str, course: Path, tmp_path: Path
) -> None:
    path = f"exercises/e1/{devoir}/{devoir}.ipynb"
    panel = open_notebook(page, lab, path)
    run_all(page)
    outputs = panel.locator(".jp-Cell-outputArea")
    assert outputs_flaws(panel) == []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert panel.evaluate(OUT) == []
    page.set_viewport_size({"width": 1366, "height": 768})

    expect(panel.get_by_text("Tableau reçu")).to_have_count(0)
    lists = panel.locator(".rfm-activity select")
    lists.first.locator(ACTIVITY).get_by_text("Question 1").click()
    for rank, text in enumerate(CHOSEN[devoir]):
        lists.nth(rank).focus()
        lists.nth(rank).select_option(label=text)
    expect(panel.get_by_text("Choix faits")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Shift+Enter")
    expect(panel.get_by_text("Tableau reçu")).to_be_visible()
    page.set_viewport_size({"width": 1400, "height": 1000})

    handing = panel.get_by_role("button", name="Rendre mon travail")
    missing = outputs.last.get_by_text("sans réponse")
    handing.click()
    missing.first.wait_for()
    unanswered = missing.count()

    number = panel.get_by_label("Votre réponse").first
    number.fill("beaucoup")
    number.press("Tab")
    expect(outputs.filter(has_text="« beaucoup » ne se lit pas comme un nombre")).to_be_visible()
    number.fill("1 234,5")
    number.press("Tab")
    essay = panel.get_by_label("Votre texte").last
    essay.fill("Rappeler les fidèles, puis mesurer.")
    essay.press("Tab")
    for answered in (number, essay):
        expect(answered.locator(ACTIVITY).get_by_text("Enregistré à")).to_be_visible()
    handing.click()
    expect(missing).to_have_count(unanswered - 2)

    page.evaluate(RESTART)
    open_notebook(page, lab, path)
    run_all(page)
    assert panel.get_by_label("Votre réponse").first.input_value() == "1 234,5"
    assert "mesurer" in panel.get_by_label("Votre texte").last.input_value()

    page.keyboard.press("Control+s")
    handing.click()
    expect(outputs.last).to_contain_text("Rendre quand même")
    panel.get_by_role("button", name="Rendre quand même").click()
    expect(outputs.last).to_contain_text(f"rendu_{devoir}_e1.zip")
    expect(missing).to_have_count(0)
    (written,) = course.rglob(f"rendu_{devoir}_e1.zip")
    rendus = lay(tmp_path, {"e1": {written.name: written.read_bytes()}})
    (deposit,) = read_deposits(rendus)
    (work,) = works_of(deposit, devoir)
    assert (work.student, work.signed_answers) == ("e1", "e1")
    assert "1 234,5" in work.answers.values()
