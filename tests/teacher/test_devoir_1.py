"""The first assignment: its variants are well posed, its checks say what they must.

What is right is computed here from the bytes of each student's file, by other ways than the
package's.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from statistics import mean
from typing import Any

import jupytext
import numpy as np
import pandas as pd
import pytest
from jupyter_client.manager import KernelManager
from support.course import ROOT
from support.devoir_1 import (
    CLASS,
    CODE,
    ERROR,
    KEY,
    NAME,
    REVIEW,
    RIGHT,
    SHEET,
    SOURCE,
    answers,
    french,
    lines_until,
    named,
    patterns,
    rows,
    scored,
    variant,
)
from support.graded_notebooks import executed, handed_over
from support.kernels import started_kernel

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.questions import Outcome, Question
from rfm_helpers.questions.exercise import as_kept, from_kept
from rfm_helpers.questions.model import Result
from rfm_helpers.teacher.assignments.devoir_1_rfm.kit import CHECKS
from rfm_helpers.teacher.assignments.devoir_1_rfm.truth import truth
from rfm_helpers.teacher.assignments.variants import Variant, data_files, make_variant

# --- judging as the marking does -----------------------------------------------------------------


def received(value: Any) -> Any:
    """An answer after its way out of the notebook, as JSON."""
    return value if value is None else from_kept(json.loads(json.dumps(as_kept(value))))


class Earlier:
    """A student's earlier answers, as they left the notebook."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def table(self, question: str) -> pd.DataFrame | None:
        answer = self.given.get(question)
        return answer if isinstance(answer, pd.DataFrame) else None

    def value(self, question: str) -> Any:
        return self.given.get(question)


NOTHING = Earlier({})


@cache
def whole_work(student: str) -> Earlier:
    return Earlier({name: received(answer) for name, answer in answers(student).items()})


def judge(question: str, given: Variant, answer: Any, earlier: Earlier = NOTHING) -> Result:
    check = CHECKS[question](given, earlier)
    return Question(question, "?", check).verifier(received(answer))


# --- the sheet -----------------------------------------------------------------------------------


def test_the_sheet_has_eleven_questions_of_each_mode() -> None:
    modes = [question.mode for question in SHEET.questions]
    assert (modes.count("code"), modes.count("value"), modes.count("free")) == (5, 5, 1)
    assert list(CHECKS) == [q.id for q in SHEET.questions if q.mode != "free"]
    assert all((2 * question.points).is_integer() for question in SHEET.questions)


def test_every_section_is_a_heading_of_its_lesson() -> None:
    for question in SHEET.questions:
        lesson = (ROOT / "sources" / "lessons" / f"{question.lesson}.py").read_text("utf-8")
        assert f"# {question.section}\n" in lesson, question.id


def test_every_statement_names_parameters_of_the_variant() -> None:
    for question in SHEET.questions:
        assert question.statement.format_map(variant(CLASS[0]).parameters)


# --- variants ------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", CLASS)
def test_a_variant_is_well_posed(student: str) -> None:
    given, right = variant(student), answers(student)
    p, lines, rfm = given.parameters, right["lignes"], right["rfm"]
    assert 200 <= len(rfm) <= 350 and 600 <= len(lines) <= 1500
    segments = right["segments"]
    theirs = segments[segments["segment"] == p["SEGMENT"]]
    assert len(theirs) >= 5
    assert (theirs["montant_total"] == theirs["montant_total"].max()).sum() == 1
    assert segments["code_rfm"].str.contains(str(p["NIVEAUX"])).any()
    store = lines[lines["Boutique"] == p["BOUTIQUE"]]
    assert len(store) >= 30 and (store["montant"] < 0).any()
    recent = rfm.loc[rfm["recence"] <= p["SILENCE"], "montant_total"].sum()
    assert right["silencieux"] > 1000 and abs(right["silencieux"] - recent) > 100
    his = lines[lines["client_id"] == p["CLIENT"]]
    totals = his.groupby("commande_id")["montant"].sum().round(2)
    assert (totals > 0).sum() >= 3 and (totals == 0).sum() == 1 and len(his) <= 16
    assert len(his) > his["commande_id"].nunique() + 1
    later = lines_until(given, "2026-12-31")
    assert len(later) > len(lines)


