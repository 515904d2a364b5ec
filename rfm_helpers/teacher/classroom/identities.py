"""What the teacher settled of who is who: a small file that outlives each grading.

``identites.csv`` stands beside the results. Grading writes in it each deposit whose student cannot
be told, and why; the teacher writes the student's id in the column ``etudiant``. A row without a
deposit links two ids of one person: that of his notebook, and that of the list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rfm_helpers.documents.text import neutral, one_line, write_bytes
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher.classroom.roster import tidy_id

FILE = "identites.csv"
COLUMNS = ("depot", "participant", "carnet_de", "etudiant", "pourquoi")


@dataclass(frozen=True)
class Identity:
    """A deposit, whose its notebook says that it is, and the student to whom it is credited.

    An empty ``student``: nobody said so yet. An empty ``deposit``: any that holds that notebook.
    """

    deposit: str = ""
    participant: str = ""
    made_for: str = ""
    student: str = ""
    reason: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What tells this deposit from the others."""
        return self.deposit, self.participant


def read_identities(path: Path) -> tuple[Identity, ...]:
    """The rows of the file; none when there is no file yet.

    Raises:
        CourseError: the file cannot be read, or has lost a column.
    """
    rows = read_rows(path, COLUMNS[:4])
    cells = [[(row.get(one) or "").removeprefix("'") for one in COLUMNS] for row in rows]
    return tuple(
        Identity(
            one_line(deposit), one_line(number), tidy_id(name), tidy_id(student), one_line(why)
        )
        for deposit, number, name, student, why in cells
    )


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a small file that a spreadsheet may have saved again; none without a file.

    Raises:
        CourseError: the file cannot be read, or has lost a column.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(";,\t", key=text.partition("\n")[0].count)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise CourseError(
            f"Le fichier « {path.name} » ne se lit pas : fermez-le dans votre tableur, et "
            "enregistrez-le au format « CSV UTF-8 »."
        ) from None
    if rows and not set(columns) <= rows[0].keys():
        raise CourseError(
            f"Le fichier « {path.name} » a perdu une colonne : rendez-lui ses titres, "
            f"{', '.join(columns)}."
        )
    return rows


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write such a file, for a French spreadsheet.

    Raises:
        CourseError: the file cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(one_line(cell)) for cell in row] for row in rows)
    write_bytes(path, text.getvalue().encode("utf-8-sig"))


def write_identities(path: Path, identities: Iterable[Identity]) -> None:
    """Write the file; a deposit that is there already keeps what the teacher said of it.

    Raises:
        CourseError: the file cannot be written.
    """
    known = list(read_identities(path))
    places = {one.place for one in known}
    rows = known + [one for one in identities if one.place not in places]
    if not rows:
        return
    cells = ((one.deposit, one.participant, one.made_for, one.student, one.reason) for one in rows)
    write_rows(path, COLUMNS, cells)
