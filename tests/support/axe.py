"""What axe-core, which checks that everyone can read a page, finds in JupyterLab's."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: The faults of JupyterLab itself, then of ipywidgets, whose sliders have no name (a field with
#: its label stands beside each): the rule, and what its elements hold.
KNOWN = (
    ("aria-allowed-attr", "<jp-button"),
    ("aria-input-field-name", 'class="cm-content"'),
    ("aria-required-children", "jp-WindowedPanel-viewport"),
    ("button-name", "jp-collapseHeadingButton"),
    ("region", "jp-skiplink-wrapper"),
    ("aria-input-field-name", 'class="noUi-handle'),
)


def violations(page: Page) -> list[str]:
    """The rule that is broken and the element that breaks it, but for those that are not ours."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
        if not any(rule["id"] == name and part in node["html"] for name, part in KNOWN)
    ]
