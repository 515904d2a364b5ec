"""Exercise of lesson 9: ten places in Lyon, what a recruit may cost, and what moved."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.migrations.history import segment_changes, segment_history
from rfm_helpers.analysis.migrations.moves import ABSENT, migration_matrix, segment_moves
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.value.points import (
    PointScale,
    best_places,
    place_changes,
    value_classes,
    value_points,
)
from rfm_helpers.analysis.value.recruits import lifetime_value, recruit_groups, recruit_value
from rfm_helpers.analysis.value.traits import class_profile
from rfm_helpers.catalog import load_grid
from rfm_helpers.datasets import COURSE_DATE, load_customers, load_orders
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions.checks import (
    Choice,
    ChoiceCheck,
    Mistake,
    NumberCheck,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Question

LYON, PLACES, YEARS = "Lyon et sa région", 10, 2
SCALE = PointScale(unit=100)
CAPPED = PointScale(unit=100, cap=10)
#: Whom the bonus is promised for, in how many months it must come back, and its euros.
CHANNEL, MONTHS, BONUS = "parrainage", 6, 950
#: What the agency sells: yearly margin, retention, discount rate and price.
MARGIN, STAY, RATE, PRICE = 420, 0.35, 0.12, 600
BEFORE, ALERTS, HORIZON = "2024-12-31", "2025-09-30", 92
WATCHED = ("Champions", "Fidèles", "Fidèles potentiels")
ARRIVED = ("À ne pas perdre", "À risque")
CALLED = 24


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the orders and the customers."""
    orders, people = load_orders(), load_customers()
    there = set(people.loc[people["region"] == LYON, "client_id"])
    local = orders[orders["client_id"].isin(there)]
    return (
        _place(local),
        _persona(local, people),
        _bonus(orders, people),
        _price(),
        _watched(local),
        _alerts(orders),
    )


def _place(local: pd.DataFrame) -> Question:
    before, after = (
        best_places(value_points(local, scale, years=YEARS), PLACES) for scale in (SCALE, CAPPED)
    )
    changes = place_changes(before, after).set_index("changement")["client_id"]
    lost, won = changes["perd sa place"], changes["gagne une place"]
    rows = value_points(local, CAPPED, years=YEARS).set_index("client_id")
    few, many = rows.loc[won], rows.loc[lost]
    return Question(
        "place_perdue_a_lyon",
        f"La boutique de Lyon invite {PLACES} personnes, d’après deux ans d’achats. On plafonne le "
        "bonus à **10 points**. Quel client **perd sa place** ? Écrivez son identifiant.",
        TextCheck(
            (lost,),
            known=tuple(sorted(local["client_id"].unique())),
            success=(
                f"Oui : {number(many['commandes'])} commandes et {euros(many['marge'])} de marge "
                f"par an, contre {number(few['commandes'])} et {euros(few['marge'])} pour {won}, "
                "qui prend la place. Le plafond compte la marge avant les visites."
            ),
            mistakes=(
                TextMistake((won,), "Ce client perd-il une place, ou en gagne-t-il une ?"),
                TextMistake(
                    (after["client_id"].iloc[-1],),
                    "Le dernier de la nouvelle liste en est-il sorti ?",
                ),
                TextMistake(
                    (after["client_id"].iloc[0],),
                    "Le premier de la nouvelle liste a-t-il perdu quoi que ce soit ?",
                ),
            ),
            otherwise="Ce client est-il dans la première liste, et absent de la seconde ?",
        ),
        hints=("Lisez la liste sans plafond, changez le plafond, puis comparez.",),
        worked=f"Sans plafond, {lost} est dixième ; avec, {won} prend sa place.",
        section="Adapter le barème",
    )


def _persona(local: pd.DataFrame, people: pd.DataFrame) -> Question:
    classes = value_classes(value_points(local, CAPPED, years=YEARS))
    best = class_profile(classes, people).iloc[0]
    return Question(
        "persona_de_lyon",
        "Une stagiaire écrit le portrait de la classe 4 de Lyon. Quelle phrase **garder** ?",
        ChoiceCheck(
            (
                Choice(
                    "« Ils vivent à Lyon, ce qui les distingue. »",
                    "Où vivent les clients des trois autres classes de ce tableau ?",
                ),
                Choice(
                    "« Ils aiment les maisons discrètes. »",
                    "Dans quelle colonne le lirait-on ?",
                ),
                Choice(
                    "« Un client sur cinq, et plus des deux tiers de la marge. »",
                    f"Oui : {percent(best['part_clients'], 1)} des clients, "
                    f"{percent(best['part_marge'], 1)} de la marge. C’est ce chiffre qui justifie "
                    "de leur parler autrement.",
                    right=True,
                ),
                Choice(
                    "« Ils sont bons clients parce qu’ils sont plus âgés que les autres. »",
                    "L’âge médian monte-t-il régulièrement d’une classe à l’autre ? Et un écart "
                    "d’âge dit-il pourquoi l’on achète ?",
                ),
            )
        ),
        hints=("Cherchez un chiffre pour chaque phrase, et ce qu’il dit des autres classes.",),
        worked=(
            f"Réponse c. La classe 4 réunit {percent(best['part_clients'], 1)} des clients et "
            f"{percent(best['part_marge'], 1)} de la marge."
        ),
        section="Quatre classes, et qui elles sont",
    )


