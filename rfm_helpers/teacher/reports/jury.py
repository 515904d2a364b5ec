"""The marks of the final projects: a workbook for several markers, and a page for the talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers.analysis.project.checks import Checked
from rfm_helpers.catalog.assessment import Aspect, AssessmentCriterion, load_assessment
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.documents.page import render
from rfm_helpers.documents.text import decimal, one_line, write_bytes
from rfm_helpers.documents.workbook import (
    FONT,
    GRAY,
    INPUT,
    MARK,
    Row,
    Value,
    cell_text,
    fit_heights,
    places_of,
    put,
    put_headings,
    read_sheets,
    save_book,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french

MARKS, TOTALS, GRID, COMMENTS = "Notes", "Synthèse", "Grille", "Commentaires"
TEAMS, CHECKS = "Équipes", "Vérifications"
#: How many rows « Équipes » has for the students of each project.
TEAM_ROWS = 6
#: How what was checked is shown: it holds, it does not, it cannot be known.
SHOWN = {True: "✓ oui", False: "⚠ à regarder", None: "○ non vérifiable"}
_BEFORE = ("Projet", "Critère", "Ce que l’on regarde", "Points")
_AFTER = ("Moyenne", "Écart de niveaux", "Commentaire", "clé")
_FIRST = len(_BEFORE) + 1


@dataclass(frozen=True)
class ProjectMarks:
    """What the markers gave a project.

    ``by_marker`` are the totals out of 20 of those who filled in the whole grid, ``comments`` go
    by aspect, ``missing`` says how many cells each other marker left empty. ``levels`` are those of
    the markers who finished, by marker and aspect; ``students`` are the ids of the authors.
    """

    by_marker: Mapping[str, float]
    comments: Mapping[str, str]
    missing: Mapping[str, int]
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    students: tuple[str, ...] = ()

    @property
    def mean(self) -> float | None:
        """The mean of the markers; None before one has finished.

        >>> ProjectMarks({"Ada": 12.0, "Élie": 15.0}, {}, {}).mean
        13.5
        """
        totals = list(self.by_marker.values())
        return round(fsum(totals) / len(totals), 2) if totals else None

    @property
    def spread(self) -> float:
        """The gap between the highest total and the lowest.

        >>> ProjectMarks({"Ada": 12.0, "Élie": 15.0}, {}, {}).spread
        3.0
        """
        totals = self.by_marker.values()
        return round(max(totals) - min(totals), 2) if totals else 0.0


def write_jury_book(
    path: Path,
    projects: Sequence[str],
    markers: Sequence[str],
    checks: Mapping[str, Sequence[Checked]] | None = None,
) -> Path:
    """Write the workbook in which a jury marks projects: levels are chosen, points are formulas.

    Sheets « Notes » (a row for each project and thing looked at, a column for each marker),
    « Synthèse » (totals, mean and gap), « Grille » (the levels described), « Commentaires »,
    « Équipes » (the students of each project), « Vérifications » (what a machine found).

    Args:
        path: the file; one that exists is not replaced.
        projects: the names of the projects, each once.
        markers: the names of the markers, each once.
        checks: what was checked in each project that was handed in.

    Returns:
        The file.

    Raises:
        CourseError: no project or no marker, a name twice, a file that exists or cannot be written.
    """
    names, people = _checked(projects, "projet"), _checked(markers, "correcteur")
    if path.exists():
        raise CourseError(
            f"« {path.name} » existe déjà et contient peut-être des notes : donnez un autre nom."
        )
    book = Workbook()
    marks = book.active
    assert isinstance(marks, Worksheet)
    _fill_marks(marks, names, people)
    _fill_totals(book.create_sheet(TOTALS), names, people)
    _fill_grid(book.create_sheet(GRID))
    _fill_comments(book.create_sheet(COMMENTS))
    _fill_teams(book.create_sheet(TEAMS), names)
    if checks:
        _fill_checks(book.create_sheet(CHECKS), checks)
    for page in book.worksheets:
        fit_heights(page, 1)
    save_book(book, path)
    return path


def _checked(names: Sequence[str], what: str) -> list[str]:
    kept = [one_line(name) for name in names if one_line(name)]
    if not kept:
        raise CourseError(f"Il manque un {what} : donnez un nom au moins.")
    twice = next((n for n in kept if sum(n.casefold() == o.casefold() for o in kept) > 1), None)
    if twice is not None:
        raise CourseError(f"Le {what} « {as_written(twice)} » est écrit deux fois : gardez-en un.")
    return kept


# --- writing --------------------------------------------------------------------------------------


def _fill_marks(page: Worksheet, projects: Sequence[str], markers: Sequence[str]) -> None:
    page.title = MARKS
    widths = (24, 30, 30, 9, *[16] * len(markers), 10, 10, 50, 8)
    put_headings(page, [*_BEFORE, *markers, *_AFTER], widths)
    rows = [(name, *pair) for name in projects for pair in load_assessment().aspects]
    for row, (project, criterion, aspect) in enumerate(rows, start=2):
        _fill_row(page, row, project, criterion, aspect, len(markers))
    letter = get_column_letter(_FIRST + len(markers) + 3)
    page.column_dimensions[letter].hidden = True
    page.freeze_panes = page.cell(2, _FIRST)
    page.auto_filter.ref = page.dimensions
    _add_lists(page, len(rows) + 1, len(markers))


def _fill_row(
    page: Worksheet,
    row: int,
    project: str,
    criterion: AssessmentCriterion,
    aspect: Aspect,
    markers: int,
) -> None:
    values: list[Value] = [project, criterion.title, aspect.title, criterion.each]
    for place, value in enumerate(values, start=1):
        put(page, row, place, value).fill = GRAY
    page.cell(row, 4).number_format = MARK
    for place in range(_FIRST, _FIRST + markers):
        put(page, row, place, None).fill = INPUT
    given = f"{get_column_letter(_FIRST)}{row}:{get_column_letter(_FIRST + markers - 1)}{row}"
    formulas = (_mean_formula(given, row), _gap_formula(given))
    for place, formula in enumerate(formulas, start=_FIRST + markers):
        cell = put(page, row, place, None)
        cell.value, cell.number_format = formula, MARK if place == _FIRST + markers else "0"
    put(page, row, _FIRST + markers + 2, "").fill = INPUT
    put(page, row, _FIRST + markers + 3, aspect.id)


def _mean_formula(given: str, row: int) -> str:
    """The mean of the points that the markers gave on a row."""
    counted = "+".join(
        f'{level.share:g}*COUNTIF({given},"{level.name}")' for level in load_assessment().levels
    )
    return f'=IF(COUNTA({given})=0,"",$D{row}*({counted})/COUNTA({given}))'


def _gap_formula(given: str) -> str:
    """How many levels lie between the markers of a row."""
    names = [level.name for level in load_assessment().levels]
    highest = ",".join(f'{i}*(COUNTIF({given},"{name}")>0)' for i, name in enumerate(names))
    lowest = ",".join(
        f'IF(COUNTIF({given},"{name}")>0,{i},{len(names)})' for i, name in enumerate(names)
    )
    return f'=IF(COUNTA({given})<2,"",MAX({highest})-MIN({lowest}))'


def _add_lists(page: Worksheet, last: int, markers: int) -> None:
    names = ",".join(level.name for level in load_assessment().levels)
    levels = DataValidation("list", formula1=f'"{names}"', allow_blank=True)
    levels.errorTitle, levels.error = "Niveau", french(f"Choisissez un niveau : {names}.")
    levels.showErrorMessage = True
    comments = DataValidation("list", formula1=f"{COMMENTS}!$A$2:$A$200", allow_blank=True)
    comments.showErrorMessage = False
    first, end = get_column_letter(_FIRST), get_column_letter(_FIRST + markers - 1)
    levels.add(f"{first}2:{end}{last}")
    letter = get_column_letter(_FIRST + markers + 2)
    comments.add(f"{letter}2:{letter}{last}")
    for rule in (levels, comments):
        page.add_data_validation(rule)


def _fill_totals(page: Worksheet, projects: Sequence[str], markers: Sequence[str]) -> None:
    grid = load_assessment()
    last = 1 + len(projects) * len(grid.aspects)
    titles = [criterion.title for criterion in grid.criteria]
    widths = (24, *[18] * len(titles), *[16] * len(markers), 12, 12)
    put_headings(page, ["Projet", *titles, *markers, "Moyenne sur 20", "Écart"], widths)
    for row, project in enumerate(projects, start=2):
        put(page, row, 1, project)
        for place, formula in enumerate(_total_formulas(row, last, len(markers)), start=2):
            cell = put(page, row, place, None)
            cell.value, cell.number_format = formula, MARK
    page.freeze_panes = "B2"


def _total_formulas(row: int, last: int, markers: int) -> list[str]:
    """The formulas of a project: by criterion, by marker, their mean and their gap."""
    grid = load_assessment()
    mine = f"({MARKS}!$A$2:$A${last}=$A{row})"
    mean = get_column_letter(_FIRST + markers)
    criteria = [
        _criterion_formula(mine, mean, last, get_column_letter(place))
        for place in range(2, 2 + len(grid.criteria))
    ]
    people = [
        _marker_formula(mine, get_column_letter(_FIRST + rank), last) for rank in range(markers)
    ]
    first = get_column_letter(2 + len(grid.criteria))
    end = get_column_letter(1 + len(grid.criteria) + markers)
    totals = f"{first}{row}:{end}{row}"
    return [
        *criteria,
        *people,
        f'=IF(COUNT({totals})=0,"",AVERAGE({totals}))',
        f'=IF(COUNT({totals})<2,"",MAX({totals})-MIN({totals}))',
    ]


def _criterion_formula(mine: str, mean: str, last: int, letter: str) -> str:
    """The points of a project on a criterion, once each of its rows has a level."""
    given = f"{MARKS}!${mean}$2:${mean}${last}"
    rows = f"{mine}*({MARKS}!$B$2:$B${last}={letter}$1)"
    return f'=IF(SUMPRODUCT({rows}*({given}=""))>0,"",SUMPRODUCT({rows},{given}))'


def _marker_formula(mine: str, letter: str, last: int) -> str:
    """The total of a marker, once every level of the project is chosen."""
    given = f"{MARKS}!${letter}$2:${letter}${last}"
    shares = "+".join(
        f'({given}="{level.name}")*{level.share:g}' for level in load_assessment().levels
    )
    return (
        f'=IF(SUMPRODUCT({mine}*({given}=""))>0,"",'
        f"SUMPRODUCT({mine}*{MARKS}!$D$2:$D${last}*({shares})))"
    )


def _fill_grid(page: Worksheet) -> None:
    grid = load_assessment()
    names = [level.name.capitalize() for level in grid.levels]
    put_headings(page, ["Critère", "Ce que l’on regarde", *names], (30, 30, *[38] * len(names)))
    for row, (criterion, aspect) in enumerate(grid.aspects, start=2):
        for place, text in enumerate((criterion.title, aspect.title, *aspect.seen), start=1):
            put(page, row, place, text)
        page.cell(row, 2).font = Font(name=FONT, bold=True)
    page.freeze_panes = "C2"


def _fill_comments(page: Worksheet) -> None:
    put_headings(page, [french("Commentaires à reprendre : ajoutez les vôtres dessous")], [90])
    for row, comment in enumerate(load_assessment().comments, start=2):
        put(page, row, 1, comment).fill = INPUT


def _fill_teams(page: Worksheet, projects: Sequence[str]) -> None:
    put_headings(page, ["Projet", "Étudiant (son identifiant)"], [30, 34])
    rows = [name for name in projects for _ in range(TEAM_ROWS)]
    for row, name in enumerate(rows, start=2):
        put(page, row, 1, name).fill = GRAY
        put(page, row, 2, None).fill = INPUT
    page.freeze_panes = "A2"


def _fill_checks(page: Worksheet, checks: Mapping[str, Sequence[Checked]]) -> None:
    titles = {one.id: one.title for one in load_assessment().criteria}
    headings = ["Projet", "Critère", "Ce qui est vérifié", "Résultat", "Détail"]
    put_headings(page, headings, [24, 34, 30, 20, 90])
    order = list(titles)
    rows = [
        (name, one)
        for name, found in checks.items()
        for one in sorted(found, key=lambda check: order.index(check.criterion))
    ]
    for row, (name, one) in enumerate(rows, start=2):
        texts = (name, titles[one.criterion], one.title, SHOWN[one.holds], str(one))
        for place, text in enumerate(texts, start=1):
            put(page, row, place, french(text))
    page.freeze_panes = "A2"


# --- reading --------------------------------------------------------------------------------------


def read_jury_book(path: Path) -> dict[str, ProjectMarks]:
    """What the markers gave each project, computed again from the levels that they chose.

    Raises:
        CourseError: no such workbook, a column that is missing, a row that is no aspect of the
            grid or is there twice, a level that does not exist. The message names the row.
    """
    sheets = read_sheets(path, is_typed=True)
    if MARKS not in sheets:
        raise CourseError(
            f"La feuille « {MARKS} » manque dans « {path.name} » : remettez-lui ce nom, ou partez "
            "du classeur que le cours écrit."
        )
    first, *rows = sheets[MARKS] or [()]
    places = places_of(first, (*_BEFORE, *_AFTER), f"la feuille « {MARKS} » de « {path.name} »")
    titles = [cell_text(title) for title in first]
    markers = titles[places["Points"] + 1 : places["Moyenne"]]
    levels: dict[str, dict[str, dict[str, str]]] = {}
    comments: dict[str, dict[str, str]] = {}
    for rank, row in enumerate(rows, start=2):
        cells = dict(zip(titles, map(cell_text, row), strict=True))
        if not (project := cells["Projet"]):
            continue
        aspect, given = cells["clé"], levels.setdefault(project, {name: {} for name in markers})
        _check_row(f"La ligne {rank} de « {path.name} »", cells, markers, given)
        for name in markers:
            given[name][aspect] = cells[name]
        comments.setdefault(project, {})[aspect] = cells["Commentaire"]
    teams = _teams(sheets.get(TEAMS, ()), [*levels], path)
    return {name: _marks(levels[name], comments[name], teams[name]) for name in levels}


def _teams(rows: Sequence[Row], projects: Sequence[str], path: Path) -> dict[str, tuple[str, ...]]:
    """The students of each project; a workbook of before has none."""
    found: dict[str, list[str]] = {name: [] for name in projects}
    for rank, row in enumerate(rows[1:], start=2):
        project, student = map(cell_text, row[:2])
        if not student:
            continue
        where = f"La ligne {rank} de « {TEAMS} » dans « {path.name} »"
        if project not in found:
            raise CourseError(
                f"{where} nomme le projet « {as_written(project)} », qui n’est pas dans « {MARKS} »"
                " : remettez son nom."
            )
        if any(student in known for known in found.values()):
            raise CourseError(
                f"{where} donne un second projet à « {as_written(student)} » : gardez-en un."
            )
        found[project].append(student)
    return {name: tuple(students) for name, students in found.items()}


def _check_row(
    where: str,
    cells: Mapping[str, str],
    markers: Sequence[str],
    given: Mapping[str, dict[str, str]],
) -> None:
    grid = load_assessment()
    aspect = cells["clé"]
    if aspect not in {one.id for _, one in grid.aspects}:
        raise CourseError(
            f"{where} ne correspond à rien de la grille : annulez ce qui a changé dans sa colonne "
            "« clé », ou supprimez cette ligne."
        )
    if any(aspect in chosen for chosen in given.values()):
        raise CourseError(f"{where} répète une ligne du même projet : gardez l’une des deux.")
    names = [level.name for level in grid.levels]
    for marker in markers:
        if cells[marker] and cells[marker] not in names:
            raise CourseError(
                f"{where} porte « {as_written(cells[marker])} » : choisissez "
                f"{', '.join(names[:-1])} ou {names[-1]}."
            )


def _marks(
    levels: Mapping[str, Mapping[str, str]], comments: Mapping[str, str], students: tuple[str, ...]
) -> ProjectMarks:
    grid = load_assessment()
    left = {
        marker: sum(not given.get(aspect.id) for _, aspect in grid.aspects)
        for marker, given in levels.items()
    }
    done = {marker: given for marker, given in levels.items() if not left[marker]}
    return ProjectMarks(
        {marker: round(fsum(points_of(given).values()), 2) for marker, given in done.items()},
        {aspect: text for aspect, text in comments.items() if text},
        {marker: count for marker, count in left.items() if count},
        done,
        students,
    )


def points_of(given: Mapping[str, str]) -> dict[str, float]:
    """The points of each thing looked at, from the levels of a whole grid.

    >>> given = {aspect.id: "fragile" for _, aspect in load_assessment().aspects}
    >>> round(points_of(given)["cap"], 2)
    0.7
    """
    grid = load_assessment()
    shares = {level.name: level.share for level in grid.levels}
    return {aspect.id: one.each * shares[given[aspect.id]] for one, aspect in grid.aspects}


def jury_sentences(marks: Mapping[str, ProjectMarks]) -> list[str]:
    """The mean of each project and the gap between its markers, then what is not marked yet.

    >>> jury_sentences({"Étoile": ProjectMarks({"Ada": 12.0}, {}, {})})
    ['«\\xa0Étoile\\xa0»\\xa0: 12 sur 20, écart de 0.']
    """
    said = []
    for name, one in marks.items():
        if one.mean is not None:
            gap = decimal(one.spread)
            said.append(f"« {as_written(name)} » : {decimal(one.mean)} sur 20, écart de {gap}.")
        for marker, count in one.missing.items():
            left = f"{count} case{'s' if count > 1 else ''} à remplir"
            said.append(f"« {as_written(name)} » : il reste {left} ({as_written(marker)}).")
    return [french(sentence) for sentence in said]


# --- the talk -------------------------------------------------------------------------------------


def write_talk_grid(path: Path) -> Path:
    """Write the page that a jury prints for each talk: one sheet of A4, to fill in by hand.

    Raises:
        CourseError: a file that cannot be written.
    """
    grid = load_assessment()
    (talk,) = (one for one in grid.criteria if one.id == "presentation")
    parts: dict[str, float] = {}
    for slide in load_final_project().slides:
        parts[slide.part] = parts.get(slide.part, 0) + slide.minutes
    others = [one for one in grid.criteria if one is not talk]
    context = {"levels": grid.levels, "talk": talk, "others": others, "parts": parts}
    write_bytes(path, render("talk_grid.html", **context))
    return path
