"""What the customers whom a strategy addresses are worth to a campaign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.targets import both_levels, target_customers
from rfm_helpers.analysis.windows import window_orders
from rfm_helpers.catalog import Target
from rfm_helpers.errors import CourseError

#: By what a price of the house is divided to take its VAT out.
VAT = 1.2


@dataclass(frozen=True)
class TargetTerms:
    """The customers of a target, those who may be contacted, and what an order of theirs brings.

    ``basket`` is the mean order without VAT (euros), ``margin_rate`` the margin ÷ that order.
    """

    customers: int
    reachable: int
    basket: float
    margin_rate: float


def target_terms(
    orders: pd.DataFrame,
    target: Target,
    *,
    as_of: dt.date,
    months: int = 24,
    channel: str = "courrier",
    people: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
) -> TargetTerms:
    """Count the customers of a target and price an order of theirs, over the last months.

    Args:
        orders: order lines of the house, prices with VAT: `client_id`, `commande_id`,
            `date_achat`, `montant`, `marge`.
        target: a segment (four levels) or a rule on five levels.
        as_of: the reference date.
        months: length of the window.
        channel: the channel of the contact (`contact_list`).
        people: the customers and their consents.
        complaints: the complaints, if known.
        contacts: the contacts already made, if known.

    Returns:
        The terms.

    Raises:
        CourseError: nobody is aimed at; as `window_orders` and `contact_list`.

    Example:
        >>> days = pd.date_range("2024-01-02", "2025-12-01", periods=6)
        >>> orders = pd.DataFrame({
        ...     "client_id": list("AABCDE"), "commande_id": list("123456"), "date_achat": days,
        ...     "montant": [60.0, 180, 120, 600, 30, 90], "marge": 40.0,
        ... })
        >>> people = pd.DataFrame({"client_id": list("ABCDE"), "consentement": "oui"})
        >>> anyone = Target(codes=("[12345][12345][12345]",), levels=5)
        >>> terms = target_terms(orders, anyone, as_of=dt.date(2025, 12, 31), people=people)
        >>> terms.customers, terms.reachable, round(terms.basket, 2), round(terms.margin_rate, 3)
        (5, 5, 150.0, 0.267)
    """
    lines = window_orders(orders, as_of, months)
    table = rfm_table(lines, as_of=as_of)
    segmented = both_levels(assign_segments(score_rfm(table)), score_rfm(table, levels=5))
    customers = target_customers(segmented, target)
    if customers.empty:
        raise CourseError("Aucun client ne correspond à la cible : changez de segment ou de règle.")
    listed, _ = contact_list(
        customers, channel, on=as_of, people=people, complaints=complaints, contacts=contacts
    )
    theirs = lines[lines["client_id"].isin(customers["client_id"])]
    sales = float(theirs["montant"].sum()) / VAT
    return TargetTerms(
        customers=len(customers),
        reachable=len(listed),
        basket=sales / int(customers["frequence"].sum()),
        margin_rate=float(theirs["marge"].sum()) / sales,
    )