def _bonus(orders: pd.DataFrame, people: pd.DataFrame) -> Question:
    low, mean, high = _recruit(orders, people, CHANNEL, MONTHS)
    return Question(
        "prime_de_parrainage",
        f"La maison promet **{euros(BONUS)}** de prime pour chaque filleul. La directrice "
        "financière accepte si l’on est **sûr, à 95 %**, qu’un filleul rembourse sa prime, en "
        "moyenne, en **six mois**. Que lui dire ?",
        ChoiceCheck(_bonus_choices(low, mean)),
        hints=("Changez le nombre de mois, puis lisez où commence l’intervalle.",),
        worked=(
            f"En six mois, {euros(mean)} en moyenne, de {euros(low)} à {euros(high)} : "
            f"{euros(BONUS)} sont dans l’intervalle. Réponse a."
        ),
        section="Ce que rapporte une recrue",
        former=NumberCheck(low, tolerance=1, unit="€"),
    )


def _bonus_choices(low: float, mean: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Pas encore : l’intervalle commence sous la prime.",
            f"Oui : il commence à {euros(low)}. La moyenne "
            f"({euros(mean)}) serait un pari. Une prime plus basse, ou plus de temps pour la "
            "récupérer, et l’on en serait sûr. Reste à savoir combien de filleuls viendraient "
            "sans prime.",
            right=True,
        ),
        Choice(
            "Oui : un filleul laisse en moyenne plus que sa prime.",
            "Est-on sûr d’une moyenne ? Où commence son intervalle ?",
        ),
        Choice(
            "Oui : tout l’intervalle est au-dessus de la prime.",
            "Sur combien de mois la cellule compte-t-elle ?",
        ),
        Choice(
            "Non : tout l’intervalle est au-dessous de la prime.",
            "Avez-vous lu la ligne du parrainage ?",
        ),
    )


def _recruit(
    orders: pd.DataFrame, people: pd.DataFrame, channel: str, months: int
) -> tuple[float, float, float]:
    """The mean margin of a recruit of a channel over so many months, between its two ends."""
    groups = recruit_groups(recruit_value(orders, people, months=months), "canal_recrutement")
    row = groups[groups["canal_recrutement"] == channel]
    low, mean, high = (float(row[name].iloc[0]) for name in ("bas", "marge_moyenne", "haut"))
    return low, mean, high


def _price() -> Question:
    later, answer = _lifetime(first_now=False), _lifetime()
    return Question(
        "prix_d_une_recrue",
        f"Une régie vend ses recrues {euros(PRICE)} pièce. Chacune laisserait {euros(MARGIN)} de "
        f"marge **aujourd’hui**, puis autant chaque année si elle reste ; {percent(STAY)} restent "
        f"d’une année à l’autre, et le taux d’actualisation est de {percent(RATE)}. Jusqu’à quel "
        "**prix**, en euros, acheter une recrue ?",
        NumberCheck(
            answer,
            tolerance=1,
            unit="€",
            success=(
                f"Oui : {euros(answer)}. À {euros(PRICE)}, on achète, pour {euros(answer - PRICE)} "
                f"de gain : une rétention de {percent(STAY - 0.02)} les ferait déjà perdre."
            ),
            mistakes=(
                Mistake(later, "Quand tombe la première marge, d’après la question ?"),
                Mistake(answer - PRICE, "Est-ce le prix le plus haut, ou ce qui reste à ce prix ?"),
                Mistake(
                    _lifetime(stay=1 - STAY),
                    "Avez-vous écrit la rétention, ou l’attrition ?",
                ),
                Mistake(
                    _lifetime(rate=0.0),
                    "Un euro de l’an prochain vaut-il un euro d’aujourd’hui ?",
                ),
            ),
            otherwise="Les trois nombres sont-ils ceux de la régie ?",
        ),
        hints=(
            "Écrivez la marge, la rétention et le taux de la régie.",
            "Des deux phrases, laquelle place la première marge aujourd’hui ?",
        ),
        worked=(
            f"{number(MARGIN)} × 0,35 ÷ (1 + 0,12 − 0,35) = {euros(later)}, plus la marge "
            f"d’aujourd’hui, {euros(MARGIN)} : {euros(answer)}."
        ),
        section="La valeur à vie, en une cellule",
    )


