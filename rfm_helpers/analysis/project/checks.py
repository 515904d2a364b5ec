"""What a machine can check in a finished project; shown beside the grid, never made a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rfm_helpers.analysis.budget.lines import flag_lines
from rfm_helpers.analysis.campaign.account import break_even, incremental_margin, roi
from rfm_helpers.analysis.project.model import Project
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import Said, as_written, several

#: How far a total of shares may be from 1, and an amount from that of the data (euros).
SHARE_SLACK, EURO_SLACK = 0.005, 1.0
#: How many differences, or lines, a sentence names.
NAMED = 3


@dataclass(frozen=True)
class Checked(Said):
    """What was checked, whether it holds (None: it cannot be known), and the sentence that says it.

    ``criterion`` is the criterion of the grid beside which it is shown.
    """

    criterion: str
    title: str
    holds: bool | None
    text: str


def checked(
    project: Project, on: dt.date, segments: Sequence[dict[str, Any]] | None = None
) -> list[Checked]:
    """What can be checked in a project without reading its texts.

    Args:
        project: the project.
        on: the day on which the sources are looked at; one after it, or two years older, is named.
        segments: the rows of `segment_rows` on the project's data with its own choices; None where
            the data are not at hand.

    Returns:
        A check for each thing looked at.

    >>> [one.holds for one in checked(Project(), dt.date(2026, 1, 5))]
    [None, None, None, None, None]
    """
    return [
        _figures(project, segments),
        _shares(project),
        _total(project),
        _return(project),
        _sources(project, on),
    ]


def _figures(project: Project, known: Sequence[dict[str, Any]] | None) -> Checked:
    made = _maker("analyse", "Les segments et les données")
    if project.segments.empty:
        return made(None, "Le tableau des segments est vide.")
    if known is None:
        return made(None, "Les données ne sont pas là : le tableau ne peut pas être recalculé.")
    wrong = list(_differences(project.segments.to_dict("records"), known))
    if wrong:
        return made(False, f"Le tableau ne se retrouve pas dans les données : {_some(wrong)}.")
    return made(True, "Chaque ligne du tableau se retrouve dans les données, avec ces réglages.")


def _differences(told: Iterable[dict[Any, Any]], known: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Where the rows of a project are not those of its data."""
    right = {row["segment"]: row for row in known}
    for row in told:
        name = f"« {as_written(row['segment'])} »"
        true = right.pop(row["segment"], None)
        if true is None:
            yield f"{name} n’a aucun client"
        elif round(row["clients"]) != true["clients"]:
            yield f"{name} : {number(row['clients'])} clients au lieu de {number(true['clients'])}"
        elif abs(row["chiffre_affaires"] - true["chiffre_affaires"]) > EURO_SLACK:
            amounts = row["chiffre_affaires"], true["chiffre_affaires"]
            yield f"{name} : {euros(amounts[0])} au lieu de {euros(amounts[1])}"
    for name in right:
        yield f"« {as_written(name)} » manque"


def _shares(project: Project) -> Checked:
    made = _maker("analyse", "Les parts")
    if project.segments.empty:
        return made(None, "Il n’y a pas encore de parts à additionner.")
    sums = [float(project.segments[name].sum()) for name in ("part_clients", "part_ca")]
    shown = " et ".join(percent(value, 1) for value in sums)
    if any(abs(value - 1) > SHARE_SLACK for value in sums):
        return made(False, f"Les parts des clients et du chiffre d’affaires font {shown}.")
    return made(True, "Les parts des clients et du chiffre d’affaires font chacune 100 %.")


def _total(project: Project) -> Checked:
    made = _maker("budget", "Le total")
    if not project.actions:
        return made(None, "Aucune action n’est chiffrée.")
    total = f"Les lignes de coût font {euros(project.total)} HT"
    if project.envelope is None:
        return made(None, f"{total} ; le projet ne donne pas d’enveloppe.")
    holds = project.total <= project.envelope
    return made(holds, f"{total}, pour une enveloppe de {euros(project.envelope)}.")


def _return(project: Project) -> Checked:
    made = _maker("budget", "Le retour")
    campaign = project.costed_campaign
    if campaign is None:
        return made(None, "Les entrées du ROI ne sont pas toutes là.")
    result = roi(incremental_margin(campaign), campaign.cost)
    if result.value is None:
        return made(None, str(result))
    if campaign.margin_rate >= 1:
        return made(False, "Le taux de marque est de 100 % : des ventes prises pour de la marge.")
    if abs(campaign.cost - project.total) > EURO_SLACK:
        costs = f"{euros(campaign.cost)}, et les actions coûtent {euros(project.total)}"
        return made(False, f"Le ROI est calculé sur un coût de {costs}.")
    return made(True, f"Recalculé : {result.text} {break_even(campaign).text}")


def _sources(project: Project, on: dt.date) -> Checked:
    made = _maker("budget", "Les sources et leurs dates")
    lines = project.budget.lines
    if lines.empty:
        return made(None, "Aucune ligne de coût n’a de source à vérifier.")
    flags = flag_lines(lines, on)
    flags = flags[flags["probleme"] != "sans fiabilité"]
    wrong = [
        f"« {as_written(row.libelle)} » ({row.probleme})" for row in flags.itertuples(index=False)
    ]
    if wrong:
        return made(False, f"À vérifier : {_some(wrong)}.")
    return made(True, f"{several(len(lines), 'ligne')} de coût : une source et une date à chacune.")


def _maker(criterion: str, title: str) -> Callable[[bool | None, str], Checked]:
    return lambda holds, text: Checked(criterion, title, holds, text)


def _some(texts: Sequence[str]) -> str:
    rest = len(texts) - NAMED
    shown = " ; ".join(texts[:NAMED])
    return f"{shown} ; et {several(rest, 'autre')}" if rest > 0 else shown
