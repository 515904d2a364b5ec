"""Recency, frequency and monetary value of each customer, and the scores made from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from numbers import Real
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date, number
from rfm_helpers.french.words import several
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.engines import (
    collect,
    from_native,
    lazy_in_polars,
    open_frame,
    require_columns,
)

Method = Literal["quantile", "equal_size", "thresholds", "nested"]
Day = dt.date | str

SCORES = ("R", "F", "M")
ORDERS = "la table des commandes"
TABLE = "la table RFM"
LARGEST_AMOUNT = 1e9


def rfm_table(
    orders: IntoFrameT,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    start: Day | None = None,
    as_of: Day | None = None,
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """Recency, frequency and monetary value of each customer.

    Definitions (source 002: total spent, number of purchases over a fixed period, time since the
    last purchase):

    - an *order* is one purchase occasion: the lines that share a customer and an order id. Its day
      is that of its first purchase line. An order whose lines net to zero or less is no order for
      recency and frequency, and a customer left with no order is not in the table;
    - *recency*: whole days from the last order to ``as_of``;
    - *frequency*: number of distinct orders in the period;
    - *monetary*: sum of all lines of the period, returns (negative lines) included;
    - *mean basket*: monetary ÷ frequency, not rounded;
    - amounts are read to the millionth of a euro, rounded to the cent line by line, half away from
      zero, and summed as integers, so that equal totals tie on every engine;
    - days are local calendar days: a zoned time is converted to ``timezone`` first.

    Parameters
    ----------
    orders : pandas, Polars (eager or lazy) or PyArrow table, or DuckDB relation; one row per order
        line, with the columns named by ``customer`` and ``order`` (text or integer), ``date``
        (date or datetime, naive or zoned) and ``amount`` (number, euros).
    start : first day of the period, included; default: the first of the file.
    as_of : reference date; default: the day after the last line of the file.
    timezone : zone in which a zoned time becomes a day.

    Returns
    -------
    A table of the kind given, one row per customer, sorted by customer: ``customer``, ``recence``
    (int64, days), ``frequence`` (int64, orders), ``montant_total`` and ``panier_moyen`` (float64,
    euros).

    Raises
    ------
    CourseError
        If a column is missing or of the wrong type, a value is missing or infinite, an amount
        exceeds 1e9, the table is empty, a line is dated after ``as_of``, or no order is left.

    Examples
    --------
    >>> lines = pd.DataFrame({
    ...     "client_id": ["A", "A", "B"],
    ...     "commande_id": ["1", "1", "2"],
    ...     "date_achat": pd.to_datetime(["2025-12-01", "2025-12-01", "2025-12-30"]),
    ...     "montant": [100.0, 50.0, 20.0],
    ... })
    >>> rfm_table(lines)
      client_id  recence  frequence  montant_total  panier_moyen
    0         A       30          1          150.0         150.0
    1         B        1          1           20.0          20.0
    """
    source, give_back = open_frame(orders, [customer, order, date, amount], ORDERS)
    _check_order_types(source.collect_schema(), customer, order, date, amount)
    lines = _local_days(source, date, timezone)
    if start is not None:
        lines = lines.filter(nw.col(date) >= nw.lit(as_day(start)))
    last_day = _check_order_values(lines, customer, order, date, amount)
    reference = _reference(last_day, as_of)
    if last_day > reference:
        raise CourseError(
            f"La colonne « {date} » va jusqu'au {long_date(last_day)}, après la date de référence "
            f"({long_date(reference)}) : choisissez une date de référence plus tardive, ou coupez "
            f'd\'abord le fichier avec orders_until(commandes, "{reference}").'
        )
    return give_back(_per_customer(lines, customer, order, date, amount, reference))


def orders_until(
    orders: IntoFrameT,
    day: Day,
    *,
    date: str = "date_achat",
    timezone: str = "Europe/Paris",
) -> IntoFrameT:
    """Cut a file of orders: the lines dated up to and including ``day``.

    Parameters
    ----------
    orders : pandas, Polars or PyArrow table, or DuckDB relation, one row per order line.
    day : last local calendar day kept.
    date : the column of dates; a zoned time is converted to ``timezone`` to find its day.

    Returns
    -------
    The lines kept, with all their columns unchanged, in a table of the kind given.

    Raises
    ------
    CourseError
        If the column is missing or holds no dates.

    Examples
    --------
    >>> lines = pd.DataFrame({"date_achat": pd.to_datetime(["2025-06-30", "2025-07-01"])})
    >>> len(orders_until(lines, "2025-06-30"))
    1
    """
    opened = from_native(orders, ORDERS)
    schema = opened.collect_schema()
    require_columns(schema.names(), [date], ORDERS)
    _check_date_type(schema, date)
    _refuse_missing(_count(opened.lazy(), missing=nw.col(date).is_null())["missing"], date)
    return cast(
        IntoFrameT, opened.filter(_before(schema[date], date, as_day(day), timezone)).to_native()
    )


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
    """Score each customer from 1 (worst) to ``levels`` (best) on recency, frequency and monetary.

    Methods:

    - ``quantile``: 1 + floor(``levels`` × customers who do strictly worse ÷ customers), in
      integers. Equal values get equal scores and the worst value always gets 1; a value that many
      share leaves the next scores empty;
    - ``equal_size``: customers sorted by value, then by customer id, cut into groups as equal as
      possible, the first (worst) ones one larger; two customers alike can get different scores;
    - ``thresholds``: the edges given, from the trade. A value equal to an edge gets the better
      score: a recency of at most the edge, a frequency or an amount of at least the edge;
    - ``nested``: quantile, with F scored within each R group and M within each R×F group.

    Source 002 works on four levels, sources 000 and 003 on five. For the RFA variant (source 001),
    give ``monetary="panier_moyen"``.

    Parameters
    ----------
    table : what :func:`rfm_table` returns, of any kind.
    levels : 2 to 10.
    thresholds : for the method of that name, ``levels - 1`` increasing edges for each of
        ``"R"`` (days), ``"F"`` (orders) and ``"M"`` (euros).

    Returns
    -------
    The same table, row order kept, with ``R``, ``F``, ``M`` (int64) and ``code_rfm`` (text, the
    three scores in a row: ``"244"``; with ten levels, ``"10-3-7"``). A pandas table also carries
    ``attrs["rfm_levels"]``, by which ``assign_segments`` knows how it was scored.

    Raises
    ------
    CourseError
        If a column is missing, not a number, or holds missing or infinite values; if ``levels`` is
        out of range or, for the methods by rank, larger than the number of customers; if all
        customers are alike on a dimension (methods by rank); if the thresholds do not fit.

    Examples
    --------
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
    if isinstance(opened, nw.DataFrame):
        lazy = lazy_in_polars(opened.select(customer, *names.values()), TABLE)
    else:
        lazy = opened
    customers = _check_table(lazy, names)
    if method == "thresholds":
        assert thresholds is not None
        scored = lazy.with_columns(
            _score_by_thresholds(names[score], score, thresholds[score]) for score in SCORES
        )
    else:
        _check_spread(lazy, names, customers, levels)
        scored = _score_by_rank(lazy, customer, names, levels, method)
    scored = scored.with_columns(_code(levels))
    result = cast(IntoFrameT, _attach(opened, scored, [*SCORES, "code_rfm"]))
    if isinstance(result, pd.DataFrame):
        result.attrs["rfm_levels"] = levels
    return result


