"""Figures on returns that a widget redraws at each change: their artists are made once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    break_even_curve,
    discount_price,
    input_text,
)
from rfm_helpers.analysis.campaign.uplift import Uplift
from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french
from rfm_helpers.palette import ACCENT, INK, LOSS, MAIN, NEUTRAL, SOFT
from rfm_helpers.plots.style import (
    CourseFigure,
    course_style,
    euro_axis,
    need_columns,
    share_axis,
    uplift_axis,
)

_WIDEST = 3.0


class _LiveFigure:
    """A figure with one panel; `alternative` says in French what it shows."""

    alternative = ""

    def __init__(self, height: float) -> None:
        with course_style():
            self._figure = CourseFigure(figsize=(7.5, height), dpi=100, alternative="")
            self._axes = self._figure.subplots()
            self._build(self._axes)

    def _build(self, axes: Axes) -> None:
        raise NotImplementedError

    def _png(self, alternative: str) -> bytes:
        self.alternative = self._figure.alternative = french(alternative)
        return self._figure.png(quickly=True)


class ReturnFigure(_LiveFigure):
    """Net gain against uplift: the action's place and its break-even.

    >>> figure = ReturnFigure()
    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> figure.update(spring)[:4]
    b'\\x89PNG'
    >>> figure.alternative[:20]
    'Gain net selon la ha'
    """

    def __init__(self) -> None:
        super().__init__(height=4.4)

    def _build(self, axes: Axes) -> None:
        self._figure.subplots_adjust(left=0.18, right=0.96, top=0.8, bottom=0.14)
        empty = np.zeros((3, 2))
        self._gain = Polygon(empty, color=SOFT, label="Gain")
        self._loss = Polygon(empty, facecolor=LOSS, edgecolor="white", hatch="//", label="Perte")
        for patch in (self._gain, self._loss):
            axes.add_patch(patch)
        axes.axhline(0, color=INK, linewidth=1)
        (self._line,) = axes.plot([], [], color=MAIN, linewidth=2.5)
        (self._place,) = axes.plot(
            [], [], "o", color=INK, markersize=9, clip_on=False, label="Cette action"
        )
        (self._point,) = axes.plot(
            [], [], "D", color=ACCENT, markersize=9, label="Seuil de rentabilité"
        )
        axes.set_ylabel("Gain net")
        uplift_axis(axes.xaxis)
        euro_axis(axes.yaxis)
        self._figure.legend(loc="upper left", ncols=2, bbox_to_anchor=(0.1, 1.0))

    def update(self, campaign: Campaign) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            campaign: the action; its uplift is drawn up to 300 points.
        """
        point = break_even(campaign).value
        known = 0.0 if point is None else point
        top = min(max(2 * campaign.uplift, 1.5 * known, 0.2), _WIDEST)
        curve = break_even_curve(campaign, top).iloc[[0, -1]]
        (left, right), (start, end) = curve["hausse"], curve["gain_net"]
        self._line.set_data([left, right], [start, end])
        crossing = left if start == end else left + (right - left) * start / (start - end)
        _fill(self._gain, (left, start), (crossing, 0.0), (right, end), sign=1)
        _fill(self._loss, (left, start), (crossing, 0.0), (right, end), sign=-1)
        gain = float(start + (end - start) * campaign.uplift / top)
        self._place.set_data([campaign.uplift], [gain])
        drawn = point is not None and point <= top
        self._point.set_data([known] if drawn else [], [0.0] if drawn else [])
        self._axes.set_xlim(left, right)
        low, high = min(start, end, gain, 0.0), max(start, end, gain, 0.0)
        margin = 0.08 * (high - low or 1.0)
        self._axes.set_ylim(low - margin, high + margin)
        self._axes.set_title("" if drawn else "Pas de seuil de rentabilité ici", color=ACCENT)
        return self._png(
            f"Gain net selon la hausse de réponse. À {numbers.points(campaign.uplift)}, "
            f"il est de {numbers.euros(gain)}. {break_even(campaign)}"
        )


