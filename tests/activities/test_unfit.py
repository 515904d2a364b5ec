"""Kept answers that no longer fit: the others come back, and what does not is in a copy."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sheets import add
from support.widgets import tree

from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.bets import bet
from rfm_helpers.activities.budget.envelope import envelope_chooser
from rfm_helpers.activities.budget.first_action import choose_action
from rfm_helpers.activities.budget.workshop import list_costs
from rfm_helpers.activities.campaign.control_group import control_group
from rfm_helpers.activities.campaign.discount import discount_trap
from rfm_helpers.activities.campaign.explorer import return_explorer
from rfm_helpers.activities.campaign.memo import correct_assistant
from rfm_helpers.activities.campaign.tornado import tornado_explorer
from rfm_helpers.activities.case.matching import match_actions
from rfm_helpers.activities.case.sorting import sort_sentences
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.activities.quizzes import quiz
from rfm_helpers.activities.revision import revision_cards
from rfm_helpers.activities.segments.actions import action_chooser
from rfm_helpers.activities.segments.scores import score_explorer
from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.activities.strategy.comparison import compare_strategies
from rfm_helpers.activities.strategy.ratings import rate_strategies
from rfm_helpers.activities.strategy.statements import repair_strategy, strategy_builder
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.catalog.lessons import load_lessons
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.questions.answers import AnswerStore

KEY = "essai/partie"
SPRING = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
RANGES = {"cost": (3500.0, 5000.0), "uplift": (0.02, 0.08)}
BET = next(lesson.bet_keys[0] for lesson in load_lessons() if lesson.bet_keys)
#: Where each question stands for itself.
ALONE: dict[str, Callable[[], Activity]] = {
    "quiz": lambda: quiz("03_calcul_rfm"),
    "costs": lambda: list_costs("soiree_privee", key=KEY),
    "choice": lambda: choose_action(key=KEY),
    "sorting": lambda: sort_sentences("05_diagnostic", key=KEY),
    "matching": lambda: match_actions(key=KEY),
    "rating": lambda: rate_strategies(key=KEY),
    "memo": lambda: correct_assistant(key=KEY),
    "control": lambda: control_group(key=KEY),
    "discount": lambda: discount_trap({"Montres": 0.43, "Sacs": 0.5}, key=KEY),
    "tornado": lambda: tornado_explorer(SPRING, RANGES, key=KEY),
    "revision": lambda: revision_cards(key=KEY),
}
#: Where one answer may change what another is worth.
TOGETHER: dict[str, Callable[[], Activity]] = {
    "bet": lambda: bet(BET),
    "actions": lambda: action_chooser(key=KEY),
    "file": lambda: own_file_form(key=KEY),
    "account": lambda: return_explorer({"Printemps": SPRING}, key=KEY),
}
#: What needs a table of customers, and segments.
OF_CUSTOMERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Activity]] = {
    "scores": lambda table, _: score_explorer(table, key=KEY),
    "segments": lambda _, segmented: segment_explorer(segmented, key=KEY),
    "envelope": lambda _, segmented: envelope_chooser(segmented, key=KEY),
    "repair": lambda _, segmented: repair_strategy(segmented, key=KEY),
    "builder": lambda _, segmented: strategy_builder(segmented, key=KEY),
    "comparison": lambda _, segmented: compare_strategies(segmented, segmented, key=KEY),
}
#: Answers that another version of the course may have kept: other words, numbers, shapes.
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**400) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
).filter(lambda value: "Infinity" not in json.dumps(value))


def play(activity: Activity) -> None:
    """Fill every field that an activity shows, then have everything checked."""
    for field in tree(activity.widget):
        if isinstance(field, w.Text | w.Textarea):
            field.value = "12"
        elif isinstance(field, w.Checkbox):
            field.value = True
        elif isinstance(field, w.Dropdown | w.RadioButtons) and field.options:
            field.index = len(field.options) - 1
    for field in tree(activity.widget):
        if isinstance(field, w.Button) and field.description.startswith("Vérifier"):
            field.click()


def texts(value: Any) -> list[str]:
    """What was typed or chosen in an answer."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for one in inner for text in texts(one)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


@dataclass(frozen=True)
class Played:
    """An activity that was filled in: its state, and its answers as the disk has them."""

    state: dict[str, Any]
    exercise: str
    prefix: str
    content: bytes


#: Each is filled in once, whatever number of odd answers it is then opened with.
PLAYED: dict[str, Played] = {}


