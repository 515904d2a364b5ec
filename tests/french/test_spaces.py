"""Non-breaking spaces: set by `french` where a text is shown or refused, typed nowhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rfm_helpers

PACKAGE = Path(rfm_helpers.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
TYPED = re.compile(r"[\u00a0\u202f]|\\(?:u00a0|u202f|xa0)")

#: Where such a space is what the code is about.
MAY = {
    "french/numbers.py",  # what writes them
    "french/words.py",
    "teacher/house/raw_export.py",  # a defect of the raw file
    "teacher/reports/report.py",  # numbers as students type them
}


def strings(tree: ast.Module) -> Iterator[str]:
    """The strings of the code; docstrings show results as they are."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_strings_are_typed_with_ordinary_spaces() -> None:
    typed = {
        name
        for name, path in SOURCES.items()
        if any(map(TYPED.search, strings(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert typed == MAY


@pytest.mark.parametrize("sign", ["\u00a0", "\u202f"])
def test_no_space_looks_ordinary_and_is_not(sign: str) -> None:
    assert [n for n, path in SOURCES.items() if sign in path.read_text(encoding="utf-8")] == []


def test_an_error_sets_its_spaces_itself() -> None:
    twice = re.compile(r"CourseError\(\s*french\(")
    assert [n for n, path in SOURCES.items() if twice.search(path.read_text("utf-8"))] == []
