"""Assignment 1, from a till export to segments: its variants, and what is right for each.

A variant's export is a sample of the house's raw export of 2025, defects included, under new
customer and order numbers and without names. One customer, met by hand, returns an order there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rfm_helpers.analysis.rfm import orders_until, rfm_table, score_rfm
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.catalog import load_grid
from rfm_helpers.datasets import clean_orders, load_raw_export
from rfm_helpers.datasets.loaders import data_folder
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.checks import (
    Mistake,
    NumberCheck,
    TableMistake,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Check
from rfm_helpers.teacher.assignments.checks import HalfTableCheck
from rfm_helpers.teacher.assignments.variants import Given, Variant

NAME = "devoir_1_rfm"
EXPORT = "export.csv"
FORMATS: dict[str, dict[str, Any]] = {EXPORT: {"sep": ";", "encoding": "cp1252"}}

COLUMNS = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}
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

#: Share of the customers of a student's table that are known to the variant, at least.
OWN = 0.5
EUROS = 0.6


# --- variants ------------------------------------------------------------------------------------


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
    others = np.setdiff1d(year["vrai_client"], [met, TEST])
    back = rng.choice(_returners(parameters), RETURNERS, replace=False)
    rest = np.setdiff1d(others, back)
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


def _returners(parameters: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """The customers who returned something to the store of the variant, by its date."""
    year = _year()
    known = year["gardee"] & (year["jour_lu"] <= parameters["DATE_REFERENCE"])
    here = year["Boutique"] == parameters["BOUTIQUE"]
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
    free = np.setdiff1d(np.arange(10_000, 100_000), [int(name.removeprefix("C-"))])
    numbers = rng.choice(free, len(others), replace=False)
    return {met: name} | {
        str(client): f"C-{number}" for client, number in zip(others, numbers, strict=True)
    }


def _order_numbers(rng: np.random.Generator, lines: pd.DataFrame) -> dict[str, str]:
    """A new number for each order, in the order of time as the till gives them."""
    orders = [cell for cell in lines[ORDER].unique() if cell.startswith("CMD-")]
    numbers = np.sort(rng.choice(100_000, len(orders), replace=False))
    return {order: f"CMD-{number:05}" for order, number in zip(orders, numbers, strict=True)}


# --- what follows from an export ----------------------------------------------------------------


@dataclass(frozen=True)
class Chain:
    """The right answers of a variant, step by step; ``year`` has the lines after the date too."""

    year: pd.DataFrame
    lines: pd.DataFrame
    rfm: pd.DataFrame
    scores: pd.DataFrame
    segments: pd.DataFrame


@lru_cache(maxsize=8)
def truth(variant: Variant) -> Chain:
    """The right answers of a variant, computed once."""
    given, export = variant.parameters, variant.tables[EXPORT]
    # A copy is dated like its line: cutting after cleaning gives what cleaning up to the day does.
    year, _ = clean_orders(export, **COLUMNS)
    lines = orders_until(year, given["DATE_REFERENCE"])
    rfm = rfm_table(lines, as_of=given["DATE_REFERENCE"])
    scores = score_rfm(rfm, levels=given["NIVEAUX"])
    return Chain(year, lines, rfm, scores, assign_segments(scores, given["GRILLE"]))


T = TypeVar("T")


def _following(
    table: pd.DataFrame | None, true: pd.DataFrame, follow: Callable[[pd.DataFrame], T]
) -> tuple[pd.DataFrame, T]:
    """A student's table and what follows from it; the true one when it cannot be used.

    A table whose customers are for the most part unknown to the variant is another student's.
    """
    if table is not None:
        with suppress(Exception):
            if table["client_id"].isin(true["client_id"]).mean() > OWN:
                return table, follow(table)
    return true, follow(true)


def _lines_given(given: Given) -> pd.DataFrame | None:
    """The student's lines, their cells typed again; None when they cannot be used."""
    lines = given.table("lignes")
    if lines is None:
        return None
    with suppress(Exception):
        return lines.assign(
            date_achat=pd.to_datetime(lines["date_achat"]),
            montant=lines["montant"].astype(float),
        )
    return None


