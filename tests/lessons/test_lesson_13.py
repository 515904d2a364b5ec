"""Lesson 13: its claims on the data, and what it shows where no extra is installed."""

from __future__ import annotations

import contextlib
import io
import re
from functools import partial
from typing import Any

import pandas as pd
import pytest
from support.course import ROOT
from support.lessons import assert_says, build, drill, headings, plain, printed, prose

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.catalog.open_questions import load_open_question
from rfm_helpers.datasets import COURSE_DATE, dataset_columns, load_orders, load_six_customers
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.questions import load_quiz

NAME = "13_passage_a_l_echelle"
SHEET, STORES = 1_048_576 - 1, 200
says = partial(assert_says, NAME)


@pytest.fixture(scope="module")
def totals() -> pd.Series:
    """What each customer of the house has spent, of those with an order that was kept."""
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    return table.set_index("client_id")["montant_total"]


def test_every_section_referred_to_is_a_section_of_the_lesson() -> None:
    quizzes = (load_quiz(name).questions for name in (NAME, "13_machines"))
    sections = {plain(question.section) for questions in quizzes for question in questions}
    assert sections <= set(headings(NAME))


def test_what_a_sheet_leaves_out() -> None:
    names = dataset_columns("complete_journey")
    lines = load_orders("complete_journey", [names["date"], names["customer"]])
    days, households = lines[names["date"]], lines[names["customer"]]
    assert days.is_monotonic_increasing
    says(f"en a {number(len(lines))}, rangées par date", f"**{number(SHEET + 1)} lignes**")
    assert f"{days[SHEET]:%d/%m/%Y}" == "18/09/2017"
    left_out = 100 * (len(lines) - SHEET) / len(lines)
    says(f"au 18 septembre 2017 : {number(left_out, 1)} % des lignes manquent")
    assert households.nunique() - households[:SHEET].nunique() == 30
    says("trente foyers, venus après")


def test_the_lines_and_customers_of_the_group(totals: pd.Series) -> None:
    lines = len(load_orders())
    says(f"À Orsenne, {number(len(totals))} clients et {number(lines)} lignes",
         f"vingt magasins des deux façons : {number(20 * lines)} lignes",
         f"les deux cents magasins : {number(STORES * lines)} lignes",
         f"Polars, sur un ordinateur ordinaire, a suffi à {number(STORES * lines)} lignes",
         f"sur {number(STORES * len(totals))} clients",
         f"de {lines * len(totals) / 1e6:.0f} millions de lignes lues, on passe à "
         f"{lines * len(totals) / 1e7:.0f} milliards")  # fmt: skip
    assert STORES * lines > SHEET


def test_parquet_is_lighter_than_the_same_lines_as_text() -> None:
    """By pandas and PyArrow, the lesson's by Polars: the same choice of the bet."""
    lines = load_orders()[["client_id", "commande_id", "date_achat", "canal", "montant"]]
    stores = [f"M{store:03d}-" for store in range(1, 6)]
    copies = pd.concat(lines.assign(client_id=one + lines["client_id"]) for one in stores)
    parquet = io.BytesIO()
    copies.to_parquet(parquet, index=False)
    assert 5 <= len(copies.to_csv(index=False).encode()) / len(parquet.getvalue()) < 11
    assert "Six fois, ici" in prose(NAME) and "CSV 16,0 Parquet 2,7" in printed(NAME)


def test_every_engine_finds_marc(totals: pd.Series) -> None:
    assert totals["C-0360"] == 4950
    shown = re.findall(r"(Orsenne|pandas|Polars) \S*C-0360 550 4 4 950 €", printed(NAME))
    assert shown == ["Orsenne", "pandas", "Polars"]
    says("les mêmes 550 jours, 4 commandes et 4 950 €")


def test_each_segment_counts_its_customers_once_a_store() -> None:
    rows = re.findall(r"([\d ]+) \d+,\d % ([\d ]+?)(?= [A-ZÀ-Ý]| $|$)", printed(NAME))
    pairs = [[int(figure.replace(" ", "")) for figure in row] for row in rows[:11]]
    assert [group for group, _ in pairs] == [STORES * own for _, own in pairs]
    assert sum(own for _, own in pairs) == 3036


