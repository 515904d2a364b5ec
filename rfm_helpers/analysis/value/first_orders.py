"""How customers began, and whether those won by a discount go on at full price."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_one_row_each
from rfm_helpers.tables.engines import to_pandas


def first_purchases(orders: Any, products: pd.DataFrame) -> pd.DataFrame:
    """The main product of each customer's first order of the file: the line of the largest amount.

    Merged to `recruit_value`, it gives `recruit_groups` the value by product. For customers who
    came before the file begins, it is not their first.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `produit_id`.
        products: `produit_id`, `produit`, `categorie`.

    Returns:
        One row per customer with an order, sorted: `client_id`, `premier_produit`,
        `premiere_categorie`.

    Raises:
        CourseError: missing column, no order.

    Example:
        >>> lines = pd.DataFrame({"client_id": "A", "commande_id": "1", "produit_id": ["S", "P"],
        ...     "date_achat": pd.Timestamp("2025-01-02"), "montant": [1500.0, 380.0]})
        >>> products = pd.DataFrame({"produit_id": ["S", "P"], "produit": ["Sac", "Portefeuille"],
        ...                          "categorie": ["Maroquinerie", "Petite maroquinerie"]})
        >>> first_purchases(lines, products).values.tolist()
        [['A', 'Sac', 'Maroquinerie']]
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, ["produit_id"], remedy=CHECK_NAMES)
    require_columns(products.columns, ["produit_id", "produit", "categorie"], remedy=CHECK_NAMES)
    require_one_row_each(products, "produit_id")
    keys = ["client_id", "commande_id"]
    first = order_table(lines).query("rang == 1")[keys]
    bought = lines[lines["montant"] > 0].merge(first, on=keys)
    bought = bought.sort_values(
        ["client_id", "montant", "produit_id"], ascending=[True, False, True]
    )
    main = bought.drop_duplicates("client_id").merge(products, on="produit_id")
    names = {"produit": "premier_produit", "categorie": "premiere_categorie"}
    table = main.sort_values("client_id", ignore_index=True).rename(columns=names)
    return table[["client_id", *names.values()]]


def full_price_later(
    orders: Any, customers: pd.DataFrame, by: str = "canal_recrutement"
) -> pd.DataFrame:
    """Of the orders that follow the first, how many are at full price, group by group?

    It tells whether those won by a discount can do without one. It says nothing of those who never
    came back (`recruit_groups` does), nor of what they would have bought at a lower price.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `remise`.
        customers: one row per customer, `client_id` and the groups.
        by: column of the groups.

    Returns:
        One row per group, the lowest share first: `by`, `commandes` (int, after the first),
        `plein_tarif` (int), `part`, `bas`, `haut` (0–1).

    Raises:
        CourseError: missing column, a customer twice, no order.

    Example:
        >>> days = pd.to_datetime(["2025-01-02", "2025-03-01", "2025-05-01"])
        >>> lines = pd.DataFrame({"client_id": "A", "commande_id": list("123"), "montant": 10.0,
        ...                       "date_achat": days, "remise": [0.15, 0.0, 0.1]})
        >>> people = pd.DataFrame({"client_id": ["A"], "canal_recrutement": ["promotion"]})
        >>> full_price_later(lines, people)[["commandes", "part"]].values.tolist()
        [[2.0, 0.5]]
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, ["remise"], remedy=CHECK_NAMES)
    require_columns(customers.columns, ["client_id", by], "la table des clients", CHECK_NAMES)
    require_one_row_each(customers, "client_id")
    later = order_table(lines).query("rang > 1").merge(customers[["client_id", by]], on="client_id")
    table = (
        later.assign(plein=later["remise"] == 0)
        .groupby(by, as_index=False)
        .agg(commandes=("plein", "size"), plein_tarif=("plein", "sum"))
    )
    table = shares_with_intervals(table, "plein_tarif", "commandes")
    return table.sort_values("part", ignore_index=True)
