"""The four moments, checked another way: what each method finds again, and where it fools."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.by_hand import in_window

from rfm_helpers.analysis.moments.alerts import (
    complaint_causes,
    due_dates,
    judge_alerts,
    rhythm_alerts,
    stop_rule,
)
from rfm_helpers.analysis.moments.leaving import who_leaves
from rfm_helpers.analysis.moments.look_alike import (
    best_recruits,
    judge_look_alike,
    look_alike,
    referral_resemblance,
)
from rfm_helpers.analysis.moments.next_actions import action_costs, next_actions
from rfm_helpers.analysis.moments.survival import (
    return_bands,
    still_silent,
    survival_curve,
    time_to_next,
)
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments import customer_features, customer_types
from rfm_helpers.analysis.value.recruits import recruit_value
from rfm_helpers.catalog import load_customer_types
from rfm_helpers.catalog.next_actions import load_next_actions
from rfm_helpers.datasets import (
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
    load_referrals,
)
from rfm_helpers.errors import CourseError

MARC = "C-0360"


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def products() -> pd.DataFrame:
    return load_products()


@pytest.fixture(scope="module")
def sold(orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    return orders.merge(products[["produit_id", "produit", "categorie"]], on="produit_id")


@pytest.fixture(scope="module")
def recruits(orders: pd.DataFrame) -> pd.DataFrame:
    people = load_customers()
    traits = people[["client_id", "age", "profession", "region"]]
    return recruit_value(orders, people).merge(traits, on="client_id")


def cohorts(recruits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The recruits of 2023 and those of 2024, the best of each marked."""
    year = recruits["date_recrutement"].dt.year
    first, second = (recruits[year == one].reset_index(drop=True) for one in (2023, 2024))
    return best_recruits(first), best_recruits(second)


# --- types and next actions ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def types(orders: pd.DataFrame) -> pd.DataFrame:
    features = customer_features(
        rfm_table(orders),
        orders,
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of="2025-12-31",
    )
    return customer_types(features)


def test_every_type_that_data_can_tell_has_a_next_action() -> None:
    visible = {kind.name for kind in load_customer_types() if kind.rule is not None}
    assert {action.type for action in load_next_actions()} == visible
    assert len(load_next_actions()) == len(visible)


def test_the_most_urgent_type_decides(types: pd.DataFrame) -> None:
    found = next_actions(types)
    order = [action.type for action in load_next_actions()]
    by_customer = types.groupby("client_id")["type"].agg(set)
    assert found["client_id"].tolist() == sorted(by_customer.index)
    for row in found.itertuples():
        assert row.type == min(by_customer[row.client_id], key=order.index)
    complaining = by_customer.map(lambda mine: "Clients mécontents" in mine)
    apologised = found.loc[found["action"].str.startswith("Appeler"), "client_id"]
    assert set(apologised) == set(by_customer.index[complaining])


def test_the_costs_add_up(types: pd.DataFrame) -> None:
    found = next_actions(types)
    table = action_costs(found).set_index("type")
    assert table.loc["Total", "clients"] == len(found)
    assert table["cout"].iloc[:-1].sum() == table.loc["Total", "cout"] == found["cout"].sum()


# --- survival ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_the_product_of_those_who_hold(rows: list[tuple[int, bool]]) -> None:
    curve = survival_curve(pd.DataFrame(rows, columns=["jours", "revenu"]))
    for row in curve.itertuples():
        expected = 1.0
        for day in sorted({days for days, back in rows if back and days <= row.jours}):
            watched = sum(days >= day for days, _ in rows)
            expected *= 1 - sum(back and days == day for days, back in rows) / watched
        if row.Index:
            assert row.pas_revenus == pytest.approx(expected)
        assert 0 <= row.bas <= row.pas_revenus + 1e-9
        assert row.pas_revenus <= row.haut + 1e-9 <= 1 + 2e-9


