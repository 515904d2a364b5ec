"""Who leaves: by trait, two years in a row; without a word, beside those who complained."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.orders import Day
from rfm_helpers.analysis.value.retention import attrition, retention_by
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns
from rfm_helpers.tables.engines import to_pandas


def left_and_complained(
    orders: Any,
    complaints: pd.DataFrame,
    store: str,
    start: Day,
    end: Day,
    *,
    reason: str = "Accueil en boutique",
    horizon_days: int = 365,
) -> pd.DataFrame:
    """Of a store's visitors of a season: who complained, and who did not order again.

    Each visitor counts once, from his last visit of the season. Complaints show a part of those
    whom a store loses; of the others, no file tells who was displeased.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `canal`,
            `boutique_id`.
        complaints: `client_id`, `motif`.
        store: its `boutique_id`.
        start, end: first and last day of the season.
        reason: what the complaints are about.
        horizon_days: days in which another order is looked for.

    Returns:
        Two rows, « non » then « oui »: `plainte`, `clients`, `perdus` (int: who did not order
        again), `part`, `bas`, `haut` (0–1).

    Raises:
        CourseError: missing column, no visit of that store in that season.

    Example:
        >>> from rfm_helpers.datasets import load_complaints, load_orders
        >>> found = left_and_complained(
        ...     load_orders(), load_complaints(), "B-01", "2024-04-01", "2024-09-30")
        >>> found["perdus"].tolist()
        [87, 68]
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, ["canal", "boutique_id"], remedy=CHECK_NAMES)
    require_columns(complaints.columns, ["client_id", "motif"], "la table des réclamations")
    table = order_table(lines)
    stores = lines.groupby("commande_id")["boutique_id"].first()
    there = (table["commande_id"].map(stores) == store) & (table["canal"] == "boutique")
    season = table["date_achat"].between(str(as_day(start)), str(as_day(end)))
    last = table[there & season].groupby("client_id", as_index=False)["date_achat"].max()
    if last.empty:
        raise CourseError(
            f"Aucune visite de « {store} » à ces dates : vérifiez la boutique et la période."
        )
    later = table[["client_id", "date_achat"]].merge(last, on="client_id", suffixes=("", "_vu"))
    days = (later["date_achat"] - later["date_achat_vu"]).dt.days
    back = later.loc[days.between(1, horizon_days), "client_id"]
    told = complaints.loc[complaints["motif"] == reason, "client_id"]
    last = last.assign(plainte=last["client_id"].isin(told), perdu=~last["client_id"].isin(back))
    counts = last.groupby("plainte")["perdu"].agg(["size", "sum"]).reindex([False, True])
    counts = counts.fillna(0).astype("int64").set_axis(["clients", "perdus"], axis=1)
    found = counts.reset_index(drop=True).assign(plainte=["non", "oui"])
    return shares_with_intervals(found[["plainte", "clients", "perdus"]], "perdus", "clients")


def who_leaves(orders: Any, customers: pd.DataFrame, trait: str, as_of: Day) -> pd.DataFrame:
    """Which customers leave more, or less, than all of them do, and whether they did a year before.

    Leaving is a definition: an order in the year before last, none in the last one (`attrition`).
    Of twenty values compared at 95 %, one is beyond chance by chance alone; it seldom is so twice,
    on the same side.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        customers: one row per customer: `client_id`, and the trait, which does not change.
        trait: a column of `customers`: a channel, a region, an age band.
        as_of: the last day of the last year.

    Returns:
        One row per value, those who leave most first: the trait, `actifs`, `partis` (int), `part`,
        `bas`, `haut` (0–1), `au_dela_du_hasard` (bool: the interval leaves the share of all of them
        out), `part_avant` (0–1: a year before), `retrouve` (bool: beyond chance then too, on the
        same side).

    Raises:
        CourseError: as `retention_by`.

    Example:
        >>> from rfm_helpers.datasets import load_customers, load_orders
        >>> found = who_leaves(load_orders(), load_customers(), "profession", "2025-12-31")
        >>> int(found["au_dela_du_hasard"].sum()), int(found["retrouve"].sum())
        (3, 0)
    """
    day = as_day(as_of)
    now, before = (
        _leavers(orders, customers, trait, end).set_index(trait)
        for end in (day, (pd.Timestamp(day) - pd.DateOffset(years=1)).date())
    )
    table = now.assign(
        au_dela_du_hasard=now["cote"] != 0,
        part_avant=before["part"].reindex(now.index),
        retrouve=(now["cote"] != 0) & (now["cote"] == before["cote"].reindex(now.index)),
    )
    return table.drop(columns="cote").sort_values("part", ascending=False).reset_index()


def _leavers(orders: Any, customers: pd.DataFrame, trait: str, day: dt.date) -> pd.DataFrame:
    """Who left, by value of a trait; `cote`: above the share of all (1), below (−1), neither."""
    every = attrition(orders, day).share
    kept = retention_by(orders, customers, trait, day)
    table = kept[[trait, "actifs"]].assign(
        partis=kept["actifs"] - kept["restes"],
        part=kept["attrition"],
        bas=1 - kept["haut"],
        haut=1 - kept["bas"],
    )
    return table.assign(cote=1 * (table["bas"] > every) - 1 * (table["haut"] < every))
