"""Whether a strategy is well stated."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Any, NamedTuple

import pandas as pd

from rfm_helpers.analysis.strategy.benchmark import Benchmark, benchmark, judge_aim
from rfm_helpers.analysis.strategy.targets import (
    INDICATORS,
    SHARE,
    best_tenth,
    is_retention,
    target_customers,
)
from rfm_helpers.catalog import Objective, Statement
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number, percent
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import require_columns, require_rows
from rfm_helpers.tables.engines import to_pandas

CRITERIA = ("objectif clair", "alignée sur les données", "mesurable et réaliste")
#: The points that only say that a field is filled in: whether its words are good, a person judges.
WORDS = ("un problème", "des moyens")
TOLERANCE = 0.05
LONGEST_MONTHS = 36
#: What holds no word, as « x » or « ? », says nothing.
_WORD = re.compile(r"[^\W\d_]{3}")


class _Point(NamedTuple):
    """One point checked: its criterion, its name, whether it holds, and why."""

    criterion: str
    name: str
    holds: bool
    why: str


def check_statement(
    statement: Statement,
    scored: Any,
    as_of: dt.date | str,
    *,
    past: pd.DataFrame | None = None,
    cycle_days: int = 1,
    effect: float | None = None,
) -> pd.DataFrame:
    """Judge a strategy statement by the three characteristics of a strategy (source 000).

    The points are ours, and computed. Objective: an indicator is chosen, it moves the right way,
    from what would come anyway where that is said. Data: the target has customers, the value given
    is the one the data show (within 5 %), and these customers have a score to raise, or to keep if
    it would be lost without us (retention). Measure: present value, wanted value and date are
    given, and the value that would come anyway; the date leaves time for a purchase and lies
    within 36 months; the wanted value goes no further than the best tenth of the customers. Of the
    problem and the means (`WORDS`), only that they are written: no machine judges their words.

    With a past, the share who order is judged by its benchmark: what would come anyway is in its
    interval, the wanted value above it, below what the group that returns most does, and no
    further than a like action is known to lead.

    Args:
        statement: the statement, complete or not.
        scored: one row per customer: `recence`, `frequence`, `montant_total`, `R`, `F`, `M`,
            `code_rfm`, and `segment` if the target names one.
        as_of: the date at which the scores were computed.
        past: customers of an earlier date, from `compare_dates`, with `segment` if the target
            names one.
        cycle_days: the trade's purchase cycle (`purchase_cycle`): no deadline before it has passed.
        effect: the uplift that a like action was measured to bring (0–1), if it is known.

    Returns:
        One row per point: `critere` (one of `CRITERIA`), `point`, `verdict` (bool),
        `explication` (a French sentence that says why, and what to do where it does not hold). A
        characteristic holds when all its points hold.

    Raises:
        CourseError: missing column, no customer, an impossible date.

    Example:
        >>> scored = pd.DataFrame({"recence": [10], "frequence": [1], "montant_total": [50.0],
        ...                        "R": 4, "F": 1, "M": 1, "code_rfm": "411"})
        >>> verdicts = check_statement(Statement(problem="F est bas"), scored, "2025-12-31")
        >>> verdicts.groupby("critere")["verdict"].sum().to_dict()
        {'alignée sur les données': 0, 'mesurable et réaliste': 0, 'objectif clair': 1}
    """
    frame, day = to_pandas(scored), as_day(as_of)
    columns = ["recence", "frequence", "montant_total", "R", "F", "M", "code_rfm"]
    require_columns(frame.columns, columns, remedy="donnez la table de score_rfm(table).")
    require_rows(frame)
    known = _known(statement, past)
    points = [
        *_clear(statement),
        *_aligned(statement, frame),
        *_measurable(statement, day, cycle_days),
        _anyway(statement, known),
        _within_reach(statement, frame, known, past, effect),
    ]
    return pd.DataFrame(points).set_axis(["critere", "point", "verdict", "explication"], axis=1)


def _clear(statement: Statement) -> list[_Point]:
    objective, criterion = statement.objective, CRITERIA[0]
    known = objective.indicator in INDICATORS
    return [
        _Point(
            criterion,
            "un problème",
            is_said(statement.problem),
            "Un problème est écrit. Aucun calcul ne juge une phrase : relisez la vôtre à côté des "
            "scores de ces clients."
            if is_said(statement.problem)
            else "Quel problème, ou quel risque, voyez-vous ? Écrivez-le en quelques mots.",
        ),
        _Point(
            criterion,
            "un indicateur",
            known,
            f"L’objectif porte sur un indicateur : {INDICATORS[objective.indicator].label}."
            if known
            else "Qu’est-ce qui doit changer : la récence, la fréquence ou le montant ? "
            "Choisissez un indicateur.",
        ),
        _direction(statement),
    ]


def is_said(text: str) -> bool:
    """Whether a field says something: one word at least.

    >>> is_said("x"), is_said("Ils se taisent.")
    (False, True)
    """
    return bool(_WORD.search(text))


def _direction(statement: Statement) -> _Point:
    objective = statement.objective
    indicator = INDICATORS.get(objective.indicator)
    then, anyway = objective.to_value, objective.anyway_value
    now, start = (objective.from_value, "") if anyway is None else (anyway, " sans nous")
    if indicator is None or objective.from_value is None or now is None or then is None:
        why = "On ne sait pas encore dans quel sens aller : donnez la valeur de départ et la visée."
        return _Point(CRITERIA[0], "un sens", False, why)
    good = indicator.is_better(then, now)
    path = f"de {indicator.typed(now)}{start} à {indicator.typed(then)}"
    if good:
        why = f"L’objectif va dans le bon sens, {path}."
    elif indicator.lower_is_better:
        why = f"L’objectif va {path}. Une récence plus courte n’est-elle pas meilleure ?"
    else:
        why = f"L’objectif va {path}. Cet indicateur ne devrait-il pas monter ?"
    return _Point(CRITERIA[0], "un sens", good, why)


def _aligned(statement: Statement, frame: pd.DataFrame) -> list[_Point]:
    criterion = CRITERIA[1]
    try:
        customers = target_customers(frame, statement.target)
    except CourseError as problem:
        why = str(problem)
        customers = frame.iloc[:0]
    else:
        why = (
            f"La cible réunit {number(len(customers))} clients sur {number(len(frame))}."
            if len(customers)
            else "Aucun client ne correspond à la cible : changez de segment ou de codes."
        )
    return [
        _Point(criterion, "une cible dans la base", not customers.empty, why),
        _baseline(statement, customers),
        _room(statement, customers, frame),
    ]


def _baseline(statement: Statement, customers: pd.DataFrame) -> _Point:
    criterion, name = CRITERIA[1], "une valeur de départ exacte"
    indicator = INDICATORS.get(statement.objective.indicator)
    given = statement.objective.from_value
    if indicator is None or given is None or customers.empty:
        why = "Il faut une cible, un indicateur et sa valeur de départ pour comparer aux données."
        return _Point(criterion, name, False, why)
    actual = indicator.measure(customers)
    close = abs(given - actual) <= TOLERANCE * abs(actual) + 1e-9
    why = f"Les données donnent {indicator.show(actual)} pour ces clients"
    if not close:
        why += f", et non {indicator.typed(given)} : d’où vient votre chiffre ?"
    return _Point(criterion, name, close, why if not close else why + ".")


def _room(statement: Statement, customers: pd.DataFrame, frame: pd.DataFrame) -> _Point:
    criterion, name = CRITERIA[1], "un score à améliorer"
    indicator = INDICATORS.get(statement.objective.indicator)
    if indicator is None or customers.empty:
        why = "Il faut une cible et un indicateur pour savoir quel score peut monter."
        return _Point(criterion, name, False, why)
    best = frame[indicator.score].max()
    below = float((customers[indicator.score] < best).mean())
    kept = is_retention(statement.objective)
    if below:
        why = f"{percent(below)} de ces clients n’ont pas encore le meilleur score "
        why += f"{indicator.score}."
    elif kept:
        why = f"Ces clients ont déjà le meilleur score {indicator.score} : votre objectif le garde."
    else:
        why = f"Ces clients ont déjà tous le meilleur score {indicator.score}, qui ne peut plus "
        why += "que baisser : visez de le garder. Sans vous, où irait l’indicateur ?"
    return _Point(criterion, name, below > 0 or kept, why)


def _measurable(statement: Statement, day: dt.date, cycle_days: int) -> list[_Point]:
    means = any(map(is_said, statement.means))
    why = "Avec quels moyens ? Écrivez-en un au moins."
    if means:
        why = "Des moyens sont écrits. Répondent-ils au problème ? À vous d’en juger."
    return [
        _landmarks(statement.objective),
        _deadline(statement.objective.by, day, cycle_days),
        _Point(CRITERIA[2], "des moyens", means, why),
    ]


def _landmarks(objective: Objective) -> _Point:
    missing = [
        name
        for name, value in [
            ("l’indicateur", objective.indicator),
            ("la valeur de départ", objective.from_value),
            ("la valeur visée", objective.to_value),
            ("l’échéance", objective.by),
        ]
        if value is None or value == ""
    ]
    why = "Indicateur, départ, arrivée, échéance : on saura dire si l’objectif est atteint."
    if missing:
        why = f"Il manque {', '.join(missing)} : sans repère, comment savoir si c’est réussi ?"
    return _Point(CRITERIA[2], "quatre repères", not missing, why)


def _deadline(by: dt.date | None, day: dt.date, cycle_days: int) -> _Point:
    last = (pd.Timestamp(day) + pd.DateOffset(months=LONGEST_MONTHS)).date()
    if by is None:
        return _Point(CRITERIA[2], "une échéance", False, "Pour quand ? Donnez une date.")
    if by <= day:
        why = f"Le {long_date(by)} est déjà passé à la date de référence : choisissez plus tard."
        return _Point(CRITERIA[2], "une échéance", False, why)
    if by < day + dt.timedelta(days=cycle_days):
        why = (
            f"Le {long_date(by)} est bien proche : un client sur quatre met plus de {cycle_days} "
            "jours à commander de nouveau. Laissez-leur le temps de revenir."
        )
        return _Point(CRITERIA[2], "une échéance", False, why)
    if by > last:
        why = f"Le {long_date(by)} est loin : visez une date avant le {long_date(last)}."
        return _Point(CRITERIA[2], "une échéance", False, why)
    return _Point(CRITERIA[2], "une échéance", True, f"L’échéance est le {long_date(by)}.")


def _known(statement: Statement, past: pd.DataFrame | None) -> Benchmark | None:
    """The benchmark of the customers aimed at, if the past has one for this indicator."""
    if past is None or statement.objective.indicator != SHARE:
        return None
    with suppress(CourseError):
        return benchmark(target_customers(past, statement.target))
    return None


def _anyway(statement: Statement, known: Benchmark | None) -> _Point:
    name, value = "ce qui vient sans nous", statement.objective.anyway_value
    indicator = INDICATORS.get(statement.objective.indicator)
    if indicator is None or value is None:
        why = "Et sans vous, combien ? Donnez la valeur qui viendrait de toute façon."
        return _Point(CRITERIA[2], name, False, why)
    shown = indicator.typed(value)
    if known is None:
        why = f"Sans nous, {shown} : c’est une hypothèse, qu’un groupe témoin vérifiera."
        return _Point(CRITERIA[2], name, True, why)
    close = known.low <= value <= known.high
    why = f"Un an plus tôt, ces clients étaient {percent(known.share, 1)} à revenir sans nous "
    why += f"({known.range_text})" + ("." if close else f", et non {shown}.")
    return _Point(CRITERIA[2], name, close, why)


def _within_reach(
    statement: Statement,
    frame: pd.DataFrame,
    known: Benchmark | None,
    past: pd.DataFrame | None,
    effect: float | None,
) -> _Point:
    name = "une valeur à portée"
    indicator = INDICATORS.get(statement.objective.indicator)
    wanted = statement.objective.to_value
    if indicator is None or wanted is None:
        why = "Il faut un indicateur et une valeur visée pour juger si elle est à portée."
        return _Point(CRITERIA[2], name, False, why)
    if known is not None and past is not None:
        verdict = judge_aim(known, wanted, _best(past), effect)
        return _Point(CRITERIA[2], name, verdict.place == "above", verdict.text)
    limit = _furthest(statement, frame)
    beyond = indicator.is_better(wanted, limit)
    best = f"les meilleurs clients (un sur dix : {indicator.show(limit)})"
    aim = f"La valeur visée, {indicator.typed(wanted)},"
    why = (
        f"{aim} dépasse ce que font {best} : est-ce réaliste ?"
        if beyond
        else f"{aim} ne va pas au-delà de ce que font {best}. "
        "Va-t-elle au-delà de ce qui arriverait sans vous ?"
    )
    return _Point(CRITERIA[2], name, not beyond, why)


def _best(past: pd.DataFrame) -> Benchmark:
    """The benchmark of the group that returns most, for certain."""
    groups = past.groupby("segment" if "segment" in past else "R")
    return max((benchmark(group) for _, group in groups), key=lambda known: known.low)


def _furthest(statement: Statement, frame: pd.DataFrame) -> float:
    """What the best tenth of all customers do, or of those aimed at where these do better."""
    name, values = statement.objective.indicator, []
    with suppress(CourseError):
        theirs = target_customers(frame, statement.target)
        values = [] if theirs.empty else [best_tenth(theirs, name)]
    choose = min if INDICATORS[name].lower_is_better else max
    return choose([best_tenth(frame, name), *values])
