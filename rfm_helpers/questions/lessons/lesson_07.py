"""Exercise of lesson 7: what the morning at the workshop brings back."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.budget.lines import line_costs
from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    discount_price,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.campaign.uplift import compare_groups
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import Benchmark, benchmark
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.datasets import COURSE_DATE, load_orders, load_products
from rfm_helpers.french.numbers import euros, number, percent, points
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.lessons.lesson_06 import SEGMENT, invited_count, workshop_lines
from rfm_helpers.questions.model import Question

VAT = 1.2
BEFORE, HORIZON, RESPONSE = "2024-12-31", 181, 0.60
CATEGORY, DISCOUNT = "Petite maroquinerie", 0.10
GROUPS = (13, 21, 9, 21)


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the orders and the cost lines."""
    orders = load_orders()
    table = assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    customers = table[table["segment"] == SEGMENT]
    lines = orders[orders["client_id"].isin(customers["client_id"])]
    revenue, count = float(lines["montant"].sum()) / VAT, int(customers["frequence"].sum())
    basket, rate = revenue / count, float(lines["marge"].sum()) / revenue
    alone = _alone(orders)
    morning = Campaign(
        reached=invited_count(),
        uplift=RESPONSE - alone[SEGMENT].share,
        basket=basket,
        margin_rate=rate,
        cost=float(line_costs(workshop_lines(invited_count()))["cout_ht"].sum()),
    )
    costs = line_costs(workshop_lines(invited_count()))[["cout_ttc", "cout_annee_ht"]].sum()
    return (
        _margin(morning, len(customers), count),
        _break_even(morning, float(costs["cout_ttc"]), float(costs["cout_annee_ht"])),
        _uplift(alone),
        _roi(morning),
        _discount(orders),
        _control(),
    )


def _alone(orders: pd.DataFrame) -> dict[str, Benchmark]:
    """What each segment of the end of 2024 did within the horizon, all together under ""."""
    both = assign_segments(
        compare_dates(orders, (BEFORE, COURSE_DATE), months=24, horizon_days=HORIZON)
    )
    found = {str(segment): benchmark(rows) for segment, rows in both.groupby("segment")}
    return found | {"": benchmark(both)}


def _margin(morning: Campaign, customers: int, count: int) -> Question:
    basket, rate = morning.basket, morning.margin_rate
    answer = basket * rate
    return Question(
        "marge_par_commande",
        f"Que rapporte, en moyenne, **une commande** des « {SEGMENT} » : quelle **marge**, en "
        "euros ?",
        NumberCheck(
            answer,
            tolerance=1.5,
            unit="€",
            success=(
                f"Oui : environ {euros(answer)}. C’est cela qui paie une action, et non les "
                f"{euros(basket * VAT)} que le client règle à la caisse."
            ),
            mistakes=_margin_mistakes(morning, count / customers),
            otherwise="Avez-vous multiplié le panier HT par le taux de marque, pour ce segment ?",
        ),
        hints=(
            "Changez le segment, puis multipliez deux nombres du tableau.",
            "Panier HT × taux de marque ; 50 % s’écrit `0.50` dans la calculette.",
        ),
        worked=f"{euros(basket, 2)} × {percent(rate, 1)} = {euros(answer, 2)}.",
        section="Du chiffre d’affaires à la marge",
    )


def _margin_mistakes(morning: Campaign, orders_each: float) -> tuple[Mistake, ...]:
    basket, rate = morning.basket, morning.margin_rate
    return (
        Mistake(basket * VAT * rate, "Le taux de marque s’applique-t-il au prix TTC ?"),
        Mistake((basket - 1, basket + 1), "Est-ce un chiffre d’affaires, ou une marge ?"),
        Mistake((basket * VAT - 1, basket * VAT + 1), "Est-ce le panier TTC ?"),
        Mistake(
            lambda value: abs(value - basket * rate * orders_each) <= 2,
            "Est-ce la marge d’un client, ou d’une commande ?",
        ),
    )


def _needed(cost: float, reached: float, earned: float) -> float:
    return 100 * cost / (reached * earned)


