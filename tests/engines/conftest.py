"""Tables of each engine: Spark on Sail (Spark Connect without Java), Ibis and DuckDB."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from pysail.spark import SparkConnectServer
from support.engines import Table, arrow, in_ibis, in_utc

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A session of Spark Connect on a server that ends with the tests."""
    # Else Spark takes a worker of pytest-xdist, which has no file, for a run of its own doctests.
    vars(sys.modules["__main__"]).setdefault("__file__", __file__)
    from pyspark.sql.connect.session import SparkSession

    server = SparkConnectServer(port=0)
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").create()
    yield session
    session.stop()
    server.stop()


@pytest.fixture(scope="session", params=["polars", "duckdb", "ibis", "spark"])
def table(request: pytest.FixtureRequest) -> Table:
    """Turns a pandas frame into a lazy table of each engine."""
    makers: dict[str, Table] = {
        "polars": lambda frame: pl.from_pandas(frame).lazy(),
        "duckdb": lambda frame: duckdb.from_arrow(arrow(frame), connection=in_utc()),
        "ibis": in_ibis,
    }
    if request.param == "spark":
        session = request.getfixturevalue("spark")
        return lambda frame: session.createDataFrame(arrow(frame))
    return makers[request.param]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows of every table that is fetched from an engine, as they are fetched."""
    rows: list[int] = []
    collect = nw.LazyFrame.collect

    def recorded(self: nw.LazyFrame[Any], *args: Any, **options: Any) -> nw.DataFrame[Any]:
        found = collect(self, *args, **options)
        rows.append(len(found))
        return found

    monkeypatch.setattr(nw.LazyFrame, "collect", recorded)
    return rows
