"""Every number that shapes Maison Orsenne: one frozen dataclass, one instance, ``REFERENCE``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

SEED = 20251231
START = dt.date(2023, 1, 1)
LAST_DAY = (dt.date(2025, 12, 30) - START).days
VAT = 1.2

STREAMS = (
    "customers", "referrals", "lives", "returns", "complaints", "contacts", "raw_export",
    "shop_export",
)  # fmt: skip


def stream(name: str, *keys: int) -> np.random.Generator:
    """The random stream of one table (and of one customer, when a key is given).

    >>> stream("lives", 3).random() == stream("lives", 3).random()
    True
    """
    return np.random.default_rng([SEED, STREAMS.index(name), *keys])


def as_date(day: int) -> dt.date:
    """The calendar date of a day number (day 0 is 1 January 2023).

    >>> as_date(LAST_DAY)
    datetime.date(2025, 12, 30)
    """
    return START + dt.timedelta(days=day)


def as_day(date: dt.date) -> int:
    """The day number of a calendar date.

    >>> as_day(dt.date(2023, 1, 31))
    30
    """
    return (date - START).days


@dataclass(frozen=True)
class Parameters:
    """How customers arrive, buy, choose, leave, complain and answer.

    Rates are per year of operational time (a year of average season), shares are between 0 and 1,
    durations are in days. ``growth`` bends arrivals over the period: 0 follows the season alone,
    below 0 more customers arrive early, above 0 late.
    """

    arrivals: int = 2900
    prospects: int = 30
    growth: float = -0.12
    month_weights: tuple[float, ...] = (
        0.80, 0.75, 0.85, 0.90, 1.30, 1.35, 0.80, 0.60, 0.85, 0.90, 1.45, 1.75,
    )  # fmt: skip
    weekday_weights: tuple[float, ...] = (0.70, 0.85, 0.95, 1.00, 1.15, 1.70, 0.65)

    recruitment: tuple[tuple[str, float], ...] = (
        ("boutique", 0.38),
        ("en ligne", 0.24),
        ("promotion", 0.17),
        ("parrainage", 0.13),
        ("événement", 0.08),
    )
    friend_likeness: float = 0.88
    everyday_share: float = 0.05
    everyday_early_share: float = 0.16
    everyday_early: dt.date = dt.date(2023, 9, 1)
    everyday_end: dt.date = dt.date(2024, 1, 31)
    everyday_end_leave: float = 0.80

    rate_shape: float = 3.0
    rate_mean: float = 3.5
    rate_ceiling: float = 10.0
    everyday_rate: float = 9.0
    dropout_shapes: tuple[float, float] = (5.5, 14.8)
    everyday_dropout: float = 0.06
    promotion_dropout: float = 1.9
    category_dropout: tuple[float, float, float] = (1.60, 0.90, 0.58)
    dropout_ceiling: float = 0.95
    taste_spread: float = 0.9
    means_rate: float = 0.4
    means_dropout: float = 0.45

    second_line: float = 0.17
    two_units: float = 0.06
    wallet_with_bag: float = 0.24
    wallet_later: float = 0.15
    case_top: float = 0.17
    case_others: float = 0.004
    case_top_spend: float = 3000.0
    case_top_orders: int = 3
    promotion_discounts: tuple[float, ...] = (0.15, 0.20)
    private_sale: float = 0.06
    private_sale_discount: float = 0.10
    repeat_same_day: float = 0.015

    watch_service_delay: int = 730
    watch_service_spread: float = 12.0
    watch_service_active: float = 0.62
    watch_service_silent: float = 0.30

    bad_store: str = "B-01"
    bad_window: tuple[dt.date, dt.date] = (dt.date(2024, 4, 1), dt.date(2024, 9, 30))
    bad_visit: float = 0.42
    bad_visit_leave: float = 0.92
    bad_visit_complaint: float = 0.70
    ordinary_complaint: float = 0.018

    return_share: float = 0.02
    return_whole_order: float = 0.55
    return_delay: tuple[int, int] = (3, 30)

    no_consent: float = 0.07
    pressure_levels: tuple[float, ...] = (0.08, 0.22, 0.60)
    pressure_shares: tuple[float, ...] = (0.45, 0.38, 0.17)
    pressure_window: int = 90
    optout_base: float = 0.003
    optout_step: float = 0.014
    optout_tolerance: int = 2


REFERENCE = Parameters()
