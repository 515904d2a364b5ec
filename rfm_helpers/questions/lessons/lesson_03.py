"""Exercise of lesson 3: the house on 30 June 2025, and one customer who returned an order."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.repurchase import later_orders, repeat_by_score
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.french.numbers import long_date, number, percent
from rfm_helpers.inputs import as_day
from rfm_helpers.questions.checks import (
    Mistake,
    NumberCheck,
    TableCheck,
    TableMistake,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Question

CUSTOMER, NAME = "C-1339", "Bruno Denis"
DAY, YEAR_BEFORE = as_day("2025-06-30"), as_day("2024-12-31")
HORIZON = 180
RECENCY_EDGES = [60, 180, 365]
#: By dimension and score.
Rates = dict[tuple[str, int], float]
OTHER_EDGES = {"F": [2, 4, 6], "M": [500, 2000, 5000]}


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the orders."""
    orders = load_orders()
    table = rfm_table(orders_until(orders, DAY), as_of=DAY)
    his = orders_until(orders[orders["client_id"] == CUSTOMER], DAY)
    measured = table[table["client_id"] == CUSTOMER].iloc[0]
    return (
        _recency(his, int(measured["recence"])),
        _frequency(his, int(measured["frequence"])),
        _code(orders),
        _thresholds(rfm_table(orders, as_of=COURSE_DATE)),
        _repeat(orders),
    )


def _days_to(day: object) -> int:
    return (pd.Timestamp(DAY) - pd.Timestamp(day)).days  # type: ignore[arg-type]


def _recency(his: pd.DataFrame, answer: int) -> Question:
    return Question(
        "recence_apres_retour",
        f"Au **{long_date(DAY)}**, quelle est la récence de **{NAME}**, en jours ?",
        NumberCheck(
            answer,
            unit="jours",
            success=(
                f"Oui : {answer} jours. Tout rendre, ce n’est pas acheter : sa dernière commande "
                "gardée est celle de décembre. À remarquer : sans cette règle, il passerait pour "
                "un client du printemps."
            ),
            mistakes=_recency_mistakes(his, answer),
            otherwise="De quelle commande êtes-vous parti, et jusqu’à quel jour avez-vous compté ?",
        ),
        hints=(
            "Barrez d’abord la commande qu’il a entièrement rendue.",
            "Écrivez la date de la dernière commande qui reste dans la calculette de jours.",
        ),
        worked=(
            "La commande du 15 mars est rendue en entier le 31 mars. La précédente date du "
            f"20 décembre 2024 : jusqu’au {long_date(DAY)}, cela fait {answer} jours."
        ),
        section="R, F, M à la main sur six clients",
    )


def _recency_mistakes(his: pd.DataFrame, answer: int) -> tuple[Mistake, ...]:
    bought = his[his["montant"] > 0]
    late = (COURSE_DATE - DAY).days
    return (
        Mistake(
            _days_to(his["date_achat"].max()),
            "Avez-vous compté depuis la dernière ligne ? Est-ce un achat ou un retour ?",
        ),
        Mistake(
            _days_to(bought["date_achat"].max()),
            "Qu’est devenue la commande du mois de mars ?",
        ),
        Mistake(answer + late, "Avez-vous compté jusqu’à la fin de l’année ?"),
        Mistake(
            _days_to(his["date_achat"].min()),
            "Avez-vous compté depuis la première commande ?",
        ),
        Mistake(lambda value: value < 0, "Dans quel sens avez-vous soustrait les deux dates ?"),
    )


def _frequency(his: pd.DataFrame, answer: int) -> Question:
    return Question(
        "frequence_apres_retour",
        f"Et sa fréquence, au {long_date(DAY)} ?",
        NumberCheck(
            answer,
            success=(
                f"Oui : {answer} commandes. Ni les lignes ni les retours ne sont des occasions "
                "d’achat."
            ),
            mistakes=(
                Mistake(len(his), "Avez-vous compté les lignes au lieu des commandes ?"),
                Mistake(int((his["montant"] > 0).sum()), "Avez-vous compté les articles achetés ?"),
                Mistake(
                    his["commande_id"].nunique(),
                    "Une commande dont il ne reste rien compte-t-elle ?",
                ),
            ),
            otherwise="Combien de numéros de commande différents restent, une fois les retours "
            "déduits ?",
        ),
        hints=("Comptez les numéros de commande différents, puis retirez celle qui est rendue.",),
        worked=(
            f"{his['commande_id'].nunique()} numéros de commande, moins un, dont le total est nul "
            f"après le retour : {answer}."
        ),
        section="R, F, M à la main sur six clients",
    )


def _code_on(orders: pd.DataFrame, day: object, levels: int) -> str:
    table = rfm_table(orders_until(orders, str(day)), as_of=str(day))
    scored = score_rfm(table, levels=levels)
    return str(scored.loc[scored["client_id"] == CUSTOMER, "code_rfm"].item())


def _code(orders: pd.DataFrame) -> Question:
    answer = _code_on(orders, DAY, 4)
    five, late = _code_on(orders, DAY, 5), _code_on(orders, COURSE_DATE, 4)
    late_five = _code_on(orders, COURSE_DATE, 5)
    turned = f"{5 - int(answer[0])}{answer[1:]}"
    return Question(
        "code_au_30_juin",
        f"Quel est le **code RFM** de {NAME} au {long_date(DAY)}, sur **quatre** niveaux ?",
        TextCheck(
            (answer,),
            success=(
                f"Oui : {answer}. Le même jour, sur cinq niveaux, il serait {five} : un code se "
                "lit avec son nombre de niveaux, et avec sa date."
            ),
            mistakes=(
                TextMistake((five,), "Sur combien de niveaux avez-vous calculé ?"),
                TextMistake((late, late_five), "À quelle date avez-vous calculé ?"),
                TextMistake(
                    (turned,), "Un petit nombre de jours donne-t-il un score R élevé ou faible ?"
                ),
            ),
            otherwise="La date et le nombre de niveaux sont-ils ceux de la question ?",
        ),
        hints=(
            "Changez la date dans la première ligne, exécutez, puis le nombre de niveaux.",
            "Le code se lit dans la dernière colonne du tableau ; écrivez-le entre guillemets.",
        ),
        worked=f'`jour = "{DAY}"` et `niveaux = 4` : le tableau donne {answer}.',
        section="Marc sur cinq et sur quatre niveaux",
    )