def _break_even(morning: Campaign, with_tax: float, year: float) -> Question:
    answer = 100 * (break_even(morning).value or 0.0)
    earned = morning.basket * morning.margin_rate
    spread = _needed(year, morning.reached, earned)
    return Question(
        "seuil_de_la_matinee",
        f"La matinée coûte {euros(morning.cost, 2)} HT, établis payés en une fois, et touche "
        f"{number(morning.reached)} invités. Quel est son **seuil de rentabilité**, en **points** "
        "de hausse de réponse ?",
        NumberCheck(
            answer,
            tolerance=0.3,
            unit="%",
            success=(
                f"Oui : {points(answer / 100)}, soit neuf commandes que l’on n’aurait pas eues "
                "sans la matinée. Si les établis resservent trois ans, elle ne coûte que "
                f"{euros(year, 2)} cette année, et son seuil tombe à {points(spread)} : dites "
                "lequel des deux vous montrez, et pourquoi."
            ),
            mistakes=_break_even_mistakes(morning, with_tax, year),
            otherwise="Le coût, les invités et le segment sont-ils ceux de la question ?",
        ),
        hints=("Changez le coût et le nombre de clients touchés, puis lisez la phrase.",),
        worked=(
            f"{euros(morning.cost, 2)} ÷ ({number(morning.reached)} × {euros(earned, 2)}) = "
            f"{points(answer / 100)}."
        ),
        section="ROI et seuil de rentabilité",
    )


def _break_even_mistakes(morning: Campaign, with_tax: float, year: float) -> tuple[Mistake, ...]:
    earned = morning.basket * morning.margin_rate
    return (
        Mistake(_needed(with_tax, morning.reached, earned), "Le coût est-il HT, ou TTC ?"),
        Mistake(
            _needed(morning.cost, 25, earned),
            "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
        ),
        Mistake(
            _needed(year, morning.reached, earned),
            "Avez-vous étalé les établis ? La question les paie en une fois.",
        ),
        Mistake(_needed(with_tax, 25, earned), "Avez-vous changé le coût et les invités ?"),
        Mistake(
            _needed(morning.cost, morning.reached, morning.basket),
            "Le coût se paie-t-il avec le chiffre d’affaires, ou avec la marge ?",
        ),
    )


def _uplift(benchmarks: dict[str, Benchmark]) -> Question:
    alone = {segment: known.share for segment, known in benchmarks.items()}
    answer = 100 * (RESPONSE - alone[SEGMENT])
    return Question(
        "hausse_de_la_matinee",
        f"Dans les six mois qui suivent, **{percent(RESPONSE)}** des invités commandent. Prenez "
        "pour repère ce que le même segment a fait **sans matinée** au premier semestre 2025, sur "
        "des fenêtres de deux ans. De combien de **points** est la hausse de réponse ?",
        NumberCheck(
            answer,
            tolerance=0.3,
            unit="%",
            success=(
                f"Oui : {number(answer, 1)} points. Près de la moitié de ce segment commande sans "
                f"nous ({benchmarks[SEGMENT].range_text}) : la réponse impressionne, la hausse "
                "seule est à notre crédit."
            ),
            mistakes=_uplift_mistakes(alone),
            otherwise="Quel repère avez-vous retiré de la réponse ?",
        ),
        hints=("Changez le segment, lisez la part, puis soustrayez-la de la réponse.",),
        worked=(
            f"{percent(RESPONSE)} − {percent(alone[SEGMENT], 1)} = {number(answer, 1)} points."
        ),
        section="Réponse ou hausse de réponse ?",
    )


def _uplift_mistakes(alone: dict[str, float]) -> tuple[Mistake, ...]:
    return (
        Mistake(100 * RESPONSE, "Est-ce la réponse, ou la hausse de réponse ?"),
        Mistake(100 * alone[SEGMENT], "Est-ce le repère, ou l’écart avec lui ?"),
        Mistake(
            100 * (RESPONSE / alone[SEGMENT] - 1),
            "Une hausse en points se calcule-t-elle par une division ?",
        ),
        Mistake(100 * (RESPONSE - alone["Champions"]), "Le repère est-il du bon segment ?"),
        Mistake(100 * (RESPONSE - alone[""]), "Le repère est-il celui de toute la base ?"),
    )


