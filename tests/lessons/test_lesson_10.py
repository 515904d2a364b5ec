"""Lesson 10: every number it states is the data's, counted another way where that is short."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest
from support.contacts import refusing, rows, staying, waiting
from support.house import target_table_at
from support.lessons import assert_says, headings, one, plain, printed, prose

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.targeting.ageing import list_ageing
from rfm_helpers.analysis.targeting.cart import fit_cart, pruned_trees
from rfm_helpers.analysis.targeting.chaid import fit_chaid
from rfm_helpers.analysis.targeting.features import CRITERIA
from rfm_helpers.analysis.targeting.further import calibration, fit_logistic, kmeans_stability
from rfm_helpers.analysis.targeting.gains import (
    EFFECTS,
    compare_lists,
    gains_chart,
    letters_account,
    letters_effect,
)
from rfm_helpers.analysis.targeting.pressure import (
    cap_account,
    cap_balance,
    opt_outs_by_pressure,
    over_solicited,
)
from rfm_helpers.analysis.targeting.trees import Branch, TargetTree, predict_rates, tree_leaves
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import COURSE_DATE, load_contacts, load_orders
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.questions import load_quiz

NAME = "10_ciblage"
says = partial(assert_says, NAME)
MARC = "C-0360"
SENT = dt.date(2026, 6, 1)
LISTS = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    return target_table_at("2024-06-30")


@pytest.fixture(scope="module")
def today() -> pd.DataFrame:
    return target_table_at("2025-12-31", None)


@pytest.fixture(scope="module")
def cart(past: pd.DataFrame) -> TargetTree:
    return fit_cart(past)


@pytest.fixture(scope="module")
def chaid(past: pd.DataFrame) -> TargetTree:
    return fit_chaid(past)


@pytest.fixture(scope="module")
def by_heart(past: pd.DataFrame) -> TargetTree:
    return fit_cart(past, min_leaf=1, prune=False)


@pytest.fixture(scope="module")
def judges(cart: TargetTree, chaid: TargetTree, by_heart: TargetTree) -> pd.DataFrame:
    """The later period, with the score of each method."""
    later = target_table_at("2025-06-30")
    rated = {"cart": cart, "chaid": chaid, "coeur": by_heart}
    scores = {name: predict_rates(tree, later) for name, tree in rated.items()}
    return later.assign(**scores, recent=-later["recence"])


@pytest.fixture(scope="module")
def judged(judges: pd.DataFrame) -> pd.DataFrame:
    more = {"Par cœur": "coeur", "RFA": "indice_rfa", "Récence": "recent"}
    return compare_lists(judges, LISTS | more).set_index("methode")


# --- the frame -----------------------------------------------------------------------------------


def test_every_section_referred_to_is_a_section_of_the_lesson() -> None:
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))
    assert "Le passé annonce-t-il la suite ?" in headings("03_calcul_rfm")


# --- what targeting is ---------------------------------------------------------------------------


def test_the_two_periods_have_one_season(past: pd.DataFrame, judges: pd.DataFrame) -> None:
    assert len(CRITERIA) == 11
    says("onze **critères**")
    for table in (past, judges):
        shown = f"{number(len(table))} {table['rachat'].sum()} {one(table['rachat'].mean())}"
        assert plain(shown) in printed(NAME)


def test_buyers_are_not_only_the_big_ones(judges: pd.DataFrame) -> None:
    fifth = judges.nlargest(len(judges) // 5, "montant_total")
    others = judges.drop(fifth.index)
    assert fifth["rachat"].mean() == pytest.approx(0.5, abs=0.03)
    elsewhere = others["rachat"].sum()
    total = judges["rachat"].sum()
    says(f"{elsewhere} des {total} acheteurs, soit {one(elsewhere / total)}")
    groups = pd.qcut(judges["montant_total"].rank(method="first"), 5, labels=False)
    means = judges["contacts_recus"].groupby(groups).mean().round(1)
    says(f"{number(means[4], 1)} par an, contre {number(means.drop(4).min(), 1)} à "
         f"{number(means.drop(4).max(), 1)} pour les autres")  # fmt: skip


def test_a_list_ages() -> None:
    table = list_ageing(load_orders(), "2024-12-31")
    last = table.iloc[-1]
    assert table["delai"].tolist() == [0, 90, 180, 270]
    says("quatre noms sur dix ont changé",
         f"L'ancienne liste donne {one(last['ancienne'])} d'acheteurs en trois mois, la neuve "
         f"{one(last['neuve'])}")  # fmt: skip
    assert last["en_commun"] == pytest.approx(0.6, abs=0.02)
    gaps = table["neuve"] - table["ancienne"]
    assert gaps.is_monotonic_increasing


# --- the trees -----------------------------------------------------------------------------------


def test_cart_keeps_two_criteria_and_its_order_holds(
    cart: TargetTree, judges: pd.DataFrame
) -> None:
    assert cart.columns == ["recence", "categories"]
    leaves = tree_leaves(cart, judges)
    assert leaves["part"].is_monotonic_decreasing
    low = leaves["prevu"] < leaves["bas"]
    assert low.sum() == 3 and len(leaves) == 4
    says(f"il commandera avec {one(leaves['prevu'][0])} de chances", "trois prédictions sur quatre")
    first = leaves["clients"][0]
    expected = [first * leaves["prevu"][0], (500 - first) * leaves["prevu"][1]]
    found = compare_lists(judges, {"CART": "cart"})["acheteurs"][0]
    says(f"aux {first} clients de la première feuille, puis à {500 - first} de la deuxième",
         f"{expected[0]:.0f} + {expected[1]:.0f} = {sum(expected):.0f} acheteurs ; il en est venu "
         f"{found:.0f}")  # fmt: skip


def test_marc_stands_low_in_both_trees(
    cart: TargetTree, chaid: TargetTree, today: pd.DataFrame
) -> None:
    marc = today[today["client_id"] == MARC]
    low, also = (float(predict_rates(tree, marc).iloc[0]) for tree in (cart, chaid))
    assert low == predict_rates(cart, today).min()
    says(f"{marc['recence'].iloc[0]} jours de silence, donc {one(low)}",
         f"sa chance est de {one(low)} selon CART, et de {one(also)} selon CHAID")  # fmt: skip
    assert marc["montant_total"].iloc[0] == 4950


def test_what_chaid_learned_of_one_summer_and_of_messages(
    chaid: TargetTree, judges: pd.DataFrame
) -> None:
    assert len(chaid.children(chaid.nodes[0])) == 6
    says("en six branches d'un coup")
    assert not {"age", "canal_recrutement"} & set(chaid.columns)
    assert {"region", "categories", "montant_total", "contacts_recus"} <= set(chaid.columns)
    leaves = tree_leaves(chaid, judges).set_index("feuille")
    here, there = (
        next(node for node in chaid.nodes if node.branch and (test in node.branch.values))
        for test in ("Lyon et sa région", "Paris")
    )
    says(f"commandaient à {one(here.rate)}, les autres à {one(there.rate)}")
    then = leaves["part"]
    says(f"Un an plus tard : {one(then[here.id])} et {one(then[there.id])}")
    cut = {Branch("contacts_recus", high=2), Branch("contacts_recus", low=2)}
    few, many = (node for node in chaid.nodes if node.branch in cut)
    says(f"Plus de deux messages : {percent(many.rate)} ; deux au plus : {percent(few.rate)}.")


# --- by heart ------------------------------------------------------------------------------------


def test_the_tree_that_shines_on_its_own_data(
    by_heart: TargetTree, past: pd.DataFrame, judged: pd.DataFrame
) -> None:
    leaves = sum(not by_heart.children(node) for node in by_heart.nodes)
    own = compare_lists(past.assign(coeur=predict_rates(by_heart, past)), {"C": "coeur"}, 465)
    assert own["acheteurs"][0] == past["rachat"].sum() == 465
    says(f"{leaves} feuilles", "ses 465 premiers noms sont les 465 acheteurs",
         f"toucherait {judged['acheteurs']['Hasard']:.0f} acheteurs ; tout savoir, 500",
         f"{judged['acheteurs']['Par cœur']:.0f} acheteurs")  # fmt: skip
    assert judged.loc["Par cœur", "se_distingue"]


def test_pruned_trees_are_alike_and_their_names_are_not(
    past: pd.DataFrame, judges: pd.DataFrame, today: pd.DataFrame
) -> None:
    trees = pruned_trees(past)
    found, lists = {}, {}
    for size, tree in trees.items():
        found[size] = compare_lists(judges.assign(n=predict_rates(tree, judges)), {"N": "n"})
        rated = today.assign(n=predict_rates(tree, today))
        order = ["n", "indice_rfm", "client_id"]
        ranked = rated.sort_values(order, ascending=[False, False, True])
        lists[size] = set(ranked["client_id"].head(40))
    buyers = {size: round(table["acheteurs"][0]) for size, table in found.items() if size >= 4}
    assert max(trees) == 25
    says(f"De 4 à 25 feuilles, les arbres touchent de {min(buyers.values())} à "
         f"{max(buyers.values())} acheteurs")  # fmt: skip
    assert not lists[16] & lists[4]
    assert not any(MARC in chosen for chosen in lists.values())
    rates = predict_rates(trees[4], today)
    says(f"Dans la meilleure feuille de CART, {(rates == rates.max()).sum()} clients")
    rated = judges.assign(
        **{f"n{size}": predict_rates(tree, judges) for size, tree in trees.items()}
    )
    pairs = compare_lists(rated, {f"n{size}": f"n{size}" for size in buyers}).head(len(buyers))
    assert not pairs["se_distingue"].any()


# --- lists ---------------------------------------------------------------------------------------


def test_the_three_methods_cannot_be_told_apart(judged: pd.DataFrame) -> None:
    assert not judged.loc[["CART", "CHAID", "RFA", "Récence"], "se_distingue"].any()
    count, euros = judged["acheteurs"].round().astype(int), judged["part_ca"]
    says(f"{count['RFM']} acheteurs pour RFM, {count['CART']} pour CART",
         f"{count['CART']} pour CART, {count['CHAID']} pour CHAID",
         f"Les trois battent le hasard ({count['Hasard']}), et aucun n'approche la perfection "
         f"({count['Perfection']})",
         f"RFM touche {one(euros['RFM'])} du chiffre d'affaires, CART {one(euros['CART'])}, CHAID "
         f"{one(euros['CHAID'])}",
         f"RFA touche {count['RFA']} acheteurs, la récence seule {count['Récence']}, contre "
         f"{count['RFM']} pour RFM")  # fmt: skip
    for name in ("RFM", "CART", "CHAID"):
        assert judged.loc[name, "ca_bas"] < euros["RFM"] and judged.loc[name, "ca_haut"] > 0.65


def test_rfm_takes_euros_first_and_the_trees_buyers_later(judges: pd.DataFrame) -> None:
    chart = gains_chart(judges, LISTS).set_index(["part_clients", "methode"])
    assert chart["part_ca"][0.1, "RFM"] > max(
        chart["part_ca"][0.1, name] for name in LISTS if name != "RFM"
    )
    at = chart.xs(0.4)
    assert (at["part_acheteurs"][["CART", "CHAID"]] > at["acheteurs_haut"]["RFM"]).all()
    cart, chaid, rfm = (percent(at["part_acheteurs"][name]) for name in ("CART", "CHAID", "RFM"))
    says(f"{cart} et {chaid} des **acheteurs**, contre {rfm} pour RFM",
         f"À 500 lettres, soit {percent(500 / len(judges))} des clients")  # fmt: skip
    longer = compare_lists(judges, LISTS, round(0.4 * len(judges)))
    assert longer["se_distingue"][1:3].all() and (longer["ecart_bas"][1:3] > 0).all()


def test_who_comes_anyway_and_what_pays(judges: pd.DataFrame) -> None:
    orders = load_orders()
    rate = orders["marge"].sum() / orders["montant"].sum()
    account = letters_account(judges, LISTS, 500, cost=4, margin_rate=rate).set_index("methode")
    mine = account.loc[list(LISTS)]
    assert (mine["part_viendraient"].round(1) == 0.6).all()
    assert (account["hausse_a_atteindre"] < 0.01).all()
    says("Six destinataires sur dix viennent de toute façon", "moins d'un point")


def test_the_best_list_changes_with_what_a_letter_does(judges: pd.DataFrame) -> None:
    orders = load_orders()
    basket = judges["chiffre_affaires_futur"].sum() / judges["commandes_futures"].sum()
    margin = basket * orders["marge"].sum() / orders["montant"].sum()
    table = judges.assign(chance=judges["cart"], moins=-judges["cart"])
    lists = LISTS | {"Les moins sûrs": "moins"}
    never, new, again = (
        letters_effect(
            table, lists, 500, effect=effect, rate=0.03, cost=4, margin=margin
        ).set_index("methode")["gain_net"]
        for effect in EFFECTS
    )
    assert (never == -2000).all()
    assert new.idxmax() == "Les moins sûrs" and (new["Hasard"] > new[list(LISTS)]).all()
    assert again.idxmax() == "CART"
    assert new.index[compare_lists(table, lists)["acheteurs"].head(4).argmin()] == "Les moins sûrs"


# --- pressure ------------------------------------------------------------------------------------


def test_opt_outs_rise_from_the_fourth_message_on() -> None:
    contacts = load_contacts()
    bands = opt_outs_by_pressure(contacts)["part"]
    says(f"de {one(bands[0])} à {one(bands[2])} par message, en passant par {one(bands[1])}",
         f"les {number(len(contacts))} messages de trois ans")  # fmt: skip
    each = opt_outs_by_pressure(contacts, bands=range(7))
    assert each["haut"][:3].max() < each["bas"][3]
    says(f"{one(each['part'][2])} après deux messages reçus, {one(each['part'][3])} après trois, "
         f"{one(each['part'][5])} après cinq")  # fmt: skip


def test_the_champions_are_the_most_often_at_the_cap() -> None:
    table = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
    many = set(over_solicited(load_contacts(), on=COURSE_DATE)["client_id"])
    shares = table["client_id"].isin(many).groupby(table["segment"]).mean()
    assert (shares.idxmax(), shares.idxmin()) == ("Champions", "Nouveaux clients")
    says(f"{one(shares.max())} sont au plafond, contre {one(shares.min())} des Nouveaux clients")


def test_a_cap_of_three_holds_under_very_different_assumptions() -> None:
    account = cap_account(load_contacts(), range(1, 9))
    best = [
        cap_balance(account, orders=orders / 1000, margin=margin, lost=lost)["solde"].argmax() + 1
        for orders, lost, margin in product((1, 2, 5, 10), (50, 150), (430, 440))
    ]
    assert max(best) == 3
    spared = account.set_index("plafond").loc[3]
    says(f"À 3, on attend {number(spared['desabonnements_attendus'])} désabonnements au lieu de "
         f"{number(spared['desabonnements_observes'])}")  # fmt: skip


# --- Marc ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forty(cart: TargetTree, today: pd.DataFrame) -> list[str]:
    rated = today.assign(n=predict_rates(cart, today))
    order = ["n", "indice_rfm", "client_id"]
    ranked = rated.sort_values(order, ascending=[False, False, True])
    return ranked["client_id"].head(40).tolist()


def test_twenty_five_letters_for_forty_names(forty: list[str]) -> None:
    out = set(forty) & refusing()
    still = (set(forty) & waiting()) - out
    assert (len(staying(forty, SENT)), len(out), len(still)) == (25, 12, 3)
    says("Quarante noms, 25 courriers : douze refusent nos messages, trois attendent une réponse",
         "Les quinze places libres")  # fmt: skip
    assert 2 <= len(staying(forty[:6], SENT)) <= 5  # there is something to decide


def test_marc_may_be_written_to() -> None:
    assert staying([MARC], SENT) == [MARC]
    (complaint,) = [row for row in rows("reclamations") if row["client_id"] == MARC]
    assert complaint["date_reclamation"].startswith("2024") and complaint["traitee"] == "oui"
    says("il accepte nos messages, et sa réclamation de 2024 a eu sa réponse")
    last = max(row["date_contact"] for row in rows("contacts"))
    assert last.startswith("2025-12")
    says("nos contacts s'arrêtent en décembre 2025")


def test_the_sheets_quote_the_lesson(judged: pd.DataFrame) -> None:
    told = plain(" ".join(" ".join(i.feedback.values()) for i in load_drill("10_fiches").items))
    count = judged["acheteurs"].round().astype(int)
    bands = opt_outs_by_pressure(load_contacts())["part"]
    assert f"{count['RFA']} acheteurs contre {count['RFM']}" in told
    assert plain(f"de {one(bands[0])} à {one(bands[2])} de désabonnements") in told
    assert "coupe la récence à 73, puis à 222 jours" in told and "73 jours" in printed(NAME)


# --- further -------------------------------------------------------------------------------------


def test_logistic_regression_ranks_as_well_and_says_too_little(
    past: pd.DataFrame, judges: pd.DataFrame
) -> None:
    columns = ["recence", "frequence", "montant_total", "categories", "canal_recrutement"]
    chance = fit_logistic(past, columns).predict(judges)
    found = compare_lists(judges.assign(n=chance), {"RFM": "indice_rfm", "N": "n"})
    assert not found["se_distingue"][1]
    bands = calibration(chance, judges["rachat"], 5)
    assert (bands["predit"] < bands["bas"]).tolist()[-2:] == [True, True]


def test_kmeans_moves_and_the_segments_say_something_else() -> None:
    table = assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))
    found = kmeans_stability(table, 5, segments="segment").set_index("essai")
    start = found.loc["autre départ"]
    says(f"ne s'accordent qu'à {number(start['accord'], 2)} en moyenne, et à "
         f"{number(start['accord_min'], 2)} au pire")  # fmt: skip
    assert np.isclose(found.loc["autre échantillon", "accord"], start["accord"], atol=0.1)
    assert found.loc["segments", "accord"] < 0.3


def test_no_figure_without_source_is_taught() -> None:
    quoted = prose(NAME).count("50 %")
    assert quoted == 1
    says("Ces deux chiffres n'ont **ni source ni date** : ne les citez pas")
