"""Cost lines: what each costs, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
from pydantic import ValidationError

from rfm_helpers.analysis.budget.cents import half_up, portion
from rfm_helpers.catalog import CostLine
from rfm_helpers.catalog.base import french_reason
from rfm_helpers.catalog.plans import one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import ADD, require_columns

LINE_FIELDS = {
    "libelle": "label",
    "quantite": "quantity",
    "unite": "unit",
    "cout_unitaire": "unit_cost",
    "taxe": "tax",
    "taux_tva": "tax_rate",
    "source": "source",
    "date_source": "source_date",
    "fiabilite": "reliability",
    "annees": "years",
    "part": "part",
    "parts": "parts",
}
LINE_COLUMNS = ("action", *LINE_FIELDS)
COSTS = ("cout_ht", "cout_ttc", "cout_annee_ht")
SOURCE_YEARS = 2

_REQUIRED = ("action", "libelle", "quantite", "cout_unitaire", "taxe")
_TYPES = {
    "quantite": "float64",
    "cout_unitaire": "float64",
    "taux_tva": "float64",
    "date_source": "datetime64[us]",
    "annees": "int64",
    "part": "int64",
    "parts": "int64",
}


def cost_lines(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Check cost lines and complete them.

    Args:
        rows: one row per line: `action`, `libelle` (text), `quantite` (0 or more, three decimals
            at most), `cout_unitaire` (euros, to the cent), `taxe` ("HT" or "TTC": how
            `cout_unitaire` is written). May also hold: `unite` (text), `taux_tva` (VAT rate 0–1,
            default 0.2), `source` (text), `date_source` (a day, or a month), `fiabilite`
            ("élevée", "moyenne" or "faible"), `annees` (a set-up cost is spread over that many
            years, default 1), `part` and `parts` (this line bears part 1 of 3 of a shared cost;
            default 1 of 1).

    Returns:
        The lines with exactly these columns, in this order; absent texts are empty.

    Raises:
        CourseError: missing column, or a value that is refused (the line and column are named).

    Example:
        >>> cost_lines([{"action": "Soirée", "libelle": "Traiteur", "quantite": 20,
        ...              "cout_unitaire": 45.5, "taxe": "HT"}])[["quantite", "taux_tva", "annees"]]
           quantite  taux_tva  annees
        0      20.0       0.2       1
    """
    frame = pd.DataFrame(list(rows) if not isinstance(rows, pd.DataFrame) else rows)
    if frame.empty:
        return _typed([])
    require_columns(frame.columns, _REQUIRED, "les lignes de coût", ADD)
    records = frame.to_dict("records")
    return _typed([_as_row(record, place) for place, record in enumerate(records, start=1)])


def line_costs(lines: pd.DataFrame, year: int = 1) -> pd.DataFrame:
    """What each line costs its action.

    A line is quantity × unit cost, without and with VAT, each rounded to the cent, half away from
    zero. Part k of n of a shared line, and year k of n of a spread one, is the rounded k/n of the
    amount less the rounded (k − 1)/n: the parts add up to the amount, to the cent.

    Args:
        lines: cost lines (see `cost_lines`).
        year: the year that `cout_annee_ht` looks at, 1 being the first.

    Returns:
        The lines, and `cout_ht`, `cout_ttc`, `cout_annee_ht` (euros).

    Raises:
        CourseError: as `cost_lines`; a year below 1.

    Example:
        >>> line = {"action": "VIP", "libelle": "Outil", "quantite": 1, "cout_unitaire": 100.0,
        ...         "taxe": "HT", "annees": 3}
        >>> [line_costs(pd.DataFrame([line]), year)["cout_annee_ht"].item() for year in (1, 2, 4)]
        [33.33, 33.34, 0.0]
    """
    checked = cost_lines(lines)
    cents = line_cents(checked, year)
    return checked.assign(**{column: cents[column] / 100 for column in COSTS})


