"""Free texts to mark: a_noter.xlsx, which the teacher fills in and which keeps what he gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers.catalog.assignments import MarkingCriterion, Sheet, SheetQuestion
from rfm_helpers.documents.text import clean, decimal
from rfm_helpers.documents.workbook import (
    GRAY,
    HIGHEST,
    INPUT,
    LINE_HEIGHT,
    WARNING,
    Row,
    cell_text,
    lines_of,
    places_of,
    put,
    put_headings,
    quoted,
    read_sheets,
    save_book,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.teacher.classroom.roster import tidy_id
from rfm_helpers.teacher.reports.expected import expected_lines
from rfm_helpers.teacher.reports.gradebook import criteria, is_marked
from rfm_helpers.teacher.results import Graded

TO_MARK = "a_noter.xlsx"
MARKS, COMMENTS = "À noter", "Commentaires"
#: Headings, with the width of each column; the key and the fingerprint are hidden.
COLUMNS = {
    "etudiant": 16.0,
    "nom": 20.0,
    "question": 20.0,
    "critère": 28.0,
    "barème": 9.0,
    "texte": 70.0,
    "points": 9.0,
    "commentaire": 38.0,
    "à savoir": 18.0,
    "clé": 10.0,
    "empreinte": 10.0,
    "ses chiffres": 90.0,
}
CHANGED, NO_TEXT = "texte modifié depuis", "pas de texte"
MOST_COMMENTS = 200
FIRST_COMMENTS = (
    "Idée juste et bien appuyée sur les données.",
    "Bonne idée : appuyez-la sur un nombre de vos données.",
    "Le constat y est ; dites ce qu’il faut en faire.",
    "L’action est claire ; dites à quel segment elle s’adresse, et pourquoi.",
    "Attention : un score R élevé signifie un achat récent.",
    "Une moyenne ne dit pas tout : regardez aussi la médiane ou les effectifs.",
    "Le coût est donné ; comparez-le à la marge qu’il rapporte.",
    "Trop général : nommez le segment, le canal et le moment.",
    "Réponse à côté de la question : relisez l’énoncé.",
    "Texte trop court pour être jugé sur ce critère.",
)

_PLACES = {name: place for place, name in enumerate(COLUMNS, start=1)}
FEWEST_LINES = 4


@dataclass(frozen=True)
class _Line:
    """What the teacher typed on one row."""

    row: int
    points: object
    comment: str
    flag: str
    fingerprint: str


@dataclass(frozen=True)
class Given:
    """What a marker gave for a criterion, and of which text."""

    points: float | None
    comment: str
    fingerprint: str


@dataclass(frozen=True)
class _Wanted:
    """One student's text, to mark by one criterion."""

    graded: Graded
    key: str
    question: SheetQuestion
    criterion: MarkingCriterion
    figures: str

    @property
    def text(self) -> str:
        return clean(self.graded.texts.get(self.question.id, ""))

    @property
    def named(self) -> str:
        return f"« {self.graded.student.id} », critère « {self.criterion.title} »"


def write_to_mark(
    path: Path,
    sheet: Sheet,
    results: Sequence[Graded],
    given: Mapping[tuple[str, str], Given] = MappingProxyType({}),
) -> None:
    """Write a_noter.xlsx: one row per student and criterion, and the reusable comments.

    Over an existing file, the points and comments given stay, by student and criterion, as do the
    reusable comments; a row whose text has changed since says « texte modifié depuis », until that
    cell is emptied. ``given``, by student and criterion, fills the rows that have no points.

    Raises:
        CourseError: an existing file that is no such workbook, or holds points for someone who is
            no longer on the list; a file that cannot be written.
    """
    lines: Mapping[tuple[str, str], _Line] = {}
    comments: Sequence[str] = FIRST_COMMENTS
    if path.exists():
        sheets = read_sheets(path)
        lines = _read_lines(sheets, path, sheet, results)
        comments = _read_comments(sheets) or comments
    lines = {**{place: _line_of(one) for place, one in given.items()}, **_pointed(lines, given)}
    book = Workbook()
    marks = book.active
    assert isinstance(marks, Worksheet)
    _fill_marks(marks, list(_wanted(sheet, results)), lines)
    _fill_comments(book.create_sheet(COMMENTS), comments)
    save_book(book, path)


