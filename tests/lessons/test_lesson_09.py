"""Lesson 9: every number that it states is the data's, and each method is seen failing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from support.by_hand import (
    DAY,
    bought_again,
    frozen,
    in_window,
    kept_orders,
    measures,
    wilson,
)
from support.by_hand import recruits as recruits_by_hand
from support.lessons import assert_says, drill, headings, one, plain, printed

from rfm_helpers.datasets import load_customers, load_orders, load_products
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.questions import load_quiz

NAME = "09_valeur_client"
MARC, NOWHERE = "C-0360", "Sans commande"
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
def scored(orders, kept) -> Callable[..., pd.DataFrame]:
    """The points of source 004, line by line of its table."""
    counts = kept["client_id"].value_counts().sort_index()
    sums = orders.groupby("client_id")[["montant", "marge"]].sum().loc[counts.index].round(2)

    def points(unit: float = 1, cap: float = np.inf, yearly: bool = True) -> pd.DataFrame:
        years = 3 if yearly else 1
        revenue, margin = (sums[name] / years / unit for name in ("montant", "marge"))
        of_revenue = np.select([revenue < 10, revenue < 50, revenue <= 100], [0.5, 2.5, 7.5], 10)
        of_margin = np.select([margin < 2, margin < 10, margin <= 20], [1, 5, 10], 20)
        given = of_revenue + of_margin + np.minimum(2 * counts, cap)
        table = {"commandes": counts, "marge": margin * unit, "points": given}
        return pd.DataFrame(table).rename_axis("client_id").reset_index()

    return points


def forty(table: pd.DataFrame, places: int = 40) -> list[str]:
    """Most points, then most margin, then the customer's number."""
    order = {"points": False, "marge": False, "client_id": True}
    return table.sort_values([*order], ascending=[*order.values()])["client_id"].tolist()[:places]


def all_tied(table: pd.DataFrame) -> bool:
    """Whether the forty and the first one left out have as many points."""
    return bool(table.set_index("client_id")["points"].loc[forty(table, 41)].nunique() == 1)


@pytest.fixture(scope="module")
def capped(scored) -> pd.DataFrame:
    return scored(unit=100, cap=10)