def test_without_censoring_it_is_the_share_left() -> None:
    table = pd.DataFrame({"jours": [1, 2, 2, 5], "revenu": True})
    assert survival_curve(table)["pas_revenus"].tolist() == pytest.approx([1, 0.75, 0.25, 0])


def test_intervals_hold_under_censoring_and_naive_shares_do_not() -> None:
    random = np.random.default_rng(21)
    held, naive, dropped = [], [], []
    for _ in range(200):
        wait, watched = random.exponential(300, 300), random.uniform(0, 600, 300)
        back = wait <= watched
        days = np.minimum(wait, watched).astype(int)
        table = pd.DataFrame({"jours": days, "revenu": back})
        _, low, high = still_silent(survival_curve(table), 200)
        truth = float(np.exp(-201 / 300))
        held.append(low <= truth <= high)
        naive.append(1 - back.mean())
        dropped.append((days[back] > 200).mean())
    assert np.mean(held) >= 0.9
    assert np.mean(dropped) < 0.6 * truth  # leaving out those not yet back
    assert abs(np.mean(naive) - truth) > 0.03


def test_promotion_and_development_are_found_again(
    orders: pd.DataFrame, sold: pd.DataFrame
) -> None:
    people = load_customers()
    new = people[people["date_recrutement"] >= "2023-01-01"]
    first = time_to_next(orders).merge(new[["client_id", "canal_recrutement"]], on="client_id")
    first["promotion"] = first["canal_recrutement"] == "promotion"
    curves = dict(list(survival_curve(first, "promotion").groupby("promotion")))
    promoted, others = (1 - still_silent(curves[one], 365)[0] for one in (True, False))
    assert promoted == pytest.approx(0.49, abs=0.03) and others == pytest.approx(0.66, abs=0.03)
    ranks = order_table(orders).query("rang <= 2")[["client_id", "commande_id"]]
    bought = sold[sold["montant"] > 0].merge(ranks, on=["client_id", "commande_id"])
    names = bought.groupby("client_id")["categorie"].agg(set)
    names = names[names != {"Soin et maison"}]
    second = time_to_next(orders, 2)
    second = second[second["client_id"].isin(names.index)]
    second["plusieurs"] = second["client_id"].map(names).map(len) >= 2
    curves = dict(list(survival_curve(second, "plusieurs").groupby("plusieurs")))
    wide, narrow = (still_silent(curves[one], 365) for one in (True, False))
    assert wide[2] < narrow[1]
    assert 1 - wide[0] == pytest.approx(0.73, abs=0.03)


def test_development_is_proved_only_for_small_spenders(
    orders: pd.DataFrame, sold: pd.DataFrame
) -> None:
    """Who spends more buys in more categories and stays: at equal spending, less is left."""
    early = order_table(orders).query("rang <= 2")
    spent = early.groupby("client_id")["montant"].sum()
    bought = sold[sold["montant"] > 0].merge(early[["client_id", "commande_id"]])
    names = bought.groupby("client_id")["categorie"].agg(set)
    second = time_to_next(orders, 2)
    second = second[second["client_id"].map(names) != {"Soin et maison"}]
    second["plusieurs"] = second["client_id"].map(names).map(len) >= 2
    third = pd.qcut(second["client_id"].map(spent), 3, labels=["bas", "milieu", "haut"])
    apart = {}
    for name, rows in second.groupby(third, observed=True):
        curves = dict(list(survival_curve(rows, "plusieurs").groupby("plusieurs")))
        wide, narrow = (still_silent(curves[one], 365) for one in (True, False))
        assert wide[0] < narrow[0]
        apart[name] = wide[2] < narrow[1]
    assert apart == {"bas": True, "milieu": False, "haut": False}