def score_cuts(scored: pd.DataFrame, *, monetary: str = "montant_total") -> pd.DataFrame:
    """Where the cuts of each score fall: the values and the customers behind each score.

    Parameters
    ----------
    scored : pandas table from :func:`score_rfm`.

    Returns
    -------
    One row per dimension and score from 1 to the highest in the table: ``dimension`` (text: R, F
    or M), ``score`` (int), ``de`` and ``a`` (lowest and highest value: days, orders or euros;
    missing where the score is empty), ``clients`` (int).

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "client_id": list("ABC"), "recence": [1, 2, 3], "frequence": [1, 1, 2],
    ...     "montant_total": [10.0, 20.0, 30.0],
    ... })
    >>> cuts = score_cuts(score_rfm(table, levels=3))
    >>> cuts.query("dimension == 'F'")[["score", "clients"]].values.tolist()
    [[1, 2], [2, 0], [3, 1]]
    """
    columns = {"R": "recence", "F": "frequence", "M": monetary}
    require_columns(list(scored.columns), [*SCORES, *columns.values()], TABLE)
    highest = int(scored[list(SCORES)].max().max())
    parts: list[pd.DataFrame] = []
    for dimension, column in columns.items():
        per_score = scored.groupby(dimension)[column]
        found = pd.DataFrame(
            {"de": per_score.min(), "a": per_score.max(), "clients": per_score.size()}
        )
        cuts = found.reindex(range(1, highest + 1)).rename_axis("score").reset_index()
        cuts["clients"] = cuts["clients"].fillna(0).astype("int64")
        parts.append(cuts.assign(dimension=dimension))
    return pd.concat(parts, ignore_index=True)[["dimension", "score", "de", "a", "clients"]]


