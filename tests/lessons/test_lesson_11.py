"""Lesson 11: every number that it states, counted again from the files with plain pandas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd
import pytest
import yaml
from support.by_hand import DAY, in_window, kept_orders, named, scores, wilson
from support.by_hand import recruits as recruits_by_hand
from support.contacts import staying
from support.course import ROOT
from support.house import target_table_at
from support.lessons import assert_says, drill, headings, one, plain, printed

from rfm_helpers.analysis.moments.look_alike import look_alike
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments.types import customer_features, customer_types
from rfm_helpers.analysis.targeting.cart import fit_cart
from rfm_helpers.analysis.targeting.trees import predict_rates
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
JANUARY, JUNE = dt.date(2026, 1, 5), dt.date(2026, 6, 1)
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return load_customers()


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return kept_orders()


@pytest.fixture(scope="module")
def sold(orders) -> pd.DataFrame:
    lines = orders.merge(load_products()[["produit_id", "produit", "categorie"]], on="produit_id")
    return lines[lines["montant"] > 0]


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
    """Each customer's most urgent type, and what its action costs, from the file of actions."""
    file = ROOT / "rfm_helpers" / "catalog" / "next_actions.yaml"
    actions = pd.DataFrame(yaml.safe_load(file.read_text("utf-8"))["actions"])
    known = customer_types(features).merge(actions.reset_index(), on="type")
    several = known.groupby("client_id").size().rename("combien")
    return known.sort_values("index").drop_duplicates("client_id").join(several, on="client_id")


@pytest.fixture(scope="module")
def recruits() -> pd.DataFrame:
    return recruits_by_hand()


def last_days(kept: pd.DataFrame, day: str) -> pd.Series:
    return kept[kept["jour"] <= day].groupby("client_id")["jour"].max()


def back_within(kept: pd.DataFrame, day: str, days: int) -> set[str]:
    """Who orders in so many days after a day."""
    gap = (kept["jour"] - pd.Timestamp(day)).dt.days
    return set(kept.loc[gap.between(1, days), "client_id"])


def bands(kept: pd.DataFrame, day: str, starts: list[int]) -> pd.DataFrame:
    """Customers by length of silence, and who orders in the 90 days that follow."""
    silence = (pd.Timestamp(day) - last_days(kept, day)).dt.days
    group = np.searchsorted(starts, silence, side="right") - 1
    found = silence.index.isin(back_within(kept, day, 90))
    return pd.Series(found).groupby(group).agg(["size", "sum", "mean"])


def alerts(kept: pd.DataFrame, day: str, factor: float = 3) -> pd.DataFrame:
    """Silence and rhythm of those with three orders or more, and the day an alert rings."""
    known = kept[kept["jour"] <= day]
    gaps = known.groupby("client_id")["jour"].diff().dt.days
    rhythm = gaps.groupby(known["client_id"]).median()
    table = pd.DataFrame({"rythme": rhythm, "dernier": known.groupby("client_id")["jour"].max()})
    table = table[known.groupby("client_id").size() >= 3]
    limit = (factor * table["rythme"]).clip(lower=7)
    silence = (pd.Timestamp(day) - table["dernier"]).dt.days
    rings = table["dernier"] + pd.to_timedelta(np.floor(limit) + 1, unit="D")
    return table.assign(alerte=silence > limit, sonne=rings)


def decisions(
    bought: Iterable[tuple[int, int]], margins: Iterable[float], cost: float, uplift: float
) -> list[str]:
    """Go on where the mean pays, try where only the upper end does, else stop."""
    found = []
    for (count, total), margin in zip(bought, margins, strict=True):
        mean, high = (uplift * share * margin for share in (count / total, wilson(count, total)[1]))
        found.append("continuer" if mean > cost else "à tester" if high > cost else "arrêter")
    return found


def test_every_section_referred_to_is_a_section_of_the_lesson():
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))


# --- types, moments, actions ---------------------------------------------------------------------


