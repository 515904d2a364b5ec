"""Lesson 13 where DuckDB and Spark (on Sail) are installed: every cell, as it is written."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import polars as pl
import pytest
from pandas.testing import assert_frame_equal
from support.engines import in_pandas

from rfm_helpers import assign_segments, score_rfm

SOURCE = Path(__file__).parents[2] / "sources" / "lessons" / "13_passage_a_l_echelle.py"


@pytest.fixture(scope="module")
def lesson() -> Iterator[dict[str, Any]]:
    """What the cells of the lesson leave in the kernel, and under `said` what they print."""
    known: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        for cell in jupytext.read(SOURCE).cells:
            if cell.cell_type == "code":
                exec(cell.source, known)
    yield known | {"said": said.getvalue().replace("\u00a0", " ").replace("\u202f", " ")}
    known["spark"].stop()
    known["serveur"].stop()
    known["moteur"].close()


def test_each_engine_tells_what_it_has_found(lesson: dict[str, Any]) -> None:
    said = [line for line in lesson["said"].splitlines() if "DuckDB" in line or "Spark" in line]
    assert said == [
        "DuckDB répond.",
        "607 200 clients ; segments où DuckDB n’en compte pas autant que Polars : 0.",
        "Spark répond.",
        "Marc, sur Spark : 234, À ne pas perdre.",
    ]
    assert "Marc, par la même requête : 550 jours, 4 950 €." in lesson["said"]


def test_duckdb_keeps_to_the_memory_that_it_is_told(lesson: dict[str, Any]) -> None:
    settings = "current_setting('memory_limit'), current_setting('temp_directory')"
    ((limit, folder),) = lesson["moteur"].sql(f"select {settings}").fetchall()
    assert limit == "476.8 MiB" and folder == lesson["passage"].name  # 500 MB


def test_the_segments_of_duckdb_are_those_of_polars(lesson: dict[str, Any]) -> None:
    assert_frame_equal(lesson["par_duckdb"], lesson["groupe"], check_dtype=False)


def test_the_same_query_finds_every_customer_in_duckdb_and_in_polars(
    lesson: dict[str, Any],
) -> None:
    found = lesson["moteur"].sql(lesson["requete"]).pl()
    expected = lesson["trouves"].collect()
    assert len(found) > 200 * 3036 and found.columns == expected.columns
    found, expected = (one.sort("client_id").with_columns(pl.col("montant_total").round(2))
                       for one in (found, expected))  # fmt: skip
    assert found.equals(expected)


def test_the_segments_of_spark_are_those_of_pandas(lesson: dict[str, Any]) -> None:
    named = in_pandas(lesson["sur_spark"]).sort_values("client_id", ignore_index=True)
    expected = assign_segments(score_rfm(lesson["en_memoire"]))
    assert_frame_equal(named, expected, check_dtype=False)
