"""Exercise of lesson 6: what a morning at the workshop costs, and for whom."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.budget.case import case_budget
from rfm_helpers.analysis.budget.lines import flag_lines, line_costs
from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.catalog import load_case
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.questions.checks import Choice, ChoiceCheck, NumberCheck
from rfm_helpers.questions.model import Question

REGION, SEGMENT = "Lyon et sa région", "Fidèles potentiels"
PRESENT, BUYERS, DISCOUNT_USERS = 25, 6, 12
#: What another artisan asks (euros HT), and what the plan of the slides is granted (euros).
OTHER, GRANTED = 410, 21_000
#: What the morning is granted, in all and by customer who came (euros, without VAT).
ENVELOPE, MOST_EACH = 2_100, 60
ACTION = "Matinée d’atelier"


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the customers, the lines and the case."""
    invited = invited_count()
    lines = workshop_lines(invited)
    return (
        _day_rate(lines),
        _total(lines),
        _per_customer(lines, invited),
        _sources(lines),
        _readings(),
    )


def invited_count() -> int:
    """How many customers of the segment and the region may get a card by post."""
    scored = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
    people = load_customers()
    local = people.loc[people["region"] == REGION, "client_id"]
    chosen = scored[(scored["segment"] == SEGMENT) & scored["client_id"].isin(local)]
    stay, _ = contact_list(
        chosen,
        "courrier",
        on=COURSE_DATE,
        people=people,
        complaints=load_complaints(),
        contacts=load_contacts(),
    )
    return len(stay)


def workshop_lines(invited: int) -> pd.DataFrame:
    """The cost lines of the morning, assumed prices of this course, as the notebook writes them.

    >>> len(workshop_lines(40))
    5
    """
    columns = "libelle quantite cout_unitaire taxe taux_tva source date_source fiabilite annees"
    rows = [
        ("Artisan, la journée", 1, 480, "TTC", 0.20, "Devis", "2025-11-03", "élevée", 1),
        ("Petit-déjeuner", PRESENT, 13.20, "TTC", 0.10, "Site", "2023-06-12", "moyenne", 1),
        ("Invitations", invited, 2.50, "HT", 0.20, "", None, "", 1),
        ("Heures des conseillers", 12, 30, "HT", 0, "Paie", "2025-01-15", "élevée", 1),
        ("Établis", 1, 900, "HT", 0.20, "Catalogue", "2024-03-20", "moyenne", 3),
    ]
    return pd.DataFrame(rows, columns=columns.split()).assign(action=ACTION)


def _day_rate(lines: pd.DataFrame) -> Question:
    price = 480
    answer = float(line_costs(lines)["cout_ht"].iloc[0])
    return Question(
        "artisan_ht",
        f"L’artisan demande **{price} € TTC** la journée, avec 20 % de TVA. Un confrère demande "
        f"**{OTHER} € HT**. Au budget de la maison, **lequel coûte le moins ?**",
        ChoiceCheck(
            (
                Choice(
                    "Le premier, de peu, une fois son prix ramené hors taxe.",
                    f"Oui : {euros(answer)}. On divise par 1,20, car les 20 % se comptent sur le "
                    "prix HT ; la maison récupère en général la différence.",
                    right=True,
                ),
                Choice(
                    f"Le confrère : {OTHER} € contre {price} €.",
                    "Compare-t-on un prix HT à un prix TTC ?",
                ),
                Choice(
                    "Le confrère : ramené hors taxe, le premier reste plus cher.",
                    "Quel est le taux de TVA de cet artisan ?",
                ),
                Choice(
                    "Le premier, et de loin : 480 € moins 20 %, c’est moins de 390 €.",
                    "Peut-on retirer 20 % d’un prix TTC ?",
                ),
            )
        ),
        hints=("Changez le taux dans la cellule, et lisez le coût HT.", "0.20 veut dire 20 %."),
        worked=f"{price} ÷ 1,20 = {euros(answer)}, contre {OTHER} € : réponse a.",
        section="HT ou TTC ?",
        former=NumberCheck(answer, tolerance=0.5, unit="€"),
    )


def _total(lines: pd.DataFrame) -> Question:
    answer = float(line_costs(lines)["cout_ht"].sum())
    return Question(
        "total_ht",
        f"La directrice financière accorde **{euros(ENVELOPE)} HT** à la matinée, établis payés "
        "en une fois. **Tient-elle dans cette somme ?**",
        ChoiceCheck(_total_choices(lines, answer)),
        hints=(
            "Demandez le total HT ; une année veut dire que les établis se paient en une fois.",
            f"Comparez ce total à {euros(ENVELOPE)}.",
        ),
        worked=(
            f"Le total HT, établis payés en une fois : {euros(answer, 2)}, sous "
            f"{euros(ENVELOPE)} : réponse b."
        ),
        section="De l’action à ses lignes",
        former=NumberCheck(answer, tolerance=1, unit="€"),
    )