def test_a_variant_keeps_the_defects_of_the_house_and_no_name() -> None:
    export = rows(variant(CLASS[0]))
    assert list(export[0]) == [
        "N° client", "N° commande", "Date", "Article", "Montant TTC", "Boutique"
    ]  # fmt: skip
    cells = {name: [row[name] for row in export] for name in export[0]}
    assert cells["N° client"].count("C-TEST") == 6
    assert any(cell.strip() in ("", "N/A") for cell in cells["N° client"])
    assert any("€" in cell for cell in cells["Montant TTC"])
    assert any("\xa0" in cell for cell in cells["Montant TTC"])
    assert len({tuple(row.values()) for row in export}) < len(export)
    assert any(cell.isdigit() for cell in cells["Date"]) and "" in cells["N° commande"]


@pytest.mark.parametrize("student", CLASS[:3])
def test_hidden_data_are_other_data_for_the_same_questions(student: str) -> None:
    own, hidden = variant(student), variant(student, hidden=True)
    assert own.parameters == hidden.parameters
    numbers = [set(answers(student, which)["rfm"]["client_id"]) for which in (False, True)]
    met = own.parameters["CLIENT"]
    assert met in numbers[0] & numbers[1]
    assert len(numbers[0] & numbers[1]) < 10
    for question in CODE:
        assert judge(question, hidden, answers(student)[question]).outcome is REVIEW, question
        assert judge(question, hidden, answers(student, True)[question]).outcome is RIGHT, question


def test_a_variant_follows_from_student_and_key() -> None:
    again = make_variant(NAME, CLASS[0], KEY)
    assert data_files(again) == data_files(variant(CLASS[0]))
    other = make_variant(NAME, CLASS[0], f"{KEY} ")
    assert data_files(other) != data_files(again) and other.parameters != again.parameters


@pytest.mark.parametrize(("student", "neighbour"), list(pairwise(CLASS[:13])))
def test_a_neighbours_answers_are_wrong_everywhere(student: str, neighbour: str) -> None:
    given, copied = variant(student), answers(neighbour)
    for question in CHECKS:
        alone = judge(question, given, copied[question])
        whole = judge(question, given, copied[question], whole_work(neighbour))
        assert alone.outcome is REVIEW and whole.outcome is REVIEW, question
        assert max(alone.points, whole.points) <= 0.5, question


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", CLASS[:4])
def test_the_reference_is_right(student: str) -> None:
    for question, answer in answers(student).items():
        result = judge(question, variant(student), answer)
        assert (result.outcome, result.points) == (RIGHT, 1), (question, result)
        after = judge(question, variant(student), answer, whole_work(student))
        assert after.outcome is RIGHT, (question, after)


def numbers(value: float) -> list[Any]:
    return [
        str(round(value, 2)),
        french(value),
        round(value),
        np.float64(value),
        Decimal(f"{value:.2f}"),
    ]


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    return table.sample(frac=1, random_state=1)


def other_right(student: str) -> dict[str, list[Any]]:
    right, p = answers(student), variant(student).parameters
    lines, rfm, scores = right["lignes"], right["rfm"], right["scores"]
    segments, profile = right["segments"], right["profil"]
    every = pd.DataFrame({"segment": [name for _, name in patterns(p["GRILLE"])]}).drop_duplicates()
    with_empty = every.merge(profile, how="left").fillna({"clients": 0, "chiffre_affaires": 0})
    top = right["a_appeler"]
    return {
        "lignes": [shuffled(lines), lines.drop(columns="Boutique"),
                   lines.assign(date_achat=lines["date_achat"].dt.strftime("%Y-%m-%d"), n=1),
                   lines.set_index("commande_id")],
        "chiffre_boutique": numbers(right["chiffre_boutique"]),
        "panier_client": numbers(right["panier_client"]),
        "rfm": [shuffled(rfm), rfm.set_index("client_id"), rfm.drop(columns="panier_moyen"),
                rfm.astype({"recence": "int16", "frequence": float}).round(2)],
        "silencieux": numbers(right["silencieux"]),
        "scores": [shuffled(scores), scores[["M", "F", "R", "code_rfm", "client_id"]],
                   scores.astype({"R": "int8", "F": float}), scores.set_index("client_id"),
                   scores.assign(code_rfm=scores["code_rfm"].astype(int))],
        "segments": [shuffled(segments), segments[["segment", "client_id"]],
                     segments.astype({"segment": "category"}), segments.set_index("client_id")],
        "profil": [shuffled(profile), with_empty, profile.round(2), profile.set_index("segment"),
                   profile.astype({"clients": float}).assign(part=0.1)],
        "par_client": numbers(right["par_client"]),
        "a_appeler": [top.lower(), top[2:], int(top[2:]), f" {top} "],
    }  # fmt: skip


@pytest.mark.parametrize("question", list(CHECKS))
@pytest.mark.parametrize("student", CLASS[:2])
def test_other_right_answers(student: str, question: str) -> None:
    for answer in other_right(student)[question]:
        result = judge(question, variant(student), answer)
        assert (result.outcome, result.points) == (RIGHT, 1), (answer, result)


