"""Tables of the engines, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

#: Turns a pandas frame into a table of an engine.
Table = Callable[[pd.DataFrame], Any]


def arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def in_utc() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection


def in_ibis(frame: pd.DataFrame) -> Any:
    import ibis

    connection = in_utc()
    lines = arrow(frame)  # noqa: F841  DuckDB reads it by its name
    connection.execute("create table orders as select * from lines")
    return ibis.duckdb.from_connection(connection).table("orders")


def in_pandas(result: Any) -> pd.DataFrame:
    found: pd.DataFrame = nw.from_native(result).lazy().collect("pandas").to_native()
    return found
