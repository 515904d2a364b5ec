"""The uplift: a group reached beside a control group."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from statistics import NormalDist

from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent, points
from rfm_helpers.french.words import Said


@dataclass(frozen=True)
class Uplift(Said):
    """Two groups compared: shares who order (0–1), their difference and its interval."""

    reached_rate: float
    control_rate: float
    uplift: float
    low: float
    high: float
    text: str


def compare_groups(
    responded: int,
    reached: int,
    control_responded: int,
    control: int,
    confidence: float = 0.95,
    *,
    at_random: bool = False,
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
        at_random: whether chance made the two groups, before the action. Only then may a
            difference between them be put down to the action; the sentence says so.

    Returns:
        Shares, uplift, interval and the French sentence that concludes.

    Raises:
        CourseError: an empty group, more respondents than customers, an impossible confidence.

    Example:
        >>> found = compare_groups(56, 70, 48, 80)
        >>> round(found.uplift, 4), round(found.low, 4), round(found.high, 4)
        (0.2, 0.0524, 0.3339)
    """
    _check_group("touché", responded, reached)
    _check_group("témoin", control_responded, control)
    if not 0 < confidence < 1:
        raise CourseError(f"La confiance vaut {confidence} : choisissez une valeur entre 0 et 1.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    one, other = responded / reached, control_responded / control
    low, high = _newcombe(one, reached, other, control, z)
    gap = one - other
    return Uplift(one, other, gap, low, high, _sentence(gap, low, high, confidence, at_random))


def _check_group(name: str, count: int, total: int) -> None:
    if total < 1 or not 0 <= count <= total:
        raise CourseError(
            f"Le groupe {name} compte {count} répondants pour {total} clients : "
            "il faut un client au moins, et pas plus de répondants que de clients."
        )


def people_needed(share: float, aim: float, confidence: float = 0.95) -> int:
    """How many people each of two groups needs for a difference to be told from luck.

    The smallest groups of equal size for which the interval of `compare_groups` leaves zero out
    when the shares observed are exactly those given. It is a least size: drawn anew, groups of
    that size would miss the difference about once in two.

    Args:
        share: share of the control group who order (0–1).
        aim: share of those reached who order (0–1), another one.
        confidence: confidence of the interval (between 0 and 1).

    Returns:
        Customers in each group.

    Raises:
        CourseError: a share out of range, or twice the same.

    Example:
        >>> people_needed(0.30, 0.45)
        80
    """
    if not (0 <= share <= 1 and 0 <= aim <= 1) or share == aim:
        raise CourseError(
            f"De {percent(share)} à {percent(aim)} : donnez deux parts différentes, de 0 à 1."
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    below, above = min(share, aim), max(share, aim)

    def told_apart(size: int) -> bool:
        return _newcombe(above, size, below, size, z)[0] > 0

    enough = 1
    while not told_apart(enough):
        enough *= 2
    return bisect_left(range(enough), True, key=told_apart)


def _newcombe(
    one: float, reached: int, other: float, control: int, z: float
) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares."""
    one_low, one_high = wilson(one * reached, reached, z)
    other_low, other_high = wilson(other * control, control, z)
    low = one - other - math.hypot(one - one_low, other_high - other)
    high = one - other + math.hypot(one_high - one, other - other_low)
    return max(low, -1.0), min(high, 1.0)


def wilson(count: float, total: int, z: float) -> tuple[float, float]:
    """Wilson's score interval of a share, `z` standard deviations wide on either side."""
    share, spread = count / total, z * z / total
    center = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return center - half, center + half


def _sentence(gap: float, low: float, high: float, confidence: float, at_random: bool) -> str:
    """What one may conclude from an interval, given how the groups were made."""
    if low <= 0 <= high:
        verdict = "le hasard seul pourrait l’expliquer"
    elif at_random:
        verdict = f"l’action a fait commander {'davantage' if low > 0 else 'moins'}"
    else:
        verdict = "les groupes diffèrent ; l’action n’en est pas forcément la cause"
    return (
        f"{'Hausse de réponse' if at_random else 'Écart'} de {points(gap)} (intervalle à "
        f"{percent(confidence)} : de {number(100 * low, 1)} à {points(high)}) : {verdict}."
    )
