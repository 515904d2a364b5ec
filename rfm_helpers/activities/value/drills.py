"""The sentences of lesson 9 to sort: an article's scale, a portrait, and messages for classes."""

from __future__ import annotations

from rfm_helpers.activities.case.sorting import Sorter
from rfm_helpers.catalog.drills import load_drill


def spot_scale_slips(*, key: str = "") -> Sorter:
    """Check what an article says of its points scale: what holds, and what is to be corrected.

    Args:
        key: where to keep the answers ("09_valeur_client/relecture"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> spot_scale_slips().value["borne"]
    ''
    """
    return Sorter(load_drill("09_bareme"), label="Votre avis", purpose="relire").kept(key)


def draw_persona(*, key: str = "") -> Sorter:
    """Decide which sentences a persona may hold: with their figure, or not at all.

    Args:
        key: where to keep the answers ("09_valeur_client/persona"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> draw_persona().value["marge"]
    ''
    """
    return Sorter(load_drill("09_persona"), label="Ma décision", purpose="relire le portrait").kept(
        key
    )


def choose_messages(*, key: str = "") -> Sorter:
    """Give each message to a class of value, or to none.

    Args:
        key: where to keep the answers ("09_valeur_client/messages"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> choose_messages().value["apercu"]
    ''
    """
    return Sorter(load_drill("09_messages"), label="Pour", purpose="attribuer les messages").kept(
        key
    )
