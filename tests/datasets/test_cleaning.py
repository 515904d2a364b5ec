import datetime as dt

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets import COURSE_DATE, clean_orders, dataset_columns, load_orders
from rfm_helpers.datasets.cells import read_amounts, read_dates
from rfm_helpers.datasets.defects import SET_ASIDE
from rfm_helpers.datasets.loaders import data_folder, load_raw_export
from rfm_helpers.errors import CourseError

RAW = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}
# Planted defect → the kinds of the log that must count it, together.
KINDS = {
    "doublon": ["ligne en double"],
    "client_manquant": ["client manquant"],
    "commande_manquante": ["numéro de commande manquant"],
    "date_manquante": ["date manquante"],
    "date_impossible": ["date impossible"],
    "date_future": ["date après la date de référence"],
    "date_iso": ["date au format aaaa-mm-jj"],
    "date_points": ["date au format jj.mm.aa"],
    "date_excel": ["date en numéro Excel"],
    "date_mois_d_abord": ["date au format mm/jj/aaaa"],
    "date_fuseau": ["date avec fuseau horaire"],
    "montant_manquant": ["montant manquant"],
    "montant_nul": ["montant nul"],
    "montant_texte": ["montant illisible"],
    "montant_point": ["point ou virgule entre les milliers"],
    "montant_euro": ["symbole de l’euro"],
    "client_test": ["client de test"],
    "retour": ["retour (montant négatif)"],
    "commande_rendue": ["commande entièrement rendue"],
    "achat_repete": ["achat répété le même jour"],
    "date_deux_lectures": ["date ambiguë (jour ou mois)"],
}


def lines(*rows, columns=("client_id", "commande_id", "date_achat", "montant")):
    return pd.DataFrame(rows, columns=list(columns))


def found(log):
    return dict(zip(log.table["defaut"], log.table["lignes"], strict=True))


def treatment(log, kind):
    texts = log.table.set_index("defaut")["traitement"]
    return texts[kind].replace("\u00a0", " ").replace("\u202f", " ")


def dates(*cells, timezone="Europe/Paris"):
    return read_dates(pd.Series(list(cells)), timezone)


# The raw export


