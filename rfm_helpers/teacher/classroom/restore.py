"""The notebook that is run: the assignment's own cells, with what the student wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from nbformat import NotebookNode, v4

from rfm_helpers.french.words import french
from rfm_helpers.teacher.classroom.notebooks import ANSWER, LOCKED, cell_name, is_parameters

Name = tuple[str, str]
LONGEST_SOURCE = 100_000
MOST_CELLS = 500


class Restored(NamedTuple):
    """A notebook to run, and what had to be put right, as French sentences."""

    notebook: NotebookNode
    notices: tuple[str, ...]


def restore(template: NotebookNode, submitted: Mapping[str, Any]) -> Restored:
    """Put a student's cells back into the assignment.

    Locked cells come from the template, whatever became of them; answer cells come from the
    student, the template's own where one is missing; other cells, the student's as he left them,
    stay after the named cell that they followed. Text cells and outputs are left out: nothing of
    them is graded.

    Args:
        template: the student's notebook as it was handed out.
        submitted: the notebook as it was handed in, as nbformat 4 (untrusted).
    """
    named: dict[Name, NotebookNode] = {
        name: cell for cell in template.cells if (name := cell_name(cell))
    }
    found, extra = _sorted(submitted, named)
    cells = [*extra[None]]
    for name, cell in named.items():
        cells += [_chosen(cell, found[name]), *extra[name]]
    notebook = v4.new_notebook(metadata=deepcopy(template.metadata))
    notebook.cells = cells[:MOST_CELLS]
    return Restored(notebook, tuple(_notices(named, found)))


class _Found(NamedTuple):
    """A cell of the submission that stands for one of the assignment's."""

    id: str
    source: str


def _sorted(
    submitted: Mapping[str, Any], named: Mapping[Name, NotebookNode]
) -> tuple[dict[Name, list[_Found]], dict[Name | None, list[NotebookNode]]]:
    """The cells that stand for each named one, and those that were added after each."""
    places = {cell.id: name for name, cell in named.items()}
    found: dict[Name, list[_Found]] = {name: [] for name in named}
    extra: dict[Name | None, list[NotebookNode]] = defaultdict(list)
    after: Name | None = None
    for cell in submitted["cells"]:
        if cell.get("cell_type") != "code":
            continue
        cell_id, source = str(cell.get("id", "")), _source(cell)
        name = cell_name(cell)
        name = name if name in named else places.get(cell_id)
        if name is None:
            extra[after].append(v4.new_code_cell(source))
        else:
            found[name].append(_Found(cell_id, source))
            after = name
    return found, extra


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text[:LONGEST_SOURCE]


def _chosen(cell: NotebookNode, found: list[_Found]) -> NotebookNode:
    """The template's cell, with the student's words where it is an answer cell.

    Of several, the one that was filled in counts; of several such, the original, else the last.
    """
    copy = deepcopy(cell)
    copy.outputs, copy.execution_count = [], None
    name = cell_name(cell)
    if name and name[0] == ANSWER and found:
        filled = [one for one in found if not _same(one, cell)] or found
        copy.source = next((one for one in filled if one.id == cell.id), filled[-1]).source
    return copy


def _same(found: _Found, cell: NotebookNode) -> bool:
    return found.source.strip() == str(cell.source).strip()


def _notices(named: Mapping[Name, NotebookNode], found: Mapping[Name, list[_Found]]) -> list[str]:
    changed = [
        name
        for name, cell in named.items()
        if name[0] == LOCKED and not all(_same(one, cell) for one in found[name])
    ]
    missing = [name for name in named if not found[name]]
    doubled = [name for name in named if len(found[name]) > 1]
    notices = []
    for names, what in (
        (changed, "modifiée(s) et rétablie(s)"),
        (missing, "supprimée(s) et remise(s)"),
        (doubled, "en double, dont une seule compte"),
    ):
        if names:
            listed = ", ".join(f"« {_shown(name, named)} »" for name in names)
            notices.append(french(f"Cellule(s) du devoir {what} : {listed}."))
    return notices


def _shown(name: Name, named: Mapping[Name, NotebookNode]) -> str:
    return "paramètres" if is_parameters(named[name]) else name[1]
