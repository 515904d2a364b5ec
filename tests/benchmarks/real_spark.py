"""The same answers from PySpark itself, with its Java, as from pandas: real_spark.py [lines].

Sail stands for Spark in the tests; this asks Apache Spark itself, once in a while. It needs a Java
runtime (Debian: default-jre-headless) and an environment of its own, since PySpark and
pyspark-client install the same module:

    uv venv .venv-pyspark
    uv pip install --python .venv-pyspark -r requirements.txt pyspark==4.2.0 duckdb
    .venv-pyspark/bin/python tests/benchmarks/real_spark.py 100000 1000000

Lines are written to Parquet in eight parts; the table of customers is written, then scored, as
docs/entrepot.md advises. `SPARK_REMOTE`, if set, is the cluster that works, on files it can read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from bench_rfm import generate
from pyspark.sql import DataFrame, SparkSession

from rfm_helpers import assign_segments, compare_dates, rfm_table, score_rfm, window_orders

DATES = ["2024-12-31", "2025-12-31"]
PARTS = 8


def session() -> SparkSession:
    builder = SparkSession.builder.config("spark.sql.session.timeZone", "UTC")
    if "SPARK_REMOTE" not in os.environ:
        builder = builder.master("local[2]").config("spark.driver.memory", "3g")
    spark = builder.getOrCreate()
    spark.conf.set("spark.sql.shuffle.partitions", PARTS)
    return spark


def checksum(table: pd.DataFrame, keys: list[str]) -> str:
    """The same for the same rows, in whatever order and however their numbers are kept."""
    rows = table.sort_values(keys, ignore_index=True).convert_dtypes(dtype_backend="pyarrow")
    return hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()[:16]


def kept(spark: SparkSession, table: DataFrame, path: Path) -> DataFrame:
    table.write.mode("overwrite").parquet(str(path))
    return spark.read.parquet(str(path))


def on_spark(spark: SparkSession, lines: DataFrame, folder: Path) -> dict[str, pd.DataFrame]:
    customers = kept(spark, rfm_table(lines), folder / "rfm")
    segments = kept(spark, assign_segments(score_rfm(customers)), folder / "segments")
    window = window_orders(lines, DATES[-1], 12)
    return {
        "segments": segments.toPandas(),
        "window": window.toPandas(),
        "dates": compare_dates(lines, DATES, 12).toPandas(),
    }


def on_pandas(lines: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        "segments": assign_segments(score_rfm(rfm_table(lines))),
        "window": window_orders(lines, DATES[-1], 12),
        "dates": compare_dates(lines, DATES, 12),
    }


def main(sizes: list[int]) -> None:
    spark = session()
    print(f"Spark {spark.version}")
    with tempfile.TemporaryDirectory(prefix="spark-") as name:
        folder = Path(name)
        for size in sizes:
            lines = generate(size)
            (folder / "lines").mkdir(exist_ok=True)
            for part in range(PARTS):
                lines[part::PARTS].to_parquet(folder / "lines" / f"{part}.parquet", index=False)
            start = time.perf_counter()
            found = on_spark(spark, spark.read.parquet(str(folder / "lines")), folder)
            seconds = time.perf_counter() - start
            for what, expected in on_pandas(lines).items():
                keys = [name for name in ("date", *lines.columns[:2], "date_achat", "montant")
                        if name in expected]  # fmt: skip
                sums = checksum(found[what], keys), checksum(expected, keys)
                print(f"{size:>9} lines, {what:9} {sums[0]} {sums[1]} {sums[0] == sums[1]}")
            print(f"{size:>9} lines: {seconds:.0f} s on Spark", flush=True)
    spark.stop()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
