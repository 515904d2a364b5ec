"""The marks of the catalogue's texts (``**``, ``*``, `` ` ``): none reaches a reader's eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from rfm_helpers.catalog.base import CATALOG
from rfm_helpers.questions.model import plain, rich

FILES = sorted(CATALOG.rglob("*.yaml"))
MARK = re.compile(r"[*`_]{2}|[*`]|\]\(|^#+ |</?[a-z]+>")
#: Where marks are made HTML, or taken off; what any other field holds is shown as it is.
RICH = {
    "quizzes": {
        "statement", "text", "explanation", "hint", "solution", "message", "success", "otherwise",
    },
    "assignments": {"statement", "choices"},
    "bets": {"statement", "text", "after"},
    "drills": {"rewritten", "feedback"},
}  # fmt: skip
#: Patterns, and the hint that speaks of the sign itself.
NOT_SHOWN = {"pattern", "written"}
STAR = "écrivez * entre les deux nombres"


def texts(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a file, with the keys that lead to it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, (*path, str(key)))
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, path)
    elif isinstance(node, str) and not NOT_SHOWN & {*path}:
        yield path, node


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_no_mark_is_shown_raw(file: Path) -> None:
    allowed = RICH.get(file.parent.name, set())
    for path, text in texts(yaml.safe_load(file.read_text(encoding="utf-8"))):
        shown = re.sub(r"</?(?:strong|em|code)>", "", rich(text)) if allowed & {*path} else text
        found = MARK.search(shown.replace(STAR, "").replace("&lt;", "<"))
        assert not found, (path, text)
        if allowed & {*path}:
            assert not re.search(r"[*`]", plain(text)), (path, text)