def rfm_index(
    scored: pd.DataFrame,
    how: Literal["product", "sum", "weighted"] = "product",
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> pd.DataFrame:
    """The RFM index: one number that ranks customers.

    Parameters
    ----------
    scored : pandas table with ``R``, ``F``, ``M``.
    how : ``product`` R×F×M (source 001), ``sum`` R+F+M, or ``weighted`` sum.
    weights : of R, F and M, for ``weighted``.

    Returns
    -------
    A copy with ``indice_rfm`` (no unit; int64, or float64 when weighted).

    Raises
    ------
    CourseError
        If a score is missing.

    Examples
    --------
    >>> rfm_index(pd.DataFrame({"R": [2], "F": [4], "M": [4]}))["indice_rfm"].item()
    32
    """
    require_columns(list(scored.columns), SCORES, TABLE)
    r, f, m = (scored[score] for score in SCORES)
    index = {
        "product": r * f * m,
        "sum": r + f + m,
        "weighted": weights[0] * r + weights[1] * f + weights[2] * m,
    }[how]
    return scored.assign(indice_rfm=index)


def moves(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    by: str = "code_rfm",
    customer: str = "client_id",
) -> pd.DataFrame:
    """The customers whose label differs between two versions of the same table.

    Parameters
    ----------
    before, after : pandas tables with ``customer`` and ``by`` (a code, a score or a segment).

    Returns
    -------
    One row per customer present in both whose label differs, sorted by customer: ``customer``,
    ``avant``, ``apres``.

    Raises
    ------
    CourseError
        If a column is missing.

    Examples
    --------
    >>> a = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["11", "22"]})
    >>> b = pd.DataFrame({"client_id": ["B", "A"], "code_rfm": ["22", "12"]})
    >>> moves(a, b).values.tolist()
    [['A', '11', '12']]
    """
    both = _side_by_side(before, after, by, customer)
    changed = both[both["avant"] != both["apres"]]
    return changed.sort_values(customer).reset_index(drop=True)


def compare_scores(
    versions: Mapping[str, pd.DataFrame], *, by: str = "code_rfm", customer: str = "client_id"
) -> pd.DataFrame:
    """Compare several ways of scoring the same customers: how many change label.

    Parameters
    ----------
    versions : name shown → pandas table with ``customer`` and ``by``.

    Returns
    -------
    One row per pair of versions: ``version_a``, ``version_b``, ``clients`` (customers in both,
    int), ``changent`` (customers whose label differs, int), ``part`` (share 0–1).

    Raises
    ------
    CourseError
        If a column is missing, or there are fewer than two versions.

    Examples
    --------
    >>> a = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["11", "22"]})
    >>> b = a.assign(code_rfm=["11", "21"])
    >>> compare_scores({"avant": a, "après": b}).values.tolist()
    [['avant', 'après', 2, 1, 0.5]]
    """
    if len(versions) < 2:
        raise CourseError("Une comparaison demande au moins deux versions : ajoutez-en une.")
    rows = []
    for (name_a, a), (name_b, b) in combinations(versions.items(), 2):
        shared = len(_side_by_side(a, b, by, customer))
        changed = len(moves(a, b, by=by, customer=customer))
        rows.append((name_a, name_b, shared, changed, changed / shared if shared else 0.0))
    return pd.DataFrame(rows, columns=["version_a", "version_b", "clients", "changent", "part"])


def robustness(
    orders: pd.DataFrame,
    *,
    levels: int = 4,
    as_of: Day | None = None,
    shifts: Sequence[int] = (7, 30, 90),
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """How far the RFM codes hold when a choice that has nothing to do with customers changes.

    The codes at ``as_of`` (quantile, ``levels`` levels) are compared with those obtained

    - at a reference date some days earlier, on the file cut at that date;
    - with ties broken by customer id (``equal_size``);
    - with the lines in the opposite order (nothing may change);
    - with one level fewer and one more: codes of different lengths do not compare, so what is
      compared there is membership of the best group (the best score reached on R, F and M).

    Parameters
    ----------
    orders : pandas table of order lines, columns as in :func:`rfm_table`.
    shifts : days by which the reference date is brought forward.

    Returns
    -------
    One row per trial: ``essai`` (text), ``clients`` (customers in both tables, int), ``changent``
    (int), ``part`` (share 0–1).

    Raises
    ------
    CourseError
        As :func:`rfm_table` and :func:`score_rfm`.

    Examples
    --------
    >>> lines = pd.DataFrame({
    ...     "client_id": list("ABCDE"), "commande_id": list("12345"),
    ...     "date_achat": pd.date_range("2025-01-01", periods=5, freq="30D"),
    ...     "montant": [10.0, 20.0, 30.0, 40.0, 50.0],
    ... })
    >>> lines = pd.concat([lines, lines.head(1).assign(commande_id="6")])
    >>> report = robustness(lines, levels=3, shifts=())
    >>> report["essai"].tolist()[:2]
    ['ex æquo départagés', 'lignes dans l’ordre inverse']
    """
    names: dict[str, Any] = {
        "customer": customer,
        "order": order,
        "date": date,
        "amount": amount,
        "timezone": timezone,
    }
    table = rfm_table(orders, as_of=as_of, **names)
    base = score_rfm(table, levels=levels, customer=customer)
    reference = _reference(_last_day(orders, date, timezone), as_of)

    def scored_earlier(days: int) -> pd.DataFrame:
        day = reference - dt.timedelta(days=days)
        earlier = orders_until(orders, day, date=date, timezone=timezone)
        return score_rfm(rfm_table(earlier, as_of=day, **names), levels=levels, customer=customer)

    trials = {f"date de référence {days} jours plus tôt": scored_earlier(days) for days in shifts}
    trials["ex æquo départagés"] = score_rfm(
        table, levels=levels, method="equal_size", customer=customer
    )
    trials["lignes dans l’ordre inverse"] = score_rfm(
        rfm_table(orders.iloc[::-1], as_of=reference, **names), levels=levels, customer=customer
    )
    rows = [_trial(name, base, other, "code_rfm", customer) for name, other in trials.items()]
    best = _best_group(base, levels)
    for other_levels in (levels - 1, levels + 1):
        if 2 <= other_levels <= 10:
            other = score_rfm(table, levels=other_levels, customer=customer)
            name = f"{other_levels} niveaux au lieu de {levels}"
            rows.append(_trial(name, best, _best_group(other, other_levels), "meilleur", customer))
    return pd.DataFrame(rows, columns=["essai", "clients", "changent", "part"])


# --- Reading and checking the orders ------------------------------------------------------------


def _check_order_types(
    schema: nw.Schema, customer: str, order: str, date: str, amount: str
) -> None:
    for name in (customer, order):
        if schema[name].is_float():
            raise CourseError(
                f"La colonne « {name} » contient des nombres à virgule, signe d'identifiants "
                "manquants : passez d'abord le fichier par clean_orders."
            )
    _check_date_type(schema, date)
    if not schema[amount].is_numeric():
        raise CourseError(
            f"La colonne « {amount} » ne contient pas des nombres : passez d'abord le fichier par "
            "clean_orders, qui lit les virgules et les espaces."
        )


def _check_date_type(schema: nw.Schema, date: str) -> None:
    if schema[date] not in (nw.Date, nw.Datetime):
        raise CourseError(
            f"La colonne « {date} » ne contient pas des dates : lisez le fichier avec read_orders, "
            "puis passez-le par clean_orders."
        )


def _check_order_values(
    lines: nw.LazyFrame[Any], customer: str, order: str, date: str, amount: str
) -> dt.date:
    """Refuse missing, blank and infinite values; return the last day of the file."""
    money = nw.col(amount).cast(nw.Float64)
    ids = [name for name in (customer, order) if lines.collect_schema()[name] == nw.String]
    facts = _count(
        lines,
        **{
            f"missing_{i}": nw.col(name).is_null() for i, name in enumerate((customer, order, date))
        },
        infinite=~(money.is_finite() & (money.abs() <= LARGEST_AMOUNT)).fill_null(False),
        purchases=money > 0,
    )
    if not facts["rows"]:
        raise CourseError(
            "La table des commandes ne contient aucune ligne dans la période : choisissez des "
            "dates que le fichier couvre."
        )
    for i, name in enumerate((customer, order, date)):
        _refuse_missing(facts[f"missing_{i}"], name)
    if facts["infinite"]:
        raise CourseError(
            f"La colonne « {amount} » contient {number(facts['infinite'])} montant(s) manquant(s), "
            "infini(s) ou supérieur(s) à un milliard : passez d'abord le fichier par clean_orders."
        )
    if not facts["purchases"]:
        raise CourseError(
            f"La colonne « {amount} » n'a aucun achat (retours ou montants nuls) : il faut "
            "au moins une commande d'un montant positif dans la période."
        )
    bounds = lines.select(
        nw.col(date).max().alias("last_day"),
        *(nw.col(name).min().alias(f"first_{name}") for name in ids),
    )
    row = _one_row(bounds)
    for name in ids:
        if not row[f"first_{name}"].strip():
            raise CourseError(
                f"La colonne « {name} » contient des identifiants vides : passez d'abord le "
                "fichier par clean_orders."
            )
    return cast(dt.date, row["last_day"])


def _refuse_missing(missing: int, name: str) -> None:
    if missing:
        raise CourseError(
            f"La colonne « {name} » contient {number(missing)} valeur(s) manquante(s) : passez "
            "d'abord le fichier par clean_orders."
        )


def _count(lines: nw.LazyFrame[Any], **conditions: nw.Expr) -> dict[str, int]:
    """How many rows there are, and how many meet each condition."""
    sums = [flag.cast(nw.Int64).sum().alias(name) for name, flag in conditions.items()]
    row = _one_row(lines.select(nw.len().alias("rows"), *sums))
    return {name: int(value or 0) for name, value in row.items()}


def _one_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    return collect(frame, "polars").rows(named=True)[0]


def _local_days(lines: nw.LazyFrame[Any], date: str, timezone: str) -> nw.LazyFrame[Any]:
    """Turn the column of dates into local calendar days."""
    kind = lines.collect_schema()[date]
    if not isinstance(kind, nw.Datetime) or kind.time_zone is None:
        return lines.with_columns(nw.col(date).cast(nw.Date))
    if lines.implementation.is_duckdb():
        return _local_days_in_duckdb(lines, date, timezone)
    local = nw.col(date).dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return lines.with_columns(local.cast(nw.Date))


def _local_days_in_duckdb(lines: nw.LazyFrame[Any], date: str, timezone: str) -> nw.LazyFrame[Any]:
    """DuckDB keeps the zone in the connection: narwhals cannot convert there, SQL can."""
    quoted, zone = date.replace('"', '""'), timezone.replace("'", "''")
    day = f"CAST(timezone('{zone}', \"{quoted}\") AS DATE)"
    converted = lines.to_native().project(f'* REPLACE ({day} AS "{quoted}")')
    return cast(nw.LazyFrame[Any], nw.from_native(converted))


def _before(kind: nw.dtypes.DType, date: str, day: dt.date, timezone: str) -> nw.Expr:
    """The lines dated on ``day`` or earlier."""
    if kind == nw.Date:
        return nw.col(date) <= nw.lit(day)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    if isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        midnight = midnight.replace(tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)
    return nw.col(date) < nw.lit(midnight)


def _reference(last_day: dt.date, as_of: Day | None) -> dt.date:
    """The reference date: the one given, else the day after the last line."""
    return last_day + dt.timedelta(days=1) if as_of is None else as_day(as_of)


def _last_day(orders: pd.DataFrame, date: str, timezone: str) -> dt.date:
    lines, _ = open_frame(orders, [date], ORDERS)
    days = _local_days(lines, date, timezone).select(nw.col(date).max())
    return cast(dt.date, _one_row(days)[date])


# --- From order lines to customers --------------------------------------------------------------


def _cents(amount: str) -> nw.Expr:
    """Amounts as integers of cents, half away from zero: the same on every engine."""
    euros = nw.col(amount).cast(nw.Float64)
    millionths = (euros.abs() * 1_000_000 + 0.5).floor().cast(nw.Int64)
    cents = (millionths + 5_000) // 10_000
    return nw.when(euros < 0).then(-cents).otherwise(cents)


def _per_customer(
    lines: nw.LazyFrame[Any], customer: str, order: str, date: str, amount: str, as_of: dt.date
) -> nw.LazyFrame[Any]:
    cents, day = nw.col("__cents"), nw.col("__day")
    bought = cents > 0
    per_order = (
        lines.with_columns(_cents(amount).alias("__cents"))
        .with_columns(nw.when(bought).then(nw.col(date)).alias("__day"))
        .group_by(customer, order)
        .agg(cents.sum().cast(nw.Int64), day.min())
        .with_columns(nw.when(bought).then(day).alias("__day"), bought.cast(nw.Int64).alias("__n"))
    )
    per_customer = (
        per_order.group_by(customer)
        .agg(cents.sum().cast(nw.Int64), day.max(), nw.col("__n").sum().cast(nw.Int64))
        .filter(nw.col("__n") > 0)
    )
    midnight = nw.lit(dt.datetime.combine(as_of, dt.time()))
    recency = (midnight - day.cast(nw.Datetime("us"))).dt.total_minutes() // (24 * 60)
    # Divided by a column: Polars turns a division by a constant into a product, off by one bit.
    hundred = nw.col("__n") * 0 + 100
    return per_customer.select(
        nw.col(customer),
        recency.cast(nw.Int64).alias("recence"),
        nw.col("__n").alias("frequence"),
        (cents / hundred).alias("montant_total"),
        (cents / (nw.col("__n") * 100)).alias("panier_moyen"),
    ).sort(customer)


# --- Scores -------------------------------------------------------------------------------------


def _check_settings(
    levels: int, method: str, thresholds: Mapping[str, Sequence[float]] | None
) -> None:
    if isinstance(levels, bool) or not isinstance(levels, int) or not 2 <= levels <= 10:
        raise CourseError(
            f"Le nombre de niveaux ne convient pas ({levels!r}) : écrivez un nombre entier de 2 à "
            "10, sans guillemets."
        )
    if method not in get_args(Method):
        raise CourseError(
            f"La méthode « {method} » n'existe pas : choisissez parmi "
            f"{', '.join(get_args(Method))}."
        )
    if method != "thresholds":
        return
    for score in SCORES:
        given: object = (thresholds or {}).get(score, [])
        edges = list(given) if isinstance(given, Iterable) else []
        numbers = all(isinstance(edge, Real) for edge in edges)
        if len(edges) != levels - 1 or not numbers or sorted(set(edges)) != edges:
            raise CourseError(
                f"Les seuils de {score} ne conviennent pas ({given!r}) : pour {levels} niveaux, "
                f"donnez {several(levels - 1, 'nombre', 'nombres différents')}, du plus petit au "
                "plus grand, entre crochets et sans guillemets."
            )


def _check_table(table: nw.LazyFrame[Any], names: Mapping[str, str]) -> int:
    """Refuse an empty table and values that cannot be scored; return the number of customers."""
    schema = table.collect_schema()
    for name in names.values():
        if not schema[name].is_numeric():
            raise CourseError(
                f"La colonne « {name} » ne contient pas des nombres : recalculez-la avec rfm_table."
            )
    finite = {
        score: ~nw.col(name).cast(nw.Float64).is_finite().fill_null(False)
        for score, name in names.items()
    }
    facts = _count(table, **finite)
    if not facts["rows"]:
        raise CourseError("La table RFM est vide : relancez rfm_table sur un fichier de commandes.")
    for score, name in names.items():
        if facts[score]:
            raise CourseError(
                f"La colonne « {name} » contient {number(facts[score])} valeur(s) manquante(s) ou "
                "infinie(s) : recalculez-la avec rfm_table."
            )
    return facts["rows"]


def _check_spread(
    table: nw.LazyFrame[Any], names: Mapping[str, str], customers: int, levels: int
) -> None:
    if levels > customers:
        raise CourseError(
            f"{levels} niveaux pour {customers} client(s), c'est trop : diminuez le nombre de "
            'niveaux, ou notez avec des seuils (method="thresholds").'
        )
    bounds = _one_row(
        table.select(
            *(nw.col(name).min().alias(f"min_{score}") for score, name in names.items()),
            *(nw.col(name).max().alias(f"max_{score}") for score, name in names.items()),
        )
    )
    for score, name in names.items():
        if bounds[f"min_{score}"] == bounds[f"max_{score}"]:
            raise CourseError(
                f"Tous les clients ont la même valeur dans la colonne « {name} », qui ne départage "
                "donc personne : laissez ce critère de côté, ou notez avec des seuils "
                '(method="thresholds").'
            )


def _score_by_thresholds(name: str, score: str, edges: Sequence[float]) -> nw.Expr:
    value = nw.col(name)
    reached = [(value <= edge if score == "R" else value >= edge) for edge in edges]
    total = nw.lit(1)
    for flag in reached:
        total = total + flag.cast(nw.Int64)
    return total.cast(nw.Int64).alias(score)


def _score_by_rank(
    table: nw.LazyFrame[Any], customer: str, names: Mapping[str, str], levels: int, method: Method
) -> nw.LazyFrame[Any]:
    if method == "equal_size":
        table = table.with_columns(nw.col(customer).rank("min").alias("__id"))
    worse, size = nw.col("__worse"), nw.col("__size")
    groups: list[str] = []
    for score, name in names.items():
        table = table.with_columns(
            (_within(groups, nw.col(name).rank("min", descending=score == "R")) - 1).alias(
                "__worse"
            ),
            _within(groups, nw.len()).alias("__size"),
        ).with_columns(worse.cast(nw.Int64), size.cast(nw.Int64))
        if method == "equal_size":
            table = _break_ties(table)
            group = _group_of_equal_size(worse, size, levels)
        else:
            group = worse * levels // size
        table = table.with_columns((group + 1).cast(nw.Int64).alias(score))
        if method == "nested":
            groups.append(score)
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


def _code(levels: int) -> nw.Expr:
    parts = [nw.col(score).cast(nw.String) for score in SCORES]
    return nw.concat_str(parts, separator="-" if levels == 10 else "").alias("code_rfm")


def _attach(
    opened: nw.DataFrame[Any] | nw.LazyFrame[Any], scored: nw.LazyFrame[Any], added: list[str]
) -> Any:
    """Give the table back as it came, with the new columns."""
    if isinstance(opened, nw.LazyFrame):
        kept = [name for name in opened.collect_schema().names() if name not in added]
        return scored.select(*kept, *added).to_native()
    columns = collect(scored.select(*added), opened.implementation)
    return opened.with_columns(*(columns[name] for name in added)).to_native()


# --- Comparing versions -------------------------------------------------------------------------


def _side_by_side(
    before: pd.DataFrame, after: pd.DataFrame, by: str, customer: str
) -> pd.DataFrame:
    for frame in (before, after):
        require_columns(list(frame.columns), [customer, by], "la table à comparer")
    first = before[[customer, by]].rename(columns={by: "avant"})
    second = after[[customer, by]].rename(columns={by: "apres"})
    return first.merge(second, on=customer)


def _best_group(scored: pd.DataFrame, levels: int) -> pd.DataFrame:
    return scored.assign(meilleur=(scored[list(SCORES)] == levels).all(axis=1))


def _trial(
    name: str, base: pd.DataFrame, other: pd.DataFrame, by: str, customer: str
) -> tuple[str, int, int, float]:
    row = compare_scores({"base": base, name: other}, by=by, customer=customer).iloc[0]
    return name, int(row["clients"]), int(row["changent"]), float(row["part"])
