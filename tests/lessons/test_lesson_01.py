"""Lesson 1: what it and its activities say of the data is computed here again."""

from __future__ import annotations

import pandas as pd
import pytest
from support.lessons import headings, plain, printed, prose

from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import Benchmark, judge_aim, purchase_cycle
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog.statements import load_statements
from rfm_helpers.datasets import COURSE_DATE, dataset_columns, load_contacts, load_orders
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import load_quiz

LESSON = "01_strategie"
QUIZZES = (LESSON, "01_cap", "01_fidelite", "01_levier")
LOST = "À ne pas perdre"


def says(*sentences: str) -> None:
    """The lesson's prose holds each of these, bold marks apart."""
    told = prose(LESSON).replace("**", "")
    missing = [text for text in sentences if plain(text) not in told]
    assert not missing, missing


def explains(where: str, criterion: str, *sentences: str) -> None:
    """What is said to the two ratings of a statement holds each of these."""
    statement = next(s for s in load_statements().statements if s.id == where)
    judgement = statement.judgements[criterion]
    told = plain(f"{statement.text} {judgement.oui} {judgement.non}")
    missing = [text for text in sentences if plain(text) not in told]
    assert not missing, missing


def quiz_text(name: str, question: str) -> str:
    """Everything that a choice question says."""
    found = next(q for q in load_quiz(name).questions if q.id == question)
    choices = " ".join(f"{c.text} {c.explanation}" for c in found.check.choices)
    return plain(f"{found.statement} {choices} {found.worked}")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def customers(orders) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


@pytest.fixture(scope="module")
def groups(customers) -> pd.DataFrame:
    """Each segment in plain pandas: customers, revenue, habits."""
    table = customers.groupby("segment").agg(
        clients=("client_id", "size"),
        revenue=("montant_total", "sum"),
        orders=("frequence", "sum"),
        recency=("recence", "median"),
        frequency=("frequence", "mean"),
    )
    return table.assign(basket=table["revenue"] / table["orders"])


@pytest.fixture(scope="module")
def two_dates(orders) -> pd.DataFrame:
    """Customers at the ends of 2024 and 2025, on windows of two years, with the same bounds."""
    return assign_segments(compare_dates(orders, ["2024-12-31", "2025-12-31"]))


@pytest.fixture(scope="module")
def today(two_dates) -> pd.DataFrame:
    return two_dates[two_dates["date"] == "2025-12-31"]


@pytest.fixture(scope="module")
def year_later(orders, two_dates) -> pd.DataFrame:
    """Customers as they were at the end of 2024, and whether they ordered in 2025."""
    before = two_dates[two_dates["date"] == "2024-12-31"]
    sums = orders.groupby(["client_id", "commande_id"]).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    kept = sums[(sums["total"] > 0) & (sums["day"] > "2024-12-31")]
    return before.assign(back=before["client_id"].isin(kept.index.get_level_values(0)))


def known(year_later: pd.DataFrame, segment: str) -> Benchmark:
    rows = year_later[year_later["segment"] == segment]
    return Benchmark(int(rows["back"].sum()), len(rows))


def interval(one: Benchmark) -> str:
    return f"de {100 * one.low:.0f} à {percent(one.high)}"


@pytest.fixture(scope="module")
def five(orders) -> pd.DataFrame:
    return score_rfm(rfm_table(orders, as_of=COURSE_DATE), levels=5)


def test_quizzes_send_back_to_sections_of_the_lesson():
    for name in QUIZZES:
        for question in load_quiz(name).questions:
            assert plain(question.section) in headings(LESSON), question.section


def test_titles_that_texts_refer_to_are_printed():
    for title in ("Comment achète chaque segment", "Une seule commande, quatre histoires",
                  "Un an plus tard"):  # fmt: skip
        assert title in printed(LESSON)


def test_low_frequency(customers):
    one, four = customers[customers["F"] == 1], customers[customers["F"] == 4]
    revenue = customers["montant_total"].sum()
    assert set(one["frequence"]) == {1}
    says(
        f"{round(100 * len(one) / len(customers))} sur 100 : {number(len(one))} clients ont F 1",
        f"Ils apportent {percent(one['montant_total'].sum() / revenue, 1)} du chiffre d’affaires",
        f"Les {len(four)} clients F 4 en apportent "
        f"{percent(four['montant_total'].sum() / revenue, 1)}",
    )


