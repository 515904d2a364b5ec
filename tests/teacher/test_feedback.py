"""A student's page: what it says for each status, and that nothing of a student's runs in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.graded import HOSTILE, SHEET, graded, mark, missing
from support.page import Page

from rfm_helpers.questions.model import SYMBOLS, Outcome
from rfm_helpers.teacher.reports.feedback import MEANINGS, write_feedback
from rfm_helpers.teacher.reports.report import write_report
from rfm_helpers.teacher.results import Graded, Mark, Status, Student


def page(folder: Path, one: Graded) -> Page:
    return Page(write_feedback(folder, SHEET, one).read_text(encoding="utf-8"))


def test_page_says_mark_outcomes_and_what_to_reread(tmp_path: Path) -> None:
    text = page(tmp_path, graded(panier=0.25)).text
    assert "Note provisoire : 11,5 sur 20" in text
    assert "Réponses corrigées par calcul : 11,5 sur 16." in text
    assert "encore à noter vos textes, sur 4 points" in text
    assert "↻ À revoir" in text and "✓ Réussi" in text and "1,5 sur 6 points" in text
    assert "À relire : leçon 3, « Le panier moyen »." in text
    assert "Des mesures aux scores" not in text
    assert "Que faire lundi" not in text


def test_page_shows_the_teachers_points_and_comments(tmp_path: Path) -> None:
    one = graded(
        manual={"conseil/appui": 2.0, "conseil/action": 1.5},
        comments={"conseil/appui": "Donnez un nombre."},
    )
    text = page(tmp_path, one).text
    assert "Note : 19,5 sur 20" in text and "provisoire" not in text
    assert "Textes lus par votre enseignant : 3,5 sur 4." in text
    assert "Noté par votre enseignant" in text and "2 sur 2,5 points – Donnez un nombre." in text
    assert "Appeler les clients perdus." in text
    assert "À relire : leçon 4, « Que faire lundi ? »." in text


def test_a_text_with_all_its_points_leads_nowhere_else(tmp_path: Path) -> None:
    text = page(tmp_path, graded(manual={"conseil/appui": 2.5, "conseil/action": 1.5})).text
    assert "Note : 20 sur 20" in text and "À relire" not in text


def test_a_text_marked_in_part_says_what_is_left(tmp_path: Path) -> None:
    text = page(tmp_path, graded(manual={"conseil/appui": 2.0})).text
    assert "Note provisoire : 18 sur 20" in text
    assert "Textes lus par votre enseignant : 2 sur 2,5." in text
    assert "encore à noter vos textes, sur 1,5 point." in text


@pytest.mark.parametrize("status", Status)
def test_each_status_is_explained(tmp_path: Path, status: Status) -> None:
    one = replace(graded(), status=status, notices=("Une cellule a été remise en l’état.",))
    text = page(tmp_path, one).text
    assert f"Statut de votre travail : {status.value}" in text
    assert re.sub(r"\s+", " ", MEANINGS[status])[:60] in text
    assert "Une cellule a été remise en l’état." in text


def test_who_handed_in_nothing_has_no_mark(tmp_path: Path) -> None:
    text = page(tmp_path, missing()).text
    assert "Pas de note" in text and "0 sur" not in text
    assert text.count("○ Pas encore commencé") == 2 and "○ Pas de texte" in text


@pytest.mark.parametrize("outcome", Outcome)
def test_colour_is_never_the_only_sign(tmp_path: Path, outcome: Outcome) -> None:
    one = replace(graded(), marks=(Mark("panier", outcome, "", 0.0, 6.0), mark("scores")))
    assert f"{SYMBOLS[outcome]} {outcome.value.capitalize()}" in page(tmp_path, one).text


def test_nothing_of_the_students_becomes_a_tag(tmp_path: Path) -> None:
    nasty = f"{HOSTILE}\n</style><img src=x onerror=alert(1)>{{{{ 7*7 }}}}\x00\x1b\ud800"
    quiet = graded()
    loud = Graded(
        Student("e1", nasty, nasty, nasty, nasty),
        Status.GRADED,
        (mark("panier", 0, nasty, nasty), mark("scores", 0.5, nasty, nasty)),
        {"conseil": nasty},
        (nasty,),
        {"conseil/appui": 1.0, "conseil/action": 1.0},
        {"conseil/appui": nasty},
    )
    noisy = page(tmp_path, loud)
    assert noisy.text.count("<script>alert(1)</script>") >= 7 and "49" not in noisy.text
    assert set(noisy.tags) <= {*page(tmp_path, quiet).tags, "br"}
    names = {name for name, _ in noisy.attributes}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "style"}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in noisy.attributes


def test_page_needs_no_other_file(tmp_path: Path) -> None:
    html = write_feedback(tmp_path, SHEET, graded()).read_text(encoding="utf-8")
    assert not re.search(r"https?:|url\(|@import|\ssrc=|<link", html)


def test_huge_texts_are_cut_and_said_so(tmp_path: Path) -> None:
    one = graded(texts={"conseil": "mot " * 100_000})
    path = write_feedback(tmp_path, SHEET, one)
    assert path.stat().st_size < 100_000
    assert "Texte coupé : 400 000 caractères en tout." in page(tmp_path, one).text


def test_page_has_a_safe_name_and_the_same_bytes(tmp_path: Path) -> None:
    one = graded(who=Student("../Zoé", "Li"))
    path = write_feedback(tmp_path, SHEET, one)
    assert path.parent == tmp_path and path.name.startswith("Zoe-") and path.suffix == ".html"
    first = path.read_bytes()
    assert write_feedback(tmp_path, SHEET, one).read_bytes() == first


def test_what_only_the_teacher_is_told_is_in_the_report_alone(tmp_path: Path) -> None:
    said = ("Le fichier « a.7z » n’a pas été lu.", "Voyez avec « e2 » à qui il est.")
    one = replace(graded(), notices=said, aside=said[1:])
    page = write_feedback(tmp_path, SHEET, one).read_text(encoding="utf-8")
    assert "a.7z" in page and "Voyez avec" not in page
    write_report(tmp_path / "r.html", SHEET, [one], [])
    report = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "a.7z" in report and "Voyez avec" in report