def test_types_and_what_the_actions_cost(features, nexts):
    says(f"{number(len(nexts))} clients ont un type au moins, {(nexts['combien'] > 1).sum()} en "
         f"ont plusieurs, et {len(features) - len(nexts)} n'en ont aucun")  # fmt: skip
    costs = nexts.groupby("type")["cost"].agg(["size", "sum"])
    best, still = costs.loc["Meilleurs clients"], costs.loc["Clients inactifs"]
    says(f"les actions suivantes coûtent {euros(nexts['cost'].sum())}",
         f"à eux seuls {euros(best['sum'])}",
         f"pour les {still['size']} inactifs ne rend que {euros(still['sum'])}",
         "Nos douze relais")  # fmt: skip
    assert costs.loc["Clients relais (leaders d’opinion)", "size"] == 12


def test_the_nine_customers_show_every_type_and_none(features, nexts):
    chosen = nexts[nexts["client_id"].isin(NINE)].set_index("client_id")
    assert set(chosen["type"]) == set(nexts["type"]) and len(chosen) == 8
    says(f"Les neuf actions coûtent ensemble {euros(chosen['cost'].sum())}")
    assert chosen.loc["C-0390", "combien"] == 3
    last = features.set_index("client_id").loc["C-1072"]
    gap = features["marge"].quantile(0.9) - last["marge"]
    assert gap > 0 and last["R"] >= 3
    says(f"à {euros(gap)} de marge près")


def test_those_won_by_a_promotion_pay_the_full_price_and_come_back_less(kept, people, recruits):
    later = kept[kept["rang"] > 1].merge(people[["client_id", "canal_recrutement"]])
    full = (later["remise"] == 0).groupby(later["canal_recrutement"]).mean()
    says(f"{one(full['promotion'])} de leurs commandes suivantes")
    others = full.drop("promotion")
    assert others.min() < full["promotion"] < others.max()
    back = (recruits["commandes"] >= 2).groupby(recruits["canal_recrutement"]).mean()
    rest = back.drop("promotion")
    says(f"{one(back['promotion'])} seulement ont commandé deux fois ou plus, contre "
         f"{number(100 * rest.min(), 1)} à {one(rest.max())}")  # fmt: skip


# --- leaving -------------------------------------------------------------------------------------


def test_gone_is_a_definition(kept):
    silence = (pd.Timestamp("2024-12-31") - last_days(kept, "2024-12-31")).dt.days
    back = back_within(kept, "2024-12-31", 365)
    told = []
    for limit in (90, 365):
        gone = silence.index[silence > limit]
        told.append((percent(len(gone) / len(silence)), percent(gone.isin(back).mean())))
    assert (pd.Timestamp("2024-12-31") - pd.Timestamp("2024-01-01")).days == 365  # not longer
    says("aucun client arrivé en 2024 ne peut encore être jugé",
         f"À 90 jours, {told[0][0]} de « partis », et {told[0][1]} d'entre eux reviennent ; à 365 "
         f"jours, {told[1][0]}, et {told[1][1]}")  # fmt: skip


def test_the_window_in_which_they_leave(kept):
    part = bands(kept, "2025-06-30", [0, 60, 120, 180, 270, 365, 545, 730])["mean"]
    says(f"de {one(part[0])} à {one(part[2])} en six mois")
    assert part[4:].max() < 0.05


@pytest.fixture(scope="module")
def left(people) -> dict[int, pd.DataFrame]:
    """Who ordered in a year, with traits, and whether they did not in the next, by that year."""
    bands_of_age = pd.cut(people["age"], [17, 34, 49, 64, 120]).astype(str)
    tables = {}
    for year in (2023, 2024):  # as known at the end of each year
        there, back = (in_window(f"{one}-12-31", 12).index for one in (year, year + 1))
        table = people.assign(tranche_age=bands_of_age, parti=~people["client_id"].isin(back))
        tables[year] = table[table["client_id"].isin(there)]
    return tables