def test_the_same_f_1_hides_two_problems(today, year_later):
    once = year_later[year_later["F"] == 1]
    back = once.groupby("R")["back"].mean()
    recent = ((today["F"] == 1) & (today["R"] == 4)).sum()
    latest = once[once["R"] == 4]["back"]
    best = Benchmark(int(latest.sum()), len(latest))
    assert best.high < 0.66
    says(
        f"Parmi les récents (R 4), {percent(back[4], 1)} sont revenus dans l’année ; parmi les "
        f"anciens (R 1), {percent(back[1], 1)}",
        f"la part de {percent(back[4], 1)} n’est connue qu’entre "
        f"{percent(best.low)} et {percent(best.high)}",
        f"Pour les {recent} clients R 4 et F 1",
        f"sans nous, {percent(back[4])} reviendraient dans l’année ({interval(best)}) ; nous "
        "visons 66 %",
    )
    told = quiz_text("01_fidelite", "meme_f_1")
    assert plain(f"{percent(back[4], 1)} des R 4 et F 1") in told
    assert plain(f"{percent(back[1], 1)} des R 1 et F 1") in told


def test_r5_f2_m4(five):
    found = five[five["code_rfm"] == "524"]
    cuts = score_cuts(five).set_index(["dimension", "score"])
    low, high = cuts.loc[("M", 4), ["de", "a"]]
    assert 1200 <= low / 2 < 1300
    assert set(found["frequence"]) == {2}
    assert 14 <= found["recence"].median() <= 17
    says(
        f"{len(found)} clients. Ils ont commandé dans les {cuts.loc[('R', 5), 'a']:.0f} derniers "
        f"jours, deux fois en tout, pour un total de {number(low)} à {euros(high)}. En deux "
        "commandes, cela fait au moins 1 200 € chacune, en moyenne",
        f"leur nombre, parmi {number(len(five))}",
    )


def test_the_244_of_the_exercise(five):
    found = five[five["code_rfm"] == "244"]
    number_asked, lever = load_quiz("01_levier").questions
    assert number_asked.check.answer == len(found)
    assert "C-0360" in set(found["client_id"])
    assert found["frequence"].between(4, 5).all()
    low, high = found["recence"].min(), found["recence"].max()
    assert f"depuis {low} à {high} jours" in plain(number_asked.check.success)
    assert found["recence"].min() > 365
    assert lever.check.right_letters == ("a",)
    assert number_asked.check.mistakes[0].when == (five["code_rfm"] == "524").sum()


def test_who_weighs_more_in_revenue_than_in_customers(groups):
    share, worth = groups["clients"] / groups["clients"].sum(), groups["revenue"]
    worth = worth / worth.sum()
    assert set(groups.index[worth > share]) == {"Champions", "Fidèles", LOST}
    says(
        f"les Champions ({percent(share['Champions'], 1)} des clients, "
        f"{percent(worth['Champions'], 1)} du chiffre d’affaires), les Fidèles "
        f"({percent(share['Fidèles'], 1)} et {percent(worth['Fidèles'], 1)}) et les clients "
        f"{LOST} ({percent(share[LOST], 1)} et {percent(worth[LOST], 1)})"
    )
    assert share["À risque"] > 0.2
    assert worth["À risque"] < 0.1


def test_habits(groups):
    loyal, lost, promising = (groups.loc[name] for name in ("Fidèles", LOST, "Fidèles potentiels"))
    assert number(loyal["frequency"], 1) == number(lost["frequency"], 1)
    says(
        f"{number(loyal['frequency'], 1)} commandes en moyenne",
        f"{number(loyal['recency'])} jours contre {number(lost['recency'], 1)}",
        f"venus il y a {number(promising['recency'], 1)} jours (médiane), pour "
        f"{number(promising['frequency'], 1)} commandes",
    )


def test_revenue_at_stake_and_what_the_assumption_does(groups):
    one = groups["clients"] * groups["basket"]
    stake = (0.1 * one).sort_values(ascending=False)
    assert list(stake.index[:2]) == ["Fidèles", "À risque"]
    assert list(stake.index).index(LOST) == 4
    says(
        f"Les Fidèles, avec {euros(stake['Fidèles'])}, puis À risque, avec "
        f"{euros(stake['À risque'])}",
        f"n’est que cinquième, avec {euros(stake[LOST])}",
        f"Avec 20 %, {LOST} monte à {euros(0.2 * one[LOST])} et passe deuxième ; à 22 %, il "
        f"dépasse les Fidèles. À risque tombe à {euros(0.05 * one['À risque'])}",
    )
    assert 0.21 * one[LOST] < stake["Fidèles"] < 0.22 * one[LOST]
    assert stake["Champions"] < 0.2 * one[LOST] < stake["Fidèles"]


