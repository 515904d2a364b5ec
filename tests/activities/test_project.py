"""The final project on the screen: kept, merged, taken over and undone; what follows is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
import pytest
from support import by_hand
from support.contacts import staying
from support.final_project import ODD, action, finished, line, segments, strategy
from support.widgets import tree

from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.data.own_orders import keep_orders, own_orders
from rfm_helpers.activities.moments.signature import sign_list
from rfm_helpers.activities.project.book import ProjectBook, final_project
from rfm_helpers.activities.project.brands import project_brands
from rfm_helpers.activities.project.costs import project_costs, project_sources
from rfm_helpers.activities.project.overview import project_files, project_overview
from rfm_helpers.activities.project.positioning import place_brands
from rfm_helpers.activities.project.returns import project_return
from rfm_helpers.activities.project.scores import project_scores
from rfm_helpers.activities.project.start import project_start
from rfm_helpers.activities.project.strategies import project_strategies
from rfm_helpers.activities.project.talk import project_structure, project_talk
from rfm_helpers.activities.project.team import SHARED, project_team
from rfm_helpers.activities.typed import Typed
from rfm_helpers.analysis.project.model import HOUSE, Project
from rfm_helpers.analysis.project.terrain import OWN
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.documents.project.report import write_report
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.places import SIGNATURE, SIGNING
from rfm_helpers.questions.project import EXERCISE, read_project

PARTS: dict[str, Callable[[ProjectBook], Activity]] = {
    "start": project_start,
    "scores": project_scores,
    "brands": project_brands,
    "map": lambda book: book.join(place_brands(book.folder), "map"),
    "strategies": project_strategies,
    "costs": project_costs,
    "return": project_return,
    "structure": project_structure,
    "talk": project_talk,
    "overview": project_overview,
    "files": project_files,
    "team": project_team,
}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


class Workbook:
    """The cells of the workbook: each is run when it is first looked at, or all at once."""

    def __init__(self, *, whole: bool = False) -> None:
        self.book = final_project()
        self.part: dict[str, Any] = {}
        if whole:
            self.part = {name: make(self.book) for name, make in PARTS.items()}

    def __getitem__(self, name: str) -> Any:
        if name not in self.part:
            self.part[name] = PARTS[name](self.book)
        return self.part[name]

    @property
    def remarks(self) -> str:
        return plain("\n".join(one.text for one in self.book.remarks))


def saved(answers: dict[str, Any], *, whole: bool = False) -> Workbook:
    AnswerStore(EXERCISE).update(answers)
    return Workbook(whole=whole)


# --- kept -----------------------------------------------------------------------------------------


def test_with_nothing_filled_in_every_part_says_what_is_to_be_done(answers_folder: Path) -> None:
    work = Workbook(whole=True)
    assert [part.message for part in work.part.values()] == [""] * len(PARTS)
    assert set(work["overview"].value.values()) == {"à faire"}
    assert not (answers_folder / "projet_final.json").exists()
    assert project_sources(work["costs"]).results == (0, 0)


def test_a_finished_project_comes_back_whole_and_unchanged(answers_folder: Path) -> None:
    answers = finished() | {"projet/titre": ODD}
    work = saved(answers, whole=True)
    before = (answers_folder / "projet_final.json").read_bytes()
    shown = work.book._shown()
    for question, value in answers.items():
        if isinstance(value, dict) and "libelle" in value:
            assert value.items() <= shown[question].items()
        elif not question.endswith("/qui"):
            assert shown[question] == value, question
    assert (answers_folder / "projet_final.json").read_bytes() == before
    assert [part.keeper.text for part in work.part.values() if part.keeper] == [
        work["start"].keeper.text
    ] * 9
    assert "Rien ne manque" in plain(work["talk"].remarks_area.value)


def test_each_part_keeps_what_is_typed_and_the_others_hear_of_it() -> None:
    work = Workbook()
    _ = work["costs"], work["talk"]
    work["start"].title.value = "Revenir"
    work["start"].terrain.value = HOUSE
    work["brands"].cards["marque"]["nom"].value = "Orsenne"
    work["brands"].names[0].value = "Prix"
    work["brands"].notes["concurrents/1"][0].value = "400 €"
    strategies = work["strategies"]
    strategies.segment.value = "Fidèles"
    strategies.form.means.value = "Un appel"
    strategies.subs["R"].value = "Les revoir"
    assert list(work["costs"].own.means) == ["Un appel"]
    work["costs"].own.add("Un appel")
    work["costs"].aim_fields["segment"].value = "Fidèles"
    work["costs"].aim_fields["score"].value = "F"
    assert "« Un appel » vise le score F, qu’aucune sous-stratégie" in work.remarks
    work["costs"].aim_fields["score"].value = "R"
    assert "vise le score" not in work.remarks
    work["structure"].fields["expose/marque/message"].value = "Une maison qui répare"
    assert "Une maison qui répare" in work["talk"].messages["marque"].value
    work["talk"].minutes["marque"].value = "12"
    assert "c’est trop" in work["talk"].total_area.value
    project = read_project(AnswerStore(EXERCISE).answers)
    assert (project.title, project.terrain, project.brand.name) == ("Revenir", HOUSE, "Orsenne")
    assert project.strategies[0].parts == {"R": "Les revoir"}
    assert (project.actions[0].segment, project.actions[0].score) == ("Fidèles", "R")
    again = Workbook()
    for name, part in work.part.items():
        assert again[name].state() == part.state(), name


# --- step 1 ---------------------------------------------------------------------------------------


def test_segments_enter_the_project_once_the_four_settings_are_chosen() -> None:
    work = Workbook()
    scores = work["scores"]
    assert "2 493 clients" in plain(scores.segments_area.value)
    scores.date.value, scores.months.value, scores.levels.value = "31/12/2025", "12", "5"
    assert scores.rows == []
    scores.method.value = "quantiles"
    profile = read_project(AnswerStore(EXERCISE).answers).segments
    assert profile["clients"].sum() == work.book.scored.customers.shape[0] < 2493
    assert profile["part_ca"].sum() == pytest.approx(1)
    assert len(work.book.facts.benchmarks) == 0
    work["start"].terrain.value = HOUSE
    assert work.book.facts.benchmarks["Champions"].share > 0.8
    scores.months.value = "beaucoup"
    assert "beaucoup" in scores.message
    assert scores.rows == []


def test_an_own_file_is_scored_and_says_who_may_be_contacted() -> None:
    work = Workbook()
    start = work["start"]
    start.terrain.value = OWN
    assert "choisissez-le ci-dessous" in plain(start.terrain_area.value)
    assert start.form.widget.layout.display == ""
    lines = load_orders()[["client_id", "commande_id", "date_achat", "montant"]]
    ids = sorted(lines["client_id"].unique())
    said = ["non" if one == "C-0360" else "oui" for one in ids]
    keep_orders(lines, COURSE_DATE, pd.DataFrame({"client_id": ids, "consentement_e_mail": said}))
    own = own_orders()
    assert own is not None and own.people is not None
    assert own.people.query("consentement_e_mail == 'non'")["client_id"].tolist() == ["C-0360"]
    start._new_file()
    facts = work.book.facts
    assert sum(count for (_, by), count in facts.reachable.items() if by == "e-mail") == 2492
    assert plain(start.terrain_area.value).endswith("30 décembre 2025.</p></div>")


def test_other_customers_and_back_again_lose_nothing() -> None:
    settings = {"date": "31/12/2025", "mois": "24", "niveaux": "4", "methode": "quantiles"}
    typed = {f"rfm/{name}": text for name, text in settings.items()}
    work = saved(typed | {"projet/terrain": HOUSE, "rfm/lecture": "Les Champions pèsent."})
    before = work["scores"].rows
    assert len(before) == 11
    work["start"].terrain.value = OWN  # which is not there
    assert AnswerStore(EXERCISE).answers["rfm/segments"] == []
    for again in (work, Workbook()):
        _ = again["scores"]
        again["start"].terrain.value = HOUSE
        assert AnswerStore(EXERCISE).answers["rfm/segments"] == before
        again["start"].terrain.value = OWN


def test_without_its_file_a_partner_s_project_keeps_its_segments() -> None:
    work = saved(finished() | {"projet/terrain": OWN})
    assert "n’est pas encore là" in plain(work["scores"].segments_area.value)
    assert len(work["scores"].rows) == 3
    assert len(read_project(AnswerStore(EXERCISE).answers).segments) == 3


# --- step 2 ---------------------------------------------------------------------------------------


def test_criteria_are_renamed_doubled_or_unnamed_and_no_note_is_lost() -> None:
    brands = Workbook()["brands"]
    notes = brands.notes["marque"]
    notes[0].value, notes[1].value, notes[2].value = "a", "b", "c"
    brands.names[0].value = "Prix"
    brands.names[1].value = "prix"
    kept = AnswerStore(EXERCISE).answers["marque/notes"]
    assert kept == {"Prix": "a", "prix (2)": "b", "Critère 3": "c"}
    again = Workbook()["brands"]
    assert [field.value for field in again.notes["marque"]][:3] == ["a", "b", "c"]
    assert [field.value for field in again.names][:3] == ["Prix", "prix", ""]


def test_a_fourth_competitor_shows_once_the_third_has_a_name() -> None:
    brands = Workbook()["brands"]
    assert brands.boxes["concurrents/4"].layout.display == "none"
    brands.cards["concurrents/3"]["nom"].value = "Lancel"
    assert brands.boxes["concurrents/4"].layout.display == ""


# --- steps 3 and 4 --------------------------------------------------------------------------------


def test_a_strategy_is_removed_and_brought_back() -> None:
    work = saved(finished())
    strategies = work["strategies"]
    strategies.segment.value = "Fidèles"
    strategies.remove_button.click()
    assert [one.segment for one in work.book.project.strategies] == [
        "Champions", "Fidèles potentiels",
    ]  # fmt: skip
    strategies.segment.value = "Perdus"
    strategies.undo.button.click()
    assert strategies.segment.value == "Fidèles"
    assert work.book.project.strategies == read_project(finished()).strategies


def test_an_action_removed_comes_back_with_what_it_aims_at() -> None:
    work = saved(finished())
    costs = work["costs"]
    costs.action.value = "mienne_2"
    costs.own.remove_button.click()
    costs.own.add("Un bouquet")
    assert costs.aim_fields["segment"].value == ""
    costs.own.remove_button.click()
    costs.undo.button.click()
    costs.undo.button.click()
    assert work.book.project.actions == read_project(finished()).actions


def test_nothing_can_be_typed_that_belongs_to_no_action() -> None:
    work = Workbook()
    costs = work["costs"]
    assert costs.people_row.layout.display == "none"
    costs.own.name.value = "Un dîner avec l’at"
    assert Workbook()["costs"].own.name.value == "Un dîner avec l’at"
    costs.own.add("Un dîner")
    assert costs.people_row.layout.display == "flex"


def test_the_return_starts_from_the_customers_aimed_at_and_goes_back() -> None:
    work = saved(finished() | {"retour/plan": {"uplift": "12", "basket": "1"}})
    returns = work["return"]
    returns.data_button.click()
    inputs = {name: field.value for name, field in returns.inputs.items()}
    assert inputs["uplift"] == "12"
    assert (inputs["reached"], inputs["basket"]) == ("587", plain(inputs["basket"]))
    assert work.book.project.campaign is not None
    returns.undo.button.click()
    assert {name: f.value for name, f in returns.inputs.items() if f.value} == {
        "uplift": "12", "basket": "1",
    }  # fmt: skip
    returns.inputs["basket"].value = "cher"
    assert "cher" in returns.message


def test_totals_are_those_of_the_strategies() -> None:
    shown = plain(saved(finished())["return"].totals_area.value)
    for name, total in (
        ("Les garder proches", "3 000 €"),
        ("L’expérience personnalisée", "700 €"),
        ("La deuxième visite", "240 €"),
    ):
        assert shown.index(name) < shown.index(total)
    assert "3 940 €" in shown


# --- taken over, merged, handed in ----------------------------------------------------------------


def test_the_plan_of_the_lessons_is_taken_over_and_taken_out_again() -> None:
    start = Workbook()["start"]
    start.plan_button.click()
    assert "n’ont encore rien gardé" in start.message
    plan = {"strategie/segment": "Fidèles", "strategie/moyens": "Un appel"}
    plan |= {"couts/mienne_1/titre": "Un appel", "couts/mienne_1/1": line("Temps", "600")}
    AnswerStore("mon_plan").update(plan)
    work = saved({"strategies/1/segment": "Champions", "strategies/1/titre": "La mienne"})
    start = work["start"]
    start.plan_button.click()
    assert [one.segment for one in work.book.project.strategies] == ["Champions", "Fidèles"]
    assert work.book.project.total == 1200
    assert work["costs"].own.titles == {"mienne_1": "Un appel"}
    start.plan_button.click()
    assert "déjà dans le projet" in start.message
    start.undo.button.click()
    assert [one.segment for one in work.book.project.strategies] == ["Champions"]
    assert work.book.project.actions == ()
    assert work["costs"].own.titles == {}


def sign(name: str, customers: list[str]) -> None:
    """Sign a list as lesson 11 keeps it."""
    lists = {name: customers}
    lesson = sign_list(lists, set(), {name: "?"}, key=f"{SIGNING}/{SIGNATURE}")
    lesson.choice.value, lesson.reason.value = name, "On les perd."
    lesson.check_button.click()


def test_the_list_signed_in_lesson_11_is_taken_over_with_its_figures(answers_folder: Path) -> None:
    """Forty names, where they stand and who may be written to, counted with plain pandas."""
    table = by_hand.same_windows()[str(COURSE_DATE)].pipe(by_hand.named)
    gone = by_hand.measures(str(COURSE_DATE)).index.difference(table.index)[0]
    names = [*table.nlargest(39, "montant_total").index, gone]
    sign("Par alerte", names)
    work = saved({"projet/terrain": HOUSE})
    start = work["start"]
    assert start.signed_area.value == ""
    start.plan_button.click()
    here = table.loc[names[:39]]
    segment, count = here["segment"].value_counts().head(1).reset_index().iloc[0]
    letters = len(staying(here.index[here["segment"] == segment], COURSE_DATE))
    sums = by_hand.french(here.loc[here["segment"] == segment, "montant_total"].sum())
    shown = plain(re.sub("<[^>]+>", " ", start.signed_area.value))
    row = f"{segment} {count} {letters} {plain(sums)}"
    assert row in re.sub(" +", " ", shown), shown
    assert "« Par alerte », 40 noms" in shown and "« On les perd »" in shown
    also = len(staying([gone], COURSE_DATE))
    assert f"Sans commande dans la fenêtre 1 {also} 0,00 €" in re.sub(" +", " ", shown)
    work["strategies"].segment.value = segment
    assert f"« Par alerte » : {count} noms sur 40, dont {letters} à qui" in plain(
        work["strategies"].facts_area.value
    )
    report = render_report(work.book.project, answers_folder)
    assert "« Par alerte », 40 noms. On les perd." in report
    kept = (answers_folder / "projet_final.json").read_text("utf-8")
    assert not any(name in kept + report for name in names)


def test_a_list_signed_anew_or_elsewhere_is_said_and_undone() -> None:
    sign("Par alerte", ["C-0001", "C-0360"])
    work = saved({"projet/terrain": HOUSE})
    start = work["start"]
    start.plan_button.click()
    sign("Par arbre", ["C-0002"])
    start.hear()
    assert "signé autre chose depuis" in start.signed_area.value
    start.plan_button.click()
    assert "« Par arbre », 1 nom" in plain(start.signed_area.value)
    start.undo.button.click()
    assert work.book.project.signed.name == "Par alerte"
    start.terrain.value = OWN
    assert "clients de la Maison Orsenne" in start.signed_area.value
    assert "Par alerte" not in render_report(work.book.project, Path(mkdtemp()))


def render_report(project: Project, folder: Path) -> str:
    return plain(unescape(write_report(project, folder / "rapport.html").read_text("utf-8")))


def partner(answers: dict[str, Any], folder: Path) -> bytes:
    """The file that somebody else writes."""
    AnswerStore(EXERCISE, folder).update(answers)
    project_team(final_project(folder)).export()
    return (folder / "projet_final" / SHARED).read_bytes()


def test_two_parts_merge_and_neither_is_lost(tmp_path: Path) -> None:
    theirs = {"rfm/lecture": "La leur", "marque/nom": "Orsenne"}
    theirs |= strategy(1, "Fidèles", "La leur") | action(
        1, "Fidèles", "Soirée privée", line("Lieu", "9")
    )
    content = partner(theirs, tmp_path / "autre")
    mine = {"rfm/lecture": "La mienne"} | strategy(1, "Champions", "La mienne")
    mine |= action(1, "Champions", "Un appel", line("Temps", "600"))
    work = saved(mine)
    before = work.book.project
    team = work["team"]
    team.take("projet.json", content)
    project = work.book.project
    assert [one.title for one in project.strategies] == ["La mienne", "La leur"]
    assert [one.title for one in project.actions] == ["Un appel", "Soirée privée"]
    assert work["costs"].message == ""  # an action of the lessons' case has that name
    assert (project.brand.name, project.rfm.reading) == ("Orsenne", "La mienne")
    assert team.value == ["rfm/lecture"]
    assert "La leur" in team.versions_area.value
    assert plain(team.other.label) == "Analyse RFM : ce que disent les segments"
    team.swap_button.click()
    assert work["scores"].reading.value == work.book.project.rfm.reading == "La leur"
    assert work.book.answers["autres/rfm/lecture"] == ["La mienne"]
    team.undo.button.click()
    assert work.book.project.rfm.reading == "La mienne"
    team.undo.button.click()
    assert work.book.project == before
    assert team.value == []
    team.take("projet.json", content)
    team.take("projet.json", content)
    assert "déjà dans votre projet" in plain(team.message)


MON_PLAN = b'{"format": 1, "exercise": "mon_plan", "answers": {}}'
OTHER_COURSE = b'{"nbformat": 4, "cells": [], "metadata": {}}'
BEGUN = b'{"format": 1, "exercise": "projet_final", "answers": {"'
CUT = BEGUN + b'rfm/mois": {"value"'
#: Questions that no course asks.
ASKED = [
    BEGUN + name + b'": {"value": "x", "saved": "2026-01-05T10:00:00+00:00"}}}'
    for name in (b"", b"x" * 199, b"x" * 999)
]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        *((bad, "pas un projet de ce cours") for bad in
          (b"", b"{}", b"\x00", b"[" * 9999, MON_PLAN, OTHER_COURSE, CUT, b'{"format": "x"}',
           *ASKED)),
        (b'{"format": 99}', "version plus récente du cours"),
    ],
)  # fmt: skip
def test_what_is_no_project_is_refused_and_changes_nothing(content: bytes, said: str) -> None:
    work = saved({"rfm/lecture": "La mienne"})
    with pytest.raises(CourseError, match=said):
        work["team"].take("notes.json", content)
    assert work.book.answers["rfm/lecture"] == "La mienne"


def test_other_customers_are_said_and_change_nothing_here(tmp_path: Path) -> None:
    theirs = partner({"projet/terrain": "The Complete Journey", "rfm/mois": "6"}, tmp_path / "b")
    work = saved({"projet/terrain": "Maison Orsenne", "rfm/mois": "24"})
    work["team"].take("b.json", theirs)
    assert "d’autres clients (« The Complete Journey »)" in plain(work["team"].undo.text_area.value)
    assert (work.book.project.terrain, work.book.project.rfm.months) == ("Maison Orsenne", 24)
    assert work["team"].value == ["projet/terrain", "rfm/mois"]


def test_a_stranger_s_shapes_break_no_part(tmp_path: Path) -> None:
    odd = {
        "marque/notes": ["a"], "comparaison/criteres": 3, "strategies/1/segment": {"a": 1},
        "couts/mienne_1/segment": 5, "retour/plan": "x", "retour/fourchettes": {"uplift": "a"},
        "rfm/segments": [*segments(1), segments(1)[0] | {"chiffre_affaires": 1e300}],
        "autres/rfm/lecture": "x", "projet/titre": 4,
    }  # fmt: skip
    content = partner(odd | {"marque/fiche": "lisible"}, tmp_path / "autre")
    work = Workbook()
    work["team"].take("x.json", content)
    assert work["brands"].cards["marque"]["fiche"].value == "lisible"
    assert Workbook()["brands"].cards["marque"]["fiche"].value == "lisible"
    assert len(work.book.project.segments) == 1
    assert work["files"].write() is None and work["files"].value[0] == "presentation.pptx"


@pytest.mark.parametrize("nonsense", ["demain peut-être", "-1"])
def test_what_makes_no_sense_comes_back_and_stops_no_cell(nonsense: str) -> None:
    work = saved(
        {"marque/nom": "Orsenne", "concurrents/1/nom": "Autre"} | strategy(1, "Champions", "X")
    )
    work.part = {name: make(work.book) for name, make in PARTS.items()}
    typed = [
        (name, rank)
        for name, part in work.part.items()
        for rank, field in enumerate(tree(part.widget))
        if isinstance(field, Typed) and hasattr(field, "value") and isinstance(field.value, str)
    ]
    assert len(typed) > 100
    for name, rank in typed:
        tree(work.part[name].widget)[rank].value = nonsense
    kept = {name: part.state() for name, part in work.part.items()}
    again = Workbook(whole=True)
    for name, part in again.part.items():
        assert part.state() == kept[name], name


def test_the_files_are_written_and_said(answers_folder: Path) -> None:
    work = saved(finished())
    work["files"].write_button.click()
    names = ["presentation.pptx", "rapport.html", "budget.xlsx"]
    assert work["files"].value == names
    assert all((answers_folder / "projet_final" / name).exists() for name in names)
    work["files"].write_button.click()
    assert plain(work["files"].files_area.value).count("celui d’avant est gardé") == 3


def test_what_is_shared_holds_no_customer(tmp_path: Path) -> None:
    content = partner(finished(), tmp_path / "autre")
    assert "C-0360" not in json.dumps(json.loads(content))