def read_marked(path: Path, sheet: Sheet, results: Sequence[Graded]) -> tuple[Graded, ...]:
    """The results with the points and comments of a_noter.xlsx.

    An empty cell of points means not marked yet; where work was handed in without that text, it
    means 0.

    Raises:
        CourseError: a file that is missing or no such workbook; a row that was deleted, is there
            twice, or whose student or criterion is unknown; points that are no number, or not
            between 0 and those of the criterion. The message names the row.
    """
    lines = _read_lines(read_sheets(path), path, sheet, results)
    manual: dict[str, dict[str, float]] = {}
    comments: dict[str, dict[str, str]] = {}
    for wanted in _wanted(sheet, results):
        student = wanted.graded.student.id
        line = lines.get((student, wanted.key))
        if line is None:
            raise CourseError(
                f"La ligne de {wanted.named}, manque dans « {path.name} » : annulez sa "
                "suppression, ou relancez la correction, qui la remettra sans toucher aux autres."
            )
        points = _points(line, wanted, path)
        if points is not None:
            manual.setdefault(student, {})[wanted.key] = points
        if line.comment:
            comments.setdefault(student, {})[wanted.key] = line.comment
    return tuple(
        replace(
            graded,
            manual=manual.get(graded.student.id, {}),
            comments=comments.get(graded.student.id, {}),
        )
        for graded in results
    )


def read_given(path: Path, sheet: Sheet, results: Sequence[Graded]) -> dict[tuple[str, str], Given]:
    """The points and comments of a copy of a_noter.xlsx, by student and criterion.

    Raises:
        CourseError: what `read_marked` refuses, but for rows that are missing.
    """
    lines = _read_lines(read_sheets(path), path, sheet, results)
    found = {}
    for wanted in _wanted(sheet, results):
        place = (wanted.graded.student.id, wanted.key)
        line = lines.get(place)
        if line and (line.points is not None or line.comment):
            points = None if line.points is None else _points(line, wanted, path)
            found[place] = Given(points, line.comment, line.fingerprint)
    return found


def _line_of(given: Given) -> _Line:
    return _Line(0, given.points, given.comment, "", given.fingerprint)


def _pointed(
    lines: Mapping[tuple[str, str], _Line], given: Mapping[tuple[str, str], Given]
) -> dict[tuple[str, str], _Line]:
    """The rows that have points already, or that nobody else gave any."""
    return {
        place: line
        for place, line in lines.items()
        if line.points is not None or place not in given
    }


def _wanted(sheet: Sheet, results: Sequence[Graded]) -> Iterator[_Wanted]:
    for graded in results:
        for key, question, criterion in criteria(sheet):
            yield _Wanted(graded, key, question, criterion, _beside(sheet, graded))


def _beside(sheet: Sheet, graded: Graded) -> str:
    """What to read beside a student's texts: his strategy, then the right answers on his data."""
    titles = {q.id: q.title for q in sheet.questions if q.form == "statement"}
    written = [f"{titles[m.question]} : {m.shown}" for m in graded.marks if m.question in titles]
    return "\n".join([*written, expected_lines(sheet, graded)])


# --- writing -------------------------------------------------------------------------------------


def _fill_marks(
    page: Worksheet, rows: Sequence[_Wanted], lines: Mapping[tuple[str, str], _Line]
) -> None:
    page.title = MARKS
    put_headings(page, list(COLUMNS), list(COLUMNS.values()))
    for row, wanted in enumerate(rows, start=2):
        _fill_row(page, row, wanted, lines.get((wanted.graded.student.id, wanted.key)))
    for name in ("clé", "empreinte"):
        page.column_dimensions[get_column_letter(_PLACES[name])].hidden = True
    page.freeze_panes = page.cell(2, _PLACES["question"])
    page.auto_filter.ref = page.dimensions
    if rows:
        _add_rules(page, last=len(rows) + 1)


def _fill_row(page: Worksheet, row: int, wanted: _Wanted, line: _Line | None) -> None:
    student = wanted.graded.student
    fingerprint = _fingerprint(wanted.text)
    flag = _flag(wanted, line, fingerprint)
    values: dict[str, Any] = {
        "etudiant": student.id,
        "nom": student.full_name,
        "question": wanted.question.title,
        "critère": wanted.criterion.title,
        "barème": wanted.criterion.points,
        "texte": wanted.text,
        "points": line.points if line else None,
        "commentaire": line.comment if line else "",
        "à savoir": flag,
        "clé": wanted.key,
        "empreinte": fingerprint,
        "ses chiffres": wanted.figures,
    }
    for name, place in _PLACES.items():
        cell = put(page, row, place, values[name])
        cell.fill = INPUT if name in ("points", "commentaire") else GRAY
    if flag == CHANGED:
        page.cell(row, _PLACES["à savoir"]).fill = WARNING
    lines = max(lines_of(str(values[name]), COLUMNS[name]) for name in ("texte", "ses chiffres"))
    page.row_dimensions[row].height = min(HIGHEST, LINE_HEIGHT * max(FEWEST_LINES, lines))


