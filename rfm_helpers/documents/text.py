"""What files for a teacher share: texts that are safe to show, and bytes written all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import french

#: A spreadsheet's cell holds 32,767 units, and one character may take two.
MOST_CHARACTERS = 15_000

# Control characters, those that turn the writing round, and what XML does not admit.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def clean(text: str) -> str:
    """The text with ``\\n`` for line ends, and a mark for each character no file could hold.

    >>> clean("a\\r\\nb\\x00")
    'a\\nb�'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("\ufffd", lines.encode("utf-8", "replace").decode("utf-8"))


def cut(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text, cut with a notice when it is longer than ``most`` characters.

    >>> cut("abcdef", 3)
    'abc\\n[Texte coupé\\xa0: 6 caractères en tout.]'
    """
    if len(text) <= most:
        return text
    notice = french(f"[Texte coupé : {number(len(text))} caractères en tout.]")
    return f"{text[:most]}\n{notice}"


def one_line(text: str) -> str:
    """A clean text on one line.

    >>> one_line(" a\\n b ")
    'a b'
    """
    return " ".join(clean(text).split())


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what looks so.

    >>> neutral("=1+1"), neutral("Marc")
    ("'=1+1", 'Marc')
    """
    looks_so = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if looks_so else text


def decimal(value: float) -> str:
    """Points as French writes them, with the decimals they need, two at most.

    >>> decimal(12.5), decimal(3.0)
    ('12,5', '3')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files by name as a zip, the same bytes for the same content.

    >>> zipped({"a.txt": b"a"}) == zipped({"a.txt": b"a"})
    True
    """
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, _LONG_AGO), content, ZIP_DEFLATED)
    return target.getvalue()


def ending_with(path: str | Path, ending: str) -> Path:
    """The path of a file to write, whose name ends as its kind asks for.

    Raises:
        CourseError: it has another ending.

    >>> ending_with("rapport.html", ".html").name
    'rapport.html'
    """
    path = Path(path)
    if path.suffix.lower() != ending:
        raise CourseError(f"Le fichier « {path.name} » doit finir par {ending} : changez son nom.")
    return path


def made(folder: Path) -> Path:
    """A folder, which is made if need be.

    Raises:
        CourseError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise CourseError(
            f"Le dossier « {folder} » ne s’écrit pas : vérifiez vos droits."
        ) from None
    return folder


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file all at once: whoever reads it finds the earlier one, or the new one.

    Raises:
        CourseError: a folder that does not exist, a file that another program holds.
    """
    draft = path.with_name(f"{path.name}.en-cours")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise CourseError(
            f"Le fichier « {path.name} » ne s’écrit pas : "
            "fermez-le dans votre tableur, et vérifiez que son dossier existe."
        ) from None
