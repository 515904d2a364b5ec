"""Lesson 10: every number it states is the data's, counted another way where that is short."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest
from support.by_hand import DAY, bought_again, grid_names, orders, scores, wilson
from support.contacts import pressed, refusing, rows, staying, waiting
from support.house import target_table_at
from support.lessons import assert_says, headings, one, plain, printed, prose
from support.targets import CART, CHAID, chances, gap_ends, reached, table_at

from rfm_helpers.analysis.targeting.cart import fit_cart, pruned_trees
from rfm_helpers.analysis.targeting.chaid import fit_chaid
from rfm_helpers.analysis.targeting.features import CRITERIA
from rfm_helpers.analysis.targeting.further import fit_logistic, kmeans_stability
from rfm_helpers.analysis.targeting.pressure import cap_account, cap_balance
from rfm_helpers.analysis.targeting.trees import predict_rates
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import load_contacts
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.questions import load_quiz

NAME = "10_ciblage"
says = partial(assert_says, NAME)
MARC = "C-0360"
SENT = dt.date(2026, 6, 1)
LISTS = {"RFM": "indice_rfm", "CART": "cart", "CHAID": "chaid"}


@pytest.fixture(scope="module")
def learned() -> pd.DataFrame:
    """The table on which the package learns."""
    return target_table_at("2024-06-30")


@pytest.fixture(scope="module")
def today() -> pd.DataFrame:
    """What was known on the last day; nobody knows what follows."""
    return table_at(str(DAY)).assign(cart=lambda table: chances(CART, table))


@pytest.fixture(scope="module")
def judges(learned: pd.DataFrame) -> pd.DataFrame:
    """The later period, with the score of each method."""
    table = table_at("2025-06-30")
    by_heart = fit_cart(learned, min_leaf=1, prune=False)
    later = target_table_at("2025-06-30").set_index("client_id").loc[table.index]
    table = table.assign(cart=chances(CART, table), chaid=chances(CHAID, table))
    return table.assign(coeur=predict_rates(by_heart, later), recent=-table["recence"])


@pytest.fixture(scope="module")
def count(judges: pd.DataFrame) -> dict[str, int]:
    """Buyers that 500 letters reach, list by list."""
    lists = LISTS | {"Par cœur": "coeur", "RFA": "indice_rfa", "Récence": "recent"}
    wanted = judges["rachat"].astype(float)
    found = {name: round(reached(judges[column], wanted, 500)) for name, column in lists.items()}
    return found | {"Hasard": round(500 * wanted.mean()), "Perfection": 500}


def apart(judges: pd.DataFrame, column: str) -> bool:
    """Whether 500 letters reach more, or fewer, buyers than those of RFM, beyond chance."""
    wanted = judges["rachat"].astype(float)
    low, high = gap_ends(judges[column], judges["indice_rfm"], wanted, 500 / len(judges))
    return not low <= 0 <= high


# --- the frame -----------------------------------------------------------------------------------


def test_every_section_referred_to_is_a_section_of_the_lesson() -> None:
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))
    assert "Le passé annonce-t-il la suite ?" in headings("03_calcul_rfm")


# --- what targeting is ---------------------------------------------------------------------------


def test_the_two_periods_have_one_season(judges: pd.DataFrame) -> None:
    assert len(CRITERIA) == 11
    says("onze **critères**")
    for table in (table_at("2024-06-30"), judges):
        shown = f"{number(len(table))} {table['rachat'].sum()} {one(table['rachat'].mean())}"
        assert plain(shown) in printed(NAME)


def test_buyers_are_not_only_the_big_ones(judges: pd.DataFrame) -> None:
    order = judges["montant_total"].rank(method="first")
    fifth = np.ceil(5 * order / len(judges)).astype(int)
    shares = judges["rachat"].groupby(fifth).mean()
    assert shares.idxmax() == 5 and shares[5] == pytest.approx(0.5, abs=0.03)
    elsewhere, total = judges.loc[fifth < 5, "rachat"].sum(), judges["rachat"].sum()
    says("Un gros acheteur sur deux commande, et personne ne fait mieux",
         f"{elsewhere} des {total} acheteurs, soit {one(elsewhere / total)}")  # fmt: skip
    means = judges["contacts_recus"].groupby(fifth).mean().round(1)
    says(f"{number(means[5], 1)} par an, contre {number(means[:5].drop(5).min(), 1)} à "
         f"{number(means.drop(5).max(), 1)} pour les autres")  # fmt: skip


def best(day: str, size: int = 500) -> list[str]:
    """The customers of the highest RFM index at a day; of equal ones, the most recent."""
    table = scores(day, 5)
    table = table.assign(index_=table["R"] * table["F"] * table["M"], id_=table.index)
    ranked = table.sort_values(["index_", "recence", "id_"], ascending=[False, True, True])
    return ranked.index[:size].tolist()


def test_a_list_ages() -> None:
    old = set(best("2024-12-31"))
    kept, gaps = 1.0, []
    for day in ("2024-12-31", "2025-03-31", "2025-06-29", "2025-09-27"):
        fresh = set(best(day))
        back = set(scores(day, 5).index[bought_again(day, 90)])
        kept, stale, new = (len(old & some) / 500 for some in (fresh, back, fresh))
        new = len(fresh & back) / 500
        gaps.append(new - stale)
    assert kept == pytest.approx(0.6, abs=0.02) and gaps == sorted(gaps)
    says(
        "quatre noms sur dix ont changé",
        f"L'ancienne liste donne {one(stale)} d'acheteurs en trois mois, la neuve {one(new)}",
    )


# --- the trees -----------------------------------------------------------------------------------


def test_the_leaves_are_those_of_the_trees_learned(
    learned: pd.DataFrame, judges: pd.DataFrame
) -> None:
    later = target_table_at("2025-06-30").set_index("client_id").loc[judges.index]
    for tree, leaves in ((fit_cart(learned), CART), (fit_chaid(learned), CHAID)):
        ends = [node for node in tree.nodes if not tree.children(node)]
        assert len(ends) == len(leaves)
        assert np.allclose(predict_rates(tree, later), chances(leaves, judges))
    assert all(f"{bound} jours" in printed(NAME) for bound in (73, 222, 32, 89, 192, 234, 414))


def leaf_rates(leaves: tuple[str, ...], judges: pd.DataFrame) -> pd.DataFrame:
    """What each leaf announced, what came, and its interval."""
    found = []
    for leaf in leaves:
        told, came = (table.query(leaf)["rachat"] for table in (table_at("2024-06-30"), judges))
        found.append((told.mean(), len(came), came.mean(), *wilson(came.sum(), len(came))))
    return pd.DataFrame(found, columns=["told", "size", "came", "low", "high"])


def test_cart_keeps_two_criteria_and_its_order_holds(
    judges: pd.DataFrame, count: dict[str, int]
) -> None:
    leaves = leaf_rates(CART, judges).sort_values("told", ascending=False, ignore_index=True)
    assert leaves["came"].is_monotonic_decreasing
    assert (leaves["told"] < leaves["low"]).sum() == 3 and len(leaves) == 4
    says("que **deux** : la récence, puis le nombre de catégories", "trois prédictions sur quatre",
         f"il commandera avec {one(leaves['told'][0])} de chances")  # fmt: skip
    first = int(leaves["size"][0])
    expected = [first * leaves["told"][0], (500 - first) * leaves["told"][1]]
    says(f"aux {first} clients de la première feuille, puis à {500 - first} de la deuxième",
         f"{expected[0]:.0f} + {expected[1]:.0f} = {sum(expected):.0f} acheteurs ; il en est venu "
         f"{count['CART']}")  # fmt: skip


def test_marc_stands_low_in_both_trees(today: pd.DataFrame) -> None:
    marc = today.loc[MARC]
    also = chances(CHAID, today)[MARC]
    assert marc["cart"] == today["cart"].min()
    says(
        f"{marc['recence']} jours de silence, donc {one(marc['cart'])}",
        f"sa chance est de {one(marc['cart'])} selon CART, et de {one(also)} selon CHAID",
    )
    assert marc["montant_total"] == 4950


def test_what_chaid_learned_of_one_summer_and_of_messages(judges: pd.DataFrame) -> None:
    leaves = leaf_rates(CHAID, judges)
    inside = leaves["told"].between(leaves["low"], leaves["high"])
    assert (inside.sum(), len(leaves)) == (4, 11)
    says("en six branches d'un coup", "Quatre prédictions sur onze tombent dans l'intervalle")
    (south, north), (many, few) = (leaves.loc[[2 * k, 2 * k + 1], "told"] for k in (0, 3))
    says(f"commandaient à {one(south)}, les autres à {one(north)}",
         f"Un an plus tard : {one(leaves['came'][0])} et {one(leaves['came'][1])}",
         f"Plus de deux messages : {percent(many)} ; deux au plus : {percent(few)}.")  # fmt: skip
    orders_ = pd.cut(table_at("2024-06-30")["frequence"], [0, 1, 3, 99])
    received = table_at("2024-06-30").groupby(orders_, observed=True)["contacts_recus"].mean()
    assert received.is_monotonic_increasing  # the house writes more to who buys more


# --- by heart ------------------------------------------------------------------------------------


def test_the_tree_that_shines_on_its_own_data(
    learned: pd.DataFrame, judges: pd.DataFrame, count: dict[str, int]
) -> None:
    by_heart = fit_cart(learned, min_leaf=1, prune=False)
    leaves = sum(not by_heart.children(node) for node in by_heart.nodes)
    own = predict_rates(by_heart, learned)
    assert set(own.round(9)) == {0.0, 1.0} and (own == learned["rachat"]).all()
    assert learned["rachat"].sum() == 465
    says(f"{leaves} feuilles", "ses 465 premiers noms sont les 465 acheteurs",
         f"toucherait {count['Hasard']} acheteurs ; tout savoir, 500",
         f"{count['Par cœur']} acheteurs")  # fmt: skip
    assert apart(judges, "coeur")


def test_pruned_trees_are_alike_and_their_names_are_not(
    learned: pd.DataFrame, judges: pd.DataFrame, today: pd.DataFrame
) -> None:
    later = target_table_at("2025-06-30").set_index("client_id").loc[judges.index]
    last = target_table_at(str(DAY), None).set_index("client_id").loc[today.index]
    trees = pruned_trees(learned)
    wanted = judges["rachat"].astype(float)
    buyers, lists = {}, {}
    for size, tree in trees.items():
        buyers[size] = round(reached(predict_rates(tree, later), wanted, 500))
        lists[size] = ranked(today.assign(cart=predict_rates(tree, last)))[:40]
    told = [found for size, found in buyers.items() if size >= 4]
    assert max(trees) == 25
    says(f"De 4 à 25 feuilles, les arbres touchent de {min(told)} à {max(told)} acheteurs")
    assert not set(lists[16]) & set(lists[4])
    assert not any(MARC in chosen for chosen in lists.values())
    says("Dans la meilleure feuille de CART, "
         f"{(today['cart'] == today['cart'].max()).sum()} clients")  # fmt: skip
    rated = judges.assign(**{f"n{size}": predict_rates(trees[size], later) for size in (4, 25)})
    low, high = gap_ends(rated["n25"], rated["n4"], wanted, 500 / len(judges))
    assert low <= 0 <= high


def ranked(today: pd.DataFrame) -> list[str]:
    """The best chance first; of equal ones the RFM index, then the customer's number."""
    table = today.assign(id_=today.index)
    order = {"cart": False, "indice_rfm": False, "id_": True}
    return table.sort_values([*order], ascending=[*order.values()]).index.tolist()


