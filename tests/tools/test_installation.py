"""Filling the course's environment: what is run, what is on the screen, what a failure says."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from support.course import ROOT

TOOL = ROOT / "sources" / "tools" / "installation.py"
DEEP = Path("Mes études à l’école", "ç" * 80, "é è " * 30 + "fin")


def tool_of(folder: Path) -> ModuleType:
    """The tool as it is in a course of its own, which needs one toy package and no network."""
    folder.mkdir(parents=True)
    shutil.copy(TOOL, folder)
    (folder / "requirements.txt").write_text("./jouet-1-py3-none-any.whl\n")
    (folder / "requirements.lock").write_text("jouet==1\n")
    with zipfile.ZipFile(folder / "jouet-1-py3-none-any.whl", "w") as wheel:
        info = "jouet-1.dist-info"
        wheel.writestr("jouet.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: jouet\nVersion: 1\n")
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    spec = importlib.util.spec_from_file_location("course_installation", folder / TOOL.name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tool(tmp_path: Path) -> ModuleType:
    return tool_of(tmp_path / "cours")


class Programs:
    """The programs of an installation: each leaves what it would, none is run."""

    def __init__(self, tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tool = tool
        self.run: list[str] = []
        #: What a program says when it fails, by a word of its command.
        self.failing: dict[str, str] = {}
        monkeypatch.setattr(tool.Progress, "run", lambda *step: self.pretend(*step))

    def pretend(self, progress: object, what: str, command: list[str], megabytes: int = 0) -> bool:
        text = " ".join(command[1:])
        self.run.append(text)
        if " venv " in f" {text} ":
            self.tool.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            self.tool.PYTHON.touch()
            version = ".".join(map(str, sys.version_info[:3]))
            (self.tool.VENV / "pyvenv.cfg").write_text(f"version = {version}\n")
        said = [said for word, said in self.failing.items() if word in text]
        if "interrupted" in said:
            raise KeyboardInterrupt
        progress.output = said  # type: ignore[attr-defined]
        return not said


@pytest.fixture
def programs(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tool, monkeypatch)


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 16, 0)])
def test_an_unsuited_python_is_refused_in_french(
    tool: ModuleType, version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool.sys, "version_info", version)
    with pytest.raises(SystemExit, match=f"3.{version[1]}.*installez Python"):
        tool.check_python()


def test_without_uv_pip_installs_in_a_deep_folder_and_every_line_is_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = tool_of(tmp_path / DEEP)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(tool, "EVERY", 0.01)
    tool.install("requirements.txt")
    subprocess.run([tool.PYTHON, "-c", "import jouet"], check=True)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("Installation du cours")
    assert [
        line for line in lines if not re.match(r" *\d+ s  ([1-3]/3 |Le cours est ins)", line)
    ] == []
    assert [
        line for line in lines if re.search(r"3/3 paquets, par pip .*, \d+ Mo sur environ", line)
    ]
    tool.install("requirements.txt")
    assert capsys.readouterr().out == ""


def test_uv_installs_and_what_is_up_to_date_is_left_alone(programs: Programs) -> None:
    install = programs.tool.install
    install("requirements.txt")
    made, fetched, filled = programs.run
    assert "--clear" in made and fetched.endswith(" uv")
    assert filled.startswith("-m uv pip install") and filled.endswith("-r requirements.txt")
    install("requirements.txt")
    assert len(programs.run) == 3
    programs.tool.LOCK.write_text("jouet==2\n")
    install("requirements.txt")
    assert len(programs.run) == 6 and "--clear" not in programs.run[3]


def test_what_is_installed_is_compiled_once(programs: Programs) -> None:
    for _ in range(2):
        programs.tool.install("requirements.txt")
        programs.tool.compile_all("requirements.txt")
    assert ["compileall" in command for command in programs.run] == [False] * 3 + [True]


@pytest.mark.parametrize("said", ["error: invalid peer certificate: UnknownIssuer", "?"])
def test_pip_takes_over_where_uv_fails(programs: Programs, said: str) -> None:
    programs.failing["uv pip"] = said
    programs.tool.install("requirements.txt")
    assert programs.run[3].startswith("-m pip install")
    assert programs.run[3].endswith("-r requirements.txt")


def test_a_full_disk_stops_it_at_once(programs: Programs) -> None:
    programs.failing["uv pip"] = "error: failed to write: No space left on device (os error 28)"
    with pytest.raises(SystemExit, match="libérez 2 Go"):
        programs.tool.install("requirements.txt")
    assert len(programs.run) == 3


def test_without_network_it_stops_and_says_so(programs: Programs) -> None:
    programs.failing["pip"] = "Failed to establish a new connection: name resolution"
    with pytest.raises(SystemExit, match="Internet"):
        programs.tool.install("requirements.txt")
    assert len(programs.run) == 2


def test_an_unknown_failure_shows_what_the_program_said(
    programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    programs.failing["pip"] = "something odd"
    with pytest.raises(SystemExit, match="montrez les lignes"):
        programs.tool.install("requirements.txt")
    assert "something odd" in capsys.readouterr().out


def test_an_installation_cut_half_way_starts_from_a_clean_environment(programs: Programs) -> None:
    programs.failing["uv pip"] = "interrupted"
    with pytest.raises(SystemExit, match="relancez, elle reprend"):
        programs.tool.install("requirements.txt")
    programs.failing.clear()
    programs.tool.install("requirements.txt")
    assert "--clear" in programs.run[3]
    assert programs.tool.can_be_completed()


def test_a_newer_patch_of_python_keeps_the_environment(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.tool.install("requirements.txt")
    major, minor, patch = sys.version_info[:3]
    monkeypatch.setattr(programs.tool.sys, "version_info", (major, minor, patch + 1))
    programs.tool.install("requirements.txt")
    assert len(programs.run) == 3


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EACCES, "copiez le dossier du cours"),
        (errno.EROFS, "copiez le dossier du cours"),
        (errno.ENOSPC, "libérez 2 Go"),
        (errno.ENAMETOOLONG, "déplacez ce dossier"),
    ],
)
def test_a_folder_that_takes_no_file_is_found_first(
    programs: Programs, number: int, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(programs.tool.Path, "touch", refuse)
    with pytest.raises(SystemExit, match=remedy):
        programs.tool.install("requirements.txt")
    assert programs.run == []


def test_a_path_too_long_for_the_system_is_found_first(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs.tool, "LONGEST", 500)
    with pytest.raises(SystemExit, match="déplacez ce dossier"):
        programs.tool.install("requirements.txt")
    assert programs.run == []


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space", "libérez"),
        ("Espace insuffisant sur le disque. (os error 112)", "libérez"),
        ("The virtual environment was not created because ensurepip is not available", "python3-v"),
        ("Accès refusé. (os error 5)", "fermez les autres fenêtres"),
        ("[WinError 32] Le processus ne peut pas accéder au fichier", "fermez les autres fenêtres"),
        ("[WinError 206] Nom de fichier ou extension trop long", "déplacez ce dossier"),
        ("[Errno 2] No such file or directory: 'C:\\\\Users", "déplacez ce dossier"),
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "Internet"),
        ("error: Failed to fetch: `https://…` Caused by: dns error", "Internet"),
        ("ReadTimeoutError: Read timed out.", "Internet"),
        ("Segmentation fault", "montrez les lignes"),
    ],
)
def test_each_failure_has_its_sentence(tool: ModuleType, said: str, remedy: str) -> None:
    sentence = tool.remedy(said)
    assert remedy in sentence and "relancez" in sentence and sentence.count(".") >= 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Resolved 138 packages in 798ms\n"], ""),
        (
            ["Downloading pyarrow (52.5MiB)\n", " Downloaded polars-runtime-32\n"],
            "polars-runtime, ",
        ),
        (
            ["  Downloading pandas-3.1.1-cp311-cp311-manylinux_2_24_x86_64.whl (12 MB)\n"],
            "pandas, ",
        ),
        (["Processing /opt/files/numpy-2.4.6-cp311.whl (from -r r.txt)\n"], "numpy, "),
        (["Collecting json5>=0.9.0 (from jupyterlab-server)\n"], "json5, "),
        ([" Downloaded pyarrow\n", "Prepared 138 packages in 4.40s\n"], "mise en place, "),
        (["Installing collected packages: babel\n"], "mise en place, "),
    ],
)
def test_what_is_under_way(tool: ModuleType, lines: list[str], expected: str) -> None:
    assert tool.doing(lines) == expected


@pytest.mark.parametrize(
    ("folder", "drive"),
    [
        ("C:/Users/Léa/OneDrive - École/cours-rfm", "OneDrive - École"),
        ("/Users/lea/Library/CloudStorage/Box/cours-rfm", "CloudStorage"),
        ("/home/lea/Documents/cours-rfm", ""),
    ],
)
def test_a_synchronised_folder(tool: ModuleType, folder: str, drive: str) -> None:
    assert tool.synchronised(Path(folder)) == drive


def test_nothing_is_hard_linked_in_a_synchronised_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = Programs(tool_of(tmp_path / "OneDrive" / "cours"), monkeypatch)
    programs.tool.install("requirements.txt")
    assert "--link-mode copy" in programs.run[2]
    assert "OneDrive" in capsys.readouterr().out
