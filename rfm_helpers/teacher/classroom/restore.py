"""The notebook that is run: the assignment's own cells, with what the student wrote."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from nbformat import NotebookNode, v4

from rfm_helpers.french.words import french
from rfm_helpers.teacher.classroom.notebooks import (
    ANSWER,
    LOCKED,
    cell_name,
    is_parameters,
    source_of,
)
from rfm_helpers.teacher.results import Aside

Name = tuple[str, str]
UNNAMED = (
    "Une réponse manque, et des cellules que rien ne nomme restent dans le carnet : regardez si "
    "elle n’y est pas."
)
REPAIRED = "modifiée(s) et rétablie(s)"
GUESSED = "sans nom, reconnue(s) à leur place : à regarder"
COURSE_CHANGED = (
    "La plupart des carnets ont les mêmes cellules du devoir « modifiées » : elles ont changé dans "
    "le cours depuis la distribution, et les étudiants n’y sont pour rien. Corrigez avec la "
    "version du cours qui a servi à distribuer."
)
#: From how many students on what most of them share is the course's doing.
FEWEST_ALIKE = 3
MOST_CELLS = 500


class Restored(NamedTuple):
    """A notebook to run, what had to be put right (French), the answer cells filled in."""

    notebook: NotebookNode
    notices: tuple[str, ...]
    written: frozenset[str]


def restore(template: NotebookNode, submitted: Mapping[str, Any]) -> Restored:
    """Put a student's cells back into the assignment.

    Locked cells come from the template, whatever became of them; answer cells come from the
    student, the template's own where one is missing; other cells, the student's as he left them,
    stay after the named cell that they followed. Text cells and outputs are left out: nothing of
    them is graded.

    A cell is known by its metadata, else by its id, else by its text: that of a locked cell, or the
    first line of an answer cell. Parts of an answer cell run in their order, also one that was
    turned to text; cells that nothing names, in the place of an answer that is missing, are taken
    for it.

    Args:
        template: the student's notebook as it was handed out.
        submitted: the notebook as it was handed in, as nbformat 4 (untrusted).
    """
    named: dict[Name, NotebookNode] = {
        name: cell for cell in template.cells if (name := cell_name(cell))
    }
    found, extra = _sorted(submitted, named)
    taken = _in_place_of(named, found, extra)
    cells = [] if taken & {None} else [v4.new_code_cell(one.source) for one in extra[None]]
    written = set()
    for name, cell in named.items():
        parts = _chosen(cell, found[name])
        if name[0] == ANSWER and not all(_same(part, cell) for part in parts):
            written.add(name[1])
        cells += [_copy(cell, part) for part in parts]
        cells += [v4.new_code_cell(one.source) for one in extra[name] if name not in taken]
    notebook = v4.new_notebook(metadata=deepcopy(template.metadata))
    notebook.cells = cells[:MOST_CELLS]
    notices = _notices(named, found, taken)
    if any(name[0] == ANSWER and not found[name] for name in named) and any(extra.values()):
        notices.append(Aside(french(UNNAMED)))
    return Restored(notebook, tuple(notices), frozenset(written))


def course_changed(notices: Iterable[Sequence[str]]) -> str:
    """What to say once, where most of the class has the same cells put right.

    Args:
        notices: those of each student whose notebook was run.

    >>> course_changed([["Cellule(s) modifiée(s) et rétablie(s) : « a »."], [], []])
    ''
    """
    ran = [[one for one in each if REPAIRED in one] for each in notices]
    ((_, count),) = Counter(one for each in ran for one in each).most_common(1) or [("", 0)]
    return COURSE_CHANGED if count >= FEWEST_ALIKE and count > len(ran) / 2 else ""


class _Part(NamedTuple):
    """A cell of the submission; one that was turned to text is no longer code."""

    id: str
    source: str
    is_code: bool = True


#: The cells that stand for one of the assignment's, those that follow one another together.
_Found = list[list[_Part]]


def _sorted(
    submitted: Mapping[str, Any], named: Mapping[Name, NotebookNode]
) -> tuple[dict[Name, _Found], dict[Name | None, list[_Part]]]:
    """The cells that stand for each named one, and those that were added after each."""
    marks = _Marks(named)
    found: dict[Name, _Found] = {name: [] for name in named}
    extra: dict[Name | None, list[_Part]] = defaultdict(list)
    after: Name | None = None
    for name, part in marks.read(submitted["cells"]):
        is_code = part.is_code
        if name is None and is_code:
            extra[after].append(part)
        elif name is not None and (is_code or name[0] == ANSWER):
            if name == after:
                found[name][-1] += [*extra.pop(name, []), part]
            else:
                found[name].append([part])
            after = name
    return found, extra


class _Marks:
    """What tells the assignment's cells, when a tool or a hand took something away."""

    def __init__(self, named: Mapping[Name, NotebookNode]) -> None:
        self._named = named
        self._ids = {cell.id: name for name, cell in named.items()}
        texts = [(_known_text(name, cell.source), name) for name, cell in named.items()]
        twice = {text for text, count in Counter(text for text, _ in texts).items() if count > 1}
        self._texts = {text: name for text, name in texts if text and text not in twice}
        locked = [re.escape(text) for text, name in self._texts.items() if name[0] == LOCKED]
        self._locked = re.compile(rf"^({'|'.join(locked) or '(?!)'})[ ]*$", re.MULTILINE)

    def read(self, cells: Sequence[Mapping[str, Any]]) -> list[tuple[Name | None, _Part]]:
        """The submitted cells with their names; where some are missing, merged ones are parted."""
        found = [one for cell in cells for one in self._named_parts(cell, [source_of(cell)])]
        if self._named.keys() <= {name for name, _ in found}:
            return found
        return [
            one for cell in cells for one in self._named_parts(cell, self._parted(source_of(cell)))
        ]

    def _named_parts(
        self, cell: Mapping[str, Any], sources: Sequence[str]
    ) -> Iterator[tuple[Name | None, _Part]]:
        """The parts of a cell: its own marks say something of a part that is the only unlocked."""
        locked = [self._texts.get(source.strip(), ("",))[0] == LOCKED for source in sources]
        is_mine = len(sources) == 1 or (
            locked.count(False) == 1 and (cell_name(cell) or ("",))[0] != LOCKED
        )
        for source, is_locked in zip(sources, locked, strict=True):
            own = cell if is_mine and (not is_locked or len(sources) == 1) else {}
            is_code = cell.get("cell_type") == "code"
            part = _Part(str(own.get("id", "")), source, is_code)
            yield self._name_of(own, part), part

    def _parted(self, source: str) -> list[str]:
        """A text, each locked cell that stands in it among other lines being one part."""
        return [part.strip("\n") for part in self._locked.split(source) if part.strip()] or [source]

    def _name_of(self, cell: Mapping[str, Any], part: _Part) -> Name | None:
        """The name of a submitted cell; None when it is the student's own."""
        name = cell_name(cell)
        if name in self._named:
            return name
        if not part.is_code:
            return None
        whole, first = part.source.strip(), _first_line(part.source)
        return self._ids.get(part.id) or self._texts.get(whole) or self._texts.get(first)


