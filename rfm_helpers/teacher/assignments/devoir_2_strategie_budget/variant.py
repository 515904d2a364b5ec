"""Assignment 2, a plan for one segment: its variants.

A variant's base is a sample of the house's customers with their orders of three years, under new
customer and order numbers; the quotes of an evening to which some of them would be invited go
with it. Baskets, margins, guests and costs follow from these files. What would come anyway is
counted on the whole house: the few customers of a sample would leave every aim within chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy.benchmark import benchmarks
from rfm_helpers.analysis.windows import compare_dates
from rfm_helpers.datasets import load_customers, load_orders
from rfm_helpers.inputs import as_day

ORDERS, PEOPLE, QUOTES = "commandes.csv", "clients.csv", "devis.csv"
BENCHMARKS = "reperes.csv"
#: The window of both dates compared: the longest that the file holds before the earliest of DATES.
MONTHS = 18
FORMATS: dict[str, dict[str, Any]] = {}

ACTION = "Soirée privée"
DATES = tuple(f"2025-{month}" for month in ("06-30", "07-31", "08-31", "09-30", "10-31", "12-15"))
#: Segments that have at least thirty customers to invite in every variant, and how many usually.
SEGMENTS = {"Fidèles": 43, "Fidèles potentiels": 46, "Besoin d’attention": 49, "À risque": 70}
SIZES = range(390, 431)
LETTER_EUROS = (14, 20)

#: A quote's line: label, for whom, unit, quantities, unit costs (euros), tax, VAT rate, years.
QUOTED: tuple[tuple[str, str, str, tuple[int, int], tuple[int, int], str, float, int], ...] = (
    ("Location du salon", "soirée", "forfait", (1, 1), (520, 980), "TTC", 0.2, 1),
    ("Cartons d’invitation", "invité", "carton", (1, 1), (2, 5), "HT", 0.2, 1),
    ("Cocktail", "présent", "personne", (1, 1), (19, 34), "TTC", 0.1, 1),
    ("Cadeau remis sur place", "présent", "pièce", (1, 1), (8, 16), "TTC", 0.2, 1),
    ("Heures des conseillers", "soirée", "heure", (14, 24), (27, 36), "HT", 0.0, 1),
    ("Présentoirs, à réutiliser", "soirée", "lot", (1, 1), (450, 900), "HT", 0.2, 3),
)
DOCUMENTS = {
    "élevée": "Document signé, dossier de la soirée",
    "moyenne": "Moyenne de l’an dernier, contrôle de gestion",
    "faible": "Réponse au téléphone",
}


def parameters(rng: np.random.Generator) -> dict[str, Any]:
    """The values of a variant, by their name in the parameters cell."""
    segment = str(rng.choice(list(SEGMENTS)))
    control = int(rng.integers(72, 149))
    low, high = (euros * SEGMENTS[segment] for euros in LETTER_EUROS)
    return {
        "DATE_REFERENCE": str(rng.choice(DATES)),
        "SEGMENT": segment,
        "PART": int(rng.integers(6, 19)) / 100,
        "ENVELOPPE": int(rng.integers(low, high + 1)),
        "REPONSE": (control + int(rng.integers(121, 264))) / 1000,
        "TEMOIN": control / 1000,
        "REMISE": int(rng.integers(6, 15)) / 100,
    }


def tables(rng: np.random.Generator, parameters: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The data of a variant: order lines up to the reference date, customers, quotes."""
    lines, customers = _house(parameters["DATE_REFERENCE"])
    sample = rng.choice(customers, int(rng.choice(SIZES)), replace=False)
    numbers = rng.choice(np.arange(10_000, 100_000), len(sample), replace=False)
    names = {client: f"C-{n}" for client, n in zip(sample, numbers, strict=True)}
    bought = lines[lines["client_id"].isin(sample)].reset_index(drop=True)
    return {
        ORDERS: bought.assign(
            client_id=bought["client_id"].map(names), commande_id=_order_numbers(rng, bought)
        ),
        PEOPLE: _people(rng, names),
        QUOTES: _quotes(rng, as_day(parameters["DATE_REFERENCE"])),
        BENCHMARKS: _benchmarks(parameters["DATE_REFERENCE"]),
    }


@cache
def _house(day: str) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """The house's order lines up to a day, dates as texts, and the customers in its RFM table."""
    lines = orders_until(load_orders(), day)
    columns = ["client_id", "commande_id", "date_achat", "montant", "marge"]
    dates = pd.to_datetime(lines["date_achat"]).dt.strftime("%Y-%m-%d")
    customers = rfm_table(lines, as_of=day)["client_id"].to_numpy()
    return lines[columns].assign(date_achat=dates), customers


@cache
def _benchmarks(day: str) -> pd.DataFrame:
    """Of all customers of the house a year before a day, how many of each segment came back."""
    dates: list[dt.date | str] = [as_day(day) - dt.timedelta(days=365), day]
    return benchmarks(assign_segments(compare_dates(load_orders(), dates, MONTHS)))


def _order_numbers(rng: np.random.Generator, lines: pd.DataFrame) -> pd.Series:
    """A new number for each order, in the order of time."""
    orders = lines["commande_id"].unique()
    numbers = np.sort(rng.choice(100_000, len(orders), replace=False))
    names = {order: f"CMD-{n:05}" for order, n in zip(orders, numbers, strict=True)}
    renamed: pd.Series = lines["commande_id"].map(names)
    return renamed


def _people(rng: np.random.Generator, names: Mapping[str, str]) -> pd.DataFrame:
    """Who accepts messages (as in the house), and who would come (drawn)."""
    consent = load_customers().set_index("client_id")["consentement"]
    comes = rng.random(len(names)) < rng.uniform(0.5, 0.75)
    table = pd.DataFrame(
        {
            "client_id": list(names.values()),
            "consentement": [consent[client] for client in names],
            "viendrait": np.where(comes, "oui", "non"),
        }
    )
    return table.sort_values("client_id", ignore_index=True)


def _quotes(rng: np.random.Generator, day: dt.date) -> pd.DataFrame:
    """The lines of the evening: one price without a source, one too old, the others in order."""
    bare, old = rng.choice(len(QUOTED), 2, replace=False)
    rows = []
    for place, (label, per, unit, counts, prices, tax, rate, years) in enumerate(QUOTED):
        age = int(rng.integers(760, 1000) if place == old else rng.integers(10, 500))
        reliability = str(rng.choice(list(DOCUMENTS)))
        rows.append(
            {
                "action": ACTION,
                "libelle": label,
                "par": per,
                "quantite": int(rng.integers(counts[0], counts[1] + 1)),
                "unite": unit,
                "cout_unitaire": int(rng.integers(100 * prices[0], 100 * prices[1])) / 100,
                "taxe": tax,
                "taux_tva": rate,
                "annees": years,
                "source": "" if place == bare else DOCUMENTS[reliability],
                "date_source": "" if place == bare else f"{day - dt.timedelta(days=age)}",
                "fiabilite": "" if place == bare else reliability,
            }
        )
    return pd.DataFrame(rows)
