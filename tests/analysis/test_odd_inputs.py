"""Odd tables in memory: the same answers and the same refusals, whatever kind of table they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.odd_inputs import (
    DATES,
    NAMES,
    OddTables,
    Open,
    lines,
    rows,
    table,
)

from rfm_helpers import (
    assign_segments,
    compare_dates,
    orders_until,
    rfm_table,
    score_rfm,
    segment_profile,
    window_orders,
)
from rfm_helpers.errors import CourseError

OPENERS: dict[str, Open] = {
    "pandas": lambda found: found.to_pandas(),
    "large pandas": lambda found: found.to_pandas(),
    "polars": pl.from_arrow,
    "lazy": lambda found: pl.from_arrow(found).lazy(),
    "arrow": lambda found: found,
}


class TestOddTables(OddTables):
    @pytest.fixture(params=["pandas", "large pandas", "lazy", "arrow"])
    def opened(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Open:
        if request.param == "large pandas":
            monkeypatch.setattr("rfm_helpers.tables.engines.MOST_ROWS_IN_ARROW", 0)
        return OPENERS[request.param]


@pytest.mark.parametrize(
    ("engine", "name"),
    [("large pandas", "*"), ("polars", "^.*$"), ("arrow", "*"), ("arrow", "")],
)
def test_names_that_mean_other_columns_are_refused(engine: str, name: str) -> None:
    odd = table(lines()).rename_columns([*NAMES[:3], name])
    with pytest.raises(CourseError, match="lirait autrement"):
        rfm_table(OPENERS[engine](odd), amount=name)


def test_two_columns_of_one_name_are_refused() -> None:
    twice = table(lines()).rename_columns([*NAMES[:3], "date_achat"])
    with pytest.raises(CourseError, match="Deux colonnes de la table portent le même nom"):
        orders_until(twice, "2024-06-30")


def test_kinds_that_arrow_alone_has() -> None:
    odd = table(
        lines(),
        client_id=pa.array(lines()["client_id"], pa.string_view()),
        date_achat=pa.array(lines()["date_achat"]).cast(pa.date64()),
    )
    assert rows(rfm_table(odd)) == rows(rfm_table(lines()))
    assert window_orders(odd, "2024-12-31", 12).num_rows == 20


@pytest.mark.parametrize(
    "index", [[7] * 40, [f"ligne {i}" for i in range(40)], range(39, -1, -1)], ids=["one", "", "-"]
)
def test_the_index_of_pandas_is_kept_and_not_read(index: object) -> None:
    plain, other = lines(), lines().set_axis(index)
    for cut, asked in ((orders_until, ["2024-12-20"]), (window_orders, ["2024-12-31", 12])):
        kept = cut(plain, *asked)
        assert cut(other, *asked).index.equals(other.index[kept.index])
    compared = [rows(compare_dates(one, DATES, 12, horizon_days=30)) for one in (other, plain)]
    assert compared[0] == compared[1]
    customers = rfm_table(other)
    scored = score_rfm(customers.set_axis(other.index[: len(customers)]))
    assert assign_segments(scored).index.equals(other.index[: len(customers)])
    profile = segment_profile(assign_segments(scored))
    assert profile.equals(segment_profile(assign_segments(score_rfm(customers))))


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (1.5, "entier"),
        ("12", "sans guillemets"),
        (True, "entier"),
        (30_000, "avant l’an"),
        (0, "au moins 1"),
    ],
)
def test_lengths_that_no_window_has(months: object, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        window_orders(lines(), "2024-12-31", months)  # type: ignore[arg-type]


def test_a_length_of_numpy_and_the_last_year_of_the_calendar() -> None:
    assert len(window_orders(lines(), "2024-12-31", np.int64(12))) == 20
    days = [*lines()["date_achat"][:-1].dt.date, pd.Timestamp(9999, 12, 31).date()]
    far = lines().assign(date_achat=days)
    assert len(orders_until(far, "9998-12-31")) == 39
    with pytest.raises(CourseError, match="Aucune commande n’est datée des 30 jours qui suivent"):
        compare_dates(far, DATES, 12, horizon_days=30)


def test_a_file_that_is_not_there_is_no_fault_of_its_lines(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="vérifiez le fichier ou la connexion"):
        rfm_table(pl.scan_parquet(tmp_path / "absent.parquet"))
