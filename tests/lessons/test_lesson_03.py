"""Lesson 3: every number it states, computed again from the data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.contacts import refusing, staying
from support.lessons import headings, plain, prose

from rfm_helpers import as_day
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.repurchase import (
    compare_criteria,
    criteria_gaps,
    later_orders,
    repeat_by_score,
)
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_index, score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import benchmark
from rfm_helpers.analysis.versions import compare_scores, moves, robustness
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.datasets import COURSE_DATE, dataset_columns, load_orders, load_six_customers
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions import Outcome, load_quiz

LESSON = "03_calcul_rfm"
MARC, SOPHIE = "C-0360", "C-2258"
EDGES = {"R": [90, 365, 730], "F": [2, 3, 5], "M": [300, 1500, 4000]}
RULE = "R <= 2 and F >= 3 and M == 4"


def says(*sentences: str) -> None:
    text = prose(LESSON)
    missing = [sentence for sentence in sentences if plain(sentence) not in text]
    assert missing == []


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def table(orders: pd.DataFrame) -> pd.DataFrame:
    return rfm_table(orders, as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def scores(table: pd.DataFrame) -> pd.DataFrame:
    return score_rfm(table)


@pytest.fixture(scope="module")
def before(orders: pd.DataFrame) -> pd.DataFrame:
    return score_rfm(rfm_table(orders_until(orders, "2024-12-31"), as_of="2024-12-31"))


@pytest.fixture(scope="module")
def later(orders: pd.DataFrame) -> pd.DataFrame:
    return later_orders(orders, "2024-12-31", horizon_days=365)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    columns = ["household_id", "basket_id", "transaction_timestamp", "sales_value"]
    return load_orders("complete_journey")[columns]


def row_of(table: pd.DataFrame, customer: str = MARC) -> pd.Series:
    return table.set_index("client_id").loc[customer]


def changed(one: pd.DataFrame, other: pd.DataFrame, by: str = "code_rfm") -> tuple[int, float]:
    row = compare_scores({"a": one, "b": other}, by=by).iloc[0]
    return int(row["changent"]), float(row["part"])


def clients(cuts: pd.DataFrame, dimension: str) -> list[int]:
    return cuts.loc[cuts["dimension"] == dimension, "clients"].tolist()


# --- by hand -------------------------------------------------------------------------------------


def by_hand(customer: str) -> tuple[int, int, float]:
    """Recency, frequency and amount in plain Python, order by order."""
    lines = load_six_customers().query("client_id == @customer")
    totals: dict[str, float] = {}
    days: dict[str, dt.date] = {}
    for line in lines.itertuples():
        totals[line.commande_id] = totals.get(line.commande_id, 0) + line.montant
        days.setdefault(line.commande_id, line.date_achat.date())
    kept = [order for order, total in totals.items() if total > 0]
    recency = (COURSE_DATE - max(days[order] for order in kept)).days
    return recency, len(kept), sum(totals.values())


def test_the_worked_examples() -> None:
    assert by_hand(MARC) == (550, 4, 4950)
    assert by_hand("C-1082") == (113, 2, 1595)
    says(
        "F = 4. Sa dernière commande date du 29 juin 2024, soit 550 jours",
        "1 500 + 90 + 3 200 + 160 = 4 950 €",
        "4 950 ÷ 4 = 1 237,50 €",
        "F = 2, M = 1 595 €. Dernier achat le 9 septembre 2025 : R = 113 jours",
    )


def test_the_day_calculator_takes_the_dates_of_the_table_and_explains_a_slip() -> None:
    assert (COURSE_DATE - as_day("29/06/2024")).days == (COURSE_DATE - as_day("2024-06-29")).days
    assert (COURSE_DATE - as_day("29/06/2024")).days == by_hand(MARC)[0]
    with pytest.raises(CourseError, match="ne se lit pas comme une date"):
        as_day("29 juillembre 2024")
    assert as_day("29/06/24") == as_day("2024-06-29")
    typed_without_quotes: Any = 29 / 6 / 2024
    with pytest.raises(CourseError, match="entre guillemets droits"):
        as_day(typed_without_quotes)


def test_the_answers_of_the_quiz_by_hand() -> None:
    recency, _, _ = by_hand(SOPHIE)
    _, orders_of_oceane, spent_by_oceane = by_hand("C-0492")
    answers = {
        "frequence_oceane": orders_of_oceane,
        "panier_oceane": spent_by_oceane / orders_of_oceane,
        "recence_sophie": recency,
        "recence_remi": by_hand("C-2994")[0],
    }
    questions = {question.id: question for question in load_quiz("03_a_la_main").questions}
    assert questions.keys() == answers.keys()
    for name, answer in answers.items():
        assert questions[name].verifier(answer).outcome is Outcome.SUCCESS


def test_the_mistakes_of_the_quiz_by_hand_are_those_of_the_dates() -> None:
    question = load_quiz("03_a_la_main").question("recence_sophie")
    lines = load_six_customers().query("client_id == @SOPHIE")
    naive = {(COURSE_DATE - day.date()).days for day in lines["date_achat"]}
    told = {question.verifier(days).message for days in naive - {by_hand(SOPHIE)[0]}}
    assert len(told) == len(naive) - 1 and question.check.otherwise not in told


def test_who_to_call_among_the_six() -> None:
    assert by_hand("C-0133")[::2] == (929, 2350)
    assert by_hand("C-0492")[1:] == (3, 78)
    says("2 350 € et se tait depuis 929 jours", "venue trois fois, pour 78 €")


@pytest.mark.parametrize("name", ["03_a_la_main", "03_methodes", "03_criteres", LESSON])
def test_sections_named_by_the_quizzes_are_headings(name: str) -> None:
    sections = {plain(question.section) for question in load_quiz(name).questions}
    assert sections <= set(headings(LESSON))


def test_some_customers_bought_nothing_but_a_soap(orders: pd.DataFrame) -> None:
    soap = orders.assign(soap=orders["produit_id"] == "P-101").groupby("client_id")["soap"]
    assert soap.all().sum() > 1
    says("Certains n’ont jamais acheté qu’un savon")


# --- three thousand customers --------------------------------------------------------------------


def test_the_file_and_the_table(orders: pd.DataFrame, table: pd.DataFrame) -> None:
    per_order = orders.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    kept = (per_order > 0).groupby("client_id").any()
    assert kept.sum() == len(table)
    says(
        f"{number(len(orders))} lignes deviennent {number(len(table))} clients",
        f"en contenait {number(len(kept))} : les {(~kept).sum()} autres ont rendu",
    )


def test_medians_and_largest(table: pd.DataFrame) -> None:
    middle = table[["recence", "frequence", "montant_total"]].median()
    assert middle["frequence"] == 2
    assert (table["recence"] >= 305).mean() >= 0.5
    assert 1 / 3 < (table["frequence"] == 1).mean() < 1 / 2
    says(
        f"rien acheté depuis {number(middle['recence'])} jours au moins",
        f"deux commandes et de {euros(middle['montant_total'])} en trois ans",
        f"le plus gros client a dépensé {euros(table['montant_total'].max(), decimals=2)}",
        "plus d’un client sur trois n’a commandé qu’une fois",
    )


def test_how_many_do_worse_than_marc(table: pd.DataFrame) -> None:
    marc = row_of(table)
    shares = [
        100 * (table["recence"] > marc["recence"]).mean(),
        100 * (table["frequence"] < marc["frequence"]).mean(),
        100 * (table["montant_total"] < marc["montant_total"]).mean(),
    ]
    r, f, m = (number(share, 1) for share in shares)
    assert [1 + int(4 * share / 100) for share in shares] == [2, 3, 4]
    assert [1 + int(5 * share / 100) for share in shares] == [2, 4, 4]
    says(
        f"Marc laisse {r} clients sur 100",
        f"En fréquence, {f} : F 3",
        f"En montant, {m} : M 4",
        "il laisse 68 clients sur 100 derrière lui",
    )


def test_codes_and_bounds(table: pd.DataFrame, scores: pd.DataFrame) -> None:
    cuts = score_cuts(scores).set_index(["dimension", "score"])
    assert row_of(scores)["code_rfm"] == "234"
    assert row_of(score_rfm(table, levels=5))["code_rfm"] == "244"
    assert cuts.loc[("F", 4), "de"] == 5
    gap = cuts.loc[("R", 1), "de"] - row_of(scores)["recence"]
    assert gap < row_of(scores)["recence"] - cuts.loc[("R", 3), "a"]
    says(
        f"Sophie est {row_of(scores, SOPHIE)['code_rfm']}",
        f"un achat dans les {cuts.loc[('R', 4), 'a']:.0f} derniers jours",
        f"M 4 : au moins {euros(cuts.loc[('M', 4), 'de'])}. F 4 : au moins cinq commandes",
        f"de {cuts.loc[('R', 3), 'a']:.0f} à {cuts.loc[('R', 2), 'de']:.0f} jours, parce que "
        "personne n’est à 304",
        f"{gap:.0f} jours le séparent de la borne de R 1, à {cuts.loc[('R', 1), 'de']:.0f} jours",
        "Sur cinq niveaux : **244**",
        "Sur quatre : **234**",
    )


def test_ties(table: pd.DataFrame, scores: pd.DataFrame) -> None:
    empty = {
        levels: [
            i + 1
            for i, count in enumerate(clients(score_cuts(score_rfm(table, levels=levels)), "F"))
            if not count
        ]
        for levels in range(2, 11)
    }
    assert min(levels for levels, found in empty.items() if found) == 6
    assert empty[10] == [2, 3, 5]
    once = clients(score_cuts(scores), "F")[0]
    assert once == (table["frequence"] == 1).sum()
    assert (table["frequence"] <= 2).mean() > 0.5
    says(
        f"cela fait {len(table) // 4} clients par score. Dans le tableau des bornes, F 1 en compte "
        f"pourtant {number(once)}",
        f"{number(once)} clients ont le score 1",
        "F 2, F 3 et F 5 sont vides",
        f"laisse déjà {100 * once / len(table):.0f} clients sur 100 derrière lui",
        "Le premier vide apparaît à six niveaux",
    )


def test_the_index_hides_opposites(scores: pd.DataFrame) -> None:
    indexed = rfm_index(scores)
    assert row_of(indexed)["indice_rfm"] == 24
    same = indexed[indexed["indice_rfm"] == 24].groupby("code_rfm")["recence"]
    found = same.agg(["size", "median"])
    assert len(found) == 6
    says(
        f"Les {found.loc['423', 'size']:.0f} clients « 423 »",
        f"médiane : {number(found.loc['423', 'median'], 1)} jours",
        f"Les {found.loc['234', 'size']:.0f} « 234 », dont Marc, se taisent (récence médiane : "
        f"{found.loc['234', 'median']:.0f} jours",
    )


def test_thresholds_and_reference_date(orders: pd.DataFrame, scores: pd.DataFrame) -> None:
    table = rfm_table(orders, as_of="2026-01-31")
    chosen = score_rfm(scores, method="thresholds", thresholds=EDGES)
    count, share = changed(scores, chosen)
    fixed, _ = changed(chosen, score_rfm(table, method="thresholds", thresholds=EDGES))
    assert changed(scores, score_rfm(table)) == (0, 0)
    says(
        f"{count} clients sur {number(len(scores))} changent de code, soit {percent(share, 1)}",
        f"Aucun par quantiles : tout le monde vieillit de 31 jours, l’ordre reste le même. "
        f"Par seuils, {fixed} clients",
    )


def test_the_answers_of_the_explorer(table: pd.DataFrame, scores: pd.DataFrame) -> None:
    last_of_r4 = score_cuts(scores).query("dimension == 'R' and score == 4")["a"].item()
    moved, _ = changed(scores, score_rfm(table, monetary="panier_moyen"))
    says(
        f"mettez 30 à la place de {last_of_r4:.0f}",
        f"{(table['recence'] <= 30).sum()} clients gardent R 4, au lieu de "
        f"{(table['recence'] <= last_of_r4).sum()}",
        f"{number(moved)} clients changent de code",
    )


def test_marc_a_year_earlier(before: pd.DataFrame) -> None:
    marc = row_of(before)
    assert (marc["frequence"], marc["montant_total"]) == (4, 4950)
    says(f"Marc était {marc['code_rfm']} : récence de {marc['recence']} jours")


# --- does the past predict? ----------------------------------------------------------------------


def test_the_past_announces_what_follows(before: pd.DataFrame, later: pd.DataFrame) -> None:
    rates = repeat_by_score(before, later).pivot(
        index="score", columns="dimension", values="taux_rachat"
    )
    assert all(rates[dimension].is_monotonic_increasing for dimension in "RFM")
    spread = rates.loc[4] - rates.loc[1]
    assert spread.idxmax() == "R"
    says(f"de {percent(rates.loc[1, 'R'])} de clients revenus à {percent(rates.loc[4, 'R'])}")
    both = before.merge(later, on="client_id").groupby("code_rfm")
    best, worst = both.get_group("444"), both.get_group("111")
    spent = euros(best["chiffre_affaires_futur"].mean(), decimals=2)
    says(
        f"Parmi les « 444 », {percent(best['rachat'].mean(), 1)} ont commandé de nouveau, "
        f"pour {spent}",
        f"des « 111 », {percent(worst['rachat'].mean(), 1)}",
    )


def captured(table: pd.DataFrame, later: pd.DataFrame, customer: str) -> dict[str, float]:
    by_basket = score_rfm(table, monetary="panier_moyen", customer=customer)
    ranked = table.assign(
        indice_rfm=rfm_index(table)["indice_rfm"], indice_rfa=rfm_index(by_basket)["indice_rfm"]
    )
    criteria = ["montant_total", "panier_moyen", "indice_rfm", "indice_rfa"]
    found = compare_criteria(ranked, later, criteria, customer=customer)
    return dict(zip(found["critere"], found["part_captee"], strict=True))


def test_total_or_mean_basket(
    scores: pd.DataFrame, before: pd.DataFrame, later: pd.DataFrame
) -> None:
    by_basket = score_rfm(scores, monetary="panier_moyen")
    count, share = changed(scores, by_basket)
    assert share == pytest.approx(0.4, abs=0.01)
    found = captured(before, later, "client_id")
    assert found["panier_moyen"] < found["montant_total"] < found["indice_rfm"]
    assert 0 < found["indice_rfa"] - found["indice_rfm"] < 0.05
    shares = {name: percent(value, 1) for name, value in found.items()}
    says(
        f"{number(count)} clients changent de code, quatre sur dix. Marc passe de 234 à "
        f"{row_of(by_basket)['code_rfm']}",
        f"{shares['panier_moyen']}, contre {shares['montant_total']} pour le total",
        f"{shares['indice_rfa']} avec lui, {shares['indice_rfm']} avec le total",
    )


def index_of(table: pd.DataFrame, letters: str) -> pd.Series:
    return table[list(letters)].astype(int).prod(axis=1)


def test_frequency_can_be_dropped_from_the_index(before: pd.DataFrame, later: pd.DataFrame) -> None:
    letters = ["RFM", "FM", "RM", "RF"]
    ranked = before.assign(**{name: index_of(before, name) for name in letters})
    found = compare_criteria(ranked, later, letters).set_index("critere")["part_captee"]
    shares = {name: plain(percent(share, 1)) for name, share in found.items()}
    assert found["RM"] > found["RFM"] > max(found["FM"], found["RF"])
    says(f"comparez aux {shares['RFM']} des trois ensemble")
    (question,) = load_quiz("03_criteres").questions
    told = {choice.text: plain(choice.explanation) for choice in question.check.choices}
    for letter, rest in zip("RFM", ["FM", "RM", "RF"], strict=True):
        assert shares[rest] in told[letter] and shares["RFM"] in told[letter]
    (right,) = [choice.text for choice in question.check.choices if choice.right]
    assert right == "F"


def test_what_dropping_frequency_gains_is_more_than_chance(
    before: pd.DataFrame, later: pd.DataFrame
) -> None:
    both = before[["client_id"]].assign(rfm=index_of(before, "RFM"), rm=index_of(before, "RM"))
    gains = 100 * criteria_gaps(both, later, "rfm", "rm", draws=300)
    low, high = gains.quantile([0.025, 0.975])
    assert 1.5 < low < 2.5 and 8.5 < high < 10
    says("de 2 à 9 points dans 95 bases sur 100")


def advantages(
    table: pd.DataFrame, later: pd.DataFrame, customer: str, draws: int = 100
) -> np.ndarray:
    """What the RFA index gains on the RFM index, in points, in resampled bases."""
    mean = score_rfm(table, monetary="panier_moyen", customer=customer)
    both = table[[customer]].assign(
        rfm=table[list("RFM")].prod(axis=1).to_numpy(),
        rfa=mean[list("RFM")].prod(axis=1).to_numpy(),
    )
    return 100 * criteria_gaps(both, later, "rfm", "rfa", draws=draws, customer=customer).to_numpy()


def test_the_gain_of_the_mean_basket_is_hardly_told_from_chance(
    before: pd.DataFrame, later: pd.DataFrame
) -> None:
    gains = advantages(before, later, "client_id", draws=1000)
    low, high = np.quantile(gains, [0.025, 0.975])
    says(f"L’avantage va de {number(low, 1)} à {number(high, 1)} points : au-dessus de zéro, mais")
    assert 0 < low < 0.5 < high
    halves = [np.quantile(half, 0.025) for half in np.split(gains, 2)]
    assert min(halves) > 0, "so many draws do not say the same twice"


def test_whom_to_call(orders: pd.DataFrame, scores: pd.DataFrame) -> None:
    largest = scores.nlargest(40, "montant_total").query("code_rfm == '444'")
    assert largest["recence"].median() == 13
    chosen = scores.query(RULE)
    assert MARC in set(chosen["client_id"])
    stay = staying(chosen["client_id"], COURSE_DATE, call=True)
    callable_ = chosen[chosen["client_id"].isin(stay)]
    forty = callable_["montant_total"].nlargest(40)
    assert forty.iloc[-1] > callable_["montant_total"].nlargest(41).iloc[-1]
    assert MARC in stay
    first = chosen.nlargest(40, "montant_total")["client_id"]
    assert len(first) - len(staying(first, COURSE_DATE, call=True)) == 17
    assert row_of(chosen)["montant_total"] == 4950 < forty.iloc[-1]
    both = compare_dates(orders, ["2024-12-31", "2025-12-31"])
    same = both.query(RULE)
    found, marc = benchmark(same), both.set_index(["date", "client_id"]).loc[("2025-12-31", MARC)]
    assert (marc["R"], marc["F"], marc["frequence"]) == (1, 2, 2)
    says(
        f"{len(largest)} sont des « 444 » : la moitié sont venus dans les treize derniers jours",
        f"{len(chosen)} clients, dont Marc (234), et {len(stay)} restent",
        f"{len(refusing() & set(chosen['client_id']))} ont refusé nos messages",
        "Des quarante plus gros montants de la règle, dix-sept sortent",
        f"de {euros(forty.iloc[0])} à {euros(forty.iloc[-1])}. Marc, avec ses 4 950 €, n’y est",
        f"la règle trouve {len(same) - found.customers} clients fin 2025 et {found.customers} fin",
        f"De ces {found.customers}, {percent(found.share, 1)} ont commandé en 2025",
        f"n’est connue qu’entre {percent(found.low)} et {percent(found.high)}",
    )


# --- further -------------------------------------------------------------------------------------


def test_methods_compared(scores: pd.DataFrame) -> None:
    equal = score_rfm(scores, method="equal_size")
    nested = score_rfm(scores, method="nested")
    once = equal.query("frequence == 1")["F"].value_counts()
    assert set(score_cuts(equal)["clients"]) == {759}
    segments = {"q": assign_segments(scores), "e": assign_segments(equal)}
    count, _ = changed(segments["q"], segments["e"], by="segment")
    most, most_share = changed(segments["e"], assign_segments(nested), by="segment")
    moved = moves(segments["q"], segments["e"], by="segment").value_counts(["avant", "apres"])
    assert moved.index[0] == ("Prometteurs", "Besoin d’attention")
    says(
        "Les groupes sont égaux, 759 clients partout",
        f"{once[1]} clients à une commande ont F 1 et {once[2]} ont F 2",
        f"Marc devient {row_of(nested)['code_rfm']}",
    )
    chosen = score_rfm(scores, method="thresholds", thresholds=EDGES)
    fewest, _ = changed(segments["q"], assign_segments(chosen), by="segment")
    widest, nothing = load_quiz("03_methodes").questions
    texts = [plain(choice.explanation) for choice in widest.check.choices]
    assert texts[0].startswith(f"{fewest} clients changent de segment")
    assert texts[1].startswith(f"{count} clients changent de segment")
    assert texts[2].startswith(f"{plain(number(most))} clients sur {plain(number(len(scores)))}")
    assert plain(percent(most_share, 1)) in plain(widest.worked)
    expected = f"{moved.iloc[0]} « Prometteurs » deviennent « Besoin d’attention »"
    assert expected in plain(nothing.statement)


def test_robustness(orders: pd.DataFrame) -> None:
    parts = robustness(orders, as_of=COURSE_DATE).set_index("essai")["part"]
    tried = {
        "ordre": "lignes dans l’ordre inverse",
        "une_semaine": "date de référence 7 jours plus tôt",
        "un_mois": "date de référence 30 jours plus tôt",
        "trois_mois": "date de référence 90 jours plus tôt",
        "ex_aequo": "ex æquo départagés",
    }
    bounds = {"peu": (0, 0.05), "moyen": (0.15, 0.25), "beaucoup": (1 / 3, 1)}
    items = {item.id: item for item in load_drill("03_solidite").items}
    assert items.keys() == tried.keys()
    for name, item in items.items():
        (right,) = item.right
        low, high = bounds[right]
        part = parts[tried[name]]
        assert low <= part < high
        assert part == 0 or plain(percent(part, 1)) in plain(item.feedback[right])


# --- second ground -------------------------------------------------------------------------------


def test_the_supermarket(households: pd.DataFrame) -> None:
    table = rfm_table(households, **dataset_columns("complete_journey"))
    middle = table.median()
    cuts = score_cuts(score_rfm(table, customer="household_id")).set_index(["dimension", "score"])
    assert cuts.loc[("R", 4), "de"] == cuts.loc[("R", 4), "a"] == 1
    assert (middle["recence"], middle["frequence"]) == (6, 43)
    assert 1_400_000 < len(households) < 1_500_000
    luxury = score_rfm(table, method="thresholds", thresholds=EDGES, customer="household_id")
    assert luxury["R"].min() == 3
    assert luxury["M"].value_counts(normalize=True).between(0.1, 0.45).sum() == 4
    says(
        "Six jours de silence au lieu de 305, 43 passages en caisse",
        f"{cuts.loc[('R', 4), 'clients']} foyers sont venus la veille",
        f"ne peut pas atteindre {len(table) // 4}, le quart de la base",
        f"R 1 commence à {cuts.loc[('R', 1), 'de']:.0f} jours",
        f"{number((luxury['R'] == 4).sum())} foyers sur {number(len(table))} ont R 4 et "
        f"{number((luxury['F'] == 4).sum())} ont F 4 ; R 1 et R 2 sont vides",
    )


def test_the_past_of_households(households: pd.DataFrame) -> None:
    columns = dataset_columns("complete_journey")
    when = {"date": columns["date"], "timezone": columns["timezone"]}
    table = rfm_table(orders_until(households, "2017-06-30", **when), as_of="2017-06-30", **columns)
    june = score_rfm(table, customer="household_id")
    later = later_orders(households, "2017-06-30", horizon_days=180, **columns)
    rates = repeat_by_score(june, later, customer="household_id")
    spent = rates.query("dimension == 'M'").set_index("score")["chiffre_affaires_futur_moyen"]
    assert rates["taux_rachat"].max() > 0.995
    says(
        f"entre {percent(rates['taux_rachat'].min())} et 100 % selon le score",
        f"De {number(spent[1])} dollars en M 1 à {number(spent[4])} en M 4",
    )
