"""The activities of lesson 7, driven without a front end, and their live figures."""

from __future__ import annotations

import json
from collections.abc import Callable

import ipywidgets as w
import pandas as pd
import pytest
from support.widgets import tree

from rfm_helpers.activities.base import WIDGET_VIEW, Activity
from rfm_helpers.activities.campaign.control_group import control_group
from rfm_helpers.activities.campaign.discount import discount_trap
from rfm_helpers.activities.campaign.explorer import FREE, ReturnExplorer, return_explorer
from rfm_helpers.activities.campaign.memo import MemoChecker, correct_assistant
from rfm_helpers.activities.campaign.split import EnvelopeSplitter, split_envelope
from rfm_helpers.activities.campaign.tornado import tornado_explorer
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.envelope import best_split, conquest_and_loyalty, expected_margin
from rfm_helpers.analysis.campaign.uncertainty import simulate_roi, tornado
from rfm_helpers.analysis.campaign.uplift import compare_groups
from rfm_helpers.catalog.drills import load_drill
from rfm_helpers.errors import CourseError
from rfm_helpers.plots.live_campaign import (
    DiscountFigure,
    ReturnFigure,
    SplitFigure,
    TornadoFigure,
    UpliftFigure,
)
from rfm_helpers.questions import Outcome

PNG = b"\x89PNG"
SPRING = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
RATES = {"Montres": 0.43, "Écrin": -0.18, "Mince": 0.1}
RANGES = {"cost": (3000, 4500), "uplift": (0.0, 0.12), "basket": (900, 1300)}
USES = conquest_and_loyalty(400, 250, 60, 200, 250)


def explorer(key: str = "") -> ReturnExplorer:
    dear = Campaign(reached=15, uplift=0.1, basket=1000, margin_rate=0.5, cost=15000)
    return return_explorer({"Printemps": SPRING, "VIP": dear}, key=key)


def splitter(key: str = "") -> EnvelopeSplitter:
    return split_envelope(USES, 20000, key=key)


MAKERS: list[Callable[[str], Activity]] = [
    lambda key: explorer(key),
    lambda key: discount_trap(RATES, key=key),
    lambda key: control_group(key=key),
    lambda key: splitter(key),
    lambda key: correct_assistant(key=key),
    lambda key: tornado_explorer(SPRING, RANGES, key=key),
]
each = pytest.mark.parametrize(
    "make", MAKERS, ids=["return", "trap", "control", "split", "memo", "tornado"]
)


# --- what all share ------------------------------------------------------------------------------


@each
def test_a_notebook_gets_the_live_view_and_a_fallback_that_does_not_change(make):
    first, second = (make("")._repr_mimebundle_() for _ in range(2))
    assert first.pop(WIDGET_VIEW) != second.pop(WIDGET_VIEW)
    assert first == second
    assert first["text/plain"].startswith("Exécutez cette cellule pour ")
    assert "text/html" in first
    assert "VBox" not in json.dumps({kind: str(value) for kind, value in first.items()})


@each
def test_every_field_has_its_label_and_messages_have_a_place(make):
    activity = make("")
    found = tree(activity.widget)
    assert activity.message_area in found
    for field in found:
        if isinstance(field, NumberField | w.Dropdown):
            assert field.description.endswith("\u00a0:")
            assert field.style.description_width == "initial"


@each
def test_what_was_done_comes_back(make, tmp_path, monkeypatch):
    monkeypatch.setenv("RFM_REPONSES", str(tmp_path))
    first = make("07_essai/a")
    fields = [x for x in tree(first.widget) if isinstance(x, NumberField)]
    for field in fields[:2]:
        field.value = field.read() + field.step
    for field in [x for x in tree(first.widget) if isinstance(x, w.Dropdown)][:1]:
        field.index = 1
    done = first.state()
    again = make("07_essai/a")
    assert again.state() == done != make("").state()
    assert again.value == first.value


# --- return explorer -----------------------------------------------------------------------------


def test_the_explorer_computes_what_the_fields_say():
    activity = explorer()
    assert activity.campaign == SPRING
    assert activity.value == {"margin": 5000.0, "roi": 0.25, "break_even": 0.04}
    activity.fields["cost"].value = 5000
    assert activity.value["roi"] == 0
    assert activity.action.value == FREE
    activity.fields["discount"].value = 10
    activity.fields["baseline"].value = 20
    assert activity.value["margin"] == pytest.approx(200 * (0.05 * 400 - 0.2 * 100))


