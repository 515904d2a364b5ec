"""A file of bets that says nothing sensible is refused in one French sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from rfm_helpers.catalog.base import load_yaml
from rfm_helpers.catalog.bets import BetSheet, load_bet, load_bets
from rfm_helpers.errors import CourseError

HEAD = "bets:\n  - {id: un, title: T, statement: S, after: A, "
NUMBER = "number: {truth: 3, unit: jours, right: 0.1, near: 0.5}"
CHOICES = "choices: [{id: a, text: A}, {id: b, text: B}]"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("}", "soit des `choices`, soit un `number`"),
        (f"{NUMBER}, {CHOICES}, truth: [a]}}", "soit des `choices`, soit un `number`"),
        (f"{CHOICES}}}", "`truth` nomme un des choix"),
        (f"{CHOICES}, truth: [c]}}", "`truth` nomme un des choix"),
        (f"{CHOICES}, truth: [a, a]}}", "`truth` nomme un des choix"),
        ("choices: [{id: a, text: A}], truth: [a]}", "au moins deux choix"),
        (NUMBER.replace("0.5", "0.1") + "}", "`near` doit être plus grand"),
        (NUMBER.replace("truth: 3", "truth: 0") + "}", "doit être plus grand que 0"),
        (f"{NUMBER}}}\n  - {{id: un, title: T, statement: S, after: A, {NUMBER}}}", "même `id`"),
    ],
)
def test_what_is_no_bet_is_refused(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "paris.yaml"
    path.write_text(HEAD + content, encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        load_yaml(path, BetSheet)
    assert reason in str(refused.value)


def test_a_fifth_bet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "paris.yaml"
    bets = [f"  - {{id: b{n}, title: T, statement: S, after: A, {NUMBER}}}" for n in range(5)]
    path.write_text("\n".join(["bets:", *bets]), encoding="utf-8")
    with pytest.raises(CourseError, match="au plus 4"):
        load_yaml(path, BetSheet)


def test_an_unknown_bet_names_those_there_are() -> None:
    with pytest.raises(CourseError, match="mediane"):
        load_bet("03_calcul_rfm/autre")
    with pytest.raises(CourseError, match="n’a pas de pari"):
        load_bets("42_rien")
