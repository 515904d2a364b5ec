"""ajustements.xlsx: what is typed counts, is shown and survives, or is refused in a sentence."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from support.graded import SHEET, graded, missing
from support.page import Page

from rfm_helpers.documents.workbook import lines_of
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.classroom.roster import read_roster
from rfm_helpers.teacher.reports.adjustments import (
    COLUMNS,
    Adjustments,
    Effect,
    LateRule,
    Row,
    adjusted,
    read_adjustments,
    undated,
    write_adjustments,
)
from rfm_helpers.teacher.reports.feedback import write_feedback
from rfm_helpers.teacher.reports.gradebook import write_csv, write_moodle
from rfm_helpers.teacher.reports.report import write_report
from rfm_helpers.teacher.results import Graded

DEADLINE = dt.datetime(2025, 11, 28, 23, 59)
CLASS = (graded("e1", panier=0.5), graded("e2"), missing("e3"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ajustements.xlsx"
    write_adjustments(path, SHEET)
    return path


def fill(path: Path, *rows: Sequence[object], late: Sequence[object] = ()) -> None:
    """Type rows as a teacher would: student, kind, question, points, reason."""
    book = load_workbook(path)
    for rank, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            book["Ajustements"].cell(rank, place).value = value
    for rank, value in enumerate(late, start=2):
        book["Retards"].cell(rank, 2).value = value
    book.save(path)


def totals(path: Path, results: Sequence[Graded] = CLASS) -> list[float]:
    return [one.total for one in adjusted(SHEET, results, read_adjustments(path, SHEET, results))]


def handed_in(one: Graded, when: dt.datetime) -> Graded:
    return replace(one, student=replace(one.student, handed_in=when))


def test_an_empty_workbook_changes_nothing(path: Path) -> None:
    assert totals(path) == [13, 16, 0]
    assert read_adjustments(path, SHEET, CLASS) == Adjustments()
    assert read_adjustments(path.with_name("absent.xlsx"), SHEET, CLASS) == Adjustments()


def test_the_teacher_chooses_in_lists(path: Path) -> None:
    page = load_workbook(path)["Ajustements"]
    assert [cell.value for cell in page[1]][: len(COLUMNS)] == list(COLUMNS)
    kinds, questions = page.data_validations.dataValidation
    assert kinds.formula1 == '"points en plus,points en moins,note de la question,question annulée"'
    assert questions.formula1 == "$J$2:$J$4" and page["J2"].value == "1. Le panier moyen"


def test_points_more_and_less_count_for_one_or_for_all_who_handed_in(path: Path) -> None:
    fill(
        path,
        ("e1", "points en plus", None, "1,5", "Oral"),
        ("tous", "points en moins", None, 0.5, "Consigne"),
    )
    assert totals(path) == [14, 15.5, 0]


def test_points_can_be_given_to_who_handed_in_nothing_here(path: Path) -> None:
    fill(path, ("e3", "points en plus", None, 8, "Remis sur papier"))
    (_, _, paper) = adjusted(SHEET, CLASS, read_adjustments(path, SHEET, CLASS))
    write_csv(path.with_name("notes.csv"), SHEET, [paper])
    text = path.with_name("notes.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    assert (row["note"], row["ajustements"], row["statut"]) == ("8", "8", "non rendu")


def test_points_of_a_question_are_replaced_and_one_students_beat_those_of_all(path: Path) -> None:
    fill(
        path,
        ("e1", "note de la question", 1, 6, "Recours accepté"),
        ("tous", "note de la question", "Le panier moyen", 4, ""),
    )
    assert totals(path) == [16, 14, 0]


def test_a_cancelled_question_brings_the_others_back_to_twenty(path: Path) -> None:
    fill(path, ("tous", "question annulée", "2. Les scores", None, "Énoncé faux"))
    whole = graded("e4", manual={"conseil/appui": 2.5, "conseil/action": 1.5})
    assert totals(path, [*CLASS, whole]) == [6, 12, 0, 20]


def test_a_mark_stays_between_nothing_and_twenty(path: Path) -> None:
    fill(path, ("e2", "points en plus", None, 9, ""), ("e1", "points en moins", None, 20, ""))
    low, high, _ = adjusted(SHEET, CLASS, read_adjustments(path, SHEET, CLASS))
    assert (low.total, high.total) == (0, 20)
    assert high.adjustments[-1].title == "Note ramenée à 20"


rows = st.builds(
    Row,
    st.sampled_from(["tous", "e1", "e2", "e3"]),
    st.sampled_from([Effect.BONUS, Effect.PENALTY]),
    st.just(""),
    st.floats(0, 20).map(lambda value: round(value, 2)),
    st.text(max_size=5),
) | st.builds(
    Row,
    st.just("tous"),
    st.just(Effect.CANCELLED),
    st.sampled_from(["panier", "scores"]),
    st.just(0.0),
    st.just(""),
)


@given(st.lists(rows, max_size=6))
def test_the_lines_add_up_to_the_mark(asked: list[Row]) -> None:
    for before, after in zip(CLASS, adjusted(SHEET, CLASS, Adjustments(tuple(asked))), strict=True):
        assert 0 <= after.total <= 20
        lines = sum(line.points for line in after.adjustments)
        assert after.total == pytest.approx(before.total + lines, abs=0.011)


@pytest.mark.parametrize(
    ("when", "lost"),
    [
        (DEADLINE, 0),
        (DEADLINE + dt.timedelta(minutes=1), 0),
        (DEADLINE + dt.timedelta(days=1), 0),
        (DEADLINE + dt.timedelta(days=1, minutes=1), 2),
        (DEADLINE + dt.timedelta(days=3), 4),
        (DEADLINE + dt.timedelta(days=30), 5),
        (DEADLINE - dt.timedelta(days=30), 0),
    ],
)
def test_each_day_begun_after_the_grace_counts_up_to_a_cap(
    path: Path, when: dt.datetime, lost: float
) -> None:
    fill(path, late=("28/11/2025 23:59", 1, 2, "5"))
    assert totals(path, [handed_in(graded(), when)]) == [16 - lost]


def test_a_deadline_typed_as_a_spreadsheets_date_is_read(path: Path) -> None:
    fill(path, late=(DEADLINE, None, 1, None))
    assert read_adjustments(path, SHEET, CLASS).late == LateRule(DEADLINE, per_day=1)
    assert [one.student.id for one in undated(CLASS, read_adjustments(path, SHEET, CLASS))] == [
        "e1",
        "e2",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("e9", "points en plus", None, 1), "qui n’est pas sur la liste"),
        (("e1", "cadeau", None, 1), "choisissez « points en plus »"),
        (("e1", "points en plus", None, "beaucoup"), "entre 0 et 20"),
        (("e1", "points en plus", None, None), "entre 0 et 20"),
        (("e1", "points en plus", None, "50 %"), "entre 0 et 20"),
        (("e1", "points en plus", None, 25), "entre 0 et 20"),
        (("e1", "note de la question", "Le panier", 1), "de 1 à 3"),
        (("tous", "question annulée", None, None), "de 1 à 3"),
        (("e1", "points en moins", None, -3), "entre 0 et 20"),
        (("e1", "note de la question", 1, 7), "entre 0 et 6"),
        (("e1", "note de la question", 8, 1), "de 1 à 3"),
        (("e1", "note de la question", 3, 1), "a_noter.xlsx"),
        (("e1", "question annulée", 1, None), "« tous »"),
        (("", "points en plus", None, 1), "n’est pas sur la liste"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(path: Path, row: Sequence[object], said: str) -> None:
    fill(path, row)
    with pytest.raises(CourseError) as caught:
        read_adjustments(path, SHEET, CLASS)
    assert said in str(caught.value).replace("\u00a0", " ")
    assert "ligne 2" in str(caught.value).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (("quand vous voulez",), "ne se lit pas comme une date"),
        (("28/11/2025 25:00",), "n’est pas une heure"),
        (("28/11/2025", "un peu"), "Jours de grâce"),
        (("28/11/2025", 0, -1), "nombre positif"),
    ],
)
def test_a_late_rule_that_cannot_be_read_is_refused(
    path: Path, late: Sequence[object], said: str
) -> None:
    fill(path, late=late)
    with pytest.raises(CourseError, match=said):
        read_adjustments(path, SHEET, CLASS)


@pytest.mark.parametrize("deadline", ["28/11/2025 23:59", "28/11/2025", dt.datetime(2025, 11, 28)])
def test_the_last_minute_is_in_time_and_the_next_is_a_day_late(
    path: Path, deadline: object
) -> None:
    fill(path, late=(deadline, 0, 2))
    rule = read_adjustments(path, SHEET, CLASS).late
    last = dt.datetime(2025, 11, 28, 23, 59, 59, 999_999)
    assert rule.penalty(last) == (0, 0.0)
    assert rule.penalty(last + dt.timedelta(microseconds=1)) == (1, 2.0)


def test_what_contradicts_itself_is_refused(path: Path) -> None:
    fill(path, *[("e1", "note de la question", 1, points) for points in (1, 2)])
    with pytest.raises(CourseError, match="deux fois"):
        read_adjustments(path, SHEET, CLASS)
    fill(path, *[("tous", "question annulée", number, None) for number in (1, 2, 3)])
    with pytest.raises(CourseError, match="toutes les questions"):
        read_adjustments(path, SHEET, CLASS)


def test_pages_report_and_moodle_say_it(path: Path) -> None:
    fill(path, ("e1", "points en plus", None, 1, "<b>Oral</b>"), late=("28/11/2025", 0, 2))
    late = handed_in(CLASS[0], DEADLINE + dt.timedelta(hours=2))
    results = adjusted(SHEET, [late, CLASS[1]], read_adjustments(path, SHEET, CLASS))
    page = Page(write_feedback(path.parent, SHEET, results[0]).read_text(encoding="utf-8")).text
    assert "+1 : Points en plus (<b>Oral</b>)" in page
    assert "−2 : Retard : 1 jour (remis le 29/11/2025 à 01:59)" in page
    write_report(path.with_name("r.html"), SHEET, results, [CLASS[1]])
    report = Page(path.with_name("r.html").read_text(encoding="utf-8")).text
    assert "Points en plus" in report and "retard non compté" in report
    write_moodle(path.with_name("m.csv"), SHEET, results)
    assert "−2" in path.with_name("m.csv").read_text(encoding="utf-8")


def test_moodles_worksheet_says_when_each_work_came(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    lines = [
        "Identifiant,Nom complet,Adresse de courriel,Dernière modification (travail remis)",
        'Participant1,Awa Diallo,awa@ecole.fr,"vendredi 28 novembre 2025, 23:41"',
        "Participant2,Léo Nguyen,leo@ecole.fr,-",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [one.handed_in for one in read_roster(path)] == [dt.datetime(2025, 11, 28, 23, 41), None]


def test_columns_may_be_moved_and_a_lost_one_is_named(path: Path) -> None:
    fill(path, ("e1", "points en plus", None, 1, "Oral"))
    book = load_workbook(path)
    page = book["Ajustements"]
    page.insert_cols(1, 2)
    book.save(path)
    assert totals(path) == [14, 16, 0]
    page["F1"].value = "à donner"
    book.save(path)
    with pytest.raises(CourseError, match=r"colonne.*points.*manque dans.*ajustements\.xlsx"):
        totals(path)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "said"),
    [
        ("Ajustements", "D2", "x" * 500, "x…"),
        ("Ajustements", "D2", True, "VRAI"),
        ("Retards", "B2", "demain", r"ajustements\.xlsx.*Date limite.*demain"),
        ("Retards", "A2", "Limite", "La ligne.*Date limite.*manque"),
        ("Retards", "B2", "=TODAY()", "Une formule"),
    ],
)
def test_odd_cells_are_refused_in_a_short_sentence(
    path: Path, sheet: str, cell: str, value: object, said: str
) -> None:
    fill(path, ("e1", "points en plus", None, 1, "Oral"))
    book = load_workbook(path)
    book[sheet][cell].value = value
    book.save(path)
    with pytest.raises(CourseError, match=said) as refused:
        totals(path)
    assert len(str(refused.value)) < 200


def test_the_note_on_late_work_is_not_clipped(path: Path) -> None:
    page = load_workbook(path)["Retards"]
    row = page.max_row
    lines = lines_of(page.cell(row, 1).value, page.column_dimensions["A"].width)
    assert lines > 4 and page.row_dimensions[row].height >= 15 * lines


def test_an_id_is_known_whatever_a_copy_brought_along(path: Path) -> None:
    fill(path, (" e1\u200b", "points en plus", None, 1, ""), ("Tous ", "points en plus", None, 1))
    assert totals(path) == [15, 17, 0]


def test_an_id_that_a_spreadsheet_made_a_number_is_the_same(path: Path) -> None:
    fill(
        path,
        (4101.0, "points en plus", None, 1, "Oral"),
        (4101, "note de la question", 1.0, 0, "?"),
    )
    assert totals(path, [graded("4101")]) == [11]


def test_two_lines_of_one_student_add_up_and_one_without_a_reason_is_told(path: Path) -> None:
    fill(
        path,
        ("e1", "points en plus", None, 1, "Oral"),
        ("e1", "points en plus", None, 2, None),
        ("e2", "points en plus", None, 9, "Concours"),
    )
    assert totals(path) == [16, 20, 0]
    results = adjusted(SHEET, CLASS, read_adjustments(path, SHEET, CLASS))
    write_report(path.with_name("r.html"), SHEET, results, [])
    report = Page(path.with_name("r.html").read_text(encoding="utf-8")).text
    assert report.count("aucune : l’étudiant n’en lira pas") == 1
    assert "une note va de 0 à 20" in report


@pytest.mark.parametrize(
    ("extension", "lost"),
    [
        (None, 4),
        (DEADLINE - dt.timedelta(days=9), 4),
        (DEADLINE + dt.timedelta(days=1), 2),
        (DEADLINE + dt.timedelta(days=2), 0),
    ],
)
def test_who_was_granted_an_extension_is_late_after_it_alone(
    path: Path, extension: dt.datetime | None, lost: float
) -> None:
    fill(path, late=(DEADLINE, 0, 2))
    late = handed_in(graded(), DEADLINE + dt.timedelta(days=2))
    late = replace(late, student=replace(late.student, extension=extension))
    assert totals(path, [late]) == [16 - lost]
    (one,) = adjusted(SHEET, [late], read_adjustments(path, SHEET, [late]))
    assert ("prolongation" in str(one.adjustments)) is bool(extension and lost)