def test_an_action_chosen_again_puts_its_values_back():
    activity = explorer()
    activity.fields["basket"].value = 1
    activity.action.value = "VIP"
    assert activity.value["break_even"] is None
    assert "n’existe pas" in activity.sentences[2]
    activity.action.value = "Printemps"
    assert activity.campaign == SPRING
    assert activity.action.value == "Printemps"


def test_a_cost_of_zero_has_no_roi_and_says_so():
    activity = explorer()
    activity.fields["cost"].value = 0
    assert activity.value["roi"] is None
    assert "n’est pas défini" in activity.result_area.value


def test_a_slider_leads_its_field_and_does_not_round_what_was_typed():
    activity = explorer()
    sliders = {x.tooltip: x for x in tree(activity.widget) if isinstance(x, w.FloatSlider)}
    slider, field = sliders["Taux de marque (%)"], activity.fields["margin_rate"]
    field.value = 50.07
    assert (slider.value, field.read()) == (50, 50.07)
    slider.value = 50.00000000000001
    assert field.read() == 50.07
    slider.value = 40
    assert field.read() == 40
    field.value = -10
    assert (slider.value, field.read()) == (0, -10)


def test_an_explorer_needs_an_action():
    with pytest.raises(CourseError, match="Aucune action"):
        return_explorer({})


# --- discount trap -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bet", "outcome", "said"),
    [
        (0, Outcome.NOT_STARTED, "Écrivez un nombre"),
        (115, Outcome.REVIEW, "sur le prix"),
        (118, Outcome.REVIEW, "sur le prix"),
        (85, Outcome.REVIEW, "moins, ou plus de 100"),
        (130, Outcome.REVIEW, "Plus que cela"),
        (300, Outcome.REVIEW, "Moins que cela"),
        (154, Outcome.SUCCESS, "154 au lieu de 100"),
        (150, Outcome.SUCCESS, "154 au lieu de 100"),
    ],
)
def test_a_bet_gets_the_feedback_of_its_likely_mistake(bet, outcome, said):
    activity = discount_trap(RATES)
    activity.bet.value = bet
    assert activity.feedback.value == activity.figure_area.value == ""
    activity.check_button.click()
    assert activity.outcome is outcome
    assert said in activity.feedback.value
    assert bool(activity.figure_area.value) is (outcome is not Outcome.NOT_STARTED)
    activity.discount.value = 20
    assert activity.feedback.value == ""


@pytest.mark.parametrize("name", ["Écrin", "Mince"])
def test_a_discount_that_eats_the_margin_has_no_number_of_orders(name):
    activity = discount_trap({name: RATES[name]})
    activity.bet.value = 200
    activity.check_button.click()
    assert activity.outcome is Outcome.REVIEW
    activity.bet.value = 10_000
    activity.check_button.click()
    assert activity.outcome is Outcome.SUCCESS


# --- control group -------------------------------------------------------------------------------


def test_the_control_group_concludes_in_plain_french():
    activity = control_group((450, 1000, 325, 1000))
    assert activity.value["uplift"] == pytest.approx(0.125)
    assert "retenez l’effet" in activity.sentences[2]
    assert "l’action a fait commander davantage" in activity.sentences[1]
    activity.fields["control_responded"].value = 440
    assert "Zéro est dans l’intervalle" in activity.sentences[2]
    activity.fields["control_responded"].value = 600
    assert "éloigné" in activity.sentences[2]


def test_counts_that_do_not_fit_are_explained_and_show_no_result():
    activity = control_group()
    activity.fields["responded"].value = 101
    assert "101 répondants pour 100" in activity.message
    assert activity.figure_area.value == activity.result_area.value == ""
    activity.fields["responded"].value = 100
    assert activity.message == ""
    assert activity.figure_area.value


# --- splitting an envelope -----------------------------------------------------------------------


def test_a_split_brings_what_the_calculation_says_and_compares_to_the_best():
    activity = splitter()
    activity.fields["Conquête"].value = 10_000
    activity.fields["Fidélisation"].value = 10_000
    table = expected_margin(USES, activity.spending)
    assert activity.value["net_gain"] == pytest.approx(table["gain_net"].sum())
    assert activity.best_area.value == ""
    activity.compare_button.click()
    best = expected_margin(USES, best_split(USES, 20_000))["gain_net"].sum()
    share = round(100 * activity.value["net_gain"] / best)
    assert share < 100
    assert f"atteint {share}\u00a0%" in activity.best_area.value
    activity.fields["Conquête"].value = 0
    assert activity.best_area.value == ""


