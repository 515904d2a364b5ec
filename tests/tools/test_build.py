"""The build: what a source becomes, that it is the same at every build, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from support.course import load_tool

build = load_tool("build")

LESSON = """\
# %% [markdown] slideshow={"slide_type": "slide"}
# # Marc a-t-il disparu ?

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import ipywidgets as widgets
from rfm_helpers import plot_grid

# %%
plot_grid("onze")

# %%
widgets.IntSlider(value=4)

# %%
print("244")

# %%
print("244")
"""


def read(folder: Path, text: str) -> nbformat.NotebookNode:
    source = folder / "03_essai.py"
    source.write_text(text, encoding="utf-8")
    return build.read_lesson(source)


def ids(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.id for cell in notebook.cells]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One lesson, built in two folders."""
    source = tmp_path_factory.mktemp("sources") / "03_essai.py"
    source.write_text(LESSON, encoding="utf-8")
    targets = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("first", "second"):
            patch.setattr(build, "NOTEBOOKS", tmp_path_factory.mktemp(name))
            targets.append(build.build(source))
    return targets


def test_building_twice_gives_the_same_bytes(twice: list[Path]) -> None:
    first, second = (path.read_bytes() for path in twice)
    assert first == second
    assert b"\r" not in first


def test_the_notebook_holds_the_cells_with_their_metadata_and_outputs(twice: list[Path]) -> None:
    notebook = nbformat.read(twice[0], as_version=4)
    title, hidden, figure, slider, *_ = notebook.cells
    assert title.metadata == {"slideshow": {"slide_type": "slide"}}
    assert hidden.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2, 3, 4, 5]
    assert notebook.cells[4].outputs[0].text == "244\n"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    assert set(slider.outputs[0].data) == {"text/plain"}
    assert figure.outputs[0].data["text/html"].startswith('<img alt="')


def test_cells_with_nothing_to_change_are_folded(tmp_path: Path) -> None:
    text = """\
# %%
niveaux = 5  # ← changez cette valeur

# %%
print(niveaux)

# %% jupyter={"source_hidden": false}
1 + 1

# %% [markdown]
# Et voilà.
"""
    folds = [cell.metadata.get("jupyter", {}) for cell in read(tmp_path, text).cells]
    assert [fold.get("source_hidden", False) for fold in folds] == [False, True, False, False]


def test_a_cell_keeps_its_id_when_a_neighbour_changes(tmp_path: Path) -> None:
    before = ids(read(tmp_path, LESSON))
    after = ids(read(tmp_path, LESSON.replace("# %%\nplot_grid", "# %%\n1 + 1\n\n# %%\nplot_grid")))
    assert [one for one in after if one in before] == before
    assert len(after) == len(before) + 1


def test_cells_alike_have_ids_of_their_own(tmp_path: Path) -> None:
    found = ids(read(tmp_path, LESSON))
    assert len(set(found)) == len(found) == 6


def test_a_lesson_that_fails_leaves_the_old_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path)
    source, target = tmp_path / "03_essai.py", tmp_path / "03_essai.ipynb"
    source.write_text("# %%\n1 / 0\n", encoding="utf-8")
    target.write_text("as it was", encoding="utf-8")
    with pytest.raises(CellExecutionError):
        build.build(source)
    assert target.read_text(encoding="utf-8") == "as it was"


def test_lessons_are_found_by_name_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    for name in ("03_calcul.py", "02_donnees.py", "notes.py"):
        (tmp_path / name).touch()
    found = build.lesson_files()
    assert [path.stem for path in found] == ["02_donnees", "03_calcul"]
    assert build.chosen(found, []) == found
    assert [path.stem for path in build.chosen(found, ["03_calcul.py"])] == ["03_calcul"]
    with pytest.raises(SystemExit, match="04_segmentation"):
        build.chosen(found, ["04_segmentation"])


def test_cells_tagged_solution_stay_in_the_source(tmp_path: Path) -> None:
    solved = LESSON + '\n# %% tags=["solution"]\nprint("4 clients")\n'
    assert ids(read(tmp_path, solved)) == ids(read(tmp_path, LESSON))


WRAPPED = """\
## Marc se tait.
Qui est-il ?
« Un avocat. »
**550 jours** sans
rien acheter.

1. Un sac.
   Une montre.
2. Un bracelet.

> Il ne reviendra
> pas.

| Achat | Prix |
| --- | --- |
| Sac. | 1 500 € |

<details><summary>Voir</summary>
Une ligne.
Une autre.

Il a
quitté.
</details>

```
a = 1
b = 2
```"""


def test_the_lines_of_a_paragraph_are_joined_and_nothing_else() -> None:
    expected = WRAPPED.replace("\n« Un", " « Un").replace("\n**550", " **550")
    expected = expected.replace("sans\nrien", "sans rien").replace("\n   Une", " Une")
    expected = expected.replace("\n> pas", " pas").replace("Il a\nquitté", "Il a quitté")
    assert build.joined(WRAPPED) == expected
    assert build.joined(expected) == expected


def test_prose_wrapped_at_sentences_is_the_same_cell(tmp_path: Path) -> None:
    one = "# %% [markdown]\n# Une leçon. Elle tient.\n"
    wrapped = "# %% [markdown]\n# Une leçon.\n# Elle tient.\n"
    assert read(tmp_path, wrapped).cells == read(tmp_path, one).cells


def test_exercises_and_lessons_are_written_in_their_own_folders() -> None:
    assert build.target_of(build.EXERCISE_SOURCES / "02_essai.py").parent == build.EXERCISES
    assert build.target_of(build.SOURCES / "02_essai.py").parent == build.NOTEBOOKS
