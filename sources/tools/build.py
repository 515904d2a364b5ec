"""Turn the lessons, exercises and assignments of ``sources`` into executed notebooks.

    python sources/tools/build.py                 every one of them
    python sources/tools/build.py 03_calcul_rfm   only that one

Each is a jupytext ``py:percent`` file, prose written a sentence a line; cells tagged ``solution``
stay in the source. Code of a lesson without a value to change (``# ←``) is folded, and what a cell
marked ``bet="…"`` puts out is stored hidden: a reader bets first.
The notebook is a function of the source and of what the package computes: the
same source gives the same bytes, so that a build shows in git only what really changed.
Every build also writes the glossary of the revision cards.
``RFM_SOURCES`` and ``RFM_NOTEBOOKS`` name other folders for the lessons (trials, tests).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import jupytext
import nbformat
import yaml
from duration import told
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbformat import NotebookNode
from revision import glossary, with_line

from rfm_helpers.teacher.assignments.variants import (
    EXAMPLE_KEY,
    EXAMPLE_STUDENT,
    Variant,
    make_variant,
    write_data,
)
from rfm_helpers.teacher.classroom.notebooks import is_parameters, parameters_source

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(os.environ.get("RFM_SOURCES", ROOT / "sources" / "lessons"))
NOTEBOOKS = Path(os.environ.get("RFM_NOTEBOOKS", ROOT / "notebooks"))
EXERCISE_SOURCES = ROOT / "sources" / "exercises"
EXERCISES = ROOT / "exercises"
ASSIGNMENT_SOURCES = ROOT / "sources" / "assignments"
ASSIGNMENTS = EXERCISES / "devoirs"
SOLUTION = "solution"
#: What marks a value that a learner changes.
TO_CHANGE = "# ←"
#: A key under which an activity is kept, a quiz, and the title of a lesson.
KEY, QUIZ = re.compile(r'\bkey="((?:\d\d_\w+|mon_plan)/\w+)"'), re.compile(r'\bquiz\("(\w+)"')
BET = re.compile(r'\bbet\("(\d\d_\w+/\w+)"')
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
#: The minutes that a lesson announces.
MINUTES = re.compile(r"\*\*Durée\W+(\d+)\W+minutes")
REGISTRY_HEAD = "# Ce que chaque leçon propose, écrit par le programme qui construit les leçons.\n"
REGISTRY = ROOT / "rfm_helpers" / "catalog" / "lessons.yaml"
ANSWERED = re.compile(r"^answer_question\((q\d+)\)$", re.MULTILINE)
MARKDOWN = MarkdownIt("commonmark").enable("table")

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def lesson_files() -> list[Path]:
    """The sources of the lessons, in the order of their numbers, then of the revision page."""
    return [*sorted(SOURCES.glob("[0-9]*.py")), *SOURCES.glob("revision.py")]


def exercise_files() -> list[Path]:
    """The sources of the exercises, in the order of their numbers."""
    return sorted(EXERCISE_SOURCES.glob("[0-9]*.py"))


def workbook_files() -> list[Path]:
    """The sources of the other notebooks that stand with the exercises: the final project's."""
    return sorted(EXERCISE_SOURCES.glob("[a-z]*.py"))


def assignment_files() -> list[Path]:
    """The sources of the assignments."""
    return sorted(ASSIGNMENT_SOURCES.glob("*.py"))


def chosen(sources: Iterable[Path], names: Iterable[str]) -> list[Path]:
    """The sources to build: those named, or all."""
    wanted = {Path(name).stem for name in names}
    found = {path.stem: path for path in sources}
    if unknown := wanted - found.keys():
        raise SystemExit(f"No such source: {', '.join(sorted(unknown))}")
    return [path for stem, path in found.items() if not wanted or stem in wanted]


def target_of(source: Path) -> Path:
    """Where the notebook of a source is written."""
    folders = {EXERCISE_SOURCES: EXERCISES, ASSIGNMENT_SOURCES: ASSIGNMENTS}
    return folders.get(source.parent, NOTEBOOKS) / f"{source.stem}.ipynb"


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell holds what learners are to find."""
    return SOLUTION in cell.metadata.get("tags", [])


def joined(text: str) -> str:
    """Markdown with the lines of each paragraph as one, be it in a list or a quotation."""
    lines = text.split("\n")
    for opening, inline in reversed([*pairwise(MARKDOWN.parse(text))]):
        if opening.type == "paragraph_open" and opening.map:
            start, end = opening.map
            more = [line.strip() for line in inline.content.split("\n")[1:]]
            lines[start:end] = [" ".join([lines[start], *more])]
    return "\n".join(lines)


def read_source(source: Path) -> NotebookNode:
    """The cells of a source, solutions included, as a reader sees them."""
    notebook: NotebookNode = jupytext.read(source, fmt="py:percent")
    notebook.cells = [*with_line(notebook.cells, source.stem)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = joined(cell.source)
    return notebook


def read_lesson(source: Path) -> NotebookNode:
    """The notebook of a source as learners get it, not yet executed, with ids and metadata."""
    notebook = read_source(source)
    notebook.cells = [cell for cell in notebook.cells if not is_solution(cell)]
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    if source.parent == ASSIGNMENT_SOURCES:
        set_example(notebook, example_of(source))
    if source.parent not in (EXERCISE_SOURCES, ASSIGNMENT_SOURCES):
        fold(notebook)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        content = f"{source.stem}\n{cell.cell_type}\n{cell.source}"
        seen[content] += 1
        if "bet" in cell.metadata:
            cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
        # A cell keeps its id when its neighbours change; its rank tells identical cells apart.
        cell.id = hashlib.sha256(f"{content}\n{seen[content]}".encode()).hexdigest()[:12]
    return notebook


def fold(notebook: NotebookNode) -> None:
    """Fold the code of a lesson that has nothing to change, unless its source says otherwise."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and TO_CHANGE not in cell.source:
            cell.metadata.setdefault("jupyter", {}).setdefault("source_hidden", True)