@pytest.fixture(scope="module")
def export():
    return clean_orders(load_raw_export(), **RAW, as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def truth():
    return pd.read_csv(data_folder() / "orsenne" / "export_brut_verite.csv", keep_default_na=False)


def test_every_planted_defect_of_the_raw_export_is_counted(export):
    planted = pd.read_csv(data_folder() / "orsenne" / "export_brut_defauts.csv")
    planted = dict(zip(planted["defaut"], planted["lignes"], strict=True))
    counts = found(export[1])
    for name, kinds in KINDS.items():
        assert counts[kinds[0]] == planted[name], name
    spaces = planted["montant_espace"] + planted["montant_insecable"]
    assert counts["espace entre les milliers"] == spaces
    assert counts["jour changé par le fuseau"] == planted["date_fuseau"]
    invisible = {"montant_espace", "montant_insecable", "date_mois_d_abord_ambigu"}
    assert set(planted) - set(KINDS) == invisible


def test_the_raw_export_is_set_aside_line_by_line_as_planted(export, truth):
    aside = export[1].set_aside.set_index("ligne_fichier")["motif_mise_de_cote"]
    planted = truth[truth["issue"] == "écarter"].set_index("ligne")["defaut"]
    assert aside.to_dict() == {line: KINDS[name][0] for line, name in planted.items()}


def test_the_clean_lines_of_the_raw_export_are_the_true_ones(export, truth):
    kept = truth[truth["issue"] == "garder"].reset_index(drop=True)
    expected = kept[["client_id", "commande_id", "montant"]].assign(
        date_achat=pd.to_datetime(kept["date_lue"])
    )
    columns = ["client_id", "commande_id", "date_achat", "montant"]
    pd.testing.assert_frame_equal(export[0][columns], expected[columns], check_dtype=False)
    assert export[0].columns.tolist() == [*columns, "Nom", "Article", "Boutique"]


def test_clean_orders_of_the_house_need_no_repair():
    orders = load_orders()
    clean, log = clean_orders(orders, as_of=COURSE_DATE)
    assert log.set_aside.empty
    pd.testing.assert_frame_equal(clean[orders.columns], orders)


# Where others fail


def test_lines_without_a_date_are_logged_not_dropped_in_silence():
    clean, log = clean_orders(
        lines(("A", "1", pd.NaT, 5.0), ("B", "2", pd.Timestamp("2025-01-02"), 5.0))
    )
    assert clean["client_id"].tolist() == ["B"]
    assert found(log) == {"date manquante": 1}
    assert log.customers_lost == 1
    assert log.set_aside["client_id"].tolist() == ["A"]


def test_lines_without_an_amount_do_not_count_as_orders():
    raw = lines(
        ("A", "1", "02/01/2025", ""), ("A", "2", "03/01/2025", None), ("A", "3", "13/01/2025", "5")
    )
    clean, log = clean_orders(raw)
    assert found(log)["montant manquant"] == 2
    assert rfm_table(clean)["frequence"].tolist() == [1]


def test_amounts_keep_their_cents():
    written = ["19,99", "0,29", "1,15", "-4,35", "1 234,56", 1234.565, "2.675"]
    clean, log = clean_orders(
        lines(*[("A", str(n), "13/01/2025", cell) for n, cell in enumerate(written)])
    )
    assert clean["montant"].tolist() == [19.99, 0.29, 1.15, -4.35, 1234.56, 1234.57, 2675.0]
    assert found(log)["montant plus fin que le centime"] == 1


def test_zoned_times_do_not_shift_recency_by_a_day():
    evening = "2025-12-29T23:30:00Z"  # half past midnight on the 30th in Paris
    for raw in (
        lines(("A", "1", evening, "5")),
        lines(("A", "1", pd.Timestamp(evening), 5.0)),
        lines(("A", "1", "2025-12-30 00:30:00+01:00", 5.0)),
    ):
        clean, log = clean_orders(raw)
        assert rfm_table(clean, as_of=COURSE_DATE)["recence"].tolist() == [1]
        assert found(log)["date avec fuseau horaire"] == 1
    assert clean_orders(raw, timezone="America/New_York")[0]["date_achat"].tolist() == [
        pd.Timestamp("2025-12-29")
    ]


# Identifiers, duplicates, tests


@pytest.mark.parametrize("blank", ["", "   ", "N/A", "n/a", "#N/A", "NULL", "nan", None, "-"])
def test_blank_identifiers_are_set_aside(blank):
    _, log = clean_orders(
        lines(
            (blank, "1", "13/01/2025", "5"),
            ("A", blank, "13/01/2025", "5"),
        )
    )
    assert log.set_aside["motif_mise_de_cote"].tolist() == [
        "client manquant",
        "numéro de commande manquant",
    ]


def test_numeric_identifiers_become_text_without_decimals():
    clean, _ = clean_orders(lines((1001.0, 7, "13/01/2025", 5), (None, 8, "13/01/2025", 5)))
    assert clean[["client_id", "commande_id"]].to_numpy().tolist() == [["1001", "7"]]


def test_spaces_around_identifiers_are_repaired():
    raw = lines((" A", "1", "13/01/2025", "5"), ("A", "2\u00a0", "14/01/2025", "5"))
    clean, log = clean_orders(raw)
    assert clean["client_id"].tolist() == ["A", "A"]
    assert clean["commande_id"].tolist() == ["1", "2"]
    assert found(log)["espaces autour d’un identifiant"] == 2


def test_copies_go_and_repeated_purchases_stay():
    columns = ("client_id", "commande_id", "date_achat", "montant", "ligne", "article")
    bag = ("A", "1", "13/01/2025", "1 500,00", "1", "Sac")
    clean, log = clean_orders(
        lines(
            bag,
            bag,
            ("A", "2", "13/01/2025", "1 500,00", "1", "Sac"),
            ("A", "1", "13/01/2025", "1 500,00", "2", "Sac"),
            ("A", "1", "13/01/2025", "1 500,00", "3", "Montre"),
            ("A ", "1", "2025-01-13", "1500", "1", "Sac "),
            columns=columns,
        )
    )
    assert clean[["commande_id", "ligne"]].to_numpy().tolist() == [
        ["1", "1"],
        ["2", "1"],
        ["1", "2"],
        ["1", "3"],
    ]
    assert log.set_aside["ligne_fichier"].tolist() == [3, 7]
    assert found(log)["ligne en double"] == 2
    assert found(log)["achat répété le même jour"] == 2


def test_two_visits_on_one_day_are_no_copies():
    raw = lines(("A", "1", "13/01/2025 10:00", "5"), ("A", "1", "13/01/2025 18:00", "5"))
    assert len(clean_orders(raw)[0]) == 2


def test_test_customers_are_whole_words():
    ids = ["TEST", "C-TEST", "test01", "CONTEST", "ESSAI-3"]
    raw = lines(*[(name, "1", "13/01/2025", "5") for name in ids])
    assert clean_orders(raw)[0]["client_id"].tolist() == ["CONTEST", "ESSAI-3"]
    assert len(clean_orders(raw, test_customers=())[0]) == len(raw)
    clean, log = clean_orders(raw, test_customers=("essai",))
    assert log.set_aside["client_id"].tolist() == ["ESSAI-3"]
    assert len(clean) == 4


# Dates


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("14/03/2025", "2025-03-14"),
        ("14.03.25", "2025-03-14"),
        ("14-3-2025", "2025-03-14"),
        ("14/03/2025 18:05", "2025-03-14"),
        ("14/03/2025 à 18h05", "2025-03-14"),
        ("03/14/2025 02:30 PM", "2025-03-14"),
        ("2025-03-14", "2025-03-14"),
        ("2025/3/14", "2025-03-14"),
        ("20250314", "2025-03-14"),
        ("2025-03-14T23:59:59.999", "2025-03-14"),
        ("14 mars 2025", "2025-03-14"),
        ("1er août 2025", "2025-08-01"),
        ("14 déc. 2025", "2025-12-14"),
        ("45730", "2025-03-14"),
        ("45730,75", "2025-03-14"),
        (45730, "2025-03-14"),
        (45730.5, "2025-03-14"),
        (dt.date(2025, 3, 14), "2025-03-14"),
        (dt.datetime(2025, 3, 14, 18), "2025-03-14"),
        ("29/02/2024", "2024-02-29"),
        ("14/03/70", "1970-03-14"),
        ("2025-03-14T23:30:00-0500", "2025-03-15"),
        ("2025-03-14 22:30 UTC", "2025-03-14"),
    ],
)
def test_dates_are_read_in_many_writings(cell, day):
    assert dates(cell)["instant"].dt.strftime("%Y-%m-%d").tolist() == [day]


