"""Several lists for the same places: what they share, who may be written to, who is in none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from rfm_helpers.errors import CourseError


def compare_name_lists(
    lists: Mapping[str, Sequence[str]], may_write: Collection[str]
) -> pd.DataFrame:
    """Each list beside the others: its names, those that it shares, those that may be written to.

    Args:
        lists: customers by the name of their list.
        may_write: the customers to whom a letter may be sent.

    Returns:
        One row per list, in their order: `liste`, `noms`, `restent` (int: may be written to), one
        column per list (int: the names that both hold), `seuls` (int: in no other list).

    Raises:
        CourseError: no list, or one without names.

    Example:
        >>> compare_name_lists({"x": ["A", "B"], "y": ["B", "C"]}, {"B"}).values.tolist()
        [['x', 2, 1, 2, 1, 1], ['y', 2, 1, 1, 2, 1]]
    """
    if not lists or not all(lists.values()):
        raise CourseError("Il faut au moins une liste, et un nom dans chacune.")
    held = {name: set(customers) for name, customers in lists.items()}
    rows = []
    for name, mine in held.items():
        others = set().union(*(theirs for other, theirs in held.items() if other != name))
        shared = {other: len(mine & theirs) for other, theirs in held.items()}
        rows.append(
            {"liste": name, "noms": len(mine), "restent": len(mine & set(may_write))}
            | shared
            | {"seuls": len(mine - others)}
        )
    return pd.DataFrame(rows)
