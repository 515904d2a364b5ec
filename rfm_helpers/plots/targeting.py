"""A target seen: a tree drawn, and lists judged on a later period."""

from __future__ import annotations

from itertools import chain
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from rfm_helpers.analysis.targeting.gains import CHANCE, PERFECT
from rfm_helpers.analysis.targeting.trees import LABELS, Branch, Node, TargetTree
from rfm_helpers.errors import CourseError
from rfm_helpers.french import numbers
from rfm_helpers.french.words import french, several
from rfm_helpers.palette import ACCENT, EDGE, HEAD, INK, METER, MIDDLE, NEUTRAL
from rfm_helpers.plots.style import (
    SEQUENTIAL,
    CourseFigure,
    need_columns,
    new_figure,
    share_axis,
    styled,
    text_color_on,
)

#: Beyond this many leaves a drawing is not read.
MOST_LEAVES = 16
_MOST_VALUES, _CHARACTERS = 3, 28
_WIDTH, _BOX = 1.0, 0.86
#: Inches: a line of a box, its margins, and what parts two boxes.
_LINE, _MARGIN, _GAP = 0.21, 0.08, 0.06
_LINES: dict[str, dict[str, Any]] = {
    CHANCE: {"color": NEUTRAL, "linestyle": ":", "linewidth": 2},
    PERFECT: {"color": INK, "linestyle": ":", "linewidth": 2},
}
_STYLES = [(HEAD, "-"), (ACCENT, "--"), (METER, "-."), (EDGE, (0, (6, 1))), (MIDDLE, "-")]


@styled
def plot_tree(tree: TargetTree) -> CourseFigure:
    """A tree from left to right: each group, its customers and the share of them who order.

    Args:
        tree: what `fit_cart` or `fit_chaid` gives.

    Raises:
        CourseError: more leaves than one can read.

    Example:
        >>> leaf = Branch("recence", high=90), Branch("recence", low=90)
        >>> tree = TargetTree("CART", (Node(0, None, None, 10, 4), Node(1, 0, leaf[0], 5, 3),
        ...                            Node(2, 0, leaf[1], 5, 1)))
        >>> str(plot_tree(tree)).replace("\\xa0", " ")
        'Arbre CART de 2 feuilles : récence ≤ 90 jours, 60 % ; récence > 90 jours, 20 %.'
    """
    leaves = [node for node in tree.nodes if not tree.children(node)]
    if len(leaves) > MOST_LEAVES:
        raise CourseError(
            f"Cet arbre a {len(leaves)} feuilles : au-delà de {MOST_LEAVES}, un dessin ne se lit "
            "plus. Élaguez-le, ou lisez tree_leaves."
        )
    places = _places(tree)
    bottom = max(places[leaf.id][1] + _height(leaf) / 2 for leaf in leaves)
    figure = new_figure(_tree_alternative(tree, leaves), height=bottom + 0.3)
    axes = figure.subplots()
    axes.set_axis_off()
    highest = max(node.rate for node in tree.nodes) or 1.0
    for node in tree.nodes:
        for child in tree.children(node):
            _link(axes, places[node.id], places[child.id])
        _box(axes, places[node.id], node, highest)
    axes.set_xlim(-0.02, max(x for x, _ in places.values()) + _BOX + 0.02)
    axes.set_ylim(bottom + _GAP, -_GAP)
    return figure


@styled
def plot_gains(chart: pd.DataFrame) -> CourseFigure:
    """The gains chart of some lists: buyers on the left, euros on the right.

    Args:
        chart: what `gains_chart` gives.

    Raises:
        CourseError: an empty table or a missing column.

    Example:
        >>> chart = pd.DataFrame({"methode": ["RFM"] * 2, "part_clients": [0, 1],
        ...                       "part_acheteurs": [0, 1], "part_ca": [0, 1]})
        >>> plot_gains(chart).axes[0].get_ylabel()
        'Acheteurs touchés'
    """
    titles = {"part_acheteurs": "Acheteurs touchés", "part_ca": "Chiffre d’affaires touché"}
    need_columns(chart, ["methode", "part_clients", *titles], "la table de gains_chart")
    figure = new_figure(_gains_alternative(chart), height=4.6)
    for axes, (column, title) in zip(figure.subplots(1, 2).tolist(), titles.items(), strict=True):
        styles = iter(_STYLES * len(chart))
        for name, curve in chart.groupby("methode", sort=False):
            look = _LINES.get(str(name)) or _look(*next(styles))
            axes.plot(curve["part_clients"], curve[column], label=name, **look)
            _shade(axes, curve, column.removeprefix("part_"), look["color"])
        axes.set(ylabel=title, xlabel="Clients, du mieux noté au moins bien", ylim=(0, 1.03))
        axes.margins(x=0)
        share_axis(axes.xaxis)
        share_axis(axes.yaxis)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=6)
    return figure


