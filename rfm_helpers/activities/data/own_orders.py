"""The learner's own orders from lesson 2 on: a copy on this computer, scored and named."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from rfm_helpers.analysis.migrations.moves import ABSENT, migration_matrix, segment_moves
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.catalog.grids import load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.segments import plot_segments
from rfm_helpers.plots.tables import Kind, show_table
from rfm_helpers.questions.answers import answers_folder

FILE_NAME = "commandes.csv"
COLUMNS = ("client_id", "commande_id", "date_achat", "montant")
#: The column that holds the reference date, the same on every line.
AS_OF = "date_reference"
NO_FILE = (
    "Pas de fichier à vous pour l’instant : la fin de la leçon 2 vous en fait choisir un, puis "
    "« Voir mes scores et mes segments » le garde pour cette leçon."
)
TOO_SHORT = (
    "Il faut deux années de commandes pour comparer l’une à l’autre, et votre fichier n’en couvre "
    "pas deux : un export plus long en leçon 2 le permettra."
)
#: A file covers two years if its first order comes at most so many days after they begin, and of a
#: segment so many customers are shown.
DAYS_LATE, MOST_SHOWN = 31, 8
NOT_KEPT = (
    "La copie de vos commandes ne s’écrit pas dans « {folder} » : vérifiez la place sur le disque "
    "et vos droits, puis recommencez."
)
UNREADABLE = (
    "La copie de votre fichier, « {name} », ne se lit plus : préparez-le de nouveau en leçon 2."
)


@dataclass(frozen=True)
class View:
    """Something to read under a cell, as HTML and in a sentence."""

    text: str
    html: str

    def __repr__(self) -> str:
        return french(self.text)

    def _repr_html_(self) -> str:
        return self.html


def kept_path() -> Path:
    """Where the copy of the learner's orders is, or would be: never among what is handed in.

    >>> kept_path().parent == answers_folder()
    False
    """
    folder = answers_folder()
    return folder.with_name(f"{folder.name}-mon-fichier") / FILE_NAME


def keep_orders(orders: pd.DataFrame, as_of: dt.date, people: pd.DataFrame | None = None) -> Path:
    """Keep a copy of prepared orders, their four columns alone, for the lessons that follow.

    Args:
        orders: the output of `clean_orders`.
        as_of: the reference date.
        people: the consents by channel, kept beside the orders; None: not known.

    Returns:
        The file.

    Raises:
        CourseError: it cannot be written.
    """
    path, text = kept_path(), io.StringIO()
    lines = orders[[*COLUMNS]].assign(**{AS_OF: as_of.isoformat()})
    if people is not None:
        lines = lines.merge(people, how="left", on="client_id")
    lines.to_csv(text, index=False)
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text.getvalue(), encoding="utf-8", newline="")
        partial.replace(path)
    except OSError as error:
        raise CourseError(NOT_KEPT.format(folder=path.parent)) from error
    return path


def forget_orders() -> None:
    """Take the copy away, if there is one."""
    try:
        kept_path().unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(NOT_KEPT.format(folder=kept_path().parent)) from error


@dataclass(frozen=True)
class OwnOrders:
    """The learner's own orders, their reference date, the consents by channel if known."""

    orders: pd.DataFrame
    as_of: dt.date
    people: pd.DataFrame | None = None


def own_orders() -> OwnOrders | None:
    """The copy of the learner's own orders; None without one.

    Raises:
        CourseError: the copy cannot be read.
    """
    path = kept_path()
    if not path.exists():
        return None
    try:
        lines = pd.read_csv(path, dtype=dict.fromkeys(COLUMNS[:2], "str"))
        lines["date_achat"] = pd.to_datetime(lines["date_achat"])
        as_of = dt.date.fromisoformat(lines[AS_OF].iloc[0])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CourseError(UNREADABLE.format(name=path.name)) from error
    consents = [name for name in lines if str(name).startswith("consentement")]
    people = lines[["client_id", *consents]].drop_duplicates("client_id") if consents else None
    return OwnOrders(lines[[*COLUMNS]], as_of, people)


def own_customers() -> pd.DataFrame | None:
    """The customers of the learner's own file with their scores and segments.

    Returns:
        The output of `assign_segments`, on four levels; None without a file.

    Raises:
        CourseError: as `own_orders`, or there are too few customers.
    """
    own = own_orders()
    return None if own is None else segmented(own.orders, own.as_of)