class DiscountFigure(_LiveFigure):
    """Orders needed, for each discount, to earn what 100 orders earn without it.

    >>> figure = DiscountFigure()
    >>> figure.update(0.15, 0.45)[:4]
    b'\\x89PNG'
    """

    def __init__(self) -> None:
        super().__init__(height=4.0)

    def _build(self, axes: Axes) -> None:
        self._figure.subplots_adjust(left=0.12, right=0.97, top=0.8, bottom=0.15)
        axes.axhline(100, color=INK, linewidth=1, linestyle=":", label="100 commandes sans remise")
        (self._line,) = axes.plot(
            [], [], color=MAIN, linewidth=2.5, label="Commandes pour gagner autant"
        )
        self._wall = axes.axvline(
            0, color=ACCENT, linewidth=2, linestyle="--", label="Plus aucune marge"
        )
        (self._place,) = axes.plot([], [], "o", color=INK, markersize=9, label="Cette remise")
        axes.set(ylim=(0, 500), xlabel="Remise", ylabel="Commandes")
        share_axis(axes.xaxis)
        self._figure.legend(loc="upper left", ncols=2, bbox_to_anchor=(0.08, 1.0))

    def update(self, discount: float, margin_rate: float) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            discount, margin_rate: shares of the basket (0–1).
        """
        wall = max(margin_rate, 0.0)
        shares = np.linspace(0, wall, 120, endpoint=False)
        self._line.set_data(shares, 100 * margin_rate / (margin_rate - shares) if wall else shares)
        self._wall.set_xdata([wall, wall])
        price = discount_price(discount, margin_rate)
        needed = [] if price.value is None else [100 * (1 + price.value)]
        self._place.set_data([discount] if needed else [], needed)
        self._axes.set_xlim(0, max(wall, discount, 0.1) * 1.1)
        return self._png(f"Commandes nécessaires selon la remise. {price}")


class UpliftFigure(_LiveFigure):
    """The uplift measured, its interval, and zero.

    >>> from rfm_helpers.analysis.campaign.uplift import compare_groups
    >>> UpliftFigure().update(compare_groups(56, 70, 48, 80))[:4]
    b'\\x89PNG'
    """

    def __init__(self) -> None:
        super().__init__(height=2.4)

    def _build(self, axes: Axes) -> None:
        self._figure.subplots_adjust(left=0.04, right=0.96, top=0.72, bottom=0.3)
        axes.axvline(0, color=ACCENT, linewidth=2, linestyle="--", label="Aucun effet")
        (self._interval,) = axes.plot([], [], color=MAIN, linewidth=7, label="Intervalle à 95 %")
        (self._place,) = axes.plot([], [], "o", color=INK, markersize=11, label="Écart mesuré")
        axes.set(ylim=(-1, 1), yticks=[])
        axes.spines["left"].set_visible(False)
        uplift_axis(axes.xaxis)
        self._figure.legend(loc="upper left", ncols=3, bbox_to_anchor=(0.02, 1.0))

    def update(self, found: Uplift) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            found: the output of `compare_groups`.
        """
        self._interval.set_data([found.low, found.high], [0, 0])
        self._place.set_data([found.uplift], [0])
        reach = 1.1 * max(abs(found.low), abs(found.high), 0.05)
        self._axes.set_xlim(-reach, reach)
        return self._png(str(found))


