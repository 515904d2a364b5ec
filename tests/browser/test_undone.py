"""What a learner typed stays counted, what was replaced comes back, and help is a button away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect
from support.browser import SMALL, lay_notebooks, open_notebook, run_all, settle
from support.programs import requires

from rfm_helpers.questions.answers import AnswerStore

pytestmark = requires("chromium")

#: The activities as lessons show them, a notebook each, so that no whole lesson has to run.
NOTEBOOKS = {
    "couts": [
        "from rfm_helpers import *\n"
        'atelier = list_costs("soiree_privee", key="06_budgetisation/couts")\natelier',
        "research_costs(atelier)",
    ],
    "strategie": [
        "from rfm_helpers import *\n"
        "table = rfm_table(load_orders(), as_of=COURSE_DATE)\n"
        "compare_strategies(assign_segments(score_rfm(table)), score_rfm(table, levels=5),\n"
        '                   key="05_marc_morel/strategie")'
    ],
    "aide": [
        'from rfm_helpers import *\nq, *autres = exercise("03_exercices")\nanswer_question(q)'
    ],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with these notebooks."""
    return lay_notebooks(tmp_path_factory.mktemp("cours"), NOTEBOOKS)


def opened(page: Page, lab: str, name: str) -> Locator:
    page.set_viewport_size(SMALL)
    panel = open_notebook(page, lab, f"notebooks/{name}.ipynb")
    run_all(page)
    return panel


#: What a spreadsheet copies: headings, thousands, euros, spellings of a choice, one that is none.
BLOCK = (
    "Libellé\tQuantité\tUnité\tCoût unitaire (€)\tHT ou TTC\tTVA\n"
    "Salle\t1\tsoirée\t1 200,50\tht\t20%\n"
    '"Traiteur\net vins"\t20\tpersonne\t22,50 €\tTTC\t10,0 %\n'
    "Fleurs\tun\tbouquet\t45\tHT\t12 %\n"
)
PASTE = """(target, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = {clipboardData, bubbles: true, cancelable: true};
    target.dispatchEvent(new ClipboardEvent('paste', event));
}"""
COPY = """target => {
    const clipboardData = new DataTransfer();
    const event = {clipboardData, bubbles: true, cancelable: true};
    target.dispatchEvent(new ClipboardEvent('copy', event));
    return clipboardData.getData('text/plain');
}"""
#: The cell that has the keyboard, and its text; what is cut in a table.
FOCUS = "() => [document.activeElement.getAttribute('aria-label'), document.activeElement.value]"
CUT = """root => [...root.querySelectorAll('thead th, .note p, button')]
    .filter(one => !one.hidden && one.offsetParent && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.textContent)"""


def column(lines: Locator, label: str) -> list[str]:
    return [field.input_value() for field in lines.get_by_label(label).all()]


