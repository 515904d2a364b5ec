"""A cost line as it is typed: what its fields hold, and what that is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from rfm_helpers.analysis.budget.lines import (
    cost_lines,
    flag_lines,
    line_costs,
    refused_columns,
)
from rfm_helpers.catalog.costs import is_vague
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day, parse_number

BLANK: dict[str, Any] = {
    "libelle": "",
    "quantite": "",
    "unite": "",
    "cout_unitaire": "",
    "taxe": "HT",
    "taux_tva": 0.2,
    "annees": "1",
    "source": "",
    "date_source": "",
    "fiabilite": "",
}
#: The fields as they are named on the screen.
LABELS = {
    "libelle": "Libellé",
    "quantite": "Quantité",
    "unite": "Unité",
    "cout_unitaire": "Coût unitaire (€)",
    "taxe": "HT ou TTC",
    "taux_tva": "TVA",
    "annees": "Années",
    "source": "Source",
    "date_source": "Date de la source",
    "fiabilite": "Fiabilité",
}
#: What a line counts instead of a field that is empty or refused: a defect never removes a line.
INSTEAD = BLANK | {
    "libelle": "(sans libellé)",
    "quantite": 0,
    "cout_unitaire": 0,
    "annees": 1,
    "date_source": None,
}
ACTION = "Action"
#: The fields of which the beginning is kept, when they are too long.
TEXTS, LONGEST = {"libelle", "unite", "source"}, 200
#: How many decimals a number may have.
DECIMALS = {"quantite": 3, "cout_unitaire": 2}
_VAGUE = (
    "Avec « {source} », une autre personne retrouverait-elle ce prix ? "
    "Nommez le document ou la page."
)


def is_blank(typed: Mapping[str, Any]) -> bool:
    """Whether nothing was typed in a line, whatever its lists show.

    >>> is_blank(BLANK), is_blank(BLANK | {"source": "Devis"})
    (True, False)
    """
    chosen = ("taxe", "taux_tva", "fiabilite")
    return all(
        str(typed.get(name, "")).strip() in ("", blank)
        for name, blank in BLANK.items()
        if name not in chosen
    )


@dataclass(frozen=True)
class LineState:
    """What a typed line is worth: a `record` that `cost_lines` always takes, and its cost (€ HT).

    ``missing`` are the fields still to be filled in; ``defects``, a sentence for each field that
    is counted otherwise than it was typed; ``flags``, what keeps the line from being checked;
    ``note``, how its date was read where that may surprise.
    """

    record: Mapping[str, Any]
    cost: float
    missing: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be mended in the line, a sentence each."""
        fields = ", ".join(f"« {label} »" for label in self.missing)
        return (*((french(f"À remplir : {fields}."),) if fields else ()), *self.defects)


def line_state(typed: Mapping[str, Any]) -> LineState:
    """The state of a typed line, today.

    >>> line_state(BLANK | {"libelle": "Salle", "quantite": "2", "cout_unitaire": "50,5"}).cost
    101.0
    >>> line_state(BLANK | {"libelle": "Salle", "quantite": "2"}).remarks
    ('À remplir\\xa0: «\\xa0Coût unitaire (€)\\xa0».',)
    """
    return _line_state(tuple(typed.items()), dt.date.today())


@lru_cache(maxsize=512)
def _line_state(typed: tuple[tuple[str, Any], ...], today: dt.date) -> LineState:
    """The same, computed once for each content: a table has many lines and one that changes."""
    texts = {name: str(value).strip() for name, value in typed}
    record, defects = _read(texts | {"taux_tva": dict(typed)["taux_tva"]})
    refused = refused_columns(record, LABELS)
    record |= {
        name: texts[name][:LONGEST].strip() or INSTEAD[name] for name in refused.keys() & TEXTS
    }
    record |= {name: INSTEAD[name] for name in refused.keys() - TEXTS}
    line = cost_lines([record])
    vague = vague_remark(texts["source"])
    found = flag_lines(line, today)["explication"].tolist()
    return LineState(
        record=record,
        cost=line_costs(line)["cout_ht"].item(),
        missing=tuple(LABELS[name] for name, reason in refused.items() if not reason),
        defects=_sentences(defects | {n: f"{reason}." for n, reason in refused.items() if reason}),
        flags=_sentences(dict(enumerate([*found, vague] if vague else found))),
        note=_month_note(texts["date_source"], record["date_source"]),
    )


def _read(texts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A line as a record, and why some fields are counted otherwise than they were typed."""
    record, defects = {**texts, "action": ACTION}, {}
    for name, read in READERS.items():
        try:
            record[name] = read(texts[name]) if texts[name] else None
        except CourseError as error:
            record[name], defects[name] = INSTEAD[name], f"{LABELS[name]} – {error}"
    for name, decimals in DECIMALS.items():
        exact = record[name] or 0
        if exact != round(exact, decimals):
            record[name] = round(exact, decimals)
            defects[name] = (
                f"{LABELS[name]} – {decimals} décimales au plus : la ligne compte "
                f"{number(record[name], decimals)}."
            )
    return record, defects


def _sentences(texts: Mapping[Any, str]) -> tuple[str, ...]:
    return tuple(french(text) for text in texts.values())


def _month_note(text: str, day: dt.date | None) -> str:
    """How a month typed instead of a day was read; empty for anything else."""
    try:
        as_day(text)
    except CourseError:
        return french(f"« {text} » est compté comme le {long_date(day)}.") if day else ""
    return ""


def removed(rank: int, typed: Mapping[str, Any]) -> str:
    """What is said of a line that was taken away.

    >>> removed(2, BLANK | {"libelle": "Salle"})
    'Ligne 2 retirée : « Salle ».'
    """
    return f"Ligne {rank} retirée : « {str(typed['libelle']).strip() or INSTEAD['libelle']} »."


def vague_remark(source: str) -> str:
    """What to ask about a source that nobody could go back to; empty for another."""
    return _VAGUE.format(source=source.strip()) if is_vague(source) else ""


def _whole(text: str) -> float:
    value = parse_number(text)
    return int(value) if value == int(value) else value


#: How the fields that are no texts are read.
READERS: dict[str, Callable[[str], Any]] = {
    "quantite": parse_number,
    "cout_unitaire": parse_number,
    "annees": _whole,
    "date_source": partial(as_day, month=True),
}
