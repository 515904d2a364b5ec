"""The life of a verdict, and fields changed without their callbacks."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as w
import pytest

from rfm_helpers import correct_assistant, match_actions, sort_sentences
from rfm_helpers.activities.base import button
from rfm_helpers.activities.cards import AnswerCard, Deck


class Number(AnswerCard):
    """A card that praises « 4 » and has nothing to say of an empty answer."""

    def __init__(self) -> None:
        super().__init__(button("Vérifier"))
        self.field = w.Dropdown(options=["", "3", "4"])
        self.widget = w.VBox([self.field, self.check_button, self.feedback])

    @property
    def inputs(self) -> list[w.Widget]:
        return [self.field]

    @property
    def answer(self) -> str:
        return self.field.value

    def put(self, answer: Any) -> None:
        self.field.value = answer if answer in self.field.options else ""

    def verdict(self) -> str:
        return {"": "", "3": "Plus ?", "4": "Oui."}[self.answer]


class Numbers(Deck[Number]):
    def __init__(self) -> None:
        super().__init__({"one": Number(), "two": Number()})
        self.show(*self.widgets, self.summary_area, self.message_area)

    @property
    def summary(self) -> str:
        return f"{len(self.judged)} sur {len(self.deck)}"


def test_a_verdict_is_asked_for_and_goes_with_the_next_change() -> None:
    numbers = Numbers()
    card, other = numbers.deck.values()
    card.field.value = other.field.value = "4"
    assert card.feedback.value == ""
    card.check_button.click()
    assert "Oui." in card.feedback.value
    assert "1 sur 2" in numbers.summary_area.value
    other.field.value = "3"
    assert "Oui." in card.feedback.value
    card.field.value = "3"
    assert card.feedback.value == ""
    assert "0 sur 2" in numbers.summary_area.value


def test_nothing_is_announced_where_there_is_nothing_to_say() -> None:
    card = Numbers().deck["one"]
    card.check_button.click()
    assert card.verified
    assert card.feedback.value == ""


def test_answers_come_back_with_their_verdicts(answers_folder) -> None:
    numbers = Numbers().kept("essai")
    for card in numbers.deck.values():
        card.field.value = "4"
    numbers.deck["one"].check_button.click()
    again = Numbers().kept("essai")
    assert again.value == {"one": "4", "two": "4"}
    assert list(again.judged) == ["one"]
    assert "Oui." in again.deck["one"].feedback.value


def test_an_answer_that_is_no_longer_offered_has_lost_its_verdict() -> None:
    numbers = Numbers()
    numbers.restore({"one": ["5", True], "two": ["3", True]})
    assert numbers.state() == {"one": ["", False], "two": ["3", True]}


def test_fields_change_without_their_callbacks_while_the_activity_is_asleep() -> None:
    numbers = Numbers()
    card = numbers.deck["one"]
    card.verify()
    with numbers.asleep():
        with numbers.asleep():
            card.field.value = "3"
        card.field.value = "4"
    assert card.verified
    card.field.value = "3"
    assert not card.verified


# --- what a verdict is about ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        partial(sort_sentences, "05_diagnostic"),
        partial(sort_sentences, "05_lapsus"),
        correct_assistant,
    ],
)
def test_a_verdict_names_the_answer_that_it_judges(make):
    activity = make()
    for card in activity.cards.values():
        for answer, label in card._labels.items():
            card.field.value = answer
            activity.check_button.click()
            right = answer in card.item.right
            said = f"Bien vu : « {label} »" if right else f"À revoir : « {label} » ?"
            assert " ".join(said.split()) in " ".join(card.feedback.value.split())


def test_matched_scores_are_named_too():
    card = match_actions().cards["soiree_privee"]
    card.boxes["R"].value = True
    card.check_button.click()
    assert "✓ Bien vu\u00a0: R<" in card.feedback.value
