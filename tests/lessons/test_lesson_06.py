"""Lesson 6: every number it states is computed, and its facts are those of the data."""

from __future__ import annotations

import pandas as pd
import pytest
from support.contacts import staying
from support.lessons import headings, prose

from rfm_helpers.activities.budget.envelope import envelope_chooser
from rfm_helpers.activities.budget.first_action import choose_action
from rfm_helpers.analysis.budget.case import (
    case_budget,
    case_discounts,
    case_readings,
    detail_actions,
    example_costs,
)
from rfm_helpers.analysis.budget.lines import cost_lines, flag_lines, line_costs
from rfm_helpers.analysis.budget.plan import cost_per_customer, roll_up
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.drills import load_choice
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_complaints,
    load_contacts,
    load_orders,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import load_quiz

NAME = "06_budgetisation"
MARC = "C-0360"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return rfm_table(load_orders(), as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def evening() -> pd.DataFrame:
    return line_costs(example_costs(20, 15))


def says(*claims: str) -> None:
    """Each claim stands in the lesson's prose, whatever the kind of its spaces."""
    for claim in claims:
        assert " ".join(claim.split()) in prose(NAME), claim


def fact(name: str) -> str:
    """A fact of the first activity, its spaces made ordinary."""
    return " ".join(next(f.text for f in load_choice().facts if f.id == name).split())


def plain(text: str) -> str:
    return " ".join(text.split())


# --- the frame -----------------------------------------------------------------------------------


def test_every_question_points_to_a_section_of_the_lesson():
    sections = [" ".join(question.section.split()) for question in load_quiz(NAME).questions]
    assert set(sections) <= set(headings(NAME))


def test_the_activities_point_to_a_section_of_the_lesson():
    choice = choose_action()
    choice.check_button.click()
    people = envelope_chooser(pd.DataFrame({"segment": ["Bientôt dormants"]}))
    people.check_button.click()
    for activity in (choice, people):
        assert " ".join(activity.result.section.split()) in headings(NAME)


# --- the facts to argue with ---------------------------------------------------------------------


def test_marc_s_facts():
    complaint = load_complaints().query("client_id == @MARC").iloc[0]
    assert str(complaint["date_reclamation"].date()) == "2024-06-03"
    assert f"{complaint['delai_reponse_jours']:.0f} jours" in fact("plainte")
    orders = load_orders().query("client_id == @MARC")
    assert (orders["remise"] == 0).all()
    assert orders["commande_id"].nunique() == 4
    assert plain(euros(orders["montant"].max())) in fact("montre")
    sent = load_contacts().query("client_id == @MARC and date_contact > '2024-06-03'")
    assert (len(sent), sent["clic"].sum()) == (10, 0)
    assert "dix messages" in fact("messages")
    bracelet = orders.sort_values("date_achat").iloc[-1]
    assert bracelet["boutique_id"] != complaint["boutique_id"]
    assert bracelet["date_achat"] > complaint["date_reclamation"]


def test_marc_s_scores(table):
    row = score_rfm(table, levels=5).query("client_id == @MARC").iloc[0]
    assert row["R"] == 2 == min(row["R"], row["F"], row["M"])
    assert f"{row['recence']} jours" in fact("recence")
    fewer = (table["frequence"] < row["frequence"]).mean()
    assert f"{fewer * 100:.0f} commandent moins" in fact("frequence")


def test_what_a_bad_welcome_costs():
    orders = load_orders()
    visits = orders.groupby(["client_id", "commande_id", "boutique_id", "canal"], as_index=False)
    visits = visits.agg(day=("date_achat", "min"), total=("montant", "sum"))
    visits = visits[visits["total"].round(2) > 0]
    complaints = load_complaints().query("motif == 'Accueil en boutique'")
    season = visits[visits["day"].between("2024-04-01", "2024-09-30")].query("canal == 'boutique'")
    bad = season["commande_id"].isin(complaints["commande_id"])
    here = season["boutique_id"] == "B-01"
    assert not (bad & ~here).any()
    assert f"{(bad & here).sum()} des {here.sum()} commandes" in fact("boutique")

    def come_back(group: pd.DataFrame) -> float:
        last = group.groupby("client_id", as_index=False)["day"].max()
        later = visits[["client_id", "day"]].merge(last, on="client_id", suffixes=("", "_last"))
        later = later[(later["day"] - later["day_last"]).dt.days.between(1, 365)]
        return last["client_id"].isin(later["client_id"]).mean()

    elsewhere = season[~here & ~season["client_id"].isin(season.loc[bad, "client_id"])]
    for group in (season[bad], elsewhere):
        assert plain(percent(come_back(group))) in fact("retours")


# --- the worked example --------------------------------------------------------------------------


def test_the_evening_line_by_line(evening):
    total = evening["cout_ht"].sum()
    assert len(evening) == 9
    says(f"Neuf lignes et **{euros(total)} HT**")
    assert 2.5 < total / 2000 < 3
    more = line_costs(example_costs(20, 18))["cout_ht"].sum()
    says(f"Passez de 15 à 18 présents : {euros(more)}")
    says(f"Trois personnes de plus coûtent {euros(more - total)}")
    fewer = line_costs(example_costs(20, 10))
    changed = evening["cout_ht"] != fewer["cout_ht"]
    assert evening.loc[changed, "libelle"].tolist() == ["Traiteur", "Cadeau de départ"]
    fixed = evening["quantite"].eq(line_costs(example_costs(40, 30))["quantite"])
    assert evening.loc[fixed, "cout_ht"].sum() > total / 2
    assert evening["source"].eq("").all()


def test_tax(evening):
    caterer = evening[evening["libelle"] == "Traiteur"].iloc[0]
    says(f"à {euros(caterer['cout_unitaire'])} TTC par personne et 10 % de TVA")
    assert caterer["taxe"] == "TTC" and caterer["taux_tva"] == 0.1
    says(f"{euros(caterer['cout_ht'] / 15)} par personne, {euros(caterer['cout_ht'])} en tout")
    says(f"donnerait {euros(caterer['cout_unitaire'] * 0.9, 2)}")
    hours = evening[evening["unite"] == "heure"]
    assert hours["taux_tva"].eq(0).all()
    assert sorted(hours["quantite"]) == [5, 15]
    says(f"font {euros(hours['cout_ht'].sum())}")


def test_spread_and_shared_among_whom(evening):
    year, whole = evening["cout_annee_ht"].sum(), evening["cout_ht"].sum()
    largest = evening.loc[evening["cout_ht"].idxmax()]
    assert largest["libelle"].startswith("Vitrines")
    assert largest["annees"] == 3
    says(f"celle des vitrines : {euros(largest['cout_ht'])}")
    says(f"{euros(year)} pour l’année, au lieu de {euros(whole)}")
    says(
        f"{euros(year / 20, 2)} par invité, {euros(year / 15)} par présent, "
        f"{euros(year / 4, 2)} par acheteur : cinq fois plus"
    )


def test_no_line_of_the_example_can_be_checked():
    problems = flag_lines(example_costs(), COURSE_DATE)["probleme"].value_counts()
    assert problems.to_dict() == {"sans source": 9, "sans date": 9, "sans fiabilité": 9}
    says("neuf lignes, neuf fois sans source, sans date, sans fiabilité")


# --- the slides' table ---------------------------------------------------------------------------


def test_the_three_readings():
    case = load_case()
    each = cost_per_customer(case_budget(case)).dropna().set_index("action")["cout_par_client"]
    says(f"{euros(each['Programme VIP'])} par membre du programme VIP")
    says(f"{euros(each['Soirée privée'])} par invité")
    says(f"{euros(each['Produits assortis'])} par client d’une campagne")
    plain_total, full, marc = case_readings(case)["montant"]
    says(f"**{euros(plain_total)}**", f"**{euros(full)}**", f"**{euros(marc)}**")
    assert full - plain_total == 19 * 300
    says(f"soit {euros(20 * 300)} au lieu de {euros(300)}")
    implied, his = case_discounts(case).to_dict("records")
    says(f"{euros(implied['remise'])} supposent un achat de {euros(implied['panier'])}")
    marc = load_orders().query("client_id == @MARC and montant > 1000")["montant"].mean()
    says(
        f"{euros(marc)} TTC en moyenne, donc {euros(his['panier'], 2)} HT : la remise serait de "
        f"**{euros(his['remise'], 2)} HT**",
        f"S’il fallait lire le tableau TTC, elle serait de {euros(0.15 * marc, 2)}, et il "
        f"manquerait {euros(0.15 * marc - 300, 2)}",
    )
    assert his["panier"] == pytest.approx(marc / 1.2, abs=0.005)
    slip = next(slip for slip in case.slips if slip.id == "panier_suppose")
    for amount in (euros(his["remise"], 2) + " HT", euros(0.15 * marc, 2) + " TTC"):
        assert plain(amount) in plain(slip.instead)


def test_the_floors_of_the_budget():
    detailed = detail_actions(case_budget(load_case()), example_costs())
    table = roll_up(detailed)
    assert table.groupby("niveau")["cout_ht"].sum().nunique() == 1
    says(f"**{euros(table['cout_ht'].iloc[0])}** : 17 800 − 2 000 + 5 650")
    parts = table.loc[table["niveau"] == "sous-stratégie", "cout_ht"].tolist()
    says(" + ".join(number(amount) for amount in parts))
    empty = table[(table["niveau"] == "sous-stratégie") & (table["cout_ht"] == 0)]
    says(f"« {empty['sous_strategie'].item()} »")
    assert len(load_case().table.left_out) == 4


# --- further on ----------------------------------------------------------------------------------


def test_the_stake_of_lesson_5():
    five = compare_dates(load_orders(), ["2024-12-31", COURSE_DATE], levels=5)
    five = five[five["date"] == "2025-12-31"]
    target = five[(five["R"] <= 2) & five["F"].isin([3, 4]) & (five["M"] >= 4)]
    stake = revenue_at_stake(target.assign(segment="La cible"), 0.12)
    says(f"{number(stake['chiffre_affaires_en_jeu'].item())} € de chiffre d’affaires")


def test_the_other_segment(table):
    people = assign_segments(score_rfm(table))
    group = people[people["segment"] == "Bientôt dormants"]
    stay = len(staying(group["client_id"], COURSE_DATE))
    says(
        f"{len(group)} clients, un panier moyen de {euros(group['panier_moyen'].mean())}, et "
        f"{stay} personnes à qui l’on peut écrire : les {len(group) - stay} autres"
    )
    each = 1500 / stay
    says(f"1 500 € pour {stay} clients, c’est {euros(each)} chacun")
    assert each / group["panier_moyen"].mean() == pytest.approx(1 / 8, abs=0.01)


def test_a_seat_in_baskets():
    baskets = {}
    for name in ("orsenne", "complete_journey"):
        table = rfm_table(load_orders(name), **dataset_columns(name))
        baskets[name] = 202.5 / (table["montant_total"].sum() / table["frequence"].sum())
    assert baskets["orsenne"] == pytest.approx(1 / 5, abs=0.01)
    assert baskets["complete_journey"] == pytest.approx(6.85, abs=0.1)
    says("Un cinquième d’un achat chez Orsenne, presque **sept passages** au supermarché")


def test_the_quiz_s_numbers():
    answers = {q.id: getattr(q.check, "answer", None) for q in load_quiz(NAME).questions}
    bill = {"action": "A", "libelle": "B", "quantite": 1, "cout_unitaire": 1200, "taxe": "TTC"}
    assert answers["hors_taxe"] == line_costs(cost_lines([bill]))["cout_ht"].item()
    assert answers["ligne"] == 12 * 7 * 25
