"""Points, recruits and retention, worked out another way; what each finds, and where it fools."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.analysis.intervals import bootstrap_interval, mean_interval, share_interval
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.value.first_orders import first_purchases, full_price_later
from rfm_helpers.analysis.value.points import (
    PointScale,
    best_places,
    class_of,
    place_changes,
    scale_use,
    value_classes,
    value_points,
)
from rfm_helpers.analysis.value.recruits import (
    lifetime_value,
    lifetime_years,
    net_of_acquisition,
    recruit_groups,
    recruit_value,
)
from rfm_helpers.analysis.value.retention import (
    attrition,
    retention,
    retention_by,
    silent_customers,
)
from rfm_helpers.analysis.value.traits import class_profile, over_represented
from rfm_helpers.datasets import load_customers, load_orders, load_products
from rfm_helpers.errors import CourseError


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return load_customers()


def lines(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Order lines from customer, order, day and amount; the margin is half, no discount."""
    table = pd.DataFrame(rows, columns=["client_id", "commande_id", "date_achat", "montant"])
    return table.assign(
        date_achat=pd.to_datetime(table["date_achat"]), marge=table["montant"] / 2, remise=0.0
    )


# --- orders and intervals ------------------------------------------------------------------------


def test_order_table_counts_what_rfm_table_counts(orders: pd.DataFrame) -> None:
    counted = order_table(orders).groupby("client_id")["rang"].max()
    table = rfm_table(orders).set_index("client_id")
    assert (counted == table["frequence"]).all()
    last = order_table(orders).groupby("client_id")["date_achat"].max()
    assert ((pd.Timestamp("2025-12-31") - last).dt.days == table["recence"]).all()


def test_an_order_returned_whole_is_none() -> None:
    rows = lines(("A", "1", "2025-01-01", 50), ("A", "1", "2025-01-09", -50))
    with pytest.raises(CourseError, match="Aucune commande"):
        order_table(rows)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(1)
    means = [mean_interval(random.gamma(2.0, 50.0, 200)) for _ in range(1000)]
    held = np.mean([low <= 100 <= high for low, high in means])
    assert 0.93 <= held <= 0.97
    shares = [share_interval(random.binomial(80, 0.2), 80) for _ in range(1000)]
    assert 0.93 <= np.mean([low <= 0.2 <= high for low, high in shares]) <= 0.975


def test_the_bootstrap_agrees_with_the_standard_error() -> None:
    spent = np.random.default_rng(2).normal(100, 20, 400)
    low, high = bootstrap_interval(lambda drawn: float(spent[drawn].mean()), len(spent))
    assert (low, high) == pytest.approx(mean_interval(spent), abs=0.5)


# --- points --------------------------------------------------------------------------------------


def points_by_hand(amount: float, steps: list[tuple[float, float]], above: float) -> float:
    """The points of source 004, read line by line: below a bound, so many."""
    for place, (bound, given_points) in enumerate(steps):
        last = place == len(steps) - 1
        if amount < bound or (last and amount == bound):
            return given_points
    return above


def test_points_are_those_of_the_source(orders: pd.DataFrame) -> None:
    found = value_points(orders, PointScale(unit=10, cap=12))
    for row in found.sample(200, random_state=0).itertuples():
        mine = orders[orders["client_id"] == row.client_id]
        net = mine.groupby("commande_id")["montant"].sum()
        revenue, margin = mine["montant"].sum() / 30, mine["marge"].sum() / 30
        hand = (
            points_by_hand(round(revenue, 6), [(10, 0.5), (50, 2.5), (100, 7.5)], 10)
            + points_by_hand(round(margin, 6), [(2, 1), (10, 5), (20, 10)], 20)
            + min(2 * int((net.round(2) > 0).sum()), 12)
        )
        assert row.points == hand


@given(st.floats(0, 200), st.floats(0, 200))
def test_more_money_never_gives_fewer_points(one: float, other: float) -> None:
    low, high = sorted((one, other))
    bounds = PointScale().revenue_bounds
    assert class_of([low], bounds)[0] <= class_of([high], bounds)[0]