# --- lists ---------------------------------------------------------------------------------------


def test_the_three_methods_cannot_be_told_apart(
    judges: pd.DataFrame, count: dict[str, int]
) -> None:
    assert not any(apart(judges, name) for name in ("cart", "chaid", "indice_rfa", "recent"))
    money = judges["chiffre_affaires_futur"]
    euros = {name: reached(judges[one_], money, 500) / money.sum() for name, one_ in LISTS.items()}
    says(f"{count['RFM']} acheteurs pour RFM, {count['CART']} pour CART",
         f"{count['CART']} pour CART, {count['CHAID']} pour CHAID",
         f"Les trois battent le hasard ({count['Hasard']}), et aucun n'approche la perfection "
         f"({count['Perfection']})",
         f"RFM touche {one(euros['RFM'])} du chiffre d'affaires, CART {one(euros['CART'])}, CHAID "
         f"{one(euros['CHAID'])}",
         f"RFA touche {count['RFA']} acheteurs, la récence seule {count['Récence']}, contre "
         f"{count['RFM']} pour RFM")  # fmt: skip
    for name in ("cart", "chaid"):
        low, high = gap_ends(judges[name], judges["indice_rfm"], money, 500 / len(judges))
        assert low < 0 and high > -0.01
    says("l'écart de CHAID avec RFM est à la limite du hasard")
    assert abs(high) < 0.01


