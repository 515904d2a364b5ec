"""The first assignment, worked out from the bytes of a student's files without the package."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import yaml

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.questions import Outcome
from rfm_helpers.teacher.assignments.devoir_1_rfm.variant import EXPORT
from rfm_helpers.teacher.assignments.variants import Variant, data_files, make_variant
from support.course import ROOT

KEY = "une clé de cours"
CLASS = [f"etudiant{number:02}" for number in range(40)]
NAME = "devoir_1_rfm"
SHEET = load_sheet(NAME)
CODE = [question.id for question in SHEET.questions if question.mode == "code"]
SOURCE = ROOT / "sources" / "assignments" / f"{NAME}.py"
GRIDS = ROOT / "rfm_helpers" / "catalog" / "grids"
RIGHT, REVIEW, ERROR = Outcome.SUCCESS, Outcome.REVIEW, Outcome.ERROR


def day_of(cell: str) -> dt.date | None:
    """The day of a date as the till writes it; day first unless that cannot be."""
    if "T" in cell:
        return dt.datetime.fromisoformat(cell).astimezone(ZoneInfo("Europe/Paris")).date()
    if cell.isdigit():
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
    for pattern in ("%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y"):
        try:
            return dt.datetime.strptime(cell, pattern).date()
        except ValueError:
            continue
    return None


def amount_of(cell: str) -> Decimal | None:
    digits = cell.replace("€", "").replace(".", "").replace(",", ".")
    try:
        return Decimal("".join(digits.split()))
    except InvalidOperation:
        return None


@cache
def variant(student: str, hidden: bool = False) -> Variant:
    return make_variant(NAME, student, KEY, hidden=hidden)


def rows(given: Variant) -> list[dict[str, str]]:
    text = data_files(given)[EXPORT].decode("cp1252")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def lines_until(given: Variant, last: str) -> pd.DataFrame:
    kept, seen = [], set()
    for row in rows(given):
        day, amount, whole = day_of(row["Date"]), amount_of(row["Montant TTC"]), tuple(row.values())
        sound = row["N° client"].strip() not in ("", "N/A", "C-TEST") and row["N° commande"].strip()
        if not sound or day is None or amount is None or whole in seen:
            continue
        seen.add(whole)
        if day.isoformat() <= last:
            kept.append((row["N° client"], row["N° commande"], day, float(amount), row["Boutique"]))
    names = ["client_id", "commande_id", "date_achat", "montant", "Boutique"]
    return pd.DataFrame(kept, columns=names).assign(
        date_achat=lambda table: pd.to_datetime(table["date_achat"])
    )


def measures(lines: pd.DataFrame, day: str) -> pd.DataFrame:
    orders = lines.groupby(["client_id", "commande_id"], as_index=False).agg(
        total=("montant", "sum")
    )
    orders = orders[orders["total"].round(2) > 0]
    sold = lines[lines["montant"] > 0].merge(orders)
    first = sold.groupby(["client_id", "commande_id"])["date_achat"].min().reset_index()
    table = first.groupby("client_id", as_index=False).agg(
        last=("date_achat", "max"), frequence=("commande_id", "size")
    )
    totals = lines.groupby("client_id")["montant"].sum().round(2)
    return table.assign(
        recence=(pd.Timestamp(day) - table["last"]).dt.days,
        montant_total=table["client_id"].map(totals),
        panier_moyen=table["client_id"].map(totals) / table["frequence"],
    ).drop(columns="last")


def scored(table: pd.DataFrame, levels: int, amount: str = "montant_total") -> pd.DataFrame:
    """Quantile scores, by counting who does strictly worse."""
    table = table.copy()
    good = {"R": -table["recence"], "F": table["frequence"], "M": table[amount]}
    for name, values in good.items():
        table[name] = 1 + levels * (values.rank(method="min").astype(int) - 1) // len(table)
    table["code_rfm"] = [f"{r}{f}{m}" for r, f, m in zip(*map(table.get, "RFM"), strict=True)]
    return table


@cache
def patterns(grid: str) -> list[tuple[str, str]]:
    segments = yaml.safe_load((GRIDS / f"{grid}.yaml").read_text("utf-8"))["segments"]
    return [(pattern, one["name"]) for one in segments for pattern in one["codes"]]


def named(table: pd.DataFrame, grid: str) -> pd.DataFrame:
    names = [
        next(name for pattern, name in patterns(grid) if fnmatchcase(code, pattern))
        for code in table["code_rfm"]
    ]
    return table.assign(segment=names)


def profiled(segments: pd.DataFrame) -> pd.DataFrame:
    table = segments.groupby("segment", as_index=False).agg(
        clients=("client_id", "size"),
        chiffre_affaires=("montant_total", "sum"),
        commandes=("frequence", "sum"),
    )
    return table.assign(panier_moyen=table["chiffre_affaires"] / table["commandes"])


@cache
def answers(student: str, hidden: bool = False) -> dict[str, Any]:
    """The right answer to every question."""
    given = variant(student, hidden)
    p = given.parameters
    lines = lines_until(given, p["DATE_REFERENCE"])
    rfm = measures(lines, p["DATE_REFERENCE"])
    segments = named(scored(rfm, p["NIVEAUX"]), p["GRILLE"])
    profile = profiled(segments)
    silent = (rfm["recence"] > p["SILENCE"]) & (rfm["frequence"] >= p["COMMANDES"])
    theirs = segments[segments["segment"] == p["SEGMENT"]].sort_values("montant_total")
    met = rfm.set_index("client_id").loc[p["CLIENT"]]
    return {
        "lignes": lines,
        "chiffre_boutique": lines.loc[lines["Boutique"] == p["BOUTIQUE"], "montant"].sum(),
        "panier_client": met["montant_total"] / met["frequence"],
        "rfm": rfm,
        "silencieux": rfm.loc[silent, "montant_total"].sum(),
        "scores": segments.drop(columns="segment"),
        "segments": segments,
        "profil": profile,
        "par_client": theirs["montant_total"].mean(),
        "a_appeler": theirs["client_id"].iloc[-1],
    }


def french(value: float) -> str:
    return f"{value:,.2f} €".replace(",", "\u202f").replace(".", ",")


def choices(student: str) -> dict[str, dict[str, str]]:
    """What a perfect student chooses in the lists, by question."""
    given = variant(student).parameters
    grid = {"grille": given["GRILLE"]}
    levels = {4: "quatre", 5: "cinq"}[given["NIVEAUX"]]
    return {
        "lignes": {"date": "devoir"},
        "rfm": {"retours": "compris", "date": "devoir"},
        "scores": {"niveaux": levels, "mesure": "montant_total"},
        "segments": grid,
        "profil": grid,
    }
