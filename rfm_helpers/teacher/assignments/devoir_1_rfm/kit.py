"""The kit of assignment 1: its variants, its files, its checks."""

from __future__ import annotations

from collections.abc import Callable

from rfm_helpers.questions.model import Check
from rfm_helpers.teacher.assignments.devoir_1_rfm.tables import (
    check_lines,
    check_profile,
    check_rfm,
    check_scores,
    check_segments,
)
from rfm_helpers.teacher.assignments.devoir_1_rfm.values import (
    check_basket,
    check_first_call,
    check_per_customer,
    check_silent,
    check_store,
)
from rfm_helpers.teacher.assignments.devoir_1_rfm.variant import FORMATS, parameters, tables
from rfm_helpers.teacher.assignments.variants import Given, Variant

__all__ = ["CHECKS", "FORMATS", "parameters", "tables"]

CHECKS: dict[str, Callable[[Variant, Given], Check]] = {
    "lignes": check_lines,
    "chiffre_boutique": check_store,
    "panier_client": check_basket,
    "rfm": check_rfm,
    "silencieux": check_silent,
    "scores": check_scores,
    "segments": check_segments,
    "profil": check_profile,
    "par_client": check_per_customer,
    "a_appeler": check_first_call,
}
