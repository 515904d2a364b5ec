"""Class lists in every form a teacher has them, and file names that no system refuses."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.classroom.roster import read_roster, safe_name
from rfm_helpers.teacher.results import Student


def read(tmp_path: Path, text: str | bytes) -> tuple[Student, ...]:
    path = tmp_path / "liste.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_is_read_however_a_spreadsheet_saved_it(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = [
        ["etudiant", "nom", "prénom", "Courriel", "participant"],
        ["e1", "Lefèvre", "Zoé", "zoe@ecole.fr", "123"],
        [],
        ["e2", "Morel"],
    ]
    content = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    assert read(tmp_path, content) == (
        Student("e1", "Lefèvre", "Zoé", "zoe@ecole.fr", "123"),
        Student("e2", "Morel"),
    )


def test_moodles_worksheet_is_a_list(tmp_path: Path) -> None:
    text = (
        "Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,"
        "La note peut être modifiée,Dernière modification (note),Feedback par commentaires\n"
        'Participant900110,Zoé Lefèvre,Zoe@Ecole.fr,"Remis",,"20,00",Oui,-,\n'
        'Participant 900111,"Morel, Marc",marc@ecole.fr,-,,"20,00",Oui,-,\n'
    )
    assert read(tmp_path, text) == (
        Student("zoe@ecole.fr", "Zoé Lefèvre", "", "Zoe@Ecole.fr", "900110"),
        Student("marc@ecole.fr", "Morel, Marc", "", "marc@ecole.fr", "900111"),
    )


def test_moodles_list_of_participants_is_a_list(tmp_path: Path) -> None:
    text = "Prénom,Nom de famille,Numéro d’identification,Adresse de courriel\nZoé,Li,22,z@e.fr\n"
    assert read(tmp_path, text) == (Student("22", "Li", "Zoé", "z@e.fr"),)


def test_an_anonymous_worksheet_goes_by_moodles_number(tmp_path: Path) -> None:
    assert read(tmp_path, "Identifiant,Statut\nParticipant7,-\n") == (
        Student("7", participant="7"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ne contient aucun étudiant"),
        ("etudiant;nom\n", "ne contient aucun étudiant"),
        ("nom;prenom\nMorel;Marc\n", "La colonne « etudiant » manque"),
        ("etudiant;nom\ne1;A\ne1;B\n", "« e1 » est donné deux fois"),
        ("etudiant;participant\ne1;5\ne2;5\n", "Le participant « 5 » est donné deux fois"),
        ("etudiant;nom\n;A\n", "manque à la ligne 2"),
        ("etudiant;nom\n../e1;A\n", "ne convient pas"),
        ("etudiant;nom\n..;A\n", "ne convient pas"),
        ("etudiant;nom\n=1+1;A\n", "ne convient pas"),
        ("etudiant;nom\na\x07b;A\n", "ne convient pas"),
        (f"etudiant;nom\n{'e' * 300};A\n", "ne convient pas"),
        ("etudiant;nom\ne1;A;B\n", "La ligne 2 de « liste.csv » a plus de cellules"),
        ("etudiant;participant\ne1;abc\n", "n’est pas un numéro de Moodle"),
        (b"PK\x03\x04\x00\x00", "n’est pas un fichier CSV"),
    ],
)
def test_each_problem_is_said(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value).replace("\u00a0", " ")


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="introuvable"):
        read_roster(tmp_path / "liste.csv")


def test_ordinary_ids_name_their_own_files() -> None:
    for student in ("e001", "22012345", "zoe.li@ecole.fr", "a-b_c"):
        assert safe_name(student) == student


AWKWARD = [
    "Paul", "paul", "PAUL", "con", "con.fr", "nul", "COM1", "com1.txt", "../e1", "..", "e1.", "e 1",
    "é", "é" * 300, "李小龙", "王", ".cache", "-rf", "a/b", "a\\b", "a:b", "a" * 61, "😀",
    "a\ud800",
]  # fmt: skip


def test_awkward_ids_get_portable_names_of_their_own() -> None:
    names = [safe_name(student) for student in AWKWARD]
    assert len({name.casefold() for name in names}) == len(AWKWARD)
    assert safe_name(safe_name("Paul")) != safe_name("Paul")


@given(st.text(min_size=1))
def test_every_name_is_short_plain_and_not_reserved(student: str) -> None:
    name = safe_name(student)
    assert name.isascii() and len(name) <= 60
    assert name[0].isalnum() and not name.endswith(".")
    assert not set(name) & set('<>:"/\\|?* \0')
    assert name.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


def test_an_empty_number_falls_back_to_the_address(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(
        "Numéro d'identification;Adresse de courriel\ne1;Awa@ecole.example\n;leo@ecole.example\n",
        encoding="utf-8",
    )
    assert [student.id for student in read_roster(path)] == ["e1", "leo@ecole.example"]


def test_moodles_worksheet_in_english_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Grades.csv"
    path.write_text(
        "Identifier,Full name,Email address,Status,Grade\n"
        "Participant 4101,Awa Diallo,awa@ecole.example,Submitted for grading,\n",
        encoding="utf-8",
    )
    (student,) = read_roster(path)
    assert (student.id, student.last_name, student.participant) == (
        *("awa@ecole.example", "Awa Diallo", "4101"),
    )


@pytest.mark.parametrize(
    "written",
    [
        *("Friday, 28 November 2025, 11:59 PM", "Friday, November 28, 2025, 11:59 PM"),
        *("vendredi 28 novembre 2025, 23:59", "28/11/2025 23:59:40", "2025-11-28T23:59:40"),
        *("vendredi 28 novembre 2025, 23 h 59", "28 November 2025, 23:59"),
    ],
)
def test_when_a_work_came_is_read_as_anybody_writes_it(tmp_path: Path, written: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(f"etudiant;remis_le\ne1;{written}\ne2;-\n", encoding="utf-8")
    first, second = read_roster(path)
    assert first.handed_in == dt.datetime(2025, 11, 28, 23, 59)
    assert second.handed_in is None


def test_an_id_has_no_sign_that_nobody_sees(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("etudiant;nom\n\u200be1\u00ad ;A\n\ufeffe2\u200d;B\n", encoding="utf-8")
    assert [student.id for student in read_roster(path)] == ["e1", "e2"]
    path.write_text("etudiant\ne1\n\u200be1\n", encoding="utf-8")
    with pytest.raises(CourseError, match="donné deux fois"):
        read_roster(path)


@pytest.mark.parametrize(
    "written",
    ["2025-11-28T22:59:40Z", "2025-11-28T22:59:40.000Z", "2025-11-28 17:59:40 -0500",
     "2025-11-28T23:59+01:00"],
)  # fmt: skip
def test_a_moment_that_says_its_zone_is_read_by_the_teachers_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    path = tmp_path / "liste.csv"
    path.write_text(f"etudiant;remis_le\ne1;{written}\n", encoding="utf-8")
    (student,) = read_roster(path)
    monkeypatch.undo()
    time.tzset()
    assert student.handed_in == dt.datetime(2025, 11, 28, 23, 59)


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("Status", "Submitted for grading - Extension granted until: Friday, 5 December 2025, "
                   "11:59 PM"),
        ("Statut", "Remis pour évaluation - Prolongation accordée jusqu’au : vendredi 5 décembre "
                   "2025, 23:59"),
        ("Statut", "Remis - Prolongation octroyée jusqu'au vendredi 5 décembre 2025, 23:59"),
        ("prolongation", "05/12/2025"),
        ("Prolongation", "5 décembre 2025 23:59"),
    ],
)  # fmt: skip
def test_an_extension_is_read_in_the_status_or_in_a_column(
    tmp_path: Path, heading: str, written: str
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(f"etudiant;{heading}\ne1;{written}\ne2;-\n", encoding="utf-8")
    first, second = read_roster(path)
    assert first.extension == dt.datetime(2025, 12, 5, 23, 59) and second.extension is None


def test_an_extension_that_is_no_date_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("etudiant;prolongation\ne1;une semaine\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"prolongation.*une semaine.*ligne 2"):
        read_roster(path)
