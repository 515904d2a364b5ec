"""What the data say of a project: its customers and segments, who is reachable, who returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import pandas as pd

from rfm_helpers.analysis.campaign.target import VAT
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.project.model import SEGMENT_COLUMNS
from rfm_helpers.analysis.project.progress import Facts
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import Method, score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.analysis.strategy.benchmark import Benchmark, benchmark
from rfm_helpers.analysis.windows import compare_dates, window_orders
from rfm_helpers.catalog.contact_law import CHANNELS
from rfm_helpers.errors import CourseError

#: The grid of the eleven segments, by number of levels.
GRIDS = {4: "onze", 5: "cinq_niveaux"}
#: The methods that a project may choose, by the name that its pages give them.
METHODS: dict[str, Method] = {
    "quantiles": "quantile", "effectifs égaux": "equal_size", "emboîtés": "nested",
}  # fmt: skip
#: A benchmark looks one year back.
_YEAR = dt.timedelta(days=365)


def project_customers(
    orders: pd.DataFrame,
    *,
    as_of: dt.date,
    months: int,
    levels: int = 4,
    method: Method = "quantile",
) -> pd.DataFrame:
    """The customers of a project with their scores and segments.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant` (euros).
        as_of: the reference date.
        months: length of the window that ends there.
        levels: 4 or 5, those for which there is a grid of eleven segments.
        method: as `score_rfm`, without thresholds.

    Returns:
        The table of `assign_segments`.

    Raises:
        CourseError: as `window_orders`, `rfm_table` and `score_rfm`.

    Example:
        >>> days = pd.date_range("2025-01-01", periods=5)
        >>> orders = pd.DataFrame({"client_id": list("AABCD"), "commande_id": list("12345"),
        ...                        "date_achat": days, "montant": [10.0, 20, 25, 35, 40]})
        >>> found = project_customers(orders, as_of=dt.date(2025, 12, 31), months=12)
        >>> found["code_rfm"].tolist()
        ['142', '211', '313', '414']
    """
    table = rfm_table(window_orders(orders, as_of, months), as_of=as_of)
    return assign_segments(score_rfm(table, levels=levels, method=method), GRIDS[levels])


def segment_rows(customers: pd.DataFrame) -> list[dict[str, Any]]:
    """The segments that have customers, best first, as a project keeps them.

    Args:
        customers: the output of `project_customers`.

    Returns:
        A record per segment: `SEGMENT_COLUMNS` (customers, euros, shares from 0 to 1).

    >>> customers = pd.DataFrame({"client_id": ["A", "B"], "recence": 9, "frequence": 1,
    ...                           "montant_total": [30.0, 10.0], "segment": "Champions"})
    >>> segment_rows(customers)[0]["chiffre_affaires"]
    40.0
    """
    profile = segment_profile(customers).round(
        {"part_clients": 6, "part_ca": 6, "chiffre_affaires": 2}
    )
    held = profile.loc[profile["clients"] > 0, list(SEGMENT_COLUMNS)]
    return [{str(name): value for name, value in row.items()} for row in held.to_dict("records")]


def project_facts(
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    as_of: dt.date,
    months: int,
    people: pd.DataFrame | None = None,
    **files: Any,
) -> Facts:
    """Who of each segment may be contacted by each channel, and what comes anyway.

    What comes anyway is read one year back, on customers scored with today's bounds
    (`compare_dates`), as far as the file goes that far.

    Args:
        orders: as for `project_customers`.
        customers: its output, by quantiles.
        as_of: the reference date, that of the contacts too.
        months: length of the window.
        people: the consents, as `contact_list` reads them; None: nobody knows.
        files: as `contact_list`: `complaints`, `contacts`.

    Returns:
        The facts; those that the files do not tell are missing.

    >>> no_one = pd.DataFrame({"client_id": [], "segment": []})
    >>> project_facts(no_one, no_one, as_of=dt.date(2025, 12, 31), months=12).benchmarks
    {}
    """
    reachable: dict[tuple[str, str], int] = {}
    for channel in CHANNELS:
        if people is None:
            break
        with suppress(CourseError):  # a file may tell of one channel only
            listed, _ = contact_list(customers, channel, on=as_of, people=people, **files)
            counts = listed["segment"].value_counts()
            for segment in customers["segment"].unique():
                reachable[str(segment), channel] = int(counts.get(segment, 0))
    levels = int(customers.attrs.get("rfm_levels", 4))
    return Facts(reachable, _benchmarks(orders, as_of, months, levels))


def _benchmarks(
    orders: pd.DataFrame, as_of: dt.date, months: int, levels: int
) -> dict[str, Benchmark]:
    """What comes anyway in each segment; nothing where the file does not go far enough."""
    with suppress(CourseError):
        both = compare_dates(orders, [as_of - _YEAR, as_of], months, levels=levels)
        past = assign_segments(both[both["rachat"].notna()], GRIDS[levels])
        return {str(name): benchmark(group) for name, group in past.groupby("segment")}
    return {}


def campaign_start(
    orders: pd.DataFrame, customers: pd.DataFrame, facts: Facts, segments: Collection[str]
) -> dict[str, float]:
    """What the data say of a campaign addressed to some segments, by input of `Campaign`.

    Args:
        orders: order lines of the window, with VAT; with `marge` (euros) if known.
        customers: the output of `project_customers`.
        facts: that of `project_facts`.
        segments: the segments; all of them if none.

    Returns:
        ``reached`` (who may be written to by post, everybody where that is unknown), ``basket``
        (euros without VAT), and as far as known ``margin_rate`` and ``baseline`` (0–1).

    Raises:
        CourseError: nobody is in these segments.

    >>> customers = pd.DataFrame({"client_id": ["A"], "segment": ["Champions"], "frequence": [2],
    ...                           "montant_total": [240.0]})
    >>> campaign_start(pd.DataFrame({"client_id": ["A"]}), customers, Facts(), ["Champions"])
    {'reached': 1.0, 'basket': 100.0}
    """
    theirs = customers[customers["segment"].isin(segments)] if segments else customers
    if theirs.empty:
        raise CourseError("Aucun de vos clients n’est dans ces segments : visez-en d’autres.")
    names = set(theirs["segment"])
    letters = [facts.reachable.get((name, "courrier")) for name in names]
    known = [count for count in letters if count is not None]
    sales = float(theirs["montant_total"].sum()) / VAT
    found = {
        "reached": float(sum(known) if known else len(theirs)),
        "basket": sales / int(theirs["frequence"].sum()),
    }
    if "marge" in orders:
        margin = orders.loc[orders["client_id"].isin(theirs["client_id"]), "marge"].sum()
        found["margin_rate"] = float(margin) / sales
    past = [facts.benchmarks[name] for name in names if name in facts.benchmarks]
    if past:
        found["baseline"] = sum(one.returned for one in past) / sum(one.customers for one in past)
    return found