def test_too_much_is_said_and_not_compared():
    activity = splitter()
    activity.fields["Conquête"].value = 25_000
    assert "5\u202f000\u00a0€ de trop" in activity.message
    activity.compare_button.click()
    assert activity.best_area.value == ""
    activity.fields["Conquête"].value = 20_000
    assert activity.message == ""


def test_an_untouched_split_is_invited_and_an_empty_envelope_refused():
    activity = splitter()
    activity.compare_button.click()
    assert "À vous d’abord" in activity.message
    with pytest.raises(CourseError, match="plus grand que 0"):
        split_envelope(USES, 0)


def test_money_that_brings_less_than_itself_is_pointed_out():
    activity = split_envelope(USES, 1_000_000)
    activity.fields["Fidélisation"].value = 500_000
    assert "rapporte moins d’un euro : Fidélisation" in activity.sentences[1]


# --- the assistant's memo ------------------------------------------------------------------------


def test_the_memo_holds_every_claim_and_each_verdict_has_its_feedback():
    drill = load_drill("07_assistant")
    activity = correct_assistant()
    memo = activity.widget.children[1].value
    assert all(item.text.split(":")[0] in memo for item in drill.items)
    for item in drill.items:
        activity.cards[item.id].field.value = item.right[0]
    activity.check_button.click()
    assert set(activity.results.values()) == {Outcome.SUCCESS}
    assert sorted(item.right[0] for item in drill.items) == (
        ["faux"] * 4 + ["incertain"] * 2 + ["juste"] * 3
    )


def note_said(activity: MemoChecker, note: str) -> str:
    """What is said of a corrected memo."""
    activity.note.value = note
    assert activity.note_feedback.value == ""
    activity.note_button.click()
    return activity.note_feedback.value.replace("\u00a0", " ")


def test_the_corrected_memo_is_judged_by_what_was_taken_out_and_what_was_kept():
    activity = correct_assistant()
    items = load_drill("07_assistant").items
    activity.note_button.click()
    assert activity.judge_note()[0] is Outcome.NOT_STARTED
    assert "Retirez ou réécrivez" in activity.note_feedback.value
    right = [item.text for item in items if item.right == ("juste",)]
    flawed = [item.text for item in items if item.right != ("juste",)]
    assert "Encore 5 phrases" in note_said(activity, " ".join([*right, *flawed[1:]]))
    said = note_said(activity, " ".join([*right[1:], flawed[0]]))
    assert "Encore 1 phrase," in said
    assert "changé ou retiré 1 phrase," in said
    assert activity.judge_note()[0] is Outcome.REVIEW
    assert "changé ou retiré 3 phrases" in note_said(activity, "")
    disguised = " ".join([*right, *(text.removesuffix(".") + " !" for text in flawed)])
    assert "Encore 6 phrases" in note_said(activity, disguised)
    for note in (" ".join(right), "\n".join(right).replace("\u00a0", " ") + " Mes mots."):
        assert "comparez-le à cette version" in note_said(activity, note)
        assert activity.judge_note()[0] is Outcome.SUCCESS


def test_the_version_to_compare_with_is_itself_a_right_memo():
    activity = correct_assistant()
    assert "comparez" in note_said(activity, load_drill("07_assistant").rewritten)


def test_a_wrong_verdict_is_answered_with_a_question():
    for item in load_drill("07_assistant").items:
        wrong = set(item.feedback) - set(item.right)
        assert all(item.feedback[choice].endswith("?") for choice in wrong), item.id


# --- the tornado --------------------------------------------------------------------------------


def test_the_ends_of_a_range_move_the_tornado_and_the_chance_of_a_loss():
    activity = tornado_explorer(SPRING, RANGES)
    assert list(activity.value) == ["uplift", "basket", "cost"]
    assert activity.value["uplift"] == pytest.approx(200 * 0.12 * 1000 * 0.5)
    before, said = activity.png, activity.result_area.value
    low, high = activity.fields["uplift"]
    low.value, high.value = 4.5, 5.5
    assert list(activity.value) == ["basket", "cost", "uplift"]
    assert activity.value["uplift"] == pytest.approx(200 * 0.01 * 1000 * 0.5)
    assert activity.png != before
    assert activity.result_area.value != said
    assert str(simulate_roi(SPRING, activity.ranges)) in activity.result_area.value


