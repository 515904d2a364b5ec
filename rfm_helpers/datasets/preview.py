"""A file's first lines as they will be read, before anything is computed."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.datasets.choices import Choices
from rfm_helpers.datasets.defects import SET_ASIDE
from rfm_helpers.datasets.lines import read_raw
from rfm_helpers.errors import one_door
from rfm_helpers.french.numbers import euros, long_date
from rfm_helpers.tables.columns import OrderColumns

UNREAD = "vérifiez les colonnes choisies."
KEPT = "gardée"


@one_door(UNREAD)
def lines_as_read(
    raw: pd.DataFrame,
    columns: OrderColumns,
    choices: Choices,
    spellings: str = "apart",
    rows: int = 5,
) -> pd.DataFrame:
    """The first lines as text: who, which order, when, how much, and what becomes of each.

    Day and month, thousands and decimals are told by the whole file, which is therefore read.

    Args:
        raw: the lines, as they were written.
        columns: how they are read.
        choices: what is settled of them.
        spellings: see `clean_orders`.
        rows: how many.

    Returns:
        Text columns `client`, `commande`, `date`, `montant`, `sort`; what cannot be read is blank.

    Example:
        >>> raw = pd.DataFrame([["A", "1", "5/3/2025", "12,5"], ["B", "2", "31/2/2025", "9"]])
        >>> raw.columns = OrderColumns().names
        >>> lines_as_read(raw, OrderColumns(), Choices())["date"].tolist()
        ['5 mars 2025', '']
    """
    lines = read_raw(
        raw.reset_index(drop=True), columns, None, ("TEST",), spellings == "merged", choices
    )
    table = lines.table.head(rows)
    nothing = table["total_again"] & (table["cents"] == 0)
    silent = table["blank"] | table["unreadable_amount"] | nothing
    told = {
        "client": [lines.customers[at] if at >= 0 else "" for at in table["customer"]],
        "commande": [lines.orders[at] if at >= 0 else "" for at in table["order"]],
        "date": ["" if pd.isna(day) else long_date(day.date()) for day in table["day"]],
        "montant": [
            "" if silent else euros(cents / 100, 2)
            for cents, silent in zip(table["cents"], silent, strict=True)
        ],
        "sort": [
            KEPT if at < 0 else f"mise de côté : {SET_ASIDE[at].name}" for at in table["reason"]
        ],
    }
    return pd.DataFrame(told, dtype="str")
