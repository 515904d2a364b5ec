"""The Marc Morel case and the models of a plan."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.strategy.statements import check_statement
from rfm_helpers.analysis.strategy.targets import measure_target, target_customers
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import Case, CostLine, Plan, load_case
from rfm_helpers.catalog.base import CATALOG, load_yaml
from rfm_helpers.datasets import COURSE_DATE, load_customers, load_orders, load_products
from rfm_helpers.errors import CourseError

CASE = load_case("marc_morel")
PATH = CATALOG / "cases" / "marc_morel.yaml"
SUB_STRATEGIES = ["programme_vip", "offre_exclusive", "ventes_croisees", "experience_boutique"]


@pytest.fixture(scope="module")
def scored() -> dict[int, pd.DataFrame]:
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    return {levels: score_rfm(table, levels=levels) for levels in (4, 5)}


# --- what the source says ------------------------------------------------------------------------


def test_four_sub_strategies_hold_eight_actions() -> None:
    parts = CASE.strategy.sub_strategies
    assert [part.id for part in parts] == SUB_STRATEGIES
    assert [len(part.actions) for part in parts] == [1, 2, 2, 3]
    assert len({action.id for action in CASE.strategy.actions}) == 8
    assert [len(action.includes) for action in CASE.strategy.actions] == [2, 0, 0, 0, 0, 0, 0, 0]


def test_effects_belong_to_the_sub_strategies_and_one_touches_two_scores() -> None:
    effects = [
        {(effect.score, effect.direction) for effect in part.effects}
        for part in CASE.strategy.sub_strategies
    ]
    assert effects == [
        {("F", "hausse")},
        {("R", "hausse")},
        {("M", "maintien"), ("F", "légère hausse")},
        {("R", "hausse")},
    ]


def test_a_score_that_the_sub_strategy_moves_can_be_defended_for_each_action() -> None:
    for part in CASE.strategy.sub_strategies:
        raised = {effect.score for effect in part.effects}
        for action in part.actions:
            assert raised & {*action.moves, *action.may_move}, action.id
            assert not set(action.moves) & set(action.may_move), action.id
            assert action.why


def test_the_table_has_the_four_rows_of_the_source_and_leaves_four_actions_out() -> None:
    rows = {
        row.action: (int(row.amount), row.customers, "".join(row.scores)) for row in CASE.table.rows
    }
    assert rows == {
        "soiree_privee": (2000, 20, "R"),
        "remise_15": (300, 1, "R"),
        "programme_vip": (15000, 15, "F"),
        "produits_complementaires": (500, 5, "M"),
    }
    boutique = CASE.strategy.sub_strategies[3]
    assert set(CASE.table.left_out) == {"offres_groupees", *(a.id for a in boutique.actions)}


def test_the_table_rows_move_a_score_that_the_action_aims_at() -> None:
    for row in CASE.table.rows:
        assert set(row.scores) <= set(CASE.action(row.action).moves)


def test_profile_purchases_and_scores_are_those_of_the_source() -> None:
    profile = CASE.profile
    assert (profile.name, profile.age, profile.profession) == ("Marc Morel", 36, "avocat")
    assert [int(p.amount) for p in CASE.purchases if p.in_source] == [1500, 3200]
    assert [(s.levels, s.code, s.in_source) for s in CASE.scores] == [
        (5, "244", True),
        (4, "234", False),
    ]
    for scores in CASE.scores:
        assert set(scores.reading) == {"R", "F", "M"}


def test_the_slips_of_row_0_17_are_told() -> None:
    assert {"montant_panier", "recurrence", "frequence_moyenne", "total_melange"} <= {
        slip.id for slip in CASE.slips
    }


# --- what the house's files say ------------------------------------------------------------------


def test_the_case_is_the_customer_of_the_files() -> None:
    customer = load_customers().set_index("client_id").loc[CASE.customer_id]
    assert f"{customer['prenom']} {customer['nom']}" == CASE.profile.name
    assert (customer["age"], customer["profession"]) == (CASE.profile.age, CASE.profile.profession)
    orders = load_orders()
    own = orders[orders["client_id"] == CASE.customer_id]
    assert sorted(own["montant"]) == sorted(float(p.amount) for p in CASE.purchases)
    kinds = load_products().set_index("produit_id")["type"]
    told = {float(p.amount): p.in_source for p in CASE.purchases}
    assert all(
        told[amount] == (kinds[product] == "produit")
        for amount, product in zip(own["montant"], own["produit_id"], strict=True)
    )


def test_the_scores_are_those_that_the_course_computes(scored: dict[int, pd.DataFrame]) -> None:
    for expected in CASE.scores:
        table = scored[expected.levels].set_index("client_id")
        found = table.loc[CASE.customer_id, ["R", "F", "M"]].tolist()
        assert found == [expected.R, expected.F, expected.M]


def test_marc_is_in_his_target_segment(scored: dict[int, pd.DataFrame]) -> None:
    target = CASE.strategy.statement.target
    customers = target_customers(scored[5], target)
    assert CASE.customer_id in set(customers["client_id"])
    expected = scored[5].query("R <= 2 and F in [3, 4] and M >= 4")
    assert set(customers["client_id"]) == set(expected["client_id"])


@pytest.fixture(scope="module")
def two_years() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers at the ends of 2024 and 2025, on equal windows, scored with the same bounds."""
    both = compare_dates(load_orders(), ["2024-12-31", COURSE_DATE], levels=5)
    return both[both["date"] == "2024-12-31"], both[both["date"] == "2025-12-31"]