def _flag(wanted: _Wanted, line: _Line | None, fingerprint: str) -> str:
    given = line and (line.points is not None or line.comment)
    if line and given and (line.flag == CHANGED or line.fingerprint != fingerprint):
        return CHANGED
    if not is_marked(wanted.graded):
        return wanted.graded.status.value
    return "" if wanted.text.strip() else NO_TEXT


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _add_rules(page: Worksheet, last: int) -> None:
    points = DataValidation(
        "decimal",
        operator="between",
        formula1="0",
        formula2=f"${get_column_letter(_PLACES['barème'])}2",
        allow_blank=True,
        errorTitle="Points",
        error=french("Donnez un nombre entre 0 et le barème de la ligne."),
    )
    comments = DataValidation(
        "list", formula1=f"{COMMENTS}!$A$2:$A${MOST_COMMENTS}", allow_blank=True
    )
    points.showErrorMessage = True
    comments.showErrorMessage = False
    for rule, name in ((points, "points"), (comments, "commentaire")):
        letter = get_column_letter(_PLACES[name])
        rule.add(f"{letter}2:{letter}{last}")
        page.add_data_validation(rule)


def _fill_comments(page: Worksheet, comments: Sequence[str]) -> None:
    put_headings(page, [french("Commentaires proposés : ajoutez les vôtres dessous")], [90])
    for row, comment in enumerate(comments, start=2):
        put(page, row, 1, comment).fill = INPUT
    page.freeze_panes = "A2"


# --- reading -------------------------------------------------------------------------------------


def _read_lines(
    sheets: Mapping[str, Sequence[Row]], path: Path, sheet: Sheet, results: Sequence[Graded]
) -> dict[tuple[str, str], _Line]:
    """The rows by student and criterion, without the empty ones of people who left the list."""
    titles, *rows = _page(sheets, path) or [()]
    places = places_of(titles, COLUMNS, f"la feuille « {MARKS} » de « {path.name} »")
    known = {graded.student.id for graded in results}
    keys = {key for key, _, _ in criteria(sheet)}
    lines: dict[tuple[str, str], _Line] = {}
    for row, values in enumerate(rows, start=2):
        cells = {name: values[place] for name, place in places.items()}
        student, key = tidy_id(cell_text(cells["etudiant"])), cell_text(cells["clé"])
        line = _Line(
            row,
            cells["points"] if cell_text(cells["points"]) else None,
            cell_text(cells["commentaire"]),
            cell_text(cells["à savoir"]),
            cell_text(cells["empreinte"]),
        )
        given = line.points is not None or bool(line.comment)
        if not given and (student not in known or key not in keys):
            continue
        where = f"La ligne {row} de « {path.name} »"
        if student not in known:
            raise CourseError(
                f"{where} donne des points à « {quoted(student)} », qui n’est pas sur la liste : "
                "remettez son identifiant, ou effacez ses points et son commentaire."
            )
        if key not in keys:
            raise CourseError(
                f"{where}, pour « {quoted(student)} », ne nomme aucun critère de ce devoir : "
                "annulez ce qui a changé dans sa colonne « clé », ou effacez ses points et son "
                "commentaire."
            )
        if (student, key) in lines:
            raise CourseError(
                f"{where} répète la ligne {lines[student, key].row} (« {student} ») : "
                "gardez l’une des deux."
            )
        lines[student, key] = line
    return lines


def _page(sheets: Mapping[str, Sequence[Row]], path: Path) -> Sequence[Row]:
    if MARKS not in sheets:
        raise CourseError(
            f"La feuille « {MARKS} » manque dans « {path.name} » : remettez-lui ce nom, ou partez "
            "du fichier que la correction écrit."
        )
    return sheets[MARKS]


def _read_comments(sheets: Mapping[str, Sequence[Row]]) -> list[str]:
    rows = sheets.get(COMMENTS, ())[1:MOST_COMMENTS]
    return [text for row in rows if (text := cell_text(row[0]))]


def _points(line: _Line, wanted: _Wanted, path: Path) -> float | None:
    value, most = line.points, wanted.criterion.points
    if isinstance(value, str):
        value = _number(value)
    if value is None or value == "":
        is_zero = is_marked(wanted.graded) and not wanted.text.strip()
        return 0.0 if is_zero else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise CourseError(
            f"La ligne {line.row} de « {path.name} » ({wanted.named}) donne "
            f"« {quoted(line.points)} » : écrivez un nombre entre 0 et {decimal(most)}."
        )
    return abs(round(float(value), 2))


def _number(text: str) -> float | str:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text.strip()
