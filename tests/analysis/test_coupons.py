"""Coupons: who bought before and during, counted by hand, and drawn by lot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rfm_helpers.analysis.moments.coupons import coupon_buyers
from rfm_helpers.errors import CourseError

START = pd.Timestamp("2017-03-01")
PRODUCTS = pd.DataFrame({"campaign_id": [1, 1, 2], "product_id": [10, 11, 12]})


def sent_to(homes: list[int], start: str, end: str) -> pd.DataFrame:
    dates = {"start_date": pd.Timestamp(start), "end_date": pd.Timestamp(end)}
    return pd.DataFrame({"campaign_id": 1, "household_id": homes} | dates)


def lines(rows: list[tuple[int, int, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["household_id", "product_id", "time", "sales_value"])
    times = pd.to_datetime(table.pop("time")).dt.tz_localize("America/New_York")
    return table.assign(transaction_timestamp=times.dt.tz_convert("UTC"))


def test_days_are_the_shop_s_and_only_what_is_bought_of_the_campaign_counts() -> None:
    bought = lines([
        (1, 10, "2017-03-01 09:00", 2.0),
        (1, 10, "2017-03-10 23:30", 2.0),  # the next day in universal time
        (2, 12, "2017-03-12 12:00", 2.0),  # another campaign's product
        (2, 11, "2017-03-12 12:00", 0.0),  # given away
        (3, 11, "2017-03-14 23:59", 2.0),
        (4, 10, "2017-03-05 12:00", 2.0),
        (5, 10, "2017-03-20 12:00", 2.0),
    ])  # fmt: skip
    found = coupon_buyers(bought, sent_to([1, 2], "2017-03-11", "2017-03-14"), PRODUCTS, 1)
    assert found["foyers"].tolist() == ["ont reçu les bons", "ne les ont pas reçus"]
    assert found["nombre"].tolist() == [2, 3]
    assert found["avant"].tolist() == [0.5, 0]
    assert found["pendant"].tolist() == pytest.approx([0, 1 / 3])
    assert found["ecart"].tolist() == pytest.approx([-0.5, 1 / 3])


def test_households_drawn_by_lot_seldom_change_more_than_the_others() -> None:
    random = np.random.default_rng(31)
    homes, days = np.repeat(np.arange(400), 4), random.integers(0, 40, 1600)
    times = (START + pd.to_timedelta(days, unit="D") + pd.Timedelta(hours=17)).tz_localize("UTC")
    bought = pd.DataFrame({"household_id": homes, "product_id": random.integers(10, 30, 1600),
                           "sales_value": 1.0, "transaction_timestamp": times})  # fmt: skip
    edges = bought.iloc[:2].assign(transaction_timestamp=[times.min(), times.max()])
    whole = pd.concat([bought, edges])
    apart = []
    for _ in range(40):
        chosen = random.choice(400, 150, replace=False).tolist()
        found = coupon_buyers(whole, sent_to(chosen, "2017-03-21", "2017-04-05"), PRODUCTS, 1)
        mine, others = found.to_dict("records")
        apart.append(mine["bas"] > others["haut"] or mine["haut"] < others["bas"])
    assert np.mean(apart) <= 0.05


def test_refused_campaigns() -> None:
    bought = lines([(1, 10, "2017-03-01 09:00", 2.0), (1, 10, "2017-03-31 09:00", 2.0)])
    with pytest.raises(CourseError, match="choisissez parmi 1"):
        coupon_buyers(bought, sent_to([1], "2017-03-11", "2017-03-14"), PRODUCTS, 3)
    for start, end in (("2017-03-05", "2017-03-12"), ("2017-03-25", "2017-04-02")):
        with pytest.raises(CourseError, match="choisissez-en une autre"):
            coupon_buyers(bought, sent_to([1], start, end), PRODUCTS, 1)
    with pytest.raises(CourseError, match="sales_value"):
        coupon_buyers(bought.drop(columns="sales_value"), sent_to([1], "2017-03-11", "2017-03-14"),
                      PRODUCTS, 1)  # fmt: skip