@pytest.mark.parametrize(
    "cell", ["31/02/2025", "29/02/2025", "32/01/2025", "00/01/2025", "13/13/2025", "2025-13-01"]
)
def test_impossible_dates_are_told_from_unreadable_ones(cell):
    _, log = clean_orders(lines(("A", "1", cell, 5), ("B", "2", "hier", 5)))
    assert log.set_aside["motif_mise_de_cote"].tolist() == ["date impossible", "date illisible"]


@pytest.mark.parametrize("cell", ["12", "202503", "14/03", "mars 2025", "14 mers 2025", "99999"])
def test_what_is_no_date_is_unreadable(cell):
    assert dates(cell)["writing"].tolist() == ["illisible"]


def test_impossible_clock_times_are_no_dates():
    assert dates("14/03/2025 25:00", "2025-03-14T10:61")["instant"].isna().all()


def test_half_days_decide_the_local_day():
    read = dates("03/14/2025 11:30 PM +0000", "03/14/2025 12:30 AM +0000")
    assert read["instant"].dt.day.tolist() == [15, 14]
    assert read["shifted"].tolist() == [True, False]


def month_day(frame):
    return frame["instant"].dt.strftime("%m-%d").tolist()


def test_a_file_of_day_first_dates_is_read_so():
    assert month_day(dates("05/03/2025", "14/03/2025")) == ["03-05", "03-14"]


