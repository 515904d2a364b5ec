"""Whatever replaces or removes can be undone: « Annuler », or what was there found again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

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
    for rank, label in enumerate(("Salle", "Traiteur", "Fleurs")):
        workshop.add_button.click()
        workshop.rows[rank].fields["libelle"].value = label
    workshop.rows[1].fields["source"].value = "Devis no 12"
    return workshop


# --- lines ---------------------------------------------------------------------------------------


def test_a_line_taken_away_comes_back_in_its_place_whatever_was_done_since(workshop):
    assert not is_offered(workshop)
    before = workshop.current[1]
    workshop.rows[1].remove_button.click()
    assert "Ligne 2 retirée" in workshop.undo.text_area.value
    assert "Traiteur" in workshop.undo.text_area.value
    workshop.rows[1].fields["quantite"].value = "12"
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
        workshop.rows[0].remove_button.click()
    assert workshop.current == []
    for back in (["Fleurs"], ["Traiteur", "Fleurs"], ["Salle", "Traiteur", "Fleurs"]):
        workshop.undo.button.click()
        assert labels(workshop) == back
    workshop.undo.button.click()
    assert workshop.message == ""


def test_a_line_whose_place_was_taken_comes_back_beside_it(workshop):
    workshop.rows[2].remove_button.click()
    workshop.add_button.click()
    workshop.rows[2].fields["libelle"].value = "Photos"
    workshop.undo.button.click()
    assert sorted(labels(workshop)) == ["Fleurs", "Photos", "Salle", "Traiteur"]


def test_a_line_waits_for_room(workshop):
    workshop.rows[2].remove_button.click()
    while len(workshop.current) < MOST_LINES:
        workshop.add_button.click()
    workshop.undo.button.click()
    assert str(MOST_LINES) in workshop.message
    assert is_offered(workshop)
    workshop.rows[MOST_LINES - 1].remove_button.click()
    workshop.undo.button.click()
    assert "Fleurs" in labels(workshop)


def test_an_empty_line_goes_without_a_word_and_a_new_start_offers_nothing(workshop):
    workshop.add_button.click()
    workshop.rows[3].remove_button.click()
    assert not is_offered(workshop)
    workshop.rows[0].remove_button.click()
    workshop.keeper.restart_button.click()
    workshop.keeper.yes_button.click()
    assert not is_offered(workshop)


def test_the_research_is_told_of_a_line_that_comes_back(workshop):
    research = research_costs(workshop)
    workshop.rows[1].remove_button.click()
    workshop.undo.button.click()
    assert len(research.list_area.children) == 3


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
    for row, label in zip(field.rows, ("Papier", "Timbres", "Encre"), strict=False):
        row.fields["libelle"].value = label
    return field


def test_a_line_of_an_assignment_comes_back(form):
    form.rows[1].remove_button.click()
    assert [line["libelle"] for line in form.typed] == ["Papier", "Encre"]
    form.rows[1].fields["quantite"].value = "2"
    form.undo.button.click()
    assert [line["libelle"] for line in form.typed] == ["Papier", "Timbres", "Encre"]
    assert form.typed[2]["quantite"] == "2"
    assert answer_field(form.question).value == form.value


def test_a_line_of_an_assignment_waits_for_room(form):
    form.rows[1].remove_button.click()
    while form.shown < MOST_IN_FORM:
        form.add_button.click()
    form.undo.button.click()
    assert form.shown == MOST_IN_FORM and len(form.typed) == 3
    form.rows[0].remove_button.click()
    form.add_button.click()
    for row in form.rows:
        row.fields["libelle"].value = row.fields["libelle"].value or "Autre"
    form.undo.button.click()
    assert "suffisent" in form.message
    assert is_offered(form)


def test_a_defect_of_an_assignment_s_line_stands_on_its_row(form):
    row = form.rows[1]
    row.fields["quantite"].value, row.fields["cout_unitaire"].value = "2", "3"
    row.fields["date_source"].value = "31/02/2025"
    assert row.total_area.value.count("pas dans le calendrier") == 1
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
