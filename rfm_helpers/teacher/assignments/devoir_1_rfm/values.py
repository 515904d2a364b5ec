"""The checks of the questions answered by a value."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments import segment_profile
from rfm_helpers.datasets.loaders import RAW_COLUMNS as COLUMNS
from rfm_helpers.questions.checks import Mistake, NumberCheck, TextCheck, TextMistake
from rfm_helpers.questions.model import Check
from rfm_helpers.teacher.assignments.devoir_1_rfm.truth import following, lines_given, truth
from rfm_helpers.teacher.assignments.devoir_1_rfm.variant import EXPORT
from rfm_helpers.teacher.assignments.variants import Given, Variant

#: How far an amount may be, in euros: whoever gives whole euros is right.
EUROS = 0.6


def check_store(variant: Variant, given: Given) -> Check:
    """The revenue of a store up to the reference date, returns deducted."""
    store = variant.parameters["BOUTIQUE"]

    def revenue(lines: pd.DataFrame) -> float:
        return float(lines.loc[lines["Boutique"] == store, "montant"].sum())

    lines, answer = following(lines_given(given), truth(variant).lines, revenue)
    export = variant.tables[EXPORT]
    naive = pd.to_numeric(export[COLUMNS["amount"]].str.replace(",", "."), errors="coerce")
    as_it_is = float(naive[export["Boutique"] == store].sum())
    sales, year = revenue(lines[lines["montant"] > 0]), truth(variant).year
    too_late = "Avez-vous compté des lignes qui suivent la date de référence ?"
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Ventes et retours se compensent, et seules les lignes de cette boutique comptent.",
        mistakes=(
            Mistake(sales, "Avez-vous déduit les retours ?"),
            Mistake(2 * sales - answer, "Les retours s’ajoutent-ils aux ventes ?"),
            Mistake(answer - sales, "Est-ce le montant des seuls retours ?"),
            Mistake(sales - answer, "Est-ce le montant des seuls retours ?"),
            Mistake(float(lines["montant"].sum()), "Est-ce le total de toutes les boutiques ?"),
            Mistake(revenue(year), too_late),
            Mistake(revenue(orders_until(year, "2025-12-31")), too_late),
            Mistake(as_it_is, "Avez-vous additionné l’export tel quel, avant de le préparer ?"),
        ),
        otherwise="Êtes-vous parti de vos lignes propres, et de cette boutique seulement ?",
    )


def _of(lines: pd.DataFrame, client: str) -> pd.DataFrame:
    his: pd.DataFrame = lines[lines["client_id"] == client]
    return his


def check_basket(variant: Variant, given: Given) -> Check:
    """The average basket of the customer met by hand, who returned an order."""
    client, day = variant.parameters["CLIENT"], variant.parameters["DATE_REFERENCE"]

    def basket(lines: pd.DataFrame) -> float:
        return float(rfm_table(_of(lines, client), as_of=day)["panier_moyen"].item())

    lines, answer = following(lines_given(given), truth(variant).lines, basket)
    his = _of(lines, client)
    total, numbers = float(his["montant"].sum()), his["commande_id"].nunique()
    bought = his[his["montant"] > 0]
    sales, kept = float(bought["montant"].sum()), round(total / answer)

    def whole_year(value: float) -> bool:
        year = rfm_table(_of(truth(variant).year, client))
        return abs(value - float(year["panier_moyen"].item())) <= EUROS

    with_empty = "Une commande entièrement rendue compte-t-elle comme un achat ?"
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Un montant, retours déduits, divisé par les commandes dont il reste un achat.",
        mistakes=(
            Mistake(total / numbers, with_empty),
            Mistake(sales / numbers, "Avez-vous déduit ce que le client a rendu ?"),
            Mistake(sales / kept, "Avez-vous déduit ce que le client a rendu ?"),
            Mistake(total / len(his), "Avez-vous divisé par les lignes ?"),
            Mistake(total / len(bought), "Avez-vous divisé par les articles achetés ?"),
            Mistake(total, "Est-ce le total, sans moyenne ?"),
            Mistake(sales, "Est-ce le total des achats, sans retour ni moyenne ?"),
            Mistake(whole_year, "Avez-vous compté des achats qui suivent la date de référence ?"),
        ),
        otherwise="Quel montant avez-vous divisé, et par combien de commandes ?",
    )


def check_silent(variant: Variant, given: Given) -> Check:
    """What those who ordered often and are silent have spent."""
    days, orders = variant.parameters["SILENCE"], variant.parameters["COMMANDES"]

    def spent(table: pd.DataFrame, *conditions: pd.Series) -> float:
        chosen = pd.concat(conditions, axis=1).all(axis=1)
        return float(table.loc[chosen, "montant_total"].sum())

    table, answer = following(
        given.table("rfm"),
        truth(variant).rfm,
        lambda rfm: spent(rfm, rfm["recence"] > days, rfm["frequence"] >= orders),
    )
    recency, frequency = table["recence"], table["frequence"]
    count = int(((recency > days) & (frequency >= orders)).sum())
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success=(
            "Voilà ce qu’ont dépensé ces habitués qui se taisent : un chiffre du passé, qui ne dit "
            "pas encore s’ils reviendront."
        ),
        mistakes=(
            Mistake(
                spent(table, recency < days, frequency >= orders),
                "Une récence plus grande est-elle un achat plus récent ?",
            ),
            Mistake(
                spent(table, recency <= days, frequency >= orders),
                "Une récence plus grande est-elle un achat plus récent ?",
            ),
            Mistake(
                spent(table, recency > days, frequency > orders),
                "« Ou plus » comprend-il le nombre lui-même ?",
            ),
            Mistake(
                spent(table, recency >= days, frequency >= orders),
                "« Plus de » comprend-il le nombre lui-même ?",
            ),
            Mistake(spent(table, recency > days), "Et la condition sur le nombre de commandes ?"),
            Mistake(spent(table, frequency >= orders), "Et la condition sur le silence ?"),
            Mistake(count, "Est-ce un nombre de clients, ou des euros ?"),
            Mistake(
                answer / count if count else answer,
                "Est-ce une moyenne par client, ou ce qu’ils ont dépensé en tout ?",
            ),
        ),
        otherwise="Vos deux conditions sont-elles celles de la question, toutes deux à la fois ?",
    )


def _row(profile: pd.DataFrame, segment: str) -> Any:
    return profile[profile["segment"] == segment].iloc[0]


def check_per_customer(variant: Variant, given: Given) -> Check:
    """The revenue per customer of a segment."""
    grid, segment = variant.parameters["GRILLE"], variant.parameters["SEGMENT"]

    def per_customer(profile: pd.DataFrame) -> float:
        row = _row(profile, segment)
        return float(row["chiffre_affaires"]) / int(row["clients"])

    true = truth(variant)
    segments, profile = following(
        given.table("segments"),
        true.segments,
        lambda table: segment_profile(table, grid),
        true.profile,
    )
    answer, theirs = per_customer(profile), given.table("profil")
    with suppress(Exception):
        if theirs is not None and theirs["clients"].sum() == len(segments):
            profile, answer = theirs, per_customer(theirs)
    row = _row(profile, segment)
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Un client, toutes ses commandes de la période : voilà ce que vaut la relation.",
        mistakes=(
            Mistake(
                float(row["panier_moyen"]),
                "Est-ce ce que vaut un client, ou une de ses commandes ?",
            ),
            Mistake(float(row["chiffre_affaires"]), "Est-ce le segment entier, ou un client ?"),
            Mistake(int(row["clients"]), "Est-ce un nombre de clients, ou des euros ?"),
            Mistake(
                float(profile["chiffre_affaires"].sum() / profile["clients"].sum()),
                "Est-ce la moyenne de toute la maison, ou celle du segment ?",
            ),
        ),
        otherwise="Quel montant avez-vous divisé par quel nombre, et dans quel segment ?",
    )


def check_first_call(variant: Variant, given: Given) -> Check:
    """The customer of a segment who has spent the most."""
    segment = variant.parameters["SEGMENT"]

    def top(table: pd.DataFrame, column: str = "montant_total") -> tuple[str, ...]:
        """Who is first; every one of them when several are, with the number alone too."""
        firsts = table.loc[table[column] == table[column].max(), "client_id"].astype(str)
        return (*firsts, *firsts.str.removeprefix("C-"))

    def inside(table: pd.DataFrame) -> pd.DataFrame:
        chosen: pd.DataFrame = table[table["segment"] == segment]
        if chosen.empty:
            raise ValueError("no customer in this segment")
        return chosen

    table, answers = following(
        given.table("segments"), truth(variant).segments, lambda table: top(inside(table))
    )
    theirs = inside(table)

    def latest(table: pd.DataFrame) -> tuple[str, ...]:
        return top(table.assign(proche=-table["recence"]), "proche")

    return TextCheck(
        answers,
        success="Voilà par qui commencer, si ce client accepte d’être contacté.",
        mistakes=(
            TextMistake(top(table), "Ce client est-il bien dans le segment demandé ?"),
            TextMistake(
                top(theirs, "panier_moyen"), "Est-ce le plus gros total, ou le plus gros panier ?"
            ),
            TextMistake(
                top(theirs, "frequence"), "Est-ce le plus gros total, ou le plus de commandes ?"
            ),
            TextMistake(latest(theirs), "Est-ce le plus gros total, ou l’achat le plus récent ?"),
            TextMistake(
                tuple(theirs["client_id"].astype(str)),
                "Ce client est dans le segment ; dans quel ordre avez-vous trié ?",
            ),
        ),
        otherwise="Ce client est-il dans le segment demandé, et de votre propre fichier ?",
    )
