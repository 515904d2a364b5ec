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
    NumberCheck,
    TextCheck,
)
from rfm_helpers.questions.model import Question

CUSTOMER, NAME = "C-0362", "Éric Mathieu"
RULE = "R <= 2 and F >= 3 and M == 5"
IN_WORDS = "R au plus 2, F au moins 3, M égal à 5"
BEFORE, MONTHS = "2024-12-31", 24
EXTRA = 0.10
#: What the director aims at (a share), and what must be at stake (euros).
AIM, LEAST = 0.45, 15_000
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
    return Question(
        "retour_sans_nous",
        f"La directrice propose un objectif : que **{percent(AIM)}** de cette cible commande en "
        f"2026. Sur deux fenêtres de **{MONTHS} mois**, voyez ce que la même cible a fait en 2025, "
        "**sans action particulière**. Que lui répondre ?",
        ChoiceCheck(
            (
                Choice(
                    f"Gardez-le : {percent(AIM)}, c’est plus que ce qui vient tout seul.",
                    f"L’intervalle de ce qui vient tout seul s’arrête-t-il avant {percent(AIM)} ?",
                ),
                Choice(
                    "Relevez-le : tel quel, le hasard suffirait à l’atteindre.",
                    f"Oui : {percent(known.share, 1)} reviennent seuls, et l’intervalle va "
                    f"{known.range_text}. Un objectif n’a de sens qu’au-dessus ; seul l’écart est "
                    "à mettre à notre crédit.",
                    right=True,
                ),
                Choice(
                    "Gardez-le : sans nous, aucun de ces clients silencieux ne reviendra.",
                    "Combien d’entre eux ont commandé en 2025, quand on n’a rien fait ?",
                ),
                Choice(
                    "Baissez-le : à moins de 20 %, nous serons sûrs de réussir.",
                    "Que prouverait un objectif plus bas que ce qui vient tout seul ?",
                ),
            )
        ),
        hints=(
            "Changez la durée, puis lisez la part et son intervalle.",
            "Un objectif se compare au haut de l’intervalle.",
        ),
        worked=(
            f"Sur {MONTHS} mois, {percent(known.share, 1)} ont commandé en 2025, et l’intervalle "
            f"va {known.range_text} : {percent(AIM)} est dedans. Réponse b."
        ),
        section="Un objectif qui mesure l’effet",
        former=NumberCheck(100 * known.share, tolerance=0.5, unit="%"),
    )


def _stake(both: pd.DataFrame) -> Question:
    target = both[both["date"] == str(COURSE_DATE)]
    row = revenue_at_stake(target.assign(segment="La cible"), EXTRA).iloc[0]
    answer = float(row["chiffre_affaires_en_jeu"])
    basket, count = float(row["panier_moyen"]), len(target)
    return Question(
        "enjeu_de_la_cible",
        f"Avant de chiffrer une action, la directrice demande au moins **{euros(LEAST)}** TTC en "
        f"jeu. Si **{percent(EXTRA)}** de la cible d’aujourd’hui, sur deux ans, commande une fois "
        "de plus, à son panier moyen, **faut-il la chiffrer ?**",
        ChoiceCheck(_stakes(answer)),
        hints=(
            "Clients × part qui réagit × panier moyen.",
            "Écrivez la part avec un point : 0.50 voudrait dire la moitié.",
        ),
        worked=(
            f"{count} × {percent(EXTRA)} × {euros(basket, 2)} = {euros(answer)}, un peu plus que "
            f"{euros(LEAST)} : réponse c."
        ),
        section="Un objectif qui mesure l’effet",
        former=NumberCheck(answer, tolerance=60, unit="€"),
    )


def _stakes(answer: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui : plus de dix fois ce montant est en jeu.",
            "Toute la cible commande-t-elle une fois de plus ?",
        ),
        Choice(
            "Oui : plus de quatre fois ce montant est en jeu.",
            "Avez-vous pris une commande, ou tout ce que ces clients ont dépensé ? Et quelle part "
            "de la cible ?",
        ),
        Choice(
            "Oui, de peu, et en disant ce que l’on suppose.",
            f"Oui : environ {euros(answer)}, une hypothèse à montrer comme telle. Ce n’est "
            "pas encore de la marge, et l’action n’est pas encore payée.",
            right=True,
        ),
        Choice(
            f"Non : leur panier moyen est loin de {euros(LEAST)}.",
            "Est-ce le panier d’un seul client ?",
        ),
    )
