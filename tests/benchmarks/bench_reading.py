"""A learner's own file against the bare libraries, in one run: python bench_reading.py.

A CSV of a million lines in the layout of UCI's Online Retail, read by `read_orders` and cleaned by
`clean_orders`, beside Polars reading it as text and converting its dates and amounts; a workbook of
100,000 lines beside pandas with calamine. Each contender runs in a process of its own, which also
tells its memory; rounds are interleaved, and medians told: wall time, then processor time, which
depends less on what else the machine does.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from openpyxl import Workbook

ROUNDS = 7
TARGETS = {"lignes.csv": 4, "lignes.xlsx": 1.5}
COLUMNS = {
    "customer": "CustomerID",
    "order": "InvoiceNo",
    "date": "InvoiceDate",
    "amount": "Amount",
}


def generate(lines: int) -> pl.DataFrame:
    """Order lines: 20 an order, 6 orders a customer, 4,000 products, some described with commas."""
    rng = np.random.default_rng(2026)
    orders, products = lines // 20, 4000
    order = np.sort(rng.integers(0, orders, lines))
    minutes = np.sort(rng.integers(0, 373 * 24 * 60, orders))[order].astype("timedelta64[m]")
    product, quantity = rng.integers(0, products, lines), rng.integers(1, 30, lines)
    price = np.round(rng.lognormal(1, 0.8, products), 2)[product]
    names = pl.Series([f"CANDLE {place}{', RED' * (place % 5 == 0)}" for place in range(products)])
    stamps = pl.Series((np.datetime64("2010-12-01T08:26") + minutes).astype("datetime64[us]"))
    return pl.DataFrame(
        {
            "InvoiceNo": order + 536365,
            "StockCode": product + 10000,
            "Description": names[product],
            "Quantity": quantity,
            "InvoiceDate": stamps.dt.strftime("%d/%m/%Y %H:%M"),
            "UnitPrice": price,
            "CustomerID": rng.integers(12346, 12346 + lines // 120, orders)[order],
            "Country": "United Kingdom",
            "Amount": np.round(price * quantity, 2),
        }
    )


def course_csv(path: str) -> None:
    from rfm_helpers import clean_orders, read_orders

    clean_orders(read_orders(path, **COLUMNS), **COLUMNS)


def polars_csv(path: str) -> None:
    pl.read_csv(path, infer_schema=False).with_columns(
        pl.col("InvoiceDate").str.to_datetime("%d/%m/%Y %H:%M"), pl.col("Amount").cast(pl.Float64)
    )


def course_xlsx(path: str) -> None:
    from rfm_helpers import read_orders

    read_orders(path, **COLUMNS)


def pandas_xlsx(path: str) -> None:
    pd.read_excel(path, engine="calamine")


CONTENDERS: dict[str, list[Callable[[str], None]]] = {
    "lignes.csv": [course_csv, polars_csv],
    "lignes.xlsx": [course_xlsx, pandas_xlsx],
}


def alone(name: str, path: str) -> None:
    """Seconds of the second call of a contender (wall, processor), and the most memory (MB)."""
    contender = globals()[name]
    contender(path)
    wall, processor = time.perf_counter(), time.process_time()
    contender(path)
    print(time.perf_counter() - wall, time.process_time() - processor, _memory())


def _memory() -> float:
    import psutil

    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):
        return info.peak_wset / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )


def write_workbook(lines: pl.DataFrame, path: Path) -> None:
    book = Workbook(write_only=True)
    page = book.create_sheet("Ventes")
    page.append(lines.columns)
    for row in lines.iter_rows():
        page.append(row)
    book.save(path)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        generate(1_000_000).write_csv(Path(folder) / "lignes.csv")
        write_workbook(generate(100_000), Path(folder) / "lignes.xlsx")
        for name, contenders in CONTENDERS.items():
            _compare(Path(folder) / name, [one.__name__ for one in contenders])


def _compare(file: Path, contenders: list[str]) -> None:
    runs: dict[str, list[list[float]]] = {contender: [] for contender in contenders}
    for _ in range(ROUNDS):
        for contender, found in runs.items():
            command = [sys.executable, __file__, contender, str(file)]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            found.append([float(number) for number in run.stdout.split()])
    ours, peer = ([*map(statistics.median, zip(*runs[one], strict=True))] for one in contenders)
    print(
        f"\n{file.name}: {ours[0] / peer[0]:.2f} × {contenders[1]} "
        f"(processor: {ours[1] / peer[1]:.2f} ×; at most {TARGETS[file.name]})"
    )
    for contender, (wall, processor, memory) in zip(contenders, (ours, peer), strict=True):
        print(f"  {contender:12} {wall:6.2f} s   processor {processor:6.2f} s {memory:7.0f} MB")


if __name__ == "__main__":
    alone(*sys.argv[1:]) if len(sys.argv) > 1 else main()