def test_cost_lines_are_pasted_edited_by_keyboard_undone_and_exported(
    page: Page, lab: str, course: Path
) -> None:
    panel = opened(page, lab, "couts")
    lines, research = panel.locator(".rfm-activity").all()
    keys = page.keyboard
    lines.get_by_label("Libellé, ligne 1").evaluate(PASTE, BLOCK)
    settle(page)
    assert column(lines, "Libellé") == ["Salle", "Traiteur et vins", "Fleurs"]
    assert column(lines, "Coût unitaire") == ["1 200,50", "22,50 €", "45"]
    expect(lines).to_contain_text("Hors des listes, et donc à choisir : « 12 % ».")
    quantity = lines.get_by_label("Quantité, ligne 3")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_accessible_description(re.compile(r"«\sun\s» ne se lit pas"))
    expect(lines).to_contain_text("Total : 1 609,59 € HT")

    quantity.focus()
    quantity.select_text()
    keys.type("2")
    for key, cell in (("ArrowUp", "2"), ("ArrowUp", "1"), ("Tab", "1"), ("Enter", "2")):
        keys.press(key)
        assert page.evaluate(FOCUS)[0].endswith(f"ligne {cell}")
    assert page.evaluate(FOCUS) == ["Unité, ligne 2", "personne"]
    keys.press("ArrowLeft")
    assert page.evaluate(FOCUS) == ["Quantité, ligne 2", "20"]
    expect(lines).to_contain_text("Total : 1 699,59 € HT")
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowLeft")
    copied = lines.get_by_label("Quantité, ligne 2").evaluate(COPY)
    assert copied == "Traiteur et vins\t20\nFleurs\t2"

    keys.press("Alt+ArrowUp")
    keys.press("Control+d")
    assert column(lines, "Quantité") == ["20", "20", "1", "2"]
    keys.press("Control+z")
    keys.press("Control+z")
    keys.press("Control+z")
    assert column(lines, "Quantité") == ["1", "20", "un"]
    keys.press("Control+y")
    assert column(lines, "Quantité") == ["1", "20", "2"]
    lines.get_by_label("Quantité, ligne 3").press("Enter")
    keys.type("7")
    assert column(lines, "Quantité") == ["1", "20", "2", "7"]
    settle(page, 700)
    heights = lines.locator("tbody > tr:first-child").evaluate_all(
        "rows => rows.map(row => row.offsetHeight)"
    )
    assert max(heights) <= 40
    for size in (SMALL, {side: length // 2 for side, length in SMALL.items()}):
        page.set_viewport_size(size)
        assert lines.evaluate(CUT) == [] == research.evaluate(CUT)
    page.set_viewport_size(SMALL)
    research.get_by_role("button", name="Écrire mon budget").click()
    expect(research).to_contain_text("À revoir : 1 ligne")
    sheet = load_workbook(course / "reponses" / "06_budget.xlsx")["Lignes"]
    rows = [[row[place].value for place in (1, 2, 4)] for row in sheet.iter_rows(min_row=2)]
    assert rows[:3] == [["Salle", 1, 1200.5], ["Traiteur et vins", 20, 22.5], ["Fleurs", 2, 45]]

    lines.get_by_role("button", name="Recommencer").click()
    lines.get_by_role("button", name="Oui, recommencer").click()
    settle(page)


def write(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Tab")
    settle(field.page)


def test_a_wrong_date_in_a_cost_line_leaves_it_counted_and_marked_in_the_file(
    page: Page, lab: str, course: Path
) -> None:
    panel = opened(page, lab, "couts")
    lines, research = panel.locator(".rfm-activity").all()
    for rank, (label, cost) in enumerate((("Traiteur", "1 200"), ("Salle", "800"))):
        if rank:
            lines.get_by_role("button", name="Ajouter une ligne").click()
        settle(page)
        write(lines.get_by_label("Libellé").nth(rank), label)
        write(lines.get_by_label("Quantité").nth(rank), "1")
        write(lines.get_by_label("Coût unitaire (€)").nth(rank), cost)
    write(research.get_by_label("Date de la source").nth(0), "novembre 2025")
    write(research.get_by_label("Date de la source").nth(1), "31/11/25")
    expect(research).to_contain_text("est compté comme le 1er novembre 2025")
    expect(research).to_contain_text("« 31/11/25 » n’est pas dans le calendrier")
    expect(lines).to_contain_text("2 000,00 € HT")
    expect(lines).to_contain_text("À revoir : 1 ligne")
    research.get_by_role("button", name="Écrire mon budget").click()
    expect(research).to_contain_text("⚠ Votre budget est écrit dans « 06_budget.xlsx »")
    sheet = load_workbook(course / "reponses" / "06_budget.xlsx")["Lignes"]
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=2, max_row=3)}
    assert {label: row[4].value for label, row in rows.items()} == {"Traiteur": 1200, "Salle": 800}
    assert rows["Traiteur"][-1].value is None
    assert "31/11/25" in rows["Salle"][-1].value

    lines.get_by_label("Libellé").first.focus()
    lines.get_by_role("button", name="Retirer").first.click()
    expect(lines).to_contain_text("Ligne 1 retirée : « Traiteur ».")
    expect(lines).to_contain_text("Total : 800,00 € HT")
    lines.get_by_role("button", name="Annuler").click()
    expect(lines).to_contain_text("Total : 2 000,00 € HT")
    assert lines.get_by_label("Libellé").first.input_value() == "Traiteur"
    expect(lines.get_by_role("button", name="Annuler")).to_be_hidden()


def test_what_a_draft_replaced_is_got_back(page: Page, lab: str, course: Path) -> None:
    store = AnswerStore("01_strategie", course / "reponses")
    store.update({"brouillon/probleme": "Le brouillon."})
    panel = opened(page, lab, "strategie")
    problem = panel.get_by_label("Le problème")
    assert problem.input_value() == "Le brouillon."
    write(problem, "Réécrit, et mieux.")
    panel.get_by_role("button", name="Reprendre mon brouillon").click()
    expect(panel).to_contain_text("a remplacé ce que vous aviez écrit ici")
    expect(problem).to_have_value("Le brouillon.")
    panel.get_by_role("button", name="Annuler").click()
    expect(problem).to_have_value("Réécrit, et mieux.")
    expect(panel).to_contain_text("est revenu")


def test_an_exercise_is_answered_by_keyboard_and_its_help_asked_for(page: Page, lab: str) -> None:
    panel = opened(page, lab, "aide")
    field = panel.get_by_label("Votre réponse")
    for typed, said in (("91", "Est-ce un achat ou un retour"), ("beaucoup", "ne se lit pas")):
        field.fill(typed)
        field.press("Enter")
        expect(panel).to_contain_text(said)
    field.fill("192 jours")
    expect(panel).not_to_contain_text("ne se lit pas")
    field.press("Tab")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Réussi")
    panel.get_by_role("button", name="Indice").click()
    expect(panel).to_contain_text("Indice 1 sur 2")
    panel.get_by_role("button", name="Indice").press("Enter")
    expect(panel).to_contain_text("Indice 2 sur 2")
    panel.get_by_role("button", name="Solution").click()
    expect(panel).to_contain_text("La commande du 15 mars est rendue en entier")
    expect(panel).to_contain_text("Indice 1 sur 2")
