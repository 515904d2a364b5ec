"""Scores of the RFM table, their bounds, and the index made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, Literal, cast, get_args

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from rfm_helpers.analysis.cuts import cuts_in_memory, quantile_cuts
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import as_written, several
from rfm_helpers.tables.columns import (
    SCORE_FIRST,
    check_names,
    refuse_taken,
    require_columns,
    require_rows,
)
from rfm_helpers.tables.engines import (
    as_number,
    collect,
    describe,
    from_native,
    is_shared,
    lazy_in_memory,
    to_pandas,
)

Method = Literal["quantile", "equal_size", "thresholds", "nested"]

SCORES = ("R", "F", "M")
ADDED = [*SCORES, "code_rfm"]
TABLE = "la table RFM"
RECOMPUTE = "donnez la table telle que rfm_table l'a rendue."


@one_door(RECOMPUTE)
def score_rfm(
    table: IntoFrameT,
    *,
    levels: int = 4,
    method: Method = "quantile",
    thresholds: Mapping[str, Sequence[float]] | None = None,
    customer: str = "client_id",
    recency: str = "recence",
    frequency: str = "frequence",
    monetary: str = "montant_total",
) -> IntoFrameT:
    """Score each customer from 1 (worst) to `levels` (best) on recency, frequency and monetary.

    Methods:

    - `quantile`: 1 + floor(`levels` × customers who do strictly worse ÷ customers), in
      integers. Equal values get equal scores and the worst value always gets 1; a value that many
      share leaves the next scores empty;
    - `equal_size`: customers sorted by value, then by customer id, cut into groups as equal as
      possible, the first (worst) ones one larger; two customers alike can get different scores;
    - `thresholds`: the edges given, from the trade. A value equal to an edge gets the better
      score: a recency of at most the edge, a frequency or an amount of at least the edge;
    - `nested`: quantile, with F scored within each R group and M within each R×F group.

    On a table of Ibis or Spark, which may be spread over machines, the cuts of `quantile` are
    found by counting (see `analysis/cuts.py`), and `equal_size` and `nested` refuse: no rank is
    asked of a whole table.

    Source 002 works on four levels, sources 000 and 003 on five. For the RFA variant (source 001),
    give `monetary="panier_moyen"`.

    Args:
        table: what `rfm_table` returns: a pandas, Polars (eager or lazy), PyArrow, DuckDB, Ibis
            or Spark table.
        levels: 2 to 10.
        method: one of the four above.
        thresholds: for the method of that name, `levels - 1` increasing edges for each of `"R"`
            (days), `"F"` (orders) and `"M"` (euros).
        customer: column of the customers, whose order parts those alike in `equal_size`.
        recency: column that R scores; smaller is better.
        frequency: column that F scores.
        monetary: column that M scores.

    Returns:
        The same table, in its engine, row order kept in memory, with `R`, `F`, `M` (int64) and
        `code_rfm` (text, the three scores in a row: `"244"`; with ten levels, `"10-3-7"`). A pandas
        table also carries `attrs["rfm_levels"]`, by which `assign_segments` knows how it was
        scored.

    Raises:
        CourseError: if a column is missing, not a number, or holds missing or infinite values; if
            `levels` is out of range or, for the methods by rank, larger than the number of
            customers; if all customers are alike on a dimension (methods by rank); if the
            thresholds do not fit; for `equal_size` and `nested` on Ibis and Spark; if a column
            named is one of those added.

    Example:
        >>> table = pd.DataFrame({
        ...     "client_id": list("ABCD"),
        ...     "recence": [10, 300, 20, 5],
        ...     "frequence": [1, 1, 2, 8],
        ...     "montant_total": [90.0, 50.0, 400.0, 1000.0],
        ... })
        >>> score_rfm(table)["code_rfm"].tolist()
        ['312', '111', '233', '444']
    """
    _check_settings(levels, method, thresholds)
    names = {"R": recency, "F": frequency, "M": monetary}
    opened = from_native(table, TABLE)
    require_columns(opened.collect_schema().names(), [customer, *names.values()], TABLE)
    refuse_taken([customer, *names.values()], ADDED)
    in_memory = isinstance(opened, nw.DataFrame)
    if isinstance(opened, nw.DataFrame):
        ids = [customer] if method == "equal_size" else []
        lazy = lazy_in_memory(opened.select(*ids, *names.values()), TABLE)
    else:
        lazy = opened
    facts, edges = check_table(lazy, names), thresholds
    if method != "thresholds":
        _check_spread(facts, names, levels)
        edges = _cuts(lazy, names, facts, levels, method, in_memory=in_memory)
    if edges is None:
        scored = _score_by_rank(lazy, customer, names, levels, method)
    else:
        scored = score_by_edges(lazy, names, edges, reached=method == "thresholds")
    scored = scored.with_columns(rfm_code(levels))
    result = cast(IntoFrameT, _attach(opened, scored, ADDED))
    if isinstance(result, pd.DataFrame):
        result.attrs["rfm_levels"] = levels
    return result


@one_door(RECOMPUTE)
def score_cuts(scored: pd.DataFrame, *, monetary: str = "montant_total") -> pd.DataFrame:
    """Where the cuts of each score fall: the values and the customers behind each score.

    Args:
        scored: pandas table from `score_rfm`.
        monetary: the column that M scores.

    Returns:
        One row per dimension and score from 1 to the highest in the table: `dimension` (text: R,
        F or M), `score` (int), `de` and `a` (lowest and highest value: days, orders or euros;
        missing where the score is empty), `clients` (int).

    Example:
        >>> table = pd.DataFrame({
        ...     "client_id": list("ABC"), "recence": [1, 2, 3], "frequence": [1, 1, 2],
        ...     "montant_total": [10.0, 20.0, 30.0],
        ... })
        >>> cuts = score_cuts(score_rfm(table, levels=3))
        >>> cuts.query("dimension == 'F'")[["score", "clients"]].values.tolist()
        [[1, 2], [2, 0], [3, 1]]
    """
    columns = {"R": "recence", "F": "frequence", "M": monetary}
    scored = to_pandas(scored)
    check_names(scored.columns)
    require_columns(scored.columns, [*SCORES, *columns.values()], TABLE)
    require_rows(scored)
    _check_scored(scored, columns.values())
    highest = int(scored[list(SCORES)].max().max())
    parts = [
        _cuts_of(scored, dimension, column, highest).assign(dimension=dimension)
        for dimension, column in columns.items()
    ]
    return pd.concat(parts, ignore_index=True)[["dimension", "score", "de", "a", "clients"]]


def _check_scored(scored: pd.DataFrame, columns: Iterable[str]) -> None:
    for score in SCORES:
        kind = scored[score].dtype
        if not pd.api.types.is_numeric_dtype(kind) or not scored[score].between(1, 10).all():
            raise CourseError(
                f"La colonne « {score} » ne contient pas des scores de 1 à 10 : {SCORE_FIRST}"
            )
    for name in columns:
        if not pd.api.types.is_numeric_dtype(scored[name].dtype):
            raise _no_numbers(name)


def _no_numbers(name: str) -> CourseError:
    return CourseError(
        f"La colonne « {as_written(name)} » ne contient pas des nombres : recalculez-la avec "
        "rfm_table."
    )


def _cuts_of(scored: pd.DataFrame, dimension: str, column: str, highest: int) -> pd.DataFrame:
    per_score = scored.groupby(dimension)[column]
    found = pd.DataFrame({"de": per_score.min(), "a": per_score.max(), "clients": per_score.size()})
    cuts = found.reindex(range(1, highest + 1)).rename_axis("score").reset_index()
    cuts["clients"] = cuts["clients"].fillna(0).astype("int64")
    return cuts


def rfm_index(
    scored: pd.DataFrame,
    how: Literal["product", "sum", "weighted"] = "product",
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> pd.DataFrame:
    """The RFM index: one number that ranks customers.

    Args:
        scored: pandas table with `R`, `F`, `M`.
        how: `product` R×F×M (source 001), `sum` R+F+M, or `weighted` sum.
        weights: of R, F and M, for `weighted`.

    Returns:
        A copy with `indice_rfm` (no unit; int64, or float64 when weighted).

    Raises:
        CourseError: if a score is missing.

    Example:
        >>> rfm_index(pd.DataFrame({"R": [2], "F": [4], "M": [4]}))["indice_rfm"].item()
        32
    """
    require_columns(scored.columns, SCORES, TABLE)
    r, f, m = (scored[score] for score in SCORES)
    index = {
        "product": r * f * m,
        "sum": r + f + m,
        "weighted": weights[0] * r + weights[1] * f + weights[2] * m,
    }[how]
    return scored.assign(indice_rfm=index)


def _check_settings(
    levels: int, method: str, thresholds: Mapping[str, Sequence[float]] | None
) -> None:
    if isinstance(levels, bool) or not isinstance(levels, int) or not 2 <= levels <= 10:
        raise CourseError(
            f"Le nombre de niveaux ne convient pas ({as_written(repr(levels))}) : écrivez un "
            "nombre entier de 2 à "
            "10, sans guillemets."
        )
    if method not in get_args(Method):
        raise CourseError(
            f"La méthode « {as_written(method)} » n'existe pas : choisissez parmi "
            f"{', '.join(get_args(Method))}."
        )
    if method == "thresholds":
        check_thresholds(levels, thresholds)


def check_thresholds(levels: int, thresholds: object) -> None:
    """Refuse thresholds that do not part a scale into `levels` scores.

    >>> check_thresholds(2, {"R": [30], "F": [2], "M": [100.0]})
    """
    for score in SCORES:
        given: object = thresholds.get(score, []) if isinstance(thresholds, Mapping) else []
        edges = list(given) if isinstance(given, Iterable) else []
        numbers = all(isinstance(edge, Real) and math.isfinite(edge) for edge in edges)
        if len(edges) != levels - 1 or not numbers or sorted(set(edges)) != edges:
            raise CourseError(
                f"Les seuils de {score} ne conviennent pas ({as_written(repr(given))}) : pour "
                f"{levels} niveaux, "
                f"donnez {several(levels - 1, 'nombre', 'nombres différents')}, du plus petit au "
                "plus grand, entre crochets et sans guillemets."
            )


def check_table(table: nw.LazyFrame[Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Refuse an empty table and values that cannot be scored; return how many, and their bounds."""
    schema = table.collect_schema()
    for name in names.values():
        if not schema[name].is_numeric():
            raise _no_numbers(name)
    finite = {
        score: ~nw.col(name).cast(nw.Float64).is_finite().fill_null(False)
        for score, name in names.items()
    }
    bounds = {f"min_{score}": nw.col(name).min() for score, name in names.items()}
    bounds |= {f"max_{score}": nw.col(name).max() for score, name in names.items()}
    facts = describe(table, finite, **bounds)
    if not facts["rows"]:
        raise CourseError("La table RFM est vide : relancez rfm_table sur un fichier de commandes.")
    for score, name in names.items():
        if facts[score]:
            raise CourseError(
                f"La colonne « {as_written(name)} » contient {number(facts[score])} valeur(s) "
                "manquante(s) ou "
                "infinie(s) : recalculez-la avec rfm_table."
            )
    return facts


