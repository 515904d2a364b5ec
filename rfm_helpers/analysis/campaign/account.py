"""The account of a campaign: margin, break-even, discount, return on investment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, percent, points
from rfm_helpers.french.words import Said


@dataclass(frozen=True)
class Reading(Said):
    """A figure that may not exist, and the French sentence that says it (``str`` shows it)."""

    value: float | None
    text: str


@dataclass(frozen=True)
class Campaign:
    """An action addressed to customers, over a stated horizon.

    Args:
        reached: customers reached (0 or more).
        uplift: orders per customer reached beyond what the control group places.
        basket: mean basket, before any discount (euros).
        margin_rate: margin ÷ basket, before any discount (at most 1; negative if sold at a loss).
        cost: cost of the action, without the discount (euros; see `roll_up`).
        discount: share of the basket given back on every order (0–1).
        baseline: orders per customer that would have come anyway (the control group's).

    Basket, margin and cost must all be without VAT, or all with.

    Raises:
        CourseError: a value outside its bounds; the sentence names it in French.

    Example:
        >>> Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000).discount
        0.0
    """

    reached: float
    uplift: float
    basket: float
    margin_rate: float
    cost: float
    discount: float = 0.0
    baseline: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = _BOUNDS[field.name]
            value = getattr(self, field.name)
            if not low <= value <= high:
                raise CourseError(
                    f"« {INPUT_NAMES[field.name]} » vaut {value} : "
                    f"écrivez une valeur {_between(low, high)}."
                )

    def avec(self, **entrees: float) -> Campaign:
        """The same action with some inputs changed, under the French names of `campagne`.

        Raises:
            CourseError: an unknown name, or a value outside its bounds.
        """
        return replace(self, **input_fields(entrees))


def campagne(
    *,
    clients: float,
    hausse: float,
    panier: float,
    taux_marque: float,
    cout: float,
    remise: float = 0.0,
    de_toute_facon: float = 0.0,
) -> Campaign:
    """A `Campaign` written with French names, for the cells that a learner reads.

    Args:
        clients: customers reached.
        hausse: uplift, orders per customer reached (0.125 is 12.5 points).
        panier: mean basket, before any discount (euros).
        taux_marque: margin ÷ basket, before any discount.
        cout: cost of the action, without the discount (euros).
        remise: share of the basket given back on every order (0–1).
        de_toute_facon: orders per customer that would have come anyway.

    Raises:
        CourseError: as `Campaign`.

    Example:
        >>> spring = campagne(clients=200, hausse=0.05, panier=1000, taux_marque=0.5, cout=3000)
        >>> spring.avec(remise=0.15).discount
        0.15
    """
    return Campaign(clients, hausse, panier, taux_marque, cout, remise, de_toute_facon)


#: The fields of `Campaign`, by the French names of `campagne`.
_FIELDS = {
    "clients": "reached",
    "hausse": "uplift",
    "panier": "basket",
    "taux_marque": "margin_rate",
    "cout": "cost",
    "remise": "discount",
    "de_toute_facon": "baseline",
}
_Value = TypeVar("_Value")


def input_fields(named: Mapping[str, _Value]) -> dict[str, _Value]:
    """What is said of inputs under their French names (see `campagne`), by field of `Campaign`.

    Example:
        >>> input_fields({"hausse": 0.05, "cost": 3000})
        {'uplift': 0.05, 'cost': 3000}
    """
    by_field = {_FIELDS.get(name, name): value for name, value in named.items()}
    for name in named:
        if _FIELDS.get(name, name) not in INPUT_NAMES:
            raise CourseError(
                f"L’entrée « {name} » n’existe pas : choisissez parmi {', '.join(_FIELDS)}."
            )
    return by_field


INPUT_NAMES = {
    "reached": "Clients touchés",
    "uplift": "Hausse de réponse",
    "basket": "Panier moyen",
    "margin_rate": "Taux de marque",
    "cost": "Coût de l’action",
    "discount": "Remise",
    "baseline": "Commandes venues de toute façon",
}
_LARGE = 1e12
_BOUNDS = {
    "reached": (0.0, _LARGE),
    "uplift": (-_LARGE, _LARGE),
    "basket": (0.0, _LARGE),
    "margin_rate": (-_LARGE, 1.0),
    "cost": (0.0, _LARGE),
    "discount": (0.0, 1.0),
    "baseline": (0.0, _LARGE),
}


def incremental_margin(campaign: Campaign) -> float:
    """The margin that would not have been made without the action (euros).

    Customers reached × uplift × basket × margin rate − discount given. A discount lowers the
    margin of every order that uses it, also of those that would have come anyway: it is given on
    reached × (baseline + uplift) orders, and is never also a cost line.

    >>> from dataclasses import replace
    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> incremental_margin(spring)
    5000.0
    >>> incremental_margin(replace(spring, discount=0.15, baseline=0.1))
    500.0
    """
    return float(margin_of(vars(campaign)))


def roi(margin: float, cost: float) -> Reading:
    """Return on investment: (incremental margin − cost) ÷ cost.

    Args:
        margin: incremental margin (euros).
        cost: cost of the action (euros).

    Returns:
        The ROI (0.25 is 25 %) and its sentence; no value at cost 0, where it is not defined.

    Raises:
        CourseError: a negative cost.

    Example:
        >>> roi(5000, 4000).value
        0.25
        >>> roi(5000, 0).value is None
        True
    """
    if cost < 0:
        raise CourseError(f"Le coût vaut {euros(cost)} : un coût ne peut pas être négatif.")
    if cost == 0:
        return Reading(None, "Le ROI n’est pas défini : l’action ne coûte rien.")
    value = (margin - cost) / cost
    per_euro = euros(abs(value), 2)
    each = f"revient, avec {per_euro} de plus" if value >= 0 else f"perd {per_euro}"
    return Reading(value, f"ROI de {percent(value)} : chaque euro dépensé {each}.")


def break_even(campaign: Campaign) -> Reading:
    """The uplift at which the incremental margin pays the cost (ROI = 0).

    Args:
        campaign: its own uplift is not used.

    Returns:
        The uplift (orders per customer reached, 0–1) and its sentence. No value where an order
        earns nothing, where nobody is reached, or where more than 100 % would be needed.

    Example:
        >>> from dataclasses import replace
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> break_even(spring).value
        0.03
        >>> break_even(replace(spring, discount=0.5)).value is None
        True
    """
    earned = campaign.margin_rate - campaign.discount
    if earned <= 0:
        each = "ne rapporte rien" if earned == 0 else "fait perdre de l’argent"
        return _no_break_even(f"n’existe pas : chaque commande de plus {each}")
    per_uplift = campaign.reached * campaign.basket * earned
    if per_uplift == 0:
        return _no_break_even("n’existe pas : personne n’est touché, ou le panier est nul")
    given_anyway = campaign.reached * campaign.baseline * campaign.basket * campaign.discount
    needed = (campaign.cost + given_anyway) / per_uplift
    if needed == 0:
        return Reading(0.0, "L’action ne coûte rien : elle est rentable dès la première commande.")
    if needed > 1:
        more = f"{number(needed, 2)} commande{'s' if needed >= 2 else ''} de plus"
        return _no_break_even(
            f"n’existe pas sous 100 points : il faudrait {more} par client touché"
        )
    orders = math.ceil(round(needed * campaign.reached, 9))
    return Reading(
        needed,
        f"Seuil de rentabilité : {points(needed)}, soit {number(orders)} "
        f"{'commande' if orders < 2 else 'commandes'} de plus "
        f"pour {number(campaign.reached)} clients touchés.",
    )


def _no_break_even(why: str) -> Reading:
    return Reading(None, f"Le seuil de rentabilité {why}.")


def campaign_account(campaign: Campaign) -> pd.DataFrame:
    """The account of an action, line by line, from extra orders to net gain.

    Args:
        campaign: the action.

    Returns:
        Rows `ligne` (French), `valeur` (orders on the first row, euros below). The margin less
        the two discounts is the incremental margin; less the cost, it is the net gain.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> campaign_account(spring)["valeur"].tolist()
        [10.0, 10000.0, 5000.0, 0.0, 0.0, 5000.0, -3000.0, 2000.0]
    """
    orders, anyway = campaign.reached * campaign.uplift, campaign.reached * campaign.baseline
    given = campaign.discount * campaign.basket
    margin = incremental_margin(campaign)
    lines = {
        "Commandes en plus": orders,
        "Chiffre d’affaires en plus, avant remise": orders * campaign.basket,
        "Marge en plus, avant remise": orders * campaign.basket * campaign.margin_rate,
        "Remise sur les commandes en plus": -orders * given,
        "Remise sur les commandes venues de toute façon": -anyway * given,
        "Marge incrémentale": margin,
        "Coût de l’action": -campaign.cost,
        "Gain net": margin - campaign.cost,
    }
    values = [float(value) + 0.0 for value in lines.values()]
    return pd.DataFrame({"ligne": list(lines), "valeur": values})


def break_even_curve(campaign: Campaign, highest: float | None = None) -> pd.DataFrame:
    """The net gain of an action for every uplift from 0 up.

    Args:
        campaign: the action; its own uplift sets the range unless `highest` is given.
        highest: the highest uplift looked at (more than 0); default: twice the larger of the
            action's uplift and its break-even.

    Returns:
        101 rows: `hausse` (orders per customer reached), `gain_net` (euros).

    Raises:
        CourseError: `highest` is 0 or less.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> break_even_curve(spring, 0.06).iloc[[0, 50, 100]]["gain_net"].tolist()
        [-3000.0, 0.0, 3000.0]
    """
    if highest is not None and highest <= 0:
        raise CourseError(f"La hausse la plus haute vaut {highest} : elle doit dépasser 0.")
    top = highest or 2 * max(campaign.uplift, break_even(campaign).value or 0.0) or 0.1
    uplifts = np.linspace(0, top, 101)
    gains = margin_of(vars(campaign) | {"uplift": uplifts}) - campaign.cost
    return pd.DataFrame({"hausse": uplifts, "gain_net": gains})


def discount_price(discount: float, margin_rate: float) -> Reading:
    """The true price of a discount: the extra orders needed to earn the same margin.

    At margin rate m, a discount d leaves m − d of the basket: the same margin takes m ÷ (m − d)
    times as many orders, so d ÷ (m − d) more.

    Args:
        discount: share of the basket given back (0–1).
        margin_rate: margin ÷ basket before the discount (at most 1).

    Returns:
        The extra orders as a share of today's (0.5: half as many again), and the sentence; no
        value where the discount eats the whole margin.

    Raises:
        CourseError: a share outside its bounds.

    Example:
        >>> round(discount_price(0.15, 0.45).value, 6)
        0.5
        >>> discount_price(0.15, 0.15).value is None
        True
    """
    if not 0 <= discount <= 1 or margin_rate > 1:
        raise CourseError(
            "La remise va de 0 à 1 et le taux de marque ne dépasse pas 1 : écrivez « 0.15 » pour "
            "15 %."
        )
    rates = f"{percent(discount)} de remise", f"un taux de marque de {percent(margin_rate)}"
    if discount == 0:
        return Reading(0.0, "Sans remise, il ne faut aucune commande de plus.")
    if discount >= margin_rate or math.isclose(discount, margin_rate):
        return Reading(
            None,
            f"À {rates[0]} et avec {rates[1]}, il ne reste aucune marge : aucun nombre de "
            "commandes ne suffit.",
        )
    extra = discount / (margin_rate - discount)
    digits = 0 if math.isclose(100 * extra, round(100 * extra)) else 1
    orders = math.ceil(round(100 * (1 + extra), 9))
    return Reading(
        extra,
        f"À {rates[0]} et avec {rates[1]}, il faut {percent(extra, digits)} de commandes en plus "
        f"pour gagner autant : {number(orders)} au lieu de 100.",
    )


def margin_of(inputs: Mapping[str, Any]) -> Any:
    """Incremental margin, of numbers or of arrays of draws.

    Args:
        inputs: the fields of a `Campaign`, each a number or an array.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> margin_of(vars(spring) | {"uplift": np.array([0.05, 0.1])}).tolist()
        [5000.0, 10000.0]
    """
    orders = inputs["reached"] * inputs["uplift"]
    with_discount = inputs["reached"] * (inputs["baseline"] + inputs["uplift"])
    return inputs["basket"] * (orders * inputs["margin_rate"] - with_discount * inputs["discount"])


def _between(low: float, high: float) -> str:
    if low == -_LARGE:
        return f"jusqu’à {number(high)}"
    return f"à partir de {number(low)}" if high == _LARGE else f"de {number(low)} à {number(high)}"


def input_text(name: str, value: float) -> str:
    """The value of an input of a campaign, in its unit.

    >>> input_text("uplift", 0.125).replace("\\u00a0", " "), input_text("reached", 20)
    ('12,5 points', '20')
    """
    if name == "uplift":
        return points(value)
    if name in ("basket", "cost"):
        return euros(value)
    if name in ("margin_rate", "discount", "baseline"):
        return percent(value, 1)
    return number(value, 0 if float(value).is_integer() else 2)
