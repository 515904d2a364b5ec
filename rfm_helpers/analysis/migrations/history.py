"""Segments month after month: what moved and when, and a projection judged on held-back dates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from rfm_helpers.analysis.migrations.moves import ABSENT
from rfm_helpers.analysis.orders import Day, orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import require_columns
from rfm_helpers.tables.engines import to_pandas

HISTORY_FIRST = "donnez la table de segment_history(commandes, dates)."
#: Before a first order.
NOT_YET = "Pas encore client"


def segment_history(
    orders: Any, dates: Sequence[Day], months: int = 12, *, grid: str | Grid = "onze"
) -> pd.DataFrame:
    """The segment of each known customer at successive dates, with the bounds of the first.

    Windows longer than the step between dates overlap: right for an alert or a stock to project,
    wrong as a measure of how steady customers are (see `segment_moves`).

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant` (euros).
        dates: the dates, two at least.
        months: length of the window that ends at each.
        grid: the grid that names the segments.

    Returns:
        One row per date and customer with an order by that date, sorted: `date`, `client_id`,
        `etat` (a segment; « Sans commande » where the window has none).

    Raises:
        CourseError: as `compare_dates`.

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2024-09-03", "2024-10-05",
        ...                        "2025-02-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABCDAE"), "commande_id": list("123456"),
        ...                       "date_achat": days, "montant": [10.0, 20, 30, 40, 50, 60]})
        >>> history = segment_history(lines, ["2024-12-31", "2025-12-31"])
        >>> history[history["client_id"] == "B"]["etat"].tolist()[-1]
        'Sans commande'
    """
    lines, names = to_pandas(orders), resolve_grid(grid)
    days = sorted(as_day(day) for day in dates)
    found = compare_dates(lines, days, months, levels=names.levels, bounds="first")
    states = assign_segments(found, names)[["date", "client_id", "segment"]]
    parts = []
    for day in days:
        known = rfm_table(orders_until(lines, day), as_of=day)[["client_id"]]
        here = states[states["date"] == pd.Timestamp(day)].drop(columns="date")
        table = known.merge(here, on="client_id", how="left")
        parts.append(table.assign(date=pd.Timestamp(day), etat=table["segment"].fillna(ABSENT)))
    return pd.concat(parts, ignore_index=True)[["date", "client_id", "etat"]]


def segment_changes(history: pd.DataFrame, *, grid: str | Grid = "onze") -> pd.DataFrame:
    """The alert list: every change of segment, with the date at which it was first seen.

    Args:
        history: what `segment_history` gives, at close dates (month ends).
        grid: the grid, whose ranks say what is better.

    Returns:
        One row per change, the latest first: `date`, `client_id`, `avant`, `apres`, `sens`
        (« monte », « descend »). « Sans commande » is below every segment.

    Raises:
        CourseError: missing column, a single date.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"]),
        ...                         "client_id": "A", "etat": ["Champions", "À ne pas perdre"]})
        >>> segment_changes(history)[["avant", "apres", "sens"]].values.tolist()
        [['Champions', 'À ne pas perdre', 'descend']]
    """
    steps = _steps(history)
    moved = steps[(steps["avant"] != steps["apres"]) & (steps["avant"] != NOT_YET)]
    names = resolve_grid(grid).names
    place = {name: -rank for rank, name in enumerate(names)} | {ABSENT: -len(names)}
    better = moved["apres"].map(place) > moved["avant"].map(place)
    table = moved.assign(sens=better.map({True: "monte", False: "descend"}))
    return table.sort_values(["date", "client_id"], ascending=[False, True], ignore_index=True)[
        ["date", "client_id", "avant", "apres", "sens"]
    ]


def transition_shares(history: pd.DataFrame) -> pd.DataFrame:
    """The chance of each move from one date to the next, over all the steps of a history.

    Args:
        history: what `segment_history` gives.

    Returns:
        `avant` and one column per state after; each row sums to 1. The row « Pas encore client »
        says where newcomers arrive.

    Raises:
        CourseError: missing column, a single date.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
        ...     "client_id": list("AABB"), "etat": ["x", "x", "x", "y"]})
        >>> transition_shares(history).values.tolist()
        [['x', 0.5, 0.5]]
    """
    steps = _steps(history)
    table = pd.crosstab(steps["avant"], steps["apres"], normalize="index")
    return table.rename_axis(columns=None).reset_index()


def project_segments(history: pd.DataFrame, steps: int = 1) -> pd.DataFrame:
    """Where the base would stand some steps on, if each step went as those of the history did.

    A Markov chain: where a customer goes depends on the segment alone, not on how he came there nor
    on the season, and as many newcomers arrive at each step as did on average.

    Args:
        history: what `segment_history` gives, at dates equally far apart.
        steps: how many steps on.

    Returns:
        One row per state: `etat`, `aujourdhui` (int), `projete` (customers expected).

    Raises:
        CourseError: missing column, a single date, fewer than one step.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
        ...     "client_id": list("AABB"), "etat": ["x", "x", "x", "y"]})
        >>> project_segments(history).values.tolist()
        [['x', 1, 0.5], ['y', 1, 1.5]]
    """
    if steps < 1:
        raise CourseError(f"Projeter de {steps} pas ne dit rien : donnez 1 ou plus.")
    moved = _steps(history)
    states = sorted(history["etat"].unique())
    counts = pd.crosstab(moved["avant"], moved["apres"]).reindex(columns=states, fill_value=0)
    chances = counts.div(counts.sum(axis=1), axis=0).reindex(states)
    dates = history["date"].nunique() - 1
    arrivals = counts.loc[NOT_YET] / dates if NOT_YET in counts.index else 0.0
    last = history[history["date"] == history["date"].max()]
    today = last["etat"].value_counts().reindex(states, fill_value=0)
    # A state that nobody has yet left has no row: its customers are held to stay.
    stay = pd.DataFrame(0.0, states, states)
    for state in states:
        stay.loc[state, state] = 1.0
    chances = chances.fillna(stay)
    ahead = today.astype(float)
    for _ in range(steps):
        ahead = ahead @ chances + arrivals
    return pd.DataFrame({"etat": states, "aujourdhui": today.values, "projete": ahead.values})


def judge_projection(history: pd.DataFrame, held_back: int = 2) -> pd.DataFrame:
    """A projection beside what happened, and beside « rien ne change ».

    Args:
        history: what `segment_history` gives, at dates equally far apart.
        held_back: how many of its last dates the projection does not see; the last is judged.

    Returns:
        One row per state, then « Erreur moyenne » (mean of the absolute errors over the states):
        `etat`, `rien_ne_change` (as at the last date seen), `projete`, `observe` (customers).

    Raises:
        CourseError: fewer than two dates left to learn from.

    Example:
        >>> days = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
        >>> history = pd.DataFrame({"date": list(days) * 2, "client_id": list("AAABBB"),
        ...     "etat": ["x", "y", "y", "x", "x", "y"]})
        >>> judge_projection(history, 1).values.tolist()[-1]
        ['Erreur moyenne', 1.0, 0.5, nan]
    """
    dates = sorted(history["date"].unique())
    if held_back < 1 or len(dates) - held_back < 2:
        raise CourseError(
            f"{len(dates)} dates, dont {held_back} mises de côté : gardez-en deux au moins pour "
            "apprendre et une pour juger."
        )
    seen = history[history["date"].isin(dates[:-held_back])]
    table = project_segments(seen, held_back).set_index("etat")
    observed = history.loc[history["date"] == dates[-1], "etat"].value_counts()
    table = table.reindex(sorted({*table.index, *observed.index}), fill_value=0)
    table["observe"] = observed.reindex(table.index, fill_value=0).astype(float)
    table = table.rename(columns={"aujourdhui": "rien_ne_change"}).astype(float)
    errors = table[["rien_ne_change", "projete"]].sub(table["observe"], axis=0).abs().mean()
    table.loc["Erreur moyenne"] = errors
    return table.rename_axis("etat").reset_index()


def _steps(history: pd.DataFrame) -> pd.DataFrame:
    """Each customer at each date but the first, with the state at the date before."""
    require_columns(history.columns, ["date", "client_id", "etat"], remedy=HISTORY_FIRST)
    dates = sorted(history["date"].unique())
    if len(dates) < 2:
        raise CourseError("Un mouvement demande deux dates au moins : ajoutez-en une.")
    following = dict(pairwise(dates))
    before = history.assign(date=history["date"].map(following)).rename(columns={"etat": "avant"})
    after = history[history["date"] > dates[0]].rename(columns={"etat": "apres"})
    steps: pd.DataFrame = after.merge(
        before.dropna(subset="date"), on=["date", "client_id"], how="left"
    )
    steps["avant"] = steps["avant"].fillna(NOT_YET)
    return steps
