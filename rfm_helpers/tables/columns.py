"""What a function asks of the table it is given: its columns, its rows, and what to do else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, nearest, quoted

if TYPE_CHECKING:
    import pandas as pd

RENAME = "corrigez son nom dans le fichier, ou donnez le nom de votre colonne à la fonction."
CHECK_NAMES = "vérifiez le nom des colonnes."
ADD = "ajoutez-la."
NO_CUSTOMER = "La table est vide : gardez au moins un client."
KEEP_ONE = "table = table.loc[:, ~table.columns.duplicated()]"
TWICE = "figure deux fois : renommez l'une des deux dans le fichier."
SCORE_FIRST = "calculez d’abord les scores avec score_rfm(table)."
SEGMENT_FIRST = "nommez d’abord les segments avec assign_segments(table)."


class OrderColumns(NamedTuple):
    """How order lines are read: what their columns are called, and the zone of their days.

    Without order numbers (`order` is None), what a customer buys on one day is one order.

    >>> OrderColumns(date="jour").names
    ['client_id', 'commande_id', 'jour', 'montant']
    >>> OrderColumns(order=None).names
    ['client_id', 'date_achat', 'montant']
    """

    customer: str = "client_id"
    order: str | None = "commande_id"
    date: str = "date_achat"
    amount: str = "montant"
    timezone: str = "Europe/Paris"

    @property
    def roles(self) -> dict[str, str]:
        """The column of each role: customer, order if there is one, date, amount."""
        named = {role: name for role, name in self._asdict().items() if role != "timezone"}
        return {role: name for role, name in named.items() if role != "order" or name is not None}

    @property
    def names(self) -> list[str]:
        """The four columns, or three without order numbers."""
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
        raise CourseError(NO_CUSTOMER)


def require_one_row_each(frame: pd.DataFrame, customer: str) -> None:
    """Refuse a frame that holds a customer twice.

    >>> import pandas as pd
    >>> require_one_row_each(pd.DataFrame({"client_id": ["A", "B"]}), "client_id")
    """
    twice = frame.loc[frame[customer].duplicated(), customer]
    if not twice.empty:
        raise customer_twice(twice.iloc[0])


def customer_twice(customer: object) -> CourseError:
    """What to say of a table that holds a customer on several rows."""
    return CourseError(
        f"Le client « {as_written(customer)} » occupe plusieurs lignes : "
        "donnez la table d’une ligne par client que rend rfm_table."
    )


def check_names(names: pd.Index) -> None:
    """Refuse columns that are no names, or share one.

    >>> import pandas as pd
    >>> check_names(pd.Index(["client_id", "montant"]))
    """
    if names.nlevels > 1:
        raise CourseError(
            "Les titres de la table sont sur plusieurs niveaux : réunissez-les d'abord avec "
            '"table.columns = table.columns.map(str)".'
        )
    if not all(isinstance(name, str) for name in names):
        raise CourseError(
            "Les colonnes de la table n'ont pas toutes un texte pour nom : écrivez d'abord "
            '"table.columns = table.columns.map(str)".'
        )
    twice = names[names.duplicated()]
    if len(twice):
        raise CourseError(
            f"La colonne « {as_written(twice[0])} » figure deux fois dans la table : n'en gardez "
            f'qu\'une, avec "{KEEP_ONE}".'
        )


def refuse_twice(names: pd.Index) -> None:
    """Refuse a file in which two columns share a name.

    >>> import pandas as pd
    >>> refuse_twice(pd.Index(["client", "montant"]))
    """
    twice = names[names.duplicated()]
    if len(twice):
        raise CourseError(f"La colonne « {as_written(twice[0])} » {TWICE}")


def refuse_taken(names: Iterable[str], taken: Sequence[str]) -> None:
    """Refuse columns that bear the name of one that a calculation makes.

    >>> refuse_taken(["client_id"], ["recence"])
    """
    for name in names:
        if name in taken:
            raise CourseError(
                f"La colonne « {as_written(name)} » porte le nom d'une colonne du résultat ou du "
                "calcul : renommez-la."
            )


def check_readable(names: Iterable[str], *, dots: bool) -> None:
    """Refuse names that an engine reads as something else: all columns, a pattern, a field.

    Args:
        names: the columns.
        dots: whether a dot parts a name.

    Example:
        >>> check_readable(["prix unitaire", "montant.ttc"], dots=False)
    """
    for name in names:
        pattern = name.startswith("^") and name.endswith("$")
        if name in ("", "*") or pattern or (dots and "." in name):
            raise CourseError(
                f"La colonne « {as_written(name)} » porte un nom que le moteur de la table lirait "
                "autrement : renommez-la avec des lettres, des chiffres et « _ »."
            )


def check_columns(found: Iterable[object], roles: dict[str, str]) -> None:
    """Check that each role (keyword argument) has its column, and that no two share one.

    Args:
        found: the columns there are.
        roles: keyword argument → name of the column wanted.

    Raises:
        CourseError: naming the missing column, the columns found, the nearest name that plays no
            other role, and the remedy.

    Example:
        >>> check_columns(["Client", "montant"], {"amount": "montant"})
    """
    names = [str(name) for name in found]
    free = [name for name in names if name not in roles.values()]
    check_one_role_each(roles)
    for role, wanted in roles.items():
        if not isinstance(wanted, str):
            raise CourseError(
                f'{role} attend le nom d\'une colonne, entre guillemets : écrivez {role}="…".'
            )
        if wanted not in names:
            raise missing_column(wanted, "la table", _remedy(role, nearest(wanted, free)), names)
        if names.count(wanted) > 1:
            raise CourseError(f"La colonne « {as_written(wanted)} » {TWICE}")


def check_one_role_each(roles: dict[str, str]) -> None:
    """Refuse a column that plays two roles.

    >>> check_one_role_each({"customer": "client_id", "order": "commande_id"})
    """
    for wanted in roles.values():
        shared = [role for role, name in roles.items() if name == wanted]
        if len(shared) > 1:
            raise CourseError(
                f"La colonne « {as_written(wanted)} » sert à la fois pour {' et '.join(shared)} : "
                "choisissez une colonne par rôle."
            )


def _remedy(role: str, near: str | None) -> str:
    if near:
        name, code = as_written(near), as_written(f"{role}={quoted(near)}")
        return f"est-ce « {name} » ? Écrivez alors {code}."
    none = as_written("order=None")
    without = f", ou écrivez {none} s'il n'y en a pas" if role == "order" else ""
    return f'indiquez la vôtre avec {role}="…"{without}.'


def check_zone(timezone: str, argument: str = "timezone") -> None:
    """Refuse a time zone that does not exist; `argument` is how it was given.

    >>> check_zone("Europe/Paris")
    """
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        town = f"/{timezone}".casefold()
        zones = [zone for zone in sorted(available_timezones()) if not zone.startswith("Etc/")]
        near = [zone for zone in zones if zone.casefold().endswith(town)]
        example = near[0] if near else "Europe/Paris"
        raise CourseError(
            f"Le fuseau « {as_written(timezone)} » n'existe pas : écrivez celui d'une ville, comme "
            f'{argument}="{example}".'
        ) from None
