"""The simulated house as the tables that the course reads."""

from __future__ import annotations

import pandas as pd

from . import house
from .customers import Customer
from .orders import Line, Order
from .parameters import as_date, as_day
from .relations import Complaint, Contact

ORDER_COLUMNS = [
    "client_id", "commande_id", "ligne", "date_achat", "canal", "boutique_id", "produit_id",
    "quantite", "remise", "montant", "marge",
]  # fmt: skip


def customers_table(customers: list[Customer], contacts: list[Contact]) -> pd.DataFrame:
    """One row per customer; ``consentement`` is what it is on the last day."""
    gone = {contact.customer for contact in contacts if contact.opted_out}
    return pd.DataFrame(
        {
            "client_id": [c.id for c in customers],
            "prenom": [c.first_name for c in customers],
            "nom": [c.last_name for c in customers],
            "age": [c.age for c in customers],
            "profession": [c.profession for c in customers],
            "region": [house.REGIONS[c.region][0] for c in customers],
            "canal_recrutement": [c.channel for c in customers],
            "date_recrutement": [_iso(c.recruited) for c in customers],
            "consentement": [
                "oui" if c.consent and c.number not in gone else "non" for c in customers
            ],
        }
    )


def products_table() -> pd.DataFrame:
    """The catalogue: price in euros incl. tax, margin rate on the price excl. tax."""
    columns = ["produit_id", "produit", "categorie", "type", "prix", "taux_marge"]
    return pd.DataFrame([product[:6] for product in house.PRODUCTS], columns=columns)


def stores_table() -> pd.DataFrame:
    """The places of sale."""
    return pd.DataFrame(house.STORES, columns=["boutique_id", "boutique", "ville"])


def orders_table(orders: list[Order]) -> pd.DataFrame:
    """One row per order line, by day; a return line stands at the day of the return."""
    rows = [
        (_order_row(order, number, line), line.day)
        for order in orders
        for number, line in enumerate(order.lines, 1)
    ]
    rows.sort(key=lambda row: (row[1], row[0][1], row[0][2]))
    return pd.DataFrame([row for row, _ in rows], columns=ORDER_COLUMNS)


def _order_row(order: Order, number: int, line: Line) -> tuple[object, ...]:
    return (
        f"C-{order.customer:04d}",
        order.id,
        number,
        _iso(line.day),
        order.channel,
        order.store,
        line.product,
        line.units,
        line.discount,
        line.cents / 100,
        line.margin_cents / 100,
    )


def contacts_table(contacts: list[Contact]) -> pd.DataFrame:
    """One row per message."""
    return pd.DataFrame(
        {
            "client_id": [f"C-{c.customer:04d}" for c in contacts],
            "date_contact": [_iso(c.day) for c in contacts],
            "canal_contact": [c.channel for c in contacts],
            "campagne": [c.campaign for c in contacts],
            "ouvert": [int(c.opened) for c in contacts],
            "clic": [int(c.clicked) for c in contacts],
            "desabonnement": [int(c.opted_out) for c in contacts],
        }
    )


def complaints_table(complaints: list[Complaint]) -> pd.DataFrame:
    """One row per complaint; no delay when it was left without an answer."""
    return pd.DataFrame(
        {
            "client_id": [f"C-{c.customer:04d}" for c in complaints],
            "date_reclamation": [_iso(c.day) for c in complaints],
            "motif": [c.reason for c in complaints],
            "boutique_id": [c.store for c in complaints],
            "commande_id": [c.order for c in complaints],
            "traitee": ["non" if c.reply is None else "oui" for c in complaints],
            "delai_reponse_jours": pd.array([c.reply for c in complaints], dtype="Int64"),
        }
    )


def referrals_table(customers: list[Customer], referrers: dict[int, int]) -> pd.DataFrame:
    """One row per referral, dated the day the friend enters the files."""
    rows = [
        (f"C-{referrers[c.number]:04d}", c.id, _iso(c.recruited))
        for c in customers
        if c.number in referrers
    ]
    return pd.DataFrame(rows, columns=["parrain_id", "filleul_id", "date_parrainage"])


def six_customers_table(orders: pd.DataFrame) -> pd.DataFrame:
    """The order lines of six customers for calculation by hand: Marc Morel and five contrasts."""
    profiles = _profiles(orders)
    chosen = [f"C-{house.MARC_NUMBER:04d}"]
    for wanted in SIX:
        fitting = profiles[~profiles["client_id"].isin(chosen)].query(wanted)
        chosen.append(str(fitting["client_id"].iloc[0]))
    return orders[orders["client_id"].isin(chosen)].reset_index(drop=True)


# Five contrasts with Marc: one recent order; an order of two lines; an order wholly returned; a
# regular of small amounts; one large order long ago.
SIX = (
    "lines == 1 and last >= 1070 and 200 <= total <= 700",
    "orders == 2 and lines == 3 and returns == 0 and largest == 2 and 860 <= last <= 1030"
    " and 1000 <= total <= 3000",
    "orders == 3 and returns == 1 and lines == 4 and net_orders == 2"
    " and 800 <= total <= 4900 and 830 <= last <= 1000",
    "orders == 3 and lines == 3 and returns == 0 and 560 <= last <= 850 and total <= 220",
    "lines == 1 and last <= 250 and 2300 <= total",
)


def _profiles(orders: pd.DataFrame) -> pd.DataFrame:
    """Customers whose every line is a whole number of euros, with what the choice looks at."""
    lines = orders.assign(
        day=[as_day(pd.Timestamp(d).date()) for d in orders["date_achat"]],
        back=orders["montant"] < 0,
        odd=(orders["remise"] > 0) | (orders["quantite"].abs() > 1),
    )
    bought = lines[~lines["back"]]
    sizes = bought.groupby(["client_id", "commande_id"]).size().rename("size").reset_index()
    net = lines.groupby(["client_id", "commande_id"])["montant"].sum().gt(0).reset_index()
    by = lines.groupby("client_id")
    profiles = pd.DataFrame(
        {
            "lines": by.size(),
            "returns": by["back"].sum(),
            "orders": by["commande_id"].nunique(),
            "total": by["montant"].sum(),
            "odd": by["odd"].any(),
            "last": bought.groupby("client_id")["day"].max(),
            "largest": sizes.groupby("client_id")["size"].max(),
            "net_orders": net.groupby("client_id")["montant"].sum(),
        }
    )
    return profiles[~profiles["odd"]].rename_axis("client_id").reset_index()


def _iso(day: int) -> str:
    return as_date(day).isoformat()
