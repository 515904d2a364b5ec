"""The segment explorer: from a code or a customer to a segment and what to do for it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as w

from rfm_helpers import palette
from rfm_helpers.activities.base import Activity, labelled, stacked, wrapped
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.analysis.segments import explain_segment, segment_profile
from rfm_helpers.catalog import Action, SegmentSheet, load_grid, load_segments
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import french
from rfm_helpers.plots.grids import GridFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.tables.columns import require_columns
from rfm_helpers.tables.rows import find_customer, unknown_customer

if TYPE_CHECKING:
    import pandas as pd

SCORES = ("R", "F", "M")
NEEDED = (*SCORES, "code_rfm", "segment", "recence", "frequence", "montant_total", "panier_moyen")
WHAT = "la table des segments"
_BADGE = (
    '<span style="display:inline-block;border:1px solid {color};color:{color};border-radius:3px;'
    'padding:0 6px;margin:2px 4px 0 0;font-size:12px">{text}</span>'
)


class SegmentExplorer(Activity):
    """R, F and M, or a customer → segment, situation, weight in the data, actions, and why."""

    purpose = "explorer les segments"

    def __init__(self, segmented: pd.DataFrame, customer: str) -> None:
        super().__init__()
        require_columns(segmented.columns, [customer, *NEEDED], WHAT)
        self._data = segmented
        self._customer = customer
        self._grid = load_grid("onze")
        self._sheets = {sheet.name: sheet for sheet in load_segments()}
        self._profile = (
            segment_profile(segmented, customer=customer).set_index("segment").to_dict("index")
        )
        self._map = GridFigure(self._grid)
        self._build_fields()
        self.refresh()
        self._wire()

    def _build_fields(self) -> None:
        self.scores = {
            score: w.Dropdown(
                options=list(range(1, self._grid.levels + 1)),
                value=self._grid.levels,
                description=french(f"{score} :"),
                **labelled(width="6em"),
            )
            for score in SCORES
        }
        self.customer = TypedText(
            description=french("ou un client :"),
            placeholder="un identifiant",
            **labelled(width="17em"),
        )
        self.luxury_only = w.Checkbox(
            description="Seulement les actions qui conviennent à une maison de luxe",
            indent=False,
            layout=w.Layout(width="auto"),
        )
        self.segment_area, self.map_area = w.HTML(), w.HTML()
        self.why_area, self.actions_area = w.HTML(), w.HTML()
        self._lay_out()

    def _lay_out(self) -> None:
        self.show(
            wrapped(*self.scores.values(), self.customer, self.luxury_only),
            self.message_area,
            wrapped(
                stacked(self.segment_area, self.why_area, self.map_area, basis="24em"),
                stacked(self.actions_area, basis="26em"),
            ),
        )

    def _wire(self) -> None:
        self.react(self.scores.values(), self._by_scores)
        self.react([self.customer], self._by_customer)
        self.react([self.luxury_only], self.refresh)

    # --- state ------------------------------------------------------------------------------

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The scores, the customer and the filter."""
        return {**self.scores, "customer": self.customer, "luxury_only": self.luxury_only}

    def _by_scores(self) -> None:
        """A score chosen by hand leaves the customer."""
        self.customer.value = ""
        self.refresh()

    def _by_customer(self) -> None:
        """A customer brings their scores along."""
        wanted, row = self.customer.value.strip(), self._row()
        if not wanted or row.empty:
            self.refresh()
            if wanted:
                raise unknown_customer(wanted, self._data[self._customer])
            return
        with self.asleep():
            self.customer.value = str(row[self._customer].iloc[0])
            for score, field in self.scores.items():
                field.value = int(row[score].iloc[0])
        self.refresh()

    def _row(self) -> pd.DataFrame:
        """The customer asked for: one row, or none."""
        ids = self._data[self._customer]
        found: pd.DataFrame = self._data[ids == find_customer(ids, self.customer.value)]
        return found

    @property
    def code(self) -> str:
        """The code on the screen."""
        return "".join(str(field.value) for field in self.scores.values())

    @property
    def segment(self) -> str:
        """The segment of that code."""
        return self._grid.segment_of(self.code)

    @property
    def value(self) -> dict[str, str | None]:
        """The code, its segment, and the customer when one is followed."""
        row = self._row()
        customer = None if row.empty else str(row[self._customer].iloc[0])
        return {"code": self.code, "segment": self.segment, "customer": customer}

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions shown: those of the segment, or the ones that suit a luxury house."""
        actions = self._sheets[self.segment].actions
        return tuple(a for a in actions if a.luxury or not self.luxury_only.value)

    # --- screen -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the segment of the code on the screen."""
        sheet = self._sheets[self.segment]
        self.map_area.value = picture(self._map.png(self.code), self._map.alternative)
        self.segment_area.value = self._segment_html(sheet)
        self.actions_area.value = self._actions_html(sheet)
        self.why_area.value = self._why_html()

    def _segment_html(self, sheet: SegmentSheet) -> str:
        place = self._grid.segment(sheet.name)
        return (
            '<div role="status">'
            f'<p style="margin:4px 0"><span style="background:{place.color};'
            f'color:{place.text_color};padding:3px 10px;border-radius:3px;font-weight:bold">'
            f"{escape(self.code)} · {escape(sheet.name)}</span></p>"
            f"<p>{escape(sheet.situation)}</p>"
            f"<p><strong>{french('La posture :')}</strong> {escape(sheet.stance)}</p>"
            f"<p>{self.weight_sentence}</p></div>"
        )

    @property
    def weight_sentence(self) -> str:
        """How many customers have this code, and what the segment weighs in the data."""
        alike = int((self._data["code_rfm"] == self.code).sum())
        weight = self._profile[self.segment]
        if not weight["clients"]:
            return "Aucun client de la base n’est dans ce segment."
        return french(
            f"{_customers(alike)} avec ce code. Le segment : {_customers(int(weight['clients']))} "
            f"({percent(weight['part_clients'], 1)} de la base), "
            f"{euros(weight['chiffre_affaires'])} de chiffre d’affaires "
            f"({percent(weight['part_ca'], 1)})."
        )

    def _actions_html(self, sheet: SegmentSheet) -> str:
        shown = "".join(_action_html(action) for action in self.actions)
        count = f"{len(self.actions)} sur {len(sheet.actions)}"
        if not shown:
            shown = "<li>Aucune action de la liste ne convient telle quelle.</li>"
        return (
            f'<p style="margin:4px 0"><strong>Actions possibles ({count})</strong></p>'
            f'<ol style="margin:4px 0;padding-left:24px">{shown}</ol>'
        )

    def _why_html(self) -> str:
        found = self._row()
        if found.empty:
            return ""
        why = explain_segment(
            self._data, found[self._customer].iloc[0], self._grid, customer=self._customer
        )
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in why.sentences)
        return (
            french('<p style="margin:8px 0 4px"><strong>Pourquoi ce segment ?</strong></p>')
            + f'<ul style="margin:0;padding-left:24px">{items}</ul>'
        )

    def fallback(self) -> dict[str, str]:
        """The segment on the screen, as text."""
        return {
            "text/html": f"{self.segment_area.value}{self.why_area.value}{self.actions_area.value}"
        }


