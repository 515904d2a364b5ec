"""Lesson 8: every number it states is the data's, and its memo is judged by the data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from support.contacts import staying
from support.course import ROOT
from support.evening import VAT, evening, excl_tax, target_at_two_dates
from support.lessons import assert_says, headings, one, plain, printed

from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    discount_price,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.campaign.envelope import best_split, conquest_and_loyalty, segment_uses
from rfm_helpers.analysis.campaign.uncertainty import measured_roi, simulate_roi, tornado
from rfm_helpers.analysis.campaign.uplift import compare_groups, people_needed, wilson
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.analysis.strategy.benchmark import benchmark
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
    load_products,
)
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.numbers import points as in_points
from rfm_helpers.questions import load_quiz

NAME = "08_mesurer"
says = partial(assert_says, NAME)
LOST_GOOD = "À ne pas perdre"
RANGES = {
    "uplift": (0.0, 0.24),
    "basket": (1150, 1800),
    "margin_rate": (0.45, 0.55),
    "cost": (1800, 2600),
}


def points(value: float) -> str:
    return number(100 * value, 1)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def sold(orders) -> pd.DataFrame:
    """Every order line with its product."""
    return orders.merge(load_products(), on="produit_id")


@pytest.fixture(scope="module")
def two_dates(orders) -> pd.DataFrame:
    return target_at_two_dates(orders)


@pytest.fixture(scope="module")
def event(orders, two_dates) -> Campaign:
    return evening(orders, two_dates)


@pytest.fixture(scope="module")
def segmented(orders) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


@pytest.fixture(scope="module")
def rates(sold) -> pd.Series:
    totals = sold.groupby("categorie")[["marge", "montant"]].sum()
    return totals["marge"] / (totals["montant"] / VAT)


# --- the frame -----------------------------------------------------------------------------------


def test_every_section_referred_to_is_a_section_of_the_lesson():
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))


def test_the_evening_is_that_of_lesson_7(event):
    lost = -(incremental_margin(event) - event.cost)
    says(f"ajouterait 12 points de réponse, et perdrait {euros(lost)}")
    says(f"« ROI de {percent(roi(incremental_margin(event), event.cost).value)} »")
    needed = break_even(event).value
    assert event.uplift < needed
    says(f"sous le seuil de {in_points(needed)}")
    assert plain(roi(incremental_margin(event), event.cost).text) in printed(NAME)


# --- control group -------------------------------------------------------------------------------


def test_a_message_seems_to_sell_until_like_is_compared_with_like(orders):
    day = "2025-05-21"
    contacts = load_contacts()
    reached = contacts.loc[contacts["campagne"] == "Fête des mères 2025", "client_id"]
    base = score_rfm(rfm_table(orders_until(orders, day), as_of=day))
    base = base.merge(later_orders(orders, day, horizon_days=90), on="client_id")
    got = base["client_id"].isin(reached)
    found = compare_groups(
        int(base.loc[got, "rachat"].sum()),
        int(got.sum()),
        int(base.loc[~got, "rachat"].sum()),
        int((~got).sum()),
    )
    assert found.low > 0
    says(
        f"{one(found.reached_rate)} des {number(got.sum())} destinataires ont commandé, contre "
        f"{one(found.control_rate)} des {number((~got).sum())} autres clients",
        f"{one(found.reached_rate)} des destinataires ont commandé, mais sans témoin",
    )
    gaps, weights = [], []
    for _, code in base.assign(got=got).groupby("code_rfm"):
        inside, outside = code.loc[code["got"], "rachat"], code.loc[~code["got"], "rachat"]
        if len(inside) and len(outside):
            gaps.append(inside.mean() - outside.mean())
            weights.append(len(inside))
    alike = sum(g * n for g, n in zip(gaps, weights, strict=True)) / sum(weights)
    says(f"L'écart fond, de {points(found.uplift)} à {points(alike)} point")


def test_chance_alone_makes_gaps(two_dates):
    year = two_dates[two_dates["date"] == "2024-12-31"]
    says(f"Prenons les {len(year)} clients de la cible à la fin de 2024")

    def drawn(seed: int) -> float:
        invited = year.sample(frac=0.5, random_state=seed)
        control = year.drop(invited.index)
        assert len(invited) == len(control) == 50
        found = compare_groups(int(invited["rachat"].sum()), 50, int(control["rachat"].sum()), 50)
        assert found.low < 0 < found.high
        return found.uplift

    says(f"Tirage 5 : **+{points(drawn(5))} points**", f"Le tirage 3 donne {points(drawn(3))}")


def test_how_many_customers_it_takes_to_conclude():
    small = compare_groups(21, 50, 15, 50)
    assert small.low < 0 < small.high
    some, many = compare_groups(84, 200, 60, 200), compare_groups(420, 1000, 300, 1000)
    huge = compare_groups(14, 20, 6, 20)
    assert huge.low > 0 and compare_groups(13, 20, 7, 20).low < 0
    says(
        f"14 retours contre 6, soit {number(100 * huge.uplift)} points, suffisent",
        f"À 200 (84 et 60), l'intervalle va de {points(some.low)} à {points(some.high)} points",
        f"À 1 000 (420 et 300) : de {points(many.low)} à {points(many.high)}",
        f"**{people_needed(0.30, 0.42)}** : c'est la plus petite taille",
        f"{people_needed(0.30, 0.35)} pour 5 points, {people_needed(0.30, 0.60)} pour 30",
    )


def test_how_often_so_many_customers_show_the_effect():
    random = np.random.default_rng(7)

    def shown(size: int) -> float:
        counts = random.binomial(size, [[0.42, 0.30]] * 1000)
        return np.mean([compare_groups(one, size, other, size).low > 0 for one, other in counts])

    enough = people_needed(0.30, 0.42)
    assert shown(enough) == pytest.approx(0.5, abs=0.05)
    assert shown(2 * enough) == pytest.approx(0.8, abs=0.05)
    says(
        "à cette taille le hasard cache encore l'effet une fois sur deux ; "
        f"avec le double, {2 * enough}, une fois sur cinq"
    )


# --- interval and tornado ------------------------------------------------------------------------


def test_the_interval_of_the_roi(event):
    simulated = simulate_roi(event, RANGES)
    says(
        f"un ROI entre {percent(simulated.low)} et {percent(simulated.high)}",
        f"**{percent(simulated.loss)} perdent de l'argent**",
    )
    hopeful = RANGES | {"uplift": (0.05, 0.35)}
    loss = simulate_roi(event, hopeful).loss
    cheap = simulate_roi(event, hopeful | {"cost": (1800, 2000)}).loss
    says(
        f"Avec 5 à 35 points, le risque de perte tombe à {percent(loss)} ; "
        f"sans surcoût, à {percent(cheap)}"
    )


def test_a_measured_uplift_closes_the_chain(event):
    def measured(counts: tuple[int, int, int, int], cost: float):
        found = compare_groups(*counts, at_random=True)
        reached = replace(event, reached=counts[1], cost=cost / event.reached * counts[1])
        return found, measured_roi(reached, found)

    thousand = (420, 1000, 300, 1000)
    found, unsure = measured(thousand, event.cost)
    assert found.low > 0 and unsure.low < 0 < unsure.high
    _, sure = measured(thousand, 4050)
    assert sure.high < 0
    says(
        f"Elle fait revenir, de {points(found.low)} à {points(found.high)} points",
        f"le ROI va de **{percent(unsure.low)} à {percent(unsure.high)}** (le seuil est à "
        f"{points(break_even(event).value)})",
        f"Vitrines étalées, de **{percent(sure.low)} à {percent(sure.high)}**",
    )
    fewer, wider = measured((84, 200, 60, 200), event.cost)
    assert fewer.low > 0 and wider.low < unsure.low and wider.high > unsure.high
    says(f"Avec 200 invités, le premier ROI va de {percent(wider.low)} à {percent(wider.high)}")
    guide = plain((ROOT / "docs" / "guide" / f"{NAME}.md").read_text(encoding="utf-8"))
    for shown in (unsure, sure):
        assert f"de {plain(percent(shown.low))} à {plain(percent(shown.high))}" in guide


def test_the_tornado(event):
    table = tornado(event, RANGES).set_index("champ")["ecart"]
    assert table.index[0] == "uplift"
    assert table["uplift"] > 4 * table["cost"]
    says(
        f"déplace le gain net de {euros(table['uplift'])}, le coût de {euros(table['cost'])}, "
        f"le panier de {euros(table['basket'])}, le taux de marque de {euros(table['margin_rate'])}"
    )
    text = " ".join(c.explanation for c in load_quiz(NAME).question("tornade").check.choices)
    assert plain(f"{euros(table['uplift'])}, contre {euros(table['cost'])}") in plain(text)


# --- indicators and sharing ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def purchases(orders) -> pd.DataFrame:
    """Orders that were kept, with their rank for their customer."""
    kept = orders.groupby(["client_id", "commande_id"], as_index=False).agg(
        jour=("date_achat", "min"), montant=("montant", "sum"), marge=("marge", "sum")
    )
    kept = kept[kept["montant"].round(2) > 0].sort_values(["jour", "commande_id"])
    return kept.assign(rang=kept.groupby("client_id").cumcount() + 1)


def test_the_retention(purchases):
    active = {
        year: set(purchases.loc[purchases["jour"].dt.year == year, "client_id"])
        for year in (2024, 2025)
    }
    share = len(active[2024] & active[2025]) / len(active[2024])
    says(f"Quatre clients actifs de 2024 sur dix ({one(share)})")
    assert plain(one(1 - share)) in printed(NAME)
    low, high = wilson(len(active[2024] & active[2025]), len(active[2024]), 1.959964)
    assert plain(f"{one(share)} {one(low)} {one(high)}") in printed(NAME)


def test_the_steps_of_a_message():
    sent = load_contacts().query("campagne == 'Fête des mères 2025'").groupby("canal_contact")
    sms, email = (sent.get_group(channel) for channel in ("SMS", "e-mail"))
    assert (email["clic"] <= email["ouvert"]).all()
    says(
        f"Le SMS : {one(sms['clic'].mean())} de clics sur les envois, contre "
        f"{one(email['clic'].mean())} par e-mail",
        f"{one(email['ouvert'].mean())} des e-mails sont notés ouverts, et "
        f"{one(email['clic'].sum() / email['ouvert'].sum())} de ceux-là",
    )
    assert "SMS ouvert" not in printed(NAME)


def test_conquest_and_loyalty(purchases):
    year = purchases[purchases["jour"].dt.year == 2025]
    first = year.loc[year["rang"] == 1, "marge"].mean()
    next_ones = year.loc[year["rang"] > 1, "marge"].mean()
    says(f"{euros(next_ones)} pour une commande suivante, {euros(first)} pour une première")
    best = best_split(conquest_and_loyalty(400, 150, 100, first, next_ones), 20_000)
    assert best["Fidélisation"] > best["Conquête"] > 0


def test_the_split_between_segments(orders, segmented):
    react = {
        "Champions": 0.03,
        "Fidèles": 0.06,
        "Fidèles potentiels": 0.08,
        LOST_GOOD: 0.13,
        "À risque": 0.05,
    }
    may = segmented[segmented["client_id"].isin(staying(segmented["client_id"], COURSE_DATE))]
    stakes = revenue_at_stake(may[may["segment"].isin(react)], react)
    uses = segment_uses(stakes, orders["marge"].sum() / orders["montant"].sum(), 100)
    best = best_split(uses, 20_000)
    assert max(best, key=best.__getitem__) == "Fidèles"
    assert min(best, key=best.__getitem__) == "Champions"
    assert stakes.set_index("segment")["panier_moyen"].idxmax() == "Champions"
    says(
        f"donne le plus aux Fidèles ({euros(best['Fidèles'])}) et le moins aux Champions "
        f"({euros(best['Champions'])})",
        f"il ne dépense que {euros(sum(best.values()))}",
    )


# --- the assistant's memo ------------------------------------------------------------------------


def claim(name: str) -> str:
    """A claim of the memo and its feedback, spaces made ordinary."""
    item = next(item for item in load_drill("08_assistant").items if item.id == name)
    return plain(f"{item.text} {' '.join(item.feedback.values())}")


def verdict(name: str) -> tuple[str, ...]:
    return next(item.right for item in load_drill("08_assistant").items if item.id == name)


def test_the_memo_on_the_segment(segmented):
    row = segment_profile(segmented).set_index("segment").loc[LOST_GOOD]
    weight = f"206 clients, {one(row['part_clients'])} de la base, et {one(row['part_ca'])} du"
    assert row["clients"] == 206
    assert plain(weight) in claim("poids")
    assert f"{number(row['frequence_moyenne'], 1)} commandes en moyenne" in claim("portrait")
    assert row["recence_mediane"] == 545.5
    assert "récence médiane de 545,5 jours" in claim("portrait")
    rewritten = plain(load_drill("08_assistant").rewritten)
    assert f"{number(row['frequence_moyenne'], 1)} commandes en moyenne" in rewritten
    assert "récence médiane de 545,5 jours" in rewritten
    marc = segmented.loc[segmented["client_id"] == "C-0360"].iloc[0]
    assert (marc["code_rfm"], marc["segment"]) == ("234", LOST_GOOD)
    assert (verdict("poids"), verdict("portrait"), verdict("marc")) == (
        ("juste",),
        ("faux",),
        ("juste",),
    )


def test_the_memo_on_discounts(sold, rates):
    watches = sold[(sold["categorie"] == "Horlogerie") & (sold["quantite"] > 0)]
    assert (watches["remise"] == 0).all()
    extra = discount_price(0.15, rates["Horlogerie"]).value
    rate = f"avec un taux de marque de {one(rates['Horlogerie'])}"
    assert plain(rate) in claim("remise_montre")
    assert plain(f"demandent {percent(extra)} de commandes en plus") in claim("remise_montre")
    assert f"15 % demanderaient {plain(percent(extra))} de commandes en plus" in plain(
        load_drill("08_assistant").rewritten
    )
    assert verdict("remise_montre") == ("faux",)


def test_the_memo_on_consent_and_complaints(segmented):
    members = segmented[segmented["segment"] == LOST_GOOD].merge(load_customers(), on="client_id")
    refused = (members["consentement"] == "non").sum()
    complained = members["client_id"].isin(load_complaints()["client_id"]).sum()
    assert f"{refused} des {len(members)} n’ont pas donné leur accord" in claim("sms")
    assert f"{complained} ont une réclamation" in claim("sms")
    rewritten = plain(load_drill("08_assistant").rewritten)
    complaints = load_complaints().merge(members[["client_id"]])
    assert (complaints["traitee"] == "non").sum() == 6
    assert "aux six réclamations restées sans réponse" in rewritten
    assert f"aux {len(members) - refused} clients qui l’acceptent" in rewritten
    assert verdict("sms") == ("faux",)


def test_the_memo_on_what_nobody_can_check(orders):
    both = assign_segments(compare_dates(orders, ["2024-12-31", "2025-12-31"]))
    found = benchmark(both[both["segment"] == LOST_GOOD])
    assert plain(f"{percent(found.share)} de ce segment a commandé en 2025") in claim("etude")
    assert plain(f"(de {100 * found.low:.0f} à {percent(found.high)})") in claim("etude")
    assert verdict("etude") == verdict("concurrent") == ("incertain",)


def test_the_memo_on_messages(segmented):
    sent = load_contacts().groupby("client_id").size()
    mean = (
        sent.reindex(segmented["client_id"], fill_value=0).groupby(segmented["F"].to_numpy()).mean()
    )
    assert mean.is_monotonic_increasing
    assert f"{number(mean[4], 1)} messages en moyenne" in claim("messages")
    assert f"{number(mean[1], 1)} pour F 1" in claim("messages")
    assert verdict("messages") == ("faux",)


def test_the_memo_on_the_break_even(orders, segmented):
    basket, rate = excl_tax(orders, segmented[segmented["segment"] == LOST_GOOD])
    text = claim("seuil")
    assert plain(f"un panier de {euros(basket)} HT et un taux de marque de {one(rate)}") in text
    assert plain(f"à partir de {in_points(100 / (basket * rate))} de hausse") in text
    assert verdict("seuil") == ("juste",)
