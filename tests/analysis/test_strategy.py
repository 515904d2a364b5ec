"""Strategy: revenue at stake and at risk, priorities, the check of a statement."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.analysis.strategy.forms import readable_fields
from rfm_helpers.analysis.strategy.priorities import (
    MAY_LEAVE,
    prioritise,
    revenue_at_risk,
    revenue_at_stake,
)
from rfm_helpers.analysis.strategy.statements import CRITERIA, WORDS, check_statement
from rfm_helpers.analysis.strategy.targets import (
    INDICATORS,
    SHARE,
    Rule,
    best_tenth,
    both_levels,
    measure_target,
    read_rule,
    read_target,
    target_customers,
)
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog import Objective, Statement, Target
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day

SEGMENTS = ["Champions", "À risque", "Perdus"]


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def segmented(orders: pd.DataFrame) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    with pytest.raises(CourseError) as caught:
        yield
    sentence = str(caught.value).replace("\u00a0", " ")
    assert re.search(pattern, sentence), sentence


def customers(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    """A segmented table from (segment, orders, euros)."""
    names, frequency, amounts = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "client_id": [f"C-{i}" for i in range(len(rows))],
            "frequence": frequency,
            "montant_total": [float(amount) for amount in amounts],
            "segment": names,
        }
    )


ROWS = st.lists(
    st.tuples(st.sampled_from(SEGMENTS), st.integers(1, 9), st.integers(1, 5000)),
    min_size=1,
    max_size=25,
)


# --- at stake ------------------------------------------------------------------------------------


@given(ROWS, st.dictionaries(st.sampled_from(SEGMENTS), st.floats(0, 1)))
@settings(max_examples=50)
def test_revenue_at_stake_is_the_product_of_its_three_terms(
    rows: list[tuple[str, int, int]], react: dict[str, float]
) -> None:
    present = {segment for segment, _, _ in rows}
    shares = {name: share for name, share in react.items() if name in present}
    found = revenue_at_stake(customers(rows), shares).set_index("segment")
    assert set(found.index) == present
    for name in present:
        own = [(n, amount) for segment, n, amount in rows if segment == name]
        basket = sum(amount for _, amount in own) / sum(n for n, _ in own)
        expected = len(own) * shares.get(name, 0) * basket
        assert found.loc[name, "chiffre_affaires_en_jeu"] == pytest.approx(expected)


def test_the_assumption_stands_beside_the_figure() -> None:
    found = revenue_at_stake(customers([("Perdus", 2, 300), ("Perdus", 1, 300)]), 0.125)
    assert found.loc[0, ["clients", "part_qui_reagit", "panier_moyen"]].tolist() == [2, 0.125, 200]
    assert found.loc[0, "chiffre_affaires_en_jeu"] == 50
    sentence = found.loc[0, "hypothese"].replace("\u00a0", " ")
    assert sentence == "12,5 % des clients commandent une fois de plus, pour 200 €"


def test_baskets_are_those_of_the_segment_profile(segmented: pd.DataFrame) -> None:
    found = revenue_at_stake(segmented, 0.1).set_index("segment")["panier_moyen"]
    profile = segment_profile(segmented).set_index("segment")["panier_moyen"]
    assert found.to_dict() == pytest.approx(profile.to_dict())


def test_other_engines_and_names_are_taken() -> None:
    frame = customers([("Perdus", 2, 300), ("Champions", 1, 300)])
    expected = revenue_at_stake(frame, 0.1)
    assert_frame_equal(revenue_at_stake(pl.from_pandas(frame), 0.1), expected, check_dtype=False)
    names = {"customer": "id", "frequency": "n", "amount": "total"}
    renamed = frame.set_axis(["id", "n", "total", "segment"], axis=1)
    assert_frame_equal(revenue_at_stake(renamed, 0.1, **names), expected)


@pytest.mark.parametrize(
    ("react", "pattern"),
    [
        (1.5, "entre 0 et 1"),
        (10, r"\(10\) doit être comprise entre 0 et 1 : écrivez « 0.10 » pour 10 %"),
        (-0.1, "entre 0 et 1"),
        (float("nan"), "entre 0 et 1"),
        ({"Champions": 0.1}, "« Champions » n’a pas de client"),
    ],
)
def test_impossible_shares_are_refused(react: Any, pattern: str) -> None:
    with refused(pattern):
        revenue_at_stake(customers([("Perdus", 1, 10)]), react)


def test_tables_that_lack_something_are_refused() -> None:
    frame = customers([("Perdus", 1, 10)])
    with refused("« segment » manque"):
        revenue_at_stake(frame.drop(columns="segment"), 0.1)
    with refused("vide"):
        revenue_at_stake(frame.iloc[:0], 0.1)
    with refused("plusieurs lignes"):
        revenue_at_stake(pd.concat([frame, frame]), 0.1)


# --- at risk -------------------------------------------------------------------------------------


def test_revenue_at_risk_in_plain_python(segmented: pd.DataFrame, orders: pd.DataFrame) -> None:
    found = revenue_at_risk(segmented, orders, COURSE_DATE).set_index("segment")
    of = dict(zip(segmented["client_id"], segmented["segment"], strict=True))
    net: dict[tuple[str, str], float] = defaultdict(float)
    for row in orders.itertuples():
        day = pd.Timestamp(row.date_achat).date()
        if dt.date(2025, 1, 1) <= day <= dt.date(2025, 12, 31):
            net[row.client_id, row.commande_id] += row.montant
    spent: dict[str, float] = defaultdict(float)
    buyers = {customer for (customer, _), amount in net.items() if amount > 0}
    for (customer, _), amount in net.items():
        if customer in buyers:
            spent[of[customer]] += amount
    for name in found.index:
        row = found.loc[name]
        assert row["chiffre_affaires_12_mois"] == pytest.approx(spent[name]), name
        leaves = name in MAY_LEAVE
        assert row["peut_partir"] == leaves
        assert row["chiffre_affaires_a_risque"] == (
            row["chiffre_affaires_12_mois"] if leaves else 0
        )


def lines(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client_id": [row[0] for row in rows],
            "commande_id": [str(i) for i in range(len(rows))],
            "date_achat": pd.to_datetime([row[1] for row in rows]),
            "montant": [row[2] for row in rows],
        }
    )


def test_last_year_ends_on_the_date_and_begins_the_day_after_the_same_date() -> None:
    frame = customers([("À risque", 1, 10)]).assign(client_id=["A"])
    rows = [("A", "2024-06-30", 7.0), ("A", "2024-07-01", 20.0), ("A", "2025-06-30", 300.0)]
    found = revenue_at_risk(frame, lines(rows), "2025-06-30")
    assert found.loc[0, "chiffre_affaires_a_risque"] == 320
    sentence = found.loc[0, "hypothese_risque"]
    assert "1er juillet 2024 au 30 juin 2025" in sentence.replace("\u00a0", " ")


def test_a_silent_customer_has_nothing_at_risk() -> None:
    frame = customers([("À risque", 1, 10), ("À risque", 1, 10)]).assign(client_id=["A", "B"])
    rows = [("A", "2025-03-01", 50.0), ("B", "2022-03-01", 900.0)]
    found = revenue_at_risk(frame, lines(rows), "2025-12-31")
    assert found.loc[0, ["clients", "actifs", "chiffre_affaires_a_risque"]].tolist() == [2, 1, 50]


def test_who_may_leave_is_the_callers_choice() -> None:
    frame = customers([("Champions", 1, 10)]).assign(client_id=["A"])
    rows = lines([("A", "2025-03-01", 50.0)])
    found = revenue_at_risk(frame, rows, "2025-12-31", may_leave=["Champions"])
    assert found.loc[0, "chiffre_affaires_a_risque"] == 50


def test_an_order_after_the_date_and_an_empty_year_are_refused() -> None:
    frame = customers([("Champions", 1, 10)]).assign(client_id=["A"])
    with refused("."):
        revenue_at_risk(frame, lines([("A", "2026-03-01", 50.0)]), "2025-12-31")
    with refused("."):
        revenue_at_risk(frame, lines([("A", "2020-03-01", 50.0)]), "2025-12-31")


# --- priorities ----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_segments_are_ranked_by_amount_and_ties_share_their_rank(amounts: list[int]) -> None:
    stakes = pd.DataFrame(
        {
            "segment": [f"S{i}" for i in range(len(amounts))],
            "chiffre_affaires_en_jeu": [float(amount) for amount in amounts],
        }
    )
    ranked = prioritise(stakes)
    assert ranked["chiffre_affaires_en_jeu"].tolist() == sorted(amounts, reverse=True)
    for row in ranked.itertuples():
        assert row.rang == 1 + sum(a > row.chiffre_affaires_en_jeu for a in amounts)
    total = sum(amounts)
    assert ranked["part"].sum() == pytest.approx(1 if total else 0)
    assert ranked["part_cumulee"].is_monotonic_increasing


def test_both_revenues_stand_side_by_side(segmented: pd.DataFrame, orders: pd.DataFrame) -> None:
    stakes = revenue_at_stake(segmented, 0.1)
    risks = revenue_at_risk(segmented, orders, COURSE_DATE)
    ranked = prioritise(stakes, risks, by="a_risque")
    assert len(ranked) == len(stakes) == 11
    assert ranked["chiffre_affaires_a_risque"].is_monotonic_decreasing
    assert ranked.loc[0, "rang"] == 1
    merged = stakes.set_index("segment")["chiffre_affaires_en_jeu"]
    assert ranked.set_index("segment")["chiffre_affaires_en_jeu"].to_dict() == merged.to_dict()
    assert not any("total" in column for column in ranked.columns)


def test_impossible_rankings_are_refused() -> None:
    stakes = pd.DataFrame({"segment": ["A"], "chiffre_affaires_en_jeu": [1.0]})
    risks = pd.DataFrame({"segment": ["B"], "chiffre_affaires_a_risque": [1.0]})
    for arguments, pattern in [
        ((stakes, None, "a_risque"), "revenue_at_risk"),
        ((stakes, risks, "hasard"), "« hasard »"),
        ((stakes, risks), "mêmes segments"),
    ]:
        with refused(pattern):
            prioritise(*arguments)


# --- targets and indicators ----------------------------------------------------------------------


def test_the_r5_f2_m4_customers_of_the_source_are_found(orders: pd.DataFrame) -> None:
    scored = score_rfm(rfm_table(orders, as_of=COURSE_DATE), levels=5)
    found = target_customers(scored, Target(codes=("524",)))
    expected = scored.query("R == 5 and F == 2 and M == 4")
    assert found["client_id"].tolist() == expected["client_id"].tolist()
    assert len(found) > 0


def test_a_target_of_several_patterns_and_of_a_segment(segmented: pd.DataFrame) -> None:
    several = target_customers(segmented, Target(codes=("4?4", "111")))
    assert set(several["code_rfm"]) <= {"414", "424", "434", "444", "111"}
    named = target_customers(segmented, Target(segment="Champions"))
    assert set(named["code_rfm"]) == {"444"}
    with refused("ne désigne personne"):
        target_customers(segmented, Target(text="nos clients"))


def test_indicators_by_hand() -> None:
    scored = pd.DataFrame(
        {
            "recence": [364, 365, 10],
            "frequence": [1, 3, 2],
            "montant_total": [100.0, 500.0, 60.0],
            "code_rfm": ["244", "244", "411"],
        }
    )
    target = Target(codes=("2??",))
    values = {name: measure_target(scored, target, name) for name in INDICATORS}
    assert values == {
        "recence_mediane": 364.5,
        "part_actifs_12_mois": 0.5,
        "frequence_moyenne": 2,
        "panier_moyen": 150,
        "montant_moyen": 300,
    }
    with refused("« chance » n’existe pas"):
        measure_target(scored, target, "chance")
    with refused("Aucun client"):
        measure_target(scored, Target(codes=("999",)), "panier_moyen")


# --- the check of a statement --------------------------------------------------------------------

GOOD = Statement(
    problem="Ces clients commandent rarement.",
    objective=Objective(
        text="Une commande de plus",
        indicator="frequence_moyenne",
        from_value=3.14,
        anyway_value=3.2,
        to_value=3.8,
        by=dt.date(2026, 12, 31),
    ),
    target=Target(segment="Fidèles potentiels"),
    means=("Un programme de fidélité",),
)
POINTS = {
    "un problème": CRITERIA[0],
    "un indicateur": CRITERIA[0],
    "un sens": CRITERIA[0],
    "une cible dans la base": CRITERIA[1],
    "une valeur de départ exacte": CRITERIA[1],
    "un score à améliorer": CRITERIA[1],
    "quatre repères": CRITERIA[2],
    "ce qui vient sans nous": CRITERIA[2],
    "une échéance": CRITERIA[2],
    "une valeur à portée": CRITERIA[2],
    "des moyens": CRITERIA[2],
}


def changed(**parts: Any) -> Statement:
    objective = GOOD.objective.model_copy(
        update={k: v for k, v in parts.items() if k in Objective.model_fields}
    )
    others = {k: v for k, v in parts.items() if k in Statement.model_fields}
    return GOOD.model_copy(update={"objective": objective, **others})


def failing(statement: Statement, frame: pd.DataFrame) -> set[str]:
    verdicts = check_statement(statement, frame, COURSE_DATE)
    assert dict(zip(verdicts["point"], verdicts["critere"], strict=True)) == POINTS
    assert all(re.search(r"[.?]$", text) for text in verdicts["explication"])
    return set(verdicts.loc[~verdicts["verdict"], "point"])


def test_a_value_within_reach_still_asks_what_would_happen_alone(segmented: pd.DataFrame) -> None:
    verdicts = check_statement(GOOD, segmented, COURSE_DATE).set_index("point")
    assert "sans vous ?" in verdicts.loc["une valeur à portée", "explication"].replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"problem": " "}, {"un problème"}),
        ({"means": ("",)}, {"des moyens"}),
        ({"by": None}, {"quatre repères", "une échéance"}),
        ({"by": COURSE_DATE}, {"une échéance"}),
        ({"by": dt.date(2029, 1, 1)}, {"une échéance"}),
        ({"by": dt.date(2028, 12, 31)}, set()),
        ({"to_value": 3.0}, {"un sens"}),
        ({"to_value": 3.14}, {"un sens"}),
        ({"to_value": 3.2}, {"un sens"}),
        ({"anyway_value": None}, {"ce qui vient sans nous"}),
        ({"to_value": 60}, {"une valeur à portée"}),
        ({"to_value": None}, {"un sens", "quatre repères", "une valeur à portée"}),
        ({"from_value": 2.0}, {"une valeur de départ exacte"}),
        ({"from_value": None}, {"un sens", "une valeur de départ exacte", "quatre repères"}),
        (
            {"target": Target(segment="Inconnus")},
            {"une cible dans la base", "une valeur de départ exacte", "un score à améliorer"},
        ),
        (
            {"target": Target(text="tout le monde")},
            {"une cible dans la base", "une valeur de départ exacte", "un score à améliorer"},
        ),
        (
            {"indicator": "", "text": "Devenir la marque préférée"},
            {
                "un indicateur",
                "un sens",
                "une valeur de départ exacte",
                "un score à améliorer",
                "quatre repères",
                "ce qui vient sans nous",
                "une valeur à portée",
            },
        ),
    ],
)
def test_each_point_fails_for_its_own_reason(
    change: dict[str, Any], expected: set[str], segmented: pd.DataFrame
) -> None:
    assert failing(changed(**change), segmented) == expected


def test_champions_have_no_score_left_to_raise(segmented: pd.DataFrame) -> None:
    target = Target(segment="Champions")
    now = measure_target(segmented, target, "frequence_moyenne")
    statement = changed(target=target, from_value=now, anyway_value=now, to_value=now + 1)
    assert "un score à améliorer" in failing(statement, segmented)


CHAMPIONS = Target(segment="Champions")


@pytest.mark.parametrize(
    ("indicator", "anyway", "goal", "expected"),
    [
        (SHARE, 0.86, 0.93, set()),
        (SHARE, 0.86, 0.88, {"une valeur à portée"}),
        (SHARE, 0.86, 1.0, {"une valeur à portée"}),
        (SHARE, 0.86, 0.80, {"un sens", "un score à améliorer", "une valeur à portée"}),
        ("frequence_moyenne", 9.0, 9.6, set()),
        ("frequence_moyenne", 9.0, 11.0, {"un score à améliorer"}),
        ("frequence_moyenne", 11.0, 12.0, {"un score à améliorer"}),
        ("frequence_moyenne", 9.0, 40.0, {"un score à améliorer", "une valeur à portée"}),
        ("recence_mediane", 40, 20, set()),
    ],
)
def test_champions_can_be_kept(
    indicator: str,
    anyway: float,
    goal: float,
    expected: set[str],
    lost_customers: tuple[pd.DataFrame, pd.DataFrame, Statement],
) -> None:
    past, now, _ = lost_customers
    statement = changed(
        indicator=indicator,
        target=CHAMPIONS,
        from_value=measure_target(now, CHAMPIONS, indicator),
        anyway_value=anyway,
        to_value=goal,
    )
    found = check_statement(statement, now, COURSE_DATE, past=past)
    assert set(found.loc[~found["verdict"], "point"]) == expected


def test_the_best_customers_are_no_worse_than_champions(segmented: pd.DataFrame) -> None:
    """The best tenth of all, averaged by hand; never below what a segment already does."""
    ordered = sorted(segmented["frequence"], reverse=True)[: -(-len(segmented) // 10)]
    assert best_tenth(segmented, "frequence_moyenne") == pytest.approx(sum(ordered) / len(ordered))
    for name, indicator in INDICATORS.items():
        now = measure_target(segmented, CHAMPIONS, name)
        assert not indicator.is_better(now, best_tenth(segmented, name)), name


@pytest.mark.parametrize(("text", "filled"), [("x", False), ("?", False), ("Ils partent", True)])
def test_words_are_filled_in_and_not_judged(
    text: str, filled: bool, segmented: pd.DataFrame
) -> None:
    found = check_statement(changed(problem=text, means=(text,)), segmented, COURSE_DATE)
    of_words = found[found["point"].isin(WORDS)]
    assert of_words["verdict"].tolist() == [filled, filled]
    assert not of_words["explication"].str.contains("est nommé").any()


def test_a_deadline_that_is_offered_is_taken(segmented: pd.DataFrame) -> None:
    _, (said,) = readable_fields({"echeance": "bientôt"})
    (offered,) = re.findall(r"\d\d/\d\d/\d{4}", said)
    assert failing(changed(by=as_day(offered)), segmented) == set()


def test_a_longer_recency_is_the_wrong_way(segmented: pd.DataFrame) -> None:
    target = Target(segment="Besoin d’attention")
    now = measure_target(segmented, target, "recence_mediane")
    parts = {"indicator": "recence_mediane", "target": target, "from_value": now,
             "anyway_value": now}  # fmt: skip
    assert failing(changed(**parts, to_value=now + 60), segmented) == {"un sens"}
    assert failing(changed(**parts, to_value=now - 60), segmented) == set()
    assert failing(changed(**parts, to_value=0), segmented) == {"une valeur à portée"}


@pytest.fixture(scope="module")
def lost_customers() -> tuple[pd.DataFrame, pd.DataFrame, Statement]:
    """Customers at the ends of 2024 and 2025, on equal windows, and an aim for a silent segment."""
    both = assign_segments(compare_dates(load_orders(), ["2024-12-31", COURSE_DATE]))
    past, now = (both[both["date"] == day] for day in ("2024-12-31", "2025-12-31"))
    target = Target(segment="À ne pas perdre")
    share = measure_target(now, target, "part_actifs_12_mois")
    parts = {"indicator": "part_actifs_12_mois", "target": target, "from_value": share}
    return past, now, changed(**parts, anyway_value=0.27, to_value=0.40)


AIM = "une valeur à portée"


def reach(statement: Statement, past: pd.DataFrame, now: pd.DataFrame) -> tuple[bool, str]:
    found = check_statement(statement, now, COURSE_DATE, past=past).set_index("point")
    verdict, why = found.loc[AIM, ["verdict", "explication"]]
    return bool(verdict), re.sub(r"\s", " ", why)


@pytest.mark.parametrize(
    ("aim", "holds", "why"),
    [
        (0.12, False, "c’est moins que ce qui vient sans nous (de 21 % à 34 %)"),
        (0.20, False, "c’est moins que ce qui vient sans nous"),
        (0.30, False, "trop imprécis pour dire si 30 % est ambitieux"),
        (0.35, True, "35 % dépasse ce qui viendrait sans nous"),
        (0.80, False, "sur quoi vous fondez-vous ?"),
        (0.99, False, "sur quoi vous fondez-vous ?"),
    ],
)
def test_an_aim_is_judged_by_its_benchmark(aim, holds, why, lost_customers) -> None:
    past, now, statement = lost_customers
    aimed = statement.model_copy(
        update={"objective": statement.objective.model_copy(update={"to_value": aim})}
    )
    verdict, said = reach(aimed, past, now)
    assert (verdict, why in said) == (holds, True), said


def test_an_aim_goes_no_further_than_an_action_has_led(lost_customers) -> None:
    past, now, statement = lost_customers
    for effect, holds in ((None, True), (0.10, True), (0.05, False)):
        found = check_statement(statement, now, COURSE_DATE, past=past, effect=effect)
        verdict, why = found.set_index("point").loc[AIM, ["verdict", "explication"]]
        assert verdict == holds, effect
        assert ("5,0 points qu’une action comparable" in re.sub(r"\s", " ", why)) != holds


def test_what_comes_anyway_is_that_of_the_benchmark(lost_customers) -> None:
    past, now, statement = lost_customers
    for anyway, holds in ((0.27, True), (0.33, True), (0.10, False), (0.53, False)):
        objective = statement.objective.model_copy(update={"anyway_value": anyway})
        found = check_statement(
            statement.model_copy(update={"objective": objective}), now, COURSE_DATE, past=past
        ).set_index("point")
        assert found.loc["ce qui vient sans nous", "verdict"] == holds, anyway


def test_an_aim_below_today_is_right_where_customers_fall_silent(lost_customers) -> None:
    past, now, statement = lost_customers
    assert statement.objective.from_value > statement.objective.to_value
    assert check_statement(statement, now, COURSE_DATE, past=past)["verdict"].all()


def test_a_past_without_the_target_judges_nothing(lost_customers) -> None:
    past, now, statement = lost_customers
    without = past[past["segment"] != "À ne pas perdre"]
    verdict, said = reach(statement, without, now)
    assert verdict and "meilleurs clients" in said


def test_a_deadline_leaves_time_for_a_purchase(segmented: pd.DataFrame) -> None:
    def holds(day: dt.date) -> bool:
        found = check_statement(changed(by=day), segmented, COURSE_DATE, cycle_days=98)
        return bool(found.set_index("point").loc["une échéance", "verdict"])

    days = [COURSE_DATE + dt.timedelta(days=days) for days in (31, 97, 98, 365)]
    assert [holds(day) for day in days] == [False, False, True, True]


def test_nothing_is_changed_and_an_empty_statement_holds_nothing(segmented: pd.DataFrame) -> None:
    before = segmented.copy()
    assert failing(Statement(), segmented) == set(POINTS)
    assert_frame_equal(segmented, before)


def test_a_table_without_scores_is_refused(segmented: pd.DataFrame) -> None:
    with refused("« code_rfm » manque"):
        check_statement(GOOD, segmented.drop(columns="code_rfm"), COURSE_DATE)
    with refused("vide"):
        check_statement(GOOD, segmented.iloc[:0], COURSE_DATE)


# --- a target by rule -----------------------------------------------------------------------------


scores = st.integers(1, 5)
ends = st.tuples(scores, scores).map(lambda pair: (min(pair), max(pair)))


@given(st.builds(Rule, st.just(5), ends, ends, ends))
def test_a_rule_is_read_as_it_is_written(rule):
    assert read_rule(str(rule)) == rule


@pytest.mark.parametrize(
    "text",
    ["", "Champions", "R 2 à 1, F 1 à 5, M 1 à 5, sur 5 niveaux",
     "R 1 à 2, F 1 à 5, M 1 à 5, sur 4 niveaux", "R 0 à 2, F 1 à 5, M 1 à 5, sur 5 niveaux"],
)  # fmt: skip
def test_no_other_text_is_a_rule(text):
    assert read_rule(text) is None
    assert read_target(text).segment == text


@given(ends, ends, ends, st.lists(st.tuples(scores, scores, scores), min_size=1, max_size=30))
def test_a_rule_selects_by_its_bounds_on_its_own_levels(recency, frequency, monetary, held):
    codes = ["".join(map(str, triple)) for triple in held]
    clients = [f"C{rank}" for rank in range(len(codes))]
    four = pd.DataFrame({"client_id": clients, "segment": "Champions"}).astype("str")
    five = pd.DataFrame({"client_id": clients, "code_rfm": codes}).astype("str")
    target = Rule(5, recency, frequency, monetary).target
    found = target_customers(both_levels(four, five), target)
    wanted = [
        client
        for client, triple in zip(clients, held, strict=True)
        if all(
            low <= score <= high
            for score, (low, high) in zip(triple, (recency, frequency, monetary), strict=True)
        )
    ]
    assert found["client_id"].tolist() == wanted