def test_the_measurable_objective_starts_from_what_the_data_show(
    two_years: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    target = CASE.strategy.statement.target
    now = measure_target(two_years[1], target, CASE.measurable.indicator)
    assert now == pytest.approx(CASE.measurable.from_value, abs=0.005)


def test_the_sources_objective_is_not_measurable_and_the_repaired_one_is(
    scored: dict[int, pd.DataFrame], two_years: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    statement = CASE.strategy.statement
    verdicts = check_statement(statement, scored[5], COURSE_DATE)
    held = verdicts.groupby("critere")["verdict"].all()
    assert not held["mesurable et réaliste"]
    repaired = statement.model_copy(update={"objective": CASE.measurable})
    past, now = two_years
    again = check_statement(repaired, now, COURSE_DATE, past=past)
    assert again["verdict"].all(), again


# --- refusals ------------------------------------------------------------------------------------


def refusal(folder: Path, text: str) -> str:
    path = folder / "cas.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        load_yaml(path, Case)
    return str(caught.value).replace("\u00a0", " ")


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(CourseError, match="marc_morel"):
        load_case("durand")
    with pytest.raises(CourseError, match="soiree_privee"):
        CASE.action("inconnue")


def test_an_action_neither_budgeted_nor_left_out_is_refused(tmp_path: Path) -> None:
    text = PATH.read_text(encoding="utf-8").replace("left_out: [offres_groupees, ", "left_out: [")
    assert "offres_groupees" in refusal(tmp_path, text)


def test_a_bad_score_is_refused_with_its_line(tmp_path: Path) -> None:
    text = PATH.read_text(encoding="utf-8").replace("{score: F, direction: hausse}", "{score: X}")
    line = next(i for i, row in enumerate(text.splitlines(), 1) if "score: X" in row)
    assert re.search(f"ligne {line} : .*« score »", refusal(tmp_path, text))


def test_a_title_written_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="écrit deux fois"):
        Plan(title="Plan", strategies=(CASE.strategy, CASE.strategy))
    part = CASE.strategy.sub_strategies[1]
    other = part.model_copy(update={"title": "Autre"})
    doubled = CASE.strategy.model_copy(update={"sub_strategies": (part, other)})
    with pytest.raises(ValidationError, match="titre d’action"):
        Plan(title="Plan", strategies=(doubled,))


def test_models_are_frozen() -> None:
    with pytest.raises(ValidationError):
        CASE.strategy.title = "Autre"  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": -1},
        {"unit_cost": "1.234"},
        {"tax": "TVA"},
        {"tax_rate": 20},
        {"years": 0},
        {"part": 3, "parts": 2},
        {"label": "  "},
        {"unit_cost": "NaN"},
        {"quantity": "inf"},
    ],
)
def test_a_bad_cost_line_is_refused(change: dict[str, object]) -> None:
    good = {"label": "Salle", "quantity": 1, "unit_cost": 10, "tax": "HT"}
    CostLine.model_validate(good)
    with pytest.raises(ValidationError):
        CostLine.model_validate(good | change)
