"""What all activities share: the stored picture, labels, the message area."""

from __future__ import annotations

import json

import ipywidgets as w
import pandas as pd
import pytest
from support.widgets import tree

from rfm_helpers.activities.base import WIDGET_VIEW, Activity
from rfm_helpers.activities.data.file_field import FileField
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.activities.quizzes import quiz
from rfm_helpers.activities.segments.scores import score_explorer
from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.datasets import COURSE_DATE, load_orders

ENGLISH = ("Upload", "None", "nan", "True", "False", "Error", "Submit", "Click")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def segmented(orders) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


def activities(orders, segmented) -> list[Activity]:
    return [
        score_explorer(orders),
        segment_explorer(segmented),
        own_file_form(),
        quiz("04_segmentation"),
    ]


def test_a_notebook_gets_the_live_view_and_a_fallback(orders, segmented):
    for activity in activities(orders, segmented):
        bundle = activity._repr_mimebundle_(include=None, exclude=None)
        assert bundle[WIDGET_VIEW]["model_id"] == activity.widget.model_id
        assert bundle["text/plain"].startswith("Exécutez cette cellule pour ")
        assert "VBox" not in json.dumps({k: str(v) for k, v in bundle.items()})
        assert "text/html" in bundle


def test_fallbacks_are_the_same_at_every_run(orders, segmented):
    first, second = (
        [{k: v for k, v in a._repr_mimebundle_().items() if k != WIDGET_VIEW} for a in built]
        for built in (activities(orders, segmented), activities(orders, segmented))
    )
    assert first == second


def test_fields_have_a_label_shown_in_full_and_in_french(orders, segmented):
    for activity in activities(orders, segmented):
        assert activity.message_area in tree(activity.widget)
        for field in tree(activity.widget):
            if isinstance(field, w.Button | FileField | w.Checkbox | w.Text | w.Dropdown):
                assert field.description
                assert not any(word in field.description for word in ENGLISH)
            if isinstance(field, w.Text | w.Dropdown | NumberField):
                assert field.style.description_width == "initial"


def test_an_unexpected_error_is_announced_and_raised():
    activity = quiz("03_calcul_rfm")

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        activity.guarded(fail)()
    assert "ZeroDivisionError" in activity.message
    assert activity.message in activity.message_area.value


def test_the_message_area_escapes_what_it_is_told():
    activity = quiz("03_calcul_rfm")
    activity.tell("<b>gras</b>")
    assert "<b>" not in activity.message_area.value
    activity.tell("")
    assert activity.message_area.value == ""
