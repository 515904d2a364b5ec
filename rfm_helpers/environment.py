"""What the course needs on a computer, checked: what is there, what lacks, how to mend it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions.answers import answers_folder

if TYPE_CHECKING:
    import pandas as pd

PYTHONS = ((3, 11), (3, 15))
TABLES = (
    "boutiques",
    "clients",
    "commandes",
    "contacts",
    "export_brut",
    "export_prestashop",
    "parrainages",
    "produits",
    "reclamations",
    "six_clients",
)
LANGUAGE_PACK = "jupyterlab-language-pack-fr-FR"

DONE, TO_MEND = "✓ en ordre", "✗ à réparer"
RESTART = (
    "fermez JupyterLab, puis ouvrez le cours par son programme de démarrage : il installe ce qui "
    "manque (il faut Internet)"
)


@dataclass(frozen=True)
class _Finding:
    """What one check found: the state as a clause, and the remedy when there is one to give."""

    state: str
    remedy: str = ""


def check_environment() -> pd.DataFrame:
    """Whether this computer has all that the course needs.

    Nothing is changed or written to stay. A row that is in order names no version and no folder,
    so that it reads the same on every computer.

    Returns:
        One row per check, in columns of texts: ``verification``, ``etat`` (« ✓ en ordre » or
        « ✗ à réparer »), ``constat``, ``remede`` (empty when there is nothing to mend).

    >>> check_environment()["verification"].tolist()[0]
    'Python'
    """
    import pandas as pd

    checks = {
        "Python": _python(),
        "Bibliothèques": _packages(),
        "Données": _data(),
        "Réponses": _answers(),
        "Langue": _language(),
    }
    rows = [
        (name, TO_MEND if found.remedy else DONE, french(found.state), french(found.remedy))
        for name, found in checks.items()
    ]
    return pd.DataFrame(rows, columns=["verification", "etat", "constat", "remede"], dtype="str")


def _python() -> _Finding:
    oldest, newest = (".".join(map(str, version)) for version in PYTHONS)
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return _Finding(f"une version qui convient ({oldest} à {newest})")
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return _Finding(
        f"version {here} ; le cours demande {oldest} à {newest}",
        "installez Python 3.14 ou 3.15 (python.org), puis relancez le programme de démarrage du "
        "cours",
    )


def _packages() -> _Finding:
    lacking = [problem for need in _requirements() if (problem := _problem(need))]
    if lacking:
        return _Finding(", ".join(lacking), RESTART)
    return _Finding("toutes présentes, dans les versions attendues")


def _requirements() -> Iterator[Requirement]:
    """What to install: ``requirements.txt`` of the course's folder, or what the package says."""
    path = _course_folder() / "requirements.txt"
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
    else:
        lines = metadata.requires("rfm-helpers") or []
    for line in lines:
        try:
            need = Requirement(line.partition("#")[0].strip())
        except InvalidRequirement:  # a blank line, an option, the package's own file
            continue
        if need.marker is None or need.marker.evaluate():
            yield need


def _problem(need: Requirement) -> str:
    """What is wrong with a package, as a clause; empty when it is as it should be."""
    try:
        found = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        return f"{need.name} manque"
    if need.specifier.contains(found, prereleases=True):
        return ""
    return f"{need.name} {found} au lieu de {str(need.specifier).lstrip('=<>~!')}"


def _data() -> _Finding:
    try:
        folder = data_folder() / "orsenne"
    except CourseError as error:
        return _Finding("le dossier est introuvable", _remedy_of(error))
    files = (folder / f"{table}.csv" for table in TABLES)
    lacking = [file.name for file in files if not file.is_file() or not file.stat().st_size]
    if lacking:
        return _Finding(
            f"manque ou est vide : {', '.join(lacking)}",
            f"reprenez ces fichiers dans l’archive du cours et copiez-les dans « {folder} »",
        )
    return _Finding("tous les fichiers de la Maison Orsenne sont là")


def _remedy_of(error: CourseError) -> str:
    """What follows the colon of a course message, without its full stop."""
    return str(error).partition(french(" : "))[2].rstrip(".")


def _answers() -> _Finding:
    folder = answers_folder()
    place = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError:
        return _Finding(
            f"le dossier « {folder} » n’accepte pas de fichier",
            "copiez le dossier du cours dans vos Documents et rouvrez-le de là, ou libérez de la "
            "place sur le disque",
        )
    return _Finding("elles pourront être enregistrées")


def _language() -> _Finding:
    try:
        metadata.version(LANGUAGE_PACK)
    except metadata.PackageNotFoundError:
        return _Finding("les menus sont en anglais : la traduction manque", RESTART)
    return _Finding("les menus de JupyterLab sont traduits en français")


def _course_folder() -> Path:
    """The folder that holds the data and ``requirements.txt``; else the current one."""
    try:
        return data_folder().parent
    except CourseError:
        return Path.cwd()
