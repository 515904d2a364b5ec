"""What is typed is seen, judged and kept, in the order in which people work."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect
from support.browser import (
    RESTART,
    check_outlives_a_kill,
    open_notebook,
    run_all,
    settle,
)
from support.programs import requires

pytestmark = requires("chromium")

#: A learner's small screen.
SCREEN = {"width": 1366, "height": 768}
NOTEBOOK = "frappe.ipynb"
#: The kernel of an old computer: it takes a moment to hear what the page says.
TOOLS = """import os
import pathlib
import time
import ipywidgets
from rfm_helpers import (
    COURSE_DATE, assign_segments, conquest_and_loyalty, discount_trap, list_costs, load_orders,
    quiz, repair_strategy, rfm_table, score_rfm, split_envelope,
)
clients = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
hear = ipywidgets.Widget.set_state
ipywidgets.Widget.set_state = lambda one, state: (time.sleep(0.1), hear(one, state))
pathlib.Path("noyau").write_text(str(os.getpid()))"""
CELLS = {
    "quiz": 'quiz("03_calcul_rfm")',
    "pari": 'discount_trap({"Montres": 0.43}, key="07_rentabilite/remise")',
    "partage": (
        "split_envelope(conquest_and_loyalty(400, 250, 60, 200, 250), 20000, "
        'key="08_mesurer/partage")'
    ),
    "reparation": 'repair_strategy(clients, key="01_strategie/reparation")',
    "couts": 'list_costs("soiree_privee", key="06_budgetisation/couts")',
}
#: Of each: a field, and what is said of two texts.
CHECKED = {
    "quiz": ("Votre réponse :", {"3": "troisième palier", "2": "Avez-vous compté les quarts"}),
    "pari": ("Votre pari", {"154": "154 au lieu de 100", "115": "remise sur le prix"}),
    "partage": (
        "Conquête",
        {"2000": "Votre partage atteint 5", "3 000": "Votre partage atteint 7"},
    ),
    "reparation": ("Visé :", {"beaucoup": "ne se lit pas", "30": "On ne sait pas encore"}),
    "couts": ("Libellé", {"salle": "Familles de coûts trouvées : 1", "rien": "trouvées : 0"}),
}
#: Milliseconds between the press and the release.
TAPS = (0, 5, 15)
#: Longer than the pause that ends what is being typed.
AFTER_A_PAUSE = 700


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one notebook: an activity of each kind that has a field and a verdict."""
    folder = tmp_path_factory.mktemp("cours")
    cells = [nbformat.v4.new_code_cell(source) for source in (TOOLS, *CELLS.values())]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / NOTEBOOK)
    return folder


@pytest.fixture(scope="module")
def options() -> list[str]:
    """A kernel that is killed is restarted by the test alone: the server would do so meanwhile."""
    return ["--KernelManager.autorestart=False"]


class Lived:
    """The notebook as a learner has it on the screen."""

    def __init__(self, page: Page, lab: str) -> None:
        self.page, self.lab = page, lab
        page.set_viewport_size(SCREEN)

    def open(self) -> None:
        self.panel = open_notebook(self.page, self.lab, NOTEBOOK)
        run_all(self.page)
        settle(self.page, 400)

    def activity(self, name: str) -> Locator:
        return self.panel.locator(".rfm-activity").nth(list(CELLS).index(name))

    def field(self, name: str) -> Locator:
        return self.activity(name).get_by_role("textbox", name=CHECKED[name][0]).first

    def button(self, name: str) -> Locator:
        below = "xpath=following::button[contains(@class, 'mod-primary')][1]"
        return self.field(name).locator(below)

    def write(self, name: str, text: str) -> None:
        self.field(name).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def move_to(self, control: Locator) -> None:
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def sees(self, name: str, text: str) -> None:
        expect(self.activity(name).get_by_text(text).first).to_be_visible()


@pytest.fixture
def lived(page: Page, lab: str) -> Iterator[Lived]:
    lived = Lived(page, lab)
    lived.open()
    return lived


