"""Exercise of lesson 1: is there a strategy for the promising customers?"""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import Benchmark, benchmark
from rfm_helpers.analysis.strategy.priorities import revenue_at_risk, revenue_at_stake
from rfm_helpers.analysis.strategy.statements import check_statement
from rfm_helpers.analysis.strategy.targets import measure_target
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import Objective, Statement, Target
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions.checks import Choice, ChoiceCheck, NumberCheck
from rfm_helpers.questions.model import Question

SEGMENT, LEAVING = "Prometteurs", "À ne pas perdre"
REACT, HORIZON = 0.15, 181
#: What a plan must put at stake to be studied (euros), and what it may aim at (shares).
LEAST_STAKE = 25_000
AIMS = (0.20, 0.27, 0.35, 0.90)
BEST = "Champions"
BEFORE, DEADLINE = "2024-12-31", dt.date(2026, 12, 31)


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the orders."""
    orders = load_orders()
    customers = assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    return (
        _lever(customers[customers["segment"] == SEGMENT]),
        _stake(customers),
        _benchmark(orders),
        _risk(orders),
        _statement(customers),
    )


def _lever(chosen: pd.DataFrame) -> Question:
    means = {score: float(chosen[score].mean()) for score in "RFM"}
    lowest = min(means, key=lambda score: means[score])
    plans = {
        "R": (
            "Leur écrire dès ce mois-ci : ils ne sont pas venus depuis longtemps.",
            "Quand sont-ils venus pour la dernière fois ? Ce score est-il leur plus bas ?",
        ),
        "F": (
            "Leur donner une raison de passer une deuxième commande.",
            "Oui : ils sont venus il y a quelques mois, et presque tous une seule fois. Leur "
            "donner une raison de revenir passe avant tout le reste.",
        ),
        "M": (
            "Leur présenter des pièces plus chères que celles de leur premier achat.",
            "Leurs achats sont-ils petits, ou simplement peu nombreux ?",
        ),
    }
    choices = [Choice(*plans[score], score == lowest) for score in "RFM"]
    choices.append(
        Choice(
            "Les trois à la fois, pour ne négliger aucun score.",
            "Un objectif global peut-il courir après trois scores ?",
        )
    )
    scores = ", ".join(f"{score} {number(mean, 1)}" for score, mean in means.items())
    return Question(
        "levier_des_prometteurs",
        f"La cheffe de produit a quatre débuts de plan pour les « {SEGMENT} ». D’après leurs "
        "scores moyens, lequel **garder** ?",
        ChoiceCheck(tuple(choices)),
        hints=(
            "Changez le segment : le levier est d’ordinaire le score moyen le plus bas.",
            "Quel plan ferait monter ce score-là ?",
        ),
        worked=f"Scores moyens : {scores}. Le plus bas est {lowest} : réponse b.",
        section="R 5, F 2, M 4 : une stratégie s’aligne sur un segment",
    )


def _stake(customers: pd.DataFrame) -> Question:
    table = revenue_at_stake(customers, REACT)
    row = table[table["segment"] == SEGMENT].iloc[0]
    answer = float(row["chiffre_affaires_en_jeu"])
    count, basket = int(row["clients"]), float(row["panier_moyen"])
    return Question(
        "enjeu_des_prometteurs",
        f"La directrice étudie un plan à partir de **{euros(LEAST_STAKE)}** de chiffre d’affaires "
        f"**en jeu**. La cheffe de produit suppose que **{percent(REACT)}** des « {SEGMENT} » "
        "commanderont une fois de plus. Que faire de sa proposition ?",
        ChoiceCheck(_stake_choices(answer)),
        hints=(
            "Changez la part, puis lisez la dernière colonne : 0.20 voudrait dire 20 %.",
            "Comparez l’enjeu au seuil, et dites ce qu’il suppose.",
        ),
        worked=(
            f"{count} × {percent(REACT)} × {euros(basket, 2)} = {euros(answer)}, au-dessus de "
            f"{euros(LEAST_STAKE)} : réponse b."
        ),
        section="3. Donner la priorité, selon l’effet sur le chiffre d’affaires",
        former=NumberCheck(answer, tolerance=60, unit="€"),
    )


def _stake_choices(answer: float) -> tuple[Choice, ...]:
    return (
        Choice(
            f"L’écarter : l’enjeu reste sous {euros(LEAST_STAKE)}.",
            "Quelle part de clients avez-vous supposée, celle de la cellule ou la sienne ?",
        ),
        Choice(
            f"L’étudier : l’enjeu passe {euros(LEAST_STAKE)}, si son hypothèse est bonne.",
            f"Oui : environ {euros(answer)}. À écrire avec son hypothèse : {percent(REACT)} "
            "n’est pas une donnée, c’est un choix.",
            right=True,
        ),
        Choice(
            "L’étudier en priorité : l’enjeu fait plus de cinq fois ce montant.",
            "Tous les clients du segment commanderont-ils de nouveau ?",
        ),
        Choice(
            "La lancer tout de suite : ce chiffre d’affaires est acquis.",
            f"D’où vient la part de {percent(REACT)} ? Est-ce une donnée ?",
        ),
    )


def _at_both_dates(orders: pd.DataFrame, days: int) -> pd.DataFrame:
    """Customers and segments at both dates, on windows of two years, and who ordered later."""
    dates = (BEFORE, str(COURSE_DATE))
    return assign_segments(compare_dates(orders, dates, months=24, horizon_days=days))


def _benchmark(orders: pd.DataFrame) -> Question:
    both = _at_both_dates(orders, HORIZON)
    known = benchmark(both[both["segment"] == SEGMENT])
    best = benchmark(both[both["segment"] == BEST])
    return Question(
        "repere_des_prometteurs",
        f"Quel objectif **garder** pour la fin de juin : quelle part des « {SEGMENT} » "
        f"d’aujourd’hui aura commandé dans les {HORIZON} jours ? Prenez pour **repère** ceux de "
        "**fin 2024**, sur la même fenêtre et avec les mêmes bornes.",
        ChoiceCheck(_aims(known, best)),
        hints=(
            "Changez le nombre de jours, puis lisez la ligne du segment.",
            "Les deux dernières colonnes disent où le repère peut se trouver.",
        ),
        worked=(
            f"Sur {HORIZON} jours, {percent(known.share, 1)} sont revenus d’eux-mêmes, et "
            f"l’intervalle va {known.range_text}. Seul {percent(AIMS[2])} le dépasse sans "
            "dépasser les meilleurs clients : réponse c."
        ),
        section="Est-ce réaliste ? L’an dernier comme repère",
        former=NumberCheck(100 * known.share, tolerance=0.5, unit="%"),
    )


def _aims(known: Benchmark, best: Benchmark) -> tuple[Choice, ...]:
    below, within, above, dreamt = (percent(share) for share in AIMS)
    return (
        Choice(
            f"{below} : modeste, donc sûr d’être atteint.",
            "Combien reviendraient si nous ne faisions rien ? Que dirait alors ce succès ?",
        ),
        Choice(
            f"{within} : un peu plus que ce qui vient tout seul.",
            "Sur combien de jours avez-vous compté ? Et l’intervalle du repère s’arrête-t-il "
            "avant ce nombre ?",
        ),
        Choice(
            f"{above} : plus que ce qui vient tout seul, hasard compris.",
            f"Oui : {percent(known.share, 1)} reviennent sans plan particulier, et l’intervalle "
            f"va {known.range_text}. Un objectif se tient au-dessus de l’intervalle, et se donne "
            "la même durée.",
            right=True,
        ),
        Choice(
            f"{dreamt} : il faut viser haut.",
            f"Même les « {BEST} » font {percent(best.share)} : d’où viendrait le reste ?",
        ),
    )


def _risk(orders: pd.DataFrame) -> Question:
    both = _at_both_dates(orders, HORIZON)

    def risk(table: pd.DataFrame, day: str) -> float:
        found = revenue_at_risk(table, orders_until(orders, day), day).set_index("segment")
        return float(found["chiffre_affaires_a_risque"].to_dict()[LEAVING])

    then, now = (risk(both[both["date"] == day], day) for day in (BEFORE, str(COURSE_DATE)))
    unequal = risk(
        assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE))), str(COURSE_DATE)
    )
    return Question(
        "risque_fin_2024",
        f"En un an, le **chiffre d’affaires à risque** des clients « {LEAVING} » a-t-il monté ou "
        "baissé, sur des fenêtres égales ? **Que décidez-vous** pour eux ?",
        ChoiceCheck(_urgencies(then, now, unequal)),
        hints=(
            "Changez la date, puis lisez la ligne du segment, dernière colonne.",
            "Comparez la fin de 2024 à celle de 2025, pour ce segment seul.",
        ),
        worked=(f"« {LEAVING} » : {euros(then, 2)} fin 2024, {euros(now, 2)} fin 2025. Réponse a."),
        section="3. Donner la priorité, selon l’effet sur le chiffre d’affaires",
        former=NumberCheck(then, tolerance=60, unit="€"),
    )


def _urgencies(then: float, now: float, unequal: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Il a monté : ils passent avant.",
            f"Oui : {euros(then)} fin 2024, {euros(now)} fin 2025. Sur des fenêtres inégales, "
            f"deux ans puis trois, on aurait lu {euros(unequal)} fin 2025, et cru à une chute : "
            "plus la fenêtre est longue, plus ce segment compte de clients partis depuis "
            "longtemps.",
            right=True,
        ),
        Choice(
            "Il a baissé : ils peuvent attendre.",
            "Est-ce la ligne du bon segment, ou le total de plusieurs ?",
        ),
        Choice(
            "Il n’a pas bougé : rien ne presse.",
            "Avez-vous changé la date ?",
        ),
        Choice(
            "On ne peut rien dire : deux dates ne se comparent pas.",
            "Les deux tableaux portent-ils sur la même durée, avec les mêmes bornes ?",
        ),
    )


def statements(customers: pd.DataFrame) -> list[tuple[str, Statement, str]]:
    """Four statements for the segment: text, model, and what to ask about it."""
    target = Target(segment=SEGMENT)
    orders = round(measure_target(customers, target, "frequence_moyenne"), 1)
    days = round(measure_target(customers, target, "recence_mediane"))
    problem = "Ils ne sont venus qu’une fois."
    invitation = ("Une invitation à l’atelier, un mois après le premier achat",)

    def objective(indicator: str, now: float, anyway: float, then: float) -> Statement:
        aim = Objective(
            indicator=indicator, from_value=now, anyway_value=anyway, to_value=then, by=DEADLINE
        )
        return Statement(problem=problem, objective=aim, target=target, means=invitation)

    by = "d’ici au 31 décembre 2026, par une invitation à l’atelier après le premier achat."
    return [
        (
            f"Rendre les « {SEGMENT} » plus fidèles, grâce à une belle lettre.",
            Statement(problem=problem, target=target, means=("Une belle lettre",)),
            "À quoi, et à quelle date, saura-t-on que c’est réussi ?",
        ),
        (
            f"Porter le nombre moyen de commandes des « {SEGMENT} » de 2,5 aujourd’hui (2,6 sans "
            f"nous) à 3, {by}",
            objective("frequence_moyenne", 2.5, 2.6, 3),
            "La valeur de départ est-elle celle que donnent les données ?",
        ),
        (
            f"Porter la récence médiane des « {SEGMENT} » de {days} jours aujourd’hui (autant sans "
            f"nous) à 2 jours, {by}",
            objective("recence_mediane", days, days, 2),
            "Même les meilleurs clients viennent-ils aussi souvent ?",
        ),
        (
            f"Porter le nombre moyen de commandes des « {SEGMENT} » de {number(orders, 1)} "
            f"aujourd’hui (1,2 sans nous, notre hypothèse) à 1,4, {by}",
            objective("frequence_moyenne", orders, 1.2, 1.4),
            "Oui : un indicateur du bon score, un départ exact, ce qui viendrait sans nous, une "
            "arrivée à portée, une date et un moyen.",
        ),
    ]


def _statement(customers: pd.DataFrame) -> Question:
    choices = [
        Choice(text, said, bool(check_statement(model, customers, COURSE_DATE)["verdict"].all()))
        for text, model, said in statements(customers)
    ]
    letter = "abcd"[[one.right for one in choices].index(True)]
    return Question(
        "enonce_a_garder",
        "Lequel de ces énoncés est à la fois clair, aligné sur les données, mesurable et "
        "réaliste ?",
        ChoiceCheck(tuple(choices)),
        hints=(
            "Cherchez dans chaque énoncé : un indicateur, un départ, une arrivée, une date.",
            "Vérifiez les valeurs de départ avec le tableau.",
        ),
        worked=f"Réponse {letter} : {choices['abcd'.index(letter)].text}",
        section="Trois caractéristiques",
    )