def test_without_proof_dates_are_day_first():
    assert month_day(dates("05/03/2025")) == ["03-05"]


def test_a_file_that_can_only_be_month_first_is_read_so():
    assert month_day(dates("05/03/2025", "03/14/2025")) == ["05-03", "03-14"]


def test_in_a_mixed_file_only_certain_dates_are_month_first():
    assert month_day(dates("05/03/2025", "03/14/2025", "14/03/2025")) == ["03-05", "03-14", "03-14"]


def test_one_way_of_writing_proves_nothing_for_another():
    read = dates("05/03/2025", "03/14/2025", "05-03-2025", "14.03.2025", "05.03.2025")
    assert month_day(read) == ["05-03", "03-14", "03-05", "03-14", "03-05"]
    assert read["ambiguous"].tolist() == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], "rien dans le fichier ne le prouve"),
        (["14/03/2025", "15/03/2025"], "seul sens possible pour 2 autres dates"),
        (["03/14/2025"], "Lue mois d’abord : c’est le seul sens possible pour 1 autre"),
        (["03/14/2025", "14/03/2025"], "mais c’est le sens contraire pour 1"),
    ],
)
def test_the_log_says_how_ambiguous_dates_were_read_and_why(others, words):
    _, log = clean_orders(
        lines(*[("A", str(n), cell, "5") for n, cell in enumerate(["05/03/2025", *others])])
    )
    assert found(log)["date ambiguë (jour ou mois)"] == 1
    assert words in treatment(log, "date ambiguë (jour ou mois)")


def test_month_first_and_excel_dates_are_logged_even_when_they_are_the_whole_file():
    _, log = clean_orders(lines(("A", "1", "03/14/2025", 5)))
    assert found(log) == {"date au format mm/jj/aaaa": 1}
    _, log = clean_orders(lines(("A", "1", "45730", 5)))
    assert found(log) == {"date en numéro Excel": 1}


def test_lines_after_the_reference_date_are_set_aside_and_that_day_is_kept():
    raw = lines(("A", "1", "31/12/2025", 5), ("A", "2", "01/01/2026", 5))
    assert len(clean_orders(raw)[0]) == 2
    assert len(clean_orders(lines(("A", "1", "31/12/9999", 5)))[0]) == 1
    clean, log = clean_orders(raw, as_of="2025-12-31")
    assert clean["commande_id"].tolist() == ["1"]
    assert found(log)["date après la date de référence"] == 1


# Amounts


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("1250", 125000),
        ("1250,5", 125050),
        ("1250.50", 125050),
        ("1 250,50", 125050),
        ("1\u202f250,50\u00a0€", 125050),
        ("€1,250.50", 125050),
        ("1.250,50 EUR", 125050),
        ("1'250.50", 125050),
        ("1.250.000", 125000000),
        ("1.250", 125000),
        ("0.125", 13),
        ("1250.125", 125013),
        (",5", 50),
        ("12,", 1200),
        ("-12,50", -1250),
        ("− 12,50 €", -1250),
        ("12,50-", -1250),
        ("(12,50)", -1250),
        ("+12,50", 1250),
        ("0,005", 1),
        ("-0,005", -1),
        ("0,00", 0),
        (10.005, 1001),
        (-2.675, -268),
        (12.345, 1235),
        (3, 300),
        ("$ 12.50", 1250),
        ("CHF 12.50", 1250),
    ],
)
def test_amounts_are_read_in_many_writings(cell, cents):
    assert read_amounts(pd.Series([cell], dtype=object))["cents"].tolist() == [cents]


@pytest.mark.parametrize(
    "cell", ["offert", "1.2.3", "12 50", "1,25,000", "12€50€x", "(12", "--5", ".", "9" * 12, 1e300]
)
def test_what_is_no_amount_is_unreadable(cell):
    read = read_amounts(pd.Series([cell], dtype=object))
    assert read["cents"].isna().all() and not read["blank"].any()


