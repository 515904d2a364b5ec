"""What an action brings back: margin, break-even, uplift against a control group, uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, percent, points
from rfm_helpers.french.words import french

ACQUISITION_RATIO = 2.0
DIMINISHING = (
    "Rendements décroissants : la première commande coûte le prix indiqué, les suivantes de plus "
    "en plus cher, et leur nombre ne dépasse jamais le nombre possible."
)

Range = tuple[float, float]


@dataclass(frozen=True)
class Reading:
    """A figure that may not exist, and the French sentence that says it (``str`` shows it)."""

    value: float | None
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", french(self.text))

    def __str__(self) -> str:
        return self.text


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


INPUT_NAMES = {
    "reached": "Clients touchés",
    "uplift": "Hausse de réponse",
    "basket": "Panier moyen",
    "margin_rate": "Taux de marge",
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


# --- margin, ROI, break-even ---------------------------------------------------------------------


def incremental_margin(campaign: Campaign) -> float:
    """The margin that would not have been made without the action (euros).

    Customers reached × uplift × basket × margin rate − discount given. A discount lowers the
    margin of every order that uses it, also of those that would have come anyway: it is given on
    reached × (baseline + uplift) orders, and is never also a cost line.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> incremental_margin(spring)
    5000.0
    >>> incremental_margin(replace(spring, discount=0.15, baseline=0.1))
    500.0
    """
    return float(_margin(vars(campaign)))


def roi(margin: float, cost: float) -> Reading:
    """Return on investment: (incremental margin − cost) ÷ cost.

    Args:
        margin: incremental margin (euros).
        cost: cost of the action (euros).

    Returns:
        The ROI (0.25 is 25 %) and its sentence; no value at cost 0, where it is not defined.

    Raises:
        CourseError: a negative cost.

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

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> break_even(spring).value
    0.03
    >>> break_even(replace(spring, discount=0.5)).value is None
    True
    """
    earned = campaign.margin_rate - campaign.discount
    fixed = campaign.cost + campaign.reached * campaign.baseline * campaign.basket * (
        campaign.discount
    )
    per_uplift = campaign.reached * campaign.basket * earned
    if earned <= 0:
        return Reading(
            None,
            "Le seuil de rentabilité n’existe pas : chaque commande de plus "
            f"{'ne rapporte rien' if earned == 0 else 'fait perdre de l’argent'}.",
        )
    if per_uplift == 0:
        return Reading(
            None,
            "Le seuil de rentabilité n’existe pas : personne n’est touché, ou le panier est nul.",
        )
    if fixed == 0:
        return Reading(0.0, "L’action ne coûte rien : elle est rentable dès la première commande.")
    needed = fixed / per_uplift
    if needed > 1:
        return Reading(
            None,
            "Le seuil de rentabilité n’existe pas sous 100 % : il faudrait "
            f"{number(needed, 2)} commande{'s' if needed >= 2 else ''} de plus par client touché.",
        )
    orders = math.ceil(round(needed * campaign.reached, 9))
    return Reading(
        needed,
        f"Seuil de rentabilité : {percent(needed, 1)}, soit {number(orders)} "
        f"{'commande' if orders < 2 else 'commandes'} de plus "
        f"pour {number(campaign.reached)} clients touchés.",
    )


def campaign_account(campaign: Campaign) -> pd.DataFrame:
    """The account of an action, line by line, from extra orders to net gain.

    Args:
        campaign: the action.

    Returns:
        Rows `ligne` (French), `valeur` (orders on the first row, euros below). The margin less
        the two discounts is the incremental margin; less the cost, it is the net gain.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> campaign_account(spring)["valeur"].tolist()
    [10.0, 10000.0, 5000.0, 0.0, 0.0, 5000.0, -3000.0, 2000.0]
    """
    orders = campaign.reached * campaign.uplift
    given = campaign.discount * campaign.basket
    margin = incremental_margin(campaign)
    lines = {
        "Commandes en plus": orders,
        "Chiffre d’affaires en plus, avant remise": orders * campaign.basket,
        "Marge en plus, avant remise": orders * campaign.basket * campaign.margin_rate,
        "Remise sur les commandes en plus": -orders * given,
        "Remise sur les commandes venues de toute façon": -campaign.reached
        * campaign.baseline
        * given,
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

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> break_even_curve(spring, 0.06).iloc[[0, 50, 100]]["gain_net"].tolist()
    [-3000.0, 0.0, 3000.0]
    """
    if highest is not None and highest <= 0:
        raise CourseError(f"La hausse la plus haute vaut {highest} : elle doit dépasser 0.")
    top = highest or 2 * max(campaign.uplift, break_even(campaign).value or 0.0) or 0.1
    uplifts = np.linspace(0, top, 101)
    gains = _margin(vars(campaign) | {"uplift": uplifts}) - campaign.cost
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

    >>> round(discount_price(0.15, 0.45).value, 6)
    0.5
    >>> discount_price(0.15, 0.15).value is None
    True
    """
    if not 0 <= discount <= 1 or margin_rate > 1:
        raise CourseError(
            "La remise va de 0 à 1 et le taux de marge ne dépasse pas 1 : écrivez « 0.15 » pour "
            "15 %."
        )
    rates = f"{percent(discount)} de remise", f"une marge de {percent(margin_rate)}"
    if discount == 0:
        return Reading(0.0, "Sans remise, il ne faut aucune commande de plus.")
    if discount >= margin_rate or math.isclose(discount, margin_rate):
        return Reading(
            None,
            f"À {rates[0]}, il ne reste rien d’{rates[1]} : aucun nombre de commandes ne suffit.",
        )
    extra = discount / (margin_rate - discount)
    digits = 0 if math.isclose(100 * extra, round(100 * extra)) else 1
    orders = math.ceil(round(100 * (1 + extra), 9))
    return Reading(
        extra,
        f"À {rates[0]} et avec {rates[1]}, il faut {percent(extra, digits)} de commandes en plus "
        f"pour gagner autant : {number(orders)} au lieu de 100.",
    )


# --- control group -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Uplift:
    """Two groups compared: shares who order (0–1), their difference and its interval."""

    reached_rate: float
    control_rate: float
    uplift: float
    low: float
    high: float
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", french(self.text))

    def __str__(self) -> str:
        return self.text


def compare_groups(
    responded: int, reached: int, control_responded: int, control: int, confidence: float = 0.95
) -> Uplift:
    """The uplift against a control group, with its interval.

    Shares of customers who order, each counted once. The interval of their difference is
    Newcombe's hybrid score interval (R. G. Newcombe, « Interval estimation for the difference
    between independent proportions », Statistics in Medicine 17, 1998, method 10), made from the
    Wilson interval of each share; it holds for small groups and for shares near 0.

    Args:
        responded: customers reached who ordered.
        reached: customers reached.
        control_responded: customers of the control group who ordered.
        control: customers of the control group.
        confidence: confidence of the interval (between 0 and 1).

    Returns:
        Shares, uplift, interval and the French sentence that concludes.

    Raises:
        CourseError: an empty group, more respondents than customers, an impossible confidence.

    >>> found = compare_groups(56, 70, 48, 80)
    >>> round(found.uplift, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    for count, total, name in [
        (responded, reached, "touché"),
        (control_responded, control, "témoin"),
    ]:
        if total < 1 or not 0 <= count <= total:
            raise CourseError(
                f"Le groupe {name} compte {count} répondants pour {total} clients : "
                "il faut un client au moins, et pas plus de répondants que de clients."
            )
    if not 0 < confidence < 1:
        raise CourseError(f"La confiance vaut {confidence} : choisissez une valeur entre 0 et 1.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    one, other = responded / reached, control_responded / control
    one_low, one_high = _wilson(responded, reached, z)
    other_low, other_high = _wilson(control_responded, control, z)
    gap = one - other
    low = gap - math.hypot(one - one_low, other_high - other)
    high = gap + math.hypot(one_high - one, other - other_low)
    low, high = max(low, -1.0), min(high, 1.0)
    return Uplift(one, other, gap, low, high, _uplift_sentence(gap, low, high, confidence))


# --- uncertain inputs ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Simulation:
    """A simulated ROI: its draws (`roi`, `gain_net`), interval, and the chance of a loss."""

    draws: pd.DataFrame
    low: float
    median: float
    high: float
    level: float
    loss: float
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", french(self.text))

    def __str__(self) -> str:
        return self.text


def simulate_roi(
    campaign: Campaign,
    ranges: Mapping[str, Range],
    *,
    level: float = 0.8,
    draws: int = 10_000,
    seed: int = 2025,
) -> Simulation:
    """The interval of the ROI when inputs are uncertain.

    Each input named is drawn from a triangular distribution: its lowest value, the action's own
    value as the most likely one, its highest value. Inputs are drawn independently: an assumption.

    Args:
        campaign: the action, with the most likely values.
        ranges: lowest and highest value, by field of `Campaign`.
        level: share of the draws that the interval holds (0–1).
        draws: number of draws.
        seed: the same seed gives the same draws.

    Returns:
        The draws, the interval of the ROI, its median, the share of draws that lose money, and a
        French sentence.

    Raises:
        CourseError: an unknown input, a range that leaves out the action's own value or goes
            beyond what `Campaign` accepts, a cost that can be 0.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> simulated = simulate_roi(spring, {"uplift": (0.02, 0.08)})
    >>> simulated.low < simulated.median < simulated.high
    True
    """
    _check_ranges(campaign, ranges)
    if not 0 < level < 1:
        raise CourseError(f"Le niveau vaut {level} : choisissez une valeur entre 0 et 1.")
    if ranges.get("cost", (campaign.cost,))[0] == 0:
        raise CourseError("Le ROI n’est pas défini à coût nul : donnez un coût plus grand que 0.")
    random = np.random.default_rng(seed)
    inputs: dict[str, Any] = dict(vars(campaign))
    for field in fields(campaign):
        low, high = ranges.get(field.name, (0.0, 0.0))
        if low < high:
            inputs[field.name] = random.triangular(low, inputs[field.name], high, draws)
    gains = np.broadcast_to(_margin(inputs) - inputs["cost"], draws)
    returns = gains / inputs["cost"]
    tail = (1 - level) / 2
    low, median, high = (float(q) for q in np.quantile(returns, [tail, 0.5, 1 - tail]))
    loss = float((gains < 0).mean())
    return Simulation(
        pd.DataFrame({"roi": returns, "gain_net": gains}),
        low,
        median,
        high,
        level,
        loss,
        f"Dans {percent(level)} des tirages, le ROI se trouve entre {percent(low)} et "
        f"{percent(high)} (médiane {percent(median)}) ; "
        f"{percent(loss)} des tirages perdent de l’argent.",
    )


def tornado(campaign: Campaign, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """Which input matters most: the net gain at both ends of each range, the others unchanged.

    Args:
        campaign: the action, with the most likely values.
        ranges: lowest and highest value, by field of `Campaign`.

    Returns:
        One row per input, the widest first: `entree` (French), `champ` (field), `bas`, `haut`
        (the ends of its range), `gain_bas`, `gain_haut` (net gain at these ends, euros), `ecart`
        (euros, 0 or more), `gain_central` (net gain at the most likely values, euros).

    Raises:
        CourseError: no range, or as `simulate_roi`.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
    >>> tornado(spring, {"cost": (2500, 4000), "uplift": (0.02, 0.08)})[["entree", "ecart"]]
                  entree   ecart
    0  Hausse de réponse  6000.0
    1   Coût de l’action  1500.0
    """
    if not ranges:
        raise CourseError("Aucune entrée n’est incertaine : donnez une fourchette au moins.")
    _check_ranges(campaign, ranges)
    center = incremental_margin(campaign) - campaign.cost
    rows = [
        {
            "entree": INPUT_NAMES[name],
            "champ": name,
            "bas": low,
            "haut": high,
            **{
                column: float(_margin(values) - values["cost"])
                for column, values in [
                    ("gain_bas", vars(campaign) | {name: low}),
                    ("gain_haut", vars(campaign) | {name: high}),
                ]
            },
        }
        for name, (low, high) in ranges.items()
    ]
    table = pd.DataFrame(rows)
    spread = (table["gain_haut"] - table["gain_bas"]).abs()
    return table.assign(ecart=spread, gain_central=center).sort_values(
        "ecart", ascending=False, kind="stable", ignore_index=True
    )


# --- sharing an envelope -------------------------------------------------------------------------


def conquest_and_loyalty(
    prospects: float,
    customers: float,
    loyalty_cost: float,
    conquest_margin: float,
    loyalty_margin: float,
    ratio: float = ACQUISITION_RATIO,
) -> pd.DataFrame:
    """Conquest and loyalty as two uses of an envelope.

    Recruiting a customer costs about twice as much as keeping one: the course's assumption,
    `ratio`, to be replaced by the house's own figures.

    Args:
        prospects: orders that conquest could bring at the very most.
        customers: orders that loyalty could bring at the very most.
        loyalty_cost: what the first order obtained by loyalty costs (euros).
        conquest_margin: margin per order of a new customer (euros).
        loyalty_margin: margin per order of a customer kept (euros).
        ratio: cost of the first order by conquest ÷ by loyalty.

    Returns:
        Two rows for `expected_margin` and `best_split`: `poste`, `commandes_possibles`,
        `cout_premiere_commande`, `marge_par_commande`.

    Raises:
        CourseError: an amount or a number that is 0 or less.

    >>> conquest_and_loyalty(400, 250, 60, 200, 250)["cout_premiere_commande"].tolist()
    [120.0, 60.0]
    """
    uses = pd.DataFrame(
        {
            "poste": ["Conquête", "Fidélisation"],
            "commandes_possibles": [float(prospects), float(customers)],
            "cout_premiere_commande": [float(loyalty_cost * ratio), float(loyalty_cost)],
            "marge_par_commande": [float(conquest_margin), float(loyalty_margin)],
        }
    )
    return _checked_uses(uses)


def segment_uses(stakes: pd.DataFrame, margin_rate: float, cost: float) -> pd.DataFrame:
    """The segments as uses of an envelope.

    Args:
        stakes: the output of `revenue_at_stake`; segments where nobody is
            assumed to react are left out.
        margin_rate: margin ÷ basket (0–1).
        cost: what the first extra order costs (euros), the same for every segment.

    Returns:
        One row per segment, for `expected_margin` and `best_split`: `poste` (the segment),
        `commandes_possibles` (clients × share who react), `cout_premiere_commande`,
        `marge_par_commande` (mean basket × margin rate).

    Raises:
        CourseError: missing column, nobody reacts, an amount that is 0 or less.

    >>> stakes = pd.DataFrame({"segment": ["Perdus"], "clients": [50], "part_qui_reagit": [0.1],
    ...                        "panier_moyen": [200.0]})
    >>> segment_uses(stakes, 0.4, 30).drop(columns="poste").values.tolist()
    [[5.0, 30.0, 80.0]]
    """
    _need(stakes, ["segment", "clients", "part_qui_reagit", "panier_moyen"])
    possible = stakes["clients"] * stakes["part_qui_reagit"]
    uses = pd.DataFrame(
        {
            "poste": stakes["segment"],
            "commandes_possibles": possible.astype("float64"),
            "cout_premiere_commande": float(cost),
            "marge_par_commande": stakes["panier_moyen"] * margin_rate,
        }
    )
    return _checked_uses(uses[possible > 0].reset_index(drop=True))


def expected_margin(uses: pd.DataFrame, spending: Mapping[str, float]) -> pd.DataFrame:
    """What an envelope shared between several uses is expected to bring.

    Diminishing returns, an assumption shown as one: s euros bring N (1 − exp(−s ÷ (c N))) orders,
    where N is the number of orders possible and c the cost of the first one.

    Args:
        uses: one row per use: `poste`, `commandes_possibles`, `cout_premiere_commande` (euros),
            `marge_par_commande` (euros), each above 0.
        spending: euros spent by `poste` (0 where it is left out).

    Returns:
        One row per use: `poste`, `depense`, `commandes` (expected), `marge` (expected, euros),
        `gain_net` (margin less spending), `marge_du_dernier_euro` (below 1, the last euro brings
        back less than itself), `hypothese`.

    Raises:
        CourseError: missing column, a value of 0 or less, an unknown use, a negative spending.

    >>> uses = conquest_and_loyalty(400, 250, 60, 200, 250)
    >>> expected_margin(uses, {"Fidélisation": 5000})[["depense", "commandes", "marge"]].round(1)
       depense  commandes    marge
    0      0.0        0.0      0.0
    1   5000.0       70.9  17716.8
    """
    checked = _checked_uses(uses)
    unknown = [name for name in spending if name not in set(checked["poste"])]
    if unknown:
        raise CourseError(
            f"Le poste « {unknown[0]} » n’est pas dans la table : "
            f"choisissez parmi {', '.join(checked['poste'])}."
        )
    spent = checked["poste"].map(lambda name: float(spending.get(name, 0.0)))
    if (spent < 0).any():
        raise CourseError("Une dépense ne peut pas être négative : écrivez 0 ou plus.")
    cost, possible = checked["cout_premiere_commande"], checked["commandes_possibles"]
    left = np.exp(-spent / (cost * possible))
    orders = possible * (1 - left)
    margin = orders * checked["marge_par_commande"]
    return pd.DataFrame(
        {
            "poste": checked["poste"],
            "depense": spent,
            "commandes": orders,
            "marge": margin,
            "gain_net": margin - spent,
            "marge_du_dernier_euro": checked["marge_par_commande"] / cost * left,
            "hypothese": DIMINISHING,
        }
    )


def best_split(uses: pd.DataFrame, envelope: float) -> dict[str, float]:
    """The split of an envelope that brings the largest expected net gain.

    The last euro brings the same margin in every use that gets any. No euro is spent that brings
    back less than itself, so that part of the envelope may be left.

    Args:
        uses: see `expected_margin`.
        envelope: the euros there are (0 or more).

    Returns:
        Euros by `poste`; their sum is the envelope or less.

    Raises:
        CourseError: as `expected_margin`; a negative envelope.

    >>> uses = conquest_and_loyalty(400, 250, 60, 200, 250)
    >>> {name: round(amount) for name, amount in best_split(uses, 20000).items()}
    {'Conquête': 4766, 'Fidélisation': 15234}
    """
    checked = _checked_uses(uses)
    if envelope < 0:
        raise CourseError("L’enveloppe ne peut pas être négative : écrivez 0 ou plus.")
    size = checked["cout_premiere_commande"] * checked["commandes_possibles"]
    returns = checked["marge_par_commande"] / checked["cout_premiere_commande"]
    first = returns.map(math.log)
    floor = 0.0
    for place in first.sort_values(ascending=False).index:
        used = first >= first[place]
        level = ((size * first)[used].sum() - envelope) / size[used].sum()
        floor = max(level, 0.0)
        if not (first[~used] > level).any():
            break
    amounts = size * (first - floor).clip(lower=0)
    return dict(zip(checked["poste"], amounts.astype(float).tolist(), strict=True))


# --- helpers -------------------------------------------------------------------------------------


def _margin(inputs: Mapping[str, Any]) -> Any:
    """Incremental margin, of numbers or of arrays of draws."""
    orders = inputs["reached"] * inputs["uplift"]
    with_discount = inputs["reached"] * (inputs["baseline"] + inputs["uplift"])
    return inputs["basket"] * (orders * inputs["margin_rate"] - with_discount * inputs["discount"])


def _between(low: float, high: float) -> str:
    if low == -_LARGE:
        return f"jusqu’à {number(high)}"
    return f"à partir de {number(low)}" if high == _LARGE else f"de {number(low)} à {number(high)}"


def _wilson(count: int, total: int, z: float) -> tuple[float, float]:
    """Wilson's score interval of a share."""
    share, spread = count / total, z * z / total
    center = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return center - half, center + half


def _uplift_sentence(gap: float, low: float, high: float, confidence: float) -> str:
    interval = f"de {number(100 * low, 1)} à {points(high)}"
    if low > 0:
        verdict = "l’action a fait commander davantage"
    elif high < 0:
        verdict = "l’action a fait commander moins"
    else:
        verdict = "le hasard seul pourrait l’expliquer"
    return (
        f"Hausse de réponse de {points(gap)} (intervalle à {percent(confidence)} : {interval}) : "
        f"{verdict}."
    )


def input_text(name: str, value: float) -> str:
    """The value of an input of a campaign, in its unit.

    >>> input_text("uplift", 0.125).replace("\\u00a0", " "), input_text("reached", 20)
    ('12,5 %', '20')
    """
    if name in ("basket", "cost"):
        return euros(value)
    if name in ("uplift", "margin_rate", "discount", "baseline"):
        return percent(value, 1)
    return number(value, 0 if float(value).is_integer() else 2)


def _check_ranges(campaign: Campaign, ranges: Mapping[str, Range]) -> None:
    for name, (low, high) in ranges.items():
        if name not in INPUT_NAMES:
            raise CourseError(
                f"L’entrée « {name} » n’existe pas : choisissez parmi {', '.join(INPUT_NAMES)}."
            )
        value = getattr(campaign, name)
        if low > high:
            raise CourseError(
                f"La fourchette de « {INPUT_NAMES[name]} » est à l’envers : donnez d’abord la plus "
                "petite des deux valeurs."
            )
        if not low <= value <= high:
            ends = f"de {input_text(name, low)} à {input_text(name, high)}"
            raise CourseError(
                f"La fourchette de « {INPUT_NAMES[name]} », {ends}, ne contient pas la valeur de "
                f"l’action, {input_text(name, value)} : donnez deux valeurs qui l’encadrent."
            )
        for end in (low, high):
            replace(campaign, **{name: end})


def _need(frame: pd.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if column not in frame:
            raise CourseError(f"La colonne « {column} » manque dans la table : ajoutez-la.")


def _checked_uses(uses: pd.DataFrame) -> pd.DataFrame:
    numbers = ["commandes_possibles", "cout_premiere_commande", "marge_par_commande"]
    _need(uses, ["poste", *numbers])
    if uses.empty:
        raise CourseError("Aucun poste ne peut recevoir d’argent : donnez-en un au moins.")
    for column in numbers:
        wrong = uses.loc[~(uses[column] > 0), "poste"]
        if not wrong.empty:
            raise CourseError(
                f"Le poste « {wrong.iloc[0]} » a une valeur de « {column} » nulle ou négative : "
                "écrivez un nombre plus grand que 0, ou retirez ce poste."
            )
    return uses
