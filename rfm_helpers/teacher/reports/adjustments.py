"""ajustements.xlsx: what the teacher adds to the marks by hand, with a reason, and late work."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import fsum
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rfm_helpers.catalog.assignments import TOTAL, Sheet, SheetQuestion
from rfm_helpers.documents.text import decimal
from rfm_helpers.documents.workbook import (
    INPUT,
    cell_text,
    fit_heights,
    places_of,
    put,
    put_headings,
    quoted,
    read_sheets,
    save_book,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, plain_words, several
from rfm_helpers.inputs import as_moment, parse_number
from rfm_helpers.teacher.classroom.roster import tidy_id
from rfm_helpers.teacher.reports.gradebook import is_marked, question_points
from rfm_helpers.teacher.results import Adjustment, Graded

FILE = "ajustements.xlsx"
BY_HAND, LATE = "Ajustements", "Retards"
EVERYONE = "tous"
_MOMENT = "%d/%m/%Y à %H:%M"
COLUMNS = {"etudiant": 20.0, "ajustement": 24.0, "question": 40.0, "points": 10.0, "raison": 60.0}
ROWS = 200
ROUNDING = 0.005


class Effect(StrEnum):
    """What a row of « Ajustements » does; the value is what the teacher chooses."""

    BONUS = "points en plus"
    PENALTY = "points en moins"
    OVERRIDE = "note de la question"
    CANCELLED = "question annulée"


NOTES = {
    Effect.BONUS: "s’ajoutent à la note ; écrivez « tous » pour la classe entière.",
    Effect.PENALTY: "se retirent de la note.",
    Effect.OVERRIDE: "remplacent les points d’une question corrigée par calcul.",
    Effect.CANCELLED: "pour « tous » : les autres questions sont ramenées à 20.",
}


@dataclass(frozen=True)
class Row:
    """A row of « Ajustements »; ``student`` is « tous » for the whole class."""

    student: str
    effect: Effect
    question: str
    points: float
    reason: str

    def concerns(self, graded: Graded) -> bool:
        """Whether it changes this student's mark; what is for all needs something marked."""
        if self.student == EVERYONE:
            return is_marked(graded)
        return self.student == graded.student.id


@dataclass(frozen=True)
class LateRule:
    """Points that each day begun after the deadline and the days of grace takes, up to a cap."""

    deadline: dt.datetime | None = None
    grace: float = 0.0
    per_day: float = 0.0
    most: float = TOTAL

    def penalty(self, handed_in: dt.datetime) -> tuple[int, float]:
        """Days late, each begun day counting, and the points that they take; a minute is whole.

        >>> rule = LateRule(dt.datetime(2025, 11, 28, 23, 59), grace=1, per_day=2, most=5)
        >>> rule.penalty(dt.datetime(2025, 11, 29, 8)), rule.penalty(dt.datetime(2025, 12, 1, 8))
        ((1, 0.0), (3, 4.0))
        """
        assert self.deadline is not None
        late = handed_in.replace(second=0, microsecond=0) - self.deadline
        days = max(0, math.ceil(late / dt.timedelta(days=1)))
        return days, float(min(self.most, self.per_day * max(0.0, days - self.grace)))


#: The rows of « Retards »: label, and what they may hold.
_LATE_ROWS = (
    "Date limite",
    "Jours de grâce",
    "Points retirés par jour de retard",
    "Points retirés au plus",
)


@dataclass(frozen=True)
class Adjustments:
    """All that the workbook says."""

    rows: tuple[Row, ...] = ()
    late: LateRule = field(default_factory=LateRule)


def adjusted(sheet: Sheet, results: Sequence[Graded], asked: Adjustments) -> tuple[Graded, ...]:
    """The results with the lines that each student's mark gets, in the order in which they count.

    Points given instead of a question's, then cancelled questions (the others are brought back to
    the total), then points more or less, then late work; a mark stays between 0 and the total.
    """
    return tuple(
        replace(graded, adjustments=tuple(_lines(sheet, graded, asked))) for graded in results
    )


