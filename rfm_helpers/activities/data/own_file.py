"""A learner's own file: choose it, name its columns, read its quality log."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import Activity, button, labelled, stacked, wrapped
from rfm_helpers.activities.data.consent_question import UNKNOWN, ConsentQuestion
from rfm_helpers.activities.data.meaning_question import MeaningQuestion
from rfm_helpers.activities.data.own_orders import (
    forget_orders,
    keep_orders,
    kept_path,
    segmented,
    segments_html,
)
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.datasets import (
    COURSE_DATE,
    QualityLog,
    clean_orders,
    load_raw_export,
    read_lines,
)
from rfm_helpers.datasets.files import TABLES
from rfm_helpers.datasets.remarks import READING
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.inputs import as_day
from rfm_helpers.plots.tables import show_table

#: A list shows nothing for a value of None: « automatique » is an empty text.
SEPARATORS = {"automatique": "", "point-virgule ;": ";", "virgule ,": ",", "tabulation": "\t"}
ENCODINGS = {"automatique": "", "UTF-8": "utf-8", "Windows (cp1252)": "cp1252"}
ROLES = {
    "customer": "Le client",
    "order": "La commande",
    "date": "La date d’achat",
    "amount": "Le montant",
}
NO_ORDER = "aucune : une commande par client et par jour"
#: Words by which a column may be recognised, the likeliest first.
CLUES = {
    "customer": ("client_id", "client", "customer_id", "id_client", "code client", "compte"),
    "order": ("commande_id", "commande", "order_id", "numero", "facture", "ticket"),
    "date": ("date_achat", "date", "order_date", "jour"),
    "amount": ("montant", "total", "amount", "prix", "ttc"),
}
NO_FILE = (
    "Aucun fichier choisi : la suite travaille sur l’export brut de la Maison Orsenne. "
    "Vous pourrez revenir ici avec le vôtre."
)

KEPT = (
    "Voici vos segments. Une copie des quatre colonnes reste sur cet ordinateur, dans « {name} », "
    "hors du dossier de vos réponses : les leçons 3, 4, 5 et 9 la mettent à côté de la maison."
)
FORGOTTEN = "La copie de votre fichier est effacée : les leçons qui suivent ne le montrent plus."
CHOOSE_AGAIN = (
    "La dernière fois, vous aviez choisi « {name} » : choisissez-le de nouveau, ses "
    "colonnes vous attendent."
)


class OwnFileForm(Activity):
    """A file → its columns → clean orders and a quality log; without a file, the raw export."""

    purpose = "choisir votre fichier"

    def __init__(self) -> None:
        super().__init__()
        self.raw: pd.DataFrame | None = None
        self._cleaned: tuple[pd.DataFrame, QualityLog] | None = None
        #: What was kept and waits for the file: its name, its columns, who agreed.
        self._awaited = ""
        self._known_columns: dict[str, str] = {}
        self._known_consent: dict[str, Any] = {}
        self._build_fields()
        self._lay_out()
        self._wire()
        self.tell(NO_FILE, warning=False)

    def _build_fields(self) -> None:
        wide = labelled(width="auto")
        self.upload = w.FileUpload(
            accept=",".join([*TABLES, ".zip", ".gz"]),
            description="Choisir un fichier",
            tooltip="Choisir un fichier CSV ou Excel sur votre ordinateur",
            layout=w.Layout(width="16em"),
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
        self.columns = {
            role: w.Dropdown(options=[], description=french(f"{label} :"), **wide)
            for role, label in ROLES.items()
        }
        self.as_of = TypedText(
            description=french("Date de référence :"),
            tooltip="Facultative : les lignes datées après ce jour seront mises de côté",
            placeholder="jj/mm/aaaa",
            **wide,
        )
        self.clean_button = button("Préparer les données", main=True)
        self.consent = ConsentQuestion()
        self.meaning = MeaningQuestion(self.guarded(self.clean))
        self.preview_area, self.log_area = w.HTML(), w.HTML()
        self.columns_box = stacked(
            w.HTML("<strong>2. Quelle colonne est…</strong>"),
            *self.columns.values(),
            self.as_of,
            self.consent.widget,
            self.clean_button,
        )
        self.columns_box.layout.display = "none"

        self.segments_button = button("Voir mes scores et mes segments", main=True)
        self.forget_button = button("Effacer la copie")
        self.segments_area = w.HTML()

    def _lay_out(self) -> None:
        self.show(
            wrapped(
                stacked(
                    w.HTML("<strong>1. Votre fichier (CSV ou Excel)</strong>"),
                    self.upload,
                    self.path,
                    self.separator,
                    self.encoding,
                    self.sheet,
                    self.read_button,
                ),
                self.columns_box,
            ),
            self.message_area,
            self.preview_area,
            self.log_area,
            self.meaning.widget,
            wrapped(self.segments_button, self.forget_button),
            self.segments_area,
        )
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Offer the segments of a file that is prepared, and to take away a copy that is kept."""
        ready = self.raw is not None and self._cleaned is not None
        self.segments_button.layout.display = "" if ready else "none"
        self.forget_button.layout.display = "" if kept_path().exists() else "none"

    def _wire(self) -> None:
        self.react([self.upload], self._read_upload)
        self.react([self.path], self._read_path)
        self.checks(self.read_button, self.read, [self.path])
        self.clean_button.on_click(self.guarded(self.clean))
        self.segments_button.on_click(self.guarded(self.show_segments))
        self.forget_button.on_click(self.guarded(self.forget_copy))
        fields = [self.separator, self.encoding, self.sheet, *self.columns.values(), self.as_of]
        self.react([*fields, *self.consent.fields], self._unprepare)

    # --- state ------------------------------------------------------------------------------

    @property
    def value(self) -> dict[str, str] | None:
        """Role → column of the file read, or None as long as there is no file."""
        if self.raw is None:
            return None
        return {role: str(field.value) for role, field in self.columns.items()}

    @property
    def orders(self) -> pd.DataFrame:
        """The clean orders: of the learner's file, or else of the course's raw export."""
        return self._result()[0]

    @property
    def log(self) -> QualityLog:
        """The quality log that goes with `orders`."""
        return self._result()[1]

    @property
    def people(self) -> pd.DataFrame | None:
        """The consents by channel of the learner's file; None when it does not tell."""
        if self.raw is None:
            return None
        return self.consent.people(self.raw, str(self.columns["customer"].value))

    def _result(self) -> tuple[pd.DataFrame, QualityLog]:
        if self._cleaned is None:
            if self.raw is not None:
                raise CourseError(
                    "Votre fichier est lu mais pas encore préparé : vérifiez les quatre colonnes, "
                    "puis cliquez sur « Préparer les données »."
                )
            export = load_raw_export()
            columns: dict[str, Any] = {**_guess_columns(list(export.columns))}
            self._cleaned = clean_orders(export, **columns, as_of=COURSE_DATE)
        return self._cleaned

    @property
    def source(self) -> str:
        """Where `orders` come from, in words."""
        return "l’export brut de la Maison Orsenne" if self.raw is None else "votre fichier"

    def state(self) -> dict[str, Any]:
        """The name of the file, how it is read, its columns and date; never what is in it."""
        uploaded = self.upload.value[0]["name"] if self.upload.value else self._awaited
        told = self.raw is not None or not self._known_consent
        return {
            "file": {
                "path": self.path.value,
                "uploaded": uploaded,
                "separator": self.separator.value,
                "encoding": self.encoding.value,
                "sheet": self.sheet.value,
                "columns": self.value or self._known_columns or None,
                "as_of": self.as_of.value,
                "consent": self.consent.value if told else self._known_consent,
                "choices": self.meaning.value,
                "prepared": self.raw is not None and self._cleaned is not None,
            }
        }

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Read and prepare again a file known by its path; ask again for one that was uploaded."""
        kept = answers["file"] if isinstance(answers["file"], dict) else {}
        self._forget()
        self.upload.value = ()
        for name in ("path", "separator", "encoding", "sheet"):
            put(getattr(self, name), kept.get(name))
        put(self.as_of, kept.get("as_of") or "")
        self.meaning.put(kept.get("choices"))
        self._known_columns, self._known_consent = (
            known if isinstance(known := kept.get(name), dict) else {}
            for name in ("columns", "consent")
        )
        self._awaited = str(kept.get("uploaded") or "")
        if self._awaited:
            self.tell(CHOOSE_AGAIN.format(name=as_written(self._awaited)), warning=False)
        elif self.path.value and kept.get("prepared"):
            self.read()
            self.clean()
        else:
            self.tell(NO_FILE, warning=False)

    # --- steps ------------------------------------------------------------------------------

    def _read_upload(self) -> None:
        if self.upload.value:
            self.path.value = ""
            self.read()

    def _read_path(self) -> None:
        if self.path.value.strip():
            self.upload.value = ()
            self.read()

    def read(self) -> None:
        """Read the file chosen and guess its columns."""
        self._forget()
        self.raw, self._awaited = self._read_file(), ""
        names = [str(name) for name in self.raw.columns]
        guesses = _guess_columns(names)
        for role, field in self.columns.items():
            none = {NO_ORDER: ""} if role == "order" else {}
            field.options = none | {name: name for name in names}
            field.value = guesses[role]
            put(field, self._known_columns.get(role, guesses[role]))
        self.consent.offer(names)
        self.consent.put(self._known_consent)
        self.columns_box.layout.display = "flex"
        self.preview_area.value = show_table(
            self.raw, caption="Les premières lignes, telles qu’elles sont écrites", rows=5
        )._repr_html_()
        self.tell(
            f"{self.raw.attrs[READING]} {several(len(self.raw), 'ligne lue', 'lignes lues')}. "
            "Vérifiez les quatre colonnes, puis préparez les données.",
            warning=False,
        )

    def _forget(self) -> None:
        self.raw = None
        self._unprepare()
        self.columns_box.layout.display = "none"
        self.preview_area.value = ""

    def _unprepare(self) -> None:
        self._cleaned, self.log_area.value, self.segments_area.value = None, "", ""
        self.meaning.clear()
        self._show_buttons()

    def _read_file(self) -> pd.DataFrame:
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

    def clean(self) -> None:
        """Clean the orders with the columns chosen, and show the log."""
        if self.raw is None:
            raise CourseError("Aucun fichier n’est lu : choisissez-en un d’abord.")
        self._unprepare()
        columns: dict[str, Any] = {role: str(field.value) for role, field in self.columns.items()}
        self._check_columns(columns)
        columns["order"] = columns["order"] or None
        self._cleaned = clean_orders(
            self.raw, as_of=self._day(), **columns | self.meaning.arguments
        )
        clean, log = self._cleaned
        defects = show_table(log.table, caption="Le journal de qualité", rows=len(log.table))
        preview = show_table(clean, caption="Les commandes prêtes pour l’analyse", rows=5)
        self.log_area.value = (
            f"<p>{escape(log.summary)}</p>{defects._repr_html_()}{preview._repr_html_()}"
        )
        if self.people is None:
            self.log_area.value += f"<p>{escape(french(UNKNOWN))}</p>"
        self.meaning.show(log)
        self._show_buttons()
        self.tell(
            f"{several(len(clean), 'ligne prête', 'lignes prêtes')} pour l’analyse.", warning=False
        )

    def _day(self) -> dt.date | None:
        """The reference date typed, if there is one."""
        typed = self.as_of.value.strip()
        return as_day(typed) if typed else None

    def show_segments(self) -> None:
        """Score the prepared orders, name the segments, and keep a copy for other lessons."""
        self.segments_area.value = ""
        orders = self.orders
        day = self._day() or (orders["date_achat"].max() + pd.Timedelta(days=1)).date()
        customers = segmented(orders, day)
        title = f"Les segments de vos {several(len(customers), 'client')}"
        self.segments_area.value = segments_html(customers, title)
        path = keep_orders(orders, day)
        self._show_buttons()
        self.tell(KEPT.format(name=path.parent.name), warning=False)

    def forget_copy(self) -> None:
        """Take away the copy that other lessons read."""
        forget_orders()
        self.segments_area.value = ""
        self._show_buttons()
        self.tell(FORGOTTEN, warning=False)

    def _check_columns(self, columns: dict[str, str]) -> None:
        for role, name in columns.items():
            others = [r for r in columns if columns[r] == name and r != role]
            if others:
                one, other = (ROLES[r].lower() for r in (role, others[0]))
                raise CourseError(
                    f"La colonne « {as_written(name)} » est choisie pour {one} et pour {other} "
                    ": prenez "
                    "une colonne différente pour chacun."
                )


def _guess_columns(names: list[str]) -> dict[str, str]:
    """For each role the column whose name is nearest to the usual ones, each column once."""
    left = {name.casefold().replace("_", " "): name for name in names}
    guesses: dict[str, str] = {}
    for role, clues in CLUES.items():
        wanted = [clue.replace("_", " ") for clue in clues]
        near = next((m for clue in wanted for m in get_close_matches(clue, left, 1, 0.7)), None)
        inside = next((key for clue in wanted for key in left if clue in key), None)
        key = near or inside or next(iter(left), None)
        guesses[role] = left.pop(key) if key is not None else names[0]
    return guesses


def own_file_form(*, key: str = "") -> OwnFileForm:
    """Bring one's own file of orders: choose it, name its columns, read its quality log.

    Args:
        key: where to keep the name of the file, its columns and the reference date
            ("02_donnees/fichier"), never what is in it; an empty one keeps nothing.

    Returns:
        The activity: `orders` and `log` are those of the file once it is prepared; with no file,
        those of the course's raw export at `COURSE_DATE`, so that the lesson goes on. `people`
        are the consents by channel that the file tells, for `contact_list`, or None. `value` is
        None until a file is read, then role → column.
    """
    return OwnFileForm().kept(key)
