"""What the data say of a project: its customers and segments, who is reachable, who returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rfm_helpers.analysis.campaign.target import VAT
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.project.model import SEGMENT_COLUMNS, RfmChoices
from rfm_helpers.analysis.project.progress import Facts
from rfm_helpers.analysis.project.terrain import Terrain
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import Method, score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.analysis.strategy.benchmark import benchmark
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


@dataclass(frozen=True)
class Scored:
    """The customers of a project: their orders in the window, their segments, what is known."""

    terrain: Terrain
    orders: pd.DataFrame
    customers: pd.DataFrame
    facts: Facts


def score_project(chosen: RfmChoices, terrain: Terrain) -> Scored:
    """The customers of a terrain as a project scores them; what it does not say, the course does.

    Args:
        chosen: the settings of the project.
        terrain: its customers.

    Returns:
        The customers, and what is known of them.

    Raises:
        CourseError: as `project_customers`.

    >>> from rfm_helpers.analysis.project.terrain import COURSE_TERRAINS
    >>> len(score_project(RfmChoices(), COURSE_TERRAINS["Maison Orsenne"]()).customers)
    2493
    """
    as_of, months = chosen.as_of or terrain.as_of, chosen.months or terrain.months
    levels = chosen.levels if chosen.levels in GRIDS else 4
    method = METHODS.get(chosen.method, "quantile")
    when: dict[str, Any] = {"as_of": as_of, "months": months}
    found = project_customers(terrain.orders, levels=levels, method=method, **when)
    facts = project_facts(terrain.orders, found, **when | terrain.files)
    return Scored(terrain, window_orders(terrain.orders, as_of, months), found, facts)


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
    past = _a_year_ago(orders, as_of, months, levels)
    return Facts(
        reachable,
        {str(name): benchmark(group) for name, group in past.groupby("segment")},
        {str(name): float(group.mean()) for name, group in past.groupby("segment")["commandes"]},
    )


def _a_year_ago(orders: pd.DataFrame, as_of: dt.date, months: int, levels: int) -> pd.DataFrame:
    """The customers of a year ago: their segments then, whether they came again and how often.

    Nobody where the file does not go far enough.
    """
    try:
        both = compare_dates(orders, [as_of - _YEAR, as_of], months, levels=levels)
    except CourseError:
        return pd.DataFrame(columns=["segment", "rachat", "commandes"])
    past = assign_segments(both[both["rachat"].notna()], GRIDS[levels])
    later = rfm_table(window_orders(orders, as_of, 12), as_of=as_of)
    counts = later.set_index("client_id")["frequence"]
    return past.assign(commandes=past["client_id"].map(counts).fillna(0))


def counts_by_post(
    customers: pd.DataFrame, facts: Facts, segments: Collection[str]
) -> dict[str, float]:
    """Who of each segment may be written to by post; everybody where that is unknown.

    Args:
        customers: the output of `project_customers`.
        facts: that of `project_facts`.
        segments: the segments; all of them if none.

    Raises:
        CourseError: nobody is in these segments.

    >>> customers = pd.DataFrame({"segment": ["Champions", "Champions", "Perdus"]})
    >>> counts_by_post(customers, Facts({("Champions", "courrier"): 1}), [])
    {'Champions': 1.0, 'Perdus': 1.0}
    """
    sizes = customers["segment"].value_counts()
    held = {str(n): float(c) for n, c in sizes.items() if c and (n in segments or not segments)}
    if not held:
        raise CourseError("Aucun de vos clients n’est dans ces segments : visez-en d’autres.")
    reach = facts.reachable
    return {name: float(reach.get((name, "courrier"), count)) for name, count in held.items()}


def campaign_start(
    orders: pd.DataFrame, customers: pd.DataFrame, facts: Facts, counts: Mapping[str, float]
) -> dict[str, float]:
    """What the data say of a campaign that reaches so many customers of each segment.

    Args:
        orders: order lines of the window, with VAT; with `marge` (euros) if known.
        customers: the output of `project_customers`.
        facts: that of `project_facts`.
        counts: the customers reached, by segment, each of which has customers.

    Returns:
        By input of `Campaign`: ``reached``, ``basket`` (euros without VAT), and as far as known
        ``margin_rate`` and ``baseline`` (orders per customer within a year).

    >>> customers = pd.DataFrame({"client_id": ["A"], "segment": ["Champions"], "frequence": [2],
    ...                           "montant_total": [240.0]})
    >>> orders = pd.DataFrame({"client_id": ["A"], "marge": [50.0]})
    >>> campaign_start(orders, customers, Facts(anyway={"Champions": 2.5}), {"Champions": 1})
    {'reached': 1.0, 'basket': 100.0, 'margin_rate': 0.25, 'baseline': 2.5}
    """
    weights = counts if any(counts.values()) else dict.fromkeys(counts, 1.0)
    people = customers[customers["segment"].isin(weights)]
    if "marge" in orders:
        margins = orders.groupby("client_id")["marge"].sum()
        people = people.assign(marge=people["client_id"].map(margins))
    sums = people.groupby(people["segment"].astype("str"))[
        [name for name in ("montant_total", "frequence", "marge") if name in people]
    ].sum()
    each = pd.Series(weights)
    sales = each * sums["montant_total"] / VAT / sums["frequence"]
    found = {"reached": float(sum(counts.values())), "basket": float(sales.sum() / each.sum())}
    if "marge" in sums:
        rates = sums["marge"] / (sums["montant_total"] / VAT)
        found["margin_rate"] = float((sales * rates).sum() / sales.sum())
    known = each[each.index.isin(facts.anyway)]
    if known.sum():
        found["baseline"] = float((known * pd.Series(facts.anyway)).sum() / known.sum())
    return found