def test_groups_mixed_at_random_have_the_same_curve(orders: pd.DataFrame) -> None:
    random = np.random.default_rng(22)
    durations = time_to_next(orders)
    apart = []
    for _ in range(40):
        mixed = durations.assign(groupe=random.random(len(durations)) < 0.5)
        one, other = (
            still_silent(curve, 365)
            for _, curve in survival_curve(mixed, "groupe").groupby("groupe")
        )
        apart.append(one[2] < other[1] or other[2] < one[1])
    assert np.mean(apart) <= 0.05


def test_durations_by_hand(orders: pd.DataFrame) -> None:
    found = time_to_next(orders, 2, as_of="2025-06-30").set_index("client_id")
    mine = order_table(orders)
    for customer in found.sample(60, random_state=3).index:
        days = [
            one.date()
            for one in mine.loc[mine["client_id"] == customer, "date_achat"]
            if one <= pd.Timestamp("2025-06-30")
        ]
        end = days[2] if len(days) > 2 else dt.date(2025, 6, 30)
        assert found.loc[customer, "jours"] == (end - days[1]).days
        assert found.loc[customer, "revenu"] == (len(days) > 2)
    with pytest.raises(CourseError, match="rang plus bas"):
        time_to_next(orders, 999)
    with pytest.raises(CourseError, match="délai"):
        still_silent(survival_curve(found), -1)
    with pytest.raises(CourseError, match="au moins un client"):
        survival_curve(found.head(0))


# --- leaving, alerts, stop -----------------------------------------------------------------------


def test_the_share_who_come_back_falls_with_silence_and_stop_follows(orders: pd.DataFrame) -> None:
    bands = return_bands(orders, "2025-06-30")
    assert bands["clients"].sum() == len(rfm_table(orders[orders["date_achat"] <= "2025-06-30"]))
    assert bands["part"].iloc[0] > 0.3 > 0.05 > bands["part"].iloc[4]
    decided = stop_rule(bands, cost=5, margin=424, uplift_share=0.1)["decision"].tolist()
    assert decided[0] == "continuer" and decided[-1] == "arrêter"
    assert decided == sorted(decided, key=["continuer", "à tester", "arrêter"].index)
    bold = stop_rule(bands, cost=5, margin=424)["decision"].tolist()
    assert bold.count("arrêter") < decided.count("arrêter")
    with pytest.raises(CourseError, match="plus grands que 0"):
        stop_rule(bands, cost=0, margin=10)
    with pytest.raises(CourseError, match="commencent à 0"):
        return_bands(orders, "2025-06-30", bands=(10, 20))


def test_alerts_by_hand(orders: pd.DataFrame) -> None:
    found = rhythm_alerts(orders, "2025-06-30", factor=2).set_index("client_id")
    table = order_table(orders[orders["date_achat"] <= "2025-06-30"])
    for customer, rows in table.groupby("client_id"):
        days = [one.date() for one in rows["date_achat"]]
        if len(days) < 3:
            assert customer not in found.index
            continue
        usual = median([(b - a).days for a, b in pairwise(days)])
        silence = (dt.date(2025, 6, 30) - days[-1]).days
        assert found.loc[customer, "alerte"] == (silence > max(2 * usual, 7))


def test_alerts_do_better_than_chance_and_a_lower_factor_cries_wolf(orders: pd.DataFrame) -> None:
    days = ["2024-12-31", "2025-06-30"]
    low, high = (judge_alerts(orders, days, factor=factor) for factor in (1.5, 4))
    assert (high["fausses_haut"] < 1 - high["part_departs"]).all()
    assert (low["fausses_alertes"] > 1.7 * high["fausses_alertes"]).all()
    assert (low["part_signales"] > high["part_signales"]).all()
    assert (high["part_signales"] < 0.6).all()  # and misses as many departures


