"""The second assignment: its variants are well posed, its checks say what they must.

What is right is computed here from the bytes of each student's files, by other ways than the
package's.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

import jupytext
import numpy as np
import pandas as pd
import pytest
from jupyter_client.manager import KernelManager
from support.course import ROOT
from support.devoir_2 import (
    CHOICES,
    CLASS,
    CODE,
    ERROR,
    FORMS,
    KEY,
    NAME,
    NUMBERS,
    REVIEW,
    RIGHT,
    SHEET,
    SOURCE,
    account,
    answers,
    facts,
    letter,
    line,
    measured,
    named,
    quoted,
    statement,
    total,
    variant,
)
from support.graded_notebooks import executed, handed_over
from support.kernels import started_kernel
from support.sheets import add, remove, said, type_in

from rfm_helpers.activities.assignments.fields import answer_field
from rfm_helpers.activities.assignments.forms import CostsField, StatementField
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.targets import SHARE
from rfm_helpers.questions import Outcome, Question
from rfm_helpers.questions.assignment import assignment
from rfm_helpers.questions.exercise import as_kept, from_kept
from rfm_helpers.questions.model import Result
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.forms import CLOSE, POINTS
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.kit import CHECKS
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.truth import truth
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.variant import (
    MONTHS,
    ORDERS,
    PEOPLE,
    QUOTES,
    SEGMENTS,
)
from rfm_helpers.teacher.assignments.variants import Variant, data_files, load_kit, make_variant
from rfm_helpers.teacher.marking.marking import Answers, mark_all

# --- judging as the marking does -----------------------------------------------------------------


def received(value: Any) -> Any:
    """An answer after its way out of the notebook, or of the answers file, as JSON."""
    if value is None or isinstance(value, dict):
        return json.loads(json.dumps(value))
    return from_kept(json.loads(json.dumps(as_kept(value))))


class Earlier:
    """A student's earlier answers."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = {name: received(value) for name, value in given.items()}

    def table(self, question: str) -> pd.DataFrame | None:
        answer = self.given.get(question)
        return answer if isinstance(answer, pd.DataFrame) else None

    def value(self, question: str) -> Any:
        return self.given.get(question)


def judge(
    question: str, given: Variant, answer: Any, earlier: dict[str, Any] | None = None
) -> Result:
    check = CHECKS[question](given, Earlier(earlier or {}))
    return Question(question, "?", check).verifier(received(answer))


# --- the sheet -----------------------------------------------------------------------------------


def test_the_sheet_has_twelve_questions_of_each_mode() -> None:
    modes = [question.mode for question in SHEET.questions]
    assert (modes.count("code"), modes.count("value"), modes.count("free")) == (3, 7, 2)
    assert list(CHECKS) == [q.id for q in SHEET.questions if q.mode != "free"]
    assert all((2 * question.points).is_integer() for question in SHEET.questions)
    assert sum(q.points for q in SHEET.questions if q.mode == "free") == 4.5


def test_every_section_is_a_heading_of_its_lesson() -> None:
    for question in SHEET.questions:
        lesson = (ROOT / "sources" / "lessons" / f"{question.lesson}.py").read_text("utf-8")
        assert f"# {question.section}\n" in lesson, question.id


def test_every_statement_names_parameters_of_the_variant() -> None:
    for question in SHEET.questions:
        assert question.statement.format_map(variant(CLASS[0]).parameters)


# --- variants ------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", CLASS)
def test_every_variant_is_well_posed(student: str) -> None:
    for hidden in (False, True):
        steps, p = truth(variant(student, hidden)), variant(student, hidden).parameters
        party, campaign = steps.party, steps.campaign
        assert party.invited >= 25 and party.present >= 8
        needed = campaign.cost / (campaign.reached * campaign.basket * campaign.margin_rate)
        assert 0.05 < needed < 0.9 and p["REMISE"] < campaign.margin_rate
        assert 8 * party.invited < p["ENVELOPPE"] < 40 * party.invited
        lines = variant(student, hidden).tables[ORDERS]
        assert lines["date_achat"].max() <= p["DATE_REFERENCE"]


