"""The question model: outcomes, what each check accepts, and what it says."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions import (
    Choice,
    ChoiceCheck,
    Kind,
    Mistake,
    NumberCheck,
    Outcome,
    Question,
    TableCheck,
    TableMistake,
    TextCheck,
    load_quiz,
)
from rfm_helpers.questions.model import rich

CHOICES = (
    Choice("deux", "Une ligne, ou une commande ?"),
    Choice("trois", "Trois commandes.", right=True),
    Choice("quatre", "Combien de numéros différents ?"),
)
SEVERAL = ChoiceCheck(
    (Choice("a", "A oui.", right=True), Choice("b", "Et b ?"), Choice("c", "C oui.", right=True)),
    multiple=True,
)
AVERAGE = Question(
    "panier",
    "Quel est le **panier moyen** ?",
    NumberCheck(
        2350,
        tolerance=0.5,
        unit="€",
        success="4 700 € en deux commandes.",
        mistakes=(
            Mistake(4700, "Est-ce le total ?"),
            Mistake((1, 10), "Est-ce un nombre de commandes ?"),
            Mistake(lambda value: value < 0, "Un panier peut-il être négatif ?"),
        ),
        otherwise="Par quoi avez-vous divisé ?",
    ),
    points=2,
    hints=("Deux commandes.", "Divisez."),
    worked="4 700 ÷ 2 = 2 350.",
    section="Le panier moyen",
)
EXPECTED = pd.DataFrame(
    {
        "client_id": ["A", "B", "C"],
        "dernier": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]),
        "recence": [364, 333, 305],
        "montant": [10.25, 20.5, np.nan],
        "segment": ["Champions", "Perdus", "Perdus"],
    }
)
TABLE = TableCheck(
    EXPECTED,
    keys=("client_id",),
    mistakes=(
        TableMistake(lambda t: (t["recence"] < 0).any(), "Dans quel sens avez-vous soustrait ?"),
    ),
)


def ask(check: ChoiceCheck | NumberCheck | TableCheck) -> Question:
    return Question("q", "?", check)


# --- outcomes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("untouched", [None, ..., "", "  ", [], (), set()])
@pytest.mark.parametrize("check", [ChoiceCheck(CHOICES), SEVERAL, AVERAGE.check, TABLE])
def test_an_untouched_question_is_an_invitation(check, untouched):
    result = ask(check).verifier(untouched)
    assert result.outcome is Outcome.NOT_STARTED
    assert result.points == 0
    assert "faux" not in result.message.lower()


def test_outcomes_carry_points_and_the_section_only_where_they_help():
    right, wrong, unread = (AVERAGE.verifier(v) for v in (2350, 4700, "beaucoup"))
    assert (right.outcome, right.points) == (Outcome.SUCCESS, 2)
    assert (wrong.outcome, wrong.points) == (Outcome.REVIEW, 0)
    assert (unread.outcome, unread.points) == (Outcome.ERROR, 0)
    assert "Le panier moyen" in repr(wrong)
    assert "Le panier moyen" not in repr(right)
    assert "« beaucoup »".replace(" ", "\u00a0") in unread.message


def test_a_result_reads_in_french_as_text_and_as_html():
    result = AVERAGE.verifier(4700)
    assert repr(result).startswith("↻ À revoir (0 point sur 2)\nEst-ce le total ?")
    assert "À revoir" in result._repr_html_()
    assert "Est-ce le total ?" in result._repr_html_()


def test_messages_are_escaped_in_html():
    hostile = Question(
        "q", "<script>", ChoiceCheck((Choice("x", "<b>x</b>", True), Choice("", "")))
    )
    assert "<script>" not in hostile._repr_html_()
    assert "<b>" not in hostile.verifier("a")._repr_html_()
    assert "<img" not in ask(NumberCheck(1)).verifier("<img src=x>")._repr_html_()
    assert rich("`a<b` **c**") == "<code>a&lt;b</code> <strong>c</strong>"


def test_hints_come_by_rank_and_the_solution_only_where_there_is_one():
    assert AVERAGE.indice().text == "Deux commandes."
    assert AVERAGE.indice(2).text == AVERAGE.indice(9).text == "Divisez."
    assert "2 sur 2" in AVERAGE.indice(2).title
    assert AVERAGE.solution().text.startswith("4 700")
    assignment = ask(NumberCheck(1))
    assert "enseignant" in assignment.solution().text
    assert "Pas d’indice" in assignment.indice().text


def test_the_kind_is_that_of_the_check():
    kinds = [ask(check).kind for check in (ChoiceCheck(CHOICES), SEVERAL, AVERAGE.check, TABLE)]
    assert kinds == [Kind.SINGLE, Kind.MULTIPLE, Kind.NUMBER, Kind.TABLE]


# --- choices -------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["b", " B ", ["b"]])
def test_the_right_choice_in_any_writing(answer):
    assert ask(ChoiceCheck(CHOICES)).verifier(answer).outcome is Outcome.SUCCESS


@pytest.mark.parametrize(("letter", "question"), [("a", "Une ligne"), ("c", "Combien")])
def test_a_wrong_choice_gets_its_own_explanation(letter, question):
    result = ask(ChoiceCheck(CHOICES)).verifier(letter)
    assert result.outcome is Outcome.REVIEW
    assert result.message.startswith(question)
    assert "Trois commandes" not in result.message


@pytest.mark.parametrize("answer", ["d", "bb", 3, "1", ["a", "b"]])
def test_a_choice_that_cannot_be_read_is_an_error(answer):
    assert ask(ChoiceCheck(CHOICES)).verifier(answer).outcome is Outcome.ERROR


@pytest.mark.parametrize(
    ("answer", "outcome", "points"),
    [
        ("a, c", Outcome.SUCCESS, 1),
        ("A et C", Outcome.SUCCESS, 1),
        ("a c", Outcome.SUCCESS, 1),
        (["c", "A"], Outcome.SUCCESS, 1),
        ({"a", "c"}, Outcome.SUCCESS, 1),
        ("a", Outcome.REVIEW, 0.5),
        ("a;b;c", Outcome.REVIEW, 0.5),
        ("ab", Outcome.ERROR, 0),
        ("b", Outcome.REVIEW, 0),
        (["b", "c"], Outcome.REVIEW, 0),
    ],
)
def test_several_choices_earn_the_share_found(answer, outcome, points):
    result = ask(SEVERAL).verifier(answer)
    assert (result.outcome, result.points) == (outcome, points)


def test_an_incomplete_answer_says_that_one_is_missing_without_naming_it():
    message = ask(SEVERAL).verifier(["a"]).message
    assert "au moins une autre" in message
    assert "C oui." not in message


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        2350,
        2350.4,
        np.int32(2350),
        np.float32(2350),
        Decimal("2350.00"),
        pd.Series([2350]),
        "2350",
        "2 350",
        "2\u202f350,00\u00a0€",
        "2.350,00 euros",
        "2,350.00",
    ],
)
def test_the_right_number_in_any_writing(answer):
    assert AVERAGE.verifier(answer).outcome is Outcome.SUCCESS


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (4700, "Est-ce le total ?"),
        ("4700 €", "Est-ce le total ?"),
        (2, "Est-ce un nombre de commandes ?"),
        (-5, "Un panier peut-il être négatif ?"),
        (1234, "Par quoi avez-vous divisé ?"),
        (0, "Par quoi avez-vous divisé ?"),
    ],
)
def test_a_wrong_number_names_the_likely_mistake(answer, message):
    result = AVERAGE.verifier(answer)
    assert (result.outcome, result.message) == (Outcome.REVIEW, message)


@pytest.mark.parametrize(
    "answer", ["deux mille", True, float("nan"), float("inf"), pd.NA, [1, 2], {"a": 1}, "1 2 x"]
)
def test_a_number_that_cannot_be_read_is_an_error(answer):
    assert AVERAGE.verifier(answer).outcome is Outcome.ERROR


@pytest.mark.parametrize("answer", [15.3, "15,3 %", "15,3", 0.153, "0,153"])
def test_a_percentage_may_be_given_as_a_share(answer):
    assert ask(NumberCheck(15.3, 0.05, unit="%")).verifier(answer).outcome is Outcome.SUCCESS


def test_a_text_in_per_cent_is_a_share_elsewhere():
    assert parse_number("15 %") == pytest.approx(0.15)
    assert parse_number("−3,5") == -3.5
    with pytest.raises(CourseError, match="nombre"):
        parse_number("")


def test_a_decimal_comma_without_quotes_is_told_to_take_quotes():
    with pytest.raises(CourseError, match='entre guillemets, "0,25"'):
        parse_number((15, 6))
    with pytest.raises(CourseError, match="ou 0,25"):
        parse_number("quinze")


def test_an_unknown_word_is_answered_with_all_the_known_ones():
    check = TextCheck(("Champions",), known=("Champions", "Fidèles"))
    assert "choisissez parmi Champions, Fidèles" in ask(check).verifier("444").message


def test_of_many_known_words_one_is_given_as_an_example():
    known = tuple(f"C-{rank:04}" for rank in range(1, 424))
    result = ask(TextCheck(("C-0128",), known=known)).verifier("C-9999")
    assert result.outcome is Outcome.ERROR
    assert "C-0001" in result.message and "C-0002" not in result.message


# --- tables --------------------------------------------------------------------------------------


def shuffled() -> pd.DataFrame:
    return EXPECTED.iloc[::-1][EXPECTED.columns[::-1]]


@pytest.mark.parametrize(
    "answer",
    [
        EXPECTED,
        shuffled(),
        EXPECTED.set_index("client_id"),
        EXPECTED.astype({"recence": "int16", "montant": "float32"}),
        EXPECTED.astype({"recence": "float64", "segment": "category"}),
        EXPECTED.assign(dernier=EXPECTED["dernier"].dt.date),
        EXPECTED.assign(montant=EXPECTED["montant"] + 0.004, autre=1),
        pl.from_pandas(EXPECTED),
        pa.Table.from_pandas(EXPECTED),
    ],
)
def test_the_right_table_in_any_shape(answer):
    result = ask(TABLE).verifier(answer)
    assert (result.outcome, result.points) == (Outcome.SUCCESS, 1)


@pytest.mark.parametrize(
    ("answer", "part", "points"),
    [
        (EXPECTED.assign(recence=-EXPECTED["recence"]), "quel sens", 0.75),
        (EXPECTED.assign(montant=[10.25, 20, None]), "`montant`", 0.92),
        (EXPECTED.assign(montant=0.0), "3\xa0valeurs s’écartent", 0.75),
        (EXPECTED.drop(columns="segment"), "`segment`", 0.75),
        (EXPECTED.head(2), "il en manque", 0.67),
        (pd.concat([EXPECTED, EXPECTED.head(1)]), "une seule ligne", 0.75),
        (pd.concat([EXPECTED, EXPECTED.head(1).assign(client_id="Z")]), "c’est trop", 0.75),
        (EXPECTED.head(0), "il en manque", 0),
    ],
)
def test_a_wrong_table_says_what_to_look_at_and_keeps_what_is_right(answer, part, points):
    result = ask(TABLE).verifier(answer)
    assert result.outcome is Outcome.REVIEW
    assert part in result.message
    assert result.points == points


@pytest.mark.parametrize(
    "answer", [3, "A", dt.date(2025, 1, 1), EXPECTED.drop(columns="client_id")]
)
def test_an_answer_that_is_no_such_table_is_an_error(answer):
    assert ask(TABLE).verifier(answer).outcome is Outcome.ERROR


def test_a_check_leaves_the_table_as_it_was():
    answer = shuffled()
    before = answer.copy()
    ask(TABLE).verifier(answer)
    pd.testing.assert_frame_equal(answer, before)


def test_two_keys_make_one():
    expected = pd.DataFrame({"R": [1, 1, 2], "F": [1, 2, 1], "clients": [5, 6, 7]})
    check = TableCheck(expected, keys=("R", "F"))
    assert check(expected.set_index(["R", "F"])).share == 1
    assert check(expected.assign(F=expected["F"].astype(float))).share == 1
    assert check(expected.assign(R=[2, 1, 1])).share < 1


# --- quiz files ----------------------------------------------------------------------------------

GOOD = """\
title: "Essai"
questions:
  - id: un
    statement: "Combien ?"
    choices:
      - {text: "oui", explanation: "Bien vu.", right: true}
      - {text: "non", explanation: "Sûr ?"}
    hint: "Regardez."
    section: "Début"
    solution: "Oui."