def test_the_profile_of_those_who_leave(left):
    gone = left[2024]["parti"]
    says(f"des {number(len(gone))} clients de 2024, {gone.sum()} n'ont rien commandé en 2025, soit "
         f"{one(gone.mean())}")  # fmt: skip
    twice = []
    for trait in ("canal_recrutement", "region", "profession", "tranche_age"):
        sides = []
        for table in left.values():
            counts = table.groupby(trait)["parti"].agg(["sum", "size"])
            ends = [wilson(*row) for row in counts.itertuples(index=False)]
            every = table["parti"].mean()
            beyond = [int(low > every) - int(high < every) for low, high in ends]
            sides.append(dict(zip(counts.index, beyond, strict=True)))
        twice += [name for name, side in sides[1].items() if side and side == sides[0].get(name)]
    assert twice == ["promotion"]
    now, before = (left[year].groupby("canal_recrutement")["parti"].mean() for year in (2024, 2023))
    says(f"{one(now['promotion'])}, et {one(before['promotion'])} l'année d'avant")


def test_what_each_finding_on_those_who_leave_asks_for(left, kept):
    now, before = left[2024], left[2023]
    said = partial(drill, "11_partants")

    def gone(table: pd.DataFrame, trait: str, value: str) -> str:
        return one(table.loc[table[trait] == value, "parti"].mean())

    for item, trait, value in (
        ("promotion", "canal_recrutement", "promotion"),
        ("graphistes", "profession", "graphiste"),
        ("region", "region", "Île-de-France (hors Paris)"),
    ):
        assert plain(gone(now, trait, value)) in said(item)
        assert plain(f"{gone(before, trait, value)} l’année d’avant") in said(item)
    ages = [now.loc[now["tranche_age"] == band, "parti"] for band in ("(17, 34]", "(64, 120]")]
    assert plain(f"{one(ages[0].mean())}, contre {one(ages[1].mean())} des 65") in said("age")
    for parts in ages:
        low, high = wilson(parts.sum(), len(parts))
        assert low < now["parti"].mean() < high
    told = load_complaints().query("date_reclamation <= '2024-12-31'")
    welcome = told.loc[told["motif"] == "Accueil en boutique"]
    upset = now.loc[now["client_id"].isin(welcome["client_id"]), "parti"]
    assert plain(f"plaints de l’accueil en boutique, {one(upset.mean())}") in said("accueil")
    assert (welcome["boutique_id"] == "B-01").mean() > 0.5
    for reason in set(told["motif"]) - {"Accueil en boutique"}:
        others = now["client_id"].isin(told.loc[told["motif"] == reason, "client_id"])
        assert now.loc[others, "parti"].mean() < upset.mean()
    silent = now["parti"] & ~now["client_id"].isin(told["client_id"])
    assert f"{silent.sum()} des {now['parti'].sum()} partis" in said("muets")
    assert silent.sum() / now["parti"].sum() == pytest.approx(7 / 8, abs=0.01)
    summer = lost_visitors(kept, "B-01").index
    rest = now[~now["client_id"].isin(summer) & now["region"].str.startswith("Île")]["parti"]
    low, high = wilson(rest.sum(), len(rest))
    assert plain(f"cet été-là, {one(rest.mean())}") in said("region")
    assert low < now["parti"].mean() < high


def test_causes_and_the_silent(kept):
    told = load_complaints()
    told = told[told["date_reclamation"] <= "2024-12-30"]  # followed for a year
    last = told.groupby(["motif", "client_id"], as_index=False)["date_reclamation"].max()
    later = last.merge(kept[["client_id", "jour"]], on="client_id")
    gap = (later["jour"] - later["date_reclamation"]).dt.days
    back = later[gap.between(1, 365)].groupby("motif")["client_id"].nunique()
    shares = back / last.groupby("motif").size()
    welcome = shares["Accueil en boutique"]
    says(f"{(told['motif'] == 'Accueil en boutique').sum()} réclamations, et {one(welcome)} de "
         "retours", f"laisse revenir {one(shares['Défaut du produit'])} des clients")  # fmt: skip
    assert shares.idxmin() == "Accueil en boutique"
    assert "un sur cinq" in drill("11_marc", "plainte") and round(welcome, 1) == 0.2


