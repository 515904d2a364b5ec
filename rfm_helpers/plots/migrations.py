"""What moved between two periods: the bridge of the revenue, and the flows of customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.french import numbers
from rfm_helpers.french.words import several
from rfm_helpers.palette import ACCENT, INK, MAIN, NEUTRAL, SOFT
from rfm_helpers.plots.style import CourseFigure, bare, need_columns, new_figure, styled

#: The least share of the customers that a name is written beside.
_NAMED = 0.02
_WIDE = 0.06


@styled
def plot_bridge(bridge: pd.DataFrame, before: str = "Avant", after: str = "Après") -> CourseFigure:
    """The revenue of two periods, and between them what each kind of movement added or took away.

    Args:
        bridge: what `revenue_bridge` gives.
        before, after: what the two periods are called.

    Raises:
        CourseError: if the table is empty or lacks a column.

    Example:
        >>> plot_bridge(pd.DataFrame({"mouvement": ["Nouveaux", "Perdus", "Total"],
        ...     "ca_avant": [0.0, 20.0, 20.0], "ca_apres": [50.0, 0.0, 50.0],
        ...     "ecart": [50.0, -20.0, 30.0]}), "2024", "2025")
        De 20\u00a0€ (2024) à 50\u00a0€ (2025)\u00a0: Nouveaux +50\u00a0€, Perdus −20\u00a0€.
    """
    need_columns(bridge, ["mouvement", "ca_avant", "ca_apres", "ecart"], "le pont")
    total = bridge.iloc[-1]
    steps = bridge.iloc[:-1].query("ecart != 0")
    pairs = zip(steps["mouvement"], steps["ecart"], strict=True)
    told = ", ".join(f"{name} {_signed(gap)}" for name, gap in pairs)
    figure = new_figure(
        f"De {numbers.euros(total['ca_avant'])} ({before}) à {numbers.euros(total['ca_apres'])} "
        f"({after}) : {told}.",
        height=4.6,
    )
    axes = figure.subplots()
    names = [before, *steps["mouvement"], after]
    heights = np.array([total["ca_avant"], *steps["ecart"], total["ca_apres"]])
    starts = np.concatenate(
        [[0.0], total["ca_avant"] + np.cumsum([0.0, *steps["ecart"][:-1]]), [0.0]]
    )
    colors = [NEUTRAL, *(MAIN if gap > 0 else ACCENT for gap in steps["ecart"]), NEUTRAL]
    axes.bar(names, heights, bottom=starts, color=colors, width=0.7)
    _write_amounts(axes, starts, heights)
    axes.set_yticks([])
    axes.margins(y=0.12)
    bare(axes)
    return figure


def _write_amounts(axes: Axes, starts: np.ndarray, heights: np.ndarray) -> None:
    last = len(heights) - 1
    for place, (start, height) in enumerate(zip(starts, heights, strict=True)):
        text = numbers.euros(height) if place in (0, last) else _signed(height)
        axes.text(place, max(start, start + height), text, ha="center", va="bottom", size=12)


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0 else ''}{numbers.euros(amount)}"


@styled
def plot_flows(
    moves: pd.DataFrame, before: str = "Avant", after: str = "Après", grid: str | Grid = "onze"
) -> CourseFigure:
    """Where customers stood in one period, where in the next, and the flows between the two.

    Args:
        moves: what `segment_moves` gives.
        before, after: what the two periods are called.
        grid: the grid that gives the order and the colours.

    Raises:
        CourseError: if the table is empty or lacks a column.

    Example:
        >>> plot_flows(pd.DataFrame({"avant": ["Champions", "Fidèles", "Fidèles"],
        ...                          "apres": ["Fidèles", "Sans commande", "Sans commande"]}))
        Flux de 3\u00a0clients\u00a0; le plus large va de Fidèles à Sans commande (2).
    """
    need_columns(moves, ["avant", "apres"], "la table des mouvements")
    known = resolve_grid(grid)
    states = [*known.names, *sorted({*moves["avant"], *moves["apres"]} - set(known.names))]
    flows = pd.crosstab(moves["avant"], moves["apres"])
    counts = flows.reindex(index=states, columns=states, fill_value=0).to_numpy()
    start, end = np.unravel_index(int(counts.argmax()), counts.shape)
    figure = new_figure(
        f"Flux de {several(len(moves), 'client')} ; le plus large va de {states[start]} à "
        f"{states[end]} ({numbers.number(counts.max())}).",
        height=6.2,
    )
    axes = figure.subplots()
    _draw_flows(axes, counts / len(moves), [known.colors.get(state, SOFT) for state in states])
    _label(axes, 0, states, counts.sum(axis=1), before)
    _label(axes, 1, states, counts.sum(axis=0), after)
    axes.set(xlim=(-0.45, 1.45), ylim=(1.02, -0.06), xticks=[], yticks=[])
    bare(axes)
    return figure


def _draw_flows(axes: Axes, flows: np.ndarray, colors: list[str]) -> None:
    """A bar for each state on either side, and a ribbon for each flow between them."""
    for side, sizes in enumerate((flows.sum(axis=1), flows.sum(axis=0))):
        axes.bar(
            side, sizes, bottom=_tops(sizes), width=_WIDE, color=colors, edgecolor=INK,
            linewidth=0.4,
        )  # fmt: skip
    starts, ends = _tops(flows.sum(axis=1)), _tops(flows.sum(axis=0))
    along = np.linspace(0, 1, 40)
    bend = (1 - np.cos(np.pi * along)) / 2
    for (before, after), size in np.ndenumerate(flows):
        if size:
            upper = starts[before] + (ends[after] - starts[before]) * bend
            axes.fill_between(
                _WIDE / 2 + along * (1 - _WIDE), upper, upper + size, color=colors[before],
                alpha=0.55, linewidth=0,
            )  # fmt: skip
            starts[before] += size
            ends[after] += size


def _tops(sizes: np.ndarray) -> np.ndarray:
    """Where each state begins, from the top."""
    tops: np.ndarray = sizes.cumsum() - sizes
    return tops


def _label(axes: Axes, side: int, states: list[str], counts: np.ndarray, title: str) -> None:
    place, align = (-_WIDE, "right") if side == 0 else (1 + _WIDE, "left")
    axes.text(place, -0.03, title, ha=align, va="bottom", weight="bold")
    middles = (_tops(counts) + counts / 2) / counts.sum()
    for state, count, middle in zip(states, counts, middles, strict=True):
        if count >= _NAMED * counts.sum():
            text = f"{state}, {numbers.number(count)}"
            axes.text(place, middle, text, ha=align, va="center", size=12)
