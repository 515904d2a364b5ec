"""The final project as a learner does it: own file, two restarts, a partner's part, the files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, Page, expect
from pptx import Presentation
from support.browser import (
    RESTART,
    SMALL,
    check_outlives_a_kill,
    open_notebook,
    outputs_flaws,
    run_all,
    settle,
)
from support.final_project import WHY, action, line, strategy
from support.lessons import build
from support.programs import requires

from rfm_helpers.activities.project.book import final_project
from rfm_helpers.activities.project.team import project_team
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.project import EXERCISE, load_project

pytestmark = requires("chromium")

#: Says which process the kernel is.
PROCESS = "import os, pathlib\npathlib.Path('noyau').write_text(str(os.getpid()))"
SOURCE = build.EXERCISE_SOURCES / "projet_final.py"
KILLS = 60
#: The cells of the workbook that show something, in order.
CELLS = (
    "start", "scores", "brands", "map", "strategies", "costs", "sources", "returns", "structure",
    "talk", "timer", "grid", "overview", "files", "team",
)  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook as it is written, a shop's file, and a partner's part."""
    folder = tmp_path_factory.mktemp("cours")
    (folder / "exercises").mkdir()
    notebook = build.read_lesson(SOURCE)
    notebook.cells.append(new_code_cell(PROCESS))
    nbformat.write(notebook, folder / "exercises" / "projet_final.ipynb")
    write_till_file(folder / "ventes_boutique.csv")
    partner = folder / "autre"
    theirs = strategy(1, "Champions", "Les garder proches") | {"rfm/pourquoi": WHY}
    theirs |= action(1, "Champions", "Soirée privée", line("Traiteur", "900"))
    AnswerStore(EXERCISE, partner).update(theirs)
    project_team(final_project(partner)).export()
    return folder


@pytest.fixture(scope="module")
def options() -> list[str]:
    """A kernel that is killed is restarted by the test alone: the server would do so meanwhile."""
    return ["--KernelManager.autorestart=False"]


def write_till_file(path: Path) -> None:
    """What a till exports: its own names, dates and amounts as in France, an old encoding."""
    orders = load_orders()
    lines = orders[orders["date_achat"] >= "2025-01-01"]
    rows = [
        f"{day:%d/%m/%Y};{order};{customer};{f'{amount:.2f}'.replace('.', ',')};{agreed}"
        for day, order, customer, amount, agreed in zip(
            lines["date_achat"], lines["commande_id"], lines["client_id"], lines["montant"],
            lines["client_id"].str[-1].isin(list("05")).map({True: "non", False: "oui"}),
            strict=True,
        )
    ]  # fmt: skip
    head = "Date de vente;N° ticket;N° carte fidélité;Montant réglé;Accepte les e-mails"
    path.write_text("\n".join([head, *rows]), encoding="cp1252")


class Workbook:
    """The workbook on a learner's screen."""

    def __init__(self, page: Page, lab: str) -> None:
        self.page = page
        page.set_viewport_size(SMALL)
        self.panel = open_notebook(page, lab, "exercises/projet_final.ipynb")
        self.run()

    def run(self) -> None:
        run_all(self.page)
        settle(self.page, 300)

    def restart(self) -> None:
        settle(self.page, 700)
        self.page.evaluate(RESTART)
        self.run()

    def __getitem__(self, name: str) -> Locator:
        outputs = self.panel.locator(".jp-Cell-outputArea:has(.rfm-activity)")
        return outputs.nth(CELLS.index(name))

    def write(self, name: str, *texts: tuple[str, str]) -> None:
        for label, text in texts:
            field = self[name].get_by_role("textbox", name=label).first
            field.fill(text)
            field.press("Tab")
        settle(self.page)

    def upload(self, name: str, button: str, path: Path) -> None:
        with self.page.expect_file_chooser() as chosen:
            self[name].get_by_role("button", name=button, exact=True).click()
        chosen.value.set_files(path)
        settle(self.page)

    def choose(self, name: str, *choices: tuple[str, str]) -> None:
        for label, text in choices:
            self[name].get_by_label(label).first.select_option(label=text)
        settle(self.page)


def test_a_project_from_a_shop_s_file_to_its_files(page: Page, lab: str, course: Path) -> None:
    work = Workbook(page, lab)
    assert [flaw for flaw in outputs_flaws(work.panel) if "Traceback" in flaw] == []
    bring_the_file(work, course)
    work.write(
        "scores",
        ("Date de référence", "31/12/2025"),
        ("Fenêtre, en mois", "12"),
        ("Ce que ces segments", WHY),
    )
    work.choose("scores", ("Niveaux", "4"), ("Méthode", "quantiles"))
    expect(work["scores"]).to_contain_text("1 630 clients")

    work.restart()
    expect(work["scores"].get_by_label("Fenêtre, en mois")).to_have_value("12")
    expect(work["start"]).to_contain_text("1 641 clients")
    work.write("brands", ("Nom", "Atelier “Ö”"), ("En quelques phrases", "Une boutique."))
    work.write("brands", ("Critère 1", "Prix"), ("Critère 1, concurrent 1", "400 €"))
    strategy_and_costs(work)

    work.restart()
    expect(work["strategies"].get_by_label("Nom de la stratégie")).to_have_value("Les revoir")
    expect(work["costs"]).to_contain_text("Total : 600,00 € HT")
    work["returns"].get_by_role("button", name="Partir des clients").click()
    settle(page)
    for end, uplift in (("le plus probable", "12"), ("au plus bas", "5"), ("au plus haut", "18")):
        work.write("returns", (f"Hausse de réponse (points), {end}", uplift))
    work.write("returns", ("Taux de marque (%), le plus probable", "48"))
    expect(work["returns"]).to_contain_text("Dans 80 % des tirages, le ROI se trouve entre")
    work.write("structure", ("10. Conclusion", "Signez 600 € pour un appel."))
    work.write("talk", ("Ce que vous direz", "Bonjour."))

    shared = course / "autre" / "projet_final" / "projet_a_partager.json"
    work.upload("team", "Ajouter un fichier de l’équipe", shared)
    expect(work["team"]).to_contain_text("a rejoint le vôtre")
    expect(work["strategies"]).to_contain_text("Stratégies commencées : À risque, Champions")
    expect(work["overview"]).to_contain_text("Écrivez pourquoi la stratégie « Les revoir »")
    work["files"].get_by_role("button", name="Écrire ma présentation").click()
    expect(work["files"]).to_contain_text("presentation.pptx")
    check_what_is_there(course)


