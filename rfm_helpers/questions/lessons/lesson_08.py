"""Exercise of lesson 8: what the morning at the workshop adds, and how sure one is of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from rfm_helpers.analysis.budget.lines import line_costs
from rfm_helpers.analysis.campaign.account import Campaign, incremental_margin, roi
from rfm_helpers.analysis.campaign.envelope import best_split, segment_uses
from rfm_helpers.analysis.campaign.uncertainty import measured_roi
from rfm_helpers.analysis.campaign.uplift import compare_groups, people_needed
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import Benchmark, benchmark
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.lessons.lesson_06 import SEGMENT, invited_count, workshop_lines
from rfm_helpers.questions.lessons.lesson_07 import (
    ALONE,
    worked_roi,
    workshop_morning,
)
from rfm_helpers.questions.model import Question

BEFORE, HORIZON, RESPONSE = "2024-12-31", 181, 0.60
#: The smallest uplift for which the house keeps an action (points).
ENOUGH = 15
GROUPS = (13, 21, 9, 21)
#: What the promising customers do alone, and what the shop aims at (shares).
PROMISING, AIM = 0.23, 0.33
#: How many mornings the shop plans to try it.
SESSIONS = 4
MORNINGS, SEVERAL = 5, (130, 210, 90, 210)
WORST = -0.25
REACTIONS = {"Fidèles potentiels": 0.08, "À ne pas perdre": 0.13}
ENVELOPE, FIRST_COST = 9000, 100


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the orders and the cost lines."""
    alone = _alone(load_orders())
    morning = replace(workshop_morning(), uplift=RESPONSE - alone[SEGMENT].share)
    year = float(line_costs(workshop_lines(invited_count()))["cout_annee_ht"].sum())
    return (
        _uplift(alone),
        _roi(morning),
        _control(),
        _size(),
        _several(morning, year),
        _left(load_orders()),
    )


def _alone(orders: pd.DataFrame) -> dict[str, Benchmark]:
    """What each segment of the end of 2024 did within the horizon."""
    both = assign_segments(
        compare_dates(orders, (BEFORE, COURSE_DATE), months=24, horizon_days=HORIZON)
    )
    return {str(segment): benchmark(rows) for segment, rows in both.groupby("segment")}


def _uplift(benchmarks: dict[str, Benchmark]) -> Question:
    alone = benchmarks[SEGMENT].share
    answer = 100 * (RESPONSE - alone)
    return Question(
        "hausse_de_la_matinee",
        f"Dans les six mois qui suivent, **{percent(RESPONSE)}** des invités commandent. Prenez "
        "pour repère ce que le même segment a fait **sans matinée** au premier semestre 2025, sur "
        f"des fenêtres de deux ans. La maison garde une action qui ajoute au moins **{ENOUGH} "
        "points** de réponse. **Gardez-vous celle-ci ?**",
        ChoiceCheck(_uplift_choices(answer, benchmarks[SEGMENT].range_text)),
        hints=("Changez le segment, lisez la part, puis soustrayez-la de la réponse.",),
        worked=(
            f"{percent(RESPONSE)} − {percent(alone, 1)} = {number(answer, 1)} points, moins que "
            f"{ENOUGH} : réponse c."
        ),
        section="Le groupe témoin",
        former=NumberCheck(answer, tolerance=0.3, unit="%"),
    )


def _uplift_choices(answer: float, known: str) -> tuple[Choice, ...]:
    return (
        Choice(
            f"Oui, et de loin : elle ajoute {percent(RESPONSE)}.",
            "Est-ce la réponse, ou la hausse de réponse ?",
        ),
        Choice(
            "Oui : elle ajoute près de 28 %.",
            "Une hausse en points se calcule-t-elle par une division ?",
        ),
        Choice(
            "Non, de peu : il lui manque environ deux points.",
            f"Oui : {number(answer, 1)} points. Près de la moitié de ce segment commande sans "
            f"nous ({known}) : la réponse impressionne, la hausse seule est à notre crédit.",
            right=True,
        ),
        Choice(
            "Non, et de loin : elle en fait perdre une vingtaine.",
            "Le repère est-il du bon segment ?",
        ),
    )


def _roi(morning: Campaign) -> Question:
    margin = incremental_margin(morning)
    answer = 100 * (roi(margin, morning.cost).value or 0.0)
    return Question(
        "roi_de_la_matinee",
        "Pour apprendre, la maison accepte qu’une action nouvelle perde jusqu’au **quart** de ce "
        "qu’elle coûte, pas davantage. Avec cette hausse, **la refaites-vous telle quelle ?**",
        ChoiceCheck(_roi_choices(answer, RESPONSE - morning.uplift)),
        hints=(
            "Reprenez la hausse de la question 1 : 5 points s’écrivent 0.05.",
            "Un ROI négatif dit quelle part du coût est perdue.",
        ),
        worked=f"{worked_roi(morning, margin, answer)} Réponse d.",
        section="Ce que l’on croit savoir",
        former=NumberCheck(answer, tolerance=2, unit="%"),
    )


