"""Kinds of columns that narwhals does not know, told as kinds that it does."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pyarrow as pa

#: Times with a zone to the nanosecond, ids of a base.
IN_DUCKDB = {"TIMESTAMPTZ_NS": "TIMESTAMPTZ", "UUID": "VARCHAR"}
#: How Ibis tells PostgreSQL's `money`, which comes out of the base as a text (« $9.50 »).
MONEY = "decimal(19, 4)"


def told(frame: Any) -> Any:
    """A table whose columns of kinds that narwhals does not know are told as kinds that it does.

    Args:
        frame: a table of any engine.

    Returns:
        The same; in Arrow, DuckDB and Ibis, days in milliseconds as days, ids of a base (UUID) as
        texts, times to the nanosecond that have a zone to the microsecond; PostgreSQL's money as
        numbers.

    Example:
        >>> table = pa.table({"jour": pa.array([0], pa.date64())})
        >>> told(table).schema.field("jour").type
        DataType(date32[day])
    """
    if isinstance(frame, nw.DataFrame | nw.LazyFrame):
        return frame
    if isinstance(frame, pa.Table):
        kinds = pa.schema([field.with_type(_plain(field.type)) for field in frame.schema])
        return frame if kinds == frame.schema else frame.cast(kinds)
    if nw.dependencies.is_duckdb_relation(frame):
        kinds = zip(frame.columns, map(str, frame.types), strict=True)
        asked = {name: IN_DUCKDB[kind] for name, kind in kinds if kind in IN_DUCKDB}
        quoted = {'"' + name.replace('"', '""') + '"': kind for name, kind in asked.items()}
        casts = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in quoted.items())
        return frame.project(f"* REPLACE ({casts})") if casts else frame
    if nw.dependencies.is_ibis_table(frame):
        every = ((name, _in_ibis(kind)) for name, kind in frame.schema().items())
        asked = {name: kind for name, kind in every if kind}
        return frame.cast(asked) if asked else frame
    return frame


def _in_ibis(kind: Any) -> str | None:
    if kind.is_uuid():
        return "string"
    if str(kind.copy(nullable=True)) == MONEY:
        return "decimal(38, 4)"
    return "timestamp('UTC', 6)" if "TIMESTAMPTZ_NS" in str(kind) else None


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_date64(kind):
        return pa.date32()
    return pa.large_string() if kind == pa.string_view() else kind
