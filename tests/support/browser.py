"""What a learner does in the course's JupyterLab, and what is looked for in its pages."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, TimeoutError

from support.course import NOTEBOOKS, ROOT, load_tool

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
CAPTURES = ROOT / "tests" / "browser" / "captures"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
METADATA = load_tool("build").NOTEBOOK_METADATA
#: A learner's screen.
SMALL = {"width": 1366, "height": 768}
#: Milliseconds between two looks at a page; by default Playwright looks at each frame.
POLLING = 100
CELLS_TO_RUN = """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
    .filter(cell => cell.type === 'code' && cell.sharedModel.getSource().trim())
    .filter(cell => !cell.executionCount).length"""
# Words that no French output holds: what pandas, NumPy and Python say by themselves.
ENGLISH = re.compile(
    r"\b(the|and|with|not|warning|count|mean|std|dtype|name|unnamed|rows|columns|true|false|nan|nat"
    r"|none|null|loading|missing|invalid|traceback|\w*error\w*|\w*exception)\b|<NA>",
    re.IGNORECASE,
)
BAD_SPACE = re.compile(r"\S [:;?!»]|« ")
PROPER_NAMES = re.compile(r"The Complete Journey")
# JupyterLab shows tracebacks and warnings alike as this type.
FAILURE = "[data-mime-type='application/vnd.jupyter.stderr']"
KERNEL_STATUS = (
    "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"
)

#: The values of an activity's fields, and what it shows beside the line of its keeper.
STATE = """root => {
    const fields = [...root.querySelectorAll('input, select, textarea')].map(field =>
        ['radio', 'checkbox'].includes(field.type) ? field.checked
            : field.tagName === 'SELECT' ? field.selectedOptions[0]?.textContent ?? null
            : field.value);
    const said = '.widget-html-content, .rfm-sheet output, .rfm-sheet .note';
    const texts = [...root.querySelectorAll(said)]
        .map(area => area.innerText.trim())
        .filter(text => !/Enregistré (à|le) /.test(text));
    const pictures = [...root.querySelectorAll('img')].map(image => image.src);
    return {fields, texts, pictures};
}"""
#: Whether the kernel rests and the activities stay as they are for as long as was asked.
SETTLED = f"""quiet => {{
    const shown = [...document.querySelectorAll('.rfm-activity')].map({STATE});
    const now = JSON.stringify(shown), time = performance.now();
    const last = window.lastSeen;
    if (({KERNEL_STATUS})() !== 'idle' || !last || last.now !== now) {{
        window.lastSeen = {{now, time}};
        return false;
    }}
    return time - last.time >= quiet;
}}"""
#: The rank of the cell that holds some code.
RANK = """code => window.jupyterapp.shell.currentWidget.content.widgets
    .findIndex(cell => cell.model.sharedModel.getSource().includes(code))"""
#: Whether a notebook is open, how to open one by its path, and how to leave those that are open.
ARE_OPEN = "() => [...window.jupyterapp.shell.widgets('main')].some(one => one.sessionContext)"
OPEN = "path => window.jupyterapp.commands.execute('docmanager:open', {path}).then(() => {})"
LEAVE = """async () => {
    for (const panel of [...window.jupyterapp.shell.widgets('main')]) {
        await panel.sessionContext?.shutdown();
        panel.dispose();
    }
}"""
#: What the fields of all activities hold; `window.seen` has it after each event.
VALUES = """[...document.querySelectorAll(
    '.rfm-activity input, .rfm-activity select, .rfm-activity textarea')]
    .map(one => ['radio', 'checkbox'].includes(one.type) ? one.checked : one.value)"""
WATCH = f"""() => {{
    window.seen = [{VALUES}];
    for (const kind of ['input', 'change'])
        document.addEventListener(kind, () => window.seen.push({VALUES}));
}}"""
#: The fields that hold nothing of what is given for each: their place, and what they hold.
LOST = f"""kept => {{
    const values = {VALUES};
    return kept.map((some, place) => [place, values[place], some])
        .filter(([, value, some]) => !some.includes(value));
}}"""
#: A second of the kernel's own time, which a busy machine makes longer.
SECOND = """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
    .requestExecute({code: 'import asyncio; await asyncio.sleep(1)', silent: true}).done
    .then(() => {})"""
RESTART = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.save();
    await panel.sessionContext.restartKernel();
}"""


