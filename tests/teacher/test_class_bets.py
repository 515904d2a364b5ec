"""A class's bets on one page, from answers files that nobody vouches for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support.page import Page

from rfm_helpers.catalog.bets import load_bets
from rfm_helpers.errors import CourseError
from rfm_helpers.teacher import cli
from rfm_helpers.teacher.apart import Budget
from rfm_helpers.teacher.classroom.intake import Deposit
from rfm_helpers.teacher.reports import bets
from rfm_helpers.teacher.reports.bets import class_bets, lesson_named, write_class_bets

LESSON = "03_calcul_rfm"


def lay(folder: Path, student: str, answers: dict[str, Any]) -> None:
    """The answers file of a student to the lesson."""
    entries = {
        f"paris/{name}": {"value": value, "saved": "2026-01-05T10:00:00+00:00"}
        for name, value in answers.items()
    }
    target = folder / student / "reponses" / f"{LESSON}.json"
    target.parent.mkdir(parents=True)
    content = {"format": 1, "exercise": LESSON, "answers": entries}
    target.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "salle"
    lay(folder, "awa", {"mediane/answer": "300", "un_mois/answer": "aucun"})
    lay(folder, "leo", {"mediane/answer": "305", "mediane/seen": ["90"]})
    lay(folder, "luc", {"mediane/answer": "305", "mediane/seen": []})
    lay(folder, "mia", {"mediane/answer": "<b>1</b>", "un_mois/answer": "<script>"})
    lay(folder, "noe", {"mediane/answer": 7, "rachat/answer": {"r": 1}, "rachat/seen": 3})
    lay(folder, "zoe", {"mediane/answer": "1e30", "rachat/answer": ["m", "r", "f"]})
    for name, text in {"abime": "{", "autre": "[1, 2]", "profond": "[" * 10_000}.items():
        (folder / name).mkdir()
        (folder / name / f"{LESSON}.json").write_text(text, encoding="utf-8")
    return folder


def test_only_bets_that_count_are_on_the_page(room: Path, tmp_path: Path) -> None:
    assert write_class_bets(room, LESSON, tmp_path / "p.html") == 3
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    text = html.replace("\xa0", " ")
    assert html.count("<circle") == 3
    assert "3 paris : 1 juste, 2 loin. 1 au-dessus, 2 au-dessous ; au milieu, 300 jours." in text
    assert "1 220 jours et plus" in text.replace("\u202f", " ")
    assert "Les données disent : 305 jours." in text
    assert "✓ Aucun" in text and "M, puis R, puis F" in text and "✓ R, puis M, puis F" in text
    assert "Aucun pari." in text
    assert "<script" not in html and "<b>1" not in html
    assert Page(html).text


def test_a_bet_is_in_the_page_with_its_question(room: Path, tmp_path: Path) -> None:
    write_class_bets(room, LESSON, tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert [bet.title for bet in load_bets(LESSON) if bet.title.replace("'", "’") not in text] == []


def test_who_takes_too_long_to_read_harms_no_one(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bets, "READING", Budget(seconds=1))
    monkeypatch.setattr(bets, "bets_that_count", slow_for_awa)
    others = len([*room.iterdir()]) - 1
    assert write_class_bets(room, LESSON, tmp_path / "p.html") == others


def slow_for_awa(deposit: Deposit, _: str) -> dict[str, float]:
    """Reading that never ends for one student."""
    while deposit.name == "awa":
        pass
    return {"mediane": 300.0}


def test_every_learner_counts_once_per_choice() -> None:
    learners = [{"un_mois": "aucun"}, {"un_mois": "aucun"}, {"un_mois": "quelques"}, {}]
    bars = class_bets(LESSON, learners)[1].bars
    assert [(count, right) for _, count, _, right in bars] == [
        (0, False),
        (0, False),
        (1, False),
        (2, True),
    ]
    assert sum(share for _, _, share, _ in bars) == pytest.approx(1)


def test_a_lesson_has_a_number_and_a_name() -> None:
    assert {lesson_named(name) for name in ("3", "03", LESSON)} == {LESSON}
    with pytest.raises(CourseError, match="choisissez parmi 0, 1, 2"):
        lesson_named("42")


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> object:
    monkeypatch.setattr(sys, "argv", ["rfm-cours", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return left.value.code


def test_the_command_writes_the_page(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "paris", room, "--lecon", 3) == 0
    assert "3\u00a0parieurs" in capsys.readouterr().out
    assert (tmp_path / "paris_3.html").exists()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["salle", "--lecon", "42"], "La leçon «\u00a042\u00a0» n’a pas de pari"),
        (["vide", "--lecon", "3"], "ne contient aucun travail"),
        (["salle", "--lecon", "4"], "Aucun pari de la leçon 4"),
        (["absent", "--lecon", "3"], "ne peut pas être lu"),
    ],
)
def test_a_refusal_is_one_french_sentence(
    words: list[str],
    part: str,
    room: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "vide").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "paris", *words) == 1
    said = capsys.readouterr().err
    assert part in said and said.count("\n") == 1
