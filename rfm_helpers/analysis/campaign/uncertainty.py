"""How sure a return is: draws in ranges, and what each range weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.campaign.account import (
    INPUT_NAMES,
    Campaign,
    incremental_margin,
    input_fields,
    input_text,
    margin_of,
    roi,
)
from rfm_helpers.analysis.campaign.uplift import Uplift
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent, points
from rfm_helpers.french.words import Said

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Simulation(Said):
    """A simulated ROI: its draws (`roi`, `gain_net`), interval, and the chance of a loss."""

    draws: pd.DataFrame
    low: float
    median: float
    high: float
    level: float
    loss: float
    text: str


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
        ranges: lowest and highest value, by field of `Campaign` or by its name in `campagne`.
        level: share of the draws that the interval holds (0–1).
        draws: number of draws.
        seed: the same seed gives the same draws.

    Returns:
        The draws, the interval of the ROI, its median, the share of draws that lose money, and a
        French sentence.

    Raises:
        CourseError: an unknown input, a range that leaves out the action's own value or goes
            beyond what `Campaign` accepts, a cost that can be 0.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> simulated = simulate_roi(spring, {"uplift": (0.02, 0.08)})
        >>> simulated.low < simulated.median < simulated.high
        True
    """
    ranges = _checked_ranges(campaign, ranges)
    if not 0 < level < 1:
        raise CourseError(f"Le niveau vaut {level} : choisissez une valeur entre 0 et 1.")
    if ranges.get("cost", (campaign.cost,))[0] == 0:
        raise CourseError("Le ROI n’est pas défini à coût nul : donnez un coût plus grand que 0.")
    inputs = _drawn(campaign, ranges, draws, seed)
    gains = np.broadcast_to(margin_of(inputs) - inputs["cost"], draws)
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


def _drawn(
    campaign: Campaign, ranges: Mapping[str, Range], draws: int, seed: int
) -> dict[str, Any]:
    """The inputs, those that have a range as arrays of draws."""
    random = np.random.default_rng(seed)
    inputs: dict[str, Any] = dict(vars(campaign))
    for field in fields(campaign):
        low, high = ranges.get(field.name, (0.0, 0.0))
        if low < high:
            inputs[field.name] = random.triangular(low, inputs[field.name], high, draws)
    return inputs


def tornado(campaign: Campaign, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """Which input matters most: the net gain at both ends of each range, the others unchanged.

    Args:
        campaign: the action, with the most likely values.
        ranges: lowest and highest value, by field of `Campaign` or by its name in `campagne`.

    Returns:
        One row per input, the widest first: `entree` (French), `champ` (field), `bas`, `haut`
        (the ends of its range), `gain_bas`, `gain_haut` (net gain at these ends, euros), `ecart`
        (euros, 0 or more), `gain_central` (net gain at the most likely values, euros).

    Raises:
        CourseError: no range, or as `simulate_roi`.

    Example:
        >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=3000)
        >>> tornado(spring, {"cost": (2500, 4000), "uplift": (0.02, 0.08)})[["entree", "ecart"]]
                      entree   ecart
        0  Hausse de réponse  6000.0
        1   Coût de l’action  1500.0
    """
    if not ranges:
        raise CourseError("Aucune entrée n’est incertaine : donnez une fourchette au moins.")
    ranges = _checked_ranges(campaign, ranges)
    center = incremental_margin(campaign) - campaign.cost
    rows = [
        {
            "entree": INPUT_NAMES[name],
            "champ": name,
            "bas": low,
            "haut": high,
            **{
                column: float(margin_of(values) - values["cost"])
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


@dataclass(frozen=True)
class MeasuredReturn(Said):
    """The ROI of an uplift that was measured, and at both ends of its interval."""

    low: float
    value: float
    high: float
    text: str


def measured_roi(campaign: Campaign, found: Uplift) -> MeasuredReturn:
    """The range of the ROI that a measured uplift leaves, all else as the action has it.

    Args:
        campaign: the action as it was carried out; its own uplift is not used.
        found: the uplift against a control group, from `compare_groups`.

    Returns:
        The ROI at the uplift measured and at both ends of its interval, and a French sentence that
        says whether the action pays.

    Raises:
        CourseError: a cost of 0, where the ROI is not defined.

    Example:
        >>> from rfm_helpers.analysis.campaign.uplift import compare_groups
        >>> spring = Campaign(reached=200, uplift=0, basket=1000, margin_rate=0.5, cost=10_000)
        >>> found = measured_roi(spring, compare_groups(56, 200, 20, 200, at_random=True))
        >>> round(found.low, 2), round(found.value, 2), round(found.high, 2)
        (0.04, 0.8, 1.54)
    """
    if campaign.cost == 0:
        raise CourseError("Le ROI n’est pas défini à coût nul : donnez un coût plus grand que 0.")
    low, value, high = (
        roi(incremental_margin(replace(campaign, uplift=uplift)), campaign.cost).value or 0.0
        for uplift in (found.low, found.uplift, found.high)
    )
    if low > 0:
        verdict = "même au bas de l’intervalle, l’action rapporte plus qu’elle ne coûte"
    elif high < 0:
        verdict = "même au haut de l’intervalle, l’action ne paie pas son coût"
    else:
        verdict = "on ne sait pas encore si l’action paie son coût"
    return MeasuredReturn(
        low,
        value,
        high,
        f"De {number(100 * found.low, 1)} à {points(found.high)} de hausse mesurée, le ROI va de "
        f"{percent(low)} à {percent(high)} : {verdict}.",
    )


def _checked_ranges(campaign: Campaign, ranges: Mapping[str, Range]) -> dict[str, Range]:
    by_field = input_fields(ranges)
    for name, (low, high) in by_field.items():
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
    return by_field
