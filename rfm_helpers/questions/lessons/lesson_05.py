"""Exercise of lesson 5: Marc's double, and a target of silent great spenders."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.strategy.benchmark import benchmark
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.questions.checks import (
    Choice,
    ChoiceCheck,
    Mistake,
    NumberCheck,
    TextCheck,
)
from rfm_helpers.questions.model import Question

CUSTOMER, NAME = "C-0362", "Éric Mathieu"
RULE = "R <= 2 and F >= 3 and M == 5"
IN_WORDS = "R au plus 2, F au moins 3, M égal à 5"
BEFORE, MONTHS = "2024-12-31", 24
EXTRA = 0.10
#: Who calls, and how many customers each can call.
ADVISERS, EACH = "Quatre", 20


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the orders."""
    orders = load_orders()
    table = rfm_table(orders, as_of=COURSE_DATE)
    return (
        _code(table),
        _silence(),
        _target(score_rfm(table, levels=5)),
        _alone(orders),
        _stake(_both(orders).query(RULE)),
    )


def _code(table: pd.DataFrame) -> Question:
    def his(levels: int) -> str:
        scored = score_rfm(table, levels=levels)
        return str(scored.loc[scored["client_id"] == CUSTOMER, "code_rfm"].item())

    answer = his(5)
    return Question(
        "code_du_double",
        f"La conseillère tient quatre listes, écrites sur **cinq** niveaux. Dans laquelle mettre "
        f"**{NAME}** ({CUSTOMER}) ?",
        ChoiceCheck(
            (
                Choice(
                    "« Venus récemment » : R 4 ou 5, F et M au moins 4.",
                    "Un long silence donne-t-il un score R élevé ou faible ?",
                ),
                Choice(
                    "« À faire venir plus souvent » : R 1 ou 2, F 3, M 4 ou 5.",
                    "Sur combien de niveaux avez-vous calculé ?",
                ),
                Choice(
                    "« À faire acheter plus » : R 1 ou 2, F 3, M 3.",
                    "Avez-vous changé le nombre de niveaux ?",
                ),
                Choice(
                    "« Silencieux de valeur » : R 1 ou 2, F et M au moins 4.",
                    f"Oui : {answer}, comme Marc, et {his(4)} sur quatre niveaux, comme lui "
                    "encore. Un code range ensemble des clients qui se ressemblent ; il ne dit "
                    "pas qu’ils ont la même histoire.",
                    right=True,
                ),
            )
        ),
        hints=("Changez le nombre de niveaux, exécutez, et lisez la dernière colonne.",),
        worked=f"Sur cinq niveaux, le tableau donne {answer} : réponse d.",
        section="Lire 2-4-4",
        former=TextCheck((answer,)),
    )


def _silence() -> Question:
    return Question(
        "cause_du_silence",
        f"Pourquoi **{NAME}** ne vient-il plus ? Que peut-on dire, avec ces fichiers ?",
        ChoiceCheck(_causes()),
        hints=(
            "Pour chaque phrase, cherchez la ligne d’un fichier qui la prouve.",
            "Le fichier des réclamations ne montre qu’une partie des déçus.",
        ),
        worked=(
            "Réponse c. Aucune réclamation, aucune remise demandée, et un désabonnement qui vient "
            "bien après son départ : rien ne prouve une cause. Sa dernière visite, à Rive droite "
            "pendant l’été 2024, donne une piste."
        ),
        section="Pourquoi Marc se tait",
    )


def _causes() -> tuple[Choice, ...]:
    return (
        Choice(
            "Nos messages trop nombreux l’ont lassé.",
            "Il s’est bien désabonné : était-ce avant sa dernière visite, ou après ?",
        ),
        Choice(
            "Il a été mal reçu à Rive droite, comme Marc.",
            "C’est possible, mais où l’avez-vous lu ? S’est-il plaint ?",
        ),
        Choice(
            "On ne le sait pas : sa dernière visite tombe pendant l’incident de Rive "
            "droite, et c’est une question à lui poser.",
            "Oui. Beaucoup de déçus ne se plaignent pas : la date et le lieu désignent où "
            "chercher, seul un échange le confirmera.",
            right=True,
        ),
        Choice(
            "Nos prix ont fini par le décourager.",
            "Qu’est-ce qui, dans ses achats, parle de prix ? A-t-il demandé une remise ?",
        ),
    )


