"""RFM table and scores beside recipes written by hand, in one run: bench_rfm.py [1 10 100].

Run by ``.venv-engines/bin/python``, which has DuckDB. The numbers choose the sizes, in millions of
lines; all three without any. Up to 10, every contender starts from the same pandas frame of order
lines, with text ids then with integer ids, and ends with a pandas frame of scored customers; 100
million lines stay in Parquet, on two cores, and no contender may take more than 4 GB. The recipes
by hand check nothing and do not set returns against orders; ``rfm_table`` does both. Each turn is a
process of its own, which tells its time, its processor time and the most memory it took, the lines
included; rounds are interleaved and medians are kept.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

LEVELS = 4
AS_OF = pd.Timestamp("2026-01-01")


def generate(lines: int, seed: int = 2026, *, text: bool = True) -> pd.DataFrame:
    """Order lines: 2.5 lines an order, 4 orders a customer, 2 % returns."""
    rng = np.random.default_rng(seed)
    orders, customers = lines * 2 // 5, lines // 10
    order = np.sort(rng.integers(0, orders, lines))
    customer = rng.integers(0, customers, orders)[order]
    day = rng.integers(0, 1095, orders)[order].astype("timedelta64[D]")
    amount = np.round(rng.lognormal(3, 1, lines), 2)
    amount[rng.random(lines) < 0.02] *= -1
    return pd.DataFrame(
        {
            "client_id": text_ids("C", customer) if text else customer,
            "commande_id": text_ids("K", order) if text else order,
            "date_achat": (np.datetime64("2023-01-01") + day).astype("datetime64[us]"),
            "montant": amount,
        }
    )


def write_lines(path: Path, millions: int, *, text: bool) -> None:
    """Order lines in a Parquet file, ten million at a time: other orders, the same customers."""
    part = min(millions, 10) * 1_000_000
    writer = None
    for turn in range(millions * 1_000_000 // part):
        lines = generate(part, 2026 + turn, text=text)
        if not text:
            lines["commande_id"] += turn * part
        table = pa.Table.from_pandas(lines, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=1_000_000)
    if writer:
        writer.close()


def text_ids(prefix: str, numbers: np.ndarray) -> pd.Series:
    digits = pc.cast(pa.array(numbers + 10_000_000), pa.string())
    joined = pc.binary_join_element_wise(pa.scalar(prefix), digits, "-")
    return pd.Series(joined.to_pandas(), dtype="str")


def course(lines: pd.DataFrame) -> pd.DataFrame:
    from rfm_helpers import rfm_table, score_rfm

    return score_rfm(rfm_table(lines), levels=LEVELS)


def tutorial(lines: pd.DataFrame) -> pd.DataFrame:
    """The recipe of most tutorials: groupby with lambdas, then qcut."""
    table = lines.groupby("client_id").agg(
        recence=("date_achat", lambda days: (AS_OF - days.max()).days),
        frequence=("commande_id", lambda ids: ids.nunique()),
        montant_total=("montant", lambda amounts: amounts.sum()),
    )
    labels = range(1, LEVELS + 1)
    table["R"] = pd.qcut(table["recence"].rank(method="first", ascending=False), LEVELS, labels)
    table["F"] = pd.qcut(table["frequence"].rank(method="first"), LEVELS, labels)
    table["M"] = pd.qcut(table["montant_total"].rank(method="first"), LEVELS, labels)
    table["code_rfm"] = table["R"].astype(str) + table["F"].astype(str) + table["M"].astype(str)
    return table.reset_index()


def scored_by_hand(table: pd.DataFrame, frequency: str, monetary: str) -> pd.DataFrame:
    for score, column, ascending in [
        ("R", "recence", False),
        ("F", frequency, True),
        ("M", monetary, True),
    ]:
        worse = table[column].rank(method="min", ascending=ascending).astype("int64") - 1
        table[score] = 1 + LEVELS * worse // len(table)
    table["code_rfm"] = table["R"].astype(str) + table["F"].astype(str) + table["M"].astype(str)
    return table


def plain_pandas(lines: pd.DataFrame) -> pd.DataFrame:
    table = lines.groupby("client_id", as_index=False).agg(
        last=("date_achat", "max"), frequence=("commande_id", "nunique"), montant=("montant", "sum")
    )
    table["recence"] = (AS_OF - table["last"]).dt.days
    return scored_by_hand(table, "frequence", "montant")


def polars_by_hand(lines: pd.DataFrame) -> pd.DataFrame:
    def score(column: str, name: str, descending: bool = False) -> pl.Expr:
        worse = pl.col(column).rank("min", descending=descending).cast(pl.Int64) - 1
        return (1 + LEVELS * worse // pl.len()).alias(name)

    table = (
        pl.from_pandas(lines)
        .lazy()
        .group_by("client_id")
        .agg(
            recence=(pl.lit(AS_OF) - pl.col("date_achat").max()).dt.total_days(),
            frequence=pl.col("commande_id").n_unique(),
            montant=pl.col("montant").sum(),
        )
        .with_columns(
            score("recence", "R", descending=True), score("frequence", "F"), score("montant", "M")
        )
        .with_columns(code_rfm=pl.concat_str("R", "F", "M"))
        .sort("client_id")
    )
    return table.collect(engine="streaming").to_pandas()


DUCKDB = f"""
    with per_customer as (
        select client_id, date_diff('day', max(date_achat), timestamp '{AS_OF}') as recence,
               count(distinct commande_id) as frequence, sum(montant) as montant
        from lines group by client_id),
    scored as (
        select *,
            1 + {LEVELS} * (rank() over (order by recence desc) - 1) // count(*) over () as R,
            1 + {LEVELS} * (rank() over (order by frequence) - 1) // count(*) over () as F,
            1 + {LEVELS} * (rank() over (order by montant) - 1) // count(*) over () as M
        from per_customer)
    select *, concat(R, F, M) as code_rfm from scored order by client_id
