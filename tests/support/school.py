"""Whole classes whose gradebook is known before they are graded, as Moodle hands them over."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import psutil
from nbformat import NotebookNode

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.teacher.classroom.notebooks import cell_name
from rfm_helpers.teacher.practice import load_practice, student_id, write_late_rule, write_practice
from support.classroom import DEVOIR, KEY, MERITS, with_solutions, zipped
from support.course import ROOT
from support.hostile import ALL, Case, deposit, makers, perfect

#: Of a hundred students, how many hand in something odd.
ODD = 15
LATE = "18/01/2026 09:30"
#: Kinds of the hostile suite that need no network and no machine to look at.
HOSTILE = (
    *("boucle", "memoire", "bombe_fork", "bavard", "sortie", "parricide", "dort", "sourd"),
    *("sort_aussitot", "ecrase", "faussaire", "recursif", "tronque", "document", "ancien_format"),
    *("renomme", "vide", "sans_cellule", "double", "autre_devoir", "sans_parametres", "lien"),
)
SHEET = load_sheet(DEVOIR)


@dataclass(frozen=True)
class School:
    """A class on the disk; the status and the mark that each must get (None: no mark)."""

    folder: Path
    expected: Mapping[str, tuple[str, float | None]]

    def command(self, results: Path, seconds: int, *more: object) -> list[str]:
        """The command that grades it into ``results``."""
        words = ["corriger", self.folder / "rendus.zip", "--devoir", DEVOIR, "--sortie", results]
        words += ["--liste", self.folder / "liste.csv", "--cle", self.folder / "cle_du_cours.txt"]
        module = [sys.executable, "-m", "rfm_helpers.teacher.cli"]
        return [*module, *map(str, (*words, "--delai", seconds, *more))]


def practice_school(folder: Path) -> School:
    """The class that ships with the course."""
    write_practice(folder)
    invented = enumerate(load_practice().etudiants, start=1)
    return School(folder, {student_id(rank): (one.statut, one.points) for rank, one in invented})


# --- a generated class ----------------------------------------------------------------------------


def generated_school(folder: Path, size: int, odd: int) -> School:
    """A class of so many, so many of whom hand in something odd, at random places."""
    folder.mkdir(parents=True)
    places = set(random.Random(size).sample(range(1, size), odd))
    strange, merits = cycle(_strange()), cycle(map(with_solutions, MERITS.values()))
    files, rows, expected = {}, [], {}
    for rank in range(size):
        student, before = f"e{rank:03}", f"e{rank - 1:03}"
        if rank in places:
            case, when = _odd(next(strange), student, before)
        else:
            merit = next(merits)
            points = sum(merit.expected(student).values())
            case, when = Case(merit.deposit(student), mark=points), ""
        expected[student] = case.status, case.mark
        rows.append((student, f"Nom {rank}", "Prénom", 500 + rank, when or "15/01/2026 11:00"))
        top = f"Prénom Nom {rank}_{500 + rank}_assignsubmission_file_"
        files |= {f"{top}/{name}": content for name, content in case.files.items()}
    (folder / "rendus.zip").write_bytes(zipped(files))
    (folder / "cle_du_cours.txt").write_text(KEY, encoding="utf-8")
    with (folder / "liste.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([("etudiant", "nom", "prenom", "participant", "remis_le"), *rows])
    return School(folder, expected)


def _strange() -> Iterator[str]:
    yield from (*HOSTILE, "partagee", "autrui", "retard", "absent")


def _odd(kind: str, student: str, before: str) -> tuple[Case, str]:
    """What an odd student hands in, and when, if that is not in time."""
    if kind == "partagee":
        return Case(deposit(student, _split(perfect(student))), "modifié"), ""
    if kind == "autrui":
        return Case(deposit(before), "identité à vérifier", None), ""
    if kind == "retard":
        return Case(deposit(student), mark=ALL - 2), LATE
    if kind == "absent":
        return Case({}, "non rendu", None), ""
    return replace(makers(0, [])[kind](student), names=("", "")), ""


def _split(notebook: NotebookNode) -> NotebookNode:
    """Each answer cell in two parts, as JupyterLab splits one: both have its metadata."""
    cells = []
    for cell in notebook.cells:
        if (cell_name(cell) or ("",))[0] == "answer":
            first = deepcopy(cell)
            first.source, first.id = "# Mon calcul, en deux cellules.", f"{cell.id}-1"
            cells.append(first)
        cells.append(cell)
    notebook.cells = cells
    return notebook


# --- grading it, killed or not --------------------------------------------------------------------


def grade(
    school: School,
    results: Path,
    moments: Sequence[int] = (),
    seconds: int = 10,
    processes: int = 2,
) -> None:
    """Grade a class, the command being killed once it has so many results, and started again.

    A loop asks how many there are: the moment of the kill is drawn, and follows from nothing else.
    """
    results.mkdir(parents=True, exist_ok=True)
    write_late_rule(results, SHEET, load_practice())
    words = school.command(results, seconds, "--reprendre", "--processus", processes)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(school.folder)}
    draw = random.Random(len(school.expected))
    for moment in sorted(moments):
        with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as command:
            while command.poll() is None and len([*results.glob("etat/*.json")]) < moment:
                time.sleep(0.02)
            time.sleep(draw.random())
            children = psutil.Process(command.pid).children(recursive=True)
            command.kill()
        psutil.wait_procs(children)
    subprocess.run(words, env=environment, check=True)


def rows(results: Path) -> dict[str, dict[str, str]]:
    """The gradebook, by student."""
    text = (results / "notes.csv").read_text(encoding="utf-8-sig")
    return {row["etudiant"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
