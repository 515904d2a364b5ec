"""One plan through the activities: target, means, actions, costs, return, measure, own file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from rfm_helpers.activities.budget.plan_summary import plan_summary
from rfm_helpers.activities.budget.workshop import CostWorkshop, list_costs
from rfm_helpers.activities.campaign.plan_measure import plan_measure
from rfm_helpers.activities.campaign.plan_return import PlanReturn, plan_return
from rfm_helpers.activities.campaign.planned import places
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.activities.data.own_orders import (
    keep_orders,
    kept_path,
    own_moves,
    own_scores,
    own_segment,
    own_segments,
)
from rfm_helpers.activities.strategy.comparison import compare_strategies
from rfm_helpers.activities.strategy.target_field import OWN, TargetField
from rfm_helpers.analysis.campaign.account import campagne
from rfm_helpers.analysis.migrations.moves import segment_moves
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.targets import LESSON_5, both_levels, target_customers
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import percent
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.plan import load_plan

EXAMPLE = campagne(clients=20, hausse=0.12, panier=1443.33, taux_marque=0.485, cout=2000)
STRATEGY = {
    "segment": str(LESSON_5),
    "probleme": "Ils ont été mal reçus.",
    "indicateur": "part_actifs_12_mois",
    "depart": "17",
    "sans_nous": "30",
    "arrivee": "45",
    "echeance": "31/12/2026",
    "moyens": "Un appel du directeur\nUne visite de l’atelier",
}


def plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def files() -> dict[str, pd.DataFrame]:
    return {
        "people": load_customers(), "complaints": load_complaints(), "contacts": load_contacts(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def segmented() -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(load_orders(), as_of=COURSE_DATE)))


def write_strategy(**change: str) -> None:
    texts = STRATEGY | change
    AnswerStore("mon_plan").update({f"strategie/{name}": text for name, text in texts.items()})


def write_costs(action: str = "mienne_1", title: str = "Un appel", cost: str = "600") -> None:
    line = {"libelle": "Temps", "quantite": "1", "cout_unitaire": cost}
    kept = {f"couts/{action}/titre": title, f"couts/{action}/1": line}
    AnswerStore("mon_plan").update(kept)


def returned(files: dict[str, pd.DataFrame]) -> PlanReturn:
    return plan_return(load_orders(), EXAMPLE, key="mon_plan/retour", **files)


# --- the target -----------------------------------------------------------------------------------


def test_a_target_is_a_segment_the_lesson_s_rule_or_one_s_own() -> None:
    field = TargetField(["Champions", "Perdus"])
    field.choice.value = OWN
    field.ends["F"][0].value, field.ends["F"][1].value = 5, 2
    assert field.value == "R 1 à 2, F 2 à 5, M 4 à 5, sur 5 niveaux"
    again = TargetField(["Champions", "Perdus"])
    again.value = field.value
    assert (again.rule, again.bounds.layout.display) == (field.rule, "flex")
    again.value = "Perdus"
    assert (again.choice.value, again.bounds.layout.display) == ("Perdus", "none")


@pytest.mark.parametrize("text", ["Fidèles", "R 1 à 2, F 1 à 4, M 1 à 4, sur 4 niveaux", "x"])
def test_a_target_that_is_not_offered_is_left_out(segmented: pd.DataFrame, text: str) -> None:
    AnswerStore("mon_plan").update({"strategie/segment": text, "strategie/moyens": "Un appel"})
    few = segmented[segmented["segment"] == "Champions"]
    five = score_rfm(segmented[["client_id", "recence", "frequence", "montant_total"]], levels=5)
    activity = compare_strategies(few, five, key="mon_plan/strategie")
    assert activity.form.segment.value == ""
    assert activity.form.means.value == "Un appel"


def test_the_115_customers_of_lesson_5_are_a_target(segmented: pd.DataFrame) -> None:
    five = score_rfm(segmented[["client_id", "recence", "frequence", "montant_total"]], levels=5)
    for given in (segmented, both_levels(segmented, five)):
        activity = compare_strategies(given, five, key="mon_plan/strategie")
        activity.form.segment.value = str(LESSON_5)
        assert "115 clients" in plain(activity.mine_area.value)
    with pytest.raises(CourseError, match="code_rfm_5"):
        target_customers(segmented, LESSON_5.target)
    assert load_plan().statement.target == LESSON_5.target


# --- actions and costs ----------------------------------------------------------------------------


def workshop() -> CostWorkshop:
    return list_costs(key="mon_plan/couts")


def labels(costs: CostWorkshop) -> list[str]:
    return [label.replace("\u00a0", " ") for label in costs.action.options]


def test_without_a_plan_the_workshop_starts_from_the_example_and_says_so() -> None:
    costs = workshop()
    assert "partez de l’exemple" in plain(costs.own.note.value)
    assert all(label.startswith("Exemple : ") for label in labels(costs)[1:])
    costs.own.add_button.click()
    assert "Écrivez d’abord le nom" in costs.message
    costs.own.name.value = "Une visite"
    costs.own.add_button.click()
    assert labels(costs)[:2] == ["(à choisir)", "Une visite"]
    assert costs.titles[costs.action.value] == "Une visite"


def test_the_means_of_the_plan_are_actions_to_cost() -> None:
    write_strategy()
    costs = workshop()
    appel, visite = costs.own.means.values()
    assert plain(appel.description) == "Chiffrer : Un appel du directeur"
    assert str(LESSON_5) in costs.own.note.value.replace("\u00a0", " ")
    appel.click()
    assert (appel.layout.display, visite.layout.display) == ("none", "")
    again = workshop()
    assert again.titles["mienne_1"] == "Un appel du directeur"
    assert again.action.value == "mienne_1"


def test_an_action_is_renamed_and_taken_away_and_comes_back_with_its_lines() -> None:
    write_costs()
    costs = workshop()
    costs.action.value = "mienne_1"
    costs.own.name.value = "programme VIP"
    costs.own.rename_button.click()
    assert "déjà dans la liste" in costs.message
    costs.own.name.value = "Un  appel\nchaleureux"
    costs.own.rename_button.click()
    assert costs.titles["mienne_1"] == "Un  appel chaleureux"
    costs.undo.undo()
    assert costs.titles["mienne_1"] == "Un appel"
    costs.own.remove_button.click()
    assert (costs.action.value, costs.value) == ("", {})
    assert load_plan().actions == ()
    costs.undo.undo()
    assert costs.action.value == "mienne_1"
    assert [line["libelle"] for line in costs.current] == ["Temps"]


def test_the_plan_has_room_for_a_number_of_actions() -> None:
    costs = workshop()
    for rank in range(9):
        costs.own.name.value = f"Action {rank}"
        costs.own.add_button.click()
    assert "8 actions à vous suffisent" in costs.message
    assert len(costs.own.titles) == 8


def test_own_actions_stand_in_the_budget_and_are_asked_about_what_is_forgotten() -> None:
    write_costs()
    costs = workshop()
    costs.action.value = "mienne_1"
    row = costs.budget.actions.iloc[0]
    assert (row["strategie"], row["action"]) == ("Ma stratégie", "Un appel")
    assert "600,00 €" in plain(costs.summary)
    costs.check_button.click()
    assert "1 sur 6" in plain(costs.feedback.value)


# --- return ---------------------------------------------------------------------------------------


def test_a_return_without_a_plan_is_the_example_s_and_becomes_one_s_own(files) -> None:
    first = returned(files)
    assert first.campaign == EXAMPLE
    assert "voici l’exemple" in plain(first.source_area.value)
    first.fields["cost"].value = "1 400"
    again = returned(files)
    assert again.campaign.cost == 1400
    assert "Changé par vous : Coût de l’action" in plain(again.source_area.value)
    again.follow_button.click()
    assert again.campaign.cost == 2000
    again.undo.undo()
    assert again.campaign.cost == 1400


def test_a_plan_brings_its_target_objective_and_costs(files) -> None:
    write_strategy()
    write_costs()
    found = returned(files)
    assert (found.campaign.reached, found.campaign.cost) == (108, 600)
    assert found.campaign.uplift == pytest.approx(0.15)
    assert round(found.campaign.basket) == 1443
    assert round(found.campaign.margin_rate, 3) == 0.485
    assert "158 clients sur deux ans, dont 108" in plain(found.source_area.value)
    names = [label.replace("\u00a0", " ") for label in found.action.options]
    assert names[:2] == ["Mon plan entier", "Mon action : Un appel"]
    assert names[2].startswith("Exemple : ")


def test_what_was_typed_stays_and_the_rest_follows_the_plan(files) -> None:
    write_strategy()
    write_costs()
    first = returned(files)
    first.fields["uplift"].value = "8"
    write_costs(cost="900")
    again = returned(files)
    assert (again.campaign.uplift, again.campaign.cost) == (0.08, 900)
    assert load_plan().inputs == {"plan": {"uplift": "8"}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"segment": ""}, "Sans cible dans votre plan"),
        ({"indicateur": "panier_moyen"}, "votre objectif n’en donne pas"),
        ({"sans_nous": "peu"}, "votre objectif n’en donne pas"),
        ({"segment": "R 1 à 1, F 5 à 5, M 1 à 1, sur 5 niveaux"}, "Aucun client ne correspond"),
    ],
)
def test_what_the_plan_does_not_say_is_the_example_s(files, change, said) -> None:
    write_strategy(**change)
    write_costs()
    found = returned(files)
    assert said in plain(found.source_area.value)
    assert found.campaign.cost == 600


# --- measure --------------------------------------------------------------------------------------


def test_the_measure_takes_the_campaign_of_lesson_7(files) -> None:
    write_strategy()
    write_costs()
    returned(files).fields["uplift"].value = "8"
    found = plan_measure(load_orders(), EXAMPLE, anyway=0.3, key="mon_plan/mesure", **files)
    assert found.campaign.uplift == 0.08
    said = plain(" ".join(found.sentences))
    assert "il faut au moins 270 invités" in said and "54 de chaque côté" in said
    assert "C’est trop peu" in said
    found.fields["responded"].value = "40"
    again = plan_measure(load_orders(), EXAMPLE, anyway=0.3, key="mon_plan/mesure", **files)
    assert again.found.reached_rate == pytest.approx(40 / 54)
    assert "ROI" in " ".join(again.sentences)


def test_a_measure_without_a_plan_is_the_example_s(files) -> None:
    found = plan_measure(load_orders(), EXAMPLE, anyway=0.3, **files)
    assert found.campaign == EXAMPLE
    assert "voici l’exemple" in plain(found.note_area.value)


def test_a_notebook_carries_no_plan_away(files) -> None:
    def stored() -> list[str]:
        made = (returned(files), plan_measure(load_orders(), EXAMPLE, anyway=0.3, **files))
        return [one._repr_mimebundle_()["text/html"] for one in made]

    before = stored()
    write_strategy(probleme="Un secret")
    write_costs()
    AnswerStore("mon_plan").set("retour/exemple", {"cost": "1"})
    assert stored() == before


def test_answers_of_another_shape_start_again(files) -> None:
    AnswerStore("mon_plan").update({"retour/choix": "ailleurs", "retour/plan": 3})
    found = returned(files)
    assert found.campaign == EXAMPLE
    assert set(places()) <= set(found.state())


def test_the_summary_says_what_is_the_plan_s_and_what_is_the_example_s() -> None:
    write_strategy()
    write_costs()
    shown = plain(plan_summary()._repr_html_())
    for text in (str(LESSON_5), "45,0 % au 31 décembre 2026", "Un appel du directeur", "600,00 €"):
        assert text in shown
    assert "17 800,00 €" in shown and "L’exemple" in shown


# --- one's own file -------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    orders = load_orders()[["client_id", "commande_id", "date_achat", "montant"]].head(3000)
    path = tmp_path / "ventes.csv"
    orders.assign(secret="12, rue des Lilas").to_csv(path, index=False)
    return path


def test_one_click_leads_from_a_file_to_its_segments_beside_the_house(own, segmented) -> None:
    assert "Pas de fichier" in repr(own_segments(segmented))
    form = own_file_form(key="02_donnees/fichier")
    assert form.segments_button.layout.display == "none"
    form.path.value = str(own)
    form.clean_button.click()
    form.segments_button.click()
    assert "<img" in form.segments_area.value and "Champions" in form.segments_area.value
    assert "Lilas" not in kept_path().read_text(encoding="utf-8")
    theirs, scores = own_segments(segmented), own_scores(segmented)
    assert "Clients, votre fichier" in theirs.html and "Votre fichier" in scores.html
    marc = own_segment("À ne pas perdre")
    assert "Chez vous" in marc.text and marc.html.count("C-") > 2
    form.forget_button.click()
    assert not kept_path().exists()
    assert "Pas de fichier" in repr(own_scores(segmented))


def test_the_moves_of_ones_own_customers_are_those_of_their_two_last_years() -> None:
    assert "Pas de fichier" in own_segment().text and "Pas de fichier" in own_moves().text
    orders = load_orders()
    keep_orders(orders, COURSE_DATE)
    moves = segment_moves(orders, "2024-12-31", "2025-12-31").query("avant != 'Sans commande'")
    assert percent((moves["avant"] == moves["apres"]).mean()) in own_moves().text
    assert "Un an plus tôt" in own_moves().html
    keep_orders(orders[orders["date_achat"] >= "2024-06-01"], COURSE_DATE)
    assert "deux années" in own_moves().text
    keep_orders(orders[orders["date_achat"] < "2024-01-10"], COURSE_DATE)
    assert plain(own_moves().text).endswith(".")


def test_a_file_that_cannot_be_scored_is_prepared_and_explained(tmp_path: Path) -> None:
    path = tmp_path / "trois.csv"
    path.write_text("client,commande,date,montant\nA,1,2025-01-01,5\nB,2,2025-02-01,6\n")
    form = own_file_form()
    form.path.value = str(path)
    form.clean_button.click()
    form.segments_button.click()
    assert "4 niveaux pour 2 client(s)" in plain(form.message)
    assert form.segments_area.value == "" and not kept_path().exists()


def test_a_copy_that_is_damaged_or_cannot_be_written_is_explained(own, segmented) -> None:
    kept_path().parent.mkdir(parents=True)
    for content in ("", "a,b\n1,2\n", "\x00"):
        kept_path().write_text(content, encoding="utf-8")
        with pytest.raises(CourseError, match="ne se lit plus"):
            own_segments(segmented)
    kept_path().unlink()
    kept_path().parent.rmdir()
    kept_path().parent.write_text("")
    form = own_file_form()
    form.path.value = str(own)
    form.clean_button.click()
    form.segments_button.click()
    assert "ne s’écrit pas" in form.message
