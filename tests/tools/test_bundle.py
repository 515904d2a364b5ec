"""The learner's zip: what is in it, what must not be, and that it can be made again."""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
from pathlib import Path

import pytest
from support.course import NOTEBOOKS, ROOT, load_tool
from support.lessons import plain

from rfm_helpers.french.words import french
from rfm_helpers.teacher.house.dictionary import PLANTED_PAGE
from rfm_helpers.teacher.house.raw_export import DEFECTS
from rfm_helpers.teacher.house.words import PLANTED

bundle = load_tool("bundle")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The zip, made twice."""
    folder = tmp_path_factory.mktemp("dist")
    paths = [folder / "first.zip", folder / "second.zip"]
    for path in paths:
        bundle.write_zip(path)
    return paths


@pytest.fixture
def archive(archives: list[Path]) -> zipfile.ZipFile:
    return zipfile.ZipFile(archives[0])


def names(archive: zipfile.ZipFile) -> set[str]:
    prefix = f"{bundle.FOLDER}/"
    assert all(name.startswith(prefix) for name in archive.namelist())
    return {name.removeprefix(prefix) for name in archive.namelist()}


def read(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(f"{bundle.FOLDER}/{name}").decode()


def wheel(archive: zipfile.ZipFile) -> zipfile.ZipFile:
    (name,) = (name for name in archive.namelist() if name.endswith(".whl"))
    return zipfile.ZipFile(io.BytesIO(archive.read(name)))


def test_the_same_tree_gives_the_same_bytes(archives: list[Path]) -> None:
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_it_holds_what_a_learner_needs(archive: zipfile.ZipFile) -> None:
    found = names(archive)
    lessons = {f"notebooks/{path.name}" for path in NOTEBOOKS.glob("*.ipynb")}
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*.*")}
    launchers = {"demarrer-windows.bat", "demarrer-mac.command", "demarrer-linux.sh"}
    papers = {"LISEZ-MOI.html", "LICENSE", "LICENSE-content"}
    installs = {
        "demarrer.py",
        "demarrer.js",
        "installation.py",
        "requirements.txt",
        "requirements.lock",
    }
    exercises = {f"exercises/{path.stem}.ipynb" for path in (ROOT / "sources/exercises").glob("*")}
    data -= {f"data/orsenne/{name}" for name in bundle.SECRET_DATA}
    assignments = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "exercises/devoirs").rglob("*.*")
    }
    assert {"exercises/devoirs/devoir_1_rfm.ipynb"} < assignments <= found
    assert lessons | exercises | data | launchers | papers | installs <= found
    assert "data/orsenne/commandes.csv" in found


def test_it_holds_neither_sources_nor_tests_nor_answers(archive: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in names(archive)}
    assert tops.isdisjoint({"sources", "tests", "docs", "rfm_helpers", ".git", ".jupyter"})
    assert not [name for name in names(archive) if "reponses" in name or "checkpoint" in name]
    for path in set(ROOT.glob("sources/*/*.py")) - {ROOT / "sources/tools/installation.py"}:
        assert path.name not in {Path(name).name for name in names(archive)}


def test_its_notebooks_hold_no_solution(archive: zipfile.ZipFile) -> None:
    """Worked solutions are in the package, which shows one when a learner asks for it."""
    built = [name for name in names(archive) if re.match(r"exercises/.+\.ipynb", name)]
    assert built
    for name in built:
        cells = json.loads(read(archive, name))["cells"]
        assert not [cell for cell in cells if "solution" in cell["metadata"].get("tags", [])]
        assert "".join(read(archive, name).split()) == "".join((ROOT / name).read_text().split())


def test_the_wheel_is_the_package_with_its_data_files(archive: zipfile.ZipFile) -> None:
    package = wheel(archive)
    expected = {path.relative_to(ROOT).as_posix() for path in bundle.package_files()}
    inside = {name for name in package.namelist() if ".dist-info/" not in name}
    assert inside == expected
    assert "rfm_helpers/catalog/segments.yaml" in inside


def test_the_package_is_found_in_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "ROOT", tmp_path / "teacher")
    for name in ("__init__.py", "teacher/__init__.py"):
        path = bundle.ROOT / "rfm_helpers" / name
        path.parent.mkdir(parents=True)
        path.touch()
    assert bundle.package_files() == [bundle.ROOT / "rfm_helpers" / "__init__.py"]


def test_it_holds_nothing_that_grades_an_assignment(archive: zipfile.ZipFile) -> None:
    package = wheel(archive)
    inside = package.namelist()
    assert not [name for name in inside if "teacher" in name]
    assert not [name for name in inside if name.endswith("entry_points.txt")]
    planted = {
        path.name for kind in ("verite", "defauts") for path in ROOT.glob(f"data/*/*{kind}*")
    }
    assert planted == set(bundle.SECRET_DATA)
    assert planted.isdisjoint(Path(name).name for name in names(archive))
    texts = b"".join(package.read(name) for name in inside)
    for secret in (b"make_variant", b"import hmac", b"CHECKS", b"hidden=True"):
        assert secret not in texts


def test_no_file_tells_what_is_planted(archive: zipfile.ZipFile) -> None:
    """Neither the phenomena nor the defects of the export, in the words of what plants them."""
    fixed = [max(re.split(r"\{.*?\}", found), key=len) for _, found in PLANTED.values()]
    telling = [
        plain(french(words)) for words in [*(planted for planted, _ in PLANTED.values()), *fixed]
    ]
    telling += [defect.name for defect in DEFECTS if "_" in defect.name]
    page = plain(PLANTED_PAGE.read_text(encoding="utf-8"))
    assert [words for words in telling if words not in page] == []
    package = wheel(archive)
    texts = {name: archive.read(name) for name in archive.namelist()}
    texts |= {name: package.read(name) for name in package.namelist()}
    for name, content in texts.items():
        text = plain(content.decode("utf-8", errors="replace"))
        assert [words for words in telling if words in text] == [], name


def test_requirements_name_the_wheel_instead_of_the_repository(archive: zipfile.ZipFile) -> None:
    lines = read(archive, "requirements.txt").splitlines()
    (local,) = (line for line in lines if line.startswith("./"))
    assert local.removeprefix("./") in names(archive)
    assert re.fullmatch(r"\./rfm_helpers-[\d.]+\+[0-9a-f]{8}-py3-none-any\.whl", local)
    assert "-e ." not in lines


def test_launchers_suit_their_systems(archive: zipfile.ZipFile) -> None:
    batch = read(archive, "demarrer-windows.bat")
    assert batch.isascii()
    assert batch.count("\n") == batch.count("\r\n") > 5
    for name in ("demarrer-linux.sh", "demarrer-mac.command"):
        assert "\r" not in read(archive, name)
        mode = archive.getinfo(f"{bundle.FOLDER}/{name}").external_attr >> 16
        assert mode & stat.S_IXUSR


def test_the_guide_is_a_page_in_french(archive: zipfile.ZipFile) -> None:
    page = read(archive, "LISEZ-MOI.html")
    assert '<html lang="fr">' in page
    assert "<table>" in page
    assert "demarrer-windows.bat" in page
