"""How recency, frequency and monetary value are spread, and where the scores fall."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french, several, tied
from rfm_helpers.palette import ACCENT, BAR, INK, MAIN, SOFT
from rfm_helpers.plots.style import (
    DIMENSION_NAMES,
    DIMENSIONS,
    CourseFigure,
    count_axis,
    need_columns,
    new_figure,
    share_axis,
    styled,
)
from rfm_helpers.tables.rows import find_customer, unknown_customer

_WHAT = "la table RFM"
_CUTS = "la table des bornes"
_CUT_COLUMNS = ["dimension", "score", "de", "a", "clients"]
_UNITS = {
    "R": "Récence (jours depuis la dernière commande)",
    "F": "Fréquence (nombre de commandes)",
}
_AMOUNTS = {"montant_total": "Montant total", "panier_moyen": "Panier moyen"}
_BARS = 30
_WIDE_ZONES = 5
_FREQUENCY_SHARE_SHOWN = 0.99


@styled
def plot_distributions(
    table: pd.DataFrame, cuts: pd.DataFrame | None = None, *, monetary: str = "montant_total"
) -> CourseFigure:
    """Histograms of recency, frequency and monetary value, one above the other.

    Args:
        table: one row per customer: `recence` (days), `frequence` (orders), `montant_total`
            (€).
        cuts: the output of `score_cuts`; the bounds of the scores are drawn where given.
        monetary: the column of M, `"panier_moyen"` in the RFA variant.

    Raises:
        CourseError: if a table is empty or lacks a column, or if the cuts of a dimension overlap.

    Example:
        >>> plot_distributions(pd.DataFrame(
        ...     {"recence": [3, 90], "frequence": [1, 4], "montant_total": [150.0, 3200.0]}))
        Trois histogrammes de 2\u00a0clients\u00a0: récence, fréquence et montant total.
    """
    columns = DIMENSIONS | {"M": monetary}
    need_columns(table, columns.values(), _WHAT)
    figure = new_figure(
        f"Trois histogrammes de {several(len(table), 'client')} : récence, fréquence et "
        f"montant total{_cuts_sentence(cuts)}.",
        height=8.4,
    )
    for axes, dimension in zip(figure.subplots(3), DIMENSIONS, strict=True):
        _histogram(axes, table[columns[dimension]], dimension)
        _draw_cuts(axes, cuts, dimension)
    return figure


@styled
def plot_distribution(
    table: pd.DataFrame,
    dimension: str,
    cuts: pd.DataFrame | None = None,
    *,
    customer: object = None,
    label: str | None = None,
    key: str = "client_id",
    monetary: str = "montant_total",
) -> CourseFigure:
    """The histogram of one dimension, with one customer marked if wanted.

    Args:
        table: one row per customer, as for `plot_distributions`.
        dimension: `"R"`, `"F"` or `"M"`.
        cuts: the output of `score_cuts`.
        customer: the customer to mark, as in the column `key`.
        label: how to call this customer, instead of the value of `customer`.
        key: the column of the customers.
        monetary: the column of M, `"panier_moyen"` in the RFA variant.

    Raises:
        CourseError: if the dimension or the customer does not exist, a table is empty or lacks a
            column.

    Example:
        >>> table = pd.DataFrame({"client_id": ["A", "B"], "recence": [3, 548]})
        >>> plot_distribution(table, "R", customer="B", label="Marc")
        Histogramme de la récence de 2\u00a0clients\u00a0; Marc\u00a0: 548\u00a0jours.
    """
    if dimension not in DIMENSIONS:
        raise CourseError(
            f"La dimension « {dimension} » n’existe pas : choisissez « R », « F » ou « M »."
        )
    column = monetary if dimension == "M" else DIMENSIONS[dimension]
    need_columns(table, [column], _WHAT)
    figure = new_figure("", height=4.6)
    axes = figure.subplots()
    _histogram(axes, table[column], dimension)
    _draw_cuts(axes, cuts, dimension)
    marked = ""
    if customer is not None:
        value = _value_of(table, key, customer, column)
        text = f"{label or customer} : {_in_words(value, dimension)}"
        _mark(axes, value, french(text))
        marked = f" ; {text}"
    figure.alternative = french(
        f"Histogramme {_OF[dimension]} de {several(len(table), 'client')}"
        f"{_cuts_sentence(cuts)}{marked}."
    )
    return figure


@styled
def plot_score_sizes(cuts: pd.DataFrame | Mapping[str, pd.DataFrame]) -> CourseFigure:
    """Customers per score, for R, F and M: ties and empty scores show.

    Args:
        cuts: the output of `score_cuts`, or several, by the French name of the method.

    Raises:
        CourseError: if a table is empty or lacks a column.

    Example:
        >>> cuts = pd.DataFrame({"dimension": ["R", "F", "M"], "score": 1, "de": 1, "a": 9,
        ...                      "clients": 5})
        >>> plot_score_sizes({"quantiles": cuts, "groupes égaux": cuts})
        Nombre de clients par score de R, F et M, selon la méthode\u00a0: quantiles, groupes égaux.
    """
    methods = {"": cuts} if isinstance(cuts, pd.DataFrame) else dict(cuts)
    for table in methods.values():
        need_columns(table, _CUT_COLUMNS, _CUTS)
    named = "" if list(methods) == [""] else f", selon la méthode : {', '.join(methods)}"
    figure = new_figure(f"Nombre de clients par score de R, F et M{named}.", height=4.6)
    panels = figure.subplots(1, 3, sharey=True)
    for axes, dimension in zip(panels, DIMENSIONS, strict=True):
        _score_bars(axes, {m: c[c["dimension"] == dimension] for m, c in methods.items()})
        axes.set_title(f"{DIMENSION_NAMES[dimension]} ({dimension})")
        axes.set_xlabel("Score (1 = le moins bon)")
    count_axis(panels[0].yaxis)
    panels[0].set_ylabel("Clients")
    if named:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return figure


@styled
def plot_repeat_by_score(table: pd.DataFrame) -> CourseFigure:
    """Share of the customers who order again in a later period, by score of R, F and M.

    Args:
        table: the output of `repeat_by_score`: `dimension`, `score`, `clients`,
            `taux_rachat` (0–1).

    Raises:
        CourseError: if the table is empty or lacks a column.

    Example:
        >>> plot_repeat_by_score(pd.DataFrame({"dimension": ["R", "R"], "score": [1, 4],
        ...     "clients": [50, 40], "taux_rachat": [0.1, 0.5]}))
        Part des clients qui rachètent, par score\u00a0: R de 10\u00a0% à 50\u00a0% \