def test_revenue_at_risk_is_not_where_the_name_says(orders, customers):
    year = orders[orders["date_achat"] >= "2025-01-01"]
    spent = year.groupby("client_id")["montant"].sum()
    sums = year.groupby(["client_id", "commande_id"])["montant"].sum()
    active = set(sums[sums > 0].index.get_level_values(0))
    spent = spent[spent.index.isin(active)]
    known = customers.assign(
        spent=customers["client_id"].map(spent).fillna(0.0),
        active=customers["client_id"].isin(active),
    ).groupby("segment")[["spent", "active"]].sum()  # fmt: skip
    size = customers["segment"].value_counts()
    risky = known.loc[["Besoin d’attention", "Bientôt dormants", "À risque", LOST], "spent"]
    assert risky.idxmax() == "Besoin d’attention"
    needy, name = known.loc["Besoin d’attention"], known.loc["À risque"]
    says(
        f"malgré son nom : {euros(name['spent'])}",
        f"avec {euros(needy['spent'])}, parce que {needy['active']:.0f} de ses clients",
        f"{name['active']:.0f} actifs sur {size['À risque']}",
    )


def test_last_year_as_a_yardstick(year_later, today):
    lost, champions = known(year_later, LOST), known(year_later, "Champions")
    best = year_later.groupby("segment")["back"].mean()
    assert best.idxmax() == "Champions"
    says(
        f"Les Champions : {number(100 * best['Champions'], 1)} sur 100",
        f"{percent(lost.share, 1)}, soit {lost.returned} clients sur {lost.customers}, et "
        f"l’intervalle va {interval(lost)}",
    )
    places = {aim: judge_aim(lost, aim, champions).place for aim in (0.15, 0.30, 0.40, 0.80)}
    assert list(places.values()) == ["below", "inside", "above", "as the best"]
    told = quiz_text(LESSON, "realiste")
    assert plain(f"{percent(lost.share)} des clients {LOST}") in told
    assert plain(f"de {percent(lost.low)} à {percent(lost.high)}") in told
    assert [judge_aim(lost, aim).place for aim in (0.20, 0.30, 0.40)] == [
        "below", "inside", "above",
    ]  # fmt: skip
    assert plain(f"{percent(champions.share)} des Champions") in told
    size = (today["segment"] == LOST).sum()
    assert f"sur {size} clients, une vingtaine de retours" in told
    assert 17 <= size * (0.40 - lost.share) <= 23


def test_later_orders_agree(orders, year_later):
    later = later_orders(orders, "2024-12-31").set_index("client_id")["rachat"]
    assert (later[year_later["client_id"]].to_numpy() == year_later["back"].to_numpy()).all()
    assert (year_later["rachat"].to_numpy() == year_later["back"].to_numpy()).all()