def days_before(day: str, count: int) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=count)).isoformat()


def wrong_tables(student: str) -> dict[str, list[tuple[pd.DataFrame, str]]]:
    given, right = variant(student), answers(student)
    p, day = given.parameters, given.parameters["DATE_REFERENCE"]
    lines, rfm, scores = right["lignes"], right["rfm"], right["scores"]
    segments, profile = right["segments"], right["profil"]
    levels, other = p["NIVEAUX"], 9 - p["NIVEAUX"]
    by_client = rfm["client_id"].map
    count = lines.groupby("client_id").size()
    numbers_ = lines.groupby("client_id")["commande_id"].nunique()
    sales = lines[lines["montant"] > 0].groupby("client_id")["montant"].sum()
    first = lines.groupby("client_id")["date_achat"].min()
    per_customer = profile["chiffre_affaires"] / profile["clients"]
    baskets = segments.groupby("segment")["panier_moyen"].mean()
    copies = pd.concat([lines, lines.head(8)])
    test = pd.DataFrame(
        [
            {
                "client_id": "C-TEST",
                "commande_id": "TEST-01",
                "montant": 999999.0,
                "date_achat": pd.Timestamp("2025-03-19"),
            }
        ]
    )
    grid = {4: "onze", 5: "cinq_niveaux"}
    by_size = score_rfm(rfm, levels=levels, method="equal_size")
    nested = score_rfm(rfm, levels=levels, method="nested")
    reverse = scored(rfm.assign(recence=-rfm["recence"]), levels)
    return {
        "lignes": [(lines_until(given, "2025-12-31"), "suivent-elles"),
                   (lines_until(given, days_before(day, 30)), "trop tôt"),
                   (lines[lines["montant"] >= 0], "retours"), (copies, "deux fois"),
                   (pd.concat([lines, test]), "de vrais clients"),
                   (lines.head(50), "trop tôt"), (lines.assign(montant=1.0), "retours")],
        "rfm": [(rfm.assign(recence=rfm["recence"] + 16), "De quelle date"),
                (rfm.assign(recence=-rfm["recence"] - 1), "Dans quel sens"),
                (rfm.assign(recence=(pd.Timestamp(day) - by_client(first)).dt.days), "première"),
                (rfm.assign(frequence=by_client(count)), "lignes au lieu des commandes"),
                (rfm.assign(frequence=by_client(numbers_)), "entièrement rendue"),
                (rfm.assign(montant_total=by_client(sales)), "déduit les retours"),
                (rfm.assign(montant_total=rfm["panier_moyen"]), "panier moyen"),
                (rfm.head(100), "il en manque")],
        "scores": [(scored(rfm, other), "combien de niveaux"), (reverse, "achats récents"),
                   (scored(rfm, levels, "panier_moyen"), "montant total, ou le panier"),
                   (by_size, "autant de commandes"), (nested, "À qui chaque client"),
                   (scores.assign(code_rfm=scores["code_rfm"].str[::-1]), "code_rfm")],
        "segments": [(named(scored(rfm, other), grid[other]), "nombre de niveaux"),
                     (segments.assign(segment=segments["code_rfm"]), "code RFM, ou le nom"),
                     (segments.assign(segment="VIP"), "la grille demandée"),
                     (named(scored(rfm, levels, "panier_moyen"), p["GRILLE"]), "panier moyen"),
                     (segments.head(40), "il en manque")],
        "profil": [(profile.assign(clients=profile["clients"] / len(rfm)), "une part"),
                   (profile.assign(clients=profile["commandes"]), "leurs commandes"),
                   (profile.assign(chiffre_affaires=per_customer), "une moyenne par client"),
                   (profile.assign(panier_moyen=per_customer), "par client, ou par commande"),
                   (profile.assign(panier_moyen=profile["segment"].map(baskets)), "pèse-t-il"),
                   (profile.head(4), "il en manque")],
    }  # fmt: skip


@pytest.mark.parametrize("question", CODE)
@pytest.mark.parametrize("student", CLASS[:2])
def test_typical_wrong_tables(student: str, question: str) -> None:
    for table, part in wrong_tables(student)[question]:
        result = judge(question, variant(student), table)
        assert result.outcome is REVIEW and part in result.message, (part, result)
        assert 0 <= result.points <= 0.5, (part, result)


