"""What a lesson says and what it printed, for the tests that hold its claims to the data."""

from __future__ import annotations

import re
from functools import cache

import nbformat

from rfm_helpers.catalog.bets import bet_lessons, load_bets
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.french.numbers import percent
from support.course import NOTEBOOKS, load_tool

build = load_tool("build")


def plain(text: str) -> str:
    """The text with every run of spaces, non-breaking ones included, as one ordinary space."""
    return re.sub(r"\s+", " ", text)


@cache
def prose(name: str) -> str:
    """The Markdown of a lesson, then what its bets ask and conclude, its spaces made ordinary."""
    cells = build.read_lesson(build.SOURCES / f"{name}.py").cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    bets = load_bets(name) if name in bet_lessons() else ()
    return plain(" ".join([*texts, *(f"{bet.statement} {bet.after}" for bet in bets)]))


def assert_says(name: str, *claims: str) -> None:
    """Each claim stands in the prose of a lesson, whatever the kind of its spaces."""
    for claim in claims:
        assert plain(claim).replace("'", "’") in prose(name), claim


def one(share: float) -> str:
    """A share in per cent, with one decimal."""
    return percent(share, 1)


def drill(name: str, item: str) -> str:
    """A sentence to sort and all that is answered, its spaces made ordinary."""
    found = next(one for one in load_drill(name).items if one.id == item)
    return plain(f"{found.text} {' '.join(found.feedback.values())}")


@cache
def headings(name: str) -> list[str]:
    """The titles of a lesson's sections, their spaces made ordinary."""
    cells = build.read_lesson(build.SOURCES / f"{name}.py").cells
    texts = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [plain(title) for title in re.findall(r"^#+ (.+)$", texts, re.MULTILINE)]


@cache
def printed(name: str) -> str:
    """What the stored notebook of a lesson shows as text, its spaces made ordinary."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("text") or output["data"].get("text/plain", "") for output in outputs]
    return plain(" ".join(texts))
