"""The timer of the talk and the self-assessment: what is kept of them, and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.final_project import finished
from support.lessons import plain
from support.page import Page

from rfm_helpers.activities.project.positioning import place_brands
from rfm_helpers.activities.project.self_assessment import self_assessment
from rfm_helpers.activities.project.timer import talk_timer
from rfm_helpers.catalog.assessment import load_assessment
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.project import EXERCISE, load_project
from rfm_helpers.questions.project_parts import merged

GRID = load_assessment()
LEVELS = [level.name for level in GRID.levels]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    AnswerStore(EXERCISE, tmp_path).update(finished())
    return tmp_path


def test_the_timer_has_the_slides_of_the_project_and_ten_minutes(project: Path) -> None:
    timer = talk_timer(project).timer
    assert (len(timer.slides), timer.minutes) == (10, 10)
    assert timer.slides[4]["title"] == "Les segments"
    assert "Dire ce que montre" in timer.slides[4]["notes"]
    assert sum(slide["minutes"] for slide in timer.slides) == 10


def test_what_is_written_since_is_read_again(project: Path) -> None:
    activity = talk_timer(project)
    AnswerStore(EXERCISE, project).update({"expose/segments/notes": "Autre chose.",
                                           "expose/segments/minutes": "2,5"})  # fmt: skip
    activity.read_button.click()
    assert activity.timer.slides[4]["notes"] == "Autre chose."
    assert activity.timer.slides[4]["minutes"] == 2.5
    assert "relus" in activity.message


def test_a_talk_goes_on_where_it_was(project: Path) -> None:
    activity = talk_timer(project)
    spent = [30_000, 61_500, *[0] * 8]
    place = {"slide": 2, "since": 1_790_000_000_000, "spent": spent, "before": None}
    activity.timer.value = place
    again = talk_timer(project)
    assert again.timer.value == place
    assert again.value[:3] == [30, 61.5, 0]
    again.keeper.yes_button.click()
    assert again.timer.value["slide"] == 0
    assert talk_timer(project).value == [0] * 10


@pytest.mark.parametrize(
    "odd",
    ["2", 7, None, {"slide": 12}, {"slide": 0, "spent": [1]}, {"slide": 0, "spent": ["a"] * 10},
     {"slide": -1, "spent": [0] * 10}, {"slide": 0, "spent": [-5] * 10}],
)  # fmt: skip
def test_an_odd_place_begins_at_the_start(tmp_path: Path, odd: Any) -> None:
    AnswerStore("projet_minuteur", tmp_path).set("expose", odd)
    assert talk_timer(tmp_path).timer.value["spent"] == [0] * 10


def test_a_stored_timer_shows_the_slides(tmp_path: Path) -> None:
    shown = Page(talk_timer(tmp_path)._repr_mimebundle_()["text/html"]).text
    assert "Les concurrents" in shown


# --- the positioning map --------------------------------------------------------------------------


def test_brands_are_placed_on_a_map_that_the_project_keeps(project: Path) -> None:
    place = place_brands(project)
    assert place.value == {"Maison Orsenne": (8, 6), "Longchamp": (3.5, 4), "Lancel": (6, 6)}
    assert place.rows["concurrents/3"].layout.display == "none"
    place.coordinates["concurrents/2/x"].value = "9,5"
    assert place.map_area.value.count("<circle") == 3
    assert load_project(project).competitors[1].place == (9.5, 6)
    place.coordinates["concurrents/2/x"].value = "12"
    assert "de 0 à 10" in plain(place.message)
    assert "Lancel" not in place_brands(project).value
    place.axes["carte/y"].value = ""
    assert "<circle" not in place.map_area.value


def test_a_map_waits_for_brands(tmp_path: Path) -> None:
    place = place_brands(tmp_path)
    assert "Donnez d’abord un nom" in place.map_area.value
    AnswerStore(EXERCISE, tmp_path).update({"marque/nom": "Orsenne <b>"})
    place.read_button.click()
    assert place.rows["marque"].layout.display == "flex"
    assert "Nommez les deux axes" in place.map_area.value
    assert "Orsenne &lt;b&gt;" in place.names["marque"].value


# --- judging one's own project --------------------------------------------------------------------


def test_the_four_criteria_are_there_with_their_described_levels() -> None:
    grid = self_assessment()
    assert list(grid.levels) == [aspect.id for _, aspect in GRID.aspects]
    for _, aspect in GRID.aspects:
        shown = [plain(text) for text in grid.levels[aspect.id].radio.options]
        assert shown == [
            f"{name.capitalize()} : {plain(seen)}"
            for name, seen in zip(LEVELS, aspect.seen, strict=True)
        ]
    stored = plain(Page(grid.fallback()["text/html"]).text)
    assert all(plain(seen) in stored for _, aspect in GRID.aspects for seen in aspect.seen)


def test_the_lowest_levels_say_what_comes_next_and_nothing_is_a_mark() -> None:
    grid = self_assessment()
    for name in ("excellent", "satisfaisant", "insuffisant"):
        for aspect in grid.levels:
            grid.levels[aspect].put(name)
    grid.levels["parole"].put("excellent")
    shown = plain(Page(grid.steps_area.value).text)
    first = GRID.aspects[0][1]
    assert "Regardé : 12 lignes sur 12" in shown
    assert plain(first.seen[1])[1:] in shown
    assert "point" not in shown and "/20" not in shown and "sur 20" not in shown
    for aspect in grid.levels:
        grid.levels[aspect].put("excellent")
    assert "faites relire" in grid.steps_area.value


def test_what_one_thinks_is_kept_and_merges_with_the_opinion_of_another(tmp_path: Path) -> None:
    grid = self_assessment(tmp_path)
    grid.levels["lignes"].put("fragile")
    grid.reasons["budget"].value = "Il manque le temps des conseillers."
    again = self_assessment(tmp_path)
    assert again.value == {"lignes": "fragile"}
    assert again.reasons["budget"].value == "Il manque le temps des conseillers."
    mine = AnswerStore(EXERCISE, tmp_path).answers
    theirs = {"auto_evaluation/lignes": "excellent", "auto_evaluation/sources": "fragile"}
    both = merged(mine, theirs)
    assert both["auto_evaluation/lignes"] == "fragile"
    assert both["autres/auto_evaluation/lignes"] == ["excellent"]
    assert both["auto_evaluation/sources"] == "fragile"
    again.keeper.yes_button.click()
    assert again.value == self_assessment(tmp_path).value == {}
