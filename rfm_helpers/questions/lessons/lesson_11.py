"""Exercise of lesson 11: four decisions for January, one for each moment of the relation."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any

import pandas as pd

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.moments.alerts import due_dates, judge_alerts
from rfm_helpers.analysis.moments.baskets import basket_rules
from rfm_helpers.analysis.moments.look_alike import (
    LookAlike,
    best_recruits,
    judge_look_alike,
    look_alike,
)
from rfm_helpers.analysis.value.recruits import recruit_value
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions.checks import Choice, ChoiceCheck, Mistake, NumberCheck
from rfm_helpers.questions.model import Question

ALERTS, LATE, EARLY, CALL = "2024-12-31", 4, 2, 6
BAG = ("Sac de voyage Ravel", "Portefeuille Ravel")
WIDE = ("Maroquinerie", "Petite maroquinerie")
BEFORE, SENT, AHEAD, TOO_FAR = "2025-06-30", "2026-01-05", 60, 90
SERVICE = "Révision de montre"


@cache
def questions() -> tuple[Question, ...]:
    """The four questions, their answers computed from the files."""
    orders, products = load_orders(), load_products()
    return _earlier(orders), _rule(orders, products), _services(orders, products), _portrait(orders)


def _earlier(orders: pd.DataFrame) -> Question:
    late, early = (judge_alerts(orders, [ALERTS], factor=f).iloc[0] for f in (LATE, EARLY))
    calls = int(early["alertes"] - late["alertes"])
    wasted = int(early["fausses_alertes"] - late["fausses_alertes"])
    seen = calls - wasted
    cost, mean = CALL * calls, CALL * early["alertes"] / early["departs_signales"]
    return Question(
        "prix_d_un_depart_vu",
        f"Chaque alerte coûte un appel à **{euros(CALL)}**. En passant de quatre fois le rythme à "
        "deux, combien coûte chaque départ signalé **de plus** ?",
        NumberCheck(
            cost / seen,
            tolerance=0.05,
            unit="€",
            success=(
                f"Oui : {calls} appels de plus, {euros(cost)}, pour {seen} départs signalés de "
                f"plus. La moyenne, {euros(mean, 2)}, cachait que les derniers coûtent davantage. "
                "Et signaler un départ n’est pas encore l’empêcher."
            ),
            mistakes=(
                Mistake(mean, "Est-ce la moyenne de tous les départs, ou celle des nouveaux ?"),
                Mistake(
                    cost / wasted, "Divisez-vous par les départs, ou par les alertes pour rien ?"
                ),
                Mistake(cost, "Est-ce le coût de tous les nouveaux appels, ou d’un seul départ ?"),
                Mistake(CALL, "Tous les nouveaux appels signalent-ils un départ ?"),
            ),
            otherwise="Combien d’appels de plus, et combien de départs signalés de plus ?",
        ),
        hints=(
            "Un départ signalé est une alerte qui a sonné pour un vrai départ.",
            "Comptez appels et départs pour chaque facteur, puis prenez les deux différences.",
        ),
        worked=(
            f"{early['alertes']} − {late['alertes']} = {calls} appels, dont {wasted} pour rien : "
            f"{calls} × {euros(CALL)} ÷ {seen} = {euros(cost / seen)}."
        ),
        section="Une alerte au rythme de chacun",
    )


def _rule(orders: pd.DataFrame, products: pd.DataFrame) -> Question:
    sold = orders.merge(products[["produit_id", "produit", "categorie"]], on="produit_id")
    bag, wide = _measures(sold, "produit", BAG), _measures(sold, "categorie", WIDE)
    return Question(
        "regle_des_vendeurs",
        "Les vendeurs ne retiendront qu’**une** règle, à dire quand un client choisit un sac. "
        "Laquelle leur donnez-vous ?",
        ChoiceCheck(
            (
                Choice(
                    "Celle du sac Ravel et de son portefeuille.",
                    f"Oui : {percent(bag['confiance'], 1)} de confiance, contre "
                    f"{percent(bag['part_de_tous'], 1)} de tous les paniers, soit un lift de "
                    f"{number(bag['lift'], 1)}. L’autre règle ne dit que la popularité de la "
                    "petite maroquinerie.",
                    right=True,
                ),
                Choice(
                    "Celle des catégories : sa confiance est la plus forte.",
                    "Quelle part de tous les paniers a de la petite maroquinerie ?",
                ),
                Choice(
                    "Aucune : près de trois clients sur quatre n’achètent pas le second article.",
                    "Faut-il comparer la confiance à cent pour cent, ou à tous les paniers ?",
                ),
                Choice(
                    "L’une ou l’autre : les deux confiances se valent.",
                    "Et les deux lifts, se valent-ils ?",
                ),
            )
        ),
        hints=("Pour chaque règle, comparez la confiance à la part de tous les paniers.",),
        worked=(
            f"Réponse a. Le lift est de {number(bag['lift'], 1)} pour le sac Ravel, et de "
            f"{number(wide['lift'], 2)} pour les catégories."
        ),
        section="Développer : un panier, un segment, un produit",
    )


def _measures(sold: pd.DataFrame, item: str, pair: tuple[str, str]) -> dict[Hashable, Any]:
    """What is measured of one rule."""
    rules = basket_rules(sold, item=item)
    found = rules[rules["si"].eq(pair[0]) & rules["alors"].eq(pair[1])]
    return found.to_dict("records")[0]


def _services(orders: pd.DataFrame, products: pd.DataFrame) -> Question:
    came, waited = _came_alone(orders, products)
    share = came / waited
    (everyone, reached), (_, too_many) = (_due(orders, products, n) for n in (AHEAD, TOO_FAR))
    answer = reached * share
    return Question(
        "revisions_sans_message",
        f"L’atelier écrit, le 5 janvier 2026, aux clients dont la révision tombe dans les "
        f"**{AHEAD} jours** et qui peuvent recevoir un e-mail. Supposons que, sans message, ils "
        f"viennent comme à l’été 2025 : {came} sur {waited}. Parmi les destinataires, combien "
        "viendraient **de toute façon** ?",
        NumberCheck(
            answer,
            tolerance=0.3,
            unit="clients",
            success=(
                f"Oui : {reached} × {came} ÷ {waited} = {number(answer, 1)}. L’e-mail ne peut "
                f"décider que les {number(reached - answer)} autres : si {number(answer)} clients "
                "viennent, il n’a peut-être rien ajouté. Un groupe témoin le dirait."
            ),
            mistakes=(
                Mistake(reached, "Viennent-ils tous, quand on ne leur écrit pas ?"),
                Mistake(everyone * share, "Peut-on écrire à tous ceux qui attendent ?"),
                Mistake(too_many * share, "Le délai est-il celui de la question ?"),
                Mistake(reached - answer, "Est-ce ceux qui viendraient, ou les autres ?"),
                Mistake(came, "Est-ce l’été 2025, ou les destinataires de janvier ?"),
            ),
            otherwise="Combien de destinataires, et quelle part vient sans message ?",
        ),
        hints=(
            f"Réglez le délai à {AHEAD} jours, et lisez à combien de clients on peut écrire.",
            "Multipliez ce nombre par la part qui vient sans message.",
        ),
        worked=f"{reached} × {came} ÷ {waited} = {number(answer, 1)} clients.",
        section="Ce que l’on sait d’avance",
    )


def _came_alone(orders: pd.DataFrame, products: pd.DataFrame) -> tuple[int, int]:
    """Of those who waited for a service in the middle of 2025, how many came, of how many."""
    due = due_dates(orders, products, BEFORE)
    waited = set(due.loc[due["a_faire_le"] > BEFORE, "client_id"])
    service = products.loc[products["produit"] == SERVICE, "produit_id"]
    later = orders[orders["produit_id"].isin(service) & (orders["date_achat"] > BEFORE)]
    return len(waited & set(later["client_id"])), len(waited)


def _due(orders: pd.DataFrame, products: pd.DataFrame, days: int) -> tuple[int, int]:
    """How many customers wait for a service in so many days, and how many may be written to."""
    due = due_dates(orders, products, COURSE_DATE, within_days=days)
    ahead = due.loc[due["a_faire_le"].dt.date > COURSE_DATE, ["client_id"]].drop_duplicates()
    kept, _ = contact_list(
        ahead,
        "e-mail",
        on=SENT,
        people=load_customers(),
        complaints=load_complaints(),
        contacts=load_contacts(),
    )
    return len(ahead), len(kept)


def _portrait(orders: pd.DataFrame) -> Question:
    both, region = (_judged(orders, traits) for traits in (["age", "region"], ["region"]))
    return Question(
        "portrait_de_la_regie",
        "La directrice refuse un portrait qui trie les hommes et les femmes : la régie retire donc "
        "la profession, et garde l’âge et la région. Elle demande 2 € par prospect qui ressemble à "
        "vos meilleurs clients. Que lui répondez-vous ?",
        ChoiceCheck(
            (
                Choice(
                    f"Oui : {percent(both.share)} de bons clients contre {percent(both.base)}, le "
                    "portrait fait mieux.",
                    "Où est la part de tous, par rapport à l’intervalle ?",
                ),
                Choice(
                    "Oui, mais avec la région seule, plus facile à expliquer.",
                    "Que devient le résultat quand la cellule ne garde que la région ?",
                ),
                Choice(
                    "Oui, à condition de remettre la profession, qui rend le portrait meilleur.",
                    "Qui le portrait complet laissait-il dehors, dans la leçon ?",
                ),
                Choice(
                    "Non : rien ne le distingue d’un choix au hasard.",
                    f"Oui : {percent(both.share)}, mais l’intervalle va de {percent(both.low)} à "
                    f"{percent(both.high)} et contient les {percent(both.base)} de tous. Essayer "
                    "des portraits jusqu’à ce que l’un d’eux brille n’y changerait rien : il "
                    "faudrait le juger sur d’autres recrues.",
                    right=True,
                ),
            )
        ),
        hints=("La part de tous est-elle dans l’intervalle ?",),
        worked=(
            f"Réponse d. Âge et région : de {percent(both.low)} à {percent(both.high)}. Région "
            f"seule : {percent(region.share)}. Tous : {percent(both.base)}."
        ),
        section="Recruter : qui leur ressemble",
    )


def _judged(orders: pd.DataFrame, traits: list[str]) -> LookAlike:
    """A portrait learned on the recruits of 2023, judged on those of 2024."""
    people = load_customers()
    recruits = recruit_value(orders, people).merge(people[["client_id", "age", "region"]])
    year = recruits["date_recrutement"].dt.year
    known, later = (
        best_recruits(recruits[year == one].reset_index(drop=True)) for one in (2023, 2024)
    )
    return judge_look_alike(look_alike(known, later, traits), later["meilleur"])
