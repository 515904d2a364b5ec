"""Forty places under a scale of points: who loses one when the scale changes, and whom to keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, labelled, stacked, wrapped
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.value.points import (
    PointScale,
    best_places,
    place_changes,
    scale_use,
    value_points,
)
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import parse_number
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions.places import LIST
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns

if TYPE_CHECKING:
    import pandas as pd

MARC = "C-0360"
HEADINGS = {"changement": "Ce qui change", "points": "Points"}
KEPT = "{count} retenus, pour la leçon 11."
STALE = "Votre liste retenue n’est pas celle de l’écran."
REPLACED = "Votre nouvelle liste a remplacé l’ancienne."
# Between two bounds; a comma with no space after it is that of a decimal number.
_SEPARATOR = re.compile(r";|,\s")


class PlaceChooser(Activity):
    """A scale of points → the places it gives, who loses or wins one, and the list to keep."""

    purpose = "attribuer les places"

    def __init__(
        self, orders: pd.DataFrame, customers: pd.DataFrame, scale: PointScale, places: int
    ) -> None:
        super().__init__()
        require_columns(customers.columns, ["client_id", "prenom", "nom"], "", CHECK_NAMES)
        self._orders, self._people, self._places = orders, customers, places
        self._kept: list[str] = []
        self._start = best_places(value_points(orders, scale), places)
        self.fields = _fields(scale)
        self.keep_button = button(f"Retenir ces {places} noms", main=True)
        self.undo = Undo(self)
        self.kept_area, self.result_area, self.table_area = w.HTML(), w.HTML(), w.HTML()
        self._draw()
        self._lay_out()
        self.react(self.fields.values(), self._change)
        self.checks(self.keep_button, self.keep, self.fields.values())

    def _lay_out(self) -> None:
        fields = list(self.fields.values())
        self.show(
            wrapped(stacked(*fields[:3], basis="19em"), stacked(*fields[3:], basis="19em")),
            self.keep_button,
            self.undo.widget,
            self.message_area,
            self.kept_area,
            self.result_area,
            self.table_area,
        )

    @property
    def scale(self) -> PointScale:
        """The scale on the screen."""
        field = self.fields
        return PointScale(
            revenue_bounds=_bounds(field["revenue"].value),
            margin_bounds=_bounds(field["margin"].value),
            bonus=field["bonus"].read(),
            cap=field["cap"].read() if field["cap"].value.strip() else None,
            unit=field["unit"].read(),
            yearly=bool(field["yearly"].value),
        )

    @property
    def value(self) -> dict[str, list[str]]:
        """The customers of the list on the screen (`places`) and of the one kept (`kept`)."""
        return {"places": self.chosen["client_id"].tolist(), "kept": list(self._kept)}

    def keep(self) -> None:
        """Keep the list on the screen; the one kept before is within reach."""
        before = self._kept
        with cleared_if_refused(self.result_area, self.table_area):
            self._draw()
        self._kept = self.chosen["client_id"].tolist()
        if before and set(before) != set(self._kept):
            self.undo.offer(REPLACED, lambda: self._put_back(before))
        self._tell_kept()

    def _put_back(self, kept: list[str]) -> None:
        self._kept = kept
        self._tell_kept()

    def _change(self) -> None:
        with cleared_if_refused(self.result_area, self.table_area):
            self._draw()

    def refresh(self) -> None:
        """Choose again for the scale on the screen."""
        self.undo.forget()
        self._change()

    def _draw(self) -> None:
        self.points = value_points(self._orders, self.scale)
        self.chosen = best_places(self.points, self._places)
        self.changes = place_changes(self._start, self.chosen)
        self.result_area.value = sentence_lines(self.sentences)
        self.table_area.value = self._table() if len(self.changes) else ""
        self._tell_kept()

    def _tell_kept(self) -> None:
        told = []
        if self._kept:
            told = [KEPT.format(count=several(len(self._kept), "nom"))]
            told += [STALE] * (set(self._kept) != set(self.chosen["client_id"]))
        self.kept_area.value = announced(f"<p>{french(' '.join(told))}</p>") if told else ""

    @property
    def sentences(self) -> list[str]:
        """Who changes, whether the points decide, what parts customers, and where Marc stands."""
        lost = len(self.changes) // 2
        moved = (
            f"{several(lost, 'place')} sur {self._places} "
            f"{'change' if lost < 2 else 'changent'} de mains par rapport au barème de départ."
            if lost
            else "Ce sont les mêmes clients qu’avec le barème de départ."
        )
        tied = int(self.chosen["ex_aequo"].sum())
        decided = (
            f"{several(tied, 'place')} sur {self._places} à égalité de points avec le premier "
            "recalé : la marge départage."
            if tied
            else "Les points seuls donnent toutes les places."
        )
        use = scale_use(self.points)
        parts = zip(use["partie"], use["poids"], strict=True)
        weights = ", ".join(f"{part} {percent(weight)}" for part, weight in parts)
        return [moved, decided, f"Ce qui sépare les clients : {weights}.", *self._marc()]

    def _marc(self) -> list[str]:
        row = self.points[self.points["client_id"] == MARC]
        if row.empty:
            return []
        points = float(row["points"].iloc[0])
        rank = int((self.points["points"] > points).sum()) + 1
        place = "1er" if rank == 1 else f"{number(rank)}e"
        return [f"Marc Morel : {number(points, 1)} points, {place} rang."]

    def _table(self) -> str:
        people = self._people[["client_id", "prenom", "nom"]]
        told = self.points[["client_id", "commandes", "ca", "marge", "points"]]
        span = "par an" if self.scale.yearly else "en trois ans"
        table = self.changes.merge(people, on="client_id", how="left").merge(told, on="client_id")
        shown = show_table(
            table[["changement", "client_id", "prenom", "nom", *told.columns[1:]]],
            headings=HEADINGS | {"ca": f"CA {span}", "marge": f"Marge {span}"},
            formats={"ca": "whole_euros", "marge": "whole_euros", "commandes": "number"},
            rows=2 * self._places,
        )
        return shown._repr_html_()

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The fields of the scale."""
        return dict(self.fields)

    def state(self) -> dict[str, Any]:
        """The scale, and the list that was kept."""
        return super().state() | {LIST: list(self._kept)}

    def restore(self, answers: Any) -> None:
        """Show the scale again, with the list that was kept."""
        self._kept = [str(client) for client in answers[LIST]]
        super().restore(answers)

    def fallback(self) -> dict[str, str]:
        """What the starting scale gives."""
        return {"text/html": self.result_area.value}


