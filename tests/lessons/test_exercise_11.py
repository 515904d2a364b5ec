"""The answers to exercise 11: four decisions for January.

What is right is computed here from the files, by other ways than the package's.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pandas as pd
from support.by_hand import DATA, DAY, bought_again, french, measures, orders, wilson
from support.contacts import staying
from support.exercise_answers import ERROR, REVIEW, RIGHT, ExerciseAnswers, letters

from rfm_helpers.analysis.moments.look_alike import best_recruits, look_alike
from rfm_helpers.analysis.value.recruits import recruit_value
from rfm_helpers.datasets import load_customers, load_orders


def rung(factor: float) -> tuple[int, int]:
    """Who has been silent for so many times his rhythm at the end of 2024, and who came back."""
    day = "2024-12-31"
    lines = orders()[orders()["date_achat"] <= day].groupby(["client_id", "commande_id"])
    kept = lines.agg(day=("date_achat", "min"), total=("montant", "sum")).reset_index()
    kept = kept[kept["total"].round(2) > 0].sort_values(["client_id", "day"])
    days = kept.groupby("client_id")["day"]
    rhythm = days.apply(lambda own: own.diff().dt.days.median() if len(own) > 2 else None).dropna()
    silence = (pd.Timestamp(day) - days.max())[rhythm.index].dt.days
    ringing = silence > (factor * rhythm).clip(lower=7)
    back = pd.Series(bought_again(day, 180), index=measures(day).index)[rhythm.index]
    return int(ringing.sum()), int((ringing & back).sum())


@cache
def sold() -> pd.DataFrame:
    lines = orders().merge(pd.read_csv(DATA / "produits.csv"), on="produit_id")
    return lines[lines["montant"] > 0]


def rule(column: str, first: str, second: str) -> tuple[float, float]:
    """The confidence of a rule, and the share of all baskets that hold the second."""
    one, other = (
        set(sold().loc[sold()[column] == name, "commande_id"]) for name in (first, second)
    )
    return len(one & other) / len(one), len(other) / sold()["commande_id"].nunique()


def waiting(day: dt.date, days: int) -> set[str]:
    """Customers whose watch will be two years old within so many days, and is not yet served."""
    lines = sold()[sold()["date_achat"] <= str(day)]
    served = lines[lines["produit"] == "Révision de montre"].groupby("client_id")["date_achat"]
    done = {client: list(dates) for client, dates in served}
    found = set()
    for one in lines[lines["categorie"] == "Horlogerie"].itertuples():
        due = one.date_achat + pd.Timedelta(days=730)
        near = 1 <= (due - pd.Timestamp(day)).days <= days
        if near and all(abs((d - due).days) > 90 for d in done.get(one.client_id, [])):
            found.add(one.client_id)
    return found


def came_alone() -> tuple[int, int]:
    waited = waiting(dt.date(2025, 6, 30), 90)
    later = sold()[(sold()["date_achat"] > "2025-06-30")]
    came = set(later.loc[later["produit"] == "Révision de montre", "client_id"])
    return len(waited & came), len(waited)


def chosen(traits: list[str]) -> tuple[int, int, float]:
    """Of those whom a portrait chooses in 2024: the best, how many, and the share of all."""
    people = load_customers()
    recruits = recruit_value(load_orders(), people).merge(people[["client_id", "age", "region"]])
    known, later = (
        best_recruits(one.reset_index(drop=True))
        for year, one in recruits.groupby(recruits["date_recrutement"].dt.year)
        if year in (2023, 2024)
    )
    likeness = look_alike(known, later, traits)
    size = round(len(later) / 5)
    top = likeness.sort_values(ascending=False, kind="stable").index[:size]
    return int(later.loc[top, "meilleur"].sum()), size, later["meilleur"].mean()


@cache
def answers() -> dict[str, Any]:
    (late, wasted_late), (early, wasted) = rung(4), rung(2)
    assert (late, wasted_late, early, wasted) == (270, 39, 396, 81)
    calls, lost = early - late, wasted - wasted_late
    price = 6 * calls / (calls - lost)
    came, waited = came_alone()
    assert (came, waited) == (33, 65)
    everyone = waiting(DAY, 60)
    sent = dt.date(2026, 1, 5)
    reached, farther = (len(staying(w, sent)) for w in (everyone, waiting(DAY, 90)))
    alone = reached * came / waited
    bag = rule("produit", "Sac de voyage Ravel", "Portefeuille Ravel")
    wide = rule("categorie", "Maroquinerie", "Petite maroquinerie")
    assert wide[0] > bag[0] > 9 * bag[1] and wide[0] < wide[1] and 0.7 < 1 - bag[0] < 0.75
    for traits in (["age", "region"], ["region"]):
        best, size, base = chosen(traits)
        assert wilson(best, size)[0] < base < best / size < wilson(best, size)[1]
    return {
        "prix_d_un_depart_vu": {
            RIGHT: [price, french(price), f"{price:.0f}"],
            REVIEW: {6 * early / (early - wasted): "la moyenne", 6 * calls / lost: "pour rien",
                     6 * calls: "d’un seul départ", 6: "Tous les nouveaux", 1: "Combien d’appels"},
            ERROR: ["beaucoup"],
        },
        "regle_des_vendeurs": {
            RIGHT: letters("a"),
            REVIEW: {"b": "tous les paniers", "c": "cent pour cent", "d": "deux lifts"},
            ERROR: ["a, b", "e"],
        },
        "revisions_sans_message": {
            RIGHT: [alone, round(alone), french(alone, "clients")],
            REVIEW: {reached: "tous", len(everyone) * came / waited: "tous ceux qui attendent",
                     farther * came / waited: "délai", reached - alone: "les autres",
                     came: "l’été 2025", 1: "quelle part"},
            ERROR: ["plusieurs"],
        },
        "portrait_de_la_regie": {
            RIGHT: letters("d"),
            REVIEW: {"a": "l’intervalle", "b": "que la région", "c": "laissait-il dehors"},
            ERROR: ["a, d", "e"],
        },
    }  # fmt: skip


def quoted() -> list[str]:
    """What the model answer says of the data."""
    (late, wasted_late), (early, wasted) = rung(4), rung(2)
    confidence, everywhere = rule("produit", "Sac de voyage Ravel", "Portefeuille Ravel")
    everyone = waiting(DAY, 60)
    best, size, base = chosen(["age", "region"])
    low, high = wilson(best, size)
    return [
        f"{early - late} appels de plus",
        f"{early - late - wasted + wasted_late} vers de vrais départs",
        f"un lift de {confidence / everywhere:.1f}".replace(".", ","),
        f"{len(staying(everyone, dt.date(2026, 1, 5)))} des {len(everyone)} clients",
        f"de {100 * low:.0f} % à {100 * high:.0f} % de bons clients contre {100 * base:.0f} %",
    ]


class TestAnswers(ExerciseAnswers):
    name = "11_exercices"
    answers, quoted = staticmethod(answers), staticmethod(quoted)
