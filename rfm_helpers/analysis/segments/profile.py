"""What each segment weighs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    SEGMENT_FIRST,
    require_columns,
    require_one_row_each,
    require_rows,
)
from rfm_helpers.tables.engines import to_pandas

_COLUMNS = (
    "segment",
    "clients",
    "part_clients",
    "chiffre_affaires",
    "part_ca",
    "panier_moyen",
    "recence_mediane",
    "frequence_moyenne",
)


def segment_profile(
    segmented: Any,
    grid: str | Grid = "onze",
    *,
    customer: str = "client_id",
    recency: str = "recence",
    frequency: str = "frequence",
    amount: str = "montant_total",
) -> pd.DataFrame:
    """Describe each segment: how many customers, how much revenue, how they buy.

    Args:
        segmented: one row per customer, with `segment` (see `assign_segments`), recency (days),
            frequency (orders) and total amount (euros).
        grid: the grid that named the segments.
        customer: column of the customers.
        recency: column of the recency.
        frequency: column of the frequency.
        amount: column of the total amount.

    Returns:
        One row per segment of the grid, best first, those without customer included: `segment`,
        `clients` (int), `part_clients` (0–1), `chiffre_affaires` (euros), `part_ca` (0–1),
        `panier_moyen` (euros: revenue ÷ orders), `recence_mediane` (days), `frequence_moyenne`
        (orders). The means of an empty segment are missing. Each share sums to 1.

    Raises:
        CourseError: missing column, no customer, a customer twice, a segment that is not in the
            grid.

    Example:
        >>> segmented = pd.DataFrame({
        ...     "client_id": ["A", "B"], "recence": [10, 300], "frequence": [4, 1],
        ...     "montant_total": [900.0, 100.0], "segment": ["Champions", "Perdus"],
        ... })
        >>> profile = segment_profile(segmented)
        >>> profile.query("clients > 0")[["segment", "part_ca", "panier_moyen"]].values.tolist()
        [['Champions', 0.9, 225.0], ['Perdus', 0.1, 100.0]]
    """
    frame, names = to_pandas(segmented), resolve_grid(grid)
    require_columns(frame.columns, ["segment"], remedy=SEGMENT_FIRST)
    require_columns(frame.columns, [customer, recency, frequency, amount], remedy=CHECK_NAMES)
    require_rows(frame)
    require_one_row_each(frame, customer)
    _check_names(frame["segment"], names)
    groups = frame.groupby("segment").agg(
        clients=(customer, "size"),
        chiffre_affaires=(amount, "sum"),
        commandes=(frequency, "sum"),
        recence_mediane=(recency, "median"),
        frequence_moyenne=(frequency, "mean"),
    )
    table = groups.reindex(pd.Index(names.names, name="segment")).reset_index()
    table = table.fillna({"clients": 0, "chiffre_affaires": 0.0}).astype({"clients": "int64"})
    revenue = table["chiffre_affaires"]
    return table.assign(
        part_clients=table["clients"] / len(frame),
        part_ca=revenue / revenue.sum(),
        panier_moyen=revenue / table["commandes"],
    )[list(_COLUMNS)]


def _check_names(segments: pd.Series[str], grid: Grid) -> None:
    unknown = segments[~segments.isin(grid.names)]
    if not unknown.empty:
        raise CourseError(
            f"Le segment « {unknown.iloc[0]} » n’est pas dans la grille "
            f"« {grid.id} » : donnez à segment_profile la grille donnée à "
            "assign_segments."
        )
