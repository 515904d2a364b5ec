"""The report of a final project: one page for a browser, which prints as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.campaign.account import campaign_account
from rfm_helpers.analysis.project.model import MAP_END, Project, SegmentStrategy
from rfm_helpers.documents.page import render
from rfm_helpers.documents.project.colors import READABLE, beside_white, brand_color
from rfm_helpers.documents.project.fit import label_sides, shortened
from rfm_helpers.documents.project.wording import method_rows, objective_of, return_text
from rfm_helpers.documents.text import ending_with, write_bytes
from rfm_helpers.french.numbers import decimals_of, euros, number, percent


def write_report(project: Project, path: str | Path) -> Path:
    """Write the report of a project: analysis, brand, strategies, budget, return, sources.

    Args:
        project: the project, at any stage; a part without data is left out.
        path: the file, which ends with ``.html``; one that exists is replaced.

    Returns:
        The file.

    Raises:
        CourseError: another ending, or a file that cannot be written.

    >>> import tempfile
    >>> write_report(Project(), Path(tempfile.mkdtemp()) / "rapport.html").name
    'rapport.html'
    """
    path = ending_with(path, ".html")
    write_bytes(path, render("project.html", **_context(project)))
    return path


def _context(project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "title": project.title or "Stratégie Expérience Client",
        "method": method_rows(project),
        "segments": _segments(project),
        "brands": [one for one in (project.brand, *project.competitors) if one.name],
        **_map(project),
        "strategies": [_strategy(project, one) for one in project.strategies],
        "costs": _costs(project),
        "lines": _lines(project),
        "account": _account(project),
        "reading": return_text(project).split("\n") if project.campaign else [],
        "conclusion": project.talk["conclusion"].message if "conclusion" in project.talk else "",
    }


def _segments(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "name": row["segment"],
            "clients": number(row["clients"]),
            "share": percent(row["part_clients"], 1),
            "revenue": euros(row["chiffre_affaires"]),
            "revenue_share": percent(row["part_ca"], 1),
            "width": round(100 * min(max(float(row["part_ca"]), 0.0), 1.0), 1),
        }
        for row in project.segments.to_dict("records")
    ]


def map_picture(project: Project) -> str:
    """The positioning map of a project as HTML; empty before it has its axes and two brands.

    >>> map_picture(Project())
    ''
    """
    return render("map.html", **_map(project)).decode() if project.placed else ""


def _map(project: Project) -> dict[str, Any]:
    """The points of the positioning map on a picture of 400 by 300, each with its name beside."""
    brands = project.placed
    places = [one.place for one in brands if one.place]
    shifts = {"right": (12, 5), "left": (-12, 5), "above": (0, -13), "below": (0, 22)}
    anchors = {"right": "start", "left": "end"}
    points = [
        {
            "name": shortened(one.name or "Notre marque", 180, 1, 13),
            "x": 400 * x / MAP_END,
            "y": 300 - 300 * y / MAP_END,
            "shift": shifts[side],
            "anchor": anchors.get(side, "middle"),
            "mine": one is project.brand,
        }
        for one, (x, y), side in zip(brands, places, label_sides(places, MAP_END), strict=True)
    ]
    return {
        "map": points,
        "axes": [shortened(axis, 230, 1, 13) for axis in project.map_axes],
        "color": beside_white(brand_color(project.brand.color), READABLE),
    }


def _strategy(project: Project, one: SegmentStrategy) -> dict[str, Any]:
    actions = [action for action in project.actions if action.segment == one.segment]
    return {
        "name": one.name,
        "segment": one.segment,
        "problem": one.statement.problem,
        "objective": objective_of(one),
        "why": one.why,
        "parts": [
            (score, text, [action.title for action in actions if action.score == score])
            for score, text in one.parts.items()
        ],
    }


def _costs(project: Project) -> list[tuple[str, str, str, str]]:
    """Level, name, cost without VAT and with, from the plan to each action."""
    if not project.actions:
        return []
    names = {"plan": "Total", "stratégie": "strategie", "sous-stratégie": "sous_strategie"}
    return [
        (
            row["niveau"],
            "Total" if row["niveau"] == "plan" else row[names.get(row["niveau"], "action")],
            euros(row["cout_ht"], 2),
            euros(row["cout_ttc"], 2),
        )
        for row in roll_up(project.budget).to_dict("records")
    ]


def _lines(project: Project) -> list[Sequence[str]]:
    """Each cost line with its source and the date of it."""
    return [
        (
            line["action"],
            line["libelle"],
            f"{number(line['quantite'], decimals_of(line['quantite']))} × "
            f"{euros(line['cout_unitaire'], 2)} {line['taxe']}",
            line["source"] or "–",
            "–" if pd.isna(line["date_source"]) else f"{line['date_source']:%d/%m/%Y}",
        )
        for line in project.budget.lines.to_dict("records")
    ]  # fmt: skip


def _account(project: Project) -> list[tuple[str, str]]:
    """The account of the campaign, from extra orders to net gain."""
    campaign = project.costed_campaign
    if campaign is None:
        return []
    (name, orders), *rows = campaign_account(campaign).itertuples(index=False, name=None)
    return [(name, number(orders, 1)), *((line, euros(value)) for line, value in rows)]
