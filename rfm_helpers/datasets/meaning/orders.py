"""Orders that may be something else: continued, shared, stretched out, given back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rfm_helpers.datasets.choices import blanks, continued, order_fields
from rfm_helpers.datasets.meaning.facts import Facts, Finding, says

MONTH = pd.Timedelta(days=31)


def continued_lines(facts: Facts) -> list[Finding]:
    """Lines whose customer, date or status is blank, though the line above has them."""
    if facts.choices.fill_down:
        return []
    lines = continued(facts.raw, facts.columns)
    fields = order_fields(facts.raw, facts.columns, lines)
    alone = facts.columns.order is not None and blanks(facts.lines.cells[facts.columns.order])
    keys = (facts.columns.customer, facts.columns.date)
    telling = [name for name in fields if name in keys or says(name, facts.words.status)]
    flags = lines if telling else lines & alone
    if not flags.any():
        return []
    return [Finding("continued", np.flatnonzero(flags), facts.columns.amount, {"fill_down": True})]


def shared_orders(facts: Facts) -> list[Finding]:
    """An order number that several customers have."""
    if facts.columns.order is None:
        return []
    customers = facts.kept["customer"].groupby(facts.kept["order"])
    flags = (customers.transform("min") < customers.transform("max")).to_numpy()
    return _found("shared_order", facts, flags)


def long_orders(facts: Facts) -> list[Finding]:
    """An order of one customer whose purchases are more than a month apart."""
    if facts.columns.order is None:
        return []
    bought = facts.kept[facts.kept["cents"] > 0]
    days = bought["day"].groupby([bought["customer"], bought["order"]])
    long = days.transform("max") - days.transform("min") > MONTH
    return _found("long_order", facts, facts.kept.index.isin(bought.index[long]))


def _found(kind: str, facts: Facts, flags: np.ndarray) -> list[Finding]:
    shown = facts.columns.order or facts.columns.customer
    return [Finding(kind, facts.places(flags), shown, {"order": None})] if flags.any() else []


def credit_notes(facts: Facts) -> list[Finding]:
    """Orders that hold nothing but negative amounts, beside others that hold purchases."""
    if facts.columns.order is None:
        return []
    highest = facts.kept["cents"].groupby([facts.kept["customer"], facts.kept["order"]])
    flags = (highest.transform("max") < 0).to_numpy()
    if not flags.any() or flags.all():
        return []
    return [Finding("credit_notes", facts.places(flags), facts.columns.order)]
