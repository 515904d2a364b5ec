"""The teacher's report for 300 students, beside texts compared pair by pair: bench_report.py.

The report finds alike texts by looking passages up; the peer compares the sets of passages of each
pair, as one would write it first. Both are timed in the same run, each the best of some rounds.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.graded import SHEET, graded  # noqa: E402

from rfm_helpers.teacher.reports.report import similar_texts, write_report  # noqa: E402

STUDENTS, COPIED, WORDS, ROUNDS = 300, 10, 600, 3
VOCABULARY = [f"mot{rank}" for rank in range(400)]


def essays() -> list[str]:
    """A text for each student, the last of which are those of others."""
    seeds = (rank % (STUDENTS - COPIED) for rank in range(STUDENTS))
    return [" ".join(random.Random(seed).choices(VOCABULARY, k=WORDS)) for seed in seeds]


def pair_by_pair(texts: Sequence[str]) -> int:
    """How many pairs of texts hold a third of the same passages of four words."""
    words = [re.findall(r"\w+", text.casefold()) for text in texts]
    passages = [{tuple(each[i : i + 4]) for i in range(len(each) - 3)} for each in words]
    pairs = combinations(passages, 2)
    return sum(3 * len(one & other) >= min(len(one), len(other)) for one, other in pairs)


def best(action: Callable[[], object]) -> float:
    """Seconds that an action takes, the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    texts = essays()
    results = [graded(f"e{rank}", texts={"conseil": text}) for rank, text in enumerate(texts)]
    assert len(similar_texts(SHEET, results)) == pair_by_pair(texts) == COPIED
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rapport.html"
        seconds = {
            "report": best(lambda: write_report(path, SHEET, results)),
            "its similar texts": best(lambda: similar_texts(SHEET, results)),
            "pair by pair": best(lambda: pair_by_pair(texts)),
        }
    for name, value in seconds.items():
        print(f"{name:20} {value:6.2f} s   {STUDENTS} students")


if __name__ == "__main__":
    main()
