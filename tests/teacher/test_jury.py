"""The marks of the final projects: what a jury types, and what is made of it."""

from __future__ import annotations

import re
import subprocess
from math import fsum
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook
from support.programs import requires
from typer.testing import CliRunner

from rfm_helpers.catalog.assessment import Assessment, load_assessment
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.cli import app
from rfm_helpers.teacher.reports.jury import (
    MARKS,
    TOTALS,
    read_jury_book,
    write_jury_book,
    write_talk_grid,
)

PROJECTS, MARKERS = ["L’été d’Ada", '=1+1 "Élie" 🎉', "Sans note"], ["Mme Roy", "M. Saïd"]
GRID = load_assessment()
SHARES = {level.name: level.share for level in GRID.levels}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_jury_book(tmp_path / "jury.xlsx", PROJECTS, MARKERS)


def fill(path: Path, project: str, marker: str, names: list[str]) -> None:
    opened = load_workbook(path)
    page = opened[MARKS]
    place = [cell.value for cell in page[1]].index(marker) + 1
    rows = [row for row in range(2, page.max_row + 1) if page.cell(row, 1).value == project]
    for row, name in zip(rows, names, strict=False):
        page.cell(row, place).value = name
    opened.save(path)


def drawn(seed: int) -> list[str]:
    return Random(seed).choices([*SHARES], k=len(GRID.aspects))


def total(names: list[str]) -> float:
    pairs = zip(GRID.aspects, names, strict=True)
    return fsum(one.points / len(one.looked) * SHARES[name] for (one, _), name in pairs)


def refused(path: Path, change: Any, pattern: str) -> None:
    opened = load_workbook(path)
    change(opened)
    opened.save(path)
    with pytest.raises(CourseError) as error:
        read_jury_book(path)
    assert re.search(pattern, str(error.value).replace("\u00a0", " "))


def test_the_grid_has_the_four_criteria_of_the_brief() -> None:
    assert [one.title for one in GRID.criteria] == [
        "Qualité de l’analyse RFM",
        "Pertinence des stratégies et sous-stratégies",
        "Justification des budgets et du ROI",
        "Clarté et professionnalisme de la présentation",
    ]
    assert [level.name for level in GRID.levels][:: len(GRID.levels) - 1] == [
        "insuffisant", "excellent",
    ]  # fmt: skip
    best = GRID.marks({aspect.id: "excellent" for _, aspect in GRID.aspects})
    assert sum(best.values()) == 20
    assert GRID.marks({aspect.id: "" for _, aspect in GRID.aspects}) == {}


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (lambda data: data["criteria"][0].update(points=4), "doivent faire 20"),
        (lambda data: data["levels"].reverse(), "du plus bas au plus haut"),
        (lambda data: data["levels"].pop(), "une description par niveau"),
    ],
)
def test_a_grid_that_does_not_hold_together_is_refused(change: Any, pattern: str) -> None:
    data = GRID.model_dump(mode="json")
    change(data)
    with pytest.raises(ValueError, match=pattern):
        Assessment.model_validate(data)


def test_what_two_markers_typed_is_read_with_its_mean_and_spread(book: Path) -> None:
    for rank, marker in enumerate(MARKERS):
        fill(book, PROJECTS[0], marker, drawn(rank))
    fill(book, PROJECTS[1], MARKERS[0], drawn(2))
    fill(book, PROJECTS[1], MARKERS[1], drawn(3)[:5])
    read = read_jury_book(book)
    first, second, third = (read[name] for name in PROJECTS)
    assert first.by_marker == {
        m: pytest.approx(total(drawn(k)), abs=0.006) for k, m in enumerate(MARKERS)
    }
    assert first.mean == pytest.approx((total(drawn(0)) + total(drawn(1))) / 2, abs=0.01)
    assert first.spread == pytest.approx(abs(total(drawn(0)) - total(drawn(1))), abs=0.01)
    assert (list(second.by_marker), second.missing) == (MARKERS[:1], {MARKERS[1]: 7})
    assert (third.mean, third.spread, third.missing) == (None, 0.0, dict.fromkeys(MARKERS, 12))


