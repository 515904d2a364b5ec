"""Whom to target, found again from the files: criteria, the leaves of two trees, lists by rank."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from support.by_hand import DATA, kept_orders, orders, scores

HORIZON = pd.Timedelta(days=182)
CART = (
    "recence <= 73 and categories > 2", "recence <= 73 and categories <= 2",
    "73 < recence <= 222", "recence > 222",
)  # fmt: skip
SOUTH = "region in ['Bordeaux et sa région', 'Lyon et sa région', 'Nice et la Côte']"
CHAID = (
    f"recence <= 32 and {SOUTH}", f"recence <= 32 and not {SOUTH}",
    "32 < recence <= 89 and categories > 2", "32 < recence <= 89 and categories <= 2",
    "89 < recence <= 192 and montant_total > 2400", "89 < recence <= 192 and montant_total <= 2400",
    "192 < recence <= 234 and contacts_recus > 2", "192 < recence <= 234 and contacts_recus <= 2",
    "234 < recence <= 414",
    "recence > 414 and contacts_recus > 4", "recence > 414 and contacts_recus <= 4",
)  # fmt: skip


@cache
def table_at(day: str) -> pd.DataFrame:
    """What was known of each customer at a day, and who ordered in the 182 days that followed."""
    end, year = pd.Timestamp(day), pd.Timestamp(day) - pd.Timedelta(days=365)
    table = scores(day, 5).join(pd.read_csv(DATA / "clients.csv").set_index("client_id")["region"])
    table["indice_rfm"] = table["R"] * table["F"] * table["M"]
    basket = table["montant_total"] / table["frequence"]
    worse = basket.round(6).rank(method="min").astype(int) - 1
    table["indice_rfa"] = table["R"] * table["F"] * (1 + 5 * worse // len(table))
    lines = orders()[(orders()["date_achat"] <= day) & (orders()["montant"] > 0)]
    bought = lines.merge(pd.read_csv(DATA / "produits.csv")[["produit_id", "categorie"]])
    table["categories"] = bought.groupby("client_id")["categorie"].nunique()
    sent = pd.read_csv(DATA / "contacts.csv", parse_dates=["date_contact"])
    recent = sent[(sent["date_contact"] > year) & (sent["date_contact"] <= end)]
    table["contacts_recus"] = recent["client_id"].value_counts()
    table = table.fillna({"categories": 0, "contacts_recus": 0})
    known = kept_orders().loc[kept_orders()["jour"] <= day, "commande_id"]
    later = orders()[(orders()["date_achat"] > end) & (orders()["date_achat"] <= end + HORIZON)]
    new = later[~later["commande_id"].isin(known)].groupby(["client_id", "commande_id"])["montant"]
    totals = new.sum().round(2)
    placed = totals[totals > 0].groupby("client_id")
    table["commandes_futures"] = placed.size()
    table["chiffre_affaires_futur"] = later.groupby("client_id")["montant"].sum()
    table = table.fillna({"commandes_futures": 0, "chiffre_affaires_futur": 0.0})
    return table.assign(rachat=table["commandes_futures"] > 0)


def chances(leaves: tuple[str, ...], table: pd.DataFrame, learned: str = "2024-06-30") -> pd.Series:
    """The share of each customer's leaf who ordered where the tree was learned."""
    past, found = table_at(learned), pd.Series(np.nan, table.index)
    for leaf in leaves:
        found[table.query(leaf).index] = past.query(leaf)["rachat"].mean()
    return found


def reached(score: pd.Series, wanted: pd.Series, size: int) -> float:
    """How many (or how much) of what is wanted the first of a list hold; ties share the last."""
    return _reached(-np.asarray(score, dtype=float), np.asarray(wanted, dtype=float), size)


def _reached(rank: np.ndarray, wanted: np.ndarray, size: int) -> float:
    _, place = np.unique(rank, return_inverse=True)
    people, found = np.bincount(place), np.bincount(place, wanted)
    before = np.cumsum(people) - people
    return float((found * np.clip((size - before) / people, 0, 1)).sum())


def gap_ends(
    one: pd.Series, other: pd.Series, wanted: pd.Series, part: float, draws: int = 200
) -> tuple[float, float]:
    """The interval at 95 % of what one list reaches beyond another, customers drawn again."""
    random, size = np.random.default_rng(7), len(wanted)
    mine, theirs, what = (np.asarray(column, dtype=float) for column in (-one, -other, wanted))
    gaps = []
    for _ in range(draws):
        drawn = random.integers(0, size, size)
        both = (_reached(rank[drawn], what[drawn], round(part * size)) for rank in (mine, theirs))
        gaps.append((next(both) - next(both)) / what[drawn].sum())
    low, high = np.quantile(gaps, [0.025, 0.975])
    return float(low), float(high)
