"""The house's customers and its morning at the workshop, by other ways than the package's."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import yaml

from support.contacts import staying
from support.course import ROOT

DATA = ROOT / "data" / "orsenne"
DAY = dt.date(2025, 12, 31)
GRID = ROOT / "rfm_helpers" / "catalog" / "grids" / "onze.yaml"


def french(value: float, unit: str = "€") -> str:
    return f"{value:,.2f} {unit}".replace(",", "\u202f").replace(".", ",")


def whole(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


@cache
def orders() -> pd.DataFrame:
    return pd.read_csv(DATA / "commandes.csv", parse_dates=["date_achat"])


def measures(day: str) -> pd.DataFrame:
    """Recency, frequency and amount at a day, with plain pandas."""
    lines = orders()[orders()["date_achat"] <= day]
    per_order = lines.groupby(["client_id", "commande_id"], as_index=False).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    alive = per_order[per_order["total"].round(2) > 0].groupby("client_id")
    table = alive.agg(last=("day", "max"), frequence=("day", "size"))
    table["recence"] = (pd.Timestamp(day) - table["last"]).dt.days
    table["montant_total"] = lines.groupby("client_id")["montant"].sum().round(2)
    return table


@cache
def scores(day: str, levels: int = 4) -> pd.DataFrame:
    """Quantile scores by counting, customer by customer value, who does strictly worse."""
    table = measures(day)
    good = {"R": -table["recence"], "F": table["frequence"], "M": table["montant_total"]}
    for name, values in good.items():
        worse = values.rank(method="min").astype(int) - 1
        table[name] = 1 + levels * worse // len(table)
    table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return table


SCORED = (("R", "recence", -1), ("F", "frequence", 1), ("M", "montant_total", 1))


@cache
def same_windows(levels: int = 4, months: int = 24) -> dict[str, pd.DataFrame]:
    """Both dates on windows of so many months, scored by who of the last one does worse."""
    tables = {day: in_window(day, months) for day in ("2024-12-31", "2025-12-31")}
    last = tables["2025-12-31"]
    for table in tables.values():
        for name, column, sign in SCORED:
            everyone, own = sign * last[column].to_numpy(), sign * table[column].to_numpy()
            worse = (everyone[None, :] < own[:, None]).sum(axis=1)
            table[name] = (1 + levels * worse // len(last)).clip(max=levels)
        table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return tables


def in_window(day: str, months: int) -> pd.DataFrame:
    """The measures of a window: whole orders, each on the day of its first line."""
    start = pd.Timestamp(day) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    lines = orders()[orders()["date_achat"] <= day]
    per_order = lines.groupby(["client_id", "commande_id"], as_index=False).agg(
        day=("date_achat", "min"), total=("montant", "sum")
    )
    per_order = per_order[per_order["day"] >= start]
    alive = per_order[per_order["total"].round(2) > 0].groupby("client_id")
    table = alive.agg(last=("day", "max"), frequence=("day", "size"))
    table["recence"] = (pd.Timestamp(day) - table["last"]).dt.days
    table["montant_total"] = per_order.groupby("client_id")["total"].sum().round(2)
    return table


@cache
def frozen(day: str, first: str) -> pd.Series:
    """The segments at a day, on twelve months, by who of the customers of a first day does worse.

    Who ordered by that day, and not in these months, is in « Sans commande ».
    """
    table, reference = in_window(day, 12), in_window(first, 12)
    for name, column, sign in SCORED:
        everyone = np.sort(sign * reference[column].to_numpy())
        worse = np.searchsorted(everyone, sign * table[column].to_numpy(), side="left")
        table[name] = (1 + 4 * worse // len(everyone)).clip(max=4)
    table["code"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    known = measures(day).index
    return named(table)["segment"].reindex(known, fill_value="Sans commande")


@cache
def kept_orders() -> pd.DataFrame:
    """One row per order not returned whole: its day, what it left, its place in a history."""
    lines = orders()
    bought = lines.assign(achat=lines["date_achat"].where(lines["montant"] > 0))
    found = bought.groupby(["client_id", "commande_id"], as_index=False).agg(
        jour=("achat", "min"), montant=("montant", "sum"), marge=("marge", "sum"),
        remise=("remise", "max"), canal=("canal", "first"), boutique=("boutique_id", "first"),
    )  # fmt: skip
    found = found[found["montant"].round(2) > 0].sort_values(["client_id", "jour", "commande_id"])
    return found.assign(rang=found.groupby("client_id").cumcount() + 1)


@cache
def recruits() -> pd.DataFrame:
    """The recruits of 2023 and 2024: orders and margin of their first twelve months."""
    people = pd.read_csv(DATA / "clients.csv", parse_dates=["date_recrutement"])
    known = people[people["date_recrutement"].between("2023-01-01", "2024-12-31")]
    theirs = kept_orders().merge(known[["client_id", "date_recrutement"]], on="client_id")
    end = theirs["date_recrutement"] + pd.DateOffset(months=12)
    early = theirs[(theirs["jour"] >= theirs["date_recrutement"]) & (theirs["jour"] < end)]
    sums = early.groupby("client_id").agg(commandes=("rang", "size"), marge=("marge", "sum"))
    offer = theirs[theirs["rang"] == 1].set_index("client_id")["remise"]
    table = known.join(sums, on="client_id").fillna({"commandes": 0, "marge": 0.0})
    return table.assign(remise=table["client_id"].map(offer))


def came_back(table: pd.DataFrame, days: int) -> pd.Series:
    """Who of a table of the end of 2024 ordered within so many days."""
    everyone = measures("2024-12-31").index
    return pd.Series(bought_again("2024-12-31", days), index=everyone)[table.index]


def bought_again(day: str, days: int) -> pd.Series:
    start, end = pd.Timestamp(day), pd.Timestamp(day) + pd.Timedelta(days=days)
    later = orders()[orders()["date_achat"].between(start + pd.Timedelta(days=1), end)]
    totals = later.groupby(["client_id", "commande_id"])["montant"].sum().round(2)
    return measures(day).index.isin(totals[totals > 0].reset_index()["client_id"])


@cache
def grid_names() -> dict[str, str]:
    """The segment of each code, from the grid's own file."""
    segments = yaml.safe_load(GRID.read_text(encoding="utf-8"))["segments"]
    return {
        code: segment["name"]
        for code in map("".join, product("1234", repeat=3))
        for segment in segments
        if any(fnmatchcase(code, str(pattern)) for pattern in segment["codes"])
    }


