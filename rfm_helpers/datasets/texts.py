"""Text files: their separator, and the rows of their table."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from rfm_helpers.datasets.encodings import as_utf8
from rfm_helpers.datasets.files import File
from rfm_helpers.datasets.regular import Body, read_regular
from rfm_helpers.datasets.remarks import Reading, Remark
from rfm_helpers.datasets.surplus import Row, check_widths, with_row_numbers
from rfm_helpers.datasets.titles import SEARCHED, Titles, find_titles, on_titles
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written

SEPARATORS = {
    **{";": "points-virgules", ",": "virgules", "\t": "tabulations", "|": "barres « | »"},
    **{"~": "tildes", "^": "accents circonflexes"},
}
HEAD = 1 << 17  # bytes in which the titles are looked for
_WHOLE = re.compile(r'"((?:[^"]|"")*)"[;,\t ]*\r?')
_GUARD = re.compile(r'="(.*)"', re.DOTALL)
_ANNOUNCED = re.compile(r'"?sep= ?(\\t|[^ ])"?[;,]*\s*', re.IGNORECASE)


class UnclosedQuote(Exception):
    """A quote that is not closed where a cell ends; its argument is the line of the row."""


def read_text(
    file: File, encoding: str | None, separator: str | None, wanted: Sequence[str]
) -> tuple[pd.DataFrame, Reading]:
    """Read the table of a text file.

    Args:
        file: its bytes.
        encoding, separator, wanted: see `read_lines`.

    Returns:
        The table, every cell as text, and how it was read.

    Raises:
        CourseError: if it is no table, or one that cannot be read.

    Example:
        >>> frame, reading = read_text(File("a.csv", b"sep=;\\na;b\\n1;2\\n"), None, None, [])
        >>> frame.values.tolist(), reading.lines.tolist()
        ([['1', '2']], [3])
    """
    content, remarks = as_utf8(file, encoding)
    content, found = _unwrapped(content, separator)
    separator = _separator(content, separator, wanted)
    content = _in_double_quotes(content, separator)
    head = list(itertools.islice(_rows(_head(content), separator), SEARCHED))
    titles = find_titles([row.cells for row in head], wanted)
    body = _regular(content, separator, titles, head)
    if body is None:
        body, guards = _one_by_one(file, content, separator, titles)
        found += guards
    top = head[titles.body].line - 1 if titles.body < len(head) else 0
    remarks += [*found, *_on_titles(head, titles), *_on_blanks(body, top)]
    spoken = SEPARATORS.get(separator, f"« {as_written(separator)} »")
    sentence = f"Fichier texte, cellules séparées par des {spoken}."
    lines, excel = top + 1 + body.lines, titles.body + 1 + body.records
    return body.frame, Reading(sentence, remarks, lines, excel)


# --- how the text is cut ------------------------------------------------------------------------


def _rows(text: str, separator: str, strict: bool = False) -> Iterator[Row]:
    """The rows of a text, blank ones too."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    line = 1
    try:
        for cells in reader:
            yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error:
        raise UnclosedQuote(line) from None


def _head(content: bytes) -> str:
    """The first lines, whole."""
    end = len(content) if len(content) <= HEAD else content.rfind(b"\n", 0, HEAD) + 1 or HEAD
    return content[:end].decode("utf-8", "replace")


def _separator(content: bytes, given: str | None, wanted: Sequence[str]) -> str:
    """The separator given, announced (`sep=;`), or under which the titles fit best."""
    if given is not None:
        try:
            csv.reader([], delimiter=given)
        except (TypeError, ValueError):
            raise CourseError(
                f"Le séparateur « {as_written(given)} » ne convient pas : donnez un seul "
                'caractère, par exemple separator=";".'
            ) from None
        return given
    head = _head(content)
    announced = _ANNOUNCED.fullmatch(head.split("\n", 1)[0])
    if announced:
        return announced[1].replace("\\t", "\t")
    return max(SEPARATORS, key=lambda one: _fit(head, one, wanted))


def _fit(head: str, separator: str, wanted: Sequence[str]) -> tuple[int, int]:
    """How many names wanted are titles, and how many columns most rows fill."""
    rows = [row.cells for row in itertools.islice(_rows(head, separator), SEARCHED)]
    titles = find_titles(rows, wanted)
    widths = [len(row) for row in rows[titles.body :] if row] or [len(titles.names)]
    return titles.fit(wanted), min(len(titles.names), int(np.median(widths)))


def _unwrapped(content: bytes, separator: str | None) -> tuple[bytes, list[Remark]]:
    """A text whose lines stand whole between quotes, or in aligned columns, as a plain one."""
    head = _head(content)
    lines = [line for line in head.split("\n") if line.strip()]
    whole = [line for line in lines if _is_whole(line)]
    if 2 * len(whole) > len(lines):
        every = content.decode().split("\n")
        bare = [_WHOLE.fullmatch(line) if _is_whole(line) else None for line in every]
        texts = [
            found[1].replace('""', '"') if found else line
            for found, line in zip(bare, every, strict=True)
        ]
        cases = [f"ligne {place}" for place, found in enumerate(bare, start=1) if found]
        treatment = "Les guillemets autour de la ligne sont ôtés, puis ses cellules séparées."
        return "\n".join(texts).encode(), [Remark.of("ligne entre guillemets", cases, treatment)]
    return (content, []) if separator else _separated(content, head, lines)