def _roi_choices(answer: float, alone: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui : elle rapporte presque trois fois son coût.",
            "Avez-vous pris la réponse au lieu de la hausse de réponse ?",
        ),
        Choice(
            "Oui : elle rapporte plus de deux fois son coût.",
            "Avez-vous écrit la hausse, ou le repère ?",
        ),
        Choice(
            "Oui : elle perd moins d’un dixième de son coût.",
            "Est-ce la hausse de la question 1, ou celle que la boutique espérait ?",
        ),
        Choice(
            "Non : elle perd plus du quart de son coût.",
            f"Oui : {percent(answer / 100)}. La boutique espérait mieux : elle croyait que "
            f"{percent(ALONE)} seraient venus sans elle, et ils sont {percent(alone)}.",
            right=True,
        ),
    )


def _control() -> Question:
    found = compare_groups(*GROUPS, at_random=True)
    invited, control = (f"{GROUPS[i]} sur {GROUPS[i + 1]}" for i in (0, 2))
    return Question(
        "conclusion_du_temoin",
        "L’an prochain, la boutique a 42 clients à inviter : elle tire au sort la moitié, et "
        "n’invite pas les autres. "
        f"Résultat : {invited} commandent parmi les invités, {control} parmi les témoins. Que "
        "conclure ?",
        ChoiceCheck(_conclusions(100 * found.uplift)),
        hints=(
            "Entrez les quatre nombres, et lisez la fin de la phrase.",
            "L’intervalle dit entre quelles valeurs l’effet peut se trouver.",
        ),
        worked=f"Réponse d. {found}",
        section="Le groupe témoin",
    )


def _conclusions(gap: float) -> tuple[Choice, ...]:
    return (
        Choice(
            f"La matinée a apporté {GROUPS[0]} commandes.",
            "Combien seraient venues sans elle, d’après le groupe témoin ?",
        ),
        Choice(
            f"La matinée ajoute {number(gap)} points de réponse.",
            "Que dit l’intervalle ? Contient-il zéro ?",
        ),
        Choice(
            "La matinée ne sert à rien.",
            "Ne pas pouvoir conclure, est-ce avoir prouvé que l’effet est nul ?",
        ),
        Choice(
            "On ne peut pas conclure : avec si peu de clients, le hasard suffirait.",
            "Oui : l’intervalle contient zéro. Réunissez plusieurs matinées, et dites-le "
            "avant de commencer.",
            right=True,
        ),
    )


def _size() -> Question:
    answer, there = people_needed(PROMISING, AIM), SESSIONS * invited_count()
    return Question(
        "taille_du_temoin",
        f"La boutique veut essayer la matinée sur les « Prometteurs » : {percent(PROMISING)} "
        f"commandent d’eux-mêmes en six mois, et elle vise **{percent(AIM)}**. Elle prévoit "
        f"quatre matinées, **{there} invités**, et autant de témoins. **Lui en demandez-vous "
        "davantage**, pour que l’intervalle puisse quitter zéro ?",
        ChoiceCheck(_size_choices(answer)),
        hints=("Changez les deux parts : 0.12 veut dire 12 %.",),
        worked=(
            f"De {percent(PROMISING)} à {percent(AIM)} : {number(answer)} clients par groupe, et "
            f"elle en prévoit {there}. Réponse a."
        ),
        section="Le hasard aussi fait des miracles",
        former=NumberCheck(answer, tolerance=0, unit="clients"),
    )


def _size_choices(answer: int) -> tuple[Choice, ...]:
    return (
        Choice(
            "Non : quatre matinées suffisent, tout juste.",
            f"Oui : il faut {number(answer)} invités, et autant de témoins. Et c’est un minimum : "
            "à cette taille, le hasard cache encore l’effet une fois sur deux.",
            right=True,
        ),
        Choice(
            "Oui : il faudrait presque deux fois plus d’invités.",
            "Le nombre de la cellule est-il celui d’un groupe, ou des deux ?",
        ),
        Choice(
            "Non : trois matinées auraient déjà suffi.",
            "Les deux parts sont-elles celles des « Prometteurs » ?",
        ),
        Choice(
            "Non : deux matinées auraient déjà suffi.",
            "Avez-vous écrit la hausse au lieu de la réponse visée ?",
        ),
    )