def segmented(orders: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Orders as customers with their scores on four levels and their segments.

    >>> days = pd.date_range("2025-01-01", periods=5)
    >>> orders = pd.DataFrame({"client_id": list("AABCD"), "commande_id": list("12345"),
    ...                        "date_achat": days, "montant": [10.0, 20, 25, 35, 40]})
    >>> segmented(orders, dt.date(2025, 2, 1))["code_rfm"].tolist()
    ['142', '211', '313', '414']
    """
    return assign_segments(score_rfm(rfm_table(orders, as_of=as_of)))


def segments_html(customers: pd.DataFrame, title: str) -> str:
    """The segments of a file: a figure and a table, as HTML."""
    profile = segment_profile(customers)
    shown = profile[profile["clients"] > 0]
    columns = ["segment", "clients", "part_clients", "part_ca", "panier_moyen", "recence_mediane"]
    table = show_table(shown[columns], title, rows=len(shown))
    figure = plot_segments(shown)._repr_mimebundle_()["text/html"]
    return figure + table._repr_html_()


def own_scores(scored: pd.DataFrame) -> View:
    """The measures and scores of the learner's own file beside the house's.

    Args:
        scored: the house's output of `score_rfm`, on four levels.

    Returns:
        A table to read under the cell; without a file, the sentence that says how to bring one.

    Raises:
        CourseError: as `own_customers`.

    >>> own_scores(pd.DataFrame()).text.startswith("Pas de fichier")
    True
    """
    own = own_customers()
    if own is None:
        return _none()
    tables = {"La maison": scored, "Votre fichier": own}
    rows = {name: _measures(table) for name, table in tables.items()}
    table = pd.DataFrame({"Mesure": list(rows["La maison"])}).assign(
        **{name: list(values.values()) for name, values in rows.items()}
    )
    caption = f"La maison et votre fichier, {several(len(own), 'client')}"
    return View(caption, show_table(table, caption, rows=len(table))._repr_html_())


def _measures(scored: pd.DataFrame) -> dict[str, str]:
    """What is told of a scored table, in words."""
    medians = scored[["recence", "frequence", "montant_total"]].median()
    return {
        "Clients": number(len(scored)),
        "Récence médiane": several(medians["recence"], "jour"),
        "Fréquence médiane": several(medians["frequence"], "commande"),
        "Montant médian": euros(medians["montant_total"]),
        "Code le plus fréquent": str(scored["code_rfm"].mode().iloc[0]),
        "Codes 444": percent((scored["code_rfm"] == "444").mean(), 1),
    }


def own_segments(customers: pd.DataFrame) -> View:
    """The segments of the learner's own file beside the house's.

    Args:
        customers: the house's output of `assign_segments`.

    Returns:
        A table of both and the figure of the learner's file; without a file, the sentence that
        says how to bring one.

    Raises:
        CourseError: as `own_customers`.

    >>> own_segments(pd.DataFrame()).text.startswith("Pas de fichier")
    True
    """
    own = own_customers()
    if own is None:
        return _none()
    both = segment_profile(customers).merge(segment_profile(own), on="segment")
    names = {
        "segment": "Segment",
        "part_clients_x": "Clients, la maison", "part_clients_y": "Clients, votre fichier",
        "part_ca_x": "CA, la maison", "part_ca_y": "CA, votre fichier",
    }  # fmt: skip
    table = both[[*names]].rename(columns=names)
    shares: dict[str, Kind] = dict.fromkeys([*names.values()][1:], "share")
    caption = "Les mêmes segments, deux clientèles"
    html = show_table(table, caption, rows=len(table), formats=shares)._repr_html_()
    return View(caption, html + segments_html(own, "Les segments de votre fichier"))


def own_segment(segment: str = "À ne pas perdre") -> View:
    """Who stands in a segment in the learner's own file, the largest amounts first.

    Args:
        segment: one of the eleven segments.

    Returns:
        A table to read under the cell; without a file, the sentence that says how to bring one.

    Raises:
        CourseError: an unknown segment, or as `own_customers`.

    >>> own_segment().text.startswith("Pas de fichier")
    True
    """
    load_grid("onze").segment(segment)
    own = own_customers()
    if own is None:
        return _none()
    found = own[own["segment"] == segment].sort_values("montant_total", ascending=False)
    columns = ["client_id", "recence", "frequence", "montant_total", "panier_moyen", "code_rfm"]
    caption = f"Chez vous, « {segment} » : {several(len(found), 'client')} sur {number(len(own))}"
    return View(caption, show_table(found[columns], caption, rows=MOST_SHOWN)._repr_html_())


def own_moves() -> View:
    """Which segments the customers of the learner's own file came from, a year later.

    Returns:
        The matrix of the moves between the last two years of the file, with the bounds of the first
        one; without a file, or where it is too short, the sentence that says what to bring.

    Raises:
        CourseError: as `own_customers`.

    >>> own_moves().text.startswith("Pas de fichier")
    True
    """
    own = own_orders()
    if own is None:
        return _none()
    orders, day = own.orders, own.as_of
    before = (pd.Timestamp(day) - pd.DateOffset(years=1)).date()
    if orders["date_achat"].min() > pd.Timestamp(before) - pd.DateOffset(years=1, days=-DAYS_LATE):
        return _said(TOO_SHORT)
    try:
        moves = segment_moves(orders, before, day)
    except CourseError as error:
        return _said(str(error))
    known = moves[moves["avant"] != ABSENT]
    stayed = percent((known["avant"] == known["apres"]).mean())
    caption = f"Votre fichier : {stayed} des clients sont restés dans leur segment"
    html = show_table(
        migration_matrix(known),
        f"{caption} (du {long_date(before)}, en lignes, au {long_date(day)})",
        rows=len(known),
        headings={"avant": "Un an plus tôt"},
    )._repr_html_()
    return View(caption, html)


def _none() -> View:
    return _said(NO_FILE)


def _said(text: str) -> View:
    return View(text, f"<p>{escape(french(text))}</p>")