def wrong_values(student: str) -> dict[str, list[tuple[Any, str]]]:
    given, right = variant(student), answers(student)
    p, lines, rfm = given.parameters, right["lignes"], right["rfm"]
    store = lines[lines["Boutique"] == p["BOUTIQUE"]]["montant"]
    year = lines_until(given, "2025-12-31")
    raw = [
        row["Montant TTC"].replace(",", ".")
        for row in rows(given)
        if row["Boutique"] == p["BOUTIQUE"]
    ]
    naive = pd.to_numeric(pd.Series(raw), errors="coerce").sum()
    sales, back = store[store > 0].sum(), store[store < 0].sum()
    his = lines[lines["client_id"] == p["CLIENT"]]
    total, orders = his["montant"].sum(), his["commande_id"].nunique()
    bought = his.loc[his["montant"] > 0, "montant"]
    enough, silent = rfm["frequence"] >= p["COMMANDES"], rfm["recence"] > p["SILENCE"]
    more = rfm["frequence"] > p["COMMANDES"]

    def spent(chosen: pd.Series) -> float:
        return float(rfm.loc[chosen, "montant_total"].sum())

    theirs = right["segments"].query(f"segment == {p['SEGMENT']!r}")
    row = right["profil"].set_index("segment").loc[p["SEGMENT"]]
    everyone = rfm.sort_values("montant_total")["client_id"].iloc[-1]
    return {
        "chiffre_boutique": [
            (sales, "déduit les retours"), (sales - back, "s’ajoutent-ils"),
            (back, "seuls retours"), (lines["montant"].sum(), "toutes les boutiques"),
            (year.loc[year["Boutique"] == p["BOUTIQUE"], "montant"].sum(), "suivent la date"),
            (naive, "tel quel"), (1234567, "vos lignes propres")],
        "panier_client": [
            (total / orders, "entièrement rendue"), (bought.sum() / orders, "a rendu"),
            (total / len(his), "par les lignes"), (total / len(bought), "articles"),
            (french(total), "sans moyenne"), (-5, "Quel montant")],
        "silencieux": [
            (spent(~silent & enough), "plus récent"), (spent(silent & more), "Ou plus"),
            (spent(silent), "nombre de commandes"), (spent(enough), "le silence"),
            (int((silent & enough).sum()), "des euros"),
            (spent(silent & enough) / (silent & enough).sum(), "en tout"), (1, "deux conditions")],
        "par_client": [
            (row["panier_moyen"], "une de ses commandes"), (row["chiffre_affaires"], "entier"),
            (int(row["clients"]), "nombre de clients"),
            (rfm["montant_total"].mean(), "toute la maison"), (0.01, "Quel montant")],
        "a_appeler": [
            (everyone, "segment demandé"),
            (theirs.sort_values("montant_total")["client_id"].iloc[0], "?"),
            ("C-00001", "propre fichier"), ("Marc Morel", "propre fichier")],
    }  # fmt: skip


@pytest.mark.parametrize("student", CLASS[:3])
def test_typical_wrong_values(student: str) -> None:
    for question, wrong in wrong_values(student).items():
        for value, part in wrong:
            if value == answers(student)[question]:  # the first of the house is in the segment
                continue
            result = judge(question, variant(student), value)
            assert result.outcome is REVIEW and part in result.message, (question, part, result)
            answer = answers(student)[question]
            shown = answer if isinstance(answer, str) else f"{answer:.0f}"
            assert result.points == 0 and shown not in result.message.replace("\u202f", "")


@pytest.mark.parametrize("question", list(CHECKS))
def test_untouched_and_unreadable(question: str) -> None:
    given = variant(CLASS[0])
    assert judge(question, given, None).outcome is Outcome.NOT_STARTED
    if question in CODE:
        unreadable: list[Any] = ["un texte", 3, pd.DataFrame({"x": [1, 2]})]
    else:
        unreadable = [True, ["a"]] if question == "a_appeler" else ["beaucoup", "1 2 €€ x"]
    for answer in unreadable:
        assert judge(question, given, answer).outcome is ERROR, answer


# --- a wrong step is graded once -----------------------------------------------------------------


