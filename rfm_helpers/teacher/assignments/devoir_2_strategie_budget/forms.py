"""The checks of the two forms: the strategy and the letter's costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from rfm_helpers.analysis.budget.lines import cost_lines, flag_lines, line_costs
from rfm_helpers.analysis.strategy.benchmark import purchase_cycle
from rfm_helpers.analysis.strategy.forms import FIELDS, UNITS, read_statement, readable_fields
from rfm_helpers.analysis.strategy.statements import WORDS, check_statement
from rfm_helpers.analysis.strategy.targets import INDICATORS, SHARE
from rfm_helpers.catalog import Statement
from rfm_helpers.catalog.costs import (
    CostFamily,
    doubt_about,
    is_overrated,
    is_vague,
    missing_families,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day, parse_number
from rfm_helpers.questions.model import Check, Kind, Outcome, Verdict
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.truth import (
    a_year_before,
    clients_given,
    orders,
    recent,
    truth,
)
from rfm_helpers.teacher.assignments.variants import Given, Variant

#: The most that a form is worth whose figure is another one of the student's own data. A form whose
#: figure is in none of them, as a neighbour's, is worth nothing.
NEAR = 0.4
#: The most questions that a verdict asks.
MOST_QUESTIONS = 3


def _fields(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CourseError("Cette réponse n’est pas celle du formulaire : remplissez ses champs.")
    return value


def _scored(weights: Mapping[str, float], lost: Mapping[str, float], questions: Iterable[str],
            success: str, most: float = 1.0) -> Verdict:  # fmt: skip
    """A verdict from criteria: `lost` is the part of each that is not there (0–1)."""
    share = 1 - sum(weights[name] * part for name, part in lost.items()) / sum(weights.values())
    share = min(share, most)
    if not any(lost.values()):
        return Verdict(Outcome.SUCCESS, success, 1.0)
    return Verdict(Outcome.REVIEW, "\n".join(list(questions)[:MOST_QUESTIONS]), share)


# --- the strategy ---------------------------------------------------------------------------------

#: The points of a statement that are computed (see `check_statement`): what each weighs, and what
#: to ask. Its words, the problem and the means, are the teacher's to read.
POINTS = {
    "un indicateur": (1, "Qu’est-ce qui doit changer : la récence, la fréquence ou le montant ?"),
    "un sens": (1, "De combien à combien l’indicateur doit-il aller, et est-ce dans le bon sens ?"),
    "une cible dans la base": (1, "Est-ce le segment que le directeur demande ?"),
    "une valeur de départ exacte": (
        3,
        "La valeur d’aujourd’hui est-elle celle de cet indicateur, dans vos données, pour ce "
        "segment ?",
    ),
    "un score à améliorer": (1, "Quel score de ces clients peut encore monter ?"),
    "quatre repères": (
        1,
        "Indicateur, départ, arrivée, échéance : que manque-t-il ?",
    ),
    "ce qui vient sans nous": (
        2,
        "Et sans vous, combien ? Pour la part des clients, est-ce ce que dit le repère ?",
    ),
    "une échéance": (
        1,
        "L’échéance suit-elle la date de référence, de trois ans au plus, et laisse-t-elle aux "
        "clients le temps de revenir ?",
    ),
    "une valeur à portée": (
        2,
        "La valeur visée est-elle à portée : plus que ce qui viendrait sans vous, et moins que ce "
        "que font les meilleurs ou que ce qu’une telle action peut apporter ?",
    ),
}
#: How far the present value may be from that of the data, in the indicator's unit.
CLOSE = {
    "recence_mediane": 0.5,
    "part_actifs_12_mois": 0.0006,
    "frequence_moyenne": 0.006,
    "panier_moyen": 0.6,
    "montant_moyen": 0.6,
}
#: How far a rounded present value is from the data, and the segment that the notebook shows first.
ROUNDED, SHOWN_FIRST = 0.05, "Champions"


@dataclass(frozen=True)
class StatementCheck:
    """A strategy for the segment asked for, against the student's data; credit by point.

    `clients` are the customers of the whole file. The share who order is measured on those of the
    last months (`recent`), and compared with what the house's customers of a year before did by
    themselves (`past`) and with what the evening brought (`effect`).
    """

    clients: pd.DataFrame
    recent: pd.DataFrame
    past: pd.DataFrame
    segment: str
    day: str
    cycle_days: int
    effect: float

    @property
    def kind(self) -> Kind:
        """A text, in fields."""
        return Kind.TEXT

    def __call__(self, value: object) -> Verdict:
        """The verdict on one statement."""
        statement = _readable(_fields(value))
        failing = self._failing(statement)
        return _scored(
            {name: weight for name, (weight, _) in POINTS.items()},
            dict.fromkeys(failing, 1.0),
            [question for name, (_, question) in POINTS.items() if name in failing],
            "Un segment et un objectif qui se mesure : on saura, à la date dite, si c’est réussi. "
            "Le problème et les moyens ne se calculent pas : votre enseignant les lit.",
            self._most(statement, failing),
        )

    def _most(self, statement: Statement, failing: Collection[str]) -> float:
        """What a statement about others than the student's own customers is worth at most."""
        if "une cible dans la base" in failing:
            return 0.0
        if "une valeur de départ exacte" not in failing:
            return 1.0
        return NEAR if self._starts_near(statement) else 0.0

    def _failing(self, statement: Statement) -> Collection[str]:
        found = check_statement(
            statement,
            self._measured(statement),
            self.day,
            past=self.past,
            cycle_days=self.cycle_days,
            effect=self.effect,
        )
        failing = set(found.loc[~found["verdict"], "point"]) - set(WORDS)
        if statement.target.segment != self.segment:
            failing |= {"une cible dans la base", "une valeur de départ exacte"}
        if not self._starts_at(statement, self._theirs(self._measured(statement))):
            failing.add("une valeur de départ exacte")
        return failing

    def _measured(self, statement: Statement) -> pd.DataFrame:
        """The customers by whom the indicator is measured."""
        return self.recent if statement.objective.indicator == SHARE else self.clients

    def _theirs(self, customers: pd.DataFrame) -> pd.DataFrame:
        return customers[customers["segment"] == self.segment]

    def _starts_near(self, statement: Statement) -> bool:
        """Whether the present value is rounded, of the other window, of all or of SHOWN_FIRST."""
        measured = self._measured(statement)
        first = measured[measured["segment"] == SHOWN_FIRST]
        others = measured, first, self._theirs(self.clients)
        return self._starts_at(statement, self._theirs(measured), ROUNDED) or any(
            self._starts_at(statement, customers) for customers in others if len(customers)
        )

    def _starts_at(self, statement: Statement, customers: pd.DataFrame, part: float = 0) -> bool:
        """Whether the present value is that of these customers, give or take a part of it."""
        name, given = statement.objective.indicator, statement.objective.from_value
        if name not in CLOSE or given is None:
            return False
        value = INDICATORS[name].measure(customers)
        return abs(given - value) <= CLOSE[name] + part * value + 1e-9


