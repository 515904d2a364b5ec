"""What a final project is handed in as: the report in a browser and on paper, the budget, all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support.final_project import ODD, finished, swollen
from support.programs import requires

from rfm_helpers.analysis.project.model import Project
from rfm_helpers.documents.project.files import BUDGET, DECK, REPORT, write_files
from rfm_helpers.documents.project.report import write_report
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.project import read_project


def report(folder: Path, answers: dict[str, Any]) -> str:
    return write_report(read_project(answers), folder / REPORT).read_text(encoding="utf-8")


def test_a_report_holds_the_whole_project_and_stands_alone(tmp_path: Path) -> None:
    page = report(tmp_path, finished())
    for text in ("Soirée privée", "Les faire revenir", "Longchamp", "Devis du 3 mars, page 2",
                 "3\u202f940,00\u00a0€", "8\u202f784\u00a0€", "30,0\u00a0%", "31 décembre 2025",
                 "03/11/2025", "médiane"):  # fmt: skip
        assert text in page, text
    assert not re.search(r"(?:src|href)=|@import|url\(", page)
    assert page.count("<h2>") == 5


def test_a_report_holds_long_and_odd_texts_whole_and_runs_nothing(tmp_path: Path) -> None:
    answers = swollen() | {"marque/fiche": '<script>alert("x")</script>'}
    page = report(tmp_path, answers)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert answers["rfm/lecture"][-60:] in page.replace("\u00a0", " ")
    assert ODD.split()[-2] in page and ODD.split()[-1] in page
    assert "suite dans les notes" not in page


def test_a_step_without_data_leaves_no_heading(tmp_path: Path) -> None:
    assert "<h2>" not in report(tmp_path, {})
    page = report(tmp_path, finished() | {"rfm/segments": [], "retour/plan": {}})
    assert "Les segments" not in page
    assert "Le retour attendu" not in page


def test_all_files_are_written_and_those_of_before_stay(tmp_path: Path) -> None:
    project = read_project(finished())
    first = write_files(project, tmp_path / "projet")
    assert {path.name: earlier for path, earlier in first.items()} == dict.fromkeys(
        (DECK, REPORT, BUDGET)
    )
    (tmp_path / "projet" / DECK).write_bytes(b"retouched")
    second = write_files(project, tmp_path / "projet")
    assert all(path.exists() and earlier and earlier.exists() for path, earlier in second.items())
    kept = second[tmp_path / "projet" / DECK]
    assert kept is not None and kept.read_bytes() == b"retouched"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "plein").write_text("")
    with pytest.raises(CourseError, match="vérifiez vos droits"):
        write_files(Project(), tmp_path / "plein")
    with pytest.raises(CourseError, match=r"doit finir par \.html"):
        write_report(Project(), tmp_path / "rapport.pdf")


@requires("soffice")
def test_a_spreadsheet_adds_up_the_budget_as_the_project_does(tmp_path: Path) -> None:
    project = read_project(finished())
    write_files(project, tmp_path)
    profile = (tmp_path / "profil").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "calcul"),
         str(tmp_path / BUDGET)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    page = load_workbook(tmp_path / "calcul" / BUDGET, data_only=True)["Budget"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    assert rows[0][4] == project.total == 3940
    strategies = [row[1] for row in rows if row[0] == "stratégie"]
    assert strategies == [one.name for one in project.strategies]
    assert sum(row[4] for row in rows if row[0] == "stratégie") == project.total


@requires("chromium")
@requires("pdftotext")
def test_a_report_prints_on_pages_that_hold_it_whole(tmp_path: Path) -> None:
    page = write_report(read_project(swollen()), tmp_path / REPORT)
    pdf = tmp_path / "rapport.pdf"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'profil'}", f"--print-to-pdf={pdf}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    boxes = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    text = boxes.stdout.decode(errors="replace")
    (width,) = set(re.findall(r'<page width="([\d.]+)"', text))
    ends = [float(end) for end in re.findall(r'xMax="([\d.]+)"', text)]
    assert 590 < float(width) < 600
    assert max(ends) <= float(width) - 36
    assert text.count(">Devis<") == 9  # a line each
