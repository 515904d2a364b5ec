"""Who moved from one segment to another between two periods, in customers and in euros."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, cast

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.day_lines import checked_lines
from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.migrations.periods import COLUMNS, segmented_windows
from rfm_helpers.analysis.orders import CLEAN_FIRST, Day
from rfm_helpers.analysis.rfm import net_orders
from rfm_helpers.analysis.windows import Bounds, window_start
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.numbers import long_date
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.amounts import (
    counted,
    euros_of,
    is_countable,
    refuse_uncounted,
    require_numbers,
)
from rfm_helpers.tables.columns import require_columns, require_rows
from rfm_helpers.tables.engines import as_number, collect, from_native, open_lazy

#: The state of a customer with no order in a period.
ABSENT = "Sans commande"
MOVES_FIRST = "donnez la table de segment_moves(commandes, avant, apres)."
#: How the revenue of a customer changed, in the order in which an account tells it.
_FACTS = {
    "avant": nw.String(),
    "apres": nw.String(),
    "ca_avant": nw.Float64(),
    "ca_apres": nw.Float64(),
    "premier": nw.Date(),
}
KINDS = ("Nouveaux", "Revenus", "En hausse", "Stables", "En baisse", "Perdus")


@one_door(CLEAN_FIRST)
def segment_moves(
    orders: IntoFrameT,
    first: Day,
    second: Day,
    months: int = 12,
    *,
    grid: str | Grid = "onze",
    bounds: Bounds = "first",
    overlap: bool = False,
) -> IntoFrameT:
    """Where each customer stood in one period and where in a later one.

    Periods of equal length that share no day, scored with the bounds of the first one: else a
    customer can change segment because the others changed. Two traps can be shown: periods that
    overlap (`overlap=True`) share orders, and so look steadier than they are; bounds worked out
    anew (`bounds="each"`) fix the sizes of the groups by construction.

    Args:
        orders: order lines, in a table of any engine: `client_id`, `commande_id`, `date_achat`,
            `montant` (euros).
        first, second: last day of each period.
        months: length of each period.
        grid: the grid that names the segments.
        bounds: whose bounds the scores have, as in `compare_dates`.
        overlap: whether periods may share days.

    Returns:
        In a table of the kind given, in its engine, one row per customer with an order in either
        period, sorted: `client_id`, `avant`, `apres` (a segment, or « Sans commande »), `ca_avant`,
        `ca_apres`, `ecart` (euros), `mouvement`: « Nouveaux » (no order before the second period in
        the whole file), « Revenus » (none in the first, but some before), « Perdus » (none in the
        second), « En hausse », « En baisse », « Stables ». Returns of purchases older than a period
        are left out, as in `compare_dates`.

    Raises:
        CourseError: periods that share days, in the wrong order, or as `compare_dates`.

    Example:
        >>> days = pd.to_datetime(["2024-01-02", "2024-03-01", "2024-09-03", "2024-10-05",
        ...                        "2025-02-01", "2025-06-01"])
        >>> lines = pd.DataFrame({"client_id": list("ABCDAE"), "commande_id": list("123456"),
        ...                       "date_achat": days, "montant": [10.0, 20, 30, 40, 50, 60]})
        >>> moved = segment_moves(lines, "2024-12-31", "2025-12-31")
        >>> moved[["client_id", "mouvement", "ecart"]].iloc[[0, 1, 4]].values.tolist()
        [['A', 'En hausse', 40.0], ['B', 'Perdus', -20.0], ['E', 'Nouveaux', 60.0]]
    """
    days, names = (as_day(first), as_day(second)), resolve_grid(grid)
    _check_periods(*days, months, overlap)
    lines, give_back = checked_lines(orders, COLUMNS)
    before, after = segmented_windows(lines, days, months, names, bounds)
    ever = net_orders(lines).filter(nw.col("__n") > 0)
    seen = nw.concat(
        [
            _facts(before, avant="segment", ca_avant="montant_total"),
            _facts(after, apres="segment", ca_apres="montant_total"),
            _facts(ever, premier="__day"),
        ]
    )
    customers = seen.group_by("client_id").agg(
        nw.col("avant", "apres", "ca_avant", "ca_apres").max(), nw.col("premier").min()
    )
    # An order given back after the second period is none: its customer has no first one.
    older = (nw.col("premier") < nw.lit(window_start(days[1], months))).fill_null(False)
    return give_back(
        customers.filter(~(nw.col("avant").is_null() & nw.col("apres").is_null()))
        .with_columns(nw.col("avant", "apres").fill_null(ABSENT))
        .with_columns(nw.col("ca_avant", "ca_apres").fill_null(0.0))
        .with_columns(_difference(customers).alias("ecart"))
        .with_columns(_kind(older).alias("mouvement"))
        .select("client_id", "avant", "apres", "ca_avant", "ca_apres", "ecart", "mouvement")
        .sort("client_id")
    )


def _facts(table: nw.LazyFrame[Any], **known: str) -> nw.LazyFrame[Any]:
    """What a table tells of customers: each fact from its column; the others are missing."""
    return table.select(
        "client_id",
        *(
            (nw.col(known[fact]) if fact in known else nw.lit(None)).cast(kind).alias(fact)
            for fact, kind in _FACTS.items()
        ),
    )


def _difference(table: nw.LazyFrame[Any]) -> nw.Expr:
    """Revenue after less revenue before, in cents, then in euros."""
    cents = ((nw.col("ca_apres") - nw.col("ca_avant")) * 100).round().cast(nw.Int64)
    return euros_of(table, cents)


def _kind(older: nw.Expr) -> nw.Expr:
    """How revenue changed; `older`: whether the customer had ordered before the second period."""
    change, absent = nw.col("ecart"), nw.col("avant") == ABSENT
    kind = nw.when(change > 0).then(nw.lit("En hausse")).otherwise(nw.lit("Stables"))
    for condition, name in (
        (change < 0, "En baisse"),
        (absent & older, "Revenus"),
        (absent & ~older, "Nouveaux"),
        (nw.col("apres") == ABSENT, "Perdus"),
    ):
        kind = nw.when(condition).then(nw.lit(name)).otherwise(kind)
    return kind


@one_door(MOVES_FIRST)
def migration_matrix(
    moves: Any, unit: Literal["clients", "parts", "euros"] = "clients"
) -> pd.DataFrame:
    """The matrix of migrations: a row per segment before, a column per segment after.

    Args:
        moves: what `segment_moves` gives, in a table of any engine, where it is added up.
        unit: "clients" (counts); "parts" (0–1, each row sums to 1); "euros" (difference of revenue
            of the customers of each cell: the cells sum to the difference of the two periods).

    Returns:
        In pandas, `avant` and one column per state after; newcomers stand in the row « Sans
        commande », the lost in the column of that name.

    Raises:
        CourseError: missing column, an unknown unit, a difference that is missing or no number.

    Example:
        >>> moves = pd.DataFrame({"avant": ["Fidèles", "Fidèles"], "ecart": [5.0, -20.0],
        ...                       "apres": ["Champions", "Sans commande"]})
        >>> migration_matrix(moves, "parts").values.tolist()
        [['Fidèles', 0.5, 0.5]]
    """
    cells = _cells(moves)
    if unit not in ("clients", "parts", "euros"):
        raise CourseError(f"« {unit} » n’est pas une unité : choisissez clients, parts ou euros.")
    values = "ecart" if unit == "euros" else "clients"
    table = cells.pivot_table(
        values=values, index="avant", columns="apres", aggfunc="sum", fill_value=0
    )
    if unit == "parts":
        table = table.div(table.sum(axis=1), axis=0)
    return table.rename_axis(columns=None).reset_index()


def _cells(moves: Any) -> pd.DataFrame:
    """Each segment before and state after that customers have: how many, and their difference."""
    sums = _sums(moves, ["avant", "apres"], ["ecart"])
    return sums.sort_values(["avant", "apres"], ignore_index=True)


def _sums(moves: Any, by: list[str], amounts: list[str]) -> pd.DataFrame:
    """Customers and amounts (euros, added in cents) of each group, worked out in the engine."""
    present = from_native(moves, "la table des mouvements").collect_schema().names()
    require_columns(present, [*by, *amounts], remedy=MOVES_FIRST)
    table = open_lazy(moves, [*by, *amounts], "la table des mouvements")
    require_numbers(table, amounts, MOVES_FIRST)
    unfit = {name: as_number(~is_countable(name, 100)) for name in amounts}
    groups = (
        table.select(
            *(nw.col(name).cast(nw.String) for name in by),
            *(counted(name, 100).alias(name) for name in amounts),
            *(flag.alias(f"sans_{name}") for name, flag in unfit.items()),
        )
        .group_by(*by)
        .agg(
            nw.len().alias("clients"),
            nw.col(*amounts, *(f"sans_{name}" for name in amounts)).sum(),
        )
        .with_columns(nw.col(*amounts).cast(nw.Int64))
    )
    found = cast(pd.DataFrame, collect(groups, "pandas").to_native())
    for name in amounts:
        refuse_uncounted(int(found.pop(f"sans_{name}").sum()), name, MOVES_FIRST)
    return found.assign(
        clients=found["clients"].astype("int64"), **{name: found[name] / 100 for name in amounts}
    )


@one_door(MOVES_FIRST)
def migration_shares(moves: Any) -> pd.DataFrame:
    """Each cell of the matrix with its interval, beside the share of everybody.

    Where the share of all customers stands in the interval (95 %) of a segment, that segment goes
    there no more and no less than the others, as far as the numbers tell: of twenty cells that say
    nothing, about one leaves its interval.

    Args:
        moves: what `segment_moves` gives, in a table of any engine; newcomers are left out.

    Returns:
        In pandas, one row per segment before and state after: `avant`, `apres`, `nombre`, `clients`
        (of the segment before), `part`, `bas`, `haut`, `part_de_tous` (0–1), `au_dela_du_hasard`
        (bool).

    Raises:
        CourseError: missing column, no customer of the first period.

    Example:
        >>> moves = pd.DataFrame({"avant": ["Fidèles", "Perdus"], "ecart": [5.0, -20.0],
        ...                       "apres": ["Champions", "Sans commande"]})
        >>> migration_shares(moves)[["avant", "apres", "part", "part_de_tous"]].values.tolist()[0]
        ['Fidèles', 'Champions', 1.0, 0.5]
    """
    known = _cells(moves).query("avant != @ABSENT")
    require_rows(known)
    table = known.pivot_table(
        values="clients", index="avant", columns="apres", aggfunc="sum", fill_value=0
    )
    table = table.reset_index().melt("avant", var_name="apres", value_name="nombre")
    table["clients"] = table["avant"].map(known.groupby("avant")["clients"].sum())
    table = shares_with_intervals(table, "nombre", "clients")
    everybody = known.groupby("apres")["clients"].sum() / known["clients"].sum()
    table["part_de_tous"] = table["apres"].map(everybody)
    inside = table["part_de_tous"].between(table["bas"], table["haut"])
    return table.assign(au_dela_du_hasard=~inside)


@one_door(MOVES_FIRST)
def revenue_bridge(moves: Any) -> pd.DataFrame:
    """The difference of revenue between two periods, split to the cent by what customers did.

    Args:
        moves: what `segment_moves` gives, in a table of any engine, where it is added up.

    Returns:
        In pandas, one row per kind of movement, then « Total »: `mouvement`, `clients` (int),
        `ca_avant`, `ca_apres`, `ecart` (euros).

    Raises:
        CourseError: missing column, amounts that are missing or no numbers.

    Example:
        >>> moves = pd.DataFrame({"mouvement": ["Perdus", "Nouveaux"], "ca_avant": [20.0, 0.0],
        ...                       "ca_apres": [0.0, 50.5], "ecart": [-20.0, 50.5]})
        >>> revenue_bridge(moves)[["mouvement", "ecart"]].values.tolist()[-2:]
        [['Perdus', -20.0], ['Total', 30.5]]
    """
    groups = _sums(moves, ["mouvement"], ["ca_avant", "ca_apres", "ecart"]).set_index("mouvement")
    table = groups.reindex(pd.Index(KINDS, name="mouvement"), fill_value=0)
    table.loc["Total"] = table.sum()
    return table.astype({"clients": "int64"}).round(2).reset_index()


def _check_periods(first: dt.date, second: dt.date, months: int, overlap: bool) -> None:
    if second <= first:
        raise CourseError(
            f"La seconde période finit le {long_date(second)}, pas après la première "
            f"({long_date(first)}) : donnez les deux dates dans l’ordre."
        )
    if not overlap and window_start(second, months) <= first:
        raise CourseError(
            f"Deux périodes de {months} mois qui finissent le {long_date(first)} et le "
            f"{long_date(second)} partagent des commandes et paraîtraient stables : écartez les "
            "dates, ou raccourcissez les périodes."
        )
