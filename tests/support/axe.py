"""What axe-core, which checks that everyone can read a page, finds in JupyterLab's."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: JupyterLab's own faults: the rule, and what its elements hold.
JUPYTERLAB = {
    "aria-allowed-attr": "<jp-button",
    "aria-input-field-name": 'class="cm-content"',
    "aria-required-children": "jp-WindowedPanel-viewport",
    "button-name": "jp-collapseHeadingButton",
    "region": "jp-skiplink-wrapper",
}


def violations(page: Page) -> list[str]:
    """The rule that is broken and the element that breaks it, but for JupyterLab's own."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
        if JUPYTERLAB.get(rule["id"], "\n") not in node["html"]
    ]