def test_the_command_writes_for_a_jury_and_says_where_it_stands(tmp_path: Path) -> None:
    options = [part for marker in MARKERS for part in ("--correcteur", marker)]
    run = CliRunner()
    tmp_path /= "jury"  # which is made
    made = run.invoke(app, ["jury", *PROJECTS[:1], *options, "--sortie", str(tmp_path)])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "grille_oral.html").exists()
    fill(tmp_path / "jury.xlsx", PROJECTS[0], MARKERS[0], drawn(0))
    said = run.invoke(app, ["bilan", str(tmp_path / "jury.xlsx")])
    words = " ".join(said.output.replace("\u00a0", " ").split())
    assert said.exit_code == 0
    mark = f"{total(drawn(0)):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    assert f"{mark} sur 20, écart de 0" in words
    assert "12 cases à remplir (M. Saïd)" in words


@requires("soffice")
def test_a_spreadsheet_finds_the_same_marks(book: Path, tmp_path: Path) -> None:
    for rank, marker in enumerate(MARKERS):
        fill(book, PROJECTS[0], marker, drawn(rank))
    fill(book, PROJECTS[1], MARKERS[0], drawn(2))
    fill(book, PROJECTS[2], MARKERS[0], drawn(3)[:4])
    profile = (tmp_path / "profil").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "calcul"),
         str(book)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    opened = load_workbook(tmp_path / "calcul" / book.name, data_only=True)
    head, *rows = opened[TOTALS].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    read = read_jury_book(book)
    for one in found:
        marks = read[str(one["Projet"])]
        for marker in MARKERS:
            assert (one[marker] or None) == pytest.approx(marks.by_marker.get(marker), abs=0.006)
        assert (one["Moyenne sur 20"] or None) == pytest.approx(marks.mean, abs=0.006)
    criteria = [found[0][one.title] for one in GRID.criteria]
    assert fsum(criteria) == pytest.approx(found[0]["Moyenne sur 20"])
    first, *others = (found[2][one.title] for one in GRID.criteria)
    assert first is not None and [one or None for one in others] == [None] * 3
    assert [one["Écart"] or None for one in found[1:]] == [None, None]
    gaps = [cell.value for cell in opened[MARKS]["H"][1:13]]
    order = [*SHARES]
    pairs = zip(drawn(0), drawn(1), strict=True)
    assert gaps == [abs(order.index(one) - order.index(two)) for one, two in pairs]


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (lambda o: o[MARKS].__setitem__("E3", "bien"), "ligne 3 .*« bien ».*ou excellent"),
        (lambda o: o[MARKS].__setitem__("J4", "style"), "ligne 4 .*ne correspond à rien"),
        (lambda o: o[MARKS].__setitem__("J4", "reglages"), "ligne 4 .*répète"),
        (lambda o: o[MARKS].delete_cols(4), "colonne « Points » manque"),
        (lambda o: o.remove(o[MARKS]), "feuille « Notes » manque"),
    ],
)
def test_a_workbook_that_was_damaged_names_the_place(book: Path, change: Any, pattern: str) -> None:
    refused(book, change, pattern)


def test_what_stands_far_away_in_a_workbook_costs_nothing(book: Path) -> None:
    fill(book, PROJECTS[0], MARKERS[0], drawn(0))
    opened = load_workbook(book)
    for page in (opened[MARKS], opened["Équipes"]):
        page.cell(1_048_576, 500).value = "x"
    opened.save(book)
    assert [*read_jury_book(book)[PROJECTS[0]].by_marker] == MARKERS[:1]


def test_names_are_given_once_and_no_workbook_is_replaced(book: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="existe déjà"):
        write_jury_book(book, PROJECTS, MARKERS)
    with pytest.raises(CourseError, match="Il manque un projet"):
        write_jury_book(tmp_path / "a.xlsx", [" "], MARKERS)
    with pytest.raises(CourseError, match=r"Ada.*écrit deux fois"):
        write_jury_book(tmp_path / "a.xlsx", PROJECTS, ["Ada", "ADA"])


@requires("chromium")
@requires("pdftotext")
def test_the_grid_of_the_talk_is_one_page(tmp_path: Path) -> None:
    page = write_talk_grid(tmp_path / "grille_oral.html")
    pdf = tmp_path / "grille.pdf"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'profil'}", f"--print-to-pdf={pdf}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True).stdout
    assert text.count(b"\f") == 1
    (talk,) = (one for one in GRID.criteria if one.id == "presentation")
    words = " ".join(text.decode().split())
    for aspect in talk.looked:
        assert aspect.title.split()[-1] in words
