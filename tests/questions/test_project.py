"""The final project as its file holds it: any shape, two people's parts, the lessons' plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.final_project import action, finished, line, strategy

from rfm_helpers.analysis.project.progress import progress
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.plan import OWN_ACTIONS
from rfm_helpers.questions.project import EXERCISE, load_project, read_project
from rfm_helpers.questions.project_parts import OTHERS, from_plan, merged
from rfm_helpers.questions.project_words import answer_text, question_name

names = st.sampled_from(["", "Appel", "appel", "Soirée", "Bouquet"])
lines = st.fixed_dictionaries({"libelle": names, "quantite": st.sampled_from(["1", "2"])})
parts = st.fixed_dictionaries(
    {},
    optional={
        "rfm/pourquoi": names,
        "marque/notes": st.dictionaries(st.sampled_from(["Prix"]), names),
        **{f"concurrents/{k}/{n}": names for k in range(1, 3) for n in ("nom", "fiche")},
        **{f"strategies/{k}/{n}": names for k in range(1, 4) for n in ("segment", "R")},
        **{f"couts/{p}/{n}": names for p in OWN_ACTIONS[:3] for n in ("titre", "score")},
        **{f"couts/{p}/{k}": st.none() | lines for p in OWN_ACTIONS[:2] for k in range(1, 4)},
        "couts/soiree_privee/1": lines,
        "couts/action": names,
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def written(answers: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What people wrote, by the kind of question alone: places change when parts merge."""
    for question, value in answers.items():
        if value and question != "couts/action":
            kinds = [part for part in question.split("/") if not part.isdecimal()]
            kept = [part for part in kinds if part != OTHERS and not part.startswith("mienne_")]
            for one in value if question.startswith(f"{OTHERS}/") else [value]:
                yield "/".join(kept), one


@settings(max_examples=40)
@given(parts, parts)
def test_of_two_parts_neither_is_lost(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    both = merged(mine, theirs)
    assert {q: v for q, v in both.items() if mine.get(q)} == {q: v for q, v in mine.items() if v}
    found = list(written(both))
    assert all(one in found for one in [*written(mine), *written(theirs)])
    assert merged(both, theirs) == both
    assert merged(mine, mine) == mine


@settings(max_examples=40)
@given(parts, parts)
def test_an_action_keeps_what_belongs_to_it(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    both = read_project(merged(mine, theirs))
    for project in (read_project(mine), read_project(theirs)):
        titles = {one.title.casefold() for one in both.actions}
        assert {one.title.casefold() for one in project.actions} <= titles
    for one in read_project(mine).actions:
        (found,) = [two for two in both.actions if two.title.casefold() == one.title.casefold()]
        kept = [dict(found_line) for found_line in found.lines]
        assert all(dict(own) in kept for own in one.lines)


def test_what_does_not_fit_any_more_is_kept_aside() -> None:
    full = {f"concurrents/{k}/nom": f"Marque {k}" for k in range(1, 5)}
    both = merged(full, {"concurrents/2/nom": "Une cinquième"})
    assert both == full | {f"{OTHERS}/concurrents/2/nom": ["Une cinquième"]}


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from([*finished(), "expose/", "signature"]), anything))
def test_answers_of_any_shape_give_a_project_of_which_something_can_be_said(
    answers: dict[str, Any],
) -> None:
    project = read_project(json.loads(json.dumps(finished() | answers)))
    assert all(str(remark).endswith((".", "?")) for remark in progress(project))
    assert project.total >= 0


def test_two_people_who_shared_the_work_have_one_project(answers_folder: Any) -> None:
    whole = finished()
    rfm = {q: v for q, v in whole.items() if q.startswith(("rfm", "marque", "concurrents"))}
    ada = rfm | strategy(1, "Champions", "Les garder proches")
    ada |= action(1, "Champions", "Soirée privée", line("Traiteur", "900"))
    elie = strategy(1, "Fidèles", "L’expérience personnalisée")
    elie |= action(1, "Fidèles", "Appel du conseiller", line("Heures", "350"))
    elie |= {"couts/mienne_2/titre": "Soirée privée", "couts/mienne_2/1": line("Lieu", "600")}
    AnswerStore(EXERCISE).update(merged(ada, elie))
    project = load_project()
    assert [one.segment for one in project.strategies] == ["Champions", "Fidèles"]
    by_title = {one.title: one for one in project.actions}
    assert [one["libelle"] for one in by_title["Soirée privée"].lines] == ["Traiteur", "Lieu"]
    assert by_title["Appel du conseiller"].segment == "Fidèles"
    assert project.total == 2 * (900 + 600 + 350)


def test_questions_and_answers_are_named_in_words() -> None:
    answers = finished() | {
        "comparaison/criteres": ["Prix", "Accueil"], "auto_evaluation/reglages": "fragile",
        "auto_evaluation/analyse/pourquoi": "Un mot.", "concurrents/1/notes": {"Prix": "2 €"},
        "signature": {"liste": "Par arbre", "raison": "Un mot.", "clients": 40},
        "couts/soiree_privee/1": line("Salle", "600"), "expose/roi/minutes": "1,5",
        "couts/mienne_2/1": {"libelle": "Heures", "taux_tva": 0.055, "annees": "1"},
    }  # fmt: skip
    told = {
        question_name(question, answers): answer_text(answers[question]) for question in answers
    }
    assert len(told) == len(answers)
    assert not [text for pair in told.items() for text in pair if re.search(r"\w_\w|\w/\w", text)]
    assert "Une action («\xa0Soirée privée\xa0»)\xa0: ligne «\xa0Traiteur\xa0»" in told
    assert "Analyse RFM\xa0: tableau des segments" in told
    assert told["Une stratégie («\xa0Fidèles\xa0»)\xa0: indicateur"].startswith("la part")
    assert (
        "TVA\xa0: 0,06"
        in told["Une action («\xa0Appel du conseiller\xa0»)\xa0: ligne «\xa0Heures\xa0»"]
    )


def test_the_order_of_lines_alone_is_no_conflict() -> None:
    mine, theirs = (
        action(1, "Fidèles", "Un appel", line("Temps", "9")) | {"couts/mienne_1/ordre": order}
        for order in ([1, 2], [2, 1])
    )
    assert merged(mine, theirs) == mine


def test_the_plan_of_the_lessons_comes_into_the_project_and_twice_is_once() -> None:
    plan = {
        "brouillon/moyens": "Un appel", "strategie/segment": "Fidèles",
        "couts/mienne_1/titre": "Un appel", "couts/mienne_1/1": line("Heures", "40"),
        "couts/mienne_1/verified": True, "couts/action": "mienne_1", "retour/choix": "plan",
        "retour/plan": {"reached": "20"}, "mesure/choix": "plan",
    }  # fmt: skip
    begun = strategy(1, "Champions", "Les garder proches")
    both = merged(begun, from_plan(plan))
    project = read_project(both)
    assert [one.segment for one in project.strategies] == ["Champions", "Fidèles"]
    assert [one.title for one in project.actions] == ["Un appel"]
    assert both["retour/plan"] == {"reached": "20"}
    assert not {"couts/action", "couts/mienne_1/verified", "retour/choix", "mesure/choix"} & set(
        both
    )
    assert merged(both, from_plan(plan)) == both
