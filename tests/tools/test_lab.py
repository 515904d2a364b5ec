"""Setting up and opening the course: versions, settings kept apart, pinned requirements."""

from __future__ import annotations

import json
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from support.course import ROOT, load_tool
from traitlets.config import Config

lab = load_tool("lab")


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 15, 0)])
def test_an_unsuited_python_is_refused_in_french(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab.sys, "version_info", version)
    with pytest.raises(SystemExit, match=f"3.{version[1]}.*installez Python"):
        lab.check_python()


def test_everything_jupyter_writes_stays_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/home/learner/.jupyter")
    monkeypatch.delenv("RFM_REPONSES", raising=False)
    variables = lab.environment(tmp_path)
    places = {name for name, value in variables.items() if value.startswith(str(tmp_path))}
    assert places == {
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_CONFIG_PATH",
        "JUPYTER_DATA_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    }


def test_jupyterlab_speaks_french_and_asks_nothing(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    (path,) = tmp_path.rglob("default_setting_overrides.json")
    settings = json.loads(path.read_text(encoding="utf-8"))
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "fr_FR"}
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_printed_lines_are_cut_between_words(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    config = Path(lab.environment(tmp_path)["JUPYTER_CONFIG_DIR"])
    server = json.loads((config / "jupyter_server_config.json").read_text(encoding="utf-8"))
    assert server["LabApp"] == {"custom_css": True}
    assert "word-break: normal" in (config / "custom" / "custom.css").read_text(encoding="utf-8")


def listed(folder: Path, name: str = "") -> set[str]:
    """What JupyterLab's file browser shows of a folder, under the settings of the course."""
    (settings,) = folder.rglob("jupyter_server_config.json")
    manager = LargeFileManager(
        root_dir=str(folder), config=Config(json.loads(settings.read_text(encoding="utf-8")))
    )
    return {entry["name"] for entry in manager.get(name)["content"]}


def kept_by_git() -> list[str]:
    """Every file of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a repository")
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.splitlines()


def test_the_file_browser_lists_what_a_learner_opens(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    others = ["dist/cours-rfm.zip", "rfm_helpers.egg-info/top_level.txt", "mes_ventes.csv"]
    for name in [*kept_by_git(), *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    folders = {"notebooks", "exercises", "data", "docs"}
    assert listed(tmp_path) == folders | {"README.md", "mes_ventes.csv"}
    assert listed(tmp_path, "docs") == {"demarrage.md", "images"}
    assert "commandes.csv" in listed(tmp_path, "data/orsenne")
    secret = {"export_brut_verite.csv", "export_brut_defauts.csv"}
    assert secret.isdisjoint(listed(tmp_path, "data/orsenne"))


def test_the_learner_s_zip_lists_the_same(tmp_path: Path) -> None:
    lab.write_settings(tmp_path)
    files = ["LISEZ-MOI.html", "demarrer.py", "demarrer-windows.bat", "demarrer-mac.command"]
    files += ["rfm_helpers-0.1-py3-none-any.whl", "requirements.txt", "requirements.lock"]
    for name in [*files, "LICENSE", "LICENSE-content"]:
        (tmp_path / name).touch()
    assert listed(tmp_path) == {"LISEZ-MOI.html"}


def linked(page: Path) -> set[str]:
    """The names that lie on the ways of a page's links."""
    text = page.read_text(encoding="utf-8")
    return {part for link in re.findall(r"\]\(([^):#]+)", text) for part in Path(link).parts}


def test_no_lesson_links_to_what_is_not_listed() -> None:
    pages = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]
    names = {name for page in pages for name in linked(page)}
    assert "04_segmentation.ipynb" in names
    assert not [name for name in names for glob in lab.UNLISTED if fnmatch(name, glob)]


def test_the_keys_of_a_notebook_act_on_a_cell_and_not_in_its_activities() -> None:
    shortcuts = lab.cell_shortcuts(Path(lab.sys.prefix))
    taken = {each["command"] for each in shortcuts if each.get("disabled")}
    given = {each["command"]: each["selector"] for each in shortcuts if not each.get("disabled")}
    assert taken == set(given) >= {"notebook:cut-cell", "notebook:move-cursor-down"}
    assert all(selector.endswith(" .jp-Cell:focus") for selector in given.values())


def test_the_first_lesson_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    for name in ("03_calcul.ipynb", "02_donnees.ipynb", "brouillon.ipynb"):
        (tmp_path / "notebooks" / name).touch()
    commands = []

    class Done:
        returncode = 0

    def run(command: list[str], **_: object) -> Done:
        commands.append(command)
        return Done()

    monkeypatch.setattr(lab.subprocess, "run", run)
    assert lab.open_lab(Path("python"), tmp_path, ["--no-browser"]) == 0
    assert commands[0][-2:] == ["--no-browser", str(tmp_path / "notebooks" / "02_donnees.ipynb")]


def test_an_environment_that_is_up_to_date_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = []

    def run(command: list[str], **_: object) -> None:
        commands.append(command)
        (tmp_path / ".venv").mkdir(exist_ok=True)

    for name in ("ROOT", "VENV", "LOCK"):
        monkeypatch.setattr(lab, name, tmp_path / getattr(lab, name).relative_to(ROOT))
    monkeypatch.setattr(lab.subprocess, "run", run)
    for name in ("requirements.txt", "requirements.lock"):
        (tmp_path / name).write_text("babel==2.18.0\n")
    lab.install("requirements.txt")
    assert len(commands) == 3
    lab.install("requirements.txt")
    assert len(commands) == 3
    (tmp_path / "requirements.lock").write_text("babel==2.19.0\n")
    lab.install("requirements.txt")
    assert len(commands) == 6


def pins(name: str) -> dict[str, str]:
    """Package to version, as a requirements file says."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line[:1].isalpha())


def test_the_lock_pins_packages_and_names_no_place() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()[1:]
    pin = re.compile(r"[a-z0-9.-]+==[\w.+!]+( ; [\w'\"=<>!.*() ]+)?")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_the_lock_agrees_with_both_requirements_files() -> None:
    locked = {line.split(" ;")[0] for line in (ROOT / "requirements.lock").open(encoding="utf-8")}
    locked = {line.strip() for line in locked}
    for name in ("requirements.txt", "requirements-dev.txt"):
        wanted = {f"{package.lower()}=={version}" for package, version in pins(name).items()}
        assert wanted - locked == set()
