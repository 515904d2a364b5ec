"""Lesson 11: every number that it states is the data's, and no list of names is taken on trust."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from support.house import target_table_at
from support.lessons import assert_says, drill, headings, one, plain

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.moments.alerts import (
    complaint_causes,
    due_dates,
    judge_alerts,
    rhythm_alerts,
)
from rfm_helpers.analysis.moments.baskets import basket_rules, keep_or_drop, segment_affinities
from rfm_helpers.analysis.moments.leaving import left_and_complained
from rfm_helpers.analysis.moments.look_alike import best_recruits, judge_look_alike, look_alike
from rfm_helpers.analysis.moments.next_actions import action_costs, next_actions
from rfm_helpers.analysis.moments.offers import companion_sales, plan_offers
from rfm_helpers.analysis.moments.survival import (
    return_bands,
    still_silent,
    survival_curve,
    time_to_next,
)
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.segments.types import customer_features, customer_types
from rfm_helpers.analysis.targeting.cart import fit_cart
from rfm_helpers.analysis.targeting.trees import predict_rates
from rfm_helpers.analysis.value.first_orders import full_price_later
from rfm_helpers.analysis.value.points import PointScale, best_places, value_points
from rfm_helpers.analysis.value.recruits import recruit_groups, recruit_value
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
    load_referrals,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import load_quiz

NAME = "11_relation_client"
MARC, CASE = "C-0360", "P-308"
NINE = ["C-0390", "C-0016", "C-0037", "C-2653", "C-0049", MARC, "C-0349", "C-0004", "C-1072"]
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return load_customers()


@pytest.fixture(scope="module")
def sold(orders) -> pd.DataFrame:
    return orders.merge(load_products()[["produit_id", "produit", "categorie"]], on="produit_id")


@pytest.fixture(scope="module")
def features(orders) -> pd.DataFrame:
    return customer_features(
        rfm_table(orders, as_of=COURSE_DATE),
        orders,
        complaints=load_complaints(),
        referrals=load_referrals(),
        contacts=load_contacts(),
        as_of=COURSE_DATE,
    )


@pytest.fixture(scope="module")
def nexts(features) -> pd.DataFrame:
    return next_actions(customer_types(features))


def may_write(table: pd.DataFrame, people: pd.DataFrame, day: str) -> pd.DataFrame:
    return contact_list(table, "courrier", on=day, people=people, complaints=load_complaints(),
                        contacts=load_contacts())[0]  # fmt: skip


def test_every_section_referred_to_is_a_section_of_the_lesson():
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))


# --- types, moments, actions ---------------------------------------------------------------------


def test_types_and_what_the_actions_cost(features, nexts):
    several = nexts["types"].str.contains(", ").sum()
    says(f"{number(len(nexts))} clients ont un type au moins, {several} en ont plusieurs, et "
         f"{len(features) - len(nexts)} n'en ont aucun")  # fmt: skip
    costs = action_costs(nexts).set_index("type")
    says(f"les actions suivantes coûtent {euros(costs.loc['Total', 'cout'])}",
         f"à eux seuls {euros(costs.loc['Meilleurs clients', 'cout'])}",
         f"pour les {costs.loc['Clients inactifs', 'clients']} inactifs ne rend que "
         f"{euros(costs.loc['Clients inactifs', 'cout'])}", "Nos douze relais")  # fmt: skip
    assert costs.loc["Clients relais (leaders d’opinion)", "clients"] == 12


def test_the_nine_customers_show_every_type_and_none(features, nexts):
    chosen = nexts[nexts["client_id"].isin(NINE)].set_index("client_id")
    assert set(chosen["type"]) == set(nexts["type"]) and len(chosen) == 8
    says(f"Les neuf actions coûtent ensemble {euros(chosen['cout'].sum())}")
    assert chosen.loc["C-0390", "types"].count(", ") == 2
    last = features.set_index("client_id").loc["C-1072"]
    gap = features["marge"].quantile(0.9) - last["marge"]
    assert gap > 0 and last["R"] >= 3
    says(f"à {euros(gap)} de marge près")


def test_those_won_by_a_promotion_pay_the_full_price_and_come_back_less(orders, people):
    later = full_price_later(orders, people).set_index("canal_recrutement")
    says(f"{one(later.loc['promotion', 'part'])} de leurs commandes suivantes")
    others = later.drop("promotion")["part"]
    assert others.min() < later.loc["promotion", "part"] < others.max()
    groups = recruit_groups(recruit_value(orders, people), "canal_recrutement")
    back = groups.set_index("canal_recrutement")["part_reachat"]
    rest = back.drop("promotion")
    says(f"{one(back['promotion'])} seulement ont commandé deux fois ou plus, contre "
         f"{number(100 * rest.min(), 1)} à {one(rest.max())}")  # fmt: skip


# --- leaving -------------------------------------------------------------------------------------


def test_gone_is_a_definition(orders):
    table = order_table(orders)
    days = table.assign(jours=(pd.Timestamp("2024-12-31") - table["date_achat"]).dt.days)
    silence = days[days["jours"] >= 0].groupby("client_id")["jours"].min()
    back = set(days.loc[days["jours"] < 0, "client_id"])
    told = []
    for limit in (90, 365):
        gone = silence.index[silence > limit]
        told.append((percent(len(gone) / len(silence)), percent(gone.isin(back).mean())))
    says(f"À 90 jours, {told[0][0]} de « partis », et {told[0][1]} d'entre eux reviennent ; à 365 "
         f"jours, {told[1][0]}, et {told[1][1]}")  # fmt: skip


def test_the_window_in_which_they_leave(orders):
    part = return_bands(orders, "2025-06-30")["part"]
    says(f"de {one(part[0])} à {one(part[2])} en six mois")
    assert part[4:].max() < 0.05


def test_causes_and_the_silent(orders):
    causes = complaint_causes(orders, load_complaints()).set_index("motif")
    welcome, fault = causes.loc["Accueil en boutique"], causes.loc["Défaut du produit"]
    says(f"{welcome['reclamations']:.0f} réclamations, et {one(welcome['part'])} de retours",
         f"laisse revenir {one(fault['part'])} des clients")  # fmt: skip
    assert "un sur cinq" in drill("11_marc", "plainte") and round(welcome["part"], 1) == 0.2
    found = left_and_complained(orders, load_complaints(), "B-01", "2024-04-01", "2024-09-30")
    silent, told = found.to_dict("records")
    says(f"{told['perdus']} sur {told['perdus'] + silent['perdus']}")
    assert silent["part"] > 0.5 and silent["perdus"] > told["perdus"]
    elsewhere = [
        left_and_complained(orders, load_complaints(), store, "2024-04-01", "2024-09-30").iloc[0]
        for store in ("B-02", "B-03", "B-04", "B-05")
    ]
    assert 0.33 < sum(s["perdus"] for s in elsewhere) / sum(s["clients"] for s in elsewhere) < 0.5


def test_alerts_and_their_false_alarms(orders):
    found = judge_alerts(orders, ["2024-12-31", "2025-06-30"], factor=3)
    low, high = (percent(v) for v in sorted(found["part_fausses"]))
    seen, best = (percent(v) for v in sorted(found["part_signales"]))
    said = [f"{low[:-2]} à {high} de fausses alertes", f"{seen[:-2]} à {best} des départs signalés"]
    says(*said)
    assert (1 - found["part_departs"]).round(1).eq(0.4).all()
    marc = rhythm_alerts(orders, COURSE_DATE).set_index("client_id").loc[MARC]
    early = rhythm_alerts(orders, COURSE_DATE, factor=1.5).set_index("client_id").loc[MARC]
    assert str(marc["sonne_le"].date()) == "2025-11-16" and marc["rythme"] == 168
    assert str(early["sonne_le"].date()) == "2025-03-09"
    says("Le rythme de Marc est de 168 jours", "le 9 mars 2025", "**16 novembre 2025**",
         "après 505 jours de silence")  # fmt: skip
    assert not rhythm_alerts(orders, "2025-11-15").set_index("client_id").loc[MARC, "alerte"]


def test_services_known_in_advance(orders, people):
    due = due_dates(orders, load_products(), "2025-06-30")
    ahead = set(due.loc[due["a_faire_le"] > "2025-06-30", "client_id"])
    names = load_products().set_index("produit_id")["produit"]
    service = orders[orders["produit_id"].map(names) == "Révision de montre"]
    came = set(service.loc[service["date_achat"] > "2025-06-30", "client_id"])
    says(f"{len(ahead)} clients attendaient", f"{len(ahead & came)} sont venus la faire")
    later = due_dates(orders, load_products(), COURSE_DATE, within_days=180)
    assert str(later.set_index("client_id").loc[MARC, "a_faire_le"].date()) == "2026-05-25"
    near = due_dates(orders, load_products(), COURSE_DATE)
    assert MARC not in set(near["client_id"])


def test_whom_to_win_back(orders, people):
    starts = [90, 180, 270, 365, 545]
    table = may_write(rfm_table(orders, as_of=COURSE_DATE), people, "2026-01-05")
    counts = [table["recence"].between(a, b - 1).sum()
              for a, b in zip(starts, [*starts[1:], 9999], strict=True)]  # fmt: skip
    bands = return_bands(orders, "2024-12-31", bands=[0, *starts]).iloc[1:]
    margin = order_table(orders)["marge"].mean()
    groups = bands.assign(groupe=bands["silence"], clients=counts, marge=margin)
    high, low = (
        plan_offers(groups, cost=5, uplift_share=share, budget=2000)["decision"].tolist()
        for share in (0.25, 0.10)
    )
    assert high == ["continuer", "attendre", "attendre", "à tester", "à tester"]
    assert low == ["continuer", "à tester", "arrêter", "arrêter", "arrêter"]
    says("l'enveloppe n'en sert qu'un, de 90 à 179 jours", "on s'arrête à partir de 270 jours")


# --- developing ----------------------------------------------------------------------------------


def test_a_rule_and_one_that_is_popularity(sold):
    rules = basket_rules(sold, item="produit").set_index(["si", "alors"])
    rule = rules.loc[("Sac en cuir Odéon", "Portefeuille Odéon")]
    says(f"contre {one(rule['part_de_tous'])} de tous les paniers",
         f"Le support, lui, est de {one(rule['support'])}")  # fmt: skip
    assert rule["lift"] == pytest.approx(5.5, abs=0.05)
    wide = basket_rules(sold, item="categorie")
    top = wide.loc[wide["confiance"].idxmax()]
    assert (top["si"], top["alors"]) == ("Maroquinerie", "Petite maroquinerie")
    says(f"{one(top['confiance'])} de confiance", f"{one(top['part_de_tous'])} de tous les paniers",
         f"Le lift est de {number(top['lift'], 2)}")  # fmt: skip
    assert top["lecture"] == "popularité"


def test_a_wallet_offered_by_letter_hardly_pays(sold, people):
    bags = ["Sac cabas Aurore", "Sac en cuir Odéon", "Sac de voyage Ravel"]
    pairs = [(bag, f"Portefeuille {bag.split()[-1]}") for bag in bags]
    alone = companion_sales(sold, pairs, "2024-12-31")
    groups = alone.assign(groupe=alone["si"], clients=200)
    few, many = (
        plan_offers(groups, cost=4, uplift_share=share, budget=9999)["decision"].tolist()
        for share in (0.10, 0.50)
    )
    assert few == ["arrêter", "à tester", "à tester"] and many == ["continuer"] * 3


def test_the_case_that_loses_money(orders, sold):
    segments = assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    found = segment_affinities(sold, segments, item="produit").set_index(["segment", "produit"])
    mine = found.loc[("Champions", "Écrin de voyage gravé")]
    says(f"un indice de {mine['indice']} : {one(mine['part'])} en ont acheté un")
    account = keep_or_drop(orders, CASE)
    assert account.loss == 9354
    says("9 354 € d'économie", f"apportent {euros(account.buyers_margin)} sur le reste")
    assert 1 < account.loss / (account.buyers_margin / account.buyers) < 2
    lost, won = (account.loss - share * account.buyers_margin for share in (0.01, 0.001))
    says(f"l'arrêt coûte {euros(-lost)} ; si 0,1 %, il rapporte {euros(won)}")


# --- recruiting ----------------------------------------------------------------------------------


def test_recruiting_twice_as_dear_is_varied(orders):
    table = order_table(orders)
    year = table[table["date_achat"].dt.year == 2025]
    first, next_ = (year[(year["rang"] == 1) == yes]["marge"].mean() for yes in (True, False))
    says(f"laisse encore {euros(first - 200)}", f"{euros(first)} et {euros(next_)}")
    assert first < 500


def test_the_portrait_and_whom_it_leaves_out(orders, people):
    recruits = recruit_value(orders, people).merge(
        people[["client_id", "age", "profession", "region"]]
    )
    year = recruits["date_recrutement"].dt.year
    known, later = (
        best_recruits(recruits[year == one_].reset_index(drop=True)) for one_ in (2023, 2024)
    )
    likeness = look_alike(known, later)
    found = judge_look_alike(likeness, later["meilleur"])
    assert found.low > found.base
    says(f"{percent(found.share)} contre {percent(found.base)} : le portrait", "sept sur dix")
    region = judge_look_alike(look_alike(known, later, ["region"]), later["meilleur"])
    assert region.low <= region.base
    top = likeness.sort_values(ascending=False, kind="stable").index[: found.chosen]
    chosen = later.index.isin(top)
    men, women = (later["profession"] == name for name in ("retraité", "retraitée"))
    says(
        f"Il retient {(chosen & men).sum()} retraités sur {men.sum()}, et aucune des "
        f"{women.sum()} retraitées, dont {later.loc[women, 'meilleur'].sum()} sont devenues"
    )
    assert not (chosen & women).any()


# --- Marc, the lists, further --------------------------------------------------------------------


def test_the_dates_of_marc(orders):
    mine = order_table(orders).query("client_id == @MARC")["date_achat"]
    assert (pd.Timestamp("2024-12-31") - mine.max()).days == 185
    assert (pd.Timestamp("2024-06-03") - pd.Timestamp("2024-05-25")).days == 9
    assert "185 jours de silence" in drill("11_marc", "decembre")
    (complaint,) = load_complaints().query("client_id == @MARC")["date_reclamation"]
    assert str(complaint)[:10] == "2024-06-03"


def test_three_lists(orders, people):
    value = best_places(value_points(orders, PointScale(unit=100, cap=10)), 40)["client_id"]
    today = target_table_at(COURSE_DATE, horizon_days=None)
    today = today.assign(n=predict_rates(fit_cart(target_table_at("2024-06-30")), today))
    order = ["n", "indice_rfm", "client_id"]
    tree = today.sort_values(order, ascending=[False, False, True]).head(40)["client_id"]
    marc = today.loc[today["client_id"] == MARC, "n"].iloc[0]
    says(f"Sa chance d'après CART : {one(marc)}")
    alerts = rhythm_alerts(orders, COURSE_DATE).query("alerte")
    says(f"parmi les {len(alerts)} clients en alerte")
    margin = orders.groupby("client_id")["marge"].sum()
    alert = alerts.assign(m=alerts["client_id"].map(margin)).nlargest(40, "m")["client_id"]
    a, b, c = set(value), set(tree), set(alert)
    assert (len(a & b), len(a & c), len(b & c)) == (9, 4, 0) and MARC not in a | b | c
    says("valeur et arbre partagent neuf noms, valeur et alerte quatre, arbre et alerte aucun")
    left = [len(may_write(pd.DataFrame({"client_id": sorted(s)}), people, "2026-06-01"))
            for s in (a, b, c)]  # fmt: skip
    says(f"il reste {left[0]}, {left[1]} et {left[2]} courriers")


def test_how_many_stay(orders, people):
    table = time_to_next(orders)
    curve = survival_curve(table)
    share = still_silent(curve, 365)[0]
    naive = 1 - (table["revenu"] & (table["jours"] <= 365)).mean()
    half = curve.loc[curve["pas_revenus"] <= 0.5, "jours"].iloc[0]
    fast = table.loc[table["revenu"], "jours"].median()
    says(f"À un an, {one(share)} ne sont pas revenus ; compter les censurés comme perdus dirait "
         f"{one(naive)}", f"La moitié revient en {half} jours ; les seuls revenus diraient "
         f"{fast:.0f}")  # fmt: skip
    channel = table.merge(people[["client_id", "canal_recrutement"]])
    channel = channel.assign(promo=channel["canal_recrutement"] == "promotion")
    curves = survival_curve(channel, "promo")
    promo, others = (still_silent(curves[curves["promo"] == yes], 365) for yes in (True, False))
    says(f"{one(promo[0])} contre {one(others[0])}")
    assert promo[1] > others[2]


def test_development_and_loyalty_at_equal_orders(sold, orders):
    before = sold[(sold["montant"] > 0) & (sold["date_achat"] <= "2024-12-31")]
    wide = before.groupby("client_id")["categorie"].nunique() > 1
    table = order_table(orders)
    count = table[table["date_achat"] <= "2024-12-31"].groupby("client_id").size()
    later = set(table.loc[table["date_achat"] > "2024-12-31", "client_id"])
    frame = pd.DataFrame({"n": count}).join(wide.rename("w"), how="inner")
    frame["back"] = frame.index.isin(later)

    def gap(rows: pd.DataFrame) -> float:
        means = rows.groupby("w")["back"].mean()
        return float(means[True] - means[False])

    assert gap(frame) > gap(frame[frame["n"] == 2]) > 0


def test_the_channels_that_the_drill_quotes(orders, people):
    margin = recruit_groups(recruit_value(orders, people), "canal_recrutement")
    margin = margin.set_index("canal_recrutement")["marge_moyenne"]
    told = f"{euros(margin['parrainage'])} et {euros(margin['événement'])}"
    assert plain(told) in drill("11_attentes", "canal")
