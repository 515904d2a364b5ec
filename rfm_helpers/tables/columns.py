"""What a function asks of the table it is given: its columns, its rows, and what to do else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written

if TYPE_CHECKING:
    import pandas as pd

RENAME = "corrigez son nom dans le fichier, ou donnez le nom de votre colonne à la fonction."
CHECK_NAMES = "vérifiez le nom des colonnes."
ADD = "ajoutez-la."
SCORE_FIRST = "calculez d’abord les scores avec score_rfm(table)."
SEGMENT_FIRST = "nommez d’abord les segments avec assign_segments(table)."


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


def require_columns(
    present: Iterable[object], needed: Iterable[str], what: str = "la table", remedy: str = RENAME
) -> None:
    """Refuse a table that lacks a column.

    Args:
        present: the columns there are.
        needed: those that there must be.
        what: the table in French, for the message.
        remedy: what to do, the end of the sentence.

    Raises:
        CourseError: naming the first missing column, the columns there are, and the remedy.

    Example:
        >>> require_columns(["client_id", "montant"], ["client_id"], "la table des commandes")
    """
    names = list(present)
    for name in needed:
        if name not in names:
            raise missing_column(name, what, remedy, names)


def missing_column(
    name: str, where: str, remedy: str, present: Iterable[object] | None = None
) -> CourseError:
    """The sentence that refuses a table for want of a column.

    Args:
        name: the column.
        where: the table in French, « votre tableau ».
        remedy: what to do, the end of the sentence.
        present: the columns there are, to be listed; not those that a stranger has named.

    Example:
        >>> print(missing_column("montant", "la table", "ajoutez-la.", ["date"]))
        La colonne «\xa0montant\xa0» manque dans la table (colonnes présentes\xa0: «\xa0date\xa0»)\
\xa0: ajoutez-la.
    """
    if present is not None:
        listed = ", ".join(f"« {as_written(one)} »" for one in present) or "aucune"
        where = f"{where} (colonnes présentes : {listed})"
    return CourseError(f"La colonne « {as_written(name)} » manque dans {where} : {remedy}")


def require_rows(frame: pd.DataFrame) -> None:
    """Refuse an empty frame.

    >>> import pandas as pd
    >>> require_rows(pd.DataFrame({"a": [1]}))
    """
    if frame.empty:
        raise CourseError("La table est vide : gardez au moins un client.")


def require_one_row_each(frame: pd.DataFrame, customer: str) -> None:
    """Refuse a frame that holds a customer twice.

    >>> import pandas as pd
    >>> require_one_row_each(pd.DataFrame({"client_id": ["A", "B"]}), "client_id")
    """
    twice = frame.loc[frame[customer].duplicated(), customer]
    if not twice.empty:
        raise CourseError(
            f"Le client « {as_written(twice.iloc[0])} » occupe plusieurs lignes : "
            "donnez la table d’une ligne par client que rend rfm_table."
        )
