"""Grids of numbers: recency × frequency, and who moves from where to where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french, several
from rfm_helpers.palette import ACCENT
from rfm_helpers.plots.style import (
    SEQUENTIAL,
    CourseFigure,
    bare,
    need_columns,
    new_figure,
    styled,
    text_color_on,
)

Value = Literal["clients", "chiffre_affaires"]

_WIDE_CELLS = 5


@styled
def plot_rf_heatmap(
    scored: pd.DataFrame,
    value: Value = "clients",
    *,
    outline: str | None = None,
    levels: int | None = None,
    monetary: str = "montant_total",
) -> CourseFigure:
    """Customers or revenue in each cell of the recency × frequency grid; the best at top right.

    Args:
        scored: one row per customer with the scores `R` and `F` (int).
        value: `"clients"` counts customers; `"chiffre_affaires"` adds up `monetary` (€).
        outline: a code whose cell is outlined by its first two scores: `"524"`, `"10-3-7"`.
        levels: number of levels, where the best score may have no customer; default: the highest
            score in the table.
        monetary: the column of amounts.

    Raises:
        CourseError: if the table is empty or lacks a column, or `value` or `outline` does not
            exist.

    Example:
        >>> plot_rf_heatmap(pd.DataFrame({"R": [2, 1, 2], "F": [2, 1, 2]}))
        Grille récence × fréquence de 3\u00a0clients\u00a0; la case la plus remplie est \
R 2, F 2\u00a0: 2\u00a0clients.
    """
    _check_value(value)
    need_columns(scored, ["R", "F", *([monetary] if value == "chiffre_affaires" else [])], _WHAT)
    size = levels or int(scored[["R", "F"]].max().max())
    grid = rf_grid(scored, value, size, monetary)
    figure = new_figure(_rf_sentence(grid, value, len(scored)), height=5.6 if size < 8 else 7)
    axes = figure.subplots()
    _draw_grid(axes, grid, _writer(value, size))
    label_rf(axes, size)
    axes.set_title(_rf_title(value, size))
    if outline is not None:
        _outline(axes, outline, size)
    return figure


@styled
def plot_moves(
    moved: pd.DataFrame,
    *,
    order: list[str] | tuple[str, ...] | None = None,
    before: str = "Avant",
    after: str = "Après",
) -> CourseFigure:
    """How many customers go from each label (row) to each other one (column).

    Args:
        moved: the output of `moves`: `avant` and `apres` (text), one row per customer.
        order: the labels in the order wanted, e.g. `load_grid("onze").names`.
        before, after: what the rows and the columns are called.

    Raises:
        CourseError: if the table is empty or lacks a column.

    Example:
        >>> moved = {"avant": ["Champions", "Perdus"], "apres": ["Fidèles", "Perdus"]}
        >>> plot_moves(pd.DataFrame(moved))
        Qui change de place\u00a0: 2\u00a0clients\u00a0; le passage le plus fréquent \
va de Champions à Fidèles (1).
    """
    need_columns(moved, ["avant", "apres"], "la table des changements")
    labels = list(order or sorted(set(moved["avant"]) | set(moved["apres"])))
    rows = [label for label in labels if (moved["avant"] == label).any()]
    columns = [label for label in labels if (moved["apres"] == label).any()]
    table = pd.crosstab(moved["avant"], moved["apres"]).reindex(index=rows, columns=columns)
    grid = table.to_numpy(dtype=float)
    row, column = np.unravel_index(int(grid.argmax()), grid.shape)
    figure = new_figure(
        f"Qui change de place : {several(len(moved), 'client')} ; le passage le plus fréquent "
        f"va de {rows[row]} à {columns[column]} ({numbers.number(grid.max())}).",
        height=max(4.2, 1.9 + 0.44 * len(rows)),
    )
    axes = figure.subplots()
    _draw_grid(axes, grid, lambda count: numbers.number(count) if count else "")
    axes.invert_yaxis()
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)), rows)
    axes.set(xlabel=after, ylabel=before)
    return figure


def rf_grid(
    scored: pd.DataFrame, value: Value, levels: int, monetary: str = "montant_total"
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Customers (or euros) per cell: row `R - 1`, column `F - 1`.

    >>> rf_grid(pd.DataFrame({"R": [2, 1, 2], "F": [2, 1, 2]}), "clients", 2)
    array([[1., 0.],
           [0., 2.]])
    """
    grid = np.zeros((levels, levels))
    weights = 1.0 if value == "clients" else scored[monetary].to_numpy(dtype=float)
    np.add.at(grid, (scored["R"].to_numpy() - 1, scored["F"].to_numpy() - 1), weights)
    return grid


def label_rf(axes: Axes, levels: int) -> None:
    """Ticks and names of the two axes of a recency × frequency grid."""
    scores = range(1, levels + 1)
    axes.set_xticks(range(levels), [f"F {score}" for score in scores])
    axes.set_yticks(range(levels), [f"R {score}" for score in scores])
    axes.set_xlabel(french("Score de fréquence (à droite : commandes nombreuses)"))
    axes.set_ylabel(french("Score de récence (en haut : achat récent)"))


_WHAT = "la table des scores"


def _check_value(value: str) -> None:
    if value not in ("clients", "chiffre_affaires"):
        raise CourseError(
            f"La valeur « {value} » n’existe pas : choisissez « clients » ou « chiffre_affaires »."
        )


def _rf_sentence(grid: np.ndarray[Any, Any], value: Value, count: int) -> str:
    r, f = np.unravel_index(int(grid.argmax()), grid.shape)
    top = float(grid[r, f])
    if value == "clients":
        first, amount = "la case la plus remplie est", several(int(top), "client")
    else:
        first, amount = "le plus fort chiffre d’affaires est en", numbers.euros(top)
    return (
        f"Grille récence × fréquence de {several(count, 'client')} ; {first} "
        f"R {r + 1}, F {f + 1} : {amount}."
    )


def _rf_title(value: Value, levels: int) -> str:
    if value == "clients":
        return "Clients"
    return "Chiffre d’affaires" + ("" if levels <= _WIDE_CELLS else " (milliers d’euros)")


def _writer(value: Value, levels: int) -> Callable[[float], str]:
    if value == "clients":
        return numbers.number
    if levels <= _WIDE_CELLS:
        return numbers.euros
    return lambda amount: numbers.number(amount / 1000)


def _draw_grid(axes: Axes, grid: np.ndarray[Any, Any], write: Callable[[float], str]) -> None:
    image = axes.imshow(grid, cmap=SEQUENTIAL, vmin=0, origin="lower", aspect="auto")
    size = 15 if len(grid) <= _WIDE_CELLS else 12
    for (row, column), number in np.ndenumerate(grid):
        color = text_color_on(image.to_rgba(number))
        axes.text(column, row, write(number), ha="center", va="center", color=color, size=size)
    bare(axes)


def _outline(axes: Axes, code: str, levels: int) -> None:
    parts = code.split("-") if "-" in code else list(code)
    scores = [int(part) for part in parts if part.isdigit()]
    if (
        len(scores) != len(parts)
        or len(scores) < 2
        or not 1 <= min(scores) <= max(scores) <= levels
    ):
        raise CourseError(
            f"Le code « {code} » n’est pas dans cette grille : "
            f"donnez des scores de 1 à {levels}, R d’abord."
        )
    r, f = scores[:2]
    axes.add_patch(
        Rectangle(
            (f - 1.5, r - 1.5), 1, 1, fill=False, edgecolor=ACCENT, linewidth=4, zorder=3,
            clip_on=False,
        )
    )  # fmt: skip
