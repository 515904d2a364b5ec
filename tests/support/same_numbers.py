"""What holds of RFM tables and scores on every engine: a class to inherit, with a `table`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from support.engines import Table, in_pandas

FIRST = dt.date(2023, 1, 1)
COLUMNS = ["client_id", "commande_id", "date_achat", "montant"]
METHODS = ["quantile", "equal_size", "nested"]


def lines_frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"client_id": "str", "commande_id": "str"}).assign(
        date_achat=pd.to_datetime(frame["date_achat"]), montant=frame["montant"].astype(float)
    )


def by_customer(result: Any) -> pd.DataFrame:
    return in_pandas(result).sort_values("client_id", ignore_index=True)


class SameNumbers:
    """Each engine gives what pandas gives; the fixture `table` makes its own of a pandas frame."""

    @pytest.fixture
    def orders(self) -> pd.DataFrame:
        rows = [
            (f"C{i * 7 % 23:02d}", f"K{i % 61}", FIRST + dt.timedelta(days=i * 37 % 500), amount)
            for i, amount in enumerate([1.005, 0.125, -0.125, 2.5, 10, 10, 33.335, -1.0] * 30)
        ]
        return lines_frame(rows)

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("monetary", ["montant_total", "panier_moyen"])
    def test_same_numbers_everywhere(
        self, orders: pd.DataFrame, table: Table, method: Any, monetary: str
    ) -> None:
        expected = score_rfm(rfm_table(orders), levels=5, method=method, monetary=monetary)
        given = table(orders)
        customers = rfm_table(given)
        got = score_rfm(customers, levels=5, method=method, monetary=monetary)
        assert type(customers) is type(got) is type(given)
        pd.testing.assert_frame_equal(
            by_customer(got), expected, check_dtype=False, check_exact=True
        )

    def test_zoned_times_and_cuts(self, orders: pd.DataFrame, table: Table) -> None:
        zoned = orders.assign(date_achat=(orders["date_achat"] + pd.Timedelta("23:30:00")))
        zoned["date_achat"] = zoned["date_achat"].dt.tz_localize("UTC")
        found = in_pandas(rfm_table(table(zoned)))
        assert found["recence"].tolist() == rfm_table(orders)["recence"].tolist()
        day = FIRST + dt.timedelta(days=101)
        cut = in_pandas(orders_until(table(zoned), day))
        assert len(cut) == len(orders_until(orders, day - dt.timedelta(days=1))) < len(orders)

    def test_thresholds_everywhere(self, orders: pd.DataFrame, table: Table) -> None:
        edges = {"R": [50, 100], "F": [3, 6], "M": [20, 60]}
        settings: dict[str, Any] = {"levels": 3, "method": "thresholds", "thresholds": edges}
        expected = score_rfm(rfm_table(orders), **settings)
        got = by_customer(score_rfm(rfm_table(table(orders)), **settings))
        pd.testing.assert_frame_equal(got, expected, check_dtype=False)

    def test_without_numbers_a_day_is_one_order(self, table: Table) -> None:
        day, later = pd.to_datetime(["2025-01-02", "2025-01-09"])
        lines = pd.DataFrame(
            [("A", day, 10.0), ("A", day, 5.0), ("A", later, 7.0), ("B", day, 3.0)],
            columns=["client_id", "date_achat", "montant"],
        )
        found = rfm_table(table(lines), order=None, as_of=dt.date(2025, 1, 10))
        rows = in_pandas(found).itertuples(index=False, name=None)
        assert list(rows) == [("A", 1, 2, 22.0, 11.0), ("B", 8, 1, 3.0, 3.0)]
