"""Time to the next order: how many have come back by a delay, those not yet known included."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import Z, shares_with_intervals
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.orders import Day, last_day, orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import OrderColumns, require_columns
from rfm_helpers.tables.engines import to_pandas

DURATIONS_FIRST = "donnez la table de time_to_next(commandes)."


def time_to_next(orders: Any, rank: int = 1, *, as_of: Day | None = None) -> pd.DataFrame:
    """The days from an order to the next one, or to the end of the file.

    A customer who has not come back by the end of the file is **censored**: we know only that it
    takes longer than the days watched. Leaving him out, or taking him for gone, are both wrong.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        rank: from which order (1: the first of the file) to the next.
        as_of: end of the observation; default: the last day of the file.

    Returns:
        One row per customer with an order of that rank by `as_of`: `client_id`, `debut` (its day),
        `jours` (int: to the next order, or watched), `revenu` (bool: whether there was one).

    Raises:
        CourseError: as `order_table`; nobody with an order of that rank.

    Example:
        >>> days = pd.to_datetime(["2025-01-01", "2025-03-02", "2025-06-30"])
        >>> lines = pd.DataFrame({"client_id": list("AAB"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> time_to_next(lines)[["client_id", "jours", "revenu"]].values.tolist()
        [['A', 60, True], ['B', 0, False]]
    """
    lines = to_pandas(orders)
    end = pd.Timestamp(as_day(as_of) if as_of else last_day(lines, OrderColumns()))
    found = order_table(lines)
    found = found[found["date_achat"] <= end]
    first = found.loc[found["rang"] == rank].set_index("client_id")["date_achat"]
    if first.empty:
        raise CourseError(
            f"Personne n’a passé de commande n° {rank} : choisissez un rang plus bas."
        )
    following = found.loc[found["rang"] == rank + 1].set_index("client_id")["date_achat"]
    stop = following.reindex(first.index)
    table = pd.DataFrame({"debut": first, "revenu": stop.notna()})
    table["jours"] = (stop.fillna(end) - first).dt.days
    return table.reset_index()[["client_id", "debut", "jours", "revenu"]]


def survival_curve(durations: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """The share not yet back after each delay: the Kaplan–Meier curve, with its interval.

    At each delay at which somebody comes back, the share falls by the part of those still watched
    who do (E. L. Kaplan and P. Meier, 1958). The interval (95 %) is Greenwood's, on the scale of
    ln(−ln), so that it stays between 0 and 1.

    Args:
        durations: what `time_to_next` gives: `jours`, `revenu`.
        by: a column of groups; None: one curve.

    Returns:
        One row per group and delay at which somebody comes back, after a row at 0: the group,
        `jours`, `a_risque` (int: still watched just before), `retours` (int), `pas_revenus`
        (0–1), `bas`, `haut`.

    Raises:
        CourseError: missing column, nobody, a negative delay.

    Example:
        >>> durations = pd.DataFrame({"jours": [10, 20, 30, 40],
        ...                           "revenu": [True, False, True, False]})
        >>> survival_curve(durations)[["jours", "a_risque", "pas_revenus"]].values.tolist()
        [[0.0, 4.0, 1.0], [10.0, 4.0, 0.75], [30.0, 2.0, 0.375]]
    """
    require_columns(
        durations.columns, ["jours", "revenu", *([by] if by else [])], remedy=DURATIONS_FIRST
    )
    if durations.empty or (durations["jours"] < 0).any():
        raise CourseError("Il faut au moins un client, et des délais de 0 jour ou plus.")
    if by is None:
        return _curve(durations)
    parts = [_curve(rows).assign(**{by: name}) for name, rows in durations.groupby(by)]
    table = pd.concat(parts, ignore_index=True)
    return table[[by, *(column for column in table.columns if column != by)]]


def _curve(durations: pd.DataFrame) -> pd.DataFrame:
    counts = durations.groupby("jours")["revenu"].agg(["size", "sum"]).astype(int)
    watched = counts["size"][::-1].cumsum()[::-1]
    back = counts["sum"]
    left = (1 - back / watched).cumprod()
    gone = watched - back
    terms = np.where(gone > 0, back / (watched * gone.where(gone > 0, 1)), np.inf)
    low, high = _greenwood(left.to_numpy(), np.cumsum(terms))
    table = pd.DataFrame(
        {"jours": counts.index, "a_risque": watched.to_numpy(), "retours": back.to_numpy(),
         "pas_revenus": left.to_numpy(), "bas": low, "haut": high}
    )  # fmt: skip
    start = pd.DataFrame([{"jours": 0, "a_risque": len(durations), "retours": 0,
                           "pas_revenus": 1.0, "bas": 1.0, "haut": 1.0}])  # fmt: skip
    return pd.concat([start, table[table["retours"] > 0]], ignore_index=True)


def _greenwood(left: np.ndarray, terms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inside = (left > 0) & (left < 1)
    share = np.where(inside, left, 0.5)
    spread = Z * np.sqrt(np.where(inside, terms, 0.0)) / np.log(share)
    low, high = share ** np.exp(-spread), share ** np.exp(spread)
    return np.where(inside, low, left), np.where(inside, high, left)


def still_silent(curve: pd.DataFrame, days: int) -> tuple[float, float, float]:
    """The share not yet back after so many days, and its interval.

    Args:
        curve: one curve of `survival_curve`.
        days: the delay.

    Returns:
        The share and both ends (0–1).

    Raises:
        CourseError: missing column, a negative delay.

    Example:
        >>> durations = pd.DataFrame({"jours": [10, 20, 30, 40],
        ...                           "revenu": [True, False, True, False]})
        >>> still_silent(survival_curve(durations), 15)[0]
        0.75
    """
    require_columns(curve.columns, ["jours", "pas_revenus", "bas", "haut"], remedy=DURATIONS_FIRST)
    if days < 0:
        raise CourseError("Un délai ne peut pas être négatif : écrivez 0 ou plus.")
    row = curve[curve["jours"] <= days].iloc[-1]
    return float(row["pas_revenus"]), float(row["bas"]), float(row["haut"])


def return_bands(
    orders: Any,
    as_of: Day,
    *,
    bands: Sequence[int] = (0, 60, 120, 180, 270, 365, 545, 730),
    horizon_days: int = 90,
) -> pd.DataFrame:
    """Of those silent for so long at a day, how many came back in the days that followed?

    It is what comes anyway, by length of silence: the windows in which customers leave show where
    the share falls.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        as_of: the day.
        bands: the silence (days) at which each band begins, increasing from 0.
        horizon_days: the days that followed.

    Returns:
        One row per band: `silence` (text), `depuis` (days: where the band begins), `clients`,
        `revenus` (int), `part`, `bas`, `haut` (0–1).

    Raises:
        CourseError: as `later_orders`; bands that do not begin at 0 or do not increase.

    Example:
        >>> from rfm_helpers.datasets import load_orders
        >>> table = return_bands(load_orders(), "2025-06-30")
        >>> bool(table["part"].iloc[0] > 3 * table["part"].iloc[-1])
        True
    """
    if list(bands) != sorted(set(bands)) or not bands or bands[0] != 0:
        raise CourseError("Les tranches de silence commencent à 0 et augmentent : corrigez-les.")
    day = as_day(as_of)
    lines = to_pandas(orders)
    table = rfm_table(orders_until(lines, day), as_of=day)
    table = table.merge(later_orders(lines, day, horizon_days), on="client_id")
    band = np.searchsorted(bands, table["recence"], side="right") - 1
    groups = table["rachat"].groupby(band).agg(["size", "sum"]).reindex(range(len(bands)))
    counts = groups.fillna(0).astype("int64")
    ends = [f"{low} à {high - 1} jours" for low, high in pairwise(bands)]
    found = pd.DataFrame(
        {
            "silence": [*ends, f"{bands[-1]} jours et plus"],
            "depuis": bands,
            "clients": counts["size"].to_numpy(),
            "revenus": counts["sum"].to_numpy(),
        }
    )
    return shares_with_intervals(found, "revenus", "clients")