def followed(given: Variant, **first: pd.DataFrame) -> dict[str, Any]:
    """What a careful student answers who went wrong at one step, and right after it."""
    p = given.parameters
    day, steps = p["DATE_REFERENCE"], truth(given)
    lines = first.get("lignes", steps.lines)
    rfm = first.get("rfm", rfm_table(lines, as_of=day))
    scores = first.get("scores", score_rfm(rfm, levels=p["NIVEAUX"]))
    grid = {4: "onze", 5: "cinq_niveaux"}[int(scores[["R", "F", "M"]].max().max())]
    segments = first.get("segments", assign_segments(scores, grid))
    profile = segment_profile(segments, grid)
    silent = (rfm["recence"] > p["SILENCE"]) & (rfm["frequence"] >= p["COMMANDES"])
    theirs = segments[segments["segment"] == p["SEGMENT"]].sort_values("montant_total")
    his = lines[lines["client_id"] == p["CLIENT"]]
    return {
        "lignes": lines,
        "chiffre_boutique": lines.loc[lines["Boutique"] == p["BOUTIQUE"], "montant"].sum(),
        "panier_client": rfm_table(his, as_of=day)["panier_moyen"].item(),
        "rfm": rfm,
        "silencieux": rfm.loc[silent, "montant_total"].sum(),
        "scores": scores,
        "segments": segments,
        "profil": profile,
        "par_client": theirs["montant_total"].mean(),
        "a_appeler": theirs["client_id"].iloc[-1],
    }


def wrong_step(given: Variant, step: str) -> pd.DataFrame:
    p, right = given.parameters, truth(given)
    if step == "lignes":
        return orders_until(right.lines, days_before(p["DATE_REFERENCE"], 25))
    if step == "rfm":
        return rfm_table(right.lines, as_of="2026-01-31")
    if step == "scores":
        return score_rfm(right.rfm, levels=9 - p["NIVEAUX"])
    by_basket = score_rfm(right.rfm, levels=p["NIVEAUX"], monetary="panier_moyen")
    return assign_segments(by_basket, p["GRILLE"])


@pytest.mark.parametrize("wrong", ["lignes", "rfm", "scores", "segments"])
@pytest.mark.parametrize("student", CLASS[:3])
def test_a_wrong_step_costs_only_itself(student: str, wrong: str) -> None:
    given = variant(student)
    given_answers = followed(given, **{wrong: wrong_step(given, wrong)})
    earlier = Earlier({name: received(answer) for name, answer in given_answers.items()})
    for question, answer in given_answers.items():
        result = judge(question, given, answer, earlier)
        assert (result.outcome is RIGHT) == (question != wrong), (question, result)


STRANGE = {
    "vide": pd.DataFrame(),
    "sans ligne": pd.DataFrame({"client_id": [], "montant": []}),
    "autre": pd.DataFrame({"x": [1, 2], "y": ["a", None]}),
    "textes": pd.DataFrame({"client_id": ["C-1"], "recence": ["hier"], "frequence": ["souvent"],
                            "montant_total": ["cher"], "segment": ["?"], "R": ["x"],
                            "date_achat": ["jamais"], "montant": ["offert"], "Boutique": [None]}),
    "trous": pd.DataFrame({"client_id": [None, None], "recence": [None, 3.0], "segment": [1, 2],
                           "frequence": [None, 1.0], "montant_total": [1e300, None],
                           "code_rfm": ["", None], "clients": [0, None]}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(STRANGE))
def test_a_strange_table_leaves_the_true_reference(name: str) -> None:
    given, right = variant(CLASS[0]), answers(CLASS[0])
    earlier = Earlier(dict.fromkeys(CODE, STRANGE[name]))
    for question, answer in right.items():
        assert judge(question, given, answer, earlier).outcome is RIGHT, question


# --- the notebook --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelManager]:
    with started_kernel() as kernel:
        yield kernel


def test_the_untouched_notebook_runs_and_answers_nothing(
    kernel: KernelManager, tmp_path: Any
) -> None:
    assert handed_over(
        executed(SOURCE, kernel, tmp_path, variant(CLASS[0]), solved=False)
    ) == dict.fromkeys(CODE)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_solved_notebook_earns_every_code_point(
    kernel: KernelManager, tmp_path: Any, hidden: bool
) -> None:
    given = variant(CLASS[1], hidden)
    found = handed_over(executed(SOURCE, kernel, tmp_path, given, solved=True))
    for question in CODE:
        assert judge(question, given, found[question]).points == 1, question


def test_every_question_has_its_cells() -> None:
    cells = jupytext.read(SOURCE, fmt="py:percent").cells
    marks = [cell.metadata.get("rfm", {}) for cell in cells]
    answered = [mark["answer"] for mark in marks if "answer" in mark]
    locked = [mark["locked"] for mark in marks if "locked" in mark]
    fields = [question.id for question in SHEET.questions if question.mode != "code"]
    assert answered == [question for question in CODE for _ in range(2)]
    assert len(set(locked)) == len(locked)
    assert {f"rendre_{question}" for question in CODE} <= set(locked)
    assert {f"champ_{question}" for question in fields} <= set(locked)
    assert mean(len(cell.source) for cell in cells if cell.cell_type == "code") < 500
