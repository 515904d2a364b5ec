"""Putting a student's cells back into the assignment, whatever became of the notebook."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from rfm_helpers.teacher.classroom.restore import MOST_CELLS, restore


def cell(source: str, cell_id: str, tags: tuple[str, ...] = (), **marks: str) -> NotebookNode:
    metadata: dict[str, Any] = {"rfm": marks} if marks else {}
    if tags:
        metadata["tags"] = list(tags)
    return v4.new_code_cell(source, id=cell_id, metadata=metadata)


@pytest.fixture
def template() -> NotebookNode:
    notebook = v4.new_notebook(metadata={"rfm": {"devoir": "d"}})
    notebook.cells = [
        v4.new_markdown_cell("# Devoir"),
        cell("NIVEAUX = 4", "p", tags=("parameters",), locked="parametres"),
        cell("q1, q2 = devoir", "o", locked="outils"),
        cell("a = None", "a", answer="un"),
        cell("q1.rendre(a)", "ra", locked="rendre_un"),
        cell("b = None", "b", answer="deux"),
        cell("q2.rendre(b)", "rb", locked="rendre_deux"),
    ]
    return notebook


@pytest.fixture
def submitted(template: NotebookNode) -> NotebookNode:
    """The template with both answer cells filled in."""
    notebook = copy.deepcopy(template)
    notebook.cells[3].source = "a = 1"
    notebook.cells[5].source = "b = 2"
    return notebook


def sources(template: NotebookNode, submitted: NotebookNode) -> list[str]:
    return [one.source for one in restore(template, submitted).notebook.cells]


FILLED = ["NIVEAUX = 4", "q1, q2 = devoir", "a = 1", "q1.rendre(a)", "b = 2", "q2.rendre(b)"]


def test_an_honest_notebook_is_run_as_it_is(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    restored = restore(template, submitted)
    assert [one.source for one in restored.notebook.cells] == FILLED
    assert restored.notices == ()
    assert restored.notebook.metadata == template.metadata


def test_an_untouched_notebook_is_the_template(template: NotebookNode) -> None:
    assert sources(template, template)[2] == "a = None"


def test_edited_locked_cells_are_put_right_and_reported(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells[1].source = "NIVEAUX = 10"
    submitted.cells[4].source = "print('rien')"
    restored = restore(template, submitted)
    assert [one.source for one in restored.notebook.cells] == FILLED
    (notice,) = restored.notices
    assert "modifiée" in notice and "paramètres" in notice and "rendre_un" in notice


def test_deleted_cells_come_back_and_are_reported(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    del submitted.cells[1:4]
    restored = restore(template, submitted)
    assert [one.source for one in restored.notebook.cells] == [
        "NIVEAUX = 4", "q1, q2 = devoir", "a = None", "q1.rendre(a)", "b = 2", "q2.rendre(b)"
    ]  # fmt: skip
    (notice,) = restored.notices
    assert "supprimée" in notice and all(name in notice for name in ("paramètres", "outils", "un"))


def test_of_doubled_cells_the_one_that_was_filled_in_counts(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells.append(cell("a = 7", "new", answer="un"))
    restored = restore(template, submitted)
    assert [one.source for one in restored.notebook.cells] == FILLED
    assert "en double" in restored.notices[0]
    submitted.cells[3].source = "a = None"
    assert sources(template, submitted)[2] == "a = 7"


def test_a_doubled_locked_cell_runs_once(template: NotebookNode, submitted: NotebookNode) -> None:
    submitted.cells.append(copy.deepcopy(submitted.cells[4]))
    assert sources(template, submitted).count("q1.rendre(a)") == 1


def test_moved_cells_stand_in_the_order_of_the_assignment(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells.reverse()
    assert sources(template, submitted) == FILLED


def test_added_cells_stay_after_the_cell_that_they_followed(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells.insert(4, cell("c = a + 1", "c"))
    submitted.cells.insert(0, cell("import math", "i"))
    found = sources(template, submitted)
    assert found[0] == "import math"
    assert found[found.index("a = 1") + 1] == "c = a + 1"


def test_cells_are_known_by_their_ids_when_their_metadata_are_gone(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    for one in submitted.cells:
        one.metadata.clear()
    assert sources(template, submitted) == FILLED


def test_a_name_that_is_not_of_the_assignment_is_an_ordinary_cell(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells.insert(0, cell("x = 1", "x", locked="rendre_tout"))
    restored = restore(template, submitted)
    assert "rfm" not in restored.notebook.cells[0].metadata


def test_outputs_kernels_and_floods_of_cells_are_left_out(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.metadata["kernelspec"] = {"name": "bash"}
    submitted.cells[3].outputs = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    submitted.cells += [cell("1", f"f{rank}") for rank in range(2 * MOST_CELLS)]
    restored = restore(template, submitted)
    assert "kernelspec" not in restored.notebook.metadata
    assert all(one.outputs == [] for one in restored.notebook.cells)
    assert len(restored.notebook.cells) <= MOST_CELLS


@pytest.mark.parametrize("broken", [{"rfm": 3}, {"rfm": {"locked": []}}, {"tags": ["parameters"]}])
def test_strange_metadata_break_nothing(
    template: NotebookNode, submitted: NotebookNode, broken: dict[str, Any]
) -> None:
    submitted.cells.insert(0, v4.new_code_cell("x = 1", metadata=broken))
    assert sources(template, submitted) == ["x = 1", *FILLED]
