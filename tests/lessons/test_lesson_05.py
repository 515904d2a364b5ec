"""Lesson 5: every number it states, in its prose and in its activities, is the data's."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from support.contacts import staying
from support.lessons import headings, plain, printed, prose

from rfm_helpers.analysis.campaign.uplift import people_needed
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import benchmark, judge_aim
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.strategy.targets import target_customers
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import Target, load_case
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import (
    COURSE_DATE,
    dataset_columns,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
    load_stores,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import load_quiz

NAME = "05_marc_morel"
MARC = "C-0360"
CASE = load_case("marc_morel")
RULE = "R <= 2 and F in [3, 4] and M >= 4"
SAME = "05_meme_cible"
WELCOME = "Accueil en boutique"


def says(*sentences: str) -> None:
    missing = [text for text in sentences if plain(text) not in prose(NAME)]
    assert missing == []


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def table(orders) -> pd.DataFrame:
    return rfm_table(orders, as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def five(table) -> pd.DataFrame:
    return score_rfm(table, levels=5)


@pytest.fixture(scope="module")
def four(table) -> pd.DataFrame:
    return score_rfm(table)


@pytest.fixture(scope="module")
def target(five) -> pd.DataFrame:
    return five.query(RULE)


@pytest.fixture(scope="module")
def visits(orders) -> pd.DataFrame:
    """Orders kept in a store, with whether a complaint about the welcome followed."""
    keys = ["client_id", "commande_id", "boutique_id", "canal"]
    found = orders.groupby(keys, as_index=False).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    complaints = load_complaints().query("motif == @WELCOME")
    found = found[found["total"].round(2) > 0]
    return found.assign(complaint=found["commande_id"].isin(complaints["commande_id"]))


def in_store(visits: pd.DataFrame, year: int) -> pd.DataFrame:
    window = visits["day"].between(f"{year}-04-01", f"{year}-09-30")
    return visits[window & (visits["canal"] == "boutique")]


def marc(scored: pd.DataFrame) -> pd.Series:
    return scored.set_index("client_id").loc[MARC]


# --- profile, purchases, scores ------------------------------------------------------------------


def test_purchases(orders, table) -> None:
    own = orders[orders["client_id"] == MARC].merge(load_stores(), on="boutique_id")
    pieces = own[own["montant"] > 1000]["montant"]
    assert (own["remise"] == 0).all()
    assert own["boutique"].tolist() == ["Paris Rive droite"] * 3 + ["Paris Rive gauche"]
    says(
        f"que le sac et la montre : {euros(pieces.sum())}",
        f"quatre commandes, {euros(own['montant'].sum())}",
        "et pas une remise",
        "trois fois Rive droite, puis Rive gauche",
    )
    assert marc(table)["frequence"] == 4


def test_without_the_workshop(orders) -> None:
    kept = orders[(orders["client_id"] != MARC) | (orders["montant"] > 1000)]
    found = marc(score_rfm(rfm_table(kept, as_of=COURSE_DATE), levels=5))
    says("Deux commandes ne donnent que F 2".replace("F 2", f"**F {found['F']}**"))
    says(f"Marc serait {found['code_rfm']}")


def test_codes_and_groups(table, five, four) -> None:
    says(f"**{marc(five)['code_rfm']} sur cinq niveaux, {marc(four)['code_rfm']} sur quatre**")
    cuts = score_cuts(five).set_index(["dimension", "score"])
    assert tuple(cuts.loc[("F", 4), ["de", "a"]]) == (4, 5)
    cuts = score_cuts(four).set_index(["dimension", "score"])
    assert cuts.loc[("F", 4), "de"] == 5
    own = marc(table)
    less_often = (table["frequence"] < own["frequence"]).mean()
    spend_less = (table["montant_total"] < own["montant_total"]).mean()
    later = (table["recence"] < own["recence"]).mean()
    says(
        f"Sur 100 clients, {100 * less_often:.0f} commandent moins souvent que lui, "
        f"{100 * spend_less:.0f} dépensent moins, mais {100 * later:.0f} sont venus "
        f"plus récemment ({100 * (table['recence'] > own['recence']).mean():.0f} seulement"
    )
    slip = load_drill("05_lapsus").items[0]
    assert f"{own['recence']:.0f} jours de silence" in plain(slip.feedback["tient"])
    assert f"sur 100 clients, {100 * later:.0f} sont" in plain(slip.feedback["tient"])


def test_the_diagnosis_rests_on_the_data(table, four) -> None:
    items = {item.id: item for item in load_drill("05_diagnostic").items}
    own = marc(table)
    assert f"{euros(own['montant_total'])}" in items["montant"].text
    assert f"{own['recence']:.0f} jours" in plain(items["silence"].text)
    middle = euros(table["montant_total"].median())
    assert f"{middle} ou moins" in items["montant"].feedback["fort"]
    people = load_customers().set_index("client_id")
    assert people.loc[MARC, "consentement"] == "oui"
    missed = assign_segments(four).query("segment == 'À ne pas perdre'")
    refuse = (people.loc[missed["client_id"], "consentement"] == "non").mean()
    assert abs(refuse - 1 / 3) < 0.02
    assert 0.05 < (table["frequence"] > own["frequence"]).mean() < 0.3


# --- why -----------------------------------------------------------------------------------------


def test_the_spring_of_marc() -> None:
    own = load_complaints().query("client_id == @MARC").iloc[0]
    complained = own["date_reclamation"]
    answered = complained + pd.Timedelta(days=own["delai_reponse_jours"])
    mails = load_contacts().query("client_id == @MARC")
    between = mails[mails["date_contact"].between(complained, answered)]
    assert own["motif"] == WELCOME
    assert (complained.date(), answered.date()) == (dt.date(2024, 6, 3), dt.date(2024, 7, 20))
    assert "Vente privée été 2024" in set(between["campagne"])
    assert len(between) == 3
    says(
        f"**{own['delai_reponse_jours']:.0f} jours plus tard**",
        "trois messages partent tout seuls, dont une invitation à la vente privée",
    )


def test_one_store_at_fault(visits) -> None:
    found = in_store(visits, 2024).groupby("boutique_id")["complaint"].agg(["size", "sum"])
    bad = found.loc["B-01"]
    assert found.drop("B-01")["sum"].sum() == 0
    assert bad["sum"] / bad["size"] > 0.25
    says(f"**{bad['sum']} plaintes pour {bad['size']} commandes** à Paris Rive droite")
    for year in (2023, 2025):
        assert in_store(visits, year)["complaint"].sum() <= 4


def shares_who_return(visits: pd.DataFrame, year: int) -> dict[str, float]:
    """Share of customers with an order within a year of their last visit of each kind."""
    season = in_store(visits, year)
    complained = set(season.loc[season["complaint"], "client_id"])
    days = visits.groupby("client_id")["day"].apply(list)
    kinds = {
        "complaint": season[season["complaint"]],
        "same store": season[season["boutique_id"] == "B-01"],
        "elsewhere": season[season["boutique_id"] != "B-01"],
    }
    found = {}
    for kind, rows in kinds.items():
        kept = rows if kind == "complaint" else rows[~rows["client_id"].isin(complained)]
        last = kept.groupby("client_id")["day"].max()
        again = [
            any(0 < (day - last[client]).days <= 365 for day in days[client])
            for client in last.index
        ]
        found[kind] = sum(again) / len(again)
    return found


def test_who_comes_back(visits) -> None:
    found, before = shares_who_return(visits, 2024), shares_who_return(visits, 2023)
    season = in_store(visits, 2024)
    complained = season.loc[season["complaint"], "client_id"].nunique()
    assert MARC in set(season.loc[season["complaint"], "client_id"])
    says(
        f"**{percent(found['complaint'])}** des {complained} plaignants",
        f"contre **{percent(found['elsewhere'])}** des clients des autres boutiques",
        f"sans plainte, {percent(found['same store'])} seulement",
        f"Un an plus tôt, {percent(before['same store'], 1)} revenaient, plutôt mieux qu’ailleurs "
        f"({percent(before['elsewhere'], 1)})",
    )
    assert round(100 * (before["same store"] - found["same store"])) == 22
    assert abs(before["elsewhere"] - found["elsewhere"]) < 0.01
    assert percent(found["complaint"], 1) in printed(NAME).replace(" %", "\u00a0%")
    question = load_quiz(NAME).question("marc_plaignants")
    assert all(percent(share) in question.worked for share in found.values())
    assert in_store(visits, 2023)["complaint"].sum() == 2


# --- target and objective ------------------------------------------------------------------------


def test_the_target(five, four, target) -> None:
    low, high = (
        five.query("R <= 2 and F == 3 and M >= 4"),
        five.query("R <= 2 and F == 4 and M >= 4"),
    )
    assert MARC not in set(low["client_id"])
    assert MARC in set(high["client_id"])
    assert set(target["client_id"]) == set(
        target_customers(five, CASE.strategy.statement.target)["client_id"]
    )
    total, everyone = target["montant_total"].sum(), five["montant_total"].sum()
    named = target[["client_id"]].merge(assign_segments(four))["segment"].value_counts()
    complained = load_complaints().query("motif == @WELCOME")["client_id"]
    says(
        f"Avec F 3, {len(low)} clients",
        f"Avec F 4, {len(high)} clients, dont Marc",
        f"**{len(target)} clients**, {percent(len(target) / len(five), 1)} de la base",
        f"apporté {euros(round(total))} TTC, soit {percent(total / everyone, 1)} du chiffre",
        f"panier moyen est de {euros(round(total / target['frequence'].sum()))}",
        f"({named['À ne pas perdre']}) sont des « À ne pas perdre »",
        f"{target['client_id'].isin(complained).sum()} se sont plaints de l’accueil",
    )
    assert named["À ne pas perdre"] / len(target) == pytest.approx(2 / 3, abs=0.02)


@pytest.fixture(scope="module")
def same_rule(orders) -> pd.DataFrame:
    """The target at both dates, on windows of two years and with the bounds of the last."""
    return compare_dates(orders, ["2024-12-31", "2025-12-31"], levels=5).query(RULE)


@pytest.fixture(scope="module")
def two_years(same_rule) -> pd.DataFrame:
    return same_rule[same_rule["date"] == "2025-12-31"]


def test_one_rule_makes_two_targets(orders, target) -> None:
    before = rfm_table(orders_until(orders, "2024-12-31"), as_of="2024-12-31")
    before = score_rfm(before, levels=5).query(RULE)
    assert orders["date_achat"].min().strftime("%Y-%m") == "2023-01"
    told = {item.id: plain(" ".join(item.feedback.values())) for item in load_drill(SAME).items}
    assert f"{len(before)} et {len(target)}" in told["taille"]
    medians = [f"{table['recence'].median():.0f}" for table in (before, target)]
    assert f"{medians[0]} jours d’un côté, {medians[1]} de l’autre" in told["silence"]
    assert target["recence"].median() - before["recence"].median() > 5 * 30.5
    assert (before["frequence"].min(), target["frequence"].min()) == (2, 3)
    assert "deux commandes donnaient déjà F 3 ; fin 2025, il en faut trois" in told["commandes"]


def test_the_benchmark_and_its_interval(same_rule, two_years) -> None:
    found = benchmark(same_rule)
    assert MARC in set(two_years["client_id"])
    assert found.customers == (same_rule["date"] == "2024-12-31").sum()
    medians = same_rule.groupby("date")["recence"].median() / 30.4
    assert [round(months) for months in medians] == [14, 16]
    assert (
        same_rule.groupby("date")["frequence"].agg(["min", "max"]).values.tolist() == [[2, 4]] * 2
    )
    says(
        f"la cible compte **{len(two_years)} clients**",
        f"**{found.returned} sur {found.customers}** ont commandé tout seuls",
        f"aurait pu donner {percent(found.low)} ou {percent(found.high)}",
    )
    for share, place in ((0.15, "below"), (0.25, "inside"), (0.35, "inside"), (0.42, "above")):
        assert judge_aim(found, share).place == place


def test_ninety_per_cent_is_what_champions_do(orders, same_rule) -> None:
    four = assign_segments(compare_dates(orders, ["2024-12-31", "2025-12-31"]))
    champions = benchmark(four[four["segment"] == "Champions"])
    assert judge_aim(benchmark(same_rule), 0.90, champions).place == "as the best"


def test_an_objective_has_three_numbers(same_rule, two_years) -> None:
    found, aim = benchmark(same_rule), CASE.measurable
    now = (two_years["recence"] < 365).mean()
    assert aim.from_value == pytest.approx(now, abs=0.005)
    assert aim.anyway_value == pytest.approx(found.share, abs=0.005)
    assert aim.to_value is not None
    gap = aim.to_value - found.share
    says(
        f"Visons **{percent(aim.to_value)}**",
        f"« De {percent(now)} à {percent(aim.to_value)} » mettrait",
        f"**{100 * gap:.0f} points**, de {100 * found.share:.0f} à {percent(aim.to_value)}",
        f"est de {percent(now)} aujourd’hui, elle serait de {percent(found.share)} sans nous, et "
        f"nous visons {percent(aim.to_value)} au 31 décembre 2026",
        f"{percent(now)} aujourd’hui, {percent(found.share)} sans nous (de {100 * found.low:.0f} à "
        f"{percent(found.high)}), {percent(aim.to_value)} visés",
    )
    note = plain(CASE.measurable_note)
    assert plain(f"{percent(now)} des {len(two_years)} clients") in note
    assert f"{found.returned} clients sur {found.customers}" in note
    assert plain(f"(de {percent(found.low)} à {percent(found.high)})") in note


def test_the_stake_and_the_people_needed(same_rule, two_years) -> None:
    stake = revenue_at_stake(two_years.assign(segment="x"), 0.12)["chiffre_affaires_en_jeu"].item()
    assert round(0.12 * len(two_years)) == 19
    share = benchmark(same_rule).share
    needed, more = people_needed(share, share + 0.12), people_needed(share, share + 0.05)
    assert 2 * needed > len(two_years)
    says(
        f"Dix-neuf clients de plus, **{euros(stake)}** de chiffre d’affaires",
        f"au moins {needed} invités et {needed} témoins, et la cible n’a que {len(two_years)}",
        f"il en faudrait {more} de chaque côté",
    )


def test_the_quiz_on_the_benchmark(same_rule, two_years) -> None:
    found, size = benchmark(same_rule), len(two_years)
    question = load_quiz(NAME).question("marc_objectif_minimum")
    told = plain(question.statement)
    assert f"{found.customers} clients étaient dans la cible, et {found.returned} ont" in told
    assert plain(f"(de {percent(found.low)} à {percent(found.high)})") in told
    assert f"aujourd’hui {size} clients" in told
    assert question.check.answer == math.ceil(0.25 * size)
    expected, low, high = (round(size * x) for x in (found.share, found.low, found.high))
    assert (
        f"on en attend {expected}, et l’intervalle va de {low} à {high}" in question.check.success
    )
    assert found.low < 0.35 < found.high
    assert load_quiz(NAME).question("marc_repere_imprecis").check.right_letters == ("c",)


# --- second ground and further -------------------------------------------------------------------


def test_the_supermarket() -> None:
    columns = dataset_columns("complete_journey")
    both = compare_dates(
        load_orders("complete_journey"), ["2017-06-30", "2017-12-31"], months=6, levels=5,
        horizon_days=30, **columns,
    ).query(RULE)  # fmt: skip
    now, found = both[both["date"] == "2017-12-31"], benchmark(both)
    assert now["recence"].median() == 12
    says(
        f"{len(now)} foyers, et rien à réparer : la moitié sont venus il y a douze jours au plus",
        f"**{percent(found.share)}** de ceux de juin sont revenus dans le mois "
        f"(de {100 * found.low:.0f} à {percent(found.high)})",
    )


def test_mean_basket_instead_of_total(table) -> None:
    by_basket = {n: score_rfm(table, levels=n, monetary="panier_moyen") for n in (4, 5)}
    kept = target_customers(by_basket[5], Target(codes=("[12][34][45]",)))
    says(
        f"{marc(by_basket[5])['code_rfm']} dans les deux cas",
        f"Sur quatre, 234 devient {marc(by_basket[4])['code_rfm']}",
        f"passe de 115 clients à {len(kept)} si M",
    )


def test_watch_services_to_come(orders, target) -> None:
    watches = load_products().query("categorie == 'Horlogerie'")["produit_id"]
    bought = orders[orders["produit_id"].isin(watches) & (orders["montant"] > 0)]
    bought = bought[bought["client_id"].isin(target["client_id"])]
    due = bought.assign(due=bought["date_achat"] + pd.DateOffset(months=24))
    due = due[due["due"].dt.year == 2026]
    assert due.set_index("client_id").loc[MARC, "due"].date() == dt.date(2026, 5, 25)
    says(
        f"{number(len(due))} révisions en 2026, chez {due['client_id'].nunique()} clients, et "
        "celle de Marc tombe le 25 mai"
    )
    stay = staying(due["client_id"].unique(), COURSE_DATE)
    assert MARC in stay
    says(f"On peut écrire à {len(stay)} de ces clients, dont Marc.")
    assert f"{due['client_id'].nunique()} clients, dont {len(stay)} à qui" in printed(NAME)


# --- the quiz ------------------------------------------------------------------------------------


def test_the_sections_of_the_quiz_are_headings() -> None:
    titles = headings(NAME)
    for question in load_quiz(NAME).questions:
        assert plain(question.section) in titles, question.section
