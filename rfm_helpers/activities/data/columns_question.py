"""What the form of one's own file asks of its columns: which tell who, which order, when, how much.

A column is proposed only when its title and its cells speak for it, or when the file has the
layout of a known shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.keeping import put
from rfm_helpers.datasets.profiles import Layout
from rfm_helpers.datasets.proposals import described, propose_columns
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french

ROLES = {
    "customer": "Le client",
    "order": "La commande",
    "date": "La date d’achat",
    "amount": "Le montant",
}
#: What the list says of no column; none is chosen where the second stands.
NO_ORDER = "aucune : une commande par client et par jour"
CHOOSE, UNCHOSEN = "à choisir", " "
TITLE = "<strong>2. Quelle colonne est…</strong>"
NOT_PROPOSED = "Rien, dans le titre et les cases d’une colonne, ne la désigne : choisissez-la."
BY_LAYOUT = "Proposée : c’est la colonne de « {name} », et elle {content}."
BY_CELLS = "Proposée : {why}."
BY_READER = "Cette colonne {content}."
BY_DAY = "Les achats d’un client le même jour font une commande."


class ColumnsQuestion:
    """A list of columns for each role, and under it why one is proposed, or what it holds."""

    def __init__(self) -> None:
        self._table = pd.DataFrame()
        self._proposed: dict[str, tuple[str, str]] = {}
        self.fields = {
            role: w.Dropdown(options=[], description=french(f"{label} :"), **labelled(width="auto"))
            for role, label in ROLES.items()
        }
        self.whys = {role: w.HTML() for role in ROLES}
        rows = [part for role in ROLES for part in (self.fields[role], self.whys[role])]
        self.widget = w.VBox([w.HTML(TITLE), *rows])

    def offer(self, table: pd.DataFrame, layout: Layout | None) -> None:
        """Offer the columns of a file, and propose those for which something speaks."""
        self._table = table
        self._proposed = _by_layout(layout) if layout else _by_cells(table)
        for role, field in self.fields.items():
            first = {CHOOSE: UNCHOSEN} | ({NO_ORDER: ""} if role == "order" else {})
            field.options = first | {name: name for name in map(str, table)}
            field.value = self._proposed.get(role, (UNCHOSEN, ""))[0]

    def put(self, kept: Mapping[str, Any]) -> None:
        """Choose what was kept, as far as the file still has the columns, and say why."""
        for role, field in self.fields.items():
            put(field, kept.get(role, field.value))
            self.explain(role)

    @property
    def value(self) -> dict[str, str]:
        """Role → column, of those chosen; an empty text where there are no order numbers."""
        chosen = {role: str(field.value) for role, field in self.fields.items()}
        return {role: name for role, name in chosen.items() if name != UNCHOSEN}

    @property
    def columns(self) -> dict[str, Any]:
        """The same as arguments of `clean_orders`.

        Raises:
            CourseError: a role has no column, or two have the same.
        """
        chosen = self.value
        missing = [label.lower() for role, label in ROLES.items() if role not in chosen]
        if missing:
            raise CourseError(
                f"La colonne n’est pas choisie pour {' ni pour '.join(missing)} : prenez-la dans "
                "la liste."
            )
        for role, name in chosen.items():
            others = [other for other in chosen if chosen[other] == name and other != role]
            if others:
                one, other = (ROLES[role].lower() for role in (role, others[0]))
                raise CourseError(
                    f"La colonne « {as_written(name)} » est choisie pour {one} et pour {other} : "
                    "prenez une colonne différente pour chacun."
                )
        return chosen | {"order": chosen["order"] or None}

    def explain(self, role: str) -> None:
        """Say why the column of a role is proposed, or what it holds."""
        name = str(self.fields[role].value)
        proposed, why = self._proposed.get(role, (None, ""))
        if name == UNCHOSEN:
            said = NOT_PROPOSED
        elif name == proposed:
            said = why
        elif not name:
            said = BY_DAY
        else:
            said = BY_READER.format(content=described(self._table[name], role))
        self.whys[role].value = f"<small>{escape(french(said))}</small>"


def _by_layout(layout: Layout) -> dict[str, tuple[str, str]]:
    """For each role the column of a known layout, and why; none if the layout cannot serve."""

    def sentence(role: str, name: str) -> str:
        content = described(layout.table[name], role)
        return BY_LAYOUT.format(name=as_written(layout.profile.name), content=content)

    if layout.profile.needs:
        return {}
    return {
        role: (name, sentence(role, name)) if name else ("", BY_DAY)
        for role, name in layout.roles.items()
    }


def _by_cells(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    proposals = propose_columns(table).items()
    return {role: (one.column, BY_CELLS.format(why=one.why)) for role, one in proposals}