class TornadoFigure(_LiveFigure):
    """Which input matters most: one bar per input, the widest on top.

    >>> from rfm_helpers.analysis.campaign.uncertainty import tornado
    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> figure = TornadoFigure(1)
    >>> figure.update(tornado(spring, {"uplift": (0.02, 0.08)}))[:4]
    b'\\x89PNG'
    """

    def __init__(self, count: int) -> None:
        """Prepare for so many inputs."""
        self._places = np.arange(count, dtype=float)
        super().__init__(height=1.9 + 0.62 * count)

    def _build(self, axes: Axes) -> None:
        high = self._figure.get_figheight()
        self._figure.subplots_adjust(left=0.27, right=0.97, top=1 - 0.5 / high, bottom=0.75 / high)
        none = np.zeros_like(self._places)
        self._bars = {
            "bas": axes.barh(
                self._places, none, 0.6, color=ACCENT, hatch="//", label="Valeur basse"
            ),
            "haut": axes.barh(self._places, none, 0.6, color=MAIN, label="Valeur haute"),
        }
        self._ends = {
            end: [
                axes.annotate("", (0, place), (0, 0), textcoords="offset points", va="center")
                for place in self._places
            ]
            for end in self._bars
        }
        self._center = axes.axvline(0, color=INK, linewidth=1.5)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(5))
        euro_axis(axes.xaxis)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        self._figure.legend(loc="upper left", ncols=2, bbox_to_anchor=(0.05, 1.0))

    def update(self, table: pd.DataFrame) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            table: the output of `tornado`, with as many inputs as this figure.

        Raises:
            CourseError: if the table lacks a column.
        """
        columns = ["entree", "champ", "bas", "haut", "gain_bas", "gain_haut", "ecart"]
        need_columns(table, [*columns, "gain_central"], "la table des entrées incertaines")
        ranked = table.sort_values("ecart", ascending=False, kind="stable", ignore_index=True)
        center = float(ranked["gain_central"].iloc[0])
        for end, bars in self._bars.items():
            other = "haut" if end == "bas" else "bas"
            facts = [ranked[name] for name in ("champ", end, f"gain_{end}", f"gain_{other}")]
            rows = zip(bars, self._ends[end], *facts, strict=True)
            for bar, label, field, value, gain, gain_there in rows:
                bar.set_x(center)
                bar.set_width(gain - center)
                right = gain > center or (gain == center and gain_there < center)
                label.set(text=input_text(field, value), ha="left" if right else "right")
                label.xy = (gain, label.xy[1])
                label.set_position((5 if right else -5, 0))
        self._center.set_xdata([center, center])
        gains = ranked[["gain_bas", "gain_haut"]].to_numpy()
        spare = 0.24 * (float(gains.max() - gains.min()) or 1.0)
        self._axes.set_xlim(gains.min() - spare, gains.max() + spare)
        self._axes.set_yticks(self._places, ranked["entree"])
        self._axes.set_xlabel(french(f"Gain net (valeurs centrales : {numbers.euros(center)})"))
        spreads = zip(ranked["entree"], ranked["ecart"], strict=True)
        return self._png(
            "Ce qui fait varier le gain net, du plus au moins : "
            + ", ".join(f"{name} ({numbers.euros(spread)})" for name, spread in spreads)
            + "."
        )


class SplitFigure(_LiveFigure):
    """Spending and expected margin of each use of an envelope.

    >>> table = pd.DataFrame({"poste": ["Conquête"], "depense": [100.0], "marge": [250.0]})
    >>> SplitFigure(table["poste"]).update(table)[:4]
    b'\\x89PNG'
    """

    def __init__(self, names: pd.Series[str]) -> None:
        if names.empty:
            raise CourseError("Aucun poste à dessiner : donnez-en un au moins.")
        self._names = names.tolist()
        super().__init__(height=1.6 + 0.55 * len(self._names))

    def _build(self, axes: Axes) -> None:
        places = np.arange(len(self._names), dtype=float)
        longest = max(len(name) for name in self._names)
        self._figure.subplots_adjust(
            left=0.05 + 0.0135 * longest, right=0.96, top=0.86, bottom=0.36 / len(self._names) + 0.1
        )
        none = [0.0] * len(self._names)
        self._spent = axes.barh(
            places - 0.2, none, 0.36, color=NEUTRAL, hatch="//", edgecolor="white", label="Dépense"
        )
        self._margin = axes.barh(places + 0.2, none, 0.36, color=MAIN, label="Marge attendue")
        axes.set_yticks(places, self._names)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(4))
        euro_axis(axes.xaxis)
        axes.tick_params(axis="y", length=0)
        self._figure.legend(loc="upper left", ncols=2, bbox_to_anchor=(0.05, 1.0))

    def update(self, table: pd.DataFrame) -> bytes:
        """Redraw, and give the picture as PNG bytes.

        Args:
            table: the output of `expected_margin`, for the uses of this figure.
        """
        need_columns(table, ["poste", "depense", "marge"], "la table du partage")
        spent, margin = table["depense"].tolist(), table["marge"].tolist()
        for bars, amounts in ((self._spent, spent), (self._margin, margin)):
            for bar, amount in zip(bars, amounts, strict=True):
                bar.set_width(amount)
        self._axes.set_xlim(0, 1.05 * max(*spent, *margin, 1000.0))
        rows = zip(self._names, spent, margin, strict=True)
        return self._png(
            "Dépense et marge attendue par poste : "
            + " ; ".join(f"{n}, {numbers.euros(s)} et {numbers.euros(m)}" for n, s, m in rows)
            + "."
        )


def _fill(
    patch: Polygon,
    first: tuple[float, float],
    crossing: tuple[float, float],
    last: tuple[float, float],
    *,
    sign: int,
) -> None:
    """Fill between the line and zero where the gain has this sign."""
    corners = [(x, y if sign * y > 0 else 0.0) for x, y in (first, last)]
    inside = [crossing] if first[0] < crossing[0] < last[0] else []
    patch.set_xy([(first[0], 0.0), corners[0], *inside, corners[1], (last[0], 0.0)])
