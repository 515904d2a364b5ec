"""What only a teacher may have is in no learner's package and in no sandbox.

What makes the data, a student's variant or a mark is looked for by its code, in every module that
can be imported from what others get: under another name it would be found too.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.course import ROOT, load_tool

from rfm_helpers.teacher.sandbox.bubblewrap import SECRET_DATA, TEACHER_ONLY, lay_course

PACKAGE = ROOT / "rfm_helpers"
#: Shorter definitions give nothing away, and some stand in two modules by chance.
TELLING = 300
IMPORT_ALL = """
import importlib, json, pkgutil, rfm_helpers
found = {"rfm_helpers": rfm_helpers.__file__}
for each in pkgutil.walk_packages(rfm_helpers.__path__, "rfm_helpers."):
    found[each.name] = importlib.import_module(each.name).__file__
print(json.dumps(found))
"""


def teachers_modules() -> Iterator[Path]:
    """The files of the package that only a teacher has."""
    for path in PACKAGE.rglob("*.py"):
        if set(TEACHER_ONLY) & set(path.relative_to(PACKAGE).parts):
            yield path


def definitions(path: Path) -> set[str]:
    """The functions, classes and tables that a file defines at its top, as code."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {
        code for node in body if isinstance(node, kinds) and len(code := ast.dump(node)) > TELLING
    }


def modules_in(folder: Path) -> dict[str, Path]:
    """Every module of the package below ``folder``, once imported: its file."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env={**os.environ, "PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: Path(path) for name, path in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a learner's wheel and a sandbox hold: the folders ``wheel`` and ``sandbox``."""
    folder = tmp_path_factory.mktemp("given")
    wheel = load_tool("bundle").build_wheel(folder)
    zipfile.ZipFile(wheel).extractall(folder / "wheel")
    lay_course(folder / "sandbox")
    return folder


@pytest.mark.parametrize("who", ["wheel", "sandbox/modules"])
def test_no_module_holds_what_only_a_teacher_may_have(given: Path, who: str) -> None:
    secret = {code for path in teachers_modules() for code in definitions(path)}
    assert len(secret) > 400
    modules = modules_in(given / who)
    assert len(modules) > 60
    for name, path in modules.items():
        assert path.is_relative_to(given / who), name
        assert not secret & definitions(path), name


@pytest.mark.parametrize("who", ["wheel", "sandbox"])
def test_no_file_holds_the_planted_truth(given: Path, who: str) -> None:
    names = {path.name for path in (given / who).rglob("*") if path.is_file()}
    assert names.isdisjoint(SECRET_DATA)
    truth = (ROOT / "data" / "orsenne" / SECRET_DATA[0]).read_text(encoding="utf-8").splitlines()
    for path in (given / who).rglob("*"):
        if path.is_file():
            assert truth[0].encode() not in path.read_bytes(), path


def test_what_was_compiled_of_a_module_that_is_gone_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package / "datasets", package / "datasets" / "generator"):
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "__pycache__" / "parameters.cpython-311.pyc").write_bytes(b"SEED")
    monkeypatch.setattr("rfm_helpers.__file__", str(package / "__init__.py"))
    lay_course(tmp_path / "course")
    assert not list((tmp_path / "course").rglob("parameters*"))