def example_of(source: Path) -> Variant:
    """The variant of an assignment that the course shows: a public one, no student's."""
    return make_variant(source.stem, EXAMPLE_STUDENT, EXAMPLE_KEY)


def example_data(assignment: str) -> str:
    """The folder of an example's data, beside the notebook."""
    return f"donnees_{assignment}"


def set_example(notebook: NotebookNode, variant: Variant) -> None:
    """Set the parameters of the example, and lock what a student is not to change."""
    notebook.metadata["rfm"] = {"devoir": variant.assignment, "etudiant": variant.student}
    for cell in notebook.cells:
        if is_parameters(cell):
            data = example_data(variant.assignment)
            cell.source = parameters_source(variant.parameters, data=data)
            cell.metadata["rfm"] = {"locked": "parametres"}
        if cell.cell_type == "markdown" or "locked" in cell.metadata.get("rfm", {}):
            cell.metadata |= {"editable": False, "deletable": False}


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in ``folder``, with the kernel of this very environment."""
    os.environ.update(JUPYTER_PREFER_ENV_PATH="1", PYTHONHASHSEED="0")
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    # A lesson is built as it is first met: no answer of whoever builds it comes back.
    with tempfile.TemporaryDirectory() as answers:
        client.execute(env={**os.environ, "RFM_REPONSES": answers})


def settle(notebook: NotebookNode) -> None:
    """Leave in the outputs only what is the same at every build and shows without a kernel."""
    ours = {"rfm": notebook.metadata["rfm"]} if "rfm" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA | ours)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def build(source: Path) -> Path:
    """Write the executed notebook of one source; it replaces the old one only when complete."""
    target = target_of(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    notebook = read_lesson(source)
    if source.parent == ASSIGNMENT_SOURCES:
        write_data(example_of(source), target.parent / example_data(source.stem))
    execute(notebook, target.parent)
    settle(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
    partial = target.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(target)
    return target


def build_glossary() -> Path:
    """Write the page of the words that the revision cards define."""
    target = NOTEBOOKS / "glossaire.md"
    text = glossary({path.stem for path in lesson_files()})
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def registry() -> str:
    """What each lesson has to do, as `rfm_helpers.catalog.lessons` reads it."""
    lessons = []
    for source in sorted(SOURCES.glob("[0-9]*.py")):
        cells = jupytext.read(source, fmt="py:percent").cells
        code, text = (
            "\n".join(cell.source for cell in cells if cell.cell_type == kind)
            for kind in ("code", "markdown")
        )
        exercise = EXERCISE_SOURCES / f"{source.stem[:2]}_exercices.py"
        asked = ANSWERED.findall(exercise.read_text(encoding="utf-8")) if exercise.exists() else []
        lesson = {
            "id": source.stem,
            "title": TITLE.findall(text)[0],
            "minutes": next((int(said) for said in MINUTES.findall(text)), None),
            "activities": list(dict.fromkeys(KEY.findall(code))),
            "bet_keys": BET.findall(code),
            "quizzes": QUIZ.findall(code),
            "questions": len({*asked}),
        }
        lessons.append(lesson)
    return REGISTRY_HEAD + yaml.safe_dump(
        {"lessons": lessons}, allow_unicode=True, sort_keys=False, width=1000
    )


def main() -> None:
    """Build the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Build notebooks/ and exercises/ from sources/")
    parser.add_argument("names", nargs="*", help="names such as 03_calcul_rfm (default: all)")
    sources = [*lesson_files(), *exercise_files(), *workbook_files(), *assignment_files()]
    REGISTRY.write_text(registry(), encoding="utf-8", newline="\n")
    for source in chosen(sources, parser.parse_args().names):
        print(f"{source.name} → {build(source)}", flush=True)
        if source in sorted(SOURCES.glob("[0-9]*.py")):
            print(f"  {told(target_of(source))}", flush=True)
    print(f"cards → {build_glossary()}")


if __name__ == "__main__":
    main()
