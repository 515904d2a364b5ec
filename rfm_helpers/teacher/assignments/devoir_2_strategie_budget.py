"""Assignment 2, a plan for one segment: its variants, and what is right for each.

A variant's base is a sample of the house's customers with their orders of three years, under new
customer and order numbers; the quotes of an evening to which some of them would be invited go
with it. Baskets, margins, guests and costs follow from these files.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.budget import cost_lines, flag_lines, line_costs
from rfm_helpers.analysis.campaign import (
    Campaign,
    break_even,
    campaign_account,
    incremental_margin,
    roi,
)
from rfm_helpers.analysis.rfm import orders_until, rfm_table, score_rfm
from rfm_helpers.analysis.segments import assign_segments
from rfm_helpers.analysis.strategy import INDICATORS, check_statement, revenue_at_stake
from rfm_helpers.catalog import Statement
from rfm_helpers.catalog.costing import CostFamily, is_vague, missing_families, trap_of
from rfm_helpers.datasets import load_customers, load_orders
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.questions.checks import Mistake, NumberCheck, TableMistake, parse_number
from rfm_helpers.questions.drafts import FIELDS, UNITS, read_statement
from rfm_helpers.questions.model import Check, Kind, Outcome, Verdict
from rfm_helpers.teacher.assignments.checks import HalfTableCheck
from rfm_helpers.teacher.assignments.variants import Given, Variant

NAME = "devoir_2_strategie_budget"
ORDERS, PEOPLE, QUOTES = "commandes.csv", "clients.csv", "devis.csv"
FORMATS: dict[str, dict[str, Any]] = {}

ACTION, LETTER = "Soirée privée", "Lettre manuscrite"
VAT = 1.2
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

#: The inputs of a campaign, as the notebook's table names them.
INPUTS = {
    "Clients touchés": "reached",
    "Hausse de réponse": "uplift",
    "Panier moyen (€ HT)": "basket",
    "Taux de marge": "margin_rate",
    "Coût (€ HT)": "cost",
    "Remise": "discount",
    "Commandes venues de toute façon": "baseline",
}
LETTER_COSTS = (
    CostFamily(
        id="support",
        words=("papier", "carte", "lettre", "enveloppe", "impression", "encre", "calligraph"),
        question="Sur quoi la lettre est-elle écrite ?",
    ),
    CostFamily(
        id="envoi",
        words=("affranch", "timbre", "envoi", "poste", "postal", "courrier", "expedition"),
        question="Comment la lettre arrive-t-elle chez le client ?",
    ),
    CostFamily(
        id="temps",
        words=("heure", "temps", "salaire", "conseill", "redaction", "personnel", "ecriture"),
        question="Qui écrit, et combien d’heures cela prend-il ?",
    ),
    CostFamily(
        id="suite",
        words=("suivi", "mesure", "temoin", "bilan", "analyse", "rappel", "appel", "relance"),
        question="Que se passe-t-il après l’envoi, et comment saurez-vous si la lettre a marché ?",
    ),
)

EUROS, CENTS, HUNDREDTHS, HALF_A_CENT = 0.6, 0.05, 0.02, 0.005
#: Share of the rows of a student's table that are known to the variant, at least.
OWN = 0.5


# --- variants ------------------------------------------------------------------------------------


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
    }


@cache
def _house(day: str) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """The house's order lines up to a day, dates as texts, and the customers in its RFM table."""
    lines = orders_until(load_orders(), day)
    columns = ["client_id", "commande_id", "date_achat", "montant", "marge"]
    dates = pd.to_datetime(lines["date_achat"]).dt.strftime("%Y-%m-%d")
    customers = rfm_table(lines, as_of=day)["client_id"].to_numpy()
    return lines[columns].assign(date_achat=dates), customers


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


# --- what follows from the files -----------------------------------------------------------------


@dataclass(frozen=True)
class Party:
    """Whom the evening is for: guests, those who would come, and what one of their orders is."""

    invited: int
    present: int
    basket: float
    margin_rate: float


@dataclass(frozen=True)
class Costs:
    """What the evening costs in all (euros)."""

    excluding: float
    including: float
    year: float


@dataclass(frozen=True)
class Chain:
    """The right answers of a variant, step by step."""

    clients: pd.DataFrame
    party: Party
    lines: pd.DataFrame
    campaign: Campaign


