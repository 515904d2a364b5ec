"""What each segment weighs."""

from __future__ import annotations

from typing import Any, cast

import narwhals as nw
import pandas as pd

from rfm_helpers.analysis.scores import RECOMPUTE
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.tables.amounts import counted, is_countable, refuse_uncounted, require_numbers
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    NO_CUSTOMER,
    SEGMENT_FIRST,
    customer_twice,
    refuse_taken,
    require_columns,
)
from rfm_helpers.tables.engines import as_number, collect, describe, from_native, open_lazy

CUSTOMERS = "la table des clients"
_MILLION = 1_000_000
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


@one_door(RECOMPUTE)
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
        segmented: one row per customer, in a table of any engine, where it is added up, with
            `segment` (see `assign_segments`), recency (days), frequency (orders) and total amount
            (euros).
        grid: the grid that named the segments.
        customer: column of the customers.
        recency: column of the recency.
        frequency: column of the frequency.
        amount: column of the total amount.

    Returns:
        In pandas, one row per segment of the grid, best first, those without customer included:
        `segment`, `clients` (int), `part_clients` (0–1), `chiffre_affaires` (euros), `part_ca`
        (0–1), `panier_moyen` (euros: revenue ÷ orders), `recence_mediane` (days),
        `frequence_moyenne` (orders). The means of an empty segment are missing. Each share sums
        to 1. Amounts are added in millionths of a euro: every engine finds the same sums.

    Raises:
        CourseError: missing column, no customer, a customer twice, a segment that is not in the
            grid, amounts that are missing, infinite or no numbers.

    Example:
        >>> segmented = pd.DataFrame({
        ...     "client_id": ["A", "B"], "recence": [10, 300], "frequence": [4, 1],
        ...     "montant_total": [900.0, 100.0], "segment": ["Champions", "Perdus"],
        ... })
        >>> profile = segment_profile(segmented)
        >>> profile.query("clients > 0")[["segment", "part_ca", "panier_moyen"]].values.tolist()
        [['Champions', 0.9, 225.0], ['Perdus', 0.1, 100.0]]
    """
    names, columns = resolve_grid(grid), [customer, recency, frequency, amount]
    present = from_native(segmented, CUSTOMERS).collect_schema().names()
    require_columns(present, ["segment"], remedy=SEGMENT_FIRST)
    require_columns(present, columns, remedy=CHECK_NAMES)
    refuse_taken(columns, ("segment", "__rows"))
    customers = open_lazy(segmented, ["segment", *columns], CUSTOMERS)
    _check_customers(customers, customer)
    groups = _groups(customers, recency, frequency, amount)
    _check_names(groups["segment"], names)
    refuse_uncounted(int(groups["unfit"].sum()), amount, RECOMPUTE)
    table = pd.DataFrame({"segment": names.names}).merge(groups, on="segment", how="left")
    table = table.fillna({"clients": 0, "chiffre_affaires": 0.0}).astype({"clients": "int64"})
    revenue = table["chiffre_affaires"]
    return table.assign(
        part_clients=table["clients"] / table["clients"].sum(),
        part_ca=revenue / revenue.sum(),
        panier_moyen=revenue / table["commandes"],
        frequence_moyenne=table["commandes"] / table["clients"],
    )[list(_COLUMNS)]


def _groups(
    customers: nw.LazyFrame[Any], recency: str, frequency: str, amount: str
) -> pd.DataFrame:
    """What each segment present adds up to, worked out in the engine of the table."""
    require_numbers(customers, (recency, frequency, amount), RECOMPUTE)
    facts = customers.with_columns(
        nw.col("segment").cast(nw.String),
        counted(amount, _MILLION).alias("chiffre_affaires"),
        as_number(~is_countable(amount, _MILLION)).alias("unfit"),
    )
    if facts.implementation.is_pyarrow():  # whose medians of groups are approximate
        facts = collect(facts, "pandas").lazy()
    per_segment = (
        facts.group_by("segment")
        .agg(
            nw.len().alias("clients"),
            nw.col("chiffre_affaires", "unfit").sum(),
            nw.col(frequency).sum().alias("commandes"),
            nw.col(recency).median().alias("recence_mediane"),
        )
        .with_columns(
            nw.col("chiffre_affaires").cast(nw.Int64),
            nw.col("commandes", "recence_mediane").cast(nw.Float64),
        )
    )
    groups = cast(pd.DataFrame, collect(per_segment, "pandas").to_native())
    return groups.assign(chiffre_affaires=groups["chiffre_affaires"] / _MILLION)


def _check_customers(customers: nw.LazyFrame[Any], customer: str) -> None:
    """Refuse a table without customers, or that holds one twice."""
    counts = customers.group_by(customer).agg(nw.len().alias("__rows"))
    facts = describe(counts, {"twice": nw.col("__rows") > 1})
    if not facts["rows"]:
        raise CourseError(NO_CUSTOMER)
    if facts["twice"]:
        twice = counts.filter(nw.col("__rows") > 1).sort(customer).head(1)
        raise customer_twice(collect(twice, "polars")[customer][0])


def _check_names(segments: pd.Series[str], grid: Grid) -> None:
    unknown = segments[~segments.isin(grid.names)].sort_values()
    if not unknown.empty:
        raise CourseError(
            f"Le segment « {unknown.iloc[0]} » n’est pas dans la grille "
            f"« {grid.id} » : donnez à segment_profile la grille donnée à "
            "assign_segments."
        )
