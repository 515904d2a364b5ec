"""The quizzes of the lessons: every question, every choice, and the facts they rest on."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from support.course import ROOT
from support.house import target_table_at
from support.lessons import plain

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_index, score_rfm
from rfm_helpers.analysis.segments import explain_segment
from rfm_helpers.analysis.targeting.cart import fit_cart
from rfm_helpers.analysis.targeting.gains import compare_lists
from rfm_helpers.analysis.targeting.trees import predict_rates
from rfm_helpers.analysis.value.points import PointScale, class_of
from rfm_helpers.analysis.value.recruits import lifetime_value
from rfm_helpers.catalog import load_grid
from rfm_helpers.catalog.quizzes import QUIZZES
from rfm_helpers.datasets import COURSE_DATE, clean_orders, load_orders
from rfm_helpers.questions import ChoiceCheck, NumberCheck, Outcome, Question, load_quiz

LESSONS = ROOT / "sources" / "lessons"
NAMES = sorted(path.stem for path in QUIZZES.glob("*.yaml"))
ALL = [(name, question) for name in NAMES for question in load_quiz(name).questions]
CHOICES = [(n, q) for n, q in ALL if isinstance(q.check, ChoiceCheck)]
NUMBERS = [(n, q) for n, q in ALL if isinstance(q.check, NumberCheck)]
MARC = "C-0360"


def label(value):
    return value.id if isinstance(value, Question) else None


def texts(question: Question) -> list[str]:
    """Everything a learner may read of a question."""
    check = question.check
    if isinstance(check, ChoiceCheck):
        own = [text for choice in check.choices for text in (choice.text, choice.explanation)]
    else:
        own = [check.success, check.otherwise, *(mistake.message for mistake in check.mistakes)]
    return [question.statement, *question.hints, question.worked, question.section, *own]


def the(name: str, question_id: str) -> Question:
    return load_quiz(name).question(question_id)


def right_texts(question: Question) -> list[str]:
    return [choice.text for choice in question.check.choices if choice.right]


# --- every question ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "02_donnees",
        "03_calcul_rfm",
        "04_segmentation",
        "07_rentabilite",
        "08_mesurer",
        "09_valeur_client",
        "10_ciblage",
        "11_relation_client",
        "12_projet_final",
        "13_passage_a_l_echelle",
    ],
)
def test_a_lesson_has_six_or_seven_questions_and_few_numbers(name):
    questions = load_quiz(name).questions
    assert 6 <= len(questions) <= 7
    assert sum(isinstance(q.check, NumberCheck) for q in questions) <= 2


def test_question_ids_are_unique_across_the_course():
    ids = [question.id for _, question in ALL]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("name", "question"), ALL, ids=label)
def test_the_untouched_question_is_an_invitation(name, question):
    assert question.verifier(None).outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize(("name", "question"), CHOICES, ids=label)
def test_the_reference_choice_succeeds_in_any_writing(name, question):
    right = question.check.right_letters
    for answer in (list(right), set(right), ", ".join(right).upper()):
        result = question.verifier(answer)
        assert (result.outcome, result.points) == (Outcome.SUCCESS, question.points)
        for choice in question.check.choices:
            assert (choice.explanation in result.message) is choice.right


@pytest.mark.parametrize(("name", "question"), CHOICES, ids=label)
def test_each_wrong_choice_is_to_review_and_asks_a_question(name, question):
    wrong = set(question.check.letters) - set(question.check.right_letters)
    assert wrong
    for letter in wrong:
        result = question.verifier(letter)
        assert (result.outcome, result.points) == (Outcome.REVIEW, 0)
        assert "?" in result.message
        assert question.section in result.text


@pytest.mark.parametrize(
    ("name", "question"), [(n, q) for n, q in CHOICES if q.check.multiple], ids=label
)
def test_several_choices_need_all_and_nothing_else(name, question):
    check = question.check
    everything = question.verifier(check.letters.upper().replace("", ",").strip(","))
    assert everything.outcome is Outcome.REVIEW
    for missing in check.right_letters:
        partial = question.verifier(set(check.right_letters) - {missing})
        assert partial.outcome is Outcome.REVIEW
        assert 0 < partial.points < question.points


@pytest.mark.parametrize(("name", "question"), NUMBERS, ids=label)
def test_the_reference_number_succeeds_in_any_writing(name, question):
    answer = question.check.answer
    for value in (answer, float(answer), f"{answer:g},0", f" {answer:g} {question.check.unit}"):
        assert question.verifier(value).outcome is Outcome.SUCCESS


@pytest.mark.parametrize(("name", "question"), NUMBERS, ids=label)
def test_each_typical_number_is_to_review_with_its_own_question(name, question):
    check = question.check
    assert len(check.mistakes) >= 3
    for mistake in check.mistakes:
        value = mistake.when[0] if isinstance(mistake.when, tuple) else mistake.when
        result = question.verifier(value)
        assert (result.outcome, result.message) == (Outcome.REVIEW, mistake.message)
    assert question.verifier(check.answer + 987654).message == check.otherwise


@pytest.mark.parametrize(("name", "question"), NUMBERS, ids=label)
def test_neither_hint_nor_feedback_gives_the_number_away(name, question):
    check = question.check
    answer = rf"(?<![\d.,]){check.answer:g}(?![\d.,])"
    told = [*question.hints, check.otherwise, *(mistake.message for mistake in check.mistakes)]
    assert not [text for text in told if re.search(answer, text)]


@pytest.mark.parametrize(("name", "question"), ALL, ids=label)
def test_every_question_helps_and_none_says_wrong(name, question):
    assert question.hints and question.worked and question.section
    assert not [text for text in texts(question) if re.search(r"\bfaux\b|\bfausse\b", text, re.I)]


@pytest.mark.parametrize(("name", "question"), ALL, ids=label)
def test_french_typography(name, question):
    for text in texts(question):
        assert not re.search(r" [:;?!»%€]|«\x20| {2}|'|\d \d{3}\b", text), text


def test_the_right_choice_is_not_always_in_the_same_place():
    for name in NAMES:
        single = [q.check for n, q in CHOICES if n == name and not q.check.multiple]
        assert len({check.right_letters for check in single}) >= min(2, len(single))


ONE_RIGHT = [q.check for _, q in CHOICES if not q.check.multiple]


def ranks(check: ChoiceCheck) -> tuple[int, list[int]]:
    """Which choice is the right one, and the length of each."""
    (right,) = (place for place, choice in enumerate(check.choices) if choice.right)
    return right, [len(choice.text) for choice in check.choices]


def test_neither_the_longest_choice_nor_the_shortest_is_a_good_bet():
    """Over all quizzes, whoever ticks them without reading does no better than at random."""
    chance = sum(1 / len(check.choices) for check in ONE_RIGHT)
    for extreme in (max, min):
        won = 0
        for right, lengths in map(ranks, ONE_RIGHT):
            won += lengths[right] == extreme(lengths) and lengths.count(lengths[right]) == 1
        assert won <= chance, (extreme.__name__, won)


def test_no_place_is_a_good_bet():
    """Ticking always the same place wins no more than two questions in five."""
    for place in range(4):
        offered = [check for check in ONE_RIGHT if place < len(check.choices)]
        won = sum(ranks(check)[0] == place for check in offered)
        assert won <= 0.4 * len(offered), place


def test_sections_are_those_of_the_lessons():
    for name, question in ALL:
        lesson = LESSONS / f"{name}.py"
        if lesson.exists():
            titles = re.findall(r"^# #+ (.+)$", lesson.read_text(encoding="utf-8"), re.M)
            assert any(question.section in title for title in titles), (name, question.section)


# --- lesson 2: what the questions say, computed --------------------------------------------------


def lines(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["client_id", "commande_id", "date_achat", "montant"])
    return table.assign(date_achat=pd.to_datetime(table["date_achat"]))


def test_lines_and_orders():
    leroy = lines(
        ("L", "K-01", "2025-05-01", 1200),
        ("L", "K-01", "2025-05-01", 300),
        ("L", "K-02", "2025-06-01", 250),
    )
    answer = the("02_donnees", "lignes_ou_commandes").check.answer
    assert rfm_table(leroy)["frequence"].tolist() == [answer]


def test_a_return_lowers_the_amount_and_is_no_purchase():
    client = lines(
        ("A", "1", "2025-05-01", 250),
        ("A", "1", "2025-05-01", 1200),
        ("A", "2", "2025-05-08", -250),
    )
    found = rfm_table(client).iloc[0]
    assert (found["frequence"], found["montant_total"]) == (1, 1200)
    assert "diminue le montant" in right_texts(the("02_donnees", "retour"))[0]


def test_only_the_line_written_twice_is_a_duplicate():
    raw = pd.DataFrame(
        [
            ("A", "1", "1", "2025-05-01", "90"),
            ("A", "1", "1", "2025-05-01", "90"),
            ("A", "2", "1", "2025-07-01", "90"),
            ("B", "3", "1", "2025-05-01", "90"),
            ("A", "4", "1", "2025-05-01", "90"),
        ],
        columns=["client_id", "commande_id", "ligne", "date_achat", "montant"],
    )
    _, log = clean_orders(raw)
    assert log.set_aside["commande_id"].tolist() == ["1"]
    assert "même numéro de ligne" in right_texts(the("02_donnees", "doublon"))[0]


def test_half_past_eleven_in_utc_is_the_next_day_in_paris():
    order = lines(("A", "1", "2025-06-30 23:30", 90))
    order["date_achat"] = order["date_achat"].dt.tz_localize("UTC")
    assert rfm_table(order, as_of=dt.date(2025, 7, 1))["recence"].tolist() == [0]
    assert right_texts(the("02_donnees", "fuseau")) == ["Le 1er juillet 2025"]


def test_the_balance_of_the_log_adds_up():
    question = the("02_donnees", "rien_ne_disparait")
    read, doubled, no_customer, no_date, kept = (
        int(found.replace("\u202f", ""))
        for found in re.findall(r"\d[\d\u202f]*", question.statement)
    )
    assert question.check.answer == read - doubled - no_customer - no_date
    assert question.check.mistakes[0].when == question.check.answer - kept


# --- lesson 3 ------------------------------------------------------------------------------------


def table(recency: list[int], frequency: list[int], amount: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client_id": [f"C-{i:03d}" for i in range(len(recency))],
            "recence": recency,
            "frequence": frequency,
            "montant_total": amount,
        }
    )


def test_a_smaller_recency_has_a_better_score():
    scored = score_rfm(table([12, 400], [1, 2], [1.0, 2.0]), levels=2)
    assert scored["R"].tolist() == [2, 1]
    assert right_texts(the("03_calcul_rfm", "sens_de_la_recence")) == ["Léa"]


def test_the_quantile_of_nadia():
    amounts = [float(rank) for rank in range(200)]
    scored = score_rfm(table(list(range(200)), list(range(1, 201)), amounts))
    question = the("03_calcul_rfm", "score_par_quantiles")
    assert scored.loc[scored["montant_total"] == 130, "M"].tolist() == [question.check.answer]


def test_fifty_five_ties_leave_the_second_score_empty():
    frequency = [1] * 55 + [2] * 25 + [3] * 20
    scored = score_rfm(table(list(range(100)), frequency, [float(i) for i in range(100)]))
    assert sorted(scored["F"].unique()) == [1, 3, 4]


def test_rfm_and_rfa_on_anne_and_bruno():
    orders = lines(
        ("Anne", "0", "2025-05-01", 900),
        *(("Bruno", str(i), f"2025-0{i}-01", 150) for i in range(1, 7)),
        ("Chloé", "9", "2025-04-01", 20),
    )
    found = rfm_table(orders)
    rfm, rfa = (
        score_rfm(found, levels=3, monetary=column).set_index("client_id")
        for column in ("montant_total", "panier_moyen")
    )
    assert rfm.loc["Anne", "M"] == rfm.loc["Bruno", "M"]
    assert rfa.loc["Anne", "M"] > rfa.loc["Bruno", "M"]
    assert rfm["F"].equals(rfa["F"])


def test_a_later_reference_date_moves_thresholds_and_not_quantiles():
    orders = load_orders()
    dates = (COURSE_DATE, COURSE_DATE + dt.timedelta(days=31))
    now, later = (rfm_table(orders, as_of=day) for day in dates)
    edges = {"R": [90, 180, 365], "F": [2, 3, 5], "M": [300, 1500, 4000]}
    assert score_rfm(now)["R"].equals(score_rfm(later)["R"])
    fixed, moved = (score_rfm(t, method="thresholds", thresholds=edges)["R"] for t in (now, later))
    assert (moved <= fixed).all()
    assert (moved < fixed).any()


def test_marc_on_both_scales_and_his_index():
    found = rfm_table(load_orders(), as_of=COURSE_DATE)
    five, four = (score_rfm(found, levels=n).query("client_id == @MARC") for n in (5, 4))
    statement = the("03_calcul_rfm", "marc_sur_deux_echelles").statement
    assert f"code {five['code_rfm'].item()} sur cinq niveaux" in statement
    assert f"{four['code_rfm'].item()} sur quatre niveaux" in statement
    index = the("03_calcul_rfm", "indice_rfm")
    assert rfm_index(five)["indice_rfm"].item() == index.check.answer
    assert f"est {five['code_rfm'].item()}" in index.statement


# --- lesson 4 ------------------------------------------------------------------------------------


def test_411_on_the_grid():
    question = the("04_segmentation", "code_411")
    grid = load_grid("onze")
    assert right_texts(question) == [grid.segment_of("411")]
    assert {choice.text for choice in question.check.choices} <= set(grid.names)


def test_the_codes_of_a_ne_pas_perdre():
    question = the("04_segmentation", "a_ne_pas_perdre")
    codes = load_grid("onze").codes_of("À ne pas perdre")
    assert sorted(re.findall(r"\b\d{3}\b", question.statement)) == sorted(codes)
    recency, frequency, amount = (sorted({int(code[i]) for code in codes}) for i in range(3))
    assert (recency, frequency) == ([1, 2], [3, 4])
    assert sum(int(code[2]) >= 3 for code in codes) == len(codes) - 1
    assert amount[0] == 2


def test_the_inversions_are_those_of_the_grid():
    grid = load_grid("onze")
    question = the("04_segmentation", "audit_inversions")
    for choice in question.check.choices:
        before, after = re.findall(r"\d{3}", choice.text)
        assert sum(map(int, after)) == sum(map(int, before)) + 1
        ranks = [grid.segment(grid.segment_of(code)).rank for code in (before, after)]
        assert (ranks[1] > ranks[0]) is choice.right
        for name in re.findall("«\u00a0(.+?)\u00a0»", choice.explanation):
            assert name in {grid.segment_of(before), grid.segment_of(after)}


def test_441_in_our_reading_of_the_three_segments():
    question = the("04_segmentation", "lecture_vip")
    grid = load_grid("vip")
    assert grid.levels == 5
    assert right_texts(question)[0].casefold() == grid.segment_of("441").casefold()
    for code in ("244", "155", "444", "554", "345"):
        low, high = code[0] in "12", min(code) >= "4"
        expected = "à réactiver" if low else "vip" if high else "à développer"
        assert grid.segment_of(code).casefold() == expected


def test_marc_comes_back():
    question = the("04_segmentation", "retour_de_marc")
    grid = load_grid("onze")
    scored = score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE))
    code = scored.loc[scored["client_id"] == MARC, "code_rfm"].item()
    assert f"code {code}" in question.statement
    assert grid.segment_of(code) == "À ne pas perdre"
    after = explain_segment(scored, MARC).purchase.iloc[0]
    assert right_texts(question) == [after["segment"]]
    assert f"**{after['code_rfm']}**" in question.check.choices[1].explanation


# --- lesson 9 ------------------------------------------------------------------------------------


def test_the_points_of_the_customer_with_eight_orders():
    scale = PointScale(unit=100, cap=10)
    margin = scale.margin_points[int(class_of([15], scale.margin_bounds)[0])]
    answer = the("09_valeur_client", "points_du_bareme").check.answer
    assert answer == margin + min(8 * scale.bonus, scale.cap)


def test_the_lifetime_value_of_the_question():
    question = the("09_valeur_client", "valeur_a_vie")
    assert question.check.answer == round(lifetime_value(300, 0.6, 0.15, 120).value)
    wrong = {round(mistake.when) for mistake in question.check.mistakes}
    assert {
        round(lifetime_value(300, 0.6, 0.15).value),
        round(lifetime_value(300, 0.6, 0.15, 120, first_now=True).value),
        round(300 / 0.55 - 120),
    } == wrong


# --- lesson 10 -----------------------------------------------------------------------------------


def test_the_leaf_and_the_days_of_lesson_10():
    quiz_10 = "10_ciblage"
    assert the(quiz_10, "prediction_feuille").check.answer == 150 / 250 * 40
    age = (dt.date(2026, 5, 15) - dt.date(2026, 3, 1)).days
    assert age < 90
    assert f"{age} jours" in plain(the(quiz_10, "plafond").check.choices[1].explanation)


def test_the_gap_of_the_question_is_that_of_the_lists():
    later = target_table_at("2025-06-30")
    rated = later.assign(cart=predict_rates(fit_cart(target_table_at("2024-06-30")), later))
    found = compare_lists(rated, {"RFM": "indice_rfm", "CART": "cart"}).iloc[1]
    low, high = (round(found[end] * later["rachat"].sum()) for end in ("ecart_bas", "ecart_haut"))
    assert f"de −{-low} à {high}" in plain(the("10_ciblage", "ecart").statement)
