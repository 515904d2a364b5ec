"""The learner's plan as its file holds it: parts that merge, older files, other shapes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.analysis.strategy.forms import FIELDS
from rfm_helpers.analysis.strategy.targets import LESSON_5
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.plan import EXERCISE, OWN_ACTIONS, load_plan, read_plan

texts = st.text(max_size=12)
lines = st.fixed_dictionaries({"libelle": texts, "quantite": texts, "cout_unitaire": texts})
strategies = st.fixed_dictionaries({f"strategie/{name}": texts for name in FIELDS})
drafts = st.fixed_dictionaries({f"brouillon/{name}": texts for name in FIELDS})
titles = st.fixed_dictionaries({f"couts/{one}/titre": texts for one in OWN_ACTIONS[:3]})
costs = st.dictionaries(
    st.sampled_from([f"couts/{one}/{rank}" for one in OWN_ACTIONS[:3] for rank in range(1, 13)]),
    st.none() | lines,
    max_size=8,
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
questions = st.sampled_from([
    "strategie/segment", "brouillon/moyens", "couts/mienne_1/titre", "couts/mienne_1/qui",
    "couts/mienne_1/1", "couts/soiree_privee/2", "retour/choix", "retour/plan", "mesure/choix",
    "couts/mienne_1/²", "couts/action", "ailleurs",
])  # fmt: skip


@given(strategies, titles, costs, st.booleans())
def test_parts_written_in_two_notebooks_make_one_plan(
    strategy: dict[str, Any], named: dict[str, Any], typed: dict[str, Any], first: bool
) -> None:
    with TemporaryDirectory() as folder:
        two = [AnswerStore(EXERCISE, Path(folder)) for _ in range(2)]
        two[not first].update(strategy)
        two[first].update(named | typed)
        found = load_plan(Path(folder))
    assert found == read_plan(strategy | named | typed)
    places = [name for name in OWN_ACTIONS if named.get(f"couts/{name}/titre")]
    assert [one.title for one in found.actions] == [named[f"couts/{p}/titre"] for p in places]
    kept = [line for one in found.actions for line in one.lines]
    ranked = sorted(typed, key=lambda question: int(question.rpartition("/")[2]))
    assert kept == [
        typed[q] for p in places for q in ranked if q.startswith(f"couts/{p}/") and typed[q]
    ]


@given(strategies, drafts)
def test_a_strategy_goes_before_the_draft_that_it_follows(
    strategy: dict[str, Any], draft: dict[str, Any]
) -> None:
    found = read_plan(strategy | draft)
    part, of_it = ("strategie", strategy) if any(strategy.values()) else ("brouillon", draft)
    assert found.fields == {name: of_it[f"{part}/{name}"] for name in FIELDS}
    assert found.begun is any(text.strip() for text in of_it.values())


@given(st.dictionaries(questions, anything, max_size=8))
def test_answers_of_any_shape_give_a_plan_that_a_file_can_hold(answers: dict[str, Any]) -> None:
    found = read_plan(answers)
    assert read_plan(json.loads(json.dumps(answers))) == found
    assert isinstance(found.statement.means, tuple)
    assert all(isinstance(one.costed, bool) and one.own for one in found.actions if not one.costed)


def test_the_files_of_older_courses_are_found_in_the_plan(answers_folder: Path) -> None:
    AnswerStore("01_strategie").update({"brouillon/moyens": "Un appel", "notes/a": "oui"})
    AnswerStore("05_marc_morel").set("strategie/segment", "Fidèles")
    line = {"libelle": "Fleurs", "quantite": "2", "cout_unitaire": "40"}
    AnswerStore("06_budgetisation").update({"couts/rituels/1": line, "choix/action": "rituels"})
    plan = load_plan()
    assert plan.statement.target.segment == "Fidèles"
    (action,) = plan.actions
    assert (action.id, action.own, action.costed, action.lines) == ("rituels", False, True, (line,))
    held = AnswerStore(EXERCISE).answers
    assert held["brouillon/moyens"] == "Un appel"
    assert not {"notes/a", "choix/action"} & set(held)
    AnswerStore(EXERCISE).set("strategie/segment", "Champions")
    assert load_plan().statement.target.segment == "Champions"
    assert AnswerStore("05_marc_morel").answers["strategie/segment"] == "Fidèles"


def test_a_rule_comes_back_as_the_customers_that_it_aims_at() -> None:
    plan = read_plan({"strategie/segment": str(LESSON_5)})
    assert plan.statement.target == LESSON_5.target