entre le score 1 et le score 4.
    """
    need_columns(
        table, ["dimension", "score", "clients", "taux_rachat"], "la table du rachat par score"
    )
    groups = {str(d): g.sort_values("score") for d, g in table.groupby("dimension", sort=False)}
    figure = new_figure(
        "Part des clients qui rachètent, par score : "
        f"{' ; '.join(_slope(name, group) for name, group in groups.items())}.",
        height=4.6,
    )
    panels = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
    for axes, (dimension, group) in zip(panels, groups.items(), strict=True):
        bars = axes.bar(group["score"].astype(str), group["taux_rachat"], color=MAIN)
        axes.bar_label(bars, [numbers.percent(share) for share in group["taux_rachat"]], padding=2)
        axes.set_title(f"{DIMENSION_NAMES[dimension]} ({dimension})")
        axes.set_xlabel("Score (1 = le moins bon)")
    panels[0].set_ylabel("Clients qui rachètent")
    share_axis(panels[0].yaxis)
    panels[0].margins(y=0.12)
    return figure


_OF = {"R": "de la récence", "F": "de la fréquence", "M": "du montant total"}


def _cuts_sentence(cuts: pd.DataFrame | None) -> str:
    return "" if cuts is None else ", avec les bornes des scores"


def _in_words(value: float, dimension: str) -> str:
    if dimension == "M":
        return numbers.euros(value)
    return several(int(value), "jour" if dimension == "R" else "commande")


def _slope(dimension: str, group: pd.DataFrame) -> str:
    first, last = group.iloc[0], group.iloc[-1]
    return (
        f"{dimension} de {numbers.percent(first['taux_rachat'])} à "
        f"{numbers.percent(last['taux_rachat'])} "
        f"entre le score {first['score']} et le score {last['score']}"
    )


def _value_of(table: pd.DataFrame, key: str, customer: object, column: str) -> float:
    need_columns(table, [key], _WHAT)
    found = find_customer(table[key], customer)
    if found is None:
        raise unknown_customer(customer, table[key])
    return float(table.loc[table[key] == found, column].iloc[0])


def _histogram(axes: Axes, values: pd.Series, dimension: str) -> None:
    if dimension == "F":
        _frequency_bars(axes, values)
    elif dimension == "M":
        _amount_bars(axes, values)
    else:
        axes.hist(values, bins=_BARS, color=BAR, edgecolor="white", linewidth=0.6)
        count_axis(axes.xaxis, 9)
        axes.set_xlabel(_UNITS["R"])
    count_axis(axes.yaxis, 5)
    axes.set_ylabel("Clients")
    axes.margins(x=0.01)


def _frequency_bars(axes: Axes, values: pd.Series) -> None:
    """One bar per number of orders; the last one gathers the rare high numbers."""
    last = min(int(values.max()), max(int(values.quantile(_FREQUENCY_SHARE_SHOWN)), 10))
    counts = values.clip(upper=last).value_counts()
    axes.bar(counts.index, counts, width=0.9, color=BAR)
    axes.set_xlim(0.4, last + 0.6)
    gathered = int(values.max()) > last
    step = 1 + last // 20
    ticks = [*range(1, last - step + 1, step), last]
    names = [*map(str, ticks[:-1]), tied("≥", str(last)) if gathered else str(last)]
    axes.set_xticks(ticks, names)
    axes.set_xlabel(_UNITS["F"])


def _amount_bars(axes: Axes, values: pd.Series) -> None:
    """Bars of equal width on a logarithmic axis: a few customers spend a hundred times more."""
    positive = values[values > 0]
    if positive.empty:
        raise CourseError("Aucun montant n’est positif : vérifiez la colonne des montants.")
    low, high = positive.min() / 1.02, positive.max() * 1.02
    axes.hist(
        positive,
        bins=np.geomspace(low, high, _BARS + 1).tolist(),
        color=BAR,
        edgecolor="white",
        linewidth=0.6,
    )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1,) if high > 100 * low else (1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: numbers.euros(x)))
    axes.xaxis.set_minor_locator(NullLocator())
    left_out = len(values) - len(positive)
    note = f" ({several(left_out, 'client')} à 0 € ou moins hors du dessin)" if left_out else ""
    name = _AMOUNTS.get(str(values.name), str(values.name))
    axes.set_xlabel(f"{name} (échelle logarithmique){note}")


def _draw_cuts(axes: Axes, cuts: pd.DataFrame | None, dimension: str) -> None:
    """A line between two neighbouring scores, and the score above its zone."""
    if cuts is None:
        return
    need_columns(cuts, _CUT_COLUMNS, _CUTS)
    zones = _zones(cuts, dimension)
    bounds = [(left.high + right.low) / 2 for left, right in pairwise(zones)]
    for bound in bounds:
        axes.axvline(bound, color=ACCENT, linestyle="--", linewidth=1.8)
    low, high = axes.get_xlim()
    edges = [low, *bounds, high]
    for zone, (left, right) in zip(zones, pairwise(edges), strict=True):
        middle = np.sqrt(left * right) if dimension == "M" else (left + right) / 2
        axes.annotate(
            f"{dimension} {zone.score}" if len(zones) <= _WIDE_ZONES else str(zone.score),
            (middle, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=ACCENT,
            fontweight="bold",
        )


class _Zone(NamedTuple):
    """The values of one score."""

    score: int
    low: float
    high: float


def _zones(cuts: pd.DataFrame, dimension: str) -> list[_Zone]:
    """The scores that have customers, by increasing value."""
    held = cuts[(cuts["dimension"] == dimension) & (cuts["clients"] > 0)].sort_values(["de", "a"])
    columns = (held[name].tolist() for name in ("score", "de", "a"))
    zones = [_Zone(*values) for values in zip(*columns, strict=True)]
    if any(left.high > right.low for left, right in pairwise(zones)):
        raise CourseError(
            f"Les scores {dimension} se chevauchent, ils n’ont pas de bornes communes : "
            "dessinez l’histogramme sans les bornes."
        )
    return zones


def _mark(axes: Axes, value: float, text: str) -> None:
    """A line at a value and its label, on the side where there is room."""
    low, high = axes.get_xlim()
    shown = value if value <= high else np.floor(high)
    axes.axvline(shown, ymax=0.9, color=INK, linewidth=3)
    place = axes.transData.transform((shown, 0))[0]
    left, right = axes.transData.transform([(low, 0), (high, 0)])[:, 0]
    to_the_left = place - left > 0.6 * (right - left)
    axes.annotate(
        text,
        (shown, 0.9),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-8 if to_the_left else 8, 0),
        textcoords="offset points",
        ha="right" if to_the_left else "left",
        va="top",
        fontweight="bold",
        bbox={"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": INK},
    )


def _score_bars(axes: Axes, methods: Mapping[str, pd.DataFrame]) -> None:
    width = 0.84 / len(methods)
    looks = [(MAIN, ""), (SOFT, ""), (ACCENT, "//"), (INK, "..")]
    for i, ((method, cuts), (color, hatch)) in enumerate(zip(methods.items(), looks, strict=False)):
        places = cuts["score"] + (i - (len(methods) - 1) / 2) * width
        bars = axes.bar(places, cuts["clients"], width, color=color, hatch=hatch, label=method)
        axes.bar_label(
            bars,
            [numbers.number(count) if count else "vide" for count in cuts["clients"]],
            padding=3,
            rotation=90 if len(methods) > 1 or len(cuts) > 5 else 0,
        )
    count_axis(axes.xaxis, 10)
    axes.margins(y=0.2)