def played(name: str, make: Callable[[], Activity]) -> Played:
    """An activity filled in; what fits comes back when it opens again, without a copy."""
    if name not in PLAYED:
        with in_a_folder() as folder:
            before = make()
            play(before)
            keeper = before.keeper
            assert keeper is not None
            assert make().state() == before.state()
            assert not list(folder.glob("*-copie-*"))
            path = keeper.store.path
            content = path.read_bytes() if path.exists() else b""
            PLAYED[name] = Played(before.state(), keeper.store.exercise, keeper.prefix, content)
    return PLAYED[name]


@contextmanager
def in_a_folder() -> Iterator[Path]:
    """A folder of answers of its own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setenv("RFM_REPONSES", folder)
        yield Path(folder)


def reopened(name: str, make: Callable[[], Activity], data: st.DataObject) -> tuple[Any, ...]:
    """An activity that was filled in, some answers of which are odd when it opens again."""
    before = played(name, make)
    with in_a_folder() as folder:
        store = AnswerStore(before.exercise, folder)
        if before.content:
            store.path.write_bytes(before.content)
        store.reload()
        questions = data.draw(
            st.lists(st.sampled_from(sorted(before.state)), min_size=1, max_size=3, unique=True)
        )
        odd = {question: data.draw(ODD) for question in questions}
        store.update({before.prefix + question: value for question, value in odd.items()})
        again = make()
        copies = [path.read_text(encoding="utf-8") for path in folder.glob("*-copie-*")]
        return before.state, odd, again, copies


def check_nothing_is_lost(
    before: dict[str, Any], odd: dict[str, Any], again: Activity, copies: list[str]
) -> None:
    """What does not come back, odd or not, is in a copy that the learner is told of."""
    shown = again.state()
    assert shown.keys() == before.keys()
    for question, answer in (before | odd).items():
        if set(texts(answer)) - set(texts(shown[question])) and not same(answer, shown[question]):
            assert json.dumps(answer, ensure_ascii=False) in copies[0], question
            assert again.keeper is not None and "-copie-" in again.keeper.text


def same(one: Any, other: Any) -> bool:
    """Whether two answers differ by the way in which a field writes them."""
    plain = [
        sorted(text.strip().casefold().replace(",", ".").removesuffix(".0") for text in texts(each))
        for each in (one, other)
    ]
    return set(plain[0]) - {""} <= set(plain[1])


def test_one_odd_line_of_costs_leaves_the_others_and_says_where_it_is(
    answers_folder: Path,
) -> None:
    typed = ALONE["costs"]()
    for label in ("Salle", "Traiteur", "Fleurs"):
        add(typed.sheet, libelle=label)
    odd = {"partie/soiree_privee/2": ["Traiteur", 40], "partie/soiree_privee/qui": "invités"}
    AnswerStore("essai").update(odd)
    again = ALONE["costs"]()
    assert [line["libelle"] for line in again.value["soiree_privee"]] == ["Salle", "Fleurs"]
    (copy,) = answers_folder.glob("essai-copie-*.json")
    assert copy.name in again.keeper.text
    assert "Traiteur" in copy.read_text(encoding="utf-8")
    assert ALONE["costs"]().keeper.text.startswith("Enregistré")
    assert ALONE["costs"]().value == again.value


@pytest.mark.parametrize("name", ALONE)
@settings(max_examples=12)
@given(data=st.data())
def test_an_answer_that_no_longer_fits_takes_no_other_with_it(
    name: str, data: st.DataObject
) -> None:
    before, odd, again, copies = reopened(name, ALONE[name], data)
    check_nothing_is_lost(before, odd, again, copies)
    others = before.keys() - odd.keys()
    shown = again.state()
    assert {each: shown[each] for each in others} == {each: before[each] for each in others}


@pytest.mark.parametrize("name", TOGETHER)
@settings(max_examples=12)
@given(data=st.data())
def test_what_no_longer_fits_is_in_a_copy(name: str, data: st.DataObject) -> None:
    check_nothing_is_lost(*reopened(name, TOGETHER[name], data))


@pytest.fixture(scope="module")
def customers() -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    return table, assign_segments(score_rfm(table))


@pytest.mark.parametrize("name", OF_CUSTOMERS)
@settings(max_examples=4)
@given(data=st.data())
def test_what_no_longer_fits_of_customers_is_in_a_copy(
    customers: tuple[pd.DataFrame, pd.DataFrame], name: str, data: st.DataObject
) -> None:
    check_nothing_is_lost(*reopened(name, lambda: OF_CUSTOMERS[name](*customers), data))
