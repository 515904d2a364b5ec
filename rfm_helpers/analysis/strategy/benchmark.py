"""What would come anyway: the share of comparable customers who returned, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import pandas as pd

from rfm_helpers.analysis.campaign.uplift import people_needed, wilson
from rfm_helpers.analysis.windows import COMPARE_FIRST
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import decimals_of, number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.tables.columns import CHECK_NAMES, OrderColumns, require_columns
from rfm_helpers.tables.engines import to_pandas

CONFIDENCE = 0.95
Place = Literal["below", "inside", "above", "as the best", "beyond any action"]


@dataclass(frozen=True)
class Benchmark:
    """Customers who came back when nothing was done, and those among whom they are counted."""

    returned: int
    customers: int

    def __post_init__(self) -> None:
        if not 0 <= self.returned <= self.customers or not self.customers:
            raise CourseError(
                f"Le repère compte {self.returned} retours pour {self.customers} clients : il "
                "faut un client au moins, et pas plus de retours que de clients."
            )

    @property
    def share(self) -> float:
        """The share who came back (0–1)."""
        return self.returned / self.customers

    @property
    def low(self) -> float:
        """The lower bound of Wilson's interval at 95 %."""
        return self._interval[0]

    @property
    def high(self) -> float:
        """The upper bound of Wilson's interval at 95 %."""
        return self._interval[1]

    @property
    def _interval(self) -> tuple[float, float]:
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        return wilson(self.returned, self.customers, z)

    @property
    def range_text(self) -> str:
        """The interval in words.

        >>> Benchmark(30, 100).range_text
        'de 22\\xa0% à 40\\xa0%'
        """
        return f"de {percent(self.low)} à {percent(self.high)}"

    def __str__(self) -> str:
        return french(
            f"Ont commandé sans que l’on fasse rien : {several(self.returned, 'client')} sur "
            f"{number(self.customers)}, soit {percent(self.share, 1)} "
            f"(intervalle à {percent(CONFIDENCE)} : {self.range_text})."
        )


def benchmark(customers: Any) -> Benchmark:
    """The benchmark that a group gives: how many ordered later, among those for whom it is known.

    Args:
        customers: the rows of `compare_dates` that a rule keeps; dates whose later orders are not
            known yet do not count.

    Returns:
        The benchmark; `str()` says it with its interval.

    Raises:
        CourseError: no column `rachat`, or nobody for whom it is known.

    Example:
        >>> benchmark(pd.DataFrame({"rachat": [True, False, None]}))
        Benchmark(returned=1, customers=2)
    """
    frame = to_pandas(customers)
    require_columns(frame.columns, ["rachat"], remedy=COMPARE_FIRST)
    known = frame["rachat"].dropna()
    if known.empty:
        raise CourseError(
            "Aucun client d’une date passée ne correspond à cette règle : élargissez-la."
        )
    return Benchmark(int(known.sum()), len(known))


def benchmarks(customers: Any, by: str = "segment") -> pd.DataFrame:
    """The benchmark of each group, in a table.

    Args:
        customers: as for `benchmark`, with the column of the groups.
        by: column of the groups.

    Returns:
        One row per group, the greatest share first: `by`, `clients` and `revenus` (int),
        `part_revenus`, `bas` and `haut` (0–1: the share and its interval).

    Raises:
        CourseError: missing column, or nobody whose later orders are known.

    Example:
        >>> table = pd.DataFrame({"segment": ["x", "x", "y"], "rachat": [True, False, True]})
        >>> benchmarks(table)[["segment", "clients", "revenus"]].values.tolist()
        [['y', 1, 1], ['x', 2, 1]]
    """
    frame = to_pandas(customers)
    require_columns(frame.columns, ["rachat", by], remedy=COMPARE_FIRST)
    known = frame[frame["rachat"].notna()]
    found = {str(name): benchmark(group) for name, group in known.groupby(by)}
    rows = [
        (name, one.customers, one.returned, one.share, one.low, one.high)
        for name, one in found.items()
    ]
    table = pd.DataFrame(rows, columns=[by, "clients", "revenus", "part_revenus", "bas", "haut"])
    return table.sort_values("part_revenus", ascending=False, ignore_index=True)


