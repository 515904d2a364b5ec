"""The checks of the questions answered by a number."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace

from rfm_helpers.analysis.campaign.account import break_even, incremental_margin, roi
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.checks import Mistake, NumberCheck
from rfm_helpers.questions.model import Check, Kind, Verdict
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.truth import (
    VAT,
    campaign_given,
    clients_given,
    costs_given,
    truth,
)
from rfm_helpers.teacher.assignments.variants import Given, Variant

#: How far a number may be, in the unit of its question.
EUROS, CENTS, HUNDREDTHS = 0.6, 0.05, 0.02


def check_stake(variant: Variant, given: Given) -> Check:
    """The revenue at stake in the segment, under the share supposed."""
    segment, share = variant.parameters["SEGMENT"], variant.parameters["PART"]
    clients, _ = clients_given(variant, given)
    try:
        stakes = revenue_at_stake(clients, share)
    except Exception:
        clients = truth(variant).clients
        stakes = revenue_at_stake(clients, share)
    amounts = stakes.set_index("segment")["chiffre_affaires_en_jeu"]
    answer = float(amounts[segment])
    theirs = clients[clients["segment"] == segment]
    baskets = theirs["montant_total"] / theirs["frequence"]
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Des clients, une hypothèse, un panier : l’hypothèse s’écrit à côté du chiffre.",
        mistakes=(
            Mistake(answer / share, "Avez-vous appliqué la part supposée ?"),
            Mistake(
                share * float(theirs["montant_total"].sum()),
                "Une commande de plus vaut-elle tout ce que le client a dépensé ?",
            ),
            Mistake(
                share * float(baskets.sum()),
                "Un client à une commande pèse-t-il autant qu’un client à dix dans votre panier "
                "moyen ?",
            ),
            Mistake(float(amounts.sum()), "Est-ce ce segment, ou toute la base ?"),
            Mistake(
                lambda value: any(abs(value - a) <= EUROS for a in amounts),
                "Avez-vous lu la ligne du segment demandé ?",
            ),
            Mistake(
                lambda value: abs(value - answer * 0.10 / share) <= EUROS,
                "Quelle part avez-vous supposée ?",
            ),
        ),
        otherwise="Quels clients, quelle part, quel panier avez-vous multipliés ?",
    )


def check_per_guest(variant: Variant, given: Given) -> Check:
    """The first year's cost of the evening per customer who comes."""
    _, party = clients_given(variant, given)
    costs = costs_given(variant, given)
    return NumberCheck(
        costs.year / party.present,
        tolerance=HUNDREDTHS,
        unit="€",
        success="On dit quel coût, et quels clients : alors le chiffre veut dire quelque chose.",
        mistakes=(
            Mistake(costs.year / party.invited, "Avez-vous divisé par les invités ?"),
            Mistake(
                costs.excluding / party.present,
                "Ce qui dure pèse-t-il en entier la première année ?",
            ),
            Mistake(costs.including / party.present, "Est-ce un coût HT, ou TTC ?"),
            Mistake(costs.excluding / party.invited, "Quels clients, et quelle année ?"),
            Mistake(costs.year, "Est-ce le total, sans le diviser ?"),
        ),
        otherwise="Quel total avez-vous divisé, et par combien de clients ?",
    )


def check_break_even(variant: Variant, given: Given) -> Check:
    """The uplift at which the evening pays for itself."""
    campaign = campaign_given(variant, given)
    _, party = clients_given(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]

    def needed(**changes: float) -> float:
        return 100 * (break_even(replace(campaign, **changes)).value or math.inf)

    return NumberCheck(
        needed(),
        tolerance=HUNDREDTHS,
        unit="%",
        success="Voilà une question à poser à la boutique : peut-on en obtenir autant ?",
        mistakes=(
            Mistake(
                needed(margin_rate=1.0),
                "Le coût se paie-t-il avec le chiffre d’affaires, ou avec la marge ?",
            ),
            Mistake(
                needed(reached=party.present),
                "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
            ),
            Mistake(
                needed(cost=costs_given(variant, given).including), "Le coût est-il HT, ou TTC ?"
            ),
            Mistake(
                needed(cost=costs_given(variant, given).year),
                "Avez-vous compté toute la dépense, ou sa part de la première année ?",
            ),
            Mistake(needed(basket=campaign.basket * VAT), "Le panier est-il HT, ou TTC ?"),
            Mistake(
                needed(discount=discount, baseline=control),
                "La remise est-elle déjà demandée ici ?",
            ),
            Mistake(100 * campaign.uplift, "Est-ce la hausse supposée, ou celle qu’il faut ?"),
        ),
        otherwise="L’action dont vous lisez le seuil est-elle celle de la question ?",
    )


