"""The final projects given back: the jury's marks in the gradebook and on the pages, the checks."""

from __future__ import annotations

import csv
import datetime as dt
import json
from bisect import bisect_left
from collections.abc import Mapping
from math import fsum
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from support.lessons import plain
from support.page import Page
from typer.testing import CliRunner, Result

from rfm_helpers.catalog import load_grid
from rfm_helpers.catalog.assessment import load_assessment
from rfm_helpers.catalog.project_examples import load_project_example
from rfm_helpers.datasets import load_orders
from rfm_helpers.teacher.classroom.intake import read_deposits
from rfm_helpers.teacher.cli import app
from rfm_helpers.teacher.reports.adjustments import BY_HAND
from rfm_helpers.teacher.reports.jury import CHECKS, MARKS, TEAMS
from rfm_helpers.teacher.reports.projects import (
    Handed,
    handed_projects,
    latest_of,
    project_checks,
    projects_like,
    to_authors,
    unclaimed,
)
from rfm_helpers.teacher.results import Student

GRID = load_assessment()
SHARES = {level.name: level.share for level in GRID.levels}
MARKERS = ("Mme Roy", "M. Saïd")
LIST = """etudiant;nom;prenom;participant
e1;Diallo;Awa;11
e2;Nguyen;Léo;12
e3;Roy;Ada;13
e4;Lenoir;Zoé;14
"""
SAVED = "2026-01-15T10:00:00+00:00"


def drawn(seed: int) -> list[str]:
    return Random(seed).choices([*SHARES], k=len(GRID.aspects))


def total(names: list[str]) -> float:
    pairs = zip(GRID.aspects, names, strict=True)
    return fsum(one.each * SHARES[name] for (one, _), name in pairs)


def call(*words: object, code: int = 0) -> str:
    result: Result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return plain(result.output)


def answers_file(answers: Mapping[str, Any]) -> str:
    kept = {name: {"value": value, "saved": SAVED} for name, value in answers.items()}
    return json.dumps({"format": 1, "exercise": "projet_final", "answers": kept})


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A jury's workbook for two projects, marked, and the files that the authors handed in."""
    folder = tmp_path_factory.mktemp("jury")
    (folder / "liste.csv").write_text(LIST, encoding="utf-8")
    for name, example in (("e1", "abouti"), ("Zoé Lenoir", "a_corriger")):
        deposit = folder / "rendus" / name
        deposit.mkdir(parents=True)
        content = answers_file(load_project_example(example).answers)
        (deposit / "projet_a_partager.json").write_text(content, encoding="utf-8")
    options = [part for marker in MARKERS for part in ("--correcteur", marker)]
    call("jury", "L’atelier", "Zoé Lenoir", *options, "--sortie", folder,
         "--rendus", folder / "rendus")  # fmt: skip
    book = load_workbook(folder / "jury.xlsx")
    for rank in range(len(MARKERS)):
        for shift, seed in ((0, rank), (12, 2 + rank)):
            for row, level in enumerate(drawn(seed), start=2 + shift):
                book[MARKS].cell(row, 5 + rank).value = level
    book[MARKS].cell(2, 9).value = '<b>Bien</b> =1+1 "vu"'
    for row, student in ((2, "e1"), (3, "e2"), (8, "e4")):
        book[TEAMS].cell(row, 2).value = student
    book.save(folder / "jury.xlsx")
    call("projets", folder / "jury.xlsx", "--liste", folder / "liste.csv", "--sortie",
         folder / "resultats", "--rendus", folder / "rendus")  # fmt: skip
    return folder