def lost_visitors(kept: pd.DataFrame, store: str) -> pd.Series:
    """Of a store's visitors of the summer of 2024: who did not order in the year that followed?"""
    there = kept[(kept["canal"] == "boutique") & (kept["boutique"] == store)]
    summer = there[there["jour"].between("2024-04-01", "2024-09-30")]
    seen = summer.groupby("client_id", as_index=False)["jour"].max()
    later = seen.merge(kept[["client_id", "jour"]], on="client_id", suffixes=("", "_apres"))
    gap = (later["jour_apres"] - later["jour"]).dt.days
    seen = seen.set_index("client_id")
    return pd.Series(~seen.index.isin(later.loc[gap.between(1, 365), "client_id"]), seen.index)


def test_the_silent_ones_of_paris(kept):
    complaints = load_complaints()
    told = complaints.loc[complaints["motif"] == "Accueil en boutique", "client_id"]
    lost = lost_visitors(kept, "B-01")
    spoke = lost.index.isin(told)
    says(f"{lost[spoke].sum()} sur {lost.sum()}")
    assert lost[~spoke].mean() > 0.5 and lost[~spoke].sum() > lost[spoke].sum()
    elsewhere = pd.concat([lost_visitors(kept, f"B-0{store}") for store in range(2, 6)])
    assert 0.33 < elsewhere[~elsewhere.index.isin(told)].mean() < 0.5


def test_alerts_and_their_false_alarms(kept):
    false, seen, chance = [], [], []
    for day in ("2024-12-31", "2025-06-30"):
        table = alerts(kept, day)
        back = table.index.isin(back_within(kept, day, 180))
        false.append(back[table["alerte"]].mean())
        seen.append(table["alerte"][~back].mean())
        chance.append(back.mean())
    low, high = (percent(share) for share in sorted(false))
    least, most = (percent(share) for share in sorted(seen))
    says(f"{low[:-2]} à {high} de fausses alertes", f"{least[:-2]} à {most} des départs signalés")
    assert np.round(chance, 1).tolist() == [0.4, 0.4]


def test_the_alert_of_marc(kept):
    marc, early = (alerts(kept, str(DAY), factor).loc[MARC] for factor in (3, 1.5))
    assert str(marc["sonne"].date()) == "2025-11-16" and marc["rythme"] == 168
    assert str(early["sonne"].date()) == "2025-03-09"
    silence = (marc["sonne"] - marc["dernier"]).days
    says("Le rythme de Marc est de 168 jours", "le 9 mars 2025", "**16 novembre 2025**",
         f"après {silence} jours de silence")  # fmt: skip
    assert not alerts(kept, "2025-11-15").loc[MARC, "alerte"]


def test_services_known_in_advance(sold):
    watches = sold[sold["categorie"] == "Horlogerie"]
    due = watches.assign(due=watches["date_achat"] + pd.Timedelta(days=730))
    service = sold[sold["produit"] == "Révision de montre"]

    def awaited(day: str, days: int) -> set[str]:
        near = due[(due["due"] - pd.Timestamp(day)).dt.days.between(1, days)]
        done = near.merge(service.loc[service["date_achat"] <= day, ["client_id", "date_achat"]],
                          on="client_id", suffixes=("", "_fait"))  # fmt: skip
        close = (done["date_achat_fait"] - done["due"]).dt.days.abs() <= 90
        served = set(zip(done.loc[close, "client_id"], done.loc[close, "due"], strict=True))
        left = set(zip(near["client_id"], near["due"], strict=True)) - served
        return {client for client, _ in left}

    ahead = awaited("2025-06-30", 90)
    came = set(service.loc[service["date_achat"] > "2025-06-30", "client_id"])
    says(f"{len(ahead)} clients attendaient", f"{len(ahead & came)} sont venus la faire")
    (marc,) = due.loc[due["client_id"] == MARC, "due"]
    assert str(marc.date()) == "2026-05-25"
    assert MARC in awaited(str(DAY), 180) - awaited(str(DAY), 90)