def test_a_value_of_ten_stands_in_one_class_alone() -> None:
    assert class_of([9.99, 10, 10.01], [2, 10, 20]).tolist() == [1, 2, 2]
    assert class_of([100], [10, 50, 100]).tolist() == [2]


def test_in_luxury_euros_the_scale_of_the_source_parts_nobody(orders: pd.DataFrame) -> None:
    use = scale_use(value_points(orders)).set_index("partie")
    assert use.loc["chiffre d’affaires", "part_au_plus_haut"] > 0.7
    assert use.loc["marge", "part_au_plus_haut"] > 0.85
    assert use.loc["bonus", "poids"] > 0.5
    capped = scale_use(value_points(orders, PointScale(unit=100, cap=10))).set_index("partie")
    assert capped.loc["bonus", "poids"] < capped.loc["marge", "poids"]


def test_without_a_cap_ten_candles_are_worth_the_highest_margin() -> None:
    regular = [("A", str(n), f"2025-{n:02d}-03", 12.0) for n in range(1, 12)]
    rows = lines(*regular, ("B", "90", "2025-01-01", 60_000.0))
    scale, capped = PointScale(unit=100), PointScale(unit=100, cap=10)
    free = value_points(rows, scale, years=1).set_index("client_id")["points"]
    held = value_points(rows, capped, years=1).set_index("client_id")["points"]
    assert free["A"] > 20 and free["B"] == 32
    assert held["A"] == 11.5 and held["B"] == 32


def test_three_years_added_up_against_yearly_bounds_lift_everybody(orders: pd.DataFrame) -> None:
    yearly, added = (
        value_points(orders, PointScale(unit=100, yearly=yearly)) for yearly in (True, False)
    )
    assert (added["points"] >= yearly["points"]).all()
    assert (added["points"] > yearly["points"]).mean() > 0.5


def test_the_forty_places_move_with_the_cap(orders: pd.DataFrame) -> None:
    lists = {
        cap: best_places(value_points(orders, PointScale(unit=100, cap=cap)), 40)
        for cap in (None, 20, 10)
    }
    changes = place_changes(lists[None], lists[10])
    gone = set(lists[None]["client_id"]) - set(lists[10]["client_id"])
    assert set(changes.loc[changes["changement"] == "perd sa place", "client_id"]) == gone
    assert len(gone) == len(changes) / 2 > 5
    assert all(len(chosen) == 40 for chosen in lists.values())


