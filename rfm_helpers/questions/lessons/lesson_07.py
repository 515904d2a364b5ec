"""Exercise of lesson 7: what the morning at the workshop brings back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.datasets import COURSE_DATE, load_orders, load_products
from rfm_helpers.french.numbers import euros, number, percent, points
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.lessons.lesson_06 import SEGMENT, invited_count, workshop_lines
from rfm_helpers.questions.model import Question

VAT = 1.2
#: What a partner asks (euros without VAT, by order), what the morning added elsewhere (points).
FEE, SEEN = 250, 23
HOPED, ALONE = 0.60, 0.40
CATEGORY, DISCOUNT, EXPECTED = "Petite maroquinerie", 0.10, 0.20
#: What an artisan of half a day costs less (euros, without VAT), and how much dearer baskets are.
SAVED, RICHER = 150, 0.05


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the orders and the cost lines."""
    morning = workshop_morning()
    year = float(line_costs(workshop_lines(invited_count()))["cout_annee_ht"].sum())
    return (
        _margin(morning),
        _break_even(morning, year),
        _hoped(morning),
        _affordable(morning),
        _discount(load_orders()),
        _lever(morning, year),
    )


def workshop_morning() -> Campaign:
    """The morning as the shop hopes it will be: whom it reaches, what they buy, what it costs."""
    orders = load_orders()
    table = assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    customers = table[table["segment"] == SEGMENT]
    lines = orders[orders["client_id"].isin(customers["client_id"])]
    revenue = float(lines["montant"].sum()) / VAT
    return Campaign(
        reached=invited_count(),
        uplift=HOPED - ALONE,
        basket=revenue / int(customers["frequence"].sum()),
        margin_rate=float(lines["marge"].sum()) / revenue,
        cost=float(line_costs(workshop_lines(invited_count()))["cout_ht"].sum()),
    )


def _margin(morning: Campaign) -> Question:
    answer = morning.basket * morning.margin_rate
    return Question(
        "marge_par_commande",
        f"Un partenaire enverrait des « {SEGMENT} » à la boutique, et demande **{euros(FEE)} HT "
        "par commande** qu’il fait naître. En moyenne, **une commande le rembourse-t-elle ?**",
        ChoiceCheck(_margin_choices(answer, morning.basket * VAT)),
        hints=(
            "Changez le segment, puis multipliez deux nombres du tableau.",
            "Panier HT × taux de marque ; 50 % s’écrit 0.50 dans la calculette.",
        ),
        worked=(
            f"{euros(morning.basket, 2)} × {percent(morning.margin_rate, 1)} = "
            f"{euros(answer, 2)}, moins que {euros(FEE)} : réponse b."
        ),
        section="Du chiffre d’affaires à la marge",
        former=NumberCheck(answer, tolerance=1.5, unit="€"),
    )


def _margin_choices(answer: float, paid: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui, de peu : elle laisse entre vingt et trente euros.",
            "Le taux de marque s’applique-t-il au prix TTC ?",
        ),
        Choice(
            "Non, de peu : elle perd une vingtaine d’euros.",
            f"Oui : une commande rapporte environ {euros(answer)}. C’est cela qui paie un "
            f"partenaire ou une action, et non les {euros(paid)} que le client règle à la caisse.",
            right=True,
        ),
        Choice(
            "Oui, et de loin : elle laisse près de 200 €.",
            "Est-ce un chiffre d’affaires, ou une marge ?",
        ),
        Choice(
            "Oui, et de loin : elle laisse plus de 400 €.",
            "Est-ce la marge d’un client, ou d’une commande ?",
        ),
    )


def _needed(cost: float, reached: float, earned: float) -> float:
    return 100 * cost / (reached * earned)


def _break_even(morning: Campaign, year: float) -> Question:
    answer = 100 * (break_even(morning).value or 0.0)
    earned = morning.basket * morning.margin_rate
    spread = _needed(year, morning.reached, earned) / 100
    return Question(
        "seuil_de_la_matinee",
        f"La matinée coûte {euros(morning.cost, 2)} HT, établis payés en une fois, et touche "
        f"{number(morning.reached)} invités. À Paris, la même matinée a ajouté **{SEEN} points** "
        "de hausse de réponse. Si Lyon fait aussi bien, **rend-elle sa mise ?**",
        ChoiceCheck(_break_even_choices(answer, year, spread)),
        hints=(
            "Changez le coût et le nombre de clients touchés, puis lisez la phrase.",
            f"Comparez le seuil à {SEEN} points.",
        ),
        worked=(
            f"{euros(morning.cost, 2)} ÷ ({number(morning.reached)} × {euros(earned, 2)}) = "
            f"{points(answer / 100)}, moins que {SEEN} : réponse a."
        ),
        section="ROI et seuil de rentabilité",
        former=NumberCheck(answer, tolerance=0.3, unit="%"),
    )


