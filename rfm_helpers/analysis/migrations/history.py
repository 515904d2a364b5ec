"""Segments month after month: what moved and when, and a projection judged on held-back dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, cast

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.day_lines import DayLines, checked_lines
from rfm_helpers.analysis.migrations.moves import ABSENT
from rfm_helpers.analysis.migrations.periods import COLUMNS, segmented_windows
from rfm_helpers.analysis.orders import CLEAN_FIRST, Day
from rfm_helpers.analysis.rfm import net_orders
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.engines import collect, open_frame

HISTORY = ("date", "client_id", "etat")
WHAT = "la table de segment_history"
HISTORY_FIRST = "donnez la table de segment_history(commandes, dates)."
#: Before a first order.
NOT_YET = "Pas encore client"


@one_door(CLEAN_FIRST)
def segment_history(
    orders: IntoFrameT, dates: Sequence[Day], months: int = 12, *, grid: str | Grid = "onze"
) -> IntoFrameT:
    """The segment of each known customer at successive dates, with the bounds of the first.

    Windows longer than the step between dates overlap: right for an alert or a stock to project,
    wrong as a measure of how steady customers are (see `segment_moves`).

    Args:
        orders: order lines, in a table of any engine: `client_id`, `commande_id`, `date_achat`,
            `montant` (euros).
        dates: the dates, two at least.
        months: length of the window that ends at each.
        grid: the grid that names the segments.

    Returns:
        In a table of the kind given, in its engine, one row per date and customer with an order by
        that date, sorted: `date`, `client_id`, `etat` (a segment; « Sans commande » where the
        window has none).

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
    days, names = sorted(as_day(day) for day in dates), resolve_grid(grid)
    if len(days) < 2:
        raise CourseError("Une comparaison demande au moins deux dates : ajoutez-en une.")
    lines, give_back = checked_lines(orders, COLUMNS)
    windows = segmented_windows(lines, days, months, names, "first")
    states = [_states(lines, day, window) for day, window in zip(days, windows, strict=True)]
    return give_back(nw.concat(states).sort("date", "client_id"))


