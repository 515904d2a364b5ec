"""The class that ships with the course: invented students, some of whom went wrong in a known way.

``practice.yaml`` says what each did. Right answers are those that grading itself expects.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import v4
from openpyxl import load_workbook
from pydantic import Field

from rfm_helpers.catalog.assignments import Sheet, load_sheet
from rfm_helpers.catalog.base import CatalogModel, Text, load_yaml
from rfm_helpers.documents.text import decimal, made, write_bytes, zipped
from rfm_helpers.documents.workbook import save_book
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions.assignment import STUDENT
from rfm_helpers.questions.chosen import CHOICES
from rfm_helpers.teacher.assignments.variants import Variant, load_kit, make_variant, token
from rfm_helpers.teacher.classroom.notebooks import as_text, cell_name, student_notebook
from rfm_helpers.teacher.marking.marking import Answers, mark_all
from rfm_helpers.teacher.reports.adjustments import FILE, LATE, write_adjustments

CONTENT = Path(__file__).with_suffix(".yaml")
KEY = "exemple : cette clé est publique"
MOMENT = "2026-01-15T10:00:00+00:00"
IN_TIME = "15/01/2026 11:00"
READ_ME = """\
CECI EST UN EXEMPLE : ces étudiants sont inventés, et leurs travaux sont faits par le cours.

Ouvrez d’abord `rapport.html`, puis les autres fichiers du dossier `resultats`, que la page
`docs/corriger.md` décrit. Voici ce que chacun a fait, et ce que la correction doit en dire (sur
{most} ; les textes, sur {left}, sont à noter par vous dans `a_noter.xlsx`).

{lines}

Pour voir la suite : donnez des points dans `a_noter.xlsx`, enregistrez, puis exécutez
`rfm-cours finaliser {folder}`
Ce dossier ne sert à rien d’autre : effacez-le quand vous voulez.
"""


class Invented(CatalogModel):
    """A student of the example, what he did, and the status and points that he must get."""

    nom: Text
    prenom: Text
    fait: Text
    statut: Text
    points: float | None = None
    texte: str = ""
    choix: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    champs: Mapping[str, str] = Field(default_factory=dict)
    remis_le: str = IN_TIME
    carnet: str = ""
    supprime: tuple[str, ...] = ()
    ajoute: str = ""
    abime: bool = False
    de: int = 0
    absent: bool = False


class Content(CatalogModel):
    """The whole file: assignment, the rule on late work, the students."""

    devoir: Text
    limite: Text
    points_par_jour: float
    etudiants: tuple[Invented, ...]


@dataclass(frozen=True)
class Practice:
    """Where the example stands: what `corriger` is given, and where it writes."""

    assignment: str
    roster: Path
    key: Path
    deposits: Path
    results: Path


@cache
def load_practice() -> Content:
    """The invented class."""
    return load_yaml(CONTENT, Content)


def student_id(rank: int) -> str:
    """The id of a student, which says that he is an example.

    >>> student_id(1)
    'exemple-01'
    """
    return f"exemple-{rank:02}"


def write_practice(folder: Path) -> Practice:
    """Write list, key, deposits and rule on late work, the same bytes each time, and what to see.

    Raises:
        CourseError: the folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(
            f"Le dossier « {folder} » contient déjà quelque chose : effacez-le, ou nommez-en un "
            "autre avec « --sortie »."
        )
    content = load_practice()
    names = ("liste.csv", "cle_du_cours.txt", "rendus.zip", "resultats")
    practice = Practice(content.devoir, *(made(folder) / name for name in names))
    write_bytes(practice.roster, _roster(content).encode("utf-8-sig"))
    write_bytes(practice.key, f"{KEY}\n".encode())
    write_bytes(practice.deposits, zipped(_deposits(content)))
    write_late_rule(made(practice.results), load_sheet(content.devoir), content)
    write_bytes(folder / "LISEZ-MOI.txt", _read_me(content, practice.results).encode("utf-8-sig"))
    return practice


# --- what each handed in --------------------------------------------------------------------------