def test_rfm_takes_euros_first_and_the_trees_buyers_later(judges: pd.DataFrame) -> None:
    buyers, money = judges["rachat"].astype(float), judges["chiffre_affaires_futur"]
    short, long = (round(part * len(judges)) for part in (0.1, 0.4))
    euros = {name: reached(judges[one_], money, short) for name, one_ in LISTS.items()}
    assert max(euros, key=lambda name: euros[name]) == "RFM"
    cart, chaid, rfm = (
        percent(reached(judges[name], buyers, long) / buyers.sum())
        for name in ("cart", "chaid", "indice_rfm")
    )
    says(f"{cart} et {chaid} des **acheteurs**, contre {rfm} pour RFM",
         f"À 500 lettres, soit {percent(500 / len(judges))} des clients")  # fmt: skip
    for name in ("cart", "chaid"):
        assert gap_ends(judges[name], judges["indice_rfm"], buyers, 0.4)[0] > 0


def per_order(judges: pd.DataFrame) -> tuple[float, float]:
    """The margin of an order of the later period, and the rate by which it is counted."""
    rate = orders()["marge"].sum() / orders()["montant"].sum()
    revenue, placed = judges[["chiffre_affaires_futur", "commandes_futures"]].sum()
    return float(rate * revenue / placed), float(rate)


