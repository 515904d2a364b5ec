"""Revenue at stake per segment, the assumption beside each bar."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from rfm_helpers.catalog import Grid
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.segments import segment_colors
from rfm_helpers.plots.style import (
    CourseFigure,
    bare,
    course_style,
    need_columns,
    new_figure,
    styled,
)

_COLUMNS = ["segment", "clients", "panier_moyen", "part_qui_reagit", "chiffre_affaires_en_jeu"]
_WHAT = "la table de revenue_at_stake"


@styled
def plot_stakes(stakes: pd.DataFrame, grid: str | Grid = "onze") -> CourseFigure:
    """Revenue at stake per segment, the largest at the top, with the assumption that makes it.

    Args:
        stakes: the output of `revenue_at_stake` or `prioritise`: `segment`,
            `clients`, `panier_moyen` (€), `part_qui_reagit` (0–1),
            `chiffre_affaires_en_jeu` (€).
        grid: the grid that gives the colours.

    Raises:
        CourseError: if the table is empty or lacks a column, or a segment is not in the grid.

    Example:
        >>> plot_stakes(pd.DataFrame({
        ...     "segment": ["Champions"], "clients": 20, "panier_moyen": 100.0,
        ...     "part_qui_reagit": 0.1, "chiffre_affaires_en_jeu": 200.0}))
        Chiffre d’affaires en jeu\u00a0: Champions vient en tête, avec 200\u00a0€ \
(20\u00a0clients × 10\u00a0% × 100\u00a0€).
    """
    return StakeFigure(stakes, grid).figure


class StakeFigure:
    """The bars of `plot_stakes`, drawn once; then lengths, texts and the chosen bar change.

    >>> stakes = pd.DataFrame({"segment": ["Champions"], "clients": 20, "panier_moyen": 100.0,
    ...     "part_qui_reagit": 0.1, "chiffre_affaires_en_jeu": 200.0})
    >>> StakeFigure(stakes).png(stakes, "Champions")[:4]
    b'\\x89PNG'
    """

    def __init__(self, stakes: pd.DataFrame, grid: str | Grid = "onze") -> None:
        need_columns(stakes, _COLUMNS, _WHAT)
        ranked = stakes.sort_values(
            ["chiffre_affaires_en_jeu", "segment"], ascending=[False, True], ignore_index=True
        )
        self._names = [str(name) for name in ranked["segment"]]
        colors = segment_colors(self._names, grid)
        with course_style():
            self.figure = new_figure("", height=max(3.0, 0.9 + 0.4 * len(ranked)))
            axes: Axes = self.figure.subplots()
            self._axes = axes
            self._bars = axes.barh(self._names, [0.0] * len(ranked), color=colors)
            self._texts = [axes.text(0, i, "", va="center") for i in range(len(ranked))]
            axes.set(xticks=[], title="Chiffre d’affaires en jeu (une hypothèse)")
            axes.invert_yaxis()
            bare(axes)
        self._write(ranked, None)

    @property
    def alternative(self) -> str:
        """What one sees, in a sentence."""
        return self.figure.alternative

    def png(self, stakes: pd.DataFrame, chosen: str | None = None) -> bytes:
        """The picture for these stakes of the same segments, at the least cost.

        A chosen segment has a thick edge, and its amount is in bold.
        """
        self._write(stakes, chosen)
        return self.figure.png_of_moving([*self._bars, *self._texts])

    def _write(self, stakes: pd.DataFrame, chosen: str | None) -> None:
        rows = stakes.set_index("segment").to_dict("index")
        longest = max(row["chiffre_affaires_en_jeu"] for row in rows.values()) or 1.0
        for name, bar, text in zip(self._names, self._bars, self._texts, strict=True):
            value = rows[name]["chiffre_affaires_en_jeu"]
            bar.set(width=value, edgecolor="black", linewidth=2.5 if name == chosen else 0.6)
            text.set(text=_reckoning(rows[name]), x=value + longest * 0.02)
            text.set_fontweight("bold" if name == chosen else "normal")
        self._axes.set_xlim(0, longest * 2.15)
        self.figure.alternative = _sentence(rows, chosen)


def _reckoning(row: Mapping[Hashable, Any]) -> str:
    """The amount and the assumption that makes it."""
    share = row["part_qui_reagit"]
    decimals = 0 if round(share * 100, 6).is_integer() else 1
    return (
        f"{numbers.euros(row['chiffre_affaires_en_jeu'])}  "
        f"({several(int(row['clients']), 'client')} × {numbers.percent(share, decimals)} × "
        f"{numbers.euros(row['panier_moyen'])})"
    )


def _sentence(rows: Mapping[Hashable, Mapping[Hashable, Any]], chosen: str | None) -> str:
    first = max(rows, key=lambda name: rows[name]["chiffre_affaires_en_jeu"])
    sentence = f"Chiffre d’affaires en jeu : {first} vient en tête, avec {_reckoning(rows[first])}"
    if chosen is not None and chosen != first:
        sentence += f" ; {chosen} : {_reckoning(rows[chosen])}"
    return french(sentence.replace("  (", " (") + ".")
