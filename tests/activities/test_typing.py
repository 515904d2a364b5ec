"""Typing: kept at once, acted on once it pauses, heard before the press that follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.sheets import add, type_in

from rfm_helpers.activities import turns
from rfm_helpers.activities.assignments.forms import CostsField
from rfm_helpers.activities.budget.workshop import list_costs
from rfm_helpers.activities.campaign.discount import DiscountTrap, discount_trap
from rfm_helpers.activities.campaign.explorer import return_explorer
from rfm_helpers.activities.campaign.split import split_envelope
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.quizzes import QuestionCard, quiz
from rfm_helpers.activities.typed import Typed
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.envelope import conquest_and_loyalty
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.assignment import assignment

KEY = "07_rentabilite/remise"


class Loop:
    """The loop of a kernel's thread, whose time passes when it is told."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def call_later(self, delay: float, act: Callable[..., None], *given: Any) -> None:
        self.due.append((delay, act, given))

    def passes(self, delay: float) -> None:
        """Call what was due within so many seconds."""
        now = [one for one in self.due if one[0] <= delay]
        self.due = [one for one in self.due if one[0] > delay]
        for _, act, given in now:
            act(*given)


@pytest.fixture(autouse=True)
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    """A page is there: the kernel hears it in a loop."""
    found = Loop()
    monkeypatch.setattr(turns, "running_loop", lambda: found)
    monkeypatch.setattr(turns, "monotonic", lambda: 0.0)
    return found


def keys(field: Typed, text: str) -> None:
    """The page sends the text at each key."""
    for end in range(1, len(text) + 1):
        field.set_state({"value": text[:end]})


def enter(field: Typed) -> None:
    field._msg_callbacks(field, {"event": "submit"}, [])


def trap() -> DiscountTrap:
    return discount_trap({"Montres": 0.43}, key=KEY)


def card() -> QuestionCard:
    return next(one for one in quiz("03_calcul_rfm").cards if isinstance(one.fields[0], Typed))


def on_disk(name: str) -> Any:
    exercise, _, part = KEY.partition("/")
    return AnswerStore(exercise).get(f"{part}/{name}")


def test_what_is_typed_is_on_disk_before_anything_is_drawn(loop):
    keys(trap().bet, "154")
    assert on_disk("bet") is None
    loop.passes(turns.KEEP)
    assert on_disk("bet") == "154"


def test_many_keys_are_written_once(loop, monkeypatch):
    written: list[object] = []
    update = AnswerStore.update
    monkeypatch.setattr(
        AnswerStore, "update", lambda one, new: (written.append(new), update(one, new))
    )
    keys(trap().bet, "154" * 50)
    loop.passes(turns.KEEP)
    assert written == [{"remise/bet": "154" * 50}]


def test_typing_is_acted_on_once_after_its_last_key(loop):
    workshop = list_costs("soiree_privee")
    add(workshop.sheet)
    shown: list[str] = []
    workshop.follow(lambda: shown.append(workshop.current[0]["libelle"]))
    type_in(workshop.sheet, 1, libelle="salle")
    assert shown == []
    loop.passes(turns.PAUSE)
    assert shown == ["salle"]


def test_a_verdict_goes_with_the_first_key(loop):
    one = card()
    one.fields[0].value = "3"
    one.check_button.click()
    assert one.feedback.value
    keys(one.fields[0], "2")
    assert one.feedback.value == "" and not one.verified


def test_a_press_hears_what_was_typed_before_it(loop):
    activity = split_envelope(conquest_and_loyalty(400, 250, 60, 200, 250), 20000)
    keys(activity.fields["Conquête"], "2 000")
    activity.compare_button.click()
    assert "atteint" in activity.best_area.value
    loop.passes(turns.PAUSE)
    assert "atteint" in activity.best_area.value


def test_the_last_keys_that_come_after_the_press_are_part_of_it(loop):
    one = card()
    keys(one.fields[0], "2")
    one.check_button.click()
    assert "À revoir" in one.feedback.value
    one.fields[0].set_state({"value": "3"})
    assert "Réussi" in one.feedback.value
    one.fields[0].set_state({"value": "31"})
    assert one.feedback.value == ""


def test_a_text_typed_after_the_verdict_was_read_is_another_answer(loop, monkeypatch):
    one = card()
    keys(one.fields[0], "3")
    one.check_button.click()
    monkeypatch.setattr(turns, "monotonic", lambda: turns.LATE)
    one.fields[0].set_state({"value": "31"})
    assert one.feedback.value == ""


def test_enter_checks_and_a_press_elsewhere_saves(loop):
    activity, other = trap(), card()
    keys(activity.bet, "154")
    enter(activity.bet)
    assert "154 au lieu de 100" in activity.feedback.value
    keys(activity.bet, "2")
    other.check_button.click()
    assert on_disk("bet") == "2"


def test_what_python_puts_in_a_field_is_acted_on_at_once(loop):
    activity = trap()
    activity.bet.value, activity.discount.value = 154, "beaucoup"
    activity.check_button.click()
    assert "beaucoup" in activity.message
    activity.discount.value = 15
    assert activity.message == "" and loop.due == []


def test_lines_of_costs_keep_their_fields_while_they_are_typed(answers_folder):
    names = ("DATE_REFERENCE", "ENVELOPPE", "PART", "REMISE", "REPONSE", "SEGMENT", "TEMOIN")
    work = assignment("devoir_2_strategie_budget", **dict.fromkeys(names, 1))
    asked = next(one for one in work if one.sheet.form == "costs")
    form = CostsField(asked)
    before = [row["id"] for row in form.sheet.value]
    type_in(form.sheet, 1, libelle="salle")
    enter(form.sheet)
    assert [row["id"] for row in form.sheet.value] == before


@pytest.mark.parametrize(
    ("text", "found"), [("1 500", 1500), ("12,5 €", 12.5), ("15 %", 15), ("", 0)]
)
def test_a_number_is_read_as_people_write_it(text, found):
    field = NumberField("Remise", 0, 2000)
    field.value = text
    assert field.read() == found


@pytest.mark.parametrize("text", ["beaucoup", "-1", "2001"])
def test_a_number_that_does_not_fit_is_answered_in_french(text):
    field = NumberField("Remise", 0, 2000)
    field.value = text
    with pytest.raises(CourseError, match=r"ne se lit pas|de 0 à 2"):
        assert field.read()


def test_enter_leaves_what_was_said_of_a_refused_number():
    activity = return_explorer({"Printemps": Campaign(100, 0.1, 200, 0.5, 1000)})
    field = activity.fields["cost"]
    field.value = "-5"
    said = activity.message
    assert "écrivez un nombre" in said
    enter(field)
    assert activity.message == said