def _readable(fields: Mapping[str, Any]) -> Statement:
    """The statement of a form; a field that cannot be read is left out."""
    texts = {name: fields.get(name) for name in FIELDS}
    texts = {name: text if isinstance(text, str) else "" for name, text in texts.items()}
    if texts["indicateur"] not in UNITS:
        texts["indicateur"] = ""
    return read_statement(readable_fields(texts)[0])


def check_strategy(variant: Variant, given: Given) -> Check:
    """A strategy for the segment asked for, whose figures are those of its customers."""
    right = _right_strategy(variant)
    clients, _ = clients_given(variant, given)
    with suppress(Exception):
        check_statement(Statement(), clients, right.day)
        INDICATORS["panier_moyen"].measure(clients[clients["segment"] == right.segment])
        return replace(right, clients=clients)
    return right


@lru_cache(maxsize=8)
def _right_strategy(variant: Variant) -> StatementCheck:
    return StatementCheck(
        clients=truth(variant).clients,
        recent=recent(variant),
        past=a_year_before(variant),
        segment=variant.parameters["SEGMENT"],
        day=variant.parameters["DATE_REFERENCE"],
        cycle_days=purchase_cycle(orders(variant)),
        effect=variant.parameters["REPONSE"] - variant.parameters["TEMOIN"],
    )


# --- the letter -----------------------------------------------------------------------------------

LETTER = "Lettre manuscrite"
LETTER_COSTS = (
    CostFamily(
        id="support",
        words=("papier", "carte", "lettre", "enveloppe", "impression", "encre", "calligraph"),
        question="Sur quoi la lettre est-elle écrite ?",
    ),
    CostFamily(
        id="envoi",
        words=("affranch", "timbre", "envoi", "poste", "postal", "courrier", "expedition"),
        question="Comment la lettre arrive-t-elle chez le client ?",
    ),
    CostFamily(
        id="temps",
        words=("heure", "temps", "salaire", "conseill", "redaction", "personnel", "ecriture"),
        question="Qui écrit, et combien d’heures cela prend-il ?",
    ),
    CostFamily(
        id="suite",
        words=("suivi", "mesure", "temoin", "bilan", "analyse", "rappel", "appel", "relance"),
        question="Que se passe-t-il après l’envoi, et comment saurez-vous si la lettre a marché ?",
    ),
)
WEIGHTS = {"lignes": 4.0, "quantités": 2.0, "enveloppe": 2.0, "sources": 4.0}
FEWEST_LINES, MOST_LINES, LEAST_PER_LETTER = 3, 100, 3.0
#: A price read after the reference date is as good.
ACCEPTED = "date à venir"


