"""Rating, repairing and building a strategy, without a front end; and the draft that is kept."""

from __future__ import annotations

import datetime as dt
import json

import ipywidgets as w
import pandas as pd
import pytest
from pydantic import ValidationError
from support.lessons import plain
from support.widgets import tree

from rfm_helpers.activities.base import WIDGET_VIEW
from rfm_helpers.activities.strategy.ratings import rate_strategies
from rfm_helpers.activities.strategy.statements import repair_strategy, strategy_builder
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.forms import (
    FIELDS,
    NAMES,
    UNITS,
    objective_text,
    read_statement,
    statement_sentence,
)
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.strategy.statements import CRITERIA
from rfm_helpers.analysis.strategy.targets import INDICATORS
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.catalog.statements import StatementDrill, load_statements
from rfm_helpers.datasets import COURSE_DATE, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.plots.stakes import plot_stakes
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.drafts import load_strategy_draft

GOOD = {
    "segment": "À ne pas perdre",
    "probleme": "D’anciens bons clients se taisent.",
    "indicateur": "part_actifs_12_mois",
    "depart": "11 %",
    "sans_nous": "28 %",
    "arrivee": "35",
    "echeance": "31/12/2026",
    "moyens": "Un appel\nUn rendez-vous",
}
REPAIRED = {
    "segment": "Fidèles potentiels",
    "indicateur": "frequence_moyenne",
    "depart": "3,1",
    "sans_nous": "3,2",
    "arrivee": "3,6",
    "echeance": "2026-12-31",
    "moyens": "Un programme de fidélité",
}


@pytest.fixture(scope="module")
def segmented() -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))


def fill(activity, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        activity.form.fields[name].value = text


def outcomes(activity) -> list[Outcome]:
    return [outcome for outcome, _ in activity.results.values()]


def every(segmented) -> list:
    return [rate_strategies(), repair_strategy(segmented), strategy_builder(segmented, key="")]


# --- what the activities share -------------------------------------------------------------------


def test_a_stored_notebook_shows_something_and_always_the_same(segmented):
    bundles = [[a._repr_mimebundle_() for a in every(segmented)] for _ in range(2)]
    for first, second in zip(*bundles, strict=True):
        assert first.pop(WIDGET_VIEW) != second.pop(WIDGET_VIEW)
        assert first == second
        assert first["text/plain"].startswith("Exécutez cette cellule pour ")
        assert "text/html" in first
        assert "VBox" not in json.dumps({kind: str(data) for kind, data in first.items()})


def test_every_field_has_its_label_in_full_and_a_place_for_messages(segmented):
    for activity in every(segmented):
        widgets = tree(activity.widget)
        assert activity.message_area in widgets
        fields = [
            x
            for x in widgets
            if hasattr(x, "description_allow_html") and not hasattr(x, "on_click")
        ]
        fields = [x for x in fields if not isinstance(x, w.HTML)]
        assert len(fields) >= 6
        for field in fields:
            assert field.description.endswith(("?", ":"))
            assert field.style.description_width == "initial"


# --- notes ---------------------------------------------------------------------------------------


def test_a_statement_needs_a_judgement_by_each_criterion():
    drill = load_statements().model_dump()
    del drill["statements"][0]["judgements"]["mesure"]
    with pytest.raises(ValidationError, match="doit être jugé sur objectif, donnees, mesure"):
        StatementDrill.model_validate(drill)
    drill = load_statements().model_dump()
    drill["statements"][1]["id"] = drill["statements"][0]["id"]
    with pytest.raises(ValidationError, match="même `id`"):
        StatementDrill.model_validate(drill)


def test_statements_differ_in_what_they_lack_and_one_lacks_nothing():
    answers = [
        tuple(j.answer for j in statement.judgements.values())
        for statement in load_statements().statements
    ]
    assert 5 <= len(answers) <= 6
    assert len(set(answers)) >= 5
    assert answers.count(("oui",) * 3) == 1
    for statement in load_statements().statements:
        for judgement in statement.judgements.values():
            wrong = judgement.non if judgement.answer == "oui" else judgement.oui
            right = judgement.oui if judgement.answer == "oui" else judgement.non
            assert "?" in wrong
            assert right != wrong


def test_right_ratings_succeed_and_each_gets_its_explanation():
    activity = rate_strategies()
    for name, card in activity.cards.items():
        judgements = activity._drill.statements[list(activity.cards).index(name)].judgements
        for criterion, judgement in judgements.items():
            card.fields[criterion].value = judgement.answer
        card.check_button.click()
        assert set(activity.results[name].values()) == {Outcome.SUCCESS}
    assert activity.summary == "Énoncés vérifiés\u00a0: 6 sur 6. Avis justes\u00a0: 18 sur 18."


def test_the_verdict_is_on_the_rating_and_says_it():
    drill, activity = load_statements(), rate_strategies()
    for statement in drill.statements:
        card = activity.cards[statement.id]
        for rating in ("oui", "non"):
            for field in card.fields.values():
                field.value = rating
            card.check_button.click()
            shown = " ".join(card.feedback.value.split())
            for criterion in drill.criteria:
                right = statement.judgements[criterion.id].answer == rating
                said = criterion.said(rating)
                assert said.startswith(f"{rating}, ")
                assert (f"✓ Bien vu : {said}<" if right else f"↻ À revoir : {said} ?<") in shown
            assert "Réussi" not in shown


def test_a_wrong_a_right_and_a_missing_rating():
    activity = rate_strategies()
    card = activity.cards["fideles_potentiels"]
    card.fields["objectif"].value = "oui"
    card.fields["donnees"].value = "non"
    assert activity.results == {}
    card.check_button.click()
    assert activity.results == {
        "fideles_potentiels": {
            "objectif": Outcome.SUCCESS,
            "donnees": Outcome.REVIEW,
            "mesure": Outcome.NOT_STARTED,
        }
    }
    assert "Que lisez-vous dans le tableau des segments" in card.feedback.value
    assert "Avis justes\u00a0: 1 sur 3" in activity.summary
    card.fields["mesure"].value = "non"
    assert activity.results == {}
    assert card.feedback.value == ""


def test_ratings_come_back_with_their_feedback():
    first = rate_strategies(key="essai/notes")
    card = first.cards["maison_preferee"]
    card.fields["objectif"].value = "oui"
    card.check_button.click()
    second = rate_strategies(key="essai/notes")
    assert second.value == first.value
    assert second.results == first.results
    assert "Lundi matin" in second.cards["maison_preferee"].feedback.value
    assert rate_strategies(key="autre/notes").results == {}


# --- repair --------------------------------------------------------------------------------------


def test_an_untouched_repair_is_not_started(segmented):
    activity = repair_strategy(segmented)
    assert activity.results == {}
    activity.check_button.click()
    assert set(outcomes(activity)) == {Outcome.NOT_STARTED}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"segment": "Prometteurs", "depart": "1,09", "sans_nous": "1,1", "arrivee": "1,5"},
        {"segment": "Nouveaux clients", "depart": "1", "sans_nous": "1,1", "arrivee": "1,4"},
    ],
)
def test_several_repairs_are_right(segmented, change):
    activity = repair_strategy(segmented)
    fill(activity, REPAIRED | change)
    activity.check_button.click()
    assert list(activity.results) == list(CRITERIA)
    assert outcomes(activity) == [Outcome.SUCCESS] * 3