def _target(table: pd.DataFrame) -> Question:
    answer = len(table.query(RULE))
    return Question(
        "cible_des_gros_montants",
        f"La directrice veut une autre cible, sur **cinq** niveaux : {IN_WORDS}. {ADVISERS} "
        f"conseillères peuvent appeler {EACH} clients chacune. **Peut-on appeler toute la cible**, "
        "si personne n’a refusé ?",
        ChoiceCheck(
            (
                Choice(
                    "Non : elle est près de cinq fois trop nombreuse.",
                    "Cherchez-vous les clients venus récemment, ou les silencieux ?",
                ),
                Choice(
                    "Oui, et tout juste : une seule place resterait.",
                    f"Oui : {answer} clients. Ni Marc ni {NAME} n’en sont : leur montant vaut M 4. "
                    "Une cible se traduit, se compte, puis se relit nom par nom ; qui a refusé nos "
                    "appels en sort.",
                    right=True,
                ),
                Choice(
                    "Non : il faudrait deux fois plus de conseillères.",
                    "M peut-il valoir 4 dans cette cible ?",
                ),
                Choice(
                    "Oui, et largement : trois conseillères suffiraient.",
                    "« Au plus 2 » laisse-t-il R 1 de côté ? « Au moins 3 » s’arrête-t-il à 3 ?",
                ),
            )
        ),
        hints=(
            "Pour chaque score, écrivez le plus petit et le plus grand qui conviennent.",
            "« Au plus 2 » va de 1 à 2 ; « au moins 3 » va de 3 à 5.",
        ),
        worked=(
            f"R de 1 à 2, F de 3 à 5, M 5 : {answer} clients, pour {EACH} appels fois quatre. "
            "Réponse b."
        ),
        section="Le segment que l’on vise",
        former=NumberCheck(answer),
    )


def _both(orders: pd.DataFrame, months: int = MONTHS) -> pd.DataFrame:
    """Customers at both dates, on windows of equal length and with the same bounds."""
    return compare_dates(orders, (BEFORE, COURSE_DATE), months=months, levels=5)


def _alone(orders: pd.DataFrame) -> Question:
    known = benchmark(_both(orders).query(RULE))
    answer = 100 * known.share
    return Question(
        "retour_sans_nous",
        f"Même règle, sur deux fenêtres de **{MONTHS} mois** : parmi les clients de cette cible "
        "**fin 2024**, quelle part a commandé en 2025, sans action particulière, en % ?",
        NumberCheck(
            answer,
            tolerance=0.5,
            unit="%",
            success=(
                f"Oui : {percent(known.share, 1)} reviennent seuls, et l’intervalle va "
                f"{known.range_text}. Un objectif n’a de sens qu’au-dessus ; seul l’écart est à "
                "mettre à notre crédit."
            ),
            mistakes=_alone_mistakes(orders, answer),
            otherwise="La règle et la durée sont-elles celles de la question ?",
        ),
        hints=("Gardez la règle de la question 3, changez la durée, puis lisez la part.",),
        worked=f"Sur {MONTHS} mois, {percent(known.share, 1)} ont commandé en 2025.",
        section="Un objectif qui mesure l’effet",
    )


def _alone_mistakes(orders: pd.DataFrame, answer: float) -> tuple[Mistake, ...]:
    both = _both(orders)
    lesson = benchmark(both.query("R <= 2 and F in [3, 4] and M >= 4")).share
    year = benchmark(_both(orders, 12).query(RULE)).share
    return (
        Mistake(100 - answer, "Est-ce la part de ceux qui ne sont pas revenus ?"),
        Mistake(100 * benchmark(both).share, "Est-ce la part dans toute la base, sans la règle ?"),
        Mistake(100 * lesson, "Est-ce la cible de la leçon, ou celle de la directrice ?"),
        Mistake(100 * year, "Combien de mois chaque fenêtre compte-t-elle ?"),
    )


def _stake(both: pd.DataFrame) -> Question:
    target = both[both["date"] == str(COURSE_DATE)]
    row = revenue_at_stake(target.assign(segment="La cible"), EXTRA).iloc[0]
    answer = float(row["chiffre_affaires_en_jeu"])
    basket, count = float(row["panier_moyen"]), len(target)
    return Question(
        "enjeu_de_la_cible",
        f"Si **{percent(EXTRA)}** de la cible d’aujourd’hui, sur deux ans, commande une fois de "
        "plus, à son panier moyen, quel chiffre d’affaires est en jeu, en euros TTC ?",
        NumberCheck(
            answer,
            tolerance=60,
            unit="€",
            success=(
                f"Oui : environ {euros(answer)}, une hypothèse à montrer comme telle. Ce n’est "
                "pas encore de la marge, et l’action n’est pas encore payée."
            ),
            mistakes=_stake_mistakes(target, basket),
            otherwise="Clients, part qui réagit, panier moyen : lequel des trois diffère ?",
        ),
        hints=(
            "Clients × part qui réagit × panier moyen.",
            "Écrivez la part avec un point : 0.50 voudrait dire la moitié.",
        ),
        worked=f"{count} × {percent(EXTRA)} × {euros(basket, 2)} = {euros(answer)}.",
        section="Un objectif qui mesure l’effet",
    )


def _stake_mistakes(target: pd.DataFrame, basket: float) -> tuple[Mistake, ...]:
    return (
        Mistake(len(target) * basket, "Toute la cible commande-t-elle une fois de plus ?"),
        Mistake(
            EXTRA * float(target["montant_total"].sum()),
            "Avez-vous pris une commande, ou tout ce que ces clients ont dépensé ?",
        ),
        Mistake(basket, "Est-ce le panier d’un seul client ?"),
        Mistake(
            EXTRA * float(target["panier_moyen"].sum()),
            "Avez-vous fait la moyenne des paniers par client, plutôt que par commande ?",
        ),
    )
