"""Order lines: cutting them at a day, and what is checked of them before they are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

import narwhals as nw
from narwhals.typing import IntoFrameT

from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import as_written
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import (
    RENAME,
    OrderColumns,
    check_zone,
    refuse_taken,
    require_columns,
)
from rfm_helpers.tables.engines import (
    collect,
    count_where,
    describe,
    from_native,
    open_frame,
    open_lazy,
)

Day = dt.date | str
ORDERS = "la table des commandes"
LARGEST_AMOUNT = 1e9
DAY, DAY_ORDER = "__day", "__order"
#: What is worked out beside the columns of lines that are kept.
KEPT_BESIDE = (DAY, DAY_ORDER, "__first", "__kept")
TEXTS = (nw.String, nw.Categorical, nw.Enum)
CLEAN_FIRST = "passez d'abord les commandes par clean_orders."


@one_door(CLEAN_FIRST)
def orders_until(
    orders: IntoFrameT, day: Day, *, date: str = "date_achat", timezone: str = "Europe/Paris"
) -> IntoFrameT:
    """Cut a file of orders: the lines dated up to and including `day`.

    Args:
        orders: order lines, in a table of any engine.
        day: last local calendar day kept.
        date: the column of dates.
        timezone: zone to which a zoned time is converted to find its day.

    Returns:
        The lines kept, with all their columns unchanged, in a table of the kind given.

    Raises:
        CourseError: if the column is missing, holds no dates, or lacks one in a line, or has one
            before year 1 or after year 9999.

    Example:
        >>> import pandas as pd
        >>> lines = pd.DataFrame({"date_achat": pd.to_datetime(["2025-06-30", "2025-07-01"])})
        >>> len(orders_until(lines, "2025-06-30"))
        1
    """
    check_zone(timezone)
    columns = OrderColumns(date=date, timezone=timezone)
    opened = from_native(orders, ORDERS)
    lazy = beside_others(opened, [date])
    _check_dates(lazy.collect_schema(), date)
    lines = with_days(lazy, columns)
    refuse_undated(count_where(lines, **undated(DAY)), date)
    return cast(IntoFrameT, keep_lines(opened, lines, nw.col(DAY) < nw.lit(next_day(as_day(day)))))


def beside_others(
    opened: nw.DataFrame[Any] | nw.LazyFrame[Any], columns: Sequence[str], remedy: str = RENAME
) -> nw.LazyFrame[Any]:
    """The lines of a table, whose columns `keep_lines` is to keep: in memory, those named alone.

    Raises:
        CourseError: a column that is missing, or that bears a name of the calculation.
    """
    names = opened.collect_schema().names()
    require_columns(names, columns, ORDERS, remedy)
    refuse_taken(names, KEPT_BESIDE)
    if isinstance(opened, nw.LazyFrame):
        return opened
    return open_lazy(opened.to_native(), columns, ORDERS)


def with_days(lines: nw.LazyFrame[Any], columns: OrderColumns) -> nw.LazyFrame[Any]:
    """Lines with `__day`, the local day of each, beside the column of dates."""
    lines = lines.with_columns(nw.col(columns.date).alias(DAY))
    return local_days(lines, columns._replace(date=DAY))


def keep_lines(
    opened: nw.DataFrame[Any] | nw.LazyFrame[Any], lines: nw.LazyFrame[Any], kept: nw.Expr
) -> Any:
    """The lines of a table that meet a condition, in a table of its kind, columns unchanged.

    Args:
        opened: the table.
        lines: what `beside_others` gives of it, with what the condition looks at.
        kept: the condition.
    """
    if isinstance(opened, nw.LazyFrame):
        return lines.filter(kept).select(opened.collect_schema().names()).to_native()
    found = collect(lines.select(kept.alias("__kept")), opened.implementation)
    return opened.filter(found["__kept"]).to_native()


def next_day(day: dt.date) -> dt.date:
    """The day after.

    >>> next_day(dt.date(2025, 12, 31))
    datetime.date(2026, 1, 1)
    """
    if day.year >= dt.MAXYEAR:
        raise CourseError(
            f"L'an {day.year} est au bout du calendrier : choisissez un jour plus proche, ou ôtez "
            "les lignes qui portent cette date."
        )
    return day + dt.timedelta(days=1)


def local_days(lines: nw.LazyFrame[Any], columns: OrderColumns) -> nw.LazyFrame[Any]:
    """Turn the column of dates into local calendar days.

    Example:
        >>> import pandas as pd
        >>> late = pd.DataFrame({"date_achat": pd.to_datetime(["2025-12-31T23:30Z"])})
        >>> lines, give_back = open_frame(late, ["date_achat"], ORDERS)
        >>> local_days(lines, OrderColumns()).collect().rows()
        [(datetime.date(2026, 1, 1),)]
    """
    date, timezone = columns.date, columns.timezone
    kind = lines.collect_schema()[date]
    if not isinstance(kind, nw.Datetime) or kind.time_zone is None:
        return lines.with_columns(nw.col(date).cast(nw.Date))
    if not (lines.implementation.is_polars() or lines.implementation.is_pyarrow()):
        return _local_days_in_sql(lines, date, timezone)
    local = nw.col(date).dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return lines.with_columns(local.cast(nw.Date))


def _local_days_in_sql(lines: nw.LazyFrame[Any], date: str, timezone: str) -> nw.LazyFrame[Any]:
    """Databases keep the zone in the session: narwhals cannot convert there, SQL can."""
    native = lines.to_native()
    if lines.implementation.is_duckdb():
        quoted = f'"{date.replace(chr(34), 2 * chr(34))}"'
        converted = native.project(
            f"* REPLACE (CAST(timezone('{timezone}', {quoted}) AS DATE) AS {quoted})"
        )
    elif lines.implementation.is_ibis():
        converted = native.mutate(**{date: _zoned_in_ibis(native[date], timezone).date()})
    else:
        columns = {name: f"`{name.replace('`', '``')}`" for name in native.columns}
        moment = f"CAST({columns[date]} AS TIMESTAMP_NTZ)"
        local = f"convert_timezone(current_timezone(), '{timezone}', {moment})"
        columns[date] = f"CAST({local} AS DATE) AS {columns[date]}"
        converted = native.selectExpr(*columns.values())
    return cast(nw.LazyFrame[Any], nw.from_native(converted))


def _zoned_in_ibis(moments: Any, timezone: str) -> Any:
    """The local time of moments, by the function that DuckDB and PostgreSQL have of one name."""
    import ibis

    types = (ibis.dtype("string"), moments.type())
    function = ibis.udf.scalar.builtin(
        lambda zone, moment: None, name="timezone", signature=(types, ibis.dtype("timestamp"))
    )
    return function(timezone, moments)


def number_orders(lines: nw.LazyFrame[Any], columns: OrderColumns) -> tuple[nw.LazyFrame[Any], str]:
    """Lines with the column that tells orders apart: without numbers, the day of each line.

    Args:
        lines: order lines, whose dates are local days.
        columns: how they are read.

    Returns:
        The lines, and the name of that column.

    Example:
        >>> import polars as pl
        >>> lines = nw.from_native(pl.LazyFrame({"date_achat": [dt.date(2025, 12, 30)]}))
        >>> number_orders(lines, OrderColumns(order=None))[1]
        '__order'
    """
    if columns.order is not None:
        return lines, columns.order
    return lines.with_columns(nw.col(columns.date).alias(DAY_ORDER)), DAY_ORDER


def last_day(orders: Any, columns: OrderColumns) -> dt.date:
    """The local day of the last line.

    Args:
        orders: order lines, in a table of any kind.
        columns: how they are read.

    Raises:
        CourseError: if there is no line, or a date before year 1 or after year 9999.

    Example:
        >>> import pandas as pd
        >>> last_day(pd.DataFrame({"date_achat": [pd.Timestamp("2025-12-30")]}), OrderColumns())
        datetime.date(2025, 12, 30)
    """
    lines, _ = open_frame(orders, [columns.date], ORDERS)
    days = local_days(lines, columns)
    off = {"off": off_calendar(columns.date)}
    facts = describe(days, off, last_day=known_day(columns.date).max())
    refuse_off_calendar(facts["off"], columns.date)
    if facts["last_day"] is None:
        raise CourseError("La table des commandes est vide : rechargez les données.")
    return cast(dt.date, facts["last_day"])


def reference_day(last_day: dt.date, as_of: Day | None) -> dt.date:
    """The reference date: the one given, else the day after the last line.

    Example:
        >>> reference_day(dt.date(2025, 12, 30), None)
        datetime.date(2025, 12, 31)
    """
    return next_day(last_day) if as_of is None else as_day(as_of)


def _ids(columns: OrderColumns) -> list[str]:
    return [name for name in (columns.customer, columns.order) if name is not None]


def check_types(schema: nw.Schema, columns: OrderColumns) -> None:
    """Refuse columns whose types hold no identifiers, dates or amounts.

    Raises:
        CourseError: naming the column, and the remedy.

    Example:
        >>> types = {"c": nw.String(), "o": nw.Int64(), "d": nw.Date(), "m": nw.Float64()}
        >>> check_types(nw.Schema(types), OrderColumns("c", "o", "d", "m"))
    """
    for name in _ids(columns):
        if schema[name].is_float():
            raise CourseError(
                f"La colonne « {as_written(name)} » contient des nombres à virgule, signe "
                "d'identifiants "
                "manquants : passez d'abord le fichier par clean_orders."
            )
        if not schema[name].is_integer() and schema[name] not in TEXTS:
            raise CourseError(
                f"La colonne « {as_written(name)} » ne contient ni des textes ni des nombres "
                "entiers : choisissez celle des identifiants, ou passez d'abord le fichier par "
                "clean_orders."
            )
    _check_dates(schema, columns.date)
    if not schema[columns.amount].is_numeric():
        raise CourseError(
            f"La colonne « {as_written(columns.amount)} » ne contient pas des nombres : passez "
            "d'abord le "
            "fichier par clean_orders, qui lit les virgules et les espaces."
        )


def check_values(lines: nw.LazyFrame[Any], columns: OrderColumns) -> dt.date:
    """Refuse missing, blank and infinite values.

    Args:
        lines: order lines, whose dates are local days.
        columns: how they are read.

    Returns:
        The last day of the lines.

    Raises:
        CourseError: naming the column at fault, or saying that there is no line or no purchase.

    Example:
        >>> import polars as pl
        >>> line = {"c": ["A"], "o": [1], "d": [dt.date(2025, 12, 30)], "m": [9.5]}
        >>> lines = nw.from_native(pl.LazyFrame(line))
        >>> check_values(lines, OrderColumns("c", "o", "d", "m"))
        datetime.date(2025, 12, 30)
    """
    ids, schema = _ids(columns), lines.collect_schema()
    texts = [name for name in ids if schema[name] in TEXTS]
    facts = describe(
        lines,
        {"fit": fit_amounts(columns.amount), **undated(columns.date)},
        **{f"known_{place}": nw.col(name).count() for place, name in enumerate(ids)},
        **{f"first_{place}": _text(schema, name).min() for place, name in enumerate(texts)},
        most=nw.col(columns.amount).cast(nw.Float64).max(),
        last_day=known_day(columns.date).max(),
    )
    if not facts["rows"]:
        raise CourseError(
            "La table des commandes ne contient aucune ligne dans la période : choisissez des "
            "dates que le fichier couvre."
        )
    for place, name in enumerate(ids):
        refuse_missing(facts["rows"] - facts[f"known_{place}"], name)
    refuse_undated(facts, columns.date)
    _check_amounts(facts, columns.amount)
    for place, name in enumerate(texts):
        _refuse_blank(facts[f"first_{place}"], name)
    return cast(dt.date, facts["last_day"])


def _text(schema: nw.Schema, name: str) -> nw.Expr:
    """A column of texts, whose order is that of the alphabet and not that of its categories."""
    return nw.col(name) if schema[name] == nw.String else nw.col(name).cast(nw.String)


def fit_amounts(amount: str) -> nw.Expr:
    """The lines whose amount can be counted; missing where it is.

    >>> import polars as pl
    >>> lines = nw.from_native(pl.DataFrame({"m": [9.5, None, float("inf")]}))
    >>> lines.select(fit_amounts("m"))["m"].to_list()
    [True, None, False]
    """
    return nw.col(amount).cast(nw.Float64).is_between(-LARGEST_AMOUNT, LARGEST_AMOUNT)


def _check_amounts(facts: dict[str, Any], amount: str) -> None:
    if unfit := facts["rows"] - facts["fit"]:
        raise CourseError(
            f"La colonne « {as_written(amount)} » contient {number(unfit)} "
            "montant(s) manquant(s), "
            "infini(s) ou supérieur(s) à un milliard : passez d'abord le fichier par clean_orders."
        )
    if not facts["most"] > 0:
        raise CourseError(
            f"La colonne « {as_written(amount)} » n'a aucun achat (retours ou montants nuls) : "
            "il faut "
            "au moins une commande d'un montant positif dans la période."
        )


def _refuse_blank(first: str, name: str) -> None:
    """Refuse a column of texts whose first, in alphabetical order, is blank."""
    if not first.strip():
        raise CourseError(
            f"La colonne « {as_written(name)} » contient des identifiants vides : passez "
            "d'abord le fichier par clean_orders."
        )


def _check_dates(schema: nw.Schema, date: str) -> None:
    """Refuse a column whose type holds no date."""
    if schema[date] not in (nw.Date, nw.Datetime):
        raise CourseError(
            f"La colonne « {as_written(date)} » ne contient pas des dates : lisez le fichier "
            "avec read_orders, "
            "puis passez-le par clean_orders."
        )


def refuse_missing(missing: int, name: str) -> None:
    """Refuse a column with empty cells, of which there are so many.

    >>> refuse_missing(0, "date_achat")
    """
    if missing:
        raise CourseError(
            f"La colonne « {as_written(name)} » contient {number(missing)} valeur(s) "
            "manquante(s) : passez "
            "d'abord le fichier par clean_orders."
        )


def off_calendar(day: str) -> nw.Expr:
    """The lines dated before year 1, after year 9999 or, in PostgreSQL, at infinity.

    >>> import polars as pl
    >>> lines = nw.from_native(pl.DataFrame({"d": [0, -800_000]}).cast(pl.Date))
    >>> lines.select(off_calendar("d"))["d"].to_list()
    [False, True]
    """
    return ~nw.col(day).is_between(nw.lit(dt.date.min), nw.lit(dt.date.max))


def known_day(day: str) -> nw.Expr:
    """The days that a calendar has, missing elsewhere: those that Python can hold.

    >>> import polars as pl
    >>> lines = nw.from_native(pl.DataFrame({"d": [0, -800_000]}).cast(pl.Date))
    >>> lines.select(known_day("d"))["d"].to_list()
    [datetime.date(1970, 1, 1), None]
    """
    return nw.when(~off_calendar(day)).then(nw.col(day))


def refuse_off_calendar(count: int, name: str) -> None:
    """Refuse a column with dates that `off_calendar` tells, of which there are so many.

    >>> refuse_off_calendar(0, "date_achat")
    """
    if count:
        raise CourseError(
            f"La colonne « {as_written(name)} » contient {number(count)} date(s) avant l'an 1, "
            "après l'an 9999 ou infinie(s) : corrigez d'abord ces lignes, ou ôtez-les."
        )


def undated(day: str) -> dict[str, nw.Expr]:
    """The lines without a day, by the reason: to be counted, then given to `refuse_undated`.

    >>> list(undated("__day"))
    ['missing', 'off']
    """
    return {"missing": nw.col(day).is_null(), "off": off_calendar(day)}


def refuse_undated(counts: Mapping[str, int], name: str) -> None:
    """Refuse a column of dates with lines of `undated`.

    >>> refuse_undated({"missing": 0, "off": 0}, "date_achat")
    """
    refuse_missing(counts["missing"], name)
    refuse_off_calendar(counts["off"], name)
