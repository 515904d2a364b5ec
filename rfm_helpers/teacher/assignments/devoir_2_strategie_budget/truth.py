"""What is right for a variant, and what follows from a student's earlier answers."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from rfm_helpers.analysis.budget.lines import line_costs
from rfm_helpers.analysis.campaign.account import Campaign, break_even
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.windows import window_orders
from rfm_helpers.teacher.assignments.checks import is_own
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.variant import (
    BENCHMARKS,
    MONTHS,
    ORDERS,
    PEOPLE,
    QUOTES,
)
from rfm_helpers.teacher.assignments.variants import Given, Variant

VAT = 1.2
HALF_A_CENT = 0.005

#: The inputs of a campaign, as the notebook's table names them.
INPUTS = {
    "Clients touchés": "reached",
    "Hausse de réponse": "uplift",
    "Panier moyen (€ HT)": "basket",
    "Taux de marque": "margin_rate",
    "Coût (€ HT)": "cost",
    "Remise": "discount",
    "Commandes venues de toute façon": "baseline",
}


@dataclass(frozen=True)
class Party:
    """Whom the evening is for: guests, those who would come, and what one of their orders is."""

    invited: int
    present: int
    basket: float
    margin_rate: float


@dataclass(frozen=True)
class Costs:
    """What the evening costs in all (euros)."""

    excluding: float
    including: float
    year: float


@dataclass(frozen=True)
class Chain:
    """The right answers of a variant, step by step."""

    clients: pd.DataFrame
    party: Party
    lines: pd.DataFrame
    campaign: Campaign


@lru_cache(maxsize=8)
def truth(variant: Variant) -> Chain:
    """The right answers of a variant, computed once."""
    rfm = rfm_table(orders(variant), as_of=variant.parameters["DATE_REFERENCE"])
    clients = assign_segments(score_rfm(rfm))
    party = party_of(variant, clients)
    lines = evening_of(variant, party)
    return Chain(clients, party, lines, campaign_of(variant, party, total_of(lines).excluding))


def recent(variant: Variant) -> pd.DataFrame:
    """The customers of the window on which two dates are compared, with their segments."""
    day = variant.parameters["DATE_REFERENCE"]
    return assign_segments(
        score_rfm(rfm_table(window_orders(orders(variant), day, MONTHS), as_of=day))
    )


def a_year_before(variant: Variant) -> pd.DataFrame:
    """The customers of the benchmarks, one row each: `segment`, and whether they came back."""
    table = variant.tables[BENCHMARKS][["segment", "clients", "revenus"]]
    rows = [
        (segment, place < returned)
        for segment, customers, returned in table.itertuples(index=False)
        for place in range(customers)
    ]
    return pd.DataFrame(rows, columns=["segment", "rachat"])


def orders(variant: Variant) -> pd.DataFrame:
    """The order lines of a variant, their dates read."""
    lines = variant.tables[ORDERS]
    return lines.assign(date_achat=pd.to_datetime(lines["date_achat"]))


def party_of(variant: Variant, clients: pd.DataFrame) -> Party:
    """The party that follows from a table of customers and segments.

    Raises:
        ValueError: nobody is invited or comes, or their orders cannot be counted.
    """
    people, orders = variant.tables[PEOPLE], variant.tables[ORDERS]
    agreed = people.loc[people["consentement"] == "oui", "client_id"]
    coming = people.loc[people["viendrait"] == "oui", "client_id"]
    theirs = clients["segment"].eq(variant.parameters["SEGMENT"])
    invited = clients[theirs & clients["client_id"].isin(agreed)]
    lines = orders[orders["client_id"].isin(invited["client_id"])]
    revenue = float(lines["montant"].sum()) / VAT
    party = Party(
        invited=len(invited),
        present=int(invited["client_id"].isin(coming).sum()),
        basket=revenue / float(invited["frequence"].astype(float).sum()),
        margin_rate=float(lines["marge"].sum()) / revenue,
    )
    if not (party.present and math.isfinite(party.basket) and party.basket > 0):
        raise ValueError("no party can be held for these customers")
    return party


def quantities_of(variant: Variant, invited: int, present: int) -> pd.Series:
    """How many of each quoted line so many guests take."""
    quotes = variant.tables[QUOTES]
    counts = quotes["par"].map({"soirée": 1, "invité": invited, "présent": present})
    quantities: pd.Series = quotes["quantite"] * counts
    return quantities


def evening_of(variant: Variant, party: Party) -> pd.DataFrame:
    """The evening's lines, with their costs."""
    return _priced(variant, party.invited, party.present)


@lru_cache(maxsize=16)
def _priced(variant: Variant, invited: int, present: int) -> pd.DataFrame:
    quantities = quantities_of(variant, invited, present)
    return line_costs(variant.tables[QUOTES].assign(quantite=quantities))


def total_of(lines: pd.DataFrame) -> Costs:
    """What lines cost in all.

    Raises:
        ValueError: a total is no amount, or nothing.
    """
    columns = ("cout_ht", "cout_ttc", "cout_annee_ht")
    costs = Costs(*(float(lines[column].astype(float).sum()) for column in columns))
    if not all(math.isfinite(cost) and cost > 0 for cost in vars(costs).values()):
        raise ValueError("these lines cost nothing")
    return costs


def campaign_of(variant: Variant, party: Party, cost: float) -> Campaign:
    """The evening as a campaign."""
    given = variant.parameters
    return Campaign(
        reached=party.invited,
        uplift=given["REPONSE"] - given["TEMOIN"],
        basket=party.basket,
        margin_rate=party.margin_rate,
        cost=cost,
    )


def clients_given(variant: Variant, given: Given) -> tuple[pd.DataFrame, Party]:
    """The student's customers and the party that follows; the true ones if they cannot be used."""
    steps, own = truth(variant), given.table("clients")
    if own is not None:
        with suppress(Exception):
            if is_own(own, steps.clients):
                return own, party_of(variant, own)
    return steps.clients, steps.party


def costs_given(variant: Variant, given: Given) -> Costs:
    """The costs that follow from the student's lines, or else from the student's customers.

    Lines none of which costs what it does in the variant are another student's.
    """
    _, party = clients_given(variant, given)
    lines, own = evening_of(variant, party), given.table("couts")
    if own is not None:
        with suppress(Exception):
            pairs = lines.merge(own, on="libelle", suffixes=("", "_donne"))
            if ((pairs["cout_ht"] - pairs["cout_ht_donne"]).abs() < HALF_A_CENT).any():
                return total_of(own)
    return total_of(lines)


def campaign_given(variant: Variant, given: Given) -> Campaign:
    """The student's campaign, or else the one that follows from the earlier steps.

    A campaign with neither the basket, nor the margin rate, nor the cost that follow from the
    variant is another student's.
    """
    _, party = clients_given(variant, given)
    costs, own = costs_given(variant, given), given.table("compte")
    if own is not None:
        with suppress(Exception):
            values = own.drop_duplicates("ligne").set_index("ligne")["valeur"].astype(float)
            campaign = Campaign(**{name: float(values[label]) for label, name in INPUTS.items()})
            known = (
                is_one_of(campaign.basket, party.basket, party.basket * VAT)
                or is_one_of(campaign.margin_rate, party.margin_rate)
                or is_one_of(campaign.cost, *vars(costs).values())
            )
            if known and break_even(campaign).value:
                return campaign
    return campaign_of(variant, party, costs.excluding)


def is_one_of(found: float, *values: float) -> bool:
    """Whether a number is one of these, to four digits or so."""
    return any(math.isclose(found, value, rel_tol=1e-4) for value in values)
