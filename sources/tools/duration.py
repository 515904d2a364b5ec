"""How long a lesson takes, by count: what there is to read, to look at and to do.

    python sources/tools/duration.py                 every lesson
    python sources/tools/duration.py 03_calcul_rfm   that one, section by section

The count stands beside the minutes that the lesson announces (« **Durée :** 60 minutes »), and
every build prints it. Sections « Pour aller plus loin » are outside of both.
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from rfm_helpers.catalog.lessons import load_lessons
from rfm_helpers.catalog.quizzes import load_quiz_sheet

NOTEBOOKS = Path(os.environ.get("RFM_NOTEBOOKS", Path(__file__).resolve().parents[2] / "notebooks"))

#: Adults read 240 words of French a minute; a reader who also runs each cell reads more slowly.
WORDS_A_MINUTE = 150
#: A table or a figure is looked at once, then again beside the sentence that comments on it.
OUTPUT = 0.5
#: A value marked « # ← » is changed two or three times, and each result compared.
TRIAL = 1.0
#: An activity that is set, sorted or ticked: understood, tried, checked, mended.
ACTIVITY = 4.0
#: One in which sentences or lines are written, or prices looked for, takes twice as long.
WRITING = 8.0
#: A question is read with its choices, answered, and its explanation read.
QUESTION = 0.75
#: A bet is one number or one choice, made by intuition.
BET = 0.5

WRITTEN = re.compile(
    r"\b(?:repair_strategy|strategy_builder|compare_strategies|list_costs|research_costs"
    r"|cost_left_out|correct_assistant|open_question)\("
)
FURTHER = "Pour aller plus loin"
HEADING = re.compile(r"^(?=## )", re.MULTILINE)
WORD = re.compile(r"\w[\w’'-]*")
QUIZ, BET_CALL = re.compile(r'\bquiz\("(\w+)"'), re.compile(r'\bbet\("')
PAUSED, SHOWN = 'class="rfm-paused"', re.compile(r"<(?:table|img|svg)\b")


@dataclass
class Section:
    """What one section of a lesson holds, and the minutes that it takes."""

    title: str
    minutes: float = 0

    def read(self, text: str) -> None:
        """Add prose."""
        self.minutes += len(WORD.findall(text)) / WORDS_A_MINUTE

    def run(self, cell: NotebookNode) -> None:
        """Add what a cell of code has its reader do, and what it shows."""
        html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
        self.minutes += TRIAL * ("# ←" in cell.source)
        if quizzes := QUIZ.findall(cell.source):
            self.minutes += QUESTION * sum(len(load_quiz_sheet(name).questions) for name in quizzes)
        elif BET_CALL.search(cell.source):
            self.minutes += BET
        elif PAUSED in html:
            self.minutes += WRITING if WRITTEN.search(cell.source) else ACTIVITY
        else:
            self.minutes += OUTPUT * bool(SHOWN.search(html))
            self.read("".join(output.get("text", "") for output in cell.outputs))


def sections(notebook: NotebookNode) -> list[Section]:
    """What each section of a stored lesson holds; the first is what stands above any title."""
    found = [Section("")]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found[-1].run(cell)
            continue
        for part in HEADING.split(cell.source):
            if part.startswith("## "):
                found.append(Section(part.partition("\n")[0].removeprefix("## ")))
            found[-1].read(part)
    return found


def count(notebook: Path) -> float:
    """The minutes of a stored lesson's core path."""
    found = sections(nbformat.read(notebook, as_version=4))
    return sum(part.minutes for part in found if not part.title.startswith(FURTHER))


def told(notebook: Path) -> str:
    """The minutes of a stored lesson: those counted, and those announced if it announces some."""
    announced = {lesson.id: lesson.minutes for lesson in load_lessons()}[notebook.stem]
    return f"{count(notebook):.0f} min counted, {announced or 'none'} announced"


def main() -> None:
    """Print the count of every lesson, or that of each section of those named."""
    parser = argparse.ArgumentParser(description="Count the minutes of the stored lessons")
    parser.add_argument("names", nargs="*", help="names such as 03_calcul_rfm (default: all)")
    names = parser.parse_args().names
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        if names and path.stem not in names:
            continue
        print(f"{path.stem}: {told(path)}")
        for section in sections(nbformat.read(path, as_version=4)) if names else ():
            print(f"  {section.minutes:5.1f}  {section.title}")


if __name__ == "__main__":
    main()
