"""The learner's JupyterLab and Chromium, for the browser tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from support.browser import CAPTURES, CHROMIUM_OPTIONS, LEAVE, wait_for_server
from support.course import NOTEBOOKS, ROOT
from support.outcomes import OUTCOMES

#: Milliseconds: what is waited for comes late on a busy machine, and is no less there.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the lessons."""
    folder = tmp_path_factory.mktemp("cours")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    return folder


@pytest.fixture(scope="module")
def options() -> list[str]:
    """What a file of tests asks of JupyterLab beside what the learner's command does."""
    return []


@pytest.fixture(scope="module")
def lab(course: Path, options: list[str]) -> Iterator[str]:
    """The address of JupyterLab, started on the course by the learner's own command."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, ROOT / "sources" / "tools" / "lab.py", "--dossier", course]
    options = [
        *options,
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
    ]
    with (course / "jupyter.log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "RFM_REPONSES": str(course / "reponses")},
        )
    address = f"http://127.0.0.1:{port}/lab"
    try:
        wait_for_server(address, server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Headless Chromium as Debian installs it; its cache, compiled code too, serves all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=shutil.which("chromium"),
            args=CHROMIUM_OPTIONS,
            viewport={"width": 1400, "height": 1000},
            locale="fr-FR",
        )
        browser.on("dialog", lambda dialog: dialog.accept())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of the test before, if it passed; what it shows is kept in ``captures/`` if not."""
    page = browser.pages[-1] if browser.pages else browser.new_page()
    page.set_default_timeout(120_000)
    page.set_viewport_size({"width": 1400, "height": 1000})
    yield page
    if request.node.stash[OUTCOMES].get("call") == "failed":
        CAPTURES.mkdir(exist_ok=True)
        page.screenshot(path=CAPTURES / f"{request.node.name}.png")
        page.close()
    else:
        page.evaluate(LEAVE)
