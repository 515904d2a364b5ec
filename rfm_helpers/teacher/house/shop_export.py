"""The web store's last quarter as PrestaShop's tables hold it, an article on each line.

What must be asked of it: the total of an order stands on each of its lines, beside a quantity and
a unit price; some orders were never bought; a guest has a new number for each order.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import house
from .customers import Customer
from .orders import Order
from .parameters import as_date, stream

FIRST_DAY = dt.date(2025, 10, 1)
COLUMNS = [
    "id_order", "reference", "date_add", "id_customer", "is_guest", "email", "etat", "payment",
    "total_paid_tax_incl", "product_name", "product_quantity", "unit_price_tax_incl",
]  # fmt: skip
CARD, CHEQUE = "Carte bancaire", "Chèque"
#: Orders that were placed and not bought: their status, how many, and how they were paid.
NOT_BOUGHT = (
    ("Annulé", 24, CARD),
    ("Erreur de paiement", 18, CARD),
    ("En attente de paiement par chèque", 8, CHEQUE),
    ("Remboursé", 10, CARD),
)
GUESTS = 0.35
FIRST_ORDER, FIRST_GUEST = 41_000, 90_000
PREPARED, SHIPPED = dt.date(2025, 12, 29), dt.date(2025, 12, 26)
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Sale(NamedTuple):
    """An order as the shop keeps it."""

    moment: dt.datetime
    customer: Customer
    status: str
    payment: str
    basket: Order


def make_shop_export(customers: list[Customer], orders: list[Order]) -> pd.DataFrame:
    """The lines of the web orders from `FIRST_DAY` on, bought or not, by moment; text and numbers.

    The orders bought are those of ``commandes.csv``, their returns left out.
    """
    rng = stream("shop_export")
    people = {customer.number: customer for customer in customers}
    web = [
        order for order in orders if order.channel == "en ligne" and as_date(order.day) >= FIRST_DAY
    ]
    bought = [_sale(order, people, _status(as_date(order.day)), CARD, rng) for order in web]
    sales = sorted([*bought, *_not_bought(web, people, rng)], key=lambda sale: sale.moment)
    buyers = sorted({sale.customer.number for sale in sales})
    guests = {number for number in buyers if rng.random() < GUESTS}
    rows = [
        row
        for place, sale in enumerate(sales)
        for row in _rows(sale, place, sale.customer.number in guests, _reference(rng))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _status(day: dt.date) -> str:
    if day >= PREPARED:
        return "En cours de préparation"
    return "Expédié" if day >= SHIPPED else "Livré"


def _sale(
    order: Order,
    people: dict[int, Customer],
    status: str,
    payment: str,
    rng: np.random.Generator,
) -> Sale:
    second = int(rng.integers(8 * 3600, 23 * 3600))
    moment = dt.datetime.combine(as_date(order.day), dt.time()) + dt.timedelta(seconds=second)
    return Sale(moment, people[order.customer], status, payment, order)


def _not_bought(
    web: list[Order], people: dict[int, Customer], rng: np.random.Generator
) -> list[Sale]:
    """Orders that come to nothing: baskets of others, for customers who bought as well."""
    sales = []
    for status, count, payment in NOT_BOUGHT:
        for place in rng.permutation(len(web))[:count]:
            sales.append(_sale(web[int(place)], people, status, payment, rng))
    return sales


def _rows(sale: Sale, place: int, guest: bool, reference: str) -> list[tuple[object, ...]]:
    lines = [line for line in sale.basket.lines if line.units > 0]
    total = sum(line.cents for line in lines)
    number = FIRST_GUEST + place if guest else sale.customer.number
    return [
        (
            FIRST_ORDER + place,
            reference,
            sale.moment.isoformat(sep=" "),
            number,
            int(guest),
            _email(sale.customer),
            sale.status,
            sale.payment,
            f"{total / 100:.6f}",
            house.PRODUCT[line.product].name,
            line.units,
            f"{line.cents / line.units / 100:.6f}",
        )
        for line in lines
    ]


def _email(customer: Customer) -> str:
    """An address that no one has.

    >>> _plain("Éloïse")
    'eloise'
    """
    name = f"{_plain(customer.first_name)}.{_plain(customer.last_name)}"
    return f"{name}{customer.number}@example.com"


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(part for part in parts if part.isascii() and part.isalpha())


def _reference(rng: np.random.Generator) -> str:
    return "".join(rng.choice(LETTERS, 9))
