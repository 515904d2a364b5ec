"""The tables of the house as the deeper lessons take them."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.analysis.targeting.features import target_table
from rfm_helpers.datasets import (
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
    load_referrals,
)


def target_table_at(day: str, horizon_days: int | None = 182) -> pd.DataFrame:
    """What was known of the customers of the house at a day, and what they did afterwards."""
    return target_table(
        load_orders(),
        load_customers(),
        load_products(),
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of=day,
        horizon_days=horizon_days,
    )