def _known_text(name: Name, source: str) -> str:
    """The text that tells a cell: all of a locked one, the comment that begins an answer."""
    return source.strip() if name[0] == LOCKED else _first_line(source)


def _first_line(source: str) -> str:
    line = source.strip().partition("\n")[0]
    return line if line.startswith("#") else ""


def _in_place_of(
    named: Mapping[Name, NotebookNode],
    found: dict[Name, _Found],
    extra: Mapping[Name | None, list[_Part]],
) -> set[Name | None]:
    """Give each answer that nothing names the cells that stand in its place; from after which."""
    taken: set[Name | None] = set()
    before: Name | None = None
    for name in named:
        if name[0] == ANSWER and not found[name] and extra.get(before):
            found[name] = [extra[before]]
            taken.add(before)
        before = name
    return taken


def _chosen(cell: NotebookNode, found: _Found) -> list[_Part]:
    """The parts that count for a cell: none but the template's for a locked one.

    Of several places, the one that was filled in counts; of several such, the original's, else the
    last. In it, all parts that were filled in.
    """
    own = _Part(cell.id, cell.source)
    filled = [parts for group in found if (parts := [p for p in group if not _same(p, cell)])]
    if cell_name(cell)[0] == LOCKED or not filled:  # type: ignore[index]
        return [own]
    with_original = (parts for parts in filled if any(part.id == cell.id for part in parts))
    return next(with_original, filled[-1])


def _copy(cell: NotebookNode, part: _Part) -> NotebookNode:
    """The template's cell, with the student's words."""
    copy = deepcopy(cell)
    copy.source, copy.outputs, copy.execution_count = part.source, [], None
    return copy


def _same(part: _Part, cell: NotebookNode) -> bool:
    return part.source.strip() == str(cell.source).strip()


def _notices(
    named: Mapping[Name, NotebookNode],
    found: Mapping[Name, _Found],
    taken: Collection[Name | None],
) -> list[str]:
    parts = {name: [part for group in found[name] for part in group] for name in named}
    before_each = [None, *named][:-1]
    replaced = [name for before, name in zip(before_each, named, strict=True) if before in taken]
    names: dict[str, Sequence[Name]] = {
        REPAIRED: [
            name
            for name, cell in named.items()
            if name[0] == LOCKED and not all(_same(one, cell) for one in parts[name])
        ],
        "supprimée(s) et remise(s)": [name for name in named if not parts[name]],
        "en double, dont une seule compte": [
            name for name in named if len(found[name]) > 1 or _is_locked_twice(name, parts[name])
        ],
        "en plusieurs parties, exécutées dans leur ordre": [
            name
            for name in named
            if name[0] == ANSWER and len(parts[name]) > 1 and name not in replaced
        ],
        "devenue(s) du texte, et exécutée(s) quand même": [
            name for name in named if not all(part.is_code for part in parts[name])
        ],
        GUESSED: replaced,
    }
    said = {
        what: french(f"Cellule(s) du devoir {what} : {_listed(those, named)}.")
        for what, those in names.items()
        if those
    }
    return [Aside(notice) if what == GUESSED else notice for what, notice in said.items()]


def _is_locked_twice(name: Name, parts: Sequence[_Part]) -> bool:
    return name[0] == LOCKED and len(parts) > 1


def _listed(names: Iterable[Name], named: Mapping[Name, NotebookNode]) -> str:
    return ", ".join(f"« {_shown(name, named)} »" for name in names)


def _shown(name: Name, named: Mapping[Name, NotebookNode]) -> str:
    return "paramètres" if is_parameters(named[name]) else name[1]
