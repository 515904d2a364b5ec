"""RFM table and scores against the recipes found in tutorials, in one run: python bench_rfm.py.

Every contender starts from the same pandas frame of order lines and ends with a pandas frame of
scored customers. The recipes written by hand check nothing and do not set returns against orders;
``rfm_table`` does both. Rounds are interleaved and the best of each is kept.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from rfm_helpers import rfm_table, score_rfm

LEVELS = 4
AS_OF = pd.Timestamp("2026-01-01")


def generate(lines: int) -> pd.DataFrame:
    """Order lines: 2.5 lines an order, 4 orders a customer, 2 % returns, text ids."""
    rng = np.random.default_rng(2026)
    orders, customers = lines * 2 // 5, lines // 10
    order = np.sort(rng.integers(0, orders, lines))
    customer = rng.integers(0, customers, orders)[order]
    day = rng.integers(0, 1095, orders)[order].astype("timedelta64[D]")
    amount = np.round(rng.lognormal(3, 1, lines), 2)
    amount[rng.random(lines) < 0.02] *= -1
    return pd.DataFrame(
        {
            "client_id": text_ids("C", customer),
            "commande_id": text_ids("K", order),
            "date_achat": (np.datetime64("2023-01-01") + day).astype("datetime64[us]"),
            "montant": amount,
        }
    )


def text_ids(prefix: str, numbers: np.ndarray) -> pd.Series:
    digits = pc.cast(pa.array(numbers + 10_000_000), pa.string())
    joined = pc.binary_join_element_wise(pa.scalar(prefix), digits, "-")
    return pd.Series(joined.to_pandas(), dtype="str")


def course(lines: pd.DataFrame) -> pd.DataFrame:
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


def plain_pandas(lines: pd.DataFrame) -> pd.DataFrame:
    table = lines.groupby("client_id", as_index=False).agg(
        last=("date_achat", "max"), frequence=("commande_id", "nunique"), montant=("montant", "sum")
    )
    table["recence"] = (AS_OF - table["last"]).dt.days
    for score, column, ascending in [
        ("R", "recence", False),
        ("F", "frequence", True),
        ("M", "montant", True),
    ]:
        worse = table[column].rank(method="min", ascending=ascending).astype("int64") - 1
        table[score] = 1 + LEVELS * worse // len(table)
    table["code_rfm"] = table["R"].astype(str) + table["F"].astype(str) + table["M"].astype(str)
    return table


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


def duckdb_by_hand(lines: pd.DataFrame) -> pd.DataFrame:
    return duckdb.sql(
        f"""
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
    ).df()


def measure(
    lines: pd.DataFrame, contenders: list[Callable[[pd.DataFrame], pd.DataFrame]], rounds: int
) -> dict[str, float]:
    best = {contender.__name__: float("inf") for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            start = time.perf_counter()
            contender(lines)
            best[contender.__name__] = min(best[contender.__name__], time.perf_counter() - start)
    return best


def report(title: str, seconds: dict[str, float]) -> None:
    ours = seconds["course"]
    print(f"\n{title}")
    for name, value in seconds.items():
        print(f"  {name:16} {value:8.2f} s   {value / ours:6.2f} × course")


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


def main() -> None:
    print(f"import rfm_helpers adds {import_cost():.3f} s to import pandas")
    million = generate(1_000_000)
    report(
        "1 million lines",
        measure(million, [course, plain_pandas, polars_by_hand, duckdb_by_hand], rounds=5)
        | measure(million, [tutorial], rounds=1),
    )
    report(
        "10 million lines",
        measure(
            generate(10_000_000), [course, plain_pandas, polars_by_hand, duckdb_by_hand], rounds=3
        ),
    )


if __name__ == "__main__":
    main()
