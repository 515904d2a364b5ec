"""« Pourquoi ce segment ? »: one customer's scores, and what would move them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import pandas as pd

from rfm_helpers.analysis.scores import SCORES, check_thresholds
from rfm_helpers.analysis.segments._codes import code_of
from rfm_helpers.analysis.segments._scales import Case, cases_of
from rfm_helpers.analysis.segments._sentences import (
    customer_sentence,
    dimension_sentence,
    purchase_sentence,
)
from rfm_helpers.analysis.segments.assign import assign_segments
from rfm_helpers.catalog import Grid
from rfm_helpers.catalog.grids import resolve_grid
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    SCORE_FIRST,
    require_columns,
    require_one_row_each,
)
from rfm_helpers.tables.engines import to_pandas
from rfm_helpers.tables.rows import find_customer, unknown_customer

Thresholds = Mapping[str, Sequence[float]]
UNEXPLAINED = "donnez la table telle que score_rfm l'a rendue."


@dataclass(frozen=True, repr=False)
class Explanation:
    """What `explain_segment` found; shown in French, as text or as HTML.

    Attributes:
        table: one row per dimension (R, F, M): `dimension`, `valeur`, `unite` ("jours",
            "commandes", "euros"), `score`, `de` and `a` (lowest and highest value among the
            customers with this score), `valeur_a_atteindre`, `effort` (what is missing, in
            `unite`), `nouveau_score`, `nouveau_code`, `nouveau_segment`. The last five are empty
            when no better score can be reached in that dimension alone.
        purchase: one row, the customer after one order for the mean basket on the reference date:
            `montant_achat`, the three columns scored (`recence`, `frequence`, `montant_total`, or
            the names given), `R`, `F`, `M`, `code_rfm`, `segment`.
        sentences: the same in plain French.
    """

    table: pd.DataFrame
    purchase: pd.DataFrame
    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        return f"<ul>{items}</ul>"


@one_door(UNEXPLAINED)
def explain_segment(
    scored: Any,
    customer_id: object,
    grid: str | Grid = "onze",
    *,
    method: Literal["quantile", "thresholds"] = "quantile",
    thresholds: Thresholds | None = None,
    customer: str = "client_id",
    recency: str = "recence",
    frequency: str = "frequence",
    monetary: str = "montant_total",
    basket: str = "panier_moyen",
) -> Explanation:
    """Explain a customer's segment and the least change that would move each score.

    Each dimension is looked at alone, the other customers unchanged: the least whole number of
    days, orders or cents after which `score_rfm` would give a better score. Equal values share a
    score, so that the score reached may be two points higher. Since a real purchase moves
    the three dimensions at once, `purchase` gives the code after one order for the customer's
    mean basket on the reference date.

    Args:
        scored: the whole table that `score_rfm` gave: customer, recency (days), frequency
            (orders), monetary (euros), `R`, `F`, `M`, `code_rfm`.
        customer_id: the customer to explain.
        grid: name of a grid or a grid; its number of levels is that of the scores.
        method: the method given to `score_rfm` ("quantile" or "thresholds").
        thresholds: the bounds given to `score_rfm`, for the method "thresholds".
        customer: column of the customers.
        recency: column of the recency.
        frequency: column of the frequency.
        monetary: column that M scores; the column of `basket` for RFA.
        basket: column of the mean basket (euros), the amount of the order in `purchase`.

    Returns:
        An `Explanation` with `table`, `purchase` and `sentences`.

    Raises:
        CourseError: missing column, unknown customer, scores of another number of levels or of
            another method, a method without exact answer, missing or ill-sized thresholds.

    Source: the definition of the scores is that of `rfm_helpers.analysis.scores.score_rfm`.

    Example:
        >>> scored = pd.DataFrame({
        ...     "client_id": list("ABCD"), "recence": [10, 40, 90, 300], "frequence": [5, 1, 2, 1],
        ...     "montant_total": [900.0, 50.0, 80.0, 20.0],
        ...     "panier_moyen": [180.0, 50.0, 40.0, 20.0],
        ...     "R": [4, 3, 2, 1], "F": [4, 1, 3, 1], "M": [4, 2, 3, 1],
        ...     "code_rfm": ["444", "312", "233", "111"],
        ... })
        >>> columns = ["dimension", "score", "valeur_a_atteindre", "effort", "nouveau_score"]
        >>> explain_segment(scored, "B").table[columns]
          dimension  score  valeur_a_atteindre  effort  nouveau_score
        0         R      3                9.00   31.00              4
        1         F      1                2.00    1.00              2
        2         M      2               80.01   30.01              3
    """
    table, names = to_pandas(scored).reset_index(drop=True), resolve_grid(grid)
    columns = dict(zip(SCORES, (recency, frequency, monetary), strict=True))
    require_columns(table.columns, [customer, *columns.values(), basket], remedy=CHECK_NAMES)
    require_columns(table.columns, SCORES, remedy=SCORE_FIRST)
    named = assign_segments(table, names)
    require_one_row_each(named, customer)
    row = _row_of(named, customer, customer_id)
    cases = cases_of(named, row, columns, _bounds(method, thresholds, names.levels), names.levels)
    who: Any = named.loc[row]
    _check_scores(cases, who, method)
    steps = pd.DataFrame([_step(case, cases, named, names) for case in cases])
    purchase = _after_purchase(cases, float(who[basket]), monetary == basket, names)
    whats = ("Récence", "Fréquence", "Panier moyen" if monetary == basket else "Montant")
    sentences = (
        customer_sentence(customer_id, who),
        *(
            dimension_sentence(step, what, who["segment"], names)
            for step, what in zip(steps.itertuples(), whats, strict=True)
        ),
        purchase_sentence(purchase),
    )
    return Explanation(steps.astype({"nouveau_score": "Int64"}), purchase, sentences)


def _row_of(frame: pd.DataFrame, customer: str, customer_id: object) -> int:
    found = find_customer(frame[customer], customer_id)
    if found is None:
        raise unknown_customer(customer_id, frame[customer])
    return int(frame.index[frame[customer] == found][0])


def _bounds(method: str, thresholds: Thresholds | None, levels: int) -> Thresholds | None:
    if method == "quantile":
        return None
    if method != "thresholds":
        raise CourseError(
            f"La méthode « {as_written(method)} » ne permet pas de dire ce qui manque à un client"
            " : choisissez « quantile » ou « thresholds »."
        )
    if thresholds is None or any(len(thresholds.get(d, ())) != levels - 1 for d in SCORES):
        raise CourseError(
            f"La méthode « thresholds » attend {levels - 1} bornes pour R, pour F et "
            "pour M : donnez les mêmes thresholds qu’à score_rfm."
        )
    check_thresholds(levels, thresholds)
    return thresholds


def _check_scores(cases: Sequence[Case], row: Any, method: str) -> None:
    for case in cases:
        if case.score != row[case.dimension]:
            raise CourseError(
                f"Le score {case.dimension} de la table ({row[case.dimension]}) n’est pas celui de "
                f"la méthode « {method} » ({case.score}) : donnez la table entière, "
                "telle que score_rfm l’a rendue, et la même méthode."
            )


def _code(cases: Sequence[Case], changed: Mapping[str, float], grid: Grid) -> str:
    """The code when the worths in `changed` (by dimension) replace the customer's own."""
    scores = [case.scale.score(changed.get(case.dimension, case.worth)) for case in cases]
    return code_of(scores, grid.levels)


