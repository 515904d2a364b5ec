"""A learner's own file: choose it, name its columns, read its quality log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import Activity, button, labelled, stacked, wrapped
from rfm_helpers.activities.data.columns_question import ColumnsQuestion
from rfm_helpers.activities.data.consent_question import UNKNOWN, ConsentQuestion
from rfm_helpers.activities.data.file_question import FileQuestion
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
)
from rfm_helpers.datasets.choices import Choices, check_choices
from rfm_helpers.datasets.loaders import RAW_COLUMNS
from rfm_helpers.datasets.preview import lines_as_read
from rfm_helpers.datasets.profiles import Layout, layout_of
from rfm_helpers.datasets.remarks import READING
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french, several
from rfm_helpers.inputs import as_day
from rfm_helpers.plots.tables import CourseTable, Kind, show_table
from rfm_helpers.tables.columns import OrderColumns

AS_WRITTEN = "Les premières lignes, telles qu’elles sont écrites"
AS_READ = "Les premières lignes, telles qu’elles seront lues"
HEADINGS = {
    "client": "Client",
    "commande": "Commande",
    "date": "Date",
    "montant": "Montant",
    "sort": "Ce qu’elle devient",
}
TEXTS: dict[str, Kind] = dict.fromkeys(HEADINGS, "text")
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
        self._known_choices: object = None
        self._build_fields()
        self._lay_out()
        self._wire()
        self.tell(NO_FILE, warning=False)

    def _build_fields(self) -> None:
        wide = labelled(width="auto")
        self.file = FileQuestion()
        self.upload, self.path = self.file.upload, self.file.path
        self.separator, self.encoding = self.file.separator, self.file.encoding
        self.sheet, self.read_button = self.file.sheet, self.file.read_button
        self.question = ColumnsQuestion()
        self.columns = self.question.fields
        self.as_of = TypedText(
            description=french("Date de référence :"),
            tooltip="Facultative : les lignes datées après ce jour seront mises de côté",
            placeholder="jj/mm/aaaa",
            **wide,
        )
        self.clean_button = button("Préparer les données", main=True)
        self.consent = ConsentQuestion()
        self.meaning = MeaningQuestion(self.guarded(self._follow_choices))
        self.preview_area, self.log_area = w.HTML(), w.HTML()
        self.columns_box = stacked(
            self.question.widget,
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
                self.file.widget,
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
        for role, field in self.columns.items():
            self.react([field], partial(self._follow_column, role))
        fields = [self.separator, self.encoding, self.sheet, self.as_of, *self.consent.fields]
        self.react(fields, self._unprepare)

    # --- state ------------------------------------------------------------------------------

    @property
    def value(self) -> dict[str, str] | None:
        """Role → column of the file read, of those chosen; None as long as there is no file."""
        return None if self.raw is None else self.question.value

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
        customer = (self.value or {}).get("customer")
        if self.raw is None or customer is None:
            return None
        return self.consent.people(self.raw, customer)

    def _result(self) -> tuple[pd.DataFrame, QualityLog]:
        if self._cleaned is None:
            if self.raw is not None:
                raise CourseError(
                    "Votre fichier est lu mais pas encore préparé : vérifiez les quatre colonnes, "
                    "puis cliquez sur « Préparer les données »."
                )
            self._cleaned = clean_orders(load_raw_export(), **RAW_COLUMNS, as_of=COURSE_DATE)
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
        self._known_choices = kept.get("choices")
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
        """Read the file chosen, propose its columns and show its first lines."""
        self._forget()
        self.raw, self._awaited = self.file.read(), ""
        layout = layout_of(self.raw)
        known = layout if layout and not layout.profile.needs else None
        with self.asleep():
            self.question.offer(self.raw, layout)
            self.question.put(self._known_columns)
        self._choose(known)
        self.consent.offer(map(str, self.raw))
        self.consent.put(self._known_consent)
        self.columns_box.layout.display = "flex"
        self._preview()
        lines = several(len(self.raw), "ligne lue", "lignes lues")
        said = f"{self.raw.attrs[READING]} {lines}. {_told(layout)}"
        self.tell(said, warning=known is not layout)

    def _choose(self, layout: Layout | None) -> None:
        """Choose what was kept of the lines' meaning, else what a known layout settles."""
        self.meaning.put(self._known_choices)
        if self._known_choices is None and layout:
            self.meaning.take(layout.profile.name, layout.choices)
        self._known_choices = None
        self.meaning.clear()

    def _follow_column(self, role: str) -> None:
        """Say what another column holds, and show the lines as they are read with it."""
        self.question.explain(role)
        self._unprepare()
        self._preview()

    def _follow_choices(self) -> None:
        """Read the lines as they are now said to be: prepare them again if they were."""
        if self._cleaned is None:
            self._preview()
        else:
            self.clean()

    def _preview(self) -> None:
        """Show the first lines as they will be read; as they are written if a column is missing."""
        if self.raw is None:
            return
        self.preview_area.value = self._first_lines(self.raw)._repr_html_()

    def _first_lines(self, raw: pd.DataFrame) -> CourseTable:
        if len(self.question.value) < len(self.columns):
            return show_table(raw, AS_WRITTEN, rows=5)
        asked = self.question.columns | self.meaning.arguments
        roles = OrderColumns(**{role: asked.pop(role) for role in self.columns})
        spellings = asked.pop("spellings", "apart")
        choices = Choices(**asked)
        check_choices(raw.columns, roles, choices)
        lines = lines_as_read(raw, roles, choices, spellings)
        return show_table(lines, AS_READ, headings=HEADINGS, formats=TEXTS)

    def _forget(self) -> None:
        self.raw = None
        self.meaning.put(None)
        self._unprepare()
        self.columns_box.layout.display = "none"
        self.preview_area.value = ""

    def _unprepare(self) -> None:
        self._cleaned, self.log_area.value, self.segments_area.value = None, "", ""
        self.meaning.clear()
        self._show_buttons()

    def clean(self) -> None:
        """Clean the orders with the columns chosen, and show the log."""
        if self.raw is None:
            raise CourseError("Aucun fichier n’est lu : choisissez-en un d’abord.")
        self._unprepare()
        asked = self.question.columns | self.meaning.arguments
        self._cleaned = clean_orders(self.raw, as_of=self._day(), **asked)
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
        path = keep_orders(orders, day, self.people)
        self._show_buttons()
        self.tell(KEPT.format(name=path.parent.name), warning=False)

    def forget_copy(self) -> None:
        """Take away the copy that other lessons read."""
        forget_orders()
        self.segments_area.value = ""
        self._show_buttons()
        self.tell(FORGOTTEN, warning=False)


def _told(layout: Layout | None) -> str:
    """What to do once a file is read."""
    if layout is None:
        return "Vérifiez les quatre colonnes, puis préparez les données."
    if layout.profile.needs:
        return (
            f"C’est la mise en page « {as_written(layout.profile.name)} » : {layout.profile.needs}"
        )
    caution = f" {layout.profile.caution}" if layout.profile.caution else ""
    return (
        f"Mise en page reconnue : {layout.sentence}.{caution} Vérifiez les colonnes et les cases "
        "cochées, puis préparez les données."
    )


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