def test_places_that_points_alone_do_not_give_are_said() -> None:
    points = pd.DataFrame({"client_id": list("DCBA"), "points": 9.0, "marge": [1.0, 1, 2, 1]})
    chosen = best_places(points, 2)
    assert chosen["client_id"].tolist() == ["B", "A"]
    assert chosen["ex_aequo"].all()
    assert not best_places(points, 4)["ex_aequo"].any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"revenue_bounds": (50, 10)}, "du plus petit au plus grand"),
        ({"margin_points": (1, 2)}, "autant de points"),
        ({"unit": 0}, "plus grand que 0"),
        ({"cap": -1}, "0 ou plus"),
    ],
)
def test_a_scale_that_does_not_stand_is_refused(settings: dict, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        PointScale(**settings)


def test_refused_tables_of_points(orders: pd.DataFrame) -> None:
    with pytest.raises(CourseError, match="marge"):
        value_points(orders.drop(columns="marge"))
    with pytest.raises(CourseError, match="commence"):
        value_points(orders, years=4)
    points = value_points(orders).head(3)
    with pytest.raises(CourseError, match="nombre de places"):
        best_places(points, 4)
    with pytest.raises(CourseError, match="value_points"):
        value_classes(points.drop(columns="points"))
    with pytest.raises(CourseError, match="de 2 à 10"):
        value_classes(points, 1)


# --- classes and traits --------------------------------------------------------------------------


def test_classes_keep_equal_points_together_and_order(orders: pd.DataFrame) -> None:
    found = value_classes(value_points(orders, PointScale(unit=100, cap=10)), 5)
    assert found.groupby("points")["classe"].nunique().max() == 1
    assert found.sort_values("points")["classe"].is_monotonic_increasing
    assert set(found["classe"]) == {1, 2, 3, 4, 5}
    by_bounds = value_classes(found, bounds=[8, 15, 30])
    assert by_bounds.groupby("classe")["points"].agg(["min", "max"]).to_numpy().tolist()[1][0] >= 8


def test_the_profile_adds_up(orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    classified = value_classes(value_points(orders, PointScale(unit=100, cap=10)))
    table = class_profile(classified, customers)
    assert table["classe"].tolist() == [4, 3, 2, 1]
    assert table["clients"].sum() == len(classified)
    for share in ("part_clients", "part_ca", "part_marge"):
        assert table[share].sum() == pytest.approx(1)
    best = classified[classified["classe"] == 4]
    ages = customers.set_index("client_id")["age"]
    assert table["age_median"].iloc[0] == ages[best["client_id"]].median()
    assert table["part_marge"].iloc[0] > 0.7


def test_promotion_and_profession_are_found_in_the_classes(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    classified = value_classes(value_points(orders, PointScale(unit=100, cap=10)))
    channel = over_represented(classified, customers, "canal_recrutement")
    rows = channel.set_index(["classe", "canal_recrutement"])
    assert rows.loc[(4, "promotion"), "indice"] < 80 < 130 < rows.loc[(1, "promotion"), "indice"]
    assert rows.loc[[(4, "promotion"), (1, "promotion")], "au_dela_du_hasard"].all()
    jobs = over_represented(classified, customers, "profession").set_index(["classe", "profession"])
    assert jobs.loc[(4, "étudiant"), "indice"] < 60


def test_mixed_classes_stand_out_no_more_often_than_one_in_twenty(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    random = np.random.default_rng(3)
    classified = value_classes(value_points(orders, PointScale(unit=100, cap=10)))
    found = [
        over_represented(
            classified.assign(classe=random.permutation(classified["classe"])), customers, "region"
        )["au_dela_du_hasard"].mean()
        for _ in range(60)
    ]
    assert np.mean(found) <= 0.05


def test_a_trait_of_too_many_values_is_refused(customers: pd.DataFrame) -> None:
    classified = customers[["client_id"]].assign(classe=1)
    with pytest.raises(CourseError, match="tranches"):
        over_represented(classified, customers, "nom")


# --- recruits ------------------------------------------------------------------------------------


def test_twelve_months_by_hand(orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    table = recruit_value(orders, customers)
    assert table["date_recrutement"].min() >= pd.Timestamp("2023-01-01")
    assert table["date_recrutement"].max() <= pd.Timestamp("2024-12-31")
    for row in table.sample(60, random_state=1).itertuples():
        mine = orders[orders["client_id"] == row.client_id]
        day = row.date_recrutement.date()
        end = day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else dt.date(
            day.year + 1, 2, 28
        )  # fmt: skip
        total, count = 0.0, 0
        for _, order in mine.groupby("commande_id"):
            bought = order.loc[order["montant"] > 0, "date_achat"].min().date()
            if day <= bought < end and round(order["montant"].sum(), 2) > 0:
                total, count = total + order["marge"].sum(), count + 1
        assert (row.commandes, row.marge) == (count, pytest.approx(total, abs=0.005))


def test_promotion_recruits_bring_less_and_come_back_less(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    table = recruit_groups(recruit_value(orders, customers), "canal_recrutement")
    rows = table.set_index("canal_recrutement")
    assert table["canal_recrutement"].iloc[-1] == "promotion"
    assert rows.loc["promotion", "haut"] < rows.loc["boutique", "bas"]
    assert rows.loc["promotion", "reachat_haut"] < rows.loc["boutique", "reachat_bas"]


def test_full_price_recruits_of_a_promotion_are_the_watch_buyers_not_a_better_offer(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    """Watches take no discount: within promotion the offer tells the first purchase."""
    recruits = recruit_value(orders, customers)
    groups = recruit_groups(recruits, ["canal_recrutement", "offre"])
    rows = groups.set_index(["canal_recrutement", "offre"])["marge_moyenne"]
    assert rows["promotion", "prix plein"] > 2 * rows["promotion", "remise de 15 %"]
    assert rows["promotion", "prix plein"] > rows["boutique", "prix plein"]


def test_channels_drawn_at_random_seldom_differ(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    random = np.random.default_rng(4)
    recruits = recruit_value(orders, customers)
    whole = recruits["marge"].mean()
    found = []
    for _ in range(100):
        mixed = recruits.assign(canal=random.permutation(recruits["canal_recrutement"]))
        groups = recruit_groups(mixed, "canal")
        found.append((~whole_inside(groups, whole)).mean())
    assert np.mean(found) <= 0.075


def whole_inside(groups: pd.DataFrame, whole: float) -> pd.Series:
    return (groups["bas"] <= whole) & (whole <= groups["haut"])


def test_the_value_of_recruits_by_first_product(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    first = first_purchases(orders, load_products())
    assert len(first) == len(rfm_table(orders))
    names = load_products().set_index("produit_id")["produit"]
    for row in first.sample(40, random_state=5).itertuples():
        mine = orders[orders["client_id"] == row.client_id]
        begun = mine[mine["commande_id"] == order_table(mine)["commande_id"].iloc[0]]
        dearest = begun.loc[begun["montant"] == begun["montant"].max(), "produit_id"]
        assert row.premier_produit in set(dearest.map(names))
    recruits = recruit_value(orders, customers).merge(first, on="client_id")
    groups = recruit_groups(recruits, "premiere_categorie").set_index("premiere_categorie")
    assert groups.loc["Horlogerie", "bas"] > groups.loc["Soin et maison", "haut"]


def test_those_won_by_a_discount_who_come_back_pay_full_price(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    table = full_price_later(orders, customers).set_index("canal_recrutement")
    promotion = table.loc["promotion"]
    assert promotion["bas"] > 0.9
    assert promotion["bas"] < table["part"].median() < promotion["haut"]
    assert table["commandes"].sum() == len(order_table(orders)) - len(rfm_table(orders))


def test_recruits_not_yet_twelve_months_old_would_lower_the_mean(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    whole = recruit_value(orders, customers)["marge"].mean()
    young = customers[customers["date_recrutement"] >= "2025-01-01"]
    short = recruit_value(orders, young, months=1)
    assert len(short) > 500 and short["marge"].mean() < 0.6 * whole
    with pytest.raises(CourseError, match="suivie"):
        recruit_value(orders, young)


def test_acquisition_costs_are_assumed_for_every_group() -> None:
    groups = pd.DataFrame({"canal_recrutement": ["x", "y"], "marge_moyenne": [100.0, 50],
                           "bas": [80.0, 40], "haut": [120.0, 60]})  # fmt: skip
    table = net_of_acquisition(groups, {"x": 60, "y": 70})
    assert table["verdict"].tolist() == ["rapporte", "coûte"]
    assert table["valeur_nette"].tolist() == [40, -20]
    with pytest.raises(CourseError, match="manque ou est négatif"):
        net_of_acquisition(groups, {"x": 60})


@given(
    st.floats(1, 1000), st.floats(0, 0.95), st.floats(0.01, 0.5), st.floats(0, 500), st.booleans()
)
def test_the_formula_is_the_sum_of_the_years(
    margin: float, stay: float, rate: float, cost: float, now: bool
) -> None:
    years = range(0 if now else 1, 500)
    summed = math.fsum(margin * (stay / (1 + rate)) ** t for t in years)
    found = lifetime_value(margin, stay, rate, cost, first_now=now).value
    assert found == pytest.approx(summed - cost, rel=1e-9, abs=1e-6)


def test_the_years_tend_to_the_formula() -> None:
    table = lifetime_years(300, 0.5, 0.08, years=60)
    assert table["cumul"].iloc[-1] == pytest.approx(lifetime_value(300, 0.5, 0.08).value)
    assert "dans un an" in str(lifetime_value(300, 0.5, 0.08).text)


@pytest.mark.parametrize(("stay", "rate", "cost"), [(1.2, 0.1, 0), (0.5, -1, 0), (1, 0, 0),
                                                    (0.5, 0.1, -5)])  # fmt: skip
def test_impossible_lifetimes_are_refused(stay: float, rate: float, cost: float) -> None:
    with pytest.raises(CourseError):
        lifetime_value(100, stay, rate, cost)


# --- retention -----------------------------------------------------------------------------------


def active_in(orders: pd.DataFrame, year: int) -> set[str]:
    """Who ordered in a year, line by line: an order counts where it is not returned by its end."""
    day: dict[tuple[str, str], int] = {}
    net: dict[tuple[str, str], float] = {}
    for row in orders[orders["date_achat"].dt.year <= year].itertuples():
        key = row.client_id, row.commande_id
        net[key] = net.get(key, 0.0) + row.montant
        if row.montant > 0:
            day.setdefault(key, row.date_achat.year)
    return {key[0] for key, when in day.items() if when == year and net[key] > 0.004}


def test_retention_and_attrition_by_hand(orders: pd.DataFrame) -> None:
    before, after = active_in(orders, 2024), active_in(orders, 2025)
    kept, left = retention(orders, "2025-12-31"), attrition(orders, "2025-12-31")
    assert (kept.count, kept.customers) == (len(before & after), len(before))
    assert left.count == len(before - after)
    assert kept.share + left.share == pytest.approx(1)
    assert kept.low + left.high == pytest.approx(1)
    assert kept.low < kept.share < kept.high


def test_retention_takes_other_column_names(orders: pd.DataFrame) -> None:
    names = {"customer": "qui", "order": "quoi", "date": "jour", "amount": "combien"}
    own = orders.rename(columns={"client_id": "qui", "commande_id": "quoi", "date_achat": "jour",
                                 "montant": "combien"})  # fmt: skip
    assert retention(own, "2025-12-31", **names) == retention(orders, "2025-12-31")


def test_promotion_recruits_stay_less(orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    table = retention_by(orders, customers, "canal_recrutement", "2025-12-31")
    rows = table.set_index("canal_recrutement")
    assert rows.loc["promotion", "haut"] < rows.loc["boutique", "bas"]
    assert (table["retention"] + table["attrition"]).tolist() == pytest.approx([1.0] * 5)
    assert table["actifs"].sum() == retention(orders, "2025-12-31").customers


def test_one_retention_for_all_flatters_promotion(
    orders: pd.DataFrame, customers: pd.DataFrame
) -> None:
    """The formula takes one r for everybody: a mean hides those who leave."""
    mean = retention(orders, "2025-12-31").share
    table = retention_by(orders, customers, "canal_recrutement", "2025-12-31")
    own = table.set_index("canal_recrutement").loc["promotion", "retention"]
    flattered, honest = (lifetime_value(1000, share).value for share in (mean, own))
    assert flattered is not None and honest is not None
    assert honest < 0.65 * flattered


def test_attrition_depends_on_the_silence_chosen_and_on_age(orders: pd.DataFrame) -> None:
    short, year = (silent_customers(orders, "2025-12-31", days) for days in (98, 365))
    assert short["silencieux"].sum() > year["silencieux"].sum()
    last = year.set_index("cohorte").loc[2025]
    assert last["trop_recents"] == last["clients"] and last["silencieux"] == 0
    table = rfm_table(orders)
    naive = (table["recence"] > 365).mean()
    known = year["silencieux"].sum() / (year["clients"] - year["trop_recents"]).sum()
    assert naive < known - 0.15  # newcomers, who cannot be silent yet, hide the departures


def test_retention_refuses_what_it_cannot_know(orders: pd.DataFrame) -> None:
    with pytest.raises(CourseError, match="commence"):
        retention(orders, "2024-06-30")
    with pytest.raises(CourseError, match="au moins 1"):
        silent_customers(orders, "2025-12-31", 0)