@pytest.mark.parametrize(
    ("change", "criterion", "hint"),
    [
        (
            {"indicateur": "panier_moyen", "depart": "529", "sans_nous": "530", "arrivee": "600"},
            0,
            "la fréquence ?",
        ),
        ({"arrivee": "2"}, 0, "ne devrait-il pas monter"),
        ({"segment": "À risque", "depart": "2,2"}, 1, "clients récents"),
        ({"depart": "12"}, 1, "d’où vient votre chiffre"),
        ({"segment": "Champions", "depart": "10,4", "arrivee": "11"}, 1, "meilleur score F"),
        ({"sans_nous": ""}, 2, "Et sans vous, combien ?"),
        ({"echeance": ""}, 2, "Il manque l’échéance"),
        ({"echeance": "01/01/2025"}, 2, "déjà passé"),
        ({"arrivee": "40"}, 2, "est-ce réaliste"),
        ({"moyens": "  \n"}, 2, "Avec quels moyens"),
    ],
)
def test_what_a_repair_lacks_is_named_under_its_criterion(segmented, change, criterion, hint):
    activity = repair_strategy(segmented)
    fill(activity, REPAIRED | change)
    activity.check_button.click()
    outcome, text = activity.results[CRITERIA[criterion]]
    assert outcome is Outcome.REVIEW
    assert hint in " ".join(text.split())


def test_another_field_takes_the_feedback_away_and_a_reload_brings_it_back(segmented):
    activity = repair_strategy(segmented, key="essai/reparation")
    fill(activity, REPAIRED)
    activity.check_button.click()
    again = repair_strategy(segmented, key="essai/reparation")
    assert again.value == activity.value == REPAIRED
    assert outcomes(again) == [Outcome.SUCCESS] * 3
    assert "Réussi" in again.feedback.value
    again.form.goal.value = "3,7"
    assert again.feedback.value == ""