# --- tables --------------------------------------------------------------------------------------


def _numbered(lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines with their rank in their order, which tells them apart."""
    columns = ["client_id", "commande_id", "date_achat", "montant"]
    missing = [column for column in columns if column not in lines.columns]
    if missing:
        raise CourseError(
            f"La colonne « {missing[0]} » manque dans votre tableau : gardez celles que "
            "`clean_orders` donne."
        )
    texts = {name: lines[name].astype(str) for name in columns[:3]}
    amounts = pd.to_numeric(lines["montant"], errors="coerce").astype(float)
    table = pd.DataFrame({**texts, "montant": amounts}).sort_values(columns)
    table["date_achat"] = table["date_achat"].str[:10]
    rank = table.groupby(["client_id", "commande_id"]).cumcount()
    return table.assign(rang=rank).reset_index(drop=True)


def _check_lines(variant: Variant, _: Given) -> Check:
    day = variant.parameters["DATE_REFERENCE"]
    expected = _numbered(truth(variant).lines)
    cells = ["client_id", "commande_id", "date_achat", "montant"]
    return HalfTableCheck(
        expected,
        keys=("client_id", "commande_id", "rang"),
        prepare=_numbered,
        success=(
            "Chaque ligne que l’on peut compter est là, retours compris, et rien de ce qui suit la "
            "date n’y est entré."
        ),
        mistakes=(
            TableMistake(
                lambda table: bool(table["client_id"].str.contains("TEST").any()),
                "Tous ces clients sont-ils de vrais clients ?",
            ),
            TableMistake(
                lambda table: bool((table["date_achat"] > day).any()),
                "Des lignes suivent-elles la date de référence ? Quelle date avez-vous donnée ?",
            ),
            TableMistake(
                lambda table: table["date_achat"].max() < expected["date_achat"].max(),
                "Le fichier s’arrête-t-il trop tôt ? Quelle date de référence avez-vous donnée ?",
            ),
            TableMistake(
                lambda table: bool((table["montant"] >= 0).all()),
                "Que sont devenus les retours, ces lignes négatives ?",
            ),
            TableMistake(
                lambda table: table.duplicated(cells).sum() > expected.duplicated(cells).sum(),
                "Une même ligne est-elle écrite deux fois ?",
            ),
        ),
    )


def _agrees(table: pd.DataFrame, column: str, values: pd.Series, key: str = "client_id") -> bool:
    """Whether a column says of every key what `values` (by key) says."""
    return bool(((table[column] - table[key].map(values)).abs() <= 0.01).all())


def _same(table: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> bool:
    """Whether two tables say the same of their customers in those columns."""
    both = table.merge(other, on="client_id", suffixes=("", "_autre"))
    pairs = [both[name].astype(str) == both[f"{name}_autre"].astype(str) for name in columns]
    return len(both) == len(table) and all(bool(pair.all()) for pair in pairs)


def _check_rfm(variant: Variant, given: Given) -> Check:
    day = variant.parameters["DATE_REFERENCE"]
    lines, expected = _following(
        _lines_given(given), truth(variant).lines, lambda table: rfm_table(table, as_of=day)
    )
    known = expected.set_index("client_id")
    by_client = lines.groupby("client_id")
    since_first = (pd.Timestamp(day) - by_client["date_achat"].min()).dt.days
    sales = lines[lines["montant"] > 0].groupby("client_id")["montant"].sum()

    def says(column: str, values: pd.Series) -> Callable[[pd.DataFrame], bool]:
        return lambda table: (
            _agrees(table, column, values) and not _agrees(table, column, known[column])
        )

    def shifted(table: pd.DataFrame) -> bool:
        shifts = table["recence"] - table["client_id"].map(known["recence"])
        return bool(shifts.nunique() == 1 and shifts.iloc[0] != 0)

    return HalfTableCheck(
        expected[["client_id", "recence", "frequence", "montant_total"]],
        keys=("client_id",),
        success=(
            "Une ligne par client, trois mesures à la même date : de quoi comparer les clients "
            "entre eux."
        ),
        mistakes=(
            TableMistake(
                lambda table: bool((table["recence"] < 0).any()),
                "Dans quel sens avez-vous soustrait les deux dates ?",
            ),
            TableMistake(
                says("recence", since_first),
                "La récence part-elle de la première commande, ou de la dernière ?",
            ),
            TableMistake(shifted, "De quelle date de référence la récence part-elle ?"),
            TableMistake(
                says("frequence", by_client.size()),
                "Avez-vous compté les lignes au lieu des commandes ?",
            ),
            TableMistake(
                says("frequence", by_client["commande_id"].nunique()),
                "Une commande entièrement rendue est-elle une occasion d’achat ?",
            ),
            TableMistake(
                says("montant_total", known["panier_moyen"]),
                "Est-ce le total de chaque client, ou son panier moyen ?",
            ),
            TableMistake(
                says("montant_total", sales),
                "Avez-vous déduit les retours ?",
            ),
        ),
    )


def _check_scores(variant: Variant, given: Given) -> Check:
    levels = variant.parameters["NIVEAUX"]
    rfm, expected = _following(
        given.table("rfm"), truth(variant).rfm, lambda table: score_rfm(table, levels=levels)
    )
    digits = ["R", "F", "M"]

    def made_by(**options: Any) -> Callable[[pd.DataFrame], bool]:
        return lambda table: _same(table, score_rfm(rfm, levels=levels, **options), digits)

    def reversed_recency(table: pd.DataFrame) -> bool:
        other = score_rfm(rfm.assign(recence=-rfm["recence"]), levels=levels)
        return _same(table, other, ["R"])

    return HalfTableCheck(
        expected[["client_id", *digits, "code_rfm"]],
        keys=("client_id",),
        success=(
            "Chaque score dit combien de clients font moins bien ; à égalité de commandes, "
            "égalité de score F."
        ),
        mistakes=(
            TableMistake(
                lambda table: int(table[digits].max().max()) != levels,
                "Sur combien de niveaux avez-vous donné les scores ?",
            ),
            TableMistake(reversed_recency, "Le meilleur score R va-t-il aux achats récents ?"),
            TableMistake(
                made_by(monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
            TableMistake(
                made_by(method="equal_size"),
                "Deux clients qui ont autant de commandes ont-ils le même score F ?",
            ),
            TableMistake(
                made_by(method="nested"),
                "À qui chaque client est-il comparé : à toute la table, ou à une partie ?",
            ),
        ),
    )


def _grid_for(scores: pd.DataFrame, grid: str) -> str:
    """The grid of the levels that a table of scores has; `grid` when there is none."""
    return GRIDS.get(int(scores[["R", "F", "M"]].astype(int).max().max()), grid)


def _check_segments(variant: Variant, given: Given) -> Check:
    grid, rfm = variant.parameters["GRILLE"], truth(variant).rfm
    _, expected = _following(
        given.table("scores"),
        truth(variant).scores,
        lambda table: assign_segments(table, _grid_for(table, grid)),
    )

    def made_by(levels: int, **options: Any) -> Callable[[pd.DataFrame], bool]:
        def matches(table: pd.DataFrame) -> bool:
            scores = score_rfm(rfm, levels=levels, **options)
            return _same(table, assign_segments(scores, GRIDS[levels]), ["segment"])

        return matches

    (other,) = GRIDS.keys() - {variant.parameters["NIVEAUX"]}
    return HalfTableCheck(
        expected[["client_id", "segment"]],
        keys=("client_id",),
        success="Un code est devenu un nom que l’équipe peut dire, et rien d’autre n’a changé.",
        mistakes=(
            TableMistake(
                lambda table: bool(table["segment"].astype(str).str.fullmatch(r"\d+").all()),
                "Est-ce le code RFM, ou le nom du segment ?",
            ),
            TableMistake(
                lambda table: not table["segment"].isin(load_grid(grid).names).all(),
                "Ces noms sont-ils ceux de la grille demandée ?",
            ),
            TableMistake(
                made_by(other),
                "Vos scores et votre grille ont-ils le nombre de niveaux demandé ?",
            ),
            TableMistake(
                made_by(variant.parameters["NIVEAUX"], monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
        ),
    )


def _with_customers(profile: pd.DataFrame) -> pd.DataFrame:
    """A profile without its empty segments, which may be shown or not."""
    return profile[profile["clients"] != 0] if "clients" in profile.columns else profile


def _check_profile(variant: Variant, given: Given) -> Check:
    grid = variant.parameters["GRILLE"]
    segments, profile = _following(
        given.table("segments"),
        truth(variant).segments,
        lambda table: _with_customers(segment_profile(table, grid)),
    )
    groups = segments.groupby("segment")
    known = profile.set_index("segment")
    per_customer = known["chiffre_affaires"] / known["clients"]

    def says(column: str, values: pd.Series) -> Callable[[pd.DataFrame], bool]:
        return lambda table: _agrees(table, column, values, key="segment")

    return HalfTableCheck(
        profile[["segment", "clients", "chiffre_affaires", "panier_moyen"]],
        keys=("segment",),
        tolerance=0.02,
        prepare=_with_customers,
        success="Des clients, des euros, un panier : le directeur voit ce que pèse chaque nom.",
        mistakes=(
            TableMistake(
                lambda table: table["clients"].max() <= 1,
                "Est-ce un nombre de clients, ou une part ?",
            ),
            TableMistake(
                says("clients", groups["frequence"].sum()),
                "Avez-vous compté les clients, ou leurs commandes ?",
            ),
            TableMistake(
                says("chiffre_affaires", per_customer),
                "Est-ce le chiffre d’affaires du segment, ou une moyenne par client ?",
            ),
            TableMistake(
                says("panier_moyen", per_customer),
                "Le panier moyen est-il par client, ou par commande ?",
            ),
            TableMistake(
                says("panier_moyen", groups["panier_moyen"].mean()),
                "Un client à une commande pèse-t-il autant qu’un client à dix dans votre panier "
                "moyen ?",
            ),
        ),
    )


# --- values --------------------------------------------------------------------------------------


def _check_store(variant: Variant, given: Given) -> Check:
    store = variant.parameters["BOUTIQUE"]

    def revenue(lines: pd.DataFrame) -> float:
        return float(lines.loc[lines["Boutique"] == store, "montant"].sum())

    lines, answer = _following(_lines_given(given), truth(variant).lines, revenue)
    export = variant.tables[EXPORT]
    naive = pd.to_numeric(export[COLUMNS["amount"]].str.replace(",", "."), errors="coerce")
    sales, year = revenue(lines[lines["montant"] > 0]), truth(variant).year
    too_late = "Avez-vous compté des lignes qui suivent la date de référence ?"
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Ventes et retours se compensent, et seules les lignes de cette boutique comptent.",
        mistakes=(
            Mistake(sales, "Avez-vous déduit les retours ?"),
            Mistake(2 * sales - answer, "Les retours s’ajoutent-ils aux ventes ?"),
            Mistake(answer - sales, "Est-ce le montant des seuls retours ?"),
            Mistake(sales - answer, "Est-ce le montant des seuls retours ?"),
            Mistake(float(lines["montant"].sum()), "Est-ce le total de toutes les boutiques ?"),
            Mistake(revenue(year), too_late),
            Mistake(revenue(orders_until(year, "2025-12-31")), too_late),
            Mistake(
                float(naive[export["Boutique"] == store].sum()),
                "Avez-vous additionné l’export tel quel, avant de le préparer ?",
            ),
        ),
        otherwise="Êtes-vous parti de vos lignes propres, et de cette boutique seulement ?",
    )


def _check_basket(variant: Variant, given: Given) -> Check:
    client, day = variant.parameters["CLIENT"], variant.parameters["DATE_REFERENCE"]

    def basket(lines: pd.DataFrame) -> float:
        return float(rfm_table(_of(lines, client), as_of=day)["panier_moyen"].item())

    lines, answer = _following(_lines_given(given), truth(variant).lines, basket)
    his = _of(lines, client)
    total, numbers = float(his["montant"].sum()), his["commande_id"].nunique()
    bought = his[his["montant"] > 0]
    sales, kept = float(bought["montant"].sum()), round(total / answer)

    def whole_year(value: float) -> bool:
        year = rfm_table(_of(truth(variant).year, client))
        return abs(value - float(year["panier_moyen"].item())) <= EUROS

    with_empty = "Une commande entièrement rendue compte-t-elle comme un achat ?"
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Un montant, retours déduits, divisé par les commandes dont il reste un achat.",
        mistakes=(
            Mistake(total / numbers, with_empty),
            Mistake(sales / numbers, "Avez-vous déduit ce que le client a rendu ?"),
            Mistake(sales / kept, "Avez-vous déduit ce que le client a rendu ?"),
            Mistake(total / len(his), "Avez-vous divisé par les lignes ?"),
            Mistake(total / len(bought), "Avez-vous divisé par les articles achetés ?"),
            Mistake(total, "Est-ce le total, sans moyenne ?"),
            Mistake(sales, "Est-ce le total des achats, sans retour ni moyenne ?"),
            Mistake(whole_year, "Avez-vous compté des achats qui suivent la date de référence ?"),
        ),
        otherwise="Quel montant avez-vous divisé, et par combien de commandes ?",
    )


def _of(lines: pd.DataFrame, client: str) -> pd.DataFrame:
    his: pd.DataFrame = lines[lines["client_id"] == client]
    return his


def _check_silent(variant: Variant, given: Given) -> Check:
    days, orders = variant.parameters["SILENCE"], variant.parameters["COMMANDES"]

    def spent(table: pd.DataFrame, *conditions: pd.Series) -> float:
        chosen = pd.concat(conditions, axis=1).all(axis=1)
        return float(table.loc[chosen, "montant_total"].sum())

    table, answer = _following(
        given.table("rfm"),
        truth(variant).rfm,
        lambda rfm: spent(rfm, rfm["recence"] > days, rfm["frequence"] >= orders),
    )
    recency, frequency = table["recence"], table["frequence"]
    count = int(((recency > days) & (frequency >= orders)).sum())
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success=(
            "Voilà ce qu’ont dépensé ces habitués qui se taisent : un chiffre du passé, qui ne dit "
            "pas encore s’ils reviendront."
        ),
        mistakes=(
            Mistake(
                spent(table, recency < days, frequency >= orders),
                "Une récence plus grande est-elle un achat plus récent ?",
            ),
            Mistake(
                spent(table, recency <= days, frequency >= orders),
                "Une récence plus grande est-elle un achat plus récent ?",
            ),
            Mistake(
                spent(table, recency > days, frequency > orders),
                "« Ou plus » comprend-il le nombre lui-même ?",
            ),
            Mistake(
                spent(table, recency >= days, frequency >= orders),
                "« Plus de » comprend-il le nombre lui-même ?",
            ),
            Mistake(spent(table, recency > days), "Et la condition sur le nombre de commandes ?"),
            Mistake(spent(table, frequency >= orders), "Et la condition sur le silence ?"),
            Mistake(count, "Est-ce un nombre de clients, ou des euros ?"),
            Mistake(
                answer / count if count else answer,
                "Est-ce une moyenne par client, ou ce qu’ils ont dépensé en tout ?",
            ),
        ),
        otherwise="Vos deux conditions sont-elles celles de la question, toutes deux à la fois ?",
    )


def _check_per_customer(variant: Variant, given: Given) -> Check:
    grid, segment = variant.parameters["GRILLE"], variant.parameters["SEGMENT"]

    def per_customer(profile: pd.DataFrame) -> float:
        row = _row(profile, segment)
        return float(row["chiffre_affaires"]) / int(row["clients"])

    segments, profile = _following(
        given.table("segments"),
        truth(variant).segments,
        lambda table: segment_profile(table, grid),
    )
    answer, theirs = per_customer(profile), given.table("profil")
    with suppress(Exception):
        if theirs is not None and theirs["clients"].sum() == len(segments):
            profile, answer = theirs, per_customer(theirs)
    row = _row(profile, segment)
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Un client, toutes ses commandes de la période : voilà ce que vaut la relation.",
        mistakes=(
            Mistake(
                float(row["panier_moyen"]),
                "Est-ce ce que vaut un client, ou une de ses commandes ?",
            ),
            Mistake(float(row["chiffre_affaires"]), "Est-ce le segment entier, ou un client ?"),
            Mistake(int(row["clients"]), "Est-ce un nombre de clients, ou des euros ?"),
            Mistake(
                float(profile["chiffre_affaires"].sum() / profile["clients"].sum()),
                "Est-ce la moyenne de toute la maison, ou celle du segment ?",
            ),
        ),
        otherwise="Quel montant avez-vous divisé par quel nombre, et dans quel segment ?",
    )


def _row(profile: pd.DataFrame, segment: str) -> Any:
    return profile[profile["segment"] == segment].iloc[0]


def _check_first_call(variant: Variant, given: Given) -> Check:
    segment = variant.parameters["SEGMENT"]

    def top(table: pd.DataFrame, column: str = "montant_total") -> tuple[str, ...]:
        """Who is first; every one of them when several are, with the number alone too."""
        firsts = table.loc[table[column] == table[column].max(), "client_id"].astype(str)
        return (*firsts, *firsts.str.removeprefix("C-"))

    def inside(table: pd.DataFrame) -> pd.DataFrame:
        chosen: pd.DataFrame = table[table["segment"] == segment]
        if chosen.empty:
            raise ValueError("no customer in this segment")
        return chosen

    table, answers = _following(
        given.table("segments"), truth(variant).segments, lambda table: top(inside(table))
    )
    theirs = inside(table)

    def latest(table: pd.DataFrame) -> tuple[str, ...]:
        return top(table.assign(proche=-table["recence"]), "proche")

    return TextCheck(
        answers,
        success="Voilà par qui commencer, si ce client accepte d’être contacté.",
        mistakes=(
            TextMistake(top(table), "Ce client est-il bien dans le segment demandé ?"),
            TextMistake(
                top(theirs, "panier_moyen"), "Est-ce le plus gros total, ou le plus gros panier ?"
            ),
            TextMistake(
                top(theirs, "frequence"), "Est-ce le plus gros total, ou le plus de commandes ?"
            ),
            TextMistake(latest(theirs), "Est-ce le plus gros total, ou l’achat le plus récent ?"),
            TextMistake(
                tuple(theirs["client_id"].astype(str)),
                "Ce client est dans le segment ; dans quel ordre avez-vous trié ?",
            ),
        ),
        otherwise="Ce client est-il dans le segment demandé, et de votre propre fichier ?",
    )


CHECKS: dict[str, Callable[[Variant, Given], Check]] = {
    "lignes": _check_lines,
    "chiffre_boutique": _check_store,
    "panier_client": _check_basket,
    "rfm": _check_rfm,
    "silencieux": _check_silent,
    "scores": _check_scores,
    "segments": _check_segments,
    "profil": _check_profile,
    "par_client": _check_per_customer,
    "a_appeler": _check_first_call,
}