def _customers(count: int) -> str:
    return f"{number(count)} client{'s' if count >= 2 else ''}"


def _action_html(action: Action) -> str:
    scores = [move for move in action.moves if move in SCORES]
    aims = [f"agit sur {' et '.join(scores)}"] if scores else []
    aims += [move for move in action.moves if move not in SCORES]
    moves = "".join(_BADGE.format(color=palette.TABLE_HEAD, text=escape(aim)) for aim in aims)
    channel = _BADGE.format(color=palette.QUIET, text=escape(action.channel))
    fit = "✓ convient au luxe" if action.luxury else "✗ à éviter dans le luxe"
    luxury = _BADGE.format(color=palette.SUCCESS if action.luxury else palette.ERROR, text=fit)
    note = f"<br><em>{escape(action.luxury_note)}</em>" if action.luxury_note else ""
    return (
        f'<li style="margin:0 0 8px">{escape(action.text)}<br>{moves}{channel}{luxury}{note}</li>'
    )


def segment_explorer(
    segmented: pd.DataFrame, *, customer: str = "client_id", key: str = ""
) -> SegmentExplorer:
    """Explore the eleven segments on one's own customers.

    Args:
        segmented: the table that `assign_segments` gave (four levels), with the columns of
            `rfm_table` and `score_rfm`.
        customer: column of the customers.
        key: where to keep what is chosen ("04_segmentation/segments"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the code, the segment and the customer followed.

    Raises:
        CourseError: a column is missing, or a segment is not of the grid.
    """
    return SegmentExplorer(segmented, customer).kept(key)