def test_three_digits_after_a_mark_follow_the_rest_of_the_column():
    assert read_amounts(pd.Series(["1.250", "3.5"]))["cents"].tolist() == [125, 350]
    assert read_amounts(pd.Series(["1.250", "3,5"]))["cents"].tolist() == [125000, 350]
    assert read_amounts(pd.Series(["1,250", "3.500,00"]))["cents"].tolist() == [125, 350000]
    assert read_amounts(pd.Series(["1.250", "3.5", "1.000,5"]))["cents"].tolist()[0] == 125000


def test_foreign_currencies_are_kept_and_noted():
    clean, log = clean_orders(lines(("A", "1", "13/01/2025", "$12.50")))
    assert clean["montant"].tolist() == [12.5]
    assert found(log)["autre devise que l’euro"] == 1


def test_returns_and_gifts_are_kept_and_what_they_undo_is_said():
    clean, log = clean_orders(
        lines(
            ("A", "1", "13/01/2025", "100"),
            ("A", "1", "20/01/2025", "-100"),
            ("A", "2", "21/01/2025", "50"),
            ("A", "2", "28/01/2025", "-20"),
            ("B", "3", "13/01/2025", "0"),
            ("C", "4", "13/01/2025", "-30"),
        )
    )
    assert len(clean) == 6
    assert found(log) == {
        "retour (montant négatif)": 3,
        "montant nul": 1,
        "commande entièrement rendue": 3,
        "commande à zéro": 1,
        "client sans commande restante": 2,
    }
    assert treatment(log, "commande entièrement rendue").startswith("2 commandes : ")
    assert treatment(log, "client sans commande restante").startswith("2 clients : ")
    assert rfm_table(clean)["client_id"].tolist() == ["A"]


def test_one_order_number_of_two_customers_is_two_orders():
    raw = lines(("A", "1", "13/01/2025", "100"), ("B", "1", "13/01/2025", "-100"))
    _, log = clean_orders(raw)
    assert found(log)["commande entièrement rendue"] == 1


# The log