def _roi(morning: Campaign) -> Question:
    margin = incremental_margin(morning)
    answer = 100 * (roi(margin, morning.cost).value or 0.0)
    claimed = margin * RESPONSE / morning.uplift
    return Question(
        "roi_de_la_matinee",
        "Avec cette hausse, quel est le **ROI** de la matinée, en % ?",
        NumberCheck(
            answer,
            tolerance=2,
            unit="%",
            success=(
                f"Oui : {percent(answer / 100)}. Avec la réponse à la place de la hausse, on "
                f"aurait annoncé {percent(claimed / morning.cost - 1)} : c’est l’erreur la plus "
                "chère de la leçon."
            ),
            mistakes=_roi_mistakes(morning, margin, answer, claimed),
            otherwise="La hausse de la question 3 est-elle écrite en décimal, comme `0.05` ?",
        ),
        hints=(
            "Écrivez votre réponse à la question 3 en décimal : 5 points s’écrivent `0.05`.",
            "Un ROI peut être négatif : gardez le signe.",
        ),
        worked=(
            f"Marge incrémentale : {euros(margin)} ; coût : {euros(morning.cost, 2)}. "
            f"({euros(margin)} − {euros(morning.cost, 2)}) ÷ {euros(morning.cost, 2)} = "
            f"{percent(answer / 100)}."
        ),
        section="ROI et seuil de rentabilité",
    )


def _roi_mistakes(
    morning: Campaign, margin: float, answer: float, claimed: float
) -> tuple[Mistake, ...]:
    return (
        Mistake(
            100 * (claimed / morning.cost - 1),
            "Avez-vous pris la réponse au lieu de la hausse de réponse ?",
        ),
        Mistake(-answer, "De quel signe est ce ROI ?"),
        Mistake(100 * margin / morning.cost, "Avez-vous retiré le coût de la marge ?"),
        Mistake(
            100 * (margin / morning.margin_rate / morning.cost - 1),
            "Avez-vous compté le chiffre d’affaires au lieu de la marge ?",
        ),
    )


def _discount(orders: pd.DataFrame) -> Question:
    lines = orders.merge(load_products(), on="produit_id").groupby("categorie")
    rates = (lines["marge"].sum() / (lines["montant"].sum() / VAT)).to_dict()
    rate = rates[CATEGORY]
    answer = 100 * (discount_price(DISCOUNT, rate).value or 0.0)
    watches = 100 * (discount_price(DISCOUNT, rates["Horlogerie"]).value or 0.0)
    return Question(
        "prix_de_la_remise",
        f"La boutique veut offrir **{percent(DISCOUNT)}** sur la catégorie « **{CATEGORY}** ». "
        "Combien de commandes **en plus**, en %, faut-il pour gagner autant que sans remise ?",
        NumberCheck(
            answer,
            tolerance=0.6,
            unit="%",
            success=(
                f"Oui : {percent(answer / 100)} de plus, seulement pour revenir au même point. La "
                "remise se compare à la marge, pas au prix."
            ),
            mistakes=_discount_mistakes(rate, answer, watches),
            otherwise="La remise et la catégorie sont-elles celles de la question ?",
        ),
        hints=("Changez la catégorie, puis la remise, et lisez la phrase.",),
        worked=(
            f"{percent(DISCOUNT)} ÷ ({percent(rate, 1)} − {percent(DISCOUNT)}) = "
            f"{percent(answer / 100, 1)}."
        ),
        section="Le vrai prix d’une remise de 15 %",
    )


def _discount_mistakes(rate: float, answer: float, watches: float) -> tuple[Mistake, ...]:
    return (
        Mistake(100 * DISCOUNT, "Est-ce la remise elle-même ?"),
        Mistake(100 * DISCOUNT / rate, "Que devient la marge, une fois la remise donnée ?"),
        Mistake(100 + answer, "Est-ce le nombre total de commandes, ou celles en plus ?"),
        Mistake(watches, "Est-ce la marge de cette catégorie ?"),
        Mistake(
            100 * (discount_price(0.15, rate).value or 0.0),
            "La remise est-elle celle de la question ?",
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
