"""One plan of the learner's own, from target to measure, by someone who skipped lessons."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from support.browser import LEAVE, SMALL, lay_notebooks, open_notebook, run_all, settle
from support.programs import requires

from rfm_helpers.analysis.strategy.targets import LESSON_5
from rfm_helpers.french.words import french
from rfm_helpers.questions.plan import load_plan

pytestmark = requires("chromium")

START = "from rfm_helpers import *\ncommandes = load_orders()\n"
FILES = (
    'fichiers = {"people": load_customers(), "complaints": load_complaints(), '
    '"contacts": load_contacts()}\n'
    "soiree = campagne(clients=20, hausse=0.12, panier=1443.33, taux_marque=0.485, cout=2000)\n"
)
#: The activities of lessons 5 to 8 that share the plan, a notebook each.
NOTEBOOKS = {
    "strategie": [
        START + 'dates = ["2024-12-31", "2025-12-31"]\n'
        "quatre, cinq = (compare_dates(commandes, dates, months=24, levels=n) for n in (4, 5))\n"
        "tous = both_levels(assign_segments(quatre), cinq)\n"
        'hier, clients = (tous[tous["date"] == jour] for jour in dates)\n'
        'compare_strategies(clients, cinq[cinq["date"] == dates[1]], past=hier,\n'
        '                   cycle_days=98, key="mon_plan/strategie")'
    ],
    "couts": [START + 'list_costs(key="mon_plan/couts")'],
    "retour": [
        START + FILES + 'plan_return(commandes, soiree, **fichiers, key="mon_plan/retour")',
        'plan_measure(commandes, soiree, anyway=0.3, **fichiers, key="mon_plan/mesure")',
    ],
}
LESSON_TARGET = french(f"Cible de la leçon 5 : {LESSON_5}")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with these notebooks."""
    return lay_notebooks(tmp_path_factory.mktemp("cours"), NOTEBOOKS)


def opened(page: Page, lab: str, name: str) -> Locator:
    """The activities of a notebook, run in a kernel of its own."""
    page.set_viewport_size(SMALL)
    panel = open_notebook(page, lab, f"notebooks/{name}.ipynb")
    run_all(page)
    return panel.locator(".rfm-activity")


def left(page: Page) -> None:
    """Close the notebook and its kernel, once what was typed is kept."""
    settle(page)
    page.evaluate(LEAVE)


def write(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Tab")


def test_a_plan_goes_from_target_to_measure(page: Page, lab: str, course: Path) -> None:
    # Lesson 7 opened first: it starts from the example, and says so.
    for activity in opened(page, lab, "retour").all():
        expect(activity).to_contain_text("voici l’exemple, la soirée des diapositives")
    left(page)

    # Lesson 5, the lessons before it skipped: a target by rule, an objective, two means.
    strategie = opened(page, lab, "strategie")
    strategie.get_by_label("Cible").select_option(label=LESSON_TARGET)
    write(strategie.get_by_label("Le problème"), "Ils ont été mal reçus en boutique.")
    strategie.get_by_label("Indicateur").select_option(index=2)
    for label, text in (("Aujourd’hui", "17"), ("Sans nous", "30"), ("Visé", "44")):
        write(strategie.get_by_label(label), text)
    write(strategie.get_by_label("D’ici au"), "31/12/2026")
    write(strategie.get_by_label("Les moyens"), "Un appel du directeur\nUne visite de l’atelier")
    expect(strategie.get_by_text("Dans la base : 158 clients")).to_have_count(2)
    expect(strategie).to_contain_text("44,0 % d’ici au 31 décembre 2026")
    left(page)

    # Lesson 6: a means becomes an action with its costs, and one more is named.
    couts = opened(page, lab, "couts")
    couts.get_by_role("button", name="Chiffrer : Un appel du directeur").click()
    add_line(couts, "Heures du directeur", "36", "50")
    expect(couts).to_contain_text("Total : 1 800,00 € HT")
    write(couts.get_by_label("Une action à vous"), "Un bouquet")
    couts.get_by_role("button", name="Ajouter à mon plan").click()
    add_line(couts, "Fleurs", "108", "15")
    expect(couts).to_contain_text("Total : 1 620,00 € HT")
    left(page)

    # Lesson 7: both actions are there with the plan's target; one value is typed over.
    retour, mesure = opened(page, lab, "retour").all()
    expect(retour).to_contain_text("158 clients sur deux ans, dont 108 à qui l’on peut écrire")
    expect(retour.get_by_label("Coût de l’action")).to_have_value("3420")
    retour.get_by_label("Partir de").select_option(label="Mon action : Un bouquet")
    expect(retour.get_by_label("Coût de l’action")).to_have_value("1620")
    write(retour.get_by_label("Hausse de réponse").first, "9")
    expect(retour).to_contain_text("Changé par vous : Hausse de réponse (points)")
    settle(page)

    # Lesson 8 measures that campaign, as it was left.
    run_all(page)
    expect(mesure).to_contain_text("108 clients, 1 620 € HT, 9,0 points de hausse espérée")
    expect(mesure).to_contain_text("54 de chaque côté. C’est trop peu")
    write(mesure.get_by_label("dont ont commandé").first, "40")
    expect(mesure).to_contain_text("Sur 100 clients touchés, 74,1 ont commandé")
    expect(mesure).to_contain_text("Le coût suit le nombre d’invités : 810 € pour 54")

    plan = load_plan(course / "reponses")
    assert [(one.title, one.costed) for one in plan.actions] == [
        ("Un appel du directeur", True),
        ("Un bouquet", True),
    ]


def add_line(couts: Locator, label: str, quantity: str, cost: str) -> None:
    """Write one cost line for the action chosen, which has none."""
    expect(couts).to_contain_text("Aucune ligne")
    for name, text in (("Libellé", label), ("Quantité", quantity), ("Coût unitaire (€)", cost)):
        write(couts.get_by_label(name).first, text)
    settle(couts.page)