def _sizes(table: pd.DataFrame, edges: list[int]) -> pd.DataFrame:
    thresholds = {"R": edges, **OTHER_EDGES}
    cuts = score_cuts(score_rfm(table, method="thresholds", thresholds=thresholds))
    return cuts[["dimension", "score", "clients"]]


def _with_r(cuts: pd.DataFrame, score: int) -> int:
    """How many customers have that score R."""
    rows = (cuts["dimension"] == "R") & (cuts["score"] == score)
    return int(cuts.loc[rows, "clients"].sum())


def _thresholds(table: pd.DataFrame) -> Question:
    expected = _sizes(table, RECENCY_EDGES)
    return Question(
        "seuils_de_recence",
        "Le directeur commercial dicte ses seuils de récence : **R 4** jusqu’à 60 jours compris, "
        "**R 3** jusqu’à 180 jours compris, **R 2** jusqu’à un an (365 jours) compris, **R 1** "
        f"au-delà. Donnez la taille de chaque score au {long_date(COURSE_DATE)}.",
        TableCheck(
            expected,
            keys=("dimension", "score"),
            success=(
                f"Oui. {number(_with_r(expected, 4))} clients ont R 4, et les groupes ne sont plus "
                "égaux : un seuil se dit à voix haute, mais rien ne garantit la taille des groupes."
            ),
            mistakes=_thresholds_mistakes(table),
            asked=("dimension", "R"),
        ),
        hints=(
            "Trois seuils entre crochets, du plus petit au plus grand, séparés par des virgules.",
            "La borne elle-même reçoit le meilleur score : écrivez les nombres de l’énoncé.",
        ),
        worked=f"`seuils_r = {RECENCY_EDGES}`.",
        section="Choisir ses seuils et sa date de référence",
    )


def _thresholds_mistakes(table: pd.DataFrame) -> tuple[TableMistake, ...]:
    quantiles = score_cuts(score_rfm(table))
    strict = _sizes(table, [edge - 1 for edge in RECENCY_EDGES])
    year = _sizes(table, [*RECENCY_EDGES[:2], 360])
    return (
        TableMistake(
            lambda cuts: _with_r(cuts, 4) == _with_r(quantiles, 4),
            "Avez-vous gardé les quantiles au lieu des seuils ?",
        ),
        TableMistake(
            lambda cuts: _with_r(cuts, 4) == _with_r(strict, 4),
            "De quel côté tombe une valeur égale à la borne ?",
        ),
        TableMistake(
            lambda cuts: _with_r(cuts, 1) == _with_r(year, 1),
            "Combien de jours compte une année ?",
        ),
        TableMistake(
            lambda cuts: cuts["score"].max() > 4,
            "Combien de niveaux trois seuils séparent-ils ?",
        ),
    )


def _rates(orders: pd.DataFrame, day: object) -> Rates:
    """Share of the customers of each score who ordered within the horizon, in per cent."""
    past = score_rfm(rfm_table(orders_until(orders, str(day)), as_of=str(day)))
    table = repeat_by_score(past, later_orders(orders, str(day), horizon_days=HORIZON))
    keys = zip(table["dimension"], table["score"], strict=True)
    return dict(zip(keys, 100 * table["taux_rachat"], strict=True))


def _repeat(orders: pd.DataFrame) -> Question:
    rates, before = _rates(orders, DAY), _rates(orders, YEAR_BEFORE)
    answer = rates["R", 4]
    return Question(
        "rachat_des_r4",
        f"Parmi les clients qui avaient le meilleur score **R** au {long_date(DAY)}, quelle part a "
        f"commandé de nouveau dans les {HORIZON} jours qui suivent, en % ?",
        NumberCheck(
            answer,
            tolerance=0.5,
            unit="%",
            success=(
                f"Oui : {percent(answer / 100, 1)}, contre {percent(rates['R', 1] / 100, 1)} des "
                "R 1. Le score R annonce la suite, ici aussi ; il ne dit pas ce que nos messages y "
                "changent."
            ),
            mistakes=_repeat_mistakes(rates, before),
            otherwise="Lisez-vous la ligne du meilleur score R, à la date de la question ?",
        ),
        hints=(
            "Changez la date, exécutez, puis cherchez la ligne R, score 4.",
            "La part est dans la colonne du taux de rachat.",
        ),
        worked=f'`jour = "{DAY}"` : ligne R 4, {percent(answer / 100, 1)}.',
        section="Le passé annonce-t-il la suite ?",
    )


def _repeat_mistakes(rates: Rates, before: Rates) -> tuple[Mistake, ...]:
    return (
        Mistake(rates["R", 1], "Le meilleur score R est-il 1 ou 4 ?"),
        Mistake(rates["F", 4], "Est-ce la bonne mesure, R ou F ?"),
        Mistake(rates["M", 4], "Est-ce la bonne mesure, R ou M ?"),
        Mistake(before["R", 4], "À quelle date avez-vous donné les scores ?"),
    )