def _deposits(content: Content) -> dict[str, bytes]:
    """The files of the class, named as Moodle names them."""
    files = {}
    for rank, one in enumerate(content.etudiants, start=1):
        if not one.absent:
            top = f"{one.prenom} {one.nom}_{_participant(rank)}_assignsubmission_file_"
            files[f"{top}/rendu_{content.devoir}.zip"] = zipped(_deposit(content, rank, one))
    return files


def _participant(rank: int) -> int:
    return 4100 + rank


def _deposit(content: Content, rank: int, one: Invented) -> dict[str, bytes]:
    variant = make_variant(content.devoir, student_id(one.de or rank), KEY)
    notebook = _notebook(variant, one)
    return {
        one.carnet or f"{content.devoir}.ipynb": notebook[: -5000 if one.abime else None],
        f"reponses/{content.devoir}.json": _answers_file(variant, one),
    }


def _notebook(variant: Variant, one: Invented) -> bytes:
    notebook = student_notebook(variant, token(variant.assignment, variant.student, KEY))
    gone = {("locked", name) for name in one.supprime}
    notebook.cells = [cell for cell in notebook.cells if cell_name(cell) not in gone]
    if one.ajoute:
        notebook.cells.append(v4.new_code_cell(one.ajoute, id="ajout"))
    return as_text(notebook).encode()


def _answers_file(variant: Variant, one: Invented) -> bytes:
    choices = {name: {**right, **one.choix.get(name, {})} for name, right in _lists(variant)}
    values = {
        STUDENT: variant.student,
        **_right_values(variant),
        **one.champs,
        **{CHOICES.format(name): chosen for name, chosen in choices.items()},
        "conseil": one.texte,
    }
    kept = {name: {"value": value, "saved": MOMENT} for name, value in values.items()}
    content = {"format": 1, "exercise": variant.assignment, "answers": kept}
    return json.dumps(content, ensure_ascii=False).encode()


def _right_values(variant: Variant) -> dict[str, str]:
    """The right answers to the fields, as the teacher's files give them."""
    sheet, nothing = load_sheet(variant.assignment), (variant, Answers())
    marks = mark_all(sheet, load_kit(sheet.id), nothing, nothing)
    return {m.question: m.expected for m in marks if sheet.question(m.question).mode == "value"}


def _lists(variant: Variant) -> list[tuple[str, dict[str, Any]]]:
    """The right choices in the lists of the first assignment."""
    levels = {4: "quatre", 5: "cinq"}[variant.parameters["NIVEAUX"]]
    grid = {"grille": variant.parameters["GRILLE"]}
    return [
        ("lignes", {"date": "devoir"}),
        ("rfm", {"retours": "compris", "date": "devoir"}),
        ("scores", {"niveaux": levels, "mesure": "montant_total"}),
        ("segments", grid),
        ("profil", grid),
    ]


# --- what goes with it ----------------------------------------------------------------------------


def _roster(content: Content) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("etudiant", "nom", "prenom", "participant", "remis_le"))
    for rank, one in enumerate(content.etudiants, start=1):
        name = f"{one.nom} (exemple)"
        when = "" if one.absent else one.remis_le
        writer.writerow((student_id(rank), name, one.prenom, _participant(rank), when))
    return text.getvalue()


def write_late_rule(results: Path, sheet: Sheet, content: Content) -> None:
    """Write the adjustments of a class that is about to be graded, with the rule on late work."""
    path = results / FILE
    write_adjustments(path, sheet)
    book = load_workbook(path)
    book[LATE]["B2"] = content.limite
    book[LATE]["B4"] = content.points_par_jour
    save_book(book, path)


def _read_me(content: Content, results: Path) -> str:
    questions = load_sheet(content.devoir).questions
    by_hand = sum(one.points for one in questions if one.mode == "free")
    lines = [
        f"{student_id(rank)}  {one.prenom} {one.nom} {one.fait}.\n            → {_must_be(one)}"
        for rank, one in enumerate(content.etudiants, start=1)
    ]
    return french(
        READ_ME.format(
            most=decimal(sum(one.points for one in questions) - by_hand),
            left=decimal(by_hand),
            lines="\n".join(lines),
            folder=results,
        )
    )


def _must_be(one: Invented) -> str:
    return one.statut if one.points is None else f"{one.statut}, {decimal(one.points)}"