def _lines(sheet: Sheet, graded: Graded, asked: Adjustments) -> Iterator[Adjustment]:
    mine = [row for row in asked.rows if row.concerns(graded)]
    gone = {row.question: row.reason for row in mine if row.effect is Effect.CANCELLED}
    given = _given(mine, gone)
    lines = [
        *_overridden(sheet, graded, given.values()),
        *_cancelled(sheet, graded, given, gone),
        *(_more_or_less(row) for row in mine if row.effect in (Effect.BONUS, Effect.PENALTY)),
        *_late(graded, asked.late),
    ]
    total = graded.total + fsum(line.points for line in lines)
    kept = min(max(total, 0.0), TOTAL)
    if lines and abs(kept - total) > ROUNDING:
        title = f"Note ramenée à {decimal(kept)}"
        reason = f"une note va de 0 à {decimal(TOTAL)}"
        lines.append(Adjustment(title, round(kept - total, 2), reason))
    yield from lines


def _given(rows: Sequence[Row], gone: Container[str]) -> dict[str, Row]:
    """The points given instead of a question's; what is for one student beats what is for all."""
    given = [row for row in rows if row.effect is Effect.OVERRIDE and row.question not in gone]
    given.sort(key=lambda row: row.student != EVERYONE)
    return {row.question: row for row in given}


def _overridden(sheet: Sheet, graded: Graded, rows: Iterable[Row]) -> Iterator[Adjustment]:
    for row in rows:
        question = sheet.question(row.question)
        had = question_points(question, graded) or 0.0
        title = (
            f"« {question.title} » : {decimal(row.points)} sur {decimal(question.points)} "
            f"au lieu de {decimal(had)}"
        )
        yield Adjustment(title, round(row.points - had, 2), row.reason)


def _cancelled(
    sheet: Sheet, graded: Graded, given: Mapping[str, Row], gone: Mapping[str, str]
) -> Iterator[Adjustment]:
    if not gone:
        return
    points = {
        one.id: given[one.id].points if one.id in given else question_points(one, graded) or 0.0
        for one in sheet.questions
    }
    kept = fsum(value for name, value in points.items() if name not in gone)
    scale = TOTAL / fsum(one.points for one in sheet.questions if one.id not in gone)
    titles = ", ".join(f"« {sheet.question(name).title} »" for name in gone)
    plural = "s annulées" if len(gone) > 1 else " annulée"
    yield Adjustment(
        f"Question{plural} : {titles} ; le reste est ramené à {decimal(TOTAL)}",
        round(kept * scale - fsum(points.values()), 2),
        " ".join(dict.fromkeys(reason for reason in gone.values() if reason)),
    )


def _more_or_less(row: Row) -> Adjustment:
    sign = 1 if row.effect is Effect.BONUS else -1
    return Adjustment(row.effect.value.capitalize(), sign * row.points, row.reason)


def _late(graded: Graded, rule: LateRule) -> Iterator[Adjustment]:
    handed_in = graded.student.handed_in
    if rule.deadline is None or handed_in is None or not is_marked(graded):
        return
    extension = graded.student.extension
    if extension is not None:
        rule = replace(rule, deadline=max(rule.deadline, extension))
    days, points = rule.penalty(handed_in)
    if days:
        when = f"remis le {handed_in:{_MOMENT}}"
        when += f", prolongation jusqu’au {extension:{_MOMENT}}" if extension else ""
        yield Adjustment(f"Retard : {several(days, 'jour')}", -points, when)


def undated(results: Sequence[Graded], asked: Adjustments) -> list[Graded]:
    """The marked students whose lateness cannot be known, where there is a deadline."""
    if asked.late.deadline is None:
        return []
    return [one for one in results if is_marked(one) and one.student.handed_in is None]


# --- writing --------------------------------------------------------------------------------------


def write_adjustments(path: Path, sheet: Sheet) -> None:
    """Write the workbook to fill in; what is there already is the teacher's, and stays.

    Raises:
        CourseError: a file that cannot be written.
    """
    if path.exists():
        return
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = BY_HAND
    _fill_by_hand(page, sheet)
    _fill_late(book.create_sheet(LATE))
    save_book(book, path)


