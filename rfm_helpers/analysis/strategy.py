"""Which segments first, and is a strategy well stated?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.catalog import Statement, Target
from rfm_helpers.catalog.strategies import Score
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, number, percent
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import (
    require_columns,
    require_one_row_each,
    require_rows,
    to_pandas,
)

MAY_LEAVE = ("Besoin d’attention", "Bientôt dormants", "À risque", "À ne pas perdre")
CRITERIA = ("objectif clair", "alignée sur les données", "mesurable et réaliste")
TOLERANCE = 0.05
LONGEST_MONTHS = 36

_BY = {"en_jeu": "chiffre_affaires_en_jeu", "a_risque": "chiffre_affaires_a_risque"}
_REMEDY = "nommez d’abord les segments avec assign_segments(table)."


# --- which segments first ------------------------------------------------------------------------


def revenue_at_stake(
    segmented: Any,
    react: float | Mapping[str, float],
    *,
    customer: str = "client_id",
    frequency: str = "frequence",
    amount: str = "montant_total",
) -> pd.DataFrame:
    """Revenue at stake per segment: customers × assumed share who react × mean basket.

    It is an assumption, and the share that makes it stands beside the figure.

    Args:
        segmented: one row per customer, with `segment`, frequency (orders) and total amount (€).
        react: assumed share of the customers who place one more order (0–1), for all segments or
            by segment (0 for a segment left out).
        customer: column of the customers.
        frequency: column of the frequency.
        amount: column of the total amount.

    Returns:
        One row per segment that has customers, in alphabetical order: `segment`, `clients` (int),
        `panier_moyen` (euros: revenue ÷ orders), `part_qui_reagit` (0–1),
        `chiffre_affaires_en_jeu` (euros), `hypothese` (a French sentence).

    Raises:
        CourseError: missing column, no customer, a customer twice, a share outside 0–1, a share
            for a segment that has no customer.

    >>> segmented = pd.DataFrame({
    ...     "client_id": ["A", "B"], "frequence": [4, 1], "montant_total": [800.0, 100.0],
    ...     "segment": ["Perdus", "Perdus"],
    ... })
    >>> revenue_at_stake(segmented, 0.1)[["clients", "panier_moyen", "chiffre_affaires_en_jeu"]]
       clients  panier_moyen  chiffre_affaires_en_jeu
    0        2         180.0                     36.0
    """
    frame = _checked(segmented, [customer, frequency, amount], customer)
    groups = frame.groupby("segment").agg(
        clients=(customer, "size"), total=(amount, "sum"), orders=(frequency, "sum")
    )
    table = groups.reset_index()
    shares = _shares(react, table["segment"])
    baskets = table["total"] / table["orders"]
    return pd.DataFrame(
        {
            "segment": table["segment"],
            "clients": table["clients"],
            "panier_moyen": baskets,
            "part_qui_reagit": shares,
            "chiffre_affaires_en_jeu": table["clients"] * shares * baskets,
            "hypothese": [
                f"{percent(share, _decimals(share))} des clients commandent une fois de plus, "
                f"pour {euros(basket)}"
                for share, basket in zip(shares, baskets, strict=True)
            ],
        }
    )


def revenue_at_risk(
    segmented: Any,
    orders: Any,
    as_of: dt.date | str,
    *,
    may_leave: Collection[str] = MAY_LEAVE,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """Revenue at risk per segment: last year's revenue of those who may leave.

    It is apart from the revenue at stake, and the two are not added: a customer silent for more
    than a year has nothing left at risk, and may yet be won back.

    Args:
        segmented: one row per customer, with `segment`.
        orders: order lines (pandas, Polars, Arrow or DuckDB); those after `as_of` are refused.
        as_of: the reference date; last year is the twelve months that end on it.
        may_leave: the segments whose customers may leave.
        customer: column of the customers, in both.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        One row per segment that has customers, in alphabetical order: `segment`, `clients` (int),
        `actifs` (int: those with an order last year), `chiffre_affaires_12_mois` (euros),
        `peut_partir` (bool), `chiffre_affaires_a_risque` (euros: last year's revenue where
        `peut_partir`, else 0), `hypothese_risque` (a French sentence).

    Raises:
        CourseError: missing column, no customer, a customer twice, an order after `as_of`, no
            order in the twelve months.

    >>> segmented = pd.DataFrame({"client_id": ["A", "B"], "segment": ["À risque", "Champions"]})
    >>> orders = pd.DataFrame({
    ...     "client_id": ["A", "B", "A"], "commande_id": ["1", "2", "3"],
    ...     "date_achat": pd.to_datetime(["2024-01-31", "2024-12-01", "2022-01-01"]),
    ...     "montant": [150.0, 80.0, 999.0],
    ... })
    >>> table = revenue_at_risk(segmented, orders, "2024-12-31")
    >>> table[["segment", "chiffre_affaires_12_mois", "chiffre_affaires_a_risque"]]
         segment  chiffre_affaires_12_mois  chiffre_affaires_a_risque
    0  Champions                      80.0                        0.0
    1   À risque                     150.0                      150.0
    """
    frame, day = _checked(segmented, [customer], customer), as_day(as_of)
    start = (pd.Timestamp(day) - pd.DateOffset(years=1)).date() + dt.timedelta(days=1)
    year = rfm_table(
        to_pandas(orders),
        customer=customer,
        order=order,
        date=date,
        amount=amount,
        start=start,
        as_of=day,
        timezone=timezone,
    )
    spent = year.set_index(customer)["montant_total"]
    last_year = frame[customer].map(spent)
    table = (
        frame.assign(spent=last_year.fillna(0.0), active=last_year.notna())
        .groupby("segment")
        .agg(clients=(customer, "size"), actifs=("active", "sum"), spent=("spent", "sum"))
        .reset_index()
    )
    leaving = table["segment"].isin(list(may_leave))
    period = f"commandes du {long_date(start)} au {long_date(day)}"
    return pd.DataFrame(
        {
            "segment": table["segment"],
            "clients": table["clients"],
            "actifs": table["actifs"].astype("int64"),
            "chiffre_affaires_12_mois": table["spent"],
            "peut_partir": leaving,
            "chiffre_affaires_a_risque": table["spent"].where(leaving, 0.0),
            "hypothese_risque": [
                french(f"{'tous peuvent partir' if leaves else 'aucun départ attendu'} ; {period}")
                for leaves in leaving
            ],
        }
    )


def prioritise(
    stakes: pd.DataFrame, risks: pd.DataFrame | None = None, by: str = "en_jeu"
) -> pd.DataFrame:
    """Rank the segments by their effect on revenue, to decide where resources go first.

    Revenue at stake and revenue at risk are shown side by side and never added.

    Args:
        stakes: the output of `revenue_at_stake`.
        risks: the output of `revenue_at_risk` for the same customers, if known.
        by: "en_jeu" or "a_risque".

    Returns:
        The columns of both, the largest first, with `rang` (1 is the first; equal amounts share
        their rank), `part` (0–1) and `part_cumulee` (0–1) of the amount ranked by.

    Raises:
        CourseError: unknown `by`, "a_risque" without `risks`, tables of other segments.

    >>> stakes = pd.DataFrame({"segment": ["A", "B"], "chiffre_affaires_en_jeu": [25.0, 75.0]})
    >>> prioritise(stakes)[["rang", "segment", "part_cumulee"]]
       rang segment  part_cumulee
    0     1       B          0.75
    1     2       A          1.00
    """
    if by not in _BY or (by == "a_risque" and risks is None):
        raise CourseError(
            f"Le classement « {by} » est impossible : choisissez « en_jeu », "
            "ou « a_risque » en donnant aussi la table de revenue_at_risk."
        )
    table = stakes
    if risks is not None:
        if set(stakes["segment"]) != set(risks["segment"]):
            raise CourseError(
                "Les deux tables n’ont pas les mêmes segments : "
                "calculez-les sur la même table de clients."
            )
        table = stakes.merge(risks.drop(columns="clients", errors="ignore"), on="segment")
    column = _BY[by]
    ranked = table.sort_values([column, "segment"], ascending=[False, True], ignore_index=True)
    share = ranked[column] / ranked[column].sum() if ranked[column].any() else ranked[column] * 0.0
    ranks = ranked[column].rank(method="min", ascending=False).astype("int64")
    first = pd.DataFrame({"rang": ranks})
    return pd.concat([first, ranked], axis=1).assign(part=share, part_cumulee=share.cumsum())


def target_customers(scored: Any, target: Target) -> pd.DataFrame:
    """The customers that a strategy addresses.

    Args:
        scored: one row per customer, with `segment` if the target names one, else `code_rfm`.
        target: a segment's name, or codes as shell patterns: ``"[12][34][45]"`` takes R 1 or 2,
            F 3 or 4, M 4 or 5.

    Returns:
        The rows of these customers (perhaps none).

    Raises:
        CourseError: the column needed is missing, or the target names neither segment nor codes.

    >>> scored = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["244", "555"]})
    >>> target_customers(scored, Target(codes=("[12][34][45]",)))["client_id"].tolist()
    ['A']
    """
    frame = to_pandas(scored)
    if target.segment:
        require_columns(frame, ["segment"], _REMEDY)
        return frame[frame["segment"] == target.segment].reset_index(drop=True)
    if not target.codes:
        raise CourseError(
            "La cible ne désigne personne : donnez le nom d’un segment ou des codes RFM."
        )
    require_columns(frame, ["code_rfm"], "calculez d’abord les scores avec score_rfm(table).")
    kept = frame["code_rfm"].map(
        lambda code: any(fnmatchcase(code, pattern) for pattern in target.codes)
    )
    return frame[kept.astype(bool)].reset_index(drop=True)


# --- is a strategy well stated? ------------------------------------------------------------------


@dataclass(frozen=True)
class Indicator:
    """What an objective can be measured by: its French name, score, direction and calculation."""

    label: str
    score: Score
    lower_is_better: bool
    show: Callable[[float], str]
    measure: Callable[[pd.DataFrame], float]


def _days(value: float) -> str:
    return f"{number(value)}\u00a0jours"


INDICATORS: dict[str, Indicator] = {
    "recence_mediane": Indicator(
        "récence médiane", "R", True, _days, lambda t: float(t["recence"].median())
    ),
    "part_actifs_12_mois": Indicator(
        "part des clients qui ont commandé depuis un an",
        "R",
        False,
        lambda share: percent(share, 1),
        lambda t: float((t["recence"] < 365).mean()),
    ),
    "frequence_moyenne": Indicator(
        "nombre moyen de commandes",
        "F",
        False,
        lambda value: number(value, 1),
        lambda t: float(t["frequence"].mean()),
    ),
    "panier_moyen": Indicator(
        "panier moyen",
        "M",
        False,
        euros,
        lambda t: float(t["montant_total"].sum() / t["frequence"].sum()),
    ),
    "montant_moyen": Indicator(
        "montant total moyen", "M", False, euros, lambda t: float(t["montant_total"].mean())
    ),
}


class _Point(NamedTuple):
    """One point checked: its criterion, its name, whether it holds, and why."""

    criterion: str
    name: str
    holds: bool
    why: str


def measure_target(scored: Any, target: Target, indicator: str) -> float:
    """The present value of an indicator for the customers that a strategy addresses.

    Args:
        scored: one row per customer, with `recence`, `frequence`, `montant_total`, and `segment`
            or `code_rfm`.
        target: the customers addressed.
        indicator: one of `INDICATORS`.

    Returns:
        The value, in the indicator's unit (days, orders, euros, share 0–1).

    Raises:
        CourseError: unknown indicator, missing column, or nobody addressed.

    >>> scored = pd.DataFrame({"recence": [10, 500], "frequence": [1, 3],
    ...                        "montant_total": [50.0, 750.0], "code_rfm": ["411", "244"]})
    >>> measure_target(scored, Target(codes=("2??",)), "panier_moyen")
    250.0
    """
    customers = target_customers(scored, target)
    if indicator not in INDICATORS:
        raise CourseError(
            f"L’indicateur « {indicator} » n’existe pas : choisissez parmi {', '.join(INDICATORS)}."
        )
    if customers.empty:
        raise CourseError("Aucun client ne correspond à la cible : changez de segment ou de codes.")
    require_columns(
        customers, ["recence", "frequence", "montant_total"], "donnez la table de rfm_table."
    )
    return INDICATORS[indicator].measure(customers)


def check_statement(statement: Statement, scored: Any, as_of: dt.date | str) -> pd.DataFrame:
    """Judge a strategy statement by the three characteristics of a strategy (source 000).

    The points are ours. Objective: a problem is named, an indicator is chosen, it moves the right
    way. Data: the target has customers, the value given is the one the data show (within 5 %), and
    these customers have not all the best score already. Measure: present value, wanted value and
    date are given, the date lies within 36 months, the wanted value goes no further than the best
    tenth of the customers (for a share: 100 %), and means are named.

    Args:
        statement: the statement, complete or not.
        scored: one row per customer: `recence`, `frequence`, `montant_total`, `R`, `F`, `M`,
            `code_rfm`, and `segment` if the target names one.
        as_of: the date at which the scores were computed.

    Returns:
        One row per point: `critere` (one of `CRITERIA`), `point`, `verdict` (bool),
        `explication` (a French sentence that says why, and what to do where it does not hold). A
        characteristic holds when all its points hold.

    Raises:
        CourseError: missing column, no customer, an impossible date.

    >>> scored = pd.DataFrame({"recence": [10], "frequence": [1], "montant_total": [50.0], "R": 4,
    ...                        "F": 1, "M": 1, "code_rfm": "411"})
    >>> verdicts = check_statement(Statement(problem="F est bas"), scored, "2025-12-31")
    >>> verdicts.groupby("critere")["verdict"].sum().to_dict()
    {'alignée sur les données': 0, 'mesurable et réaliste': 0, 'objectif clair': 1}
    """
    frame, day = to_pandas(scored), as_day(as_of)
    columns = ["recence", "frequence", "montant_total", "R", "F", "M", "code_rfm"]
    require_columns(frame, columns, "donnez la table de score_rfm(table).")
    require_rows(frame)
    points = [*_clear(statement), *_aligned(statement, frame), *_measurable(statement, frame, day)]
    return pd.DataFrame(points).set_axis(["critere", "point", "verdict", "explication"], axis=1)


def _clear(statement: Statement) -> list[_Point]:
    objective, criterion = statement.objective, CRITERIA[0]
    known = objective.indicator in INDICATORS
    return [
        _Point(
            criterion,
            "un problème",
            bool(statement.problem.strip()),
            "Le problème est nommé : on sait pourquoi agir."
            if statement.problem.strip()
            else "Quel problème voulez-vous résoudre ? Nommez-le d’abord.",
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


def _direction(statement: Statement) -> _Point:
    objective = statement.objective
    indicator = INDICATORS.get(objective.indicator)
    now, then = objective.from_value, objective.to_value
    if indicator is None or now is None or then is None:
        why = "On ne sait pas encore dans quel sens aller : donnez la valeur de départ et la visée."
        return _Point(CRITERIA[0], "un sens", False, why)
    good = then < now if indicator.lower_is_better else then > now
    path = f"de {indicator.show(now)} à {indicator.show(then)}"
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
        why += f", et non {indicator.show(given)} : d’où vient votre chiffre ?"
    return _Point(criterion, name, close, why if not close else why + ".")


def _room(statement: Statement, customers: pd.DataFrame, frame: pd.DataFrame) -> _Point:
    criterion, name = CRITERIA[1], "un score à améliorer"
    indicator = INDICATORS.get(statement.objective.indicator)
    if indicator is None or customers.empty:
        why = "Il faut une cible et un indicateur pour savoir quel score peut monter."
        return _Point(criterion, name, False, why)
    best = frame[indicator.score].max()
    below = float((customers[indicator.score] < best).mean())
    why = (
        f"{percent(below)} de ces clients n’ont pas encore le meilleur score {indicator.score}."
        if below
        else f"Ces clients ont déjà tous le meilleur score {indicator.score} : "
        "quel autre score peut monter ?"
    )
    return _Point(criterion, name, below > 0, why)


def _measurable(statement: Statement, frame: pd.DataFrame, day: dt.date) -> list[_Point]:
    objective, criterion = statement.objective, CRITERIA[2]
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
    means = [text for text in statement.means if text.strip()]
    return [
        _Point(
            criterion,
            "quatre repères",
            not missing,
            "Indicateur, départ, arrivée, échéance : on saura dire si l’objectif est atteint."
            if not missing
            else f"Il manque {', '.join(missing)} : sans repère, comment savoir si c’est réussi ?",
        ),
        _deadline(objective.by, day),
        _within_reach(statement, frame),
        _Point(
            criterion,
            "des moyens",
            bool(means),
            "Des moyens sont nommés." if means else "Avec quels moyens ? Nommez-en un au moins.",
        ),
    ]


def _deadline(by: dt.date | None, day: dt.date) -> _Point:
    last = (pd.Timestamp(day) + pd.DateOffset(months=LONGEST_MONTHS)).date()
    if by is None:
        return _Point(CRITERIA[2], "une échéance", False, "Pour quand ? Donnez une date.")
    if by <= day:
        why = f"Le {long_date(by)} est déjà passé à la date de référence : choisissez plus tard."
        return _Point(CRITERIA[2], "une échéance", False, why)
    if by > last:
        why = f"Le {long_date(by)} est loin : visez une date avant le {long_date(last)}."
        return _Point(CRITERIA[2], "une échéance", False, why)
    return _Point(CRITERIA[2], "une échéance", True, f"L’échéance est le {long_date(by)}.")


def _within_reach(statement: Statement, frame: pd.DataFrame) -> _Point:
    name = "une valeur à portée"
    indicator = INDICATORS.get(statement.objective.indicator)
    wanted = statement.objective.to_value
    if indicator is None or wanted is None:
        why = "Il faut un indicateur et une valeur visée pour juger si elle est à portée."
        return _Point(CRITERIA[2], name, False, why)
    limit = _best_tenth(statement.objective.indicator, frame)
    reached = wanted >= limit if indicator.lower_is_better else wanted <= limit
    why = (
        f"La valeur visée, {indicator.show(wanted)}, ne va pas au-delà de ce que font les "
        f"meilleurs clients ({indicator.show(limit)}). Va-t-elle au-delà de ce qui arriverait "
        "sans vous ?"
        if reached
        else f"La valeur visée, {indicator.show(wanted)}, dépasse ce que font les meilleurs "
        f"clients ({indicator.show(limit)}) : est-ce réaliste ?"
    )
    return _Point(CRITERIA[2], name, reached, why)


def _best_tenth(indicator: str, frame: pd.DataFrame) -> float:
    """What the best tenth of all customers do, 100 % for a share."""
    if indicator == "part_actifs_12_mois":
        return 1.0
    if indicator == "recence_mediane":
        return float(frame["recence"].quantile(0.1))
    values = {
        "frequence_moyenne": frame["frequence"],
        "panier_moyen": frame["montant_total"] / frame["frequence"],
        "montant_moyen": frame["montant_total"],
    }
    return float(values[indicator].quantile(0.9))


# --- what is asked of the tables -----------------------------------------------------------------


def _checked(segmented: Any, columns: list[str], customer: str) -> pd.DataFrame:
    frame = to_pandas(segmented)
    require_columns(frame, ["segment"], _REMEDY)
    require_columns(frame, columns, "vérifiez le nom des colonnes.")
    require_rows(frame)
    require_one_row_each(frame, customer)
    return frame


def _shares(react: float | Mapping[str, float], segments: pd.Series[str]) -> pd.Series[float]:
    if isinstance(react, Mapping):
        known = set(segments)
        react = {
            name if name in known else french(str(name)): share for name, share in react.items()
        }
        unknown = [name for name in react if name not in known]
        if unknown:
            raise CourseError(
                f"Le segment « {unknown[0]} » n’a pas de client : corrigez son nom ou retirez-le."
            )
        shares = segments.map(lambda name: float(react.get(name, 0.0)))
    else:
        shares = pd.Series(float(react), index=segments.index)
    if not shares.between(0, 1).all():
        wrong = shares[~shares.between(0, 1)].iloc[0]
        raise CourseError(
            f"La part qui réagit ({wrong:g}) doit être comprise entre 0 et 1 : écrivez « 0.10 » "
            "pour 10 %."
        )
    return shares


def _decimals(share: float) -> int:
    return 0 if round(share * 100, 6) == round(share * 100) else 1
