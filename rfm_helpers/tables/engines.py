"""One door for every kind of table: pandas, Polars, PyArrow, DuckDB, Ibis, Spark, by narwhals.

Lazy tables are computed in their own engine, from the same expressions as eager ones: these are
computed in Polars, or, from a pandas table of `MOST_ROWS_IN_ARROW` at most, in Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import pandas as pd
import pyarrow as pa
from narwhals.exceptions import DuplicateError
from narwhals.typing import IntoFrameT

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.columns import check_names, check_readable, require_columns
from rfm_helpers.tables.kinds import told

if TYPE_CHECKING:
    import polars as pl

#: Up to here Arrow, which pandas loads anyway, is as quick as Polars, which takes 40 MB to load.
MOST_ROWS_IN_ARROW = 200_000
SAME_NAME = "Deux colonnes de la table portent le même nom : renommez l'une des deux."

# As the package asks of Arrow, for who has loaded it first.
pa.set_memory_pool(pa.system_memory_pool())


def open_frame(
    frame: IntoFrameT, columns: Sequence[str], what: str
) -> tuple[nw.LazyFrame[Any], Callable[[nw.LazyFrame[Any]], IntoFrameT]]:
    """Take the named columns of a table, lazily, and the function that gives back its own kind.

    Args:
        frame: a pandas, Polars (eager or lazy), PyArrow, DuckDB, Ibis or Spark table.
        columns: the columns needed; the others are left aside.
        what: the table in French, for messages, e.g. `"la table des commandes"`.

    Raises:
        CourseError: if `frame` is not a table, or lacks a column.

    Example:
        >>> import pandas as pd
        >>> lazy, give_back = open_frame(pd.DataFrame({"a": [1], "b": [2]}), ["b"], "la table")
        >>> give_back(lazy)
           b
        0  2
    """
    opened = from_native(frame, what)
    return open_lazy(opened, columns, what), partial(_give_back, opened)


def _give_back(opened: Any, result: nw.LazyFrame[Any]) -> Any:
    """A result in the kind of table that was opened."""
    if isinstance(opened, nw.LazyFrame):
        return result.to_native()
    return collect(result, opened.implementation).to_native()


def open_lazy(frame: Any, columns: Sequence[str], what: str) -> nw.LazyFrame[Any]:
    """Take the named columns of a table, lazily.

    Args:
        frame: a table of any kind.
        columns: the columns needed; the others are left aside.
        what: the table in French, for messages.

    Raises:
        CourseError: if `frame` is not a table, or lacks a column.

    Example:
        >>> import pandas as pd
        >>> open_lazy(pd.DataFrame({"a": [1], "b": [2]}), ["b"], "la table").collect().rows()
        [(2,)]
    """
    opened = from_native(frame, what)
    _require(opened, columns, what)
    selected = opened.select(*columns)
    return selected if isinstance(selected, nw.LazyFrame) else lazy_in_memory(selected, what)


def open_large(
    frame: IntoFrameT, columns: Sequence[str], what: str
) -> tuple[pa.Table | pl.DataFrame, Callable[[nw.LazyFrame[Any]], IntoFrameT]] | None:
    """The same for a table in memory that Polars computes; None for any other.

    That of pandas stays in Arrow: Polars takes texts at 16 bytes each, better when they are few.

    Args:
        frame: a table of any kind.
        columns: the columns needed; the others are left aside.
        what: the table in French, for messages.

    Raises:
        CourseError: if `frame` is not a table, or lacks a column.

    Example:
        >>> open_large(pd.DataFrame({"a": [1]}), ["a"], "la table") is None
        True
    """
    opened = from_native(frame, what)
    _require(opened, columns, what)
    if isinstance(opened, nw.LazyFrame) or not _is_large(opened):
        return None
    selected = opened.select(*columns)
    return _or_mixed(_as_table, selected, what), partial(_give_back, opened)


def from_native(frame: Any, what: str) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Wrap any table with narwhals.

    Args:
        frame: a pandas, Polars (eager or lazy), PyArrow, DuckDB, Ibis or Spark table.
        what: the table in French, for the message.

    Raises:
        CourseError: if `frame` is not a table, if its columns are no names or share one, or if its
            engine reads the name of one as something else.

    Example:
        >>> import pandas as pd
        >>> from_native(pd.DataFrame({"a": [1]}), "la table").columns
        ['a']
    """
    if isinstance(frame, pd.DataFrame):
        check_names(frame.columns)
    try:
        opened = nw.from_native(told(frame))
        names = opened.collect_schema().names()
    except TypeError:
        raise CourseError(
            f"Il faut {what}, et non un objet de type « {as_written(type(frame).__name__)} » : "
            "donnez une table pandas, Polars, PyArrow, DuckDB, Ibis ou Spark."
        ) from None
    except DuplicateError:
        raise CourseError(SAME_NAME) from None
    if isinstance(opened, nw.LazyFrame):
        _check_engine(opened, names)
    return cast(nw.DataFrame[Any] | nw.LazyFrame[Any], opened)


