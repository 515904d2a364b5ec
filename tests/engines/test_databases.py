"""PostgreSQL through Ibis, and files larger than memory through DuckDB: what runs where."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import psycopg
import pytest
from pandas.testing import assert_frame_equal
from support.engines import in_pandas
from support.postgres import needs_postgres, server

from rfm_helpers import assign_segments, rfm_table, score_rfm, segment_profile

LINES = 1_000_000
#: A hundred thousand customers, four lines an order, half-cents and a return in fifty lines.
MILLION = f"""
create table ventes as
select 'C-' || lpad((i / 4 * 7919 % 100003)::text, 6, '0') as client_id,
       i / 4 as commande_id,
       date '2023-01-01' + (i / 4 * 37 % 1090)::int as date_achat,
       case when i % 50 = 49 then -1 else 1 end * (i::bigint * 7907 % 40000 / 200.0) as montant
from generate_series(0, {LINES - 1}) as i;
analyze ventes;
"""


@pytest.fixture(scope="module")
def sales() -> Iterator[Any]:
    """The table of a database, as a reader whose name and password only the environment has."""
    with server(MILLION) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield ibis.postgres.connect(database=os.environ["PGDATABASE"]).table("ventes")


EDGES = {"R": [90, 300, 700], "F": [1, 2, 3], "M": [100, 500, 2000]}


@needs_postgres
def test_a_million_lines_are_scored_in_the_database(sales: Any, fetched: list[int]) -> None:
    options: dict[str, Any] = {"method": "thresholds", "thresholds": EDGES}
    profile = segment_profile(assign_segments(score_rfm(rfm_table(sales), **options)))
    assert max(fetched) <= 64
    here = sales.to_pyarrow()
    assert len(here) == LINES
    by_polars = assign_segments(score_rfm(rfm_table(here), **options))
    assert_frame_equal(profile, segment_profile(by_polars), check_dtype=False)


@needs_postgres
def test_quantiles_are_counted_by_the_database(sales: Any, fetched: list[int]) -> None:
    few = sales.filter(sales.client_id < "C-005000")
    scored = score_rfm(rfm_table(few))
    assert set(fetched) == {1}
    query = ibis.to_sql(scored, dialect="postgres").upper()
    assert query.count("GROUP BY") == 2
    assert "OVER (" not in query
    expected = score_rfm(rfm_table(few.to_pyarrow())).to_pandas()
    found = in_pandas(scored).sort_values("client_id", ignore_index=True)
    assert_frame_equal(found, expected, check_dtype=False)


@needs_postgres
def test_the_reader_cannot_write(sales: Any) -> None:
    with psycopg.connect() as connection, pytest.raises(psycopg.Error, match="read-only"):
        connection.execute("create table copie as select * from ventes")


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_files_are_read_where_they_stand(tmp_path: Path, kind: str) -> None:
    lines = pd.DataFrame({
        "client_id": [f"C{i * 7919 % 10007:05d}" for i in range(50_000)],
        "commande_id": [i // 2 for i in range(50_000)],
        "date_achat": pd.Timestamp("2024-01-01") + pd.to_timedelta(
            [i // 2 * 37 % 700 for i in range(50_000)], "D"),
        "montant": [i * 7907 % 40000 / 200 for i in range(50_000)],
    })  # fmt: skip
    path = tmp_path / f"lignes.{kind}"
    getattr(lines, f"to_{kind}")(path, index=False)
    connection = duckdb.connect(config={"memory_limit": "100MB", "temp_directory": str(tmp_path)})
    source = connection.sql(f"from '{path}'")
    scored = score_rfm(rfm_table(source))
    assert isinstance(scored, duckdb.DuckDBPyRelation)
    plan = scored.explain()
    assert ("PARQUET_SCAN" if kind == "parquet" else "CSV") in plan.upper()
    assert_frame_equal(in_pandas(scored).sort_values("client_id", ignore_index=True),
                       score_rfm(rfm_table(lines)), check_dtype=False)  # fmt: skip