def _several(morning: Campaign, year: float) -> Question:
    found = compare_groups(*SEVERAL, at_random=True)
    at_once, spread = (
        measured_roi(replace(morning, reached=SEVERAL[1], cost=MORNINGS * cost), found)
        for cost in (morning.cost, year)
    )
    return Question(
        "risque_de_la_serie",
        f"{MORNINGS} matinées, {number(SEVERAL[1])} invités et autant de témoins tirés au sort : "
        f"{SEVERAL[0]} commandes contre {SEVERAL[2]}. Chaque matinée coûte "
        f"{euros(morning.cost, 2)}, ou {euros(year, 2)} établis étalés. La directrice financière "
        f"accepte une nouvelle série si le ROI ne risque pas de passer **sous {percent(WORST)}**. "
        "Que lui dire ?",
        ChoiceCheck(
            (
                Choice(
                    "Oui : l’intervalle de la hausse ne contient pas zéro.",
                    "La hausse est établie : le ROI l’est-il ? Où est le bas de son intervalle ?",
                ),
                Choice(
                    "Oui, à condition d’étaler les établis.",
                    "Étalés, où descend le bas de l’intervalle du ROI ?",
                ),
                Choice(
                    "Non : même établis étalés, le bas de l’intervalle est plus bas qu’elle ne "
                    "l’accepte.",
                    f"Oui : il est à {percent(spread.low)}, et à {percent(at_once.low)} si tout se "
                    "paie en une fois. L’effet est établi, la décision ne l’est pas : plus de "
                    "clients resserrent l’intervalle, un coût plus bas le remonte.",
                    right=True,
                ),
                Choice(
                    "Non : la matinée ne fait venir personne.",
                    "L’intervalle de la hausse contient-il zéro ?",
                ),
            )
        ),
        hints=(
            "Entrez le coût des cinq matinées, et lisez où commence l’intervalle du ROI.",
            "Recommencez avec les établis étalés.",
        ),
        worked=f"Réponse c. {at_once} Établis étalés : {spread}",
        section="La fourchette, quand on a mesuré",
    )


def _left(orders: pd.DataFrame) -> Question:
    uses, everyone = _uses(orders, reachable=True), _uses(orders, reachable=False)
    spent, unlimited = (best_split(one, ENVELOPE) for one in (uses, everyone))
    answer = ENVELOPE - sum(spent.values())
    first, second = REACTIONS
    return Question(
        "reste_de_l_enveloppe",
        f"{euros(ENVELOPE)} pour deux segments, une première commande à {euros(FIRST_COST)}. "
        f"{percent(REACTIONS[first])} des « {first} » et {percent(REACTIONS[second])} des "
        f"« {second} » réagiraient. Combien d’euros **rendez-vous** à la directrice financière, "
        "parce qu’ils rapporteraient moins qu’ils ne coûtent ?",
        NumberCheck(
            answer,
            tolerance=3,
            unit="€",
            success=(
                f"Oui : {euros(answer)}. Le meilleur partage donne {euros(spent[first])} aux "
                f"« {first} » et {euros(spent[second])} aux « {second} », puis s’arrête : une "
                "enveloppe n’est pas une obligation."
            ),
            mistakes=(
                Mistake(sum(spent.values()), "Est-ce ce que l’on dépense, ou ce que l’on rend ?"),
                Mistake(spent[first], "Est-ce la part d’un seul segment ?"),
                Mistake(spent[second], "Est-ce la part d’un seul segment ?"),
                Mistake(
                    ENVELOPE - sum(unlimited.values()),
                    "Avez-vous compté ceux à qui l’on ne peut pas écrire ?",
                ),
                Mistake(0, "Le dernier euro rapporte-t-il encore un euro ?"),
            ),
            otherwise="Les parts et l’enveloppe sont-elles celles de la question ?",
        ),
        hints=("Changez les deux parts et l’enveloppe, puis ôtez ce que le partage dépense.",),
        worked=(
            f"{euros(ENVELOPE)} − {euros(spent[first], 2)} − {euros(spent[second], 2)} = "
            f"{euros(answer, 2)}."
        ),
        section="Entre les segments",
    )


def _uses(orders: pd.DataFrame, *, reachable: bool) -> pd.DataFrame:
    """The two segments as uses of the envelope, only those to whom one may write or not."""
    customers = assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    customers = customers[customers["segment"].isin(list(REACTIONS))]
    if reachable:
        customers, _ = contact_list(
            customers,
            "courrier",
            on=COURSE_DATE,
            people=load_customers(),
            complaints=load_complaints(),
            contacts=load_contacts(),
        )
    rate = float(orders["marge"].sum() / orders["montant"].sum())
    return segment_uses(revenue_at_stake(customers, REACTIONS), rate, FIRST_COST)
