"""The checks of the questions answered by a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from rfm_helpers.analysis.campaign.account import Campaign, campaign_account
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.questions.checks import TableMistake
from rfm_helpers.questions.model import Check
from rfm_helpers.teacher.assignments.checks import HalfTableCheck
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.truth import (
    INPUTS,
    VAT,
    campaign_of,
    clients_given,
    costs_given,
    evening_of,
    is_one_of,
    quantities_of,
    truth,
)
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.variant import QUOTES
from rfm_helpers.teacher.assignments.variants import Given, Variant


def _cells(table: pd.DataFrame, column: str, key: str) -> pd.Series:
    values: pd.Series = table.set_index(key)[column]
    return values


def _says(expected: pd.Series, column: str, key: str) -> Callable[[pd.DataFrame], bool]:
    """A rule: a column says of every row what `expected` (by key) says."""

    def matches(table: pd.DataFrame) -> bool:
        gaps = _cells(table, column, key).astype(float) - expected
        return bool(len(table) == len(expected) and (gaps.abs() <= 0.01).all())

    return matches


def check_clients(variant: Variant, _: Given) -> Check:
    """Each customer's measures and segment at the reference date."""
    expected = truth(variant).clients
    columns = ["client_id", "recence", "frequence", "montant_total", "segment"]
    known = expected.set_index("client_id")

    def shifted(table: pd.DataFrame) -> bool:
        shifts = _cells(table, "recence", "client_id").astype(float) - known["recence"]
        return bool(shifts.notna().all() and shifts.nunique() == 1 and shifts.iloc[0] != 0)

    def made_by(grid: str, **options: Any) -> Callable[[pd.DataFrame], bool]:
        def matches(table: pd.DataFrame) -> bool:
            rfm = known.reset_index()[["client_id", "recence", "frequence", "montant_total"]]
            rfm["panier_moyen"] = rfm["montant_total"] / rfm["frequence"]
            other = assign_segments(score_rfm(rfm, **options), grid).set_index("client_id")
            given = _cells(table, "segment", "client_id").reindex(other.index)
            return bool((given == other["segment"]).all())

        return matches

    return HalfTableCheck(
        expected[columns],
        keys=("client_id",),
        success="Tout le plan part de cette table : une date, et un segment pour chaque client.",
        mistakes=(
            TableMistake(shifted, "De quelle date de référence la récence part-elle ?"),
            TableMistake(
                made_by("cinq_niveaux", levels=5),
                "Sur combien de niveaux les onze segments sont-ils faits ?",
            ),
            TableMistake(
                made_by("onze", monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
            TableMistake(
                made_by("onze", method="equal_size"),
                "Deux clients qui ont autant de commandes ont-ils le même score F ?",
            ),
            TableMistake(
                lambda table: bool(table["segment"].astype(str).str.fullmatch(r"\d+").all()),
                "Est-ce le code RFM, ou le nom du segment ?",
            ),
        ),
    )


def check_costs(variant: Variant, given: Given) -> Check:
    """The lines of the evening: how many of each, and what they cost."""
    _, party = clients_given(variant, given)
    columns = ["libelle", "quantite", "cout_ht", "cout_ttc", "cout_annee_ht"]

    def counted(invited: int, present: int) -> Callable[[pd.DataFrame], bool]:
        labels = variant.tables[QUOTES]["libelle"]
        quantities = quantities_of(variant, invited, present).set_axis(labels)
        return _says(quantities, "quantite", "libelle")

    expected = evening_of(variant, party)
    known = expected.set_index("libelle")
    written = known["quantite"] * known["cout_unitaire"]
    return HalfTableCheck(
        expected[columns],
        keys=("libelle",),
        success="Chaque ligne suit les bons clients, et se paie HT, quelle que soit l’écriture.",
        mistakes=(
            TableMistake(
                counted(party.present, party.invited),
                "Les invités et les présents sont-ils à leur place ?",
            ),
            TableMistake(
                counted(party.invited, party.invited),
                "Tous les invités viendront-ils ?",
            ),
            TableMistake(
                counted(party.present, party.present),
                "N’envoie-t-on un carton qu’à ceux qui viendront ?",
            ),
            TableMistake(counted(1, 1), "Pour combien de clients ces lignes comptent-elles ?"),
            TableMistake(
                _says(written, "cout_ht", "libelle"),
                "Ces prix étaient-ils tous HT ?",
            ),
        ),
    )


def _sheet(campaign: Campaign) -> pd.DataFrame:
    """A campaign's inputs and account, as the notebook hands them over."""
    inputs = [{"ligne": label, "valeur": getattr(campaign, n)} for label, n in INPUTS.items()]
    return pd.concat([pd.DataFrame(inputs), campaign_account(campaign)], ignore_index=True)


def check_account(variant: Variant, given: Given) -> Check:
    """The evening's inputs and account, before any discount."""
    _, party = clients_given(variant, given)
    costs = costs_given(variant, given)
    campaign = campaign_of(variant, party, costs.excluding)
    response = variant.parameters["REPONSE"]

    def has(name: str, value: float) -> Callable[[pd.DataFrame], bool]:
        label = next(label for label, field in INPUTS.items() if field == name)

        def matches(table: pd.DataFrame) -> bool:
            return is_one_of(float(_cells(table, "valeur", "ligne")[label]), value)

        return matches

    return HalfTableCheck(
        _sheet(campaign),
        keys=("ligne",),
        success="La marge des commandes que l’on n’aurait pas eues, et rien d’autre.",
        mistakes=(
            TableMistake(
                has("uplift", response),
                "Est-ce la réponse, ou la hausse de réponse ?",
            ),
            TableMistake(
                has("uplift", variant.parameters["TEMOIN"]),
                "Que dit le groupe témoin : la hausse, ou ce qui vient sans l’action ?",
            ),
            TableMistake(
                has("uplift", response / variant.parameters["TEMOIN"] - 1),
                "Une hausse en points se calcule-t-elle par une division ?",
            ),
            TableMistake(
                has("reached", party.present),
                "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
            ),
            TableMistake(
                has("basket", party.basket * VAT),
                "Le panier et le coût sont-ils tous deux HT ?",
            ),
            TableMistake(has("margin_rate", 1.0), "Le panier entier est-il une marge ?"),
            TableMistake(has("cost", costs.including), "Le coût est-il HT, ou TTC ?"),
            TableMistake(
                has("cost", costs.year),
                "Avez-vous compté toute la dépense, ou sa part de la première année ?",
            ),
            TableMistake(
                has("discount", variant.parameters["REMISE"]),
                "La remise est-elle déjà demandée ici ?",
            ),
        ),
    )
