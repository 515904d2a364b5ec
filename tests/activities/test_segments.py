"""The explorers of scores and of segments, driven without a front end."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from support.widgets import tree

from rfm_helpers.activities.segments.scores import MARC, cut_ranges, score_explorer
from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.versions import moves
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import parse_number


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def segmented(orders) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


@pytest.fixture
def scores(orders):
    return score_explorer(orders)


@pytest.fixture
def explorer(segmented):
    return segment_explorer(segmented)


# --- score explorer ------------------------------------------------------------------------------


def test_the_starting_point_is_four_levels_by_quantiles(scores, orders):
    assert scores.value == {
        "method": "quantile",
        "levels": 4,
        "as_of": COURSE_DATE.isoformat(),
        "monetary": "montant_total",
        "thresholds": None,
        "customer": MARC,
    }
    pd.testing.assert_frame_equal(scores.scored, score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    assert "réglage de départ" in scores.change_sentence
    assert "Marc Morel : code 234" in scores.facts_area.value.replace("\u00a0", " ")
    assert scores.fallback()["text/html"].startswith(scores.figure_area.value)


def test_levels_redraw_the_figure_and_the_cuts(scores):
    before = scores.figure_area.value
    scores.levels.value = 5
    assert scores.figure_area.value != before
    assert "sur 5 niveaux" in scores.figure_area.value.replace("\u00a0", " ")
    assert "code 244" in scores.facts_area.value
    assert "ne se comparent pas" in scores.change_sentence
    assert scores.scored["R"].max() == 5
    for refused in (99, 11, 1, 0, 4.5):
        scores.levels.value = refused
        assert parse_number(scores.levels.value) == refused
        assert "un nombre entier de 2 à 10" in " ".join(scores.message.split())
        assert scores.value["levels"] == 5
        assert not scores.figure_area.value + scores.cuts_area.value + scores.facts_area.value
    scores.levels.value = 10
    assert (scores.message, scores.value["levels"]) == ("", 10)
    assert scores.figure_area.value


def test_the_customers_who_change_code_are_those_that_moves_finds(scores):
    start = scores.scored
    scores.method.value = "equal_size"
    changed = len(moves(start, scores.scored))
    assert changed > 0
    assert scores.change_sentence.replace("\u202f", "").startswith(f"{changed} clients sur ")
    scores.method.value = "quantile"
    assert scores.change_sentence.startswith("0 clients")


def test_rfa_scores_the_mean_basket(scores, orders):
    scores.monetary.value = "panier_moyen"
    expected = score_rfm(rfm_table(orders, as_of=COURSE_DATE), monetary="panier_moyen")
    assert scores.scored["M"].equals(expected["M"])
    assert "(R : 0, F : 0, M : " in scores.change_sentence.replace("\u00a0", " ")


def test_the_reference_date_cuts_the_file(scores, orders):
    days = list(scores.as_of.options.values())
    assert days[:2] == [COURSE_DATE, dt.date(2025, 11, 30)]
    assert "30 novembre 2025" in scores.as_of.options
    assert days == sorted(days, reverse=True)
    scores.as_of.value = days[1]
    expected = rfm_table(orders_until(orders, days[1]), as_of=days[1])
    pd.testing.assert_frame_equal(scores.scored, score_rfm(expected))
    assert scores.message == ""


def test_the_furthest_reference_dates_can_be_scored(scores):
    for day in list(scores.as_of.options.values())[-3:]:
        scores.as_of.value = day
        assert scores.message == ""
        assert scores.value["as_of"] == day.isoformat()


def test_bounds_of_neighbours_stay_apart_and_shared_ones_are_left_alone() -> None:
    cuts = pd.DataFrame(
        {
            "dimension": ["M"] * 3 + ["F"] * 2 + ["R"] * 2,
            "de": [14.0, 281.9, 1500.25, 1, 1, 10, 2],
            "a": [281.6, 1500.0, 72178.0, 1, 3, 30, 9],
        }
    )
    assert [text.replace("\u202f", " ") for text in cut_ranges(cuts)] == [
        *("14,0 à 281,6", "281,9 à 1 500,0", "1 500,2 à 72 178,0"),
        *("1", "1 à 3", "10 à 30", "2 à 9"),
    ]


def test_thresholds_are_proposed_for_any_number_of_levels(scores):
    scores.method.value = "thresholds"
    for monetary in ("panier_moyen", "montant_total"):
        scores.monetary.value = monetary
        for levels in (2, 3, 5, 7, 10):
            scores.levels.value = levels
            assert scores.message == ""
            edges = scores.value["thresholds"].values()
            assert {len(found) for found in edges} == {levels - 1}


def test_proposed_thresholds_stay_near_the_quantiles(scores):
    scores.method.value = "thresholds"
    changed = int(scores.change_sentence.split(" clients")[0].replace("\u202f", ""))
    assert changed < len(scores.scored) / 10


def test_chosen_thresholds_are_scored_and_shown_only_with_their_method(scores):
    assert scores._threshold_box.layout.display == "none"
    scores.method.value = "thresholds"
    assert scores._threshold_box.layout.display == "flex"
    for typed in ("30, 90, 365,5", "30 ; 90;365,5"):
        scores.thresholds["R"].value = typed
        assert scores.value["thresholds"]["R"] == [30, 90, 365.5]
    cuts = score_cuts(scores.scored)
    best = cuts[(cuts["dimension"] == "R") & (cuts["score"] == 4)]
    assert best["a"].item() <= 30


def test_chosen_thresholds_outlive_a_move_of_the_date_and_of_the_amount(scores):
    scores.method.value = "thresholds"
    scores.thresholds["R"].value = "60 ; 200 ; 500"
    scores.as_of.value = dt.date(2025, 6, 30)
    scores.monetary.value = "panier_moyen"
    assert scores.value["thresholds"]["R"] == [60, 200, 500]
    assert scores.scored.loc[scores.scored["R"] == 4, "recence"].max() <= 60


@pytest.mark.parametrize("text", ["30 ; 90", "90 ; 30 ; 180", "tôt ; tard ; jamais", ""])
def test_thresholds_that_do_not_fit_are_explained_and_no_old_result_stays(scores, text):
    scores.method.value = "thresholds"
    scored, settings = scores.scored, scores.value
    scores.thresholds["R"].value = text
    assert scores.value == settings
    assert scores.message
    assert scores.message in scores.message_area.value.replace("&#x27;", "'").replace("&quot;", '"')
    assert "crochets" not in scores.message and "method" not in scores.message
    assert scores.scored is scored
    assert not scores.figure_area.value + scores.cuts_area.value + scores.facts_area.value
    scores.thresholds["R"].value = "30 ; 90 ; 180"
    assert scores.message == ""
    assert scores.figure_area.value


def test_another_customer_can_be_followed(scores, orders):
    other = orders["client_id"].iloc[0]
    scores.customer.value = other
    code = scores.scored.set_index("client_id").loc[other, "code_rfm"]
    assert f"code {code}" in scores.facts_area.value
    scores.customer.value = "<b>"
    assert "<b>" in scores.message
    assert "<b>" not in scores.message_area.value + scores.facts_area.value
    scores.customer.value = ""
    assert (scores.message, scores.value["customer"]) == ("", None)


def test_an_rfm_table_has_no_reference_date_to_move(orders):
    scores = score_explorer(rfm_table(orders, as_of=COURSE_DATE), levels=5)
    assert scores.as_of not in tree(scores.widget)
    assert scores.value["as_of"] is None
    scores.method.value = "nested"
    assert scores.message == ""


def test_other_column_names_and_zoned_times():
    days = pd.date_range("2024-01-01 23:30", "2024-12-30 23:30", periods=400, tz="UTC")
    orders = pd.DataFrame(
        {
            "household_id": [i % 40 * (i % 3 + 1) for i in range(400)],
            "basket_id": range(400),
            "transaction_timestamp": days,
            "sales_value": [float(i % 37 + 1) for i in range(400)],
        }
    )
    scores = score_explorer(
        orders,
        customer="household_id",
        order="basket_id",
        date="transaction_timestamp",
        amount="sales_value",
        timezone="America/New_York",
    )
    assert scores.value["as_of"] == "2024-12-31"
    assert scores.value["customer"] is None
    scores.as_of.value = dt.date(2024, 10, 31)
    scores.customer.value = "0"
    assert scores.message == ""
    assert "code" in scores.facts_area.value


# --- segment explorer ----------------------------------------------------------------------------


def test_every_code_has_its_segment_and_its_weight(explorer, segmented):
    for code in ("111", "141", "244", "313", "411", "444"):
        for score, field in zip(code, explorer.scores.values(), strict=True):
            field.value = int(score)
        assert explorer.value["code"] == code
        assert explorer.segment in explorer.segment_area.value.replace("&#x27;", "'")
        alike = int((segmented["code_rfm"] == code).sum())
        assert explorer.weight_sentence.startswith(f"{alike} client")


def test_a_customer_brings_scores_and_reasons(explorer):
    explorer.customer.value = MARC
    assert explorer.value == {"code": "234", "segment": "À ne pas perdre", "customer": MARC}
    assert "Pourquoi ce segment" in explorer.why_area.value
    explorer.scores["R"].value = 4
    assert explorer.value == {"code": "434", "segment": "Fidèles", "customer": None}
    assert explorer.why_area.value == ""


def test_an_unknown_customer_is_answered_in_french(explorer):
    explorer.customer.value = "Marc <Morel>"
    assert "n’est pas dans la table" in explorer.message
    assert "<Morel>" not in explorer.message_area.value
    assert explorer.value["customer"] is None
    explorer.customer.value = MARC
    assert explorer.message == ""


def test_the_luxury_filter_keeps_only_suitable_actions(explorer):
    explorer.customer.value = MARC
    everything = len(explorer.actions)
    assert explorer.actions_area.value.count("<li") == everything
    explorer.luxury_only.value = True
    assert 0 < len(explorer.actions) < everything
    assert all(action.luxury for action in explorer.actions)
    assert "à éviter" not in explorer.actions_area.value


def test_a_table_without_segments_says_what_is_missing(orders):
    with pytest.raises(CourseError, match="segment"):
        segment_explorer(score_rfm(rfm_table(orders)))