def share_line(lines: pd.DataFrame, label: str, actions: Iterable[str]) -> pd.DataFrame:
    """Share a cost between several actions, in equal parts; each part says so on its line.

    Args:
        lines: cost lines (see `cost_lines`).
        label: the `libelle` of the line to share.
        actions: the actions that bear it, two or more.

    Returns:
        The lines, the shared one replaced by one line per action (`part` 1 to n of `parts` n).

    Raises:
        CourseError: no line or several lines of that label; fewer than two actions.

    Example:
        >>> line = {"action": "Soirée", "libelle": "Photographe", "quantite": 1,
        ...         "cout_unitaire": 500.01, "taxe": "HT"}
        >>> shared = share_line(pd.DataFrame([line]), "Photographe", ["Soirée", "VIP"])
        >>> line_costs(shared)[["action", "part", "parts", "cout_ht"]]
           action  part  parts  cout_ht
        0  Soirée     1      2   250.01
        1     VIP     2      2   250.00
    """
    checked, bearers = cost_lines(lines), list(dict.fromkeys(actions))
    found = checked.index[checked["libelle"] == label]
    if len(found) != 1:
        raise CourseError(
            f"Il faut une ligne « {label} », et une seule, or on en compte {len(found)} : "
            "vérifiez son libellé."
        )
    if len(bearers) < 2:
        raise CourseError(
            f"La ligne « {label} » se partage entre deux actions au moins : nommez-les."
        )
    place, count = found[0], len(bearers)
    parts = pd.concat([checked.loc[[place]]] * count).assign(
        action=bearers, part=range(1, count + 1), parts=count
    )
    return pd.concat([checked.loc[: place - 1], parts, checked.loc[place + 1 :]], ignore_index=True)


def flag_lines(lines: pd.DataFrame, as_of: dt.date | str) -> pd.DataFrame:
    """Say which lines rest on nothing that can be checked.

    Args:
        lines: cost lines (see `cost_lines`).
        as_of: the reference date; a source more than two years older is flagged.

    Returns:
        One row per remark, in the order of the lines: `action`, `libelle`, `probleme` ("sans
        source", "sans date", "source ancienne", "date à venir", "sans fiabilité", "parts
        incomplètes"), `explication` (a French sentence).

    Raises:
        CourseError: as `cost_lines`; an impossible date.

    Example:
        >>> line = {"action": "Soirée", "libelle": "Traiteur", "quantite": 20, "cout_unitaire": 45,
        ...         "taxe": "HT", "source": "Devis", "date_source": "2023-03-01",
        ...         "fiabilite": "élevée"}
        >>> flag_lines(pd.DataFrame([line]), "2025-12-31")["probleme"].tolist()
        ['source ancienne']
    """
    checked, day = cost_lines(lines), as_day(as_of)
    incomplete = _incomplete_shares(checked)
    found = [
        (row.action, row.libelle, problem, french(text))
        for row in checked.itertuples()
        for problem, text in _line_problems(row, day, row.libelle in incomplete)
    ]
    return pd.DataFrame(found, columns=["action", "libelle", "probleme", "explication"])


def line_cents(lines: pd.DataFrame, year: int) -> pd.DataFrame:
    """The costs of checked lines, as integers of cents, and their action.

    Args:
        lines: the output of `cost_lines`.
        year: the year that `cout_annee_ht` looks at, 1 being the first.

    Returns:
        One row per line: `cout_ht`, `cout_ttc`, `cout_annee_ht` (int64, cents), `action`.

    Raises:
        CourseError: a year below 1.

    Example:
        >>> line = {"action": "VIP", "libelle": "Outil", "quantite": 2, "cout_unitaire": 4.5,
        ...         "taxe": "HT"}
        >>> line_cents(cost_lines([line]), year=1).values.tolist()
        [[900, 1080, 900, 'VIP']]
    """
    if year < 1:
        raise CourseError(f"L’année {year} n’existe pas : la première année est l’année 1.")
    rows = [_cents_of(row, year) for row in lines.to_dict("records")]
    costs = pd.DataFrame(rows, columns=[*COSTS], index=lines.index).astype("int64")
    return costs.assign(action=lines["action"])


def _cents_of(row: dict[Any, Any], year: int) -> tuple[int, int, int]:
    amount = Decimal(str(row["quantite"])) * Decimal(str(row["cout_unitaire"])) * 100
    with_tax = 1 + Decimal(str(row["taux_tva"]))
    excluding = half_up(amount / with_tax if row["taxe"] == "TTC" else amount)
    including = half_up(amount * with_tax if row["taxe"] == "HT" else amount)
    excluding, including = (
        portion(cents, row["part"], row["parts"]) for cents in (excluding, including)
    )
    spread = portion(excluding, year, row["annees"]) if year <= row["annees"] else 0
    return excluding, including, spread


def _as_row(record: Mapping[Any, Any], place: int) -> dict[str, Any]:
    """A record as a complete row, or the French sentence that says what is wrong with it."""
    try:
        line = CostLine.model_validate(_given(record))
    except ValidationError as error:
        raise _refused(error, record, place) from None
    action = record["action"]
    if _is_blank(action):
        raise CourseError(f"La ligne {place} (« {line.label} ») n’a pas d’action : nommez-la.")
    return line_row(str(one_line(str(action))), line)


