"""Make the learner's zip: ``python sources/tools/bundle.py`` writes ``dist/cours-rfm.zip``.

It holds the package as a wheel, the notebooks, the exercises and the data, a start guide and what
double-clicks to install and open the course; no source, no test, no solution, and nothing of what
grades an assignment. The same tree gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from rfm_helpers.teacher.sandbox.bubblewrap import SECRET_DATA, TEACHER_ONLY

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "sources" / "tools"
TARGET = ROOT / "dist" / "cours-rfm.zip"
FOLDER = "cours-rfm"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
PROGRAMS = {".sh", ".command"}

PAGE = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>Cours RFM : pour commencer</title>
<style>body {{ max-width: 45em; margin: 2em auto; padding: 0 1em; font: 1.1em/1.5 sans-serif; }}
code {{ background: #eee; padding: 0 .2em; }}</style></head>
<body>
{content}</body>
</html>
"""


def package_files() -> list[Path]:
    """The files of the package that a learner gets."""
    left_out = {"__pycache__", *TEACHER_ONLY}
    files = [path for path in (ROOT / "rfm_helpers").rglob("*") if path.is_file()]
    return sorted(path for path in files if not left_out & set(path.relative_to(ROOT).parts))


def learner_project(suffix: str) -> str:
    """The project file without the teacher's command, its version completed by ``suffix``."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = re.sub(r"\[project\.scripts\]\n(.+\n)+\n", "", project)
    return re.sub(r'(?m)^version = "(.+)"$', rf'version = "\1+{suffix}"', project)


def build_wheel(folder: Path) -> Path:
    """Build the package in a copy of its own.

    The version ends with a hash of the content, so that pip replaces the wheel of an older zip.
    """
    copy = folder / "source"
    digest = hashlib.sha256()
    for path in [ROOT / "LICENSE", *package_files()]:
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        digest.update(path.read_bytes())
    (copy / "pyproject.toml").write_text(learner_project(digest.hexdigest()[:8]), encoding="utf-8")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(copy)],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def learner_requirements(wheel: Path) -> str:
    """The learner's requirements, with the wheel where the repository names itself."""
    return (
        (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("-e .", f"./{wheel.name}")
    )


def contents(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the zip: its name and its bytes."""
    yield wheel.name, wheel.read_bytes()
    yield "requirements.txt", learner_requirements(wheel).encode()
    yield "demarrer.py", (TOOLS / "lab.py").read_bytes()
    yield "demarrer.js", (TOOLS / "lab.js").read_bytes()
    yield "installation.py", (TOOLS / "installation.py").read_bytes()
    shell = (TOOLS / "bundle" / "demarrer.sh").read_bytes()
    yield "demarrer-linux.sh", shell
    yield "demarrer-mac.command", shell
    batch = (TOOLS / "bundle" / "demarrer.bat").read_text(encoding="ascii")
    yield "demarrer-windows.bat", batch.replace("\n", "\r\n").encode("ascii")
    guide = MarkdownIt("commonmark").enable("table")
    text = (ROOT / "docs" / "demarrage.md").read_text(encoding="utf-8")
    yield "LISEZ-MOI.html", PAGE.format(content=guide.render(text)).encode()
    for name in ("requirements.lock", "LICENSE", "LICENSE-content"):
        yield name, (ROOT / name).read_bytes()
    notebooks = ("notebooks/[0-9]*.ipynb", "exercises/**/*.ipynb")
    revision = ("notebooks/revision.ipynb", "notebooks/glossaire.md")
    for pattern in (*notebooks, *revision, "exercises/devoirs/donnees_*/*", "data/**/*"):
        for path in ROOT.glob(pattern):
            place = path.relative_to(ROOT)
            hidden = any(part.startswith(".") for part in place.parts)
            if path.is_file() and not hidden and path.name not in SECRET_DATA:
                yield place.as_posix(), path.read_bytes()


def write_zip(target: Path) -> None:
    """Write the zip, its files in order and without a date."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(contents(build_wheel(Path(folder)))):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", LONG_AGO)
            entry.create_system = 3
            entry.external_attr = (0o755 if Path(name).suffix in PROGRAMS else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    """Write the zip and say where it is."""
    write_zip(TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