def _step(
    case: Case, cases: Sequence[Case], frame: pd.DataFrame, grid: Grid
) -> dict[str, float | str | None]:
    """One row of `Explanation.table`."""
    peers = frame.loc[frame[case.dimension] == case.score, case.column]
    target = case.target
    code = None if target is None else _code(cases, {case.dimension: target}, grid)
    return {
        "dimension": case.dimension,
        "valeur": case.value(case.worth),
        "unite": case.unit,
        "score": case.score,
        "de": float(peers.min()),
        "a": float(peers.max()),
        "valeur_a_atteindre": None if target is None else case.value(target),
        "effort": None if target is None else case.effort(target),
        "nouveau_score": None if target is None else case.scale.score(target),
        "nouveau_code": code,
        "nouveau_segment": None if code is None else grid.segment_of(code),
    }


def _after_purchase(
    cases: Sequence[Case], amount: float, mean_scored: bool, grid: Grid
) -> pd.DataFrame:
    """One order for the mean basket on the reference date; it leaves the mean as it was."""
    recency, frequency, monetary = cases
    spent = round(amount, 2)
    worths = {
        "R": 0.0,
        "F": frequency.worth + 1,
        "M": monetary.worth + (0 if mean_scored else round(spent * 100)),
    }
    code = _code(cases, worths, grid)
    values = {case.column: case.value(worths[case.dimension]) for case in cases}
    scores = {case.dimension: case.scale.score(worths[case.dimension]) for case in cases}
    named = {"code_rfm": code, "segment": grid.segment_of(code)}
    after = pd.DataFrame([{"montant_achat": spent, **values, **scores, **named}])
    return after.astype({recency.column: "int64", frequency.column: "int64"})
