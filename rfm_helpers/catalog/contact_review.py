"""Lesson 4's review of a contact list: its uses and what to say (``contact_review.yaml``)."""

from __future__ import annotations

import datetime as dt
from functools import cache

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.contact_law import Channel


class ContactContext(CatalogModel):
    """What a list is for: a channel and a day."""

    id: Identifier
    label: Text
    channel: Channel
    day: dt.date


class ContactDecision(CatalogModel):
    """What may be decided of a name, and what to say when that is right, or not."""

    id: Identifier
    label: Text
    right: Text
    wrong: Text


class ContactReview(CatalogModel):
    """The whole file; the first decision is to keep the name."""

    source: Text
    contexts: tuple[ContactContext, ...] = Field(min_length=1)
    choices: tuple[ContactDecision, ...] = Field(min_length=2)


@cache
def load_contact_review() -> ContactReview:
    """The contexts and decisions of lesson 4's review.

    >>> [choice.id for choice in load_contact_review().choices]
    ['reste', 'refus', 'accord', 'plainte', 'pression']
    """
    return load_yaml(CATALOG / "contact_review.yaml", ContactReview)
