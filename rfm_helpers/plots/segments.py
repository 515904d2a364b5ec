"""What each segment weighs, in customers and in revenue."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import tied
from rfm_helpers.palette import EDGE
from rfm_helpers.plots.style import CourseFigure, bare, need_columns, new_figure, styled

_COLUMNS = ["segment", "clients", "part_clients", "chiffre_affaires", "part_ca"]


@styled
def plot_segments(profile: pd.DataFrame, grid: str | Grid = "onze") -> CourseFigure:
    """Customers and revenue of each segment, side by side, the best segment at the top.

    Args:
        profile: the output of `segment_profile`: `segment`, `clients`,
            `part_clients` (0–1), `chiffre_affaires` (€), `part_ca` (0–1).
        grid: the grid that gives the colours.

    Raises:
        CourseError: if the table is empty or lacks a column, or a segment is not in the grid.

    Example:
        >>> plot_segments(pd.DataFrame({"segment": ["Champions", "Perdus"], "clients": [1, 3],
        ...     "part_clients": [0.25, 0.75], "chiffre_affaires": [900.0, 100.0],
        ...     "part_ca": [0.9, 0.1]}))
        Barres par segment\u00a0: Perdus réunit le plus de clients (75\u00a0%), \
Champions le plus de chiffre d’affaires (90\u00a0%).
    """
    need_columns(profile, _COLUMNS, "le profil des segments")
    names = [str(name) for name in profile["segment"]]
    colors = segment_colors(names, grid)
    figure = new_figure(_sentence(profile), height=max(3.4, 1.2 + 0.42 * len(profile)))
    left, right = figure.subplots(1, 2, sharey=True)
    counts = [numbers.number(count) for count in profile["clients"]]
    amounts = _short_euros(profile["chiffre_affaires"])
    _bars(left, "Clients", profile["part_clients"], names, counts, colors)
    _bars(right, "Chiffre d’affaires", profile["part_ca"], names, amounts, colors)
    left.invert_yaxis()
    return figure


def segment_colors(names: list[str], grid: str | Grid) -> list[str]:
    """The colour of each named segment, the same in every figure.

    >>> from rfm_helpers.catalog import load_grid
    >>> segment_colors(["Champions"], "onze") == [load_grid("onze").colors["Champions"]]
    True
    """
    known = resolve_grid(grid)
    colors = known.colors
    unknown = [name for name in names if name not in colors]
    if unknown:
        raise CourseError(
            f"Le segment « {unknown[0]} » n’est pas dans la grille « {known.id} » : "
            "donnez à la figure la grille qui a servi à nommer les segments."
        )
    return [colors[name] for name in names]


def _sentence(profile: pd.DataFrame) -> str:
    most = profile.iloc[int(profile["clients"].argmax())]
    richest = profile.iloc[int(profile["chiffre_affaires"].argmax())]
    return (
        f"Barres par segment : {most['segment']} réunit le plus de clients "
        f"({numbers.percent(most['part_clients'])}), {richest['segment']} le plus de chiffre "
        f"d’affaires ({numbers.percent(richest['part_ca'])})."
    )


def _short_share(share: float) -> str:
    """A whole percentage, without calling a small share nothing.

    >>> _short_share(0.125), _short_share(0.001)
    ('12\\xa0%', '<\\xa01\\xa0%')
    """
    return tied("<", numbers.percent(0.01)) if 0 < share < 0.005 else numbers.percent(share)


def _short_euros(amounts: Iterable[float]) -> list[str]:
    """Amounts in one unit: thousands of euros where one reaches 10 000 €.

    >>> _short_euros([1_234_567.0, 900.0, 30.0])
    ['1\\u202f235\\xa0k€', '1\\xa0k€', '<\\xa01\\xa0k€']
    >>> _short_euros([900.0])
    ['900\\xa0€']
    """
    amounts = list(amounts)
    if max(amounts, default=0) < 10_000:
        return [numbers.euros(amount) for amount in amounts]
    return [_thousands(amount) for amount in amounts]


def _thousands(amount: float) -> str:
    if 0 < amount < 500:
        return tied("<", _thousands(1000))
    return numbers.euros(amount / 1000).replace("€", "k€")


def _bars(
    axes: Axes,
    title: str,
    shares: pd.Series,
    names: list[str],
    labels: list[str],
    colors: list[str],
) -> None:
    bars = axes.barh(names, shares, color=colors, edgecolor=EDGE, linewidth=0.6)
    texts = [f"{_short_share(s)}  ({t})" for s, t in zip(shares, labels, strict=True)]
    axes.bar_label(bars, texts, padding=4)
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_xlim(0, shares.max() * 1.75)
    bare(axes)