def test_a_check_just_after_typing_judges_what_was_typed(lived: Lived) -> None:
    """The button stands still, or is covered by the press, and the text is heard before it."""
    for name, (_, texts) in CHECKED.items():
        said = list(texts.items())
        button = lived.button(name)
        for rank, held in enumerate(TAPS):
            text, verdict = said[rank % 2]
            lived.write(name, text)
            lived.move_to(button)
            lived.page.mouse.down()
            lived.page.wait_for_timeout(held)
            lived.page.mouse.up()
            lived.sees(name, verdict)
        text, verdict = said[1]
        lived.write(name, text)
        if name == "couts":  # a table, where Enter goes to the next line
            button.click()
        else:
            lived.page.keyboard.press("Enter")
        lived.sees(name, verdict)
        settle(lived.page, AFTER_A_PAUSE)
        lived.sees(name, verdict)
    move = "one => one.parentElement.before('Une ligne', document.createElement('hr'))"
    lived.write("quiz", "3")
    lived.move_to(lived.button("quiz"))
    lived.page.mouse.down()
    lived.button("quiz").evaluate(move)
    lived.page.mouse.up()
    lived.sees("quiz", "troisième palier")


# --- kept ----------------------------------------------------------------------------------------


def test_a_long_text_is_typed_in_peace_and_kept_before_the_field_is_left(
    lived: Lived, course: Path
) -> None:
    """Nothing moves the caret or the page; the next day it is all there, with its verdict."""
    lived.write("quiz", "3")
    lived.button("quiz").click()
    lived.sees("quiz", "troisième palier")
    means = lived.activity("reparation").get_by_label("Les moyens")
    means.fill("Appeler chaque client. " * 90)
    means.press("Control+Home")
    before = means.bounding_box()
    for word in ("Écrire, ", "puis "):
        lived.page.keyboard.type(word, delay=30)
        settle(lived.page, AFTER_A_PAUSE)
    assert means.input_value().startswith("Écrire, puis Appeler")
    assert means.bounding_box() == before
    lived.page.evaluate(RESTART)
    lived.page.goto("about:blank")
    for path in (course / "reponses").glob("*.json"):
        age(path)
    lived.open()
    lived.sees("quiz", "troisième palier")
    assert lived.field("quiz").input_value() == "3"
    means = lived.activity("reparation").get_by_label("Les moyens")
    assert means.input_value().startswith("Écrire, puis Appeler")
    expect(lived.activity("reparation").get_by_text("Enregistré le")).to_be_visible()


def age(path: Path) -> None:
    """Make the answers of a file a day older."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for entry in data["answers"].values():
        entry["saved"] = (dt.datetime.fromisoformat(entry["saved"]) - dt.timedelta(1)).isoformat()
    path.write_text(json.dumps(data), encoding="utf-8")


WORDS = ("3", "154", "1 500", "salle", "Appeler chaque client", "demain peut-être", "12,5")


def work_at_random(lived: Lived, chance: random.Random, keys: int) -> None:
    """Type and click here and there, until so many keys are pressed."""
    while keys > 0:
        name = chance.choice(list(CHECKED))
        radio = lived.activity("quiz").locator("input[type=radio]")
        if chance.random() < 0.2:
            radio.nth(chance.randrange(radio.count())).click()
        word = chance.choice(WORDS)[:keys]
        lived.field(name).click()
        lived.page.keyboard.type(word, delay=chance.uniform(10, 60))
        keys -= len(word)
        if chance.random() < 0.3:
            lived.button(name).click(no_wait_after=True)


@pytest.mark.parametrize("kills", [2, pytest.param(200, marks=pytest.mark.soak)])
def test_what_stood_on_the_screen_for_a_second_outlives_a_kill(
    lived: Lived, course: Path, kills: int
) -> None:
    chance = random.Random(7)
    keys = partial(work_at_random, lived, chance)
    lived.field("couts").wait_for()
    for _ in range(kills):
        check_outlives_a_kill(lived.page, keys, lived.open, course / "noyau", chance)