def test_who_differs_are_those_who_gave_back_a_whole_order() -> None:
    lines = load_orders()
    by_order = lines.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    given_back = by_order[by_order <= 0].reset_index()["client_id"].nunique()
    assert f"Clients qui diffèrent, dans chaque magasin : {given_back}" in printed(NAME)


def test_the_best_of_each_machine_are_not_the_best_of_all() -> None:
    spent = rfm_table(load_six_customers(), as_of=COURSE_DATE).set_index("client_id")
    marc, florence, chloe, oceane, sophie, remi = spent["montant_total"][
        ["C-0360", "C-0133", "C-1082", "C-0492", "C-2258", "C-2994"]
    ]
    best = sorted(spent["montant_total"], reverse=True)[:3]
    assert best == [marc, florence, chloe]
    assert [max(marc, florence), max(chloe, oceane), max(sophie, remi)] == [marc, chloe, sophie]
    for threshold, below in ((2500, 5), (1250, 3)):
        assert (spent["montant_total"] <= threshold).sum() == below
    says("À 2 500 €, cinq", "À 1 250 €, trois : Sophie, Rémi et Océane d'un côté")


def test_the_account_of_the_exchanges(totals: pd.Series) -> None:
    says(f"entre 0 et {euros(totals.max(), 2)}")
    middle = totals.sort_values().iloc[(len(totals) + 1) // 2 - 1]
    assert f"Le montant du milieu est {plain(euros(middle, 2))}" in printed(NAME)
    assert "2 200 comptes ont voyagé" in prose(NAME) and "2 200 comptes lus" in printed(NAME)


def test_the_request_names_a_true_control(totals: pd.Series) -> None:
    control = drill("13_demande", "controle")
    assert f"{len(totals)}" in control.replace(" ", "") and "Marc Morel 4 950 €" in control
    rights = {right for item in load_drill("13_demande").items for right in item.right}
    assert rights == {"garder", "flou", "retirer"}
    model = plain(load_open_question(NAME).model)
    assert "550 jours, 4 commandes et 4 950 €" in model


# --- values changed at an arrow -------------------------------------------------------------------


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """The lesson, run up to the query on the group, which has twenty-one stores here."""
    run = Lesson()
    run.cells = [cell.replace("copies(200)", "copies(21)") for cell in run.cells]
    for cell in ("import polars", "def copies", "forme =", "demandees =",
                 "magasin =", "compte =", "differents ="):  # fmt: skip
        run.again(cell)
    return run


class Lesson:
    """Cells of the lesson, run one by one; `known` has the names that they leave."""

    def __init__(self) -> None:
        cells = build.read_lesson(build.SOURCES / f"{NAME}.py").cells
        self.cells = [cell.source for cell in cells if cell.cell_type == "code"]
        self.known: dict[str, Any] = {}

    def again(self, part: str, **values: str) -> str:
        """Run the cell that has this part, with other values at its arrows; what it prints."""
        (cell,) = [cell for cell in self.cells if part in cell]
        for name, value in values.items():
            cell, changed = re.subn(rf"(?m)^{name} = .*?  # ←", f"{name} = {value}  # ←", cell)
            assert changed == 1, name
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(cell, self.known)
        return plain(said.getvalue())


def test_what_each_column_weighs(lesson: Lesson) -> None:
    def share(*columns: str) -> int:
        (share,) = re.findall(
            r"(\d+) % du fichier", lesson.again("demandees =", demandees=f"{[*columns]}")
        )
        return int(share)

    says("Les montants sont un cinquième du fichier ; avec les clients, la moitié",
         "Les dates et les canaux, qui se répètent, n’y pèsent presque rien",
         "les numéros de clients et de commandes, plus des deux tiers")  # fmt: skip
    assert share("montant") in range(18, 23) and share("client_id", "montant") in range(48, 53)
    assert share("date_achat", "canal") < 4 and share("client_id", "commande_id") >= 67
    assert "montant : 21 % du fichier" in printed(NAME)
    quiz = load_quiz(NAME).question("parquet_pourquoi")
    assert any("un cinquième du fichier" in one.explanation for one in quiz.check.choices)


def test_pandas_has_no_marc_of_a_store_that_it_has_not_read(lesson: Lesson) -> None:
    lesson.again("magasin =", magasin='"M020"')
    assert [len(found) for found in lesson.known["marcs"].values()] == [1, 1, 1]
    lesson.again("magasin =", magasin='"M021"')
    assert [len(found) for found in lesson.known["marcs"].values()] == [1, 0, 1]


def test_a_month_later_marc_has_been_silent_for_longer(lesson: Lesson) -> None:
    def marc(day: str) -> tuple[Any, ...]:
        lesson.again("compte =", jour=f'"{day}"')
        return lesson.known["trouves"].filter(client_id="M007-C-0360").collect().row(0)

    says("Au 31 janvier, Marc a 31 jours de silence de plus")
    (_, before, *rest), (_, after, *same) = marc("2025-12-31"), marc("2026-01-31")
    assert (before, after - before) == (550, 31) and rest == same == [4, 4950]


def test_with_returns_set_apart_nobody_differs(lesson: Lesson) -> None:
    says('remplacez `"true"` par `"montant > 0"`')
    for kept, differ in (("montant > 0", 0), ("true", 193)):
        lesson.again("compte =", compte=f'"{kept}"')
        lesson.again("differents =")
        assert len(lesson.known["differents"]) == differ


def test_the_database_answers_who_reads_and_refuses_who_writes(lesson: Lesson) -> None:
    for order, answer in {
        "DELETE FROM clients": "La base refuse",
        "DROP TABLE clients": "La base refuse",
        "SELECT count(*) FROM clients": "La base répond : 60 720 clients.",
        "SELECT": "La base n’a pas compris",
    }.items():
        assert answer in lesson.again("ordre =", ordre=f'"{order}"'), order


def test_the_plan_reads_what_the_query_names(lesson: Lesson) -> None:
    says("Six colonnes sont dans le fichier, deux sont lues")
    says("Avec un `WHERE` sur le canal, trois : le filtre est descendu jusqu’à la lecture")
    assert lesson.again("filtre =") == (
        "Le moteur lit le fichier, puis regroupe. Il lit 2 colonnes sur 6. "
    )
    assert lesson.again("filtre =", filtre="\"WHERE canal = 'en ligne'\"") == (
        "Le moteur lit le fichier, puis filtre en lisant, puis regroupe. Il lit 3 colonnes sur 6. "
    )


def test_the_clock_is_read_when_asked(lesson: Lesson) -> None:
    assert lesson.again("chronometre =") == ""
    timed = lesson.again("chronometre =", chronometre='"oui"')
    assert re.fullmatch(
        r"vingt.parquet : \S+ secondes. groupe.parquet : \S+ secondes. "
        r"Dix fois plus de lignes, \S+ fois plus de temps. ",
        timed,
    )


# --- without the extras, and with them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "asked"),
    [
        ("DuckDB", r"%pip install (\S+) puis exécutez de nouveau"),
        ("Spark", r"%pip install (\S+) (\S+) puis redémarrez"),
    ],
)
def test_without_an_engine_the_lesson_says_how_to_add_it(engine: str, asked: str) -> None:
    """In the versions that are tried; `tests/engines/test_lesson.py` runs the same cells on it."""
    tried = (ROOT / "requirements-engines.txt").read_text(encoding="utf-8")
    found = re.search(rf"{engine} n’est pas installé : .{{,80}}{asked}", printed(NAME))
    assert found and set(found.groups()) <= set(tried.split())
    assert f"Sans {engine}, rien ne manque" in printed(NAME)


def test_no_password_is_written() -> None:
    source = (ROOT / "sources" / "lessons" / f"{NAME}.py").read_text(encoding="utf-8")
    assert 'os.environ["PGDATABASE"]' in source
    assert not re.search(r"password|postgres(ql)?://", source)
