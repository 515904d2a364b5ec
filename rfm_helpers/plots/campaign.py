"""What an action brings back: break-even, the inputs that matter, the spread of the ROI."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    break_even_curve,
    incremental_margin,
)
from rfm_helpers.analysis.campaign.uncertainty import Simulation
from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french
from rfm_helpers.palette import ACCENT, INK, LOSS, MAIN, NEUTRAL, SOFT
from rfm_helpers.plots.style import (
    CourseFigure,
    count_axis,
    euro_axis,
    need_columns,
    new_figure,
    share_axis,
    styled,
    uplift_axis,
)

_BINS = 40
_SMALL = 0.06


@styled
def plot_break_even(campaign: Campaign, highest: float | None = None) -> CourseFigure:
    """Net gain against uplift, with the break-even point and the action's own place.

    Args:
        campaign: the action.
        highest: the highest uplift drawn (orders per customer reached); by default twice the larger
            of the action's uplift and its break-even.

    Raises:
        CourseError: if `highest` is 0 or less.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> plot_break_even(spring).alternative.startswith("Gain net selon la hausse de réponse")
        True
    """
    curve = break_even_curve(campaign, highest)
    point = break_even(campaign)
    gain = incremental_margin(campaign) - campaign.cost
    figure = new_figure(
        f"Gain net selon la hausse de réponse. {point} À {numbers.points(campaign.uplift)}, "
        f"le gain net est de {numbers.euros(gain)}.",
        height=4.8,
    )
    axes = figure.subplots()
    _draw_gains(axes, curve["hausse"], curve["gain_net"].to_numpy())
    axes.plot(
        campaign.uplift, gain, "o", color=INK, markersize=9, clip_on=False,
        label=french(f"Cette action : {numbers.euros(gain)}"),
    )  # fmt: skip
    if point.value is not None and point.value <= curve["hausse"].iloc[-1]:
        axes.plot(
            point.value, 0, "D", color=ACCENT, markersize=9,
            label=french(f"Seuil de rentabilité : {numbers.points(point.value)}"),
        )  # fmt: skip
    else:
        axes.set_title("Pas de seuil de rentabilité sur ce dessin", color=ACCENT)
    axes.margins(x=0)
    axes.set_ylabel("Gain net")
    uplift_axis(axes.xaxis, decimals=0 if curve["hausse"].iloc[-1] >= _SMALL else 1)
    euro_axis(axes.yaxis)
    figure.legend(loc="outside upper left", ncols=2)
    return figure


@styled
def plot_roi_distribution(simulation: Simulation) -> CourseFigure:
    """The simulated ROI: draws that lose money hatched, the interval and the median marked.

    Args:
        simulation: the output of `simulate_roi`.

    Raises:
        CourseError: if there are no draws.

    Example:
        >>> from rfm_helpers.analysis.campaign.uncertainty import simulate_roi
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> simulated = simulate_roi(spring, {"uplift": (0.02, 0.08)})
        >>> plot_roi_distribution(simulated).axes[0].get_xlabel()
        'ROI'
    """
    need_columns(simulation.draws, ["roi"], "la table des tirages")
    draws = simulation.draws["roi"].to_numpy()
    if draws.min() == draws.max():
        raise CourseError(
            "Tous les tirages donnent le même ROI : donnez une fourchette à une entrée au moins."
        )
    figure = new_figure(f"Répartition du ROI simulé. {simulation.text}", height=4.8)
    axes = figure.subplots()
    _draw_bars(axes, draws)
    interval = f"Intervalle à {numbers.percent(simulation.level)}"
    axes.axvspan(
        simulation.low, simulation.high, ymax=0.03, color=NEUTRAL, zorder=3, label=interval
    )
    axes.axvline(simulation.median, color=INK, linewidth=2, label="Médiane")
    axes.set_title(
        french(
            f"Médiane {numbers.percent(simulation.median)} ; {numbers.percent(simulation.level)} "
            f"des tirages entre {numbers.percent(simulation.low)} et "
            f"{numbers.percent(simulation.high)}"
        )
    )
    axes.set(xlabel="ROI", ylabel="Tirages")
    axes.margins(x=0.01)
    share_axis(axes.xaxis)
    count_axis(axes.yaxis)
    figure.legend(loc="outside upper left", ncols=2)
    return figure


def _draw_gains(axes: Axes, uplifts: pd.Series, gains: np.ndarray) -> None:
    """The line of the net gain, hatched below zero and plain above."""
    axes.axhline(0, color=INK, linewidth=1)
    axes.fill_between(
        uplifts, gains, 0, where=(gains < 0).tolist(), facecolor=LOSS,
        hatch="//", linewidth=0, label="Perte", interpolate=True,
    )  # fmt: skip
    axes.fill_between(
        uplifts, gains, 0, where=(gains > 0).tolist(), color=SOFT, label="Gain", interpolate=True
    )
    axes.plot(uplifts, gains, color=MAIN, linewidth=2.5)


def _draw_bars(axes: Axes, draws: np.ndarray) -> None:
    """Bars of the draws, hatched where they lose money."""
    looks: dict[str, dict[str, Any]] = {
        "Perte": {"facecolor": ACCENT, "edgecolor": "white", "hatch": "//"},
        "Gain ou équilibre": {"facecolor": MAIN, "edgecolor": "white"},
    }
    edges = _edges(draws).tolist()
    for sign, (name, look) in zip((draws < 0, draws >= 0), looks.items(), strict=True):
        label = french(f"{name} : {numbers.percent(sign.mean())} des tirages")
        axes.hist(draws[sign], bins=edges, linewidth=0.6, label=label, **look)


def _edges(draws: np.ndarray) -> np.ndarray:
    """Bars of equal width, one edge at 0 where draws lie on both sides."""
    low, high = float(draws.min()), float(draws.max())
    width = (high - low) / _BINS
    if low < 0 < high:
        first, last = int(np.floor(low / width)), int(np.ceil(high / width))
        return np.arange(first, last + 1) * width
    return np.linspace(low, high, _BINS + 1)
