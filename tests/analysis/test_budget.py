"""Budget: lines, totals at every level, flags, the readings of the case's table."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from rfm_helpers.analysis.budget.case import (
    case_budget,
    case_discounts,
    case_readings,
    example_costs,
)
from rfm_helpers.analysis.budget.lines import cost_lines, flag_lines, line_costs, share_line
from rfm_helpers.analysis.budget.plan import (
    Budget,
    cost_per_customer,
    make_budget,
    plan_budget,
    roll_up,
)
from rfm_helpers.catalog import CostLine, Plan, load_case
from rfm_helpers.errors import CourseError

CASE = load_case()
LINE: dict[str, Any] = {
    "action": "Soirée",
    "libelle": "Traiteur",
    "quantite": 20,
    "cout_unitaire": 45.5,
    "taxe": "HT",
}
ACTIONS = pd.DataFrame(
    [
        ("S1", "A", "a1", "invités", 20),
        ("S1", "B", "b1", "", None),
        ("S2", "A", "a2", "présents", 3),
        ("S1", "A", "a3", "utilisateurs", 7),
    ],
    columns=["strategie", "sous_strategie", "action", "qui", "beneficiaires"],
)


def half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def expected_cents(line: dict[str, Any], year: int) -> tuple[int, int, int]:
    """The definition in plain fractions: round the line, then cut it by cumulated rounding."""
    amount = Fraction(str(line["quantite"])) * Fraction(str(line["cout_unitaire"])) * 100
    factor = 1 + Fraction(str(line["taux_tva"]))
    excl = half_up(amount if line["taxe"] == "HT" else amount / factor)
    incl = half_up(amount if line["taxe"] == "TTC" else amount * factor)

    def cut(cents: int, k: int, n: int) -> int:
        return half_up(Fraction(cents * k, n)) - half_up(Fraction(cents * (k - 1), n))

    excl, incl = (cut(cents, line["part"], line["parts"]) for cents in (excl, incl))
    return excl, incl, cut(excl, year, line["annees"]) if year <= line["annees"] else 0


def cents(value: float) -> int:
    assert abs(value * 100 - round(value * 100)) < 1e-6
    return round(value * 100)


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    with pytest.raises(CourseError) as caught:
        yield
    sentence = str(caught.value).replace("\u00a0", " ")
    assert re.search(pattern, sentence), sentence


def line_rows(actions: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(1, 5).flatmap(
        lambda parts: st.fixed_dictionaries(
            {
                "action": st.sampled_from(actions),
                "libelle": st.sampled_from(["Salle", "=1+1", "@x", "Traiteur"]),
                "quantite": st.integers(0, 99_999).map(lambda n: n / 100),
                "unite": st.sampled_from(["", "jour", "+"]),
                "cout_unitaire": st.integers(0, 999_999).map(lambda n: n / 100),
                "taxe": st.sampled_from(["HT", "TTC"]),
                "taux_tva": st.sampled_from([0.0, 0.055, 0.1, 0.2]),
                "source": st.sampled_from(["", "-devis", "https://exemple.fr/?a=1"]),
                "date_source": st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
                "fiabilite": st.sampled_from(["", "élevée", "moyenne", "faible"]),
                "annees": st.integers(1, 7),
                "part": st.integers(1, parts),
                "parts": st.just(parts),
            }
        )
    )


NAMES = ["a1", "b1", "a2", "a3"]


# --- lines ---------------------------------------------------------------------------------------


@given(st.lists(line_rows(NAMES), max_size=12), st.integers(1, 8))
@settings(max_examples=60)
def test_line_costs_are_those_of_the_definition(rows: list[dict[str, Any]], year: int) -> None:
    costed = line_costs(pd.DataFrame(rows), year)
    found = [
        tuple(map(cents, row))
        for row in costed[["cout_ht", "cout_ttc", "cout_annee_ht"]].itertuples(index=False)
    ]
    assert found == [expected_cents(row, year) for row in rows]


@given(line_rows(["x"]), st.integers(2, 9))
@settings(max_examples=60)
def test_shares_and_years_add_up_to_the_cent(row: dict[str, Any], count: int) -> None:
    whole = pd.DataFrame([row | {"part": 1, "parts": 1, "libelle": "Partagé"}])
    shared = line_costs(share_line(whole, "Partagé", [f"x{i}" for i in range(count)]))
    alone = line_costs(whole)
    for column in ("cout_ht", "cout_ttc"):
        assert sum(map(cents, shared[column])) == cents(alone.loc[0, column])
    years = [line_costs(whole, year).loc[0, "cout_annee_ht"] for year in range(1, 9)]
    assert sum(map(cents, years)) == cents(alone.loc[0, "cout_ht"])


@pytest.mark.parametrize(
    ("change", "excluding", "including"),
    [
        ({}, 910.0, 1092.0),
        ({"taxe": "TTC"}, 758.33, 910.0),
        ({"taux_tva": 0.055}, 910.0, 960.05),
        ({"quantite": 0}, 0.0, 0.0),
        ({"quantite": 0.5, "cout_unitaire": 0.01, "taux_tva": 0}, 0.01, 0.01),
        ({"quantite": 1.005, "cout_unitaire": 1, "taux_tva": 0}, 1.01, 1.01),
    ],
)
def test_a_line_by_hand(change: dict[str, Any], excluding: float, including: float) -> None:
    costed = line_costs(pd.DataFrame([LINE | change]))
    assert costed.loc[0, ["cout_ht", "cout_ttc"]].tolist() == [excluding, including]


def test_defaults_are_filled_and_the_input_is_left_as_it_was() -> None:
    rows = pd.DataFrame([LINE | {"date_source": "31/01/2025"}, LINE])
    before = rows.copy()
    checked = cost_lines(rows)
    assert_frame_equal(rows, before)
    assert checked.loc[1, ["taux_tva", "annees", "part", "parts"]].tolist() == [0.2, 1, 1, 1]
    assert checked["source"].tolist() == ["", ""]
    assert checked.loc[0, "date_source"] == pd.Timestamp("2025-01-31")
    assert_frame_equal(cost_lines(checked), checked)


def test_no_line_is_a_table_of_the_same_columns() -> None:
    empty = cost_lines([])
    assert_frame_equal(empty, cost_lines([LINE]).iloc[:0])
    assert line_costs(empty).empty
    assert flag_lines(empty, "2025-12-31").empty


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        ({"quantite": "beaucoup"}, r"^Ligne de coût 1 \(« Traiteur »\) : .*« quantite ».*nombre"),
        ({"quantite": None}, "« quantite » est vide"),
        ({"cout_unitaire": -3}, "« cout_unitaire » doit être au moins 0"),
        ({"cout_unitaire": 1.234}, "décimales"),
        ({"cout_unitaire": (66, 0)}, r"« \(66, 0\) », écrivez-le avec un point décimal"),
        ({"taxe": "hors taxes"}, "« taxe » n’admet que « HT » ou « TTC »"),
        ({"taxe": ""}, "« taxe » est vide"),
        ({"taux_tva": 20}, "« taux_tva » doit être au plus 1"),
        ({"annees": 0}, "« annees »"),
        ({"annees": 1.5}, "« annees » attend un nombre entier"),
        ({"part": 3, "parts": 2}, "part 3 sur 2"),
        ({"fiabilite": "totale"}, "« fiabilite »"),
        ({"date_source": "bientôt"}, "« bientôt »"),
        ({"libelle": None}, "^Ligne de coût 1 : .*« libelle » est vide"),
        ({"action": ""}, "pas d’action"),
    ],
)
def test_a_bad_line_names_the_line_the_column_and_the_remedy(
    change: dict[str, Any], pattern: str
) -> None:
    with refused(pattern):
        cost_lines([LINE | change])


def test_a_missing_column_is_named() -> None:
    with refused("« taxe » manque"):
        cost_lines([{k: v for k, v in LINE.items() if k != "taxe"}])


def test_share_line_needs_one_line_and_two_actions() -> None:
    with refused("on en compte 0"):
        share_line(pd.DataFrame([LINE]), "Salle", ["a", "b"])
    with refused("on en compte 2"):
        share_line(pd.DataFrame([LINE, LINE]), "Traiteur", ["a", "b"])
    with refused("deux actions"):
        share_line(pd.DataFrame([LINE]), "Traiteur", ["a", "a"])


def test_a_shared_line_says_its_part_and_stays_in_its_place() -> None:
    lines = pd.DataFrame([LINE | {"libelle": name} for name in ("x", "y", "z")])
    shared = share_line(lines, "y", ["a1", "a2", "a3"])
    assert shared["libelle"].tolist() == ["x", "y", "y", "y", "z"]
    assert shared["part"].tolist() == [1, 1, 2, 3, 1]
    assert shared["parts"].tolist() == [1, 3, 3, 3, 1]


# --- flags ---------------------------------------------------------------------------------------

SOURCED = LINE | {"source": "Devis", "date_source": "2025-06-01", "fiabilite": "élevée"}


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, []),
        ({"source": ""}, ["sans source"]),
        ({"source": None}, ["sans source"]),
        ({"date_source": None}, ["sans date"]),
        ({"date_source": "2023-12-31"}, []),
        ({"date_source": "2023-12-30"}, ["source ancienne"]),
        ({"date_source": "2026-01-01"}, ["date à venir"]),
        ({"date_source": "2025-12-31"}, []),
        ({"fiabilite": ""}, ["sans fiabilité"]),
        ({"part": 1, "parts": 2}, ["parts incomplètes"]),
    ],
)
def test_flags(change: dict[str, Any], problems: list[str]) -> None:
    flagged = flag_lines(pd.DataFrame([SOURCED | change]), dt.date(2025, 12, 31))
    assert flagged["probleme"].tolist() == problems
    assert all(sentence.endswith(".") for sentence in flagged["explication"])
    assert not flagged["explication"].str.contains(" :", regex=False).any()


def test_two_years_before_a_leap_day() -> None:
    lines = pd.DataFrame([SOURCED | {"date_source": d} for d in ("2022-02-28", "2022-02-27")])
    assert flag_lines(lines, "2024-02-29")["probleme"].tolist() == ["source ancienne"]


def test_complete_shares_are_not_flagged() -> None:
    shared = share_line(pd.DataFrame([SOURCED]), "Traiteur", ["a", "b", "c"])
    assert flag_lines(shared, "2025-12-31").empty
    assert set(flag_lines(shared.iloc[[0, 2]], "2025-12-31")["probleme"]) == {"parts incomplètes"}


# --- totals --------------------------------------------------------------------------------------


def totals(budget: Budget, year: int) -> dict[tuple[str, ...], list[int]]:
    """Sums at each level, from plain dictionaries."""
    place = {row.action: (row.strategie, row.sous_strategie) for row in budget.actions.itertuples()}
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for action, (strategy, part) in place.items():
        for key in [(), (strategy,), (strategy, part), (strategy, part, action)]:
            sums[key]
    for row in budget.lines.to_dict("records"):
        strategy, part = place[row["action"]]
        for key in [(), (strategy,), (strategy, part), (strategy, part, row["action"])]:
            for i, amount in enumerate(expected_cents(row, year)):
                sums[key][i] += amount
    return dict(sums)


@given(st.lists(line_rows(NAMES), max_size=15), st.integers(1, 4))
@settings(max_examples=60)
def test_totals_agree_at_every_level(rows: list[dict[str, Any]], year: int) -> None:
    budget = make_budget("Plan", ACTIONS, pd.DataFrame(rows))
    table = roll_up(budget, year)
    found = {
        tuple(name for name in (row.strategie, row.sous_strategie, row.action) if name): [
            cents(row.cout_ht),
            cents(row.cout_ttc),
            cents(row.cout_annee_ht),
        ]
        for row in table.itertuples()
    }
    assert found == totals(budget, year)
    for column in ("cout_ht", "cout_ttc", "cout_annee_ht"):
        by_level = table.groupby("niveau")[column].apply(lambda costs: sum(map(cents, costs)))
        assert by_level.nunique() == 1


def test_rows_stand_below_what_adds_them_up() -> None:
    table = roll_up(make_budget("Plan", ACTIONS, pd.DataFrame()))
    assert table["niveau"].tolist() == [
        "plan",
        "stratégie",
        "sous-stratégie",
        "action",
        "action",
        "sous-stratégie",
        "action",
        "stratégie",
        "sous-stratégie",
        "action",
    ]
    assert table.loc[table["niveau"] == "action", "action"].tolist() == ["a1", "a3", "b1", "a2"]
    assert (table["cout_ht"] == 0).all()


def test_cost_per_customer_by_hand() -> None:
    rows = [
        {"action": "a2", "libelle": "x", "quantite": 1, "cout_unitaire": 100, "taxe": "HT"},
        {"action": "b1", "libelle": "y", "quantite": 1, "cout_unitaire": 50, "taxe": "HT"},
    ]
    table = cost_per_customer(make_budget("Plan", ACTIONS, pd.DataFrame(rows))).set_index("action")
    assert table.loc["a2", ["qui", "beneficiaires", "cout_par_client"]].tolist() == [
        "présents",
        3,
        33.33,
    ]
    assert table.loc["a1", "cout_par_client"] == 0
    assert pd.isna(table.loc["b1", "cout_par_client"])
    assert table.loc["b1", "cout_ht"] == 50


def test_what_lasts_weighs_on_a_customer_by_its_first_year() -> None:
    """As the lesson divides it: 4 050 € by 20 guests, and not 5 650 €."""
    actions = pd.DataFrame(
        [{"strategie": "s", "sous_strategie": "p", "action": "Soirée privée", "qui": "invités",
          "beneficiaires": 20}]
    )  # fmt: skip
    table = cost_per_customer(make_budget("Plan", actions, example_costs(20, 15)))
    assert table[["cout_ht", "cout_par_client"]].values.tolist() == [[5650, 202.5]]


def test_a_plan_model_gives_its_budget() -> None:
    line = CostLine(label="Salle", quantity=2, unit_cost=10, tax="TTC", years=3)
    part = CASE.strategy.sub_strategies[1]
    actions = (part.actions[0].model_copy(update={"lines": (line,)}), part.actions[1])
    strategy = CASE.strategy.model_copy(
        update={"sub_strategies": (part.model_copy(update={"actions": actions}),)}
    )
    budget = plan_budget(Plan(title="Plan", strategies=(strategy,)))
    assert budget.actions["action"].tolist() == [action.title for action in actions]
    row = budget.lines.iloc[0]
    assert (row["action"], row["libelle"], row["taxe"], row["annees"]) == (
        actions[0].title,
        "Salle",
        "TTC",
        3,
    )
    assert roll_up(budget).loc[0, "cout_ttc"] == 20


@pytest.mark.parametrize(
    ("actions", "lines", "pattern"),
    [
        (ACTIONS.drop(columns="action"), [], "« action » manque"),
        (ACTIONS.assign(action=["a", "b", "A", "c"]), [], "« A » est écrite deux fois"),
        (ACTIONS.assign(sous_strategie=["A", "", "A", "A"]), [], "case vide"),
        (ACTIONS.assign(strategie=["A", None, "A", "A"]), [], "case vide"),
        (ACTIONS.assign(beneficiaires=[0, 1, 1, 1]), [], "« a1 » compte 0"),
        (ACTIONS.assign(beneficiaires=[1.5, 1, 1, 1]), [], "nombre entier"),
        (ACTIONS.assign(beneficiaires=["dix", 1, 1, 1]), [], "« a1 » compte dix"),
        (ACTIONS, [LINE], "« Soirée » a une ligne"),
    ],
)
def test_a_bad_budget_is_refused(actions: pd.DataFrame, lines: list[Any], pattern: str) -> None:
    with refused(pattern):
        make_budget("Plan", actions, pd.DataFrame(lines))


def test_years_begin_at_one() -> None:
    with refused("année 0"):
        roll_up(make_budget("Plan", ACTIONS, pd.DataFrame()), year=0)


# --- the case's table ----------------------------------------------------------------------------


def test_the_three_readings_of_the_table() -> None:
    readings = case_readings(CASE)
    assert readings["montant"].tolist() == [17_800, 23_500, 1_500]
    for row in readings.itertuples():
        terms = [int(term.replace("\u202f", "")) for term in row.calcul.split(" + ")]
        assert sum(terms) == row.montant


def test_the_readings_are_the_totals_of_the_budget() -> None:
    assert roll_up(case_budget(CASE)).loc[0, "cout_ht"] == 17_800
    assert roll_up(case_budget(CASE, discount_users=20)).loc[0, "cout_ht"] == 23_500
    each = cost_per_customer(case_budget(CASE)).set_index("action")["cout_par_client"].dropna()
    assert each.to_dict() == {
        "Programme VIP": 1000,
        "Soirée privée": 100,
        "Remise de 15\u00a0% après la soirée": 300,
        "Produits assortis": 100,
    }


def test_no_more_use_the_discount_than_are_invited() -> None:
    users: list[Any] = [25, 0, -1, 2.5, "12", None]
    for number in users:
        with pytest.raises(CourseError, match=r"20 invités.*entier de 1 à 20"):
            case_budget(CASE, number)


def test_the_discount_of_the_table_and_of_his_own_pieces() -> None:
    rows = case_discounts(CASE)[["panier", "remise"]].to_numpy().tolist()
    assert rows == [[2000, 300], [1958.33, 293.75]]


def test_the_table_leaves_the_boutique_at_zero_and_has_no_source() -> None:
    budget = case_budget(CASE)
    table = roll_up(budget)
    boutique = table[table["sous_strategie"] == CASE.strategy.sub_strategies[3].title]
    assert len(boutique) == 4
    assert (boutique["cout_ht"] == 0).all()
    flagged = flag_lines(budget.lines, "2025-12-31")
    assert (flagged["probleme"] == "sans source").sum() == 4
