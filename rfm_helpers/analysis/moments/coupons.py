"""Coupons sent by a supermarket: what those who received them bought before, and during."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import mean_interval
from rfm_helpers.analysis.windows import days_of
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns
from rfm_helpers.tables.engines import to_pandas

_NEEDED = ["household_id", "product_id", "sales_value", "transaction_timestamp"]


def coupon_buyers(
    orders: Any,
    sent: pd.DataFrame,
    products: pd.DataFrame,
    campaign: int,
    *,
    timezone: str = "America/New_York",
) -> pd.DataFrame:
    """Who bought the products of a campaign of coupons: before it, and during?

    Coupons go to good customers: they buy more than the others during the campaign, and bought more
    before it. What they changed by is nearer to an effect, and still none without a control group:
    the households were not drawn by lot.

    Args:
        orders: order lines of The Complete Journey, under its column names.
        sent: what `load_coupon_households` gives.
        products: what `load_coupon_products` gives.
        campaign: its `campaign_id`.
        timezone: the shops' zone.

    Returns:
        Two rows: `foyers` (« ont reçu les bons », « ne les ont pas reçus »), `nombre` (int),
        `avant` (0–1: who bought one of the products in as many days just before), `pendant` (0–1),
        `ecart` (−1 to 1: pendant − avant) and the ends of its interval at 95 %, `bas`, `haut`.

    Raises:
        CourseError: missing column, an unknown campaign, or one whose days, or as many before, are
            not all in the file.

    Example:
        >>> lines = pd.DataFrame({
        ...     "household_id": [1, 1, 2, 3], "product_id": [7, 7, 8, 7], "sales_value": 2.0,
        ...     "transaction_timestamp": pd.to_datetime(
        ...         ["2017-03-05", "2017-03-12", "2017-03-01", "2017-03-30"], utc=True)})
        >>> sent = pd.DataFrame({"campaign_id": [4], "household_id": [1],
        ...     "start_date": pd.to_datetime(["2017-03-10"]),
        ...     "end_date": pd.to_datetime(["2017-03-16"])})
        >>> products = pd.DataFrame({"campaign_id": [4], "product_id": [7]})
        >>> found = coupon_buyers(lines, sent, products, 4)
        >>> found[["nombre", "avant", "pendant"]].values.tolist()
        [[1.0, 1.0, 1.0], [2.0, 0.0, 0.0]]
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, _NEEDED, remedy=CHECK_NAMES)
    mine = sent[sent["campaign_id"] == campaign]
    if mine.empty:
        known = ", ".join(map(str, sorted(sent["campaign_id"].unique())))
        raise CourseError(f"La campagne {campaign} n'existe pas : choisissez parmi {known}.")
    before, during = _windows(lines, mine, timezone)
    theirs = products.loc[products["campaign_id"] == campaign, "product_id"]
    bought = lines[lines["product_id"].isin(theirs) & (lines["sales_value"] > 0)]
    days = days_of(bought["transaction_timestamp"], timezone)
    homes = pd.Series(lines["household_id"].unique())
    table = pd.DataFrame(
        {
            "recus": homes.isin(mine["household_id"]),
            **{
                name: homes.isin(bought.loc[days.between(*window), "household_id"]).astype(int)
                for name, window in (("avant", before), ("pendant", during))
            },
        }
    )
    return pd.DataFrame([_told(table, received) for received in (True, False)])


def _windows(
    lines: pd.DataFrame, mine: pd.DataFrame, timezone: str
) -> tuple[tuple[pd.Timestamp, pd.Timestamp], tuple[pd.Timestamp, pd.Timestamp]]:
    """The days of the campaign, and as many just before, both whole in the file."""
    start, end = mine["start_date"].iloc[0], mine["end_date"].iloc[0]
    one = pd.Timedelta(days=1)
    before = (start - (end - start) - one, start - one)
    times = lines["transaction_timestamp"]
    first, last = days_of(pd.Series([times.min(), times.max()]), timezone)
    if before[0] < first or end > last:
        raise CourseError(
            f"La campagne {mine['campaign_id'].iloc[0]} sort du fichier, elle ou les jours qui la "
            "précèdent : choisissez-en une autre."
        )
    return before, (start, end)


def _told(table: pd.DataFrame, received: bool) -> dict[str, Any]:
    group = table[table["recus"] == received]
    change = group["pendant"] - group["avant"]
    low, high = mean_interval(change)
    return {
        "foyers": "ont reçu les bons" if received else "ne les ont pas reçus",
        "nombre": len(group),
        "avant": group["avant"].mean(),
        "pendant": group["pendant"].mean(),
        "ecart": change.mean(),
        "bas": low,
        "haut": high,
    }
