"""What the teacher settled of who is who: a small file that outlives each grading.

``identites.csv`` stands beside the results. Grading writes in it each deposit whose student cannot
be told, and why; the teacher writes the student's id in the column ``etudiant``. A row without a
deposit links two ids of one person: that of his notebook, and that of the list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rfm_helpers.documents.text import neutral, one_line, write_bytes
from rfm_helpers.errors import CourseError

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
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise CourseError(
            f"Le fichier « {path.name} » ne se lit pas : fermez-le dans votre tableur, et "
            "enregistrez-le au format « CSV UTF-8 »."
        ) from None
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    if rows and not set(COLUMNS[:4]) <= rows[0].keys():
        raise CourseError(
            f"Le fichier « {path.name} » a perdu une colonne : rendez-lui ses titres, "
            f"{', '.join(COLUMNS)}."
        )
    return tuple(
        Identity(*(one_line(row.get(column) or "").removeprefix("'") for column in COLUMNS))
        for row in rows
    )


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
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in rows:
        cells = (one.deposit, one.participant, one.made_for, one.student, one.reason)
        writer.writerow([neutral(one_line(cell)) for cell in cells])
    write_bytes(path, text.getvalue().encode("utf-8-sig"))