def bring_the_file(work: Workbook, course: Path) -> None:
    """The form of lesson 2, for a file that it has never seen."""
    work.write("start", ("Titre du projet", "Revenir"), ("Auteurs", "Ada Roy\nÉlie Saïd"))
    work.choose("start", ("Les clients étudiés", "Mon propre fichier"))
    start = work["start"]
    work.upload("start", "Choisir un fichier", course / "ventes_boutique.csv")
    expect(start.locator(".rfm-file")).to_contain_text("ventes_boutique.csv")
    expect(start).to_contain_text("Vérifiez les quatre colonnes")
    work.choose("start", ("Le client", "N° carte fidélité"), ("La commande", "N° ticket"))
    work.choose("start", ("La date d’achat", "Date de vente"), ("Le montant", "Montant réglé"))
    work.write("start", ("Date de référence", f"{COURSE_DATE:%d/%m/%Y}"))
    work.choose("start", ("L’accord", "Accepte les e-mails"))
    start.get_by_label("e-mail", exact=True).check()
    start.get_by_role("button", name="Préparer les données").click()
    expect(start).to_contain_text("prêtes pour l’analyse")
    start.get_by_role("button", name="Voir mes scores").click()
    expect(start).to_contain_text("1 641 clients")


def strategy_and_costs(work: Workbook) -> None:
    """A strategy, its sub-strategy, an action that aims at too many, its line and its source."""
    work.choose("strategies", ("Segment visé", "À risque"))
    work.choose("strategies", ("Indicateur", "Part des clients qui ont commandé depuis un an"))
    work.write("strategies", ("Nom de la stratégie", "Les revoir"), ("Visé", "40"))
    work.write("strategies", ("Les moyens", "Un appel"), ("Pour faire monter R", "Les rappeler"))
    work["costs"].get_by_role("button", name="Chiffrer : Un appel").click()
    settle(work.page)
    work.choose("costs", ("Segment visé", "À risque"), ("Score à faire monter", "F"))
    expect(work["costs"]).to_contain_text("« Un appel » vise le score F, qu’aucune sous-stratégie")
    work.choose("costs", ("Score à faire monter", "R"), ("Canal", "e-mail"))
    expect(work["costs"]).not_to_contain_text("vise le score F")
    work.write("costs", ("Combien", "2 000"))
    expect(work["costs"]).to_contain_text("retirez de la liste ceux qui ont refusé")
    work.write("costs", ("Combien", "100"), ("Libellé", "Temps"), ("Quantité", "1"))
    work.write("costs", ("Coût unitaire (€)", "600"))
    work.write("sources", ("Source", "Devis du 3 mars, page 2"))
    expect(work["costs"]).not_to_contain_text("où avez-vous trouvé ce prix")


def check_what_is_there(course: Path) -> None:
    """The project on the disk holds both parts; the deck has its slides."""
    project = load_project(course / "reponses")
    assert (project.title, project.authors) == ("Revenir", ("Ada Roy", "Élie Saïd"))
    assert (project.brand.name, len(project.competitors)) == ("Atelier “Ö”", 0)
    assert [one.segment for one in project.strategies] == ["À risque", "Champions"]
    assert [one.title for one in project.actions] == ["Un appel", "Soirée privée"]
    assert project.total == 600 + 2 * 900
    assert (project.rfm.why, project.segments["clients"].sum()) == (WHY, 1630)
    files = course / "reponses" / "projet_final"
    assert {path.name for path in files.iterdir()} >= {"rapport.html", "budget.xlsx"}
    assert len(Presentation(files / "presentation.pptx").slides) == 10


# --- killed while it is typed in ------------------------------------------------------------------


def type_at_random(work: Workbook, chance: random.Random, keys: int) -> None:
    """Type here and there, until so many keys are pressed."""
    fields = work.panel.locator(
        ".rfm-activity input[type=text]:visible, .rfm-activity textarea:visible"
    )
    while keys > 0:
        word = chance.choice(("12", "Appeler chaque client", "demain peut-être", "1 500"))[:keys]
        fields.nth(chance.randrange(fields.count())).click()
        work.page.keyboard.type(word, delay=chance.uniform(10, 60))
        keys -= len(word)


@pytest.fixture
def work(page: Page, lab: str) -> Iterator[Workbook]:
    yield Workbook(page, lab)


@pytest.mark.soak
def test_what_stood_on_the_screen_for_a_second_outlives_a_kill(
    work: Workbook, course: Path
) -> None:
    """The two restarts above are its small version."""
    chance, page = random.Random(12), work.page
    work.choose("strategies", ("Segment visé", "Champions"))
    work.write("strategies", ("Nom de la stratégie", "Les garder proches"))
    keys, kernel = partial(type_at_random, work, chance), course / "exercises" / "noyau"
    for _ in range(KILLS):
        check_outlives_a_kill(page, keys, work.run, kernel, chance)