DATES = ["13/01/2025", "05/03/2025", "03/14/2025", "2025-01-13", "14.03.25", "45730"]
BAD_DATES = ["31/02/2025", "", "hier", "01/01/2026"]
TIMES = ["2025-01-12T23:30:00Z", "13/01/2025 10:00"]
CELLS = {
    "client_id": st.sampled_from(["A", "B", " A", "", "N/A", "TEST-1"]),
    "commande_id": st.sampled_from(["1", "2", "3", ""]),
    "date_achat": st.sampled_from([*DATES, *BAD_DATES, *TIMES]),
    "montant": st.sampled_from(
        ["5", "5,00", "1.250", "1 250,5", "12.5", "-5", "0", "", "offert", "5 €", "1,005"]
    ),
    "article": st.sampled_from(["Sac", "Sac ", "Montre"]),
}
FILES = st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=12).map(
    lambda rows: pd.DataFrame(rows, columns=list(CELLS))
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_each_line_is_kept_or_set_aside_for_one_reason(raw):
    before = raw.copy()
    clean, log = clean_orders(raw, as_of=COURSE_DATE)
    assert log.lines_in == len(raw) == len(clean) + len(log.set_aside)
    assert log.lines_out == len(clean)
    assert log.table["mises_de_cote"].sum() == len(log.set_aside)
    reasons = log.set_aside["motif_mise_de_cote"]
    assert set(reasons) <= {rule.name for rule in SET_ASIDE}
    counted = log.table[log.table["mises_de_cote"] > 0].set_index("defaut")["mises_de_cote"]
    assert counted.to_dict() == reasons.value_counts().to_dict()
    set_aside, shown = log.table["mises_de_cote"], log.table["lignes"]
    assert ((set_aside == 0) | (set_aside == shown)).all()
    pd.testing.assert_frame_equal(raw, before)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(FILES.flatmap(lambda raw: st.tuples(st.just(raw), st.permutations(range(len(raw))))))
@example((lines(("A", "1", "05/03/2025", "1.250"), ("A", "1", "2025-03-05", "1250")), [1, 0]))
def test_the_order_of_the_lines_changes_nothing(case):
    raw, places = case
    clean, log = clean_orders(raw, as_of=COURSE_DATE)
    moved_clean, moved_log = clean_orders(raw.iloc[list(places)], as_of=COURSE_DATE)
    columns = ["defaut", "lignes", "mises_de_cote", "traitement"]
    pd.testing.assert_frame_equal(log.table[columns], moved_log.table[columns])
    assert sorted(clean.to_numpy().tolist()) == sorted(moved_clean.to_numpy().tolist())


def test_cleaning_twice_changes_nothing(export):
    clean, _ = export
    again, log = clean_orders(clean, as_of=COURSE_DATE)
    pd.testing.assert_frame_equal(again, clean)
    assert log.set_aside.empty


def test_the_log_shows_three_examples_with_their_line():
    raw = lines(*[("A", str(n), "31/02/2025", "5") for n in range(5)])
    _, log = clean_orders(raw)
    shown = log.table.set_index("defaut").loc["date impossible", "exemples"]
    assert shown.replace("\u00a0", " ") == " ; ".join(
        f"ligne {n} : « 31/02/2025 »" for n in (2, 3, 4)
    )


def test_the_log_speaks_french_and_escapes_what_the_file_says():
    _, log = clean_orders(lines(("A", "1", "<b>hier</b>", "5"), ("B", "2", "13/01/2025", "5")))
    assert str(log).replace("\u00a0", " ") == (
        "2 lignes lues = 1 ligne gardée + 1 ligne mise de côté (date illisible : 1). "
        "Sans aucune ligne gardée : 1 client. "
        "Période : du 13 janvier 2025 au 13 janvier 2025."
    )
    html = log._repr_html_()
    assert "&lt;b&gt;hier" in html and "<b>" not in html
    assert "Mises de côté" in html and "ce texte n’est pas une date connue" in html
    _, many = clean_orders(lines(*[("A", str(n), "13/01/2025", "5,10") for n in range(1500)]))
    assert "<td>1\u202f500</td>" in many._repr_html_()


def test_a_file_without_a_good_line_gives_an_empty_table_and_a_full_log():
    clean, log = clean_orders(lines(("", "", "", "")))
    assert clean.empty and clean.columns.tolist()[:2] == ["client_id", "commande_id"]
    assert found(log) == {"client manquant": 1}
    assert log.customers_lost == 0


def test_complete_journey_is_cleaned_under_its_own_names():
    journey = load_orders("complete_journey").head(5000)
    clean, log = clean_orders(journey, **dataset_columns("complete_journey"))
    assert len(clean) == 5000
    assert clean["client_id"].dtype == "str"
    local = journey["transaction_timestamp"].dt.tz_convert("America/New_York").dt.tz_localize(None)
    assert (clean["date_achat"] == local.dt.normalize()).all()
    assert found(log)["jour changé par le fuseau"] > 0


@pytest.mark.parametrize(
    ("raw", "options", "words"),
    [
        ([1, 2], {}, "read_orders"),
        (lines(), {}, "aucune ligne"),
        (lines(("A", "1", "13/01/2025", 5)).drop(columns="montant"), {}, "montant"),
        (lines(("A", "1", "13/01/2025", 5)), {"timezone": "Europe/Pari"}, "Europe/Pari"),
        (lines(("A", "1", "13/01/2025", 5)), {"as_of": "31/02/2025"}, "31/02/2025"),
        (lines(("A", "1", "13/01/2025", 5)), {"customer": "commande_id"}, "customer et order"),
        (
            lines(("A", "1", "13/01/2025", 5)).assign(prix=5),
            {"amount": "prix"},
            "montant",
        ),
    ],
)
def test_bad_input_is_explained(raw, options, words):
    with pytest.raises(CourseError, match=words):
        clean_orders(raw, **options)
