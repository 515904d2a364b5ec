"""What a machine can check in a finished project; shown beside the grid, never made a mark."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rfm_helpers.analysis.budget.lines import flag_lines
from rfm_helpers.analysis.campaign.account import Campaign, break_even, incremental_margin, roi
from rfm_helpers.analysis.project.facts import Scored, campaign_start, segment_rows
from rfm_helpers.analysis.project.model import Project, SegmentStrategy
from rfm_helpers.analysis.strategy.targets import INDICATORS, SHARE, measure_target
from rfm_helpers.catalog import Target
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import Said, as_written, several

#: How far a total of shares may be from 1, and an amount from that of the data (euros).
SHARE_SLACK, EURO_SLACK = 0.005, 1.0
#: How far a figure that the authors rounded, or an assumption of the return, may be from the data.
ROUNDED, ASSUMED = 0.02, 0.1
#: The inputs of a return that the data know, and how a difference is said.
_INPUTS = {
    "basket": "panier de {told}, et {found} dans les données",
    "margin_rate": "taux de marque de {told}, et {found} dans les données",
    "baseline": "commandes venues de toute façon : {told} pour 100 clients, et {found} dans les "
    "données",
}
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
    project: Project,
    on: dt.date,
    scored: Scored | str = "Les données ne sont pas là : le tableau ne peut pas être recalculé.",
) -> list[Checked]:
    """What can be checked in a project without reading its texts.

    Args:
        project: the project.
        on: the day on which the sources are looked at; one after it, or two years older, is named.
        scored: its customers as it scores them, or the sentence that says why they are not known.

    Returns:
        A check for each thing looked at.

    >>> [one.holds for one in checked(Project(), dt.date(2026, 1, 5))]
    [None, None, None, None, None, None, None]
    """
    known = scored if isinstance(scored, Scored) else None
    return [
        _figures(project, scored),
        _shares(project),
        _starts(project, known),
        _total(project),
        _return(project),
        _inputs(project, known),
        _sources(project, on),
    ]


def _figures(project: Project, scored: Scored | str) -> Checked:
    made = _maker("analyse", "Les segments et les données")
    if project.segments.empty:
        return made(None, "Le tableau des segments est vide.")
    if isinstance(scored, str):
        return made(None, scored)
    known = segment_rows(scored.customers)
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
    wrong = list(_wrong_shares(project))
    if wrong:
        return made(False, f"Des parts ne suivent pas de leur ligne : {_some(wrong)}.")
    return made(True, "Les parts des clients et du chiffre d’affaires font chacune 100 %.")


def _wrong_shares(project: Project) -> Iterator[str]:
    """The shares that the counts and amounts of the same table do not give."""
    table = project.segments
    for share, whole in (("part_clients", "clients"), ("part_ca", "chiffre_affaires")):
        right = table[whole] / table[whole].sum() if table[whole].sum() else table[share]
        for name, told, true in zip(table["segment"], table[share], right, strict=True):
            if abs(told - true) > SHARE_SLACK:
                yield f"« {as_written(name)} » : {percent(told, 1)} au lieu de {percent(true, 1)}"


def _starts(project: Project, scored: Scored | None) -> Checked:
    made = _maker("strategies", "Les objectifs et les données")
    if scored is None:
        return made(None, "Sans les données, les valeurs de départ ne se vérifient pas.")
    measured = [one for one in project.strategies if one.statement.objective.indicator]
    if not measured:
        return made(None, "Aucun objectif n’a d’indicateur à mesurer.")
    wrong = [text for one in measured for text in _start(one, scored)]
    if wrong:
        return made(False, f"À expliquer : {_some(wrong)}.")
    return made(
        True, "Les valeurs de départ, et ce qui viendrait sans nous, sont dans les données."
    )


def _start(one: SegmentStrategy, scored: Scored) -> Iterator[str]:
    """Where an objective starts elsewhere than its segment, or expects else than what comes."""
    objective, name = one.statement.objective, f"« {as_written(one.name)} »"
    indicator = INDICATORS.get(objective.indicator)
    if indicator is None or not (scored.customers["segment"] == one.segment).any():
        return
    now = measure_target(scored.customers, Target(segment=one.segment), objective.indicator)
    start, anyway = objective.from_value, objective.anyway_value
    if start is not None and abs(start - now) > ROUNDED * max(abs(now), 0.5):
        yield f"{name} part de {indicator.show(start)}, et les données disent {indicator.show(now)}"
    known = scored.facts.benchmarks.get(one.segment) if objective.indicator == SHARE else None
    if known and anyway is not None and not known.low <= anyway <= known.high:
        told = indicator.show(anyway)
        yield f"{name} attend {told} sans agir, et les données disent {known.range_text}"


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


def _inputs(project: Project, scored: Scored | None) -> Checked:
    made = _maker("budget", "Les entrées du retour et les données")
    campaign = project.campaign
    if campaign is None:
        return made(None, "Les entrées du ROI ne sont pas toutes là.")
    if scored is None:
        return made(None, "Sans les données, les entrées du ROI ne se vérifient pas.")
    sizes = scored.customers["segment"].value_counts()
    counts: dict[str, float] = {}
    for one in project.actions:
        if one.segment in sizes:
            counts[one.segment] = max(counts.get(one.segment, 0.0), float(one.count or 0))
    if not counts:
        return made(None, "Aucune action ne vise un segment de ces données.")
    true = campaign_start(scored.orders, scored.customers, scored.facts, counts)
    wrong = list(_far(campaign, true, int(sizes[[*counts]].sum())))
    if wrong:
        return made(False, f"À expliquer : {_some(wrong)}.")
    return made(True, "Les entrées du ROI que l’on peut lire dans les données y sont, à 10 % près.")


def _far(campaign: Campaign, true: Mapping[str, float], most: int) -> Iterator[str]:
    """The inputs of a return that are far from what the data say of those whom it reaches."""
    if campaign.reached > most:
        reached = number(campaign.reached)
        yield f"{reached} clients touchés, et les segments visés en ont {number(most)}"
    for name, text in _INPUTS.items():
        told, found = getattr(campaign, name), true.get(name, math.nan)
        if abs(told - found) > ASSUMED * abs(found):
            show = euros if name == "basket" else percent if name == "margin_rate" else _hundred
            yield text.format(told=show(told), found=show(found))


def _hundred(share: float) -> str:
    return number(100 * share)


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