def _given(record: Mapping[Any, Any]) -> dict[str, Any]:
    """What a record holds, by field of the catalogue's model."""
    return {
        field: _as_typed(column, record[column])
        for column, field in LINE_FIELDS.items()
        if column in record and not _is_blank(record[column])
    }


def refused_columns(record: Mapping[Any, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Why each column of a line is refused, as a French clause.

    Args:
        record: the line, as `cost_lines` takes it, its date read already.
        names: how the reader knows each column.

    Returns:
        The clauses by column, of those refused alone; that of an empty column is empty.

    Example:
        >>> line = {"libelle": "Salle", "quantite": None, "cout_unitaire": -5, "taxe": "HT"}
        >>> refused_columns(line, {"cout_unitaire": "Prix"})
        {'quantite': '', 'cout_unitaire': '« Prix » doit être au moins 0, or on lit « -5 »'}
    """
    columns = {field: column for column, field in LINE_FIELDS.items()}
    try:
        CostLine.model_validate(_given(record))
    except ValidationError as error:
        found = [(columns[str(each["loc"][0])], each) for each in error.errors(include_url=False)]
        return {
            column: ""
            if each["type"] == "missing"
            else french_reason({**each, "input": _as_read(each["input"])}, names.get(column, ""))
            for column, each in found
        }
    return {}


def _as_read(value: Any) -> Any:
    """A number as one types it, anything else as it is."""
    return f"{value:.12g}".replace(".", ",") if isinstance(value, float) else value


def line_row(action: str, line: CostLine) -> dict[str, Any]:
    """A line of the catalogue's model as a row of the table, for an action.

    Example:
        >>> line = CostLine(label="Outil", quantity=2, unit_cost="4.5", tax="HT")
        >>> row = line_row("VIP", line)
        >>> row["action"], row["libelle"], row["parts"]
        ('VIP', 'Outil', 1)
    """
    return {"action": action} | {column: getattr(line, f) for column, f in LINE_FIELDS.items()}


def _as_typed(column: str, value: Any) -> Any:
    """A cell as its column wants it: a number typed where a text stands is a text."""
    if column == "date_source":
        return as_day(value, month=True)
    return value if column in _TYPES else str(value)


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or bool(pd.isna(value))


def _refused(error: ValidationError, record: Mapping[Any, Any], place: int) -> CourseError:
    details = error.errors(include_url=False)[0]
    columns = {field: column for column, field in LINE_FIELDS.items()}
    name = columns.get(str(details["loc"][0]), "") if details["loc"] else ""
    label = record.get("libelle")
    shown = "" if _is_blank(label) else f" (« {label} »)"
    reason = (
        f"la colonne « {name} » est vide, remplissez-la"
        if details["type"] == "missing"
        else french_reason(details, name)
    )
    return CourseError(f"Ligne de coût {place}{shown} : {reason}.")


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(LINE_COLUMNS))
    return frame.astype({column: _TYPES.get(column, "str") for column in LINE_COLUMNS})


def _incomplete_shares(lines: pd.DataFrame) -> set[str]:
    shared = lines[lines["parts"] > 1]
    return {
        str(label)
        for label, group in shared.groupby("libelle")
        if sorted(group["part"]) != list(range(1, int(group["parts"].max()) + 1))
    }


def _line_problems(row: Any, day: dt.date, incomplete: bool) -> Iterable[tuple[str, str]]:
    oldest = (pd.Timestamp(day) - pd.DateOffset(years=SOURCE_YEARS)).date()
    if not row.source:
        yield "sans source", "Dites d’où vient ce prix : un devis, un site, une grille de salaires."
    if pd.isna(row.date_source):
        yield "sans date", "Un prix sans date ne se vérifie pas : notez le jour où vous l’avez lu."
    elif row.date_source.date() < oldest:
        yield (
            "source ancienne",
            f"Ce prix date du {long_date(row.date_source)}, plus de deux ans avant le "
            f"{long_date(day)} : cherchez-en un plus récent.",
        )
    elif row.date_source.date() > day:
        yield (
            "date à venir",
            f"Ce prix est daté du {long_date(row.date_source)}, après le {long_date(day)} : "
            "vérifiez la date.",
        )
    if not row.fiabilite:
        yield "sans fiabilité", "Jugez la source : fiabilité élevée, moyenne ou faible."
    if incomplete:
        yield (
            "parts incomplètes",
            f"Ce coût partagé n’a pas chaque part de 1 à {row.parts} une fois, "
            f"et ses {euros(row.quantite * row.cout_unitaire, 2)} ne sont pas tous comptés.",
        )