def _total_choices(lines: pd.DataFrame, answer: float) -> tuple[Choice, ...]:
    mixed = float((lines["quantite"] * lines["cout_unitaire"]).sum())
    return (
        Choice("Non, et de loin : il manque plus de 250 €.", "Est-ce le total TTC ?"),
        Choice(
            "Oui, de peu : il reste moins de 50 €.",
            f"Oui : {euros(answer, 2)}. L’addition des prix tels qu’ils sont écrits donnait "
            f"{euros(mixed, 2)} : elle mêlait HT et TTC.",
            right=True,
        ),
        Choice(
            "Oui, et de loin : il reste plus de 600 €.",
            "Les établis sont-ils étalés dans ce total ?",
        ),
        Choice(
            "Non, de peu : il manque moins de 100 €.",
            "Peut-on ajouter des prix HT et des prix TTC ?",
        ),
    )


def _per_customer(lines: pd.DataFrame, invited: int) -> Question:
    year = float(line_costs(lines)["cout_annee_ht"].sum())
    answer = year / PRESENT
    return Question(
        "cout_par_present",
        f"{invited} clients sont invités, {PRESENT} sont présents, {BUYERS} achètent. Les établis "
        f"serviront trois ans. La règle de la maison : au plus **{euros(MOST_EACH)} HT par client "
        "présent**, la **première année**. **La matinée la respecte-t-elle ?**",
        ChoiceCheck(_per_customer_choices(answer, year)),
        hints=(
            "Étalez les établis dans la cellule de la question 2.",
            "Divisez par ceux qui sont venus.",
        ),
        worked=f"{euros(year, 2)} ÷ {PRESENT} = {euros(answer, 2)} : réponse d.",
        section="Par client, mais lequel ?",
        former=NumberCheck(answer, tolerance=0.1, unit="€"),
    )


def _per_customer_choices(answer: float, year: float) -> tuple[Choice, ...]:
    return (
        Choice("Oui, et de loin : moins de 40 € chacun.", "Avez-vous divisé par les invités ?"),
        Choice("Non, et de loin : plus de 200 € chacun.", "Avez-vous divisé par les acheteurs ?"),
        Choice(
            "Non : plus de 80 € chacun.",
            "Les établis pèsent-ils en entier la première année ?",
        ),
        Choice(
            "Oui, de peu : à un ou deux euros de la limite.",
            f"Oui : {euros(answer, 2)} par présent. Par acheteur, ce serait "
            f"{euros(year / BUYERS, 2)} : dites toujours qui vous comptez.",
            right=True,
        ),
    )


def _sources(lines: pd.DataFrame) -> Question:
    remarks = flag_lines(lines, COURSE_DATE)
    choices = []
    for label in lines["libelle"]:
        found = remarks.loc[remarks["libelle"] == label, "probleme"].tolist()
        why = (
            f"{label} : {', '.join(found)}."
            if found
            else f"{label} : que lui manque-t-il, à la date de référence ?"
        )
        choices.append(Choice(label, why, bool(found)))
    right = [one.text for one in choices if one.right]
    return Question(
        "prix_a_chercher",
        "Le budget est présenté le **31 décembre 2025**. De quelles lignes faut-il chercher le "
        "prix de nouveau ?",
        ChoiceCheck(tuple(choices), multiple=True),
        hints=(
            "Mettez la date du jour de la présentation : les remarques changent.",
            "Un prix de plus de deux ans, ou sans source, ne se défend pas.",
        ),
        worked=f"{' et '.join(right)} : au 31 décembre 2025, le tableau donne les motifs.",
        section="Chercher chaque prix",
    )


def _readings() -> Question:
    case = load_case("marc_morel")

    def total(users: int) -> float:
        return float(roll_up(case_budget(case, users))["cout_ht"].iloc[0])

    answer, plain, discount = total(DISCOUNT_USERS), total(1), total(2) - total(1)
    return Question(
        "tableau_de_marc",
        f"Revenons au tableau des diapositives ({euros(plain)}). La directrice financière accorde "
        f"**{euros(GRANTED)}**, et **{DISCOUNT_USERS}** des vingt invités utiliseront la remise. "
        "**Que lui répondre ?**",
        ChoiceCheck(_readings_choices(answer, plain, discount)),
        hints=(
            "Changez le nombre de clients qui utilisent la remise.",
            "Le total se lit sur la ligne du plan.",
        ),
        worked=(
            f"{euros(plain)} + {DISCOUNT_USERS - 1} × {euros(discount)} = {euros(answer)} : "
            "réponse c."
        ),
        section="Un tableau, trois totaux",
        former=NumberCheck(answer, tolerance=1, unit="€"),
    )


def _readings_choices(answer: float, plain: float, discount: float) -> tuple[Choice, ...]:
    asked = euros(answer - GRANTED)
    twice = euros(plain + DISCOUNT_USERS * discount - GRANTED)
    return (
        Choice(
            f"Cela suffit : le tableau s’arrête à {euros(plain)}.",
            "Combien de remises ce total compte-t-il ?",
        ),
        Choice(
            f"Il manque {twice} : douze remises s’ajoutent au tableau.",
            "La remise d’une personne est-elle déjà dans le tableau ?",
        ),
        Choice(
            f"Il manque {asked} : le tableau compte déjà une remise.",
            f"Oui : {euros(answer)}. Le tableau compte déjà une remise : on en ajoute "
            f"{number(DISCOUNT_USERS - 1)}. En leçon 7, elle quittera le budget pour la marge.",
            right=True,
        ),
        Choice(
            f"Il manque {euros(plain + 19 * discount - GRANTED)} : vingt invités, vingt remises.",
            "Tous les invités utilisent-ils la remise ?",
        ),
    )