def _break_even_choices(answer: float, year: float, spread: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui, de peu : à un point environ.",
            f"Oui : le seuil est de {points(answer / 100)}, soit neuf commandes que l’on n’aurait "
            "pas eues sans la matinée. Si les établis resservent trois ans, elle ne coûte que "
            f"{euros(year, 2)} cette année, et son seuil tombe à {points(spread)} : dites lequel "
            "des deux vous montrez, et pourquoi.",
            right=True,
        ),
        Choice("Non, de peu : il manque deux points environ.", "Le coût est-il HT, ou TTC ?"),
        Choice(
            "Non, et de loin : il en faudrait plus de trente.",
            "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
        ),
        Choice(
            "Oui, et de loin : elle en a sept de trop.",
            "Avez-vous étalé les établis ? La question les paie en une fois.",
        ),
    )


def _hoped(morning: Campaign) -> Question:
    margin = incremental_margin(morning)
    answer = 100 * (roi(margin, morning.cost).value or 0.0)
    claimed = margin * HOPED / morning.uplift
    return Question(
        "roi_espere",
        f"La boutique espère que **{percent(HOPED)}** des invités commanderont, et pense que "
        f"{percent(ALONE)} seraient venus sans elle. Si elle a raison, quel est le **ROI** de la "
        "matinée, en %, établis payés en une fois ?",
        NumberCheck(
            answer,
            tolerance=2,
            unit="%",
            success=(
                f"Oui : {percent(answer / 100)}. Avec la réponse à la place de la hausse, on "
                f"aurait annoncé {percent(claimed / morning.cost - 1)} : c’est l’erreur la plus "
                "chère de la leçon."
            ),
            mistakes=roi_mistakes(morning, margin, answer, claimed),
            otherwise="La hausse est-elle écrite comme 0.05 pour 5 points ?",
        ),
        hints=(
            "Combien de points la matinée ajoute-t-elle ? 5 points s’écrivent 0.05.",
            "Un ROI peut être négatif : gardez le signe.",
        ),
        worked=worked_roi(morning, margin, answer),
        section="ROI et seuil de rentabilité",
    )


def roi_mistakes(
    morning: Campaign, margin: float, answer: float, claimed: float
) -> tuple[Mistake, ...]:
    """What one writes instead of the ROI of the morning (%)."""
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


def worked_roi(morning: Campaign, margin: float, answer: float) -> str:
    """The ROI of the morning, worked out."""
    return (
        f"Marge incrémentale : {euros(margin)} ; coût : {euros(morning.cost, 2)}. "
        f"({euros(margin)} − {euros(morning.cost, 2)}) ÷ {euros(morning.cost, 2)} = "
        f"{percent(answer / 100)}."
    )


def _affordable(morning: Campaign) -> Question:
    answer = incremental_margin(morning)
    return Question(
        "cout_supportable",
        "La directrice financière veut bien ne rien gagner, mais ne rien perdre. Avec cette "
        f"hausse et {number(morning.reached)} invités, **quel budget HT accordez-vous, au plus**, "
        "à toute la matinée ? En euros.",
        NumberCheck(
            answer,
            tolerance=15,
            unit="€",
            success=(
                f"Oui : {euros(answer)}, la marge incrémentale elle-même, soit "
                f"{euros(answer / morning.reached)} par invité. C’est le budget à donner à la "
                "boutique **avant** qu’elle choisisse l’artisan."
            ),
            mistakes=_affordable_mistakes(morning, answer),
            otherwise="Pour quel coût le ROI est-il de 0 % ? La hausse est-elle la même ?",
        ),
        hints=("Changez le coût jusqu’à ce que le ROI soit de 0 %.",),
        worked=(
            f"{number(morning.reached)} × {number(morning.uplift, 2)} × "
            f"{euros(morning.basket, 2)} × {percent(morning.margin_rate, 1)} = {euros(answer, 2)}."
        ),
        section="ROI et seuil de rentabilité",
    )