def _check_spread(facts: Mapping[str, Any], names: Mapping[str, str], levels: int) -> None:
    if levels > facts["rows"]:
        raise CourseError(
            f"{levels} niveaux pour {facts['rows']} client(s), c'est trop : diminuez le nombre de "
            'niveaux, ou notez avec des seuils (method="thresholds").'
        )
    for score, name in names.items():
        if facts[f"min_{score}"] == facts[f"max_{score}"]:
            raise CourseError(
                f"Tous les clients ont la même valeur dans la colonne « {as_written(name)} », "
                "qui ne départage "
                "donc personne : laissez ce critère de côté, ou notez avec des seuils "
                '(method="thresholds").'
            )


def _check_shared(method: Method) -> None:
    """Refuse the methods that need the place of each customer among all the others."""
    if method != "quantile":
        raise CourseError(
            f"La méthode « {method} » demande le rang de chaque client parmi tous, qu'un moteur "
            "réparti ne peut donner sans tous les réunir sur une machine : écrivez "
            'method="quantile" ou method="thresholds".'
        )


def score_by_edges(
    table: nw.LazyFrame[Any],
    names: Mapping[str, str],
    edges: Mapping[str, Sequence[float]],
    *,
    reached: bool,
) -> nw.LazyFrame[Any]:
    """One point, and one more for each edge that is passed, or `reached` at least."""
    return table.with_columns(
        sum((_passes(name, score, edge, reached) for edge in edges[score]), start=nw.lit(1))
        .cast(nw.Int64)
        .alias(score)
        for score, name in names.items()
    )


