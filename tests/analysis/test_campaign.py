"""Returns: margin, ROI, break-even, discounts, control groups, uncertainty, sharing an envelope."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.text import Text
from pandas.testing import assert_frame_equal

from rfm_helpers import plots
from rfm_helpers.analysis.campaign.account import (
    INPUT_NAMES,
    Campaign,
    break_even,
    break_even_curve,
    campagne,
    campaign_account,
    discount_price,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.campaign.envelope import (
    best_split,
    conquest_and_loyalty,
    expected_margin,
    segment_uses,
)
from rfm_helpers.analysis.campaign.uncertainty import measured_roi, simulate_roi, tornado
from rfm_helpers.analysis.campaign.uplift import compare_groups
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import percent

SPRING = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
SALE = replace(SPRING, discount=0.15, baseline=0.02)
RANGES = {"uplift": (0.02, 0.08), "cost": (2500.0, 4000.0), "margin_rate": (0.45, 0.52)}
USES = conquest_and_loyalty(400, 250, 60, 200, 250)

CAMPAIGNS = st.builds(
    Campaign,
    reached=st.integers(0, 5000),
    uplift=st.integers(-50, 300).map(lambda n: n / 1000),
    basket=st.integers(0, 5000),
    margin_rate=st.integers(-20, 100).map(lambda n: n / 100),
    cost=st.integers(0, 50_000),
    discount=st.integers(0, 50).map(lambda n: n / 100),
    baseline=st.integers(0, 500).map(lambda n: n / 1000),
)


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    with pytest.raises(CourseError) as caught:
        yield
    sentence = str(caught.value).replace("\u00a0", " ")
    assert re.search(pattern, sentence), sentence


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


# --- margin and ROI ------------------------------------------------------------------------------


@given(CAMPAIGNS)
def test_margin_is_counted_order_by_order(c: Campaign) -> None:
    """With and without the action: the difference of two whole margins."""
    reached, basket = Fraction(c.reached), Fraction(c.basket)
    rate, discount = Fraction(str(c.margin_rate)), Fraction(str(c.discount))
    before, uplift = Fraction(str(c.baseline)), Fraction(str(c.uplift))
    with_action = reached * (before + uplift) * basket * (rate - discount)
    without = reached * before * basket * rate
    assert incremental_margin(c) == pytest.approx(float(with_action - without), abs=1e-6)


def test_a_discount_on_everyone_can_eat_the_whole_gain() -> None:
    # 10 more orders of 1 000 € at 50 %: 5 000 €. 15 % on the 14 orders that use it: 2 100 €.
    assert incremental_margin(SALE) == pytest.approx(2900)
    assert incremental_margin(replace(SALE, baseline=0.5)) < 0


@given(CAMPAIGNS)
def test_the_account_adds_up(c: Campaign) -> None:
    account = campaign_account(c).set_index("ligne")["valeur"]
    margin = account["Marge incrémentale"]
    assert margin == pytest.approx(
        account["Marge en plus, avant remise"]
        + account["Remise sur les commandes en plus"]
        + account["Remise sur les commandes venues de toute façon"],
        abs=1e-6,
    )
    assert account["Gain net"] == pytest.approx(margin - c.cost, abs=1e-6)


@pytest.mark.parametrize(
    ("margin", "cost", "value"),
    [(5000, 4000, 0.25), (4000, 4000, 0), (0, 4000, -1), (-4000, 4000, -2), (100, 0, None)],
)
def test_roi(margin: float, cost: float, value: float | None) -> None:
    found = roi(margin, cost)
    assert found.value == value
    assert ("pas défini" in found.text) == (value is None)


def test_a_negative_cost_is_refused() -> None:
    with refused("négatif"):
        roi(10, -1)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"reached": -1}, "reached"),
        ({"margin_rate": 45}, "margin_rate"),
        ({"discount": 15}, "discount"),
        ({"basket": -1}, "basket"),
        ({"cost": float("nan")}, "cost"),
        ({"baseline": -0.1}, "baseline"),
    ],
)
def test_impossible_inputs_are_refused_by_their_french_name(
    change: dict[str, float], name: str
) -> None:
    with refused(f"« {INPUT_NAMES[name]} » vaut"):
        replace(SPRING, **change)


# --- break-even ----------------------------------------------------------------------------------


@given(CAMPAIGNS)
def test_at_break_even_the_margin_pays_the_cost(c: Campaign) -> None:
    point = break_even(c)
    if point.value is None:
        assert "n’existe pas" in point.text
        # No uplift up to 100 % pays: the margin is a line in the uplift.
        assume(not math.isclose(c.margin_rate, c.discount))
        assert incremental_margin(replace(c, uplift=1)) < c.cost + 1e-6
    else:
        assert 0 <= point.value <= 1
        reached = incremental_margin(replace(c, uplift=point.value))
        assert reached == pytest.approx(c.cost, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"discount": 0.5}, "ne rapporte rien"),
        ({"discount": 0.6}, "fait perdre de l’argent"),
        ({"reached": 0}, "personne n’est touché"),
        ({"reached": 0, "cost": 0}, "personne n’est touché"),
        ({"discount": 0.6, "cost": 0}, "fait perdre de l’argent"),
        ({"margin_rate": 0, "cost": 0}, "ne rapporte rien"),
        ({"reached": 2}, "il faudrait 3,00 commandes"),
    ],
)
def test_where_there_is_no_break_even_the_sentence_says_why(
    change: dict[str, float], words: str
) -> None:
    point = break_even(replace(SPRING, **change))
    assert point.value is None
    assert words in plain(point)


def test_break_even_by_hand() -> None:
    assert break_even(SPRING).value == pytest.approx(0.03)
    assert plain(break_even(SPRING)) == (
        "Seuil de rentabilité : 3,0 points, soit 6 commandes de plus pour 200 clients touchés."
    )
    # 15 % on the 4 orders that come anyway costs 600 €; each more earns 350 €.
    assert break_even(SALE).value == pytest.approx(3600 / 350 / 200)
    assert break_even(replace(SPRING, cost=0)).value == 0


def test_the_curve_is_the_net_gain() -> None:
    curve = break_even_curve(SALE)
    for uplift, gain in curve.iloc[::20].itertuples(index=False):
        assert gain == pytest.approx(incremental_margin(replace(SALE, uplift=uplift)) - SALE.cost)
    assert curve["hausse"].iloc[-1] == pytest.approx(2 * break_even(SALE).value)
    with refused("dépasser 0"):
        break_even_curve(SALE, 0)


# --- the price of a discount ---------------------------------------------------------------------


@given(st.integers(1, 99), st.integers(1, 100))
def test_the_orders_asked_for_earn_the_same_margin(discount: int, margin: int) -> None:
    found = discount_price(discount / 100, margin / 100)
    if discount >= margin:
        assert found.value is None
        assert "aucun nombre" in found.text
    else:
        assert found.value == pytest.approx(float(Fraction(discount, margin - discount)))
        kept = (margin - discount) / 100
        assert (1 + found.value) * kept == pytest.approx(margin / 100)
        orders = int(re.search(r"(\d[\d ]*) au lieu de 100", plain(found))[1].replace(" ", ""))
        assert orders * (margin - discount) >= 100 * margin > (orders - 1) * (margin - discount)


def test_a_discount_of_fifteen_percent_at_a_margin_of_45() -> None:
    assert plain(discount_price(0.15, 0.45)) == (
        "À 15 % de remise et avec un taux de marque de 45 %, il faut 50 % de commandes en plus "
        "pour gagner autant : 150 au lieu de 100."
    )
    assert "36,4 % de commandes en plus" in plain(discount_price(0.15, 0.5625))
    assert "137 au lieu de 100" in plain(discount_price(0.15, 0.5625))
    assert discount_price(0, 0.45).value == 0
    with refused("va de 0 à 1"):
        discount_price(15, 0.45)
    with refused("va de 0 à 1"):
        discount_price(0.15, 45)


# --- control group -------------------------------------------------------------------------------

# Newcombe (1998), table II, method 10: counts, then the published 95 % interval.
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "interval"), NEWCOMBE)
def test_the_interval_is_the_published_one(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    found = compare_groups(*counts)
    assert (round(found.low, 4), round(found.high, 4)) == interval
    assert found.uplift == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_interval_holds_the_uplift_and_turns_with_the_groups(
    reached: int, control: int, data: st.DataObject
) -> None:
    one, other = data.draw(st.integers(0, reached)), data.draw(st.integers(0, control))
    found = compare_groups(one, reached, other, control)
    back = compare_groups(other, control, one, reached)
    assert -1 <= found.low <= found.uplift + 1e-12
    assert found.uplift - 1e-12 <= found.high <= 1
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    narrow = compare_groups(one, reached, other, control, confidence=0.8)
    assert narrow.high - narrow.low <= found.high - found.low + 1e-12


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    random, covered, draws = Random(7), 0, 400
    for _ in range(draws):
        one = sum(random.random() < 0.12 for _ in range(150))
        other = sum(random.random() < 0.07 for _ in range(150))
        found = compare_groups(one, 150, other, 150, confidence=0.9)
        covered += found.low <= 0.05 <= found.high
    assert 0.85 <= covered / draws <= 0.95


@pytest.mark.parametrize(
    ("counts", "words", "otherwise"),
    [
        ((60, 100, 20, 100), "l’action a fait commander davantage", "n’en est pas forcément"),
        ((20, 100, 60, 100), "l’action a fait commander moins", "n’en est pas forcément"),
        ((22, 100, 20, 100), "le hasard seul", "le hasard seul"),
    ],
)
def test_the_sentence_blames_the_action_only_if_chance_made_the_groups(
    counts: tuple[int, int, int, int], words: str, otherwise: str
) -> None:
    drawn, found = compare_groups(*counts, at_random=True), compare_groups(*counts)
    assert (drawn.low, drawn.high) == (found.low, found.high)
    assert plain(drawn).startswith("Hausse de réponse de ") and words in drawn.text
    assert plain(found).startswith("Écart de ") and otherwise in found.text
    assert "a fait commander" not in found.text


@pytest.mark.parametrize(
    ("counts", "confidence", "pattern"),
    [
        ((5, 4, 1, 10), 0.95, "groupe touché compte 5"),
        ((1, 10, 0, 0), 0.95, "groupe témoin"),
        ((-1, 10, 0, 5), 0.95, "groupe touché"),
        ((1, 10, 1, 10), 1, "confiance"),
    ],
)
def test_impossible_groups_are_refused(
    counts: tuple[int, int, int, int], confidence: float, pattern: str
) -> None:
    with refused(pattern):
        compare_groups(*counts, confidence=confidence)


# --- simulation and tornado ----------------------------------------------------------------------


def test_the_same_seed_gives_the_same_draws_and_another_does_not() -> None:
    one, again = simulate_roi(SPRING, RANGES), simulate_roi(SPRING, RANGES)
    assert_frame_equal(one.draws, again.draws)
    other = simulate_roi(SPRING, RANGES, seed=7)
    assert not one.draws.equals(other.draws)
    assert other.median == pytest.approx(one.median, abs=0.05)


def test_the_draws_of_one_input_follow_its_triangle() -> None:
    draws = simulate_roi(SPRING, {"uplift": (0.02, 0.11)}, draws=40_000).draws["roi"]
    uplifts = (draws + 1) * 3000 / (200 * 1000 * 0.5)
    assert uplifts.between(0.02, 0.11).all()
    assert uplifts.mean() == pytest.approx((0.02 + 0.05 + 0.11) / 3, rel=0.01)
    below_mode = (0.05 - 0.02) / (0.11 - 0.02)
    assert (uplifts < 0.05).mean() == pytest.approx(below_mode, abs=0.01)


def test_interval_median_and_loss_are_those_of_the_draws() -> None:
    simulated = simulate_roi(SALE, RANGES, level=0.9, draws=5000)
    returns = sorted(simulated.draws["roi"])
    inside = sum(simulated.low <= value <= simulated.high for value in returns)
    assert inside / len(returns) == pytest.approx(0.9, abs=0.001)
    assert simulated.median == pytest.approx((returns[2499] + returns[2500]) / 2)
    assert simulated.loss == sum(value < 0 for value in returns) / len(returns)
    assert simulated.low < simulated.median < simulated.high
    assert simulated.text.endswith(".")


def test_without_uncertainty_every_draw_is_the_roi() -> None:
    simulated = simulate_roi(SALE, {"uplift": (SALE.uplift, SALE.uplift)}, draws=10)
    expected = roi(incremental_margin(SALE), SALE.cost).value
    assert simulated.draws["roi"].tolist() == pytest.approx([expected] * 10)


def test_an_uncertain_cost_alone_moves_the_gain_by_no_more_than_its_range() -> None:
    wide = simulate_roi(SPRING, {"cost": (2000, 4000)}, draws=100)
    assert wide.draws["gain_net"].between(1000, 3000).all()


Call = Callable[[Campaign, dict[str, Any]], object]


@pytest.mark.parametrize("call", [simulate_roi, tornado])
@pytest.mark.parametrize(
    ("ranges", "pattern"),
    [
        ({"chance": (0, 1)}, "« chance » n’existe pas"),
        (
            {"uplift": (0.06, 0.09)},
            "Hausse.*de 6,0 points à 9,0 points.*, 5,0 points.*encadrent",
        ),
        ({"uplift": (0.09, 0.02)}, "à l’envers"),
        ({"margin_rate": (0.4, 1.2)}, "« Taux de marque » vaut 1.2"),
    ],
)
def test_bad_ranges_are_refused(call: Call, ranges: dict[str, Any], pattern: str) -> None:
    with refused(pattern):
        call(SPRING, ranges)


def test_a_cost_that_can_be_zero_has_no_roi() -> None:
    with refused("coût nul"):
        simulate_roi(SPRING, {"cost": (0, 4000)})
    with refused("coût nul"):
        simulate_roi(replace(SPRING, cost=0), {"uplift": (0.02, 0.08)})
    with refused("niveau"):
        simulate_roi(SPRING, RANGES, level=1)


def test_the_tornado_ranks_inputs_by_what_they_change() -> None:
    table = tornado(SALE, RANGES)
    assert table["ecart"].is_monotonic_decreasing
    assert table["gain_central"].unique().tolist() == [incremental_margin(SALE) - SALE.cost]
    for row in table.itertuples():
        for end in ("bas", "haut"):
            changed = replace(SALE, **{row.champ: getattr(row, end)})
            gain = incremental_margin(changed) - changed.cost
            assert getattr(row, f"gain_{end}") == pytest.approx(gain)
        assert row.ecart == pytest.approx(abs(row.gain_haut - row.gain_bas))
        assert row.entree == INPUT_NAMES[row.champ]
    with refused("une fourchette"):
        tornado(SALE, {})


def test_the_french_names_say_the_same() -> None:
    french = campagne(clients=200, hausse=0.05, panier=1000, taux_marque=0.5, cout=3000)
    assert french == SPRING
    assert french.avec(remise=0.15, de_toute_facon=0.02) == SALE
    ranges = {"hausse": RANGES["uplift"], "cout": RANGES["cost"]}
    known = {"uplift": RANGES["uplift"], "cost": RANGES["cost"]}
    assert_frame_equal(tornado(SALE, ranges), tornado(SALE, known))
    assert str(simulate_roi(SALE, ranges)) == str(simulate_roi(SALE, known))
    with refused("« marge » n’existe pas.*taux_marque"):
        SPRING.avec(marge=0.5)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((90, 200, 30, 200), "même au bas"),
        ((90, 200, 65, 200), "on ne sait pas encore"),
        ((450, 1000, 325, 1000), "même au haut"),
    ],
)
def test_a_measured_uplift_gives_the_roi_its_range(
    counts: tuple[int, int, int, int], verdict: str
) -> None:
    found = compare_groups(*counts, at_random=True)
    dear = replace(SPRING, reached=counts[1], basket=1000, margin_rate=0.5, cost=85 * counts[1])
    measured = measured_roi(dear, found)
    assert found.low > 0
    for value, uplift in [
        (measured.low, found.low), (measured.value, found.uplift), (measured.high, found.high)
    ]:  # fmt: skip
        # 500 € of margin per order, 85 € of cost per customer reached.
        assert value == pytest.approx(500 * uplift / 85 - 1)
    assert verdict in measured.text
    ends = f"de {percent(measured.low)} à {percent(measured.high)}"
    assert plain(ends) in plain(measured)
    with refused("coût nul"):
        measured_roi(replace(dear, cost=0), found)


# --- sharing an envelope -------------------------------------------------------------------------


def orders_of(spent: float, possible: float, cost: float) -> float:
    return possible * (1 - math.exp(-spent / (cost * possible)))


def test_expected_margin_follows_its_curve() -> None:
    table = expected_margin(USES, {"Conquête": 9000, "Fidélisation": 4000}).set_index("poste")
    for name, spent, possible, cost, margin in [
        ("Conquête", 9000, 400, 120, 200),
        ("Fidélisation", 4000, 250, 60, 250),
    ]:
        orders = orders_of(spent, possible, cost)
        row = table.loc[name]
        assert row["commandes"] == pytest.approx(orders)
        assert row["marge"] == pytest.approx(orders * margin)
        assert row["gain_net"] == pytest.approx(orders * margin - spent)
        more = orders_of(spent + 1e-3, possible, cost) * margin
        assert row["marge_du_dernier_euro"] == pytest.approx(
            (more - orders * margin) / 1e-3, rel=1e-4
        )
        assert row["commandes"] < possible


def test_recruiting_costs_twice_keeping_unless_said_otherwise() -> None:
    assert USES["cout_premiere_commande"].tolist() == [120, 60]
    three = conquest_and_loyalty(400, 250, 60, 200, 250, ratio=3)
    assert three["cout_premiere_commande"].tolist() == [180, 60]


USE_ROWS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(1, 300), st.integers(1, 900)), min_size=1, max_size=4
)


def uses_of(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    possible, cost, margin = (list(map(float, column)) for column in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "poste": [f"P{i}" for i in range(len(rows))],
            "commandes_possibles": possible,
            "cout_premiere_commande": cost,
            "marge_par_commande": margin,
        }
    )


@given(USE_ROWS, st.integers(0, 100_000), st.integers(0, 10_000))
@settings(max_examples=60)
def test_no_other_split_brings_more(
    rows: list[tuple[int, int, int]], envelope: int, seed: int
) -> None:
    uses = uses_of(rows)
    split = best_split(uses, envelope)
    assert all(amount >= 0 for amount in split.values())
    assert sum(split.values()) <= envelope * (1 + 1e-9) + 1e-6

    def net(amounts: list[float]) -> float:
        terms = zip(amounts, rows, strict=True)
        return sum(orders_of(s, n, c) * m - s for s, (n, c, m) in terms)

    best = net(list(split.values()))
    random = Random(seed)
    for _ in range(30):
        cuts = sorted(random.random() for _ in rows)
        other = [envelope * (b - a) for a, b in pairwise([0, *cuts])]
        assert net(other) <= best + 1e-6 * (1 + abs(best))


@given(USE_ROWS, st.integers(1, 100_000))
@settings(max_examples=60)
def test_the_last_euro_brings_the_same_everywhere(
    rows: list[tuple[int, int, int]], envelope: int
) -> None:
    uses = uses_of(rows)
    split = best_split(uses, envelope)
    table = expected_margin(uses, split)
    used = table[table["depense"] > 1e-6]
    if used.empty:
        assert (uses["marge_par_commande"] <= uses["cout_premiere_commande"] * (1 + 1e-9)).all()
        return
    last = used["marge_du_dernier_euro"]
    assert last.max() == pytest.approx(last.min())
    assert last.min() >= 1 - 1e-9
    unused = table[table["depense"] <= 1e-6]
    assert (unused["marge_du_dernier_euro"] <= last.min() * (1 + 1e-9)).all()
    if sum(split.values()) < envelope * (1 - 1e-9):
        assert last.min() == pytest.approx(1)


def test_segments_are_uses_where_somebody_reacts() -> None:
    stakes = pd.DataFrame(
        {
            "segment": ["Champions", "Perdus"],
            "clients": [100, 50],
            "part_qui_reagit": [0.2, 0.0],
            "panier_moyen": [500.0, 100.0],
        }
    )
    uses = segment_uses(stakes, 0.4, 30)
    assert uses.to_dict("records") == [
        {
            "poste": "Champions",
            "commandes_possibles": 20,
            "cout_premiere_commande": 30,
            "marge_par_commande": 200,
        }
    ]
    with refused("Aucun poste"):
        segment_uses(stakes.assign(part_qui_reagit=0.0), 0.4, 30)
    with refused("« Champions » a une valeur de « marge_par_commande »"):
        segment_uses(stakes, 0, 30)


@pytest.mark.parametrize(
    ("call", "pattern"),
    [
        (lambda: best_split(USES, -1), "négative"),
        (lambda: expected_margin(USES, {"Autre": 10}), "« Autre » n’est pas"),
        (lambda: expected_margin(USES, {"Conquête": -10}), "négative"),
        (lambda: expected_margin(USES.drop(columns="poste"), {}), "« poste » manque"),
        (lambda: conquest_and_loyalty(0, 250, 60, 200, 250), "« Conquête »"),
    ],
)
def test_impossible_splits_are_refused(call: Callable[[], object], pattern: str) -> None:
    with refused(pattern):
        call()


# --- figures -------------------------------------------------------------------------------------

FIGURES = {
    "break_even": lambda: plots.plot_break_even(SALE),
    "no_break_even": lambda: plots.plot_break_even(replace(SALE, margin_rate=0.1)),
    "distribution": lambda: plots.plot_roi_distribution(simulate_roi(SALE, RANGES)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_french_readable_and_whole(name: str) -> None:
    figure = FIGURES[name]()
    first = figure.png()
    assert first == FIGURES[name]().png()
    shown = [text for text in figure.findobj(Text) if text.get_text().strip()]
    for text in [*(text.get_text() for text in shown), figure.alternative]:
        assert not re.search(r" [:;?!»%€]|« |\b(uplift|margin|cost|loss|draws)\b", text), text
    assert min(text.get_fontsize() for text in shown) >= 12
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height


def test_the_break_even_figure_marks_both_points() -> None:
    axes = plots.plot_break_even(SALE).axes[0]
    curve, own, point = axes.lines[1:]
    assert_frame_equal(
        pd.DataFrame({"hausse": curve.get_xdata(), "gain_net": curve.get_ydata()}),
        break_even_curve(SALE),
    )
    assert [own.get_xdata()[0], own.get_ydata()[0]] == pytest.approx([0.05, -100])
    assert [point.get_xdata()[0], point.get_ydata()[0]] == pytest.approx(
        [break_even(SALE).value, 0]
    )


def test_without_break_even_the_figure_says_so() -> None:
    figure = plots.plot_break_even(replace(SALE, margin_rate=0.1))
    axes = figure.axes[0]
    assert len(axes.lines) == 3
    assert "Pas de seuil" in axes.get_title(loc="left")
    assert "n’existe pas" in figure.alternative


def test_roi_bars_count_every_draw_on_its_side_of_zero() -> None:
    simulated = simulate_roi(SALE, RANGES)
    axes = plots.plot_roi_distribution(simulated).axes[0]
    lost, won = (list(container) for container in axes.containers)
    draws = simulated.draws["roi"]
    assert sum(bar.get_height() for bar in lost) == (draws < 0).sum()
    assert sum(bar.get_height() for bar in won) == (draws >= 0).sum()
    edges = np.array([bar.get_x() for bar in lost])
    assert np.isclose(edges, 0, atol=1e-9).any()
    assert axes.lines[0].get_xdata()[0] == simulated.median


def test_figures_refuse_what_they_cannot_draw() -> None:
    sure = simulate_roi(SALE, {}, draws=10)
    with refused("même ROI"):
        plots.plot_roi_distribution(sure)
