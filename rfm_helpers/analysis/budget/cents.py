"""Amounts as whole cents, so that parts add up to what is shared and totals to their lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def to_cents(amount: float) -> Decimal:
    """An amount in cents, without a rounding of its own.

    >>> to_cents(45.5)
    Decimal('4550')
    """
    return Decimal(round(amount * 100))


def half_up(cents: Decimal) -> int:
    """A whole number, half away from zero (every amount here is 0 or more).

    >>> half_up(Decimal("2.5")), half_up(Decimal("2.4"))
    (3, 2)
    """
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def portion(cents: int, part: int, parts: int) -> int:
    """Part `part` of `parts` of an amount; all parts add up to it.

    >>> [portion(10000, part, 3) for part in (1, 2, 3)]
    [3333, 3334, 3333]
    """
    up_to, before = (half_up(Decimal(cents) * k / parts) for k in (part, part - 1))
    return up_to - before
