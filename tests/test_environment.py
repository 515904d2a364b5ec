"""The check of the learner's computer: each thing that may lack, simulated."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from rfm_helpers import environment
from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.environment import DONE, TO_MEND, check_environment

CHECKS = ["Python", "Bibliothèques", "Données", "Réponses", "Langue"]


def row(name: str) -> pd.Series:
    """One check; the others are in order."""
    table = check_environment().set_index("verification")
    others = table.drop(index=name)
    assert (others["etat"] == DONE).all() and (others["remede"] == "").all(), others
    return table.loc[name]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the course as a learner has it, with its data."""
    shutil.copytree(data_folder() / "orsenne", tmp_path / "data" / "orsenne")
    monkeypatch.setenv("RFM_DONNEES", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Packages that seem not to be installed: put their names in."""
    names: set[str] = set()
    version = metadata.version

    def pretend(name: str) -> str:
        if name in names:
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(environment.metadata, "version", pretend)
    return names


def test_here_everything_is_in_order() -> None:
    table = check_environment()
    assert table["verification"].tolist() == CHECKS
    assert table["etat"].tolist() == [DONE] * len(CHECKS)
    assert table["remede"].tolist() == [""] * len(CHECKS)


def test_what_is_in_order_reads_the_same_on_every_computer(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_REPONSES", str(course / "ailleurs"))
    elsewhere = check_environment()
    monkeypatch.delenv("RFM_DONNEES")
    monkeypatch.delenv("RFM_REPONSES")
    pd.testing.assert_frame_equal(check_environment(), elsewhere)


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 16, 0)])
def test_an_unsuited_python(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", version)
    found = check_environment().set_index("verification").loc["Python"]
    assert found["etat"] == TO_MEND
    assert f"3.{version[1]}" in found["constat"]
    assert "installez Python 3.14 ou 3.15" in found["remede"]


def test_a_package_that_is_not_there(lacking: set[str]) -> None:
    lacking.add("seaborn")
    found = row("Bibliothèques")
    assert (found["etat"], found["constat"]) == (TO_MEND, "seaborn manque")
    assert "programme de démarrage" in found["remede"]


def test_a_package_of_another_version(course: Path) -> None:
    version = metadata.version("pandas")
    lines = ["# a comment", "", "-e .", "./rfm_helpers-1.whl", "pandas==0.1  # old", "babel"]
    (course / "requirements.txt").write_text("\n".join(lines), encoding="utf-8")
    assert row("Bibliothèques")["constat"] == f"pandas {version} au lieu de 0.1"


def test_a_package_for_another_system_is_not_missed(course: Path) -> None:
    line = "zzzz==1 ; sys_platform == 'nowhere'\n"
    (course / "requirements.txt").write_text(line, encoding="utf-8")
    assert row("Bibliothèques")["etat"] == DONE


def test_without_requirements_the_package_says_what_it_needs(
    course: Path, lacking: set[str]
) -> None:
    lacking.add("narwhals")
    assert row("Bibliothèques")["constat"] == "narwhals manque"


def test_a_data_file_that_is_not_there_or_empty(course: Path) -> None:
    (course / "data" / "orsenne" / "produits.csv").unlink()
    (course / "data" / "orsenne" / "clients.csv").write_text("")
    found = row("Données")
    assert found["etat"] == TO_MEND
    assert found["constat"].endswith("clients.csv, produits.csv")
    assert str(course) in found["remede"]


def test_every_table_that_a_lesson_loads_is_looked_for() -> None:
    files = {path.stem for path in (data_folder() / "orsenne").glob("*.csv")}
    assert {name for name in files if not name.startswith("export_brut_")} == set(
        environment.TABLES
    )


def test_a_data_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFM_DONNEES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found = row("Données")
    assert found["etat"] == TO_MEND
    assert "RFM_DONNEES" not in found["constat"] and "copiez-y" in found["remede"]


def test_an_answers_folder_that_takes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fichier").touch()
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path / "fichier" / "reponses"))
    found = row("Réponses")
    assert found["etat"] == TO_MEND and "Documents" in found["remede"]


def test_the_check_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path / "reponses"))
    check_environment()
    assert list(tmp_path.iterdir()) == []


def test_a_translation_that_is_not_there(course: Path, lacking: set[str]) -> None:
    lacking.add(environment.LANGUAGE_PACK)
    assert row("Langue")["etat"] == TO_MEND
