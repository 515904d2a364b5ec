"""The list that the learner signed in lesson 11, among the customers of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import pandas as pd

from rfm_helpers.analysis.contacts import contact_list

OUTSIDE = "Sans commande dans la fenêtre"
COLUMNS = ["segment", "clients", "courriers", "chiffre_affaires"]


def signed_segments(
    names: Collection[str],
    customers: pd.DataFrame,
    *,
    as_of: dt.date,
    people: pd.DataFrame,
    **files: Any,
) -> pd.DataFrame:
    """Where the customers of a list stand among the segments of a project.

    Args:
        names: the customers of the list.
        customers: the output of `project_customers`.
        as_of: the day at which letters are counted.
        people: the consents, as `contact_list` reads them.
        files: as `contact_list`: `complaints`, `contacts`.

    Returns:
        One row per segment, the most names first: `segment` (`OUTSIDE` for those who ordered
        nothing in the window), `clients`, `courriers` (who may be written to), `chiffre_affaires`
        (euros, in the window).

    Raises:
        CourseError: as `contact_list`.

    Example:
        >>> customers = pd.DataFrame({"client_id": ["A", "B"], "segment": "Champions",
        ...                           "montant_total": [30.0, 10.0]})
        >>> people = pd.DataFrame({"client_id": list("ABC"), "consentement": ["oui", "non", "oui"]})
        >>> day = dt.date(2025, 12, 31)
        >>> signed_segments(["A", "B", "C"], customers, as_of=day, people=people).values.tolist()
        [['Champions', 2, 1, 40.0], ['Sans commande dans la fenêtre', 1, 1, 0.0]]
    """
    known = customers[["client_id", "segment", "montant_total"]]
    listed = pd.DataFrame({"client_id": list(names)}).merge(known, how="left")
    listed = listed.fillna({"segment": OUTSIDE, "montant_total": 0.0})
    kept, _ = contact_list(listed, "courrier", on=as_of, people=people, **files)
    listed["courrier"] = listed["client_id"].isin(kept["client_id"])
    table = listed.groupby("segment", as_index=False).agg(
        clients=("client_id", "size"),
        courriers=("courrier", "sum"),
        chiffre_affaires=("montant_total", "sum"),
    )
    return table.sort_values("clients", ascending=False, ignore_index=True, kind="stable")
