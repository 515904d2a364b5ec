"""From the saved answers of a final project to its deck, report and budget: bench_project.py.

A finished project of three segments, then one of eleven with long texts in every field; read from
the disk each time, and each the best of some rounds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.final_project import finished, swollen  # noqa: E402

from rfm_helpers.documents.project.files import write_files  # noqa: E402
from rfm_helpers.questions.answers import AnswerStore  # noqa: E402
from rfm_helpers.questions.project import EXERCISE, load_project  # noqa: E402

ROUNDS = 3


def best(answers: dict[str, Any]) -> tuple[float, int]:
    """Seconds from the answers on the disk to the files, the best of some rounds; their bytes."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        AnswerStore(EXERCISE, Path(folder)).update(answers)
        for rank in range(ROUNDS):
            start = time.perf_counter()
            files = write_files(load_project(Path(folder)), Path(folder) / f"fichiers_{rank}")
            found.append(time.perf_counter() - start)
        return min(found), sum(path.stat().st_size for path in files)


def main() -> None:
    """Print what each project takes."""
    projects: dict[str, Callable[[], dict[str, Any]]] = {
        "three segments": finished, "eleven segments, long texts": swollen,
    }  # fmt: skip
    for name, make in projects.items():
        seconds, size = best(make())
        print(f"{name:<30} {seconds:6.2f} s {size / 1024:8.0f} kB")


if __name__ == "__main__":
    main()
