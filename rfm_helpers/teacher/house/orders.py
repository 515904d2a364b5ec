"""The life of each customer: orders, baskets, departures (buy till you die), returns, order ids."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from . import house
from .customers import Customer, pick, season
from .parameters import LAST_DAY, REFERENCE, VAT, Parameters, as_date, as_day, stream


@dataclass(frozen=True)
class Line:
    """One line of an order; ``units`` is negative on a return line, dated ``day``."""

    product: str
    units: int
    discount: float
    day: int

    @property
    def cents(self) -> int:
        """Amount paid incl. tax, in cents."""
        return round(house.PRODUCT[self.product].price * (100 - round(100 * self.discount))) * (
            self.units
        )

    @property
    def margin_cents(self) -> int:
        """Amount HT minus cost, in cents; the discount comes out of the margin."""
        product = house.PRODUCT[self.product]
        cost = product.price * (1 - product.margin_rate) * self.units / VAT
        return math.floor(self.cents / VAT - 100 * cost + 0.5)


@dataclass(frozen=True)
class Order:
    """A purchase occasion. ``bad_visit`` is the truth that no file shows."""

    customer: int
    day: int
    channel: str
    store: str
    lines: tuple[Line, ...]
    bad_visit: bool = False
    id: str = ""

    @property
    def cents(self) -> int:
        """Net amount of the order, in cents."""
        return sum(line.cents for line in self.lines)


@dataclass
class Life:
    """What is known of a customer while the simulation runs."""

    customer: Customer
    rng: np.random.Generator
    orders: list[Order] = field(default_factory=list)
    owned: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    spent: float = 0.0
    left: int | None = None

    def record(self, order: Order) -> None:
        """Add an order and what it teaches."""
        self.orders.append(order)
        for line in order.lines:
            self.owned.add(line.product)
            self.categories.add(house.PRODUCT[line.product].category)
            self.spent += line.cents / 100


def make_orders(customers: list[Customer], parameters: Parameters = REFERENCE) -> list[Order]:
    """Every order of the period, with returns, sorted by day and numbered."""
    clock = season(parameters)
    orders: list[Order] = []
    for customer in customers:
        if customer.is_marc:
            orders += _marc_orders(customer)
        elif customer.first_order is not None:
            orders += _live(customer, clock, parameters)
    orders.sort(key=lambda order: (order.day, order.customer))
    numbered = [replace(order, id=f"CMD-{n:05d}") for n, order in enumerate(orders, 1)]
    return _with_returns(numbered, parameters)


def _marc_orders(marc: Customer) -> list[Order]:
    return [
        Order(
            marc.number,
            as_day(fixed.date),
            fixed.channel,
            fixed.store,
            (Line(fixed.product, 1, 0.0, as_day(fixed.date)),),
            bad_visit=fixed.product == "P-603",
        )
        for fixed in house.MARC_ORDERS
    ]


def _live(customer: Customer, clock: np.ndarray, parameters: Parameters) -> list[Order]:
    life = Life(customer, stream("lives", customer.number))
    day = customer.first_order
    while day is not None and day <= LAST_DAY:
        order = _order(life, day, parameters)
        life.record(order)
        if life.rng.random() < parameters.repeat_same_day and order.cents < 15_000:
            life.record(order)
        day = _next_day(life, order, clock, parameters)
    return sorted([*life.orders, *_watch_services(life, parameters)], key=lambda o: o.day)


def _next_day(life: Life, order: Order, clock: np.ndarray, parameters: Parameters) -> int | None:
    """The day of the next order; ``None`` when the customer has left or the period is over."""
    if life.rng.random() < _leaving(life, order, parameters):
        life.left = order.day
        return None
    rate = life.customer.rate * math.exp(parameters.means_rate * _ease(life.customer))
    wait = life.rng.exponential(365.0 / min(rate, parameters.rate_ceiling))
    position = clock[order.day] + wait
    return int(np.searchsorted(clock, position)) if position < clock[-1] else None


def _leaving(life: Life, order: Order, parameters: Parameters) -> float:
    if order.bad_visit:
        return parameters.bad_visit_leave
    customer = life.customer
    if customer.everyday:
        ended = order.day >= as_day(parameters.everyday_end)
        stopped = ended and customer.recruited < as_day(parameters.everyday_end)
        return parameters.everyday_end_leave if stopped else customer.dropout
    breadth = 1.0
    if len(life.orders) > 1:
        breadth = parameters.category_dropout[min(len(life.categories), 3) - 1]
    ease = math.exp(-parameters.means_dropout * _ease(customer))
    return min(customer.dropout * breadth * ease, parameters.dropout_ceiling)


def _ease(customer: Customer) -> float:
    """Means as they play on loyalty: bounded, and not at all for everyday customers."""
    return 0.0 if customer.everyday else max(-2.0, min(2.0, customer.means))


def _order(life: Life, day: int, parameters: Parameters) -> Order:
    products = _basket(life, parameters)
    channel, store = _place(life, products)
    discount = _discount(life, day, parameters)
    lines = tuple(
        Line(product, _units(life, product, parameters), _applied(product, discount), day)
        for product in products
    )
    in_window = parameters.bad_window[0] <= as_date(day) <= parameters.bad_window[1]
    exposed = channel == "boutique" and store == parameters.bad_store and in_window
    bad_visit = bool(exposed and life.rng.random() < parameters.bad_visit)
    return Order(life.customer.number, day, channel, store, lines, bad_visit)


def _basket(life: Life, parameters: Parameters) -> list[str]:
    """The products of one order, the main one first, none twice."""
    rng = life.rng
    wallet = _wallet_due(life)
    if wallet and rng.random() < parameters.wallet_later:
        products = [wallet]
    else:
        products = [_product(rng, _category(life), life.owned)]
    matching = house.MATCHING_WALLET.get(products[0])
    if matching and rng.random() < parameters.wallet_with_bag:
        products.append(matching)
    if rng.random() < parameters.second_line and not life.customer.everyday:
        add_on = house.ADD_ON_CATEGORIES[int(rng.integers(len(house.ADD_ON_CATEGORIES)))]
        products.append(_product(rng, add_on, life.owned))
    top = life.spent >= parameters.case_top_spend and len(life.orders) >= parameters.case_top_orders
    if rng.random() < (parameters.case_top if top else parameters.case_others):
        products.append(house.LOVED_CASE)
    return list(dict.fromkeys(products))


def _wallet_due(life: Life) -> str | None:
    """The wallet that matches a bag already owned, when it is missing."""
    for bag, wallet in house.MATCHING_WALLET.items():
        if bag in life.owned and wallet not in life.owned:
            return wallet
    return None


def _category(life: Life) -> str:
    customer = life.customer
    if customer.everyday:
        return "Soin et maison" if life.rng.random() < 0.93 else "Parfum"
    owner = any(house.PRODUCT[p].category in ("Maroquinerie", "Horlogerie") for p in life.owned)
    weights = [
        math.exp(appeal + slope * customer.means + taste)
        for appeal, slope, taste in zip(
            house.CATEGORY_APPEAL, house.CATEGORY_SLOPE, customer.tastes, strict=True
        )
    ]
    if not owner:
        weights[house.CATEGORIES.index("Services")] = 0.0
    return house.CATEGORIES[pick(life.rng, weights)]


def _product(rng: np.random.Generator, category: str, owned: set[str]) -> str:
    has_watch = any(house.PRODUCT[p].category == "Horlogerie" for p in owned)
    offered = [
        p
        for p in house.PRODUCTS
        if p.category == category and (has_watch or p.id not in house.WATCH_ONLY_SERVICES)
    ]
    return offered[pick(rng, [p.weight for p in offered])].id


def _place(life: Life, products: list[str]) -> tuple[str, str]:
    _, _, stores, web_share = house.REGIONS[life.customer.region]
    store = stores[pick(life.rng, [weight for _, weight in stores])][0]
    if house.PRODUCT[products[0]].kind == "service":
        return "atelier", store
    first_online = not life.orders and life.customer.channel == "en ligne"
    if first_online or life.rng.random() < web_share:
        return "en ligne", house.WEB
    return "boutique", store


def _discount(life: Life, day: int, parameters: Parameters) -> float:
    draw = life.rng.random()
    if not life.orders and life.customer.channel == "promotion":
        return parameters.promotion_discounts[int(draw * len(parameters.promotion_discounts))]
    sale = as_date(day).month in (1, 6, 7)
    return parameters.private_sale_discount if draw < parameters.private_sale * (1 + sale) else 0.0


def _applied(product: str, discount: float) -> float:
    """Services and watches are never discounted."""
    item = house.PRODUCT[product]
    return 0.0 if item.kind == "service" or item.category == "Horlogerie" else discount


def _units(life: Life, product: str, parameters: Parameters) -> int:
    small = house.PRODUCT[product].category in ("Soin et maison", "Parfum")
    return 2 if small and life.rng.random() < parameters.two_units else 1


def _watch_services(life: Life, parameters: Parameters) -> list[Order]:
    """The two-year service that each watch calls for, when its owner comes."""
    services = []
    for order in life.orders:
        if not any(house.PRODUCT[x.product].category == "Horlogerie" for x in order.lines):
            continue
        delay = life.rng.normal(parameters.watch_service_delay, parameters.watch_service_spread)
        day = order.day + round(delay)
        active = life.left is None or life.left >= day - 365
        chance = parameters.watch_service_active if active else parameters.watch_service_silent
        if life.rng.random() < chance and day <= LAST_DAY:
            store = house.REGIONS[life.customer.region][2][0][0]
            line = Line(house.WATCH_SERVICE, 1, 0.0, day)
            services.append(Order(life.customer.number, day, "atelier", store, (line,)))
    return services


def _with_returns(orders: list[Order], parameters: Parameters) -> list[Order]:
    rng = stream("returns")
    return [_maybe_returned(order, rng, parameters) for order in orders]


def _maybe_returned(order: Order, rng: np.random.Generator, parameters: Parameters) -> Order:
    draw, whole, choice, delay = rng.random(4)
    low, high = parameters.return_delay
    day = order.day + low + int(delay * (high - low + 1))
    services = any(house.PRODUCT[line.product].kind == "service" for line in order.lines)
    by_hand = order.customer == house.MARC_NUMBER
    if draw >= parameters.return_share or day > LAST_DAY or services or by_hand:
        return order
    if whole < parameters.return_whole_order:
        back = [replace(line, units=-line.units, day=day) for line in order.lines]
    else:
        line = order.lines[int(choice * len(order.lines))]
        back = [replace(line, units=-1, day=day)]
    return replace(order, lines=(*order.lines, *back))
