"""Some thirty cost lines and sources, from silly to excellent, with what is said of each."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from rfm_helpers.activities.budget.envelope import envelope_chooser
from rfm_helpers.activities.budget.first_action import judge_choice
from rfm_helpers.analysis.budget.case import example_costs
from rfm_helpers.analysis.budget.typed_lines import BLANK, line_state
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.costs import doubt_about, load_costing, missing_families
from rfm_helpers.catalog.drills import load_choice
from rfm_helpers.questions import Outcome

EVENING = load_costing().families("soiree_privee")
COMPLETE = ["Salle", "Cartons", "Traiteur", "Personnel", "Fleurs", "Assurance", "Photographe"]
LISTS = [
    ([], 0),
    (["x"], 0),
    (["Divers", "Autres frais", "Imprévus"], 0),
    (["Salle, traiteur, fleurs, assurance, cadeaux et personnel"], 1),
    (["Tout compris : lieu, cocktail, décor, vigile, photo"] * 2, 2),
    (["Traiteur", "Boissons", "Champagne", "Buffet"], 1),
    (["Personnel d’accueil au traiteur", "Traiteur"], 2),
    (["Traiteur", "Personnel d’accueil au traiteur"], 2),
    (["Location du salon", "Envoi des cartons d’invitation"], 2),
    (["SALLE", "traiteur", "Décor floral"], 3),
    (COMPLETE, 7),
    (COMPLETE[::-1], 7),
    ([*COMPLETE, "Voiturier", "Cadeau"], 7),
]


@pytest.mark.parametrize(("labels", "found"), LISTS)
def test_a_line_pays_for_one_kind_of_cost(labels: list[str], found: int) -> None:
    assert len(EVENING) - len(missing_families(EVENING, labels)) == found


def test_the_order_of_the_lines_changes_nothing() -> None:
    labels = example_costs()["libelle"].tolist()
    for turned in (labels, labels[::-1], labels[4:] + labels[:4]):
        assert [one.id for one in missing_families(EVENING, turned)] == ["lieu"]


@pytest.mark.parametrize(
    ("label", "cost", "part"),
    [
        ("Salle", 900, ""),
        ("Timbres", 1.39, ""),
        ("Salle", 0, ""),
        ("Salle, traiteur, fleurs", 0.01, "ordre de grandeur"),
        ("Remise de 15 %", 300, "facture d’une remise"),
        ("−10\u202f% sur le deuxième sac", 300, "facture d’une remise"),
        ("Les bons de réduction", 300, "facture d’une remise"),
        ("Code promo", 300, "facture d’une remise"),
        ("Remise en main propre", 300, ""),
        ("La remise des prix", 300, ""),
        ("Promotion de l'événement", 300, ""),
        ("20 % du temps d’un conseiller", 300, ""),
        ("Manque à gagner", 300, "revenu en moins"),
    ],
)
def test_what_a_costed_line_is_asked(label: str, cost: float, part: str) -> None:
    asked = doubt_about(label, cost)
    assert part in asked and bool(asked) is bool(part)


@pytest.mark.parametrize(
    ("field", "typed", "part"),
    [
        ("cout_unitaire", "1.500", "écrivez 1500 ou 1,50"),
        ("cout_unitaire", "1,250 €", "écrivez 1250 ou 1,25"),
        ("cout_unitaire", "12 %", "est une part"),
        ("cout_unitaire", "12 € TTC", "ne se lit pas"),
        ("cout_unitaire", "douze", "ne se lit pas"),
        ("cout_unitaire", "free", "ne se lit pas"),
        ("cout_unitaire", "-12", "au moins 0"),
        ("cout_unitaire", "12€50", ""),
        ("cout_unitaire", "1.500,00", ""),
        ("cout_unitaire", "1'500", ""),
        ("quantite", "10 pour cent", "est une part"),
        ("quantite", "two", "ne se lit pas"),
        ("quantite", "2x", "ne se lit pas"),
        ("annees", "1,5", "nombre entier"),
    ],
)
def test_a_number_in_doubt_is_asked_about(field: str, typed: str, part: str) -> None:
    state = line_state(BLANK | {"libelle": "Salle", "quantite": "1", field: typed})
    said = " ".join(state.defects.values()).replace("\xa0", " ")
    assert part in said and bool(said) is bool(part)


SOURCES = [
    ("Devis du traiteur Dupont, no 12", "élevée", ""),
    ("Facture de 2024, salle Pleyel", "élevée", ""),
    ("Tarif courrier de La Poste, page 3", "élevée", ""),
    ("Grille des salaires de la maison", "élevée", ""),
    ("Mon devis du 3 mars", "élevée", ""),
    ("Étude de la fédération du luxe", "moyenne", ""),
    ("Article des Échos", "moyenne", ""),
    ("Page « location » de sallesdeparis.fr", "faible", ""),
    ("Article des Échos", "élevée", "Fiabilité élevée"),
    ("Une brochure de salon", "élevée", "Fiabilité élevée"),
    ("mon oncle", "élevée", "retrouverait"),
    ("Mon oncle", "faible", "retrouverait"),
    ("Une amie traiteuse", "moyenne", "retrouverait"),
    ("Quelqu’un de la boutique", "élevée", "retrouverait"),
    ("Internet", "élevée", "retrouverait"),
    ("ChatGPT", "moyenne", "retrouverait"),
    ("ChatGPT 5, réponse du 3 mars", "élevée", "retrouverait"),
    ("Je l’ai vu quelque part", "élevée", "retrouverait"),
    ("Souvenir", "faible", "retrouverait"),
    ("x", "élevée", "retrouverait"),
]


@pytest.mark.parametrize(("source", "reliability", "part"), SOURCES)
def test_a_source_is_one_that_somebody_else_could_go_back_to(
    source: str, reliability: str, part: str
) -> None:
    line = {"libelle": "Salle", "quantite": "1", "cout_unitaire": "900"}
    line["date_source"] = f"{dt.date.today():%d/%m/%Y}"
    flags = line_state(BLANK | line | {"source": source, "fiabilite": reliability}).flags
    said = " ".join(flags.values() if isinstance(flags, dict) else flags)
    assert part in said and bool(said) is bool(part)


@pytest.mark.parametrize("action", [one.id for one in load_case().strategy.actions])
def test_an_argument_is_judged_whatever_the_action(action: str) -> None:
    """Good facts are told so; the action passes if it answers what made the customer leave."""
    argument = load_choice().argument(action)
    outcome, text = judge_choice(action, argument.supports)
    assert (outcome is Outcome.SUCCESS) is argument.first_need
    assert ("Vos faits plaident pour cette action" in text) is not argument.first_need
    aside = next(fact.id for fact in load_choice().facts if fact.id not in argument.supports)
    assert "Vos faits plaident" not in judge_choice(action, [*argument.supports, aside])[1]


def test_an_envelope_reaches_those_who_may_be_contacted() -> None:
    people = pd.DataFrame({"segment": ["Bientôt dormants"] * 110})
    activity = envelope_chooser(people, envelope=10_000)
    assert "110 clients que l’on peut contacter" in activity.situation.value.replace("\xa0", " ")
