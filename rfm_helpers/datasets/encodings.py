"""The encoding of a text file: from bytes to clean UTF-8, each line by itself where needed."""

from __future__ import annotations

import codecs
import re

from rfm_helpers.datasets.files import File
from rfm_helpers.datasets.remarks import Remark
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NO_TABLE = re.compile(r"%PDF|\s*[<{]|\s*\[\s*[{\[]")  # PDF, HTML or XML, JSON


def as_utf8(file: File, encoding: str | None) -> tuple[bytes, list[Remark]]:
    """The bytes of a text file in UTF-8, without byte-order marks.

    A mark decides, or the zeros of UTF-16; else UTF-8. A line that is not valid UTF-8 (chance makes
    that all but sure) is in cp1252, as French Excel writes; the others stay UTF-8.

    Args:
        file: its bytes.
        encoding: the one to use, if it is known.

    Raises:
        CourseError: if the bytes are no text, or in another encoding.

    Example:
        >>> as_utf8(File("a.csv", "é\\n".encode() + b"\\xe9"), None)[0].decode()
        'é\\né'
    """
    known = encoding or _guessed(file.content)
    if known:
        return _as_table(file, _unmarked(_decoded(file, known).encode("utf-8", "replace"))), []
    if file.content.isascii():
        return _as_table(file, file.content), []
    if _is_utf8(file.content):
        content, remarks = _encoded_once(_unmarked(file.content))
        return _as_table(file, content), remarks
    text, remarks = _line_by_line(file)
    return _as_table(file, _unmarked(text.encode("utf-8", "replace"))), remarks


def _guessed(content: bytes) -> str:
    """The encoding that a mark tells, or the places of the zeros."""
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return name
    head = content[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) or min(even, odd) * 5 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: File, encoding: str) -> str:
    try:
        return codecs.decode(file.content, encoding)
    except (UnicodeError, ValueError):
        raise _unreadable(file, encoding) from None
    except (LookupError, TypeError):
        raise CourseError(
            f"L'encodage « {as_written(encoding)} » n'existe pas : essayez « utf-8 » ou « cp1252 »."
        ) from None


def _line_by_line(file: File) -> tuple[str, list[Remark]]:
    lines = file.content.split(b"\n")
    in_utf8 = [_is_utf8(line) for line in lines]
    try:
        texts = [
            line.decode("utf-8" if good else "cp1252")
            for line, good in zip(lines, in_utf8, strict=True)
        ]
    except UnicodeDecodeError:
        if b"\x00" in file.content:
            raise file.no_table() from None
        raise _unreadable(file, "utf-8 ni en cp1252") from None
    others = [place for place, good in enumerate(in_utf8) if not good]
    mixed = any(good and not line.isascii() for line, good in zip(lines, in_utf8, strict=True))
    cases = [f"ligne {place + 1} : « {as_written(texts[place].strip())} »" for place in others]
    treatment = "Lue en cp1252 (Windows) : le reste du fichier est en UTF-8."
    remark = Remark.of("ligne dans un autre encodage", cases, treatment)
    return "\n".join(texts), [remark] if mixed else []


def _unmarked(content: bytes) -> bytes:
    return content.replace(codecs.BOM_UTF8, b"").removeprefix("ï»¿".encode())


def _encoded_once(content: bytes) -> tuple[bytes, list[Remark]]:
    """A text in which lines were put in UTF-8 twice (« RenÃ©e »), those lines mended."""
    if not any(sign.encode() in content for sign in ("Ã", "Â", "â")):
        return content, []
    lines = content.split(b"\n")
    told = {place: text for place, line in enumerate(lines) if (text := _twice(line))}
    for place, text in told.items():
        lines[place] = text.encode()
    cases = [f"ligne {place + 1} : « {as_written(text.strip())} »" for place, text in told.items()]
    treatment = "Ses accents étaient codés deux fois : remis."
    remarks = [Remark.of("accents codés deux fois", cases, treatment)] if cases else []
    return b"\n".join(lines), remarks


def _twice(line: bytes) -> str:
    """What a line says that was put in UTF-8 twice; nothing of another one."""
    try:
        return "" if line.isascii() else line.decode().encode("cp1252").decode()
    except UnicodeError:
        return ""


def _as_table(file: File, content: bytes) -> bytes:
    """Text, if it may be a table."""
    if b"\x00" in content or _NO_TABLE.match(content[:100].decode("utf-8", "ignore")):
        raise file.no_table()
    return content


def _unreadable(file: File, encodings: str) -> CourseError:
    return CourseError(
        f"Le fichier « {as_written(file.name)} » ne se lit pas en {as_written(encodings)} : "
        'enregistrez-le en « CSV UTF-8 », ou donnez son encodage avec encoding="…".'
    )
