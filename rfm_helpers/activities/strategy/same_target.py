"""Is it the same target? Two groups made by one rule: what differs, before a figure is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as w

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.analysis.windows import describe_groups
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import french
from rfm_helpers.questions.model import panel

if TYPE_CHECKING:
    import pandas as pd

ROWS: dict[str, tuple[str, Callable[..., str]]] = {
    "clients": ("Clients", number),
    "commandes": ("Commandes de chacun", str),
    "recence_mediane": ("Récence médiane (jours)", number),
    "part_actifs": ("Ont commandé depuis un an", percent),
    "panier_moyen": ("Panier moyen (TTC)", euros),
}


class SameTarget(Sorter):
    """The traits of two groups as a table each, then what differs; the conclusion comes last."""

    def __init__(self, groups: Mapping[str, pd.DataFrame]) -> None:
        self._tables = "".join(_table(name, group) for name, group in groups.items())
        self._drill = load_drill("05_meme_cible")
        super().__init__(self._drill)

    def lay_out(self) -> None:
        """The tables stand above the sentences."""
        tables = w.HTML(self._tables)
        self.show(tables, *self.widgets, self.check_button, self.summary_area, self.message_area)

    @property
    def done(self) -> bool:
        """Whether every sentence has an answer that was verified."""
        return len(self.judged) == len(self.deck)

    def summary_html(self) -> str:
        """How far the learner is; once all is verified, what to keep of it."""
        kept = panel("À retenir avant de comparer", self._drill.rewritten or "")
        return super().summary_html() + (kept if self.done else "")

    def fallback(self) -> dict[str, str]:
        """The two tables, and the sentences to read before running the cell."""
        return {"text/html": self._tables + super().fallback()["text/html"]}


def _table(name: str, group: pd.DataFrame) -> str:
    """The traits of a group as an HTML table."""
    traits = describe_groups(group.assign(date=name)).iloc[0]
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;padding:2px 12px 2px 0">{label}</th>'
        f'<td style="text-align:right;padding:2px 6px">{escape(show(traits[column]))}</td></tr>'
        for column, (label, show) in ROWS.items()
    )
    caption = f"<caption><strong>{escape(french(name))}</strong></caption>"
    return f'<table style="display:inline-table;margin:4px 24px 8px 0">{caption}{rows}</table>'


def same_target(groups: Mapping[str, pd.DataFrame], *, key: str = "") -> SameTarget:
    """Say what differs between two groups made by one rule, before a figure of one is used.

    Args:
        groups: the customers of each group (the columns of `rfm_table`), by the name to show.
        key: where to keep the answers ("05_marc_morel/meme_cible"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    Raises:
        CourseError: a column is missing.
    """
    return SameTarget(groups).kept(key)