def _fields(scale: PointScale) -> dict[str, Any]:
    """A field for each part of a scale."""
    wide = labelled(width="auto")
    no_cap = "" if scale.cap is None else scale.cap
    totals = {"ramenés à un an": True, "ajoutés sur trois ans": False}
    fields = {
        "unit": NumberField("Une unité vaut (€)", 0.01, 100_000, value=scale.unit, **wide),
        "revenue": TypedText(
            value=_written(scale.revenue_bounds),
            description=french("Bornes du chiffre d’affaires (unités) :"),
            **wide,
        ),
        "margin": TypedText(
            value=_written(scale.margin_bounds),
            description=french("Bornes de la marge (unités) :"),
            **wide,
        ),
        "bonus": NumberField("Bonus par commande (points)", 0, 100, value=scale.bonus, **wide),
        "cap": NumberField(
            "Plafond du bonus (points ; vide : aucun)", 0, 1000, value=no_cap, **wide
        ),
        "yearly": w.Dropdown(
            options=totals, value=scale.yearly, description=french("Totaux :"), **wide
        ),
    }
    for name in ("unit", "revenue", "margin", "bonus", "cap"):
        fields[name].add_class("rfm-above")
    return fields


def _bounds(text: str) -> tuple[float, ...]:
    """Bounds as people write them.

    >>> _bounds("10 ; 50 ; 100")
    (10.0, 50.0, 100.0)
    """
    return tuple(parse_number(part) for part in _SEPARATOR.split(text) if part.strip())


def _written(bounds: Any) -> str:
    return " ; ".join(f"{bound:g}".replace(".", ",") for bound in bounds)


def value_places(
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    scale: PointScale | None = None,
    *,
    places: int = 40,
    key: str = "",
) -> PlaceChooser:
    """Change a scale of points, see who loses a place and who gets one, and keep a list.

    Args:
        orders: order lines, as for `value_points`.
        customers: `client_id`, `prenom`, `nom`.
        scale: the scale to start from; default: that of source 004, in hundreds of euros.
        places: how many may come.
        key: where to keep the scale and the list ("09_valeur_client/places"); an empty one keeps
            nothing.

    Returns:
        The activity: `value` holds the list on the screen and the one kept; `load_places` finds
        the latter again in another lesson.

    Raises:
        CourseError: as `value_points` and `best_places`.
    """
    return PlaceChooser(orders, customers, scale or PointScale(unit=100), places).kept(key)