@lru_cache(maxsize=8)
def truth(variant: Variant) -> Chain:
    """The right answers of a variant, computed once."""
    rfm = rfm_table(_orders(variant), as_of=variant.parameters["DATE_REFERENCE"])
    clients = assign_segments(score_rfm(rfm))
    party = _party(variant, clients)
    lines = _evening(variant, party)
    return Chain(clients, party, lines, _campaign_of(variant, party, _total(lines).excluding))


def _orders(variant: Variant) -> pd.DataFrame:
    lines = variant.tables[ORDERS]
    return lines.assign(date_achat=pd.to_datetime(lines["date_achat"]))


def _party(variant: Variant, clients: pd.DataFrame) -> Party:
    """The party that follows from a table of customers and segments.

    Raises:
        ValueError: nobody is invited or comes, or their orders cannot be counted.
    """
    people, orders = variant.tables[PEOPLE], variant.tables[ORDERS]
    agreed = people.loc[people["consentement"] == "oui", "client_id"]
    coming = people.loc[people["viendrait"] == "oui", "client_id"]
    theirs = clients["segment"].eq(variant.parameters["SEGMENT"])
    invited = clients[theirs & clients["client_id"].isin(agreed)]
    lines = orders[orders["client_id"].isin(invited["client_id"])]
    revenue = float(lines["montant"].sum()) / VAT
    party = Party(
        invited=len(invited),
        present=int(invited["client_id"].isin(coming).sum()),
        basket=revenue / float(invited["frequence"].astype(float).sum()),
        margin_rate=float(lines["marge"].sum()) / revenue,
    )
    if not (party.present and math.isfinite(party.basket) and party.basket > 0):
        raise ValueError("no party can be held for these customers")
    return party


def _quantities(variant: Variant, invited: int, present: int) -> pd.Series:
    """How many of each quoted line so many guests take."""
    quotes = variant.tables[QUOTES]
    counts = quotes["par"].map({"soirée": 1, "invité": invited, "présent": present})
    quantities: pd.Series = quotes["quantite"] * counts
    return quantities


def _evening(variant: Variant, party: Party) -> pd.DataFrame:
    """The evening's lines, with their costs."""
    return _priced(variant, party.invited, party.present)


@lru_cache(maxsize=16)
def _priced(variant: Variant, invited: int, present: int) -> pd.DataFrame:
    quantities = _quantities(variant, invited, present)
    return line_costs(variant.tables[QUOTES].assign(quantite=quantities))


def _total(lines: pd.DataFrame) -> Costs:
    columns = ("cout_ht", "cout_ttc", "cout_annee_ht")
    costs = Costs(*(float(lines[column].astype(float).sum()) for column in columns))
    if not all(math.isfinite(cost) and cost > 0 for cost in vars(costs).values()):
        raise ValueError("these lines cost nothing")
    return costs


def _campaign_of(variant: Variant, party: Party, cost: float) -> Campaign:
    given = variant.parameters
    return Campaign(
        reached=party.invited,
        uplift=given["REPONSE"] - given["TEMOIN"],
        basket=party.basket,
        margin_rate=party.margin_rate,
        cost=cost,
    )


def _clients(variant: Variant, given: Given) -> tuple[pd.DataFrame, Party]:
    """The student's customers and the party that follows; the true ones if they cannot be used.

    A table whose customers are for the most part unknown to the variant is another student's.
    """
    steps, own = truth(variant), given.table("clients")
    if own is not None:
        with suppress(Exception):
            if own["client_id"].isin(steps.clients["client_id"]).mean() > OWN:
                return own, _party(variant, own)
    return steps.clients, steps.party


def _costs(variant: Variant, given: Given) -> Costs:
    """The costs that follow from the student's lines, or else from the student's customers.

    Lines none of which costs what it does in the variant are another student's.
    """
    _, party = _clients(variant, given)
    lines, own = _evening(variant, party), given.table("couts")
    if own is not None:
        with suppress(Exception):
            pairs = lines.merge(own, on="libelle", suffixes=("", "_donne"))
            if ((pairs["cout_ht"] - pairs["cout_ht_donne"]).abs() < HALF_A_CENT).any():
                return _total(own)
    return _total(lines)


