"""The command line: its help and refusals in French, and a class from the list to the marks."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from shutil import copyfile

import openpyxl
import pytest
from support.classroom import DEVOIR, KEY, MERITS, handed, lay
from support.course import ROOT
from support.kernels import NoKernel
from support.programs import requires

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.teacher import cli
from rfm_helpers.teacher.marking import batch
from rfm_helpers.teacher.marking.marking import unmarked
from rfm_helpers.teacher.reports.hand_marks import COLUMNS, MARKS
from rfm_helpers.teacher.reports.publishing import publish
from rfm_helpers.teacher.results import Graded, Status, Student

ENGLISH = re.compile(r"\b(the|this|show|message|exit|error|default|required|missing|path|try)\b")
SHEET = load_sheet(DEVOIR)
ON_CLUSTER = f"corriger x --devoir {DEVOIR} --sortie z --grappe"
ROSTER = "etudiant;nom;prenom;participant\ne1;Diallo;Awa;11\ne2;Nguyen;Léo;12\ne3;Parti;Luc;13\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["rfm-cours", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        assert left.value.code == code, said
        return f"{said.out}{said.err}".replace("\xa0", " ")

    return run


@pytest.mark.parametrize(
    "command",
    [
        *("", "distribuer", "corriger", "finaliser", "anonymiser", "reunir", "essayer"),
        *("paris", "jury", "bilan", "projets"),
    ],
)
def test_help_is_in_french(command: str, run) -> None:
    text = run(*command.split(), "--aide")
    assert "Afficher cette aide" in text
    assert not ENGLISH.search(text.lower()), text


def test_the_guide_names_commands_and_options_that_exist(run) -> None:
    pages = [ROOT / "docs" / name for name in ("corriger.md", "grappe.md")]
    guide = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    commands = re.findall(r"^rfm-cours (\w+)(.*)$", guide, re.MULTILINE)
    assert {command for command, _ in commands} == {
        "essayer", "distribuer", "corriger", "finaliser", "reunir", "jury", "bilan", "projets",
    }  # fmt: skip
    for command, rest in commands:
        known = run(command, "--aide")
        assert all(option in known for option in re.findall(r"--\w+", rest))
    assert set(re.findall(r"`(--\w+)", guide)) <= set(
        re.findall(r"--\w+", run("corriger", "--aide"))
    )


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        ("distribuer", 2, "« --liste » manque"),
        ("corriger", 2, "« RENDUS » manque"),
        ("corriger x --truc", 2, "« --truc » n’existe pas"),
        ("corriger x --processus 0", 2, "« --processus » ne convient pas"),
        ("effacer", 2, "n’est pas écrite comme il faut"),
        ("corriger x --devoir y --sortie z", 1, "« y » n’existe pas : choisissez devoir_1_rfm"),
        (f"corriger x --devoir {DEVOIR} --sortie z", 1, "La clé du cours « cle_du_cours.txt »"),
        (f"distribuer --liste x.csv --devoir {DEVOIR} --sortie z", 1, "« x.csv » est introuvable"),
        ("finaliser x", 1, "Le dossier « x » ne contient pas de résultats"),
        ("anonymiser x", 1, "Le dossier « x » ne contient pas de résultats"),
        ("reunir x a.xlsx", 1, "Le dossier « x » ne contient pas de résultats"),
        ("reunir x", 2, "« COPIES » manque"),
        ("jury Ada", 2, "« --correcteur » manque"),
        ("bilan x.xlsx", 1, "« x.xlsx » ne s’ouvre pas comme un classeur"),
        ("essayer --isolation sable --sortie z", 1, "« sable » n’existe pas"),
        (f"{ON_CLUSTER} tcp://192.0.2.1:8786", 1, "« tcp://192.0.2.1:8786 » n’est pas chiffrée"),
        (f"{ON_CLUSTER} tls://x:1 --isolation aucune", 1, "retirez « --isolation aucune »"),
    ],
)
def test_a_refusal_is_one_french_sentence_that_says_what_to_do(
    words: str, code: int, part: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = run(*words.split(), code=code)
    assert text.startswith("⚠") and part in text and text.count("\n") == 1
    assert not ENGLISH.search(text.lower())


def test_what_does_not_exist_is_refused_before_anything_runs(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cle_du_cours.txt").write_text("une clé de cours assez longue")
    Path("vide").mkdir()
    words = ["--devoir", DEVOIR, "--sortie", "z"]
    assert "« rendus.zip » ne peut pas être lu" in run("corriger", "rendus.zip", *words, code=1)
    assert "« sable » n’existe pas" in run(
        "corriger", "vide", "--isolation", "sable", *words, code=1
    )
    assert not Path("z").exists()


@pytest.mark.parametrize(
    "words",
    [
        f"corriger rendus --devoir {DEVOIR} --sortie fichier",
        f"distribuer --liste liste.csv --devoir {DEVOIR} --sortie fichier",
        f"distribuer --liste liste.csv --devoir {DEVOIR} --sortie z --cle fichier/cle.txt",
        "finaliser fichier",
        "anonymiser fichier",
        "jury Ada --correcteur Roy --sortie fichier",
        "essayer --sortie fichier",
    ],
)
def test_a_file_in_the_place_of_a_folder_is_refused_in_a_sentence(
    words: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fichier").write_text("déjà là", encoding="utf-8")
    Path("cle_du_cours.txt").write_text(KEY, encoding="utf-8")
    Path("liste.csv").write_text("etudiant\nrien\n", encoding="utf-8")
    lay(Path("rendus"), {"rien": {"note.pdf": b""}})
    text = run(*words.split(), code=1)
    assert re.search("⚠.* « (fichier|jury.xlsx)", text) and not ENGLISH.search(text.lower())
    assert Path("fichier").read_text(encoding="utf-8") == "déjà là"


def test_a_list_that_grows_leaves_what_was_handed_out(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["distribuer", "--liste", "liste.csv", "--devoir", DEVOIR, "--sortie", "dossiers"]
    Path("liste.csv").write_text("etudiant\ne1\n", encoding="utf-8")
    assert "Clé du cours écrite dans « cle_du_cours.txt »" in run(*words)
    (notebook,) = Path("dossiers/e1").rglob("*.ipynb")
    notebook.write_text("commencé", encoding="utf-8")
    Path("liste.csv").write_text("etudiant\ne1\ne2\n", encoding="utf-8")
    assert "1 dossier dans « dossiers » (1 dossier déjà là, sans changement)" in run(*words)
    assert notebook.read_text(encoding="utf-8") == "commencé"
    first, second = (
        {path.name: path.read_bytes() for path in Path("dossiers", one).rglob("*.csv")}
        for one in ("e1", "e2")
    )
    assert first.keys() == second.keys() and first != second


@requires("bwrap")
def test_from_the_list_to_the_marks(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed out by the command, handed in untouched but for one text, marked, graded again."""
    monkeypatch.chdir(tmp_path)
    Path("liste.csv").write_text(ROSTER, encoding="utf-8")
    options = ["--liste", "liste.csv", "--devoir", DEVOIR]
    run("distribuer", *options, "--sortie", "dossiers")
    import nbformat

    notebook = nbformat.read(Path("dossiers/e1") / DEVOIR / f"{DEVOIR}.ipynb", as_version=4)
    lay(Path("rendus"), {"e1": handed(notebook, "e1", {"conseil": "Rappeler les fidèles."})})
    grade = ["corriger", "rendus", *options, "--sortie", "resultats", "--processus", 1]
    text = run(*grade)
    assert "corrigé : 1" in text and "non rendu : 2" in text and "1 texte à noter" in text
    assert rows()["e1"]["note"] == "0" and rows()["e2"]["note"] == ""
    marked = mark_all_with(1)
    assert "à noter" not in run("finaliser", "resultats")
    assert rows()["e1"]["note"] == str(marked)
    give_bonus("e2", 7)
    run(*grade)
    assert rows()["e1"]["note"] == str(marked)
    assert rows()["e2"]["note"] == rows()["e2"]["ajustements"] == "7"
    page = Path("resultats/retours/e1.html").read_text(encoding="utf-8")
    assert "Bien vu." in page