def _passes(name: str, score: str, edge: float, reached: bool) -> nw.Expr:
    value = nw.col(name)
    if score == "R":
        passed = value <= edge if reached else value < edge
    else:
        passed = value >= edge if reached else value > edge
    return as_number(passed)


def _cuts(
    table: nw.LazyFrame[Any],
    names: Mapping[str, str],
    facts: Mapping[str, Any],
    levels: int,
    method: Method,
    *,
    in_memory: bool,
) -> dict[str, list[float]] | None:
    """The values that part quantile scores; None where each customer is to be ranked."""
    if is_shared(table):
        _check_shared(method)
        return quantile_cuts(table, names, facts, levels)
    if in_memory and method == "quantile":
        return cuts_in_memory(table.collect(), names, levels)
    return None


def _score_by_rank(
    table: nw.LazyFrame[Any], customer: str, names: Mapping[str, str], levels: int, method: Method
) -> nw.LazyFrame[Any]:
    if method == "equal_size":
        table = table.with_columns(nw.col(customer).rank("min").alias("__id"))
    place, worse, size = nw.col("__place"), nw.col("__worse"), nw.col("__size")
    groups: list[str] = []
    for score, name in names.items():
        table = _placed(table, name, score == "R", groups)
        table = table.with_columns(
            (place - _within(groups, place.min())).alias("__worse"),
            _within(groups, nw.len()).alias("__size"),
        ).with_columns(size.cast(nw.Int64))
        if method == "equal_size":
            table = _break_ties(table)
            group = _group_of_equal_size(worse, size, levels)
        else:
            group = worse * levels // size
        table = table.with_columns((group + 1).cast(nw.Int64).alias(score))
        if method == "nested":
            groups.append(score)
    return table


