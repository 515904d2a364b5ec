"""What was known of each customer at a date, and what he did afterwards."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.orders import Day, orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import rfm_index, score_rfm
from rfm_helpers.analysis.segments import customer_features
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns
from rfm_helpers.tables.engines import to_pandas

#: The criteria that a tree may look at, all known at the date.
CRITERIA = (
    "recence",
    "frequence",
    "montant_total",
    "panier_moyen",
    "anciennete",
    "categories",
    "reclamations",
    "contacts_recus",
    "age",
    "region",
    "canal_recrutement",
)


def target_table(
    orders: Any,
    customers: pd.DataFrame,
    products: pd.DataFrame,
    *,
    complaints: pd.DataFrame,
    referrals: pd.DataFrame,
    contacts: pd.DataFrame,
    as_of: Day,
    horizon_days: int | None = 182,
) -> pd.DataFrame:
    """The table from which a target is learned, or on which it is judged.

    Nothing in the criteria is dated after `as_of`; the outcome is all dated after it. The consent
    is not among them: the file gives it as it stands on its last day, so it knows who opted out
    later (see `consent_on`).

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `marge`,
            `produit_id`.
        customers: `client_id`, `age`, `region`, `canal_recrutement`.
        products: `produit_id`, `categorie`.
        complaints, referrals, contacts: as for `customer_features`.
        as_of: the day on which customers are known.
        horizon_days: length of the outcome, of the same season as where it will be used; None: no
            outcome, for the day on which a list is made.

    Returns:
        One row per customer known at `as_of`: the columns of `customer_features`, `indice_rfm`
        (R×F×M) and `indice_rfa` (with the mean basket for M), on five levels, `categories` (int:
        categories bought), `age`, `region`, `canal_recrutement`, and the outcome of `later_orders`
        (`rachat`, `chiffre_affaires_futur`…).

    Raises:
        CourseError: missing column, or a period that the file does not cover.

    Example:
        >>> from rfm_helpers import datasets as d
        >>> table = target_table(d.load_orders(), d.load_customers(), d.load_products(),
        ...     complaints=d.load_complaints(), referrals=d.load_referrals(),
        ...     contacts=d.load_contacts(), as_of="2024-06-30")
        >>> len(table), int(table["rachat"].sum())
        (1648, 465)
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, ["produit_id", "marge"], remedy=CHECK_NAMES)
    people = ["client_id", "age", "region", "canal_recrutement"]
    require_columns(customers.columns, people, "la table des clients", CHECK_NAMES)
    past = orders_until(lines, as_of)
    rfm = rfm_table(past, as_of=as_of)
    known = customer_features(
        rfm, past, complaints=complaints, referrals=referrals, contacts=contacts, as_of=as_of
    )
    bought = past[past["montant"] > 0].merge(products[["produit_id", "categorie"]])
    breadth = bought.groupby("client_id")["categorie"].nunique()
    mean_scored = _mean_score(known)
    table = rfm_index(known).assign(
        indice_rfa=known["R"] * known["F"] * mean_scored,
        categories=known["client_id"].map(breadth).fillna(0).astype("int64"),
    )
    table = table.merge(customers[people], on="client_id", how="left")
    if horizon_days is None:
        return table
    return table.merge(later_orders(lines, as_of, horizon_days), on="client_id")


def _mean_score(known: pd.DataFrame) -> pd.Series[int]:
    """The A of RFA: the mean basket, scored as M is."""
    measures = ["client_id", "recence", "frequence", "panier_moyen"]
    return score_rfm(known[measures], levels=5, monetary="panier_moyen")["M"]