def _fill_by_hand(page: Worksheet, sheet: Sheet) -> None:
    put_headings(page, [*COLUMNS, "ce que fait chaque ajustement"], [*COLUMNS.values(), 70])
    for row in range(2, ROWS + 1):
        for place in range(1, len(COLUMNS) + 1):
            put(page, row, place, None).fill = INPUT
    for row, (effect, note) in enumerate(NOTES.items(), start=2):
        put(page, row, len(COLUMNS) + 1, french(f"« {effect} » : {note}"))
    titles = [numbered(sheet, question) for question in sheet.questions]
    for row, title in enumerate(titles, start=2):
        page.cell(row, 10).value = title
    page.column_dimensions["J"].hidden = True
    _choice(page, "B", f'"{",".join(Effect)}"')
    _choice(page, "C", f"$J$2:$J${len(titles) + 1}")
    page.freeze_panes = "A2"


def _choice(page: Worksheet, column: str, source: str) -> None:
    rule = DataValidation("list", formula1=source, allow_blank=True)
    rule.add(f"{column}2:{column}{ROWS}")
    page.add_data_validation(rule)


def _fill_late(page: Worksheet) -> None:
    put_headings(page, ["réglage", "valeur"], [40, 26])
    for row, label in enumerate(_LATE_ROWS, start=2):
        put(page, row, 1, label)
        put(page, row, 2, None).fill = INPUT
    put(page, len(_LATE_ROWS) + 3, 1, french(
        "Laissez la date limite vide pour ne rien retirer. Elle s’écrit 28/11/2025 23:59 (sans "
        "heure, la fin du jour) ; chaque jour entamé compte. La date de remise de chacun est lue "
        "dans la liste (« Dernière modification (travail remis) » de Moodle, ou une colonne "
        "« remis_le ») ; celui à qui Moodle, ou une colonne « prolongation », donne une date plus "
        "tardive n’est en retard qu’après elle."
    ))  # fmt: skip
    fit_heights(page, 2)


def numbered(sheet: Sheet, question: SheetQuestion) -> str:
    """A question as the teacher's files number it."""
    return f"{sheet.questions.index(question) + 1}. {question.title}"


# --- reading --------------------------------------------------------------------------------------


def read_adjustments(path: Path, sheet: Sheet, results: Sequence[Graded]) -> Adjustments:
    """What the workbook asks for.

    Raises:
        CourseError: a sheet that is missing; a row whose student, question, kind or points cannot
            be read, which the message names.
    """
    if not path.exists():
        return Adjustments()
    sheets = read_sheets(path)
    for name in (BY_HAND, LATE):
        if name not in sheets:
            raise CourseError(
                f"La feuille « {name} » manque dans « {path.name} » : remettez-lui ce nom, ou "
                "effacez le fichier et relancez : il sera refait, vide."
            )
    known = {graded.student.id for graded in results}
    titles, *lines = sheets[BY_HAND] or [()]
    places = places_of(titles, COLUMNS, f"la feuille « {BY_HAND} » de « {path.name} »").values()
    typed = [(rank, [line[place] for place in places]) for rank, line in enumerate(lines, start=2)]
    rows = [
        _row(cells, f"La ligne {rank} de « {path.name} »", sheet, known)
        for rank, cells in typed
        if any(map(cell_text, cells))
    ]
    _check_once(rows, path)
    _check_some_left(rows, sheet, path)
    return Adjustments(tuple(rows), _late_rule(sheets[LATE], path))


def _row(cells: Sequence[object], where: str, sheet: Sheet, known: set[str]) -> Row:
    student, kind, asked, points, reason = cells
    who = _student(tidy_id(cell_text(student)), where, known)
    effect = _effect(cell_text(kind), where)
    question = _question(cell_text(asked), where, sheet, effect)
    if effect is Effect.CANCELLED:
        if who != EVERYONE:
            raise CourseError(f"{where} annule une question : écrivez « tous » pour l’étudiant.")
        return Row(who, effect, question, 0.0, cell_text(reason))
    most = sheet.question(question).points if effect is Effect.OVERRIDE else TOTAL
    value = _points(points)
    if value is None or not 0 <= value <= most:
        raise CourseError(
            f"{where} donne « {quoted(points)} » : écrivez un nombre de points entre 0 et "
            f"{decimal(most)}."
        )
    return Row(who, effect, question, value, cell_text(reason))