def _states(lines: DayLines, day: dt.date, window: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The state on a day of each customer who had ordered by then."""
    known = net_orders(lines.until(day))
    nowhere = nw.lit(None).cast(nw.String).alias("segment")
    seen = nw.concat(
        [
            known.filter(nw.col("__n") > 0).select("client_id", nowhere),
            window.select("client_id", "segment"),
        ]
    )
    return (
        seen.group_by("client_id")
        .agg(nw.col("segment").max())
        .select(
            nw.lit(dt.datetime.combine(day, dt.time())).alias("date"),
            "client_id",
            nw.col("segment").fill_null(ABSENT).alias("etat"),
        )
    )


@one_door(HISTORY_FIRST)
def segment_changes(history: IntoFrameT, *, grid: str | Grid = "onze") -> IntoFrameT:
    """The alert list: every change of segment, with the date at which it was first seen.

    Args:
        history: what `segment_history` gives, in a table of any engine, at close dates (month
            ends).
        grid: the grid, whose ranks say what is better.

    Returns:
        In a table of the kind given, one row per change, the latest first: `date`, `client_id`,
        `avant`, `apres`, `sens` (« monte », « descend »). « Sans commande » is below every segment.

    Raises:
        CourseError: missing column, dates that are none, a single date.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"]),
        ...                         "client_id": "A", "etat": ["Champions", "À ne pas perdre"]})
        >>> segment_changes(history)[["avant", "apres", "sens"]].values.tolist()
        [['Champions', 'À ne pas perdre', 'descend']]
    """
    opened, give_back = _opened(history)
    before, after = nw.col("avant"), nw.col("apres")
    names = [*resolve_grid(grid).names, ABSENT]
    better = _rank(after, names) < _rank(before, names)
    return give_back(
        _steps(opened, _dates(opened))
        .filter((before != after) & (before != NOT_YET))
        .with_columns(
            nw.when(better).then(nw.lit("monte")).otherwise(nw.lit("descend")).alias("sens")
        )
        .select("date", "client_id", "avant", "apres", "sens")
        .sort("date", "client_id", descending=[True, False])
    )


def _opened(history: IntoFrameT) -> tuple[nw.LazyFrame[Any], Callable[..., IntoFrameT]]:
    """A history as `segment_history` gives it, however its days and states were kept since."""
    opened, give_back = open_frame(history, HISTORY, WHAT)
    kind = opened.collect_schema()["date"]
    if kind not in (nw.Date, nw.Datetime):
        raise CourseError(f"La colonne « date » ne contient pas des dates : {HISTORY_FIRST}")
    day = nw.col("date")
    if getattr(kind, "time_zone", None) is None:
        day = day.cast(nw.Datetime("us"))
    return opened.with_columns(day, nw.col("etat").cast(nw.String)), give_back


def _rank(state: nw.Expr, names: Sequence[str]) -> nw.Expr:
    """The rank of a state among those of a grid, the best first."""
    rank = nw.lit(len(names))
    for place, name in enumerate(names):
        rank = nw.when(state == name).then(nw.lit(place)).otherwise(rank)
    return rank


@one_door(HISTORY_FIRST)
def transition_shares(history: Any) -> pd.DataFrame:
    """The chance of each move from one date to the next, over all the steps of a history.

    Args:
        history: what `segment_history` gives, in a table of any engine.

    Returns:
        In pandas, `avant` and one column per state after; each row sums to 1. The row « Pas encore
        client » says where newcomers arrive.

    Raises:
        CourseError: missing column, dates that are none, a single date.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
        ...     "client_id": list("AABB"), "etat": ["x", "x", "x", "y"]})
        >>> transition_shares(history).values.tolist()
        [['x', 0.5, 0.5]]
    """
    counts = _transitions(_opened(history)[0])
    table = counts.div(counts.sum(axis=1), axis=0)
    return table.rename_axis(columns=None).reset_index()


@one_door(HISTORY_FIRST)
def project_segments(history: Any, steps: int = 1) -> pd.DataFrame:
    """Where the base would stand some steps on, if each step went as those of the history did.

    A Markov chain: where a customer goes depends on the segment alone, not on how he came there nor
    on the season, and as many newcomers arrive at each step as did on average.

    Args:
        history: what `segment_history` gives, in a table of any engine, at dates equally far
            apart.
        steps: how many steps on.

    Returns:
        In pandas, one row per state: `etat`, `aujourdhui` (int), `projete` (customers expected).

    Raises:
        CourseError: missing column, dates that are none, a single date, fewer than one step.

    Example:
        >>> history = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
        ...     "client_id": list("AABB"), "etat": ["x", "x", "x", "y"]})
        >>> project_segments(history).values.tolist()
        [['x', 1, 0.5], ['y', 1, 1.5]]
    """
    if steps < 1:
        raise CourseError(f"Projeter de {steps} pas ne dit rien : donnez 1 ou plus.")
    return _projected(_opened(history)[0], steps)


def _projected(history: nw.LazyFrame[Any], steps: int) -> pd.DataFrame:
    sizes = _sizes(history)
    states = sorted(sizes.columns)
    counts = _transitions(history).reindex(columns=states, fill_value=0)
    chances = counts.div(counts.sum(axis=1), axis=0).reindex(states)
    arrivals = counts.loc[NOT_YET] / (len(sizes) - 1) if NOT_YET in counts.index else 0.0
    today = sizes.iloc[-1].reindex(states).astype("int64")
    # A state that nobody has yet left has no row: its customers are held to stay.
    stay = pd.DataFrame(0.0, states, states)
    for state in states:
        stay.loc[state, state] = 1.0
    chances = chances.fillna(stay)
    ahead: Any = today.astype(float)
    for _ in range(steps):
        ahead = ahead @ chances + arrivals
    return pd.DataFrame({"etat": states, "aujourdhui": today.values, "projete": ahead.values})


@one_door(HISTORY_FIRST)
def judge_projection(history: Any, held_back: int = 2) -> pd.DataFrame:
    """A projection beside what happened, and beside « rien ne change ».

    Args:
        history: what `segment_history` gives, in a table of any engine, at dates equally far
            apart.
        held_back: how many of its last dates the projection does not see; the last is judged.

    Returns:
        In pandas, one row per state, then « Erreur moyenne » (mean of the absolute errors over the
        states): `etat`, `rien_ne_change` (as at the last date seen), `projete`, `observe`
        (customers).

    Raises:
        CourseError: fewer than two dates left to learn from.

    Example:
        >>> days = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
        >>> history = pd.DataFrame({"date": list(days) * 2, "client_id": list("AAABBB"),
        ...     "etat": ["x", "y", "y", "x", "x", "y"]})
        >>> judge_projection(history, 1).values.tolist()[-1]
        ['Erreur moyenne', 1.0, 0.5, nan]
    """
    opened = _opened(history)[0]
    sizes = _sizes(opened)
    dates = list(sizes.index)
    if held_back < 1 or len(dates) - held_back < 2:
        raise CourseError(
            f"{len(dates)} dates, dont {held_back} mises de côté : gardez-en deux au moins pour "
            "apprendre et une pour juger."
        )
    seen = opened.filter(nw.col("date") < nw.lit(dates[-held_back].to_pydatetime()))
    table = _projected(seen, held_back).set_index("etat")
    observed = sizes.iloc[-1]
    observed = observed[observed > 0]
    table = table.reindex(sorted({*table.index, *observed.index}), fill_value=0)
    table["observe"] = observed.reindex(table.index, fill_value=0).astype(float)
    table = table.rename(columns={"aujourdhui": "rien_ne_change"}).astype(float)
    errors = table[["rien_ne_change", "projete"]].sub(table["observe"], axis=0).abs().mean()
    table.loc["Erreur moyenne"] = errors
    return table.rename_axis("etat").reset_index()


def _sizes(history: nw.LazyFrame[Any]) -> pd.DataFrame:
    """How many customers are in each state (columns) at each date (rows, in order)."""
    groups = history.group_by("date", "etat").agg(nw.len().alias("clients"))
    counts = cast(pd.DataFrame, collect(groups, "pandas").to_native())
    table = counts.pivot_table(
        values="clients", index="date", columns="etat", aggfunc="sum", fill_value=0
    )
    return table.set_axis(pd.DatetimeIndex(table.index))


def _dates(history: nw.LazyFrame[Any]) -> list[dt.datetime]:
    dates = [date.to_pydatetime() for date in _sizes(history).index]
    if len(dates) < 2:
        raise CourseError("Un mouvement demande deux dates au moins : ajoutez-en une.")
    return dates


def _transitions(history: nw.LazyFrame[Any]) -> pd.DataFrame:
    """How many went from each state (rows) to each other (columns), over all steps."""
    steps = _steps(history, _dates(history)).group_by("avant", "apres")
    counts = cast(pd.DataFrame, collect(steps.agg(nw.len().alias("clients")), "pandas").to_native())
    return counts.pivot_table(
        values="clients", index="avant", columns="apres", aggfunc="sum", fill_value=0
    )


def _steps(history: nw.LazyFrame[Any], dates: Sequence[dt.datetime]) -> nw.LazyFrame[Any]:
    """Each customer at each date but the first, with the state at the date before."""
    date = nw.col("date")
    following = date
    for day, after in pairwise(dates):
        following = nw.when(date == nw.lit(day)).then(nw.lit(after)).otherwise(following)
    before = history.filter(date < nw.lit(dates[-1])).select(
        following.alias("date"), "client_id", nw.col("etat").alias("avant")
    )
    after_first = history.filter(date > nw.lit(dates[0])).rename({"etat": "apres"})
    steps = after_first.join(before, on=["date", "client_id"], how="left")
    return steps.with_columns(nw.col("avant").fill_null(NOT_YET))
