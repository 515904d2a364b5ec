"""The notebook of an assignment: the built one, and the same for one student's variant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from rfm_helpers.datasets import data_folder
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.assignments.variants import Variant

METADATA = "rfm"
LOCKED, ANSWER = "locked", "answer"
PARAMETERS = "parameters"
DATA, ANSWERS = "donnees", "reponses"
LONGEST_SOURCE = 100_000


def parameters_source(
    variant_parameters: Mapping[str, Any], *, student: str = "", data: str = DATA
) -> str:
    """The content of the ``parameters`` cell of a variant.

    >>> print(parameters_source({"NIVEAUX": 4}, student="e1"))
    # Votre variante : ne changez rien dans cette cellule.
    ETUDIANT = 'e1'
    DONNEES = 'donnees'
    REPONSES = 'reponses'
    NIVEAUX = 4
    """
    values = {"ETUDIANT": student, "DONNEES": data, "REPONSES": ANSWERS, **variant_parameters}
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    return "\n".join(["# Votre variante : ne changez rien dans cette cellule.", *lines])


def cell_name(cell: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a cell is in its assignment: ("locked", name), ("answer", question) or None."""
    marks = cell.get("metadata", {}).get(METADATA)
    if not isinstance(marks, dict):
        return None
    for kind in (LOCKED, ANSWER):
        if isinstance(marks.get(kind), str):
            return kind, marks[kind]
    return None


def source_of(cell: Mapping[str, Any]) -> str:
    """What stands in a cell, cut where nobody writes so much.

    >>> source_of({"source": ["a = 1\\n", "b = 2"]})
    'a = 1\\nb = 2'
    """
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text[:LONGEST_SOURCE]


def is_parameters(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is the ``parameters`` cell."""
    return PARAMETERS in cell.get("metadata", {}).get("tags", [])


@cache
def _built(assignment: str) -> NotebookNode:
    path = assignments_folder() / f"{assignment}.ipynb"
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(
            f"Le carnet « {path.name} » manque dans le dossier « {path.parent} » : exécutez "
            "`make build` dans le dossier du cours."
        ) from None
    return notebook


def cells_digest(assignment: str) -> str:
    """What tells the assignment's own cells from those of another version of the course.

    Raises:
        CourseError: the assignment is not built.
    """
    named = [(cell_name(one), one.source) for one in _built(assignment).cells if cell_name(one)]
    return sha256(json.dumps(named).encode()).hexdigest()[:20]


def assignments_folder() -> Path:
    """The folder of the graded notebooks as built."""
    return data_folder().parent / "exercises" / "devoirs"


def student_notebook(variant: Variant, proof: str) -> NotebookNode:
    """The notebook that a student gets: not yet run, on his variant, with the proof of whose it is.

    Raises:
        CourseError: the assignment is not built.
    """
    notebook = deepcopy(_built(variant.assignment))
    notebook.metadata[METADATA] = {
        "devoir": variant.assignment,
        "etudiant": variant.student,
        "jeton": proof,
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_parameters(cell):
            cell.source = parameters_source(variant.parameters, student=variant.student)
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """A notebook as the text of its file."""
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)) + "\n"
