"""What every function of the package asks of the frame it is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.tables import engines as frames


class OrderColumns(NamedTuple):
    """How order lines are read: what their columns are called, and the zone of their days.

    >>> OrderColumns(date="jour").names
    ['client_id', 'commande_id', 'jour', 'montant']
    """

    customer: str = "client_id"
    order: str = "commande_id"
    date: str = "date_achat"
    amount: str = "montant"
    timezone: str = "Europe/Paris"

    @property
    def roles(self) -> dict[str, str]:
        """The column of each role: customer, order, date, amount."""
        return {role: name for role, name in self._asdict().items() if role != "timezone"}

    @property
    def names(self) -> list[str]:
        """The four columns."""
        return list(self.roles.values())


def to_pandas(frame: Any) -> pd.DataFrame:
    """Give a pandas frame; pandas itself comes back as it is, another engine's is converted.

    >>> import polars as pl
    >>> to_pandas(pl.DataFrame({"client_id": ["A"]}))
      client_id
    0         A
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    opened = frames.from_native(frame, "la table des clients").lazy()
    return cast(pd.DataFrame, opened.collect("pandas").to_native())


def require_columns(frame: pd.DataFrame, columns: Iterable[str], remedy: str) -> None:
    """Refuse a frame in which a column is missing, with the remedy in the message.

    >>> require_columns(pd.DataFrame({"a": [1]}), ["a"], "vérifiez son nom.")
    """
    frames.require_columns(list(frame.columns), list(columns), "la table", remedy)


def require_rows(frame: pd.DataFrame) -> None:
    """Refuse an empty frame.

    >>> require_rows(pd.DataFrame({"a": [1]}))
    """
    if frame.empty:
        raise CourseError("La table est vide : gardez au moins un client.")


def require_one_row_each(frame: pd.DataFrame, customer: str) -> None:
    """Refuse a frame that holds a customer twice.

    >>> require_one_row_each(pd.DataFrame({"client_id": ["A", "B"]}), "client_id")
    """
    twice = frame.loc[frame[customer].duplicated(), customer]
    if not twice.empty:
        raise CourseError(
            f"Le client « {twice.iloc[0]} » occupe plusieurs lignes : "
            "donnez la table d’une ligne par client que rend rfm_table."
        )
