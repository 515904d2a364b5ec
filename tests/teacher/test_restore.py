"""Putting a student's cells back into the assignment, whatever became of the notebook."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from rfm_helpers.teacher.classroom.restore import (
    COURSE_CHANGED,
    MOST_CELLS,
    course_changed,
    restore,
)


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
    assert restored.written == {"un", "deux"}
    assert restored.notebook.metadata == template.metadata


def test_an_answer_cell_left_as_it_was_is_not_written(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells[5] = copy.deepcopy(template.cells[5])
    assert restore(template, submitted).written == {"un"}
    del submitted.cells[5]
    assert restore(template, submitted).written == {"un"}


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


# --- honest students, and what editors do to cells ------------------------------------------------


def notices_of(template: NotebookNode, submitted: NotebookNode) -> str:
    return " ".join(restore(template, submitted).notices)


def test_both_parts_of_a_split_cell_run_in_their_order(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells[3].source = "c = 1"
    submitted.cells.insert(4, cell("a = c", "new", answer="un"))
    assert sources(template, submitted)[2:5] == ["c = 1", "a = c", "q1.rendre(a)"]
    assert "plusieurs parties" in notices_of(template, submitted)
    submitted.cells.insert(4, cell("c += 1", "between"))
    assert sources(template, submitted)[2:6] == ["c = 1", "c += 1", "a = c", "q1.rendre(a)"]


@pytest.mark.parametrize("first", [True, False])
def test_a_part_without_its_name_runs_beside_the_other(
    template: NotebookNode, submitted: NotebookNode, first: bool
) -> None:
    """Whichever part of a split cell kept the name."""
    submitted.cells[3].source = "a = c" if first else "c = 1"
    part = cell("c = 1" if first else "a = c", "new")
    submitted.cells.insert(3 if first else 4, part)
    assert sources(template, submitted)[2:5] == ["c = 1", "a = c", "q1.rendre(a)"]


def merged(cells: list[NotebookNode], kept: int) -> NotebookNode:
    """What an editor makes of cells that are merged: one of them, with the texts of all."""
    one = copy.deepcopy(cells[kept])
    one.source = "\n\n".join(each.source for each in cells)
    return one


@pytest.mark.parametrize("kept", [0, 1, -1])
@pytest.mark.parametrize(("first", "last"), [(2, 4), (3, 5), (3, 6), (1, 7), (4, 6)])
def test_cells_that_were_merged_count_as_before(
    template: NotebookNode, submitted: NotebookNode, first: int, last: int, kept: int
) -> None:
    submitted.cells[first:last] = [merged(submitted.cells[first:last], kept)]
    restored = restore(template, submitted)
    assert [one.source for one in restored.notebook.cells] == FILLED
    assert restored.written == {"un", "deux"}


def test_lines_added_to_a_locked_cell_are_put_right(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells[2].source += "\ndevoir = 0"
    assert sources(template, submitted) == FILLED
    assert "modifiée" in notices_of(template, submitted)


def test_an_answer_turned_to_text_is_run(template: NotebookNode, submitted: NotebookNode) -> None:
    for kind in ("markdown", "raw"):
        submitted.cells[3].cell_type = kind
        assert sources(template, submitted) == FILLED
        assert "du texte" in notices_of(template, submitted)


def test_all_pasted_into_a_new_notebook_is_known_by_its_text(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    pasted = v4.new_notebook(cells=[v4.new_code_cell(one.source) for one in submitted.cells[1:]])
    assert sources(template, pasted) == FILLED
    assert "à leur place" in notices_of(template, pasted)


def test_an_answer_is_known_by_the_comment_that_begins_it(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    template.cells[3].source = "# Modèle : a = 3\na = None"
    pasted = v4.new_notebook(cells=[v4.new_code_cell("# Modèle : a = 3\na = 1")])
    assert "# Modèle : a = 3\na = 1" in sources(template, pasted)


def test_what_is_not_recognised_is_said(template: NotebookNode, submitted: NotebookNode) -> None:
    del submitted.cells[3]
    submitted.cells.append(cell("a = 1", "new"))
    assert sources(template, submitted)[2] == "a = None"
    assert "regardez si elle n’y est pas" in notices_of(template, submitted)


def test_an_untouched_copy_beside_the_answer_changes_nothing(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    submitted.cells.insert(4, cell("a = None", "new", answer="un"))
    assert sources(template, submitted) == FILLED


def test_cells_that_changed_in_the_course_are_told_once(
    template: NotebookNode, submitted: NotebookNode
) -> None:
    template.cells[2].source = "q1, q2 = devoir  # corrigé depuis"
    mine = restore(template, submitted).notices
    submitted.cells[1].source = "NIVEAUX = 9"
    other = restore(template, submitted).notices
    assert course_changed([mine, mine, mine, (), other]) == COURSE_CHANGED
    assert course_changed([mine, mine, (), ()]) == ""
    assert course_changed([mine, mine, mine, (), (), ()]) == ""