def test_a_number_that_is_none_is_explained_and_nothing_is_lost(segmented):
    activity = repair_strategy(segmented, key="essai/reparation")
    fill(activity, REPAIRED | {"arrivee": "beaucoup"})
    assert "« beaucoup »" in activity.message.replace("\u00a0", " ")
    assert repair_strategy(segmented, key="essai/reparation").form.goal.value == "beaucoup"
    activity.form.goal.value = "4"
    assert activity.message == ""


# --- builder -------------------------------------------------------------------------------------


def test_the_weight_of_a_segment_stands_beside_its_assumption(segmented):
    activity = strategy_builder(segmented, key="")
    activity.form.segment.value = "À ne pas perdre"
    text = activity.weight_area.value.replace("\u00a0", " ").replace("\u202f", " ")
    assert "206 clients" in text
    assert "En jeu : 23 204 €" in text
    assert "10 % des clients commandent une fois de plus, pour 1 126 €" in text
    assert "hypothèse" in text
    before = activity.map_area.value
    activity.share.value = 20
    assert "46 408 €" in activity.weight_area.value.replace("\u202f", " ").replace("\u00a0", " ")
    assert activity.map_area.value != before
    activity.form.segment.value = "Fidèles"
    assert activity.share.read() == 10


def test_the_figure_says_the_same_as_the_calculation(segmented):
    activity = strategy_builder(segmented, key="")
    stakes = activity.stakes_for("Perdus", 0.5).set_index("segment")["chiffre_affaires_en_jeu"]
    expected = revenue_at_stake(segmented, 0.1).set_index("segment")["chiffre_affaires_en_jeu"]
    assert stakes["Perdus"] == pytest.approx(5 * expected["Perdus"])
    assert stakes.drop("Perdus").equals(expected.drop("Perdus"))


def test_the_bars_of_the_figure_are_the_amounts():
    stakes = pd.DataFrame(
        {
            "segment": ["Perdus", "Champions"],
            "clients": [10, 20],
            "panier_moyen": [50.0, 100.0],
            "part_qui_reagit": [0.1, 0.125],
            "chiffre_affaires_en_jeu": [50.0, 250.0],
        }
    )
    figure = plot_stakes(stakes)
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [250.0, 50.0]
    texts = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert texts == ["250 €  (20 clients × 12,5 % × 100 €)", "50 €  (10 clients × 10 % × 50 €)"]
    assert figure.alternative.startswith("Chiffre d’affaires en jeu\u00a0: Champions")
    with pytest.raises(CourseError, match="panier_moyen"):
        plot_stakes(stakes.drop(columns="panier_moyen"))


def test_a_draft_is_judged_as_it_is_written(segmented):
    activity = strategy_builder(segmented, key="")
    assert set(outcomes(activity)) == {Outcome.NOT_STARTED}
    fill(activity, GOOD | {"moyens": ""})
    assert outcomes(activity) == [Outcome.SUCCESS, Outcome.SUCCESS, Outcome.REVIEW]
    activity.form.means.value = GOOD["moyens"]
    assert outcomes(activity) == [Outcome.SUCCESS] * 3
    sentence = activity.sentence_area.value.replace("\u00a0", " ")
    assert "« À ne pas perdre »" in sentence
    assert (
        "à 35,0 % d’ici au 31 décembre 2026 (aujourd’hui : 11,0 % ; sans nous : 28,0 %)" in sentence
    )
    assert "Un appel ; Un rendez-vous" in sentence


def test_today_s_value_is_shown_once_it_can_be(segmented):
    activity = strategy_builder(segmented, key="")
    assert "Choisissez un segment et un indicateur" in activity.now_area.value
    fill(activity, {"segment": "Fidèles", "indicateur": "recence_mediane"})
    assert "88\u00a0jours" in activity.now_area.value
    assert "en jours" in activity.form.unit_area.value


def test_what_the_learner_writes_is_escaped(segmented):
    activity = strategy_builder(segmented, key="")
    fill(activity, {"probleme": "<script>x</script>", "moyens": "<b>"})
    assert "<script>" not in activity.sentence_area.value
    assert "<b>" not in activity.sentence_area.value


def test_a_missing_column_is_named(segmented):
    with pytest.raises(CourseError, match="segment"):
        strategy_builder(segmented.drop(columns="segment"), key="")