def wait_for_server(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once JupyterLab answers; fail when it ends or says nothing for two minutes."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "JupyterLab ended before it answered"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail("JupyterLab does not answer")


def lay_notebooks(folder: Path, notebooks: Mapping[str, Sequence[str]]) -> Path:
    """Write notebooks, each with its cells of code, in the place of the lessons of a course."""
    (folder / "notebooks").mkdir()
    for name, codes in notebooks.items():
        notebook = new_notebook(cells=[*map(new_code_cell, codes)], metadata=METADATA)
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    return folder


def open_lesson(page: Page, lab: str, lesson: str) -> Locator:
    """Open a lesson; return its notebook panel."""
    return open_notebook(page, lab, f"notebooks/{lesson}")


def open_notebook(page: Page, lab: str, path: str) -> Locator:
    """Open a notebook of the course where no other one is open; return its panel.

    A JupyterLab that is there already, and was left, does it without loading again.
    """
    if page.url.startswith(lab) and not page.evaluate(ARE_OPEN):
        page.evaluate(OPEN, path)
    else:
        page.goto(f"{lab}/workspaces/{Path(path).stem}/tree/{path}")
    panel = page.locator(".jp-NotebookPanel:visible")
    panel.wait_for()
    page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)
    return panel


def choose(page: Page, menu: str, entry: str) -> None:
    """Click an entry of JupyterLab's (French) menu bar."""
    page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{menu}$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{entry}$")).click()


def run_all(page: Page) -> None:
    """Clear the stored outputs, run every cell from the menu, wait for the last to end."""
    choose(page, "Édition", "Effacer les sorties de toutes les cellules")
    assert page.evaluate(CELLS_TO_RUN) > 0
    choose(page, "Exécution", "Exécuter toutes les cellules")
    done = f"() => ({CELLS_TO_RUN})() === 0 && ({KERNEL_STATUS})() === 'idle'"
    page.wait_for_function(done, polling=POLLING)


def settle(page: Page, quiet: int = 80) -> None:
    """Wait until the kernel rests and no activity has changed for some milliseconds."""
    page.evaluate("() => { window.lastSeen = null }")
    page.wait_for_function(SETTLED, arg=quiet, polling=40)


def check_outlives_a_kill(
    page: Page,
    work: Callable[[int], None],
    run: Callable[[], None],
    kernel: Path,
    chance: random.Random,
) -> None:
    """Check that each field comes back with something that it showed since it stood for a second.

    Args:
        page: that of the notebook.
        work: presses so many keys.
        run: runs all cells of the notebook, whose kernel was restarted.
        kernel: the file that holds the number of the kernel's process.
        chance: draws the keys.
    """
    work(chance.randrange(1, 30))
    page.evaluate(SECOND)
    settle(page)
    page.evaluate(WATCH)
    work(chance.randrange(30))
    os.kill(int(kernel.read_text()), signal.SIGKILL)
    seen = page.evaluate(f"() => [...window.seen, {VALUES}]")
    page.evaluate(RESTART)
    run()
    kept = [list(dict.fromkeys(values)) for values in zip(*seen, strict=True)]
    with suppress(TimeoutError):
        page.wait_for_function(f"kept => ({LOST})(kept).length === 0", arg=kept, polling=POLLING)
    assert page.evaluate(LOST, kept) == []


def outputs_flaws(panel: Locator) -> list[str]:
    """Tracebacks and warnings in a notebook's outputs, and lines that are not well-set French."""
    outputs = panel.locator(".jp-Cell-outputArea")
    lines = "\n".join(outputs.all_inner_texts()).splitlines()
    english = [line for line in lines if ENGLISH.search(PROPER_NAMES.sub("", line))]
    badly_spaced = [line for line in lines if BAD_SPACE.search(line)]
    return [*outputs.locator(FAILURE).all_inner_texts(), *english, *badly_spaced]
