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
    Choice,
    ChoiceCheck,
    Mistake,
    NumberCheck,
    TableCheck,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Question
from rfm_helpers.questions.written import ListCheck, ListMistake

CUSTOMER, NAME = "C-1339", "Bruno Denis"
DAY = as_day("2025-06-30")
HORIZON = 180
#: How many times more often the best must come back for the score to be trusted.
TRUSTED = "dix"
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
            "Le code se lit dans la dernière colonne du tableau.",
        ),
        worked=f"Au {long_date(DAY)}, sur quatre niveaux, le tableau donne {answer}.",
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
        "Le directeur commercial dicte ses seuils de récence : **R 4** jusqu’à deux mois compris, "
        "**R 3** jusqu’à six mois, **R 2** jusqu’à un an, **R 1** au-delà. Un mois compte 30 "
        "jours, et une année ce qu’elle compte. Quels sont ses **trois seuils**, en jours ?",
        ListCheck(
            tuple(map(str, RECENCY_EDGES)),
            pattern=r"\d+",
            example="30, 90, 200",
            success=(
                f"Oui. {number(_with_r(expected, 4))} clients ont R 4, et les groupes ne sont plus "
                "égaux : un seuil se dit à voix haute, mais rien ne garantit la taille des groupes."
            ),
            mistakes=(
                ListMistake(("30", "90", "200"), "Sont-ce ses seuils, ou ceux de la cellule ?"),
                ListMistake(("60", "180", "360"), "Combien de jours compte une année ?"),
                ListMistake(
                    ("59", "179", "364"), "De quel côté tombe une valeur égale à la borne ?"
                ),
                ListMistake(("2", "6", "12"), "Sont-ce des jours, ou des mois ?"),
            ),
            otherwise="Comment passez-vous de chaque durée à un nombre de jours ?",
        ),
        hints=(
            "Trois nombres, du plus petit au plus grand, séparés par des virgules.",
            "La borne elle-même reçoit le meilleur score : deux mois entiers, six mois entiers.",
        ),
        worked=(
            f"Deux mois font {RECENCY_EDGES[0]} jours, six mois {RECENCY_EDGES[1]}, un an "
            f"{RECENCY_EDGES[2]}."
        ),
        section="Choisir ses seuils et sa date de référence",
        former=TableCheck(expected, keys=("dimension", "score"), asked=("dimension", "R")),
    )


def _rates(orders: pd.DataFrame, day: object) -> Rates:
    """Share of the customers of each score who ordered within the horizon, in per cent."""
    past = score_rfm(rfm_table(orders_until(orders, str(day)), as_of=str(day)))
    table = repeat_by_score(past, later_orders(orders, str(day), horizon_days=HORIZON))
    keys = zip(table["dimension"], table["score"], strict=True)
    return dict(zip(keys, 100 * table["taux_rachat"], strict=True))


def _repeat(orders: pd.DataFrame) -> Question:
    rates = _rates(orders, DAY)
    best, worst = (percent(rates["R", score] / 100, 1) for score in (4, 1))
    times = number(rates["R", 4] / rates["R", 1])
    return Question(
        "rachat_des_r4",
        f"Le directeur se fiera au score R si les R 4 du **{long_date(DAY)}** ont commandé, dans "
        f"les {HORIZON} jours qui ont suivi, au moins **{TRUSTED} fois plus souvent** que les R 1. "
        "Que lui dire ?",
        ChoiceCheck(
            (
                Choice(
                    "Oui : les R 4 reviennent plus de dix fois plus souvent.",
                    f"Oui : {best}, contre {worst} des R 1, soit {times} fois plus. Le score R "
                    "annonce la suite, ici aussi ; il ne dit pas ce que nos messages y changent.",
                    right=True,
                ),
                Choice(
                    "Non : les meilleurs reviennent sept fois plus souvent, pas dix.",
                    "À quelle date avez-vous donné les scores ?",
                ),
                Choice(
                    "Non : les meilleurs reviennent trois fois plus souvent, pas dix.",
                    "Est-ce la bonne mesure : R, ou bien F ou M ?",
                ),
                Choice(
                    "Oui : ce tableau montre que nos messages font revenir les R 4.",
                    "Qu’est-ce qui, dans ce tableau, parle de nos messages ?",
                ),
            )
        ),
        hints=(
            "Changez la date, exécutez, puis comparez les lignes R 4 et R 1.",
            "Divisez l’un des deux taux de rachat par l’autre.",
        ),
        worked=f"{best} ÷ {worst} : {times} fois plus souvent. Réponse a.",
        section="Le passé annonce-t-il la suite ?",
        former=NumberCheck(rates["R", 4], tolerance=0.5, unit="%"),
    )