def _shade(axes: Axes, curve: pd.DataFrame, name: str, color: str) -> None:
    """The interval of a curve, where the table has it."""
    low, high = f"{name}_bas", f"{name}_haut"
    if low in curve and curve[low].notna().all():
        axes.fill_between(curve["part_clients"], curve[low], curve[high], color=color, alpha=0.18)


def _look(color: str, dashes: Any) -> dict[str, Any]:
    return {"color": color, "linestyle": dashes, "linewidth": 2.5}


def _gains_alternative(chart: pd.DataFrame) -> str:
    at = min(chart["part_clients"], key=lambda share: abs(share - 0.2))
    there = chart[chart["part_clients"] == at]
    shares = ", ".join(
        f"{name} {numbers.percent(share)}"
        for name, share in zip(there["methode"], there["part_acheteurs"], strict=True)
    )
    return f"Part des acheteurs touchés en écrivant à {numbers.percent(at)} des clients : {shares}."


def _tree_alternative(tree: TargetTree, leaves: list[Node]) -> str:
    parts = [
        f"{' et '.join(map(_short, tree.sides(leaf))) or 'tous les clients'}, "
        f"{numbers.percent(leaf.rate)}"
        for leaf in leaves
    ]
    return f"Arbre {tree.method} de {several(len(leaves), 'feuille')} : {' ; '.join(parts)}."


def _places(tree: TargetTree) -> dict[int, tuple[float, float]]:
    """Where each node stands: its depth across; down, in inches, leaf under leaf."""
    rows: dict[int, float] = {}
    top = 0.0
    for leaf in _in_order(tree):
        rows[leaf.id] = top + _height(leaf) / 2
        top += _height(leaf) + _GAP
    for node in reversed(tree.nodes):
        below = [rows[child.id] for child in tree.children(node)]
        if below:
            rows[node.id] = (min(below) + max(below)) / 2
    return {node.id: (node.depth * _WIDTH, rows[node.id]) for node in tree.nodes}


def _height(node: Node) -> float:
    return _LINE * len(_text(node).splitlines()) + _MARGIN


def _in_order(tree: TargetTree, node: Node | None = None) -> list[Node]:
    """The leaves as a reader meets them, from top to bottom."""
    top = node or tree.nodes[0]
    children = tree.children(top)
    return [*chain.from_iterable(_in_order(tree, child) for child in children)] or [top]


def _link(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    middle = end[0] - (_WIDTH - _BOX) / 2
    xs = [start[0] + _BOX, middle, middle, end[0]]
    axes.plot(xs, [start[1], start[1], end[1], end[1]], color=NEUTRAL, linewidth=1.5, zorder=0)


def _box(axes: Axes, place: tuple[float, float], node: Node, highest: float) -> None:
    """A node as a rounded box, the darker the more of its customers order."""
    color = SEQUENTIAL(node.rate / highest)
    (x, y), height = place, _height(node)
    shape = FancyBboxPatch(
        (x + 0.01, y - height / 2 + 0.01), _BOX - 0.02, height - 0.02,
        boxstyle="round,pad=0.01", facecolor=color, edgecolor=EDGE, linewidth=0.8,
    )  # fmt: skip
    axes.add_patch(shape)
    axes.text(
        x + _BOX / 2, y, _text(node), ha="center", va="center",
        color=text_color_on(color), fontsize=12, linespacing=1.15,
    )  # fmt: skip


def _text(node: Node) -> str:
    name = _short(node.branch) if node.branch else "Tous"
    rate = f"{several(node.customers, 'client')} : {numbers.percent(node.rate)}"
    return f"{fill(name, _CHARACTERS)}\n{french(rate)}"


def _short(branch: Branch) -> str:
    """A side of a split, in as few words as a box holds."""
    name, unit = LABELS.get(branch.column, (branch.column, ""))
    for article in ("le nombre de ", "l’", "la ", "le "):
        name = name.removeprefix(article)
    if branch.values:
        many = len(branch.values) > _MOST_VALUES
        listed = f"{len(branch.values)} autres" if many else ", ".join(branch.values)
        return french(f"{name} : {'pas ' if branch.others else ''}{listed}")
    ends = [f"> {_number(branch.low)}"] if branch.low is not None else []
    ends += [f"≤ {_number(branch.high)}"] if branch.high is not None else []
    return french(f"{name} {' et '.join(ends)} {unit}".strip())


def _number(value: float) -> str:
    return numbers.number(value, 0 if float(value).is_integer() else 2)
