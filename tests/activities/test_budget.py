"""The activities of lesson 6: an argued choice, cost lines, their sources, and an envelope."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event, Thread

import pandas as pd
import pytest
from openpyxl import load_workbook
from support.sheets import add, cell, remove, said, send, type_in, write

from rfm_helpers.activities.budget.envelope import EnvelopeChooser, envelope_chooser
from rfm_helpers.activities.budget.first_action import choose_action, judge_choice
from rfm_helpers.activities.budget.views import cost_left_out, research_costs
from rfm_helpers.activities.budget.workshop import MOST_LINES, CostWorkshop, list_costs
from rfm_helpers.analysis.budget.case import example_costs
from rfm_helpers.analysis.budget.lines import line_costs
from rfm_helpers.analysis.budget.typed_lines import COSTED, LABELS
from rfm_helpers.catalog import load_case, load_segments
from rfm_helpers.catalog.costs import is_vague, load_costing, missing_families, trap_of
from rfm_helpers.catalog.drills import load_choice
from rfm_helpers.documents.budget import read_budget
from rfm_helpers.errors import CourseError
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore

ACTIONS = [action.id for action in load_case().strategy.actions]
BOUTIQUE = ["formation_equipes", "rituels", "parcours_boutique"]
KEY = "06_budgetisation/couts"


def add_line(workshop: CostWorkshop, **typed: str) -> None:
    add(workshop.sheet, **typed)


def trained() -> CostWorkshop:
    """A workshop with two lines for the training."""
    workshop = list_costs("formation_equipes", key=KEY)
    add_line(workshop, libelle="Formateur", quantite="2", unite="jour", cout_unitaire="1 200,50")
    add_line(workshop, libelle="Salaires", quantite="84", cout_unitaire="25", taux_tva=0.0)
    return workshop


# --- the choice ----------------------------------------------------------------------------------


def test_every_action_has_its_own_argument_and_its_own_costs():
    drill = load_choice()
    assert [argument.action for argument in drill.arguments] == ACTIONS
    assert len({argument.feedback for argument in drill.arguments}) == len(ACTIONS)
    assert [one.action for one in load_costing().actions] == ACTIONS
    assert {a.action for a in drill.arguments if a.first_need} == set(BOUTIQUE)


@pytest.mark.parametrize("action", BOUTIQUE)
def test_an_argued_choice_succeeds(action):
    argument = load_choice().argument(action)
    outcome, text = judge_choice(action, ["plainte", "retours"])
    assert (outcome, text) == (Outcome.SUCCESS, argument.feedback)
    assert judge_choice(action, argument.supports)[0] is Outcome.SUCCESS


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - set(BOUTIQUE)))
def test_another_choice_is_questioned_whatever_its_facts(action):
    argument = load_choice().argument(action)
    for facts in (argument.supports, ["plainte", "retours"]):
        outcome, text = judge_choice(action, facts)
        assert outcome is Outcome.REVIEW
        assert argument.feedback in text


def test_the_argument_is_what_is_judged():
    assert judge_choice("", ["plainte"])[0] is Outcome.NOT_STARTED
    assert judge_choice("rituels", [])[0] is Outcome.NOT_STARTED
    assert "pourquoi" in judge_choice("rituels", ["recence", "bracelet"])[1]
    assert judge_choice("rituels", ["plainte"])[0] is Outcome.REVIEW
    outcome, text = judge_choice("rituels", ["plainte", "retours", "montre"])
    assert outcome is Outcome.REVIEW
    assert next(f.aside for f in load_choice().facts if f.id == "montre") in text
    _, text = judge_choice("remise_15", ["remises"])
    assert load_choice().argument("remise_15").against["remises"] in text


def test_a_choice_is_kept_and_its_verdict_goes_with_it():
    activity = choose_action(key="06_budgetisation/choix")
    activity.action.value = "rituels"
    activity.boxes["plainte"].value = activity.boxes["retours"].value = True
    activity.argument.value = "Il a été mal reçu."
    activity.check_button.click()
    again = choose_action(key="06_budgetisation/choix")
    assert again.value == activity.value
    assert again.result.outcome is Outcome.SUCCESS
    again.boxes["retours"].value = False
    assert again.result is None
    assert again.feedback.value == ""


# --- what a label says ---------------------------------------------------------------------------


@pytest.mark.parametrize("action", ACTIONS)
def test_no_family_is_found_by_nothing_and_each_by_one_of_its_words(action):
    families = load_costing().families(action)
    assert missing_families(families, []) == families
    assert not missing_families(families, [family.words[0] for family in families])
    assert len({family.question for family in families}) == len(families)


def test_the_worked_example_names_every_family_of_its_action_but_the_place():
    families = load_costing().families(load_costing().example_action)
    missing = missing_families(families, example_costs()["libelle"])
    assert [family.id for family in missing] == ["lieu"]


def test_labels_are_read_without_accents_and_from_the_beginning_of_words():
    families = load_costing().families("formation_equipes")
    found = {f.id for f in families} - {f.id for f in missing_families(families, ["DÉPLACEMENTS"])}
    assert found == {"lieu"}


@pytest.mark.parametrize(
    ("label", "caught"),
    [
        ("Remise de 15 %", True),
        ("La réduction", True),
        ("E-mail sur la remise", False),
        ("", False),
    ],
)
def test_a_discount_is_no_cost(label, caught):
    assert bool(trap_of(label)) is caught


@pytest.mark.parametrize(
    ("source", "vague"),
    [("Internet", True), ("x", True), ("ChatGPT.", True), ("", False), ("Devis Dupont", False)],
)
def test_vague_sources(source, vague):
    assert is_vague(source) is vague


def test_nobody_comes():
    with pytest.raises(CourseError, match="3 présents pour 2 invités"):
        example_costs(2, 3)


# --- the table -----------------------------------------------------------------------------------


def test_totals_follow_the_fields():
    workshop = trained()
    assert "4 501,00" in " ".join(workshop.summary.split())
    type_in(workshop.sheet, 1, taxe="TTC")
    assert "4 100,83" in " ".join(workshop.summary.split())
    workshop.who.value, workshop.count.value = "utilisateurs", "12"
    assert "par utilisateur" in workshop.summary
    type_in(workshop.sheet, 2, annees="3")
    assert "première année" in workshop.summary


def test_lines_are_added_and_removed_up_to_a_limit():
    workshop = trained()
    remove(workshop.sheet, 1)
    assert [line["libelle"] for line in workshop.current] == ["Salaires"]
    assert cell(workshop.sheet, 1, "libelle") == "Salaires"
    for _ in range(MOST_LINES - 1):
        add(workshop.sheet)
    assert len(workshop.current) == MOST_LINES == workshop.sheet.most
    assert f"{MOST_LINES} lignes" in " ".join(workshop.sheet.full.split())
    add(workshop.sheet)
    assert len(workshop.current) == len(workshop.sheet.value) == MOST_LINES


#: A field, what is typed in it, what the line (2 × 50) costs then, and a part of its remark.
DEFECTS = [
    ("quantite", "un", 0, "Quantité – « un » ne se lit pas"),
    ("quantite", "", 0, "À remplir : « Quantité »"),
    ("quantite", "-2", 0, "« Quantité » doit être au moins 0"),
    ("quantite", "2,0004", 100, "3 décimales au plus : la ligne compte 2,000"),
    ("cout_unitaire", "<b>", 0, "Coût unitaire (€) – « <b> » ne se lit pas"),
    ("cout_unitaire", "49,999", 100, "2 décimales au plus"),
    ("libelle", "", 100, "À remplir : « Libellé »"),
    ("libelle", "Salle " * 50, 100, "trop long"),
    ("annees", "trois", 100, "Années – « trois » ne se lit pas"),
    ("annees", "2,5", 100, "« Années » attend un nombre entier, or on lit « 2,5 »"),
    ("annees", "99", 100, "« Années » doit être au plus 30"),
    ("date_source", "3/13/25", 100, "Date de la source – « 3/13/25 »"),
    ("date_source", "le 3 novembre", 100, "pas d’année"),
    ("date_source", "hier", 100, "« hier » ne se lit pas"),
    ("source", "page " * 200, 100, "« Source »"),
]


@pytest.mark.parametrize(("field", "text", "cost", "says"), DEFECTS)
def test_a_defect_in_one_field_removes_no_line(answers_folder, field, text, cost, says):
    workshop = trained()
    research = research_costs(workshop)
    add_line(workshop, libelle="Salle", quantite="2", cout_unitaire="50")
    type_in(workshop.sheet, 3, **{field: text})
    beside, traced = said(workshop.sheet, 3), said(research.sheet, 3)
    own = workshop.sheet if field in COSTED else research.sheet
    assert said(own, 3).count(says) == 1
    named = f"« {LABELS[field]} »"
    assert all(says in area or f"À revoir : {named}." in area for area in (beside, traced))
    mark = own.marks[own.value[2]["id"]]
    assert field in {*mark["cells"], *mark["missing"]}
    assert workshop.message == research.message == ""
    assert "✓" not in said(research.sheet, 3)
    assert "À revoir : 1 ligne" in " ".join(workshop.summary.split())
    assert research.results[1] == 3
    lines = workshop.budget.lines
    assert line_costs(lines)["cout_ht"].tolist() == [2401, 2100, cost]
    total = f"{4501 + cost:,}".replace(",", " ")
    assert f"Total : {total},00 € HT" in " ".join(workshop.summary.split())
    research.export_button.click()
    assert workshop.message_area.value.count("⚠") == 1
    path = answers_folder / "06_budget.xlsx"
    pd.testing.assert_frame_equal(read_budget(path).lines, lines)
    marks = [row[-1].value for row in load_workbook(path)["Lignes"].iter_rows(max_row=4)]
    assert marks[:3] == ["À revoir", None, None]
    assert says in " ".join(marks[3].split())
    assert "1 ligne" in " ".join(load_workbook(path)["Budget"]["B3"].value.split())


@pytest.mark.parametrize(("field", "text"), [("date_source", "hier"), ("source", "page " * 200)])
def test_a_defect_in_a_source_is_said_once_and_beside_its_field(field, text):
    workshop = trained()
    research = research_costs(workshop)
    sourced = {"source": "Devis Dupont", "date_source": "3/11/25", "fiabilite": "élevée"}
    type_in(research.sheet, 1, **sourced)
    assert "✓" in said(research.sheet, 1)
    type_in(research.sheet, 1, **{field: text})
    marks = [sheet.marks[sheet.value[0]["id"]] for sheet in (workshop.sheet, research.sheet)]
    assert [list(mark["cells"]) for mark in marks] == [[], [field]]
    assert f"À revoir : « {LABELS[field]} »." in said(workshop.sheet, 1)


def test_a_source_noted_before_the_other_table_shows_a_new_price_keeps_the_price():
    workshop = trained()
    research = research_costs(workshop)
    before, *others = research.sheet.value
    type_in(workshop.sheet, 1, cout_unitaire="600")
    send(research.sheet, [write(before, "source", "Devis Dupont"), *others])
    for sheet in (workshop.sheet, research.sheet):
        assert cell(sheet, 1, "cout_unitaire") == "600"
        assert cell(sheet, 1, "source") == "Devis Dupont"


def test_a_line_in_which_nothing_was_typed_is_none(answers_folder: Path):
    workshop = trained()
    add(workshop.sheet)
    assert len(workshop.budget.lines) == 2
    assert "À revoir" not in workshop.summary
    research_costs(workshop).export_button.click()
    assert "✓" in workshop.message_area.value
    assert load_workbook(answers_folder / "06_budget.xlsx")["Budget"]["A3"].value is None


def test_a_workbook_in_which_one_worked_is_kept_when_it_is_written_again(answers_folder: Path):
    workshop = trained()
    path = workshop.export()
    workshop.export()
    assert [one.name for one in answers_folder.glob("*.xlsx")] == [path.name]
    book = load_workbook(path)
    book["Lignes"]["B9"] = "Écrit dans Excel"
    book.save(path)
    workshop.export()
    (copy,) = answers_folder.glob("06_budget-copie-*.xlsx")
    assert load_workbook(copy)["Lignes"]["B9"].value == "Écrit dans Excel"
    assert copy.name in workshop.message
    path.unlink()
    workshop.export()
    assert "-copie-" not in workshop.message


def test_people_who_cannot_be_counted_leave_the_totals(answers_folder: Path):
    workshop = trained()
    for count, says in (("beaucoup", "ne se lit pas"), ("2,5", "nombre entier"), ("0", "entier")):
        workshop.count.value = count
        assert "4 501,00 € HT" in " ".join(workshop.summary.split())
        assert says in workshop.summary
        workshop.action.value = "rituels"
        assert says not in workshop.summary
        workshop.action.value = "formation_equipes"
    assert len(workshop.budget.lines) == 2


@pytest.mark.parametrize(
    ("typed", "day", "note"),
    [
        ("3/11/25", "2025-11-03", ""),
        ("3 nov. 2025", "2025-11-03", ""),
        ("novembre 2025", "2025-11-01", "« novembre 2025 » est compté comme le 1er novembre 2025."),
    ],
)
def test_the_date_of_a_source_is_read_as_people_write_it(typed, day, note):
    workshop = trained()
    research = research_costs(workshop)
    type_in(research.sheet, 1, date_source=typed)
    assert workshop.budget.lines["date_source"][0] == pd.Timestamp(day)
    assert (note in said(research.sheet, 1)) is True
    assert ("compté comme" in said(research.sheet, 1)) is bool(note)
    assert "À revoir" not in workshop.summary


def test_each_action_has_its_own_lines():
    workshop = trained()
    workshop.action.value = "rituels"
    assert not workshop.current
    assert not workshop.sheet.value
    add_line(workshop, libelle="Fleurs", quantite="12", cout_unitaire="40")
    workshop.action.value = "formation_equipes"
    assert cell(workshop.sheet, 1, "libelle") == "Formateur"
    assert set(workshop.value) == {"formation_equipes", "rituels"}


def test_nothing_is_judged_before_a_first_try():
    workshop = list_costs()
    workshop.check_button.click()
    assert workshop.message
    assert (workshop.sheet.most, workshop.sheet.full) == (0, workshop.message)
    workshop.action.value = "formation_equipes"
    assert workshop.judge()[0] is Outcome.NOT_STARTED
    add_line(workshop, libelle="Formateur", quantite="1", cout_unitaire="1")
    assert workshop.feedback.value == ""


def test_missing_families_are_asked_for_after_a_try():
    workshop = trained()
    workshop.check_button.click()
    outcome, text = workshop.judge()
    assert outcome is Outcome.REVIEW
    assert "2 sur 6" in " ".join(text.split())
    assert text.count("\n- ") == 3
    type_in(workshop.sheet, 1, libelle="Formatrice")
    assert workshop.feedback.value == ""
    for family in load_costing().families("formation_equipes"):
        add_line(workshop, libelle=family.words[0], quantite="1", cout_unitaire="1")
    assert workshop.judge()[0] is Outcome.SUCCESS
    add_line(workshop, libelle="Remise de 10 %", quantite="1", cout_unitaire="1")
    assert workshop.judge()[0] is Outcome.REVIEW


def test_everything_comes_back(answers_folder: Path):
    workshop = trained()
    workshop.who.value, workshop.count.value = "utilisateurs", "12"
    workshop.check_button.click()
    again = list_costs("formation_equipes", key=KEY)
    assert again.value == workshop.value
    assert again.action.value == "formation_equipes"
    assert again.summary == workshop.summary
    assert again.feedback.value == workshop.feedback.value != ""
    again.keeper.restart_button.click()
    again.keeper.yes_button.click()
    assert again.value == {}
    kept = json.loads((answers_folder / "06_budgetisation.json").read_text(encoding="utf-8"))
    assert kept["answers"] == {}


def test_a_line_added_in_another_notebook_keeps_its_place(answers_folder: Path):
    first, second = (list_costs("formation_equipes", key=KEY) for _ in range(2))
    add_line(first, libelle="Formateur", quantite="2", cout_unitaire="1200")
    first.action.value = "soiree_privee"
    add_line(second, libelle="Salle", quantite="1", cout_unitaire="300")
    assert [line["libelle"] for line in second.current] == ["Formateur", "Salle"]
    assert second.action.value == "formation_equipes"
    add_line(first, libelle="Traiteur")
    kept = list_costs("formation_equipes", key=KEY).value
    assert [line["libelle"] for line in kept["formation_equipes"]] == ["Formateur", "Salle"]
    assert [line["libelle"] for line in kept["soiree_privee"]] == ["Traiteur"]


def test_a_line_taken_away_in_another_notebook_moves_no_other(answers_folder: Path):
    first = list_costs("formation_equipes", key=KEY)
    add_line(first, libelle="Salle")
    add_line(first, libelle="Traiteur")
    second = list_costs("formation_equipes", key=KEY)
    remove(first.sheet, 1)
    type_in(second.sheet, 1, quantite="2")
    kept = list_costs("formation_equipes", key=KEY).current
    assert [(line["libelle"], line["quantite"]) for line in kept] == [
        ("Salle", "2"),
        ("Traiteur", ""),
    ]
    add_line(first, libelle="Fleurs")
    again = list_costs("formation_equipes", key=KEY).current
    assert [line["libelle"] for line in again] == ["Salle", "Traiteur", "Fleurs"]


def test_a_place_left_free_serves_once_the_last_one_is_taken(answers_folder: Path):
    workshop = list_costs("formation_equipes", key=KEY)
    for rank in range(MOST_LINES):
        add_line(workshop, libelle=f"Ligne {rank}")
    remove(workshop.sheet, 4)
    add(workshop.sheet, libelle="Nouvelle")
    assert len(workshop.current) == MOST_LINES
    again = list_costs("formation_equipes", key=KEY).current
    assert [line["libelle"] for line in again][2:4] == ["Ligne 2", "Ligne 4"]
    assert again[-1]["libelle"] == "Nouvelle"


def test_a_line_that_another_notebook_kept_badly_does_not_block_the_next(answers_folder: Path):
    workshop = list_costs("formation_equipes", key=KEY)
    add_line(workshop, libelle="Salle")
    AnswerStore("06_budgetisation").set("couts/formation_equipes/5", "abîmée")
    add_line(workshop, libelle="Traiteur")
    assert [line["libelle"] for line in workshop.current] == ["Salle", "Traiteur"]


def test_two_events_at_once_leave_the_next_change_kept():
    workshop = trained()
    inside, ended = Event(), Event()

    def hold() -> None:
        inside.set()
        ended.wait(0.2)

    def answer_first() -> None:
        workshop.guarded(hold)(None)
        ended.set()

    def wait_for_it() -> None:
        ended.wait(0.2)

    second = workshop.guarded(wait_for_it)
    threads = [Thread(target=answer_first), Thread(target=second, args=(None,))]
    threads[0].start()
    inside.wait()
    threads[1].start()
    for thread in threads:
        thread.join()
    type_in(workshop.sheet, 1, source="Devis")
    again = list_costs("formation_equipes", key=KEY)
    assert again.value["formation_equipes"][0]["source"] == "Devis"


def labels(workshop: CostWorkshop) -> list[str]:
    return [line["libelle"] for line in workshop.current]


def test_lines_moved_stay_so_and_keep_their_places(answers_folder: Path):
    workshop = trained()
    add(workshop.sheet, libelle="Salle")
    places = [AnswerStore("06_budgetisation").get(f"couts/formation_equipes/{n}") for n in (1, 2)]
    send(workshop.sheet, workshop.sheet.value[::-1])
    again = list_costs("formation_equipes", key=KEY)
    assert labels(again) == labels(workshop) == ["Salle", "Salaires", "Formateur"]
    kept = AnswerStore("06_budgetisation")
    assert [kept.get(f"couts/formation_equipes/{n}") for n in (1, 2)] == places
    send(again.sheet, again.sheet.value[::-1])
    assert AnswerStore("06_budgetisation").get("couts/formation_equipes/ordre") == []


def test_a_line_moved_in_another_notebook_loses_nothing(answers_folder: Path):
    first, second = trained(), list_costs("formation_equipes", key=KEY)
    send(first.sheet, first.sheet.value[::-1])
    type_in(second.sheet, 2, quantite="100")
    kept = list_costs("formation_equipes", key=KEY).current
    assert [(line["libelle"], line["quantite"]) for line in kept] == [
        ("Salaires", "100"),
        ("Formateur", "2"),
    ]


def test_rows_of_an_action_that_is_left_change_no_other():
    workshop = trained()
    late = [*workshop.sheet.value]
    late[0] = late[0] | {"cells": late[0]["cells"] | {"libelle": "Trop tard"}}
    workshop.action.value = "rituels"
    send(workshop.sheet, late)
    assert workshop.current == [] == workshop.sheet.value
    workshop.action.value = "formation_equipes"
    assert labels(workshop) == ["Formateur", "Salaires"]


@pytest.mark.parametrize("order", [None, "abîmé", [7, 99, "x"], [2, 2]])
def test_answers_of_before_and_a_strange_order_show_every_line(answers_folder: Path, order):
    trained()
    if order is not None:
        AnswerStore("06_budgetisation").set("couts/formation_equipes/ordre", order)
    workshop = list_costs("formation_equipes", key=KEY)
    assert sorted(labels(workshop)) == ["Formateur", "Salaires"]


# --- sources -------------------------------------------------------------------------------------


def test_a_source_that_can_be_checked():
    workshop = trained()
    research = research_costs(workshop)
    assert research.results == (0, 2)
    today = pd.Timestamp.now().strftime("%d/%m/%Y")
    sourced = {"source": "Devis de l’organisme, page 2", "date_source": today}
    for rank in (1, 2):
        type_in(research.sheet, rank, **sourced, fiabilite="élevée")
    assert research.results == (2, 2)
    assert "✓" in research.summary_area.value
    type_in(workshop.sheet, 1, source="internet")
    assert research.results == (1, 2)
    type_in(workshop.sheet, 2, date_source="01/01/2015")
    assert research.results == (0, 2)
    assert "deux ans" in said(research.sheet, 2)
    assert "deux ans" not in said(workshop.sheet, 2)
    assert list_costs(key=KEY).value["formation_equipes"][0]["source"] == "internet"


def test_the_research_shows_the_fields_of_the_list():
    workshop = trained()
    research = research_costs(workshop)
    assert research.sheet.lines == workshop.sheet.lines and len(research.sheet.lines) == 2
    remove(workshop.sheet, 1)
    assert research.sheet.lines == workshop.sheet.lines
    assert cell(research.sheet, 1, "libelle") == "Salaires"


# --- what the table leaves out, and the workbook -------------------------------------------------


def test_the_actions_left_out_and_their_progress():
    workshop = trained()
    view = cost_left_out(workshop)
    assert dict(zip(view.progress["Action"], view.progress["Lignes"], strict=True)) == {
        "Offres groupées": 0,
        "Formation des équipes": 2,
        "Rituels d’accueil": 0,
        "Parcours en boutique": 0,
    }
    view.buttons["rituels"].click()
    assert workshop.action.value == "rituels"
    add_line(workshop, libelle="Fleurs", quantite="12", cout_unitaire="40")
    assert view.progress["Coût HT"].sum() == pytest.approx(4501 + 480)
    assert "2 sur 4" in " ".join(view.table_area.value.split())


def test_the_workbook_stands_beside_the_answers(answers_folder: Path):
    workshop = trained()
    type_in(workshop.sheet, 1, source="=HYPERLINK(1)")
    workshop.who.value, workshop.count.value = "utilisateurs", "12"
    view = cost_left_out(workshop)
    view.export_button.click()
    assert "06_budget.xlsx" in workshop.message
    back = read_budget(answers_folder / "06_budget.xlsx")
    pd.testing.assert_frame_equal(back.lines, workshop.budget.lines)
    pd.testing.assert_frame_equal(back.actions, workshop.budget.actions)


def test_an_empty_budget_is_not_written(answers_folder: Path):
    workshop = list_costs()
    research_costs(workshop).export_button.click()
    assert "Aucune ligne" in workshop.message
    assert not (answers_folder / "06_budget.xlsx").exists()


# --- the envelope --------------------------------------------------------------------------------


@pytest.fixture
def people() -> pd.DataFrame:
    names = [sheet.name for sheet in load_segments()]
    return pd.DataFrame({"segment": names * 50})


def ticked(people: pd.DataFrame, key: str = "") -> EnvelopeChooser:
    """Three actions that suit the house and move what is low."""
    activity = envelope_chooser(people, envelope=1500, key=key)
    sheet = next(sheet for sheet in load_segments() if sheet.name == "Bientôt dormants")
    fit = [i for i, action in enumerate(sheet.actions) if action.luxury]
    low = [i for i in fit if set(activity.levers) & set(sheet.actions[i].moves)]
    for place in [low[0], *[i for i in fit if i != low[0]][:2]]:
        activity.boxes[place].value = True
    return activity


def fill(activity: EnvelopeChooser, reached: str, each: str, once: str) -> None:
    for action in activity.chosen:
        fields = activity.costs[action.text].fields
        for field, value in zip(fields, (reached, each, once), strict=True):
            field.value = value
    activity.check_button.click()


@pytest.mark.parametrize(
    ("typed", "outcome", "says"),
    [
        (("40", "5,50", "200"), Outcome.SUCCESS, "1 260,00"),
        (("40", "", "200"), Outcome.REVIEW, "Remplissez"),
        (("51", "1", "0"), Outcome.REVIEW, "Il y en a 50"),
        (("0", "0", "0"), Outcome.REVIEW, "gratuit"),
        (("50", "20", "0"), Outcome.REVIEW, "dépasse"),
    ],
)
def test_three_actions_within_an_envelope(people, typed, outcome, says):
    activity = ticked(people)
    fill(activity, *typed)
    assert activity.result.outcome is outcome
    assert says in " ".join(activity.result.message.split())


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        (("-3", "1", "0"), "Clients touchés"),
        (("3", "-1", "0"), "Coût par client, HT (€)"),
        (("3", "1", "-0,5"), "Coût fixe, HT (€)"),
    ],
)
def test_a_number_that_is_refused_is_told_by_the_name_of_its_field(people, typed, label):
    activity = ticked(people)
    fill(activity, *typed)
    (wrong,) = [text for text in typed if text.startswith("-")]
    for cost in activity.costs.values():
        said = " ".join(cost.total_area.value.split())
        assert said == f"◐ « {label} » doit être au moins 0, or on lit « {wrong} »."


def test_a_number_that_cannot_be_read_is_explained_once_on_its_row(people):
    activity = ticked(people)
    fill(activity, "beaucoup", "1", "0")
    rows = [" ".join(cost.total_area.value.split()) for cost in activity.costs.values()]
    assert all(row.count("« beaucoup » ne se lit pas") == 1 for row in rows)
    assert activity.message == ""
    assert activity.result.outcome is Outcome.REVIEW
    assert "beaucoup" not in activity.result.message


def test_the_total_goes_on_without_an_action_that_cannot_be_read(people):
    activity = ticked(people)
    fill(activity, "40", "5,50", "200")
    activity.costs[activity.chosen[0].text].once.value = "cher"
    total = " ".join(activity.total_area.value.split())
    assert "Total : 840,00 € HT. Reste : 660,00 €. À chiffrer encore : 1 action." in total


def test_the_choice_itself_comes_first(people):
    activity = ticked(people)
    activity.boxes[[box.value for box in activity.boxes].index(True)].value = False
    activity.check_button.click()
    assert "Il en faut 3" in " ".join(activity.result.message.split())


def test_the_envelope_is_kept(people):
    activity = ticked(people, "06_budgetisation/enveloppe")
    fill(activity, "40", "5,50", "200")
    again = envelope_chooser(people, envelope=1500, key="06_budgetisation/enveloppe")
    assert again.value == activity.value
    assert again.total == pytest.approx(1260)
    assert again.result.outcome is Outcome.SUCCESS


def test_marc_s_segment_and_empty_ones_are_refused(people):
    for segment in ("À ne pas perdre", "Inconnus"):
        with pytest.raises(CourseError, match="ne convient pas"):
            envelope_chooser(people, segment)
    assert "À ne pas perdre" not in envelope_chooser(people).segment.options


def test_every_advised_action_can_be_the_name_of_a_line():
    for sheet in load_segments():
        assert max(len(action.text) for action in sheet.actions) <= 200
