"""Assignment 1, from a till export to segments: its variants.

A variant's export is a sample of the house's raw export of 2025, defects included, under new
customer and order numbers and without names. One customer, met by hand, returns an order there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.datasets import load_raw_export
from rfm_helpers.datasets.loaders import RAW_COLUMNS as COLUMNS
from rfm_helpers.datasets.loaders import data_folder

EXPORT = "export.csv"
FORMATS: dict[str, dict[str, Any]] = {EXPORT: {"sep": ";", "encoding": "cp1252"}}

CLIENT, ORDER = COLUMNS["customer"], COLUMNS["order"]
TEST = "C-TEST"
DATES = ("2025-09-30", "2025-10-15", "2025-10-31", "2025-11-15", "2025-11-30", "2025-12-15")
GRIDS = {4: "onze", 5: "cinq_niveaux"}
STORES = ("Boutique en ligne", "Paris Rive droite", "Paris Rive gauche", "Lyon Bellecour")
#: Segments that have customers in every variant, whose totals hardly ever tie.
SEGMENTS = ("Fidèles", "Fidèles potentiels", "À ne pas perdre")
SILENCES = range(60, 121, 5)
SIZES = range(300, 351)
#: Customers at least who returned something to the store of a variant.
RETURNERS = 3
#: Days at least from the order that is returned to the reference date, and days kept at most.
SETTLED, KEPT = 30, 20


def parameters(rng: np.random.Generator) -> dict[str, Any]:
    """The values of a variant, by their name in the parameters cell."""
    levels = int(rng.choice(list(GRIDS)))
    return {
        "DATE_REFERENCE": str(rng.choice(DATES)),
        "NIVEAUX": levels,
        "GRILLE": GRIDS[levels],
        "BOUTIQUE": str(rng.choice(STORES)),
        "CLIENT": f"C-{rng.integers(10_000, 100_000)}",
        "COMMANDES": int(rng.choice([2, 3])),
        "SILENCE": int(rng.choice(SILENCES)),
        "SEGMENT": str(rng.choice(SEGMENTS)),
    }


def tables(rng: np.random.Generator, parameters: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The data of a variant: its till export, every cell as text."""
    year = _year()
    returned = int(rng.choice(_returnable(parameters["DATE_REFERENCE"])))
    met = str(year.loc[returned, "vrai_client"])
    back = rng.choice(
        _returners(parameters["BOUTIQUE"], parameters["DATE_REFERENCE"]), RETURNERS, replace=False
    )
    rest = np.setdiff1d(_clients(), [met, TEST, *back], assume_unique=True)
    sample = [*back, *rng.choice(rest, int(rng.choice(SIZES)) - 1 - RETURNERS, replace=False)]
    lines = year[year["vrai_client"].isin([*sample, met, TEST])]
    lines = pd.concat([lines, _return_of(year.loc[[returned]], rng)]).sort_values(
        "vrai_jour", kind="stable"
    )
    names = _client_names(rng, met, sample, parameters["CLIENT"])
    orders = _order_numbers(rng, lines)
    lines[CLIENT] = lines[CLIENT].map(lambda cell: names.get(cell, cell))
    lines[ORDER] = lines[ORDER].map(lambda cell: orders.get(cell, cell))
    return {EXPORT: lines[_export_columns()].reset_index(drop=True)}


@cache
def _year() -> pd.DataFrame:
    """The raw export of 2025 without names, with what each line should have said (`vrai_…`)."""
    truth = pd.read_csv(data_folder() / "orsenne" / "export_brut_verite.csv", dtype=str)
    return load_raw_export()[_export_columns()].assign(
        vrai_client=truth["client_id"],
        vrai_jour=truth["date_achat"],
        jour_lu=truth["date_lue"],
        vrai_montant=truth["montant"].astype(float),
        sain=truth["defaut"].isna(),
        gardee=truth["issue"] == "garder",
    )


def _export_columns() -> list[str]:
    return [CLIENT, ORDER, COLUMNS["date"], "Article", COLUMNS["amount"], "Boutique"]


@cache
def _returnable(day: str) -> tuple[int, ...]:
    """The lines that the customer met by hand may return: each a whole order of its own.

    Its customer has 4 to 7 orders by that day, one of them of several lines, and no return.
    """
    year = _year()
    known = year[year["gardee"] & (year["jour_lu"] <= day)]
    lines = known.groupby("vrai_client").size()
    orders = known.groupby("vrai_client")[ORDER].nunique()
    bought = known.groupby("vrai_client")["vrai_montant"].min() > 0
    customers = lines.index[bought & orders.between(4, 7) & (lines > orders)]
    last = (dt.date.fromisoformat(day) - dt.timedelta(days=SETTLED)).isoformat()
    alone = ~year[ORDER].duplicated(keep=False)
    fit = alone & year["sain"] & (year["jour_lu"] <= last) & year["vrai_client"].isin(customers)
    return tuple(int(index) for index in year.index[fit])


@cache
def _clients() -> np.ndarray[Any, Any]:
    """The customers of the export, in order."""
    return np.unique(_year()["vrai_client"])


@cache
def _returners(store: str, day: str) -> np.ndarray[Any, Any]:
    """The customers who returned something to a store by a day."""
    year = _year()
    known = year["gardee"] & (year["jour_lu"] <= day)
    here = year["Boutique"] == store
    return np.unique(year.loc[known & here & (year["vrai_montant"] < 0), "vrai_client"])


def _return_of(line: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The line of the till that takes a line of purchase back, some days later."""
    amount = float(line["vrai_montant"].item())
    bought = dt.date.fromisoformat(str(line["vrai_jour"].item()))
    day = bought + dt.timedelta(days=int(rng.integers(2, KEPT + 1)))
    return line.assign(
        **{
            COLUMNS["date"]: f"{day:%d/%m/%Y}",
            COLUMNS["amount"]: f"-{amount:.2f}".replace(".", ","),
            "vrai_jour": day.isoformat(),
        }
    )


def _client_names(
    rng: np.random.Generator, met: str, others: list[str], name: str
) -> dict[str, str]:
    """A new number for each customer; `name` for the one met by hand."""
    free = np.setdiff1d(
        np.arange(10_000, 100_000), [int(name.removeprefix("C-"))], assume_unique=True
    )
    numbers = rng.choice(free, len(others), replace=False)
    return {met: name} | {
        str(client): f"C-{number}" for client, number in zip(others, numbers, strict=True)
    }


def _order_numbers(rng: np.random.Generator, lines: pd.DataFrame) -> dict[str, str]:
    """A new number for each order, in the order of time as the till gives them."""
    orders = [cell for cell in lines[ORDER].unique() if cell.startswith("CMD-")]
    numbers = np.sort(rng.choice(100_000, len(orders), replace=False))
    return {order: f"CMD-{number:05}" for order, number in zip(orders, numbers, strict=True)}
