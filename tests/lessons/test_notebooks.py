"""Lessons and exercises as stored: they match their sources, keep to the frame, open well unrun.

That their outputs are right is nbval's part of ``make test``.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import nbformat
import pytest
from support.course import NOTEBOOKS, load_tool
from support.page import Page

build = load_tool("build")

LESSONS = build.lesson_files()
EXERCISES = [*build.exercise_files(), *build.workbook_files()]
ASSIGNMENTS = build.assignment_files()
MOST_WORDS, MOST_LINES = 120, 12
#: What JupyterLab shows of a line beside the file browser, on a screen of 1366 pixels.
MOST_CHARACTERS = 117
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
# What an object says of itself when nobody thought of its reader, and what changes at every run.
NOT_FOR_READERS = re.compile(r"\b\w*Box\(children=|<[\w.]+ object at|\b0x[0-9a-f]{6,}")

#: What a picture shows, in a French sentence of some words.
SENTENCE = re.compile(r"(?=(\S+\s+){3})[A-ZÀÂÉÈÊÎÔÙÛÇ].+", re.DOTALL)

each_lesson = pytest.mark.parametrize("source", LESSONS, ids=lambda path: path.stem)
each_notebook = pytest.mark.parametrize("source", LESSONS + EXERCISES, ids=lambda path: path.stem)


def stored(source: Path) -> nbformat.NotebookNode:
    """The notebook as committed."""
    return nbformat.read(build.target_of(source), as_version=4)


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Every output of a notebook."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize(
    ("sources", "folder"), [(LESSONS, NOTEBOOKS), (EXERCISES, build.EXERCISES)]
)
def test_every_source_has_its_notebook_and_no_other_is_there(
    sources: list[Path], folder: Path
) -> None:
    assert [build.target_of(path) for path in sources] == sorted(folder.glob("*.ipynb"))


@pytest.mark.parametrize("source", LESSONS + EXERCISES + ASSIGNMENTS, ids=lambda path: path.stem)
def test_a_notebook_is_its_source(source: Path) -> None:
    def cells(notebook: nbformat.NotebookNode) -> list[tuple[object, ...]]:
        return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]

    assert cells(stored(source)) == cells(build.read_lesson(source))


@each_notebook
def test_a_notebook_was_run_once_from_top_to_bottom(source: Path) -> None:
    notebook = stored(source)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert notebook.metadata == build.NOTEBOOK_METADATA
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert not [output for output in outputs(notebook) if output.get("name") == "stderr"]


@each_notebook
def test_a_stored_notebook_shows_nothing_that_only_a_kernel_can_draw(source: Path) -> None:
    for output in outputs(stored(source)):
        data = output.get("data", {"text/plain": output.get("text", "")})
        assert build.WIDGET_VIEW not in data
        if "text/html" not in data:
            assert not NOT_FOR_READERS.search(data["text/plain"])


@each_notebook
def test_every_picture_says_its_message(source: Path) -> None:
    """In HTML: JupyterLab, nbconvert and myst-nb read the alternative text nowhere else."""
    for output in outputs(stored(source)):
        data = output.get("data", {})
        assert not [kind for kind in data if kind.startswith("image/")]
        for image in Page(data.get("text/html", "")).images:
            assert SENTENCE.fullmatch(image["alt"] or ""), image["alt"]


def words(cells: list[nbformat.NotebookNode]) -> int:
    """How many words the Markdown of some cells holds."""
    return sum(len(re.findall(r"\w[\w’'-]*", cell.source)) for cell in cells)


@each_notebook
def test_prose_is_short_between_two_cells_of_code(source: Path) -> None:
    cells = build.read_lesson(source).cells
    groups = [list(group) for _, group in groupby(cells, key=lambda cell: cell.cell_type)]
    # Before the first code stand the title and the objectives: short cells, one after the other.
    parts = [[cell] for cell in groups[0]] + groups[1:]
    prose = [part for part in parts if part[0].cell_type == "markdown"]
    too_long = [
        f"{words(part)}: {part[0].source[:60]}" for part in prose if words(part) > MOST_WORDS
    ]
    assert too_long == []


@each_notebook
def test_code_cells_are_short(source: Path) -> None:
    cells = build.read_lesson(source).cells
    _tools, *code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert [text for text in code if len(text.splitlines()) > MOST_LINES] == []


@pytest.mark.parametrize("source", LESSONS + EXERCISES + ASSIGNMENTS, ids=lambda path: path.stem)
def test_no_line_of_code_leaves_the_screen(source: Path) -> None:
    cells = build.read_lesson(source).cells
    lines = "\n".join(cell.source for cell in cells if cell.cell_type == "code").splitlines()
    assert [line for line in lines if len(line) > MOST_CHARACTERS] == []


@each_lesson
def test_cells_say_where_they_stand_among_the_slides(source: Path) -> None:
    cells = build.read_lesson(source).cells
    types = [cell.metadata.get("slideshow", {}).get("slide_type", "-") for cell in cells]
    assert types[0] == "slide"
    assert set(types) <= SLIDE_TYPES
    assert types.count("slide") > 1


@each_notebook
def test_the_package_which_settles_memory_is_imported_before_pandas(source: Path) -> None:
    code = "\n".join(c.source for c in build.read_lesson(source).cells if c.cell_type == "code")
    imported = re.findall(r"^(?:from|import) (rfm_helpers|pandas|pyarrow|polars)\b", code, re.M)
    assert imported[:1] in ([], ["rfm_helpers"])
