"""The bytes of a learner's file, out of the archive that may hold it."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, nearest

ZIP_SIGNATURE, GZIP_SIGNATURE = b"PK\x03\x04", b"\x1f\x8b"
EMPTY_ZIP = b"PK\x05\x06"
#: Archives that nothing here opens: 7z, rar, bzip2, xz, Zstandard.
OTHER_ARCHIVES = (b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
TAR, TAR_AT = b"ustar", 257  # a mark, and where it stands
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TABLES = (".csv", ".txt", ".tsv", ".tab", *WORKBOOKS)
WORKBOOK_PARTS = {"[Content_Types].xml", "mimetype"}
SIGNS_OF_NOTHING = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n;,"


@dataclass(frozen=True)
class File:
    """A file that holds a table: its name, and its bytes."""

    name: str
    content: bytes

    def empty(self) -> CourseError:
        """The refusal of a file that holds nothing."""
        return CourseError(
            f"Le fichier « {as_written(self.name)} » est vide : exportez-le de nouveau depuis "
            "votre logiciel."
        )

    def no_table(self) -> CourseError:
        """The refusal of what is neither text nor a workbook."""
        return CourseError(
            f"Le fichier « {as_written(self.name)} » n'est pas un tableau : ouvrez-le dans Excel, "
            "ou dans le logiciel d'où il vient, puis enregistrez-le au format CSV ou .xlsx."
        )


def open_file(path: str | Path) -> File:
    """Read the bytes of a file; of an archive (.zip, .gz), those of the one table it holds.

    Args:
        path: where the file is; `~` is the learner's own folder.

    Raises:
        CourseError: if the path is none, if the file is missing, locked by another program or
            empty, or if an archive holds several tables.

    Example:
        >>> open_file(__file__).name
        'files.py'
    """
    try:
        place = _place(path)
        file = _unpacked(File(place.name, place.read_bytes()))
    except PermissionError:
        raise CourseError(
            f"Le fichier « {as_written(path)} » est tenu par un autre logiciel, ou son accès vous "
            "est refusé : fermez-le dans Excel, ou copiez-le dans votre dossier."
        ) from None
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, CourseError):
            raise
        raise CourseError(
            f"Le fichier « {as_written(path)} » ne s'ouvre pas : vérifiez son chemin, ou copiez-le "
            "dans le dossier de ce carnet."
        ) from error
    if not file.content[:4096].strip(SIGNS_OF_NOTHING) and not file.content.strip(SIGNS_OF_NOTHING):
        raise file.empty()
    return file


def _place(path: object) -> Path:
    if not isinstance(path, str | os.PathLike) or not str(path).strip():
        raise CourseError(
            "Il faut le chemin d'un fichier : écrivez-le entre guillemets, par exemple "
            '"mes_ventes.csv".'
        )
    if str(path).casefold().startswith(("http://", "https://")):
        raise CourseError(
            f"« {as_written(path)} » est une adresse d'Internet : téléchargez ce fichier, puis "
            "donnez le chemin de votre copie."
        )
    place = Path(os.fspath(path)).expanduser()
    if place.is_dir():
        raise CourseError(
            f"« {as_written(place.name or place)} » est un dossier : ajoutez le nom du fichier à "
            "ouvrir."
        )
    if not place.exists():
        raise CourseError(_missing(place))
    return place


def _missing(place: Path) -> str:
    neighbours = [file.name for file in place.parent.glob("*") if file.is_file()]
    near = nearest(place.name, neighbours)
    remedy = f"voulez-vous dire « {as_written(near)} » ?" if near else "vérifiez son nom et son "
    return f"Le fichier « {as_written(place.name)} » est introuvable : {remedy}" + (
        "" if near else "dossier."
    )


def _unpacked(file: File) -> File:
    if file.content.startswith(GZIP_SIGNATURE):
        try:
            inner = File(file.name.removesuffix(".gz"), gzip.decompress(file.content))
        except (EOFError, zlib.error):
            raise _damaged(file) from None
        return _unpacked(inner)
    is_tar = file.content.startswith(TAR, TAR_AT)
    if is_tar or file.content.startswith((*OTHER_ARCHIVES, EMPTY_ZIP)):
        raise _no_table_within(file)
    return _unzipped(file) if file.content.startswith(ZIP_SIGNATURE) else file


def _unzipped(file: File) -> File:
    """The table that an archive holds; a workbook is an archive too, and left as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            names = archive.namelist()
            if WORKBOOK_PARTS & {*names} or file.name.casefold().endswith(WORKBOOKS):
                return file
            tables = _tables(names)
            if not tables:
                raise _no_table_within(file)
            if len(tables) > 1:
                listed = ", ".join(f"« {as_written(name)} »" for name in tables)
                raise CourseError(
                    f"L'archive « {as_written(file.name)} » contient plusieurs tableaux "
                    f"({listed}) : sortez-en celui que vous voulez, et donnez son chemin."
                )
            return _unpacked(File(Path(tables[0]).name, archive.read(tables[0])))
    except RuntimeError:
        raise CourseError(
            f"L'archive « {as_written(file.name)} » est protégée par un mot de passe : sortez-en "
            "le fichier, et donnez son chemin."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return file


def _tables(names: Sequence[str]) -> list[str]:
    """The files that may be tables; a text is one if nothing else is, any file if it is alone."""
    seen = [
        name
        for name in names
        if not Path(name).name.startswith(".") and not name.startswith("__MACOSX/")
        if not name.endswith("/")
    ]
    tables = [name for name in seen if Path(name).suffix.casefold() in TABLES]
    notes = [name for name in tables if name.casefold().endswith(".txt")]
    return [name for name in tables if name not in notes] or notes or seen[: len(seen) == 1]


def _no_table_within(file: File) -> CourseError:
    return CourseError(
        f"Aucun tableau ne se lit dans l'archive « {as_written(file.name)} » : sortez-en le "
        "fichier de vos commandes, et donnez son chemin."
    )


def _damaged(file: File) -> CourseError:
    return CourseError(
        f"L'archive « {as_written(file.name)} » est abîmée : téléchargez-la de nouveau."
    )
