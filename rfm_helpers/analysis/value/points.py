"""Points of value: a scale that is a choice, the places it gives, and the classes it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.orders import Day
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.windows import quantile_score, window_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import several
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_rows
from rfm_helpers.tables.engines import to_pandas

POINTS_FIRST = "donnez la table de value_points(commandes)."


@dataclass(frozen=True)
class PointScale:
    """How many points an amount gives, and how many a purchase adds.

    The default is the scale of source 004, which has no unit and repeats the value 10: here a value
    equal to a bound stands in the class above, but for the highest (« > 100 » in the source).

    Args:
        revenue_bounds: increasing bounds of the yearly revenue, in units.
        revenue_points: points of each class of revenue, one more than there are bounds.
        margin_bounds, margin_points: the same for the yearly margin.
        bonus: points added by each order of the period.
        cap: the most that the bonus may add; None: no limit, as in the source.
        unit: euros in one unit of the bounds.
        yearly: whether totals are brought back to one year, as the bounds of the source say; its
            example adds three years up.

    Raises:
        CourseError: bounds that do not increase, points that do not fit, a unit of 0 or less.

    Example:
        >>> PointScale(unit=100, cap=10).revenue_bounds
        (10, 50, 100)
    """

    revenue_bounds: Sequence[float] = (10, 50, 100)
    revenue_points: Sequence[float] = (0.5, 2.5, 7.5, 10)
    margin_bounds: Sequence[float] = (2, 10, 20)
    margin_points: Sequence[float] = (1, 5, 10, 20)
    bonus: float = 2
    cap: float | None = None
    unit: float = 1
    yearly: bool = True

    def __post_init__(self) -> None:
        _check_classes("chiffre d’affaires", self.revenue_bounds, self.revenue_points)
        _check_classes("marge", self.margin_bounds, self.margin_points)
        if not self.unit > 0:
            raise CourseError(f"L’unité vaut {self.unit} euro : donnez un nombre plus grand que 0.")
        if self.bonus < 0 or (self.cap is not None and self.cap < 0):
            raise CourseError("Un bonus ne retire pas de points : écrivez 0 ou plus.")


def _check_classes(name: str, bounds: Sequence[float], points: Sequence[float]) -> None:
    if not len(bounds) or list(bounds) != sorted(set(bounds)):
        raise CourseError(
            f"Les bornes de « {name} » ne conviennent pas ({list(bounds)}) : donnez des nombres "
            "différents, du plus petit au plus grand."
        )
    if len(points) != len(bounds) + 1:
        raise CourseError(
            f"« {name} » a {several(len(bounds), 'borne')}, donc {len(bounds) + 1} classes : "
            f"donnez autant de points, et non {len(points)}."
        )


def class_of(values: Any, bounds: Sequence[float]) -> np.ndarray:
    """The class of each value among bounds, from 0: a bound opens its class, the last closes one.

    >>> class_of([9.99, 10, 50, 100, 100.01], [10, 50, 100]).tolist()
    [0, 1, 2, 2, 3]
    """
    numbers = np.asarray(values, dtype=float)
    lower = np.searchsorted(bounds[:-1], numbers, side="right")
    return np.asarray(lower + (numbers > bounds[-1]))


def value_points(
    orders: Any,
    scale: PointScale | None = None,
    *,
    as_of: Day = "2025-12-31",
    years: int = 3,
    margin: str = "marge",
) -> pd.DataFrame:
    """The points of value of each customer, over the years that end at a date.

    Points of the revenue + points of the margin + a bonus per order (source 004). Orders and
    amounts are those of `rfm_table` in the window (`window_orders`): an order belongs to the day of
    its first purchase line.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant` (euros, VAT
            included at Orsenne) and the margin (euros, without VAT).
        scale: the scale; default: that of source 004.
        as_of: last day of the period.
        years: length of the period; the source says two or three.
        margin: column of the margin.

    Returns:
        One row per customer who ordered, sorted by customer: `client_id`, `commandes`, `ca` and
        `marge` (euros, per year unless the scale says not), `points_ca`, `points_marge`, `bonus`,
        `points`.

    Raises:
        CourseError: missing column, a file that begins after the period.

    Example:
        >>> lines = pd.DataFrame({
        ...     "client_id": ["A", "B"], "commande_id": ["1", "2"], "montant": [30.0, 240.0],
        ...     "marge": [3.0, 60.0], "date_achat": pd.to_datetime(["2025-01-02", "2025-03-01"]),
        ... })
        >>> value_points(lines, years=1)[["client_id", "points"]].values.tolist()
        [['A', 9.5], ['B', 32.0]]
    """
    rule = scale or PointScale()
    lines = to_pandas(orders)
    require_columns(lines.columns, [margin], remedy=CHECK_NAMES)
    kept = window_orders(lines, as_of, 12 * years)
    table = rfm_table(kept, as_of=as_of)
    margins = kept.groupby("client_id")[margin].sum().round(2)
    length = years if rule.yearly else 1
    found = pd.DataFrame(
        {
            "client_id": table["client_id"],
            "commandes": table["frequence"],
            "ca": table["montant_total"] / length,
            "marge": table["client_id"].map(margins) / length,
        }
    )
    return _with_points(found, rule)


def _with_points(found: pd.DataFrame, rule: PointScale) -> pd.DataFrame:
    revenue = class_of(found["ca"] / rule.unit, rule.revenue_bounds)
    margin = class_of(found["marge"] / rule.unit, rule.margin_bounds)
    found = found.assign(
        points_ca=np.array(rule.revenue_points, dtype=float)[revenue],
        points_marge=np.array(rule.margin_points, dtype=float)[margin],
        bonus=(rule.bonus * found["commandes"]).astype(float).clip(upper=rule.cap),
    )
    return found.assign(points=found["points_ca"] + found["points_marge"] + found["bonus"])


def scale_use(points: pd.DataFrame) -> pd.DataFrame:
    """Does each part of a scale still part customers? How many get the most of it, and its weight.

    Args:
        points: what `value_points` gives.

    Returns:
        One row per part (`chiffre d’affaires`, `marge`, `bonus`): `partie`, `part_au_plus_haut`
        (0–1: share of customers who get the highest number met), `poids` (0–1: its share of the
        differences between customers, covariance with the total ÷ variance of the total; missing
        if all have the same total).

    Raises:
        CourseError: missing column, no customer.

    Example:
        >>> points = pd.DataFrame({"points_ca": [10.0, 10], "points_marge": [20.0, 20],
        ...                        "bonus": [2.0, 8], "points": [32.0, 38]})
        >>> scale_use(points).values.tolist()
        [['chiffre d’affaires', 1.0, 0.0], ['marge', 1.0, 0.0], ['bonus', 0.5, 1.0]]
    """
    parts = {"chiffre d’affaires": "points_ca", "marge": "points_marge", "bonus": "bonus"}
    require_columns(points.columns, [*parts.values(), "points"], remedy=POINTS_FIRST)
    require_rows(points)
    variance = points["points"].var() or np.nan
    rows = [
        (name, float((points[column] == points[column].max()).mean()),
         float(points[column].cov(points["points"]) / variance))
        for name, column in parts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["partie", "part_au_plus_haut", "poids"])


def best_places(points: pd.DataFrame, places: int = 40) -> pd.DataFrame:
    """The customers whom a number of places goes to: most points, then most margin, then customer.

    Args:
        points: what `value_points` gives.
        places: how many may come.

    Returns:
        The rows chosen, best first, with `place` (1…) and `ex_aequo` (bool: as many points as the
        first one left out, so that the points alone do not decide).

    Raises:
        CourseError: missing column, no place, or fewer customers than places.

    Example:
        >>> points = pd.DataFrame({"client_id": list("ABC"), "points": [9.0, 12, 9],
        ...                        "marge": [5.0, 1, 8]})
        >>> best_places(points, 2)[["client_id", "place", "ex_aequo"]].values.tolist()
        [['B', 1, False], ['C', 2, True]]
    """
    require_columns(points.columns, ["client_id", "points", "marge"], remedy=POINTS_FIRST)
    if not 1 <= places <= len(points):
        raise CourseError(
            f"{several(places, 'place')} pour {several(len(points), 'client')} : choisissez un "
            "nombre de places entre 1 et celui des clients."
        )
    ranked = points.sort_values(
        ["points", "marge", "client_id"], ascending=[False, False, True], ignore_index=True
    )
    chosen = ranked.head(places)
    out = ranked["points"].iloc[places] if places < len(ranked) else np.nan
    return chosen.assign(place=range(1, places + 1), ex_aequo=chosen["points"] == out)


def place_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Who loses a place and who gets one when the scale changes.

    Args:
        before, after: two lists of `best_places`, or any tables with `client_id`.

    Returns:
        One row per customer in one list alone, those who lose first: `client_id`, `changement`
        (« perd sa place », « gagne une place »).

    Raises:
        CourseError: missing column.

    Example:
        >>> old, new = (pd.DataFrame({"client_id": list(ids)}) for ids in ("AB", "BC"))
        >>> place_changes(old, new).values.tolist()
        [['A', 'perd sa place'], ['C', 'gagne une place']]
    """
    for table in (before, after):
        require_columns(table.columns, ["client_id"], remedy="donnez deux listes de best_places.")
    lost = before.loc[~before["client_id"].isin(after["client_id"]), ["client_id"]]
    won = after.loc[~after["client_id"].isin(before["client_id"]), ["client_id"]]
    return pd.concat(
        [lost.assign(changement="perd sa place"), won.assign(changement="gagne une place")],
        ignore_index=True,
    )


def value_classes(
    points: pd.DataFrame, classes: int = 4, *, bounds: Sequence[float] | None = None
) -> pd.DataFrame:
    """Part customers in four or five classes of value (source 004).

    Args:
        points: what `value_points` gives.
        classes: how many classes, 2 to 10, by rank: the score `quantile` of `score_rfm`, so that
            customers with as many points always share a class.
        bounds: increasing points at which a class begins; then `classes` is one more than there
            are bounds.

    Returns:
        A copy with `classe` (int, 1 to `classes`, the best last).

    Raises:
        CourseError: missing column, no customer, an impossible number of classes, bounds that do
            not increase.

    Example:
        >>> points = pd.DataFrame({"points": [2.0, 5, 9, 30]})
        >>> value_classes(points, bounds=[5, 20])["classe"].tolist()
        [1, 2, 2, 3]
    """
    require_columns(points.columns, ["points"], remedy=POINTS_FIRST)
    require_rows(points)
    if bounds is not None:
        _check_classes("points", bounds, [0] * (len(bounds) + 1))
        return points.assign(classe=1 + np.searchsorted(bounds, points["points"], side="right"))
    if not 2 <= classes <= 10:
        raise CourseError(f"{classes} classes : choisissez un nombre entier de 2 à 10.")
    return points.assign(classe=quantile_score(points["points"], points["points"], classes))
