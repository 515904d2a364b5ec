"""One run of the house, from customers to raw export."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from .customers import Customer, make_customers
from .orders import Order, make_orders
from .parameters import REFERENCE, Parameters
from .raw_export import RawExport, make_raw_export
from .relations import Complaint, Contact, make_complaints, make_contacts
from .shop_export import make_shop_export


class House(NamedTuple):
    """Everything that was simulated; ``referrers`` maps a friend's number to the referrer's."""

    customers: list[Customer]
    referrers: dict[int, int]
    orders: list[Order]
    complaints: list[Complaint]
    contacts: list[Contact]
    raw_export: RawExport
    shop_export: pd.DataFrame


def simulate(parameters: Parameters = REFERENCE) -> House:
    """Run the house once; the same parameters always give the same house."""
    customers, referrers = make_customers(parameters)
    orders = make_orders(customers, parameters)
    return House(
        customers,
        referrers,
        orders,
        make_complaints(orders, parameters),
        make_contacts(customers, orders, parameters),
        make_raw_export(customers, orders),
        make_shop_export(customers, orders),
    )
