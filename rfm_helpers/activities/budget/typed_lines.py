"""A cost line as it is typed: what its fields hold, and what that is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rfm_helpers.analysis.budget.lines import cost_lines, flag_lines, line_costs
from rfm_helpers.catalog.costs import is_vague
from rfm_helpers.errors import CourseError
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
_VAGUE = (
    "Avec « {source} », une autre personne retrouverait-elle ce prix ? "
    "Nommez le document ou la page."
)


def is_blank(typed: Mapping[str, Any]) -> bool:
    """Whether nothing was typed in a line.

    >>> is_blank(BLANK)
    True
    """
    return not any(
        str(typed.get(name) or "").strip() for name in ("libelle", "quantite", "cout_unitaire")
    )


def as_record(typed: Mapping[str, Any], action: str) -> dict[str, Any]:
    """A line as `rfm_helpers.analysis.budget.lines.cost_lines` takes it.

    Raises:
        CourseError: a number or a date that cannot be read.

    >>> typed = BLANK | {"libelle": "Salle", "quantite": "1", "cout_unitaire": "1 200,50"}
    >>> record = as_record(typed, "Soirée")
    >>> record["cout_unitaire"], record["annees"], record["date_source"]
    (1200.5, 1, None)
    """
    texts = {name: str(value).strip() for name, value in typed.items()}
    day = texts["date_source"]
    return {
        **texts,
        "action": action,
        "quantite": _number(texts["quantite"]),
        "cout_unitaire": _number(texts["cout_unitaire"]),
        "taux_tva": typed["taux_tva"],
        "annees": _whole(_number(texts["annees"]) or 1),
        "date_source": as_day(day) if day else None,
    }


@dataclass(frozen=True)
class LineState:
    """What a typed line is worth: its cost without VAT, or the sentence that refuses it.

    ``flags`` say what keeps it from being checked.
    """

    cost: float = 0.0
    refusal: str = ""
    flags: tuple[str, ...] = ()


def line_state(typed: Mapping[str, Any]) -> LineState:
    """The state of a typed line, today.

    >>> line_state(BLANK | {"libelle": "Salle", "quantite": "2", "cout_unitaire": "50,5"}).cost
    101.0
    """
    return _line_state(tuple(typed.items()), dt.date.today())


@lru_cache(maxsize=512)
def _line_state(typed: tuple[tuple[str, Any], ...], today: dt.date) -> LineState:
    """The same, computed once for each content: a table has many lines and one that changes."""
    try:
        line = cost_lines([as_record(dict(typed), "Action")])
    except CourseError as error:
        return LineState(refusal=_shorter(str(error)))
    vague = vague_remark(dict(typed)["source"])
    found = flag_lines(line, today)["explication"].tolist()
    flags = tuple(french(text) for text in ([*found, vague] if vague else found))
    return LineState(cost=line_costs(line)["cout_ht"].item(), flags=flags)


def _shorter(text: str) -> str:
    """A refusal without the place that its row shows already.

    >>> _shorter("Ligne de coût 1 (« a ») : la colonne est vide.")
    'la colonne est vide.'
    """
    before, _, rest = french(text).partition(french(" : "))
    return rest if before.startswith("Ligne de coût") else text


def vague_remark(source: str) -> str:
    """What to ask about a source that nobody could go back to; empty for another."""
    return _VAGUE.format(source=source.strip()) if is_vague(source) else ""


def _number(text: str) -> float | None:
    return parse_number(text) if text else None


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value
