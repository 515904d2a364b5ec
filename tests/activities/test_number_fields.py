"""Numbers out of their bounds: refused with a sentence, never changed, never shown as an answer."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from support.course import ROOT
from support.widgets import tree

from rfm_helpers import (
    control_group,
    discount_trap,
    return_explorer,
    score_explorer,
    split_envelope,
    strategy_builder,
    tornado_explorer,
)
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.envelope import conquest_and_loyalty
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.inputs import parse_number

SPRING = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)


@pytest.fixture(scope="module")
def measures() -> pd.DataFrame:
    return rfm_table(load_orders(), as_of=COURSE_DATE)


@pytest.fixture
def activities(measures: pd.DataFrame) -> list:
    return [
        control_group(),
        discount_trap({"Montres": 0.43}),
        return_explorer({"Printemps": SPRING}),
        split_envelope(conquest_and_loyalty(400, 250, 60, 200, 250), 20000),
        tornado_explorer(SPRING, {"cost": (3500, 5000), "uplift": (0.02, 0.08)}),
        strategy_builder(assign_segments(score_rfm(measures)), key=""),
        score_explorer(measures),
    ]


def test_every_number_field_refuses_what_is_beyond_its_ends_and_keeps_it(activities):
    for activity in activities:
        fields = [one for one in tree(activity.widget) if isinstance(one, NumberField)]
        assert fields
        for field in fields:
            before = field.value
            for beyond in (field.lowest - 1, field.highest + 1):
                field.value = beyond
                assert parse_number(field.value) == beyond
                assert french(field.label) in activity.message, activity
                assert "écrivez un nombre" in activity.message
                assert activity.state()
                assert "<img" not in getattr(activity, "figure_area", activity.message_area).value
            field.value = before
            assert activity.message == ""


def test_a_whole_number_is_wanted_where_it_counts_people():
    field = NumberField("Clients", 1, 10, whole=True, value=2.5)
    with pytest.raises(CourseError, match="Clients – écrivez un nombre entier de 1 à 10"):
        field.read()
    field.value = 3
    assert field.read() == 3 and isinstance(field.read(), int)


def test_no_field_of_the_course_changes_a_number_in_silence():
    bounded = re.compile(r"Bounded(?:Int|Float)Text|DatePicker")
    files = [*(ROOT / "rfm_helpers").rglob("*.py"), *(ROOT / "sources").rglob("*.py")]
    assert len(files) > 100
    assert [file for file in files if bounded.search(file.read_text(encoding="utf-8"))] == []
