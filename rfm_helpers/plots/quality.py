"""What cleaning a file found, defect by defect."""

from __future__ import annotations

import pandas as pd

from rfm_helpers import formats
from rfm_helpers.datasets.wording import several
from rfm_helpers.plots.style import (
    ACCENT,
    SOFT,
    CourseFigure,
    count_axis,
    need_columns,
    new_figure,
    styled,
)


@styled
def plot_quality_log(log: pd.DataFrame) -> CourseFigure:
    """Lines per defect: the ones set aside (hatched) and the ones repaired or kept.

    Parameters
    ----------
    log : the quality log: ``defaut`` (text), ``lignes``, ``mises_de_cote`` (int: how many of
        these lines were set aside).

    Raises
    ------
    CourseError
        If the log is empty or lacks a column.

    Examples
    --------
    >>> plot_quality_log(pd.DataFrame({"defaut": ["Doublon"], "lignes": [12],
    ...     "mises_de_cote": [12]}))
    Journal de qualité\u00a0: 1\u00a0défaut, 12\u00a0lignes concernées, dont 12 mises de côté.
    """
    need_columns(log, ["defaut", "lignes", "mises_de_cote"], "le journal de qualité")
    shown = log.sort_values("lignes", kind="stable")
    total, aside = int(log["lignes"].sum()), int(log["mises_de_cote"].sum())
    figure = new_figure(
        f"Journal de qualité : {several(len(log), 'défaut')}, {several(total, 'ligne')} "
        f"{'concernées' if total > 1 else 'concernée'}, dont {formats.number(aside)} "
        f"{'mises' if aside > 1 else 'mise'} de côté.",
        height=max(3.6, 1.5 + 0.5 * len(log)),
    )
    axes = figure.subplots()
    kept = shown["lignes"] - shown["mises_de_cote"]
    axes.barh(
        shown["defaut"], shown["mises_de_cote"], color=ACCENT, hatch="//", label="mises de côté"
    )
    bars = axes.barh(
        shown["defaut"], kept, left=shown["mises_de_cote"], color=SOFT, label="corrigées ou gardées"
    )
    axes.bar_label(bars, [formats.number(count) for count in shown["lignes"]], padding=4)
    count_axis(axes.xaxis)
    axes.set_xlabel("Lignes concernées")
    axes.margins(x=0.1)
    figure.legend(loc="outside upper left", ncols=2)
    return figure
