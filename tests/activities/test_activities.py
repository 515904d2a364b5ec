"""The activities, driven without a front end: fields set, buttons clicked, state and pictures."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import ipywidgets as w
import pandas as pd
import pytest

from rfm_helpers.activities.base import WIDGET_VIEW, Activity
from rfm_helpers.activities.data.own_file import own_file_form
from rfm_helpers.activities.quizzes import quiz
from rfm_helpers.activities.segments.scores import MARC, cut_ranges, score_explorer
from rfm_helpers.activities.segments.segments import segment_explorer
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.versions import moves
from rfm_helpers.datasets import COURSE_DATE, clean_orders, load_orders, load_raw_export
from rfm_helpers.errors import CourseError
from rfm_helpers.questions import Outcome

PNG = b"\x89PNG"
ENGLISH = ("Upload", "None", "nan", "True", "False", "Error", "Submit", "Click")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return load_orders()


@pytest.fixture(scope="module")
def segmented(orders) -> pd.DataFrame:
    return assign_segments(score_rfm(rfm_table(orders, as_of=COURSE_DATE)))


@pytest.fixture
def scores(orders):
    return score_explorer(orders)


@pytest.fixture
def explorer(segmented):
    return segment_explorer(segmented)


def tree(widget: w.Widget) -> list[w.Widget]:
    children = getattr(widget, "children", ())
    return [widget, *(found for child in children for found in tree(child))]


def activities(orders, segmented) -> list[Activity]:
    return [
        score_explorer(orders),
        segment_explorer(segmented),
        own_file_form(),
        quiz("04_segmentation"),
    ]


# --- what all activities share -------------------------------------------------------------------


def test_a_notebook_gets_the_live_view_and_a_fallback(orders, segmented):
    for activity in activities(orders, segmented):
        bundle = activity._repr_mimebundle_(include=None, exclude=None)
        assert bundle[WIDGET_VIEW]["model_id"] == activity.widget.model_id
        assert bundle["text/plain"].startswith("Exécutez cette cellule pour ")
        assert "VBox" not in json.dumps({k: str(v) for k, v in bundle.items()})
        assert set(bundle) & {"image/png", "text/html"}


def test_fallbacks_are_the_same_at_every_run(orders, segmented):
    first, second = (
        [{k: v for k, v in a._repr_mimebundle_().items() if k != WIDGET_VIEW} for a in built]
        for built in (activities(orders, segmented), activities(orders, segmented))
    )
    assert first == second


def test_fields_have_a_label_shown_in_full_and_in_french(orders, segmented):
    for activity in activities(orders, segmented):
        assert activity.message_area in tree(activity.widget)
        for field in tree(activity.widget):
            if isinstance(field, w.Button | w.FileUpload | w.Checkbox | w.Text | w.Dropdown):
                assert field.description
                assert not any(word in field.description for word in ENGLISH)
            if isinstance(field, w.Text | w.Dropdown | w.BoundedIntText):
                assert field.style.description_width == "initial"


def test_an_unexpected_error_is_announced_and_raised():
    activity = quiz("03_calcul_rfm")

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        activity.guarded(fail)()
    assert "ZeroDivisionError" in activity.message
    assert activity.message in activity.message_area.value


def test_the_message_area_escapes_what_it_is_told():
    activity = quiz("03_calcul_rfm")
    activity.tell("<b>gras</b>")
    assert "<b>" not in activity.message_area.value
    activity.tell("")
    assert activity.message_area.value == ""


# --- quiz ----------------------------------------------------------------------------------------


def answer(card, letters_or_text: str) -> None:
    if isinstance(card.fields[0], w.Text):
        card.fields[0].value = letters_or_text
    elif isinstance(card.fields[0], w.RadioButtons):
        card.fields[0].index = card.question.check.letters.index(letters_or_text)
    else:
        for letter, box in zip(card.question.check.letters, card.fields, strict=True):
            box.value = letter in letters_or_text


@pytest.mark.parametrize("name", ["02_donnees", "03_calcul_rfm", "04_segmentation"])
def test_nothing_is_chosen_beforehand(name):
    activity = quiz(name)
    assert set(activity.value.values()) == {None}
    total = len(activity.cards)
    assert activity.summary == f"0 sur {total} réussie, {total} pas encore commencées"
    for card in activity.cards:
        card.check_button.click()
    assert {result.outcome for result in activity.results.values()} == {Outcome.NOT_STARTED}


@pytest.mark.parametrize("name", ["02_donnees", "03_calcul_rfm", "04_segmentation"])
def test_the_right_answers_on_the_screen_all_succeed(name):
    activity = quiz(name)
    for card in activity.cards:
        check = card.question.check
        right = getattr(check, "right_letters", None)
        answer(card, "".join(right) if right else f"{check.answer:g}")
        card.check_button.click()
        assert card.result.outcome is Outcome.SUCCESS
    assert activity.summary == f"{len(activity.cards)} sur {len(activity.cards)} réussies"


def test_the_summary_follows_answers_and_feedback_goes_with_its_answer():
    activity = quiz("03_calcul_rfm")
    first, second, third = activity.cards[:3]
    answer(first, "b")
    assert activity.summary == "0 sur 7 réussie, 1 à vérifier, 6 pas encore commencées"
    first.check_button.click()
    assert "à vérifier" not in activity.summary
    assert "1 à revoir" in activity.summary
    assert "Avez-vous lu la récence" in first.feedback.value
    answer(first, "a")
    assert first.feedback.value == ""
    first.check_button.click()
    answer(second, "beaucoup")
    second.check_button.click()
    answer(third, "a")
    third.check_button.click()
    assert activity.summary == (
        "1 sur 7 réussie, 1 à revoir, 1 à corriger, 4 pas encore commencées"
    )
    assert activity.value["sens_de_la_recence"] == "a"


def test_hint_and_restart():
    activity = quiz("04_segmentation")
    card = activity.cards[0]
    card.hint_button.click()
    assert "Indice" in card.hint.value
    for each in activity.cards:
        answer(each, "a")
        each.check_button.click()
    activity.keeper.restart_button.click()
    activity.keeper.yes_button.click()
    assert set(activity.value.values()) == {None}
    assert not activity.results
    assert card.hint.value == card.feedback.value == ""
    assert activity.summary.endswith("7 pas encore commencées")


def test_a_quiz_escapes_its_texts(tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_text(
        'title: "<i>t</i>"\nquestions:\n  - id: un\n    statement: "<i>s</i>"\n    choices:\n'
        '      - {text: "<i>c</i>", explanation: "<i>e</i>", right: true}\n'
        '      - {text: "non", explanation: "<i>f</i>"}\n'
        '    hint: "<i>h</i>"\n    section: "<i>x</i>"\n    solution: "<i>y</i>"\n',
        encoding="utf-8",
    )
    activity = quiz(path)
    card = activity.cards[0]
    card.hint_button.click()
    for letter in "ab":
        answer(card, letter)
        card.check_button.click()
        html = [field.value for field in tree(activity.widget) if isinstance(field, w.HTML)]
        assert not any("<i>" in text for text in [*html, activity.fallback()["text/html"]])


# --- score explorer ------------------------------------------------------------------------------


def test_the_starting_point_is_four_levels_by_quantiles(scores, orders):
    assert scores.value == {
        "method": "quantile",
        "levels": 4,
        "as_of": COURSE_DATE.isoformat(),
        "monetary": "montant_total",
        "thresholds": None,
        "customer": MARC,
    }
    pd.testing.assert_frame_equal(scores.scored, score_rfm(rfm_table(orders, as_of=COURSE_DATE)))
    assert "réglage de départ" in scores.change_sentence
    assert "Marc Morel : code 234" in scores.facts_area.value.replace("\u00a0", " ")
    assert scores.fallback()["image/png"].startswith(PNG)


def test_levels_redraw_the_figure_and_the_cuts(scores):
    before = scores.figure_area.value
    scores.levels.value = 5
    assert scores.figure_area.value != before
    assert "sur 5 niveaux" in scores.figure_area.value.replace("\u00a0", " ")
    assert "code 244" in scores.facts_area.value
    assert "ne se comparent pas" in scores.change_sentence
    assert scores.scored["R"].max() == 5
    scores.levels.value = 99
    assert scores.value["levels"] == 10


def test_the_customers_who_change_code_are_those_that_moves_finds(scores):
    start = scores.scored
    scores.method.value = "equal_size"
    changed = len(moves(start, scores.scored))
    assert changed > 0
    assert scores.change_sentence.replace("\u202f", "").startswith(f"{changed} clients sur ")
    scores.method.value = "quantile"
    assert scores.change_sentence.startswith("0 clients")


def test_rfa_scores_the_mean_basket(scores, orders):
    scores.monetary.value = "panier_moyen"
    expected = score_rfm(rfm_table(orders, as_of=COURSE_DATE), monetary="panier_moyen")
    assert scores.scored["M"].equals(expected["M"])
    assert "(R : 0, F : 0, M : " in scores.change_sentence.replace("\u00a0", " ")


def test_the_reference_date_cuts_the_file(scores, orders):
    days = list(scores.as_of.options.values())
    assert days[:2] == [COURSE_DATE, dt.date(2025, 11, 30)]
    assert "30 novembre 2025" in scores.as_of.options
    assert days == sorted(days, reverse=True)
    scores.as_of.value = days[1]
    expected = rfm_table(orders_until(orders, days[1]), as_of=days[1])
    pd.testing.assert_frame_equal(scores.scored, score_rfm(expected))
    assert scores.message == ""


def test_the_furthest_reference_dates_can_be_scored(scores):
    for day in list(scores.as_of.options.values())[-3:]:
        scores.as_of.value = day
        assert scores.message == ""
        assert scores.value["as_of"] == day.isoformat()


def test_bounds_of_neighbours_stay_apart_and_shared_ones_are_left_alone() -> None:
    cuts = pd.DataFrame(
        {
            "dimension": ["M"] * 3 + ["F"] * 2 + ["R"] * 2,
            "de": [14.0, 281.9, 1500.25, 1, 1, 10, 2],
            "a": [281.6, 1500.0, 72178.0, 1, 3, 30, 9],
        }
    )
    assert [text.replace("\u202f", " ") for text in cut_ranges(cuts)] == [
        *("14,0 à 281,6", "281,9 à 1 500,0", "1 500,2 à 72 178,0"),
        *("1", "1 à 3", "10 à 30", "2 à 9"),
    ]


def test_thresholds_are_proposed_for_any_number_of_levels(scores):
    scores.method.value = "thresholds"
    for monetary in ("panier_moyen", "montant_total"):
        scores.monetary.value = monetary
        for levels in (2, 3, 5, 7, 10):
            scores.levels.value = levels
            assert scores.message == ""
            edges = scores.value["thresholds"].values()
            assert {len(found) for found in edges} == {levels - 1}


def test_proposed_thresholds_stay_near_the_quantiles(scores):
    scores.method.value = "thresholds"
    changed = int(scores.change_sentence.split(" clients")[0].replace("\u202f", ""))
    assert changed < len(scores.scored) / 10


def test_chosen_thresholds_are_scored_and_shown_only_with_their_method(scores):
    assert scores._threshold_box.layout.display == "none"
    scores.method.value = "thresholds"
    assert scores._threshold_box.layout.display == "flex"
    for typed in ("30, 90, 365,5", "30 ; 90;365,5"):
        scores.thresholds["R"].value = typed
        assert scores.value["thresholds"]["R"] == [30, 90, 365.5]
    cuts = score_cuts(scores.scored)
    best = cuts[(cuts["dimension"] == "R") & (cuts["score"] == 4)]
    assert best["a"].item() <= 30


def test_chosen_thresholds_outlive_a_move_of_the_date_and_of_the_amount(scores):
    scores.method.value = "thresholds"
    scores.thresholds["R"].value = "60 ; 200 ; 500"
    scores.as_of.value = dt.date(2025, 6, 30)
    scores.monetary.value = "panier_moyen"
    assert scores.value["thresholds"]["R"] == [60, 200, 500]
    assert scores.scored.loc[scores.scored["R"] == 4, "recence"].max() <= 60


@pytest.mark.parametrize("text", ["30 ; 90", "90 ; 30 ; 180", "tôt ; tard ; jamais", ""])
def test_thresholds_that_do_not_fit_are_explained_and_change_nothing(scores, text):
    scores.method.value = "thresholds"
    figure, scored, settings = scores.figure_area.value, scores.scored, scores.value
    scores.thresholds["R"].value = text
    assert scores.value == settings
    assert scores.message
    assert scores.message in scores.message_area.value.replace("&#x27;", "'").replace("&quot;", '"')
    assert (scores.figure_area.value, scores.scored is scored) == (figure, True)
    scores.thresholds["R"].value = "30 ; 90 ; 180"
    assert scores.message == ""


def test_another_customer_can_be_followed(scores, orders):
    other = orders["client_id"].iloc[0]
    scores.customer.value = other
    code = scores.scored.set_index("client_id").loc[other, "code_rfm"]
    assert f"code {code}" in scores.facts_area.value
    scores.customer.value = "<b>"
    assert "<b>" in scores.message
    assert "<b>" not in scores.message_area.value + scores.facts_area.value
    scores.customer.value = ""
    assert (scores.message, scores.value["customer"]) == ("", None)


def test_an_rfm_table_has_no_reference_date_to_move(orders):
    scores = score_explorer(rfm_table(orders, as_of=COURSE_DATE), levels=5)
    assert scores.as_of not in tree(scores.widget)
    assert scores.value["as_of"] is None
    scores.method.value = "nested"
    assert scores.message == ""


def test_other_column_names_and_zoned_times():
    days = pd.date_range("2024-01-01 23:30", "2024-12-30 23:30", periods=400, tz="UTC")
    orders = pd.DataFrame(
        {
            "household_id": [i % 40 * (i % 3 + 1) for i in range(400)],
            "basket_id": range(400),
            "transaction_timestamp": days,
            "sales_value": [float(i % 37 + 1) for i in range(400)],
        }
    )
    scores = score_explorer(
        orders,
        customer="household_id",
        order="basket_id",
        date="transaction_timestamp",
        amount="sales_value",
        timezone="America/New_York",
    )
    assert scores.value["as_of"] == "2024-12-31"
    assert scores.value["customer"] is None
    scores.as_of.value = dt.date(2024, 10, 31)
    scores.customer.value = "0"
    assert scores.message == ""
    assert "code" in scores.facts_area.value


# --- segment explorer ----------------------------------------------------------------------------


def test_every_code_has_its_segment_and_its_weight(explorer, segmented):
    for code in ("111", "141", "244", "313", "411", "444"):
        for score, field in zip(code, explorer.scores.values(), strict=True):
            field.value = int(score)
        assert explorer.value["code"] == code
        assert explorer.segment in explorer.segment_area.value.replace("&#x27;", "'")
        alike = int((segmented["code_rfm"] == code).sum())
        assert explorer.weight_sentence.startswith(f"{alike} client")


def test_a_customer_brings_scores_and_reasons(explorer):
    explorer.customer.value = MARC
    assert explorer.value == {"code": "234", "segment": "À ne pas perdre", "customer": MARC}
    assert "Pourquoi ce segment" in explorer.why_area.value
    explorer.scores["R"].value = 4
    assert explorer.value == {"code": "434", "segment": "Fidèles", "customer": None}
    assert explorer.why_area.value == ""


def test_an_unknown_customer_is_answered_in_french(explorer):
    explorer.customer.value = "Marc <Morel>"
    assert "n’est pas dans la table" in explorer.message
    assert "<Morel>" not in explorer.message_area.value
    assert explorer.value["customer"] is None
    explorer.customer.value = MARC
    assert explorer.message == ""


def test_the_luxury_filter_keeps_only_suitable_actions(explorer):
    explorer.customer.value = MARC
    everything = len(explorer.actions)
    assert explorer.actions_area.value.count("<li") == everything
    explorer.luxury_only.value = True
    assert 0 < len(explorer.actions) < everything
    assert all(action.luxury for action in explorer.actions)
    assert "à éviter" not in explorer.actions_area.value


def test_a_table_without_segments_says_what_is_missing(orders):
    with pytest.raises(CourseError, match="segment"):
        segment_explorer(score_rfm(rfm_table(orders)))


# --- own file ------------------------------------------------------------------------------------


def file_of(path: Path) -> tuple[dict[str, object]]:
    content = path.read_bytes()
    return (
        {
            "name": path.name,
            "type": "text/csv",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
        },
    )


@pytest.fixture
def sales(tmp_path) -> Path:
    path = tmp_path / "ventes été.csv"
    path.write_bytes(
        "Code client;Facture;Date d'achat;Total TTC\n"
        "A;1;31/12/2024;1 200,50 €\nA;1;31/12/2024;1 200,50 €\nÉ;2;15/01/2025;80\n".encode("cp1252")
    )
    return path


def test_without_a_file_the_lesson_goes_on_with_the_raw_export():
    form = own_file_form()
    assert form.value is None
    assert "export brut" in form.message
    names = {
        "customer": "N° client",
        "order": "N° commande",
        "date": "Date",
        "amount": "Montant TTC",
    }
    expected, log = clean_orders(load_raw_export(), **names, as_of=COURSE_DATE)
    pd.testing.assert_frame_equal(form.orders, expected)
    assert form.log.summary == log.summary
    assert "export brut" in form.source


@pytest.mark.parametrize("way", ["upload", "path"])
def test_a_file_is_read_its_columns_guessed_and_its_orders_cleaned(sales, way):
    form = own_file_form()
    if way == "upload":
        form.upload.value = file_of(sales)
    else:
        form.path.value = str(sales)
    assert form.value == {
        "customer": "Code client",
        "order": "Facture",
        "date": "Date d'achat",
        "amount": "Total TTC",
    }
    assert form.columns_box.layout.display == "flex"
    with pytest.raises(CourseError, match="Préparer les données"):
        _ = form.orders
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [1200.5, 80]
    assert form.log.lines_in == 3
    assert "ligne en double" in form.log_area.value
    assert form.source == "votre fichier"


def test_lines_after_the_reference_date_are_set_aside(sales):
    form = own_file_form()
    form.path.value = str(sales)
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [1200.5, 80]
    form.as_of.value = dt.date(2024, 12, 31)
    assert form.log_area.value == ""
    form.clean_button.click()
    assert form.orders["montant"].tolist() == [1200.5]
    assert "date après la date de référence" in form.log_area.value


def test_changing_a_column_asks_to_prepare_again(sales):
    form = own_file_form()
    form.path.value = str(sales)
    form.clean_button.click()
    form.columns["order"].value = "Code client"
    assert form.log_area.value == ""
    form.clean_button.click()
    assert "Code client" in form.message
    assert "le client" in form.message
    with pytest.raises(CourseError):
        _ = form.orders


def test_the_last_file_chosen_is_the_one_read(sales, tmp_path):
    other = tmp_path / "autre.csv"
    other.write_text("client,commande,date,montant\nZ,9,2025-01-01,5\n", encoding="utf-8")
    form = own_file_form()
    form.upload.value = file_of(sales)
    form.path.value = str(other)
    assert (form.upload.value, len(form.raw)) == ((), 1)
    form.upload.value = file_of(sales)
    assert (form.path.value, len(form.raw)) == ("", 3)


@pytest.mark.parametrize("name", ["absent.csv", "", "vide.csv"])
def test_a_file_that_cannot_be_read_is_explained_in_the_form(tmp_path, name):
    (tmp_path / "vide.csv").write_text("")
    form = own_file_form()
    if name:
        form.path.value = str(tmp_path / name)
    else:
        form.read_button.click()
    assert form.message
    assert form.value is None
    form.clean_button.click()
    assert "choisissez-en un" in form.message


def test_a_chosen_separator_and_encoding_are_used(tmp_path):
    path = tmp_path / "tab.csv"
    path.write_bytes("client\tcommande\tdate\tmontant, €\nÉ\t1\t2025-01-01\t5\n".encode("cp1252"))
    form = own_file_form()
    form.separator.value, form.encoding.value = "\t", "cp1252"
    form.path.value = str(path)
    assert form.value["amount"] == "montant, €"
    form.encoding.value = "utf-8"
    form.read_button.click()
    assert "utf-8" in form.message.lower()
