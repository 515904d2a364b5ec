"""What surrounds the orders: complaints, marketing contacts, opt-outs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from . import house
from .customers import Customer, pick
from .orders import Order
from .parameters import LAST_DAY, REFERENCE, START, Parameters, as_day, stream


@dataclass(frozen=True)
class Complaint:
    """A complaint; ``reply`` is the delay of the answer in days, ``None`` when there was none."""

    customer: int
    day: int
    reason: str
    store: str
    order: str
    reply: int | None


@dataclass(frozen=True)
class Contact:
    """One message to one customer."""

    customer: int
    day: int
    channel: str
    campaign: str
    opened: bool
    clicked: bool
    opted_out: bool


# Share of the messages that are opened (answered, for a call), per channel.
OPENED = {"e-mail": 0.34, "SMS": 0.62, "téléphone": 0.41, "courrier": 0.0}


def make_complaints(orders: list[Order], parameters: Parameters = REFERENCE) -> list[Complaint]:
    """Complaints by day: after most bad visits, after few of the other orders."""
    rng = stream("complaints")
    complaints = []
    for order in orders:
        complaint = _complaint(order, rng, parameters)
        if order.customer == house.MARC_NUMBER:
            complaint = _marc_complaint(order) if order.bad_visit else None
        if complaint is not None and complaint.day <= LAST_DAY:
            complaints.append(complaint)
    return sorted(complaints, key=lambda c: (c.day, c.customer))


def _complaint(order: Order, rng: np.random.Generator, parameters: Parameters) -> Complaint | None:
    draw, late, answered = rng.random(3)
    reason = house.COMPLAINT_REASONS[pick(rng, [w for _, w in house.COMPLAINT_REASONS])][0]
    reply = int(rng.integers(1, 22))
    day = order.day + 1 + int(late * 14)
    if order.bad_visit:
        if draw >= parameters.bad_visit_complaint:
            return None
        slow = 15 + 2 * reply if answered < 0.45 else None
        return Complaint(order.customer, day, house.BAD_VISIT_REASON, order.store, order.id, slow)
    if draw >= parameters.ordinary_complaint:
        return None
    if reason == house.BAD_VISIT_REASON and order.channel != "boutique":
        reason = "Erreur de facturation"
    answer = reply if answered < 0.85 else None
    return Complaint(order.customer, day, reason, order.store, order.id, answer)


def _marc_complaint(order: Order) -> Complaint:
    return Complaint(
        order.customer,
        as_day(house.MARC_COMPLAINT),
        house.BAD_VISIT_REASON,
        order.store,
        order.id,
        house.MARC_REPLY_DELAY,
    )


def make_contacts(
    customers: list[Customer], orders: list[Order], parameters: Parameters = REFERENCE
) -> list[Contact]:
    """Every message, by day; a customer who opts out gets no more."""
    count: dict[int, int] = {}
    for order in orders:
        count[order.customer] = count.get(order.customer, 0) + 1
    calendar = _calendar()
    contacts = [
        contact
        for customer in customers
        if customer.consent
        for contact in _messages(customer, count.get(customer.number, 0), calendar, parameters)
    ]
    return sorted(contacts, key=lambda c: (c.day, c.campaign, c.customer))


def _calendar() -> list[tuple[int, str, str]]:
    years = (START.year, START.year + 1, START.year + 2)
    days = [
        (as_day(dt.date(year, month, day)), channel, f"{name} {year}")
        for year in years
        for month, day, channel, name in house.CAMPAIGNS
    ]
    return sorted(days)


def _messages(
    customer: Customer,
    orders: int,
    calendar: list[tuple[int, str, str]],
    parameters: Parameters,
) -> list[Contact]:
    rng = stream("contacts", customer.number)
    level = pick(rng, parameters.pressure_shares)
    if orders >= 5 and rng.random() < 0.3:
        level = min(level + 1, len(parameters.pressure_levels) - 1)
    received: list[Contact] = []
    for day, channel, campaign in calendar:
        draws = rng.random(4)
        if day <= customer.recruited or draws[0] >= parameters.pressure_levels[level]:
            continue
        recent = sum(day - c.day <= parameters.pressure_window for c in received)
        leaves = not customer.is_marc and draws[3] < optout_chance(recent, parameters)
        opened = draws[1] < OPENED[channel] / (1 + 0.08 * recent)
        clicked = opened and channel in ("e-mail", "SMS") and draws[2] < 0.22
        received.append(
            Contact(
                customer.number, day, channel, campaign, bool(opened), bool(clicked), bool(leaves)
            )
        )
        if leaves:
            break
    return received


def optout_chance(recent: int, parameters: Parameters = REFERENCE) -> float:
    """The chance that a message makes the customer opt out, from the number lately received.

    >>> optout_chance(0) == REFERENCE.optout_base < optout_chance(6)
    True
    """
    excess = max(0, recent - parameters.optout_tolerance)
    return parameters.optout_base + parameters.optout_step * excess
