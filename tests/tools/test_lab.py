"""Setting up and opening the course: versions, settings kept apart, pinned requirements."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from support.course import ROOT, load_tool
from traitlets.config import Config

from rfm_helpers.environment import PYTHONS

lab = load_tool("lab")
installation = load_tool("installation")

EXTRAS_TOLD = ("entrepot.md", "grappe.md")


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
        "JUPYTER_RUNTIME_DIR",
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


def test_a_browser_takes_each_version_of_the_extension(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JupyterLab has a browser keep a script for a year under its name."""
    names = set()
    for text in ("// before", "// after"):
        (tmp_path / "lab.js").write_text(text)
        monkeypatch.setattr(lab, "__file__", str(tmp_path / "lab.py"))
        lab.write_settings(tmp_path)
        (path,) = tmp_path.rglob("rfm-cours/package.json")
        build = json.loads(path.read_text(encoding="utf-8"))["jupyterlab"]["_build"]
        assert (path.parent / build["load"]).read_text() == text
        names.add(build["load"])
    assert len(names) == 2


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
    files = [
        "LISEZ-MOI.html",
        "demarrer.py",
        "installation.py",
        "demarrer-windows.bat",
        "demarrer-mac.command",
    ]
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


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose JupyterLab is what a test writes in ``jupyterlab.py``."""
    (tmp_path / "notebooks").mkdir()
    for name in ("03_calcul.ipynb", "02_donnees.ipynb", "brouillon.ipynb"):
        (tmp_path / "notebooks" / name).touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


ANSWERING = """
import json, os, pathlib, sys, time
runtime = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"])
information = {"url": "http://localhost:8889/", "token": "abc"}
(runtime / "jpserver-2.json").write_text(json.dumps(information))
(runtime / "options.json").write_text(json.dumps(sys.argv[1:]))
time.sleep(1)
"""


def test_the_first_lesson_opens_and_its_address_is_told_in_french(
    served: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (served / "jupyterlab.py").write_text(ANSWERING)
    runtime = Path(lab.environment(served)["JUPYTER_RUNTIME_DIR"])
    runtime.mkdir(parents=True)
    (runtime / "jpserver-1.json").write_text('{"url": "http://old/", "token": ""}')
    os.utime(runtime / "jpserver-1.json", (0, 0))
    assert lab.open_lab(Path(sys.executable), served, ["--no-browser"]) == 0
    options = json.loads((runtime / "options.json").read_text())
    assert options[-2:] == ["--no-browser", str(served / "notebooks" / "02_donnees.ipynb")]
    *_, address, _, last = capsys.readouterr().out.splitlines()
    assert address.strip() == "http://localhost:8889/lab/tree/notebooks/02_donnees.ipynb?token=abc"
    assert last == "Le cours est ouvert, gardez cette fenêtre."


def test_a_jupyterlab_that_does_not_open_ends_with_what_to_do(
    served: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (served / "jupyterlab.py").write_text("raise SystemExit('no port is free')")
    with pytest.raises(SystemExit, match="redémarrez l’ordinateur"):
        lab.open_lab(Path(sys.executable), served, [])
    assert "no port is free" in capsys.readouterr().out


def test_it_opens_where_the_path_is_long_and_the_port_taken(tmp_path: Path) -> None:
    course = tmp_path / "Mes études à l’école" / ("ç" * 80) / ("é è " * 30 + "fin")
    course.mkdir(parents=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, str(ROOT / "sources" / "tools" / "lab.py"), "--no-browser"]
        options = ["--dossier", str(course), f"--ServerApp.port={port}"]
        server = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True
        )
        said = []
        for line in server.stdout or ():
            said.append(line)
            if "gardez cette fenêtre" in line:
                os.killpg(server.pid, signal.SIGINT)
    assert server.wait() == 0
    (address,) = re.findall(r"http://localhost:(\d+)/lab\?token=\w+", "".join(said))
    assert int(address) != port


def pins(name: str) -> set[str]:
    """The packages that a requirements file names, with version and condition."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.split(" ;")[0].lower() for line in lines if line[:1].isalpha()}


def test_the_lock_pins_packages_and_names_no_place() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()[1:]
    pin = re.compile(r"[a-z0-9.-]+==[\w.+!]+( ; [\w'\"=<>!.*() ]+)?")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_the_lock_agrees_with_both_requirements_files() -> None:
    locked = {line.split(" ;")[0] for line in (ROOT / "requirements.lock").open(encoding="utf-8")}
    locked = {line.strip() for line in locked}
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert pins(name) - locked == set()


def test_what_an_extra_adds_is_not_in_the_learners_installation() -> None:
    wanted = {re.split(r"[^\w-]", line)[0] for line in load_tool("lock").extras().splitlines()}
    assert {"duckdb", "ibis-framework", "pyspark-client", "psycopg", "distributed"} <= wanted
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {pin.split("==")[0] for pin in pins("requirements.txt")}
    assert not wanted & (named | {*project["dependencies"]})
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in EXTRAS_TOLD]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for extra in project["optional-dependencies"]:
        assert f"| `{extra}`" in readme and any(f"[{extra}]" in page for page in pages), extra


def test_every_place_names_the_same_versions_of_python() -> None:
    oldest, newest = (f"{major}.{minor}" for major, minor in PYTHONS)
    assert PYTHONS == (installation.OLDEST, installation.NEWEST)
    lock = load_tool("lock")
    assert (lock.PYTHONS[0], lock.PYTHONS[-1]) == (oldest, newest)
    for name in ("README.md", "docs/demarrage.md", "CONTRIBUTING.md", "requirements.txt"):
        versions = re.findall(r"\b3\.1\d\b", (ROOT / name).read_text(encoding="utf-8"))
        assert {oldest, newest} <= set(versions) <= set(lock.PYTHONS), name
