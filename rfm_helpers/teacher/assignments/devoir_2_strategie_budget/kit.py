"""The kit of assignment 2: its variants, its files, its checks."""

from __future__ import annotations

from collections.abc import Callable

from rfm_helpers.questions.model import Check
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.forms import (
    check_letter,
    check_strategy,
)
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.numbers import (
    check_break_even,
    check_discount,
    check_per_guest,
    check_return,
    check_stake,
)
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.tables import (
    check_account,
    check_clients,
    check_costs,
)
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.variant import (
    FORMATS,
    parameters,
    tables,
)
from rfm_helpers.teacher.assignments.variants import Given, Variant

__all__ = ["CHECKS", "FORMATS", "parameters", "tables"]

CHECKS: dict[str, Callable[[Variant, Given], Check]] = {
    "clients": check_clients,
    "enjeu": check_stake,
    "strategie": check_strategy,
    "couts": check_costs,
    "cout_present": check_per_guest,
    "lettre": check_letter,
    "compte": check_account,
    "seuil": check_break_even,
    "prix_remise": check_discount,
    "roi_remise": check_return,
}
