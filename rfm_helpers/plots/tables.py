"""Tables for people: French headings, units and numbers.

The HTML carries its styles cell by cell: JupyterLab strips `<style>` blocks (what a pandas
Styler relies on) from a stored notebook until it is run, and keeps the attributes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Literal, get_args

import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.palette import INK, STRIPE, TABLE_HEAD, WHITE

Kind = Literal["text", "number", "plain", "euros", "whole_euros", "share", "date", "long_date"]

HEADER_COLORS = (WHITE, TABLE_HEAD)
ROW_COLORS = (WHITE, STRIPE)
CAPTION = "text-align: left; font-weight: bold; padding: 4px 0; white-space: nowrap"

_MISSING = "–"
#: The columns of `score_cuts` that hold days, orders or euros.
CUTS = ("de", "a")
_ROWS_SHOWN = 12

#: What the course calls its columns, and how it writes what they hold. A heading gives the unit
#: where the cells do not.
COLUMNS: dict[str, tuple[str, Kind]] = {
    "client_id": ("Client", "text"),
    "prenom": ("Prénom", "text"),
    "nom": ("Nom", "text"),
    "age": ("Âge", "number"),
    "profession": ("Profession", "text"),
    "region": ("Région", "text"),
    "canal_recrutement": ("Canal de recrutement", "text"),
    "date_recrutement": ("Date de recrutement", "date"),
    "consentement": ("Consentement", "text"),
    "motif": ("Pourquoi", "text"),
    "commande_id": ("Commande", "text"),
    "ligne": ("Ligne", "number"),
    "date": ("Date", "date"),
    "commandes": ("Commandes", "text"),
    "date_achat": ("Date d’achat", "date"),
    "canal": ("Canal", "text"),
    "boutique_id": ("Boutique", "text"),
    "boutique": ("Boutique", "text"),
    "ville": ("Ville", "text"),
    "produit_id": ("Produit", "text"),
    "produit": ("Produit", "text"),
    "categorie": ("Catégorie", "text"),
    "type": ("Type", "text"),
    "prix": ("Prix", "euros"),
    "taux_marge": ("Taux de marque", "share"),
    "quantite": ("Quantité", "number"),
    "remise": ("Remise", "share"),
    "montant": ("Montant", "euros"),
    "marge": ("Marge", "euros"),
    "recence": ("Récence (jours)", "number"),
    "frequence": ("Fréquence (commandes)", "number"),
    "montant_total": ("Montant total", "euros"),
    "panier_moyen": ("Panier moyen", "euros"),
    "R": ("R", "number"),
    "F": ("F", "number"),
    "M": ("M", "number"),
    "code_rfm": ("Code RFM", "text"),
    "indice_rfm": ("Indice RFM", "number"),
    "segment": ("Segment", "text"),
    "clients": ("Clients", "number"),
    "part_clients": ("Part des clients", "share"),
    "chiffre_affaires": ("Chiffre d’affaires", "whole_euros"),
    "part_ca": ("Part du chiffre d’affaires", "share"),
    "part_actifs": ("Ont commandé depuis un an", "share"),
    "retours_anciens": ("Retours écartés", "whole_euros"),
    "revenus": ("Ont commandé ensuite", "number"),
    "part_revenus": ("Part", "share"),
    "bas": ("De (à 95 %)", "share"),
    "haut": ("À (à 95 %)", "share"),
    "recence_mediane": ("Récence médiane (jours)", "number"),
    "frequence_moyenne": ("Fréquence moyenne (commandes)", "number"),
    "dimension": ("Dimension", "text"),
    "score": ("Score", "number"),
    "de": ("De", "plain"),
    "a": ("À", "plain"),
    "defaut": ("Défaut", "text"),
    "lignes": ("Lignes", "number"),
    "mises_de_cote": ("Mises de côté", "number"),
    "traitement": ("Traitement", "text"),
    "exemples": ("Exemples", "text"),
    "taux_rachat": ("Taux de rachat", "share"),
    "chiffre_affaires_futur_moyen": ("Chiffre d’affaires futur moyen", "euros"),
    "etape": ("Étape", "text"),
    "nombre": ("Nombre", "number"),
    "conversion": ("Conversion depuis l’étape d’avant", "share"),
    "conversion_totale": ("Conversion depuis le début", "share"),
    "critere": ("Critère", "text"),
    "correlation": ("Corrélation", "number"),
    "part_captee": ("Part captée", "share"),
    "essai": ("Essai", "text"),
    "avant": ("Avant", "text"),
    "apres": ("Après", "text"),
    "commandes_futures": ("Commandes futures", "number"),
    "chiffre_affaires_futur": ("Chiffre d’affaires futur", "euros"),
    "rachat": ("Rachat", "text"),
    "version_a": ("Version A", "text"),
    "version_b": ("Version B", "text"),
    "changent": ("Clients qui changent", "number"),
    "part": ("Part", "share"),
    "action": ("Action", "text"),
    "libelle": ("Libellé", "text"),
    "unite": ("Unité", "text"),
    "cout_unitaire": ("Coût unitaire", "euros"),
    "taxe": ("HT ou TTC", "text"),
    "taux_tva": ("Taux de TVA", "share"),
    "annees": ("Années", "number"),
    "source": ("Source", "text"),
    "date_source": ("Date de la source", "date"),
    "fiabilite": ("Fiabilité", "text"),
    "cout_ht": ("Coût HT", "euros"),
    "cout_ttc": ("Coût TTC", "euros"),
    "cout_annee_ht": ("Coût HT de l’année", "euros"),
    "niveau": ("Niveau", "text"),
    "strategie": ("Stratégie", "text"),
    "sous_strategie": ("Sous-stratégie", "text"),
    "qui": ("Qui en profite", "text"),
    "beneficiaires": ("Bénéficiaires", "number"),
    "cout_par_client": ("Coût HT par client", "euros"),
    "probleme": ("Problème", "text"),
    "explication": ("Explication", "text"),
    "lecture": ("Lecture", "text"),
    "calcul": ("Calcul", "text"),
}


@dataclass(frozen=True)
class CourseTable:
    """A table ready to be shown: texts already written in French.

    A notebook shows the HTML; `repr` is the same table as plain text. Both are the same at every
    run.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    caption: str | None
    note: str | None

    def _repr_html_(self) -> str:
        head = "".join(
            _cell("th", heading, _style(right, *HEADER_COLORS), ' scope="col"')
            for heading, right in zip(self.headings, self.right, strict=True)
        )
        body = "".join(self._html_row(i, row) for i, row in enumerate(self.rows))
        caption = _cell("caption", self.caption, CAPTION) if self.caption else ""
        note = _cell("p", self.note, "margin: 4px 0") if self.note else ""
        return (
            f'<table lang="fr" style="border-collapse: collapse; font-size: 14px">{caption}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
        )

    def _html_row(self, position: int, row: tuple[str, ...]) -> str:
        background = ROW_COLORS[position % 2]
        cells = (
            _cell("td", text, _style(right, INK, background))
            for text, right in zip(row, self.right, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = [self._text_row(row, widths) for row in (self.headings, *self.rows)]
        return "\n".join(filter(None, [self.caption, *lines, self.note]))

    def _text_row(self, row: tuple[str, ...], widths: list[int]) -> str:
        cells = (
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, self.right, strict=True)
        )
        return "  ".join(cells).rstrip()


def show_table(
    table: pd.DataFrame,
    caption: str | None = None,
    *,
    formats: Kind | Mapping[str, Kind] | None = None,
    headings: Mapping[str, str] | None = None,
    rows: int = _ROWS_SHOWN,
) -> CourseTable:
    """A table as a French reader expects it; the index is not shown.

    Args:
        table: any DataFrame. The course's columns (`COLUMNS`) get their French heading and unit;
            another column keeps its name and is written after its dtype (and as a share if its name
            begins with `part_`). The cuts of scores (`de`, `a`) are written in the unit of their
            `dimension`: days, orders, euros.
        caption: a title above the table; its French spaces are seen to, as those of the headings.
        formats: how to write some columns, or all the numeric ones: `"number"` and `"euros"`
            (up to two decimals, the same for the whole column), `"plain"` (a number with its own
            decimals), `"whole_euros"`, `"share"` (0–1, in %), `"date"` (31/12/2025),
            `"long_date"`, `"text"`.
        headings: heading of some columns, instead of the usual one.
        rows: how many rows are shown; a line below says how many there are.

    Raises:
        CourseError: if `table` is not a DataFrame, or `formats` or `headings` names a column
            or a format that does not exist.

    Example:
        >>> show_table(pd.DataFrame({"segment": ["Champions"], "part_clients": [0.125]}))
        Segment    Part des clients
        Champions            12,5\u00a0%
    """
    if not isinstance(table, pd.DataFrame):
        raise CourseError(
            f"Il faut un tableau pandas, et non un objet de type « {type(table).__name__} » : "
            "donnez le tableau lui-même."
        )
    shown = table.head(rows)
    names = [str(column) for column in table.columns]
    _check_columns(names, headings or {})
    titles = {name: title for name, (title, _) in COLUMNS.items()} | dict(headings or {})
    kinds = _kinds(shown, names, formats or {})
    texts = [
        _cut_texts(shown, name)
        if kind == "plain" and name in CUTS and {"dimension", "score"} <= set(names)
        else _texts(shown.iloc[:, i], kind)
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return CourseTable(
        headings=tuple(french(titles[name]) if name in titles else name for name in names),
        rows=tuple(zip(*texts, strict=True)),
        right=tuple(kind != "text" for kind in kinds),
        caption=french(caption) if caption else None,
        note=_note(len(table), len(shown)),
    )


def use_french_display() -> None:
    """Have pandas show raw frames with French numbers and without its English last line.

    Sets pandas' own options for the session: decimal comma, two decimals, ten rows at most.
    """
    pd.set_option("display.float_format", lambda value: number(value, 2))
    pd.set_option("display.show_dimensions", False)
    pd.set_option("display.max_rows", 10)


def _note(length: int, shown: int) -> str | None:
    if not length:
        return "Aucune ligne"
    return f"… {number(length)} lignes en tout" if shown < length else None


def _kinds(shown: pd.DataFrame, names: list[str], formats: Kind | Mapping[str, Kind]) -> list[Kind]:
    usual = [_usual_kind(name, shown.iloc[:, i]) for i, name in enumerate(names)]
    if isinstance(formats, str):
        _check_kind(formats)
        return [formats if kind not in ("text", "date") else kind for kind in usual]
    _check_columns(names, formats)
    for kind in formats.values():
        _check_kind(kind)
    return [formats.get(name, kind) for name, kind in zip(names, usual, strict=True)]


def _usual_kind(name: str, column: pd.Series) -> Kind:
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    kind: Kind = "share" if name.startswith("part_") else "number"
    if name in COLUMNS:
        kind = COLUMNS[name][1]
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return kind if numeric or kind == "date" else "text"


def _check_kind(kind: str) -> None:
    if kind not in get_args(Kind):
        raise CourseError(
            f"Le format « {kind} » n’existe pas : choisissez parmi {', '.join(get_args(Kind))}."
        )


def _check_columns(names: list[str], named: Mapping[str, Any]) -> None:
    unknown = [name for name in named if name not in names]
    if unknown:
        raise CourseError(
            f"La colonne « {unknown[0]} » n’est pas dans ce tableau : "
            f"choisissez parmi {', '.join(names)}."
        )


def _texts(column: pd.Series, kind: Kind) -> list[str]:
    write = _writer(kind, column)
    return [
        _MISSING if missing else write(value)
        for value, missing in zip(column, column.isna(), strict=True)
    ]


def _cut_texts(cuts: pd.DataFrame, name: str) -> list[str]:
    """The ends of scores, each in the unit of its dimension; all amounts with as many decimals."""
    ends = cuts[[end for end in CUTS if end in cuts]]
    amounts = _decimals(pd.Series(ends[cuts["dimension"] == "M"].to_numpy().ravel()))
    write: dict[str, Callable[[float], str]] = {
        "R": lambda days: several(days, "jour"),
        "F": lambda orders: several(orders, "commande"),
        "M": lambda amount: euros(amount, 2 if amounts else 0),
    }
    return [
        _MISSING if pd.isna(value) else write[dimension](value)
        for value, dimension in zip(cuts[name], cuts["dimension"], strict=True)
    ]


def _writer(kind: Kind, column: pd.Series) -> Callable[[Any], str]:
    match kind:
        case "number":
            return partial(number, decimals=_decimals(column))
        case "plain":
            return lambda value: number(value, _decimals(pd.Series([value])))
        case "euros":
            return partial(euros, decimals=2 if _decimals(column) else 0)
        case "whole_euros":
            return euros
        case "share":
            return partial(percent, decimals=1)
        case "long_date":
            return long_date
        case "date":
            return _short_date
        case "text":
            return _text


def _decimals(column: pd.Series) -> int:
    """How many decimals the values of a column need, two at most: all have as many."""
    values = column.dropna().astype(float).round(2)
    return next(count for count in (0, 1, 2) if (values.round(count) == values).all())


def _short_date(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)


def _text(value: Any) -> str:
    if pd.api.types.is_bool(value):
        return "oui" if value else "non"
    return str(value)


def _style(right: bool, color: str, background: str) -> str:
    return (
        f"text-align: {'right' if right else 'left'}; padding: 4px 10px; "
        f"color: {color}; background-color: {background}"
    )


def _cell(tag: str, text: str, style: str, more: str = "") -> str:
    return f'<{tag}{more} style="{style}">{escape(text)}</{tag}>'
