"""The second assignment, worked out from the bytes of a student's files without the package."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from functools import cache
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import yaml

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.questions import Outcome
from rfm_helpers.teacher.assignments.devoir_2_strategie_budget.variant import (
    BENCHMARKS,
    MONTHS,
    ORDERS,
    PEOPLE,
    QUOTES,
)
from rfm_helpers.teacher.assignments.variants import Variant, data_files, make_variant
from support.course import ROOT

KEY = "une clé de cours"
CLASS = [f"etudiant{number:02}" for number in range(40)]
NAME = "devoir_2_strategie_budget"
SHEET = load_sheet(NAME)
CODE = [question.id for question in SHEET.questions if question.mode == "code"]
FORMS = ["strategie", "lettre"]
NUMBERS = ["enjeu", "cout_present", "seuil", "prix_remise", "roi_remise"]
SOURCE = ROOT / "sources" / "assignments" / f"{NAME}.py"
GRID = ROOT / "rfm_helpers" / "catalog" / "grids" / "onze.yaml"
RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR


@cache
def variant(student: str, hidden: bool = False) -> Variant:
    return make_variant(NAME, student, KEY, hidden=hidden)


def rows(given: Variant, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data_files(given)[name].decode("utf-8"))))


def customers(given: Variant, months: int = 0) -> list[dict[str, Any]]:
    """Recency, frequency, amount and segment of each customer, counted in plain Python."""
    day = dt.date.fromisoformat(given.parameters["DATE_REFERENCE"])
    return named(measured(rows(given, ORDERS), day, months))


def begins(day: dt.date, months: int) -> dt.date:
    """The first day of a window of so many months."""
    after = day + dt.timedelta(days=1)
    month = 12 * after.year + after.month - 1 - months
    return after.replace(year=month // 12, month=month % 12 + 1)


def measured(lines: list[dict[str, str]], day: dt.date, months: int = 0) -> list[dict[str, Any]]:
    """The measures of each customer until a day, over so many months, or over the whole file."""
    start = begins(day, months) if months else dt.date.min
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    days: dict[str, dict[str, dt.date]] = defaultdict(dict)
    for row in lines:
        if dt.date.fromisoformat(row["date_achat"]) > day:
            continue
        client, order, amount = row["client_id"], row["commande_id"], Decimal(row["montant"])
        totals[client][order] += amount
        if amount > 0:
            bought = dt.date.fromisoformat(row["date_achat"])
            days[client][order] = min(bought, days[client].get(order, bought))
    table = []
    for client, orders in totals.items():
        orders = {o: t for o, t in orders.items() if days[client].get(o, dt.date.min) >= start}
        kept = [order for order, total in orders.items() if total > 0]
        if kept:
            last = max(days[client][order] for order in kept)
            table.append(
                {
                    "client_id": client,
                    "recence": (day - last).days,
                    "frequence": len(kept),
                    "montant_total": float(sum(orders.values())),
                }
            )
    return table


GOOD = {"R": ("recence", -1), "F": ("frequence", 1), "M": ("montant_total", 1)}


def named(
    table: list[dict[str, Any]], among: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The same customers with their scores on four levels, by counting who does strictly worse.

    They are counted among the customers themselves, or among those of another date.
    """
    others = table if among is None else among
    for name, (column, sign) in GOOD.items():
        ordered = np.sort([sign * row[column] for row in others])
        for row in table:
            worse = int(np.searchsorted(ordered, sign * row[column]))
            row[name] = min(1 + 4 * worse // len(others), 4)
    for row in table:
        row["code_rfm"] = f"{row['R']}{row['F']}{row['M']}"
        row["segment"] = next(n for p, n in patterns() if fnmatchcase(row["code_rfm"], p))
    return table


@cache
def patterns() -> list[tuple[str, str]]:
    segments = yaml.safe_load(GRID.read_text("utf-8"))["segments"]
    return [(pattern, one["name"]) for one in segments for pattern in one["codes"]]


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def quoted(given: Variant, invited: int, present: int) -> list[dict[str, Any]]:
    counts = {"soirée": 1, "invité": invited, "présent": present}
    lines = []
    for row in rows(given, QUOTES):
        quantity = int(row["quantite"]) * counts[row["par"]]
        amount, rate = quantity * Decimal(row["cout_unitaire"]), 1 + Decimal(row["taux_tva"])
        without = cents(amount if row["taxe"] == "HT" else amount / rate)
        with_tax = cents(amount if row["taxe"] == "TTC" else amount * rate)
        year = cents(without / int(row["annees"]))
        lines.append(
            {
                "libelle": row["libelle"],
                "quantite": float(quantity),
                "cout_unitaire": float(row["cout_unitaire"]),
                "cout_ht": float(without),
                "cout_ttc": float(with_tax),
                "cout_annee_ht": float(year),
            }
        )
    return lines  # fmt: skip


@cache
def facts(student: str, hidden: bool = False) -> dict[str, Any]:
    """What the right answers are made of."""
    given = variant(student, hidden)
    p, table = given.parameters, customers(given)
    people = {row["client_id"]: row for row in rows(given, PEOPLE)}
    theirs = [row for row in table if row["segment"] == p["SEGMENT"]]
    invited = [row for row in theirs if people[row["client_id"]]["consentement"] == "oui"]
    present = [row for row in invited if people[row["client_id"]]["viendrait"] == "oui"]
    names = {row["client_id"] for row in invited}
    lines = [row for row in rows(given, ORDERS) if row["client_id"] in names]
    revenue = float(sum(Decimal(row["montant"]) for row in lines)) / 1.2
    margin = float(sum(Decimal(row["marge"]) for row in lines))
    orders = sum(row["frequence"] for row in invited)
    return {
        "table": table, "theirs": theirs, "n": len(invited), "k": len(present),
        "basket": revenue / orders, "rate": margin / revenue,
        "recent": [row for row in customers(given, MONTHS) if row["segment"] == p["SEGMENT"]],
        "anyway": {row["segment"]: (int(row["revenus"]), int(row["clients"]))
                   for row in rows(given, BENCHMARKS)},
        "lines": quoted(given, len(invited), len(present)),
        "uplift": p["REPONSE"] - p["TEMOIN"],
    }  # fmt: skip


def total(lines: list[dict[str, Any]], column: str) -> float:
    return float(sum(line[column] for line in lines))


def account(reached: float, uplift: float, basket: float, rate: float, cost: float,
            discount: float = 0.0, baseline: float = 0.0) -> pd.DataFrame:  # fmt: skip
    orders, given = reached * uplift, discount * basket
    margin = orders * basket * rate - given * (orders + reached * baseline)
    lines = {
        "Clients touchés": reached, "Hausse de réponse": uplift, "Panier moyen (€ HT)": basket,
        "Taux de marque": rate, "Coût (€ HT)": cost, "Remise": discount,
        "Commandes venues de toute façon": baseline,
        "Commandes en plus": orders,
        "Chiffre d’affaires en plus, avant remise": orders * basket,
        "Marge en plus, avant remise": orders * basket * rate,
        "Remise sur les commandes en plus": -given * orders,
        "Remise sur les commandes venues de toute façon": -given * reached * baseline,
        "Marge incrémentale": margin, "Coût de l’action": -cost, "Gain net": margin - cost,
    }  # fmt: skip
    return pd.DataFrame({"ligne": list(lines), "valeur": [float(v) for v in lines.values()]})


def statement(student: str, indicator: str = "recence_mediane", **changes: str) -> dict[str, str]:
    """A statement that is right for a student."""
    p, theirs = variant(student).parameters, facts(student)["theirs"]
    orders = [row["frequence"] for row in theirs]
    amounts = [row["montant_total"] for row in theirs]
    active = [row["recence"] < 365 for row in facts(student)["recent"]]
    now, goal = {
        "recence_mediane": (median(row["recence"] for row in theirs), 0.8),
        "part_actifs_12_mois": (round(100 * float(np.mean(active)), 2), 1.0),
        "frequence_moyenne": (round(float(np.mean(orders)), 2), 1.04),
        "panier_moyen": (round(sum(amounts) / sum(orders), 2), 1.1),
        "montant_moyen": (round(float(np.mean(amounts)), 2), 1.1),
    }[indicator]  # fmt: skip
    anyway, aim = now, now * goal
    if indicator == "part_actifs_12_mois":
        back, all_of_them = facts(student)["anyway"][p["SEGMENT"]]
        anyway, aim = 100 * back / all_of_them, 100 * back / all_of_them + 9
    return {
        "segment": p["SEGMENT"],
        "probleme": "Ces clients commandaient, et ils se taisent peu à peu.",
        "indicateur": indicator,
        "depart": str(now).replace(".", ","),
        "sans_nous": f"{anyway:.2f}".replace(".", ","),
        "arrivee": f"{aim:.2f}".replace(".", ","),
        "echeance": "31/12/2026",
        "moyens": "Une soirée privée\nUne lettre de sa conseillère",
    } | changes


def line(label: str, quantity: float, cost: float, **changes: Any) -> dict[str, Any]:
    return {
        "libelle": label, "quantite": f"{round(quantity, 2):g}".replace(".", ","), "unite": "pièce",
        "cout_unitaire": f"{cost:.2f}".replace(".", ","), "taxe": "HT", "taux_tva": 0.2,
        "annees": "1", "source": "Devis de l’imprimeur, no 12", "date_source": "15/02/2025",
        "fiabilite": "élevée",
    } | changes  # fmt: skip


def letter(student: str, *changed: dict[str, Any]) -> dict[str, Any]:
    """Cost lines that are right for a student."""
    n = facts(student)["n"]
    lines = [
        line("Papier et enveloppes", n, 1.2),
        line("Timbres", n, 1.39, source="Tarif de La Poste 2025", taux_tva=0.0),
        line("Heures des conseillères", n / 6, 24, source="Grille des salaires", taux_tva=0.0),
        line("Suivi du groupe témoin", 1, 45, unite="forfait", taxe="TTC"),
    ]
    for place, change in enumerate(changed):
        lines[place] = lines[place] | change
    return {"lignes": lines}


@cache
def answers(student: str, hidden: bool = False) -> dict[str, Any]:
    """The right answer to every question."""
    p, f = variant(student, hidden).parameters, facts(student, hidden)
    n, basket, rate, uplift = f["n"], f["basket"], f["rate"], f["uplift"]
    cost = total(f["lines"], "cout_ht")
    theirs = f["theirs"]
    orders = sum(row["frequence"] for row in theirs)
    spent = sum(row["montant_total"] for row in theirs)
    price = p["REMISE"] * basket * n * p["REPONSE"]
    return {
        "clients": pd.DataFrame(f["table"]),
        "enjeu": len(theirs) * p["PART"] * spent / orders,
        "strategie": statement(student),
        "couts": pd.DataFrame(f["lines"]),
        "cout_present": total(f["lines"], "cout_annee_ht") / f["k"],
        "lettre": letter(student),
        "compte": account(n, uplift, basket, rate, cost),
        "seuil": 100 * cost / (n * basket * rate),
        "prix_remise": price,
        "roi_remise": 100 * (n * uplift * basket * rate - price - cost) / cost,
    }


#: What a perfect student chooses in the lists, by question.
CHOICES = {
    "clients": {"lignes": "toutes", "date": "devoir", "niveaux": "quatre", "grille": "onze"},
    "couts": {"invites": "invites", "presents": "presents"},
    "compte": {
        "clients": "invites", "hausse": "ecart", "panier": "ht", "taux": "invites", "cout": "ht"
    },
}  # fmt: skip