def _campaign(variant: Variant, given: Given) -> Campaign:
    """The student's campaign, or else the one that follows from the earlier steps.

    A campaign with neither the basket, nor the margin rate, nor the cost that follow from the
    variant is another student's.
    """
    _, party = _clients(variant, given)
    costs, own = _costs(variant, given), given.table("compte")
    if own is not None:
        with suppress(Exception):
            values = own.drop_duplicates("ligne").set_index("ligne")["valeur"].astype(float)
            campaign = Campaign(**{name: float(values[label]) for label, name in INPUTS.items()})
            known = (
                _is_one_of(campaign.basket, party.basket, party.basket * VAT)
                or _is_one_of(campaign.margin_rate, party.margin_rate)
                or _is_one_of(campaign.cost, *vars(costs).values())
            )
            if known and break_even(campaign).value:
                return campaign
    return _campaign_of(variant, party, costs.excluding)


def _is_one_of(found: float, *values: float) -> bool:
    return any(math.isclose(found, value, rel_tol=1e-4) for value in values)


# --- tables --------------------------------------------------------------------------------------


def _cells(table: pd.DataFrame, column: str, key: str) -> pd.Series:
    values: pd.Series = table.set_index(key)[column]
    return values


def _says(expected: pd.Series, column: str, key: str) -> Callable[[pd.DataFrame], bool]:
    """A rule: a column says of every row what `expected` (by key) says."""

    def matches(table: pd.DataFrame) -> bool:
        gaps = _cells(table, column, key).astype(float) - expected
        return bool(len(table) == len(expected) and (gaps.abs() <= 0.01).all())

    return matches


def _check_clients(variant: Variant, _: Given) -> Check:
    expected = truth(variant).clients
    columns = ["client_id", "recence", "frequence", "montant_total", "segment"]
    known = expected.set_index("client_id")

    def shifted(table: pd.DataFrame) -> bool:
        shifts = _cells(table, "recence", "client_id").astype(float) - known["recence"]
        return bool(shifts.notna().all() and shifts.nunique() == 1 and shifts.iloc[0] != 0)

    def made_by(grid: str, **options: Any) -> Callable[[pd.DataFrame], bool]:
        def matches(table: pd.DataFrame) -> bool:
            rfm = known.reset_index()[["client_id", "recence", "frequence", "montant_total"]]
            rfm["panier_moyen"] = rfm["montant_total"] / rfm["frequence"]
            other = assign_segments(score_rfm(rfm, **options), grid).set_index("client_id")
            given = _cells(table, "segment", "client_id").reindex(other.index)
            return bool((given == other["segment"]).all())

        return matches

    return HalfTableCheck(
        expected[columns],
        keys=("client_id",),
        success="Tout le plan part de cette table : une date, et un segment pour chaque client.",
        mistakes=(
            TableMistake(shifted, "De quelle date de référence la récence part-elle ?"),
            TableMistake(
                made_by("cinq_niveaux", levels=5),
                "Sur combien de niveaux les onze segments sont-ils faits ?",
            ),
            TableMistake(
                made_by("onze", monetary="panier_moyen"),
                "Que mesure votre score M : le montant total, ou le panier moyen ?",
            ),
            TableMistake(
                made_by("onze", method="equal_size"),
                "Deux clients qui ont autant de commandes ont-ils le même score F ?",
            ),
            TableMistake(
                lambda table: bool(table["segment"].astype(str).str.fullmatch(r"\d+").all()),
                "Est-ce le code RFM, ou le nom du segment ?",
            ),
        ),
    )


def _check_costs(variant: Variant, given: Given) -> Check:
    _, party = _clients(variant, given)
    columns = ["libelle", "quantite", "cout_ht", "cout_ttc", "cout_annee_ht"]

    def counted(invited: int, present: int) -> Callable[[pd.DataFrame], bool]:
        labels = variant.tables[QUOTES]["libelle"]
        quantities = _quantities(variant, invited, present).set_axis(labels)
        return _says(quantities, "quantite", "libelle")

    expected = _evening(variant, party)
    known = expected.set_index("libelle")
    written = known["quantite"] * known["cout_unitaire"]
    return HalfTableCheck(
        expected[columns],
        keys=("libelle",),
        success="Chaque ligne suit les bons clients, et se paie HT, quelle que soit l’écriture.",
        mistakes=(
            TableMistake(
                counted(party.present, party.invited),
                "Les invités et les présents sont-ils à leur place ?",
            ),
            TableMistake(
                counted(party.invited, party.invited),
                "Tous les invités viendront-ils ?",
            ),
            TableMistake(
                counted(party.present, party.present),
                "N’envoie-t-on un carton qu’à ceux qui viendront ?",
            ),
            TableMistake(counted(1, 1), "Pour combien de clients ces lignes comptent-elles ?"),
            TableMistake(
                _says(written, "cout_ht", "libelle"),
                "Ces prix étaient-ils tous HT ?",
            ),
        ),
    )


