"""What cleaning a file found, defect by defect."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.french import numbers
from rfm_helpers.french.words import several
from rfm_helpers.palette import ACCENT, MAIN
from rfm_helpers.plots.style import (
    CourseFigure,
    bare,
    need_columns,
    new_figure,
    styled,
)

_BARS = 9
_ASIDE = "Lignes mises de côté"
_KEPT = "Lignes corrigées ou gardées"


@styled
def plot_quality_log(log: pd.DataFrame) -> CourseFigure:
    """Lines per defect: above (hatched) the ones set aside, below the ones repaired or kept.

    Each part has its own scale, since a writing of dates concerns thousands of lines where a
    missing customer concerns ten; the rarest defects are added up in one bar.

    Args:
        log: the quality log (`QualityLog.table`): `defaut` (text), `lignes`,
            `mises_de_cote` (int: how many of these lines were set aside).

    Raises:
        CourseError: if the log is empty or lacks a column.

    Example:
        >>> plot_quality_log(pd.DataFrame({"defaut": ["Doublon"], "lignes": [12],
        ...     "mises_de_cote": [12]}))
        Journal de qualité\u00a0: 1\u00a0sorte de défaut, 12\u00a0lignes mises de côté.
    """
    need_columns(log, ["defaut", "lignes", "mises_de_cote"], "la table du journal de qualité")
    aside = _ranked(log["defaut"], log["mises_de_cote"])
    kept = _ranked(log["defaut"], log["lignes"] - log["mises_de_cote"])
    parts = [
        (title, counts, look)
        for title, counts, look in [
            (_ASIDE, aside, {"color": ACCENT, "hatch": "//"}),
            (_KEPT + " (autre échelle)" * bool(len(aside)), kept, {"color": MAIN}),
        ]
        if len(counts)
    ]
    bars = sum(len(counts) for _, counts, _ in parts)
    gone = several(int(log["mises_de_cote"].sum()), "ligne mise de côté", "lignes mises de côté")
    figure = new_figure(
        f"Journal de qualité : {several(len(log), 'sorte')} de défaut, {gone}.",
        height=1.2 * len(parts) + 0.34 * bars,
    )
    panels = figure.subplots(
        len(parts), squeeze=False, height_ratios=[len(counts) + 1 for _, counts, _ in parts]
    )
    for axes, (title, counts, look) in zip(panels[:, 0], parts, strict=True):
        drawn = axes.barh(counts.index, counts, **look)
        axes.bar_label(drawn, [numbers.number(count) for count in counts], padding=4)
        axes.set_title(title)
        axes.set(ylim=(len(counts) - 0.4, -0.6), xticks=[])
        axes.margins(x=0.1)
        bare(axes)
    return figure


def _ranked(names: pd.Series, counts: pd.Series) -> pd.Series:
    """Counts above zero by name, the largest first, the last ones added up."""
    ranked = counts.set_axis(names.astype(str)).sort_values(ascending=False, kind="stable")
    ranked = ranked[ranked > 0]
    if len(ranked) > _BARS:
        rest = ranked.iloc[_BARS - 1 :]
        ranked = ranked.iloc[: _BARS - 1]
        ranked[f"{len(rest)} autres défauts"] = rest.sum()
    return ranked
