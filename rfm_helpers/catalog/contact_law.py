"""Who may be contacted, by channel: the law as the course read it (``contact_law.yaml``)."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise, product
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.inputs import as_day

Channel = Literal["courrier", "e-mail", "SMS", "téléphone"]
Audience = Literal["client", "prospect"]
Requirement = Literal["sans_opposition", "accord", "accord_du_canal"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
ONE_DAY = dt.timedelta(days=1)


class Sourced(CatalogModel):
    """A sentence of law with its text and the date of that text."""

    text: Text
    source: Text
    date: dt.date


class ContactRule(Sourced):
    """What a channel asks for, with an audience, from one day to another (both included)."""

    channel: Channel
    audience: Audience
    since: dt.date | None = None
    until: dt.date | None = None
    requires: Requirement

    @property
    def period(self) -> str:
        """When it holds, in words.

        >>> load_contact_law().rule("téléphone", "client", "2026-09-01").period
        'depuis le 11 août 2026'
        """
        if self.since:
            return f"depuis le {long_date(self.since)}"
        return f"jusqu’au {long_date(self.until)}" if self.until else "sans limite"

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is the law on that day."""
        return (self.since or dt.date.min) <= day <= (self.until or dt.date.max)


class ContactPrinciple(Sourced):
    """What holds whatever the channel, or what no list can check by itself."""

    id: Identifier
    title: Text


class ContactLaw(CatalogModel):
    """The whole table: rules, principles, what was left out; ``checked`` is when it was read.

    ``look_alike`` holds the principles for whoever seeks people who are like the customers.

    Raises:
        ValidationError: on some day, a channel has no rule or several for an audience.
    """

    checked: dt.date
    note: Text
    rules: tuple[ContactRule, ...] = Field(min_length=1)
    principles: tuple[ContactPrinciple, ...]
    look_alike: tuple[ContactPrinciple, ...]
    left_out: tuple[Text, ...]

    @model_validator(mode="after")
    def _one_rule_a_day(self) -> Self:
        for channel, audience in product(CHANNELS, AUDIENCES):
            rules = [r for r in self.rules if (r.channel, r.audience) == (channel, audience)]
            chained = all(a.until and a.until + ONE_DAY == b.since for a, b in pairwise(rules))
            if not rules or rules[0].since or rules[-1].until or not chained:
                raise ValueError(
                    f"« {channel} » doit avoir, pour un {audience}, une règle et une seule chaque "
                    "jour, dans l’ordre du temps"
                )
        return self

    def rule(self, channel: str, audience: str, on: dt.date | str) -> ContactRule:
        """The rule of a channel for an audience, on a day.

        >>> load_contact_law().rule("e-mail", "prospect", "2026-01-05").requires
        'accord'

        Raises:
            CourseError: no such channel or audience, an impossible date.
        """
        day = as_day(on)
        for name, known in ((channel, CHANNELS), (audience, AUDIENCES)):
            if name not in known:
                listed = ", ".join(f"« {one} »" for one in known)
                raise CourseError(f"« {name} » n’est pas dans la table : écrivez l’un de {listed}.")
        return next(
            rule
            for rule in self.rules
            if (rule.channel, rule.audience) == (channel, audience) and rule.holds_on(day)
        )


@cache
def load_contact_law() -> ContactLaw:
    """The law of contacts by channel, for customers and for prospects.

    >>> [rule.requires for rule in load_contact_law().rules if rule.channel == "téléphone"]
    ['sans_opposition', 'sans_opposition', 'accord_du_canal', 'accord_du_canal']
    """
    return load_yaml(CATALOG / "contact_law.yaml", ContactLaw)