@dataclass(frozen=True)
class Judgement:
    """Where an aim stands beside a benchmark, and what that allows one to say."""

    place: Place
    text: str

    def __str__(self) -> str:
        return self.text


def judge_aim(
    anyway: Benchmark, aim: float, best: Benchmark | None = None, effect: float | None = None
) -> Judgement:
    """Judge an aim by what would come anyway, and by what has been reached elsewhere.

    Args:
        anyway: the benchmark of the customers aimed at.
        aim: the share aimed at (0–1).
        best: the benchmark of the group that returns most, if it is known.
        effect: the uplift that a like action was measured to bring (0–1), if it is known.

    Returns:
        Its place: "below" the interval, "inside" it, "above" it, "as the best" (everybody, or no
        lower than the interval of a best group that stands apart), or "beyond any action" (above
        the interval by more than the effect); and the French sentence that says so.

    Example:
        >>> [judge_aim(Benchmark(30, 100), aim).place for aim in (0.2, 0.35, 0.45)]
        ['below', 'inside', 'above']
    """
    shown = percent(aim, decimals_of(100 * aim))
    if aim < anyway.low:
        return Judgement("below", french(
            f"{shown}, c’est moins que ce qui vient sans nous ({anyway.range_text}) : viser "
            "si bas, ce serait fêter ce qui arrive tout seul."
        ))  # fmt: skip
    if aim <= anyway.high:
        return Judgement("inside", french(
            f"Notre repère ({anyway.range_text}) est trop imprécis pour dire si {shown} est "
            "ambitieux."
        ))  # fmt: skip
    if best is not None and aim >= best.low > anyway.high:
        return Judgement("as the best", french(
            f"{shown}, c’est ce que font les clients qui reviennent le plus ({best.range_text}), "
            f"quand ceux-ci reviennent à {percent(anyway.share)} : sur quoi vous fondez-vous ?"
        ))  # fmt: skip
    if aim >= 1:
        return Judgement("as the best", french(
            f"{shown}, ce serait n’en perdre aucun, quand ces clients reviennent à "
            f"{percent(anyway.share)} : sur quoi vous fondez-vous ?"
        ))  # fmt: skip
    if effect is not None and aim > anyway.high + effect:
        return Judgement("beyond any action", french(
            f"{shown}, c’est plus que ce qui vient sans nous ({anyway.range_text}) et les "
            f"{number(100 * effect, 1)} points qu’une action comparable a apportés : sur quoi vous "
            "fondez-vous ?"
        ))  # fmt: skip
    needed = people_needed(anyway.share, aim)
    return Judgement("above", french(
        f"{shown} dépasse ce qui viendrait sans nous ({anyway.range_text}). Pour distinguer cet "
        f"effet du hasard, il faudra au moins {number(needed)} clients sollicités et autant de "
        "témoins."
    ))  # fmt: skip


def purchase_cycle(
    orders: Any,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
) -> int:
    """The days in which three reorders in four take place: the rhythm of a trade.

    Args:
        orders: order lines, as for `rfm_table`.
        customer: column of the customers.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).

    Returns:
        Whole days between two successive orders of a customer, the third quartile.

    Raises:
        CourseError: missing column, or nobody who ordered twice.

    Example:
        >>> days = pd.to_datetime(["2025-01-01", "2025-03-02", "2025-12-31"])
        >>> lines = pd.DataFrame({"client_id": list("AAB"), "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> purchase_cycle(lines)
        60
    """
    lines = to_pandas(orders)
    columns = OrderColumns(customer, order, date, amount)
    require_columns(lines.columns, columns.names, remedy=CHECK_NAMES)
    bought = lines[lines[amount] > 0].groupby([customer, order])[[date]].min().reset_index()
    bought = bought.sort_values([customer, date])
    gaps = bought.groupby(customer)[date].diff().dropna()
    if gaps.empty:
        raise CourseError("Aucun client n’a commandé deux fois : le rythme d’achat est inconnu.")
    return int(pd.to_timedelta(gaps).dt.days.quantile(0.75))