def _student(text: str, where: str, known: set[str]) -> str:
    if text.casefold() == EVERYONE:
        return EVERYONE
    if text not in known:
        raise CourseError(
            f"{where} nomme l’étudiant « {quoted(text)} », qui n’est pas sur la liste : remettez "
            "son identifiant, ou « tous »."
        )
    return text


def _effect(text: str, where: str) -> Effect:
    found = {plain_words(effect): effect for effect in Effect}.get(plain_words(text))
    if found is None:
        kinds = ", ".join(f"« {effect} »" for effect in Effect)
        raise CourseError(f"{where} demande « {quoted(text)} » : choisissez {kinds}.")
    return found


def _question(text: str, where: str, sheet: Sheet, effect: Effect) -> str:
    """The id of the question that a row names by its number, its title or its id."""
    if effect in (Effect.BONUS, Effect.PENALTY):
        return ""
    names: Mapping[str, SheetQuestion] = {
        plain_words(name): one
        for rank, one in enumerate(sheet.questions, start=1)
        for name in (str(rank), one.id, one.title, numbered(sheet, one))
    }
    found = names.get(plain_words(text))
    if found is None:
        raise CourseError(
            f"{where} nomme la question « {quoted(text)} » : choisissez un numéro de 1 à "
            f"{len(sheet.questions)}."
        )
    if found.mode == "free" and effect is Effect.OVERRIDE:
        raise CourseError(f"{where} note un texte : donnez ses points dans « a_noter.xlsx ».")
    return found.id


def _check_once(rows: Sequence[Row], path: Path) -> None:
    settled = [(row.student, row.question) for row in rows if row.question]
    twice = next((one for one in settled if settled.count(one) > 1), None)
    if twice:
        raise CourseError(
            f"« {path.name} » décide deux fois de la question « {twice[1]} » pour « {twice[0]} » : "
            "gardez l’une des deux lignes."
        )


def _check_some_left(rows: Sequence[Row], sheet: Sheet, path: Path) -> None:
    if len({row.question for row in rows if row.effect is Effect.CANCELLED}) == len(
        sheet.questions
    ):
        raise CourseError(f"« {path.name} » annule toutes les questions : gardez-en une au moins.")


def _points(value: object) -> float | None:
    """The number that a cell holds, as people write it; None for anything else, shares among it."""
    if "%" in cell_text(value):
        return None
    try:
        return parse_number(value)
    except CourseError:
        return None


def _deadline(cell: object, path: Path) -> dt.datetime:
    """The deadline; a spreadsheet writes a day without an hour as its midnight: it ends the day."""
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    try:
        return as_moment(cell if isinstance(cell, dt.date) else cell_text(cell))
    except CourseError as error:
        raise CourseError(f"Dans « {path.name} », à « {_LATE_ROWS[0]} », {error}") from None


def _late_rule(rows: Sequence[tuple[object, ...]], path: Path) -> LateRule:
    labels = {cell_text(row[0]): row[1] for row in rows}
    if lost := [label for label in _LATE_ROWS if label not in labels]:
        raise CourseError(
            f"La ligne « {lost[0]} » manque à la feuille « {LATE} » de « {path.name} » : remettez-"
            "la, avec ce nom dans la première colonne."
        )
    deadline, *numbers = (labels.get(label) for label in _LATE_ROWS)
    if not cell_text(deadline):
        return LateRule()
    values = [_points(value) for value in numbers]
    for label, value, typed in zip(_LATE_ROWS[1:], values, numbers, strict=True):
        if cell_text(typed) and (value is None or value < 0):
            raise CourseError(
                f"« {label} » vaut « {quoted(typed)} » dans « {path.name} » : écrivez un nombre "
                "positif."
            )
    grace, per_day, most = values
    return LateRule(
        _deadline(deadline, path), grace or 0.0, per_day or 0.0, TOTAL if most is None else most
    )
