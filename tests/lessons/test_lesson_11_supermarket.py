"""Lesson 11's supermarket, The Complete Journey: each number counted again with plain pandas."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd
import pytest
from support.lessons import assert_says, one, plain, printed

from rfm_helpers.analysis.moments.baskets import basket_rules
from rfm_helpers.datasets import (
    load_coupon_households,
    load_coupon_products,
    load_orders,
    load_products,
)
from rfm_helpers.french.numbers import number, percent

NAME = "11_relation_client"
SUPERMARKET = [
    "household_id", "basket_id", "product_id", "sales_value", "transaction_timestamp"
]  # fmt: skip
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def courses() -> pd.DataFrame:
    return load_orders("complete_journey", SUPERMARKET)


def test_baskets_of_a_supermarket(courses):
    rayons = load_products("complete_journey")[["product_id", "product_category"]]
    lines = courses.loc[courses["sales_value"] > 0, ["basket_id", "product_id", "sales_value"]]
    lines = lines.merge(rayons)
    holding = lines.groupby("product_category")["basket_id"].agg(set)
    count = lines.loc[lines["product_category"].notna(), "basket_id"].nunique()
    sauce, pasta, bread = (holding[name] for name in (
        "PASTA SAUCE", "DRY NOODLES/PASTA", "BAKED BREAD/BUNS/ROLLS"))  # fmt: skip
    common = [(len(sauce & each) / len(sauce), name) for name, each in holding.items()]
    assert sorted(common)[-2][1] == "BAKED BREAD/BUNS/ROLLS"  # the sauce itself comes first
    says(f"que l'on trouve dans {one(len(bread) / count)} de tous les paniers",
         f"sur {number(count)} paniers")  # fmt: skip
    lift = len(sauce & pasta) * count / len(sauce) / len(pasta)
    assert round(lift) == 11 and one(len(sauce & pasta) / len(sauce))[:4] in printed(NAME)
    names = {"item": "product_category", "basket": "basket_id", "amount": "sales_value"}
    found = basket_rules(lines, min_support=0.005, **names)
    assert percent((found["lecture"] == "association").mean())[:2] == "99"
    assert (found["lift"] > 1).mean() > 0.99


def test_coupons_go_to_those_who_buy(courses):
    sent, products = load_coupon_households(), load_coupon_products()
    homes = pd.Index(courses["household_id"].unique())
    says(f"de {number(len(homes))} foyers")
    days = courses["transaction_timestamp"].dt.tz_convert("America/New_York").dt.date

    def shares(campaign: int) -> pd.DataFrame:
        mine = sent[sent["campaign_id"] == campaign]
        first, last = (mine[name].iloc[0].date() for name in ("start_date", "end_date"))
        length = last - first + dt.timedelta(days=1)
        own = courses["product_id"].isin(
            products.loc[products["campaign_id"] == campaign, "product_id"]
        )
        own &= courses["sales_value"] > 0

        def bought(start: dt.date, end: dt.date) -> np.ndarray:
            return homes.isin(courses.loc[own & days.between(start, end), "household_id"])

        before, during = bought(first - length, first - dt.timedelta(days=1)), bought(first, last)
        table = pd.DataFrame({"before": before, "during": during})
        return table.groupby(homes.isin(mine["household_id"])).mean()

    found = shares(17)
    says(f"{one(found.loc[True, 'during'])} de ceux qui ont reçu les bons achètent, contre "
         f"{one(found.loc[False, 'during'])} des autres",
         f"c'était {one(found.loc[True, 'before'])} contre "
         f"{one(found.loc[False, 'before'])}")  # fmt: skip
    more = shares(19)
    assert more.loc[True, "during"] - more.loc[True, "before"] > 0.1
    used = sent[(sent["campaign_id"] == 17) & sent["used"]]
    assert plain(f"{len(used)} foyers ont utilisé un bon de la campagne 17") in printed(NAME)
