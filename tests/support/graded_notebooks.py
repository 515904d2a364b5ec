"""An assignment's notebook, run as its source has it, and what it hands over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jupytext
import nbformat
from jupyter_client.manager import KernelManager

from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.assignment import ANSWER_TYPE
from rfm_helpers.questions.chosen import CHOICES
from rfm_helpers.questions.exercise import from_kept
from rfm_helpers.teacher.assignments.variants import Variant, write_data
from rfm_helpers.teacher.classroom.notebooks import is_parameters, parameters_source
from support.kernels import run_in


def executed(
    source: Path,
    kernel: KernelManager,
    folder: Path,
    given: Variant,
    *,
    solved: bool,
    lists: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> nbformat.NotebookNode:
    """An assignment's notebook run on a variant, with the solutions of its source or without.

    ``lists`` are the choices that its answers file holds, by question.
    """
    store = AnswerStore(given.assignment, folder / "reponses")
    store.update({CHOICES.format(question): dict(chosen) for question, chosen in lists.items()})
    notebook: nbformat.NotebookNode = jupytext.read(source, fmt="py:percent")
    cells = [c for c in notebook.cells if solved or "solution" not in c.metadata.get("tags", [])]
    notebook.cells = cells
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3", "language": "python", "name": "python3"
    }  # fmt: skip
    for cell in cells:
        if is_parameters(cell):
            cell.source = parameters_source(given.parameters, student=given.student)
    write_data(given, folder / "donnees")
    run_in(kernel, notebook, folder)
    return notebook


def handed_over(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """What the cells of a notebook gave, by question."""
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    found = [out["data"][ANSWER_TYPE] for out in outputs if ANSWER_TYPE in out.get("data", {})]
    return {one["question"]: from_kept(one["value"]) for one in found}