def test_a_variant_is_the_same_each_time_and_shares_nothing() -> None:
    again = make_variant(NAME, CLASS[0], KEY)
    assert data_files(again) == data_files(variant(CLASS[0]))
    own, hidden = variant(CLASS[0]), variant(CLASS[0], hidden=True)
    assert own.parameters == hidden.parameters
    for other in (hidden, *map(variant, CLASS[1:12])):
        shared = set(own.tables[PEOPLE]["client_id"]) & set(other.tables[PEOPLE]["client_id"])
        assert len(shared) < 10
        assert not own.tables[QUOTES]["cout_unitaire"].equals(other.tables[QUOTES]["cout_unitaire"])


# --- right answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("student", CLASS[:4])
def test_the_right_answers(student: str) -> None:
    for hidden in (False, True):
        for question, answer in answers(student, hidden).items():
            if not (hidden and question in FORMS):
                result = judge(question, variant(student, hidden), answer)
                assert (result.outcome, result.points) == (RIGHT, 1), (question, result)


def numbers(value: float, unit: str) -> list[Any]:
    text = f"{value:.2f}".replace(".", ",")
    typed = [f"{text} {unit}", text.replace("-", "−")]
    return [*typed, round(value, 2), np.float64(value), Decimal(text.replace(",", "."))]


def other_right(student: str) -> dict[str, list[Any]]:
    right = answers(student)
    clients, costs, sheet = right["clients"], right["couts"], right["compte"]
    n = facts(student)["n"]
    dense = [line("Cartes et enveloppes", n, 0.8), line("Affranchissement", n, 1.39),
             line("Rédaction, heures", n / 5, 20, taux_tva=0.0),
             line("Appel de suivi", n, 1.1, date_source="2025-01-31"),
             line("Encre", 1, 12.5, fiabilite="faible")]  # fmt: skip
    few = right["strategie"]
    return {
        "clients": [clients.sample(frac=1, random_state=1), clients.set_index("client_id"),
                    clients[["client_id", "recence", "frequence", "montant_total", "segment"]],
                    clients.astype({"frequence": float})],
        "couts": [costs.iloc[::-1], costs.set_index("libelle"),
                  costs.round(2).assign(autre=1)],
        "compte": [sheet.iloc[::-1], sheet.set_index("ligne"), sheet.round(3)],
        "strategie": [statement(student, name) for name in CLOSE]
        + [few | {"echeance": "2027-06-30", "moyens": "Un appel"},
           few | {"depart": f" {few['depart']} jours"}],
        "lettre": [{"lignes": dense}, {"lignes": letter(student)["lignes"][::-1]},
                   {"lignes": [*letter(student)["lignes"], line("Fleur séchée", n, 0.3)]}],
        **{q: numbers(right[q], "%" if q in ("seuil", "roi_remise") else "€") for q in NUMBERS},
    }  # fmt: skip


@pytest.mark.parametrize("question", list(CHECKS))
@pytest.mark.parametrize("student", CLASS[:3])
def test_other_right_answers(student: str, question: str) -> None:
    for answer in other_right(student)[question]:
        result = judge(question, variant(student), answer)
        assert (result.outcome, result.points) == (RIGHT, 1), (answer, result)


# --- wrong answers -------------------------------------------------------------------------------