"""


def duckdb_by_hand(lines: pd.DataFrame) -> pd.DataFrame:
    return duckdb.sql(DUCKDB).df()


def lifetimes(lines: pd.DataFrame) -> pd.DataFrame:
    """The summary of lifetimes (days since, repeats, mean amount), scored as others are."""
    from lifetimes.utils import summary_data_from_transaction_data

    table = summary_data_from_transaction_data(
        lines, "client_id", "date_achat", monetary_value_col="montant", observation_period_end=AS_OF
    )
    table["recence"] = table["T"] - table["recency"]
    return scored_by_hand(table.reset_index(), "frequency", "monetary_value")


# --- from Parquet ---------------------------------------------------------------------------------


def in_duckdb(path: str) -> duckdb.DuckDBPyConnection:
    options = {"threads": 2, "memory_limit": "3GB", "temp_directory": f"{path}.tmp"}
    return duckdb.connect(config={**options, "preserve_insertion_order": False})


def course_parquet(path: str) -> None:
    from rfm_helpers import rfm_table, score_rfm

    base = in_duckdb(path)
    rfm_table(base.sql(f"from '{path}'")).write_parquet(f"{path}.rfm.parquet")
    score_rfm(base.sql(f"from '{path}.rfm.parquet'")).write_parquet(f"{path}.course")


def duckdb_parquet(path: str) -> None:
    query = DUCKDB.replace("from lines", f"from '{path}'")
    in_duckdb(path).execute(f"copy ({query}) to '{path}.duckdb' (format parquet)")


# --- measures -------------------------------------------------------------------------------------

BY_HAND = ["plain_pandas", "polars_by_hand", "duckdb_by_hand"]
PEER = ["lifetimes==0.11.3", "pandas<3", "pyarrow", "polars", "duckdb"]
PEER_FOLDER = Path(__file__).parents[2] / ".venv-lifetimes"


def alone(name: str, path: str) -> None:
    """Seconds, processor seconds and the most memory (MB) of one turn of a contender."""
    contender, source = globals()[name], path
    if not name.endswith("_parquet"):
        source = pd.read_parquet(path)
        pa.default_memory_pool().release_unused()
        contender(source.head(10_000))  # imports and first calls are told apart
    forget_peak()
    start, cpu = time.perf_counter(), time.process_time()
    contender(source)
    print(time.perf_counter() - start, time.process_time() - cpu, peak())


def forget_peak() -> None:
    """What was taken to read the lines is no cost of the contender."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(found.split()[1]) / 1e3
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def peer_python() -> str:
    """The Python of lifetimes, which takes an older pandas, installed at the first time."""
    python = PEER_FOLDER / "bin" / "python"
    if not any(PEER_FOLDER.glob("lib/*/site-packages/lifetimes")):
        venv.create(PEER_FOLDER, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER], check=True)
    return str(python)


def measure(path: Path, names: list[str], rounds: int) -> dict[str, list[float]]:
    """Median seconds, processor seconds and memory of each contender."""
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            python = peer_python() if name == "lifetimes" else sys.executable
            command = [python, __file__, "alone", name, str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            found[name].append([float(each) for each in run.stdout.split()])
    return {name: [statistics.median(column) for column in zip(*turns, strict=True)]
            for name, turns in found.items()}  # fmt: skip


def report(title: str, lines: int, found: dict[str, list[float]]) -> None:
    ours = next(iter(found.values()))
    print(f"\n{title:44}{'time':>9}{'processor':>11}{'memory':>10}{'a line':>10}   course / it")
    for name, (seconds, cpu, memory) in found.items():
        ratios = f"{ours[0] / seconds:.2f} {ours[1] / cpu:.2f} {ours[2] / memory:.2f}"
        print(f"  {name:32}{seconds:7.2f} s{cpu:9.2f} s{memory:7.0f} MB{cpu / lines * 1e9:7.0f} ns"
              f"   {ratios}", flush=True)  # fmt: skip


def import_cost(rounds: int = 9) -> float:
    """Seconds that ``import rfm_helpers`` adds to ``import pandas``, best of some rounds."""
    code = (
        "import pandas, time; start = time.perf_counter(); import rfm_helpers; "
        "print(time.perf_counter() - start)"
    )
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(rounds)
    ]
    return min(runs)


def main(sizes: list[int]) -> None:
    print(f"import rfm_helpers adds {import_cost():.3f} s to import pandas")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for millions in sizes:
            for text in (True, False) if millions <= 10 else (False,):
                path = Path(folder) / "lignes.parquet"
                write_lines(path, millions, text=text)
                title = f"{millions} million lines, {'text' if text else 'integer'} ids"
                if millions <= 10:
                    found = measure(path, ["course", *BY_HAND], 5 if millions == 1 else 3)
                    if millions == 1 and text:
                        found |= measure(path, ["tutorial", "lifetimes"], 1)
                    report(title, millions * 1_000_000, found)
                if millions >= 10 and not text:
                    found = measure(path, ["course_parquet", "duckdb_parquet"], 1)
                    report(f"{title}, in Parquet", millions * 1_000_000, found)


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        alone(*sys.argv[2:])
    else:
        main([int(size) for size in sys.argv[1:]] or [1, 10, 100])
