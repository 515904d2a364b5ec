"""From a control to the redrawn figure, in the learner's browser: pytest -sq bench_redraw.py.

The 95th percentile stands beside the target of 250 ms, then the load of the machine: figures are
worth what the machine's idleness is worth.

Each move is a key pressed on a control of a lesson, or Enter after a number; the time goes from
that key's event to the new picture decoded in the page. Two figures are also drawn as tutorials do,
with seaborn, ``interact`` and ``plt.show``, in a notebook of the same JupyterLab. Nothing is
asserted on time.
"""

from __future__ import annotations

import itertools
import os
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page
from support.browser import KERNEL_STATUS, open_lesson, run_all
from support.programs import requires

pytest_plugins = ["browser.conftest"]
pytestmark = requires("chromium")

MOVES = 40
TARGET = 250
UP, DOWN = "ArrowUp", "ArrowDown"

NAIVE = """\
import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns
from ipywidgets import interact
from rfm_helpers import COURSE_DATE, load_orders, rfm_table
clients = rfm_table(load_orders(), as_of=COURSE_DATE)

@interact(niveaux=(2, 10))
def grille(niveaux=4):
    scores = range(1, niveaux + 1)
    r = pd.qcut(-clients["recence"].rank(method="first"), niveaux, labels=scores)
    f = pd.qcut(clients["frequence"].rank(method="first"), niveaux, labels=scores)
    plt.figure(figsize=(9, 5))
    sns.heatmap(pd.crosstab(r, f), annot=True, fmt="d", cmap="Blues").invert_yaxis()
    plt.show()

@interact(hausse=(0.0, 60.0, 0.5))
def gain(hausse=5.0):
    x = np.linspace(0, max(2 * hausse, 20), 100)
    y = 50 * x / 100 * 1000 * 0.5 - 2000
    plt.figure(figsize=(7.5, 4.4))
    sns.lineplot(x=x, y=y)
    plt.fill_between(x, y, where=y > 0, alpha=0.3, label="Gain")
    plt.fill_between(x, y, where=y < 0, alpha=0.3, label="Perte", hatch="//")
    plt.plot(hausse, np.interp(hausse, x, y), "o", label="Cette action")
    plt.legend()
    plt.show()"""

RECORD = """control => {
    const root = control.closest('.rfm-activity, .widget-interact');
    const seen = window.seen = {source: root.querySelector('img')?.src, event: 0, picture: 0};
    control.addEventListener('keydown', event => { seen.event = event.timeStamp }, true);
    const look = () => {
        const image = root.querySelector('img');
        if (image && image.src !== seen.source) {
            seen.source = image.src;
            image.decode().then(() => { seen.picture = performance.now() }, () => {});
        }
        requestAnimationFrame(look);
    };
    look();
}"""
QUIET = f"""() => window.seen.picture > window.seen.event && ({KERNEL_STATUS})() === 'idle'
    && performance.now() - window.seen.picture > 150"""


@dataclass(frozen=True)
class Redraw:
    """A figure and what redraws it: `span` moves one way, as many back; `burst` keys a move.

    In a field of text each move is the next number from `start`, typed and ended by Enter.
    """

    name: str
    control: str
    span: int
    first: str = UP
    burst: int = 1
    start: int | None = None

    def moves(self, control: Locator) -> Iterator[Callable[[], None]]:
        """What to do for each move, without end."""
        if self.start is None:
            back = DOWN if self.first == UP else UP
            for key in itertools.cycle([self.first] * self.span + [back] * self.span):
                yield partial(self._press, control.page, key)
        for rank in itertools.cycle([*range(1, self.span), *range(self.span, -1, -1)]):
            yield partial(_type, control, f"{self.start + rank}")

    def _press(self, page: Page, key: str) -> None:
        for _ in range(self.burst):
            page.keyboard.press(key)


def _type(control: Locator, text: str) -> None:
    control.fill(text)
    control.press("Enter")


FIGURES = {
    "01_strategie.ipynb": [
        Redraw("1 enjeu, segment", "role=combobox[name=/^Segment/] >> nth=1", 9, DOWN)
    ],
    "02_donnees.ipynb": [Redraw("2 journal de qualité", "role=combobox[name=/Heure/]", 1, DOWN)],
    "03_calcul_rfm.ipynb": [
        Redraw("3 scores, niveaux", "role=textbox[name=/niveaux/]", 6, start=4),
        Redraw("3 scores, date", "role=combobox[name=/Date de référence/]", 12, DOWN),
    ],
    "04_segmentation.ipynb": [Redraw("4 carte des segments", "role=combobox[name=/^R/]", 3)],
    "07_rentabilite.ipynb": [
        Redraw("7 retour, curseur", ".noUi-handle >> nth=0", 15),
        Redraw("7 retour, curseur tenu", ".noUi-handle >> nth=0", 3, burst=5),
        Redraw("7 retour, panier", "role=textbox[name=/Panier/] >> nth=0", 15, start=1443),
    ],
    "08_mesurer.ipynb": [
        Redraw("8 groupe témoin", "role=textbox[name=/touchés/] >> nth=0", 15, start=50),
        Redraw("8 tornade, panier", "role=textbox[name=/plus haut/] >> nth=1", 15, start=1800),
        Redraw("8 partage", "role=textbox[name=/Conquête/]", 15, start=500),
    ],
    "naif.ipynb": [
        Redraw("naïf : scores, niveaux", ".noUi-handle >> nth=0", 6),
        Redraw("naïf : retour, curseur", ".noUi-handle >> nth=1", 15),
    ],
}  # fmt: skip


def write_naive(path: Path) -> None:
    """The scratch notebook of the naive figures."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NAIVE)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def times(page: Page, control: Locator, redraw: Redraw) -> list[float]:
    """Milliseconds from the key to the picture, for each move after the first two."""
    control.evaluate(RECORD)
    control.focus()
    found = []
    for move in itertools.islice(redraw.moves(control), MOVES + 2):
        move()
        page.wait_for_function(QUIET, timeout=10_000)
        found.append(float(page.evaluate("() => window.seen.picture - window.seen.event")))
    return found[2:]


@pytest.mark.parametrize("lesson", FIGURES)
def test_redraw(page: Page, lab: str, course: Path, lesson: str) -> None:
    write_naive(course / "notebooks" / "naif.ipynb")
    panel = open_lesson(page, lab, lesson)
    run_all(page)
    for redraw in FIGURES[lesson]:
        found = times(page, panel.locator(redraw.control), redraw)
        late = statistics.quantiles(found, n=20, method="inclusive")[-1]
        mark = "   over the target" if late > TARGET else ""
        print(
            f"\n  {redraw.name:28} median {statistics.median(found):4.0f}   "
            f"95 % {late:4.0f} / {TARGET} ms   max {max(found):4.0f}   "
            f"load {os.getloadavg()[0]:.1f}{mark}",
            end="",
        )
