"""What was planted in Maison Orsenne, and how to find it again in the files.

Each function takes the tables by file name (dates as text or as dates) and gives the few numbers
that show its phenomenon, by name. They are what the dictionary prints and what the tests check.
"""

from __future__ import annotations

import pandas as pd

from . import house
from .parameters import REFERENCE

Frames = dict[str, pd.DataFrame]
Facts = dict[str, float]
YEAR = pd.Timedelta(days=365)


def seasonality(frames: Frames) -> Facts:
    """Orders per day in November–December and May–June, against the other months."""
    days = _orders(frames)["date_achat"]
    months = pd.Series(pd.date_range("2023-01-01", "2025-12-30")).dt.month
    rate = days.dt.month.value_counts() / months.value_counts()
    peak, spring = rate[[11, 12]].mean(), rate[[5, 6]].mean()
    rest = rate.drop([5, 6, 11, 12]).mean()
    return {"noel": peak / rest, "mai_juin": spring / rest}


def matching_wallet(frames: Frames) -> Facts:
    """Within orders: share of the bags sold with their wallet, and the lift of that pair."""
    lines = _sales(frames)
    baskets = lines.groupby("commande_id")["produit_id"].agg(set)
    lifts, together, bags = [], 0, 0
    for bag, wallet in house.MATCHING_WALLET.items():
        with_bag = baskets.map(lambda basket, bag=bag: bag in basket)
        with_wallet = baskets.map(lambda basket, wallet=wallet: wallet in basket)
        both = int((with_bag & with_wallet).sum())
        lifts.append(both * len(baskets) / (with_bag.sum() * with_wallet.sum()))
        together, bags = together + both, bags + int(with_bag.sum())
    return {"part_des_sacs": together / bags, "lift_minimal": min(lifts), "sacs": bags}


def promotion_customers(frames: Frames) -> Facts:
    """Share who order again within a year of their first order, by promotion or otherwise."""
    first = _first_orders(frames)
    first = first[first["date_1"] <= pd.Timestamp("2024-12-30")]
    again = (first["date_2"] - first["date_1"]) <= YEAR
    promotion = first["canal_recrutement"] == "promotion"
    return {
        "promotion": again[promotion].mean(),
        "autres": again[~promotion].mean(),
        "clients_promotion": promotion.sum(),
    }


def bad_store(frames: Frames) -> Facts:
    """Share of customers who order in the year after a complaint about a welcome, or without it.

    Compared: those who complained of the welcome in the store and window at fault, and those who
    bought in another store within the same window.
    """
    start, end = (pd.Timestamp(day) for day in REFERENCE.bad_window)
    orders = _orders(frames)
    complaints = frames["reclamations"].assign(jour=lambda f: pd.to_datetime(f["date_reclamation"]))
    bad = complaints[
        (complaints["boutique_id"] == REFERENCE.bad_store)
        & (complaints["motif"] == house.BAD_VISIT_REASON)
        & complaints["jour"].between(start, end + pd.Timedelta(days=15))
    ]
    in_window = orders[(orders["canal"] == "boutique") & orders["date_achat"].between(start, end)]
    others = in_window[in_window["boutique_id"] != REFERENCE.bad_store]
    others = others[~others["client_id"].isin(bad["client_id"])]
    window_orders = in_window.groupby("boutique_id").size()
    window_complaints = complaints[
        complaints["jour"].between(start, end) & (complaints["motif"] == house.BAD_VISIT_REASON)
    ]
    rate = window_complaints.groupby("boutique_id").size() / window_orders
    return {
        "apres_reclamation": _comes_back(orders, bad.groupby("client_id")["jour"].max()),
        "autres": _comes_back(orders, others.groupby("client_id")["date_achat"].max()),
        "plaignants": bad["client_id"].nunique(),
        "plaintes_pour_100": 100 * rate[REFERENCE.bad_store],
        "plaintes_pour_100_ailleurs": 100 * rate.drop(REFERENCE.bad_store).fillna(0).mean(),
    }


def contact_pressure(frames: Frames) -> Facts:
    """Opt-outs per 100 messages, by the number received in the 90 days before: 0–1, 2–3, 4+."""
    contacts = frames["contacts"].assign(jour=lambda f: pd.to_datetime(f["date_contact"]))
    contacts = contacts.sort_values(["client_id", "jour"], kind="stable")
    recent: list[int] = []
    for _, days in contacts.groupby("client_id")["jour"]:
        values = days.to_numpy(dtype="datetime64[D]").astype(int)
        recent += [int((values[:n] >= day - 90).sum()) for n, day in enumerate(values)]
    level = pd.cut(pd.Series(recent, index=contacts.index), [-1, 1, 3, 99], labels=False)
    rate = 100 * contacts.groupby(level)["desabonnement"].mean()
    return {"recus_0_1": rate[0], "recus_2_3": rate[1], "recus_4_plus": rate[2]}


def friends_alike(frames: Frames) -> Facts:
    """Rank correlation of the baskets of referrers and friends, and of the same pairs mixed."""
    orders = _orders(frames)
    basket = orders.groupby("client_id")["montant"].mean()
    pairs = frames["parrainages"]
    pairs = pairs[pairs["parrain_id"].isin(basket.index) & pairs["filleul_id"].isin(basket.index)]
    theirs = basket[pairs["parrain_id"]].reset_index(drop=True).rank()
    own = basket[pairs["filleul_id"]].reset_index(drop=True).rank()
    mixed = own.shift(7).fillna(own.mean())
    return {
        "correlation": theirs.corr(own),
        "melange": theirs.corr(mixed),
        "couples": float(len(pairs)),
    }