def _sheet(campaign: Campaign) -> pd.DataFrame:
    """A campaign's inputs and account, as the notebook hands them over."""
    inputs = [{"ligne": label, "valeur": getattr(campaign, n)} for label, n in INPUTS.items()]
    return pd.concat([pd.DataFrame(inputs), campaign_account(campaign)], ignore_index=True)


def _check_account(variant: Variant, given: Given) -> Check:
    _, party = _clients(variant, given)
    costs = _costs(variant, given)
    campaign = _campaign_of(variant, party, costs.excluding)
    response = variant.parameters["REPONSE"]

    def has(name: str, value: float) -> Callable[[pd.DataFrame], bool]:
        label = next(label for label, field in INPUTS.items() if field == name)

        def matches(table: pd.DataFrame) -> bool:
            return _is_one_of(float(_cells(table, "valeur", "ligne")[label]), value)

        return matches

    return HalfTableCheck(
        _sheet(campaign),
        keys=("ligne",),
        success="La marge des commandes que l’on n’aurait pas eues, et rien d’autre.",
        mistakes=(
            TableMistake(
                has("uplift", response),
                "Est-ce la réponse, ou la hausse de réponse ?",
            ),
            TableMistake(
                has("uplift", variant.parameters["TEMOIN"]),
                "Que dit le groupe témoin : la hausse, ou ce qui vient sans l’action ?",
            ),
            TableMistake(
                has("uplift", response / variant.parameters["TEMOIN"] - 1),
                "Une hausse en points se calcule-t-elle par une division ?",
            ),
            TableMistake(
                has("reached", party.present),
                "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
            ),
            TableMistake(
                has("basket", party.basket * VAT),
                "Le panier et le coût sont-ils tous deux HT ?",
            ),
            TableMistake(has("margin_rate", 1.0), "Le panier entier est-il une marge ?"),
            TableMistake(has("cost", costs.including), "Le coût est-il HT, ou TTC ?"),
            TableMistake(
                has("cost", costs.year),
                "Avez-vous compté toute la dépense, ou sa part de la première année ?",
            ),
            TableMistake(
                has("discount", variant.parameters["REMISE"]),
                "La remise est-elle déjà demandée ici ?",
            ),
        ),
    )


# --- numbers -------------------------------------------------------------------------------------


def _check_stake(variant: Variant, given: Given) -> Check:
    segment, share = variant.parameters["SEGMENT"], variant.parameters["PART"]
    clients, _ = _clients(variant, given)
    try:
        stakes = revenue_at_stake(clients, share)
    except Exception:
        clients = truth(variant).clients
        stakes = revenue_at_stake(clients, share)
    amounts = stakes.set_index("segment")["chiffre_affaires_en_jeu"]
    answer = float(amounts[segment])
    theirs = clients[clients["segment"] == segment]
    baskets = theirs["montant_total"] / theirs["frequence"]
    return NumberCheck(
        answer,
        tolerance=EUROS,
        unit="€",
        success="Des clients, une hypothèse, un panier : l’hypothèse s’écrit à côté du chiffre.",
        mistakes=(
            Mistake(answer / share, "Avez-vous appliqué la part supposée ?"),
            Mistake(
                share * float(theirs["montant_total"].sum()),
                "Une commande de plus vaut-elle tout ce que le client a dépensé ?",
            ),
            Mistake(
                share * float(baskets.sum()),
                "Un client à une commande pèse-t-il autant qu’un client à dix dans votre panier "
                "moyen ?",
            ),
            Mistake(float(amounts.sum()), "Est-ce ce segment, ou toute la base ?"),
            Mistake(
                lambda value: any(abs(value - a) <= EUROS for a in amounts),
                "Avez-vous lu la ligne du segment demandé ?",
            ),
            Mistake(
                lambda value: _close_to(value, answer * 0.10 / share),
                "Quelle part avez-vous supposée ?",
            ),
        ),
        otherwise="Quels clients, quelle part, quel panier avez-vous multipliés ?",
    )


def _close_to(value: float, target: float) -> bool:
    return abs(value - target) <= EUROS