def test_whom_to_win_back(kept):
    starts = [90, 180, 270, 365, 545]
    silence = (pd.Timestamp(DAY) - last_days(kept, str(DAY))).dt.days
    reachable = silence[silence.index.isin(staying(silence.index, JANUARY))]
    counts = np.histogram(reachable, [*starts, 9999])[0]
    found = bands(kept, "2024-12-31", [0, *starts]).loc[1:]
    pairs = list(zip(found["sum"], found["size"], strict=True))
    margin = [kept["marge"].mean()] * 5
    assert decisions(pairs, margin, 5, 0.25) == ["continuer"] * 3 + ["à tester"] * 2
    assert found["mean"].head(3).is_monotonic_decreasing  # all at one margin: served in this order
    assert counts[0] * 5 <= 2000 < counts[:2].sum() * 5
    low = decisions(pairs, margin, 5, 0.10)
    assert low == ["continuer", "à tester", "arrêter", "arrêter", "arrêter"]
    says("À 25 %, trois groupes paieraient ; l'enveloppe n'en sert qu'un, de 90 à 179 jours",
         "À 10 %, un seul paie, et l'on s'arrête à partir de 270 jours")  # fmt: skip


# --- developing ----------------------------------------------------------------------------------


def rule(baskets: pd.Series, first: str, second: str) -> tuple[float, float, float]:
    """Support, confidence and share of all baskets with the second, from sets of items."""
    one_ = baskets.map(lambda items: first in items)
    other = baskets.map(lambda items: second in items)
    return (one_ & other).mean(), other[one_].mean(), other.mean()


def test_a_rule_and_one_that_is_popularity(sold):
    baskets = sold.groupby("commande_id")["produit"].agg(set)
    support, sure, of_all = rule(baskets, "Sac en cuir Odéon", "Portefeuille Odéon")
    says(f"contre {one(of_all)} de tous les paniers", f"Le support, lui, est de {one(support)}")
    assert sure == pytest.approx(0.238, abs=0.0005)
    assert sure / of_all == pytest.approx(5.5, abs=0.05)
    baskets = sold.groupby("commande_id")["categorie"].agg(set)
    _, sure, of_all = rule(baskets, "Maroquinerie", "Petite maroquinerie")
    says(f"{one(sure)} de confiance, la plus forte entre catégories",
         f"{one(of_all)} de tous les paniers",
         f"Le lift est de {number(sure / of_all, 2)}")  # fmt: skip
    names = sorted(set(sold["categorie"]))
    pairs = ((a, b) for a in names for b in names if a != b)
    assert max(rule(baskets, *pair)[1] for pair in pairs) == sure


def test_a_wallet_offered_by_letter_hardly_pays(sold):
    bought, margins = [], []
    for bag in ("Sac cabas Aurore", "Sac en cuir Odéon", "Sac de voyage Ravel"):
        wallet = sold[sold["produit"] == f"Portefeuille {bag.split()[-1]}"]
        before = wallet["date_achat"] <= "2024-12-31"
        have = sold[(sold["produit"] == bag) & (sold["date_achat"] <= "2024-12-31")]
        could = set(have["client_id"]) - set(wallet.loc[before, "client_id"])
        bought.append((len(could & set(wallet.loc[~before, "client_id"])), len(could)))
        margins.append(wallet["marge"].mean())
    assert decisions(bought, margins, 4, 0.10) == ["arrêter", "à tester", "à tester"]
    assert decisions(bought, margins, 4, 0.50) == ["continuer"] * 3