def check_discount(variant: Variant, given: Given) -> Check:
    """What a discount gives away, on every order that would use it."""
    campaign = campaign_given(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]
    each = discount * campaign.basket
    orders, anyway = campaign.reached * campaign.uplift, campaign.reached * control
    answer = each * (orders + anyway)
    return NumberCheck(
        answer,
        tolerance=CENTS,
        unit="€",
        success="La remise se donne sur chaque commande, aussi celles qui seraient venues.",
        mistakes=(
            Mistake(
                each * orders,
                "Ceux qui auraient commandé de toute façon utiliseront-ils la remise ?",
            ),
            Mistake(each * anyway, "Les commandes en plus profitent-elles aussi de la remise ?"),
            Mistake(each * campaign.reached, "Tous les invités commanderont-ils ?"),
            Mistake(answer * VAT, "Le panier est-il HT, ou TTC ?"),
            Mistake(
                answer * campaign.margin_rate,
                "La remise se prend-elle sur le prix, ou sur la marge ?",
            ),
            Mistake(each, "Est-ce la remise d’une seule commande ?"),
            Mistake(-answer, "Un prix est-il négatif ?"),
        ),
        otherwise="Combien de commandes utiliseront la remise, et que vaut-elle sur chacune ?",
    )


@dataclass(frozen=True)
class EitherCheck:
    """A number that may follow from either of two earlier answers."""

    checks: tuple[NumberCheck, ...]

    @property
    def kind(self) -> Kind:
        """A number."""
        return Kind.NUMBER

    def __call__(self, value: object) -> Verdict:
        """The better verdict; the first one's, if they are as good."""
        return max((check(value) for check in self.checks), key=lambda verdict: verdict.share)


def check_return(variant: Variant, given: Given) -> Check:
    """The ROI of the evening once the discount is given.

    It may follow from the price of the discount that the student gave, or from the right one.
    """
    campaign = campaign_given(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]
    offer = replace(campaign, discount=discount, baseline=control)
    margin, bare = incremental_margin(offer), incremental_margin(campaign)
    given_away = bare - margin
    cost = campaign.cost
    revenue = campaign.reached * campaign.uplift * campaign.basket

    def rate(earned: float, spent: float = cost) -> float:
        return 100 * (roi(earned, spent).value or 0.0)

    response = replace(offer, uplift=campaign.uplift + control, baseline=0)
    main = NumberCheck(
        rate(margin),
        tolerance=HUNDREDTHS,
        unit="%",
        success="Le gain net, rapporté au coût ; la remise a pris sa part de la marge, une fois.",
        mistakes=(
            Mistake(rate(bare), "Où est passée la remise ?"),
            Mistake(
                rate(margin, cost + given_away),
                "Avez-vous compté la remise deux fois : dans la marge, et dans le coût ?",
            ),
            Mistake(
                rate(bare, cost + given_away),
                "Une remise est-elle une facture, ou une marge en moins ?",
            ),
            Mistake(
                rate(incremental_margin(replace(offer, baseline=0))),
                "Ceux qui auraient commandé de toute façon utiliseront-ils la remise ?",
            ),
            Mistake(
                rate(incremental_margin(response)),
                "Avez-vous pris la réponse au lieu de la hausse de réponse ?",
            ),
            Mistake(
                rate(revenue - given_away),
                "Avez-vous compté le chiffre d’affaires au lieu de la marge ?",
            ),
            Mistake(rate(revenue), "Avez-vous compté le chiffre d’affaires au lieu de la marge ?"),
            Mistake(100 * margin / cost, "Avez-vous retiré le coût de la marge ?"),
            Mistake(-rate(margin), "De quel signe est ce ROI ?"),
        ),
        otherwise="Quelle marge, quelle remise et quel coût ce ROI compte-t-il ?",
    )
    with suppress(Exception):
        own = parse_number(given.value("prix_remise"))
        return EitherCheck((main, replace(main, answer=rate(bare - abs(own)))))
    return main