def wrong_tables(student: str) -> dict[str, list[tuple[pd.DataFrame, str]]]:
    given, f = variant(student), facts(student)
    p, n, k = given.parameters, f["n"], f["k"]
    clients, costs = answers(student)["clients"], answers(student)["couts"]
    basket, rate, uplift, cost = f["basket"], f["rate"], f["uplift"], total(f["lines"], "cout_ht")
    rfm = rfm_table(
        given.tables[ORDERS].assign(date_achat=lambda table: pd.to_datetime(table["date_achat"]))
    )
    five = assign_segments(score_rfm(rfm, levels=5), "cinq_niveaux")
    by_basket = assign_segments(score_rfm(rfm, monetary="panier_moyen"))

    def counted(invited: int, present: int) -> pd.DataFrame:
        return pd.DataFrame(quoted(given, invited, present))

    def campaign(**changes: float) -> pd.DataFrame:
        inputs = {"reached": n, "uplift": uplift, "basket": basket, "rate": rate, "cost": cost}
        return account(**(inputs | changes))

    recency = clients["recence"]
    return {
        "clients": [(clients.assign(recence=recency + 92), "De quelle date"),
                    (clients.assign(segment=clients["client_id"].map(
                        five.set_index("client_id")["segment"])), "Sur combien de niveaux"),
                    (clients.assign(segment=clients["client_id"].map(
                        by_basket.set_index("client_id")["segment"])), "panier moyen"),
                    (clients.assign(segment=clients["code_rfm"]), "nom du segment"),
                    (clients.head(50), "il en manque")],
        "couts": [(counted(k, n), "à leur place"), (counted(n, n), "Tous les invités"),
                  (counted(k, k), "qu’à ceux qui viendront"), (counted(1, 1), "combien de clients"),
                  (costs.assign(cout_ht=costs["quantite"] * costs["cout_unitaire"]), "tous HT"),
                  (costs.head(3), "il en manque")],
        "compte": [(campaign(uplift=p["REPONSE"]), "hausse de réponse"),
                   (campaign(uplift=p["TEMOIN"]), "groupe témoin"),
                   (campaign(reached=k), "présents"),
                   (campaign(basket=basket * 1.2), "tous deux HT"),
                   (campaign(rate=1), "une marge"),
                   (campaign(cost=total(f["lines"], "cout_ttc")), "TTC"),
                   (campaign(cost=total(f["lines"], "cout_annee_ht")), "première année"),
                   (campaign(discount=p["REMISE"]), "déjà demandée"),
                   (campaign(reached=20, cost=2000), "colonne `valeur`")],
    }  # fmt: skip


@pytest.mark.parametrize("question", CODE)
@pytest.mark.parametrize("student", CLASS[:4])
def test_typical_wrong_tables(student: str, question: str) -> None:
    for table, part in wrong_tables(student)[question]:
        result = judge(question, variant(student), table)
        assert result.outcome is REVIEW and part in result.message, (part, result)
        assert 0 <= result.points <= 0.5, (part, result)


def wrong_numbers(student: str) -> dict[str, list[tuple[float, str]]]:
    f, right, p = facts(student), answers(student), variant(student).parameters
    n, k, basket, rate, uplift = f["n"], f["k"], f["basket"], f["rate"], f["uplift"]
    cost, with_tax, year = (
        total(f["lines"], column) for column in ("cout_ht", "cout_ttc", "cout_annee_ht")
    )
    spent = sum(row["montant_total"] for row in f["theirs"])
    baskets = sum(row["montant_total"] / row["frequence"] for row in f["theirs"])
    price, margin = right["prix_remise"], n * uplift * basket * rate
    extra = p["REMISE"] * basket * n * uplift

    def back(earned: float, paid: float = cost) -> float:
        return 100 * (earned - paid) / paid

    return {
        "enjeu": [(right["enjeu"] / p["PART"], "part supposée"),
                  (p["PART"] * spent, "tout ce que le client a dépensé"),
                  (p["PART"] * baskets, "pèse-t-il autant"), (-3, "Quels clients")],
        "cout_present": [(year / n, "par les invités"), (cost / k, "première année"),
                         (with_tax / k, "TTC"), (cost / n, "quelle année"),
                         (year, "sans le diviser"), (1, "Quel total")],
        "seuil": [(100 * cost / (n * basket), "ou avec la marge"),
                  (100 * cost / (k * basket * rate), "ou sur les présents"),
                  (100 * with_tax / (n * basket * rate), "ou TTC"),
                  (100 * year / (n * basket * rate), "première année"),
                  (right["seuil"] / 1.2, "panier est-il HT"), (100 * uplift, "hausse supposée"),
                  (99.99, "celle de la question")],
        "prix_remise": [(extra, "de toute façon"), (price - extra, "commandes en plus"),
                        (p["REMISE"] * basket * n, "Tous les invités"), (1.2 * price, "ou TTC"),
                        (price * rate, "ou sur la marge"), (p["REMISE"] * basket, "seule commande"),
                        (1, "Combien de commandes")],
        "roi_remise": [(back(margin), "Où est passée"),
                       (back(margin - price, cost + price), "deux fois"),
                       (back(margin, cost + price), "une facture"),
                       (back(margin - extra), "de toute façon"),
                       (back(n * p["REPONSE"] * basket * rate - price), "hausse de réponse"),
                       (back(n * uplift * basket - price), "chiffre d’affaires"),
                       (100 * (margin - price) / cost, "retiré le coût"),
                       (-right["roi_remise"], "De quel signe"), (999, "Quelle marge")],
    }  # fmt: skip