def test_the_ranges_given_are_those_shown_whatever_their_digits_and_signs():
    odd = Campaign(reached=20, uplift=0.12345, basket=1000, margin_rate=0.5, cost=2000)
    ranges = {"uplift": (-0.1, 0.12345), "basket": (999.999, 25_000)}
    activity = tornado_explorer(odd, ranges)
    expected = tornado(odd, ranges).set_index("champ")["ecart"]
    assert activity.value["basket"] == pytest.approx(expected["basket"], rel=1e-3)
    assert activity.value["uplift"] == pytest.approx(expected["uplift"], rel=1e-3)
    for name, (low, high) in activity.ranges.items():
        assert low <= ranges[name][0] and high >= ranges[name][1]


def test_an_end_on_the_center_is_labelled_away_from_its_bar():
    figure = TornadoFigure(1)
    for ranges, end in (({"cost": (4000, 4800)}, "bas"), ({"basket": (1000, 1200)}, "bas")):
        figure.update(tornado(SPRING, ranges))
        (label,) = figure._ends[end]
        (bar,) = figure._bars["haut"]
        assert (label.get_ha() == "left") == (bar.get_width() < 0)


def test_a_range_that_leaves_the_action_out_says_so_in_its_own_unit():
    activity = tornado_explorer(SPRING, RANGES)
    activity.fields["uplift"][0].value = 8
    assert "8,0\u00a0points" in activity.message
    assert "valeur de l’action, 5,0\u00a0points" in activity.message
    assert activity.figure_area.value == activity.result_area.value == ""
    activity.fields["uplift"][0].value = 13
    assert "à l’envers" in activity.message
    activity.fields["uplift"][0].value = 0
    assert activity.message == ""
    assert "<img" in activity.figure_area.value


# --- live figures --------------------------------------------------------------------------------


def test_the_return_figure_keeps_its_artists_and_says_what_it_shows():
    figure = ReturnFigure()
    before = figure.update(SPRING)
    artists = list(figure._axes.get_children())
    after = figure.update(Campaign(reached=15, uplift=0, basket=1, margin_rate=0.1, cost=15000))
    assert before[:4] == after[:4] == PNG
    assert before != after
    assert list(figure._axes.get_children()) == artists
    assert "n’existe pas" in figure.alternative
    assert figure.update(SPRING) == before


def test_tornado_bars_span_the_gains_widest_on_top():
    table = tornado(SPRING, RANGES)
    figure = TornadoFigure(len(table))
    figure.update(tornado(SPRING, RANGES | {"uplift": (0.05, 0.05)}))
    figure.update(table.sample(frac=1, random_state=3))
    axes = figure._axes
    low, high = (list(container) for container in axes.containers)
    for place, row in enumerate(table.itertuples()):
        for bar, end in [(low[place], row.gain_bas), (high[place], row.gain_haut)]:
            ends = (bar.get_x(), bar.get_x() + bar.get_width())
            assert ends == pytest.approx((row.gain_central, end))
    assert [label.get_text() for label in axes.get_yticklabels()] == table["entree"].tolist()
    assert axes.yaxis_inverted()
    assert low[0].get_hatch() and not high[0].get_hatch()
    drawn, (width, height) = figure._figure.get_tightbbox(), figure._figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height
    with pytest.raises(CourseError):
        figure.update(table.drop(columns="ecart"))


def test_the_other_figures_redraw_too():
    discount, uplift, split = DiscountFigure(), UpliftFigure(), SplitFigure(USES["poste"])
    assert discount.update(0.15, 0.43) != discount.update(0.3, 0.2)
    assert discount.update(0.15, -0.18)[:4] == PNG
    assert uplift.update(compare_groups(56, 70, 48, 80)) != uplift.update(
        compare_groups(5, 70, 48, 80)
    )
    assert split.update(expected_margin(USES, {})) != split.update(
        expected_margin(USES, {"Conquête": 9000})
    )
    with pytest.raises(CourseError):
        SplitFigure(pd.Series([], dtype="str"))
