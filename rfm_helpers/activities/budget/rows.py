"""The fields of one cost line, each under its label."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.base import announced, button, ruled
from rfm_helpers.activities.budget.typed_lines import (
    BLANK,
    COSTED,
    LABELS,
    TRACED,
    is_blank,
    line_state,
)
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french

TAX_RATES = {"20 %": 0.2, "10 %": 0.1, "5,5 %": 0.055, "sans TVA": 0.0}
RELIABILITIES = {"(à choisir)": "", "élevée": "élevée", "moyenne": "moyenne", "faible": "faible"}


class CostRow:
    """The fields of one line; the same fields may stand in several views.

    ``shown`` are those that stand beside its cost.
    """

    def __init__(self, rank: int, shown: Collection[str] = COSTED) -> None:
        self.rank, self._shown = rank, shown
        self.fields: dict[str, w.Widget] = {
            "libelle": _text("libelle", rank, "15em", "ce que l’on paie"),
            "quantite": _text("quantite", rank, "5em", "20"),
            "unite": _text("unite", rank, "7em", "heure…"),
            "cout_unitaire": _text("cout_unitaire", rank, "9em", "0,00"),
            "taxe": _choice("taxe", rank, "6em", {"HT": "HT", "TTC": "TTC"}),
            "taux_tva": _choice(
                "taux_tva", rank, "7em", {french(k): v for k, v in TAX_RATES.items()}
            ),
            "annees": _text("annees", rank, "5em", "1"),
            "source": _text("source", rank, "18em", "document ou page, et son auteur"),
            "date_source": _text("date_source", rank, "10em", "jj/mm/aaaa"),
            "fiabilite": _choice("fiabilite", rank, "8em", RELIABILITIES),
        }
        self.remove_button = button("Retirer", f"Retirer la ligne {rank}")
        self.total_area, self.flag_area = w.HTML(), w.HTML()
        self.name_area = w.HTML()
        head = w.HTML(f"<strong>Ligne {rank}</strong>")
        self.widget = _card([head, self.total_area], self._some(shown), self.remove_button)
        self.research_widget = _card([self.name_area], self._some(TRACED), self.flag_area)

    def _some(self, names: Iterable[str]) -> list[w.Widget]:
        return [self.fields[name] for name in names]

    @property
    def typed(self) -> dict[str, Any]:
        """What the fields hold."""
        return {name: field.value for name, field in self.fields.items()}

    def put(self, typed: Mapping[str, Any]) -> None:
        """Fill the fields."""
        for name, field in self.fields.items():
            put(field, typed.get(name, BLANK[name]))

    def show(self) -> None:
        """Say what the line costs and what is to be mended in it; and what its source lacks."""
        name = self.fields["libelle"].value or "(sans libellé)"
        self.name_area.value = french(f"<strong>Ligne {self.rank} : {escape(name)}</strong>")
        self.total_area.value = self.flag_area.value = ""
        if is_blank(self.typed):
            return
        state = line_state(self.typed)
        cost = f"{euros(state.cost, 2)} HT"
        self.total_area.value = announced(cost + _marked(state.remarks_beside(self._shown)))
        note = f"<br>{escape(state.note)}" if state.note else ""
        doubts = _marked([*state.remarks_beside(TRACED), *state.flags])
        self.flag_area.value = announced((doubts or "✓ vérifiable") + note)


def _marked(remarks: Iterable[str]) -> str:
    """Remarks on a line, as HTML; nothing when there are none."""
    items = "".join(f"<li>{escape(text)}</li>" for text in remarks)
    style = f"margin:2px 0;max-width:46em;color:{palette.REVIEW}"
    return f'<ul style="{style}">{items}</ul>' if items else ""


def _text(name: str, rank: int, width: str, placeholder: str) -> w.Text:
    label = LABELS[name]
    field = TypedText(
        description=label,
        placeholder=placeholder,
        tooltip=f"{label}, ligne {rank}",
        layout=_cell(width),
    )
    return _under_its_label(field)


def _choice(name: str, rank: int, width: str, options: Mapping[str, Any]) -> w.Dropdown:
    label = LABELS[name]
    field = w.Dropdown(
        options=dict(options), description=label, tooltip=f"{label}, ligne {rank}",
        layout=_cell(width),
    )  # fmt: skip
    return _under_its_label(field)


def _cell(width: str) -> w.Layout:
    return w.Layout(width=width, max_width="100%", margin="2px 8px 2px 0")


def _under_its_label(field: w.Widget) -> w.Widget:
    return field.add_class("rfm-above").add_class("rfm-cell")


def _side_by_side(fields: list[w.Widget]) -> w.Box:
    """The fields of a line, aligned at their feet."""
    row = w.Layout(display="flex", flex_flow="row wrap", align_items="flex-end", width="100%")
    return w.Box(fields, layout=row)


def _card(head: list[w.Widget], fields: list[w.Widget], last: w.Widget) -> w.VBox:
    top = w.Layout(display="flex", flex_flow="row wrap", justify_content="space-between")
    return ruled(w.Box(head, layout=top), _side_by_side(fields), last)