def _affordable_mistakes(morning: Campaign, answer: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            (answer / morning.reached - 1, answer / morning.reached + 1),
            "Est-ce le coût d’un invité, ou de toute la matinée ?",
        ),
        Mistake(
            answer / morning.margin_rate,
            "Le coût se paie-t-il avec le chiffre d’affaires, ou avec la marge ?",
        ),
        Mistake(
            answer * HOPED / morning.uplift,
            "Avez-vous pris la réponse au lieu de la hausse de réponse ?",
        ),
        Mistake(
            morning.cost - answer,
            "Est-ce ce que la matinée peut coûter, ou ce qu’elle perd aujourd’hui ?",
        ),
    )


def _discount(orders: pd.DataFrame) -> Question:
    lines = orders.merge(load_products(), on="produit_id").groupby("categorie")
    rates = (lines["marge"].sum() / (lines["montant"].sum() / VAT)).to_dict()
    rate = rates[CATEGORY]
    answer = 100 * (discount_price(DISCOUNT, rate).value or 0.0)
    return Question(
        "prix_de_la_remise",
        f"La boutique veut offrir **{percent(DISCOUNT)}** sur la catégorie « **{CATEGORY}** » : "
        f"elle est sûre d’avoir **{percent(EXPECTED)}** de commandes en plus. **Acceptez-vous ?**",
        ChoiceCheck(_discount_choices(answer)),
        hints=("Changez la catégorie, puis la remise, et lisez la phrase.",),
        worked=(
            f"{percent(DISCOUNT)} ÷ ({percent(rate, 1)} − {percent(DISCOUNT)}) = "
            f"{percent(answer / 100, 1)}, plus que {percent(EXPECTED)} : réponse c."
        ),
        section="Le vrai prix d’une remise de 15 %",
        former=NumberCheck(answer, tolerance=0.6, unit="%"),
    )


def _discount_choices(answer: float) -> tuple[Choice, ...]:
    return (
        Choice(
            f"Oui : {percent(EXPECTED)} de commandes en plus, c’est deux fois la remise.",
            "Une remise se compare-t-elle au prix, ou à la marge ?",
        ),
        Choice(
            "Oui : la remise divisée par le taux de marque fait moins que cela.",
            "Que devient la marge de chaque pièce, une fois la remise donnée ?",
        ),
        Choice(
            "Non, de peu : il faudrait un peu plus de commandes encore.",
            f"Oui : il en faut {percent(answer / 100)} de plus, seulement pour revenir au même "
            "point. La remise se compare à la marge, pas au prix.",
            right=True,
        ),
        Choice(
            "Non, de loin : il faudrait plus de 30 % de commandes en plus.",
            "Est-ce la marge de cette catégorie ? Est-ce la remise de la question ?",
        ),
    )


def _lever(morning: Campaign, year: float) -> Question:
    gains = [
        roi(incremental_margin(tried), tried.cost).value or 0.0
        for tried in (
            replace(morning, discount=DISCOUNT, baseline=ALONE),
            replace(morning, basket=(1 + RICHER) * morning.basket),
            replace(morning, cost=morning.cost - SAVED),
            replace(morning, cost=year),
        )
    ]
    return Question(
        "levier_de_la_matinee",
        f"La hausse reste celle que la boutique espère, et {percent(ALONE)} viendraient sans elle. "
        "Une seule de ces propositions rend la matinée **rentable** : laquelle ?",
        ChoiceCheck(_levers(gains)),
        hints=(
            "Essayez-les une à une, en remettant les autres valeurs.",
            "Le début de l’exercice donne le coût de la matinée quand on étale les établis.",
        ),
        worked=(
            "Réponse d. Les quatre ROI, dans l’ordre : "
            f"{', '.join(percent(gain) for gain in gains)}."
        ),
        section="À vous : rendre la soirée rentable",
    )


def _levers(gains: Sequence[float]) -> tuple[Choice, ...]:
    """The proposals, the ROI of each in its feedback."""
    return (
        Choice(
            f"Offrir {percent(DISCOUNT)} de remise à tous les invités qui commandent.",
            f"Le ROI tombe à {percent(gains[0])} : qui, parmi ceux qui seraient venus, refuserait "
            "la remise ?",
        ),
        Choice(
            f"Présenter des pièces plus chères : un panier plus élevé de {percent(RICHER)}.",
            f"Le ROI monte à {percent(gains[1])} : est-il positif ?",
        ),
        Choice(
            f"Faire venir l’artisan une demi-journée, pour {euros(SAVED)} HT de moins.",
            f"Le ROI monte à {percent(gains[2])} : est-il positif, même de peu ?",
        ),
        Choice(
            "Étaler les établis sur trois ans.",
            f"Oui : un ROI de {percent(gains[3])}. À une condition : que les établis resservent "
            "pour de bon, et que la hausse espérée soit vraie.",
            right=True,
        ),
    )
