"""Winning back: alerts on one's own rhythm, dates known in advance, causes, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.orders import Day, orders_until
from rfm_helpers.analysis.repurchase import later_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns
from rfm_helpers.tables.engines import to_pandas


def rhythm_alerts(
    orders: Any, as_of: Day, *, factor: float = 3.0, least_orders: int = 3
) -> pd.DataFrame:
    """Who has been silent for longer than his own rhythm would have it?

    A customer's rhythm is the median of the days between his successive orders. An alert rings when
    the silence exceeds `factor` times that rhythm (and a week). Two orders make a single interval:
    those of fewer than `least_orders` have no rhythm and are not watched.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        as_of: the day.
        factor: how many times the rhythm.
        least_orders: the fewest orders for a rhythm, 3 or more.

    Returns:
        One row per customer who has a rhythm, sorted: `client_id`, `commandes` (int), `rythme`
        (days), `silence` (whole days), `seuil` (days), `alerte` (bool), `sonne_le` (the day on
        which the alert rings, or would ring).

    Raises:
        CourseError: as `order_table`; a factor below 1, fewer than three orders.

    Example:
        >>> days = pd.to_datetime(["2025-01-01", "2025-01-31", "2025-03-02"])
        >>> lines = pd.DataFrame({"client_id": "A", "commande_id": list("123"),
        ...                       "date_achat": days, "montant": 10.0})
        >>> rhythm_alerts(lines, "2025-06-30")[["rythme", "silence", "alerte"]].values.tolist()
        [[30.0, 120, True]]
    """
    if factor < 1 or least_orders < 3:
        raise CourseError(
            "Ces réglages ne conviennent pas : écrivez un facteur de 1 ou plus, et 3 commandes au "
            "moins, car il en faut trois pour lire un rythme."
        )
    day = pd.Timestamp(as_day(as_of))
    found = order_table(orders_until(to_pandas(orders), day.date()))
    gaps = found.groupby("client_id")["date_achat"].diff().dt.days
    groups = found.assign(ecart=gaps).groupby("client_id")
    table = groups.agg(
        commandes=("rang", "size"), rythme=("ecart", "median"), dernier=("date_achat", "max")
    ).reset_index()
    table = table[table["commandes"] >= least_orders].reset_index(drop=True)
    table["silence"] = (day - table["dernier"]).dt.days
    table["seuil"] = (factor * table["rythme"]).clip(lower=7)
    table["alerte"] = table["silence"] > table["seuil"]
    wait = np.floor(table["seuil"]).astype("int64") + 1
    table["sonne_le"] = table["dernier"] + pd.to_timedelta(wait, unit="D")
    return table.drop(columns="dernier")


def judge_alerts(
    orders: Any,
    days: Sequence[Day],
    *,
    factor: float = 3.0,
    least_orders: int = 3,
    horizon_days: int = 180,
) -> pd.DataFrame:
    """Alerts counted against what followed, when nothing was done: how many were false?

    A false alert rings for a customer who orders again within the horizon; a departure is a
    customer with no order in it. Without a contract, « parti » is that definition and no more.

    Args:
        orders, factor, least_orders: as for `rhythm_alerts`.
        days: days at which the alerts are read.
        horizon_days: days in which an order is looked for.

    Returns:
        One row per day: `jour`, `suivis` (int: customers with a rhythm), `alertes`,
        `fausses_alertes`, `departs`, `departs_signales` (int), `part_fausses`, `fausses_bas`,
        `fausses_haut` (0–1: false ÷ alerts), `part_signales` (0–1: departures that rang),
        `part_departs` (0–1: departures ÷ customers followed: what an alert at random would find).

    Raises:
        CourseError: as `rhythm_alerts` and `later_orders`.

    Example:
        >>> from rfm_helpers.datasets import load_orders
        >>> judged = judge_alerts(load_orders(), ["2025-06-30"]).iloc[0]
        >>> int(judged["alertes"]) > int(judged["fausses_alertes"]) > 0
        True
    """
    lines = to_pandas(orders)
    rows = []
    for day in days:
        table = rhythm_alerts(lines, day, factor=factor, least_orders=least_orders)
        later = later_orders(lines, day, horizon_days).set_index("client_id")["rachat"]
        back = table["client_id"].map(later).astype(bool)
        rows.append(
            {
                "jour": pd.Timestamp(as_day(day)),
                "suivis": len(table),
                "alertes": int(table["alerte"].sum()),
                "fausses_alertes": int((table["alerte"] & back).sum()),
                "departs": int((~back).sum()),
                "departs_signales": int((table["alerte"] & ~back).sum()),
            }
        )
    found = shares_with_intervals(pd.DataFrame(rows), "fausses_alertes", "alertes")
    found = found.rename(
        columns={"part": "part_fausses", "bas": "fausses_bas", "haut": "fausses_haut"}
    )
    return found.assign(
        part_signales=found["departs_signales"] / found["departs"].where(found["departs"] > 0),
        part_departs=found["departs"] / found["suivis"].where(found["suivis"] > 0),
    )


def due_dates(
    orders: Any,
    products: pd.DataFrame,
    as_of: Day,
    *,
    category: str = "Horlogerie",
    service: str = "Révision de montre",
    after_days: int = 730,
    within_days: int = 90,
) -> pd.DataFrame:
    """Events known in advance: whose product calls for its service in the coming days?

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `produit_id`.
        products: `produit_id`, `produit`, `categorie`.
        as_of: today; nothing later is looked at.
        category: the category of the products that call for it.
        service: the product's name of the service.
        after_days: how long after the purchase it is due.
        within_days: how far ahead (and behind) one looks.

    Returns:
        One row per purchase due between `within_days` before and after today, and not yet served
        (within 90 days of its due date), by date: `client_id`, `produit`, `achete_le`,
        `a_faire_le`.

    Raises:
        CourseError: missing column, a category or a service that is not in the catalogue.

    Source: source 001 (events known in advance); the 24 months of a watch are the house's.

    Example:
        >>> from rfm_helpers import datasets as d
        >>> len(due_dates(d.load_orders(), d.load_products(), "2025-06-30")) > 10
        True
    """
    require_columns(products.columns, ["produit_id", "produit", "categorie"], remedy=CHECK_NAMES)
    for value, column in ((category, "categorie"), (service, "produit")):
        if value not in set(products[column]):
            raise CourseError(
                f"« {value} » n’est pas au catalogue : vérifiez la colonne « {column} » des "
                "produits."
            )
    day = pd.Timestamp(as_day(as_of))
    lines = orders_until(to_pandas(orders), day.date())
    lines = lines[lines["montant"] > 0].merge(products, on="produit_id")
    bought = lines.loc[lines["categorie"] == category, ["client_id", "produit", "date_achat"]]
    due = bought.rename(columns={"date_achat": "achete_le"})
    due["a_faire_le"] = due["achete_le"] + pd.to_timedelta(after_days, unit="D")
    near = (due["a_faire_le"] - day).dt.days.between(-within_days, within_days)
    served = lines.loc[lines["produit"] == service, ["client_id", "date_achat"]]
    done = due.reset_index().merge(served, on="client_id")
    close = (done["date_achat"] - done["a_faire_le"]).dt.days.between(-90, 90)
    waiting = ~due.index.isin(done.loc[close, "index"])
    return due[near & waiting].sort_values(["a_faire_le", "client_id"], ignore_index=True)


def complaint_causes(
    orders: Any,
    complaints: pd.DataFrame,
    *,
    by: str | Sequence[str] = "motif",
    horizon_days: int = 365,
    as_of: Day = "2025-12-30",
) -> pd.DataFrame:
    """What complaints were about, and how many of those who complained ordered again.

    Only complaints followed for the whole horizon count. Who complained says so himself; how
    dissatisfied the others are, no file tells: a survey would. To judge a share, compare it with
    `retention` or with customers of the same days who did not complain.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`.
        complaints: `client_id`, `date_reclamation`, `traitee`, and the columns of `by`.
        by: column or columns of the groups, such as `["boutique_id", "motif"]`.
        horizon_days: days in which an order is looked for, from the day after the complaint.
        as_of: last day of the file of orders.

    Returns:
        One row per group, the lowest share first: the groups, `reclamations` (int),
        `sans_reponse` (0–1), `clients`, `revenus` (int: customers, by their last complaint of the
        group), `part`, `bas`, `haut` (0–1: who ordered again).

    Raises:
        CourseError: missing column, no complaint followed long enough.

    Example:
        >>> from rfm_helpers.datasets import load_complaints, load_orders
        >>> found = complaint_causes(load_orders(), load_complaints())
        >>> found["motif"].iloc[0]
        'Accueil en boutique'
    """
    keys = [by] if isinstance(by, str) else list(by)
    needed = ["client_id", "date_reclamation", "traitee", *keys]
    require_columns(complaints.columns, needed, "la table des réclamations", CHECK_NAMES)
    last = pd.Timestamp(as_day(as_of)) - pd.to_timedelta(horizon_days, unit="D")
    known = complaints.assign(jour=pd.to_datetime(complaints["date_reclamation"]))
    known = known[known["jour"] <= last]
    if known.empty:
        raise CourseError(
            f"Aucune réclamation n’est suivie {horizon_days} jours : choisissez un délai plus "
            "court."
        )
    people = known.groupby([*keys, "client_id"], as_index=False)["jour"].max()
    days = order_table(orders)[["client_id", "date_achat"]].merge(people, on="client_id")
    after = (days["date_achat"] - days["jour"]).dt.days.between(1, horizon_days)
    back = days[after][[*keys, "client_id"]].drop_duplicates().assign(revenu=True)
    people = people.merge(back, on=[*keys, "client_id"], how="left")
    people["revenu"] = people["revenu"].notna()
    counts = known.groupby(keys).agg(
        reclamations=("jour", "size"), sans_reponse=("traitee", lambda said: (said == "non").mean())
    )
    found = people.groupby(keys).agg(clients=("revenu", "size"), revenus=("revenu", "sum"))
    table = counts.join(found).reset_index()
    table = shares_with_intervals(table, "revenus", "clients")
    return table.sort_values("part", ignore_index=True, kind="stable")


def stop_rule(
    bands: pd.DataFrame, cost: float, margin: float, *, uplift_share: float = 1.0
) -> pd.DataFrame:
    """Go on or stop: where does one more message still have a chance to pay?

    A message pays if the returns that it causes, times the margin of one, exceed its cost. What it
    causes is unknown without a control group; the share who come back anyway bounds hopes: assume
    that it adds `uplift_share` of it (1: it doubles the returns, a bold assumption). Where even the
    upper end of that does not pay, stop.

    Args:
        bands: what `return_bands` gives.
        cost: euros per customer contacted.
        margin: euros that one return brings.
        uplift_share: what the message is assumed to add, as a share of what comes anyway.

    Returns:
        The bands with `hausse_supposee` (0–1), `gain_par_client` (euros, net), `gain_haut` (euros,
        at the upper end) and `decision` (« continuer », « arrêter », or « à tester » where only the
        upper end pays).

    Raises:
        CourseError: missing column, a cost or a margin of 0 or less, a negative share.

    Example:
        >>> bands = pd.DataFrame({"silence": ["0 à 59 jours", "60 jours et plus"],
        ...                       "part": [0.4, 0.01], "bas": [0.3, 0.0], "haut": [0.5, 0.02]})
        >>> stop_rule(bands, cost=10, margin=200)["decision"].tolist()
        ['continuer', 'arrêter']
    """
    require_columns(bands.columns, ["part", "haut"], remedy="donnez la table de return_bands.")
    if not cost > 0 or not margin > 0 or uplift_share < 0:
        raise CourseError(
            "Le coût et la marge sont en euros, plus grands que 0 ; la hausse supposée est une "
            "part, 0 ou plus."
        )
    gain = bands["part"] * uplift_share * margin - cost
    best = bands["haut"] * uplift_share * margin - cost
    decision = np.select([gain > 0, best <= 0], ["continuer", "arrêter"], "à tester")
    return bands.assign(
        hausse_supposee=bands["part"] * uplift_share,
        gain_par_client=gain,
        gain_haut=best,
        decision=decision,
    )