def watch_service(frames: Frames) -> Facts:
    """Among watch services: share that come 22 to 26 months after the customer bought a watch."""
    lines = _sales(frames)
    categories = frames["produits"].set_index("produit_id")["categorie"]
    watches = lines[lines["produit_id"].map(categories) == "Horlogerie"]
    services = lines[lines["produit_id"] == house.WATCH_SERVICE]
    pairs = services.merge(watches, on="client_id", suffixes=("", "_montre"))
    pairs["mois"] = (pairs["date_achat"] - pairs["date_achat_montre"]).dt.days / 30.44
    on_time = pairs.groupby("commande_id")["mois"].agg(lambda m: bool(m.between(22, 26).any()))
    due = watches[watches["date_achat"] <= "2023-11-30"]
    came = due["client_id"].isin(pairs.loc[pairs["mois"].between(22, 26), "client_id"])
    return {
        "part_a_24_mois": on_time.mean(),
        "part_des_montres": came.mean(),
        "revisions": float(len(services)),
    }


def developed_customers(frames: Frames) -> Facts:
    """Share who order again within a year of their second order: one category bought, or several.

    Everyday customers (care and home only) are left out: they are loyal for another reason.
    """
    lines = _sales(frames)
    lines["categorie"] = lines["produit_id"].map(
        frames["produits"].set_index("produit_id")["categorie"]
    )
    orders = _ranked(_orders(frames))
    first_two = lines.merge(orders.loc[orders["rang"] <= 2, ["commande_id", "client_id", "rang"]])
    breadth = first_two.groupby("client_id")["categorie"].nunique()
    only_care = first_two.groupby("client_id")["categorie"].agg(
        lambda names: bool((names == "Soin et maison").all())
    )
    wide = _wide(orders)
    wide = wide[wide["date_2"].notna() & (wide["date_2"] <= pd.Timestamp("2024-12-30"))]
    wide = wide[~wide["client_id"].map(only_care)]
    again = (wide["date_3"] - wide["date_2"]) <= YEAR
    several = wide["client_id"].map(breadth) >= 2
    return {
        "une_categorie": again[~several].mean(),
        "plusieurs": again[several].mean(),
        "clients_une": (~several).sum(),
        "clients_plusieurs": several.sum(),
    }


def loved_product(frames: Frames) -> Facts:
    """The gift case: its margin, and the share of its sales that goes to the best quarter."""
    lines = _sales(frames)
    cases = lines[lines["produit_id"] == house.LOVED_CASE]
    totals = frames["commandes"].groupby("client_id")["montant"].sum()
    best = set(totals.index[totals.rank(pct=True) > 0.75])
    return {
        "marge": cases["marge"].sum(),
        "ventes": float(len(cases)),
        "part_meilleur_quart": cases["client_id"].isin(best).mean(),
        "part_des_lignes_meilleur_quart": lines["client_id"].isin(best).mean(),
    }


PHENOMENA = {
    "Saisons": seasonality,
    "Sac puis portefeuille assorti": matching_wallet,
    "Clients recrutés par promotion": promotion_customers,
    "Mauvaise expérience en boutique": bad_store,
    "Pression commerciale": contact_pressure,
    "Filleuls semblables à leur parrain": friends_alike,
    "Révision de la montre à 24 mois": watch_service,
    "Clients développés": developed_customers,
    "Produit déficitaire mais aimé": loved_product,
}


def _dated(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(date_achat=pd.to_datetime(lines["date_achat"]))


def _sales(frames: Frames) -> pd.DataFrame:
    lines = frames["commandes"]
    return _dated(lines[lines["montant"] > 0])


def _orders(frames: Frames) -> pd.DataFrame:
    """One row per order that is not wholly returned, at the day of purchase."""
    lines = _dated(frames["commandes"])
    orders = lines.groupby("commande_id", as_index=False).agg(
        client_id=("client_id", "first"),
        date_achat=("date_achat", "min"),
        canal=("canal", "first"),
        boutique_id=("boutique_id", "first"),
        montant=("montant", "sum"),
    )
    return orders[orders["montant"] > 0]


def _ranked(orders: pd.DataFrame) -> pd.DataFrame:
    orders = orders.sort_values(["client_id", "date_achat", "commande_id"])
    return orders.assign(rang=orders.groupby("client_id").cumcount() + 1)


def _wide(ranked: pd.DataFrame) -> pd.DataFrame:
    """One row per customer, with the days of the first three orders."""
    early = ranked[ranked["rang"] <= 3]
    wide = early.pivot(index="client_id", columns="rang", values="date_achat")
    wide.columns = [f"date_{rank}" for rank in wide.columns]
    return wide.reset_index()


def _first_orders(frames: Frames) -> pd.DataFrame:
    """Newcomers of the period, with the days of their first orders."""
    customers = frames["clients"]
    new = customers[pd.to_datetime(customers["date_recrutement"]) >= pd.Timestamp("2023-01-01")]
    return _wide(_ranked(_orders(frames))).merge(new[["client_id", "canal_recrutement"]])


def _comes_back(orders: pd.DataFrame, since: pd.Series) -> float:
    """Share of customers with a purchase in the year after their day in ``since``."""
    after = orders.merge(since.rename("depuis"), left_on="client_id", right_index=True)
    days = (after["date_achat"] - after["depuis"]).dt.days
    return after[days.between(1, 365)]["client_id"].nunique() / len(since)