def named(table: pd.DataFrame) -> pd.DataFrame:
    """The segment of each customer."""
    return table.assign(segment=table["code"].map(grid_names()))


def lyon(table: pd.DataFrame) -> pd.DataFrame:
    people = pd.read_csv(DATA / "clients.csv").set_index("client_id")
    table = table.join(people)
    return table[table["region"] == "Lyon et sa région"]


def guests() -> list[str]:
    here = lyon(named(scores("2025-12-31")))
    return staying(here[here["segment"] == "Fidèles potentiels"].index, DAY)


def invited() -> int:
    return len(guests())


def promising() -> pd.DataFrame:
    house = named(scores("2025-12-31"))
    return house[house["segment"] == "Fidèles potentiels"]


def per_order(them: pd.DataFrame) -> tuple[float, float]:
    """What an order of some customers leaves, and what they pay for it (euros)."""
    lines = orders()[orders()["client_id"].isin(them.index)]
    return tuple(lines[["marge", "montant"]].sum() / them["frequence"].sum())


def morning_cost() -> tuple[float, float, float]:
    """The cost of the morning: paid at once, with its VAT, with its benches over three years."""
    cost = 1960 + 2.5 * invited()
    return cost, 2250 + 3 * invited(), cost - 900 + 300


def wilson(count: float, size: int) -> tuple[float, float]:
    z, share = 1.959964, count / size
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    around = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    return middle - around, middle + around


def lowest_gap(one: float, other: float, size: int) -> float:
    """The lower end of the difference of two shares, by Newcombe's method."""
    (low, _), (_, high) = wilson(one, size), wilson(other, size)
    a, b = one / size, other / size
    return float(a - b - np.sqrt((a - low) ** 2 + (high - b) ** 2))
