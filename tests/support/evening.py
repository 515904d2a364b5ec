"""The private evening of lessons 7 and 8: whom it aims at, and what it is expected to do."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.windows import compare_dates, window_orders
from rfm_helpers.datasets import COURSE_DATE

VAT = 1.2


def excl_tax(orders: pd.DataFrame, customers: pd.DataFrame) -> tuple[float, float]:
    """Basket and margin rate of some customers, excluding VAT."""
    lines = orders[orders["client_id"].isin(customers["client_id"])]
    revenue = lines["montant"].sum() / VAT
    return revenue / customers["frequence"].sum(), lines["marge"].sum() / revenue


def target_at_two_dates(orders: pd.DataFrame) -> pd.DataFrame:
    """The target at the ends of 2024 and 2025, on windows of two years and with the same bounds."""
    scored = compare_dates(orders, ["2024-12-31", "2025-12-31"], levels=5)
    return scored[(scored["R"] <= 2) & scored["F"].isin([3, 4]) & (scored["M"] >= 4)]


def evening(orders: pd.DataFrame, two_dates: pd.DataFrame) -> Campaign:
    """The evening at the cost of the table, for twenty guests of the target."""
    target = two_dates[two_dates["date"] == "2025-12-31"]
    basket, rate = excl_tax(window_orders(orders, COURSE_DATE), target)
    return Campaign(reached=20, uplift=0.12, basket=basket, margin_rate=rate, cost=2000)