def test_who_comes_anyway_and_what_pays(judges: pd.DataFrame, count: dict[str, int]) -> None:
    says("Six destinataires sur dix viennent de toute façon", "moins d'un point")
    _, rate = per_order(judges)
    for name, column in LISTS.items():
        assert round(count[name] / 500, 1) == 0.6
        revenue, placed = (
            reached(judges[column], judges[what], 500)
            for what in ("chiffre_affaires_futur", "commandes_futures")
        )
        assert 0.01 * rate * revenue / placed > 4  # a letter of 4 euros pays below a point


def test_the_best_list_changes_with_what_a_letter_does(judges: pd.DataFrame) -> None:
    margin, _ = per_order(judges)
    lists = LISTS | {"Les moins sûrs": "moins"}
    table = judges.assign(moins=-judges["cart"])

    def gains(added: pd.Series) -> dict[str, float]:
        """What each list leaves, if a letter adds so many orders to each customer."""
        found = {name: reached(table[column], added, 500) for name, column in lists.items()}
        found["Hasard"] = 500 * added.mean()
        return {name: margin * orders_ - 2000 for name, orders_ in found.items()}

    new, again = gains(0.03 * (1 - judges["cart"])), gains(0.03 * judges["cart"])
    assert max(new, key=lambda name: new[name]) == "Les moins sûrs"
    assert all(new["Hasard"] > new[name] for name in LISTS)
    assert max(again, key=lambda name: again[name]) == "CART"
    assert set(gains(0 * judges["cart"]).values()) == {-2000.0}
    wanted = judges["rachat"].astype(float)
    found = {name: reached(table[column], wanted, 500) for name, column in lists.items()}
    assert min(found, key=lambda name: found[name]) == "Les moins sûrs"


# --- pressure ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def messages() -> pd.DataFrame:
    """Each message, with how many its customer had received in the 90 days before."""
    sent = pd.DataFrame(rows("contacts"))[["client_id", "date_contact", "desabonnement"]]
    sent = sent.assign(date_contact=pd.to_datetime(sent["date_contact"]),
                       desabonnement=sent["desabonnement"].astype(int))  # fmt: skip
    sent = sent.sort_values(["client_id", "date_contact"], ignore_index=True)
    earlier = [
        sum(0 < (day - before).days <= 90 for before in days[:place])
        for days in sent.groupby("client_id")["date_contact"].agg(list)
        for place, day in enumerate(days)
    ]
    return sent.assign(recus=earlier)