"""


def test_a_quiz_of_ones_own(tmp_path):
    path = tmp_path / "essai.yaml"
    path.write_text(GOOD, encoding="utf-8")
    quiz = load_quiz(path)
    assert quiz.question("un").verifier("a").outcome is Outcome.SUCCESS
    with pytest.raises(CourseError, match=r"deux.*un"):
        quiz.question("deux")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (", right: true}", "}", "right: true"),
        ('"Sûr ?"}', '"Sûr ?", right: true}', "multiple: true"),
        ('"Combien ?"', '""', "ligne 4"),
        ('    hint: "Regardez."\n', "", "hint"),
        ("    hint:", "    indice:", "ligne 3|indice"),
        ("id: un", "id: Un é", "ligne 3"),
        (
            "    hint:",
            "    number: {answer: 1, tolerance: 0, success: a, otherwise: b}\n    hint:",
            "soit des",
        ),
    ],
)
def test_a_bad_quiz_file_names_the_file_the_line_and_the_reason(tmp_path, old, new, reason):
    path = tmp_path / "essai.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=r"essai\.yaml.*ligne \d+") as refused:
        load_quiz(path)
    assert re.search(reason, str(refused.value).replace("\u00a0", " "))


def test_two_questions_of_one_name_are_refused(tmp_path):
    path = tmp_path / "double.yaml"
    path.write_text(GOOD + GOOD.split("questions:\n")[1], encoding="utf-8")
    with pytest.raises(CourseError, match="deux questions"):
        load_quiz(path)


def test_an_unknown_quiz_is_answered_with_the_known_ones():
    with pytest.raises(CourseError, match="03_calcul_rfm"):
        load_quiz("99_inconnu")
