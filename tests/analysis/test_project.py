"""What is said of a project: each rule, on a project in which nothing else is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.final_project import action, finished, finished_project, line, segments, strategy

from rfm_helpers.analysis.project.model import Project
from rfm_helpers.analysis.project.progress import Facts, Remark, progress, step_states
from rfm_helpers.analysis.strategy.benchmark import Benchmark
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.questions.project import read_project


def told(changes: dict[str, Any], facts: Facts | None = None) -> list[Remark]:
    return progress(read_project(finished() | changes), facts)


def test_a_finished_project_is_done_at_every_step() -> None:
    assert progress(finished_project()) == []
    assert set(step_states([]).values()) == {"fait"}


def test_an_empty_project_has_something_to_do_at_every_step() -> None:
    remarks = progress(Project())
    assert {remark.kind for remark in remarks} == {"à faire", "mince"}
    assert set(step_states(remarks).values()) == {"à faire"}


CONTRADICTIONS = [
    ({"couts/mienne_2/score": "M"}, "« Appel du conseiller » vise le score M"),
    ({"couts/mienne_2/1": line("Heures de conseiller", "")}, "stratégie sans budget"),
    ({"couts/mienne_2/1": None}, "« L’expérience personnalisée » est une stratégie sans budget"),
    ({"retour/enveloppe": "3 939,99"}, "plus que l’enveloppe"),
    ({"couts/mienne_2/1": line("Heures", "350", source=" ")}, "« Heures », dans « Appel du cons"),
    ({"couts/mienne_2/1": line("Heures", "350", source="Internet")}, "où avez-vous trouvé"),
    ({"strategies/2/arrivee": ""}, "n’a pas d’objectif chiffré"),
    ({"strategies/2/indicateur": ""}, "n’a pas d’objectif chiffré"),
    ({"strategies/2/arrivee": "30 %"}, "viendraient sans vous"),
    ({"couts/mienne_2/1": line("Remise de 5 %", "350")}, "ne la comptez qu’une fois"),
    ({"strategies/2/segment": "Inconnus", "couts/mienne_2/segment": "Inconnus"}, "pas dans vos"),
    ({"expose/roi/minutes": "1,5"}, "vous en avez dix"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "part"), CONTRADICTIONS)
def test_each_contradiction_is_said_alone(changes: dict[str, Any], part: str) -> None:
    (found,) = [remark for remark in told(changes) if remark.kind == "contradiction"]
    assert part in str(found).replace("\u00a0", " ")


SHORT = [
    ({"rfm/date": ""}, "rfm", "à faire", "la date de référence"),
    ({"rfm/methode": "", "rfm/mois": "peu"}, "rfm", "à faire", "la fenêtre et la méthode"),
    ({"rfm/segments": []}, "rfm", "à faire", "Calculez vos segments"),
    ({"rfm/pourquoi": ""}, "rfm", "à faire", "Écrivez pourquoi"),
    ({"rfm/lecture": "Un segment pèse"}, "rfm", "mince", "3 mots pour dire"),
    ({"marque/nom": ""}, "marque", "à faire", "le nom de votre marque"),
    ({"marque/couleur": "rouge"}, "marque", "mince", "écrivez-le comme #7a1f3d"),
    ({"marque/fiche": ""}, "marque", "à faire", "Présentez votre marque"),
    ({"marque/faiblesses": ""}, "marque", "à faire", "une faiblesse au moins"),
    ({"concurrents/1/nom": ""}, "marque", "à faire", "Un seul concurrent"),
    ({"concurrents/2/forces": "", "concurrents/2/notes": {}}, "marque", "mince", "que son nom"),
    ({"strategies/2/segment": "", "couts/mienne_2/segment": "Champions",
      "rfm/segments": segments(3)[::2]}, "strategies", "à faire",
     "ne vise aucun segment"),
    ({"strategies/2/pourquoi": "Parce que"}, "strategies", "mince", "2 mots"),
    ({"strategies/2/R": "", "strategies/2/F": "", "couts/mienne_2/score": ""}, "strategies",
     "à faire", "quel score doit monter"),
    ({"rfm/segments": [*segments(3), segments(1)[0] | {"segment": "Perdus"}]}, "strategies",
     "mince", "n’a pas de stratégie"),
    (action(4, "", "Vitrine", line("Fleurs", "10")), "budget", "à faire", "aucune stratégie"),
    ({"retour/plan": {}}, "budget", "à faire", "Le ROI n’est pas encore calculé"),
    ({"retour/fourchettes": {}}, "budget", "mince", "pas d’intervalle"),
    ({"retour/fourchettes": {"uplift": ["15", "18"]}}, "budget", "mince", "ne se calcule pas"),
    ({"retour/plan": finished()["retour/plan"] | {"baseline": ""}}, "budget", "mince", "sans vo"),
    ({"expose/conclusion/message": ""}, "structure", "à faire", "Concluez"),
    ({f"expose/{slide.id}/message": "" for slide in load_final_project().slides[:-1]},
     "structure", "mince", "le message"),
    ({f"expose/{slide.id}/message": "" for slide in load_final_project().slides[3:-1]},
     "structure", "mince", "3 diapositives sur 9"),
    ({f"expose/{slide.id}/notes": "" for slide in load_final_project().slides}, "oral", "à faire",
     "ce que vous direz"),
    ({f"expose/{slide.id}/notes": "" for slide in load_final_project().slides[1:]}, "oral",
     "mince", "1 diapositive sur 10"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "step", "kind", "part"), SHORT)
def test_each_gap_is_said_alone_and_its_step_shows_it(
    changes: dict[str, Any], step: str, kind: str, part: str
) -> None:
    remarks = told(changes)
    (found,) = remarks
    assert (found.step, found.kind) == (step, kind)
    assert part in str(found).replace("\u00a0", " ")
    states = step_states(remarks)
    assert states.pop(step) == kind
    assert set(states.values()) == {"fait"}


def test_an_aim_is_judged_by_the_benchmark_where_the_data_have_one() -> None:
    assert told({}, Facts(benchmarks={"Fidèles": Benchmark(60, 200)})) == []
    inside = told({}, Facts(benchmarks={"Fidèles": Benchmark(9, 30)}))
    assert [remark.kind for remark in inside] == ["contradiction"]
    assert "trop imprécis" in str(inside[0])


@pytest.mark.parametrize(("reachable", "wrong"), [(80, False), (79, True), (1, True), (0, True)])
def test_a_list_longer_than_those_who_may_be_contacted_is_said(reachable: int, wrong: bool) -> None:
    facts = Facts(reachable={("Fidèles", "courrier"): reachable, ("Champions", "SMS"): 0})
    remarks = told({}, facts)
    assert [remark.kind for remark in remarks] == ["contradiction"] * wrong
    assert all("ont refusé" in str(remark) for remark in remarks)


def test_a_lower_recency_is_an_aim_too() -> None:
    days = {"strategies/2/indicateur": "recence_mediane", "strategies/2/sans_nous": "200"}
    assert told(days | {"strategies/2/depart": "210", "strategies/2/arrivee": "150"}) == []
    assert len(told(days | {"strategies/2/depart": "210", "strategies/2/arrivee": "200"})) == 1


def test_a_discount_in_the_costs_alone_is_no_contradiction_of_the_project() -> None:
    typed = {"couts/mienne_2/1": line("Remise de 5 %", "350")}
    without = finished()["retour/plan"] | {"discount": "0"}
    assert told(typed | {"retour/plan": without}) == []


def test_names_are_said_as_they_are_written() -> None:
    name = 'L\'« Étoile » : "été" 5 %'
    (remark,) = told({**strategy(2, "Fidèles", name), "strategies/2/arrivee": ""})
    assert str(remark).startswith(f"«\u00a0{name}\u00a0»")


def test_the_budget_adds_up_by_strategy_and_the_campaign_takes_its_cost() -> None:
    project = finished_project()
    assert project.total == 2 * (900 + 600 + 350 + 120)
    assert project.costed_campaign is not None
    assert project.costed_campaign.cost == project.total
    assert project.simulation is not None
    own = replace(project.costed_campaign, cost=500.0)
    assert replace(project, campaign=own).costed_campaign == own
