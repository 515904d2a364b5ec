"""Checking what the revision sheets say of targeting."""

from __future__ import annotations

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.catalog.drills import load_drill


def check_sheets(*, key: str = "") -> Sorter:
    """Check the sheets' sentences on targeting: keep, correct or take out?

    Args:
        key: where to keep the answers ("10_ciblage/fiches"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> len(check_sheets().value)
    8
    """
    return Sorter(load_drill("10_fiches"), label="Dans la note", purpose="relire").kept(key)
