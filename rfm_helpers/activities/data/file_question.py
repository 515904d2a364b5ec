"""What the form of one's own file asks of the file: which one, and how it is to be read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import button, labelled, stacked
from rfm_helpers.activities.data.file_field import FileField
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.datasets import read_lines
from rfm_helpers.datasets.files import TABLES
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french

#: A list shows nothing for a value of None: « automatique » is an empty text.
SEPARATORS = {"automatique": "", "point-virgule ;": ";", "virgule ,": ",", "tabulation": "\t"}
ENCODINGS = {"automatique": "", "UTF-8": "utf-8", "Windows (cp1252)": "cp1252"}


class FileQuestion:
    """A file to choose or its path, and the three ways in which its reading may be helped."""

    def __init__(self) -> None:
        wide = labelled(width="auto")
        self.upload = FileField(
            accept=",".join([*TABLES, ".zip", ".gz"]),
            description="Choisir un fichier",
            tooltip="Choisir un fichier CSV ou Excel sur votre ordinateur",
        )
        self.path = TypedText(
            description=french("ou son chemin :"),
            placeholder="donnees/mes_ventes.csv",
            **wide,
        )
        separators = {french(label): sign for label, sign in SEPARATORS.items()}
        self.separator = w.Dropdown(options=separators, description=french("Séparateur :"), **wide)
        self.encoding = w.Dropdown(options=ENCODINGS, description=french("Encodage :"), **wide)
        self.sheet = w.Text(
            description=french("Feuille :"),
            placeholder="toutes, ou un nom, ou plusieurs : 2024 ; 2025",
            tooltip="D’un classeur ; vide : la première qui contient un tableau",
            continuous_update=False,
            **wide,
        )
        self.read_button = button("Lire le fichier", main=True)
        self.widget = stacked(
            w.HTML("<strong>1. Votre fichier (CSV ou Excel)</strong>"),
            self.upload,
            self.path,
            self.separator,
            self.encoding,
            self.sheet,
            self.read_button,
        )

    def read(self) -> pd.DataFrame:
        """The lines of the file, as `read_lines` gives them; `CourseError` if there is none."""
        options: dict[str, Any] = {
            "separator": self.separator.value or None,
            "encoding": self.encoding.value or None,
            "sheet": self._sheets(),
        }
        if not self.upload.value:
            if not self.path.value.strip():
                raise CourseError(
                    "Aucun fichier n’est choisi : cliquez sur « Choisir un fichier », ou écrivez "
                    "son chemin."
                )
            return read_lines(self.path.value.strip(), **options)
        chosen: dict[str, Any] = self.upload.value[0]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / Path(chosen["name"]).name
            copy.write_bytes(bytes(chosen["content"]))
            return read_lines(copy, **options)

    def _sheets(self) -> str | list[str] | None:
        """The sheets written in the field, several between semicolons."""
        names = [name.strip() for name in self.sheet.value.split(";") if name.strip()]
        return names[0] if len(names) == 1 else names or None