def _check_per_guest(variant: Variant, given: Given) -> Check:
    _, party = _clients(variant, given)
    costs = _costs(variant, given)
    return NumberCheck(
        costs.year / party.present,
        tolerance=HUNDREDTHS,
        unit="€",
        success="On dit quel coût, et quels clients : alors le chiffre veut dire quelque chose.",
        mistakes=(
            Mistake(costs.year / party.invited, "Avez-vous divisé par les invités ?"),
            Mistake(
                costs.excluding / party.present,
                "Ce qui dure pèse-t-il en entier la première année ?",
            ),
            Mistake(costs.including / party.present, "Est-ce un coût HT, ou TTC ?"),
            Mistake(costs.excluding / party.invited, "Quels clients, et quelle année ?"),
            Mistake(costs.year, "Est-ce le total, sans le diviser ?"),
        ),
        otherwise="Quel total avez-vous divisé, et par combien de clients ?",
    )


def _check_break_even(variant: Variant, given: Given) -> Check:
    campaign = _campaign(variant, given)
    _, party = _clients(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]

    def needed(**changes: float) -> float:
        return 100 * (break_even(replace(campaign, **changes)).value or math.inf)

    return NumberCheck(
        needed(),
        tolerance=HUNDREDTHS,
        unit="%",
        success="Voilà une question à poser à la boutique : peut-on en obtenir autant ?",
        mistakes=(
            Mistake(
                needed(margin_rate=1.0),
                "Le coût se paie-t-il avec le chiffre d’affaires, ou avec la marge ?",
            ),
            Mistake(
                needed(reached=party.present),
                "La hausse se compte-t-elle sur les invités, ou sur les présents ?",
            ),
            Mistake(needed(cost=_costs(variant, given).including), "Le coût est-il HT, ou TTC ?"),
            Mistake(
                needed(cost=_costs(variant, given).year),
                "Avez-vous compté toute la dépense, ou sa part de la première année ?",
            ),
            Mistake(needed(basket=campaign.basket * VAT), "Le panier est-il HT, ou TTC ?"),
            Mistake(
                needed(discount=discount, baseline=control),
                "La remise est-elle déjà demandée ici ?",
            ),
            Mistake(100 * campaign.uplift, "Est-ce la hausse supposée, ou celle qu’il faut ?"),
        ),
        otherwise="L’action dont vous lisez le seuil est-elle celle de la question ?",
    )


def _check_discount(variant: Variant, given: Given) -> Check:
    campaign = _campaign(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]
    each = discount * campaign.basket
    orders, anyway = campaign.reached * campaign.uplift, campaign.reached * control
    answer = each * (orders + anyway)
    return NumberCheck(
        answer,
        tolerance=CENTS,
        unit="€",
        success="La remise se donne sur chaque commande, aussi celles qui seraient venues.",
        mistakes=(
            Mistake(
                each * orders,
                "Ceux qui auraient commandé de toute façon utiliseront-ils la remise ?",
            ),
            Mistake(
                each * anyway,
                "Les commandes en plus profitent-elles aussi de la remise ?",
            ),
            Mistake(each * campaign.reached, "Tous les invités commanderont-ils ?"),
            Mistake(answer * VAT, "Le panier est-il HT, ou TTC ?"),
            Mistake(
                answer * campaign.margin_rate,
                "La remise se prend-elle sur le prix, ou sur la marge ?",
            ),
            Mistake(each, "Est-ce la remise d’une seule commande ?"),
            Mistake(-answer, "Un prix est-il négatif ?"),
        ),
        otherwise="Combien de commandes utiliseront la remise, et que vaut-elle sur chacune ?",
    )


@dataclass(frozen=True)
class EitherCheck:
    """A number that may follow from either of two earlier answers."""

    checks: tuple[NumberCheck, ...]

    @property
    def kind(self) -> Kind:
        """A number."""
        return Kind.NUMBER

    def __call__(self, value: object) -> Verdict:
        """The better verdict; the first one's, if they are as good."""
        return max((check(value) for check in self.checks), key=lambda verdict: verdict.share)


