"""Lesson 2: what it says of the data is computed here again."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from support.contacts import pressed, refusing, staying, waiting
from support.lessons import headings, plain, printed, prose

from rfm_helpers.activities import own_file_form
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets import (
    COURSE_DATE,
    clean_orders,
    data_folder,
    dataset_columns,
    load_contacts,
    load_customers,
    load_orders,
    load_raw_export,
    load_six_customers,
)
from rfm_helpers.french.numbers import number
from rfm_helpers.questions import Outcome, load_quiz

LESSON = "02_donnees"
COLUMNS = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}


def says(*sentences: str) -> None:
    """The lesson's prose holds each of these."""
    missing = [text for text in sentences if plain(text) not in prose(LESSON)]
    assert not missing, missing


def n(value: float) -> str:
    """A number as the lesson writes it, its spaces made ordinary."""
    return plain(number(value))


@pytest.fixture(scope="module")
def export() -> pd.DataFrame:
    """The raw export with the line of the file of each row."""
    raw = load_raw_export()
    return raw.set_index(raw.index + 2)


@pytest.fixture(scope="module")
def cleaned():
    return clean_orders(load_raw_export(), **COLUMNS, as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def log(cleaned):
    return cleaned[1]


@pytest.fixture(scope="module")
def best(cleaned) -> pd.DataFrame:
    """Every customer of the clean export, the best first, numbered from 1."""
    table = rfm_table(cleaned[0], as_of=COURSE_DATE)
    ranked = table.sort_values("montant_total", ascending=False, kind="stable")
    return ranked.assign(rang=range(1, len(ranked) + 1)).set_index("client_id")


@pytest.fixture(scope="module")
def naive(export) -> pd.DataFrame:
    """Customers by a sum that nobody checked, in plain Python numbers."""

    def amount(text: str) -> float:
        return float(text.replace(",", ".")) if re.fullmatch(r"-?\d+(,\d+)?", text) else 0.0

    sums = export.assign(total=export["Montant TTC"].map(amount))
    sums = sums.groupby(["N° client", "Nom"], as_index=False)["total"].sum()
    ranked = sums.sort_values("total", ascending=False, kind="stable")
    return ranked.assign(rang=range(1, len(ranked) + 1)).set_index("N° client")


@pytest.fixture(scope="module")
def week() -> pd.DataFrame:
    lines = load_orders("complete_journey")
    assert (len(lines), lines["household_id"].nunique()) == (1_469_307, 2_469)
    assert not (lines["sales_value"] < 0).any()
    return lines[lines["week"] == 10]


def count(log, defect: str) -> int:
    found = log.table.set_index(log.table["defaut"].str.replace("'", "’"))["lignes"]
    return int(found[defect])


def test_quizzes_send_back_to_sections_of_the_lesson():
    for name in (LESSON, "02_lignes", "02_export"):
        for question in load_quiz(name).questions:
            assert plain(question.section) in headings(LESSON), question.section


def test_the_length_of_the_export_and_the_balance(log):
    says(
        f"{n(log.lines_in)} lignes lues = {n(log.lines_out)} gardées + "
        f"{len(log.set_aside)} mises de côté",
        f"Dans les {n(log.lines_in)} lignes",
    )
    assert log.lines_in == log.lines_out + len(log.set_aside)
    balance = [log.lines_in, log.lines_out, len(log.set_aside)]
    assert " ".join(map(n, balance)) in printed(LESSON)


def test_chloe_and_sophie():
    lines = load_six_customers()
    assert len(lines) == 16
    names = load_customers().set_index("client_id")["prenom"]
    assert (names["C-1082"], names["C-2258"]) == ("Chloé", "Sophie")
    chloe = lines[lines["client_id"] == "C-1082"]
    assert (len(chloe), chloe["commande_id"].nunique()) == (3, 2)
    sophie = lines[lines["client_id"] == "C-2258"]
    kept = {
        order: part for order, part in sophie.groupby("commande_id") if part["montant"].sum() > 0
    }
    last = max(part["date_achat"].min() for part in kept.values())
    assert last == pd.Timestamp("2025-04-17")
    answers = {question.id: question.check.answer for question in load_quiz("02_lignes").questions}
    assert answers == {
        "frequence_de_sophie": len(kept),
        "montant_de_sophie": sophie["montant"].sum(),
    }
    days = (pd.Timestamp(COURSE_DATE) - last).days
    says(f"l’entretien du 17 avril 2025, il y a {days} jours", "1 240 € pour Sophie (C-2258)")


def test_marc_stopped_clicking_before_he_stopped_buying():
    orders, contacts = load_orders(), load_contacts()
    bought = (
        orders[orders["montant"] > 0].groupby("client_id")["date_achat"].max()["C-0360"]
    )  # he returned nothing
    read = contacts[contacts["clic"] == 1].groupby("client_id")["date_contact"].max()["C-0360"]
    reference = pd.Timestamp(COURSE_DATE)
    says(
        f"n’a rien acheté depuis {(reference - bought).days} jours, et son dernier clic remonte à "
        f"{(reference - read).days} jours"
    )


def test_silent_buyers_who_still_click():
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    silent = set(table.loc[table["recence"] > 365, "client_id"])
    contacts = load_contacts()
    clicked = contacts[contacts["clic"] == 1].groupby("client_id")["date_contact"].max()
    readers = set(clicked[clicked >= pd.Timestamp(COURSE_DATE) - pd.Timedelta(days=60)].index)
    says(f"un sur quinze ({len(silent & readers)} sur {n(len(silent))}) vient pourtant de cliquer")
    assert 14 < len(silent) / len(silent & readers) < 16
    opened = contacts[contacts["ouvert"] == 1].groupby("client_id")["date_contact"].max()
    openers = set(opened[opened >= pd.Timestamp(COURSE_DATE) - pd.Timedelta(days=60)].index)
    question = load_quiz("02_gestes").question("ouvertures_recentes")
    assert question.verifier(len(silent & openers)).outcome is Outcome.SUCCESS
    assert {0, len(silent & readers), len(silent)} == {
        mistake.when for mistake in question.check.mistakes
    }


def test_the_lines_one_looks_at(export):
    assert export.loc[74].equals(export.loc[81])
    assert export.loc[82, "Montant TTC"].startswith("-")
    assert export.loc[84, "Montant TTC"] == "offert"
    assert " ".join(export.loc[90, "Montant TTC"].split()) == "3 200,00"
    assert export.loc[85, "Montant TTC"] == "3200,00"
    assert export.loc[85, "Article"] == export.loc[90, "Article"]
    others = [name for name in export if name != "N° commande"]
    assert export.loc[41, others].equals(export.loc[42, others])
    assert export.loc[41, "N° commande"] != export.loc[42, "N° commande"]
    assert export.loc[37, "N° commande"] == export.loc[82, "N° commande"]


def test_the_dates_one_looks_at(export):
    written = export["Date"]
    assert dt.date(1899, 12, 30) + dt.timedelta(days=int(written[25])) == dt.date(2025, 1, 4)
    assert written[159] == "01/16/2025"
    assert written[343] == "2025-02-02T23:30:00Z"
    assert (written[605], written[1065]) == ("", "31/02/2025")


def test_the_intruder_is_a_line_whose_month_comes_first(export):
    truth = pd.read_csv(data_folder() / "orsenne" / "export_brut_verite.csv").set_index("ligne")
    assert export.loc[4258, "Date"] == "11/05/2025"
    assert truth.loc[4258, "date_achat"] == "2025-11-05"
    neighbours = export.loc[4255:4261].drop(4258)
    assert set(neighbours["Date"]) == {"05/11/2025"}
    assert export.loc[4257:4259, "N° commande"].tolist() == ["CMD-09710", "CMD-09711", "CMD-09712"]


def test_the_naive_list_starts_with_a_test_and_loses_amounts(export, naive):
    assert naive.index[0] == "C-TEST"
    assert naive.iloc[0]["total"] == pytest.approx(3_000_000)
    unread = pd.to_numeric(export["Montant TTC"].str.replace(",", "."), errors="coerce").isna()
    readable = export.loc[unread, "Montant TTC"].str.contains(r"\d")
    says(f"{unread.sum()} montants, dont {readable.sum()} qu’une personne lit")


def test_dear_purchases_are_lost_more_often(export, cleaned):
    cents = export["Montant TTC"].str.replace(r"\D", "", regex=True).replace("", None)
    dear = cents.dropna().astype(int) >= 100_000
    unread = pd.to_numeric(export["Montant TTC"].str.replace(",", "."), errors="coerce").isna()
    lost = unread[dear.index].groupby(dear).mean()
    assert lost[True] > 3 * lost[False]


def test_what_the_log_counts(log):
    copies = log.set_aside["motif_mise_de_cote"] == "ligne en double"
    assert 81 in set(log.set_aside.loc[copies, "ligne_fichier"])
    late = count(log, "date après la date de référence")
    says(
        f"{count(log, 'ligne en double')} copies, dont la ligne 81",
        f"{late} ventes datées de 2026",
        f"{count(log, 'espace entre les milliers')} espaces et "
        f"{count(log, 'point ou virgule entre les milliers')} points entre les milliers, "
        f"{count(log, 'symbole de l’euro')} signes €, "
        f"{count(log, 'date en numéro Excel')} numéros d’Excel, "
        f"{count(log, 'jour changé par le fuseau')} heures qui changent de jour",
        f"{count(log, 'retour (montant négatif)')} retours, {count(log, 'montant nul')} montants "
        f"nuls, {count(log, 'achat répété le même jour')} lignes d’achats répétés",
        f"{n(count(log, 'date ambiguë (jour ou mois)'))} dates à deux lectures",
        f"{count(log, 'date au format mm/jj/aaaa')} dates ne se lisent que le mois d’abord",
    )
    assert count(log, "date avec fuseau horaire") == count(log, "jour changé par le fuseau")


def test_returned_orders_and_customers_without_order(cleaned):
    clean, _ = cleaned
    orders = clean.groupby(["client_id", "commande_id"])["montant"].agg(["sum", "min"])
    returned = orders[(orders["sum"] <= 0) & (orders["min"] < 0)]
    left = (orders["sum"] > 0).groupby("client_id").any()
    of_returned = clean.set_index(["client_id", "commande_id"]).index.isin(returned.index)
    says(
        f"{len(returned)} commandes sont entièrement rendues ({of_returned.sum()} lignes) ; "
        f"{(~left).sum()} clients n’ont plus aucune commande"
    )


def test_the_list_of_ten(best, naive, cleaned):
    ten, naive_ten = set(best.index[:10]), set(naive.index[:10])
    assert len(ten & naive_ten) == 8
    assert ten - naive_ten == {"C-2117", "C-1619"}
    (bogus,) = naive_ten - ten - {"C-1583"}
    assert "TEST" in naive.loc[bogus, "Nom"]
    assert list(best.index).index("C-1583") == 11
    assert naive.loc["C-2117", "Nom"] == "FABRE Céline"
    assert naive.loc["C-1619", "Nom"] == "DUMONT Laurent"
    gap = best.loc["C-1619", "montant_total"] - naive.loc["C-1619", "total"]
    ahead = naive.index[: naive.loc["C-1583", "rang"]]
    overtaking = best.index[: list(best.index).index("C-1583")].difference(ahead)
    assert set(overtaking) == {"C-1089", "C-2117", "C-1619"}
    says(
        "car trois clients passent devant elle",
        f"Hugo Poulain (C-1089), au rang {naive.loc['C-1089', 'rang']}",
        f"(C-2117), au rang {naive.loc['C-2117', 'rang']}",
        f"(C-1619), au rang {naive.loc['C-1619', 'rang']}, à qui manquaient {n(gap)} €",
    )


def test_lines_are_not_orders(best, export):
    lines = (export["N° client"] == "C-2106").sum()
    says(f"donne {lines} achats à Camille Reynaud (C-2106), au lieu de "
         f"{best.loc['C-2106', 'frequence']} commandes")  # fmt: skip


def test_who_of_the_ten_is_not_invited(best, naive):
    ten = list(best.index[:10])
    out = set(ten) - set(staying(ten, COURSE_DATE))
    assert len(out) == 5 and "C-2117" in refusing()
    only_pressed = out - refusing() - waiting()
    assert len(only_pressed) == 3 and only_pressed <= pressed(COURSE_DATE)
    guests = staying(best.index, COURSE_DATE)[:10]
    assert {"C-1089", "C-1583"} <= set(guests)
    says("La moitié.", "trois autres en ont reçu quatre ou plus en 90 jours")
    assert all(naive.loc[client, "Nom"] in printed(LESSON) for client in guests)


def test_one_undated_line_would_change_the_list(best, log):
    line = log.set_aside.set_index("ligne_fichier").loc[4655]
    assert (line["N° client"], line["Boutique"]) == ("C-1089", "Lyon Bellecour")
    assert line["motif_mise_de_cote"] == "date manquante"
    assert line["Montant TTC"] == "2350,00"
    assert best.loc["C-1089", "rang"] == 11
    total = best.loc["C-1089", "montant_total"]
    with_it = total + 2350
    others = best["montant_total"].drop("C-1089")
    assert (others > with_it).sum() == 8
    assert best.index[9] == "C-1619"
    says(
        f"totalise {n(total)} €",
        f"totaliserait {n(with_it)} € et prendrait la neuvième place",
        f"Laurent Dumont ({n(best.loc['C-1619', 'montant_total'])} €)",
    )


def test_it_is_the_only_undated_line_that_changes_the_ten(best, log):
    undated = log.set_aside.query("motif_mise_de_cote == 'date manquante'")
    amounts = undated["Montant TTC"].str.replace(",", ".").astype(float)
    totals = best["montant_total"].to_dict()
    movers = [
        client
        for client, amount in zip(undated["N° client"], amounts, strict=True)
        if totals.get(client, 0) < best["montant_total"].iloc[9]
        and totals.get(client, 0) + amount > best["montant_total"].iloc[9]
    ]
    assert movers == ["C-1089"]


def test_what_the_explorer_shows(cleaned):
    raw = load_raw_export()
    _, early = clean_orders(raw, **COLUMNS, as_of="2025-09-30")
    late = early.set_aside["motif_mise_de_cote"] == "date après la date de référence"
    assert late.mean() > 0.9
    revenue = cleaned[0]["montant"].sum()
    kept, _ = clean_orders(raw, **COLUMNS, as_of=COURSE_DATE, test_customers=())
    assert kept["montant"].sum() - revenue == pytest.approx(3_000_000)
    says(
        f"Au 30 septembre, {n(len(early.set_aside))} lignes sont mises de côté",
        f"de {n(revenue)} € à {n(kept['montant'].sum())} €",
    )


def test_what_the_lines_of_the_web_store_say():
    raw = pd.read_csv(data_folder() / "orsenne" / "export_prestashop.csv", sep=";")
    second = raw[raw["id_order"] == raw["id_order"].unique()[1]]
    assert len(second) == 2 and second["total_paid_tax_incl"].nunique() == 1
    total = second["total_paid_tax_incl"].iloc[0]
    assert (second["product_quantity"] * second["unit_price_tax_incl"]).sum() == total
    orders = raw.drop_duplicates("id_order")
    bought = orders["etat"].isin(["Livré", "Expédié", "En cours de préparation"])
    gap = raw["total_paid_tax_incl"].sum() - orders.loc[bought, "total_paid_tax_incl"].sum()
    says(
        f"{n(total)} €, et non deux fois {n(total)} €",
        f"{n(gap)} € de moins",
        f"{(~bought).sum()} commandes qui n’ont pas abouti",
    )
    guests = orders[orders["is_guest"] == 1]
    assert guests["id_customer"].is_unique and not guests["email"].is_unique
    shown = printed(LESSON)
    for meaning in ("le même montant sur chaque ligne", "annulées", "un e-mail pour plusieurs"):
        assert meaning in shown.replace("’", "'")


def test_without_a_file_the_form_gives_the_log_of_the_export(log):
    says(f"vous retrouvez les {len(own_file_form().log.set_aside)} lignes mises de côté")
    assert len(own_file_form().log.set_aside) == len(log.set_aside)


def test_the_week_of_the_complete_journey(week):
    names = dataset_columns("complete_journey")
    _, log = clean_orders(week, **names)
    assert log.set_aside.empty
    day = week["transaction_timestamp"]
    local = day.dt.tz_convert(names["timezone"])
    moved = (day.dt.date != local.dt.date).sum()
    assert moved / len(week) > 0.2
    says(f"{n(moved)} lignes sur {n(len(week))}, plus d’une sur cinq", "1 469 307 lignes")


def test_four_columns_make_false_duplicates(week):
    names = dataset_columns("complete_journey")
    four = [names[role] for role in ("customer", "order", "date", "amount")]
    false = int(week.duplicated(four).sum())
    _, log = clean_orders(week[four], **names)
    assert len(log.set_aside) == false
    assert 0.2 < false / len(week) < 0.25
    says(f"{n(false)} lignes passent pour des doublons, près d’une sur quatre")


def test_the_same_cut_costs_orsenne_one_line(log):
    _, cut = clean_orders(load_raw_export()[list(COLUMNS.values())], **COLUMNS, as_of=COURSE_DATE)
    assert count(cut, "ligne en double") - count(log, "ligne en double") == 1
    says("ne ferait qu’un doublon de plus")


def test_by_hand(export, log):
    blank = (export["Montant TTC"] == "").sum() + (export["Montant TTC"] == "offert").sum()
    unread = pd.to_datetime(export["Date"], format="%d/%m/%Y", errors="coerce").isna().sum()
    lost = count(log, "date manquante") + count(log, "date impossible")
    says(
        f"il reste {blank} montants sans valeur",
        f"{unread} dates n’entrent pas dans le format « jour/mois/année », alors que {lost} "
        "seulement manquent ou n’existent pas",
    )


def test_what_short_cuts_cost(export, cleaned, week):
    days = pd.to_datetime(export["Date"], format="%d/%m/%Y", errors="coerce")
    digits = export["Montant TTC"].str.replace(r"[\s€.]", "", regex=True).str.replace(",", ".")
    amounts = pd.to_numeric(digits, errors="coerce")
    read = export.assign(day=days, amount=amounts).dropna()
    alike = read.duplicated(["N° client", "day", "amount"])
    false = int((alike & ~export.duplicated()[read.index]).sum())
    cents = sum(round(amount * 100) for amount in cleaned[0]["montant"])
    whole = sum(int(amount) * 100 for amount in cleaned[0]["montant"])
    lost = f"{(cents - whole) / 100:.2f}".replace(".", ",")
    says(
        f"efface {n(amounts[days.isna()].sum())} €",
        f"supprime {false} lignes qui ne sont pas des copies",
        f"date {export['Date'].str.endswith('Z').sum()} ventes de la veille",
        f"{lost} € ici",
    )
    sales = week["sales_value"]
    assert 1 - sales.astype(int).sum() / sales.sum() == pytest.approx(1 / 6, abs=0.01)
