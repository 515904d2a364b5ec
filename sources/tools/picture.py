"""Take README's picture, ``docs/images/apercu.png``: ``python sources/tools/picture.py``.

It is what a learner sees: JupyterLab as ``lab.py`` opens it on a copy of the course, a lesson run
from its first cell to its last, and in sight the activity that README promises. Needs Chromium.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "images" / "apercu.png"
LESSON = "03_calcul_rfm.ipynb"
ACTIVITY = "score_explorer("

#: The mean difference of a pixel, of 255, from which a picture is another one.
NOTICEABLE = 0.001

RUN_ALL = """async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    await window.jupyterapp.commands.execute('docmanager:save');
}"""
IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"


@contextmanager
def course() -> Iterator[str]:
    """The address of JupyterLab on a copy of what a learner has."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("notebooks", "exercises", "data"):
            shutil.copytree(ROOT / name, Path(folder, name))
        command = [sys.executable, str(ROOT / "sources/tools/lab.py"), "--dossier", folder]
        options = ["--no-browser", "--LabApp.expose_app_in_browser=True"]
        server = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "RFM_REPONSES": f"{folder}/exercises/reponses"},
        )
        assert server.stdout is not None
        address = re.compile(r"http://\S+")
        try:
            yield next(found[0] for line in server.stdout if (found := address.search(line)))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def of_lesson(address: str) -> str:
    """The address of the lesson, from that of the page that opens first."""
    return urlsplit(address)._replace(path=f"/lab/tree/notebooks/{LESSON}").geturl()


def take(page: Page, address: str) -> bytes:
    """The picture of the activity in its lesson, every cell run."""
    page.goto(of_lesson(address))
    page.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.sessionContext?.isReady")
    page.evaluate(RUN_ALL)
    cell = page.locator(".jp-CodeCell", has_text=ACTIVITY).first
    cell.locator("img").first.wait_for()
    page.wait_for_function(IDLE)
    cell.evaluate("cell => cell.previousElementSibling.scrollIntoView()")
    return page.screenshot()


def shows_the_same(png: bytes) -> bool:
    """Whether the picture that is there differs only by how a browser rounds half a pixel."""
    if not TARGET.exists():
        return False
    old, new = (Image.open(source).convert("RGB") for source in (TARGET, io.BytesIO(png)))
    difference = ImageStat.Stat(ImageChops.difference(old, new))
    return old.size == new.size and max(difference.mean) < NOTICEABLE


def main() -> None:
    """Write the picture, where Chromium is installed, when it shows something new."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed: the picture stays as it is")
    with course() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="fr-FR")
        page.set_default_timeout(180_000)
        png = take(page, address)
        browser.close()
    if not shows_the_same(png):
        TARGET.write_bytes(png)
        print(f"{TARGET.relative_to(ROOT)} shows something new")


if __name__ == "__main__":
    main()
