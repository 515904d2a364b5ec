"""Odd tables of databases, files and Spark: the answers of pandas, or one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from support.engines import in_utc
from support.odd_inputs import (
    NAMES,
    OddTables,
    Open,
    lines,
    rows,
    table,
)

from rfm_helpers import orders_until, rfm_table, window_orders
from rfm_helpers.errors import CourseError


def in_duckdb(found: pa.Table) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(found, connection=in_utc())


def in_ibis(found: pa.Table) -> Any:
    connection = in_utc()
    connection.execute("create table lignes as select * from found")
    return ibis.duckdb.from_connection(connection).table("lignes")


def in_spark(spark: Any, found: pa.Table) -> Any:
    """In Spark, a time without a zone staying one: else it is an instant of the session's zone."""
    frame = spark.createDataFrame(found)
    for field in found.schema:
        if pa.types.is_timestamp(field.type) and field.type.tz is None:
            frame = frame.withColumn(field.name, frame[field.name].cast("timestamp_ntz"))
    return frame


class TestOddTables(OddTables):
    @pytest.fixture(params=["duckdb", "ibis", "spark"])
    def opened(self, request: pytest.FixtureRequest) -> Open:
        if request.param == "spark":
            session = request.getfixturevalue("spark")
            return lambda found: in_spark(session, found)
        return {"duckdb": in_duckdb, "ibis": in_ibis}[request.param]


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_name_with_a_dot_is_refused_where_it_means_something_else(
    engine: str, request: pytest.FixtureRequest
) -> None:
    odd = table(lines()).rename_columns(["client.id", *NAMES[1:]])
    opened = (
        in_duckdb(odd) if engine == "duckdb" else in_spark(request.getfixturevalue("spark"), odd)
    )
    with pytest.raises(CourseError, match=r"«.client\.id.» .*lirait autrement.*renommez-la"):
        rfm_table(opened, customer="client.id")
    assert rows(rfm_table(in_ibis(odd), customer="client.id")) == rows(rfm_table(lines()))


def test_names_that_spark_takes_for_one_are_refused(spark: Any) -> None:
    twice = table(lines(), Montant=range(40))
    with pytest.raises(CourseError, match="Deux colonnes de la table portent le même nom"):
        orders_until(spark.createDataFrame(twice), "2024-06-30")


def test_a_name_with_a_dot_beside_is_kept() -> None:
    odd = table(lines(), **{"prix.ttc": range(40)})
    assert orders_until(in_duckdb(odd), "2024-06-30").columns == [*NAMES, "prix.ttc"]


@pytest.mark.parametrize("engine", ["duckdb", "ibis"])
def test_ids_of_a_base_are_read_as_texts(engine: str) -> None:
    connection = in_utc()
    connection.register("connues", table(lines()))
    connection.execute("create table lignes as select md5(client_id)::uuid as client_id, "
                       "* exclude client_id from connues")  # fmt: skip
    base = ibis.duckdb.from_connection(connection) if engine == "ibis" else connection
    opened = base.table("lignes")
    found = sorted(row[1:] for row in rows(rfm_table(opened)))
    assert found == sorted(row[1:] for row in rows(rfm_table(lines())))
    assert len(rows(window_orders(opened, "2024-12-31", 12))) == 20


def test_a_folder_of_parts_is_read_where_it_stands(tmp_path: Path, spark: Any) -> None:
    months = lines()["date_achat"].dt.strftime("%Y-%m").tolist()
    ds.write_dataset(table(lines(), mois=months), tmp_path, format="parquet",
                     partitioning=ds.partitioning(pa.schema([("mois", pa.string())]),
                                                  flavor="hive"))  # fmt: skip
    expected = rows(rfm_table(lines()))
    for opened in (
        in_utc().sql(f"from read_parquet('{tmp_path}/*/*.parquet', hive_partitioning=true)"),
        pl.scan_parquet(tmp_path),
        spark.read.parquet(str(tmp_path)),
    ):
        found = rfm_table(opened)
        assert type(found) is type(opened)
        assert rows(found) == expected
