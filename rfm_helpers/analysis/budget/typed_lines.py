"""A cost line as it is typed: what its fields hold, and what that is worth."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from rfm_helpers.analysis.budget.lines import (
    cost_lines,
    flag_lines,
    line_costs,
    refused_columns,
)
from rfm_helpers.catalog.costs import is_overrated, is_vague
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import as_day, parse_number

if TYPE_CHECKING:
    import pandas as pd

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
#: The fields in which a line is costed, and those in which its price is traced.
COSTED = tuple(name for name in BLANK if name not in ("source", "date_source", "fiabilite"))
TRACED = ("libelle", "cout_unitaire", "taxe", "source", "date_source", "fiabilite")
#: The field that each remark of `flag_lines` is about.
ABOUT = {
    "sans source": "source",
    "sans date": "date_source",
    "source ancienne": "date_source",
    "date à venir": "date_source",
    "sans fiabilité": "fiabilite",
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
_UNSURE = re.compile(r"[1-9]\d{0,2}[.,]\d\d0")
_VAGUE = (
    "Avec « {source} », une autre personne retrouverait-elle ce prix ? "
    "Nommez le document ou la page."
)
_OVERRATED = (
    "Fiabilité élevée : quel devis, quelle facture, quelle grille ou quel barème publié ? "
    "Nommez-le, ou jugez cette source moyenne ou faible."
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

    ``missing`` are the fields still to be filled in; ``defects``, by field, a sentence for each
    that is counted otherwise than it was typed; ``flags``, by field, what else keeps the line from
    being checked; ``note``, how its date was read where that may surprise.
    """

    record: Mapping[str, Any]
    cost: float
    missing: tuple[str, ...] = ()
    defects: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be mended in the line, a sentence each."""
        return (*filter(None, [self.reminder]), *self.defects.values())

    @property
    def reminder(self) -> str:
        """Which fields are still to be filled in; empty when none is."""
        return _to("remplir", self.missing)

    def defects_in(self, names: Collection[str]) -> dict[str, str]:
        """The defects of the fields that are shown."""
        return {name: text for name, text in self.defects.items() if name in names}

    def elsewhere(self, names: Collection[str]) -> str:
        """Which fields that are not shown are to be mended; empty when none is."""
        return _to("revoir", [name for name in self.defects if name not in names])


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
    defects |= {name: f"{reason}." for name, reason in refused.items() if reason}
    return LineState(
        record=record,
        cost=line_costs(line)["cout_ht"].item(),
        missing=tuple(name for name, reason in refused.items() if not reason),
        defects={name: french(text) for name, text in defects.items()},
        flags=_flags(line, today, defects),
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


def _flags(line: pd.DataFrame, today: dt.date, defects: Collection[str]) -> dict[str, str]:
    """What keeps a line from being checked, by field, but for what a defect says already."""
    found = flag_lines(line, today)
    about = found["probleme"].map(ABOUT).tolist()
    texts = dict(zip(about, found["explication"].tolist(), strict=True))
    vague = vague_remark(*line[["source", "fiabilite"]].iloc[0])
    texts |= {"source": vague} if vague else {}
    return {name: french(text) for name, text in texts.items() if name not in defects}


def _to(verb: str, names: Collection[str]) -> str:
    """What is to be done with some fields, in a sentence; empty when there are none.

    >>> _to("remplir", ["unite", "source"])
    'À remplir\\xa0: «\\xa0Unité\\xa0», «\\xa0Source\\xa0».'
    """
    fields = ", ".join(f"« {LABELS[name]} »" for name in names)
    return french(f"À {verb} : {fields}.") if fields else ""


def counted_anyway(count: int) -> str:
    """What a total says of the lines that are to be mended; nothing when there are none.

    >>> counted_anyway(1)
    '. À revoir : 1\\xa0ligne, comptée avec ce qui s’y lit'
    """
    if not count:
        return ""
    plural = "s" * (count > 1)
    return f". À revoir : {several(count, 'ligne')}, comptée{plural} avec ce qui s’y lit"


def _month_note(text: str, day: dt.date | None) -> str:
    """How a month typed instead of a day was read; empty for anything else."""
    try:
        as_day(text)
    except CourseError:
        return french(f"« {text} » est compté comme le {long_date(day)}.") if day else ""
    return ""


def vague_remark(source: str, reliability: str) -> str:
    """What to ask about a source that nobody could go back to, or overrated; empty for another."""
    if is_vague(source):
        return _VAGUE.format(source=source.strip())
    return _OVERRATED if is_overrated(source, reliability) else ""


def _whole(text: str) -> float:
    value = parse_number(text)
    return int(value) if value == int(value) else value


def _count(text: str) -> float:
    if "%" in text or "pour cent" in text.casefold():
        raise CourseError(
            f"« {text} » est une part : écrivez le nombre qu’elle fait, par exemple 12."
        )
    return parse_number(text)


def _price(text: str) -> float:
    """A price; « 1.500 » is no price, since nothing tells thousands from tenths of a cent."""
    if _UNSURE.fullmatch(text.strip(" €")):
        digits = text.strip(" €")
        raise CourseError(
            f"« {text} » peut se lire de deux façons : écrivez {re.sub('[.,]', '', digits)} ou "
            f"{digits[:-1].replace('.', ',')}."
        )
    return _count(text)


#: How the fields that are no texts are read.
READERS: dict[str, Callable[[str], Any]] = {
    "quantite": _count,
    "cout_unitaire": _price,
    "annees": _whole,
    "date_source": partial(as_day, month=True),
}