def _in_double_quotes(content: bytes, separator: str) -> bytes:
    """A text whose cells stand between single quotes, written again between double ones."""
    first = next((line for line in _head(content).splitlines() if separator in line), "")
    titles = [cell.strip() for cell in first.split(separator)]
    if not all(re.fullmatch("'[^']*'", cell) for cell in titles):
        return content
    text, again = io.StringIO(content.decode(), newline=""), io.StringIO(newline="")
    rows = csv.reader(text, delimiter=separator, quotechar="'")
    csv.writer(again, delimiter=separator, lineterminator="\n").writerows(rows)
    return again.getvalue().encode()


def _is_whole(line: str) -> bool:
    found = _WHOLE.fullmatch(line) if line.startswith('"') else None
    return bool(found) and any(sign in line.rstrip(";,\t \r") for sign in SEPARATORS)


def _separated(content: bytes, head: str, lines: list[str]) -> tuple[bytes, list[Remark]]:
    """Columns aligned by spaces as columns separated by tabs.

    There are two spaces at least between them, or one where all is numbers, as many on each line.
    They are so if they part the lines into more columns than any separator does.
    """
    aligned = [line.rstrip() for line in lines if "  " in line.strip()]
    if 2 * len(aligned) <= len(lines):
        return content, []
    size = max(map(len, aligned))
    used = "".join(
        "x" if any(line[at : at + 1].strip() for line in aligned) else " " for at in range(size)
    )
    numbers = not re.search(r"[^\W\d]", "".join(aligned))
    apart = numbers and len({len(line.split()) for line in aligned}) == 1
    spans = [found.span() for found in re.finditer("x+" if apart else "x+(?: x+)*", used)]
    if len(spans) <= max(_fit(head, sign, ())[1] for sign in SEPARATORS):
        return content, []
    every = content.decode().split("\n")
    text = "\n".join("\t".join(line[start:end].strip() for start, end in spans) for line in every)
    treatment = "Colonnes alignées par des espaces : coupées où toutes les lignes sont blanches."
    return text.encode(), [Remark("colonnes alignées", len(lines), treatment)]


# --- the rows under the titles ------------------------------------------------------------------


def _regular(content: bytes, separator: str, titles: Titles, head: Sequence[Row]) -> Body | None:
    """The rows of a text without surprises; None for another one."""
    below = head[titles.body :]
    width = max([titles.width, *(len(row.cells) for row in below)])
    if not below or (separator == "," and width > titles.width):
        return None
    body = read_regular(content, separator, width, below[0].line - 1)
    if body is None:
        return None
    names, spare = titles.names, body.frame.columns[len(titles.names) :]
    if any((body.frame[name].str.strip() != "").any() for name in spare):
        return None
    return body._replace(frame=body.frame.drop(columns=spare).set_axis(pd.Index(names), axis=1))


def _one_by_one(
    file: File, content: bytes, separator: str, titles: Titles
) -> tuple[Body, list[Remark]]:
    """The rows of any text, each looked at."""
    below = _strict_rows(file, content.decode(), separator)[titles.body :]
    places = [place for place, row in enumerate(below) if any(map(str.strip, row.cells))]
    full = [below[place] for place in places]
    names, remarks = with_row_numbers(titles, full)
    size = len(names)
    check_widths(file, full, separator, size, max(titles.width, size))
    remarks += _on_guards(full)
    table = [[*map(_bare, row.cells[:size]), *[""] * (size - len(row.cells))] for row in full]
    frame = pd.DataFrame(table, columns=pd.Index(names, dtype="str"), dtype="str")
    lines = np.array([row.line for row in full], dtype="int64") - (below[0].line if below else 0)
    return Body(frame, np.array(places, dtype="int64"), lines), remarks


def _strict_rows(file: File, text: str, separator: str) -> list[Row]:
    """The rows of a text whose quotes are closed; those of a cell may be escaped (`\\"`)."""
    try:
        return list(_rows(text, separator, strict=True))
    except UnclosedQuote as error:
        if '\\"' in text:
            return _strict_rows(file, text.replace('\\"', '""'), separator)
        raise CourseError(
            f"Le fichier « {as_written(file.name)} » a un guillemet mal fermé vers la ligne "
            f"{error} : corrigez cette ligne."
        ) from None


def _on_guards(rows: Sequence[Row]) -> list[Remark]:
    """Cells written ="00123", so that Excel keeps their zeros."""
    cases = [
        f"ligne {row.line} : « {as_written(cell)} »"
        for row in rows
        for cell in row.cells
        if _GUARD.fullmatch(cell)
    ]
    treatment = "Le signe égal et les guillemets, qui gardent les zéros, sont ôtés."
    return [Remark.of('cellule écrite ="…"', cases, treatment)] if cases else []


def _bare(cell: str) -> str:
    found = _GUARD.fullmatch(cell) if cell.startswith("=") else None
    return found[1] if found else cell


# --- what is to be said -------------------------------------------------------------------------


def _on_titles(head: Sequence[Row], titles: Titles) -> list[Remark]:
    above = [row for row in head[: titles.first] if any(map(str.strip, row.cells))]
    cases = [f"ligne {row.line} : « {as_written(' '.join(row.cells).strip())} »" for row in above]
    return on_titles(titles, cases)


def _on_blanks(body: Body, top: int) -> list[Remark]:
    """Blank rows between others; those at the end of a file go without saying."""
    if not len(body.records) or body.records[-1] + 1 == len(body.records):
        return []
    gaps = np.setdiff1d(np.arange(body.records[-1] + 1), body.records)
    treatment = "Passée ; elle compte dans les numéros de ligne."
    return [
        Remark("ligne vide", len(gaps), treatment, (f"à partir de la ligne {top + 1 + gaps[0]}",))
    ]