def test_the_case_that_loses_money(orders, sold):
    segments = named(scores(str(DAY)))["segment"]
    buyers = set(sold.loc[sold["produit_id"] == CASE, "client_id"])
    champions = segments.index[segments == "Champions"]
    mine, all_ = champions.isin(buyers).mean(), segments.index.isin(buyers).mean()
    says(f"un indice de {number(100 * mine / all_)} : {one(mine)} en ont acheté un")
    own = orders["produit_id"] == CASE
    loss = -orders.loc[own, "marge"].sum()
    rest = orders.loc[orders["client_id"].isin(buyers) & ~own, "marge"].sum()
    says(f"{euros(loss)} d'économie", f"ses {len(buyers)} acheteurs apportent {euros(rest)} sur le")
    margins = orders.groupby("produit_id")["marge"].sum()
    assert margins.index[margins < 0].tolist() == [CASE]
    assert 1 < loss / (rest / len(buyers)) < 2
    lost, won = (loss - share * rest for share in (0.01, 0.001))
    says(f"l'arrêt coûte {euros(-lost)} ; si 0,1 %, il rapporte {euros(won)}")


# --- recruiting ----------------------------------------------------------------------------------


def test_recruiting_twice_as_dear_is_varied(kept):
    year = kept[kept["jour"].dt.year == 2025]
    first, next_ = (year[(year["rang"] == 1) == yes]["marge"].mean() for yes in (True, False))
    says(f"laisse encore {euros(first - 200)}", f"{euros(first)} et {euros(next_)}")
    assert first < 500


def test_the_portrait_and_whom_it_leaves_out(recruits):
    year = recruits["date_recrutement"].dt.year
    known, later = (
        rows.assign(meilleur=rows["marge"].rank(pct=True, method="min") > 0.8).reset_index(
            drop=True
        )
        for rows in (recruits[year == 2023], recruits[year == 2024])
    )

    def chosen(traits: list[str]) -> pd.Series:
        likeness = look_alike(known, later, traits)
        return likeness.rank(ascending=False, method="first") <= round(len(later) / 5)

    best, base = chosen(["age", "profession", "region"]), later["meilleur"].mean()
    found = later["meilleur"][best]
    says(f"{percent(found.mean())} contre {percent(base)} : le portrait", "sept sur dix")
    assert 1 - wilson((~found).sum(), len(found))[1] > base  # the lower end
    region = later["meilleur"][chosen(["region"])]
    assert 1 - wilson((~region).sum(), len(region))[1] <= base
    men, women = (later["profession"] == name for name in ("retraité", "retraitée"))
    says(
        f"Il retient {(best & men).sum()} retraités sur {men.sum()}, et aucune des "
        f"{women.sum()} retraitées, dont {later.loc[women, 'meilleur'].sum()} sont devenues"
    )
    assert not (best & women).any()


def test_friends_are_alike(kept):
    pairs = load_referrals()
    basket = kept.groupby("client_id")["montant"].mean()
    both = pairs.assign(a=pairs["parrain_id"].map(basket), b=pairs["filleul_id"].map(basket))
    both = both[["a", "b"]].dropna().rank()
    says(f"Sur {len(both)} couples", f"une corrélation de {number(both.corr().loc['a', 'b'], 2)}")


# --- Marc, the lists, further --------------------------------------------------------------------


def test_the_dates_of_marc(kept):
    mine = kept.loc[kept["client_id"] == MARC, "jour"]
    assert (pd.Timestamp("2024-12-31") - mine.max()).days == 185
    assert (pd.Timestamp("2024-06-03") - mine[mine < "2024-06-03"].max()).days == 9
    assert "185 jours de silence" in drill("11_marc", "decembre")
    (complaint,) = load_complaints().query("client_id == @MARC")["date_reclamation"]
    assert str(complaint)[:10] == "2024-06-03"
    says("Son alerte : le 16 novembre 2025", "Sa plainte : le 3 juin 2024",
         "Sa révision : le 25 mai 2026")  # fmt: skip


