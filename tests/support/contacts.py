"""Who may be contacted, found again from the house's files by another way than the package's."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import cache

from support.course import ROOT

CALLS_ASK_SINCE = dt.date(2026, 8, 11)


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "orsenne" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refusing() -> set[str]:
    return {row["client_id"] for row in rows("clients") if row["consentement"] == "non"}


def waiting() -> set[str]:
    """Those whose complaint has no answer."""
    return {row["client_id"] for row in rows("reclamations") if row["traitee"] == "non"}


def pressed(day: dt.date) -> set[str]:
    """Those who had four contacts or more in the 90 days before a day."""
    first = (day - dt.timedelta(days=90)).isoformat()
    recent = (r["client_id"] for r in rows("contacts") if first <= r["date_contact"] < str(day))
    return {client for client, count in Counter(recent).items() if count >= 4}


def staying(clients: Iterable[str], day: dt.date, *, call: bool = False) -> list[str]:
    """The customers whom a list keeps, in order."""
    if call and day >= CALLS_ASK_SINCE:
        return []
    out = refusing() | waiting() | pressed(day)
    return [client for client in clients if client not in out]
