"""Who moved from one segment to another between two periods, in customers and in euros."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.orders import Day
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.windows import Bounds, compare_dates
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import require_columns
from rfm_helpers.tables.engines import to_pandas

#: The state of a customer with no order in a period.
ABSENT = "Sans commande"
MOVES_FIRST = "donnez la table de segment_moves(commandes, avant, apres)."
#: How the revenue of a customer changed, in the order in which an account tells it.
KINDS = ("Nouveaux", "Revenus", "En hausse", "Stables", "En baisse", "Perdus")


def segment_moves(
    orders: Any,
    first: Day,
    second: Day,
    months: int = 12,
    *,
    grid: str | Grid = "onze",
    bounds: Bounds = "first",
    overlap: bool = False,
) -> pd.DataFrame:
    """Where each customer stood in one period and where in a later one.

    Periods of equal length that share no day, scored with the bounds of the first one: else a
    customer can change segment because the others changed. Two traps can be shown: periods that
    overlap (`overlap=True`) share orders, and so look steadier than they are; bounds worked out
    anew (`bounds="each"`) fix the sizes of the groups by construction.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant` (euros).
        first, second: last day of each period.
        months: length of each period.
        grid: the grid that names the segments.
        bounds: whose bounds the scores have, as in `compare_dates`.
        overlap: whether periods may share days.

    Returns:
        One row per customer with an order in either period, sorted: `client_id`, `avant`, `apres`
        (a segment, or « Sans commande »), `ca_avant`, `ca_apres`, `ecart` (euros), `mouvement`:
        « Nouveaux » (no order before the second period in the whole file), « Revenus » (none in the
        first, but some before), « Perdus » (none in the second), « En hausse », « En baisse »,
        « Stables ». Returns of purchases older than a period are left out, as in `compare_dates`.

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
    lines, days = to_pandas(orders), (as_day(first), as_day(second))
    _check_periods(*days, months, overlap)
    names = resolve_grid(grid)
    found = compare_dates(lines, days, months, levels=names.levels, bounds=bounds)
    found = assign_segments(found, names)
    before, after = (found[found["date"] == pd.Timestamp(day)] for day in days)
    columns = ["client_id", "segment", "montant_total"]
    both = before[columns].merge(after[columns], "outer", "client_id", suffixes=("_1", "_2"))
    revenue = both[["montant_total_1", "montant_total_2"]].fillna(0.0)
    table = pd.DataFrame(
        {
            "client_id": both["client_id"],
            "avant": both["segment_1"].fillna(ABSENT),
            "apres": both["segment_2"].fillna(ABSENT),
            "ca_avant": revenue["montant_total_1"],
            "ca_apres": revenue["montant_total_2"],
            "ecart": (revenue["montant_total_2"] - revenue["montant_total_1"]).round(2),
        }
    )
    first_order = order_table(lines).groupby("client_id")["date_achat"].min()
    start = pd.Timestamp(_start(days[1], months))
    older = table["client_id"].map(first_order) < start
    return table.assign(mouvement=_kind(table, older)).sort_values("client_id", ignore_index=True)


def _kind(table: pd.DataFrame, older: pd.Series[bool]) -> pd.Series[Any]:
    kind = pd.Series("Stables", index=table.index)
    kind[table["ecart"] > 0] = "En hausse"
    kind[table["ecart"] < 0] = "En baisse"
    absent = table["avant"] == ABSENT
    kind[absent & older] = "Revenus"
    kind[absent & ~older] = "Nouveaux"
    kind[table["apres"] == ABSENT] = "Perdus"
    return kind


def migration_matrix(
    moves: pd.DataFrame, unit: Literal["clients", "parts", "euros"] = "clients"
) -> pd.DataFrame:
    """The matrix of migrations: a row per segment before, a column per segment after.

    Args:
        moves: what `segment_moves` gives.
        unit: "clients" (counts); "parts" (0–1, each row sums to 1); "euros" (difference of revenue
            of the customers of each cell: the cells sum to the difference of the two periods).

    Returns:
        `avant` and one column per state after; newcomers stand in the row « Sans commande », the
        lost in the column of that name.

    Raises:
        CourseError: missing column, an unknown unit.

    Example:
        >>> moves = pd.DataFrame({"avant": ["Fidèles", "Fidèles"], "ecart": [5.0, -20.0],
        ...                       "apres": ["Champions", "Sans commande"]})
        >>> migration_matrix(moves, "parts").values.tolist()
        [['Fidèles', 0.5, 0.5]]
    """
    require_columns(moves.columns, ["avant", "apres", "ecart"], remedy=MOVES_FIRST)
    if unit not in ("clients", "parts", "euros"):
        raise CourseError(f"« {unit} » n’est pas une unité : choisissez clients, parts ou euros.")
    if unit == "euros":
        table = moves.pivot_table(
            values="ecart", index="avant", columns="apres", aggfunc="sum", fill_value=0.0
        ).round(2)
    else:
        normal: Any = "index" if unit == "parts" else False
        table = pd.crosstab(moves["avant"], moves["apres"], normalize=normal)
    return table.rename_axis(columns=None).reset_index()


def migration_shares(moves: pd.DataFrame) -> pd.DataFrame:
    """Each cell of the matrix with its interval, beside the share of everybody.

    Where the share of all customers stands in the interval (95 %) of a segment, that segment goes
    there no more and no less than the others, as far as the numbers tell: of twenty cells that say
    nothing, about one leaves its interval.

    Args:
        moves: what `segment_moves` gives; newcomers are left out.

    Returns:
        One row per segment before and state after: `avant`, `apres`, `nombre`, `clients` (of the
        segment before), `part`, `bas`, `haut`, `part_de_tous` (0–1), `au_dela_du_hasard` (bool).

    Raises:
        CourseError: missing column.

    Example:
        >>> moves = pd.DataFrame({"avant": ["Fidèles", "Perdus"], "ecart": [5.0, -20.0],
        ...                       "apres": ["Champions", "Sans commande"]})
        >>> migration_shares(moves)[["avant", "apres", "part", "part_de_tous"]].values.tolist()[0]
        ['Fidèles', 'Champions', 1.0, 0.5]
    """
    require_columns(moves.columns, ["avant", "apres", "ecart"], remedy=MOVES_FIRST)
    known = moves[moves["avant"] != ABSENT]
    table = migration_matrix(known).melt("avant", var_name="apres", value_name="nombre")
    table["clients"] = table["avant"].map(known["avant"].value_counts())
    table = shares_with_intervals(table, "nombre", "clients")
    table["part_de_tous"] = table["apres"].map(known["apres"].value_counts(normalize=True))
    inside = table["part_de_tous"].between(table["bas"], table["haut"])
    return table.assign(au_dela_du_hasard=~inside)


def revenue_bridge(moves: pd.DataFrame) -> pd.DataFrame:
    """The difference of revenue between two periods, split to the cent by what customers did.

    Args:
        moves: what `segment_moves` gives.

    Returns:
        One row per kind of movement, then « Total »: `mouvement`, `clients` (int), `ca_avant`,
        `ca_apres`, `ecart` (euros).

    Raises:
        CourseError: missing column.

    Example:
        >>> moves = pd.DataFrame({"mouvement": ["Perdus", "Nouveaux"], "ca_avant": [20.0, 0.0],
        ...                       "ca_apres": [0.0, 50.5], "ecart": [-20.0, 50.5]})
        >>> revenue_bridge(moves)[["mouvement", "ecart"]].values.tolist()[-2:]
        [['Perdus', -20.0], ['Total', 30.5]]
    """
    amounts = ["ca_avant", "ca_apres", "ecart"]
    require_columns(moves.columns, ["mouvement", *amounts], remedy=MOVES_FIRST)
    groups = moves.groupby("mouvement")[amounts].sum()
    groups.insert(0, "clients", moves["mouvement"].value_counts())
    table = groups.reindex(pd.Index(KINDS, name="mouvement"), fill_value=0)
    table.loc["Total"] = table.sum()
    return table.astype({"clients": "int64"}).round(2).reset_index()


def _start(day: dt.date, months: int) -> dt.date:
    return (pd.Timestamp(day) + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()


def _check_periods(first: dt.date, second: dt.date, months: int, overlap: bool) -> None:
    if second <= first:
        raise CourseError(
            f"La seconde période finit le {long_date(second)}, pas après la première "
            f"({long_date(first)}) : donnez les deux dates dans l’ordre."
        )
    if not overlap and _start(second, months) <= first:
        raise CourseError(
            f"Deux périodes de {months} mois qui finissent le {long_date(first)} et le "
            f"{long_date(second)} partagent des commandes et paraîtraient stables : écartez les "
            "dates, ou raccourcissez les périodes."
        )
