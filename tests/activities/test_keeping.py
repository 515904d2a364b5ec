"""Activities keep what a learner does: each change saved, restored, and started again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd
import pytest
from support.widgets import tree

from rfm_helpers.activities.base import WIDGET_VIEW, Activity
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.activities.data.quality import quality_explorer
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.quizzes import QuestionCard, quiz
from rfm_helpers.activities.segments.actions import action_chooser
from rfm_helpers.activities.segments.scores import score_explorer
from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.questions import Outcome, answers
from rfm_helpers.questions.answers import AnswerStore

LINES = "client,commande,date,montant\nA,1,2025-01-01,5\nB,2,2025-02-01,6\n"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return rfm_table(load_orders(), as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def segmented(table) -> pd.DataFrame:
    return assign_segments(score_rfm(table))


@pytest.fixture
def raw() -> pd.DataFrame:
    lines = [("A", "1", "2025-01-01", "5"), ("TEST", "2", "2025-02-01", "6")]
    return pd.DataFrame(lines, columns=["client_id", "commande_id", "date_achat", "montant"])


@pytest.fixture
def sales(tmp_path) -> Path:
    path = tmp_path / "ventes.csv"
    path.write_text(LINES)
    return path


def answer(card: QuestionCard) -> None:
    field = card.fields[0]
    if isinstance(field, w.RadioButtons):
        field.index = 0
    else:
        field.value = True if isinstance(field, w.Checkbox) else "12,5"


def play_scores(activity: Activity) -> None:
    activity.levels.value = 5
    activity.method.value = "thresholds"
    activity.thresholds["R"].value = "30 ; 90 ; 180 ; 365"
    activity.customer.value = "C-0001"


def play_segments(activity: Activity) -> None:
    activity.customer.value = "C-0360"
    activity.luxury_only.value = True


def play_quality(activity: Activity) -> None:
    activity.as_of.value = ""
    activity.timezone.value = "UTC"
    activity.test_customer.value = ()


def play_actions(activity: Activity) -> None:
    activity.segment.value = "Champions"
    for box in activity.boxes[:3]:
        box.value = True
    activity.check_button.click()


@pytest.fixture
def build(table, segmented, raw) -> dict[str, Callable[..., Activity]]:
    """How each activity is made."""
    return {
        "quiz": lambda key="": quiz("04_segmentation"),
        "scores": lambda key="": score_explorer(table, key=key),
        "segments": lambda key="": segment_explorer(segmented, key=key),
        "quality": lambda key="": quality_explorer(raw, key=key),
        "actions": lambda key="": action_chooser(key=key),
        "file": lambda key="": own_file_form(key=key),
    }


PLAY = {
    "scores": play_scores,
    "segments": play_segments,
    "quality": play_quality,
    "actions": play_actions,
}
ALL = ["quiz", *PLAY, "file"]


def saved(folder: Path, exercise: str = "essai") -> dict[str, Any]:
    data = json.loads((folder / f"{exercise}.json").read_text(encoding="utf-8"))
    return {question: entry["value"] for question, entry in data["answers"].items()}


def screen(activity: Activity) -> list[Any]:
    """What the fields and the texts show, but for the line about the saving."""
    return [
        each.value
        for each in tree(activity.widget)
        if hasattr(each, "value") and each is not activity.keeper.area
    ]


# --- restoring -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLAY)
def test_an_activity_comes_back_as_it_was_left(build, name, answers_folder):
    activity = build[name]("essai/partie")
    at_first = activity.state()
    PLAY[name](activity)
    assert activity.state() != at_first
    again = build[name]("essai/partie")
    assert again.state() == activity.state()
    assert again.value == activity.value
    assert all(question.startswith("partie/") for question in saved(answers_folder))


@pytest.mark.parametrize("name", ["segments", "quality", "actions"])
def test_the_screen_that_comes_back_is_the_one_that_was_left(build, name):
    activity = build[name]("essai")
    PLAY[name](activity)
    assert screen(build[name]("essai")) == screen(activity)


def test_a_quiz_comes_back_with_its_answers_and_its_feedback(answers_folder):
    activity = quiz("03_calcul_rfm")
    activity.cards[0].fields[0].index = 1
    activity.cards[0].check_button.click()
    activity.cards[-1].hint_button.click()
    for card in activity.cards[1:]:
        answer(card)
    again = quiz("03_calcul_rfm")
    assert again.value == activity.value
    assert again.summary == activity.summary
    assert {q: r.outcome for q, r in again.results.items()} == {
        q: r.outcome for q, r in activity.results.items()
    }
    assert Outcome.REVIEW in {result.outcome for result in again.results.values()}
    question = activity.cards[0].question.id
    assert f"quiz/{question}" in saved(answers_folder, "03_calcul_rfm")


def test_a_quiz_of_ones_own_has_a_file_of_its_own(tmp_path, answers_folder):
    path = tmp_path / "mon-quiz été.yaml"
    path.write_text(
        "title: T\nquestions:\n  - id: un\n    statement: S\n    choices:\n"
        "      - {text: oui, explanation: E, right: true}\n      - {text: non, explanation: F}\n"
        "    hint: H\n    section: X\n    solution: Y\n",
        encoding="utf-8",
    )
    quiz(path).cards[0].fields[0].index = 0
    assert saved(answers_folder, "mon_quiz__t_")["quiz/un"] == "a"


def test_without_a_key_nothing_is_kept(build, answers_folder):
    for name, play in PLAY.items():
        activity = build[name]()
        play(activity)
        assert activity.keeper is None
    assert not answers_folder.exists()


def test_an_activity_that_was_not_touched_leaves_no_file(build, answers_folder):
    for name in ALL:
        activity = build[name]("essai")
        activity.keeper.save()
        assert activity.keeper.text == ""
    assert not answers_folder.exists()


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, {"actions": 3, "columns": "x"}])
@pytest.mark.parametrize("name", ["quiz", "scores", "actions", "file"])
def test_an_odd_answer_never_keeps_an_activity_from_opening(build, name, odd):
    key = "04_segmentation/quiz" if name == "quiz" else "essai"
    fresh = build[name](key)
    exercise, _, part = key.partition("/")
    prefix = f"{part}/" if part else ""
    AnswerStore(exercise).update({prefix + question: odd for question in fresh.state()})
    activity = build[name](key)
    assert activity.state().keys() == fresh.state().keys()
    if activity.keeper.text.startswith("Ce que vous aviez fait"):
        assert activity.state() == fresh.state()
        assert list(answers.answers_folder().glob(f"{exercise}-copie-*.json"))


# --- saving --------------------------------------------------------------------------------------


class Fragile(Activity):
    """An activity whose effect fails as it is told."""

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__()
        self.failure = failure
        self.field, self.other = w.Text(), w.Text()
        self.during: list[dict[str, Any]] = []
        self.show(self.field, self.other, self.message_area)
        self.react([self.field, self.other], self.act)

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        return {"field": self.field, "other": self.other}

    def act(self) -> None:
        self.during.append(AnswerStore("essai").answers)
        if self.failure:
            raise self.failure


def test_a_change_is_on_disk_before_what_it_sets_off_begins(answers_folder):
    activity = Fragile().kept("essai")
    activity.field.value = "a"
    activity.other.value = "b"
    assert activity.during == [{"field": "a"}, {"field": "a", "other": "b"}]


def test_a_change_is_saved_even_if_what_it_sets_off_fails(answers_folder):
    activity = Fragile(CourseError("Non.")).kept("essai")
    activity.field.value = "a"
    assert activity.message == "Non."
    assert saved(answers_folder) == {"field": "a"}
    activity.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        activity.field.value = "b"
    assert saved(answers_folder) == {"field": "b"}


def test_the_learner_reads_when_it_was_saved(answers_folder):
    activity = Fragile().kept("essai")
    assert activity.keeper.area.value == ""
    activity.field.value = "a"
    assert activity.keeper.text == activity.keeper.store.saved_text
    assert activity.keeper.text.startswith("Enregistré à ")
    assert activity.keeper.text in activity.keeper.area.value
    assert Fragile().kept("essai").keeper.text.startswith("Enregistré à ")


def test_a_folder_that_refuses_is_announced_and_the_next_change_saves_all(answers_folder):
    answers_folder.write_text("")
    activity = Fragile().kept("essai")
    activity.field.value = "a"
    assert "ne sont pas enregistrées" in activity.keeper.text
    assert "⚠" in activity.keeper.area.value
    answers_folder.unlink()
    activity.other.value = "b"
    assert saved(answers_folder) == {"field": "a", "other": "b"}
    assert activity.keeper.text.startswith("Enregistré à ")


def test_a_damaged_file_is_announced(answers_folder):
    answers_folder.mkdir()
    (answers_folder / "essai.json").write_text("{")
    activity = Fragile().kept("essai")
    assert "abîmé" in activity.keeper.text
    activity.field.value = "a"
    assert saved(answers_folder) == {"field": "a"}


def test_an_answer_that_is_too_long_is_explained(answers_folder):
    activity = Fragile().kept("essai")
    activity.field.value = "x" * (answers.MAX_ANSWER + 1)
    assert "trop longue" in activity.keeper.text
    activity.field.value = "x"
    assert saved(answers_folder) == {"field": "x"}


def test_two_notebooks_write_only_what_they_changed(answers_folder):
    first, second = Fragile().kept("essai"), Fragile().kept("essai")
    first.field.value = "a"
    second.other.value = "b"
    first.field.value = "c"
    assert saved(answers_folder) == {"field": "c", "other": "b"}
    again = Fragile().kept("essai")
    assert again.state() == {"field": "c", "other": "b"}


def test_the_saving_line_escapes_what_it_is_told(answers_folder, monkeypatch):
    monkeypatch.setenv("RFM_REPONSES", str(answers_folder / "<b>"))
    answers_folder.mkdir()
    (answers_folder / "<b>").write_text("")
    activity = Fragile().kept("essai")
    activity.field.value = "a"
    assert "<b>" in activity.keeper.text
    assert "<b>" not in activity.keeper.area.value


# --- what a notebook stores ----------------------------------------------------------------------


@pytest.mark.parametrize("name", PLAY)
def test_a_stored_notebook_shows_neither_restored_answers_nor_times(build, name):
    fresh = build[name]("essai")._repr_mimebundle_()
    PLAY[name](build[name]("essai"))
    activity = build[name]("essai")
    assert activity.keeper.restored
    bundle = activity._repr_mimebundle_()
    for shown in (fresh, bundle):
        shown.pop(WIDGET_VIEW)
    assert bundle == fresh
    assert "Enregistré" not in str(bundle)


# --- starting again ------------------------------------------------------------------------------


def test_starting_again_asks_first(answers_folder):
    activity = Fragile().kept("essai")
    activity.field.value = "a"
    keeper = activity.keeper
    assert not keeper.asking
    keeper.restart_button.click()
    assert keeper.asking
    keeper.no_button.click()
    assert not keeper.asking
    assert activity.state() == {"field": "a", "other": ""}
    assert saved(answers_folder) == {"field": "a"}


@pytest.mark.parametrize("name", PLAY)
def test_starting_again_goes_back_to_the_start_and_keeps_a_copy(build, name, answers_folder):
    at_first = build[name]("essai/une").state()
    PLAY[name](build[name]("essai/une"))
    left = saved(answers_folder)
    other = Fragile().kept("essai/autre")
    other.field.value = "a"
    activity = build[name]("essai/une")
    activity.keeper.restart_button.click()
    activity.keeper.yes_button.click()
    assert not activity.keeper.asking
    assert activity.state() == at_first
    assert saved(answers_folder) == {"autre/field": "a"}
    (copy,) = answers_folder.glob("essai-copie-*.json")
    assert copy.name in activity.keeper.text
    assert saved(answers_folder, copy.stem) == {**left, "autre/field": "a"}
    assert build[name]("essai/une").state() == at_first


def test_nothing_is_wiped_when_no_copy_can_be_made(answers_folder):
    activity = Fragile().kept("essai")
    answers_folder.write_text("")
    activity.field.value = "a"
    activity.keeper.yes_button.click()
    assert activity.state() == {"field": "a", "other": ""}
    assert "ne sont pas enregistrées" in activity.keeper.text


# --- one's own file ------------------------------------------------------------------------------


def test_a_file_known_by_its_path_is_read_and_prepared_again(sales, answers_folder):
    form = own_file_form(key="essai")
    form.path.value = str(sales)
    form.columns["amount"].value = "montant"
    form.as_of.value = "30/6/30"
    form.clean_button.click()
    again = own_file_form(key="essai")
    assert again.value == form.value
    assert again.as_of.value == "30/6/30"
    pd.testing.assert_frame_equal(again.orders, form.orders)
    assert "2025-01-01" not in (answers_folder / "essai.json").read_text()


def test_a_file_that_has_gone_is_explained_and_the_lesson_goes_on(sales):
    form = own_file_form(key="essai")
    form.path.value = str(sales)
    form.clean_button.click()
    sales.unlink()
    again = own_file_form(key="essai")
    assert "ventes.csv" in again.message
    assert again.value is None
    assert "export brut" in again.source


def test_a_file_that_was_not_prepared_waits_for_the_learner(sales):
    own_file_form(key="essai").path.value = str(sales)
    again = own_file_form(key="essai")
    assert (again.path.value, again.value) == (str(sales), None)


def test_a_file_that_was_uploaded_is_asked_for_again_and_its_columns_are_known():
    upload = {"name": "ventes.csv", "content": memoryview(LINES.encode())}
    form = own_file_form(key="essai")
    form.upload.value = (upload,)
    form.columns["customer"].value = "commande"
    again = own_file_form(key="essai")
    assert "ventes.csv" in again.message
    assert again.value is None
    again.upload.value = (upload,)
    assert again.value["customer"] == "commande"


@pytest.mark.parametrize("kept", ["", None])
def test_a_choice_that_stands_for_nothing_is_shown_again(kept: str | None) -> None:
    field = w.Dropdown(options={"un jour": dt.date(2025, 1, 1), "aucune": ""})
    put(field, kept)
    assert field.label == "aucune"
    put(field, "2025-01-01")
    assert field.label == "un jour"
    put(field, "un autre")
    assert field.label == "un jour"


def test_every_choice_of_a_list_can_be_shown(build: dict[str, Callable[..., Activity]]) -> None:
    for activity in (make() for make in build.values()):
        for field in (one for one in [*vars(activity).values()] if isinstance(one, w.Dropdown)):
            for rank in range(len(field.options)):
                field.index = rank
                assert field.index == rank, field.description
