"""The sentences of lesson 11 to sort: what to do with Marc Morel, and when."""

from __future__ import annotations

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.catalog.drills import load_drill


def decide_for_marc(*, key: str = "") -> Sorter:
    """Decide, at five dates, whether to apologise, remind, invite or stop.

    Args:
        key: where to keep the answers ("11_relation_client/marc"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> decide_for_marc().value["plainte"]
    ''
    """
    drill = load_drill("11_marc")
    return Sorter(drill, label="Ce jour-là", purpose="décider pour Marc").kept(key)


def sort_expectations(*, key: str = "") -> Sorter:
    """Sort what is said of prospects: a file tells it, a survey would, or nobody asked.

    Args:
        key: where to keep the answers ("11_relation_client/attentes"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> sort_expectations().value["prix"]
    ''
    """
    drill = load_drill("11_attentes")
    return Sorter(drill, label="Cela vient", purpose="trier les attentes").kept(key)
