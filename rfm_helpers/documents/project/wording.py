"""What the deck and the report of a project say in the same words."""

from __future__ import annotations

from rfm_helpers.analysis.campaign.account import break_even, incremental_margin, roi
from rfm_helpers.analysis.project.model import Project, SegmentStrategy
from rfm_helpers.analysis.strategy.forms import objective_text
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import several


def method_rows(project: Project) -> list[list[str]]:
    """How the scores were made: what was chosen and its value, as far as it is known.

    >>> method_rows(Project(terrain="Maison Orsenne"))
    [['Base de données', 'Maison Orsenne']]
    """
    rfm = project.rfm
    chosen = [
        ["Base de données", project.terrain],
        ["Date de référence", long_date(rfm.as_of) if rfm.as_of else ""],
        ["Fenêtre", several(rfm.months, "mois", "mois") if rfm.months else ""],
        ["Niveaux par score", number(rfm.levels) if rfm.levels else ""],
        ["Méthode", rfm.method],
    ]
    return [row for row in chosen if row[1]]


def objective_of(strategy: SegmentStrategy) -> str:
    """The objective of a strategy, as it begins a cell; empty before it has one.

    >>> objective_of(SegmentStrategy())
    ''
    """
    text = objective_text(strategy.statement.objective)
    return text[:1].upper() + text[1:]


def return_text(project: Project) -> str:
    """What a project's return comes to, in sentences; empty before it has one.

    >>> return_text(Project())
    ''
    """
    campaign = project.costed_campaign
    if campaign is None:
        return ""
    margin = incremental_margin(campaign)
    said = [roi(margin, campaign.cost).text, break_even(campaign).text]
    if project.simulation is not None:
        said.append(project.simulation.text)
    anyway = several(round(100 * campaign.baseline), "commande")
    said.append(f"Sans compter ce qui vient de toute façon : {anyway} pour 100 clients touchés.")
    return "\n".join(said)