def test_alerts_on_customers_mixed_at_random_find_no_more_than_chance(orders: pd.DataFrame) -> None:
    random = np.random.default_rng(23)
    table = rhythm_alerts(orders, "2025-06-30")
    after = order_table(orders)
    back = set(after.loc[after["date_achat"].between("2025-07-01", "2025-12-27"), "client_id"])
    gone = ~table["client_id"].isin(back)
    found = [gone[random.permutation(table["alerte"])].mean() for _ in range(100)]
    assert np.mean(found) == pytest.approx(gone.mean(), abs=0.02)
    assert gone[table["alerte"]].mean() > gone.mean() + 0.2


def test_no_alert_on_rhythm_rings_for_marc_before_his_complaint_does(orders: pd.DataFrame) -> None:
    marc = rhythm_alerts(orders, "2025-12-31", factor=2).set_index("client_id").loc[MARC]
    complaint = load_complaints().set_index("client_id").loc[MARC, "date_reclamation"]
    assert (marc["rythme"], str(marc["sonne_le"].date())) == (168.0, "2025-06-01")
    assert marc["sonne_le"] - complaint > pd.Timedelta(days=360)
    early = rhythm_alerts(orders, "2024-12-31", factor=2).set_index("client_id").loc[MARC]
    assert not early["alerte"]


def test_services_due_are_known_in_advance(orders: pd.DataFrame, products: pd.DataFrame) -> None:
    due = due_dates(orders, products, "2025-06-30")
    gaps = (due["a_faire_le"] - due["achete_le"]).dt.days
    assert set(gaps) == {730}
    ahead = due[due["a_faire_le"].between("2025-07-30", "2025-09-28")]
    names = products.set_index("produit_id")["produit"]
    service = orders[orders["produit_id"].map(names) == "Révision de montre"]
    later = service[service["date_achat"].between("2025-07-01", "2025-12-30")]
    came = ahead["client_id"].isin(later["client_id"]).mean()
    known = orders[orders["date_achat"] <= "2025-06-30"]["client_id"].unique()
    base = pd.Series(known).isin(later["client_id"]).mean()
    assert came > 0.35 > 5 * base
    with pytest.raises(CourseError, match="catalogue"):
        due_dates(orders, products, "2025-06-30", service="Vidange")


def test_the_bad_welcome_stands_out_among_the_causes(orders: pd.DataFrame) -> None:
    complaints = load_complaints()
    by_reason = complaint_causes(orders, complaints).set_index("motif")
    others = by_reason.drop(index="Accueil en boutique")
    assert by_reason.loc["Accueil en boutique", "haut"] < others["part"].min()
    stores = complaint_causes(orders, complaints, by=["boutique_id", "motif"]).iloc[0]
    assert (stores["boutique_id"], stores["motif"]) == ("B-01", "Accueil en boutique")
    assert stores["part"] == pytest.approx(0.14, abs=0.02)
    random = np.random.default_rng(24)
    mixed = complaints.assign(motif=random.permutation(complaints["motif"]))
    shares = complaint_causes(orders, mixed)
    whole = shares["revenus"].sum() / shares["clients"].sum()
    assert shares["bas"].max() <= whole <= shares["haut"].min()
    with pytest.raises(CourseError, match="suivie"):
        complaint_causes(orders, complaints, horizon_days=5000)


def test_who_leaves_by_hand_and_twice(orders: pd.DataFrame) -> None:
    customers = load_customers()
    years = {year: set(in_window(f"{year}-12-31", 12).index) for year in (2023, 2024, 2025)}
    found = who_leaves(orders, customers, "canal_recrutement", "2025-12-31")
    for row in found.itertuples():
        same = customers["canal_recrutement"] == row.canal_recrutement
        theirs = set(customers.loc[same, "client_id"])
        assert row.actifs == len(theirs & years[2024])
        assert row.partis == len(theirs & years[2024] - years[2025])
        earlier = theirs & years[2023]
        assert row.part_avant == pytest.approx(len(earlier - years[2024]) / len(earlier))
    assert found.loc[found["retrouve"], "canal_recrutement"].tolist() == ["promotion"]


