"""The class list: a CSV file of the teacher's, or one of Moodle's, and file names for students."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from rfm_helpers.documents.text import neutral, one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_moment
from rfm_helpers.tables.columns import missing_column
from rfm_helpers.teacher.results import Student

#: Headings by field, without accents or capitals: the course's, then those of Moodle's exports.
HEADINGS = {
    "id": ("etudiant", "numero d'identification", "id number"),
    "last_name": ("nom", "nom de famille", "nom complet", "last name", "surname", "full name"),
    "first_name": ("prenom", "first name"),
    "email": ("courriel", "adresse de courriel", "email", "e-mail", "email address"),
    "participant": ("participant", "identifiant", "identifier"),
    "handed_in": (
        "remis_le",
        "derniere modification (travail remis)",
        "last modified (submission)",
    ),
    "extension": ("prolongation", "extension"),
    "status": ("statut", "status"),
}
#: A day in English, as it is written in Europe and in America.
_ENGLISH = re.compile(
    r"(?:[a-z]+day,\s*)?(?:(?P<d>\d{1,2}) (?P<m>[a-z]+)|(?P<m2>[a-z]+) (?P<d2>\d{1,2}),)"
    r" (?P<y>\d{4})",
    re.IGNORECASE,
)
#: A moment as machines write it, of which the zone may be told.
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*(?: [+-]\d\d:?\d\d)?")
#: What Moodle says at the end of a status, before the date.
_EXTENDED = re.compile(
    r"(?:extension|prolongation)[^:]*(?:until|jusqu['’]au)\s*:?\s*(.+)", re.IGNORECASE
)
LONGEST_ID = 200

_PARTICIPANT = re.compile(r"(?:participant)?\s*(\d+)", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}(?<!\.)")
_DIGEST = re.compile(r".*-[0-9a-f]{10}")
_PORTS = {f"{port}{rank}" for port in ("com", "lpt") for rank in range(10)}
_RESERVED = {"con", "prn", "aux", "nul", *_PORTS}


def safe_name(student_id: str) -> str:
    """A file name for a student, without extension, that every system takes.

    Ordinary ids (lower-case letters, digits, ``. _ @ -``) name their own files; any other gives a
    short name that ends with a digest, so that two ids never share one, even where a system does
    not tell capitals apart.

    >>> safe_name("e001"), safe_name("../Zoé")
    ('e001', 'Zoe-f7402d31de')
    """
    odd = _DIGEST.fullmatch(student_id) or student_id.partition(".")[0] in _RESERVED
    if _PLAIN.fullmatch(student_id) and not odd:
        return student_id
    letters = unicodedata.normalize("NFKD", student_id).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^A-Za-z0-9]+", "_", letters).strip("_")[:40].rstrip("_")
    digest = sha256(student_id.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{slug or 'etudiant'}-{digest}"


def read_roster(path: Path) -> tuple[Student, ...]:
    """The students of a class list, in its order.

    The list is a CSV file with a column ``etudiant`` (the id), and ``nom``, ``prenom``,
    ``courriel``, ``participant``, ``remis_le``, ``prolongation`` where there are; or, as Moodle
    writes them in French or in English, the grading worksheet of an assignment or the list of
    participants.
    Without ``etudiant`` or « Numéro d’identification », or where it is empty, the e-mail address
    is the id, else Moodle's number. Semicolon, comma or tab; UTF-8, UTF-16 or Windows-1252.

    Raises:
        CourseError: no such file, nothing in it, no column for the id, a row that has more cells
            than headings, an id that is missing, given twice, or unfit for a file, an extension
            that is no date.
    """
    rows = list(_rows(path))
    if len(rows) < 2:
        raise CourseError(
            f"La liste « {path.name} » ne contient aucun étudiant : écrivez une ligne par "
            "étudiant, sous une ligne de titres."
        )
    (_, titles), *lines = rows
    places = _places(titles)
    if not places.keys() & {"id", "email", "participant"}:
        remedy = "ajoutez-la, avec un identifiant par étudiant."
        raise missing_column("etudiant", f"« {path.name} »", remedy)
    students = []
    for line, cells in lines:
        if len(cells) > len(titles):
            raise CourseError(
                f"La ligne {line} de « {path.name} » a plus de cellules que de titres : mettez "
                "entre guillemets droits ce qui contient le séparateur."
            )
        padded = [*cells, *[""] * (len(titles) - len(cells))]
        fields = {field: padded[place] for field, place in places.items()}
        students.append(_student(fields, f"la ligne {line} de « {path.name} »"))
    _check_unique(students, path)
    return tuple(students)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the file that hold something, with the number of their last line."""
    text = _text(path)
    first = text.lstrip("\n").partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            tidy = [unicodedata.normalize("NFC", one_line(cell)) for cell in cells]
            if any(tidy):
                yield reader.line_num, tidy
    except csv.Error:
        raise CourseError(
            f"La liste « {path.name} » ne se lit pas après la ligne {reader.line_num} : "
            "vérifiez les guillemets droits de cette ligne."
        ) from None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        raise CourseError(
            f"La liste « {path.name} » est introuvable : vérifiez son nom et son dossier."
        ) from None
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not text.startswith("PK\x03\x04"):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise CourseError(
        f"La liste « {path.name} » n’est pas un fichier CSV : ouvrez-la dans votre tableur et "
        "enregistrez-la au format « CSV UTF-8 »."
    )


