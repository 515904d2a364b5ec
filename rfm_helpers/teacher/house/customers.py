"""Who the customers are: their means, tastes and rhythm, when they arrive and who sent them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from . import house
from .parameters import LAST_DAY, REFERENCE, Parameters, as_date, as_day, stream

FIRST_VETERAN = dt.date(2018, 3, 1)


@dataclass(frozen=True)
class Customer:
    """A customer before any order. Days count from 1 January 2023; ``number`` is the C-number.

    ``means`` and ``tastes`` are in standard deviations, ``rate`` in orders per year,
    ``dropout`` is the chance of leaving after an order. A prospect has no ``first_order``.
    """

    number: int
    recruited: int
    first_order: int | None
    channel: str
    first_name: str
    last_name: str
    age: int
    profession: str
    region: int
    means: float
    tastes: tuple[float, ...]
    rate: float
    dropout: float
    everyday: bool
    consent: bool

    @property
    def id(self) -> str:
        """The identifier as files show it, e.g. ``C-0360``."""
        return f"C-{self.number:04d}"

    @property
    def is_marc(self) -> bool:
        """Whether this is the case of the course, whose history is written by hand."""
        return self.number == house.MARC_NUMBER


@dataclass(frozen=True)
class Arrival:
    """When and how somebody enters the files."""

    recruited: int
    first_order: int | None
    channel: str


def season(parameters: Parameters = REFERENCE) -> np.ndarray:
    """Cumulated seasonal intensity at the end of each day, one unit per average day.

    Purchases happen at a steady pace in this operational time, hence in bursts on the calendar.
    """
    days = [as_date(day) for day in range(LAST_DAY + 1)]
    weights = [
        0.0
        if (day.month, day.day) in ((12, 25), (1, 1))
        else parameters.month_weights[day.month - 1] * parameters.weekday_weights[day.weekday()]
        for day in days
    ]
    mean = sum(weights) / len(weights)
    return np.array(list(accumulate(weight / mean for weight in weights)))


def pick(rng: np.random.Generator, weights: tuple[float, ...] | list[float]) -> int:
    """An index drawn with these weights, which need not sum to 1.

    >>> pick(np.random.default_rng(0), [0.0, 1.0])
    1
    """
    cumulated = list(accumulate(weights))
    draw = rng.random() * cumulated[-1]
    return next(index for index, edge in enumerate(cumulated) if draw < edge)


def make_customers(parameters: Parameters = REFERENCE) -> tuple[list[Customer], dict[int, int]]:
    """All customers, by number, and the referrals (number of the friend → of the referrer)."""
    rng = stream("customers")
    arrivals = _arrivals(rng, season(parameters), parameters)
    customers = [
        _customer(number, arrival, rng, parameters) for number, arrival in enumerate(arrivals, 1)
    ]
    customers[house.MARC_NUMBER - 1] = _marc(customers[house.MARC_NUMBER - 1])
    return _befriend(customers, parameters)


def _arrivals(rng: np.random.Generator, clock: np.ndarray, parameters: Parameters) -> list[Arrival]:
    """Newcomers, prospects, Marc, and as many veterans as put him at his number."""
    marc_day = as_day(house.MARC_RECRUITED)
    others = [_newcomer(rng, clock, parameters) for _ in range(parameters.arrivals)]
    others += [_prospect(rng) for _ in range(parameters.prospects)]
    before = sum(arrival.recruited < marc_day for arrival in others)
    others += [_veteran(rng, clock) for _ in range(house.MARC_NUMBER - 1 - before)]
    others.sort(key=lambda arrival: arrival.recruited)
    marc = Arrival(marc_day, marc_day, "boutique")
    return [*others[: house.MARC_NUMBER - 1], marc, *others[house.MARC_NUMBER - 1 :]]


def _newcomer(rng: np.random.Generator, clock: np.ndarray, parameters: Parameters) -> Arrival:
    position = rng.random() ** (1 - parameters.growth) * clock[-1]
    first_order = int(np.searchsorted(clock, position))
    names = [name for name, _ in parameters.recruitment]
    channel = names[pick(rng, [weight for _, weight in parameters.recruitment])]
    waits = channel == "événement" or rng.random() < 0.06
    wait = int(rng.integers(2, 26)) if waits else 0
    return Arrival(max(first_order - wait, 0), first_order, channel)


def _prospect(rng: np.random.Generator) -> Arrival:
    channel = "événement" if rng.random() < 0.6 else "en ligne"
    return Arrival(int(rng.integers(30, LAST_DAY - 10)), None, channel)


def _veteran(rng: np.random.Generator, clock: np.ndarray) -> Arrival:
    recruited = int(rng.integers(as_day(FIRST_VETERAN), 0))
    first_order = int(np.searchsorted(clock, rng.exponential(110.0) % clock[-1]))
    return Arrival(recruited, first_order, "boutique" if rng.random() < 0.7 else "en ligne")


def _customer(
    number: int, arrival: Arrival, rng: np.random.Generator, parameters: Parameters
) -> Customer:
    woman = rng.random() < 0.56
    job = house.PROFESSIONS[pick(rng, [row[2] for row in house.PROFESSIONS])]
    first_names = house.WOMEN if woman else house.MEN
    early = arrival.recruited < as_day(parameters.everyday_early)
    everyday_share = parameters.everyday_early_share if early else parameters.everyday_share
    everyday = bool(rng.random() < everyday_share)
    rate_mean = parameters.everyday_rate if everyday else parameters.rate_mean
    return Customer(
        number=number,
        recruited=arrival.recruited,
        first_order=arrival.first_order,
        channel=arrival.channel,
        first_name=first_names[int(rng.integers(len(first_names)))],
        last_name=house.SURNAMES[int(rng.integers(len(house.SURNAMES)))].replace("_", " "),
        age=int(rng.integers(job[4][0], job[4][1] + 1)),
        profession=job[1] if woman else job[0],
        region=pick(rng, [row[1] for row in house.REGIONS]),
        means=float(rng.normal(job[3], 1.0)),
        tastes=tuple(float(x) for x in rng.normal(0.0, parameters.taste_spread, 7)),
        rate=float(rng.gamma(parameters.rate_shape, rate_mean / parameters.rate_shape)),
        dropout=_dropout(arrival.channel, everyday, rng, parameters),
        everyday=everyday,
        consent=bool(rng.random() >= parameters.no_consent),
    )


def _dropout(
    channel: str, everyday: bool, rng: np.random.Generator, parameters: Parameters
) -> float:
    chance = float(rng.beta(*parameters.dropout_shapes))
    if everyday:
        return parameters.everyday_dropout
    return chance * (parameters.promotion_dropout if channel == "promotion" else 1.0)


def _marc(customer: Customer) -> Customer:
    return replace(
        customer,
        first_name="Marc",
        last_name="Morel",
        age=36,
        profession="avocat",
        region=0,
        everyday=False,
        consent=True,
    )


def _befriend(
    customers: list[Customer], parameters: Parameters
) -> tuple[list[Customer], dict[int, int]]:
    """Give each referred customer a referrer, and something of the referrer's means and tastes."""
    rng = stream("referrals")
    referrers: dict[int, int] = {}
    friends = list(customers)
    for index, customer in enumerate(customers):
        if customer.first_name == "Marc" and customer.last_name == "Morel" and not customer.is_marc:
            friends[index] = replace(customer, first_name="Mathieu")
        if customer.channel != "parrainage":
            continue
        known = [c for c in friends[:index] if _can_refer(c, customer.recruited)]
        if not known:
            friends[index] = replace(customer, channel="boutique")
            continue
        referrer = known[int(rng.integers(len(known)))]
        referrers[customer.number] = referrer.number
        friends[index] = _alike(customer, referrer, parameters.friend_likeness)
    return friends, referrers


def _can_refer(customer: Customer, day: int) -> bool:
    return (
        customer.first_order is not None
        and customer.first_order <= day - 30
        and not customer.is_marc
    )


def _alike(customer: Customer, referrer: Customer, likeness: float) -> Customer:
    other = float(np.sqrt(1 - likeness**2))
    mixed = tuple(
        likeness * theirs + other * own
        for theirs, own in zip(referrer.tastes, customer.tastes, strict=True)
    )
    means = likeness * referrer.means + other * customer.means
    return replace(customer, means=means, tastes=mixed, everyday=referrer.everyday)