def test_traits_dealt_at_random_leave_no_more_and_never_twice(orders: pd.DataFrame) -> None:
    """One year alone fools: of twenty professions, one is beyond chance; two hardly ever do."""
    customers, random = load_customers(), np.random.default_rng(31)
    once: list[bool] = []
    twice: list[bool] = []
    for _ in range(6):
        mixed = customers.assign(profession=random.permutation(customers["profession"]))
        found = who_leaves(orders, mixed, "profession", "2025-12-31")
        once += found["au_dela_du_hasard"].tolist()
        twice += found["retrouve"].tolist()
    assert 0 < np.mean(once) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(once))
    assert np.mean(twice) <= 0.01


def test_the_silent_displeased_are_in_no_file(orders: pd.DataFrame) -> None:
    """« Facile à identifier »: in the store at fault, others left who never complained."""
    complaints = load_complaints()
    table = order_table(orders)
    summer = table["date_achat"].between("2024-04-01", "2024-09-30") & (
        table["canal"] == "boutique"
    )
    mine = table[summer & ~table["client_id"].isin(complaints["client_id"])]
    after = mine.groupby(["boutique_id", "client_id"])["date_achat"].max().reset_index()
    later = table.merge(after, on="client_id", suffixes=("", "_ete"))
    gap = (later["date_achat"] - later["date_achat_ete"]).dt.days
    back = after["client_id"].isin(later.loc[gap.between(1, 365), "client_id"])
    at_fault = after["boutique_id"] == "B-01"
    assert back[at_fault].mean() < back[~at_fault].mean() - 0.08


# --- recruiting ----------------------------------------------------------------------------------


def test_the_portrait_finds_the_best_of_later_recruits(recruits: pd.DataFrame) -> None:
    known, later = cohorts(recruits)
    assert known["meilleur"].mean() == pytest.approx(0.2, abs=0.01)
    found = judge_look_alike(look_alike(known, later), later["meilleur"])
    assert found.low > found.base
    own = judge_look_alike(look_alike(known, known), known["meilleur"])
    assert own.share > found.share  # judged on its own data, it shines more


def test_the_region_makes_no_portrait(recruits: pd.DataFrame) -> None:
    known, later = cohorts(recruits)
    found = judge_look_alike(look_alike(known, later, ["region"]), later["meilleur"])
    assert found.low <= found.base
    assert "hasard" in str(found)


def test_a_portrait_of_mixed_recruits_is_seldom_told_from_chance(recruits: pd.DataFrame) -> None:
    random = np.random.default_rng(28)
    known, later = cohorts(recruits)
    better = []
    for _ in range(40):
        mixed = known.assign(meilleur=random.permutation(known["meilleur"]))
        found = judge_look_alike(look_alike(mixed, later), later["meilleur"])
        better.append(found.low > found.base)
    assert np.mean(better) <= 0.15


def test_friends_are_like_those_who_referred_them(orders: pd.DataFrame) -> None:
    referrals = load_referrals()
    found = referral_resemblance(orders, referrals)
    assert (
        found.correlation == pytest.approx(0.59, abs=0.02) and found.correlation > found.chance_high
    )
    random = np.random.default_rng(29)
    mixed = referrals.assign(filleul_id=random.permutation(referrals["filleul_id"]))
    chance = referral_resemblance(orders, mixed)
    assert abs(chance.correlation) < 0.15
    with pytest.raises(CourseError, match="couples"):
        referral_resemblance(orders, referrals.head(2))


def test_refused_portraits(recruits: pd.DataFrame) -> None:
    known, later = cohorts(recruits)
    with pytest.raises(CourseError, match="part"):
        best_recruits(recruits, 20)
    with pytest.raises(CourseError, match="part"):
        judge_look_alike(later["marge"], later["meilleur"], 0)
    with pytest.raises(CourseError, match="même résultat"):
        look_alike(known.assign(meilleur=True), later)
