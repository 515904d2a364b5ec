"""Trees, lists and pressure, checked another way: what each finds, and where each fools."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from support.house import target_table_at

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.intervals import share_interval
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.targeting.ageing import list_ageing
from rfm_helpers.analysis.targeting.cart import fit_cart, pruned_trees
from rfm_helpers.analysis.targeting.chaid import (
    chi_square_test,
    criteria_effects,
    criterion_splits,
    fit_chaid,
)
from rfm_helpers.analysis.targeting.features import CRITERIA
from rfm_helpers.analysis.targeting.further import (
    MEASURES,
    calibration,
    fit_logistic,
    kmeans_groups,
    kmeans_stability,
    tree_stability,
)
from rfm_helpers.analysis.targeting.gains import (
    EFFECTS,
    compare_lists,
    gains_chart,
    letters_account,
    letters_effect,
    target_list,
)
from rfm_helpers.analysis.targeting.pressure import (
    consent_on,
)
from rfm_helpers.analysis.targeting.trees import (
    Branch,
    Node,
    TargetTree,
    predict_rates,
    tree_leaves,
    tree_splits,
)
from rfm_helpers.datasets import load_complaints, load_contacts, load_customers, load_orders
from rfm_helpers.errors import CourseError

NUMBERS = ("recence", "frequence", "montant_total", "categories")


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    return target_table_at("2024-06-30")


@pytest.fixture(scope="module")
def later() -> pd.DataFrame:
    return target_table_at("2025-06-30")


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
def contacts() -> pd.DataFrame:
    return load_contacts()


def noise(size: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    names = {f"n{one}": random.choice(list("abcdef"), size) for one in range(2)}
    numbers = {f"x{one}": random.normal(size=size) for one in range(3)}
    return pd.DataFrame(numbers | names | {"rachat": random.random(size) < 0.3})


# --- what is known, and nothing of what follows --------------------------------------------------


def test_the_criteria_know_nothing_of_what_follows(past: pd.DataFrame) -> None:
    orders = load_orders()
    known = orders[orders["date_achat"] <= "2024-06-30"]
    rfm = rfm_table(known, as_of="2024-06-30").set_index("client_id")
    assert (past.set_index("client_id")["recence"] == rfm["recence"]).all()
    after = orders[(orders["date_achat"] > "2024-06-30") & (orders["date_achat"] <= "2024-12-29")]
    bought = after[after["montant"] > 0].groupby("client_id").size()
    assert past["rachat"].sum() <= past["client_id"].isin(bought.index).sum()
    assert "consentement" not in past


def test_on_the_day_of_a_list_there_is_no_outcome(past: pd.DataFrame, cart: TargetTree) -> None:
    today = target_table_at("2025-12-31", None)
    assert list(today.columns) == [name for name in past.columns if name in set(today.columns)]
    assert set(past.columns) - set(today.columns) == {
        "commandes_futures", "chiffre_affaires_futur", "rachat"
    }  # fmt: skip
    assert len(today) == 3036 and predict_rates(cart, today).notna().all()


# --- the trees -----------------------------------------------------------------------------------


def leaf_by_hand(tree: TargetTree, row: pd.Series) -> Node:
    """Walk down a tree with one customer."""
    node = tree.nodes[0]
    while children := tree.children(node):
        for child in children:
            branch = child.branch
            assert branch is not None
            value = row[branch.column]
            if branch.values:
                inside = (str(value) in branch.values) != branch.others
            else:
                inside = (branch.low is None or value > branch.low) and (
                    branch.high is None or value <= branch.high
                )
            if inside:
                node = child
                break
        else:
            return node
    return node


@pytest.mark.parametrize("name", ["cart", "chaid", "by_heart"])
def test_each_customer_falls_in_one_leaf_whose_rate_is_counted(
    name: str, past: pd.DataFrame, request: pytest.FixtureRequest
) -> None:
    tree: TargetTree = request.getfixturevalue(name)
    where = tree.node_of(past)
    for place in past.sample(50, random_state=0).index:
        assert leaf_by_hand(tree, past.loc[place]).id == where[place]
    for node in tree.nodes:
        children = tree.children(node)
        if children:
            assert sum(child.customers for child in children) == node.customers
            assert sum(child.responders for child in children) == node.responders
        else:
            mine = past[where == node.id]
            assert (len(mine), mine["rachat"].sum()) == (node.customers, node.responders)


def test_cart_splits_in_two_and_chaid_in_more(cart: TargetTree, chaid: TargetTree) -> None:
    assert set(tree_splits(cart)["branches"]) == {2}
    assert tree_splits(chaid)["branches"].max() > 2
    for tree in (cart, chaid):
        assert min(leaf.customers for leaf in tree.nodes) >= 50


def gini_gain(outcome: np.ndarray, side: np.ndarray) -> float:
    def impurity(part: np.ndarray) -> float:
        return len(part) * part.mean() * (1 - part.mean())

    return impurity(outcome) - impurity(outcome[side]) - impurity(outcome[~side])


def test_the_first_split_of_cart_is_the_purest_of_all(past: pd.DataFrame) -> None:
    tree = fit_cart(past, NUMBERS)
    outcome = past["rachat"].to_numpy(dtype=float)
    best = max(
        (gini_gain(outcome, side), column, bound)
        for column in NUMBERS
        for bound in past[column].unique()
        for side in [(past[column] <= bound).to_numpy()]
        if 50 <= side.sum() <= len(past) - 50
    )
    branch = tree.nodes[1].branch
    assert branch is not None
    assert (branch.column, branch.high) == best[1:]


def test_chi_square_by_hand() -> None:
    counts = np.array([[30, 70], [50, 50], [20, 80]])
    total = counts.sum()
    by_hand = sum(
        (counts[i, j] - counts[i].sum() * counts[:, j].sum() / total) ** 2
        / (counts[i].sum() * counts[:, j].sum() / total)
        for i in range(3)
        for j in range(2)
    )
    found, p_value = chi_square_test(counts)
    assert found == pytest.approx(by_hand)
    assert p_value == pytest.approx(np.exp(-by_hand / 2))  # the law of two degrees of freedom
    assert chi_square_test(np.array([[0, 5], [0, 9]])) == (0.0, 1.0)


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    """Every way of putting items into groups."""
    if not items:
        yield []
        return
    first, *rest = items
    for groups in partitions(rest):
        yield [[first], *groups]
        for place in range(len(groups)):
            yield [*groups[:place], [first, *groups[place]], *groups[place + 1 :]]


def test_the_first_split_of_chaid_by_hand(past: pd.DataFrame, chaid: TargetTree) -> None:
    """Slices, merged two by two by the test of scipy; the ways of merging, one by one."""
    edges = past["recence"].quantile(np.arange(1, 11) / 10, interpolation="lower").unique()
    slices = np.searchsorted(edges, past["recence"])
    counts = pd.crosstab(slices, past["rachat"]).to_numpy()
    groups = [[place] for place in range(len(counts))]

    def chance(table: list[list[int]]) -> float:
        rows = [counts[group].sum(axis=0) for group in table]
        return float(chi2_contingency(rows, correction=False).pvalue)

    while max(alike := [chance(list(pair)) for pair in pairwise(groups)]) > 0.05:
        place = int(np.argmax(alike))
        groups[place : place + 2] = [groups[place] + groups[place + 1]]
    highs = [node.branch.high for node in chaid.children(chaid.nodes[0]) if node.branch]
    assert highs[:-1] == [edges[group[-1]] for group in groups[:-1]]
    cuts = list(combinations(range(len(edges) - 1), len(groups) - 1))
    (split,) = criterion_splits(past, ["recence"], "rachat")
    assert split.p_value == pytest.approx(chance(groups) * len(cuts), rel=1e-6)


def test_names_are_merged_in_as_many_ways_as_there_are_partitions() -> None:
    shares = {"a": 0.1, "b": 0.1, "c": 0.6, "d": 0.6, "e": 0.6}
    rows = [(name, place < 100 * share) for name, share in shares.items() for place in range(100)]
    table = pd.DataFrame(rows, columns=["nom", "rachat"]).assign(age=range(500))
    split = next(criterion_splits(table, ["nom", "age"], "rachat"))
    assert [branch.values for branch in split.branches] == [("a", "b"), ("c", "d", "e")]
    two = sum(len(groups) == 2 for groups in partitions(list(range(5))))
    alone = chi2_contingency([[20, 180], [180, 120]], correction=False).pvalue
    assert split.p_value == pytest.approx(alone * two * 2)


def test_neighbours_that_chaid_leaves_apart_differ(past: pd.DataFrame, chaid: TargetTree) -> None:
    groups = chaid.children(chaid.nodes[0])
    assert chaid.columns[0] == "recence" and len(groups) >= 4
    for one, other in pairwise(groups):
        table = np.array([
            [node.responders, node.customers - node.responders] for node in (one, other)
        ])  # fmt: skip
        assert chi_square_test(table)[1] <= 0.05


def test_on_mixed_answers_neither_tree_finds_more_than_it_says() -> None:
    chaid = [len(fit_chaid(noise(600, seed), depth=1, columns=list(noise(600, 0))[:-1]).nodes) > 1
             for seed in range(120)]  # fmt: skip
    assert np.mean(chaid) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 120)
    cart = [len(fit_cart(noise(600, seed), list(noise(600, 0))[:-1]).nodes) > 1
            for seed in range(15)]  # fmt: skip
    assert np.mean(cart) <= 0.2


def test_both_trees_find_recency_and_the_customers_of_several_categories(
    cart: TargetTree, chaid: TargetTree
) -> None:
    for tree in (cart, chaid):
        assert tree.columns[0] == "recence"
        assert "categories" in tree.columns
        splits = tree_splits(tree)
        parts = [node for node in tree.nodes if node.branch and node.branch.column == "categories"]
        few, many = sorted(parts, key=lambda node: node.branch.low or 0)[:2]
        assert many.rate > few.rate + 0.15
        assert splits["phrase"].str.startswith("Parmi").all()


def test_chaid_finds_the_stores_of_paris_at_fault_and_they_are_mended_a_year_later(
    past: pd.DataFrame, later: pd.DataFrame, chaid: TargetTree
) -> None:
    """A cause of one summer: true where it was learned, gone where it is used."""
    sides = [node for node in chaid.nodes if node.branch and node.branch.column == "region"]
    paris, other = sorted(sides, key=lambda node: "Paris" not in node.branch.values)
    assert other.rate > paris.rate + 0.2
    then = tree_leaves(chaid, later).set_index("feuille")["part"]
    assert abs(then[other.id] - then[paris.id]) < 0.08


def test_messages_look_as_if_they_sold(past: pd.DataFrame) -> None:
    """They cause nothing: good customers get more of them. Within equal recency it stays."""
    effect = criteria_effects(past, ["contacts_recus"]).iloc[0]
    assert effect["effet"]
    assert "contacts_recus" in fit_chaid(past).columns


def test_a_criterion_without_effect_is_said(past: pd.DataFrame) -> None:
    random = np.random.default_rng(8)
    table = past.assign(signe=random.choice(["Bélier", "Lion", "Vierge"], len(past)))
    found = criteria_effects(table, [*CRITERIA, "signe"]).set_index("critere")
    assert found.loc["recence", "effet"] and not found.loc["signe", "effet"]
    assert found["p_valeur"].is_monotonic_increasing


def test_the_tree_that_knows_its_data_by_heart_fails_later(
    past: pd.DataFrame, later: pd.DataFrame, cart: TargetTree, by_heart: TargetTree
) -> None:
    own = past.assign(coeur=predict_rates(by_heart, past), cart=predict_rates(cart, past))
    then = later.assign(coeur=predict_rates(by_heart, later), cart=predict_rates(cart, later))
    scores = {"CART": "cart", "Par cœur": "coeur"}
    learned = compare_lists(own, scores, 465).set_index("methode")
    judged = compare_lists(then, scores, 500).set_index("methode")
    assert learned.loc["Par cœur", "part_acheteurs"] == 1
    assert judged.loc["Par cœur", "ecart_haut"] < 0
    assert judged.loc["Par cœur", "se_distingue"]


def test_pruned_trees_are_the_grown_one_with_branches_cut(
    past: pd.DataFrame, cart: TargetTree
) -> None:
    trees = pruned_trees(past, leaves=(2, 4, 8))
    sizes = [sum(not tree.children(node) for node in tree.nodes) for tree in trees.values()]
    assert list(trees) == sizes == sorted(sizes)
    assert trees[4] == cart and trees[sizes[-1]] == fit_cart(past, prune=False)
    groups = [{tuple(tree.path(node)) for node in tree.nodes} for tree in trees.values()]
    assert all(small < large for small, large in pairwise(groups))
    with pytest.raises(CourseError, match="même résultat"):
        pruned_trees(past.assign(rachat=True))


def test_a_value_never_seen_stops_above() -> None:
    tree = TargetTree("CHAID", (Node(0, None, None, 10, 4),
                                Node(1, 0, Branch("region", values=("Paris",)), 5, 3),
                                Node(2, 0, Branch("region", values=("Lyon",)), 5, 1)))  # fmt: skip
    table = pd.DataFrame({"region": ["Paris", "Metz"]})
    assert predict_rates(tree, table).tolist() == [0.6, 0.4]


def test_sentences_put_the_bounds_of_a_criterion_together() -> None:
    first, second = Branch("recence", low=30), Branch("recence", high=90)
    nodes = Node(0, None, None, 9, 4), Node(1, 0, first, 8, 3), Node(2, 1, second, 5, 3)
    tree = TargetTree("CART", nodes)
    text = tree_leaves(tree)["phrase"][0].replace("\u00a0", " ")
    assert text == "La récence est de plus de 30 et de 90 jours au plus : 60,0 % commandent."


@pytest.mark.parametrize("fit", [fit_cart, fit_chaid])
def test_tables_without_a_lesson_are_refused(fit: object, past: pd.DataFrame) -> None:
    with pytest.raises(CourseError, match="même résultat"):
        fit(past.assign(rachat=True))  # type: ignore[operator]
    with pytest.raises(CourseError, match="signe"):
        fit(past, ["signe"])  # type: ignore[operator]
    with pytest.raises(CourseError, match="valeurs manquantes"):
        fit(past.assign(age=np.nan), ["age"])  # type: ignore[operator]
    with pytest.raises(CourseError):
        fit(past, min_leaf=0)  # type: ignore[operator]


# --- lists judged on a later period --------------------------------------------------------------


def test_a_point_of_the_chart_by_hand(later: pd.DataFrame) -> None:
    """Without ties the curve is what the first customers bought."""
    random = np.random.default_rng(9)
    table = later.assign(note=random.permutation(len(later)).astype(float))
    chart = gains_chart(table, {"N": "note"}, points=5)
    first = table.sort_values("note", ascending=False).head(len(table) // 5)
    point = chart[(chart["methode"] == "N") & (chart["part_clients"] == 0.2)].iloc[0]
    bought = table["chiffre_affaires_futur"]
    assert point["part_acheteurs"] == pytest.approx(first["rachat"].sum() / table["rachat"].sum())
    assert point["part_ca"] == pytest.approx(
        first["chiffre_affaires_futur"].sum() / bought.sum(), abs=1e-9
    )


def test_the_band_of_a_chart_is_the_interval_of_a_list(later: pd.DataFrame) -> None:
    few = later.head(500)
    scores = {"RFM": "indice_rfm", "Récence": "recence"}
    chart = gains_chart(few, scores, points=5).set_index(["methode", "part_clients"])
    listed = compare_lists(few, scores, 200).iloc[0]
    at = chart.loc[("RFM", 0.4)]
    assert (at["acheteurs_bas"], at["acheteurs_haut"]) == (
        listed["acheteurs_bas"], listed["acheteurs_haut"],
    )  # fmt: skip
    assert (at["ca_bas"], at["ca_haut"]) == (listed["ca_bas"], listed["ca_haut"])
    assert chart["ca_bas"].dropna().index.unique("methode").tolist() == ["RFM"]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=3, max_size=30))
def test_chance_below_perfection_and_ties_shared(rows: list[tuple[int, bool]]) -> None:
    table = pd.DataFrame(rows, columns=["note", "rachat"])
    table["chiffre_affaires_futur"] = 10.0 * table["rachat"]
    if not table["rachat"].any():
        return
    chart = gains_chart(table, {"N": "note"}, points=4)
    curve = chart.pivot(index="part_clients", columns="methode", values="part_acheteurs")
    assert (curve["Perfection"] >= curve["N"] - 1e-9).all()
    assert curve["Hasard"].tolist() == pytest.approx(curve.index.tolist())
    again = gains_chart(table.iloc[::-1], {"N": "note"}, points=4)
    assert again["part_acheteurs"].tolist() == pytest.approx(chart["part_acheteurs"].tolist())


def test_rfm_and_the_trees_cannot_be_told_apart_and_all_beat_chance(
    later: pd.DataFrame, cart: TargetTree, chaid: TargetTree
) -> None:
    table = later.assign(cart=predict_rates(cart, later), chaid=predict_rates(chaid, later))
    scores = {"RFM": "indice_rfm", "RFA": "indice_rfa", "CART": "cart", "CHAID": "chaid"}
    found = compare_lists(table, scores, 500).set_index("methode")
    assert not found.loc[list(scores), "se_distingue"].any()
    assert found.loc["Hasard", "ecart_haut"] < -0.2
    assert found.loc["Hasard", "acheteurs"] == pytest.approx(500 * later["rachat"].mean())
    assert found.loc["Perfection", "acheteurs"] == pytest.approx(min(500, later["rachat"].sum()))


def test_a_list_at_random_is_seldom_told_apart_from_another(later: pd.DataFrame) -> None:
    random = np.random.default_rng(10)
    found, few = [], later.head(150)
    for _ in range(25):
        table = few.assign(a=random.random(len(few)), b=random.random(len(few)))
        found.append(compare_lists(table, {"A": "a", "B": "b"}, 40)["se_distingue"].iloc[1])
    assert np.mean(found) <= 0.16


def test_the_best_list_is_full_of_those_who_come_anyway(later: pd.DataFrame) -> None:
    found = letters_account(later, {"RFM": "indice_rfm"}, 500, cost=4, margin_rate=0.4)
    rfm, chance = (found.set_index("methode").loc[name] for name in ("RFM", "Hasard"))
    judged = compare_lists(later, {"RFM": "indice_rfm"}, 500).set_index("methode")
    assert rfm["viendraient"] == pytest.approx(judged.loc["RFM", "acheteurs"])
    assert rfm["part_viendraient"] > 2 * chance["part_viendraient"]
    for row in (rfm, chance):
        spread = 500 * row["hausse_a_atteindre"] * row["panier"] * 0.4
        assert spread == pytest.approx(row["cout"])
    lossy = letters_account(later, {"RFM": "indice_rfm"}, 500, cost=4, margin_rate=0)
    assert lossy["hausse_a_atteindre"].isna().all()


def test_whom_a_letter_decides_is_an_assumption_that_changes_the_best_list(
    later: pd.DataFrame, cart: TargetTree
) -> None:
    chance = predict_rates(cart, later)
    table = later.assign(chance=chance, note=chance, moins=-chance)
    lists = {"CART": "note", "À l’envers": "moins"}
    never, new, again = (
        letters_effect(table, lists, 500, effect=one, rate=0.03, cost=4, margin=400).set_index(
            "methode"
        )
        for one in EFFECTS
    )
    assert (never["gain_net"] == -2000).all() and (never["ajoutees"] == 0).all()
    assert new["gain_net"].idxmax() == "À l’envers" and new["gain_net"].idxmin() == "CART"
    assert again["gain_net"].idxmax() == "CART"
    first = chance[chance == chance.max()]
    rest = chance[chance < chance.max()].nlargest(500 - len(first))
    by_hand = 0.03 * (first.sum() + rest.sum())
    assert again.loc["CART", "ajoutees"] == pytest.approx(by_hand)
    assert again.loc["Hasard", "ajoutees"] == pytest.approx(500 * 0.03 * chance.mean())
    for wrong in (
        {"effect": "Elle plaît", "rate": 0.1},
        {"effect": next(iter(EFFECTS)), "rate": 2},
    ):
        with pytest.raises(CourseError, match="hypothèse parmi"):
            letters_effect(table, lists, 500, cost=4, margin=400, **wrong)


def test_the_list_passes_through_the_law(later: pd.DataFrame, contacts: pd.DataFrame) -> None:
    people = consent_on(load_customers(), contacts, "2025-06-30")
    rules = {"on": "2025-06-30", "people": people, "complaints": load_complaints(),
             "contacts": contacts}  # fmt: skip
    chosen, left = target_list(later, "indice_rfm", 500, "e-mail", **rules)
    stay, _ = contact_list(chosen, "e-mail", **rules)
    assert len(stay) == len(chosen) == 500
    assert len(left) > 50 and left["motif"].notna().all()
    assert left["indice_rfm"].min() >= chosen["indice_rfm"].min()
    assert not set(chosen["client_id"]) & set(left["client_id"])


def test_refused_lists(later: pd.DataFrame) -> None:
    with pytest.raises(CourseError, match="nombre entre 1"):
        compare_lists(later, {"RFM": "indice_rfm"}, 0)
    with pytest.raises(CourseError, match="choisissez parmi RFM"):
        compare_lists(later, {"RFM": "indice_rfm"}, against="CART")
    with pytest.raises(CourseError, match="Personne"):
        gains_chart(later.assign(rachat=False), {"RFM": "indice_rfm"})
    with pytest.raises(CourseError, match="Aucune méthode"):
        gains_chart(later, {})


def test_a_list_ages() -> None:
    table = list_ageing(load_orders(), "2024-12-31", (0, 90, 180, 270)).set_index("delai")
    assert table.loc[0, "en_commun"] == 1 and table.loc[0, "ancienne"] == table.loc[0, "neuve"]
    assert table["en_commun"].is_monotonic_decreasing
    assert table.loc[270, "ancienne_haut"] < table.loc[270, "neuve_bas"]
    with pytest.raises(CourseError, match="0 ou plus"):
        list_ageing(load_orders(), "2024-12-31", (-1,))


# --- further -------------------------------------------------------------------------------------


def test_kmeans_gives_groups_even_where_there_are_none() -> None:
    table = assign_segments(score_rfm(rfm_table(load_orders())))
    random = np.random.default_rng(12)
    mixed = table.assign(**{name: random.permutation(table[name]) for name in MEASURES})
    assert kmeans_groups(mixed, 5).nunique() == 5
    real = kmeans_stability(table, 5, starts=4, segments="segment").set_index("essai")
    fake = kmeans_stability(mixed, 5, starts=4).set_index("essai")
    assert real.loc["autre départ", "accord_min"] < 0.8
    assert fake.loc["autre départ", "accord"] > 0.5  # steady, and meaning nothing
    assert real.loc["segments", "accord"] < 0.35
    with pytest.raises(CourseError, match="groupes"):
        kmeans_groups(table, 1)


def test_logistic_recovers_what_it_is_drawn_from_and_is_calibrated() -> None:
    random = np.random.default_rng(13)
    table = pd.DataFrame({"x": random.gamma(2, 100, 4000), "rien": random.random(4000)})
    chance = 1 / (1 + np.exp(-(np.log1p(table["x"]) - 5)))
    table["rachat"] = random.random(4000) < chance
    predicted = fit_logistic(table, ["x", "rien"]).predict(table)
    assert (predicted - chance).abs().mean() < 0.02
    assert calibration(predicted, table["rachat"])["juste"].mean() >= 0.8
    always = calibration(chance, table["rachat"], 20)
    assert always["clients"].sum() == 4000 and always["juste"].mean() >= 0.85


def test_logistic_on_mixed_answers_ranks_no_better_than_chance() -> None:
    better = []
    for seed in range(20):
        known, others = noise(400, seed), noise(400, 1000 + seed)
        chance = fit_logistic(known, list(known)[:-1]).predict(others)
        found = others["rachat"][chance.nlargest(80).index]
        better.append(share_interval(found.sum(), 80)[0] > others["rachat"].mean())
    assert np.mean(better) <= 0.025 + 2 * np.sqrt(0.025 * 0.975 / 20)


def test_a_year_later_chances_are_not_those_learned(
    past: pd.DataFrame, later: pd.DataFrame, by_heart: TargetTree
) -> None:
    columns = ["recence", "frequence", "montant_total", "categories", "canal_recrutement"]
    model = fit_logistic(past, columns)
    mine = calibration(model.predict(later), later["rachat"])
    heart = calibration(predict_rates(by_heart, later), later["rachat"])
    assert heart["juste"].sum() == 0
    assert heart["part"].iloc[-1] < 0.65 and heart["predit"].iloc[-1] == 1
    assert 0 < mine["juste"].mean() < 1
    assert mine["part"].iloc[-1] > 5 * mine["part"].iloc[0]


def test_trees_drawn_again_ask_the_same_first_question_and_choose_other_names(
    past: pd.DataFrame, later: pd.DataFrame
) -> None:
    found = tree_stability(fit_chaid, past, later, draws=4)
    assert set(found["premier_critere"]) == {"la récence"}
    assert found["liste_en_commun"].between(0.4, 0.98).all()
    assert found["feuilles"].nunique() > 1