def _check_engine(opened: nw.LazyFrame[Any], names: Sequence[str]) -> None:
    """Refuse columns that their engine takes for others; Spark makes no difference of capitals."""
    spark = opened.implementation.is_spark_like()
    if spark and len({name.casefold() for name in names}) < len(opened.to_native().columns):
        raise CourseError(SAME_NAME)
    if not opened.implementation.is_ibis():
        check_readable(names, dots=spark)


def lazy_in_memory(frame: nw.DataFrame[Any], what: str = "la table") -> nw.LazyFrame[Any]:
    """Bring an eager table to the engine that computes it.

    Args:
        frame: an eager table.
        what: the table in French, for the message.

    Raises:
        CourseError: if a column mixes text and numbers.

    Example:
        >>> import pandas as pd
        >>> opened = nw.from_native(pd.DataFrame({"a": [1]}), eager_only=True)
        >>> lazy_in_memory(opened).collect_schema().names()
        ['a']
    """
    return cast(nw.LazyFrame[Any], _or_mixed(_in_memory, frame, what))


def _require(
    opened: nw.DataFrame[Any] | nw.LazyFrame[Any], columns: Sequence[str], what: str
) -> None:
    """Refuse a table that lacks a column, or whose engine cannot be asked for it by its name."""
    require_columns(opened.collect_schema().names(), columns, what)
    check_readable(columns, dots=opened.implementation.is_duckdb())


def _or_mixed(act: Callable[[nw.DataFrame[Any]], Any], frame: nw.DataFrame[Any], what: str) -> Any:
    """Do it; what cannot be done names the columns that hold several types."""
    try:
        return act(frame)
    except Exception:
        mixed = [name for name in frame.columns if not _convertible(frame.select(name))]
        raise CourseError(
            f"La colonne « {as_written(', '.join(mixed))} » de {what} mélange plusieurs types "
            "de valeurs "
            "(du texte et des nombres, par exemple) : écrivez chaque nombre sans guillemets, ou "
            "passez d’abord le fichier par clean_orders."
        ) from None


def collect(frame: nw.LazyFrame[Any], kind: Any) -> nw.DataFrame[Any]:
    """Compute a lazy table, into the kind of table asked for.

    Example:
        >>> import pandas as pd
        >>> opened = nw.from_native(pd.DataFrame({"a": [1]}), eager_only=True)
        >>> collect(lazy_in_memory(opened), "pandas").to_native()
           a
        0  1
    """
    options = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    found = frame.collect(backend=kind, **options)
    if frame.implementation.is_polars():  # which computes the larger tables
        pa.default_memory_pool().release_unused()
    return found


def is_shared(frame: nw.LazyFrame[Any]) -> bool:
    """Whether the rows may stand on several machines, none of which is to hold them all.

    Example:
        >>> import polars as pl
        >>> is_shared(nw.from_native(pl.LazyFrame({"a": [1]})))
        False
    """
    return bool(frame.implementation.is_ibis() or frame.implementation.is_spark_like())


