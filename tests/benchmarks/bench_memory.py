"""Memory of four lessons, opened one after the other, run, then closed: pytest -sq bench_memory.py.

What the kernels and the page take of their own, in MiB. Nothing is asserted.
"""

from __future__ import annotations

from collections.abc import Iterator

import psutil
from playwright.sync_api import Page
from support.browser import KERNEL_STATUS, LESSONS, OPEN, POLLING, open_lesson, run_all
from support.programs import requires

pytest_plugins = ["browser.conftest"]
pytestmark = requires("chromium")

MIB = 2**20
KERNELS = "ipykernel_launcher"
CLOSE = ".jp-mod-current .lm-TabBar-tabCloseIcon"


def descendants(*words: str) -> Iterator[psutil.Process]:
    """The processes below this one whose command has these words."""
    for process in psutil.Process().children(recursive=True):
        try:
            if all(word in " ".join(process.cmdline()) for word in words):
                yield process
        except psutil.Error:
            continue


def memory(*words: str) -> float:
    """What they take of their own, in MiB."""
    return sum(process.memory_full_info().uss for process in descendants(*words)) / MIB


def test_memory(page: Page, lab: str) -> None:
    print(f"\n{'':22}{'kernels':>9}{'page':>9}  MiB")

    def tell(what: str) -> None:
        kernels, renderers = memory(KERNELS), memory("chromium", "--type=renderer")
        print(f"{what:22}{kernels:9.0f}{renderers:9.0f}", flush=True)

    open_lesson(page, lab, LESSONS[0])
    for lesson in LESSONS[:4]:
        page.evaluate(OPEN, f"notebooks/{lesson}")
        page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)
        tell(f"{lesson[:2]} opened")
        run_all(page)
        tell(f"{lesson[:2]} run")
    for lesson in reversed(LESSONS[:4]):
        before = len(list(descendants(KERNELS)))
        page.locator(CLOSE).click()
        page.get_by_role("button", name="Sauvegarder").click()
        while len(list(descendants(KERNELS))) == before:
            page.wait_for_timeout(POLLING)
        tell(f"{lesson[:2]} closed")
