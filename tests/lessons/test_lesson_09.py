"""Lesson 9: every number that it states is the data's, and each method is seen failing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest
from support.lessons import assert_says, drill, headings, one, plain, printed

from rfm_helpers.analysis.migrations.history import (
    judge_projection,
    segment_changes,
    segment_history,
)
from rfm_helpers.analysis.migrations.moves import (
    ABSENT,
    migration_matrix,
    revenue_bridge,
    segment_moves,
)
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.value.first_orders import first_purchases
from rfm_helpers.analysis.value.points import (
    PointScale,
    best_places,
    place_changes,
    value_classes,
    value_points,
)
from rfm_helpers.analysis.value.recruits import (
    lifetime_value,
    net_of_acquisition,
    recruit_groups,
    recruit_value,
)
from rfm_helpers.analysis.value.traits import over_represented
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.datasets import load_customers, load_orders, load_products
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.questions import load_quiz

NAME = "09_valeur_client"
MARC = "C-0360"
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return load_customers()


@pytest.fixture(scope="module")
def kept(orders) -> pd.DataFrame:
    """Orders that were kept, with their day."""
    found = orders.groupby(["client_id", "commande_id"], as_index=False).agg(
        jour=("date_achat", "min"), montant=("montant", "sum"), canal=("canal", "first")
    )
    return found[found["montant"].round(2) > 0]


@pytest.fixture(scope="module")
def scored(orders) -> Callable[..., pd.DataFrame]:
    def points(**settings: object) -> pd.DataFrame:
        return value_points(orders, PointScale(**settings))  # type: ignore[arg-type]

    return points


@pytest.fixture(scope="module")
def capped(scored) -> pd.DataFrame:
    return scored(unit=100, cap=10)


@pytest.fixture(scope="module")
def classes(capped) -> pd.DataFrame:
    return value_classes(capped, 4)


@pytest.fixture(scope="module")
def recruits(orders, people) -> pd.DataFrame:
    return recruit_value(orders, people)


@pytest.fixture(scope="module")
def channels(recruits) -> pd.DataFrame:
    return recruit_groups(recruits, "canal_recrutement").set_index("canal_recrutement")


@pytest.fixture(scope="module")
def moved(orders) -> pd.DataFrame:
    return segment_moves(orders, "2024-12-31", "2025-12-31")


@pytest.fixture(scope="module")
def alerts(orders) -> pd.DataFrame:
    days = pd.date_range("2024-12-31", "2025-12-31", freq="ME").date
    return segment_changes(segment_history(orders, days))


def test_every_section_referred_to_is_a_section_of_the_lesson():
    sections = {plain(question.section) for question in load_quiz(NAME).questions}
    assert sections <= set(headings(NAME))


# --- a scale is a choice -------------------------------------------------------------------------


def test_in_euros_the_scale_of_the_article_parts_nobody(orders, kept):
    theirs = orders[orders["client_id"].isin(kept["client_id"])]
    three = theirs.groupby("client_id")[["montant", "marge"]].sum() / 3
    assert (three["montant"] > 100).mean() == pytest.approx(0.73, abs=0.005)
    assert (three["marge"] > 20).mean() == pytest.approx(0.88, abs=0.005)
    says("88 clients sur 100 ont les 20 points de la marge, et 73 les 10 points du chiffre")
    year = orders[orders["date_achat"].dt.year == 2025].groupby("client_id")["montant"].sum()
    assert 0.87 < (year > 100).mean() < 0.93
    assert "neuf acheteurs de 2025 sur dix dépassent 100" in drill("09_bareme", "unite")


def test_the_slips_of_the_scale(kept, orders):
    """The bounds, the three years and the bonus, as the article writes them."""
    assert 20 / 2 == 10 and kept["client_id"].value_counts().max() * 2 == 72
    assert "un client en tire 72 points" in drill("09_bareme", "bonus")
    assert "40 par an font 120 en trois ans" in drill("09_bareme", "trois_ans")
    sold = orders.merge(load_products(), on="produit_id").groupby("categorie")
    sums = sold[["marge", "montant"]].sum()
    rates = sums["marge"] / (sums["montant"] / 1.2)
    told = f"Une montre laisse {one(rates['Horlogerie'])} de son prix HT, un sac "
    assert plain(told + one(rates["Maroquinerie"])) in drill("09_bareme", "marge")


def test_who_loses_a_place_when_the_cap_falls(scored, capped):
    before, after = (best_places(table) for table in (scored(unit=100), capped))
    changes = place_changes(before, after)
    assert len(changes) == 18
    rows = capped.set_index("client_id")
    gone, come = rows.loc["C-0929"], rows.loc["C-1418"]
    names = changes.set_index("client_id")["changement"]
    assert (names["C-0929"], names["C-1418"]) == ("perd sa place", "gagne une place")
    says(
        f"C-0929 a passé {number(gone['commandes'])} commandes, pour {euros(gone['marge'])} de",
        f"C-1418, douze commandes et {euros(come['marge'])}",
    )
    assert come["commandes"] == 12


def test_a_scale_that_no_longer_decides(scored, capped):
    small = scored(unit=1, cap=10)
    chosen, forty = best_places(small), best_places(capped)
    top = int((small["points"] == small["points"].max()).sum())
    assert chosen["ex_aequo"].all() and small["points"].max() == 40
    assert place_changes(forty, chosen).empty
    richest = capped.nlargest(40, "marge")["client_id"]
    assert set(richest) == set(forty["client_id"])
    says(f"{top} clients ont tous 40 points", "exactement les quarante plus fortes marges")
    choices = load_quiz(NAME).question("bareme_muet")
    assert f"comme {top - 40} autres" in choices.statement


def test_the_caps_of_the_activity(scored):
    free = best_places(scored(unit=100))

    def lost(cap: float) -> int:
        return len(place_changes(free, best_places(scored(unit=100, cap=cap)))) // 2

    assert [lost(cap) for cap in (33, 34, 40, 60)] == [0] * 4
    assert (lost(32), lost(22), lost(10), lost(24)) == (3, 9, 9, 8)
    says("À 32 points, trois places changent de mains ; de 33 à l'infini, aucune")
    added = scored(unit=100, cap=10, yearly=False)
    assert best_places(added)["ex_aequo"].all()
    says(f"{(added['points'] == 40).sum()} clients ont 40 points")


def test_marc_has_no_place(capped):
    marc = capped.set_index("client_id").loc[MARC]
    rank = 1 + int((capped["points"] > marc["points"]).sum())
    says(f"Avec {number(marc['points'], 1)} points, il est {rank}e sur {number(len(capped))}")


# --- classes and their traits --------------------------------------------------------------------


def test_the_best_quarter_and_its_margin(classes):
    best = classes[classes["classe"] == 4]
    share = best["marge"].sum() / classes["marge"].sum()
    says(f"Un quart des clients ({len(best)}) apporte {one(share)} de la marge")
    assert plain(f"{len(best)} clients sur {number(len(classes))}, et {one(share)}") in drill(
        "09_persona", "marge"
    )
    marc = best[best["client_id"] == MARC]
    assert marc["points"].item() == best["points"].min()
    lowest = classes[classes["classe"] == 1]
    assert (lowest["commandes"] == 1).all()
    assert f"une seule petite commande chacun, {len(lowest)} clients" in drill(
        "09_messages", "apercu"
    )


def test_the_persona_quotes_its_figures(classes, people, kept):
    best = classes[classes["classe"] == 4].merge(people, on="client_id")
    ages = classes.merge(people, on="client_id").groupby("classe")["age"].median()
    assert ages.tolist() == [44, 45, 46, 47]
    assert "47 ans, contre 44 à 46 dans les autres classes" in drill("09_persona", "age")
    assert best["commandes"].median() == 6
    assert f"la moyenne, {number(best['commandes'].mean(), 1)}" in drill("09_persona", "commandes")
    nice = (best["region"] == "Nice et la Côte").mean()
    base = people[people["client_id"].isin(classes["client_id"])]
    known = (base["region"] == "Nice et la Côte").mean()
    assert plain(f"{one(nice)} de la classe vit à Nice et sur la Côte, contre {one(known)}") in (
        drill("09_persona", "nice")
    )
    first = kept.groupby("client_id")["canal"].agg(lambda found: found.mode()[0])
    store, usual = (
        (table["client_id"].map(first) == "boutique").mean() for table in (best, classes)
    )
    told = f"{one(store)} ont la boutique pour premier canal d’achat, contre {one(usual)}"
    assert plain(told) in drill("09_persona", "boutique")
    assert plain(f"{one(store)} de la classe") in drill("09_messages", "apercu")


def test_the_messages_rest_on_the_classes(classes, people, orders):
    table = classes.merge(people, on="client_id").set_index("classe")
    refuse = (table["consentement"] == "non").groupby("classe").mean()
    told = drill("09_messages", "relance")
    assert plain(f"{one(refuse[4])} de la classe 4 n’accepte déjà plus nos messages, contre "
                 f"{one(refuse[1])} de la classe 1") in told  # fmt: skip
    promotion = (table.loc[1, "canal_recrutement"] == "promotion").mean()
    assert plain(f"{one(promotion)} viennent d’une promotion") in drill("09_messages", "remise")
    bought = orders[orders["quantite"] > 0].merge(load_products()).merge(classes, on="client_id")
    watches = (bought["categorie"] == "Horlogerie").groupby(bought["classe"]).mean()
    assert (round(1 / watches[4]), round(1 / watches[1])) == (5, 27)
    assert "Une ligne vendue sur cinq y est une montre, contre une sur vingt-sept" in drill(
        "09_messages", "revision"
    )


def test_chance_distinguishes_classes_too(classes, people):
    def found(table: pd.DataFrame) -> int:
        return int(over_represented(table, people, "profession")["au_dela_du_hasard"].sum())

    mixed = classes["classe"].sample(frac=1, random_state=6).to_numpy()
    assert (found(classes), found(classes.assign(classe=mixed))) == (11, 5)
    says("Le tirage 6 en trouve encore cinq")


# --- recruits ------------------------------------------------------------------------------------


def test_all_customers_do_not_make_comparable_cohorts(orders, people, channels):
    margins = people["client_id"].map(orders.groupby("client_id")["marge"].sum()).fillna(0)
    naive = margins.groupby(people["canal_recrutement"]).mean()
    assert naive.idxmax() == "parrainage" != channels["marge_moyenne"].idxmax()
    old = people["date_recrutement"].dt.year < 2023
    assert set(people.loc[old, "canal_recrutement"]) == {"boutique", "en ligne"}


def test_one_channel_stands_apart(channels, people):
    promotion, others = channels.loc["promotion"], channels.drop("promotion")
    assert promotion["haut"] < others["bas"].min()
    assert others["bas"].max() < others["haut"].min()
    event = channels.loc["événement"]
    inside = others.drop("événement")["marge_moyenne"].between(event["bas"], event["haut"])
    assert inside.all() and len(inside) == 3
    says(
        f"de {number(event['bas'])} à {euros(event['haut'])}, contient la moyenne de trois autres",
        f"Avec {int(event['recrues'])} recrues",
        f"{euros(promotion['marge_moyenne'])} en douze mois, de {number(promotion['bas'])} à "
        f"{euros(promotion['haut'])}",
        *(f"{euros(channels.loc[name, 'marge_moyenne'])}" for name in others.index),
    )


def test_the_first_offer(recruits):
    means = recruits.groupby("offre")["marge"].mean()
    says(
        f"de {euros(means['prix plein'])} à prix plein à {euros(means['remise de 20 %'])} avec 20 %"
    )
    falling = means[["prix plein", "remise de 10 %", "remise de 15 %", "remise de 20 %"]]
    assert falling.is_monotonic_decreasing


def test_what_the_assumed_cost_decides(channels):
    table = channels.reset_index()
    verdicts = {
        cost: net_of_acquisition(table, cost).set_index("canal_recrutement")["verdict"]
        for cost in (900, 1000, 1100)
    }
    assert (verdicts[1000].drop("promotion") == "rapporte").all()
    assert verdicts[1000]["promotion"] == "on ne sait pas"
    assert verdicts[900].equals(verdicts[1000])
    assert verdicts[1100]["promotion"] == "coûte"
    assert verdicts[1100]["événement"] == "on ne sait pas"
    assert (verdicts[1100].drop(["promotion", "événement"]) == "rapporte").all()


def test_the_lifetime_value_of_a_recruit(channels, kept, capped):
    active = {
        year: set(kept.loc[kept["jour"].dt.year == year, "client_id"])
        for year in (2023, 2024, 2025)
    }
    share = len(active[2024] & active[2025]) / len(active[2024])
    assert round(channels.loc["boutique", "marge_moyenne"]) == 1312
    assert round(channels.loc["promotion", "marge_moyenne"]) == 921
    later = 1312 * 0.467 / (1 + 0.10 - 0.467)
    says(f"perd {euros(1000 - later)} ou rapporte {euros(later - 1000 + 1312)}")
    promotion = lifetime_value(921, 0.294, 0.10, 1000, first_now=True).value
    says(f"La promotion donne {euros(promotion)}")
    twice = len(active[2023] & active[2025]) / len(active[2023])
    assert twice > share**2
    says(f"la formule en garde {one(share**2)} ; il y en a {one(twice)}")
    marc = capped.set_index("client_id").loc[MARC, "marge"]
    says(f"À {euros(marc)} de marge par an, la formule donnerait "
         f"{euros(lifetime_value(marc, share, 0.10).value)}")  # fmt: skip
    for text in ("46,7 %", "29,4 %", one(share)):
        assert plain(text) in printed(NAME)


# --- migrations ----------------------------------------------------------------------------------


def test_few_stand_where_they_stood(moved):
    known = moved[moved["avant"] != ABSENT]
    same, lost = (known["avant"] == known["apres"]).mean(), (known["apres"] == ABSENT).mean()
    says(f"{one(same)} seulement, et {one(lost)} n'ont rien commandé en 2025")


def test_the_two_traps_as_the_lesson_shows_them(orders, moved):
    close = segment_moves(orders, "2025-11-30", "2025-12-31", overlap=True)
    close = close[close["avant"] != ABSENT]
    says(f"{one((close['avant'] == close['apres']).mean())} de clients stables")
    shares = {}
    for bounds in ("first", "each"):
        both = compare_dates(orders, ["2024-12-31", "2025-12-31"], 12, bounds=bounds)
        shares[bounds] = (both["M"] == 4).groupby(both["date"]).mean()
    before, after = shares["first"]
    says(f"est passée de {one(before)} à {one(after)} ; recalculée, elle affiche toujours "
         f"{one(shares['each'].iloc[-1])}")  # fmt: skip
    for bounds, found in (
        ("bornes de 2024", after),
        ("bornes recalculées", shares["each"].iloc[-1]),
    ):
        assert plain(f"M = 4 en 2025, {bounds}") + f" {one(found)}".replace("\u00a0", " ") in (
            printed(NAME)
        )


def test_the_bridge_to_the_cent(moved):
    bridge = revenue_bridge(moved).set_index("mouvement")["ecart"]
    parts = [1981073.65, 82185.20, 1041160.15, 0.0, -1010211.10, -1344967.65]
    assert bridge.tolist() == [*parts, 749240.25]
    assert round(sum(round(100 * part) for part in parts)) == 74924025
    says(
        f"Les ventes ont augmenté de {euros(bridge['Total'], 2)}",
        f"{euros(-bridge['Perdus'], 2)} partis avec ceux qui n'ont plus commandé",
    )
    assert 1.9e6 < bridge["Nouveaux"] < 2.1e6
    says(f"Marc en est : {euros(moved.set_index('client_id').loc[MARC, 'ecart'])}")


def test_where_the_lost_euros_came_from(moved):
    lost = migration_matrix(moved, "euros").set_index("avant")[ABSENT]
    assert lost.idxmin() == "À risque"
    good = lost[["Fidèles", "Champions"]].sum()
    says(f"{euros(-lost.min())} viennent des « À risque »",
         f"{euros(-good)} viennent des Fidèles et des Champions")  # fmt: skip
    last = moved[(moved["avant"] == "À risque") & (moved["apres"] == ABSENT)]
    says(f"Le plus large va d'« À risque » à « Sans commande » : {len(last)} clients")
    loyal = moved[(moved["avant"] == "Fidèles") & (moved["apres"] == ABSENT)]
    says(f"les {len(loyal)} Fidèles qui n'ont plus commandé")


def test_an_alert_is_no_departure(orders, alerts):
    december = alerts[alerts["date"] == "2025-12-31"]
    says(f"En décembre 2025, {len(december)} clients ont changé de segment")
    good = alerts[alerts["avant"].isin(["Champions", "Fidèles"])]
    watched = good[good["apres"].isin(["À ne pas perdre", "À risque", "Besoin d’attention"])]
    now = watched[watched["date"] == "2025-12-31"]
    assert (len(now), (now["apres"] == "À ne pas perdre").sum()) == (38, 22)
    later = later_orders(orders, "2025-09-30", horizon_days=92)
    rung = watched[watched["date"] == "2025-09-30"].merge(later, on="client_id")["rachat"]
    assert (rung.sum(), len(rung)) == (24, 54)
    assert rung.mean() > 2 * later["rachat"].mean()
    says("Vingt-quatre sur cinquante-quatre")
    text = " ".join(
        c.explanation for c in load_quiz(NAME).question("alerte_et_effet").check.choices
    )
    assert "vingt-quatre alertes sur cinquante-quatre" in text


def test_the_alert_of_marc(orders):
    days = pd.date_range("2023-12-31", "2025-12-31", freq="ME").date
    changes = segment_changes(segment_history(orders, days))
    marc = changes[(changes["client_id"] == MARC) & (changes["date"] > "2024-06-30")]
    first = marc.sort_values("date").iloc[0]
    assert (str(first["date"].date()), first["avant"], first["apres"]) == (
        "2024-09-30", "Fidèles", "À ne pas perdre",
    )  # fmt: skip
    last = orders.loc[orders["client_id"] == MARC, "date_achat"].max()
    assert str(last.date()) == "2024-06-29"
    assert len(marc) == 4 and (marc["sens"] == "descend").all()
    says("Une alerte aurait sonné le 30 septembre 2024, trois mois après son dernier achat")


# --- further -------------------------------------------------------------------------------------


def test_the_first_purchases_that_pay(orders, recruits):
    table = recruits.merge(first_purchases(orders, load_products()), on="client_id")
    groups = recruit_groups(table, "premiere_categorie").query("recrues >= 30")
    verdicts = net_of_acquisition(groups, 900, "premiere_categorie").set_index("premiere_categorie")
    pay = verdicts.index[verdicts["verdict"] == "rapporte"]
    assert set(pay) == {"Horlogerie", "Maroquinerie"}
    assert verdicts.loc["Soie", "verdict"] == "on ne sait pas"


def test_the_season_fools_the_chain(orders):
    days = pd.date_range("2023-12-31", "2025-12-31", freq="QE").date
    judged = judge_projection(segment_history(orders, days), 4).set_index("etat")
    mean = judged.loc["Erreur moyenne"]
    says(f"Markov se trompe de {number(mean['projete'], 1)} clients par segment, contre "
         f"{number(mean['rien_ne_change'], 1)}")  # fmt: skip
    active = judged.drop(index=["Erreur moyenne", ABSENT])
    errors = active[["projete", "rien_ne_change"]].sub(active["observe"], axis=0).abs().mean()
    assert errors["rien_ne_change"] < errors["projete"]


def test_many_ordered_once(kept):
    counts = kept["client_id"].value_counts()
    assert 0.36 < (counts == 1).mean() < 0.4
    days = (pd.Timestamp("2025-12-31") - kept.groupby("client_id")["jour"].max()).dt.days
    silent = int(np.sum(days[counts[counts == 1].index] > 550))
    told = f"{number((counts == 1).sum())} clients, dont {silent} il y a plus de 550 jours"
    assert plain(told) in printed(NAME)