def _check_return(variant: Variant, given: Given) -> Check:
    campaign = _campaign(variant, given)
    discount, control = variant.parameters["REMISE"], variant.parameters["TEMOIN"]
    offer = replace(campaign, discount=discount, baseline=control)
    margin, bare = incremental_margin(offer), incremental_margin(campaign)
    given_away = bare - margin
    cost = campaign.cost
    revenue = campaign.reached * campaign.uplift * campaign.basket

    def rate(earned: float, spent: float = cost) -> float:
        return 100 * (roi(earned, spent).value or 0.0)

    response = replace(offer, uplift=campaign.uplift + control, baseline=0)
    main = NumberCheck(
        rate(margin),
        tolerance=HUNDREDTHS,
        unit="%",
        success="Le gain net, rapporté au coût ; la remise a pris sa part de la marge, une fois.",
        mistakes=(
            Mistake(rate(bare), "Où est passée la remise ?"),
            Mistake(
                rate(margin, cost + given_away),
                "Avez-vous compté la remise deux fois : dans la marge, et dans le coût ?",
            ),
            Mistake(
                rate(bare, cost + given_away),
                "Une remise est-elle une facture, ou une marge en moins ?",
            ),
            Mistake(
                rate(incremental_margin(replace(offer, baseline=0))),
                "Ceux qui auraient commandé de toute façon utiliseront-ils la remise ?",
            ),
            Mistake(
                rate(incremental_margin(response)),
                "Avez-vous pris la réponse au lieu de la hausse de réponse ?",
            ),
            Mistake(
                rate(revenue - given_away),
                "Avez-vous compté le chiffre d’affaires au lieu de la marge ?",
            ),
            Mistake(rate(revenue), "Avez-vous compté le chiffre d’affaires au lieu de la marge ?"),
            Mistake(100 * margin / cost, "Avez-vous retiré le coût de la marge ?"),
            Mistake(-rate(margin), "De quel signe est ce ROI ?"),
        ),
        otherwise="Quelle marge, quelle remise et quel coût ce ROI compte-t-il ?",
    )
    with suppress(Exception):
        own = parse_number(given.value("prix_remise"))
        return EitherCheck((main, replace(main, answer=rate(bare - abs(own)))))
    return main


# --- forms ---------------------------------------------------------------------------------------