@pytest.mark.parametrize("student", CLASS[:6])
def test_typical_wrong_numbers(student: str) -> None:
    for question, wrong in wrong_numbers(student).items():
        for value, part in wrong:
            result = judge(question, variant(student), value)
            assert result.outcome is REVIEW and part in result.message, (question, part, result)
            assert result.points == 0


def wrong_forms(student: str) -> dict[str, list[tuple[Any, str, float]]]:
    """Forms with one fault, a part of the message, the points that are left."""
    n, p = facts(student)["n"], variant(student).parameters
    weight, reach = sum(weight for weight, _ in POINTS.values()), POINTS["une valeur à portée"][0]
    whole = len(facts(student)["theirs"])
    other = next(name for name in SEGMENTS if name != p["SEGMENT"])
    now = float(statement(student)["depart"].replace(",", "."))
    everyone = median(row["recence"] for row in facts(student)["table"])
    dear = {"cout_unitaire": f"{p['ENVELOPPE'] / n + 0.5:.2f}"}
    return {
        "strategie": [
            (statement(student, segment=other), "le segment que le directeur", 0),
            (statement(student, depart="7"), "valeur d’aujourd’hui", 0),
            (statement(student, depart=f"{1.04 * now:g}".replace(".", ",")), "aujourd’hui", 0.4),
            (statement(student, depart=f"{everyone:g}".replace(".", ",")), "aujourd’hui", 0.4),
            (statement(student, echeance="30/06/2024"), "L’échéance", 1 - 1 / weight),
            (statement(student, echeance="bientôt"), "que manque-t-il", 1 - 2 / weight),
            (statement(student, arrivee="1"), "à portée", 1 - reach / weight),
            (statement(student, arrivee="9999"), "bon sens", 1 - 1 / weight),
            ({"segment": p["SEGMENT"]}, "Qu’est-ce qui doit changer", 0),
        ],
        "lettre": [
            (letter(student, {"libelle": "Remise de 10 %"}), "facture d’une remise", 1 - 3 / 12),
            (letter(student, dear), "dans l’enveloppe", 1 - 2 / 12),
            (letter(student, *[{"quantite": f"{n + 90}"}] * 3), "reçoivent", 0),
            (letter(student, *[{"quantite": f"{facts(student)['k']}"}] * 2), "reçoivent", 0.4),
            (letter(student, *[{"quantite": f"{whole}"}] * 2), "reçoivent", 0.4),
            (letter(student, {"source": "Google"}, {"date_source": ""}), "une source", 1 - 2 / 12),
            (letter(student, {"date_source": "12/03/2021"}), "moins de deux ans", 1 - 1 / 12),
            (letter(student, {"quantite": "beaucoup"}), "ne se lit pas", 1 - 2 / 12),
            (letter(student, {}, {"libelle": "Divers"}), "arrive-t-elle", 1 - 1 / 12),
            ({"lignes": letter(student)["lignes"][:3]}, "après l’envoi", 1 - 1 / 12),
            ({"lignes": [line("Lettre, timbre, heures, suivi", n, 5)]}, "si peu", 1 - 5 / 12),
            ({"lignes": []}, "Aucune ligne", 0),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("question", FORMS)
@pytest.mark.parametrize("student", CLASS[:4])
def test_typical_wrong_forms(student: str, question: str) -> None:
    for answer, part, share in wrong_forms(student)[question]:
        result = judge(question, variant(student), answer)
        assert result.outcome is REVIEW and part in result.message, (part, result)
        assert result.points == pytest.approx(share, abs=0.01), (part, result)


@pytest.mark.parametrize("question", list(CHECKS))
def test_untouched_and_unreadable(question: str) -> None:
    given = variant(CLASS[0])
    assert judge(question, given, None).outcome is Outcome.NOT_STARTED
    if question in CODE:
        unreadable: list[Any] = ["un texte", 3, pd.DataFrame({"x": [1, 2]})]
    elif question in FORMS:
        unreadable = ["un texte", 3, ["a"]]
    else:
        unreadable = ["beaucoup", "1 2 €€ x"]
    for answer in unreadable:
        assert judge(question, given, answer).outcome is ERROR, answer


SILLY = ("12", "20", "99", "100 %")
AIM, ANYWAY = "une valeur à portée", "ce qui vient sans nous"


def points_without(*names: str) -> float:
    """What a statement is worth in which only these points fail."""
    weights = {name: weight for name, (weight, _) in POINTS.items()}
    return round(1 - sum(weights[name] for name in names) / sum(weights.values()), 2)


@pytest.mark.parametrize("student", CLASS)
def test_the_aim_of_a_share_is_judged_by_what_would_come_anyway(student: str) -> None:
    given, p = variant(student), variant(student).parameters
    back, among = facts(student)["anyway"][p["SEGMENT"]]
    _, high = wilson(back, among)

    def aiming(aim: str) -> Result:
        return judge("strategie", given, statement(student, SHARE, arrivee=aim))

    assert aiming(f"{100 * back / among + 9:.0f}").points == 1
    for aim in SILLY:
        assert aiming(aim).points <= points_without(AIM), aim
        assert "à portée" in aiming(aim).message or "bon sens" in aiming(aim).message, aim
    assert aiming(f"{100 * high - 1:.1f}").points == pytest.approx(points_without(AIM))
    if p["SEGMENT"] in ("À risque", "Besoin d’attention"):
        assert aiming("80").points == pytest.approx(points_without(AIM))


@pytest.mark.parametrize("student", CLASS[:12])
def test_what_would_come_anyway_is_that_of_the_benchmark(student: str) -> None:
    given, segment = variant(student), variant(student).parameters["SEGMENT"]
    low, high = (100 * bound for bound in wilson(*facts(student)["anyway"][segment]))
    for anyway, missing in (
        (low - 2, [ANYWAY]),
        (low + 1, []),
        (high - 1, []),
        (high + 1, [ANYWAY]),
    ):
        answer = statement(student, SHARE, sans_nous=f"{anyway:.1f}".replace(".", ","))
        result = judge("strategie", given, answer)
        assert result.points == pytest.approx(points_without(*missing)), (anyway, result)
        assert ("repère" in result.message) == bool(missing)


def wilson(back: int, among: int) -> tuple[float, float]:
    """The shares that so many returns do not refuse at 95 %: where the score test turns."""
    shares = np.linspace(0, 1, 100_001)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.abs(back / among - shares) / np.sqrt(shares * (1 - shares) / among)
    held = shares[gap <= 1.959964]
    return float(held[0]), float(held[-1])


@pytest.mark.parametrize("student", [CLASS[0], CLASS[2], CLASS[5], CLASS[10]])
def test_the_benchmarks_are_those_of_the_whole_house(student: str) -> None:
    with (ROOT / "data" / "orsenne" / "commandes.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    day = dt.date.fromisoformat(variant(student).parameters["DATE_REFERENCE"])
    before = day - dt.timedelta(days=365)
    then = named(measured(lines, before, MONTHS), measured(lines, day, MONTHS))
    since = {row["client_id"] for row in measured(lines, day) if row["recence"] < 365}
    found: dict[str, list[int]] = {}
    for row in then:
        counts = found.setdefault(row["segment"], [0, 0])
        counts[0] += row["client_id"] in since
        counts[1] += 1
    assert {name: tuple(counts) for name, counts in found.items()} == facts(student)["anyway"]


@pytest.mark.parametrize("student", CLASS[:6])
def test_the_words_of_a_strategy_are_the_teachers(student: str) -> None:
    for text in ("x", "Ils achètent trop, il faut les calmer", ""):
        result = judge(
            "strategie", variant(student), statement(student, probleme=text, moyens=text)
        )
        assert result.outcome is RIGHT and "votre enseignant les lit" in result.message, text
    criteria = next(q for q in SHEET.questions if q.id == "decision").criteria
    assert any("problème" in one.title and "moyens" in one.title for one in criteria)
    nothing = dict.fromkeys(statement(student), "x") | {
        "segment": variant(student).parameters["SEGMENT"]
    }
    assert judge("strategie", variant(student), nothing).points == 0


@pytest.mark.parametrize("student", CLASS[:6])
def test_a_deadline_leaves_time_for_a_purchase(student: str) -> None:
    day = dt.date.fromisoformat(variant(student).parameters["DATE_REFERENCE"])
    for days, missing in ((30, ["une échéance"]), (180, []), (1200, ["une échéance"])):
        by = f"{day + dt.timedelta(days=days):%d/%m/%Y}"
        result = judge("strategie", variant(student), statement(student, echeance=by))
        assert result.points == pytest.approx(points_without(*missing)), (days, result)


HOSTILE_FORMS: list[dict[str, Any]] = [
    {"lignes": "x", "segment": ["a"]},
    {"lignes": [None, 3, [], {}], "depart": {"a": 1}, "indicateur": 4},
    {"lignes": [{"libelle": "x" * 900, "quantite": "1e300", "cout_unitaire": "1"}]},
    {"lignes": [line("a", 1, 1, taux_tva="x"), line("b", -1, 1), line("c", 1, 1, taxe="?")]},
    {"segment": "Perdus", "indicateur": "recence_mediane", "depart": "1e400", "arrivee": "nan",
     "echeance": "99/99/9999", "moyens": 7, "probleme": "<script>" * 5},
]  # fmt: skip


@pytest.mark.parametrize("question", FORMS)
def test_a_strange_form_earns_little_and_breaks_nothing(question: str) -> None:
    for answer in HOSTILE_FORMS:
        assert judge(question, variant(CLASS[0]), answer).points < 0.5, answer


def test_a_message_gives_no_answer_away() -> None:
    for student in CLASS[:4]:
        right = answers(student)
        for question, wrong in wrong_numbers(student).items():
            for value, _ in wrong:
                assert f"{abs(right[question]):.0f}" not in judge(
                    question, variant(student), value
                ).message.replace("\u202f", "")
        start = right["strategie"]["depart"]
        for answer, _, _ in wrong_forms(student)["strategie"]:
            assert start not in judge("strategie", variant(student), answer).message


# --- a neighbour's answers -----------------------------------------------------------------------


def test_a_neighbours_answers_are_wrong() -> None:
    for student, neighbour in pairwise(CLASS[:13]):
        given, copied = variant(student), answers(neighbour)
        for question in (*CODE, *NUMBERS):
            for earlier in ({}, copied):
                result = judge(question, given, copied[question], earlier)
                assert result.outcome is REVIEW, (student, question, result)
                if question in NUMBERS:
                    assert result.points == 0, (student, question, result)


def test_a_neighbours_forms_are_worth_nothing() -> None:
    """The present value and the number of letters are the student's own.

    Only a neighbour whose segment is the same and whose median is near, or who has a number of
    guests that is one of the student's own, keeps a part.
    """
    kept = dict.fromkeys(FORMS, 0)
    for student, neighbour in pairwise(CLASS):
        own, n = facts(student), facts(neighbour)["n"]
        start = median(row["recence"] for row in facts(neighbour)["theirs"])
        everyone, first = (
            [row["recence"] for row in own["table"] if row["segment"] in names]
            for names in ({row["segment"] for row in own["table"]}, {"Champions"})
        )
        same = variant(student).parameters["SEGMENT"] == variant(neighbour).parameters["SEGMENT"]
        near = abs(start / median(row["recence"] for row in own["theirs"]) - 1) < 0.06
        near |= any(abs(start - median(days)) <= 1 for days in (everyone, first))
        alike = {
            "strategie": same and near,
            "lettre": n in (own["n"], own["k"], len(own["theirs"])),
        }
        for question in FORMS:
            points = judge(question, variant(student), answers(neighbour)[question]).points
            assert alike[question] or points == 0, (student, question, points)
            kept[question] += points > 0
    assert max(kept.values()) <= len(CLASS) // 5, kept


# --- a wrong step is graded once -----------------------------------------------------------------


def followed(given: Variant, **first: Any) -> dict[str, Any]:
    """What a careful student answers who went wrong at one step, and right after it."""
    p, steps = given.parameters, truth(given)
    clients = first.get("clients", steps.clients)
    people = given.tables[PEOPLE].set_index("client_id")
    theirs = clients[clients["segment"] == p["SEGMENT"]]
    invited = theirs[theirs["client_id"].map(people["consentement"]) == "oui"]
    k = int((invited["client_id"].map(people["viendrait"]) == "oui").sum())
    lines = given.tables[ORDERS]
    lines = lines[lines["client_id"].isin(invited["client_id"])]
    revenue = lines["montant"].sum() / 1.2
    costs = first.get("couts", pd.DataFrame(quoted(given, len(invited), k)))
    sheet = first.get(
        "compte",
        account(len(invited), p["REPONSE"] - p["TEMOIN"], revenue / invited["frequence"].sum(),
                lines["marge"].sum() / revenue, costs["cout_ht"].sum()),
    )  # fmt: skip
    reached, uplift, basket, rate, cost = sheet["valeur"].head(5)
    price = first.get("prix_remise", p["REMISE"] * basket * reached * (uplift + p["TEMOIN"]))
    now = theirs["recence"].median()
    return {
        "clients": clients,
        "enjeu": len(theirs) * p["PART"] * theirs["montant_total"].sum()
        / theirs["frequence"].sum(),
        "strategie": statement(CLASS[0], segment=p["SEGMENT"], depart=f"{now:g}",
                               arrivee=f"{0.8 * now:g}"),
        "couts": costs,
        "cout_present": costs["cout_annee_ht"].sum() / k,
        "compte": sheet,
        "seuil": 100 * cost / (reached * basket * rate),
        "prix_remise": price,
        "roi_remise": 100 * (reached * uplift * basket * rate - price - cost) / cost,
    }  # fmt: skip


def wrong_steps(student: str) -> Iterator[tuple[str, Any]]:
    tables = wrong_tables(student)
    steps = truth(variant(student))
    rfm = steps.clients.drop(columns=["segment", "R", "F", "M", "code_rfm"])
    yield "clients", assign_segments(score_rfm(rfm, monetary="panier_moyen"))
    yield "clients", steps.clients.assign(recence=steps.clients["recence"] + 41)
    yield from (("couts", table) for table, _ in tables["couts"][:5])
    yield from (("compte", table) for table, _ in tables["compte"][:4])
    yield "prix_remise", wrong_numbers(student)["prix_remise"][0][0]


@pytest.mark.parametrize("student", CLASS[:2])
def test_a_wrong_step_costs_only_itself(student: str) -> None:
    given = variant(student)
    for wrong, step in wrong_steps(student):
        found = followed(given, **{wrong: step})
        for question, answer in found.items():
            result = judge(question, given, answer, found)
            assert (result.outcome is RIGHT) == (question != wrong), (wrong, question, result)


STRANGE = {
    "vide": pd.DataFrame(),
    "sans ligne": pd.DataFrame({"client_id": [], "segment": [], "libelle": [], "ligne": []}),
    "autre": pd.DataFrame({"x": [1, 2], "y": ["a", None]}),
    "textes": pd.DataFrame({"client_id": ["C-1"], "segment": ["?"], "libelle": ["Cocktail"],
                            "cout_ht": ["cher"], "ligne": ["Coût (€ HT)"], "valeur": ["mille"]}),
    "trous": pd.DataFrame({"client_id": [None, 1], "libelle": [None, 1], "ligne": [None, None],
                           "valeur": [1e300, None], "cout_ht": [None, -1.0],
                           "cout_ttc": [None, -1.0], "cout_annee_ht": [0.0, None]}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(STRANGE))
def test_a_strange_table_leaves_the_true_reference(name: str) -> None:
    given, right = variant(CLASS[0]), answers(CLASS[0])
    for earlier in (dict.fromkeys(CODE, STRANGE[name]), {"prix_remise": "beaucoup"}):
        for question, answer in right.items():
            assert judge(question, given, answer, earlier).outcome is RIGHT, question


def test_the_customers_of_a_table_without_numbers_leave_the_true_reference() -> None:
    given, right = variant(CLASS[0]), answers(CLASS[0])
    names = given.tables[PEOPLE]["client_id"]
    words = {"recence": "hier", "frequence": "souvent", "montant_total": "cher"}
    text = pd.DataFrame({"client_id": names, "segment": given.parameters["SEGMENT"], **words})
    for question, answer in right.items():
        assert judge(question, given, answer, {"clients": text}).outcome is RIGHT, question


# --- the forms -----------------------------------------------------------------------------------


def form(question: str, folder: Any) -> Any:
    devoir = assignment(NAME, reponses=str(folder), **variant(CLASS[0]).parameters)
    return answer_field(next(one for one in devoir if one.id == question))


def test_a_statement_comes_back_as_typed(tmp_path: Any) -> None:
    field = form("strategie", tmp_path)
    assert isinstance(field, StatementField) and field.state() == {"strategie": None}
    for name, text in statement(CLASS[0]).items():
        field.form.fields[name].value = text
    assert field.message == "" and "sentence" not in field.sentence_area.value
    again = form("strategie", tmp_path)
    assert again.value == statement(CLASS[0]) == field.value
    assert "31 décembre 2026" in again.sentence_area.value.replace("\u00a0", " ")
    result = judge("strategie", variant(CLASS[0]), again.value)
    assert result.outcome is RIGHT


def test_a_statement_says_only_what_cannot_be_read(tmp_path: Any) -> None:
    field = form("strategie", tmp_path)
    field.form.by.value = "bientôt"
    assert "date" in field.message
    field.form.by.value = "01/01/1999"
    assert field.message == ""
    field.form.start.value = "beaucoup"
    assert "nombre" in field.message
    assert form("strategie", tmp_path).value["depart"] == "beaucoup"


def test_cost_lines_come_back_as_typed(tmp_path: Any) -> None:
    field = form("lettre", tmp_path)
    assert isinstance(field, CostsField) and field.state() == {"lettre": None}
    lines = [*letter(CLASS[0])["lignes"], line("Encre", 1, 9.5, source="")]
    add(field.sheet)
    for rank, typed in enumerate(lines, start=1):
        type_in(field.sheet, rank, **typed)
    assert field.message == "" and "HT" in field.total_area.value
    again = form("lettre", tmp_path)
    assert again.value == {"lignes": lines} and len(again.sheet.value) == 5
    remove(again.sheet, 1)
    assert form("lettre", tmp_path).value == {"lignes": lines[1:]}


def test_cost_lines_say_once_and_only_what_cannot_be_read(tmp_path: Any) -> None:
    field = form("lettre", tmp_path)
    type_in(field.sheet, 2, libelle="Timbres")
    assert field.message == ""
    type_in(field.sheet, 2, quantite="vingt")
    assert "nombre" in said(field.sheet, 2) and field.message == ""
    assert "À revoir : 1 ligne" in field.total_area.value.replace("\u00a0", " ")
    type_in(field.sheet, 2, quantite="20", cout_unitaire="1,39")
    assert "nombre" not in said(field.sheet, 2) and "27,80" in field.total_area.value
    assert "À revoir" not in field.total_area.value
    type_in(field.sheet, 2, date_source="hier")
    assert "date" in said(field.sheet, 2) and field.message == ""
    for _ in range(9):
        add(field.sheet)
    assert len(field.sheet.value) == 12 == field.sheet.most
    assert "12 lignes" in field.sheet.full.replace("\u00a0", " ")
    for _ in range(12):
        remove(field.sheet, 1)
    assert field.value is None and not field.sheet.value


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


TYPED_COSTS = {**CHOICES, "couts": {"invites": "={n}", "presents": "={k}"}}
WRONG_RATE = {**CHOICES, "compte": {**CHOICES["compte"], "hausse": "reponse"}}


@pytest.mark.parametrize(
    ("lists", "points"),
    [(CHOICES, [2, 2, 2]), (TYPED_COSTS, [2, 1, 2]), (WRONG_RATE, [2, 2, 1])],
    ids=["names", "a typed number", "a wrong quantity"],
)
def test_lists_earn_what_code_does(
    kernel: KernelManager, tmp_path: Any, lists: Any, points: list[float]
) -> None:
    """A number typed by hand costs half, and nothing of what follows from it."""
    student = CLASS[1]
    chosen = {
        question: {part: choice.format(**facts(student)) for part, choice in parts.items()}
        for question, parts in lists.items()
    }
    runs = []
    for hidden in (False, True):
        given = variant(student, hidden)
        folder = tmp_path / str(hidden)
        found = handed_over(executed(SOURCE, kernel, folder, given, solved=False, lists=chosen))
        answers = Answers({name: as_kept(found[name]) for name in CODE}, choices=chosen)
        runs.append((given, answers))
    marks = {one.question: one.points for one in mark_all(SHEET, load_kit(NAME), *runs)}
    assert [marks[question] for question in CODE] == points


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
