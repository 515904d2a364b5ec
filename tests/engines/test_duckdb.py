"""The same numbers on DuckDB as on the engines that every learner has."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
from support.engines import Table
from support.same_numbers import SameNumbers


class TestDuckDB(SameNumbers):
    @pytest.fixture
    def table(self) -> Table:
        return lambda frame: duckdb.from_arrow(pl.from_pandas(frame).to_arrow())