def test_a_date_that_is_none_hides_nothing_else_of_a_draft(segmented):
    activity = strategy_builder(segmented, key="")
    fill(activity, GOOD | {"echeance": "31/02/2026", "sans_nous": "peu"})
    assert "D’ici au – « 31/02/2026 »" in " ".join(activity.message.split())
    assert "Sans nous – « peu »" in " ".join(activity.message.split())
    assert "à 35,0 % d’ici …" in " ".join(activity.sentence_area.value.split())
    assert outcomes(activity) == [Outcome.SUCCESS, Outcome.SUCCESS, Outcome.REVIEW]
    activity.form.by.value, activity.form.anyway.value = "31 décembre 2026", "28"
    assert activity.message == ""
    assert outcomes(activity) == [Outcome.SUCCESS] * 3


# --- the draft -----------------------------------------------------------------------------------


def test_the_draft_is_kept_for_later_lessons(segmented):
    assert load_strategy_draft() is None
    fill(strategy_builder(segmented), GOOD)
    draft = load_strategy_draft()
    assert draft == read_statement(GOOD)
    assert draft.target.segment == "À ne pas perdre"
    three = (draft.objective.from_value, draft.objective.anyway_value, draft.objective.to_value)
    assert three == (0.11, 0.28, 0.35)
    assert draft.objective.by == dt.date(2026, 12, 31)
    assert draft.means == ("Un appel", "Un rendez-vous")
    again = strategy_builder(segmented)
    assert again.form.texts == GOOD
    assert outcomes(again) == [Outcome.SUCCESS] * 3


def test_the_assumed_share_comes_back(segmented):
    first = strategy_builder(segmented)
    first.form.segment.value = "Fidèles"
    first.share.value = 5
    assert strategy_builder(segmented).value["part_supposee"] == 0.05


def test_a_draft_with_an_unreadable_number_still_loads(answers_folder):
    texts = {f"brouillon/{name}": text for name, text in (GOOD | {"depart": "peu"}).items()}
    AnswerStore("01_strategie").update(texts)
    draft = load_strategy_draft()
    assert draft.problem == GOOD["probleme"]
    assert draft.objective.from_value is None
    assert (draft.objective.to_value, draft.objective.by) == (0.35, dt.date(2026, 12, 31))


def test_a_draft_of_two_numbers_comes_back(segmented):
    """Answers files written before an objective had three numbers lack one of them."""
    old = {name: text for name, text in GOOD.items() if name != "sans_nous"}
    AnswerStore("01_strategie").update({f"brouillon/{name}": text for name, text in old.items()})
    activity = strategy_builder(segmented)
    assert activity.form.texts == old | {"sans_nous": ""}
    assert load_strategy_draft().objective.anyway_value is None
    activity.form.anyway.value = "28"
    assert strategy_builder(segmented).form.texts == old | {"sans_nous": "28"}


def test_the_builder_judges_by_the_past_it_is_given(segmented):
    both = assign_segments(compare_dates(load_orders(), ["2024-12-31", "2025-12-31"]))
    past, now = (both[both["date"] == day] for day in ("2024-12-31", "2025-12-31"))
    activity = strategy_builder(now, past=past, cycle_days=98, key="")
    fill(activity, GOOD | {"depart": "52,5", "sans_nous": "27", "arrivee": "40"})
    assert outcomes(activity) == [Outcome.SUCCESS] * 3
    for field, text, said in (
        ("goal", "30", "trop imprécis"),
        ("by", "31/01/2026", "bien proche"),
        ("anyway", "11", "de 21 % à 34 %"),
    ):
        before = getattr(activity.form, field).value
        getattr(activity.form, field).value = text
        outcome, why = activity.results[CRITERIA[2]]
        assert outcome is Outcome.REVIEW
        assert said in " ".join(why.split())
        getattr(activity.form, field).value = before


def test_every_indicator_has_a_unit_and_a_name():
    assert set(UNITS) == set(NAMES) == set(INDICATORS)
    assert set(GOOD) == set(FIELDS)


@pytest.mark.parametrize(
    ("indicator", "typed", "read"),
    [
        ("panier_moyen", "12,5", "12,50 €"),
        ("montant_moyen", "1 500", "1 500 €"),
        ("part_actifs_12_mois", "34,25 %", "34,25 %"),
        ("recence_mediane", "12,5", "12,5 jours"),
        ("frequence_moyenne", "2,25", "2,25"),
    ],
)
def test_a_value_reads_back_as_it_was_typed(indicator, typed, read):
    fields = {"segment": "Fidèles", "indicateur": indicator, "depart": typed, "arrivee": typed}
    statement = read_statement(fields)
    assert f"(aujourd’hui : {read} ;" in plain(statement_sentence(statement))
    assert f" : {read} (aujourd’hui {read})" in plain(objective_text(statement.objective))


def test_a_sentence_shows_its_gaps():
    sentence = statement_sentence(read_statement({"segment": "Fidèles"}))
    assert sentence.count("…") == 6
