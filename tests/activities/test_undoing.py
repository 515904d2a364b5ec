"""Whatever replaces or removes can be undone: « Annuler », or what was there found again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from support.sheets import add, cell, new_row, remove, said, send, type_in

from rfm_helpers import answer_field, assignment
from rfm_helpers.activities.assignments.forms import MOST_LINES as MOST_IN_FORM
from rfm_helpers.activities.assignments.forms import CostsField
from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.budget.envelope import envelope_chooser
from rfm_helpers.activities.budget.views import research_costs
from rfm_helpers.activities.budget.workshop import MOST_LINES, CostWorkshop, list_costs
from rfm_helpers.activities.campaign.explorer import FREE, return_explorer
from rfm_helpers.activities.segments.actions import action_chooser
from rfm_helpers.activities.segments.scores import score_explorer
from rfm_helpers.activities.strategy.comparison import StrategyComparison, compare_strategies
from rfm_helpers.activities.strategy.statements import strategy_builder
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.catalog import load_segments
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.questions.answers import AnswerStore

KEY = "06_budgetisation/couts"


@pytest.fixture(scope="module")
def measures() -> pd.DataFrame:
    return rfm_table(load_orders(), as_of=COURSE_DATE)


@pytest.fixture(scope="module")
def segmented(measures) -> pd.DataFrame:
    return assign_segments(score_rfm(measures))


def is_offered(activity: Activity) -> bool:
    return activity.undo.widget.layout.display != "none"


def labels(workshop: CostWorkshop) -> list[str]:
    return [line["libelle"] for line in workshop.current]


@pytest.fixture
def workshop() -> CostWorkshop:
    """Three lines of one action, the second with a source."""
    workshop = list_costs("formation_equipes", key=KEY)
    for label in ("Salle", "Traiteur", "Fleurs"):
        add(workshop.sheet, libelle=label)
    type_in(workshop.sheet, 2, source="Devis no 12")
    return workshop


# --- lines ---------------------------------------------------------------------------------------


def test_a_line_taken_away_comes_back_in_its_place_whatever_was_done_since(workshop):
    assert not is_offered(workshop)
    before = workshop.current[1]
    remove(workshop.sheet, 2)
    assert "Ligne 2 retirée" in workshop.undo.text_area.value
    assert "Traiteur" in workshop.undo.text_area.value
    type_in(workshop.sheet, 2, quantite="12")
    workshop.action.value = "rituels"
    workshop.undo.button.click()
    assert workshop.action.value == "formation_equipes"
    assert labels(workshop) == ["Salle", "Traiteur", "Fleurs"]
    assert workshop.current[1] == before
    assert workshop.current[2]["quantite"] == "12"
    assert not is_offered(workshop)
    assert list_costs(key=KEY).value == workshop.value


def test_lines_taken_away_one_after_the_other_come_back_one_after_the_other(workshop):
    for _ in range(3):
        remove(workshop.sheet, 1)
    assert workshop.current == []
    for back in (["Fleurs"], ["Traiteur", "Fleurs"], ["Salle", "Traiteur", "Fleurs"]):
        workshop.undo.button.click()
        assert labels(workshop) == back
    workshop.undo.button.click()
    assert workshop.message == ""


def test_a_line_whose_place_was_taken_comes_back_beside_it(workshop):
    remove(workshop.sheet, 3)
    add(workshop.sheet)
    type_in(workshop.sheet, 3, libelle="Photos")
    workshop.undo.button.click()
    assert sorted(labels(workshop)) == ["Fleurs", "Photos", "Salle", "Traiteur"]


def test_a_line_waits_for_room(workshop):
    remove(workshop.sheet, 3)
    while len(workshop.current) < MOST_LINES:
        add(workshop.sheet)
    workshop.undo.button.click()
    assert str(MOST_LINES) in workshop.message
    assert is_offered(workshop)
    remove(workshop.sheet, MOST_LINES)
    workshop.undo.button.click()
    assert "Fleurs" in labels(workshop)


def test_an_empty_line_goes_without_a_word_and_a_new_start_offers_nothing(workshop):
    add(workshop.sheet)
    remove(workshop.sheet, 4)
    assert not is_offered(workshop)
    remove(workshop.sheet, 1)
    workshop.keeper.restart_button.click()
    workshop.keeper.yes_button.click()
    assert not is_offered(workshop)


def test_the_research_is_told_of_a_line_that_comes_back(workshop):
    research = research_costs(workshop)
    remove(workshop.sheet, 2)
    workshop.undo.button.click()
    assert len(research.sheet.value) == 3


def test_what_a_block_replaced_comes_back(workshop):
    rows = [row | {"cells": row["cells"] | {"libelle": "Collé"}} for row in workshop.sheet.value]
    send(workshop.sheet, [*rows, new_row(workshop.sheet, libelle="Neuf")], did="pasted")
    assert "bloc collé" in workshop.undo.text_area.value
    assert labels(workshop) == ["Collé", "Collé", "Collé", "Neuf"]
    workshop.undo.button.click()
    assert labels(workshop) == ["Salle", "Traiteur", "Fleurs"]


def test_a_block_that_replaces_nothing_and_cells_typed_offer_nothing(workshop):
    send(workshop.sheet, [*workshop.sheet.value, new_row(workshop.sheet)], did="pasted")
    type_in(workshop.sheet, 1, libelle="Retapé")
    assert not is_offered(workshop)


def test_who_goes_back_in_the_table_is_offered_it_no_more(workshop):
    before = workshop.sheet.value
    remove(workshop.sheet, 2)
    assert is_offered(workshop)
    send(workshop.sheet, before, did="travelled")
    assert labels(workshop) == ["Salle", "Traiteur", "Fleurs"]
    assert not is_offered(workshop)
    assert list_costs(key=KEY).value == workshop.value


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CostsField:
    monkeypatch.chdir(tmp_path)
    parameters = {
        "DATE_REFERENCE": "2025-10-31", "SEGMENT": "Fidèles", "PART": 0.3, "ENVELOPPE": 3000,
    }  # fmt: skip
    work = assignment("devoir_2_strategie_budget", etudiant="e1", **parameters)
    asked = next(q for q in work if q.sheet.form == "costs")
    field = answer_field(asked)
    assert isinstance(field, CostsField)
    for rank, label in enumerate(("Papier", "Timbres", "Encre"), start=1):
        type_in(field.sheet, rank, libelle=label)
    return field


def test_a_line_of_an_assignment_comes_back(form):
    remove(form.sheet, 2)
    assert [line["libelle"] for line in form.typed] == ["Papier", "Encre"]
    type_in(form.sheet, 2, quantite="2")
    form.undo.button.click()
    assert [line["libelle"] for line in form.typed] == ["Papier", "Timbres", "Encre"]
    assert form.typed[2]["quantite"] == "2"
    assert answer_field(form.question).value == form.value


def test_a_line_of_an_assignment_waits_for_room(form):
    remove(form.sheet, 2)
    while len(form.sheet.value) < MOST_IN_FORM:
        add(form.sheet)
    form.undo.button.click()
    assert len(form.sheet.value) == MOST_IN_FORM and len(form.typed) == 3
    remove(form.sheet, 1)
    add(form.sheet)
    for rank in range(1, MOST_IN_FORM + 1):
        type_in(form.sheet, rank, libelle=cell(form.sheet, rank, "libelle") or "Autre")
    form.undo.button.click()
    assert "suffisent" in form.message
    assert is_offered(form)


def test_a_defect_of_an_assignment_s_line_stands_on_its_row(form):
    type_in(form.sheet, 2, quantite="2", cout_unitaire="3", date_source="31/02/2025")
    assert said(form.sheet, 2).count("pas dans le calendrier") == 1
    assert form.message == ""
    assert "6,00" in form.total_area.value


# --- a draft -------------------------------------------------------------------------------------


@pytest.fixture
def comparison(segmented, measures) -> StrategyComparison:
    AnswerStore("01_strategie").update({"brouillon/probleme": "Le brouillon."})
    scored = score_rfm(measures, levels=5)
    return compare_strategies(segmented, scored, key="05_essai/strategie")


def test_what_a_draft_replaced_comes_back_and_nothing_written_since_is_lost(comparison):
    assert not is_offered(comparison)
    form = comparison.form
    form.problem.value, form.means.value = "Réécrit.", "Un appel"
    rewritten = form.texts
    comparison.draft_button.click()
    assert form.problem.value == "Le brouillon."
    assert "a remplacé" in comparison.undo.text_area.value
    form.means.value = "Écrit depuis"
    comparison.undo.button.click()
    assert form.texts == rewritten
    assert "Un appel" in comparison.mine_area.value
    comparison.undo.button.click()
    assert (form.problem.value, form.means.value) == ("Le brouillon.", "Écrit depuis")
    kept = AnswerStore("05_essai").answers
    assert kept["strategie/moyens"] == "Écrit depuis"


def test_a_draft_that_replaces_nothing_offers_nothing(comparison):
    comparison.draft_button.click()
    assert not is_offered(comparison)


def test_a_date_that_is_none_leaves_no_old_statement_beside_it(comparison):
    comparison.form.by.value = "31/12/2026"
    assert "31 décembre 2026" in comparison.mine_area.value
    comparison.form.by.value = "31/02/2026"
    assert "31 décembre 2026" not in comparison.mine_area.value
    assert "Le brouillon" in comparison.mine_area.value
    assert "pas dans le calendrier" in comparison.message


# --- lists that change what stands beside them ---------------------------------------------------


def test_one_s_own_values_come_back_after_an_action(answers_folder):
    spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
    activity = return_explorer({"Printemps": spring}, key="07_essai/retour")
    activity.fields["cost"].value = 1234
    assert activity.action.value == FREE
    activity.action.value = "Printemps"
    assert activity.fields["cost"].read() == 4000
    assert is_offered(activity)
    activity.undo.button.click()
    assert (activity.action.value, activity.fields["cost"].read()) == (FREE, 1234)
    again = return_explorer({"Printemps": spring}, key="07_essai/retour")
    again.action.value = "Printemps"
    again.undo.button.click()
    assert again.campaign.cost == 1234


def test_what_was_ticked_for_a_segment_is_found_again():
    people = pd.DataFrame({"segment": [sheet.name for sheet in load_segments()] * 50})
    for activity in (action_chooser("Perdus"), envelope_chooser(people, "Perdus")):
        activity.boxes[1].value = True
        ticked = [action.text for action in activity.chosen]
        activity.segment.value = "Fidèles"
        assert activity.chosen == ()
        activity.segment.value = "Perdus"
        assert [action.text for action in activity.chosen] == ticked


def test_thresholds_typed_for_these_levels_are_found_again(measures):
    activity = score_explorer(measures)
    activity.method.value = "thresholds"
    activity.thresholds["R"].value = "30 ; 60 ; 90"
    activity.levels.value = 5
    assert activity.thresholds["R"].value != "30 ; 60 ; 90"
    activity.levels.value = 4
    assert activity.thresholds["R"].value == "30 ; 60 ; 90"
    assert activity.value["thresholds"]["R"] == [30, 60, 90]


def test_the_share_assumed_for_a_segment_is_found_again(segmented):
    activity = strategy_builder(segmented, as_of=dt.date(2025, 12, 31), key="")
    activity.form.segment.value = "Perdus"
    activity.share.value = 25
    activity.form.segment.value = "Fidèles"
    activity.form.segment.value = "Perdus"
    assert activity.share.read() == 25
    assert "25 %" in activity.weight_area.value.replace("\u00a0", " ")