def _placed(
    table: nw.LazyFrame[Any], name: str, descending: bool, groups: Sequence[str]
) -> nw.LazyFrame[Any]:
    """The place of each value, group after group: Arrow ranks whole columns alone."""
    place = nw.col(name).rank("min", descending=descending).cast(nw.Int64).alias("__place")
    table = table.with_columns(place)
    for group in groups:
        key = nw.col(group) * (nw.len().cast(nw.Int64) + 1) + nw.col("__place")
        place = nw.col("__key").rank("min").cast(nw.Int64).alias("__place")
        table = table.with_columns(key.alias("__key")).with_columns(place)
    return table


def _within(groups: Sequence[str], expression: nw.Expr) -> nw.Expr:
    return expression.over(*groups) if groups else expression


def _break_ties(table: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Replace the number who do worse by a place of one's own, ties ranked by customer id."""
    key = nw.col("__worse") * nw.col("__size") + nw.col("__id").cast(nw.Int64) - 1
    return table.with_columns(key.alias("__key")).with_columns(
        (nw.col("__key").rank("min") - 1).cast(nw.Int64).alias("__worse")
    )


def _group_of_equal_size(place: nw.Expr, size: nw.Expr, levels: int) -> nw.Expr:
    """The group of a place (from 0) when the first groups are one larger."""
    small = size // levels
    larger = size - small * levels
    in_larger = larger * (small + 1)
    return (
        nw.when(place < in_larger)
        .then(place // (small + 1))
        .otherwise(larger + (place - in_larger) // small)
    )


def rfm_code(levels: int) -> nw.Expr:
    """The column `code_rfm` of a table that has the three scores: « 244 », or « 10-3-7 »."""
    if levels < 10:
        code = nw.col("R") * 100 + nw.col("F") * 10 + nw.col("M")
        return code.cast(nw.String).alias("code_rfm")
    parts = [nw.col(score).cast(nw.String) for score in SCORES]
    return nw.concat_str(parts, separator="-").alias("code_rfm")


def _attach(
    opened: nw.DataFrame[Any] | nw.LazyFrame[Any], scored: nw.LazyFrame[Any], added: list[str]
) -> Any:
    """Give the table back as it came, with the new columns."""
    if isinstance(opened, nw.LazyFrame):
        kept = [name for name in opened.collect_schema().names() if name not in added]
        return scored.select(*kept, *added).to_native()
    columns = collect(scored.select(*added), opened.implementation)
    return opened.with_columns(*(columns[name] for name in added)).to_native()
