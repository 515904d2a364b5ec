"""The customers that a final project works on: the course's two terrains, or an own file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.project.model import HOUSE
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)

JOURNEY = "The Complete Journey"
#: How a project calls its own file, on its slides too.
OWN = "Les commandes de la marque"
DOLLARS = (
    "Les montants de ce fichier sont en dollars ; le projet les écrit en euros, un pour un : "
    "dites-le dans votre exposé. Il n’a qu’une année, et ne dit pas qui accepte d’être contacté."
)
#: The longest window proposed.
_MOST_MONTHS = 24


@dataclass(frozen=True)
class Terrain:
    """Order lines under the course's names, their last reference date, and what goes with them.

    ``files`` are arguments of `contact_list`: `people`, `complaints`, `contacts`, as far as known.
    """

    name: str
    orders: pd.DataFrame
    as_of: dt.date
    files: dict[str, pd.DataFrame] = field(default_factory=dict)
    note: str = ""

    @property
    def months(self) -> int:
        """The longest window of whole months that the file covers, 24 at most, 1 at least."""
        first, end = (
            self.orders["date_achat"].min(),
            pd.Timestamp(self.as_of) + pd.Timedelta(8, "D"),
        )
        covered = 12 * (end.year - first.year) + end.month - first.month - (end.day < first.day)
        return int(min(max(covered, 1), _MOST_MONTHS))


@cache
def _house() -> Terrain:
    files = {
        "people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts(),
    }  # fmt: skip
    return Terrain(HOUSE, load_orders(), COURSE_DATE, files)


@cache
def _journey() -> Terrain:
    """The supermarket's orders, whole ones, under the names of the course."""
    columns = dataset_columns("complete_journey")
    orders = order_table(load_orders("complete_journey"), **columns)
    names = dict(
        zip(
            (columns[one] for one in ("customer", "order", "date", "amount")),
            ("client_id", "commande_id", "date_achat", "montant"),
            strict=True,
        )
    )
    lines = orders.rename(columns=names)[[*names.values()]]
    lines = lines.astype({"client_id": "str", "commande_id": "str"})
    return Terrain(JOURNEY, lines, lines["date_achat"].max().date(), note=DOLLARS)


#: The terrains whose files come with the course.
COURSE_TERRAINS: dict[str, Callable[[], Terrain]] = {HOUSE: _house, JOURNEY: _journey}
