"""What the checks of several assignments share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from rfm_helpers.questions.checks import TableCheck, table_of
from rfm_helpers.questions.model import Outcome, Verdict

#: What a table that is not right earns at most: one call gives it, right or not.
PARTIAL = 0.5
#: Share of the customers of a student's table that are known to the variant, at least.
OWN = 0.5


def is_own(table: pd.DataFrame, known: pd.DataFrame) -> bool:
    """Whether a table of customers is about those of a variant, and not another student's."""
    return bool(table["client_id"].isin(known["client_id"]).mean() > OWN)


def _as_it_is(table: pd.DataFrame) -> pd.DataFrame:
    return table


@dataclass(frozen=True)
class HalfTableCheck(TableCheck):
    """A table made by one call: not quite right, it earns half of the points at most.

    ``prepare`` is applied to the table given, its named index being columns already.
    """

    prepare: Callable[[pd.DataFrame], pd.DataFrame] = _as_it_is

    def __call__(self, value: object) -> Verdict:
        """The verdict on one table."""
        table = table_of(value)
        if any(table.index.names):
            table = table.reset_index()
        verdict = super().__call__(self.prepare(table))
        if verdict.outcome is Outcome.SUCCESS:
            return verdict
        return replace(verdict, share=min(verdict.share, PARTIAL))
