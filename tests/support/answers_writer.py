"""Processes that answer without end, to be killed: see ``test_answers.py``.

For each line on its input it forks a writer, which prints ``start <pid>``, then the number of each
change once it is saved; ``end`` is printed when the writer is gone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rfm_helpers.questions.answers import AnswerStore

QUESTIONS = 5


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def write_on(folder: Path) -> None:
    """Number the changes; each goes to the next question."""
    say(f"start {os.getpid()}")
    store = AnswerStore("essai", folder)
    number = max(store.answers.values(), default=0)
    while True:
        number += 1
        store.set(f"q{number % QUESTIONS}", number)
        say(str(number))


def main() -> None:
    folder = Path(sys.argv[1])
    for _ in sys.stdin:
        writer = os.fork()
        if not writer:
            write_on(folder)
        os.waitpid(writer, 0)
        say("end")


if __name__ == "__main__":
    main()
