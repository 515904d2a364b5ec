"""Cost lines as the rows of a table: its columns, and what is said of each line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rfm_helpers.activities.sheets.sheet import Choice, Column, Mark, Sheet
from rfm_helpers.analysis.budget.typed_lines import (
    BLANK,
    COSTED,
    LABELS,
    TRACED,
    is_blank,
    line_state,
)
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french

TOTAL, VERDICT = "total", "verdict"
_WIDTHS = {
    "libelle": 15, "quantite": 5.5, "unite": 6, "cout_unitaire": 7, "taxe": 4.5, "taux_tva": 6,
    "annees": 4.5, "source": 18, "date_source": 8.5, "fiabilite": 7, TOTAL: 7.5, VERDICT: 7.5,
}  # fmt: skip
_HINTS = {
    "libelle": "ce que l’on paie",
    "quantite": "20",
    "unite": "heure…",
    "cout_unitaire": "0,00",
    "source": "document ou page, et son auteur",
    "date_source": "jj/mm/aaaa",
}
_CHOICES = {
    "taxe": (Choice("HT", "HT"), Choice("TTC", "TTC")),
    "taux_tva": (
        Choice(french("20 %"), 0.2, ("0,2", "20")),
        Choice(french("10 %"), 0.1, ("0,1", "10", "10,0 %")),
        Choice(french("5,5 %"), 0.055, ("5.5 %", "0,055", "5,5")),
        Choice("sans TVA", 0.0, ("0 %", "0,0 %", "sans")),
    ),
    "fiabilite": (
        Choice("(à choisir)", "", ()),
        *(Choice(level, level) for level in ("élevée", "moyenne", "faible")),
    ),
}
_SHOWN = {TOTAL: "Total HT", VERDICT: "Vérifiable ?"}


def cost_sheet(
    title: str, names: Iterable[str], *, most: int, full: str, fixed: bool = False
) -> Sheet:
    """An empty table of cost lines.

    Args:
        title: what a screen reader calls it.
        names: its columns, among those of `BLANK`, `TOTAL` and `VERDICT`.
        most: how many lines it takes.
        full: what is said of one more.
        fixed: whether lines are neither added, removed nor moved here.

    Returns:
        The table.

    >>> cost_sheet("Vos coûts", COSTED, most=5, full="Cinq lignes suffisent.").lines
    []
    """
    columns = [_column(name) for name in names]
    return Sheet(title, columns, BLANK, most=most, full=full, fixed=fixed)


def _column(name: str) -> Column:
    return Column(
        name,
        LABELS.get(name) or _SHOWN[name],
        _WIDTHS[name],
        hint=_HINTS.get(name, ""),
        choices=_CHOICES.get(name, ()),
        shown=name in _SHOWN,
    )


def cost_mark(typed: dict[str, Any], names: Collection[str] = COSTED) -> Mark:
    """What a line costs, and what is to be mended in it where these fields are shown."""
    if is_blank(typed):
        return Mark()
    state = line_state(typed)
    return Mark(
        cells=state.defects_in(names),
        shown={TOTAL: euros(state.cost, 2)},
        missing=state.missing,
        reminder=state.reminder,
        note=state.elsewhere(names),
    )


def research_mark(typed: dict[str, Any]) -> Mark:
    """What a line and its source lack before somebody else can check its price."""
    if is_blank(typed):
        return Mark()
    state = line_state(typed)
    good = not (state.remarks or state.flags)
    return Mark(
        cells={**state.flags, **state.defects_in(TRACED)},
        shown={VERDICT: "✓ oui" if good else "pas encore"},
        missing=state.missing,
        reminder=state.reminder,
        note=f"{state.elsewhere(TRACED)} {state.note}".strip(),
    )