@dataclass(frozen=True)
class CostsCheck:
    """The lines of the letter: complete, for the right customers, under the envelope, sourced.

    `near` are the numbers that are taken for that of the customers to invite: those of the whole
    segment, and of those who would come.
    """

    invited: int
    near: Collection[int]
    envelope: float
    day: str

    @property
    def kind(self) -> Kind:
        """Lines, in fields."""
        return Kind.TABLE

    def __call__(self, value: object) -> Verdict:
        """The verdict on one list of lines."""
        typed = _fields(value).get("lignes")
        given = [one for one in typed if isinstance(one, Mapping)] if type(typed) is list else []
        if len(given) > MOST_LINES:
            question = f"Une lettre demande-t-elle plus de {MOST_LINES} lignes de coûts ?"
            return Verdict(Outcome.REVIEW, question)
        table = _lines(given)
        if table.empty:
            question = "Aucune ligne ne se lit : avez-vous écrit libellé, quantité et coût ?"
            return Verdict(Outcome.REVIEW, question)
        lost, questions = self._judged(table, len(given))
        return _scored(
            WEIGHTS,
            lost,
            questions,
            "Rien ne manque, l’enveloppe suffit, et une autre personne retrouverait chaque prix.",
            self._most(table) if lost["quantités"] else 1.0,
        )

    def _most(self, table: pd.DataFrame) -> float:
        return NEAR if table["quantite"].isin(self.near).any() else 0.0

    def _judged(self, table: pd.DataFrame, given: int) -> tuple[dict[str, float], list[str]]:
        """What each criterion lacks (0–1), and the questions to ask."""
        labels = table["libelle"].tolist()
        missing = missing_families(LETTER_COSTS, labels)
        costs = zip(labels, table["cout_ht"], strict=True)
        traps = [doubt for label, cost in costs if (doubt := doubt_about(label, cost))]
        money = self._money(float(table["cout_ht"].sum()), len(table)) or traps[:1]
        wrong = self._without_source(table) + given - len(table)
        counted = (table["quantite"] == self.invited).any()
        lost = {
            "lignes": len(missing) / len(LETTER_COSTS),
            "quantités": 0.0 if counted else 1.0,
            "enveloppe": 1.0 if money else 0.0,
            "sources": wrong / given,
        }
        questions = [*(traps[:1] or money)]
        if given > len(table):
            questions.append("Une ligne ne se lit pas : ses nombres et sa date sont-ils écrits ?")
        if wrong:
            questions.append(
                "Chaque prix a-t-il une source où le retrouver, une date de moins de deux ans et "
                "une fiabilité ?"
            )
        if not counted:
            questions.append("Combien de clients reçoivent la lettre ?")
        if missing:
            questions.append(missing[0].question)
        return lost, questions

    def _money(self, total: float, count: int) -> list[str]:
        if total > self.envelope:
            return ["Le total HT tient-il dans l’enveloppe ?"]
        if count < FEWEST_LINES:
            return ["Une lettre se paie-t-elle en si peu de lignes ?"]
        if total < LEAST_PER_LETTER * self.invited:
            return ["À ce prix, chaque lettre est-elle payée en entier ?"]
        return []

    def _without_source(self, table: pd.DataFrame) -> int:
        """How many lines have a price that nobody could find again."""
        places = [str(place) for place in range(len(table))]
        flags = flag_lines(table.assign(action=places), self.day)
        flagged = set(flags.loc[flags["probleme"] != ACCEPTED, "action"])
        sources = zip(places, table["source"], table["fiabilite"], strict=True)
        vague = {p for p, source, how in sources if is_vague(source) or is_overrated(source, how)}
        return len(flagged | vague)


def _lines(typed: list[Mapping[str, Any]]) -> pd.DataFrame:
    """The lines of the form that can be read, with their costs."""
    records = [record for one in typed if (record := _record(one)) is not None]
    try:
        return line_costs(pd.DataFrame(records))
    except CourseError:
        return line_costs(pd.DataFrame([record for record in records if _is_line(record)]))


def _record(typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """A line as `cost_lines` takes it; None when its numbers cannot be read."""
    with suppress(Exception):
        texts = {name: str(value).strip() for name, value in typed.items()}
        return {
            **{n: texts.get(n, "") for n in ("libelle", "unite", "source", "fiabilite")},
            "action": LETTER,
            "quantite": parse_number(texts["quantite"]),
            "cout_unitaire": parse_number(texts["cout_unitaire"]),
            "taxe": texts["taxe"],
            "taux_tva": parse_number(texts["taux_tva"]),
            "date_source": _day(texts.get("date_source", "")),
        }
    return None


def _is_line(record: Mapping[str, Any]) -> bool:
    try:
        cost_lines([record])
    except CourseError:
        return False
    return True


def _day(text: str) -> dt.date | None:
    try:
        return as_day(text, month=True)
    except CourseError:
        return None


def check_letter(variant: Variant, given: Given) -> Check:
    """The costs of a letter to each customer to invite, under the envelope."""
    clients, party = clients_given(variant, given)
    whole = int((clients["segment"] == variant.parameters["SEGMENT"]).sum())
    return CostsCheck(
        invited=party.invited,
        near=(whole, party.present),
        envelope=variant.parameters["ENVELOPPE"],
        day=variant.parameters["DATE_REFERENCE"],
    )
