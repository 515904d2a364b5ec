"""Pin every package that the requirements files lead to: ``python sources/tools/lock.py``.

Writes ``requirements.lock``, valid on every supported Python and system, then has each of them
resolved from ready-made wheels alone, the extras of ``pyproject.toml`` included where their marker
allows them: a learner has no compiler. Needs the package index.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
#: Of an extra, pure Python, and published as source alone.
WITHOUT_WHEEL = "pyspark-client"
HEADER = "# Written by sources/tools/lock.py from requirements-dev.txt: do not edit.\n"


def requirements() -> str:
    """What the two requirements files name, without their references to files."""
    lines = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]
    return "\n".join(line for line in lines if line and not line.startswith(("-", "#")))


def extras() -> str:
    """What the extras of the project name, with their markers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join(itertools.chain(*project["optional-dependencies"].values()))


def resolve(wanted: str, *options: str) -> str:
    """What uv resolves requirements to; a failure ends the program with its reason."""
    quiet = ["--quiet", "--no-header", "--no-annotate"]
    silent = ["--no-emit-index-url", "--no-emit-find-links"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *quiet, *silent, *options, "-"]
    run = subprocess.run(command, input=wanted, cwd=ROOT, capture_output=True, encoding="utf-8")
    if run.returncode:
        raise SystemExit(f"{' '.join(options)}\n{run.stderr}")
    return run.stdout


def main() -> None:
    """Write the lock, then check it on every system and Python."""
    LOCK.write_text(
        HEADER + resolve(requirements(), "--universal", "--python-version", PYTHONS[0]),
        encoding="utf-8",
        newline="\n",
    )
    wheels = ["--only-binary", ":all:", "--no-binary", WITHOUT_WHEEL, "--constraint", str(LOCK)]
    for python, platform in itertools.product(PYTHONS, PLATFORMS):
        target = ["--python-version", python, "--python-platform", platform]
        resolve(f"{requirements()}\n{extras()}", *wheels, *target)
        print(f"wheels for Python {python} on {platform}: complete")


if __name__ == "__main__":
    main()
