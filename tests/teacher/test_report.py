"""The teacher's report: statistics against hand-made ones, hints that are right, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.graded import HOSTILE, SHEET, essay, graded, mark, missing
from support.page import Page

from rfm_helpers.questions.model import Outcome
from rfm_helpers.teacher.reports.report import discrimination, same_values, write_report
from rfm_helpers.teacher.results import Graded, Status, Student


def page(tmp_path: Path, results: Sequence[Graded]) -> str:
    path = tmp_path / "rapport.html"
    write_report(path, SHEET, results)
    return Page(path.read_text(encoding="utf-8")).text


def valued(student: str, shown: str, share: float, message: str = "Bonnes lignes ?") -> Graded:
    return replace(graded(student), marks=(mark("panier", share, message, shown), mark("scores")))


def test_figures_are_those_of_the_class(tmp_path: Path) -> None:
    results = [graded(f"e{i}", panier=i / 12, scores=(i % 4) / 4) for i in range(12)]
    text = page(tmp_path, [*results, missing("e99")])
    totals = np.array([one.total for one in results])
    assert "13 étudiants sur la liste, 12 travaux notés." in text
    for label, value in (("Moyenne", totals.mean()), ("Écart type", totals.std())):
        assert f"{label} {value:.2f}".rstrip("0").replace(".", ",") in text
    basket = np.array([one.marks[0].points for one in results])
    expected = np.corrcoef(basket, totals - basket)[0, 1]
    assert f"Discrimination : {expected:.2f}".replace(".", ",") in text
    assert f"Réussite : {round(basket.mean() / 6 * 100)} %" in text
    assert "non rendu 1" in text and "corrigé 12" in text


def test_discrimination_says_when_it_cannot_be_told(tmp_path: Path) -> None:
    assert discrimination([1.0] * 9, list(range(9))) == "effectif trop petit"
    assert discrimination(list(range(12)), [5.0] * 12) == "tous ont les mêmes points"
    assert "effectif trop petit" in page(tmp_path, [graded("e1"), graded("e2")])


def test_marks_at_a_limit_are_counted_once(tmp_path: Path) -> None:
    full = {"conseil/appui": 2.5, "conseil/action": 1.5}
    results = [
        graded("e1", manual=full),
        graded("e2", panier=0, scores=0, texts={}),
        graded("e3", panier=0.5, scores=0.5),
    ]
    text = page(tmp_path, results)
    for row in ("0 à 2 1", "6 à 8 0", "8 à 10 1", "18 à 20 1"):
        assert row in text


def test_an_empty_class_has_a_report(tmp_path: Path) -> None:
    assert "Aucun travail n’a pu être noté." in page(tmp_path, [missing()])
    assert "0 étudiant sur la liste" in page(tmp_path, [])


def test_messages_are_grouped_numbers_aside(tmp_path: Path) -> None:
    results = [valued(f"e{i}", f"{i}", 0, f"Vos {i} 000 lignes sont-elles là ?") for i in range(3)]
    text = page(tmp_path, [*results, valued("e8", "8", 0, "Et les retours ?")])
    assert "3 × Vos … lignes sont-elles là ?" in text and "1 × Et les retours ?" in text


def test_a_copied_value_is_shown_with_whoever_has_it(tmp_path: Path) -> None:
    right = valued("e1", "12 345,67 €", 1)
    copied = valued("e2", "12345,67 €", 0)
    others = [valued(f"e{i}", f"{i}999,50", 0) for i in range(3, 6)]
    (found,) = same_values(SHEET, [right, copied, *others])
    assert [student.id for student, _ in found.students] == ["e1", "e2"]
    assert [outcome for _, outcome in found.students] == [Outcome.SUCCESS, Outcome.REVIEW]
    text = page(tmp_path, [right, copied])
    assert "jamais un verdict" in text and "12 345,67 €" in text


@pytest.mark.parametrize(
    "results",
    [
        [valued("e1", "2 350,50", 1), valued("e2", "2 350,50", 1)],
        [valued("e1", "12", 0), valued("e2", "12", 0)],
        [valued(f"e{i}", "2 350,50", 0) for i in range(4)],
        [valued(f"e{i}", "2 350,50" if i < 2 else f"{i}350,50", 0, "Le total ?") for i in range(5)],
        [valued("e1", "", 0), valued("e2", "", 0)],
    ],
    ids=["right", "short", "many", "typical mistake", "nothing"],
)
def test_values_that_agree_by_chance_are_left_out(results: list[Graded]) -> None:
    assert same_values(SHEET, results) == []


def test_what_to_look_at_links_to_the_students_page(tmp_path: Path) -> None:
    odd = replace(graded("e2"), status=Status.MODIFIED, notices=("Cellule remise en l’état.",))
    path = tmp_path / "rapport.html"
    write_report(path, SHEET, [graded("e1"), odd, replace(missing("Zoé"))])
    html = path.read_text(encoding="utf-8")
    assert 'href="retours/e2.html"' in html and 'href="retours/Zoe-' in html
    assert 'href="retours/e1.html"' not in html
    assert "Cellule remise en l’état." in html


def test_times_name_the_slowest(tmp_path: Path) -> None:
    results = [replace(graded(f"e{i}"), seconds=float(i), peak_mb=100.0 + i) for i in range(9)]
    text = page(tmp_path, results)
    assert "Durée médiane par travail : 4,5 s" in text and "mémoire au plus : 108 Mo" in text
    assert "(e8) 8,0 s" in text and "(e3)" not in text.split("Exécution")[1]
    assert "Exécution" not in page(tmp_path, [graded("e1")])


def test_nothing_of_the_students_becomes_a_tag(tmp_path: Path) -> None:
    nasty = f"{HOSTILE}</style><img src=x onerror=alert(1)>\x00\ud800 12 345"
    results = [
        Graded(
            Student(f"e{i}", nasty, nasty),
            Status.MODIFIED,
            (mark("panier", i % 2, nasty, nasty), mark("scores")),
            {"conseil": f"{nasty} {essay(1)}"},
            (nasty,),
            seconds=1.0,
        )
        for i in range(2)
    ]
    path = tmp_path / "rapport.html"
    write_report(path, SHEET, results)
    parsed = Page(path.read_text(encoding="utf-8"))
    assert not {"script", "img"} & set(parsed.tags)
    assert "onerror" not in {name for name, _ in parsed.attributes}
    assert parsed.text.count("<script>alert(1)</script>") > 10
    first = path.read_bytes()
    write_report(path, SHEET, results)
    assert path.read_bytes() == first
