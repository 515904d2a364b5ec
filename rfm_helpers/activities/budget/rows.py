"""One cost line made of ordinary fields, each under its label."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import button, ruled
from rfm_helpers.activities.keeping import put
from rfm_helpers.analysis.budget.lines import cost_lines, flag_lines, line_costs
from rfm_helpers.catalog.costs import is_vague
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day, parse_number

TAX_RATES = {"20 %": 0.2, "10 %": 0.1, "5,5 %": 0.055, "sans TVA": 0.0}
RELIABILITIES = {"(à choisir)": "", "élevée": "élevée", "moyenne": "moyenne", "faible": "faible"}
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


class CostRow:
    """The fields of one line; the same fields may stand in several views."""

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.fields: dict[str, w.Widget] = {
            "libelle": _text("Libellé", rank, "15em", "ce que l’on paie"),
            "quantite": _text("Quantité", rank, "5em", "20"),
            "unite": _text("Unité", rank, "7em", "heure…"),
            "cout_unitaire": _text("Coût unitaire (€)", rank, "9em", "0,00"),
            "taxe": _choice("HT ou TTC", rank, "6em", {"HT": "HT", "TTC": "TTC"}),
            "taux_tva": _choice("TVA", rank, "7em", {french(k): v for k, v in TAX_RATES.items()}),
            "annees": _text("Années", rank, "5em", "1"),
            "source": _text("Source", rank, "18em", "document ou page, et son auteur"),
            "date_source": _text("Date de la source", rank, "10em", "jj/mm/aaaa"),
            "fiabilite": _choice("Fiabilité", rank, "8em", RELIABILITIES),
        }
        self.remove_button = button("Retirer", f"Retirer la ligne {rank}")
        self.total_area, self.flag_area = w.HTML(), w.HTML()
        self.name_area = w.HTML()
        head = w.HTML(f"<strong>Ligne {rank}</strong>")
        costs = [name for name in BLANK if name not in ("source", "date_source", "fiabilite")]
        self.widget = _card([head, self.total_area], self._some(costs), self.remove_button)
        research = ["cout_unitaire", "taxe", "source", "date_source", "fiabilite"]
        self.research_widget = _card([self.name_area], self._some(research), self.flag_area)

    def _some(self, names: list[str]) -> list[w.Widget]:
        return [self.fields[name] for name in names]

    @property
    def typed(self) -> dict[str, Any]:
        """What the fields hold."""
        return {name: field.value for name, field in self.fields.items()}

    def put(self, typed: Mapping[str, Any]) -> None:
        """Fill the fields."""
        for name, field in self.fields.items():
            put(field, typed.get(name, BLANK[name]))

    def show(self, total: str, flags: str) -> None:
        """Say what the line costs, or what it lacks; and what its source lacks."""
        name = self.fields["libelle"].value or "(sans libellé)"
        self.name_area.value = french(f"<strong>Ligne {self.rank} : {escape(name)}</strong>")
        self.total_area.value, self.flag_area.value = total, flags


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


def _text(label: str, rank: int, width: str, placeholder: str) -> w.Text:
    field = w.Text(
        description=label,
        placeholder=placeholder,
        tooltip=f"{label}, ligne {rank}",
        continuous_update=False,
        layout=_cell(width),
    )
    return _under_its_label(field)


def _choice(label: str, rank: int, width: str, options: Mapping[str, Any]) -> w.Dropdown:
    field = w.Dropdown(
        options=dict(options), description=label, tooltip=f"{label}, ligne {rank}",
        layout=_cell(width),
    )  # fmt: skip
    return _under_its_label(field)


def _cell(width: str) -> w.Layout:
    return w.Layout(width=width, max_width="100%", margin="2px 8px 2px 0")


def _under_its_label(field: w.Widget) -> w.Widget:
    return field.add_class("rfm-above").add_class("rfm-cell")


def side_by_side(fields: list[w.Widget]) -> w.Box:
    """The fields of a line, aligned at their feet."""
    row = w.Layout(display="flex", flex_flow="row wrap", align_items="flex-end", width="100%")
    return w.Box(fields, layout=row)


def _card(head: list[w.Widget], fields: list[w.Widget], last: w.Widget) -> w.VBox:
    top = w.Layout(display="flex", flex_flow="row wrap", justify_content="space-between")
    return ruled(w.Box(head, layout=top), side_by_side(fields), last)