def test_three_lists(orders, kept):
    margin = orders.groupby("client_id")["marge"].sum()
    value = margin[margin.index.isin(kept["client_id"])].nlargest(40).index  # lesson 9: the same
    today = target_table_at(str(DAY), None)
    today = today.assign(n=predict_rates(fit_cart(target_table_at("2024-06-30")), today))
    order = ["n", "indice_rfm", "client_id"]
    tree = today.sort_values(order, ascending=[False, False, True]).head(40)["client_id"]
    marc = today.loc[today["client_id"] == MARC, "n"].iloc[0]
    says(f"Sa chance d'après CART : {one(marc)}")
    rung = alerts(kept, str(DAY)).query("alerte").index
    says(f"parmi les {len(rung)} clients en alerte")
    a, b, c = set(value), set(tree), set(margin[rung].nlargest(40).index)
    assert (len(a & b), len(a & c), len(b & c)) == (9, 4, 0) and MARC not in a | b | c
    says("valeur et arbre partagent neuf noms, valeur et alerte quatre, arbre et alerte aucun")
    left = [len(staying(names, JUNE)) for names in (a, b, c)]
    says(f"il reste {left[0]}, {left[1]} et {left[2]} courriers")


def not_back(days: pd.Series, back: pd.Series, limit: int) -> tuple[float, float]:
    """The share not back after so many days (those watched for less counted), and its error."""
    left, terms = 1.0, 0.0
    for day in sorted(set(days[back & (days <= limit)])):
        watched, came = (days >= day).sum(), (back & (days == day)).sum()
        left *= 1 - came / watched
        terms += came / (watched * (watched - came))
    return left, left * np.sqrt(terms)


def test_how_many_stay(kept, people):
    first, second = (kept[kept["rang"] == n].set_index("client_id")["jour"] for n in (1, 2))
    end = kept["jour"].max()
    following = second.reindex(first.index)
    back = following.notna()
    days = (following.fillna(end) - first).dt.days
    says(f"À un an, {one(not_back(days, back, 365)[0])} ne sont pas revenus ; compter les censurés "
         f"comme perdus dirait {one(1 - (back & (days <= 365)).mean())}",
         "La moitié revient en 132 jours ; les seuls revenus diraient "
         f"{days[back].median():.0f}")  # fmt: skip
    assert not_back(days, back, 131)[0] > 0.5 >= not_back(days, back, 132)[0]
    channel = people.set_index("client_id")["canal_recrutement"].reindex(days.index)
    promo, others = (
        not_back(days[group], back[group], 365)
        for group in (channel == "promotion", channel != "promotion")
    )
    says(f"{one(promo[0])} contre {one(others[0])}")
    assert promo[0] - 2 * promo[1] > others[0] + 2 * others[1]


def test_development_and_loyalty_at_equal_orders(sold, kept):
    before = sold[sold["date_achat"] <= "2024-12-31"]
    wide = before.groupby("client_id")["categorie"].nunique() > 1
    count = kept[kept["jour"] <= "2024-12-31"].groupby("client_id").size()
    frame = pd.DataFrame({"n": count}).join(wide.rename("w"), how="inner")
    frame["back"] = frame.index.isin(back_within(kept, "2024-12-31", 365))

    def told(rows: pd.DataFrame) -> tuple[float, str]:
        means = rows.groupby("w")["back"].mean()
        text = (
            f"{percent(means[True])} reviennent avec plusieurs catégories, {percent(means[False])}"
        )
        return float(means[True] - means[False]), plain(text)

    (gap, all_), (equal, two) = told(frame), told(frame[frame["n"] == 2])
    assert gap > equal > 0
    assert all_ in printed(NAME) and two in printed(NAME)


def test_the_channels_that_the_drill_quotes(recruits):
    margin = recruits.groupby("canal_recrutement")["marge"].mean()
    told = f"{euros(margin['parrainage'])} et {euros(margin['événement'])}"
    assert plain(told) in drill("11_attentes", "canal")
