"""Every customer as a point."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import several
from rfm_helpers.palette import EDGE, MAIN
from rfm_helpers.plots.segments import segment_colors
from rfm_helpers.plots.style import (
    DIMENSIONS,
    CourseFigure,
    count_axis,
    need_columns,
    new_figure,
    styled,
)

_JITTER = 0.32


@styled
def plot_rfm_scatter(
    table: pd.DataFrame,
    vertical: Literal["F", "M"] = "F",
    *,
    grid: str | Grid = "onze",
    monetary: str = "montant_total",
) -> CourseFigure:
    """One point per customer: recency across (recent to the right), frequency or amount upward.

    Args:
        table: one row per customer: `recence` (days), `frequence` (orders), `montant_total`
            (€); with a column `segment`, the points take the colours of the grid.
        vertical: `"F"`: orders upward (points shifted a little so as not to hide one another) and
            the amount as the size; `"M"`: the amount upward, on a logarithmic axis.
        grid: the grid whose colours are used.
        monetary: the column of amounts.

    Raises:
        CourseError: if the table is empty or lacks a column, or `vertical` does not exist.

    Example:
        >>> table = pd.DataFrame({"recence": [3], "frequence": [2], "montant_total": [150.0]})
        >>> plot_rfm_scatter(table)
        Nuage de points\u00a0: récence et fréquence de 1\u00a0client, la taille selon le montant.
    """
    if vertical not in ("F", "M"):
        raise CourseError(f"L’axe « {vertical} » n’existe pas : choisissez « F » ou « M ».")
    need_columns(table, [DIMENSIONS["R"], DIMENSIONS["F"], monetary], "la table RFM")
    figure = new_figure(_sentence(table, vertical), height=5.4)
    axes = figure.subplots()
    shown = table if vertical == "F" else table[table[monetary] > 0]
    axes.scatter(
        shown[DIMENSIONS["R"]],
        _jittered(shown[DIMENSIONS["F"]]) if vertical == "F" else shown[monetary],
        s=_sizes(shown[monetary]) if vertical == "F" else 22,
        c=_colors(shown, grid),
        alpha=0.75,
        linewidths=0.3,
        edgecolors=EDGE,
    )
    axes.invert_xaxis()
    count_axis(axes.xaxis, 8)
    axes.set_xlabel("Récence en jours (achat récent à droite)")
    _vertical_axis(axes, vertical)
    _legend(figure, shown, grid)
    return figure


def _sentence(table: pd.DataFrame, vertical: str) -> str:
    customers = several(len(table), "client")
    color = ", la couleur selon le segment" if "segment" in table else ""
    if vertical == "F":
        what = f"récence et fréquence de {customers}, la taille selon le montant"
    else:
        what = f"récence et montant de {customers}"
    return f"Nuage de points : {what}{color}."


def _jittered(values: pd.Series) -> pd.Series:
    """The same small shift at every run, so that customers of one frequency can be told apart."""
    return values + np.random.default_rng(0).uniform(-_JITTER, _JITTER, len(values))


def _sizes(amounts: pd.Series) -> pd.Series:
    """An area that grows with the amount, the 5 % largest alike."""
    return 8 + 110 * (amounts.clip(lower=0) / amounts.quantile(0.95)).clip(upper=1)


def _colors(table: pd.DataFrame, grid: str | Grid) -> list[str] | str:
    return segment_colors(list(table["segment"]), grid) if "segment" in table else MAIN


def _vertical_axis(axes: Axes, vertical: str) -> None:
    if vertical == "F":
        count_axis(axes.yaxis, 8)
        axes.set_ylabel("Fréquence (nombre de commandes)")
        return
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.euros(value)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel("Montant total (échelle logarithmique)")


def _legend(figure: CourseFigure, table: pd.DataFrame, grid: str | Grid) -> None:
    if "segment" not in table:
        return
    names = resolve_grid(grid).names
    present = [name for name in names if name in set(table["segment"])]
    points = [
        Line2D([], [], marker="o", linestyle="", markersize=9, color=color, label=name)
        for name, color in zip(present, segment_colors(present, grid), strict=True)
    ]
    figure.legend(handles=points, loc="outside right upper", title="Segment", alignment="left")