def _places(titles: list[str]) -> dict[str, int]:
    plain = [_plain(title) for title in titles]
    return {
        field: plain.index(name)
        for field, names in HEADINGS.items()
        for name in reversed(names)
        if name in plain
    }


def _plain(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.replace("’", "'"))
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()


def _student(fields: Mapping[str, str], where: str) -> Student:
    participant = fields.get("participant", "")
    if participant:
        found = _PARTICIPANT.fullmatch(participant)
        if not found:
            raise CourseError(
                f"Le participant « {participant} », à {where}, n’est pas un numéro de Moodle : "
                "écrivez 123 ou « Participant 123 », ou nommez la colonne « etudiant » si elle "
                "donne vos identifiants."
            )
        participant = found[1]
    email = fields.get("email", "")
    student_id = tidy_id(fields.get("id", "")) or tidy_id(email.lower()) or participant
    _check_id(student_id, where)
    return Student(
        student_id,
        fields.get("last_name", ""),
        fields.get("first_name", ""),
        email,
        participant,
        _moment(fields.get("handed_in", "")),
        _extension(fields, where),
    )


def tidy_id(text: str) -> str:
    """An id as somebody meant it, without the signs that nobody sees and that a copy brings along.

    >>> tidy_id(" e\u200b1 ")
    'e1'
    """
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return one_line(unicodedata.normalize("NFC", seen))


def _extension(fields: Mapping[str, str], where: str) -> dt.datetime | None:
    """The later deadline that the list gives a student, or the end of his status in Moodle."""
    if written := fields.get("extension", "").strip(" -"):
        if (moment := _moment(written)) is None:
            raise CourseError(
                f"La prolongation « {written[:40]} », à {where}, ne se lit pas comme une date : "
                "écrivez par exemple 05/12/2025 23:59."
            )
        return moment
    found = _EXTENDED.search(fields.get("status", ""))
    return _moment(found[1]) if found else None


def _moment(text: str) -> dt.datetime | None:
    """When something was, as Moodle writes it in French or in English; None where it says nothing.

    With a zone, it is what the clock of this computer showed then.

    >>> _moment("Friday, 28 November 2025, 11:41 PM"), _moment("-")
    (datetime.datetime(2025, 11, 28, 23, 41), None)
    >>> _moment("Friday, November 28, 2025, 11:41 PM"), _moment("2025-11-28T23:41:07")
    (datetime.datetime(2025, 11, 28, 23, 41), datetime.datetime(2025, 11, 28, 23, 41))
    """
    names = {name: rank for rank, name in enumerate(calendar.month_name)}

    def in_digits(found: re.Match[str]) -> str:
        rank = names.get((found["m"] or found["m2"]).capitalize())
        return f"{found['d'] or found['d2']}/{rank}/{found['y']}" if rank else found[0]

    if _ISO.fullmatch(text.strip()):
        with suppress(ValueError):
            return _by_this_clock(dt.datetime.fromisoformat(re.sub(" (?=[+-])", "", text.strip())))
    try:
        return as_moment(_ENGLISH.sub(in_digits, text))
    except CourseError:
        return None


def _by_this_clock(moment: dt.datetime) -> dt.datetime:
    here = moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment
    return here.replace(second=0, microsecond=0)


def _check_id(student_id: str, where: str) -> None:
    if not student_id:
        raise CourseError(f"L’identifiant manque à {where} : écrivez-le.")
    unfit = {"/", "\\", "\ufffd"} & set(student_id) or student_id in (".", "..")
    if unfit or neutral(student_id) != student_id or len(student_id) > LONGEST_ID:
        raise CourseError(
            f"L’identifiant « {student_id[:40]} », à {where}, ne convient pas : prenez au plus "
            f"{LONGEST_ID} lettres, chiffres, points ou tirets, et commencez par une lettre ou "
            "un chiffre."
        )


def _check_unique(students: list[Student], path: Path) -> None:
    for kind, values in (
        ("L’identifiant", [student.id for student in students]),
        ("Le participant", [student.participant for student in students if student.participant]),
    ):
        twice = [value for value, count in Counter(values).items() if count > 1]
        if twice:
            raise CourseError(
                f"{kind} « {twice[0]} » est donné deux fois dans « {path.name} » : gardez une "
                "ligne par étudiant."
            )