@pytest.fixture(scope="module")
def classes(capped) -> pd.DataFrame:
    worse = capped["points"].rank(method="min").astype(int) - 1
    return capped.assign(classe=1 + 4 * worse // len(capped))


@pytest.fixture(scope="module")
def recruits() -> pd.DataFrame:
    return recruits_by_hand()


def means(recruits: pd.DataFrame, by: str) -> pd.DataFrame:
    """The mean margin of groups, with 1.96 standard errors on either side."""
    table = recruits.groupby(by)["marge"].agg(["size", "mean", "sem"])
    return table.assign(low=table["mean"] - 1.96 * table["sem"],
                        high=table["mean"] + 1.96 * table["sem"])  # fmt: skip


@pytest.fixture(scope="module")
def channels(recruits) -> pd.DataFrame:
    return means(recruits, "canal_recrutement")


def verdicts(table: pd.DataFrame, cost: float) -> pd.Series:
    found = np.select([table["low"] > cost, table["high"] < cost], ["rapporte", "coûte"], "?")
    return pd.Series(found, table.index)


@pytest.fixture(scope="module")
def moved() -> pd.DataFrame:
    """Everybody who ordered by the end of 2025: segment and revenue of 2024, then of 2025."""
    table = pd.DataFrame({"apres": frozen("2025-12-31", "2024-12-31")})
    table["avant"] = frozen("2024-12-31", "2024-12-31").reindex(table.index, fill_value=NOWHERE)
    for year in (2024, 2025):
        table[year] = in_window(f"{year}-12-31", 12)["montant_total"].reindex(table.index)
    table = table.fillna({2024: 0.0, 2025: 0.0})
    return table.assign(ecart=table[2025] - table[2024])


def changes(first: str, *days: str) -> pd.DataFrame:
    """Who is in another segment at a day than at the one before, by the bounds of a first day."""
    parts = []
    for day, after in pairwise(days):
        then = frozen(day, first)
        table = pd.DataFrame({"avant": then, "apres": frozen(after, first).reindex(then.index)})
        parts.append(table[table["avant"] != table["apres"]].assign(jour=after))
    return pd.concat(parts)


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
    before, after = (set(forty(table)) for table in (scored(unit=100), capped))
    assert len(before - after) == len(after - before) == 9
    assert "C-0929" in before - after and "C-1418" in after - before
    rows = capped.set_index("client_id")
    gone, come = rows.loc["C-0929"], rows.loc["C-1418"]
    says(
        f"C-0929 a passé {number(gone['commandes'])} commandes, pour {euros(gone['marge'])} de",
        f"C-1418, douze commandes et {euros(come['marge'])}",
    )
    assert come["commandes"] == 12


def test_a_scale_that_no_longer_decides(scored, capped):
    small = scored(unit=1, cap=10)
    top = int((small["points"] == small["points"].max()).sum())
    assert all_tied(small) and small["points"].max() == 40
    richest = capped.nlargest(40, "marge")["client_id"]
    assert set(richest) == set(forty(capped)) == set(forty(small))
    says(f"{top} clients ont tous 40 points", "exactement les quarante plus fortes marges")
    choices = load_quiz(NAME).question("bareme_muet")
    assert f"comme {top - 40} autres" in choices.statement


def test_the_caps_of_the_activity(scored):
    free = set(forty(scored(unit=100)))

    def lost(cap: float) -> int:
        return len(free - set(forty(scored(unit=100, cap=cap))))

    assert [lost(cap) for cap in (33, 34, 40, 60)] == [0] * 4
    assert (lost(32), lost(22), lost(10), lost(24)) == (3, 9, 9, 8)
    says("À 32 points, trois places changent de mains ; de 33 à l'infini, aucune")
    added = scored(unit=100, cap=10, yearly=False)
    assert all_tied(added)
    says(f"{(added['points'] == 40).sum()} clients ont 40 points")


def test_marc_has_no_place(capped):
    marc = capped.set_index("client_id").loc[MARC]
    rank = 1 + int((capped["points"] > marc["points"]).sum())
    says(f"Le bonus plafonné à 10, il est {rank}e sur {number(len(capped))}, avec "
         f"{number(marc['points'], 1)} points")  # fmt: skip
    assert_says("11_relation_client", f"Sa valeur : {rank}e")


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
        """The shares of a profession in a class, in whose interval that of the base is not."""
        counts = pd.crosstab(*(table.merge(people)[name] for name in ("classe", "profession")))
        base = counts.sum() / counts.to_numpy().sum()
        ends = ((wilson(count, int(row.sum())), base[name])
                for _, row in counts.iterrows() for name, count in row.items())  # fmt: skip
        return sum(not low <= share <= high for (low, high), share in ends)

    mixed = classes["classe"].sample(frac=1, random_state=6).to_numpy()
    assert (found(classes), found(classes.assign(classe=mixed))) == (11, 5)
    says("Le tirage 6 en trouve encore cinq")


# --- recruits ------------------------------------------------------------------------------------


def test_all_customers_do_not_make_comparable_cohorts(orders, people, channels):
    margins = people["client_id"].map(orders.groupby("client_id")["marge"].sum()).fillna(0)
    naive = margins.groupby(people["canal_recrutement"]).mean()
    assert naive.idxmax() == "parrainage" != channels["mean"].idxmax()
    old = people["date_recrutement"].dt.year < 2023
    assert set(people.loc[old, "canal_recrutement"]) == {"boutique", "en ligne"}


def test_one_channel_stands_apart(channels):
    promotion, others = channels.loc["promotion"], channels.drop("promotion")
    assert promotion["high"] < others["low"].min()
    assert others["low"].max() < others["high"].min()
    event = channels.loc["événement"]
    inside = others.drop("événement")["mean"].between(event["low"], event["high"])
    assert inside.all() and len(inside) == 3
    says(
        f"de {number(event['low'])} à {euros(event['high'])}, contient la moyenne de trois autres",
        f"Avec {int(event['size'])} recrues",
        f"{euros(promotion['mean'])} en douze mois, de {number(promotion['low'])} à "
        f"{euros(promotion['high'])}",
        *(f"{euros(channels.loc[name, 'mean'])}" for name in others.index),
    )


def test_the_first_offer(recruits):
    found = means(recruits, "remise")["mean"]
    says(f"de {euros(found[0.0])} à prix plein à {euros(found[0.2])} avec 20 %")
    assert found.index.tolist() == [0.0, 0.1, 0.15, 0.2] and found.is_monotonic_decreasing


def test_what_the_assumed_cost_decides(channels):
    at = {cost: verdicts(channels, cost) for cost in (900, 1000, 1100)}
    assert (at[1000].drop("promotion") == "rapporte").all()
    assert at[1000]["promotion"] == "?"
    assert at[900].equals(at[1000])
    assert at[1100]["promotion"] == "coûte"
    assert at[1100]["événement"] == "?"
    assert (at[1100].drop(["promotion", "événement"]) == "rapporte").all()


def test_the_lifetime_value_of_a_recruit(channels, kept, capped):
    active = {
        year: set(kept.loc[kept["jour"].dt.year == year, "client_id"])
        for year in (2023, 2024, 2025)
    }
    share = len(active[2024] & active[2025]) / len(active[2024])
    assert round(channels.loc["boutique", "mean"]) == 1312
    assert round(channels.loc["promotion", "mean"]) == 921

    def later(margin: float, stay: float) -> float:
        """The margins of the years to come, one by one."""
        return sum(margin * (stay / 1.10) ** year for year in range(1, 200))

    shop, promotion = later(1312, 0.467), later(921, 0.294)
    says(f"perd {euros(1000 - shop)} ou rapporte {euros(shop - 1000 + 1312)}")
    says(f"La promotion donne {euros(promotion + 921 - 1000)}")
    twice = len(active[2023] & active[2025]) / len(active[2023])
    assert twice > share**2
    says(f"la formule en garde {one(share**2)} ; il y en a {one(twice)}")
    marc = capped.set_index("client_id").loc[MARC, "marge"]
    says(f"À {euros(marc)} de marge par an, la formule donnerait "
         f"{euros(later(marc, share))}")  # fmt: skip
    for text in ("46,7 %", "29,4 %", one(share)):
        assert plain(text) in printed(NAME)


# --- migrations ----------------------------------------------------------------------------------


def test_few_stand_where_they_stood(moved):
    known = moved[moved["avant"] != NOWHERE]
    same, lost = (known["avant"] == known["apres"]).mean(), (known["apres"] == NOWHERE).mean()
    says(f"{one(same)} seulement, et {one(lost)} n'ont rien commandé en 2025")


def test_the_two_traps_as_the_lesson_shows_them():
    before = frozen("2025-11-30", "2025-11-30")
    before = before[before != NOWHERE]
    close = frozen("2025-12-31", "2025-11-30").reindex(before.index)
    says(f"{one((before == close).mean())} de clients stables")
    then, now = (in_window(f"{year}-12-31", 12)["montant_total"] for year in (2024, 2025))

    def best(amounts: pd.Series, of: pd.Series) -> float:
        """The share of amounts that three in four of others do less than."""
        worse = np.searchsorted(np.sort(of), amounts, side="left")
        return float((1 + 4 * worse // len(of) >= 4).mean())

    frozen_, fixed = best(now, then), best(now, now)
    says(f"est passée de {one(best(then, then))} à {one(frozen_)} ; recalculée, elle affiche "
         f"toujours {one(fixed)}")  # fmt: skip
    for bounds, found in (("bornes de 2024", frozen_), ("bornes recalculées", fixed)):
        assert plain(f"M = 4 en 2025, {bounds} {one(found)}") in printed(NAME)


def test_the_bridge_to_the_cent(moved):
    known = moved.index.isin(measures("2024-12-31").index)
    came, gone = moved["avant"] == NOWHERE, moved["apres"] == NOWHERE
    kinds = {"Nouveaux": ~known, "Revenus": known & came & ~gone, "Perdus": ~came & gone}
    stayed = ~came & ~gone
    for name, side in (("En hausse", moved["ecart"] > 0), ("En baisse", moved["ecart"] < 0)):
        kinds[name] = stayed & side
    cents = {name: round(100 * moved.loc[rows, "ecart"].sum()) for name, rows in kinds.items()}
    parts = [198107365, 8218520, -134496765, 104116015, -101021110]
    assert [*cents.values()] == parts and sum(parts) == round(100 * moved["ecart"].sum())
    says(
        f"Les ventes ont augmenté de {euros(sum(parts) / 100, 2)}",
        f"{euros(-cents['Perdus'] / 100, 2)} partis avec ceux qui n'ont plus commandé",
    )
    assert 1.9e8 < cents["Nouveaux"] < 2.1e8
    says(f"Marc en est : {euros(moved.loc[MARC, 'ecart'])}")


def test_where_the_lost_euros_came_from(moved):
    gone = moved[(moved["apres"] == NOWHERE) & (moved["avant"] != NOWHERE)]
    lost = gone.groupby("avant")["ecart"].sum()
    assert lost.idxmin() == "À risque"
    good = lost[["Fidèles", "Champions"]].sum()
    says(f"{euros(-lost.min())} viennent des « À risque »",
         f"{euros(-good)} viennent des Fidèles et des Champions")  # fmt: skip
    known = moved[moved["avant"] != NOWHERE]
    flows = known[known["avant"] != known["apres"]].value_counts(["avant", "apres"])
    assert flows.index[0] == ("À risque", NOWHERE)
    says(f"Le plus large va d'« À risque » à « Sans commande » : {flows.iloc[0]} clients",
         f"les {flows['Fidèles', NOWHERE]} Fidèles qui n'ont plus commandé")  # fmt: skip


def test_an_alert_is_no_departure():
    december = changes("2024-12-31", "2025-11-30", "2025-12-31")
    says(f"En décembre 2025, {len(december)} clients ont changé de segment")

    def watched(table: pd.DataFrame) -> pd.DataFrame:
        fallen = ["À ne pas perdre", "À risque", "Besoin d’attention"]
        return table[table["avant"].isin(["Champions", "Fidèles"]) & table["apres"].isin(fallen)]

    now = watched(december)
    assert (len(now), (now["apres"] == "À ne pas perdre").sum()) == (38, 22)
    says("Trente-huit appels", "il n'en reste que vingt-deux")
    rung = watched(changes("2024-12-31", "2025-08-31", "2025-09-30")).index
    back = pd.Series(bought_again("2025-09-30", 92), measures("2025-09-30").index)
    assert (back[rung].sum(), len(rung)) == (24, 54)
    assert back[rung].mean() > 2 * back.mean()
    says("Vingt-quatre sur cinquante-quatre")
    text = " ".join(
        c.explanation for c in load_quiz(NAME).question("alerte_et_effet").check.choices
    )
    assert "vingt-quatre alertes sur cinquante-quatre" in text


def test_the_alert_of_marc(orders):
    last = orders.loc[orders["client_id"] == MARC, "date_achat"].max()
    assert str(last.date()) == "2024-06-29"
    ends = [str(day.date()) for day in pd.date_range("2024-06-30", str(DAY), freq="ME")]
    marc = changes("2023-12-31", *ends).loc[MARC]
    first = marc.iloc[0]
    assert (first["jour"], first["avant"], first["apres"]) == (
        "2024-09-30", "Fidèles", "À ne pas perdre",
    )  # fmt: skip
    assert len(marc) == 4
    says("Une alerte aurait sonné le 30 septembre 2024, trois mois après son dernier achat")


# --- further -------------------------------------------------------------------------------------


def test_the_first_purchases_that_pay(orders, recruits, kept):
    first = kept.loc[kept["rang"] == 1, ["commande_id"]]
    lines = orders.merge(first).merge(load_products()[["produit_id", "categorie"]])
    main = lines.sort_values("montant").groupby("client_id")["categorie"].last()
    table = recruits.assign(categorie=recruits["client_id"].map(main))
    groups = means(table, "categorie").query("size >= 30")
    found = verdicts(groups, 900)
    assert set(found.index[found == "rapporte"]) == {"Horlogerie", "Maroquinerie"}
    assert found["Soie"] == "?"


def test_the_season_fools_the_chain():
    days = [str(day.date()) for day in pd.date_range("2023-12-31", str(DAY), freq="QE")]
    seen = [frozen(day, days[0]) for day in days]
    steps = pd.concat(
        pd.DataFrame({"apres": after, "avant": before.reindex(after.index).fillna("—")})
        for before, after in pairwise(seen[:5])
    )
    counts = pd.crosstab(steps["avant"], steps["apres"])
    newcomers, moves = counts.loc["—"] / 4, counts.drop(index="—")
    ahead = seen[4].value_counts().reindex(counts.columns, fill_value=0)
    nothing = ahead.copy()
    for _ in range(4):
        ahead = moves.div(moves.sum(axis=1), axis=0).T @ ahead.reindex(moves.index) + newcomers
    observed = seen[8].value_counts().reindex(counts.columns, fill_value=0)
    chain, same = ((one_ - observed).abs() for one_ in (ahead, nothing))
    says(f"Markov se trompe de {number(chain.mean(), 1)} clients par segment, contre "
         f"{number(same.mean(), 1)}")  # fmt: skip
    assert same.drop(NOWHERE).mean() < chain.drop(NOWHERE).mean()


def test_many_ordered_once(kept):
    counts = kept["client_id"].value_counts()
    assert 0.36 < (counts == 1).mean() < 0.4
    days = (pd.Timestamp("2025-12-31") - kept.groupby("client_id")["jour"].max()).dt.days
    silent = int(np.sum(days[counts[counts == 1].index] > 550))
    told = f"{number((counts == 1).sum())} clients, dont {silent} il y a plus de 550 jours"
    assert plain(told) in printed(NAME)