def notes(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "resultats" / "notes.csv").read_text(encoding="utf-8-sig")
    return {row["etudiant"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}


def number(text: str) -> float:
    return float(text.replace(",", "."))


def test_the_gradebook_has_the_mean_of_the_jury_for_each_author(school: Path) -> None:
    found = notes(school)
    mean = (total(drawn(0)) + total(drawn(1))) / 2
    assert (
        number(found["e1"]["note"]) == number(found["e2"]["note"]) == pytest.approx(mean, abs=0.006)
    )
    other = (total(drawn(2)) + total(drawn(3))) / 2
    assert number(found["e4"]["note"]) == pytest.approx(other, abs=0.006)
    assert (found["e3"]["statut"], found["e3"]["note"]) == ("non rendu", "")
    parts = fsum(number(found["e1"][one.id]) for one in GRID.criteria)
    assert parts == pytest.approx(mean, abs=0.03)
    moodle = (school / "resultats" / "moodle.csv").read_text(encoding="utf-8")
    assert "Participant11" in moodle and "Qualité de l’analyse RFM" in moodle
    titles = [cell.value for cell in load_workbook(school / "resultats" / "notes.xlsx")["Notes"][1]]
    assert len(titles) == 10


def page_of(school: Path, student: str) -> str:
    html = (school / "resultats" / "retours" / f"{student}.html").read_text(encoding="utf-8")
    assert "<b>Bien" not in html and "<script" not in html
    return plain(Page(html).text)


def test_a_page_has_the_criteria_with_levels_comments_mean_and_spread(school: Path) -> None:
    page = page_of(school, "e1")
    mean = (total(drawn(0)) + total(drawn(1))) / 2
    shown = f"{mean:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    assert f"Note : {shown} sur 20" in page
    gap = f"{abs(total(drawn(0)) - total(drawn(1))):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    assert f"Moyenne de 2 correcteurs ; écart entre eux : {gap}" in page
    for one in GRID.criteria:
        assert one.title in page
    names = [*SHARES]
    for (_, aspect), *levels in zip(GRID.aspects, drawn(0), drawn(1), strict=True):
        ordered = sorted({*levels}, key=names.index)
        described = " – ".join(aspect.seen[names.index(level)] for level in ordered)
        assert plain(f"{', '.join(ordered).capitalize()} – {described}") in page
    assert '<b>Bien</b> =1+1 "vu"' in page
    assert not any(marker in page for marker in MARKERS)
    assert "Aucun projet" in page_of(school, "e3")


def test_what_a_machine_checked_is_beside_the_grid_and_no_mark(school: Path) -> None:
    assert "Chaque ligne du tableau se retrouve dans les données" in page_of(school, "e2")
    flawed = page_of(school, "e4")
    for said in ("114,4 %", "3 986 666 €", "« Messages » (sans source)", "111 seulement peuvent"):
        assert said in flawed, said
    sheet = load_workbook(school / "jury.xlsx")[CHECKS]
    rows = [[str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert {row[0] for row in rows} == {"L’atelier", "Zoé Lenoir"}
    assert any("114,4" in row[4] for row in rows)
    unknown = [row for row in rows if row[0] == "L’atelier"]
    assert "n’est pas parmi les rendus" in plain(unknown[0][4])


def journey_segments() -> dict[str, tuple[int, float]]:
    """Customers and amount of each segment of the supermarket, by hand."""
    lines = load_orders("complete_journey")
    baskets = lines.groupby(["household_id", "basket_id"]).agg(
        day=("transaction_timestamp", "min"), amount=("sales_value", "sum")
    )
    by = baskets[baskets["amount"] > 0].groupby("household_id")
    table = pd.DataFrame({"R": by["day"].max(), "F": by.size(), "M": by["amount"].sum().round(2)})
    table["R"] = table["R"].dt.tz_convert("America/New_York").dt.date
    ranked = {name: sorted(table[name]) for name in "RFM"}
    codes = [
        "".join(str(1 + 4 * bisect_left(ranked[n], row[n]) // len(table)) for n in "RFM")
        for _, row in table.iterrows()
    ]
    found = table.groupby([load_grid("onze").by_code[code] for code in codes])["M"]
    return {str(name): (len(amounts), float(amounts.sum())) for name, amounts in found}


def test_the_supermarket_s_figures_are_compared_with_its_data() -> None:
    told = journey_segments()
    people, sales = (sum(pair[rank] for pair in told.values()) for rank in (0, 1))
    rows = [
        {"segment": name, "clients": count, "part_clients": count / people,
         "chiffre_affaires": amount, "part_ca": amount / sales}
        for name, (count, amount) in told.items()
    ]  # fmt: skip
    found = project_checks(JOURNEY | {"rfm/segments": rows}, dt.date(2026, 1, 5))
    assert (found[0].holds, found[1].holds) == (True, True)
    wrong = project_checks(JOURNEY | {"rfm/segments": rows[1:]}, dt.date(2026, 1, 5))
    assert (wrong[0].holds, "manque" in str(wrong[0])) == (False, True)


JOURNEY = {
    "projet/terrain": "The Complete Journey", "rfm/date": "2017-12-31", "rfm/mois": "12",
    "rfm/niveaux": "4", "rfm/methode": "quantiles",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"projet/terrain": "Les commandes de la marque"}, "qui reste sur leur ordinateur"),
        ({"projet/terrain": ""}, "quels clients"),
        ({"rfm/methode": ""}, "ne sont pas tous donnés"),
        ({"rfm/date": "2010-01-01"}, "ne donnent pas de scores"),
    ],
)
def test_a_page_says_why_figures_were_not_compared(changes: dict[str, str], said: str) -> None:
    answers = load_project_example("abouti").answers | changes
    found = {one.title: one for one in project_checks(answers, dt.date(2026, 1, 5))}
    assert said in str(found["Les segments et les données"])
    for title in ("Les segments et les données", "Les objectifs et les données",
                  "Les entrées du retour et les données"):  # fmt: skip
        assert found[title].holds is None
    assert found["Les parts"].holds and found["Le total"].holds


def test_an_adjustment_counts_and_stays_when_the_jury_changes_a_mark(school: Path) -> None:
    before = number(notes(school)["e2"]["note"])
    path = school / "resultats" / "ajustements.xlsx"
    book = load_workbook(path)
    for place, value in enumerate(("e2", "points en moins", None, 1, "Retard au jury"), start=1):
        book[BY_HAND].cell(2, place).value = value
    book.save(path)
    words = ("projets", school / "jury.xlsx", "--liste", school / "liste.csv", "--sortie",
             school / "resultats")  # fmt: skip
    for _ in range(2):
        call(*words)
        assert number(notes(school)["e2"]["note"]) == pytest.approx(before - 1, abs=0.006)
    assert "Retard au jury" in page_of(school, "e2")
    assert number(notes(school)["e1"]["note"]) == pytest.approx(before, abs=0.006)


@pytest.mark.parametrize(
    ("row", "project", "student", "said"),
    [(4, "L’atelier", "e9", "n’est pas sur la liste"), (9, "Zoé Lenoir", "e1", "second projet"),
     (10, "Autre", "e3", "n’est pas dans « Notes »")],
)  # fmt: skip
def test_a_team_that_does_not_hold_together_is_named(
    school: Path, tmp_path: Path, row: int, project: str, student: str, said: str
) -> None:
    book = load_workbook(school / "jury.xlsx")
    book[TEAMS].cell(row, 1).value, book[TEAMS].cell(row, 2).value = project, student
    book.save(tmp_path / "jury.xlsx")
    result = CliRunner().invoke(app, ["projets", str(tmp_path / "jury.xlsx"), "--liste",
        str(school / "liste.csv"), "--sortie", str(tmp_path / "resultats")])  # fmt: skip
    assert said in plain(str(result.exception))
    assert not (tmp_path / "resultats" / "notes.csv").exists()


def test_what_the_jury_has_not_finished_has_no_mark(school: Path, tmp_path: Path) -> None:
    book = load_workbook(school / "jury.xlsx")
    for row in range(2, 26):
        book[MARKS].cell(row, 5).value = book[MARKS].cell(row, 6).value = None
    book.save(tmp_path / "jury.xlsx")
    said = call("projets", tmp_path / "jury.xlsx", "--liste", school / "liste.csv", "--sortie",
                tmp_path / "resultats")  # fmt: skip
    assert "n’a pas fini" in said and "« e3 » n’est dans aucune équipe" in said
    found = notes(tmp_path)
    assert (found["e1"]["note"], found["e1"]["statut"]) == ("", "à corriger à la main")


def test_authors_read_nothing_that_is_asked_of_the_jury() -> None:
    answers = load_project_example("abouti").answers
    own = {"projet/terrain": "Les commandes de la marque"}
    found = project_checks(answers | own, dt.date(2026, 1, 5))
    read = " ".join(to_authors(one).text for one in found)
    assert "Demandez-leur" in " ".join(one.text for one in found)
    assert "Demandez-leur" not in read and "votre propre fichier" in read


def handed(deposit: str, number: str = "", *, saved: str = "1", **typed: str) -> Handed:
    return Handed(deposit, number, {f"projet/{name}": text for name, text in typed.items()}, saved)


@pytest.mark.parametrize(
    ("one", "project"),
    [
        (handed("L'ATELIER"), "L’atelier"),
        (handed("Awa Diallo", "11"), "L’atelier"),
        (handed("X", "12"), "L’atelier"),
        (handed("projet_a_partager (1)", titre="l’Atelier "), "L’atelier"),
        (handed("Équipe 1", auteurs="Zoé Lenoir\nÉlie Saïd"), "Zoé Lenoir"),
        (handed("Équipe 1", auteurs="Élie Saïd\nNGUYEN, Léo\nLéo Nguyen"), "L’atelier"),
        (handed("Zoé Lenoir", titre="L’atelier", auteurs="Awa Diallo"), "Zoé Lenoir"),
        (handed("Équipe 1", titre="Autre", auteurs="Jean Bon"), ""),
        (handed("Équipe 1"), ""),
    ],
)
def test_a_file_is_of_the_project_of_its_place_or_that_it_names(one: Handed, project: str) -> None:
    team = [Student("e1", "Diallo", "Awa", "", "11"), Student("e2", "Nguyen", "Léo", "", "12")]
    projects = {"L’atelier": team, "Zoé Lenoir": []}
    assert projects_like(one, projects) == [project][: bool(project)]
    assert len([*unclaimed(projects, [one])]) == (not project)


def test_of_a_teams_files_the_newest_counts_and_each_file_of_a_folder_is_one(
    tmp_path: Path,
) -> None:
    deposit = tmp_path / "rendus" / "tous"
    deposit.mkdir(parents=True)
    for rank, title in enumerate(("B", "A", "B")):
        text = answers_file({"projet/titre": title, "marque/nom": str(rank)})
        text = text.replace(SAVED, f"2026-01-{20 - rank}T10:00:00+00:00")
        (deposit / f"{rank}.json").write_text(text, encoding="utf-8")
    found = handed_projects(read_deposits(tmp_path / "rendus"))
    assert len(found) == 3
    assert latest_of({"A": [], "B": [], "C": []}, found) == {
        "A": found[1].answers, "B": found[0].answers, "C": {}
    }  # fmt: skip