def _fields(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CourseError("Cette réponse n’est pas celle du formulaire : remplissez ses champs.")
    return value


#: The most that a form is worth whose figure is another one of the student's own data. A form whose
#: figure is in none of them, as a neighbour's, is worth nothing.
NEAR = 0.4


def _scored(weights: Mapping[str, float], lost: Mapping[str, float], questions: Iterable[str],
            success: str, most: float = 1.0) -> Verdict:  # fmt: skip
    """A verdict from criteria: `lost` is the part of each that is not there (0–1)."""
    share = 1 - sum(weights[name] * part for name, part in lost.items()) / sum(weights.values())
    share = min(share, most)
    if not any(lost.values()):
        return Verdict(Outcome.SUCCESS, success, 1.0)
    return Verdict(Outcome.REVIEW, "\n".join(list(questions)[:MOST_QUESTIONS]), share)


MOST_QUESTIONS = 3
#: The points of a statement (see `check_statement`): what each weighs, and what to ask.
POINTS = {
    "un problème": (1, "Quel problème les données montrent-elles ? Dites-le en une phrase."),
    "un indicateur": (1, "Qu’est-ce qui doit changer : la récence, la fréquence ou le montant ?"),
    "un sens": (1, "De combien à combien l’indicateur doit-il aller, et est-ce dans le bon sens ?"),
    "une cible dans la base": (1, "Est-ce le segment que le directeur demande ?"),
    "une valeur de départ exacte": (
        3,
        "La valeur d’aujourd’hui est-elle celle de cet indicateur, dans vos données, pour ce "
        "segment ?",
    ),
    "un score à améliorer": (1, "Quel score de ces clients peut encore monter ?"),
    "quatre repères": (
        1,
        "Indicateur, départ, arrivée, échéance : que manque-t-il ?",
    ),
    "une échéance": (1, "L’échéance suit-elle la date de référence, et de trois ans au plus ?"),
    "une valeur à portée": (1, "La valeur visée est-elle à portée, ou au-delà des meilleurs ?"),
    "des moyens": (1, "Avec quels moyens ? Nommez-en un au moins."),
}
#: How far the present value may be from that of the data, in the indicator's unit.
CLOSE = {
    "recence_mediane": 0.5,
    "part_actifs_12_mois": 0.0006,
    "frequence_moyenne": 0.006,
    "panier_moyen": 0.6,
    "montant_moyen": 0.6,
}
FEWEST_WORDS = 4
#: How far a rounded present value is from the data, and the segment that the notebook shows first.
ROUNDED, SHOWN_FIRST = 0.05, "Champions"


@dataclass(frozen=True)
class StatementCheck:
    """A strategy for the segment asked for, against the customers' table; credit by point."""

    clients: pd.DataFrame
    segment: str
    day: str

    @property
    def kind(self) -> Kind:
        """A text, in fields."""
        return Kind.TEXT

    def __call__(self, value: object) -> Verdict:
        """The verdict on one statement."""
        statement = _readable(_fields(value))
        failing = self._failing(statement)
        return _scored(
            {name: weight for name, (weight, _) in POINTS.items()},
            dict.fromkeys(failing, 1.0),
            [question for name, (_, question) in POINTS.items() if name in failing],
            "Un segment, un problème, un objectif qui se mesure et des moyens : on saura, à la "
            "date dite, si c’est réussi.",
            self._most(statement, failing),
        )

    def _most(self, statement: Statement, failing: Collection[str]) -> float:
        """What a statement about others than the student's own customers is worth at most."""
        if "une cible dans la base" in failing:
            return 0.0
        if "une valeur de départ exacte" not in failing:
            return 1.0
        return NEAR if self._starts_near(statement) else 0.0

    def _failing(self, statement: Statement) -> Collection[str]:
        found = check_statement(statement, self.clients, self.day)
        failing = set(found.loc[~found["verdict"], "point"])
        if len(statement.problem.split()) < FEWEST_WORDS:
            failing.add("un problème")
        if statement.target.segment != self.segment:
            failing |= {"une cible dans la base", "une valeur de départ exacte"}
        if not self._starts_at(statement, self._theirs):
            failing.add("une valeur de départ exacte")
        return failing

    @property
    def _theirs(self) -> pd.DataFrame:
        return self.clients[self.clients["segment"] == self.segment]

    def _starts_near(self, statement: Statement) -> bool:
        """Whether the present value is rounded, or is that of everyone or of SHOWN_FIRST."""
        others = self.clients, self.clients[self.clients["segment"] == SHOWN_FIRST]
        return self._starts_at(statement, self._theirs, ROUNDED) or any(
            self._starts_at(statement, customers) for customers in others if len(customers)
        )

    def _starts_at(self, statement: Statement, customers: pd.DataFrame, part: float = 0) -> bool:
        """Whether the present value is that of these customers, give or take a part of it."""
        name, given = statement.objective.indicator, statement.objective.from_value
        if name not in CLOSE or given is None:
            return False
        value = INDICATORS[name].measure(customers)
        return abs(given - value) <= CLOSE[name] + part * value + 1e-9


def _readable(fields: Mapping[str, Any]) -> Statement:
    """The statement of a form; a field that cannot be read is left out."""
    texts = {name: fields.get(name) for name in FIELDS}
    texts = {name: text if isinstance(text, str) else "" for name, text in texts.items()}
    if texts["indicateur"] not in UNITS:
        texts["indicateur"] = ""
    for name in ("depart", "arrivee", "echeance"):
        try:
            read_statement({"indicateur": texts["indicateur"], name: texts[name]})
        except CourseError:
            texts[name] = ""
    return read_statement(texts)


def _check_statement(variant: Variant, given: Given) -> Check:
    segment, day = variant.parameters["SEGMENT"], variant.parameters["DATE_REFERENCE"]
    clients, _ = _clients(variant, given)
    with suppress(Exception):
        check_statement(Statement(), clients, day)
        INDICATORS["panier_moyen"].measure(clients[clients["segment"] == segment])
        return StatementCheck(clients, segment, day)
    return StatementCheck(truth(variant).clients, segment, day)


WEIGHTS = {"lignes": 4.0, "quantités": 2.0, "enveloppe": 2.0, "sources": 4.0}
FEWEST_LINES, LEAST_PER_LETTER = 3, 3.0
#: A price read after the reference date is as good.
ACCEPTED = "date à venir"


@dataclass(frozen=True)
class CostsCheck:
    """The lines of the letter: complete, for the right customers, under the envelope, sourced.

    `near` are the numbers that are taken for that of the customers to invite: those of the whole
    segment, and of those who would come.
    """

    invited: int
    near: Collection[int]
    envelope: float
    day: str

    @property
    def kind(self) -> Kind:
        """Lines, in fields."""
        return Kind.TABLE

    def __call__(self, value: object) -> Verdict:
        """The verdict on one list of lines."""
        typed = _fields(value).get("lignes")
        given = [one for one in typed if isinstance(one, Mapping)] if type(typed) is list else []
        table = _lines(given)
        if table.empty:
            question = "Aucune ligne ne se lit : avez-vous écrit libellé, quantité et coût ?"
            return Verdict(Outcome.REVIEW, question)
        lost, questions = self._judged(table, len(given))
        return _scored(
            WEIGHTS,
            lost,
            questions,
            "Rien ne manque, l’enveloppe suffit, et une autre personne retrouverait chaque prix.",
            self._most(table) if lost["quantités"] else 1.0,
        )

    def _most(self, table: pd.DataFrame) -> float:
        return NEAR if table["quantite"].isin(self.near).any() else 0.0

    def _judged(self, table: pd.DataFrame, given: int) -> tuple[dict[str, float], list[str]]:
        """What each criterion lacks (0–1), and the questions to ask."""
        labels = table["libelle"].tolist()
        missing = missing_families(LETTER_COSTS, labels)
        found = min(len(LETTER_COSTS) - len(missing), len(table))
        traps = [trap for label in labels if (trap := trap_of(label))]
        money = self._money(float(table["cout_ht"].sum()), len(table)) or traps[:1]
        wrong = self._without_source(table) + given - len(table)
        counted = (table["quantite"] == self.invited).any()
        lost = {
            "lignes": 1 - found / len(LETTER_COSTS),
            "quantités": 0.0 if counted else 1.0,
            "enveloppe": 1.0 if money else 0.0,
            "sources": wrong / given,
        }
        questions = [*(traps[:1] or money)]
        if given > len(table):
            questions.append("Une ligne ne se lit pas : ses nombres et sa date sont-ils écrits ?")
        if wrong:
            questions.append(
                "Chaque prix a-t-il une source où le retrouver, une date de moins de deux ans et "
                "une fiabilité ?"
            )
        if not counted:
            questions.append("Combien de clients reçoivent la lettre ?")
        if missing:
            questions.append(missing[0].question)
        elif found < len(LETTER_COSTS):
            questions.append("Chaque chose à payer a-t-elle sa ligne ?")
        return lost, questions

    def _money(self, total: float, count: int) -> list[str]:
        if total > self.envelope:
            return ["Le total HT tient-il dans l’enveloppe ?"]
        if count < FEWEST_LINES:
            return ["Une lettre se paie-t-elle en si peu de lignes ?"]
        if total < LEAST_PER_LETTER * self.invited:
            return ["À ce prix, chaque lettre est-elle payée en entier ?"]
        return []

    def _without_source(self, table: pd.DataFrame) -> int:
        """How many lines have a price that nobody could find again."""
        places = [str(place) for place in range(len(table))]
        flags = flag_lines(table.assign(action=places), self.day)
        flagged = set(flags.loc[flags["probleme"] != ACCEPTED, "action"])
        vague = {p for p, source in zip(places, table["source"], strict=True) if is_vague(source)}
        return len(flagged | vague)


def _lines(typed: list[Mapping[str, Any]]) -> pd.DataFrame:
    """The lines of the form that can be read, with their costs."""
    records = [record for one in typed if (record := _record(one)) is not None]
    try:
        return line_costs(pd.DataFrame(records))
    except CourseError:
        return line_costs(pd.DataFrame([record for record in records if _is_line(record)]))


def _record(typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """A line as `cost_lines` takes it; None when its numbers cannot be read."""
    with suppress(Exception):
        texts = {name: str(value).strip() for name, value in typed.items()}
        return {
            **{n: texts.get(n, "") for n in ("libelle", "unite", "source", "fiabilite")},
            "action": LETTER,
            "quantite": parse_number(texts["quantite"]),
            "cout_unitaire": parse_number(texts["cout_unitaire"]),
            "taxe": texts["taxe"],
            "taux_tva": parse_number(texts["taux_tva"]),
            "date_source": _day(texts.get("date_source", "")),
        }
    return None


def _is_line(record: Mapping[str, Any]) -> bool:
    try:
        cost_lines([record])
    except CourseError:
        return False
    return True


def _day(text: str) -> dt.date | None:
    try:
        return as_day(text)
    except CourseError:
        return None


def _check_letter(variant: Variant, given: Given) -> Check:
    clients, party = _clients(variant, given)
    whole = int((clients["segment"] == variant.parameters["SEGMENT"]).sum())
    return CostsCheck(
        invited=party.invited,
        near=(whole, party.present),
        envelope=variant.parameters["ENVELOPPE"],
        day=variant.parameters["DATE_REFERENCE"],
    )


CHECKS: dict[str, Callable[[Variant, Given], Check]] = {
    "clients": _check_clients,
    "enjeu": _check_stake,
    "strategie": _check_statement,
    "couts": _check_costs,
    "cout_present": _check_per_guest,
    "lettre": _check_letter,
    "compte": _check_account,
    "seuil": _check_break_even,
    "prix_remise": _check_discount,
    "roi_remise": _check_return,
}
