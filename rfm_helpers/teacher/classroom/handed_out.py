"""What was handed out: a digest of each variant and of its notebook's cells, so that a course that
changed since is noticed.

It stands beside the course key, as ``cle_du_cours_variantes.json``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rfm_helpers.documents.text import write_bytes
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import several
from rfm_helpers.teacher.assignments.variants import Variant, data_files, make_variant
from rfm_helpers.teacher.classroom.notebooks import cells_digest

DISTRIBUTION = "rfm-helpers"


def digest(variant: Variant) -> str:
    """What tells a variant from any other: its parameters and the bytes of its files."""
    content = sha256(json.dumps(dict(variant.parameters), sort_keys=True, default=str).encode())
    for name, data in sorted(data_files(variant).items()):
        content.update(name.encode() + b"\0" + data)
    return content.hexdigest()[:20]


def record(key_file: Path, assignment: str, variants: Iterable[Variant]) -> None:
    """Note variants that were just handed out, and the cells of their notebook; others stay.

    Raises:
        CourseError: the file cannot be read or written.
    """
    known = _read(key_file)
    told = known.setdefault(assignment, {})
    new = {variant.student: digest(variant) for variant in variants}
    when = f"{version(DISTRIBUTION)} ({dt.date.today():%d/%m/%Y})"
    told["variantes"] = told.get("variantes", {}) | new
    told["carnets"] = told.get("carnets", {}) | dict.fromkeys(new, cells_digest(assignment))
    told["versions"] = told.get("versions", {}) | dict.fromkeys(new, when)
    text = json.dumps(known, ensure_ascii=False, indent=1)
    write_bytes(_path(key_file), f"{text}\n".encode())


def check_unchanged(key_file: Path, assignment: str, key: str, students: Iterable[str]) -> None:
    """Refuse to grade variants, or a notebook, that are no longer those that were handed out.

    Raises:
        CourseError: the course gives some of these students another variant or other cells than
            then.
    """
    told = _read(key_file).get(assignment, {})
    variants, notebooks = told.get("variantes", {}), told.get("carnets", {})
    cells = cells_digest(assignment) if notebooks else ""
    changed = [
        student
        for student in students
        if notebooks.get(student, cells) != cells
        or (student in variants and variants[student] != _digest_of(assignment, student, key))
    ]
    if changed:
        then = told.get("versions", {}).get(changed[0], told.get("version", ""))
        raise CourseError(
            f"Le cours a changé depuis la distribution ({several(len(changed), 'étudiant')} à "
            f"commencer par « {changed[0]} ») : corrigez avec la version du cours qui a servi à "
            f"distribuer, {then}."
        )


def _digest_of(assignment: str, student: str, key: str) -> str:
    return digest(make_variant(assignment, student, key))


def _path(key_file: Path) -> Path:
    return key_file.with_name(f"{key_file.stem}_variantes.json")


def _read(key_file: Path) -> dict[str, Any]:
    path = _path(key_file)
    if not path.exists():
        return {}
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CourseError(
            f"Le fichier « {path} » ne se lit pas : remettez celui que la distribution a écrit, ou "
            "supprimez-le si vous l’avez perdu."
        ) from None
    return content
