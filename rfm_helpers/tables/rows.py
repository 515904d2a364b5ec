"""The rows of a table that hold a value, as a learner writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french, plain_words

if TYPE_CHECKING:
    import pandas as pd

#: How many values a sentence may list. Among more, customers say, what looks alike means little.
MOST_CHOICES = 15


def rows_where(table: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    """Keep the rows of a table that hold a value in a column.

    Args:
        table: any table, of any columns and types.
        column: the name of one of its columns.
        value: what the column must hold, such as a segment's name; where no value is equal, those
            that are written alike count (524 for "524", a straight apostrophe for a curly one).

    Returns:
        At least one row of `table`; columns, types and index are those of `table`.

    Raises:
        KeyError: if the column does not exist.
        CourseError: if no row holds the value (the sentence names the one that was meant, or those
            there are), or if there are several values.

    Example:
        >>> import pandas as pd
        >>> clients = pd.DataFrame({"client_id": ["C-1", "C-2"], "segment": ["Fidèles", "Perdus"]})
        >>> rows_where(clients, "segment", "Perdus")
          client_id segment
        1       C-2  Perdus
        >>> rows_where(clients, "segment", "fidele")
        Traceback (most recent call last):
        ...
        rfm_helpers.errors.CourseError: Aucune ligne où «\u00a0segment\u00a0» vaut \
«\u00a0fidele\u00a0»\u00a0: vouliez-vous écrire «\u00a0Fidèles\u00a0»\u00a0?
    """
    if isinstance(value, (list, tuple, set)):
        raise CourseError("Une seule valeur à la fois : écrivez un seul texte entre guillemets.")
    rows = table[table[column] == value]
    if rows.empty:
        written = table[column].map(lambda one: french(str(one)))
        rows = table[written == french(str(value))]
    if len(rows):
        return rows
    known = [str(one) for one in table[column].dropna().unique()]
    if not known:
        raise CourseError(
            f"La colonne « {as_written(column)} » est vide : exécutez de nouveau la cellule "
            "qui la calcule."
        )
    raise CourseError(
        f"Aucune ligne où « {as_written(column)} » vaut « {as_written(value)} » : "
        f"{_advice(value, known)}"
    )


def find_customer(ids: Iterable[Any], typed: object) -> Any:
    """The customer that a learner means, however the id is written.

    Capitals, spaces, hyphens and zeros before a number do not matter, nor do the letters before it
    where the number alone names one customer.

    Args:
        ids: the ids of a table.
        typed: what was typed.

    Returns:
        The id as the table has it; None when it names no customer, or several.

    Example:
        >>> [find_customer(["C-0360", "C-2258"], text) for text in ("c 2258", "c360", "360", "9")]
        ['C-2258', 'C-0360', 'C-0360', None]
    """
    known = list(dict.fromkeys(ids))
    text = str(typed).strip()
    for fold in (str, _folded, _digits):
        found = [one for one in known if fold(str(one)) == fold(text) != ""]
        if (fold is not _digits or text.isdigit()) and len(found) == 1:
            return found[0]
    return None


def unknown_customer(typed: object, ids: Iterable[Any]) -> CourseError:
    """What to say of an id that names no customer of a table."""
    example = next(iter(ids), "")
    return CourseError(
        f"Le client « {as_written(str(typed).strip())} » n’est pas dans la table : vérifiez son "
        f"identifiant (un exemple : « {as_written(example)} »)."
    )


def _folded(text: str) -> str:
    """An id in small letters, its numbers without zeros before them, and no other sign."""
    parts = re.findall(r"[a-z]+|\d+", plain_words(text))
    return " ".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")


def _advice(value: object, known: Sequence[str]) -> str:
    if near := _nearest(plain_words(str(value)).strip(), known):
        return f"vouliez-vous écrire « {as_written(near)} » ?"
    if len(known) > MOST_CHOICES:
        return f"vérifiez cette valeur ; « {as_written(known[0])} », par exemple, s'y trouve."
    listed = ", ".join(f"« {as_written(one)} »" for one in known)
    return f"choisissez parmi {listed}."


def _nearest(wanted: str, known: Sequence[str]) -> str | None:
    plain = {plain_words(one): one for one in known}
    holding = [name for name in plain if wanted and wanted in name]
    close = holding if len(holding) == 1 else [wanted] if wanted in plain else []
    if not close and len(known) <= MOST_CHOICES:
        close = get_close_matches(wanted, plain, n=1)
    return plain[close[0]] if close else None