def to_pandas(frame: Any) -> pd.DataFrame:
    """Give a pandas frame; pandas itself comes back as it is, another engine's is converted.

    >>> import polars as pl
    >>> to_pandas(pl.DataFrame({"client_id": ["A"]}))
      client_id
    0         A
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    opened = from_native(frame, "la table des clients").lazy()
    return cast(pd.DataFrame, opened.collect("pandas").to_native())


def count_where(lines: nw.LazyFrame[Any], **conditions: nw.Expr) -> dict[str, int]:
    """How many rows there are, and how many meet each condition.

    Example:
        >>> import polars as pl
        >>> count_where(nw.from_native(pl.LazyFrame({"a": [1, 2, 3]})), odd=nw.col("a") % 2 == 1)
        {'rows': 3, 'odd': 2}
    """
    return describe(lines, conditions)


def describe(
    lines: nw.LazyFrame[Any], conditions: Mapping[str, nw.Expr], **summaries: nw.Expr
) -> dict[str, Any]:
    """What one pass over a table tells of it: counts, and other values made of all its rows.

    Args:
        lines: any table.
        conditions: name → what a row must meet to be counted under that name.
        summaries: name → an expression that gives one value.

    Returns:
        `rows` (how many there are), the counts and the values.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"a": [1, 2, 3]}))
        >>> describe(table, {"odd": nw.col("a") % 2 == 1}, greatest=nw.col("a").max())
        {'rows': 3, 'odd': 2, 'greatest': 3}
    """
    counts = {"rows": nw.len()}
    counts |= {name: as_number(flag).sum() for name, flag in conditions.items()}
    # Named by their place: a column may bear the name of another fact.
    every = list((counts | summaries).items())
    row = one_row(lines.select(*(each.alias(f"fact_{i}") for i, (_, each) in enumerate(every))))
    facts = {name: row[f"fact_{i}"] for i, (name, _) in enumerate(every)}
    return facts | {name: int(facts[name] or 0) for name in counts}


def as_number(flag: nw.Expr) -> nw.Expr:
    """1 where a condition is met, 0 where it is not; by way of the one integer of PostgreSQL.

    Example:
        >>> import polars as pl
        >>> table = nw.from_native(pl.LazyFrame({"a": [1, 2, 3]}))
        >>> table.select(as_number(nw.col("a") > 1)).collect()["a"].to_list()
        [0, 1, 1]
    """
    return flag.cast(nw.Int32).cast(nw.Int64)


def one_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    """The only row of a frame, as a mapping.

    Example:
        >>> import polars as pl
        >>> one_row(nw.from_native(pl.LazyFrame({"a": [1]})))
        {'a': 1}
    """
    return collect(frame, "pyarrow").rows(named=True)[0]


def _is_large(frame: nw.DataFrame[Any]) -> bool:
    """Whether Polars computes a table in memory, and not Arrow."""
    return not frame.implementation.is_pandas() or len(frame) > MOST_ROWS_IN_ARROW


def _as_table(frame: nw.DataFrame[Any]) -> pa.Table | pl.DataFrame:
    native = frame.to_native()
    if frame.implementation.is_pandas():
        return pa.Table.from_pandas(native, preserve_index=False)
    return native


def _in_memory(frame: nw.DataFrame[Any]) -> nw.LazyFrame[Any]:
    table = _as_table(frame)
    if _is_large(frame):
        table = in_polars(table).lazy()
    return nw.from_native(table).lazy()


def in_polars(table: pa.Table | pl.DataFrame) -> pl.DataFrame:
    """A table of `open_large`, in Polars.

    >>> in_polars(pa.table({"a": [1]})).rows()
    [(1,)]
    """
    import polars as pl

    return cast("pl.DataFrame", pl.from_arrow(table)) if isinstance(table, pa.Table) else table


def _convertible(column: nw.DataFrame[Any]) -> bool:
    try:
        _in_memory(column)
    except Exception:
        return False
    return True