def _lifetime(*, stay: float = STAY, rate: float = RATE, first_now: bool = True) -> float:
    return lifetime_value(MARGIN, stay, rate, first_now=first_now).value or 0.0


def _watched(local: pd.DataFrame) -> Question:
    moves = segment_moves(local, BEFORE, COURSE_DATE)
    lost = migration_matrix(moves, "euros").set_index("avant")[ABSENT].drop("À risque")
    answer = str(lost.idxmin())
    return Question(
        "segment_a_surveiller",
        "De 2024 à 2025, des clients de Lyon ont cessé de commander. Les « À risque » se taisaient "
        "déjà. Parmi les **autres** segments, duquel sont partis **le plus d’euros** ?",
        TextCheck(
            (answer,),
            known=load_grid("onze").names,
            success=(
                f"Oui : {euros(-lost[answer])} partis des « {answer} ». En clients, un autre "
                "segment perd davantage ; en euros, c’est celui-ci qu’il faut surveiller."
            ),
            mistakes=(
                TextMistake(("À risque",), "La question ne met-elle pas ce segment à part ?"),
                TextMistake(
                    ("Perdus", "Prometteurs"), "Avez-vous compté les clients, ou les euros ?"
                ),
                TextMistake(("Champions",), "Un autre segment n’a-t-il pas perdu davantage ?"),
                TextMistake(
                    ("À ne pas perdre",), "Est-ce le tableau de Lyon, ou celui de la maison ?"
                ),
            ),
            otherwise="Quelle ligne a le plus grand montant négatif, « À risque » mis à part ?",
        ),
        hints=("L’unité de la cellule est en clients : que demande la question ?",),
        worked=f"En euros, hors « À risque » : {answer}, {euros(lost[answer])}.",
        section="En euros, au centime",
    )


def _alerts(orders: pd.DataFrame) -> Question:
    back, rung = _alone(orders)
    return Question(
        "effet_des_appels",
        f"Supposons que l’on appelle, fin décembre 2025, {rung} clients en alerte. Ils étaient "
        "« Champions », « Fidèles » ou « Fidèles potentiels » ; les voilà « À ne pas perdre » ou "
        f"« À risque ». En trois mois, **{CALLED}** commandent. Regardez ce qu’ont fait les mêmes "
        "alertes de septembre, que personne n’a appelées. **Qu’ont ajouté les appels ?**",
        ChoiceCheck(
            (
                Choice(
                    f"{CALLED} commandes.",
                    "Combien d’alertes de septembre se sont éteintes sans appel ?",
                ),
                Choice(
                    "On ne peut pas le dire : personne n’a été tiré au sort.",
                    f"Oui : en septembre, {back} clients en alerte sur {rung} ont commandé "
                    "d’eux-mêmes, et l’hiver n’est pas l’automne. Appelez-en la moitié, tirée au "
                    "sort, et comparez.",
                    right=True,
                ),
                Choice(
                    f"{CALLED - back} commandes : le reste serait venu seul.",
                    "L’automne et l’hiver, les deux groupes et le hasard : sont-ils les mêmes ?",
                ),
                Choice(
                    "Rien : une alerte annonce un départ.",
                    "Les clients en alerte de septembre sont-ils tous partis ?",
                ),
            )
        ),
        hints=("Ajoutez les segments de la question sur les deux lignes, et lisez le compte.",),
        worked=(
            f"Réponse b. En septembre, {back} sur {rung} sans appel ; {CALLED} avec : l’écart est "
            "dans le hasard, et rien n’a été tiré au sort."
        ),
        section="Une liste d’alertes",
    )


def _alone(orders: pd.DataFrame) -> tuple[int, int]:
    """Of the alerts of September, how many ordered by themselves, of how many."""
    days = pd.date_range(BEFORE, COURSE_DATE, freq="ME").date
    changes = segment_changes(segment_history(orders, list(days)))
    rung = changes[
        (changes["date"] == ALERTS)
        & changes["avant"].isin(WATCHED)
        & changes["apres"].isin(ARRIVED)
    ]
    later = rung.merge(later_orders(orders, ALERTS, horizon_days=HORIZON), on="client_id")
    return int(later["rachat"].sum()), len(rung)