def rows(folder: str = "resultats") -> dict[str, dict[str, str]]:
    text = Path(folder, "notes.csv").read_text(encoding="utf-8-sig")
    return {row["etudiant"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}


def give_bonus(student: str, points: int) -> None:
    path = Path("resultats/ajustements.xlsx")
    book = openpyxl.load_workbook(path)
    for place, value in enumerate((student, "points en plus", None, points, "Oral"), start=1):
        book["Ajustements"].cell(2, place).value = value
    book.save(path)


def mark_all_with(points: int) -> int:
    """What a teacher does in the workbook; the sum of the points given."""
    path = Path("resultats/a_noter.xlsx")
    book = openpyxl.load_workbook(path)
    page = book[MARKS]
    headings = {cell.value: cell.column for cell in page[1]}
    assert set(COLUMNS) <= set(headings)
    given = 0
    for row in range(2, page.max_row + 1):
        if page.cell(row, headings["etudiant"]).value == "e1":
            page.cell(row, headings["points"]).value = points
            page.cell(row, headings["commentaire"]).value = "Bien vu."
            given += points
    book.save(path)
    return given


# --- after grading --------------------------------------------------------------------------------


@pytest.fixture
def graded_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results of two students whose texts are to be marked."""
    monkeypatch.chdir(tmp_path)
    results = [
        Graded(Student(one), Status.GRADED, unmarked(SHEET), {"conseil": "Rappeler les fidèles."})
        for one in ("e1", "e2")
    ]
    publish(Path("resultats"), DEVOIR, results)
    return Path("resultats")


def test_two_markers_who_know_no_name_agree_on_the_marks(run, graded_folder: Path) -> None:
    said = run("anonymiser", graded_folder)
    assert "« resultats/a_noter_anonyme.xlsx » est prêt" in said
    assert "gardez « anonymat.csv »" in said
    assert "existe déjà" in run("anonymiser", graded_folder, code=1)
    for name, points in (("anne", 1), ("bruno", 0.5)):
        copy = Path(f"{name}.xlsx")
        copyfile(graded_folder / "a_noter_anonyme.xlsx", copy)
        give_each_criterion(copy, points)
    said = run("reunir", graded_folder, "anne.xlsx", "bruno.xlsx")
    assert "6 écarts : la colonne « Retenu » de « resultats/ecarts.xlsx »" in said
    assert "exécutez rfm-cours finaliser resultats" in said
    assert not ENGLISH.search(said.lower())
    said = run("finaliser", graded_folder)
    assert "corrigé : 2" in said and "à noter" not in said
    assert {row["note"] for row in rows().values()} == {"2,25"}


def give_each_criterion(path: Path, points: float) -> None:
    book = openpyxl.load_workbook(path)
    page = book[MARKS]
    place = [cell.value for cell in page[1]].index("points") + 1
    for row in range(2, page.max_row + 1):
        page.cell(row, place).value = points
    book.save(path)


@pytest.mark.parametrize(
    ("command", "file"),
    [("reunir resultats copie.xlsx", "copie.xlsx"), ("finaliser resultats", "a_noter.xlsx")],
)
def test_a_workbook_that_cannot_be_read_is_named_and_changes_nothing(
    command: str, file: str, run, graded_folder: Path
) -> None:
    before = rows()
    for folder in (Path(), graded_folder):
        (folder / file).write_bytes(b"PK")
    text = run(*command.split(), code=1)
    assert text.startswith("⚠") and f"« {file} » ne s’ouvre pas" in text
    assert rows() == before


def test_the_example_is_graded_and_said_to_be_one(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a kernel: what is run, and what comes of it, is in test_class.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "Pool", NoKernel)
    said = run("essayer", "--processus", 1)
    assert "rfm-cours corriger exemple_de_correction/rendus.zip" in said
    assert "non rendu : 1" in said and "LISEZ-MOI.txt" in said
    assert not ENGLISH.search(said.lower())
    found = rows("exemple_de_correction/resultats")
    assert found and all(one.startswith("exemple-") for one in found)
    assert all("(exemple)" in row["nom"] for row in found.values())
    read_me = Path("exemple_de_correction/LISEZ-MOI.txt").read_text(encoding="utf-8-sig")
    assert "CECI EST UN EXEMPLE" in read_me
    assert all(student in read_me for student in found)
    assert "contient déjà quelque chose" in run("essayer", code=1)


def test_an_interruption_says_how_to_go_on(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "grade", interrupted)
    Path("cle_du_cours.txt").write_text("une clé de cours assez longue")
    lay(Path("rendus"), {"rien": MERITS["parfait"].deposit("rien")})
    words = ["rendus", "--devoir", DEVOIR, "--sortie", "z"]
    assert "relancez avec --reprendre" in run("corriger", *words, code=130)