def test_opt_outs_rise_from_the_fourth_message_on(messages: pd.DataFrame) -> None:
    band = messages["desabonnement"].groupby(pd.cut(messages["recus"], [-1, 1, 3, 99])).mean()
    low, middle, high = band
    says(f"de {one(low)} à {one(high)} par message, en passant par {one(middle)}",
         f"les {number(len(messages))} messages de trois ans")  # fmt: skip
    each = messages.groupby("recus")["desabonnement"].agg(["mean", "sum", "size"])
    ends = [wilson(row["sum"], int(row["size"])) for _, row in each.head(4).iterrows()]
    assert max(high for _, high in ends[:3]) < ends[3][0]
    says(f"{one(each['mean'][2])} après deux messages reçus, {one(each['mean'][3])} après trois, "
         f"{one(each['mean'][5])} après cinq")  # fmt: skip


def test_the_champions_are_the_most_often_at_the_cap() -> None:
    table = scores(str(DAY))
    segment = table["code"].map(grid_names())
    shares = pd.Series(table.index.isin(pressed(DAY)), table.index).groupby(segment).mean()
    assert (shares.idxmax(), shares.idxmin()) == ("Champions", "Nouveaux clients")
    says(f"{one(shares.max())} sont au plafond, contre {one(shares.min())} des Nouveaux clients")


def test_opt_outs_that_a_cap_of_three_leaves(messages: pd.DataFrame) -> None:
    """Message by message: sent as long as fewer than three were in the 90 days before."""
    rates = messages.groupby(messages["recus"].clip(upper=8))["desabonnement"].mean()
    expected = 0.0
    for days in messages.groupby("client_id")["date_contact"].agg(list):
        sent: list[pd.Timestamp] = []
        for day in days:
            before = sum((day - one_).days <= 90 for one_ in sent)
            if before < 3:
                sent.append(day)
                expected += rates[before]
    says(f"À 3, on attend {number(expected)} désabonnements au lieu de "
         f"{number(messages['desabonnement'].sum())}")  # fmt: skip


def test_a_cap_of_three_holds_under_very_different_assumptions() -> None:
    account = cap_account(load_contacts(), range(1, 9))
    best = [  # of eight caps, the one that leaves most
        cap_balance(account, orders=orders / 1000, margin=margin, lost=lost)["solde"].argmax() + 1
        for orders, lost, margin in product((1, 2, 5, 10), (50, 150), (430, 440))
    ]
    assert max(best) == 3


# --- Marc ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forty(today: pd.DataFrame) -> list[str]:
    return ranked(today)[:40]


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


def test_the_sheets_quote_the_lesson(messages: pd.DataFrame, count: dict[str, int]) -> None:
    told = plain(" ".join(" ".join(i.feedback.values()) for i in load_drill("10_fiches").items))
    bands = messages["desabonnement"].groupby(pd.cut(messages["recus"], [-1, 1, 3, 99])).mean()
    assert f"{count['RFA']} acheteurs contre {count['RFM']}" in told
    assert plain(f"de {one(bands.iloc[0])} à {one(bands.iloc[2])} de désabonnements") in told
    assert "coupe la récence à 73, puis à 222 jours" in told and "73 jours" in printed(NAME)


# --- further -------------------------------------------------------------------------------------


def test_logistic_regression_ranks_as_well_and_says_too_little(
    learned: pd.DataFrame, judges: pd.DataFrame
) -> None:
    columns = ["recence", "frequence", "montant_total", "categories", "canal_recrutement"]
    later = target_table_at("2025-06-30").set_index("client_id").loc[judges.index]
    chance = fit_logistic(learned, columns).predict(later)
    assert not apart(judges.assign(n=chance), "n")
    fifth = np.ceil(5 * chance.rank(method="first") / len(chance))
    for group in (4, 5):  # where people buy much, it says too little
        came = judges.loc[(fifth == group).to_numpy(), "rachat"]
        assert chance[fifth == group].mean() < wilson(came.sum(), len(came))[0]


def test_kmeans_moves_and_the_segments_say_something_else() -> None:
    table = scores(str(DAY)).assign(client_id=lambda rows_: rows_.index)
    table["segment"] = table["code"].map(grid_names())
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