def test_facts_of_the_statements_to_rate(groups, today, orders, year_later):
    loyal, promising = groups.loc["Fidèles"], groups.loc["Fidèles potentiels"]
    assert promising["recency"] < 40
    explains(
        "fideles_potentiels", "donnees",
        f"{number(promising['frequency'], 1)} commandes en moyenne, contre "
        f"{number(loyal['frequency'], 1)} chez les Fidèles",
        "il y a moins de 40 jours",
    )  # fmt: skip
    new = groups.loc["Nouveaux clients"]
    recruits = today[today["segment"] == "Nouveaux clients"]
    assert set(recruits["frequence"]) == {1}
    explains(
        "soiree_nouveaux", "donnees",
        f"les {len(recruits)} Nouveaux clients des deux dernières années",
        f"{euros(new['basket'])}, contre {euros(groups.loc['Champions', 'basket'])} "
        "chez les Champions",
    )  # fmt: skip
    before = year_later[year_later["segment"] == "Nouveaux clients"]
    soon = before.merge(later_orders(orders, "2024-12-31", 181)[["client_id", "commandes_futures"]])
    half = Benchmark(int((soon["commandes_futures"] > 0).sum()), len(soon))
    assert judge_aim(half, 36 / len(recruits)).place == "above"
    explains(
        "soiree_nouveaux", "mesure",
        f"des {half.customers} Nouveaux clients de fin 2024, {half.returned} ont commandé",
        f"({interval(half)}). 36 sur {len(recruits)}, soit {percent(36 / len(recruits))}",
    )  # fmt: skip
    risky, back = today[today["segment"] == "À risque"], known(year_later, "À risque")
    active = percent((risky["recence"] < 365).mean())
    assert active == percent(back.share)
    explains("tous_en_un_mois", "objectif", f"{active} aujourd’hui comme sans nous, passe à 100 %")
    explains("tous_en_un_mois", "donnees", f"{active} seulement ont commandé")
    assert set(risky["R"]) == {1, 2}
    explains(
        "tous_en_un_mois", "mesure",
        f"{back.returned} des {back.customers} clients À risque",
        f"{percent(back.share)} des clients À risque sont revenus en douze mois ({interval(back)})",
    )  # fmt: skip
    assert 90 <= purchase_cycle(orders) <= 100


def test_facts_of_the_other_statements(groups, customers, today, year_later):
    loyal = customers[customers["segment"] == "Fidèles"]
    contacts = load_contacts()
    sent = contacts[
        contacts["client_id"].isin(loyal["client_id"]) & (contacts["date_contact"] >= "2025-01-01")
    ]
    assert round(len(sent) / len(loyal)) == 5
    assert loyal["recence"].median() < 90
    explains(
        "messages_fideles", "donnees",
        f"{number(loyal['frequence'].mean(), 1)} commandes en moyenne, et la moitié sont venus "
        "il y a moins de trois mois",
    )  # fmt: skip
    lost, back = today[today["segment"] == LOST], known(year_later, LOST)
    now = percent((lost["recence"] < 365).mean())
    assert set(lost["R"]) == {1, 2}
    assert judge_aim(back, 0.40, known(year_later, "Champions")).place == "above"
    explains("retour_a_ne_pas_perdre", "objectif", f"Parmi les {len(lost)} clients {LOST}",
             f"{now} ont commandé depuis un an, et {percent(back.share)} le feraient l’an prochain "
             "sans nous : en faire commander 40 %")  # fmt: skip
    explains("retour_a_ne_pas_perdre", "donnees", f"Le départ, {now}")
    explains(
        "retour_a_ne_pas_perdre", "mesure",
        f"de {now} on tomberait à {percent(back.share)} ({interval(back)})",
        f"{percent(known(year_later, 'Champions').share)} des Champions",
        f"{back.returned} des {back.customers} clients",
    )  # fmt: skip
    told = quiz_text(LESSON, "caracteristique_manquante")
    assert plain(f"de {number(groups.loc['Fidèles', 'recency'])} à 75 jours") in told
    assert plain(f"{number(groups.loc['Fidèles', 'frequency'], 1)} commandes") in told


def test_the_repair_counts_as_recent_what_half_of_the_customers_reach(customers, groups):
    repair = load_statements().repair
    assert repair.latest == customers["recence"].median()
    recent = set(groups.index[groups["recency"] <= repair.latest])
    assert {"Fidèles potentiels", "Nouveaux clients", "Prometteurs", "Fidèles"} <= recent
    assert not recent & {"À risque", LOST, "Perdus", "Besoin d’attention"}


def test_the_second_field(customers):
    columns = dataset_columns("complete_journey")
    households = rfm_table(load_orders("complete_journey"), **columns)

    def part(table: pd.DataFrame, customer: str) -> float:
        known = assign_segments(score_rfm(table, customer=customer)).groupby("segment")
        sums = known[["montant_total", "frequence"]].sum()
        stake = 0.1 * known.size() * sums["montant_total"] / sums["frequence"]
        return stake.sum() / table["montant_total"].sum()

    here = part(households, "household_id")
    there = part(customers.drop(columns=["R", "F", "M", "code_rfm", "segment"]), "client_id")
    says(
        f"{number(len(households))} foyers",
        f"met en jeu {percent(there, 1)} du chiffre d’affaires",
        f"{percent(here, 1)} : quatorze fois moins",
    )
    assert round(there / here) == 14
    assert households["frequence"].median() > 24
